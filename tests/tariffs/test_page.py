"""The page of price lists: read, tried out, taken in and decided by two people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.app import App
from desktop.kernel.files import resource
from desktop.kernel.text import LANGUAGES
from desktop.kernel.work import Seat
from desktop.qt.basics import Label
from desktop.qt.dial import DayDial, HourBand, day_spans
from desktop.qt.tasks import Tasks
from desktop.tariffs import service as tariffs
from desktop.tariffs.page import TariffsPage
from desktop.tariffs.records import VersionState
from tests.databases_server import SqliteDatabases
from tests.hall import founded, opened, seat_of
from tests.windows import WAIT_MS, dressed, workers

__all__ = ["dressed", "workers"]

HUBEI = resource("tariffs", "cn", "hubei", "agent_two_part_10kv_tou.json")
VERSION = "HB-2P-10-TOU-2601"


@pytest.fixture
def app(sqlite_databases: SqliteDatabases) -> Iterator[App]:
    with opened(sqlite_databases.like(founded)) as app:
        yield app


class Shown:
    """The page in somebody's hands."""

    def __init__(self, qtbot: QtBot, seat: Seat, tasks: Tasks, argument: str = "") -> None:
        self.qtbot, self.tasks = qtbot, tasks
        self.page = TariffsPage(seat, tasks, "Prices")
        qtbot.addWidget(self.page)
        self.page.resize(1290, 652)
        with qtbot.waitExposed(self.page):
            self.page.show()
        self.page.show_argument(argument)
        self.until(lambda: self.page.shown is not None)

    def until(self, ready: object) -> None:
        self.qtbot.waitUntil(lambda: not self.tasks.busy and bool(ready()), timeout=WAIT_MS)

    def words(self, widget: object) -> list[str]:
        return [label.text() for label in widget.findChildren(Label) if label.text()]

    def type(self, name: str, text: str) -> None:
        edit = self.page.cost.form.form.edit(name)
        edit.setFocus()
        self.qtbot.keyClicks(edit, text)

    def press(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(self.page, key)


def test_what_a_bill_would_cost_is_told_while_one_types(app: App, qtbot: QtBot, workers: Tasks) -> None:
    shown = Shown(qtbot, seat_of(app, "clerk"), workers)
    assert "Tier 2 (2,761 to 4,800 kWh)" in shown.words(shown.page.pane)
    shown.type("energy_kwh", "260")
    shown.type("accumulated_kwh", "2680")
    shown.until(
        lambda: (
            "148.88 元" in shown.words(shown.page.cost)
            or "148.88\N{NO-BREAK SPACE}元" in shown.words(shown.page.cost)
        )
    )
    assert "180 kWh from 2,760 to 2,940 kWh of this year × 0.588" in shown.words(shown.page.cost)
    shown.type("months_of_use", "13")
    shown.until(lambda: "Months of use must be 1 to 12" in shown.words(shown.page.cost))


def test_enter_goes_from_a_price_list_to_what_it_would_cost(app: App, qtbot: QtBot, workers: Tasks) -> None:
    seat_of(app, "supervisor").do(tariffs.propose_tariff, HUBEI.read_text("utf-8"))
    shown = Shown(qtbot, seat_of(app, "clerk"), workers)
    page, window = shown.page, shown.page.window()
    page.table.go_to(0)
    first = page.table.current.version
    shown.until(lambda: page.shown.row.version == first)
    page.table.go_to(1)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)  # before the fields of the other version are there
    shown.until(lambda: page.shown.row.version != first)
    assert page.cost.form.isAncestorOf(window.focusWidget())
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert window.focusWidget() is page.table


def test_who_may_only_look_has_no_keys_to_change_prices(app: App, qtbot: QtBot, workers: Tasks) -> None:
    shown = Shown(qtbot, seat_of(app, "clerk"), workers)
    assert {key.press for key in shown.page.keys}.isdisjoint({"Ctrl+I", "F12", "D"})


def test_a_file_is_taken_in_and_approved_by_another(app: App, qtbot: QtBot, workers: Tasks) -> None:
    one = Shown(qtbot, seat_of(app, "supervisor"), workers)
    one.page.take_in([HUBEI])
    one.until(lambda: one.page.table.current is not None and one.page.table.current.version == VERSION)
    one.until(lambda: one.page.shown.row.version == VERSION)
    primary = next(key for key in one.page.keys if key.press == "F12")
    assert not primary.enabled
    other = Shown(qtbot, seat_of(app, "administrator"), workers, VERSION)
    other.until(lambda: other.page.shown.row.version == VERSION)
    assert len(other.page.pane.findChildren(DayDial)) == 2
    other.press(Qt.Key.Key_F12)
    other.until(lambda: other.page.shown.row.state is VersionState.ENDED)
    assert f"{VERSION} is approved" in other.page.banner.title_text


def test_the_page_tells_whose_place_a_version_of_the_same_day_takes(
    app: App, qtbot: QtBot, workers: Tasks, tmp_path: Path
) -> None:
    words = resource("tariffs", "cn", "zhejiang_residential.json").read_text("utf-8")
    right = tmp_path / "right.json"
    right.write_text(words.replace('"ZJ-RES-1"', '"ZJ-RES-RIGHT"').replace('"0.538"', '"0.54"'), "utf-8")
    one = Shown(qtbot, seat_of(app, "supervisor"), workers)
    one.page.take_in([right])
    one.until(lambda: one.page.shown.row.version == "ZJ-RES-RIGHT")
    assert "It is to take the place of ZJ-RES-1 of the same day" in " ".join(one.words(one.page.banner))
    other = Shown(qtbot, seat_of(app, "administrator"), workers, "ZJ-RES-RIGHT")
    other.until(lambda: other.page.shown.row.version == "ZJ-RES-RIGHT")
    assert "In the place of ZJ-RES-1 of the same day" in other.words(other.page.pane)
    other.press(Qt.Key.Key_F12)
    other.until(lambda: other.page.shown.row.state is VersionState.IN_FORCE)
    other.page.show_argument("ZJ-RES-1")
    other.until(lambda: other.page.shown.row.version == "ZJ-RES-1")
    assert "ZJ-RES-RIGHT of the same day took its place" in other.words(other.page.pane)


def test_declining_asks_why(app: App, qtbot: QtBot, workers: Tasks) -> None:
    seat_of(app, "supervisor").do(tariffs.propose_tariff, HUBEI.read_text("utf-8"))
    shown = Shown(qtbot, seat_of(app, "administrator"), workers, VERSION)
    shown.press(Qt.Key.Key_D)
    assert shown.page.question.isVisible()
    qtbot.keyClick(shown.page.question.edit, Qt.Key.Key_Return)
    assert shown.page.shown.row.state is VersionState.WAITING
    qtbot.keyClicks(shown.page.question.edit, "wrong valley price")
    qtbot.keyClick(shown.page.question.edit, Qt.Key.Key_Return)
    shown.until(lambda: shown.page.shown.row.state is VersionState.DECLINED)
    assert "wrong valley price" in shown.words(shown.page.pane)
    assert shown.page.question.isHidden()


def test_the_mistakes_of_a_file_are_told_with_their_places(
    app: App, qtbot: QtBot, workers: Tasks, tmp_path: Path
) -> None:
    shown = Shown(qtbot, seat_of(app, "supervisor"), workers)
    data = json.loads(HUBEI.read_text("utf-8"))
    del data["versions"][0]["notice"]
    data["versions"][0]["components"][1]["prices"]["peak"] = "-1"
    (tmp_path / "wrong.json").write_text(json.dumps(data), "utf-8")
    shown.page.take_in([tmp_path / "wrong.json"])
    shown.until(lambda: "2 mistakes" in shown.page.banner.title_text)
    told = " ".join(shown.words(shown.page.banner))
    assert "versions[0].notice: This value is missing" in told
    (tmp_path / "no.json").write_bytes(b"\xff{")
    shown.page.take_in([tmp_path / "no.json"])
    shown.until(lambda: "1 mistake" in shown.page.banner.title_text)


def test_the_files_that_come_with_the_program_are_read_anew_and_taken_in(
    app: App, qtbot: QtBot, workers: Tasks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file laid beside the others is there at the next look; asked again it tells what changed in it meanwhile."""
    shown = Shown(qtbot, seat_of(app, "supervisor"), workers)
    page = shown.page
    qtbot.keyClick(page, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    shown.until(lambda: page.files.table.rows_model.rows)
    shipped = page.files.table.rows_model.rows
    states = {str(one.path.name): str(one.state(page.files.known).message) for one in shipped}
    assert (states["zhejiang_residential.json"], states[HUBEI.name]) == ("Taken in", "New")
    page.files.show_files(())  # the rows that stand are named within their own folder
    monkeypatch.setattr(page.files, "folder", tmp_path)
    (tmp_path / "hubei").mkdir()
    (tmp_path / "hubei" / "wrong.json").write_text("{", "utf-8")
    page.ask_again()
    shown.until(lambda: [one.path.name for one in page.files.table.rows_model.rows] == ["wrong.json"])
    assert "With mistakes" in page.files.table.rows_model.cell(0, 3).text
    (tmp_path / "hubei" / HUBEI.name).write_text(HUBEI.read_text("utf-8"), "utf-8")
    shown.press(Qt.Key.Key_Escape)
    qtbot.keyClick(page, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    shown.until(lambda: len(page.files.table.rows_model.rows) == 2)
    page.files.table.selectRow(0)
    shown.press(Qt.Key.Key_F12)
    shown.until(lambda: page.views.currentIndex() == 0 and page.shown.row.version == VERSION)
    assert page.shown.row.state is VersionState.WAITING


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_price_is_shown_in_every_language(
    app: App, qtbot: QtBot, workers: Tasks, language: str
) -> None:
    seat = seat_of(app, "supervisor")
    seat.do(tariffs.propose_tariff, HUBEI.read_text("utf-8"))
    spoken = replace(seat, actor=replace(seat.actor, language=language))
    shown = Shown(qtbot, spoken, workers, VERSION)
    shown.page.cost.form.form.edit("basic_basis").show_text("capacity")
    shown.until(shown.page.cost.answer.count)
    for words in (*shown.words(shown.page.pane), *shown.words(shown.page.cost)):
        assert "{" not in words
    assert not shown.page.grab().isNull()


def test_spans_of_a_day_go_on_over_midnight() -> None:
    night, day = HourBand("valley", 1), HourBand("peak", 3)
    spans = day_spans([night] * 8 + [day] * 14 + [night] * 2)
    assert [(span.band.word, span.start, span.length) for span in spans] == [
        ("valley", 22, 10),
        ("peak", 8, 14),
    ]
    assert [(span.start, span.length) for span in day_spans([day] * 24)] == [(0, 24)]
