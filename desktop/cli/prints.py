"""`prints`: what was printed and what became of it; and papers written into files, which the print journal follows."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.cli.call import DONE, Call, common, table
from desktop.kernel.files import written_whole
from desktop.kernel.text import Catalog
from desktop.kernel.work import Seat
from desktop.papers import service as papers
from desktop.papers.records import PrintRef, PrintRow, PrintsQuery, SendOrder, SpoilOrder


def write_prints(seat: Seat, out: Path, content: bytes, kind: str, *prints: tuple[str, int]) -> None:
    """Write papers of a kind, by number and copy, into a file, and enter that in the print journal."""
    with written_whole(out) as stream:
        stream.write(content)
    refs = tuple(PrintRef(kind, number, copy) for number, copy in prints)
    seat.do(papers.send_prints, SendOrder(refs))


def print_line(say: Catalog, number: str, copy: int, out: Path) -> str:
    """What a paper was written as, and where."""
    if copy:
        return say("Copy {copy} of {number} in {file}", copy=copy, number=number, file=str(out))
    return say("The original of {number} in {file}", number=number, file=str(out))


@click.group("prints")
def prints_group() -> None:
    """The print journal: what is open, what came out, what was spoiled."""


_kind = click.option("--kind", default="receipt", help="what kind of paper it is, as `prints list` names it")
_copy = click.option(
    "--copy", default=0, type=click.IntRange(0), help="which copy; the original when left out"
)


@prints_group.command("list")
@click.option("--number", default="", help="only prints of this paper")
@click.option("--all", "every", is_flag=True, help="also those that came out, newest first")
@common
def prints_list(call: Call, number: str, every: bool) -> int:
    """The prints of the hall that are open, oldest first: not printed, failed, spoiled, or sent without an answer."""
    seat = call.seat()
    found = seat.ask(papers.prints, PrintsQuery(not every, number))
    say = seat.app.catalog(call.lang)
    call.answer(found, table([_line(say, one) for one in found], {2}))
    return DONE


def _line(say: Catalog, one: PrintRow) -> list[str]:
    last = one.steps[-1] if one.steps else None
    told = (say(last.problem) if last.problem else last.words) if last else ""
    return [
        one.ref.kind,
        one.ref.number,
        str(one.ref.copy),
        say(one.state.text),
        say.moment(one.at),
        last.printer if last else "",
        last.by if last else "",
        told,
    ]


@prints_group.command("confirm")
@click.argument("number")
@_kind
@_copy
@common
def prints_confirm(call: Call, number: str, kind: str, copy: int) -> int:
    """Say that a print came out, or that nobody needs it any more."""
    seat, ref = call.seat(), PrintRef(kind, number, copy)
    seat.do(papers.confirm_prints, (ref,))
    return _answer(call, seat, ref)


@prints_group.command("spoil")
@click.argument("number")
@click.option("--reason", required=True, help="what came out in its place")
@_kind
@_copy
@common
def prints_spoil(call: Call, number: str, reason: str, kind: str, copy: int) -> int:
    """Say that nothing usable came out of a print: it is printed itself once more, and both stand in the journal."""
    seat, ref = call.seat(), PrintRef(kind, number, copy)
    seat.do(papers.spoil_prints, SpoilOrder((ref,), reason))
    return _answer(call, seat, ref)


def _answer(call: Call, seat: Seat, ref: PrintRef) -> int:
    rows = seat.ask(papers.prints, PrintsQuery(number=ref.number))
    (row,) = (one for one in rows if one.ref == ref)
    call.answer(row, table([_line(seat.app.catalog(call.lang), row)], {2}))
    return DONE
