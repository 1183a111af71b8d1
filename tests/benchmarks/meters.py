"""A hall with as many read meters as a large one has, written past the program, and its reading sheet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl

from tests.rows import raw

READ_ON = date(2026, 1, 31)

_IDS = {
    "sqlite": "printf('{kind}%031x', n)",
    "postgresql": "('{kind}' || lpad(to_hex(n), 31, '0'))::uuid",
}
_TABLES = {
    "premises_premise": ("b", "postcode, region, address", "'310000', '330105', 'Street'"),
    "premises_service_point": (
        "c", "premise_id, supply_state, voltage, feeder_code, transformer_code",
        "{b}, 'connected', '220', 'F', 'T'",
    ),
    "metering_meter": ("d", "serial_number", "{serial}"),
    "metering_register": ("e", "meter_id, code, unit, digits", "{d}, 'active', 'kWh', 6"),
    "metering_installation": (
        "f", "meter_id, service_point_id, multiplier, installed_on, removed_on",
        "{d}, {c}, 1000000, '2025-12-01', NULL",
    ),
    "metering_route_stop": ("9", "route_id, service_point_id, account_number, position", "{r}, {c}, {account}, n"),
    "metering_read": (
        "8", "register_id, read_on, read_at, value, reason, source, reader, rollover, origin, reversed, bills",
        "{e}, '2025-12-31', '2025-12-31 15:59:00', 1000000, 'periodic', 'inspector', '', {no}, '', 0, 0",
    ),
}  # fmt: skip


def fill(url: str, count: int) -> None:
    """Write ``count`` accounts with a meter each, read on the last day of 2025 at 1000."""
    with raw(url) as rows:
        rows.unguard()
        sqlite = rows.kind == "sqlite"
        digits = ("printf('%0{d}d', n)" if sqlite else "lpad(n::text, {d}, '0')").format
        words = {kind: _IDS[rows.kind].replace("{kind}", kind) for kind in "bcdef98"}
        words |= {
            "r": _IDS[rows.kind].replace("{kind}", "7").replace("n)", "0)"),
            "serial": f"'M' || {digits(d=9)}",
            "account": f"'3301' || {digits(d=8)}",
            "no": "0" if sqlite else "false",
        }
        hashed = "zeroblob(32)" if sqlite else "decode(repeat('00', 32), 'hex')"
        entry = f"'{0:032}'" if sqlite else f"'{0:032}'::uuid"
        numbers = f"WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < {count})"
        source = "t" if sqlite else f"generate_series(1::bigint, {count}) t(n)"
        rows("PRAGMA synchronous = OFF" if sqlite else "SET synchronous_commit = off")
        rows("BEGIN")
        hall = rows.one("SELECT id FROM staff_hall LIMIT 1")
        rows(
            f"INSERT INTO metering_route (id, code, hall_id, entry_id, district_id, hash)"
            f" SELECT {words['r']}, 'B', '{hall}', {entry}, {entry}, {hashed}"
        )
        for table, (kind, columns, values) in _TABLES.items():
            rows(
                f"INSERT INTO {table} ({columns}, id, entry_id, district_id, hash) {numbers if sqlite else ''}"
                f" SELECT {values.format(**words)}, {words[kind]}, {entry}, {entry}, {hashed} FROM {source}"
            )
        rows("COMMIT")
        rows("ANALYZE")


def sheet(path: Path, count: int) -> Path:
    """Their reading sheet for January, as a hall keeps it."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("一月")
    page.append(["户号", "电能表号", "抄表日期", "本次示数", "抄表方式", "抄表员", "备注"])
    for at in range(1, count + 1):
        page.append([f"3301{at:08}", f"M{at:09}", READ_ON, 1000 + at % 300, "现场", "周海波", None])
    book.save(path)
    return path


def text_sheet(path: Path, count: int) -> Path:
    """The same sheet as a text file, which may be longer."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write("户号,电能表号,抄表日期,本次示数,抄表方式,抄表员,备注\n")
        stream.writelines(
            f"3301{at:08},M{at:09},{READ_ON},{1000 + at % 300},现场,周海波,\n" for at in range(1, count + 1)
        )
    return path
