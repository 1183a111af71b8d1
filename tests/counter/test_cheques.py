"""Cheques: taken with their number, pending until the bank credits them, returned with all they had settled."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from desktop.counter import service as counter
from desktop.counter.documents import cheque_letters_pdf, receipt_pdf
from desktop.counter.records import (
    AccountShare,
    ChequeState,
    PaymentOrder,
    ReceiptIssued,
    ReceiptQuery,
    TakeBackOrder,
    TenderKind,
    TogetherOrder,
    TogetherQuery,
)
from desktop.counter.records.cheques import ChequeOrder, ChequeRow, ChequesQuery
from desktop.counter.records.right import LetterQuery, RefundOrder
from desktop.desk import service as desk
from desktop.desk.records.papers import PaperKind, PaperOrder
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat, draw_id
from desktop.ledger import service as ledger
from desktop.treasury import service as treasury
from desktop.treasury.records import BankFileOrder, LineOrder, LineRead
from tests.command_line import CommandLine
from tests.hall import SMALL, TODAY, account_number, app_of, filed, opened, printed, seat_of, yuan
from tests.papers_samples import outside, overlapping, pdf_pages
from tests.rows import changed, contents

PAID_UP, PART, OWING = SMALL
LATER = TODAY + timedelta(days=40)


def by_cheque(seat: Seat, number: str, amount: Money, cheque: str = "1020 3345") -> ReceiptIssued:
    receipt = seat.do(counter.take_payment, PaymentOrder(number, amount, amount, TenderKind.CHEQUE, cheque))
    printed(seat, receipt)
    return receipt


def first(seat: Seat, number: str = "") -> ChequeRow:
    return seat.ask(counter.cheques, ChequesQuery(number))[0]


def text(pdf: bytes) -> str:
    return " ".join(" ".join(page.split()) for page in pdf_pages(pdf))


def test_a_cheque_without_its_number_is_refused_and_nothing_is_written(small: Seat, small_hall: str) -> None:
    before = contents(small_hall)
    with pytest.raises(Refused, match="number of the cheque"):
        by_cheque(small, OWING, yuan("1.00"), "  ")
    assert changed(before, contents(small_hall)) == set()


def test_a_cheque_stops_the_late_fee_and_is_paid_once_the_bank_credits_it(
    small: Seat, small_hall: str
) -> None:
    owed = small.ask(ledger.dues, OWING).total
    receipt = by_cheque(small, OWING, owed + yuan("5.00"))
    app = app_of(small)
    assert "1020 3345" in text(receipt_pdf([receipt], app.catalog, app.country, app.picture))
    card = small.ask(desk.account_card, OWING)
    assert (card.cheques_pending, card.payments[0].cheque) == (receipt.amount, ChequeState.PENDING)
    assert [bill.cheque for bill in card.bills if bill.reversed_on is None] == [True]
    row = first(small)
    assert (row.receipt_number, row.amount, row.state) == (
        receipt.number,
        receipt.amount,
        ChequeState.PENDING,
    )
    proof = PaperOrder(OWING, PaperKind.NO_DEBT, TODAY, TODAY)
    with pytest.raises(Refused, match="by cheque that no bank has credited"):
        small.do(desk.issue_paper, proof)
    paid = small.do(desk.issue_paper, PaperOrder(OWING, PaperKind.PAYMENTS, TODAY, TODAY))
    assert receipt.number not in {line.paper for line in paid.lines}
    said = small.do(desk.issue_paper, PaperOrder(OWING, PaperKind.STATEMENT, TODAY, TODAY))
    assert [line.what.message for line in said.lines if line.paper == receipt.number] == ["Cheque, pending"]
    with pytest.raises(Refused, match="credit that can be given back"):
        small.do(counter.ask_refund, RefundOrder("moved away", account_number=OWING))
    with pytest.raises(Refused, match="Enter a day from"):
        small.do(counter.credit_cheque, ChequeOrder(row.cheque_id, TODAY - timedelta(days=1)))
    with pytest.raises(NotPermitted):
        seat_of(app, "cashier").do(counter.credit_cheque, ChequeOrder(row.cheque_id, TODAY))
    with opened(small_hall, LATER) as later:
        seat = later.command_line("1")
        assert seat.ask(ledger.dues, OWING).total == Money(0), "no late fee while the bank has it"
        done = seat.do(counter.credit_cheque, ChequeOrder(row.cheque_id, TODAY + timedelta(days=3)))
        assert (done.state, done.on) == (ChequeState.CREDITED, TODAY + timedelta(days=3))
        with pytest.raises(Refused, match="credited already"):
            seat.do(counter.credit_cheque, ChequeOrder(row.cheque_id, LATER))
        card = seat.ask(desk.account_card, OWING)
        assert (card.cheques_pending, any(bill.cheque for bill in card.bills)) == (Money(0), False)
        seat.do(desk.issue_paper, PaperOrder(OWING, PaperKind.NO_DEBT, LATER, LATER))
        copy = seat.do(counter.reprint_receipt, ReceiptQuery(receipt.number))
        assert [note.message for note in copy.notes][-1] == "Cheque credited on {day}"
        assert later.verify() == []


def test_a_returned_cheque_opens_the_debt_again_with_late_fee_since_it_was_due(
    small: Seat, small_hall: str
) -> None:
    with opened(small_hall, LATER) as app:
        never = app.command_line("1").ask(ledger.dues, OWING)
    receipt = by_cheque(small, OWING, small.ask(ledger.dues, OWING).total + yuan("2.00"))
    row = first(small, OWING)
    with opened(small_hall, LATER) as app:
        seat = app.command_line("1")
        with pytest.raises(Refused, match="Say why"):
            seat.do(counter.return_cheque, ChequeOrder(row.cheque_id, LATER, " "))
        key = draw_id()
        order = ChequeOrder(row.cheque_id, LATER, "not covered")
        back = seat.do(counter.return_cheque, order, key)
        assert seat.do(counter.return_cheque, order, key) == back, "the same step is done once"
        assert seat.ask(ledger.dues, OWING) == never, "as if it had never been paid"
        assert never.late_fee > Money(0)
        (letter,) = back.letters
        assert (letter.amount, letter.owed_after) == (receipt.amount, never.total)
        pdf = cheque_letters_pdf(back.letters, app.catalog, app.country, app.picture)
        assert not outside(pdf, 18, 192)
        assert not overlapping(pdf)
        assert "not covered" in text(pdf)
        filed(seat, counter.CHEQUE_LETTER, letter.number)
        (again,) = seat.do(counter.reprint_cheque_letters, LetterQuery((letter.number,)))
        assert again.copy == 1
        with pytest.raises(NotFound):
            seat.do(counter.reprint_letters, LetterQuery((letter.number,)))
        with pytest.raises(Refused, match="returned or taken back"):
            seat.do(counter.return_cheque, order)
        card = seat.ask(desk.account_card, OWING)
        assert (card.cheques_returned, card.payments[0].cheque) == (2, ChequeState.RETURNED)
        assert first(seat, OWING).state is ChequeState.RETURNED
        assert app.verify() == []


def test_one_cheque_for_several_accounts_comes_back_as_one_with_a_letter_to_each(small: Seat) -> None:
    found = small.ask(counter.paid_together, TogetherQuery((PART, OWING)))
    before = [row.dues for row in found.rows]
    shares = tuple(AccountShare(one.account_number, one.to_pay, yuan("1.00")) for one in before)
    small.do(
        counter.take_together, TogetherOrder(shares, yuan("2.00"), TenderKind.CHEQUE, "55", one_receipt=False)
    )
    row = first(small)
    assert (row.accounts, row.amount) == (2, yuan("2.00"))
    small.do(counter.credit_cheque, ChequeOrder(row.cheque_id, TODAY))
    back = small.do(counter.return_cheque, ChequeOrder(row.cheque_id, TODAY, "a stop on it"))
    assert {one.account_number for one in back.letters} == {PART, OWING}
    assert [small.ask(ledger.dues, one.account_number) for one in before] == before
    assert app_of(small).verify() == []


def test_a_cheque_given_back_on_its_day_is_pending_no_more(small: Seat) -> None:
    receipt = by_cheque(small, PART, yuan("1.00"))
    key = first(small).cheque_id
    small.do(counter.reverse_payment, TakeBackOrder(receipt.number, "the wrong date on it"))
    assert key not in {row.cheque_id for row in small.ask(counter.cheques, ChequesQuery())}
    with pytest.raises(Refused, match="is not here"):
        small.do(counter.credit_cheque, ChequeOrder(key, TODAY))


def test_a_file_of_the_bank_credits_a_cheque_and_undoing_its_match_makes_it_pending(small: Seat) -> None:
    by_cheque(small, PART, yuan("7.00"), "77334455")
    row = first(small)
    line = LineRead(2, "K2", TODAY, yuan("7.00"), "77334455", "")
    taken = small.do(
        treasury.take_bank_file, BankFileOrder("City bank", "f.csv", "a" * 64, (("day", "Date"),), (line,))
    )
    assert small.do(treasury.match_lines, taken.new) == 1
    found = {one.cheque_id: one.state for one in small.ask(counter.cheques, ChequesQuery())}
    assert found[row.cheque_id] is ChequeState.CREDITED
    with pytest.raises(Refused, match="undo that match"):
        small.do(counter.return_cheque, ChequeOrder(row.cheque_id, TODAY, "not covered"))
    small.do(treasury.undo_line, LineOrder(taken.new[0], "it was charged back"))
    assert first(small).state is ChequeState.PENDING
    small.do(counter.return_cheque, ChequeOrder(row.cheque_id, TODAY, "not covered"))
    assert app_of(small).verify() == []


def test_cheques_by_command(billed_hall: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, letters = CommandLine(capsys, billed_hall), tmp_path / "letters.pdf"
    account = account_number(9)
    pay = ("pay", "--account", account, "--amount", "3.00", "--tender", "cheque")
    assert "number of the cheque" in run(*pay, code=1).err
    for number in ("901", "902"):
        run(*pay, "--reference", number)
    one, other = run.json("cheques", "list", "--account", account)
    assert (one["cheque_number"], one["state"]) == ("901", "pending")
    assert run.json("cheques", "credited", one["cheque_id"])["state"] == "credited"
    back = ("cheques", "returned", other["cheque_id"], "--reason", "not covered", "--out", str(letters))
    number = run.json(*back)["letters"][0]["number"]
    run("cheques", "letters", number, "--out", str(letters))
    assert "副本 1" in text(letters.read_bytes())
    assert "returned or taken back" in run("cheques", "credited", str(UUID(int=1)), code=1).err
    run("verify")
