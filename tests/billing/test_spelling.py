"""The quick spelling of a bill's input is the canonical one, to the byte."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from desktop.billing.rules import BillInput, BillPart, spelled
from desktop.kernel import canonical
from desktop.kernel.measures import Energy, Factor, Power, Reading
from desktop.kernel.text import Text
from desktop.metering.records import MonthUsage, ReadSource, RegisterCode, RegisterUsage

numbers = st.integers(-(2**53), 2**53)
words = st.text(max_size=12)
moments = st.datetimes(timezones=st.just(UTC))
months = st.builds(MonthUsage, st.dates(), st.builds(Energy, numbers), st.booleans())
parts = st.builds(
    BillPart,
    st.uuids(),
    st.uuids(),
    st.dates(),
    st.dates(),
    st.dictionaries(st.sampled_from(["energy_kwh", "month", "capacity_kva", "free_kwh"]), numbers),
    st.booleans(),
)
reads = st.builds(
    RegisterUsage,
    meter_serial=words,
    register=st.sampled_from(RegisterCode),
    previous=st.builds(Reading, numbers),
    previous_at=moments,
    current=st.builds(Reading, numbers),
    current_at=moments,
    multiplier=st.builds(Factor, numbers),
    energy=st.builds(Energy, numbers),
    source=st.sampled_from(ReadSource),
    reader=words,
    previous_read_id=st.uuids(),
    current_read_id=st.uuids(),
    demand=st.none() | st.builds(Power, numbers),
)
notes = st.builds(lambda name, energy: Text("{energy} kWh at the prices of {tariff}", energy=energy, tariff=name),
                  words, st.builds(Energy, numbers))  # fmt: skip


def some(one: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(one, max_size=3).map(tuple)


@given(st.uuids(), words, some(parts), st.builds(Energy, numbers), some(reads), some(months), some(notes))
def test_an_input_is_spelled_as_everything_else_is(
    account: UUID, customer_class: str, parts, energy: Energy, reads, usage, notes
) -> None:
    one = BillInput(account, customer_class, parts, energy, reads, usage, notes)
    assert spelled(one).input(one) == canonical.dump(one)


@given(some(parts), some(reads), some(months), some(notes))
def test_a_trace_has_the_prices_of_each_part_inside_it(parts, reads, usage, notes) -> None:
    one = BillInput(UUID(int=1), "residential", parts, Energy(0), reads, usage, notes)
    pricing = [{"inputs": {}, "lines": [[place]], "version": "V"} for place, _ in enumerate(parts)]
    told = spelled(one).trace([canonical.dump(each) for each in pricing])
    facts = {
        "parts": [asdict(part) | {"pricing": each} for part, each in zip(parts, pricing, strict=True)],
        "reads": reads,
        "usage": usage,
        "notes": notes,
    }
    assert told == canonical.dump(facts)
    assert json.loads(told)["parts"] == json.loads(canonical.dump(facts))["parts"]


def test_a_known_input_keeps_its_spelling() -> None:
    """Drafts made before an update are compared with this after it."""
    one = BillInput(
        UUID(int=1),
        "residential",
        (BillPart(UUID(int=2), UUID(int=3), date(2026, 1, 1), date(2026, 2, 1), {"energy_kwh": 5000, "a": 1}),),
        Energy(5000),
        (
            RegisterUsage(
                "表\"1", RegisterCode.ACTIVE, Reading(0), datetime(2025, 12, 31, 15, 59, tzinfo=UTC), Reading(5000),
                datetime(2026, 1, 31, 15, 59, tzinfo=UTC), Factor.of(1), Energy(5000), ReadSource.INSPECTOR, "",
                UUID(int=4), UUID(int=5),
            ),
        ),
        (MonthUsage(date(2026, 1, 1), Energy(5000), estimated=False),),
    )  # fmt: skip
    assert spelled(one).input(one) == (
        '{"account_id":"00000000-0000-0000-0000-000000000001","customer_class":"residential","energy":5000,'
        '"notes":[],"parts":[{"contract_id":"00000000-0000-0000-0000-000000000002","determinants":{"a":1,'
        '"energy_kwh":5000},"end":"2026-02-01","share":false,"start":"2026-01-01","version_id":'
        '"00000000-0000-0000-0000-000000000003"}],"reads":[{"current":5000,"current_at":'
        '"2026-01-31T15:59:00+00:00","current_read_id":"00000000-0000-0000-0000-000000000005","demand":null,'
        '"energy":5000,"meter_serial":"表\\"1","multiplier":1000000,"previous":0,"previous_at":'
        '"2025-12-31T15:59:00+00:00","previous_read_id":"00000000-0000-0000-0000-000000000004","reader":"",'
        '"register":"active","source":"inspector"}],"usage":[{"energy":5000,"estimated":false,"month":'
        '"2026-01-01"}]}'
    )
