"""Forms by keys: Enter goes on and books nothing, problems stand beside their fields, what was typed is not lost."""

from __future__ import annotations

import os
import signal
import time
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop.app import COUNTRIES, open_app
from desktop.kernel.errors import Problem
from desktop.kernel.text import Text, catalog
from desktop.qt import drafts, theme
from desktop.qt.buttons import Button
from desktop.qt.fields import ChoiceField, DateField, FormatField, ReadField, TextField
from desktop.qt.form import Form, FormRows, RowColumn
from desktop.qt.page import Question
from desktop.qt.tasks import Tasks
from desktop.staff.records import UnfinishedForm
from tests import hall as halls
from tests import windows
from tests.kernel.faults import aside
from tests.windows import commit, settle

TODAY = date(2026, 2, 5)
PHONE = COUNTRIES["cn"].identifiers["phone"]


class Window(QWidget):
    """A form as a page makes it."""

    def __init__(self, language: str = "en") -> None:
        super().__init__()
        say = catalog(language)
        self.pressed = 0
        self.primary = Button("Save", "F12", kind="primary")
        self.primary.clicked.connect(self._press)
        self.form = Form(self, say, self.primary)
        column = QVBoxLayout(self)
        column.addWidget(self.form.offer)
        self.name, self.phone = TextField(), FormatField(PHONE)
        self.read, self.day, self.kind = (
            ReadField(say, 6),
            DateField(say, TODAY),
            ChoiceField([("A", "a"), ("B", "b")]),
        )
        self.fields = {
            "name": self.form.field("name", "Name", self.name, required=True),
            "phone": self.form.field("phone", "Phone", self.phone),
            "kind": self.form.field("kind", "Kind", self.kind),
            "read": self.form.field("read", "Read", self.read, judge=self._judge),
            "day": self.form.field("day", "Day", self.day, required=True),
        }
        for field in self.fields.values():
            column.addWidget(field)
        columns = (RowColumn("code", "Code", TextField), RowColumn("name", "Name", TextField, 2))
        self.rows = self.form.rows(FormRows(self.form, say, "stations", columns))
        column.addWidget(self.rows)
        column.addWidget(self.primary)

    @staticmethod
    def _judge(read) -> Text | None:
        return Text("This is no number") if read.raw == 13_000 else None

    def _press(self) -> None:
        self.pressed += 1

    def problem(self, name: str) -> str:
        return self.form.edit(name).accessibleDescription()


@pytest.fixture
def page(qtbot, dressed) -> Window:
    made = windows.shown(qtbot, Window())
    made.form.begin()
    return made


def enter(page: Window) -> None:
    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Return)


def test_enter_goes_through_all_fields_and_stops_at_the_primary_button(page):
    order = []
    for _ in range(9):
        order.append(page.focusWidget())
        enter(page)
    rows = [page.form.edit(f"stations[0].{name}") for name in ("code", "name")]
    assert order[:8] == [page.name, page.phone, page.kind, page.read, page.day, *rows, page.primary]
    assert order[8] is page.primary
    assert page.pressed == 0


def test_a_form_is_handed_over_when_everything_is_right(page):
    for typed in ("  Chen Yulan ", "13957162615"):
        QTest.keyClicks(page.focusWidget(), typed)
        enter(page)
    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Down)
    enter(page)
    commit(page.focusWidget(), "４８０６７")
    enter(page)
    QTest.keyClicks(page.focusWidget(), "2026-02-06")
    enter(page)
    QTest.keyClicks(page.focusWidget(), "1")
    enter(page)
    QTest.keyClicks(page.focusWidget(), "Counter")
    enter(page)
    assert page.focusWidget() is page.primary
    assert page.form.submit() == {
        "name": "Chen Yulan", "phone": "13957162615", "kind": "b", "read": page.read.value(),
        "day": date(2026, 2, 6), "stations": [{"code": "1", "name": "Counter"}],
    }  # fmt: skip


def test_problems_are_told_on_leaving_and_the_focus_moves_only_when_handed_over(page):
    enter(page)
    assert page.problem("name") == ""  # nothing typed is told only on handing over
    QTest.keyClicks(page.phone, "139")
    page.phone.setText("1395716")
    enter(page)
    assert page.problem("phone") == "A mobile number has 11 digits, this one has 7"
    assert page.focusWidget() is page.kind
    assert page.phone.text() == "1395716"
    assert page.form.submit() is None
    assert page.focusWidget() is page.name
    assert [page.problem(name) for name in ("name", "day", "stations[0].code")] == ["Fill this in"] * 3
    QTest.keyClicks(page.name, "x")
    assert page.problem("name") == ""
    page.read.show_text("13")
    assert page.form.submit() is None
    assert page.problem("read") == "This is no number"


def test_problems_of_a_service_stand_beside_the_fields_they_name(page):
    found = [
        Problem(Text("Two have the same one"), Text("Give each one of its own"), "stations[0].code"),
        Problem(Text("This is no date"), Text("Add it"), "elsewhere"),
    ]
    assert page.form.show_problems(found) == found[1:]
    assert page.problem("stations[0].code") == "Two have the same one. Give each one of its own"
    assert page.focusWidget() is page.form.edit("stations[0].code")


def test_nothing_is_judged_and_enter_does_not_go_on_while_an_input_method_composes(page):
    page.phone.setFocus()
    QApplication.sendEvent(page.phone, QInputMethodEvent("yi san", []))
    enter(page)
    assert page.focusWidget() is page.phone
    assert page.problem("phone") == ""


def test_rows_are_added_and_taken_away(page):
    for code in ("1", "2", "3"):
        page.rows.go_to_last()
        QTest.keyClicks(page.focusWidget(), code)
        enter(page)
        QTest.keyClicks(page.focusWidget(), f"Counter {code}")
        page.rows.add_row()
    assert [row["code"] for row in page.form.values()["stations"]] == ["1", "2", "3"]
    page.form.edit("stations[1].name").setFocus()
    assert page.rows.remove_row()
    assert [row["code"] for row in page.form.values()["stations"]] == ["1", "3"]
    page.name.setFocus()
    assert not page.rows.remove_row()
    page.form.edit("stations[2].name").show_text("no code")
    page.form.submit()
    assert page.problem("stations[2].code") == "Fill this in"


@pytest.mark.parametrize(
    ("answer", "left"), [(Qt.Key.Key_Return, False), (Qt.Key.Key_Escape, False), (None, True)]
)
def test_what_was_typed_is_not_thrown_away_without_asking(page, monkeypatch, answer, left):
    assert page.form.may_leave()
    QTest.keyClicks(page.name, "x")

    def exec_(question):
        if answer is None:
            question.unsafe.click()
        else:
            QTest.keyClick(question, answer)
        return question.result()

    monkeypatch.setattr(Question, "exec", exec_)
    assert page.form.may_leave() is left
    assert page.form.may_leave() is left or page.name.text() == "x"


class Book:
    """Drafts in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, drafts.Draft] = {}

    def keep(self, form, content):
        at = datetime(2026, 2, 5, 14, 5, tzinfo=COUNTRIES["cn"].zone)
        self.kept[form] = UnfinishedForm(at, content)
        return at

    def found(self, form):
        return self.kept.get(form)

    def drop(self, form):
        self.kept.pop(form, None)


@pytest.fixture
def quickly(monkeypatch):
    monkeypatch.setattr(drafts, "KEPT_EVERY_MS", 1)


@pytest.fixture
def second(qtbot, dressed, workers, quickly):
    """Two openings of the same form, one after the other, and the book between them."""
    book = Book()

    def open_() -> Window:
        made = windows.shown(qtbot, Window())
        made.form.keep_drafts(book, "connect", workers)
        settle(qtbot, workers)
        return made

    return book, open_


def test_a_draft_is_kept_while_typing_and_offered_at_the_next_opening(qtbot, workers, second):
    book, open_ = second
    first = open_()
    QTest.keyClicks(first.name, "Chen")
    first.rows.add_row()
    first.form.edit("stations[1].code").show_text("7")
    settle(
        qtbot, workers, lambda: '"stations[1].code": "7"' in getattr(book.kept.get("connect"), "content", "")
    )
    first.close()
    again = open_()
    assert again.form.offer.isVisible()
    assert again.form.offer.go_on.text() == "Go on with what you typed at 14:05"
    assert again.focusWidget() is again.form.offer.go_on
    QTest.keyClick(again.focusWidget(), Qt.Key.Key_Return)
    assert again.name.text() == "Chen"
    assert again.form.edit("stations[1].code").text() == "7"
    assert again.form.dirty
    again.form.done()
    settle(qtbot, workers, lambda: not book.kept)


def test_a_draft_can_be_discarded(qtbot, workers, second):
    book, open_ = second
    book.keep("connect", '{"name": "Chen"}')
    again = open_()
    again.form.offer.discard.setFocus()
    QTest.keyClick(again.focusWidget(), Qt.Key.Key_Return)
    settle(qtbot, workers, lambda: not book.kept)
    assert again.name.text() == ""
    assert not again.form.offer.isVisible()


def test_secrets_are_not_kept_and_the_key_keeps_at_once(qtbot, workers, second):
    book, open_ = second
    page = open_()
    secret = TextField(secret=True)
    page.layout().addWidget(page.form.field("password", "Password", secret))
    QTest.keyClicks(secret, "hidden")
    (key,) = page.form.keys
    assert key.press == "Ctrl+S"
    key.act()
    settle(qtbot, workers, lambda: book.kept)
    assert "hidden" not in book.kept["connect"].content


def type_and_die(url: str, marker: Path) -> None:
    """A program in which somebody types into a form, killed after the draft was kept."""
    app = open_app(url, halls.TODAY)
    application = theme.application()
    theme.apply(application, dark=False)
    drafts.KEPT_EVERY_MS = 1
    tasks, page = Tasks(), Window()
    page.form.keep_drafts(app.drafts(app.sign_in("cashier", halls.PASSWORD).actor), "connect", tasks)
    page.form.draft_kept.connect(lambda _: os.kill(os.getpid(), signal.SIGKILL))
    page.name.setText("Chen Yulan")
    marker.write_text("typed")
    until = time.monotonic() + 60
    while time.monotonic() < until:
        application.processEvents()


def test_what_was_typed_survives_the_kill_of_the_program(qtbot, workers, sqlite_databases, tmp_path):
    url = sqlite_databases.like(halls.small_hall)
    assert aside(type_and_die, url, tmp_path / "marker") == -signal.SIGKILL
    assert (tmp_path / "marker").exists()
    with halls.opened(url) as app:
        seat = app.sign_in("cashier", halls.PASSWORD, "2")
        page = windows.shown(qtbot, Window("zh_CN"))
        page.form.keep_drafts(app.drafts(seat.actor), "connect", workers)
        settle(qtbot, workers, page.form.offer.isVisible)
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Return)
        assert page.name.text() == "Chen Yulan"
        other = windows.shown(qtbot, Window())
        other.form.keep_drafts(app.drafts(app.sign_in("clerk", halls.PASSWORD).actor), "connect", workers)
        settle(qtbot, workers)
        assert not other.form.offer.isVisible()
    sqlite_databases.drop(url)
