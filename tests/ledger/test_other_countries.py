"""Paying late in other countries: packs that know nothing of China give their own rule, and the core asks no more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from desktop.app import COUNTRIES
from desktop.kernel.country import Country, Debt, LateFee, LateFeeSetting, LateFeeSettings
from desktop.kernel.measures import Currency, Money
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.ledger import service as ledger
from desktop.ledger.records import LateFeeChoice, WaiverCause, WaiverOrder
from tests import hall as halls
from tests.databases_server import Databases
from tests.hall import SMALL, open_till, opened, pay
from tests.ledger.test_service import ChargeOrder, charge, days_pass

EUR, VND = Currency("EUR", "€", 2), Currency("VND", "₫", 0)
HALF_YEARS = {
    date(2024, 1, 1): "4.5",
    date(2024, 7, 1): "4.5",
    date(2025, 1, 1): "3.5",
    date(2025, 7, 1): "2.5",
    date(2026, 1, 1): "2.5",
}
"""Reference rates of the Bank of Finland; of the second half of 2026 nobody has told one (korkolaki § 12)."""


def finnish(debt: Debt, as_of: date) -> LateFee:
    """Korkolaki § 4 and § 4 a: the reference rate of each half-year + 7 or 8 percentage points, of 365 days."""
    more = 7 if debt.customer_class == "residential" else 8
    exact, days, told, day = Decimal(0), 0, [], debt.due_on
    while day < as_of:
        day += timedelta(days=1)
        half = date(day.year, 7 if day.month > 6 else 1, 1)
        if half not in HALF_YEARS:
            told.append(Text("No interest from {day} on: no reference rate is entered", day=half))
            break
        left = debt.principal - Money.total([amount for on, amount in debt.paid if on < day])
        exact += EUR.decimal(left) * (Decimal(HALF_YEARS[half]) + more) / 36_500
        days += 1
    amount = EUR.rounded(exact)
    told.insert(0, Text("Interest of {days} d: {amount}", days=days, amount=amount))
    return LateFee(amount, days, tuple(told) if days or len(told) > 1 else ())


def vietnamese(debt: Debt, as_of: date) -> LateFee:
    """Law 61/2024 art. 48: what was agreed, 20 % a year at most (Civil Code art. 468); 10 % where nothing was."""
    agreed = debt.rule_set.removeprefix("2024 ")
    rate = min(Decimal(agreed), Decimal("0.20")) if agreed else Decimal("0.10")
    days = max((as_of - debt.due_on).days, 0)
    amount = VND.rounded(VND.decimal(debt.principal) * rate * days / 365)
    told = Text("{rate} a year for {days} d", rate=rate, days=days)
    return LateFee(amount, days, (told,) if days else ())


def pack(
    code: str, currency: Currency, zone: str, rule: Callable[[Debt, date], LateFee], **more: Any
) -> Country:
    return replace(
        COUNTRIES["cn"],
        code=code,
        currency=currency,
        zone=ZoneInfo(zone),
        late_fee=rule,
        amount_in_words=None,
        **{"late_fee_settings": None, **more},
    )


FINLAND = pack("fi", EUR, "Europe/Helsinki", finnish, rule_set=lambda day: f"korkolaki {day.year}")
AGREED = LateFeeSetting("rate", Text("Interest agreed"), (("0.09", Text("9 %")), ("0.12", Text("12 %"))))
VIET_NAM = pack(
    "vn",
    VND,
    "Asia/Ho_Chi_Minh",
    vietnamese,
    late_fee_first=False,
    late_fee_settings=LateFeeSettings(
        lambda _: (AGREED,), lambda _, chosen: f"2024 {chosen.get('rate', '0.09')}"
    ),
)
UNKNOWN = "No interest from 1 Jul 2026 on: no reference rate is entered"
VECTORS = Path(__file__).parent.parent / "vectors"


def cases(topic: str) -> list[Any]:
    found = json.loads((VECTORS / f"{topic}.json").read_text("utf-8"))
    return [pytest.param(one["input"], one["expected"], id=one["name"]) for one in found]


def debt_of(case: dict[str, Any], currency: Currency, customer_class: str, rule_set: str) -> Debt:
    due_on = date.fromisoformat(case["due_date"])
    return Debt(customer_class, rule_set, currency.money(case["principal"]), due_on, due_on.replace(day=1))


@pytest.mark.parametrize(("case", "expected"), cases("fi_late_interest"))
def test_the_interface_holds_the_rule_of_finland(case: dict[str, Any], expected: dict[str, Any]) -> None:
    debt = debt_of(case, EUR, "residential" if case["debtor"] == "consumer" else "commercial", "korkolaki")
    fee = FINLAND.late_fee(debt, date.fromisoformat(case["paid_date"]))
    assert (str(EUR.decimal(fee.amount)), fee.days) == (expected["interest"], expected["days"])


@pytest.mark.parametrize(("case", "expected"), cases("vn_late_interest"))
def test_the_interface_holds_the_rule_of_viet_nam(case: dict[str, Any], expected: dict[str, Any]) -> None:
    debt = debt_of(case, VND, "residential", f"2024 {case['annual_rate'] or ''}")
    fee = VIET_NAM.late_fee(debt, date.fromisoformat(case["paid_date"]))
    assert (str(VND.decimal(fee.amount)), fee.days) == (expected["interest"], expected["days_late"])


@pytest.fixture
def abroad(databases: Databases) -> Iterator[Callable[[Country], Seat]]:
    """An open till over accounts that owe nothing, by the law of another country."""
    with opened(databases.like(halls.connected_hall), date(2026, 2, 5)) as app:

        def seat(country: Country) -> Seat:
            app.country = country
            return open_till(app.command_line("1"))

        yield seat


def owed(seat: Seat) -> tuple[int, int]:
    found = seat.ask(ledger.dues, SMALL[0])
    return found.principal.raw, found.late_fee.raw


def told(seat: Seat) -> list[str]:
    (item,) = seat.ask(ledger.dues, SMALL[0]).items
    return [seat.app.catalog("en")(step) for step in item.arithmetic]


def test_a_counter_of_finland_asks_pays_and_waives_by_its_own_rule(abroad: Callable[[Country], Seat]) -> None:
    seat = abroad(FINLAND)
    seat.do(charge, (ChargeOrder(SMALL[0], "P-1", Money(14_627), Money(2_970), 15),))
    days_pass(seat, 15)
    assert (owed(seat), told(seat)) == ((14_627, 0), [])
    days_pass(seat, 30)
    assert (owed(seat), told(seat)) == ((14_627, 114), ["Interest of 30 d: 1.14"])
    receipt = pay(seat, SMALL[0], Money(10_114))
    assert [(one.principal.raw, one.late_fee.raw) for one in receipt.items] == [(10_000, 114)]
    assert [seat.app.catalog("en")(step) for one in receipt.items for step in one.arithmetic] == [
        "Interest of 30 d: 1.14"
    ]
    days_pass(seat, 100)
    assert owed(seat) == (4_627, 121), "1.142 + 1.204 rounded once to 2.35, of which 1.14 is paid"
    seat.do(ledger.waive_late_fee, WaiverOrder(SMALL[0], "P-1", Money(21), WaiverCause.BANK))
    assert owed(seat) == (4_627, 100)
    days_pass(seat, 60)
    assert owed(seat) == (4_627, 100), "no rate is known for the second half of 2026: nothing is guessed"
    assert UNKNOWN in told(seat)
    pay(seat, SMALL[0], Money(4_727))
    assert seat.ask(ledger.dues, SMALL[0]).items == ()
    assert seat.app.verify() == []


def test_days_without_a_rate_are_told_though_nothing_is_asked_for_them(
    abroad: Callable[[Country], Seat],
) -> None:
    seat = abroad(FINLAND)
    seat.do(charge, (ChargeOrder(SMALL[0], "P-1", Money(14_627), Money(2_970), 160),))
    days_pass(seat, 170)
    assert owed(seat) == (14_627, 0)
    assert told(seat)[-1] == UNKNOWN


def test_a_counter_of_viet_nam_has_no_small_money_and_clears_the_principal_first(
    abroad: Callable[[Country], Seat],
) -> None:
    seat = abroad(VIET_NAM)
    seat.do(charge, (ChargeOrder(SMALL[0], "P-1", Money(269_244), Money(19_944), 15),))
    days_pass(seat, 25)
    assert (owed(seat), told(seat)) == ((269_244, 664), ["0.09 a year for 10 d"])
    receipt = pay(seat, SMALL[0], Money(200_000))
    assert [(one.principal.raw, one.late_fee.raw) for one in receipt.items] == [(200_000, 0)]
    day = seat.today() + timedelta(days=1)
    seat.do(ledger.set_late_fee_choice, LateFeeChoice("rate", "0.12", day))
    days_pass(seat, 1)
    seat.do(charge, (ChargeOrder(SMALL[1], "P-2", Money(365_000), Money(27_037), 0),))
    days_pass(seat, 9)
    assert owed(seat) == (69_244, 1_328), "what is owed keeps the terms it was billed on"
    assert seat.ask(ledger.dues, SMALL[1]).late_fee == Money(1_080)  # 365 000 × 12 % × 9 / 365
    pay(seat, SMALL[0], Money(70_572))
    assert seat.ask(ledger.dues, SMALL[0]).items == ()
    assert seat.app.verify() == []
