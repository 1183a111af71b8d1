"""What of a place, an account or a contract is other from now on. Nothing a bill rests on changes backwards."""

from __future__ import annotations

import sqlalchemy as sa

from desktop.contracts.records import (
    AccountChange,
    AccountOpened,
    ContractChange,
    ContractEnd,
    ContractSigned,
    MonthOrder,
    PlaceChange,
    SupplyOrder,
)
from desktop.contracts.service.opening import (
    check_day,
    check_price,
    check_unbilled,
    contract_at,
    new_number,
    place_facts,
)
from desktop.contracts.service.spells import carry_spells
from desktop.contracts.service.supply import CONTRACT, points_of, search_owners, sign
from desktop.contracts.service.terms import carry_terms
from desktop.contracts.tables import SupplyContract
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.ledger import service as ledger
from desktop.metering import service as metering
from desktop.premises import service as premises
from desktop.search import service as search
from desktop.tariffs import service as tariffs


@operation("contracts.change")
def change_place(work: Work, order: PlaceChange) -> PlaceChange:
    """Keep other facts of the place an account is supplied at; another address is that of all its service points.

    A capacity that is left out stays as it is.
    """
    point = contract_at(work, order.account_number, order.contract_number).service_point_id
    facts = order.facts
    changed = premises.change(
        work,
        point,
        facts.postcode,
        facts.region,
        facts.address,
        facts.voltage,
        facts.feeder_code,
        facts.transformer_code,
    )
    if facts.capacity is not None:
        changed |= metering.keep_capacity(work, point, facts.capacity)
    if not changed:
        raise Refused(Text("Nothing was changed: the place is as it was."))
    work.session.flush()
    here = premises.points_of(work, premises.place_now(work, point).premise_id)
    accounts = work.session.scalars(
        sa.select(SupplyContract.contract_account_id)
        .where(SupplyContract.service_point_id.in_(here))
        .distinct()
    ).all()
    search.index(work, search_owners(work, accounts))
    return PlaceChange(order.account_number, place_facts(work, point), order.contract_number)


@operation("contracts.change_supply")
def change_supply(work: Work, order: SupplyOrder) -> SupplyOrder:
    """Put down what is true about the supply of a place: nothing is switched, nobody is sent."""
    point = contract_at(work, order.account_number, order.contract_number).service_point_id
    premises.set_supply(work, point, order.state, order.since, order.reason)
    return order


@operation("contracts.change")
def change_month(work: Work, order: MonthOrder) -> MonthOrder:
    """Put down what was used in a month before the reads we have, which steps of a year and estimates reckon with."""
    point = contract_at(work, order.account_number, order.contract_number).service_point_id
    metering.enter_month(work, point, order.month, order.energy, order.reason)
    return order


@operation("contracts.change")
def change_account(work: Work, order: AccountChange) -> AccountOpened:
    """Give an account the number it should have had; refused once a paper names it."""
    account = ledger.account_id(work, order.account_number)
    before = ledger.accounts(work, [account])[account].number
    number = new_number(work, order.new_number)
    points = points_of(work, account)
    if any(metering.billed_on(work, one.service_point_id) is not None for one in points):
        raise Refused(
            Text("Papers name account {number}: it keeps this number.", number=order.account_number)
        )
    ledger.renumber(work, account, number)
    metering.rename_stops(work, before, number)
    work.session.flush()
    search.index(work, search_owners(work, [account]))
    return AccountOpened(number, points[0].number)


@operation("contracts.change")
def change_contract(work: Work, order: ContractChange) -> ContractSigned:
    """Another tariff from a day on: this contract ends then and a new one with its terms follows it.

    On the very day it began it is put right instead, as long as nothing is billed by it.
    """
    contract = _running(work, order.contract_number)
    tariff, customer_class = tariffs.tariff_id(work, order.tariff_code)
    if tariff == contract.tariff_id:
        raise Refused(Text("Nothing was changed: the contract has this tariff."))
    check_price(work, order.tariff_code, order.starts_on)
    if order.starts_on == contract.valid_from:
        check_unbilled(work, contract, order.starts_on)
        contract.tariff_id, contract.customer_class = tariff, customer_class
        return ContractSigned(contract.number, contract.valid_from, contract.valid_to)
    check_day(work, contract, order.starts_on)
    contract.valid_to = order.starts_on
    work.session.flush()
    running = work.number(work.station.hall_id, CONTRACT)
    signed = sign(
        work,
        running,
        contract.contract_account_id,
        contract.service_point_id,
        order.tariff_code,
        order.starts_on,
    )
    work.session.flush()
    carry_terms(work, contract.id, signed.id, order.starts_on)
    carry_spells(work, contract.id, signed.id, order.starts_on)
    return ContractSigned(signed.number, signed.valid_from, None)


@operation("contracts.change")
def end_contract(work: Work, order: ContractEnd) -> ContractSigned:
    """Let a contract end on a day: with its last one an account is closed."""
    contract = _running(work, order.contract_number)
    check_day(work, contract, order.ends_on)
    contract.valid_to = order.ends_on
    work.session.flush()
    search.index(work, search_owners(work, [contract.contract_account_id]))
    return ContractSigned(contract.number, contract.valid_from, contract.valid_to)


def _running(work: Work, number: str) -> SupplyContract:
    """A contract without an end, locked."""
    key = work.session.scalar(sa.select(SupplyContract.id).filter_by(number=number.strip()))
    if key is None:
        raise NotFound(Text("No contract has the number {number}.", number=number))
    contract: SupplyContract = work.lock(SupplyContract, [key])[key]
    if contract.valid_to is not None:
        raise Refused(Text("Contract {number} ends on {day}.", number=number, day=contract.valid_to))
    return contract
