"""Mass papers: block files in walking order or a file for each bill, gone on with after a stop, told to the bill."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.billing import service as billing
from desktop.billing.service import blocks
from desktop.kernel.errors import Refused
from desktop.kernel.work import Seat
from tests import hall as halls
from tests.billing.test_service import newest, shown
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.hall import JANUARY, opened
from tests.papers_samples import pdf_pages


@pytest.fixture
def billed(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Seat:
    """Fifty bills, twenty in a file."""
    monkeypatch.setattr(blocks, "BLOCK", 20)
    with opened(databases.like(halls.billed_hall)) as app:
        yield app.command_line("1")


def _pages(folder: Path) -> list[str]:
    return [page for file in sorted(folder.iterdir()) for page in pdf_pages(file.read_bytes())]


def test_blocks_are_written_in_walking_order_and_a_stop_goes_on(billed: Seat, tmp_path: Path) -> None:
    run = newest(billed)
    before = billing.printed(billed, run, tmp_path)
    billing.print_blocks(billed, run, tmp_path, lambda done, _: done < 40)
    stopped = billing.printed(billed, run, tmp_path, before)
    assert (stopped.written, stopped.there, stopped.files, stopped.left) == (40, 0, 2, 10)
    old = {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    billing.print_blocks(billed, run, tmp_path)
    done = billing.printed(billed, run, tmp_path, billing.printed(billed, run, tmp_path))
    assert (done.there, done.left, len(list(tmp_path.iterdir()))) == (50, 0, 3)
    assert {file: file.stat().st_mtime_ns for file in old} == old
    pages, bills = _pages(tmp_path), shown(billed, run)
    assert len(pages) == len(bills) == 50
    assert all(bill.number in page for bill, page in zip(bills, pages, strict=True))


def test_workers_write_blocks_of_their_own(billed: Seat, tmp_path: Path) -> None:
    run = newest(billed)
    for place in range(2):
        billing.print_blocks(billed, run, tmp_path, share=(place, 2))
        assert billing.printed(billed, run, tmp_path).left == (20, 0)[place]


def test_each_bill_has_a_file_of_its_own(billed: Seat, tmp_path: Path) -> None:
    run, numbers = newest(billed), [bill.number for bill in shown(billed, newest(billed))]
    billing.print_blocks(billed, run, tmp_path, each=True)
    assert sorted(file.stem for file in tmp_path.iterdir()) == sorted(numbers)
    (tmp_path / f"{numbers[7]}.pdf").unlink()
    before = billing.printed(billed, run, tmp_path, each=True)
    billing.print_blocks(billed, run, tmp_path, each=True)
    done = billing.printed(billed, run, tmp_path, before, each=True)
    assert (done.written, done.there, done.files, done.left) == (1, 49, 1, 0)


def test_a_run_without_bills_has_no_blocks(databases: Databases, tmp_path: Path) -> None:
    with opened(databases.like(halls.read_hall)) as app:
        seat = app.command_line("1")
        run = billing.run_bills(seat, JANUARY).run.number
        with pytest.raises(Refused):
            billing.print_blocks(seat, run, tmp_path / "bills")
    assert not (tmp_path / "bills").exists()


def test_processes_print_a_run_together(
    databases: Databases, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    url = databases.like(halls.billed_hall)
    run = CommandLine(capsys, url, today="2026-02-05", lang="en", station="1")
    number = run.json("bills", "list")[0]["number"]
    told = run("bills", "print", number, "--into", str(tmp_path), "--workers", "2").out
    assert told.startswith("50 bills written, 1 file, 0 bills were there already")
    told = run("bills", "print", number, "--into", str(tmp_path), "--each").out
    assert told.startswith("50 bills written, 50 files, 0 bills were there already")
    assert run("bills", "print", number, code=2).err.startswith("Name a file")
