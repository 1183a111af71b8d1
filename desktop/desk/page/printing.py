"""Every paper of the print journal printed again: the one place that knows all kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from desktop.billing.page import bill_print, collective_print, explanation_print, instalment_print
from desktop.billing.service import (
    BILL,
    COLLECTIVE,
    EXPLANATION,
    INSTALMENT,
    bill,
    collective_bill,
    explanation,
    instalment,
    print_bill,
    print_collective,
    print_explanation,
    print_instalment,
)
from desktop.counter.page import receipt_paper
from desktop.counter.page.right import letters_paper, refund_paper
from desktop.counter.page.till import sheet_paper
from desktop.counter.records import CashSheetQuery, ReceiptQuery
from desktop.counter.records.right import LetterQuery, RefundNumber
from desktop.counter.service import (
    CASH_SHEET,
    CHEQUE_LETTER,
    LETTER,
    RECEIPT,
    REFUND,
    reprint_cash_sheet,
    reprint_cheque_letters,
    reprint_letters,
    reprint_receipt,
    reprint_refund,
)
from desktop.desk.documents.papers import account_paper_pdf
from desktop.desk.documents.testing import meter_test_pdf
from desktop.desk.records.papers import ABOUT_MOVED, ABOUT_RETURNED, AccountPaper, PaperKind, PaperQuery
from desktop.desk.records.testing import MeterTestPaper, MeterTestPaperKind
from desktop.desk.service import reprint_paper, reprint_test_paper
from desktop.kernel.errors import NotFound
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.papers.page.prints import PaperWay
from desktop.papers.page.sending import Printed, keep_and_print
from desktop.papers.records import PrintRef
from desktop.treasury.page.day import day_paper
from desktop.treasury.page.safe import slip_paper
from desktop.treasury.records import DayQuery, SlipQuery
from desktop.treasury.service import DAY_SHEET, DEPOSIT, days, reprint_day_sheet, reprint_deposit_slip

Drawn = Callable[[Seat, Any], Printed]


def ways(seat: Seat) -> Mapping[str, PaperWay]:
    """What each kind of paper is called, and how this person prints one by its number; not at all without the right."""

    def way(
        title: Text, operation: Callable[..., Any], asked: Callable[[str], Any], drawn: Drawn
    ) -> PaperWay:
        return PaperWay(
            title, partial(_again, seat, operation, asked, drawn) if seat.may(operation) else None
        )

    found = {
        RECEIPT: way(Text("Receipt"), reprint_receipt, ReceiptQuery, receipt_paper),
        REFUND: way(Text("Refund receipt"), reprint_refund, RefundNumber, refund_paper),
        LETTER: way(ABOUT_MOVED, reprint_letters, _letter, letters_paper),
        CHEQUE_LETTER: way(ABOUT_RETURNED, reprint_cheque_letters, _letter, letters_paper),
        CASH_SHEET: way(Text("Cash sheet"), reprint_cash_sheet, CashSheetQuery, sheet_paper),
        DAY_SHEET: way(Text("Day sheet"), reprint_day_sheet, partial(_day_of, seat), day_paper),
        DEPOSIT: way(Text("Deposit slip"), reprint_deposit_slip, SlipQuery, slip_paper),
    }
    free = {
        BILL: (Text("Bill"), print_bill, bill, bill_print),
        COLLECTIVE: (Text("Collective bill"), print_collective, collective_bill, collective_print),
        EXPLANATION: (Text("Why a bill differs"), print_explanation, explanation, explanation_print),
        INSTALMENT: (Text("Instalment"), print_instalment, instalment, instalment_print),
    }
    for kind, (title, operation, looked_up, drawn) in free.items():
        may = seat.may(operation) and seat.may(looked_up)
        again = partial(_again, seat, operation, str, drawn) if may else None
        found[kind] = PaperWay(title, again, marked=False)
    found |= {
        kind.value: way(kind.text, reprint_test_paper, PaperQuery, meter_test_print)
        for kind in MeterTestPaperKind
    }
    return found | {
        kind.value: way(kind.text, reprint_paper, PaperQuery, account_print) for kind in PaperKind
    }


def _again(
    seat: Seat, operation: Callable[..., Any], asked: Callable[[str], Any], drawn: Drawn, number: str
) -> Printed:
    return drawn(seat, seat.do(operation, asked(number)))


def _letter(number: str) -> LetterQuery:
    return LetterQuery((number,))


def _day_of(seat: Seat, number: str) -> DayQuery:
    """Day sheets are asked for by their day."""
    for one in seat.ask(days):
        if one.number == number:
            return DayQuery(one.day)
    raise NotFound(Text("No print has the number {number}.", number=number))


def paper_print(paper: AccountPaper) -> PrintRef:
    """A paper about an account as the print journal knows it."""
    return PrintRef(paper.kind.value, paper.number, paper.copy)


def account_print(seat: Seat, paper: AccountPaper) -> Printed:
    """The PDF of a paper about an account, kept and sent to its printer."""
    pdf = account_paper_pdf(paper, seat.app.catalog, seat.app.country, seat.app.picture)
    return keep_and_print(seat, (paper_print(paper),), f"{paper.kind.value}_{paper.number}", pdf)


def meter_test_prints(paper: MeterTestPaper) -> tuple[PrintRef, ...]:
    """A paper about the test of a meter as the print journal knows it."""
    return (PrintRef(paper.kind.value, paper.number, paper.copy),)


def meter_test_paper(seat: Seat, paper: MeterTestPaper) -> bytes:
    """The PDF of a paper about the test of a meter."""
    return meter_test_pdf(paper, seat.app.catalog, seat.app.country, seat.app.picture)


def meter_test_print(seat: Seat, paper: MeterTestPaper) -> Printed:
    """The same, kept and sent to its printer."""
    name = f"{paper.kind.value}_{paper.number}"
    return keep_and_print(seat, meter_test_prints(paper), name, meter_test_paper(seat, paper))
