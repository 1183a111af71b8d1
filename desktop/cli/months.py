"""`months`: months of the ledger, their figures and their close."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.cli.call import A_FILE, DONE, Call, common, progress, read_month, read_sheet_out, table
from desktop.closing import service as closing
from desktop.closing.documents import age_words, tax_words, tier_words
from desktop.closing.records import BehindRow, CloseOrder, MonthLook, MonthRow
from desktop.counter import service as counter
from desktop.kernel.listing import Listing, every_row
from desktop.kernel.period import Period
from desktop.kernel.text import Catalog, Text


@click.group("months")
def months_group() -> None:
    """Months of the ledger: what stands open, figures, close."""


def _state(row: MonthRow, say: Catalog) -> str:
    if row.closed_at is not None:
        return say("Closed by {name} on {moment}", name=row.closed_by, moment=row.closed_at)
    return say("not closed") if row.over else say("not over yet")


@months_group.command("list")
@common
def months_list(call: Call) -> int:
    """Every month something was posted into, newest first."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    rows = seat.ask(closing.months)
    call.answer(rows, table([[f"{row.month:%Y-%m}", _state(row, say), row.remark] for row in rows]))
    return DONE


month_argument = click.argument("month", callback=read_month)


@months_group.command("show")
@month_argument
@common
def months_show(call: Call, month: Period) -> int:
    """What stands open of a month, and its figures."""
    seat = call.seat()
    look = closing.look_at(seat, month.code)
    call.answer(look, _look_lines(look, seat.app.catalog(call.lang)))
    return DONE


def _look_lines(look: MonthLook, say: Catalog) -> list[str]:
    found = look.figures
    lines = [f"{found.month:%Y-%m}", _state(look.row, say), ""]
    lines += table(
        [
            [say(one.check.text), say.number(one.count), say("stops the close") if one.check.blocks else ""]
            for one in look.checks
        ],
        {1},
    )
    share, price = found.recovery_percent, found.average_price
    figures = [
        [say("Receivable"), say.money(found.receivable)],
        [say("Received"), say.money(found.received)],
        [say("Late fees received"), say.money(found.late_fees)],
        [say("Recovery rate %"), "–" if share is None else say.number(share, 2)],
        [say("Average price"), "–" if price is None else say.number(price, 4)],
        [say("Arrears"), say.money(found.arrears)],
    ]
    tiers = [[say("Class"), say("Tier"), "kWh", say("Receivable"), say("Received")]] + [
        [say(row.customer_class.text), tier_words(row, say), say.number(row.energy),
         say.money(row.receivable), say.money(row.received)]
        for row in found.tiers
    ]  # fmt: skip
    ages = [[say("Overdue"), say("Items"), say("Amount")]] + [
        [age_words(row, say), say.number(row.items), say.money(row.amount)] for row in found.ages
    ]
    taxes = [["%", say("Bills"), say("Count"), say("Net"), say("VAT"), say("Gross")]] + [
        [f"{row.percent} %", tax_words(row, say), say.number(row.bills), say.money(row.net), say.money(row.tax),
         say.money(row.gross)]
        for row in found.taxes
    ]  # fmt: skip
    titles = say("Balance before"), say("Debit"), say(Text("Credit", context="ledger")), say("Balance after")
    ledger = [[say("Ledger account"), say("What it holds"), *titles]] + [
        [row.code, say(row.name), *map(say.money, (row.before, row.debit, row.credit, row.after))]
        for row in found.ledger
    ]
    for some, right in (
        (figures, {1}), (tiers, {2, 3, 4}), (ages, {1, 2}), (taxes, {2, 3, 4, 5}), (ledger, {2, 3, 4, 5}),
    ):  # fmt: skip
        if some is figures or len(some) > 1:
            lines += ["", *table(some, right)]
    return lines


@months_group.command("close")
@month_argument
@click.option("--remark", default="", help="why it is closed with what stands open")
@common
def months_close(call: Call, month: Period, remark: str) -> int:
    """Close a month: nothing posts into it afterwards, and its figures stay."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    look = closing.look_at(seat, month.code)
    waiting = counter.lost_payments(seat.app.intents)
    done = seat.do(closing.close_month, CloseOrder(month.code, look.digest, remark, waiting))
    call.answer(done, _look_lines(done, say))
    return DONE


@months_group.command("rows")
@month_argument
@click.argument("figure")
@click.argument("part", nargs=-1)
@common
def months_rows(call: Call, month: Period, figure: str, part: tuple[str, ...]) -> int:
    """The rows behind FIGURE (charged, received, due, collected, arrears, tax, ledger, check), all or a PART of it."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    listing = Listing(about=" ".join([month.code, figure, *part]))
    extent = seat.ask(closing.behind_extent, listing)
    rows = list(every_row(lambda order: seat.ask(closing.behind, order), extent, listing))
    lines = table([_row(row, say) for row in rows], {5, 6})
    call.answer({"rows": rows, "sum": extent.sum}, [*lines, say.write(extent.sum)] if rows else [])
    return DONE


def _row(row: BehindRow, say: Catalog) -> list[str]:
    return [
        say.date(row.on) if row.on else "",
        row.paper,
        row.account_number,
        row.customer_name,
        say(row.what),
        say.number(row.energy) if row.energy is not None else "",
        say.money(row.amount) if row.amount is not None else "",
    ]


@months_group.command("export")
@month_argument
@click.option(
    "--out",
    required=True,
    type=A_FILE,
    callback=read_sheet_out,
    help="file to write: .xlsx or .csv",
)
@common
def months_export(call: Call, month: Period, out: Path) -> int:
    """Write the figures and postings of a month as a workbook, or the postings alone as CSV."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    written = closing.export_month(seat, month.code, out, say, progress(call))
    words = say.plural("{count} posting written", "{count} postings written", written)
    call.answer({"file": str(out), "postings": written}, [words, str(out)])
    return DONE
