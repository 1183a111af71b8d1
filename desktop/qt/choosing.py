"""One of a few, chosen by key or mouse; the steps of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QWidget

from desktop.qt import icons, theme
from desktop.qt.basics import CENTRE, LEFT, clear
from desktop.qt.buttons import Capped


class Segments(QFrame, Capped):
    """One choice of a few, each with its key under its name; icons give way where there is no room."""

    chosen = Signal(int)

    def __init__(self, choices: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        self._choices, self.index = list(choices), 0
        self._caps: Mapping[str, str] = {}
        self.setFixedHeight(theme.grown(52))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._name()

    def _name(self) -> None:
        self.setAccessibleName(self._choices[self.index][1])

    def show_cap(self, caps: Mapping[str, str]) -> None:
        self._caps = caps
        self.update()

    def choose(self, index: int) -> None:
        """Take a choice, as its key does."""
        if index != self.index and self.isEnabled():
            self.index = index
            self._name()
            self.update()
            self.chosen.emit(index)

    def minimumSizeHint(self) -> QSize:
        return QSize(sum(self._words(choice) + theme.S2 for choice in self._choices) + 6, self.height())

    @staticmethod
    def _words(choice: tuple[str, str, str]) -> int:
        return theme.metrics("strong").horizontalAdvance(choice[1])

    @property
    def _pictured(self) -> bool:
        """Whether there is room for icons."""
        icon = theme.S3 + theme.ICON_BUTTON + 6
        return sum(icon + self._words(choice) for choice in self._choices) <= self.width() - 6

    def _least(self, choice: tuple[str, str, str]) -> int:
        icon = theme.S1 + theme.ICON_BUTTON + 6 if self._pictured else 0
        return theme.S2 + icon + self._words(choice)

    def _boxes(self) -> list[QRectF]:
        """Where each choice stands: as wide as the others where its words allow it."""
        room, left, boxes = self.width() - 6.0, 3.0, []
        needs = [self._least(choice) for choice in self._choices]
        equal = room / len(needs)
        spare = room - sum(needs)
        for need in needs:
            width = equal if max(needs) <= equal else need + spare / len(needs)
            boxes.append(QRectF(left, 3, width, self.height() - 6))
            left += width
        return boxes

    def mousePressEvent(self, event: QMouseEvent) -> None:
        edges = [box.right() for box in self._boxes()]
        self.choose(sum(edge < event.position().x() for edge in edges[:-1]))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("sunken"))
        painter.drawRoundedRect(QRectF(self.rect()), theme.RADIUS_BUTTON, theme.RADIUS_BUTTON)
        for at, (box, (icon, words, key)) in enumerate(zip(self._boxes(), self._choices, strict=True)):
            ink = theme.colour("ink" if at == self.index and self.isEnabled() else "ink2")
            if at == self.index:
                painter.setPen(QPen(theme.colour("accent" if self.isEnabled() else "line_strong"), 2))
                painter.setBrush(theme.colour("surface"))
                painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), theme.RADIUS_SMALL, theme.RADIUS_SMALL)
            wide = self._least((icon, words, key)) - (theme.S3 if self._pictured else theme.S2)
            left = box.center().x() - wide / 2
            half = box.height() / 2
            if self._pictured:
                icons.paint(painter, icon, ink, theme.ICON_BUTTON, left, box.top() + 3 + (half - 16) / 2)
                left += theme.ICON_BUTTON + 6
            painter.setPen(ink)
            painter.setFont(theme.font("strong"))
            painter.drawText(QRectF(left, box.top() + 3, wide, half), LEFT, words)
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.colour("ink2"))
            painter.drawText(
                QRectF(box.left(), box.center().y(), box.width(), half - 4), CENTRE, self._caps.get(key, key)
            )


class Choices(QWidget):
    """A row of amounts to take with one press; the one in force is marked."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.S2)
        self.setFixedHeight(theme.CONTROL)
        self.buttons: list[_Choice] = []

    def offer(self, words: Sequence[str]) -> None:
        """Offer these."""
        clear(self._row)
        self.buttons = [_Choice(text) for text in words]
        for at, button in enumerate(self.buttons):
            self._row.addWidget(button, 1)
            button.clicked.connect(lambda _=False, at=at: self.chosen.emit(at))

    def mark(self, index: int) -> None:
        """Show which one is in force; -1 for none."""
        for at, button in enumerate(self.buttons):
            button.marked = at == index
            button.update()


class _Choice(QAbstractButton):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.marked = False
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumHeight(theme.CONTROL)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.metrics("strong").horizontalAdvance(self.text()) + theme.S2, theme.CONTROL)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = "focus" if self.hasFocus() else "accent" if self.marked else "line_strong"
        painter.setPen(QPen(theme.colour(edge), 2 if self.hasFocus() else 1))
        painter.setBrush(
            theme.colour("accent_soft" if self.marked else "subtle" if self.underMouse() else "surface")
        )
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.RADIUS_SMALL, theme.RADIUS_SMALL
        )
        painter.setPen(theme.colour("ink" if self.isEnabled() else "ink3"))
        painter.setFont(theme.font("strong" if self.marked else "body"))
        painter.drawText(self.rect(), CENTRE, self.text())


class Tabs(QWidget):
    """Tabs of a page head with their counts; an accent line under the one shown.

    Where there is no room counts go first, then the titles of the others end in an ellipsis and a tooltip tells them.
    """

    chosen = Signal(int)
    NARROWEST = 44

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__()
        self._titles, self._counts, self.index = list(titles), [""] * len(titles), 0
        self.setFixedHeight(theme.PAGE_HEAD)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(", ".join(titles))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(sum(self._width(at) for at in range(len(self._titles))), theme.PAGE_HEAD)

    def minimumSizeHint(self) -> QSize:
        least = self.NARROWEST + theme.S2
        return QSize(
            self._width(self.index, counted=False) + least * (len(self._titles) - 1), theme.PAGE_HEAD
        )

    def __len__(self) -> int:
        return len(self._titles)

    def count(self, at: int, count: str) -> None:
        """Show how many stand behind a tab."""
        self._counts[at] = count
        self.updateGeometry()
        self.update()

    def choose(self, index: int) -> None:
        """Show another tab."""
        index %= len(self._titles)
        if index != self.index:
            self.index = index
            self.updateGeometry()
            self.update()
            self.chosen.emit(index)

    def _width(self, at: int, *, counted: bool = True) -> int:
        count = self._counts[at] if counted else ""
        words = theme.metrics("strong").horizontalAdvance(self._titles[at])
        return words + (6 + theme.metrics("small").horizontalAdvance(count) if count else 0) + theme.S5

    def _places(self) -> list[tuple[int, int, bool]]:
        """Left edge and width of every tab as there is room, and whether its count is shown."""
        tabs = range(len(self._titles))
        widths, counted = [self._width(at) for at in tabs], True
        if sum(widths) > self.width():
            widths, counted = [self._width(at, counted=False) for at in tabs], False
        over = sum(widths) - self.width()
        if over > 0:
            others = [at for at in tabs if at != self.index]
            room = max(self.NARROWEST + theme.S2, (self.width() - widths[self.index]) // max(len(others), 1))
            widths = [width if at == self.index else min(width, room) for at, width in enumerate(widths)]
        return [(sum(widths[:at]), widths[at], counted) for at in tabs]

    def _at(self, x: float) -> int:
        return next(
            (at for at, (left, width, _) in enumerate(self._places()) if left <= x < left + width), -1
        )

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            at = self._at(event.pos().x())
            self.setToolTip(self._titles[at] if at >= 0 else "")
        return super().event(event)

    def mousePressEvent(self, event) -> None:
        at = self._at(event.position().x())
        if at >= 0:
            self.choose(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(event.key())
        if step is None:
            super().keyPressEvent(event)
        else:
            self.choose(self.index + step)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at, (left, width, counted) in enumerate(self._places()):
            here = at == self.index
            painter.setFont(theme.font("strong" if here else "body"))
            painter.setPen(theme.colour("ink" if here else "ink2"))
            words = theme.metrics("strong").horizontalAdvance(self._titles[at])
            room = words + 4 if counted else width - theme.S2
            title = painter.fontMetrics().elidedText(self._titles[at], Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(left, 0, room, self.height()), LEFT, title)
            if counted:
                painter.setFont(theme.font("small"))
                painter.setPen(theme.colour("ink3"))
                painter.drawText(QRectF(left + words + 6, 0, width, self.height()), LEFT, self._counts[at])
            if here:
                line = theme.colour("focus" if self.hasFocus() else "accent")
                painter.fillRect(
                    QRectF(left, self.height() - theme.TAB_LINE, width - theme.S5, theme.TAB_LINE), line
                )


class Stepper(QWidget):
    """The steps of a run: a disc with a tick or number, a title, one fact below."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__()
        self._titles, self._facts, self._at = list(titles), [""] * len(titles), 0
        self.setFixedHeight(theme.grown(48))
        self.show_step(0, self._facts)

    def show_step(self, at: int, facts: Sequence[str]) -> None:
        """Show which step is next (as many as there are titles: all done) and a fact under each."""
        self._at, self._facts = at, list(facts)
        self.setAccessibleName(self._titles[min(at, len(self._titles) - 1)])
        self.update()

    def minimumSizeHint(self) -> QSize:
        widest = max(theme.metrics("strong").horizontalAdvance(title) for title in self._titles)
        return QSize(len(self._titles) * (widest + 36), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.width() / len(self._titles)
        for at, title in enumerate(self._titles):
            left = at * width
            done, here = at < self._at, at == self._at
            edge = theme.colour("accent" if done or here else "line_strong")
            painter.setPen(QPen(edge, 2 if here else 1))
            painter.setBrush(theme.colour("accent") if done else theme.colour("surface"))
            painter.drawEllipse(QRectF(left + 1, 3, 22, 22))
            painter.setFont(theme.font("strong" if here else "body"))
            if done:
                icons.paint(painter, "check", theme.colour("on_accent"), 14, left + 5, 7)
            else:
                painter.setPen(theme.colour("accent" if here else "ink2"))
                painter.drawText(QRectF(left + 1, 3, 22, 22), CENTRE, str(at + 1))
            painter.setPen(theme.colour("ink" if done or here else "ink2"))
            painter.drawText(QRectF(left + 32, 2, width - 36, theme.grown(24)), LEFT, title)
            words = theme.metrics("strong").horizontalAdvance(title)
            if at + 1 < len(self._titles) and left + 40 + words < left + width - theme.S2:
                painter.setPen(QPen(theme.colour("accent" if done else "line"), 2 if done else 1))
                painter.drawLine(int(left + 42 + words), 14, int(left + width - theme.S2), 14)
            painter.setPen(theme.colour("ink2"))
            painter.setFont(theme.font("small"))
            fact = theme.metrics("small").elidedText(
                self._facts[at], Qt.TextElideMode.ElideRight, int(width - 40)
            )
            painter.drawText(QRectF(left + 32, theme.grown(25), width - 36, theme.grown(20)), LEFT, fact)
