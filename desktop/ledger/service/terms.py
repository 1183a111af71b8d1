"""The terms on which what is owed bears late fees: what law leaves to an office, a hall chooses from a day on."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from desktop.kernel.country import LateFeeSetting
from desktop.kernel.errors import Refused
from desktop.kernel.period import Calendar
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger.records import LateFeeChoice, LateFeeChoiceRow
from desktop.ledger.tables import LateFeeChosen


def late_fee_terms(work: Work, issued_on: date) -> str:
    """The name of the terms of a bill issued on a day, for its open item: nothing chosen later changes them."""
    settings = work.country.late_fee_settings
    if settings is None:
        return work.country.rule_set(issued_on)
    return settings.terms(issued_on, {one.setting: one.choice for one in _chosen(work, until=issued_on)})


def due_day(work: Work, due_on: date, calendar: Calendar) -> date:
    """The last payment day of a bill issued today that falls due on a day."""
    settings = work.country.late_fee_settings
    return due_on if settings is None else settings.due(due_on, calendar, _words_of_today(work))


def due_day_unsure(work: Work, due_on: date, calendar: Calendar) -> tuple[int, ...]:
    """The years nobody entered the holidays of, where that could make `due_day` another."""
    settings = work.country.late_fee_settings
    if settings is None:
        return ()
    chosen = _words_of_today(work)
    day = settings.due(due_on, calendar, chosen)
    if settings.due(day, calendar.with_year(day.year, (day,), ()), chosen) == day:
        return ()  # holidays do not move it
    return calendar.unknown(due_on, day)


def _words_of_today(work: Work) -> dict[str, str]:
    return {one.setting: one.choice for one in _chosen(work, until=work.today)}


@query("ledger.view")
def late_fee_choices(work: Work, _request: None = None) -> tuple[LateFeeChoiceRow, ...]:
    """What holds of each setting today, and what is to hold from a later day on."""
    found, chosen = [], _chosen(work)
    for setting in work.country.late_fee_settings.of(work.today) if work.country.late_fee_settings else ():
        days = [one for one in chosen if one.setting == setting.key]
        past = [_row(setting, one.choice, one.valid_from) for one in days if one.valid_from <= work.today]
        found.append(past[-1] if past else _row(setting, setting.choices[0][0]))
        found += [_row(setting, one.choice, one.valid_from) for one in days if one.valid_from > work.today]
    return tuple(found)


@operation("ledger.set_late_fees")
def set_late_fee_choice(work: Work, order: LateFeeChoice) -> LateFeeChoiceRow:
    """Bills issued from a day on bear late fees so; those issued before keep theirs. Refused for today and before."""
    settings = work.country.late_fee_settings
    if settings is None or order.valid_from <= work.today:
        raise Refused(Text("Choose it from tomorrow on: what is billed today keeps the terms of today."))
    known = {setting.key: setting for setting in settings.of(order.valid_from)}
    setting = known.get(order.setting)
    if setting is None:
        words = ", ".join(known)
        raise Refused(
            Text("No setting of late fees is called so on that day. There are: {words}", words=words)
        )
    if order.choice not in dict(setting.choices):
        words = ", ".join(dict(setting.choices))
        raise Refused(Text("That is no choice of it. There are: {words}", words=words))
    row = LateFeeChosen(
        id=work.new_id(),
        setting=order.setting,
        choice=order.choice,
        valid_from=order.valid_from,
        set_at=work.at_after(sa.select(LateFeeChosen.set_at)),
        set_by=work.actor.name,
    )
    work.add(row)
    return _row(setting, order.choice, order.valid_from)


def _row(setting: LateFeeSetting, choice: str, valid_from: date | None = None) -> LateFeeChoiceRow:
    return LateFeeChoiceRow(setting.key, choice, setting.name, dict(setting.choices)[choice], valid_from)


def _chosen(work: Work, until: date | None = None) -> list[LateFeeChoice]:
    """What was chosen, by its days, each day of a setting once; up to a day where one is named."""
    rows = sa.select(LateFeeChosen).order_by(LateFeeChosen.valid_from, LateFeeChosen.set_at, LateFeeChosen.id)
    if until is not None:
        rows = rows.where(LateFeeChosen.valid_from <= until)
    found = {(row.setting, row.valid_from): row for row in work.session.scalars(rows)}
    return [LateFeeChoice(row.setting, row.choice, row.valid_from) for row in found.values()]
