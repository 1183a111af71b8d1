"""How far something is, and a way to stop it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.qt import theme
from desktop.qt.basics import Label
from desktop.qt.buttons import Button


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
