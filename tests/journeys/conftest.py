"""What the journeys by page stand on; the ones by command need only the command line."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop.qt.tasks import Tasks
from tests.journeys.hands import Hands
from tests.windows import dressed, workers  # noqa: F401


@pytest.fixture
def hands(qtbot: QtBot, workers: Tasks) -> Hands:  # noqa: F811
    """Somebody who is about to sign in."""
    return Hands(qtbot, workers)
