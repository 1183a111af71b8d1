"""The pane beside the lists: one person, or a role that waits, in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.kernel.text import Catalog
from desktop.qt import theme
from desktop.qt.basics import Label, clear, row
from desktop.qt.figures import Badge
from desktop.qt.fold import Inner
from desktop.qt.panels import Panel
from desktop.staff.page.lists import STATES
from desktop.staff.records import AREAS, PERMISSIONS, PersonRow, ProposalRow, role_name


def may_words(say: Catalog, permissions: Sequence[str]) -> list[tuple[str, str]]:
    """What permissions let somebody do, in words: each area with its deeds, in the order of the rail."""
    told = []
    for area, name in AREAS.items():
        deeds = [
            say(PERMISSIONS[one]) for one in PERMISSIONS if one in permissions and one.startswith(f"{area}.")
        ]
        if deeds:
            told.append((say(name), say.join(deeds)))
    return told


class PersonPane(Panel):
    """One person: facts, roles and what they let do, in words; reads well alone."""

    def __init__(self, say: Catalog) -> None:
        super().__init__(padding=0)
        self.say = say
        self.inside = QVBoxLayout()
        self.inside.setContentsMargins(theme.S4, theme.S3, theme.S4, theme.S3)
        self.inside.setSpacing(theme.S1)
        content = QWidget()
        content.setLayout(self.inside)
        area = Inner(content)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(say("May do"))
        self.body.addWidget(area)

    def show_person(self, person: PersonRow, languages: str, station: str) -> None:
        """Fill the pane."""
        say = self.say
        clear(self.inside)
        top = row(
            Label(person.name, "h1"), Badge(say(person.state.text), STATES[person.state]), spacing=theme.S2
        )
        top.addStretch(1)
        self.inside.addLayout(top)
        facts = [say("login {login}", login=person.login), languages, station]
        if person.locked_until is not None:
            facts.append(say("locked until {time}", time=person.locked_until.timetz()))
        if person.left_on is not None:
            facts.append(say("left on {day}", day=person.left_on))
        if person.password is not None:
            facts.append(
                say("password set by {name}, {moment}", name=person.password.by, moment=person.password.at)
            )
        self.inside.addWidget(Label(say.join(facts), "small", "ink2", wrap=True))
        self._section(
            say("Roles"), say.join([say(role_name(code)) for code in person.roles]) or say("No role")
        )
        if person.waiting:
            words = say.join([say(role_name(code)) for code in person.waiting])
            self._section(say("Waits for a second person"), words, "warn")
        told = may_words(say, person.permissions)
        self.inside.addSpacing(theme.S2)
        self.inside.addWidget(Label(say("May do"), "h2"))
        if not told:
            self.inside.addWidget(Label(say("Nothing: the login is closed"), "body", "ink2", wrap=True))
        for area, deeds in told:
            self._section(area, deeds)
        self.inside.addStretch(1)

    def show_proposal(self, one: ProposalRow, adds: Sequence[str]) -> None:
        """A role that waits, and what it would add."""
        say = self.say
        clear(self.inside)
        self.inside.addWidget(
            Label(say("{role} for {name}", role=role_name(one.role), name=one.name), "h1", wrap=True)
        )
        asked = say("asked by {name}, {moment}", name=one.proposed_by, moment=one.proposed_at)
        self.inside.addWidget(Label(asked, "small", "ink2", wrap=True))
        if one.reason:
            self._section(say("Reason"), one.reason)
        self.inside.addSpacing(theme.S2)
        self.inside.addWidget(Label(say("The role lets them"), "h2"))
        for area, deeds in may_words(say, adds):
            self._section(area, deeds)
        self.inside.addStretch(1)

    def _section(self, title: str, words: str, ink: str = "ink") -> None:
        self.inside.addSpacing(theme.S1)
        self.inside.addWidget(Label(title, "small", "ink2"))
        self.inside.addWidget(Label(words, "body", ink, wrap=True))
