"""Spreadsheets: exact values in, nothing harmful out, and a file that is none is refused in one sentence."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.kernel.cells.titles import is_total
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Energy, Money
from desktop.kernel.sheet import (
    Column,
    Field,
    Kind,
    Row,
    Rows,
    Sheet,
    half_width,
    harmless,
    read_rows,
    write_xlsx,
    writing,
)
from desktop.kernel.text import Text, catalog

SAY = catalog("en")
ID, NUMBER, DAY = Text("Id"), Text("Number"), Text("Day")
FIELDS = (
    Field("id", ID, ("id", "编号")),
    Field("number", NUMBER, ("number", "数")),
    Field("day", DAY, ("day",), required=False),
)


def book(folder: Path, *pages: Sequence[Sequence[object]], name: str = "book.xlsx") -> Path:
    workbook = openpyxl.Workbook()
    for index, rows in enumerate(pages):
        page = workbook.active if index == 0 else workbook.create_sheet()
        assert page is not None
        for row in rows:
            page.append(row)
    path = folder / name
    workbook.save(path)
    return path


def only(rows: Rows) -> Row:
    assert rows.problems == ()
    (row,) = rows.rows
    return row


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        read_rows(path, FIELDS)
    return SAY(refused.value.text)


def test_titles_are_found_below_other_rows_in_any_order(tmp_path: Path) -> None:
    path = book(tmp_path, [["Reading list"], [], ["Number (kWh)", None, "编 号："], [3, "x", "0012"]])
    row = only(read_rows(path, FIELDS))
    assert (row.line, row.identifier("id"), row.number("number"), row.day("day", required=False)) == (
        4,
        "0012",
        Decimal(3),
        None,
    )
    assert row.problems == []


def test_a_number_comes_from_its_shortest_text(tmp_path: Path) -> None:
    path = book(
        tmp_path, [["id", "number"], [330104827615, 0.1], ["７－Ａ", "１,２３４.５"], [1e-7, 123456789012345]]
    )
    first, second, third = read_rows(path, FIELDS).rows
    assert (first.identifier("id"), first.number("number")) == ("330104827615", Decimal("0.1"))
    assert (second.identifier("id"), second.number("number")) == ("7-A", Decimal("1234.5"))
    assert (third.text("id"), third.number("number")) == ("0.0000001", Decimal(123456789012345))


@pytest.mark.parametrize("value", [1234567890123456, 1e20, 1e300, 0.1234567890123456])
def test_a_number_that_lost_digits_is_a_problem(tmp_path: Path, value: float) -> None:
    for row in read_rows(book(tmp_path, [["id", "number"], [value, value]]), FIELDS).rows:
        assert row.identifier("id") is None
        assert row.number("number") is None
        assert {SAY(problem.what) for problem in row.problems} == {
            "The sheet has lost digits: it keeps 15 of a number"
        }


def test_days(tmp_path: Path) -> None:
    cells = [
        date(2026, 1, 31),
        datetime.fromisoformat("2026-01-31T08:05"),
        46053,
        "2026-1-31",
        " 2026/01/31 ",
        "2026年1月31日",
    ]
    path = book(tmp_path, [["id", "number", "day"], *[["a", 1, cell] for cell in cells]])
    rows = read_rows(path, FIELDS).rows
    assert [row.day("day") for row in rows] == [date(2026, 1, 31)] * len(cells)
    wrong = book(tmp_path, [["id", "number", "day"], *[["a", 1, cell] for cell in (5, 1.5, "31.1.26", True)]])
    assert [row.day("day") for row in read_rows(wrong, FIELDS).rows] == [None] * 4


def test_problems_name_sheet_row_column_and_value(tmp_path: Path) -> None:
    row = only(read_rows(book(tmp_path, [["编号", "数"], ["a", "five"]]), FIELDS))
    assert row.number("number") is None
    (problem,) = row.problems
    assert (problem.sheet, problem.row, problem.column, problem.value) == ("Sheet", 2, "数", "five")


def test_columns_missing_or_doubled(tmp_path: Path) -> None:
    rows = read_rows(book(tmp_path, [["id", "编号", "day"], ["a", "b", "c"]]), FIELDS)
    assert rows.rows == ()
    assert [(SAY(problem.what), problem.column) for problem in rows.problems] == [
        ("2 columns have this title", ID),
        ("This column is missing", NUMBER),
    ]


def test_several_sheets(tmp_path: Path) -> None:
    titles = ["id", "number"]
    path = book(tmp_path, [titles, ["a", 1], [None, None], ["b", 2]], [], [titles, ["c", 3]], [["remarks"]])
    rows = read_rows(path, FIELDS)
    assert [(row.sheet, row.line, row.text("id")) for row in rows.rows] == [
        ("Sheet", 2, "a"),
        ("Sheet", 4, "b"),
        ("Sheet2", 2, "c"),
    ]
    assert rows.skipped == 2, "an empty row, and a sheet without titles"
    assert [(problem.sheet, SAY(problem.what)) for problem in rows.problems] == [
        ("Sheet3", "No row of titles among the first 15 rows")
    ]


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    path = book(tmp_path, [["id", "number"], ["a", 1]], [["id", "number"], ["b", 1]])
    workbook = openpyxl.load_workbook(path)
    workbook.worksheets[1].sheet_state = "hidden"
    workbook.save(path)
    assert [row.text("id") for row in read_rows(path, FIELDS).rows] == ["a"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "list.csv"
    lines = [
        delimiter.join(row) for row in (["编号", "数", "day"], ["", "", ""], ["001", "5.5", "2026-01-31"])
    ]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    rows = read_rows(path, FIELDS)
    row = only(rows)
    assert (row.text("id"), row.number("number"), row.day("day")) == (
        "001",
        Decimal("5.5"),
        date(2026, 1, 31),
    )
    assert (row.sheet, row.line, rows.skipped) == ("list", 3, 1)


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    sentence = "is no .xlsx workbook without a password and no .csv file: save it as .xlsx"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("hello.txt", "hello")
    whole = book(tmp_path, [["id", "number"]])
    good = whole.read_bytes()
    with zipfile.ZipFile(whole) as parts:
        at = parts.getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    cases = {
        "letter.xlsx": b"Dear Sir or Madam",
        "empty.xlsx": b"",
        "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "password.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "archive.xlsx": archive.getvalue(),
        "cut.xlsx": good[: len(good) // 2],
        "torn.xlsx": good[:at] + b"\xff" * 40 + good[at + 40 :],
        "table.ods": good,
        "binary.csv": bytes(range(256)) * 4,
    }
    for name, content in cases.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert refusal(path) == f"{name} {sentence}"


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    assert refusal(book(tmp_path, [])) == "book.xlsx is empty"


def test_a_file_larger_than_a_sheet_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with path.open("wb") as out:
        out.write(b"PK\x03\x04")
        out.truncate(21 * 2**20)
    assert refusal(path) == "large.xlsx is too large: at most 20 MB"
    many = tmp_path / "many.xlsx"
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(2001):
            archive.writestr(f"xl/{number}.xml", b"")
    assert refusal(many) == "many.xlsx is too large once unpacked: divide it"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/worksheets/sheet1.xml", b"0" * (20 * 2**20))
    assert refusal(path) == "bomb.xlsx is too large once unpacked: divide it"


def test_a_cell_in_the_last_corner_does_not_end_the_program(tmp_path: Path) -> None:
    path = book(tmp_path, [["id", "number"]])
    workbook = openpyxl.load_workbook(path)
    workbook.worksheets[0]["XFD1048576"] = "far"
    workbook.save(path)
    assert refusal(path) == "book.xlsx has more than 1,000 columns: clear those that are not needed"
    workbook.worksheets[0]["XFD1048576"] = None
    workbook.worksheets[0]["XFD1048576"].number_format = "0.00"
    workbook.worksheets[0]["A2"] = "a"
    workbook.save(path)
    assert [row.text("id") for row in read_rows(path, FIELDS).rows] == ["a"]


def test_a_sheet_longer_than_a_sheet_can_be_is_refused_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LAST_ROW", 3)
    columns = (Column("Id"),)
    assert write_xlsx([Sheet("Reads", columns, [["1"], ["2"]])])
    with pytest.raises(Refused) as refused:
        write_xlsx([Sheet("Reads", columns, [["1"], ["2"], ["3"]])])
    assert (
        SAY(refused.value.text) == 'The sheet "Reads" would have more than 3 rows. Write out fewer at once.'
    )


def test_half_width() -> None:
    assert half_width("　（３３０１－Ａ） ") == "(3301-A)"


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@a", "\ta", "\ra", "'=1", "''@"])
def test_a_cell_that_would_be_a_formula_is_made_harmless(words: str) -> None:
    assert harmless(words) == f"'{words}"
    raw = write_xlsx([Sheet("s", (Column("=title"),), [[words]])])
    page = openpyxl.load_workbook(io.BytesIO(raw)).active
    assert page is not None
    assert page["A1"].value == "'=title"
    assert page["A2"].data_type == "s"
    assert str(page["A2"].value).startswith("'")


def test_harmless_words_stay_as_they_are() -> None:
    assert [harmless(words) for words in ("陈玉兰", "a=1", "", "it's")] == ["陈玉兰", "a=1", "", "it's"]
    assert harmless("a\x00\x0bb") == "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}b"


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)


@settings(
    max_examples=20, deadline=None
)  # many words in few books: each book is read by a process of its own
@given(
    st.lists(WORDS.filter(lambda words: not is_total(words)), max_size=40)
)  # such a line is left out, and told
def test_text_written_is_text_read(tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> None:
    path = tmp_path_factory.mktemp("text") / "book.xlsx"
    rows = [[entry, 1] for entry in words]
    path.write_bytes(write_xlsx([Sheet("s", (Column("id"), Column("number", Kind.NUMBER)), rows)]))
    assert [row.text("id", required=False) or "" for row in read_rows(path, FIELDS).rows] == [
        entry.strip() for entry in words
    ]


def test_a_written_workbook(tmp_path: Path) -> None:
    columns = (
        Column("编号", width=20),
        Column("数", Kind.NUMBER, decimals=2),
        Column("day", Kind.DATE),
    )
    rows: list[list[object]] = [
        ["0012", Money(123_456), date(2026, 1, 31)],
        ["0013", Energy.of("1.5"), None],
        ["0014", Decimal("1234567890123456.7"), date(2026, 2, 1)],
        ["0015", 7, ""],
    ]
    raw = write_xlsx([Sheet("一月/二月", columns, rows), Sheet("empty", columns, [])])
    workbook = openpyxl.load_workbook(io.BytesIO(raw))
    assert workbook.sheetnames == ["一月 二月", "empty"]
    page = workbook.worksheets[0]
    assert page.freeze_panes == "A2"
    assert page.column_dimensions["A"].width == 20
    assert page["A1"].font.bold
    assert (page["A2"].value, page["A2"].data_type, page["A2"].number_format) == ("0012", "s", "@")
    assert (page["B2"].value, page["B2"].number_format) == (1234.56, "#,##0.00")
    assert page["B3"].value == 1.5
    assert page["B4"].value == "1234567890123456.7", "more digits than a sheet keeps stay text"
    assert (page["C2"].value, page["C2"].number_format) == (
        datetime.fromisoformat("2026-01-31"),
        "yyyy-mm-dd",
    )
    path = tmp_path / "book.xlsx"
    path.write_bytes(raw)
    got = read_rows(path, FIELDS).rows
    assert [(row.text("id"), row.number("number"), row.day("day", required=False)) for row in got] == [
        ("0012", Decimal("1234.56"), date(2026, 1, 31)),
        ("0013", Decimal("1.5"), None),
        ("0014", Decimal("1234567890123456.7"), date(2026, 2, 1)),
        ("0015", Decimal(7), None),
    ]
