"""The records behind an account: place, service point, meter, account and contract, and what changed of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.contracts import service as contracts
from desktop.contracts.rules import losses_written, shares_written
from desktop.contracts.tables import ContractSpell, ContractTerms, SupplyContract
from desktop.desk.records import ContractNow, Supply, SupplyEvent, SupplyPart
from desktop.kernel.errors import NotFound
from desktop.kernel.history import HistoryRow
from desktop.kernel.journal import Entry, Happened, happened
from desktop.kernel.measures import Energy, Factor, Power
from desktop.kernel.period import months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Work, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.parties import service as parties
from desktop.premises import service as premises
from desktop.staff import service as staff
from desktop.tariffs import service as tariffs
from desktop.tariffs.records import Basis

Read = Callable[[Any], Any]


def _hundredths(steps: int) -> Decimal:
    return Decimal(steps).scaleb(-2)


def _answer(value: bool) -> Text:
    return Text("yes") if value else Text("no")


def _written(write: Callable[[str], str]) -> Read:
    """How what is kept as JSON is read from the book, where anything stands there."""
    return lambda kept: write(kept) if kept else ""


FIELDS: dict[tuple[str, str], tuple[SupplyPart, Text, Read]] = {
    ("premises_premise", "address"): (SupplyPart.PREMISE, Text("Address"), str),
    ("premises_premise", "postcode"): (SupplyPart.PREMISE, Text("Postcode"), str),
    ("premises_premise", "region"): (SupplyPart.PREMISE, Text("Region"), str),
    ("premises_service_point", "voltage"): (SupplyPart.POINT, Text("Voltage"), str),
    ("premises_service_point", "feeder_code"): (SupplyPart.POINT, Text("Feeder"), str),
    ("premises_service_point", "transformer_code"): (SupplyPart.POINT, Text("Transformer"), str),
    ("metering_point_capacity", "capacity"): (SupplyPart.POINT, Text("Capacity kW"), Power),
    ("metering_meter", "serial_number"): (SupplyPart.METER, Text("Meter"), str),
    ("metering_register", "digits"): (SupplyPart.METER, Text("Digits"), int),
    ("metering_installation", "multiplier"): (SupplyPart.METER, Text("Multiplier"), Factor),
    ("metering_installation", "removed_on"): (SupplyPart.METER, Text("Came down"), date.fromisoformat),
    ("ledger_contract_account", "number"): (SupplyPart.ACCOUNT, Text("Account number"), str),
    ("contracts_contract", "tariff_id"): (SupplyPart.CONTRACT, Text("Tariff"), UUID),
    ("contracts_contract", "valid_to"): (SupplyPart.CONTRACT, Text("Until"), date.fromisoformat),
    ("contracts_terms", "basis"): (SupplyPart.TERMS, Text("Capacity charge by"), Basis.of),
    ("contracts_terms", "capacity"): (SupplyPart.TERMS, Text("Transformers in use"), Power),
    ("contracts_terms", "contract_demand"): (SupplyPart.TERMS, Text("Contract demand"), Power),
    ("contracts_terms", "power_factor_standard"): (
        SupplyPart.TERMS,
        Text("Power factor standard"),
        _hundredths,
    ),
    ("contracts_terms", "threshold_extra"): (SupplyPart.TERMS, Text("More in every tier"), Energy),
    ("contracts_terms", "free"): (SupplyPart.TERMS, Text("Free each month"), Energy),
    ("contracts_terms", "losses"): (SupplyPart.TERMS, Text("Losses"), _written(losses_written)),
    ("contracts_terms", "shares"): (SupplyPart.TERMS, Text("Shares"), _written(shares_written)),
    ("contracts_terms", "within_point_id"): (SupplyPart.TERMS, Text("Behind main meter"), UUID),
    ("contracts_spell", "ends_on"): (SupplyPart.CAPACITY, Text("Until"), date.fromisoformat),
    ("contracts_spell", "power"): (SupplyPart.CAPACITY, Text("Capacity kVA"), Power),
    ("contracts_spell", "first_day_charged"): (SupplyPart.CAPACITY, Text("First day charged"), _answer),
    ("contracts_spell", "reason"): (SupplyPart.CAPACITY, Text("Reason"), str),
}
"""What is told of a changed field: the record it belongs to, its name, and how its value is read from the book."""

MADE: dict[str, tuple[SupplyPart, Text]] = {
    "premises_premise": (SupplyPart.PREMISE, Text("Premise entered")),
    "premises_service_point": (SupplyPart.POINT, Text("Service point entered")),
    "metering_point_capacity": (SupplyPart.POINT, Text("Capacity entered")),
    "metering_installation": (SupplyPart.METER, Text("Meter hung")),
    "ledger_contract_account": (SupplyPart.ACCOUNT, Text("Account opened")),
    "contracts_contract": (SupplyPart.CONTRACT, Text("Contract signed")),
    "contracts_terms": (SupplyPart.TERMS, Text("Terms entered")),
    "contracts_spell": (SupplyPart.CAPACITY, Text("Days of another capacity entered")),
}
"""What is told of a row that was made."""


@query("desk.view")
def supplies(work: Work, number: str) -> tuple[Supply, ...]:
    """The records behind an account at each of its service points, the main one first, as they came to be so."""
    account_id = ledger.account_id(work, number)
    account = ledger.accounts(work, [account_id])[account_id]
    points = contracts.points_of(work, account_id)
    if not points:
        raise NotFound(Text("Account {number} has no contract.", number=account.number))
    running = sum(1 for one in points if one.valid_to is None)
    return tuple(_supply(work, account, one, running) for one in points)


def _supply(work: Work, account: ContractAccount, newest: SupplyContract, running: int) -> Supply:
    """The records behind an account at the service point of its ``newest`` contract there."""
    point = newest.service_point_id
    place = premises.place_now(work, point)
    capacity = metering.capacities(work, [point]).get(point)
    route, position = metering.walking_order(work, [point]).get(point, ("", 0))
    billed = metering.billed_on(work, point)
    names = tariffs.names(work)
    here = work.session.execute(
        sa.select(SupplyContract.id, SupplyContract.number).filter_by(
            contract_account_id=account.id, service_point_id=point
        )
    )
    titles: dict[UUID, str | Text] = {account.id: account.number}
    titles |= {one.id: one.number for one in here}
    titles |= metering.rows_of_meters(work, point)
    titles |= _terms_rows(work, newest.id) | _spell_rows(work, newest.id)
    rows = {place.premise_id, point, *titles}
    if capacity is not None:
        rows.add(capacity.id)
    happened_here = [
        *_switched(work, point),
        *_months(work, point),
        *(SupplyEvent(SupplyPart.METER, row) for row in metering.wishes_told(work, point)),
        *(SupplyEvent(SupplyPart.METER, row) for row in metering.meter_tests_told(work, point)),
        *_events(work, rows, titles, {key: name for key, (name, _class) in names.items()}),
    ]
    return Supply(
        account_number=account.number,
        customer_name=parties.party(work, account.party_id).name,
        since=_opened_on(work, account.entry_id),
        route=route,
        position=position,
        place=place,
        capacity=None if capacity is None else capacity.capacity,
        neighbours=len(premises.points_of(work, place.premise_id)) - 1,
        running=running,
        meter=metering.meter_now(work, point),
        contract=ContractNow(
            newest.number,
            tariffs.code_of(work, newest.tariff_id),
            names[newest.tariff_id][0],
            newest.valid_from,
            newest.valid_to,
        ),
        terms=tuple(
            row
            for row in contracts.terms_of_account(work, account.number)
            if row.contract_number == newest.number
        ),
        spells=tuple(
            row.spell
            for row in contracts.spells_of_account(work, account.number)
            if row.contract_number == newest.number
        ),
        opens=months_before(billed or newest.valid_from, -1),
        tariffs=tariffs.on_offer(work, work.today),
        history=tuple(sorted(happened_here, key=lambda one: (one.row.on, one.row.at), reverse=True)),
    )


def _switched(work: Work, service_point_id: UUID) -> Iterator[SupplyEvent]:
    """What was put down about the supply of a service point, with the reasons."""
    for one in premises.supply_changes(work, service_point_id):
        what = Text("{state} since {day}", state=one.after, day=one.since)
        words = Text("was {before}: {reason}", before=one.before, reason=one.reason)
        row = HistoryRow(one.changed_at.date(), f"{one.changed_at:%H:%M}", what, words, one.by)
        yield SupplyEvent(SupplyPart.POINT, row)


def _months(work: Work, service_point_id: UUID) -> Iterator[SupplyEvent]:
    """What was put down of months before the reads we have, with the reasons."""
    for one in metering.months_entered(work, service_point_id):
        what = Text("Use of {month} entered: {energy} kWh", month=f"{one.month:%Y-%m}", energy=one.energy)
        row = HistoryRow(one.entered_at.date(), f"{one.entered_at:%H:%M}", what, one.reason, one.by)
        yield SupplyEvent(SupplyPart.METER, row)


def _terms_rows(work: Work, contract_id: UUID) -> dict[UUID, Text]:
    """The rows with terms of a contract, each told by the day it holds from."""
    rows = work.session.execute(
        sa.select(ContractTerms.id, ContractTerms.valid_from).filter_by(contract_id=contract_id)
    )
    return {row.id: Text("from {day}", day=row.valid_from) for row in rows}


def _spell_rows(work: Work, contract_id: UUID) -> dict[UUID, Text]:
    """The days of another capacity of a contract, each told by its kind and first day."""
    rows = work.session.execute(
        sa.select(ContractSpell.id, ContractSpell.kind, ContractSpell.starts_on).filter_by(
            contract_id=contract_id
        )
    )
    return {row.id: Text("{kind} from {day}", kind=row.kind, day=row.starts_on) for row in rows}


def _opened_on(work: Work, entry_id: UUID) -> date:
    """The day somebody opened the account here."""
    found: date | None = work.session.scalar(sa.select(Entry.business_date).filter_by(id=entry_id))
    return found or work.today


def _events(
    work: Work, rows: set[UUID], titles: dict[UUID, str | Text], tariff_names: dict[UUID, str]
) -> Iterator[SupplyEvent]:
    """What the book tells of these rows, newest first."""
    told = happened(work.session, rows)
    who = staff.names(work, {one.actor_id for one in told})
    mains = {
        UUID(json.loads(value))
        for one in told
        if one.field == "within_point_id"
        for value in (one.before, one.after)
        if value not in (None, "null")
    }
    names = tariff_names | metering.serial_numbers(work, mains)
    for one in told:
        found = _told(one, titles, names)
        if found is not None:
            part, what, words = found
            at = work.local(one.at)
            row = HistoryRow(at.date(), f"{at:%H:%M}", what, words, who.get(one.actor_id, ""))
            yield SupplyEvent(part, row)


def _told(
    one: Happened, titles: dict[UUID, str | Text], names: dict[UUID, str]
) -> tuple[SupplyPart, Text, str | Text] | None:
    """One thing that happened in words; None for what says nothing to people."""
    title = titles.get(one.row_id, "")
    if not one.field:
        made = MADE.get(one.table)
        return None if made is None else (*made, title)
    field = FIELDS.get((one.table, one.field))
    if field is None:
        return None
    part, name, read = field
    before, after = (None if value is None else read(json.loads(value)) for value in (one.before, one.after))
    if read is UUID:
        before, after = (names.get(key, "") if key else "" for key in (before, after))
    words = (
        Text("now {after}", after=after)
        if before in (None, "")
        else Text("was {before}, now {after}", before=before, after=after or Text("nothing"))
    )
    return part, Text("{part} changed", part=name), words
