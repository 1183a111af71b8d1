"""Rating a case: one named rule of the product, given plain data, with its lines and its trace.

A case is ``{"topic": …, "input": {…}}``. The rules below are the core's; each country adds its own
(`Country.rate_cases`). Nothing here computes: it turns a case into what a rule takes, and its answer into
words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from desktop.kernel.country import Country
from desktop.kernel.errors import Refused
from desktop.kernel.fields import Fields
from desktop.kernel.text import Catalog, Text
from desktop.rating import energy, formats, meters, payments, two_part

Rule = Callable[[Mapping[str, object], Country], Mapping[str, object]]


class UnknownTopic(LookupError):
    """No rule answers this topic."""


def rate(case: object, country: Country, say: Catalog, topic: str = "") -> dict[str, object]:
    """The answer to a case: the keys a test vector calls ``expected``, plus ``lines`` and ``trace``.

    ``topic`` is taken where the case names none (a file of cases is called by its topic). A topic without a
    rule is `UnknownTopic`; a missing or unfit input is `Refused` with a sentence that names its key.
    """
    fields = Fields(case)
    name = fields.text("topic", topic) or fields.text("topic")
    fields.refuse()
    inside = Fields(fields.data.get("input"), path="input")
    inside.refuse()
    try:
        answer = _answer(name, inside.data, country)
    except OverflowError as error:
        raise Refused(Text("A value of the case is too large")) from error
    return {key: _worded(value, say) for key, value in {"lines": [], "trace": [], **answer}.items()}


def _answer(name: str, data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    if name in RULES:
        return RULES[name](data, country)
    if name in country.rate_cases:
        return country.rate_cases[name](data)
    raise UnknownTopic(name)


def topics(country: Country) -> tuple[str, ...]:
    """Every topic that has a rule."""
    return tuple(sorted({*RULES, *country.rate_cases}))


def _worded(value: object, say: Catalog) -> object:
    """Plain data with every `Text` in it put into words."""
    match value:
        case Text():
            return say(value)
        case Mapping():
            return {key: _worded(part, say) for key, part in value.items()}
        case list() | tuple():
            return [_worded(part, say) for part in value]
        case _:
            return value


RULES: Mapping[str, Rule] = {
    "cn_basic_charge": two_part.basic_charge,
    "cn_cashier": payments.cashier,
    "cn_full_bill": two_part.full_bill,
    "cn_kwh_split": meters.split,
    "cn_meter_reading": meters.usage,
    "cn_payment_allocation": payments.allocation,
    "cn_power_factor": two_part.power_factor,
    "cn_power_factor_table": two_part.power_factor_table,
    "cn_proration": energy.proration,
    "cn_suspension": two_part.suspension,
    "cn_tiers": energy.tiers,
    "cn_tiers_tou": energy.tiers_tou,
    "cn_tou_price": energy.tou_price,
    "cn_vat": energy.vat,
    "fi_number_format": formats.finnish,
    "vn_number_format": formats.vietnamese,
    "vn_meter_reading": meters.usage_of_two_reads,
}
