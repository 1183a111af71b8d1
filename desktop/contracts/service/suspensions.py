"""From when on which terms hold of capacity sealed for a time: what a country lays down, and what a hall has set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from desktop.contracts.records import SuspensionRow
from desktop.contracts.tables import SuspensionRule
from desktop.kernel.country import CapacityRules, SuspensionTerms
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query

MOST_DAYS, MOST_MONTHS = 366, 12


@query("billing.view")
def suspension_terms(work: Work, _request: None) -> tuple[SuspensionRow, ...]:
    """Every term from its day on, the earliest first; those that nobody here has set are the country's."""
    rules = work.country.capacity
    if rules is None:
        return ()
    laid_down = [SuspensionRow(one) for one in rules.terms]
    return _together(laid_down, [SuspensionRow(_terms(row), row.set_by, row.set_at) for row in _rows(work)])


@operation("contracts.set_suspension_terms")
def set_suspension_terms(work: Work, order: SuspensionTerms) -> SuspensionRow:
    """Say what holds of capacity sealed on a day or later; said again for the same day, the later word holds.

    Drafts follow it at once, bills that stand do not: they are put right where it concerns them.
    """
    if work.country.capacity is None:
        raise Refused(Text("This country has no rules for a charge by capacity."))
    if not 1 <= order.least_days <= MOST_DAYS or not 1 <= order.most_months <= MOST_MONTHS:
        raise Refused(
            Text("A suspension has 1 to 366 days at least, and a year 1 to 12 months of them at most.")
        )
    if order.most_times is not None and not 1 <= order.most_times <= MOST_DAYS:
        raise Refused(Text("A year has one suspension at least, or any number."))
    row = SuspensionRow(order, work.actor.name, work.at_after(sa.select(SuspensionRule.set_at)))
    work.add(
        SuspensionRule(
            id=work.new_id(),
            valid_from=order.valid_from,
            least_days=order.least_days,
            most_months=order.most_months,
            most_times=order.most_times,
            set_at=row.set_at,
            set_by=row.set_by,
        )
    )
    return row


def capacity_rules(work: Work) -> CapacityRules | None:
    """How days count in the charge for capacity, by the terms that hold here."""
    rules = work.country.capacity
    if rules is None:
        return None
    rows = [SuspensionRow(_terms(row)) for row in _rows(work)]
    known = _together([SuspensionRow(one) for one in rules.terms], rows)
    return replace(rules, terms=tuple(one.terms for one in known))


def _rows(work: Work) -> Sequence[SuspensionRule]:
    return work.session.scalars(
        sa.select(SuspensionRule).order_by(SuspensionRule.set_at, SuspensionRule.id)
    ).all()


def _terms(row: SuspensionRule) -> SuspensionTerms:
    return SuspensionTerms(row.valid_from, row.least_days, row.most_months, row.most_times)


def _together(laid_down: Sequence[SuspensionRow], here: Sequence[SuspensionRow]) -> tuple[SuspensionRow, ...]:
    """By their days; of a day, the last word."""
    found = {one.terms.valid_from: one for one in (*laid_down, *here)}
    return tuple(found[day] for day in sorted(found))
