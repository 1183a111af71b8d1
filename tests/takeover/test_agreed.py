"""What contracts say and what a hall has set comes in from a workbook, each wrong cell with what is wrong."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from desktop.billing import service as billing
from desktop.billing.records import InstalmentPart, InstalmentsOrder, ReviewFlag
from desktop.billing.rules import parts_of, parts_written
from desktop.contracts import service as contracts
from desktop.contracts.records import Share, SpellKind
from desktop.contracts.rules import losses_of, losses_written, shares_of, shares_written
from desktop.invoices import service as invoices
from desktop.invoices.records import InvoiceKind, WishQuery
from desktop.kernel import canonical
from desktop.kernel.measures import Currency, Energy, Factor, Money, Power
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.ledger import service as ledger
from desktop.metering import service as metering
from desktop.metering.records import Flag, LevelLimits, Limits, VoltageLevel
from desktop.takeover import service as takeover
from desktop.takeover.documents.columns import HallSheet
from desktop.takeover.documents.paying import GROUPS, MEMBERS, PLANS, WISHES
from desktop.takeover.documents.sheets import CONTRACTS, METERS
from desktop.takeover.records import (
    BillLimitLine,
    ContractLine,
    GroupLine,
    MemberLine,
    PlanLine,
    ReadLimitLine,
    ReleaseOrder,
    ReleaseReason,
    SpellLine,
    TermsLine,
    WishLine,
)
from desktop.tariffs.records import Basis, CustomerClass
from tests.hall import open_till, pay
from tests.takeover.workbooks import account, changed, hall, name, written

SINCE = date(2020, 1, 1)
MOVING = ReleaseOrder("out.xlsx", ReleaseReason.TAKEOVER)
FIXED = '{"method": "fixed_rate", "rate_percent": "3"}'

Rows = dict[HallSheet, Iterable[Any]]


def with_more(rows: Rows, **sheets: Iterable[Any]) -> Rows:
    """The same hall with rows on the sheets of this name."""
    return {sheet: sheets.get(sheet.name, lines) for sheet, lines in rows.items()}


def share(code: str, **much: Any) -> str:
    return canonical.dump((Share(code, **much),))


WRONG_TERMS = (
    (TermsLine(account(0), SINCE, Basis.CAPACITY), "nothing stands here"),
    (TermsLine(account(1), SINCE, Basis.CONTRACT_DEMAND, Power.of(5)), "nothing stands here"),
    (TermsLine(account(2), SINCE, losses='{"method": "magic"}'), "one of the known words"),
    (TermsLine(account(3), date(2019, 12, 31)), "No contract of the account"),
    (TermsLine(account(4), SINCE, shares=share("NONE")), "the code NONE"),
    (TermsLine(account(5), SINCE, within=f"M{account(5)}"), "no part of itself"),
    (TermsLine(account(6), SINCE, within="M99"), "Neither the workbook nor this database"),
    (TermsLine(account(99), SINCE), "has no row with this number"),
    (TermsLine(account(7), SINCE, point="S9"), "no such further service point"),
    (TermsLine(account(8), SINCE), "No contract of the account"),
    (TermsLine(account(9), date(2025, 1, 1)), ""),
    (TermsLine(account(9), date(2025, 1, 1), Basis.ACTUAL_DEMAND), "stands in row 12 already"),
    (TermsLine(account(10), SINCE, power_factor_standard=101), "0 to 1"),
    (TermsLine(account(10), date(2025, 1, 1), capacity=Power.of(-1)), "cannot be negative"),
)
WRONG_SPELLS = (
    (SpellLine(account(0), SpellKind.SUSPENDED, date(2026, 1, 5), None, Power.of(5)), "has an end"),
    (SpellLine(account(1), SpellKind.REDUCED, date(2026, 1, 5), date(2026, 1, 5), Power.of(5)), "has an end"),
    (SpellLine(account(2), SpellKind.EXEMPT, date(2026, 1, 5), None, Power.of(5), reason="2026-17"), "no kVA"),
    (SpellLine(account(3), SpellKind.EXEMPT, date(2026, 1, 5)), "rests on a notice"),
    (SpellLine(account(4), SpellKind.REDUCED, date(2026, 1, 5)), "no kVA"),
    (
        SpellLine(account(5), SpellKind.REDUCED, date(2026, 1, 5), power=Power.of(5), contract_from=date(2026, 1, 5)),
        "No such contract",
    ),
    (SpellLine(account(6), SpellKind.REDUCED, date(2019, 1, 5), SINCE, Power.of(5)), "No such contract"),
    (SpellLine(account(7), SpellKind.REDUCED, date(2019, 1, 5), power=Power.of(5)), ""),
    (SpellLine(account(7), SpellKind.REDUCED, date(2019, 1, 5), power=Power.of(6)), "stands in row 9 already"),
)  # fmt: skip
WRONG_LIMITS = (
    (ReadLimitLine(VoltageLevel.LOW, 1001, 50, Energy.of(1), 3, 3, 20, 40), "too large"),
    (ReadLimitLine(VoltageLevel.HIGH, 50, 50, Energy.of(1), 1, 3, 20, 40), "too small"),
    (ReadLimitLine(VoltageLevel.HIGH, 50, 50, Energy.of(1), 3, 3, 41, 40), "longer than the longest"),
)


def test_every_wrong_cell_is_named(checking: Seat, tmp_path: Path) -> None:
    rows = with_more(
        changed(hall(12), CONTRACTS, 8, valid_from=date(2021, 1, 1)),
        terms=[one for one, _ in WRONG_TERMS],
        spells=[one for one, _ in WRONG_SPELLS],
        read_limits=[one for one, _ in WRONG_LIMITS],
    )
    done = takeover.import_hall(checking, written(tmp_path, rows), dry_run=True)
    told = defaultdict(list)
    for one in done.problems:
        told[one.sheet, one.row].append(catalog("en")(one.line))
    for sheet, wrong in (
        ("Terms", WRONG_TERMS),
        ("Capacity days", WRONG_SPELLS),
        ("Limits of reads", WRONG_LIMITS),
    ):
        for row, (_, what) in enumerate(wrong, 2):
            found = told.pop((sheet, row), [])
            assert [what] == [what for one in found if what in one] if what else not found, (
                sheet,
                row,
                found,
            )
    assert not told
    assert done.accounts == 0


def test_what_contracts_say_stands_there_and_counts_in_the_totals(seat: Seat, tmp_path: Path) -> None:
    """A contract that another followed: its days of another capacity hold in both, unless the workbook names one."""
    rows = {**hall(2)}
    rows[CONTRACTS] = [
        ContractLine(account(0), "ZJ-RES", SINCE, date(2025, 6, 1)),
        ContractLine(account(0), "ZJ-RES", date(2025, 6, 1)),
        ContractLine(account(1), "ZJ-RES", SINCE),
    ]
    sealed = SpellLine(
        account(0), SpellKind.SUSPENDED, date(2025, 5, 1), date(2025, 7, 1), Power.of(80), True, "2025-3"
    )
    demand = TermsLine(
        account(0), date(2025, 6, 1), Basis.CONTRACT_DEMAND, Power.of(315), Power.of("250.5"), 90,
        losses=FIXED, shares=share("ZJ-RES", percent=Factor.of(15)),
    )  # fmt: skip
    rows = with_more(
        rows,
        terms=[TermsLine(account(0), SINCE, capacity=Power.of(200)), demand],
        spells=[sealed, replace(sealed, kind=SpellKind.REDUCED, contract_from=SINCE)],
    )
    done = takeover.import_hall(seat, written(tmp_path, rows))
    assert (done.problems, done.taken) == ((), done.totals)
    assert (done.totals.capacity, done.totals.demand) == (Power.of(515), Power.of("250.5"))
    newest, first = seat.ask(contracts.terms_of_account, account(0))
    assert (newest.terms.basis, newest.terms.contract_demand, newest.terms.power_factor_standard) == (
        Basis.CONTRACT_DEMAND, Power.of("250.5"), 90,
    )  # fmt: skip
    assert (newest.terms.losses, newest.terms.shares) == (FIXED, (Share("ZJ-RES", percent=Factor.of(15)),))
    assert (first.terms.capacity, first.contract_number) != (newest.terms.capacity, newest.contract_number)
    spells = seat.ask(contracts.spells_of_account, account(0))
    assert sorted((one.contract_number, one.spell.kind.value) for one in spells) == [
        (first.contract_number, SpellKind.REDUCED.value),
        (first.contract_number, SpellKind.SUSPENDED.value),
        (newest.contract_number, SpellKind.SUSPENDED.value),
    ]
    assert seat.app.verify() == []


def test_a_sub_meter_finds_its_main_meter_on_another_route(seat: Seat, tmp_path: Path) -> None:
    """Also where that route comes in later, and after the workbook was taken once more."""
    sub = TermsLine(account(0), SINCE, within=f"M{account(3)}")
    own = TermsLine(account(1), SINCE, within=f"M{account(0)}")
    rows = with_more(hall(4, 2), terms=[sub, own])
    bad = takeover.import_hall(seat, written(tmp_path, changed(rows, METERS, 3, digits=2)))
    assert [one.taken for one in bad.groups] == [True, False]
    assert [within(seat, place) for place in (0, 1)] == ["", f"M{account(0)}"]
    file = written(tmp_path, rows)
    assert takeover.import_hall(seat, file).problems == ()
    assert within(seat, 0) == f"M{account(3)}"
    assert takeover.import_hall(seat, file).known
    assert seat.app.verify() == []


def within(seat: Seat, place: int) -> str:
    (row,) = seat.ask(contracts.terms_of_account, account(place))
    return row.terms.within


def test_limits_come_in_where_nothing_else_is_set(seat: Seat, tmp_path: Path) -> None:
    seat.do(metering.set_limits, LevelLimits(VoltageLevel.LOW, Limits(surge_percent=70)))
    high = ReadLimitLine(VoltageLevel.HIGH, 20, 30, Energy.of(500), 2, 4, 10, 60, (Flag.SURGE, Flag.ZERO))
    low = ReadLimitLine(VoltageLevel.LOW, 20, 30, Energy.of(500), 2, 4, 10, 60)
    reviewed = BillLimitLine(
        CustomerClass.FARMING, date(2025, 1, 1), 40, Energy.of(9), Money(700), 5, (ReviewFlag.LARGE,)
    )
    rows = with_more(hall(2), read_limits=[low, high], bill_limits=[reviewed])
    file = written(tmp_path, rows)
    done = takeover.import_hall(seat, file)
    assert [catalog("en")(one.what) for one in done.problems] == ["Other limits are set here"]
    assert done.accounts == 2
    found = {one.level: one.limits for one in seat.ask(metering.read_limits)}
    assert found[VoltageLevel.HIGH] == Limits(20, 30, Energy.of(500), 2, 4, 10, 60, (Flag.ZERO, Flag.SURGE))
    assert found[VoltageLevel.LOW].surge_percent == 70
    farming = next(
        one for one in seat.ask(billing.review_limits) if one.customer_class is CustomerClass.FARMING
    )
    assert (farming.limits.jump_percent, farming.limits.waiting) == (40, (ReviewFlag.LARGE,))
    assert takeover.import_hall(seat, file).known


# How it is written into one cell

_NUMBERS = st.decimals(0, 10**6, places=3, allow_nan=False, allow_infinity=False)
_CODES = st.text("ABZ-19电价 ", min_size=1, max_size=12).filter(lambda code: code == code.strip())
_VALUES = st.dictionaries(
    st.text("abk_", min_size=1, max_size=8), st.text('09.+-eE x损{}"', min_size=1, max_size=9), max_size=5
)


@given(
    st.lists(st.builds(Share, _CODES, _NUMBERS.map(Energy.of), st.integers(0, 10**8).map(Factor)), max_size=4)
)
def test_shares_are_written_and_read_alike(shares: list[Share]) -> None:
    kept = canonical.dump(tuple(shares))
    assert shares_of(shares_written(kept)) == kept


@given(_VALUES | st.dictionaries(st.text("rows;=", min_size=1), st.lists(st.integers()), min_size=1))
def test_values_are_written_and_read_alike(values: dict[str, Any]) -> None:
    kept = canonical.dump(values)
    once = losses_of(losses_written(kept)) if values else "{}"
    assert canonical.dump(json.loads(once)) == kept
    assert losses_written(once) == losses_written(kept)


def test_numbers_are_kept_to_the_last_sign() -> None:
    assert losses_written('{"method": "line", "km": 2.50, "k": 1}') == "method=line; km=2.50; k=1"
    assert Decimal(losses_of("km＝2.50； k=1").split('"')[3]) == Decimal("2.50")


# How accounts pay

PARTS = canonical.dump((InstalmentPart(5, amount=Money(10_000)), InstalmentPart(15, amount=Money(5_000))))
GROUP = (GroupLine("A", "The family", "P3"), GroupLine("B", "Nobody yet", "P1"))
WRONG_PLANS = (
    (PlanLine(account(0), date(2025, 5, 1), PARTS, date(2025, 5, 1)), "run backwards"),
    (PlanLine(account(1), date(2025, 1, 1), PARTS), ""),
    (PlanLine(account(1), date(2025, 6, 1), PARTS), "overlap another"),
    (PlanLine(account(2), date(2025, 6, 1), canonical.dump((InstalmentPart(29, percent=5),))), "no parts of a month"),
)  # fmt: skip
WRONG_WISHES = (
    (WishLine(account(0), InvoiceKind.ORDINARY), "This invoice needs it"),
    (WishLine(account(1), InvoiceKind.ORDINARY, "Firm", "91350100M000100Y44"), "check"),
    (WishLine(account(2), InvoiceKind.SPECIAL, "Firm", "91350100M000100Y43", "Rd", "1", "Bank", "3"), "organisations"),
)  # fmt: skip
WRONG_MEMBERS = (
    (MemberLine("A", account(0), date(2025, 1, 1)), ""),
    (MemberLine("B", account(0), date(2025, 6, 1)), "in another group"),
    (MemberLine("C", account(1), date(2025, 1, 1)), "has no row with this number"),
    (MemberLine("B", account(99), date(2025, 1, 1)), "has no row with this number"),
)


def test_every_wrong_cell_of_how_accounts_pay_is_named(checking: Seat, tmp_path: Path) -> None:
    groups = [*GROUP, GroupLine("D", "Lost", "P99")]
    wrong = {
        "Instalment plans": WRONG_PLANS,
        "Invoices wanted": WRONG_WISHES,
        "Payment groups": [*((one, "") for one in groups[:2]), (groups[2], "has no row with this number")],
        "Group members": WRONG_MEMBERS,
    }
    sheets = (PLANS, WISHES, GROUPS, MEMBERS)
    rows = with_more(
        hall(4),
        **{
            sheet.name: [one for one, _ in lines] for sheet, lines in zip(sheets, wrong.values(), strict=True)
        },
    )
    done = takeover.import_hall(checking, written(tmp_path, rows), dry_run=True)
    told = defaultdict(list)
    for one in done.problems:
        told[one.sheet, one.row].append(catalog("en")(one.line))
    for sheet, lines in wrong.items():
        for row, (_, what) in enumerate(lines, 2):
            found = told.pop((sheet, row), [])
            assert [what] == [what for one in found if what in one] if what else not found, (
                sheet,
                row,
                found,
            )
    assert not told
    assert dict(done.taken.counts)["payment_groups"] == 0


def test_a_payment_group_waits_for_all_of_its_accounts(seat: Seat, tmp_path: Path) -> None:
    members = [MemberLine("A", account(place), date(2025, 1, 1)) for place in (0, 2, 3)]
    ended = MemberLine("A", account(1), date(2024, 1, 1), date(2024, 7, 1))
    rows = with_more(hall(4, 2), payment_groups=GROUP, group_members=[*members, ended])
    bad = takeover.import_hall(seat, written(tmp_path, changed(rows, METERS, 3, digits=2)))
    assert dict(bad.taken.counts)["payment_groups"] == 1  # the one without accounts of the other route
    assert [one.name for one in seat.ask(contracts.payment_groups)] == ["Nobody yet"]
    file = written(tmp_path, rows)
    done = takeover.import_hall(seat, file)
    assert (done.problems, done.taken) == ((), done.totals)
    family = next(one for one in seat.ask(contracts.payment_groups) if one.name == "The family")
    shown = seat.ask(contracts.payment_group, family.number)
    assert shown.row.payer == name(3)
    assert sorted((one.account_number, one.valid_to) for one in shown.members if one.valid_to is None) == [
        (account(place), None) for place in (0, 2, 3)
    ]
    assert (len(shown.members), takeover.import_hall(seat, file).known) == (4, True)
    assert len(seat.ask(contracts.payment_groups)) == 2
    assert seat.app.verify() == []


def test_what_was_paid_of_a_month_before_its_bill_goes_out_as_credit(
    both: tuple[Seat, Seat], tmp_path: Path
) -> None:
    here, there = both
    rows = with_more(
        hall(2),
        plans=[PlanLine(account(1), date(2025, 1, 1), PARTS)],
        wishes=[WishLine(account(1), InvoiceKind.ORDINARY, "Zhang")],
    )
    assert takeover.import_hall(here, written(tmp_path, rows)).problems == ()
    asked = here.do(billing.issue_instalments, InstalmentsOrder("2026-02", date(2026, 2, 28)))
    assert asked.amount == Money(15_000)
    owed = here.ask(ledger.dues, account(1))
    pay(open_till(here), account(1), owed.total - Money(12_000))
    given = takeover.export_hall(here, tmp_path / "out.xlsx", MOVING)
    assert given is not None
    moved = takeover.import_hall(there, tmp_path / "out.xlsx")
    assert (moved.problems, moved.taken) == ((), given.totals)
    after = there.ask(ledger.dues, account(1))
    assert (after.total, after.credit) == (Money(0), owed.credit + Money(3_000))
    (plan,) = there.ask(billing.instalment_plans)
    assert (plan.account_number, canonical.dump(plan.parts)) == (account(1), PARTS)
    wish = there.ask(invoices.wish, WishQuery(account(1)))
    assert (wish.kind, wish.buyer.title) == (InvoiceKind.ORDINARY, "Zhang")
    assert here.app.verify() == there.app.verify() == []


MONEY = st.integers(1, 10**12).map(Money)
YUAN = Currency("CNY", "元", 2)


@given(
    st.lists(
        st.builds(InstalmentPart, st.integers(1, 28), percent=st.integers(1, 30))
        | st.builds(InstalmentPart, st.integers(1, 28), amount=MONEY),
        min_size=1,
        max_size=3,
        unique_by=lambda part: part.day,
    )
)
def test_parts_of_a_month_are_written_and_read_alike(parts: list[InstalmentPart]) -> None:
    kept = canonical.dump(tuple(sorted(parts, key=lambda part: part.day)))
    assert parts_of(parts_written(kept, YUAN), YUAN) == kept
