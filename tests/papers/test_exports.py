"""Persons leave the house for a reason, within a limit, and never unseen."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from desktop.app import App
from desktop.desk import service as desk
from desktop.desk.documents import ACCOUNTS, account_columns
from desktop.kernel.errors import NotPermitted, Refused
from desktop.kernel.export import Gate, export_listing, export_xlsx, take_out
from desktop.kernel.listing import Leaving, Listing, PageOrder
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat, go_on
from desktop.papers import service as papers
from desktop.papers.records import LIMIT, LimitOrder
from tests import hall as halls
from tests.databases_server import Databases
from tests.rows import raw

SAY = catalog("en")
WHY = "Letters to all"


def leaving(persons: int = 3, reason: str = WHY) -> Leaving:
    return Leaving("Accounts", reason, persons, sha256="0" * 64)


def exported(seat: Seat, out: Path, reason: str = WHY) -> int | None:
    say = seat.app.catalog("en")
    return export_listing(
        seat, out, "Accounts", account_columns(say, seat.app.country), desk.accounts, desk.accounts_extent,
        Listing(), go_on, Gate(seat, Leaving(ACCOUNTS.message, reason), say),
    )  # fmt: skip


@pytest.fixture
def clerk(small: Seat) -> Seat:
    """Somebody who may export, with nothing taken out yet."""
    return halls.seat_of(small.app, "clerk")


def test_the_record_tells_who_when_what_how_many_and_why(clerk: Seat, tmp_path: Path) -> None:
    out = tmp_path / "accounts.xlsx"
    assert exported(clerk, out, f"  {WHY}  ") == 3
    newest = halls.seat_of(clerk.app, "supervisor").ask(papers.exports, PageOrder())[0]
    assert (newest.by, newest.exported_at.date()) == ("Clerk", halls.TODAY)
    assert (SAY(newest.list), newest.persons, newest.reason) == ("Accounts", 3, WHY)
    assert newest.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()
    assert newest.number == "E-hall-2026-000004", "gapless, after the three of the hall"


def test_the_file_says_who_took_it_and_why(clerk: Seat, tmp_path: Path) -> None:
    out = tmp_path / "accounts.xlsx"
    exported(clerk, out)
    book = openpyxl.load_workbook(out)
    mark = book.active["A1"].value
    assert mark.startswith("Personal data. Exported by Clerk on 5 Feb 2026")
    assert mark.endswith(f": {WHY}")
    assert (book.properties.creator, book.properties.description) == ("Clerk", mark)
    titles, *rows = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()[1:]
    assert titles[:2] == ["Account", "Customer"]
    assert [row[0] for row in rows] == list(halls.SMALL)


@pytest.mark.parametrize("reason", ["", "   ", "abc", "x" * 201])
def test_without_a_reason_nothing_leaves(clerk: Seat, tmp_path: Path, reason: str) -> None:
    before = clerk.ask(papers.allowance)
    with pytest.raises(Refused, match="Say why"):
        exported(clerk, tmp_path / "accounts.xlsx", reason)
    assert list(tmp_path.iterdir()) == []
    assert clerk.ask(papers.allowance) == before


def test_who_may_not_takes_nothing_out(small: Seat, tmp_path: Path) -> None:
    for role in ("cashier", "representative", "reader", "inspector", "head_cashier", "metering"):
        somebody = halls.seat_of(small.app, role)
        with pytest.raises(NotPermitted):
            exported(somebody, tmp_path / "accounts.xlsx")
        with pytest.raises(NotPermitted):
            somebody.ask(papers.exports, PageOrder())
    assert not (tmp_path / "accounts.xlsx").exists()


def test_beyond_the_limit_of_the_day_nothing_leaves_and_it_says_what_remains(
    clerk: Seat, tmp_path: Path
) -> None:
    administrator = halls.seat_of(clerk.app, "administrator")
    administrator.do(papers.set_export_limit, LimitOrder(5))
    exported(clerk, tmp_path / "a.xlsx")
    with pytest.raises(Refused) as refused:
        exported(clerk, tmp_path / "b.xlsx")
    assert SAY(refused.value.text).startswith("This list has 3 persons, and 2 of 5 are left to you today.")
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]
    assert halls.seat_of(clerk.app, "supervisor").ask(papers.allowance).left == 5, "each person has a limit"
    tomorrow = App(clerk.app.database, clerk.app.country, halls.TODAY + timedelta(1), None)
    assert halls.seat_of(tomorrow, "clerk").ask(papers.allowance).left == 5, "tomorrow it begins anew"


def test_a_limit_is_five_thousand_until_somebody_sets_another(databases: Databases) -> None:
    with halls.opened(databases.like(halls.connected_hall)) as app:
        assert halls.seat_of(app, "clerk").ask(papers.allowance).limit == LIMIT == 5_000
        for role in ("clerk", "supervisor"):
            with pytest.raises(NotPermitted):
                halls.seat_of(app, role).do(papers.set_export_limit, LimitOrder(9))
        with pytest.raises(Refused):
            app.command_line("1").do(papers.set_export_limit, LimitOrder(-1))


def test_two_exports_at_once_do_not_pass_the_limit_together(clerk: Seat) -> None:
    halls.seat_of(clerk.app, "administrator").do(papers.set_export_limit, LimitOrder(5))
    here, there = clerk, halls.seat_of(clerk.app, "clerk", "2")
    answers = halls.together(
        [lambda who=who: who.do(papers.export_persons, leaving()) for who in (here, there)]
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 1, answers
    assert clerk.ask(papers.allowance).exported == 3


def test_a_file_that_cannot_be_entered_does_not_appear(clerk: Seat, tmp_path: Path) -> None:
    """The limit is lowered while the file is being written."""
    administrator, out = halls.seat_of(clerk.app, "administrator"), tmp_path / "a.xlsx"

    def lower(_done: int, _total: int) -> bool:
        administrator.do(papers.set_export_limit, LimitOrder(0))
        return True

    say = clerk.app.catalog("en")
    columns = account_columns(say, clerk.app.country)
    rows = clerk.ask(desk.accounts, PageOrder())
    with pytest.raises(Refused):
        export_xlsx(out, "Accounts", columns, rows, 3, lower, Gate(clerk, leaving(), say))
    assert list(tmp_path.iterdir()) == []


def test_a_finished_file_leaves_the_same_way(clerk: Seat, tmp_path: Path) -> None:
    out = tmp_path / "a.bin"
    take_out(out, b"all of it", 2, Gate(clerk, Leaving("Accounts", WHY, part="R-1"), SAY))
    newest = halls.seat_of(clerk.app, "supervisor").ask(papers.exports, PageOrder())[0]
    assert (newest.part, newest.persons) == ("R-1", 2)
    assert newest.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()


def test_the_list_of_exports_is_read_in_pages(small: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.papers.service.leaving.PAGE_ROWS", 2)
    for _ in range(3):
        small.do(papers.export_persons, leaving())
    extent = small.ask(papers.exports_extent, Listing())
    assert (extent.total, extent.pages) == (6, 3)
    pages = [small.ask(papers.exports, extent.order(Listing(), at)) for at in range(extent.pages)]
    assert [len(page) for page in pages] == [2, 2, 2]
    numbers = [row.number for page in pages for row in page]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 6


def test_an_export_taken_out_of_the_list_is_found(small: Seat, small_hall: str) -> None:
    small.do(papers.export_persons, leaving())
    assert small.app.verify() == []
    with raw(small_hall) as rows:
        rows.unguard()
        rows("DELETE FROM papers_export WHERE running = 1")
    assert {finding.invariant for finding in small.app.verify()} >= {"I17", "I21"}
