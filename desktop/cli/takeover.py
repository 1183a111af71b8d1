"""`import hall` and `export hall`: a whole hall comes in or goes out as one workbook."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.cli.call import A_FILE, DONE, PROBLEMS, Call, common, progress, table
from desktop.kernel.errors import Refused
from desktop.kernel.files import written_whole
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat
from desktop.takeover import service as takeover
from desktop.takeover.documents.totals import figure, total_rows, totals_pdf, totals_xlsx
from desktop.takeover.documents.writing import template as hall_template
from desktop.takeover.records import Choices, Duplicates, HallTaken, ReleaseOrder, ReleaseReason, Totals


@click.group("import")
def import_group() -> None:
    """Take whole halls in."""


@click.group("export")
def export_group() -> None:
    """Write whole halls out."""


@import_group.command("hall")
@click.argument("file", type=A_FILE)
@click.option(
    "--template", is_flag=True, help="write an empty workbook that explains itself, and nothing else"
)
@click.option("--dry-run", is_flag=True, help="check only, write nothing")
@click.option(
    "--duplicates",
    type=click.Choice([one.value for one in Duplicates]),
    default=Duplicates.REFUSE.value,
    help="what becomes of parties that seem to be one",
)
@click.option("--keep", multiple=True, help="keep both parties of this finding (its key); several times")
@click.option("--merge", multiple=True, help="merge the parties of this finding (its key); several times")
@click.option(
    "--totals",
    type=A_FILE,
    help="write the control totals to sign into this .pdf or .xlsx",
)
@common
def import_hall(
    call: Call,
    file: Path,
    template: bool,
    dry_run: bool,
    duplicates: str,
    keep: tuple[str, ...],
    merge: tuple[str, ...],
    totals: Path | None,
) -> int:
    """Take the hall in FILE (.xlsx) in: routes without problems come in whole, every bad row is named."""
    if template:
        return _template(call, file)
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    chosen = Choices(
        Duplicates.of(duplicates),
        (*((key, Duplicates.KEEP) for key in keep), *((key, Duplicates.MERGE) for key in merge)),
    )
    done = takeover.import_hall(seat, file, progress(call), choices=chosen, dry_run=dry_run)
    if totals is not None:
        _write_totals(seat, done, totals, say)
    call.answer(done, [*_outcome(done, say), *_totals(done.totals, done.taken, say)])
    for finding in done.findings:
        told = say(
            "{sheet} row {row}, {name}: {likeness} as {other}, {number}. {choice} (key {key}).",
            sheet=finding.sheet,
            row=str(finding.row),
            name=finding.name,
            likeness=finding.likeness,
            other=finding.other_name,
            number=finding.other_number,
            choice=finding.choice,
            key=f"“{finding.key}”",
        )
        click.echo(told, err=True)
    for problem in done.problems:
        click.echo(say(problem.line), err=True)
    left = done.problem_count - len(done.problems)
    if left:
        click.echo(say.plural("{count} further problem.", "{count} further problems.", left), err=True)
    return PROBLEMS if done.problems or done.stopped_after else DONE


def _template(call: Call, file: Path) -> int:
    """Write the empty workbook; a file that stands there already is left alone."""
    if file.exists():
        raise Refused(Text("{file} is there already. Choose another name.", file=str(file)))
    app = call.app()
    with written_whole(file) as stream:
        stream.write(hall_template(app.catalog(call.lang), app.country))
    call.answer({"file": str(file)}, [call.say("An empty workbook stands in {file}.", file=str(file))])
    return DONE


def _outcome(done: HallTaken, say: Catalog) -> list[str]:
    good = sum(one.taken for one in done.groups)
    lines = [
        say(
            "{file}: {accounts} accounts in {good} of {groups} groups.",
            file=done.file_name,
            accounts=done.accounts,
            good=good,
            groups=len(done.groups),
        )
    ]
    if done.dry_run:
        lines.append(say("Nothing was written."))
    if done.known:
        lines.append(say("All of it came in before: nothing was taken twice."))
    if done.stopped_after:
        lines.append(
            say("Stopped after {count} groups. The same command goes on there.", count=done.stopped_after)
        )
    bad = [one for one in done.groups if one.bad]
    lines += [
        say("{group}: {bad} rows are not right, nothing of it comes in.", group=one.name or "–", bad=one.bad)
        for one in bad
    ]
    return lines


def _totals(whole: Totals, taken: Totals, say: Catalog) -> list[str]:
    rows = total_rows(whole, taken)
    cells = [(say(row.name), figure(row.whole, say), figure(row.taken, say)) for row in rows]
    return table([(say("Control total"), say("Workbook"), say("Taken")), *cells], {1, 2})


def _write_totals(seat: Seat, done: HallTaken, out: Path, say: Catalog) -> None:
    if out.suffix.lower() == ".xlsx":
        content = totals_xlsx(done, say)
    else:
        at = seat.app.clock.moment()
        content = totals_pdf(done, say, seat.station.hall_name, seat.actor.name, at)
    with written_whole(out) as stream:
        stream.write(content)


@export_group.command("hall")
@click.argument("file", type=A_FILE)
@click.option(
    "--reason",
    type=click.Choice([one.value for one in ReleaseReason]),
    required=True,
    help="why everybody's data goes into a file; it stands in the journal",
)
@click.option("--words", default="", help="the reason in words, where it is another one")
@common
def export_hall(call: Call, file: Path, reason: str, words: str) -> int:
    """Write the whole hall into FILE (.xlsx), in the form that `import hall` takes."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    order = ReleaseOrder(file.name, ReleaseReason.of(reason), words)
    done = takeover.export_hall(seat, file, order, progress(call), language=call.lang)
    if done is None:
        raise Refused(Text("Stopped: there is no file."))
    rows = total_rows(done.totals, done.totals)
    lines = table([(say(row.name), figure(row.whole, say)) for row in rows], {1})
    call.answer(done, [say("The hall stands in {file}.", file=str(file)), *lines])
    for told in done.behind:
        click.echo(say(told), err=True)
    return DONE
