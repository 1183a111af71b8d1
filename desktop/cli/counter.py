"""`pay` and `receipts`: money taken at the counter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import click

from desktop.cli.call import DONE, PROBLEMS, Call, common, table
from desktop.counter import rules
from desktop.counter import service as counter
from desktop.counter.documents import receipt_pdf
from desktop.counter.records import (
    PaymentOrder,
    ReceiptIssued,
    ReceiptQuery,
    TakeBackOrder,
    TakenTogether,
    TenderKind,
    TillOrder,
    TogetherOrder,
    TogetherQuery,
)
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
    return _write_receipts(call, seat, [issued], receipt, key)


def _write_receipts(
    call: Call, seat: Seat, issued: Sequence[ReceiptIssued], out: Path | None, key: UUID
) -> int:
    """Write the PDF of receipts where one is asked for. The payment stands, whatever becomes of the file."""
    if out is None:
        return DONE
    say = seat.app.catalog(call.lang)
    try:
        with written_whole(out) as stream:
            stream.write(receipt_pdf(issued, seat.app.catalog, seat.app.country, seat.app.picture))
    except OSError as error:
        told = say(
            "Paid, receipt {number}. {file} could not be written: {reason}."
            " The same command with --key {key} writes it and does not pay again.",
            number=issued[0].number,
            file=str(out),
            reason=reason(error),
            key=str(key),
        )
        click.echo(told, err=True)
        return PROBLEMS
    return DONE


@click.command("pay-together")
@click.option(
    "--account", "accounts", multiple=True, help="number of an account that is paid for; may repeat"
)
@click.option(
    "--group", default="", help="payment group whose payer pays; all its accounts unless some are named"
)
@click.option("--amount", help="what is paid of all they owe, like 100.00; all of it when left out")
@click.option("--given", help="what was handed over in cash; the amount when left out")
@click.option(
    "--tender", type=click.Choice([kind.value for kind in TenderKind]), default="cash", help="how it is paid"
)
@click.option("--reference", default="", help="outside number of what is not cash")
@click.option("--each", is_flag=True, help="a receipt for each account, not one for all")
@click.option("--key", type=click.UUID, help="id of this payment: the same id never pays twice")
@click.option("--receipt", type=click.Path(path_type=Path, dir_okay=False), help="write the receipt PDF here")
@common
def pay_together(
    call: Call,
    accounts: tuple[str, ...],
    group: str,
    amount: str | None,
    given: str | None,
    tender: str,
    reference: str,
    each: bool,
    key: UUID | None,
    receipt: Path | None,
) -> int:
    """Take one tender for several accounts, oldest debts first, and issue one receipt, or one each."""
    seat = call.seat()
    _open_till(seat)
    taken = seat.app.answer(counter.take_together, key) if key else None
    key = key or draw_id()
    if taken is None:  # what is told again by its key was spread over what was owed then
        found = seat.ask(counter.paid_together, TogetherQuery(accounts, group))
        dues = [row.dues for row in found.rows]
        due = Money.total([one.to_pay for one in dues])
        paid = _amount(seat, amount) if amount else due
        if paid > due:
            raise Refused(
                Text(
                    "{amount} is more than the {due} there is to pay. Nothing was booked.",
                    amount=paid,
                    due=due,
                )
            )
        shares = rules.shares(paid, dues, late_fee_first=seat.app.country.late_fee_first)
        handed = _amount(seat, given) if given else paid
        order = TogetherOrder(shares, handed, TenderKind.of(tender), reference, not each, found.group)
        taken = seat.do(counter.take_together, order, key)
    call.answer(taken, _together_lines(taken, seat.app.catalog(call.lang)))
    return _write_receipts(call, seat, taken.receipts, receipt, key)


def _together_lines(taken: TakenTogether, say: Catalog) -> list[str]:
    rows = [
        [receipt.number, one.account_number, one.customer_name, say.money(one.amount)]
        for receipt in taken.receipts
        for one in receipt.parts or (receipt,)
    ]
    told = say(
        "Paid together {amount}, change {change}, owed after {owed}",
        amount=say.money(taken.amount, unit=True),
        change=taken.change,
        owed=taken.owed_after,
    )
    return [*table(rows, {3}), told]


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


@receipts.command("show")
@click.argument("number")
@common
def receipts_show(call: Call, number: str) -> int:
    """What was paid by the tender of a receipt, account by account, and whether it stands."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    paid = seat.ask(counter.paid_with, ReceiptQuery(number))
    rows = [
        [
            one.receipt_number,
            one.account_number,
            one.customer_name,
            say.money(one.amount),
            say("taken back") if one.taken_back else "",
            one.reason,
        ]
        for one in paid
    ]
    call.answer(paid, table(rows, {3}))
    return DONE


@receipts.command("reverse")
@click.argument("number")
@click.option("--reason", "why", required=True, help="why the payment is taken back")
@click.option(
    "--account", "accounts", multiple=True, help="of a receipt of several accounts only this; may repeat"
)
@click.option("--whole", is_flag=True, help="also what the same tender paid under other receipts")
@common
def receipts_reverse(call: Call, number: str, why: str, accounts: tuple[str, ...], whole: bool) -> int:
    """Take the payment of a receipt back: what it settled is owed again."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    back = seat.do(counter.reverse_payment, TakeBackOrder(number, why, accounts, whole))
    rows = [
        [one.receipt_number, one.account_number, one.customer_name, say.money(one.amount)] for one in back
    ]
    call.answer(back, table(rows, {3}))
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
