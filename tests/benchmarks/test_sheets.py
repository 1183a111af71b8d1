"""How fast a reading sheet is checked and stored, beside openpyxl only reading it."""

from __future__ import annotations

import time
from pathlib import Path

import openpyxl

from desktop.metering import service as metering
from tests import hall as halls
from tests.benchmarks import meters
from tests.databases_server import SqliteDatabases

READS = 20_000


def _empty_hall(url: str) -> None:
    with halls.opened(url) as app:
        halls.found(app)


def test_a_sheet_is_taken_in(sqlite_databases: SqliteDatabases, tmp_path: Path) -> None:
    url = sqlite_databases.like(_empty_hall)
    meters.fill(url, READS)
    sheet = meters.sheet(tmp_path / "sheet.xlsx", READS)
    start = time.process_time()
    book = openpyxl.load_workbook(sheet, read_only=True)
    assert sum(1 for _ in book.active.iter_rows()) == READS + 1
    book.close()
    plain = time.process_time() - start
    with halls.opened(url) as app:
        start = time.process_time()
        done = metering.import_sheet(app.command_line("1"), sheet)
        ours = time.process_time() - start
    assert done.stored + done.held == READS
    print(
        f"\nsheet: {READS / ours:,.0f} reads per CPU second checked and stored, openpyxl reads {READS / plain:,.0f}:"
        f" ratio {plain / ours:.2f}"
    )
    assert plain / ours > 0.3
