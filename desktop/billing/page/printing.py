"""Papers of billing as files that are shown, and on their way to a printer: each time is a print of the journal."""

from __future__ import annotations

import io
from pathlib import Path

from desktop.billing.documents import collective_pdf, explanation_pdf, write_bills, write_instalments
from desktop.billing.records import BillShown, Explanation, InstalmentShown
from desktop.billing.service import (
    bill,
    collective_bill,
    compared,
    explanation,
    instalment,
    print_bill,
    print_collective,
    print_explanation,
    print_instalment,
)
from desktop.kernel.work import Seat
from desktop.papers.page.sending import Printed, keep_and_print, send_each
from desktop.papers.records import PrintRef
from desktop.qt.paper_panel import Through
from desktop.qt.preview import PaperFile, keep_paper

Made = tuple[Path, PaperFile, Through]
"""A paper kept in this person's folder, open to be shown, and how it goes to a printer each time that it does."""


def bill_paper(seat: Seat, shown: BillShown) -> Made:
    """The paper of one bill."""
    pdf, through = _bill(seat, shown), send_each(seat, print_bill, shown.number)
    return keep_paper(f"bill_{shown.number}", pdf), PaperFile(pdf), through


def explanation_paper(seat: Seat, found: Explanation) -> Made:
    """The page that tells why a bill differs."""
    pdf = _explanation(seat, found)
    through = send_each(seat, print_explanation, f"{found.old.number}/{found.new.number}")
    return keep_paper(f"explanation_{found.new.number}", pdf), PaperFile(pdf), through


def collective_paper(seat: Seat, number: str) -> Made:
    """The paper of a collective bill, in the payer's language."""
    pdf, through = _collective(seat, number), send_each(seat, print_collective, number)
    return keep_paper(f"collective_{number}", pdf), PaperFile(pdf), through


def instalments_paper(seat: Seat, rows: tuple[InstalmentShown, ...]) -> Made:
    """The papers of instalments of a month, in one file; to a printer each goes as a print of its own."""
    pdf, through = _instalments(seat, rows), send_each(seat, print_instalment, *(one.number for one in rows))
    return keep_paper(f"instalments_{rows[0].month:%Y-%m}", pdf), PaperFile(pdf), through


def bill_print(seat: Seat, one: PrintRef) -> Printed:
    """A print of a bill, sent to the printer of bills."""
    pdf = _bill(seat, seat.ask(bill, one.number))
    return keep_and_print(seat, (one,), f"bill_{one.number}", pdf, marked=False)


def explanation_print(seat: Seat, one: PrintRef) -> Printed:
    """A print of the page that tells why two bills differ, sent to its printer."""
    found = seat.ask(explanation, compared(one.number))
    name = f"explanation_{found.new.number}"
    return keep_and_print(seat, (one,), name, _explanation(seat, found), marked=False)


def collective_print(seat: Seat, one: PrintRef) -> Printed:
    """A print of a collective bill, sent to the printer of collective bills."""
    pdf = _collective(seat, one.number)
    return keep_and_print(seat, (one,), f"collective_{one.number}", pdf, marked=False)


def instalment_print(seat: Seat, one: PrintRef) -> Printed:
    """A print of an instalment, sent to the printer of instalments."""
    pdf = _instalments(seat, (seat.ask(instalment, one.number),))
    return keep_and_print(seat, (one,), f"instalment_{one.number}", pdf, marked=False)


def _instalments(seat: Seat, rows: tuple[InstalmentShown, ...]) -> bytes:
    out = io.BytesIO()
    write_instalments(out, rows, seat.app.catalog, seat.app.country, seat.app.picture)
    return out.getvalue()


def _bill(seat: Seat, shown: BillShown) -> bytes:
    out = io.BytesIO()
    write_bills(out, [shown], seat.app.catalog, seat.app.country, seat.app.picture)
    return out.getvalue()


def _explanation(seat: Seat, found: Explanation) -> bytes:
    return explanation_pdf(found, seat.app.catalog, seat.app.country, seat.app.picture)


def _collective(seat: Seat, number: str) -> bytes:
    shown = seat.ask(collective_bill, number)
    return collective_pdf(shown, seat.app.catalog, seat.app.country, seat.app.picture)
