"""What all parts of a bill's side keep to: its edges, how close its parts stand, the titles of sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.kernel.country import Country
from desktop.kernel.lettering import Face, wrap
from desktop.kernel.paper import ACCENT, INK2, RIGHT, Leaf
from desktop.kernel.text import Catalog, Text
from desktop.staff.records import Letterhead, Pictures

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


def letterhead(leaf: Leaf, head: Letterhead, say: Catalog, pictures: Pictures, title: Text) -> None:
    """The top of a paper: who writes, from where, and what it is."""
    picture = pictures(head.picture) if head.picture else None
    left = LEFT_EDGE + 12
    if picture is None:
        leaf.mark(LEFT_EDGE, 14)
    else:
        left = LEFT_EDGE + 3 + leaf.picture(LEFT_EDGE, 14, 30, 10, picture)
    leaf.block(left, 18.2, head.company, 12, 132 - left, 1, face=Face.BOLD)
    hall = say.join([head.hall, head.address, say("Telephone {hotline}", hotline=head.hotline)])
    if leaf.width_of(hall, 7) <= 104 - left:
        leaf.text(left, 22.8, hall, 8, ink=INK2, width=104 - left)
    else:
        leaf.block(left, 22, hall, 7.5, 104 - left, 2, ink=INK2, leading=1.2)
    leaf.text(RIGHT_EDGE, 18.4, say(title), 18, face=Face.BOLD, align=RIGHT, width=60)
    leaf.rule(27, LEFT_EDGE, RIGHT_EDGE, 1, ACCENT)


def addressee(leaf: Leaf, say: Catalog, name: str, postcode: str, address_lines: Sequence[str]) -> None:
    """The block in the window of the envelope: 26 mm high, smaller type when names are long."""
    named = (name, 12.0, Face.MEDIUM)
    if say.language.startswith("zh"):  # from the post office to the person
        lines = [postcode, *address_lines]
        block = [*((line, 10.0, Face.REGULAR) for line in lines if line), named]
    else:
        town = " ".join(part for part in (postcode, *address_lines[-1:]) if part)
        lines = [*address_lines[:-1], town]
        block = [named, *((line, 10.0, Face.REGULAR) for line in lines if line)]
    for scale in (1.0, 0.92, 0.85, 0.78, 0.7, 0.6):
        found = [
            (line, max(size * scale, 7.0), face)
            for words, size, face in block
            for line in wrap(words, 86, max(size * scale, 7.0), face)
        ]
        steps = [size * 0.56 for _, size, _ in found]
        if sum(steps[1:]) <= 23:
            break
    del found[9:]  # some 300 hanzi: the facts begin below
    y = 38.0
    for (line, size, face), step in zip(found, [*steps[1:], 0.0], strict=False):
        leaf.text(LEFT_EDGE, y, line, size, face=face)
        y += step


def company(head: Letterhead, say: Catalog, country: Country) -> str:
    """Who is paid: tax number, bank and account of the company, as far as they are known."""
    formats = country.identifiers
    tax = head.tax_number and say("Tax number {number}", number=formats["tax_number"].group(head.tax_number))
    account = head.bank_account and say(
        "Bank account {number}", number=formats["bank_account"].group(head.bank_account)
    )
    return say.join([tax, head.bank, account])
