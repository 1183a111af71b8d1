"""The lines of what was measured in a hall, as a `Book` streams them: meters, reads that are not billed, months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing import service as billing
from desktop.billing.tables import Bill, BillReversal
from desktop.kernel.measures import Energy, Reading
from desktop.kernel.period import Period, months_before
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.metering.records import ReadReason, ReadSource, RegisterCode
from desktop.metering.tables import (
    Installation,
    Meter,
    MonthBefore,
    MonthEntered,
    Register,
    RegisterRead,
)
from desktop.takeover.records import HistoryLine, MeterLine, UnbilledLine
from desktop.takeover.service.agreements import further
from desktop.takeover.service.moment import Moment

_BILLED = (ReadReason.PERIODIC, ReadReason.OPENING, ReadReason.FINAL)
_AGAIN = orm.aliased(Installation)
hung_again = sa.exists().where(
    _AGAIN.meter_id == Installation.meter_id,
    _AGAIN.installed_on >= Installation.removed_on,
    _AGAIN.id != Installation.id,
)
"""Whether a meter that came down hangs somewhere again: then its row is that of where it hangs."""


def billed_until(book: Moment) -> sa.ScalarSelect[Any]:
    """The day until which the account of a held service point is billed; NULL where it never was."""
    return (
        sa.select(sa.func.max(Bill.period_end))
        .where(
            Bill.contract_account_id == book.held.c.account_id,
            ~sa.exists().where(BillReversal.bill_id == Bill.id),
        )
        .correlate(book.held)
        .scalar_subquery()
    )


def meter_lines(book: Moment) -> Iterator[MeterLine]:
    """The registers of meters that hang, or came down since their point was billed last."""
    for some in _held_points(book):
        running = {row.point_id: row.running for row in some}
        for one in _registers(book, some):
            newest = one.since[0] if one.plain else None
            book.counted.reads += one.value.raw
            yield MeterLine(
                serial=one.serial,
                point=f"S{running[one.point_id]}",
                last_read=one.value,
                last_read_on=one.day,
                digits=one.register.digits,
                register=one.register.code,
                multiplier=one.hung.multiplier,
                installed_on=min(one.hung.installed_on, one.day),
                newest_read=newest and newest.value,
                newest_read_on=newest and newest.read_on,
                estimated=one.estimated,
                removed_on=one.hung.removed_on,
            )
        book.work.session.expunge_all()


def read_lines(book: Moment) -> Iterator[UnbilledLine]:
    """The reads that are not billed of registers whose own row has no room for them."""
    for some in _held_points(book):
        for one in _registers(book, some):
            for read in () if one.plain else one.since:
                yield UnbilledLine(
                    serial=one.serial,
                    read_on=read.read_on,
                    value=read.value,
                    register=one.register.code,
                    reason=read.reason,
                    source=read.source,
                    rollover=read.rollover,
                    reader=read.reader,
                )
        book.work.session.expunge_all()


def month_lines(book: Moment) -> Iterator[HistoryLine]:
    """The months of this year and the last as far as they are billed, and all since the first carried in here."""
    today = book.work.today
    period = Period(today.replace(day=1), months_before(today, -1))
    carried = [
        book.work.session.scalar(
            sa.select(sa.func.min(table.month)).join(
                book.held, book.held.c.point_id == table.service_point_id
            )
        )
        for table in (MonthBefore, MonthEntered)
    ]
    since = min([date(today.year - 1, 1, 1), *filter(None, carried)])
    for some in _held_points(book):
        usage = metering.usage(book.work, [row.point_id for row in some], period, since)
        until = _read_until(_registers(book, some))
        counted = _counted(book, some)
        for row in some:
            years: dict[int, dict[str, Energy]] = defaultdict(dict)
            used = {one.month: one.energy for one in usage[row.point_id].history}
            used |= {
                month: energy
                for month, energy in counted.get(row.point_id, {}).items()
                if energy or month in used
            }
            for month, energy in sorted(used.items()):
                if since <= month <= until.get(row.point_id, since) and _is_own(row, month):
                    years[month.year][f"m{month.month}"] = energy
                    book.counted.used += energy.raw
            for year, months in sorted(years.items()):
                yield HistoryLine(
                    account=row.number, year=year, point=further(row.nth, row.running), **months
                )
        book.work.session.expunge_all()


def _is_own(point: Any, month: date) -> bool:
    """Whether a month is one of the account that is supplied now: what others used before is not told."""
    if point.moved_in is None or month > point.moved_in:
        return True
    return month == point.moved_in.replace(day=1) and point.billed is not None and month < point.billed


def _counted_until(point: Any) -> date | None:
    """The day before which reads of a service point are not to be billed any more: its account is billed so far, or
    began with one of them."""
    began = None if point.moved_in is None else point.moved_in + timedelta(days=1)
    found: date | None = max(filter(None, (point.billed, began)), default=None)
    return found


def _held_points(book: Moment) -> Iterator[list[Any]]:
    """Service points with their account, running number, and the day until which they are billed."""
    yield from book.some(
        sa.select(
            book.held.c.account_id,
            book.held.c.point_id,
            book.points.c.running,
            book.held.c.nth,
            sa.type_coerce(book.held.c.moved_in, sa.Date()).label("moved_in"),
            ContractAccount.number,
            sa.type_coerce(billed_until(book), sa.Date()).label("billed"),
        )
        .join(book.points, book.points.c.id == book.held.c.point_id)
        .join(ContractAccount, ContractAccount.id == book.held.c.account_id)
        .order_by(book.held.c.point_id)
    )


@dataclass(frozen=True, slots=True)
class _Counter:
    """A register where it hangs or hung: what it was billed by last, or hung with, and its reads ``since``."""

    hung: Any
    serial: str
    register: Any
    value: Reading
    day: date
    estimated: bool
    since: Sequence[Any]

    @property
    def point_id(self) -> UUID:
        """Where it counts."""
        found: UUID = self.hung.service_point_id
        return found

    @property
    def plain(self) -> bool:
        """Whether it was read once since, by somebody who stood before it: its own row has room for that."""
        if len(self.since) != 1:
            return False
        (read,) = self.since
        on_site = (read.reason, read.source, read.rollover) == (
            ReadReason.PERIODIC,
            ReadSource.INSPECTOR,
            False,
        )
        return on_site and (read.value >= self.value or self.register.code is RegisterCode.DEMAND)


def _registers(book: Moment, points: Sequence[Any]) -> list[_Counter]:
    """The registers of some service points, of meters that came down before those that hang."""
    session, billed = book.work.session, {row.point_id: _counted_until(row) for row in points}
    rows = session.execute(
        sa.select(Installation, Meter.serial_number, Register)
        .join(Meter, Meter.id == Installation.meter_id)
        .join(Register, Register.meter_id == Meter.id)
        .where(
            Installation.service_point_id.in_(billed), sa.or_(Installation.removed_on.is_(None), ~hung_again)
        )
        .order_by(Installation.service_point_id, Installation.installed_on, Register.id)
    ).all()
    hung = [
        (one, serial, register)
        for one, serial, register in rows
        if one.removed_on is None or one.removed_on >= (billed[one.service_point_id] or date.min)
    ]
    reads: dict[UUID, list[Any]] = defaultdict(list)
    for row in session.execute(
        sa.select(RegisterRead.register_id, RegisterRead.value, RegisterRead.read_on, RegisterRead.reason)
        .add_columns(RegisterRead.source, RegisterRead.rollover, RegisterRead.reader)
        .where(
            RegisterRead.register_id.in_([register.id for _, _, register in hung]),
            RegisterRead.reason.in_(_BILLED),
            RegisterRead.reversed == 0,
        )
        .order_by(RegisterRead.read_on, RegisterRead.id)
    ):
        reads[row.register_id].append(row)
    return [
        _counter(one, serial, register, _there(one, reads[register.id]), billed[one.service_point_id])
        for one, serial, register in hung
    ]


def _there(hung: Any, reads: Sequence[Any]) -> list[Any]:
    """The reads of a register from the day on which its meter was hung where it is now."""
    return [read for read in reads if read.read_on >= hung.installed_on]


def _counter(hung: Any, serial: str, register: Any, reads: Sequence[Any], billed: date | None) -> _Counter:
    if not reads:
        return _Counter(hung, serial, register, Reading(0), hung.installed_on, False, ())
    if billed is None:
        places = [place for place, read in enumerate(reads) if read.reason is ReadReason.OPENING]
    else:
        places = [place for place, read in enumerate(reads) if read.read_on < billed]
    at = places[-1] if places else 0
    last = reads[at]
    since = [read for read in reads[at + 1 :] if read.read_on > last.read_on]
    estimated = last.source is ReadSource.ESTIMATED
    return _Counter(hung, serial, register, last.value, last.read_on, estimated, since)


def _read_until(registers: Sequence[_Counter]) -> Mapping[UUID, date]:
    """The last read of each service point that is billed; of a meter that came down since, where there is one."""
    by_meter: dict[tuple[UUID, str], date] = {}
    for one in registers:
        key = one.point_id, one.serial
        by_meter[key] = max(by_meter.get(key, date.min), one.day)
    found: dict[UUID, date] = {}
    for (point, _), day in by_meter.items():
        found[point] = min(found.get(point, date.max), day)
    return found


def _counted(book: Moment, points: Sequence[Any]) -> dict[UUID, dict[date, Energy]]:
    """What counts in the steps of the year until the last bill of each point, where the meter tells otherwise."""
    by_day: dict[date, list[UUID]] = defaultdict(list)
    for row in points:
        if row.billed is not None:
            by_day[row.billed].append(row.account_id)
    found: dict[UUID, dict[date, Energy]] = {}
    for day, accounts in by_day.items():
        found |= billing.counted_months(book.work, accounts, Period.month(f"{day:%Y-%m}"))
    return found
