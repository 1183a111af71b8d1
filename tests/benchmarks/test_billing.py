"""Complete bills stored: against the very same rows written raw, and against an object of the ORM for each row.

Raw means: rows ready as the driver takes them, the same tables, keys, triggers and settings, as many bills in a
transaction; nothing is reckoned, hashed or looked at. What issues bills reads and prices them too; how much of its
time is storing is told apart. Counted is processor time, the server's included: what else the machine does is not in
it. The first transaction of each side, which also learns its statements, is not counted.
"""

from __future__ import annotations

import json
import random
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from desktop.app import open_app
from desktop.billing import service as billing
from desktop.billing.records import START, BillsPage, DraftState, ShareOrder
from desktop.billing.service import issue
from desktop.billing.service.runs import CHUNK
from desktop.billing.tables import Bill, BillDraft, BillLine
from desktop.kernel.bulk import insertions
from desktop.kernel.database import Base, Database, table_of
from desktop.kernel.journal import Entry, EntryText
from desktop.kernel.work import Seat, Work, draw_id, operation, undisturbed
from desktop.ledger.tables import ContractAccount, OpenItem, Posting, PostingSet
from desktop.metering.tables import RegisterRead
from desktop.search.tables import SearchKey, SearchOwner
from tests.benchmarks.district import TODAY, billable_hall
from tests.benchmarks.side_by_side import processor_s, server_of
from tests.databases_server import Databases
from tests.hall import JANUARY, sign
from tests.rows import raw
from tests.statements import each_statement

CHUNKS, BY_OBJECTS, REPEATS = 2, 60, 3
OF_RAW, AT_LEAST_OF_RAW, TIMES_OBJECTS = 0.6, 0.5, 15
"""What is wanted of the rate of raw rows, and what holds on a busy machine and in a file too; and beside objects."""
ACCOUNTS = CHUNKS * CHUNK
MADE: tuple[type[Base], ...] = (
    Posting, PostingSet, OpenItem, Bill, BillLine, SearchKey, SearchOwner, Entry, EntryText,
)  # fmt: skip
"""What the issue of bills writes, in its order."""


def drafted(url: str) -> None:
    """A hall whose January is drafted."""
    app = billable_hall(url, ACCOUNTS + CHUNK)
    seat = app.command_line("1")
    sign(seat, billing.run_bills(seat, JANUARY).run.number)
    app.close()


@dataclass
class Chunk:
    """The rows of one transaction as the driver gives them, by table; and what it added to rows that stood before."""

    rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = field(default_factory=dict)
    owed: list[tuple[Any, Any]] = field(default_factory=list)
    reads: list[Any] = field(default_factory=list)
    accounts: list[Any] = field(default_factory=list)


def test_bills_stored(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, stored, written, together, objects = [], [], [], [], []
    for _ in range(REPEATS):
        url, again, other, once_more = (databases.like(drafted) for _ in range(4))
        seconds, reckoned = _issued(url, monkeypatch)
        whole.append(seconds)
        stored.append(seconds - reckoned)
        chunks = list(_chunks(url))
        assert [len(one.accounts) for one in chunks] == [CHUNK] * (CHUNKS + 1)
        written.append(_write(again, chunks))
        together.append(_write(once_more, chunks, together=True))
        objects.append(_by_objects(url, other))
        for one in (url, again, other, once_more):
            databases.drop(one)
    raw_rows, highest, ours, all_in = (
        ACCOUNTS / statistics.median(times) for times in (written, together, stored, whole)
    )
    plain = BY_OBJECTS / statistics.median(objects)
    print(
        f"\nbills on {databases.kind}, {CHUNK} in a transaction, per CPU second: raw rows {raw_rows:,.0f}"
        f" ({highest:,.0f} fifty at once); stored {ours:,.0f}, {ours / raw_rows:.0%} ({ours / highest:.0%}) of that"
        f" and {ours / plain:.0f} times the {plain:,.0f} as objects;"
        f" with reading and pricing {all_in:,.0f}; wanted are {OF_RAW:.0%} and {TIMES_OBJECTS} times"
    )
    assert ours >= AT_LEAST_OF_RAW * raw_rows
    assert ours >= TIMES_OBJECTS * plain


def _issued(url: str, monkeypatch: pytest.MonkeyPatch) -> tuple[float, float]:
    """Issue the drafts; seconds in all, and of them those in which nothing was stored yet."""
    reckoned, server = [0.0], server_of(url)

    def timed(function: Any) -> Any:
        def run(*given: Any, **named: Any) -> Any:
            began = processor_s(server)
            try:
                return function(*given, **named)
            finally:
                reckoned[0] += processor_s(server) - began

        return run

    app = open_app(url, TODAY)
    seat = app.command_line("1")
    (run,) = seat.ask(billing.bill_runs)
    order = ShareOrder(seat.do(billing.begin_issue, run.number).run_id, draw_id(), CHUNK)
    with monkeypatch.context() as patch, undisturbed():
        assert seat.do(issue.issue_chunk, order).done == CHUNK
        patch.setattr(issue, "rate", timed(issue.rate))
        began = processor_s(server)
        assert sum(seat.do(issue.issue_chunk, order).done for _ in range(CHUNKS)) == ACCOUNTS
        seconds = processor_s(server) - began
    app.close()
    return seconds, reckoned[0]


def _chunks(url: str) -> Iterator[Chunk]:
    with raw(url) as rows:
        entries = rows("SELECT id FROM journal_entry WHERE operation = 'billing.issue_chunk' ORDER BY number")
        for (entry,) in entries:
            one = Chunk()
            mine = {
                "search_key": "owner_id IN (SELECT id FROM billing_bill WHERE entry_id = ?)",
                "search_owner": "owner_id IN (SELECT id FROM billing_bill WHERE entry_id = ?)",
                "journal_entry": "id = ?",
            }
            for model in MADE:
                table = table_of(model)
                names = [column.name for column in table.columns]
                listed = ", ".join(f'"{name}"' for name in names)
                where = mine.get(table.name, "entry_id = ?")
                one.rows[table.name] = names, rows(f"SELECT {listed} FROM {table.name} WHERE {where}", entry)
            found = rows("SELECT contract_account_id, amount FROM billing_bill WHERE entry_id = ?", entry)
            one.owed = [(amount, account) for account, amount in found]
            one.accounts = [account for account, _ in found]
            one.reads = [
                key
                for (key,) in rows(
                    "SELECT r.id FROM metering_read r JOIN metering_register g ON g.id = r.register_id"
                    " JOIN metering_installation i ON i.meter_id = g.meter_id"
                    " JOIN contracts_contract c ON c.service_point_id = i.service_point_id"
                    " JOIN billing_bill b ON b.contract_account_id = c.contract_account_id"
                    " WHERE b.entry_id = ? AND r.read_on IN ('2025-12-31', '2026-01-31')",
                    entry,
                )
            ]
            yield one


def _write(url: str, chunks: list[Chunk], *, together: bool = False) -> float:
    """Write the rows of chunks raw, each in a transaction, ``together`` many by a statement; seconds."""
    database, server, began = Database(url), server_of(url), 0.0
    for one in chunks:
        began = began or (processor_s(server) if one is chunks[1] else 0.0)
        with database.write("READ COMMITTED") as session:
            connection = session.connection()
            for table, (names, rows) in one.rows.items():
                _raw_insert(connection, table, names, rows, together=together)
                if table == "ledger_open_item":
                    _raw_changes(connection, one)
            connection.exec_driver_sql("UPDATE journal_series SET last = last + 500 WHERE kind = 'bill'")
            connection.exec_driver_sql("UPDATE journal_chain SET number = number + 1")
            session.commit()
    seconds = processor_s(server) - began
    database.close()
    return seconds


def _raw_insert(
    connection: sa.Connection, table: str, names: list[str], rows: list[tuple[Any, ...]], *, together: bool
) -> None:
    listed = ", ".join(f'"{name}"' for name in names)
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    elif together:
        for statement, turns in insertions(
            table, dict(zip(names, zip(*rows, strict=True), strict=True)), len(rows)
        ):
            connection.exec_driver_sql(statement, turns)
    else:
        marks = ", ".join("?" * len(names))
        connection.exec_driver_sql(f"INSERT INTO {table} ({listed}) VALUES ({marks})", rows)


def _raw_changes(connection: sa.Connection, one: Chunk) -> None:
    """The balances, the reads rested on and the states of drafts."""
    if connection.dialect.name == "postgresql":
        by = [amount for amount, _ in one.owed]
        connection.exec_driver_sql(
            "UPDATE ledger_contract_account t SET owed = owed + m.by"
            " FROM unnest(%s::uuid[], %s::bigint[]) m (id, by) WHERE t.id = m.id",
            (one.accounts, by),
        )
        connection.exec_driver_sql(
            "UPDATE metering_read SET bills = bills + 1 WHERE id = ANY (%s)", (one.reads,)
        )
        connection.exec_driver_sql(
            "UPDATE billing_draft SET state = 'issued' WHERE contract_account_id = ANY (%s)", (one.accounts,)
        )
        return
    connection.exec_driver_sql("UPDATE ledger_contract_account SET owed = owed + ? WHERE id = ?", one.owed)
    connection.exec_driver_sql(
        "UPDATE metering_read SET bills = bills + 1 WHERE id = ?", [(key,) for key in one.reads]
    )
    run = connection.exec_driver_sql("SELECT id FROM billing_run").scalar_one()
    connection.exec_driver_sql(
        "UPDATE billing_draft SET state = 'issued' WHERE run_id = ? AND contract_account_id = ?",
        [(run, account) for account in one.accounts],
    )


def _by_objects(url: str, other: str) -> float:
    """The rows of a few bills, an object for each and a flush for each bill; seconds."""
    database = Database(url)
    with database.read() as session:
        bills = list(session.scalars(sa.select(Bill).order_by(Bill.running).limit(BY_OBJECTS)))
        _WAITING.append([PlainBill(_rows_of(session, bill), _reads_of(bill)) for bill in bills])
    database.close()
    app, server = open_app(other, TODAY), server_of(other)
    seat, began = app.command_line("1"), processor_s(server)
    seat.do(bill_by_bill)
    seconds = processor_s(server) - began
    app.close()
    return seconds


@dataclass(frozen=True)
class PlainBill:
    """The rows of a bill by model, and the reads it rests on."""

    rows: list[tuple[type[Base], dict[str, Any]]]
    reads: list[UUID]


_WAITING: list[list[PlainBill]] = []


def _reads_of(bill: Bill) -> list[UUID]:
    reads = json.loads(bill.trace)["reads"]
    return [UUID(read[name]) for read in reads for name in ("previous_read_id", "current_read_id")]


def _rows_of(session: orm.Session, bill: Bill) -> list[tuple[type[Base], dict[str, Any]]]:
    chosen: Mapping[type[Base], Any] = {
        Posting: Posting.posting_set_id == bill.posting_set_id,
        PostingSet: PostingSet.id == bill.posting_set_id,
        OpenItem: OpenItem.source_number == bill.number,
        Bill: Bill.id == bill.id,
        BillLine: BillLine.bill_id == bill.id,
        SearchOwner: SearchOwner.owner_id == bill.id,
        SearchKey: SearchKey.owner_id == bill.id,
    }
    found = []
    for model, where in chosen.items():
        names = [one.key for one in sa.inspect(model).column_attrs if one.key not in {"entry_id", "hash"}]
        found += [
            (model, {name: getattr(row, name) for name in names})
            for row in session.scalars(sa.select(model).where(where))
        ]
    return found


@operation("billing.issue")
def bill_by_bill(work: Work, _request: None) -> int:
    """Write the waiting bills the plain way: objects, and a flush for each bill."""
    bills = _WAITING.pop()
    for bill in bills:
        for model, row in bill.rows:
            work.session.add(model(**row))
            if model in (Posting, PostingSet):
                work.session.flush()
            if model is Bill:
                key = row["contract_account_id"]
                work.session.get_one(ContractAccount, key).owed += row["amount"]
                work.session.get_one(BillDraft, (row["run_id"], key)).state = DraftState.ISSUED
        for read in bill.reads:
            work.session.get_one(RegisterRead, read).bills += 1
        work.session.flush()
    return len(bills)


def test_one_bill_on_the_screen(databases: Databases) -> None:
    """One bill with its trace in words, against its bare queries: in the same kind of transaction, all that it asks
    there by the driver alone. Each side looks at one bill after another, of customers from the whole hall."""
    url = databases.like(billed)
    app = open_app(url, TODAY)
    seat, run = app.command_line("1"), _run(app.command_line("1"))
    every = [bill.number for bill in seat.ask(billing.bills_of_run, BillsPage(run, START, BILLED)).bills]
    numbers = random.Random(5).sample(every, LOOKS)
    looks: list[list[tuple[str, Any]]] = []

    def note(_connection: sa.Connection, statement: str, given: Any) -> None:
        if not statement.startswith("BEGIN"):
            looks[-1].append((statement, given))

    with each_statement(note):
        for number in numbers:
            looks.append([])
            seat.ask(billing.bill, number)

    def bare() -> None:
        for look in looks:
            with app.database.read() as session:
                driver: Any = session.connection().connection.driver_connection
                for statement, given in look:
                    driver.execute(statement, given).fetchall()

    ours, theirs, server = [], [], server_of(url)
    for _ in range(9):
        for times, side in (
            (ours, lambda: [seat.ask(billing.bill, number) for number in numbers]),
            (theirs, bare),
        ):
            began = processor_s(server)
            side()
            times.append(processor_s(server) - began)
    mine, plain = statistics.median(ours) / len(numbers), statistics.median(theirs) / len(numbers)
    print(
        f"\none bill with its trace on {databases.kind}: {mine * 1000:.2f} ms of CPU,"
        f" its {len(looks[0])} questions bare {plain * 1000:.2f} ms: {mine / plain:.2f} times"
    )
    app.close()


BILLED, LOOKS = 20_000, 300
"""The customers of a hall whose bills are looked at, and so many of them."""


def billed(url: str) -> None:
    """A hall whose January is billed."""
    app = billable_hall(url, BILLED)
    billing.issue_run(app.command_line("1"), billing.run_bills(app.command_line("1"), JANUARY).run.number)
    app.close()


def _run(seat: Seat) -> str:
    return str(seat.ask(billing.bill_runs)[0].number)
