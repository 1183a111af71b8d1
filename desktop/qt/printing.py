"""Papers on a printer: each page drawn from the very PDF that is kept, so what is printed is what is shown."""

from __future__ import annotations

import os

import pypdfium2
from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

_DOTS_PER_INCH = 300
_POINTS_PER_INCH = 72


def printer_name() -> str:
    """The printer of this computer that papers go to: SERVICEHALL_PRINTER, else the default one; ``-`` is none."""
    named = os.environ.get("SERVICEHALL_PRINTER") or QPrinterInfo.defaultPrinterName()
    return "" if named == "-" else named


def print_paper(pdf: bytes, printer: str) -> bool:
    """Send a PDF to a printer by name, on any thread; whether the printer took it."""
    device = QPrinter(QPrinter.PrinterMode.HighResolution)
    device.setPrinterName(printer)
    return paint_paper(device, pdf)


def paint_paper(device: QPrinter, pdf: bytes) -> bool:
    """Draw every page of a PDF, each in its own size and to the edge; False when the device refuses."""
    device.setResolution(_DOTS_PER_INCH)
    device.setFullPage(True)
    with pypdfium2.PdfDocument(pdf) as document:
        device.setDocName(document.get_metadata_value("Title"))  # what the printer's queue calls it
        painter = QPainter()
        for at in range(len(document)):
            page = document[at]
            device.setPageLayout(_layout(*page.get_size()))
            if not (painter.begin(device) if at == 0 else device.newPage()):
                return False
            bitmap = page.render(
                scale=_DOTS_PER_INCH / _POINTS_PER_INCH, force_bitmap_format=pypdfium2.raw.FPDFBitmap_BGRx
            )
            dots = bytes(bitmap.buffer)
            image = QImage(dots, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32)
            painter.drawImage(device.pageLayout().fullRectPixels(device.resolution()), image)
        return painter.end()


def _layout(width: float, height: float) -> QPageLayout:
    """The page in points; lying on its side when it is wider than high."""
    size = QPageSize(QSizeF(min(width, height), max(width, height)), QPageSize.Unit.Point)
    lying = width > height
    turned = QPageLayout.Orientation.Landscape if lying else QPageLayout.Orientation.Portrait
    return QPageLayout(size, turned, QMarginsF())
