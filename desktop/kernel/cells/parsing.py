"""XML in pieces to a parser, past which go the elements that are written as nearly all of them are.

A parser tells every tag to a function of ours, which is most of the time a sheet takes. Rows and shared words mostly
are of one shape: those are found by a pattern and taken as they stand. All others, and whatever stands around, go to
the parser, which so sees the same document without some of its rows and finds the same faults in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple
from xml.parsers import expat

from desktop.kernel.cells.refusal import Unreadable, Why

CHUNK = 2**18
MOST_UNLIKE = 500
"""After so many pieces that were not of the shape, and more than were, a part is left to the parser."""

_NO_LETTERS = "\ufffd\ufffe\uffff"
"""What stands for bytes that are none, and two that XML does not allow."""


class Shape(NamedTuple):
    """How elements that follow one another are mostly written: ``many`` matches any number of whole ones, ``end`` is
    the tag that closes one, and ``take`` is given what was matched."""

    end: bytes
    many: re.Pattern[bytes]
    take: Callable[[str], None]


def parsed(
    chunks: Iterable[bytes],
    start: Callable[[str, dict[str, str]], None],
    shape: Shape | None = None,
    **handlers: Any,
) -> Iterator[None]:
    """Feeds chunks of XML to handlers and to the ``shape``, and stops after each chunk for what they have found."""
    parser = expat.ParserCreate()
    parser.buffer_text, parser.buffer_size = True, 2**16
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_doctype
    for name, handler in handlers.items():
        setattr(parser, name, handler)
    feed = _Feed(parser, shape)
    for chunk in chunks:
        feed.take(chunk)
        yield
    feed.end()
    yield


class _Feed:
    """A parser on its way through a part."""

    def __init__(self, parser: expat.XMLParserType, shape: Shape | None) -> None:
        self._parser, self._shape = parser, shape
        self._fed = self._like = self._unlike = 0
        self._between = False
        self._rest = b""
        if shape is not None:
            parser.XmlDeclHandler = self._declared
            parser.StartCdataSectionHandler = self._leave_all

    def take(self, chunk: bytes) -> None:
        """The next bytes; an element that does not end in them waits for the ones after."""
        if b"\0" in chunk:  # another encoding, in which the shape would be something else
            self._leave_all()
        rest, place = self._rest + chunk, 0
        while (shape := self._shape) is not None:
            if self._between:
                place = self._skim(shape, rest, place)
            end = rest.find(shape.end, place) + len(shape.end)
            if end < len(shape.end):
                break
            self._parse(rest[place:end])
            self._unlike += 1
            # Where the parser has understood all, it stands behind the tag: in a comment it would wait for its end.
            self._between = self._parser.CurrentByteIndex == self._fed
            place = end
            if self._unlike > max(MOST_UNLIKE, self._like):
                self._leave_all()
        self._rest = rest[place:]
        if self._shape is None or len(self._rest) > CHUNK:
            self.flush()

    def flush(self) -> None:
        """What waits goes to the parser."""
        self._parse(self._rest)
        self._rest, self._between = b"", False

    def end(self) -> None:
        """There is no more."""
        self.flush()
        self._parser.Parse(b"", True)

    def _skim(self, shape: Shape, rest: bytes, place: int) -> int:
        """Takes what is of the shape from a place on; where that ends."""
        found = shape.many.match(rest, place)
        if found is None or found.end() == place:
            return place
        words = found[0].decode("utf-8", "replace")
        if not words.isascii() and any(letter in words for letter in _NO_LETTERS):
            self._leave_all()  # to say what is wrong is for the parser
            return place
        shape.take(words)
        self._like += 1
        return found.end()

    def _parse(self, content: bytes) -> None:
        self._parser.Parse(content, False)
        self._fed += len(content)
        if (
            self._fed - self._parser.CurrentByteIndex > 2 * CHUNK
        ):  # no tag is that long; going on would take ages
            raise Unreadable(Why.NO_WORKBOOK)

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() != "utf-8":
            self._leave_all()

    def _leave_all(self) -> None:
        """All that comes is for the parser."""
        self._shape = None


def _refuse_doctype(*_: object) -> None:
    raise Unreadable(Why.NO_WORKBOOK)
