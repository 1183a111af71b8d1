"""Paper: PDF pages drawn in millimetres from the top left corner, with our own fonts embedded.

A `Paper` is one PDF file being made, a `Leaf` one side of it. Pages are compressed as they are finished, what
never changes on a page is drawn once (`Paper.form`), and equal input gives equal bytes.

Measures are millimetres, sizes of type and widths of lines are points; ``y`` of a text is its base line.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from types import MappingProxyType
from typing import Any, BinaryIO, cast

import numpy as np
import zxingcpp
from reportlab.lib.rl_accel import escapePDF
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfdoc import (
    PDFImageXObject,
    PDFObjectReference,
    PDFResourceDictionary,
    xObjectName,
)
from reportlab.pdfgen.canvas import Canvas

from desktop.kernel.lettering import MM, Face, begin_with, pieces, rest_of, shortened, typeface, wrap
from desktop.kernel.page_file import PageFile
from desktop.kernel.period import Period
from desktop.kernel.text import Catalog
from desktop.kernel.watermark import mark

A4 = (210.0, 297.0)
A5_LANDSCAPE = (210.0, 148.0)
SMALLEST = 7.0
LEFT, CENTRE, RIGHT = 0.0, 0.5, 1.0

INK, INK2, INK3 = "#16211E", "#46544F", "#596762"
LINE, ACCENT, BAD, WHITE = "#CFD6D3", "#0B6467", "#B0261C", "#FFFFFF"
TINT, BAND, BAR = "#E6F1EF", "#F1F5F4", "#599C97"
HAIRLINE, TOTAL_LINE = 0.3, 0.8

MARKED = "#855300"
_RISE = (0.9063, 0.4226)
"""Cosine and sine of the slant of words across a paper."""

_ACROSS, _TALLEST, _EVERY = 0.72, 0.2, 0.75
"""How much of the width they take, how large they are beside the shorter edge, and after how much of the width they
stand again further down."""

_OUTLINE, _CAPITAL = 0.6, 0.72
"""How wide their outline is in points, and how high their capitals are for a size of one."""

_RUNS_KEPT = 20_000
_SAVING = threading.Lock()


def date_span(catalog: Catalog, period: Period) -> tuple[str, str]:
    """First and last day of a period as the language writes them; within one year the year stands once."""
    first, last = catalog.date(period.start), catalog.date(period.last)
    if period.start.year != period.last.year:
        return first, last
    if catalog.shape.date.startswith("{y"):
        return first, catalog.short_date(period.last)
    return catalog.short_date(period.start), last


class _Run:
    """A string ready for one file: its operators but for the size, and its width at one point."""

    __slots__ = ("parts", "width")

    def __init__(self, parts: list[tuple[str, str]], width: float) -> None:
        self.parts, self.width = parts, width

    def show(self, size: float) -> str:
        if len(self.parts) == 1:
            font, words = self.parts[0]
            return f"{font} {size:g} Tf ({words}) Tj"
        return " ".join(f"{font} {size:g} Tf ({words}) Tj" for font, words in self.parts)


def _colour(ink: str) -> str:
    return " ".join(f"{int(ink[at : at + 2], 16) / 255:.4g}" for at in (1, 3, 5))


_COLOURS: dict[str, str] = {
    ink: _colour(ink) for ink in (INK, INK2, INK3, LINE, ACCENT, BAD, WHITE, TINT, BAND, BAR)
}


class Leaf:
    """One side of a paper, or a form: what is drawn on it, in order."""

    def __init__(self, paper: Paper, size: tuple[float, float]) -> None:
        self._paper, self.size = paper, size
        self._height = size[1] * MM
        self._fill = self._stroke = ""
        self._pen = -1.0
        self.forms: list[str] = []
        self.pictures: list[str] = []
        self.code: list[str] = []

    # -- words -----------------------------------------------------------------------------------------------

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 9.0,
        *,
        face: Face = Face.REGULAR,
        ink: str = INK,
        align: float = LEFT,
        width: float = 0.0,
        least: float = SMALLEST,
    ) -> float:
        """Draw one line; gives its width in mm.

        With ``width`` (mm) words too long are set smaller, down to ``least`` points, and cut with three
        points if even that is too wide, so they never reach what stands beside them.
        """
        if not words:
            return 0.0
        run = self._paper.run(face, words)
        if width and run.width * size > width * MM:
            size = max(int(width * MM / run.width * 10) / 10, min(least, size))
            if run.width * size > width * MM:
                run = self._paper.run(face, shortened(words, width, size, face))
        if ink != self._fill:
            self._fill = ink
            self.code.append(f"{_COLOURS.get(ink) or _colour(ink)} rg")
        wide = run.width * size
        left, base = x * MM - wide * align, self._height - y * MM
        self.code.append(f"BT 1 0 0 1 {left:.2f} {base:.2f} Tm {run.show(size)} ET")
        return wide / MM

    def block(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        width: float,
        lines: int,
        *,
        face: Face = Face.REGULAR,
        ink: str = INK,
        align: float = LEFT,
        leading: float = 1.35,
        upward: bool = False,
    ) -> float:
        """Draw at most ``lines`` lines within ``width`` mm, the first on ``y``; gives where the last stands.

        Words that need more lines are set smaller, down to 7 points, then cut. With ``upward`` the last line
        stands on ``y`` and the others above it.
        """
        if self.width_of(words, size, face) <= width:
            self.text(x, y, words, size, face=face, ink=ink, align=align)
            return y
        found = wrap(words, width, size, face)
        while len(found) > lines and size > SMALLEST:
            size = max(size - 0.5, SMALLEST)
            found = wrap(words, width, size, face)
        if len(found) > lines:
            kept = "".join(part for part in rest_of(found, lines))
            found = [*found[: lines - 1], shortened(kept, width, size, face)]
        step = size * leading / MM
        top = y - step * (len(found) - 1) if upward else y
        for index, line in enumerate(found):
            self.text(x, top + index * step, line, size, face=face, ink=ink, align=align)
        return top + step * (len(found) - 1)

    def width_of(self, words: str, size: float, face: Face = Face.REGULAR) -> float:
        """Width in mm of words that will stand on this paper; known at once when they already do."""
        return self._paper.run(face, words).width * size / MM

    # -- lines and areas -------------------------------------------------------------------------------------

    def _paint(self, ink: str) -> None:
        if ink != self._fill:
            self._fill = ink
            self.code.append(f"{_COLOURS.get(ink) or _colour(ink)} rg")

    def _draw(self, ink: str, pen: float) -> None:
        if ink != self._stroke:
            self._stroke = ink
            self.code.append(f"{_COLOURS.get(ink) or _colour(ink)} RG")
        if pen != self._pen:
            self._pen = pen
            self.code.append(f"{pen:g} w")

    def _at(self, x: float, y: float) -> str:
        return f"{x * MM:.2f} {self._height - y * MM:.2f}"

    def line(
        self, x: float, y: float, to_x: float, to_y: float, pen: float = HAIRLINE, ink: str = LINE
    ) -> None:
        """A straight line, ``pen`` points wide."""
        self._draw(ink, pen)
        self.code.append(f"{self._at(x, y)} m {self._at(to_x, to_y)} l S")

    def rule(self, y: float, left: float, right: float, pen: float = HAIRLINE, ink: str = LINE) -> None:
        """A level line."""
        self.line(left, y, right, y, pen, ink)

    def dashes(self, y: float, left: float, right: float, pen: float = 0.5, ink: str = INK) -> None:
        """A level line of short dashes."""
        self._draw(ink, pen)
        self.code.append(f"q [1.5 1.5] 0 d {self._at(left, y)} m {self._at(right, y)} l S Q")

    def box(self, x: float, y: float, width: float, height: float, ink: str, radius: float = 0.0) -> None:
        """A filled area, its corners rounded by ``radius`` mm."""
        self._paint(ink)
        if not radius:
            self.code.append(f"{self._at(x, y + height)} {width * MM:.2f} {height * MM:.2f} re f")
            return
        self.code.append(self._rounded(x, y, width, height, radius) + " f")

    def _rounded(self, x: float, y: float, width: float, height: float, radius: float) -> str:
        """The path of a box with round corners: after each side the curve to the next."""
        at, right, low, pull = self._at, x + width, y + height, radius * 0.4477
        return " ".join(
            (
                f"{at(x + radius, y)} m {at(right - radius, y)} l",
                f"{at(right - pull, y)} {at(right, y + pull)} {at(right, y + radius)} c",
                f"{at(right, low - radius)} l",
                f"{at(right, low - pull)} {at(right - pull, low)} {at(right - radius, low)} c",
                f"{at(x + radius, low)} l",
                f"{at(x + pull, low)} {at(x, low - pull)} {at(x, low - radius)} c",
                f"{at(x, y + radius)} l",
                f"{at(x, y + pull)} {at(x + pull, y)} {at(x + radius, y)} c h",
            )
        )

    def hatched(self, x: float, y: float, width: float, height: float, ink: str = INK) -> None:
        """An area drawn with slanting lines, for what is estimated: readable in one-colour print."""
        self._draw(ink, 0.4)
        area = f"{self._at(x, y + height)} {width * MM:.2f} {height * MM:.2f} re"
        slants, shift = [], 0.0
        while shift < width + height:
            slants.append(f"{self._at(x + shift - height, y + height)} m {self._at(x + shift, y)} l")
            shift += 0.9
        self.code.append(f"q {area} W n {' '.join(slants)} S Q {area} S")

    def circle(self, x: float, y: float, radius: float, pen: float = 0.5, ink: str = INK3) -> None:
        """A dashed circle around a centre: the place of a seal."""
        self._draw(ink, pen)
        ring = self._rounded(x - radius, y - radius, 2 * radius, 2 * radius, radius)
        self.code.append(f"q [2 1.6] 0 d {ring} S Q")

    def qr(self, x: float, y: float, side: float, content: str) -> None:
        """A QR symbol (error level M) of ``side`` mm without its quiet zone, which the caller keeps white.

        More than a symbol can hold is a ValueError.
        """
        symbol = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
        self._stencil(x, y, side, side, np.asarray(symbol.to_image(scale=1, add_quiet_zones=False)))

    def barcode(self, x: float, y: float, width: float, height: float, content: str) -> None:
        """A Code 128 symbol in a box, without its quiet zone and without words; what it cannot hold is not drawn."""
        if not content or not content.isascii():
            return
        symbol = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.Code128)
        self._stencil(x, y, width, height, np.asarray(symbol.to_image(scale=1, add_quiet_zones=False))[:1])

    def _stencil(self, x: float, y: float, width: float, height: float, modules: np.ndarray) -> None:
        """Dark and light fields; a stencil, not a grey image: viewers keep its edges sharp at any size."""
        bits = np.packbits(modules, axis=1).tobytes().hex()
        self.code.append(
            f"q 0 g {width * MM:.2f} 0 0 {height * MM:.2f} {self._at(x, y + height)} cm "
            f"BI /W {modules.shape[1]} /H {modules.shape[0]} /IM true /F /AHx ID {bits}> EI Q"
        )

    def mark(self, x: float, y: float, side: float = 9.0) -> None:
        """The bolt on its petrol square."""
        self.box(x, y, side, side, ACCENT, side * 0.2)
        unit = side / 36
        bolt = ((19, 8), (9, 20), (18, 20), (17, 28), (27, 16), (18, 16))
        path = " l ".join(self._at(x + across * unit, y + down * unit) for across, down in bolt)
        self._draw(WHITE, side * 0.12)
        self.code.append(f"q 1 j 1 J {path.replace(' l ', ' m ', 1)} l h S Q")

    def picture(
        self, x: float, y: float, width: float, height: float, png: bytes, align: float = LEFT
    ) -> float:
        """Draw a PNG picture as large as it fits into a box, up and down in its middle; gives its width in mm."""
        name, across, down = self._paper.picture(png)
        scale = min(width / across, height / down)
        wide, high = across * scale, down * scale
        corner = self._at(x + (width - wide) * align, y + (height + high) / 2)
        self.pictures.append(name)
        self.code.append(f"q {wide * MM:.2f} 0 0 {high * MM:.2f} {corner} cm /{xObjectName(name)} Do Q")
        return wide

    def across(self, words: str) -> None:
        """Draw words slanting over everything, again and again down the page; their outlines leave it readable."""
        wide, high = self.size[0] * MM, self._height
        run, (across, up) = self._paper.run(Face.BOLD, words), _RISE
        size = min(_ACROSS * wide / (run.width * across), _TALLEST * min(wide, high))
        length, capitals, times = run.width * size, size * _CAPITAL, max(1, round(high / (_EVERY * wide)))
        self._draw(MARKED, _OUTLINE)
        for place in range(times):
            middle = high - (place + 0.5) * high / times
            left, base = (
                wide / 2 - (length * across - capitals * up) / 2,
                middle - (length * up + capitals * across) / 2,
            )
            turned = f"{across:.4f} {up:.4f} {-up:.4f} {across:.4f} {left:.2f} {base:.2f} Tm"
            self.code.append(f"BT 1 Tr {turned} {run.show(size)} 0 Tr ET")

    def put(self, form: str) -> None:
        """Lay a form of this paper under what is drawn here."""
        self.forms.append(form)


@lru_cache(8)  # the seal of a company stands on every receipt, and is packed once
def _read(png: bytes) -> Any:
    """A picture as files take it, with what is clear of it apart; each file names a copy."""
    return PDFImageXObject("picture", ImageReader(BytesIO(png)), mask="auto")


class Paper:
    """One PDF file being made: ``leaf()`` starts a page, `close` writes the file.

    ``size`` is in mm; ``language`` goes into the file for screen readers. Pages are written to ``out`` as they are
    added, and `close` writes what they share: without it there is no file. ``letters`` are those that each paper of
    its kind has: see `begin_with`.
    """

    def __init__(
        self,
        out: BinaryIO,
        title: str,
        author: str,
        language: str,
        size: tuple[float, float] = A4,
        letters: Mapping[Face, str] = MappingProxyType({}),
    ) -> None:
        self._size = size
        typeface(Face.REGULAR)
        self._canvas = Canvas(
            out,
            pagesize=(size[0] * MM, size[1] * MM),
            pageCompression=1,
            invariant=1,
            initialFontName=Face.REGULAR.value[0],  # type: ignore[arg-type]  # its stubs say a number
            lang=language.replace("_", "-"),
        )
        self._mark = mark(language)
        begin_with(
            cast(Any, self._canvas)._doc,
            {face: some + (self._mark if face is Face.BOLD else "") for face, some in letters.items()},
        )
        self._canvas.setTitle(" ".join(words for words in (self._mark, title) if words))
        self._canvas.setAuthor(author)
        self._canvas.setCreator("ServiceHall")
        self._document = cast(Any, self._canvas)._doc
        self._runs: dict[tuple[Face, str], _Run] = {}
        self._forms: dict[Hashable, str] = {}
        self._pictures: dict[bytes, tuple[str, int, int]] = {}
        self._shared: dict[tuple[str, ...], PDFObjectReference] = {}
        self._file = PageFile(out, self._canvas)

    def run(self, face: Face, words: str) -> _Run:
        """``words`` encoded for this file; a character no font has is Refused."""
        found = self._runs.get((face, words))
        if found is None:
            if len(self._runs) >= _RUNS_KEPT:
                self._runs.clear()
            found = self._runs[face, words] = self._encode(face, words)
        return found

    def _encode(self, face: Face, words: str) -> _Run:
        parts, width = [], 0.0
        for font, piece in pieces(face, words):
            width += font.stringWidth(piece, 1)
            for subset, codes in font.splitString(piece, self._document):
                parts.append((font.getSubsetInternalName(subset, self._document), escapePDF(codes)))
        return _Run(parts, width)

    def form(self, key: Hashable, draw: Callable[[Leaf], None]) -> str:
        """The form of a key, drawn the first time it is asked for; lay it on a leaf with `Leaf.put`."""
        name = self._forms.get(key)
        if name is None:
            name = self._forms[key] = f"form{len(self._forms)}"
            leaf = Leaf(self, self._size)
            draw(leaf)
            self._canvas.beginForm(name)
            self._canvas.addLiteral("\n".join(leaf.code))
            cast(Any, self._canvas)._formsinuse += leaf.pictures
            self._canvas.endForm()
        return name

    def picture(self, png: bytes) -> tuple[str, int, int]:
        """The name a picture has in this file, which keeps it once, and its dots across and down."""
        found = self._pictures.get(png)
        if found is None:
            name, image = f"picture{len(self._pictures)}", copy(_read(png))
            image.name = name
            self._document.addForm(name, image)
            if getattr(image, "_smask", None) is not None:
                clear = copy(image._smask)
                clear.name = f"{name}clear"
                image.smask = self._document.Reference(clear, xObjectName(clear.name))
            found = self._pictures[png] = (name, image.width, image.height)
        return found

    def leaf(self, size: tuple[float, float] | None = None) -> Leaf:
        """A new empty side, of the paper's size or of its own; `add` it when it is drawn."""
        return Leaf(self, size or self._size)

    def add(self, leaf: Leaf) -> None:
        """The leaf becomes the next page; one of practice says so across all that stands on it."""
        if self._mark:
            leaf.across(self._mark)
        forms = [xObjectName(name) for name in leaf.forms]
        code = "\n".join([*(f"/{name} Do" for name in forms), *leaf.code, ""])
        resources = self._resources((*leaf.forms, *dict.fromkeys(leaf.pictures)))
        size = leaf.size[0] * MM, leaf.size[1] * MM
        self._file.add(size, resources, zlib.compress(code.encode("ascii"), 6))

    def _resources(self, forms: tuple[str, ...]) -> PDFObjectReference:
        """Fonts and forms of a page: one object for all pages that use the same."""
        found = self._shared.get(forms)
        if found is None:
            resources: Any = PDFResourceDictionary()
            resources.basicFonts()
            resources.basicProcs()
            resources.XObject = self._document.xobjDict(forms)
            found = self._shared[forms] = self._document.Reference(resources)
        return found

    def close(self) -> int:
        """Write the file; gives its number of pages. A paper without a page is a ValueError."""
        if not self.pages:
            raise ValueError("a paper has at least one page")
        with _SAVING:  # cutting a subset moves a position inside the shared font
            self._file.close()
        return self.pages

    @property
    def pages(self) -> int:
        """How many sides are added."""
        return self._file.pages


def one_paper(
    draw: Callable[[Paper], None],
    title: str,
    author: str,
    language: str,
    size: tuple[float, float],
    letters: Mapping[Face, str] = MappingProxyType({}),
) -> bytes:
    """The bytes of a paper that ``draw`` fills with pages; all else as for `Paper`."""
    out = BytesIO()
    paper = Paper(out, title, author, language, size, letters)
    draw(paper)
    paper.close()
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: where its words stand (left edge, or right edge when ``align`` is RIGHT), how wide
    they may be, in mm, and its title."""

    title: str
    at: float
    width: float
    align: float = LEFT


@dataclass(frozen=True, slots=True)
class Table:
    """A table on paper: a band of titles, then rows over hairlines. ``row`` is the height of a row in mm."""

    columns: Sequence[Column]
    left: float = 20.0
    right: float = 195.0
    row: float = 7.2
    band: float = 6.6

    def head(self, leaf: Leaf, top: float) -> float:
        """Draw the band with its top at ``top``; gives where the first row begins."""
        leaf.box(self.left, top, self.right - self.left, self.band, BAND)
        for column in self.columns:
            leaf.text(
                column.at,
                top + self.band / 2 + 1.05,
                column.title,
                8,
                ink=INK2,
                align=column.align,
                width=column.width,
                least=6.5,
            )
        return top + self.band

    def cells(
        self,
        leaf: Leaf,
        top: float,
        cells: Sequence[str],
        size: float = 9.5,
        face: Face = Face.REGULAR,
        ink: str = INK,
    ) -> float:
        """Draw one row, words only, its top at ``top``; gives where the next begins.

        Words too long even for small type take two lines of it; numbers, on the right, never break.
        """
        base = top + self.row / 2 + size * 0.125
        for column, words in zip(self.columns, cells, strict=True):
            if not words:
                continue
            if column.align == LEFT and leaf.width_of(words, SMALLEST, face) > column.width:
                first = top + self.row / 2 - 0.4
                leaf.block(
                    column.at, first, words, SMALLEST, column.width, 2, face=face, ink=ink, leading=1.06
                )
                continue
            leaf.text(
                column.at, base, words, size, face=face, ink=ink, align=column.align, width=column.width
            )
        return top + self.row
