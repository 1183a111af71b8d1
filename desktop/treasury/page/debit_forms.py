"""The forms of direct debits: a bank and how its files look, a mandate, a file for a bank, a file of results."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Signal

from desktop.debits.records import (
    DebitBank,
    Encoding,
    FileOrder,
    FilePreview,
    InField,
    Layout,
    Left,
    MandateOrder,
    MandateRow,
    ResultsRead,
)
from desktop.debits.rules import bank_account_problem
from desktop.debits.service import due_day, preview_file, read_results_of
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.ledger.records import NOTHING
from desktop.qt import theme
from desktop.qt.basics import Field, Label, ProblemLine
from desktop.qt.fields import ChoiceField, DateField, TextField
from desktop.qt.form import FormPanel
from desktop.qt.money import MoneyField
from desktop.qt.page import Page
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table, money_cell
from desktop.treasury.page.part import COLUMN_WIDE, columns_grid

_KINDS = {"xlsx": (False, Encoding.UTF8), "utf8": (True, Encoding.UTF8), "gb18030": (True, Encoding.GB18030)}
_PROBLEMS_SHOWN = 4


def pairs(typed: str) -> tuple[tuple[str, str], ...]:
    """What stands in a field as ``one=other, …``.

    >>> pairs("0000=paid， E1 = funds")
    (('0000', 'paid'), ('E1', 'funds'))
    """
    parts = (one.partition("=") for one in typed.replace("，", ",").replace("＝", "=").split(","))
    return tuple((name.strip(), value.strip()) for name, _, value in parts if name.strip())


def _pairs_flaw(typed: str) -> Text | None:
    if all(value for _, value in pairs(typed)):
        return None
    return Text("Write it like {example}", example="0000=paid, E01=funds")


class BankForm(FormPanel):
    """A bank that debits accounts for us: our number there, the least it collects, how its files look."""

    def __init__(self, page: Page) -> None:
        say, currency = page.say, page.seat.app.country.currency
        super().__init__(say, say("Bank that debits accounts for us"))
        form = self.form
        self.name = TextField(example="中国工商银行", longest=60)
        self.least = MoneyField(say, currency)
        self.kind = ChoiceField([("XLSX", "xlsx"), ("CSV UTF-8", "utf8"), ("CSV GB18030", "gb18030")])
        self.unit = ChoiceField(
            [
                (say("Amounts with decimals, 12.50"), "major"),
                (say("Amounts in the smallest unit, 1250"), "minor"),
            ]
        )
        self.line(
            form.field("name", say("Bank"), self.name, required=True),
            form.field("creditor", say("Our number at the bank"), TextField(longest=60)),
            form.field("least", say("Least amount"), self.least),
        )
        self.line(
            form.field("kind", say("Kind of file"), self.kind), form.field("unit", say("Amounts"), self.unit)
        )
        wanted = "number, bank_account, holder, amount, agreement, position, day, account, bill, creditor"
        out = say("Empty: all columns by our own titles. There are: {known}", known=wanted)
        self.line(
            form.field(
                "out", say("Columns of the file, in order"),
                TextField(example="number=明细编号, bank_account=账号, holder=户名, amount=金额", longest=500),
                hint=out, judge=_pairs_flaw,
            )
        )  # fmt: skip
        known = "paid, returned, failed, funds, limit, frozen, closed, unknown, agreement"
        self.line(
            form.field(
                "codes", say("What its codes of results mean"),
                TextField(example="0000=paid, E01=funds", longest=500),
                hint=say("There are: {known}", known=known), judge=_pairs_flaw,
            )
        )  # fmt: skip

    def begin(self, bank: DebitBank | None) -> None:
        """Show a bank, or none yet."""
        found = bank or DebitBank("")
        layout = found.layout
        kind = next(key for key, one in _KINDS.items() if one[0] == layout.csv and (
            not layout.csv or one[1] is layout.encoding))  # fmt: skip
        shown = {
            "name": found.name,
            "creditor": found.creditor,
            "kind": kind,
            "unit": "minor" if layout.minor else "major",
            "out": ", ".join("=".join(one) for one in layout.out),
            "codes": ", ".join("=".join(one) for one in layout.codes),
        }
        self.into = layout.into
        self.form.restore(shown)
        self.least.show_amount(found.least or None)
        self.name.setReadOnly(bank is not None)
        self.form.pristine()
        self.form.begin()

    def order(self) -> DebitBank | None:
        """What is entered; None while something of it is wrong, which is told."""
        found = self.form.submit()
        if found is None:
            return None
        csv, encoding = _KINDS[found["kind"] or "xlsx"]
        layout = Layout(
            out=pairs(found["out"] or ""),
            into=self.into,
            csv=csv,
            encoding=encoding,
            minor=found["unit"] == "minor",
            codes=pairs(found["codes"] or ""),
        )
        return DebitBank(found["name"], found["creditor"] or "", found["least"] or NOTHING, layout)


class MandateForm(FormPanel):
    """What a customer signed: which account of which bank is debited, since when."""

    def __init__(self, page: Page) -> None:
        say, today = page.say, page.seat.today()
        super().__init__(say, say("Mandate of direct debit"))
        self.row: MandateRow | None = None
        form = self.form
        self.account = TextField(example="3301000001", longest=40)
        self.bank = ChoiceField()
        self.number = TextField(example="6222 0212 3456 7890 123", longest=60)
        self.signed, self.since = DateField(say, today, latest=today), DateField(say, today)
        self.line(
            form.field("account", say("Account number"), self.account, required=True),
            form.field("bank", say("Bank"), self.bank, required=True),
        )
        self.number_field = form.field(
            "bank_account", say("Bank account"), self.number, judge=bank_account_problem
        )
        self.line(
            self.number_field,
            form.field("holder", say("Account holder"), TextField(longest=200), required=True),
        )
        self.line(
            form.field("signed", say("Signed on"), self.signed, required=True),
            form.field("since", say("Valid from"), self.since, hint=say("Empty: from the day it was signed")),
            form.field("agreement", say("Agreement number"), TextField(longest=200)),
        )

    def begin(self, row: MandateRow | None, banks: Sequence[DebitBank], account: str = "") -> None:
        """Show a mandate to be put right, or an empty one."""
        self.row = row
        self.bank.offer([(one.name, one.name) for one in banks])
        shown = {"account": account, "holder": "", "agreement": "", "bank_account": ""}
        if row is not None:
            shown |= {"account": row.account_number, "holder": row.holder, "agreement": row.agreement,
                      "bank": row.bank}  # fmt: skip
        self.form.restore(shown)
        self.signed.show_value(row.signed_on if row else None)
        self.since.show_value(row.valid_from if row else None)
        self.account.setReadOnly(row is not None)
        hint = self.say("Empty: {number} stays", number=row.bank_account) if row else ""
        self.number_field.hint(hint)
        self.form.pristine()
        self.form.begin()

    def order(self) -> MandateOrder | None:
        """What is entered; None while something of it is wrong, which is told."""
        found = self.form.submit()
        if found is None:
            return None
        if self.row is None and not found["bank_account"]:
            self.form.show_flaws({"bank_account": Text("Fill this in")})
            return None
        return MandateOrder(
            found["account"], found["bank"], found["bank_account"] or "", found["holder"], found["agreement"] or "",
            found["signed"], found["since"] or found["signed"], self.row.mandate_id if self.row else None,
        )  # fmt: skip


class MakeForm(FormPanel):
    """A file for a bank before it is made: how much is in it, what is left out and why."""

    stepped = Signal()

    def __init__(self, page: Page) -> None:
        say, today, sign = page.say, page.seat.today(), page.seat.app.country.currency.sign
        super().__init__(say, say("File for a bank"))
        self.page, self.found = page, None
        self.bank = ChoiceField()
        self.on = DateField(say, today, earliest=today, latest=today + timedelta(days=60))
        self.due_by = DateField(say, today)
        form = self.form
        self.line(
            form.field("bank", say("Bank"), self.bank, required=True),
            form.field("on", say("Collection day"), self.on, required=True),
            form.field("due_by", say("What is due up to"), self.due_by, required=True),
        )
        self.told = Label("", "h2", wrap=True)
        self.left = Table(
            say("What is left out"),
            (
                Column(say("Why"), lambda one: say(one.why.text), 260),
                Column(say("Items"), lambda one: Cell(say.number(one.items)), 90, right=True),
                Column(
                    say("Amount {sign}", sign=sign),
                    lambda one: money_cell(say.money(one.amount)),
                    130,
                    right=True,
                ),
                Column(say("Accounts"), self._accounts),
            ),
            persons=True,
        )
        self.left.show_empty(say("Nothing is left out"), "", "check")
        self.body.insertWidget(self.body.count() - 1, self.told)
        self.body.insertWidget(self.body.count() - 1, self.left, 1)
        form.changed.connect(self._look)

    def _accounts(self, one: Left) -> str:
        more = "" if len(one.accounts) < 4 else " …"
        number = self.page.seat.app.country.format_account
        return ", ".join(map(number, one.accounts[:3])) + more

    def begin(self, banks: Sequence[DebitBank]) -> None:
        """Offer the banks there are; what is due up to the end of the month is asked about at once."""
        self.bank.offer([(one.name, one.name) for one in banks])
        today = self.page.seat.today()
        self.on.show_value(self.on.value() or today)
        self.due_by.show_value(due_day(today))
        self.form.pristine()
        self.form.begin()
        self._look()

    @property
    def order(self) -> FileOrder | None:
        """What is asked for, once all of it is there."""
        bank, on, due_by = self.bank.value(), self.on.value(), self.due_by.value()
        flaw = self.on.flaw() or self.due_by.flaw()
        return FileOrder(bank, on, due_by) if bank and on and due_by and flaw is None else None

    @property
    def ready(self) -> bool:
        """Whether what is shown is what is asked for, and there is something in it."""
        return self.found is not None and self.found.order == self.order and self.found.items > 0

    def _look(self) -> None:
        order = self.order
        self.found = None
        self.stepped.emit()
        if order is not None:
            self.left.asking()
            self.page.ask(preview_file, order, self._show)

    def _show(self, found: FilePreview) -> None:
        self.found = found
        words = self.say(
            "Items: {items}, accounts: {accounts}, {amount}",
            items=found.items,
            accounts=found.accounts,
            amount=self.say.money(found.amount, unit=True),
        )
        self.told.setText(words if found.items else self.say("Nothing is due that this bank may collect"))
        self.left.show_rows(found.left, select=0 if found.left else None)
        self.stepped.emit()


class ResultsForm(Panel):
    """A file of results before it is taken in: whose it is, what its columns are, what cannot be read."""

    stepped = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__(page.say("File of results"))
        self.page, self.say = page, page.say
        self.path: Path | None = None
        self.read: ResultsRead | None = None
        self.bank = ChoiceField()
        self.columns = {one: ChoiceField() for one in InField}
        self.told, self.problem = Label("", "strong", wrap=True), ProblemLine()
        grid = columns_grid(self.say, self.columns, 3, self._again)
        bank_field = Field(self.say("Bank"), self.bank)
        bank_field.setMaximumWidth(2 * theme.grown(COLUMN_WIDE))
        self.bank.changed.connect(lambda _: self._read(()))
        for part in (self.told, self.problem, bank_field):
            self.body.addWidget(part)
        self.body.addLayout(grid)
        self.body.addStretch(1)

    @property
    def ready(self) -> bool:
        """Whether the file may be taken in."""
        return self.read is not None and bool(self.read.rows) and not self.read.problems

    def begin(self, path: Path, banks: Sequence[DebitBank]) -> None:
        """Read a file as the first of the banks writes it, until another is chosen."""
        self.path, self.read = path, None
        self.told.setText(self.say("Reading {file}", file=path.name))
        self.problem.tell("")
        self.bank.offer([(one.name, one.name) for one in banks])
        self._read(())
        self.page.take_focus(self.bank)

    def _again(self) -> None:
        self._read(tuple((one.value, edit.value() or "") for one, edit in self.columns.items()))

    def _read(self, columns: Sequence[tuple[str, str]]) -> None:
        bank = self.bank.value()
        if self.path is not None and bank:
            self.page.call(
                read_results_of,
                self.page.seat,
                bank,
                self.path,
                columns,
                then=self._show,
                failed=self._failed,
            )

    def _failed(self, error: BaseException) -> None:
        self.read = None
        if isinstance(error, Refused):
            self.told.setText("")
            self.problem.tell(self.say(error.text))
        else:
            self.page.trouble(error)
        self.stepped.emit()

    def _show(self, read: ResultsRead) -> None:
        self.read, say = read, self.say
        words = say.plural("{count} line", "{count} lines", len(read.rows))
        self.told.setText(say.join([read.file_name, words]))
        told = [say(one.line) for one in read.problems[:_PROBLEMS_SHOWN]]
        if len(read.problems) > len(told):
            told.append(say("and {count} more", count=len(read.problems) - len(told)))
        self.problem.tell("\n".join(told))
        here = dict(read.columns)
        for one, edit in self.columns.items():
            edit.blockSignals(True)
            edit.offer([("–", ""), *((title, title) for title in read.titles)])
            edit.show_text(here.get(one.value, ""))
            edit.blockSignals(False)
        self.stepped.emit()
