"""A payment on the wrong account: one reversible step puts it on the right one, with letters to both customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.counter.records import ReceiptQuery
from desktop.counter.records.right import (
    LetterQuery,
    MovedAccount,
    MoveLetter,
    MoveOrder,
    MoveRow,
    PaymentMoved,
)
from desktop.counter.service.payments import ROLES
from desktop.counter.service.refunds import refund_waits
from desktop.counter.service.reversing import paid_rows, the_one
from desktop.counter.service.till import RECEIPT
from desktop.counter.service.together import Place, places_of
from desktop.counter.tables import Payment, PaymentMove
from desktop.kernel import canonical
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.records import Dues, SettledItem
from desktop.ledger.tables import ContractAccount, LedgerAccount, Posting, PostingSet
from desktop.papers import service as papers
from desktop.staff import service as staff

LETTER = "move_letter"


@operation("counter.move_payment")
def move_payment(work: Work, order: MoveOrder) -> PaymentMoved:
    """Put a payment on the account it was meant for, as of the day it was paid; no cash moves. All its tenders at
    once where the ``whole`` is moved, with one letter to each customer.

    What it had cleared on the wrong account is owed again, with its late fee as if it had never been paid; credit of
    it that cleared something since is taken from there. On the right account it stops late fees from the day it was
    paid. Moved back by the same step. Refused for a payment that was taken back or whose refund waits.
    """
    reason = " ".join(order.reason.split())
    if not reason:
        raise Refused(Text("Say why the payment is moved."))
    one = the_one(work, order.receipt_number, order.from_account)
    to = ledger.account_id(work, order.to_account)
    if to == one.account_id:
        raise Refused(Text("The payment is on account {number} already.", number=one.number))
    work.lock(ContractAccount, [one.account_id, to])
    paid = _paid_alike(work, one) if order.whole else [one]
    waits = next((row for row in paid if refund_waits(work, row.id)), None)
    if waits is not None:
        raise Refused(Text("A refund of receipt {number} is asked for already.", number=waits.receipt))
    paid_on = work.local(one.paid_at).date()
    before = ledger.dues_of(work, [one.account_id, to])
    mirrors = {row.id: ledger.take_out(work, row.posting_set_id, regain=True) for row in reversed(paid)}
    settled = [ledger.settle(work, to, row.amount, ROLES[row.kind], paid_on) for row in paid]
    after = ledger.dues_of(work, [one.account_id, to])
    rows = [
        _keep(work, row, to, mirrors[row.id], made.posting_set_id, reason)
        for row, made in zip(paid, settled, strict=True)
    ]
    places = places_of(work, [one.account_id, to])
    left, right = (
        MovedAccount(
            place.number, place.customer_name, place.language, place.address, before[key], after[key]
        )
        for key in (one.account_id, to)
        for place in [places[key]]
    )
    note = Text(
        "Moved on {day} from account {left} to account {right}",
        day=work.today,
        left=left.account_number,
        right=right.account_number,
    )
    for row in paid:
        papers.note(work, RECEIPT, row.receipt, note)
    moved = PaymentMoved(
        receipt_number=one.receipt,
        amount=Money.total([row.amount for row in paid]),
        tender=one.kind,
        paid_on=paid_on,
        left=left,
        right=right,
        reopened=reopened(left.before, left.after),
        settled=_as_one([item for made in settled for item in made.items]),
        letters=(),
        besides=tuple(row.receipt for row in paid if row.id != one.id),
    )
    return replace(moved, letters=_letters(work, moved, rows[0], places))


def _paid_alike(work: Work, one: Any) -> list[Any]:
    """What stands of all that was paid with a payment on its account, by every tender in the order they settled."""
    paid = paid_rows(work, one.receipt, whole=True)
    return [row for row in paid if row.account_id == one.account_id and not row.taken_back]


def _as_one(items: Sequence[SettledItem]) -> tuple[SettledItem, ...]:
    """What several tenders settled, each item once."""
    found: dict[UUID, SettledItem] = {}
    for item in items:
        had = found.get(item.open_item_id)
        both = (
            item
            if had is None
            else replace(
                item,
                principal=had.principal + item.principal,
                late_fee=had.late_fee + item.late_fee,
                arithmetic=had.arithmetic or item.arithmetic,
            )
        )
        found[item.open_item_id] = both
    return tuple(found.values())


def _keep(
    work: Work, one: Any, to: UUID, mirror: UUID, posting_set_id: UUID | None, reason: str
) -> PaymentMove:
    moves = work.session.scalar(
        sa.select(sa.func.count()).select_from(PaymentMove).where(PaymentMove.payment_id == one.id)
    )
    row = PaymentMove(
        id=work.new_id(),
        payment_id=one.id,
        position=(moves or 0) + 1,
        from_account_id=one.account_id,
        contract_account_id=to,
        mirror_set_id=mirror,
        posting_set_id=posting_set_id,
        moved_at=work.at,
        moved_by=work.actor.name,
        reason=reason,
    )
    work.add(row)
    work.session.flush()
    return row


def reopened(before: Dues, after: Dues) -> tuple[SettledItem, ...]:
    """What is owed now and was not before, item by item."""
    then = {item.open_item_id: item for item in before.items}
    found = []
    for item in after.items:
        old = then.get(item.open_item_id)
        principal = item.principal - old.principal if old else item.principal
        late_fee = item.late_fee - old.late_fee if old else item.late_fee
        if principal or late_fee:
            found.append(
                SettledItem(
                    open_item_id=item.open_item_id,
                    month=item.month,
                    bill_number=item.bill_number,
                    energy=item.energy,
                    principal=principal,
                    late_fee=late_fee,
                    overdue_days=item.overdue_days,
                    settled=False,
                    arithmetic=item.arithmetic,
                )
            )
    return tuple(found)


# Letters


def _letters(
    work: Work, moved: PaymentMoved, row: PaymentMove, places: dict[UUID, Place]
) -> tuple[MoveLetter, ...]:
    """The letters to both customers, each in their language, kept and numbered."""
    head = staff.letterhead(work)
    sides = (
        (row.from_account_id, moved.left, moved.reopened, False),
        (row.contract_account_id, moved.right, moved.settled, True),
    )
    letters = []
    for key, side, items, came in sides:

        def made(
            number: str,
            code: str,
            *,
            place: Place = places[key],
            side: MovedAccount = side,
            items: tuple[SettledItem, ...] = items,
            came: bool = came,
        ) -> MoveLetter:
            return MoveLetter(
                number=number,
                letterhead=head,
                language=place.language,
                account_number=place.number,
                customer_name=place.customer_name,
                address=place.address,
                written_on=work.today,
                by=work.actor.name,
                came=came,
                receipt_number=moved.receipt_number,
                besides=moved.besides,
                paid_on=moved.paid_on,
                amount=moved.amount,
                items=items,
                owed_after=side.after.total,
                credit_after=side.after.credit,
                check_code=code,
            )

        letters.append(papers.issue(work, LETTER, key, places[key].language, made))
    return tuple(letters)


@query("counter.view")
def move_letters(work: Work, request: LetterQuery) -> tuple[MoveLetter, ...]:
    """Letters as they were written."""
    return tuple(_letter(work, number) for number in request.numbers)


@operation("counter.reprint_receipt")
def reprint_letters(work: Work, request: LetterQuery) -> tuple[MoveLetter, ...]:
    """The same letters once more, marked COPY n and entered in the print journal."""
    found = []
    for number in request.numbers:
        row = papers.issued(work, number)
        copy = papers.queue(work, LETTER, row.number, row.owner_id)
        found.append(replace(_letter(work, number), copy=copy))
    return tuple(found)


def _letter(work: Work, number: str) -> MoveLetter:
    row = papers.issued(work, number)
    if row.kind != LETTER:
        raise NotFound(Text("No letter has the number {number}.", number=number))
    found: MoveLetter = canonical.load(MoveLetter, row.content)
    return found


@query("counter.view")
def moves(work: Work, request: ReceiptQuery) -> tuple[MoveRow, ...]:
    """The moves of the payments of a receipt, oldest first."""
    ids = [row.id for row in paid_rows(work, request.number)]
    one, other = orm.aliased(ContractAccount), orm.aliased(ContractAccount)
    rows = work.session.execute(
        sa.select(PaymentMove, one.number.label("from_number"), other.number.label("to_number"))
        .join(one, one.id == PaymentMove.from_account_id)
        .join(other, other.id == PaymentMove.contract_account_id)
        .where(PaymentMove.payment_id.in_(ids))
        .order_by(PaymentMove.moved_at, PaymentMove.position)
    ).all()
    letters = papers.numbers_by(work, [row.PaymentMove.entry_id for row in rows])
    return tuple(
        MoveRow(
            moved_at=work.local(row.PaymentMove.moved_at),
            by=row.PaymentMove.moved_by,
            from_account=row.from_number,
            to_account=row.to_number,
            reason=row.PaymentMove.reason,
            letters=letters.get(row.PaymentMove.entry_id, ()),
        )
        for row in rows
    )


# Proof


def prove_moves(session: orm.Session) -> Iterator[Finding]:
    """Each move mirrors the set before it, and brings exactly the payment's money to the other account."""
    before = orm.aliased(PaymentMove)
    mirror = orm.aliased(PostingSet)
    money = (
        sa.select(Posting.posting_set_id, sa.func.sum(Posting.amount).label("amount"))
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .where(LedgerAccount.role.in_(set(ROLES.values())))
        .group_by(Posting.posting_set_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(PaymentMove.id, Payment.amount, mirror.reverses_id, money.c.amount.label("came"))
        .add_columns(
            sa.func.coalesce(before.posting_set_id, Payment.posting_set_id, type_=sa.Uuid()).label("stood")
        )
        .join(Payment, Payment.id == PaymentMove.payment_id)
        .join(mirror, mirror.id == PaymentMove.mirror_set_id)
        .outerjoin(money, money.c.posting_set_id == PaymentMove.posting_set_id)
        .outerjoin(
            before,
            sa.and_(before.payment_id == PaymentMove.payment_id, before.position == PaymentMove.position - 1),
        )
    )
    for row in rows:
        if row.reverses_id != row.stood or row.came != row.amount:
            words = Text("This move is not the payment it moved")
            yield Finding("I15", PaymentMove.__tablename__, row.id, "payment_move", words)
