"""Who does which part of a run: shares of accounts along the walking order, each with one worker at a time.

Truth is what a draft says of itself; a share only keeps workers out of each other's way. While one does a chunk of its
share the database holds the share's row for it, so that no two ever do the same chunk, whatever any clock says. Between
chunks it is the worker's by a lease, counted by the clock of the database. One that has nothing else left to do takes
over what is leased as well: a worker that was killed delays nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.records import ShareJob, ShareOrder, SharesLeft
from desktop.billing.service.looks import find_run
from desktop.billing.tables import BillDraft, BillShare, BillStop
from desktop.contracts.tables import SupplyContract
from desktop.kernel.database import Moment
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.metering.tables import RouteStop

LEASE = timedelta(seconds=10)
"""How long a worker that says nothing keeps its share from those who have others to do."""

FULL, MOST = 500, 2_000
"""A share ends with a reading route once it has so many accounts; with so many it ends inside one."""


class NothingFree(Refused):
    """Every share that is left is being worked on at this moment."""

    def __init__(self) -> None:
        super().__init__(Text("Others are at work on all that is left."))


def share_out(work: Work, run_id: UUID, job: ShareJob, wanted: sa.ColumnElement[bool]) -> int:
    """Divide the wanted drafts of a run into shares, how many; those of before are gone, and whose they were takes new.

    The caller's operation is a shared one: it waits for the chunks that are being done.
    """
    for table in (BillShare, BillStop):
        mine = sa.delete(table).where(table.run_id == run_id, table.job == job)
        work.session.execute(mine, execution_options={"synchronize_session": False})
    rows = [
        {
            "run_id": run_id,
            "job": job,
            "first": places[0],
            "last": places[-1],
            "district_id": work.station.district_id,
            "after": places[0] - 1,
            "accounts": len(places),
            "done": 0,
            "holder": None,
            "held_until": None,
        }
        for places in cut(_walk(work, run_id, wanted))
    ]
    work.insert_many(BillShare, rows)
    return len(rows)


def _of(run_id: UUID, job: ShareJob) -> tuple[sa.ColumnElement[bool], ...]:
    return BillShare.run_id == run_id, BillShare.job == job


def _now(work: Work) -> datetime:
    """The clock of the database: those of the workers may be anything."""
    now: datetime = work.rows(_CLOCK).scalar_one()
    return now


_CLOCK = sa.select(sa.type_coerce(sa.func.current_timestamp(), Moment()))


def _walk(work: Work, run_id: UUID, wanted: sa.ColumnElement[bool]) -> Iterator[tuple[int, str | None]]:
    """The places of the wanted drafts in walking order, each with its reading route."""
    rows = work.session.execute(
        sa.select(BillDraft.position, sa.func.min(sa.cast(RouteStop.route_id, sa.Text)))
        .outerjoin(SupplyContract, SupplyContract.contract_account_id == BillDraft.contract_account_id)
        .outerjoin(RouteStop, RouteStop.service_point_id == SupplyContract.service_point_id)
        .where(BillDraft.run_id == run_id, wanted)
        .group_by(BillDraft.position)
        .order_by(BillDraft.position)
        .execution_options(yield_per=5_000)
    )
    yield from rows


def cut(walk: Iterable[tuple[int, object]]) -> Iterator[list[int]]:
    """Places together: whole routes as far as they go."""
    places: list[int] = []
    before: object = None
    for place, route in walk:
        if (len(places) >= FULL and route != before) or len(places) >= MOST:
            yield places
            places = []
        places.append(place)
        before = route
    if places:
        yield places


def take(work: Work, order: ShareOrder, job: ShareJob) -> BillShare:
    """A share to go on with: one's own, else a free one, else one that nobody works on at this very moment.

    It is locked until the end of the transaction. `NothingFree` where there is none.
    """
    mine: dict[str, Any] = {"run": order.run_id, "job": job}
    if work.rows(_STOPPED, mine).first() is not None:
        raise NothingFree
    now = _now(work)
    share = work.session.scalars(_FREE, mine | {"holder": order.holder, "now": now}).first()
    if share is None:
        raise NothingFree
    share.holder, share.held_until = order.holder, now + LEASE
    return share


_STOPPED = sa.select(BillStop.stopped_by).where(
    BillStop.run_id == sa.bindparam("run"), BillStop.job == sa.bindparam("job")
)
_FREE = (
    sa.select(BillShare)
    .where(BillShare.run_id == sa.bindparam("run"), BillShare.job == sa.bindparam("job"))
    .where(BillShare.after < BillShare.last)
    .order_by(
        sa.case(
            (BillShare.holder == sa.bindparam("holder"), 0),
            (sa.or_(BillShare.holder.is_(None), BillShare.held_until < sa.bindparam("now")), 1),
            else_=2,
        ),
        BillShare.first,
    )
    .limit(1)
    .with_for_update(skip_locked=True)
)


def upcoming(wanted: sa.ColumnElement[bool]) -> sa.Select[UUID, int]:
    """What `next_accounts` asks for the wanted drafts: made once, where they are named."""
    return (
        sa.select(BillDraft.contract_account_id, BillDraft.position)
        .where(
            BillDraft.run_id == sa.bindparam("run"),
            BillDraft.position > sa.bindparam("after"),
            BillDraft.position <= sa.bindparam("last"),
            wanted,
        )
        .order_by(BillDraft.position)
        .limit(sa.bindparam("limit"))
    )


def next_accounts(work: Work, share: BillShare, limit: int, wanted: sa.Select[UUID, int]) -> tuple[UUID, ...]:
    """The next accounts of a taken share, asked for by an `upcoming`.

    The share moves on behind them; at its end it is nobody's.
    """
    named = {"run": share.run_id, "after": share.after, "last": share.last, "limit": limit}
    rows = work.rows(wanted, named).all()
    share.after = rows[-1].position if rows else share.last
    share.done += len(rows)
    if share.after >= share.last:
        share.holder = share.held_until = None
    return tuple(row.contract_account_id for row in rows)


@query("billing.view")
def shares_left(work: Work, asked: tuple[UUID, ShareJob]) -> SharesLeft:
    """How much of drafting or issuing a run is left, whoever works on it."""
    return left_of(work, *asked)


def left_of(work: Work, run_id: UUID, job: ShareJob) -> SharesLeft:
    """The same, for whoever asks within their own work."""
    row = work.session.execute(
        sa.select(
            sa.func.count(), sa.func.coalesce(sa.func.sum(BillShare.accounts - BillShare.done), 0)
        ).where(*_of(run_id, job), BillShare.after < BillShare.last)
    ).one()
    stop = work.session.get(BillStop, (run_id, job))
    return SharesLeft(int(row[0]), int(row[1]), "" if stop is None else stop.stopped_by)


@operation("billing.run", shared=True)
def stop_run(work: Work, run_number: str) -> SharesLeft:
    """Stop drafting or issuing a run, whoever works on it: each leaves it at the next chunk; what is done stays."""
    run = find_run(work, run_number)
    for job in ShareJob:
        left = left_of(work, run.id, job)
        if left.open and not left.stopped_by:
            row = {
                "run_id": run.id, "job": job, "district_id": work.station.district_id,
                "stopped_by": work.actor.name,
            }  # fmt: skip
            work.insert_many(BillStop, [row])
            return SharesLeft(left.open, left.accounts, work.actor.name)
    raise Refused(Text("Nobody works on run {number}.", number=run.number))
