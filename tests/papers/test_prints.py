"""The print journal: an original exists once unless it was spoiled, and what went wrong stays until it is answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop.billing import service as billing
from desktop.contracts import service as contracts
from desktop.counter import service as counter
from desktop.counter.records import CloseTillOrder, CountOrder, PaymentOrder, ReceiptIssued, ReceiptQuery
from desktop.desk import service as desk
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Seat, Work, operation
from desktop.papers import service as papers
from desktop.papers.records import (
    FailOrder,
    PrintRef,
    PrintRow,
    PrintsQuery,
    PrintState,
    SendOrder,
    SpoilOrder,
)
from desktop.papers.service.prints import _step
from desktop.papers.tables import OpenPrint, PrintJob
from tests.command_line import CommandLine
from tests.hall import SMALL, app_of, opened, printed, together, yuan

OFF = Text("The printer {printer} is not there. Switch it on or choose another", printer="till")


def take(seat: Seat, amount: str = "1.00") -> ReceiptIssued:
    """A payment whose receipt nobody has printed yet."""
    return seat.do(counter.take_payment, PaymentOrder(SMALL[1], yuan(amount), yuan(amount)))


def again(seat: Seat, number: str) -> ReceiptIssued:
    return seat.do(counter.reprint_receipt, ReceiptQuery(number))


def row_of(seat: Seat, ref: PrintRef) -> PrintRow:
    return next(one for one in seat.ask(papers.prints, PrintsQuery(number=ref.number)) if one.ref == ref)


def states(seat: Seat, ref: PrintRef) -> list[PrintState]:
    return [step.state for step in row_of(seat, ref).steps]


def test_what_was_never_sent_is_the_original_and_whatever_was_is_copied(small: Seat) -> None:
    receipt = take(small)
    ref = PrintRef(counter.RECEIPT, receipt.number)
    assert row_of(small, ref).state is PrintState.QUEUED
    assert receipt.number in small.ask(desk.today).unprinted
    assert again(small, receipt.number).copy == 0, "nobody has it yet"
    printed(small, receipt, printer="till")
    assert receipt.number not in small.ask(desk.today).unprinted
    copies = [again(small, receipt.number) for _ in range(2)]
    assert [copy.copy for copy in copies] == [1, 2]
    with pytest.raises(Refused, match="printed meanwhile"):
        printed(small, receipt, printer="till")
    with pytest.raises(NotFound):
        small.do(papers.send_prints, SendOrder((PrintRef(counter.RECEIPT, receipt.number, 9),)))
    assert app_of(small).verify() == []


def test_a_print_that_failed_waits_and_is_printed_itself(small: Seat) -> None:
    receipt = take(small)
    (ref,) = printed(small, receipt, printer="till")
    small.do(papers.fail_prints, FailOrder((ref,), "till", OFF))
    row = next(one for one in small.ask(papers.prints, PrintsQuery()) if one.ref == ref)
    assert (row.state, row.steps[-1].problem) == (PrintState.FAILED, OFF)
    assert receipt.number in small.ask(desk.today).unprinted
    assert again(small, receipt.number).copy == 0
    printed(small, receipt, printer="laser")
    small.do(papers.confirm_prints, (ref,))
    assert states(small, ref) == [PrintState.SENT, PrintState.FAILED, PrintState.SENT, PrintState.CONFIRMED]
    assert ref not in [one.ref for one in small.ask(papers.prints, PrintsQuery())]
    assert ref in [one.ref for one in small.ask(papers.prints, PrintsQuery(open=False))]
    with pytest.raises(Refused, match="waits for an answer"):
        small.do(papers.confirm_prints, (ref,))
    assert app_of(small).verify() == []


def test_a_spoiled_original_is_printed_anew_and_both_stand(small: Seat) -> None:
    receipt = take(small)
    (ref,) = printed(small, receipt, printer="till")
    copy = again(small, receipt.number)
    for reason in ("", "  no ", "x" * 201):
        with pytest.raises(Refused, match="letters"):
            small.do(papers.spoil_prints, SpoilOrder((ref,), reason))
    small.do(papers.spoil_prints, SpoilOrder((ref,), "  a torn   strip "))
    with pytest.raises(Refused, match="still to be printed"):
        small.do(papers.spoil_prints, SpoilOrder((ref,), "once more"))
    assert (copy.copy, again(small, receipt.number).copy) == (1, 0)
    printed(small, receipt, printer="till")
    steps = row_of(small, ref).steps
    assert [one.state for one in steps] == [PrintState.SENT, PrintState.SPOILED, PrintState.SENT]
    assert (steps[1].words, steps[1].by) == ("a torn strip", small.actor.name)
    assert again(small, receipt.number).copy == 2
    assert app_of(small).verify() == []


def test_the_next_print_of_a_printer_confirms_the_one_before(small: Seat, small_hall: str) -> None:
    first, second, third = (take(small) for _ in range(3))
    (one,) = printed(small, first, printer="till")
    (other,) = printed(small, second, printer="laser")
    assert row_of(small, one).state is PrintState.SENT, "another printer says nothing of it"
    with opened(small_hall) as app:
        (elsewhere,) = printed(app.command_line("2"), take(app.command_line("2")), printer="till")
    assert row_of(small, one).state is PrintState.SENT, "nor does another station"
    printed(small, third, printer="till")
    last = row_of(small, one).steps[-1]
    assert (last.state, last.followed) == (PrintState.CONFIRMED, True)
    assert [row_of(small, ref).state for ref in (other, elsewhere)] == [PrintState.SENT] * 2
    small.do(papers.spoil_prints, SpoilOrder((one,), "it was blank"))
    assert again(small, first.number).copy == 0, "that can still be said afterwards"
    assert app_of(small).verify() == []


def test_a_file_may_be_written_again_and_become_paper_once(small: Seat) -> None:
    receipt = take(small)
    for printer in ("", "", "till", "laser"):
        sent = states(small, PrintRef(counter.RECEIPT, receipt.number))
        if printer == "laser":
            with pytest.raises(Refused):
                printed(small, receipt, printer=printer)
        else:
            printed(small, receipt, printer=printer)
    assert states(small, PrintRef(counter.RECEIPT, receipt.number)) == sent == [PrintState.SENT] * 2
    printed(small, take(small))
    with pytest.raises(Refused):
        printed(small, receipt)
    assert app_of(small).verify() == []


def test_two_that_send_one_original_at_once_print_it_once(small: Seat, small_hall: str) -> None:
    receipt = take(small)
    with opened(small_hall) as app:
        seats = (small, app.command_line("2"))

        def sending(seat: Seat) -> Callable[[], str]:
            def send() -> str:
                try:
                    printed(seat, receipt, printer="till")
                except Refused as error:
                    return error.text.message
                return ""

            return send

        answers = together([sending(seat) for seat in seats])
    assert sorted(bool(one) for one in answers) == [False, True], answers
    assert app_of(small).verify() == []


@operation("desk.print_paper")
def tamper(work: Work, sent: PrintRef) -> None:
    """What no operation does: a print that is sent twice, and one of which it is forgotten that it is open."""
    key = work.session.scalar(
        sa.select(PrintJob.id).filter_by(kind=sent.kind, number=sent.number, copy=sent.copy)
    )
    assert key is not None
    _step(work, [key], PrintState.SENT, printer="laser")
    work.session.execute(sa.delete(OpenPrint).where(OpenPrint.state == PrintState.FAILED))


def test_verify_names_a_print_sent_twice_and_one_that_is_open_unseen(small: Seat) -> None:
    (ref,) = printed(small, take(small), printer="till")
    small.do(tamper, ref)
    found = {(one.invariant, one.code, one.table) for one in app_of(small).verify()}
    assert found == {
        ("I22", "print_twice", "papers_print_step"),
        ("I22", "print_open", "papers_open_print"),
    }


def test_a_till_does_not_close_silently_over_a_print_nobody_has(small: Seat) -> None:
    waiting, spoiled, sent = (take(small) for _ in range(3))
    printed(small, sent, printer="till")
    small.do(papers.spoil_prints, SpoilOrder(printed(small, spoiled, printer="laser"), "it was blank"))
    counted = small.do(counter.count_till, CountOrder(yuan("1.00")))
    listed = small.ask(counter.till_closing).unprinted
    assert {waiting.number, spoiled.number} <= {*listed}
    assert sent.number not in listed
    with pytest.raises(Refused, match="not printed"):
        small.do(counter.close_till, CloseTillOrder(counted.count_id, "a reason"))
    small.do(papers.confirm_prints, (PrintRef(counter.RECEIPT, spoiled.number),))
    assert spoiled.number not in small.ask(counter.till_closing).unprinted


def collected(seat: Seat) -> str:
    """The number of a collective bill of two accounts."""
    (group,) = seat.ask(contracts.payment_groups, None)[:1]
    return seat.ask(billing.collective_bills, group.number)[0].number


def test_bills_are_printed_as_often_as_anybody_asks_and_each_time_is_a_print(
    small: Seat, small_hall: str
) -> None:
    number = small.ask(desk.account_card, SMALL[0]).bills[0].number
    asked = (
        (billing.print_bill, number),
        (billing.print_collective, collected(small)),
        (billing.print_instalment, small.ask(billing.instalments, "2026-01")[0].number),
    )
    for ask, of in asked:
        prints = []
        for _ in range(3):
            ref = small.do(ask, of)
            small.do(papers.send_prints, SendOrder((ref,), "laser"))
            prints.append(ref)
        assert [one.copy for one in prints] == [0, 1, 2]
        small.do(papers.spoil_prints, SpoilOrder((prints[1],), "it was blank"))
        assert small.ask(desk.today).bills_unprinted == (of,)
        assert small.do(ask, of) == prints[1], "what nobody has is printed itself"
        small.do(papers.send_prints, SendOrder((prints[1],), "laser"))
        assert small.ask(desk.today).bills_unprinted == ()
        with pytest.raises(NotFound, match="has the number"):
            small.do(ask, "B-0")
    with opened(small_hall) as app:
        seats = (small, app.command_line("2"))
        found = together([partial(seat.do, billing.print_bill, number) for seat in seats])
    assert sorted(one.copy for one in found) == [3, 4], "two who ask at once have a print each"
    assert app_of(small).verify() == []


def test_why_two_bills_differ_is_a_print_of_both(small: Seat) -> None:
    bills = (small.ask(desk.account_card, number).bills for number in SMALL)
    new, old = next([one.number for one in found[:2]] for found in bills if len(found) > 1)
    ref = small.do(billing.print_explanation, f" {old} / {new} ")
    assert ref == PrintRef(billing.EXPLANATION, f"{old}/{new}")
    for wrong in (new, f"{old}/", f"/{new}", ""):
        with pytest.raises(NotFound):
            small.do(billing.print_explanation, wrong)


def test_prints_are_listed_confirmed_and_spoiled_by_command(
    capsys: pytest.CaptureFixture[str], small: Seat, small_hall: str, tmp_path: Path
) -> None:
    run = CommandLine(capsys, small_hall)
    number = take(small).number
    listed = run("prints", "list", "--json").data
    assert {"kind": "receipt", "number": number, "copy": 0} in [one["ref"] for one in listed]
    assert "The original" in run("receipts", "print", number, "--out", tmp_path / "a.pdf").out
    assert "Copy 1" in run("receipts", "print", number, "--out", tmp_path / "b.pdf").out
    run("prints", "spoil", number, "--reason", "a torn strip")
    assert "The original" in run("receipts", "print", number, "--out", tmp_path / "c.pdf").out
    assert "came out" in run("prints", "confirm", number).out
    assert "waits for an answer" in run("prints", "confirm", number, code=1).err
    rows = run("prints", "list", "--number", number, "--json").data
    assert [len(one["steps"]) for one in rows] == [5, 2]
