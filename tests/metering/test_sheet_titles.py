"""Whatever the order and language of the titles, the same reads come out, and every row is accounted for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from desktop.kernel.measures import Reading
from desktop.kernel.text import LANGUAGES, catalog
from desktop.metering.documents import open_sheet
from desktop.metering.documents.reading_sheet import REGISTERS, TITLES
from desktop.metering.records import ReadRow, RegisterCode
from tests.sheets import at_hand  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("at_hand")
TODAY = date(2026, 2, 5)
NAMES = ("account", "meter", "read_on", "value")
READS = [("33010482", "M1", date(2026, 1, 31), 1234.5), ("33010483", "M2", date(2026, 1, 30), 20)]


def write(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("一月")
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path


def reads(path: Path) -> list[ReadRow]:
    with open_sheet(path, TODAY) as sheet:
        assert sheet.file.problems == ()
        parts = list(sheet.parts(500))
        assert [one for part in parts for one in part.problems] == []
        return [row for part in parts for row in part.rows]


def titles(name: str) -> list[str]:
    """Every title of a field, in every language."""
    (title, others), *_ = [(title, others) for one, title, others, _ in TITLES if one == name]
    return [*others, *(catalog(language)(title) for language in LANGUAGES)]


def spelled(title: str, spelling: int) -> str:
    """A title as somebody else types it."""
    ways: tuple[Callable[[str], str], ...] = (
        str, str.upper, str.lower, lambda word: f"  {word}：", lambda word: f"{word} (kWh)", lambda word: f"*{word}*",
    )  # fmt: skip
    return ways[spelling % len(ways)](title)


@given(
    chosen=st.tuples(*(st.sampled_from(titles(name)) for name in NAMES)),
    order=st.permutations(range(6)),
    spelling=st.integers(0, 5),
    above=st.integers(0, 3),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_and_language_of_titles_gives_the_same_reads(
    tmp_path: Path, chosen: tuple[str, ...], order: list[int], spelling: int, above: int
) -> None:
    head = [*(spelled(title, spelling) for title in chosen), "序号", "户名"]
    rows = [head, *([*read, at, "张三"] for at, read in enumerate(READS))]
    shuffled = [[row[place] for place in order] for row in rows]
    found = reads(write(tmp_path / "sheet.xlsx", [*[["和睦营业厅"]] * above, *shuffled]))
    assert [(row.account_number, row.meter_serial, row.read_on, row.value) for row in found] == [
        (account, meter, day, Reading.of(str(value))) for account, meter, day, value in READS
    ]


cells = st.one_of(
    st.none(), st.just(" "), st.text(max_size=5), st.integers(-5, 10**17),
    st.floats(allow_nan=False, allow_infinity=False), st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.booleans(),
    st.sampled_from(["合计", "1,234", "1.234,5", "31/01/2026", "01/02/2026", "M1", "户号", "=1+1", "３３"]),
)  # fmt: skip


@given(rows=st.lists(st.lists(cells, min_size=4, max_size=5), max_size=12))
@example(rows=[[None, None, None, "=0"]])
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_row_is_lost_without_a_word(tmp_path: Path, rows: list[list[object]]) -> None:
    plain = [[_harmless(cell) for cell in row] for row in rows]
    path = write(tmp_path / "sheet.xlsx", [["户号", "表号", "抄表日期", "本次示数"], *plain])
    filled = [at for at, row in enumerate(plain, 2) if any(str(cell or "").strip() for cell in row)]
    with open_sheet(path, TODAY) as sheet:
        (part,) = list(sheet.parts(500)) or [None]
        good = {row.row for row in part.rows} if part else set()
        bad = {one.row for one in part.problems} if part else set()
    skipped = {at for one in sheet.file.left_out for at in range(one.first, one.last + 1)}
    assert good | bad | skipped >= set(filled)
    assert not good & bad
    assert not (good | bad) & skipped
    assert sheet.file.count == len(good) + len(bad) + sheet.file.skipped


def _harmless(cell: object) -> object:
    if isinstance(cell, str):
        return "".join(letter for letter in cell if letter.isprintable())
    return cell


# Meters with several registers


def test_a_column_for_each_register(tmp_path: Path) -> None:
    head = [
        "户号",
        "表号",
        "抄表日期",
        "上次示数(总)",
        "本次示数(总)",
        "本次示数（峰）",
        "平",
        "谷示数",
        "无功",
    ]
    found = reads(
        write(tmp_path / "sheet.xlsx", [head, ["1", "M1", date(2026, 1, 31), 7, 100, 40, 35, 25, 9]])
    )
    assert [(row.register, row.value) for row in found] == [
        (RegisterCode.ACTIVE, Reading.of(100)),
        (RegisterCode.PEAK, Reading.of(40)),
        (RegisterCode.FLAT, Reading.of(35)),
        (RegisterCode.VALLEY, Reading.of(25)),
        (RegisterCode.REACTIVE, Reading.of(9)),
    ]
    assert {row.row for row in found} == {2}


def test_two_rows_of_titles_over_registers_and_what_was_read_before(tmp_path: Path) -> None:
    head = [
        ["户号", "表号", "抄表日期", "上次示数", None, None, "本次示数", None, None],
        [None, None, None, "总", "峰", "谷", "总", "峰", "谷"],
    ]
    row = ["1", "M1", date(2026, 1, 31), 1, 2, 3, 10, 20, 30]
    found = reads(write(tmp_path / "sheet.xlsx", [*head, row]))
    assert [(read.register, read.value) for read in found] == [
        (RegisterCode.ACTIVE, Reading.of(10)),
        (RegisterCode.PEAK, Reading.of(20)),
        (RegisterCode.VALLEY, Reading.of(30)),
    ]


@pytest.mark.parametrize("code", RegisterCode)
def test_a_row_for_each_register(tmp_path: Path, code: RegisterCode) -> None:
    words = [code.value, *REGISTERS[code], *(catalog(language)(code.text) for language in LANGUAGES)]
    rows = [[str(at), f"M{at}", date(2026, 1, 31), 100, word] for at, word in enumerate(words)]
    found = reads(
        write(tmp_path / "sheet.xlsx", [["户号", "表号", "抄表日期", "本次示数", "示数类型"], *rows])
    )
    assert {row.register for row in found} == {code}
    assert len(found) == len(words)


def test_registers_of_one_meter_are_no_repetition_but_the_same_one_twice_is(tmp_path: Path) -> None:
    rows = [
        ["1", "M1", date(2026, 1, 31), value, word]
        for value, word in ((100, "总"), (40, "峰"), (41, "峰"), (9, "风"))
    ]
    path = write(tmp_path / "sheet.xlsx", [["户号", "表号", "抄表日期", "本次示数", "示数类型"], *rows])
    with open_sheet(path, TODAY) as sheet:
        (part,) = sheet.parts(500)
    assert [row.value for row in part.rows] == [Reading.of(100), Reading.of(40)]
    assert [one.row for one in part.problems] == [4, 5]
