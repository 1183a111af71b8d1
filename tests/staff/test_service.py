"""The one door, roles, and founding a hall."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from desktop.app import App
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.period import Clock
from desktop.kernel.text import catalog
from desktop.kernel.work import OPERATIONS, Seat, Work, operation
from desktop.staff import service as staff
from desktop.staff.service import passwords
from desktop.staff.tables import User
from tests.hall import PASSWORD, opened, together
from tests.rows import changed, contents, raw

EN = catalog("en")
NOON = datetime(2026, 2, 5, 4, 0, tzinfo=UTC)


class Door:
    """The app with a clock that a test turns."""

    def __init__(self, app: App) -> None:
        self.app, self.now = app, NOON
        app.clock = Clock(app.country.zone, now=self.moment)

    def moment(self, zone: ZoneInfo) -> datetime:
        return self.now.astimezone(zone)

    def knock(self, login: str, password: str = "wrong") -> Seat:
        return self.app.sign_in(login, password, "1")

    def refused(self, login: str, password: str = "wrong") -> str:
        with pytest.raises(Refused) as refused:
            self.knock(login, password)
        return EN(refused.value.text)

    def wait(self, **time: int) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def door(small_hall: str) -> Iterator[Door]:
    with opened(small_hall) as app:
        yield Door(app)


def test_the_right_password_opens_with_the_rights_of_now(door: Door) -> None:
    seat = door.knock(" cashier ", PASSWORD)
    assert (seat.actor.login, seat.actor.name, seat.actor.language, seat.station.code) == (
        "cashier",
        "Cashier",
        "en",
        "1",
    )
    assert "counter.take_payment" in seat.actor.permissions
    assert "billing.run" not in seat.actor.permissions


@pytest.mark.parametrize("password", ["", "Long enough", "long enough ", PASSWORD + "\0", "秘密"])
def test_any_other_password_does_not_open(door: Door, password: str) -> None:
    assert "wrong" in door.refused("cashier", password)


def test_an_unknown_login_is_told_the_same_as_a_wrong_password(door: Door) -> None:
    assert door.refused("nobody") == door.refused("cashier")
    assert door.refused("nobody", "nobody") == door.refused("cashier")
    assert door.refused("") == door.refused("cashier")


def test_five_wrong_passwords_lock_for_fifteen_minutes(door: Door) -> None:
    words = [door.refused("cashier") for _ in range(5)]
    assert all("wrong" in one for one in words)
    assert "Locked" in door.refused("cashier", PASSWORD)
    door.wait(minutes=14, seconds=59)
    assert "Locked" in door.refused("cashier", PASSWORD)
    door.wait(seconds=1)
    assert door.knock("cashier", PASSWORD)


def test_the_time_left_is_told_in_whole_minutes(door: Door) -> None:
    for _ in range(5):
        door.refused("cashier")
    assert "15 min" in door.refused("cashier")
    door.wait(minutes=14, seconds=30)
    assert " 1 min" in door.refused("cashier")


def test_a_lock_is_not_made_longer_by_knocking(door: Door) -> None:
    for _ in range(5):
        door.refused("cashier")
    for _ in range(3):
        door.wait(minutes=4)
        assert "Locked" in door.refused("cashier")
    door.wait(minutes=3)
    assert door.knock("cashier", PASSWORD)


def test_after_a_lock_five_tries_are_free_again(door: Door) -> None:
    for _ in range(5):
        door.refused("cashier")
    door.wait(minutes=15)
    for _ in range(4):
        assert "wrong" in door.refused("cashier")
    assert door.knock("cashier", PASSWORD)


def test_the_right_password_forgets_the_wrong_ones(door: Door) -> None:
    for _ in range(2):
        for _ in range(3):
            door.refused("cashier")
        assert door.knock("cashier", PASSWORD)


def test_failures_are_counted_in_the_database_and_by_person(door: Door, small_hall: str) -> None:
    for _ in range(2):
        door.refused("cashier")
    with opened(small_hall) as other:
        elsewhere = Door(other)
        for _ in range(3):
            elsewhere.refused("cashier")
    assert "Locked" in door.refused("cashier", PASSWORD)
    assert door.knock("clerk", PASSWORD)


def test_wrong_passwords_at_once_are_all_counted(door: Door, small_hall: str) -> None:
    answers = together([lambda: door.knock("cashier")] * 4)
    assert all(isinstance(answer, Refused) for answer in answers), answers
    with raw(small_hall) as rows:
        assert rows.one("SELECT failures FROM staff_user WHERE login = 'cashier'") == 4


@pytest.mark.parametrize("password", ["", "!", "servicehall", PASSWORD])
def test_nobody_signs_in_as_the_command_line(door: Door, password: str) -> None:
    assert "wrong" in door.refused(staff.COMMAND_LINE, password)


def test_sign_in_is_no_entry_and_leaves_a_sound_book(door: Door, small_hall: str) -> None:
    before = contents(small_hall)
    door.knock("cashier", PASSWORD)
    assert changed(before, contents(small_hall)) == set()
    door.refused("cashier")
    assert changed(before, contents(small_hall)) == {"staff_user"}
    assert door.app.verify() == []


def test_passwords_are_kept_as_argon2id(small_hall: str) -> None:
    with raw(small_hall) as rows:
        hashes = [
            value for (value,) in rows("SELECT password_hash FROM staff_user WHERE password_hash <> '!'")
        ]
    assert hashes
    assert all(one.startswith("$argon2id$") for one in hashes)
    assert PASSWORD not in "".join(hashes)


def test_the_recipe_costs_what_rfc_9106_asks_of_machines_with_little_memory() -> None:
    tell = "from desktop.staff.service import hash_password; print(str(hash_password('long enough')))"
    hashed = subprocess.run([sys.executable, "-c", tell], capture_output=True, text=True, check=True).stdout
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_station_nobody_knows_is_refused_with_those_there_are(door: Door) -> None:
    with pytest.raises(NotFound) as refused:
        door.app.sign_in("cashier", PASSWORD, "9")
    assert "1, 2" in EN(refused.value.text)


def test_a_person_without_a_role_may_do_no_more_than_everybody(door: Door, small_hall: str) -> None:
    with raw(small_hall) as rows:
        rows("DELETE FROM staff_grant WHERE user_id = (SELECT id FROM staff_user WHERE login = 'clerk')")
    assert door.knock("clerk", PASSWORD).actor.permissions == staff.EVERYBODY


def test_a_clock_that_ran_ahead_shuts_nobody_out_for_longer_than_fifteen_minutes(door: Door) -> None:
    door.wait(hours=9)
    for _ in range(5):
        door.refused("cashier")
    door.wait(hours=-9)
    assert "15 min" in door.refused("cashier", PASSWORD)
    door.wait(minutes=15)
    assert door.knock("cashier", PASSWORD)


def test_a_clock_that_is_behind_counts_on(door: Door) -> None:
    for _ in range(4):
        door.refused("cashier")
    door.wait(days=-1)
    door.refused("cashier")
    assert "Locked" in door.refused("cashier", PASSWORD)


def test_the_right_password_among_wrong_ones_at_once_leaves_a_count_that_holds(
    door: Door, small_hall: str
) -> None:
    answers = together([lambda: door.knock("cashier"), lambda: door.knock("cashier", PASSWORD)] * 2)
    assert sum(isinstance(answer, Seat) for answer in answers) == 2, answers
    with raw(small_hall) as rows:
        assert rows.one("SELECT failures FROM staff_user WHERE login = 'cashier'") <= 2


def test_a_hash_by_an_older_recipe_is_made_anew_at_sign_in(
    door: Door, small_hall: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept() -> str:
        with raw(small_hall) as rows:
            return str(rows.one("SELECT password_hash FROM staff_user WHERE login = 'cashier'"))

    before = kept()
    door.knock("cashier", PASSWORD)
    assert kept() == before
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8192))
    assert door.knock("cashier", PASSWORD)
    renewed = kept()
    assert "m=8192,t=1" in renewed
    assert door.knock("cashier", PASSWORD)
    assert kept() == renewed
    assert door.app.verify() == []


# Roles


def test_every_permission_of_an_operation_is_somebodys_but_founding() -> None:
    known = {one.permission for one in OPERATIONS.values()}
    everybody = staff.permissions(" ".join(staff.ROLES.values()))
    assert everybody == known - {staff.FOUND_HALL}


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        (
            "representative",
            "search.find desk.view billing.view",
            "counter.take_payment billing.run metering.import_reads",
        ),
        (
            "reader",
            "metering.import_reads metering.record_read",
            "counter.take_payment billing.run metering.decide_read",
        ),
        (
            "cashier",
            "counter.take_payment counter.open_till metering.record_read",
            "billing.issue ledger.reverse metering.import_reads",
        ),
        (
            "clerk",
            "billing.run billing.issue contracts.connect",
            "counter.take_payment ledger.reverse tariffs.import",
        ),
        ("head_cashier", "counter.take_payment counter.view_drawers ledger.reverse", "billing.issue"),
        (
            "metering",
            "metering.import_reads metering.decide_read metering.exchange_meter billing.run",
            "billing.issue counter.take_payment",
        ),
        (
            "inspector",
            "metering.import_reads metering.exchange_meter",
            "billing.run counter.view staff.view metering.decide_read",
        ),
        ("supervisor", "ledger.reverse tariffs.import staff.approve_role", "staff.manage"),
        ("administrator", "staff.manage staff.approve_role", staff.FOUND_HALL),
    ],
)
def test_each_role_may_do_its_work_and_no_more(role: str, may: str, may_not: str) -> None:
    granted = staff.permissions(staff.ROLES[role])
    assert set(may.split()) <= granted
    assert not set(may_not.split()) & granted


@operation("contracts.connect")
def rename_a_login(work: Work, logins: tuple[str, str]) -> None:
    """Give a person another login."""
    work.session.scalars(sa.select(User).filter_by(login=logins[0])).one().login = logins[1]


def test_a_login_belongs_to_one_person(small: Seat, small_hall: str) -> None:
    before = contents(small_hall)
    with pytest.raises(sa.exc.IntegrityError):
        small.do(rename_a_login, ("clerk", "cashier"))
    assert changed(before, contents(small_hall)) == set()
