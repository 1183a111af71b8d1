"""Routes: how far reading is, stops that move and move back, files for readers that are entered into the book."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from desktop.contracts.service import reading_round
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.listing import PageOrder
from desktop.kernel.measures import Reading
from desktop.kernel.period import Period
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.metering.documents import route_list_pdf
from desktop.metering.records import (
    AskedRead,
    HandRead,
    ReadReason,
    RegisterCode,
    Round,
    RoundOrder,
    RouteOrder,
    RouteQuery,
    RouteRename,
    Stop,
    StopMove,
)
from desktop.papers import service as papers
from desktop.sample import january_reads
from tests import hall as halls
from tests.papers_samples import overlapping, pdf_codes, pdf_pages

JANUARY = Period.month("2026-01")
SAY = catalog("en")


def walked(seat: Seat, code: str = "0412") -> tuple[Stop, ...]:
    return seat.ask(reading_round, RouteQuery(code, JANUARY)).stops


def accounts(seat: Seat, code: str = "0412") -> list[str]:
    return [stop.account_number for stop in walked(seat, code)]


def test_a_round_tells_who_lives_there_what_was_read_and_what_to_know(seat: Seat) -> None:
    halls.note_and_look(seat, halls.account_number(1))
    first, second = walked(seat)[:2]
    assert (first.place, first.account_number) == (1, halls.account_number(1))
    assert first.customer_name
    assert "街道" in first.address
    (register,) = first.registers
    assert (register.last_on.isoformat(), register.read_on) == ("2025-12-31", None)
    assert register.last < register.least < register.most, "a year of reads tells what is expected"
    assert register.most.decimal == register.most.decimal.to_integral_value(), "whole units are enough"
    assert first.alerts == (), "a settled alert is none any more"
    party = halls.party_of(seat, second.account_number)
    seat.do(halls.parties.add_note, halls.NoteOrder(party, "Dog in the yard", alert=True))
    assert walked(seat)[1].alerts == ("Dog in the yard",)


def test_routes_tell_how_far_they_are_and_when_they_went_out(seat: Seat, tmp_path: Path) -> None:
    before = seat.ask(metering.routes, JANUARY)
    assert [(row.code, row.places, row.read, row.left, row.exported_at) for row in before] == [
        ("0412", 25, 0, 25, None),
        ("0413", 25, 0, 25, None),
    ]
    metering.export_rounds(seat, tmp_path / "a.xlsx", RoundOrder(("0412",), JANUARY), reading_round, SAY)
    metering.import_sheet(seat, halls.january_sheet(tmp_path, january_reads()[:10]))
    one, other = seat.ask(metering.routes, JANUARY)
    assert (one.read, one.left, other.exported_at) == (10, 15, None)
    assert one.exported_at.date() == halls.TODAY
    assert [stop.read_on for stop in walked(seat)[9:11]] == [JANUARY.last, None]


def test_a_doubtful_read_waits_on_its_route(seat: Seat, tmp_path: Path) -> None:
    reads = january_reads()
    high = replace(reads[2], value=reads[2].value + Reading.of(5_000))
    metering.import_sheet(seat, halls.january_sheet(tmp_path, [*reads[:2], high]))
    one, other = seat.ask(metering.routes, JANUARY)
    assert (one.read, one.doubtful, other.doubtful) == (2, 1, 0)
    assert [stop.registers[0].waits for stop in walked(seat)[:4]] == [False, False, True, False]
    halls.ask_for_re_reads(seat)
    assert [stop.asked_on for stop in walked(seat)[:4]] == [None, None, halls.TODAY, None]
    sheet, list_ = tmp_path / "again.xlsx", tmp_path / "again.pdf"
    order = RoundOrder(("0412",), JANUARY, unread=True)
    metering.export_rounds(seat, sheet, order, reading_round, SAY)
    metering.export_lists(seat, list_, order, reading_round, SAY)
    again = "A re-read is asked for since 5 Feb 2026"
    rows = openpyxl.load_workbook(sheet).active.iter_rows(values_only=True)
    assert reads[2].account_number in {row[1] for row in rows if again in row}
    assert again in "".join(pdf_pages(list_.read_bytes()))


def test_a_re_read_a_customer_asks_for_waits_on_its_route_until_it_is_read(seat: Seat) -> None:
    number = accounts(seat)[1]
    assert seat.do(metering.ask_read, AskedRead(number)) == 1
    assert [stop.asked_on for stop in walked(seat)[:3]] == [None, halls.TODAY, None]
    (row,) = seat.ask(metering.read_requests)
    assert (row.account_number, row.why.message) == (number, "The customer asked for it")
    with pytest.raises(Refused, match="asked for already"):
        seat.do(metering.ask_read, AskedRead(number))
    with pytest.raises(NotFound):
        seat.do(metering.ask_read, AskedRead("330199999999"))
    last = walked(seat)[1].registers[0].last
    for day, reason in ((JANUARY.last, ReadReason.PERIODIC), (halls.TODAY, ReadReason.CHECK)):
        assert len(seat.ask(metering.read_requests)) == 1, "one of a day before was no answer"
        seat.do(metering.record_read, HandRead(number, last + Reading.of(300), day, reason=reason))
    assert seat.ask(metering.read_requests) == ()
    seat.do(metering.ask_read, AskedRead(number))
    seat.do(metering.record_read, HandRead(number, last + Reading.of(301), halls.TODAY))
    assert seat.ask(metering.read_requests) == ()
    assert halls.app_of(seat).verify() == []


def test_a_sheet_of_a_real_route_is_filled_in_and_taken(seat: Seat, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    written = metering.export_rounds(seat, out, RoundOrder(("0412", "0413"), JANUARY), reading_round, SAY)
    assert (written.routes, written.stops, written.registers) == (2, 50, 52)
    book, reads = openpyxl.load_workbook(out), iter(january_reads())
    for page in book.worksheets:
        at = {cell.value: cell.column for cell in page[4]}
        for row in range(5, page.max_row + 1):
            if page.cell(row, at["Register"]).value != SAY(RegisterCode.ACTIVE.text):
                _share_of_the_total(page, row, at)
                continue
            read = next(reads)
            assert page.cell(row, at["Account number"]).value == read.account_number
            page.cell(row, at["Current reading"]).value = read.value.decimal
            page.cell(row, at["Read on"]).value = read.read_on
    book.save(out)
    taken = metering.import_sheet(seat, out)
    assert (taken.rows, taken.stored, taken.problems) == (52, 52, ())
    assert all(row.left == 0 for row in seat.ask(metering.routes, JANUARY))
    order = RoundOrder(("0412",), JANUARY, unread=True)
    with pytest.raises(Refused, match="nothing to read"):
        metering.export_rounds(seat, tmp_path / "rest.xlsx", order, reading_round, SAY)
    assert not (tmp_path / "rest.xlsx").exists()


def _share_of_the_total(page: Worksheet, row: int, at: dict[object, int]) -> None:
    """A band counted half of what the total above it did."""
    total = next(
        above
        for above in range(row, 4, -1)
        if page.cell(above, at["Register"]).value == SAY(RegisterCode.ACTIVE.text)
    )
    counted = page.cell(total, at["Current reading"]).value - page.cell(total, at["Last reading"]).value
    page.cell(row, at["Current reading"]).value = page.cell(row, at["Last reading"]).value + counted / 2
    page.cell(row, at["Read on"]).value = page.cell(total, at["Read on"]).value


def test_every_file_for_readers_stands_in_the_list_of_exports(seat: Seat, tmp_path: Path) -> None:
    order = RoundOrder(("0412", "0413"), JANUARY)
    sheets = metering.export_rounds(seat, tmp_path, order, reading_round, SAY)
    lists = metering.export_lists(seat, tmp_path / "both.pdf", order, reading_round, SAY)
    assert [path.name for path in (*sheets.files, *lists.files)] == ["0412.xlsx", "0413.xlsx", "both.pdf"]
    rows = seat.ask(papers.exports, PageOrder())[::-1]
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (*sheets.files, *lists.files)]
    assert [(SAY(row.list), row.part, row.persons, row.sha256) for row in rows] == [
        ("Reading sheet", "0412 2026-01", 25, digests[0]),
        ("Reading sheet", "0413 2026-01", 25, digests[1]),
        ("Route list", "0412 2026-01", 25, digests[2]),
        ("Route list", "0413 2026-01", 25, digests[2]),
    ]
    assert seat.ask(papers.allowance).exported == 0, "readers take what they read"


def test_a_file_that_may_not_leave_does_not_appear(seat: Seat, tmp_path: Path) -> None:
    cashier, order = halls.seat_of(seat.app, "lin"), RoundOrder(("0412",), JANUARY)
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(NotPermitted):
        metering.export_rounds(cashier, folder / "a.xlsx", order, reading_round, SAY)
    with pytest.raises(NotFound, match="No route of this hall"):
        metering.export_rounds(seat, folder / "a.xlsx", RoundOrder(("9999",), JANUARY), reading_round, SAY)
    stopped = metering.export_rounds(
        seat, folder / "a.xlsx", order, reading_round, SAY, lambda _done, _total: False
    )
    assert stopped is None
    assert list(folder.iterdir()) == []
    assert seat.ask(papers.exports, PageOrder()) == ()


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_a_route_list_names_every_place_in_order(seat: Seat, tmp_path: Path, language: str) -> None:
    out, say = tmp_path / "list.pdf", seat.app.catalog(language)
    metering.export_lists(seat, out, RoundOrder(("0412",), JANUARY, "周海波"), reading_round, say)
    pages = pdf_pages(out.read_bytes())
    words = "\n".join(pages)
    places = [words.index(seat.app.country.format_account(number)) for number in accounts(seat)]
    assert places == sorted(places)
    for stop in walked(seat):
        assert stop.customer_name in words
        assert stop.registers[0].meter_serial in words
        assert say.number(stop.registers[0].last) in words
    assert say("Route {route}", route="0412") in pages[0]
    assert "周海波" in pages[0]
    assert say("Signature") in pages[-1]
    assert overlapping(out.read_bytes()) == []
    assert pdf_codes(out.read_bytes()) <= {stop.registers[0].meter_serial for stop in walked(seat)}
    assert walked(seat)[3].registers[0].meter_serial in pdf_codes(out.read_bytes())
    assert all(
        say("page {page} of {count}", page=at, count=len(pages)) in page for at, page in enumerate(pages, 1)
    )


def test_registers_of_a_place_and_its_note_keep_apart_on_the_list(seat: Seat) -> None:
    say, (first, *others) = seat.app.catalog("en"), walked(seat)
    several = tuple(replace(first.registers[0], register=code) for code in RegisterCode)
    one = Round(first.service_point_id, "0412", JANUARY, (replace(first, registers=several), *others))
    pdf = route_list_pdf((one,), RoundOrder(("0412",), JANUARY), say, seat.app.country, seat.station, "–")
    assert overlapping(pdf) == []
    lines = [_height(pdf, say(code.text)) for code in RegisterCode]
    assert all(upper - lower > 12 for upper, lower in pairwise(lines)), "points between two lines"
    assert _height(pdf, say("Note")) < lines[-1], "below the last register, in nobody's box"


def _height(pdf: bytes, words: str) -> float:
    """How high words stand first on the first page, in points from below."""
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    return float(page.get_charbox(page.search(words).get_next()[0])[1])


def test_a_stop_moves_up_down_and_back(seat: Seat) -> None:
    before, point = accounts(seat), walked(seat)[4].service_point_id
    up = seat.do(metering.move_stop, StopMove(point, "0412", 2))
    assert accounts(seat) == [before[0], before[4], *before[1:4], *before[5:]]
    seat.do(metering.move_stop, up.back)
    assert accounts(seat) == before
    last = seat.do(metering.move_stop, StopMove(point, "0412", 1_000))
    assert last.place == 25
    assert accounts(seat)[-1] == before[4]
    seat.do(metering.move_stop, last.back)
    assert accounts(seat) == before


def test_a_stop_moves_to_another_route_and_back(seat: Seat) -> None:
    one, other = accounts(seat), accounts(seat, "0413")
    moved = seat.do(metering.move_stop, StopMove(walked(seat)[0].service_point_id, "0413", 3))
    assert accounts(seat) == one[1:]
    assert accounts(seat, "0413") == [*other[:2], one[0], *other[2:]]
    seat.do(metering.move_stop, moved.back)
    assert (accounts(seat), accounts(seat, "0413")) == (one, other)


def test_any_moves_taken_back_in_turn_leave_the_order_and_the_book_as_it_was(seat: Seat) -> None:
    chance, before = random.Random(4), [accounts(seat), accounts(seat, "0413")]
    backs = []
    for _ in range(12):
        stop = chance.choice(walked(seat) + walked(seat, "0413"))
        move = StopMove(stop.service_point_id, chance.choice(["0412", "0413"]), chance.randint(1, 27))
        backs.append(seat.do(metering.move_stop, move).back)
    for back in reversed(backs):
        seat.do(metering.move_stop, back)
    assert [accounts(seat), accounts(seat, "0413")] == before
    assert seat.app.verify() == []


def test_two_people_who_move_stops_at_once_lose_none(seat: Seat) -> None:
    everybody, stops = sorted(accounts(seat)), walked(seat)
    other = seat.app.command_line("2")
    moves = [
        (seat, StopMove(stops[20].service_point_id, "0412", 1)),
        (other, StopMove(stops[1].service_point_id, "0412", 25)),
    ]
    answers = halls.together(
        [lambda who=who, move=move: who.do(metering.move_stop, move) for who, move in moves]
    )
    assert not any(isinstance(answer, BaseException) for answer in answers), answers
    assert sorted(accounts(seat)) == everybody


def test_a_route_is_added_and_called_otherwise(seat: Seat) -> None:
    seat.do(metering.add_route, RouteOrder(" 0500  A "))
    seat.do(metering.rename_route, RouteRename("0500 A", "0501"))
    assert [row.code for row in seat.ask(metering.routes, JANUARY)] == ["0412", "0413", "0501"]
    for job, order in (
        (metering.add_route, RouteOrder("0412")),
        (metering.add_route, RouteOrder("  ")),
        (metering.rename_route, RouteRename("0501", "0413")),
        (metering.rename_route, RouteRename("0501", "x" * 21)),
    ):
        with pytest.raises(Refused):
            seat.do(job, order)
    with pytest.raises(NotFound):
        seat.do(metering.rename_route, RouteRename("0502", "0503"))
