"""A4 papers that are tables under a head: sides as they are needed, titles, sums, words, who signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.kernel.lettering import Face
from desktop.kernel.paper import (
    ACCENT,
    CENTRE,
    INK,
    INK2,
    RIGHT,
    TOTAL_LINE,
    Column,
    Leaf,
    Paper,
    Table,
)
from desktop.kernel.text import Catalog

LEFT_EDGE, RIGHT_EDGE = 18.0, 192.0
ROW, GAP = 6.0, 8.0
_WIDE = RIGHT_EDGE - LEFT_EDGE
_FACTS = ((18.0, 40.0), (61.0, 42.0), (106.0, 42.0), (151.0, 41.0))
_HEAD = 6.4
_FOOT = 268.0
_SIGNATURES = 34.0


@dataclass(frozen=True, slots=True)
class Head:
    """What stands on top of every side: who speaks, the title and number, which copy it is, and up to four facts,
    each a label, its words and one more line.
    """

    who: str
    title: str
    number: str
    facts: tuple[tuple[str, str, str], ...]
    copy: int = 0
    picture: bytes | None = None


class TabledPaper:
    """A paper being filled; ``y`` is where the next line may stand."""

    def __init__(self, paper: Paper, say: Catalog, head: Head) -> None:
        self.paper, self.say, self.head = paper, say, head
        self.leaves: list[Leaf] = []
        self.y = 0.0
        self.side()

    @property
    def leaf(self) -> Leaf:
        """The side being filled."""
        return self.leaves[-1]

    def finish(self) -> None:
        """Number the sides and put them on the paper."""
        for number, leaf in enumerate(self.leaves, 1):
            if len(self.leaves) > 1:
                leaf.text(LEFT_EDGE, 288, f"{number} / {len(self.leaves)}", 7.5, ink=INK2)
            self.paper.add(leaf)

    def side(self) -> None:
        """Begin a side with all that stands on each of them."""
        leaf, head, say = self.paper.leaf(), self.head, self.say
        self.leaves.append(leaf)
        if head.picture is not None:
            leaf.picture(LEFT_EDGE, 8, 58, 8.5, head.picture)
        leaf.block(LEFT_EDGE, 22, head.who, 9, 58, 2, ink=INK2, upward=True)
        leaf.text(105, 22, head.title, 17, face=Face.BOLD, align=CENTRE, width=54, least=10)
        leaf.text(RIGHT_EDGE, 22, head.number, 13, face=Face.BOLD, align=RIGHT, width=54)
        leaf.rule(26, LEFT_EDGE, RIGHT_EDGE, 1, ACCENT)
        if head.copy:
            words = say("COPY {number}", number=head.copy)
            leaf.text(105, 10, words, 11, face=Face.BOLD, align=CENTRE)
            leaf.text(105, 291, words, 11, face=Face.BOLD, align=CENTRE)
        for (x, width), (label, words, more) in zip(_FACTS, head.facts, strict=False):
            leaf.text(x, 32, label, 7.5, ink=INK2, width=width)
            leaf.text(x, 36.8, words, 9.5, face=Face.MEDIUM, width=width)
            leaf.text(x, 41.4, more, 8.5, width=width)
        self.y = 50.0

    def room(self, height: float) -> None:
        """Begin another side where less than ``height`` mm are left."""
        if self.y + height > _FOOT:
            self.side()

    def table(
        self, title: str, columns: Sequence[Column], rows: Sequence[Sequence[str]], total: Sequence[str] = ()
    ) -> None:
        """A table under its title that goes on over as many sides as it needs; its sum stands below a line."""
        self.room(GAP + _HEAD + 2 * ROW)
        self.leaf.text(LEFT_EDGE, self.y, title, 10.5, face=Face.BOLD)
        table = Table(tuple(columns), LEFT_EDGE, RIGHT_EDGE, ROW, _HEAD)
        self.y = table.head(self.leaf, self.y + 2.4)
        for row in rows:
            if self.y + ROW > _FOOT:
                self.side()
                self.y = table.head(self.leaf, self.y)
            self.y = table.cells(self.leaf, self.y, row)
            self.leaf.rule(self.y, LEFT_EDGE, RIGHT_EDGE)
        if total:
            self.room(ROW)
            self.leaf.rule(self.y, LEFT_EDGE, RIGHT_EDGE, TOTAL_LINE, INK)
            for column, words in zip(columns, total, strict=True):
                self.leaf.text(
                    column.at,
                    self.y + 4.6,
                    words,
                    9.5,
                    face=Face.BOLD,
                    align=column.align,
                    width=column.width,
                )
            self.y += ROW
        self.y += GAP

    def pair(self, label: str, figure: str, *, strong: bool = False) -> None:
        """One label with its figure at the right end of a line."""
        self.room(ROW)
        face = Face.BOLD if strong else Face.REGULAR
        self.leaf.text(20, self.y + 4.6, label, 9.5, face=face, width=100)
        self.leaf.text(190, self.y + 4.6, figure, 9.5, face=face, align=RIGHT, width=60)
        self.y += ROW

    def rule(self) -> None:
        """The line below what is summed."""
        self.leaf.rule(self.y, LEFT_EDGE, RIGHT_EDGE, TOTAL_LINE, INK)
        self.y += GAP

    def words(self, told: Sequence[str]) -> None:
        """Sentences, each in two lines at most."""
        for words in told:
            self.room(9)
            self.y = self.leaf.block(LEFT_EDGE, self.y, words, 9, _WIDE, 2) + 5.5
        if told:
            self.y += 3

    def signatures(self, first: str, second: str, check_code: str) -> None:
        """Where two people sign, beside the code that the paper is checked by."""
        if self.y + _SIGNATURES > 284:
            self.side()
        base = max(self.y + 14, 252.0) if self.y < 240 else self.y + 14
        for x, words in ((LEFT_EDGE, first), (82.0, second)):
            self.leaf.line(x, base, x + 54, base, TOTAL_LINE, INK)
            self.leaf.text(x, base + 4, words, 8, ink=INK2, width=54)
        self.leaf.qr(RIGHT_EDGE - 20, base - 14, 20, f"{self.head.number} {check_code}")
        self.leaf.text(RIGHT_EDGE - 23, base - 1, self.say("Check code"), 8, ink=INK2, align=RIGHT, width=26)
        self.leaf.text(RIGHT_EDGE - 23, base + 4, check_code, 9, align=RIGHT, width=26)
