"""Keep the rows of `small_hall` as the program of today writes them: ``python -m tests.house.keep_hall``.

What it writes, ``tests/databases/NNNN.jsonl`` by the newest step of the schema, is never edited nor made anew by a
later program: `tests/kernel/test_old_halls.py` upgrades every such hall on both databases. One is made whenever a
program is released whose `small_hall` has rows that the kept ones lack, so that the next steps meet them; of more than
a few the oldest goes.
"""

from __future__ import annotations

import json
from pathlib import Path

from desktop.kernel.migrations import steps
from tests.databases_server import SqliteDatabases
from tests.hall import small_hall
from tests.rows import Raw, raw

FOLDER = Path(__file__).parents[1] / "databases"


def lines(rows: Raw) -> list[str]:
    """Each table that has rows as ``{"table", "columns"}``, then its rows: bytes as ``{"hex"}``, all else as SQLite
    keeps it."""
    found = []
    for (name,) in rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"):
        if name == "schema_step" or not (held := rows(f"SELECT * FROM {name}")):
            continue
        columns = [column[1] for column in rows(f"PRAGMA table_info({name})")]
        found.append(json.dumps({"table": name, "columns": columns}))
        found += [
            json.dumps(row, ensure_ascii=False, default=lambda value: {"hex": value.hex()}) for row in held
        ]
    return found


def main() -> None:
    """Make a small hall and keep it."""
    databases = SqliteDatabases()
    try:
        with raw(databases.like(small_hall)) as rows:
            text = "\n".join(lines(rows)) + "\n"
    finally:
        databases.remove()
    file = FOLDER / f"{steps('sqlite')[-1].number:04}.jsonl"
    file.write_text(text, encoding="utf-8")
    print(f"{file.name}: {len(text):,} characters")


if __name__ == "__main__":
    main()
