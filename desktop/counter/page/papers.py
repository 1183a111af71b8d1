"""Receipts made into papers, beside the window: for the eye, or kept and sent to the printer."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.counter import rules
from desktop.counter.documents import receipt_pdf, strip_lines, strip_pdf
from desktop.counter.records import ReceiptIssued, TakenTogether, TenderKind
from desktop.counter.service import RECEIPT
from desktop.kernel.measures import Money
from desktop.kernel.text import Catalog
from desktop.kernel.work import Seat
from desktop.papers.page.sending import Printed, Strips, keep_and_print
from desktop.papers.records import PrintRef
from desktop.qt.preview import PaperFile
from desktop.qt.printing import STRIP_FORMS, STRIP_TEXT, paper_form


def receipt_look(seat: Seat, receipt: ReceiptIssued) -> PaperFile:
    """A receipt for the eye only."""
    return PaperFile(_drawn(seat, [receipt]))


def _drawn(seat: Seat, receipts: Sequence[ReceiptIssued]) -> bytes:
    """Receipts in the form this station prints them in."""
    if paper_form(RECEIPT, seat.station.code) in STRIP_FORMS:
        return strip_pdf(receipts, seat.app.catalog, seat.app.country)
    return receipt_pdf(receipts, seat.app.catalog, seat.app.country, seat.app.picture)


def receipt_prints(receipts: Sequence[ReceiptIssued]) -> tuple[PrintRef, ...]:
    """Receipts as the print journal knows them."""
    return tuple(PrintRef(RECEIPT, one.number, one.copy) for one in receipts)


def receipt_paper(seat: Seat, *receipts: ReceiptIssued) -> Printed:
    """The PDF of a receipt (or several), kept in this person's folder and sent to the printer."""
    first, last = receipts[0], receipts[-1]
    until = f"_{last.number}" if last is not first else ""
    pdf, written = _drawn(seat, receipts), paper_form(RECEIPT, seat.station.code) == STRIP_TEXT
    lines = strip_lines(receipts, seat.app.catalog, seat.app.country) if written else ()
    strips = Strips(lines, first.tender is TenderKind.CASH and not first.copy)
    return keep_and_print(seat, receipt_prints(receipts), f"receipt_{first.number}{until}", pdf, strips)


def copy_words(say: Catalog, receipt: ReceiptIssued) -> str:
    """What a receipt is printed as this time."""
    if receipt.copy:
        return say("Copy {count} of receipt {number}", count=receipt.copy, number=receipt.number)
    return say("Receipt {number}, the original: it had not come out yet", number=receipt.number)


def summed(copies: Sequence[ReceiptIssued]) -> TakenTogether:
    """Receipts of one payment printed again, told as what they come to."""
    first, after = copies[0], rules.stands_after(copies)
    return TakenTogether(
        customer_name=first.customer_name,
        accounts=len(after),
        amount=Money.total([one.amount for one in copies]),
        given=Money.total([one.given for one in copies]),
        change=Money.zero(),
        tender=first.tender,
        owed_after=Money.total([one.owed_after for one in after]),
        credit_after=Money.total([one.credit_after for one in after]),
        receipts=tuple(copies),
    )
