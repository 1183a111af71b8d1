"""A page that begins with a file: dropped anywhere on it, chosen with Ctrl O, or brought along by another page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog

from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.qt.keys import Key
from desktop.qt.page import Page
from desktop.qt.panels import Empty, Panel
from desktop.qt.tasks import Tasks


class FilePage(Page):
    """Subclasses say which ``FILES`` they take (a title and patterns such as ``*.xlsx``) and what to do with one."""

    FILES: ClassVar[tuple[Text, str]]

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        self.setAcceptDrops(True)

    def check(self, path: Path) -> None:
        """A file came; none comes while a job of the page runs."""
        raise NotImplementedError

    def drop_panel(self, icon: str, title: str, text: str, more: Sequence[tuple[str, str]] = ()) -> Panel:
        """Where a file is dropped while there is none: what it is, what becomes of it, and further keys to begin."""
        panel = Panel(kind="drop")
        panel.body.addWidget(Empty(icon, title, text, (("Ctrl O", self.say("choose a file")), *more)))
        return panel

    def choose_key(self) -> Key:
        """The key that asks for a file."""
        return Key("Ctrl+O", Text("choose a file"), self.choose, enabled=not self.job_running)

    def choose(self) -> None:
        """Ask for a file."""
        title, patterns = self.FILES
        name, _ = QFileDialog.getOpenFileName(self, self.say(title), "", f"{self.say('Sheets')} ({patterns})")
        if name:
            self._bring(Path(name))

    def show_argument(self, argument: object) -> None:
        if isinstance(argument, Path):
            self._bring(argument)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _files(event) and not self.job_running:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = _files(event)
        if files and not self.job_running:
            event.acceptProposedAction()
            self._bring(files[0])

    def _bring(self, path: Path) -> None:
        if not self.job_running:
            self.check(path)


def _files(event: QDropEvent) -> list[Path]:
    """The files that are dragged; what is no file of this computer is none."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
