"""The printed cash sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from desktop.counter.documents import cash_sheet_pdf, cash_sheet_xlsx
from desktop.counter.records import (
    CashSheet,
    LostPayment,
    MovementKind,
    MovementRow,
    Piece,
    Taken,
    TenderKind,
    TillCounted,
)
from desktop.countries.cn import COUNTRY
from desktop.kernel.measures import Money
from desktop.kernel.text import LANGUAGES, Text, catalog
from tests.hall import yuan
from tests.papers_samples import CNY, make_receipt, outside, overlapping, pdf_codes, pdf_pages

OPENED = datetime(2026, 2, 5, 8, 25, tzinfo=COUNTRY.zone)


def make_sheet(drops: int = 2) -> CashSheet:
    """A day one note short, with counts, movements and open ends of every kind."""
    moved = [
        MovementRow(
            MovementKind.DROP, OPENED + timedelta(hours=one % 8), "林晓梅", yuan("10.00"), f"bag {one}"
        )
        for one in range(drops)
    ]
    counted = TillCounted(
        UUID(int=2), OPENED + timedelta(hours=9), "林晓梅", yuan("676.40"), (Piece(yuan("100.00"), 6),)
    )
    return CashSheet(
        number="Z3-26000012",
        letterhead=make_receipt().letterhead,
        language="en",
        till_name="3 号柜台",
        opened_at=OPENED,
        opened_by="林晓梅",
        closed_at=OPENED + timedelta(hours=9),
        closed_by="王芳",
        opening_float=yuan("500.00"),
        opening_pieces=(Piece(yuan("100.00"), 5),),
        taken=(
            Taken(TenderKind.CASH, 31, 1, yuan("206.40")),
            Taken(TenderKind.CARD, 9, 0, yuan("12000.00")),
        ),
        movements=(*moved, MovementRow(MovementKind.TURN_IN, OPENED, "王芳", yuan("676.40"), "")),
        first_receipt="3-26004182",
        last_receipt="3-26004265",
        counts=(replace(counted, count_id=UUID(int=1), amount=yuan("670.00"), pieces=()), counted),
        expected=yuan("686.40"),
        difference=yuan("-10.00"),
        reason="a note was given twice",
        unprinted=("3-26004260",),
        lost=(LostPayment(UUID(int=3), "330104827615", yuan("148.88")),),
        check_code="7C1F-90AE",
    )


def pdf_of(sheet: CashSheet) -> bytes:
    return cash_sheet_pdf(sheet, lambda language: catalog(language, CNY), COUNTRY)


def test_the_sheet_shows_all_its_figures() -> None:
    pdf = pdf_of(make_sheet())
    (page,) = pdf_pages(pdf)
    words = " ".join(page.split())
    for shown in (
        "Z3-26000012", "3 号柜台", "40 receipts", "3-26004182 – 3-26004265", "王芳", "206.40", "12,000.00",
        "bag 1", "−10.00", "686.40", "676.40", "600.00", "76.40", "670.00", "a note was given twice",
        "3-26004260", "3301 0482 7615", "148.88", "7C1F-90AE", "Cashier", "Second person",
    ):  # fmt: skip
        assert shown in words, shown
    assert "COPY" not in words
    assert pdf_codes(pdf) == {"Z3-26000012 7C1F-90AE"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_day_goes_on_over_sides_and_nothing_leaves_or_covers_another(language: str) -> None:
    pdf = pdf_of(replace(make_sheet(60), language=language, copy=2, difference=Money(0), reason=""))
    pages = pdf_pages(pdf)
    assert len(pages) == 3
    for page in pages:
        assert "Z3-26000012" in page
    assert outside(pdf, 17.5, 192.5) == []
    assert overlapping(pdf) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_has_the_figures_of_the_paper_as_numbers(language: str, tmp_path: Path) -> None:
    sheet = replace(make_sheet(), language=language)
    out = tmp_path / "sheet.xlsx"
    out.write_bytes(cash_sheet_xlsx(sheet, lambda code: catalog(code, CNY), COUNTRY))
    tenders, cash, pieces = (
        CalamineWorkbook.from_path(out).get_sheet_by_index(at).to_python() for at in range(3)
    )
    assert [row[3] for row in tenders[-2:]] == [206.4, 12000.0]
    assert tenders[1][0].endswith(sheet.number)
    say = catalog(language, CNY)
    for row, word in zip(tenders[3:5], ("Opened", "Closed"), strict=True):
        assert row[0].startswith(say(Text(word, context="cash sheet"))), "which moment is which is told"
    *_, expected, counted, difference = (row[4] for row in cash)
    assert (expected, counted, difference) == (686.4, 676.4, -10.0)
    assert sum(row[4] for row in cash[1:-3]) == pytest.approx(expected), "the steps add up"
    assert [row[4] for row in pieces[1:]] == [600.0, 76.4, 676.4]
