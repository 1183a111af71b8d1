"""The close of a till: counted blind, then what should be there, the difference and its reason, the cash sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.counter import rules
from desktop.counter.records import (
    CashSheet,
    CashSheetQuery,
    CloseTillOrder,
    CountKind,
    CountOrder,
    Flow,
    FlowKind,
    MovementKind,
    MovementRow,
    Piece,
    ReceiptIssued,
    Suspect,
    SuspectReason,
    Taken,
    TenderKind,
    TillClosing,
    TillCounted,
)
from desktop.counter.service.standing import taken_back
from desktop.counter.service.till import RECEIPT, keep_count, keep_movement, movements, session_of
from desktop.counter.tables import (
    CashCount,
    CashSheetIssued,
    Payment,
    PaymentPart,
    PaymentReversal,
    PaymentSet,
    Receipt,
    Refund,
    Tender,
    Till,
    TillClosed,
    TillSession,
)
from desktop.kernel import canonical
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.records import Role
from desktop.papers import service as papers
from desktop.staff import service as staff
from desktop.staff.tables import User

CASH_SHEET = "cash_sheet"
DRAWERS = "counter.view_drawers"
SUSPECTS = 12
LONGEST_REASON = 500


# The count


@operation("counter.close_till")
def count_till(work: Work, order: CountOrder) -> TillCounted:
    """Keep a count of what is in the drawer; from the first one on the session takes no money any more.

    Nothing of what should be there is told here. A second count is another fact beside the first.
    """
    objection = rules.count_objection(order.amount, order.pieces)
    if objection is not None:
        raise Refused(objection)
    _, session = _claimed(work)
    row = keep_count(work, session.id, CountKind.CLOSING, order.amount, order.pieces)
    return _counted(work, row, work.actor.name)


def _claimed(work: Work) -> tuple[Till, TillSession]:
    """This station's till and session, after every payment under way and before any that is still to come."""
    found = session_of(work)
    if found is None:
        raise Refused(Text("The till is closed already."))
    work.claim(TillSession, [found[1].id])
    return found


def _counted(work: Work, row: CashCount, by: str) -> TillCounted:
    pieces = canonical.load(tuple[Piece, ...], row.pieces)
    return TillCounted(row.id, work.local(row.counted_at), by, row.amount, pieces)


def _counts(work: Work, session_id: UUID, kind: CountKind) -> tuple[TillCounted, ...]:
    rows = work.session.execute(
        sa.select(CashCount, User.name)
        .join(User, User.id == CashCount.user_id)
        .where(CashCount.till_session_id == session_id, CashCount.kind == kind)
        .order_by(CashCount.counted_at, CashCount.id)
    )
    return tuple(_counted(work, row, name) for row, name in rows)


# What should be there


@query("counter.close_till")
def till_closing(work: Work, _request: None) -> TillClosing | None:
    """What this station's till should hold, beside its counts; None before the first count, for counts are blind."""
    found = session_of(work)
    if found is None:
        return None
    counts = _counts(work, found[1].id, CountKind.CLOSING)
    return _closing(work, *found, counts) if counts else None


def _closing(work: Work, drawer: Till, session: TillSession, counts: tuple[TillCounted, ...]) -> TillClosing:
    rows, moved = _payments(work, session.id), movements(work, session.id)
    flows = _flows(work, session.id, rows)
    expected = rules.balance(session.opening_float, flows, _taken_out(moved)).expected
    return TillClosing(
        session_id=session.id,
        till_name=drawer.name,
        opened_at=work.local(session.opened_at),
        opened_by=work.session.get_one(User, session.user_id).name,
        opening_float=session.opening_float,
        counts=counts,
        taken=_taken(rows, flows),
        movements=moved,
        expected=expected,
        suspects=_suspects(work, rows, counts[-1].amount - expected),
        unprinted=_unprinted(work, session.id),
    )


def _payments(work: Work, session_id: UUID) -> Sequence[Any]:
    """What a session took, payment by payment: its tender (one of several accounts gives its own only once), whether
    a receipt stands at it, whether it was taken back, and whether a counter gave that back or refunded it."""
    found = work.session.execute(
        sa.select(Payment.id, Payment.paid_at, Tender.kind, Tender.amount)
        .add_columns(Receipt.number, taken_back().label("back"), Refund.id.label("refund"))
        .add_columns(PaymentReversal.id.label("reversal"), PaymentSet.id.label("set_id"))
        .add_columns(sa.func.coalesce(PaymentSet.amount, Tender.amount).label("whole"))
        .add_columns(sa.func.coalesce(PaymentSet.given, Tender.given).label("given"))
        .join(Tender, Tender.payment_id == Payment.id)
        .outerjoin(Receipt, Receipt.payment_id == Payment.id)
        .outerjoin(PaymentPart, PaymentPart.payment_id == Payment.id)
        .outerjoin(PaymentSet, PaymentSet.id == PaymentPart.payment_set_id)
        .outerjoin(PaymentReversal, PaymentReversal.payment_id == Payment.id)
        .outerjoin(Refund, Refund.payment_id == Payment.id)
        .where(Payment.till_session_id == session_id)
        .order_by(Payment.paid_at, Payment.id)
    )
    return found.all()


def _flows(work: Work, session_id: UUID, rows: Sequence[Any]) -> list[Flow]:
    """What went in and out of a session. Cash leaves the drawer of the counter that gave it back, whoever took it;
    other money goes back the way it came, and so does cash that was reversed in the books alone. A refund leaves the
    session that pays it, by the way it is paid."""
    given = work.session.execute(
        sa.select(Tender.kind, Tender.amount)
        .join(PaymentReversal, PaymentReversal.payment_id == Tender.payment_id)
        .where(PaymentReversal.till_session_id == session_id)
    ).all()
    refunded = work.session.execute(
        sa.select(Refund.kind, Refund.amount).where(Refund.till_session_id == session_id)
    ).all()
    alone = [
        row
        for row in rows
        if row.back and row.refund is None and (row.kind is not TenderKind.CASH or row.reversal is None)
    ]
    taken = [Flow(FlowKind.RECEIPT, row.kind.value, row.amount) for row in rows]
    taken += [Flow(FlowKind.REFUND, row.kind.value, row.amount) for row in refunded]
    return taken + [Flow(FlowKind.REVERSAL, row.kind.value, row.amount) for row in (*given, *alone)]


def _taken_out(moved: Sequence[MovementRow]) -> Money:
    """What went to the safe less what came from it, while the till was open."""
    drops = [one.amount for one in moved if one.kind is MovementKind.DROP]
    floats = [one.amount for one in moved if one.kind is MovementKind.FLOAT]
    return Money.total(drops) - Money.total(floats)


def _taken(rows: Sequence[Any], flows: Sequence[Flow]) -> tuple[Taken, ...]:
    """What each tender brought that was used at all: its receipts, what went back, and what was kept."""
    found, net = [], rules.balance(Money.zero(), flows, Money.zero()).net
    for kind in TenderKind:
        if kind.value in net:
            mine = [row for row in rows if row.kind is kind and row.number is not None]
            back = [one for one in flows if one.tender == kind.value and one.kind is not FlowKind.RECEIPT]
            found.append(Taken(kind, len(mine), len(back), net[kind.value]))
    return tuple(found)


def _suspects(work: Work, rows: Sequence[Any], difference: Money) -> tuple[Suspect, ...]:
    """The receipts that could explain a difference, the likeliest first; what one tender paid counts as one."""
    order, found = list(SuspectReason), dict[UUID, tuple[SuspectReason, Any]]()
    for row in rows:
        why = rules.explains(difference, row.kind, row.whole, row.given)
        if why is not None and not row.back and row.number is not None:
            found.setdefault(row.set_id or row.id, (why, row))
    likely = sorted(found.values(), key=lambda one: (order.index(one[0]), one[1].paid_at))[:SUSPECTS]
    issued = sa.select(Receipt.number, Receipt.content).where(
        Receipt.number.in_([row.number for _, row in likely])
    )
    names = {
        number: canonical.load(ReceiptIssued, content).customer_name
        for number, content in work.session.execute(issued)
    }
    return tuple(
        Suspect(row.number, names[row.number], work.local(row.paid_at), row.kind, row.whole, why)
        for why, row in likely
    )


def _unprinted(work: Work, session_id: UUID) -> tuple[str, ...]:
    return tuple(
        work.session.scalars(
            sa.select(Receipt.number)
            .join(Payment, Payment.id == Receipt.payment_id)
            .where(Payment.till_session_id == session_id, Receipt.number.in_(papers.waiting(RECEIPT)))
            .order_by(Receipt.year, Receipt.running)
        )
    )


# The close


@operation("counter.close_till")
def close_till(work: Work, order: CloseTillOrder) -> CashSheet:
    """Close this station's session by its last count: post the difference, turn the cash in, issue the cash sheet.

    Refused before a count, for a count that is not the last one, without a reason for a difference, and while receipts
    are not printed that the order does not hand on. A closed session is never opened again.
    """
    drawer, session = _claimed(work)
    counts = _counts(work, session.id, CountKind.CLOSING)
    reason = " ".join(order.reason.split())
    if not counts:
        raise Refused(Text("Count the drawer first: what should be there is told after the count."))
    found = _closing(work, drawer, session, counts)
    _check(found, order, reason)
    row = _close(work, session, found, reason)
    return _issue_sheet(work, found, row, order)


def _check(found: TillClosing, order: CloseTillOrder, reason: str) -> None:
    if found.counted.count_id != order.count_id:
        raise Refused(Text("The drawer was counted again meanwhile: look at the new count first."))
    silent = [number for number in found.unprinted if number not in order.unprinted]
    if silent:
        raise Refused(
            Text(
                "Receipts are not printed: {numbers}. Print them, or hand them on.", numbers=", ".join(silent)
            )
        )
    if found.difference and not reason:
        raise Refused(
            Text(
                "The count differs by {difference}: say why, or that nobody knows.",
                difference=found.difference,
            )
        )
    if len(reason) > LONGEST_REASON:
        raise Refused(Text("Say it in {most} letters at most.", most=LONGEST_REASON))


def _close(work: Work, session: TillSession, found: TillClosing, reason: str) -> TillClosed:
    """Post what the close moves, and end the session."""
    moved = {one.kind for one in found.movements}
    if session.opening_float and MovementKind.OPENING not in moved:  # opened before floats were posted
        keep_movement(work, session.id, MovementKind.OPENING, session.opening_float)
    set_id, difference = None, found.difference
    if difference.raw > 0:
        set_id = ledger.transfer(work, "till_difference", Role.TILL_CASH, Role.OVER_SHORT, difference)
    elif difference:
        set_id = ledger.transfer(work, "till_difference", Role.OVER_SHORT, Role.TILL_CASH, -difference)
    if found.counted.amount:
        keep_movement(work, session.id, MovementKind.TURN_IN, found.counted.amount)
    flows = _flows(work, session.id, _payments(work, session.id))
    back = [one for one in flows if one.kind is not FlowKind.RECEIPT and one.tender == TenderKind.CASH.value]
    row = TillClosed(
        id=work.new_id(),
        till_session_id=session.id,
        cash_count_id=found.counted.count_id,
        user_id=work.actor.id,
        closed_at=work.at,
        expected=found.expected,
        counted=found.counted.amount,
        given_back=Money.total([one.amount for one in back]),
        reason=reason,
        posting_set_id=set_id,
    )
    work.add(row)
    session.closed_at = work.at
    work.session.flush()
    return row


def _issue_sheet(work: Work, found: TillClosing, row: TillClosed, order: CloseTillOrder) -> CashSheet:
    opening = _counts(work, found.session_id, CountKind.OPENING)
    numbers = work.session.scalars(
        sa.select(Receipt.number)
        .join(Payment, Payment.id == Receipt.payment_id)
        .where(Payment.till_session_id == found.session_id)
        .order_by(Receipt.year, Receipt.running)
    ).all()
    head = staff.letterhead(work)
    running = work.number(work.station.id, CASH_SHEET)
    sheet = CashSheet(
        number=rules.sheet_number(work.station.code, work.today.year, running),
        letterhead=head,
        language=work.actor.language,
        till_name=found.till_name,
        opened_at=found.opened_at,
        opened_by=found.opened_by,
        closed_at=work.local(work.at),
        closed_by=work.actor.name,
        opening_float=found.opening_float,
        opening_pieces=opening[-1].pieces if opening else (),
        taken=found.taken,
        movements=movements(work, found.session_id),
        first_receipt=numbers[0] if numbers else "",
        last_receipt=numbers[-1] if numbers else "",
        counts=found.counts,
        expected=found.expected,
        difference=found.difference,
        reason=row.reason,
        unprinted=found.unprinted,
        lost=order.lost,
        check_code=papers.check_code(row.hash),
    )
    issued = CashSheetIssued(
        id=work.new_id(),
        till_closed_id=row.id,
        station_id=work.station.id,
        year=work.today.year,
        running=running,
        number=sheet.number,
        content=canonical.dump(sheet),
    )
    work.add(issued)
    papers.queue(work, CASH_SHEET, sheet.number, row.id)
    return sheet


# The sheet


@query("counter.close_till")
def cash_sheet(work: Work, request: CashSheetQuery) -> CashSheet:
    """A cash sheet as it was issued; without a number the last one of this station."""
    return _sheet(_sheet_row(work, request.number.strip()))


@operation("counter.close_till")
def reprint_cash_sheet(work: Work, request: CashSheetQuery) -> CashSheet:
    """The same sheet once more, marked COPY n and entered in the print journal."""
    row = _sheet_row(work, request.number.strip())
    return _sheet(row, papers.queue(work, CASH_SHEET, row.number, row.till_closed_id))


def _sheet_row(work: Work, number: str) -> CashSheetIssued:
    wanted = {"number": number.upper()} if number else {"station_id": work.station.id}
    newest = (
        sa.select(CashSheetIssued)
        .filter_by(**wanted)
        .order_by(CashSheetIssued.year.desc(), CashSheetIssued.running.desc())
        .limit(1)
    )
    row = work.session.scalar(newest)
    if row is None and number:
        raise NotFound(Text("No cash sheet has the number {number}.", number=number))
    if row is None:
        raise NotFound(Text("This till was never closed: it has no cash sheet."))
    if row.station_id != work.station.id and DRAWERS not in work.actor.permissions:
        raise NotPermitted(
            Text("You may not see this: you need the right “{permission}”.", permission=DRAWERS)
        )
    return row


def _sheet(row: CashSheetIssued, copy: int = 0) -> CashSheet:
    found: CashSheet = canonical.load(CashSheet, row.content)
    return replace(found, copy=copy)
