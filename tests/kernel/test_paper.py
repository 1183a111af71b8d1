"""Fonts, wrapping and the PDF file itself."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest

from desktop.kernel.errors import Refused
from desktop.kernel.files import resource
from desktop.kernel.lettering import Face, load_fonts, text_width, wrap
from desktop.kernel.paper import A4, RIGHT, Leaf, Paper, date_span, one_paper
from desktop.kernel.period import Period
from desktop.kernel.text import LANGUAGES, catalog
from tests.papers_samples import fonts_of, overlapping, pdf_codes, pdf_pages, without_blanks, wrong_characters

LETTERS = "户用网金高长 ÅÄÖåäö ŠšŽž ẪộữỗẰ₫ €×‰→−（）〔〕，。 壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整零"
BEYOND_16_BITS = "\U0001f100"  # in Noto Sans SC, above U+FFFF


def _page(draw: Callable[[Leaf], object]) -> bytes:
    def fill(paper: Paper) -> None:
        leaf = paper.leaf()
        draw(leaf)
        paper.add(leaf)

    return one_paper(fill, "Title", "Author", "en", A4)


@pytest.mark.parametrize("face", list(Face))
def test_every_character_drawn_is_read_back(face: Face) -> None:
    pdf = _page(lambda leaf: leaf.text(20, 30, LETTERS, 9, face=face))
    words = pdf_pages(pdf)[0]
    assert without_blanks(words) == without_blanks(LETTERS)
    assert not wrong_characters(words)


def test_fonts_are_embedded_and_cut_to_what_is_used() -> None:
    pdf = _page(lambda leaf: leaf.text(20, 30, LETTERS, 9))
    names = fonts_of(pdf)
    assert names
    assert all(names.values())
    assert all(re.match(rb"[A-Z]{6}\+Noto", found) for found in re.findall(rb"/BaseFont /(\S+)", pdf))
    assert b"Helvetica" not in pdf
    assert len(pdf) < 60_000


def test_a_letter_the_first_font_lacks_comes_from_the_second() -> None:
    pdf = _page(lambda leaf: leaf.text(20, 30, "Šimáček Žofie 户", 9))
    assert {name.split("+")[-1] for name in fonts_of(pdf)} == {"NotoSansSC-Regular", "NotoSans-Regular"}
    assert pdf_pages(pdf)[0].strip() == "Šimáček Žofie 户"


def test_a_mark_that_combines_is_joined_with_its_letter() -> None:
    pdf = _page(lambda leaf: leaf.text(20, 30, "Nguye\u0302\u0303n S\u030cima", 9))
    assert pdf_pages(pdf)[0].strip() == "Nguyễn Šima"


@pytest.mark.parametrize("character", ["\U0002a6d6", "\U0001f600", "\t", "\u200b", "\n"])
def test_a_character_no_font_has_is_refused_by_name(character: str) -> None:
    with pytest.raises(Refused) as refused:
        _page(lambda leaf: leaf.text(20, 30, f"王{character}", 9))
    words = catalog("en")(refused.value.text)
    assert f"U+{ord(character):04X}" in words
    assert f"王{character}" in words


def test_a_character_above_16_bits_is_read_back() -> None:
    pdf = _page(lambda leaf: leaf.text(20, 30, f"号{BEYOND_16_BITS}", 9))
    assert pdf_pages(pdf)[0].strip() == f"号{BEYOND_16_BITS}"


def test_equal_input_gives_equal_bytes() -> None:
    first, second = (_page(lambda leaf: leaf.text(20, 30, LETTERS, 9)) for _ in range(2))
    assert first == second


def test_two_threads_print_at_once() -> None:
    alone = _page(lambda leaf: leaf.text(20, 30, LETTERS, 9))
    made: list[bytes] = []

    def work() -> None:
        made.extend(_page(lambda leaf: leaf.text(20, 30, LETTERS, 9)) for _ in range(5))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 20
    assert set(made) == {alone}


def test_words_too_long_are_set_smaller_then_cut() -> None:
    long = "电" * 60

    def draw(leaf: Leaf) -> None:
        assert leaf.text(20, 30, "电" * 12, 9, width=35) <= 35
        assert leaf.text(20, 40, long, 9, width=35) <= 35
        assert leaf.text(195, 50, long, 9, width=35, align=RIGHT) <= 35

    text = pdf_pages(_page(draw))[0]
    assert "电" * 12 in text
    assert "..." in text


def test_a_block_keeps_its_lines_and_loses_nothing_that_fits() -> None:
    name = "Aleksandriina Kukka-Maaria von Hämäläinen-Pohjanpalo Šimáčková"
    pdf = _page(lambda leaf: leaf.block(20, 30, name, 12, 86, 2))
    assert without_blanks(pdf_pages(pdf)[0]) == without_blanks(name)
    assert not overlapping(pdf)
    cut = _page(lambda leaf: leaf.block(20, 30, name * 9, 12, 86, 2))
    assert len(pdf_pages(cut)[0].strip().split("\n")) == 2
    assert pdf_pages(cut)[0].strip().endswith("...")


def test_lines_break_between_hanzi_but_not_before_a_full_stop() -> None:
    words = "拨打电话，或到营业厅（全天）。Tier one begins"
    for width in range(14, 60):
        lines = wrap(words, width, 9)
        assert without_blanks("".join(lines)) == without_blanks(words)
        assert all(text_width(line, 9) <= width for line in lines)
        assert not any(line[0] in "，。）" for line in lines)
        assert not any(line[-1] == "（" for line in lines)


def test_a_word_wider_than_the_line_is_cut() -> None:
    lines = wrap("Vanhakaupunginkadunlaita" * 3, 30, 9)
    assert "".join(lines) == "Vanhakaupunginkadunlaita" * 3
    assert all(text_width(line, 9) <= 30 for line in lines)


def test_a_name_behind_another_is_not_broken_where_a_line_may_end_between_them() -> None:
    company, hall = "杭州拱墅供电公司（样例）", "和睦营业厅"
    assert wrap(f"{company}\u3000{hall}", 58, 11.5) == [company, hall]
    assert wrap(f"电话\u3000{company * 2}", 58, 11.5)[0].startswith("电话\u3000杭州"), (
        "no line is nearly empty"
    )


def test_a_qr_symbol_is_read_back() -> None:
    content = "https://pay.example.cn/e?a=330104827615&s=148.88"
    pdf = _page(lambda leaf: leaf.qr(100, 100, 23, content))
    assert pdf_codes(pdf) == {content}


def test_a_form_is_drawn_once_and_shown_on_each_page() -> None:
    drawn = []

    def draw(form: Leaf) -> None:
        drawn.append(form)
        form.text(20, 20, "Every page", 9)

    def fill(paper: Paper) -> None:
        for number in range(3):
            leaf = paper.leaf()
            leaf.put(paper.form("head", draw))
            leaf.text(20, 30, f"Page {number}", 9)
            paper.add(leaf)

    pages = pdf_pages(one_paper(fill, "Title", "Author", "en", A4))
    assert len(drawn) == 1
    assert [page.split("\n")[0].strip() for page in pages] == ["Every page"] * 3


def test_the_check_for_overlap_finds_one() -> None:
    def draw(leaf: Leaf) -> None:
        leaf.text(20, 30, "Under", 9)
        leaf.text(22, 31, "Over", 9)

    assert len(overlapping(_page(draw))) == 1


def test_a_paper_without_a_page_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one page"):
        Paper(BytesIO(), "Title", "Author", "en").close()


@pytest.mark.parametrize(
    ("language", "short", "span"),
    [
        ("zh_CN", "11-05", ("2026-10-03", "11-02")),
        ("en", "5 Nov", ("3 Oct", "2 Nov 2026")),
        ("vi", "05/11", ("03/10", "02/11/2026")),
        ("fi", "5.11.", ("3.10.", "2.11.2026")),
    ],
)
def test_short_dates(language: str, short: str, span: tuple[str, str]) -> None:
    say = catalog(language)
    assert say.short_date(date(2026, 11, 5)) == short
    assert date_span(say, Period(date(2026, 10, 3), date(2026, 11, 3))) == span
    over_new_year = date_span(say, Period(date(2026, 12, 3), date(2027, 1, 3)))
    assert all("202" in day for day in over_new_year)


def test_fonts_cover_what_the_four_languages_write() -> None:
    load_fonts()
    vietnamese = "ăâđêôơưĂÂĐÊÔƠƯ" + "".join(chr(code) for code in range(0x1EA0, 0x1EFA))
    gb2312 = "".join(
        bytes((high, low)).decode("gb2312", "ignore")
        for high in range(0xB0, 0xF8)
        for low in range(0xA1, 0xFF)
    )
    for face in Face:
        assert text_width(vietnamese + gb2312 + "åäöšžÅÄÖŠŽ€₫", 9, face) > 0
    assert len(gb2312) == 6763
    assert resource("fonts", "OFL.txt").exists()
    assert set(LANGUAGES) == {"zh_CN", "en", "vi", "fi"}
