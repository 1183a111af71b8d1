"""Parties that are one: the list of those that seem so, two side by side, merged by choice, and parted again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.contracts.records import Merged, Pair, SomebodyAlike
from desktop.contracts.service import duplicates, merge_parties, tell_apart, unmerge_parties
from desktop.desk.page.entry import EntryView
from desktop.desk.page.lists import NONE
from desktop.desk.records import Found, MergePreview, PartyAccount, PartyCard, SearchFound
from desktop.desk.service import account_card, merge_preview, search_hits
from desktop.kernel.text import SHAPES, Text
from desktop.parties import rules
from desktop.parties.records import ApartOrder, MergeOrder, MergeUndone, PartyPart
from desktop.qt import theme
from desktop.qt.basics import Label, ProblemLine, column
from desktop.qt.fields import ChoiceField, TextField
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table, fitting, money_cell
from desktop.search.records import ACCOUNT, SearchOrder

KEPT, MERGED = "kept", "merged"
ASK_AFTER_MS = 250
HITS, ACCOUNTS_SHOWN = 12, 6


class PairsView(QWidget):
    """Parties that seem to be one, in place of the list of accounts; `left` tells that Esc closed it."""

    left = Signal()
    filled = True

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.say = page, page.say
        say = self.say
        self.table = Table(
            say("Likely duplicates"),
            (
                Column(say("Why"), lambda one: say(one.likeness.text), 220),
                Column(say("One"), lambda one: self._who(one.one), 300),
                Column(say("The other"), lambda one: self._who(one.other), 300),
                Column(say("Address"), lambda one: Cell(one.shared, ink="ink2")),
            ),
            row_height=theme.ROW_TWO,
            persons=True,
        )
        self.table.show_empty(say("Nobody seems to be entered twice"), "", "users")
        self.table.opened.connect(lambda _: self.compare())
        self.table.moved.connect(lambda _: page.refresh_keys())
        panel = Panel(say("Likely duplicates"), padding=0)
        panel.body.addWidget(self.table)
        self.setLayout(column(panel))
        self.reload()

    def _who(self, one: SomebodyAlike) -> Cell:
        number = self.page.seat.app.country.format_account
        some = self.say.join([number(account) for account in one.accounts[:2]])
        more = len(one.accounts) - 2
        return Cell(one.name, f"{some} +{more}" if more > 0 else some or self.say("no account"), strong=True)

    def keys(self) -> list[Key]:
        """The keys of the pair chosen."""
        some = self.table.current is not None
        return [
            Key("Return", Text("compare both"), self.compare, enabled=some),
            Key("K", Text("keep both"), self.keep, enabled=some),
            Key("Ctrl+F", Text("filter"), self.table.start_filter),
            Key("Esc", Text("back"), self.left.emit),
        ]

    def reload(self) -> None:
        """Ask for the pairs once more."""
        self.page.ask(duplicates, None, self._show)

    def _show(self, found: tuple[Pair, ...]) -> None:
        at = max(self.table.currentIndex().row(), 0)
        self.table.show_rows(found, select=min(at, len(found) - 1) if found else None)
        self.page.object.setText(self.say.plural("{count} pair", "{count} pairs", len(found)))
        self.page.refresh_keys()
        self.page.take_focus(self.table)

    def forget(self) -> None:
        """The list is done with."""
        self.setParent(None)
        self.deleteLater()

    def compare(self) -> None:
        """Show the two chosen side by side."""
        pair: Pair | None = self.table.current
        if pair is not None:
            compare(self.page, pair.one.party_id, pair.other.party_id)

    def keep(self) -> None:
        """The two chosen are not one: they are not offered again."""
        pair: Pair | None = self.table.current
        if pair is not None:
            order = ApartOrder(pair.one.party_id, pair.other.party_id)
            self.page.do(tell_apart, order, lambda _: self.reload())


def compare(page: Page, kept: UUID, merged: UUID) -> None:
    """Show two parties side by side, the first as the one that stays."""
    page.ask(merge_preview, (kept, merged), lambda found: page.show_entry(MergeForm(page, found)))


class OtherForm(EntryView):
    """Which other party one is: found by whatever leads to it, then shown beside it."""

    widest = 720

    def __init__(self, page: Page, card: PartyCard) -> None:
        say = page.say
        title = say("Merge {name} with somebody else", name=card.name)
        super().__init__(page, title, Text("Compare both"), f"other {card.party_id}")
        self._card = card
        self.who = TextField(longest=rules.LONGEST)
        self.who.setPlaceholderText(say("name, telephone, account or meter"))
        self.add(self.form.field("who", say("Who else it is"), self.who, required=True))
        self.found = Table(
            say("Customers"),
            (Column(say("Customer"), lambda one: Cell(one.title, self._facts(one), strong=True)),),
            row_height=theme.ROW_TWO,
            persons=True,
        )
        self.found.setMinimumHeight(theme.ROW_TWO * ACCOUNTS_SHOWN)
        self.found.opened.connect(lambda _: self.submit())
        self.panel.body.addWidget(self.found)
        self._asking = QTimer(self, interval=ASK_AFTER_MS, singleShot=True)
        self._asking.timeout.connect(self._ask)
        self.who.changed.connect(lambda _: self._asking.start())
        self.send = lambda _: self._compare()
        self.begin()

    def _facts(self, one: Found) -> str:
        say = self.say
        return say.join([say(fact) if isinstance(fact, Text) else str(fact) for fact in one.facts])

    def _ask(self) -> None:
        typed = self.who.text_typed().strip()
        if typed:
            self.page.ask(search_hits, SearchOrder(typed, HITS), self._show)

    def _show(self, found: SearchFound) -> None:
        own = {str(self._card.party_id), *(one.row.number for one in self._card.accounts)}
        rows = [one for one in found.customers if one.number not in own]
        self.found.show_rows(rows, select=0 if rows else None)
        self.problem.tell("" if rows else self.say("Nobody is found so. Try the telephone or the meter"))

    def forget(self) -> None:
        self._asking.stop()
        super().forget()

    def _compare(self) -> None:
        """Show the one chosen beside the party this began with."""
        chosen: Found | None = self.found.current
        if chosen is None:
            self.problem.tell(self.say("Choose the other one in the list"))
        elif chosen.kind == ACCOUNT:
            self.page.ask(account_card, chosen.number, lambda card: self._with(card.party_id))
        else:
            self._with(UUID(chosen.number))

    def _with(self, other: UUID) -> None:
        if other == self._card.party_id:
            self.problem.tell(self.say("This is the same party: choose another one."))
            return
        self.form.done()
        self.left.emit()
        compare(self.page, self._card.party_id, other)


class MergeForm(EntryView):
    """Two parties side by side: what differs is chosen part by part, what comes together stands beside."""

    widest = 720

    def __init__(self, page: Page, preview: MergePreview) -> None:
        say = page.say
        self._preview = preview
        kept, merged = preview.kept, preview.merged
        title = say("{merged} is merged into {kept}", merged=merged.name, kept=kept.name)
        note = say(
            "Both are one from then on. It can be undone: then the accounts go back, and what was entered since stays"
            " with the one that stayed"
        )
        super().__init__(page, title, Text("Merge"), f"merge {kept.party_id} {merged.party_id}", note)
        for words in preview.warnings:
            line = ProblemLine()
            line.tell(say(words), "warn")
            self.panel.body.addWidget(line)
        self.choices: dict[PartyPart, ChoiceField] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.S3)
        self._grid.setVerticalSpacing(theme.S1)
        for at in (1, 2, 3):
            self._grid.setColumnStretch(at, 1)
        heads = (say("It stays"), say("It is merged"), say("From then on"))
        self._add_row("", *(Label(words, "small", "ink2") for words in heads))
        for part in PartyPart:
            self._add_part(part)
        self._add_words(say("Known since"), self._since)
        self._add_words(say("Roles"), lambda card: say.join([say(role.kind.text) for role in card.roles]))
        self._add_words(say("Contacts"), self._contacts)
        self.panel.body.addLayout(self._grid)
        why = TextField(longest=rules.LONGEST)
        why.setPlaceholderText(say("for example: entered twice, once with the old number"))
        self.add(self.form.field("why", say("Why"), why, required=True))
        self._tell_together()
        self.send = self._send
        self.begin()

    def _words(self, card: PartyCard, part: PartyPart) -> str:
        say = self.say
        words = {
            PartyPart.NAME: card.name,
            PartyPart.LANGUAGE: SHAPES[card.language].name,
            PartyPart.DEBTOR_TYPE: say(card.debtor_type.text),
            PartyPart.KIND: say(card.kind.text),
            PartyPart.PHONE: card.phone,
        }
        return words[part] or NONE

    def _since(self, card: PartyCard) -> str:
        return self.say.date(min(role.since for role in card.roles)) if card.roles else NONE

    def _contacts(self, card: PartyCard) -> str:
        held = [one for one in card.contacts if one.valid_to is None]
        return self.say.join([f"{self.say(one.kind.text)} {one.value}" for one in held])

    def _add_row(self, label: str, *cells: QWidget) -> None:
        at = self._grid.rowCount()
        self._grid.addWidget(Label(label, "small", "ink2"), at, 0)
        for place, cell in enumerate(cells, 1):
            self._grid.addWidget(cell, at, place)

    def _add_part(self, part: PartyPart) -> None:
        """One part of both, and what it is from then on: to be chosen where they differ."""
        kept, merged = (self._words(card, part) for card in (self._preview.kept, self._preview.merged))
        label, differ = self.say(part.text), kept != merged
        then: QWidget = Label(kept, wrap=True)
        if differ:
            self.choices[part] = ChoiceField([(kept, KEPT), (merged, MERGED)])
            then = self.form.field(part.value, "", self.choices[part])
            self.choices[part].setAccessibleName(label)
        weight = "strong" if differ else "body"
        self._add_row(label, Label(kept, weight, wrap=True), Label(merged, weight, wrap=True), then)

    def _add_words(self, label: str, words: Callable[[PartyCard], str]) -> None:
        """What is only told of both: all of it comes together."""
        both = (self._preview.kept, self._preview.merged)
        self._add_row(label, *(Label(words(card) or NONE, "small", wrap=True) for card in both))

    def _tell_together(self) -> None:
        """What is together then: accounts with what they owe, roles, contacts, notes."""
        say, both = self.say, (self._preview.kept, self._preview.merged)
        self.panel_beside(say("Together then"))
        country = self.page.seat.app.country
        table = Table(
            say("Accounts"),
            (
                Column(
                    say("Account"), lambda one: Cell(country.format_account(one[0].row.number), one[1]), 190
                ),
                Column(say("Address"), lambda one: one[0].row.address),
                Column(
                    say("Owed {sign}", sign=country.currency.sign),
                    lambda one: money_cell(say.money(one[0].row.owed), zero=not one[0].row.owed),
                    110,
                    right=True,
                ),
            ),
            row_height=theme.ROW_TWO,
            persons=True,
        )
        rows: list[tuple[PartyAccount, str]] = [(one, card.name) for card in both for one in card.accounts]
        table.show_rows(rows, select=0 if rows else None)
        table.show_empty(say("No account yet"), "", "users")
        fitting(table, ACCOUNTS_SHOWN)
        self.panel.body.addWidget(table)
        lines = (
            say.plural("{count} contact", "{count} contacts", sum(len(card.contacts) for card in both)),
            say.plural("{count} note", "{count} notes", sum(len(card.notes) for card in both)),
            say("Bills, payments and what is owed stay with their accounts"),
        )
        for words in lines:
            self.panel.body.addWidget(Label(words, "small", "ink2", wrap=True))

    def keys(self) -> list[Key]:
        keys = super().keys()
        keys.insert(0, Key("Ctrl+E", Text("the other one stays"), self.swap))
        return keys

    def swap(self) -> None:
        """The other one is the party that stays."""
        self.form.done()
        self.left.emit()
        compare(self.page, self._preview.merged.party_id, self._preview.kept.party_id)

    def _send(self, values: dict[str, Any]) -> None:
        kept, merged = self._preview.kept, self._preview.merged
        taken = tuple(part for part in self.choices if values[part.value] == MERGED)
        order = MergeOrder(kept.party_id, merged.party_id, values["why"], taken)
        words = self.say("{name} was merged into {kept}", name=merged.name, kept=kept.name)
        self.do(merge_parties, order, words)


def undoing(page: Page, card: PartyCard, shown: Callable[[UUID], None]) -> EntryView:
    """The form that undoes a merging; ``shown`` opens the card of the party that is one of its own again."""
    say = page.say
    note = say(
        "The accounts that came with it go back to it; what was entered since stays with {name}",
        name=card.name,
    )
    view = EntryView(page, say("Undo a merging"), Text("Undo the merging"), f"unmerge {card.party_id}", note)
    merges = [
        (say.join((one.merged_name, say.date(one.merged_at.date()))), str(one.merged_id))
        for one in card.merges
    ]
    view.add(view.form.field("who", say("Who is a party of its own again"), ChoiceField(merges)))
    view.add(view.form.field("why", say("Why"), TextField(longest=rules.LONGEST), required=True))

    def done(answer: Merged) -> None:
        shown(answer.merged_id)

    def send(values: dict[str, Any]) -> None:
        order = MergeUndone(UUID(values["who"]), values["why"])
        view.do(unmerge_parties, order, say("The merging is undone"), done)

    view.send = send
    view.begin()
    return view
