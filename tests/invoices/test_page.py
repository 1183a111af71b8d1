"""The invoice register by keys, in Chinese and Vietnamese, on the real application."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.invoices.page import InvoiceSheet
from desktop.invoices.records import InvoiceKind, WishQuery
from desktop.invoices.service import wish
from desktop.kernel.text import catalog
from desktop.shell.window import Window
from tests import hall as halls
from tests.hall import SMALL, opened, seat_of
from tests.windows import prefer_nothing, settle, shown


@pytest.fixture(params=["zh_CN", "vi"])
def supervisor(sqlite_databases, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator:
    """The supervisor of the hall with three accounts, one of which has its invoice."""
    prefer_nothing()
    url = sqlite_databases.like(halls.small_hall)
    with opened(url, date(2026, 2, 6), tmp_path / "under_way") as app:
        seat = seat_of(app, "supervisor")
        yield replace(seat, actor=replace(seat.actor, language=request.param))
    sqlite_databases.drop(url)


@pytest.fixture
def page(qtbot, workers, supervisor):
    window = shown(qtbot, Window(supervisor, workers))
    made = window.open_page("invoices")
    settle(qtbot, workers, lambda: made.table.rows_model.total is not None)
    return made


def form_of(qtbot, page, number: str):
    """The form of an account, opened by keys."""
    QTest.keyClick(page, Qt.Key.Key_E)
    QTest.keyClicks(page.question.edit, number)
    QTest.keyClick(page.question.edit, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: page.form is not None)
    return page.form


def test_an_account_asks_for_an_invoice_which_goes_out_and_comes_back(qtbot, page, supervisor, tmp_path):
    page.window().resize(1366, 768)
    form = form_of(qtbot, page, SMALL[1])
    qtbot.waitUntil(lambda: page.table.horizontalScrollBar().maximum() == 0)
    form.kind.show_text(InvoiceKind.ORDINARY.value)
    QTest.keyClick(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.form is None and page.table.rows_model.total == 1)
    assert supervisor.ask(wish, WishQuery(SMALL[1])).kind is InvoiceKind.ORDINARY
    out = tmp_path / "batch.csv"
    page.export_to(out)
    settle(qtbot, page.tasks, lambda: page.table.rows_model.total == 0 and page.banner.title_text)
    say = catalog(supervisor.actor.language)
    (line,) = csv.DictReader(io.StringIO(out.read_text("utf-8-sig")))
    line |= {say("Invoice number"): "26332000000000000009", say("Issue date"): "2026-02-06"}
    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(line))
        writer.writeheader()
        writer.writerow(line)
    page.take_back(out)
    settle(qtbot, page.tasks, lambda: page.banner.title_text == page.say.plural(
        "{count} number attached", "{count} numbers attached", 1))  # fmt: skip
    page.tabs.choose(2)
    settle(qtbot, page.tasks, lambda: page.table.rows_model.total == 2)
    assert "Ctrl+R" in {key.press for key in page.keys}
    newest = next(one for one in page.table.rows_model.rows if one.number == "26332000000000000009")
    again = tmp_path / "again.csv"
    page.export_to(again, newest.batch)
    settle(qtbot, page.tasks, again.exists)
    assert supervisor.app.verify() == []


def test_a_special_invoice_is_refused_beside_the_fields(qtbot, page, supervisor):
    form = form_of(qtbot, page, SMALL[1])
    form.kind.show_text(InvoiceKind.SPECIAL.value)
    QTest.keyClick(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, form.problem.isVisible)
    assert page.form is form, "what was typed stays"
    told = {
        name
        for name in ("kind", "title", "tax_number", "bank")
        if form.form.edit(name).property("problem") == "bad"
    }
    assert told == {"kind", "tax_number", "bank"}
    assert supervisor.ask(wish, WishQuery(SMALL[1])).kind is InvoiceKind.NONE


def test_an_account_that_is_none_is_told_in_the_question(qtbot, page):
    QTest.keyClick(page, Qt.Key.Key_E)
    QTest.keyClicks(page.question.edit, "330199999999")
    QTest.keyClick(page.question.edit, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: page.question.edit.property("problem") == "bad")
    assert page.form is None


def test_an_invoice_is_asked_for_where_the_customer_stands(qtbot, workers, supervisor):
    """On the account's card and at the counter, without the register."""
    window = shown(qtbot, Window(supervisor, workers))
    card = window.open_page("customers", SMALL[1])
    settle(qtbot, workers, lambda: card.account.card is not None and card.account.chosen is not None)
    QTest.keyClick(card.account.table(), Qt.Key.Key_I)
    sheet = sheet_of(qtbot, window, workers)
    assert sheet.form.found.bill_number
    sheet.form.kind.show_text(InvoiceKind.ORDINARY.value)
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: not window.findChildren(InvoiceSheet))
    number = card.account.chosen.number
    assert supervisor.ask(wish, WishQuery(SMALL[1], number)).kind is InvoiceKind.ORDINARY
    counter = window.open_page("counter", SMALL[1])
    settle(qtbot, workers, lambda: counter.payer is not None)
    QTest.keyClick(counter.money.given, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    sheet = sheet_of(qtbot, window, workers)
    assert number in sheet.told.text()
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    settle(qtbot, workers, lambda: not window.findChildren(InvoiceSheet))


def sheet_of(qtbot, window: Window, workers) -> InvoiceSheet:
    """The sheet over the page, filled."""

    def filled() -> bool:
        found = window.findChildren(InvoiceSheet)
        return bool(found) and found[0].form is not None and bool(found[0].told.text())

    settle(qtbot, workers, filled)
    return window.findChildren(InvoiceSheet)[0]
