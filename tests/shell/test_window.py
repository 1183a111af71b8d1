"""The main window: areas by key, the one search box, everything named, nothing clipped in any language."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.counter.records import PaymentOrder, TenderKind, TillOrder
from desktop.counter.service import open_till, take_payment
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat
from desktop.qt.tasks import Tasks
from desktop.shell.pictures import grab_pages
from desktop.shell.window import Window
from tests.windows import WAIT_MS, found, owing, settle, shown

CONTROL = Qt.KeyboardModifier.ControlModifier
PAGES = ("today", "counter", "customers", "readings", "bills", "doubtful", "tariffs", "staff")


def see(qtbot, window: Window, name: str, argument: object = None):
    page = window.open_page(name, argument)
    settle(qtbot, window.tasks)
    return page


class TestNavigation:
    def test_areas_open_by_their_keys(self, qtbot, window):
        window.open_page("counter")
        names = [entry.name for entry in window.entries]
        assert names[:3] == ["today", "counter", "customers"]
        for at, name in enumerate(names[:10], 1):  # there are no more digits
            QTest.keyClick(window, getattr(Qt.Key, f"Key_{at % 10}"), CONTROL)
            assert window.page_name == name
            assert window.rail[name].isChecked()
        settle(qtbot, window.tasks)

    def test_only_areas_one_may_work_in_are_there(self, qtbot, hall, workers):
        cashier = hall.sign_in("lin", "demo", "1")
        made = shown(qtbot, Window(cashier, workers))
        assert "readings" not in made.rail
        assert "counter" in made.rail
        settle(qtbot, workers)

    def test_the_status_line_tells_where_one_is(self, qtbot, window, clerk):
        see(qtbot, window, "customers")
        assert window.status.words("hall") == clerk.station.hall_name
        assert window.status.words("person") == f"{clerk.actor.name}, Supervisor"
        assert "5 Feb 2026" in window.status.words("date")
        assert window.status.words("till") == "Till closed"

    def test_the_key_line_shows_the_keys_that_work(self, qtbot, window):
        page = see(qtbot, window, "readings")
        assert window.key_line.primary.key == "F12"
        assert {key.press for key in page.keys} >= {"F12", "Ctrl+O"}


class TestSearch:
    def test_typing_finds_and_enter_opens_the_card(self, qtbot, window, clerk):
        see(qtbot, window, "customers")
        wanted = owing(clerk)[0]
        QTest.keyClick(window, Qt.Key.Key_K, CONTROL)
        assert window.focusWidget() is window.search
        QTest.keyClicks(window.search, wanted.number)
        found(qtbot, window, wanted.number)
        QTest.keyClick(window.search, Qt.Key.Key_Return)
        settle(qtbot, window.tasks, lambda: window.page.card is not None)
        assert window.page.card.row.number == wanted.number
        assert window.drop.isHidden()

    def test_enter_right_behind_the_text_opens_the_only_hit(self, qtbot, window, clerk):
        see(qtbot, window, "customers")
        QTest.keyClicks(window.search, owing(clerk)[0].number)
        QTest.keyClick(window.search, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: window.page.card is not None, timeout=WAIT_MS)

    def test_escape_closes_the_hits_and_the_text_stays(self, qtbot, window):
        see(qtbot, window, "customers")
        window.search.setFocus()
        QTest.keyClicks(window.search, "3301")
        found(qtbot, window, "3301")
        first = window.drop.current
        QTest.keyClick(window.search, Qt.Key.Key_Down)
        assert window.drop.current is not first
        QTest.keyClick(window.search, Qt.Key.Key_Escape)
        assert window.drop.isHidden()
        assert window.search.text() == "3301"

    def test_nothing_found_says_so(self, qtbot, window):
        see(qtbot, window, "customers")
        QTest.keyClicks(window.search, "zzzzzz")
        found(qtbot, window, "zzzzzz")
        assert window.drop.current is None
        QTest.keyClick(window.search, Qt.Key.Key_Return)
        settle(qtbot, window.tasks)
        assert window.page_name == "customers"

    def test_control_enter_takes_the_customer_to_the_counter(self, qtbot, window, clerk):
        clerk.do(open_till, TillOrder(Money(0)))
        see(qtbot, window, "customers")
        QTest.keyClicks(window.search, owing(clerk)[0].number)
        found(qtbot, window, owing(clerk)[0].number)
        QTest.keyClick(window.search, Qt.Key.Key_Return, CONTROL)
        settle(qtbot, window.tasks, lambda: window.page_name == "counter" and window.page.payer is not None)


def test_every_page_is_grabbed_as_a_picture(hall, clerk, tmp_path, dressed):
    clerk.do(open_till, TillOrder(Money(50000)))
    account = owing(clerk)[0].number
    paid = clerk.do(take_payment, PaymentOrder(account, Money(100), Money(500), TenderKind.CASH))
    made = grab_pages(
        clerk, tmp_path, language="zh_CN", account=account, receipt_number=paid.number, searched="33"
    )
    assert {path.stem for path in made} >= {
        "sign_in",
        "counter_account",
        "counter_receipt",
        "search",
        "customer_card",
        "bill",
        "today",
        "staff",
    }
    from PIL import Image

    for path in made:
        with Image.open(path) as picture:
            assert picture.size == (1366, 768)
            assert len(picture.convert("RGB").getcolors(1 << 20)) > 30


def test_the_fonts_of_papers_are_read_before_the_first_receipt(
    qtbot: QtBot, clerk: Seat, workers: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(
        "desktop.shell.window.load_fonts", lambda: read.append(threading.current_thread().name)
    )
    monkeypatch.setattr("desktop.shell.window.FONTS_AFTER_MS", 0)
    shown(qtbot, Window(clerk, workers))
    settle(qtbot, workers, lambda: read)
    assert read != [threading.main_thread().name]
