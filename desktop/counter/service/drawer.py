"""What should be in a drawer now, and how much of it one may hold before it is brought to the safe."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.counter.records import CashLimit, CashLimitOrder, MovementKind, TenderKind
from desktop.counter.service.standing import taken_back
from desktop.counter.tables import (
    DrawerLimit,
    Payment,
    PaymentReversal,
    Refund,
    Tender,
    TillMovement,
    TillSession,
)
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.staff.tables import Station

_NOTHING = Money(0)


def in_drawer(work: Work, session: TillSession) -> Money:
    """What should be in the drawer of a session now; whoever counts it is not told before."""
    return session.opening_float + _moved(work, session.id)


def _moved(work: Work, session_id: UUID) -> Money:
    """Cash in less cash out of a session since it was opened, in one question."""
    mine = sa.and_(Tender.kind == TenderKind.CASH, Payment.till_session_id == session_id)
    paid = sa.select(sa.func.sum(Tender.amount)).join(Payment, Payment.id == Tender.payment_id).where(mine)
    others = (
        sa.exists().where(PaymentReversal.payment_id == Payment.id),
        sa.exists().where(Refund.payment_id == Payment.id),
    )
    in_books = paid.where(taken_back(), *(~one for one in others))
    given = (
        sa.select(sa.func.sum(Tender.amount))
        .join(PaymentReversal, PaymentReversal.payment_id == Tender.payment_id)
        .where(PaymentReversal.till_session_id == session_id)
    )
    refunded = sa.select(sa.func.sum(Refund.amount)).where(
        Refund.till_session_id == session_id, Refund.kind == TenderKind.CASH
    )

    def moved(kind: MovementKind) -> sa.Select[Any]:
        return sa.select(sa.func.sum(TillMovement.amount)).where(
            TillMovement.till_session_id == session_id, TillMovement.kind == kind
        )

    parts = (paid, moved(MovementKind.FLOAT), in_books, given, refunded, moved(MovementKind.DROP))
    row = work.session.execute(sa.select(*(one.scalar_subquery() for one in parts))).one()
    into, out = ([one or _NOTHING for one in half] for half in (row[:2], row[2:]))
    return Money.total(into) - Money.total(out)


# How much it may hold


@operation("counter.set_cash_limit")
def set_cash_limit(work: Work, order: CashLimitOrder) -> CashLimit:
    """From now on a till, or all of the hall without one of their own, may hold so much cash.

    Above the first amount the counter asks to bring cash to the safe, above the second it takes no more before that.
    """
    limit = order.limit
    amounts = [one for one in (limit.told_above, limit.refused_above) if one is not None]
    if any(one.raw <= 0 for one in amounts):
        raise Refused(Text("A limit of cash is more than nothing; leave it empty for none."))
    if len(amounts) == 2 and amounts[0] > amounts[1]:
        raise Refused(
            Text("Cash is refused above {refused} and asked for above {told}: the first is the larger one.",
                 refused=amounts[1], told=amounts[0])
        )  # fmt: skip
    row = DrawerLimit(
        id=work.new_id(),
        hall_id=work.station.hall_id,
        station_id=_station(work, order.till) if order.till.strip() else None,
        told_above=limit.told_above,
        refused_above=limit.refused_above,
        set_at=work.at_after(sa.select(DrawerLimit.set_at).filter_by(hall_id=work.station.hall_id)),
        set_by=work.actor.name,
    )
    work.add(row)
    work.session.flush()
    return limit


def _station(work: Work, code: str) -> UUID:
    here = sa.select(Station.id).filter_by(hall_id=work.station.hall_id, code=code.strip())
    found: UUID | None = work.session.scalar(here)
    if found is None:
        raise NotFound(Text("No till of this hall has the code {code}.", code=code))
    return found


def holding(column: Any, station: Any, hall: Any) -> sa.ScalarSelect[Any]:
    """A column of the limit that holds at a station: its own newest, or that of its hall."""
    return (
        sa.select(column)
        .where(
            DrawerLimit.hall_id == hall,
            sa.or_(DrawerLimit.station_id == station, DrawerLimit.station_id.is_(None)),
        )
        .order_by(DrawerLimit.station_id.is_(None), DrawerLimit.set_at.desc(), DrawerLimit.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def limit_here(work: Work) -> CashLimit:
    """How much cash the drawer of this station may hold."""
    where = work.station.id, work.station.hall_id
    row = work.session.execute(
        sa.select(holding(DrawerLimit.told_above, *where), holding(DrawerLimit.refused_above, *where))
    ).one()
    return CashLimit(*row)


def check_room(work: Work, session_id: UUID, opening: Money, refused_above: Money | None) -> None:
    """Refuse cash while the drawer of a session holds more than it may; how much that is, is not told: counts are
    blind."""
    if refused_above is not None and opening + _moved(work, session_id) > refused_above:
        raise Refused(
            Text(
                "The drawer holds as much cash as it may. Bring some of it to the safe, then take this payment;"
                " other tenders are taken as before."
            )
        )
