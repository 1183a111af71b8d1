"""Invented bills and receipts, and readers for the papers made of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from pypdfium2.raw import FPDF_PAGEOBJ_TEXT

from desktop.billing.records import (
    BillKind,
    BillLineShown,
    BillShown,
    DraftRow,
    DraftState,
    RunRow,
    RunState,
)
from desktop.counter.records import ReceiptIssued, TenderKind
from desktop.kernel.lettering import MM, Face
from desktop.kernel.measures import Currency, Energy, Factor, Money, Price, Reading
from desktop.kernel.paper import Paper
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.ledger.records import SettledItem
from desktop.metering.records import MonthUsage, ReadSource, RegisterCode, RegisterUsage
from desktop.staff.records import Letterhead
from desktop.tariffs.records import TariffBasis, TierPicture

CNY = Currency("CNY", "元", 2)
LETTERHEAD = Letterhead("杭州拱墅供电公司", "和睦营业厅", "登云路 200 号", "95598")
MONTHS = (203, 214, 301, 318, 296, 232, 186, 192, 258, 402, 450, 346, 260)


def _usage(last: date) -> tuple[MonthUsage, ...]:
    return tuple(
        MonthUsage(months_before(last, 12 - index), Energy.of(kwh), estimated=index == 4)
        for index, kwh in enumerate(MONTHS)
    )


def _read(previous: str = "48067", current: str = "48327", energy: str = "260") -> RegisterUsage:
    zone = ZoneInfo("Asia/Shanghai")
    return RegisterUsage(
        "0012 7739 4408", RegisterCode.ACTIVE,
        Reading.of(previous), datetime(2026, 10, 3, 8, 30, tzinfo=zone),
        Reading.of(current), datetime(2026, 11, 3, 0, 41, tzinfo=UTC), Factor.of(1), Energy.of(energy),
        ReadSource.INSPECTOR, "周海波", "r1", "r2",
    )  # fmt: skip


def _line(label: str, kwh: int, price: str, amount: str, start: int) -> BillLineShown:
    counted = (Energy.of(start), Energy.of(start + kwh))
    return BillLineShown(Text(label), Energy.of(kwh), Price.of(price), CNY.money(amount), counted)


def make_bill(**changes: object) -> BillShown:
    """The bill of the design's picture, with fields changed."""
    bill = BillShown(
        number="B-2026-10-0412-0146", kind=BillKind.PERIODIC, letterhead=LETTERHEAD, language="zh_CN",
        period=Period(date(2026, 10, 3), date(2026, 11, 3)), days=31, issued_on=date(2026, 11, 5),
        due_on=date(2026, 11, 20), account_number="330104827615", customer_name="陈玉兰", postcode="310015",
        address_lines=("浙江省杭州市拱墅区和睦街道", "华丰新村 12 幢 2 单元 401 室"),
        use_class=Text("Residential, one household one meter, below 1 kV"), route="0412",
        meter_serial="0012 7739 4408",
        lines=(
            _line("Tier 1 (to 2,760 kWh)", 80, "0.538", "43.04", 2680),
            _line("Tier 2 (2,761 to 4,800 kWh)", 180, "0.588", "105.84", 2760),
        ),
        energy=Energy.of(260), amount=CNY.money("148.88"), tax_percent=13, tax=CNY.money("17.13"),
        arrears=CNY.money("186.15"), credit=Money(0), amount_words="壹佰肆拾捌元捌角捌分", reads=(_read(),),
        tiers=TierPicture(
            (Energy.of(2760), Energy.of(4800), None),
            (Price.of("0.538"), Price.of("0.588"), Price.of("0.838")),
            Energy.of(2940), annual=True,
        ),
        usage=_usage(date(2026, 10, 1)),
        basis=TariffBasis("浙江居民阶梯电价", "ZJ-RES-1", "浙价资〔2012〕169号", date(2012, 7, 1)),
        payment_code="https://pay.example.cn/e?a=330104827615&m=2026-10&s=148.88", check_code="7C1F-90AE",
        late_fee_note=Text("Late payment costs 1‰ of the sum a day (supply rules of 2024)."),
        run_number="R-2026-10",
    )  # fmt: skip
    return replace(bill, **changes)  # type: ignore[arg-type]  # of any kind


def many_lines(count: int, label: str = "Line") -> tuple[BillLineShown, ...]:
    """``count`` lines that count up."""
    return tuple(_line(f"{label} {index}", 10, "0.538", "5.38", 10 * index) for index in range(1, count + 1))


def many_reads(count: int) -> tuple[RegisterUsage, ...]:
    """``count`` registers, each of a day later than the last."""
    return tuple(
        replace(_read(), meter_serial=f"00{index}", current_at=_read().current_at + timedelta(days=index))
        for index in range(count)
    )


def pdf_pages(pdf: bytes) -> list[str]:
    """The text of every page, as a reader of the file copies it."""
    file = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in file]


def pdf_image(pdf: bytes, page: int = 0, scale: float = 3.0) -> Image.Image:
    """A page as a picture, ``scale`` × 72 dots per inch."""
    return pypdfium2.PdfDocument(pdf)[page].render(scale=scale).to_pil()


def pdf_codes(pdf: bytes, page: int = 0) -> set[str]:
    """What a telephone reads from the QR symbols of a page."""
    return {found.text for found in zxingcpp.read_barcodes(pdf_image(pdf, page, 4.0))}


def overlapping(pdf: bytes) -> list[tuple[int, str, str]]:
    """Page and words of all strings that lie over one another by more than half a point."""
    found = []
    for number, page in enumerate(pypdfium2.PdfDocument(pdf)):
        reader = page.get_textpage()
        spots = []
        for item in page.get_objects(filter=[FPDF_PAGEOBJ_TEXT], max_depth=3):
            left, bottom, right, top = item.get_bounds()
            if right > left:
                spots.append((left, bottom, right, top))
        for index, one in enumerate(spots):
            for other in spots[index + 1 :]:
                wide = min(one[2], other[2]) - max(one[0], other[0])
                high = min(one[3], other[3]) - max(one[1], other[1])
                if wide > 0.5 and high > 0.5:
                    words = (reader.get_text_bounded(*one), reader.get_text_bounded(*other))
                    found.append((number, *words))
    return found


def outside(pdf: bytes, left_mm: float, right_mm: float) -> list[str]:
    """Words that reach beyond the margins."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        for item in page.get_objects(filter=[FPDF_PAGEOBJ_TEXT], max_depth=3):
            left, bottom, right, top = item.get_bounds()
            if right > left and (left < left_mm * MM - 1 or right > right_mm * MM + 1):
                found.append(page.get_textpage().get_text_bounded(left, bottom, right, top))
    return found


def drawn_words(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list that fills with every string that is drawn from now on."""
    words: list[str] = []
    encode = Paper._encode

    def note(paper: Paper, face: Face, text: str) -> object:
        words.append(text)
        return encode(paper, face, text)

    monkeypatch.setattr(Paper, "_encode", note)
    return words


def without_blanks(words: str) -> str:
    """Words without blanks, which readers of a PDF set as they like."""
    return "".join(words.split())


def wrong_characters(words: str) -> set[str]:
    """Radicals that some PDF makers give in place of the hanzi (U+2E80 to U+2FDF), and lost characters."""
    return {each for each in words if 0x2E80 <= ord(each) <= 0x2FDF or each in "\ufffd\ufffe\x00"}


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Name of each font of a file, and whether it is embedded."""
    names: dict[str, bool] = {}
    for page in pypdfium2.PdfDocument(pdf):
        for item in page.get_objects(filter=[FPDF_PAGEOBJ_TEXT], max_depth=3):
            font = item.get_font()
            names[font.get_base_name()] = font.is_embedded
    return names


def make_receipt(**changes: object) -> ReceiptIssued:
    """The receipt of the design's picture, with fields changed."""
    fee = Text("{sum} × 1‰ × {days} d = {fee}", sum=CNY.money("186.15"), days=16, fee=CNY.money("2.98"))
    late, sound = CNY.money("186.15"), CNY.money("148.88")
    items = (
        SettledItem(
            UUID(int=1), date(2026, 9, 1), "B-1", Energy.of(346), late, CNY.money("2.98"), 16, True, (fee,)
        ),
        SettledItem(UUID(int=2), date(2026, 10, 1), "B-2", Energy.of(260), sound, Money(0), 0, True),
    )
    receipt = ReceiptIssued(
        payment_id=UUID(int=3), number="3-0004182", letterhead=LETTERHEAD, language="zh_CN",
        account_number="330104827615", customer_name="陈玉兰",
        address="拱墅区和睦街道华丰新村 12 幢 2 单元 401 室",
        paid_at=datetime(2026, 11, 5, 6, 28, tzinfo=UTC), cashier="林晓梅", till_name="3 号柜台", items=items,
        amount=CNY.money("338.01"), amount_words="叁佰叁拾捌元零壹分", tender=TenderKind.CASH,
        given=CNY.money("400.00"), change=CNY.money("61.99"), credit_used=Money(0), credit_made=Money(0),
        owed_after=Money(0), credit_after=Money(0), check_code="A41B-77D0",
        notes=(Text("Reminder {number} withdrawn", number="CF-2026-11-0312"),),
    )  # fmt: skip
    return replace(receipt, **changes)  # type: ignore[arg-type]  # of any kind


def make_run() -> RunRow:
    """A run of two accounts, one of them held."""
    return RunRow(
        UUID(int=7), "R-2026-10", Period.month("2026-10"), RunState.DRAFTED, 2, 1, 1, 0, Energy.of(260),
        CNY.money("148.88"), datetime(2026, 11, 5, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")), "林晓梅",
    )  # fmt: skip


def make_drafts() -> tuple[DraftRow, ...]:
    """The drafts of that run."""
    return (
        DraftRow(
            "330104827615", "陈玉兰", "华丰新村 12 幢", DraftState.READY, Energy.of(260), CNY.money("148.88"),
            Energy.of(346),
        ),
        DraftRow(
            "330104827616", "王一", "华丰新村 13 幢", DraftState.HELD, Energy(0), Money(0), None,
            reason=Text("No read of this month"),
        ),
    )  # fmt: skip
