"""The pricing core against a plain loop of decimals over the same bills."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from desktop.kernel.files import resource
from desktop.tariffs.columns import Batch
from desktop.tariffs.documents import read_tariff
from desktop.tariffs.rules import price
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
