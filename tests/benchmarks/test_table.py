"""A table over a million rows of a database against the same table over rows that are simply there."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PySide6.QtWidgets import QApplication

from desktop.desk.service import ACCOUNT_SORTS, accounts, accounts_extent
from desktop.kernel.database import Database
from desktop.kernel.listing import PAGE_ROWS, Extent, Listing, PageOrder, anchor, anchor_parts
from desktop.kernel.measures import Money
from desktop.kernel.migrations import upgrade
from desktop.kernel.text import catalog
from desktop.qt import theme
from desktop.qt.rows import Source
from desktop.qt.table import Table
from tests.benchmarks import million
from tests.databases_server import SqliteDatabases
from tests.qt.million import MILLION, Item, columns

JUMPS = 20
RUNS = 5
ACCOUNTS = 60_000
"""Accounts written for the second measurement; the time of a page does not grow with them."""


class Stored:
    """A million rows in a table of SQLite, asked for by name and number."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.write() as session:
            session.execute(
                sa.text("CREATE TABLE item (number INTEGER PRIMARY KEY, name TEXT, amount INTEGER)")
            )
            session.execute(
                sa.text(
                    "WITH RECURSIVE t(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM t WHERE n < :most)"
                    " INSERT INTO item SELECT n, printf('%06d', n * 611953 % 1000000), n FROM t"
                ),
                {"most": MILLION - 1},
            )
            session.execute(sa.text("CREATE INDEX item_name ON item (name, number)"))
            session.commit()

    def rows(self, order: PageOrder) -> Sequence[Item]:
        """One page."""
        name, number = anchor_parts(order.after) if order.after else ("", "-1")
        with self._database.read() as session:
            found = session.execute(
                sa.text(
                    "SELECT number, amount FROM item WHERE (name, number) > (:name, :number)"
                    " ORDER BY name, number LIMIT :most"
                ),
                {"name": name, "number": int(number), "most": PAGE_ROWS},
            ).all()
        return [Item(row.number, Money(row.amount)) for row in found]

    def extent(self, listing: Listing) -> Extent:
        """Every anchor, in one pass."""
        with self._database.read() as session:
            found = session.execute(
                sa.text(
                    "SELECT name, number FROM (SELECT name, number, row_number() OVER (ORDER BY name, number) p"
                    " FROM item) WHERE p % :rows = 0"
                ),
                {"rows": PAGE_ROWS},
            ).all()
        return Extent(MILLION, tuple(anchor(row.name, str(row.number)) for row in found))


class Constant:
    """The same million, answered from one page that is always the same."""

    def __init__(self, extent: Extent) -> None:
        self._rows, self._extent = [Item(at, Money(at)) for at in range(PAGE_ROWS)], extent

    def rows(self, order: PageOrder) -> Sequence[Item]:
        """The page there is."""
        return self._rows

    def extent(self, listing: Listing) -> Extent:
        """What was measured before."""
        return self._extent


def _at_once(query: Callable[[Any], Any], request: Any, then: Callable[[Any], None], failed: Any) -> None:
    then(query(request))


def _opened(rows: Callable[..., Any], extent: Callable[..., Any]) -> tuple[Table, float]:
    """A table with its first rows painted, and the seconds that took."""
    start = time.process_time()
    table = Table("Items", columns(catalog("en", million.YUAN)), source=Source(_at_once, rows, extent))
    table.resize(1200, 800)
    table.show()
    table.ask_again()
    table.grab()
    return table, time.process_time() - start


def _jumped(table: Table, at: int) -> float:
    """Seconds until a far row is painted."""
    start = time.process_time()
    table.go_to(at)
    table.grab()
    table.grab()
    assert table.current is not None
    return time.process_time() - start


def _drop(table: Table) -> None:
    table.hide()
    table.deleteLater()
    QApplication.processEvents()


def test_first_rows_and_jumps(qapp: QApplication, sqlite_databases: SqliteDatabases) -> None:
    theme.apply(qapp, dark=False)
    url = sqlite_databases.empty()
    database = Database(url)
    try:
        stored = Stored(database)
        began = time.perf_counter()
        extent = stored.extent(Listing())
        counted = time.perf_counter() - began
        constant = Constant(extent)
        first: dict[str, list[float]] = {"stored": [], "constant": []}
        jumps: dict[str, list[float]] = {"stored": [], "constant": []}
        places = random.Random(1)
        for _ in range(RUNS):
            for name, rows in (("stored", stored.rows), ("constant", constant.rows)):
                table, took = _opened(rows, lambda listing: extent)
                first[name].append(took)
                jumps[name] += [_jumped(table, places.randrange(MILLION)) for _ in range(JUMPS)]
                _drop(table)
        for what, times in (("first rows", first), ("a random jump", jumps)):
            ours, other = (1000 * statistics.median(times[name]) for name in ("stored", "constant"))
            print(
                f"\ntable of {MILLION:,} rows, {what}: {ours:.1f} ms, constant rows {other:.1f} ms:"
                f" {ours / other:.2f} times"
            )
            assert ours < 2 * other
        print(f"anchors of {MILLION:,} rows, once per order, on a worker: {counted:.2f} s")
    finally:
        database.close()
        sqlite_databases.drop(url)


@pytest.mark.parametrize("sort", list(ACCOUNT_SORTS))
def test_pages_of_accounts(accounts_database: Database, sort: str) -> None:
    """First page, anchors, and pages anywhere, of accounts as the desk asks for them."""
    listing, places = Listing(sort), random.Random(2)
    ask = partial(million.ask, accounts_database)
    first = _timed(lambda: ask(accounts, PageOrder(listing=listing)))
    began = time.perf_counter()
    extent = ask(accounts_extent, listing)
    counted = time.perf_counter() - began
    far = _timed(lambda: ask(accounts, extent.order(listing, places.randrange(extent.pages))))
    print(
        f"\n{extent.total:,} accounts by {sort}: first page {first:.1f} ms, a page anywhere {far:.1f} ms,"
        f" anchors {counted:.2f} s"
    )
    assert far < 10 * first, "a page costs the same wherever it lies"


def _timed(call: Callable[[], object]) -> float:
    times = []
    for _ in range(JUMPS):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return 1000 * statistics.median(times)


@pytest.fixture(scope="module")
def accounts_database(tmp_path_factory: pytest.TempPathFactory):
    """Many accounts in one file."""
    folder: Path = tmp_path_factory.mktemp("million")
    database = Database(f"sqlite:///{folder / 'accounts.db'}")
    upgrade(database)
    database.close()
    million.fill(f"sqlite:///{folder / 'accounts.db'}", ACCOUNTS)
    yield database
    database.close()
