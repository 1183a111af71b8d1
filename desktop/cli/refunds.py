"""`refunds`, and `receipts move` with its letters: payments put right later than their own day."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click

from desktop.cli.call import A_FILE, DONE, Call, common, table
from desktop.cli.counter import read_amount, receipts
from desktop.cli.prints import write_prints
from desktop.counter import service as counter
from desktop.counter.documents import move_letters_pdf, refund_pdf
from desktop.counter.records import ReceiptQuery, TenderKind
from desktop.counter.records.right import (
    LetterQuery,
    MovedAccount,
    MoveLetter,
    MoveOrder,
    PaymentMoved,
    RefundDecisionOrder,
    RefundNumber,
    RefundOrder,
    RefundPaid,
    RefundQuery,
    RefundRow,
)
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat, draw_id


@click.group("refunds")
def refunds() -> None:
    """Refunds: asked for by one person, decided by another, paid out of an open till."""


def _rows(say: Catalog, rows: tuple[RefundRow, ...]) -> list[str]:
    shown = [
        [
            str(row.request_id),
            row.account_number,
            row.customer_name,
            row.number or row.receipt_number,
            say.money(row.amount),
            say(row.tender.text),
            say(row.state.text),
            row.asked_by,
            row.declined or row.reason,
        ]
        for row in rows
    ]
    return table(shown, {4})


@refunds.command("list")
@click.option("--account", default="", help="only those of this account")
@common
def refunds_list(call: Call, account: str) -> int:
    """The refunds of this hall, those that wait first."""
    seat = call.seat()
    found = seat.ask(counter.refunds, RefundQuery(account))
    call.answer(found, _rows(seat.app.catalog(call.lang), found))
    return DONE


@refunds.command("ask")
@click.option("--receipt", "number", default="", help="receipt of the payment that goes back, whole")
@click.option(
    "--account", default="", help="account whose credit goes back, or one of several on the receipt"
)
@click.option("--amount", help="how much of the credit, like 100.00; all of it when left out")
@click.option("--reason", "why", required=True, help="why the money is given back")
@click.option("--transfer", default="", help="bank account it is sent to; in cash when left out")
@common
def refunds_ask(call: Call, number: str, account: str, amount: str | None, why: str, transfer: str) -> int:
    """Ask for a refund; another person decides."""
    seat = call.seat(named=True)
    way = TenderKind.TRANSFER if transfer else TenderKind.CASH
    wanted = read_amount(seat, amount) if amount else None
    row = seat.do(counter.ask_refund, RefundOrder(why, number, account, wanted, way, transfer))
    call.answer(row, _rows(seat.app.catalog(call.lang), (row,)))
    return DONE


@refunds.command("decide")
@click.argument("request", type=click.UUID)
@click.option("--decline", default="", help="decline it, for this reason; approved when left out")
@common
def refunds_decide(call: Call, request: UUID, decline: str) -> int:
    """Approve or decline a refund that another person asked for."""
    seat = call.seat()
    order = RefundDecisionOrder(request, not decline, decline)
    row = seat.do(counter.decide_refund, order)
    call.answer(row, _rows(seat.app.catalog(call.lang), (row,)))
    return DONE


@refunds.command("pay")
@click.argument("request", type=click.UUID)
@click.option("--key", type=click.UUID, help="id of this step: the same id never pays twice")
@click.option("--out", type=A_FILE, help="write the refund receipt PDF here")
@common
def refunds_pay(call: Call, request: UUID, key: UUID | None, out: Path | None) -> int:
    """Pay an approved refund out of the till of the station, which must be open."""
    seat = call.seat()
    paid = seat.do(counter.pay_refund, request, key or draw_id())
    if out is not None:
        _write_refund(seat, paid, out)
    call.answer(paid, [_told(seat.app.catalog(call.lang), paid)])
    return DONE


@refunds.command("print")
@click.argument("number")
@click.option("--out", required=True, type=A_FILE, help="PDF to write")
@common
def refunds_print(call: Call, number: str, out: Path) -> int:
    """Write a refund receipt once more, marked COPY n."""
    seat = call.seat()
    paid = seat.do(counter.reprint_refund, RefundNumber(number))
    _write_refund(seat, paid, out)
    call.answer(paid, [_told(seat.app.catalog(call.lang), paid)])
    return DONE


def _told(say: Catalog, paid: RefundPaid) -> str:
    return say(
        "Refund {number}: {amount} given back, owed after {owed}",
        number=paid.number,
        amount=say.money(paid.amount, unit=True),
        owed=paid.owed_after,
    )


def _write_refund(seat: Seat, paid: RefundPaid, out: Path) -> None:
    content = refund_pdf(paid, seat.app.catalog, seat.app.country, seat.app.picture)
    write_prints(seat, out, content, counter.REFUND, (paid.number, paid.copy))


# The wrong account


@receipts.command("move")
@click.argument("number")
@click.option("--to", required=True, help="account the payment was meant for")
@click.option("--reason", "why", required=True, help="why it is moved")
@click.option("--from", "left", default="", help="account it stands on, where the receipt is of several")
@click.option(
    "--whole", is_flag=True, help="with what other tenders of the same payment paid of that account"
)
@click.option("--dry-run", is_flag=True, help="tell what would come of it, and write nothing")
@click.option("--key", type=click.UUID, help="id of this step: the same id never moves twice")
@click.option("--letters", type=A_FILE, help="write the letters to both customers here, as one PDF")
@common
def receipts_move(
    call: Call,
    number: str,
    to: str,
    why: str,
    left: str,
    whole: bool,
    dry_run: bool,
    key: UUID | None,
    letters: Path | None,
) -> int:
    """Put a payment that was taken on the wrong account on the right one; the same step moves it back."""
    seat = call.seat()
    say, order = seat.app.catalog(call.lang), MoveOrder(number, to, why, left, whole)
    if dry_run:
        moved = seat.rehearse(counter.move_payment, order)
    else:
        moved = seat.do(counter.move_payment, order, key or draw_id())
    if letters is not None and not dry_run:
        _write_letters(seat, moved.letters, letters)
    call.answer(
        moved, [*_accounts(say, moved), say("Nothing was written") if dry_run else _letters(say, moved)]
    )
    return DONE


@receipts.command("moves")
@click.argument("number")
@common
def receipts_moves(call: Call, number: str) -> int:
    """From which account to which the payments of a receipt were moved, and the letters about it."""
    seat = call.seat()
    say, found = seat.app.catalog(call.lang), seat.ask(counter.moves, ReceiptQuery(number))
    rows = [
        [
            say.moment(row.moved_at),
            row.from_account,
            row.to_account,
            row.by,
            row.reason,
            " ".join(row.letters),
        ]
        for row in found
    ]
    call.answer(found, table(rows, set()))
    return DONE


@receipts.command("letters")
@click.argument("numbers", nargs=-1, required=True)
@click.option("--out", required=True, type=A_FILE, help="PDF to write")
@common
def receipts_letters(call: Call, numbers: tuple[str, ...], out: Path) -> int:
    """Write letters about moved payments once more, marked COPY n."""
    seat = call.seat()
    found = moved_letters_again(seat, numbers, out)
    say = seat.app.catalog(call.lang)
    call.answer(found, [say("{count} letters in {file}", count=len(found), file=str(out))])
    return DONE


def _accounts(say: Catalog, moved: PaymentMoved) -> list[str]:
    def one(side: MovedAccount) -> list[str]:
        return [
            side.account_number,
            side.customer_name,
            say.money(side.before.total),
            say.money(side.before.credit),
            say.money(side.after.total),
            say.money(side.after.credit),
        ]

    titles = ["", "", *(say(words) for words in _TITLES)]
    return table([titles, one(moved.left), one(moved.right)], {2, 3, 4, 5})


_TITLES = (Text("Owed before"), Text("Credit before"), Text("Owed after"), Text("Credit after"))


def _letters(say: Catalog, moved: PaymentMoved) -> str:
    return say("Letters: {numbers}", numbers=say.join([letter.number for letter in moved.letters]))


def moved_letters_again(seat: Seat, numbers: tuple[str, ...], out: Path) -> tuple[MoveLetter, ...]:
    """Write letters about moved payments once more."""
    found: tuple[MoveLetter, ...] = seat.do(counter.reprint_letters, LetterQuery(numbers))
    _write_letters(seat, found, out)
    return found


def _write_letters(seat: Seat, letters: tuple[MoveLetter, ...], out: Path) -> None:
    content = move_letters_pdf(letters, seat.app.catalog, seat.app.country, seat.app.picture)
    write_prints(seat, out, content, counter.LETTER, *((one.number, one.copy) for one in letters))
