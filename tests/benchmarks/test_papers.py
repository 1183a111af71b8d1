"""Bills in one file against one file for each bill: what sharing the parsed fonts and the page art is worth."""

from __future__ import annotations

import io
from dataclasses import replace

from desktop.app import COUNTRIES
from desktop.billing.documents import write_bills
from desktop.kernel.text import catalog
from tests.benchmarks.side_by_side import compare
from tests.papers_samples import make_bill

BILLS = 200


def test_printing_bills() -> None:
    country = COUNTRIES["cn"]
    bills = [replace(make_bill(), number=f"B-HM-2026-{place:06}") for place in range(BILLS)]

    def say(language: str):
        return catalog(language, country.currency)

    def together() -> None:
        assert write_bills(io.BytesIO(), bills, say, country) == BILLS

    def apart() -> None:
        for bill in bills[: BILLS // 4]:
            write_bills(io.BytesIO(), [bill], say, country)

    together()
    found = compare("bills, one file", together, lambda: [apart() for _ in range(4)], "pages", BILLS)
    assert found.ours > 0
