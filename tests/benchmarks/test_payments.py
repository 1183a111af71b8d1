"""A payment through `perform` against a bare transaction writing the very same rows, on both databases.

Bare means: rows ready as the driver takes them, one statement for the rows of each table and for each value that
changes, in the same tables with their keys and triggers; nothing is read, reckoned, hashed or looked at. Each payment
clears an overdue bill with its late fee. Databases lie on a disk, and what is committed has reached it.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from reportlab.pdfgen.canvas import Canvas

from desktop.app import open_app
from desktop.counter import service as counter
from desktop.counter.documents import receipt_pdf
from desktop.counter.records import PaymentOrder, TillOrder
from desktop.counter.tables import Payment, Receipt, Tender
from desktop.kernel.database import Base, Database, table_of
from desktop.kernel.journal import Entry, EntryText
from desktop.kernel.lettering import load_fonts
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat, draw_id
from desktop.ledger import service as ledger
from desktop.ledger.tables import Clearing, Posting, PostingSet
from desktop.papers.tables import OpenPrint, PrintJob
from desktop.search.tables import SearchKey, SearchOwner
from tests.benchmarks.district import TODAY, account_number, owing_hall
from tests.benchmarks.side_by_side import processor_s, server_of
from tests.databases_server import Databases, PostgresServer, SqliteDatabases
from tests.rows import contents, raw

AT_ONCE, TURNS = 100, 5
"""So many payments are taken in turn with as many bare ones; the first turn, which learns, is not counted."""

GOALS = {"sqlite": 0.10, "postgresql": 0.40}
"""What holds; a quiet machine took them at 0.52 of the rate on a file and 0.63 on a server."""
OPEN_ITEMS = [int(size) for size in os.environ.get("OPEN_ITEMS", "1000,1000000").split(",")]
FLAT = 1.4
"""A thousand times as many open items may cost so much more: trees grow deeper, and fewer pages are at hand."""

FIRST = 20
"""So many receipts learn and are not counted."""

MADE: tuple[type[Base], ...] = (
    Posting, PostingSet, Clearing, Payment, Tender, Receipt, PrintJob, OpenPrint, SearchKey, SearchOwner, Entry,
    EntryText,
)  # fmt: skip
"""What a payment writes, in its order."""


@contextmanager
def on_disk(kind: str) -> Iterator[Databases]:
    """Databases of a kind in a folder of the disk, which wait until it has what they commit."""
    with tempfile.TemporaryDirectory(prefix="servicehall-", ignore_cleanup_errors=True) as folder:
        if kind == "sqlite":
            yield SqliteDatabases(Path(folder))
            return
        server = PostgresServer(Path(folder), fsync="on", full_page_writes="on", autovacuum="on")
        server.start()
        try:
            yield server
        finally:
            server.remove()


def paying_hall(url: str, count: int = AT_ONCE * TURNS) -> None:
    """Accounts that owe a bill each, and an open till that took a payment of one more."""
    app = owing_hall(url, count + 1)
    seat = app.command_line("1")
    seat.do(counter.open_till, TillOrder(Money(0)))
    seat.do(counter.take_payment, order_of(seat, count))
    app.close()
    open_app(url, TODAY).close()  # what is left to do is done when a database is opened


@dataclass(frozen=True)
class Written:
    """What one payment wrote: rows by table as the driver gives them, and the changes of rows that stood before."""

    rows: dict[str, list[tuple[Any, ...]]]
    account: Any
    cleared: list[tuple[Any, Any]]
    owed: Any
    station: Any
    entry_hash: bytes


@pytest.mark.parametrize("kind", list(GOALS))
def test_taking_payments(kind: str) -> None:
    ours, theirs = list[tuple[float, float]](), list[tuple[float, float]]()
    with on_disk(kind) as databases:
        url, other = (databases.like(paying_hall) for _ in range(2))
        app, bare, server = open_app(url, TODAY), Database(other), server_of(url)
        seat = app.command_line("1")
        for turn in range(TURNS):
            places = range(turn * AT_ONCE, (turn + 1) * AT_ONCE)
            orders = [(order_of(seat, place), draw_id()) for place in places]
            began = time.perf_counter(), processor_s(server)
            for order, key in orders:
                app.perform(counter.take_payment, order, seat.actor, seat.station, key)
            ours.append((time.perf_counter() - began[0], processor_s(server) - began[1]))
            written = _written(url, [key for _, key in orders])
            began = time.perf_counter(), processor_s(server)
            for one in written:
                _write(bare, one)
            theirs.append((time.perf_counter() - began[0], processor_s(server) - began[1]))
        app.close()
        bare.close()
        assert contents(url) == contents(other)
    took, by_processor = (statistics.median(one[at] for one in ours[1:]) for at in (0, 1))
    plainly, plain_processor = (statistics.median(one[at] for one in theirs[1:]) for at in (0, 1))
    print(
        f"\npayments on {kind}: {AT_ONCE / took:,.0f} a second, bare transactions of the same rows"
        f" {AT_ONCE / plainly:,.0f}: {plainly / took:.0%} of that; {by_processor / AT_ONCE * 1000:.1f} ms of processor"
        f" time each, bare {plain_processor / AT_ONCE * 1000:.1f}: {plain_processor / by_processor:.0%}"
    )
    assert plainly / took >= GOALS[kind]


def order_of(seat: Seat, place: int) -> PaymentOrder:
    """All that an account owes, in cash."""
    number = account_number(place)
    owed = seat.ask(ledger.dues, number).to_pay
    return PaymentOrder(number, owed, owed)


def _written(url: str, entries: Sequence[UUID]) -> list[Written]:
    with raw(url) as rows:
        return [_of_entry(rows, rows.key(entry)) for entry in entries]


def _of_entry(rows: Any, entry: Any) -> Written:
    mine = "owner_id = (SELECT id FROM counter_receipt WHERE entry_id = ?)"
    where = {
        "search_key": mine,
        "search_owner": mine,
        "journal_entry": "id = ?",
        "papers_open_print": "print_job_id = (SELECT id FROM papers_print_job WHERE entry_id = ?)",
    }
    found = {}
    for model in MADE:
        table = table_of(model)
        listed = ", ".join(f'"{column.name}"' for column in table.columns)
        statement = f"SELECT {listed} FROM {table.name} WHERE {where.get(table.name, 'entry_id = ?')}"
        found[table.name] = rows(statement, entry)
    ((account, station, owed),) = rows(
        "SELECT p.contract_account_id, r.station_id, p.amount FROM counter_payment p"
        " JOIN counter_receipt r ON r.payment_id = p.id WHERE p.entry_id = ?",
        entry,
    )
    cleared = rows(
        "SELECT amount, open_item_id FROM ledger_clearing WHERE kind = 'principal' AND entry_id = ?", entry
    )
    owed = sum(amount for amount, _ in cleared)
    entry_hash = rows.one("SELECT hash FROM journal_entry WHERE id = ?", entry)
    return Written(found, account, cleared, owed, station, entry_hash)


def _write(database: Database, one: Written) -> None:
    """Write the same by plain statements of the driver, and commit it."""
    mark = "%s" if database.dialect == "postgresql" else "?"
    with database.write() as session:
        driver: Any = session.connection().connection.driver_connection
        for table, rows in one.rows.items():
            marks = f"({', '.join([mark] * len(rows[0]))})"
            listed = ", ".join(f'"{column.name}"' for column in Base.metadata.tables[table].columns)
            values = [value for row in rows for value in row]
            driver.execute(f"INSERT INTO {table} ({listed}) VALUES {', '.join([marks] * len(rows))}", values)
            if table == "ledger_clearing":
                _change(driver, mark, one)
        series = f"UPDATE journal_series SET last = last + 1 WHERE owner_id = {mark} AND kind = 'receipt'"
        driver.execute(series, [one.station])
        head = f"UPDATE journal_chain SET number = number + 1, hash = {mark} WHERE id = {mark}"
        driver.execute(head, [one.entry_hash, one.station])
        session.commit()


def _change(driver: Any, mark: str, one: Written) -> None:
    for amount, item in one.cleared:
        changed = f"UPDATE ledger_open_item SET remaining = remaining - {mark} WHERE id = {mark}"
        driver.execute(changed, [amount, item])
    driver.execute(
        f"UPDATE ledger_contract_account SET owed = owed - {mark} WHERE id = {mark}", [one.owed, one.account]
    )


@pytest.mark.parametrize("kind", list(GOALS))
def test_from_pay_to_the_receipt_on_paper(kind: str, tmp_path: Path) -> None:
    """The payment with its intent on this computer and its receipt as a file, against one row that is committed and a
    page of a font that every reader has; in turn, one by one, so that what else the machine does slows both. Each
    customer's name and address have letters of their own, so that no receipt's letters were all cut before."""
    load_fonts()
    ours, theirs = list[float](), list[float]()
    with on_disk(kind) as databases:
        url = databases.empty()
        paying_hall(url, AT_ONCE)
        app = open_app(url, TODAY, intents=tmp_path / "intents")
        seat = app.command_line("1")
        with app.database.write() as session:
            session.connection().exec_driver_sql(
                "CREATE TABLE bare (number INTEGER PRIMARY KEY, words VARCHAR(200))"
            )
            session.commit()
        for place in range(AT_ONCE):
            order = order_of(seat, place)
            began = time.perf_counter()
            issued = replace(seat.do(counter.take_payment, order, draw_id()), **_whose(place))
            paper = receipt_pdf([issued], app.catalog, app.country, app.picture)
            (tmp_path / "ours.pdf").write_bytes(paper)
            ours.append(time.perf_counter() - began)
            began = time.perf_counter()
            with app.database.write() as session:
                session.connection().exec_driver_sql(f"INSERT INTO bare VALUES ({place}, '{'x' * 150}')")
                session.commit()
            _plain_page(tmp_path / "plain.pdf", issued.number)
            theirs.append(time.perf_counter() - began)
        app.close()
    mine, plain = statistics.median(ours[FIRST:]), statistics.median(theirs[FIRST:])
    print(
        f"\nfrom pay to a receipt on {kind}: {mine * 1000:.1f} ms, a bare commit and a bare page"
        f" {plain * 1000:.1f} ms: {mine / plain:.1f} times"
    )


def _whose(place: int) -> dict[str, Any]:
    """A name and an address in letters that the receipt before did not have."""
    letters = [chr(0x4E00 + (place * 13 + one) * 7 % 5_000) for one in range(12)]
    return {"customer_name": "".join(letters[:3]), "address": f"{''.join(letters[3:])} {place} 号"}


def _plain_page(out: Path, number: str) -> None:
    """As many lines as a receipt has, in a font that need not be in the file."""
    page = Canvas(str(out), pagesize=(595, 420))
    page.setFont("Helvetica", 9)
    for line in range(40):
        page.drawString(40, 400 - 9 * line, f"{number} line {line} 123.45")
    page.save()


@pytest.mark.trial
@pytest.mark.parametrize("kind", list(GOALS))
def test_a_payment_costs_the_same_among_many_open_items(kind: str) -> None:
    costs = []
    for size in OPEN_ITEMS:
        with on_disk(kind) as databases:
            url = databases.empty()
            paying_hall(url, size)
            app, server = open_app(url, TODAY), server_of(url)
            seat, times = app.command_line("1"), list[float]()
            step = max(size // (AT_ONCE * TURNS), 1)  # from all over the tables
            for turn in range(TURNS):
                orders = [order_of(seat, (turn + place * TURNS) * step % size) for place in range(AT_ONCE)]
                began = processor_s(server)
                for order in orders:
                    seat.do(counter.take_payment, order)
                times.append(processor_s(server) - began)
            app.close()
        costs.append(statistics.median(times[1:]) / AT_ONCE)
        print(f"\n{size:,} open items on {kind}: {costs[-1] * 1000:.2f} ms of processor time a payment")
    assert max(costs) <= FLAT * min(costs)
