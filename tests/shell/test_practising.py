"""Practice: an invented hall in a database of its own, a frame round its windows, a mark on all that is made in it."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop import __main__ as program
from desktop import sample
from desktop.app import App, open_app
from desktop.billing import service as billing
from desktop.billing.documents.bill import write_bills
from desktop.billing.records import START, BillsPage
from desktop.counter import service as counter
from desktop.counter.documents.receipt import receipt_pdf
from desktop.counter.documents.strip import strip_pdf
from desktop.counter.records import PaymentOrder, TenderKind, TillOrder
from desktop.kernel import database, practice
from desktop.kernel.errors import Refused
from desktop.kernel.files import user_folder
from desktop.kernel.measures import Money
from desktop.kernel.paper import A4, Leaf, Paper, one_paper
from desktop.kernel.sheet import Column, Sheet, csv_rows, write_xlsx
from desktop.kernel.text import LANGUAGES, Text
from desktop.kernel.watermark import mark, mark_everywhere
from desktop.kernel.work import Seat
from desktop.ledger import service as ledger
from desktop.qt import theme
from desktop.qt.page import Question
from desktop.sample.practice import found_practice, open_practice, practice_file
from desktop.shell.practising import PracticeSignIn
from desktop.shell.sign_in import Opened, SignIn
from desktop.shell.window import Window
from tests.command_line import CommandLine
from tests.papers_samples import pdf_pages
from tests.windows import WAIT_MS, settle, shown

EVERY_STEP = 16


@pytest.fixture(scope="module")
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A person's folder with a real hall in it; what is begun in it ends with these tests."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("own")
        patch.setattr("desktop.kernel.files._own_folder", lambda: folder)
        patch.setattr(practice, "_begun", threading.Event())
        patch.setattr("desktop.sample.practice.build", partial(sample.build, accounts=3))
        open_app(str(folder / "servicehall.db")).close()
        yield folder


@pytest.fixture(scope="module")
def opened_files(own_folder: Path) -> Iterator[list[Path]]:
    """Every embedded database that is opened, and how it looked when it was."""
    found = list[Path]()
    plain = database._sqlite_engine
    with pytest.MonkeyPatch.context() as patch:

        def noted(path: Path, wait: float, *, writes: bool = True):
            found.append(path)
            return plain(path, wait, writes=writes)

        patch.setattr(database, "_sqlite_engine", noted)
        yield found


@pytest.fixture(scope="module")
def practised(own_folder: Path, opened_files: list[Path]) -> Iterator[App]:
    """The hall for practice, founded once."""
    made = found_practice()
    assert made is not None
    yield made
    made.close()


@pytest.fixture
def trainee(practised: App) -> Seat:
    return practised.sign_in("zhao", sample.PASSWORD, "3")


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_it_is_founded_whole_or_not_at_all_and_only_once(own_folder: Path, opened_files: list[Path]) -> None:
    real, before = own_folder / "servicehall.db", digest(own_folder / "servicehall.db")
    told = list[tuple[int, int]]()

    def few_steps(done: int, total: int) -> bool:
        told.append((done, total))
        return done < 4

    assert found_practice(few_steps) is None
    assert told[-1] == (4, EVERY_STEP)
    assert open_practice() is None
    assert [file.name for file in practice_file().parent.iterdir()] == []
    first = found_practice()
    assert first is not None
    assert first.verify() == []
    station = first.stations()[0].id
    first.close()
    assert found_practice(few_steps) is None  # what stands stays when the next one is stopped
    again = open_practice()
    assert again is not None
    assert again.stations()[0].id == station
    again.close()
    anew = found_practice()
    assert anew is not None
    assert anew.stations()[0].id != station
    anew.close()
    assert {file.parent for file in opened_files} == {own_folder / practice.FOLDER}
    assert digest(real) == before
    assert sorted(file.name for file in own_folder.iterdir()) == [practice.FOLDER, "servicehall.db"]


def test_a_program_that_practises_opens_no_real_hall_and_has_files_of_its_own(
    practised: App, own_folder: Path
) -> None:
    with pytest.raises(Refused, match="practises"):
        open_app(str(own_folder / "servicehall.db"))
    assert user_folder() == own_folder / practice.FOLDER
    assert practised.intents == user_folder() / "under_way"


def test_who_opens_its_file_or_a_copy_of_it_practises_too(
    practised: App, tmp_path: Path, monkeypatch
) -> None:
    practised.database.merge_log()
    copy = tmp_path / "looks_real.db"
    copy.write_bytes(practice_file().read_bytes())
    monkeypatch.setattr(practice, "_begun", threading.Event())
    assert not mark("en")
    open_app(str(copy)).close()
    assert mark("en") == "PRACTICE"


def test_every_paper_of_it_says_so_on_every_page(trainee: Seat) -> None:
    trainee.do(counter.open_till, TillOrder(Money(0)))
    owed = trainee.ask(billing.bills_of_run, BillsPage("R-HM-2026-000001", START, 1)).bills[0]
    due = trainee.ask(ledger.dues, owed.account_number).total or Money(100)
    order = PaymentOrder(owed.account_number, due, due, TenderKind.CASH)
    receipt = trainee.do(counter.take_payment, order)
    app = trainee.app
    bill = io.BytesIO()
    write_bills(bill, [owed], app.catalog, app.country)
    for paper in (
        receipt_pdf([receipt], app.catalog, app.country),
        receipt_pdf([replace(receipt, language="vi")], app.catalog, app.country),
        strip_pdf([receipt], app.catalog, app.country),
        bill.getvalue(),
    ):
        pages = pdf_pages(paper)
        assert pages
        assert all("练习" in page or "THỰC HÀNH" in page for page in pages)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [A4, (210.0, 148.0), (80.0, 60.0), (80.0, 900.0)])
def test_the_mark_stands_within_any_page_in_the_language_of_the_paper(practised, language, size) -> None:
    def fill(paper: Paper) -> None:
        for _ in range(2):
            leaf: Leaf = paper.leaf()
            leaf.text(10, 10, "1", 9)
            paper.add(leaf)

    pages = pdf_pages(one_paper(fill, "Title", "Author", language, size))
    assert len(pages) == 2
    assert all(mark(language) in page for page in pages)


def test_a_real_paper_and_sheet_have_no_mark(practised, monkeypatch) -> None:
    monkeypatch.setattr(practice, "_begun", threading.Event())
    assert mark_everywhere() == ""
    paper = one_paper(lambda paper: paper.add(paper.leaf()), "Title", "Author", "en", A4)
    assert pdf_pages(paper) == [""]
    raw = openpyxl.load_workbook(io.BytesIO(write_xlsx([Sheet("s", (Column("one"),), [["1"]])])))
    assert raw["s"]["A1"].value == "one"


def test_every_sheet_and_file_of_lines_says_so_first(practised) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(write_xlsx([Sheet(name, (Column("one"),), [["1"]], ("above",)) for name in ("s", "t")]))
    )
    for name in ("s", "t"):
        assert [row[0].value for row in book[name].iter_rows()] == [mark_everywhere(), "above", "one", "1"]
        assert "练习" in book[name].oddHeader.center.text
    assert "PRACTICE" in book.properties.title
    lines = io.BytesIO()
    with csv_rows(lines) as writer:
        writer.writerow(["one"])
    assert lines.getvalue().decode("utf-8-sig").splitlines() == [mark_everywhere(), "one"]


@pytest.mark.parametrize("dark", [False, True])
def test_a_frame_the_word_and_the_title_show_it(qtbot, dressed, workers, trainee, dark) -> None:
    seat = replace(trainee, actor=replace(trainee.actor, language="zh_CN"))
    window = shown(qtbot, Window(seat, workers))
    theme.apply(dressed, dark=dark)
    window.open_page("counter")
    settle(qtbot, workers)
    assert window.windowTitle() == "练习 ServiceHall 和睦营业厅"
    assert window.practice.text == "练习"
    assert window.practice.isVisible()
    for part in (window, window.lock_screen):
        if part is not window:
            window.lock()
        picture = window.grab().toImage()
        warn, right, low = theme.colour("warn").rgb(), picture.width() - 1, picture.height() - 1
        edge = [picture.pixelColor(x, y).rgb() for x in (0, 3, right - 3, right) for y in (0, 300, low)]
        assert set(edge) == {warn}
        inside = [picture.pixelColor(x, y).rgb() for x, y in ((4, 4), (right - 4, low - 4))]
        assert warn not in inside
    theme.apply(dressed, dark=False)


@pytest.fixture
def first(qtbot, practised, workers) -> PracticeSignIn:
    def load(anew, progress):
        return program.load_practice(program.Wish(practice=True), anew, progress)

    made = shown(qtbot, PracticeSignIn("en", load, workers))
    settle(qtbot, workers, lambda: made.stations and made.sample_button.isVisible())
    yield made
    made.opened.app.close()


def test_its_first_window_opens_it_and_enter_signs_in(qtbot, first) -> None:
    assert first.windowTitle() == "Practice ServiceHall"
    assert first.title.text() == "Practise"
    assert "zhao (Supervisor)" in first.people.text()
    assert first.grab().toImage().pixelColor(0, 0).rgb() == theme.colour("warn").rgb()
    with qtbot.waitSignal(first.signed_in, timeout=WAIT_MS) as clerk:
        QTest.keyClick(first.password, Qt.Key.Key_Return)
    assert clerk.args[0].actor.login == "lin"
    assert clerk.args[0].app.database.for_practice


def test_it_begins_anew_only_when_that_is_answered_and_can_be_stopped(
    qtbot, first, workers, monkeypatch
) -> None:
    station = first.stations[0].id
    monkeypatch.setattr(Question, "exec", lambda _: Question.DialogCode.Rejected)
    QTest.keyClick(first, Qt.Key.Key_F9)
    assert first._job is None
    monkeypatch.setattr(Question, "exec", lambda _: Question.DialogCode.Accepted)
    QTest.keyClick(first, Qt.Key.Key_F9)
    assert first.progress.isVisible()
    QTest.keyClick(first, Qt.Key.Key_Escape)
    settle(qtbot, workers, lambda: first._job is None and first.button.isEnabled())
    assert first.stations[0].id == station
    QTest.keyClick(first, Qt.Key.Key_F9)
    settle(qtbot, workers, lambda: first._job is None and first.stations[0].id != station)
    assert first.password.text() == sample.PASSWORD


def test_the_first_window_of_a_real_hall_starts_it_by_a_key(qtbot, dressed, workers, monkeypatch) -> None:
    monkeypatch.setattr(practice, "_begun", threading.Event())
    asked = list[str]()

    def away() -> Opened:
        raise Refused(Text("no connection"))

    def practise(language: str) -> bool:
        asked.append(language)
        return len(asked) == 1

    form = shown(qtbot, SignIn("vi", away, workers, practise))
    settle(qtbot, workers, lambda: form._failed)
    QTest.keyClick(form, Qt.Key.Key_F8)
    assert asked == ["vi"]
    assert form.foot.text() == form.say("Practice opens in a window of its own")
    QTest.keyClick(form, Qt.Key.Key_F8)
    assert "servicehall practice" in form.problem._words.text()


def test_the_command_opens_the_window_and_its_commands_do_not() -> None:
    assert program.wish(["practice"]) == program.Wish(practice=True)
    assert program.wish(["--lang", "vi", "practice"]) == program.Wish(lang="vi", practice=True)
    assert program.wish(["practice", "--db", "a.db"]) is None
    assert program.wish(["practice", "reset"]) is None
    assert program.wish(["practice", "practice"]) is None
    assert program.wish(["--db", "practice"]) == program.Wish(db="practice")


def test_the_command_line_founds_it_and_asks_before_it_is_dropped(practised, capsys) -> None:
    run, station = CommandLine(capsys, None), practised.stations()[0].id
    assert run.json("practice", "found")["database"] == str(practice_file())
    assert "--yes" in run("practice", "reset", code=1).err
    assert practised.stations()[0].id == station
    practised.close()
    assert "password demo" in run("practice", "reset", "--yes").out
    assert practised.stations()[0].id != station
