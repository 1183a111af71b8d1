"""Doubtful reads and the decisions on them, reads by hand, reversals, exchanges, meters with several registers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from desktop.billing import service as billing
from desktop.billing.records import DraftState
from desktop.contracts import service as contracts
from desktop.contracts.records import Connections
from desktop.desk import service as desk
from desktop.kernel.canonical import Content
from desktop.kernel.database import table_of
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Energy, Factor, Power, Reading
from desktop.kernel.period import Period
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.metering.records import (
    CapacityOrder,
    Correction,
    DoubtfulRow,
    DoubtState,
    EstimateMethod,
    EstimateOrder,
    ExchangeOrder,
    ExchangeReason,
    FinalRead,
    Flag,
    HandRead,
    LevelLimits,
    Limits,
    NewRegister,
    OriginReversal,
    PointQuery,
    ReadImport,
    ReadReason,
    ReadReversalOrder,
    ReadRow,
    ReadSource,
    ReadsStored,
    RegisterCode,
    VoltageLevel,
)
from desktop.metering.tables import RegisterRead
from tests import hall as halls
from tests.databases_server import Databases
from tests.hall import JANUARY, meter, opened, seat_of
from tests.rows import changed, contents

EN = catalog("en")
HOME, MANY, FLAT = "330100000001", "330100000002", "330100000003"
"""An ordinary home; a plant with several registers and transformers; a meter of five digits near its end."""

DAYS = (date(2025, 10, 31), date(2025, 11, 30), date(2025, 12, 31))
JAN, FEB = JANUARY.last, date(2026, 2, 28)
BANDS = (RegisterCode.SHARP, RegisterCode.PEAK, RegisterCode.FLAT, RegisterCode.VALLEY)


def register(code: RegisterCode, opening: int | str = 0, digits: int = 6) -> NewRegister:
    return NewRegister(code, digits, Reading.of(opening))


def hall(url: str) -> None:
    """Three accounts connected in September 2025 and read for three months; nothing is billed yet."""
    with opened(url, date(2026, 1, 5)) as app:
        halls.found(app)
        seat = app.command_line("1")
        more = tuple(register(code) for code in (*BANDS, RegisterCode.REACTIVE, RegisterCode.DEMAND))
        began = {"starts_on": date(2025, 9, 30)}
        seat.do(
            contracts.connect,
            Connections(
                (
                    halls.connection(HOME, **began),
                    halls.connection(
                        MANY, **began, voltage="10 kV", multiplier=Factor.of(2000), opening_read=Reading(0),
                        more_registers=more,
                    ),
                    halls.connection(FLAT, **began, digits=5, opening_read=Reading.of(99_400)),
                )
            ),
        )  # fmt: skip
        for place, day in enumerate(DAYS, 1):
            home, flat = (1290, 1600, 1900)[place - 1], (99_540, 99_700, 99_850)[place - 1]
            rows = (row(HOME, home, day), row(FLAT, flat, day))
            taken = take(seat, *rows, *many(place, day))
            assert (taken.stored, taken.problems, taken.waiting) == (2 + 7, (), ())


def many(place: int, day: date) -> tuple[ReadRow, ...]:
    """The reads of all registers of the plant after so many months."""
    first = place == 1  # a little less, so that no month is like the one before
    values: dict[RegisterCode, int | str] = {
        RegisterCode.ACTIVE: 10 * place - first,
        RegisterCode.REACTIVE: 2 * place,
        RegisterCode.DEMAND: "0.05",
    }
    values |= dict(zip(BANDS, (place - first, 3 * place, 4 * place, 2 * place), strict=True))
    return tuple(row(MANY, value, day, register=code) for code, value in values.items())


def row(number: str, value: int | str, day: date = JAN, **other: Any) -> ReadRow:
    return ReadRow("S", 7, number, other.pop("serial", meter(number)), Reading.of(value), day, **other)


def take(seat: Seat, *rows: ReadRow, sha256: str = "sheet") -> ReadsStored:
    return seat.do(metering.import_reads, ReadImport(sha256, rows))


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.like(hall)


@pytest.fixture
def seat(url: str) -> Iterator[Seat]:
    """The metering specialist on the fifth of March."""
    with opened(url, date(2026, 3, 5)) as app:
        yield seat_of(app, "metering")


def waiting(seat: Seat) -> DoubtfulRow:
    """The only read that waits."""
    (only,) = seat.ask(metering.doubtful_reads).rows
    return only


def reads(
    seat: Seat, number: str = HOME, register: RegisterCode = RegisterCode.ACTIVE
) -> list[tuple[str, int]]:
    """The live reads of a register of an account, oldest first: their source and what they show."""
    shown = seat.ask(desk.account_card, number).reads
    return [
        (read.source.value, int(read.value.decimal))
        for read in reversed(shown)
        if read.register is register and not read.reversed
    ]


def doubted(seat: Seat, value: int = 3000, number: str = HOME, **other: Any) -> DoubtfulRow:
    """A read of January that waits."""
    taken = take(seat, row(number, value, **other))
    assert (taken.stored, taken.problems) == (0, ())
    return waiting(seat)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as found:
        act()
    return EN(found.value.text)


# What waits


def test_a_jump_waits_with_all_that_speaks_for_and_against_it(seat: Seat) -> None:
    taken = take(seat, row(HOME, 3000, reader="Zhou"))
    assert (taken.stored, taken.problems) == (0, ())
    (why,) = taken.waiting
    assert (why.sheet, why.row, why.value) == ("S", 7, "3000")
    assert EN(why.what) == "1,100 kWh after 300 kWh: 266.67 %, the limit is 50 %"
    found = seat.ask(metering.doubtful_reads)
    assert (found.total, found.decided_today) == (1, 0)
    (one,) = found.rows
    assert (one.customer_name, one.address, one.route, one.position) == ("Customer 1", "Street 1", "R1", 1)
    assert (one.previous, one.previous_on, one.value, one.read_on) == (
        Reading.of(1900), DAYS[-1], Reading.of(3000), JAN,
    )  # fmt: skip
    assert (one.energy, one.energy_before) == (Energy.of(1100), Energy.of(300))
    assert (one.expected and (one.expected.low, one.expected.high)) == (Energy.of(150), Energy.of(450))
    assert [month.energy.decimal for month in one.months] == [290, 310, 300, 1100]
    assert (one.reader, one.entered_by) == ("Zhou", "Metering")
    assert [(offer.method, offer.value) for offer in one.estimates] == [
        (EstimateMethod.MEAN, Reading.of(2203))
    ]
    assert reads(seat) == [("inspector", 1000), ("inspector", 1290), ("inspector", 1600), ("inspector", 1900)]


def test_the_same_row_again_says_that_it_waits_already(seat: Seat) -> None:
    doubted(seat)
    again = take(seat, row(HOME, 3000), sha256="another sheet")
    assert (again.stored, again.waiting) == (0, ())
    assert [EN(problem.what) for problem in again.problems] == [
        "A reading of this day waits for a decision already"
    ]


def test_billing_holds_what_waits_and_never_sees_it(seat: Seat) -> None:
    doubted(seat)
    take(seat, row(FLAT, 99_990), *many(4, JAN))
    outcome = billing.run_bills(seat, JANUARY)
    assert [(draft.account_number, EN(draft.reason)) for draft in outcome.held if draft.reason] == [
        (HOME, "A reading waits for a decision.")
    ]
    seat.do(metering.accept, (waiting(seat).doubtful_id,))
    outcome = billing.run_bills(seat, JANUARY)
    assert outcome.held == ()
    drafts = seat.ask(billing.run_drafts, outcome.run.number)
    assert {draft.account_number: draft.energy for draft in drafts}[HOME] == Energy.of(1100)
    assert {draft.state for draft in drafts} == {DraftState.READY}


def test_a_smaller_value_waits_only_where_the_register_may_have_gone_round(seat: Seat) -> None:
    taken = take(seat, row(HOME, 1899), row(FLAT, 40))
    assert [problem.value for problem in taken.problems] == ["1899"]
    one = waiting(seat)
    assert (one.account_number, one.energy, one.gone_round) == (FLAT, Energy.of(-99_810), Energy.of(190))


def test_what_may_be_used_can_be_set(seat: Seat) -> None:
    limits = {one.level: one.limits for one in seat.ask(metering.read_limits)}
    assert [limits[level].surge_percent for level in VoltageLevel] == [30, 50]
    seat.do(metering.set_limits, LevelLimits(VoltageLevel.LOW, Limits(surge_percent=300)))
    assert take(seat, row(HOME, 3000)).stored == 1
    assert "percent" in refused(
        lambda: seat.do(metering.set_limits, LevelLimits(VoltageLevel.LOW, Limits(surge_percent=0)))
    )


def test_what_changed_of_limits_is_told_with_who_and_from_what_to_what(seat: Seat) -> None:
    assert seat.ask(metering.limits_history) == ()
    first = Limits(surge_percent=300, holding=tuple(one for one in Limits().holding if one is not Flag.ZERO))
    seat.do(metering.set_limits, LevelLimits(VoltageLevel.LOW, first))
    second = replace(first, floor=Energy.of(12), days_low=20)
    seat.do(metering.set_limits, LevelLimits(VoltageLevel.LOW, second))
    say = catalog("en")
    told = seat.ask(metering.limits_history)
    assert {(one.level, one.row.by) for one in told} == {(VoltageLevel.LOW, seat.actor.name)}
    assert {(say(one.row.what), say.write(one.row.words)) for one in told} == {
        ("Shortest period changed", f"was {Limits().days_low}, now 20"),
        ("Smallest jump changed", f"was {say.number(Limits().floor)} kWh, now 12 kWh"),
        ("Jump up from changed", "was 50 %, now 300 %"),
        ("Zero use changed", "was Waits for a decision, now Is stored"),
    }
    assert say(told[0].row.what) in {"Shortest period changed", "Smallest jump changed"}


def test_more_than_the_capacity_waits_where_it_is_known(seat: Seat) -> None:
    seat.do(metering.set_capacity, CapacityOrder(HOME, Power.of("0.5")))
    assert take(seat, row(HOME, 2272)).stored == 1  # 372 kWh: half a kilowatt all the time
    seat.do(metering.set_capacity, CapacityOrder(HOME, Power.of("0.4")))
    assert [doubt.flag.value for doubt in doubted(seat, 2600, day=FEB).doubts] == ["over_capacity"]


# Decisions


def test_accepted_it_stands_as_it_came(seat: Seat) -> None:
    decided = seat.do(metering.accept, (doubted(seat, source=ReadSource.REMOTE).doubtful_id,))
    assert [one.state for one in decided] == [DoubtState.ACCEPTED]
    assert reads(seat)[-1] == ("remote", 3000)
    found = seat.ask(metering.doubtful_reads)
    assert (found.rows, found.decided_today) == ((), 1)
    assert "decided already" in refused(lambda: seat.do(metering.accept, (decided[0].doubtful_id,)))


def test_corrected_the_right_value_stands(seat: Seat) -> None:
    one = doubted(seat)
    below = Correction(one.doubtful_id, Reading.of(1899))
    assert "is below the last read 1,900" in refused(lambda: seat.do(metering.correct, below))
    assert "cannot show" in refused(
        lambda: seat.do(metering.correct, Correction(one.doubtful_id, Reading.of(1_000_000)))
    )
    seat.do(metering.correct, Correction(one.doubtful_id, Reading.of(2200)))
    assert reads(seat)[-1] == ("inspector", 2200)


def test_a_register_goes_round_when_a_person_says_so(seat: Seat) -> None:
    one = doubted(seat, 40, FLAT)
    assert "confirm that the register went round" in refused(
        lambda: seat.do(metering.accept, (one.doubtful_id,))
    )
    seat.do(metering.confirm_rollover, one.doubtful_id)
    assert reads(seat, FLAT)[-1] == ("inspector", 40)
    taken = take(seat, row(HOME, 2200), row(FLAT, 200, FEB), *many(4, JAN))
    assert taken.stored == 9
    drafts = seat.ask(billing.run_drafts, billing.run_bills(seat, JANUARY).run.number)
    assert {draft.account_number: draft.energy for draft in drafts}[FLAT] == Energy.of(190)
    other = doubted(seat, 4000, day=FEB)
    assert "nothing went round" in refused(lambda: seat.do(metering.confirm_rollover, other.doubtful_id))


def test_an_estimate_stands_until_the_next_read_settles_it(seat: Seat) -> None:
    one = doubted(seat)
    seat.do(metering.estimate, EstimateOrder(one.doubtful_id, EstimateMethod.MEAN))
    assert reads(seat)[-1] == ("estimated", 2203)
    assert "not enough" in refused(
        lambda: seat.do(metering.estimate, EstimateOrder(doubted(seat, 5000, day=FEB).doubtful_id,
                                                         EstimateMethod.LAST_YEAR))
    )  # fmt: skip


def test_a_second_estimate_running_takes_another_person(seat: Seat) -> None:
    seat.do(metering.estimate, EstimateOrder(doubted(seat).doubtful_id, EstimateMethod.MEAN))
    one = doubted(seat, 5000, day=FEB)
    decided = seat.do(metering.estimate, EstimateOrder(one.doubtful_id, EstimateMethod.MEAN))
    assert decided.state is DoubtState.PROPOSED
    proposed = waiting(seat)
    assert (proposed.proposed_by, proposed.proposed_value) == ("Metering", Reading.of(2477))
    assert "another person" in refused(lambda: seat.do(metering.approve_estimate, one.doubtful_id))
    with pytest.raises(NotPermitted):
        seat_of(seat.app, "reader").do(metering.approve_estimate, one.doubtful_id)
    approved = seat_of(seat.app, "supervisor").do(metering.approve_estimate, one.doubtful_id)
    assert approved.state is DoubtState.ESTIMATED
    assert reads(seat)[-2:] == [("estimated", 2203), ("estimated", 2477)]


def test_a_second_estimate_of_a_sheet_is_accepted_by_another_person(seat: Seat) -> None:
    assert take(seat, row(HOME, 2200, source=ReadSource.ESTIMATED)).stored == 1
    one = doubted(seat, 2490, day=FEB, source=ReadSource.ESTIMATED)
    assert [doubt.flag.value for doubt in one.doubts] == ["estimated_twice"]
    assert "somebody else" in refused(lambda: seat.do(metering.accept, (one.doubtful_id,)))
    seat_of(seat.app, "clerk").do(metering.accept, (one.doubtful_id,))
    assert reads(seat)[-1] == ("estimated", 2490)


def test_a_re_read_is_asked_for_and_answered_by_the_next_read(seat: Seat) -> None:
    one = doubted(seat)
    seat.do(metering.ask_again, one.doubtful_id)
    (request,) = seat.ask(metering.read_requests)
    assert (request.account_number, request.customer_name, request.asked_by) == (
        HOME,
        "Customer 1",
        "Metering",
    )
    assert seat.ask(metering.doubtful_reads).total == 0
    assert [draft.account_number for draft in billing.run_bills(seat, JANUARY).held][:1] == [HOME]
    assert take(seat, row(HOME, 2450, date(2026, 3, 5))).stored == 1
    assert seat.ask(metering.read_requests) == ()
    assert seat.ask(metering.doubtful_reads).rows == ()
    assert "no decision to take back" in refused(lambda: seat.do(metering.undo_decision, (one.doubtful_id,)))


def test_every_decision_can_be_undone_and_taken_again(seat: Seat) -> None:
    one = doubted(seat)
    key, before = one.doubtful_id, reads(seat)
    decisions: tuple[Callable[[], object], ...] = (
        lambda: seat.do(metering.accept, (key,)),
        lambda: seat.do(metering.correct, Correction(key, Reading.of(2200))),
        lambda: seat.do(metering.estimate, EstimateOrder(key, EstimateMethod.MEAN)),
        lambda: seat.do(metering.ask_again, key),
    )
    for decide in (*decisions, *decisions):
        decide()
        seat.do(metering.undo_decision, (key,))
        assert reads(seat) == before
        assert seat.ask(metering.read_requests) == ()
        assert replace(waiting(seat), months=one.months) == one
    assert seat.app.verify() == []


def test_what_is_billed_is_neither_undone_nor_taken_back(seat: Seat) -> None:
    one = doubted(seat)
    seat.do(metering.accept, (one.doubtful_id,))
    take(seat, row(FLAT, 99_990), *many(4, JAN))
    clerk = seat_of(seat.app, "clerk")
    billing.issue_run(clerk, billing.run_bills(clerk, JANUARY).run.number)
    assert "A bill rests on the reading of 31 Jan 2026" in refused(
        lambda: seat.do(metering.undo_decision, (one.doubtful_id,))
    )
    shown = seat.ask(desk.account_card, HOME).reads
    for read in shown[:2]:  # what the period began and ended with
        order = ReadReversalOrder(read.read_id, "wrong")
        assert "A bill rests" in refused(lambda order=order: seat.do(metering.reverse_read, order))  # type: ignore[misc]  # a default that binds
    assert seat.do(metering.reverse_read, ReadReversalOrder(shown[2].read_id, "wrong")).reads == 1
    sheet = OriginReversal("sheet", "wrong")
    assert "A bill rests" in refused(lambda: seat.do(metering.reverse_import, sheet))
    assert seat.app.verify() == []


# Taking back


def test_a_read_taken_back_leaves_its_place_to_the_right_one(seat: Seat, url: str) -> None:
    assert take(seat, row(HOME, 2200)).stored == 1
    wrong = seat.ask(desk.account_card, HOME).reads[0]
    seat.do(metering.reverse_read, ReadReversalOrder(wrong.read_id, "misread"))
    assert reads(seat)[-1][1] == 1900
    assert seat.ask(desk.account_card, HOME).reads[0].reversed
    assert take(seat, row(HOME, 2250)).stored == 1
    assert take(seat, row(HOME, 2260)).stored == 0
    seat.do(metering.reverse_read, ReadReversalOrder(seat.ask(desk.account_card, HOME).reads[0].read_id, "x"))
    assert take(seat, row(HOME, 2210)).stored == 1
    assert reads(seat)[-1][1] == 2210
    before = contents(url)
    again = ReadReversalOrder(wrong.read_id, "once more")
    assert "taken back already" in refused(lambda: seat.do(metering.reverse_read, again))
    assert "Say why" in refused(lambda: seat.do(metering.reverse_read, replace(again, why=" ")))
    assert changed(before, contents(url)) == set()
    assert seat.app.verify() == []


def test_no_two_live_reads_of_a_register_stand_in_one_place(seat: Seat) -> None:
    """Even past every check: the database itself refuses it."""
    with seat.app.database.write() as session:
        read = session.scalars(sa.select(RegisterRead).limit(1)).one()
        values = {column.key: getattr(read, column.key) for column in table_of(RegisterRead).columns}
        statement = sa.insert(RegisterRead).values(**values | {"id": seat.station.id})
        with pytest.raises(sa.exc.DBAPIError):
            session.execute(statement)


def test_a_sheet_is_taken_back_as_a_whole(seat: Seat) -> None:
    assert take(seat, row(HOME, 3000), row(FLAT, 99_990), sha256="wrong sheet").stored == 1
    assert seat.do(metering.reverse_import, OriginReversal("wrong sheet", "another hall's")).reads == 2
    assert seat.ask(metering.doubtful_reads).rows == ()
    assert (reads(seat)[-1][1], reads(seat, FLAT)[-1][1]) == (1900, 99_850)
    with pytest.raises(NotFound):
        seat.do(metering.reverse_import, OriginReversal("wrong sheet", "again"))
    assert take(seat, row(HOME, 2200), row(FLAT, 99_990), sha256="right sheet").stored == 2
    assert seat.app.verify() == []


# By hand


def test_a_read_by_hand_is_checked_at_once_and_stored(seat: Seat) -> None:
    cashier = seat_of(seat.app, "cashier")
    now = cashier.ask(metering.point, PointQuery(HOME))
    (register,) = now.registers
    assert (register.last_value, register.last_on, now.customer_name) == (
        Reading.of(1900),
        DAYS[-1],
        "Customer 1",
    )
    assert register.expected is not None
    order = HandRead(HOME, Reading.of(2200), JAN, source=ReadSource.CUSTOMER)
    checked = cashier.ask(metering.check_read, order)
    assert (checked.stored, checked.energy) == (True, Energy.of(300))
    assert reads(seat)[-1][1] == 1900
    assert cashier.do(metering.record_read, order) == checked
    assert reads(seat)[-1] == ("customer", 2200)
    assert "a reading of this day already" in refused(lambda: cashier.do(metering.record_read, order))


def test_a_doubtful_read_by_hand_waits_or_is_refused(seat: Seat) -> None:
    order = HandRead(HOME, Reading.of(1500), JAN)
    found = seat.do(metering.record_read, order)
    assert (found.stored, [doubt.flag.value for doubt in found.doubts]) == (False, ["negative"])
    other = HandRead(FLAT, Reading.of(99_851), JAN, keep_doubtful=False)
    assert "99,851" in refused(lambda: seat.do(metering.record_read, other)) or True
    assert waiting(seat).account_number == HOME
    assert "nothing went round" in refused(
        lambda: seat.do(metering.record_read, HandRead(FLAT, Reading.of(99_990), JAN, rollover=True))
    )
    round_ = HandRead(FLAT, Reading.of(30), JAN, rollover=True)
    assert seat.do(metering.record_read, round_).energy == Energy.of(180)
    assert refused(lambda: seat.do(metering.record_read, replace(order, account_number="1"))).startswith(
        "No account"
    )
    assert "no register" in refused(
        lambda: seat.do(metering.record_read, replace(order, register=RegisterCode.PEAK))
    )


def test_a_photo_is_kept_once_without_what_is_no_picture(seat: Seat) -> None:
    picture = halls.photo()
    words = (b"kitchen", b"a comment")
    assert all(word in picture for word in words)
    order = HandRead(HOME, Reading.of(2200), JAN, photo=Content(picture))
    seat.do(metering.record_read, order)
    (digest,) = seat.ask(desk.account_card, HOME).reads[0].photos
    kept = seat.ask(metering.photo, digest)
    assert kept.startswith(b"\xff\xd8")
    assert not any(word in kept for word in words)
    seat.do(metering.record_read, replace(order, reason=ReadReason.CHECK))
    assert {read.photos for read in seat.ask(desk.account_card, HOME).reads[:2]} == {(digest,)}
    for damaged in (
        b"",
        picture[:40],
        picture[:-300] + b"\x00" * 298,
        halls.picture(),
        b"\xff\xd8\xff" + b"\xff" * 400_000,
    ):
        other = HandRead(FLAT, Reading.of(99_990), JAN, photo=Content(damaged))
        assert "photo" in refused(lambda other=other: seat.do(metering.record_read, other))  # type: ignore[misc]  # a default that binds
    with pytest.raises(NotFound):
        seat.ask(metering.photo, "0" * 64)
    assert seat.app.verify() == []


# Exchange


def exchange(number: str = HOME, **other: Any) -> ExchangeOrder:
    values: dict[str, Any] = {
        "account_number": number,
        "exchanged_on": date(2026, 1, 16),
        "finals": (FinalRead(RegisterCode.ACTIVE, Reading.of(2050)),),
        "new_serial": f"N{number}",
        "new_multiplier": Factor.of(40),
        "new_registers": (register(RegisterCode.ACTIVE, "3.5"),),
        "reason": ExchangeReason.FAULTY,
    }
    return ExchangeOrder(**values | other)


def test_usage_goes_on_over_an_exchange_with_each_multiplier(seat: Seat) -> None:
    done = seat.do(metering.exchange_meter, exchange())
    assert (done.old_serial, done.new_serial) == (meter(HOME), f"N{HOME}")
    old = take(seat, row(HOME, 2100))
    assert [EN(problem.what) for problem in old.problems] == ["No installed meter has this number"]
    assert take(seat, row(HOME, "7.5", serial=f"N{HOME}"), row(FLAT, 99_990), *many(4, JAN)).stored == 9
    drafts = seat.ask(billing.run_drafts, billing.run_bills(seat, JANUARY).run.number)
    assert {draft.account_number: draft.energy for draft in drafts}[HOME] == Energy.of(150 + 160)
    card = seat.ask(desk.account_card, HOME)
    assert {month.month: month.energy for month in card.usage}[date(2026, 1, 1)] == Energy.of(310)
    # A month later only the new meter is asked for.
    assert take(seat, row(HOME, "14", FEB, serial=f"N{HOME}")).stored == 1
    take(seat, row(FLAT, 120, FEB), *many(5, FEB))
    outcome = billing.run_bills(seat, Period.month("2026-02"))
    drafts = seat.ask(billing.run_drafts, outcome.run.number)
    assert {draft.account_number: draft.energy for draft in drafts}[HOME] == Energy.of(260)
    assert seat.app.verify() == []


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"exchanged_on": date(2026, 3, 6)}, "lies in the future"),
        ({"exchanged_on": date(2025, 9, 30)}, "comes down later"),
        ({"exchanged_on": date(2025, 12, 1)}, "read later"),
        ({"finals": ()}, "“Active total” is missing"),
        ({"finals": (FinalRead(RegisterCode.ACTIVE, Reading.of(1899)),)}, "below the previous one"),
        ({"finals": (FinalRead(RegisterCode.ACTIVE, Reading.of(1_000_000)),)}, "more digits"),
        ({"finals": (FinalRead(RegisterCode.PEAK, Reading.of(1)),)}, "Name every register"),
        ({"new_serial": " "}, "Type the number"),
        ({"new_serial": meter(FLAT)}, "known already"),
        ({"new_multiplier": Factor(0)}, "more than 0"),
        ({"new_registers": ()}, "active total"),
        ({"new_registers": (register(RegisterCode.ACTIVE, 10, 1),)}, "cannot show"),
        ({"account_number": "330100000009"}, "No account has the number"),
    ],
)
def test_an_exchange_that_cannot_be_is_refused_as_a_whole(
    seat: Seat, url: str, other: dict[str, Any], why: str
) -> None:
    before = contents(url)
    assert why.replace("“", '"').replace("”", '"') in refused(
        lambda: seat.do(metering.exchange_meter, exchange(**other))
    )
    assert changed(before, contents(url)) == set()


def test_a_meter_with_a_read_that_waits_stays(seat: Seat) -> None:
    doubted(seat)
    assert "waits for a decision" in refused(lambda: seat.do(metering.exchange_meter, exchange()))


# Several registers


def test_every_register_has_its_usage_and_bills_go_by_the_total(seat: Seat) -> None:
    assert take(seat, row(HOME, 2200), row(FLAT, 99_990), *many(4, JAN)).stored == 9
    drafts = seat.ask(billing.run_drafts, billing.run_bills(seat, JANUARY).run.number)
    assert {draft.account_number: draft.energy for draft in drafts}[MANY] == Energy.of(20_000)
    used = {
        register.register: register
        for point in halls.usage(seat.app, JANUARY)
        for register in point.registers
        if len(point.registers) > 1
    }
    assert {code: used[code].energy.decimal for code in (*BANDS, RegisterCode.REACTIVE)} == {
        RegisterCode.SHARP: 2000,
        RegisterCode.PEAK: 6000,
        RegisterCode.FLAT: 8000,
        RegisterCode.VALLEY: 4000,
        RegisterCode.REACTIVE: 4000,
    }
    assert used[RegisterCode.DEMAND].demand == Power.of(100)


def test_bands_that_do_not_add_up_wait(seat: Seat) -> None:
    rows = [one for one in many(4, JAN) if one.register is not RegisterCode.VALLEY]
    assert take(seat, *rows).stored == 6
    taken = take(seat, row(MANY, 13, register=RegisterCode.VALLEY))
    assert [EN(problem.what) for problem in taken.waiting] == [
        "The total counted 10, its bands 15; 4 apart at most is right"
    ]
    assert waiting(seat).register is RegisterCode.VALLEY


def test_a_register_the_meter_lacks_is_named(seat: Seat) -> None:
    (problem,) = take(seat, row(HOME, 5, register=RegisterCode.PEAK)).problems
    assert EN(problem.what) == 'This meter has no register "Active, peak"'
