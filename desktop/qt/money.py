"""Typing numbers: digits of any width, both decimal marks, grouping while typing; exact from key to value."""

from __future__ import annotations

import re
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit

from desktop.kernel.measures import Currency, Money
from desktop.kernel.text import Catalog, Shape, Text
from desktop.qt import theme
from desktop.qt.basics import RIGHT, repolish

_NARROW = {
    ord(wide): narrow for wide, narrow in zip("０１２３４５６７８９．，。、", "0123456789.,..", strict=True)
}
_SPACES = dict.fromkeys(
    map(ord, " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{IDEOGRAPHIC SPACE}")
)
MOST_DIGITS = 11


def split_amount(
    typed: str, shape: Shape, decimals: int, most: int = MOST_DIGITS
) -> tuple[str, str | None] | None:
    """The digits before and after the decimal mark of a whole number, or None when it is none.

    More than ``most`` digits before the mark or ``decimals`` after it are no number either.

    Full-width digits count as digits. Of two different marks the last is the decimal mark; a mark that comes
    more than once groups; a single one before exactly three digits groups if this language groups with it.
    """
    plain = typed.translate(_NARROW | _SPACES)
    if not re.fullmatch(r"[0-9]+([.,][0-9]+)*[.,]?|[.,][0-9]+", plain):
        return None
    mark = _decimal_mark(plain, shape, decimals)
    whole, found, part = plain.rpartition(mark) if mark else (plain, "", "")
    digits = whole.replace(".", "").replace(",", "").lstrip("0") or "0"
    if len(part) > decimals or len(digits) > most:
        return None
    return digits, part if found else None


def read_amount(typed: str, shape: Shape, decimals: int) -> Decimal | None:
    """The exact number somebody typed or pasted (see `split_amount`); more than ``decimals`` decimals are None."""
    parts = split_amount(typed, shape, decimals)
    return None if parts is None else Decimal(f"{parts[0]}.{parts[1] or '0'}")


def _decimal_mark(plain: str, shape: Shape, decimals: int) -> str:
    found = [sign for sign in plain if sign in ".,"]
    if not found or decimals == 0:
        return ""
    last = found[-1]
    if len(set(found)) > 1:
        return last
    groups = len(found) > 1 or (last == shape.group and len(plain.rpartition(last)[2]) == 3)
    return "" if groups else last


class Line(QLineEdit):
    """What all fields one types into share; ``composing`` while an input method composes: nothing is judged then.

    ``changed`` follows every change with `value()`. What a ``secret`` field holds is kept in no draft.
    """

    changed = Signal(object)
    marks = ""
    """Signs the field sets between others by itself: deleting goes past them."""

    def __init__(self) -> None:
        super().__init__()
        self.composing = self.secret = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at, text = self.cursorPosition(), self.text()
        if not self.hasSelectedText():
            if event.key() == Qt.Key.Key_Backspace and text[at - 1 : at] in tuple(self.marks):
                self.cursorBackward(False)
            elif event.key() == Qt.Key.Key_Delete and text[at : at + 1] in tuple(self.marks):
                self.cursorForward(False)
        super().keyPressEvent(event)

    def value(self) -> object:
        """What was meant; None while it is nothing or cannot be read."""
        raise NotImplementedError

    def flaw(self) -> Text | None:
        """What is wrong with what was typed, and how to mend it; nothing typed is never wrong."""
        return None

    def text_typed(self) -> str:
        """What stands in the field, as a draft keeps it."""
        return self.text()

    def show_text(self, text: str) -> None:
        """Put in what a draft kept."""
        self.setText(text)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        before, self.composing = self.composing, bool(event.preeditString())
        super().inputMethodEvent(event)
        if before and not self.composing and not event.commitString():
            self.textEdited.emit(self.text())  # what was selected has gone with the composition given up
            self._tell()

    def _tell(self) -> None:
        if not self.composing:
            self.changed.emit(self.value())


_MINUS = frozenset("-−–－")


class NumberField(Line):
    """A field for a number, grouped while typing; ``changed`` follows every change with its value or None.

    ``most`` is how many digits may stand before the mark, ``decimals`` how many after it; ``unit`` is shown
    behind the number and never typed. ``cut``: the last digit typed was one decimal too many and is not there, as
    where somebody writes thousands with the mark of another country. ``minus``: one was typed before what stands there,
    and is not taken.
    """

    stepped = Signal(int)

    def __init__(
        self, say: Catalog, decimals: int = 0, *, most: int = MOST_DIGITS, unit: str = "", large: bool = False
    ) -> None:
        super().__init__()
        self._say, self._decimals, self._most, self._unit = say, decimals, most, unit
        self._known, self.cut, self.minus = "", False, False
        self.marks = say.shape.group
        self.setAlignment(RIGHT)
        self.setProperty("large", large)
        self.setFont(theme.font("amount" if large else "strong"))
        self._unit_font = theme.font("h2" if large else "small")
        room = theme.metrics("h2" if large else "small").horizontalAdvance(unit)
        self.setTextMargins(0, 0, room + (6 if large else 4) if unit else 0, 0)
        self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self.setFixedHeight(theme.CONTROL_MONEY if large else theme.CONTROL)
        self.textEdited.connect(self._edited)
        repolish(self)

    def number(self) -> Decimal | None:
        """What is typed, exactly; None when nothing or no number."""
        parts = split_amount(self.text(), self._say.shape, self._decimals, self._most)
        return None if parts is None else Decimal(f"{parts[0]}.{parts[1] or '0'}")

    def value(self) -> object:
        """The number."""
        return self.number()

    def flaw(self) -> Text | None:
        """No number."""
        if not self.text() or self.number() is not None:
            return None
        return Text("This is no number")

    def show_text(self, text: str) -> None:
        """Put in what a draft kept."""
        self._known, self.cut, self.minus = text, False, False
        self.setText(text)
        self.changed.emit(self.value())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Up else -1)
            return
        if event.text() in (".", ",") and not self.isReadOnly():
            self._type_mark()
            return
        super().keyPressEvent(event)

    def _type_mark(self) -> None:
        """Either mark is the decimal mark when it is typed; grouping is ours."""
        mark, selected = self._say.shape.decimal, self.selectedText()
        if self._decimals and (mark not in self.text() or mark in selected):
            self.insert(f"0{mark}" if self.text() in ("", selected) else mark)

    def _edited(self, typed: str) -> None:
        if self.composing:
            return
        anew = len(typed) <= 1 and self._known != ""  # typed over what was chosen
        self.cut, self.minus = False, typed.strip()[:1] in _MINUS or (self.minus and not anew)
        pasted = abs(len(typed) - len(self._known)) > 1
        parts = split_amount(typed, self._say.shape, self._decimals, self._most) if pasted else None
        if parts is None:
            self._regroup(typed)
        else:
            self._put(self._grouped(*parts), 0)
        self.changed.emit(self.value())

    def _regroup(self, typed: str) -> None:
        """Digits and one decimal mark stay, grouping marks are set anew, and the cursor keeps its digit."""
        mark, decimals = self._say.shape.decimal, self._decimals
        wide_marks = dict.fromkeys(map(ord, "．，。、"), mark)
        signs = typed.translate(wide_marks).translate(_NARROW)
        counts = [sign.isdigit() or sign == mark for sign in signs]
        right = sum(counts[self.cursorPosition() :])
        whole, found, part = "".join(
            sign for sign, keep in zip(signs, counts, strict=True) if keep
        ).partition(mark)
        part = part.replace(mark, "")
        self.cut = 0 < decimals < len(part)
        part = part[:decimals] if decimals else ""
        digits = whole.lstrip("0") or ("0" if whole or found else "")
        self._put(self._grouped(digits, part if found and decimals else None), right)

    def _grouped(self, digits: str, part: str | None) -> str:
        shape = self._say.shape
        grouped = f"{int(digits):,}".replace(",", shape.group) if digits else ""
        return grouped if part is None else f"{grouped}{shape.decimal}{part}"

    def _put(self, text: str, right: int) -> None:
        """Show the text with the cursor before its last ``right`` digits."""
        self._known = text
        if text != self.text():
            self.setText(text)
        at = len(text)
        while right and at:
            at -= 1
            right -= text[at].isdigit() or text[at] == self._say.shape.decimal
        self.setCursorPosition(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._unit:
            painter = QPainter(self)
            painter.setFont(self._unit_font)
            painter.setPen(theme.colour("ink2"))
            painter.drawText(self.rect().adjusted(0, 0, -10, 0), RIGHT, self._unit)


class MoneyField(NumberField):
    """A field for an amount in one currency; ``changed`` follows every change with a `Money` or None.

    A scanner's code (more digits than any amount) is handed on by ``scanned`` and never stays in the field.
    """

    scanned = Signal(str)

    def __init__(self, say: Catalog, currency: Currency, *, large: bool = False) -> None:
        super().__init__(say, currency.decimals, unit=currency.sign, large=large)
        self._currency = currency

    def amount(self) -> Money | None:
        """What is typed, exactly; None when nothing or no amount."""
        number = self.number()
        return None if number is None else self._currency.money(number)

    def value(self) -> Money | None:
        """The amount."""
        return self.amount()

    def show_amount(self, amount: Money | None) -> None:
        """Put an amount in, as this language writes it."""
        self.show_text("" if amount is None else self._say.money(amount))

    def _edited(self, typed: str) -> None:
        if sum(sign.isdigit() for sign in typed) > MOST_DIGITS + self._decimals:
            self.setText(self._known)
            self.scanned.emit(typed)
            return
        super()._edited(typed)
