"""What the journeys by page stand on; the ones by command need only the command line."""

from __future__ import annotations

import gc
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
    """Somebody who is about to sign in; how long the window was blocked is told at the end of the run.

    What tests before left is no garbage of this window's, and looking through it no block.
    """
    prefer_nothing()
    gc.collect()
    gc.freeze()
    made = Hands(qtbot, workers)
    yield made
    gc.unfreeze()
    record_property(BLOCKS, made.watchdog.report())
    assert not [block for block in made.watchdog.blocks if block.ms > WRONG_OVER_MS]
