"""A shelf of sheets as they really come: each trap, and several together; every row is read or says why not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from desktop.kernel.text import catalog
from desktop.metering.documents import open_sheet
from desktop.metering.records import ReadRow
from tests.sheets import at_hand  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("at_hand")

EN = catalog("en")
TODAY = date(2026, 2, 5)
ZH = ("户号", "电能表号", "抄表日期", "本次示数")
VI = ("Mã khách hàng", "Công tơ", "Ngày ghi", "Chỉ số này")
FI = ("Asiakasnumero", "Mittari", "Luettu", "Nykyinen lukema")
GOOD = (("330104827615", "M1", "2026-01-31", 100), ("330104827622", "M2", "2026-01-31", 200))
SAME = (("330104827615", "M1", "2026-01-31", "100"), ("330104827622", "M2", "2026-01-31", "200"))
"""The two rows of `GOOD` as they are read."""

Rows = Sequence[Sequence[object]]


@dataclass(frozen=True)
class Read:
    """What came out of a sheet: rows as (account, meter, day, value), problems as (row, words), reasons of rows left
    out with their counts."""

    rows: tuple[tuple[str, str, str, str], ...]
    problems: tuple[tuple[int, str], ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()


def read(path: Path) -> Read:
    """Take a sheet apart; no row may be lost without a word."""
    with open_sheet(path, TODAY) as sheet:
        parts = list(sheet.parts(500))
        rejected = sum(part.rejected for part in parts)
        good = [row for part in parts for row in part.rows]
        assert sheet.file.count == len(good) + rejected + sheet.file.skipped
        problems = [*sheet.file.problems, *(one for part in parts for one in part.problems)]
        assert all(one.what.message and one.remedy.message for one in problems)
        left_out = tuple((EN(one.why), one.count) for one in sheet.file.left_out)
    return Read(tuple(map(_plain, good)), tuple((one.row, EN(one.what)) for one in problems), left_out)


def _plain(row: ReadRow) -> tuple[str, str, str, str]:
    return (
        row.account_number,
        row.meter_serial,
        row.read_on.isoformat(),
        f"{row.value.decimal.normalize():f}",
    )


def book(path: Path, rows: Rows, change: Callable[[Worksheet], object] = lambda _: None) -> Path:
    """A workbook of one sheet."""
    made = openpyxl.Workbook()
    page = made.active
    for row in rows:
        page.append(row)
    change(page)
    made.save(path)
    return path


def csv(path: Path, rows: Rows, encoding: str = "utf-8", mark: str = ",") -> Path:
    """A text file."""
    path.write_bytes("\r\n".join(mark.join(map(str, row)) for row in rows).encode(encoding))
    return path


def altered(path: Path, part: str, change: Callable[[str], str]) -> Path:
    """A workbook with one of its parts written otherwise."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content.decode()).encode() if name == part else content)
    path.write_bytes(out.getvalue())
    return path


SHEET = "xl/worksheets/sheet1.xml"


def _of(*rows: Sequence[object], titles: Sequence[object] = ZH) -> Callable[[Path], Path]:
    return lambda folder: book(folder / "sheet.xlsx", (titles, *rows))


def _values(*values: object) -> Callable[[Path], Path]:
    """The values of one column, each on its own row."""
    return _of(*((f"{at}", f"M{at}", "2026-01-31", value) for at, value in enumerate(values)))


def _days(*values: object) -> Callable[[Path], Path]:
    return _of(*((f"{at}", f"M{at}", value, 7) for at, value in enumerate(values)))


def numbers(*values: str) -> tuple[tuple[str, str, str, str], ...]:
    """What such a column gives."""
    return tuple((f"{at}", f"M{at}", "2026-01-31", value) for at, value in enumerate(values))


def days(*values: str) -> tuple[tuple[str, str, str, str], ...]:
    return tuple((f"{at}", f"M{at}", value, "7") for at, value in enumerate(values))


def _two_rows_of_titles(folder: Path) -> Path:
    rows = (("客户", None, "抄表", None), ("编号", "电能表号", "日期", "示数"), *GOOD)
    return book(
        folder / "sheet.xlsx", rows, lambda page: [page.merge_cells(one) for one in ("A1:B1", "C1:D1")]
    )


def _merged_down(folder: Path) -> Path:
    rows = (("户号", "电能表号", "本月", None), (None, None, "抄表日期", "本次示数"), *GOOD)
    return book(
        folder / "sheet.xlsx", rows, lambda page: [page.merge_cells(one) for one in ("A1:A2", "B1:B2")]
    )


def _hidden(folder: Path) -> Path:
    def hide(page: Worksheet) -> None:
        page.row_dimensions[2].hidden = True
        page.column_dimensions["B"].hidden = True

    return book(folder / "sheet.xlsx", (ZH, *GOOD), hide)


def _hidden_sheet(folder: Path) -> Path:
    path = book(folder / "sheet.xlsx", (ZH, *GOOD))
    made = openpyxl.load_workbook(path)
    other = made.create_sheet("去年")
    for row in (ZH, ("1", "M9", "2025-01-31", 5)):
        other.append(row)
    other.sheet_state = "hidden"
    made.save(path)
    return path


def _two_sheets(folder: Path) -> Path:
    path = book(folder / "sheet.xlsx", (ZH, GOOD[0]))
    made = openpyxl.load_workbook(path)
    other = made.create_sheet("二")
    for row in (tuple(reversed(ZH)), tuple(reversed(GOOD[1]))):
        other.append(row)
    made.save(path)
    return path


def _formula(folder: Path) -> Path:
    path = book(folder / "sheet.xlsx", (ZH, *GOOD))
    return altered(
        path, SHEET,
        lambda xml: xml.replace("<c r=\"D2\" t=\"n\"><v>100</v></c>", '<c r="D2"><f>50+50</f><v>100</v></c>')
        .replace("<c r=\"D3\" t=\"n\"><v>200</v></c>", '<c r="D3"><f>[1]x!A1</f></c>'),
    )  # fmt: skip


def _errors(folder: Path) -> Path:
    path = book(folder / "sheet.xlsx", (ZH, *GOOD))
    return altered(path, SHEET, lambda xml: xml.replace('t="n"><v>200</v>', 't="e"><v>#REF!</v>'))


def _since_1904(folder: Path) -> Path:
    def change(page: Worksheet) -> None:
        page.parent.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - as the library wants it
        page["C2"] = date(2026, 1, 31)
        page["C3"] = 44591

    return book(folder / "sheet.xlsx", (ZH, *GOOD), change)


def _far_styles(folder: Path) -> Path:
    def paint(page: Worksheet) -> None:
        page["XFD1048576"].number_format = "0.00"

    return book(folder / "sheet.xlsx", (ZH, *GOOD), paint)


def _inline(folder: Path) -> Path:
    """As programs write it that know no shared words, without places of cells, under a prefix."""
    path = book(folder / "sheet.xlsx", (ZH, *GOOD))

    def rows(_: str) -> str:
        lines = "".join(
            "<x:row>" + "".join(
                f"<x:c><x:v>{cell}</x:v></x:c>" if isinstance(cell, int)
                else f'<x:c t="inlineStr"><x:is><x:r><x:t>{cell[:2]}</x:t></x:r><x:r><x:t>{cell[2:]}</x:t></x:r>'
                "<x:rPh><x:t>hu hao</x:t></x:rPh></x:is></x:c>"
                for cell in row
            ) + "</x:row>"
            for row in (ZH, *GOOD)
        )  # fmt: skip
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        return f'<x:worksheet xmlns:x="{space}"><x:sheetData>{lines}</x:sheetData></x:worksheet>'

    return altered(path, SHEET, rows)


def _repeated_titles(folder: Path) -> Path:
    return book(folder / "sheet.xlsx", (ZH, GOOD[0], ("本页合计", None, None, 100), ZH, GOOD[1]))


def _foreign_csv(encoding: str, titles: Sequence[str], mark: str) -> Callable[[Path], Path]:
    return lambda folder: csv(folder / "sheet.csv", (titles, *GOOD), encoding, mark)


NUMBER, TWICE = "This is no number", "This number can be read in two ways"
LOST = "The sheet has lost digits: it keeps 15 of a number"
SHELF: dict[str, tuple[Callable[[Path], Path], Read]] = {
    "plain": (_of(*GOOD), Read(SAME)),
    "Vietnamese titles": (_of(*GOOD, titles=VI), Read(SAME)),
    "Vietnamese titles without accents": (
        _of(*GOOD, titles=("MA KHACH HANG", "cong to", "Ngay ghi", "CHI SO NAY:")),
        Read(SAME),
    ),
    "Finnish titles": (_of(*GOOD, titles=FI), Read(SAME)),
    "Finnish titles typed without dots": (
        _of(*GOOD, titles=("asiakasnumero *", "MITTARI", "luettu", "nykyinen_lukema (kWh)")),
        Read(SAME),
    ),
    "English titles": (
        _of(*GOOD, titles=("Account No.", "Meter number", "Reading-Date", "READING [kWh]")),
        Read(SAME),
    ),
    "spaces, units and full width in titles": (
        _of(*GOOD, titles=("　户 号　", "电能表号：", "抄表日期（年月日）", "本次示数【ｋＷｈ】")),
        Read(SAME),
    ),
    "unknown columns between": (
        lambda folder: book(
            folder / "sheet.xlsx", [(a, "序号", b, "户名", c, "电话", d) for a, b, c, d in (ZH, *GOOD)]
        ),
        Read(SAME),
    ),
    "words above the titles": (
        lambda folder: book(
            folder / "sheet.xlsx",
            (("和睦营业厅 2026年1月抄表单",), (), ("抄表员：周海波", None, "日期：2026-02-01"), ZH, *GOOD),
        ),
        Read(SAME),
    ),
    "two rows of titles": (_two_rows_of_titles, Read(SAME)),
    "titles merged downwards": (_merged_down, Read(SAME)),
    "titles again on each page": (
        _repeated_titles,
        Read(SAME, (), (("A total", 1), ("The titles once more", 1))),
    ),
    "blank rows and totals": (
        _of(
            GOOD[0],
            (),
            (None, " "),
            GOOD[1],
            ("合计：", None, None, 300),
            ("Tổng cộng", None, None, 300),
            ("Yhteensä", "", "", 300),
        ),
        Read(SAME, (), (("Empty", 2), ("A total", 3))),
    ),
    "a total without a word is a bad row": (
        _of(*GOOD, (None, None, None, 300)),
        Read(SAME, ((4, "This cell is empty"),) * 3),
    ),
    "a remark below": (
        lambda folder: book(
            folder / "sheet.xlsx", ((*ZH, "备注"), *GOOD, (None, None, None, None, None, "制表人：王静"))
        ),
        Read(SAME, (), (("Nothing in the columns that are read", 1),)),
    ),
    "hidden rows and columns are read": (_hidden, Read(SAME)),
    "a hidden sheet is left out": (_hidden_sheet, Read(SAME, (), (("The sheet is hidden", 1),))),
    "two sheets, each in its own order": (_two_sheets, Read(SAME)),
    "numbers as numbers": (_of(*((int(a), b, c, d) for a, b, c, d in GOOD)), Read(SAME)),
    "numbers as text": (_of(*((a, b, c, str(d)) for a, b, c, d in GOOD)), Read(SAME)),
    "an account of 16 digits as a number": (
        _of((3301048276151234, *GOOD[0][1:]), GOOD[1]),
        Read(SAME[1:], ((2, LOST),)),
    ),
    "an account of 16 digits as text": (
        _of(("3301048276151234", *GOOD[0][1:])),
        Read((("3301048276151234", *SAME[0][1:]),)),
    ),
    "an account shortened for a text file": (
        lambda folder: csv(folder / "sheet.csv", (ZH, ("3.30105E+11", *GOOD[0][1:]), GOOD[1])),
        Read(SAME[1:], ((2, LOST),)),
    ),
    "full-width digits": (
        _of(("３３０１０４８２７６１５", "Ｍ１", "２０２６－０１－３１", "１００"), GOOD[1]),
        Read(SAME),
    ),
    "thousands with commas": (_values("1,234", "1,234,567", "12"), Read(numbers("1234", "1234567", "12"))),
    "thousands with points": (_values("1.234", "1.234.567", "2,5"), Read(numbers("1234", "1234567", "2.5"))),
    "thousands with blanks of every kind": (
        _values("1 234,5", "1\xa0234", "12\u2009345", "1\u202f234\u202f567,25"),
        Read(numbers("1234.5", "1234", "12345", "1234567.25")),
    ),
    "thousands with apostrophes": (_values("1'234.5", "12’345"), Read(numbers("1234.5", "12345"))),
    "full-width commas and points": (_values("１，２３４．５", "2,345"), Read(numbers("1234.5", "2345"))),
    "nothing proves what a comma means": (
        _values("1,234", "5", "2,345"),
        Read(numbers("x", "5")[1:], ((2, TWICE), (4, TWICE))),
    ),
    "nothing proves what a point means": (_values("1.234"), Read((), ((2, TWICE),))),
    "a column in two countries' ways": (
        _values("1.234,5", "1,234.5", "1,234"),
        Read(numbers("1234.5", "1234.5"), ((4, TWICE),)),
    ),
    "no numbers": (
        _values("O6 214", "12..5", "1,23,456", "1 23", "--5", "1e5", "5 kWh", "1.234,5.6"),
        Read((), tuple((row, NUMBER) for row in range(2, 10))),
    ),
    "negative, too large, too fine": (
        _values(-5, "−5", 10**10, "1.2345"),
        Read(
            (),
            (
                (2, "A reading cannot be negative"),
                (3, "A reading cannot be negative"),
                (4, "No register shows a number this large"),
                (5, "A reading has three decimals at most"),
            ),
        ),
    ),
    "dates year first": (
        _days(
            "2026-1-31",
            "2026/01/31",
            "2026.1.31",
            "20260131",
            "2026年1月31日",
            "2026-01-31 08:05",
            "２０２６年０１月３１日",
        ),
        Read(days(*["2026-01-31"] * 7)),
    ),
    "dates as Finns write them": (
        _days("31.1.2026", "1.2.2026", "05.01.2026"),
        Read(days("2026-01-31", "2026-02-01", "2026-01-05")),
    ),
    "dates as Vietnamese write them": (
        _days("31/01/2026", "01/02/2026", "ngày 5 tháng 1 năm 2026"),
        Read(days("2026-01-31", "2026-02-01", "2026-01-05")),
    ),
    "dates month first": (_days("01/31/2026", "01/02/2026"), Read(days("2026-01-31", "2026-01-02"))),
    "dates in words": (_days("31 Jan 2026", "5-January-2026"), Read(days("2026-01-31", "2026-01-05"))),
    "nothing proves which is the month": (
        _days("01/02/2026", "2026-01-31", "02/02/2026"),
        Read(days("x", "2026-01-31", "2026-02-02")[1:], ((2, "This date can be read in two ways"),)),
    ),
    "a column proves both": (
        _days("31/01/2026", "01/31/2026", "01/02/2026"),
        Read(days("2026-01-31", "2026-01-31"), ((4, "This date can be read in two ways"),)),
    ),
    "dates that are none": (
        _days("2026-02-30", "31.2.2026", "2026-13-03", "31.1.26", "yesterday", 5, True, "2026-1"),
        Read((), tuple((row, "This is no date") for row in range(2, 10))),
    ),
    "serials of 1900": (
        _days(46053, date(2026, 1, 31), datetime.fromisoformat("2026-01-31T23:59")),
        Read(days(*["2026-01-31"] * 3)),
    ),
    "serials of 1904": (_since_1904, Read(SAME)),
    "a formula is a problem, its value is never taken": (
        _formula,
        Read((), ((2, "This cell is a formula"), (3, "This cell is a formula"))),
    ),
    "a formula that failed": (_errors, Read(SAME[:1], ((3, "The formula of this cell failed"),))),
    "styles in the last corner": (_far_styles, Read(SAME)),
    "words inside cells, no places, a prefix": (_inline, Read(SAME)),
    "a meter twice": (
        _of(*GOOD, GOOD[0]),
        Read(SAME, ((4, "This meter stands in row 2 already with this day"),)),
    ),
    "in the future": (
        _of(GOOD[0], ("330104827622", "M2", "2026-02-06", 200)),
        Read(SAME[:1], ((3, "The day of the reading lies in the future"),)),
    ),
    "UTF-8 with a mark": (_foreign_csv("utf-8-sig", ZH, ","), Read(SAME)),
    "GB18030 by tabs": (_foreign_csv("gb18030", ZH, "\t"), Read(SAME)),
    "UTF-16 with a mark": (_foreign_csv("utf-16", VI, "\t"), Read(SAME)),
    "UTF-16 little end first, no mark": (_foreign_csv("utf-16-le", FI, ";"), Read(SAME)),
    "UTF-16 big end first, no mark": (_foreign_csv("utf-16-be", FI, ";"), Read(SAME)),
    "Western letters": (
        lambda folder: csv(
            folder / "sheet.csv", ((*FI, "Lukija"), (*GOOD[0], "Väinö"), (*GOOD[1], "Äijö")), "cp1252", ";"
        ),
        Read(SAME),
    ),
    "Vietnamese letters of old": (
        lambda folder: csv(
            folder / "sheet.csv",
            (("Ma khach hang", "Công to", "Ngày ghi", "Chi so này"), *GOOD),
            "cp1258",
            ";",
        ),
        Read(SAME),
    ),
    "the separator told first": (
        lambda folder: csv(folder / "sheet.csv", (("sep=;",), ZH, *GOOD), mark=";"),
        Read(SAME),
    ),
    "decimal commas between semicolons": (
        lambda folder: csv(
            folder / "sheet.csv",
            (FI, ("1", "M1", "31.1.2026", "1 234,5"), ("2", "M2", "1.2.2026", "2,25")),
            "utf-8",
            ";",
        ),
        Read((("1", "M1", "2026-01-31", "1234.5"), ("2", "M2", "2026-02-01", "2.25"))),
    ),
    "no titles at all": (
        lambda folder: book(folder / "sheet.xlsx", GOOD),
        Read(
            (),
            ((0, "No row of titles among the first 15 rows"),),
            (("The columns of the sheet are not known", 2),),
        ),
    ),
    "a column missing": (
        _of(*(row[:3] for row in GOOD), titles=ZH[:3]),
        Read((), ((1, "This column is missing"),), (("The columns of the sheet are not known", 2),)),
    ),
    "everything at once": (
        lambda folder: book(
            folder / "sheet.xlsx",
            (
                ("Bảng ghi chỉ số",),
                ("Công tơ", "CHỈ SỐ NÀY (kWh)", "Ghi chú", "Mã khách hàng", "Ngày ghi"),
                ("M1", "1.234,5", "", 330104827615, "31/01/2026"),
                (),
                ("M2", "2.345", None, "３３０１", "01/02/2026"),
                ("Tổng cộng", "3.579,5"),
                ("M3", "abc", None, "5", 46053),
            ),
        ),
        Read(
            (("330104827615", "M1", "2026-01-31", "1234.5"), ("3301", "M2", "2026-02-01", "2345")),
            ((7, NUMBER),),
            (("Empty", 1), ("A total", 1)),
        ),
    ),
}


@pytest.mark.parametrize("name", SHELF)
def test_a_dirty_sheet(tmp_path: Path, name: str) -> None:
    make, wanted = SHELF[name]
    assert read(make(tmp_path)) == wanted
