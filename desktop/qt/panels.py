"""White panels with a hairline, and what stands in them or in place of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.qt import icons, theme
from desktop.qt.basics import (
    CENTRE,
    LEFT,
    Icon,
    Label,
    Rule,
    repolish,
    reveal,
)
from desktop.qt.buttons import Capped, cap_width, paint_cap
from desktop.qt.figures import Elided


class Panel(QFrame):
    """A white panel with a hairline and, when it has a title, a title row of 40; fill `body`.

    A title that ``gives_way`` ends in an ellipsis where what stands beside it needs the room.
    """

    def __init__(
        self, title: str = "", *, kind: str = "panel", padding: int = theme.S3, gives_way: bool = False
    ) -> None:
        super().__init__()
        self.setProperty("kind", kind)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.setSpacing(0)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(theme.S3, 0, theme.S3, 0)
        self.head.setSpacing(theme.S2)
        self.title = Elided(title, "h2") if gives_way else Label(title, "h2")
        reveal(self.title, bool(title))
        if title:
            row = QWidget()
            row.setFixedHeight(theme.PANEL_TITLE)
            row.setLayout(self.head)
            self.head.addWidget(self.title)
            self.head.addStretch(1)
            outer.addWidget(row)
            outer.addWidget(Rule())
            self.setAccessibleName(title)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(padding, padding, padding, padding)
        self.body.setSpacing(theme.S2)
        outer.addLayout(self.body, 1)

    def kind(self, kind: str) -> None:
        """Change the ground (``panel``, or a state: ``ok``, ``warn``, ``bad``, ``info``)."""
        self.setProperty("kind", kind)
        repolish(self)


class Card(Panel):
    """A figure with its label, unit and one comparison; 66 high.

    One that ``leads`` to the list behind its figure takes the focus; a click, Enter and Space send ``opened``.
    """

    opened = Signal()

    def __init__(self, label: str, unit: str = "", *, leads: bool = False) -> None:
        super().__init__(padding=0)
        self._leads = leads
        if leads:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        words = theme.TYPES["small"].line + theme.TYPES["figure"].line + 2
        self.setFixedHeight(max(theme.CARD, words + 2 * theme.S2))
        self.body.setContentsMargins(theme.S3 - 1, theme.S2 - 1, theme.S3 - 1, theme.S2 - 1)
        self.body.setSpacing(0)
        self._label = Elided(label, "small", "ink2")
        self._figure, self._unit = Label("–", "figure"), Label(unit, "small", "ink2")
        self._unit.setContentsMargins(0, 0, 0, 2)  # on the line the figure stands on
        self._mark, self._note = Icon("info"), Elided("", "small", "ink2")
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._figure, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self._unit, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        note = QHBoxLayout()
        note.setSpacing(theme.S1)
        note.addWidget(self._mark)
        note.addWidget(self._note)
        row.addLayout(note)
        self.body.addWidget(self._label)
        self.body.addLayout(row)
        self.show_figure("–")

    def show_figure(self, figure: str, note: str = "", state: str = "plain") -> None:
        """Show the figure and, at its right, one comparison."""
        self._figure.setText(figure)
        icon, ink = theme.STATES[state], theme.state_colours(state)[0]
        reveal(self._mark, bool(note and icon))
        reveal(self._note, bool(note))
        self._mark.become(icon or "info", ink)
        self._note.ink(ink)
        self._note.setText(note)
        self.setAccessibleName(f"{self._label.text()} {figure} {self._unit.text()} {note}".strip())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._leads and self.rect().contains(event.position().toPoint()):
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._leads and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("focus"), theme.FOCUS_RING))
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.RADIUS_PANEL, theme.RADIUS_PANEL
            )


class Banner(Panel):
    """What happened, what is safe, what happens next; stands over the content until it is settled."""

    def __init__(self) -> None:
        super().__init__(kind="bad", padding=0)
        row = QHBoxLayout()
        row.setContentsMargins(theme.S4, theme.S2, theme.S4, theme.S2)
        row.setSpacing(theme.S3)
        self._icon = Icon("circle-alert", "bad", theme.ICON_RAIL)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._title, self._text = Label("", "h2"), Label("", "body", wrap=True)
        words.addWidget(self._title)
        words.addWidget(self._text)
        self._reference = Label("", "small", "ink2")
        self._reference.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        row.addWidget(self._reference)
        self.body.addLayout(row)
        self.state = ""
        self.hide()

    def tell(self, state: str, title: str, text: str = "", reference: str = "", icon: str = "") -> None:
        """Show a message of a state (``ok``, ``warn``, ``bad``, ``info``)."""
        self.state = state
        self.kind(state)
        self._icon.become(icon or theme.STATES[state], state)
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._reference.setText(reference)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.show()

    @property
    def title_text(self) -> str:
        """What the banner says now; empty when it is away."""
        return "" if self.isHidden() else self._title.text()

    def clear(self) -> None:
        """Take the message away."""
        self.state = ""
        self.hide()


class Empty(QWidget):
    """An empty state: an icon in a disc, what will be here, and up to four ways to begin with their keys."""

    def __init__(self, icon: str, title: str, text: str = "", keys: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(theme.S2)
        column.addStretch(4)
        disc = _Disc(icon)
        column.addWidget(disc, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(theme.S2)
        for label in [Label(title, "h1"), *([Label(text, "body", "ink2", wrap=True)] if text else [])]:
            label.setAlignment(CENTRE)
            column.addWidget(label)
        column.addSpacing(theme.S2)
        widest = max([cap_width(key) for key, _ in keys], default=0)
        block = QVBoxLayout()
        block.setSpacing(theme.S1)
        for key, words in keys:
            hint = _Way(key, words, widest)
            block.addWidget(hint)
        centre = QHBoxLayout()
        centre.addStretch(1)
        centre.addLayout(block)
        centre.addStretch(1)
        column.addLayout(centre)
        column.addStretch(5)
        self.setAccessibleName(title)


class _Disc(QWidget):
    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.setFixedSize(theme.EMPTY_DISC, theme.EMPTY_DISC)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent_soft"))
        painter.drawEllipse(self.rect())
        at = (theme.EMPTY_DISC - theme.ICON_EMPTY) / 2
        icons.paint(painter, self._icon, theme.colour("accent"), theme.ICON_EMPTY, at, at)


class _Way(QWidget, Capped):
    def __init__(self, key: str, words: str, widest: int) -> None:
        super().__init__()
        self.key = self.standard = key
        self._words, self._widest = words, widest
        self.setFixedHeight(theme.grown(26))
        self.setMinimumWidth(widest + theme.S3 + theme.metrics("body").horizontalAdvance(words) + 2)
        self.name_key()

    def name_key(self) -> None:
        self._widest = max(self._widest, cap_width(self.key))
        self.setAccessibleName(f"{self._words} ({self.key})")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = self._widest - cap_width(self.key)
        top = (self.height() - theme.KEY_CAP) / 2
        paint_cap(painter, left, top, self.key, theme.colour("sunken"), theme.colour("ink2"), None)
        painter.setPen(theme.colour("ink"))
        painter.setFont(theme.font("body"))
        painter.drawText(self.rect().adjusted(self._widest + theme.S3, 0, 0, 0), LEFT, self._words)
