"""Re-reads that customers ask for: asked for, taken back with a reason, and what is told of them afterwards."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.bulk import among
from desktop.kernel.errors import Refused
from desktop.kernel.history import HistoryRow
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.metering.records import AskedRead, AskedReadBack, AskedReadShown, RequestState
from desktop.metering.service.reads import answer_wish
from desktop.metering.service.targets import Target, hanging
from desktop.metering.tables import Installation, Meter, ReadRequest, ReadRequestWithdrawn, Register

ASK = "metering.record_read"


@operation(ASK)
def ask_read(work: Work, order: AskedRead) -> int:
    """A customer wants the meter read again: every register of it, whose next reads answer; how many were asked for.

    Refused where all of them are asked for already, or another meter hangs there.
    """
    found = hanging(work, order.account_number, work.today, order.meter_serial)
    there = {request.register_id for request in _standing(work, found)}
    asked = [target.register_id for target in found if target.register_id not in there]
    if not asked:
        raise Refused(Text("A re-read of this meter is asked for already."))
    for key in asked:
        work.add(
            ReadRequest(
                id=work.new_id(),
                register_id=key,
                doubtful_id=None,
                asked_on=work.today,
                asked_by=work.actor.name,
                state=RequestState.OPEN,
                answered_on=None,
            )
        )
    work.session.flush()
    return len(asked)


@operation(ASK)
def withdraw_read(work: Work, order: AskedReadBack) -> int:
    """Nobody has to read the meter again for its customer any more, and why; for how many registers that was.

    Refused where no customer's wish waits: a re-read of a doubtful read ends with the decision on that.
    """
    words = order.words.strip()
    if not words:
        raise Refused(Text("Say why the re-read is withdrawn."))
    found = hanging(work, order.account_number, work.today, order.meter_serial)
    standing = _standing(work, found)
    wishes = [request for request in standing if request.doubtful_id is None]
    if standing and not wishes:
        raise Refused(Text("A doubtful reading is to be read again: take that decision back instead."))
    if not wishes:
        raise Refused(Text("No re-read of this meter is asked for."))
    for request in wishes:
        _withdraw(work, request, words)
    work.session.flush()
    return len(wishes)


def end_wishes(work: Work, found: Collection[Target], on: date) -> None:
    """A meter comes down: its last reads answer what customers wait for. A wish of a later day, entered before the
    exchange was, ends without one: the meter hung there no more."""
    for request in _standing(work, found):
        if request.doubtful_id is None and not answer_wish(request, on):
            _withdraw(work, request, "")


def _withdraw(work: Work, request: ReadRequest, words: str) -> None:
    request.state = RequestState.WITHDRAWN
    work.add(
        ReadRequestWithdrawn(
            id=work.new_id(),
            request_id=request.id,
            withdrawn_on=work.today,
            withdrawn_by=work.actor.name,
            words=words,
        )
    )


def _standing(work: Work, found: Collection[Target]) -> list[ReadRequest]:
    """The open requests of registers, nobody else asking for them or withdrawing them meanwhile."""
    keys = [target.register_id for target in found]
    work.claim(Register, keys)
    open_ones = sa.select(ReadRequest).where(
        ReadRequest.register_id.in_(keys), ReadRequest.state == RequestState.OPEN
    )
    return list(work.session.scalars(open_ones.order_by(ReadRequest.id)))


def asked_reads(work: Work, service_point_ids: Collection[UUID]) -> tuple[AskedReadShown, ...]:
    """The re-reads that customers wait for at service points, one for a meter."""
    rows = work.session.execute(
        sa.select(Meter.serial_number, sa.func.min(ReadRequest.asked_on), sa.func.min(ReadRequest.asked_by))
        .join(Register, Register.meter_id == Meter.id)
        .join(ReadRequest, ReadRequest.register_id == Register.id)
        .join(Installation, Installation.meter_id == Meter.id)
        .where(
            among(work.session, Installation.service_point_id, service_point_ids),
            Installation.removed_on.is_(None),
            ReadRequest.state == RequestState.OPEN,
            ReadRequest.doubtful_id.is_(None),
        )
        .group_by(Meter.serial_number)
        .order_by(Meter.serial_number)
    )
    return tuple(AskedReadShown(*row) for row in rows)


def wishes_told(work: Work, service_point_id: UUID) -> Iterator[HistoryRow]:
    """What is told of the re-reads that customers asked for at a service point: asked for, withdrawn or answered.

    The registers of a meter asked for together are told as one.
    """
    again = orm.aliased(Installation)
    hung_since = sa.exists().where(
        again.meter_id == Installation.meter_id,
        again.installed_on > Installation.installed_on,
        again.installed_on <= ReadRequest.asked_on,
    )
    rows = work.session.execute(
        sa.select(ReadRequest.asked_on, ReadRequest.asked_by, ReadRequest.answered_on, Meter.serial_number)
        .add_columns(ReadRequestWithdrawn.withdrawn_on, ReadRequestWithdrawn.withdrawn_by)
        .add_columns(ReadRequestWithdrawn.words)
        .join(Register, Register.id == ReadRequest.register_id)
        .join(Meter, Meter.id == Register.meter_id)
        .join(Installation, Installation.meter_id == Meter.id)
        .outerjoin(ReadRequestWithdrawn, ReadRequestWithdrawn.request_id == ReadRequest.id)
        .where(
            Installation.service_point_id == service_point_id,
            ReadRequest.doubtful_id.is_(None),
            ReadRequest.asked_on >= Installation.installed_on,
            ~hung_since,
        )
        .distinct()
    )
    for row in rows:
        yield HistoryRow(row.asked_on, "", Text("Re-read asked for"), row.serial_number, row.asked_by)
        if row.withdrawn_on is not None:
            why = row.words or Text("The meter came down before the day it was asked for")
            yield HistoryRow(row.withdrawn_on, "", Text("Re-read withdrawn"), why, row.withdrawn_by)
        if row.answered_on is not None:
            yield HistoryRow(row.answered_on, "", Text("Re-read done"), row.serial_number, "")
