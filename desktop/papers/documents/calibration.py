"""The calibration page: lines at known places, so that a ruler shows how far a printer's pages stand off."""

from __future__ import annotations

from desktop.kernel.lettering import Face
from desktop.kernel.paper import RIGHT, Leaf, Paper, one_paper
from desktop.kernel.text import Catalog

FROM_EDGE = 20.0
"""Millimetres from the left and the upper edge of the paper to the lines that are measured."""

_TICKS = 10
"""Half millimetres to either side of a line."""


def calibration_pdf(say: Catalog, printer: str, size: tuple[float, float]) -> bytes:
    """One page of ``size`` in mm for a printer: a cross 20.0 mm from the left and the upper edge, each arm with half
    millimetres, a length of 50.0 mm to see whether the printer scales, and how to go on."""
    width, height = size
    left, room = FROM_EDGE + 4, width - FROM_EDGE - 10

    def draw(paper: Paper) -> None:
        leaf = paper.leaf()
        leaf.line(FROM_EDGE, 4, FROM_EDGE, height - 4, 0.3, _INK)
        leaf.line(4, FROM_EDGE, width - 4, FROM_EDGE, 0.3, _INK)
        for tick in range(-_TICKS, _TICKS + 1):
            off, long = tick / 2, 3.0 if tick % 2 == 0 else 1.6
            leaf.line(FROM_EDGE + off, 30, FROM_EDGE + off, 30 + long, 0.3, _INK)
            leaf.line(36, FROM_EDGE + off, 36 + long, FROM_EDGE + off, 0.3, _INK)
        y = leaf.block(left, 44, say("Calibration page"), 13, room, 2, face=Face.BOLD, ink=_INK)
        y = leaf.block(left, y + 6, printer, 9, room, 2, ink=_INK)
        for words in (
            say(
                "1. Measure from the left edge of the paper to the upright line,"
                " and from the upper edge to the level one."
            ),
            say("2. Both should be 20.0 mm. Enter 20.0 less what you measured: to the right, and down."),
            say(
                "3. Print this page again. Between the two marks below there should be 50.0 mm: if not, the printer"
                " scales, and its driver has to print at 100 %."
            ),
        ):
            y = leaf.block(left, y + 6.5, words, 8.5, room, 5, ink=_INK)
        _length(leaf, y + 10)
        paper.add(leaf)

    return one_paper(draw, say("Calibration page"), printer, say.language, size)


_INK = "#000000"


def _length(leaf: Leaf, y: float) -> None:
    """Two marks 50 mm apart."""
    left, right = FROM_EDGE + 4, FROM_EDGE + 54
    for x in (left, right):
        leaf.line(x, y - 3, x, y + 3, 0.3, _INK)
    leaf.line(left, y, right, y, 0.3, _INK)
    leaf.text(right - 1, y - 1, "50.0 mm", 8, ink=_INK, align=RIGHT)
