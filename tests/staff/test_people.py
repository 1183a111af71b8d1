"""People and roles: entering, passwords, leaving, and that a role takes two people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from desktop.counter.records import TillOrder
from desktop.counter.service import open_till
from desktop.desk import service as desk
from desktop.desk.records import AccountsOrder
from desktop.kernel.canonical import Secret, dump
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Money
from desktop.kernel.text import catalog
from desktop.kernel.work import OPERATIONS, Seat, draw_id
from desktop.staff import records, rules
from desktop.staff import service as staff
from desktop.staff.records import (
    DecisionOrder,
    LoginOrder,
    OwnPassword,
    PasswordOrder,
    PersonChange,
    PersonOrder,
    PersonRow,
    PersonState,
    RoleOrder,
)
from tests.databases_server import Databases
from tests.hall import PASSWORD, TODAY, approve, found, opened, seat_of, together
from tests.rows import REFUSED, changed, contents, raw

EN = catalog("en")
FRESH = "three words here"


@pytest.fixture
def admin(small_hall: str) -> Iterator[Seat]:
    """The administrator of the small hall at its first counter."""
    with opened(small_hall) as app:
        yield seat_of(app, "administrator")


@pytest.fixture
def supervisor(admin: Seat) -> Seat:
    return seat_of(admin.app, "supervisor", "2")


def new(login: str = "minna", **other: Any) -> PersonOrder:
    return PersonOrder(
        **{"login": login, "name": "Minna Laine", "language": "fi", "password": Secret(FRESH)} | other
    )


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return EN(caught.value.text)


def row(seat: Seat, login: str) -> PersonRow:
    return next(one for one in seat.ask(staff.people) if one.login == login)


# Entering and changing


def test_a_new_person_signs_in_with_the_first_password_and_may_only_change_it(admin: Seat) -> None:
    entered = admin.do(staff.enter_person, new(roles=("cashier", "reader"), station="2"))
    assert (entered.state, entered.roles, entered.waiting, entered.station) == (
        PersonState.MUST_CHANGE,
        (),
        ("reader", "cashier"),
        "2",
    )
    seat = admin.app.sign_in("minna", FRESH, "2")
    assert seat.actor.permissions == staff.EVERYBODY
    staff.change_own_password(seat, OwnPassword(Secret(FRESH), Secret("another three words")))
    assert "wrong" in refused(lambda: admin.app.sign_in("minna", FRESH))
    assert admin.app.sign_in("minna", "another three words")
    assert row(admin, "minna").state is PersonState.ACTIVE
    assert admin.app.verify() == []


UNFIT: list[tuple[dict[str, Any], set[str]]] = [
    ({"login": " "}, {"login"}),
    ({"login": "two words"}, {"login"}),
    ({"login": "CASHIER"}, {"login"}),
    ({"name": "  "}, {"name"}),
    ({"language": "sv"}, {"language"}),
    ({"password": Secret("too short")}, {"password"}),
    ({"password": Secret("minna12345")}, {"password"}),
    ({"password": Secret("aaaaaaaaaaaa")}, {"password"}),
    ({"password": Secret("x" * 201)}, {"password"}),
    ({"station": "9"}, {"station"}),
    ({"roles": ("king",)}, {"roles"}),
    ({"login": "", "name": "", "password": Secret("")}, {"login", "name", "password"}),
]


def test_what_does_not_fit_is_told_field_by_field_and_nothing_is_written(
    admin: Seat, small_hall: str
) -> None:
    before = contents(small_hall)
    for fields, wrong in UNFIT:
        with pytest.raises(staff.FormRefused) as caught:
            admin.do(staff.enter_person, new(**fields))
        assert set(caught.value.problems) == wrong, fields
    assert changed(before, contents(small_hall)) == set()


def test_a_person_gets_another_name_language_and_workplace(admin: Seat) -> None:
    after = admin.do(staff.change_person, PersonChange("cashier", " Aino Virtanen ", "fi", "2"))
    assert (after.name, after.language, after.station) == ("Aino Virtanen", "fi", "2")
    assert admin.app.sign_in("cashier", PASSWORD).actor.name == "Aino Virtanen"
    assert "nobody" in refused(lambda: admin.do(staff.change_person, PersonChange("nobody", "x", "fi")))
    assert admin.app.verify() == []


# Passwords


def test_a_password_set_by_somebody_else_lifts_the_lock_and_is_to_be_changed(supervisor: Seat) -> None:
    app = supervisor.app
    for _ in range(5):
        refused(lambda: app.sign_in("cashier", "wrong"))
    assert row(supervisor, "cashier").state is PersonState.LOCKED
    after = supervisor.do(staff.set_password, PasswordOrder("cashier", Secret(FRESH)))
    assert after.state is PersonState.MUST_CHANGE
    assert app.sign_in("cashier", FRESH).actor.permissions == staff.EVERYBODY
    assert "wrong" in refused(lambda: app.sign_in("cashier", PASSWORD))


def test_an_open_session_refuses_while_the_password_is_somebody_elses(admin: Seat) -> None:
    cashier = admin.app.sign_in("cashier", PASSWORD, "2")
    admin.do(staff.set_password, PasswordOrder("cashier", Secret(FRESH)))
    with pytest.raises(NotPermitted):
        cashier.do(open_till, TillOrder(Money(0)))


def test_nobody_sets_the_password_of_somebody_who_may_more(supervisor: Seat, admin: Seat) -> None:
    assert "administrator" in refused(
        lambda: supervisor.do(staff.set_password, PasswordOrder("administrator", Secret(FRESH)))
    )
    assert "old one" in refused(
        lambda: admin.do(staff.set_password, PasswordOrder("administrator", Secret(FRESH)))
    )
    assert "program" in refused(
        lambda: admin.do(staff.set_password, PasswordOrder(staff.COMMAND_LINE, Secret(FRESH)))
    )


def test_a_lock_is_lifted_by_hand(supervisor: Seat) -> None:
    for _ in range(5):
        refused(lambda: supervisor.app.sign_in("cashier", "wrong"))
    assert supervisor.do(staff.unlock, LoginOrder("cashier")).state is PersonState.ACTIVE
    assert supervisor.app.sign_in("cashier", PASSWORD)


def test_guessing_the_old_password_at_an_open_window_locks(admin: Seat) -> None:
    cashier = admin.app.sign_in("cashier", PASSWORD)
    for _ in range(5):
        with pytest.raises(staff.WrongPassword):
            staff.change_own_password(cashier, OwnPassword(Secret("guess"), Secret(FRESH)))
    assert "Locked" in refused(
        lambda: staff.change_own_password(cashier, OwnPassword(Secret(PASSWORD), Secret(FRESH)))
    )
    assert "Locked" in refused(lambda: admin.app.sign_in("cashier", PASSWORD))


@pytest.mark.parametrize("wanted", [PASSWORD, "short", "supervisor1"])
def test_a_new_password_that_does_not_fit_is_refused(supervisor: Seat, wanted: str) -> None:
    with pytest.raises(staff.FormRefused) as caught:
        staff.change_own_password(supervisor, OwnPassword(Secret(PASSWORD), Secret(wanted)))
    assert set(caught.value.problems) == {"new"}
    assert supervisor.app.sign_in("supervisor", PASSWORD)


def test_long_passwords_of_few_rules_are_taken() -> None:
    for password in ("three words here", "秘密的口令很长很长很长", "mật khẩu dài", "1234567890"):
        assert rules.password_problem("lin", password) is None


def test_no_password_and_no_hash_stands_in_the_book(admin: Seat, small_hall: str) -> None:
    admin.do(staff.enter_person, new())
    admin.do(staff.set_password, PasswordOrder("cashier", Secret("yet another phrase")))
    own = admin.app.sign_in("minna", FRESH)
    staff.change_own_password(own, OwnPassword(Secret(FRESH), Secret("a phrase of my own")))
    with raw(small_hall) as rows:
        told = [text for pair in rows("SELECT request, answer FROM journal_text") for text in pair]
        told += [
            text or ""
            for pair in rows('SELECT "before", "after" FROM journal_change WHERE field <> \'hash\'')
            for text in pair
        ]
        hashes = [one for (one,) in rows("SELECT password_hash FROM staff_user") if one != "!"]
    whole = "\n".join(told)
    assert "minna" in whole
    for secret in ("argon2", FRESH, "yet another phrase", "a phrase of my own", PASSWORD, *hashes):
        assert secret not in whole
    assert admin.app.verify() == []


def test_a_secret_spells_alike_each_time_and_never_alike_for_two() -> None:
    one, other = Secret("words"), Secret("words")
    assert dump(one) == dump(one) != dump(other)
    assert "words" not in dump(one) + repr(one)
    assert one == other == "words"


def test_the_same_request_again_gives_the_first_answer(admin: Seat) -> None:
    order, key = new(), draw_id()
    first = admin.do(staff.enter_person, order, key)
    assert admin.do(staff.enter_person, order, key) == first


# Leaving


def test_a_leavers_open_session_refuses_at_the_next_operation(admin: Seat, small_hall: str) -> None:
    reader = admin.app.sign_in("cashier", PASSWORD, "2")
    after = admin.do(staff.close_login, LoginOrder("cashier"))
    assert (after.state, after.roles, after.permissions) == (PersonState.LEFT, (), ())
    assert "closed" in refused(lambda: reader.do(open_till, TillOrder(Money(0))))
    assert "closed" in refused(lambda: admin.app.sign_in("cashier", PASSWORD))
    assert "wrong" in refused(lambda: admin.app.sign_in("cashier", "anything"))
    with raw(small_hall) as rows:
        assert rows.one("SELECT count(*) FROM staff_user WHERE login = 'cashier'") == 1
    assert admin.app.verify() == []


def test_who_comes_back_gets_no_role_by_that(admin: Seat) -> None:
    admin.do(staff.close_login, LoginOrder("cashier"))
    for order, job in (
        (LoginOrder("cashier"), staff.unlock),
        (RoleOrder("cashier", "reader"), staff.propose_role),
    ):
        assert "left" in refused(lambda job=job, order=order: admin.do(job, order))
    back = admin.do(staff.reopen_login, LoginOrder("cashier"))
    assert (back.state, back.roles) == (PersonState.MUST_CHANGE, ())
    assert "open" in refused(lambda: admin.do(staff.reopen_login, LoginOrder("cashier")))


def test_nobody_closes_their_own_login_and_one_administrator_stays(admin: Seat) -> None:
    assert "own login" in refused(lambda: admin.do(staff.close_login, LoginOrder("administrator")))
    night = admin.app.command_line("1")
    assert "only administrator" in refused(lambda: night.do(staff.close_login, LoginOrder("administrator")))
    assert "only administrator" in refused(
        lambda: admin.do(staff.take_role, RoleOrder("administrator", "administrator"))
    )


# Two people


def take_over(setter: Seat, login: str, own: str = "now it is mine") -> Seat:
    """Set somebody's password and come in as them with one of one's own choice."""
    setter.do(staff.set_password, PasswordOrder(login, Secret(FRESH)))
    seat = setter.app.sign_in(login, FRESH, "2")
    staff.change_own_password(seat, OwnPassword(Secret(FRESH), Secret(own)))
    return setter.app.sign_in(login, own, "2")


def test_who_set_a_password_does_not_agree_with_themselves(admin: Seat, supervisor: Seat) -> None:
    made = admin.do(staff.propose_role, RoleOrder("reader", "cashier"))
    seized = take_over(admin, "supervisor")
    decide = DecisionOrder(made.proposal_id, approve=True)
    assert "Administrator has set the password" in refused(lambda: seized.do(staff.decide_role, decide))
    assert admin.ask(staff.proposals)[0].deciders == 0
    asked = seized.do(staff.propose_role, RoleOrder("clerk", "reader"))
    itself = DecisionOrder(asked.proposal_id, approve=True)
    assert "Administrator has set the password" in refused(lambda: admin.do(staff.decide_role, itself))
    told = row(admin, "supervisor").password
    assert told is not None
    assert told.by == "Administrator"
    assert admin.app.verify() == []


def test_passwords_set_by_way_of_others_come_from_the_same_hand(admin: Seat, supervisor: Seat) -> None:
    """An administrator takes a clerk's login, makes use of it, and comes back over two steps."""
    admin.do(staff.propose_role, RoleOrder("clerk", "supervisor"))
    approve(supervisor)
    clerk = take_over(admin, "clerk")
    second = take_over(clerk, "supervisor", "mine as well now")
    made = admin.do(staff.propose_role, RoleOrder("reader", "cashier"))
    decide = DecisionOrder(made.proposal_id, approve=True)
    assert "Administrator" in refused(lambda: second.do(staff.decide_role, decide))
    assert admin.ask(staff.proposals)[0].deciders == 0
    approve(admin.app.command_line("1"))
    assert row(admin, "reader").roles == ("reader", "cashier")


def test_a_password_set_long_ago_is_its_owners(small_hall: str) -> None:
    with opened(small_hall) as app:
        take_over(seat_of(app, "administrator"), "supervisor")
    with opened(small_hall, TODAY + timedelta(days=31)) as app:
        seat_of(app, "administrator").do(staff.propose_role, RoleOrder("reader", "cashier"))
        approve(app.sign_in("supervisor", "now it is mine"))
        assert app.verify() == []


def test_verify_names_a_decision_that_one_hand_made(admin: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin.app, "apart", None)
    admin.do(staff.propose_role, RoleOrder("reader", "cashier"))
    approve(take_over(admin, "supervisor"))
    assert {(one.table, one.code) for one in admin.app.verify()} == {
        ("staff_decision", "decided_by_one_hand")
    }


def test_a_role_takes_effect_when_another_person_approves(admin: Seat, supervisor: Seat) -> None:
    made = admin.do(staff.propose_role, RoleOrder("reader", "cashier", "stands in for two weeks"))
    assert (made.proposed_by, made.deciders) == ("Administrator", 1)
    reader = admin.app.sign_in("reader", PASSWORD, "2")
    with pytest.raises(NotPermitted):
        reader.do(open_till, TillOrder(Money(0)))
    assert "yourself" in refused(
        lambda: admin.do(staff.decide_role, DecisionOrder(made.proposal_id, approve=True))
    )
    after = supervisor.do(staff.decide_role, DecisionOrder(made.proposal_id, approve=True))
    assert after.roles == ("reader", "cashier")
    assert "counter.open_till" in admin.app.sign_in("reader", PASSWORD).actor.permissions
    assert "already" in refused(
        lambda: supervisor.do(staff.decide_role, DecisionOrder(made.proposal_id, approve=True))
    )
    assert admin.app.verify() == []


def test_a_decline_says_why_and_gives_nothing(admin: Seat, supervisor: Seat) -> None:
    made = admin.do(staff.propose_role, RoleOrder("reader", "cashier"))
    with pytest.raises(staff.FormRefused) as caught:
        supervisor.do(staff.decide_role, DecisionOrder(made.proposal_id, approve=False))
    assert set(caught.value.problems) == {"reason"}
    after = supervisor.do(
        staff.decide_role, DecisionOrder(made.proposal_id, approve=False, reason="not trained")
    )
    assert (after.roles, after.waiting) == (("reader",), ())
    assert supervisor.ask(staff.proposals) == ()
    assert admin.app.verify() == []


def test_what_is_held_or_waits_is_not_asked_for_twice(admin: Seat) -> None:
    assert "already" in refused(lambda: admin.do(staff.propose_role, RoleOrder("reader", "reader")))
    admin.do(staff.propose_role, RoleOrder("reader", "cashier"))
    assert "waits" in refused(lambda: admin.do(staff.propose_role, RoleOrder("reader", "cashier")))
    with pytest.raises(NotFound):
        admin.do(staff.decide_role, DecisionOrder(draw_id(), approve=True))


def test_asked_for_and_decided_by_many_at_once_it_is_given_once(
    admin: Seat, supervisor: Seat, small_hall: str
) -> None:
    order = RoleOrder("reader", "cashier")
    asked = together([lambda: admin.do(staff.propose_role, order)] * 3)
    assert sum(isinstance(one, Refused) for one in asked) == 2, asked
    (made,) = admin.ask(staff.proposals)
    decided = together(
        [lambda: supervisor.do(staff.decide_role, DecisionOrder(made.proposal_id, approve=True))] * 3
    )
    assert sum(isinstance(one, Refused) for one in decided) == 2, decided
    with raw(small_hall) as rows:
        assert (
            rows.one(
                "SELECT count(*) FROM staff_grant g JOIN staff_user u ON u.id = g.user_id WHERE u.login = 'reader'"
            )
            == 2
        )
    assert admin.app.verify() == []


def test_a_window_left_open_shows_nothing_to_who_has_left_and_less_to_who_may_less(
    admin: Seat, small_hall: str
) -> None:
    with opened(small_hall) as elsewhere:
        leaver, demoted = seat_of(elsewhere, "clerk", "2"), seat_of(elsewhere, "supervisor", "2")
        number = leaver.ask(desk.accounts, AccountsOrder())[0].number
        assert demoted.ask(desk.account_card, number).row.number == number
        admin.do(staff.close_login, LoginOrder("clerk"))
        admin.do(staff.take_role, RoleOrder("supervisor", "supervisor"))
        for query, request in ((desk.account_card, number), (desk.today, None), (staff.my_roles, None)):
            assert "Your login was closed" in refused(partial(leaver.ask, query, request))
        assert "desk.view" in refused(lambda: demoted.ask(desk.account_card, number))
        assert demoted.ask(staff.my_roles) == ()
        admin.do(staff.reopen_login, LoginOrder("clerk"))
        assert "desk.view" in refused(lambda: leaver.ask(desk.account_card, number))


def test_a_role_taken_away_ends_at_once_and_may_come_back(admin: Seat, supervisor: Seat) -> None:
    cashier = admin.app.sign_in("cashier", PASSWORD, "2")
    assert admin.do(staff.take_role, RoleOrder("cashier", "cashier", "moved")).roles == ()
    with pytest.raises(NotPermitted):
        cashier.do(open_till, TillOrder(Money(0)))
    assert "does not have" in refused(lambda: admin.do(staff.take_role, RoleOrder("cashier", "cashier")))
    admin.do(staff.propose_role, RoleOrder("cashier", "cashier"))
    approve(supervisor)
    assert row(admin, "cashier").roles == ("cashier",)
    assert admin.app.verify() == []


def test_two_administrators_who_take_the_role_from_each_other_leave_one(
    admin: Seat, supervisor: Seat
) -> None:
    admin.do(staff.propose_role, RoleOrder("supervisor", "administrator"))
    approve(supervisor)
    pair = [
        lambda: admin.do(staff.take_role, RoleOrder("supervisor", "administrator")),
        lambda: supervisor.do(staff.take_role, RoleOrder("administrator", "administrator")),
    ]
    answers = together(pair)
    assert sum(isinstance(one, PersonRow) for one in answers) == 1, answers


def test_with_nobody_else_to_decide_the_proposal_says_so(admin: Seat, supervisor: Seat) -> None:
    admin.do(staff.close_login, LoginOrder("supervisor"))
    made = admin.do(staff.propose_role, RoleOrder("reader", "cashier"))
    assert made.deciders == 0
    approve(admin.app.command_line("1"))
    assert row(admin, "reader").roles == ("reader", "cashier")


def test_the_database_itself_refuses_a_decision_by_its_maker(admin: Seat, small_hall: str) -> None:
    made = admin.do(staff.propose_role, RoleOrder("reader", "cashier"))
    with raw(small_hall) as rows:
        if rows.kind == "sqlite":
            rows("PRAGMA foreign_keys = ON")
        columns = "id, entry_id, district_id, hash, proposal_id, proposed_by, decided_by, decided_at, approved, reason"
        for proposer, decider in (("administrator", "administrator"), ("supervisor", "administrator")):
            with pytest.raises(REFUSED):
                rows(
                    f"INSERT INTO staff_decision ({columns}) SELECT p.id, p.entry_id, p.district_id, p.hash, p.id,"
                    " a.id, b.id, p.proposed_at, ?, '' FROM staff_proposal p, staff_user a, staff_user b"
                    " WHERE p.id = ? AND a.login = ? AND b.login = ?",
                    True if rows.kind == "postgresql" else 1,
                    rows.key(made.proposal_id),
                    proposer,
                    decider,
                )


def test_verify_names_a_role_that_one_person_gave_alone(admin: Seat, small_hall: str) -> None:
    with raw(small_hall) as rows:
        rows.unguard()
        rows(
            "UPDATE staff_grant SET entry_id = (SELECT entry_id FROM staff_withdrawal)"
            " WHERE user_id = (SELECT id FROM staff_user WHERE login = 'reader')"
        )
    assert ("I23", "staff_grant") in {(one.invariant, one.table) for one in admin.app.verify()}


# Databases of before


def test_a_database_of_before_keeps_its_people_and_knows_the_new_roles(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = databases.empty()
    today = staff.ROLES
    few = dict.fromkeys(
        ("cashier", "supervisor", "administrator", "clerk", "reader", "representative"), "search.*"
    )
    with monkeypatch.context() as before:
        for one in (rules, staff):
            before.setattr(one, "ROLES", few | {"administrator": "*"})
        with opened(url) as old:
            found(old)
    with opened(url) as app:
        assert app.verify() == []
        assert staff.ROLES is today
        seat = app.sign_in("cashier", PASSWORD, "2")
        assert "counter.take_payment" in seat.actor.permissions
        admin = app.sign_in("administrator", PASSWORD)
        assert {one.code for one in admin.ask(staff.roles)} == set(today)
        admin.do(staff.propose_role, RoleOrder("cashier", "head_cashier"))
        approve(app.sign_in("supervisor", PASSWORD))
        assert "counter.view_drawers" in app.sign_in("cashier", PASSWORD).actor.permissions
        assert app.verify() == []


# Words


def test_every_permission_is_told_in_words_and_no_word_is_left_over() -> None:
    wanted = {one.permission for one in OPERATIONS.values()}
    assert set(records.PERMISSIONS) == wanted
    assert {name.partition(".")[0] for name in wanted} <= set(records.AREAS)


def test_every_standard_role_has_a_name() -> None:
    assert set(records.ROLE_NAMES) == set(staff.ROLES)
    assert EN(records.role_name("auditor")) == "auditor"


# Every role, every operation


def test_each_operation_refuses_whoever_may_not(admin: Seat) -> None:
    """By the rights of now, whatever an open window still believes."""
    for role, patterns in staff.ROLES.items():
        seat = seat_of(admin.app, role, "2")
        allowed = staff.EVERYBODY | staff.permissions(patterns)
        for done in OPERATIONS.values():
            if done.permission in allowed or done.permission == staff.FOUND_HALL:
                continue
            stale = replace(seat, actor=replace(seat.actor, permissions=frozenset({done.permission})))
            for one in (seat, stale):
                perform = one.rehearse if done.rehearsed else one.do if done.writes else one.ask
                with pytest.raises(NotPermitted):
                    perform(done.function)
