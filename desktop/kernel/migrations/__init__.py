"""Numbered schema steps, one line of them: ``0001_house.sqlite.sql`` and ``0001_house.postgresql.sql`` …

Each step runs in one transaction with the row that says it ran, so a killed upgrade stands before or after a step.
A step that has been released is never edited. The tables in the code and the steps here give the same schema (a
test compares them on both databases). A database newer than the program is refused, never written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from desktop.kernel.database import Database, no_database
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text

FOLDER = Path(__file__).parent
_NAME = re.compile(r"^(\d{4})_(\w+)\.(sqlite|postgresql)\.sql$")
_SPLIT = re.compile(r"^-- ;$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Step:
    """One step for one kind of database."""

    number: int
    name: str
    statements: tuple[str, ...]


@cache
def steps(dialect: str) -> tuple[Step, ...]:
    """Every step for a kind of database, in order; read once, for who asks whether a database is newer asks often."""
    found = []
    for path in sorted(FOLDER.glob(f"*.{dialect}.sql")):
        hit = _NAME.match(path.name)
        if hit:
            parts = [part.strip() for part in _SPLIT.split(path.read_text(encoding="utf-8"))]
            found.append(Step(int(hit[1]), hit[2], tuple(part for part in parts if part)))
    return tuple(found)


def version(database: Database) -> int:
    """The newest step that ran in a database; 0 in an empty one. What is no database is `Refused`."""
    try:
        return database.repeated(lambda: _version(database))
    except sa.exc.DatabaseError as error:
        raise Refused(no_database(database.label, str(error.orig))) from error


def _version(database: Database) -> int:
    with database.read() as session:
        connection = session.connection()
        if not sa.inspect(connection).has_table("schema_step"):
            return 0
        newest = connection.execute(sa.text("SELECT coalesce(max(number), 0) FROM schema_step"))
        return int(newest.scalar_one())


def outdated(database: Database) -> Text | None:
    """What to tell where the schema is of a newer program than this one; None where all of it is known."""
    return _outdated(version(database), steps(database.dialect)[-1].number)


def _outdated(have: int, known: int) -> Text | None:
    if have <= known:
        return None
    return Text(
        "The database was made by a newer ServiceHall (schema {have}, this program knows {known}). Update it.",
        have=have,
        known=known,
    )


def upgrade(database: Database) -> int:
    """Run the steps that are missing; how many ran. A schema of a newer program is `Refused`."""
    known = steps(database.dialect)
    have = version(database)
    newer = _outdated(have, known[-1].number)
    if newer is not None:
        raise Refused(newer)
    ran = 0
    for step in known:
        if step.number > have and database.repeated(lambda step=step: _run(database, step)):  # type: ignore[misc]  # binds
            ran += 1
    return ran


def _run(database: Database, step: Step) -> bool:
    """One step, unless somebody else ran it meanwhile."""
    # READ COMMITTED, so that after waiting for the lock one sees what the other has done meanwhile.
    with database.write("READ COMMITTED") as session:
        connection = session.connection()
        if database.dialect == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7314002)")
        connection.exec_driver_sql(
            "CREATE TABLE IF NOT EXISTS schema_step"
            " (number BIGINT PRIMARY KEY, name TEXT NOT NULL, ran_at TEXT NOT NULL)"
        )
        if connection.execute(
            sa.text("SELECT 1 FROM schema_step WHERE number = :n"), {"n": step.number}
        ).scalar():
            return False
        for statement in step.statements:
            connection.exec_driver_sql(
                statement.replace("%", "%%") if database.dialect == "postgresql" else statement
            )
        connection.execute(
            sa.text("INSERT INTO schema_step (number, name, ran_at) VALUES (:number, :name, :at)"),
            {"number": step.number, "name": step.name, "at": datetime.now(UTC).isoformat(timespec="seconds")},
        )
        session.commit()
        return True
