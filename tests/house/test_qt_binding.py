"""The Qt binding itself: a release that miscounts references takes the whole program down after a while."""

import sys

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS, SLICE, NOISE = 20_000, 500, 100


def test_a_call_without_a_result_keeps_its_reference_of_none(qtbot: QtBot) -> None:
    """PySide6 6.12.0 under Python 3.11 dropped a reference of None per call: an abort after some 5,000.

    Counted slice by slice, so that a bad release fails here before it aborts. From Python 3.12 on None is
    not counted, and only the calls themselves prove anything.
    """
    label = QLabel()
    qtbot.addWidget(label)
    for start in range(0, CALLS, SLICE):
        before = sys.getrefcount(None)
        for number in range(start, start + SLICE):
            label.setText(str(number))
        assert abs(sys.getrefcount(None) - before) < NOISE
    assert label.text() == str(CALLS - 1)
