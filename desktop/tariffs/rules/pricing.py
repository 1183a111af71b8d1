"""The pricing core: a batch of bills priced by one tariff version, and the trace each of them keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from desktop.kernel.text import Text
from desktop.tariffs.columns import Batch, Column, Lines, Pricing, within_bounds
from desktop.tariffs.records import PricedLine, TierPicture
from desktop.tariffs.rules.version import TariffVersion


@dataclass(frozen=True, slots=True)
class PricedBatch:
    """What a batch costs.

    ``lines``, component by component, add up to ``total`` (a column over the rows, minor units); ``tax`` is the part
    of the total that is tax, however it got in. ``held`` names the rows that could not be priced, with the reason:
    they have no line and a total of 0. ``inputs`` are what each component looked at, by its code, for the trace.
    """

    parts: tuple[Lines, ...]
    total: Column
    tax: Column
    held: Mapping[int, Text]
    inputs: Mapping[str, Mapping[str, Column]]

    @property
    def lines(self) -> Lines:
        """All lines, put together only when somebody asks: sums need none of it."""
        lines = Lines.joined(self.parts) if self.parts else Lines.none()
        if not self.held:
            return lines
        good = np.ones(len(self.total), dtype=np.bool_)
        good[list(self.held)] = False
        return lines.chosen(good[lines.row])


def price(version: TariffVersion, batch: Batch) -> PricedBatch:
    """Prices every bill of a batch by one version of a tariff.

    Rows that cannot be priced are held, each with its reason, and the others go on; a determinant missing
    from the whole batch is a LookupError, for then the caller made a mistake.
    """
    pricing = Pricing(batch, version.decimals)
    pricing.batch = within_bounds(pricing)
    if not version.reads:
        every = np.ones(batch.rows, dtype=np.bool_)
        pricing.hold(every, Text("This price list has no prices: {version}", version=version.code))
    for index, component in enumerate(version.components):
        component.price(pricing, index)
    total = pricing.total()
    tax = np.zeros_like(total) if pricing.tax is None else pricing.tax
    if pricing.held:
        good = np.ones(batch.rows, dtype=np.bool_)
        good[list(pricing.held)] = False
        total, tax = np.where(good, total, 0), np.where(good, tax, 0)
    return PricedBatch(tuple(pricing.parts), total, tax, dict(sorted(pricing.held.items())), pricing.inputs)


Line = tuple[int, int, int, int, int, int]
"""Component, band, tier, quantity, price and amount of one line, with the scales of `Lines`."""


def lines_of_rows(priced: PricedBatch) -> list[list[Line]]:
    """The lines of each row, in the order they were priced."""
    lines = priced.lines.by_row()
    every: list[Line] = list(zip(*(column.tolist() for column in lines.columns()[1:]), strict=True))
    ends = np.searchsorted(lines.row, np.arange(len(priced.total) + 1)).tolist()
    return [every[start:end] for start, end in pairwise(ends)]


def pack(
    version: TariffVersion, priced: PricedBatch, lines: Sequence[Sequence[Line]] | None = None
) -> list[str]:
    """The trace of each row as canonical JSON: its lines, and what each component looked at.

    ``{"inputs":{code:{name:number}},"lines":[[component,band,tier,quantity,price,amount]],"version":code}``
    with the scales of `Lines`; `traced` puts it into words. ``lines`` are those of `lines_of_rows`, where known.
    """
    template, inputs = _input_template(priced)
    tail = f',"version":{_quoted(version.code)}}}'
    return [
        f'{{"inputs":{template % values},"lines":[{_packed_lines(mine)}]{tail}'
        for values, mine in zip(inputs, lines_of_rows(priced) if lines is None else lines, strict=True)
    ]


def _packed_lines(lines: Sequence[Line]) -> str:
    return ",".join([f"[{c},{b},{t},{q},{p},{a}]" for c, b, t, q, p, a in lines])


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _input_template(priced: PricedBatch) -> tuple[str, list[tuple[int, ...]]]:
    """The inputs of one row with a place for each number, and the numbers of all rows."""
    groups: list[str] = []
    columns: list[list[int]] = []
    for code in sorted(priced.inputs):
        names = sorted(priced.inputs[code])
        columns += [priced.inputs[code][name].tolist() for name in names]
        places = ",".join(f"{_quoted(name)}:%d" for name in names)
        groups.append(f"{_quoted(code).replace('%', '%%')}:{{{places}}}")
    rows: list[tuple[int, ...]] = list(zip(*columns, strict=True)) if columns else [()] * len(priced.total)
    return "{" + ",".join(groups) + "}", rows


def traced(version: TariffVersion, trace: Mapping[str, Any]) -> tuple[PricedLine, ...]:
    """The lines of a trace (of `pack`) in words, in the order they were priced, by the version that priced."""
    if trace["version"] != version.code:
        raise ValueError(f"priced by version {trace['version']}, not {version.code}")
    return tuple(
        version.components[line[0]].show(line, trace["inputs"].get(version.components[line[0]].code, {}))
        for line in trace["lines"]
    )


def tier_picture(version: TariffVersion, trace: Mapping[str, Any]) -> TierPicture | None:
    """Where a bill with this trace left its account between the tiers; None where no tiers have prices of their own."""
    tiers = version.tiers
    if tiers is None or tiers.on_top or not tiers.limits or tiers.code not in trace["inputs"]:
        return None
    energy = sum(line[3] for line in trace["lines"] if version.components[line[0]] is tiers)
    return tiers.picture(trace["inputs"][tiers.code], energy)
