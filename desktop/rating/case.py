"""What cases share: values of plain data, a tariff version made from a case, and one bill priced by it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from desktop.kernel.country import Country
from desktop.kernel.errors import Refused
from desktop.kernel.fields import Fields, refusal
from desktop.kernel.measures import Demand, Energy, Factor, Measure, Money, Power, Reading
from desktop.kernel.text import Text
from desktop.tariffs.columns import Batch
from desktop.tariffs.documents import read_version
from desktop.tariffs.records import PricedLine, PriceOrigin
from desktop.tariffs.rules import TariffVersion, pack, price, traced

NO_MEASURE = {
    Energy: Text("This is no energy in kWh with three decimals at most"),
    Power: Text("This is no power with three decimals at most"),
    Demand: Text("This is no power with six decimals at most"),
    Reading: Text("A reading has three decimals at most"),
    Factor: Text("This is no factor with six decimals at most"),
}
Kind = TypeVar("Kind", bound=Measure)
ORIGIN = PriceOrigin.CATALOGUE.value


def number(value: Decimal) -> str:
    """A number as cases write it, without zeros at its end."""
    return f"{value.normalize():f}"


def energy(fields: Fields, key: str, default: str | None = None) -> Energy:
    """An energy in kWh of a case."""
    return _measure(fields, key, Energy, default)


def power(fields: Fields, key: str, default: str | None = None) -> Power:
    """A power in kW or kVA of a case."""
    return _measure(fields, key, Power, default)


def demand(fields: Fields, key: str, default: str | None = None) -> Demand:
    """A demand in kW of a case."""
    return _measure(fields, key, Demand, default)


def reading(fields: Fields, key: str) -> Reading:
    """What a register of a case shows."""
    return _measure(fields, key, Reading, None)


def factor(fields: Fields, key: str) -> Factor:
    """A plain number of a case, such as a multiplier or a percentage."""
    return _measure(fields, key, Factor, None)


def _measure(fields: Fields, key: str, kind: type[Kind], default: str | None) -> Kind:
    value = fields.decimal(key) if default is None else fields.decimal(key, default)
    try:
        return kind.of(value)
    except (ValueError, OverflowError):
        fields.note(key, value, NO_MEASURE[kind], Text("Mend the value"))
        return kind.zero()


def money(fields: Fields, key: str, country: Country) -> Money:
    """An amount of money of a case."""
    value = fields.decimal(key)
    try:
        return country.currency.money(value)
    except (ValueError, OverflowError):
        fields.note(key, value, Text("This is no amount of money"), Text("Mend the value"))
        return Money.zero()


def part(kind: str, code: str, **values: object) -> dict[str, object]:
    """A component of a tariff file."""
    return {"kind": kind, "code": code, "price_origin": ORIGIN, **values}


def case_version(
    country: Country, components: Sequence[Mapping[str, object]], places: Mapping[str, str] | None = None
) -> TariffVersion:
    """The tariff version of a case; what is wrong with it is told under the case's own keys (``places``)."""
    whole = {"code": "case", "valid_from": "2000-01-01", "notice": "case", "components": list(components)}
    version, problems = read_version(whole, "", country.currency.decimals)
    if version is None:
        place = str(problems[0].column)
        for theirs, ours in (places or {}).items():
            place = place.replace(theirs, ours)
        raise refusal(replace(problems[0], column=place))
    return version


@dataclass(frozen=True, slots=True)
class Answer:
    """One bill as the core priced it."""

    lines: tuple[PricedLine, ...]
    total: Money
    trace: Mapping[str, Mapping[str, Mapping[str, int]]]
    country: Country

    def inputs(self, code: str) -> Mapping[str, int]:
        """What a component looked at."""
        return self.trace["inputs"].get(code, {})

    def of(self, code: str) -> list[PricedLine]:
        """The lines of a component."""
        return [line for line in self.lines if line.component == code]

    def written(self, amount: Money) -> str:
        """An amount as cases write it."""
        return str(self.country.currency.decimal(amount))

    def sum(self, lines: Sequence[PricedLine]) -> str:
        """The sum of some lines."""
        return self.written(Money.total([line.amount for line in lines]))

    def told(self) -> dict[str, object]:
        """Every line with its explanation, and the packed trace."""
        lines = [
            {
                "component": line.component,
                "label": line.label,
                "tier": line.tier,
                "quantity": number(line.quantity.decimal) if line.quantity is not None else None,
                "price": number(line.price.decimal) if line.price is not None else None,
                "amount": self.written(line.amount),
                "explanation": line.explanation,
            }
            for line in self.lines
        ]
        return {"lines": lines, "trace": self.trace}


def priced(version: TariffVersion, determinants: Mapping[str, Measure | int], country: Country) -> Answer:
    """One bill priced by the core; one that would be held is refused with the reason."""
    batch = price(version, Batch.of([determinants]))
    for reason in batch.held.values():
        raise Refused(reason)
    trace = json.loads(pack(version, batch)[0])
    return Answer(traced(version, trace), Money(int(batch.total[0])), trace, country)
