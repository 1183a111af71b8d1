"""Anything at all on every page there is."""

from __future__ import annotations

import pytest

STEPS = 300


@pytest.mark.parametrize(("login", "language", "seed"), [("zhao", "fi", 5), ("wang", "en", 4)])
def test_everywhere(play, login, language, seed):
    play(login, language, seed, STEPS)
