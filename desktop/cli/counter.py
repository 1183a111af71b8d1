"""`pay`, `receipts` and `till`: money taken at the counter, and its drawer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from desktop.cli.call import A_FILE, DONE, PROBLEMS, Call, common, table
from desktop.cli.prints import print_line, write_prints
from desktop.counter import rules
from desktop.counter import service as counter
from desktop.counter.documents import cash_sheet_pdf, cash_sheet_xlsx, lost_words, receipt_pdf, strip_pdf
from desktop.counter.records import (
    AT_COUNTER,
    CashLimit,
    CashLimitOrder,
    CashSheet,
    CashSheetQuery,
    CloseTillOrder,
    CountOrder,
    LostPayment,
    MixedOrder,
    MixedTogetherOrder,
    MovementKind,
    MovementOrder,
    PaymentOrder,
    Piece,
    ReceiptIssued,
    ReceiptQuery,
    TakeBackOrder,
    TakenTogether,
    TakeOverOrder,
    TenderKind,
    TenderPart,
    TillClosing,
    TillOrder,
    TogetherOrder,
    TogetherQuery,
)
from desktop.desk import service as desk
from desktop.kernel.errors import Refused, reason
from desktop.kernel.measures import Money
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat, draw_id

_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]+)?")
"""An amount as commands take it; twelve digits stay far below 64 bits of minor units."""


def read_amount(seat: Seat, written: str) -> Money:
    """An amount as it is written in a command; refused where it is none."""
    try:
        if not _AMOUNT.fullmatch(written.strip()):
            raise ValueError(written)
        return seat.app.country.currency.money(Decimal(written.strip()))
    except ValueError as error:
        raise Refused(Text("“{value}” is no amount. Write it like 100.00.", value=written)) from error


also_option = click.option(
    "--also",
    multiple=True,
    help="a further tender of the same payment, like card:200.00:6228 or cash:50; may repeat",
)


@click.command("pay")
@click.option("--account", required=True, help="number of the account that is paid for")
@click.option("--amount", required=True, help="what is paid, like 100.00")
@click.option("--given", help="what was handed over in cash; the amount when left out")
@click.option(
    "--tender", type=click.Choice([kind.value for kind in AT_COUNTER]), default="cash", help="how it is paid"
)
@click.option("--reference", default="", help="outside number of what is not cash")
@also_option
@click.option("--first", default="", help="number of the bill that is settled before older ones")
@click.option("--paid-by", default="", help="who pays, where that is not the customer")
@click.option(
    "--large", is_flag=True, help="take it though it is over a hundred times what is due and any bill"
)
@click.option("--key", type=click.UUID, help="id of this payment: the same id never pays twice")
@click.option("--receipt", type=A_FILE, help="write the receipt PDF here")
@common
def pay(
    call: Call,
    account: str,
    amount: str,
    given: str | None,
    tender: str,
    reference: str,
    also: tuple[str, ...],
    first: str,
    paid_by: str,
    large: bool,
    key: UUID | None,
    receipt: Path | None,
) -> int:
    """Take a payment and issue its receipt; the till of the station opens when it is closed."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    paid = read_amount(seat, amount)
    handed, kind = read_amount(seat, given) if given else paid, TenderKind.of(tender)
    parts = [TenderPart(paid, handed, kind, reference), *(_tender(seat, one) for one in also)]
    _open_till(seat)
    told_again = key and seat.app.answer(counter.take_mixed if also else counter.take_payment, key)
    if not large and not told_again:
        _check_meant(seat, account, [one.given for one in parts])
    key = key or draw_id()
    if also:
        taken = seat.do(counter.take_mixed, MixedOrder(account, tuple(parts), first, paid_by), key)
        call.answer(taken, [line for one in taken.receipts for line in _receipt_lines(one, say)])
        return _write_receipts(call, seat, taken.receipts, receipt, key)
    order = PaymentOrder(account, paid, handed, kind, reference, first, paid_by)
    issued = seat.do(counter.take_payment, order, key)
    call.answer(issued, _receipt_lines(issued, say))
    return _write_receipts(call, seat, [issued], receipt, key)


def _check_meant(seat: Seat, account: str, given: Sequence[Money]) -> None:
    """Refuse what the counter asks about once more: a slip of the hand, most likely."""
    card = seat.ask(desk.account_card, account)
    most = rules.is_much(given, card.dues.to_pay, [bill.amount for bill in card.bills])
    if most is not None:
        raise Refused(
            Text(
                "{given} is over a hundred times {amount}, the most that is due or on a bill."
                " Nothing was booked: where it is meant, say so by --large.",
                given=max(given),
                amount=most,
            )
        )


def _tender(seat: Seat, written: str) -> TenderPart:
    name, _, rest = written.partition(":")
    amount, _, number = rest.partition(":")
    if name not in {kind.value for kind in AT_COUNTER} or not amount:
        raise Refused(Text("“{value}” is no tender. Write it like card:200.00:6228.", value=written))
    paid = read_amount(seat, amount)
    return TenderPart(paid, paid, TenderKind.of(name), number)


def _write_receipts(
    call: Call, seat: Seat, issued: Sequence[ReceiptIssued], out: Path | None, key: UUID
) -> int:
    """Write the PDF of receipts where one is asked for. The payment stands, whatever becomes of the file."""
    if out is None:
        return DONE
    say = seat.app.catalog(call.lang)
    try:
        content = receipt_pdf(issued, seat.app.catalog, seat.app.country, seat.app.picture)
        write_prints(seat, out, content, counter.RECEIPT, *((one.number, one.copy) for one in issued))
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
@click.option("--amount", help="what is paid of all they owe, like 100.00; all the rest when left out")
@click.option("--given", help="what was handed over in cash; the amount when left out")
@click.option(
    "--tender", type=click.Choice([kind.value for kind in AT_COUNTER]), default="cash", help="how it is paid"
)
@click.option("--reference", default="", help="outside number of what is not cash")
@also_option
@click.option("--paid-by", default="", help="who pays, where that is not the customer")
@click.option("--each", is_flag=True, help="a receipt for each account, not one for all")
@click.option("--key", type=click.UUID, help="id of this payment: the same id never pays twice")
@click.option("--receipt", type=A_FILE, help="write the receipt PDF here")
@common
def pay_together(
    call: Call,
    accounts: tuple[str, ...],
    group: str,
    amount: str | None,
    given: str | None,
    tender: str,
    reference: str,
    also: tuple[str, ...],
    paid_by: str,
    each: bool,
    key: UUID | None,
    receipt: Path | None,
) -> int:
    """Take money for several accounts, oldest debts first, and issue one receipt or one each, for every tender."""
    seat = call.seat()
    others = [_tender(seat, one) for one in also]
    _open_till(seat)
    taking = counter.take_mixed_together if also else counter.take_together
    taken = seat.app.answer(taking, key) if key else None
    key = key or draw_id()
    if taken is None:  # what is told again by its key was spread over what was owed then
        found = seat.ask(counter.paid_together, TogetherQuery(accounts, group))
        dues = [row.dues for row in found.rows]
        due, besides = Money.total([one.to_pay for one in dues]), Money.total([one.amount for one in others])
        paid = read_amount(seat, amount) if amount else due - besides
        if paid + besides > due:
            raise Refused(
                Text(
                    "{amount} is more than the {due} there is to pay. Nothing was booked.",
                    amount=paid + besides,
                    due=due,
                )
            )
        shares = rules.shares(paid + besides, dues, late_fee_first=seat.app.country.late_fee_first)
        handed = read_amount(seat, given) if given else paid
        parts = (TenderPart(paid, handed, TenderKind.of(tender), reference), *others)
        if also:
            order: Any = MixedTogetherOrder(shares, parts, not each, found.group, paid_by)
        else:
            order = TogetherOrder(shares, handed, parts[0].tender, reference, not each, found.group, paid_by)
        taken = seat.do(taking, order, key)
    call.answer(taken, _together_lines(taken, seat.app.catalog(call.lang)))
    return _write_receipts(call, seat, taken.receipts, receipt, key)


def _together_lines(taken: TakenTogether, say: Catalog) -> list[str]:
    rows = [
        [
            receipt.number,
            one.account_number,
            one.customer_name,
            say.money(one.amount),
            say(receipt.tender.text),
        ]
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
@click.option("--out", required=True, type=A_FILE, help="PDF to write")
@click.option("--strip", is_flag=True, help="for a printer of 80 mm")
@common
def receipts_print(call: Call, number: str, out: Path, strip: bool) -> int:
    """Write a receipt: the original if it is still to come out, else marked COPY n; the print journal has it."""
    seat = call.seat()
    issued, app = seat.do(counter.reprint_receipt, ReceiptQuery(number)), seat.app
    if strip:
        content = strip_pdf([issued], app.catalog, app.country)
    else:
        content = receipt_pdf([issued], app.catalog, app.country, app.picture)
    write_prints(seat, out, content, counter.RECEIPT, (issued.number, issued.copy))
    say = seat.app.catalog(call.lang)
    told = print_line(say, issued.number, issued.copy, out)
    call.answer({"copy": issued.copy, "number": issued.number, "file": str(out)}, [told])
    return DONE


@receipts.command("show")
@click.argument("number")
@common
def receipts_show(call: Call, number: str) -> int:
    """What was paid with a receipt, by every tender and account by account, and whether it stands."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    paid = seat.ask(counter.paid_with, ReceiptQuery(number))
    rows = [
        [
            one.receipt_number,
            one.account_number,
            one.customer_name,
            say.money(one.amount),
            say(one.tender.text),
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
@click.option("--whole", is_flag=True, help="also what was paid with it under other receipts, by any tender")
@common
def receipts_reverse(call: Call, number: str, why: str, accounts: tuple[str, ...], whole: bool) -> int:
    """Take the payment of a receipt back: what it settled is owed again."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    back = seat.do(counter.reverse_payment, TakeBackOrder(number, why, accounts, whole), draw_id())
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
            say(item.kind.text),
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
    return [*table(rows, {3, 4, 5}), told]


# The till

_PIECE = re.compile(r"(?P<value>[0-9.]+)[x×*](?P<count>[0-9]{1,6})")


def _pieces(seat: Seat, written: Sequence[str]) -> tuple[Piece, ...]:
    found = []
    for one in written:
        hit = _PIECE.fullmatch(one.strip())
        if hit is None:
            raise Refused(Text("“{value}” is no count of notes. Write it like 100x5.", value=one))
        found.append(Piece(read_amount(seat, hit["value"]), int(hit["count"])))
    return tuple(found)


def read_count(seat: Seat, amount: str | None, written: Sequence[str]) -> CountOrder:
    """The count of a drawer: its pieces, and the sum where it is more than they come to."""
    pieces = _pieces(seat, written)
    whole = Money.total([piece.amount for piece in pieces])
    return CountOrder(whole if amount is None else read_amount(seat, amount), pieces)


notes_option = click.option(
    "--notes", multiple=True, help="so many of a note or coin, like 100x5; once for each kind"
)


@click.group("till")
def till_group() -> None:
    """The till of a station: open, move cash, close."""


@till_group.command("open")
@click.option("--float", "amount", help="what is in the drawer, like 500.00; the notes when left out")
@notes_option
@common
def till_open(call: Call, amount: str | None, notes: tuple[str, ...]) -> int:
    """Open the till with a float from the safe."""
    seat = call.seat()
    order = read_count(seat, amount, notes)
    opened = seat.do(counter.open_till, TillOrder(order.amount, order.pieces))
    say = seat.app.catalog(call.lang)
    told = say(
        "{till} is open with {amount}", till=opened.till_name, amount=say.money(order.amount, unit=True)
    )
    call.answer(opened, [told])
    return DONE


@till_group.command("take-over")
@common
def till_take_over(call: Call) -> int:
    """Open the till with what another cashier counted and closed it with today."""
    seat = call.seat()
    left = seat.ask(counter.left_till)
    if left is None:
        raise Refused(Text("Nobody handed this till over: open it with a count of your own."))
    opened = seat.do(counter.take_over_till, TakeOverOrder(left.cash_sheet))
    say = seat.app.catalog(call.lang)
    told = say(
        "{till} is open with {amount}", till=opened.till_name, amount=say.money(left.amount, unit=True)
    )
    call.answer(opened, [told])
    return DONE


@till_group.command("move")
@click.argument("kind", type=click.Choice([MovementKind.DROP.value, MovementKind.FLOAT.value]))
@click.argument("amount")
@click.option("--note", default="", help="what it is for")
@click.option("--key", type=click.UUID, help="id of this step: the same id never moves cash twice")
@common
def till_move(call: Call, kind: str, amount: str, note: str, key: UUID | None) -> int:
    """Move cash to the safe (drop) or from it (float)."""
    seat = call.seat()
    order = MovementOrder(MovementKind.of(kind), read_amount(seat, amount), note)
    moved = seat.do(counter.move_cash, order, key or draw_id())
    say = seat.app.catalog(call.lang)
    call.answer(moved, [say.join([say(moved.kind.text), say.money(moved.amount, unit=True)])])
    return DONE


@till_group.command("limit")
@click.option("--till", "code", default="", help="code of its station; all tills of the hall when left out")
@click.option("--tell-above", help="cash above which the counter asks to bring some to the safe, like 5000")
@click.option("--refuse-above", help="cash above which the counter takes no more before that, like 8000")
@common
def till_limit(call: Call, code: str, tell_above: str | None, refuse_above: str | None) -> int:
    """Set how much cash a drawer may hold; an amount that is left out is no limit."""
    seat = call.seat()
    told, refused = (read_amount(seat, one) if one else None for one in (tell_above, refuse_above))
    held = seat.do(counter.set_cash_limit, CashLimitOrder(CashLimit(told, refused), code))
    say = seat.app.catalog(call.lang)
    shown = [
        [say("Ask for the safe above"), say.money(held.told_above) if held.told_above else say("no limit")],
        [say("Refuse cash above"), say.money(held.refused_above) if held.refused_above else say("no limit")],
    ]
    call.answer(held, table(shown, {1}))
    return DONE


@till_group.command("show")
@common
def till_show(call: Call) -> int:
    """Show the till: who opened it when; once it is counted, what it should hold."""
    seat = call.seat()
    say, opened = seat.app.catalog(call.lang), seat.ask(counter.till)
    if opened is None:
        call.answer(None, [say("The till is closed")])
        return DONE
    found = seat.ask(counter.till_closing) if opened.counted else None
    told = [
        say.plural(
            "{till}, open since {moment}, {count} receipt",
            "{till}, open since {moment}, {count} receipts",
            opened.receipts,
            till=opened.till_name,
            moment=say.moment(opened.opened_at),
        )
    ]
    if found is not None:
        told += [*_sums(say, found.expected, found.counted.amount, found.difference), *_suspects(say, found)]
        told += open_ends(seat, say, found.unprinted, counter.lost(seat))
    call.answer(opened if found is None else found, told)
    return DONE


seen_option = click.option(
    "--seen", is_flag=True, help="steps whose answer was lost were seen, and done again where they had to be"
)


@till_group.command("close")
@click.option("--amount", help="what is in the drawer, like 686.40; the notes when left out")
@notes_option
@click.option("--reason", default="", help="why the count differs; asked for after the count")
@click.option("--hand-on", is_flag=True, help="hand on receipts not printed and steps without an answer")
@seen_option
@click.option(
    "--sheet",
    type=A_FILE,
    help="write the cash sheet here: .pdf or .xlsx",
)
@common
def till_close(
    call: Call,
    amount: str | None,
    notes: tuple[str, ...],
    reason: str,
    hand_on: bool,
    seen: bool,
    sheet: Path | None,
) -> int:
    """Count the drawer blind, then close the till; without a count, by the one that was made before.

    What should be there is told after the count. A difference needs --reason: give the command again with it.
    """
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    if amount is not None or notes:
        seat.do(counter.count_till, read_count(seat, amount, notes))
    found = seat.ask(counter.till_closing)
    if found is None:
        raise Refused(Text("Count the drawer first: what should be there is told after the count."))
    lost = left_open(seat, say, found.unprinted, hand_on=hand_on, seen=seen)
    if found.difference and not reason.strip():
        sums = _sums(say, found.expected, found.counted.amount, found.difference)
        for words in (*sums, *_suspects(say, found)):
            click.echo(words, err=True)
    order = CloseTillOrder(found.counted.count_id, reason, found.unprinted, lost)
    closed = seat.do(counter.close_till, order)
    counter.heard(seat, lost)  # the sheet names them for good
    if sheet is not None:
        _write_sheet(seat, closed, sheet)
    told = say("Closed: cash sheet {number}", number=closed.number)
    call.answer(closed, [*_sums(say, closed.expected, closed.counted.amount, closed.difference), told])
    return DONE


@till_group.command("sheet")
@click.argument("number", required=False, default="")
@click.option(
    "--out",
    required=True,
    type=A_FILE,
    help="file to write: .pdf or .xlsx",
)
@common
def till_sheet(call: Call, number: str, out: Path) -> int:
    """Write a cash sheet once more, marked COPY n; without a number the last one of the station."""
    seat = call.seat()
    sheet = seat.do(counter.reprint_cash_sheet, CashSheetQuery(number))
    _write_sheet(seat, sheet, out)
    say = seat.app.catalog(call.lang)
    told = print_line(say, sheet.number, sheet.copy, out)
    call.answer({"copy": sheet.copy, "number": sheet.number, "file": str(out)}, [told])
    return DONE


def _write_sheet(seat: Seat, sheet: CashSheet, out: Path) -> None:
    """Write a cash sheet: as a workbook where the file is called so, else as PDF."""
    app = seat.app
    if out.suffix.lower() == ".xlsx":
        content = cash_sheet_xlsx(sheet, app.catalog, app.country)
    else:
        content = cash_sheet_pdf(sheet, app.catalog, app.country, app.picture)
    write_prints(seat, out, content, counter.CASH_SHEET, (sheet.number, sheet.copy))


def _sums(say: Catalog, expected: Money, counted: Money, difference: Money) -> list[str]:
    rows = [
        [say("Expected in the drawer"), say.money(expected, unit=True)],
        [say("Counted"), say.money(counted, unit=True)],
        [say("Difference"), say.money(difference, unit=True)],
    ]
    return table(rows, {1})


def _suspects(say: Catalog, found: TillClosing) -> list[str]:
    """The receipts that could explain a difference, a line each."""
    return [
        say.join([one.number, say.money(one.amount, unit=True), say(one.why.text)]) for one in found.suspects
    ]


def open_ends(seat: Seat, say: Catalog, unprinted: Sequence[str], lost: Sequence[LostPayment]) -> list[str]:
    """What is still open of payments and cash, a line each."""
    return [
        *(say("Receipt {number} is not printed", number=number) for number in unprinted),
        *(lost_words(one, say, seat.app.country) for one in lost),
    ]


def left_open(
    seat: Seat, say: Catalog, unprinted: Sequence[str], *, hand_on: bool, seen: bool
) -> tuple[LostPayment, ...]:
    """What is handed on of steps whose answer was lost; refused, after all is told, where nobody said so."""
    lost = counter.lost(seat)
    if seen:
        counter.heard(seat, lost)
        lost = counter.lost(seat)
    handed_on = tuple(one for one in lost if one.is_open)
    if lost or not hand_on:
        for words in open_ends(seat, say, unprinted, lost):
            click.echo(words, err=True)
    counter.heard(seat, [one for one in lost if not one.is_open])
    if (handed_on or unprinted) and not hand_on:
        raise Refused(
            Text("Settle these, or hand them on with --hand-on. What was seen or done again: --seen.")
        )
    return handed_on
