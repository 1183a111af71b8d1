"""The fields of forms: a meter's read, a date, numbers with a format of their own, plain words, a choice.

All share four words with the field for money: ``value()`` is what was meant (None while it is nothing, or cannot be
read), ``flaw()`` is what is wrong with it, ``text_typed()`` and ``show_text()`` carry what was typed to a draft and
back, and ``changed`` follows every change. Full-width digits, spaces and pasted text are understood everywhere, and
what an input method still composes is never judged.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QDate, QLocale, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.kernel.country import Identifier
from desktop.kernel.fields import EARLIEST, LATEST
from desktop.kernel.measures import Reading
from desktop.kernel.period import Period
from desktop.kernel.text import SHAPES, Catalog, Shape, Text
from desktop.qt import icons, theme
from desktop.qt.basics import CENTRE, Choice
from desktop.qt.money import Line, NumberField

_DATE = re.compile(r"(\d{1,4})([-./ ])(\d{1,2})(?:[-./ ](\d{1,4}))?\.?")
_BREAKS = str.maketrans({"年": "-", "月": "-", "日": "", "。": ".", "、": ".", "—": "-", "–": "-", "−": "-"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(rf"(\d{{1,2}})\s*({'|'.join(_MONTHS)})[a-z]*\.?", re.IGNORECASE)
_CENTURY = 2000


class TextField(Line):
    """Plain words in one line; spaces around them do not count. ``secret`` shows dots and is never kept in a draft."""

    def __init__(self, *, example: str = "", longest: int = 200, secret: bool = False) -> None:
        super().__init__()
        self.secret = secret
        self.setMaxLength(longest)
        self.setPlaceholderText(example)
        if secret:
            self.setEchoMode(QLineEdit.EchoMode.Password)
        self.textChanged.connect(self._tell)

    def value(self) -> str | None:
        """The words; None when there are none."""
        typed = self.text() if self.secret else " ".join(self.text().split())
        return typed or None


class ReadField(NumberField):
    """What a meter's register shows: at most ``digits`` before the mark, as many as the register has wheels."""

    def __init__(self, say: Catalog, digits: int, decimals: int = 0, unit: str = "") -> None:
        super().__init__(say, decimals, most=digits, unit=unit)
        self._digits = digits

    def value(self) -> Reading | None:
        """The read; None when nothing or no read."""
        number = self.number()
        return None if number is None else Reading.of(number)

    def show_value(self, read: Reading | None) -> None:
        """Put a read in, as this language writes it."""
        self.show_text("" if read is None else self._say.number(read))

    def flaw(self) -> Text | None:
        """More digits than the register has."""
        if not self.text() or self.number() is not None:
            return None
        return Text(
            "The register has {count} digit. Read it again",
            plural="The register has {count} digits. Read it again",
            count=self._digits,
        )


def read_date(typed: str, shape: Shape, today: date) -> date | None:
    """The day somebody typed: as the language writes it, as 2026-11-05, 20261105, 5.11. or 5 Nov, in any digits.

    Two numbers are day and month in the order of the language, in the year that brings them nearest to ``today``;
    a dot between them means day first unless the language is Chinese. None when it is no day from `EARLIEST` to
    `LATEST`.
    """
    plain = unicodedata.normalize("NFKC", typed).translate(_BREAKS).strip()
    named = _NAMED.match(plain)
    if named:
        plain = f"{named[1]}.{_MONTHS.index(named[2].lower()) + 1}.{plain[named.end() :].strip()}"
        shape = SHAPES["fi"]
    plain = re.sub(r"\s*([-./])\s*", r"\1", plain).rstrip("-")
    if re.fullmatch(r"\d{8}", plain):
        year_first = _day(plain[:4], plain[4:6], plain[6:])
        return year_first or _day(plain[4:], plain[2:4], plain[:2])
    hit = _DATE.fullmatch(plain)
    if hit is None:
        return None
    first, mark, second, third = hit.groups()
    if third is None:
        day_first = shape.date.startswith("{d") or (mark == "." and shape is not SHAPES["zh_CN"])
        return _nearest(*((second, first) if day_first else (first, second)), today)
    if len(first) == 4 or (len(third) <= 2 and shape.date.startswith("{y")):
        return _day(first, second, third)
    return _day(third, second, first)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        number = int(year) + (_CENTURY if len(year) <= 2 else 0)
        found = date(number, int(month), int(day))
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None


def _nearest(month: str, day: str, today: date) -> date | None:
    around = (_day(str(today.year + by), month, day) for by in (0, -1, 1))
    found = [one for one in around if one is not None]
    return min(found, key=lambda one: abs(one - today)) if found else None


class DateField(Line):
    """A day. ↑ and ↓ put in today, then go a day on and back; Alt+↓ opens a small calendar."""

    def __init__(
        self, say: Catalog, today: date, *, earliest: date = EARLIEST, latest: date = LATEST
    ) -> None:
        super().__init__()
        self._say, self.today, self._earliest, self._latest = say, today, earliest, latest
        self.setPlaceholderText(say.date(today))
        self.setTextMargins(0, 0, theme.ICON_TEXT + theme.S2, 0)
        self.setInputMethodHints(Qt.InputMethodHint.ImhPreferNumbers)
        self.calendar: Calendar | None = None
        self.textChanged.connect(self._tell)

    def value(self) -> date | None:
        """The day; None when nothing or no day."""
        return read_date(self.text(), self._say.shape, self.today)

    def show_value(self, day: date | None) -> None:
        """Put a day in, as this language writes it."""
        self.setText("" if day is None else self._say.date(day))

    def flaw(self) -> Text | None:
        """No day at all, or one outside of what is asked for."""
        if not self.text().strip():
            return None
        day = self.value()
        if day is None:
            return Text("No such day. Write it like {example}", example=self.today)
        if day < self._earliest:
            return Text("Too early: from {day} on", day=self._earliest)
        if day > self._latest:
            return Text("Too late: until {day}", day=self._latest)
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Up, Qt.Key.Key_Down) or self.isReadOnly():
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.open_calendar()
        else:
            self._step(1 if event.key() == Qt.Key.Key_Up else -1)

    def _step(self, days: int) -> None:
        day = self.value()
        wanted = self.today if day is None else day + timedelta(days=days)
        self.show_value(min(max(wanted, self._earliest), self._latest))
        self.selectAll()

    def open_calendar(self) -> None:
        """Show the month around the day below the field, or above it where there is no room."""
        self.calendar = Calendar(self.window(), self._say, self.value() or self.today, self.today)
        self.calendar.taken.connect(self._take)
        self.calendar.given_up.connect(self.setFocus)
        corner = self.mapTo(self.window(), QPoint(0, self.height() + 2))
        if corner.y() + self.calendar.height() > self.window().height():
            corner.setY(corner.y() - self.height() - self.calendar.height() - 4)
        corner.setX(min(corner.x(), max(self.window().width() - self.calendar.width(), 0)))
        self.calendar.move(corner)
        self.calendar.show()
        self.calendar.raise_()
        self.calendar.setFocus()

    def _take(self, day: date) -> None:
        self.show_value(day)
        self.setFocus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        day = self.value()
        if day is not None and not self.composing:
            self.show_value(day)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.position().x() > self.width() - theme.ICON_TEXT - 2 * theme.S2 and not self.isReadOnly():
            self.open_calendar()
        else:
            super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        at = (self.height() - theme.ICON_TEXT) / 2
        left = self.width() - theme.ICON_TEXT - theme.S2
        icons.paint(QPainter(self), "calendar", theme.colour("ink2"), theme.ICON_TEXT, left, at)


class Calendar(QWidget):
    """One month to choose a day from: arrows move by day and week, Page Up and Down by month, Enter takes.

    It floats over ``parent`` and goes when the focus goes elsewhere.
    """

    taken = Signal(object)
    given_up = Signal()
    _CELL, _HEAD = 32, 30

    def __init__(self, parent: QWidget, say: Catalog, day: date, today: date) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._say, self.day, self._today = say, day, today
        self._locale = QLocale(say.language)
        self.setFixedSize(7 * self._CELL + 2 * theme.S2, 2 * self._HEAD + 6 * self._CELL + 2 * theme.S2)
        self._name()

    def _name(self) -> None:
        self.setAccessibleName(self._say.date(self.day))
        self.update()

    def _first(self) -> date:
        start = self.day.replace(day=1)
        return start - timedelta(days=start.weekday())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7
        }  # fmt: skip
        months = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if event.key() in steps:
            self._go(self.day + timedelta(days=steps[event.key()]))
        elif event.key() in months:
            self._go(QDate(self.day).addMonths(months[event.key()]).toPython())
        elif event.key() == Qt.Key.Key_Home:
            self._go(self._today)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._take(self.day)
        elif event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.close()

    def _go(self, day: date) -> None:
        self.day = min(max(day, EARLIEST), LATEST)
        self._name()

    def _take(self, day: date) -> None:
        self.taken.emit(day)  # the field takes the focus, and with it this closes

    def mousePressEvent(self, event: QMouseEvent) -> None:
        across = int((event.position().x() - theme.S2) // self._CELL)
        down = int((event.position().y() - theme.S2 - 2 * self._HEAD) // self._CELL)
        if 0 <= across < 7 and 0 <= down < 6:
            self._take(self._first() + timedelta(days=7 * down + across))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.colour("surface"))
        painter.setPen(theme.colour("line_strong"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.colour("ink"))
        head = QRectF(theme.S2, theme.S2, 7 * self._CELL, self._HEAD)
        painter.drawText(head, CENTRE, self._say.month(self.day))
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("ink2"))
        for at in range(7):
            name = self._locale.dayName(at + 1, QLocale.FormatType.NarrowFormat)
            painter.drawText(self._cell(at, -1), CENTRE, name)
        painter.setFont(theme.font("body"))
        for at in range(42):
            self._paint_day(painter, self._cell(at % 7, at // 7), self._first() + timedelta(days=at))

    def _cell(self, across: int, down: int) -> QRectF:
        top = theme.S2 + 2 * self._HEAD + down * self._CELL
        corner = QPointF(theme.S2 + across * self._CELL, top if down >= 0 else theme.S2 + self._HEAD)
        return QRectF(corner.x(), corner.y(), self._CELL, self._CELL if down >= 0 else self._HEAD)

    def _paint_day(self, painter: QPainter, box: QRectF, day: date) -> None:
        inside = box.adjusted(2, 2, -2, -2)
        if day == self.day:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(inside, theme.RADIUS_SMALL, theme.RADIUS_SMALL)
        elif day == self._today:
            painter.setPen(theme.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inside, theme.RADIUS_SMALL, theme.RADIUS_SMALL)
        ink = "on_accent" if day == self.day else "ink" if day.month == self.day.month else "ink3"
        painter.setPen(theme.colour(ink))
        painter.drawText(box, CENTRE, str(day.day))


def month_flaw(typed: str) -> Text | None:
    """What is wrong with a month that was typed."""
    try:
        Period.month(typed)
    except ValueError:
        return Text("This is no month. Write year and month, for example 2026-01")
    return None


class FormatField(Line):
    """A number with a format of its own (`Identifier` of the country): grouped while typing, cleaned when pasted."""

    marks = " "

    def __init__(self, identifier: Identifier) -> None:
        super().__init__()
        self._identifier = identifier
        self.setPlaceholderText(identifier.group(identifier.example))
        self.textEdited.connect(self._edited)
        self.textChanged.connect(self._tell)

    def value(self) -> str | None:
        """The number as it is kept, without groups; None when there is none."""
        return self._identifier.clean(self.text()) or None

    def show_value(self, number: str | None) -> None:
        """Put a number in, grouped."""
        self.setText("" if number is None else self._identifier.group(number))

    def show_text(self, text: str) -> None:
        """Put in what a draft kept, grouped."""
        self.show_value(self._identifier.clean(text))

    def flaw(self) -> Text | None:
        """What the country's rule says against it."""
        number = self.value()
        return None if number is None else self._identifier.flaw(number)

    def _edited(self, typed: str) -> None:
        """Group anew; the cursor keeps its place among the characters that count."""
        if self.composing:
            return
        clean = self._identifier.clean
        right = len(clean(typed[self.cursorPosition() :]))
        grouped = self._identifier.group(clean(typed))
        if grouped == typed:
            return
        self.setText(grouped)
        at = len(grouped)
        while at and len(clean(grouped[at:])) < right:
            at -= 1
        self.setCursorPosition(at)


class ChoiceField(Choice):
    """One of a few, each with its words and its code."""

    changed = Signal(object)
    secret = False
    composing = False

    def __init__(self, options: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__()
        self.offer(options)
        self.currentIndexChanged.connect(lambda _: self.changed.emit(self.value()))

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer these (words, code); the one chosen stays chosen while it is among them."""
        before = self.currentData()
        if options == [(self.itemText(at), self.itemData(at)) for at in range(self.count())]:
            return
        self.blockSignals(True)
        self.clear()
        for words, code in options:
            self.addItem(words, code)
        self.setCurrentIndex(max(self.findData(before), 0) if options else -1)
        self.blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # the list would look for an entry that begins so; these keys are the page's
        else:
            super().keyPressEvent(event)

    def value(self) -> str | None:
        """The code of the choice."""
        found: str | None = self.currentData()
        return found or None

    def flaw(self) -> Text | None:
        """What can be chosen is right."""
        return None

    def text_typed(self) -> str:
        """The code, as a draft keeps it."""
        return self.currentData() or ""

    def show_text(self, text: str) -> None:
        """Choose by code; an unknown one changes nothing."""
        at = self.findData(text)
        if at >= 0:
            self.setCurrentIndex(at)
