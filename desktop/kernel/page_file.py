"""The file of a paper: pages are written as they are finished, so that one of fifty thousand needs no more memory.

The library that draws keeps every page until a file is saved. Here a page takes two numbers among its objects, goes out
at once and leaves only its place behind; what pages share (fonts, forms, pictures) stays the library's and follows at
the end.
"""

from __future__ import annotations

from array import array
from typing import Any, BinaryIO, cast

from reportlab.pdfbase.pdfdoc import PDFIndirectObject, PDFObject, PDFObjectReference, PDFTrailer
from reportlab.pdfgen.canvas import Canvas

_HEADER = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
_AT_ONCE = 1_000
_NOWHERE = 0
"""The place of an object that is not written yet; the file's first line stands there."""


class _Tree(PDFObject):
    """The list of pages, by their numbers."""

    __RefOnly__ = 1

    def __init__(self) -> None:
        self.numbers = array("L")

    def format(self, _document: object) -> bytes:
        """As it stands in the file."""
        kids = b"\n".join(b"%d 0 R" % number for number in self.numbers)
        return b"<< /Type /Pages /Count %d /Kids [\n%b\n] >>\n" % (len(self.numbers), kids)


class PageFile:
    """A PDF on its way into ``out``, which is only written to, never read or wound back."""

    def __init__(self, out: BinaryIO, canvas: Canvas) -> None:
        self._out, self._canvas, self._document = out, canvas, cast(Any, canvas)._doc
        self._tree = self._document.Pages = self._document.Catalog.Pages = _Tree()
        self._parent = self._document.Reference(self._tree).format(self._document)
        self._places = array("q", [_NOWHERE])
        self._at = 0

    @property
    def pages(self) -> int:
        """How many are written."""
        return len(self._tree.numbers)

    def add(self, size: tuple[float, float], resources: PDFObjectReference, packed: bytes) -> None:
        """The next page of ``size`` points with its deflated operators."""
        content, page = self._number(), self._number()
        self._put(
            content,
            b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (len(packed), packed),
        )
        words = (*(f"{side:.6f}".encode() for side in size), resources.format(self._document))
        self._put(
            page,
            b"<< /Type /Page /MediaBox [ 0 0 %b %b ] /Contents %d 0 R /Resources %b /Parent %b >>"
            % (*words[:2], content, words[2], self._parent),
        )
        self._tree.numbers.append(page)

    def close(self) -> None:
        """Write all that pages share, and where each object stands."""
        document = self._document
        for font in document.delayedFonts:
            font.addObjects(document)
        document.info.invariant = document.invariant
        document.info.digest(document.signature)
        root, info = document.Reference(document.Catalog), document.Reference(document.info)
        document.Outlines.prepare(document, self._canvas)
        if document.Outlines.ready < 0:
            document.Catalog.Outlines = None
        document.encrypt.prepare(document)
        number = 0
        while number < document.objectcounter:  # some bring further ones when they are written
            number += 1
            if self._place(number) == _NOWHERE:
                name = document.numberToId[number]
                self._put(number, _bare(PDFIndirectObject(name, document.idToObject[name]).format(document)))
        start, size = self._at, number + 1
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
        for at in range(1, size, _AT_ONCE):
            self._write(b"".join(b"%010d 00000 n \n" % place for place in self._places[at : at + _AT_ONCE]))
        trailer = PDFTrailer(start, Size=size, Root=root, Info=info, ID=document.ID())
        self._write(trailer.format(document))

    def _number(self) -> int:
        self._document.objectcounter += 1
        number: int = self._document.objectcounter
        return number

    def _place(self, number: int) -> int:
        self._places.extend([_NOWHERE] * (number + 1 - len(self._places)))
        return self._places[number]

    def _put(self, number: int, content: bytes) -> None:
        """An object, under its number."""
        if not self._at:
            self._write(_HEADER)
        self._place(number)
        self._places[number] = self._at
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, content))

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._at += len(data)


def _bare(indirect: bytes) -> bytes:
    """What the library wrote of an object without its first and last line."""
    return indirect[indirect.index(b"\n") + 1 : indirect.rindex(b"endobj")].rstrip(b"\n")
