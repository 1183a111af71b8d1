"""Direct debits on real databases: mandates, files, results in any order, what a bank takes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from desktop.counter import service as counter
from desktop.counter.documents import cheque_letters_pdf
from desktop.counter.records import PaymentOrder, ReceiptQuery, TakeBackOrder, TenderKind
from desktop.counter.records.right import LetterQuery
from desktop.debits import service as debits
from desktop.debits.records import (
    DebitBank,
    Encoding,
    FileMade,
    FileOrder,
    FileState,
    ItemReturn,
    ItemRow,
    ItemState,
    Layout,
    LeftOut,
    MandateEnd,
    MandateOrder,
    MandatesQuery,
    Meaning,
    MendOrder,
    ResultsOrder,
    WithdrawOrder,
)
from desktop.desk import service as desk
from desktop.kernel.errors import NotPermitted, Refused
from desktop.kernel.measures import Money
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.ledger import service as ledger
from desktop.ledger.records import DisputeOrder, Role
from desktop.search.records import DEBIT_FILE, MANDATE, SearchOrder
from desktop.treasury import service as treasury
from desktop.treasury.records import BankFileOrder, LineRead, MatchOrder, ReturnOrder
from desktop.treasury.service import debiting
from tests.hall import (
    SMALL,
    TODAY,
    app_of,
    book_debits,
    books,
    mandate,
    opened,
    pay,
    result,
    seat_of,
    together,
    yuan,
)
from tests.papers_samples import pdf_pages
from tests.rows import changed, contents

PAID_UP, PART, OWING = SMALL
ORDER = FileOrder("City bank", TODAY, TODAY + timedelta(days=60))


def made(seat: Seat, *numbers: str) -> tuple[FileMade, tuple[ItemRow, ...]]:
    """A file of the accounts with a mandate, those of ``numbers`` entered now."""
    for number in numbers:
        mandate(seat, number)
    file = seat.do(debits.make_file, ORDER)
    return file, items(seat, file.number)


def items(seat: Seat, number: str) -> tuple[ItemRow, ...]:
    return seat.ask(debits.debit_items, number)


def sound(seat: Seat) -> None:
    assert app_of(seat).verify() == []


def test_a_file_takes_what_is_due_by_mandate_once_and_tells_what_it_leaves_out(small: Seat) -> None:
    owed = small.ask(ledger.dues, OWING)
    before = small.ask(debits.preview_file, ORDER)
    assert (before.items, before.amount) == (len(owed.items), owed.to_pay)
    assert [one.why for one in before.left] == [LeftOut.NO_MANDATE]
    file, found = made(small)
    assert (file.items, file.amount) == (before.items, before.amount)
    assert [one.state for one in found] == [ItemState.AWAITING] * len(found)
    assert all("****" in one.bank_account for one in found)
    with pytest.raises(Refused, match="Nothing is due"):
        made(small)
    assert LeftOut.WAITING in {one.why for one in small.ask(debits.preview_file, ORDER).left}
    assert [one.item_number for one in small.ask(debits.awaiting, OWING)] == [one.number for one in found]
    small.do(debits.withdraw_file, WithdrawOrder(file.number, "the wrong day"))
    again, _ = made(small)
    assert int(again.number[-5:]) == int(file.number[-5:]) + 1
    assert again.amount == file.amount
    sound(small)


def test_a_disputed_bill_a_small_one_and_a_mandate_of_later_are_left_out(small: Seat) -> None:
    item = small.ask(ledger.dues, OWING).items[0]
    small.do(ledger.dispute_bill, DisputeOrder(OWING, item.bill_number, "too high"))
    found = {one.why: one for one in small.ask(debits.preview_file, ORDER).left}
    assert found[LeftOut.DISPUTED].accounts == (OWING,)
    small.do(debits.set_debit_bank, DebitBank("City bank", least=yuan("9999.00")))
    (mine,) = small.ask(debits.mandates, MandatesQuery(OWING))
    small.do(debits.end_mandate, MandateEnd(mine.mandate_id, TODAY, "moved away"))
    mandate(small, PART)
    found = {one.why: one for one in small.ask(debits.preview_file, ORDER).left}
    assert set(found) == {LeftOut.NO_MANDATE, LeftOut.SMALL}
    with pytest.raises(Refused, match="Nothing is due"):
        small.do(debits.make_file, ORDER)


def test_search_finds_files_and_mandates_by_their_numbers(small: Seat) -> None:
    file, _ = made(small)
    mandate(small, PART)

    def found(typed: str) -> list[tuple[str, str, str]]:
        papers = small.ask(desk.search_hits, SearchOrder(typed)).papers
        return [(one.kind, one.number, one.account) for one in papers]

    def both() -> None:
        assert (DEBIT_FILE, file.number, "") in found(file.number)
        assert (DEBIT_FILE, file.number, "") in found(file.number[-6:])
        assert {(MANDATE, "A-1", PART), (MANDATE, "A-1", OWING)} <= set(found("a-1"))

    both()
    desk.rebuild_search(small)
    both()
    (mine,) = small.ask(debits.mandates, MandatesQuery(PART))
    order = MandateOrder(PART, "City bank", "", mine.holder, "B-2207", mine.signed_on, mine.valid_from)
    small.do(debits.set_mandate, replace(order, mandate_id=mine.mandate_id))
    assert (MANDATE, "A-1", PART) not in found("a-1")
    assert (MANDATE, "B-2207", PART) in found("b-2207")
    small.do(debits.set_mandate, replace(order, mandate_id=mine.mandate_id, agreement=""))
    assert found("b-2207") == []


def test_two_workplaces_that_book_one_file_at_once_book_each_row_once(
    small: Seat, small_hall: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both go row by row through all of the file, each with a connection of its own."""
    monkeypatch.setattr(debiting, "ROWS_AT_ONCE", 1)
    file, found = made(small, PART)
    assert len(found) > 1
    before = books(small, Role.IN_TRANSIT)
    rows = tuple(replace(result(one.number, one.amount), row=at) for at, one in enumerate(found, 2))
    small.do(debits.take_results, ResultsOrder("City bank", "r.csv", "9" * 64, rows))
    with opened(small_hall) as other:
        seats = (small, other.command_line("2"))
        answers = together([partial(treasury.book_waiting, seat) for seat in seats])
    assert sum(one.paid for one in answers) == len(found), answers
    assert Money.total([one.paid_amount for one in answers]) == file.amount
    assert {one.state for one in items(small, file.number)} == {ItemState.PAID}
    assert books(small, Role.IN_TRANSIT) == before + file.amount
    sound(small)


def test_results_pay_what_was_collected_and_free_what_was_not(small: Seat) -> None:
    file, found = made(small, PART)
    before = books(small, Role.IN_TRANSIT)
    first, *others = found
    taken = book_debits(
        small,
        result(first.number, first.amount),
        *(result(one.number, one.amount, Meaning.FUNDS) for one in others),
    )
    assert (taken.read, taken.paid, taken.failed, taken.paid_amount) == (
        len(found), 1, len(others), first.amount,
    )  # fmt: skip
    assert books(small, Role.IN_TRANSIT) == before + first.amount
    states = [one.state for one in items(small, file.number)]
    assert states == [ItemState.PAID] + [ItemState.FAILED] * len(others)
    (row, *_) = small.ask(debits.debit_files)
    assert (row.state, row.paid, row.paid_amount, row.failed) == (
        FileState.DONE, 1, first.amount, len(others),
    )  # fmt: skip
    receipt = small.ask(desk.account_card, first.account_number).payments[0]
    assert (receipt.tender, receipt.amount) == (TenderKind.DEBIT, first.amount)
    again, _ = made(small)
    assert (again.items, again.amount) == (len(others), file.amount - first.amount)
    assert [one.tender for one in small.ask(treasury.in_transit) if one.reference == first.number] == [
        "debit"
    ]
    sound(small)


def test_the_same_file_and_the_same_row_pay_once(small: Seat) -> None:
    _, found = made(small)
    rows = [result(one.number, one.amount, line=f"L{at}") for at, one in enumerate(found)]
    owed = small.ask(ledger.dues, OWING).total
    assert book_debits(small, *rows).paid == len(found)
    with pytest.raises(Refused, match="came in before"):
        book_debits(small, *rows)
    again = book_debits(small, *rows, result("K1", yuan("1.00")))
    assert (again.known, again.paid, len(again.to_mend)) == (len(found), 0, 1)
    fresh = book_debits(small, *(result(one.number, one.amount) for one in found))
    assert (fresh.paid, len(fresh.to_mend)) == (0, len(found))
    assert small.ask(ledger.dues, OWING).total == owed - Money.total([one.amount for one in found])
    sound(small)


def test_what_fits_nothing_is_named_and_kept_until_it_is_mended(small: Seat) -> None:
    _, (one, *_) = made(small)
    other = one.amount - yuan("0.01")
    taken = book_debits(small, result("K1", one.amount), result(one.number, other))
    assert [(problem.row, problem.value) for problem in taken.to_mend] == [(2, "K1"), (3, one.number)]
    assert (taken.read, taken.paid + taken.failed + taken.returned) == (2, 0)
    strange, short = sorted(small.ask(debits.open_results), key=lambda row: row.row)
    with pytest.raises(Refused, match="Say why"):
        small.do(debits.set_result_aside, MendOrder(strange.result_id))
    small.do(debits.set_result_aside, MendOrder(strange.result_id, reason="another creditor's"))
    assert small.do(treasury.mend_result, MendOrder(short.result_id, one.number)).paid_amount == other
    for key in (strange.result_id, short.result_id):
        with pytest.raises(Refused, match="already"):
            small.do(treasury.mend_result, MendOrder(key, one.number))
    assert small.ask(debits.open_results) == ()
    sound(small)


def test_money_for_a_file_that_was_withdrawn_can_still_be_booked(small: Seat) -> None:
    file, (one, *_) = made(small)
    small.do(debits.withdraw_file, WithdrawOrder(file.number, "the bank does not take it"))
    assert len(book_debits(small, result(one.number, one.amount)).to_mend) == 1
    (row,) = small.ask(debits.open_results)
    small.do(treasury.mend_result, MendOrder(row.result_id, one.number))
    assert items(small, file.number)[0].state is ItemState.PAID
    sound(small)


def test_a_file_that_was_sent_is_withdrawn_only_where_the_bank_refused_it(
    small: Seat, tmp_path: Path
) -> None:
    file, found = made(small)
    out = tmp_path / "out.xlsx"
    digest = debits.send_file(small, file.number, out, catalog("en"))
    assert (small.ask(debits.debit_files)[0].state, len(digest)) == (FileState.SENT, 64)
    with pytest.raises(Refused, match="was sent"):
        small.do(debits.withdraw_file, WithdrawOrder(file.number, "late"))
    small.do(debits.withdraw_file, WithdrawOrder(file.number, "wrong format", by_bank=True))
    assert {one.state for one in items(small, file.number)} == {ItemState.WITHDRAWN}
    for words, act in (
        ("withdrawn already", lambda: small.do(debits.withdraw_file, WithdrawOrder(file.number, "x"))),
        ("was withdrawn", lambda: debits.send_file(small, file.number, out, catalog("en"))),
    ):
        with pytest.raises(Refused, match=words):
            act()
    again, (one, *_) = made(small)
    book_debits(small, result(one.number, one.amount))
    with pytest.raises(Refused, match="are known already"):
        small.do(debits.withdraw_file, WithdrawOrder(again.number, "late"))
    assert len(found) == again.items


def test_what_is_paid_at_the_counter_meanwhile_becomes_credit(small: Seat) -> None:
    _, found = made(small)
    owed = small.ask(ledger.dues, OWING).total
    pay(small, OWING, owed)
    book_debits(small, *(result(one.number, one.amount) for one in found))
    dues = small.ask(ledger.dues, OWING)
    assert (dues.total, dues.credit) == (Money(0), Money.total([one.amount for one in found]))
    sound(small)


def test_a_debit_pays_what_it_was_made_for_and_stops_its_late_fee_that_day(small_hall: str) -> None:
    with opened(small_hall) as app:
        seat = app.command_line("1")
        _, found = made(seat)
    with opened(small_hall, TODAY + timedelta(days=90)) as app:
        seat = app.command_line("1")
        one = found[-1]
        book_debits(seat, result(one.number, one.amount))
        left = {item.bill_number for item in seat.ask(ledger.dues, OWING).items}
        assert one.bill_number not in left
        assert left == {other.bill_number for other in found[:-1]} - {one.bill_number}


def test_what_a_bank_takes_back_is_owed_again_with_late_fee_and_a_letter(small_hall: str) -> None:
    with opened(small_hall) as app:
        seat = app.command_line("1")
        file, found = made(seat)
        book_debits(seat, *(result(one.number, one.amount) for one in found))
    with opened(small_hall, TODAY + timedelta(days=90)) as app:
        seat = app.command_line("1")
        one = found[0]
        with pytest.raises(Refused, match="Say why"):
            seat.do(treasury.return_debit, ItemReturn(one.number, TODAY, " "))
        order = ItemReturn(one.number, TODAY + timedelta(days=90), "account closed")
        back = seat.do(treasury.return_debit, order)
        (again,) = (
            item for item in seat.ask(ledger.dues, OWING).items if item.bill_number == one.bill_number
        )
        assert again.principal + again.late_fee > one.amount
        assert again.late_fee > Money(0)
        assert items(seat, file.number)[0].state is ItemState.RETURNED
        (written,) = seat.do(counter.reprint_cheque_letters, LetterQuery(back.letters))
        pages = " ".join(" ".join(pdf_pages(cheque_letters_pdf([written], app.catalog, app.country))).split())
        assert "direct debit" in pages
        assert "account closed" in pages
        with pytest.raises(Refused, match="nothing to take back"):
            seat.do(treasury.return_debit, ItemReturn(one.number, TODAY, "again"))
        order = replace(ORDER, collect_on=TODAY + timedelta(days=90), due_by=TODAY + timedelta(days=90))
        assert seat.do(debits.make_file, order).amount == again.total
        assert app.verify() == []


def test_a_line_of_the_bank_that_takes_a_debit_back_tells_its_item(small: Seat) -> None:
    file, found = made(small)
    book_debits(small, *(result(one.number, one.amount) for one in found))
    one = found[0]
    lines = (
        LineRead(2, "D1", TODAY, one.amount, one.number, ""),
        LineRead(3, "D2", TODAY, -one.amount, one.number, ""),
    )
    taken = small.do(
        treasury.take_bank_file, BankFileOrder("City bank", "d.csv", "d" * 64, (("day", "Date"),), lines)
    )
    assert small.do(treasury.match_lines, taken.new) == 1
    (hint, *_) = small.ask(treasury.line_suggestions, taken.new[1])
    small.do(treasury.return_line, ReturnOrder(taken.new[1], hint.sources[0].source_id, "not covered"))
    assert items(small, file.number)[0].state is ItemState.RETURNED
    sound(small)


def test_a_line_that_brings_all_of_a_file_is_told_so(small: Seat) -> None:
    _, found = made(small, PART)
    book_debits(small, *(result(one.number, one.amount) for one in found))
    whole = Money.total([one.amount for one in found])
    line = LineRead(2, "D1", TODAY, whole, "", "")
    order = BankFileOrder("City bank", "d.csv", "d" * 64, (("day", "Date"),), (line,))
    (key,) = small.do(treasury.take_bank_file, order).new
    hints = small.ask(treasury.line_suggestions, key)
    assert any(len(one.sources) == len(found) for one in hints)
    hint = next(one for one in hints if len(one.sources) == len(found))
    small.do(treasury.match_line, MatchOrder(key, tuple(one.source_id for one in hint.sources)))
    assert not [one for one in small.ask(treasury.in_transit) if one.tender == "debit"]
    sound(small)


def test_a_return_that_a_rule_refuses_holds_up_no_other_row(small: Seat) -> None:
    _, found = made(small, PART)
    book_debits(small, *(result(one.number, one.amount) for one in found))
    number = small.ask(desk.account_card, found[0].account_number).payments[0].receipt_number
    small.do(counter.reverse_payment, TakeBackOrder(number, "by mistake"))
    back = [result(one.number, one.amount, Meaning.RETURNED) for one in found]
    taken = book_debits(small, *back)
    assert (taken.returned, len(taken.to_mend), taken.waiting) == (len(found) - 1, 1, 0)
    assert len(small.ask(debits.open_results)) == 1
    sound(small)


def test_a_mandate_the_bank_refused_is_not_tried_again_until_it_is_put_right(small_hall: str) -> None:
    with opened(small_hall) as app:
        seat = app.command_line("1")
        _, found = made(seat)
        book_debits(seat, *(result(one.number, one.amount, Meaning.CLOSED) for one in found))
        assert seat.ask(debits.preview_file, ORDER).left[-1].why is LeftOut.REFUSED
        (mine,) = seat.ask(debits.mandates, MandatesQuery(OWING))
        order = MandateOrder(
            OWING, "City bank", "6222021234567899999", "Holder", "A-2", mine.signed_on, TODAY, mine.mandate_id
        )
        row = seat.do(debits.set_mandate, order)
        assert row.bank_account.endswith("9999")
        kept = seat.do(debits.set_mandate, replace(order, bank_account=""))
        assert kept.bank_account == row.bank_account
        assert made(seat)[0].items == len(found)


def test_mandates_do_not_overlap_and_are_ended_not_deleted(small: Seat) -> None:
    row = mandate(small, PART)
    for order, words in (
        (MandateOrder(PART, "City bank", "622202123456", "H", "", TODAY, TODAY), "stands"),
        (MandateOrder(PAID_UP, "City bank", "62220", "H", "", TODAY, TODAY), "no bank account"),
        (MandateOrder(PAID_UP, "City bank", "622202123456", " ", "", TODAY, TODAY), "account holder"),
        (MandateOrder(PAID_UP, "No bank", "622202123456", "H", "", TODAY, TODAY), "debits accounts for us"),
        (
            MandateOrder(PAID_UP, "City bank", "622202123456", "H", "", TODAY + timedelta(days=1), TODAY),
            "signed before",
        ),
    ):
        with pytest.raises(Refused, match=words):
            small.do(debits.set_mandate, order)
    small.do(debits.end_mandate, MandateEnd(row.mandate_id, TODAY + timedelta(days=5), "another bank"))
    with pytest.raises(Refused, match="holds until"):
        small.do(debits.set_mandate, MandateOrder(PART, "City bank", "622202123456", "H", "", TODAY, TODAY))
    with pytest.raises(Refused, match="has ended"):
        small.do(debits.end_mandate, MandateEnd(row.mandate_id, TODAY, "again"))
    later = TODAY + timedelta(days=5)
    small.do(debits.set_mandate, MandateOrder(PART, "City bank", "622202123456", "H", "", TODAY, later))
    assert len(small.ask(debits.mandates, MandatesQuery(PART, ended=True))) == 2
    sound(small)


def test_a_debit_is_taken_at_no_counter_and_booked_by_nobody_without_the_right(
    small: Seat, small_hall: str
) -> None:
    before = contents(small_hall)
    with pytest.raises(Refused, match="results of its bank"):
        small.do(counter.take_payment, PaymentOrder(OWING, yuan("1.00"), yuan("1.00"), TenderKind.DEBIT, "x"))
    cashier = seat_of(app_of(small), "cashier")
    with pytest.raises(NotPermitted):
        cashier.do(debits.make_file, ORDER)
    assert changed(before, contents(small_hall)) == set()
    assert cashier.may(debits.awaiting)


def test_a_file_looks_as_its_bank_wants_it_and_results_come_back_in_fen(small: Seat, tmp_path: Path) -> None:
    layout = Layout(
        out=(("number", "明细编号"), ("bank_account", "账号"), ("holder", "户名"), ("amount", "金额")),
        csv=True,
        encoding=Encoding.GB18030,
        minor=True,
        codes=(("00", "paid"), ("99", "failed"), ("E1", "funds")),
    )
    small.do(debits.set_debit_bank, DebitBank("City bank", layout=layout))
    file, (one, *_) = made(small)
    out = tmp_path / "out.csv"
    first = debits.send_file(small, file.number, out, catalog("zh_CN"))
    assert debits.send_file(small, file.number, out, catalog("en")) == first
    lines = out.read_text("gb18030").splitlines()
    assert lines[:2] == [
        "明细编号,账号,户名,金额", f"{one.number},6222021234567890123,{one.holder},{one.amount.raw}",
    ]  # fmt: skip
    back = tmp_path / "back.csv"
    back.write_text(
        f"明细编号,扣款金额,返回码,备注\n{one.number},{one.amount.raw},99,E1\n{one.number},{one.amount.raw},??,\n",
        "gb18030",
    )
    read = debits.read_results_of(small, "City bank", back)
    assert [(row.amount, row.meaning) for row in read.rows] == [(one.amount, Meaning.FUNDS)]
    assert [(problem.row, problem.value) for problem in read.problems] == [(3, "??")]
    with pytest.raises(Refused, match="cannot be taken in"):
        treasury.take_results_in(small, read, "City bank")
    assert small.ask(
        counter.receipt, ReceiptQuery(small.ask(desk.account_card, OWING).payments[0].receipt_number)
    )


def test_titles_of_a_banks_results_are_known_from_its_first_file_on(small: Seat, tmp_path: Path) -> None:
    _, (one, *_) = made(small)
    amount = small.app.country.currency.decimal(one.amount)
    first, later = tmp_path / "first.csv", tmp_path / "later.csv"
    first.write_text(f"Ref,Sum,Said\n{one.number},{amount},failed\nK1,1.00,failed\n")
    later.write_text(f"Ref,Sum,Said\n{one.number},{amount},returned\n")
    columns = (("number", "Ref"), ("amount", "Sum"), ("result", "Said"))
    assert debits.read_results_of(small, "City bank", first).problems
    read = debits.read_results_of(small, "City bank", first, columns)
    assert treasury.take_results_in(small, read, "City bank").failed == 1
    with pytest.raises(Refused, match="Go on with"):
        treasury.take_results_in(small, read, "City bank")
    assert len(debits.read_results_of(small, "City bank", later).rows) == 1
