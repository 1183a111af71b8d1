"""The invoice register by keys: to be exported, without a number, numbered; a bill's invoice in a form beside it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from desktop.invoices.records import (
    BUYER_WORDS,
    EVERY_HALL,
    BatchMade,
    Buyer,
    InvoiceKind,
    InvoiceRow,
    InvoiceState,
    NumbersTaken,
    WishOrder,
    WishQuery,
    WishShown,
)
from desktop.invoices.service import (
    attach_numbers,
    export_again,
    export_batch,
    export_invoices,
    invoices,
    invoices_extent,
    invoices_of,
    read_back,
    set_wish,
    wish,
)
from desktop.invoices.service.wishes import WishRefused
from desktop.kernel.country import Country
from desktop.kernel.errors import Refused
from desktop.kernel.listing import Listing
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import Label, ProblemLine, row
from desktop.qt.cells import words_room
from desktop.qt.fields import ChoiceField, FormatField, TextField
from desktop.qt.fold import Stack
from desktop.qt.form import FormPanel
from desktop.qt.formsheet import FormSheet
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.rows import Source
from desktop.qt.table import Cell, Column, Table, money_cell
from desktop.qt.tasks import Tasks

_BESIDE_FORM = (2, 4, 5, 7)
"""Kind, buyer, tax and number: columns that are away beside the form."""
MOST_TOLD = 6
"""So many lines that fit none are told at once; the rest is counted."""


class WishForm(FormPanel):
    """Which invoice a bill, or every bill of an account, is to have, and for whom."""

    def __init__(self, page: Page, found: WishShown) -> None:
        say = page.say
        of_bill = say("Only for bill {number}", number=found.bill_number)
        for_all = say("For every bill of the account that says nothing itself")
        super().__init__(say, found.name, of_bill if found.bill_number else for_all)
        self.found, field = found, self.form.field
        self.kind = ChoiceField([(say(one.text), one.value) for one in InvoiceKind])
        self.kind.show_text(found.kind.value)
        self.line(field("kind", say("Kind of invoice"), self.kind))
        made = [
            field(name, say(words), _buyer_edit(page.seat.app.country, name, getattr(found.buyer, name)))
            for name, words in BUYER_WORDS.items()
        ]
        for at in range(0, len(made), 2):
            self.line(*made[at : at + 2])
        self.problem = ProblemLine()
        self.body.insertWidget(self.body.count() - 1, self.problem)
        self.form.pristine()
        about = f"invoice {found.account_number} {found.bill_number}".strip()
        self.form.keep_drafts(page.seat.app.drafts(page.seat.actor), about, page.tasks)

    def order(self) -> WishOrder | None:
        """What was typed; None when something is wrong with it, which is told."""
        typed = self.form.submit()
        if typed is None:
            return None
        buyer = Buyer(**{name: typed.get(name) or "" for name in BUYER_WORDS})
        return WishOrder(
            self.found.account_number, InvoiceKind.of(typed["kind"]), buyer, self.found.bill_number
        )

    def refused(self, error: Refused) -> None:
        """Say beside the fields why it was refused; what was typed stays."""
        if isinstance(error, WishRefused):
            self.form.show_problems(error.problems)
        self.problem.tell(self.say(error.text))


def _buyer_edit(country: Country, name: str, value: str) -> TextField | FormatField:
    """The edit of one field of the buyer, with the format the country has for it."""
    if name not in country.identifiers:
        edit = TextField()
        edit.setText(value)
        return edit
    known = FormatField(country.identifiers[name])
    known.show_value(value)
    return known


class InvoiceSheet(FormSheet):
    """An account's invoices over any page: what it or one of its bills is to have, and what became of the others."""

    def __init__(self, page: Page, asked: WishQuery) -> None:
        super().__init__(page, page.say("Invoices"))
        self.form: WishForm | None = None
        self.told = Label("", "small", "ink2", wrap=True)
        self.body.addWidget(self.told)
        page.ask(wish, asked, self._take, failed=self.failed)
        page.ask(invoices_of, asked.account_number, self._tell)

    def _tell(self, rows: tuple[InvoiceRow, ...]) -> None:
        """The newest invoices, a line each."""
        say = self.say
        lines = [
            say.join(
                [
                    say("Bill {number}", number=row.bill_number),
                    say("red") if row.red else say("blue"),
                    say(row.kind.text),
                    say.money(row.gross, unit=True),
                    say("Invoice {number}", number=row.number) if row.number else say(row.state.text),
                ]
            )
            for row in rows[:MOST_TOLD]
        ]
        self.told.setText("\n".join(lines) or say("No invoice yet"))
        self.fit()

    def _take(self, found: WishShown) -> None:
        if found.exported:
            words = self.say(
                "The invoice of bill {number} is exported: it changes no more", number=found.bill_number
            )
            self.body.addWidget(Label(words, "body", wrap=True))
        elif self.page.seat.may(set_wish):
            self.form = WishForm(self.page, found)
            self.show_form(self.form)
        self.fit()

    def submit(self) -> None:
        order = self.form.order() if self.form is not None else None
        if order is not None:
            self.send(set_wish, order, self._stored)

    def _stored(self, found: WishShown) -> str:
        number = self.page.seat.app.country.format_account(found.account_number)
        return self.say("{kind} for account {number}", kind=found.kind, number=number)

    def refused(self, error: Refused) -> None:
        if self.form is not None:
            self.form.refused(error)


class InvoicesPage(Page):
    """The register by tab; the form of a bill or an account stands beside it."""

    HELP = Text(
        "Invoices that customers ask for. F12 writes those that wait into one file for the tax system; each goes out"
        " once. Ctrl+I reads the numbers of the file that comes back and tells every line that fits none. A bill taken"
        " back after its invoice has a number waits for a red one with a number of its own, and so does one that gives"
        " a part of it back."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        say = self.say
        self.form: WishForm | None = None
        self._sending = self.every_hall = False
        self.tabs = self.add_tabs([say(one.text).capitalize() for one in InvoiceState])
        self.tabs.chosen.connect(lambda _: self._list())
        self.question = InlineQuestion(self.unfinished, self.tasks, "invoices")
        self.question.answered.connect(lambda _at, words, _held: self._open_account(words))
        self.table = self._build()
        listed = Panel(padding=0)
        listed.body.addWidget(self.table)
        self.side = Stack()
        self.side.setFixedWidth(theme.grown(theme.DETAIL_PANE))
        self.side.hide()
        middle = row(listed, self.side)
        middle.setStretch(0, 1)
        self.body.addWidget(self.question)
        self.body.addLayout(middle, 1)
        self.refresh_keys()

    def _build(self) -> Table:
        say, sign = self.say, self.seat.app.country.currency.sign
        kinds = [say(one.text) for one in InvoiceKind]
        table = Table(
            say("Invoices"),
            (
                Column(say("Bill"), lambda one: one.bill_number, 150, sorts=False),
                Column(say("Colour"), self._colour, words_room(say("red"), say("blue"), least=72), sorts=False),
                Column(say("Kind of invoice"), lambda one: say(one.kind.text), words_room(*kinds, least=120),
                       sorts=False),
                Column(say("Customer"), self._customer, sorts=False, least=180),
                Column(say("Buyer"), self._buyer, 150, sorts=False),
                Column(say("VAT"), lambda one: say.money(one.tax), 90, right=True, sorts=False,
                       value=lambda one: one.tax),
                Column(say("Amount {sign}", sign=sign), lambda one: money_cell(say.money(one.gross)), 110,
                       right=True, sorts=False, value=lambda one: one.gross),
                Column(say("Invoice number"), self._number, 200, sorts=False),
            ),
            row_height=theme.ROW_TWO,
            source=Source(self.ask, invoices, invoices_extent),
            persons=True,
            key=lambda one: (one.bill_id, one.red),
        )  # fmt: skip
        table.rows_model.listing = Listing(about=InvoiceState.WAITING.value)
        table.show_empty(say("No invoice here"), say("E enters what an account asks for"), "stamp")
        table.opened.connect(lambda _: self.change_bill())
        table.listed.connect(self._tell_total)
        return table

    def _colour(self, one: InvoiceRow) -> Cell:
        return Cell(self.say("red") if one.red else self.say("blue"), ink="bad" if one.red else "ink2")

    def _customer(self, one: InvoiceRow) -> Cell:
        number = self.seat.app.country.format_account(one.account_number)
        return Cell(one.customer_name, self.say.join([number, self.say.month(one.month)]), strong=True)

    def _buyer(self, one: InvoiceRow) -> Cell:
        return Cell(one.buyer.title, one.buyer.tax_number)

    def _number(self, one: InvoiceRow) -> Cell:
        if one.waits is not None:
            return Cell(self.say("{place}: {what}", place=self.say("waits"), what=one.waits), ink="warn")
        if one.number:
            return Cell(one.number, self.say.date(one.issued_on) if one.issued_on else "")
        cancels = self.say("cancels {number}", number=one.blue_number) if one.red and one.blue_number else ""
        return Cell(one.batch, cancels, ink="ink2") if one.batch else Cell(cancels, ink="ink2")

    # Asking --------------------------------------------------------------------------------------------------

    def show_argument(self, argument: object) -> None:
        self.ask_again()
        self.take_focus(self.table)

    def ask_again(self) -> None:
        self.table.ask_again()

    def _list(self) -> None:
        if self.close_form():
            state = list(InvoiceState)[self.tabs.index].value
            about = f"{state} {EVERY_HALL}" if self.every_hall else state
            self.table.rows_model.listing = Listing(about=about)
            self.table.ask_again()
            self.refresh_keys()

    def choose_halls(self) -> None:
        """Show and export the invoices of every hall, or of one's own again."""
        self.every_hall = not self.every_hall
        self._list()

    def _tell_total(self) -> None:
        extent, total = self.table.rows_model.extent, self.table.rows_model.total
        if total is not None:
            self.tabs.count(self.tabs.index, self.say.number(total))
            halls = self.say("every hall") if self.every_hall else self.seat.station.hall_name
            total_words = self.say.money(extent.sum, unit=True) if total else ""
            self.object.setText(self.say.join([halls, total_words]))
            self.refresh_keys()

    # What is asked for ---------------------------------------------------------------------------------------

    def change_bill(self) -> None:
        """Open the form of the chosen bill."""
        chosen = self.table.current
        if chosen is not None and self.seat.may(set_wish) and not chosen.red:
            self._ask_wish(WishQuery(chosen.account_number, chosen.bill_number))

    def ask_account(self) -> None:
        """Ask which account's own invoice is to be entered."""
        say = self.say
        self.question.ask(
            "account", say("Which account asks for invoices"), say("Enter opens its form, Esc goes back"),
            say("the account's number"),
        )  # fmt: skip
        self.refresh_keys()

    def _open_account(self, number: str) -> None:
        if not number:
            self.question.problem(self.say("Type the account's number"))
            return
        self.ask(wish, WishQuery(number), self._show_wish, failed=self._no_account)

    def _no_account(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.question.problem(self.say(error.text))
        else:
            self.trouble(error)

    def _ask_wish(self, asked: WishQuery) -> None:
        self.ask(wish, asked, self._show_wish)

    def _show_wish(self, found: WishShown) -> None:
        if not self.close_form():
            return
        self.question.settled()
        if found.exported:
            words = self.say(
                "The invoice of bill {number} is exported: it changes no more", number=found.bill_number
            )
            self.banner.tell("info", words)
            return
        self.banner.clear()
        self.form = WishForm(self, found)
        self.side.addWidget(self.form)
        self.side.setCurrentWidget(self.form)
        self._show_side(shown=True)
        self.form.form.begin()
        self.refresh_keys()

    def _show_side(self, *, shown: bool) -> None:
        """The form comes or goes; columns that have no room beside it are away meanwhile."""
        self.side.setVisible(shown)
        for at in _BESIDE_FORM:
            self.table.setColumnHidden(at, shown)

    def close_form(self) -> bool:
        """Close the form, after asking when something typed would be lost; whether none is open now."""
        if self.form is None:
            return True
        if not self.form.form.may_leave():
            return False
        self.side.removeWidget(self.form)
        self.form.deleteLater()
        self.form = None
        self._show_side(shown=False)
        self.table.setFocus()
        self.refresh_keys()
        return True

    def may_leave(self) -> bool:
        return self.form is None or bool(self.form.form.may_leave())

    def send(self) -> None:
        """Enter what was typed, once."""
        order = None if self.form is None or self._sending else self.form.order()
        if order is not None:
            self._sending = True
            self.do(set_wish, order, self._taken, failed=partial(self._not_taken, self.form))

    def _taken(self, found: WishShown) -> None:
        self._sending = False
        if self.form is not None:
            self.form.form.done()
            self.close_form()
        number = self.seat.app.country.format_account(found.account_number)
        self.toast(self.say("{kind} for account {number}", kind=found.kind, number=number))
        self.ask_again()

    def _not_taken(self, form: WishForm, error: BaseException) -> None:
        self._sending = False
        if isinstance(error, Refused) and form is self.form:
            form.refused(error)
        else:
            self.trouble(error)

    # Out and back --------------------------------------------------------------------------------------------

    def choose_out(self) -> None:
        """Ask for a file and export what waits into it."""
        name, _ = QFileDialog.getSaveFileName(
            self, self.say("Export invoices"), "invoices.xlsx", "XLSX (*.xlsx);;CSV (*.csv)"
        )
        if name:
            self.export_to(Path(name))

    def export_to(self, out: Path, again: str = "") -> None:
        """Write every invoice that waits into one file, or those of a batch ``again``."""
        whole = out if out.suffix.lower() in (".xlsx", ".csv") else out.with_name(f"{out.name}.xlsx")
        work = partial(export_invoices, self.seat, whole, self.say, every_hall=self.every_hall)
        if again:
            work = partial(export_again, self.seat, again, whole, self.say)
        self.tasks.write(self, work, partial(self._exported, whole), self.trouble)

    def choose_again(self) -> None:
        """Ask for a file and write the batch of the chosen invoice into it once more."""
        chosen = self.table.current
        if chosen is not None and chosen.batch:
            name, _ = QFileDialog.getSaveFileName(
                self, self.say("Export invoices"), f"{chosen.batch}.xlsx", "XLSX (*.xlsx);;CSV (*.csv)"
            )
            if name:
                self.export_to(Path(name), chosen.batch)

    def _exported(self, out: Path, made: BatchMade) -> None:
        words = self.say.plural("{count} invoice exported", "{count} invoices exported", made.invoices)
        self.banner.tell("ok", words, self.say.join([made.number, str(out)]))
        self.ask_again()

    def choose_back(self) -> None:
        """Ask for the file that came back and take its numbers in."""
        name, _ = QFileDialog.getOpenFileName(
            self, self.say("Numbers from the tax system"), "", "XLSX, CSV (*.xlsx *.csv)"
        )
        if name:
            self.take_back(Path(name))

    def take_back(self, file: Path) -> None:
        """Attach the numbers of a file."""
        self.tasks.write(self, partial(read_back, self.seat, file), self._attached, self.trouble)

    def _attached(self, taken: NumbersTaken) -> None:
        say = self.say
        words = say.plural("{count} number attached", "{count} numbers attached", taken.attached)
        told = [say(one.line) for one in taken.problems[:MOST_TOLD]]
        if len(taken.problems) > MOST_TOLD:
            told.append(say("{count} more lines fit no invoice", count=len(taken.problems) - MOST_TOLD))
        self.banner.tell("bad" if taken.problems else "ok", words, "\n".join(told))
        self.ask_again()

    # Keys ----------------------------------------------------------------------------------------------------

    def _back(self) -> None:
        if self.question.close_question():
            self.refresh_keys()
            self.take_focus(self.table)
        elif self.form is not None:
            self.close_form()
        else:
            self.banner.clear()

    def refresh_keys(self) -> None:
        back = Key("Esc", Text("back"), self._back)
        if self.form is not None:
            send = Key("F12", Text("Save"), self.send, "primary", "check", not self._sending)
            self.show_keys(*self.form.form.keys, Key("Esc", Text("back, asks first"), self._back), send)
            return
        if not self.question.isHidden():
            self.show_keys(back)
            return
        keys = [back, Key("F5", Text("ask again"), self.ask_again)]
        if self.seat.may(set_wish):
            keys.insert(1, Key("Return", Text("change it for this bill"), self.change_bill))
            keys.append(Key("E", Text("what an account asks for"), self.ask_account))
        halls = Text("only this hall") if self.every_hall else Text("every hall")
        keys.append(Key("H", halls, self.choose_halls))
        if self.seat.may(attach_numbers):
            keys.append(Key("Ctrl+I", Text("read numbers back"), self.choose_back))
        if self.seat.may(export_batch):
            if self.tabs.index:
                keys.append(Key("Ctrl+R", Text("write its batch again"), self.choose_again))
            ready = self.tabs.index == 0 and bool(self.table.rows_model.total)
            keys.append(Key("F12", Text("Export what waits"), self.choose_out, "primary", "download", ready))
        self.show_keys(*keys)
