"""Papers on a printer: each page drawn from the very PDF that is kept, so what is printed is what is shown."""

from __future__ import annotations

import json
import logging
import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pypdfium2
from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from desktop.kernel.errors import Refused
from desktop.kernel.files import user_folder
from desktop.kernel.text import Text
from desktop.qt.preview import DRAWING

MOST_COPIES = 99
STRIP, STRIP_PICTURE, STRIP_TEXT = "strip", "strip_picture", "strip_text"
"""The forms of a paper on a strip of 80 mm: by any driver, and sent straight to a printer, as a picture or as text."""

STRIP_FORMS = (STRIP, STRIP_PICTURE, STRIP_TEXT)
STRAIGHT = (STRIP_PICTURE, STRIP_TEXT)
"""The forms that go to an address, not to a printer of the computer."""

FARTHEST = 200
"""Tenths of a millimetre that pages may be moved."""

_STOPPED = (QPrinter.PrinterState.Aborted, QPrinter.PrinterState.Error)
_DOTS_PER_INCH = 300
_POINTS_PER_INCH = 72
_RANGE = re.compile(r"(\d+)(?:[-–~](\d+))?")
log = logging.getLogger("desktop.printing")


def printers() -> tuple[str, ...]:
    """The printers of this computer, by name; none where SERVICEHALL_PRINTER is ``-``."""
    if os.environ.get("SERVICEHALL_PRINTER") == "-":
        return ()
    return tuple(sorted(QPrinterInfo.availablePrinterNames()))


def printer_name(kind: str = "", station: str = "") -> str:
    """The printer that a kind of paper goes to at a station; empty for none.

    SERVICEHALL_PRINTER, else the one chosen last for this paper here, else the computer's own; ``-`` is none. A paper
    that goes straight to a printer has that one's address here.
    """
    named = (
        os.environ.get("SERVICEHALL_PRINTER")
        or (straight_to(kind, station).address if paper_form(kind, station) in STRAIGHT else "")
        or _remembered().get(f"{station}/{kind}")
        or QPrinterInfo.defaultPrinterName()
    )
    return "" if named == "-" else named


def remember_printer(kind: str, station: str, name: str) -> None:
    """From now on this kind of paper goes there at this station; a full disk is no reason to stop somebody."""
    _remember(f"{station}/{kind}", name)


def paper_form(kind: str, station: str) -> str:
    """The form of a kind of paper at a station, such as `STRIP`; empty for the usual one."""
    return _remembered().get(f"{station}/{kind}/form", "")


def remember_form(kind: str, station: str, form: str) -> None:
    """From now on this kind of paper has this form at this station."""
    _remember(f"{station}/{kind}/form", form)


@dataclass(frozen=True, slots=True)
class Straight:
    """Where a paper goes straight to a printer: its address, and whether cash opens the drawer that hangs on it."""

    address: str = ""
    drawer: bool = False


def straight_to(kind: str, station: str) -> Straight:
    """Where a kind of paper goes that a station sends straight to a printer."""
    kept = _remembered()
    drawer = kept.get(f"{station}/{kind}/drawer") == "yes"
    return Straight(kept.get(f"{station}/{kind}/address", ""), drawer)


def remember_straight(kind: str, station: str, straight: Straight) -> None:
    """From now on this kind of paper goes there, where this station sends it straight to a printer."""
    _remember(f"{station}/{kind}/address", straight.address)
    _remember(f"{station}/{kind}/drawer", "yes" if straight.drawer else "")


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a printer's pages are moved to the right and down, in tenths of a millimetre."""

    right: int = 0
    down: int = 0


def shift_of(printer: str) -> Shift:
    """How far the pages of a printer are moved, as its calibration page showed."""
    right, _, down = _remembered().get(f"shift/{printer}", "").partition(" ")
    try:
        return Shift(int(right), int(down))
    except ValueError:
        return Shift()


def remember_shift(printer: str, shift: Shift) -> None:
    """From now on the pages of this printer are moved so far, on this computer."""
    _remember(f"shift/{printer}", f"{shift.right} {shift.down}")


def read_tenths(typed: str) -> int | None:
    """Tenths of a millimetre, at most `FARTHEST` either way, of what somebody typed; None is no such number.

    >>> [read_tenths(typed) for typed in ("1.5", "-0,3", "−2", "", "1.55", "９", "21")]
    [15, -3, -20, 0, None, 90, None]
    """
    plain = unicodedata.normalize("NFKC", typed).strip().replace("−", "-").replace(",", ".")
    hit = re.fullmatch(r"([+-]?)(\d{1,2})(?:\.(\d))?", plain or "0")
    if hit is None:
        return None
    tenths = int(hit[2]) * 10 + int(hit[3] or 0)
    return (-tenths if hit[1] == "-" else tenths) if tenths <= FARTHEST else None


def _remember(key: str, value: str) -> None:
    try:
        kept = json.dumps(_remembered() | {key: value}, ensure_ascii=False, indent=1)
        (user_folder() / "printers.json").write_text(kept, encoding="utf-8")
    except OSError as error:
        log.warning("the printer is not remembered: %s", error)


def _remembered() -> dict[str, str]:
    try:
        found = json.loads((user_folder() / "printers.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def read_pages(typed: str, count: int) -> tuple[int, ...] | None:
    """The pages, from 0, that ``1-3, 5`` names of ``count``; nothing typed is all of them, None is no such pages.

    >>> read_pages("1-3，5", 9), read_pages("", 2), read_pages("8-12", 9), read_pages("3-1", 9)
    ((0, 1, 2, 4), (0, 1), None, None)
    """
    plain = "".join(chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else sign for sign in typed)
    plain = re.sub(r"\s+", "", plain.replace("、", ","))
    if not plain:
        return tuple(range(count))
    found: dict[int, None] = {}
    for part in plain.split(","):
        hit = _RANGE.fullmatch(part)
        if hit is None:
            return None
        first, last = int(hit[1]), int(hit[2] or hit[1])
        if not 1 <= first <= last <= count:
            return None
        found |= dict.fromkeys(range(first - 1, last))
    return tuple(found)


def device_of(printer: str) -> QPrinter:
    """The printer of a name, ready to be drawn on; Refused when this computer has it no more, or it has stopped."""
    if printer not in QPrinterInfo.availablePrinterNames():
        raise Refused(
            Text("The printer {printer} is not there. Switch it on or choose another", printer=printer)
        )
    told = QPrinterInfo.printerInfo(printer)
    if not told.isNull() and told.state() in _STOPPED:
        raise Refused(
            Text("The printer {printer} has stopped. Look at its paper and its display", printer=printer)
        )
    device = QPrinter(QPrinter.PrinterMode.HighResolution)
    device.setPrinterName(printer)
    return device


def print_pages(
    printer: str,
    pdf: bytes,
    pages: Sequence[int] | None,
    copies: int = 1,
    progress: Callable[[int, int], bool] = lambda _done, _total: True,
) -> int:
    """Send pages of a PDF (None: all) to a printer, on any thread, moved as it needs them; how many sides it took.

    ``progress`` is told (done, total) and stops between two sides with False. Refused when the printer is gone or
    takes nothing.
    """
    return paint_paper(device_of(printer), pdf, pages, copies, progress, shift_of(printer))


_UNMOVED = Shift()


def _dots(tenths: int) -> int:
    return round(tenths * _DOTS_PER_INCH / 254)


def paint_paper(
    device: QPrinter,
    pdf: bytes,
    pages: Sequence[int] | None = None,
    copies: int = 1,
    progress: Callable[[int, int], bool] = lambda _done, _total: True,
    shift: Shift = _UNMOVED,
) -> int:
    """Draw pages of a PDF, each in its own size and to the edge but for the ``shift``; how many.

    Refused when the device refuses.
    """
    device.setResolution(_DOTS_PER_INCH)
    device.setFullPage(True)
    with DRAWING:
        document = pypdfium2.PdfDocument(pdf)
        device.setDocName(document.get_metadata_value("Title"))  # what the printer's queue calls it
        wanted = list(range(len(document)) if pages is None else pages) * copies
    painter, done = QPainter(), 0
    try:
        for at in wanted:
            image, size = _picture(document, at)
            device.setPageLayout(_layout(*size))
            if not (device.newPage() if done else painter.begin(device)):
                break
            place = device.pageLayout().fullRectPixels(device.resolution())
            painter.drawImage(place.translated(_dots(shift.right), _dots(shift.down)), image)
            done += 1
            if not progress(done, len(wanted)):
                break
    finally:
        taken = painter.end() if painter.isActive() else False
        with DRAWING:
            document.close()
    if not taken or not done:
        raise Refused(
            Text("The printer {printer} takes nothing now. Look at its paper and its display",
                 printer=device.printerName() or device.outputFileName())
        )  # fmt: skip
    return done


def _picture(document: pypdfium2.PdfDocument, at: int) -> tuple[QImage, tuple[float, float]]:
    with DRAWING:
        page = document[at]
        bitmap = page.render(
            scale=_DOTS_PER_INCH / _POINTS_PER_INCH, force_bitmap_format=pypdfium2.raw.FPDFBitmap_BGRx
        )
        dots, size = bytes(bitmap.buffer), page.get_size()
        image = QImage(dots, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32).copy()
        bitmap.close()
        page.close()
    return image, size


def _layout(width: float, height: float) -> QPageLayout:
    """The page in points; lying on its side when it is wider than high."""
    size = QPageSize(QSizeF(min(width, height), max(width, height)), QPageSize.Unit.Point)
    lying = width > height
    turned = QPageLayout.Orientation.Landscape if lying else QPageLayout.Orientation.Portrait
    return QPageLayout(size, turned, QMarginsF())
