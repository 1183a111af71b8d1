"""Halls full of rows, as programs of before wrote them, are brought up to date and go on working.

`tests/house/keep_hall.py` keeps one more. A step that works on rows nobody had when the newest one was kept needs a
test of its own: see the end of `tests/kernel/test_migrations.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desktop.billing import service as billing
from desktop.counter import service as counter
from desktop.counter.records import ReceiptQuery
from desktop.counter.records.right import LetterQuery
from desktop.desk import service as desk
from desktop.kernel.database import Database
from desktop.kernel.measures import Money
from desktop.kernel.migrations import steps, version
from desktop.kernel.period import Period
from desktop.kernel.work import Seat
from desktop.ledger import service as ledger
from tests.hall import SMALL, TODAY, issue, opened, pay, read
from tests.house.keep_hall import FOLDER
from tests.kernel.test_migrations import at_step
from tests.rows import into, raw

KEPT = sorted(FOLDER.glob("*.jsonl"))


def _blocks(file: Path) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
    """Each table of a kept hall with its columns and rows."""
    heads: list[tuple[str, list[str], list[list[Any]]]] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        found = json.loads(line)
        if isinstance(found, dict):
            heads.append((found["table"], found["columns"], []))
        else:
            heads[-1][2].append(found)
    return iter(heads)


def _truths(database: Database) -> set[tuple[str, str]]:
    """The columns a server takes true and false for."""
    inspector = sa.inspect(database.engine)
    return {
        (table, column["name"])
        for table in ([] if database.embedded else inspector.get_table_names())
        for column in inspector.get_columns(table)
        if isinstance(column["type"], sa.Boolean)
    }


def _value(value: Any, truth: bool) -> Any:
    if isinstance(value, dict):
        return bytes.fromhex(value["hex"])
    return bool(value) if truth and value is not None else value


def _fill(url: str, file: Path, truths: set[tuple[str, str]]) -> None:
    """The rows of a kept hall put past keys and triggers into an empty schema of its step: they were checked once."""
    with raw(url) as rows:
        triggers = (
            rows("SELECT sql FROM sqlite_master WHERE type = 'trigger'") if rows.kind == "sqlite" else []
        )
        rows.unguard()
        rows("BEGIN")
        for table, columns, held in _blocks(file):
            insert = f"INSERT INTO {into(table, dict.fromkeys(columns))}"
            for row in held:
                rows(
                    insert,
                    *(_value(value, (table, one) in truths) for one, value in zip(columns, row, strict=True)),
                )
        rows("COMMIT")
        for (trigger,) in triggers:
            rows(trigger)


@pytest.fixture(params=KEPT, ids=lambda file: file.stem)
def old_hall(request: pytest.FixtureRequest, database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A hall that stands at the step it was kept at."""
    database = at_step(database_url, int(request.param.stem), monkeypatch)
    _fill(database_url, request.param, _truths(database))
    database.close()
    return database_url


def _found(url: str) -> set[tuple[Any, ...]]:
    with raw(url) as rows:
        return set(rows("SELECT owner_kind, owner_id, token FROM search_key"))


def _read_papers(seat: Seat, url: str) -> None:
    """Every bill, receipt and letter of before is shown as it was issued, whatever such papers say more today."""
    with raw(url) as rows:
        letters = rows("SELECT number FROM papers_issued WHERE kind = ?", counter.LETTER)
        receipts = rows("SELECT number FROM counter_receipt")
        bills = rows("SELECT number FROM billing_bill")
    assert len(seat.ask(counter.move_letters, LetterQuery(tuple(number for (number,) in letters)))) > 1
    for (number,) in receipts:
        assert seat.ask(counter.receipt, ReceiptQuery(number)).number == number
    for (number,) in bills:
        assert seat.ask(billing.bill, number).number == number


def test_a_hall_of_before_is_upgraded_with_all_its_rows_and_goes_on(old_hall: str) -> None:
    """Its books are proven, its papers read, search knows what it did not, February is billed and paid."""
    number = SMALL[0]
    with opened(old_hall, TODAY + timedelta(days=60)) as app:  # upgrades
        assert version(app.database) == steps("sqlite")[-1].number
        assert app.verify() == []
        seat = app.command_line("1")
        _read_papers(seat, old_hall)
        assert desk.prepare_search(seat).left == 0
        known = _found(old_hall)
        desk.rebuild_search(seat)
        assert _found(old_hall) == known
        bills = len(seat.ask(desk.account_card, number).bills)
        read(seat, [number], date(2026, 2, 28), 500)
        issue(seat, billing.run_bills(seat, Period.month("2026-02")).run.number)
        assert len(seat.ask(desk.account_card, number).bills) == bills + 1
        owed = seat.ask(ledger.dues, number).to_pay
        assert owed > Money(0)
        pay(seat, number, owed)
        assert seat.ask(ledger.dues, number).to_pay == Money(0)
        assert app.verify() == []
