"""`safe`: what is in the safe of the hall, its counts, cash to the bank."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click

from desktop.cli.call import A_FILE, DONE, PROBLEMS, Call, common, table
from desktop.cli.counter import notes_option, read_count
from desktop.cli.prints import print_line, write_prints
from desktop.kernel.errors import Refused
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat, draw_id
from desktop.treasury import service as treasury
from desktop.treasury.documents import deposit_slip_pdf
from desktop.treasury.records import (
    BankDepositOrder,
    DepositSlip,
    SafeBackOrder,
    SafeCounted,
    SafeOrder,
    SafeRow,
    SettleOrder,
    SlipQuery,
)


@click.group("safe")
def safe_group() -> None:
    """The safe of the hall: what is in it, its count, cash to the bank."""


@safe_group.command("show")
@common
def safe_show(call: Call) -> int:
    """Show what should be in the safe and what came and went."""
    seat = call.seat()
    say, found = seat.app.catalog(call.lang), seat.ask(treasury.safe)
    rows = [
        [say.moment(one.at), _moved(one, say), one.paper, one.till_name, one.by, say.money(one.amount)]
        for one in found.rows
    ]
    told = say("In the safe: {amount}", amount=say.money(found.expected, unit=True))
    more = [say("more went out than the book has: count it")] if found.expected.raw < 0 else []
    if found.waiting is not None:
        more.append(say("the last count differs: say why with `safe settle`"))
    call.answer(found, [*table(rows, {5}), say.join([told, *more])])
    return DONE


@safe_group.command("count")
@click.option("--amount", help="what is in the safe, like 5000.00; the notes when left out")
@notes_option
@common
def safe_count(call: Call, amount: str | None, notes: tuple[str, ...]) -> int:
    """Keep a count of the safe, whatever it comes to; a difference waits for `safe settle`."""
    seat = call.seat()
    count = read_count(seat, amount, notes)
    counted = seat.do(treasury.count_safe, SafeOrder(count.amount, count.pieces), draw_id())
    say = seat.app.catalog(call.lang)
    told = _counted(counted, say)
    if counted.booked:
        call.answer(counted, [told])
        return DONE
    more = say("Post it with: servicehall safe settle {count} --reason …", count=str(counted.source_id))
    call.answer(counted, [told, more])
    return PROBLEMS


@safe_group.command("settle")
@click.argument("count", type=click.UUID, required=False)
@click.option("--reason", required=True, help="why the count differs, or that nobody knows")
@common
def safe_settle(call: Call, count: UUID | None, reason: str) -> int:
    """Post the difference of a COUNT of the safe, of the last one when left out, with its reason."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    wanted = count or seat.ask(treasury.safe).waiting
    if wanted is None:
        raise Refused(Text("No count of the safe waits for its reason."))
    settled = seat.do(treasury.settle_count, SettleOrder(wanted, reason), draw_id())
    call.answer(settled, [_counted(settled, say)])
    return DONE


def _counted(one: SafeCounted, say: Catalog) -> str:
    return say("Counted {amount}, difference {difference}", amount=one.counted, difference=one.difference)


@safe_group.command("deposit")
@click.option("--amount", help="what goes to the bank, like 5000.00; the notes when left out")
@notes_option
@click.option("--slip", required=True, help="number of the bank's slip")
@click.option("--key", type=click.UUID, help="id of this deposit: the same id never deposits twice")
@click.option("--out", type=A_FILE, help="write the slip PDF here")
@common
def safe_deposit(
    call: Call, amount: str | None, notes: tuple[str, ...], slip: str, key: UUID | None, out: Path | None
) -> int:
    """Bring cash from the safe to the bank: it is in transit until the bank's file shows it."""
    seat = call.seat()
    count = read_count(seat, amount, notes)
    order = BankDepositOrder(count.amount, slip, count.pieces)
    made = seat.do(treasury.deposit_cash, order, key or draw_id())
    if out is not None:
        _write_slip(seat, made, out)
    say = seat.app.catalog(call.lang)
    call.answer(made, [say("Deposit {number}: {amount}", number=made.number, amount=made.amount)])
    return DONE


@safe_group.command("slip")
@click.argument("number")
@click.option("--out", required=True, type=A_FILE, help="PDF to write")
@common
def safe_slip(call: Call, number: str, out: Path) -> int:
    """Write the slip of a deposit once more, marked COPY n."""
    seat = call.seat()
    slip = seat.do(treasury.reprint_deposit_slip, SlipQuery(number))
    _write_slip(seat, slip, out)
    say = seat.app.catalog(call.lang)
    told = print_line(say, slip.number, slip.copy, out)
    call.answer({"copy": slip.copy, "number": slip.number, "file": str(out)}, [told])
    return DONE


@safe_group.command("take-back")
@click.argument("source", type=click.UUID)
@click.option("--reason", required=True, help="why it is taken back")
@common
def safe_take_back(call: Call, source: UUID, reason: str) -> int:
    """Take back a count or a deposit by its id, which is source_id in the list for programs."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    row = seat.do(treasury.take_back_safe, SafeBackOrder(source, reason), draw_id())
    call.answer(row, [_moved(row, say)])
    return DONE


def _moved(row: SafeRow, say: Catalog) -> str:
    words = say(row.kind.text)
    if row.taken_back is not None:
        return say("{what}, taken back", what=words)
    return words if row.booked else say("{what}, not booked", what=words)


def _write_slip(seat: Seat, slip: DepositSlip, out: Path) -> None:
    content = deposit_slip_pdf(slip, seat.app.catalog, seat.app.country, seat.app.picture)
    write_prints(seat, out, content, treasury.DEPOSIT, (slip.number, slip.copy))
