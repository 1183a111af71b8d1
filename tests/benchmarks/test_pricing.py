"""The pricing core against a plain loop of decimals over the same bills."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from desktop.kernel.files import resource
from desktop.tariffs.columns import DETERMINANTS, Batch
from desktop.tariffs.documents import read_tariff
from desktop.tariffs.rules import TariffVersion, price
from desktop.tariffs.rules.power_factor import PowerFactorAdjustment, percent_table
from tests.benchmarks.side_by_side import compare

BILLS = 20_000
TIERS = ((Decimal(2760), Decimal("0.538")), (Decimal(4800), Decimal("0.588")), (None, Decimal("0.838")))


def _plain(energy: Decimal, before: Decimal) -> Decimal:
    """One bill, the way one would write it down."""
    total, start, end = Decimal(0), before, before + energy
    for limit, unit in TIERS:
        upto = end if limit is None else min(end, limit)
        part = max(upto - start, Decimal(0))
        start += part
        total += (part * unit).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return total


def test_pricing_a_batch() -> None:
    tariff, problems = read_tariff(
        json.loads(resource("tariffs", "cn", "zhejiang_residential.json").read_text("utf-8")), ""
    )
    assert tariff is not None
    assert not problems
    chance = np.random.default_rng(1)
    energy, before = chance.integers(0, 900_000, BILLS), chance.integers(0, 5_000_000, BILLS)
    batch = Batch(BILLS, {"energy_kwh": energy, "accumulated_kwh": before})
    pairs = [(Decimal(int(e)) / 1000, Decimal(int(b)) / 1000) for e, b in zip(energy, before, strict=True)]
    version = tariff.versions[0]
    priced = price(version, batch)
    assert [Decimal(int(total)) / 100 for total in priced.total[:2000]] == [
        _plain(*pair) for pair in pairs[:2000]
    ]
    compare(
        "pricing", lambda: price(version, batch), lambda: [_plain(*pair) for pair in pairs], "bills", BILLS
    )


BANDS = {"sharp": "1.049999", "peak": "0.848961", "flat": "0.651886", "valley": "0.432924"}
BAND_PRICES = {f"energy_{band}_kwh": Decimal(unit) for band, unit in BANDS.items()}
FEN = Decimal("0.01")


def _fen(amount: Decimal) -> Decimal:
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def _plain_basic(basis: int, bill: Mapping[str, Decimal]) -> Decimal:
    """The basic charge of one bill, the way one would write it down."""
    if basis == 1:
        return _fen(bill["capacity_kva_days"] / 30 * Decimal("26.3"))
    billed = bill["demand_kw_max"]
    if basis == 2:
        contract = max(bill["contract_demand_kw"], bill["capacity_kva"] * Decimal("0.4"))
        limit = contract * Decimal("1.05")
        billed = contract if billed <= limit else limit + 2 * (billed - limit)
    used_well = bill["energy_kwh"] / bill["capacity_kva"] >= 260
    return _fen(billed * Decimal("42.0") * (Decimal("0.9") if used_well else 1))


def _plain_two_part(basis: int, bill: Mapping[str, Decimal], percents: list[Decimal]) -> Decimal:
    """One whole two-part bill, the way one would write it down."""
    energy = sum((_fen(bill[name] * unit) for name, unit in BAND_PRICES.items()), Decimal(0))
    basic, whole, reactive = _plain_basic(basis, bill), bill["energy_kwh"], bill["reactive_kvarh"]
    factor = _fen(whole / (whole * whole + reactive * reactive).sqrt())
    base = energy + basic - _fen(whole * Decimal("0.0452"))
    total = energy + basic + _fen(base * percents[int(factor * 100)] / 100)
    _fen(total / Decimal("1.13"))
    return total


def _two_part_batch() -> Batch:
    chance = np.random.default_rng(2)
    columns = {name: chance.integers(0, 90_000_000, BILLS) for name in BAND_PRICES}
    columns["energy_kwh"] = np.sum(list(columns.values()), axis=0)
    columns["basic_basis"] = chance.integers(1, 4, BILLS)
    columns["capacity_kva"] = chance.integers(100_000, 2_000_000, BILLS)
    columns["capacity_kva_days"] = columns["capacity_kva"] * 30
    columns["month_days"] = np.full(BILLS, 30)
    columns["contract_demand_kw"] = chance.integers(50_000, 1_000_000, BILLS)
    columns["demand_kw_max"] = chance.integers(50_000_000, 1_500_000_000, BILLS)
    columns["reactive_kvarh"] = chance.integers(1, 200_000_000, BILLS)
    columns["power_factor_standard"] = np.full(BILLS, 90)
    return Batch(BILLS, columns)


def _plain_rows(batch: Batch) -> list[dict[str, Decimal]]:
    names = [name for name in batch.determinants if DETERMINANTS[name].measure is not int]
    scales = {name: -DETERMINANTS[name].measure.DECIMALS for name in names}
    columns = [
        [Decimal(raw).scaleb(scales[name]) for raw in batch.determinants[name].tolist()] for name in names
    ]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def test_pricing_a_batch_of_whole_two_part_bills() -> None:
    path = resource("tariffs", "cn", "hubei", "agent_two_part_10kv_tou.json")
    tariff, _ = read_tariff(json.loads(path.read_text("utf-8")), "")
    assert tariff is not None
    version: TariffVersion = tariff.versions[0]
    adjustment = next(part for part in version.components if isinstance(part, PowerFactorAdjustment))
    percents = [Decimal(raw).scaleb(-2) for raw in percent_table(adjustment.standards)[90].tolist()]
    batch = _two_part_batch()
    bases, bills = batch.determinants["basic_basis"].tolist(), _plain_rows(batch)
    priced = price(version, batch)
    assert [Decimal(int(total)) / 100 for total in priced.total[:500]] == [
        _plain_two_part(*pair, percents) for pair in zip(bases[:500], bills[:500], strict=True)
    ]
    compare(
        "pricing two-part",
        lambda: price(version, batch),
        lambda: [_plain_two_part(*pair, percents) for pair in zip(bases, bills, strict=True)],
        "bills",
        BILLS,
    )
