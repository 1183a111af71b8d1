"""The small painted and composed parts every page is made of; each one has a name for those who listen.

Colours and sizes come from `theme` at the moment of painting, so a change of theme needs no more than a repaint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.qt import icons, theme

CAP_PADDING = 6
TOP_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter


def repolish(widget: QWidget) -> None:
    """Let the stylesheet look again at the properties of a widget."""
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


def grouped(number: str) -> str:
    """A long number in groups of four for the eye; anything else as it is.

    >>> grouped("001277394408"), grouped("HM-7")
    ('0012 7739 4408', 'HM-7')
    """
    if not number.isdigit():
        return number
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def cap_width(key: str) -> int:
    """The width of a key cap with these words on it."""
    return max(theme.KEY_CAP, theme.metrics("caption").horizontalAdvance(key) + 2 * CAP_PADDING)


def paint_cap(
    painter: QPainter, x: float, y: float, key: str, ground: QColor, ink: QColor, edge: QColor | None
) -> None:
    """A key cap with its top left corner at ``x, y``; in high contrast it always has an edge."""
    edge = ink if edge is None and theme.is_contrast() else edge
    rect = QRectF(x + 0.5, y + 0.5, cap_width(key) - 1, theme.KEY_CAP - 1)
    painter.setPen(QPen(edge, 1) if edge else Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(rect, 3, 3)
    painter.setPen(ink)
    painter.setFont(theme.font("caption"))
    painter.drawText(rect, CENTRE, key)


def show_caps(root: QWidget, caps: Mapping[str, str]) -> None:
    """Let everything below that carries a key show the one it is pressed with now (standard cap to bound one)."""
    for part in root.findChildren(QWidget):
        if isinstance(part, Capped):
            part.show_cap(caps)


class Capped:
    """Something with the cap of a key on it; ``standard`` is the key as it was given."""

    key: str
    standard: str

    def show_cap(self, caps: Mapping[str, str]) -> None:
        """Show the key that is pressed for it now."""
        shown = caps.get(self.standard, self.standard)
        if shown != self.key:
            self.key = shown
            self.name_key()

    def name_key(self) -> None:
        """Say the key to those who listen, and paint it."""


def badge_width(text: str, state: str) -> int:
    """The width of a badge with these words."""
    icon = 13 + theme.S1 if theme.STATES[state] else 0
    return icon + theme.metrics("small").horizontalAdvance(text) + 2 * 7


def paint_badge(painter: QPainter, x: float, y: float, text: str, state: str, dim: bool = False) -> None:
    """A badge (`theme.STATES`) with its top left corner at ``x, y``."""
    mark, soft = theme.state_colours(state)
    rect = QRectF(x, y, badge_width(text, state), theme.BADGE)
    ink = theme.colour("ink3" if dim else mark)
    edged = theme.is_contrast()
    painter.setPen(QPen(ink, 1) if edged else Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("sunken" if dim else soft))
    inside = rect.adjusted(0.5, 0.5, -0.5, -0.5) if edged else rect
    painter.drawRoundedRect(inside, theme.RADIUS_SMALL, theme.RADIUS_SMALL)
    left = x + 7
    if theme.STATES[state]:
        icons.paint(painter, theme.STATES[state], ink, 13, left, y + (theme.BADGE - 13) / 2)
        left += 13 + theme.S1
    painter.setPen(ink)
    painter.setFont(theme.font("small"))
    painter.drawText(QRectF(left, y, rect.right() - left, theme.BADGE), LEFT, text)


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


class Elided(Label):
    """Words in one line that end in an ellipsis when there is no room; the whole stands in the tooltip."""

    def __init__(self, text: str = "", style: str = "body", ink: str = "ink") -> None:
        super().__init__(text, style, ink)
        self.setAlignment(LEFT)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, self.minimumHeight())

    def setText(self, text: str) -> None:
        super().setText(text)
        self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def _shown(self) -> str:
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())

    def _tell(self) -> None:
        self.setToolTip("" if self._shown() == self.text() else self.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(theme.colour(self.property("ink")))
        painter.drawText(self.rect(), self.alignment(), self._shown())


class Rule(QFrame):
    """A hairline across."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "rule")


class Panel(QFrame):
    """A white panel with a hairline and, when it has a title, a title row of 40; fill `body`."""

    def __init__(self, title: str = "", *, kind: str = "panel", padding: int = theme.S3) -> None:
        super().__init__()
        self.setProperty("kind", kind)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.setSpacing(0)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(theme.S3, 0, theme.S3, 0)
        self.head.setSpacing(theme.S2)
        self.title = Label(title, "h2")
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


class Badge(QWidget):
    """A state in words on its soft ground, with the icon of the state.

    One that ``gives_way`` ends in an ellipsis where there is no room, the whole in its tooltip.
    """

    NARROWEST = 72

    def __init__(self, text: str = "", state: str = "plain") -> None:
        super().__init__()
        self.gives_way = False
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.text, self.state = text, state
        self.setAccessibleName(text)
        if not text:  # what stands in no window yet is not shown: it would be a window of its own
            self.hide()

    def show_state(self, text: str, state: str) -> None:
        """Say something else; without words the badge is gone."""
        self.text, self.state = text, state
        self.setAccessibleName(text)
        reveal(self, bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(badge_width(self.text, self.state), theme.BADGE)

    def minimumSizeHint(self) -> QSize:
        whole = self.sizeHint()
        return QSize(min(whole.width(), self.NARROWEST), theme.BADGE) if self.gives_way else whole

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        missing, shown = self.sizeHint().width() - self.width(), self.text
        if missing > 0:
            room = theme.metrics("small").horizontalAdvance(self.text) - missing
            shown = theme.metrics("small").elidedText(self.text, Qt.TextElideMode.ElideRight, room)
        paint_badge(painter, 0, 0, shown, self.state)
        self.setToolTip("" if shown == self.text else self.text)


class Button(QAbstractButton, Capped):
    """A button with its key on it: ``primary`` (one on a page), ``plain``, ``quiet`` or ``danger``.

    The focus ring lives in 3 px of the button's own rectangle, but not at the sides of a ``flush`` one, which
    lines up with the fields above it. Enter does not press it, Space does.
    """

    def __init__(
        self, text: str, key: str = "", *, kind: str = "plain", icon: str = "", flush: bool = False
    ) -> None:
        super().__init__()
        self.kind, self.key, self.standard, self.icon_name = kind, key, key, icon
        self._side = 0 if flush else theme.FOCUS_ROOM
        self.relabel(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def relabel(self, text: str) -> None:
        """Show other words."""
        self.setText(text)
        self.name_key()

    def name_key(self) -> None:
        self.setAccessibleName(f"{self.text()} ({self.key})" if self.key else self.text())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._content() + 2 * theme.S3 + 2 * self._side, theme.CONTROL + 2 * theme.FOCUS_ROOM)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _shown_icon(self) -> str:
        return self.icon_name if self.isEnabled() or self.icon_name == "clock" else "lock"

    def _content(self) -> int:
        icon = theme.ICON_BUTTON + theme.S2 if self._shown_icon() else 0
        cap = theme.S2 + cap_width(self.key) if self.key else 0
        return icon + theme.metrics("strong").horizontalAdvance(self.text()) + cap

    def _colours(self) -> tuple[str, str, str | None]:
        """Ground, ink and edge."""
        pressed, over = self.isDown(), self.underMouse()
        if not self.isEnabled():
            return "sunken", "ink3", None
        if self.kind == "primary":
            return ("accent_press" if pressed else "accent_hover" if over else "accent"), "on_accent", None
        ground = "sunken" if pressed else "subtle" if over else ("" if self.kind == "quiet" else "surface")
        if self.kind == "danger":
            return ground, "bad", "bad"
        return ground, "ink", None if self.kind == "quiet" else "line_strong"

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, ink, edge = self._colours()
        box = QRectF(self.rect()).adjusted(self._side, theme.FOCUS_ROOM, -self._side, -theme.FOCUS_ROOM)
        inside = box.adjusted(0.5, 0.5, -0.5, -0.5) if edge else box
        painter.setPen(QPen(theme.colour(edge), 1) if edge else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(inside, theme.RADIUS_BUTTON, theme.RADIUS_BUTTON)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), theme.FOCUS_RING))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)
        self._paint_content(painter, box, theme.colour(ink))

    def _paint_content(self, painter: QPainter, box: QRectF, ink: QColor) -> None:
        left = box.left() + max(theme.S2, (box.width() - self._content()) / 2)
        middle = box.center().y()
        if self._shown_icon():
            icons.paint(
                painter, self._shown_icon(), ink, theme.ICON_BUTTON, left, middle - theme.ICON_BUTTON / 2
            )
            left += theme.ICON_BUTTON + theme.S2
        painter.setFont(theme.font("strong"))
        painter.setPen(ink)
        width = theme.metrics("strong").horizontalAdvance(self.text())
        painter.drawText(QRectF(left, box.top(), width + 2, box.height()), LEFT, self.text())
        if not self.key:
            return
        left += width + theme.S2
        if self.kind == "primary" and self.isEnabled():
            ground, edge = QColor(ink), QColor(ink)
            ground.setAlphaF(0.2)
            edge.setAlphaF(0.5)
            paint_cap(painter, left, middle - theme.KEY_CAP / 2, self.key, ground, ink, edge)
        else:
            words = theme.colour("ink2") if self.isEnabled() else ink
            paint_cap(
                painter, left, middle - theme.KEY_CAP / 2, self.key, theme.colour("sunken"), words, None
            )


class KeyHint(QAbstractButton):
    """A key cap and what the key does; pressing it with the mouse does the same."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__()
        self.key = key
        self.setText(text)
        self.setAccessibleName(f"{text} ({key})")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        words = theme.metrics("small").horizontalAdvance(self.text())
        return QSize(cap_width(self.key) + 6 + words + 2, theme.CONTROL)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = theme.colour("ink" if self.isEnabled() else "ink3")
        paint_cap(
            painter,
            0,
            (self.height() - theme.KEY_CAP) / 2,
            self.key,
            theme.colour("sunken"),
            theme.colour("ink2"),
            None,
        )
        painter.setPen(theme.colour("accent") if self.underMouse() and self.isEnabled() else ink)
        painter.setFont(theme.font("small"))
        left = cap_width(self.key) + 6
        painter.drawText(QRectF(left, 0, self.width() - left, self.height()), LEFT, self.text())


class KeyCap(QAbstractButton, Capped):
    """A key cap alone, beside what the key acts on; ``text`` says what it does to those who listen."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__()
        self.key = self.standard = key
        self._does = text
        self.setToolTip(text)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.name_key()

    def name_key(self) -> None:
        self.setAccessibleName(f"{self._does} ({self.key})")
        self.setFixedSize(max(cap_width(self.key), theme.LEAST_HIT), theme.LEAST_HIT)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, top = (self.width() - cap_width(self.key)) / 2, (self.height() - theme.KEY_CAP) / 2
        paint_cap(painter, left, top, self.key, theme.colour("sunken"), theme.colour("ink2"), None)


class ProblemLine(QWidget):
    """One finding beside its field: an icon, what is wrong and what to do; room is given only when there is one."""

    def __init__(self, *, wrap: bool = True) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S1)
        self._icon = Icon("circle-alert", "bad", theme.ICON_TEXT)
        self._words = Label("", "small", "bad", wrap=wrap)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self.hide()

    def tell(self, words: str, state: str = "bad") -> None:
        """Show the finding, or nothing."""
        self._words.setText(words)
        self._words.ink(state)
        self._icon.become(theme.STATES[state], state)
        self.setVisible(bool(words))


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


class Choice(QComboBox):
    """One of a few, in a list that opens; the chevron takes the colour of the theme."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        at = (self.height() - theme.ICON_TEXT) / 2
        icons.paint(painter, "chevron-down", theme.colour("ink2"), theme.ICON_TEXT, self.width() - 24, at)


class Figure(QWidget):
    """An amount in a large style, at the right, its unit smaller after it."""

    def __init__(self, style: str, ink: str = "ink") -> None:
        super().__init__()
        self._style, self._ink, self._words, self._unit = style, ink, "", ""
        self.setMinimumHeight(theme.TYPES[style].line)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def words(self) -> str:
        """What is shown, unit left out."""
        return self._words

    def show_figure(self, words: str, unit: str, name: str) -> None:
        """Show an amount; ``name`` says what it is to those who listen."""
        self._words, self._unit = words, unit
        self.setAccessibleName(f"{name} {words} {unit}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = theme.metrics(self._style).horizontalAdvance(self._words) + theme.metrics(
            "h2"
        ).horizontalAdvance(self._unit)
        return QSize(width + theme.S2, theme.TYPES[self._style].line)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        base = (self.height() + theme.metrics(self._style).capHeight()) / 2
        left = self.width() - theme.metrics("h2").horizontalAdvance(self._unit)
        painter.setFont(theme.font("h2"))
        painter.setPen(theme.colour("ink2"))
        painter.drawText(QPointF(left, base), self._unit)
        painter.setFont(theme.font(self._style))
        painter.setPen(theme.colour(self._ink))
        left -= theme.S2 + theme.metrics(self._style).horizontalAdvance(self._words)
        painter.drawText(QPointF(left, base), self._words)


class Field(QWidget):
    """A field with its label above and a problem or a hint below. The field keeps what was typed.

    With ``inline`` the problem stands at the right of the label, so that nothing below moves.
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
        self._hint = Label(hint, "small", "ink3", wrap=True)
        reveal(self._hint, bool(hint))
        self._problem = ProblemLine(wrap=not inline)
        top = QHBoxLayout()
        top.addWidget(self.label)
        top.addStretch(1)
        column.addLayout(top)
        column.addWidget(edit)
        column.addWidget(self._hint)
        (top if inline else column).addWidget(self._problem)
        edit.setAccessibleName(label)

    def problem(self, words: str, state: str = "bad") -> None:
        """Show what is wrong with the field and how to mend it, or nothing."""
        self._problem.tell(words, state)
        self._hint.setVisible(bool(self._hint.text()) and not words)
        self.edit.setProperty("problem", state if words else "")
        self.edit.setAccessibleDescription(words)
        repolish(self.edit)

    def hint(self, words: str) -> None:
        """Show another hint."""
        self._hint.setText(words)
        self._hint.setVisible(bool(words))


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


class Progress(QWidget):
    """What is running, how many are done, a bar of 6 px, and a way to stop between two items."""

    stopped = Signal()

    def __init__(self, stop_text: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S1)
        top = QHBoxLayout()
        self._what, self._share = Label("", "body"), Label("", "body", "ink2")
        top.addWidget(self._what, 1)
        top.addWidget(self._share)
        self._bar = Bar()
        bottom = QHBoxLayout()
        self._note = Label("", "small", "ink3", wrap=True)
        self.stop_button = Button(stop_text, "Esc")
        self.stop_button.clicked.connect(self.stopped)
        bottom.addWidget(self._note, 1)
        bottom.addWidget(self.stop_button)
        column.addLayout(top)
        column.addWidget(self._bar)
        column.addLayout(bottom)
        self.hide()

    def begin(self, what: str, note: str = "") -> None:
        """Show the bar at nothing."""
        self._what.setText(what)
        self._note.setText(note)
        self._share.setText("")
        self._bar.show_share(0.0)
        self.stop_button.setEnabled(True)
        self.setAccessibleName(what)
        self.show()

    def advance(self, what: str, done: int, total: int) -> None:
        """Show how far it is."""
        share = done / total if total else 0.0
        self._what.setText(what)
        self._share.setText(f"{int(share * 100)} %")
        self._bar.show_share(share)
        self.setAccessibleName(what)

    def note(self, words: str) -> None:
        """Show another line below the bar."""
        self._note.setText(words)

    def end(self) -> None:
        """Take the bar away."""
        self.hide()


class Bar(QWidget):
    """How far something is, as a bar of 6 px."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setFixedHeight(theme.PROGRESS_BAR)

    def show_share(self, share: float) -> None:
        """Show a share from 0 to 1."""
        self._share = share
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for role, width in (("sunken", self.width()), ("accent", self.width() * self._share)):
            painter.setBrush(theme.colour(role))
            if width >= 1:
                painter.drawRoundedRect(QRectF(0, 0, width, self.height()), 3, 3)


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
        self.setFixedHeight(theme.CARD)
        self.body.setContentsMargins(theme.S3 - 1, theme.S2 - 1, theme.S3 - 1, theme.S1)
        self.body.setSpacing(0)
        self._label = Elided(label, "small", "ink2")
        self._figure, self._unit = Label("–", "figure"), Label(unit, "small", "ink2")
        self._badge = Badge()
        self._badge.gives_way = True
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._figure)
        row.addWidget(self._unit, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        row.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addWidget(self._label)
        self.body.addLayout(row)
        self.show_figure("–")

    def show_figure(self, figure: str, note: str = "", state: str = "plain") -> None:
        """Show the figure and, at its right, one comparison."""
        self._figure.setText(figure)
        self._badge.show_state(note, state)
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


class Facts(QWidget):
    """Labels with their values below, side by side; values can be selected, the ``longest`` one gives way."""

    def __init__(self, labels: Sequence[str], *, longest: int, gap: int = theme.S5) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(gap)
        self.values: list[Label] = []
        for at, label in enumerate(labels):
            column = QVBoxLayout()
            column.setSpacing(0)
            value = Elided("–") if at == longest else Label("–")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setAccessibleName(label)
            column.addWidget(Label(label, "small", "ink2"))
            column.addWidget(value)
            row.addLayout(column)
            self.values.append(value)
        row.addStretch(1)

    def show_values(self, values: Sequence[str]) -> None:
        """Fill in, in the order of the labels."""
        for label, value in zip(self.values, values, strict=True):
            label.setText(value or "–")


class Pair(QWidget):
    """A label at the left and its value at the right, one line of a sum."""

    def __init__(self, label: str, style: str = "body") -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._style = style
        self.label = Label(label, style, "ink" if style != "body" else "ink2")
        self.value = Elided("", style)
        self.value.setAlignment(RIGHT)
        row.addWidget(self.label)
        row.addStretch(1)
        row.addWidget(self.value)

    def show_value(self, value: str, label: str | None = None) -> None:
        """Show the value, and another label."""
        if label is not None:
            self.label.setText(label)
        self.value.setText(value)
        self.value.setAccessibleName(f"{self.label.text()} {value}")


class Segments(QFrame, Capped):
    """One choice of a few, each with its key under its name."""

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
        return QSize(sum(map(self._least, self._choices)) + 6, self.height())

    def _least(self, choice: tuple[str, str, str]) -> int:
        return theme.S3 + theme.ICON_BUTTON + 6 + theme.metrics("strong").horizontalAdvance(choice[1])

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
            wide = self._least((icon, words, key)) - theme.S3
            left = box.center().x() - wide / 2
            half = box.height() / 2
            icons.paint(painter, icon, ink, theme.ICON_BUTTON, left, box.top() + 3 + (half - 16) / 2)
            painter.setPen(ink)
            painter.setFont(theme.font("strong"))
            painter.drawText(QRectF(left + theme.ICON_BUTTON + 6, box.top() + 3, wide, half), LEFT, words)
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


class InlineQuestion(Panel):
    """Something to say in one line, asked in the page: Enter gives it, Esc closes it and the words stay.

    ``choices`` are ready answers, each under its digit while nothing is typed. `answered` tells the place of the
    ready answer (-1 for words of one's own), the words, and whether Ctrl was held.
    """

    answered = Signal(int, str, bool)

    def __init__(self) -> None:
        super().__init__(padding=0)
        self.body.setContentsMargins(theme.S3, theme.S2, theme.S3, theme.S2)
        self.body.setSpacing(theme.S1)
        self._title, self._keys = Label("", "h2"), Label("", "small", "ink2")
        self.body.addLayout(row(self._title, self._keys))
        self._keys.setAlignment(RIGHT)
        self._ready = QHBoxLayout()
        self._ready.setSpacing(theme.S2)
        self.body.addLayout(self._ready)
        self.edit = _Words(self)
        self._problem = ProblemLine()
        self.body.addWidget(self.edit)
        self.body.addWidget(self._problem)
        self._choices: tuple[str, ...] = ()
        self._kept: dict[str, str] = {}
        self._topic = ""
        self.hide()

    def ask(self, topic: str, title: str, keys: str, example: str, choices: Sequence[str] = ()) -> None:
        """Ask ``title``; what was typed under the same ``topic`` before stands there again. ``keys`` says its keys."""
        self.close_question()
        self._topic, self._choices = topic, tuple(choices)
        self._title.setText(title)
        self._keys.setText(keys)
        self.edit.setPlaceholderText(example)
        self.edit.setAccessibleName(title)
        self.edit.setText(self._kept.pop(topic, ""))
        self.problem("")
        clear(self._ready)
        for at, words in enumerate(self._choices):
            button = Button(words, str(at + 1))
            button.clicked.connect(lambda _=False, at=at: self.answered.emit(at, "", False))
            self._ready.addWidget(button)
        self._ready.addStretch(1)
        self.show()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def problem(self, words: str) -> None:
        """Say what is wrong with the answer; it stays typed."""
        self._problem.tell(words)
        self.edit.setAccessibleDescription(words)
        self.edit.setProperty("problem", "bad" if words else "")
        repolish(self.edit)

    def close_question(self) -> bool:
        """Take the question away, its words kept for the next time; False when none was asked."""
        if self.isHidden():
            return False
        if self.edit.text().strip():
            self._kept[self._topic] = self.edit.text()
        self.hide()
        return True

    def settled(self) -> None:
        """The answer was taken: nothing of it is kept."""
        self.edit.clear()
        self.close_question()

    def digit(self, number: int) -> bool:
        """Take the ready answer under a digit; False where there is none or words were typed."""
        if not 1 <= number <= len(self._choices) or self.edit.text():
            return False
        self.answered.emit(number - 1, "", False)
        return True


class _Words(QLineEdit):
    def __init__(self, question: InlineQuestion) -> None:
        super().__init__()
        self._question = question

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            held = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if not event.isAutoRepeat():
                self._question.answered.emit(-1, self.text().strip(), held)
        elif not (event.text().isdigit() and self._question.digit(int(event.text()))):
            super().keyPressEvent(event)


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
