"""Doubtful reads: what waits for a decision, with all that speaks for and against it, and the decisions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel import canonical
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Energy, Reading
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.metering import rules
from desktop.metering.records import (
    Correction,
    Decided,
    Doubt,
    DoubtfulReads,
    DoubtfulRow,
    DoubtState,
    EstimateOffer,
    EstimateOrder,
    Flag,
    MonthUsage,
    ReadRequestRow,
    ReadSource,
    RegisterCode,
    RequestState,
    Spell,
)
from desktop.metering.service.checks import Past, Target, targets
from desktop.metering.service.reads import decide, read_values, take_back, withdraw_request
from desktop.metering.service.usage import usage
from desktop.metering.tables import (
    DoubtfulRead,
    Installation,
    ReadingRoute,
    ReadPhoto,
    ReadRequest,
    Register,
    RegisterRead,
    RouteStop,
)
from desktop.search import service as search
from desktop.search.records import ACCOUNT

SHOWN = 500
"""Rows of the queue at once; more than that are in nobody's head."""

MONTHS = 13

DECIDE = "metering.decide_read"

UNDONE = "undone"
"""Why a read is taken back whose decision was."""


# What waits


def _open(work: Work) -> tuple[sa.ColumnElement[bool], ...]:
    return ReadingRoute.hall_id == work.station.hall_id, DoubtfulRead.open == 1


def _placed() -> sa.Select[DoubtfulRead, str, int, str]:
    """Doubtful reads with route, position and account number of where the meter hangs."""
    return (
        sa.select(DoubtfulRead, ReadingRoute.code, RouteStop.position, RouteStop.account_number)
        .join(Register, Register.id == DoubtfulRead.register_id)
        .join(
            Installation,
            sa.and_(Installation.meter_id == Register.meter_id, Installation.removed_on.is_(None)),
        )
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
            (route, position, *names.get(account, ("", ""))),
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


def _before(target: Target, one: DoubtfulRead) -> Past | None:
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
    before = _before(target, one)
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
        estimates=_offers(target, one, before),
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


def _offers(target: Target, one: DoubtfulRead, before: Past | None) -> tuple[EstimateOffer, ...]:
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
        _placed()
        .add_columns(ReadRequest.asked_on, ReadRequest.asked_by)
        .join(ReadRequest, ReadRequest.doubtful_id == DoubtfulRead.id)
        .where(ReadingRoute.hall_id == work.station.hall_id, ReadRequest.state == RequestState.OPEN)
        .order_by(ReadingRoute.code, RouteStop.position)
    ).all()
    names = search.titles(work, ACCOUNT, {row.account_number for row in found})
    registers = {row.DoubtfulRead.register_id for row in found}
    known = {
        target.register_id: target
        for target in targets(work, Register.id.in_(registers), work.today, work.today).values()
    }
    return tuple(
        ReadRequestRow(
            account_number=row.account_number,
            customer_name=names.get(row.account_number, ("", ""))[0],
            address=names.get(row.account_number, ("", ""))[1],
            route=row.code,
            position=row.position,
            meter_serial=known[row.DoubtfulRead.register_id].meter_serial,
            register=known[row.DoubtfulRead.register_id].code,
            asked_on=row.asked_on,
            asked_by=row.asked_by,
            why=canonical.load(tuple[Doubt, ...], row.DoubtfulRead.doubts)[0].text,
        )
        for row in found
    )


_OF_MORE = (Flag.ESTIMATED_TWICE, Flag.PERIOD_MISMATCH)
"""What is doubted for other reasons than a usage."""


# Decisions


def _locked(work: Work, doubtful_id: UUID) -> DoubtfulRead:
    one = work.lock(DoubtfulRead, [doubtful_id]).get(doubtful_id)
    if not isinstance(one, DoubtfulRead):
        raise NotFound(Text("This reading is not known."))
    return one


def _waiting(work: Work, doubtful_id: UUID) -> tuple[DoubtfulRead, Target]:
    """A doubtful read somebody decides on now, locked, with all that is known of its register."""
    one = _locked(work, doubtful_id)
    if not one.open:
        raise Refused(Text("This reading is decided already: {state}.", state=one.state))
    since = months_before(one.read_on, 2 * MONTHS)
    (target,) = targets(work, Register.id == one.register_id, one.read_on, one.read_on, since=since).values()
    return one, target


def _stand(
    work: Work,
    one: DoubtfulRead,
    target: Target,
    state: DoubtState,
    value: Reading,
    *,
    source: ReadSource | None = None,
    rollover: bool = False,
) -> Decided:
    """Store a value in the place of a doubtful read; `Refused` where it does not fit between its neighbours."""
    _fits(target, one, value, rollover=rollover)
    read_id = work.new_id()
    values = read_values(
        work,
        one.register_id,
        value,
        one.read_on,
        one.reason,
        source=source or one.source,
        reader=one.reader if source is None else work.actor.name,
        origin=one.origin,
        rollover=rollover,
    )
    work.insert_many(RegisterRead, [values | {"id": read_id}])
    withdraw_request(work, one)
    decide(work, one, state, read_id)
    return Decided(one.id, state)


def _fits(target: Target, one: DoubtfulRead, value: Reading, *, rollover: bool) -> None:
    if not 0 <= value.raw < rules.capacity(target.digits).raw:
        raise Refused(
            Text(
                "The register has {digits} digits: it cannot show {value}.", digits=target.digits, value=value
            )
        )
    if any(read.read_on == one.read_on for part in target.reads for read in part):
        raise Refused(Text("The register has another reading of {day} meanwhile.", day=one.read_on))
    if target.code is RegisterCode.DEMAND:
        return
    before = _before(target, one)
    if before is not None and value < before.value and not rollover:
        raise Refused(
            Text(
                "{value} is below the last read {previous}: correct it, or confirm that the register went round.",
                value=value,
                previous=before.value,
            )
        )
    after = next((read for read in target.reads[-1] if read.read_on > one.read_on), None)
    if after is not None and after.value < value and not after.rollover:
        raise Refused(
            Text(
                "{value} is above the reading {next} of {day}, which stands already.",
                value=value,
                next=after.value,
                day=after.read_on,
            )
        )
    if target.billed_on is not None and one.read_on <= target.billed_on:
        raise Refused(Text("The register is billed up to {day}.", day=target.billed_on))


@operation(DECIDE)
def accept(work: Work, doubtful_ids: tuple[UUID, ...]) -> tuple[Decided, ...]:
    """Doubtful reads are right: they stand as they came, all or none of them."""
    oldest_first = work.session.scalars(
        sa.select(DoubtfulRead.id)
        .where(DoubtfulRead.id.in_(doubtful_ids))
        .order_by(DoubtfulRead.read_on, DoubtfulRead.id)
    ).all()  # each is weighed against the read before it
    decided = {key: _accept(work, key) for key in oldest_first}
    return tuple(decided[key] if key in decided else _accept(work, key) for key in doubtful_ids)


def _accept(work: Work, doubtful_id: UUID) -> Decided:
    one, target = _waiting(work, doubtful_id)
    again = Flag.ESTIMATED_TWICE in {doubt.flag for doubt in canonical.load(tuple[Doubt, ...], one.doubts)}
    if again and one.entered_by_id == work.actor.id:
        raise Refused(Text("A second estimate running is accepted by somebody else than who entered it."))
    if again:
        work.second_person(one.entered_by_id, one.entered_at)
    return _stand(work, one, target, DoubtState.ACCEPTED, one.value, rollover=one.rollover)


@operation(DECIDE)
def correct(work: Work, order: Correction) -> Decided:
    """The register shows something else than was written down."""
    one, target = _waiting(work, order.doubtful_id)
    return _stand(work, one, target, DoubtState.CORRECTED, order.value)


@operation(DECIDE)
def confirm_rollover(work: Work, doubtful_id: UUID) -> Decided:
    """The register passed its last digit since it was read last."""
    one, target = _waiting(work, doubtful_id)
    before = _before(target, one)
    if before is None or one.value >= before.value:
        raise Refused(Text("This reading is not below the one before it: nothing went round."))
    return _stand(work, one, target, DoubtState.ROLLED_OVER, one.value, rollover=True)


@operation(DECIDE)
def estimate(work: Work, order: EstimateOrder) -> Decided:
    """An estimate stands instead, by the way that is named; the second one running is only proposed."""
    one, target = _waiting(work, order.doubtful_id)
    before = _before(target, one)
    offer = next((offer for offer in _offers(target, one, before) if offer.method is order.method), None)
    if offer is None or before is None:
        raise Refused(Text("There are not enough earlier reads for this estimate."))
    one.basis = canonical.dump(offer.basis)
    one.proposed = offer.value
    if before.estimated:
        withdraw_request(work, one)
        decide(work, one, DoubtState.PROPOSED)
        return Decided(one.id, DoubtState.PROPOSED)
    return _estimated(work, one, target, before, offer.value)


def _estimated(work: Work, one: DoubtfulRead, target: Target, before: Past, value: Reading) -> Decided:
    return _stand(
        work,
        one,
        target,
        DoubtState.ESTIMATED,
        value,
        source=ReadSource.ESTIMATED,
        rollover=value < before.value,
    )


@operation("metering.approve_estimate")
def approve_estimate(work: Work, doubtful_id: UUID) -> Decided:
    """Somebody else agrees to a second estimate running."""
    one, target = _waiting(work, doubtful_id)
    before = _before(target, one)
    if one.state is not DoubtState.PROPOSED or one.proposed is None or before is None:
        raise Refused(Text("No estimate is proposed for this reading."))
    if one.decided_by_id == work.actor.id:
        raise Refused(Text("A second estimate running needs another person: you proposed it yourself."))
    if one.decided_by_id is not None and one.decided_at is not None:
        work.second_person(one.decided_by_id, one.decided_at)
    return _estimated(work, one, target, before, one.proposed)


@operation(DECIDE)
def ask_again(work: Work, doubtful_id: UUID) -> Decided:
    """The register is to be read again; its next read answers."""
    one, _target = _waiting(work, doubtful_id)
    standing = sa.select(ReadRequest.id).filter_by(register_id=one.register_id, state=RequestState.OPEN)
    if work.session.scalar(standing):
        raise Refused(Text("A re-read of this register is asked for already."))
    work.add(
        ReadRequest(
            id=work.new_id(),
            register_id=one.register_id,
            doubtful_id=one.id,
            asked_on=work.today,
            asked_by=work.actor.name,
            state=RequestState.OPEN,
            answered_on=None,
        )
    )
    decide(work, one, DoubtState.ASKED)
    return Decided(one.id, DoubtState.ASKED)


@operation(DECIDE)
def undo_decision(work: Work, doubtful_ids: tuple[UUID, ...]) -> tuple[Decided, ...]:
    """Decisions are taken back and the reads wait again; refused once a bill rests on what was decided."""
    return tuple(_undo(work, key) for key in doubtful_ids)


def _undo(work: Work, doubtful_id: UUID) -> Decided:
    one = _locked(work, doubtful_id)
    if one.state in (DoubtState.WAITING, DoubtState.REPLACED, DoubtState.TAKEN_BACK):
        raise Refused(Text("There is no decision to take back: {state}.", state=one.state))
    if one.read_id is not None:
        read = work.lock(RegisterRead, [one.read_id])[one.read_id]
        take_back(work, [read], UNDONE)
    withdraw_request(work, one)
    one.basis, one.proposed = "", None
    decide(work, one, DoubtState.WAITING)
    return Decided(one.id, DoubtState.WAITING)
