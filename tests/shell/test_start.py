"""Starting: the window's flags, and nothing heavy before the first paint."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date

import pytest
from PySide6.QtCore import QLocale

from desktop.__main__ import Wish, system_language, wish

HEAVY = (
    "sqlalchemy",
    "reportlab",
    "numpy",
    "openpyxl",
    "sqlcipher3",
    "psycopg",
    "pypinyin",
    "babel",
    "argon2",
)

SHOW = """
import json, sys
from PySide6.QtWidgets import QApplication
from desktop import __main__
from desktop.qt import theme
from desktop.qt.tasks import Tasks
from desktop.shell.sign_in import SignIn
application = QApplication([])
theme.apply(application)
workers = Tasks()
window = SignIn("zh_CN", lambda: None, workers)
window.show()
print(json.dumps(sorted(sys.modules)))
sys.stdout.flush()
import os
os._exit(0)
"""


@pytest.mark.parametrize(
    ("argv", "asked"),
    [
        ([], Wish()),
        (["--db", "a.db"], Wish("a.db")),
        (["--db=a.db", "--lang", "en", "--today=2026-02-05"], Wish("a.db", "en", date(2026, 2, 5))),
        (["demo"], None),
        (["--help"], None),
        (["--today", "soon"], None),
        (["--db"], None),
        (["--db", "a.db", "verify"], None),
    ],
)
def test_without_a_command_it_is_the_window(argv, asked):
    assert wish(argv) == asked


def test_nothing_heavy_is_loaded_before_the_first_window():
    done = subprocess.run(
        [sys.executable, "-c", SHOW], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert "PySide6" in loaded
    assert not loaded & set(HEAVY)
    ours = {name for name in json.loads(done.stdout) if name.startswith("desktop.")}
    assert not {name for name in ours if name.endswith((".service", ".tables", ".page", ".app"))}


@pytest.mark.parametrize(
    ("system", "spoken"),
    [("vi_VN", "vi"), ("fi_FI", "fi"), ("zh_CN", "zh_CN"), ("zh_TW", "zh_CN"), ("sv_SE", "en")],
)
def test_the_window_speaks_the_language_of_the_computer(monkeypatch, system, spoken):
    monkeypatch.setattr(QLocale, "system", lambda: QLocale(system))
    assert system_language() == spoken
