"""`readings`: reading sheets."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.cli.call import DONE, PROBLEMS, Call, common, progress
from desktop.metering import service as metering


@click.group("readings")
def readings() -> None:
    """Reading sheets."""


@readings.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="check only, write nothing")
@common
def readings_import(call: Call, file: Path, dry_run: bool) -> int:
    """Take a reading sheet in: good rows are stored, every bad row is named."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    done = metering.import_sheet(seat, file, progress(call), dry_run=dry_run)
    lines = [
        say(
            "{file}: {rows} rows, {stored} reads stored.",
            file=done.file_name,
            rows=done.rows,
            stored=done.stored,
        )
    ]
    if done.waiting:
        rows = len({(problem.sheet, problem.row) for problem in done.waiting})
        lines.append(
            say.plural("{count} read waits for a decision.", "{count} reads wait for a decision.", rows)
        )
    if done.known:
        lines.append(say("This sheet was taken in before: nothing was stored twice."))
    if done.stopped_after:
        lines.append(
            say("Stopped after row {row}. The same command goes on there.", row=str(done.stopped_after))
        )
    call.answer(done, lines)
    for problem in done.problems:
        click.echo(say(problem.line), err=True)
    return PROBLEMS if done.problems or done.stopped_after else DONE
