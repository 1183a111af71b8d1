"""Steps a computer began before it stopped: at the next start it says what is booked and what is to be done again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from desktop.app import open_app
from desktop.counter.records import TillOrder
from desktop.counter.service import open_till
from desktop.kernel import intent
from desktop.kernel.errors import Away
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import draw_id
from desktop.sample import PASSWORD
from desktop.shell.window import Window
from tests.hall import long_ago
from tests.kernel.faults import Moments, processes
from tests.windows import LOGIN, settle


def kept(folder, operation: str, key: UUID | None = None, *, old: bool = True) -> UUID:
    """An intent left behind, by a computer that stopped long ago or a moment ago."""
    key = key or draw_id()
    intent.keep(folder, intent.Intent(key, operation, "{}"))
    if old:
        long_ago(folder, key)
    return key


@pytest.mark.parametrize(
    ("language", "title", "booked", "lost"),
    [
        ("zh_CN", "本机在收到结果之前中断了", "已入账：开钱箱，1970-01-01 08:00", "未入账，需重做："),
        (
            "vi",
            "Máy này bị gián đoạn trước khi nhận được kết quả",
            "Đã ghi sổ: ",
            "Chưa ghi sổ, cần làm lại: ",
        ),
    ],
)
def test_what_was_lost_is_told_once(qtbot, hall, clerk, workers, language, title, booked, lost):
    taken = draw_id()
    hall.perform(open_till, TillOrder(Money(0)), clerk.actor, clerk.station, taken)
    kept(hall.intents, "counter.open_till", taken)
    kept(hall.intents, "counter.pay_refund")
    kept(hall.intents, "an operation of another version")
    seat = replace(clerk, actor=replace(clerk.actor, language=language))
    window = Window(seat, workers)
    qtbot.addWidget(window)
    window.open_page("customers")
    settle(qtbot, workers, lambda: not intent.unsettled(hall.intents))
    banner = window.interrupted.parent()
    assert banner.title_text == title
    lines = banner.accessibleDescription().split("\n")
    assert [line.startswith(booked) for line in lines].count(True) == 1
    assert [line.startswith(lost) for line in lines].count(True) == 2
    assert any("an operation of another version" in line for line in lines)
    window.open_page("today")
    assert banner.isHidden()


def test_what_may_be_under_way_elsewhere_and_payments_are_left_alone(qtbot, hall, clerk, workers):
    keys = {kept(hall.intents, "counter.pay_refund", old=False), kept(hall.intents, "counter.take_payment")}
    window = Window(clerk, workers)
    qtbot.addWidget(window)
    settle(qtbot, workers)
    assert {one.entry_id for one in intent.unsettled(hall.intents)} == keys
    assert window.interrupted.parent().isHidden()


def open_a_till_elsewhere(url: str, folder: Path, key: UUID, stuck: Any, go_on: Any) -> None:
    """Another window's step, which the database does not answer; it was sent long ago."""
    app = open_app(url, date(2026, 2, 5), intents=folder)
    zhao = app.sign_in(LOGIN, PASSWORD, "2")

    def wait() -> None:
        long_ago(folder, key)
        stuck.set()
        go_on.wait()

    with Moments("before COMMIT", wait).of(app.database):
        zhao.do(open_till, TillOrder(Money(0)), key)


def test_a_step_of_another_window_is_not_told_before_it_is_over(qtbot, hall, clerk, workers):
    context, key = processes(), draw_id()
    stuck, go_on = context.Event(), context.Event()
    given = (f"sqlite:///{hall.database.file}", hall.intents, key, stuck, go_on)
    other = context.Process(target=open_a_till_elsewhere, args=given)
    other.start()
    stuck.wait()
    window = Window(clerk, workers)
    qtbot.addWidget(window)
    settle(qtbot, workers)
    assert window.interrupted.parent().isHidden()
    go_on.set()
    other.join()
    window.interrupted.look()
    settle(qtbot, workers)
    assert window.interrupted.parent().isHidden()
    assert hall.took_effect(key)


def test_while_the_database_is_away_nothing_is_forgotten(qtbot, hall, clerk, workers, monkeypatch):
    def away(_entry_id: UUID) -> bool:
        raise Away(Text("The database does not answer."))

    key = kept(hall.intents, "counter.pay_refund")
    monkeypatch.setattr(hall, "took_effect", away)
    window = Window(clerk, workers)
    qtbot.addWidget(window)
    settle(qtbot, workers)
    assert [one.entry_id for one in intent.unsettled(hall.intents)] == [key]
    monkeypatch.undo()
    window.interrupted.look()
    settle(qtbot, workers, lambda: not intent.unsettled(hall.intents))
    assert not window.interrupted.parent().isHidden()
