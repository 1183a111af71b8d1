"""The customers' page: the list of accounts, and the cards of one account or one party."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any, TypeVar
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from desktop.contracts.service import account_hints, duplicates, open_account
from desktop.counter.records import AccountShown, CardPart
from desktop.desk.documents import ACCOUNT_VALUES
from desktop.desk.page.account_form import AccountForm, KnownCustomer
from desktop.desk.page.card import AccountView
from desktop.desk.page.entry import EntryView, entering
from desktop.desk.page.merging import PairsView
from desktop.desk.page.party import PartyView
from desktop.desk.page.person import PersonView
from desktop.desk.records import AccountCard, AccountRow, PartyCard
from desktop.desk.service import (
    ACCOUNT_SORTS,
    account_card,
    accounts,
    accounts_extent,
    party_card,
    words_left,
)
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.parties.records import PartyShown
from desktop.parties.service import enter
from desktop.qt import theme
from desktop.qt.basics import row
from desktop.qt.detail import Brief, Detail, Told
from desktop.qt.figures import grouped
from desktop.qt.fold import Stack
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.rows import Source
from desktop.qt.table import Cell, Column, Table, money_cell
from desktop.qt.tasks import Tasks

CardView = TypeVar("CardView", bound=PersonView)
CardFound = TypeVar("CardFound")


class DeskPage(Page):
    """Accounts and their cards."""

    HELP = Text(
        "Here you find every account, and on its card all that is known of it: what is owed and why, the usage of"
        " thirteen months, bills and payments. Choose a bill to see its lines; each line says where its figure"
        " comes from, down to the reads. Take payment brings the account to the counter. Ctrl N enters a person or"
        " organisation without an account, Ctrl U opens an account, Ctrl G lists customers who seem to be entered"
        " twice."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        self._back: list[QWidget] = []
        self._incomplete = False
        self._turn = 0
        self.stack = Stack()
        self.body.addWidget(self.stack, 1)
        self.list_panel = QWidget()
        self.stack.addWidget(self.list_panel)
        self._build_list()
        self._cards: list[PersonView] = []
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
                listed("address", lambda found: found.address, head=0.3),
                listed("meter", lambda found: Cell(self._meters(found), ink="ink2"), 132),
                listed("phone", lambda found: Cell(found.phone, ink="ink2"), 124),
                amount("owed", say("Owed {sign}", sign=sign)),
                amount("credit", say("Credit {sign}", sign=sign)),
            ),
            source=Source(self.ask, accounts, accounts_extent),
            ticks=True,
            key=lambda found: found.account_id,
            amount=lambda found: found.owed,
            persons=True,
        )
        self.list.show_empty(say("No account yet"), "", "users")
        self.list.opened.connect(lambda found: self.show_account(found.number))
        self.list.listed.connect(self._tell_total)
        self.detail = Detail(say("Account"))
        self.detail.setFixedWidth(theme.LIST_COLUMN)
        self.detail.follow(self.list, self._told)
        panel = Panel(padding=0)
        panel.body.addWidget(self.list)
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
            Told(say("Meter"), self._meters(found)),
            Told(say("Phone"), found.phone),
        )
        badge, state = (say("owes"), "due") if found.owed else (say("owes nothing"), "ok")
        return Brief(found.customer_name, lines, badge, state)

    def _meters(self, found: AccountRow) -> str:
        """The meter of the main service point, and how many service points there are besides."""
        more = f" +{self.say.number(len(found.more_meters))}" if found.more_meters else ""
        return f"{grouped(found.meter_serial)}{more}"

    def _tell_total(self) -> None:
        if self.stack.currentWidget() is self.list_panel:
            total = self.list.rows_model.total
            words = "" if total is None else self.say.plural("{count} account", "{count} accounts", total)
            self.object.setText(words)
            if self.list.rows_model.listing.filter:
                self.ask(words_left, None, self._tell_left)
            elif self._incomplete:
                self._tell_left(0)

    def _tell_left(self, left: int) -> None:
        """A filter finds by the words of search: where these are still being made, what is shown is not all."""
        say = self.say
        if left:
            words = say.plural("{count} entry is not found yet", "{count} entries are not found yet", left)
            self.banner.tell("info", say("Search is being prepared"), words)
        elif self._incomplete:
            self.banner.clear()
        self._incomplete = bool(left)

    def _number(self, number: str) -> str:
        return self.seat.app.country.format_account(number)

    @cached_property
    def account(self) -> AccountView:
        """The card of an account, made when the first one is shown."""
        return self._placed(AccountView(self, self.stack))

    @cached_property
    def party(self) -> PartyView:
        """The card of a party, made when the first one is shown."""
        return self._placed(PartyView(self, self.stack))

    def _placed(self, card: CardView) -> CardView:
        card.left.connect(self._leave_card)
        self.stack.addWidget(card)
        self._cards.append(card)
        return card

    # Keys ----------------------------------------------------------------------------------------------------

    def refresh_keys(self) -> None:
        shown = self.stack.currentWidget()
        if shown is self.list_panel:
            words = Text("enter a person or organisation")
            may = self.seat.may(enter)
            entering_keys = [Key("Ctrl+N", words, self.enter_party)] if may else []
            if self.seat.may(open_account):
                entering_keys.append(Key("Ctrl+U", Text("open an account"), self.open_account))
            if self.seat.may(duplicates):
                entering_keys.append(Key("Ctrl+G", Text("likely duplicates"), self.show_pairs))
            out = Key("Ctrl+Shift+E", Text("export to a workbook"), self.list.export, icon="download")
            self.show_keys(
                Key("Return", Text("open account"), self._open_current),
                Key("Ctrl+F", Text("filter"), self.list.start_filter),
                *entering_keys,
                Key("Ctrl+Shift+C", Text("choose columns"), self.list.choose_columns),
                *([out] if self.seat.may(self.seat.app.export_persons) else []),
            )
        else:
            self.show_keys(*shown.keys())

    def account_shown(self) -> str:
        return self.card.row.number if self.card is not None else ""

    # Asking --------------------------------------------------------------------------------------------------

    def show_argument(self, argument: object) -> None:
        if isinstance(argument, PartyShown):
            self.banner.clear()
            self.fetch_party(argument.party_id)
        elif isinstance(argument, AccountShown):
            self.show_account(argument.account_number, argument.part)
        elif isinstance(argument, str) and argument:
            self.show_account(argument)
        else:
            self.ask_again()

    def ask_again(self) -> None:
        shown = self.stack.currentWidget()
        if shown is self.list_panel:
            self.list.ask_again()
            self.take_focus(self.list)
        else:
            shown.reload()

    def _open_current(self) -> None:
        if self.list.current is not None:
            self.show_account(self.list.current.number)

    # Cards ---------------------------------------------------------------------------------------------------

    @property
    def card(self) -> AccountCard | None:
        """What the card of an account shows now; None while the list or a party is shown."""
        shown = self.stack.currentWidget()
        return shown.card if isinstance(shown, AccountView) else None

    def show_account(self, number: str, part: CardPart | None = None) -> None:
        """Show the card of an account, from what is wanted of it on."""
        self.banner.clear()
        self.fetch_account(number, part)

    def fetch_account(self, number: str, part: CardPart | None = None) -> None:
        """Ask for an account and show its card; the first card is made while the database answers."""
        self.ask(account_card, number, self._in_turn(partial(self._show_account, part)))
        QTimer.singleShot(0, self, lambda: self.account)

    def fetch_party(self, party_id: UUID) -> None:
        """Ask for a party and show its card."""
        self.ask(party_card, party_id, self._in_turn(self._show_party))
        QTimer.singleShot(0, self, lambda: self.party)

    def _in_turn(self, show: Callable[[CardFound], None]) -> Callable[[CardFound], None]:
        """``show``, unless something else was wanted or came in front meanwhile: a card never covers a form."""

        def shown(found: CardFound) -> None:
            if self._turn == turn:
                show(found)

        self._turn += 1
        turn = self._turn
        return shown

    def _show_account(self, part: CardPart | None, found: AccountCard) -> None:
        self.account.show_card(found)
        if part is not None:
            self.account.go_to(part)

    def _show_party(self, found: PartyCard) -> None:
        self.party.show_card(found)

    def enter_party(self) -> None:
        """Open the form for a person or organisation without an account."""
        self.show_entry(entering(self, self.show_argument))

    def open_account(self, customer: KnownCustomer | None = None) -> None:
        """Open the form for a new account, of somebody new or of a customer we know."""
        self.ask(
            account_hints,
            None,
            lambda hints: self.show_entry(AccountForm(self, hints, self.show_account, customer)),
        )

    def show_pairs(self) -> None:
        """Show the parties that seem to be one."""
        view = PairsView(self)
        view.left.connect(self._leave_card)
        self.banner.clear()
        self.stack.addWidget(view)
        self.card_shown(view)

    def show_entry(self, view: EntryView) -> None:
        """Show a form in place of the list or a card, until it is done with."""
        view.left.connect(self._leave_card)
        self.banner.clear()
        self.stack.addWidget(view)
        self.card_shown(view)
        view.form.begin()

    def may_leave(self) -> bool:
        return all(view.form.may_leave() for view in self.stack.findChildren(EntryView))

    def card_shown(self, view: PersonView | EntryView | PairsView) -> None:
        """A card or form has something to show: it takes the place of the list, or of the card before."""
        before = self.stack.currentWidget()
        if before is not view:
            self._back.append(before)
        self._put_in_front(view)
        self.refresh_keys()

    def _put_in_front(self, view: QWidget) -> None:
        self._turn += 1
        self.stack.setCurrentWidget(view)
        for one in self._cards:
            one.tabs.setVisible(one is view)

    def _leave_card(self) -> None:
        """Back to what was shown before the card: the card of another kind, or the list."""
        left = self.stack.currentWidget()
        before = self._back.pop() if self._back else self.list_panel
        self.banner.clear()
        left.forget()
        if before is not self.list_panel and before.filled:
            self._put_in_front(before)
            before.reload()
        else:
            self._back.clear()
            self._put_in_front(self.list_panel)
            self.object.setText("")
            self.ask_again()
        self.refresh_keys()
