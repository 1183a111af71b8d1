"""`invoices`: which invoices customers ask for, batches for the tax system, numbers that come back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from desktop.cli.call import A_FILE, DONE, PROBLEMS, Call, common, read_sheet_out, table
from desktop.invoices import service as invoices
from desktop.invoices.records import (
    BUYER_WORDS,
    EVERY_HALL,
    InvoiceKind,
    InvoiceState,
    WishOrder,
    WishQuery,
    WishShown,
)
from desktop.invoices.service.wishes import WishRefused
from desktop.kernel.listing import Listing, every_row
from desktop.kernel.text import Catalog

_every_hall = click.option("--every-hall", is_flag=True, help="of every hall, not only of one's own")


@click.group("invoices")
def invoices_group() -> None:
    """Invoices of the tax system: asked for, exported, numbered."""


@invoices_group.command("list")
@click.option(
    "--state",
    type=click.Choice([one.value for one in InvoiceState]),
    default="waiting",
    help="how far they are",
)
@_every_hall
@common
def invoices_list(call: Call, state: str, every_hall: bool) -> int:
    """The invoices of the hall in a state, by bill."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    listing = Listing(about=f"{state} {EVERY_HALL}" if every_hall else state)
    extent = seat.ask(invoices.invoices_extent, listing)
    rows = list(every_row(lambda order: seat.ask(invoices.invoices, order), extent, listing))
    shown = [
        [row.bill_number, say("red") if row.red else say("blue"), say(row.kind.text), row.account_number,
         row.buyer.title, say.money(row.gross), say(row.waits) if row.waits else row.number or row.batch]
        for row in rows
    ]  # fmt: skip
    call.answer(rows, table(shown, {5}))
    return DONE


@invoices_group.command("ask")
@click.argument("account")
@click.option("--bill", default="", help="for this bill alone")
@click.option("--kind", type=click.Choice([one.value for one in InvoiceKind]), help="which invoice")
@click.option("--title", default="", help="the buyer's name")
@click.option("--tax-number", default="", help="the buyer's tax number")
@click.option("--address", default="", help="the buyer's address")
@click.option("--phone", default="", help="the buyer's telephone")
@click.option("--bank", default="", help="the buyer's bank")
@click.option("--bank-account", default="", help="the buyer's account there")
@common
def invoices_ask(call: Call, account: str, bill: str, kind: str | None, **buyer: str) -> int:
    """Which invoice an account, or one of its bills, is to have; with --kind, set it."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    if kind is None:
        found = seat.ask(invoices.wish, WishQuery(account, bill))
        call.answer(found, _wish_lines(found, say))
        return DONE
    known = seat.ask(invoices.wish, WishQuery(account, bill)).buyer  # what is not named stays, as in a form
    asked = replace(known, **{name: value for name, value in buyer.items() if value})
    try:
        done = seat.do(invoices.set_wish, WishOrder(account, InvoiceKind.of(kind), asked, bill))
    except WishRefused as refusal:
        for one in refusal.problems:
            field = say(BUYER_WORDS[str(one.column)]) if one.column in BUYER_WORDS else say("Kind of invoice")
            click.echo(f"{field}: {say(one.what)}. {say(one.remedy)}", err=True)
        return PROBLEMS
    call.answer(done, _wish_lines(done, say))
    return DONE


def _wish_lines(found: WishShown, say: Catalog) -> list[str]:
    buyer = [getattr(found.buyer, name) for name in BUYER_WORDS]
    return [say.join([found.account_number, found.bill_number, say(found.kind.text)]), say.join(buyer)]


@invoices_group.command("export")
@click.option(
    "--out",
    required=True,
    type=A_FILE,
    callback=read_sheet_out,
    help="file to write: .xlsx or .csv",
)
@click.option("--again", metavar="BATCH", help="write the file of this batch once more, as when it was lost")
@_every_hall
@common
def invoices_export(call: Call, out: Path, again: str | None, every_hall: bool) -> int:
    """Write the invoices of the hall that wait into a file for the tax system; each goes out once."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    made = (
        invoices.export_again(seat, again, out, say)
        if again
        else invoices.export_invoices(seat, out, say, every_hall=every_hall)
    )
    words = say.plural("{count} invoice exported", "{count} invoices exported", made.invoices)
    call.answer(made, [say.join([words, made.number, say.money(made.gross, unit=True)]), str(out)])
    return DONE


@invoices_group.command("batches")
@common
def invoices_batches(call: Call) -> int:
    """The batches that went out, newest first, with the digest of each file."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    rows = seat.ask(invoices.batches)
    shown = [
        [row.number, say.moment(row.exported_at), row.exported_by, say.number(row.invoices), say.number(row.numbered),
         row.sha256]
        for row in rows
    ]  # fmt: skip
    call.answer(rows, table(shown, {3, 4}))
    return DONE


@invoices_group.command("numbers")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@common
def invoices_numbers(call: Call, file: Path) -> int:
    """Read invoice numbers back from a file of the tax system; lines that fit none are told."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    taken = invoices.read_back(seat, file)
    for problem in taken.problems:
        click.echo(say(problem.line), err=True)
    words = say.plural("{count} number attached", "{count} numbers attached", taken.attached)
    call.answer(taken, [words])
    return PROBLEMS if taken.problems else DONE
