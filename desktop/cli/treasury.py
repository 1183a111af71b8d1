"""`day` and `bank`: the close of the hall's day, and what the bank shows of its money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

import click

from desktop.cli.call import A_FILE, DONE, PROBLEMS, Call, common, progress, read_day, table
from desktop.cli.counter import left_open, open_ends, read_amount, seen_option
from desktop.cli.prints import print_line, write_prints
from desktop.counter import service as counter
from desktop.kernel.errors import Refused
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat
from desktop.treasury import service as treasury
from desktop.treasury.documents import (
    day_file,
    day_sheet_pdf,
    day_sheet_text,
    debit_words,
    read_day_file,
)
from desktop.treasury.records import (
    BankField,
    CloseDayOrder,
    CopyState,
    DayLook,
    DayQuery,
    DaySheet,
    DayTill,
    Kept,
    LineOrder,
    LineRow,
    LinesQuery,
    LineState,
    MatchOrder,
    ReturnOrder,
)

_out = click.option(
    "--out",
    type=A_FILE,
    help="file to write: .pdf to print, .json to check against later, .txt to read",
)
_day = click.option("--day", callback=read_day, help="day, YYYY-MM-DD; the next one to close when left out")


@click.group("day")
def day_group() -> None:
    """The day of the hall: what hinders its close, the close, its sheet."""


@day_group.command("show")
@_day
@common
def day_show(call: Call, day: date | None) -> int:
    """Show a day: its tills, what hinders its close, or its sheet."""
    seat = call.seat()
    look = seat.ask(treasury.day_look, DayQuery(day))
    call.answer(look, _look_lines(seat, look, seat.app.catalog(call.lang)))
    return DONE


@day_group.command("list")
@common
def day_list(call: Call) -> int:
    """The closed days of the hall, newest first."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    rows = seat.ask(treasury.days)
    lines = [
        [say.date(row.day), row.number, row.closed_by, say.number(row.tills), _copy_words(row.copy, say)]
        for row in rows
    ]
    call.answer(rows, table(lines, {3}))
    return DONE


@day_group.command("close")
@_day
@click.option("--hand-on", is_flag=True, help="hand on receipts not printed and steps without an answer")
@seen_option
@click.option("--remark", default="", help="words for the sheet")
@_out
@common
def day_close(call: Call, day: date | None, hand_on: bool, seen: bool, remark: str, out: Path | None) -> int:
    """Close the day of the hall, then keep its sheet and a proven copy of an embedded database."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    look = seat.ask(treasury.day_look, DayQuery(day))
    lost = () if look.sheet else left_open(seat, say, look.unprinted, hand_on=hand_on, seen=seen)
    sheet = seat.do(treasury.close_day, CloseDayOrder(look.day, look.unprinted, lost, remark))
    counter.heard(seat, lost)  # the sheet names them for good
    if out is not None:
        _write(seat, sheet, out)
    kept = treasury.keep_day(seat, sheet, progress(call))
    lines = [say("{day} is closed: sheet {number}", day=sheet.day, number=sheet.number)]
    lines.append(say("Digest of all heads: {digest}", digest=sheet.digest))
    lines += _kept_words(kept, say)
    debits = [debit_words(one, say) for one in sheet.debits or ()]
    call.answer({"sheet": sheet, "kept": kept}, [*_till_lines(sheet.tills, say), *debits, *lines])
    return PROBLEMS if kept.copy is not None and kept.copy.problem is not None else DONE


@day_group.command("sheet")
@click.option("--day", callback=read_day, help="day, YYYY-MM-DD; the one closed last when left out")
@_out
@common
def day_sheet(call: Call, day: date | None, out: Path | None) -> int:
    """Write the sheet of a closed day once more, marked COPY n on paper, or show what proves it."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    if out is None:
        sheet = seat.ask(treasury.day_sheet, DayQuery(day))
        call.answer(sheet, day_sheet_text(sheet, say).splitlines())
        return DONE
    sheet = seat.do(treasury.reprint_day_sheet, DayQuery(day))
    _write(seat, sheet, out)
    told = print_line(say, sheet.number, sheet.copy, out)
    call.answer({"copy": sheet.copy, "number": sheet.number, "file": str(out)}, [told])
    return DONE


@day_group.command("copy")
@common
def day_copy(call: Call) -> int:
    """Copy the database once more after the day closed last: opened, proven and counted before it counts."""
    seat = call.seat()
    kept = treasury.keep_day(seat, seat.ask(treasury.day_sheet, DayQuery()), progress(call))
    if kept.copy is None:
        raise Refused(Text("This database is on a server, which is copied there."))
    call.answer(kept.copy, _kept_words(kept, seat.app.catalog(call.lang)))
    return PROBLEMS if kept.copy.problem is not None else DONE


@day_group.command("check")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@common
def day_check(call: Call, file: Path) -> int:
    """Check the book against the FILE a close wrote: whether it still holds all that stood then."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    found = seat.ask(treasury.heads_checked, read_day_file(file))
    lines = [
        say(
            "Station {station}: entry {number} is not in the book",
            station=one.station,
            number=str(one.head.number),
        )
        for one in found.lost
    ]
    whole = say.plural(
        "{count} journal, all as it was then", "{count} journals, all as they were then", found.heads
    )
    call.answer(found, lines or [whole])
    return PROBLEMS if found.lost else DONE


def _write(seat: Seat, sheet: DaySheet, out: Path) -> None:
    say = seat.app.catalog(sheet.language)
    match out.suffix.lower():
        case ".json":
            content = day_file(sheet)
        case ".txt":
            content = day_sheet_text(sheet, say).encode()
        case _:
            content = day_sheet_pdf(sheet, seat.app.catalog, seat.app.country, seat.app.picture)
    write_prints(seat, out, content, treasury.DAY_SHEET, (sheet.number, sheet.copy))


def _copy_words(copy: CopyState | None, say: Catalog) -> str:
    if copy is None:
        return ""
    if copy.problem is not None:
        return say("Copy failed: {problem}", problem=copy.problem)
    return say("Copied and proven: {rows} rows in {file}", rows=copy.rows, file=copy.file)


def _kept_words(kept: Kept, say: Catalog) -> list[str]:
    removed = [say("Older copies removed: {count}", count=kept.removed)] if kept.removed else []
    return [_copy_words(kept.copy, say), *removed] if kept.copy is not None else []


def _till_lines(tills: Sequence[DayTill], say: Catalog) -> list[str]:
    rows = [
        [one.till_name, one.cash_sheet, one.closed_by, say.money(one.amount), say.money(one.counted),
         say.money(one.difference)]
        for one in tills
    ]  # fmt: skip
    return table(rows, {3, 4, 5})


def _look_lines(seat: Seat, look: DayLook, say: Catalog) -> list[str]:
    lines = [say.date(look.day), *_till_lines(look.tills, say)]
    lines += [debit_words(one, say) for one in look.debits]
    if look.sheet is not None:
        return [
            *lines,
            say("{day} is closed: sheet {number}", day=look.day, number=look.sheet.number),
            _copy_words(look.copy, say),
        ]
    lines += [say("Not closed: {day}", day=one) for one in look.earlier]
    lines += [
        say(
            "{till} is open: {name}, since {moment}",
            till=one.till_name,
            name=one.cashier,
            moment=one.opened_at,
        )
        for one in look.open_tills
    ]
    lines += open_ends(seat, say, look.unprinted, counter.lost(seat))
    return lines


# Files of banks


@click.group("bank")
def bank_group() -> None:
    """Files of banks and acquirers, matched with money in transit."""


@bank_group.command("import")
@click.argument("file", type=A_FILE)
@click.option("--bank", required=True, help="name of the bank or acquirer")
@click.option(
    "--column",
    "columns",
    multiple=True,
    help="title of a column, like day=交易日期 or fee=手续费; kept for the bank's next file",
)
@common
def bank_import(call: Call, file: Path, bank: str, columns: tuple[str, ...]) -> int:
    """Take a bank's FILE in and match what is beyond doubt, by reference, amount and day."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    read = treasury.read_file(seat, file, _columns(seat, bank, columns))
    for problem in read.problems:
        click.echo(say(problem.line), err=True)
    if read.problems:
        titles = ", ".join(read.titles)
        click.echo(say("Its columns are {titles}: say which is which with --column", titles=titles), err=True)
    taken = treasury.take_file(seat, read, bank, read.columns, progress(call))
    lines = [
        say(
            "{bank}: {new} lines, {matched} of them matched",
            bank=taken.bank,
            new=len(taken.new),
            matched=taken.matched,
        )
    ]
    if taken.known:
        lines.append(say("{count} known from another file", count=taken.known))
    if taken.earlier:
        lines.append(say("{count} of earlier files matched", count=taken.earlier))
    if taken.doubled:
        rows = ", ".join(map(str, taken.doubled))
        lines.append(say("not taken, their number is another line's: rows {rows}", rows=rows))
    call.answer(taken, lines)
    return PROBLEMS if taken.doubled else DONE


def _columns(seat: Seat, bank: str, given: Sequence[str]) -> list[tuple[str, str]]:
    """The titles a bank's files had before, and over them those that are given."""
    found = dict(
        next((one.columns for one in seat.ask(treasury.banks) if one.name == " ".join(bank.split())), ())
    )
    known = [field.value for field in BankField]
    for one in given:
        field, _, title = one.partition("=")
        if field not in known or not title:
            raise Refused(Text("“{value}” is no column. Write it like day=交易日期; there are: {known}", value=one,
                               known=", ".join(known)))  # fmt: skip
        found[field] = title
    return list(found.items())


@bank_group.command("list")
@click.option("--all", "every", is_flag=True, help="also what is matched or set aside")
@common
def bank_list(call: Call, every: bool) -> int:
    """Lines that wait to be matched, newest first."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    rows = seat.ask(treasury.bank_lines, LinesQuery(None if every else LineState.OPEN))
    call.answer(rows, table([_line(row, say) for row in rows], {1}))
    return DONE


def _line(row: LineRow, say: Catalog) -> list[str]:
    fee = say("fee {amount}", amount=row.fee) if row.fee else ""
    return [say.date(row.day), say.money(row.amount), fee, row.reference, row.text, row.bank, say(row.state.text),
            ", ".join(row.with_what), str(row.line_id)]  # fmt: skip


@bank_group.command("transit")
@common
def bank_transit(call: Call) -> int:
    """Money in transit that no bank has shown yet, oldest first."""
    seat = call.seat()
    say, found = seat.app.catalog(call.lang), seat.ask(treasury.in_transit)
    rows = [
        [say.date(one.day), say.money(one.amount), one.reference, one.number, one.about, str(one.source_id)]
        for one in found
    ]
    call.answer(found, table(rows, {1}))
    return DONE


@bank_group.command("match")
@click.argument("line", type=click.UUID)
@click.argument("source", type=click.UUID, nargs=-1, required=True)
@click.option("--fee", default="0", help="what of it was kept as a fee, like 3.80")
@common
def bank_match(call: Call, line: UUID, source: tuple[UUID, ...], fee: str) -> int:
    """Match a LINE by hand with money in transit, by their ids; together its amount and the fee."""
    seat = call.seat()
    row = seat.do(treasury.match_line, MatchOrder(line, source, read_amount(seat, fee)))
    call.answer(row, table([_line(row, seat.app.catalog(call.lang))], {1}))
    return DONE


@bank_group.command("aside")
@click.argument("line", type=click.UUID)
@click.option("--reason", required=True, help="why it is none of ours")
@common
def bank_aside(call: Call, line: UUID, reason: str) -> int:
    """Set a LINE aside, such as interest of the bank."""
    seat = call.seat()
    row = seat.do(treasury.set_line_aside, LineOrder(line, reason))
    call.answer(row, table([_line(row, seat.app.catalog(call.lang))], {1}))
    return DONE


@bank_group.command("fee")
@click.argument("line", type=click.UUID)
@click.option("--reason", required=True, help="what it is taken for")
@common
def bank_fee(call: Call, line: UUID, reason: str) -> int:
    """Book a LINE by which the bank takes its fee."""
    seat = call.seat()
    row = seat.do(treasury.book_fee, LineOrder(line, reason))
    call.answer(row, table([_line(row, seat.app.catalog(call.lang))], {1}))
    return DONE


@bank_group.command("hints")
@click.argument("line", type=click.UUID)
@common
def bank_hints(call: Call, line: UUID) -> int:
    """What a LINE may be, the likeliest first, with the ids that match and return take."""
    seat = call.seat()
    say, found = seat.app.catalog(call.lang), seat.ask(treasury.line_suggestions, line)
    rows = [
        [say(one.why), say.money(one.fee), ", ".join(source.number for source in one.sources),
         " ".join(str(source.source_id) for source in one.sources)]
        for one in found
    ]  # fmt: skip
    call.answer(found, table(rows, {1}))
    return DONE


@bank_group.command("return")
@click.argument("line", type=click.UUID)
@click.argument("source", type=click.UUID)
@click.option("--reason", required=True, help="why the bank takes it back")
@common
def bank_return(call: Call, line: UUID, source: UUID, reason: str) -> int:
    """A LINE takes back a payment that this bank has shown: the payment is reversed, what it cleared is owed again."""
    seat = call.seat()
    row = seat.do(treasury.return_line, ReturnOrder(line, source, reason))
    call.answer(row, [*table([_line(row, seat.app.catalog(call.lang))], {1}), *row.letters])
    return DONE


@bank_group.command("undo")
@click.argument("line", type=click.UUID)
@click.option("--reason", required=True, help="why it is undone")
@common
def bank_undo(call: Call, line: UUID, reason: str) -> int:
    """Undo what a LINE was matched with, or that it was set aside."""
    seat = call.seat()
    row = seat.do(treasury.undo_line, LineOrder(line, reason))
    call.answer(row, table([_line(row, seat.app.catalog(call.lang))], {1}))
    return DONE
