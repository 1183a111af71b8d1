"""What banks keep and take back: fees, returned payments, refunds on their way; money in transit is all told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.counter import service as counter
from desktop.counter.records import ChequeState, PaymentOrder, ReceiptQuery, TakeBackOrder, TenderKind
from desktop.counter.records.cheques import ChequesQuery
from desktop.counter.records.right import RefundDecisionOrder, RefundOrder
from desktop.desk import service as desk
from desktop.desk.page.needs import needs_of
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat, draw_id
from desktop.ledger import service as ledger
from desktop.ledger.records import Role
from desktop.papers.records import PrintsQuery
from desktop.papers.service import prints
from desktop.treasury import rules
from desktop.treasury import service as treasury
from desktop.treasury.records import (
    BankFileOrder,
    LineOrder,
    LineRead,
    LineRow,
    LinesQuery,
    LineState,
    MatchOrder,
    ReturnOrder,
    Source,
    SourceKind,
)
from tests.hall import SMALL, TODAY, app_of, books, opened, seat_of, together, yuan
from tests.rows import changed, contents, raw

NUMBER = SMALL[1]
LATER = TODAY + timedelta(days=40)


def pay_by(seat: Seat, tender: TenderKind, amount: str, reference: str) -> str:
    order = PaymentOrder(NUMBER, yuan(amount), yuan(amount), tender, reference)
    return seat.do(counter.take_payment, order).number


def shown(
    seat: Seat, amount: str, reference: str = "", sign: str = "a", days: int = 0, fee: str = "0.00"
) -> LineRow:
    """A line of the bank's file, matched where that is beyond doubt."""
    line = LineRead(2, f"N{sign}", TODAY + timedelta(days=days), yuan(amount), reference, "", yuan(fee))
    taken = seat.do(
        treasury.take_bank_file,
        BankFileOrder("City bank", f"{sign}.csv", sign * 64, (("day", "Date"),), (line,)),
    )
    seat.do(treasury.match_lines, taken.new)
    return standing(seat, taken.new[0])


def standing(seat: Seat, line_id: object) -> LineRow:
    return next(one for one in seat.ask(treasury.bank_lines, LinesQuery()) if one.line_id == line_id)


def all_told(seat: Seat) -> Money:
    """Money in transit, which the list of it explains to the cent."""
    told = Money.total([one.amount for one in seat.ask(treasury.in_transit)])
    assert told == books(seat, Role.IN_TRANSIT)
    return told


def source_of(seat: Seat, reference: str) -> Source:
    (one,) = (one for one in seat.ask(treasury.in_transit) if one.reference == reference)
    return one


@pytest.fixture
def later(small_hall: str, tmp_path: Path) -> Iterator[Seat]:
    """The till of station 1 some weeks later."""
    with opened(small_hall, LATER, intents=tmp_path / "later") as app:
        yield app.command_line("1")


def test_a_fee_is_suggested_only_where_it_is_small_enough() -> None:
    day = [
        Source(draw_id(), SourceKind.PAYMENT, "card", TODAY, yuan(amount), reference, reference, "")
        for amount, reference in (("600.00", "R1"), ("400.00", "R2"))
    ]

    def found(amount: str, reference: str = "") -> list[tuple[int, Money]]:
        line = LineRead(2, "K", TODAY, yuan(amount), reference, "")
        return [(len(one.sources), one.fee) for one in rules.suggestions(line, day)]

    assert found("994.00") == [(2, yuan("6.00"))]
    assert found("1000.00") == [(2, Money(0))]
    assert found("598.00", "r-1") == [(1, yuan("2.00"))]
    assert found("949.00") == []
    assert found("1006.00") == []
    assert found("-994.00") == []


def test_a_day_that_comes_less_a_fee_is_matched_and_the_fee_is_booked(small: Seat, small_hall: str) -> None:
    pay_by(small, TenderKind.WALLET, "600.00", "W1")
    pay_by(small, TenderKind.WALLET, "400.00", "W2")
    before = all_told(small)
    bank, fees = books(small, Role.BANK), books(small, Role.BANK_FEE)
    line = shown(small, "994.00", days=1)
    hint = next(one for one in small.ask(treasury.line_suggestions, line.line_id) if one.fee)
    ids = tuple(one.source_id for one in hint.sources)
    untouched = contents(small_hall)
    for order, words in (
        (MatchOrder(line.line_id, ids), "was chosen"),
        (MatchOrder(line.line_id, ids, yuan("5.00")), "was chosen"),
        (MatchOrder(line.line_id, ids[:1], yuan("-394.00")), "no fee"),
    ):
        with pytest.raises(Refused, match=words):
            small.do(treasury.match_line, order)
    assert changed(untouched, contents(small_hall)) == set()
    row = small.do(treasury.match_line, MatchOrder(line.line_id, ids, hint.fee))
    assert (row.state, row.fee, len(row.with_what)) == (LineState.MATCHED, yuan("6.00"), 2)
    assert books(small, Role.BANK) == bank + yuan("994.00")
    assert books(small, Role.BANK_FEE) == fees + yuan("6.00")
    assert all_told(small) == before - yuan("1000.00")
    small.do(treasury.undo_line, LineOrder(line.line_id, "the day before"))
    assert books(small, Role.BANK_FEE) == fees
    assert all_told(small) == before
    assert app_of(small).verify() == []


def test_the_fee_a_file_tells_is_booked_with_its_line(small: Seat, small_hall: str) -> None:
    pay_by(small, TenderKind.CARD, "100.00", "POS-771")
    pay_by(small, TenderKind.CARD, "10.00", "POS-772")
    before, bank, fees = all_told(small), books(small, Role.BANK), books(small, Role.BANK_FEE)
    line = shown(small, "99.62", "POS771", days=1, fee="0.38")
    assert (line.state, line.fee, line.by) == (LineState.MATCHED, yuan("0.38"), "")
    assert books(small, Role.BANK) == bank + yuan("99.62")
    assert books(small, Role.BANK_FEE) == fees + yuan("0.38")
    assert all_told(small) == before - yuan("100.00")
    small.do(treasury.undo_line, LineOrder(line.line_id, "the day before"))
    assert (books(small, Role.BANK), books(small, Role.BANK_FEE)) == (bank, fees)
    small.do(treasury.match_line, MatchOrder(line.line_id, (source_of(small, "POS-771").source_id,)))
    assert books(small, Role.BANK_FEE) == fees + yuan("0.38"), "it holds where none is given"

    high = shown(small, "8.00", "other", "b", days=1, fee="2.00")
    assert (high.state, high.fee) == (LineState.OPEN, yuan("2.00"))
    hint = small.ask(treasury.line_suggestions, high.line_id)[0]
    assert (hint.sources[0].reference, hint.fee) == ("POS-772", yuan("2.00")), (
        "more than a twentieth, but told"
    )
    ids = (hint.sources[0].source_id,)
    other = shown(small, "9.70", "another", "c", days=1, fee="0.20")
    untouched = contents(small_hall)
    for order, words in (
        (MatchOrder(other.line_id, ids), "was chosen"),
        (MatchOrder(other.line_id, ids, yuan("0.30")), "tells a fee"),
    ):
        with pytest.raises(Refused, match=words):
            small.do(treasury.match_line, order)
    assert changed(untouched, contents(small_hall)) == set()
    assert small.do(treasury.match_line, MatchOrder(high.line_id, ids, hint.fee)).fee == yuan("2.00")
    assert app_of(small).verify() == []


def test_a_payment_is_taken_back_with_the_fee_the_file_tells(small: Seat) -> None:
    pay_by(small, TenderKind.CARD, "100.00", "POS-771")
    before, bank, fees = all_told(small), books(small, Role.BANK), books(small, Role.BANK_FEE)
    shown(small, "99.62", "POS771", days=1, fee="0.38")
    back = shown(small, "-100.50", "POS771", "b", days=2, fee="0.50")
    (hint,) = small.ask(treasury.line_suggestions, back.line_id)
    assert hint.returned
    order = ReturnOrder(back.line_id, hint.sources[0].source_id, "disputed")
    assert small.do(treasury.return_line, order).fee == yuan("0.50")
    assert books(small, Role.BANK) == bank - yuan("0.88")
    assert books(small, Role.BANK_FEE) == fees + yuan("0.88")
    assert all_told(small) == before - yuan("100.00")
    assert app_of(small).verify() == []


def test_a_line_by_which_the_bank_takes_its_fee_is_booked_as_one(small: Seat) -> None:
    bank, fees, before = books(small, Role.BANK), books(small, Role.BANK_FEE), all_told(small)
    line, other = shown(small, "-3.50"), shown(small, "3.50", sign="b")
    row = small.do(treasury.book_fee, LineOrder(line.line_id, "month"))
    assert (row.state, row.fee, row.reason) == (LineState.MATCHED, yuan("3.50"), "month")
    assert (books(small, Role.BANK), books(small, Role.BANK_FEE)) == (
        bank - yuan("3.50"),
        fees + yuan("3.50"),
    )
    for key, words in ((line.line_id, "matched already"), (other.line_id, "came in")):
        with pytest.raises(Refused, match=words):
            small.do(treasury.book_fee, LineOrder(key, "month"))
    assert all_told(small) == before
    assert app_of(small).verify() == []


def test_what_the_bank_takes_back_reopens_what_it_had_paid_whatever_day_it_was(
    small: Seat, later: Seat
) -> None:
    owed = small.ask(ledger.dues, NUMBER).total
    receipt = pay_by(small, TenderKind.TRANSFER, f"{owed.raw / 100:.2f}", "T-771-1")
    paid = shown(small, f"{owed.raw / 100:.2f}", "T7711")
    assert paid.state is LineState.MATCHED
    assert not later.ask(ledger.dues, NUMBER).total
    bank, before = books(later, Role.BANK), all_told(later)
    back = shown(later, f"-{owed.raw / 100:.2f}", "T7711", "b", 39)
    assert back.state is LineState.OPEN
    (hint,) = later.ask(treasury.line_suggestions, back.line_id)
    assert (hint.returned, hint.why.message) == (True, "the bank takes it back: the same reference")
    order = ReturnOrder(back.line_id, hint.sources[0].source_id, "account closed")
    row = later.do(treasury.return_line, order)
    assert (row.state, row.with_what, row.reason) == (LineState.MATCHED, (receipt,), "account closed")
    assert books(later, Role.BANK) == bank - owed
    assert all_told(later) == before
    dues = later.ask(ledger.dues, NUMBER)
    assert dues.total.raw > owed.raw, "with the late fee since the due day"
    (part,) = later.ask(counter.paid_with, ReceiptQuery(receipt))
    assert (part.taken_back, part.reason) == (True, "account closed")
    assert "account closed" in str(later.ask(counter.receipt, ReceiptQuery(receipt)).notes)
    with pytest.raises(Refused, match="takes this payment back"):
        later.do(treasury.undo_line, LineOrder(paid.line_id, "why"))
    again = shown(later, f"-{owed.raw / 100:.2f}", "T7711", "c", 39)
    assert later.ask(treasury.line_suggestions, again.line_id) == ()
    with pytest.raises(Refused, match="shown no such payment"):
        later.do(treasury.return_line, ReturnOrder(again.line_id, order.source_id, "twice"))
    later.do(treasury.undo_line, LineOrder(back.line_id, "another one"))
    assert all_told(later) == before - owed, "taken back, and the bank has not shown it"
    (mend,) = (one for one in later.ask(treasury.bank_lines, LinesQuery(LineState.MEND)))
    assert mend.line_id == paid.line_id
    assert app_of(later).verify() == []


def test_a_cheque_that_the_bank_takes_back_by_a_line_is_returned_with_its_letters(
    small: Seat, later: Seat
) -> None:
    receipt = pay_by(small, TenderKind.CHEQUE, "7.00", "C-0099-1")
    paid, before = shown(small, "7.00", "C00991"), all_told(small)
    assert paid.state is LineState.MATCHED
    back = shown(later, "-7.00", "", "b", 3)
    (hint,) = later.ask(treasury.line_suggestions, back.line_id)
    order = ReturnOrder(back.line_id, hint.sources[0].source_id, "not covered")
    (letter,) = later.do(treasury.return_line, order).letters
    assert letter in {one.ref.number for one in later.ask(prints, PrintsQuery())}, "somebody has to print it"
    (cheque,) = (one for one in later.ask(counter.cheques, ChequesQuery()) if one.receipt_number == receipt)
    assert (cheque.state, cheque.reason) == (ChequeState.RETURNED, "not covered")
    assert all_told(later) == before
    assert app_of(later).verify() == []


def test_two_lines_take_one_payment_back_at_once_and_one_of_them_does(small: Seat, small_hall: str) -> None:
    pay_by(small, TenderKind.CARD, "7.00", "R-0077-7")
    shown(small, "7.00", "R00777")
    lines = [shown(small, "-7.00", sign=sign) for sign in "bc"]
    (hint, *_) = small.ask(treasury.line_suggestions, lines[0].line_id)
    orders = [ReturnOrder(one.line_id, hint.sources[0].source_id, "disputed") for one in lines]
    with opened(small_hall) as other:
        answers = together(
            [
                lambda: small.do(treasury.return_line, orders[0]),
                lambda: other.command_line("2").do(treasury.return_line, orders[1]),
            ]
        )
    assert sum(isinstance(one, Refused) for one in answers) == 1, answers
    all_told(small)
    assert app_of(small).verify() == []


def test_a_payment_taken_back_after_the_bank_had_shown_it_is_listed_to_be_mended(small: Seat) -> None:
    receipt = pay_by(small, TenderKind.CARD, "7.00", "R-0077-7")
    line, before = shown(small, "7.00", "R00777"), all_told(small)
    small.do(counter.reverse_payment, TakeBackOrder(receipt, "the wrong customer"))
    mend = standing(small, line.line_id)
    assert mend.state is LineState.MEND
    assert mend in small.ask(treasury.bank_lines, LinesQuery(LineState.OPEN))
    assert mend not in small.ask(treasury.bank_lines, LinesQuery(LineState.ASIDE))
    day = small.ask(desk.today)
    assert day.to_mend == small.ask(treasury.lines_to_mend) == 1
    (need,) = (
        one for one in needs_of(app_of(small).catalog("en"), day, "", 0, False) if one.argument == "bank"
    )
    assert (need.figure, need.page) == ("1", "treasury")
    waits = source_of(small, "R-0077-7")
    assert (waits.kind, waits.amount) == (SourceKind.RETURN, yuan("-7.00"))
    assert all_told(small) == before - yuan("7.00")
    back = shown(small, "-7.00", "R00777", "b", 1)
    assert back.state is LineState.MATCHED, "the same reference"
    assert standing(small, line.line_id).state is LineState.MATCHED
    assert small.ask(treasury.lines_to_mend) == 0
    assert all_told(small) == before
    assert app_of(small).verify() == []


def test_what_has_the_reference_of_a_line_is_suggested_before_what_has_only_its_amount(small: Seat) -> None:
    for reference in ("R-0077-7", "R-0088-8"):
        receipt = pay_by(small, TenderKind.CARD, "7.00", reference)
        shown(small, "7.00", reference, reference[4])
    small.do(counter.reverse_payment, TakeBackOrder(receipt, "the wrong customer"))
    back = shown(small, "-7.00", "R-0077-7", "e", 1)
    hints = small.ask(treasury.line_suggestions, back.line_id)
    assert [(one.returned, one.sources[0].reference) for one in hints] == [
        (True, "R-0077-7"), (False, "R-0088-8"),
    ]  # fmt: skip


def test_mended_by_undoing_what_was_never_its_money(small: Seat) -> None:
    receipt = pay_by(small, TenderKind.CARD, "7.00", "R-0077-7")
    before = all_told(small)
    line = shown(small, "7.00", "R00777")
    small.do(counter.reverse_payment, TakeBackOrder(receipt, "the wrong customer"))
    row = small.do(treasury.undo_line, LineOrder(line.line_id, "of another shop"))
    assert row.state is LineState.OPEN
    assert all_told(small) == before - yuan("7.00")
    assert not [one for one in small.ask(treasury.in_transit) if one.reference == "R-0077-7"]
    assert app_of(small).verify() == []


def test_refunds_by_transfer_wait_for_the_bank_and_a_refund_in_cash_leaves_the_card_in_transit(
    small: Seat, later: Seat
) -> None:
    card = pay_by(small, TenderKind.CARD, "70.00", "R-0088-8")
    cash = pay_by(small, TenderKind.CASH, "60.00", "")
    before = all_told(small)
    for receipt, tender, account in (
        (card, TenderKind.CASH, ""),
        (cash, TenderKind.TRANSFER, "6222 0000 1111 2225"),
    ):
        order = RefundOrder("paid twice", receipt, NUMBER, tender=tender, reference=account)
        asked = later.do(counter.ask_refund, order)
        seat_of(app_of(later), "supervisor").do(
            counter.decide_refund, RefundDecisionOrder(asked.request_id, approve=True)
        )
        later.do(counter.pay_refund, asked.request_id)
    assert source_of(later, "R-0088-8").amount == yuan("70.00")
    assert all_told(later) == before - yuan("60.00")
    out = shown(later, "-60.00", "6222000011112225", "b", 41)
    assert out.state is LineState.MATCHED
    assert shown(later, "70.00", "R00888", "c", 1).state is LineState.MATCHED
    assert all_told(later) == before - yuan("70.00")
    assert app_of(later).verify() == []


@pytest.mark.parametrize("kind", ["fee", "return"])
def test_verify_names_a_fee_or_a_return_that_was_altered(small: Seat, small_hall: str, kind: str) -> None:
    pay_by(small, TenderKind.CARD, "7.00", "R-0077-7")
    shown(small, "7.00", "R00777")
    line, back = shown(small, "-3.50", sign="b"), shown(small, "-7.00", sign="c")
    small.do(treasury.book_fee, LineOrder(line.line_id, "month"))
    (hint,) = small.ask(treasury.line_suggestions, back.line_id)
    small.do(treasury.return_line, ReturnOrder(back.line_id, hint.sources[0].source_id, "disputed"))
    with raw(small_hall) as rows:
        rows.unguard()
        rows(f"UPDATE treasury_bank_match SET amount = amount + 1 WHERE kind = '{kind}'")
    assert "bank_match" in {one.code for one in app_of(small).verify()}
