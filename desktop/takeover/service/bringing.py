"""A hall comes in from its workbook: read, compared with itself and with what is here, taken group by group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from desktop.contracts.rules import shares_in
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Progress, Seat, go_on, undisturbed
from desktop.takeover.documents.agreed import TERMS
from desktop.takeover.documents.reading import ReadLine, read_hall
from desktop.takeover.documents.sheets import (
    ACCOUNTS,
    CONTRACTS,
    ITEMS,
    LIMITS,
    METERS,
    POINTS,
    SHEETS,
    TARIFFS,
)
from desktop.takeover.records import Choices, GroupOutcome, HallTaken
from desktop.takeover.service import groups
from desktop.takeover.service.checks import compare
from desktop.takeover.service.counting import classes, totals
from desktop.takeover.service.here import (
    accounts_here,
    foreign_routes,
    ids_here,
    in_turn,
    limit_key,
    limits_here,
    meters_here,
    places_here,
    tariffs_here,
)
from desktop.takeover.service.likeness import settle_parties
from desktop.takeover.service.taking import (
    WORDS_AT_ONCE,
    link_sub_meters,
    prepare_words,
    take_group,
    take_limits,
    take_payment_group,
    words_left,
)
from desktop.takeover.service.waiting import NOWHERE, Waiting, waiting_room

STEPS = 1_000
"""Progress is told in so many steps, whatever is done in each."""

READ, COMPARED = 300, 400
"""The step at which all rows are read, and the one at which they are compared."""

_NO_CHOICES = Choices()


def import_hall(
    seat: Seat,
    path: Path,
    progress: Progress = go_on,
    *,
    choices: Choices = _NO_CHOICES,
    dry_run: bool = False,
) -> HallTaken:
    """Take a hall's workbook in: groups without problems come in whole, the others not at all; every bad row is named.

    Stopped or killed, the same workbook goes on where it stands: a group counts once, by what stands in it. A dry
    run answers the same and writes nothing. A file that is no workbook is `Refused`.
    """
    with undisturbed() as tidy, waiting_room() as waiting:
        _read(seat, waiting, path, progress)
        _tell(progress, READ)
        compare(waiting, seat.today())
        _know_tariffs(seat, waiting)
        groups.divide(waiting)
        groups.shared_ids(seat, waiting)
        known = _meet(seat, waiting)
        findings = settle_parties(seat, waiting, choices)
        groups.share_parties(waiting)
        groups.shared_ids(seat, waiting)
        groups.stand_back(waiting)
        found = [(part, replace(one, known=part in known)) for part, one in groups.outcomes(waiting)]
        _tell(progress, COMPARED)
        stopped = 0 if dry_run else _take(seat, waiting, found, progress, tidy)
        _take_afterwards(seat, waiting, found, dry_run=dry_run)
        waiting.run_many(
            "UPDATE part SET good = 1 WHERE id = ?", [(part,) for part, one in found if one.taken]
        )
        told, count = waiting.problems()
        progress(STEPS, STEPS)
        return HallTaken(
            file_name=path.name,
            totals=totals(waiting, taken=False),
            taken=totals(waiting, taken=True),
            groups=tuple(one for _, one in found),
            problems=told,
            problem_count=count,
            findings=findings,
            dry_run=dry_run,
            stopped_after=stopped,
        )


def _tell(progress: Progress, step: int) -> None:
    if not progress(step, STEPS):
        raise Refused(Text("Stopped before anything came in."))


def _read(seat: Seat, waiting: Waiting, path: Path, progress: Progress) -> None:
    def read(done: int, total: int) -> bool:
        _tell(progress, READ * min(done, total) // max(total, 1))
        return True

    for row in read_hall(path, seat.app.country, read):
        if isinstance(row, ReadLine):
            waiting.keep(row.sheet, row.title, row.line, row.values, bad=bool(row.problems))
            for problem in row.problems:
                waiting.trouble(problem, row.sheet)
        else:
            waiting.trouble(row)
    waiting.all_here()
    if not any(waiting.count(sheet) for sheet in SHEETS):
        raise Refused(Text("{file} is empty", file=path.name))


# Tariffs


def _know_tariffs(seat: Seat, waiting: Waiting) -> None:
    """Contracts name a tariff that stands here; each account takes the class of its tariff."""
    by_tariff = seat.ask(tariffs_here)
    for row_id, code in waiting.ask("SELECT id, code FROM tariffs WHERE NOT bad"):
        if code not in by_tariff:
            what = Text("No tariff here has this code")
            waiting.blame(TARIFFS, row_id, "code", what, Text("Take its file in first, then check again"))
    classes(waiting, by_tariff)
    waiting.blame_all(
        CONTRACTS, "tariff", "tariff IS NOT NULL AND tariff NOT IN (SELECT code FROM tariff_class)",
        Text("No tariff here has this code"), Text("Correct the code, or add the tariff"),
    )  # fmt: skip
    waiting.blame_all(
        ITEMS, "customer_class", "customer_class IS NULL AND account NOT IN (SELECT account FROM class_of)",
        Text("The account has no contract that tells its customer class"), Text("Fill it in"),
    )  # fmt: skip
    for row_id, shares in waiting.ask("SELECT id, shares FROM terms WHERE shares IS NOT NULL"):
        unknown = {one.tariff_code for one in shares_in(shares)} - by_tariff.keys()
        if unknown:
            what = Text("No tariff here has the code {code}", code=min(unknown))
            waiting.blame(TERMS, row_id, "shares", what, Text("Correct the code, or add the tariff"))


# What is here already


def _meet(seat: Seat, waiting: Waiting) -> frozenset[int]:
    """Note rows with numbers that are taken here; the parts that came in before are not asked, and given."""
    there: dict[int, list[int]] = {}
    asked = waiting.ask("SELECT id, part, number FROM accounts WHERE number IS NOT NULL")
    for some, here in in_turn(seat, accounts_here, asked):
        for row_id, part, number in some:
            if number in here:
                there.setdefault(part, []).append(row_id)
    known = frozenset(part for part in there if part != NOWHERE and _is_known(seat, waiting, part))
    waiting.run_many("UPDATE part SET known = 1 WHERE id = ?", [(part,) for part in known])
    for part, rows in there.items():
        for row_id in () if part in known else rows:
            what = Text("An account with this number is here already")
            waiting.blame(ACCOUNTS, row_id, "number", what, Text("Leave the rows of this account out"))
    asked = waiting.ask("SELECT id, part, serial FROM meters WHERE serial IS NOT NULL")
    for some, meters in in_turn(seat, meters_here, asked):
        for row_id, part, serial in some:
            if serial in meters and part not in known:
                what = Text("A meter with this number is here already")
                waiting.blame(
                    METERS, row_id, "serial", what, Text("Correct the number, or leave its rows out")
                )
    asked = waiting.ask(
        "SELECT id, part, within FROM terms WHERE within NOT IN (SELECT serial FROM meters WHERE serial IS NOT NULL)"
    )
    for some, meters in in_turn(seat, meters_here, asked):
        for row_id, _, serial in some:
            if serial not in meters:
                what = Text("Neither the workbook nor this database has a meter with this number")
                waiting.blame(TERMS, row_id, "within", what, Text("Correct the number, or add its row"))
    _meet_on_routes(seat, waiting, known)
    _meet_limits(seat, waiting)
    return known


def _meet_limits(seat: Seat, waiting: Waiting) -> None:
    """Note limits that are set otherwise here; equal ones are in."""
    here = seat.ask(limits_here)
    for sheet in LIMITS:
        for (row_id,) in waiting.ask(f"SELECT id FROM {sheet.name} WHERE NOT bad"):
            (line,) = waiting.lines(sheet, "id = ?", row_id)
            if here.get(limit_key(line), line) != line:
                what, column = Text("Other limits are set here"), sheet.columns[0].name
                waiting.blame(sheet, row_id, column, what, Text("Delete the row, or set them here"))


def _is_known(seat: Seat, waiting: Waiting, part: int) -> bool:
    return (
        seat.app.answer(take_group, groups.entry_of(seat, waiting, part, groups.rows_of(waiting, part)))
        is not None
    )


def _meet_on_routes(seat: Seat, waiting: Waiting, known: frozenset[int]) -> None:
    for sheet in (ACCOUNTS, POINTS):
        asked = waiting.ask(f"SELECT DISTINCT route FROM {sheet.name} WHERE route IS NOT NULL")
        for some, halls in in_turn(seat, foreign_routes, asked):
            taken = seat.ask(places_here, [route for (route,) in some])
            for (route,) in some:
                rows = waiting.ask(f"SELECT id, part, position FROM {sheet.name} WHERE route = ?", route)
                for row_id, part, position in rows:
                    if route in halls:
                        what = Text("This route belongs to {hall}", hall=halls[route])
                        waiting.blame(sheet, row_id, "route", what, Text("Give the route another code"))
                    elif (route, position) in taken and part not in known:
                        what = Text("This place on the route is taken here already")
                        waiting.blame(sheet, row_id, "position", what, Text("Give it another place"))


# Taking


def _take(
    seat: Seat,
    waiting: Waiting,
    found: list[tuple[int, GroupOutcome]],
    progress: Progress,
    tidy: Callable[[], object],
) -> int:
    """Take every good group in; how many were through when somebody stopped it (0: all).

    ``found`` tells afterwards which are in; ``tidy`` is called after each.
    """
    _take_shared(seat, waiting, found)
    good = [(place, part, one) for place, (part, one) in enumerate(found) if one.taken]
    stopped = without_words = 0
    for done, (_, part, one) in enumerate(good, 1):
        if not one.known:
            _take_one(seat, waiting, part)
            without_words += one.accounts
            tidy()
        if without_words >= WORDS_AT_ONCE:
            without_words -= seat.do(prepare_words)
            tidy()
        step = COMPARED + (STEPS - COMPARED) * done // len(good)
        if not progress(step, STEPS) and done < len(good):
            for place, _, rest in good[done:]:
                found[place] = (found[place][0], replace(rest, taken=False))
            stopped = done
            break
    while seat.ask(words_left):
        seat.do(prepare_words)
        tidy()
    return stopped


def _take_one(seat: Seat, waiting: Waiting, part: int) -> None:
    """Take one group in; nothing of it is left afterwards to be looked through for garbage."""
    own = groups.rows_of(waiting, part)
    order, entry = groups.group_order(waiting, part, own), groups.entry_of(seat, waiting, part, own)
    seat.app.perform(take_group, order, seat.actor, seat.station, entry)


def _take_shared(seat: Seat, waiting: Waiting, found: list[tuple[int, GroupOutcome]]) -> None:
    """The parties and premises that several groups need, unless they are here."""
    if found and not any(one.taken for _, one in found):
        return
    for order in groups.shared_orders(waiting):
        here = seat.ask(ids_here, [key for _, key in order.ids])
        left = {name for name, key in order.ids if key not in here}
        if left:
            needed = replace(
                order,
                parties=tuple(one for one in order.parties if f"party {one.number}" in left),
                merged=tuple(one for one in order.merged if f"party {one.number}" in left),
                premises=tuple(one for one in order.premises if f"premise {one.number}" in left),
                ids=tuple(one for one in order.ids if one[0] in left),
                found_themselves=tuple(one for one in order.found_themselves if f"party {one}" in left),
            )
            entry = groups.shared_entry(seat, needed)
            seat.app.perform(take_group, needed, seat.actor, seat.station, entry)
    limits = groups.limits_order(waiting)
    if limits.reads or limits.bills:
        entry = groups.entry_by(seat, "limits", limits)
        seat.app.perform(take_limits, limits, seat.actor, seat.station, entry)


def _take_afterwards(
    seat: Seat, waiting: Waiting, found: list[tuple[int, GroupOutcome]], *, dry_run: bool
) -> None:
    """Let sub-meters know their main meters where these came in with another group, and take payment groups in."""
    parts = {part for part, one in found if one.taken}
    meters, together = list(groups.sub_meters(waiting, parts)), list(groups.payment_groups(waiting, parts))
    if dry_run:
        return
    for order in meters:
        entry = groups.entry_by(seat, "sub-meters", order)
        seat.app.perform(link_sub_meters, order, seat.actor, seat.station, entry)
    for group in together:
        entry = groups.entry_by(seat, "payment group", group)
        seat.app.perform(take_payment_group, group, seat.actor, seat.station, entry)
