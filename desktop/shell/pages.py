"""The list of pages: name, title, icon, what a person must be allowed, and the class by its name."""

from __future__ import annotations

import importlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from PySide6 import QtWidgets

from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.qt.page import Page
from desktop.qt.tasks import Tasks


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page: ``where`` is the dotted name of its class, ``permission`` the right one needs to see it (of several
    one is enough).

    ``given`` names what a page is handed from an area above its own, by argument and dotted name.
    """

    name: str
    title: Text
    icon: str
    permission: str
    where: str
    given: tuple[tuple[str, str], ...] = ()

    def open_to(self, permissions: Collection[str]) -> bool:
        """Whether somebody with these rights sees it."""
        return any(one in permissions for one in self.permission.split())

    def make(self, seat: Seat, tasks: Tasks) -> Page:
        """The page, its class imported now at the latest."""
        title = seat.app.catalog(seat.actor.language)(self.title)
        page: Page = _named(self.where)(
            seat, tasks, title, **{name: _named(where) for name, where in self.given}
        )
        return page


def import_pages() -> None:
    """Import what every page needs, on a worker thread: the first of each then opens sooner."""
    for entry in PAGES:
        _named(entry.where)
    for name in dir(
        QtWidgets
    ):  # PySide makes a type when it is first named, and all of these with the first table
        getattr(QtWidgets, name)


def _named(where: str) -> Any:
    module, _, name = where.rpartition(".")
    return getattr(importlib.import_module(module), name)


PAGES = (
    PageEntry("today", Text("Today"), "sun", "desk.today", "desktop.desk.page.today.TodayPage"),
    PageEntry(
        "counter", Text("Counter"), "wallet", "counter.take_payment", "desktop.counter.page.CounterPage",
        (("card", "desktop.desk.service.account_card"),),
    ),
    PageEntry("customers", Text("Customers"), "users", "desk.view", "desktop.desk.page.customers.DeskPage"),
    PageEntry("readings", Text("Readings"), "gauge", "metering.import_reads", "desktop.metering.page.ReadingsPage"),
    PageEntry("bills", Text("Billing"), "receipt-text", "billing.view", "desktop.billing.page.BillingPage"),
    PageEntry(
        "doubtful", Text("To check"), "list-filter", "metering.decide_read metering.record_test",
        "desktop.metering.page.QueuePage",
        (("letter", "desktop.desk.page.testing.result_letter"), ("error", "desktop.desk.service.meter_error")),
    ),
    PageEntry(
        "routes", Text("Routes"), "route", "metering.view", "desktop.metering.page.RoutesPage",
        (("rounds", "desktop.contracts.service.reading_round"),),
    ),
    PageEntry("invoices", Text("Invoices"), "stamp", "invoices.view", "desktop.invoices.page.InvoicesPage"),
    PageEntry("months", Text("Months"), "calendar", "closing.view", "desktop.closing.page.MonthsPage"),
    PageEntry(
        "treasury",
        Text("Treasury"),
        "banknote",
        "treasury.view debits.view",
        "desktop.treasury.page.TreasuryPage",
    ),
    PageEntry("tariffs", Text("Prices"), "tags", "tariffs.view", "desktop.tariffs.page.TariffsPage"),
    PageEntry("staff", Text("Staff"), "shield-check", "staff.view", "desktop.staff.page.StaffPage"),
    PageEntry("exports", Text("Exports"), "download", "papers.view_exports", "desktop.papers.page.ExportsPage"),
    PageEntry("printers", Text("Printers"), "printer", "desk.view", "desktop.papers.page.PrintersPage"),
    PageEntry(
        "prints", Text("Prints"), "history", "desk.print_paper", "desktop.papers.page.PrintsPage",
        (("ways", "desktop.desk.page.printing.ways"),),
    ),
    PageEntry("groups", Text("Agreements"), "building-2", "desk.view", "desktop.billing.page.groups.GroupsPage"),
    PageEntry("takeover", Text("Takeover"), "database", "takeover.import", "desktop.takeover.page.TakeoverPage"),
)  # fmt: skip
