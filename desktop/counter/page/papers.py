"""Receipts made into papers, beside the window: for the eye, or kept and sent to the printer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop.counter.documents import receipt_pdf, strip_pdf
from desktop.counter.records import ReceiptIssued, TakenTogether
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat
from desktop.qt.preview import PaperFile, keep_paper
from desktop.qt.printing import STRIP, paper_form, print_paper, printer_name

RECEIPT = "receipt"


def receipt_look(seat: Seat, receipt: ReceiptIssued) -> PaperFile:
    """A receipt for the eye only."""
    return PaperFile(_drawn(seat, [receipt]))


def _drawn(seat: Seat, receipts: Sequence[ReceiptIssued]) -> bytes:
    """Receipts in the form this station prints them in."""
    if paper_form(RECEIPT, seat.station.code) == STRIP:
        return strip_pdf(receipts, seat.app.catalog, seat.app.country)
    return receipt_pdf(receipts, seat.app.catalog, seat.app.country, seat.app.picture)


def receipt_paper(seat: Seat, *receipts: ReceiptIssued) -> tuple[Path, PaperFile, str, bool]:
    """The PDF of a receipt (or several), kept in this person's folder and sent to the printer, and open to be shown.

    Then the printer's name (nothing where there is none), and whether it took the paper.
    """
    pdf = _drawn(seat, receipts)
    first, last = receipts[0], receipts[-1]
    copy = f"_copy{first.copy}" if first.copy else ""
    until = f"_{last.number}" if last is not first else ""
    path = keep_paper(f"receipt_{first.number}{until}{copy}", pdf)
    printer = printer_name(RECEIPT, seat.station.code)
    return path, PaperFile(pdf), printer, bool(printer) and print_paper(pdf, printer)


def summed(copies: Sequence[ReceiptIssued]) -> TakenTogether:
    """Receipts of one tender printed again, told as what they come to."""
    first = copies[0]
    return TakenTogether(
        customer_name=first.customer_name,
        accounts=len(copies),
        amount=Money.total([one.amount for one in copies]),
        given=Money.total([one.given for one in copies]),
        change=Money.zero(),
        tender=first.tender,
        owed_after=Money.total([one.owed_after for one in copies]),
        credit_after=Money.total([one.credit_after for one in copies]),
        receipts=tuple(copies),
    )
