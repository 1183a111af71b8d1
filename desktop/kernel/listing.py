"""Long lists: which rows in which order, one page of them, and where every page begins.

A long list is answered by two queries of a service::

    page(work, PageOrder) -> tuple[Row, ...]     # the rows behind an anchor, at most ``limit``
    extent(work, Listing) -> Extent              # how many rows there are, and the anchor of every page

An anchor is text the service makes of the sort value and the number of the row just before a page, so a page costs
the same wherever it lies. Tables, exports and the command line all read long lists through these two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.kernel.measures import Measure

PAGE_ROWS = 256
"""How many rows lie between two anchors of an `Extent`."""

MOST_ROWS = 16 * PAGE_ROWS
"""A page between two anchors may have grown since they were set; this much it is given."""

_PART = "\N{SYMBOL FOR UNIT SEPARATOR}"


@dataclass(frozen=True, slots=True)
class Listing:
    """Which rows, in which order: ``sort`` names a column (empty: the list's own order), ``filter`` is typed text.

    ``about`` says of what the rows are, where one query answers for many lists, such as the rows behind a figure.
    """

    sort: str = ""
    descending: bool = False
    filter: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Persons about to leave the house in a file: of which list (its English name), why, and how many.

    ``part`` says which of several, such as the code of a route; ``sha256`` is of the file, once it is written.
    """

    list: str
    reason: str
    persons: int = 0
    part: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class PageOrder:
    """One page of a listing: the rows behind ``after`` (empty: from the start) up to ``until`` (empty: no bound)."""

    after: str = ""
    limit: int = PAGE_ROWS
    listing: Listing = Listing()
    until: str = ""


@dataclass(frozen=True, slots=True)
class Extent:
    """How long a listing is: its rows, the anchor of the second page and of each that follows, and one sum.

    ``sum`` is the total of the measure the list is about (what is owed), where it has one.
    """

    total: int
    anchors: tuple[str, ...]
    sum: Measure | None = None

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self.anchors) + 1

    def order(self, listing: Listing, page: int) -> PageOrder:
        """What to ask for a page. It is bounded by both its anchors: rows that came meanwhile are in exactly one."""
        after = self.anchors[page - 1] if page else ""
        until = self.anchors[page] if page < len(self.anchors) else ""
        return PageOrder(after, MOST_ROWS, listing, until)


def anchor(value: object, number: str) -> str:
    """The anchor behind the row with this sort value and this number."""
    return f"{value}{_PART}{number}"


def anchor_parts(after: str) -> tuple[str, str]:
    """Sort value and number of an anchor; an anchor that is a number alone has no value."""
    value, _, number = after.rpartition(_PART)
    return value, number


def every_row(page: Callable[[PageOrder], Sequence[Any]], extent: Extent, listing: Listing) -> Iterator[Any]:
    """All rows of a listing, page by page, never more than one page in memory."""
    for at in range(extent.pages):
        yield from page(extent.order(listing, at))
