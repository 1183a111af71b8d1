"""A read as a row of the book: written once, taken back by another row, counted by the bills that rest on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, tzinfo
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.bulk import listed
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.journal import Entry
from desktop.kernel.measures import Reading
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.metering.records import (
    DoubtState,
    OriginReversal,
    ReadReason,
    ReadReversalOrder,
    ReadSource,
    ReadsReversed,
    RequestState,
)
from desktop.metering.tables import DoubtfulRead, ReadRequest, ReadReversal, RegisterRead
from desktop.staff.tables import Station

BILLED = (ReadReason.PERIODIC, ReadReason.OPENING, ReadReason.FINAL)
"""The reads between which usage lies."""

LIVE = RegisterRead.reversed == 0
"""What every question about reads asks for: the ones nobody took back."""


def read_values(
    work: Work,
    register_id: UUID,
    value: Reading,
    read_on: date,
    reason: ReadReason,
    *,
    source: ReadSource = ReadSource.INSPECTOR,
    reader: str = "",
    origin: str = "",
    rollover: bool = False,
) -> dict[str, Any]:
    """The columns of a `RegisterRead`, for `Work.insert_many`."""
    return {
        "register_id": register_id,
        "read_on": read_on,
        "read_at": _end_of(read_on, work.country.zone),
        "value": value,
        "reason": reason,
        "source": source,
        "reader": reader,
        "rollover": rollover,
        "origin": origin,
        "reversed": 0,
        "bills": 0,
    }


@lru_cache(maxsize=64)
def _end_of(day: date, zone: tzinfo) -> datetime:
    """A sheet gives the day alone: the value frozen at its end, told as its last minute."""
    return datetime.combine(day, time(23, 59), zone)


def hold_reads(work: Work, read_ids: Iterable[UUID]) -> set[UUID]:
    """Of some reads those that nobody took back, and nobody takes back before the end of the transaction."""
    keys = set(read_ids)
    if work.rows(_HELD, {"reads": keys}).scalar() == len(keys):
        return keys
    return set(work.rows(_STANDING, {"reads": keys}).scalars())


_STANDING = sa.select(RegisterRead.id).where(listed(RegisterRead.id, "reads"), LIVE)
_HELD = sa.select(sa.func.count()).select_from(
    _STANDING.order_by(RegisterRead.id).with_for_update().cte("held")
)


def bill(work: Work, read_ids: Iterable[UUID], *, times: int = 1, held: bool = False) -> None:
    """So many live bills more rest on these reads, or fewer: who bills tells it, in its own transaction.

    A read stands as often as it is used; one that a bill rests on cannot be taken back. They are ``held`` where
    `hold_reads` went before.
    """
    counts = {key: count * times for key, count in Counter(read_ids).items()}
    work.change_many(RegisterRead, counts, "bills", held=held)


@operation("metering.reverse_read")
def reverse_read(work: Work, order: ReadReversalOrder) -> ReadsReversed:
    """Take one read back; refused once a bill rests on it. The corrected one may be entered afterwards."""
    read = work.lock(RegisterRead, [order.read_id]).get(order.read_id)
    if read is None:
        raise NotFound(Text("This reading is not known."))
    take_back(work, [read], order.why)
    return ReadsReversed(1)


@operation("metering.reverse_read")
def reverse_import(work: Work, order: OriginReversal) -> ReadsReversed:
    """Take all reads of one sheet back, stored and waiting ones; refused as a whole once one of them is billed."""
    count = reverse_sheet(work, order)
    if not count:
        raise NotFound(Text("No read of this sheet stands any more."))
    return ReadsReversed(count)


def reverse_sheet(work: Work, order: OriginReversal) -> int:
    """Take back what the imports of one sheet into this hall have brought; how many reads that were.

    Another hall may have taken the very same file: its reads stay. A read somebody decided on belongs to the import
    that brought the doubtful one, whoever decided.
    """
    if not order.sha256:
        return 0
    brought = sa.func.coalesce(DoubtfulRead.entry_id, RegisterRead.entry_id)
    stored = work.session.scalars(
        sa.select(RegisterRead)
        .outerjoin(
            DoubtfulRead,
            sa.and_(DoubtfulRead.read_id == RegisterRead.id, DoubtfulRead.origin == order.sha256),
        )
        .where(RegisterRead.origin == order.sha256, LIVE, _entered_here(work, brought))
        .order_by(RegisterRead.id)
        .with_for_update(of=RegisterRead)
    ).all()
    waiting = work.session.scalars(
        sa.select(DoubtfulRead).where(
            DoubtfulRead.origin == order.sha256,
            DoubtfulRead.open == 1,
            _entered_here(work, DoubtfulRead.entry_id),
        )
    ).all()
    take_back(work, stored, order.why)
    for one in waiting:
        withdraw_request(work, one)
        decide(work, one, DoubtState.TAKEN_BACK)
    return len(stored) + len(waiting)


def _entered_here(work: Work, entry_id: sa.SQLColumnExpression[UUID]) -> sa.ColumnElement[bool]:
    """Whether an entry was made at a station of this hall."""
    return sa.exists().where(
        Entry.id == entry_id, Station.id == Entry.chain_id, Station.hall_id == work.station.hall_id
    )


def take_back(work: Work, reads: Sequence[RegisterRead], why: str) -> None:
    """Reverse locked reads; `Refused` for one that is reversed already, or that a bill rests on."""
    if not why.strip():
        raise Refused(Text("Say why the reading is taken back."))
    for read in reads:
        if read.reversed:
            raise Refused(Text("The reading of {day} is taken back already.", day=read.read_on))
        if read.bills:
            raise Refused(
                Text("A bill rests on the reading of {day}: reverse the bill first.", day=read.read_on)
            )
        if read.reason is ReadReason.OPENING or read.reason is ReadReason.FINAL:
            raise Refused(
                Text("The reading of {day} belongs to the hanging of a meter and stays.", day=read.read_on)
            )
    rows = [
        {"read_id": read.id, "reversed_at": work.at, "reversed_by": work.actor.name, "why": why.strip()}
        for read in reads
    ]
    work.insert_many(ReadReversal, rows)
    work.change_many(RegisterRead, {read.id: 1 for read in reads}, "reversed")


def decide(work: Work, one: DoubtfulRead, state: DoubtState, read_id: UUID | None = None) -> None:
    """A doubtful read gets another state, by whoever acts now."""
    one.state = state
    one.open = int(state in (DoubtState.WAITING, DoubtState.PROPOSED, DoubtState.ASKED))
    one.read_id = read_id
    undone = state is DoubtState.WAITING
    one.decided_at = None if undone else work.at
    one.decided_by = "" if undone else work.actor.name
    one.decided_by_id = None if undone else work.actor.id


def withdraw_request(work: Work, one: DoubtfulRead) -> None:
    """Nobody has to read again for this doubtful read any more."""
    for request in work.session.scalars(
        sa.select(ReadRequest).filter_by(doubtful_id=one.id, state=RequestState.OPEN)
    ):
        request.state = RequestState.WITHDRAWN


def answer_wish(request: ReadRequest, read_on: date) -> bool:
    """A read of the day a customer asked for it, or later, answers that; whether it did."""
    if request.doubtful_id is not None or read_on < request.asked_on:
        return False
    request.state, request.answered_on = RequestState.ANSWERED, read_on
    return True


def prove(session: orm.Session) -> Iterator[Finding]:
    """A read is marked as reversed exactly where a reversal stands, and only where no bill rests on it."""
    rows = session.execute(
        sa.select(RegisterRead.id, RegisterRead.reversed, RegisterRead.bills, ReadReversal.id)
        .outerjoin(ReadReversal, ReadReversal.read_id == RegisterRead.id)
        .where(sa.or_(RegisterRead.reversed != 0, ReadReversal.id.is_not(None)))
    )
    for read_id, reversed_, bills, reversal in rows:
        if bool(reversed_) != (reversal is not None):
            what = Text("Its mark and its reversal disagree")
            yield Finding("I15", RegisterRead.__tablename__, read_id, "reversal_differs", what)
        elif bills:
            what = Text("A bill rests on a reversed reading")
            yield Finding("I15", RegisterRead.__tablename__, read_id, "billed_reversed", what)
