"""Parties that seem to be one: found in the workbook and in the database, and merged where that was chosen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice
from operator import itemgetter
from uuid import UUID

from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.parties.records import Likeness
from desktop.parties.rules import alike
from desktop.takeover.documents.sheets import PARTIES
from desktop.takeover.records import HERE, Choices, Duplicates, Finding
from desktop.takeover.service.groups import BY_ITSELF
from desktop.takeover.service.here import (
    AT_ONCE,
    SomebodyHere,
    accounts_here,
    ids_here,
    in_turn,
    somebody_by_address,
    somebody_by_number,
)
from desktop.takeover.service.waiting import Waiting

FINDINGS_TOLD = 1_000
LONGEST_WAY = 20
"""Over so many parties one may be merged into another."""

KEEP = "-"
"""What the workbook says in “merge with” where a party is somebody else in spite of all."""


def settle_parties(seat: Seat, waiting: Waiting, choices: Choices) -> tuple[Finding, ...]:
    """Find parties that seem to be one, merge what is to be merged, and note a problem where nothing was chosen.

    Gives the first findings that the workbook itself says nothing about.
    """
    _know_settled(seat, waiting)
    _merge_as_written(seat, waiting)
    waiting.run(
        "UPDATE parties SET whereabouts = coalesce(postal, (SELECT min(premises.address) FROM accounts"
        " JOIN points ON points.number = accounts.point JOIN premises ON premises.number = points.premise"
        " WHERE accounts.party = parties.number))"
    )
    waiting.run(
        "CREATE TABLE finding (id INTEGER PRIMARY KEY, likeness, other INTEGER, other_id, here_name, here)"
    )
    for row_id, likeness, other, here in (*_by_number(seat, waiting), *_by_address(seat, waiting)):
        waiting.run(
            "INSERT OR IGNORE INTO finding VALUES (?, ?, ?, ?, ?, ?)",
            row_id,
            likeness.value,
            other,
            here and str(here.party_id),
            here and here.name,
            here and here.account,
        )
    found = _told(waiting, choices)
    _follow(waiting)
    return found


Alike = tuple[int, Likeness, int | None, SomebodyHere | None]


_UNDECIDED = "merge_with IS NULL AND number IS NOT NULL AND NOT settled"


def _know_settled(seat: Seat, waiting: Waiting) -> None:
    """Parties that came in before are nobody else: all their accounts did, or they did by themselves."""
    waiting.run(
        "UPDATE parties AS it SET settled = 1 WHERE (SELECT min(part.known) FROM accounts JOIN part"
        " ON part.id = accounts.part WHERE accounts.party = it.number)"
    )
    asked = waiting.ask("SELECT number, id FROM shared WHERE kind = 'party'")
    while some := list(islice(asked, AT_ONCE)):
        here = seat.ask(ids_here, [UUID(key) for _, key in some])
        waiting.run_many(
            "UPDATE parties SET settled = 1 WHERE number = ?",
            [(number,) for number, key in some if UUID(key) in here],
        )


def _by_number(seat: Seat, waiting: Waiting) -> Iterator[Alike]:
    rows = waiting.ask(
        "SELECT id, first FROM (SELECT id, merge_with, number, settled, min(id) OVER (PARTITION BY identity)"
        f" AS first FROM parties WHERE identity IS NOT NULL AND NOT settled AND {BY_ITSELF})"
        f" WHERE id > first AND {_UNDECIDED}"
    )
    for row_id, first in rows:
        yield row_id, Likeness.IDENTITY, first, None
    asked = waiting.ask(f"SELECT id, identity FROM parties WHERE identity IS NOT NULL AND {_UNDECIDED}")
    for some, here in in_turn(seat, somebody_by_number, asked):
        by_number = {one.found_by: one for one in reversed(here)}
        for row_id, number in some:
            if number in by_number:
                yield row_id, Likeness.IDENTITY, None, by_number[number]


def _by_address(seat: Seat, waiting: Waiting) -> Iterator[Alike]:
    rows = waiting.ask(
        "SELECT id, name, merge_with, folded(whereabouts) AS place FROM parties WHERE whereabouts <> ''"
        f" AND name IS NOT NULL AND number IS NOT NULL AND NOT settled AND {BY_ITSELF} ORDER BY place, id"
    )
    for _, neighbours in groupby(rows, key=itemgetter(3)):
        many = list(neighbours)
        for later, earlier, likeness in alike([row[1] for row in many]) if len(many) > 1 else ():
            if many[later][2] is None:
                yield many[later][0], likeness, many[earlier][0], None
    asked = waiting.ask(
        f"SELECT id, name, whereabouts FROM parties WHERE whereabouts <> '' AND name IS NOT NULL AND {_UNDECIDED}"
    )
    for some, here in in_turn(seat, somebody_by_address, asked):
        for row_id, name, address in some if here else ():
            there = [one for one in here if one.found_by == address]
            for later, earlier, likeness in alike([*(one.name for one in there), name]):
                if later == len(there):
                    yield row_id, likeness, None, there[earlier]


# What was chosen


def _merge_as_written(seat: Seat, waiting: Waiting) -> None:
    """Follow the column “merge with”: another party of the workbook, or whose account this is."""
    wanted = f"merge_with IS NOT NULL AND merge_with <> '{KEEP}'"
    waiting.run(
        "UPDATE parties SET merged_into = (SELECT min(id) FROM parties AS other"
        f" WHERE other.number = parties.merge_with AND other.id <> parties.id AND NOT other.settled) WHERE {wanted}"
    )
    asked = waiting.ask(
        "SELECT id, coalesce((SELECT min(accounts.number) FROM accounts JOIN parties AS other"
        " ON other.number = accounts.party AND other.settled WHERE other.number = it.merge_with), merge_with)"
        f" FROM parties AS it WHERE {wanted} AND merged_into IS NULL"
    )
    for some, here in in_turn(seat, accounts_here, asked):
        for row_id, number in some:
            if number in here:
                waiting.run("UPDATE parties SET merged_id = ? WHERE id = ?", str(here[number]), row_id)
            else:
                what = Text("Neither a party of the workbook nor an account here has this number")
                waiting.blame(
                    PARTIES, row_id, "merge_with", what, Text("Correct the number, or empty the cell")
                )


def _told(waiting: Waiting, choices: Choices) -> tuple[Finding, ...]:
    """Every finding with what was chosen for it, which is done; the first of them."""
    chosen = dict(choices.by_key)
    told: list[Finding] = []
    rows = waiting.ask(
        "SELECT it.id, it.sheet, it.line, it.number, it.name, coalesce(it.whereabouts, ''), finding.likeness,"
        " other.id, coalesce(other.line, 0), coalesce(other.number, finding.here, ''),"
        " coalesce(other.name, finding.here_name, ''), finding.other_id FROM finding"
        " JOIN parties AS it ON it.id = finding.id LEFT JOIN parties AS other ON other.id = finding.other"
        " ORDER BY it.sheet, it.line"
    )
    for (
        row_id,
        sheet,
        line,
        number,
        name,
        address,
        likeness,
        other,
        other_line,
        other_number,
        other_name,
        here,
    ) in rows:
        key = f"{number} {here or other_number}"
        choice = chosen.get(key, choices.others)
        if len(told) < FINDINGS_TOLD:
            why = Likeness.of(likeness)
            told.append(
                Finding(
                    key,
                    why,
                    sheet,
                    line,
                    number,
                    name or "",
                    other_line,
                    other_number,
                    other_name,
                    address,
                    choice,
                )
            )
        if choice is Duplicates.MERGE:
            waiting.run("UPDATE parties SET merged_into = ?, merged_id = ? WHERE id = ?", other, here, row_id)
        elif choice is Duplicates.REFUSE:
            what = Text("This seems to be {name}, number {number}", name=other_name, number=other_number)
            waiting.blame(PARTIES, row_id, "name", what, Text("Choose whether both are kept or merged"))
    return tuple(told)


def _follow(waiting: Waiting) -> None:
    """Let accounts belong to whom their party was merged into, over several steps; a circle is a problem."""
    for _ in range(LONGEST_WAY):
        waiting.run(
            "UPDATE parties SET (merged_into, merged_id) = (SELECT merged_into, merged_id FROM parties AS next"
            " WHERE next.id = parties.merged_into) WHERE merged_into IN"
            " (SELECT id FROM parties WHERE merged_into IS NOT NULL OR merged_id IS NOT NULL)"
        )
    waiting.blame_all(
        PARTIES, "merge_with", "merged_into IN (SELECT id FROM parties WHERE merged_into IS NOT NULL)",
        Text("These parties are merged with each other in a circle"), Text("Empty the cell of the one that stays"),
    )  # fmt: skip
    waiting.run(
        "UPDATE accounts SET owner = (SELECT other.number FROM parties JOIN parties AS other"
        " ON other.id = parties.merged_into WHERE parties.number = accounts.party) WHERE party IN"
        " (SELECT number FROM parties WHERE merged_into IS NOT NULL)"
    )
    waiting.run(
        f"UPDATE accounts SET owner = (SELECT '{HERE}' || merged_id FROM parties WHERE number = accounts.party)"
        " WHERE party IN (SELECT number FROM parties WHERE merged_id IS NOT NULL AND merged_into IS NULL)"
    )
