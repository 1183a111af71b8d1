"""Counts of a hall's safe: each stays as it was made, and a difference is booked once somebody says why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.counter import rules as counting
from desktop.kernel import canonical
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.ledger import service as ledger
from desktop.ledger.records import Role
from desktop.staff.tables import User
from desktop.treasury.records import SafeCounted, SafeKind, SafeOrder, SafeRow, SettleOrder
from desktop.treasury.service.safe_sums import MOVE, alone, expected
from desktop.treasury.tables import Deposit, SafeCount, SafeReversal, SafeTally

LONGEST_REASON = 500


@operation(MOVE)
def count_safe(work: Work, order: SafeOrder) -> SafeCounted:
    """Keep a count of this hall's safe, whatever it comes to; what should be there is told by the answer.

    A difference waits for its reason (`settle_count`) and is not booked before. A second count is another fact beside
    the first.
    """
    objection = counting.count_objection(order.amount, order.pieces)
    if objection is not None:
        raise Refused(objection)
    alone(work)
    hall_id = work.station.hall_id
    row = SafeTally(
        id=work.new_id(),
        hall_id=hall_id,
        user_id=work.actor.id,
        counted_at=work.at_after(
            sa.select(SafeTally.counted_at).filter_by(hall_id=hall_id),
            sa.select(SafeReversal.reversed_at).where(_of_hall(hall_id)),
        ),
        expected=expected(work),
        counted=order.amount,
        pieces=canonical.dump(tuple(piece for piece in order.pieces if piece.count)),
    )
    work.add(row)
    work.session.flush()
    return (
        SafeCounted(row.id, row.expected, row.counted)
        if row.counted != row.expected
        else _settle(work, row, "")
    )


@operation(MOVE)
def settle_count(work: Work, order: SettleOrder) -> SafeCounted:
    """Book the difference of a count of this hall's safe, with its reason.

    Refused for a count that is settled, one that another count followed, and where something was taken back since:
    what should have been there was another sum then.
    """
    reason = " ".join(order.reason.split())
    alone(work)
    row: SafeTally | None = work.session.scalar(
        sa.select(SafeTally).filter_by(id=order.source_id, hall_id=work.station.hall_id)
    )
    if row is None:
        raise NotFound(Text("There is no such count in this hall."))
    if work.session.get(SafeCount, row.id) is not None:
        raise Refused(Text("The difference of this count is booked already."))
    if row.id != waiting(work):
        raise Refused(
            Text("The safe was counted again since, or something was taken back: count it once more.")
        )
    if not reason:
        difference = row.counted - row.expected
        raise Refused(
            Text("The count differs by {difference}: say why, or that nobody knows.", difference=difference)
        )
    if len(reason) > LONGEST_REASON:
        raise Refused(Text("Say it in {most} letters at most.", most=LONGEST_REASON))
    return _settle(work, row, reason)


def _settle(work: Work, tally: SafeTally, reason: str) -> SafeCounted:
    """The booked count has the id and the moment of the count it is of."""
    set_id, difference = None, tally.counted - tally.expected
    if difference.raw > 0:
        set_id = ledger.transfer(work, "safe_difference", Role.SAFE, Role.OVER_SHORT, difference)
    elif difference:
        set_id = ledger.transfer(work, "safe_difference", Role.OVER_SHORT, Role.SAFE, -difference)
    row = SafeCount(
        id=tally.id,
        hall_id=tally.hall_id,
        user_id=work.actor.id,
        counted_at=tally.counted_at,
        expected=tally.expected,
        counted=tally.counted,
        pieces=tally.pieces,
        reason=reason,
        posting_set_id=set_id,
    )
    work.add(row)
    work.session.flush()
    return SafeCounted(row.id, row.expected, row.counted, booked=True)


def waiting(work: Work) -> UUID | None:
    """The count of this hall's safe that waits for its reason: the newest, where nothing was taken back since."""
    hall_id = work.station.hall_id
    newest = work.session.execute(
        sa.select(SafeTally.id, SafeTally.counted_at, SafeCount.id.label("booked"))
        .outerjoin(SafeCount, SafeCount.id == SafeTally.id)
        .where(SafeTally.hall_id == hall_id)
        .order_by(SafeTally.counted_at.desc(), SafeTally.id.desc())
        .limit(1)
    ).first()
    if newest is None or newest.booked is not None:
        return None
    back = sa.select(SafeReversal.id).where(SafeReversal.reversed_at > newest.counted_at, _of_hall(hall_id))
    return None if work.session.scalar(back.limit(1)) is not None else newest.id


def _of_hall(hall_id: UUID) -> sa.ColumnElement[bool]:
    """Whether what was taken back is of a hall's safe."""
    return sa.or_(
        *(sa.exists().where(one.id == SafeReversal.source_id, one.hall_id == hall_id)
          for one in (SafeCount, Deposit))
    )  # fmt: skip


def count_rows(work: Work, shown: int, *where: sa.ColumnElement[bool]) -> list[SafeRow]:
    """The counts that are booked, newest first."""
    counter = orm.aliased(User)
    rows = work.session.execute(
        sa.select(SafeCount, User.name, counter.name, SafeReversal.reason)
        .join(User, User.id == SafeCount.user_id)
        .outerjoin(SafeTally, SafeTally.id == SafeCount.id)
        .outerjoin(counter, counter.id == SafeTally.user_id)
        .outerjoin(SafeReversal, SafeReversal.source_id == SafeCount.id)
        .where(SafeCount.hall_id == work.station.hall_id, *where)
        .order_by(SafeCount.counted_at.desc())
        .limit(shown)
    )
    return [
        SafeRow(
            at=work.local(row.counted_at),
            kind=SafeKind.COUNT,
            paper=row.reason,
            till_name="",
            by=by if counted_by in (by, None) else f"{counted_by}, {by}",
            amount=row.counted - row.expected,
            counted=row.counted,
            source_id=row.id,
            taken_back=back,
        )
        for row, by, counted_by, back in rows
    ]


def unbooked_rows(work: Work, shown: int) -> list[SafeRow]:
    """The counts whose difference is not booked, newest first."""
    rows = work.session.execute(
        sa.select(SafeTally, User.name)
        .join(User, User.id == SafeTally.user_id)
        .where(SafeTally.hall_id == work.station.hall_id, ~sa.exists().where(SafeCount.id == SafeTally.id))
        .order_by(SafeTally.counted_at.desc())
        .limit(shown)
    )
    return [
        SafeRow(
            at=work.local(row.counted_at),
            kind=SafeKind.COUNT,
            paper="",
            till_name="",
            by=by,
            amount=row.counted - row.expected,
            counted=row.counted,
            source_id=row.id,
            booked=False,
        )
        for row, by in rows
    ]


def prove_counts(session: orm.Session) -> Iterator[Finding]:
    """A booked count is what was counted, and one that fitted is booked."""
    rows: Any = session.execute(
        sa.select(SafeTally, SafeCount).outerjoin(SafeCount, SafeCount.id == SafeTally.id)
    )
    for tally, booked in rows:
        if booked is None:
            sound = tally.counted != tally.expected
        else:
            sound = all(
                getattr(tally, name) == getattr(booked, name)
                for name in ("hall_id", "counted_at", "expected", "counted", "pieces")
            )
        if not sound:
            words = Text("What is booked of this count of the safe is not what was counted")
            yield Finding("I18", SafeTally.__tablename__, tally.id, "safe_count", words)
