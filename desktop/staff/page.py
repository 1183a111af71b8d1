"""People of staff: who they are, what they may do, and the roles that wait for a second person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop.kernel.canonical import Secret
from desktop.kernel.text import LANGUAGES, SHAPES, Catalog, Text
from desktop.kernel.work import Seat, StationInfo
from desktop.qt import theme
from desktop.qt.page import Key, Page, Question
from desktop.qt.pane_form import Form
from desktop.qt.table import Cell, Column, Table
from desktop.qt.tasks import Tasks
from desktop.qt.widgets import Badge, Label, Panel, clear, row
from desktop.staff import service as staff
from desktop.staff.records import (
    AREAS,
    PERMISSIONS,
    DecisionOrder,
    LoginOrder,
    PasswordOrder,
    PersonChange,
    PersonOrder,
    PersonRow,
    PersonState,
    ProposalRow,
    RoleOrder,
    RoleRow,
    role_name,
)

STATES = {
    PersonState.ACTIVE: "ok",
    PersonState.MUST_CHANGE: "warn",
    PersonState.LOCKED: "locked",
    PersonState.LEFT: "withdrawn",
}
PEOPLE, WAITING = 0, 1
FEWEST_ROLES = 4
"""Of so many roles to tick some are seen at once, however little room there is."""
WAITING_WORD = "waiting"
"""What the page is opened with to show the roles that wait."""


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


class RoleTicks(Table):
    """Roles to tick with Space."""

    def __init__(self, say: Catalog, roles: Sequence[RoleRow]) -> None:
        self.ticked: set[str] = set()
        super().__init__(
            say("Roles"),
            (Column(say("Role"), self._cell),),
            row_height=theme.ROW_COMPACT,
            header=False,
        )
        self.say = say
        self.show_rows(roles, select=0)
        self.setMinimumHeight(FEWEST_ROLES * theme.ROW_COMPACT)
        self.setMaximumHeight(len(roles) * theme.ROW_COMPACT)
        self.clicked.connect(lambda _: self.toggle())

    def _cell(self, role: RoleRow) -> Cell:
        on = role.code in self.ticked
        name = self.say(role_name(role.code))
        return Cell(
            name, strong=on, icon="square-check" if on else "square", icon_ink="accent" if on else "ink3"
        )

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.maximumHeight())

    def tick(self, codes: Sequence[str]) -> None:
        """Tick exactly these."""
        self.ticked = set(codes)
        self._again()

    def value(self) -> tuple[str, ...]:
        """The ticked roles in their order."""
        return tuple(role.code for role in self.rows_model.rows if role.code in self.ticked)

    def toggle(self) -> None:
        """Tick the selected role, or take its tick away."""
        if self.current is not None:
            self.ticked ^= {self.current.code}
            self._again()

    def _again(self) -> None:
        at = self.currentIndex().row()
        self.show_rows(self.rows_model.rows, select=max(at, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.toggle()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.focusNextChild()
        else:
            super().keyPressEvent(event)


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
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(say("May do"))
        area.setWidget(content)
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


class StaffPage(Page):
    """Everybody of staff; what needs a second person stands behind the second tab."""

    HELP = Text(
        "Everybody who works here, with roles and what these let them do. "
        "A role takes effect when a second person approves it behind the second tab. "
        "Logins of leavers are closed; nothing of theirs is deleted."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        self.roles: tuple[RoleRow, ...] = ()
        self.stations: tuple[StationInfo, ...] = ()
        self.form: Form | None = None
        self._send: Callable[[], None] = self._nothing
        self._send_words, self._wanted = Text(""), ""
        self.tabs = self.add_tabs((self.say("People"), self.say("To approve")))
        self.tabs.chosen.connect(self._turn)
        self._build()
        self.refresh_keys()

    def _nothing(self) -> None:
        """No form is open."""

    # Building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        say = self.say
        self.people = Table(
            say("People"),
            (
                Column(say("Name"), lambda one: Cell(one.name, one.login, strong=True), 190),
                Column(say("Roles"), self._roles_cell),
                Column(
                    say("Usual workplace"), lambda one: Cell(self._station_name(one.station), ink="ink2"), 170
                ),
                Column(say("State"), lambda one: Cell(say(one.state.text), state=STATES[one.state]), 190),
            ),
            row_height=theme.ROW_TWO,
        )
        self.people.show_empty(say("Nobody yet"), "", "users")
        self.people.moved.connect(self._show_person)
        self.proposals = Table(
            say("Roles that wait"),
            (
                Column(say("Name"), lambda one: Cell(one.name, one.login, strong=True), 190),
                Column(say("Role"), lambda one: say(role_name(one.role)), 200),
                Column(say("Asked by"), lambda one: Cell(one.proposed_by, say.moment(one.proposed_at)), 190),
                Column(say("Reason"), lambda one: Cell(one.reason, ink="ink2")),
            ),
            row_height=theme.ROW_TWO,
        )
        self.proposals.show_empty(say("No role waits"), say("What is asked for comes here"), "shield-check")
        self.proposals.moved.connect(self._show_proposal)
        self.lists = QStackedWidget()
        for table in (self.people, self.proposals):
            panel = Panel(padding=0)
            panel.body.addWidget(table)
            self.lists.addWidget(panel)
        self.pane = PersonPane(say)
        self.side = QStackedWidget()
        self.side.setFixedWidth(theme.DETAIL_PANE)
        self.side.addWidget(self.pane)
        middle = row(self.lists, self.side)
        middle.setStretch(0, 1)
        self.body.addLayout(middle, 1)

    def _roles_cell(self, one: PersonRow) -> Cell:
        words = self.say.join([self.say(role_name(code)) for code in one.roles])
        waits = self.say.join([self.say(role_name(code)) for code in one.waiting])
        return Cell(words or "–", self.say("waits: {roles}", roles=waits) if waits else "")

    def _station_name(self, code: str) -> str:
        return next((place.name for place in self.stations if place.code == code), code)

    # Keys ----------------------------------------------------------------------------------------------------

    def refresh_keys(self) -> None:
        if self.form is not None:
            self.show_keys(
                Key("Esc", Text("back, asks first"), self.close_form),
                Key("F12", self._send_words, self._press_send, "primary", "check"),
            )
        elif self.tabs.index == WAITING:
            self.show_keys(*self._waiting_keys())
        else:
            self.show_keys(*self._people_keys())

    def _waiting_keys(self) -> list[Key]:
        one: ProposalRow | None = self.proposals.current
        keys = [Key("Ctrl+Tab", Text("people of staff"), self._other_tab)]
        if self.seat.may(staff.decide_role):
            mine = one is not None and one.proposer_login == self.seat.actor.login
            free = one is not None and not mine
            keys.append(Key("A", Text("approve"), self.approve, enabled=free))
            keys.append(Key("D", Text("decline"), self.decline, enabled=free))
            words = Text("Approve: another person") if mine else Text("Approve the role")
            keys.append(Key("F12", words, self.approve, "primary", "check", free))
        return keys

    def _people_keys(self) -> list[Key]:
        one: PersonRow | None = self.people.current
        here = one is not None and one.state is not PersonState.LEFT
        me = one is not None and one.login == self.seat.actor.login
        keys = [Key("Ctrl+Tab", Text("what waits"), self._other_tab)]
        if self.seat.may(staff.change_person):
            keys.append(Key("Ctrl+E", Text("change"), self.change, enabled=here))
        if self.seat.may(staff.propose_role):
            keys.append(Key("Ctrl+R", Text("roles"), self.change_roles, enabled=here))
        if self.seat.may(staff.set_password):
            keys.append(Key("Ctrl+U", Text("new password"), self.set_password, enabled=here and not me))
            if one is not None and one.state is PersonState.LOCKED:
                keys.append(Key("Ctrl+T", Text("unlock"), self.unlock))
        if self.seat.may(staff.close_login):
            words = Text("let back in") if one is not None and not here else Text("close the login")
            act = self.close_login if here else self.reopen
            keys.append(Key("Ctrl+Y", words, act, enabled=one is not None and not me))
            keys.append(Key("F12", Text("Enter a person"), self.enter, "primary", "user-round"))
        elif self.seat.may(staff.propose_role):
            keys.append(Key("F12", Text("Change the roles"), self.change_roles, "primary", "users", here))
        return keys

    def _press_send(self) -> None:
        self._send()

    def _other_tab(self) -> None:
        self.tabs.choose(self.tabs.index + 1)

    # Asking --------------------------------------------------------------------------------------------------

    def show_argument(self, argument: object) -> None:
        if isinstance(argument, str) and argument:
            self.tabs.choose(WAITING if argument == WAITING_WORD else PEOPLE)
            self._wanted = "" if argument == WAITING_WORD else argument
        self.ask_again()
        if self.form is None:
            self.take_focus(self._table)

    @property
    def _table(self) -> Table:
        return self.proposals if self.tabs.index == WAITING else self.people

    def ask_again(self) -> None:
        for table in (self.people, self.proposals):
            table.asking()
        self.call(self.seat.app.stations, then=self._keep_stations)
        self.ask(staff.roles, None, self._keep_roles)
        self.ask(staff.people, None, self._show_people)
        self.ask(staff.proposals, None, self._show_proposals)

    def _keep_stations(self, stations: tuple[StationInfo, ...]) -> None:
        self.stations = stations
        self._show_current()

    def _keep_roles(self, roles: tuple[RoleRow, ...]) -> None:
        self.roles = roles
        self._show_current()

    def _show_current(self) -> None:
        """Answers come in any order: the pane is written again when what it names has come."""
        shown = self._table.current
        if shown is not None:
            (self._show_proposal if self.tabs.index == WAITING else self._show_person)(shown)

    def _show_people(self, people: tuple[PersonRow, ...]) -> None:
        before = self.people.current
        wanted = self._wanted or (before.login if before else self.seat.actor.login)
        self._wanted = ""
        at = next((at for at, one in enumerate(people) if one.login == wanted), 0)
        self.people.show_rows(people, select=at if people else None)
        self.tabs.count(PEOPLE, self.say.number(len(people)))
        self.refresh_keys()

    def _show_proposals(self, proposals: tuple[ProposalRow, ...]) -> None:
        self.proposals.show_rows(proposals, select=0 if proposals else None)
        self.tabs.count(WAITING, self.say.number(len(proposals)) if proposals else "")
        self.waiting.emit("staff", len(proposals), False)
        self._tell_alone(proposals)
        if (
            not proposals
            and self.tabs.index == WAITING
            and self.form is None
            and self.people.current is not None
        ):
            self._show_person(self.people.current)
        self.refresh_keys()

    def _tell_alone(self, proposals: Sequence[ProposalRow]) -> None:
        """Where nobody else may approve, say what to do about it."""
        alone = [one for one in proposals if not one.deciders]
        if alone:
            self.banner.tell(
                "warn",
                self.say("Nobody else here may approve roles"),
                self.say(
                    "Nobody approves their own request. Whoever looks after the database approves it there:"
                    " servicehall staff approve {login} {role}. Better: make a second person supervisor.",
                    login=alone[0].login,
                    role=alone[0].role,
                ),
            )

    def _turn(self, index: int) -> None:
        if self.form is not None and not self._give_up():
            self.tabs.index = 1 - index
            self.tabs.update()
            return
        self._drop_form()
        self.lists.setCurrentIndex(index)
        self._show_current()
        self.take_focus(self._table)
        self.refresh_keys()

    def _show_person(self, one: PersonRow) -> None:
        if self.tabs.index == PEOPLE:
            self.pane.show_person(one, SHAPES[one.language].name, self._station_name(one.station))
            self.refresh_keys()

    def _show_proposal(self, one: ProposalRow) -> None:
        if self.tabs.index == WAITING:
            self.pane.show_proposal(
                one, next((role.permissions for role in self.roles if role.code == one.role), ())
            )
            self.refresh_keys()

    # Forms ---------------------------------------------------------------------------------------------------

    def _open_form(self, form: Form, words: Text, send: Callable[[], None]) -> None:
        self._drop_form()
        self._send_words, self._send, self.form = words, send, form
        self.side.addWidget(form.finish())
        self.side.setCurrentWidget(form)
        self.lists.setEnabled(False)
        self.banner.clear()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        form.start()
        self.refresh_keys()

    def close_form(self) -> None:
        """Back to the person; asks before what was typed is lost."""
        if self.form is not None and self._give_up():
            self._drop_form()
            self.take_focus(self._table)
            self.refresh_keys()

    def _give_up(self) -> bool:
        if self.form is None or not self.form.touched:
            return True
        say = self.say
        asked = Question(
            self,
            say("Leave the form?"),
            say("What was typed is not kept"),
            say("Go on typing"),
            say("Throw it away"),
        )
        return asked.exec() == Question.DialogCode.Accepted

    def may_leave(self) -> bool:
        return self._give_up()

    def _drop_form(self) -> None:
        if self.form is not None:
            self.side.removeWidget(self.form)
            self.form.deleteLater()
            self.form, self._send = None, self._nothing
            self.lists.setEnabled(True)

    def _done(self, words: str, _answer: object) -> None:
        self._drop_form()
        self.banner.tell("ok", words)
        self.told.emit()
        self.take_focus(self._table)
        self.ask_again()
        self.refresh_keys()

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, staff.FormRefused) and self.form is not None:
            left = {name: text for name, text in error.problems.items() if name not in self.form.fields}
            self.form.show_problems(error.problems)
            if left:
                self.trouble(error)
        else:
            self.trouble(error)

    def _perform(self, job: Callable[..., object], order: object, words: str) -> None:
        self.do(job, order, partial(self._done, words), failed=self._failed)

    def _language_options(self) -> list[tuple[str, str]]:
        return [(code, SHAPES[code].name) for code in LANGUAGES]

    def _station_options(self) -> list[tuple[str, str]]:
        return [("", "–"), *((place.code, place.name) for place in self.stations)]

    def enter(self) -> None:
        """The form for a new person."""
        say = self.say
        form = Form(say, say("Enter a person"))
        form.line("login", say("Login"))
        form.line("name", say("Name"))
        form.beside("login", "name")
        form.choice("language", say("Language"), self._language_options(), self.say.language)
        form.choice("station", say("Usual workplace"), self._station_options(), "")
        form.beside("language", "station")
        ticks = RoleTicks(say, self.roles)
        form.add("roles", say("Roles, each waits for a second person"), ticks, say("Space ticks a role"))
        form.line("password", say("First password"), secret=True)
        form.line(
            "again", say("The same again"), hint=say("Changed by its owner at the first sign-in"), secret=True
        )
        form.beside("password", "again")

        def send() -> None:
            if form.same_twice("password", "again"):
                order = PersonOrder(
                    form.value("login"), form.value("name"), form.value("language"),
                    Secret(form.value("password")), form.value("roles"), form.value("station"),
                )  # fmt: skip
                self._wanted = order.login.strip()
                self._perform(staff.enter_person, order, say("{name} is entered", name=order.name.strip()))

        self._open_form(form, Text("Enter the person"), send)

    def change(self) -> None:
        """The form for name, language and workplace of the selected person."""
        one, say = self.people.current, self.say
        form = Form(say, one.name)
        form.line("name", say("Name"), one.name)
        form.choice("language", say("Language"), self._language_options(), one.language)
        form.choice("station", say("Usual workplace"), self._station_options(), one.station)

        def send() -> None:
            order = PersonChange(one.login, form.value("name"), form.value("language"), form.value("station"))
            self._perform(staff.change_person, order, say("{name} is changed", name=order.name.strip()))

        self._open_form(form, Text("Save"), send)

    def set_password(self) -> None:
        """The form for a new password of the selected person."""
        one, say = self.people.current, self.say
        form = Form(say, say("New password for {name}", name=one.name))
        form.line("password", say("New password"), secret=True)
        form.line(
            "again", say("The same again"), hint=say("Changed by its owner at the next sign-in"), secret=True
        )

        def send() -> None:
            if form.same_twice("password", "again"):
                order = PasswordOrder(one.login, Secret(form.value("password")))
                self._perform(staff.set_password, order, say("{name} has a new password", name=one.name))

        self._open_form(form, Text("Set the password"), send)

    def change_roles(self) -> None:
        """The form that asks for roles and takes others away."""
        one, say = self.people.current, self.say
        note = say("A new role waits for a second person; one taken away ends at once")
        form = Form(say, say("Roles of {name}", name=one.name), note)
        offered = [role for role in self.roles if role.code not in one.waiting]
        ticks = RoleTicks(say, offered)
        ticks.tick(one.roles)
        form.add("roles", say("Roles"), ticks, say("Space ticks a role"))
        form.line("reason", say("Reason"))

        def send() -> None:
            after, reason = form.value("roles"), form.value("reason")
            steps = [(staff.propose_role, code) for code in after if code not in one.roles]
            steps += [(staff.take_role, code) for code in one.roles if code not in after]
            orders = [(job, RoleOrder(one.login, code, reason)) for job, code in steps]
            if orders:
                self._one_after_another(orders, say("Roles of {name} are changed", name=one.name))
            else:
                form.show_problems({"roles": Text("Tick a role, or take a tick away")})

        self._open_form(form, Text("Change the roles"), send)

    def _one_after_another(self, orders: list[tuple[Callable[..., object], RoleOrder]], words: str) -> None:
        """Each role is an entry of its own; the first that is refused ends it there."""
        (job, order), *rest = orders

        def then(answer: object) -> None:
            if rest:
                self._one_after_another(rest, words)
            else:
                self._done(words, answer)

        def failed(error: BaseException) -> None:
            self._failed(error)
            self.ask_again()

        self.do(job, order, then, failed=failed)

    def close_login(self) -> None:
        """Ask once more, beside the person, before a login is closed."""
        one, say = self.people.current, self.say
        note = say("All roles end now and open windows refuse. Nothing of theirs is deleted")
        form = Form(say, say("Close the login of {name}", name=one.name), note)
        words = say("The login of {name} is closed", name=one.name)
        self._open_form(
            form,
            Text("Close the login"),
            lambda: self._perform(staff.close_login, LoginOrder(one.login), words),
        )

    def reopen(self) -> None:
        """Let somebody back in who had left."""
        one = self.people.current
        self._perform(
            staff.reopen_login,
            LoginOrder(one.login),
            self.say("{name} may come in again. Set a new password and ask for roles", name=one.name),
        )

    def unlock(self) -> None:
        """Let somebody in again before the lock ends."""
        one = self.people.current
        self._perform(staff.unlock, LoginOrder(one.login), self.say("{name} is unlocked", name=one.name))

    def approve(self) -> None:
        """Approve the selected role."""
        self._decide(self.proposals.current, "")

    def decline(self) -> None:
        """The form that asks why."""
        one, say = self.proposals.current, self.say
        form = Form(say, say("Decline: {role} for {name}", role=role_name(one.role), name=one.name))
        form.line("reason", say("Reason"))
        self._open_form(form, Text("Decline"), lambda: self._decide(one, form.value("reason"), approve=False))

    def _decide(self, one: ProposalRow, reason: str, *, approve: bool = True) -> None:
        say, fields = self.say, {"role": role_name(one.role), "name": one.name}
        words = (
            say("{name} has the role {role}", **fields)
            if approve
            else say("Declined: {role} for {name}", **fields)
        )
        self._perform(staff.decide_role, DecisionOrder(one.proposal_id, approve, reason), words)
