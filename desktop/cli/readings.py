"""`readings`: reading sheets."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from desktop.cli.call import DONE, PROBLEMS, Call, common, progress
from desktop.kernel.cells.found import LeftOut
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.metering import service as metering
from desktop.metering.documents import digest, field_titles, likely_corrections
from desktop.metering.records import OriginReversal


@click.group("readings")
def readings() -> None:
    """Reading sheets."""


@readings.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="check only, write nothing")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="TITLE=FIELD",
    help="what an unknown title means; remembered for sheets with the same titles",
)
@click.option(
    "--likely", is_flag=True, help="take the number a row most likely means, where a wrong one is near to one"
)
@click.option(
    "--rejects", type=click.Path(path_type=Path), help="write the bad rows, with reasons, to this .xlsx"
)
@common
def readings_import(
    call: Call, file: Path, dry_run: bool, columns: tuple[str, ...], likely: bool, rejects: Path | None
) -> int:
    """Take a reading sheet in: good rows are stored, every bad row is named."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    by_hand = _columns(columns)
    take = partial(metering.import_sheet, seat, file, columns=by_hand)
    corrections = likely_corrections(take(dry_run=True).problems) if likely else {}
    done = take(progress(call), dry_run=dry_run, corrections=corrections)
    lines = [
        say(
            "{file}: {rows} rows, {stored} reads stored.",
            file=done.file_name,
            rows=done.rows,
            stored=done.stored,
        )
    ]
    if done.known and done.earlier is not None:
        lines.append(
            say(
                "This sheet was taken in before, on {at} by {who}: nothing was stored twice.",
                at=done.earlier.taken_at,
                who=done.earlier.taken_by,
            )
        )
    if done.waiting:
        rows = len({(problem.sheet, problem.row) for problem in done.waiting})
        lines.append(
            say.plural("{count} read waits for a decision.", "{count} reads wait for a decision.", rows)
        )
    if done.stopped_after:
        lines.append(
            say("Stopped after row {row}. The same command goes on there.", row=str(done.stopped_after))
        )
    lines += [say(told) for told in (*map(_left_out, done.left_out), *done.notices)]
    call.answer(done, lines)
    for problem in done.problems:
        click.echo(say(problem.line), err=True)
    if rejects is not None and done.problems:
        count = metering.save_rejects(seat, file, done.problems, rejects, say, by_hand)
        click.echo(
            say.plural(
                "{count} row written to {file}", "{count} rows written to {file}", count, file=str(rejects)
            ),
            err=True,
        )
    return PROBLEMS if done.problems or done.stopped_after else DONE


def _left_out(rows: LeftOut) -> Text:
    if rows.first == rows.last:
        return Text("Left out: {sheet} row {row}. {why}", sheet=rows.sheet, row=str(rows.first), why=rows.why)
    return Text(
        "Left out: {sheet} rows {first} to {last}. {why}",
        sheet=rows.sheet,
        first=str(rows.first),
        last=str(rows.last),
        why=rows.why,
    )


def _columns(given: tuple[str, ...]) -> dict[str, str]:
    """The fields of titles, as given on the command line."""
    found = {}
    for one in given:
        title, _, name = one.rpartition("=")
        if not title or name not in field_titles():
            raise Refused(
                Text(
                    "“{given}” does not say TITLE=FIELD. The fields are: {known}",
                    given=one,
                    known=", ".join(field_titles()),
                )
            )
        found[title] = name
    return found


@readings.command("taken")
@common
def readings_taken(call: Call) -> int:
    """List the sheets taken in: when, by whom, and what became of their rows."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    rows = seat.ask(metering.sheets_taken)
    lines = [
        say(
            "{at} {file}: {rows} rows, {stored} stored, {waiting} waiting, {rejected} rejected, {skipped} left out."
            " {state}, {who}.",
            at=one.taken_at,
            file=one.file_name,
            rows=one.rows,
            stored=one.stored,
            waiting=one.waiting,
            rejected=one.rejected,
            skipped=one.skipped,
            state=one.state,
            who=one.taken_by,
        )
        for one in rows
    ]
    call.answer(rows, lines or [say("No sheet was taken yet")])
    return DONE


@readings.command("take-back")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--why", required=True, help="the reason, for the book")
@common
def readings_take_back(call: Call, file: Path, why: str) -> int:
    """Take back all that a sheet has brought, while nothing of it is billed."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    done = seat.do(metering.take_back_sheet, OriginReversal(digest(file), why))
    call.answer(done, [say.plural("Took back {count} read", "Took back {count} reads", done.reads)])
    return DONE
