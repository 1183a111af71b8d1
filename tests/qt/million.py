"""A million rows that need no database: their numbers and amounts follow from their place, so any page is computed."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from types import SimpleNamespace

from desktop.countries import cn
from desktop.kernel.errors import Refused
from desktop.kernel.listing import PAGE_ROWS, Extent, Listing, PageOrder, anchor, anchor_parts
from desktop.kernel.measures import Money
from desktop.kernel.text import Catalog, Text, catalog
from desktop.qt.page import Page
from desktop.qt.panels import Panel
from desktop.qt.rows import Column, Source
from desktop.qt.table import Cell, Table, money_cell
from desktop.qt.tasks import Tasks

MILLION = 1_000_000
_STEP = 611_953
_BACK = pow(_STEP, -1, MILLION)


@dataclass(frozen=True)
class Item:
    """One row: its number, and an amount no other row has."""

    number: int
    amount: Money


class Millions:
    """The two queries of a listing over a million rows; ``fail`` makes the next answers refusals.

    Nothing is counted while ``counting`` is cleared.
    """

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.fail, self.counting = False, threading.Event()
        self.counting.set()

    def rows(self, work: object, order: PageOrder) -> tuple[Item, ...]:
        """A page: the filter keeps numbers that end with the digits typed."""
        self._note(order)
        listing = order.listing
        first = self._place(listing, order.after) + 1 if order.after else 0
        last = self._place(listing, order.until) + 1 if order.until else self.total(listing)
        return tuple(self.item(listing, at) for at in range(first, min(last, first + order.limit)))

    def extent(self, work: object, listing: Listing) -> Extent:
        """How many, with their anchors and their sum."""
        self._note(listing)
        self.counting.wait(10)
        total = self.total(listing)
        places = range(PAGE_ROWS - 1, total - 1, PAGE_ROWS)
        whole = sum(range(MILLION)) if not listing.filter else 0
        return Extent(total, tuple(anchor(at, str(at)) for at in places), Money(whole))

    @staticmethod
    def total(listing: Listing) -> int:
        """How many rows a filter leaves."""
        return MILLION // 10 ** len(listing.filter) if listing.filter.isdigit() or not listing.filter else 0

    @staticmethod
    def item(listing: Listing, at: int) -> Item:
        """The row at a place."""
        if listing.filter:
            number = at * 10 ** len(listing.filter) + int(listing.filter)
        else:
            place = MILLION - 1 - at if listing.descending else at
            number = place * _BACK % MILLION if listing.sort == "amount" else place
        return Item(number, Money(number * _STEP % MILLION))

    @staticmethod
    def _place(listing: Listing, after: str) -> int:
        return int(anchor_parts(after)[1])

    def _note(self, request: object) -> None:
        self.asked.append(request)
        if self.fail:
            raise Refused(Text("The disk is full. Nothing was booked: make space and go on."))


def columns(say: Catalog) -> tuple[Column, ...]:
    """A number, words, an amount."""
    return (
        Column("Number", lambda row: str(row.number), 120, name="number", value=lambda row: str(row.number)),
        Column("Words", lambda row: Cell(f"row {row.number}", strong=True), sorts=False, name="words"),
        Column(
            "Amount",
            lambda row: money_cell(say.money(row.amount), zero=not row.amount),
            120,
            right=True,
            name="amount",
            value=lambda row: row.amount,
        ),
    )


def page_of(tasks: Tasks, language: str = "en") -> Page:
    """A real page whose seat asks queries without a database."""
    seat = SimpleNamespace(
        app=SimpleNamespace(catalog=lambda language: catalog(language, cn.COUNTRY.currency)),
        actor=SimpleNamespace(language=language, login="somebody"),
        ask=lambda query, request=None: query(None, request),
    )
    return Page(seat, tasks, "Page")


def table_on(page: Page, source: Millions, **more: object) -> Table:
    """A lazy table with ticks on a page."""
    table = Table(
        "Items",
        columns(page.say),
        source=Source(page.ask, source.rows, source.extent),
        ticks=True,
        key=lambda row: row.number,
        amount=lambda row: row.amount,
        **more,
    )
    panel = Panel(padding=0)
    panel.body.addWidget(table)
    page.body.addWidget(panel)
    return table
