"""`tariffs`: price lists shown, taken in, approved, and what a bill would cost by them."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.cli.call import DONE, PROBLEMS, Call, common, table
from desktop.kernel.errors import Refused
from desktop.kernel.files import resource
from desktop.kernel.json_lines import told
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat
from desktop.tariffs import service as tariffs
from desktop.tariffs.documents.files import read_file, tariff_files
from desktop.tariffs.records import CostOrder, DecisionOrder, PricedLine, PriceRow, VersionRow, VersionShown


@click.group("tariffs")
def tariffs_group() -> None:
    """Price lists and their versions."""


@tariffs_group.command("list")
@common
def tariffs_list(call: Call) -> int:
    """Every version: those that wait first, then by tariff, the newest first."""
    seat = call.seat()
    rows, say = seat.ask(tariffs.versions), seat.app.catalog(call.lang)
    call.answer(rows, table([_row(row, say) for row in rows]))
    return DONE


def _row(row: VersionRow, say: Catalog) -> list[str]:
    return [row.version, row.tariff, say(row.state.text), validity(row, say), row.name, row.use_class]


def validity(row: VersionRow, say: Catalog) -> str:
    """From when to when a version holds, in words."""
    if row.last is None:
        return say("from {first} on", first=row.valid_from)
    return say("from {first} to {last}", first=row.valid_from, last=row.last)


@tariffs_group.command("show")
@click.argument("version")
@common
def tariffs_show(call: Call, version: str) -> int:
    """One version as a person reads it: prices, hours, notice, validity, and who approved it."""
    seat = call.seat()
    shown, say = seat.ask(tariffs.version_shown, version), seat.app.catalog(call.lang)
    lines = [
        say.join([shown.row.name, shown.row.use_class]),
        say.join([shown.row.version, say(shown.row.state.text), validity(shown.row, say)]),
        shown.row.notice,
        shown.source,
        *_places(shown, say),
        *_signatures(shown, say),
        *table([_price(row, say) for row in shown.prices], right=(1,)),
    ]
    for clock in shown.clocks:
        hours = [f"{say(band.text)} {clock.hours_of(band)}" for band in clock.bands]
        lines.append(say("{place}: {what}", place=clock.words, what=say.join(hours)))
    call.answer(shown, lines)
    return DONE


def _price(row: PriceRow, say: Catalog) -> list[str]:
    price = "" if row.price is None else say.number(row.price)
    return [say(row.label), price, row.unit, say.join([say(note) for note in row.notes])]


def _places(shown: VersionShown, say: Catalog) -> list[str]:
    """Whose place it takes or took, and which one took its own."""
    lines = (
        [say("In the place of {version} of the same day", version=shown.replaces)] if shown.replaces else []
    )
    if shown.replaced_by:
        lines.append(say("{version} of the same day took its place", version=shown.replaced_by))
    return lines


def _signatures(shown: VersionShown, say: Catalog) -> list[str]:
    lines = []
    if shown.proposed:
        lines.append(say("Taken in by {name}, {moment}", name=shown.proposed.name, moment=shown.proposed.at))
    if shown.decided:
        lines.append(say("Decided by {name}, {moment}", name=shown.decided.name, moment=shown.decided.at))
    return [*lines, *([shown.reason] if shown.reason else [])]


@tariffs_group.command("files")
@common
def tariffs_files(call: Call) -> int:
    """The tariff files that come with the program, and whether their versions are known."""
    seat = call.seat()
    say, known = seat.app.catalog(call.lang), [one.version for one in seat.ask(tariffs.versions)]
    found = tariff_files(resource("tariffs", seat.app.country.code))
    rows = [
        {"file": str(one.path), "name": one.name, "state": say(one.state(known)), "notice": one.notice}
        for one in found
    ]
    call.answer(rows, table([list(row.values()) for row in rows]))
    return DONE


@tariffs_group.command("import")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="check only, write nothing")
@common
def tariffs_import(call: Call, files: tuple[Path, ...], dry_run: bool) -> int:
    """Propose the versions of tariff files; they take effect when another person approves them."""
    seat = call.seat(named=not dry_run)
    say, taken, flawed = seat.app.catalog(call.lang), [], False
    for file in files:
        found = read_file(file)
        wrong = [told(one) for one in found.problems]
        if not wrong:
            try:
                take = seat.rehearse if dry_run else seat.do
                taken.append(take(tariffs.propose_tariff, found.content))
            except Refused as refusal:
                wrong = [refusal.text]
        flawed = flawed or bool(wrong)
        for what in wrong:
            click.echo(say("{place}: {what}", place=file.name, what=what), err=True)
    lines = [
        say(
            "{tariff}: versions that wait for a second person: {added}, known already: {known}",
            tariff=one.code,
            added=one.added,
            known=one.known,
        )
        for one in taken
    ]
    lines += [say(remark) for one in taken for remark in one.remarks]
    if dry_run:
        lines.append(say("Nothing was written."))
    call.answer(taken, lines)
    return PROBLEMS if flawed else DONE


@tariffs_group.command("approve")
@click.argument("version")
@click.option("--decline", "reason", default="", help="decline instead, with this reason")
@common
def tariffs_approve(call: Call, version: str, reason: str) -> int:
    """Approve, or decline, a version that somebody else took in."""
    seat = call.seat()
    content = seat.ask(tariffs.version_shown, version).content
    seat.do(tariffs.decide_tariff, DecisionOrder(version, content, not reason, reason))
    return _shown(call, seat, version)


def _shown(call: Call, seat: Seat, version: str) -> int:
    say, shown = seat.app.catalog(call.lang), seat.ask(tariffs.version_shown, version)
    call.answer(shown, [" ".join(_row(shown.row, say))])
    return DONE


@tariffs_group.command("cost")
@click.argument("version")
@click.argument("values", nargs=-1, metavar="[NAME=VALUE]…")
@common
def tariffs_cost(call: Call, version: str, values: tuple[str, ...]) -> int:
    """What one bill would cost by a version, such as: energy_kwh=260 accumulated_kwh=2680."""
    seat = call.seat()
    pairs = []
    for value in values:
        name, equals, number = value.partition("=")
        if not equals:
            raise Refused(
                Text("{value} is no pair of name and value. Write it like energy_kwh=260", value=value)
            )
        pairs.append((name.strip(), number.strip()))
    found, say = seat.ask(tariffs.cost, CostOrder(version, tuple(pairs))), seat.app.catalog(call.lang)
    rows = [_line(line, say) for line in found.lines]
    rows.append([say("Total"), "", "", say.money(found.total)])
    call.answer(found, table(rows, right=(1, 2, 3)))
    return DONE


def _line(line: PricedLine, say: Catalog) -> list[str]:
    return [
        say(line.label),
        "" if line.quantity is None else f"{say.number(line.quantity)} {line.unit}",
        "" if line.price is None else say.number(line.price),
        say.money(line.amount),
    ]
