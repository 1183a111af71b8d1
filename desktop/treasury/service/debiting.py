"""What banks made of direct debits, booked: paid ones become payments, others are free again, taken back ones reversed.

Some rows at a time, each part in one transaction with its outcomes. An item has one outcome that it was paid, by a key
of the database, so neither a second reading nor a crash pays twice; what a stop left is booked when it goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.counter import service as counter
from desktop.counter.records import TenderKind
from desktop.counter.tables import Payment, PaymentReversal, Tender
from desktop.debits import service as debits
from desktop.debits.records import (
    Booked,
    ItemReturn,
    ItemState,
    Meaning,
    MendOrder,
    ResultRow,
    ResultsOrder,
    ResultsRead,
    ResultsTaken,
)
from desktop.debits.service.results import Fitting
from desktop.debits.tables import Bank, DebitItem, Outcome, Result
from desktop.kernel.database import refused
from desktop.kernel.errors import NotPermitted, Problem, Refused
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Progress, Seat, Work, go_on, operation

ROWS_AT_ONCE = 50
EVERY_ROW = 1_000_000
LONGEST_REASON = 500


# A file of results


def take_results_in(seat: Seat, read: ResultsRead, bank: str, progress: Progress = go_on) -> ResultsTaken:
    """Keep a file of results and book what fits, some rows at a time; stopped, `book_waiting` goes on with the rest.

    Refused where a row cannot be read: then nothing of the file is taken.
    """
    if read.problems:
        first = read.problems[0].line
        raise Refused(Text("{file} cannot be taken in: {problem}", file=read.file_name, problem=first))
    order = ResultsOrder(bank, read.file_name, read.sha256, read.rows, read.columns)
    taken = seat.do(debits.take_results, order)
    return _book(seat, taken, read.sha256, progress)


def book_waiting(seat: Seat, progress: Progress = go_on) -> ResultsTaken:
    """Book what fits of all results that are kept and not booked, as after a stop."""
    return _book(seat, ResultsTaken("", 0, 0), "", progress)


def _book(seat: Seat, taken: ResultsTaken, sha256: str, progress: Progress) -> ResultsTaken:
    """Book part after part, as long as something comes of it: a row may fit once another one is booked."""
    keys = seat.ask(debits.results_to_book, sha256)
    total, whole, left, told = len(keys), Booked(), len(keys) + 1, dict[UUID, Text]()
    stopped = False
    while keys and len(keys) < left and not stopped:
        left = len(keys)
        for at in range(0, left, ROWS_AT_ONCE):
            whole = _sum(whole, _part(seat, tuple(keys[at : at + ROWS_AT_ONCE]), told))
            done = whole.paid + whole.failed + whole.returned
            if not progress(done, total) and done < total:
                stopped = True
                break
        keys = seat.ask(debits.results_to_book, sha256)
    rows = [one for one in seat.ask(debits.open_results, EVERY_ROW) if one.result_id in set(keys)]
    problems = tuple(found for one in rows if (found := _problem(one, told)) is not None)
    return replace(
        taken,
        paid=whole.paid,
        paid_amount=whole.paid_amount,
        failed=whole.failed,
        returned=whole.returned,
        letters=whole.letters,
        to_mend=problems,
        waiting=len(keys) - len(problems),
    )


def _problem(one: ResultRow, told: Mapping[UUID, Text]) -> Problem | None:
    """Why a row is not booked: it does not fit, or a rule refused it; None where it only waits."""
    if one.problem is not None or one.result_id not in told:
        return one.problem
    remedy = Text("Put that right and go on, or set the row aside")
    return Problem(told[one.result_id], remedy, Text("Number of the item"), one.number, "", one.row)


def _part(seat: Seat, keys: tuple[UUID, ...], told: dict[UUID, Text]) -> Booked:
    """Book some rows in one transaction; where a rule refuses one of them, each in its own: the others go through.

    Of those that are refused, ``told`` gets why.
    """
    try:
        return seat.do(book_results, keys)
    except Refused as error:
        if not refused(error) or isinstance(error, NotPermitted):
            raise
        if len(keys) == 1:
            told[keys[0]] = error.text
            return Booked()
    whole = Booked()
    for key in keys:
        whole = _sum(whole, _part(seat, (key,), told))
    return whole


def _sum(one: Booked, other: Booked) -> Booked:
    return Booked(
        one.paid + other.paid,
        one.paid_amount + other.paid_amount,
        one.failed + other.failed,
        one.returned + other.returned,
        one.letters + other.letters,
    )


@operation(debits.TAKE)
def book_results(work: Work, result_ids: tuple[UUID, ...]) -> Booked:
    """Book those of the results that fit their items and are not booked yet; the others wait to be mended."""
    return _booked(work, [one for one in debits.held_results(work, result_ids) if one.problem is None])


@operation(debits.TAKE)
def mend_result(work: Work, order: MendOrder) -> Booked:
    """Book a row that did not fit by itself as the result of the item that is named, by the bank's amount.

    Refused where that item was paid already, or (for one that was taken back) was not.
    """
    fitting = debits.open_result(work, order.result_id)
    item, file, last = debits.find_item(work, order.item_number)
    result = fitting.result
    if file.bank_id != result.bank_id:
        raise Refused(Text("Item {number} is of another bank.", number=item.number))
    paid = last is not None and last.meaning is Meaning.PAID
    if paid != (result.meaning is Meaning.RETURNED):
        said = ItemState.PAID if paid else ItemState.FAILED if last is not None else ItemState.AWAITING
        raise Refused(Text("The item stands as: {state}", state=said.text))
    return _booked(work, [Fitting(result, item, file, last, None)])


def _booked(work: Work, fitting: Sequence[Fitting]) -> Booked:
    banks = dict(work.session.execute(sa.select(Bank.id, Bank.name)).all())
    paid = [one for one in fitting if one.result.meaning is Meaning.PAID]
    _take(work, paid, banks)
    failed, letters = 0, list[str]()
    for one in fitting:
        assert one.item is not None
        if one.result.meaning is Meaning.RETURNED:
            assert one.last is not None
            day, words = one.result.day or work.today, one.result.words or "–"
            letters += _take_back(work, one.item, one.last, day, words, one.result)
        elif one.result.meaning is not Meaning.PAID:
            on = one.result.day or work.today
            debits.keep_outcome(work, one.item, one.result.meaning, on, last=one.last, words=one.result.words,
                                result=one.result)  # fmt: skip
            failed += 1
    whole = Money.total([one.result.amount for one in paid])
    return Booked(len(paid), whole, failed, len(fitting) - len(paid) - failed, tuple(letters))


def _take(work: Work, paid: Sequence[Fitting], banks: dict[UUID, str]) -> None:
    """Payments for what a bank collected, as of the day it was asked to: that it was late is not the customer's."""
    if not paid:
        return
    debited = []
    for one in paid:
        assert one.item is not None
        assert one.file is not None
        on = min(one.file.collect_on, work.today)
        debited.append(
            counter.Debited(
                one.item.contract_account_id, one.item.open_item_id, one.result.amount, on, one.item.number,
                banks[one.file.bank_id],
            )
        )  # fmt: skip
    receipts = counter.take_debits(work, debited)
    for one, receipt, how in zip(paid, receipts, debited, strict=True):
        assert one.item is not None
        debits.keep_outcome(work, one.item, Meaning.PAID, how.on, last=one.last, words=one.result.words,
                            result=one.result, payment_id=receipt.payment_id)  # fmt: skip


# Taken back


@operation(debits.TAKE)
def return_debit(work: Work, order: ItemReturn) -> Booked:
    """A bank took back what it had collected by an item: the payment is reversed, what it cleared is owed again.

    With late fee since the due day, and a letter to the customer.
    """
    reason = " ".join(order.reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(Text("Say why the bank returned it, in {most} letters at most.", most=LONGEST_REASON))
    item, _, last = debits.find_item(work, order.item_number)
    if last is None or last.meaning is not Meaning.PAID:
        raise Refused(Text("Item {number} is not paid: there is nothing to take back.", number=item.number))
    letters = _take_back(work, item, last, order.on, reason, None)
    return Booked(returned=1, letters=letters)


def _take_back(
    work: Work, item: DebitItem, last: Outcome, on: date, reason: str, result: Result | None
) -> tuple[str, ...]:
    """Reverse the payment of an item that its bank took back; the numbers of the letters about it."""
    assert last.payment_id is not None
    number = counter.receipt_of(work, last.payment_id)
    (back,) = counter.bank_took_back(work, last.payment_id, number, on, reason)
    debits.keep_outcome(work, item, Meaning.RETURNED, on, last=last, words=reason, result=result,
                        payment_id=last.payment_id)  # fmt: skip
    return (back.letter,)


def note_returned(work: Work, payment_id: UUID, on: date, reason: str) -> None:
    """A line of a bank took a payment back: where that was a direct debit, its item says so too."""
    found = debits.item_of_payment(work, payment_id)
    if found is not None:
        item, last = found
        debits.keep_outcome(work, item, Meaning.RETURNED, on, last=last, words=reason, payment_id=payment_id)


# Proof


def prove_debits(session: orm.Session) -> Iterator[Finding]:
    """Money of direct debits is that of items paid less those taken back: each paid one has its payment, each payment
    its item, and what was taken back is reversed."""
    rows: Any = session.execute(
        sa.select(Payment.id, Payment.amount, Payment.contract_account_id)
        .add_columns(DebitItem.contract_account_id.label("account"))
        .add_columns(sa.func.coalesce(Result.amount, DebitItem.amount).label("asked"))
        .select_from(Payment)
        .join(Tender, Tender.payment_id == Payment.id)
        .outerjoin(Outcome, sa.and_(Outcome.payment_id == Payment.id, Outcome.meaning == Meaning.PAID))
        .outerjoin(DebitItem, DebitItem.id == Outcome.item_id)
        .outerjoin(Result, Result.id == Outcome.result_id)
        .where(sa.or_(Tender.kind == TenderKind.DEBIT, Outcome.id.is_not(None)))
    )
    for row in rows:
        if (row.contract_account_id, row.amount) != (row.account, row.asked):
            words = Text("The payment is not what a bank collected by its item")
            yield Finding("I18", Payment.__tablename__, row.id, "debit_payment", words)
    back = session.scalars(
        sa.select(Outcome.id)
        .outerjoin(PaymentReversal, PaymentReversal.payment_id == Outcome.payment_id)
        .where(
            Outcome.meaning == Meaning.RETURNED,
            sa.or_(PaymentReversal.id.is_(None), PaymentReversal.entry_id != Outcome.entry_id),
        )
    )
    for key in back:
        words = Text("What a bank took back is not reversed with it")
        yield Finding("I15", Outcome.__tablename__, key, "debit_returned", words)
