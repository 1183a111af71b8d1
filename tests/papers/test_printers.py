"""Which paper goes to which printer, in which form and how far moved: by keys, and as the printers take it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtTest import QTest

from desktop.app import App
from desktop.counter.page import Stage
from desktop.counter.page.papers import receipt_look, receipt_paper
from desktop.counter.records import PaymentOrder, ReceiptQuery, TillOrder
from desktop.counter.service import open_till, reprint_receipt, take_payment
from desktop.desk.page.printing import ways
from desktop.kernel.files import user_folder
from desktop.kernel.measures import Money
from desktop.kernel.text import LANGUAGES, Text, catalog
from desktop.kernel.work import Seat
from desktop.papers.documents import calibration_pdf
from desktop.papers.page.printers import KINDS, STRIPS
from desktop.papers.records import PrintsQuery, PrintState
from desktop.papers.service import prints
from desktop.qt.paper_panel import PaperPanel
from desktop.qt.printing import (
    STRIP,
    STRIP_PICTURE,
    STRIP_TEXT,
    Shift,
    Straight,
    paint_paper,
    paper_form,
    printer_name,
    remember_form,
    remember_straight,
    shift_of,
)
from desktop.shell.window import Window
from tests.papers_samples import make_receipt, outside, overlapping, pdf_pages
from tests.strip_printer import CUT, KICK, NO_PAPER, RASTER, strip_printer
from tests.windows import owing, settle, shown

ENTER, F12 = Qt.Key.Key_Return, Qt.Key.Key_F12
CTRL = Qt.KeyboardModifier.ControlModifier
NO_PAPER_TOLD = "The printer at {address} has no paper. Put a roll in"
GONE_TOLD = "The printer at {address} does not answer. Switch it on, look at its cable"


@pytest.fixture(autouse=True)
def two_printers(monkeypatch: pytest.MonkeyPatch):
    """A computer with two printers, for which nothing is chosen yet."""
    monkeypatch.delenv("SERVICEHALL_PRINTER")
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", lambda: ["laser", "till"])
    monkeypatch.setattr(QPrinterInfo, "defaultPrinterName", lambda: "laser")
    kept = user_folder() / "printers.json"
    kept.unlink(missing_ok=True)
    yield
    kept.unlink(missing_ok=True)


def printers_page(qtbot, seat: Seat, workers, language: str = "en"):
    window = shown(qtbot, Window(replace(seat, actor=replace(seat.actor, language=language)), workers))
    page = window.open_page("printers")
    settle(qtbot, workers, lambda: page.list.current is not None)
    return page


@pytest.mark.parametrize("language", ["en", "vi"])
def test_receipts_become_strips_on_the_till_printer_by_keys(
    qtbot, clerk: Seat, workers, language: str
) -> None:
    page, station = printers_page(qtbot, clerk, workers, language), clerk.station.code
    assert page.list.current.kind == "receipt"
    QTest.keyClick(page.list, ENTER)
    assert page.printer.hasFocus()
    QTest.keyClicks(page.printer, "till")
    QTest.keyClick(page.printer, ENTER)
    assert page.form.hasFocus()
    QTest.keyClick(page.form, Qt.Key.Key_Down)
    assert page.form.currentText() == page.say("Strip of 80 mm")
    QTest.keyClick(page.form, ENTER)
    for edit, typed in ((page.right, "1.5"), (page.down, "-0.3")):
        edit.selectAll()
        QTest.keyClicks(edit, typed)
        QTest.keyClick(edit, ENTER)
    QTest.keyClick(page, F12)
    settle(qtbot, workers, lambda: page.list.current.form == STRIP)
    assert (printer_name("receipt", station), paper_form("receipt", station)) == ("till", STRIP)
    assert shift_of("till") == Shift(15, -3)
    assert (printer_name("bill", station), shift_of("laser")) == ("laser", Shift())
    assert page.list.current.shift == Shift(15, -3)
    assert page.list.hasFocus()
    assert receipt_look(clerk, make_receipt()).sizes[0][0] == pytest.approx(80 / 25.4 * 72, abs=0.1)


def test_what_is_no_distance_is_told_beside_it_and_kept(qtbot, clerk: Seat, workers) -> None:
    page = printers_page(qtbot, clerk, workers)
    page.right.setText("two")
    QTest.keyClick(page, F12)
    assert page.right.hasFocus()
    assert page.right.text() == "two"
    assert "−20 to 20" in page.right.accessibleDescription()
    assert not (user_folder() / "printers.json").exists()


def test_the_calibration_page_is_of_the_chosen_form_and_goes_away_by_esc(qtbot, clerk: Seat, workers) -> None:
    page = printers_page(qtbot, clerk, workers)
    page.list.go_to(2)
    assert page.list.current.kind == "bill"
    QTest.keyClick(page, Qt.Key.Key_P, CTRL)
    settle(qtbot, workers, lambda: page.paper.paper is not None)
    assert page.paper.paper.sizes[0] == pytest.approx((595, 842), abs=1)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert page.list.hasFocus()


def test_every_paper_that_pages_print_has_its_row(qtbot, clerk: Seat, workers) -> None:
    printed = set()
    window = shown(qtbot, Window(clerk, workers))
    for name in window.rail:
        printed |= {panel.kind for panel in window.open_page(name).findChildren(PaperPanel)}
    settle(qtbot, workers)
    assert printed - {"calibration"} <= set(KINDS)
    assert printed & set(KINDS)
    assert set(ways(clerk)) <= set(KINDS), "what the print journal prints again, too"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(210.0, 297.0), (210.0, 148.0), *STRIPS.values()])
def test_the_calibration_page_has_its_lines_where_it_says(language: str, size: tuple[float, float]) -> None:
    pdf = calibration_pdf(catalog(language), "front desk", size)
    assert "50.0 mm" in pdf_pages(pdf)[0]
    assert not overlapping(pdf)
    assert not outside(pdf, 4, size[0] - 4)
    with pypdfium2.PdfDocument(pdf) as paper:
        dots = paper[0].render(scale=10 * 25.4 / 72, grayscale=True).to_numpy()  # ten a millimetre
    assert (dots[int(size[1] * 10) - 60 : -45, 198:203].min(axis=1) < 160).all()
    assert (dots[198:203, int(size[0] * 10) - 60 : -45].min(axis=0) < 160).all()


def test_pages_are_moved_by_so_many_tenths(qapp: object, tmp_path: Path) -> None:
    pdf, places = calibration_pdf(catalog("en"), "front desk", (210.0, 297.0)), []
    for shift in (Shift(), Shift(15, -30)):
        device = QPrinter(QPrinter.PrinterMode.HighResolution)
        device.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        device.setOutputFileName(str(tmp_path / "moved.pdf"))
        assert paint_paper(device, pdf, shift=shift) == 1
        with pypdfium2.PdfDocument(tmp_path / "moved.pdf") as paper:
            dots = paper[0].render(scale=10 * 25.4 / 72, grayscale=True).to_numpy()
        places.append((int(dots[2800].argmin()), int(dots[:, 2055].argmin())))
    (across, down), (moved_across, moved_down) = places
    assert moved_across - across == pytest.approx(15, abs=2)
    assert moved_down - down == pytest.approx(-30, abs=2)


def test_receipts_go_straight_to_a_strip_printer_and_its_drawer_opens_for_cash(
    qtbot, hall: App, clerk: Seat, workers
) -> None:
    page, station = printers_page(qtbot, clerk, workers), clerk.station.code
    page.form.show_text(STRIP_TEXT)
    page.address.setText("not an address!")
    QTest.keyClick(page, F12)
    assert page.address.property("problem") == "bad"
    assert printer_name("receipt", station) == "laser", "nothing is kept"
    clerk.do(open_till, TillOrder(Money(0)))
    order = PaymentOrder(owing(clerk)[0].number, Money(100), Money(100))
    with strip_printer() as printer:
        page.address.setText(printer.address)
        page.drawer.show_text("opens")
        QTest.keyClick(page, F12)
        settle(qtbot, workers, lambda: page.list.current.form == STRIP_TEXT)
        assert printer_name("receipt", station) == page.list.current.printer == printer.address
        assert not page.printer.isVisible()
        taken = clerk.do(take_payment, order)
        made = receipt_paper(clerk, taken)
    assert made.printed
    assert taken.number.encode() in printer.got
    assert (printer.got.count(CUT), printer.got.count(KICK)) == (1, 1)
    copy = clerk.do(reprint_receipt, ReceiptQuery(taken.number))
    made = receipt_paper(clerk, copy)
    assert "does not answer" in str(made.problem)
    (_, failed) = clerk.ask(prints, PrintsQuery(number=taken.number))
    assert [step.state for step in failed.steps] == [PrintState.SENT, PrintState.FAILED]
    with strip_printer() as printer:
        remember_straight("receipt", station, Straight(printer.address, drawer=True))
        remember_form("receipt", station, STRIP_PICTURE)
        made = receipt_paper(clerk, copy)
    assert made.printed
    assert RASTER in printer.got
    assert KICK not in printer.got, "no money goes in for a copy"
    assert hall.verify() == []


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_a_printer_without_paper_or_gone_costs_neither_the_payment_nor_its_original(
    qtbot, hall: App, clerk: Seat, workers, language: str
) -> None:
    seat = replace(clerk, actor=replace(clerk.actor, language=language))
    say, station, told = hall.catalog(language), clerk.station.code, []
    seat.do(open_till, TillOrder(Money(0)))
    counter = shown(qtbot, Window(seat, workers)).open_page("counter")
    counter.show_account(owing(seat)[0].number)
    settle(qtbot, workers, lambda: counter.stage is Stage.FILLED)
    remember_form("receipt", station, STRIP_PICTURE)
    with strip_printer(lambda _: NO_PAPER) as empty:
        remember_straight("receipt", station, Straight(empty.address))
        QTest.keyClick(counter.money.given, Qt.Key.Key_Up)
        QTest.keyClick(counter.money.given, F12)
        settle(qtbot, workers, lambda: counter.stage is Stage.DONE and counter.banner.isVisible())
    told.append(counter.banner.accessibleDescription())
    for _ in range(2):  # nobody answers there any more
        QTest.keyClick(counter, Qt.Key.Key_P, CTRL)
        settle(qtbot, workers)
    told.append(counter.banner.accessibleDescription())
    for words, remedy in zip(told, (NO_PAPER_TOLD, GONE_TOLD), strict=True):
        assert say(Text(remedy, address=empty.address)) in words
        assert say("The payment stands. Ctrl P tries again") in words
    assert (RASTER in empty.got, counter.receipt.copy) == (False, 0)
    with strip_printer() as full:
        remember_straight("receipt", station, Straight(full.address))
        QTest.keyClick(counter, Qt.Key.Key_P, CTRL)
        settle(qtbot, workers, lambda: full.address in counter.done.paper.text())
    assert RASTER in full.got
    assert counter.receipt.copy == 0, "the original: it had not come out yet"
    (row,) = seat.ask(prints, PrintsQuery(number=counter.receipt.number))
    assert [step.state.value for step in row.steps] == ["sent", *["failed", "sent"] * 3]
    assert hall.verify() == []
