"""Panes that stand side by side where there is room, and one below the other where there is not.

A screen of 2560×1440 at 300 % has room for 853×480: the detail pane goes under the list, and the page scrolls.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QFrame, QScrollArea, QStackedWidget, QWidget

from desktop.qt import theme

_ANY = 16_777_215  # what Qt takes for no limit


class Fold(QWidget):
    """Panes side by side, each given with its width (0: takes what is left) and its least height when folded.

    ``below`` is the width under which they fold; they do so too where they would not fit beside each other.
    """

    def __init__(self, *panes: tuple[QWidget, int, int], below: int = theme.FOLD_BELOW) -> None:
        super().__init__()
        self._panes, self._below, self.folded = list(panes), below, False
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.S3)
        for pane, width, _ in panes:
            self._layout.addWidget(pane, 0 if width else 1)
        self._arrange()

    def widen(self, pane: QWidget, width: int) -> None:
        """Give a pane another width beside the others."""
        self._panes = [(one, width if one is pane else before, height) for one, before, height in self._panes]
        self._arrange()

    def width_of(self, pane: QWidget) -> int:
        """The width a pane has beside the others."""
        return next(width for one, width, _ in self._panes if one is pane)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def event(self, event: QEvent) -> bool:
        """What a pane needs may change, as when a message comes."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fold()
            if self.folded:
                self._arrange()
        return super().event(event)

    def _fold(self) -> None:
        folded = self.width() < max(self._below, self._beside())
        if folded is not self.folded:
            self.folded = folded
            self._arrange()

    def _beside(self) -> int:
        """The width that all panes shown need beside each other."""
        needed = [
            max(width, pane.minimumSizeHint().width())
            for pane, width, _ in self._panes
            if not pane.isHidden()
        ]
        return sum(needed) + self._layout.spacing() * (len(needed) - 1)

    def minimumSizeHint(self) -> QSize:
        """Not wider than folded, so that it gets the chance to fold."""
        whole = super().minimumSizeHint()
        widest = max(
            (pane.minimumSizeHint().width() for pane, _, _ in self._panes if not pane.isHidden()), default=0
        )
        return QSize(min(whole.width(), widest), whole.height())

    def _arrange(self) -> None:
        way = QBoxLayout.Direction.TopToBottom if self.folded else QBoxLayout.Direction.LeftToRight
        self._layout.setDirection(way)
        for pane, width, height in self._panes:
            pane.setMinimumHeight(max(height, pane.minimumSizeHint().height()) if self.folded else 0)
            pane.setMinimumWidth(0 if self.folded else width)
            pane.setMaximumWidth(_ANY if self.folded or not width else width)


class Stack(QStackedWidget):
    """Widgets one of which is shown; it asks for no more room than that one needs.

    It goes to its place before it is filled: Qt dresses whatever moves, with all in it, once more.
    """

    def sizeHint(self) -> QSize:
        shown = self.currentWidget()
        return super().sizeHint() if shown is None else shown.sizeHint()

    def minimumSizeHint(self) -> QSize:
        shown = self.currentWidget()
        return super().minimumSizeHint() if shown is None else shown.minimumSizeHint()


class Inner(QScrollArea):
    """A part of a page that scrolls by itself: it asks the page for no more height than it needs at least."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(content)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())


class Scroll(QScrollArea):
    """The content of a page: as large as its place, scrolled only where that is too small for it.

    Whatever gets the focus comes into view.
    """

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        QApplication.instance().focusChanged.connect(self._follow)

    def show_place(self, part: QWidget, place: QRect) -> None:
        """Scroll down or up until a place in a part of the content is seen."""
        if self.widget().isAncestorOf(part):
            middle = part.mapTo(self.widget(), place.center())
            self.ensureVisible(self.horizontalScrollBar().value(), middle.y(), 0, place.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys with Ctrl belong to the page; the arrows scroll."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.widget().isAncestorOf(now):
            self.ensureWidgetVisible(now, theme.S3, theme.S3)
