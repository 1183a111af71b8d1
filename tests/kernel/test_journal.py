"""The book: chains, series and hashes, and that `verify` names what was done behind its back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from desktop.app import App
from desktop.contracts import service as contracts
from desktop.contracts.records import Connections
from desktop.counter import service as counter
from desktop.counter.records import PaymentOrder, ReceiptQuery
from desktop.kernel import canonical, journal, proof
from desktop.kernel.database import Base, Recorded, hashed_columns, table_of
from desktop.kernel.hashing import row_hash
from desktop.kernel.journal import Chain, Change, Entry, EntryText, Series
from desktop.kernel.proof import Finding, recorded_tables
from desktop.kernel.work import Seat, Work, draw_id, operation
from desktop.metering.tables import RegisterRead
from desktop.parties.tables import Party
from tests.hall import SMALL, connection, pay, posting_sets, yuan
from tests.rows import (
    REFUSED,
    Raw,
    changed,
    contents,
    first_row,
    into,
    nonsense,
    others,
    quoted,
    raw,
    unique_keys,
)

RECORDED = recorded_tables()
CHANGEABLE = [model for model in RECORDED if not model.KEPT]
KEPT = [model for model in RECORDED if model.KEPT]


@pytest.fixture
def rows(small_hall: str) -> Iterator[Raw]:
    """A plain connection to the small hall, with every trigger out of action."""
    with raw(small_hall) as connection:
        connection.unguard()
        yield connection


def named(findings: list[Finding]) -> set[tuple[str, UUID]]:
    """Table and id of every finding."""
    return {(finding.table, finding.row_id) for finding in findings}


def key_of(row: dict[str, Any]) -> UUID:
    return UUID(str(row["id"]))


# What an operation leaves in the book


def test_an_entry_holds_who_did_what_when_and_its_wording(small: Seat) -> None:
    key = draw_id()
    receipt = pay(small, SMALL[1], yuan("5.00"), key)
    with small.app.database.read() as session:
        entry, text = session.get_one(Entry, key), session.get_one(EntryText, key)
        chain = session.get_one(Chain, small.station.id)
        assert (entry.operation, entry.actor_id, entry.chain_id) == (
            "counter.take_payment",
            small.actor.id,
            small.station.id,
        )
        assert entry.business_date == date(2026, 2, 5)
        assert (chain.number, chain.hash) == (entry.number, entry.hash)
        assert canonical.load(type(receipt), text.answer) == receipt
        assert entry.request_sha256 == journal.sha256(text.request)
        assert entry.rows == sum(
            session.scalar(sa.select(sa.func.count()).select_from(model).filter_by(entry_id=key)) or 0
            for model in KEPT
        )


def test_each_station_has_a_chain_of_its_own_without_a_gap(small: Seat) -> None:
    other = small.app.command_line("2")
    for seat in (small, other, small, other):
        pay(seat, SMALL[1], yuan("1.00"))
    with small.app.database.read() as session:
        for seat in (small, other):
            query = sa.select(Entry).filter_by(chain_id=seat.station.id).order_by(Entry.number)
            entries = session.scalars(query).all()
            assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
            links = [journal.GENESIS, *(entry.hash for entry in entries)]
            assert [entry.previous_hash for entry in entries] == links[:-1]
    assert small.app.verify() == []


@operation("contracts.connect")
def rename(work: Work, names: tuple[str, str]) -> None:
    """Give a party another name."""
    work.session.scalars(sa.select(Party).filter_by(name=names[0])).one().name = names[1]


def test_a_change_is_written_down_before_and_after(small: Seat) -> None:
    key = draw_id()
    small.do(rename, ("Customer 1", "Customer One"), key)
    with small.app.database.read() as session:
        changes = session.scalars(sa.select(Change).filter_by(entry_id=key).order_by(Change.position)).all()
        party = session.scalars(sa.select(Party).filter_by(name="Customer One")).one()
        assert [(one.table_name, one.row_id, one.field) for one in changes] == [
            ("parties_party", party.id, "name"),
            ("parties_party", party.id, "hash"),
        ]
        assert (changes[0].before, changes[0].after) == ('"Customer 1"', '"Customer One"')
        assert changes[1].after == canonical.dump(party.hash.hex())
    small.do(rename, ("Customer One", "Customer 1"))
    small.do(rename, ("Customer 1", "Customer 1"))
    assert small.app.verify() == []


@pytest.mark.parametrize("path", ["ABA", "ABAB", "ABAC", "ABCABCA", "AABBA"])
def test_a_row_that_was_changed_back_and_forth_is_still_followed(small: Seat, rows: Raw, path: str) -> None:
    names = ["Customer 1", *path]
    for before, after in pairwise(names):
        small.do(rename, (before, after))
    assert small.app.verify() == []
    rows("UPDATE parties_party SET name = 'Nobody' WHERE name = ?", path[-1])
    assert {finding.table for finding in small.app.verify()} == {"parties_party"}


def test_a_row_is_not_written_outside_an_operation(small: Seat, small_hall: str) -> None:
    before = contents(small_hall)
    with small.app.database.write() as session:
        session.scalars(sa.select(Party)).first().name = "Nobody"  # type: ignore[union-attr]  # it is there
        with pytest.raises(Exception, match="operations only"):
            session.commit()
    assert contents(small_hall) == before


@operation("contracts.connect")
def change_a_read(work: Work, _request: None) -> None:
    """Tries to change a kept row."""
    work.session.scalars(sa.select(RegisterRead)).first().reader = "Nobody"  # type: ignore[union-attr]  # it is there


def test_a_kept_row_is_not_changed_by_an_operation_either(small: Seat, small_hall: str) -> None:
    before = contents(small_hall)
    with pytest.raises(Exception, match="kept"):
        small.do(change_a_read)
    assert contents(small_hall) == before


# Series


def test_a_block_of_numbers_is_taken_whole_and_follows_the_last(small: Seat) -> None:
    owner = draw_id()
    with small.app.database.write() as session:
        assert journal.next_numbers(session, owner, "paper", 2026, 3) == 1
        assert journal.next_numbers(session, owner, "paper", 2026) == 4
        assert journal.next_numbers(session, owner, "paper", 2027) == 1
        assert journal.next_numbers(session, draw_id(), "paper", 2026) == 1
        assert session.scalar(sa.select(Series.last).filter_by(owner_id=owner, year=2026)) == 4


def test_a_number_not_committed_is_given_out_again(small: Seat) -> None:
    first = small.rehearse(counter.take_payment, PaymentOrder(SMALL[1], yuan("1.00"), yuan("1.00")))
    assert pay(small, SMALL[1], yuan("1.00")).number == first.number


# Verify: rows


def _primary(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    return {column.name: row[column.name] for column in table.primary_key}


def _set(rows: Raw, table: sa.Table, column: str, value: Any, primary: dict[str, Any]) -> None:
    where = " AND ".join(f"{quoted(name)} = ?" for name in primary)
    rows(f"UPDATE {table.name} SET {quoted(column)} = ? WHERE {where}", value, *primary.values())


def _alter(rows: Raw, table: sa.Table, column: str, values: list[Any], row: dict[str, Any]) -> list[Any]:
    """Set a column of a row to the first of some values that the database takes; that value alone, or nothing."""
    for value in values:
        try:
            _set(rows, table, column, value, _primary(table, row))
        except REFUSED:
            continue
        return [value]
    return []


def _put_back(rows: Raw, table: sa.Table, column: str, value: Any, row: dict[str, Any]) -> None:
    primary = _primary(table, row)
    _set(rows, table, column, row[column], primary | ({column: value} if column in primary else {}))


def _altered_everywhere(small: Seat, rows: Raw, kind: Any) -> dict[str, set[str]]:
    """Columns whose alteration `verify` does not name, by table. One column of each table is altered at a time."""
    first = {model: first_row(rows, table_of(model)) for model in RECORDED}
    missed: dict[str, set[str]] = {}
    tried: dict[str, set[str]] = {}
    for place in range(max(len(table_of(model).columns) for model in RECORDED)):
        for choice in range(2):
            done: list[tuple[type[Recorded], str, Any]] = []
            for model, row in first.items():
                columns = [c for c in table_of(model).columns if c.name not in model.DERIVED]
                if place < len(columns):
                    values = kind(columns[place], row[columns[place].name])
                    taken = _alter(rows, table_of(model), columns[place].name, values[choice:], row)
                    done += [(model, columns[place].name, value) for value in taken]
            if not done:
                continue
            findings = small.app.verify()
            own = {(f.table, f.row_id) for f in findings if f.code in ROWS_OWN}
            for model, column, value in done:
                row, table = first[model], table_of(model)
                tried.setdefault(table.name, set()).add(column)
                key = UUID(str(value)) if column == "id" else key_of(row)
                if (table.name, key) not in own:
                    missed.setdefault(table.name, set()).add(column)
                _put_back(rows, table, column, value, row)
    assert small.app.verify() == []
    return missed


ROWS_OWN = {"row_altered"}
"""What a finding says of a row by itself, without looking at others."""


def test_verify_names_a_row_whichever_of_its_columns_was_altered(small: Seat, rows: Raw) -> None:
    def other(column: sa.Column[Any], value: Any) -> list[Any]:
        return others(column, value, rows)

    assert _altered_everywhere(small, rows, other) == {}


def test_verify_names_a_row_whose_value_was_taken_away(small: Seat, rows: Raw) -> None:
    def nothing(column: sa.Column[Any], value: Any) -> list[Any]:
        return [None] if column.nullable and value is not None else []

    assert _altered_everywhere(small, rows, nothing) == {}


def _nonsense_cases(tables: int) -> list[tuple[type[Recorded], str]]:
    """Columns of every kind of value, for each kind one in each of so many tables at most."""
    found: dict[str, dict[str, tuple[type[Recorded], str]]] = {}
    for model in RECORDED:
        for column in table_of(model).columns:
            if column.name not in {"id", *model.DERIVED}:
                found.setdefault(type(column.type).__name__, {}).setdefault(
                    model.__tablename__, (model, column.name)
                )
    return [case for of_type in found.values() for case in list(of_type.values())[:tables]]


@pytest.mark.parametrize("tables", [3, pytest.param(len(RECORDED), marks=pytest.mark.trial)])
def test_verify_names_a_row_altered_to_what_its_column_cannot_mean(
    small: Seat, rows: Raw, tables: int
) -> None:
    missed = []
    for model, name in _nonsense_cases(tables):
        table = table_of(model)
        row, column = first_row(rows, table), table.columns[name]
        for choice in range(2):
            values = nonsense(column, row[name], rows)[choice : choice + 1]
            for value in _alter(rows, table, name, values, row):
                try:
                    if (table.name, key_of(row)) not in named(small.app.verify()):
                        missed.append(f"{table.name}.{name} = {value}: not named")
                except Exception as error:  # every case is tried before any is judged
                    missed.append(f"{table.name}.{name} = {value}: {type(error).__name__} {error}")
                _put_back(rows, table, name, value, row)
    assert missed == []
    assert small.app.verify() == []


def test_verify_names_a_changeable_row_that_is_gone(small: Seat, rows: Raw) -> None:
    gone = {(model.__tablename__, key_of(first_row(rows, table_of(model)))) for model in CHANGEABLE}
    if rows.kind == "sqlite":
        rows("PRAGMA foreign_keys = OFF")
    for table, key in gone:
        rows(f"DELETE FROM {table} WHERE id = ?", rows.key(key))
    assert gone <= named(small.app.verify())


def test_verify_names_the_entry_of_a_kept_row_that_is_gone(small: Seat, rows: Raw) -> None:
    """A row of every table, several at a time: in one proof no two of them are of the same entry."""
    left = {table_of(model): first_row(rows, table_of(model)) for model in KEPT}
    while left:
        together = {row["entry_id"]: (table, row) for table, row in left.items()}
        for table, row in together.values():
            rows(f"DELETE FROM {table.name} WHERE id = ?", row["id"])
            del left[table]
        found = named(small.app.verify())
        for entry, (table, _) in together.items():
            assert ("journal_entry", UUID(str(entry))) in found, table.name
        for table, row in together.values():
            rows(f"INSERT INTO {into(table.name, row)}", *row.values())
    assert small.app.verify() == []


def test_verify_names_rows_that_were_slipped_in(small: Seat, rows: Raw) -> None:
    slipped = set()
    for model in RECORDED:
        table = table_of(model)
        row = first_row(rows, table)
        unique = {name for key in unique_keys(table) for name in key}
        double = {
            column.name: (others(column, row[column.name], rows) or [row[column.name]])[-1]
            if column.name in unique
            else row[column.name]
            for column in table.columns
        }
        try:
            rows(f"INSERT INTO {into(table.name, double)}", *double.values())
        except REFUSED:
            continue  # every value of a unique column is taken
        slipped.add((table.name, key_of(double)))
    assert len(slipped) > len(RECORDED) - 8
    assert slipped <= named(small.app.verify())


def test_verify_names_the_entry_a_row_was_slipped_into_with_a_hash_that_fits(small: Seat, rows: Raw) -> None:
    """Whoever knows how hashes are made still cannot add a row to an entry, or a row that belongs to none."""
    with small.app.database.read() as session:
        read = session.scalars(sa.select(RegisterRead).limit(1)).one()
        values = {name: getattr(read, name) for name in hashed_columns(RegisterRead)}
    for entry in (read.entry_id, draw_id()):
        values |= {"id": draw_id(), "read_on": date(2030, 1, 1), "entry_id": entry}
        digest = row_hash("metering_read", hashed_columns(RegisterRead), values)
        double = first_row(rows, table_of(RegisterRead))
        listed = ", ".join(map(quoted, double))
        (stored,) = rows(f"SELECT {listed} FROM metering_read WHERE id = ?", rows.key(read.id))
        double = dict(zip(double, stored, strict=True)) | {
            "id": rows.key(values["id"]),
            "entry_id": rows.key(entry),
            "read_on": values["read_on"] if rows.kind == "postgresql" else "2030-01-01",
            "hash": digest,
        }
        rows(f"INSERT INTO {into('metering_read', double)}", *double.values())
        place = ("journal_entry", entry) if entry == read.entry_id else ("metering_read", values["id"])
        assert place in named(small.app.verify())
        rows("DELETE FROM metering_read WHERE id = ?", rows.key(values["id"]))


def test_verify_names_a_changeable_row_altered_with_a_hash_that_fits(small: Seat, rows: Raw) -> None:
    with small.app.database.read() as session:
        party = session.scalars(sa.select(Party).limit(1)).one()
        values = {name: getattr(party, name) for name in hashed_columns(Party)}
    digest = row_hash("parties_party", hashed_columns(Party), values | {"name": "Another"})
    rows("UPDATE parties_party SET name = 'Another', hash = ? WHERE id = ?", digest, rows.key(party.id))
    assert named(small.app.verify()) == {("parties_party", party.id)}


# Verify: the book itself


@pytest.mark.parametrize("model", [Entry, Change])
def test_verify_names_an_altered_entry_whichever_of_its_columns(
    small: Seat, rows: Raw, model: type[Base]
) -> None:
    table = table_of(model)
    row, missed = first_row(rows, table), []
    for column in table.columns:
        (value,) = _alter(rows, table, column.name, others(column, row[column.name], rows)[::-1], row)
        key = UUID(str(row["id" if model is Entry else "entry_id"]))
        keys = {key, UUID(str(value))} if column.name in ("id", "entry_id") else {key}
        try:
            if not {(table.name, one) for one in keys} & named(small.app.verify()):
                missed.append(column.name)
        except Exception as error:  # every column is tried before any is judged
            missed.append(f"{column.name}: {type(error).__name__} {error}")
        _put_back(rows, table, column.name, value, row)
    assert missed == []
    assert small.app.verify() == []


@pytest.mark.parametrize("column", ["request", "answer"])
def test_verify_names_an_altered_wording(small: Seat, rows: Raw, column: str) -> None:
    ((entry, text),) = rows(f"SELECT entry_id, {column} FROM journal_text ORDER BY entry_id LIMIT 1")
    rows(f"UPDATE journal_text SET {column} = ? WHERE entry_id = ?", f"{text} ", entry)
    assert named(small.app.verify()) == {("journal_text", UUID(str(entry)))}


def test_the_wording_of_requests_may_be_erased(small: Seat, rows: Raw) -> None:
    rows("DELETE FROM journal_text")
    assert small.app.verify() == []


def test_verify_names_the_entry_of_a_change_that_is_gone(small: Seat, rows: Raw) -> None:
    query = "SELECT entry_id, position FROM journal_change ORDER BY entry_id DESC, position DESC LIMIT 1"
    ((entry, position),) = rows(query)
    rows("DELETE FROM journal_change WHERE entry_id = ? AND position = ?", entry, position)
    assert ("journal_change", UUID(str(entry))) in named(small.app.verify())


def test_verify_names_the_entry_after_a_gap(small: Seat, rows: Raw) -> None:
    station = rows.key(small.station.id)
    (gone,), (after,) = rows(
        "SELECT id FROM journal_entry WHERE chain_id = ? AND number IN (3, 4) ORDER BY number", station
    )
    rows("DELETE FROM journal_entry WHERE id = ?", gone)
    assert ("journal_entry", UUID(str(after))) in named(small.app.verify())


@pytest.mark.parametrize("column", ["number", "hash"])
def test_verify_names_an_altered_head_of_a_chain(small: Seat, rows: Raw, column: str) -> None:
    table = table_of(Chain)
    row = first_row(rows, table)
    assert _alter(rows, table, column, others(table.columns[column], row[column], rows), row)
    assert named(small.app.verify()) == {("journal_chain", key_of(row))}


def test_verify_names_a_chain_without_its_head(small: Seat, rows: Raw) -> None:
    rows("DELETE FROM journal_chain WHERE id = ?", rows.key(small.station.id))
    assert named(small.app.verify()) == {("journal_chain", small.station.id)}


@pytest.mark.parametrize("head_too", [False, True], ids=["head left", "head moved back"])
def test_verify_finds_that_the_tail_of_a_chain_was_cut_off(small: Seat, rows: Raw, head_too: bool) -> None:
    key = draw_id()
    pay(small, SMALL[1], yuan("1.00"), key)
    entry, station = rows.key(key), rows.key(small.station.id)
    ((number, previous),) = rows("SELECT number, previous_hash FROM journal_entry WHERE id = ?", entry)
    for table, column in (
        ("journal_text", "entry_id"),
        ("journal_change", "entry_id"),
        ("journal_entry", "id"),
    ):
        rows(f"DELETE FROM {table} WHERE {column} = ?", entry)
    if head_too:
        rows("UPDATE journal_chain SET number = ?, hash = ? WHERE id = ?", number - 1, previous, station)
    findings = small.app.verify()
    assert any(finding.code == "row_without_entry" for finding in findings)
    assert (("journal_chain", small.station.id) in named(findings)) is not head_too


SERIES = (
    "receipt",
    "bank_deposit",
    "bill",
    "bill_run",
    "cash_sheet",
    "collective_bill",
    "contract",
    "day_sheet",
    "debit_file",
    "export",
    "instalment",
    "paper",
    "payment_group",
    "refund",
)


@pytest.mark.parametrize("last", ["last + 1", "last - 1", "gone"])
def test_verify_names_a_series_that_does_not_end_at_its_last_paper(small: Seat, rows: Raw, last: str) -> None:
    owners = {UUID(str(owner)) for (owner,) in rows("SELECT owner_id FROM journal_series")}
    if last == "gone":
        rows("DELETE FROM journal_series")
    else:
        rows(f"UPDATE journal_series SET last = {last}")
    found = [finding.row_id for finding in small.app.verify() if finding.invariant == "I17"]
    assert (len(found), set(found)) == (len(SERIES), owners)


def test_every_series_is_proven(small: Seat) -> None:
    with small.app.database.read() as session:
        kinds = set(session.scalars(sa.select(Series.kind)))
    assert kinds == set(SERIES)  # a new one goes into that list


# Verify: money


@pytest.mark.parametrize(
    ("table", "column", "by"),
    [
        ("ledger_contract_account", "owed", 1),
        ("ledger_contract_account", "credit", 1),
        ("ledger_open_item", "remaining", -1),
    ],
)
def test_verify_names_a_cached_balance_that_is_off(
    small: Seat, rows: Raw, table: str, column: str, by: int
) -> None:
    ((key, value),) = rows(f"SELECT id, {column} FROM {table} ORDER BY {column} DESC LIMIT 1")
    rows(f"UPDATE {table} SET {column} = ? WHERE id = ?", value + by, key)
    assert named(small.app.verify()) == {(table, UUID(str(key)))}


def test_verify_names_a_set_that_does_not_balance(small: Seat, rows: Raw) -> None:
    key = posting_sets(small.app, SMALL[0])[0]
    rows(
        "UPDATE ledger_posting SET amount = amount + 1 WHERE posting_set_id = ? AND amount > 0", rows.key(key)
    )
    assert ("ledger_posting_set", key) in named(small.app.verify())


@pytest.mark.parametrize("amounts", [(7,), (5, -5)], ids=["one", "a balanced pair"])
def test_verify_names_a_set_that_postings_came_into_later(
    small: Seat, rows: Raw, amounts: tuple[int, ...]
) -> None:
    there = first_row(rows, Base.metadata.tables["ledger_posting"])
    others_than = "SELECT entry_id FROM ledger_posting WHERE entry_id <> ? ORDER BY entry_id LIMIT 1"
    later = rows.one(others_than, there["entry_id"])
    for place, amount in enumerate(amounts, 1):
        new = there | {"id": rows.key(UUID(int=(7 << 76) | place)), "entry_id": later, "amount": amount}
        rows(f"INSERT INTO {into('ledger_posting', new)}", *new.values())
    assert ("ledger_posting_set", UUID(str(there["posting_set_id"]))) in named(small.app.verify())


def test_verify_names_a_payment_without_a_receipt(small: Seat, rows: Raw) -> None:
    ((payment,),) = rows("SELECT payment_id FROM counter_receipt ORDER BY running LIMIT 1")
    rows("DELETE FROM counter_receipt WHERE payment_id = ?", payment)
    assert ("counter_payment", UUID(str(payment))) in named(small.app.verify())


def test_verify_names_a_bill_that_is_not_the_sum_of_its_lines(small: Seat, rows: Raw) -> None:
    ((bill,),) = rows("SELECT bill_id FROM billing_line ORDER BY bill_id LIMIT 1")
    rows("UPDATE billing_line SET amount = amount + 1 WHERE bill_id = ?", bill)
    assert ("billing_bill", UUID(str(bill))) in named(small.app.verify())


def test_verify_reads_a_large_table_in_parts(small: Seat, rows: Raw, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "ROWS_AT_ONCE", 3)
    assert small.app.verify() == []
    altered = [key for (key,) in rows("SELECT id FROM metering_read ORDER BY id")][::2]
    for key in altered:
        rows("UPDATE metering_read SET reader = 'Nobody' WHERE id = ?", key)
    found = {one.row_id for one in small.app.verify() if one.code == "row_altered"}
    assert found == {UUID(str(key)) for key in altered}
    assert len(found) > 2


def test_verify_writes_nothing_but_that_it_was_done(small: Seat, small_hall: str) -> None:
    before = contents(small_hall)
    assert small.app.verify() == []
    assert changed(before, contents(small_hall)) == {"kernel_upkeep"}


def test_verify_reads_one_moment_while_others_work(app: App) -> None:
    seat = app.command_line("1")

    def connect_another(_table: str) -> None:
        if not done:
            done.append(1)
            one = connection("330100000099", tariff_code="ZJ-RES")
            seat.do(contracts.connect, Connections((one,)))

    done: list[int] = []
    assert app.verify(connect_another) == []
    assert done
    assert app.verify() == []


def test_a_reprint_is_entered_and_proven(small: Seat) -> None:
    number = pay(small, SMALL[1], yuan("1.00")).number
    assert [small.do(counter.reprint_receipt, ReceiptQuery(number)).copy for _ in range(2)] == [1, 2]
    assert small.app.verify() == []
