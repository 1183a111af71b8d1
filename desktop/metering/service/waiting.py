"""The doubtful reads that wait for a decision, each with all that speaks for and against it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel import canonical
from desktop.kernel.errors import NotFound
from desktop.kernel.measures import Energy
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Work, query
from desktop.metering import rules
from desktop.metering.records import (
    Doubt,
    DoubtfulReads,
    DoubtfulRow,
    DoubtState,
    EstimateOffer,
    Flag,
    MonthUsage,
    ReadRequestRow,
    ReadSource,
    RegisterCode,
    RequestState,
    Spell,
)
from desktop.metering.service.targets import Past, Target, targets
from desktop.metering.service.usage import usage
from desktop.metering.tables import (
    DoubtfulRead,
    Installation,
    ReadingRoute,
    ReadPhoto,
    ReadRequest,
    Register,
    RouteStop,
)
from desktop.premises import service as premises
from desktop.search import service as search
from desktop.search.records import ACCOUNT

SHOWN = 500
"""Rows of the queue at once; more than that are in nobody's head."""

MONTHS = 13


def _open(work: Work) -> tuple[sa.ColumnElement[bool], ...]:
    return ReadingRoute.hall_id == work.station.hall_id, DoubtfulRead.open == 1


_HANGS = sa.and_(Installation.meter_id == Register.meter_id, Installation.removed_on.is_(None))
_WISH = Text("The customer asked for it")


def _placed() -> sa.Select[DoubtfulRead, str, int, str]:
    """Doubtful reads with route, position and account number of where the meter hangs."""
    return (
        sa.select(DoubtfulRead, ReadingRoute.code, RouteStop.position, RouteStop.account_number)
        .join(Register, Register.id == DoubtfulRead.register_id)
        .join(Installation, _HANGS)
        .join(RouteStop, RouteStop.service_point_id == Installation.service_point_id)
        .join(ReadingRoute, ReadingRoute.id == RouteStop.route_id)
    )


@query("metering.view")
def doubtful_reads(work: Work, _request: None) -> DoubtfulReads:
    """The reads of the hall that wait for a decision, in walking order; at most `SHOWN` of them, counted all."""
    found = work.session.execute(
        _placed()
        .where(*_open(work))
        .order_by(ReadingRoute.code, RouteStop.position, DoubtfulRead.read_on, DoubtfulRead.id)
        .limit(SHOWN)
    ).all()
    midnight = datetime.combine(work.today, time(0), work.country.zone)
    decided = work.session.scalar(
        sa.select(sa.func.count())
        .select_from(DoubtfulRead)
        .where(DoubtfulRead.decided_at >= midnight, DoubtfulRead.open == 0)
    )
    return DoubtfulReads(_rows(work, found), doubtful_count(work), decided or 0)


def doubtful_count(work: Work) -> int:
    """How many reads of the hall wait for a decision; those that are to be read again are not counted."""
    return (
        work.session.scalar(
            sa.select(sa.func.count(DoubtfulRead.id))
            .join(Register, Register.id == DoubtfulRead.register_id)
            .join(
                Installation,
                sa.and_(Installation.meter_id == Register.meter_id, Installation.removed_on.is_(None)),
            )
            .join(RouteStop, RouteStop.service_point_id == Installation.service_point_id)
            .join(ReadingRoute, ReadingRoute.id == RouteStop.route_id)
            .where(*_open(work), DoubtfulRead.state != DoubtState.ASKED)
        )
        or 0
    )


@query("metering.view")
def doubtful_read(work: Work, doubtful_id: UUID) -> DoubtfulRow:
    """One doubtful read that waits."""
    found = work.session.execute(
        _placed().where(DoubtfulRead.id == doubtful_id, DoubtfulRead.open == 1)
    ).all()
    if not found:
        raise NotFound(Text("This reading does not wait any more."))
    return _rows(work, found)[0]


def _rows(work: Work, found: Sequence[sa.Row[DoubtfulRead, str, int, str]]) -> tuple[DoubtfulRow, ...]:
    if not found:
        return ()
    registers = {one.register_id for one, *_ in found}
    days = [one.read_on for one, *_ in found]
    since = months_before(min(days), 2 * MONTHS)
    known = {
        target.register_id: target
        for target in targets(work, Register.id.in_(registers), min(days), max(days), since=since).values()
    }
    points = {target.service_point_id for target in known.values()}
    last_month = Period.month(f"{max(days):%Y-%m}")
    months = {
        point: used.history
        for point, used in usage(work, points, last_month, months_before(min(days), MONTHS)).items()
    }
    names = search.titles(work, ACCOUNT, {account for *_, account in found})
    places = premises.places(work, points)
    photos = _photos(work, registers)
    asked = {
        request.doubtful_id: request
        for request in work.session.scalars(
            sa.select(ReadRequest).where(
                ReadRequest.register_id.in_(registers), ReadRequest.state == RequestState.OPEN
            )
        )
    }
    return tuple(
        _row(
            work,
            one,
            known[one.register_id],
            (
                route,
                position,
                names.get(account, ("", ""))[0],
                places[known[one.register_id].service_point_id].address,
            ),
            months[known[one.register_id].service_point_id],
            photos.get((one.register_id, one.read_on), ()),
            asked.get(one.id),
        )
        for one, route, position, account in found
    )


def _photos(work: Work, registers: Collection[UUID]) -> dict[tuple[UUID, object], tuple[str, ...]]:
    found: dict[tuple[UUID, object], tuple[str, ...]] = {}
    for photo in work.session.scalars(
        sa.select(ReadPhoto).where(ReadPhoto.register_id.in_(registers)).order_by(ReadPhoto.id)
    ):
        key = (photo.register_id, photo.read_on)
        found[key] = (*found.get(key, ()), photo.digest)
    return found


def read_before(target: Target, one: DoubtfulRead) -> Past | None:
    """The live read before a doubtful one."""
    earlier = [read for read in target.reads[-1] if read.read_on <= one.read_on]
    return earlier[-1] if earlier else None


def _row(
    work: Work,
    one: DoubtfulRead,
    target: Target,
    place: tuple[str, int, str, str],
    months: Sequence[MonthUsage],
    photos: tuple[str, ...],
    request: ReadRequest | None,
) -> DoubtfulRow:
    route, position, name, address = place
    before = read_before(target, one)
    energy = expected = around = None
    spells = () if before is None else target.spells(before.read_on)
    if before is not None and target.code is not RegisterCode.DEMAND:
        read = Past(one.read_on, one.value, one.source is ReadSource.ESTIMATED, one.rollover)
        energy = target.energy(before, read)
        days = rules.spell_days(before.read_on, one.read_on)
        expected = rules.between(rules.bases(spells, one.read_on, days), target.limits)
        if one.value < before.value:
            around = target.energy(before, Past(one.read_on, one.value, read.estimated, rollover=True))
    return DoubtfulRow(
        doubtful_id=one.id,
        state=one.state,
        account_number=target.account_number,
        customer_name=name,
        address=address,
        route=route,
        position=position,
        meter_serial=target.meter_serial,
        register=target.code,
        multiplier=target.multiplier,
        digits=target.digits,
        previous_on=None if before is None else before.read_on,
        previous=None if before is None else before.value,
        previous_estimated=before is not None and before.estimated,
        read_on=one.read_on,
        value=one.value,
        source=one.source,
        reader=one.reader,
        energy=energy,
        energy_before=spells[-1].energy if spells else None,
        change_percent=_change(energy, spells),
        gone_round=around,
        doubts=_doubts_now(target, one, before, energy),
        months=_months(months, one, energy),
        expected=expected,
        estimates=offers(target, one, before),
        photos=photos,
        entered_by=one.entered_by,
        entered_at=work.local(one.entered_at),
        request_asked_on=None if request is None else request.asked_on,
        proposal=canonical.load(Text, one.basis) if one.basis else None,
        proposed_by=one.decided_by if one.state is DoubtState.PROPOSED else "",
        proposed_value=one.proposed,
    )


def _doubts_now(
    target: Target, one: DoubtfulRead, before: Past | None, energy: Energy | None
) -> tuple[Doubt, ...]:
    """What is doubted about a usage as it is now: the read before it may have come in later than this one."""
    noted: tuple[Doubt, ...] = canonical.load(tuple[Doubt, ...], one.doubts)
    if before is None or energy is None or target.code is not RegisterCode.ACTIVE:
        return noted
    found = rules.doubts(
        energy,
        one.read_on,
        rules.spell_days(before.read_on, one.read_on),
        target.spells(before.read_on),
        target.limits,
        capacity_kw=target.capacity,
        last=rules.LastRead(before.read_on, before.value, before.estimated),
    )
    return (*(doubt for doubt in noted if doubt.flag in _OF_MORE), *found) or noted


def _change(energy: Energy | None, spells: Sequence[Spell]) -> Decimal | None:
    """Against the period before; a register that went back has none."""
    if energy is None or energy.raw < 0 or not spells:
        return None
    return rules.change_percent(energy, spells[-1].energy)


def _months(months: Sequence[MonthUsage], one: DoubtfulRead, energy: Energy | None) -> tuple[MonthUsage, ...]:
    """The months before, and this one as it would be."""
    month = one.read_on.replace(day=1)
    earlier = [shown for shown in months if shown.month < month]
    if energy is None:
        return tuple(earlier[-MONTHS:])
    estimated = one.source is ReadSource.ESTIMATED
    return (*earlier[1 - MONTHS :], MonthUsage(month, energy, estimated))


def offers(target: Target, one: DoubtfulRead, before: Past | None) -> tuple[EstimateOffer, ...]:
    """What a doubtful read may be estimated as; nothing for a demand, or without an earlier read to count from."""
    if before is None or target.code is RegisterCode.DEMAND or before.read_on >= one.read_on:
        return ()
    days = rules.spell_days(before.read_on, one.read_on)
    found = rules.estimates(target.spells(before.read_on), one.read_on, days)
    return tuple(
        EstimateOffer(
            offer.method,
            offer.energy,
            rules.estimated_value(before.value, offer.energy, target.multiplier, target.digits)[0],
            offer.basis,
        )
        for offer in found
    )


@query("metering.view")
def read_requests(work: Work, _request: None) -> tuple[ReadRequestRow, ...]:
    """The re-reads of the hall that are asked for and not answered, in walking order."""
    found = work.session.execute(
        sa.select(ReadRequest.register_id, ReadRequest.asked_on, ReadRequest.asked_by, DoubtfulRead.doubts)
        .add_columns(ReadingRoute.code, RouteStop.position, RouteStop.account_number)
        .join(Register, Register.id == ReadRequest.register_id)
        .join(Installation, _HANGS)
        .join(RouteStop, RouteStop.service_point_id == Installation.service_point_id)
        .join(ReadingRoute, ReadingRoute.id == RouteStop.route_id)
        .outerjoin(DoubtfulRead, DoubtfulRead.id == ReadRequest.doubtful_id)
        .where(ReadingRoute.hall_id == work.station.hall_id, ReadRequest.state == RequestState.OPEN)
        .order_by(ReadingRoute.code, RouteStop.position)
    ).all()
    names = search.titles(work, ACCOUNT, {row.account_number for row in found})
    registers = {row.register_id for row in found}
    known = {
        target.register_id: target
        for target in targets(work, Register.id.in_(registers), work.today, work.today).values()
    }
    places = premises.places(work, {target.service_point_id for target in known.values()})
    return tuple(
        ReadRequestRow(
            account_number=row.account_number,
            customer_name=names.get(row.account_number, ("", ""))[0],
            address=places[known[row.register_id].service_point_id].address,
            route=row.code,
            position=row.position,
            meter_serial=known[row.register_id].meter_serial,
            register=known[row.register_id].code,
            asked_on=row.asked_on,
            asked_by=row.asked_by,
            why=canonical.load(tuple[Doubt, ...], row.doubts)[0].text if row.doubts else _WISH,
        )
        for row in found
    )


_OF_MORE = (Flag.ESTIMATED_TWICE, Flag.PERIOD_MISMATCH)
"""What is doubted for other reasons than a usage."""
