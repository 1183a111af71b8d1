"""The rows of a CSV file: its encoding and separator are found out, or the file is refused."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

from desktop.kernel.cells.refusal import Unreadable, Why
from desktop.kernel.cells.workbook import MEGABYTE, MOST_COLUMNS, Line, Source

MOST_BYTES = 100 * MEGABYTE
MOST_LINES = 3_000_000
"""Blank ones are counted too: a file of nothing else would keep the reader busy for long."""
SEPARATORS = ",;\t"
HEAD = 64 * 1024
LINES_LOOKED_AT = 30
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = ("cp1258", "cp1252")


def source(
    path: Path,
    titles: Callable[[list[list[str]]], int],
    told: Callable[[int, int], None] = lambda _d, _t: None,
) -> Source:
    """The one sheet of a text file; ``titles`` says how many titles it knows among rows.

    The encoding is the one that the bytes prove, or under which most titles are known; where two would give other
    words, the file is refused. The separator is the one under which most titles are known.
    """
    if path.stat().st_size > MOST_BYTES:
        raise Unreadable(Why.LARGE, MOST_BYTES // MEGABYTE)
    encoding = _encoding(path, titles, told)
    with path.open(encoding=encoding, newline="") as stream:
        head = stream.read(HEAD).splitlines(keepends=True)[:LINES_LOOKED_AT]
    skip, separator = _separator(head, titles)
    return Source(path.stem, False, _lines(path, encoding, separator, skip, told))


def _lines(
    path: Path, encoding: str, separator: str, skip: int, told: Callable[[int, int], None]
) -> Iterator[Line]:
    size = path.stat().st_size
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding, newline="") as stream:
        rows = csv.reader(stream, delimiter=separator, strict=True)
        try:
            for number, row in enumerate(rows, 1):
                if len(row) > MOST_COLUMNS:
                    raise Unreadable(Why.COLUMNS, MOST_COLUMNS)
                cells = {
                    place: f"s{words}" for place, words in enumerate(row) if words and not words.isspace()
                }
                if cells and number > skip:
                    yield Line(number, cells)
                if not number % 500:
                    told(raw.tell(), size)
                    if number > MOST_LINES:
                        raise Unreadable(Why.LARGE_UNPACKED)
        except csv.Error as error:
            raise Unreadable(Why.QUOTES, rows.line_num) from error


def _encoding(path: Path, titles: Callable[[list[list[str]]], int], told: Callable[[int, int], None]) -> str:
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            if _fits(path, encoding, told):
                return encoding
            raise Unreadable(Why.NO_WORKBOOK)
    if wide := _wide(head):
        if _fits(path, wide, told):
            return wide
        raise Unreadable(Why.NO_WORKBOOK)
    if _fits(path, "utf-8", told):
        return "utf-8"
    if _fits(path, "gb18030", told) and _is_chinese(path, told):
        return "gb18030"
    return _western(path, titles, told)


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: nearly every second byte of digits, separators and Latin letters is nought."""
    if len(head) < 8 or b"\0" not in head:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    pairs = len(head) // 2
    if odd > pairs * 0.3 and even < odd * 0.02:
        return "utf-16-le"
    if even > pairs * 0.3 and odd < even * 0.02:
        return "utf-16-be"
    return ""


def _words(path: Path, encoding: str, told: Callable[[int, int], None]) -> Iterator[str]:
    """A whole text, some of it at a time; how far one is counts nothing here, for it is read several times."""
    with path.open(encoding=encoding, newline="") as stream:
        while words := stream.read(MEGABYTE // 4):
            told(0, 1)
            yield words


def _fits(path: Path, encoding: str, told: Callable[[int, int], None]) -> bool:
    """Whether every byte of a file is text in an encoding; a nought is none in any."""
    try:
        return not any("\0" in words for words in _words(path, encoding, told))
    except UnicodeError:
        return False


def _is_chinese(path: Path, told: Callable[[int, int], None]) -> bool:
    """Whether what reads as Chinese is: letters of the West in pairs give characters that nobody uses."""
    common = strange = 0
    for words in _words(path, "gb18030", told):
        wide = [letter for letter in words if not letter.isascii()]
        known = len("".join(wide).encode("gb2312", "ignore")) // 2
        common, strange = common + known, strange + len(wide) - known
    return common > 9 * strange


def _western(path: Path, titles: Callable[[list[list[str]]], int], told: Callable[[int, int], None]) -> str:
    """Vietnamese or Western European: whichever knows more titles; where they differ and none does, neither."""
    fitting = [encoding for encoding in _WESTERN if _fits(path, encoding, told)]
    if not fitting or any(_strange(words) for one in fitting for words in _words(path, one, told)):
        raise Unreadable(Why.NO_WORKBOOK)
    found: list[tuple[int, str]] = []
    for encoding in fitting:
        head = next(_words(path, encoding, told), "")[:HEAD].splitlines(keepends=True)[:LINES_LOOKED_AT]
        found.append((max(_known(head, titles).values()), encoding))
    found.sort(reverse=True)
    if len(found) == 1 or found[0][0] > found[1][0] or _alike(path, fitting, told):
        return found[0][1]
    raise Unreadable(Why.TEXT)


def _alike(path: Path, encodings: list[str], told: Callable[[int, int], None]) -> bool:
    """Whether a text is the same in all of some encodings, in each of which a letter is one byte."""
    texts = [_words(path, encoding, told) for encoding in encodings]
    return all(len(set(some)) == 1 for some in zip(*texts, strict=True))


def _strange(words: str) -> bool:
    """Whether there are characters that no text file has."""
    return any(letter < " " and letter not in "\t\r\n\f" for letter in words)


def _rows(head: list[str], separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(head, delimiter=separator))
    except csv.Error:
        return []


def _known(head: list[str], titles: Callable[[list[list[str]]], int]) -> dict[str, int]:
    return {separator: titles(_rows(head, separator)) for separator in SEPARATORS}


def _separator(head: list[str], titles: Callable[[list[list[str]]], int]) -> tuple[int, str]:
    """How many lines to leave out first, and the separator."""
    if head and head[0].casefold().startswith("sep=") and head[0][4:5] in SEPARATORS:
        return 1, head[0][4]
    known = _known(head, titles)
    counts = {separator: sum(line.count(separator) for line in head) for separator in SEPARATORS}
    return 0, max(SEPARATORS, key=lambda separator: (known[separator], counts[separator]))
