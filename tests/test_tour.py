"""The tour, as `make run` does it where there is no screen: figures told, papers and pictures left in a folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from PIL import Image

from desktop import tour
from desktop.kernel import intent
from desktop.kernel.text import LANGUAGES
from desktop.sample.others import OTHERS
from desktop.shell.pictures import README
from tests import hall as halls
from tests.command_line import Said, servicehall
from tests.papers_samples import fonts_of, pdf_pages, without_blanks
from tests.rows import contents

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
NOISE = "This plugin does not support"
"""What Qt says of itself wherever there is no screen."""

PAGES = ("sign_in", "counter", "counter_account", "counter_receipt", "search", "customers", "customer_card")
PAGES += ("readings", "readings_checked", "bills", "bill")


@pytest.fixture(scope="module")
def without_screen() -> Iterator[None]:
    """Nothing says where a screen is, as over a plain line to a server."""
    with pytest.MonkeyPatch.context() as patch:
        for name in SCREENS:
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="module")
def toured(without_screen: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """The folder after a tour, and what the tour said."""
    folder = tmp_path_factory.mktemp("walk")
    return folder / "tour", servicehall("tour", "--out", "tour", "--docs", "docs", cwd=folder)


def test_every_step_is_told_with_its_figures(toured):
    _, said = toured
    lines = said.out.splitlines()
    assert [line for line in said.err.splitlines() if NOISE not in line] == []
    expected = [
        r"和睦营业厅, 5 Feb 2026: 60 accounts",
        r"reading_sheet\.xlsx: 51 rows, 47 reads stored",
        *[rf'  Reading sheet row {row}, .+ ".+": .+\. .+\.' for row in (5, 19, 31, 52)],
        r"reading_sheet_corrected\.xlsx: 3 rows, 3 reads stored",
        r"Run R-HM-2026-000002 for 2026-01: 60 bills issued, 0 held; 208,802 kWh, 185,790\.40",
        r"bills\.pdf: 60 pages, \d+ pages a second",
        r"bill_run\.xlsx: 60 accounts",
        r"\d+ payments, each key pressed twice: 3,225\.44.+ taken, 574\.56.+ change, receipts 3-26000001 to ",
        r"receipts\.pdf: \d+ receipts and one copy",
        r"verify: 0 findings",
    ]
    for line, pattern in zip(lines, expected, strict=False):
        assert re.match(pattern, line), (pattern, line)
    assert all(re.search(r"\.png", line) for line in lines[len(expected) :])


def test_the_bills_are_the_run(toured):
    folder, _ = toured
    pages = pdf_pages((folder / "bills.pdf").read_bytes())
    assert len(pages) == 60
    assert all(fonts_of((folder / "bills.pdf").read_bytes()).values())
    whole, each = openpyxl.load_workbook(folder / "bill_run.xlsx").worksheets
    titles = [cell.value for cell in each[1]]
    rows = [dict(zip(titles, (cell.value for cell in row), strict=True)) for row in each.iter_rows(min_row=2)]
    assert len(rows) == 60
    numbers = [halls.account_number(at) for at in range(1, 51)] + [one.number for one in OTHERS]
    assert [row["Account number"] for row in rows] == numbers
    for page, row in zip(pages, rows, strict=True):
        assert f"{Decimal(str(row['Amount 元'])):,.2f}" in page
        assert row["Bill number"] in page
    assert sum(Decimal(str(row["Amount 元"])) for row in rows) == Decimal("185790.40")
    assert whole.max_row == 2


def test_the_receipts_are_the_payments_and_one_copy(toured):
    folder, said = toured
    pages = [without_blanks(page) for page in pdf_pages((folder / "receipts.pdf").read_bytes())]
    count = int(re.search(r"receipts\.pdf: (\d+) receipts", said.out)[1])
    assert len(pages) == count + 1
    for at, page in enumerate(pages[:-1], 1):
        assert f"3-26{at:06}" in page
        assert "副本" not in page
    assert pages[-1].count("副本1") == 2


def test_every_page_is_a_picture_of_1366_by_768(toured):
    folder, said = toured
    pictures = sorted(folder.rglob("*.png"))
    for language in LANGUAGES:
        names = {path.stem for path in pictures if language in str(path.relative_to(folder))}
        assert names >= set(PAGES)
    assert all(path.name in said.out for path in pictures)
    for path in pictures:
        with Image.open(path) as picture:
            assert picture.size == (1366, 768), path.name
            colours = picture.convert("RGB").getcolors(1 << 20)
            most = max(count for count, _ in colours)
            assert len(colours) > 100, f"{path} shows nothing"
            assert most < 0.97 * 1366 * 768, f"{path} shows nothing"


def test_the_four_pictures_of_the_readme_are_small(toured):
    folder, said = toured
    pictures = sorted((folder.parent / "docs").iterdir())
    assert {path.stem for path in pictures} == set(README)
    assert f"docs: {', '.join(f'{name}.png' for name in README)}" in said.out
    for path in pictures:
        assert path.stat().st_size < 100_000
        with Image.open(path) as picture:
            assert picture.size == (1366, 768)


def test_what_it_leaves_behind_is_what_it_promises(toured):
    folder, _ = toured
    left = {path.name for path in folder.iterdir()} - {"under_way"}
    assert {name for name in left if not name.startswith("pages_")} == {
        "bills.pdf", "bill_run.xlsx", "receipts.pdf", "reading_sheet.xlsx", "reading_sheet_corrected.xlsx", "hall.db",
    }  # fmt: skip
    assert intent.unsettled(folder / "under_way") == (), "no payment is left hanging"
    with halls.opened(str(folder / "hall.db")) as app:
        assert app.verify() == []


def test_again_into_the_same_folder_in_chinese(toured, without_screen, monkeypatch, capsys):
    """In this process, with the pages of one language: those of all are the first tour's."""
    folder, said = toured
    (folder / "letter.txt").write_text("somebody's own", encoding="utf-8")
    before = {path: path.stat().st_mtime_ns for path in folder.glob("pages_zh_CN/*.png")}
    monkeypatch.setattr(tour, "LANGUAGES", ("zh_CN",))
    assert tour.main(["--lang", "zh_CN", "--out", str(folder)]) == 0
    again = capsys.readouterr().out
    figures = re.compile(r"\d[\d,]*\.\d\d\b")
    assert figures.findall(again) == figures.findall(said.out)
    assert "bills issued" not in again
    assert before
    assert all(path.stat().st_mtime_ns > at for path, at in before.items())
    assert len(pdf_pages((folder / "bills.pdf").read_bytes())) == 60
    assert (folder / "letter.txt").read_text(encoding="utf-8") == "somebody's own"
    assert not list(folder.glob("*.db-wal"))


def test_a_folder_that_is_a_file_is_wrong_usage(tmp_path, capsys):
    (tmp_path / "tour").write_text("a letter", encoding="utf-8")
    assert tour.main(["--out", str(tmp_path / "tour")]) == 2
    assert "Help: servicehall tour --help" in capsys.readouterr().err
    assert (tmp_path / "tour").read_text(encoding="utf-8") == "a letter"


def test_a_database_that_is_in_use_is_left_alone(sample_hall, tmp_path, capsys):
    before = contents(sample_hall)
    assert tour.main(["--out", str(tmp_path / "tour"), "--db", sample_hall]) == 1
    assert "--db" in capsys.readouterr().err
    assert contents(sample_hall) == before
