"""A payment through `perform` against a bare transaction writing as many rows, both durable, on both databases."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from desktop import sample
from desktop.app import open_app
from desktop.counter import service as counter
from desktop.counter.records import PaymentOrder, TillOrder
from desktop.kernel.measures import Money
from desktop.kernel.work import draw_id
from tests.databases_server import Databases

PAYMENTS = 60
ROWS = 12
"""What one payment writes: entry, text, set, postings, clearing, payment, tender, receipt, print job, balances."""


def test_taking_payments(databases: Databases, tmp_path: Path) -> None:
    app = open_app(databases.empty(), date(2026, 2, 5), intents=tmp_path)
    try:
        sample.build(app)
        seat = app.command_line("1")
        seat.do(counter.open_till, TillOrder(Money(0)))
        numbers = [one.number for one in sample.households()]
        with app.database.write() as session:
            session.execute(sa.text("CREATE TABLE bare (id VARCHAR(36) PRIMARY KEY, content VARCHAR(200))"))
            session.commit()
        start = time.perf_counter()
        for place in range(PAYMENTS):
            order = PaymentOrder(numbers[place % len(numbers)], Money(100), Money(100))
            seat.do(counter.take_payment, order, draw_id())
        ours = time.perf_counter() - start
        start = time.perf_counter()
        for _ in range(PAYMENTS):
            with app.database.write() as session:
                for _row in range(ROWS):
                    session.execute(
                        sa.text("INSERT INTO bare VALUES (:id, :c)"), {"id": str(draw_id()), "c": "x" * 150}
                    )
                session.commit()
        bare = time.perf_counter() - start
        print(
            f"\npayments on {databases.kind}: {PAYMENTS / ours:,.0f} a second,"
            f" a bare transaction of {ROWS} rows {PAYMENTS / bare:,.0f}: {100 * bare / ours:.0f} % of it"
        )
    finally:
        app.close()
