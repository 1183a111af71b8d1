"""The printed bill: what stands on it, that it can be read back, that nothing lies over anything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import openpyxl
import pypdfium2
import pytest

from desktop.billing.documents import run_summary_xlsx, write_bills
from desktop.billing.records import BillKind, BillShown
from desktop.countries.cn import COUNTRY
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Currency, Energy, Money, Price
from desktop.kernel.text import LANGUAGES, Catalog, Text, catalog
from desktop.tariffs.records import TierPicture
from tests.papers_samples import (
    CNY,
    drawn_words,
    fonts_of,
    make_bill,
    make_drafts,
    make_run,
    many_lines,
    many_reads,
    outside,
    overlapping,
    pdf_codes,
    pdf_image,
    pdf_pages,
    without_blanks,
    wrong_characters,
)

LONG_NAME = "Aleksandriina Kukka-Maaria von Hämäläinen-Pohjanpalo Šimáčková"
CURRENCIES = {"zh_CN": CNY, "en": CNY, "vi": Currency("VND", "đ", 0), "fi": Currency("EUR", "€", 2)}


def _catalog(language: str) -> Catalog:
    return catalog(language, CURRENCIES[language])


def _pdf(*bills: BillShown) -> bytes:
    out = BytesIO()
    assert write_bills(out, iter(bills), _catalog, COUNTRY) == len(pdf_pages(out.getvalue()))
    return out.getvalue()


def test_the_bill_shows_all_its_figures() -> None:
    pages = pdf_pages(_pdf(make_bill(language="en")))
    assert len(pages) == 1
    text = " ".join(pages[0].split())
    for words in (
        "杭州拱墅供电公司", "和睦营业厅, 登云路 200 号, Telephone 95598", "B-2026-10-0412-0146", "10/2026",
        "Issued 5 Nov 2026", "陈玉兰", "310015 华丰新村 12 幢 2 单元 401 室", "148.88", "Pay by",
        "20 Nov 2026", "Unpaid from before: 186.15 元", "3301 0482 7615",
        "3 Oct to 2 Nov 2026 (31 days)", "0012 7739 4408",
        "2,680 → 2,760", "0.538", "43.04", "105.84", "壹佰肆拾捌元捌角捌分", "VAT 13 % included: 17.13 元",
        "Previous 3 Oct", "Current 3 Nov", "48,067", "48,327", "周海波 08:41", "Tier 3 0.838",
        "2,940 kWh in months 1 to 10, 1,860 kWh to Tier 3", "+57", "+28.1 %", "−24.9 %", "8.39 kWh a day",
        "0.5726 元/kWh on average", "7C1F-90AE", "ZJ-RES-1", "in force from 1 Jul 2012", "1 / 1",
        "Late payment costs 1‰", "Hatched: estimated, settled by a later read",
    ):  # fmt: skip
        assert words in text, words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_drawn_is_read_back(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = drawn_words(monkeypatch)
    pdf = _pdf(make_bill(language=language, customer_name="户用网金高长 Šimáček Žofie"))
    text = pdf_pages(pdf)[0]
    read = without_blanks(text)
    assert len(drawn) > 60
    assert not [words for words in drawn if without_blanks(words) not in read]
    assert not wrong_characters(text)
    assert all(fonts_of(pdf).values())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"customer_name": LONG_NAME, "address_lines": ("Vanhakaupunginkadunlaita 12 B 401 " * 2, "Helsinki")},
        {"customer_name": "欧" * 60, "address_lines": ("浙江省杭州市拱墅区和睦街道华丰新村" * 4,)},
        {"amount": Money(12345678901), "arrears": Money(12345678901), "credit": Money(12345678901)},
        {"use_class": Text("Residential, one household one meter, below 1 kV, agreed with the landlord")},
        {"lines": many_lines(5), "reads": many_reads(3)},
        {"lines": many_lines(9)},
        {"lines": many_lines(9, "Network charge for the low-voltage connection, agreed power, winter day")},
        {"lines": many_lines(10), "reads": many_reads(9)},
        {"lines": many_lines(60), "reads": many_reads(40)},
        {"late_fee_note": Text("Late payment costs one part in a thousand of the sum each day. " * 3)},
        {"tiers": None},
        {"kind": BillKind.FINAL, "credit": Money(2000), "arrears": Money(0)},
    ],
)  # fmt: skip
def test_nothing_lies_over_anything_else(language: str, changes: dict[str, object]) -> None:
    pdf = _pdf(make_bill(language=language, **changes))
    assert overlapping(pdf) == []
    assert outside(pdf, 20, 195) == []


@pytest.mark.parametrize(
    ("limits", "used", "annual"),
    [
        ((50, 100, 200, 300, 400, None), 320, False),
        ((50, 100, 200, 300, 400, None), 0, False),
        ((2760, 4800, None), 2761, True),
        ((2760, 4800, None), 99999, True),
        ((2760, 4800, None), 4795, True),
        ((2760, 4800, None), 30, True),
        ((None,), 500, True),
    ],
)
def test_the_tier_bar_for_any_tiers(limits: tuple[int | None, ...], used: int, annual: bool) -> None:
    steps = tuple(None if limit is None else Energy.of(limit) for limit in limits)
    prices = tuple(Price.of(f"0.{5 + index}38") for index in range(len(limits)))
    pdf = _pdf(make_bill(language="fi", tiers=TierPicture(steps, prices, Energy.of(used), annual)))
    assert overlapping(pdf) == []
    assert outside(pdf, 20, 195) == []


def test_both_codes_are_read_from_the_page() -> None:
    bill = make_bill()
    assert pdf_codes(_pdf(bill)) == {bill.payment_code, f"{bill.number} {bill.check_code}"}


def test_more_than_nine_lines_send_the_pictures_to_the_second_side() -> None:
    assert len(pdf_pages(_pdf(make_bill(language="en", lines=many_lines(9))))) == 1
    first, second = pdf_pages(_pdf(make_bill(language="en", lines=many_lines(10))))
    assert "Pay by" in first
    assert "Meter reads" in first
    assert "The tier reached this year" not in first
    assert "The tier reached this year" in second
    assert "Compared, kWh" in second
    assert "B-2026-10-0412-0146" in second
    assert "1 / 2" in first
    assert "2 / 2" in second


def test_all_lines_of_a_very_long_bill_are_printed_and_the_total_comes_last() -> None:
    pages = pdf_pages(_pdf(make_bill(language="en", lines=many_lines(60))))
    for number in range(1, 61):
        assert sum(page.count(f"Line {number}\n") or page.count(f"Line {number} ") for page in pages) >= 1
    assert "Total for the period" in pages[2] or "Total for the period" in pages[1]
    assert "Total for the period" not in pages[0]


def test_each_bill_has_its_own_page_and_language() -> None:
    pages = pdf_pages(_pdf(make_bill(), make_bill(language="fi", number="B-2")))
    assert len(pages) == 2
    assert "148.88" in pages[0]
    assert "148,88" in pages[1]
    assert "20.11.2026" in pages[1]


def test_a_bill_of_nothing() -> None:
    zero = make_bill(
        language="en", amount=Money(0), tax=Money(0), arrears=Money(0), energy=Energy(0), lines=(), reads=(),
        usage=(), tiers=None, payment_code="", amount_words="零元整",
    )  # fmt: skip
    pdf = _pdf(zero)
    text = pdf_pages(pdf)[0]
    assert "Nothing to pay" in text
    assert "Pay by" not in text
    assert overlapping(pdf) == []
    assert pdf_codes(pdf) == {f"{zero.number} {zero.check_code}"}


def test_credit_and_arrears_both_stand_in_the_box() -> None:
    text = pdf_pages(_pdf(make_bill(language="en", credit=CNY.money("20.00"))))[0]
    assert "Unpaid from before: 186.15 元" in text.replace("\xa0", " ")
    assert "Credit of 20.00 元 is used first" in text.replace("\xa0", " ")
    back = make_bill(language="en", credit=CNY.money("20.00"), arrears=Money(0), amount=CNY.money("-5.00"))
    text = pdf_pages(_pdf(back))[0].replace("\xa0", " ")
    assert "Credit before, 20.00 元" in text
    assert "is used first" not in text  # nothing is owed that it could be used for


def test_an_undrawable_name_is_refused_and_no_file_comes_of_it() -> None:
    out = BytesIO()
    with pytest.raises(Refused) as refused:
        write_bills(out, [make_bill(), make_bill(customer_name="王\U0002a6d6")], _catalog, COUNTRY)
    assert "王\U0002a6d6" in catalog("en")(refused.value.text)
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(out.getvalue())


def test_no_bill_is_refused() -> None:
    with pytest.raises(Refused):
        write_bills(BytesIO(), [], _catalog, COUNTRY)


def test_equal_bills_give_equal_bytes() -> None:
    assert _pdf(make_bill(), make_bill(language="vi")) == _pdf(make_bill(), make_bill(language="vi"))


def test_estimated_months_are_hatched_not_coloured() -> None:
    """Of the bar of an estimated month, a fair part stays white."""
    scale = 4.0
    picture = pdf_image(_pdf(make_bill()), scale=scale).convert("L")
    slot, mm = 94 / 13, scale * 72 / 25.4

    def white(index: int) -> float:
        left = 20 + (index + 0.5) * slot - 2
        bar = picture.crop([int(edge * mm) for edge in (left, 222, left + 4, 230)])
        return sum(bar.histogram()[230:]) / (bar.width * bar.height)

    assert white(4) > 0.3
    assert white(3) == 0
    assert white(12) == 0


def test_many_bills_share_their_fonts() -> None:
    bills = [make_bill(number=f"B-{number}", check_code=f"{number:04}-0000") for number in range(300)]
    out = BytesIO()
    assert write_bills(out, bills, _catalog, COUNTRY) == 300
    assert len(out.getvalue()) < 300 * 3_500 + 150_000


def _cells(book: Sequence[Sequence[object]]) -> list[list[object]]:
    return [list(row) for row in book]


def test_the_run_summary_reads_back() -> None:
    data = run_summary_xlsx(make_run(), make_drafts(), catalog("en", CNY))
    book = openpyxl.load_workbook(BytesIO(data))
    whole, each = (_cells(sheet.iter_rows(values_only=True)) for sheet in book.worksheets)
    assert whole[0][:3] == ["Run number", "Period", "State"]
    assert whole[1][0] == "R-2026-10"
    assert whole[1][-2:] == [260, 148.88]
    assert each[0][0] == "Account number"
    assert each[1][:9] == ["330104827615", "陈玉兰", "华丰新村 12 幢", "Ready", 260, 346, -86, 148.88, None]
    assert each[2][3] == "Held"
    assert each[2][-1] == "No read of this month"


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_a_bill_by_hand_says_what_it_is_and_why_and_asks_for_no_money_it_gives_back(language: str) -> None:
    why = Text("Made by hand: {reason}", reason="the wall")
    line = Text("{place}: {what}", place="The wall", what="-1.00")
    made = make_bill(language=language)
    given = replace(
        made, kind=BillKind.MANUAL, reads=(), meter_serial="", tiers=None, usage=(), amount=Money(-100),
        notes=(why, line),
    )  # fmt: skip
    say = _catalog(language)
    text = " ".join(pdf_pages(_pdf(given))[0].split())
    assert say(BillKind.MANUAL.text) in text
    assert say(why) in text
    assert say(line) not in text
    assert say("Scan to pay") not in text


def test_what_credit_paid_asks_for_nothing_and_what_is_given_back_says_so() -> None:
    paid = _pdf(make_bill(language="en", arrears=Money(0), credit=CNY.money("148.88")))
    assert "Nothing to pay" in pdf_pages(paid)[0]
    assert len(pdf_codes(paid)) == 1, "the check code alone"
    short = _pdf(make_bill(language="en", arrears=Money(0), credit=CNY.money("148.87")))
    assert "Nothing to pay" not in pdf_pages(short)[0]
    assert len(pdf_codes(short)) == 2
    (back,) = pdf_pages(_pdf(make_bill(language="en", arrears=Money(0), amount=CNY.money("-5.38"))))
    assert "Given back as credit" in back
    assert "Due for this period" not in back
    for arrears, words in (("5.00", ""), ("6.00", "Unpaid from before: 0.62")):  # paid by what is given back
        owing = make_bill(language="en", arrears=CNY.money(arrears), amount=CNY.money("-5.38"))
        (back,) = pdf_pages(_pdf(owing))
        assert words in back.replace("\xa0", " ")
        assert ("Unpaid from before" in back) == bool(words)
