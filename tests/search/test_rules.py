"""How words are compared, which words lead to an owner, and where the typed letters stand."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.kernel.surnames import SURNAMES
from desktop.search import rules
from desktop.search.records import ACCOUNT, Code, MatchKind, Owner

ACCOUNT_CODE = Code(MatchKind.ACCOUNT, "330104827615", (8, 4))


def owner(name: str = "", address: str = "", *codes: Code) -> Owner:
    return Owner(ACCOUNT, UUID(int=1), "1", name, address, codes, address, person=True)


def tokens(name: str = "", address: str = "", *codes: Code) -> set[str]:
    return rules.tokens(rules.described(owner(name, address, *codes)))


def test_words_are_compared_without_case_width_blanks_and_marks() -> None:
    assert rules.folded(" Ｍ－７７ ００１ ") == rules.folded("m-77 001") == "m77001"
    assert rules.folded("ÅSA Österman") == "asaosterman"
    assert rules.folded("Nguyễn Thị Ánh Đào, Thủ Đức, Bưởi, ươ") == "nguyenthianhdaothuducbuoiuo"
    assert rules.folded("Straße") == "strasse"


SURNAME_READINGS = {
    "曾": "zeng ceng",
    "单": "shan dan",
    "解": "xie jie",
    "查": "zha cha",
    "区": "ou qu",
    "仇": "qiu chou",
    "朴": "piao pu",
    "盖": "ge gai",
    "任": "ren",
    "华": "hua",
    "尉迟": "yuchi weichi",
    "万俟": "moqi",
    "长孙": "zhangsun",
    "乐": "yue le",
    "缪": "miao",
    "翟": "zhai di",
    "员": "yun yuan",
    "宓": "mi",
    "逄": "pang",
    "覃": "qin tan",
    "谌": "chen shen",
    "欧阳": "ouyang",
    "陈": "chen",
}


@pytest.mark.parametrize(("surname", "typed"), SURNAME_READINGS.items())
def test_a_surname_is_found_by_each_of_its_readings(surname: str, typed: str) -> None:
    found = tokens(f"{surname}玉兰")
    for reading in typed.split():
        assert f"{reading}yulan" in found
        assert any(token.startswith(reading[0]) and token.endswith("yl") for token in found)


def test_every_reading_of_the_table_is_written_with_its_tone_and_typed_without() -> None:
    for surname, readings in SURNAMES.items():
        for reading in readings:
            assert len(reading.split()) == len(surname)
            assert rules.folded(reading).isascii()


def test_an_umlaut_is_typed_as_u_or_as_v() -> None:
    assert {"luyulan", "lvyulan", "lyl"} <= tokens("吕玉兰")


def test_a_firm_is_found_by_pinyin_from_any_syllable() -> None:
    found = tokens("杭州西湖龙井茶叶有限公司")
    assert any(token.startswith("longjing") for token in found)
    assert any(token.startswith("ljcy") for token in found)


def test_latin_names_have_initials_too() -> None:
    assert "nth" in tokens("Nguyễn Thị Hà")
    assert "ao" in tokens("Åsa Öberg")


def test_a_number_is_found_whole_and_by_its_tails_but_not_by_its_middle() -> None:
    assert tokens("", "", ACCOUNT_CODE) == {"330104827615", "04827615", "7615"}


def test_an_address_is_found_from_every_letter_and_from_the_beginning_of_numbers() -> None:
    found = tokens("", "浙江省杭州市拱墅区华丰新村 12 幢 4 单元 201 室")
    for part in ("拱墅", "华丰", "丰新村", "12", "12幢4单元201", "4单元", "201室", "201"):
        assert any(token.startswith(part) for token in found), part
    for part in ("浙江", "杭州", "单元", "室", "2幢", "01"):
        assert not any(token.startswith(part) for token in found), part


def test_keys_stay_short_and_few_however_long_a_name_is() -> None:
    found = tokens("名" * 300, "地" * 300)
    assert max(len(token) for token in found if not token.isascii()) <= rules.LONGEST
    assert len(rules.described(owner("名张" * 300, "地址" * 300)).split("\n")) < 1000


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z", "M"))
    | st.sampled_from("陈玉兰曾国藩 ạăâđêôơưÅäö"),
    min_size=1,
    max_size=30,
)


@given(name=NAMES, where=st.tuples(st.integers(0, 29), st.integers(1, 30)))
def test_any_inner_part_of_any_name_leads_to_its_owner(name: str, where: tuple[int, int]) -> None:
    word = rules.folded(name[where[0] % len(name) :][: where[1]])
    words = rules.described(owner(name))
    if word:
        assert rules.led_to(word, words, name, "") is not None
        keys = rules.tokens(words)
        for way in rules.ways((word,)):
            if way != (word,) or len(word) <= rules.LONGEST:
                assert all(any(key.startswith(piece) for key in keys) for piece in way)


@given(name=NAMES, text=NAMES)
def test_a_place_in_a_text_reads_as_the_word_that_was_looked_for(name: str, text: str) -> None:
    word = rules.folded(name)
    for begin, end in rules.spans(f"{text}{name}", word):
        assert word in rules.folded(f"{text}{name}"[begin:end])


def test_typed_pinyin_is_marked_in_the_reading() -> None:
    reading = ("zēng", "guó", "fān")
    assert rules.spelled(reading, "zgf") == [(0, 1), (5, 6), (9, 10)]
    assert rules.spelled(reading, "zengg") == [(0, 4), (5, 6)]
    assert rules.spelled(("lǚ", "yù"), "lvy") == [(0, 2), (3, 4)]
    assert rules.spelled(reading, "xx") == []


def test_the_reading_shown_is_the_one_that_was_typed() -> None:
    words = rules.described(owner("单玉兰"))

    def reading(typed: str) -> tuple[str, ...]:
        match = rules.led_to(typed, words, "单玉兰", "")
        return rules.reading_led_to("单玉兰", [match])

    assert reading("shanyl"[:4]) == ("shàn", "yù", "lán")
    assert reading("dan") == ("dān", "yù", "lán")
    assert reading("单") == ()


def test_a_new_name_and_telephone_replace_the_old_words_only() -> None:
    before = rules.described(owner("陈玉兰", "登云路 5 号", ACCOUNT_CODE, rules.phone_code("13912345678")))
    now = rules.tokens(rules.called(before, "程雅丽", ("13800001111",)))
    assert {"程雅丽", "cyl", "chengyali", "13800001111", "1111", "330104827615", "登云路5号"} <= now
    assert not {"陈玉兰", "chenyulan", "13912345678", "5678"} & now
