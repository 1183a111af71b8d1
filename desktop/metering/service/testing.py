"""Tests of meters that customers ask for: ordered, withdrawn, reported on, and what follows from a result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel import canonical
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.history import HistoryRow
from desktop.kernel.measures import Energy
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.metering.records import (
    LARGEST_ERROR,
    LARGEST_LOAD,
    MOST_POINTS,
    MeterTestOrder,
    MeterTestReport,
    MeterTestRow,
    MeterTests,
    MeterTestState,
    MeterTestWithdrawal,
    RegisterCode,
    ReportShown,
    Verdict,
)
from desktop.metering.service.calendar import calendar, unknown_years
from desktop.metering.service.targets import hanging
from desktop.metering.service.usage import history
from desktop.metering.tables import (
    Installation,
    Meter,
    MeterTest,
    MeterTestResult,
    ReadingRoute,
    RouteStop,
)
from desktop.premises import service as premises
from desktop.search import service as search
from desktop.search.records import ACCOUNT

ORDER, RECORD = "metering.order_test", "metering.record_test"
OVER_SHOWN = 200
"""So many tests that are over are listed at once."""

LATEST_WISH = timedelta(days=366)
"""A day further off is a slip of the hand."""


# Ordering


def drawn_up(work: Work, account_id: UUID, order: MeterTestOrder) -> tuple[MeterTest, MeterTestRow]:
    """The test an order asks for, not stored and without a number yet, and how it would be shown.

    Refused without a reason, for a day that is over, and where a test of the meter is ordered already.
    """
    words = order.words.strip()
    if not words:
        raise Refused(Text("Say why the meter is to be tested, in the customer's words."))
    if order.wanted_on is not None and order.wanted_on < work.today:
        raise Refused(Text("The day wished for is over: {day}.", day=order.wanted_on))
    if order.wanted_on is not None and order.wanted_on > work.today + LATEST_WISH:
        raise Refused(Text("The day wished for is more than a year off: {day}.", day=order.wanted_on))
    target = hanging(work, order.account_number, work.today, order.meter_serial)[0]
    meter_id = work.session.scalars(sa.select(Meter.id).filter_by(serial_number=target.meter_serial)).one()
    work.claim(Meter, [meter_id])
    standing = work.session.scalar(
        sa.select(MeterTest).filter_by(meter_id=meter_id, state=MeterTestState.OPEN)
    )
    if standing is not None:
        raise Refused(
            Text(
                "A test of meter {serial} is ordered already: {number} of {day}, by {name}.",
                serial=target.meter_serial,
                number=standing.number,
                day=standing.ordered_on,
                name=standing.ordered_by,
            )
        )
    rules, since = work.country.meter_tests, max(work.today, order.wanted_on or work.today)
    row = MeterTest(
        id=work.new_id(),
        number="",
        meter_id=meter_id,
        service_point_id=target.service_point_id,
        contract_account_id=account_id,
        account_number=target.account_number,
        words=words,
        asked_by=order.asked_by.strip(),
        wanted_on=order.wanted_on,
        ordered_on=work.today,
        ordered_by=work.actor.name,
        due_on=None if rules is None else rules.due(since, calendar(work)),
        state=MeterTestState.OPEN,
        ended_on=None,
        ended_by="",
        why="",
    )
    return row, _shown(work, [row])[0]


def ordered(work: Work, row: MeterTest, number: str) -> None:
    """Store a test that was drawn up, under the number of its order slip."""
    row.number = number
    work.add(row)
    work.session.flush()


@operation(ORDER)
def withdraw_test(work: Work, order: MeterTestWithdrawal) -> MeterTestRow:
    """A test that is not wanted after all, and why; refused for one that is over."""
    words = order.words.strip()
    if not words:
        raise Refused(Text("Say why the test is withdrawn."))
    row = _locked(work, order.number)
    if row.state is not MeterTestState.OPEN:
        raise Refused(Text("Test {number} is over: {state}.", number=row.number, state=row.state))
    row.state, row.why = MeterTestState.WITHDRAWN, words
    row.ended_on, row.ended_by = work.today, work.actor.name
    work.session.flush()
    return _shown(work, [row])[0]


def _found(work: Work, number: str) -> MeterTest:
    row = work.session.scalar(sa.select(MeterTest).filter_by(number=number.strip()))
    if row is None:
        raise NotFound(Text("No test of a meter has the number {number}.", number=number))
    return row


def _locked(work: Work, number: str) -> MeterTest:
    """The test of a number, nobody else changing it meanwhile."""
    found = _found(work, number)
    row: MeterTest = work.claim(MeterTest, [found.id])[found.id]
    return row


# Reporting


@operation(RECORD)
def record_test(work: Work, report: MeterTestReport) -> MeterTestRow:
    """Enter what a test said; entered anew with a reason, the report before stays in the history.

    A meter that could not be tested is still to be tested: its test stays open.
    """
    row = _locked(work, report.number)
    if row.state is MeterTestState.WITHDRAWN:
        raise Refused(Text("Test {number} is over: {state}.", number=row.number, state=row.state))
    before = work.session.scalars(
        sa.select(MeterTestResult).filter_by(test_id=row.id).order_by(MeterTestResult.position.desc())
    ).all()
    _check(work, row, report, again=row.state is MeterTestState.DONE)
    work.add(
        MeterTestResult(
            id=work.new_id(),
            test_id=row.id,
            position=len(before) + 1,
            verdict=report.verdict,
            tested_on=report.tested_on,
            content=canonical.dump(report),
            entered_at=work.at,
            entered_by=work.actor.name,
        )
    )
    over = report.verdict is not Verdict.UNTESTED
    row.state = MeterTestState.DONE if over else MeterTestState.OPEN
    row.ended_on, row.ended_by = (work.today, work.actor.name) if over else (None, "")
    work.session.flush()
    return _shown(work, [row])[0]


def _check(work: Work, row: MeterTest, report: MeterTestReport, *, again: bool) -> None:
    """Whether a report can be true, and says all that its verdict needs."""
    if report.tested_on > work.today:
        raise Refused(Text("The day of the test is still to come: {day}.", day=report.tested_on))
    if report.tested_on < row.ordered_on:
        raise Refused(Text("The test was ordered on {day}: it was not done before.", day=row.ordered_on))
    if not report.tested_by.strip():
        raise Refused(Text("Say who tested the meter."))
    if again and not report.words.strip():
        raise Refused(Text("A result stands already: say why it is entered anew."))
    if again and report.verdict is Verdict.UNTESTED:
        raise Refused(Text("A result stands already: the meter was tested."))
    if report.verdict is Verdict.UNTESTED:
        if not report.words.strip():
            raise Refused(Text("Say why the meter could not be tested."))
        if report.points or report.permitted is not None:
            raise Refused(Text("A meter that was not tested has no errors."))
    _check_points(report)


def _check_points(report: MeterTestReport) -> None:
    """Errors, their limit and the verdict agree."""
    points, permitted = report.points, report.permitted
    if len(points) > MOST_POINTS:
        raise Refused(Text("A report has at most {most} load points.", most=MOST_POINTS))
    for one in points:
        if not 0 < one.load < LARGEST_LOAD:
            raise Refused(Text("A load is more than 0 % and less than {most} %.", most=LARGEST_LOAD))
        if not -100 <= one.error < LARGEST_ERROR:
            raise Refused(Text("An error is from −100 % to less than {most} %.", most=LARGEST_ERROR))
    if len({one.load for one in points}) < len(points):
        raise Refused(Text("A load stands there twice."))
    if bool(points) != (permitted is not None):
        raise Refused(Text("Type the errors and how much error is permitted, both or neither."))
    if permitted is not None and not 0 < permitted < 100:
        raise Refused(Text("The permitted error is more than 0 % and less than 100 %."))
    if report.verdict is Verdict.BEYOND and not points:
        raise Refused(Text("A meter beyond its limits needs the errors that were found."))
    if permitted is not None and report.verdict in (Verdict.WITHIN, Verdict.BEYOND):
        beyond = any(abs(one.error) > permitted for one in points)
        if beyond != (report.verdict is Verdict.BEYOND):
            verdict = Verdict.BEYOND if beyond else Verdict.WITHIN
            raise Refused(
                Text("By these errors the meter is {verdict}: look at the report again.", verdict=verdict)
            )


# Looking


def _shown(work: Work, rows: Sequence[MeterTest]) -> tuple[MeterTestRow, ...]:
    if not rows:
        return ()
    points = {row.service_point_id for row in rows}
    serials = dict(
        work.session.execute(
            sa.select(Meter.id, Meter.serial_number).where(Meter.id.in_({row.meter_id for row in rows}))
        ).all()
    )
    names = search.titles(work, ACCOUNT, {row.account_number for row in rows})
    places = premises.places(work, points)
    reports = _reports(work, rows)
    known = calendar(work)
    unknown = {
        row.id: unknown_years(work, known, max(row.ordered_on, row.wanted_on or row.ordered_on), row.due_on)
        for row in rows
        if row.state is MeterTestState.OPEN
    }
    return tuple(
        MeterTestRow(
            number=row.number,
            account_id=row.contract_account_id,
            account_number=row.account_number,
            service_point_id=row.service_point_id,
            customer_name=names.get(row.account_number, ("", ""))[0],
            address=places[row.service_point_id].address,
            meter_serial=serials[row.meter_id],
            words=row.words,
            asked_by=row.asked_by,
            wanted_on=row.wanted_on,
            ordered_on=row.ordered_on,
            ordered_by=row.ordered_by,
            due_on=row.due_on,
            unknown_years=unknown.get(row.id, ()),
            state=row.state,
            reports=tuple(reports[row.id]),
            ended_on=row.ended_on,
            ended_by=row.ended_by,
            why=row.why,
        )
        for row in rows
    )


def _reports(work: Work, rows: Sequence[MeterTest]) -> dict[UUID, list[ReportShown]]:
    """The reports on tests, the newest first."""
    found: dict[UUID, list[ReportShown]] = defaultdict(list)
    for one in work.session.scalars(
        sa.select(MeterTestResult)
        .where(MeterTestResult.test_id.in_([row.id for row in rows]))
        .order_by(MeterTestResult.position.desc())
    ):
        report = canonical.load(MeterTestReport, one.content)
        found[one.test_id].append(ReportShown(report, work.local(one.entered_at), one.entered_by))
    return found


def _here(work: Work) -> sa.Select[MeterTest]:
    """The tests at service points whose routes the hall reads."""
    return (
        sa.select(MeterTest)
        .join(RouteStop, RouteStop.service_point_id == MeterTest.service_point_id)
        .join(ReadingRoute, ReadingRoute.id == RouteStop.route_id)
        .where(ReadingRoute.hall_id == work.station.hall_id)
    )


@query("metering.view")
def meter_tests(work: Work, _request: None = None) -> MeterTests:
    """The tests of the hall: the open ones, first those due first, then the newest that are over."""
    is_open = MeterTest.state == MeterTestState.OPEN
    waiting = work.session.scalars(
        _here(work).where(is_open).order_by(MeterTest.due_on, MeterTest.ordered_on, MeterTest.number)
    ).all()
    over = work.session.scalars(
        _here(work)
        .where(sa.not_(is_open))
        .order_by(MeterTest.ended_on.desc(), MeterTest.number.desc())
        .limit(OVER_SHOWN)
    ).all()
    rows = _shown(work, [*waiting, *over])
    return MeterTests(rows, len(waiting), sum(row.overdue(work.today) for row in rows))


@query("metering.view")
def meter_test(work: Work, number: str) -> MeterTestRow:
    """One test by the number of its order."""
    return _shown(work, [_found(work, number)])[0]


def meter_tests_of(work: Work, account_id: UUID) -> tuple[MeterTestRow, ...]:
    """The tests ordered for an account, the newest first."""
    rows = work.session.scalars(
        sa.select(MeterTest)
        .filter_by(contract_account_id=account_id)
        .order_by(MeterTest.ordered_on.desc(), MeterTest.id.desc())
    )
    return _shown(work, rows.all())


def overdue_tests(work: Work) -> int:
    """How many customers of the hall should know by now what the test of their meter said."""
    late = _here(work).where(MeterTest.state == MeterTestState.OPEN, MeterTest.due_on < work.today)
    return work.session.scalar(sa.select(sa.func.count()).select_from(late.subquery())) or 0


def meter_tests_told(work: Work, service_point_id: UUID) -> Iterator[HistoryRow]:
    """What is told of the tests of meters at a service point, each report on its own."""
    rows = work.session.scalars(sa.select(MeterTest).filter_by(service_point_id=service_point_id)).all()
    for row in _shown(work, rows):
        what = Text("Test of the meter ordered: {number}", number=row.number)
        yield HistoryRow(row.ordered_on, "", what, row.words, row.ordered_by)
        for one in row.reports:
            at, report = one.entered_at, one.report
            what = Text("Meter {serial} tested: {verdict}", serial=row.meter_serial, verdict=report.verdict)
            yield HistoryRow(at.date(), f"{at:%H:%M}", what, report.words or row.number, one.entered_by)
        if row.state is MeterTestState.WITHDRAWN and row.ended_on is not None:
            what = Text("Test of the meter withdrawn: {number}", number=row.number)
            yield HistoryRow(row.ended_on, "", what, row.why, row.ended_by)


# What follows


def error_found(
    work: Work, test: MeterTestRow, supplied_since: date
) -> tuple[str, Mapping[str, object]] | None:
    """The month an error concerns that a test found, and its values as the country reads them; None without one.

    What was recorded counts since the meter was tested before, was hung, or the customer was supplied by it.
    """
    rules, latest = work.country.meter_tests, test.latest
    if rules is None or latest is None or test.state is not MeterTestState.DONE:
        return None
    point, tested_on = test.service_point_id, latest.report.tested_on
    hung = work.session.scalar(
        sa.select(sa.func.max(Installation.installed_on))
        .join(Meter, Meter.id == Installation.meter_id)
        .where(
            Meter.serial_number == test.meter_serial,
            Installation.service_point_id == point,
            Installation.installed_on <= tested_on,
        )
    )
    others = work.session.scalars(
        sa.select(MeterTest)
        .join(Meter, Meter.id == MeterTest.meter_id)
        .where(Meter.serial_number == test.meter_serial, MeterTest.number != test.number)
    )
    before = [
        one.latest.report.tested_on
        for one in _shown(work, others.all())
        if one.latest is not None
        and one.latest.report.verdict in (Verdict.WITHIN, Verdict.BEYOND)
        and one.latest.report.tested_on < tested_on
    ]
    since = max([*before, hung or supplied_since, supplied_since])
    reads = [
        read
        for read in history(work, {point: (since, tested_on)})
        if read.meter_serial == test.meter_serial
        and read.register is RegisterCode.ACTIVE
        and read.energy is not None
    ]
    recorded = Energy.total([read.energy for read in reads if read.energy is not None])
    values = rules.error(latest.report.verdict.value, latest.error, recorded)
    month = reads[0].read_on if reads else tested_on
    return None if values is None else (f"{month:%Y-%m}", values)
