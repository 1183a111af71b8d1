"""The tills of a hall as they stand now: who, since when, what should be in the drawer, the last payment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

import sqlalchemy as sa

from desktop.counter import service as counter
from desktop.counter.records import CashLimit, TenderKind
from desktop.counter.tables import DrawerLimit, Payment, Receipt, Tender, Till, TillSession
from desktop.kernel.measures import Money
from desktop.kernel.work import Work, query
from desktop.staff.tables import Station, User
from desktop.treasury.records import DrawerRow, TillState

DRAWERS = "counter.view_drawers"


def kept_here(work: Work) -> tuple[sa.ColumnElement[bool], ...]:
    """Payments in this hall that were not reversed; of a question that joins them with their station."""
    return (Station.hall_id == work.station.hall_id, ~counter.taken_back())


def kept_today(work: Work) -> tuple[sa.ColumnElement[bool], ...]:
    """The same, since midnight."""
    midnight = datetime.combine(work.today, time(0), work.country.zone)
    return (*kept_here(work), Payment.paid_at >= midnight)


@query(DRAWERS)
def drawers(work: Work, _request: None) -> tuple[DrawerRow, ...]:
    """Every workplace of the hall with its till: who, since when, what is in the drawer and was taken today."""
    limits = [
        counter.holding(one, Station.id, Station.hall_id)
        for one in (DrawerLimit.told_above, DrawerLimit.refused_above)
    ]
    rows = work.session.execute(
        sa.select(Station, TillSession, User.name, counter.counting(), *limits)
        .outerjoin(Till, Till.station_id == Station.id)
        .outerjoin(TillSession, sa.and_(TillSession.till_id == Till.id, TillSession.closed_at.is_(None)))
        .outerjoin(User, User.id == TillSession.user_id)
        .where(Station.hall_id == work.station.hall_id)
        .order_by(Station.code)
    ).all()
    taken = _taken(work, kept_today(work))
    since = _taken(work, [*kept_here(work), TillSession.closed_at.is_(None)])
    sessions: list[TillSession | None] = [row[1] for row in rows]
    last = _last(work, [session.id for session in sessions if session is not None])
    found = []
    for station, session, cashier, counted, told, refused in rows:
        opened: TillSession | None = session
        shift, day = since[station.id], taken[station.id]
        paid = None if opened is None else last.get(opened.id)
        found.append(
            DrawerRow(
                till_name=station.name,
                state=_state(opened, bool(counted)),
                cashier=cashier or "",
                opened_at=None if opened is None else work.local(opened.opened_at),
                receipts=sum(count for count, _ in shift.values()),
                cash=Money(0) if opened is None else counter.in_drawer(work, opened),
                last_at=None if paid is None else work.local(paid[0]),
                last_amount=Money(0) if paid is None else paid[1],
                taken=Money.total([amount for _, amount in day.values()]),
                taken_cash=day[TenderKind.CASH][1],
                till_code=station.code,
                limit=CashLimit(told, refused),
            )
        )
    return tuple(found)


def _state(session: TillSession | None, counted: bool) -> TillState:
    if session is None:
        return TillState.CLOSED
    return TillState.COUNTING if counted else TillState.OPEN


_Takings = defaultdict[TenderKind, tuple[int, Money]]
"""How many receipts and how much, by kind of tender."""


def _taken(work: Work, where: Sequence[sa.ColumnElement[bool]]) -> defaultdict[UUID, _Takings]:
    """The takings of each station."""
    found: defaultdict[UUID, _Takings] = defaultdict(lambda: defaultdict(lambda: (0, Money(0))))
    rows = work.session.execute(
        sa.select(Station.id, Tender.kind, sa.func.count(Receipt.id), sa.func.sum(Tender.amount))
        .select_from(Tender)
        .join(Payment, Payment.id == Tender.payment_id)
        .outerjoin(Receipt, Receipt.payment_id == Payment.id)
        .join(TillSession, TillSession.id == Payment.till_session_id)
        .join(Till, Till.id == TillSession.till_id)
        .join(Station, Station.id == Till.station_id)
        .where(*where)
        .group_by(Station.id, Tender.kind)
    )
    for station_id, kind, count, amount in rows:
        found[station_id][kind] = (count, amount)
    return found


def _last(work: Work, session_ids: Sequence[UUID]) -> dict[UUID, tuple[datetime, Money]]:
    """The last payment of each session: when, and how much, all accounts of one tender together."""
    newest = (
        sa.select(Payment.till_session_id, sa.func.max(Payment.paid_at).label("paid_at"))
        .where(Payment.till_session_id.in_(session_ids))
        .group_by(Payment.till_session_id)
        .subquery()
    )
    same = sa.and_(Payment.till_session_id == newest.c.till_session_id, Payment.paid_at == newest.c.paid_at)
    rows = work.session.execute(
        sa.select(Payment.till_session_id, Payment.paid_at, sa.func.sum(Payment.amount))
        .join(newest, same)
        .group_by(Payment.till_session_id, Payment.paid_at)
    )
    return {key: (at, amount) for key, at, amount in rows if key is not None}
