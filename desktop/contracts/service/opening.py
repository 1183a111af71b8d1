"""One account opened by hand: its customer, the place with its meter, and the contract, all in one act."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from desktop.contracts.records import (
    AccountHints,
    AccountOpened,
    AccountOrder,
    NewCustomer,
    NewPlace,
    PlaceFacts,
    Service,
)
from desktop.contracts.service.supply import CONTRACT, search_owners, sign
from desktop.contracts.tables import SupplyContract
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import LANGUAGES, Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.parties import rules as naming
from desktop.parties import service as parties
from desktop.parties.records import ContactKind, PartyRoleKind, RoleOrder
from desktop.premises import service as premises
from desktop.search import service as search
from desktop.tariffs import service as tariffs


@query("contracts.connect")
def account_hints(work: Work, _request: None) -> AccountHints:
    """What a new account may be given, to be typed over."""
    newest = work.session.scalars(
        sa.select(SupplyContract)
        .where(SupplyContract.hall_id == work.station.hall_id)
        .order_by(SupplyContract.year.desc(), SupplyContract.running.desc())
        .limit(1)
    ).one_or_none()
    highest = work.session.scalar(
        sa.select(sa.func.max(ContractAccount.number)).filter_by(hall_id=work.station.hall_id)
    )
    return AccountHints(
        number=_next(work, highest or ""),
        tariffs=tariffs.on_offer(work, work.today),
        routes=metering.next_places(work),
        tariff="" if newest is None else tariffs.code_of(work, newest.tariff_id),
        newest=None if newest is None else place_facts(work, newest.service_point_id),
    )


def _next(work: Work, highest: str) -> str:
    """The number after the highest one, where that is a number of the country; else nothing."""
    if not highest.isdecimal():
        return ""
    following = str(int(highest) + 1).zfill(len(highest))
    return "" if work.country.identifiers["account"].flaw(following) else following


def place_facts(work: Work, service_point_id: UUID) -> PlaceFacts:
    """Where a service point is and how it is supplied."""
    now = premises.place_now(work, service_point_id)
    capacity = metering.capacities(work, [service_point_id]).get(service_point_id)
    return PlaceFacts(
        now.postcode,
        now.region,
        now.address,
        now.voltage,
        now.feeder_code,
        now.transformer_code,
        None if capacity is None else capacity.capacity,
    )


@operation("contracts.connect")
def open_account(work: Work, order: AccountOrder) -> AccountOpened:
    """Open an account with its contract; whatever is wrong with any part of it opens nothing.

    Where it follows another account at a place, that account's contract ends on the day this one begins.
    """
    number = new_number(work, order.account_number)
    check_price(work, order.tariff_code, order.starts_on)
    if order.starts_on > work.today:
        raise Refused(Text("Nobody is supplied before the day has come: take {day} at most.", day=work.today))
    party = _customer(work, order)
    found, ended = [], ""
    if order.place is not None:
        point = _placed(work, order.place, number, order.starts_on)
    else:
        before, ended = _vacated(work, order)
        point = before.service_point_id
        found.append(before.contract_account_id)
        metering.rename_stop(work, point, number)
    work.session.flush()
    account = ledger.open_account(work, number, party, work.station.hall_id)
    work.session.flush()
    running = work.number(work.station.hall_id, CONTRACT)
    contract = sign(work, running, account, point, order.tariff_code, order.starts_on)
    work.session.flush()
    search.index(work, search_owners(work, [*found, account]))
    return AccountOpened(number, contract.number, ended)


def new_number(work: Work, typed: str) -> str:
    """An account number as it is kept; `Refused` where it is none, or another account has it."""
    identifier = work.country.identifiers["account"]
    number = identifier.clean(typed)
    flaw = identifier.flaw(number)
    if flaw is not None:
        raise Refused(flaw)
    if work.session.scalar(sa.select(ContractAccount.id).filter_by(number=number)) is not None:
        raise Refused(Text("Account {number} exists already.", number=number))
    return number


def check_price(work: Work, tariff_code: str, day: date) -> None:
    """`Refused` where a tariff has no price on a day: it could not be billed."""
    tariff, _class = tariffs.tariff_id(work, tariff_code)
    if not tariffs.in_force(work, tariff, Period(day, day + timedelta(days=1))):
        raise Refused(
            Text("Tariff {code} has no price on {day}: import it first.", code=tariff_code, day=day)
        )


def _customer(work: Work, order: AccountOrder) -> UUID:
    """The party the account is of, as a customer."""
    if (order.customer is None) is (order.party_id is None):
        raise Refused(Text("Say who the customer is: somebody new, or somebody we know."))
    if order.customer is not None:
        return _new_customer(work, order.customer)
    assert order.party_id is not None
    who = parties.party(work, order.party_id)
    if PartyRoleKind.CUSTOMER not in {role.kind for role in parties.roles(work, who.id)}:
        parties.add_role(work, RoleOrder(who.id, PartyRoleKind.CUSTOMER))
    return who.id


def _new_customer(work: Work, one: NewCustomer) -> UUID:
    refusal = naming.name_objection(one.name)
    phone = naming.tidied(ContactKind.MOBILE, one.phone)
    if refusal is None and phone:
        refusal = naming.phone_objection(phone)
    if refusal is not None:
        raise Refused(refusal)
    if one.language not in LANGUAGES:
        raise Refused(
            Text(
                "The language “{code}” is not known. There are: {known}",
                code=one.language,
                known=", ".join(LANGUAGES),
            )
        )
    name = premises.tidied(one.name)
    return parties.register(
        work, one.kind, name, one.language, one.debtor_type, phone, PartyRoleKind.CUSTOMER
    )


def _placed(work: Work, place: NewPlace, number: str, on: date) -> UUID:
    """A new place with its meter, capacity and stop; its service point."""
    facts = place.facts
    premises.check(facts.address, facts.voltage)
    if not place.route.strip():
        raise Refused(Text("Name the reading route: without one nobody comes to read."))
    point = premises.register(
        work,
        facts.postcode.strip(),
        facts.region.strip(),
        premises.tidied(facts.address),
        facts.voltage.strip(),
        facts.feeder_code.strip(),
        facts.transformer_code.strip(),
    )
    work.session.flush()
    serial = "".join(place.meter_serial.split())
    metering.install(work, point, serial, place.multiplier, on, place.registers, reader=work.actor.name)
    if facts.capacity is not None:
        metering.keep_capacity(work, point, facts.capacity)
    metering.put_on_route(work, point, number, place.route.strip(), place.route_position)
    return point


def last_contract(work: Work, account_number: str) -> SupplyContract:
    """The newest supply contract of an account, locked."""
    account = ledger.account_id(work, account_number)
    newest = work.session.scalars(
        sa.select(SupplyContract.id)
        .filter_by(contract_account_id=account, service=Service.SUPPLY)
        .order_by(SupplyContract.valid_from.desc(), SupplyContract.id.desc())
        .limit(1)
    ).one_or_none()
    if newest is None:
        raise NotFound(Text("Account {number} has no contract.", number=account_number))
    contract: SupplyContract = work.lock(SupplyContract, [newest])[newest]
    return contract


def _vacated(work: Work, order: AccountOrder) -> tuple[SupplyContract, str]:
    """The contract this one follows at its place, ended on the day it begins, and its number where it ran until then.

    `Refused` where it may not end on that day, or somebody else is supplied there.
    """
    if not order.follows:
        raise Refused(
            Text("Say where electricity is delivered: at a new place, or where somebody was supplied.")
        )
    contract = last_contract(work, order.follows)
    other = work.session.scalar(
        sa.select(SupplyContract.number).where(
            SupplyContract.service_point_id == contract.service_point_id,
            SupplyContract.service == Service.SUPPLY,
            SupplyContract.id != contract.id,
            sa.or_(SupplyContract.valid_to.is_(None), SupplyContract.valid_to > order.starts_on),
        )
    )
    if other is not None:
        raise Refused(Text("Contract {number} holds at this place from then on: end that one.", number=other))
    if contract.valid_to is not None and contract.valid_to <= order.starts_on:
        return contract, ""
    check_day(work, contract, order.starts_on)
    contract.valid_to = order.starts_on
    return contract, contract.number


def check_day(work: Work, contract: SupplyContract, day: date) -> None:
    """`Refused` for a day from which a contract cannot be otherwise: before it began, or in a month that is billed."""
    check_unbilled(work, contract, day)
    if day <= contract.valid_from:
        raise Refused(
            Text("Contract {number} began on {day}: take a later day.", number=contract.number,
                 day=contract.valid_from)
        )  # fmt: skip


def check_unbilled(work: Work, contract: SupplyContract, day: date) -> None:
    """`Refused` for a day in a month that is billed by a contract: that bill was made for the whole month."""
    billed = metering.billed_on(work, contract.service_point_id)
    if billed is None or billed < contract.valid_from:
        return
    free = months_before(billed, -1)
    if day < free:
        raise Refused(
            Text("{month} is billed already: take {day} or later.", month=f"{billed:%Y-%m}", day=free)
        )
