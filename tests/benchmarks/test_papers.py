"""Bills from the rows of the database to paper on the disk: against flowables, by two processes, and very many."""

from __future__ import annotations

import gc
import io
import json
import os
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from desktop.app import open_app
from desktop.billing import service as billing
from desktop.billing.records import START, BillsPage
from desktop.billing.service.runs import CHUNK
from desktop.kernel.lettering import load_fonts
from tests.benchmarks.district import TODAY, billable_hall
from tests.benchmarks.plain_paper import write_plain
from tests.benchmarks.side_by_side import most_memory_mb, processor_s, server_of
from tests.databases_server import Databases
from tests.hall import JANUARY, sign

PLAIN, BLOCKS, TURNS = 60, 4, 3
PAGES = [int(size) for size in os.environ.get("PRINTED_BILLS", "1000,50000").split(",")]
ROOM_MB = 25
"""How much more memory fifty times as many pages may take."""


def issued(url: str, count: int = BLOCKS * CHUNK) -> None:
    """A hall of households whose January is billed."""
    app = billable_hall(url, count)
    seat = app.command_line("1")
    number = billing.run_bills(seat, JANUARY).run.number
    sign(seat, number)
    assert billing.issue_run(seat, number).run.issued == count
    app.close()


def test_bills_from_rows_to_paper(databases: Databases, tmp_path: Path) -> None:
    """One file of bills, the rows read on the way, against the same bills through reportlab's flowables."""
    url = databases.like(issued)
    app, server = open_app(url, TODAY), server_of(url)
    seat, ours, theirs = app.command_line("1"), [], []
    run = seat.ask(billing.bill_runs)[0].number

    def plainly() -> None:
        bills = seat.ask(billing.bills_of_run, BillsPage(run, START, PLAIN)).bills
        stream = io.BytesIO()
        write_plain(stream, bills, app.catalog, app.country)
        (tmp_path / "plain.pdf").write_bytes(stream.getvalue())

    for _ in range(TURNS):
        for times, side in (
            (ours, lambda: billing.print_run(seat, run, tmp_path / "ours.pdf")),
            (theirs, plainly),
        ):
            began = processor_s(server)
            side()
            times.append(processor_s(server) - began)
    app.close()
    mine, plain = BLOCKS * CHUNK / statistics.median(ours), PLAIN / statistics.median(theirs)
    print(
        f"\nbills from {databases.kind} to disk: {mine:,.0f} pages per CPU second, by flowables {plain:,.0f}:"
        f" ratio {mine / plain:.1f}"
    )


def test_two_processes_print(databases: Databases, tmp_path: Path) -> None:
    """The same blocks by one process and by two; they begin when they are ready.

    By the clock it is true where nothing else runs; processor time, of one process against the busier of the two,
    tells as well how far the work is shared.
    """
    url = databases.like(issued)
    app = open_app(url, TODAY)
    run = app.command_line("1").ask(billing.bill_runs)[0].number
    app.close()
    times, work = dict[int, list[float]]({1: [], 2: []}), dict[int, list[float]]({1: [], 2: []})
    for turn in range(TURNS):
        for count, took in times.items():
            folder = tmp_path / f"{turn}_{count}"
            folder.mkdir()
            with ExitStack() as running:
                parts = [
                    running.enter_context(_share(url, run, folder, part, count)) for part in range(count)
                ]
                assert [part.stdout.readline() for part in parts] == ["ready\n"] * count
                began = time.perf_counter()
                for part in parts:
                    part.stdin.write("go\n")
                    part.stdin.flush()
                done = [part.stdout.readline() for part in parts]
                took.append(time.perf_counter() - began)
                assert [part.wait() for part in parts] == [0] * count
            work[count].append(max(map(float, done)))
            assert len(list(folder.iterdir())) == BLOCKS
    (one, two), (alone, shared) = ([min(told[count]) for count in (1, 2)] for told in (times, work))
    print(
        f"\n{BLOCKS * CHUNK:,} bills from {databases.kind} to disk: {one:.1f} s by one process, {two:.1f} s by two:"
        f" ratio {one / two:.2f}; processor time {alone:.1f} s and {shared:.1f} s each: {alone / shared:.2f}"
    )


def _share(url: str, run: str, folder: Path, part: int, of: int) -> subprocess.Popen[str]:
    """A process that waits to print its share of a run."""
    order = "from tests.benchmarks.test_papers import print_share; import sys; print_share(*sys.argv[1:])"
    return subprocess.Popen(
        [sys.executable, "-c", order, url, run, str(folder), str(part), str(of)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def print_share(url: str, run: str, folder: str, part: str, of: str) -> None:
    """Print some of the blocks of a run in this process, when told to on standard input."""
    app = open_app(url, TODAY)
    seat = app.command_line("1")
    load_fonts()
    gc.freeze()  # as the program does with what it has loaded
    print("ready", flush=True)
    assert sys.stdin.readline() == "go\n"
    began = time.process_time()
    billing.print_blocks(seat, run, Path(folder), share=(int(part), int(of)))
    print(time.process_time() - began, flush=True)
    app.close()


def print_all(url: str, folder: str, whole: str) -> None:
    """Print a run in this process, into one file or into blocks; tells the most memory it took, in MB, and
    microseconds of processor time a page."""
    app = open_app(url, TODAY)
    seat = app.command_line("1")
    (run,) = seat.ask(billing.bill_runs)
    load_fonts()
    began = time.process_time()
    if whole:
        billing.print_run(seat, run.number, Path(folder) / "whole.pdf")
    else:
        billing.print_blocks(seat, run.number, Path(folder))
    took = (time.process_time() - began) / run.issued * 1e6
    app.close()
    print(json.dumps([most_memory_mb(), took]))


@pytest.mark.trial
def test_memory_does_not_grow_with_the_pages(databases: Databases, tmp_path: Path) -> None:
    found: dict[str, list[tuple[float, float]]] = {"": [], "whole": []}
    for size in PAGES:
        url = databases.empty()
        issued(url, size)
        for whole, told in found.items():
            folder = tmp_path / f"{size}{whole}"
            folder.mkdir()
            order = "from tests.benchmarks.test_papers import print_all; import sys; print_all(*sys.argv[1:])"
            child = subprocess.run(
                [sys.executable, "-c", order, url, str(folder), whole],
                capture_output=True,
                check=True,
                cwd=Path(__file__).parents[2],
                text=True,
            )
            memory, took = json.loads(child.stdout)
            told.append((memory, took))
            where = f"{size:,} bills of {databases.kind} {whole or 'in blocks'}"
            print(f"\n{where}: {memory:.0f} MB at most, {took:.0f} µs a page")
        databases.drop(url)
    for told in found.values():
        memories, costs = zip(*told, strict=True)
        assert max(memories) - min(memories) <= ROOM_MB
        assert max(costs) <= 1.25 * min(costs)
