"""A till handed over: what one cashier counted and closed, the next one opens with, in one step."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.counter.records import CashSheet, LeftTill, TakeOverOrder, TillOpened
from desktop.counter.service.till import begin_session, session_of
from desktop.counter.tables import CashSheetIssued, HandOver, Till, TillClosed, TillSession
from desktop.kernel import canonical
from desktop.kernel.errors import Refused
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query


@query("counter.open_till")
def left_till(work: Work, _request: None) -> LeftTill | None:
    """What somebody else left in this station's till when closing it today, still to be taken over; else None."""
    found = _left(work)
    return None if found is None else found[1]


def _left(work: Work) -> tuple[TillClosed, LeftTill] | None:
    """The newest close of this station's till, while it is closed and nobody took it over."""
    if session_of(work) is not None:
        return None
    newest = work.session.execute(
        sa.select(TillClosed, CashSheetIssued.content)
        .join(TillSession, TillSession.id == TillClosed.till_session_id)
        .join(Till, Till.id == TillSession.till_id)
        .join(CashSheetIssued, CashSheetIssued.till_closed_id == TillClosed.id)
        .where(Till.station_id == work.station.id)
        .order_by(TillSession.opened_at.desc(), TillSession.id.desc())
        .limit(1)
    ).one_or_none()
    if newest is None:
        return None
    row, sheet = newest[0], canonical.load(CashSheet, newest.content)
    taken = work.session.scalar(sa.select(sa.exists().where(HandOver.till_closed_id == row.id)))
    today = work.local(row.closed_at).date() == work.today
    if taken or not today or row.user_id == work.actor.id:
        return None
    counted = sheet.counted
    return row, LeftTill(sheet.number, sheet.closed_by, sheet.closed_at, counted.amount, counted.pieces)


@operation("counter.open_till")
def take_over_till(work: Work, order: TakeOverOrder) -> TillOpened:
    """Open this station's till with what another cashier counted and closed it with today, and keep that it was so.

    The cash goes through the safe in the books as at any close and opening. Refused once the till was opened since.
    """
    found = _left(work)
    if found is None or found[1].cash_sheet != order.cash_sheet:
        raise Refused(Text("Nobody handed this till over: open it with a count of your own."))
    closed, left = found
    opened = begin_session(work, left.amount, left.pieces)
    work.add(HandOver(id=work.new_id(), till_closed_id=closed.id, till_session_id=opened.session_id))
    work.session.flush()
    return opened


def prove_hand_overs(session: orm.Session) -> Iterator[Finding]:
    """Whoever took a till over began with what was counted before, in the same till, and was somebody else."""
    before = orm.aliased(TillSession)
    rows = session.execute(
        sa.select(HandOver.id)
        .join(TillClosed, TillClosed.id == HandOver.till_closed_id)
        .join(before, before.id == TillClosed.till_session_id)
        .join(TillSession, TillSession.id == HandOver.till_session_id)
        .where(
            sa.or_(
                TillSession.opening_float != TillClosed.counted,
                TillSession.till_id != before.till_id,
                TillSession.user_id == TillClosed.user_id,
            )
        )
    )
    for (key,) in rows:
        words = Text("A till was not taken over with what was counted in it")
        yield Finding("I18", HandOver.__tablename__, key, "hand_over", words)
