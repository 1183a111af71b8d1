"""`pay` and `receipts`: money taken at the counter."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import click

from desktop.cli.call import DONE, PROBLEMS, Call, common, table
from desktop.counter import service as counter
from desktop.counter.documents import receipt_pdf
from desktop.counter.records import PaymentOrder, ReceiptIssued, ReceiptQuery, TenderKind, TillOrder
from desktop.kernel.errors import Refused, reason
from desktop.kernel.files import written_whole
from desktop.kernel.measures import Money
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat, draw_id

_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]+)?")
"""An amount as commands take it; twelve digits stay far below 64 bits of minor units."""


def _amount(seat: Seat, written: str) -> Money:
    try:
        if not _AMOUNT.fullmatch(written.strip()):
            raise ValueError(written)
        return seat.app.country.currency.money(Decimal(written.strip()))
    except ValueError as error:
        raise Refused(Text("“{value}” is no amount. Write it like 100.00.", value=written)) from error


@click.command("pay")
@click.option("--account", required=True, help="number of the account that is paid for")
@click.option("--amount", required=True, help="what is paid, like 100.00")
@click.option("--given", help="what was handed over in cash; the amount when left out")
@click.option(
    "--tender", type=click.Choice([kind.value for kind in TenderKind]), default="cash", help="how it is paid"
)
@click.option("--reference", default="", help="outside number of what is not cash")
@click.option("--key", type=click.UUID, help="id of this payment: the same id never pays twice")
@click.option("--receipt", type=click.Path(path_type=Path, dir_okay=False), help="write the receipt PDF here")
@common
def pay(
    call: Call,
    account: str,
    amount: str,
    given: str | None,
    tender: str,
    reference: str,
    key: UUID | None,
    receipt: Path | None,
) -> int:
    """Take a payment and issue its receipt; the till of the station opens when it is closed."""
    seat = call.seat()
    paid = _amount(seat, amount)
    order = PaymentOrder(
        account, paid, _amount(seat, given) if given else paid, TenderKind.of(tender), reference
    )
    _open_till(seat)
    key = key or draw_id()
    issued = seat.do(counter.take_payment, order, key)
    say = seat.app.catalog(call.lang)
    call.answer(issued, _receipt_lines(issued, say))
    if receipt is None:
        return DONE
    try:
        with written_whole(receipt) as stream:
            stream.write(receipt_pdf([issued], seat.app.catalog, seat.app.country, seat.app.picture))
    except OSError as error:
        told = say(
            "Paid, receipt {number}. {file} could not be written: {reason}."
            " The same command with --key {key} writes it and does not pay again.",
            number=issued.number,
            file=str(receipt),
            reason=reason(error),
            key=str(key),
        )
        click.echo(told, err=True)
        return PROBLEMS
    return DONE


@click.group("receipts")
def receipts() -> None:
    """Receipts."""


@receipts.command("print")
@click.argument("number")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="PDF to write")
@common
def receipts_print(call: Call, number: str, out: Path) -> int:
    """Write a receipt once more, marked COPY n and entered in the print journal."""
    seat = call.seat()
    issued = seat.do(counter.reprint_receipt, ReceiptQuery(number))
    with written_whole(out) as stream:
        stream.write(receipt_pdf([issued], seat.app.catalog, seat.app.country, seat.app.picture))
    say = seat.app.catalog(call.lang)
    told = say(
        "Copy {copy} of receipt {number} in {file}", copy=issued.copy, number=issued.number, file=str(out)
    )
    call.answer({"copy": issued.copy, "number": issued.number, "file": str(out)}, [told])
    return DONE


def _open_till(seat: Seat) -> None:
    """The till of the command line's station, opened when it is closed; somebody else may open it first."""
    if seat.ask(counter.till) is None:
        try:
            seat.do(counter.open_till, TillOrder(Money(0)))
        except Refused:
            if seat.ask(counter.till) is None:
                raise


def _receipt_lines(issued: ReceiptIssued, say: Catalog) -> list[str]:
    rows = [
        [
            f"{item.month:%Y-%m}",
            item.bill_number,
            say.money(item.principal),
            say.money(item.late_fee),
            say.money(item.total),
        ]
        for item in issued.items
    ]
    told = say(
        "Receipt {number}: paid {amount}, change {change}, owed after {owed}, credit {credit}",
        number=issued.number,
        amount=say.money(issued.amount, unit=True),
        change=issued.change,
        owed=issued.owed_after,
        credit=issued.credit_after,
    )
    return [*table(rows, {2, 3, 4}), told]
