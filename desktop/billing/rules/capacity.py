"""The capacity charged by days: what is sealed, stands by or is exempt is reckoned into what the terms say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from desktop.billing.rules.parts import PointTerms
from desktop.contracts.records import CapacitySpell, SpellKind
from desktop.kernel.country import CapacityRules, SuspendedDays, Suspension
from desktop.kernel.measures import Power
from desktop.kernel.period import Period
from desktop.kernel.text import Text


def charged_terms(
    terms: PointTerms, spells: Sequence[CapacitySpell], days: Period, rules: CapacityRules | None,
    sealed: Sequence[Period] = (),
) -> list[tuple[PointTerms, Period]]:  # fmt: skip
    """Terms on some days of one month, cut where the capacity charged changes; without rules nothing is sealed.

    ``sealed`` are the days of all suspensions of the customer's year.
    """
    if not spells:
        return [(terms, days)]
    spans = [(one, _span(one, terms.capacity, days, rules, sealed)) for one in spells]
    held = [(one, span) for one, span in spans if span is not None]
    edges = [edge for _, span in held for edge in (span.start, span.end)]
    return [
        (_charged(terms, [one for one, span in held if span.start <= stretch.start < span.end]), stretch)
        for stretch in days.split(edges)
    ]


def _span(
    one: CapacitySpell, capacity: Power, days: Period, rules: CapacityRules | None, sealed: Sequence[Period]
) -> Period | None:
    """The days on which a spell counts; of sealed capacity those that the country does not charge."""
    if one.kind is not SpellKind.SUSPENDED:
        return days.overlap(Period(one.starts_on, one.ends_on or date.max))
    found = _suspended(one, capacity, days, rules, sealed)
    return None if found is None or found.free is None else days.overlap(found.free)


def _suspended(
    one: CapacitySpell, capacity: Power, days: Period, rules: CapacityRules | None, sealed: Sequence[Period]
) -> SuspendedDays | None:
    if rules is None or one.ends_on is None or one.kind is not SpellKind.SUSPENDED:
        return None
    own = Suspension(capacity, one.power, one.starts_on, one.ends_on, one.first_day_charged, tuple(sealed))
    return rules.suspended(own, days.start.replace(day=1), rules.terms_on(one.starts_on))


def _charged(terms: PointTerms, holding: Sequence[CapacitySpell]) -> PointTerms:
    """The terms with what holds on their days: first what is sealed or reduced, then what stands by."""
    power = {kind: Power.total([one.power for one in holding if one.kind is kind]) for kind in SpellKind}
    less = power[SpellKind.SUSPENDED] + power[SpellKind.REDUCED]
    capacity = max(terms.capacity - less, Power.zero()) + power[SpellKind.HOT_STANDBY]
    return replace(
        terms,
        capacity=max(capacity, power[SpellKind.INTERLOCKED]),
        exempt=any(one.kind is SpellKind.EXEMPT for one in holding),
    )


def spell_words(
    spells: Sequence[CapacitySpell], days: Period, rules: CapacityRules | None, sealed: Sequence[Period] = ()
) -> list[Text]:
    """What spells make of the capacity charged on some days of one month, in words; ``sealed`` as for the terms."""
    found = []
    for one in spells:
        mine = days.overlap(Period(one.starts_on, one.ends_on or date.max))
        if mine is None:
            continue
        held = _suspended(one, one.power, days, rules, sealed)
        if one.kind is SpellKind.EXEMPT:
            found.append(Text("No charge for capacity or demand: {reason}", reason=one.reason))
        elif held is not None and not held.applies:
            found.append(
                Text(
                    "{power} kVA sealed for {days} days only: charged all the same",
                    power=one.power,
                    days=held.total,
                )
            )
        elif held is not None:
            found.append(
                Text("{power} kVA sealed: not charged on {days} days", power=one.power, days=held.in_month)
            )
            if held.used_up is not None:
                found.append(
                    Text("The months that may be sealed are used up: charged from {day}", day=held.used_up)
                )
        else:
            found.append(
                Text("{kind}: {power} kVA on {days} days", kind=one.kind, power=one.power, days=mine.days)
            )
    return found
