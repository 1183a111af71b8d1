"""A hall comes in from its workbook, against the same rows one ORM object after the other, on both databases.

The plain way is what a program with an ORM does: it reads the workbook cell by cell, and for each row asks whether it
is there already and for the rows it names, makes an object of it, adds it and flushes, so that the next may name it.
Both write the book. Ours is counted with the processor time of the process that reads the file; theirs the second
time, when all their statements are known.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from desktop.app import App, open_app
from desktop.contracts.tables import SupplyContract
from desktop.kernel.database import Base, table_of
from desktop.kernel.work import Work, operation
from desktop.ledger.records import Role
from desktop.ledger.tables import Clearing, ContractAccount, LedgerAccount, OpenItem, Posting, PostingSet
from desktop.metering.tables import (
    Installation,
    Meter,
    MonthBefore,
    ReadingRoute,
    Register,
    RegisterRead,
    RouteStop,
)
from desktop.parties.tables import Contact, Party, PartyRole
from desktop.premises.tables import Premise, ServicePoint
from desktop.search.tables import SearchKey, SearchOwner
from desktop.staff.tables import Hall
from desktop.takeover import service as takeover
from desktop.tariffs.tables import Tariff
from tests.benchmarks.side_by_side import processor_s
from tests.databases_server import Databases
from tests.hall import found
from tests.takeover.workbooks import hall, written

ACCOUNTS, BY_OBJECTS = 10_000, 200
"""The trial measures as many as a large hall has: 200,000."""

GOAL, AT_LEAST = 20, 19
"""How many times quicker ours is to be, and what no change may fall below."""
TODAY = date(2026, 2, 5)
Workbooks = Callable[[int], Path]
IN_ORDER: tuple[type[Base], ...] = (
    Party, PartyRole, Contact, Premise, ServicePoint, Meter, Installation, Register, RegisterRead, ReadingRoute,
    ContractAccount, RouteStop, MonthBefore, Posting, PostingSet, OpenItem, Clearing, SupplyContract, SearchOwner,
    SearchKey,
)  # fmt: skip


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> Workbooks:
    """A workbook of so many accounts: written once, for the large one takes minutes."""
    folder = tmp_path_factory.mktemp("workbooks")

    @cache
    def workbook(accounts: int) -> Path:
        return written(folder, hall(accounts, 500), title=f"{accounts}.xlsx")

    return workbook


def test_a_hall_comes_in(databases: Databases, workbooks: Workbooks) -> None:
    _compare(databases, workbooks, ACCOUNTS)


@pytest.mark.trial
def test_a_hall_of_two_hundred_thousand_comes_in(databases: Databases, workbooks: Workbooks) -> None:
    _compare(databases, workbooks, 200_000)


def _compare(databases: Databases, workbooks: Workbooks, accounts: int) -> None:
    file, few = workbooks(accounts), workbooks(BY_OBJECTS)
    app = _founded(databases.empty())
    began, ours = time.perf_counter(), processor_s()
    assert takeover.import_hall(app.command_line(), file).accounts == accounts
    wall, ours = time.perf_counter() - began, processor_s() - ours
    assert app.verify() == []
    app.close()

    some = _founded(databases.empty())
    takeover.import_hall(some.command_line(), few)
    with some.database.read() as session:
        rows = list(_rows(session))
        kept = {model: dict(_names(session, model)) for model in (Hall, Tariff, LedgerAccount)}
    some.close()

    for _ in range(2):
        other = _founded(databases.empty())
        with other.database.read() as session:
            here = {model: dict(_names(session, model)) for model in kept}
        same = {key: here[model][name] for model, names in kept.items() for name, key in names.items()}
        order = [
            (model, {name: same.get(value, value) for name, value in row.items()}) for model, row in rows
        ]
        _ORDERS.append(order)
        began, theirs = time.perf_counter(), processor_s()
        with closing(openpyxl.load_workbook(few, read_only=True)) as book:
            assert all([dict(enumerate(row)) for row in one.iter_rows(values_only=True)] for one in book)
        other.command_line().do(one_by_one)
        their_wall, theirs = time.perf_counter() - began, processor_s() - theirs
        other.close()
    by_cpu = theirs / BY_OBJECTS / (ours / accounts)
    print(
        f"\na hall of {accounts:,} on {databases.kind}: {accounts / wall:,.0f} accounts a second,"
        f" {accounts / ours:,.0f} per CPU second; {len(order) / BY_OBJECTS:.0f} rows each as objects"
        f" {BY_OBJECTS / their_wall:,.0f} a second, {BY_OBJECTS / theirs:,.0f} per CPU second:"
        f" ratio {their_wall / BY_OBJECTS / (wall / accounts):.1f}, of CPU {by_cpu:.1f} (goal {GOAL})"
    )
    assert by_cpu >= AT_LEAST


_ORDERS: list[list[tuple[type[Base], dict[str, Any]]]] = []


@operation("takeover.import")
def one_by_one(work: Work, _request: None) -> int:
    """Write the waiting rows the plain way."""
    order = _ORDERS.pop()
    by_table = {table_of(model).name: model for model in IN_ORDER}
    for model, row in order:
        keys = [column == row[column.key] for column in table_of(model).primary_key]
        assert work.session.scalars(sa.select(model).where(*keys)).first() is None
        for column in table_of(model).columns:
            for named in column.foreign_keys:
                target = by_table.get(named.column.table.name)
                if target is not None and row.get(column.key) is not None:
                    work.session.scalars(sa.select(target).where(target.id == row[column.key])).first()
        work.session.add(model(**row))
        work.session.flush()
    return len(order)


def _founded(url: str) -> App:
    app = open_app(url, TODAY)
    found(app)
    return app


def _names(session: orm.Session, model: type[Base]) -> Iterator[tuple[str, Any]]:
    named: Any = model
    name = {Hall: "code", Tariff: "code", LedgerAccount: "role"}[model]
    for key, value in session.execute(sa.select(named.id, getattr(named, name))):
        yield str(value.value if isinstance(value, Role) else value), key


def _rows(session: orm.Session) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    """Every row that came in, as keyword arguments of its class; what the book adds is left out."""
    for model in IN_ORDER:
        mapper = sa.inspect(model)
        names = [column.key for column in mapper.column_attrs if column.key not in {"entry_id", "hash"}]
        if issubclass(model, SearchKey | SearchOwner):
            names = [column.key for column in mapper.column_attrs]
        for row in session.scalars(sa.select(model)):
            yield model, {name: getattr(row, name) for name in names}
