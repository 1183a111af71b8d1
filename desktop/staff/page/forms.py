"""The forms of the page of staff: what is asked, and the orders that come of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent

from desktop.kernel.canonical import Secret
from desktop.kernel.text import LANGUAGES, SHAPES, Catalog, Text
from desktop.kernel.work import StationInfo
from desktop.qt import theme
from desktop.qt.basics import Field
from desktop.qt.fields import ChoiceField, TextField
from desktop.qt.form import FormPanel
from desktop.qt.table import Cell, Column, Table
from desktop.staff import rules
from desktop.staff import service as staff
from desktop.staff.records import (
    DecisionOrder,
    PasswordOrder,
    PersonChange,
    PersonOrder,
    PersonRow,
    ProposalRow,
    RoleOrder,
    RoleRow,
    role_name,
)

FEWEST_ROLES = 4
"""So many roles to tick are seen at once, however little room there is."""
ROLES_AMONG_FIELDS = 6
"""So many are seen in a form with much else to ask; the others are scrolled to."""


class RoleTicks(Table):
    """Roles to tick with Space: a field of forms, with the codes of the ticked ones as its value."""

    changed = Signal(object)
    secret = composing = False

    def __init__(self, say: Catalog, roles: Sequence[RoleRow], seen: int = 0) -> None:
        self.ticked: set[str] = set()
        self._words = say
        super().__init__(
            say("Roles"),
            (Column(say("Role"), self._cell),),
            row_height=theme.ROW_COMPACT,
            header=False,
        )
        self.show_rows(roles, select=0)
        self.setMinimumHeight(FEWEST_ROLES * theme.ROW_COMPACT)
        self.setMaximumHeight((min(seen, len(roles)) or len(roles)) * theme.ROW_COMPACT)
        self.clicked.connect(lambda _: self.toggle())

    def _cell(self, role: RoleRow) -> Cell:
        on = role.code in self.ticked
        name = self._words(role_name(role.code))
        return Cell(name, strong=on, ticked=on)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.maximumHeight())

    def tick(self, codes: Sequence[str]) -> None:
        """Tick exactly these."""
        self.ticked = set(codes)
        self._again()

    def value(self) -> tuple[str, ...] | None:
        """The ticked roles in their order; None when there is none."""
        return tuple(role.code for role in self.rows_model.rows if role.code in self.ticked) or None

    def flaw(self) -> Text | None:
        """What can be ticked is right."""
        return None

    def text_typed(self) -> str:
        """The codes, as a draft keeps them."""
        return " ".join(self.value() or ())

    def show_text(self, text: str) -> None:
        """Tick what a draft kept."""
        self.tick(text.split())

    def toggle(self) -> None:
        """Tick the selected role, or take its tick away."""
        if self.current is not None:
            self.ticked ^= {self.current.code}
            self._again()

    def _again(self) -> None:
        at = self.currentIndex().row()
        self.show_rows(self.rows_model.rows, select=max(at, 0))
        self.changed.emit(self.value())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.toggle()
        else:
            super().keyPressEvent(event)


class _AboutPerson(FormPanel):
    """The fields that entering and changing a person share."""

    def name_field(self) -> Field:
        """What somebody is called."""
        return self.form.field("name", self.say("Name"), TextField(), required=True)

    def place_fields(self, stations: Sequence[StationInfo]) -> tuple[Field, Field]:
        """Language and usual workplace."""
        say = self.say
        languages = ChoiceField([(SHAPES[code].name, code) for code in LANGUAGES])
        places = ChoiceField([("–", ""), *((place.name, place.code) for place in stations)])
        return (
            self.form.field("language", say("Language"), languages),
            self.form.field("station", say("Usual workplace"), places),
        )


class EnterForm(_AboutPerson):
    """A new person."""

    def __init__(self, say: Catalog, roles: Sequence[RoleRow], stations: Sequence[StationInfo]) -> None:
        super().__init__(say, say("Enter a person"))
        login = TextField()
        self.line(
            self.form.field("login", say("Login"), login, required=True, judge=rules.login_problem),
            self.name_field(),
        )
        self.line(*self.place_fields(stations))
        self.line(
            self.form.field(
                "roles",
                say("Roles, each waits for a second person"),
                RoleTicks(say, roles, ROLES_AMONG_FIELDS),
                hint=say("Space ticks a role"),
            )
        )
        self.line(
            *self.form.twice(
                "password",
                (say("First password"), say("The same again")),
                lambda typed: rules.password_problem(login.value() or "", typed),
                say("Changed by its owner at the first sign-in"),
            )
        )
        self.form.edit("language").show_text(say.language)
        self.form.pristine()

    def order(self) -> PersonOrder | None:
        """What was typed; None when something is wrong with it, which is told."""
        typed = self.form.submit()
        if typed is None:
            return None
        return PersonOrder(
            typed["login"],
            typed["name"],
            typed["language"],
            Secret(typed["password"]),
            typed["roles"] or (),
            typed["station"] or "",
        )


class ChangeForm(_AboutPerson):
    """Name, language and workplace of a person."""

    def __init__(self, say: Catalog, one: PersonRow, stations: Sequence[StationInfo]) -> None:
        super().__init__(say, one.name)
        self._one = one
        for field in (self.name_field(), *self.place_fields(stations)):
            self.line(field)
        self.form.restore({"name": one.name, "language": one.language, "station": one.station})
        self.form.pristine()

    def order(self) -> PersonChange | None:
        """What was typed; None when something is wrong with it, which is told."""
        typed = self.form.submit()
        if typed is None:
            return None
        return PersonChange(self._one.login, typed["name"], typed["language"], typed["station"] or "")


class PasswordForm(FormPanel):
    """A new password for somebody else."""

    def __init__(self, say: Catalog, one: PersonRow) -> None:
        super().__init__(say, say("New password for {name}", name=one.name))
        self._one = one
        for field in self.form.twice(
            "password",
            (say("New password"), say("The same again")),
            lambda typed: rules.password_problem(one.login, typed),
            say("Changed by its owner at the next sign-in"),
        ):
            self.line(field)

    def order(self) -> PasswordOrder | None:
        """What was typed; None when something is wrong with it, which is told."""
        typed = self.form.submit()
        return None if typed is None else PasswordOrder(self._one.login, Secret(typed["password"]))


class RolesForm(FormPanel):
    """Roles to ask for and to take away."""

    def __init__(self, say: Catalog, one: PersonRow, roles: Sequence[RoleRow]) -> None:
        note = say("A new role waits for a second person; one taken away ends at once")
        super().__init__(say, say("Roles of {name}", name=one.name), note)
        self._one = one
        ticks = RoleTicks(say, [role for role in roles if role.code not in one.waiting])
        ticks.tick(one.roles)
        self.line(self.form.field("roles", say("Roles"), ticks, hint=say("Space ticks a role")))
        self.line(self.form.field("reason", say("Reason"), TextField()))

    def orders(self) -> list[tuple[Callable[..., object], RoleOrder]]:
        """A step for each role that is other than before; nothing when there is none, which is told."""
        typed, one = self.form.submit(), self._one
        if typed is None:
            return []
        after, reason = typed["roles"] or (), typed["reason"] or ""
        steps = [(staff.propose_role, code) for code in after if code not in one.roles]
        steps += [(staff.take_role, code) for code in one.roles if code not in after]
        if not steps:
            self.form.show_flaws({"roles": Text("Tick a role, or take a tick away")})
        return [(job, RoleOrder(one.login, code, reason)) for job, code in steps]


class DeclineForm(FormPanel):
    """Why a role is declined."""

    def __init__(self, say: Catalog, one: ProposalRow) -> None:
        super().__init__(say, say("Decline: {role} for {name}", role=role_name(one.role), name=one.name))
        self._one = one
        self.line(self.form.field("reason", say("Reason"), TextField(), required=True))

    def order(self) -> DecisionOrder | None:
        """What was typed; None when nothing was, which is told."""
        typed = self.form.submit()
        return None if typed is None else DecisionOrder(self._one.proposal_id, False, typed["reason"])
