"""What the journeys by page stand on; the ones by command need only the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.qt.tasks import Tasks
from tests.journeys.hands import Hands
from tests.journeys.watchdog import WRONG_OVER_MS
from tests.windows import dressed, prefer_nothing, workers  # noqa: F401 - fixtures

BLOCKS = "window_blocks"
"""Under this name the root conftest finds what to tell."""


@pytest.fixture
def hands(
    qtbot: QtBot,
    workers: Tasks,  # noqa: F811 - the fixture
    record_property: Callable[[str, object], None],
) -> Iterator[Hands]:
    """Somebody who is about to sign in; how long the window was blocked is told at the end of the run."""
    prefer_nothing()
    made = Hands(qtbot, workers)
    yield made
    record_property(BLOCKS, made.watchdog.report())
    assert not [block for block in made.watchdog.blocks if block.ms > WRONG_OVER_MS]
