"""What all parts of a bill's side keep to: its edges, how close its parts stand, the titles of sections."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.kernel.lettering import Face
from desktop.kernel.paper import INK2, RIGHT, Leaf

LEFT_EDGE, RIGHT_EDGE = 20.0, 195.0


@dataclass(frozen=True, slots=True)
class Density:
    """How close the parts of a bill stand, in mm: rows and bands of tables, the gap before a section's title,
    from a title to what it heads, the height of the tier bar."""

    row: float
    band: float
    gap: float
    lead: float
    tier_bar: float


DENSITIES = (
    Density(7.2, 6.6, 10.2, 3.1, 8.2),
    Density(6.2, 6.0, 8.6, 3.2, 7.2),
    Density(5.4, 5.6, 7.0, 2.7, 6.0),
)


def section_title(leaf: Leaf, y: float, title: str, note: str = "") -> None:
    """The title of a section with a remark at its right end."""
    wide = leaf.text(LEFT_EDGE, y, title, 11, face=Face.BOLD, width=100)
    leaf.text(RIGHT_EDGE, y, note, 8, ink=INK2, align=RIGHT, width=171 - wide)
