"""What rows of a workbook say to each other: numbers that stand twice, rows that name others, rows that disagree."""

from __future__ import annotations

from datetime import date

from desktop.kernel.text import Text
from desktop.metering.records import RegisterCode
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
    TARIFFS,
    HallSheet,
)
from desktop.takeover.service.waiting import Waiting

_ONCE = (
    (PARTIES, ("number",)),
    (PREMISES, ("number",)),
    (POINTS, ("number",)),
    (METERS, ("serial", "register")),
    (ACCOUNTS, ("number",)),
    (ACCOUNTS, ("route", "position")),
    (TARIFFS, ("code",)),
    (ITEMS, ("number", "account")),
    (PAYMENTS, ("item", "account", "paid_on")),
    (HISTORY, ("account", "year")),
)
"""Columns that together stand in one row only."""

_NAMES = (
    (POINTS, "premise", PREMISES, "number"),
    (METERS, "point", POINTS, "number"),
    (ACCOUNTS, "party", PARTIES, "number"),
    (ACCOUNTS, "point", POINTS, "number"),
    (CONTRACTS, "account", ACCOUNTS, "number"),
    (ITEMS, "account", ACCOUNTS, "number"),
    (PAYMENTS, "account", ACCOUNTS, "number"),
    (HISTORY, "account", ACCOUNTS, "number"),
)
"""Columns that name a row of another sheet."""


TOTAL = RegisterCode.ACTIVE.value


def compare(waiting: Waiting, today: date) -> None:
    """Note everything that rows which all wait now have to do with each other."""
    for sheet, columns in _ONCE:
        _once(waiting, sheet, columns)
    for sheet, column, other, key in _NAMES:
        _named(waiting, sheet, column, other, key)
    _payments(waiting)
    _meters(waiting)
    _points(waiting)
    _contracts(waiting)
    _months(waiting)
    _days(waiting, today)


def _once(waiting: Waiting, sheet: HallSheet, columns: tuple[str, ...]) -> None:
    """Rows with the same numbers as an earlier one. A route without a place is no place."""
    key = ", ".join(columns)
    filled = " AND ".join(f"{column} IS NOT NULL" for column in columns if column != "register")
    first = f"first_value(line) OVER (PARTITION BY {key} ORDER BY id) AS first"
    place = f"row_number() OVER (PARTITION BY {key} ORDER BY id) AS place"
    rows = waiting.ask(
        f"SELECT id, first FROM (SELECT id, {first}, {place} FROM {sheet.name} WHERE {filled}) WHERE place > 1"
    )
    for row_id, first_line in rows:
        what = Text("This stands in row {row} already", row=str(first_line))
        waiting.blame(sheet, row_id, columns[-1] if sheet is ACCOUNTS else columns[0], what,
                      Text("Leave one of the two rows"))  # fmt: skip


def _named(waiting: Waiting, sheet: HallSheet, column: str, other: HallSheet, key: str) -> None:
    rows = waiting.ask(
        f"SELECT id FROM {sheet.name} AS it WHERE {column} IS NOT NULL"
        f" AND NOT EXISTS (SELECT 1 FROM {other.name} WHERE {key} = it.{column})"
    )
    for (row_id,) in rows:
        what = Text("The sheet {sheet} has no row with this number", sheet=other.title)
        waiting.blame(sheet, row_id, column, what, Text("Correct the number, or add that row"))


def _payments(waiting: Waiting) -> None:
    """A payment names an open item of its account, and all of them together leave something open."""
    lost = waiting.ask(
        "SELECT id FROM payments AS it WHERE item IS NOT NULL AND account IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM items WHERE number = it.item AND account = it.account)"
    )
    for (row_id,) in lost:
        what = Text("This account has no open item with this number")
        waiting.blame(PAYMENTS, row_id, "item", what, Text("Correct the number, or add that row"))
    paid = waiting.ask(
        "SELECT id FROM items AS it WHERE amount <="
        " (SELECT sum(principal) FROM payments WHERE item = it.number AND account = it.account)"
    )
    for (row_id,) in paid:
        what = Text("As much was paid of it, so nothing is open")
        waiting.blame(
            ITEMS, row_id, "amount", what, Text("Correct the amounts, or leave item and payments out")
        )


def _meters(waiting: Waiting) -> None:
    """One meter hangs at a service point; its registers have one place and one multiplier, one is the active total."""
    without = waiting.ask(
        "SELECT min(id) FROM meters GROUP BY serial HAVING NOT sum(coalesce(register, ?) = ?)", TOTAL, TOTAL
    )
    for (row_id,) in without:
        what = Text("This meter has no register of the active total")
        waiting.blame(METERS, row_id, "register", what, Text("Add its row"))
    several = waiting.ask(
        "SELECT id FROM meters AS it WHERE EXISTS"
        " (SELECT 1 FROM meters WHERE point = it.point AND serial <> it.serial AND id < it.id)"
    )
    for (row_id,) in several:
        what = Text("Another meter hangs at this service point")
        waiting.blame(METERS, row_id, "point", what, Text("Give each meter a service point of its own"))
    parted = waiting.ask(
        "SELECT id FROM meters AS it WHERE EXISTS (SELECT 1 FROM meters WHERE serial = it.serial AND id < it.id"
        " AND (point <> it.point OR coalesce(multiplier, 0) <> coalesce(it.multiplier, 0)"
        " OR coalesce(installed_on, '') <> coalesce(it.installed_on, '')))"
    )
    for (row_id,) in parted:
        what = Text("Another register of this meter has another place, multiplier or day")
        waiting.blame(METERS, row_id, "serial", what, Text("Make them equal"))


def _points(waiting: Waiting) -> None:
    """A service point supplies one account, which then has a meter there."""
    shared = waiting.ask(
        "SELECT id FROM accounts AS it WHERE EXISTS"
        " (SELECT 1 FROM accounts WHERE point = it.point AND id < it.id)"
    )
    for (row_id,) in shared:
        what = Text("Another account has this service point")
        waiting.blame(ACCOUNTS, row_id, "point", what, Text("Leave it to the account that is supplied now"))
    routed = waiting.ask(
        "SELECT id, route IS NULL FROM accounts WHERE (route IS NULL) <> (position IS NULL)"
        " OR (route IS NOT NULL AND point IS NULL)"
    )
    for row_id, without_route in routed:
        what = Text("Route, place on it and service point belong together")
        waiting.blame(ACCOUNTS, row_id, "position" if without_route else "route", what,
                      Text("Fill all of them in, or none"))  # fmt: skip


def _contracts(waiting: Waiting) -> None:
    """Contracts of an account follow each other and have something to supply."""
    nowhere = waiting.ask(
        "SELECT id FROM contracts AS it WHERE EXISTS"
        " (SELECT 1 FROM accounts WHERE number = it.account AND point IS NULL)"
    )
    for (row_id,) in nowhere:
        what = Text("The account of this contract has no service point")
        waiting.blame(CONTRACTS, row_id, "account", what, Text("Give the account a service point"))
    overlapping = waiting.ask(
        "SELECT id FROM contracts AS it WHERE EXISTS (SELECT 1 FROM contracts WHERE account = it.account"
        " AND id < it.id AND valid_from < coalesce(it.valid_to, '9999') AND it.valid_from < coalesce(valid_to, '9999'))"
        " OR it.valid_to <= it.valid_from"
    )
    for (row_id,) in overlapping:
        what = Text("The days of this contract run backwards or overlap another one of the account")
        waiting.blame(CONTRACTS, row_id, "valid_from", what, Text("Correct the days"))


def _months(waiting: Waiting) -> None:
    """The months of the history end with the last read, and belong to a service point."""
    nowhere = waiting.ask(
        "SELECT id FROM history AS it WHERE EXISTS"
        " (SELECT 1 FROM accounts WHERE number = it.account AND point IS NULL)"
    )
    for (row_id,) in nowhere:
        what = Text("This account has no service point, so it used nothing")
        waiting.blame(HISTORY, row_id, "account", what, Text("Delete the row, or give the account its point"))
    for month in range(1, 13):
        late = waiting.ask(
            f"SELECT it.id FROM history AS it JOIN accounts ON accounts.number = it.account"
            f" WHERE it.m{month} IS NOT NULL AND it.year || '-{month:02}' >"
            " (SELECT substr(max(last_read_on), 1, 7) FROM meters WHERE meters.point = accounts.point)"
        )
        for (row_id,) in late:
            what = Text("This month lies after the last read of the meter")
            waiting.blame(
                HISTORY, row_id, f"m{month}", what, Text("Empty the cell, or correct the last read")
            )


def _days(waiting: Waiting, today: date) -> None:
    """What has happened does not lie in the future."""
    past = (
        (METERS, "last_read_on"),
        (METERS, "newest_read_on"),
        (METERS, "installed_on"),
        (PAYMENTS, "paid_on"),
        (ITEMS, "month"),
    )
    for sheet, column in past:
        for (row_id,) in waiting.ask(f"SELECT id FROM {sheet.name} WHERE {column} > ?", today.isoformat()):
            waiting.blame(
                sheet, row_id, column, Text("This day lies in the future"), Text("Correct the date")
            )
    again = waiting.ask("SELECT id FROM meters WHERE newest_read_on <= last_read_on")
    for (row_id,) in again:
        what = Text("The newest reading is not later than the one billed last")
        waiting.blame(METERS, row_id, "newest_read_on", what, Text("Correct one of the days"))
    hung = waiting.ask("SELECT id FROM meters WHERE installed_on > last_read_on")
    for (row_id,) in hung:
        what = Text("The meter was read before it hung here")
        waiting.blame(METERS, row_id, "installed_on", what, Text("Correct one of the days"))
