"""What the search box shows of what search finds: order, figures, and nobody's telephone number."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from desktop.contracts import service as contracts
from desktop.contracts.records import Connections
from desktop.counter import service as counter
from desktop.counter.records import AccountShare, TogetherOrder
from desktop.counter.tables import Refund
from desktop.desk import service as desk
from desktop.desk.records import AccountsOrder, Found, SearchFound
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Seat, Work, operation
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount
from desktop.papers.tables import IssuedPaper
from desktop.parties import service as parties
from desktop.parties.records import (
    ContactKind,
    ContactOrder,
    DebtorType,
    PartyChange,
    PartyKind,
    PartyOrder,
    PartyRoleKind,
)
from desktop.sample.zhejiang import households
from desktop.search.records import BILL, INSTALMENT, LETTER, PARTY, RECEIPT, REFUND, SearchOrder
from tests.hall import SMALL, connection, party_of, pay, yuan
from tests.rows import changed, contents


def searched(seat: Seat, typed: str, limit: int = 50) -> SearchFound:
    return seat.ask(desk.search_hits, SearchOrder(typed, limit))


def customers(seat: Seat, typed: str) -> list[str]:
    return [one.number for one in searched(seat, typed).customers]


def test_exact_comes_first_then_who_was_served_today_then_who_owes(small: Seat) -> None:
    more = ("330100000010", "330100000011", "330100000012")
    small.do(contracts.connect, Connections(tuple(connection(number) for number in more)))
    served, owing = {SMALL[0], SMALL[1], SMALL[2]}, {SMALL[1], SMALL[2]}
    order = customers(small, "customer")
    assert set(order[:3]) == served
    assert set(order[:2]) == owing
    pay(small, more[2], yuan("1.00"))
    assert customers(small, "customer").index(more[2]) == 3
    assert customers(small, "Customer 0")[0] == more[0]
    assert searched(small, "Customer 0").customers[0].exact


def test_who_is_found_by_the_address_alone_comes_last(small: Seat) -> None:
    named = connection("330100000010", customer_name="Street, Ann", address="Elsewhere 1", route="R9")
    small.do(contracts.connect, Connections((named,)))
    assert customers(small, "street")[0] == named.account_number


def test_the_figures_are_those_of_the_account(seat: Seat) -> None:
    rows = seat.ask(desk.accounts, AccountsOrder())
    owing, clear = [row.number for row in rows if row.owed], [row.number for row in rows if not row.owed]
    assert len(owing) > 3
    assert len(clear) > 3
    for number in (*owing[:6], *clear[:6]):
        found = next(hit for hit in searched(seat, number).customers if hit.number == number)
        card = seat.ask(desk.account_card, number)
        assert found.amount == card.row.owed
        overdue = [item for item in card.dues.items if item.overdue_days]
        assert found.state == ("bad" if overdue else "open" if card.row.owed else "clear")
        if overdue:
            assert found.note == Text("{count} overdue", plural="{count} overdue", count=len(overdue))


def test_papers_say_whose_they_are_and_how_they_stand(small: Seat) -> None:
    receipt = pay(small, SMALL[1], yuan("1.50"))
    (found,) = (one for one in searched(small, receipt.number).papers if one.number == receipt.number)
    assert (found.kind, found.account, found.amount, found.note) == (
        RECEIPT,
        SMALL[1],
        yuan("1.50"),
        small.today(),
    )
    paid, open_ = (small.ask(desk.account_card, number).bills[0] for number in SMALL[:2])
    for bill, account, state in ((paid, SMALL[0], "clear"), (open_, SMALL[1], "open")):
        (found,) = (one for one in searched(small, bill.number).papers if one.number == bill.number)
        assert (found.kind, found.account, found.amount, found.state) == (BILL, account, bill.amount, state)
        assert found.exact


def test_the_newest_papers_come_first_and_the_limit_holds_for_each_group(small: Seat) -> None:
    numbers = [pay(small, SMALL[1], Money(fen)).number for fen in (100, 200, 300)]
    found = searched(small, numbers[0][:4], limit=2)
    assert len(found.papers) == 2
    assert found.paper_count >= 5
    assert len(searched(small, "customer", limit=2).customers) == 2


def test_papers_one_may_not_see_are_left_out(small: Seat) -> None:
    bill = small.ask(desk.account_card, SMALL[0]).bills[0].number
    actor = replace(small.actor, permissions=frozenset({"search.find"}))
    assert searched(replace(small, actor=actor), bill).papers == ()
    assert searched(small, bill).papers != ()


def test_the_reading_of_a_chinese_name_comes_with_a_hit_by_pinyin(small: Seat) -> None:
    named = connection("330100000010", customer_name="曾国藩", kind=PartyKind.ORGANISATION, route="R9")
    small.do(contracts.connect, Connections((named,)))
    (found,) = searched(small, "zgf").customers
    assert (found.reading, found.organisation) == (("zēng", "guó", "fān"), True)
    assert searched(small, "cgf").customers[0].reading == ("céng", "guó", "fān")
    assert searched(small, "国藩").customers[0].reading == ()


@pytest.mark.parametrize("tail", [4, 11])
def test_no_hit_holds_a_telephone_number_nobody_typed(seat: Seat, tail: int) -> None:
    for one in households()[:12]:
        typed = one.phone[-tail:]
        for hit in searched(seat, typed).customers:
            assert isinstance(hit, Found)
            shown = repr(hit).replace(typed, "") if tail == 11 else repr(hit)
            assert one.phone not in shown


def test_a_figure_follows_a_payment(small: Seat) -> None:
    owed = small.ask(ledger.dues, SMALL[1]).total
    pay(small, SMALL[1], owed)
    (found,) = searched(small, SMALL[1]).customers
    assert (found.amount, found.state) == (Money(0), "clear")


# Parties


def entered(seat: Seat, name: str, **more: str) -> UUID:
    """A land lessor without an account."""
    order = PartyOrder(
        PartyKind.PERSON, name, "en", DebtorType.CONSUMER, PartyRoleKind.LESSOR, more.get("phone", "")
    )
    return seat.do(parties.enter, order)


@operation("parties.change")
def give_second_account(work: Work, _request: None) -> UUID:
    """The second account of the hall goes to the party of the first."""
    first, second = work.session.scalars(
        sa.select(ContractAccount)
        .where(ContractAccount.number.in_(SMALL[:2]))
        .order_by(ContractAccount.number)
    )
    second.party_id = first.party_id
    return first.party_id


def test_who_has_no_account_is_found_as_a_party(small: Seat) -> None:
    party_id = entered(small, "Sato, Hana", phone="139 5555 6666")
    for typed in ("sato", "hana", "13955556666", "6666"):
        (found,) = searched(small, typed).customers
        assert (found.kind, found.number, found.account) == (PARTY, str(party_id), ""), typed
    assert found.facts == (PartyRoleKind.LESSOR.text, Text("no account"))
    assert (found.amount, found.state) == (Money(0), "clear")
    assert "13955556666" not in repr(replace(found, matches=()))


def test_who_has_several_accounts_is_one_hit_and_each_account_is_found_by_what_is_its_own(
    small: Seat,
) -> None:
    party_id = small.do(give_second_account)
    desk.rebuild_search(small)
    name = small.ask(desk.party_card, party_id).name
    found = searched(small, name.split(",")[0])
    (party,) = (one for one in found.customers if one.number == str(party_id))
    assert not {SMALL[0], SMALL[1]} & {one.number for one in found.customers}
    assert found.customer_count == len(found.customers)
    owed = [small.ask(desk.account_card, number).row.owed for number in SMALL[:2]]
    assert party.amount == Money.total(owed)
    assert party.facts[-1] == Text("{count} account", plural="{count} accounts", count=2)
    assert customers(small, SMALL[1]) == [SMALL[1]]
    assert SMALL[0] in customers(small, "street 1")


def test_a_new_number_and_a_new_name_are_found_at_once_and_the_old_ones_not(
    small: Seat, small_hall: str
) -> None:
    party_id = party_of(small, SMALL[1])
    added = small.do(parties.add_contact, ContactOrder(party_id, ContactKind.MOBILE, "139 1111 2222"))
    assert customers(small, "13911112222") == customers(small, "13800000002") == [SMALL[1]]
    small.do(parties.close_contact, added)
    assert customers(small, "13911112222") == []
    small.do(parties.change, PartyChange(party_id, "欧阳修", "zh_CN", DebtorType.BUSINESS))
    assert customers(small, "oyx") == customers(small, "13800000002") == [SMALL[1]]
    lessor = entered(small, "Sato, Hana")
    small.do(parties.add_contact, ContactOrder(lessor, ContactKind.PHONE, "0571 8888 1234"))
    assert customers(small, "057188881234") == [str(lessor)]
    small.do(parties.change, PartyChange(lessor, "Ito, Hana", "fi", DebtorType.CONSUMER))
    assert (customers(small, "sato"), customers(small, "ito")) == ([], [str(lessor)])
    before = contents(small_hall)
    assert desk.rebuild_search(small).left == 0
    after = contents(small_hall)
    assert {name for name in changed(before, after) if name == "search_key"} == set(), "the same keys"
    assert small.app.verify() == []


def test_instalments_and_receipts_of_several_accounts_are_found_and_stand_on_the_card(small: Seat) -> None:
    card = small.ask(desk.account_card, SMALL[2])
    assert len(card.instalments) == 3
    assert [bool(one.bill_number) for one in card.instalments] == [False, True, True]
    taken_back = card.instalments[0]
    assert taken_back.reversed_on is not None
    (found,) = (one for one in searched(small, taken_back.number).papers if one.kind == INSTALMENT)
    assert (found.number, found.account, found.amount) == (taken_back.number, SMALL[2], yuan("20.00"))
    shares = tuple(
        AccountShare(number, small.ask(ledger.dues, number).to_pay, yuan("0.10")) for number in SMALL[1:]
    )
    taken = small.do(counter.take_together, TogetherOrder(shares, yuan("0.20")))
    (found,) = (one for one in searched(small, taken.numbers[0]).papers if one.kind == RECEIPT)
    assert (found.number, found.amount) == (taken.numbers[0], yuan("0.20"))


def test_refunds_and_letters_are_found_by_their_numbers_also_when_all_is_indexed_anew(small: Seat) -> None:
    with small.app.database.read() as session:
        refund, amount = session.execute(sa.select(Refund.number, Refund.amount).limit(1)).one()
        letter = session.scalar(sa.select(IssuedPaper.number).limit(1)) or ""

    def found() -> list[tuple[str, str, Money | None]]:
        hits = [one for number in (refund, letter) for one in searched(small, number).papers]
        return [(one.kind, one.number, one.amount) for one in hits if one.number in (refund, letter)]

    expected = [(REFUND, refund, amount), (LETTER, letter, None)]
    assert found() == expected
    assert desk.rebuild_search(small).left == 0
    assert found() == expected
