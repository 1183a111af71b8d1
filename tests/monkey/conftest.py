"""A monkey for whoever is signed in, at the sample hall with January read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop import sample
from desktop.app import App
from desktop.counter.service import till
from desktop.qt.tasks import Tasks
from desktop.shell.window import Window
from tests.monkey.monkey import Monkey
from tests.windows import dressed, hall, shown, workers  # noqa: F401 - fixtures

Play = Callable[[str, str, int, int], None]


@pytest.fixture
def play(qtbot: QtBot, hall: App, workers: Tasks, tmp_path: Path, monkeypatch) -> Play:  # noqa: F811 - the fixture
    """Let a monkey play as somebody, in a language, by a seed; afterwards the book proves sound."""
    monkeypatch.chdir(tmp_path)

    def play(login: str, language: str, seed: int, steps: int) -> None:
        seat = hall.sign_in(login, sample.PASSWORD, "3")
        seat = replace(seat, actor=replace(seat.actor, language=language))
        window = shown(qtbot, Window(seat, workers))
        window.open_page(window.entries[0].name)
        Monkey(qtbot, window, seed).run(steps)
        window.pages.clear()
        window.hide()
        assert hall.verify() == []
        if "counter" in {entry.name for entry in window.entries}:
            opened = seat.ask(till)
            assert opened is not None, "the monkey gets somewhere: a till is open"
            assert opened.receipts > 0, "and money was taken"

    return play
