"""No sheet the program writes can do harm where it is opened, and no list with persons leaves unmarked."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from desktop.billing import service as billing
from desktop.billing.documents import run_summary_xlsx
from desktop.contracts.service import reading_round
from desktop.desk import service as desk
from desktop.desk.documents import account_columns
from desktop.kernel.export import Gate, export_listing
from desktop.kernel.listing import Leaving, Listing
from desktop.kernel.sheet import Column, Entry, Kind, Origin, Sheet, harmless, write_xlsx
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat, go_on
from desktop.metering import service as metering
from desktop.metering.documents import reading_sheet_xlsx
from desktop.metering.records import RoundOrder
from desktop.parties import service as parties
from desktop.parties.records import DebtorType, NoteOrder, PartyChange
from tests import hall as halls

HARMFUL = (
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    '=HYPERLINK("x")',
)
SAY = catalog("en")
DESKTOP = Path(__file__).parents[2] / "desktop"


def cells(content: bytes) -> list[openpyxl.cell.Cell]:
    """Every filled cell of a workbook, as a spreadsheet would take it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [
        cell for page in book.worksheets for row in page.iter_rows() for cell in row if cell.value is not None
    ]


def assert_harmless(content: bytes) -> None:
    """No cell is a formula, none begins as one, and none refers to another file."""
    for cell in cells(content):
        assert cell.data_type != "f", cell.value
        assert not re.match(r"[=+@\t\r\n＝＋＠－-]", str(cell.value)) or cell.data_type in "nd", repr(
            cell.value
        )
    text = content.decode("latin-1")
    assert "externalLink" not in text
    assert "vbaProject" not in text


@pytest.mark.parametrize("words", HARMFUL)
def test_words_become_words_in_every_place_of_a_sheet(words: str) -> None:
    columns = (
        Column(words),
        Column("Value", Kind.VALUE),
        Column("Number", Kind.NUMBER),
        Column("Day", Kind.DATE),
        Column("Note", entry=Entry(words)),
    )
    content = write_xlsx([Sheet(words, columns, [(words,) * 5], (words,), words)], Origin(words, words))
    assert_harmless(content)
    back = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert {cell for cell in back[-1] if cell} == {harmless(words).replace("\r", "\n")}, (
        "XML knows one end of a line"
    )


def named(seat: Seat, number: str, name: str) -> None:
    """Call the customer of an account otherwise, and pin an alert of the same words."""
    party = halls.party_of(seat, number)
    seat.do(parties.change, PartyChange(party, name, "en", DebtorType.BUSINESS))
    seat.do(parties.add_note, NoteOrder(party, name, alert=True))


def test_every_sheet_of_a_hall_is_harmless_whatever_its_customers_are_called(
    small: Seat, tmp_path: Path
) -> None:
    for number, name in zip(halls.SMALL, ("=1+1", "@SUM(A1)", "-2+3"), strict=True):
        named(small, number, name)
    say, out = small.app.catalog("en"), tmp_path / "out.xlsx"
    columns = account_columns(say, small.app.country)
    gate = Gate(small, Leaving("Accounts", "=1+1 letters"), say)
    export_listing(small, out, "=x", columns, desk.accounts, desk.accounts_extent, Listing(), go_on, gate)
    written = [out.read_bytes()]
    run = small.ask(billing.bill_runs)[-1].number  # the first: of all accounts
    written.append(
        run_summary_xlsx(small.ask(billing.bill_run, run), small.ask(billing.run_drafts, run), say)
    )
    code = small.ask(metering.routes, halls.JANUARY)[0].code
    order = RoundOrder((code,), halls.JANUARY, reader="+reader")
    metering.export_rounds(small, out, order, reading_round, say)
    written.append(out.read_bytes())
    written.append(reading_sheet_xlsx(halls.small_reads(halls.SMALL, halls.TODAY, 1), say))
    for content in written:
        assert_harmless(content)
    for content in written[:3]:
        assert any(str(cell.value) == "'=1+1" for cell in cells(content)), "the name is there, as words"


def test_numbers_of_accounts_are_text_in_every_sheet(small: Seat, tmp_path: Path) -> None:
    out, say = tmp_path / "out.xlsx", small.app.catalog("en")
    code = small.ask(metering.routes, halls.JANUARY)[0].code
    metering.export_rounds(small, out, RoundOrder((code,), halls.JANUARY), reading_round, say)
    found = [cell for cell in cells(out.read_bytes()) if str(cell.value) in halls.SMALL]
    assert len(found) == len(halls.SMALL)
    assert {(cell.data_type, cell.number_format) for cell in found} == {("s", "@")}


PERSONAL = {"Address", "Contact", "Customer", "Name", "Party", "Phone", "What was noted"}
"""What columns with somebody's data are called."""


def _tables() -> Iterator[tuple[str, set[str], bool]]:
    """Every table of a page: where it is made, what it and its columns are called, whether it is marked."""
    for path in sorted(DESKTOP.rglob("page/*.py")) + sorted(DESKTOP.rglob("page.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Table":
                words = {
                    one.value
                    for one in ast.walk(call)
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
                marked = any(one.arg == "persons" for one in call.keywords)
                yield f"{path.relative_to(DESKTOP)}:{call.lineno}", words, marked


def test_a_table_with_persons_in_it_is_marked_as_one() -> None:
    """It leaves the house for a reason only, within a limit, and that is recorded."""
    unmarked = {where for where, words, marked in _tables() if words & PERSONAL and not marked}
    assert unmarked == set()
    assert sum(marked for _, _, marked in _tables()) > 10


def test_sheets_are_written_in_one_place_only() -> None:
    """Whoever writes a workbook elsewhere would have to think of all this again."""
    elsewhere = [
        str(path.relative_to(DESKTOP))
        for path in DESKTOP.rglob("*.py")
        if re.search(r"openpyxl\.Workbook\(|DictWriter\(|xlsxwriter", path.read_text(encoding="utf-8"))
    ]
    assert elsewhere == ["kernel/sheet/writing.py"]
