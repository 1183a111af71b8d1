"""`accounts paper`: statements and proofs that customers ask for; any paper about an account once more."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from desktop.cli.call import A_FILE, DONE, Call, common, read_day, table
from desktop.cli.cheques import write_letters
from desktop.cli.prints import print_line, write_prints
from desktop.cli.refunds import moved_letters_again
from desktop.cli.testing import test_paper_again
from desktop.counter import service as counter
from desktop.counter.records.cheques import ChequeLetter
from desktop.counter.records.right import MoveLetter
from desktop.desk import service as desk
from desktop.desk.documents.papers import account_paper_pdf
from desktop.desk.records.papers import (
    TITLES,
    AccountPaper,
    PaperKind,
    PaperOrder,
    PaperQuery,
    first_day,
)
from desktop.desk.records.testing import MeterTestPaper, MeterTestPaperKind
from desktop.kernel.work import Seat


@click.command("paper")
@click.argument("account")
@click.argument("kind", type=click.Choice([kind.value for kind in PaperKind]))
@click.option(
    "--from",
    "first",
    callback=read_day,
    help="first day, YYYY-MM-DD; when left out 1 January, of usage a year ago",
)
@click.option("--to", "last", callback=read_day, help="last day, YYYY-MM-DD; today when left out")
@click.option("--out", required=True, type=A_FILE, help="PDF to write")
@common
def accounts_paper(
    call: Call, account: str, kind: str, first: date | None, last: date | None, out: Path
) -> int:
    """Write a statement of account, a proof of payment or of no debt, or a list of usage; it is kept."""
    seat = call.seat()
    end = last or seat.today()
    order = PaperOrder(account, PaperKind.of(kind), first or first_day(PaperKind.of(kind), end), end)
    return _written(call, seat, seat.do(desk.issue_paper, order), out)


@click.command("papers")
@click.argument("account")
@common
def accounts_papers(call: Call, account: str) -> int:
    """The letters and proofs that were written for an account, newest first."""
    seat = call.seat()
    say, found = seat.app.catalog(call.lang), seat.ask(desk.papers_of, account)
    rows = [[one.number, say(TITLES[one.kind]), say.moment(one.issued_at), one.by] for one in found]
    call.answer(found, table(rows, set()))
    return DONE


@click.command("reprint")
@click.argument("number")
@click.option("--out", required=True, type=A_FILE, help="PDF to write")
@common
def accounts_reprint(call: Call, number: str, out: Path) -> int:
    """Write any paper about an account once more, marked COPY n: a statement, a proof, a letter."""
    seat = call.seat()
    kind = seat.ask(desk.paper_kind, number)
    paper: MoveLetter | ChequeLetter | MeterTestPaper
    if kind == counter.LETTER:
        (paper,) = moved_letters_again(seat, (number,), out)
    elif kind == counter.CHEQUE_LETTER:
        (paper,) = write_letters(seat, (number,), out)
    elif kind in {one.value for one in MeterTestPaperKind}:
        paper = test_paper_again(seat, number, out)
    else:
        return _written(call, seat, seat.do(desk.reprint_paper, PaperQuery(number)), out)
    call.answer(paper, [print_line(seat.app.catalog(call.lang), number, paper.copy, out)])
    return DONE


def _written(call: Call, seat: Seat, paper: AccountPaper, out: Path) -> int:
    content = account_paper_pdf(paper, seat.app.catalog, seat.app.country, seat.app.picture)
    write_prints(seat, out, content, paper.kind.value, (paper.number, paper.copy))
    say = seat.app.catalog(call.lang)
    told = say("{paper} {number} in {file}", paper=say(paper.kind.text), number=paper.number, file=str(out))
    call.answer(paper, [told])
    return DONE


COMMANDS = (accounts_paper, accounts_papers, accounts_reprint)
"""What `accounts` has besides."""
