"""`accounts`: what accounts owe."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.billing import service as billing
from desktop.cli.call import A_FILE, DONE, Call, common, progress, reason_option, table
from desktop.desk import service as desk
from desktop.desk.documents import ACCOUNTS, account_columns
from desktop.desk.records import AccountsOrder, PointShown
from desktop.kernel.errors import Refused
from desktop.kernel.export import Gate, export_listing
from desktop.kernel.listing import Leaving, Listing
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat


@click.group("accounts")
def accounts() -> None:
    """Accounts."""


@accounts.command("list")
@click.option("--after", default="", help="go on after this account number")
@click.option("--limit", type=click.IntRange(1, 10_000), default=500, help="how many at most")
@click.option("--sort", type=click.Choice(list(desk.ACCOUNT_SORTS)), default="number", help="in this order")
@click.option("--descending", is_flag=True, help="largest first")
@click.option("--filter", "typed", default="", help="only accounts these words lead to, as in the search box")
@click.option(
    "--out",
    type=A_FILE,
    help="write all of them into this workbook (.xlsx) instead",
)
@reason_option
@common
def accounts_list(
    call: Call,
    after: str,
    limit: int,
    sort: str,
    descending: bool,
    typed: str,
    out: Path | None,
    reason: str,
) -> int:
    """Accounts with what they owe."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    listing = Listing("" if sort == "number" else sort, descending, typed)
    if out is not None:
        return _accounts_out(call, seat, listing, out, reason)
    rows = seat.ask(desk.accounts, AccountsOrder(after, limit, listing))
    shown = [
        [
            row.number,
            row.customer_name,
            row.address,
            " ".join((row.meter_serial, *row.more_meters)),
            say.money(row.owed),
            say.money(row.credit),
        ]
        for row in rows
    ]
    call.answer(rows, table(shown, {4, 5}))
    return DONE


def _accounts_out(call: Call, seat: Seat, listing: Listing, out: Path, reason: str) -> int:
    say = seat.app.catalog(call.lang)
    columns = account_columns(say, seat.app.country)
    written = export_listing(
        seat,
        out,
        say(ACCOUNTS),
        columns,
        desk.accounts,
        desk.accounts_extent,
        listing,
        progress(call),
        Gate(seat, Leaving(ACCOUNTS.message, reason), say),
    )
    if written is None:
        raise Refused(Text("Export stopped, no file was written"))
    told = say("{count} accounts in {file}", count=written, file=str(out))
    call.answer({"rows": written, "file": str(out)}, [told])
    return DONE


def _place(say: Catalog, one: PointShown) -> list[str]:
    """A service point as one line: the contract that names it, its meter, address and supply."""
    state = say("ended {day}", day=one.ended_on) if one.ended_on else say(one.supply_state.text)
    return [one.contract_number, one.meter_serial, one.address, state]


@accounts.command("show")
@click.argument("number")
@common
def accounts_show(call: Call, number: str) -> int:
    """One account: what it owes and why, its bills and payments."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    card = seat.ask(desk.account_card, number)
    lines = [f"{card.row.number}  {card.row.customer_name}  {card.row.address}"]
    if len(card.points) > 1:
        lines += table([_place(say, one) for one in card.points])
    due = [
        [
            say(item.kind.text),
            f"{item.month:%Y-%m}",
            item.bill_number,
            say.date(item.due_on),
            say.money(item.principal),
            say.money(item.late_fee),
        ]
        for item in card.dues.items
    ]
    lines += table(due, {4, 5})
    lines += [f"  {say(text)}" for item in card.dues.items for text in item.arithmetic]
    lines.append(
        say(
            "To pay today: {amount} (credit {credit})",
            amount=say.money(card.dues.to_pay, unit=True),
            credit=say.money(card.dues.credit, unit=True),
        )
    )
    lines += table(
        [
            [
                bill.number,
                f"{bill.month:%Y-%m}",
                say.number(bill.energy),
                say.money(bill.amount),
                say.money(bill.open),
            ]
            for bill in card.bills
        ],
        {2, 3, 4},
    )
    lines += table(
        [
            [paid.receipt_number, say.moment(paid.paid_at), say(paid.tender.text), say.money(paid.amount)]
            for paid in card.payments
        ],
        {3},
    )
    call.answer(card, lines)
    return DONE


@accounts.command("what-if")
@click.argument("number")
@common
def accounts_what_if(call: Call, number: str) -> int:
    """What the last twelve months would cost under each price list open to an account, by the prices of each month."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    found = seat.ask(billing.what_if, number)
    rows = [
        [
            one.tariff,
            say.join(
                [one.name, say(one.variant) if one.variant else "", one.point, say("now") if one.own else ""]
            ),
            "" if one.low is None else say.money(one.low),
            "" if one.high is None or one.high == one.low else say.money(one.high),
            say(one.why) if one.why else "",
        ]
        for one in found.options
    ]
    head = say.plural(
        "{count} month, {energy} kWh", "{count} months, {energy} kWh", len(found.months), energy=found.energy
    )
    call.answer(found, [head, *table(rows, {2, 3}), *(say(note) for note in found.notes)])
    return DONE
