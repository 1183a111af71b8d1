"""A hall of mixed accounts, January read and not billed yet: what the run must be able to price besides households."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from desktop.app import App
from desktop.contracts import service as contracts
from desktop.contracts.records import Connections, Share, Terms, TermsOrder
from desktop.kernel.files import resource
from desktop.kernel.measures import Energy, Factor, Power, Reading
from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.metering.records import (
    ExchangeOrder,
    ExchangeReason,
    FinalRead,
    NewRegister,
    ReadImport,
    ReadRow,
    RegisterCode,
)
from desktop.tariffs import service as tariffs
from desktop.tariffs.records import Basis, VersionState
from desktop.tariffs.records import DecisionOrder as VersionDecision
from tests.hall import accept_waiting, connection, found, meter, opened, seat_of

BEGAN, ENDED, CHANGED = date(2025, 12, 31), date(2026, 1, 31), date(2026, 1, 11)
BANDS = {"sharp": 1200, "peak": 2400, "flat": 3600, "valley": 1800}
TRANSFORMER = {
    "method": "transformer",
    "sn_kva": "315",
    "p0_kw": "0.48",
    "pk_kw": "3.65",
    "i0_percent": "1.1",
    "uk_percent": "4",
    "hours": "720",
}


@dataclass(frozen=True)
class Kind:
    """One account: its tariff, what its registers counted in January, its multiplier and terms."""

    number: str
    tariff: str
    used: Mapping[str, int]
    multiplier: int = 1
    terms: Terms | None = None


def kind(place: int, tariff: str, used: Mapping[str, int], multiplier: int = 1, **terms: Any) -> Kind:
    """An account whose terms are decided where some are given."""
    found = Terms(BEGAN, **terms) if terms else None
    return Kind(f"33010000090{place}", tariff, used, multiplier, found)


HOUSEHOLD = kind(1, "ZJ-RES-TOU", {"active": 300, "peak": 180})
SHOP = kind(2, "HB-1P-LV-TOU", {"active": 9000, **BANDS}, power_factor_standard=0, free=Energy(0))
FACTORY = kind(
    3, "HB-2P-10-TOU", {"active": 300, "sharp": 40, "peak": 80, "flat": 120, "valley": 60, "reactive": 125},
    200, basis=Basis.CAPACITY, capacity=Power.of(315), power_factor_standard=90, losses=json.dumps(TRANSFORMER),
)  # fmt: skip
DEMAND = kind(
    4, "HB-2P-10-TOU",
    {"active": 90, "sharp": 12, "peak": 24, "flat": 36, "valley": 18, "reactive": 20, "demand": 1},
    600, basis=Basis.CONTRACT_DEMAND, capacity=Power.of(1000), contract_demand=Power.of(500),
    power_factor_standard=90,
)  # fmt: skip
CHANGING = kind(5, "CHANGING", {"active": 620})
SHARED = kind(6, "CHANGING", {"active": 12345}, shares=(Share("ZJ-RES", percent=Factor.of("15")),))
GROWING = kind(
    7, "HB-2P-10-TOU", {"active": 60, "sharp": 8, "peak": 16, "flat": 24, "valley": 12, "reactive": 10}, 100,
    basis=Basis.CAPACITY, capacity=Power.of(400), power_factor_standard=90,
)  # fmt: skip
MIXED = (HOUSEHOLD, SHOP, FACTORY, DEMAND, CHANGING, SHARED, GROWING)
LISTS = (
    "zhejiang/residential_tou",
    "hubei/agent_single_lv_tou",
    "hubei/agent_two_part_10kv_tou",
)


def changing() -> str:
    """A price list whose price changes inside January; its notice tells that it is made up."""

    def version(code: str, start: str, end: str | None, price: str) -> dict[str, object]:
        energy = {
            "kind": "per_kwh", "code": "energy", "price_origin": "catalogue", "name": "energy",
            "quantity": "energy_kwh", "unit": "kWh", "price": price,
        }  # fmt: skip
        tax = {"kind": "included_tax", "code": "vat", "price_origin": "catalogue", "percent": "13"}
        return {
            "code": code, "valid_from": start, "valid_to": end, "notice": "made up for tests", "source": "-",
            "components": [energy, tax],
        }  # fmt: skip

    versions = [
        version("CHANGING-1", "2025-01-01", "2026-01-13", "0.6519"),
        version("CHANGING-2", "2026-01-13", None, "0.6832"),
    ]
    return json.dumps(
        {
            "format": 1, "code": "CHANGING", "name": "Changing", "use_class": "test",
            "customer_class": "commercial", "currency": "CNY", "decimals": 2, "versions": versions,
        }
    )  # fmt: skip


def agree_on_prices(app: App, lists: Sequence[str]) -> None:
    """Price lists that one person proposed and another approved."""
    one, other = seat_of(app, "supervisor"), seat_of(app, "administrator")
    for words in lists:
        one.do(tariffs.propose_tariff, words)
    for row in other.ask(tariffs.versions):
        if row.state is VersionState.WAITING:
            content = other.ask(tariffs.version_shown, row.version).content
            other.do(tariffs.decide_tariff, VersionDecision(row.version, content, approve=True))


def shipped(name: str) -> str:
    """A price list as it is shipped."""
    return resource("tariffs", "cn", f"{name}.json").read_text("utf-8")


def hang(seat: Seat, one: Kind, **other: Any) -> None:
    """Connect an account with its registers, each beginning at 1000 (demand at 0), and enter its terms."""
    more = tuple(
        NewRegister(RegisterCode.of(code), 6, Reading(0) if code == "demand" else Reading.of(1000))
        for code in one.used
        if code != "active"
    )
    connected = connection(
        one.number, tariff_code=one.tariff, multiplier=Factor.of(one.multiplier), more_registers=more, **other
    )
    seat.do(contracts.connect, Connections((connected,)))
    if one.terms is not None:
        seat.do(contracts.set_terms, TermsOrder(one.number, one.terms))


def take(seat: Seat, one: Kind, day: date = ENDED, serial: str = "", start: int = 1000) -> None:
    """Its reads of a day."""
    rows = tuple(
        ReadRow(
            "", row, one.number, serial or meter(one.number),
            Reading.of("0.95") if code == "demand" else Reading.of(start + used),
            day, register=RegisterCode.of(code),
        )
        for row, (code, used) in enumerate(one.used.items(), 2)
    )  # fmt: skip
    taken = seat.do(metering.import_reads, ReadImport(f"{one.number} {day}", rows))
    assert not taken.problems, taken.problems
    accept_waiting(seat)


def exchange(seat: Seat, one: Kind, day: date) -> None:
    """Its meter exchanged on a day, a third of everything used until then; the new one begins at 0."""
    finals = tuple(
        FinalRead(RegisterCode.of(code), Reading.of(1000 + used // 3)) for code, used in one.used.items()
    )
    order = ExchangeOrder(
        account_number=one.number,
        exchanged_on=day,
        finals=finals,
        new_serial=f"N{one.number}",
        new_multiplier=Factor.of(one.multiplier),
        new_registers=tuple(NewRegister(RegisterCode.of(code), 6, Reading(0)) for code in one.used),
        reason=ExchangeReason.PERIODIC,
    )
    seat.do(metering.exchange_meter, order)
    rest = replace(one, used={code: used - used // 3 for code, used in one.used.items()})
    take(seat, rest, serial=f"N{one.number}", start=0)


def mixed_hall(url: str) -> None:
    """The hall of `MIXED`, every account read on the last day of January."""
    with opened(url) as app:
        found(app)
        agree_on_prices(app, [*map(shipped, LISTS), changing()])
        seat = app.command_line("1")
        for one in MIXED:
            hang(seat, one)
            take(seat, one)
        assert GROWING.terms is not None
        grown = replace(GROWING.terms, valid_from=CHANGED, capacity=Power.of(630))
        seat.do(contracts.set_terms, TermsOrder(GROWING.number, grown))
