"""The customers' page: the list of accounts, and one account on one card with all a clerk needs of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from desktop.billing.page import BillPane, PaperPanel, bill_paper
from desktop.billing.records import BillShown
from desktop.billing.service import bill
from desktop.counter.page import SUPPLY_STATES, due_state
from desktop.counter.records import PaymentRow
from desktop.counter.service import take_payment
from desktop.desk.documents import ACCOUNT_VALUES
from desktop.desk.records import AccountCard, AccountRow, BillRow
from desktop.desk.service import ACCOUNT_SORTS, account_card, accounts, accounts_extent
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.ledger.records import DueItem
from desktop.qt import theme
from desktop.qt.charts import UsageBars, month_bars
from desktop.qt.detail import Brief, Detail, Told
from desktop.qt.page import Key, Page
from desktop.qt.preview import Sheet
from desktop.qt.rows import Source
from desktop.qt.table import Cell, Column, Table, money_cell
from desktop.qt.tasks import Tasks
from desktop.qt.widgets import RIGHT, Badge, Facts, Figure, Label, Panel, column, row


class DeskPage(Page):
    """Accounts and their cards."""

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        self.card: AccountCard | None = None
        self._build_list()
        self._build_card()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list_panel)
        self.stack.addWidget(self.card_view)
        self.body.addWidget(self.stack, 1)
        self.refresh_keys()

    # Building ------------------------------------------------------------------------------------------------

    def _build_list(self) -> None:
        say, sign = self.say, self.seat.app.country.currency.sign

        def listed(
            name: str, cell: Callable[[AccountRow], Cell | str], width: int = 0, **more: Any
        ) -> Column:
            title, value = ACCOUNT_VALUES[name]
            sorts = name in ACCOUNT_SORTS
            return Column(
                more.pop("title", say(title)), cell, width, name=name, value=value, sorts=sorts, **more
            )

        def amount(name: str, title: str) -> Column:
            _, value = ACCOUNT_VALUES[name]

            def cell(found: AccountRow) -> Cell:
                return money_cell(say.money(value(found)), zero=not value(found))

            return listed(name, cell, 104, title=title, right=True)

        self.list = Table(
            say("Accounts"),
            (
                listed("number", lambda found: self._number(found.number), 156),
                listed("name", lambda found: Cell(found.customer_name, strong=True), 130),
                listed("address", lambda found: found.address),
                listed("meter", lambda found: Cell(found.meter_serial, ink="ink2"), 132),
                listed("phone", lambda found: Cell(found.phone, ink="ink2"), 124),
                amount("owed", say("Owed {sign}", sign=sign)),
                amount("credit", say("Credit {sign}", sign=sign)),
            ),
            source=Source(self.ask, accounts, accounts_extent),
            ticks=True,
            key=lambda found: found.account_id,
            amount=lambda found: found.owed,
        ).remember(self.preferences, "customers.accounts")
        self.list.show_empty(say("No account yet"), "", "users")
        self.list.opened.connect(lambda found: self.show_account(found.number))
        self.list.listed.connect(self._tell_total)
        self.detail = Detail(say("Account"))
        self.detail.setFixedWidth(theme.LIST_COLUMN)
        self.detail.follow(self.list, self._told)
        panel = Panel(padding=0)
        panel.body.addWidget(self.list)
        self.list_panel = QWidget()
        self.list_panel.setLayout(row(panel, self.detail))
        self.list_panel.layout().setStretch(0, 1)

    def _told(self, found: AccountRow) -> Brief:
        """An account in brief, as the pane beside the list tells it."""
        say = self.say
        lines = (
            Told(say("Owed"), say.money(found.owed, unit=True), strong=True),
            Told(say("Credit"), say.money(found.credit, unit=True) if found.credit else ""),
            Told(say("Account"), self._number(found.number)),
            Told(say("Address"), found.address),
            Told(say("Meter"), found.meter_serial),
            Told(say("Phone"), found.phone),
        )
        badge, state = (say("owes"), "due") if found.owed else (say("owes nothing"), "ok")
        return Brief(found.customer_name, lines, badge, state)

    def _tell_total(self) -> None:
        if self.stack.currentIndex() == 0:
            total = self.list.rows_model.total
            words = "" if total is None else self.say.plural("{count} account", "{count} accounts", total)
            self.object.setText(words)

    def _build_card(self) -> None:
        say = self.say
        left = column(self._build_head())
        pictures = QHBoxLayout()
        pictures.setSpacing(theme.S3)
        usage = Panel(say("Usage, 13 months"))
        self.accumulated, self.estimated = Label("", "small", "ink2"), Badge()
        usage.head.addWidget(self.estimated)
        usage.head.addWidget(self.accumulated)
        self.bars = UsageBars(say("Usage, 13 months"))
        usage.body.addWidget(self.bars)
        pictures.addWidget(usage, 4)
        pictures.addWidget(self._build_dues(), 5)
        left.addLayout(pictures, 5)
        left.addWidget(self._build_lists(), 6)
        self.pane = BillPane(say, self.seat.app.country)
        self.pane.closed.connect(self._close)
        self.pane.printed.connect(self._preview)
        self.pane.hide()
        self.tabs = self.add_tabs((say("Bills"), say("Payments")))
        self.tabs.chosen.connect(self.lists.setCurrentIndex)
        self.tabs.hide()
        self.paper = PaperPanel(say)
        self.paper.closed.connect(self._close)
        whole = QWidget()
        whole.setLayout(left)
        self.left = QStackedWidget()
        self.left.addWidget(whole)
        self.left.addWidget(self.paper)
        self.card_view = QWidget()
        self.card_view.setLayout(row(self.left, self.pane))
        self.card_view.layout().setStretch(0, 1)

    def _build_head(self) -> Panel:
        say = self.say
        panel = Panel()
        panel.body.setContentsMargins(theme.S3 + 2, theme.S2, theme.S3, theme.S2)
        panel.body.setSpacing(2)
        self.name = Label("", "h1")
        self.badges = [Badge() for _ in range(4)]
        top = row(self.name, *self.badges, spacing=theme.S2)
        top.addStretch(1)
        self.facts = Facts(
            (say("Account"), say("Address"), say("Meter"), say("Phone"), say("Credit")),
            longest=1,
            gap=theme.S4,
        )
        facts = column(spacing=2)
        facts.addLayout(top)
        facts.addWidget(self.facts)
        self.owed, owed_label = Figure("amount"), Label(say("Owed"), "small", "ink2")
        owed_label.setAlignment(RIGHT)
        whole = QHBoxLayout()
        whole.addLayout(facts, 1)
        whole.addLayout(column(owed_label, self.owed, spacing=0))
        panel.body.addLayout(whole)
        return panel

    def _build_dues(self) -> Panel:
        say, sign = self.say, self.seat.app.country.currency.sign
        self.dues = Table(
            say("Open items"),
            (
                Column(say("Month"), lambda item: Cell(say.month(item.month), say.date(item.due_on))),
                Column(say("Principal"), lambda item: Cell(say.money(item.principal)), 80, right=True),
                Column(
                    say("Late fee"),
                    lambda item: money_cell(say.money(item.late_fee), zero=not item.late_fee, strong=False),
                    70,
                    right=True,
                ),
                Column(
                    say("To pay {sign}", sign=sign),
                    lambda item: money_cell(say.money(item.total)),
                    84,
                    right=True,
                ),
                Column(say("State"), lambda item: due_state(say, item, self.seat.today()), 146),
            ),
            row_height=theme.ROW_TWO,
        )
        self.dues.show_empty(say("Nothing is owed"))
        self.dues.moved.connect(self._explain)
        self.arithmetic = Label("", "small", "ink2", wrap=True)
        panel = Panel(say("Open items"), padding=0)
        panel.body.addWidget(self.dues, 1)
        foot = column(self.arithmetic)
        foot.setContentsMargins(theme.S3, theme.S1, theme.S3, theme.S2)
        panel.body.addLayout(foot)
        return panel

    def _build_lists(self) -> Panel:
        say, sign = self.say, self.seat.app.country.currency.sign
        self.bills = Table(
            say("Bills"),
            (
                Column(say("Month"), lambda found: say.month(found.month), 84),
                Column(say("Bill"), lambda found: Cell(found.number, ink="ink2")),
                Column(say("Issued on"), lambda found: say.date(found.issued_on), 100),
                Column("kWh", lambda found: say.number(found.energy), 80, right=True),
                Column(
                    say("Amount {sign}", sign=sign),
                    lambda found: money_cell(say.money(found.amount)),
                    100,
                    right=True,
                ),
                Column(say("Due"), lambda found: say.date(found.due_on), 100),
                Column(say("State"), self._bill_state, 150),
            ),
        )
        self.bills.show_empty(say("No bill yet"), "", "receipt-text")
        self.bills.opened.connect(self._open_bill)
        self.bills.moved.connect(self._follow)
        self.payments = Table(
            say("Payments"),
            (
                Column(say("Paid at"), lambda paid: say.moment(paid.paid_at), 160),
                Column(say("Receipt"), lambda paid: Cell(paid.receipt_number, ink="ink2")),
                Column(say("Tender"), lambda paid: say(paid.tender.text), 120),
                Column(say("Amount {sign}", sign=sign), self._paid, 120, right=True),
            ),
        )
        self.payments.show_empty(say("No payment yet"), "", "wallet")
        self.lists = QStackedWidget()
        self.lists.addWidget(self.bills)
        self.lists.addWidget(self.payments)
        panel = Panel(padding=0)
        panel.body.addWidget(self.lists)
        return panel

    def _number(self, number: str) -> str:
        return self.seat.app.country.format_account(number)

    def _paid(self, paid: PaymentRow) -> Cell:
        return money_cell(self.say.money(paid.amount))

    def _bill_state(self, found: BillRow) -> Cell:
        if not found.open:
            return Cell(self.say("paid"), state="ok")
        if found.due_on < self.seat.today():
            days = (self.seat.today() - found.due_on).days
            return Cell(self.say.plural("overdue {count} day", "overdue {count} days", days), state="bad")
        return Cell(self.say("not yet due"), state="due")

    # Keys ----------------------------------------------------------------------------------------------------

    def refresh_keys(self) -> None:
        if self.stack.currentIndex() == 0:
            keys = [
                Key("Return", Text("open account"), self._open_current),
                Key("Ctrl+F", Text("filter"), self.list.start_filter),
                Key("Ctrl+Shift+C", Text("choose columns"), self.list.choose_columns),
                Key("Ctrl+Shift+E", Text("export to a workbook"), self.list.export, icon="download"),
            ]
        else:
            keys = [
                Key("Return", Text("open bill"), self._open_current),
                Key("Ctrl+Tab", Text("bills, payments"), lambda: self.tabs.choose(self.tabs.index + 1)),
                Key("Ctrl+P", Text("bill PDF"), self._preview_shown, "none"),
                Key("Esc", Text("back"), self._close),
            ]
            if self.seat.may(take_payment):
                keys.append(Key("F12", Text("Take payment"), self._to_counter, "primary", "wallet"))
        self.show_keys(*keys)

    # Asking --------------------------------------------------------------------------------------------------

    def show_argument(self, argument: object) -> None:
        if isinstance(argument, str) and argument:
            self.show_account(argument)
        else:
            self.ask_again()

    def ask_again(self) -> None:
        if self.stack.currentIndex() == 1 and self.card is not None:
            self.ask(account_card, self.card.row.number, self._show_card)
        else:
            self.list.ask_again()
            self.take_focus(self.list)

    def show_account(self, number: str) -> None:
        """Show the card of an account."""
        self.banner.clear()
        self.pane.hide()
        self.ask(account_card, number, self._show_card)

    def _show_card(self, card: AccountCard) -> None:
        say, self.card = self.say, card
        self.stack.setCurrentIndex(1)
        self.left.setCurrentIndex(0)
        self.object.setText(card.row.customer_name)
        self.name.setText(card.row.customer_name)
        self._show_badges(card)
        self.facts.show_values(
            (
                self._number(card.row.number),
                card.row.address,
                card.row.meter_serial,
                card.row.phone,
                say.money(card.dues.credit, unit=True),
            )
        )
        self.owed.show_figure(say.money(card.dues.total), self.seat.app.country.currency.sign, say("Owed"))
        self.bars.show_bars(
            month_bars(say, [(one.month, one.energy.decimal, one.estimated) for one in card.usage])
        )
        self.accumulated.setText(say("kWh, this year {energy}", energy=card.accumulated))
        self.dues.show_rows(card.dues.items, select=0 if card.dues.items else None)
        if not card.dues.items:
            self.arithmetic.setText("")
        self.bills.show_rows(card.bills, select=0 if card.bills else None)
        self.payments.show_rows(card.payments)
        self.tabs.count(0, say.number(len(card.bills)))
        self.tabs.count(1, say.number(len(card.payments)))
        self.tabs.show()
        self.refresh_keys()
        self.take_focus(self.bills)
        if card.bills:
            self._open_bill(card.bills[0])

    def _show_badges(self, card: AccountCard) -> None:
        say = self.say
        overdue = sum(1 for item in card.dues.items if item.overdue_days)
        self.badges[0].show_state(say(card.supply_state.text), SUPPLY_STATES[card.supply_state])
        words = say.plural("{count} overdue", "{count} overdue", overdue) if overdue else ""
        self.badges[1].show_state(words, "bad")
        self.badges[2].show_state(say(card.use_class), "plain")
        estimated = sum(1 for month in card.usage if month.estimated)
        self.estimated.show_state(say("estimated") if estimated else "", "est")
        self.badges[3].show_state(
            say.plural("{count} estimated", "{count} estimated", estimated) if estimated else "", "est"
        )

    def _explain(self, item: DueItem) -> None:
        self.arithmetic.setText(self.say.join([self.say(part) for part in item.arithmetic]))

    # Bills ---------------------------------------------------------------------------------------------------

    def _open_current(self) -> None:
        if self.stack.currentIndex() == 0 and self.list.current is not None:
            self.show_account(self.list.current.number)
        elif self.stack.currentIndex() == 1 and self.bills.current is not None:
            self._open_bill(self.bills.current)

    def _open_bill(self, found: BillRow) -> None:
        self.ask(bill, found.number, self._show_bill)

    def _follow(self, found: BillRow) -> None:
        if self.pane.isVisible():
            self._open_bill(found)

    def _show_bill(self, shown: BillShown) -> None:
        if self.card is not None and shown.account_number == self.card.row.number:
            self.pane.show_bill(shown)
            self.bills.setColumnHidden(2, True)
            self.pane.show()

    def _preview_shown(self) -> None:
        if self.pane.isVisible():
            self._preview(self.pane.shown)

    def _preview(self, shown: BillShown) -> None:
        title = self.say("Bill {number}", number=shown.number)
        self.call(bill_paper, self.seat, shown, then=lambda made: self._show_paper(title, *made))

    def _show_paper(self, title: str, path: Path, sheets: tuple[Sheet, ...]) -> None:
        self.paper.show_paper(title, path, sheets)
        self.left.setCurrentWidget(self.paper)

    def _close(self) -> None:
        """Close the top-most thing: paper, pane, card."""
        if self.left.currentWidget() is self.paper:
            self.left.setCurrentIndex(0)
        elif self.pane.isVisible():
            self.pane.hide()
            self.bills.setColumnHidden(2, False)
        else:
            self.card = None
            self.stack.setCurrentIndex(0)
            self.tabs.hide()
            self.object.setText("")
            self.banner.clear()
            self.refresh_keys()
            self.ask_again()

    def _to_counter(self) -> None:
        if self.card is not None:
            self.open_page("counter", self.card.row.number)
