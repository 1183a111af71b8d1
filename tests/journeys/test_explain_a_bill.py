"""Somebody in their first hour explains a customer's last bill: no mouse, and only keys that stand on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication

from desktop.kernel.work import Seat
from desktop.qt.basics import Label
from desktop.qt.keys import cap
from desktop.staff.records import PersonChange
from desktop.staff.service import change_person
from tests.databases_server import SqliteDatabases
from tests.hall import account_number, billed_hall, opened
from tests.journeys.hands import CONTROL, Hands
from tests.windows import commit

GUO = account_number(9)
"""郭洋: January 438 kWh × 0.538 = 235.64."""

REPRESENTATIVE = "chen"
MICE = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick)


@pytest.fixture
def billed(sqlite_databases: SqliteDatabases, tmp_path: Path) -> Iterator[Seat]:
    """The command line's seat in the hall whose January is billed."""
    with opened(sqlite_databases.like(billed_hall), intents=tmp_path / "under_way") as app:
        yield app.command_line("1")


class NoMouse(QObject):
    """What the mouse does is written down."""

    def __init__(self) -> None:
        super().__init__()
        self.clicks: list[str] = []
        QApplication.instance().installEventFilter(self)

    def eventFilter(self, part: QObject, event: QEvent) -> bool:  # noqa: N802 - the name Qt calls
        if event.type() in MICE:
            self.clicks.append(type(part).__name__)
        return False


def shown_keys(hands: Hands) -> set[str]:
    """The keys that stand in the key line now."""
    keys = (*hands.window.common_keys(), *hands.page.keys)
    return {cap(key.press) for key in keys if key.place != "none" and key.enabled}


def read(part: QObject) -> str:
    """What stands in a part of the window."""
    return "\n".join(label.text() for label in part.findChildren(Label) if label.isVisible())


@pytest.mark.parametrize(("language", "typed"), [("zh_CN", "郭洋"), ("vi", "guo yang")])
def test_an_account_is_found_and_its_last_bill_explained(
    hands: Hands, billed: Seat, language: str, typed: str
) -> None:
    mouse = NoMouse()
    billed.do(change_person, PersonChange(REPRESENTATIVE, "陈思远", language))
    hands.sign_in(billed.app, REPRESENTATIVE, language)
    hands.wait()
    assert "Ctrl K" in shown_keys(hands)
    hands.press(Qt.Key.Key_K, CONTROL)
    if typed.isascii():
        hands.type(typed)
    else:
        commit(QApplication.focusWidget(), typed)
    hands.qtbot.waitUntil(
        lambda: any("郭洋" in row.title.text for row in hands.window.drop.rows), timeout=15_000
    )
    hands.press(Qt.Key.Key_Return)
    hands.wait(lambda: hands.window.page_name == "customers" and hands.page.card is not None)
    card = hands.page.account
    assert hands.page.card.row.number == GUO
    hands.wait(card.pane.isVisible)
    assert {"Enter", "T"} <= shown_keys(hands)
    hands.press(Qt.Key.Key_Return)
    hands.wait(card.pane.lines.hasFocus)
    last = card.pane.shown
    assert last.number == hands.page.card.bills[0].number
    hands.press(Qt.Key.Key_T)
    hands.wait(lambda: card.pane.scroll.hasFocus() and last.run_number in read(card.pane))
    told = read(card.pane)
    say, line = hands.page.say, last.lines[0]
    money = say.money(line.amount, unit=True)
    assert f"{say.number(line.energy)} kWh × {say.number(line.price)} = {money}" in told
    assert last.basis.version in told
    assert last.basis.notice in told
    assert last.run_number in told
    for one in last.reads:
        assert f"{say.number(one.current)} − {say.number(one.previous)}" in told
    assert "T" in shown_keys(hands)
    hands.press(Qt.Key.Key_F1)
    hands.wait(hands.window.help.isVisible)
    assert hands.page.say(hands.page.HELP) in read(hands.window.help)
    hands.press(Qt.Key.Key_Escape)
    assert mouse.clicks == []
