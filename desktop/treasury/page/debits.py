"""Direct debits: files for banks and what became of them, mandates, rows of results that somebody has to mend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.debits.records import (
    Booked,
    DebitBank,
    FileMade,
    FileRow,
    FileState,
    ItemState,
    MandateRow,
    MandatesQuery,
    MandatesTaken,
    ResultRow,
    ResultsTaken,
)
from desktop.debits.service import (
    debit_banks,
    debit_files,
    debit_items,
    import_mandates,
    make_file,
    mandate_history,
    mandates,
    open_results,
    send_file,
    set_debit_bank,
    set_mandate,
)
from desktop.kernel.errors import Refused
from desktop.kernel.history import HistoryRow
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import row
from desktop.qt.fold import Fold, Stack
from desktop.qt.history import history_table
from desktop.qt.page import Key, Page
from desktop.qt.panels import Card, Panel
from desktop.qt.progress import Progress
from desktop.qt.table import Table
from desktop.treasury.page.debit_forms import BankForm, MakeForm, MandateForm, ResultsForm
from desktop.treasury.page.debit_tables import files_table, items_table, mandates_table, rows_table
from desktop.treasury.page.debit_words import (
    Asked,
    about,
    file_made,
    mandates_taken,
    results_taken,
    taken_back,
    wanted,
)
from desktop.treasury.page.part import Part
from desktop.treasury.service import book_results, book_waiting, take_results_in

FILES, MANDATES, MEND, HISTORY, MAKE, RESULTS, MANDATE, BANK = range(8)
_SIDE, _FOLDED = 620, 240


class DebitPart(Part):
    """Files at the left and the items of the chosen one at the right; lists and forms take their place."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        say, sign = self.say, self.seat.app.country.currency.sign
        self.busy, self.asked, self.account, self.file = False, Asked.WITHDRAW, "", ""
        self._asked_about: Any = None
        self.banks: tuple[DebitBank, ...] = ()
        self.cards = (
            Card(say("Result awaited"), sign),
            Card(say("Paid by direct debit"), sign),
            Card(say("To be mended")),
        )
        self.question = InlineQuestion(page.unfinished, page.tasks, "debits")
        self.question.answered.connect(lambda _at, words, _held: self._answered(words))
        self.progress = Progress(say("Stop"))
        self.progress.stopped.connect(page.stop_job)
        number = self.seat.app.country.format_account
        self.files, self.items = files_table(say, sign), items_table(say, sign, number)
        self.rows, self.mandates = rows_table(say, sign), mandates_table(say, number)
        self.history = history_table(say, persons=True)
        self.files.moved.connect(self._choose)
        for table in (self.items, self.rows, self.mandates):
            table.moved.connect(lambda _: self.stepped.emit())
        self.mandates.opened.connect(lambda _: self.put_right())
        self.make_form, self.results_form = MakeForm(page), ResultsForm(page)
        self.mandate_form, self.bank_form = MandateForm(page), BankForm(page)
        for form in (self.make_form, self.results_form):
            form.stepped.connect(self.stepped)
        self._lay_out()

    def _lay_out(self) -> None:
        listed, beside = Panel(padding=0), Panel(padding=0)
        listed.body.addWidget(self.files)
        beside.body.addWidget(self.items)
        self.stack = Stack()
        self.stack.addWidget(Fold((listed, 0, _FOLDED), (beside, theme.grown(_SIDE), _FOLDED)))
        for table in (self.mandates, self.rows, self.history):
            panel = Panel(padding=0)
            panel.body.addWidget(table)
            self.stack.addWidget(panel)
        for form in (self.make_form, self.results_form, self.mandate_form, self.bank_form):
            self.stack.addWidget(form)
        self.body.addLayout(row(*self.cards))
        self.body.addWidget(self.question)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.stack, 1)

    # Asking --------------------------------------------------------------------------------------------------

    def ask_again(self) -> None:
        self.page.ask(debit_banks, None, self._show_banks)
        self.page.ask(debit_files, None, self._show_files)
        self.page.ask(open_results, None, self._show_rows)

    def show_account(self, number: str) -> None:
        """Go to the mandate of an account, or to an empty form for one, once lists are there."""
        self.account = number

    def show_file(self, number: str) -> None:
        """Go to a file for a bank, once they are there; one older than the list is told of."""
        self.file = number

    def _arrive(self, found: Sequence[MandateRow]) -> None:
        number, self.account = self.account, ""
        standing = [
            at for at, one in enumerate(found) if (one.account_number, one.valid_to) == (number, None)
        ]
        self._turn(MANDATES)
        if standing:
            self.mandates.go_to(standing[0])
        elif self.banks and self.seat.may(set_mandate):
            self.begin_mandate(number)

    def _show_banks(self, found: tuple[DebitBank, ...]) -> None:
        self.banks = found
        self.page.ask(mandates, MandatesQuery(self.account, ended=True), self._show_mandates)
        if not found:
            words = self.say("F6 shows mandates, F9 there enters the bank that debits accounts")
            self.files.show_empty(self.say("No bank debits accounts for us yet"), words, "building-2")
        self.stepped.emit()

    def _show_files(self, found: Sequence[FileRow]) -> None:
        say = self.say
        waits = [one for one in found if one.awaiting]
        self.cards[0].show_figure(
            say.money(Money.total([one.awaiting_amount for one in waits])),
            say.plural("{count} file", "{count} files", len(waits)) if waits else "",
        )
        self.cards[1].show_figure(say.money(Money.total([one.paid_amount for one in found])))
        self._fill(self.files, found, lambda one: one.number)
        if self.file:
            self._go_to_file(found)
        if self.files.current is not None:
            self._choose(self.files.current)
        else:
            self.items.show_rows(())
        self.stepped.emit()

    def _go_to_file(self, found: Sequence[FileRow]) -> None:
        number, self.file = self.file, ""
        at = next((at for at, one in enumerate(found) if one.number == number), None)
        self._turn(FILES)
        if at is not None:
            self.files.go_to(at)
        else:
            self.page.banner.tell("warn", self.say("File {number} is older than those listed", number=number))

    def _fill(self, table: Table, found: Sequence[Any], key: Callable[[Any], Any]) -> None:
        """Show rows anew and stay at the one that was chosen."""
        before = key(table.current) if table.current is not None else None
        at = next((at for at, one in enumerate(found) if key(one) == before), 0)
        table.show_rows(found, select=at if found else None)

    def _choose(self, one: FileRow) -> None:
        self.page.ask(
            debit_items, one.number, lambda found: self._fill(self.items, found, lambda row: row.number)
        )
        self.stepped.emit()

    def _show_rows(self, found: Sequence[ResultRow]) -> None:
        self.cards[2].show_figure(self.say.number(len(found)), state="warn" if found else "plain")
        self._fill(self.rows, found, lambda one: one.result_id)
        self.stepped.emit()

    def _show_mandates(self, found: Sequence[MandateRow]) -> None:
        self._fill(self.mandates, found, lambda one: one.mandate_id)
        if self.account:
            self._arrive(found)
        self.stepped.emit()

    # Keys ----------------------------------------------------------------------------------------------------

    @property
    def view(self) -> int:
        """Which list or form is shown."""
        return self.stack.currentIndex()

    def keys(self) -> Sequence[Key]:
        free = not self.busy and not self.page.job_running
        if not self.question.isHidden():
            return [Key("Esc", Text("back"), self._back)]
        if self.view == HISTORY:
            return [Key("Esc", Text("back"), partial(self._turn, MANDATES))]
        shown = {FILES: self._file_keys, MANDATES: self._mandate_keys, MEND: self._mend_keys}.get(self.view)
        if shown is not None:
            return [one for one in shown(free) if one is not None]
        words, act, ready = self._form_keys()
        more = [Key("F9", Text("another bank"), self._new_bank, enabled=free)] if self.view == BANK else []
        return [Key("Esc", Text("back"), self._leave_form, enabled=free), *more,
                Key("F12", words, act, "primary", "check", free and ready)]  # fmt: skip

    def _form_keys(self) -> tuple[Text, Callable[[], None], bool]:
        if self.view == MAKE:
            return Text("Make the file"), self._make, self.make_form.ready
        if self.view == RESULTS:
            return Text("Take the results in"), self._take, self.results_form.ready
        if self.view == MANDATE:
            return Text("Enter the mandate"), self._enter_mandate, True
        return Text("Enter the bank"), self._enter_bank, True

    def _file_keys(self, free: bool) -> list[Key | None]:
        one, item = self.files.current, self.items.current
        standing = one is not None and one.state is not FileState.WITHDRAWN
        untouched = standing and one.awaiting == one.items
        may_make, may_take = self.seat.may(make_file), self.seat.may(book_results)
        asked = Asked.REFUSED if standing and one.state is FileState.SENT else Asked.WITHDRAW
        words = Text("refused by the bank") if asked is Asked.REFUSED else Text("withdraw")
        keys = [
            Key("F6", Text("mandates"), partial(self._turn, MANDATES)),
            Key("F8", Text("rows to mend"), partial(self._turn, MEND)),
        ]
        if may_take and self.banks:
            keys.append(Key("Ctrl+O", Text("results in"), self.choose_results, enabled=free))
        if standing and may_make:
            keys.append(Key("W", Text("write the file"), self.choose_out, enabled=free))
        if untouched and may_make:
            keys.append(Key("Del", words, partial(self._ask, asked), enabled=free))
        if may_take and item is not None and item.state is ItemState.PAID:
            back = partial(self._ask, Asked.RETURN)
            keys.append(Key("R", Text("taken back by the bank"), back, enabled=free))
        if may_make:
            ready = free and bool(self.banks)
            keys.append(Key("F12", Text("Make a file"), self.begin_file, "primary", "building-2", ready))
        return [*keys]

    def _mandate_keys(self, free: bool) -> list[Key | None]:
        one: MandateRow | None = self.mandates.current
        standing = one is not None and one.valid_to is None and self.seat.may(set_mandate)
        may, may_bank = self.seat.may(set_mandate), self.seat.may(set_debit_bank)
        ready = free and bool(self.banks)
        return [
            Key("Esc", Text("files"), partial(self._turn, FILES)),
            Key("F9", Text("banks"), self.begin_bank, enabled=free) if may_bank else None,
            Key("Ctrl+O", Text("take a sheet in"), self.choose_mandates, enabled=free) if may else None,
            Key("H", Text("history"), self.show_history) if one is not None else None,
            Key("Return", Text("put right"), self.put_right, enabled=free) if standing else None,
            Key("Del", Text("end"), partial(self._ask, Asked.END), enabled=free) if standing else None,
            Key("F12", Text("Enter a mandate"), self.begin_mandate, "primary", "check", ready)
            if may
            else None,
        ]

    def _mend_keys(self, free: bool) -> list[Key | None]:
        some = self.rows.current is not None and self.seat.may(book_results)
        return [
            Key("Esc", Text("files"), partial(self._turn, FILES)),
            Key("B", Text("book as an item"), partial(self._ask, Asked.ITEM), enabled=free) if some else None,
            Key("S", Text("set aside"), partial(self._ask, Asked.ASIDE), enabled=free) if some else None,
            Key("F12", Text("Book what fits"), self.go_on, "primary", "check", free) if some else None,
        ]

    def first_field(self) -> QWidget:
        lists = {MANDATES: self.mandates, MEND: self.rows, HISTORY: self.history}
        return {**lists, RESULTS: self.results_form.bank}.get(self.view, self.files)

    def may_leave(self) -> bool:
        forms = {MANDATE: self.mandate_form, BANK: self.bank_form}
        form = forms.get(self.view)
        return not self.busy and (form is None or form.form.may_leave())

    def _turn(self, view: int) -> None:
        self.stack.setCurrentIndex(view)
        self.stepped.emit()
        self.page.take_focus(self.first_field())

    def _back(self) -> None:
        self.question.close_question()
        self.stepped.emit()
        self.page.take_focus(self.first_field())

    def _leave_form(self) -> None:
        if self.may_leave():
            self.page.banner.clear()  # it told of the form
            self._turn(MANDATES if self.view in (MANDATE, BANK) else FILES)

    # Questions -----------------------------------------------------------------------------------------------

    def _ask(self, asked: Asked) -> None:
        table = {
            Asked.WITHDRAW: self.files,
            Asked.REFUSED: self.files,
            Asked.RETURN: self.items,
            Asked.END: self.mandates,
        }.get(asked, self.rows)
        self.asked, self._asked_about = asked, table.current  # whatever is chosen meanwhile
        (title, example), (key, what) = asked.value, about(asked, self._asked_about, self.say)
        self.question.ask(
            f"{asked.name} {key}",
            self.say(Text(title.message, what=what)),
            self.say("Enter does it, Esc goes back"),
            self.say(example),
        )
        self.stepped.emit()

    def _answered(self, words: str) -> None:
        if not words:
            empty = Text("Name the item") if self.asked is Asked.ITEM else Text("Say why")
            self.question.problem(self.say(empty))
        elif not self.busy:
            self.busy = True
            operation, order = wanted(self.asked, self._asked_about, words, self.seat.today())
            self.page.do(operation, order, self._done, failed=self._failed)

    def _done(self, answer: object) -> None:
        self.busy = False
        self.question.settled()
        self.page.banner.clear()
        if isinstance(answer, Booked) and answer.letters:
            self.page.banner.tell(*taken_back(self._asked_about.number, answer, self.say))
        self.ask_again()
        self.page.take_focus(self.first_field())

    def _failed(self, error: BaseException) -> None:
        self.busy = False
        if isinstance(error, Refused) and not self.question.isHidden():
            self.question.problem(self.say(error.text))
        else:
            self.page.trouble(error)
        self.stepped.emit()

    # Files out -----------------------------------------------------------------------------------------------

    def begin_file(self) -> None:
        """Open the form that makes a file."""
        self.page.banner.clear()
        self._turn(MAKE)
        self.make_form.begin(self.banks)

    def _make(self) -> None:
        self.busy = True
        self.page.do(make_file, self.make_form.order, self._made, failed=self._failed)

    def _made(self, made: FileMade) -> None:
        self.busy = False
        self.page.banner.tell(*file_made(made, self.say))
        self._turn(FILES)
        self.files.show_rows(())  # the newest is the one to go on with
        self.ask_again()

    def choose_out(self) -> None:
        """Ask where the chosen file is written to."""
        one: FileRow = self.files.current
        csv = next((bank.layout.csv for bank in self.banks if bank.name == one.bank), False)
        kind, filters = (".csv", "CSV (*.csv)") if csv else (".xlsx", "XLSX (*.xlsx)")
        name, _ = QFileDialog.getSaveFileName(
            self, self.say("Write the file for its bank"), f"{one.number}{kind}", filters
        )
        if name:
            self.write_to(Path(name), one.number)

    def write_to(self, out: Path, number: str) -> None:
        """Write a file for its bank."""
        self.busy = True
        work = partial(send_file, self.seat, number, out, self.say)
        self.page.tasks.write(self.page, work, partial(self._written, out), self._failed)

    def _written(self, out: Path, digest: str) -> None:
        self.busy = False
        self.page.banner.tell("ok", self.say("Written: {file}", file=str(out)), f"SHA-256 {digest}")
        self.ask_again()

    # Results in ----------------------------------------------------------------------------------------------

    def choose_results(self) -> None:
        """Ask for a file of results."""
        name, _ = QFileDialog.getOpenFileName(
            self, self.say("File of results"), "", "XLSX, CSV (*.xlsx *.csv)"
        )
        if name:
            self.bring(Path(name))

    def bring(self, path: Path) -> None:
        """Open the form for a file of results."""
        self.page.banner.clear()
        self._turn(RESULTS)
        self.results_form.begin(path, self.banks)

    def _take(self) -> None:
        read = self.results_form.read
        self._book(take_results_in, read, self.results_form.bank.value())

    def go_on(self) -> None:
        """Book what fits by now."""
        self._book(book_waiting)

    def _book(self, job: Callable[..., ResultsTaken], *args: Any) -> None:
        self.page.run(
            job, *args,
            then=self._taken,
            progress=self.progress,
            begin=Text("Booking results"),
            words=lambda done, total: Text("{done} of {total} results", done=done, total=total),
        )  # fmt: skip
        self.stepped.emit()

    def _taken(self, taken: ResultsTaken) -> None:
        self.page.banner.tell(*results_taken(taken, self.say))
        self._turn(MEND if taken.to_mend or taken.waiting else FILES)
        self.ask_again()

    # Mandates and banks --------------------------------------------------------------------------------------

    def begin_mandate(self, account: str = "") -> None:
        """Open an empty form of a mandate, of an account where one is named."""
        self._turn(MANDATE)
        self.mandate_form.begin(None, self.banks, account)

    def show_history(self) -> None:
        """Show what happened to the mandates of the chosen account."""
        one: MandateRow = self.mandates.current
        self.history.asking()
        self.page.ask(mandate_history, one.account_number, self._show_history)
        self._turn(HISTORY)

    def _show_history(self, found: Sequence[HistoryRow]) -> None:
        self.history.show_rows(found, select=0 if found else None)

    def put_right(self) -> None:
        """Open the form for the chosen mandate, while it stands."""
        one: MandateRow | None = self.mandates.current
        if one is not None and one.valid_to is None and self.seat.may(set_mandate):
            self._turn(MANDATE)
            self.mandate_form.begin(one, self.banks)

    def _enter_mandate(self) -> None:
        order = self.mandate_form.order()
        if order is not None:
            self.busy = True
            self.page.do(set_mandate, order, partial(self._entered, self.mandate_form), failed=self._failed)

    def begin_bank(self) -> None:
        """Open the form of the bank whose mandate is chosen, or of a new one while there is none."""
        self._turn(BANK)
        one: MandateRow | None = self.mandates.current
        name = one.bank if one is not None else ""
        self.bank_form.begin(next((bank for bank in self.banks if bank.name == name), None))

    def _new_bank(self) -> None:
        if self.bank_form.form.may_leave():
            self.bank_form.begin(None)

    def _enter_bank(self) -> None:
        order = self.bank_form.order()
        if order is not None:
            self.busy = True
            self.page.do(set_debit_bank, order, partial(self._entered, self.bank_form), failed=self._failed)

    def _entered(self, form: MandateForm | BankForm, _answer: object) -> None:
        self.busy = False
        form.form.done()
        self.page.toast(self.say("Kept"))
        self._turn(MANDATES)
        self.ask_again()

    def choose_mandates(self) -> None:
        """Ask for a sheet of mandates and take it in."""
        name, _ = QFileDialog.getOpenFileName(
            self, self.say("Sheet of mandates"), "", "XLSX, CSV (*.xlsx *.csv)"
        )
        if name:
            self.page.run(
                import_mandates, Path(name),
                then=self._imported,
                progress=self.progress,
                begin=Text("Taking in {file}", file=Path(name).name),
                words=lambda done, total: Text("{done} of {total} lines", done=done, total=total),
            )  # fmt: skip
            self.stepped.emit()

    def _imported(self, taken: MandatesTaken) -> None:
        self.page.banner.tell(*mandates_taken(taken, self.say))
        self.ask_again()
