"""The order of names: Chinese by pinyin, then by characters; Latin letters as the alphabets we speak have them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.seg.simpleseg import seg

from desktop.kernel.surnames import SURNAMES

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_MARKS_AFTER = "\x01"

_LETTERS = {
    "a\u0306": "a{", "a\u0302": "a|", "đ": "d{", "e\u0302": "e{", "o\u0302": "o{", "o\u031b": "o|",
    "u\u031b": "u{", "a\u030a": "z{", "a\u0308": "z|", "æ": "z|", "o\u0308": "z}", "ø": "z}", "u\u0308": "y",
    "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "œ": "oe", "þ": "th",
}  # fmt: skip
"""Letters of their own: the Vietnamese ones stand behind their base letter, å ä ö behind z. No alphabet of ours has
both, so one order serves all."""

_SHAPES = "\u0306\u0302\u031b\u030a\u0308"
_TONES = {"\u0300": "b", "\u0309": "c", "\u0303": "d", "\u0301": "e", "\u0323": "f"}
"""The Vietnamese order of tones; a letter without one is ``a``, with any other mark ``g``."""

_PINYIN_TONES = {"\u0304": "!", "\u0301": '"', "\u030c": "#", "\u0300": "$"}
"""They sort before letters, so that li comes before lian; the neutral tone is last."""


def has_han(text: str) -> bool:
    """Whether Chinese characters stand in a text."""
    return _HAN.search(text) is not None


_ASCII = {
    code: " " if sign.isspace() or sign == "-" else ""
    for code, sign in enumerate(map(chr, range(128)))
    if not sign.isalnum()
}
"""What is left of the signs that are no letters or digits: numbers of papers are sorted by the thousand."""


@lru_cache(maxsize=16)  # a name is asked for its words, and then for its place
def readings(name: str) -> list[tuple[str, ...]]:
    """A Chinese name in pinyin with its tones, syllable by syllable; every reading of its surname, the usual first.

    >>> readings("曾玉兰")
    [('zēng', 'yù', 'lán'), ('céng', 'yù', 'lán')]
    """
    if not has_han(name):
        return []
    surname = next((name[:length] for length in (2, 1) if name[:length] in SURNAMES), "")
    syllables = [syllable for word in seg(name) for syllable in _spoken(word)]
    found = [(*reading.split(), *syllables[len(surname) :]) for reading in SURNAMES.get(surname, ())]
    return found or [tuple(syllables)]


@lru_cache(maxsize=8192)  # names are made of few words: most have one character
def _spoken(word: str) -> tuple[str, ...]:
    """How a word is said, as `lazy_pinyin` says it in any name; other signs come one by one."""
    return tuple(lazy_pinyin([word], style=Style.TONE, errors=list))  # type: ignore[arg-type]  # also a function, its stub knows words only


def sort_key(text: str) -> str:
    """What a name is sorted by, compared sign by sign: on paper, on the screen and in both databases alike.

    >>> sorted(["曾国藩", "安宁", "李娜", "连战", "单田芳"], key=sort_key)
    ['安宁', '李娜', '连战', '单田芳', '曾国藩']
    >>> sorted(["Đỗ An", "Dương", "Ấn", "An", "Ba", "Án", "Âu"], key=sort_key)
    ['An', 'Án', 'Ấn', 'Âu', 'Ba', 'Dương', 'Đỗ An']
    >>> sorted(["Öberg", "Åsa", "Äijälä", "Zetterberg", "aho"], key=sort_key)
    ['aho', 'Zetterberg', 'Åsa', 'Äijälä', 'Öberg']
    """
    if text.isascii():
        return text.lower().translate(_ASCII)
    if not has_han(text):
        return _latin(text)
    return "".join(
        _syllable(spoken) + sign if has_han(sign) and spoken != sign else _latin(sign)
        for sign, spoken in zip(text, readings(text)[0], strict=True)
    )


@lru_cache(maxsize=4096)  # there are no more
def _syllable(spoken: str) -> str:
    """A syllable with its tone behind it; ü comes after u."""
    letters = unicodedata.normalize("NFD", spoken).replace("u\u0308", "u{")
    tone = next((_PINYIN_TONES[sign] for sign in letters if sign in _PINYIN_TONES), "%")
    return "".join(sign for sign in letters if sign not in _PINYIN_TONES) + tone


def _latin(text: str) -> str:
    """Letters by their alphabet, then by their marks; blanks before letters, case and other signs not at all."""
    units, marks = [], []
    for unit, mark in _letters(text):
        units.append(unit)
        marks.append(mark)
    tail = "".join(marks).rstrip("a")
    return "".join(units) + (_MARKS_AFTER + tail if tail else "")


def _letters(text: str) -> Iterator[tuple[str, str]]:
    letter, mark = "", "a"
    for sign in unicodedata.normalize("NFKD", text).casefold():
        if letter + sign in _LETTERS and sign in _SHAPES:
            letter += sign
        elif unicodedata.combining(sign):
            mark = _TONES.get(sign, "g")
        else:
            if letter:
                yield _LETTERS.get(letter, letter), mark
            letter, mark = sign if sign.isalnum() else " " if sign.isspace() or sign == "-" else "", "a"
    if letter:
        yield _LETTERS.get(letter, letter), mark
