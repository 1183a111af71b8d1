"""A hall with as many accounts as a large utility has, written past the program: only lists and search see it."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from desktop.countries import cn
from desktop.kernel.database import Database
from tests.rows import raw

ACCOUNTS = 1_000_000
YUAN = cn.COUNTRY.currency

_SHAPES = {
    "sqlite": {
        "numbers": "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < {count})",
        "from": "t",
        "id": "printf('{kind}%031x', n)",
        "line": "char(10)",
        "digits": "printf('33%010d', n)",
        "hash": "zeroblob(32)",
        "name": "char(0x4e00 + n * 7919 % 97, 0x5000 + n * 104729 % 997, 0x6000 + n * 611953 % 1999)",
    },
    "postgresql": {
        "numbers": "",
        "from": "generate_series(1::bigint, {count}) t(n)",
        "id": "('{kind}' || lpad(to_hex(n), 31, '0'))::uuid",
        "line": "chr(10)",
        "digits": "'33' || lpad(n::text, 10, '0')",
        "hash": "decode(repeat('00', 32), 'hex')",
        "name": "chr((19968 + n * 7919 % 97)::int) || chr((20480 + n * 104729 % 997)::int)"
        " || chr((24576 + n * 611953 % 1999)::int)",
    },
}

_TABLES = {
    "parties_party": (
        "a", "kind, name, language, debtor_type, phone", "'person', {name}, 'zh_CN', 'consumer', '13900000000'",
    ),
    "premises_premise": ("b", "postcode, region, address", "'310000', '330105', {address}"),
    "premises_service_point": (
        "c", "premise_id, supply_state, voltage, feeder_code, transformer_code",
        "{b}, 'connected', '220', 'F', 'T'",
    ),
    "ledger_contract_account": ("d", "number, party_id, hall_id, owed, credit", "{digits}, {a}, {h}, {owed}, 0"),
    "contracts_contract": (
        "e",
        ("number, hall_id, year, running, service, contract_account_id, service_point_id, tariff_id,"
        " customer_class, valid_from, valid_to"),
        "'C' || {digits}, {h}, 2020, n, 'supply', {d}, {c}, {h}, 'residential', '2020-01-01', NULL",
    ),
}  # fmt: skip


def fill(url: str, count: int = ACCOUNTS) -> float:
    """Write ``count`` accounts with party, premise, service point, contract and search words; seconds taken.

    Nine in ten owe nothing; names repeat as names do.
    """
    start = time.perf_counter()
    with raw(url) as rows:
        rows.unguard()
        shape = {name: text.replace("{count}", str(count)) for name, text in _SHAPES[rows.kind].items()}
        ids = {kind: shape["id"].replace("{kind}", kind) for kind in "abcdeh"}
        ids["h"] = f"'{0:032}'" if rows.kind == "sqlite" else "'00000000-0000-0000-0000-000000000000'::uuid"
        words = shape | ids | {
            "address": "'No. ' || (n * 7919 % 100003) || ', Street ' || (n * 104729 % 5003)",
            "owed": "CASE WHEN n % 10 = 0 THEN n * 611953 % 100000 ELSE 0 END",
        }  # fmt: skip
        late = _without_indexes(rows)
        rows("PRAGMA synchronous = OFF" if rows.kind == "sqlite" else "SET synchronous_commit = off")
        rows("BEGIN")
        for table, (kind, columns, values) in _TABLES.items():
            rows(
                f"INSERT INTO {table} ({columns}, id, entry_id, district_id, hash) {shape['numbers']}"
                f" SELECT {values.format(**words)}, {ids[kind]}, {ids['h']}, {ids['h']}, {shape['hash']}"
                f" FROM {shape['from']}"
            )
        for token in (shape["digits"], shape["name"]):
            rows(
                f"INSERT INTO search_key (owner_kind, token, owner_id, district_id) {shape['numbers']}"
                f" SELECT 'account', {token}, {ids['d']}, {ids['h']} FROM {shape['from']} ORDER BY 2"
            )
        entries = (
            f"{shape['line']} || {shape['digits']} || {shape['line']} || {shape['name']} || {shape['line']}"
        )
        rows(
            "INSERT INTO search_owner (owner_id, owner_kind, district_id, number, title, subtitle, words, sort_key)"
            f" {shape['numbers']} SELECT {ids['d']}, 'account', {ids['h']}, {shape['digits']}, {shape['name']},"
            f" '', {entries}, {shape['name']} FROM {shape['from']}"
        )
        for statement in late:
            rows(statement)
        rows("COMMIT")
        rows("ANALYZE") if rows.kind == "postgresql" else None
    return time.perf_counter() - start


def _without_indexes(rows) -> list[str]:
    """Drop the indexes of the tables filled, but those of keys; how to make them again."""
    if rows.kind == "sqlite":
        found = rows("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    else:
        found = rows("SELECT indexname, indexdef, tablename FROM pg_indexes WHERE indexname ~ '^ix_'")
    late = [(name, sql) for name, sql, table in found if table in _TABLES]
    for name, _ in late:
        rows(f"DROP INDEX {name}")
    return [sql for _, sql in late]


def ask(database: Database, query: Callable[..., Any], request: Any) -> Any:
    """Ask a query that needs no country and nobody to ask it."""
    with database.read() as session:
        return query(SimpleNamespace(session=session), request)
