"""A number that is nearly right: the one meant is offered, taken by Enter or by an option, and stored as meant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop import sample
from desktop.kernel.text import catalog
from desktop.metering.service import sheets_taken
from tests.command_line import CommandLine
from tests.hall import january_sheet
from tests.windows import settle

EN = catalog("en")
JAN = sample.january_reads()


def mistyped(folder: Path) -> Path:
    """January with noughts lost, neighbours changed, a digit wrong, a meter far from any, and a row of both."""
    rows = list(JAN)
    assert rows[3].meter_serial.startswith("00")
    rows[3] = replace(rows[3], meter_serial=rows[3].meter_serial.lstrip("0"))
    account = rows[5].account_number
    rows[5] = replace(rows[5], account_number=account[:-2] + account[:-3:-1])
    meter = rows[8].meter_serial
    rows[8] = replace(rows[8], meter_serial=meter[:-1] + str((int(meter[-1]) + 5) % 10))
    rows[11] = replace(rows[11], meter_serial="009999")
    return january_sheet(folder, rows)


LIKELY = {5: JAN[3].meter_serial, 7: JAN[5].account_number, 10: JAN[8].meter_serial}
"""What rows 5, 7 and 10 of the sheet mean."""


def test_the_option_takes_what_is_likely_and_leaves_the_rest(
    sample_hall: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run, sheet = CommandLine(capsys, sample_hall, today="2026-02-05"), mistyped(tmp_path)
    tried = run.json("readings", "import", sheet, "--dry-run", code=1)
    assert {one["row"]: one["likely"] for one in tried["problems"] if one["likely"]} == LIKELY
    assert len(tried["problems"]) == 4
    told = run("readings", "import", sheet, "--dry-run", code=1).err
    assert f"It seems to be {LIKELY[5]}" in told
    done = run.json("readings", "import", sheet, "--likely", code=1)
    assert (done["stored"] + done["held"], [one["row"] for one in done["problems"]]) == (49, [13])
    again = run.json("readings", "import", sheet, code=1)
    assert (again["known"], again["stored"]) == (True, done["stored"]), (
        "the file is known without the option too"
    )
    run("verify")


def test_enter_takes_what_is_offered_one_row_after_the_other(qtbot, window, tmp_path):
    page = window.open_page("readings")
    settle(qtbot, window.tasks)
    page.check(mistyped(tmp_path))
    settle(qtbot, page.tasks, lambda: page.checked is not None)
    for row, likely in LIKELY.items():
        assert page.table.current[0].row == row
        assert [EN(key.text) for key in page.keys if key.press == "Return"] == [f"take {likely}"]
        QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert [key for key in page.keys if key.press == "Return"] == []
    assert page.table.rows_model.cell(0, 5).text == f"{LIKELY[5]} stands there instead"
    page.take()
    assert not page.job_running, "what was said is checked first"
    QTest.keyClick(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: not page.stale and page.checked is not None)
    assert [one.row for one in page.checked.problems] == [13]
    QTest.keyClick(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.taken is not None)
    (taken,) = page.seat.ask(sheets_taken)
    assert (taken.stored + taken.waiting, taken.rejected) == (49, 1)
