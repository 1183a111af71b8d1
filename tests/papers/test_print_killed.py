"""A program that is killed with a paper on its way: what was entered as sent is never printed twice by itself."""

from __future__ import annotations

import os
import signal
from functools import partial
from typing import Any

from desktop.app import open_app
from desktop.counter import service as counter
from desktop.counter.documents import strip_lines
from desktop.counter.records import PaymentOrder, ReceiptQuery
from desktop.desk import service as desk
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.papers import service as papers
from desktop.papers.page.sending import send
from desktop.papers.records import PrintRef, PrintsQuery, PrintState, SpoilOrder
from desktop.qt import escpos
from tests.hall import SMALL, app_of, printed, yuan
from tests.kernel.faults import processes
from tests.strip_printer import CUT, strip_printer


def _print(url: str, day: Any, number: str, address: str) -> None:
    """What the counter does with a receipt whose printer is one of strips."""
    app = open_app(url, day)
    seat = app.command_line("1")
    receipt = seat.ask(counter.receipt, ReceiptQuery(number))
    lines = strip_lines([receipt], lambda language: catalog(language, app.country.currency), app.country)
    ref = PrintRef(counter.RECEIPT, number)
    send(seat, (ref,), address, partial(escpos.print_lines, address, lines))


def test_killed_between_sent_and_the_first_dot(small: Seat, small_hall: str) -> None:
    receipt = small.do(counter.take_payment, PaymentOrder(SMALL[1], yuan("1.00"), yuan("1.00")))
    ref, child = PrintRef(counter.RECEIPT, receipt.number), list[Any]()

    def kill(_asked: int) -> bytes:
        """The printer is asked whether it has paper: that is before anything is printed."""
        os.kill(child[0].pid, signal.SIGKILL)
        return b""

    with strip_printer(kill) as printer:
        given = small_hall, small.today(), receipt.number, printer.address
        child.append(processes().Process(target=_print, args=given))
        child[0].start()
        child[0].join()
    assert child[0].exitcode == -signal.SIGKILL
    assert CUT not in printer.got
    (row,) = [one for one in small.ask(papers.prints, PrintsQuery()) if one.ref == ref]
    assert row.state is PrintState.SENT, "it waits for somebody to say what came out"
    assert app_of(small).verify() == []
    assert small.do(counter.reprint_receipt, ReceiptQuery(receipt.number)).copy == 1
    small.do(papers.spoil_prints, SpoilOrder((ref,), "nothing came out"))
    assert receipt.number in small.ask(desk.today).unprinted
    assert small.do(counter.reprint_receipt, ReceiptQuery(receipt.number)).copy == 0
    printed(small, receipt, printer="till")
    assert app_of(small).verify() == []
