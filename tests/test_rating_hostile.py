"""Every case with one value spoilt: it is answered or refused in words, and never anything else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from desktop.countries.cn import COUNTRY
from desktop.kernel.errors import Refused
from desktop.kernel.text import catalog
from desktop.rating import rate, topics

SAY = catalog("zh_CN", COUNTRY.currency)
VECTORS = Path(__file__).parent / "vectors"
SPOILT: tuple[Any, ...] = (None, "", "x", -1, "-5.5", "1e20", "9" * 30, True, [], ["x"], {}, [{}], "0")
FEW = 4


def places(data: Any) -> Iterator[tuple[Any, ...]]:
    """The way to every value below."""
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in entries:
        yield (key,)
        yield from ((key, *rest) for rest in places(value))


@pytest.mark.parametrize("topic", [topic for topic in topics(COUNTRY) if topic != "cn_power_factor_table"])
def test_a_spoilt_case_is_answered_or_refused(topic: str) -> None:
    cases = json.loads((VECTORS / f"{topic}.json").read_text("utf-8"))
    for case in cases[:FEW]:
        for way in places(case["input"]):
            for value in SPOILT:
                spoilt = copy.deepcopy(case)
                spot = spoilt["input"]
                for step in way[:-1]:
                    spot = spot[step]
                spot[way[-1]] = value
                with suppress(Refused):
                    rate(spoilt, COUNTRY, SAY, topic)
