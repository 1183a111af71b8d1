"""Which rows come in together: a reading route, cut where it is long; and what several of those share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from desktop.kernel.text import Text
from desktop.kernel.work import Seat, derived_id
from desktop.takeover.documents.cells import line_of
from desktop.takeover.documents.sheets import (
    ACCOUNTS,
    CONTRACTS,
    HISTORY,
    ITEMS,
    METERS,
    PARTIES,
    PAYMENTS,
    POINTS,
    PREMISES,
    SHEETS,
    TARIFFS,
    HallSheet,
)
from desktop.takeover.records import AccountLine, GroupOrder, GroupOutcome
from desktop.takeover.service.waiting import NOWHERE, ROUTE, SHARED, Waiting

ACCOUNTS_AT_ONCE = 500
"""So many accounts come in together at most; a longer route is several groups."""

_GROUPS = UUID(int=0x019000000000_7000_8000_000000000002)
"""Under this id every group has its own, derived from what stands in it: the same rows count once."""

_OF_A_GROUP = (POINTS, METERS, ACCOUNTS, CONTRACTS, ITEMS, PAYMENTS, HISTORY)


def divide(waiting: Waiting) -> None:
    """Give every row its part. A row that belongs to none is a problem of the whole workbook."""
    parts: list[tuple[str, int]] = []
    waiting.run_many("UPDATE accounts SET part = ? WHERE id = ?", _cut(waiting, parts))
    waiting.run_many("INSERT INTO part (name, accounts) VALUES (?, ?)", parts)
    by_account = "(SELECT accounts.part FROM accounts WHERE accounts.number = it.account LIMIT 1)"
    for sheet in (CONTRACTS, ITEMS, PAYMENTS, HISTORY):
        _put(waiting, sheet, by_account)
    _put(waiting, POINTS, "(SELECT accounts.part FROM accounts WHERE accounts.point = it.number LIMIT 1)")
    _put(waiting, METERS, "(SELECT points.part FROM points WHERE points.number = it.point LIMIT 1)")
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
    """Give parties their part by those who own accounts now."""
    _share(waiting, PARTIES, "accounts", "owner")


def stand_back(waiting: Waiting) -> None:
    """Rows that name a shared row with a problem have one too: without it their group is not whole."""
    for sheet, column, other in ((ACCOUNTS, "owner", PARTIES), (POINTS, "premise", PREMISES)):
        rows = waiting.ask(
            f"SELECT it.id, other.sheet, other.line FROM {sheet.name} AS it JOIN {other.name} AS other"
            f" ON other.number = it.{column} WHERE other.part = {SHARED} AND other.bad AND NOT it.bad"
        )
        for row_id, title, line in rows:
            what = Text(
                "Row {row} of the sheet {sheet}, which this one needs, has a problem",
                row=str(line),
                sheet=title,
            )
            named = "party" if sheet is ACCOUNTS else column
            waiting.blame(sheet, row_id, named, what, Text("Correct that row"))


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


def shared_orders(waiting: Waiting, size: int = ACCOUNTS_AT_ONCE) -> Iterator[GroupOrder]:
    """Shared rows that are right, some at a time."""
    for sheet, kind in ((PREMISES, "premise"), (PARTIES, "party")):
        merged = " AND merged_into IS NULL AND merged_id IS NULL" if sheet is PARTIES else ""
        last = 0
        while True:
            where = f"part = {SHARED} AND NOT bad{merged} AND id > ? AND id <= ?"
            (most,) = waiting.one(
                f"SELECT max(id) FROM (SELECT id FROM {sheet.name} WHERE part = {SHARED} AND NOT bad{merged}"
                " AND id > ? ORDER BY id LIMIT ?)",
                last,
                size,
            )
            if most is None:
                break
            lines = waiting.lines(sheet, where, last, most)
            ids = tuple(
                (f"{kind} {line.number}", UUID(_shared(waiting, kind, line.number))) for line in lines
            )
            last_before, last = last, most
            if sheet is PARTIES:
                themselves = _themselves(waiting, where, last_before, most)
                yield GroupOrder("", parties=lines, ids=ids, found_themselves=themselves)
            else:
                yield GroupOrder("", premises=lines, ids=ids)


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
    points, meters, accounts, contracts, items, payments, history = (
        tuple(line_of(sheet, cells) for cells in rows) for sheet, rows in zip(_OF_A_GROUP, own, strict=True)
    )
    (name,) = waiting.one("SELECT name FROM part WHERE id = ?", part)
    parties = waiting.lines(PARTIES, "part = ? AND merged_into IS NULL AND merged_id IS NULL", part)
    ids = [
        (f"{kind} {number}", UUID(key))
        for kind, number, key in waiting.ask(
            "SELECT kind, number, id FROM shared WHERE (kind = 'party' AND number IN"
            " (SELECT owner FROM accounts WHERE part = ?)) OR (kind = 'premise' AND number IN"
            " (SELECT premise FROM points WHERE part = ?)) ORDER BY kind, number",
            part,
            part,
        )
    ]
    return GroupOrder(
        name=name,
        parties=parties,
        premises=waiting.lines(PREMISES, "part = ?", part),
        points=points,
        meters=meters,
        accounts=_owned(waiting, part, accounts),
        contracts=contracts,
        items=items,
        payments=payments,
        history=history,
        ids=tuple(ids),
        found_themselves=_themselves(waiting, "part = ? AND merged_into IS NULL AND merged_id IS NULL", part),
    )


def _owned(waiting: Waiting, part: int, lines: Sequence[AccountLine]) -> tuple[AccountLine, ...]:
    """The accounts of a group with those who own them after parties were merged."""
    owners = waiting.ask("SELECT owner FROM accounts WHERE part = ? ORDER BY id", part)
    return tuple(
        line if line.party == owner else replace(line, party=owner)
        for line, (owner,) in zip(lines, owners, strict=True)
    )
