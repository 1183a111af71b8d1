"""Starting: from the first instruction to a painted sign-in window that takes keys, against the barest Qt window."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time

GOAL = 1.75
RUNS = 7
HEAVY = ("sqlalchemy", "reportlab", "numpy", "openpyxl")

PAINTED = """
def painted(field):
    application.processEvents()
    assert field.hasFocus() and field.window().isVisible()
    heavy = [name for name in {heavy!r} if name in sys.modules]
    print(json.dumps([time.process_time(), heavy]), flush=True)
    os._exit(0)
"""
BARE = f"""
import json, os, sys, time
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
{PAINTED.format(heavy=HEAVY)}
application = QApplication([])
window = QWidget()
field = QLineEdit()
QVBoxLayout(window).addWidget(field)
window.resize(1366, 768)
window.show()
window.activateWindow()
field.setFocus()
painted(field)
"""
OURS = f"""
import json, os, sys, time
from desktop import __main__ as program
{PAINTED.format(heavy=HEAVY)}
begin = program.begin

def first_moment(asked):
    global application
    application, _, window = begin(asked)
    painted(window.login)

program.begin = first_moment
program.main(["--db", sys.argv[1]])
"""


def start(script: str, *argv: str) -> tuple[float, float, list[str]]:
    """Run a program until its window is painted: seconds, seconds of the processor, what heavy it had loaded."""
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", script, *argv],
        capture_output=True, text=True, check=True, timeout=120, env=compiled,
    )  # fmt: skip
    cpu, heavy = json.loads(done.stdout)
    return time.perf_counter() - begun, cpu, heavy


def test_the_sign_in_window_is_painted(tmp_path) -> None:
    bare, ours, loaded = [], [], set()
    start(OURS, str(tmp_path / "hall.db"))  # compiled once, as where it is installed
    for _ in range(RUNS):
        bare.append(start(BARE)[:2])
        seconds, cpu, heavy = start(OURS, str(tmp_path / "hall.db"))
        ours.append((seconds, cpu))
        loaded |= set(heavy)
    (bare_s, bare_cpu), (our_s, our_cpu) = (
        [statistics.median(times) for times in zip(*runs, strict=True)] for runs in (bare, ours)
    )
    ratio = our_cpu / bare_cpu
    print(
        f"\nsign-in window painted after {our_s * 1000:.0f} ms ({our_cpu * 1000:.0f} of the processor), a bare window"
        f" after {bare_s * 1000:.0f} ({bare_cpu * 1000:.0f}): ratio {our_s / bare_s:.2f} ({ratio:.2f});"
        f" loaded by then of {', '.join(HEAVY)}: {', '.join(sorted(loaded)) or 'none'}"
    )
    assert not loaded
    assert ratio <= GOAL
