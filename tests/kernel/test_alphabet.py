"""Names stand in the order their language has them."""

from __future__ import annotations

import random

import pytest
from pypinyin import Style, lazy_pinyin

from desktop.kernel.alphabet import has_han, readings, sort_key
from desktop.kernel.surnames import SURNAMES

ORDERED = (
    ("安宁", "李明", "李娜", "里昂", "连战", "吕布", "单田芳", "王刚", "王刚强", "王红", "吴敏", "曾国藩", "赵建国"),
    ("An", "Án", "Ấn", "Âu", "Ba", "Bá", "Dương", "Đỗ An", "Đỗ Ba", "Hà", "Nguyễn An", "Nguyễn Bình", "Ơn", "Tu", "Từ"),
    ("Aho", "aho Eero", "Aho-Lahti", "Virtanen", "Wirtanen", "Yli", "Züst", "Åberg", "Äijälä", "Öberg"),
    ("1 号", "ABC 公司", "安宁", "北京", "Korhonen", "李娜"),
)  # fmt: skip


@pytest.mark.parametrize("names", ORDERED, ids=["zh", "vi", "fi", "mixed"])
def test_names_stand_in_the_order_of_their_language(names: tuple[str, ...]) -> None:
    shuffled = list(names)
    random.Random(3).shuffle(shuffled)
    assert sorted(shuffled, key=sort_key) == list(names)


def test_width_case_and_signs_do_not_matter() -> None:
    assert sort_key("ＡＢＣ") == sort_key("abc")
    assert sort_key("O'Brien") == sort_key("Obrien")
    assert sort_key("") == sort_key("…") == ""


def test_a_name_is_said_word_by_word_as_it_is_said_whole() -> None:
    chance, signs = random.Random(7), "王玉兰建国晓梅长乐行重朝阳银行公司人民都会了得单曾仇解A b-2"
    for _ in range(2_000):
        name = "".join(chance.choices(signs, k=chance.choice((2, 3, 3, 4, 9))))
        whole = lazy_pinyin(name, style=Style.TONE, errors=list)  # type: ignore[arg-type]  # as in the code
        assert not has_han(name) or name[0] in SURNAMES or readings(name) == [tuple(whole)]


def test_a_character_nobody_reads_aloud_stands_behind_the_others() -> None:
    assert sort_key("赵") < sort_key("\U0002a6a5")
