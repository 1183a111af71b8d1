"""Letters on paper: our fonts, how wide words are set in them, and where lines break.

Every character of every string is looked up in the fonts before it is drawn: one that the first font lacks comes
from the second, one that both lack is `Refused`; nothing is ever printed as a blank.
"""

from __future__ import annotations

import re
import threading
import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from reportlab import rl_config
from reportlab.lib.rl_accel import fp_str
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFObject
from reportlab.pdfbase.ttfonts import FF_NONSYMBOLIC, FF_SYMBOLIC, SUBSETN, TTFont, makeToUnicodeCMap

from desktop.kernel.errors import Refused
from desktop.kernel.files import resource
from desktop.kernel.text import Text

MM = 72 / 25.4

_LOADING = threading.Lock()


class Face(Enum):
    """A weight of our type: the file of the first font and of the one that has the letters it lacks."""

    REGULAR = ("NotoSansSC_400Regular", "NotoSans_400Regular")
    MEDIUM = ("NotoSansSC_500Medium", "NotoSans_500Medium")
    BOLD = ("NotoSansSC_700Bold", "NotoSans_700Bold")

    __hash__ = object.__hash__  # asked for a hundred times a page; that of Enum is written in Python


class _PaperFont(TTFont):
    """A TrueType font whose text can be copied out of the PDF, characters beyond U+FFFF included."""

    def begin(self, doc: Any, letters: str) -> None:
        """Let some letters be a subset by themselves; what a file has besides them is another one."""
        begun = _begun(self, letters)
        state: Any = TTFont.State(ttf=self)
        self.state[doc] = state
        state.assignments.update(begun.codes)
        state.subsets[:] = map(list, begun.subsets)
        state.nextCode = len(begun.subsets) << 8
        state.begun = begun

    def splitString(self, text: str, doc: Any, encoding: str = "utf-8") -> list[tuple[int, bytes]]:  # noqa: N802
        """Words in codes of the file's subsets; those of letters it began with at once, not letter by letter."""
        begun: _Begun | None = getattr(self.state.get(doc), "begun", None)
        if begun is not None and text and begun.first.issuperset(text):
            return [(0, text.translate(begun.codes).encode("latin-1"))]
        parts: list[tuple[int, bytes]] = super().splitString(text, doc, encoding)
        return parts

    def addObjects(self, doc: Any) -> None:  # noqa: N802 (the name the library calls)
        """Add the font's subsets to the document, each as it was cut for an earlier one with the same letters."""
        state = self.state[doc]
        state.frozen = 1
        for place, letters in enumerate(state.subsets):
            cut, name = _cut(self, place, tuple(letters)), self.getSubsetInternalName(place, doc)[1:]
            outlines, meaning = (
                doc.Reference(_Ready(one), f"{kind}:{cut.name}").format(doc)
                for kind, one in (("fontFile", cut.outlines), ("toUnicodeCMap", cut.meaning))
            )
            told = b"<< %b /FontFile2 %b >>" % (cut.described, outlines)
            described = doc.Reference(_Ready(told), f"fontDescriptor:{cut.name}").format(doc)
            font = _Ready(
                b"<< /Type /Font /Subtype /TrueType /BaseFont /%b /Name /%b /FirstChar 0 /LastChar %d"
                b" /Widths %b /ToUnicode %b /FontDescriptor %b >>"
                % (cut.name.encode(), name.encode(), len(letters) - 1, cut.widths, meaning, described)
            )
            doc.Reference(font, name)
            doc.idToObject["BasicFonts"].dict[name] = font
        del self.state[doc]


@dataclass(frozen=True, slots=True)
class _Begun:
    """The codes of letters that a file begins with, the subsets they make, and those of them in the first one."""

    codes: dict[int, int]
    subsets: list[list[int]]
    first: frozenset[str]


@lru_cache(64)
def _begun(font: _PaperFont, letters: str) -> _Begun:
    learning = _Ready(b"")
    font.splitString(letters, learning)
    state: Any = font.state.pop(learning)
    codes: dict[int, int] = state.assignments
    return _Begun(codes, state.subsets, frozenset(chr(one) for one, code in codes.items() if code < 0x100))


class _Ready(PDFObject):
    """An object as it stands in the file."""

    __RefOnly__ = 1

    def __init__(self, spelled: bytes) -> None:
        self._spelled = spelled

    def format(self, _document: object) -> bytes:
        """Its bytes."""
        return self._spelled


@dataclass(frozen=True, slots=True)
class _Cut:
    """A subset of a font as files carry it: its name, outlines, what its codes mean, widths, and its description."""

    name: str
    outlines: bytes
    meaning: bytes
    widths: bytes
    described: bytes


@lru_cache(64)  # a receipt has four, and three of them all receipts of a language have
def _cut(font: TTFont, place: int, letters: tuple[int, ...]) -> _Cut:
    """The subset of a font with some letters, the first of a file or a further one."""
    face: Any = font.face
    name = f"{SUBSETN(place).decode()}+{face.name.decode()}"
    outlines = face.makeSubset(letters)
    meaning = re.sub(r"> <([0-9A-F]{5,6})>", _as_utf16, makeToUnicodeCMap(name, letters))
    box = fp_str(*face.bbox)
    return _Cut(
        name,
        # packed in a third of the usual time: somebody at a counter waits for it, and it is small
        _stream(zlib.compress(outlines, 1), f" /Length1 {len(outlines)}"),
        _stream(zlib.compress(meaning.encode())),
        f"[ {fp_str(*map(face.getCharWidth, letters))} ]".encode(),
        f"/Type /FontDescriptor /FontName /{name} /Flags {face.flags & ~FF_NONSYMBOLIC | FF_SYMBOLIC}"
        f" /FontBBox [ {box} ] /Ascent {fp_str(face.ascent)} /Descent {fp_str(face.descent)}"
        f" /CapHeight {fp_str(face.capHeight)} /ItalicAngle {fp_str(face.italicAngle)}"
        f" /StemV {fp_str(face.stemV)} /MissingWidth {fp_str(face.defaultWidth)}".encode(),
    )


def _stream(packed: bytes, more: str = "") -> bytes:
    head = f"<< /Filter /FlateDecode /Length {len(packed)}{more} >>\nstream\n"
    return b"%b%b\nendstream" % (head.encode(), packed)


def _as_utf16(hit: re.Match[str]) -> str:
    return f"> <{chr(int(hit[1], 16)).encode('utf-16-be').hex().upper()}>"


@dataclass(frozen=True, slots=True)
class _Typeface:
    """A first font with the characters it may draw, and the second one."""

    first: _PaperFont
    second: _PaperFont
    covered: frozenset[str]
    also: frozenset[str]


_typefaces: dict[Face, _Typeface] = {}


class _Outlines:
    """The outlines of a font where they lie: each subset that is cut would copy all ten megabytes of them first."""

    __slots__ = ("_data", "_start")

    def __init__(self, data: bytes, start: int) -> None:
        self._data, self._start = data, start

    def __getitem__(self, part: slice) -> bytes:
        return self._data[self._start + part.start : self._start + part.stop]


def _load(name: str) -> _PaperFont:
    font = _PaperFont(name, str(resource("fonts", f"{name}.ttf")))
    face: Any = font.face
    table, outlines = face.get_table, _Outlines(face._ttf_data, face.get_table_pos("glyf")[0])
    face.get_table = lambda tag: outlines if tag == "glyf" else table(tag)
    pdfmetrics.registerFont(font)
    return font


def _characters(font: TTFont) -> frozenset[str]:
    """What the font draws as it stands: marks that combine need shaping, controls draw nothing."""
    found = (chr(code) for code in font.face.charToGlyph)
    return frozenset(each for each in found if unicodedata.category(each) not in {"Mn", "Me", "Cc", "Cf"})


def typeface(face: Face) -> _Typeface:
    """The parsed fonts of a face; read from disk once per process (about 0.1 s each), from any thread."""
    found = _typefaces.get(face)
    if found is None:
        with _LOADING:
            found = _typefaces.get(face)
            if found is None:
                rl_config.useA85 = 0
                first, second = (_load(name) for name in face.value)
                found = _Typeface(first, second, _characters(first), _characters(second))
                _typefaces[face] = found
    return found


def begin_with(doc: Any, letters: Mapping[Face, str]) -> None:
    """Let a new file begin each face with the letters that its kind of paper has anyway.

    They are cut once for all such papers, and of one that somebody waits for only the few letters that are its own:
    those of a receipt are a tenth of it.
    """
    for face, some in letters.items():
        known = typeface(face)
        known.first.begin(doc, some)


def load_fonts() -> None:
    """Read all faces now, on a thread that has the time, so that the first paper does not wait for them."""
    for face in Face:
        typeface(face)


def pieces(face: Face, words: str) -> list[tuple[TTFont, str]]:
    """``words`` cut into runs of one font each; a character no font has is Refused."""
    known = typeface(face)
    if known.covered.issuperset(words):
        return [(known.first, words)]
    if any(unicodedata.combining(each) for each in words):
        words = unicodedata.normalize("NFC", words)
    pieces: list[tuple[TTFont, str]] = []
    for each in words:
        if each in known.covered:
            font = known.first
        elif each in known.also:
            font = known.second
        else:
            raise Refused(
                Text(
                    "The character {character} ({code}) in {words} cannot be printed: no font here has it. "
                    "Write it another way",
                    character=each,
                    code=f"U+{ord(each):04X}",
                    words=words,
                )
            )
        if pieces and pieces[-1][0] is font:
            pieces[-1] = (font, pieces[-1][1] + each)
        else:
            pieces.append((font, each))
    return pieces


def text_width(words: str, size: float, face: Face = Face.REGULAR) -> float:
    """Width in mm of ``words`` set at ``size`` points."""
    width = 0.0
    for font, part in pieces(face, words):
        width += font.stringWidth(part, size)
    return width / MM


_NOT_FIRST = frozenset("，。、；：！？）〕】》」』”’…‰％%,.;:!?)]}·—–-")
_NOT_LAST = frozenset("（〔【《「『“‘([{")
_WIDE = re.compile(
    r"[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\U00020000-\U0003ffff]"
)


def _words(line: str) -> list[str]:
    """The smallest parts a line may be broken between: words with the space after them, single hanzi with
    the punctuation that must stay beside them."""
    parts: list[str] = []
    for each in line:
        stays = parts and (
            parts[-1][-1] in _NOT_LAST
            or each in _NOT_FIRST
            or each in " \u3000"
            or (parts[-1][-1] not in " \u3000" and not _WIDE.match(each) and not _WIDE.match(parts[-1][-1]))
        )
        if stays:
            parts[-1] += each
        else:
            parts.append(each)
    return parts


def wrap(words: str, width: float, size: float, face: Face = Face.REGULAR) -> list[str]:
    """``words`` as lines no wider than ``width`` mm at ``size`` points.

    Lines break at spaces and between hanzi, never before closing or after opening punctuation; a single word
    wider than the line is cut anywhere. What an ideographic space sets apart, such as a name behind another, stays
    together where at least half a line stands before it.
    """
    if text_width(words, size, face) <= width:
        return [words]
    lines, line = [], ""
    for part in _words(words):
        if not line or text_width((line + part).rstrip(), size, face) <= width:
            line += part
        else:
            before, _, apart = line.rpartition("\u3000")
            if text_width(before.rstrip(), size, face) < width / 2:
                before, apart = line, ""
            lines.append(before.rstrip())
            line = apart + part
        while text_width(line.rstrip(), size, face) > width and len(line) > 1:
            cut = len(line) - 1
            while cut > 1 and text_width(line[:cut], size, face) > width:
                cut -= 1
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()] if line or not lines else lines


def rest_of(found: list[str], lines: int) -> list[str]:
    """The lines from the last allowed one on, a space put back where one stood."""
    return [part if _WIDE.match(part[-1:]) else f"{part} " for part in found[lines - 1 :]]


def shortened(words: str, width: float, size: float, face: Face) -> str:
    """``words`` cut so that they fit with three full points; whole words when they fit."""
    if text_width(words, size, face) <= width:
        return words
    while words and text_width(f"{words}...", size, face) > width:
        words = words[:-1]
    return f"{words.rstrip()}..."
