"""Decisions on doubtful reads: accept, correct, gone round, estimate, read again, and back."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from desktop.kernel import canonical
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Reading
from desktop.kernel.period import months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.metering import rules
from desktop.metering.records import (
    Correction,
    Decided,
    Doubt,
    DoubtState,
    EstimateOrder,
    Flag,
    ReadSource,
    RegisterCode,
    RequestState,
)
from desktop.metering.service.reads import decide, read_values, take_back, withdraw_request
from desktop.metering.service.targets import Past, Target, targets
from desktop.metering.service.waiting import MONTHS, offers, read_before
from desktop.metering.tables import (
    DoubtfulRead,
    ReadRequest,
    Register,
    RegisterRead,
)

DECIDE = "metering.decide_read"

UNDONE = "undone"
"""Why a read is taken back whose decision was."""


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
    before = read_before(target, one)
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
    before = read_before(target, one)
    if before is None or one.value >= before.value:
        raise Refused(Text("This reading is not below the one before it: nothing went round."))
    return _stand(work, one, target, DoubtState.ROLLED_OVER, one.value, rollover=True)


@operation(DECIDE)
def estimate(work: Work, order: EstimateOrder) -> Decided:
    """An estimate stands instead, by the way that is named; the second one running is only proposed."""
    one, target = _waiting(work, order.doubtful_id)
    before = read_before(target, one)
    offer = next((offer for offer in offers(target, one, before) if offer.method is order.method), None)
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
    before = read_before(target, one)
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
