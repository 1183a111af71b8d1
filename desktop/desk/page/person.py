"""What the cards of accounts and parties have in common: tabs, contacts, notes, and personal data behind a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.counter.page import ContactChanger
from desktop.desk.page.lists import contacts_table, notes_table
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.parties.records import (
    REACHED,
    ContactKind,
    ContactOrder,
    ContactShown,
    NoteOrder,
    NoteShown,
    Revealed,
    RevealOrder,
    RevealReason,
)
from desktop.parties.service import (
    add_contact,
    add_note,
    change_contact,
    close_contact,
    reveal,
    revealed,
)
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import Label, Rule, column
from desktop.qt.figures import Badge
from desktop.qt.fold import Stack
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.table import Table

READY_REASONS = tuple(reason for reason in RevealReason if reason is not RevealReason.OTHER)
ALERT_LENGTH = 18


def in_panel(*parts: QWidget) -> Panel:
    """Parts that fill a panel edge to edge."""
    panel = Panel(padding=0)
    panel.body.setSpacing(0)
    for part in parts:
        panel.body.addWidget(part)
    return panel


class PersonView(QWidget):
    """A card of somebody, in tabs, shown inside a page; its verbs are the page's.

    Subclasses build `head`, put a widget for each tab with `add_tab`, and say what to ask again (`reload`), which
    table has the focus (`table`) and which keys work (`keys`).
    """

    left = Signal()

    def __init__(self, page: Page, stack: Stack, titles: Sequence[str]) -> None:
        super().__init__(stack)
        self.page, self.seat, self.say = page, page.seat, page.say
        self.party_id: UUID | None = None
        self.account_id: UUID | None = None
        self.revealed: Revealed | None = None
        self._masked: tuple[ContactShown, ...] = ()
        self._doing = False
        self._answer: Callable[[int, str, bool], None] = lambda *_: None
        self.tabs = page.add_tabs(titles)
        self.tabs.chosen.connect(self._show_tab)
        self.tabs.hide()
        self.looking = Badge()
        page.add_to_head(self.looking)
        self.question = InlineQuestion(page.unfinished, page.tasks)
        self.question.answered.connect(self._take_answer)
        self.changer = ContactChanger(page, lambda: self._contacts_changed(None), self._back)
        self.stack = Stack()
        self.contacts, self.notes = contacts_table(self.say), notes_table(self.say)
        self.note_foot, self.note_text = QWidget(), Label("", wrap=True)
        self.note_text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.notes.moved.connect(self._read_note)
        self.contacts.moved.connect(lambda _: self.page.refresh_keys())

    def add_tab(self, *parts: QWidget) -> None:
        """The next tab: panels one below the other, the first taking most of the room."""
        tab = QWidget()
        self.stack.addWidget(tab)  # first to its place, then filled: Qt dresses all that moves with it again
        tab.setLayout(column(*parts))
        tab.layout().setStretch(0, 2)

    def notes_panel(self) -> Panel:
        """The notes with the whole of the chosen one below."""
        self.note_text.setContentsMargins(theme.S3, theme.S2, theme.S3, theme.S2)
        self.note_foot.setLayout(column(Rule(), self.note_text, spacing=0))
        panel = in_panel(self.notes, self.note_foot)
        panel.body.setStretch(0, 1)
        return panel

    def framed(self, head: QWidget) -> QVBoxLayout:
        """The head, what is asked in the page, and the tabs."""
        layout = column(head, self.question, self.changer, self.stack)
        layout.setStretch(3, 1)
        return layout

    # What subclasses answer ----------------------------------------------------------------------------------

    @property
    def filled(self) -> bool:
        """Whether somebody is shown."""
        return self.card is not None

    def reload(self) -> None:
        """Ask for what is shown once more."""
        raise NotImplementedError

    def table(self) -> QWidget:
        """Where the focus goes on the tab shown."""
        raise NotImplementedError

    def phone_changed(self, phone: str) -> None:
        """The telephone number is shown in clear, or masked again when it is empty."""
        raise NotImplementedError

    def keys(self) -> list[Key]:
        """The keys that work now."""
        raise NotImplementedError

    # Tabs ----------------------------------------------------------------------------------------------------

    def _show_tab(self, at: int) -> None:
        self.stack.setCurrentIndex(at)
        self.question.close_question()
        self.changer.close_question()
        self.tab_shown()
        self.page.refresh_keys()
        self.page.take_focus(self.table())

    def tab_shown(self) -> None:
        """Another tab is shown."""

    def step_tab(self, by: int) -> None:
        """The next tab, or the one before."""
        self.tabs.choose(self.tabs.index + by)

    def show_counts(self, *many: Sequence[object] | None) -> None:
        """How many stand behind each tab; None for a tab without a count."""
        for at, one in enumerate(many):
            self.tabs.count(at, "" if one is None else self.say.number(len(one)))

    # What is common to all -----------------------------------------------------------------------------------

    def show_people(
        self, party_id: UUID, contacts: tuple[ContactShown, ...], notes: tuple[NoteShown, ...]
    ) -> None:
        """Show contacts and notes of somebody; who is shown anew is masked."""
        if party_id != self.party_id:
            self.mask()
            self.changer.close_question()
        self.party_id, self._masked = party_id, contacts
        self._show_contacts()
        place = max(self.notes.currentIndex().row(), 0)
        self.notes.show_rows(notes, select=min(place, len(notes) - 1) if notes else None)
        self.note_foot.setVisible(bool(notes))

    def _show_contacts(self) -> None:
        place = max(self.contacts.currentIndex().row(), 0)
        rows = self.revealed.contacts if self.revealed else self._masked
        self.contacts.show_rows(rows, select=min(place, len(rows) - 1) if rows else None)

    def _read_note(self, note: NoteShown) -> None:
        self.note_text.setText(note.text)
        self.page.refresh_keys()

    def alert_badges(self, notes: Sequence[NoteShown]) -> list[tuple[str, str]]:
        """The open alerts as badges."""
        found = []
        for note in notes:
            if note.pinned:
                words = " ".join(note.text.split())
                short = words if len(words) <= ALERT_LENGTH else f"{words[: ALERT_LENGTH - 1]}…"
                found.append((short, "warn"))
        return found[:2]

    def common_keys(self) -> list[Key]:
        """The keys of contacts, notes, masking and tabs."""
        keys = []
        if self.stack.currentWidget().isAncestorOf(self.contacts) and self.seat.may(add_contact):
            chosen: ContactShown | None = self.contacts.current
            keys.append(Key("A", Text("add contact"), self.ask_contact))
            open_one = chosen is not None and chosen.valid_to is None
            keys.append(Key("Del", Text("close contact"), self.close_contact, enabled=open_one))
        if self.seat.may(add_note):
            if self.stack.currentWidget().isAncestorOf(self.notes):
                alert: NoteShown | None = self.notes.current
                pinned = alert is not None and alert.pinned
                keys.append(Key("Del", Text("settle alert"), self.ask_settling, enabled=pinned))
            keys.append(Key("N", Text("note"), self.ask_note))
        if self.seat.may(change_contact):
            here = self.stack.currentWidget().isAncestorOf(self.contacts)
            keys.append(Key("Ctrl+Y", Text("contact"), self.change_contact, "hint" if here else "none"))
        if self.seat.may(reveal):
            text = Text("mask personal data") if self.revealed else Text("show personal data")
            keys.append(Key("Ctrl+M", text, self.ask_reason))
        keys.append(Key("Ctrl+Tab", Text("next tab"), partial(self.step_tab, 1)))
        keys.append(Key("Ctrl+Shift+Backtab", Text("tab before"), partial(self.step_tab, -1), "none"))
        return keys

    def close_question(self) -> bool:
        """Esc: close what is asked in the page; False when nothing was asked."""
        if self.question.close_question():
            self.table().setFocus()
            return True
        return self.changer.leave()

    def change_contact(self) -> None:
        """Change how who is shown is reached."""
        if self.party_id is not None:
            self.question.close_question()
            self.changer.begin(self.party_id, self._masked)

    def _back(self) -> None:
        self.table().setFocus()

    # Asking in the page --------------------------------------------------------------------------------------

    def inquire(
        self,
        answer: Callable[[int, str, bool], None],
        topic: str,
        title: str,
        keys: str,
        example: str,
        choices: Sequence[str] = (),
    ) -> None:
        self._answer = answer
        self.question.ask(f"{topic} {self.party_id}", title, keys, example, choices)

    def do_once(
        self, operation: Callable, request: object, then: Callable[[object], None], *, kept: bool = False
    ) -> None:
        """Perform an operation, one at a time: a second Enter before the answer does nothing more.

        ``kept``: as `Page.do` has it, for what changes money.
        """
        if self._doing:
            return
        self._doing = True

        def taken(answer: object) -> None:
            self._doing = False
            self.question.settled()
            self.table().setFocus()
            then(answer)

        def failed(error: BaseException) -> None:
            self._doing = False
            if isinstance(error, Refused) and self.question.isVisible():
                self.question.problem(self.say(error.text))
            else:
                self.page.trouble(error)

        self.page.do(operation, request, taken, failed=failed, kept=kept)

    def _take_answer(self, at: int, words: str, held: bool) -> None:
        self._answer(at, words, held)

    def ask_note(self) -> None:
        """Ask for a note about what is shown."""
        say = self.say
        keys = say.join(
            (say("Enter keeps it"), say("Ctrl Enter keeps it as an alert"), say("Esc closes, text stays"))
        )
        self.inquire(
            self._keep_note, "note", say("New note"), keys, say("for example: key is with the neighbour")
        )

    def _keep_note(self, _at: int, words: str, held: bool) -> None:
        order = NoteOrder(self.party_id, words, self.account_id, alert=held)
        self.do_once(add_note, order, lambda _: self.reload())

    def ask_settling(self) -> None:
        """Ask how the chosen alert was settled."""
        alert: NoteShown | None = self.notes.current
        if alert is not None and alert.pinned:
            say = self.say
            title = say("How was the alert settled?")
            keys = say.join((say("Enter keeps it"), say("Esc closes, text stays")))
            self.inquire(
                partial(self._settle, alert), "settle", title, keys, say("for example: the dog is gone")
            )

    def _settle(self, alert: NoteShown, _at: int, words: str, _held: bool) -> None:
        order = NoteOrder(self.party_id, words, alert.account_id, settles=alert.note_id)
        self.do_once(add_note, order, lambda _: self.reload())

    def ask_contact(self) -> None:
        """Ask what kind of contact is added, then for the contact itself."""
        say = self.say
        kinds = [say(kind.text) for kind in ContactKind]
        keys = say.join((say("a digit chooses"), say("Esc closes, text stays")))
        self.inquire(self._ask_value, "kind", say("Which contact is added?"), keys, "", kinds)

    def _ask_value(self, at: int, words: str, _held: bool) -> None:
        say = self.say
        if at < 0:
            self.question.problem(say("Press the digit of the kind first"))
            return
        self.question.settled()
        kind = tuple(ContactKind)[at]
        parts = [say("Enter keeps it"), say("Esc closes, text stays")]
        if kind in REACHED:
            parts.insert(1, say("Ctrl Enter: notices go there"))
        self.inquire(
            partial(self._keep_contact, kind), f"contact {at}", say(kind.text), say.join(parts), words
        )

    def _keep_contact(self, kind: ContactKind, _at: int, words: str, held: bool) -> None:
        self.do_once(add_contact, ContactOrder(self.party_id, kind, words, held), self._contacts_changed)

    def close_contact(self) -> None:
        """Close the chosen contact; it stays in the history."""
        chosen: ContactShown | None = self.contacts.current
        if chosen is not None and chosen.valid_to is None:
            self.do_once(close_contact, chosen.contact_id, self._contacts_changed)

    def _contacts_changed(self, _answer: object) -> None:
        self.mask()  # what was shown is no longer what stands there
        self.reload()

    # Personal data -------------------------------------------------------------------------------------------

    def ask_reason(self) -> None:
        """Ask why personal data is shown; pressed again, mask it."""
        if self.revealed is not None:
            self.mask()
            return
        say = self.say
        keys = say.join((say("a digit or your own words"), say("the look is recorded")))
        reasons = [say(reason.text) for reason in READY_REASONS]
        title = say("Why is personal data shown?")
        self.inquire(
            self._reveal, "reveal", title, keys, say("for example: checks the bank account"), reasons
        )

    def _reveal(self, at: int, words: str, _held: bool) -> None:
        reason = READY_REASONS[at] if at >= 0 else RevealReason.OTHER
        told = self.say(reason.text) if at >= 0 else words
        party_id = self.party_id

        def shown(found: Revealed) -> None:
            if self.party_id == party_id and self.isVisible():
                self._unmask(found, told)

        self.do_once(
            reveal,
            RevealOrder(party_id, reason, words),
            lambda key: self.page.ask(revealed, key, shown),
        )

    def _unmask(self, found: Revealed, reason: str) -> None:
        self.revealed = found
        self.looking.show_state(self.say("Personal data shown: {reason}", reason=reason), "warn")
        self.phone_changed(found.phone)
        self._show_contacts()
        self.page.refresh_keys()

    def mask(self) -> None:
        """Hide personal data again."""
        if self.revealed is not None:
            self.revealed = None
            self.looking.show_state("", "warn")
            self.phone_changed("")
            self._show_contacts()
            self.page.refresh_keys()

    def hideEvent(self, event: QHideEvent) -> None:
        """The visit is over when the card is left."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.mask()


def focus_table(table: Table) -> Table:
    """A table with its first row chosen when none is."""
    if table.current is None and table.rows_model.rows:
        table.selectRow(0)
    return table
