"""How fast a reading sheet is checked and stored, beside openpyxl only reading it and beside one ORM object a read."""

from __future__ import annotations

import time
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from desktop.kernel.measures import Reading
from desktop.kernel.work import Work, operation, undisturbed
from desktop.metering import rules
from desktop.metering import service as metering
from desktop.metering.records import ReadImport, ReadReason, ReadRow, ReadSource
from desktop.metering.service.checks import Taking, judge
from desktop.metering.service.reads import read_values
from desktop.metering.service.targets import Past, Target, limits
from desktop.metering.tables import DoubtfulRead, Installation, Meter, Register, RegisterRead, RouteStop
from desktop.premises.tables import ServicePoint
from tests import hall as halls
from tests.benchmarks import meters
from tests.benchmarks.side_by_side import processor_s
from tests.databases_server import Databases, SqliteDatabases

READS = 100_000
CHECKED, BY_OBJECTS = 2_000, 400


def _empty_hall(url: str) -> None:
    with halls.opened(url) as app:
        halls.found(app)


def _filled_hall(url: str) -> None:
    _empty_hall(url)
    meters.fill(url, CHECKED)


def test_a_sheet_is_taken_in(sqlite_databases: SqliteDatabases, tmp_path: Path) -> None:
    """Beside openpyxl reading the values of the same sheet and doing nothing with them."""
    url = sqlite_databases.like(_empty_hall)
    meters.fill(url, READS)
    sheet = meters.sheet(tmp_path / "sheet.xlsx", READS)
    plain, plain_wall = _read_only(sheet)
    with halls.opened(url) as app:
        start, began, before = time.process_time(), time.perf_counter(), processor_s()
        done = metering.import_sheet(app.command_line("1"), sheet)
        ours, wall, both = time.process_time() - start, time.perf_counter() - began, processor_s() - before
    assert done.stored + done.held == READS
    again, again_wall = _read_only(sheet)
    plain, plain_wall = (plain + again) / 2, (plain_wall + again_wall) / 2
    print(
        f"\n{READS:,} reads checked and stored in {wall:.1f} s, {both:.1f} s of processor time; openpyxl alone reads"
        f" them in {plain_wall:.1f} s, {plain:.1f}: ratio {plain_wall / wall:.2f} by the clock, {plain / both:.2f} by"
        f" processor time with the process that reads the file, {plain / ours:.2f} without"
    )
    assert plain / both > 0.5


def _read_only(sheet: Path) -> tuple[float, float]:
    """Seconds of processor time and by the clock."""
    start, began = time.process_time(), time.perf_counter()
    book = openpyxl.load_workbook(sheet, read_only=True)
    assert sum(1 for _ in book.active.iter_rows(values_only=True)) == READS + 1
    book.close()
    return time.process_time() - start, time.perf_counter() - began


def _rows(count: int) -> tuple[ReadRow, ...]:
    return tuple(
        ReadRow("S", at + 1, f"3301{at:08}", f"M{at:09}", Reading.of(1000 + at % 300), meters.READ_ON)
        for at in range(1, count + 1)
    )


@pytest.mark.parametrize("stored", [False, True], ids=["checked", "checked and stored"])
def test_reads_are_checked(databases: Databases, stored: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each side once to warm up, then again; nothing is committed."""
    monkeypatch.setattr(f"{__name__}.STORED", stored)
    if not stored:
        monkeypatch.setattr(Taking, "write", lambda _: None)
    with halls.opened(databases.like(_filled_hall)) as app:
        seat = app.command_line("1")
        for job, count in ((metering.import_reads, CHECKED), (one_by_one, BY_OBJECTS)) * 2:
            order = ReadImport("sheet", _rows(count))
            with (
                undisturbed()
            ):  # as a sheet is taken in; else all that the tests hold is looked through at any moment
                began, start = time.perf_counter(), time.process_time()
                done = seat.rehearse(job, order)
                used = (time.perf_counter() - began) / count, (time.process_time() - start) / count
            if job is one_by_one:
                assert done == count
                their_wall, theirs = used
            else:
                assert done.stored + len(done.waiting) == count
                wall, ours = used
    told = "checked and stored" if stored else "checked"
    print(
        f"\nreads on {databases.kind}: {1 / wall:,.0f} a second {told}, one ORM object a read"
        f" {1 / their_wall:,.0f}: ratio {their_wall / wall:.1f}, of CPU {theirs / ours:.1f}"
    )
    assert theirs / ours > 5


STORED = True
"""Whether the plain way stores what it has checked."""


@operation("metering.import_reads")
def one_by_one(work: Work, order: ReadImport) -> int:
    """The same rules, but each row asks for the rows it names, and becomes an object."""
    session, known = work.session, limits(work)
    for row in order.rows:
        meter = session.scalars(sa.select(Meter).filter_by(serial_number=row.meter_serial)).one()
        hung = session.scalars(sa.select(Installation).filter_by(meter_id=meter.id, removed_on=None)).one()
        stop = session.scalars(sa.select(RouteStop).filter_by(service_point_id=hung.service_point_id)).one()
        assert stop.account_number == row.account_number
        point = session.get_one(ServicePoint, hung.service_point_id)
        register = session.scalars(sa.select(Register).filter_by(meter_id=meter.id, code=row.register)).one()
        standing = sa.select(RegisterRead).filter_by(register_id=register.id, reversed=0)
        reads = session.scalars(standing.order_by(RegisterRead.read_on, RegisterRead.id))
        past = [
            Past(one.read_on, one.value, one.source is ReadSource.ESTIMATED, one.rollover) for one in reads
        ]
        waits = sa.select(DoubtfulRead.read_on).filter_by(register_id=register.id, open=1)
        target = Target(
            stop.account_number, meter.serial_number, point.id, register.id, register.code, register.digits,
            hung.multiplier, hung.installed_on, known[rules.level(point.voltage)], None, [past],
            waiting=set(session.scalars(waits)),
        )  # fmt: skip
        assert not judge(work, target, row).problems
        values = read_values(work, register.id, row.value, row.read_on, ReadReason.PERIODIC, origin="sheet")
        read = RegisterRead(id=work.new_id(), **values)
        if STORED:
            session.add(read)
            session.flush()
    return len(order.rows)
