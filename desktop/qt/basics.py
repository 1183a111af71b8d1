"""The few parts that every window is made of, the first one too, which is shown before anything else is loaded.

Colours and sizes come from `theme` at the moment of painting, so a change of theme needs no more than a repaint.
Every part has a name for those who listen.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop.qt import icons, theme

TOP_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter


def repolish(widget: QWidget) -> None:
    """Let the stylesheet look again at the properties of a widget; at one never shown yet it looks when it is."""
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def reveal(widget: QWidget, shown: bool) -> None:
    """Show or hide a part; one that has no place yet waits for it and does not open as a window of its own."""
    if shown and widget.parentWidget() is None:
        widget.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
    else:
        widget.setVisible(shown)


def clear(layout: QVBoxLayout | QHBoxLayout) -> None:
    """Take everything out of a layout and drop it."""
    while layout.count():
        item = layout.takeAt(0)
        if item.widget() is not None:
            item.widget().hide()
            item.widget().deleteLater()
        elif item.layout() is not None:
            clear(item.layout())


def column(*parts: QWidget, spacing: int = theme.S3) -> QVBoxLayout:
    """Widgets one below the other."""
    layout = QVBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for part in parts:
        layout.addWidget(part)
    return layout


def row(*parts: QWidget, spacing: int = theme.S3) -> QHBoxLayout:
    """Widgets side by side."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for part in parts:
        layout.addWidget(part)
    return layout


class Label(QLabel):
    """Words in one type style and ink; never read as markup."""

    def __init__(self, text: str = "", style: str = "body", ink: str = "ink", *, wrap: bool = False) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.font(style))
        self.setProperty("ink", ink)
        self.setWordWrap(wrap)
        if not wrap:
            self.setMinimumHeight(theme.TYPES[style].line)

    def ink(self, role: str) -> None:
        """Change the colour of the words."""
        if self.property("ink") != role:
            self.setProperty("ink", role)
            repolish(self)


class Rule(QFrame):
    """A hairline across."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "rule")


class Icon(QWidget):
    """An icon in one colour."""

    def __init__(self, name: str, ink: str = "ink2", size: int = theme.ICON_TEXT) -> None:
        super().__init__()
        self._name, self._ink, self._size = name, ink, size
        self.setFixedSize(size, size + 4)

    def become(self, name: str, ink: str) -> None:
        """Show another icon."""
        self._name, self._ink = name, ink
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        icons.paint(
            QPainter(self),
            self._name,
            theme.colour(self._ink),
            self._size,
            0,
            (self.height() - self._size) / 2,
        )


class Mark(QWidget):
    """The sign of the program."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size
        self.setFixedSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(self.rect(), theme.RADIUS_FLOAT, theme.RADIUS_FLOAT)
        icon = round(self._size * 0.55)
        icons.paint(
            painter, "zap", theme.colour("on_accent"), icon, (self._size - icon) / 2, (self._size - icon) / 2
        )


class ProblemLine(QWidget):
    """One finding beside its field: an icon, what is wrong and what to do; room is given only when there is one."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S1)
        self._icon = Icon("circle-alert", "bad", theme.ICON_TEXT)
        self._words = Label("", "small", "bad", wrap=True)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self.hide()

    def tell(self, words: str, state: str = "bad") -> None:
        """Show the finding, or nothing."""
        self._words.setText(words)
        self._words.ink(state)
        self._icon.become(theme.STATES[state], state)
        self.setVisible(bool(words))

    def fit(self, room: int) -> bool:
        """Stand in one line where there is room for that, in px; False where it takes several."""
        needs = theme.metrics("small").horizontalAdvance(self._words.text()) + theme.ICON_TEXT + theme.S1
        self._words.setWordWrap(needs >= room)
        return needs < room


class Choice(QComboBox):
    """One of a few, in a list that opens; the chevron takes the colour of the theme."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        at = (self.height() - theme.ICON_TEXT) / 2
        icons.paint(painter, "chevron-down", theme.colour("ink2"), theme.ICON_TEXT, self.width() - 24, at)


class Field(QWidget):
    """A field with its label above and a problem or a hint below. The field keeps what was typed.

    With ``inline`` the problem stands at the right of the label, or in its place where it needs that, so that nothing
    below moves.
    """

    def __init__(
        self, label: str, edit: QLineEdit | QWidget, hint: str = "", *, inline: bool = False
    ) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S1)
        self.edit = edit
        self.label = Label(label, "small", "ink2")
        self.label.setBuddy(edit)
        reveal(self.label, bool(label))
        self._hint = Label(hint, "small", "ink3", wrap=True)
        reveal(self._hint, bool(hint))
        self._problem = ProblemLine()
        self._top = top = QHBoxLayout()
        top.addWidget(self.label)
        top.addStretch(1)
        column.addLayout(top)
        column.addWidget(edit)
        column.addWidget(self._hint)
        self._inline = inline
        (top if inline else column).addWidget(self._problem)
        edit.setAccessibleName(label)

    def rename(self, label: str) -> None:
        """Another label, for who looks and for who listens."""
        self.label.setText(label)
        self.edit.setAccessibleName(label)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """The label gives way to a problem that has no room beside it."""
        if self._inline:
            room = self.width() - self.label.sizeHint().width() - theme.S2
            beside = self._problem.isHidden() or self._problem.fit(room)
            if not beside:
                self._problem.fit(self.width())
            self.label.setVisible(beside)
            self._top.setStretch(1, int(beside))
            self._top.setStretch(2, int(not beside))

    def problem(self, words: str, state: str = "bad") -> None:
        """Show what is wrong with the field and how to mend it, or nothing."""
        self._problem.tell(words, state)
        self._make_room()
        self._hint.setVisible(bool(self._hint.text()) and not words)
        self.edit.setAccessibleDescription(words)
        found = state if words else ""
        if (self.edit.property("problem") or "") != found:
            self.edit.setProperty("problem", found)
            repolish(self.edit)

    def hint(self, words: str) -> None:
        """Show another hint."""
        self._hint.setText(words)
        self._hint.setVisible(bool(words))
