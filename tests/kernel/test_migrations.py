"""Bringing a schema up to date: once, by one of many, wholly or not at all, and never a newer one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from desktop.app import open_app
from desktop.kernel import migrations
from desktop.kernel.database import Database
from desktop.kernel.errors import Refused
from desktop.kernel.migrations import Step, steps, upgrade, version
from desktop.kernel.text import catalog
from tests.databases_server import Databases
from tests.hall import found, opened, together
from tests.kernel import faults
from tests.rows import changed, contents, raw, tally

ALL = len(steps("sqlite"))
NEWEST = steps("sqlite")[-1].number


def upgraded(url: str) -> int:
    database = Database(url)
    try:
        return upgrade(database)
    finally:
        database.close()


def sound(url: str) -> None:
    """The schema is whole: a hall can be founded in it."""
    with opened(url) as app:
        assert version(app.database) == NEWEST
        found(app)
        assert app.verify() == []


def test_an_empty_database_stands_at_nothing(database_url: str) -> None:
    database = Database(database_url)
    assert version(database) == 0
    database.close()


def test_upgrading_twice_does_nothing_the_second_time(database_url: str) -> None:
    assert upgraded(database_url) == ALL
    with raw(database_url) as rows:
        before = rows("SELECT * FROM schema_step")
        assert upgraded(database_url) == 0
        assert rows("SELECT * FROM schema_step") == before
    sound(database_url)


def test_a_database_in_use_is_left_as_it_is(small_hall: str) -> None:
    before = contents(small_hall)
    assert upgraded(small_hall) == 0
    assert changed(before, contents(small_hall)) == set()


def test_several_upgrades_at_once_run_each_step_once(database_url: str) -> None:
    answers = together([lambda: upgraded(database_url)] * 6)
    assert sum(answers) == ALL, answers
    with raw(database_url) as rows:
        assert tally(rows, "schema_step") == ALL
    sound(database_url)


def test_a_newer_schema_is_refused_and_not_written(small_hall: str) -> None:
    with raw(small_hall) as rows:
        rows(
            "INSERT INTO schema_step (number, name, ran_at) VALUES (99, 'later', '2030-01-01T00:00:00+00:00')"
        )
        before = rows("SELECT * FROM schema_step ORDER BY number")
        with pytest.raises(Refused) as refused:
            open_app(small_hall)
        assert "99" in catalog("en")(refused.value.text)
        assert rows("SELECT * FROM schema_step ORDER BY number") == before


def _moments(databases: Databases) -> int:
    database = Database(databases.empty())
    with faults.Moments().of(database) as counted:
        upgrade(database)
    database.close()
    return counted.passed


def _tables(url: str) -> int:
    """How many tables stand: none of the first step's, or all of them."""
    with raw(url) as rows:
        if rows.kind == "sqlite":
            tables = rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        else:
            tables = rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert len(tables) in (0, 1) or len(tables) > 30
    return len(tables)


def _half_done(url: str) -> None:
    """Nothing of a step is there, or all of it, and the next start brings it up."""
    _tables(url)
    sound(url)


def test_a_crash_at_any_moment_of_an_upgrade_leaves_a_whole_schema_or_none(databases: Databases) -> None:
    count = _moments(databases)
    for at in range(1, count + 1, count // 4):
        url = databases.empty()
        database = Database(url)
        with faults.Moments(at, faults.crash).of(database), pytest.raises(faults.Crash):
            upgrade(database)
        database.close()
        _half_done(url)


def test_kill_9_during_an_upgrade_leaves_a_whole_schema_or_none(databases: Databases) -> None:
    count = _moments(databases)
    for at in (count // 2, count - 1):
        url = databases.empty()
        assert faults.killed_upgrade(url, at)
        _half_done(url)


@pytest.mark.trial
def test_kill_9_at_every_moment_of_an_upgrade_leaves_a_whole_schema_or_none(databases: Databases) -> None:
    """As long as nothing stands, the same database is killed again a moment later."""
    url = databases.empty()
    for at in range(1, _moments(databases) + 1):
        assert faults.killed_upgrade(url, at)
        if _tables(url):
            sound(url)
            databases.drop(url)
            url = databases.empty()


def test_a_step_that_fails_leaves_nothing_of_itself(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert upgraded(database_url) == ALL
    database = Database(database_url)
    two = Step(NEWEST + 1, "two", ("CREATE TABLE two (id BIGINT)", "CREATE TABLE two (id BIGINT)"))
    monkeypatch.setattr(migrations, "steps", lambda dialect: [*steps(dialect), two])
    with pytest.raises(sa.exc.DBAPIError):
        upgrade(database)
    assert version(database) == NEWEST
    assert not sa.inspect(database.engine).has_table("two")
    database.close()


# Databases of before


def at_step(url: str, number: int, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database whose schema stands at a step."""
    database = Database(url)
    with monkeypatch.context() as patch:
        patch.setattr(
            migrations, "steps", lambda dialect: [one for one in steps(dialect) if one.number <= number]
        )
        upgrade(database)
    return database


def _filled(column: sa.Column[Any]) -> object:
    """Something a column takes."""
    kind = column.type
    if isinstance(kind, sa.Uuid) or (isinstance(kind, sa.CHAR) and kind.length == 32):
        return UUID(int=0).hex if isinstance(kind, sa.CHAR) else UUID(int=0)
    for known, value in (
        (sa.Boolean, False),
        (sa.DateTime, datetime(2026, 1, 31, 16, tzinfo=UTC)),
        (sa.Date, date(2026, 1, 31)),
        (sa.Integer, 0),
        (sa.LargeBinary, bytes(32)),
    ):
        if isinstance(kind, known):
            return value
    return "periodic"


def _old_rows(database: Database, name: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Rows as a program of that step had written them; what they refer to is not there."""
    off = "PRAGMA foreign_keys = OFF" if database.embedded else "SET session_replication_role = replica"
    plain = database.engine.raw_connection()
    plain.cursor().execute(off)
    plain.commit()
    plain.close()  # back to the pool, which lends it again
    with database.write() as session:
        connection = session.connection()
        table = sa.Table(name, sa.MetaData(), autoload_with=connection)
        for row in rows:
            values = {
                column.name: row.get(column.name, _filled(column))
                for column in table.columns
                if column.name in row or not column.nullable
            }
            connection.execute(table.insert().values(values))
        session.commit()


def test_reads_count_the_bills_of_before_that_rest_on_them(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """December closes with the read January opens with; a read nobody billed counts nothing; drafts stay."""
    december, january, check = (UUID(int=7 << 76 | at) for at in (1, 2, 3))
    opening = UUID(int=7 << 76 | 4)
    database = at_step(database_url, 9, monkeypatch)
    spelled = (lambda key: key.hex) if database.embedded else (lambda key: key)

    def bill(number: str, before: UUID, after: UUID) -> dict[str, object]:
        read = {"previous_read_id": str(before), "current_read_id": str(after)}
        trace = json.dumps({"pricing": {}, "reads": [read], "usage": []})
        month = date(2025, 12, 1) if number == "B-1" else date(2026, 1, 1)
        return {
            "id": spelled(UUID(int=int(number[-1]))),
            "number": number,
            "trace": trace,
            "period_start": month,
        }

    _old_rows(
        database,
        "metering_read",
        [
            {"id": spelled(key), "read_on": date(2025, 11, 30 - at), "register_id": spelled(UUID(int=1))}
            for at, key in enumerate((december, january, check, opening))
        ],
    )
    _old_rows(database, "billing_bill", [bill("B-1", opening, december), bill("B-2", december, january)])
    _old_rows(database, "billing_draft", [{"state": "issued", "energy": 300, "amount": 161}])
    assert upgrade(database) == ALL - 9
    database.close()
    with raw(database_url) as rows:
        found = dict(rows("SELECT id, bills FROM metering_read"))
        assert {UUID(str(key)): count for key, count in found.items()} == {
            opening: 1,
            december: 2,
            january: 1,
            check: 0,
        }
        assert rows("SELECT reversed FROM metering_read") == [(0,)] * 4
        assert rows("SELECT state, amount, compared, flags, replaces_id FROM billing_draft") == [
            ("issued", 161, "[]", "", None)
        ]
        assert tally(rows, "billing_bill") == 2


def test_direct_debits_of_before_are_given_their_words(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = at_step(database_url, 55, monkeypatch)
    _old_rows(database, "debits_file", [{"items": 1, "amount": 100}])
    _old_rows(database, "debits_mandate", [{}])
    upgrade(database)
    database.close()
    with raw(database_url) as rows:
        waiting = dict(rows("SELECT owner_kind, remaining FROM search_pending"))
    assert {kind: waiting.get(kind) for kind in ("debit_file", "mandate")} == {"debit_file": 1, "mandate": 1}
