"""What raw SQL cannot do to money and to the book: whoever holds the login, with the plain driver."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from desktop.app import App
from desktop.debits import service as debits
from desktop.debits.records import FileOrder
from desktop.kernel.database import Base, Recorded, table_of
from desktop.kernel.journal import Change, Entry
from desktop.kernel.proof import recorded_tables
from desktop.kernel.work import Seat
from tests.databases_server import PostgresServer, SqliteDatabases, goes_on_from
from tests.hall import TODAY, opened, small_hall
from tests.rows import REFUSED, Raw, first_row, into, others, quoted, raw, tally, unique_keys

KEPT = [Entry, Change, *(model for model in recorded_tables() if model.KEPT)]
SOURCES = {"sqlite": "sqlite_databases", "postgresql": "postgres_server"}
NAMES = [model.__tablename__ for model in KEPT]


@goes_on_from(small_hall)
def hall_with_an_item_awaited(url: str) -> None:
    """A key may hold for some rows only: here is one of those that a bank has not answered yet."""
    with opened(url) as app:
        app.command_line("1").do(debits.make_file, FileOrder("City bank", TODAY, TODAY + timedelta(days=60)))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def rows(request: pytest.FixtureRequest) -> Iterator[Raw]:
    """A plain connection to a small hall that no test here manages to change: `verify` says so at the end."""
    databases = request.getfixturevalue(SOURCES[request.param])
    url = databases.like(hall_with_an_item_awaited)
    with raw(url) as connection:
        if connection.kind == "sqlite":
            connection("PRAGMA foreign_keys = ON")
        yield connection
    with opened(url) as app:
        assert app.verify() == []
    databases.drop(url)


@pytest.fixture
def transaction(rows: Raw) -> Iterator[Raw]:
    """The same within one transaction that is taken back."""
    rows("BEGIN")
    yield rows
    with contextlib.suppress(*REFUSED):  # a refused COMMIT has ended it already
        rows("ROLLBACK")


# Kept rows


@pytest.mark.parametrize("model", KEPT, ids=NAMES)
def test_a_kept_row_is_neither_changed_nor_deleted(rows: Raw, model: type[Base]) -> None:
    table = table_of(model)
    derived = model.DERIVED if issubclass(model, Recorded) else frozenset()
    before, many = first_row(rows, table), tally(rows, table.name)
    for column in table.columns:
        if column.name not in derived:
            with pytest.raises(REFUSED, match="rows are kept"):
                rows(f"UPDATE {table.name} SET {quoted(column.name)} = {quoted(column.name)}")
    key = table.primary_key.columns[0].name
    with pytest.raises(REFUSED, match="rows are"):
        rows(f"DELETE FROM {table.name} WHERE {key} = ?", before[key])
    assert (first_row(rows, table), tally(rows, table.name)) == (before, many)


@pytest.mark.parametrize("model", KEPT, ids=NAMES)
def test_a_kept_table_is_not_emptied_at_a_stroke(rows: Raw, model: type[Base]) -> None:
    table = table_of(model).name
    many = tally(rows, table)
    statements = [f"DELETE FROM {table}"]  # without WHERE it is the TRUNCATE of SQLite
    if rows.kind == "postgresql":
        statements += [f"TRUNCATE {table} CASCADE", f"TRUNCATE {table} RESTART IDENTITY CASCADE"]
    for statement in statements:
        with pytest.raises(REFUSED, match="rows are"):
            rows(statement)
    assert tally(rows, table) == many


@pytest.mark.parametrize("model", KEPT, ids=NAMES)
def test_no_newcomer_takes_the_place_of_a_kept_row(rows: Raw, model: type[Base]) -> None:
    table = table_of(model)
    row, many, keys = first_row(rows, table), tally(rows, table.name), unique_keys(table)
    for key in keys:
        if (
            row[key[0]] is None
        ):  # nothing is unique about it; of a partial key, the condition may ask for none
            continue
        newcomer = {
            column.name: row[column.name] if column.name in key else _other(column, row, rows)
            for column in table.columns
        }
        if rows.kind == "sqlite":
            statements = [f"REPLACE INTO {into(table.name, newcomer)}"]
        else:
            taken = ", ".join(
                f"{quoted(name)} = excluded.{quoted(name)}" for name in newcomer if name not in key
            )
            statements = [
                f"INSERT INTO {into(table.name, newcomer)} ON CONFLICT ({', '.join(keys[0])}) DO UPDATE SET {taken}"
            ]
        for statement in statements:
            with _unguarded_references(rows), pytest.raises(REFUSED):
                rows(statement, *newcomer.values())
            assert (first_row(rows, table), tally(rows, table.name)) == (row, many), key


@contextlib.contextmanager
def _unguarded_references(rows: Raw) -> Iterator[None]:
    """In a file anybody may switch foreign keys off for a connection; the rest must hold without them."""
    if rows.kind == "sqlite":
        rows("PRAGMA foreign_keys = OFF")
    yield
    if rows.kind == "sqlite":
        rows("PRAGMA foreign_keys = ON")


def _other(column: sa.Column[Any], row: dict[str, Any], rows: Raw) -> Any:
    return (others(column, row[column.name], rows) or [row[column.name]])[-1]


@pytest.mark.parametrize("model", KEPT, ids=NAMES)
def test_no_row_number_of_a_file_takes_the_place_of_a_kept_row(
    sqlite_databases: SqliteDatabases, model: type[Base]
) -> None:
    table, url = table_of(model), sqlite_databases.like(small_hall)
    with raw(url) as rows:
        ((schema,),) = rows("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", table.name)
        if not re.search(r"WITHOUT\s+ROWID", schema):
            row, many = first_row(rows, table), tally(rows, table.name)
            number = rows.one(f"SELECT min(rowid) FROM {table.name}")
            newcomer = {"rowid": number} | {
                column.name: _other(column, row, rows) for column in table.columns
            }
            for statement, values in (
                (
                    f"REPLACE INTO {into(table.name, newcomer)}".replace('"rowid"', "rowid"),
                    tuple(newcomer.values()),
                ),
                (f"UPDATE OR REPLACE {table.name} SET rowid = ? WHERE rowid <> ?", (number, number)),
            ):
                with contextlib.suppress(*REFUSED):
                    rows(statement, *values)
                assert (first_row(rows, table), tally(rows, table.name)) == (row, many)
    sqlite_databases.drop(url)


# Posting sets


class Sets:
    """Writes posting sets with nothing but SQL, in one transaction."""

    def __init__(self, rows: Raw) -> None:
        self.rows, self.numbers = rows, count(1)
        self.posting = first_row(rows, Base.metadata.tables["ledger_posting"])
        self.set = first_row(rows, Base.metadata.tables["ledger_posting_set"]) | {"reverses_id": None}

    def key(self) -> Any:
        """An id that nothing has."""
        return self.rows.key(UUID(int=(0x7 << 76) | next(self.numbers)))

    def post(self, set_id: Any, *amounts: int) -> None:
        """One posting for each amount, all by one statement."""
        many = [
            self.posting | {"id": self.key(), "posting_set_id": set_id, "amount": amount}
            for amount in amounts
        ]
        values = ", ".join("(" + ", ".join("?" for _ in self.posting) + ")" for _ in many)
        listed = ", ".join(map(quoted, self.posting))
        given = [value for one in many for value in one.values()]
        self.rows(f"INSERT INTO ledger_posting ({listed}) VALUES {values}", *given)

    def close(self, set_id: Any, **other: Any) -> None:
        """The set itself, which closes it."""
        values = self.set | {"id": set_id} | other
        self.rows(f"INSERT INTO {into('ledger_posting_set', values)}", *values.values())


@pytest.fixture
def sets(transaction: Raw) -> Sets:
    return Sets(transaction)


def test_a_balanced_posting_set_is_taken(sets: Sets) -> None:
    key = sets.key()
    sets.post(key, 100, -60)
    sets.post(key, -40)
    sets.close(key)
    if sets.rows.kind == "postgresql":
        sets.rows("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "amounts",
    [(100, -99), (100,), (0,), (), (1, 1), (2**62, 2**62 - 1, 1)],
    ids=["unbalanced", "single", "single of nothing", "empty", "of one sign", "past 64 bits"],
)
def test_a_posting_set_that_does_not_balance_is_refused(sets: Sets, amounts: tuple[int, ...]) -> None:
    key = sets.key()
    if amounts:
        sets.post(key, *amounts)
    with pytest.raises(REFUSED):
        sets.close(key)


def test_an_unbalanced_set_among_balanced_ones_is_refused(sets: Sets) -> None:
    good, bad = sets.key(), sets.key()
    sets.post(good, 5, -5)
    sets.post(bad, 5, -4)
    closing = [sets.set | {"id": key} for key in (good, bad)]
    marks = "(" + ", ".join("?" for _ in sets.set) + ")"
    with pytest.raises(REFUSED, match="sum to zero"):
        sets.rows(
            f"INSERT INTO ledger_posting_set ({', '.join(map(quoted, sets.set))}) VALUES {marks}, {marks}",
            *(value for one in closing for value in one.values()),
        )


@pytest.mark.parametrize("amounts", [(100,), (5, -5), (0,)], ids=["one", "a balanced pair", "of nothing"])
def test_a_posting_into_a_closed_set_is_refused(sets: Sets, amounts: tuple[int, ...]) -> None:
    with pytest.raises(REFUSED, match="closed"):
        sets.post(sets.set["id"], *amounts)


def test_a_posting_into_a_set_closed_in_the_same_transaction_is_refused(sets: Sets) -> None:
    key = sets.key()
    sets.post(key, 5, -5)
    sets.close(key)
    with pytest.raises(REFUSED, match="closed"):
        sets.post(key, 1, -1)


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ"])
@pytest.mark.parametrize("amounts", [(7,), (5, -5)], ids=["one", "a balanced pair"])
def test_a_posting_into_a_set_that_another_transaction_is_making_is_refused_at_the_commit(
    postgres_server: PostgresServer, isolation: str, amounts: tuple[int, ...]
) -> None:
    url = postgres_server.like(small_hall)
    with raw(url) as one, raw(url) as other:
        making, late = Sets(one), Sets(other)
        one(f"BEGIN ISOLATION LEVEL {isolation}")
        other(f"BEGIN ISOLATION LEVEL {isolation}")
        key = making.key()
        making.post(key, 100, -100)
        making.close(key)
        late.numbers = count(100)
        late.post(key, *amounts)
        one("COMMIT")
        with pytest.raises(REFUSED, match=r"not made with it|foreign key"):
            other("COMMIT")
        assert tally(one, f"ledger_posting WHERE posting_set_id = '{key}'") == 2
    postgres_server.drop(url)


def test_postings_whose_set_never_comes_are_refused_at_the_commit(sets: Sets) -> None:
    sets.post(sets.key(), 100, -100)
    with pytest.raises(REFUSED):
        sets.rows("COMMIT")


def test_a_second_reversal_of_a_set_is_refused(sets: Sets) -> None:
    reversed_id = sets.rows.one(
        "SELECT reverses_id FROM ledger_posting_set WHERE reverses_id IS NOT NULL ORDER BY id LIMIT 1"
    )
    key = sets.key()
    sets.post(key, 100, -100)
    with pytest.raises(REFUSED, match=r"(?i)unique"):
        sets.close(key, reverses_id=reversed_id)


def test_a_reversal_of_nothing_is_refused_at_the_commit(sets: Sets) -> None:
    key = sets.key()
    sets.post(key, 100, -100)
    sets.close(key, reverses_id=sets.key())
    with pytest.raises(REFUSED):
        sets.rows("COMMIT")


def test_money_without_an_entry_of_the_book_is_refused_at_the_commit(sets: Sets) -> None:
    key, nobody = sets.key(), sets.key()
    sets.posting["entry_id"] = nobody
    sets.post(key, 100, -100)
    sets.close(key, entry_id=nobody)
    with pytest.raises(REFUSED):
        sets.rows("COMMIT")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_contract_account SET credit = -1",
        "UPDATE ledger_open_item SET remaining = -1",
        "UPDATE ledger_open_item SET remaining = amount + 1",
    ],
)
def test_a_balance_that_cannot_be_is_refused(rows: Raw, statement: str) -> None:
    with pytest.raises(REFUSED):
        rows(statement)


def test_one_live_bill_for_an_account_a_period_and_a_kind(transaction: Raw) -> None:
    table = Base.metadata.tables["billing_bill"]
    bill = first_row(transaction, table)
    again = bill | {"id": transaction.key(UUID(int=(7 << 76) | 1)), "number": "another"}
    with pytest.raises(REFUSED, match=r"(?i)unique"):
        transaction(f"INSERT INTO {into(table.name, again)}", *again.values())


def test_one_open_session_for_a_till(transaction: Raw) -> None:
    table = Base.metadata.tables["counter_till_session"]
    again = first_row(transaction, table) | {
        "id": transaction.key(UUID(int=(7 << 76) | 1)),
        "closed_at": None,
    }
    with pytest.raises(REFUSED, match=r"(?i)unique"):
        transaction(f"INSERT INTO {into(table.name, again)}", *again.values())


def test_the_small_hall_has_a_row_of_every_kind(rows: Raw) -> None:
    passing = {"search_pending", "billing_stop"}  # empty as soon as everybody is found, and a run goes on
    assert {name for name in Base.metadata.tables if not tally(rows, name)} == passing


def test_a_sound_database_gives_no_finding(small: Seat, app: App, billed: Seat) -> None:
    assert [one.verify() for one in (small.app, app, billed.app)] == [[], [], []]
