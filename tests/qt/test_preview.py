"""Papers shown and printed inside the program: long ones open at once, printers that are gone are told."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest

from desktop.app import COUNTRIES
from desktop.billing.documents import write_bills
from desktop.kernel.errors import Refused
from desktop.kernel.files import user_folder
from desktop.kernel.text import Text, catalog
from desktop.qt import paper_panel, preview, printing
from desktop.qt.paper_panel import PaperPanel
from desktop.qt.preview import PAGES_KEPT, PaperFile, PaperView
from desktop.qt.printing import printer_name, read_pages, remember_printer
from tests.papers_samples import make_bill
from tests.windows import settle, shown

CN = COUNTRIES["cn"]


@pytest.fixture(autouse=True)
def no_choice_remembered():
    (user_folder() / "printers.json").unlink(missing_ok=True)


def bills(count: int) -> bytes:
    out = io.BytesIO()
    write_bills(out, [make_bill()] * count, lambda code: catalog(code, CN.currency), CN)
    return out.getvalue()


@pytest.fixture(scope="module")
def long_paper() -> bytes:
    """Five thousand A4 pages that share one drawing."""
    count = 5000
    drawing = b"0 0 0 rg 100 600 300 100 re f"
    kids = " ".join(f"{at + 4} 0 R" for at in range(count)).encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/MediaBox[0 0 595 842]/Count %d/Kids[%s]>>" % (count, kids),
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
        *([b"<</Type/Page/Parent 2 0 R/Contents 3 0 R>>"] * count),
    ]
    out, places = io.BytesIO(b"%PDF-1.4\n"), []
    out.seek(0, io.SEEK_END)
    for number, words in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj%s endobj\n" % (number, words))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


@pytest.fixture
def panel(qtbot, workers) -> PaperPanel:
    made = shown(qtbot, PaperPanel(catalog("en"), workers, "bill", "3"))
    made.resize(900, 700)
    return made


def test_of_five_thousand_pages_only_those_near_the_view_are_drawn(qtbot, workers, long_paper):
    view = shown(qtbot, PaperView("Preview", workers))
    view.resize(700, 600)
    drawn = []
    paper = PaperFile(long_paper)
    draw = paper.draw
    paper.draw = lambda at: drawn.append(at) or draw(at)
    view.show_paper(paper)
    assert view.pages == 5000
    settle(qtbot, workers, lambda: view.drawn)
    assert max(drawn) <= 3
    moved = []
    view.moved.connect(moved.append)
    for page in range(100, 5000, 100):  # scrolled past faster than anything is drawn
        view.go_to(page)
    QTest.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, workers, lambda: 4999 in view.drawn)
    assert moved[-1] >= 4999
    assert len(drawn) < 15
    for page in range(1, 60, 2):
        view.go_to(page)
        settle(qtbot, workers, lambda page=page: page - 1 in view.drawn)
    assert len(view.drawn) <= PAGES_KEPT


def test_what_is_seen_is_the_page(qtbot, workers):
    view = shown(qtbot, PaperView("Preview", workers))
    view.resize(700, 900)
    view.show_paper(PaperFile(bills(2)))
    settle(qtbot, workers, lambda: 0 in view.drawn)
    image = view.viewport().grab().toImage()
    dark = sum(image.pixelColor(x, y).lightness() < 90 for x in range(0, 690, 3) for y in range(0, 600, 3))
    assert dark > 100
    view.show_paper(None)
    assert view.pages == 0
    assert view.drawn == ()


def test_a_page_that_cannot_be_drawn_stays_white_and_is_logged(qtbot, workers, monkeypatch):
    logged = []
    monkeypatch.setattr(preview, "fault", logged.append)
    view = shown(qtbot, PaperView("Preview", workers))
    paper = PaperFile(bills(1))
    monkeypatch.setattr(paper, "draw", lambda at: 1 / 0)
    view.show_paper(paper)
    settle(qtbot, workers, lambda: logged)
    assert isinstance(logged[0], ZeroDivisionError)


@pytest.mark.parametrize(
    ("typed", "pages"),
    [("", (0, 1, 2)), (" 2 ", (1,)), ("1-2", (0, 1)), ("３、１", (2, 0)), ("2,2", (1,)), ("4", None), ("0", None),
     ("2-1", None), ("a", None), ("1-", None)],
)  # fmt: skip
def test_pages_as_people_write_them(typed, pages):
    assert read_pages(typed, 3) == pages


def test_the_printer_is_remembered_for_this_paper_at_this_station(monkeypatch):
    monkeypatch.delenv("SERVICEHALL_PRINTER")
    monkeypatch.setattr(printing.QPrinterInfo, "defaultPrinterName", staticmethod(lambda: "office"))
    assert printer_name("bill", "3") == "office"
    remember_printer("bill", "3", "laser 2")
    remember_printer("receipt", "3", "counter 3")
    assert [printer_name(kind, "3") for kind in ("bill", "receipt", "notice")] == [
        "laser 2",
        "counter 3",
        "office",
    ]
    assert printer_name("bill", "4") == "office"
    (user_folder() / "printers.json").write_text("[", encoding="utf-8")
    assert printer_name("bill", "3") == "office"


@pytest.fixture
def two_printers(monkeypatch, tmp_path):
    """A computer with two printers, one of which writes files; the other is gone when something is printed."""

    def device(name: str) -> QPrinter:
        if name == "gone":
            raise Refused(
                Text("The printer {printer} is not there. Switch it on or choose another", printer=name)
            )
        made = QPrinter(QPrinter.PrinterMode.HighResolution)
        made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        made.setOutputFileName(str(tmp_path / "printed.pdf"))
        return made

    monkeypatch.setattr(paper_panel, "printers", lambda: ("gone", "laser"))
    monkeypatch.setattr(printing, "device_of", device)
    monkeypatch.setenv("SERVICEHALL_PRINTER", "")
    return tmp_path / "printed.pdf"


def test_pages_and_copies_are_printed_by_keys(qtbot, workers, panel, two_printers):
    panel.show_paper("Bills", Path("bills.pdf"), PaperFile(bills(3)))
    QTest.keyClick(panel.view, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    form = panel.print_panel
    assert form.isVisible()
    assert form.size.text() == "A4"
    assert panel.focusWidget() is form.printer
    QTest.keyClick(form.printer, Qt.Key.Key_Down)
    QTest.keyClick(form.printer, Qt.Key.Key_Return)
    QTest.keyClick(form.copies, Qt.Key.Key_Up)
    QTest.keyClick(form.copies, Qt.Key.Key_Return)
    QTest.keyClicks(form.pages, "4")
    QTest.keyClick(form.pages, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert form.pages.accessibleDescription() == "Write pages from 1 to 3 like this: 1-3, 5"
    form.pages.clear()
    QTest.keyClicks(form.pages, "2-3")
    QTest.keyClick(form.pages, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, workers, form.isHidden)
    with pypdfium2.PdfDocument(two_printers) as printed:
        assert len(printed) == 4
    assert panel.where.text() == "4 sides printed on laser"
    panel.ask_print()
    assert form.printer.value() == "laser"
    assert panel.focusWidget() is form.button


def test_a_printer_that_is_gone_is_told_and_nothing_is_lost(qtbot, workers, panel, two_printers):
    panel.show_paper("Bills", Path("bills.pdf"), PaperFile(bills(1)))
    panel.ask_print()
    panel.ask_print()
    told = panel.print_panel.problem
    settle(qtbot, workers, told.isVisible)
    assert told._words.text() == "The printer gone is not there. Switch it on or choose another"
    assert panel.print_panel.isVisible()
    panel.print_panel.printer.show_text("laser")
    panel.ask_print()
    settle(qtbot, workers, two_printers.exists)


def test_escape_closes_one_thing_at_a_time(qtbot, workers, panel, two_printers):
    panel.show_paper("Bills", Path("bills.pdf"), PaperFile(bills(1)))
    panel.ask_print()
    QTest.keyClick(panel.focusWidget(), Qt.Key.Key_Escape)
    assert panel.print_panel.isHidden()
    with qtbot.waitSignal(panel.closed):
        QTest.keyClick(panel.focusWidget(), Qt.Key.Key_Escape)


def test_a_computer_without_a_printer_says_so(panel, monkeypatch):
    monkeypatch.setattr(paper_panel, "printers", tuple)
    panel.show_paper("Bills", Path("bills.pdf"), PaperFile(bills(1)))
    panel.ask_print()
    assert not panel.print_panel.button.isEnabled()
    assert "no printer" in panel.print_panel.problem._words.text()
