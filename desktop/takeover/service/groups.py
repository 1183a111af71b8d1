"""Which rows come in together: a reading route, cut where it is long; and what several of those share."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from desktop.kernel.text import Text
from desktop.kernel.work import Seat, derived_id
from desktop.takeover.documents.agreed import SPELLS, TERMS
from desktop.takeover.documents.cells import line_of
from desktop.takeover.documents.columns import HallSheet
from desktop.takeover.documents.paying import GROUPS, MEMBERS, PLANS, WISHES
from desktop.takeover.documents.sheets import (
    ACCOUNTS,
    CONTRACTS,
    HISTORY,
    ITEMS,
    LIMITS,
    METERS,
    PARTIES,
    PAYMENTS,
    POINTS,
    PREMISES,
    READS,
    SHEETS,
    TARIFFS,
)
from desktop.takeover.records import (
    HERE,
    AccountLine,
    GroupOrder,
    GroupOutcome,
    LimitsOrder,
    PaidTogether,
    PartyLine,
    SubMeter,
    SubMeters,
)
from desktop.takeover.service.waiting import NOWHERE, ROUTE, SHARED, Waiting

ACCOUNTS_AT_ONCE = 500
"""So many accounts come in together at most; a longer route is several groups."""

_GROUPS = UUID(int=0x019000000000_7000_8000_000000000002)
"""Under this id every group has its own, derived from what stands in it: the same rows count once."""

BY_ITSELF = "merged_into IS NULL AND merged_id IS NULL"
"""Whether a party is not merged with another one."""

_OF_AN_ACCOUNT = (CONTRACTS, ITEMS, PAYMENTS, HISTORY, TERMS, SPELLS, PLANS, WISHES)
_OF_A_GROUP = (POINTS, METERS, READS, ACCOUNTS, *_OF_AN_ACCOUNT)


def divide(waiting: Waiting) -> None:
    """Give every row its part. A row that belongs to none is a problem of the whole workbook."""
    parts: list[tuple[str, int]] = []
    waiting.run_many("UPDATE accounts SET part = ? WHERE id = ?", _cut(waiting, parts))
    waiting.run_many("INSERT INTO part (name, accounts) VALUES (?, ?)", parts)
    by_account = "(SELECT accounts.part FROM accounts WHERE accounts.number = it.account LIMIT 1)"
    for sheet in _OF_AN_ACCOUNT:
        _put(waiting, sheet, by_account)
    for sheet in (GROUPS, MEMBERS, *LIMITS):
        waiting.run(f"UPDATE {sheet.name} SET part = {SHARED}")
    by_point = "(SELECT accounts.part FROM accounts WHERE accounts.point = it.number LIMIT 1)"
    _put(waiting, POINTS, f"coalesce({by_point}, {by_account})")
    _put(waiting, METERS, "(SELECT points.part FROM points WHERE points.number = it.point LIMIT 1)")
    _put(waiting, READS, "(SELECT meters.part FROM meters WHERE meters.serial = it.serial LIMIT 1)")
    _share(waiting, PREMISES, "points", "premise")
    waiting.run("UPDATE accounts SET owner = party")
    share_parties(waiting)
    for sheet in _OF_A_GROUP:
        waiting.blame_all(
            sheet, sheet.columns[0].name, f"part = {NOWHERE} AND NOT bad",
            Text("No account of the workbook has to do with this row"), Text("Add the account, or delete the row"),
        )  # fmt: skip


def _cut(waiting: Waiting, parts: list[tuple[str, int]]) -> Iterator[tuple[int, int]]:
    """The part of each account and the account; ``parts`` gets the route and size of each."""
    for row_id, route in waiting.ask(f"SELECT id, {ROUTE} FROM accounts ORDER BY {ROUTE}, position, number"):
        name, size = parts[-1] if parts else (None, 0)
        if route == name and size < ACCOUNTS_AT_ONCE:
            parts[-1] = (route, size + 1)
        else:
            parts.append((route, 1))
        yield len(parts), row_id


def _put(waiting: Waiting, sheet: HallSheet, part: str) -> None:
    waiting.run(f"UPDATE {sheet.name} AS it SET part = coalesce({part}, {NOWHERE})")


def _share(waiting: Waiting, sheet: HallSheet, other: str, column: str) -> None:
    """Rows that only one group names belong to it; all others stand by themselves."""
    waiting.run(
        f"UPDATE {sheet.name} AS it SET part = coalesce((SELECT CASE WHEN min(part) = max(part) THEN min(part) END"
        f" FROM {other} WHERE {other}.{column} = it.number), {SHARED})"
    )


def share_parties(waiting: Waiting) -> None:
    """Give parties their part by those who own accounts now; who is merged with a row comes in with it.

    Somebody merged with who is here already stands by itself, unless it has no account: then it came with its row.
    """
    _share(waiting, PARTIES, "accounts", "owner")
    waiting.run(
        "UPDATE parties AS it SET part = (SELECT part FROM parties WHERE id = it.merged_into)"
        " WHERE merged_into IS NOT NULL"
    )
    waiting.run(
        f"UPDATE parties AS it SET part = coalesce((SELECT part FROM parties WHERE number = it.merge_with), {SHARED})"
        " WHERE merged_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM accounts WHERE party = it.number)"
    )


def stand_back(waiting: Waiting) -> None:
    """Rows that name a shared row with a problem have one too: without it their group is not whole."""
    for sheet, column, other, named in (
        (PARTIES, "merge_with", PARTIES, "other.id = it.merged_into"),
        (ACCOUNTS, "party", PARTIES, "other.number IN (it.party, it.owner)"),
        (POINTS, "premise", PREMISES, "other.number = it.premise"),
    ):
        rows = waiting.ask(
            f"SELECT it.id, other.sheet, other.line FROM {sheet.name} AS it JOIN {other.name} AS other"
            f" ON {named} WHERE other.part = {SHARED} AND other.bad AND NOT it.bad"
        )
        for row_id, title, line in rows:
            what = Text(
                "Row {row} of the sheet {sheet}, which this one needs, has a problem",
                row=str(line),
                sheet=title,
            )
            waiting.blame(sheet, row_id, column, what, Text("Correct that row"))


def outcomes(waiting: Waiting) -> list[tuple[int, GroupOutcome]]:
    """Every group in its order with how many of its rows are not right; nobody's rows make all groups bad."""
    nobodys = (
        sum(
            waiting.one(f"SELECT count(*) FROM {sheet.name} WHERE part = {NOWHERE} AND bad")[0]
            for sheet in _OF_A_GROUP
        )
        + waiting.one("SELECT count(*) FROM problem WHERE place < 0")[0]
    )
    tariffs = waiting.one("SELECT count(*) FROM tariffs WHERE bad")[0]
    bad = {part: 0 for (part,) in waiting.ask("SELECT id FROM part")}
    for sheet in SHEETS:
        if sheet is not TARIFFS:
            for part, count in waiting.ask(
                f"SELECT part, count(*) FROM {sheet.name} WHERE bad GROUP BY part"
            ):
                if part in bad:
                    bad[part] += count
    found: list[tuple[int, GroupOutcome]] = []
    cuts: dict[str, int] = {}
    for part, name, accounts in waiting.ask("SELECT id, name, accounts FROM part ORDER BY id"):
        cuts[name] = cuts.get(name, 0) + 1
        shown = f"{name} ({cuts[name]})" if cuts[name] > 1 else name
        wrong = bad[part] + nobodys + tariffs
        found.append((part, GroupOutcome(shown, accounts, wrong, taken=not wrong)))
    return found


# What comes in


def limits_order(waiting: Waiting) -> LimitsOrder:
    """What is set for the whole hall, as far as it is right."""
    reads, bills = (waiting.lines(sheet, "NOT bad") for sheet in LIMITS)
    return LimitsOrder(reads, bills)


def payment_groups(waiting: Waiting, parts: Collection[int]) -> Iterator[PaidTogether]:
    """The payment groups that are right and whose accounts are all in; others belong to no part any more, as long as
    they wait."""
    rows = waiting.ask(
        "SELECT it.id, it.number, it.payer FROM payment_groups AS it WHERE NOT bad AND NOT EXISTS (SELECT 1 FROM"
        ' group_members WHERE "group" = it.number AND bad)'
    )
    ready = {}
    for row_id, number, payer in rows:
        wanted = waiting.ask(
            'SELECT part FROM accounts WHERE number IN (SELECT account FROM group_members WHERE "group" = ?)',
            number,
        )
        of_payer = waiting.ask("SELECT number, part FROM accounts WHERE party = ? ORDER BY number", payer)
        paying = [account for account, part in of_payer if part in parts]
        shared = waiting.ask("SELECT id FROM shared WHERE kind = 'party' AND number = ?", payer)
        known = [UUID(key) for (key,) in shared]
        if all(part in parts for (part,) in wanted) and (paying or known):
            ready[row_id] = (number, paying[:1], known)
    for sheet, column in ((GROUPS, "number"), (MEMBERS, '"group"')):
        marks = ", ".join("?" * len(ready))
        waiting.run(
            f"UPDATE {sheet.name} SET part = {NOWHERE} WHERE {column} NOT IN ({marks})",
            *(number for number, *_ in ready.values()),
        )
    for row_id, (number, paying, known) in ready.items():
        (line,) = waiting.lines(GROUPS, "id = ?", row_id)
        members = waiting.lines(MEMBERS, '"group" = ?', number)
        yield PaidTogether(
            line.name, members, paying[0] if paying else "", payer_id=None if paying else known[0]
        )


def sub_meters(waiting: Waiting, parts: Collection[int]) -> Iterator[SubMeters]:
    """Sub-meters of some groups whose main meter is of another of these or was here before, for each two groups."""
    rows = waiting.ask(
        "SELECT it.part, main.part, own.serial, it.valid_from, it.within FROM terms AS it"
        " JOIN meters AS own ON own.id = (SELECT min(id) FROM meters WHERE removed_on IS NULL AND point ="
        " coalesce(it.point, (SELECT point FROM accounts WHERE number = it.account)))"
        " LEFT JOIN meters AS main ON main.id = (SELECT min(id) FROM meters WHERE serial = it.within)"
        " WHERE it.within IS NOT NULL AND main.part IS NOT it.part ORDER BY it.part, main.part, it.id"
    )
    wanted = (row for row in rows if row[0] in parts and (row[1] is None or row[1] in parts))
    for _, some in groupby(wanted, key=itemgetter(0, 1)):
        meters = tuple(SubMeter(serial, date.fromisoformat(day), main) for _, _, serial, day, main in some)
        yield SubMeters(meters)


def shared_ids(seat: Seat, waiting: Waiting) -> None:
    """Give every shared party and premise its id, derived from what stands in it: it comes in once, by any workbook."""
    waiting.run("CREATE TABLE IF NOT EXISTS shared (kind, number, id, PRIMARY KEY (kind, number))")
    for sheet, kind in ((PARTIES, "party"), (PREMISES, "premise")):
        names = ", ".join(column.name for column in sheet.columns)
        rows = waiting.ask(f"SELECT number, {names} FROM {sheet.name} WHERE part = {SHARED} AND NOT bad")
        waiting.run_many(
            "INSERT OR REPLACE INTO shared VALUES (?, ?, ?)",
            ((kind, number, str(_id(seat, kind, repr(rest)))) for number, *rest in rows),
        )


def _id(seat: Seat, kind: str, content: str) -> UUID:
    digest = hashlib.sha256(content.encode()).hexdigest()
    return derived_id(_GROUPS, f"{seat.station.hall_id} {kind} {digest}")


Rows = list[list[tuple[str | int | None, ...]]]
"""What waits of a group on each of the sheets of which groups have rows of their own."""


def rows_of(waiting: Waiting, part: int) -> Rows:
    """The rows of a group that are its own."""
    return [waiting.cells(sheet, "part = ?", part) for sheet in _OF_A_GROUP]


def entry_of(seat: Seat, waiting: Waiting, part: int, own: Rows) -> UUID:
    """The id under which a group counts: the same for the same rows, whatever else stands in the workbook."""
    rows = [*own]
    rows.append(waiting.cells(PARTIES, "number IN (SELECT party FROM accounts WHERE part = ?)", part))
    rows.append(waiting.cells(PREMISES, "number IN (SELECT premise FROM points WHERE part = ?)", part))
    return _id(seat, "group", repr(rows))


def shared_entry(seat: Seat, order: GroupOrder) -> UUID:
    """The id under which some shared rows count."""
    return _id(seat, "shared", repr(order.ids))


def entry_by(seat: Seat, kind: str, content: object) -> UUID:
    """The id under which something counts that comes in beside the groups: by what stands in it."""
    return _id(seat, kind, repr(content))


def shared_orders(waiting: Waiting, size: int = ACCOUNTS_AT_ONCE) -> Iterator[GroupOrder]:
    """Shared rows that are right, some at a time."""
    for premises in _some_shared(waiting, PREMISES, "1", size):
        yield GroupOrder("", premises=premises, ids=_shared_ids_of(waiting, "premise", premises))
    for parties in _some_shared(waiting, PARTIES, BY_ITSELF, size):
        numbers = ", ".join("?" * len(parties))
        themselves = _themselves(waiting, f"number IN ({numbers})", *(one.number for one in parties))
        ids = _shared_ids_of(waiting, "party", parties)
        yield GroupOrder("", parties=parties, ids=ids, found_themselves=themselves)
    for merged in _some_shared(waiting, PARTIES, f"NOT settled AND NOT ({BY_ITSELF})", size):
        yield GroupOrder(
            "", merged=_kept_by_id(waiting, merged), ids=_shared_ids_of(waiting, "party", merged)
        )


def _some_shared(waiting: Waiting, sheet: HallSheet, which: str, size: int) -> Iterator[tuple[Any, ...]]:
    """The shared lines of a sheet that are right and for which ``which`` holds, some at a time."""
    where = f"part = {SHARED} AND NOT bad AND {which}"
    last = 0
    while True:
        (most,) = waiting.one(
            f"SELECT max(id) FROM (SELECT id FROM {sheet.name} WHERE {where} AND id > ? ORDER BY id LIMIT ?)",
            last,
            size,
        )
        if most is None:
            return
        yield waiting.lines(sheet, f"{where} AND id > ? AND id <= ?", last, most)
        last = most


def _shared_ids_of(waiting: Waiting, kind: str, lines: Sequence[Any]) -> tuple[tuple[str, UUID], ...]:
    return tuple((f"{kind} {line.number}", UUID(_shared(waiting, kind, line.number))) for line in lines)


def _kept_by_id(waiting: Waiting, lines: Sequence[PartyLine]) -> tuple[PartyLine, ...]:
    """Shared parties that are merged, each with the id of whom it is merged with: who that is came in before."""

    def kept(number: str) -> str:
        into, key = waiting.one(
            "SELECT (SELECT number FROM parties WHERE id = it.merged_into), merged_id FROM parties AS it"
            " WHERE number = ?",
            number,
        )
        return f"{HERE}{key if into is None else _shared(waiting, 'party', into)}"

    return tuple(replace(line, merge_with=kept(line.number)) for line in lines)


def _shared(waiting: Waiting, kind: str, number: str) -> str:
    found: str = waiting.one("SELECT id FROM shared WHERE kind = ? AND number = ?", kind, number)[0]
    return found


def _themselves(waiting: Waiting, where: str, *values: int) -> tuple[str, ...]:
    """Parties without an account or with several."""
    rows = waiting.ask(
        f"SELECT number FROM parties WHERE {where}"
        " AND (SELECT count(*) FROM accounts WHERE owner = parties.number) <> 1",
        *values,
    )
    return tuple(number for (number,) in rows)


def group_order(waiting: Waiting, part: int, own: Rows) -> GroupOrder:
    """All rows of a group."""
    lines = {
        sheet: tuple(line_of(sheet, cells) for cells in rows)
        for sheet, rows in zip(_OF_A_GROUP, own, strict=True)
    }
    (name,) = waiting.one("SELECT name FROM part WHERE id = ?", part)
    parties = waiting.lines(PARTIES, f"part = ? AND {BY_ITSELF}", part)
    ids = [
        (f"{kind} {number}", UUID(key))
        for kind, number, key in waiting.ask(
            "SELECT kind, number, id FROM shared WHERE (kind = 'party' AND number IN (SELECT party FROM accounts"
            " WHERE part = ?1 UNION SELECT owner FROM accounts WHERE part = ?1)) OR (kind = 'premise' AND number IN"
            " (SELECT premise FROM points WHERE part = ?1)) ORDER BY kind, number",
            part,
        )
    ]
    return GroupOrder(
        name=name,
        parties=parties,
        merged=_merged_in(waiting, part),
        premises=waiting.lines(PREMISES, "part = ?", part),
        points=lines[POINTS],
        meters=lines[METERS],
        reads=lines[READS],
        accounts=_owned(waiting, part, lines[ACCOUNTS]),
        **{sheet.name: lines[sheet] for sheet in _OF_AN_ACCOUNT},
        ids=tuple(ids),
        found_themselves=_themselves(waiting, f"part = ? AND {BY_ITSELF}", part),
    )


def _merged_in(waiting: Waiting, part: int) -> tuple[PartyLine, ...]:
    """The parties of a group that are merged with others of it, each with the number of that one."""
    merged = "part = ? AND merged_into IS NOT NULL"
    kept = waiting.ask(
        f"SELECT (SELECT number FROM parties WHERE id = it.merged_into) FROM parties AS it WHERE {merged} ORDER BY id",
        part,
    )
    lines = waiting.lines(PARTIES, merged, part)
    return tuple(replace(line, merge_with=number) for line, (number,) in zip(lines, kept, strict=True))


def _owned(waiting: Waiting, part: int, lines: Sequence[AccountLine]) -> tuple[AccountLine, ...]:
    """The accounts of a group with those who own them after parties were merged."""
    owners = waiting.ask("SELECT owner FROM accounts WHERE part = ? ORDER BY id", part)
    return tuple(
        line if line.party == owner else replace(line, owner=owner)
        for line, (owner,) in zip(lines, owners, strict=True)
    )
