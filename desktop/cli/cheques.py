"""`cheques`: those that wait for the bank, and what it made of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import click

from desktop.cli.call import A_FILE, DONE, Call, common, read_day, table
from desktop.cli.prints import write_prints
from desktop.counter import service as counter
from desktop.counter.documents import cheque_letters_pdf
from desktop.counter.records.cheques import ChequeLetter, ChequeOrder, ChequeRow, ChequesQuery
from desktop.counter.records.right import LetterQuery
from desktop.kernel.text import Catalog
from desktop.kernel.work import Seat, draw_id


@click.group("cheques")
def cheques_group() -> None:
    """Cheques: pending until the bank credits them, or returned."""


def _rows(say: Catalog, rows: tuple[ChequeRow, ...]) -> list[str]:
    shown = [
        [
            str(row.cheque_id),
            row.cheque_number,
            row.receipt_number,
            row.account_number,
            row.customer_name,
            say.money(row.amount),
            say(row.state.text),
            say.date(row.on) if row.on else say.date(row.taken_at.date()),
            row.reason,
        ]
        for row in rows
    ]
    return table(shown, {5})


@cheques_group.command("list")
@click.option("--account", default="", help="only those of this account")
@common
def cheques_list(call: Call, account: str) -> int:
    """The cheques of this hall, those that are pending first."""
    seat = call.seat()
    found = seat.ask(counter.cheques, ChequesQuery(account))
    call.answer(found, _rows(seat.app.catalog(call.lang), found))
    return DONE


@cheques_group.command("credited")
@click.argument("cheque", type=click.UUID)
@click.option("--on", callback=read_day, help="day the bank credited it; today when left out")
@common
def cheques_credited(call: Call, cheque: UUID, on: date | None) -> int:
    """The bank has credited a cheque, by the key that stands before it."""
    seat = call.seat()
    row = seat.do(counter.credit_cheque, ChequeOrder(cheque, on or seat.today()), draw_id())
    call.answer(row, _rows(seat.app.catalog(call.lang), (row,)))
    return DONE


@cheques_group.command("returned")
@click.argument("cheque", type=click.UUID)
@click.option("--reason", "why", required=True, help="why the bank returned it")
@click.option("--on", callback=read_day, help="day the bank returned it; today when left out")
@click.option("--out", type=A_FILE, help="write the letters to the customers here, as PDF")
@common
def cheques_returned(call: Call, cheque: UUID, why: str, on: date | None, out: Path | None) -> int:
    """The bank returned a cheque: what it had paid is owed again, with late fee since it was due."""
    seat = call.seat()
    found = seat.do(counter.return_cheque, ChequeOrder(cheque, on or seat.today(), why), draw_id())
    _write(seat, found.letters, out)
    say = seat.app.catalog(call.lang)
    letters = [[one.number, one.account_number, one.customer_name] for one in found.letters]
    call.answer(found, [*_rows(say, (found.cheque,)), *table(letters, set())])
    return DONE


@cheques_group.command("letters")
@click.argument("numbers", nargs=-1, required=True)
@click.option("--out", required=True, type=A_FILE, help="PDF to write")
@common
def cheques_letters(call: Call, numbers: tuple[str, ...], out: Path) -> int:
    """Write letters about returned cheques or direct debits once more, marked COPY n."""
    seat = call.seat()
    letters = write_letters(seat, numbers, out)
    call.answer(letters, [one.number for one in letters])
    return DONE


def write_letters(seat: Seat, numbers: tuple[str, ...], out: Path | None) -> tuple[ChequeLetter, ...]:
    """Write letters about returned payments, as they are printed now; they stay where no file is named."""
    if out is None or not numbers:
        return ()
    letters = seat.do(counter.reprint_cheque_letters, LetterQuery(numbers))
    _write(seat, letters, out)
    return letters


def _write(seat: Seat, letters: tuple[ChequeLetter, ...], out: Path | None) -> None:
    if out is not None:
        content = cheque_letters_pdf(letters, seat.app.catalog, seat.app.country, seat.app.picture)
        write_prints(seat, out, content, counter.CHEQUE_LETTER, *((one.number, one.copy) for one in letters))
