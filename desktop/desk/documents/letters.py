"""What all papers of the desk begin with."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from desktop.counter.documents import letter_head
from desktop.desk.records.papers import AccountPaper
from desktop.desk.records.testing import MeterTestPaper
from desktop.kernel.country import Country
from desktop.kernel.letter import Letter, letter_pdf
from desktop.kernel.text import Catalog
from desktop.staff.records import Pictures

DeskPaper = TypeVar("DeskPaper", AccountPaper, MeterTestPaper)


def desk_pdf(
    paper: DeskPaper,
    draw: Callable[[DeskPaper, Country, Letter], None],
    catalog: Callable[[str], Catalog],
    country: Country,
    pictures: Pictures,
) -> bytes:
    """A paper under its letterhead, in its customer's language; a copy says which one it is."""
    head = letter_head(
        paper.letterhead,
        catalog(paper.language)(paper.kind.text),
        paper.number,
        paper.check_code,
        paper.language,
        paper.copy,
        pictures,
    )
    return letter_pdf([head], [partial(draw, paper, country)], catalog)
