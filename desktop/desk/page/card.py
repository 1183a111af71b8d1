"""The card of an account: what it owes, its months, bills, reads, payments, contracts, contacts and notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.billing.page import BillPane, bill_paper, explanation_paper
from desktop.billing.records import BillShown, Explanation
from desktop.billing.service import bill, explanation, what_if, why_different
from desktop.counter.page import (
    SUPPLY_STATES,
    agreement_badge,
    cheque_badges,
    debit_badge,
    disputed_badge,
)
from desktop.counter.records import CardPart
from desktop.counter.service import take_payment
from desktop.desk.page.lists import (
    bill_state,
    bills_table,
    contracts_table,
    instalments_table,
    versions_table,
)
from desktop.desk.page.panels import CardHead, ComparePanel, DuesPanel, UsagePanel, bill_of
from desktop.desk.page.papers import write_paper
from desktop.desk.page.payments import Payments
from desktop.desk.page.person import PersonView, focus_table, in_panel
from desktop.desk.page.reads import Reads
from desktop.desk.page.supply import SupplyTab
from desktop.desk.page.testing import wish_badges
from desktop.desk.page.what_if import WhatIfTab
from desktop.desk.records import AccountCard, BillRow, ContractRow, PointShown
from desktop.desk.service import issue_paper
from desktop.invoices.page import InvoiceSheet
from desktop.invoices.records import WishQuery
from desktop.invoices.service import wish
from desktop.kernel.text import Text
from desktop.parties.records import PartyShown
from desktop.qt import theme
from desktop.qt.basics import row
from desktop.qt.figures import grouped
from desktop.qt.fold import Fold, Stack
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.paper_panel import PaperPanel, Through
from desktop.qt.preview import PaperFile
from desktop.qt.table import Table, fitting

OVERVIEW, BILLS, READS, PAYMENTS, CONTRACTS, CONTACTS, NOTES, RECORDS, WHAT_IF = range(9)
MOST_INSTALMENTS = 2
"""So many instalments are seen at once below the bills."""

MOST_PRICES = 4
"""So many price versions of a contract are seen at once."""
PHONE = 4
"""The place of the telephone number among the facts of the head."""


class AccountView(PersonView):
    """One account; `show_card` fills it, `left` tells that Esc closed it."""

    def __init__(self, page: Page, stack: Stack) -> None:
        say = page.say
        super().__init__(
            page,
            stack,
            (
                say("Overview"), say("Bills"), say("Reads"), say("Payments"), say("Contracts"), say("Contacts"),
                say("Notes"), say("Records"), say("What if"),
            ),
        )  # fmt: skip
        self.card: AccountCard | None = None
        self.chosen: BillRow | None = None
        self.place: PointShown | None = None
        self._country, self._today = self.seat.app.country, self.seat.today()
        self.reads, self.payments = Reads(self), Payments(self)
        self._pane_wanted = self.seat.may(bill)
        self._trace_wanted = self._lines_wanted = False
        self._showing: list[Callable[[AccountCard], None]] = []
        self._build()

    # Building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        say = self.say
        labels = (say("Account"), say("Address"), say("Meter"), say("Reading route"), say("Phone"))
        self.head = CardHead(say, self._country, labels, longest=1)
        self.usage, self.compare = UsagePanel(say, self._country), ComparePanel(say, self._country)
        self.usage.moved.connect(self._look_at)
        self.bills = self._bills_table(full=False)
        self._bill_tables = [self.bills]
        self._build_panes()
        if self.seat.may(why_different):
            self.compare.wanted.connect(
                lambda old, new: self.page.ask(why_different, (old, new), self.compare.show_why)
            )
        pictures = Fold((self.usage, 0, 240), (self.compare, 0, 200), below=theme.FOLD_PANEL)
        self.add_tab(pictures, in_panel(self.bills))
        self.stack.currentWidget().layout().setStretch(0, 5)
        self.stack.currentWidget().layout().setStretch(1, 6)
        self._makers = {
            BILLS: self._make_bills,
            READS: self._make_reads,
            PAYMENTS: self._make_payments,
            CONTRACTS: self._make_contracts,
        }
        for _ in self._makers:
            self.add_tab()
        self.add_tab(in_panel(self.contacts))
        self.add_tab(self.notes_panel())
        for _ in (RECORDS, WHAT_IF):
            self.add_tab()

    def _bills_table(self, *, full: bool) -> Table:
        table = bills_table(self.say, self._country, self._today, full=full)
        table.moved.connect(self._choose)
        table.opened.connect(lambda _: self.open_bill())
        return table

    def _tab(self, at: int, *parts: QWidget) -> None:
        """Fill a tab when it is first shown: panels one below the other, the first taking most of the room."""
        layout = self.stack.widget(at).layout()
        for part in parts:
            layout.addWidget(part)
        layout.setStretch(0, 2)

    def _with_card(self, show: Callable[[AccountCard], None]) -> None:
        """Part of a tab just made: it shows the account of now, and every one after it."""
        self._showing.append(show)
        if self.card is not None:
            show(self.card)

    def _make_bills(self) -> None:
        self.all_bills, self.dues = (
            self._bills_table(full=True),
            DuesPanel(self.say, self._country, self._today),
        )
        self.instalments = instalments_table(self.say, self._country, self._today)
        self.asked_before = Panel(self.say("Instalments"), padding=0)
        self.asked_before.body.addWidget(self.instalments)
        self._tab(BILLS, in_panel(self.all_bills), self.asked_before, self.dues)
        self._bill_tables.append(self.all_bills)
        self._with_card(self.dues.show_card)
        self._with_card(self._show_instalments)
        if self.card is not None:
            self._list_bills(self.all_bills, self.chosen.number if self.chosen else "")

    def _follow_contract(self, one: ContractRow) -> None:
        self.versions.show_rows(one.versions[::-1])
        fitting(self.versions, MOST_PRICES)

    def _show_instalments(self, card: AccountCard) -> None:
        """What was asked for before bills; the panel is away where nothing was."""
        found = card.instalments
        self.instalments.show_rows(found, select=0 if found else None)
        fitting(self.instalments, MOST_INSTALMENTS)
        self.asked_before.setVisible(bool(found))

    def _make_reads(self) -> None:
        self._tab(READS, in_panel(self.reads.table))
        self._with_card(self.reads.show_card)

    def _make_payments(self) -> None:
        self._tab(PAYMENTS, in_panel(self.payments.table))
        self._with_card(self.payments.show_card)

    def _make_contracts(self) -> None:
        self.contracts, self.versions = contracts_table(self.say, self._today), versions_table(self.say)
        self.contracts.moved.connect(self._follow_contract)
        prices = Panel(self.say("Prices of this contract"), padding=0)
        prices.body.addWidget(self.versions)
        self._tab(CONTRACTS, in_panel(self.contracts), prices)
        self._with_card(
            lambda card: self.contracts.show_rows(card.contracts, select=0 if card.contracts else None)
        )

    @cached_property
    def supply(self) -> SupplyTab:
        """The records behind the account, made when first shown."""
        made = SupplyTab(self.page)
        self._tab(RECORDS, made)
        return made

    @cached_property
    def what_if(self) -> WhatIfTab:
        """What other tariffs would have cost, made when first shown."""
        made = WhatIfTab(self.page)
        self._tab(WHAT_IF, made)
        return made

    def _build_panes(self) -> None:
        say = self.say
        self.paper = PaperPanel(say, self.page.tasks, "bill", self.seat.station.code)
        self.paper.closed.connect(self.close_top)
        self.sheets = Stack()
        self.pane = BillPane(say, self._country)
        self.pane.closed.connect(self._close_pane)
        self.pane.printed.connect(self._preview)
        self.receipt = self.payments.receipt
        self.receipt.closed.connect(self._close_receipt)
        self.pane.hide()
        panes = Fold(
            (self.sheets, 0, 480), (self.pane, theme.DETAIL_PANE, 460), (self.receipt, theme.DETAIL_PANE, 460)
        )
        self.setLayout(row(panes))
        whole = QWidget()
        self.sheets.addWidget(whole)
        whole.setLayout(self.framed(self.head))
        self.sheets.addWidget(self.paper)

    # Keys ----------------------------------------------------------------------------------------------------

    def keys(self) -> list[Key]:
        at, keys = self.stack.currentIndex(), []
        if at in (OVERVIEW, BILLS) and self.seat.may(bill):
            some = self.chosen is not None
            keys.append(Key("Return", Text("open bill"), self.open_bill, enabled=some))
            keys.append(Key("T", Text("trace"), self.open_trace, enabled=some))
            keys.append(Key("Ctrl+P", Text("bill PDF"), self._preview_shown, "none"))
            if self.seat.may(wish):
                keys.append(Key("I", Text("invoice"), self.show_invoice, "hint" if at == BILLS else "none"))
        if at == OVERVIEW:
            keys.append(Key("Y", Text("other month"), self.compare.switch))
            if self.seat.may(explanation):
                keys.append(Key("W", Text("why, as a page"), self._explain, enabled=self.chosen is not None))
            if self.seat.may(what_if):
                keys.append(
                    Key("H", Text("other price lists"), partial(self.go_to, CardPart.WHAT_IF), "none")
                )
            keys.append(Key("U", Text("months"), self.usage.go_through, "none"))
        beside = at in (OVERVIEW, BILLS)
        keys += self.payments.keys(here=at == PAYMENTS, beside=beside, bills=at == BILLS)
        if self.seat.may(issue_paper):
            keys.append(
                Key(
                    "Ctrl+O", Text("papers"), partial(write_paper, self), "hint" if at == PAYMENTS else "none"
                )
            )
        keys += self.reads.keys(here=at == READS, beside=beside or at == READS)
        if at == RECORDS:
            keys += self.supply.keys()
        if self.card is not None and len(self.card.points) > 1:
            keys.append(Key("B", Text("next service point"), self.next_place))
        keys += self.common_keys()
        keys.append(Key("P", Text("customer"), self._open_party))
        keys.append(Key("Esc", Text("back"), self.close_top))
        if self.seat.may(take_payment):
            keys.append(Key("F12", Text("Take payment"), self._to_counter, "primary", "wallet"))
        return keys

    def table(self) -> QWidget:
        tables = {
            OVERVIEW: lambda: self.bills,
            BILLS: lambda: self.all_bills,
            READS: lambda: self.reads.table,
            PAYMENTS: lambda: self.payments.table,
            CONTRACTS: lambda: self.contracts,
            CONTACTS: lambda: self.contacts,
            NOTES: lambda: self.notes,
            RECORDS: lambda: self.supply.records,
            WHAT_IF: lambda: self.what_if.table,
        }
        return focus_table(tables[self.stack.currentIndex()]())

    # Showing -------------------------------------------------------------------------------------------------

    def reload(self) -> None:
        if self.card is not None:
            self.page.fetch_account(self.card.row.number)

    def show_card(self, card: AccountCard) -> None:
        """Show an account, from the overview of its card on; the same account once more keeps its tab."""
        again = self.card is not None and self.card.row.account_id == card.row.account_id and self.isVisible()
        number = self.chosen.number if again and self.chosen else ""
        self.card, self.chosen, self.account_id = card, None, card.row.account_id
        before = self.place.service_point_id if again and self.place is not None else None
        self.place = next((one for one in card.points if one.service_point_id == before), card.points[0])
        if not again:
            self.sheets.setCurrentIndex(0)
            self.question.close_question()
            self.tabs.choose(OVERVIEW)
            self._pane_wanted = self.seat.may(bill)
            self.receipt.hide()
        self.reads.know(card)
        self.show_people(card.party_id, card.contacts, card.notes)
        self._show_head(card)
        self.usage.show_card(card)
        for show in self._showing:
            show(card)
        self.show_counts(
            None, card.bills, card.reads, card.payments, card.contracts, card.contacts, card.notes
        )
        self._show_bills(number)
        if self.stack.currentIndex() == RECORDS:
            self._ask_records()
        if self.stack.currentIndex() == WHAT_IF:
            self.what_if.ask(card.row.number)
        self.page.object.setText(card.row.customer_name)
        self.page.card_shown(self)
        self.page.take_focus(self.table())

    def renumbered(self, number: str) -> None:
        """The account shown has another number."""
        if self.card is not None:
            self.card = replace(self.card, row=replace(self.card.row, number=number))

    def next_place(self) -> None:
        """Show the next service point of the account: its address, meter and route, its records, its forms."""
        if self.card is not None and self.place is not None:
            points = self.card.points
            self.place = points[(points.index(self.place) + 1) % len(points)]
            self._show_head(self.card)
            if self.stack.currentIndex() == RECORDS:
                self.supply.choose_point(self.place.service_point_id)
            self.page.refresh_keys()

    def _ask_records(self) -> None:
        if self.card is not None and self.place is not None:
            self.supply.ask(self.card.row.number, self.place.service_point_id)

    def _show_bills(self, number: str) -> None:
        for table in self._bill_tables:
            self._list_bills(table, number)
        if not self.card.bills:
            self.compare.show_bill(self.card, None)
            self.pane.hide()

    def _list_bills(self, table: Table, number: str) -> None:
        bills = self.card.bills
        place = next((at for at, one in enumerate(bills) if one.number == number), 0)
        table.show_rows(bills, select=place if bills else None)

    def _show_head(self, card: AccountCard) -> None:
        say, row_, place = self.say, card.row, self.place or card.points[0]
        phone = self.revealed.phone if self.revealed else row_.phone
        self.head.show_head(
            row_.customer_name,
            self._badges(card),
            (
                self._country.format_account(row_.number),
                place.address,
                grouped(place.meter_serial),
                place.route,
                phone,
            ),
            card.dues.total,
        )
        self.head.setAccessibleName(say("Account {number}", number=row_.number))

    def _badges(self, card: AccountCard) -> list[tuple[str, str]]:
        say, place = self.say, self.place or card.points[0]
        overdue = sum(1 for item in card.dues.items if item.overdue_days and not item.wholly_disputed)
        estimated = sum(1 for month in card.usage if month.estimated)
        closed = say("closed {day}", day=card.closed_on) if card.closed_on else ""
        supply = (say(place.supply_state.text), SUPPLY_STATES[place.supply_state])
        if place.ended_on is not None and place.ended_on <= self._today and not closed:
            supply = (say("ended {day}", day=place.ended_on), "withdrawn")
        several = ""
        if len(card.points) > 1:
            at = card.points.index(place) + 1
            several = say("service point {at} of {count}", at=at, count=len(card.points))
        return [
            (closed, "withdrawn") if closed else supply,
            (several, "info"),
            (say.plural("{count} overdue", "{count} overdue", overdue) if overdue else "", "bad"),
            (say(place.use_class), "plain"),
            (say.plural("{count} estimated", "{count} estimated", estimated) if estimated else "", "est"),
            (say("credit {amount}", amount=card.dues.credit) if card.dues.credit else "", "info"),
            disputed_badge(say, card.dues.items),
            agreement_badge(say, card.agreement),
            *cheque_badges(say, card.cheques_pending, card.cheques_returned),
            debit_badge(say, card.debit_awaiting, card.debit_bank),
            *wish_badges(say, card, self._today),
            (card.group, "plain"),
            *self.alert_badges(card.notes),
        ]

    def phone_changed(self, phone: str) -> None:
        shown = phone or (self.card.row.phone if self.card else "")
        self.head.facts.values[PHONE].setText(shown or "–")

    def tab_shown(self) -> None:
        at = self.stack.currentIndex()
        make = self._makers.pop(at, None)
        if make is not None:
            make()
        if at in (OVERVIEW, BILLS) and self._pane_wanted and self.chosen is not None:
            self._ask_bill(self.chosen)
        else:
            self.pane.hide()
        if at != PAYMENTS:
            self.receipt.hide()
        if at == RECORDS:
            self._ask_records()
        if at == WHAT_IF and self.card is not None:
            self.what_if.ask(self.card.row.number)

    # Bills ---------------------------------------------------------------------------------------------------

    def _choose(self, found: BillRow) -> None:
        """Another bill is looked at: the picture, the comparison and the pane go with it."""
        if self.chosen is found:
            return
        self.chosen = found
        self.compare.show_bill(self.card, found)
        self.usage.look_at(found.month)
        place = self.card.bills.index(found)
        for table in self._bill_tables:
            if table.currentIndex().row() != place and table.rows_model.rows:
                table.selectRow(place)
        if self._pane_wanted and self.stack.currentIndex() in (OVERVIEW, BILLS):
            self._ask_bill(found)

    def _look_at(self, month: date) -> None:
        found = bill_of(self.card, month)
        if found is not None:
            self._choose(found)

    def _ask_bill(self, found: BillRow) -> None:
        self.page.ask(bill, found.number, self._show_bill)

    def open_bill(self) -> None:
        """Open the chosen bill and go to its lines."""
        if self.chosen is not None and self.seat.may(bill):
            self._pane_wanted = self._lines_wanted = True
            self._ask_bill(self.chosen)

    def open_trace(self) -> None:
        """Go to where the chosen line comes from, the bill opened before."""
        if self.chosen is not None:
            self._pane_wanted = self._trace_wanted = True
            if self.pane.isVisible() and self.pane.shown.number == self.chosen.number:
                self._go_into_pane()
            else:
                self._ask_bill(self.chosen)

    def _show_bill(self, shown: BillShown) -> None:
        if self.chosen is None or shown.number != self.chosen.number or not self._pane_wanted:
            return
        if self.stack.currentIndex() in (OVERVIEW, BILLS):
            self.pane.show_bill(shown, bill_state(self.say, self.chosen, self._today))
            self.pane.show()
            self._go_into_pane()

    def _go_into_pane(self) -> None:
        if self._trace_wanted:
            self.pane.read_trace()
        elif self._lines_wanted:
            self.pane.lines.setFocus()
        self._trace_wanted = self._lines_wanted = False

    def show_invoice(self) -> None:
        """Show what invoice the chosen bill is to have, and what became of the account's invoices."""
        if self.card is not None:
            number = self.chosen.number if self.chosen is not None and self.chosen.amount.raw > 0 else ""
            InvoiceSheet(self.page, WishQuery(self.card.row.number, number)).appear()

    def _preview_shown(self) -> None:
        if self.sheets.currentWidget() is self.paper:
            self.paper.ask_print()
        elif self.pane.isVisible():
            self._preview(self.pane.shown)

    def _preview(self, shown: BillShown) -> None:
        title = self.say("Bill {number}", number=shown.number)
        self.page.call(bill_paper, self.seat, shown, then=partial(self._show_free, title))

    def go_to(self, part: CardPart) -> None:
        """Show what is wanted of the card at once."""
        self.tabs.choose(OVERVIEW if part is CardPart.WHY else WHAT_IF)
        if part is CardPart.WHY:
            self._explain()

    def _explain(self) -> None:
        """Show why the chosen bill differs from the one beside it, as the page that is given to the customer."""
        pair = self.compare.pair()
        if pair is None:
            self.page.banner.tell("info", self.say("Choose another bill to compare with"))
        else:
            self.page.ask(explanation, pair, self._preview_explanation)

    def _preview_explanation(self, found: Explanation) -> None:
        title = self.say("Why bill {number} differs", number=found.new.number)
        self.page.call(explanation_paper, self.seat, found, then=partial(self._show_free, title))

    def _show_free(self, title: str, made: tuple[Path, PaperFile, Through]) -> None:
        """Show a paper that may be printed as often as anybody asks."""
        self.show_paper(title, *made, once=False)

    def show_paper(
        self,
        title: str,
        path: Path,
        paper: PaperFile,
        through: Through | None = None,
        *,
        may_print: bool = True,
        once: bool = True,
        kind: str = "",
    ) -> None:
        self.sheets.setCurrentWidget(self.paper)
        self.paper.show_paper(title, path, paper, through=through, may_print=may_print, once=once, kind=kind)

    # Leaving -------------------------------------------------------------------------------------------------

    def close_top(self) -> None:
        """Close the top-most thing: paper, question, pane, then the card itself."""
        if self.sheets.currentWidget() is self.paper:
            self.sheets.setCurrentIndex(0)
            self.table().setFocus()
        elif self.close_question():
            return
        elif self.receipt.isVisible():
            self._close_receipt()
        elif self.pane.isVisible():
            self._close_pane()
        else:
            self.left.emit()

    def _close_pane(self) -> None:
        self._pane_wanted = False
        self.pane.hide()
        self.table().setFocus()

    def _close_receipt(self) -> None:
        self.receipt.hide()
        self.table().setFocus()

    def forget(self) -> None:
        """Nobody is shown any longer."""
        self.card = self.chosen = None
        self.mask()

    def _to_counter(self) -> None:
        if self.card is not None:
            self.page.open_page("counter", self.card.row.number)

    def _open_party(self) -> None:
        if self.card is not None:
            self.page.open_page("customers", PartyShown(self.card.party_id))
