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
    encoding = _encoding(path, titles)
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
                if not number % 10_000:
                    told(raw.tell(), size)
        except csv.Error as error:
            raise Unreadable(Why.QUOTES, rows.line_num) from error


def _encoding(path: Path, titles: Callable[[list[list[str]]], int]) -> str:
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            if _fits(path, encoding):
                return encoding
            raise Unreadable(Why.NO_WORKBOOK)
    if wide := _wide(head):
        if _fits(path, wide):
            return wide
        raise Unreadable(Why.NO_WORKBOOK)
    if _fits(path, "utf-8"):
        return "utf-8"
    if _fits(path, "gb18030") and _is_chinese(path):
        return "gb18030"
    return _western(path, titles)


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


def _fits(path: Path, encoding: str) -> bool:
    """Whether every byte of a file is text in an encoding; a nought is none in any."""
    try:
        with path.open(encoding=encoding, newline="") as stream:
            while words := stream.read(MEGABYTE):
                if "\0" in words:
                    return False
    except UnicodeError:
        return False
    return True


def _is_chinese(path: Path) -> bool:
    """Whether what reads as Chinese is: letters of the West in pairs give characters that nobody uses."""
    common = strange = 0
    with path.open(encoding="gb18030", newline="") as stream:
        while words := stream.read(MEGABYTE):
            wide = [letter for letter in words if not letter.isascii()]
            known = len("".join(wide).encode("gb2312", "ignore")) // 2
            common, strange = common + known, strange + len(wide) - known
    return common > 9 * strange


def _western(path: Path, titles: Callable[[list[list[str]]], int]) -> str:
    """Vietnamese or Western European: whichever knows more titles; where they differ and none does, neither."""
    found: list[tuple[int, str]] = []
    words: dict[str, str] = {}
    for encoding in _WESTERN:
        if not _fits(path, encoding):
            continue
        words[encoding] = path.read_text(encoding)
        head = words[encoding][:HEAD].splitlines(keepends=True)[:LINES_LOOKED_AT]
        found.append((max(_known(head, titles).values()), encoding))
    if not found or any(_strange(text) for text in words.values()):
        raise Unreadable(Why.NO_WORKBOOK)
    found.sort(reverse=True)
    if len(found) == 1 or found[0][0] > found[1][0] or len(set(words.values())) == 1:
        return found[0][1]
    raise Unreadable(Why.TEXT)


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
