"""Statement of account, proofs and usage: what they tell, by operation, command and keys."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.counter import service as counter
from desktop.counter.records import TakeBackOrder
from desktop.desk import service as desk
from desktop.desk.documents.papers import account_paper_pdf
from desktop.desk.page.papers import PapersSheet
from desktop.desk.page.printing import ways
from desktop.desk.records.papers import AccountPaper, PaperKind, PaperOrder, PaperQuery
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat
from desktop.ledger import service as ledger
from desktop.papers.records import PrintsQuery, PrintState
from desktop.papers.service import prints
from desktop.papers.tables import PrintJob
from desktop.shell.window import Window
from tests.command_line import CommandLine
from tests.hall import SMALL, TODAY, account_number, app_of, filed, opened, pay, yuan
from tests.papers_samples import outside, overlapping, pdf_pages
from tests.windows import owing, settle


def written(seat: Seat, number: str, kind: PaperKind, first: date = date(2026, 1, 1)) -> AccountPaper:
    return seat.do(desk.issue_paper, PaperOrder(number, kind, first, TODAY))


def words(seat: Seat, paper: AccountPaper) -> str:
    app = seat.app
    pdf = account_paper_pdf(paper, app.catalog, app.country, app.picture)
    assert not outside(pdf, 18, 192)
    assert not overlapping(pdf)
    return " ".join(" ".join(page.split()) for page in pdf_pages(pdf))


def test_a_statement_adds_up_to_what_is_owed(small: Seat) -> None:
    taken = pay(small, SMALL[1], yuan("3.00"))
    pay(small, SMALL[1], yuan("2.00"))
    small.do(counter.reverse_payment, TakeBackOrder(taken.number, "the wrong one"))
    for number in SMALL:
        paper = written(small, number, PaperKind.STATEMENT)
        dues = small.ask(ledger.dues, number)
        assert paper.closing == dues.principal - dues.credit
        moved = Money.total([line.charged - line.paid for line in paper.lines])
        assert paper.opening + moved == paper.closing
        half = written(small, number, PaperKind.STATEMENT, TODAY)
        assert half.closing == paper.closing
    paper = written(small, SMALL[1], PaperKind.STATEMENT)
    assert [line.paper for line in paper.lines].count(taken.number) == 2, "paid, and taken back"
    text = words(small, paper)
    assert all(part in text for part in (paper.number, taken.number, "Statement of account", "Customer 2"))
    assert app_of(small).verify() == []


def test_a_statement_of_a_time_that_is_past_ends_with_what_was_owed_then(small_hall: str) -> None:
    """Whatever was booked since is not in it; two that follow each other meet."""
    with opened(small_hall) as app:
        before = app.command_line("1").ask(ledger.dues, SMALL[1])
        pay(app.command_line("1"), SMALL[1], yuan("3.00"))
    with opened(small_hall, TODAY + timedelta(days=9)) as app:
        seat = app.command_line("1")
        pay(seat, SMALL[1], yuan("2.00"))
        day = TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=9)
        start = date(2025, 1, 1)
        old, of_day, whole = (
            seat.do(desk.issue_paper, PaperOrder(SMALL[1], PaperKind.STATEMENT, first, last))
            for first, last in ((start, day[0]), (day[1], day[1]), (start, day[2]))
        )
        assert old.closing == of_day.opening
        assert of_day.closing == before.principal - before.credit - yuan("3.00")
        assert whole.closing == of_day.closing - yuan("2.00")
        assert len(whole.lines) == len(old.lines) + len(of_day.lines) + 1
        late = seat.do(desk.issue_paper, PaperOrder(SMALL[1], PaperKind.PAYMENTS, day[1], day[1]))
        assert yuan("2.00") not in [line.paid for line in late.lines]
        assert yuan("3.00") in [line.paid for line in late.lines]


def test_only_payments_that_stand_are_proven(small: Seat) -> None:
    one, other = pay(small, SMALL[1], yuan("3.00")), pay(small, SMALL[1], yuan("2.00"))
    small.do(counter.reverse_payment, TakeBackOrder(one.number, "the wrong one"))
    paper = written(small, SMALL[1], PaperKind.PAYMENTS)
    numbers = [line.paper for line in paper.lines]
    assert other.number in numbers
    assert one.number not in numbers
    assert other.number in words(small, paper)


def test_no_debt_is_proven_only_where_nothing_is_owed(small: Seat) -> None:
    with pytest.raises(Refused, match="no proof of no debt"):
        written(small, SMALL[2], PaperKind.NO_DEBT)
    assert "nothing is owed" in words(small, written(small, SMALL[0], PaperKind.NO_DEBT))


def test_usage_is_listed_by_bills_that_stand(small: Seat) -> None:
    paper = written(small, SMALL[0], PaperKind.USAGE)
    standing = [bill for bill in small.ask(desk.account_card, SMALL[0]).bills if bill.reversed_on is None]
    assert {line.paper for line in paper.lines} == {bill.number for bill in standing}
    assert all(line.paper in words(small, paper) for line in paper.lines)


def test_papers_are_numbered_kept_and_printed_again_as_copies(small: Seat) -> None:
    paper = written(small, SMALL[0], PaperKind.USAGE)
    assert small.do(desk.reprint_paper, PaperQuery(paper.number)).copy == 0, "nobody printed it"
    filed(small, paper.kind.value, paper.number)
    copy = small.do(desk.reprint_paper, PaperQuery(paper.number))
    assert (copy.number, copy.copy) == (paper.number, 1)
    assert "COPY 1" in words(small, copy)
    assert small.ask(desk.papers_of, SMALL[0])[0].number == paper.number
    with pytest.raises(Refused, match="No paper"):
        small.do(desk.reprint_paper, PaperQuery("P-1"))
    late = PaperOrder(SMALL[0], PaperKind.USAGE, TODAY, TODAY + timedelta(days=1))
    for order, told in (
        (late, "at the latest"),
        (PaperOrder(SMALL[0], PaperKind.USAGE, TODAY, date(2026, 1, 1)), "ends before"),
    ):
        with pytest.raises(Refused, match=told):
            small.do(desk.issue_paper, order)


def test_papers_by_command(billed_hall: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, out, number = CommandLine(capsys, billed_hall), tmp_path / "paper.pdf", account_number(9)
    made = run.json("accounts", "paper", number, "statement", "--from", "2025-12-01", "--out", str(out))
    assert out.read_bytes().startswith(b"%PDF")
    assert made["number"] in run("accounts", "papers", number).out
    assert run.json("accounts", "reprint", made["number"], "--out", str(out))["copy"] == 1
    usage = run.json("accounts", "paper", number, "usage", "--out", str(out))
    last = date.fromisoformat(usage["last"])
    assert usage["first"] == f"{last.replace(year=last.year - 1, day=1)}", "a year's bills"
    assert "no proof of no debt" in run("accounts", "paper", number, "no_debt", "--out", str(out), code=1).err


@pytest.mark.usefixtures("dressed")
def test_a_paper_is_written_from_the_card_by_keys(qtbot: QtBot, window: Window, clerk: Seat) -> None:
    number = owing(clerk)[0].number
    page = window.open_page("customers", number)
    settle(qtbot, window.tasks, lambda: page.card is not None)
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    (sheet,) = window.findChildren(PapersSheet)
    window.resize(853, 480)
    assert window.rect().contains(sheet.geometry()), "in a small window too"
    for key, steps in ((Qt.Key.Key_Down, 2), (Qt.Key.Key_Up, 2)):  # the kind has the focus, there and back
        for _ in range(steps):
            QTest.keyClick(QApplication.focusWidget(), key)
        assert sheet.days.isEnabled() == (key == Qt.Key.Key_Up), "that nothing is owed is told of today"
    sheet.kind.show_text(PaperKind.USAGE.value)
    assert sheet.first.value() == date(2025, 2, 1), "bills of a year"
    sheet.kind.show_text(PaperKind.STATEMENT.value)
    assert sheet.first.value() == date(2026, 1, 1)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F12)
    settle(qtbot, window.tasks, lambda: page.account.paper.paper is not None)
    assert page.account.paper.shown_kind == PaperKind.STATEMENT.value, "its printer is not that of bills"
    (row,) = clerk.ask(desk.papers_of, number)
    assert row.kind == PaperKind.STATEMENT.value
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    sheet = window.findChildren(PapersSheet)[-1]
    settle(qtbot, window.tasks, lambda: sheet.before.current is not None)
    QTest.keyClick(sheet, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window.tasks, lambda: len(clerk.ask(prints, PrintsQuery(number=row.number))) == 2)
    states = [one.state for one in clerk.ask(prints, PrintsQuery(number=row.number))]
    assert states == [PrintState.CONFIRMED, PrintState.SENT], "the copy followed the original"


def test_any_paper_is_printed_again_by_its_number(small: Seat) -> None:
    """Whatever a hall has handed out: each kind once more from the print journal, with its number on it."""
    for kind in PaperKind:
        written(small, SMALL[0], kind)
    bill = small.ask(desk.account_card, SMALL[0]).bills[0].number
    with small.app.database.read() as session:
        asked = sa.select(PrintJob.kind, sa.func.max(PrintJob.number)).group_by(PrintJob.kind)
        handed_out = dict(session.execute(asked).all()) | {"bill": bill}
    again = ways(small)
    elsewhere = {"collective", "explanation", "instalment"}
    assert set(handed_out) == set(again) - elsewhere, (
        "the hall has one of each, but for those tested where they are"
    )
    for kind, number in handed_out.items():
        way = again[kind].again
        assert way is not None, kind
        assert number in "".join(pdf_pages(way(number).path.read_bytes())), kind
