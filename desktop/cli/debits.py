"""`debit`: mandates, files for banks, and what banks made of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

import click

from desktop.cli.call import A_FILE, DONE, PROBLEMS, Call, common, progress, read_day, table, told
from desktop.cli.cheques import write_letters
from desktop.cli.counter import read_amount
from desktop.debits import service as debits
from desktop.debits.documents import mandates_template
from desktop.debits.records import (
    DebitBank,
    Encoding,
    FileOrder,
    FilePreview,
    ItemReturn,
    Layout,
    MandateEnd,
    MandateOrder,
    MandateRow,
    MandatesQuery,
    MendOrder,
    ResultsTaken,
    WithdrawOrder,
)
from desktop.kernel.errors import Refused
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat
from desktop.treasury import service as treasury

_bank = click.option("--bank", required=True, help="name of the bank")


@click.group("debit")
def debit_group() -> None:
    """Direct debits: mandates, files for banks, results, what banks took back."""


# Banks


@debit_group.command("banks")
@common
def debit_banks(call: Call) -> int:
    """The banks that debit accounts for us, and how their files look."""
    seat = call.seat()
    say, rows = seat.app.catalog(call.lang), seat.ask(debits.debit_banks)
    call.answer(rows, table([_bank_line(one, say) for one in rows], {2}))
    return DONE


def _bank_line(one: DebitBank, say: Catalog) -> list[str]:
    kind = "CSV" if one.layout.csv else "XLSX"
    coding = one.layout.encoding.value.upper() if one.layout.csv else ""
    return [one.name, one.creditor, say.money(one.least), f"{kind} {coding}".rstrip()]


@debit_group.command("bank")
@click.argument("name")
@click.option("--creditor", help="our number at the bank")
@click.option("--least", help="less than this is not collected, like 1.00")
@click.option("--csv/--xlsx", "csv", default=None, help="what its files are")
@click.option("--encoding", type=click.Choice([one.value for one in Encoding]), help="letters of a CSV file")
@click.option("--minor/--major", "minor", default=None, help="amounts in the smallest unit, or with decimals")
@click.option(
    "--out-column", "out", multiple=True, help="column of a file out, in order, like number=明细编号"
)
@click.option("--column", "into", multiple=True, help="title in a file of results, like result=处理结果")
@click.option(
    "--code", "codes", multiple=True, help="what a code of a result means, like 0000=paid or E01=funds"
)
@common
def debit_bank(
    call: Call,
    name: str,
    creditor: str | None,
    least: str | None,
    csv: bool | None,
    encoding: str | None,
    minor: bool | None,
    out: tuple[str, ...],
    into: tuple[str, ...],
    codes: tuple[str, ...],
) -> int:
    """Enter a bank, or how its files look: what is not named stays as it is."""
    seat = call.seat()
    now = next((one for one in seat.ask(debits.debit_banks) if one.name == name), DebitBank(name))
    layout = Layout(
        out=_pairs(out) if out else now.layout.out,
        into=tuple((dict(now.layout.into) | dict(_pairs(into))).items()),
        csv=now.layout.csv if csv is None else csv,
        encoding=Encoding(encoding) if encoding else now.layout.encoding,
        minor=now.layout.minor if minor is None else minor,
        codes=tuple((dict(now.layout.codes) | dict(_pairs(codes))).items()),
    )
    order = DebitBank(
        name,
        now.creditor if creditor is None else creditor,
        now.least if least is None else read_amount(seat, least),
        layout,
    )
    made = seat.do(debits.set_debit_bank, order)
    call.answer(made, table([_bank_line(made, seat.app.catalog(call.lang))], {2}))
    return DONE


def _pairs(given: Sequence[str]) -> tuple[tuple[str, str], ...]:
    found = []
    for one in given:
        name, _, value = one.partition("=")
        if not name or not value:
            raise Refused(Text("“{value}” says nothing. Write it like number=明细编号", value=one))
        found.append((name, value))
    return tuple(found)


# Mandates


@debit_group.command("mandates")
@click.option("--account", default="", help="only those of this account")
@click.option("--ended", is_flag=True, help="also those that have ended")
@common
def debit_mandates(call: Call, account: str, ended: bool) -> int:
    """The mandates of the hall, the newest first."""
    seat = call.seat()
    rows = seat.ask(debits.mandates, MandatesQuery(account, ended))
    call.answer(rows, _mandate_lines(rows, seat.app.catalog(call.lang)))
    return DONE


def _mandate_lines(rows: Sequence[MandateRow], say: Catalog) -> list[str]:
    return table(
        [
            [str(one.mandate_id), one.account_number, one.customer_name, one.bank, one.bank_account, one.holder,
             one.agreement, say.date(one.valid_from), say.date(one.valid_to) if one.valid_to else ""]
            for one in rows
        ]
    )  # fmt: skip


@debit_group.command("mandate")
@click.argument("account")
@_bank
@click.option(
    "--bank-account", default="", help="number of the account there; with --change left out: as it is"
)
@click.option("--holder", required=True, help="name of its holder")
@click.option("--agreement", default="", help="number of the agreement")
@click.option("--signed-on", required=True, callback=read_day, help="day it was signed, YYYY-MM-DD")
@click.option(
    "--from", "since", callback=read_day, help="day it holds from; the day it was signed when left out"
)
@click.option("--change", type=click.UUID, help="put right the mandate with this key")
@common
def debit_mandate(
    call: Call,
    account: str,
    bank: str,
    bank_account: str,
    holder: str,
    agreement: str,
    signed_on: date,
    since: date | None,
    change: UUID | None,
) -> int:
    """Enter what a customer signed: debit this account of a bank."""
    seat = call.seat()
    order = MandateOrder(
        account, bank, bank_account, holder, agreement, signed_on, since or signed_on, change
    )
    row = seat.do(debits.set_mandate, order)
    call.answer(row, _mandate_lines((row,), seat.app.catalog(call.lang)))
    return DONE


@debit_group.command("end")
@click.argument("mandate", type=click.UUID)
@click.option("--on", callback=read_day, help="from this day nothing is collected; today when left out")
@click.option("--reason", required=True, help="why it ends")
@common
def debit_end(call: Call, mandate: UUID, on: date | None, reason: str) -> int:
    """End a mandate by its key, which stands before it."""
    seat = call.seat()
    row = seat.do(debits.end_mandate, MandateEnd(mandate, on or seat.today(), reason))
    call.answer(row, _mandate_lines((row,), seat.app.catalog(call.lang)))
    return DONE


@debit_group.command("history")
@click.argument("account")
@common
def debit_history(call: Call, account: str) -> int:
    """What happened to the mandates of an account, newest first."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    rows = seat.ask(debits.mandate_history, account)
    call.answer(rows, table([told(say, one) for one in rows]))
    return DONE


@debit_group.command("import")
@click.argument("file", type=A_FILE, required=False)
@click.option("--template", type=A_FILE, help="write an empty sheet here instead")
@common
def debit_import(call: Call, file: Path | None, template: Path | None) -> int:
    """Take a sheet of mandates in; every row that was not taken is named. The same sheet again enters nothing twice."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    if template is not None:
        template.write_bytes(mandates_template(say))
        call.answer({"file": template}, [str(template)])
        return DONE
    if file is None:
        raise click.UsageError(say("Name the FILE, or --template"))
    taken = debits.import_mandates(seat, file, progress(call))
    for problem in taken.problems:
        click.echo(say(problem.line), err=True)
    words = say("Mandates entered: {entered}, known before: {same}", entered=taken.entered, same=taken.same)
    call.answer(taken, [words])
    return PROBLEMS if taken.problems else DONE


# Files out


def _file_order(seat: Seat, bank: str, on: date | None, due_by: date | None) -> FileOrder:
    day = on or seat.today()
    return FileOrder(bank, day, due_by or debits.due_day(day))


_on = click.option("--on", callback=read_day, help="day the money is collected; today when left out")
_due_by = click.option(
    "--due-by", callback=read_day, help="what is due up to this day; the end of that month when left out"
)


@debit_group.command("preview")
@_bank
@_on
@_due_by
@common
def debit_preview(call: Call, bank: str, on: date | None, due_by: date | None) -> int:
    """What a file would have in it, and what it leaves out and why."""
    seat = call.seat()
    found = seat.ask(debits.preview_file, _file_order(seat, bank, on, due_by))
    call.answer(found, _preview_lines(found, seat.app.catalog(call.lang)))
    return DONE


def _preview_lines(found: FilePreview, say: Catalog) -> list[str]:
    inside = say(
        "Items: {items}, accounts: {accounts}, {amount}",
        items=found.items,
        accounts=found.accounts,
        amount=say.money(found.amount, unit=True),
    )
    left = [
        [say(one.why.text), say.number(one.items), say.money(one.amount), ", ".join(one.accounts[:5])]
        for one in found.left
    ]
    return [inside, *table(left, {1, 2})]


@debit_group.command("out")
@_bank
@_on
@_due_by
@click.option("--out", required=True, type=A_FILE, help="file to write")
@common
def debit_out(call: Call, bank: str, on: date | None, due_by: date | None, out: Path) -> int:
    """Make a file of what is due and write it for its bank; nobody else collects that until the results are in."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    made = seat.do(debits.make_file, _file_order(seat, bank, on, due_by))
    digest = debits.send_file(seat, made.number, out, say)
    words = say(
        "File {number}, items: {items}, {amount}",
        number=made.number,
        items=made.items,
        amount=say.money(made.amount, unit=True),
    )
    call.answer({"made": made, "sha256": digest, "file": out}, [words, f"{out}  {digest}"])
    return DONE


@debit_group.command("write")
@click.argument("number")
@click.option("--out", required=True, type=A_FILE, help="file to write")
@common
def debit_write(call: Call, number: str, out: Path) -> int:
    """Write a file for its bank once more, as when it was lost: the same items, which are not collected anew."""
    seat = call.seat()
    digest = debits.send_file(seat, number, out, seat.app.catalog(call.lang))
    call.answer({"number": number, "sha256": digest, "file": out}, [f"{out}  {digest}"])
    return DONE


@debit_group.command("withdraw")
@click.argument("number")
@click.option("--reason", required=True, help="why")
@click.option(
    "--refused-by-bank", "by_bank", is_flag=True, help="it was sent, and the bank refused it as a whole"
)
@common
def debit_withdraw(call: Call, number: str, reason: str, by_bank: bool) -> int:
    """Take a file back before any result: what is in it is free for the next one."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    seat.do(debits.withdraw_file, WithdrawOrder(number, reason, by_bank))
    call.answer({"number": number}, [say("File {number} is withdrawn", number=number)])
    return DONE


@debit_group.command("files")
@common
def debit_files(call: Call) -> int:
    """The files of the hall for banks, and what became of their items."""
    seat = call.seat()
    say, rows = seat.app.catalog(call.lang), seat.ask(debits.debit_files)
    shown = [
        [one.number, one.bank, say.date(one.collect_on), say(one.state.text), say.number(one.items),
         say.money(one.amount), say.number(one.paid), say.money(one.paid_amount), say.number(one.failed),
         say.number(one.returned)]
        for one in rows
    ]  # fmt: skip
    call.answer(rows, table(shown, {4, 5, 6, 7, 8, 9}))
    return DONE


@debit_group.command("items")
@click.argument("number")
@common
def debit_items(call: Call, number: str) -> int:
    """The items of a file, and what became of each."""
    seat = call.seat()
    say, rows = seat.app.catalog(call.lang), seat.ask(debits.debit_items, number)
    shown = [
        [one.number, one.account_number, one.customer_name, one.bill_number, one.bank_account, say.money(one.amount),
         say(one.state.text), say(one.why.text) if one.why else "", one.words]
        for one in rows
    ]  # fmt: skip
    call.answer(rows, table(shown, {5}))
    return DONE


# Results in


@debit_group.command("results")
@click.argument("file", type=A_FILE)
@_bank
@click.option(
    "--column", "columns", multiple=True, help="title of a column of this file, like result=处理结果"
)
@common
def debit_results(call: Call, file: Path, bank: str, columns: tuple[str, ...]) -> int:
    """Take a bank's FILE of results in and book what fits; every other row is named and waits to be mended."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    read = debits.read_results_of(seat, bank, file, _pairs(columns))
    for problem in read.problems:
        click.echo(say(problem.line), err=True)
    return _told(call, say, treasury.take_results_in(seat, read, bank, progress(call)))


@debit_group.command("go-on")
@common
def debit_go_on(call: Call) -> int:
    """Book what a stop left of results that are in, and what fits by now."""
    seat = call.seat()
    return _told(call, seat.app.catalog(call.lang), treasury.book_waiting(seat, progress(call)))


def _told(call: Call, say: Catalog, taken: ResultsTaken) -> int:
    for problem in taken.to_mend:
        click.echo(say(problem.line), err=True)
    lines = [
        say(
            "Paid: {paid} ({amount}), not paid: {failed}, taken back: {returned}",
            paid=taken.paid,
            amount=say.money(taken.paid_amount, unit=True),
            failed=taken.failed,
            returned=taken.returned,
        )
    ]
    if taken.known:
        lines.append(say("{count} known from another file", count=taken.known))
    lines += taken.letters
    if taken.to_mend:
        lines.append(say("{count} to be mended", count=len(taken.to_mend)))
    if taken.waiting:
        lines.append(say("Waiting to be booked: {count}", count=taken.waiting))
    call.answer(taken, lines)
    return PROBLEMS if taken.to_mend or taken.waiting else DONE


@debit_group.command("open")
@common
def debit_open(call: Call) -> int:
    """Rows of results that are not booked, and why."""
    seat = call.seat()
    say, rows = seat.app.catalog(call.lang), seat.ask(debits.open_results)
    shown = [
        [str(one.result_id), one.file_name, say.number(one.row), one.number, say.money(one.amount),
         say(one.meaning.text), say(one.problem.what) if one.problem else say("Waits to be booked")]
        for one in rows
    ]  # fmt: skip
    call.answer(rows, table(shown, {3, 4}))
    return PROBLEMS if rows else DONE


@debit_group.command("mend")
@click.argument("result", type=click.UUID)
@click.option("--item", default="", help="number of the item it is the result of, by the bank's amount")
@click.option("--aside", default="", help="set the row aside, and why")
@common
def debit_mend(call: Call, result: UUID, item: str, aside: str) -> int:
    """Mend a row of results by its key, which stands before it."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    if bool(item) == bool(aside):
        raise click.UsageError(say("Give either --item or --aside"))
    if item:
        done = seat.do(treasury.mend_result, MendOrder(result, item))
        call.answer(done, [say("Booked")])
        return DONE
    seat.do(debits.set_result_aside, MendOrder(result, reason=aside))
    call.answer({"result": result}, [say("Set aside")])
    return DONE


@debit_group.command("returned")
@click.argument("item")
@click.option("--reason", required=True, help="why the bank took it back")
@click.option("--on", callback=read_day, help="day it did; today when left out")
@click.option("--out", type=A_FILE, help="write the letter to the customer here, as PDF")
@common
def debit_returned(call: Call, item: str, reason: str, on: date | None, out: Path | None) -> int:
    """The bank took back what it had collected by an ITEM: owed again with late fee, with a letter to the customer."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    done = seat.do(treasury.return_debit, ItemReturn(item, on or seat.today(), reason))
    write_letters(seat, done.letters, out)
    call.answer(done, [say("Taken back: {number}", number=item), *done.letters])
    return DONE
