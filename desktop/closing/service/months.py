"""Months: which there are, what one looks like before it is closed, its close, and the proof that it stays closed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.closing.records import CheckFound, CloseOrder, MonthFigures, MonthLook, MonthRow
from desktop.closing.service.checks import checks, first_month
from desktop.closing.service.figures import figures
from desktop.closing.tables import ClosedMonth
from desktop.counter import service as counter
from desktop.kernel import canonical
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.period import Period, months_before
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Seat, Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.records import Role
from desktop.ledger.tables import LedgerAccount, LedgerMonth, Posting, PostingSet


@query("closing.view")
def months(work: Work, _request: None) -> tuple[MonthRow, ...]:
    """Every month from the first posting to this one, newest first."""
    closed = {row.month: row for row in work.session.scalars(sa.select(ClosedMonth))}
    at, first = months_before(work.today, 0), first_month(work)
    found = []
    while at >= first:
        found.append(_row(work, at, closed.get(at)))
        at = months_before(at, 1)
    return tuple(found)


def _row(work: Work, month: date, closed: ClosedMonth | None) -> MonthRow:
    over = Period.month(f"{month:%Y-%m}").end <= work.today
    if closed is None:
        return MonthRow(month, over)
    return MonthRow(month, over, work.local(closed.closed_at), closed.closed_by_name, closed.remark)


@query("closing.view")
def month_look(work: Work, asked: tuple[str, int]) -> MonthLook:
    """A month with what stands open and its figures; ``asked`` is the month and the payments its computer waits for."""
    return _look(work, Period.month(asked[0]), asked[1])


def look_at(seat: Seat, month: str) -> MonthLook:
    """A month as it looks from this computer."""
    return seat.ask(month_look, (month, counter.lost_payments(seat.app.intents)))


def _look(work: Work, month: Period, payments: int) -> MonthLook:
    closed = work.session.scalar(sa.select(ClosedMonth).filter_by(month=month.start))
    if closed is not None:
        found = canonical.load(tuple[CheckFound, ...], closed.checks)
        shown = canonical.load(MonthFigures, closed.figures)
    else:
        found, shown = checks(work, month, payments), figures(work, month)
    digest = hashlib.sha256(canonical.dump((found, shown)).encode()).hexdigest()
    return MonthLook(_row(work, month.start, closed), found, shown, digest)


@operation("closing.close", shared=True)
def close_month(work: Work, order: CloseOrder) -> MonthLook:
    """Close a month as it was seen: nothing posts into it afterwards, and its figures stay.

    Refused while the month lasts, while something stands open that blocks, without a remark where something else
    does, and where the month changed since it was looked at. What is posting meanwhile is waited for, and counts.
    """
    month = Period.month(order.month)
    if not ledger.hold_month(work, month.start):
        raise Refused(Text("{month} is closed already.", month=order.month))
    look = _look(work, month, order.payments)
    if not look.row.over:
        raise Refused(
            Text("{month} is not over yet: close it from {day} on.", month=order.month, day=month.end)
        )
    for one in look.checks:
        if one.count and one.check.blocks:
            words = Text(
                "{month} cannot be closed yet. {what}: {count}.",
                month=order.month, what=one.check, count=one.count,
            )  # fmt: skip
            raise Refused(words)
    if look.digest != order.digest:
        raise Refused(
            Text("{month} has changed since you looked. Look again, then close it.", month=order.month)
        )
    remark = " ".join(order.remark.split())
    if look.warned and not remark:
        raise Refused(Text("Say in a remark why {month} is closed with what stands open.", month=order.month))
    row = ClosedMonth(
        id=work.new_id(),
        month=month.start,
        closed_at=work.at,
        closed_by=work.actor.id,
        closed_by_name=work.actor.name,
        remark=remark,
        figures=canonical.dump(look.figures),
        checks=canonical.dump(look.checks),
    )
    work.add(row)
    ledger.close_month(work, month.start)
    work.session.flush()
    return _look(work, month, 0)


def prove(session: orm.Session) -> Iterator[Finding]:
    """What a month was closed with is what its postings add up to now, and the ledger takes nothing into it."""
    closed = {row.month: row for row in session.scalars(sa.select(ClosedMonth))}
    shut = dict(session.execute(sa.select(LedgerMonth.month, LedgerMonth.closed)).all())
    for month, row in closed.items():
        code = f"{month:%Y-%m}"
        try:
            kept = canonical.load(MonthFigures, row.figures)
        except (ValueError, TypeError, LookupError):
            continue  # altered: its own hash names it
        frozen = {one.role: one.debit - one.credit for one in kept.ledger if one.debit != one.credit}
        sets, now = _moved(session, month)
        if kept.sets != sets or frozen != {role: amount for role, amount in now.items() if amount}:
            words = Text("{month} was posted into after it was closed", month=code)
            yield _finding(row.id, "month_differs", words)
        if not shut.get(month):
            words = Text("{month} is closed, and the ledger takes postings into it", month=code)
            yield _finding(row.id, "month_open", words)
    for month in sorted(month for month, is_shut in shut.items() if is_shut and month not in closed):
        yield _finding(
            UUID(int=0), "month_unexplained", Text("Nobody closed {month}", month=f"{month:%Y-%m}")
        )


def _finding(row_id: UUID, code: str, what: Text) -> Finding:
    return Finding("I29", ClosedMonth.__tablename__, row_id, code, what)


def _moved(session: orm.Session, month: date) -> tuple[int, dict[Role, Money]]:
    """How many sets a month has, and what they move on each ledger account."""
    within = (PostingSet.posted_on >= month, PostingSet.posted_on < months_before(month, -1))
    count = session.scalar(sa.select(sa.func.count()).select_from(PostingSet).where(*within)) or 0
    sums = session.execute(
        sa.select(LedgerAccount.role, sa.func.sum(Posting.amount))
        .join(Posting, Posting.ledger_account_id == LedgerAccount.id)
        .join(PostingSet, PostingSet.id == Posting.posting_set_id)
        .where(*within)
        .group_by(LedgerAccount.role)
    )
    return count, dict(sums.all())
