"""What a hall's safe should hold: all that came and went, by the ledger's own movements."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desktop.counter.records import MovementKind
from desktop.counter.tables import Till, TillMovement, TillSession
from desktop.kernel.measures import Money
from desktop.kernel.work import Work
from desktop.staff.tables import Hall, Station
from desktop.treasury.tables import Deposit, SafeCount, SafeReversal

MOVE = "treasury.move_cash"
INTO_SAFE = (MovementKind.TURN_IN, MovementKind.DROP)


def stands(source: type[SafeCount] | type[Deposit]) -> sa.ColumnElement[bool]:
    """Whether a count or a deposit was not taken back."""
    return ~sa.exists().where(SafeReversal.source_id == source.id)


def _movements(work: Work) -> sa.Select[*tuple[Any, ...]]:
    """What moved between the tills of this hall and its safe."""
    return (
        sa.select(sa.func.sum(TillMovement.amount))
        .join(TillSession, TillSession.id == TillMovement.till_session_id)
        .join(Till, Till.id == TillSession.till_id)
        .join(Station, Station.id == Till.station_id)
        .where(Station.hall_id == work.station.hall_id)
    )


def _sum(work: Work, found: sa.Select[*tuple[Any, ...]]) -> Money:
    return work.session.scalar(found) or Money(0)


def turned_in(work: Work, since: datetime | None) -> Money:
    """What tills brought into the safe since a moment, or ever."""
    found = _movements(work).where(TillMovement.kind.in_(INTO_SAFE))
    return _sum(work, found if since is None else found.where(TillMovement.moved_at > since))


def expected(work: Work) -> Money:
    """What should be in the safe: all that came and went, and the differences of its counts."""
    counts = sa.select(SafeCount.counted, SafeCount.expected).where(
        SafeCount.hall_id == work.station.hall_id,
        SafeCount.posting_set_id.is_not(None),
        stands(SafeCount),
    )
    found = Money.total([counted - expected for counted, expected in work.session.execute(counts)])
    deposits = sa.select(sa.func.sum(Deposit.amount)).where(
        Deposit.hall_id == work.station.hall_id, stands(Deposit)
    )
    moved = _movements(work)
    into = _sum(work, moved.where(TillMovement.kind.in_(INTO_SAFE)))
    out = _sum(work, moved.where(TillMovement.kind.not_in(INTO_SAFE)))
    return into - out + found - _sum(work, deposits)


def alone(work: Work) -> None:
    """Whoever changes the safe of a hall does it after all others who began before: its sums are read only now."""
    work.claim(Hall, [work.station.hall_id])
