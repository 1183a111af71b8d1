"""Tills: opened with a count, cash to and from the safe, and what their shift took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from desktop.counter import rules
from desktop.counter.records import (
    AT_COUNTER,
    CountKind,
    MovementKind,
    MovementOrder,
    MovementRow,
    Piece,
    ReceiptIssued,
    Shift,
    ShiftReceipt,
    TillOpened,
    TillOrder,
)
from desktop.counter.service.drawer import in_drawer, limit_here
from desktop.counter.tables import CashCount, Payment, Receipt, Tender, Till, TillMovement, TillSession
from desktop.kernel import canonical
from desktop.kernel.errors import Refused
from desktop.kernel.journal import Series
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.records import Role
from desktop.staff.tables import User

RECEIPT = "receipt"
LATEST = 3
INTO_TILL = (MovementKind.OPENING, MovementKind.FLOAT)


def counting() -> sa.ColumnElement[bool]:
    """Whether a session is being counted to be closed: it takes and gives no money any more."""
    counted = sa.exists().where(
        CashCount.till_session_id == TillSession.id, CashCount.kind == CountKind.CLOSING
    )
    found: sa.ColumnElement[bool] = counted.correlate(TillSession)
    return found


def session_of(work: Work) -> tuple[Till, TillSession] | None:
    """This station's till with its session, being counted or not; None while it is closed."""
    return _session(work)


def open_session(work: Work) -> tuple[Till, TillSession] | None:
    """This station's till with the session that takes money; None while it is closed, or being counted.

    Whoever writes into the session meets a trigger that shares its row until the commit, and is sent back where
    the session was counted meanwhile: a payment and a close never both go through.
    """
    return _session(work, ~counting())


def _session(work: Work, *where: sa.ColumnElement[bool]) -> tuple[Till, TillSession] | None:
    row = work.session.execute(
        sa.select(Till, TillSession)
        .join(TillSession, TillSession.till_id == Till.id)
        .where(Till.station_id == work.station.id, TillSession.closed_at.is_(None), *where)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def not_taking(work: Work) -> Refused:
    """Why this station's till takes no money."""
    if session_of(work) is None:
        return Refused(Text("The till is closed: open it with its float first."))
    return Refused(Text("The till is being counted and takes no money: close it, then open it again."))


@query("counter.view")
def till(work: Work, _request: None) -> TillOpened | None:
    """The open session of this station's till; None while it is closed."""
    found = session_of(work)
    return None if found is None else _room(work, found[1], _opened(work, *found))


def _room(work: Work, session: TillSession, opened: TillOpened) -> TillOpened:
    """The same with whether its drawer holds more cash than it may."""
    limit = limit_here(work)
    if limit.told_above is None and limit.refused_above is None:
        return opened
    held = in_drawer(work, session)
    full, refuses = (one is not None and held > one for one in (limit.told_above, limit.refused_above))
    return replace(opened, full=full or refuses, refuses=refuses)


@query("counter.view")
def shift(work: Work, _request: None) -> Shift | None:
    """What this station's till took since it was opened; None while it is closed."""
    found = session_of(work)
    if found is None:
        return None
    taken = sa.select(Tender.kind, sa.func.count()).join(Payment, Payment.id == Tender.payment_id)
    proven = taken.join(Receipt, Receipt.payment_id == Payment.id)
    of_shift = proven.where(Payment.till_session_id == found[1].id).group_by(Tender.kind)
    counts = {row[0]: row[1] for row in work.session.execute(of_shift)}
    latest = work.session.execute(
        sa.select(Payment.paid_at, Receipt.content, Tender.kind)
        .join(Receipt, Receipt.payment_id == Payment.id)
        .join(Tender, Tender.payment_id == Payment.id)
        .where(Payment.till_session_id == found[1].id)
        .order_by(Receipt.running.desc())
        .limit(LATEST)
    )
    return Shift(
        counts=tuple((kind, counts.get(kind, 0)) for kind in AT_COUNTER),
        latest=tuple(
            ShiftReceipt(work.local(row.paid_at), one.number, one.customer_name, row.kind, one.amount)
            for row in latest
            for one in [canonical.load(ReceiptIssued, row.content)]
        ),
    )


def _opened(work: Work, drawer: Till, session: TillSession) -> TillOpened:
    receipts = work.session.scalar(
        sa.select(sa.func.count(Receipt.id))
        .join(Payment, Payment.id == Receipt.payment_id)
        .where(Payment.till_session_id == session.id)
    )
    last = work.session.scalar(
        sa.select(Series.last).filter_by(owner_id=work.station.id, kind=RECEIPT, year=work.today.year)
    )
    counted = work.session.scalar(
        sa.select(sa.func.count()).select_from(TillSession).where(TillSession.id == session.id, counting())
    )
    return TillOpened(
        session_id=session.id,
        till_code=drawer.code,
        till_name=drawer.name,
        opened_at=work.local(session.opened_at),
        receipts=receipts or 0,
        next_receipt=rules.receipt_number(work.station.code, work.today.year, (last or 0) + 1),
        counted=bool(counted),
    )


@operation("counter.open_till")
def open_till(work: Work, order: TillOrder) -> TillOpened:
    """Open this station's till with a float from the safe, counted. Refused while it is open."""
    if order.opening_float.raw < 0:
        raise Refused(Text("The float cannot be negative."))
    objection = rules.count_objection(order.opening_float, order.pieces)
    if objection is not None:
        raise Refused(objection)
    return begin_session(work, order.opening_float, order.pieces)


def begin_session(work: Work, amount: Money, pieces: Sequence[Piece]) -> TillOpened:
    """Open this station's till with an amount from the safe, counted as ``pieces``. Refused while it is open."""
    if session_of(work) is not None:
        raise Refused(Text("The till is open already."))
    drawer = work.session.scalar(sa.select(Till).filter_by(station_id=work.station.id))
    if drawer is None:
        drawer = Till(
            id=work.new_id(), station_id=work.station.id, code=work.station.code, name=work.station.name
        )
        work.add(drawer)
        work.session.flush()
    session = TillSession(
        id=work.new_id(),
        till_id=drawer.id,
        user_id=work.actor.id,
        opened_at=work.at_after(sa.select(TillSession.opened_at).filter_by(till_id=drawer.id)),
        opening_float=amount,
        closed_at=None,
    )
    work.add(session)
    work.session.flush()
    keep_count(work, session.id, CountKind.OPENING, amount, pieces)
    if amount:
        keep_movement(work, session.id, MovementKind.OPENING, amount)
    return _opened(work, drawer, session)


def keep_count(
    work: Work, session_id: UUID, kind: CountKind, amount: Money, pieces: Sequence[Piece]
) -> CashCount:
    """Keep a count of a drawer as it was made; kinds of notes there are none of are left out."""
    row = CashCount(
        id=work.new_id(),
        till_session_id=session_id,
        kind=kind,
        user_id=work.actor.id,
        counted_at=work.at_after(sa.select(CashCount.counted_at).filter_by(till_session_id=session_id)),
        amount=amount,
        pieces=canonical.dump(tuple(piece for piece in pieces if piece.count)),
    )
    work.add(row)
    work.session.flush()
    return row


# Till and safe


@operation("counter.move_cash")
def move_cash(work: Work, order: MovementOrder) -> MovementRow:
    """Move cash between this station's till and the safe while the till is open; a balanced posting set of its own."""
    if order.amount.raw <= 0:
        raise Refused(Text("The amount must be more than zero."))
    if order.kind not in (MovementKind.FLOAT, MovementKind.DROP):
        raise Refused(Text("Say whether cash goes to the safe or comes from it."))
    opened = open_session(work)
    if opened is None:
        raise not_taking(work)
    row = keep_movement(work, opened[1].id, order.kind, order.amount, " ".join(order.note.split()))
    return MovementRow(row.kind, work.local(row.moved_at), work.actor.name, row.amount, row.note)


def keep_movement(
    work: Work, session_id: UUID, kind: MovementKind, amount: Money, note: str = ""
) -> TillMovement:
    """Post and keep cash that moves between a session's drawer and the safe."""
    if kind in INTO_TILL:
        set_id = ledger.transfer(work, "till_float", Role.TILL_CASH, Role.SAFE, amount)
    else:
        set_id = ledger.transfer(work, "till_drop", Role.SAFE, Role.TILL_CASH, amount)
    row = TillMovement(
        id=work.new_id(),
        till_session_id=session_id,
        kind=kind,
        user_id=work.actor.id,
        moved_at=work.at,
        amount=amount,
        note=note,
        posting_set_id=set_id,
    )
    work.add(row)
    work.session.flush()
    return row


def movements(work: Work, session_id: UUID) -> tuple[MovementRow, ...]:
    """The cash that moved between a session's drawer and the safe, in order."""
    rows = work.session.execute(
        sa.select(TillMovement.kind, TillMovement.moved_at, User.name, TillMovement.amount, TillMovement.note)
        .join(User, User.id == TillMovement.user_id)
        .where(TillMovement.till_session_id == session_id)
        .order_by(TillMovement.moved_at, TillMovement.id)
    )
    return tuple(
        MovementRow(row.kind, work.local(row.moved_at), row.name, row.amount, row.note) for row in rows
    )
