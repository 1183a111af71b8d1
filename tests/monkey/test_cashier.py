"""Anything at all at the counter ends in no traceback, no fault, and a book that is right."""

from __future__ import annotations

import pytest

from desktop.kernel.text import LANGUAGES

STEPS, LONG = 300, 2500


@pytest.mark.parametrize(("language", "seed"), [("vi", 1), ("zh_CN", 4)])
def test_a_cashier(play, language, seed):
    play("lin", language, seed, STEPS)


@pytest.mark.trial
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("login", ["lin", "wang", "zhao"])
@pytest.mark.parametrize("seed", range(100, 104))
def test_anybody_for_long(play, login, language, seed):
    play(login, language, seed, LONG)
