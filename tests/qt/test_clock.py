"""A running deadline: its words, its ring and its ground."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from desktop.qt import theme
from desktop.qt.clock import ClockPill


@pytest.fixture
def pill(qtbot, dressed) -> ClockPill:
    made = ClockPill()
    qtbot.addWidget(made)
    return made


def painted(pill: ClockPill) -> list[QColor]:
    pill.resize(pill.sizeHint())
    picture = pill.grab().toImage()
    return [picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())]


@pytest.mark.parametrize("state", ["ok", "warn", "bad", "paused"])
def test_it_says_what_is_left_on_the_ground_of_its_state(pill: ClockPill, state: str) -> None:
    pill.show_left("31 min left", 0.7, state)
    mark, soft = (theme.colour(role) for role in theme.state_colours(state))
    dots = painted(pill)
    assert pill.accessibleName() == "31 min left"
    assert dots.count(soft) > len(dots) / 3
    assert mark in dots
    assert pill.sizeHint().width() > theme.metrics("strong").horizontalAdvance("31 min left")


def test_more_of_the_ring_is_filled_when_more_is_left(pill: ClockPill) -> None:
    def filled(share: float, state: str = "ok") -> int:
        pill.show_left("", share, state)
        return painted(pill).count(theme.colour(state))

    assert filled(0.1) < filled(0.5) < filled(0.9)
    assert filled(0.0, "bad") >= filled(0.9), "a late one has a full ring"
