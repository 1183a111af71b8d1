"""`readings test`: tests of meters that customers ask for; `readings unask`: a re-read that is not wanted after all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from desktop.cli.call import A_FILE, DONE, Call, common, read_day, table
from desktop.cli.prints import print_line, write_prints
from desktop.cli.reads import WHICH_METER, codes
from desktop.desk import service as desk
from desktop.desk.documents.testing import meter_test_pdf
from desktop.desk.records.papers import PaperQuery
from desktop.desk.records.testing import MeterTestPaper
from desktop.kernel.text import Catalog
from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.metering.records import (
    AskedReadBack,
    LoadPoint,
    MeterTestOrder,
    MeterTestReport,
    MeterTestRow,
    MeterTestWithdrawal,
    Verdict,
)


def _percent(typed: str) -> Decimal:
    try:
        value = Decimal(typed.strip().removesuffix("%").strip())
    except InvalidOperation as error:
        raise click.BadParameter(typed) from error
    if not value.is_finite():
        raise click.BadParameter(typed)
    return value


def _points(_context: object, _option: object, typed: tuple[str, ...]) -> tuple[LoadPoint, ...]:
    """Errors like ``100=+1.6``: the load, then the error, both in %."""
    found = []
    for one in typed:
        load, equals, error = one.partition("=")
        if not equals:
            raise click.BadParameter(f"{one}: LOAD=ERROR")
        found.append(LoadPoint(_percent(load), _percent(error)))
    return tuple(found)


@click.command("unask")
@click.argument("account")
@click.option("--meter", default="", help=WHICH_METER)
@click.option("--why", required=True, help="the reason, for the history")
@common
def unask(call: Call, account: str, meter: str, why: str) -> int:
    """A re-read that a customer asked for is not wanted after all."""
    seat = call.seat()
    count = seat.do(metering.withdraw_read, AskedReadBack(account, why, meter))
    say = seat.app.catalog(call.lang)
    call.answer({"registers": count}, [say("Re-reads withdrawn: {count}", count=count)])
    return DONE


@click.group("test")
def meter_test() -> None:
    """Tests of meters that customers ask for."""


@meter_test.command("order")
@click.argument("account")
@click.option("--why", required=True, help="what the customer says")
@click.option("--asked-by", default="", help="who asked; the customer when left out")
@click.option("--meter", default="", help=WHICH_METER)
@click.option("--wanted", callback=read_day, help="the day the customer wishes for, YYYY-MM-DD")
@click.option("--out", type=A_FILE, help="PDF of the order slip to write")
@common
def test_order(
    call: Call, account: str, why: str, asked_by: str, meter: str, wanted: date | None, out: Path | None
) -> int:
    """Order a test of an account's meter; refused while one is open."""
    seat = call.seat()
    paper = seat.do(desk.order_meter_test, MeterTestOrder(account, why, asked_by, meter, wanted))
    say = seat.app.catalog(call.lang)
    lines = [say("Test {number} of meter {serial}", number=paper.number, serial=paper.test.meter_serial)]
    if paper.test.due_on is not None:
        lines.append(say("Result by {day}", day=paper.test.due_on))
    lines += [say(one) for one in paper.told]
    if out is not None:
        lines.append(_written(seat, say, paper, out))
    call.answer(paper, lines)
    return DONE


@meter_test.command("list")
@click.option("--all", "everything", is_flag=True, help="also those that are over")
@common
def test_list(call: Call, everything: bool) -> int:
    """The tests of the hall that are open, those due first at the top."""
    seat = call.seat()
    say, found = seat.app.catalog(call.lang), seat.ask(metering.meter_tests)
    rows = [one for one in found.rows if everything or one.is_open]
    call.answer(
        rows, table([_line(say, one, seat.today()) for one in rows]) or [say("No meter is to be tested")]
    )
    return DONE


def _line(say: Catalog, one: MeterTestRow, today: date) -> list[str]:
    verdict = one.latest.report.verdict if one.latest is not None else None
    return [
        one.number, one.account_number, one.meter_serial, say.date(one.ordered_on),
        say.join([say("due {day}", day=one.due_on), *map(say, metering.unknown_words(one.unknown_years))])
        if one.due_on
        else "",
        say("overdue") if one.overdue(today) else say(one.state.text),
        say(verdict.text) if verdict else "", one.why or one.words,
    ]  # fmt: skip


@meter_test.command("withdraw")
@click.argument("number")
@click.option("--why", required=True, help="the reason, for the history")
@common
def test_withdraw(call: Call, number: str, why: str) -> int:
    """A test is not wanted after all."""
    return _told(call, call.seat(), MeterTestWithdrawal(number, why))


@meter_test.command("result")
@click.argument("number")
@click.argument("verdict", type=codes(Verdict))
@click.option("--on", "tested_on", callback=read_day, help="the day it was tested; today when left out")
@click.option("--by", "tested_by", required=True, help="who tested it")
@click.option("--report", default="", help="number of the report")
@click.option("--permitted", help="the error permitted, in %, both ways alike")
@click.option(
    "--error", "points", multiple=True, callback=_points, help="LOAD=ERROR in %, like 100=+1.6; all of them"
)
@click.option("--why", default="", help="why it could not be tested, or why it is entered anew")
@common
def test_result(
    call: Call,
    number: str,
    verdict: str,
    tested_on: date | None,
    tested_by: str,
    report: str,
    permitted: str | None,
    points: tuple[LoadPoint, ...],
    why: str,
) -> int:
    """Enter what a test said; entered anew, the result before stays in the history."""
    seat = call.seat()
    limit = None if permitted is None else _percent(permitted)
    return _told(
        call,
        seat,
        MeterTestReport(
            number, Verdict.of(verdict), tested_on or seat.today(), tested_by, report, limit, points, why
        ),
    )


def _told(call: Call, seat: Seat, order: MeterTestReport | MeterTestWithdrawal) -> int:
    say = seat.app.catalog(call.lang)
    if isinstance(order, MeterTestReport):
        row = seat.do(metering.record_test, order)
    else:
        row = seat.do(metering.withdraw_test, order)
    call.answer(row, table([_line(say, row, seat.today())]))
    return DONE


@meter_test.command("letter")
@click.argument("number")
@click.option("--out", required=True, type=A_FILE, help="PDF to write")
@common
def test_letter(call: Call, number: str, out: Path) -> int:
    """Write the letter that tells the customer the result, marked COPY n where it was written before."""
    seat = call.seat()
    paper = seat.do(desk.write_test_letter, number)
    call.answer(paper, [_written(seat, seat.app.catalog(call.lang), paper, out)])
    return DONE


@meter_test.command("reprint")
@click.argument("number")
@click.option("--out", required=True, type=A_FILE, help="PDF to write")
@common
def test_reprint(call: Call, number: str, out: Path) -> int:
    """Write an order slip or a letter once more, by the number of the paper, marked COPY n."""
    seat = call.seat()
    paper = test_paper_again(seat, number, out)
    call.answer(paper, [print_line(seat.app.catalog(call.lang), paper.number, paper.copy, out)])
    return DONE


def test_paper_again(seat: Seat, number: str, out: Path) -> MeterTestPaper:
    """Write a slip or a letter once more."""
    paper: MeterTestPaper = seat.do(desk.reprint_test_paper, PaperQuery(number))
    _write(seat, paper, out)
    return paper


def _written(seat: Seat, say: Catalog, paper: MeterTestPaper, out: Path) -> str:
    _write(seat, paper, out)
    return print_line(say, paper.number, paper.copy, out)


def _write(seat: Seat, paper: MeterTestPaper, out: Path) -> None:
    content = meter_test_pdf(paper, seat.app.catalog, seat.app.country, seat.app.picture)
    write_prints(seat, out, content, paper.kind.value, (paper.number, paper.copy))


COMMANDS: tuple[click.Command, ...] = (unask, meter_test)
"""They stand among the commands of `readings`."""
