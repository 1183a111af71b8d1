"""Words as they are compared, the words that lead to an owner, and where in a text a typed word stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from desktop.kernel.alphabet import has_han, readings
from desktop.search.records import PERSONAL, Code, Match, MatchKind, Owner

LONGEST = 12
"""Words from the inside of names and addresses are kept up to this length; longer ones are looked at again."""

MOST_PARTS = 80
SHORT_NAME = 4
"""A name of up to so many characters is a person's: pinyin leads to it as a whole. A firm's from any syllable."""

PHONE_TAIL = 4
_WORDS_ASKED = 6
_PARTED = re.compile(r"[\s,;，；、]+")
_NOT_COMPARED = re.compile(r"[\W_]+")
_COUNTED = "幢|栋|座|单元|室|号|弄|层|楼"
_PLACES = re.compile(rf"(\d+)\s*({_COUNTED})?|([^\W\d_])")
_REGION = re.compile(
    r"^(?:\w{2,8}?(?:省|自治区)(?:\w{1,8}?(?:市|自治州|地区|盟))?|\w{2,4}市(?=\w{1,5}[区县]))"
)
_PLAIN = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


def scanned_words(code: str) -> str:
    """What to search for when a scanner read a code: of a payment code its account, of a receipt its number.

    >>> scanned_words("https://pay.example.cn/e?a=330104827615&m=2026-10&s=148.88")
    '330104827615'
    >>> scanned_words("3-26000012 A41B-77D0")
    '3-26000012'
    """
    asked = parse_qs(urlsplit(code).query).get("a") if "://" in code else None
    return asked[0] if asked else code.split(maxsplit=1)[0]


def _bare(text: str) -> str:
    """Lower case, full-width forms made plain, letters without their marks (which are still there, apart)."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)


def folded(text: str) -> str:
    """A word as it is compared: letters and digits only, without case, width or marks.

    >>> folded(" Ｍ－７７ ００１ "), folded("Đường Lê Lợi"), folded("Åsa Öberg"), folded("曾国藩")
    ('m77001', 'duongleloi', 'asaoberg', '曾国藩')
    """
    bare = _bare(text)
    return bare if bare.isalnum() else _NOT_COMPARED.sub("", bare)


def asked(typed: str) -> tuple[str, ...]:
    """The words in what somebody typed; the 室 behind a number belongs to it.

    >>> asked("陈玉兰，７６１５"), asked("12 幢 201 室"), asked(" % ")
    (('陈玉兰', '7615'), ('12幢', '201室'), ())
    """
    words: list[str] = []
    for word in filter(None, map(folded, _PARTED.split(typed))):
        if words and words[-1][-1].isdigit() and word in _COUNTED.split("|"):
            words[-1] += word
        else:
            words.append(word)
    return tuple(dict.fromkeys(words))[:_WORDS_ASKED]


def ways(words: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Which beginnings of keys to look up for typed words: in each way, all of them lead to the owner.

    Words that together are one, such as a number in groups or pinyin by syllables, come first. What is longer than
    the keys are is looked up by two parts of it.

    >>> ways(("3301", "0482"))
    (('33010482',), ('3301', '0482'))
    """
    joined = "".join(words)
    found = [(joined,), _pieces(joined)]
    if len(words) > 1:
        found.append(tuple(piece for word in words for piece in _pieces(word)))
    return tuple(dict.fromkeys(found))


def _pieces(word: str) -> tuple[str, ...]:
    """Beginnings of keys that the owner of a long word has: keys begin with a letter or a whole number."""
    if len(word) <= LONGEST:
        return (word,)
    units = [place[0] for place in _PLACES.finditer(word)]
    rests = ("".join(units[start:]) for start in range(len(units)))
    full = [rest[:LONGEST] for rest in rests if len(rest) >= LONGEST]
    return tuple(dict.fromkeys((full[0], full[-1])))


# Pinyin


@lru_cache(65_536)
def _typed_as(syllable: str) -> tuple[str, ...]:
    """How a syllable is typed; ü is a u to some, a v to most."""
    plain = folded(syllable)
    with_v = folded(unicodedata.normalize("NFD", syllable).replace("u\u0308", "v"))
    return (plain,) if with_v == plain else (plain, with_v)


def _spellings(name: str) -> Iterator[tuple[str, ...]]:
    for reading in readings(name):
        typed = [_typed_as(syllable) for syllable in reading]
        yield tuple(one[0] for one in typed if one[0])
        if any(len(one) > 1 for one in typed):
            yield tuple(one[-1] for one in typed if one[0])


def _pinyin(name: str) -> Iterator[tuple[str, MatchKind]]:
    for syllables in _spellings(name):
        starts = 1 if len(syllables) <= SHORT_NAME else len(syllables)
        for start in range(starts):
            yield "".join(syllables[start:])[: 2 * LONGEST], MatchKind.PINYIN
            yield "".join(one[0] for one in syllables[start:])[:LONGEST], MatchKind.INITIALS


# The words of an owner


def significant(address: str) -> str:
    """An address from its district on: the province and the city before it lead to everybody.

    >>> significant("浙江省杭州市拱墅区和睦街道"), significant("新都市花园 3 幢")
    ('拱墅区和睦街道', '新都市花园 3 幢')
    """
    return _REGION.sub("", address)


def _of_name(name: str) -> Iterator[str]:
    """The name from each of its letters on, and how it is spelled or begins."""
    whole, mark = folded(name), _MARKS[MatchKind.NAME]
    for start in range(min(len(whole), MOST_PARTS)):
        yield f"{whole[start : start + LONGEST]}{mark}"
    if has_han(name):
        for token, kind in _pinyin(name):
            yield _entry(token, kind)
    else:
        words = [folded(word) for word in name.split()]
        if len(words) > 1:
            yield _entry("".join(word[:1] for word in words)[:LONGEST], MatchKind.INITIALS)


def _of_address(address: str) -> Iterator[str]:
    """Numbers count from their first digit on, words from any letter, but not the 单元 or 室 behind a number:

    it leads to everybody and would bury the name 单.
    """
    begins: list[int] = []
    whole, parts = "", 0
    for number, counted, letter in _PLACES.findall(_bare(significant(address))):
        if parts < MOST_PARTS:
            begins.append(len(whole))
        whole += letter or number + counted
        parts += 1 + len(counted)
    mark = _MARKS[MatchKind.ADDRESS]
    for start in begins:
        yield f"{whole[start : start + LONGEST]}{mark}"


_MARKS = {kind: f"\t{kind.value}" for kind in MatchKind}
"""What stands behind a word of each kind."""


def _entry(token: str, kind: MatchKind, whole: bool = False) -> str:
    return f"{token}{_MARKS[kind]}!" if whole else f"{token}{_MARKS[kind]}"


def _of_code(code: Code) -> Iterator[str]:
    value = folded(code.value)
    if value:
        yield _entry(value, code.kind, whole=True)
    for length in code.tails:
        if len(value) > length:
            yield _entry(value[-length:], code.kind)


def described(owner: Owner) -> str:
    """All words that lead to an owner, one a line with its kind, with a line end on either side."""
    names = (owner.title, *owner.former) if owner.person else ()
    lines = [entry for name in names for entry in _of_name(name)]
    lines += [entry for code in owner.codes for entry in _of_code(code)]
    if owner.address:
        lines += [entry for one in owner.address.split("\n") for entry in _of_address(one)]
    return _lines(lines)


def called(words: str, name: str, phones: Iterable[str], former: Sequence[str] = ()) -> str:
    """The words of an owner whose person is called and reached differently now, in the order `described` gives them."""
    lines = [entry for one in (name, *former) for entry in _of_name(one)]
    lines += [entry for phone in phones for entry in _of_code(phone_code(phone))]
    kept = [line for line in words.split("\n") if line and _read(line)[1] not in PERSONAL]
    return _lines([*lines, *kept])


def recoded(words: str, old: Code, new: Code) -> str:
    """The words of an owner with a new code where an old one stood; where it did not, they stay as they are."""
    gone = set(_of_code(old))
    lines = [line for line in words.split("\n") if line]
    place = next((at for at, line in enumerate(lines) if line in gone), None)
    if place is None:
        return words
    kept = [line for line in lines[place:] if line not in gone]
    return _lines([*lines[:place], *_of_code(new), *kept])


def phone_code(phone: str) -> Code:
    """A telephone number: whole, or its last four digits."""
    return Code(MatchKind.PHONE, phone, (PHONE_TAIL,))


def _lines(entries: Iterable[str]) -> str:
    return "\n" + "".join(f"{entry}\n" for entry in dict.fromkeys(entries))


def _read(line: str) -> tuple[str, MatchKind, bool]:
    token, _, kind = line.partition("\t")
    return token, MatchKind(kind.rstrip("!")), kind.endswith("!")


def tokens(words: str) -> set[str]:
    """The words themselves."""
    return {line.partition("\t")[0] for line in words.split("\n") if line}


# Looking again


def led_to(word: str, words: str, title: str, address: str) -> Match | None:
    """What a typed word is of an owner; None when it is nothing of it. The whole of something counts first."""
    best: Match | None = None
    at = words.find(f"\n{word}")
    while at >= 0:
        token, kind, whole = _read(words[at + 1 : words.index("\n", at + 1)])
        whole = word == token and (whole or (kind is MatchKind.NAME and word == folded(title)))
        if best is None or whole:
            best = Match(kind, word, token, whole)
        if whole:
            return best
        at = words.find(f"\n{word}", at + 1)
    if best is None and len(word) > LONGEST:
        best = _long(word, title, address)
    return best


def _long(word: str, title: str, address: str) -> Match | None:
    for kind, text in ((MatchKind.NAME, folded(title)), (MatchKind.ADDRESS, folded(address))):
        if word in text:
            return Match(kind, word, word, kind is MatchKind.NAME and word == text)
    return None


def reading_led_to(name: str, matches: Iterable[Match]) -> tuple[str, ...]:
    """The reading of a name, with its tones, that a typed pinyin word belongs to; nothing when none was typed."""
    typed = [match for match in matches if match.kind in (MatchKind.PINYIN, MatchKind.INITIALS)]
    if not typed:
        return ()
    found = readings(name)
    return next((one for one in found if all(spelled(one, match.typed) for match in typed)), ())


# Where in a text a word stands


def spans(text: str, word: str) -> list[tuple[int, int]]:
    """Where a word, compared as search compares, stands in a text: (from, to) of its first place.

    >>> spans("Nguyễn Thị Hà", "thiha"), spans("3301 0482 7615", "048"), spans("陈玉兰", "x")
    ([(7, 13)], [(5, 8)], [])
    """
    plain, place = [], []
    for at, character in enumerate(text):
        one = folded(character)
        plain.append(one)
        place += [at] * len(one)
    found = "".join(plain).find(word) if word else -1
    return [] if found < 0 else [(place[found], place[found + len(word) - 1] + 1)]


def spelled(reading: tuple[str, ...], word: str) -> list[tuple[int, int]]:
    """Where typed pinyin, whole or initials, stands in a reading whose syllables are parted by blanks.

    >>> spelled(("chén", "yù", "lán"), "cyl"), spelled(("chén", "yù", "lán"), "chenyu")
    ([(0, 1), (5, 6), (8, 9)], [(0, 4), (5, 7)])
    """
    begins, at = [], 0
    for syllable in reading:
        begins.append(at)
        at += len(syllable) + 1
    for start in range(len(reading)):
        for pick in (0, -1):
            syllables = [_typed_as(one)[pick] for one in reading[start:]]
            if word and "".join(one[:1] for one in syllables).startswith(word):
                return [(begins[start + place], begins[start + place] + 1) for place in range(len(word))]
            if "".join(syllables).startswith(word):
                return _over(reading[start:], syllables, begins[start:], word)
    return []


def _over(
    reading: tuple[str, ...], syllables: list[str], begins: list[int], word: str
) -> list[tuple[int, int]]:
    found, left = [], len(word)
    for syllable, typed, begin in zip(reading, syllables, begins, strict=True):
        if left <= 0:
            break
        found.append((begin, begin + (len(syllable) if left >= len(typed) else left)))
        left -= len(typed)
    return found


def merged(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places in order, those that touch or lie over each other made one.

    >>> merged([(4, 6), (0, 2), (1, 3)])
    [(0, 3), (4, 6)]
    """
    whole: list[tuple[int, int]] = []
    for begin, end in sorted(places):
        if whole and begin <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((begin, end))
    return whole
