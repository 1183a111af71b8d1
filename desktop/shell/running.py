"""The sheet of running tasks: what each does, how far it is, and a way to stop it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.kernel.text import Catalog
from desktop.qt import theme
from desktop.qt.basics import Label, row
from desktop.qt.buttons import Button
from desktop.qt.floating import Sheet
from desktop.qt.progress import Bar
from desktop.qt.tasks import JobShown, Tasks

WIDTH = 420


def share_words(job: JobShown) -> str:
    """How far a job is, in hundredths; nothing before it knows."""
    return f"{100 * job.done // job.total} %" if job.total else ""


class _Line(QWidget):
    def __init__(self, tasks: Tasks, say: Catalog, job: JobShown) -> None:
        super().__init__()
        self.share, self.bar = Label("", "body", "ink2"), Bar()
        self.stop = Button(say("Stop"))
        self.stop.clicked.connect(lambda: tasks.stop(job.number))
        self._stopping = say("stops at the next step")
        self.note = Label("", "small", "ink3")
        top = row(Label(job.what, "strong"), self.share)
        top.setStretch(0, 1)
        bottom = row(self.note, self.stop)
        bottom.setStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S1)
        column.addLayout(top)
        column.addWidget(self.bar)
        column.addLayout(bottom)
        self.tell(job)

    def tell(self, job: JobShown) -> None:
        """Show how far it is."""
        self.share.setText(share_words(job))
        self.bar.show_share(job.done / job.total if job.total else 0.0)
        self.stop.setEnabled(not job.stopping)
        self.note.setText(self._stopping if job.stopping else "")
        self.setAccessibleName(f"{job.what} {share_words(job)}".strip())


class RunningSheet(Sheet):
    """What runs now, oldest first."""

    def __init__(self, parent: QWidget, tasks: Tasks, say: Catalog) -> None:
        super().__init__(parent, say("Running tasks"), say("Close"))
        self.say, self._tasks = say, tasks
        self.lines: dict[int, _Line] = {}
        self._none = Label(say("Nothing is running"), "body", "ink2")
        self._column = QVBoxLayout()
        self._column.setSpacing(theme.S3)
        self.body.addWidget(self._none)
        self.body.addLayout(self._column)
        self.body.addStretch(1)
        tasks.jobs_changed.connect(self.tell)
        self.tell()

    def tell(self) -> None:
        """Show what runs at this moment."""
        jobs = {job.number: job for job in self._tasks.jobs}
        for number in [number for number in self.lines if number not in jobs]:
            line = self.lines.pop(number)
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        for number, job in jobs.items():
            if number in self.lines:
                self.lines[number].tell(job)
            else:
                self.lines[number] = _Line(self._tasks, self.say, job)
                self._column.addWidget(self.lines[number])
        self._none.setVisible(not jobs)
        if self.isVisible():
            self.place()

    def appear_at_first(self) -> None:
        """Appear with the focus on the first button that stops something."""
        first = next(iter(self.lines.values()), None)
        self.appear(first.stop if first is not None else None)

    def place(self) -> None:
        """Over the right end of the status line."""
        window = self.parentWidget()
        width = min(theme.grown(WIDTH), window.width() - 2 * theme.S3)
        foot = window.height() - theme.STATUS_LINE - theme.KEY_LINE - theme.S2
        height = min(self.height_of(width), foot - theme.TOP_BAR)
        top = foot - height
        self.setGeometry(window.width() - width - theme.S3, max(theme.TOP_BAR, top), width, height)
