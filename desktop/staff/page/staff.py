"""The page of staff: everybody, what they may do, and the roles that wait for a second person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget

from desktop.kernel.text import SHAPES, Text
from desktop.kernel.work import Seat, StationInfo
from desktop.qt import theme
from desktop.qt.basics import row
from desktop.qt.form import Form, FormPanel
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.table import Table
from desktop.qt.tasks import Tasks
from desktop.staff import service as staff
from desktop.staff.page.forms import ChangeForm, DeclineForm, EnterForm, PasswordForm, RolesForm
from desktop.staff.page.lists import people_table, proposals_table
from desktop.staff.page.pane import PersonPane
from desktop.staff.records import (
    DecisionOrder,
    LoginOrder,
    PersonRow,
    PersonState,
    ProposalRow,
    RoleOrder,
    RoleRow,
    role_name,
)

PEOPLE, WAITING = 0, 1
WAITING_WORD = "waiting"
"""What the page is opened with to show the roles that wait."""


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
        self.panel: FormPanel | None = None
        self._send: Callable[[], None] = self._nothing
        self._send_words, self._wanted, self._sending = Text(""), "", False
        self.tabs = self.add_tabs((self.say("Everybody"), self.say("To approve")))
        self.tabs.chosen.connect(self._turn)
        self._build()
        self.refresh_keys()

    def _nothing(self) -> None:
        """No form is open."""

    # Building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        say = self.say
        self.people = people_table(say, self._station_name)
        self.people.moved.connect(self._show_person)
        self.proposals = proposals_table(say)
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

    def _station_name(self, code: str) -> str:
        return next((place.name for place in self.stations if place.code == code), code)

    # Keys ----------------------------------------------------------------------------------------------------

    def refresh_keys(self) -> None:
        if self.form is not None:
            self.show_keys(
                Key("Esc", Text("back, asks first"), self.close_form),
                *self.form.keys,
                Key("F12", self._send_words, self._press_send, "primary", "check", not self._sending),
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
        if not self.may_leave():
            self.tabs.index = 1 - index
            self.tabs.update()
            return
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

    @property
    def form(self) -> Form | None:
        """The form that is open."""
        return None if self.panel is None else self.panel.form

    def _open_form(self, panel: FormPanel, words: Text, send: Callable[[], None], *, draft: str = "") -> None:
        """Show a form in place of the person; with a ``draft`` name what is typed survives."""
        self._drop_form()
        self._send_words, self._send, self.panel = words, send, panel
        self.side.addWidget(panel)
        self.side.setCurrentWidget(panel)
        self.lists.setEnabled(False)
        self.banner.clear()
        if draft:
            panel.form.keep_drafts(self.seat.app.drafts(self.seat.actor), draft, self.tasks)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        panel.form.begin()
        self.refresh_keys()

    def close_form(self) -> None:
        """Back to the person; asks before what was typed is lost."""
        if self.may_leave():
            self.take_focus(self._table)

    def may_leave(self) -> bool:
        if self.form is not None and not self.form.may_leave():
            return False
        self._drop_form()
        self.refresh_keys()
        return True

    def _drop_form(self) -> None:
        if self.panel is not None:
            self.side.removeWidget(self.panel)
            self.panel.deleteLater()
            self.panel, self._send, self._sending = None, self._nothing, False
            self.lists.setEnabled(True)

    def _done(self, panel: FormPanel | None, words: str, _answer: object) -> None:
        """What was sent is done; a form opened since then stays."""
        self._sending = False
        if panel is not None and panel is self.panel:
            panel.form.done()
            self._drop_form()
        self.banner.tell("ok", words)
        self.told.emit()
        if self.panel is None:
            self.take_focus(self._table)
        self.ask_again()
        self.refresh_keys()

    def _failed(self, error: BaseException) -> None:
        self._sending = False
        self.refresh_keys()
        flaws = error.problems if isinstance(error, staff.FormRefused) else {}
        if self.form is None or not flaws or self.form.show_flaws(flaws):
            self.trouble(error)

    def _perform(self, job: Callable[..., object], order: object, words: str) -> None:
        self._sending = True
        self.refresh_keys()
        self.do(job, order, partial(self._done, self.panel, words), failed=self._failed)

    def enter(self) -> None:
        """The form for a new person."""
        panel = EnterForm(self.say, self.roles, self.stations)

        def send() -> None:
            order = panel.order()
            if order is not None:
                self._wanted = order.login
                self._perform(staff.enter_person, order, self.say("{name} is entered", name=order.name))

        self._open_form(panel, Text("Enter the person"), send, draft="staff.enter_person")

    def change(self) -> None:
        """The form for name, language and workplace of the selected person."""
        login = self.people.current.login
        panel = ChangeForm(self.say, self.people.current, self.stations)

        def send() -> None:
            order = panel.order()
            if order is not None:
                self._perform(staff.change_person, order, self.say("{name} is changed", name=order.name))

        self._open_form(panel, Text("Save"), send, draft=f"staff.change_person.{login}")

    def set_password(self) -> None:
        """The form for a new password of the selected person."""
        panel = PasswordForm(self.say, self.people.current)
        words = self.say("{name} has a new password", name=self.people.current.name)

        def send() -> None:
            order = panel.order()
            if order is not None:
                self._perform(staff.set_password, order, words)

        self._open_form(panel, Text("Set the password"), send)

    def change_roles(self) -> None:
        """The form that asks for roles and takes others away."""
        panel = RolesForm(self.say, self.people.current, self.roles)
        words = self.say("Roles of {name} are changed", name=self.people.current.name)

        def send() -> None:
            orders = panel.orders()
            if orders:
                self._one_after_another(orders, words)

        login = self.people.current.login
        self._open_form(panel, Text("Change the roles"), send, draft=f"staff.propose_role.{login}")

    def _one_after_another(self, orders: list[tuple[Callable[..., object], RoleOrder]], words: str) -> None:
        """Each role is an entry of its own; the first that is refused ends it there."""
        (job, order), *rest = orders
        panel = self.panel

        def then(answer: object) -> None:
            if rest:
                self._one_after_another(rest, words)
            else:
                self._done(panel, words, answer)

        def failed(error: BaseException) -> None:
            self._failed(error)
            self.ask_again()

        self._sending = True
        self.refresh_keys()
        self.do(job, order, then, failed=failed)

    def close_login(self) -> None:
        """Ask once more, beside the person, before a login is closed."""
        one, say = self.people.current, self.say
        note = say("All roles end now and open windows refuse. Nothing of theirs is deleted")
        panel = FormPanel(say, say("Close the login of {name}", name=one.name), note)
        words = say("The login of {name} is closed", name=one.name)
        self._open_form(
            panel,
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
        one = self.proposals.current
        words = self.say("{name} has the role {role}", name=one.name, role=role_name(one.role))
        self._perform(staff.decide_role, DecisionOrder(one.proposal_id, approve=True), words)

    def decline(self) -> None:
        """The form that asks why."""
        one = self.proposals.current
        panel = DeclineForm(self.say, one)
        words = self.say("Declined: {role} for {name}", name=one.name, role=role_name(one.role))

        def send() -> None:
            order = panel.order()
            if order is not None:
                self._perform(staff.decide_role, order, words)

        self._open_form(panel, Text("Decline"), send, draft=f"staff.decide_role.{one.proposal_id}")
