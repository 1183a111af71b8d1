"""Cheques: money that is not there yet. The bank credits them or sends them back, and the payment with them.

The rule of the field: a cheque settles on the day it is handed in, so no late fee grows while the bank has it. Once it
is credited, that day stands. Where it is returned, it never paid: all it had settled is owed again, with its late fee
since the due day. Until then nobody has the credit it made, and no proof of no debt is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.counter.records import ChequeState, TenderKind
from desktop.counter.records.cheques import (
    ChequeLetter,
    ChequeOrder,
    ChequeReturned,
    ChequeRow,
    ChequesQuery,
)
from desktop.counter.records.right import LetterQuery
from desktop.counter.service.moving import reopened
from desktop.counter.service.refunds import refund_waits
from desktop.counter.service.standing import (
    account_now,
    by_cheque,
    cheque_state,
    set_now,
    taken_back,
)
from desktop.counter.service.till import RECEIPT
from desktop.counter.service.together import places_of
from desktop.counter.tables import (
    ChequeOutcome,
    Payment,
    PaymentPart,
    PaymentReversal,
    Receipt,
    Tender,
    Till,
    TillSession,
)
from desktop.kernel import canonical
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.records import Dues
from desktop.ledger.tables import ContractAccount
from desktop.papers import service as papers
from desktop.parties.tables import Party
from desktop.staff import service as staff
from desktop.staff.tables import Station

CHEQUE_LETTER = "cheque_letter"
SETTLE = "counter.settle_cheque"
LONGEST_REASON = 500
SHOWN = 200
"""So many cheques are shown whose end is known; of those that are pending all."""


# Looking


@query("counter.view")
def cheques(work: Work, asked: ChequesQuery) -> tuple[ChequeRow, ...]:
    """Cheques of this hall, those that are pending first and the oldest of them before all; or those of an account."""
    if asked.account_number:
        wanted = account_now() == ledger.account_id(work, asked.account_number)
    else:
        wanted = Station.hall_id == work.station.hall_id
    rows = work.session.execute(_rows().where(wanted)).all()
    found = _grouped(work, rows)
    waiting = [one for one in found if one.state is ChequeState.PENDING]
    done = [one for one in reversed(found) if one.state is not ChequeState.PENDING]
    return (*waiting, *done[:SHOWN])


def _rows() -> sa.Select[*tuple[Any, ...]]:
    """Payments by cheque that stand or were returned, oldest first; all accounts of one cheque share its ``key``."""
    shared, newest = orm.aliased(Receipt), orm.aliased(ChequeOutcome)
    last = sa.select(sa.func.max(newest.position)).where(newest.payment_id == Payment.id)
    held = sa.and_(
        ChequeOutcome.payment_id == Payment.id,
        ChequeOutcome.position == last.correlate(Payment).scalar_subquery(),
    )
    return (
        sa.select(
            sa.func.coalesce(PaymentPart.payment_set_id, Payment.id, type_=sa.Uuid()).label("key"),
            Payment.id,
            Payment.paid_at,
            Payment.amount,
            set_now().label("posting_set_id"),
            Tender.reference,
            sa.func.coalesce(shared.number, Receipt.number).label("receipt"),
            ContractAccount.id.label("account_id"),
            ContractAccount.number,
            Party.name,
            ChequeOutcome,
        )
        .select_from(Tender)
        .join(Payment, Payment.id == Tender.payment_id)
        .join(TillSession, TillSession.id == Payment.till_session_id)
        .join(Till, Till.id == TillSession.till_id)
        .join(Station, Station.id == Till.station_id)
        .join(ContractAccount, ContractAccount.id == account_now())
        .join(Party, Party.id == ContractAccount.party_id)
        .outerjoin(PaymentPart, PaymentPart.payment_id == Payment.id)
        .outerjoin(shared, shared.id == PaymentPart.receipt_id)
        .outerjoin(Receipt, Receipt.payment_id == Payment.id)
        .outerjoin(ChequeOutcome, held)
        .where(by_cheque(), sa.or_(~taken_back(), cheque_state() == ChequeState.RETURNED))
        .order_by(Payment.paid_at, Payment.id)
    )


def _grouped(work: Work, rows: Sequence[Any]) -> list[ChequeRow]:
    found: dict[UUID, ChequeRow] = {}
    for row in rows:
        if row.key in found:
            before = found[row.key]
            found[row.key] = replace(before, amount=before.amount + row.amount, accounts=before.accounts + 1)
            continue
        told: ChequeOutcome | None = row.ChequeOutcome
        state = ChequeState.PENDING if told is None else told.state
        known = told if state is not ChequeState.PENDING else None
        found[row.key] = ChequeRow(
            cheque_id=row.key,
            cheque_number=row.reference,
            receipt_number=row.receipt or "",
            account_number=row.number,
            customer_name=row.name,
            accounts=1,
            amount=row.amount,
            taken_at=work.local(row.paid_at),
            state=state,
            on=known.on_day if known else None,
            by=known.told_by if known else "",
            reason=known.reason if known else "",
        )
    return list(found.values())


def _payments(work: Work, cheque_ids: Collection[UUID]) -> list[Any]:
    """The payments of cheques that stand, their accounts claimed: who looked at them before begins anew."""
    mine = sa.or_(Payment.id.in_(cheque_ids), PaymentPart.payment_set_id.in_(cheque_ids))
    found = _rows().where(mine, ~taken_back())
    work.claim(ContractAccount, {row.account_id for row in work.session.execute(found)})
    return list(work.session.execute(found))


# What the bank made of them


@operation(SETTLE)
def credit_cheque(work: Work, order: ChequeOrder) -> ChequeRow:
    """The bank has credited a cheque: what it settled is paid, on the day it was handed in."""
    rows = _open(work, order)
    _keep(work, rows, ChequeState.CREDITED, order.on)
    note = Text("Cheque credited on {day}", day=order.on)
    for number in dict.fromkeys(row.receipt for row in rows):
        papers.note(work, RECEIPT, number, note)
    return _row(work, order.cheque_id)


@operation(SETTLE)
def return_cheque(work: Work, order: ChequeOrder) -> ChequeReturned:
    """The bank sent a cheque back: its payments are reversed, whatever their day, with a letter to each customer.

    What they had settled is owed again, with its late fee since the due day; credit of theirs that cleared something
    since is taken from there. Refused while a bank's file shows the cheque as credited or a refund of it waits.
    """
    reason = " ".join(order.reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(Text("Say why the bank returned it, in {most} letters at most.", most=LONGEST_REASON))
    rows = _open(work, order, again=True)
    if any(row.ChequeOutcome is not None and row.ChequeOutcome.by_bank for row in rows):
        raise Refused(
            Text("A file of the bank shows this cheque as credited: undo that match of its line first.")
        )
    waits = next((row.receipt for row in rows if refund_waits(work, row.id)), None)
    if waits is not None:
        raise Refused(Text("A refund of receipt {number} is asked for already.", number=waits))
    keys = {row.account_id for row in rows}
    before = ledger.dues_of(work, keys)
    for row in rows:
        work.add(
            PaymentReversal(
                id=work.new_id(),
                payment_id=row.id,
                till_session_id=None,
                posting_set_id=ledger.take_out(work, row.posting_set_id, regain=True),
                reversed_at=work.at,
                reversed_by=work.actor.name,
                reason=reason,
            )
        )
    _keep(work, rows, ChequeState.RETURNED, order.on, reason)
    for number in dict.fromkeys(row.receipt for row in rows):
        papers.note(work, RECEIPT, number, Text("Cheque returned on {day}: it paid nothing", day=order.on))
    letters = return_letters(work, rows, order.on, reason, before)
    return ChequeReturned(_row(work, order.cheque_id), letters)


def _open(work: Work, order: ChequeOrder, *, again: bool = False) -> list[Any]:
    """The payments of a cheque that is pending; ``again``: or credited, for banks take that back too."""
    rows = _payments(work, [order.cheque_id])
    if not rows:
        raise Refused(Text("This cheque is not here, or was returned or taken back before."))
    state = rows[0].ChequeOutcome.state if rows[0].ChequeOutcome is not None else ChequeState.PENDING
    if state is ChequeState.CREDITED and not again:
        raise Refused(Text("This cheque is credited already."))
    taken_on = work.local(rows[0].paid_at).date()
    if not taken_on <= order.on <= work.today:
        raise Refused(
            Text("Enter a day from {first} to {last}: the cheque was handed in on the first of them.",
                 first=taken_on, last=work.today)
        )  # fmt: skip
    return rows


def _keep(
    work: Work, rows: Sequence[Any], state: ChequeState, on: date, reason: str = "", *, by_bank: bool = False
) -> None:
    for row in rows:
        outcome = ChequeOutcome(
            id=work.new_id(),
            payment_id=row.id,
            position=1 if row.ChequeOutcome is None else row.ChequeOutcome.position + 1,
            state=state,
            on_day=on,
            by_bank=by_bank,
            told_at=work.at,
            told_by=work.actor.name,
            reason=reason,
        )
        work.add(outcome)
    work.session.flush()


def _row(work: Work, cheque_id: UUID) -> ChequeRow:
    mine = sa.or_(Payment.id == cheque_id, PaymentPart.payment_set_id == cheque_id)
    (row,) = _grouped(work, work.session.execute(_rows().where(mine)).all())
    return row


def show_cheques(work: Work, cheque_ids: Collection[UUID], on: date) -> None:
    """A bank's file shows these among its payments; those that are cheques are credited with it."""
    rows = _payments(work, cheque_ids) if cheque_ids else []
    _keep(work, rows, ChequeState.CREDITED, on, by_bank=True)


def hide_cheques(work: Work, cheque_ids: Collection[UUID]) -> None:
    """That a bank's file shows these was undone: those that are cheques are pending again."""
    rows = _payments(work, cheque_ids) if cheque_ids else []
    shown = [row for row in rows if row.ChequeOutcome is not None and row.ChequeOutcome.by_bank]
    _keep(work, shown, ChequeState.PENDING, work.today)


# Letters


def return_letters(
    work: Work,
    rows: Sequence[Any],
    on: date,
    reason: str,
    before: dict[UUID, Dues],
    tender: TenderKind = TenderKind.CHEQUE,
) -> tuple[ChequeLetter, ...]:
    """A letter to each customer for whom a returned cheque or debit had paid, in their language, kept and numbered."""
    places, after = places_of(work, list(before)), ledger.dues_of(work, before)
    head = staff.letterhead(work)

    def made(row: Any, number: str, code: str) -> ChequeLetter:
        key = row.account_id
        return ChequeLetter(
            number=number,
            letterhead=head,
            language=places[key].language,
            account_number=places[key].number,
            customer_name=places[key].customer_name,
            address=places[key].address,
            written_on=work.today,
            by=work.actor.name,
            cheque_number=row.reference,
            receipt_number=row.receipt,
            paid_on=work.local(row.paid_at).date(),
            returned_on=on,
            reason=reason,
            amount=row.amount,
            items=reopened(before[key], after[key]),
            owed_after=after[key].total,
            credit_after=after[key].credit,
            check_code=code,
            tender=tender,
        )

    return tuple(
        papers.issue(work, CHEQUE_LETTER, row.account_id, places[row.account_id].language, partial(made, row))
        for row in rows
    )


@operation("counter.reprint_receipt")
def reprint_cheque_letters(work: Work, request: LetterQuery) -> tuple[ChequeLetter, ...]:
    """The same letters once more, marked COPY n and entered in the print journal."""
    found = []
    for number in request.numbers:
        row = papers.issued(work, number)
        if row.kind != CHEQUE_LETTER:
            raise NotFound(Text("No letter has the number {number}.", number=number))
        letter: ChequeLetter = canonical.load(ChequeLetter, row.content)
        found.append(replace(letter, copy=papers.queue(work, CHEQUE_LETTER, row.number, row.owner_id)))
    return tuple(found)


# Proof


def prove_cheques(session: orm.Session) -> Iterator[Finding]:
    """Only cheques have an outcome; one that came back is reversed by the very entry that says so, and stays so."""
    later = orm.aliased(ChequeOutcome)
    reversal = sa.and_(
        PaymentReversal.payment_id == ChequeOutcome.payment_id,
        PaymentReversal.entry_id == ChequeOutcome.entry_id,
    )
    returned = ChequeOutcome.state == ChequeState.RETURNED
    rows = session.scalars(
        sa.select(ChequeOutcome.id)
        .join(Tender, Tender.payment_id == ChequeOutcome.payment_id)
        .outerjoin(PaymentReversal, reversal)
        .outerjoin(
            later,
            sa.and_(
                later.payment_id == ChequeOutcome.payment_id, later.position == ChequeOutcome.position + 1
            ),
        )
        .where(
            sa.or_(
                Tender.kind != TenderKind.CHEQUE,
                sa.and_(returned, PaymentReversal.id.is_(None)),
                sa.and_(returned, later.id.is_not(None)),
            )
        )
    )
    for key in rows:
        words = Text("What became of this cheque is not what its payment says")
        yield Finding("I15", ChequeOutcome.__tablename__, key, "cheque_outcome", words)
