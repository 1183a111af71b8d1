"""The card of a party: one customer, producer, land lessor or contractor with all its accounts and its history."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.contracts.service import merge_parties, open_account
from desktop.desk.page.account_form import KnownCustomer
from desktop.desk.page.entry import changing, taking_role
from desktop.desk.page.merging import OtherForm, undoing
from desktop.desk.page.panels import CardHead
from desktop.desk.page.person import PersonView, focus_table, in_panel
from desktop.desk.records import PartyAccount, PartyCard
from desktop.kernel.text import SHAPES, Text
from desktop.parties.records import PartyRoleKind
from desktop.parties.service import change
from desktop.qt.figures import grouped
from desktop.qt.fold import Stack
from desktop.qt.history import history_table
from desktop.qt.page import Key, Page
from desktop.qt.table import Cell, Column, Table, money_cell

ACCOUNTS, CONTACTS, NOTES, HISTORY = range(4)
PHONE = 0
"""The place of the telephone number among the facts of the head."""


class PartyView(PersonView):
    """One party; `show_card` fills it, `left` tells that Esc closed it."""

    def __init__(self, page: Page, stack: Stack) -> None:
        say = page.say
        super().__init__(page, stack, (say("Accounts"), say("Contacts"), say("Notes"), say("History")))
        self.card: PartyCard | None = None
        self._country = self.seat.app.country
        labels = (
            say("Phone"),
            say("Kind"),
            say("Debtor"),
            say("Language"),
            say("Credit"),
            say("Known since"),
        )
        self.head = CardHead(say, self._country, labels, longest=1)
        self.accounts = self._accounts_table()
        self.accounts.opened.connect(lambda _: self._open_account())
        self.history = history_table(say, persons=True)
        self.setLayout(self.framed(self.head))
        self.add_tab(in_panel(self.accounts))
        self.add_tab(in_panel(self.contacts))
        self.add_tab(self.notes_panel())
        self.add_tab(in_panel(self.history))

    def _accounts_table(self) -> Table:
        say, country = self.say, self._country
        return Table(
            say("Accounts"),
            (
                Column(say("Account"), lambda found: country.format_account(found.row.number), 170),
                Column(say("Address"), lambda found: found.row.address),
                Column(say("Meter"), lambda found: Cell(grouped(found.row.meter_serial), ink="ink2"), 150),
                Column(
                    say("Owed {sign}", sign=country.currency.sign),
                    lambda found: money_cell(say.money(found.row.owed), zero=not found.row.owed),
                    120,
                    right=True,
                ),
                Column(
                    say("Late fee"),
                    lambda found: money_cell(
                        say.money(found.late_fee), zero=not found.late_fee, strong=False
                    ),
                    110,
                    right=True,
                ),
                Column(
                    say("Credit {sign}", sign=country.currency.sign),
                    lambda found: money_cell(say.money(found.row.credit), zero=not found.row.credit),
                    120,
                    right=True,
                ),
            ),
            persons=True,
        )

    def keys(self) -> list[Key]:
        keys = []
        if self.card is not None and self.card.merged_into is not None:
            keys.append(Key("Return", Text("open the one it is"), self._open_account))
            return [*keys, *self.common_keys(), Key("Esc", Text("back"), self.close_top)]
        if self.stack.currentIndex() == ACCOUNTS:
            some = bool(self.accounts.rows_model.rows)
            keys.append(Key("Return", Text("open account"), self._open_account, enabled=some))
        if self.card is not None and self.seat.may(merge_parties):
            keys.append(Key("Ctrl+G", Text("merge with somebody else"), self.merge))
            if self.card.merges:
                keys.append(Key("Ctrl+Z", Text("undo a merging"), self.unmerge))
        if self.card is not None and self.seat.may(change):
            keys.append(Key("E", Text("change"), self.change))
            free = len(self.card.roles) < len(PartyRoleKind)
            keys.append(Key("R", Text("further role"), self.take_role, enabled=free))
        if self.card is not None and self.seat.may(open_account):
            keys.append(Key("Ctrl+U", Text("open an account"), self.open_account))
        return [*keys, *self.common_keys(), Key("Esc", Text("back"), self.close_top)]

    def change(self) -> None:
        """Open the form for name, language and debtor."""
        self.page.show_entry(changing(self.page, self.card))

    def open_account(self) -> None:
        """Open the form for another account of this party."""
        self.page.open_account(KnownCustomer(self.card.party_id, self.card.name))

    def merge(self) -> None:
        """Open the form that finds who else this party is."""
        self.page.show_entry(OtherForm(self.page, self.card))

    def unmerge(self) -> None:
        """Open the form that undoes a merging."""
        if self.card is not None and self.card.merges:
            self.page.show_entry(undoing(self.page, self.card, self.page.fetch_party))

    def take_role(self) -> None:
        """Open the form for a further role."""
        self.page.show_entry(taking_role(self.page, self.card))

    def table(self) -> QWidget:
        return focus_table(
            (self.accounts, self.contacts, self.notes, self.history)[self.stack.currentIndex()]
        )

    def reload(self) -> None:
        if self.card is not None:
            self.page.fetch_party(self.card.party_id)

    def show_card(self, card: PartyCard) -> None:
        """Show a party, from its accounts on; the same party once more keeps its tab."""
        say = self.say
        if self.card is None or self.card.party_id != card.party_id or not self.isVisible():
            self.question.close_question()
            self.tabs.choose(ACCOUNTS)
        self.card = card
        self.show_people(card.party_id, card.contacts, card.notes)
        self._show_head(card)
        if card.merged_into is None:
            self.accounts.show_empty(say("No account yet"), say("This party is not a customer"), "users")
        else:
            words = say("{name} was merged into {kept}", name=card.name, kept=card.merged_into[1])
            self.accounts.show_empty(words, say("Enter opens it"), "users")
        self.accounts.show_rows(card.accounts, select=0 if card.accounts else None)
        self.history.show_rows(card.history, select=0 if card.history else None)
        self.show_counts(card.accounts, card.contacts, card.notes, card.history)
        self.page.object.setText(card.name)
        self.page.card_shown(self)
        self.page.take_focus(self.table())

    def _show_head(self, card: PartyCard) -> None:
        say = self.say
        since = min((role.since for role in card.roles), default=None)
        self.head.show_head(
            card.name,
            [
                *(((say("merged"), "withdrawn"),) if card.merged_into is not None else ()),
                *((say(role.kind.text), "plain") for role in card.roles),
                *self.alert_badges(card.notes),
            ],
            (
                self.revealed.phone if self.revealed else card.phone,
                say(card.kind.text),
                say(card.debtor_type.text),
                SHAPES[card.language].name,
                say.money(card.credit, unit=True),
                say.date(since) if since else "",
            ),
            card.total,
        )

    def phone_changed(self, phone: str) -> None:
        shown = phone or (self.card.phone if self.card else "")
        self.head.facts.values[PHONE].setText(shown or "–")

    def close_top(self) -> None:
        """Close the top-most thing: what is asked in the page, then the card itself."""
        if not self.close_question():
            self.left.emit()

    def forget(self) -> None:
        """Nobody is shown any longer."""
        self.card = None
        self.mask()

    def _open_account(self) -> None:
        found: PartyAccount | None = self.accounts.current
        if self.card is not None and self.card.merged_into is not None:
            self.page.fetch_party(self.card.merged_into[0])
        elif found is not None:
            self.page.open_page("customers", found.row.number)
