"""Halls with as many accounts as one asks for, to bill or to pay, written past the program: what comes then is ours."""

from __future__ import annotations

from datetime import date, timedelta

from desktop.app import App, open_app
from tests.hall import found
from tests.rows import Raw, raw

TODAY = date(2026, 2, 5)
ON_ROUTE = 250
"""Accounts of one reading route."""

ENDS = [
    date(2024, 12, 31), *(date(2025, month, 1) - timedelta(days=1) for month in range(2, 13)),
    date(2025, 12, 31), date(2026, 1, 31),
]  # fmt: skip
"""The days of the reads, the opening one first."""

_READ = "register_id, read_on, read_at, value, reason, source, reader, rollover, origin, reversed, bills"
_CONTRACT = (
    "number, hall_id, year, running, service, contract_account_id, service_point_id, tariff_id, customer_class,"
    " valid_from, valid_to"
)
_TABLES = {
    "metering_route": ("code, hall_id", "'R' || (n / {on}), {hall}", "{g}"),
    "parties_party": (
        "kind, name, language, debtor_type, phone", "'person', '王' || n, 'zh_CN', 'consumer', ''", "{a}",
    ),
    "premises_premise": ("postcode, region, address", "'310000', '330105', 'Street ' || n", "{b}"),
    "premises_service_point": (
        "premise_id, supply_state, voltage, feeder_code, transformer_code",
        "{b}, 'connected', '220 V', 'F', 'T'", "{c}",
    ),
    "metering_meter": ("serial_number", "'M' || n", "{d}"),
    "metering_register": ("meter_id, code, unit, digits", "{d}, 'active', 'kWh', 6", "{e}"),
    "metering_installation": (
        "meter_id, service_point_id, multiplier, installed_on, removed_on",
        "{d}, {c}, 1000000, '2024-12-31', NULL", "{f}",
    ),
    "metering_route_stop": (
        "route_id, service_point_id, account_number, position", "{route}, {c}, '3301' || n, n % {on} + 1", "{i}",
    ),
    "ledger_contract_account": ("number, party_id, hall_id, owed, credit", "'3301' || n, {a}, {hall}, 0, 0", "{k}"),
    "contracts_contract": (
        _CONTRACT,
        "'C' || n, {hall}, 2020, n, 'supply', {k}, {c}, {tariff}, 'residential', '2020-01-01', NULL", "{m}",
    ),
}  # fmt: skip


OWED = 10_000
"""What each account of `owing_hall` owes, in fen, since a day that is past."""

_ITEM = (
    "contract_account_id, posting_id, kind, source_number, month, energy, due_on, customer_class, rule_set,"
    " amount, remaining"
)
_OVERDUE = "'electricity', 'B' || n, '2025-12-01', 200000, '2026-01-20', 'residential', '2024'"
_OWING = [
    (
        "ledger_posting", "posting_set_id, ledger_account_id, contract_account_id, amount",
        f"{{p}}, {{{role}}}, {{k}}, {sign}{OWED}", f"{{{key}}}",
    )
    for role, sign, key in (("receivable", "", "q"), ("revenue", "-", "r"))
] + [
    ("ledger_posting_set", "kind, posted_on, reverses_id", "'charge', '2026-01-05', NULL", "{p}"),
    ("ledger_open_item", _ITEM, f"{{k}}, {{q}}, {_OVERDUE}, {OWED}, {OWED}", "{s}"),
]  # fmt: skip


def billable_hall(url: str, count: int, stations: int = 2) -> App:
    """A hall of ``count`` households read each month until January 2026; nothing is billed yet."""
    app = open_app(url, TODAY)
    found(app, stations)
    tables = [(table, *told) for table, told in _TABLES.items()]
    for place, day in enumerate(ENDS):
        reason, value = "periodic" if place else "opening", f"1000000 + {place * 1000} * (100 + n % 400)"
        if day == ENDS[-1]:
            value += " + 20000 * (n % 3)"
        said = f"{{e}}, '{day}', '{day} 15:59:00', {value}, '{reason}', 'inspector', '', {{no}}, '', 0, 0"
        tables.append(("metering_read", _READ, said, f"{{read{place}}}"))
    with raw(url) as rows:
        _fill(rows, count, tables)
        _looked_at(rows)
    return app


def owing_hall(url: str, count: int) -> App:
    """A hall of ``count`` households without meters, each with one bill to pay that is overdue."""
    app = open_app(url, TODAY)
    found(app)
    known = [(table, *told) for table, told in _TABLES.items() if not table.startswith("metering_")]
    with raw(url) as rows:
        _fill(rows, count, known + _OWING)
        rows(f"UPDATE ledger_contract_account SET owed = {OWED}")
        _looked_at(rows)
    return app


def _looked_at(rows: Raw) -> None:
    """Servers look at their tables by themselves; a file is never looked at."""
    if rows.kind == "postgresql":
        rows("ANALYZE")


def account_number(place: int) -> str:
    """The number of an account of such a hall."""
    return f"3301{place}"


def _fill(rows: Raw, count: int, tables: list[tuple[str, str, str, str]]) -> None:
    sqlite = rows.kind == "sqlite"
    hall, tariff, district, entry, receivable, revenue = (
        f"'{rows(f'SELECT id FROM {table} LIMIT 1')[0][0]}'" + ("" if sqlite else "::uuid")
        for table in (
            "staff_hall", "tariffs_tariff", "staff_district", "journal_entry",
            "ledger_account WHERE role = 'receivable'", "ledger_account WHERE role = 'revenue'",
        )
    )  # fmt: skip
    kinds = zip("abcdefgikmpqrs", "abcdef79123456", strict=True)
    words = {name: _key(rows, kind, "n") for name, kind in kinds}
    words |= {"hall": hall, "tariff": tariff, "on": str(ON_ROUTE), "no": "0" if sqlite else "false"}
    words |= {"receivable": receivable, "revenue": revenue}
    words |= {f"read{place}": _key(rows, "3", f"n * 16 + {place}") for place in range(len(ENDS))}
    words["route"] = _key(rows, "7", f"n - n % {ON_ROUTE}")
    source = f"generate_series(0::bigint, {count - 1}) t(n)"
    if sqlite:
        numbers = f"SELECT 0 UNION ALL SELECT n + 1 FROM t WHERE n < {count - 1}"
        source = f"(WITH RECURSIVE t(n) AS ({numbers}) SELECT n FROM t)"
    else:
        rows("SET session_replication_role = replica")
    rows("PRAGMA synchronous = OFF" if sqlite else "SET synchronous_commit = off")
    rows("BEGIN")
    for table, columns, values, key in tables:
        once = f" WHERE n % {ON_ROUTE} = 0" if table == "metering_route" else ""
        hashed = "zeroblob(32)" if sqlite else "decode(repeat('00', 32), 'hex')"
        rows(
            f"INSERT INTO {table} ({columns}, id, entry_id, district_id, hash)"
            f" SELECT {values.format(**words)}, {key.format(**words)}, {entry}, {district}, {hashed}"
            f" FROM {source}{once}"
        )
    rows("COMMIT")


def _key(rows: Raw, kind: str, number: str) -> str:
    """The id of a kind of row by an expression of its number."""
    if rows.kind == "sqlite":
        return f"printf('{kind}%031x', {number})"
    return f"('{kind}' || lpad(to_hex({number}), 31, '0'))::uuid"
