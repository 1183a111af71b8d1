"""Connecting customers, and which contract is in force when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from desktop.contracts import service as contracts
from desktop.contracts.records import Connections
from desktop.desk import service as desk
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Money, Reading
from desktop.kernel.period import Period
from desktop.kernel.work import Seat, Work
from desktop.ledger import service as ledger
from tests.hall import JANUARY, PASSWORD, SMALL, connect, connection, opened, together
from tests.rows import changed, contents, raw

NEW = "330100000009"


@contextmanager
def in_work(seat: Seat) -> Iterator[Work]:
    """Work that reads, outside an operation."""
    with seat.app.database.read() as session:
        yield Work(session, seat.app.country, seat.actor, seat.station, seat.app.clock.moment(), UUID(int=0))


def test_a_connected_customer_has_account_meter_contract_and_no_debt(small: Seat) -> None:
    small.do(
        contracts.connect, Connections((connection(NEW, customer_name="New", opening_read=Reading.of(5)),))
    )
    card = small.ask(desk.account_card, NEW)
    assert (card.row.customer_name, card.row.meter_serial, card.row.owed, card.bills, card.payments) == (
        "New",
        f"M{NEW}",
        Money(0),
        (),
        (),
    )
    assert card.route == "R1"
    assert card.dues.items == ()
    assert small.app.verify() == []


@pytest.mark.parametrize(
    ("other", "raised"),
    [
        ({"account_number": SMALL[0]}, Refused),
        ({"meter_serial": f"M{SMALL[0]}"}, Refused),
        ({"tariff_code": "NO-SUCH"}, NotFound),
        ({"route_position": 1}, Refused),
    ],
)
def test_one_bad_connection_among_good_ones_connects_nobody(
    small: Seat, small_hall: str, other: dict[str, object], raised: type[Exception]
) -> None:
    before = contents(small_hall)
    bad = replace(connection("330100000008", route_position=8), **other)  # type: ignore[arg-type]  # of any kind
    with pytest.raises(raised):
        small.do(contracts.connect, Connections((connection(NEW), bad)))
    assert changed(before, contents(small_hall)) == set()


def test_a_cashier_connects_nobody(small: Seat) -> None:
    with pytest.raises(NotPermitted):
        connect(small.app.sign_in("cashier", PASSWORD, "1"), [NEW])


def test_the_same_customer_connected_twice_at_once_is_connected_once(small: Seat, small_hall: str) -> None:
    with opened(small_hall) as other:
        answers = together([lambda: connect(small, [NEW]), lambda: connect(other.command_line("2"), [NEW])])
    assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True], answers
    with raw(small_hall) as rows:
        assert rows.one("SELECT count(*) FROM ledger_contract_account WHERE number = ?", NEW) == 1
    assert small.app.verify() == []


def test_contract_numbers_have_no_gap(small: Seat, small_hall: str) -> None:
    connect(small, [NEW])
    with raw(small_hall) as rows:
        found = sorted(number for (number,) in rows("SELECT number FROM contracts_contract"))
    assert [int(number[-6:]) for number in found] == [1, 2, 3, 4]


# In force


IN_JANUARY = {
    ("2025-12-31", None): True,
    ("2026-01-01", None): True,
    ("2026-01-31", None): True,
    ("2026-02-01", None): False,
    ("2025-01-01", "2026-01-01"): False,
    ("2025-01-01", "2026-01-02"): True,
    ("2026-01-10", "2026-01-20"): True,
}


def _billable(work: Work, period: Period) -> list[UUID]:
    accounts = contracts.billable(period)
    return list(work.session.scalars(sa.select(accounts.c.account_id).order_by(accounts.c.place)))


def test_a_contract_is_in_force_on_the_days_it_covers(small: Seat, small_hall: str) -> None:
    account = small.ask(ledger.dues, SMALL[0]).account_id
    statement = "UPDATE contracts_contract SET valid_from = ?, valid_to = ? WHERE number LIKE '%000001'"
    with raw(small_hall) as rows:
        rows.unguard()
        for (valid_from, valid_to), found in IN_JANUARY.items():
            rows(statement, valid_from, valid_to)
            with in_work(small) as work:
                assert bool(contracts.in_force(work, [account], JANUARY)) is found, (valid_from, valid_to)
                assert (account in _billable(work, JANUARY)) is found, (valid_from, valid_to)


def test_accounts_are_billed_in_walking_order(small: Seat) -> None:
    small.do(contracts.connect, Connections((connection(NEW, route="R0", route_position=5),)))
    with in_work(small) as work:
        order = _billable(work, Period.month("2026-02"))
        named = ledger.accounts(work, order)
        assert [named[key].number for key in order] == [NEW, *SMALL]
