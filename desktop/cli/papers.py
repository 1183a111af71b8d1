"""`accounts paper`: statements and proofs that customers ask for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from desktop.cli.call import DONE, Call, common, read_day, table
from desktop.cli.prints import write_prints
from desktop.desk import service as desk
from desktop.desk.documents.papers import account_paper_pdf
from desktop.desk.records.papers import AccountPaper, PaperKind, PaperOrder, PaperQuery
from desktop.kernel.work import Seat

_OUT = click.Path(path_type=Path, dir_okay=False)


@click.command("paper")
@click.argument("account")
@click.argument("kind", type=click.Choice([kind.value for kind in PaperKind]))
@click.option("--from", "first", callback=read_day, help="first day, YYYY-MM-DD; 1 January when left out")
@click.option("--to", "last", callback=read_day, help="last day, YYYY-MM-DD; today when left out")
@click.option("--out", required=True, type=_OUT, help="PDF to write")
@common
def accounts_paper(
    call: Call, account: str, kind: str, first: date | None, last: date | None, out: Path
) -> int:
    """Write a statement of account, a proof of payment or of no debt, or a list of usage; it is kept."""
    seat = call.seat()
    end = last or seat.today()
    order = PaperOrder(account, PaperKind.of(kind), first or end.replace(month=1, day=1), end)
    return _written(call, seat, seat.do(desk.issue_paper, order), out)


@click.command("papers")
@click.argument("account")
@common
def accounts_papers(call: Call, account: str) -> int:
    """The letters and proofs that were written for an account, newest first."""
    seat = call.seat()
    say, found = seat.app.catalog(call.lang), seat.ask(desk.papers_of, account)
    call.answer(
        found, table([[one.number, one.kind, say.moment(one.issued_at), one.by] for one in found], set())
    )
    return DONE


@click.command("reprint")
@click.argument("number")
@click.option("--out", required=True, type=_OUT, help="PDF to write")
@common
def accounts_reprint(call: Call, number: str, out: Path) -> int:
    """Write a statement or proof once more, marked COPY n."""
    seat = call.seat()
    return _written(call, seat, seat.do(desk.reprint_paper, PaperQuery(number)), out)


def _written(call: Call, seat: Seat, paper: AccountPaper, out: Path) -> int:
    content = account_paper_pdf(paper, seat.app.catalog, seat.app.country, seat.app.picture)
    write_prints(seat, out, content, paper.kind.value, (paper.number, paper.copy))
    say = seat.app.catalog(call.lang)
    told = say("{paper} {number} in {file}", paper=say(paper.kind.text), number=paper.number, file=str(out))
    call.answer(paper, [told])
    return DONE


COMMANDS = (accounts_paper, accounts_papers, accounts_reprint)
"""What `accounts` has besides."""
