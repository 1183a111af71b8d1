"""The sheet a reader fills: what goes out comes back as it is, and nothing else can be typed over."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from desktop.kernel.measures import Reading
from desktop.kernel.period import Period
from desktop.kernel.sheet import Origin
from desktop.kernel.text import LANGUAGES, catalog
from desktop.metering.documents import read_sheet, route_sheet_xlsx
from desktop.metering.records import RegisterCode, RegisterToRead, Round, RoundOrder, Stop

JANUARY = Period.month("2026-01")
TODAY = date(2026, 2, 5)
ORIGIN = Origin("周海波", "Personal data. Exported by 周海波 on 5 Feb 2026: Reading round")
HEAD = 4
FIRST = HEAD + 1


def register(serial: str, last: Reading | None = None) -> RegisterToRead:
    day = None if last is None else date(2025, 12, 31)
    return RegisterToRead(serial, RegisterCode.ACTIVE, day, last, last, last)


def stop(place: int, account: str, *registers: RegisterToRead, **other: object) -> Stop:
    found = Stop(UUID(int=place), place, account, "登云路 200 号", registers, "孙桂香")
    return replace(found, **other)


def walk(*stops: Stop, code: str = "0412", reader: str = "周海波") -> Round:
    return Round(UUID(int=0), code, JANUARY, stops, reader)


def order(**other: object) -> RoundOrder:
    return RoundOrder(("0412",), JANUARY, **other)


def sheet(*rounds: Round, language: str = "zh_CN", **other: object) -> bytes:
    return route_sheet_xlsx(rounds, order(**other), catalog(language), ORIGIN)


def columns(page: object) -> dict[str, int]:
    """The places of the columns of a sheet by their titles."""
    return {cell.value: cell.column for cell in page[HEAD]}


def filled(content: bytes, reads: list[tuple[Reading, date, str]], language: str, path: Path) -> Path:
    """What a reader does: type value, day and note into the rows, in order, and save."""
    say = catalog(language)
    book = openpyxl.load_workbook(io.BytesIO(content))
    waiting = iter(reads)
    for page in book.worksheets:
        at = columns(page)
        for row in range(FIRST, page.max_row + 1):
            value, day, note = next(waiting)
            page.cell(row, at[say("Current reading")]).value = value.decimal
            page.cell(row, at[say("Read on")]).value = day
            page.cell(row, at[say("Note")]).value = note or None
    book.save(path)
    return path


IDENTIFIERS = st.text("0123456789ABCXZ-", min_size=1, max_size=20).filter(str.strip)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_a_reader_fills_in_comes_back_as_it_is(tmp_path: Path, data: st.DataObject) -> None:
    language = data.draw(st.sampled_from(LANGUAGES))
    serials = data.draw(st.lists(IDENTIFIERS, min_size=1, max_size=6, unique=True))
    stops = [
        stop(
            place,
            data.draw(IDENTIFIERS),
            register(serial, Reading(data.draw(st.integers(0, 10**9)))),
            customer_name=data.draw(WORDS),
            address=data.draw(WORDS),
            alerts=(data.draw(WORDS),),
        )
        for place, serial in enumerate(serials, 1)
    ]
    reads = [
        (
            Reading(data.draw(st.integers(0, 10**12 - 1))),
            TODAY - timedelta(data.draw(st.integers(0, 300))),
            data.draw(WORDS),
        )
        for _ in serials
    ]
    cut = data.draw(st.integers(1, len(stops)))
    rounds = [walk(*part, code=code) for code, part in (("1", stops[:cut]), ("2", stops[cut:])) if part]
    path = filled(sheet(*rounds, language=language), reads, language, tmp_path / "filled.xlsx")
    back = read_sheet(path, TODAY)
    assert back.problems == ()
    assert [
        (row.account_number, row.meter_serial, row.value, row.read_on, row.reader) for row in back.rows
    ] == [
        ("".join(one.account_number.split()), serial, value, day, "周海波")
        for one, serial, (value, day, _) in zip(stops, serials, reads, strict=True)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_what_is_read_can_be_typed_and_a_lower_value_is_asked_about(language: str) -> None:
    say = catalog(language)
    page = openpyxl.load_workbook(
        io.BytesIO(sheet(walk(stop(1, "0001", register("0012", Reading.of(48_327)))), language=language))
    ).active
    at = columns(page)
    assert page.protection.sheet
    free = {title for title, column in at.items() if not page.cell(FIRST, column).protection.locked}
    assert free == {say("Current reading"), say("Read on"), say("Reader"), say("Note")}
    value = page.cell(FIRST, at[say("Current reading")])
    asked = {str(one.sqref): one for one in page.data_validations.dataValidation}
    rule = asked[value.coordinate]
    last = page.cell(FIRST, at[say("Last reading")])
    assert (rule.type, rule.operator, rule.formula1) == ("decimal", "greaterThanOrEqual", last.coordinate)
    assert (last.value, rule.errorStyle) == (48_327, "warning"), "asked about, never stopped"
    assert rule.error == say(
        "It is below the last reading. Read again; if it is right, keep it: the office asks about it"
    )


def test_it_prints_on_a4_landscape_with_titles_and_numbered_pages() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet(walk(stop(1, "1", register("2"))))))
    page = book.active
    assert (page.page_setup.orientation, int(page.page_setup.paperSize)) == ("landscape", 9)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_title_rows == f"${HEAD}:${HEAD}"
    assert "&P" in page.oddFooter.center.text
    assert "&N" in page.oddFooter.center.text
    assert (book.properties.creator, book.properties.description) == (ORIGIN.author, ORIGIN.remark)


def test_it_tells_the_order_the_last_read_what_is_expected_and_what_to_know() -> None:
    known = RegisterToRead(
        "0012",
        RegisterCode.ACTIVE,
        date(2025, 12, 31),
        Reading.of(48_327),
        Reading.of(48_500),
        Reading.of(48_700),
    )
    stops = (stop(1, "0001", known, alerts=("院内有狗",)), stop(2, "0002"), stop(3, "=1+1", register("0014")))
    content = sheet(walk(*stops), language="en", planned_on=date(2026, 1, 31))
    about, _how, mark, titles, *rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    )
    assert (
        about[0] == "Route 0412, Jan 2026, 3 places, 1 without a meter, reader 周海波, planned on 31 Jan 2026"
    )
    assert mark[0] == ORIGIN.remark
    assert [row[0] for row in rows] == [1, 3], "a place without a meter has nothing to read"
    first = dict(zip(titles, rows[0], strict=True))
    assert first["Account number"] == "0001", "numbers are text"
    assert (first["Last reading"], first["Last read on"]) == (48_327, date(2025, 12, 31))
    assert (first["Expected"], first["To know"]) == ("48,500 – 48,700", "院内有狗")
    assert (first["Current reading"], first["Read on"]) == ("", date(2026, 1, 31))
    assert rows[1][1] == "'=1+1", "no cell becomes a formula"


def test_a_sheet_sent_back_empty_stores_nothing_and_loses_no_place(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    path.write_bytes(sheet(walk(stop(1, "1", register("2")), stop(2, "2", register("3")))))
    back = read_sheet(path, TODAY)
    assert back.rows == ()
    assert len({problem.row for problem in back.problems}) + back.skipped == 2
