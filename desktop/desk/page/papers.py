"""Papers for the customer, over the account: which one, of which time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import UUID

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.desk.documents.papers import account_paper_pdf
from desktop.desk.page.printing import paper_print, ways
from desktop.desk.records import AccountCard
from desktop.desk.records.papers import AccountPaper, PaperKind, PaperOrder, first_day
from desktop.desk.service import issue_paper, papers_of
from desktop.kernel.database import refused
from desktop.kernel.errors import Refused
from desktop.kernel.work import Seat, draw_id
from desktop.papers.page.sending import Printed, send
from desktop.papers.records import PaperRow, SendOrder
from desktop.papers.service import send_prints
from desktop.qt import theme
from desktop.qt.basics import Field, Label, ProblemLine, row
from desktop.qt.buttons import Button
from desktop.qt.fields import ChoiceField, DateField
from desktop.qt.floating import Sheet
from desktop.qt.keys import combination, pressed
from desktop.qt.page import Page
from desktop.qt.paper_panel import Through
from desktop.qt.preview import PaperFile, keep_paper
from desktop.qt.table import Cell, Column, Table

_WIDE, _BEFORE_HIGH = 560, 210


class CardView(Protocol):
    """The account a paper is about, and where it is shown."""

    page: Page
    card: AccountCard | None

    def show_paper(
        self, title: str, path: Path, paper: PaperFile, through: Through | None, *, kind: str
    ) -> None: ...


def account_paper(seat: Seat, paper: AccountPaper) -> tuple[Path, PaperFile, Through]:
    """The PDF of a paper, kept in this person's folder, open to be shown, and how it goes to a printer then."""
    pdf = account_paper_pdf(paper, seat.app.catalog, seat.app.country, seat.app.picture)
    copy = f"_copy{paper.copy}" if paper.copy else ""
    path, prints = keep_paper(f"{paper.kind.value}_{paper.number}{copy}", pdf), (paper_print(paper),)
    seat.do(send_prints, SendOrder(prints))
    return path, PaperFile(pdf), partial(send, seat, prints)


class PapersSheet(Sheet):
    """What a customer asks for in writing, and what was written before, which is printed again.

    ``show`` is given title, path, paper and ``kind`` of what was written, and how it goes to a printer.
    """

    def __init__(self, page: Page, account_number: str, show: Callable[..., None]) -> None:
        super().__init__(page.window(), page.say("Papers for the customer"), page.say("Close"))
        self.page, self.say, self.number, self.show_written = page, page.say, account_number, show
        self.entry_id: UUID | None = draw_id()
        say, today = self.say, page.seat.today()
        self.kind = ChoiceField([(say(kind.text), kind.value) for kind in PaperKind])
        self.first, self.last = DateField(say, today, latest=today), DateField(say, today, latest=today)
        self._begins = first_day(PaperKind.STATEMENT, today)
        self.first.show_value(self._begins)
        self.last.show_value(today)
        self.problem = ProblemLine()
        self.button = Button(say("Write it"), "F12", kind="primary", flush=True)
        self.button.clicked.connect(self.write)
        line = row(self.button)
        line.addStretch(1)
        self.body.addWidget(Field(say("Paper"), self.kind))
        self.days = QWidget()
        self.days.setLayout(row(Field(say("From"), self.first), Field(say("To"), self.last)))
        self.body.addWidget(self.days)
        self.kind.changed.connect(lambda _: self._other_kind())
        self.body.addWidget(self.problem)
        self.body.addLayout(line)
        self.ways, self.before = ways(page.seat), self._build_before()
        self.also = self._press
        self._ask_before()
        self.closed.connect(self.deleteLater)

    def place(self) -> None:
        room = self.parent().rect()
        width = min(theme.grown(_WIDE), room.width() - 2 * theme.S3)
        height = min(self.height_of(width), room.height() - theme.TOP_BAR - theme.S2)
        top = max(theme.TOP_BAR, (room.height() - height) // 3)
        self.setGeometry((room.width() - width) // 2, top, width, height)

    def _build_before(self) -> Table:
        say = self.say
        self.again = Button(say("Print again"), "Ctrl P", icon="printer", flush=True)
        self.again.clicked.connect(self.print_again)
        head = row(Label(say("Written before"), "h2"))
        head.addStretch(1)
        head.addWidget(self.again)
        table = Table(
            say("Written before"),
            (
                Column(say("Paper"), lambda one: Cell(self._name(one), one.number), 250),
                Column(say("When"), lambda one: Cell(say.moment(one.issued_at), one.by)),
            ),
            row_height=theme.ROW_TWO,
        )
        table.show_empty(say("Nothing was written for this account yet"), "", "file-text")
        table.setFixedHeight(theme.grown(_BEFORE_HIGH))
        table.moved.connect(lambda _: self.again.setEnabled(self._way is not None))
        self.again.setEnabled(False)
        self.body.addLayout(head)
        self.body.addWidget(table)
        return table

    def _name(self, one: PaperRow) -> str:
        way = self.ways.get(one.kind)
        return self.say(way.title) if way is not None else one.kind

    @property
    def _way(self) -> Callable[[str], Printed] | None:
        one: PaperRow | None = self.before.current
        way = self.ways.get(one.kind) if one is not None else None
        return way.again if way is not None else None

    def _ask_before(self) -> None:
        asked = partial(self.page.seat.ask, papers_of, self.number)
        self.page.tasks.read(self, asked, self._show_before, self.page.trouble)

    def _show_before(self, found: tuple[PaperRow, ...]) -> None:
        self.before.show_rows(found, select=0 if found else None)
        self.again.setEnabled(self._way is not None)

    def print_again(self) -> None:
        """Print the chosen paper: itself where nobody has it yet, else as a copy."""
        one, way = self.before.current, self._way
        if way is not None and self.again.isEnabled():
            self.again.setEnabled(False)
            self.problem.tell("")
            self.page.tasks.read(self, partial(way, one.number), self._printed, self._not_printed)

    def _printed(self, made: Printed) -> None:
        made.paper.close()
        say = self.say
        self.again.setEnabled(True)
        if made.problem is not None:
            self.problem.tell(say(made.problem))
        else:
            kept = say("kept as {name}", name=made.path.name)
            self.page.toast(say("Printed on {printer}", printer=made.printer) if made.printed else kept)

    def _not_printed(self, error: BaseException) -> None:
        self.again.setEnabled(True)
        if isinstance(error, Refused):
            self.problem.tell(self.say(error.text))
        else:
            self.page.trouble(error)

    def _press(self, event: QKeyEvent) -> bool:
        keys = {combination("F12"): self.write, combination("Ctrl+P"): self.print_again}
        act = keys.get(pressed(event))
        if act is not None and not event.isAutoRepeat():
            act()
        return act is not None

    def dismiss(self) -> None:
        if self.entry_id is not None:  # not while a paper is being written
            super().dismiss()

    @property
    def _asked(self) -> PaperKind:
        return PaperKind.of(self.kind.value())

    def _other_kind(self) -> None:
        """Its usual time, unless another one was typed; that nothing is owed has none."""
        self.days.setEnabled(self._asked is not PaperKind.NO_DEBT)
        begins = first_day(self._asked, self.page.seat.today())
        if self.first.value() == self._begins:
            self.first.show_value(begins)
            self._begins = begins

    def write(self) -> None:
        """Write the paper, once; that nothing is owed is told of today, whatever days stand there."""
        today, of_today = self.page.seat.today(), self._asked is PaperKind.NO_DEBT
        first, last = (today, today) if of_today else (self.first.value(), self.last.value())
        if first is None or last is None:
            self.problem.tell(self.say("Type both days"))
            return
        if self.entry_id is None:
            return
        key, self.entry_id = self.entry_id, None
        order = PaperOrder(self.number, self._asked, first, last)
        self.page.do(issue_paper, order, self._written, key, partial(self._refused, key))

    def _refused(self, key: UUID, error: BaseException) -> None:
        self.entry_id = draw_id() if refused(error) else key
        if isinstance(error, Refused):
            self.problem.tell(self.say(error.text))
        else:
            self.page.trouble(error)

    def _written(self, paper: AccountPaper) -> None:
        title = f"{self.say(paper.kind.text)} {paper.number}"
        show = self.show_written  # the sheet is gone when the paper is there
        self.page.call(
            account_paper, self.page.seat, paper, then=lambda made: show(title, *made, kind=paper.kind.value)
        )
        self.entry_id = draw_id()
        self.dismiss()


def write_paper(view: CardView) -> None:
    """Ask which paper the account shown is to have; it is shown there when it is written."""
    if view.card is not None:
        sheet = PapersSheet(view.page, view.card.row.number, view.show_paper)
        sheet.appear(sheet.kind)
