"""What rows of a workbook say to each other: numbers that stand twice, rows that name others, rows that disagree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.invoices.records import InvoiceKind
from desktop.kernel.measures import Reading
from desktop.kernel.text import Text
from desktop.metering.records import ReadReason, RegisterCode
from desktop.parties.records import PartyKind
from desktop.takeover.documents.agreed import BILL_LIMITS, READ_LIMITS, SPELLS, TERMS
from desktop.takeover.documents.columns import HallSheet
from desktop.takeover.documents.paying import GROUPS, MEMBERS, PLANS, WISHES
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
    READS,
    TARIFFS,
)
from desktop.takeover.service.waiting import Waiting

_ONCE = (
    (PARTIES, ("number",)),
    (PREMISES, ("number",)),
    (POINTS, ("number",)),
    (METERS, ("serial", "register")),
    (READS, ("serial", "register", "read_on", "reason")),
    (ACCOUNTS, ("number",)),
    (ACCOUNTS, ("route", "position")),
    (POINTS, ("route", "position")),
    (TARIFFS, ("code",)),
    (ITEMS, ("number", "account")),
    (PAYMENTS, ("item", "account", "paid_on")),
    (HISTORY, ("account", "point", "year")),
    (TERMS, ("valid_from", "account", "point")),
    (SPELLS, ("starts_on", "account", "point", "kind", "contract_from")),
    (PLANS, ("account", "valid_from")),
    (WISHES, ("account",)),
    (GROUPS, ("number",)),
    (READ_LIMITS, ("level",)),
    (BILL_LIMITS, ("customer_class", "valid_from")),
)
"""Columns that together stand in one row only."""

_MAY_BE_EMPTY = frozenset({"register", "point", "contract_from", "reason"})
"""Those of them that say something where nothing stands."""

_NAMES = (
    (POINTS, "premise", PREMISES, "number"),
    (POINTS, "account", ACCOUNTS, "number"),
    (METERS, "point", POINTS, "number"),
    (READS, "serial", METERS, "serial"),
    (ACCOUNTS, "party", PARTIES, "number"),
    (ACCOUNTS, "point", POINTS, "number"),
    (CONTRACTS, "account", ACCOUNTS, "number"),
    (ITEMS, "account", ACCOUNTS, "number"),
    (PAYMENTS, "account", ACCOUNTS, "number"),
    (HISTORY, "account", ACCOUNTS, "number"),
    (PLANS, "account", ACCOUNTS, "number"),
    (WISHES, "account", ACCOUNTS, "number"),
    (GROUPS, "payer", PARTIES, "number"),
    (MEMBERS, "group", GROUPS, "number"),
    (MEMBERS, "account", ACCOUNTS, "number"),
    (TERMS, "account", ACCOUNTS, "number"),
    (SPELLS, "account", ACCOUNTS, "number"),
)
"""Columns that name a row of another sheet."""

_PAST = (
    (METERS, "last_read_on"),
    (METERS, "newest_read_on"),
    (METERS, "installed_on"),
    (METERS, "removed_on"),
    (READS, "read_on"),
    (PAYMENTS, "paid_on"),
    (ITEMS, "month"),
)
"""Days of what has happened."""


@dataclass(frozen=True, slots=True)
class Check:
    """A row of a sheet, called ``it``, is wrong where ``wrong`` holds: in which column, what is, and what to do."""

    sheet: HallSheet
    column: str
    wrong: str
    what: Text
    remedy: Text


PERSON = PartyKind.PERSON.value
OF_A_POINT = (CONTRACTS, HISTORY, TERMS, SPELLS)
"""Sheets whose rows are about a service point of an account."""

TOTAL, DEMAND, FINAL = RegisterCode.ACTIVE.value, RegisterCode.DEMAND.value, ReadReason.FINAL.value
_OF_REGISTER = f"serial = it.serial AND coalesce(register, '{TOTAL}') = coalesce(it.register, '{TOTAL}')"
_BEFORE = (
    f"coalesce((SELECT value FROM unbilled WHERE {_OF_REGISTER} AND (read_on < it.read_on OR (read_on = it.read_on"
    " AND id < it.id)) ORDER BY read_on DESC, id DESC LIMIT 1),"
    f" (SELECT last_read FROM meters WHERE {_OF_REGISTER}))"
)
"""What the register showed before a read that is not billed."""
_ANOTHER_METER = "SELECT 1 FROM meters WHERE serial = it.serial AND id < it.id"
_POINT = "coalesce(it.point, (SELECT point FROM accounts WHERE number = it.account))"
_FURTHER = "EXISTS (SELECT 1 FROM points WHERE number = it.point AND account = it.account)"
_WITHOUT_POINT = "SELECT 1 FROM accounts WHERE number = it.account AND point IS NULL"

_CHECKS = (
    Check(
        PAYMENTS, "item",
        "item IS NOT NULL AND account IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM items WHERE number = it.item AND account = it.account)",
        Text("This account has no open item with this number"),
        Text("Correct the number, or add that row"),
    ),
    Check(
        ITEMS, "amount",
        "amount <= (SELECT sum(principal) FROM payments WHERE item = it.number AND account = it.account)",
        Text("As much was paid of it, so nothing is open"),
        Text("Correct the amounts, or leave item and payments out"),
    ),
    Check(
        METERS, "register",
        "id = (SELECT min(id) FROM meters WHERE serial = it.serial) AND NOT EXISTS"
        f" (SELECT 1 FROM meters WHERE serial = it.serial AND coalesce(register, '{TOTAL}') = '{TOTAL}')",
        Text("This meter has no register of the active total"),
        Text("Add its row"),
    ),
    Check(
        METERS, "point",
        "removed_on IS NULL AND EXISTS (SELECT 1 FROM meters WHERE point = it.point AND serial <> it.serial"
        " AND removed_on IS NULL AND id < it.id)",
        Text("Another meter hangs at this service point"),
        Text("Give each meter a service point of its own"),
    ),
    Check(
        METERS, "serial",
        f"EXISTS ({_ANOTHER_METER} AND (point <> it.point"
        " OR coalesce(multiplier, 0) <> coalesce(it.multiplier, 0)"
        " OR coalesce(installed_on, '') <> coalesce(it.installed_on, '')"
        " OR coalesce(removed_on, '') <> coalesce(it.removed_on, '')))",
        Text("Another register of this meter has another place, multiplier or day"),
        Text("Make them equal"),
    ),
    Check(
        METERS, "newest_read_on", "newest_read_on <= last_read_on",
        Text("The newest reading is not later than the one billed last"),
        Text("Correct one of the days"),
    ),
    Check(
        METERS, "installed_on", "installed_on > last_read_on",
        Text("The meter was read before it hung here"),
        Text("Correct one of the days"),
    ),
    Check(
        METERS, "removed_on", "removed_on < last_read_on OR removed_on < installed_on",
        Text("The meter came down before it was read or hung here"),
        Text("Correct one of the days"),
    ),
    Check(
        METERS, "removed_on",
        f"removed_on IS NOT NULL AND NOT EXISTS (SELECT 1 FROM unbilled WHERE {_OF_REGISTER}"
        f" AND reason = '{FINAL}' AND read_on = it.removed_on)",
        Text("The final read of this register, of the day the meter came down, is missing"),
        Text("Add it on the sheet {sheet}", sheet=READS.title),
    ),
    Check(
        METERS, "newest_read", f"newest_read IS NOT NULL AND EXISTS (SELECT 1 FROM unbilled WHERE {_OF_REGISTER})",
        Text("Reads of this register stand on the sheet {sheet}", sheet=READS.title),
        Text("Write this one there too, and leave it out here"),
    ),
    Check(
        READS, "register",
        "EXISTS (SELECT 1 FROM meters WHERE serial = it.serial)"
        f" AND NOT EXISTS (SELECT 1 FROM meters WHERE {_OF_REGISTER})",
        Text("This meter has no such register"),
        Text("Correct the register, or add its row on the sheet {sheet}", sheet=METERS.title),
    ),
    Check(
        READS, "read_on", f"read_on <= (SELECT last_read_on FROM meters WHERE {_OF_REGISTER})",
        Text("This read is not later than the one billed last"),
        Text("Correct one of the days, or leave it out"),
    ),
    Check(
        READS, "read_on", f"read_on > (SELECT removed_on FROM meters WHERE {_OF_REGISTER})",
        Text("The meter had come down by then"),
        Text("Correct one of the days"),
    ),
    Check(
        READS, "reason",
        f"reason = '{FINAL}' AND (SELECT removed_on FROM meters WHERE {_OF_REGISTER}) IS NOT read_on",
        Text("A final read is of the day on which its meter came down"),
        Text("Correct the day, or that of the meter"),
    ),
    Check(
        READS, "value",
        f"value >= (SELECT CAST('1' || substr('{'0' * 20}', 1, digits + {Reading.DECIMALS}) AS INTEGER) FROM meters"
        f" WHERE {_OF_REGISTER})",
        Text("The reading has more digits than the register"),
        Text("Correct one of the two"),
    ),
    Check(
        READS, "value", f"coalesce(register, '{TOTAL}') <> '{DEMAND}' AND rollover IS NOT 1 AND value < {_BEFORE}",
        Text("The reading is below the one before"),
        Text("Correct it, or say that the register went round"),
    ),
    Check(
        READS, "rollover", f"rollover = 1 AND value >= {_BEFORE}",
        Text("This reading is not below the one before it: nothing went round."),
        Text("Leave the cell empty"),
    ),
    Check(
        ACCOUNTS, "point",
        "EXISTS (SELECT 1 FROM accounts WHERE point = it.point AND id < it.id)",
        Text("Another account has this service point"),
        Text("Leave it to the account that is supplied now"),
    ),
    *(
        Check(
            sheet, column, wrong,
            Text("Route, place on it and service point belong together"),
            Text("Fill all of them in, or none"),
        )
        for sheet, column, wrong in (
            (ACCOUNTS, "position", "route IS NULL AND position IS NOT NULL"),
            (ACCOUNTS, "route", "route IS NOT NULL AND (position IS NULL OR point IS NULL)"),
            (POINTS, "position", "(route IS NULL) <> (position IS NULL)"),
        )
    ),
    Check(
        POINTS, "route", "route IS NOT NULL AND account IS NULL",
        Text("Only a further service point of an account has its route here"),
        Text("Name its account here, or write the route into the account's row"),
    ),
    Check(
        POINTS, "position",
        "EXISTS (SELECT 1 FROM accounts WHERE route = it.route AND position = it.position)",
        Text("An account has this place on the route"),
        Text("Give one of them another place"),
    ),
    Check(
        POINTS, "account",
        "account IS NOT NULL AND EXISTS (SELECT 1 FROM accounts WHERE point = it.number)",
        Text("This service point stands in the row of an account already"),
        Text("Empty this cell, or take the point out of that row"),
    ),
    Check(
        POINTS, "account", f"account IS NOT NULL AND EXISTS ({_WITHOUT_POINT})",
        Text("The row of this account names no service point"),
        Text("Let it name the first one; only further ones name their account here"),
    ),
    *(
        Check(
            sheet, "point",
            f"point IS NOT NULL AND NOT {_FURTHER}",
            Text("This account has no such further service point"),
            Text("Empty the cell, or name the account on the sheet of service points"),
        )
        for sheet in OF_A_POINT
    ),
    Check(
        CONTRACTS, "account", f"EXISTS ({_WITHOUT_POINT})",
        Text("The account of this contract has no service point"),
        Text("Give the account a service point"),
    ),
    Check(
        CONTRACTS, "valid_from",
        "valid_to <= valid_from OR EXISTS"
        " (SELECT 1 FROM contracts WHERE account = it.account AND point IS it.point AND id < it.id"
        " AND valid_from < coalesce(it.valid_to, '9999') AND it.valid_from < coalesce(valid_to, '9999'))",
        Text("The days of this contract run backwards or overlap another one at the service point"),
        Text("Correct the days"),
    ),
    *(
        Check(
            sheet, column,
            f"{column} IS NOT NULL AND account IN (SELECT number FROM accounts) AND (point IS NULL OR {_FURTHER})"
            " AND NOT EXISTS"
            f" (SELECT 1 FROM contracts WHERE account = it.account AND point IS it.point AND {when})",
            what, Text("Correct the day, or the days of the contract"),
        )
        for sheet, column, when, what in (
            (
                TERMS, "valid_from",
                "valid_from <= it.valid_from AND it.valid_from < coalesce(valid_to, '9999')",
                Text("No contract of the account is in force here on this day"),
            ),
            (
                SPELLS, "starts_on",
                (
                    "it.starts_on < coalesce(valid_to, '9999') AND valid_from < coalesce(it.ends_on, '9999')"
                    " AND (it.contract_from IS NULL OR it.contract_from = valid_from)"
                ),
                Text("No such contract of the account is in force here on these days"),
            ),
        )
    ),
    *(
        Check(
            sheet, "valid_from",
            "valid_to <= valid_from OR EXISTS"
            f" (SELECT 1 FROM {sheet.name} WHERE account = it.account AND id < it.id"
            " AND valid_from < coalesce(it.valid_to, '9999') AND it.valid_from < coalesce(valid_to, '9999'))",
            what, Text("Correct the days"),
        )
        for sheet, what in (
            (PLANS, Text("The months of this plan run backwards or overlap another one of the account")),
            (MEMBERS, Text("These days run backwards, or the account is in another group on some of them")),
        )
    ),
    Check(
        WISHES, "kind",
        f"kind = '{InvoiceKind.SPECIAL.value}' AND EXISTS (SELECT 1 FROM accounts JOIN parties"
        " ON parties.number = accounts.party WHERE accounts.number = it.account"
        f" AND coalesce(parties.kind, '{PERSON}') = '{PERSON}')",
        Text("A special VAT invoice is for organisations"),
        Text("Take an ordinary invoice, or put the customer's kind right"),
    ),
    Check(
        TERMS, "within",
        f"within IS NOT NULL AND NOT EXISTS (SELECT 1 FROM meters WHERE point = {_POINT})",
        Text("No meter hangs at this service point, so it is no sub-meter"),
        Text("Empty the cell, or add the row of its meter"),
    ),
    Check(
        TERMS, "within", f"EXISTS (SELECT 1 FROM meters WHERE serial = it.within AND point = {_POINT})",
        Text("A meter is no part of itself"),
        Text("Name the main meter"),
    ),
    Check(
        HISTORY, "account", f"EXISTS ({_WITHOUT_POINT})",
        Text("This account has no service point, so it used nothing"),
        Text("Delete the row, or give the account its point"),
    ),
    *(
        Check(
            HISTORY, f"m{month}",
            f"m{month} IS NOT NULL AND year || '-{month:02}' > (SELECT substr(coalesce(min(CASE WHEN removed_on IS NOT"
            f" NULL THEN last_read_on END), max(last_read_on)), 1, 7) FROM meters WHERE point = {_POINT})",
            Text("This month lies after the last read of the meter"),
            Text("Empty the cell, or correct the last read"),
        )
        for month in range(1, 13)
    ),
    *(
        Check(
            sheet, column,
            f'"{column}" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {other.name} WHERE {key} = it."{column}")',
            Text("The sheet {sheet} has no row with this number", sheet=other.title),
            Text("Correct the number, or add that row"),
        )
        for sheet, column, other, key in _NAMES
    ),
)  # fmt: skip


def compare(waiting: Waiting, today: date) -> None:
    """Note everything that rows which all wait now have to do with each other."""
    for sheet in OF_A_POINT:  # one way to say which point is meant: nothing for the first one
        waiting.run(
            f"UPDATE {sheet.name} SET point = NULL WHERE point IS NOT NULL"
            " AND point = (SELECT point FROM accounts WHERE number = account)"
        )
    for sheet, columns in _ONCE:
        _once(waiting, sheet, columns)
    future = (
        Check(
            sheet, column, f"{column} > '{today.isoformat()}'",
            Text("This day lies in the future"), Text("Correct the date"),
        )
        for sheet, column in _PAST
    )  # fmt: skip
    for check in (*_CHECKS, *future):
        waiting.blame_all(check.sheet, check.column, check.wrong, check.what, check.remedy)


def _once(waiting: Waiting, sheet: HallSheet, columns: tuple[str, ...]) -> None:
    """Rows with the same numbers as an earlier one. A route without a place is no place."""
    filled = " AND ".join(f"it.{column} IS NOT NULL" for column in columns if column not in _MAY_BE_EMPTY)
    same = " AND ".join(f"earlier.{column} IS it.{column}" for column in columns)
    earlier = (
        f"FROM {sheet.name} AS earlier WHERE {same} AND earlier.id < it.id"  # by an index: nothing is sorted
    )
    rows = waiting.ask(
        f"SELECT id, (SELECT line {earlier} ORDER BY id LIMIT 1) FROM {sheet.name} AS it"
        f" WHERE {filled} AND EXISTS (SELECT 1 {earlier})"
    )
    for row_id, first_line in rows:
        what = Text("This stands in row {row} already", row=str(first_line))
        column = "position" if "position" in columns else columns[0]
        waiting.blame(sheet, row_id, column, what, Text("Leave one of the two rows"))
