"""From one bill to another in steps: causes add up; cutting a month never changes the energy of its tiers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from desktop.billing.records import Cause
from desktop.billing.rules import BillPart, Measured, PointTerms, Stretch, point_parts
from desktop.billing.rules.steps import steps_between
from desktop.countries.cn import COUNTRY
from desktop.kernel.files import resource
from desktop.kernel.measures import Energy, Power
from desktop.kernel.period import Period
from desktop.tariffs.columns import Batch
from desktop.tariffs.documents import read_tariff
from desktop.tariffs.records import Basis, TimeBand
from desktop.tariffs.rules import TariffVersion, price

JANUARY, FEBRUARY = Period.month("2026-01"), Period.month("2026-02")
ONE, TWO = UUID(int=1), UUID(int=2)
kwh = st.integers(0, 9000)


def shipped(name: str) -> TariffVersion:
    """The newest version of a price list."""
    tariff, problems = read_tariff(
        json.loads(resource("tariffs", "cn", f"{name}.json").read_text("utf-8")), ""
    )
    assert tariff is not None, problems
    return tariff.versions[-1]


TIERED = shipped("zhejiang_residential")
PLAIN = shipped("zhejiang_shared_meter")
TWO_PART = shipped("hubei/agent_two_part_10kv_tou")


def stretch(
    version: TariffVersion, days: Period, before: int = 0, key: UUID = ONE, **terms: object
) -> Stretch:
    agreed = PointTerms(**terms, decided=True)  # type: ignore[arg-type]  # of any kind
    return Stretch(UUID(int=9), key, version, agreed, days, 12, Energy.of(before))


def parts(stretches: list[Stretch], used: Measured, month: Period) -> list[BillPart]:
    return point_parts(
        stretches, used, month, COUNTRY.capacity, rule_set=COUNTRY.rule_set(month.start), decimals=0
    )


def cost(version: TariffVersion, many: list[Mapping[str, int]]) -> int:
    """What parts come to together, in fen; none of them is held."""
    priced = [price(version, Batch.of([one])) for one in many]
    assert not any(one.held for one in priced)
    return sum(int(one.total[0]) for one in priced)


def tier_kwh(version: TariffVersion, many: list[BillPart]) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in many:
        lines = price(version, Batch.of([part.determinants])).lines
        for tier, quantity in zip(lines.tier.tolist(), lines.quantity.tolist(), strict=True):
            found[tier] = found.get(tier, 0) + quantity
    return {tier: quantity for tier, quantity in found.items() if quantity}


@given(kwh, kwh, st.lists(st.integers(2, 30), max_size=3))
def test_cutting_a_month_never_changes_the_energy_of_its_tiers(
    used: int, before: int, cuts: list[int]
) -> None:
    """The parts have other price lists of equal content, so that they stay parts."""
    whole = parts([stretch(TIERED, JANUARY, before)], Measured(Energy.of(used)), JANUARY)
    days = JANUARY.split(date(2026, 1, day) for day in cuts)
    keys = [UUID(int=at) for at in range(1, len(days) + 1)]
    cut = parts(
        [stretch(TIERED, one, before, key) for one, key in zip(days, keys, strict=True)],
        Measured(Energy.of(used)),
        JANUARY,
    )
    assert len(cut) == len(days)
    assert tier_kwh(TIERED, cut) == tier_kwh(TIERED, whole)
    assert sum(part.determinants["energy_kwh"] for part in cut) == used * 1000


@given(kwh, kwh, kwh, kwh)
def test_causes_of_a_household_add_up_to_the_difference(
    old_used: int, old_before: int, new_used: int, new_before: int
) -> None:
    old = parts([stretch(TIERED, JANUARY, old_before)], Measured(Energy.of(old_used)), JANUARY)
    new = parts([stretch(TIERED, FEBRUARY, new_before)], Measured(Energy.of(new_used)), FEBRUARY)
    adds_up(TIERED, old, new)


bands = st.fixed_dictionaries(
    dict.fromkeys((TimeBand.SHARP, TimeBand.PEAK, TimeBand.FLAT, TimeBand.VALLEY), kwh)
)


@given(bands, bands, kwh, kwh, st.integers(100, 900), st.integers(100, 900), st.integers(2, 30))
def test_causes_of_a_factory_add_up_also_when_its_capacity_or_price_changed_in_the_month(
    old_used: dict[TimeBand, int], new_used: dict[TimeBand, int], old_kvarh: int, new_kvarh: int,
    capacity: int, grown: int, day: int,
) -> None:  # fmt: skip
    agreed = {"basis": Basis.CAPACITY, "power_factor_standard": 90}
    old = parts(
        [stretch(TWO_PART, JANUARY, capacity=Power.of(capacity), **agreed)],
        measured(old_used, old_kvarh),
        JANUARY,
    )
    first, second = FEBRUARY.split([date(2026, 2, min(day, 28))])
    new = parts(
        [
            stretch(TWO_PART, first, capacity=Power.of(capacity), **agreed),
            stretch(TWO_PART, second, key=TWO, capacity=Power.of(grown), **agreed),
        ],
        measured(new_used, new_kvarh),
        FEBRUARY,
    )
    adds_up(TWO_PART, old, new)


def measured(used: dict[TimeBand, int], kvarh: int) -> Measured:
    found = {band: Energy.of(energy) for band, energy in used.items()}
    return Measured(Energy.total(list(found.values())), found, reactive=Energy.of(kvarh))


def cost_of(own: TariffVersion, many: Sequence[tuple[UUID, Mapping[str, int]]]) -> int:
    """What a scene comes to, in fen, its own list being this one."""
    others = PLAIN if own is TIERED else own
    return sum(cost(own if key == ONE else others, [values]) for key, values in many)


def adds_up(
    version: TariffVersion, old: list[BillPart], new: list[BillPart], before: TariffVersion | None = None
) -> None:
    """Every scene can be priced, and the steps from the old to the new bill are its whole difference."""
    steps = steps_between(old, new)
    assert steps is not None

    def of(many: Sequence[tuple[UUID, Mapping[str, int]]], own: TariffVersion = version) -> int:
        return cost_of(own, many)

    was = of([(part.version_id, part.determinants) for part in old], before or version)
    after = of([(part.version_id, part.determinants) for part in new])
    priced, agreed, dated, dated_level, level = (of(scene) for scene in steps.scenes)
    undivided, divided = (of(side) for side in steps.divided)
    causes = (
        divided - undivided,
        priced - (was + divided - undivided),
        agreed - priced,
        dated - agreed,
        level - dated_level,
        (after - level) - (dated - dated_level),
    )
    assert sum(causes) == after - was


@given(st.integers(1, 9000), st.integers(1, 9000), st.integers(0, 900), st.integers(0, 900))
def test_a_share_and_a_second_point_are_laid_beside_themselves(
    old_used: int, new_used: int, old_share: int, new_share: int
) -> None:
    def bill(used: int, share: int, month: Period) -> list[BillPart]:
        own = parts([stretch(PLAIN, month)], Measured(Energy.of(used)), month)
        (shared,) = parts([stretch(PLAIN, month, key=TWO)], Measured(Energy.of(share)), month)
        (second,) = parts([stretch(PLAIN, month)], Measured(Energy.of(share)), month)
        return [*own, replace(shared, share=True), replace(second, contract_id=UUID(int=8))]

    old, new = bill(old_used, old_share, JANUARY), bill(new_used, new_share, FEBRUARY)
    adds_up(PLAIN, old, new)
    steps = steps_between(old, new)
    assert steps is not None
    assert not steps.alone
    assert [len(scene) for scene in steps.scenes] == [3] * 5


def shares_of(used: int, percents: list[int], month: Period) -> list[BillPart]:
    """A household whose first meter's energy other lists price a part of."""
    taken = [used * percent // 100 for percent in percents]
    own = parts([stretch(TIERED, month)], Measured(Energy.of(used - sum(taken))), month)
    other = [
        parts([stretch(PLAIN, month, key=UUID(int=at))], Measured(Energy.of(energy)), month)[0]
        for at, energy in enumerate(taken, 2)
    ]
    return [*own, *(replace(part, share=True) for part in other)]


percents = st.lists(st.integers(0, 33), max_size=3)


@given(st.integers(0, 9000), st.integers(0, 9000), percents, percents)
def test_other_shares_are_terms_and_all_causes_add_up(
    old_used: int, new_used: int, old_shares: list[int], new_shares: list[int]
) -> None:
    """The old energy, divided as now; what it costs more or less so is a matter of the terms, the rest as ever.

    Where nothing is used now, it goes down to nothing as it was divided, and nothing else is a cause.
    """
    old, new = shares_of(old_used, old_shares, JANUARY), shares_of(new_used, new_shares, FEBRUARY)
    steps = steps_between(old, new)
    assert steps is not None
    undivided, divided = steps.divided
    assert sum(values["energy_kwh"] for _, values in undivided) == sum(
        values["energy_kwh"] for _, values in divided
    ), "nothing is used more or less by dividing"
    assert not steps.alone
    if not new_used:
        was = cost_of(TIERED, [(part.version_id, part.determinants) for part in old])
        assert [cost_of(TIERED, scene) for scene in steps.scenes[:2]] == [was, was]
        assert cost_of(TIERED, steps.scenes[-1]) == 0
    elif len(old_shares) != len(new_shares):
        assert [key for key, _ in divided] == [part.version_id for part in new]
        assert [values for _, values in undivided] == [part.determinants for part in old]
    adds_up(TIERED, old, new)


def test_who_turns_to_bands_sees_the_price_list_and_the_usage_apart() -> None:
    """300 kWh then were taken to be spread as the 200 of now; what a factory reads besides is as it is now."""
    old = parts([stretch(PLAIN, JANUARY)], Measured(Energy.of(300)), JANUARY)
    used = measured({TimeBand.SHARP: 20, TimeBand.PEAK: 60, TimeBand.FLAT: 100, TimeBand.VALLEY: 20}, 90)
    agreed = {"basis": Basis.CAPACITY, "power_factor_standard": 90}
    new = parts([stretch(TWO_PART, JANUARY, capacity=Power.of(315), **agreed)], used, JANUARY)
    steps = steps_between(old, new)
    assert steps is not None
    ((_, priced),) = steps.scenes[0]
    assert [priced[f"energy_{band}_kwh"] for band in ("sharp", "peak", "flat", "valley")] == [
        30_000, 90_000, 150_000, 30_000,
    ]  # fmt: skip
    assert (priced["energy_kwh"], priced["reactive_kvarh"], priced["capacity_kva"]) == (
        300_000, new[0].determinants["reactive_kvarh"], new[0].determinants["capacity_kva"],
    )  # fmt: skip
    adds_up(TWO_PART, old, new, PLAIN)


def test_what_stands_on_one_bill_only_is_a_cause_of_its_own() -> None:
    one = parts([stretch(PLAIN, FEBRUARY)], Measured(Energy.of(100)), FEBRUARY)
    earlier = [
        replace(part, share=True)
        for part in parts([stretch(PLAIN, JANUARY)], Measured(Energy.of(9)), JANUARY)
    ]
    other = [replace(one[0], contract_id=UUID(int=8))]
    share = [replace(one[0], share=True)]
    for more, cause in ((earlier, Cause.CORRECTION), (other, Cause.POINT)):
        steps = steps_between(one, [*one, *more])
        assert steps is not None
        assert list(steps.alone) == [cause]
        before, after = steps.alone[cause]
        assert not before
        assert [values for _, values in after] == [part.determinants for part in more]
    assert steps_between(one, []) is None
    assert steps_between(one, share) is None
