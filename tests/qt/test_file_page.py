"""A file comes to a page: dropped on it, chosen, or brought along; never while a job of the page runs."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from desktop.kernel.text import Text
from desktop.qt.file_page import FilePage
from desktop.qt.progress import Progress
from tests.windows import settle, shown

NONE, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


class Files(FilePage):
    FILES = Text("Reading sheet"), "*.xlsx"

    def check(self, path: Path) -> None:
        self.came = [*getattr(self, "came", ()), path.name]


@pytest.fixture
def page(qtbot, clerk, workers) -> Files:
    made = shown(qtbot, Files(clerk, workers, "A page"))
    made.body.addWidget(made.drop_panel("upload", "Drop it here", "It is only checked"))
    made.show_keys(made.choose_key())
    return made


def drop(page: Files, *urls: QUrl) -> bool:
    """Drag addresses over the page and let go; whether it takes them."""
    dragged = QMimeData()
    dragged.setUrls(list(urls))
    over = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, dragged, LEFT, NONE)
    QApplication.sendEvent(page, over)
    if over.isAccepted():
        QApplication.sendEvent(page, QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, dragged, LEFT, NONE))
    return over.isAccepted()


def test_a_file_is_dropped_chosen_or_brought_along(page, monkeypatch):
    assert drop(page, QUrl.fromLocalFile("/there/a.xlsx"), QUrl.fromLocalFile("/there/b.xlsx"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/there/c.xlsx", ""))
    QTest.keyClick(page, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    page.show_argument(Path("/there/d.xlsx"))
    page.show_argument("d.xlsx")
    assert page.came == ["a.xlsx", "c.xlsx", "d.xlsx"]


def test_what_is_no_file_is_not_taken(page):
    assert not drop(page, QUrl("https://example.com/a.xlsx"))
    assert not hasattr(page, "came")


def test_while_a_job_runs_no_file_comes(qtbot, page):
    goes_on = threading.Event()
    page.run(
        lambda _seat, _progress: goes_on.wait(), then=lambda _: None, progress=Progress("Stop"),
        begin=Text("Reading sheet"), words=lambda done, total: Text("Reading sheet"), note="",
    )  # fmt: skip
    taken = drop(page, QUrl.fromLocalFile("/there/a.xlsx"))
    page.show_argument(Path("/there/b.xlsx"))
    goes_on.set()
    assert not taken
    settle(qtbot, page.tasks)
    assert not hasattr(page, "came")
    assert drop(page, QUrl.fromLocalFile("/there/a.xlsx"))
