"""What is typed of a party: a new person or organisation, another name, a further role."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from desktop.desk.records import PartyCard
from desktop.kernel.errors import Refused
from desktop.kernel.text import LANGUAGES, SHAPES, Catalog, Text, Worded
from desktop.parties import rules
from desktop.parties.records import (
    DebtorType,
    PartyChange,
    PartyKind,
    PartyOrder,
    PartyRoleKind,
    PartyShown,
    RoleOrder,
)
from desktop.parties.service import add_role, change, enter
from desktop.qt import theme
from desktop.qt.basics import Label, ProblemLine, column, row
from desktop.qt.fields import ChoiceField, TextField
from desktop.qt.form import Form
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel


class EntryView(QWidget):
    """A form in place of the list or a card; F12 hands it over, `left` tells that it is done with.

    What is typed is kept as a draft under ``draft``. ``send`` is what is done with the values when all are right.
    """

    left = Signal()
    widest = 560

    def __init__(self, page: Page, title: str, act: Text, draft: str, note: str = "") -> None:
        super().__init__()
        self.page, self.say = page, page.say
        self._act, self._draft, self._sending = act, draft, False
        self.send: Callable[[dict[str, Any]], None] = lambda _: None
        self.form = Form(self, self.say)
        kept = Label("", "small", "ink2")
        self.form.draft_kept.connect(kept.setText)
        self.problem = ProblemLine()
        self._columns = row()
        self.panel_beside(title)
        self.panel.head.addWidget(kept)
        self.panel.body.addWidget(self.form.offer)
        if note:
            self.panel.body.addWidget(Label(note, "small", "ink2", wrap=True))
        self.whole = column()
        self.whole.addLayout(self._columns, 1)
        self.setLayout(self.whole)

    def panel_beside(self, title: str) -> None:
        """What is added from now on stands in a panel at the right of those there are."""
        self._column = column()
        self._columns.addLayout(self._column, 1)
        self.panel_below(title)

    def panel_below(self, title: str) -> None:
        """What is added from now on stands in a panel below the last one."""
        self.panel = Panel(title)
        self.panel.setMaximumWidth(self.widest)
        self._column.addWidget(self.panel)

    def add(self, *fields: QWidget) -> None:
        """Fields side by side below those that stand there."""
        line = row()
        for field in fields:
            line.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        self.panel.body.addLayout(line)

    def begin(self) -> None:
        """All fields stand there: fill nothing more in, and offer what was typed and not finished."""
        self.panel.body.addWidget(self.problem)
        for at in range(self._columns.count()):
            self._columns.itemAt(at).layout().addStretch(1)
        self._columns.addStretch()
        self.form.pristine()
        page = self.page
        self.form.keep_drafts(page.seat.app.drafts(page.seat.actor), self._draft, page.tasks)
        self.form.begin()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Panels stand below each other where there is no room beside each other."""
        super().resizeEvent(event)
        narrow = self.width() < theme.FOLD_BELOW
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._columns.setDirection(way)

    # What the page asks of whatever it shows -----------------------------------------------------------------

    filled = True

    def keys(self) -> list[Key]:
        """The keys that work now."""
        return [
            *self.form.keys,
            Key("Esc", Text("back, asks first"), self.close_top),
            Key("F12", self._act, self.submit, "primary", "check", not self._sending),
        ]

    def reload(self) -> None:
        """Nothing is asked again: what is typed stays."""
        self.form.begin()

    def forget(self) -> None:
        """The form is done with."""
        self.setParent(None)
        self.deleteLater()

    def close_top(self) -> None:
        """Leave, after asking when something typed would be lost."""
        if not self._sending and self.form.may_leave():
            self.left.emit()

    # Handing over --------------------------------------------------------------------------------------------

    def submit(self) -> None:
        """Hand the form over once; what is wrong is told beside its field."""
        values = None if self._sending else self.form.submit()
        if values is not None:
            self.problem.tell("")
            self.send(values)

    def _send_on(self, sending: bool) -> None:
        self._sending = sending
        self.page.refresh_keys()

    def do(
        self,
        operation: Callable[..., Any],
        order: object,
        words: str,
        then: Callable[[Any], None] = lambda _: None,
        *,
        first: Callable[[Any], None] = lambda _: None,
    ) -> None:
        """Perform an operation with what was typed; refused, it stays typed and the reason stands below.

        ``first`` is done before the form makes way for what was shown before it, ``then`` after that.
        """
        self._send_on(True)

        def taken(answer: object) -> None:
            self.form.done()
            first(answer)
            self.page.toast(words)
            self.left.emit()
            then(answer)

        def failed(error: BaseException) -> None:
            self._send_on(False)
            self.form.begin()
            if isinstance(error, Refused):
                self.problem.tell(self.say(error.text))
            else:
                self.page.trouble(error)

        self.page.do(operation, order, taken, failed=failed)


def choice(say: Catalog, kinds: Sequence[Worded], chosen: Worded | None = None) -> ChoiceField:
    """A field to choose one of some kinds by their words."""
    field = ChoiceField([(say(kind.text), kind.value) for kind in kinds])
    if chosen is not None:
        field.show_text(chosen.value)
    return field


def languages(chosen: str) -> ChoiceField:
    """A field to choose a language, each in its own name."""
    field = ChoiceField([(SHAPES[code].name, code) for code in LANGUAGES])
    field.show_text(chosen)
    return field


def entering(page: Page, shown: Callable[[PartyShown], None]) -> EntryView:
    """The form that enters a person or organisation without an account; ``shown`` opens its card then."""
    say = page.say
    title = say("Enter a person or organisation")
    view = EntryView(
        page,
        title,
        Text("Enter", context="party"),
        "party",
        say("Who gets electricity is entered when connected"),
    )
    field = view.form.field
    name = TextField(longest=rules.LONGEST)
    view.add(
        field("kind", say("Kind"), choice(say, tuple(PartyKind))),
        field("role", say("Role"), choice(say, tuple(PartyRoleKind), PartyRoleKind.PRODUCER)),
    )
    view.add(field("name", say(Text("Name", context="party")), name, required=True))
    view.add(field("phone", say("Phone"), TextField(), judge=rules.phone_objection))
    view.add(
        field("language", say("Language"), languages(page.seat.app.country.language)),
        field("debtor", say("Debtor"), choice(say, tuple(DebtorType))),
    )

    def send(values: dict[str, Any]) -> None:
        order = PartyOrder(
            PartyKind.of(values["kind"]), values["name"], values["language"], DebtorType.of(values["debtor"]),
            PartyRoleKind.of(values["role"]), values["phone"] or "",
        )  # fmt: skip
        words = say("{name} is entered", name=order.name)
        view.do(enter, order, words, lambda party_id: shown(PartyShown(party_id)))

    view.send = send
    view.begin()
    return view


def changing(page: Page, card: PartyCard) -> EntryView:
    """The form that changes name, language and debtor of a party."""
    say = page.say
    note = say("What it was stays in the history. Numbers to call change as contacts")
    view = EntryView(page, card.name, Text("Save"), f"party {card.party_id}", note)
    field = view.form.field
    name = TextField(longest=rules.LONGEST)
    name.show_text(card.name)
    view.add(field("name", say(Text("Name", context="party")), name, required=True))
    view.add(
        field("language", say("Language"), languages(card.language)),
        field("debtor", say("Debtor"), choice(say, tuple(DebtorType), card.debtor_type)),
    )

    def send(values: dict[str, Any]) -> None:
        debtor = DebtorType.of(values["debtor"])
        order = PartyChange(card.party_id, values["name"], values["language"], debtor)
        view.do(change, order, say("{name} is changed", name=order.name))

    view.send = send
    view.begin()
    return view


def taking_role(page: Page, card: PartyCard) -> EntryView:
    """The form that gives a party a further role."""
    say = page.say
    held = {role.kind for role in card.roles}
    view = EntryView(page, card.name, Text("Give the role"), f"role {card.party_id}")
    free = [kind for kind in PartyRoleKind if kind not in held]
    view.add(view.form.field("role", say("Further role"), choice(say, free), required=True))

    def send(values: dict[str, Any]) -> None:
        role = PartyRoleKind.of(values["role"])
        words = say("{name} has the role {role}", name=card.name, role=role)
        view.do(add_role, RoleOrder(card.party_id, role), words)

    view.send = send
    view.begin()
    return view
