"""A new cashier's first day by keys alone, on a server that fails in the middle of a payment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop import sample
from desktop.app import App, open_app
from desktop.counter.page import Stage
from desktop.counter.page.right import Step as RightStep
from desktop.counter.page.till import Step
from desktop.counter.records import CloseTillOrder, CountOrder
from desktop.counter.service import close_till, count_till, till
from desktop.kernel import intent
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat
from desktop.ledger.service import dues
from desktop.qt.tasks import Tasks
from desktop.shell.window import Window
from desktop.treasury.page.day import SHEET, Day
from desktop.treasury.records import TillState
from desktop.treasury.service import drawers
from tests import hall as halls
from tests.databases_server import PostgresServer
from tests.journeys.hands import CONTROL, Hands
from tests.papers_samples import pdf_pages, without_blanks
from tests.windows import WAIT_MS, owing, shown

K = Qt.Key
FLOAT = Money(300_00)


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server of this test's own, for it is stopped."""
    made = PostgresServer()
    try:
        made.start()
        yield made
    finally:
        made.remove()


@pytest.fixture
def address(server: PostgresServer) -> str:
    """A database whose January is billed; the till of the jobs of the night is closed."""
    url = server.empty()
    halls.billed_hall(url)
    with halls.opened(url) as app:
        seat = app.command_line("0")
        (left,) = [one for one in seat.ask(drawers) if one.state is TillState.OPEN]
        counted = seat.do(count_till, CountOrder(left.cash))
        seat.do(close_till, CloseTillOrder(counted.count_id))
    return url


@pytest.fixture
def apps(address: str, tmp_path: Path) -> Iterator[tuple[App, App]]:
    """The programs of two counters on it."""
    made = [open_app(address, halls.TODAY, intents=tmp_path / name) for name in ("one", "two")]
    yield made[0], made[1]
    for app in made:
        app.close()


class Till:
    """Somebody at a counter of their own, and the cash that should be in the drawer by now."""

    def __init__(self, hands: Hands, app: App) -> None:
        self.hands, self.app, self.cash = hands, app, FLOAT
        self.page: Any = hands.open("counter")
        hands.wait(lambda: self.page.stage is Stage.CLOSED)
        self.amount(FLOAT)
        hands.press(K.Key_F12)
        hands.wait(lambda: self.page.stage is Stage.WAITING)

    @property
    def seat(self) -> Seat:
        return self.page.seat

    def amount(self, money: Money) -> None:
        """Type an amount as it is written in the language of the window."""
        say = self.hands.window.say
        self.hands.type(say.money(money).replace(say.shape.group, ""))

    def find(self, number: str) -> Money:
        """Bring a customer to the counter; what there is to pay."""
        self.hands.find(number)
        due: Money = self.page.payer.dues.to_pay
        return due

    def take(self) -> None:
        """Take the payment; its receipt is out."""
        self.hands.press(K.Key_F12)
        self.hands.wait(lambda: self.page.stage is Stage.DONE)

    def pay(self, number: str, *keys: K | str | Money) -> None:
        """A customer, the keys of the payment, and F12."""
        self.find(number)
        for key in keys:
            if isinstance(key, Money):
                self.amount(key)
            elif isinstance(key, str):
                self.hands.type(key)
            else:
                self.hands.press(key)
        self.take()

    def look(self) -> None:
        """Come to the front: keys go here now."""
        self.hands.window.activateWindow()
        self.hands.qtbot.waitUntil(self.hands.window.isActiveWindow, timeout=WAIT_MS)

    def close(self) -> None:
        """Count the drawer blind, and close it without a difference."""
        self.hands.press(K.Key_F3)
        self.hands.wait(lambda: self.page.stage is Stage.WAITING)
        self.hands.press(K.Key_F9)
        self.hands.wait(lambda: self.page.stage is Stage.TILL and self.page.till_work.step is Step.COUNT)
        self.hands.press(K.Key_Up)  # to the rest: the whole sum alone
        self.amount(self.cash)
        self.hands.press(K.Key_F12)
        self.hands.wait(lambda: self.page.till_work.step is Step.RESULT)
        assert self.page.till_work.found.difference == Money(0)


def ten_customers(at: Till, numbers: list[str], server: PostgresServer, address: str) -> None:
    """Each pays otherwise; the fifth while the server fails."""
    hands, page = at.hands, at.page
    due = [at.seat.ask(dues, number).to_pay for number in numbers]
    at.pay(numbers[0], K.Key_Up)
    at.pay(numbers[1], Money(900_00))
    assert page.receipt.change == Money(900_00) - due[1]
    at.pay(numbers[2], K.Key_F7, "62280001")
    at.pay(numbers[3], K.Key_F8, "4200001")
    at.cash += due[0] + due[1]
    at.find(numbers[4])
    hands.press(K.Key_Up)
    in_the_middle(at, numbers[4], server, address)
    at.cash += due[4]
    at.pay(numbers[5], K.Key_F9, "TT-77")
    at.find(numbers[6])
    hands.press(K.Key_E, CONTROL)
    hands.type("10203343")
    at.take()
    at.pay(numbers[7], Money(20_00))
    assert page.receipt.owed_after == due[7] - Money(20_00)
    at.find(numbers[8])
    at.amount(due[8] + Money(50_00))
    hands.press(K.Key_R, CONTROL)
    at.take()
    assert page.receipt.credit_after == Money(50_00)
    at.cash += Money(20_00) + due[8] + Money(50_00)
    at.find(numbers[9])
    at.amount(Money(10_00))
    hands.press(K.Key_G, CONTROL)
    hands.press(K.Key_F7)
    hands.type("62280002")
    at.take()
    at.cash += Money(10_00)
    paid = [at.seat.ask(dues, number).to_pay for number in numbers]
    assert paid == [Money(0)] * 7 + [due[7] - Money(20_00)] + [Money(0)] * 2
    assert at.app.verify() == []


def in_the_middle(at: Till, number: str, server: PostgresServer, address: str) -> None:
    """The payment has begun and waits for the account's row when the server's power fails; then it is there again."""
    page, hands = at.page, at.hands
    page._again.setInterval(50)
    with closing(psycopg.connect(address)) as holding:
        holding.execute("SELECT 1 FROM ledger_contract_account WHERE number = %s FOR UPDATE", (number,))
        entry_id = page.entry_id
        hands.press(K.Key_F12)
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        hands.qtbot.waitUntil(lambda: server.one(waits) > 0, timeout=WAIT_MS)
        server.stop("immediate")
        hands.qtbot.waitUntil(lambda: page.stage is Stage.UNSURE, timeout=WAIT_MS)
    assert [one.entry_id for one in intent.unsettled(at.app.intents)] == [entry_id]
    for key in (K.Key_F12, K.Key_Escape, K.Key_F3):
        hands.press(key)
    assert (page.stage, page.payer.row.number) == (Stage.UNSURE, number), "account and amount are locked"
    server.start()
    hands.wait(lambda: page.stage is Stage.DONE)
    assert not intent.unsettled(at.app.intents)


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_ten_customers_a_server_that_fails_a_wrong_account_and_a_day_to_the_cent(
    hands: Hands,
    server: PostgresServer,
    address: str,
    apps: tuple[App, App],
    qtbot: QtBot,
    workers: Tasks,
    language: str,
) -> None:
    hands.sign_in(apps[0], "lin", language)
    first = Till(hands, apps[0])
    numbers = [row.number for row in owing(first.seat)]
    ten_customers(first, numbers[:10], server, address)
    others, seat = Hands(qtbot, workers), apps[1].sign_in("zhao", sample.PASSWORD, "2")
    others.window = shown(qtbot, Window(replace(seat, actor=replace(seat.actor, language=language)), workers))
    second = Till(others, apps[1])
    wrong_account(second, *numbers[10:12])
    two_at_once(first, second, numbers[12])
    close_the_day(first, second)


def wrong_account(at: Till, wrong: str, right: str) -> None:
    """The neighbour's bill was paid: one step moves it, with a letter to each."""
    hands, page = at.hands, at.page
    owed = [at.seat.ask(dues, right).to_pay, at.find(wrong)]
    hands.press(K.Key_Up)
    at.take()
    at.cash += owed[1]
    hands.press(K.Key_M, CONTROL)
    hands.wait(lambda: page.stage is Stage.RIGHT and page.right_work.step is RightStep.MOVE)
    hands.type(right)
    hands.press(K.Key_Return)
    hands.wait(lambda: page.right_work.moving.seen is not None)
    hands.type("nha ben canh")
    hands.press(K.Key_F12)
    hands.wait(lambda: page.right_work.step is RightStep.PAPER and page.right_work.paper.paper is not None)
    letters = [without_blanks(side) for side in pdf_pages(page.right_work.paper.paper.pdf)]
    assert [number in letter for letter, number in zip(letters, (wrong, right), strict=True)] == [True, True]
    assert [right in letters[0], wrong in letters[1]] == [False, False], (
        "nobody learns whose account the other is"
    )
    assert all("194.76元" in letter for letter in letters)
    hands.press(K.Key_F12)
    hands.wait(lambda: page.stage is Stage.WAITING)
    after = [at.seat.ask(dues, number) for number in (right, wrong)]
    assert [one.to_pay for one in after] == [Money(0), owed[1]], "the wrong one is owed again"
    assert after[0].credit == owed[1] - owed[0]
    assert at.app.verify() == []


def two_at_once(first: Till, second: Till, number: str) -> None:
    """Both take the whole bill in one moment: both receipts stand, the bill is paid, the rest is credit."""
    due = second.find(number)
    second.hands.press(K.Key_Up)
    first.look()
    first.find(number)
    first.hands.press(K.Key_Up)
    first.hands.press(K.Key_F12)
    second.look()
    second.hands.press(K.Key_F12)
    second.hands.wait(lambda: first.page.stage is second.page.stage is Stage.DONE)
    assert {first.page.receipt.amount, second.page.receipt.amount} == {due}
    after = first.seat.ask(dues, number)
    assert (after.items, after.credit) == ((), due)
    told = [one.page.banner.title_text for one in (first, second) if one.page.banner.isVisible()]
    (second_one,) = told
    assert first.hands.window.say.money(due) in second_one, "who came second is told of the credit"
    first.cash, second.cash = first.cash + due, second.cash + due
    assert first.app.verify() == []


def close_the_day(first: Till, second: Till) -> None:
    """Both drawers hold what was reckoned, to the cent; then the hall's day is closed."""
    for at in (first, second):
        at.look()
        at.close()
        hands = at.hands
        if at.page.till_work.found.unprinted:
            hands.press(K.Key_F8)
            hands.wait()
        hands.press(K.Key_F12)
        hands.wait(lambda at=at: at.page.till_work.step is Step.SHEET)
        hands.press(K.Key_F12)
        hands.wait(lambda at=at: at.page.stage is Stage.CLOSED)
        assert at.seat.ask(till) is None
    hands, day = second.hands, second.hands.open("treasury")
    while day.tabs.index < len(day.tabs) - 1:
        hands.press(K.Key_Tab, CONTROL)
    part = day.part
    assert isinstance(part, Day)
    hands.wait(lambda: part.look is not None and not part.look.day.open_tills)
    if part.look.day.unprinted:
        hands.press(K.Key_F8)
        hands.wait()
    hands.press(K.Key_F12)
    hands.type("ngay dau")
    hands.press(K.Key_Return)
    hands.wait(lambda: part.stack.currentIndex() == SHEET and part.paper.pages)
    text = without_blanks("".join(pdf_pages(part.paper.paper.pdf)))
    turned_in = hands.window.say.money(first.cash + second.cash, unit=True)
    assert without_blanks(turned_in) in text, "to the cent what both counted"
    hands.wait()
    assert first.app.verify() == []
