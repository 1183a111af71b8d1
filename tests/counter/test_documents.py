"""The printed receipt."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pypdfium2
import pytest
from reportlab.pdfbase.ttfonts import TTFont

from desktop.counter.documents import receipt_pdf, strip_pdf
from desktop.counter.records import ReceiptIssued, ReceiptPart, TenderKind
from desktop.countries.cn import COUNTRY
from desktop.kernel import lettering
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Currency, Money
from desktop.kernel.text import LANGUAGES, Catalog, Text, catalog
from desktop.ledger.records import ItemKind
from tests.papers_samples import (
    CNY,
    drawn_words,
    fonts_of,
    make_receipt,
    outside,
    overlapping,
    pdf_codes,
    pdf_pages,
    without_blanks,
    wrong_characters,
)

CURRENCIES = {"zh_CN": CNY, "en": CNY, "vi": Currency("VND", "đ", 0), "fi": Currency("EUR", "€", 2)}


def _catalog(language: str) -> Catalog:
    return catalog(language, CURRENCIES[language])


def flats(count: int, bills: int = 1) -> tuple[ReceiptPart, ...]:
    """Flats that one payer pays for together, each with so many bills."""
    none, items = Money(0), make_receipt().items[:bills]
    return tuple(
        ReceiptPart(
            UUID(int=at),
            f"33010482761{at}",
            f"租客 {at}",
            f"华丰新村 12 幢 {at} 室",
            items,
            CNY.money("338.01"),
            none,
            none,
            none,
            none,
        )
        for at in range(count)
    )


def _pdf(*receipts: ReceiptIssued) -> bytes:
    return receipt_pdf(receipts, _catalog, COUNTRY)


def test_the_receipt_shows_all_its_figures() -> None:
    pdf = _pdf(make_receipt(language="en"))
    pages = pdf_pages(pdf)
    assert len(pages) == 1
    text = " ".join(pages[0].split())
    for words in (
        "杭州拱墅供电公司", "和睦营业厅", "3-0004182", "3301 0482 7615", "陈玉兰", "5 Nov 2026 14:28",
        "林晓梅, 3 号柜台", "拱墅区和睦街道华丰新村 12 幢 2 单元 401 室",
        "Electricity 9/2026 (16 days overdue)", "346", "186.15", "2.98", "189.13", "148.88", "338.01 元",
        "叁佰叁拾捌元零壹分", "Cash received",
        "400.00 元", "61.99 元", "Late fee: 186.15 × 1‰ × 16 d = 2.98", "Reminder CF-2026-11-0312 withdrawn",
        "A41B-77D0", "Payment seal",
    ):  # fmt: skip
        assert words in text, words
    assert "COPY" not in text
    assert pdf_codes(pdf) == {"3-0004182 A41B-77D0"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_drawn_is_read_back(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = drawn_words(monkeypatch)
    pdf = _pdf(make_receipt(language=language, customer_name="户用网金高长 Žofie"))
    text = pdf_pages(pdf)[0]
    assert len(drawn) > 30
    assert not [words for words in drawn if without_blanks(words) not in without_blanks(text)]
    assert not wrong_characters(text)
    assert all(fonts_of(pdf).values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_letters_of_a_customer_are_cut_for_a_receipt(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All else stands on the one before, and was cut for it: a receipt is waited for."""
    lettering._cut.cache_clear()
    _pdf(make_receipt(language=language))
    cut, usual = list[tuple[str, str]](), lettering._cut

    def noted(font: TTFont, place: int, letters: tuple[int, ...]) -> object:
        before = usual.cache_info().misses
        made = usual(font, place, letters)
        if usual.cache_info().misses > before:
            cut.append((font.fontName, "".join(map(chr, letters))))
        return made

    monkeypatch.setattr(lettering, "_cut", noted)
    own = {"customer_name": "户用网金高长", "address": "龙井路 77 号"}
    pdf = _pdf(make_receipt(language=language, number="5-7296138", amount=CNY.money("67895.20"), **own))
    assert without_blanks(own["address"]) in without_blanks(pdf_pages(pdf)[0])
    ((font, letters),) = cut
    assert "Regular" in font
    assert set(letters) - {"\0"} <= set("".join(own.values()))


def test_a_copy_says_so_in_its_first_and_last_line() -> None:
    lines = [
        line for line in pdf_pages(_pdf(make_receipt(language="en", copy=2)))[0].split("\n") if line.strip()
    ]
    assert sum("COPY 2" in line for line in lines) == 2
    spots = [index for index, line in enumerate(lines) if "COPY 2" in line]
    pages = pdf_pages(_pdf(make_receipt(language="en", copy=2, items=make_receipt().items * 5)))
    assert len(pages) > 1
    assert all(page.count("COPY 2") == 2 for page in pages)
    assert spots


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"copy": 1, "customer_name": "Aleksandriina Kukka-Maaria von Hämäläinen-Pohjanpalo Šimáčková"},
        {"customer_name": "欧" * 60, "address": "浙江省杭州市和睦街道华丰新村" * 5, "cashier": "林晓梅" * 10},
        {"items": make_receipt().items * 2},
        {"items": make_receipt().items * 10, "copy": 3},
        {"credit_made": Money(500), "credit_used": Money(100), "credit_after": Money(12345678901)},
        {"amount": Money(12345678901), "given": Money(12345678901), "change": Money(12345678901)},
        {"notes": (Text("The disconnection ordered for tomorrow morning is withdrawn from the list"),) * 12},
        {"items": (), "notes": ()},
        {"items": (), "parts": flats(3), "account_number": "G-HM-2026-000001", "address": "三套房"},
        {"items": (), "parts": flats(3, bills=2), "amount": Money(12345678901), "copy": 1},
    ],
)  # fmt: skip
def test_nothing_lies_over_anything_else(language: str, changes: dict[str, object]) -> None:
    pdf = _pdf(make_receipt(language=language, **changes))
    assert overlapping(pdf) == []
    assert outside(pdf, 15, 195) == []


def test_every_item_and_note_of_a_long_receipt_is_printed_and_the_total_once() -> None:
    items, notes = make_receipt().items * 12, tuple(Text(f"Note {number}.") for number in range(30))
    pages = pdf_pages(_pdf(make_receipt(language="en", items=items, notes=notes)))
    assert sum(page.count("Electricity 9/2026") for page in pages) == 12
    assert sum(page.count("338.01") for page in pages) == 1
    text = "".join(pages)
    assert all(f"Note {number}." in text for number in range(30))
    assert text.count("Late fee: 186.15") == 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_flats_fit_one_sheet_and_an_account_is_not_torn_from_what_it_paid(language: str) -> None:
    assert len(pdf_pages(_pdf(make_receipt(language=language, items=(), parts=flats(3))))) == 1
    sides = pdf_pages(_pdf(make_receipt(language=language, items=(), parts=flats(3, bills=2))))
    assert [[f"租客 {at}" in side for side in sides] for at in range(3)] == [[True, False]] * 2 + [
        [False, True]
    ]
    assert [side.count("346") for side in sides] == [2, 1], "what each used stands with it"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh_CN", "2026 年 9 月分次电费"), ("en", "Instalment 9/2026"), ("vi", "Kỳ trả tháng 9/2026"),
        ("fi", "Osaerä 9/2026"),
    ],
)  # fmt: skip
def test_an_instalment_is_named_beside_the_electricity(language: str, words: str) -> None:
    first, second = make_receipt().items
    paid = make_receipt(language=language, items=(replace(first, kind=ItemKind.INSTALMENT), second))
    (page,) = pdf_pages(_pdf(paid))
    assert words in page.replace("\N{NO-BREAK SPACE}", " ")


def test_part_payment_credit_and_card_are_named() -> None:
    part = tuple(
        type(item)(
            item.open_item_id, item.month, item.bill_number, item.energy, item.principal, item.late_fee,
            item.overdue_days, False, item.arithmetic,
        )
        for item in make_receipt().items
    )  # fmt: skip
    receipt = make_receipt(
        language="en",
        items=part,
        credit_made=CNY.money("5.00"),
        credit_used=CNY.money("1.00"),
        tender=TenderKind.CARD,
    )
    text = " ".join(pdf_pages(_pdf(receipt))[0].split())
    for words in (
        "paid in part",
        "16 days overdue, paid in part",
        "Kept as credit",
        "Credit used",
        "−1.00",
        "Card",
    ):
        assert words in text, words
    assert "Cash received" not in text


def test_many_receipts_in_one_file_and_none() -> None:
    assert len(pdf_pages(_pdf(make_receipt(), make_receipt(number="3-0004183")))) == 2
    with pytest.raises(Refused):
        _pdf()


def test_equal_receipts_give_equal_bytes() -> None:
    assert _pdf(make_receipt()) == _pdf(make_receipt())


# The strip of 80 mm


def _strip(*receipts: ReceiptIssued) -> bytes:
    return strip_pdf(receipts, _catalog, COUNTRY)


def test_a_strip_shows_all_figures_and_hides_the_name() -> None:
    pdf = _strip(make_receipt(language="en"))
    (page,) = pdf_pages(pdf)
    text = " ".join(page.split())
    for words in (
        "杭州拱墅供电公司", "3-0004182", "3301 0482 7615", "陈*兰", "5 Nov 2026 14:28", "和睦营业厅, 3 号柜台, 林晓梅",
        "Electricity 9/2026, 346 kWh", "186.15", "2.98", "186.15 × 1‰ × 16 d = 2.98", "148.88", "338.01",
        "叁佰叁拾捌元零壹分", "400.00", "Change given 61.99", "Check code A41B-77D0",
        "Reminder CF-2026-11-0312",
    ):  # fmt: skip
        assert words in text, words
    assert "陈玉兰" not in text
    assert "COPY" not in text
    assert pdf_codes(pdf) == {"3-0004182 A41B-77D0"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("copy", [0, 3])
def test_a_strip_is_as_long_as_it_needs_and_nothing_lies_over_anything_else(language: str, copy: int) -> None:
    short = make_receipt(language=language, copy=copy)
    long = make_receipt(language=language, copy=copy, items=short.items * 12, notes=short.notes * 9)
    pdf = _strip(short, long)
    assert not overlapping(pdf)
    assert not outside(pdf, 4, 76)
    pages = pdf_pages(pdf)
    assert len(pages) == 2
    assert [without_blanks(page).count("346kWh") for page in pages] == [1, 12]
    with pypdfium2.PdfDocument(pdf) as paper:
        (width, height), (same, longer) = (page.get_size() for page in paper)
    assert width == same
    assert longer > height * 2
    if copy:
        lines = [line for line in pages[0].split("\n") if line.strip()]
        assert lines[0] == lines[-1] == _catalog(language)("COPY {number}", number=copy)
