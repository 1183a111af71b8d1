"""Memory stays flat: ten times the reads or accounts need no more of it; reads never more than 300 MB, a hall, whose
words are written by the thousand, no more than 400."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.takeover import service as takeover
from tests.benchmarks import meters
from tests.databases_server import Databases
from tests.hall import found, opened
from tests.memory import needs_proc, spent
from tests.takeover.workbooks import hall, written

MOST_MB, MOST_MB_OF_A_HALL, GROWTH = 300, 400, 1.2


def _empty(url: str) -> None:
    with opened(url) as app:
        found(app)


def take_reads(seat: Seat, sheet: Path) -> int:
    done = metering.import_sheet(seat, sheet)
    return done.stored + done.held


def take_hall(seat: Seat, file: Path) -> int:
    return takeover.import_hall(seat, file).accounts


@needs_proc
@pytest.mark.trial
def test_a_million_reads(databases: Databases, tmp_path: Path) -> None:
    peaks = []
    for count in (100_000, 1_000_000):
        url = databases.like(_empty)
        meters.fill(url, count)
        used = spent(url, take_reads, meters.text_sheet(tmp_path / "reads.csv", count))
        databases.drop(url)
        assert used.answer == count
        print(f"\n{count:,} reads on {databases.kind}: {used}")
        peaks.append(used.program + used.reader)
    assert peaks[1] <= min(MOST_MB, GROWTH * peaks[0])


@needs_proc
@pytest.mark.trial
def test_a_hall_of_two_hundred_thousand(databases: Databases, tmp_path: Path) -> None:
    peaks = []
    for count in (20_000, 200_000):
        url = databases.like(_empty)
        file = written(tmp_path, hall(count, 500), title=f"{count}.xlsx")
        used = spent(url, take_hall, file)
        assert used.answer == count
        print(f"\n{count:,} accounts on {databases.kind}: {used}")
        peaks.append(used.program + used.reader)
        with opened(url) as app:
            assert app.verify() == []
        databases.drop(url)
    assert peaks[1] <= min(MOST_MB_OF_A_HALL, GROWTH * peaks[0])
