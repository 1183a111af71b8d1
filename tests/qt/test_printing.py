"""Papers on a printer: as many pages, as large, and as dark as the PDF they come from."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtPrintSupport import QPrinter

from desktop.app import COUNTRIES
from desktop.counter.documents import receipt_pdf
from desktop.kernel.errors import Refused
from desktop.kernel.text import Catalog, catalog
from desktop.qt.printing import paint_paper, print_pages, printer_name
from tests.papers_samples import make_receipt


def say(language: str) -> Catalog:
    return catalog(language, COUNTRIES["cn"].currency)


def _ink(pdf: pypdfium2.PdfDocument, page: int) -> float:
    """The share of a page that is not white."""
    grey = pdf[page].render(scale=1, grayscale=True).to_numpy()
    return float((grey < 200).mean())


def test_a_receipt_is_printed_as_it_is_shown(qapp: object, tmp_path: Path) -> None:
    paper = receipt_pdf([make_receipt(), make_receipt(copy=1)], say, COUNTRIES["cn"])
    device = QPrinter(QPrinter.PrinterMode.HighResolution)
    device.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    device.setOutputFileName(str(tmp_path / "printed.pdf"))
    assert paint_paper(device, paper) == 2
    with pypdfium2.PdfDocument(paper) as shown:
        assert device.docName() == shown.get_metadata_value("Title") != ""
    with pypdfium2.PdfDocument(paper) as shown, pypdfium2.PdfDocument(tmp_path / "printed.pdf") as printed:
        assert len(printed) == len(shown) == 2
        for at in range(2):
            assert printed[at].get_size() == pytest.approx(shown[at].get_size(), abs=2)
            assert _ink(printed, at) == pytest.approx(_ink(shown, at), rel=0.25)
            assert _ink(shown, at) > 0.005


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_device_that_refuses_is_told(qapp: object, tmp_path: Path) -> None:
    device = QPrinter(QPrinter.PrinterMode.HighResolution)
    device.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    device.setOutputFileName(str(tmp_path / "no such folder" / "printed.pdf"))
    with pytest.raises(Refused, match="takes nothing now"):
        paint_paper(device, receipt_pdf([make_receipt()], say, COUNTRIES["cn"]))
    with pytest.raises(Refused, match="is not there"):
        print_pages("no such printer", b"", None)


def test_the_printer_is_named_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICEHALL_PRINTER", "-")
    assert printer_name() == ""
    monkeypatch.setenv("SERVICEHALL_PRINTER", "counter 3")
    assert printer_name() == "counter 3"
