"""How large customers pay: payment groups with their collective bills, and bills by instalment."""

from __future__ import annotations

from datetime import date
from functools import cached_property, partial
from pathlib import Path

from desktop.billing.page.group_forms import ChangedGroup, Collecting, GroupForm, Joining, Leaving, NewGroup
from desktop.billing.page.instalments import Instalments
from desktop.billing.page.printing import collective_paper
from desktop.billing.records import CollectiveRow, CollectiveShown
from desktop.billing.service import collect_bills, collective_bill, collective_bills
from desktop.contracts.records import GroupRow, GroupShown, MemberRow
from desktop.contracts.service import make_group, payment_group, payment_groups
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.qt import theme
from desktop.qt.basics import reveal
from desktop.qt.cells import badge_room, title_room
from desktop.qt.fold import Fold, Stack
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.paper_panel import PaperPanel, Through
from desktop.qt.preview import PaperFile
from desktop.qt.table import Cell, Column, Table, money_cell
from desktop.qt.tasks import Tasks

MEMBERS, BILLS, INSTALMENTS = 0, 1, 2
_PAPERS = ("collective", "instalment")
"""Places of the tabs."""
_BESIDE_MEMBERS, _BESIDE_BILLS = (2, 3), (3,)
"""Columns that are away beside a form."""
_LIST_WIDE, _FORM_WIDE = 330, 400
_FOLDED_LIST, _FOLDED_TABLE, _FOLDED_FORM = 220, 320, 420


class GroupsPage(Page):
    """The groups of the hall at the left, members or collective bills of the chosen one, a form at the right."""

    HELP = Text(
        "A payment group is accounts that one payer pays together; an account is in one group at a time. The collective"
        " bill puts its members' bills of a month on one paper: each keeps its own bill, due day and balance. While a"
        " member has no bill it waits, unless you make it of the bills there are; once bills change, a new version"
        " takes its place by itself. Under Instalments a month is paid in parts before its bill, which deducts them."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        self.shown: GroupShown | None = None
        self.form: GroupForm | None = None
        self._wanted = self._wanted_bill = ""
        self._sending = False
        self.tabs = self.add_tabs(
            [self.say(Text("Members")), self.say(Text("Collective bills")), self.say(Text("Instalments"))]
        )
        self.tabs.chosen.connect(lambda _: self._choose_tab())
        self._build()
        self.refresh_keys()

    # Building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        say = self.say
        self.groups = Table(say("Payment groups"), self._group_columns(), row_height=theme.ROW_TWO)
        self.groups.show_empty(say("No payment groups yet"), say("Ctrl+N makes one"), "users")
        self.groups.moved.connect(self._choose)
        self.members = Table(
            say("Members"), self._member_columns(), row_height=theme.ROW_TWO, persons=True,
            key=lambda row: (row.account_number, row.valid_from),
        )  # fmt: skip
        self.members.opened.connect(lambda row: self.open_page("customers", row.account_number))
        self.bills = Table(say("Collective bills"), self._bill_columns(), row_height=theme.ROW_TWO)
        self.bills.show_empty(say("No collective bill yet"), say("F12 makes one of a month"), "receipt-text")
        self.bills.opened.connect(lambda _: self.show_paper())
        for table in (self.members, self.bills):
            table.moved.connect(lambda _: self.refresh_keys())
        listed, chosen = Panel(padding=0), Panel(padding=0)
        listed.body.addWidget(self.groups)
        self.tables = Stack()
        self.tables.addWidget(self.members)
        self.tables.addWidget(self.bills)
        chosen.body.addWidget(self.tables)
        self.side = Stack()
        self.side.hide()
        content = Fold(
            (listed, theme.grown(_LIST_WIDE), _FOLDED_LIST),
            (chosen, 0, _FOLDED_TABLE),
            (self.side, theme.grown(_FORM_WIDE), _FOLDED_FORM),
        )
        self.papers = [PaperPanel(say, self.tasks, kind, self.seat.station.code) for kind in _PAPERS]
        self.views = Stack()
        self.views.addWidget(content)
        self.stack = Stack()
        self.stack.addWidget(self.views)
        for paper in self.papers:
            paper.closed.connect(self._close)
            self.stack.addWidget(paper)
        self.body.addWidget(self.stack, 1)

    @cached_property
    def instalments(self) -> Instalments:
        """Who pays in instalments; made when it is first shown."""
        made = Instalments(self)
        made.papered.connect(self._show_paper)
        self.views.addWidget(made)
        return made

    def _group_columns(self) -> tuple[Column, ...]:
        say = self.say
        owed = say("Owed {sign}", sign=self.seat.app.country.currency.sign)

        def who(row: GroupRow) -> Cell:
            members = say.plural("{count} account", "{count} accounts", row.members)
            return Cell(row.name, say.join([row.number, members]), strong=True)

        def pays(row: GroupRow) -> Cell:
            return money_cell(say.money(row.owed), zero=not row.owed)

        return (Column(say("Group"), who), Column(owed, pays, title_room(owed, 100), right=True))

    def _member_columns(self) -> tuple[Column, ...]:
        say, country = self.say, self.seat.app.country
        owed = say("Owed {sign}", sign=country.currency.sign)

        def day(on: date | None, by: str) -> Cell:
            return Cell(say.date(on), by) if on else Cell("")

        return (
            Column(
                say("Customer, address of use"), lambda row: Cell(row.customer_name, row.address), head=0.6, least=150
            ),
            Column(
                say("Account number"), lambda row: Cell(country.format_account(row.account_number)),
                title_room(say("Account number"), 124),
            ),
            Column(say("From"), lambda row: day(row.valid_from, row.joined_by), 104),
            Column(say("First day without"), lambda row: day(row.valid_to, row.left_by),
                   title_room(say("First day without"), 104)),
            Column(owed, lambda row: money_cell(say.money(row.owed), zero=not row.owed),
                   title_room(owed, 92), right=True),
        )  # fmt: skip

    def _bill_columns(self) -> tuple[Column, ...]:
        say, sign = self.say, self.seat.app.country.currency.sign
        amount, left = say("Amount {sign}", sign=sign), say("Still to pay {sign}", sign=sign)
        states = (
            say("replaced"),
            say("partial"),
            say("paid"),
            say("due {day}", day=self.seat.today().replace(month=12, day=28)),
        )

        def state(row: CollectiveRow) -> Cell:
            if row.superseded_by:
                return Cell(states[0], state="withdrawn")
            if row.missing:
                return Cell(states[1], state="warn")
            if not row.open:
                return Cell(states[2], state="ok")
            late = row.due_on < self.seat.today()
            return Cell(say("due {day}", day=row.due_on), state="bad" if late else "due")

        def version(row: CollectiveRow) -> str:
            return say("version {version}", version=row.version)

        return (
            Column(say("Month"), lambda row: Cell(say.month(row.period.start), version(row), strong=True), 110),
            Column(say("Number"), lambda row: Cell(row.number, self._issued(row)), least=140),
            Column(say("State"), state, badge_room(say("State"), states)),
            Column(amount, lambda row: money_cell(say.money(row.amount)), title_room(amount, 96), right=True),
            Column(left, lambda row: money_cell(say.money(row.open), zero=not row.open),
                   title_room(left, 96), right=True),
        )  # fmt: skip

    def _issued(self, row: CollectiveRow) -> str:
        say = self.say
        after = say("replaced by {number}", number=row.superseded_by) if row.superseded_by else ""
        missing = (
            say.plural("{count} without a bill", "{count} without a bill", row.missing) if row.missing else ""
        )
        return say.join([say("issued {day}", day=row.issued_on), after or missing])

    # Keys ----------------------------------------------------------------------------------------------------

    def refresh_keys(self) -> None:
        if self.stack.currentWidget() is self.paper:
            back = Key("Esc", Text("back"), self.paper.step_back)
            self.show_keys(back, Key("Ctrl+P", Text("Print"), self.paper.ask_print, "primary", "printer"))
            return
        if self.tabs.index == INSTALMENTS:
            self.show_keys(*self.instalments.keys())
            return
        if self.form is not None:
            keys = [*self.form.form.keys, Key("Esc", Text("back, asks first"), self.close_form)]
            if self.form.rows is not None:
                keys.append(Key("Ctrl+L", Text("one more line"), self.form.add_line))
            self.show_keys(
                *keys, Key("F12", self.form.send, self.send, "primary", "check", not self._sending)
            )
            return
        here, may = self.shown is not None, self.seat.may
        keys = []
        if self.tabs.index == BILLS:
            some = self.bills.current is not None
            keys.append(Key("Ctrl+P", Text("collective bill PDF"), self.show_paper, enabled=some))
        if "counter.take_payment" in self.seat.actor.permissions:  # the counter is above this area
            keys.append(Key("Ctrl+T", Text("take payment"), self.pay, enabled=here))
        if may(make_group):
            member = self.members.current if self.tabs.index == MEMBERS else None
            stays = member is not None and member.valid_to is None
            keys += [
                Key("Ctrl+N", Text("make a group"), self.make),
                Key("Ctrl+E", Text("name, payer"), self.change, enabled=here),
                Key("A", Text("let accounts join"), self.join, enabled=here),
                Key("Del", Text("let it leave"), self.leave, enabled=stays),
            ]
        if may(collect_bills):
            keys.append(Key("F12", Text("Collective bill"), self.collect, "primary", "receipt-text", here))
        self.show_keys(*keys)

    def _choose_tab(self) -> None:
        if self.tabs.index == INSTALMENTS:
            self.views.setCurrentWidget(self.instalments)
            self.instalments.ask()
            self.take_focus(self.instalments.plans)
        else:
            self.views.setCurrentIndex(0)
            self.tables.setCurrentIndex(self.tabs.index)
            self.take_focus(self.tables.currentWidget())
        self._tell_group()
        self.refresh_keys()

    # Asking --------------------------------------------------------------------------------------------------

    def show_argument(self, argument: object) -> None:
        if isinstance(argument, str):
            self._wanted = argument
        self.ask_again()
        self.take_focus(self.groups)

    def ask_again(self) -> None:
        if self.tabs.index == INSTALMENTS:
            self.instalments.ask()
        self.groups.asking()
        self.ask(payment_groups, None, self._show_groups)

    def _show_groups(self, groups: tuple[GroupRow, ...]) -> None:
        wanted = self._wanted or (self.shown.row.number if self.shown else "")
        self._wanted = ""
        at = next((at for at, one in enumerate(groups) if one.number == wanted), None)
        if wanted and at is None:  # the number of a collective bill
            self.ask(collective_bill, wanted, self._find_bill)
        self.groups.show_rows(groups, select=(at or 0) if groups else None)
        self.refresh_keys()

    def _find_bill(self, found: CollectiveShown) -> None:
        self._wanted, self._wanted_bill = found.group_number, found.number
        self.tabs.choose(BILLS)
        self.ask_again()

    def _choose(self, group: GroupRow) -> None:
        self._tell_group()
        self.members.asking()
        self.ask(payment_group, group.number, self._show_group)
        self.bills.asking()
        self.ask(collective_bills, group.number, self._show_bills)

    def _tell_group(self) -> None:
        """Beside the title: the group whose members or bills are shown."""
        say, group = self.say, self.groups.current
        shown = group is not None and self.tabs.index != INSTALMENTS
        self.object.setText(
            say.join([group.number, say("paid by {name}", name=group.payer)]) if shown else ""
        )

    def _show_group(self, shown: GroupShown) -> None:
        self.shown = shown
        self.members.show_rows(shown.members, select=0 if shown.members else None)
        self.tabs.count(MEMBERS, self.say.number(sum(1 for one in shown.members if one.valid_to is None)))
        self.refresh_keys()

    def _show_bills(self, rows: tuple[CollectiveRow, ...]) -> None:
        at = next((at for at, one in enumerate(rows) if one.number == self._wanted_bill), 0)
        self._wanted_bill = ""
        self.bills.show_rows(rows, select=at if rows else None)
        self.tabs.count(BILLS, self.say.number(len(rows)))
        self.refresh_keys()

    # Forms ---------------------------------------------------------------------------------------------------

    def make(self) -> None:
        """Open the form of a new group."""
        self._open(NewGroup(self, self.say("Payment group"), None))

    def pay(self) -> None:
        """Bring the chosen group to the counter: all its accounts are paid with one tender."""
        if self.shown is not None:
            self.open_page("counter", self.shown.row.number)

    def change(self) -> None:
        """Open the form of the chosen group's name and payer."""
        self._open_for(ChangedGroup)

    def join(self) -> None:
        """Open the form of accounts that join the chosen group."""
        self._open_for(Joining)

    def leave(self) -> None:
        """Open the form of the chosen member that leaves."""
        member: MemberRow | None = self.members.current
        if member is not None and member.valid_to is None and self.shown is not None:
            note = self.say.join([member.account_number, member.customer_name])
            self._open(Leaving(self, self._title(), self.shown.row, note, member))

    def collect(self) -> None:
        """Open the form of a collective bill of the chosen group."""
        self._open_for(Collecting)

    def _title(self) -> str:
        return self.shown.row.name if self.shown else ""

    def _open_for(self, form: type[GroupForm]) -> None:
        if self.shown is not None:
            self._open(form(self, self._title(), self.shown.row, self.shown.row.number))

    def _open(self, form: GroupForm) -> None:
        if not self.close_form():
            form.deleteLater()
            return
        self.banner.clear()
        self.form = form
        self.side.addWidget(form)
        self.side.setCurrentWidget(form)
        self._reveal_form(shown=True)
        form.form.begin()
        self.refresh_keys()

    def _reveal_form(self, *, shown: bool) -> None:
        """The form comes or goes; columns that have no room beside it are away meanwhile."""
        reveal(self.side, shown)
        for table, columns in ((self.members, _BESIDE_MEMBERS), (self.bills, _BESIDE_BILLS)):
            for at in columns:
                table.setColumnHidden(at, shown)

    def may_leave(self) -> bool:
        agreed = self.__dict__.get("instalments")  # none where nobody looked at them
        return self._may_close_form() and (agreed is None or agreed.may_leave())

    def _may_close_form(self) -> bool:
        return self.form is None or bool(self.form.form.may_leave())

    def close_form(self) -> bool:
        """Close the form, after asking when something typed would be lost; whether none is open now."""
        if not self._may_close_form():
            return False
        if self.form is not None:
            self._reveal_form(shown=False)
            self.side.removeWidget(self.form)
            self.form.deleteLater()
            self.form = None
            self.take_focus(self.tables.currentWidget())
            self.refresh_keys()
        return True

    def send(self) -> None:
        """Do once what was typed; refused, it stays typed and the reason stands below."""
        form = self.form
        order = None if self._sending or form is None else form.order()
        if form is None or order is None:
            return
        self._sending = True
        form.problem.tell("")
        self.refresh_keys()
        self.do(form.operation, order, partial(self._sent, form), failed=partial(self._failed, form))

    def _sent(self, form: GroupForm, answer: GroupRow | str) -> None:
        self._sending = False
        form.form.done()
        if self.form is form:
            self.close_form()
        if isinstance(answer, str):
            self._wanted_bill = answer
            self.tabs.choose(BILLS)
        else:
            self._wanted = answer.number
        number = answer if isinstance(answer, str) else answer.number
        self.toast(self.say(form.saved, number=number))
        self.ask_again()

    def _failed(self, form: GroupForm, error: BaseException) -> None:
        self._sending = False
        if isinstance(error, Refused) and form is self.form:
            form.problem.tell(self.say(error.text))
        else:
            self.trouble(error)
        self.refresh_keys()

    # Paper ---------------------------------------------------------------------------------------------------

    def show_paper(self) -> None:
        """Show the paper of the chosen collective bill, in the payer's language."""
        chosen: CollectiveRow | None = self.bills.current
        if chosen is not None:
            title = self.say("Collective bill {number}", number=chosen.number)
            self.call(collective_paper, self.seat, chosen.number, then=partial(self._show_paper, title))

    @property
    def paper(self) -> PaperPanel:
        """Where papers of the tab shown are printed from."""
        return self.papers[self.tabs.index == INSTALMENTS]

    def _show_paper(self, title: str, made: tuple[Path, PaperFile, Through]) -> None:
        """Show a paper, unless somebody has opened a form meanwhile."""
        form = self.instalments.form if self.tabs.index == INSTALMENTS else self.form
        if form is None:
            self.stack.setCurrentWidget(self.paper)
            path, paper, through = made
            self.paper.show_paper(title, path, paper, through=through, once=False)
            self.refresh_keys()

    def _close(self) -> None:
        self.stack.setCurrentIndex(0)
        at = self.instalments.parts if self.tabs.index == INSTALMENTS else self.tables.currentWidget()
        self.take_focus(at)
        self.refresh_keys()
