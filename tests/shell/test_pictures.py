"""Every page in every language, at 1366×768 and as it folds at 300 %: nothing cut, nothing hidden, all named.

The walk is the one the pictures of the tour are taken on, over whatever pages there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from desktop import sample
from desktop.app import App, open_app
from desktop.counter.page.money import TENDERS
from desktop.counter.records import PaymentOrder, TillOrder
from desktop.counter.service import open_till, take_payment
from desktop.desk.page.card import RECORDS
from desktop.kernel.measures import Money
from desktop.kernel.text import LANGUAGES, catalog
from desktop.kernel.work import Seat
from desktop.metering.documents import reading_sheet_xlsx
from desktop.metering.page import PointSheet
from desktop.qt import preferences, theme
from desktop.qt.tasks import Tasks
from desktop.shell.pictures import Camera, visit
from desktop.shell.window import Window
from tests.hall import sample_hall
from tests.looks import faults, high_pages, reading_order, wide_tables
from tests.windows import owing, prefer_nothing

ORDINARY, LOW, WIDE = (1366, 768), (1280, 680), (1920, 1080)
PAPER = "counter_receipt"
WINDOWS = (Window, QDialog, QMenu)
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
        QApplication.sendPostedEvents()
        found = [*faults(widget), *reading_order(widget)]
        if widget.width() >= ORDINARY[0]:
            found += wide_tables(widget)
            found += high_pages(widget) if theme.look().percent == 100 else []
        self.found += [f"{name}: {fault}" for fault in found]


class Flashes(QObject):
    """Parts that were shown as windows of their own before they had a place: they flicker and take the focus."""

    def __init__(self, application: QApplication) -> None:
        super().__init__()
        self.found: list[str] = []
        application.installEventFilter(self)

    def eventFilter(self, part: QObject, event: QEvent) -> bool:  # noqa: N802 - the name Qt calls
        if event.type() == QEvent.Type.Show and isinstance(part, QWidget) and part.isWindow():
            self.found += [type(part).__name__] if not isinstance(part, WINDOWS) else []
        return False


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
    path.write_bytes(reading_sheet_xlsx(rows, catalog("zh_CN")))
    return path


def worry(critic: Critic, window: Window, account: str) -> None:
    """The counter with something to tell everywhere at once: too little money, no slip, a banner."""
    page = window.open_page("counter", account)
    critic.settle()
    page.money.given.show_amount(Money(100))
    page.banner.tell("warn", page.say("Checking this payment. Do not take it again"), "", "E-7K2M")
    critic.grab(window, "counter_too_little")
    page.money.tenders.choose(len(TENDERS) - 1)
    page.take()
    critic.grab(window, "counter_no_slip")
    page.money.given.show_amount(None)
    page.banner.clear()


def walk(
    seat: Seat,
    language: str,
    size: tuple[int, int],
    paid: str,
    sheet: Path,
    camera: type[Critic] = Critic,
    percent: int = 100,
) -> Critic:
    """Walk through every page, at a size of type, and come back with what is wrong."""
    tasks = Tasks()
    critic = camera(tasks)
    prefer_nothing()  # as other tests may have left widths and a rail behind
    mine = preferences.of(seat.actor.login)
    mine.keep("percent", percent)
    window = Window(replace(seat, actor=replace(seat.actor, language=language)), tasks)
    try:
        window.resize(*size)
        window.show()
        window.activateWindow()
        assert window.size().toTuple() == size, "the window is as large as the screen, not larger"
        account = owing(seat)[1].number
        visit(critic, window, account=account, receipt_number=paid, sheet=sheet, searched="33")
        if "counter" in window.rail:
            worry(critic, window, account)
        assert {entry.name for entry in window.entries} <= set(window.pages)
    finally:
        window.pages.clear()
        critic.put_away(window)
        tasks.close()
        mine.keep("percent", 100)
    return critic


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [ORDINARY, FOLDED], ids=["100%", "300%"])
def test_nothing_is_cut_or_hidden(qapp, seat, language, size, paid, sheet):
    theme.apply(qapp, dark=False)
    assert walk(seat, language, size, paid, sheet).found == []


@pytest.mark.parametrize(("language", "size"), [("fi", LOW), ("vi", WIDE)])
def test_low_and_wide_screens(qapp, seat, language, size, paid, sheet):
    theme.apply(qapp, dark=False)
    assert walk(seat, language, size, paid, sheet).found == []


def test_larger_type(qapp, seat, paid, sheet):
    """At 120 % in the language with the longest titles."""
    theme.apply(qapp, dark=False)
    try:
        assert walk(seat, "vi", ORDINARY, paid, sheet, percent=120).found == []
    finally:
        theme.apply(qapp, dark=False)


@pytest.mark.parametrize(("login", "language"), [("lin", "zh_CN"), ("admin", "vi")])
def test_every_role(shop, login, language, paid, sheet):
    """Whoever signs in sees pages as sound as the supervisor's, and only those they may use."""
    theme.apply(QApplication.instance(), dark=False)
    seat = shop.sign_in(login, sample.PASSWORD, "3")
    critic = walk(seat, language, ORDINARY, paid, sheet)
    assert critic.found == []


def wander_records(critic: Critic, window: Window, account: str) -> None:
    """The forms of what is recorded of an account, and the card of its party with its own."""
    page = window.open_page("customers", account)
    critic.settle()
    records = page.account.supply
    for row in range(6):
        page.account.tabs.choose(RECORDS)
        critic.settle()
        records.records.go_to(row)
        records.change()
        critic.grab(window, f"records_{row}")
        page.stack.currentWidget().close_top()
        critic.settle()
    page.account._open_party()
    critic.settle()
    for tab in range(page.party.stack.count()):
        page.party.tabs.choose(tab)
        critic.grab(window, f"party_tab_{tab}")
    for form in (page.party.change, page.party.take_role, page.enter_party, page.open_account):
        form()
        critic.grab(window, form.__name__)
        page.stack.currentWidget().close_top()
        critic.settle()


def wander_questions(critic: Critic, window: Window) -> None:
    """What is asked in the pages themselves, and the tabs behind the first."""
    readings = window.open_page("readings")
    for tab in (1, 2):
        readings.tabs.choose(tab)
        critic.grab(window, f"readings_tab_{tab}")
    doubtful = window.open_page("doubtful")
    for tab in (1, 2, 3):
        doubtful.tabs.choose(tab)
        critic.grab(window, f"doubtful_tab_{tab}")
    doubtful.limits.change()
    critic.grab(window, "limits")
    doubtful.limits.close_form()
    bills = window.open_page("bills")
    for tab in range(1, len(bills.tabs)):
        bills.tabs.choose(tab)
        critic.grab(window, f"bills_tab_{tab}")
    bills.tabs.choose(0)
    routes = window.open_page("routes")
    critic.settle()
    for ask in (routes.ask_place, routes.ask_route, routes.ask_name):
        ask()
        critic.grab(window, ask.__name__)
        routes.question.close_question()
    prices = window.open_page("tariffs")
    critic.settle()
    prices.decline()
    critic.grab(window, "tariffs_decline")
    prices.question.close_question()
    exports = window.open_page("exports")
    exports.ask_limit()
    critic.grab(window, "exports_limit")
    exports.question.close_question()
    takeover = window.open_page("takeover")
    takeover.ask_why()
    critic.grab(window, "takeover_why")
    takeover.question.close_question()


def wander(critic: Critic, window: Window, account: str) -> None:
    """What opens beside or over a page: tabs, questions, forms, sheets and the lock."""
    page = window.open_page("customers", account)
    critic.settle()
    card = page.account
    for tab in range(1, card.stack.count()):
        card.tabs.choose(tab)
        critic.grab(window, f"card_tab_{tab}")
    card.tabs.choose(0)
    for ask in (card.ask_note, card.ask_reason):
        ask()
        critic.grab(window, ask.__name__)
        card.close_question()
    for appear in (card.reads.enter_read, card.reads.exchange):
        appear()
        critic.grab(window, appear.__name__)
        for sheet in window.findChildren(PointSheet):
            assert sheet.leave()
    wander_records(critic, window, account)
    wander_questions(critic, window)
    people = window.open_page("staff")
    critic.settle()
    people.people.selectRow(3)
    for form in (people.change, people.set_password, people.change_roles, people.close_login):
        form()
        critic.grab(window, f"staff_{form.__name__}")
        people.close_form()
    window.open_page("today").change_password()
    critic.grab(window, "own_password")
    window.page.close_form()
    for sheet in (window.help, window.person_sheet):
        (window.show_help if sheet is window.help else window.show_person)()
        critic.grab(window, type(sheet).__name__)
        sheet.dismiss()
    for typed in (">", "nothing like it"):
        window.start_search(typed)
        critic.settle(250)  # the search box waits for the next letter
        critic.grab(window, f"searched {typed}")
        window.close_search()
        window.search.clear()
    window.lock()
    critic.grab(window, "lock")


@pytest.mark.parametrize(
    ("language", "dark", "size"),
    [("zh_CN", True, ORDINARY), ("vi", False, ORDINARY), ("en", False, ORDINARY), ("fi", False, FOLDED)],
)
def test_tabs_forms_and_sheets(qapp, shop, language, dark, size):
    theme.apply(qapp, dark=dark)
    found = shop.sign_in("admin", sample.PASSWORD, "2")
    prefer_nothing()
    tasks = Tasks()
    critic = Critic(tasks)
    window = Window(replace(found, actor=replace(found.actor, language=language)), tasks)
    try:
        window.resize(*size)
        window.show()
        window.activateWindow()
        wander(critic, window, owing(found)[1].number)
        assert critic.found == []
    finally:
        window.pages.clear()
        critic.put_away(window)
        tasks.close()
        theme.apply(qapp, dark=False)


@pytest.mark.trial
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [LOW, WIDE, (1000, 600)])
def test_every_size_in_every_language(qapp, seat, language, size, paid, sheet):
    theme.apply(qapp, dark=False)
    assert walk(seat, language, size, paid, sheet).found == []


def test_no_part_opens_as_a_window_of_its_own(qapp, seat, paid, sheet):
    theme.apply(qapp, dark=False)
    flashes = Flashes(qapp)
    try:
        walk(seat, "en", ORDINARY, paid, sheet)
    finally:
        qapp.removeEventFilter(flashes)
    assert flashes.found == []


class Painter(Critic):
    """A camera that looks at the dots: how much of a picture is lighter, or darker, than a middle grey."""

    def grab(self, widget: QWidget, name: str) -> None:
        self.settle()
        picture = widget.grab().toImage().scaled(200, 120)
        dots = [QColor(picture.pixel(x, y)).lightness() for x in range(200) for y in range(120)]
        light = sum(dot > 128 for dot in dots) / len(dots)
        if name != PAPER and (light > 0.15) is theme.is_dark():
            self.found.append(f"{name} is {light:.0%} light")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_each_theme_paints_every_ground(qapp, seat, dark, paid, sheet):
    """Nothing keeps the ground of the other theme; papers are white in both."""
    theme.apply(qapp, dark=dark)
    try:
        assert walk(seat, "zh_CN", ORDINARY, paid, sheet, Painter).found == []
    finally:
        theme.apply(qapp, dark=False)
