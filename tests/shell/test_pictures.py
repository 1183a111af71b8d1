"""Every page in every language, at 1366×768 and as it folds at 300 %: nothing cut, nothing hidden, all named.

The walk is the one the pictures of the tour are taken on, over whatever pages there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from desktop import sample
from desktop.app import App, open_app
from desktop.counter.records import PaymentOrder, TillOrder
from desktop.counter.service import open_till, take_payment
from desktop.kernel.measures import Money
from desktop.kernel.text import LANGUAGES
from desktop.kernel.work import Seat
from desktop.metering.documents import reading_sheet_xlsx
from desktop.qt import theme
from desktop.qt.tasks import Tasks
from desktop.shell.pictures import Camera, visit
from desktop.shell.window import Window
from tests.looks import faults, reading_order
from tests.windows import owing, sample_hall

ORDINARY, LOW, WIDE = (1366, 768), (1280, 680), (1920, 1080)
FOLDED = (853, 480)
"""What a screen of 2560×1440 has left at 300 %."""


class Critic(Camera):
    """A camera that writes down what is wrong instead of taking a picture."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__(Path(), tasks)
        self.found: list[str] = []

    def grab(self, widget: QWidget, name: str) -> None:
        self.settle()
        self.made.append(name)
        self.found += [f"{name}: {fault}" for fault in (*faults(widget), *reading_order(widget))]


@pytest.fixture(scope="module")
def shop(sqlite_databases, tmp_path_factory) -> Iterator[App]:
    """One sample hall for all pictures, with a payment taken; nobody writes to it afterwards."""
    url = sqlite_databases.like(sample_hall)
    opened = open_app(url, date(2026, 2, 5), intents=tmp_path_factory.mktemp("under_way"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def seat(shop: App) -> Seat:
    """The supervisor, who sees every page, at an open till."""
    found = shop.sign_in("zhao", sample.PASSWORD, "3")
    found.do(open_till, TillOrder(Money(50000)))
    return found


@pytest.fixture(scope="module")
def paid(seat: Seat) -> str:
    """The number of a receipt."""
    order = PaymentOrder(owing(seat)[0].number, Money(100), Money(500))
    return seat.do(take_payment, order).number


@pytest.fixture(scope="module")
def sheet(tmp_path_factory) -> Path:
    """A reading sheet with bad rows."""
    rows = sample.january_reads()[:12]
    rows = [replace(row, meter_serial="001299999999") if at % 3 == 0 else row for at, row in enumerate(rows)]
    path = tmp_path_factory.mktemp("sheets") / "january.xlsx"
    path.write_bytes(reading_sheet_xlsx(rows, seat_language()))
    return path


def seat_language():
    from desktop.kernel.text import catalog

    return catalog("zh_CN")


def walk(
    qapp: QApplication, seat: Seat, language: str, size: tuple[int, int], paid: str, sheet: Path
) -> Critic:
    """Walk through every page and come back with what is wrong."""
    tasks = Tasks()
    critic = Critic(tasks)
    window = Window(replace(seat, actor=replace(seat.actor, language=language)), tasks)
    try:
        window.resize(*size)
        window.show()
        assert window.size().toTuple() == size, "the window is as large as the screen, not larger"
        account = owing(seat)[1].number
        visit(critic, window, account=account, receipt_number=paid, sheet=sheet, searched="33")
        assert {entry.name for entry in window.entries} <= set(window.pages)
    finally:
        window.pages.clear()
        window.deleteLater()
        critic.settle()
        tasks.close()
    return critic


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [ORDINARY, FOLDED], ids=["100%", "300%"])
def test_nothing_is_cut_or_hidden(qapp, seat, language, size, paid, sheet):
    theme.apply(qapp, dark=False)
    assert walk(qapp, seat, language, size, paid, sheet).found == []
