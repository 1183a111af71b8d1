"""Letters and proofs on paper: the head of the hall, facts, paragraphs, tables over several sides, who signs.

A `Letter` is filled from top to bottom, on A4 or A5 landscape: both are equally wide. Measures are millimetres.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.kernel.lettering import Face, wrap
from desktop.kernel.paper import (
    A4,
    ACCENT,
    CENTRE,
    INK,
    INK2,
    INK3,
    RIGHT,
    TOTAL_LINE,
    Column,
    Leaf,
    Paper,
    Table,
    one_paper,
)
from desktop.kernel.text import Catalog

LEFT_EDGE, RIGHT_EDGE = 18.0, 192.0
WIDE = RIGHT_EDGE - LEFT_EDGE
_ROW, _BAND, _LINE = 6.0, 6.4, 5.4
_FOOT = 42.0
"""What the last side keeps free at its end for seal and signatures; the others end 20 mm before their edge."""


@dataclass(frozen=True, slots=True)
class LetterHead:
    """Who writes, and what: ``copy`` is 0 for the original. ``picture`` and ``seal`` are PNG files, if any."""

    company: str
    hall: str
    contact: str
    title: str
    number: str
    check_code: str
    language: str
    copy: int = 0
    picture: bytes | None = None
    seal: bytes | None = None


class Letter:
    """One letter on its way to paper; ``y`` is where the next line may stand."""

    def __init__(self, paper: Paper, say: Catalog, head: LetterHead, size: tuple[float, float]) -> None:
        self.paper, self.say, self.head, self.height = paper, say, head, size[1]
        self.leaves: list[Leaf] = []
        self.y = 0.0
        self._side()

    @property
    def leaf(self) -> Leaf:
        """The side being filled."""
        return self.leaves[-1]

    def _side(self) -> None:
        """Begin a side with all that stands on each of them."""
        leaf, head = self.paper.leaf(), self.head
        self.leaves.append(leaf)
        if head.picture is not None:
            leaf.picture(LEFT_EDGE, 6, 58, 8.5, head.picture)
        who = self.say.join([head.company, head.hall])
        leaf.block(LEFT_EDGE, 20, who, 9, 56, 2, ink=INK2, upward=True)
        leaf.text(105, 20, head.title, 16, face=Face.BOLD, align=CENTRE, width=60, least=9)
        leaf.text(RIGHT_EDGE, 20, head.number, 11, face=Face.BOLD, align=RIGHT, width=54)
        leaf.rule(24, LEFT_EDGE, RIGHT_EDGE, 1, ACCENT)
        if head.copy:
            words = self.say("COPY {number}", number=head.copy)
            leaf.text(105, 9, words, 11, face=Face.BOLD, align=CENTRE)
            leaf.text(105, self.height - 4, words, 11, face=Face.BOLD, align=CENTRE)
        leaf.text(LEFT_EDGE, self.height - 8, head.contact, 7.5, ink=INK2, width=110)
        self.y = 32.0

    def _room(self, height: float) -> None:
        """Begin another side where less than ``height`` mm are left."""
        if self.y + height > self.height - 20:
            self._side()

    def facts(self, pairs: Sequence[tuple[str, str]], across: int = 3) -> None:
        """Facts with their labels, ``across`` of them in a line; those without words are left out."""
        told = [pair for pair in pairs if pair[1]]
        wide = WIDE / across
        for at in range(0, len(told), across):
            self._room(13)
            for place, (label, words) in enumerate(told[at : at + across]):
                x = LEFT_EDGE + place * wide
                self.leaf.text(x, self.y, label, 7.5, ink=INK2, width=wide - 4)
                self.leaf.block(x, self.y + 4.6, words, 9.5, wide - 4, 2, face=Face.MEDIUM, leading=1.15)
            self.y += 13
        self.y += 1

    def words(self, words: str, *, face: Face = Face.REGULAR, size: float = 10.0) -> None:
        """A paragraph."""
        for line in wrap(words, WIDE, size, face):
            self._room(_LINE)
            self.leaf.text(LEFT_EDGE, self.y, line, size, face=face)
            self.y += _LINE
        self.y += 2.6

    def small(self, words: str) -> None:
        """Something to be read beside the rest."""
        for line in wrap(words, WIDE, 8, Face.REGULAR):
            self._room(4.4)
            self.leaf.text(LEFT_EDGE, self.y, line, 8, ink=INK2)
            self.y += 4.4
        self.y += 1.6

    def table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[str]], total: Sequence[str] = ()
    ) -> None:
        """A table that goes on over as many sides as it needs; its sum stands below a line."""
        table = Table(tuple(columns), LEFT_EDGE, RIGHT_EDGE, _ROW, _BAND)
        self._room(_BAND + 2 * _ROW)
        self.y = table.head(self.leaf, self.y - 3)
        for row in rows:
            if self.y + _ROW > self.height - 20:
                self._side()
                self.y = table.head(self.leaf, self.y)
            self.y = table.cells(self.leaf, self.y, row, size=9)
            self.leaf.rule(self.y, LEFT_EDGE, RIGHT_EDGE)
        if total:
            self._room(_ROW)
            self.leaf.rule(self.y, LEFT_EDGE, RIGHT_EDGE, TOTAL_LINE, INK)
            self.y = table.cells(self.leaf, self.y, total, size=9, face=Face.BOLD)
        self.y += 6

    def total(self, label: str, amount: str, words: str = "") -> None:
        """The sum the paper is about, large, and in words."""
        self._room(16)
        self.leaf.text(LEFT_EDGE, self.y + 4, label, 12, face=Face.BOLD, width=60)
        self.leaf.text(RIGHT_EDGE, self.y + 4.4, amount, 18, face=Face.BOLD, align=RIGHT, width=100)
        if words:
            self.leaf.text(LEFT_EDGE, self.y + 10.4, words, 10, width=WIDE)
        self.y += 16

    def close(self, signatures: Sequence[str], seal: str) -> None:
        """Lines for those who sign, the seal or its place, and the proof; then the sides become pages."""
        if self.y > self.height - _FOOT - 10:
            self._side()
        leaf, base, head = self.leaf, self.height - 20, self.head
        wide = 118 / max(len(signatures), 1)
        for place, label in enumerate(signatures):
            x = LEFT_EDGE + place * wide
            leaf.rule(base - 6, x, x + wide - 6, 0.4, INK3)
            leaf.block(x, base - 2, label, 8, wide - 6, 2, ink=INK2, leading=1.1)
        if head.seal is not None:
            leaf.picture(138, base - 27, 25, 25, head.seal, CENTRE)
        else:
            leaf.circle(150, base - 14, 12)
            leaf.text(150, base - 13, seal, 7.5, ink=INK3, align=CENTRE, width=21)
        leaf.qr(172, base - 26, 20, f"{head.number} {head.check_code}")
        code = self.say("Check code {code}", code=head.check_code)
        leaf.text(RIGHT_EDGE, base - 2, code, 8, ink=INK2, align=RIGHT, width=46)
        for number, one in enumerate(self.leaves, 1):
            if len(self.leaves) > 1:
                one.text(
                    RIGHT_EDGE, self.height - 8, f"{number} / {len(self.leaves)}", 7.5, ink=INK2, align=RIGHT
                )
            self.paper.add(one)


def letter_pdf(
    letters: Sequence[LetterHead],
    draw: Sequence[Callable[[Letter], None]],
    catalog: Callable[[str], Catalog],
    size: tuple[float, float] = A4,
) -> bytes:
    """Letters as one PDF, each from a new side in its own language; each is drawn by the function beside it."""

    def all_of_them(paper: Paper) -> None:
        for head, one in zip(letters, draw, strict=True):
            one(Letter(paper, catalog(head.language), head, size))

    first = letters[0]
    return one_paper(all_of_them, first.title, first.company, first.language, size)
