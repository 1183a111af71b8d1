"""The safe of a hall: what came and went, deposits to the bank, and what was taken back of those and of counts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.counter import rules as counting
from desktop.counter.records import MovementKind
from desktop.counter.tables import CashSheetIssued, Till, TillClosed, TillMovement, TillSession
from desktop.kernel import canonical
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding, prove_series
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.records import Role
from desktop.ledger.tables import LedgerAccount, Posting, PostingSet
from desktop.papers import service as papers
from desktop.staff import service as staff
from desktop.staff.tables import Station, User
from desktop.treasury import rules
from desktop.treasury.records import (
    BankDepositOrder,
    DepositSlip,
    Safe,
    SafeBackOrder,
    SafeKind,
    SafeRow,
    SlipQuery,
)
from desktop.treasury.service.safe_counts import (
    LONGEST_REASON,
    count_rows,
    prove_counts,
    unbooked_rows,
    waiting,
)
from desktop.treasury.service.safe_sums import INTO_SAFE, MOVE, alone, expected, stands, turned_in
from desktop.treasury.tables import BankMatch, Deposit, SafeCount, SafeReversal, SafeTally

DEPOSIT = "bank_deposit"
LONGEST_SLIP = 60
ROWS_SHOWN = 300


@query("treasury.view")
def safe(work: Work, _request: None) -> Safe:
    """The safe of this hall as it stands."""
    last = work.session.scalar(
        sa.select(sa.func.max(SafeCount.counted_at)).where(
            SafeCount.hall_id == work.station.hall_id, stands(SafeCount)
        )
    )
    counts = [*count_rows(work, ROWS_SHOWN), *unbooked_rows(work, ROWS_SHOWN)]
    rows = sorted([*_till_rows(work), *counts, *_deposit_rows(work)], key=lambda row: row.at, reverse=True)
    since = turned_in(work, last)
    return Safe(expected(work), since, last and work.local(last), tuple(rows[:ROWS_SHOWN]), waiting(work))


def _till_rows(work: Work) -> list[SafeRow]:
    rows = work.session.execute(
        sa.select(
            TillMovement.moved_at, TillMovement.kind, TillMovement.amount, Till.name, User.name,
            CashSheetIssued.number,
        )
        .join(TillSession, TillSession.id == TillMovement.till_session_id)
        .join(Till, Till.id == TillSession.till_id)
        .join(Station, Station.id == Till.station_id)
        .join(User, User.id == TillMovement.user_id)
        .outerjoin(TillClosed, TillClosed.till_session_id == TillSession.id)
        .outerjoin(CashSheetIssued, CashSheetIssued.till_closed_id == TillClosed.id)
        .where(Station.hall_id == work.station.hall_id)
        .order_by(TillMovement.moved_at.desc(), TillMovement.id.desc())
        .limit(ROWS_SHOWN)
    )  # fmt: skip
    return [
        SafeRow(
            at=work.local(at),
            kind=SafeKind.of(kind.value),
            paper=(sheet or "") if kind is MovementKind.TURN_IN else "",
            till_name=till,
            by=name,
            amount=amount if kind in INTO_SAFE else -amount,
        )
        for at, kind, amount, till, name, sheet in rows
    ]


def _deposit_rows(work: Work, *where: sa.ColumnElement[bool]) -> list[SafeRow]:
    rows = work.session.execute(
        sa.select(Deposit, User.name, SafeReversal.reason)
        .join(User, User.id == Deposit.user_id)
        .outerjoin(SafeReversal, SafeReversal.source_id == Deposit.id)
        .where(Deposit.hall_id == work.station.hall_id, *where)
        .order_by(Deposit.deposited_at.desc())
        .limit(ROWS_SHOWN)
    )
    return [
        SafeRow(
            at=work.local(row.deposited_at),
            kind=SafeKind.DEPOSIT,
            paper=row.number,
            till_name=row.slip,
            by=name,
            amount=-row.amount,
            source_id=row.id,
            taken_back=back,
        )
        for row, name, back in rows
    ]


# Deposits


@operation(MOVE)
def deposit_cash(work: Work, order: BankDepositOrder) -> DepositSlip:
    """Bring cash from this hall's safe to the bank: it is in transit until the bank's file shows it."""
    slip = " ".join(order.slip.split())
    if order.amount.raw <= 0:
        raise Refused(Text("The amount must be more than zero."))
    if not slip or len(slip) > LONGEST_SLIP:
        raise Refused(Text("Type the number of the bank's slip."))
    objection = counting.count_objection(order.amount, order.pieces)
    if objection is not None:
        raise Refused(objection)
    alone(work)
    same = sa.select(Deposit.number).where(Deposit.slip == slip, stands(Deposit))
    if (number := work.session.scalar(same)) is not None:
        raise Refused(Text("The slip {slip} is that of deposit {number} already.", slip=slip, number=number))
    there = expected(work)
    if order.amount > there:
        raise Refused(
            Text(
                "{amount} is more than the {there} that should be in the safe. Count the safe first.",
                amount=order.amount,
                there=there,
            )
        )
    set_id = ledger.transfer(work, "bank_deposit", Role.IN_TRANSIT, Role.SAFE, order.amount)
    return _issue_slip(work, order, slip, set_id)


def _issue_slip(work: Work, order: BankDepositOrder, slip: str, set_id: UUID) -> DepositSlip:
    country, letterhead, key = work.country, staff.letterhead(work), work.new_id()
    words = country.amount_in_words(country.currency.decimal(order.amount)) if country.amount_in_words else ""
    running = work.number(work.station.hall_id, DEPOSIT)
    number = rules.deposit_number(work.station.hall_code, work.today.year, running)
    bare = DepositSlip(
        number=number,
        letterhead=letterhead,
        language=work.actor.language,
        deposited_at=work.local(work.at),
        by=work.actor.name,
        slip=slip,
        amount=order.amount,
        amount_words=words,
        pieces=tuple(piece for piece in order.pieces if piece.count),
        check_code="",
    )
    proof = hashlib.sha256(canonical.dump(bare).encode()).digest()
    issued = replace(bare, check_code=papers.check_code(proof))
    work.add(
        Deposit(
            id=key,
            hall_id=work.station.hall_id,
            user_id=work.actor.id,
            deposited_at=work.at,
            amount=order.amount,
            slip=slip,
            year=work.today.year,
            running=running,
            number=number,
            content=canonical.dump(issued),
            posting_set_id=set_id,
        )
    )
    papers.queue(work, DEPOSIT, number, key, new=True)
    return issued


@query("treasury.view")
def deposit_slip(work: Work, request: SlipQuery) -> DepositSlip:
    """The slip of a deposit as it was issued."""
    return _slip(_deposit(work, request.number))


@operation(MOVE)
def reprint_deposit_slip(work: Work, request: SlipQuery) -> DepositSlip:
    """The same slip once more, marked COPY n and entered in the print journal."""
    row = _deposit(work, request.number)
    return replace(_slip(row), copy=papers.queue(work, DEPOSIT, row.number, row.id))


def _deposit(work: Work, number: str) -> Deposit:
    row: Deposit | None = work.session.scalar(
        sa.select(Deposit).filter_by(number=number.strip(), hall_id=work.station.hall_id)
    )
    if row is None:
        raise NotFound(Text("No deposit has the number {number}.", number=number))
    return row


def _slip(row: Deposit) -> DepositSlip:
    found: DepositSlip = canonical.load(DepositSlip, row.content)
    return found


@operation(MOVE)
def take_back_safe(work: Work, order: SafeBackOrder) -> SafeRow:
    """Take back a count of the safe or a deposit, by the mirror of its posting set; both stay in the list.

    Refused for a count that is not the newest: what was counted later has its difference in it; and for a deposit
    that a bank's line shows.
    """
    reason = " ".join(order.reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(Text("Say why, in {most} letters at most.", most=LONGEST_REASON))
    alone(work)
    key = order.source_id
    rows = [*count_rows(work, 1, SafeCount.id == key), *_deposit_rows(work, Deposit.id == key)]
    if not rows:
        raise NotFound(Text("There is no such count or deposit in this hall."))
    (row,) = rows
    if row.taken_back is not None:
        raise Refused(Text("This was taken back already: {reason}.", reason=row.taken_back))
    source = work.session.get(Deposit, key) or work.session.get_one(SafeCount, key)
    if isinstance(source, SafeCount):
        later = sa.exists().where(
            SafeCount.hall_id == source.hall_id, SafeCount.counted_at > source.counted_at, stands(SafeCount)
        )
        if work.session.scalar(sa.select(later)):
            raise Refused(Text("The safe was counted again since: take the newest count back first."))
    shown = sa.select(BankMatch.id).filter_by(source_id=source.id, undone_at=None)
    if work.session.scalar(shown) is not None:
        raise Refused(Text("A bank's line shows this deposit: undo its match first."))
    set_id = source.posting_set_id
    work.add(
        SafeReversal(
            id=work.new_id(),
            source_id=source.id,
            user_id=work.actor.id,
            reversed_at=work.at_after(
                sa.select(SafeTally.counted_at).filter_by(hall_id=work.station.hall_id)
            ),
            reason=reason,
            posting_set_id=None if set_id is None else ledger.reverse(work, set_id),
        )
    )
    work.session.flush()
    return replace(row, taken_back=reason)


# The proof


def prove_safe(session: orm.Session) -> Iterator[Finding]:
    """Slips are gapless; counts, deposits and what was taken back are in the ledger as they say."""
    yield from prove_counts(session)
    numbers = sa.select(Deposit.hall_id, Deposit.year, Deposit.running)
    yield from prove_series(session, DEPOSIT, numbers, Deposit.__tablename__)
    ours: Any = sa.union(
        sa.select(SafeCount.posting_set_id).where(SafeCount.posting_set_id.is_not(None)),
        sa.select(Deposit.posting_set_id),
    )
    rows = session.execute(
        sa.select(Posting.posting_set_id, sa.func.sum(Posting.amount))
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .where(LedgerAccount.role == Role.SAFE, Posting.posting_set_id.in_(ours))
        .group_by(Posting.posting_set_id)
    )
    posted: dict[UUID, Money] = dict(iter(rows))
    counts: Sequence[SafeCount] = session.scalars(sa.select(SafeCount)).all()
    deposits: Sequence[Deposit] = session.scalars(sa.select(Deposit)).all()
    sets: dict[UUID, UUID | None] = {}
    for count in counts:
        sets[count.id] = count.posting_set_id
        if count.posting_set_id and posted.get(count.posting_set_id) != count.counted - count.expected:
            yield _wrong(SafeCount, count.id)
    for one in deposits:
        sets[one.id] = one.posting_set_id
        if posted.get(one.posting_set_id) != -one.amount:
            yield _wrong(Deposit, one.id)
    backs = session.execute(
        sa.select(SafeReversal.id, SafeReversal.source_id, PostingSet.reverses_id).outerjoin(
            PostingSet, PostingSet.id == SafeReversal.posting_set_id
        )
    )
    for key, source_id, mirrored in backs:
        if source_id not in sets or sets[source_id] != mirrored:
            yield _wrong(SafeReversal, key)


def _wrong(model: type[SafeCount] | type[Deposit] | type[SafeReversal], key: UUID) -> Finding:
    words = Text("The ledger does not have this movement of the safe as it was")
    return Finding("I18", model.__tablename__, key, "safe_movement", words)
