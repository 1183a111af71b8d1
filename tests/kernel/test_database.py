"""The database itself: exact columns, moments with their zone, addresses, what happens when it is away."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlcipher3 import dbapi2 as sqlcipher

from desktop.app import open_app, open_database
from desktop.kernel import migrations
from desktop.kernel.bulk import among, listed
from desktop.kernel.database import ATTEMPTS, Base, Database, Exact, Key, Moment, sound
from desktop.kernel.errors import Away, Refused
from desktop.kernel.hashing import Same, row_hash, row_hashes
from desktop.kernel.measures import INT64_MAX, Energy, Money
from desktop.kernel.sending import arrived, send
from desktop.kernel.sizes import look_anew
from desktop.kernel.text import catalog
from desktop.ledger.tables import Posting
from tests.databases_server import Databases, PostgresServer, SqliteDatabases
from tests.hall import SMALL, opened, pay, small_hall, yuan
from tests.rows import changed, contents, raw, tally

EN = catalog("en")
MONEY, MOMENT = Exact(Money), Moment()
PROBE = sa.table("probe", sa.column("amount", MONEY), sa.column("at", MOMENT), sa.column("word", sa.Text()))


@pytest.fixture
def database(database_url: str) -> Database:
    """An empty database with one table of every kind of column."""
    database = Database(database_url)
    with database.write() as session:
        moment = MOMENT.impl_instance.compile(dialect=database.engine.dialect)
        session.execute(sa.text(f"CREATE TABLE probe (amount BIGINT, at {moment}, word TEXT)"))
        session.commit()
    return database


def kept(database: Database, **values: object) -> sa.Row[tuple[object, ...]]:
    """What comes back of a row that was written."""
    with database.write() as session:
        session.execute(sa.insert(PROBE).values(**values))
        session.commit()
    with database.read() as session:
        return session.execute(sa.select(PROBE)).one()


@pytest.mark.parametrize("raw_amount", [0, 1, -1, 2**53 + 1, -(2**53) - 1, INT64_MAX, -INT64_MAX])
def test_money_comes_back_exactly(database: Database, raw_amount: int) -> None:
    assert kept(database, amount=Money(raw_amount)).amount == Money(raw_amount)
    database.close()


def test_sums_of_money_are_exact(database: Database) -> None:
    with database.write() as session:
        session.execute(
            sa.insert(PROBE), [{"amount": Money(2**53 + 1)}, {"amount": Money(1)}, {"amount": Money(-3)}]
        )
        assert session.scalar(sa.select(sa.func.sum(PROBE.c.amount))) == Money(2**53 - 1)
        assert session.scalar(sa.select(PROBE.c.amount).where(PROBE.c.amount < Money(0))) == Money(-3)
    database.close()


@pytest.mark.parametrize("value", [1.0, Decimal(1), "1", Energy(1), True])
def test_a_money_column_takes_money_alone(database: Database, value: object) -> None:
    with database.write() as session, pytest.raises(sa.exc.StatementError, match="Money column takes no"):
        session.execute(sa.insert(PROBE).values(amount=value))
    database.close()


def test_a_moment_comes_back_in_utc_whatever_its_zone(database: Database) -> None:
    moment = datetime(2026, 1, 31, 23, 59, 1, 123_000, tzinfo=timezone(timedelta(hours=8)))
    at = kept(database, at=moment).at
    assert (at, at.tzinfo) == (moment, UTC)
    database.close()


def test_a_moment_without_its_zone_is_refused(database: Database) -> None:
    with database.write() as session, pytest.raises(sa.exc.StatementError, match="zone"):
        session.execute(sa.insert(PROBE).values(at=datetime(2026, 1, 1)))  # noqa: DTZ001 - on purpose
    database.close()


def test_words_come_back_as_they_were(database: Database) -> None:
    word = "户用网金高长 𠮷 Ärger\n'\"\\%?"
    assert kept(database, word=word).word == word
    database.close()


MANY = sa.table("many", sa.column("id", Key()))
ONE_OF = sa.select(MANY.c.id).where(listed(MANY.c.id, "ids")).order_by(MANY.c.id)


def test_one_statement_finds_whatever_ids_it_is_given(database: Database) -> None:
    keys = [UUID(int=number) for number in (1, 7, 2**128 - 1)]
    kind = Key().compile(dialect=database.engine.dialect)
    with database.write() as session:
        session.execute(sa.text(f"CREATE TABLE many (id {kind} PRIMARY KEY)"))
        session.execute(sa.insert(MANY), [{"id": key} for key in keys])
        session.commit()
    with database.read() as session:
        for wanted in (keys, set(keys[1:]), keys[:1], (), [UUID(int=5), keys[2]]):
            found = session.scalars(ONE_OF, {"ids": wanted}).all()
            assert found == sorted(set(wanted) & set(keys))
            also = sa.select(MANY.c.id).where(among(session, MANY.c.id, wanted))
            assert set(session.scalars(also)) == set(found)
        if database.embedded:  # by its index, as a server plans by its statistics
            asked = f"EXPLAIN QUERY PLAN {ONE_OF.compile(database.engine)}"
            assert "SEARCH many" in session.connection().exec_driver_sql(asked, ("[]",)).all()[0].detail
    database.close()


def test_a_hash_takes_no_float() -> None:
    with pytest.raises(TypeError):
        row_hash("probe", ["amount"], {"amount": 1.0})


_AUTUMN = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    "values",
    [
        [UUID(int=1), UUID(int=2**128 - 1), UUID("0192f0a0-7b1c-7def-8123-456789abcdef")],
        [0, -7, 10**18],
        ["", "Öberg", "陈玉兰|name=3:x"],
        [date(2026, 1, 31), None, date(2026, 1, 31)],
        [
            _AUTUMN,
            _AUTUMN.replace(fold=1),
            _AUTUMN.astimezone(UTC),
        ],  # the hour that comes twice: equal, not the same
        [Money(5), Energy(5), None],
        [True, False, 1],
    ],
)
def test_rows_are_hashed_together_as_they_are_one_by_one(values: list[object]) -> None:
    columns = {"alike": Same(b"\xff\x00"), "each": values, "other": [b"\xfe", b"", b"x"]}
    rows = [
        dict(zip(("each", "other"), row, strict=True)) for row in zip(values, columns["other"], strict=True)
    ]
    alone = [row_hash("t", list(columns), {"alike": b"\xff\x00", **row}) for row in rows]
    assert row_hashes("t", list(columns), columns, len(values)) == alone


def test_a_hash_parts_every_two_values() -> None:
    values = [
        None,
        "",
        "-",
        b"",
        b"-",
        0,
        "0",
        "n0",
        False,
        date(2026, 1, 1),
        "2026-01-01",
        Money(5),
        5 * 10**9,
    ]
    hashes = {row_hash("t", ["a", "b"], {"a": a, "b": b}) for a in values for b in values}
    assert len(hashes) == len(values) ** 2
    assert row_hash("t", ["a"], {"a": 1}) != row_hash("u", ["a"], {"a": 1})


# Addresses


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://clerk:secret@db.example.org/hall",
        "postgresql+psycopg://clerk:secret@/hall?host=/run",
        "mysql://db.example.org/hall",
        "postgresql:/x",
        "postgresql://clerk@db.example.org:port/hall",
        "postgresql://clerk:secret@db1.example.org:5432,db2.example.org:5432/hall",
        "http://example.org",
        "nonsense://",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_repeating_a_password(url: str) -> None:
    with pytest.raises(Refused) as refused:
        open_database(url)
    words = EN(refused.value.text)
    assert words
    assert "secret" not in words


def query_of(url: str) -> dict[str, object]:
    database = Database(url)
    found = dict(database.engine.url.query)
    database.close()
    return found


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://clerk@db.example.org/hall",
        "postgresql://clerk@db.example.org/hall?sslmode=disable",
        "postgresql://clerk@db.example.org/hall?sslmode=prefer&channel_binding=disable",
        "postgresql://clerk@/hall?host=db1.example.org,db2.example.org",
        "postgresql://clerk@/hall?host=localhost,db2.example.org",
        "postgresql://clerk@/hall?host=db1.example.org&host=db2.example.org",
        "postgresql://clerk@db1.example.org,db2.example.org/hall",
        "postgresql://clerk@127.0.0.1:5433,db2.example.org:5433/hall",
        "postgresql://clerk@10.1.2.3/hall",
        "postgresql://clerk@localhost.example.org/hall",
        "postgresql://clerk@localhost/hall?hostaddr=10.1.2.3",
        "postgresql:///hall?service=elsewhere",
    ],
)
def test_a_server_elsewhere_is_reached_by_a_proven_channel_alone(url: str) -> None:
    query = query_of(url)
    assert (query["sslmode"], query["channel_binding"]) == ("verify-full", "require")
    assert query["target_session_attrs"] == "read-write"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://clerk@localhost/hall",
        "postgresql://clerk@127.0.0.1:5433/hall",
        "postgresql://clerk@127.0.0.1:5433,localhost:5434/hall",
        "postgresql://clerk@/hall?host=/run/x",
    ],
)
def test_a_server_on_this_computer_needs_no_certificate(url: str) -> None:
    query = query_of(url)
    assert "sslmode" not in query
    assert query["connect_timeout"]


def test_an_address_of_several_hosts_is_written_as_postgresql_writes_it() -> None:
    database = Database("postgresql://clerk@db1.example.org:5432,db2.example.org:5433/hall")
    _, told = database.engine.dialect.create_connect_args(database.engine.url)
    assert (told["host"], told["port"]) == ("db1.example.org,db2.example.org", "5432,5433")
    assert (told["dbname"], told["user"], told["target_session_attrs"]) == ("hall", "clerk", "read-write")
    assert database.label == "db1.example.org:5432,db2.example.org:5433/hall"
    database.close()


def test_an_environment_that_names_a_server_elsewhere_changes_nothing_of_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGHOST", "db.example.org")
    query = query_of("postgresql:///hall")
    assert (query.get("sslmode"), query.get("channel_binding")) == ("verify-full", "require")


def test_the_password_comes_from_a_file_and_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text("秘密 secret\n", encoding="utf-8")
    monkeypatch.setenv("SERVICEHALL_DB_PASSWORD_FILE", str(tmp_path / "password"))
    database = open_database("postgresql://clerk@db.example.org/hall")
    assert database.engine.url.password == "秘密 secret"
    assert "secret" not in f"{database.label} {database.engine.url} {database.engine!r}"
    database.close()
    monkeypatch.setenv("SERVICEHALL_DB_PASSWORD_FILE", str(tmp_path / "missing"))
    with pytest.raises(Refused):
        open_database("postgresql://clerk@db.example.org/hall")


def test_a_plain_path_is_an_embedded_database(tmp_path: Path) -> None:
    database = Database(str(tmp_path / "folder" / "my hall.db"))
    assert (database.embedded, database.label) == (True, "my hall.db")
    with database.read() as session:
        assert session.scalar(sa.text("SELECT 1")) == 1
    database.close()
    assert (tmp_path / "folder" / "my hall.db").exists()


def test_an_embedded_database_keeps_the_agreed_settings(tmp_path: Path) -> None:
    database = Database(str(tmp_path / "hall.db"))
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "recursive_triggers": 1,
    }
    with database.write() as session:
        found = {name: session.scalar(sa.text(f"PRAGMA {name}")) for name in wanted}
    database.close()
    assert found == wanted


def test_a_server_transaction_is_repeatable_and_bounded_in_time(postgres_server: PostgresServer) -> None:
    database = Database(postgres_server.empty())
    for session_of, read_only in ((database.write, "off"), (database.read, "on")):
        with session_of() as session:
            assert session.scalar(sa.text("SHOW transaction_isolation")) == "repeatable read"
            assert session.scalar(sa.text("SHOW transaction_read_only")) == read_only
            for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
                assert session.scalar(sa.text(f"SHOW {name}")) != "0"
    database.close()


def test_what_is_asked_often_stays_prepared_from_reader_to_reader(postgres_server: PostgresServer) -> None:
    database = Database(postgres_server.empty())
    asked = sa.text("SELECT 'asked often'")
    for _ in range(7):
        with database.read() as session:
            session.execute(asked)
    with database.read() as session:
        found = session.scalars(sa.text("SELECT statement FROM pg_prepared_statements")).all()
    database.close()
    assert str(asked) in found


# Sessions


def test_a_writer_that_does_not_commit_leaves_nothing(database: Database) -> None:
    with database.write() as session:
        session.execute(sa.insert(PROBE).values(word="x"))
    with contextlib.suppress(ZeroDivisionError), database.write() as session:
        session.execute(sa.insert(PROBE).values(word="x"))
        raise ZeroDivisionError
    with database.read() as session:
        assert session.execute(sa.select(PROBE)).all() == []
    database.close()


def test_a_reader_sees_one_moment_and_cannot_write(database: Database, database_url: str) -> None:
    with database.read() as session:
        assert session.execute(sa.select(PROBE)).all() == []
        with raw(database_url) as rows:
            rows("INSERT INTO probe (word) VALUES ('later')")
        assert session.execute(sa.select(PROBE)).all() == []
        with pytest.raises(sa.exc.DBAPIError):
            session.execute(sa.insert(PROBE).values(word="x"))
    with database.write() as session:  # a connection that has read may write again
        session.execute(sa.insert(PROBE).values(word="y"))
        session.commit()
    database.close()


def test_what_is_not_a_lost_race_is_not_tried_again(database: Database) -> None:
    tried = []

    def attempt() -> None:
        tried.append(1)
        with database.write() as session:
            session.execute(sa.text("SELECT nothing FROM nowhere"))

    with pytest.raises(sa.exc.DBAPIError):
        database.repeated(attempt)
    assert len(tried) == 1
    database.close()


def test_a_lost_race_is_run_again_and_then_the_database_is_away(database: Database) -> None:
    tried = []

    def attempt() -> str:
        tried.append(1)
        if len(tried) < 4:
            raise sa.exc.OperationalError("", None, sqlcipher.OperationalError("database is locked"))
        return "done"

    assert database.repeated(attempt) == "done"
    assert len(tried) == 4

    def never() -> str:
        tried.append(1)
        raise sa.exc.OperationalError("", None, sqlcipher.OperationalError("database is locked"))

    tried.clear()
    with pytest.raises(Away):
        database.repeated(never)
    assert len(tried) == ATTEMPTS
    database.close()


class Clock:
    """Time that passes when somebody waits, and only then."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize("wait", [0.0, 1.0, 4.0, 5.0, 30.0])
def test_nobody_waits_longer_than_the_patience_of_the_database(
    database_url: str, monkeypatch: pytest.MonkeyPatch, wait: float
) -> None:
    clock, database, tried = Clock(), Database(database_url, patience=20), []
    monkeypatch.setattr("desktop.kernel.database.time", clock)

    def attempt() -> None:
        tried.append(clock.now)
        clock.sleep(wait)
        raise sa.exc.OperationalError("", None, sqlcipher.OperationalError("database is locked"))

    with pytest.raises(Away):
        database.repeated(attempt)
    assert len(tried) <= ATTEMPTS
    assert tried[-1] <= 15, "an attempt may wait a quarter of the patience, here 5 s"
    assert len(tried) == ATTEMPTS or clock.now + 0.6 > 15, "nobody is sent away early"
    database.close()


def test_a_lock_that_is_kept_is_told_and_one_that_is_given_back_is_waited_for(
    database: Database, database_url: str
) -> None:
    database.close()
    hurried, patient = Database(database_url, patience=0.4), Database(database_url, patience=4)
    tried = []

    def write(place: Database, release: int = 0) -> None:
        tried.append(1)
        if len(tried) == release:
            rows("COMMIT")
        with place.write() as session:
            session.execute(sa.insert(PROBE).values(word="x"))
            session.commit()

    with raw(database_url) as rows:
        lock = "BEGIN IMMEDIATE" if rows.kind == "sqlite" else "BEGIN; LOCK TABLE probe"
        rows(lock)
        with pytest.raises(Away) as away:
            hurried.repeated(lambda: write(hurried))
        assert "others are writing" in EN(away.value.text)
        assert 1 <= len(tried) <= ATTEMPTS
        assert tally(rows, "probe") == 0
        tried.clear()
        patient.repeated(lambda: write(patient, release=2))
        assert (len(tried), tally(rows, "probe")) == (2, 1)
    hurried.close()
    patient.close()


def test_what_is_sent_stands_in_order_before_what_follows_and_is_refused_no_later(
    database: Database, database_url: str
) -> None:
    with database.write() as session:
        connection = session.connection()
        for word in ("a", "b"):
            send(connection, f"INSERT INTO probe (word) VALUES ('{word}')", ())
            send(connection, "UPDATE probe SET word = word || 'x'", ())
        assert sorted(session.scalars(sa.select(PROBE.c.word))) == ["axx", "bx"]
        send(connection, "INSERT INTO probe (word) VALUES ('c')", ())
        session.commit()
    with database.write() as session:  # nothing of it is committed, now or with what comes next
        send(session.connection(), "DELETE FROM probe", ())
    with database.write() as session:
        send(session.connection(), "INSERT INTO probe (word) VALUES ('d')", ())
        session.commit()
    for wait in (lambda session: arrived(session.connection()), lambda session: session.commit()):
        with pytest.raises(sa.exc.DBAPIError, match="nowhere"):
            _send_nowhere(database, wait)
    with raw(database_url) as rows:
        assert sorted(rows("SELECT word FROM probe")) == [("axx",), ("bx",), ("c",), ("d",)]
    database.close()


def _send_nowhere(database: Database, wait: Callable[[Any], None]) -> None:
    with database.write() as session:
        send(session.connection(), "DELETE FROM probe", ())
        send(session.connection(), "DELETE FROM nowhere", ())
        wait(session)


def test_a_server_is_told_to_look_at_tables_it_takes_for_small_ones(databases: Databases) -> None:
    url, asked = databases.like(small_hall), "SELECT reltuples FROM pg_class WHERE relname = 'ledger_posting'"
    database = Database(url)
    look_anew(database, [Posting])
    with raw(url) as rows:
        assert rows.kind == "sqlite" or rows.one(asked) == tally(rows, "ledger_posting") > 0
    database.close()


def test_a_server_that_takes_the_call_and_says_nothing_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        database = Database(f"postgresql://clerk@127.0.0.1:{silent.getsockname()[1]}/hall", patience=2)
        with pytest.raises(Away) as away:
            migrations.version(database)
        assert "no connection" in EN(away.value.text)
        database.close()


def test_a_full_disk_is_told_in_words_leaves_nothing_half_and_work_goes_on_after(
    sqlite_databases: SqliteDatabases,
) -> None:
    url = sqlite_databases.like(small_hall)
    full = [True]

    with opened(url) as app:
        seat = app.command_line("1")

        @sa.event.listens_for(app.database.engine, "checkout")
        def limit(connection: object, *_: object) -> None:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()  # type: ignore[attr-defined]  # known here
            connection.execute(f"PRAGMA max_page_count = {pages if full[0] else 2**30}")  # type: ignore[attr-defined]  # known here

        before, words = contents(url), []
        for _ in range(200):  # until the free pages of the file are used up
            try:
                pay(seat, SMALL[1], yuan("0.01"))
            except Refused as refused:
                words.append(EN(refused.text))
                break
            before = contents(url)
        assert words
        assert changed(before, contents(url)) == set()
        full.clear()
        full.append(False)
        assert pay(seat, SMALL[1], yuan("0.01")).number
        assert app.verify() == []


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "hall.db"
    file.write_bytes(b"This is a letter, and no database at all." * 200)
    content = file.read_bytes()
    with pytest.raises(Refused):
        open_app(str(file))
    with pytest.raises(Refused):
        sound(file)
    assert file.read_bytes() == content


def test_every_table_that_grows_has_its_district() -> None:
    without = {name for name, table in Base.metadata.tables.items() if "district_id" not in table.columns}
    book = {"journal_chain", "journal_series", "journal_text", "journal_change"}
    of_now = {
        "staff_draft",
        "search_pending",
        "papers_open_print",
        "kernel_upkeep",
    }  # emptied as work is done
    months = {"ledger_month"}  # one row each, of all districts
    assert without <= book | of_now | months
