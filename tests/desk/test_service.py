"""The card of an account, and lists of accounts."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.contracts.tables import SupplyContract
from desktop.desk import service as desk
from desktop.desk.records import AccountRow, AccountsOrder
from desktop.desk.service import lists
from desktop.kernel.alphabet import sort_key
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.listing import Listing, every_row
from desktop.kernel.measures import Energy, Money
from desktop.kernel.work import OPERATIONS, Seat, found
from desktop.ledger import service as ledger
from desktop.sample.zhejiang import households
from desktop.search import service as search
from tests.hall import SMALL, account_number, pay, yuan
from tests.rows import raw

PEOPLE = households()


def test_the_names_in_journals_do_not_tell_in_which_module_of_the_service_a_function_stands() -> None:
    for function in (desk.account_card, desk.accounts, desk.today, desk.search_hits, desk.reindex):
        assert found(function) is OPERATIONS[f"desk.{function.__name__}"]
    known = {name for name in OPERATIONS if name.startswith("desk.")}
    assert all(name.count(".") == 1 for name in known)


def test_accounts_come_in_pages_in_number_order(seat: Seat) -> None:
    whole = seat.ask(desk.accounts, AccountsOrder())
    assert [row.number for row in whole] == [one.number for one in PEOPLE]
    paged, after = [], ""
    while True:
        page = seat.ask(desk.accounts, AccountsOrder(after, 7))
        if not page:
            break
        paged += page
        after = page[-1].number
    assert tuple(paged) == whole


def test_a_row_shows_the_customer_and_hides_the_telephone_number(seat: Seat) -> None:
    for row, one in zip(seat.ask(desk.accounts, AccountsOrder()), PEOPLE, strict=True):
        assert (row.customer_name, row.address, row.meter_serial) == (one.name, one.address, one.meter)
        assert row.phone == f"{one.phone[:3]} **** {one.phone[-4:]}"


def test_an_account_is_opened_by_its_number_with_or_without_spaces(seat: Seat) -> None:
    number = account_number(3)
    spaced = f" {number[:4]} {number[4:8]} {number[8:]} "
    assert seat.ask(desk.account_card, spaced) == seat.ask(desk.account_card, number)
    with pytest.raises(NotFound):
        seat.ask(desk.account_card, number[:-1])


def test_thirteen_months_of_use_end_with_the_last_read(seat: Seat) -> None:
    card = seat.ask(desk.account_card, account_number(1))
    assert [month.month for month in card.usage] == [date(2025, month, 1) for month in range(1, 13)]
    assert card.accumulated == Energy(0)


def test_payments_and_bills_are_listed_newest_first(small: Seat) -> None:
    for fen in (100, 200, 300):
        pay(small, SMALL[1], Money(fen))
    card = small.ask(desk.account_card, SMALL[1])
    shown = [(row.amount.raw, row.taken_back) for row in card.payments]
    assert shown == [(300, False), (200, False), (100, False), (10, True), (2000, False)]
    assert len({row.receipt_number for row in card.payments}) == 5
    assert card.bills[0].open == card.dues.principal == card.row.owed


def test_credit_shows_on_the_card(small: Seat) -> None:
    owed = small.ask(ledger.dues, SMALL[1]).total
    pay(small, SMALL[1], owed + yuan("3.00"))
    card = small.ask(desk.account_card, SMALL[1])
    assert (card.row.owed, card.row.credit, card.dues.to_pay, card.dues.credit) == (
        Money(0),
        yuan("3.00"),
        Money(0),
        yuan("3.00"),
    )


def test_an_account_with_two_contracts_in_turn_is_one_row_with_the_later_one(
    small: Seat, small_hall: str
) -> None:
    with raw(small_hall) as rows:
        rows.unguard()
        rows("UPDATE contracts_contract SET valid_to = '2026-02-01' WHERE number LIKE '%000001'")
        columns = [c.name for c in SupplyContract.__table__.columns]
        listed = ", ".join(f'"{name}"' for name in columns)
        (row,) = rows(f"SELECT {listed} FROM contracts_contract WHERE number LIKE '%000001'")
        later = dict(zip(columns, row, strict=True)) | {
            "number": "later",
            "valid_from": "2026-02-01",
            "valid_to": None,
        }
        later["id"] = rows.key(small.actor.id)
        marks = ", ".join("?" for _ in columns)
        rows(f"INSERT INTO contracts_contract ({listed}) VALUES ({marks})", *later.values())
    assert [row.number for row in small.ask(desk.accounts, AccountsOrder())] == list(SMALL)
    assert small.ask(desk.account_card, SMALL[0]).row.number == SMALL[0]


# Lists sorted and filtered


def walked(seat: Seat, listing: Listing) -> list[AccountRow]:
    """Every account of a listing, page by page between its anchors."""
    extent = seat.ask(desk.accounts_extent, listing)
    rows = list(every_row(lambda order: seat.ask(desk.accounts, order), extent, listing))
    assert (extent.total, extent.sum) == (len(rows), sum((row.owed for row in rows), start=Money(0)))
    return rows


SHOWN = {
    "number": lambda row: row.number,
    "name": lambda row: (sort_key(row.customer_name), row.number),
    "address": lambda row: (row.address, row.number),
    "owed": lambda row: (row.owed, row.number),
}


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", list(desk.ACCOUNT_SORTS))
def test_accounts_are_sorted_and_paged_by_anchors(
    seat: Seat, sort: str, descending: bool, monkeypatch
) -> None:
    monkeypatch.setattr(lists, "PAGE_ROWS", 7)
    whole = seat.ask(desk.accounts, AccountsOrder())
    listing = Listing(sort, descending)
    assert len(seat.ask(desk.accounts_extent, listing).anchors) == 7
    assert walked(seat, listing) == sorted(whole, key=SHOWN[sort], reverse=descending)


def test_while_search_is_prepared_accounts_are_sorted_by_what_is_there(seat: Seat) -> None:
    whole = walked(seat, Listing("name"))
    seat.do(desk.forget_words)
    assert walked(seat, Listing("name")) == sorted(whole, key=lambda row: (row.customer_name, row.number))
    desk.prepare_search(seat)
    assert walked(seat, Listing("name")) == whole


@pytest.mark.parametrize("few", [1, 20_000])
def test_a_filter_keeps_accounts_all_typed_words_lead_to(seat: Seat, few: int, monkeypatch) -> None:
    monkeypatch.setattr(search, "FEW", few)
    person = PEOPLE[4]
    for typed in (person.number, person.name, person.meter[-6:], f"{person.name} {person.phone[-4:]}"):
        for sort in desk.ACCOUNT_SORTS:
            found = walked(seat, Listing(sort, filter=typed))
            assert person.number in [row.number for row in found]
            assert len(found) < 10
    assert len(walked(seat, Listing("owed", True, filter="3301"))) == len(PEOPLE)
    assert walked(seat, Listing("name", filter="nobody-is-called-this")) == []
    assert len(walked(seat, Listing(filter=" % "))) == len(PEOPLE), "signs alone are no words"


def test_a_column_nobody_sorts_by_is_refused(seat: Seat) -> None:
    with pytest.raises(Refused):
        seat.ask(desk.accounts, AccountsOrder(listing=Listing("meter")))


def test_an_account_that_changes_meanwhile_is_still_in_one_page(small: Seat, monkeypatch) -> None:
    monkeypatch.setattr(lists, "PAGE_ROWS", 1)
    listing = Listing("owed", True)
    extent = small.ask(desk.accounts_extent, listing)
    pay(small, SMALL[2], Money(1))
    rows = list(every_row(lambda order: small.ask(desk.accounts, order), extent, listing))
    assert len(extent.anchors) == 2
    assert sorted(row.number for row in rows) == list(SMALL)


def test_bills_know_their_difference_their_reads_and_the_day_they_were_paid(billed: Seat) -> None:
    card = billed.ask(desk.account_card, account_number(1))
    january, december = card.bills
    assert january.difference == january.amount - december.amount
    assert (december.difference, december.paid_on) == (None, date(2026, 1, 12))
    assert (january.paid_on, january.open) == (None, january.amount)
    assert (january.read_on, january.days, january.estimated) == (date(2026, 1, 31), 31, False)
    reads = {read.read_id: read for read in card.reads}
    assert [reads[key].energy for key in january.read_ids] == [january.energy]


def test_a_bill_paid_in_parts_is_paid_on_the_day_of_the_last_and_a_reversal_opens_it(small: Seat) -> None:
    owed = small.ask(ledger.dues, SMALL[1]).total
    pay(small, SMALL[1], owed)
    (bill,) = small.ask(desk.account_card, SMALL[1]).bills
    assert bill.paid_on == small.today()
    reversed_one = small.ask(desk.account_card, SMALL[2]).bills[0]
    left = reversed_one.amount - yuan("40.00")  # two instalments are deducted
    assert (reversed_one.paid_on, reversed_one.open) == (None, left)


def test_payments_tell_what_they_settled(small: Seat) -> None:
    paid = small.ask(desk.account_card, SMALL[0]).payments[-1]
    assert [item.bill_number for item in paid.settled] == [
        bill.number for bill in small.ask(desk.account_card, SMALL[0]).bills
    ]
    issued = small.ask(desk.receipt, paid.receipt_number)
    assert (issued.amount, issued.items, issued.cashier) == (paid.amount, paid.settled, paid.cashier)


def test_every_read_is_listed_with_what_was_used_since_the_one_before(seat: Seat) -> None:
    card = seat.ask(desk.account_card, account_number(1))
    assert len(card.reads) == 13
    assert card.reads[-1].energy is None
    assert [read.energy for read in card.reads[:-1]] == [month.energy for month in reversed(card.usage)]


def test_a_contract_tells_its_term_and_the_prices_in_it(seat: Seat) -> None:
    (contract,) = seat.ask(desk.account_card, account_number(1)).contracts
    assert (contract.valid_from, contract.valid_to) == (date(2024, 12, 31), None)
    assert [version.version for version in contract.versions] == ["ZJ-RES-1"]


def test_an_account_whose_contract_ended_is_closed_since_then(small: Seat, small_hall: str) -> None:
    assert small.ask(desk.account_card, SMALL[0]).closed_on is None
    with raw(small_hall) as rows:
        rows.unguard()
        rows("UPDATE contracts_contract SET valid_to = '2026-02-01' WHERE number LIKE '%000001'")
    card = small.ask(desk.account_card, SMALL[0])
    assert card.closed_on == date(2026, 2, 1)
    told = [row.what.message for row in small.ask(desk.party_card, card.party_id).history]
    assert "Contract {number} ended" in told


def test_a_party_with_two_accounts_owes_the_sum_of_both(small: Seat, small_hall: str) -> None:
    with raw(small_hall) as rows:
        rows.unguard()
        party = rows.one("SELECT party_id FROM ledger_contract_account WHERE number = ?", SMALL[1])
        rows("UPDATE ledger_contract_account SET party_id = ? WHERE number = ?", party, SMALL[2])
    card = small.ask(desk.party_card, small.ask(desk.account_card, SMALL[1]).party_id)
    assert [one.row.number for one in card.accounts] == [SMALL[1], SMALL[2]]
    assert card.total == Money.total([small.ask(ledger.dues, number).total for number in SMALL[1:]])
