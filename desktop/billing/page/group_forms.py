"""The forms of payment groups: made, changed, joined, left, billed together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from desktop.billing.records import CollectiveOrder
from desktop.billing.service import collect_bills
from desktop.contracts.records import GroupChange, GroupOrder, GroupRow, MemberRow, MembersOrder
from desktop.contracts.service import change_group, join_group, leave_group, make_group
from desktop.kernel.period import months_before
from desktop.kernel.text import Text
from desktop.qt.basics import ProblemLine
from desktop.qt.fields import ChoiceField, DateField, TextField
from desktop.qt.form import FormPanel, FormRows, RowColumn
from desktop.qt.page import Page

WAIT, PARTIAL = "wait", "partial"


class GroupForm(FormPanel):
    """A form about one payment group (None: a new one); ``operation`` takes what it orders, ``send`` is its key's
    words, ``saved`` what is told then."""

    operation: ClassVar[Callable[..., Any]]
    send: ClassVar[Text]
    saved: ClassVar[Text]
    about: ClassVar[str]

    def __init__(self, page: Page, title: str, group: GroupRow | None, note: str = "") -> None:
        super().__init__(page.say, title, note)
        self.page, self.group = page, group
        self.rows: FormRows | None = None
        self.fill()
        self.problem = ProblemLine()
        self.body.insertWidget(self.body.count() - 1, self.problem)
        self.form.pristine()
        number = group.number if group else ""
        self.form.keep_drafts(page.unfinished, f"group {self.about} {number}".strip(), page.tasks)

    def fill(self) -> None:
        """Put the fields in."""
        raise NotImplementedError

    def order(self) -> Any:
        """What was typed; None when something is wrong with it, which is told."""
        raise NotImplementedError

    @property
    def number(self) -> str:
        """The group's number."""
        assert self.group is not None
        return self.group.number

    def account_rows(self) -> None:
        """Rows for account numbers, as many as are added."""
        column = RowColumn("account", self.say("Account number"), TextField)
        self.rows = FormRows(self.form, self.say, "accounts", (column,))
        self.body.insertWidget(self.body.count() - 1, self.form.rows(self.rows))

    def accounts(self, typed: dict[str, Any]) -> tuple[str, ...]:
        """The account numbers typed into the rows."""
        return tuple(row["account"] for row in typed["accounts"])

    def add_line(self) -> None:
        """One more account, and go there."""
        if self.rows is not None:
            self.rows.add_row()
            self.rows.go_to_last()

    def day(self, name: str, label: str) -> None:
        """A day, today where nothing else is typed."""
        edit = DateField(self.say, self.page.seat.today())
        edit.show_value(self.page.seat.today())
        self.line(self.form.field(name, label, edit, required=True))


class NewGroup(GroupForm):
    """A name, who pays, and the accounts from a day on."""

    operation, send, about = staticmethod(make_group), Text("Make the group"), "new"
    saved = Text("Group {number} is made")

    def fill(self) -> None:
        say, field = self.say, self.form.field
        self.line(field("name", say("Name of the group"), TextField(), required=True))
        hint = say("Its customer pays; the account need not be in the group")
        self.line(field("payer", say("Account of the payer"), TextField(), required=True, hint=hint))
        self.day("from", say("In the group from"))
        self.account_rows()

    def order(self) -> GroupOrder | None:
        typed = self.form.submit()
        if typed is None:
            return None
        return GroupOrder(typed["name"], typed["payer"], self.accounts(typed), typed["from"])


class ChangedGroup(GroupForm):
    """Another name, another payer."""

    operation, send, about = staticmethod(change_group), Text("Save"), "change"
    saved = Text("Group {number} is changed")

    def fill(self) -> None:
        say, field = self.say, self.form.field
        name = TextField()
        self.line(field("name", say("Name of the group"), name, required=True))
        name.show_text(self.group.name if self.group else "")
        hint = say("Empty: {payer} goes on paying", payer=self.group.payer if self.group else "")
        self.line(field("payer", say("Account of the payer"), TextField(), hint=hint))

    def order(self) -> GroupChange | None:
        typed = self.form.submit()
        return None if typed is None else GroupChange(self.number, typed["name"], typed["payer"] or "")


class Joining(GroupForm):
    """Accounts that join from a day on."""

    operation, send, about = staticmethod(join_group), Text("Let them join"), "join"
    saved = Text("The accounts are in group {number}")

    def fill(self) -> None:
        self.day("from", self.say("In the group from"))
        self.account_rows()

    def order(self) -> MembersOrder | None:
        typed = self.form.submit()
        return None if typed is None else MembersOrder(self.number, self.accounts(typed), typed["from"])


class Leaving(GroupForm):
    """One account that leaves."""

    operation, send, about = staticmethod(leave_group), Text("Let it leave"), "leave"
    saved = Text("The account has left group {number}")

    def __init__(self, page: Page, title: str, group: GroupRow, note: str, member: MemberRow) -> None:
        self.member = member
        super().__init__(page, title, group, note)

    def fill(self) -> None:
        self.day("from", self.say("First day without it"))

    def order(self) -> MembersOrder | None:
        typed = self.form.submit()
        if typed is None:
            return None
        return MembersOrder(self.number, (self.member.account_number,), typed["from"])


class Collecting(GroupForm):
    """The collective bill of a month."""

    operation, send, about = staticmethod(collect_bills), Text("Make the collective bill"), "bill"
    saved = Text("The collective bill is made")

    def fill(self) -> None:
        say, field = self.say, self.form.field
        month = TextField(example="2026-01", longest=7)
        self.line(field("month", say("Month"), month, required=True))
        month.show_text(months_before(self.page.seat.today(), 1).strftime("%Y-%m"))
        ways = [(say("Wait for all bills"), WAIT), (say("Make it of the bills there are"), PARTIAL)]
        self.line(field("way", say("Members without a bill"), ChoiceField(ways)))

    def order(self) -> CollectiveOrder | None:
        typed = self.form.submit()
        if typed is None:
            return None
        return CollectiveOrder(self.number, typed["month"], typed["way"] == PARTIAL)
