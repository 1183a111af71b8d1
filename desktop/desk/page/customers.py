"""The customers' page: the list of accounts, and the cards of one account or one party."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.desk.page.card import AccountView
from desktop.desk.page.party import PartyView
from desktop.desk.page.person import PersonView
from desktop.desk.records import AccountCard, AccountRow, AccountsOrder
from desktop.desk.service import accounts
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.parties.records import PartyShown
from desktop.qt.page import Key, Page
from desktop.qt.table import Cell, Column, Table, money_cell
from desktop.qt.tasks import Tasks
from desktop.qt.widgets import Panel


class DeskPage(Page):
    """Accounts and their cards."""

    HELP = Text(
        "Here you find every account, and on its card all that is known of it: what is owed and why, the usage of"
        " thirteen months, bills and payments. Choose a bill to see its lines; each line says where its figure"
        " comes from, down to the reads. Take payment brings the account to the counter."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        self._build_list()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list_panel)
        self._back: list[QWidget] = []
        self.account, self.party = AccountView(self), PartyView(self)
        for view in (self.account, self.party):
            view.left.connect(self._leave_card)
            self.stack.addWidget(view)
        self.body.addWidget(self.stack, 1)
        self.refresh_keys()

    # Building ------------------------------------------------------------------------------------------------

    def _build_list(self) -> None:
        say, sign = self.say, self.seat.app.country.currency.sign
        self.list = Table(
            say("Accounts"),
            (
                Column(say("Account"), lambda found: self._number(found.number), 170),
                Column(say("Customer"), lambda found: Cell(found.customer_name, strong=True), 150),
                Column(say("Address"), lambda found: found.address),
                Column(say("Meter"), lambda found: Cell(found.meter_serial, ink="ink2"), 150),
                Column(say("Phone"), lambda found: Cell(found.phone, ink="ink2"), 130),
                Column(
                    say("Owed {sign}", sign=sign),
                    lambda found: money_cell(say.money(found.owed), zero=not found.owed),
                    110,
                    right=True,
                ),
                Column(
                    say("Credit {sign}", sign=sign),
                    lambda found: money_cell(say.money(found.credit), zero=not found.credit),
                    110,
                    right=True,
                ),
            ),
        )
        self.list.show_empty(say("No account yet"), "", "users")
        self.list.opened.connect(lambda found: self.show_account(found.number))
        self.list_panel = Panel(padding=0)
        self.list_panel.body.addWidget(self.list)

    def _number(self, number: str) -> str:
        return self.seat.app.country.format_account(number)

    # Keys ----------------------------------------------------------------------------------------------------

    def refresh_keys(self) -> None:
        shown = self.stack.currentWidget()
        if shown is self.list_panel:
            self.show_keys(Key("Return", Text("open account"), self._open_current))
        else:
            self.show_keys(*shown.keys())

    def account_shown(self) -> str:
        return self.card.row.number if self.card is not None else ""

    # Asking --------------------------------------------------------------------------------------------------

    def show_argument(self, argument: object) -> None:
        if isinstance(argument, PartyShown):
            self.banner.clear()
            self.party.show_party(argument.party_id)
        elif isinstance(argument, str) and argument:
            self.show_account(argument)
        else:
            self.ask_again()

    def ask_again(self) -> None:
        shown = self.stack.currentWidget()
        if shown is self.list_panel:
            self.list.asking()
            self.ask(accounts, AccountsOrder(), self._show_accounts)
        else:
            shown.reload()

    def _show_accounts(self, found: tuple[AccountRow, ...]) -> None:
        self.list.show_rows(found, select=0 if found else None)
        self.object.setText(self.say.plural("{count} account", "{count} accounts", len(found)))
        self.take_focus(self.list)

    def _open_current(self) -> None:
        if self.list.current is not None:
            self.show_account(self.list.current.number)

    # Cards ---------------------------------------------------------------------------------------------------

    @property
    def card(self) -> AccountCard | None:
        """What the card of an account shows now; None while the list or a party is shown."""
        return self.account.card if self.stack.currentWidget() is self.account else None

    def show_account(self, number: str) -> None:
        """Show the card of an account."""
        self.banner.clear()
        self.account.show_account(number)

    def card_shown(self, view: PersonView) -> None:
        """A card has something to show: it takes the place of the list, or of the card before."""
        before = self.stack.currentWidget()
        if before is not view:
            self._back.append(before)
        self.stack.setCurrentWidget(view)
        for one in (self.account, self.party):
            one.tabs.setVisible(one is view)
        self.refresh_keys()

    def _leave_card(self) -> None:
        """Back to what was shown before the card: the card of another kind, or the list."""
        left = self.stack.currentWidget()
        before = self._back.pop() if self._back else self.list_panel
        self.banner.clear()
        left.forget()
        left.tabs.hide()
        if before is not self.list_panel and before.card is not None:
            self.stack.setCurrentWidget(before)
            before.tabs.show()
            before.reload()
        else:
            self._back.clear()
            self.stack.setCurrentWidget(self.list_panel)
            self.object.setText("")
            self.ask_again()
        self.refresh_keys()
