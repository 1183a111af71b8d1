"""The tables in the code and the numbered steps give the same schema, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desktop.app import SERVICES
from desktop.kernel.database import Base, Database
from desktop.kernel.migrations import steps, upgrade
from desktop.kernel.proof import recorded_tables
from tests.databases_server import Databases
from tests.house import draft_migration
from tests.kernel.faults import aside
from tests.rows import Raw, raw


def inspected(url: str) -> dict[str, Any]:
    """What SQLAlchemy finds in a database: columns, keys, checks and indexes of every table."""
    database, found = Database(url), {}
    inspector = sa.inspect(database.engine)
    for table in inspector.get_table_names():
        if table == "schema_step":
            continue
        found[table] = {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(table)
            },
            "primary key": inspector.get_pk_constraint(table),
            "foreign keys": _sorted(inspector.get_foreign_keys(table)),
            "uniques": _sorted(inspector.get_unique_constraints(table)),
            "checks": _sorted(inspector.get_check_constraints(table)),
            "indexes": _sorted(inspector.get_indexes(table)),
        }
    database.close()
    return found


def _sorted(items: Any) -> list[str]:
    return sorted(repr(sorted(_plain(item).items())) for item in items)


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) if isinstance(value, dict) else str(value) for key, value in item.items()}


def told(rows: Raw) -> set[Any]:
    """What the database itself tells of its tables and indexes, word by word."""
    if rows.kind == "sqlite":
        found = rows(
            "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
        )
        return {(name, " ".join(sql.split())) for name, sql in found if name != "schema_step"}
    columns = rows(
        "SELECT table_name, column_name, ordinal_position, data_type, character_maximum_length, collation_name,"
        " is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'public'"
    )
    constraints = rows(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), condeferrable, condeferred, convalidated"
        " FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 't'"
    )
    indexes = rows("SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
    return {row for row in [*columns, *constraints, *indexes] if row[0] != "schema_step"}


def from_the_code(url: str) -> None:
    """Make the tables by the code alone. In a process of its own: making them marks what SQLite cannot add later."""
    database = Database(url)
    with database.write() as session:
        Base.metadata.create_all(session.connection())
        session.commit()
    database.close()


def _from_the_steps(url: str) -> None:
    database = Database(url)
    assert upgrade(database) == len(steps(database.dialect))
    database.close()


def test_the_steps_give_the_tables_of_the_code(databases: Databases) -> None:
    assert SERVICES
    code, stepped = databases.empty(), databases.empty()
    assert aside(from_the_code, code) == 0
    _from_the_steps(stepped)
    assert inspected(stepped) == inspected(code)
    assert set(inspected(stepped)) == set(Base.metadata.tables)
    with raw(code) as one, raw(stepped) as other:
        assert told(other) == told(one)


def test_both_kinds_have_the_same_steps_and_the_same_tables() -> None:
    sqlite, postgresql = steps("sqlite"), steps("postgresql")
    assert [(step.number, step.name) for step in sqlite] == [(step.number, step.name) for step in postgresql]
    numbers = [step.number for step in sqlite]
    assert numbers[0] == 1
    assert numbers == sorted(set(numbers))


def draw(kind: str, out: Path) -> None:
    """Write the draft of a migration into a file."""
    out.write_text(draft_migration.draft(kind), encoding="utf-8")


def triggers(statements: Iterable[str]) -> dict[str, str]:
    """The triggers that stand after some statements, and the functions they call, by name."""
    standing: dict[str, str] = {}
    for statement in statements:
        hit = re.match(r"(CREATE|DROP) (?:CONSTRAINT )?(?:TRIGGER|FUNCTION) (\w+)", statement)
        if hit and hit[1] == "CREATE":
            standing[hit[2]] = statement
        elif hit:
            del standing[hit[2]]
    return standing


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_triggers_of_all_steps_are_those_of_the_code(kind: str, tmp_path: Path) -> None:
    assert aside(draw, kind, tmp_path / "draft.sql") == 0
    drawn = (tmp_path / "draft.sql").read_text(encoding="utf-8").split(draft_migration.BREAK)
    stepped = triggers(statement for step in steps(kind) for statement in step.statements)
    assert stepped == triggers(part.strip() for part in drawn)


def test_every_kept_table_is_guarded_by_triggers_that_are_on(databases: Databases) -> None:
    url = databases.empty()
    _from_the_steps(url)
    with raw(url) as rows:
        if rows.kind == "sqlite":
            found = {name for (name,) in rows("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
            verbs = ("no_update", "no_delete", "no_replace")
        else:
            found = {
                name
                for (name,) in rows(
                    "SELECT tgname FROM pg_trigger WHERE tgenabled = 'O' AND NOT tgisinternal"
                )
            }
            verbs = ("no_update", "no_delete", "no_truncate")
    kept = ["journal_entry", "journal_change", *(m.__tablename__ for m in recorded_tables() if m.KEPT)]
    assert {f"{table}_{verb}" for table in kept for verb in verbs} <= found
    assert {"ledger_posting_late", "ledger_posting_set_sum"} <= found
    assert rows.kind == "sqlite" or "ledger_posting_foreign" in found


def test_money_and_energy_are_whole_numbers_of_64_bits_and_nothing_is_a_float(databases: Databases) -> None:
    url = databases.empty()
    _from_the_steps(url)
    kinds = {
        kind.split()[0]
        for table in inspected(url).values()
        for kind, _nullable, _default in table["columns"].values()
    }
    assert kinds <= {
        "BIGINT",
        "TEXT",
        "DATE",
        "DATETIME",
        "TIMESTAMP",
        "BLOB",
        "BYTEA",
        "UUID",
        "CHAR(32)",
        "VARCHAR(32)",
        "BOOLEAN",
    }
