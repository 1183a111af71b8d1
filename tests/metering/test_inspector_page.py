"""A field inspector finds the tests of meters, and enters what one said, without deciding on reads."""

from __future__ import annotations

import pytest

from desktop.desk.service import order_meter_test
from desktop.metering.page.queue import TESTS
from desktop.metering.records import MeterTestOrder, MeterTestState
from desktop.sample import PASSWORD
from desktop.shell.window import Window
from tests.windows import owing, settle, shown

pytestmark = pytest.mark.usefixtures("dressed")


def test_an_inspector_sees_what_is_to_be_tested_and_may_enter_a_result(qtbot, hall, clerk, workers) -> None:
    clerk.do(order_meter_test, MeterTestOrder(owing(clerk)[0].number, "it runs at night"))
    window = shown(qtbot, Window(hall.sign_in("li", PASSWORD), workers))
    page = window.open_page("doubtful", MeterTestState.OPEN)
    settle(qtbot, workers, lambda: page.tabs.index == TESTS and page.tests.table.current is not None)
    settle(qtbot, workers)
    tests = page.tests.keys()
    offered = {key.press for key in tests}
    assert {"E", "Return"} <= offered
    assert not {"W", "C"} & offered
    page.tabs.choose(0)
    settle(qtbot, workers)
    assert not {key.press for key in page.keys} & {"A", "C", "E", "R"}
