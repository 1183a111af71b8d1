"""Lists as workbooks: whole or not at all, harmless, on as many sheets as they need."""

from __future__ import annotations

import pytest
from python_calamine import CalamineWorkbook

from desktop.kernel import export
from desktop.kernel.export import Listed, export_xlsx
from desktop.kernel.measures import Energy, Money
from desktop.kernel.sheet import Column, Kind

COLUMNS = (
    Listed(Column("Number"), lambda row: row[0]),
    Listed(Column("Amount", Kind.VALUE, 2), lambda row: row[1]),
)


def go_on(_done: int, _total: int) -> bool:
    return True


def read(path):
    workbook = CalamineWorkbook.from_path(path)
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}


def test_numbers_of_accounts_are_text_and_amounts_are_numbers(tmp_path):
    rows = [("0330", Money(-12_345)), ("0331", Energy(1_500)), ("0332", None), ("0333", True), ("0334", 7)]
    assert export_xlsx(tmp_path / "a.xlsx", "List", COLUMNS, rows, 5, go_on) == 5
    assert read(tmp_path / "a.xlsx")["List"][1:] == [
        ["0330", -123.45], ["0331", 1.5], ["0332", ""], ["0333", "True"], ["0334", 7.0],
    ]  # fmt: skip


@pytest.mark.parametrize("start", "=+-@\t\r")
def test_no_cell_becomes_a_formula(tmp_path, start):
    export_xlsx(tmp_path / "a.xlsx", "List", COLUMNS, [(f"{start}1+1", f"{start}cmd")], 1, go_on)
    (written,) = read(tmp_path / "a.xlsx")["List"][1:]
    assert all(words.startswith("'") for words in written)


def test_a_stopped_export_leaves_what_stood_there(tmp_path):
    out, told = tmp_path / "a.xlsx", []
    out.write_bytes(b"before")

    def stop(done: int, total: int) -> bool:
        told.append((done, total))
        return done < 512

    assert export_xlsx(out, "List", COLUMNS, ((str(n), n) for n in range(5_000)), 5_000, stop) is None
    assert told == [(256, 5_000), (512, 5_000)]
    assert out.read_bytes() == b"before"
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]


def test_rows_that_fail_leave_no_file(tmp_path):
    with pytest.raises(ZeroDivisionError):
        export_xlsx(
            tmp_path / "a.xlsx", "List", COLUMNS, ((str(n), 1 // (9 - n)) for n in range(20)), 20, go_on
        )
    assert list(tmp_path.iterdir()) == []


def test_a_list_longer_than_a_sheet_goes_on_in_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(export, "LONGEST_SHEET", 3)
    assert export_xlsx(tmp_path / "a.xlsx", "List", COLUMNS, [(str(n), n) for n in range(7)], 7, go_on) == 7
    found = read(tmp_path / "a.xlsx")
    assert {name: len(rows) - 1 for name, rows in found.items()} == {"List": 3, "List 2": 3, "List 3": 1}
