"""Prints that the journal follows, on their way to a printer or into a file; all of it runs beside the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from desktop.kernel.errors import Refused
from desktop.kernel.log import fault
from desktop.kernel.strips import StripLine
from desktop.kernel.text import Text
from desktop.kernel.work import Seat, Work
from desktop.papers.records import FailOrder, PrintRef, SendOrder
from desktop.papers.service import fail_prints, send_prints
from desktop.qt import escpos
from desktop.qt.preview import PaperFile, keep_paper
from desktop.qt.printing import STRAIGHT, STRIP_TEXT, paper_form, print_pages, printer_name, straight_to


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper that is kept: where, to look at, the name of its printer, and why that one took none of it, if so."""

    path: Path
    paper: PaperFile
    printer: str
    problem: Text | None = None

    @property
    def printed(self) -> bool:
        """Whether a printer took it."""
        return bool(self.printer) and self.problem is None


@dataclass(frozen=True, slots=True)
class Strips:
    """What printers of strips need besides: lines to write themselves, and whether cash was taken for the drawer."""

    lines: tuple[tuple[StripLine, ...], ...]
    cash: bool = False


def keep_and_print(
    seat: Seat,
    prints: tuple[PrintRef, ...],
    name: str,
    pdf: bytes,
    strips: Strips | None = None,
    *,
    marked: bool = True,
) -> Printed:
    """Keep prints of one kind as a file under a name, and send them to the printer of their kind here, if there is one.

    What goes straight to a printer of strips needs ``strips``; copies that are ``marked`` are files of their own. The
    journal is told before and after. OSError when the file cannot be kept; then nothing was sent.
    """
    path = keep_paper(f"{name}_copy{prints[0].copy}" if marked and prints[0].copy else name, pdf)
    kind, station = prints[0].kind, seat.station.code
    printer, straight = printer_name(kind, station), straight_to(kind, station)
    taken = partial(print_pages, printer, pdf, None)
    if strips is not None and printer == straight.address and paper_form(kind, station) in STRAIGHT:
        written = paper_form(kind, station) == STRIP_TEXT and escpos.can_write(strips.lines)
        kick = straight.drawer and strips.cash
        if written:
            taken = partial(escpos.print_lines, printer, strips.lines, kick=kick)
        else:
            taken = partial(escpos.print_pictures, printer, pdf, kick=kick)
    try:
        send(seat, prints, printer, taken)
    except Refused as error:
        return Printed(path, PaperFile(pdf), printer, error.text)
    return Printed(path, PaperFile(pdf), printer)


def send(seat: Seat, prints: tuple[PrintRef, ...], printer: str, taken: Callable[[], object]) -> None:
    """Send prints to a printer by ``taken``, which gives them to it; without a printer they are a file already.

    Sent is entered first: whoever comes second with the same print is refused. Refused too where the printer takes
    nothing, which is entered as well.
    """
    seat.do(send_prints, SendOrder(prints, printer))
    if not printer:
        return
    try:
        taken()
    except Refused as error:
        seat.do(fail_prints, FailOrder(prints, printer, error.text))
        raise
    except Exception as error:
        text = Text("It was not printed. The paper is kept. Reference {reference}", reference=fault(error))
        seat.do(fail_prints, FailOrder(prints, printer, text))
        raise Refused(text) from error


def send_each(
    seat: Seat, operation: Callable[[Work, str], PrintRef], *numbers: str
) -> Callable[[str, Callable[[], object]], None]:
    """How papers of one file go to a printer that may be printed as often as anybody asks.

    Each time is a print of its own, which the ``operation`` enters under its number.
    """

    def sent(printer: str, taken: Callable[[], object]) -> None:
        send(seat, tuple(seat.do(operation, number) for number in numbers), printer, taken)

    return sent
