"""A paper shown in place of a list, with the way back, and the panel that sends it to a printer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from desktop.kernel.errors import Refused
from desktop.kernel.log import fault
from desktop.kernel.text import Catalog, Text
from desktop.qt import theme
from desktop.qt.basics import Label, ProblemLine, row
from desktop.qt.buttons import Button
from desktop.qt.fields import ChoiceField, TextField
from desktop.qt.figures import Elided
from desktop.qt.form import Form
from desktop.qt.money import NumberField
from desktop.qt.page import cap, combination
from desktop.qt.panels import Panel
from desktop.qt.preview import PaperFile, PaperView
from desktop.qt.printing import MOST_COPIES, print_pages, printer_name, printers, read_pages, remember_printer
from desktop.qt.progress import Progress
from desktop.qt.tasks import Tasks

Through = Callable[[str, Callable[[], object]], None]
"""Sends one print of a paper to a printer by name: told before and after it what gives the paper to the printer."""

_FORMATS = (("A4", 595, 842), ("A5", 420, 595))


class PrintPanel(Panel):
    """Printer, copies and pages; the printer is remembered for this ``kind`` of paper at this ``station``.

    ``printed`` carries how many sides a printer took, and its name; nothing is lost when it takes none. What goes
    ``through`` something that counts prints goes once and whole, unless it may go as often as anybody asks.
    """

    printed = Signal(int, str)
    closed = Signal()

    def __init__(self, say: Catalog, tasks: Tasks, kind: str, station: str, key: str = "Ctrl+P") -> None:
        super().__init__(say("Print"))
        self._say, self._tasks, self._kind, self._station = say, tasks, kind, station
        self._paper: PaperFile | None = None
        self._through: Through | None = None
        self._job: int | None = None
        self.size = Label("", "small", "ink2")
        self.head.addWidget(self.size)
        self.printer, self.copies = ChoiceField(), NumberField(say, most=2)
        self.pages = TextField(example="1-3, 5")
        self.copies.stepped.connect(self._step)
        self.button = Button(say("Print"), cap(key), kind="primary", icon="printer")
        self.button.clicked.connect(self.print)
        back = Button(say("Back"), "Esc", kind="quiet")
        back.clicked.connect(self.closed)
        self.form = Form(self, say, self.button)
        self.printer_field = self.form.field("printer", say("Printer"), self.printer, required=True)
        self.counted = (
            self.form.field("copies", say("Copies"), self.copies, required=True, judge=self._judge_copies),
            self.form.field("pages", say("Pages, empty for all"), self.pages, judge=self._judge_pages),
        )
        fields = row(self.printer_field, *self.counted)
        for at, share in enumerate((3, 1, 2)):
            fields.setStretch(at, share)
        self.problem = ProblemLine()
        self.progress = Progress(say("Stop"))
        self.progress.stopped.connect(self.stop)
        buttons = row(self.button, back, spacing=theme.S2)
        buttons.addStretch(1)
        self.body.addLayout(fields)
        self.body.addWidget(self.problem)
        self.body.addWidget(self.progress)
        self.body.addLayout(buttons)
        self.hide()

    def ask(
        self, paper: PaperFile, through: Through | None = None, *, once: bool = True, kind: str = ""
    ) -> None:
        """Open for a paper, with what was chosen for its kind last time."""
        self._paper, self._through, self._kind = paper, through, kind or self._kind
        for field in self.counted:
            field.setVisible(through is None or not once)
        names, wanted = printers(), printer_name(self._kind, self._station)
        self.printer.offer([(name, name) for name in names])
        self.printer.show_text(wanted)
        self.copies.show_text("1")
        self.pages.show_text("")
        self.size.setText(_size_words(paper.sizes[0]))
        self.problem.tell(
            "" if names else self._say("This computer has no printer. The paper is kept as a file")
        )
        self.button.setEnabled(bool(names))
        self.form.pristine()
        self.show()
        (self.button if names and self.printer.value() == wanted else self.printer).setFocus()

    def _step(self, by: int) -> None:
        number = int(self.copies.number() or 0) + by
        self.copies.show_text(str(min(max(number, 1), MOST_COPIES)))

    @staticmethod
    def _judge_copies(copies: object) -> Text | None:
        return None if copies else Text("At least one copy")

    def _judge_pages(self, typed: str) -> Text | None:
        count = len(self._paper.sizes) if self._paper else 0
        if read_pages(typed, count) is not None:
            return None
        return Text("Write pages from 1 to {last} like this: 1-3, 5", last=str(count))

    def print(self) -> None:
        """Send the pages to the printer, beside the window."""
        if self._job is not None or self._paper is None or not self.button.isEnabled():
            return
        asked = self.form.submit()
        if asked is None:
            return
        self.problem.tell("")
        printer, pages = asked["printer"], read_pages(asked["pages"] or "", len(self._paper.sizes))
        remember_printer(self._kind, self._station, printer)
        call: Callable[..., Any] = partial(print_pages, printer, self._paper.pdf, pages, int(asked["copies"]))
        if self._through is not None:
            call = partial(_sent_through, self._through, printer, call)
        self.button.setEnabled(False)
        self.progress.begin(self._say("Printing on {printer}", printer=printer))
        self._job = self._tasks.job(self, call, partial(self._done, printer), self._failed, self._progressed)

    def stop(self) -> None:
        """Stop between two sides."""
        if self._job is not None:
            self._tasks.stop(self._job)

    @property
    def printing(self) -> bool:
        """Whether a printer is being fed."""
        return self._job is not None

    def _progressed(self, done: int, total: int) -> None:
        self.progress.advance(self._say("{done} of {total} sides", done=done, total=total), done, total)

    def _ended(self) -> None:
        self._job = None
        self.progress.end()
        self.button.setEnabled(True)

    def _done(self, printer: str, sides: int) -> None:
        self._ended()
        self.printed.emit(sides, printer)
        self.closed.emit()

    def _failed(self, error: BaseException) -> None:
        self._ended()
        if isinstance(error, Refused):
            self.problem.tell(self._say(error.text))
        else:
            reference = fault(error)
            self.problem.tell(
                self._say("It was not printed. The paper is kept. Reference {reference}", reference=reference)
            )
        self.printer.setFocus()


def _sent_through(
    through: Through, printer: str, call: Callable[..., int], progress: Callable[[int, int], bool]
) -> int:
    sides: list[int] = []
    through(printer, lambda: sides.append(call(progress)))
    return sides[0]


def _size_words(size: tuple[float, float]) -> str:
    """The name of a paper size, or its millimetres."""
    short, long = sorted(size)
    for name, across, down in _FORMATS:
        if abs(short - across) < 4 and abs(long - down) < 4:
            return name
    return f"{short / 72 * 25.4:.0f} × {long / 72 * 25.4:.0f} mm"


class PaperPanel(Panel):
    """A paper in place of a list; Ctrl+P (or another ``key``) sends it to a printer, Esc goes ``back``."""

    closed = Signal()

    def __init__(
        self, say: Catalog, tasks: Tasks, kind: str, station: str, *, key: str = "Ctrl+P", back: bool = True
    ) -> None:
        super().__init__(" ", padding=theme.S3)
        self.say, self.kind, self._key, self._has_way_back = say, kind, key, back
        self.shown_kind = kind
        self._make_print_panel = partial(PrintPanel, say, tasks, kind, station, key)
        self._print_panel: PrintPanel | None = None
        self.paper: PaperFile | None = None
        self._through: Through | None = None
        self._once = True
        self.where, self.place = Elided("", "small", "ink2"), Label("", "small", "ink2")
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.print_button = Button(say("Print"), cap(key), kind="quiet", icon="printer")
        self.print_button.clicked.connect(self.ask_print)
        self.back_button = Button(say("Back"), "Esc", kind="quiet")
        self.back_button.clicked.connect(self.step_back)
        if not back:
            self.back_button.hide()
        for part in (self.place, self.where, self.print_button, self.back_button):
            self.head.addWidget(part)
        self.view = PaperView(say("Preview"), tasks)
        self.view.moved.connect(self._show_place)
        self.body.addWidget(self.view, 1)

    @property
    def print_panel(self) -> PrintPanel:
        """What sends the paper to a printer; most papers are only read, so it is made when it is first asked for."""
        if self._print_panel is None:
            self._print_panel = self._make_print_panel()
            self._print_panel.closed.connect(self._close_print)
            self._print_panel.printed.connect(self._printed)
            self.body.insertWidget(0, self._print_panel)
        return self._print_panel

    @property
    def _asks(self) -> bool:
        """Whether the panel that prints is open."""
        return self._print_panel is not None and self._print_panel.isVisible()

    def _ask_no_more(self) -> None:
        if self._print_panel is not None:
            self._print_panel.hide()

    @property
    def pages(self) -> int:
        """How many pages the paper has; none while there is no paper."""
        return self.view.pages

    def clear(self) -> None:
        """Show no paper."""
        self.paper = None
        self._ask_no_more()
        self.print_button.setEnabled(False)
        self.view.show_paper(None)

    def show_paper(
        self,
        title: str,
        path: Path | None,
        paper: PaperFile,
        *,
        may_print: bool = True,
        through: Through | None = None,
        once: bool = True,
        kind: str = "",
    ) -> None:
        """Show a paper, and where the file is kept; one that has gone to a printer need not be printed again, and one
        that goes ``through`` something that counts prints is printed here ``once``, if it is not free to be printed
        as often as anybody asks. It may be of another ``kind`` than most papers here."""
        self.paper, self._through, self._once = paper, through, once
        self.shown_kind = kind or self.kind
        self.print_button.setVisible(may_print)
        self.print_button.setEnabled(may_print)
        self.title.setText(title)
        self.where.setText(self.say("kept as {name}", name=path.name) if path else "", str(path or ""))
        self._ask_no_more()
        self.view.show_paper(paper)
        if self._has_way_back:
            self.view.setFocus()

    def _show_place(self, page: int) -> None:
        self.place.setText(self.say("page {page} of {count}", page=page, count=self.view.pages))

    def ask_print(self) -> None:
        """Open the panel that prints, or print when it is open."""
        if self._asks:
            self.print_panel.print()
        elif self.paper is not None and self.print_button.isEnabled():
            self.print_panel.ask(self.paper, self._through, once=self._once, kind=self.shown_kind)

    def _close_print(self) -> None:
        if not self.print_panel.printing:
            self.print_panel.hide()
            self.view.setFocus()

    def _printed(self, sides: int, printer: str) -> None:
        words = self.say.plural(
            "{count} side printed on {printer}", "{count} sides printed on {printer}", sides, printer=printer
        )
        self.where.setText(words)
        if self._through is not None and self._once:
            self.print_button.setVisible(False)
            self.print_button.setEnabled(False)

    def step_back(self) -> None:
        """Stop printing, close the panel that prints, or leave the paper: one thing at a time."""
        if self._print_panel is not None and self._print_panel.printing:
            self.print_panel.stop()
        elif self._asks:
            self._close_print()
        else:
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressed = event.keyCombination()
        if pressed == combination(self._key):
            self.ask_print()
        elif pressed == combination("Esc") and (self._has_way_back or self._asks):
            self.step_back()
        else:
            super().keyPressEvent(event)
