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
    PointOrder,
    Service,
)
from desktop.contracts.service.supply import CONTRACT, points_of, search_owners, sign
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
    _check_begun(work, order.starts_on)
    party = _customer(work, order)
    point, found, ended = _supplied_at(work, order, number)
    account = ledger.open_account(work, number, party, work.station.hall_id)
    work.session.flush()
    contract = _signed(work, account, point, order)
    search.index(work, search_owners(work, [*found, account]))
    return AccountOpened(number, contract.number, ended)


@operation("contracts.connect")
def add_point(work: Work, order: PointOrder) -> AccountOpened:
    """Supply an account at one more place, with a contract of its own; bills have both from that day on.

    Refused for a day in a month that the account has a bill of: nothing would bill those days.
    """
    account = ledger.account_id(work, order.account_number)
    number = ledger.accounts(work, [account])[account].number
    check_price(work, order.tariff_code, order.starts_on)
    _check_begun(work, order.starts_on)
    points = points_of(work, account)
    if not any(one.valid_to is None for one in points):
        raise Refused(Text("Account {number} is closed: open a new one.", number=number))
    for one in points:
        check_unbilled(work, one, order.starts_on)
    point, found, ended = _supplied_at(work, order, number)
    if account in found:
        raise Refused(Text("Account {number} is supplied there already.", number=number))
    contract = _signed(work, account, point, order)
    search.index(work, search_owners(work, [*found, account]))
    return AccountOpened(number, contract.number, ended)


def _check_begun(work: Work, day: date) -> None:
    if day > work.today:
        raise Refused(Text("Nobody is supplied before the day has come: take {day} at most.", day=work.today))


def _supplied_at(work: Work, order: AccountOrder | PointOrder, number: str) -> tuple[UUID, list[UUID], str]:
    """The service point of an order, new or taken over; the accounts supplied there before, and the contract ended."""
    if order.place is not None:
        premise = order.premise_id if isinstance(order, PointOrder) else None
        return _placed(work, order.place, number, order.starts_on, premise), [], ""
    if not order.follows:
        raise Refused(
            Text("Say where electricity is delivered: at a new place, or where somebody was supplied.")
        )
    before, ended = _vacated(work, order.follows, order.follows_contract, order.starts_on)
    metering.rename_stop(work, before.service_point_id, number)
    work.session.flush()
    return before.service_point_id, [before.contract_account_id], ended


def _signed(work: Work, account: UUID, point: UUID, order: AccountOrder | PointOrder) -> SupplyContract:
    running = work.number(work.station.hall_id, CONTRACT)
    contract = sign(work, running, account, point, order.tariff_code, order.starts_on)
    work.session.flush()
    return contract


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
    who = parties.locked(work, parties.current(work, order.party_id))
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


def _placed(work: Work, place: NewPlace, number: str, on: date, premise_id: UUID | None = None) -> UUID:
    """A new place with its meter, capacity and stop, in a premise we have where one is given; its service point."""
    facts = place.facts
    premises.check(facts.address, facts.voltage)
    if not place.route.strip():
        raise Refused(Text("Name the reading route: without one nobody comes to read."))
    supplied = (facts.voltage.strip(), facts.feeder_code.strip(), facts.transformer_code.strip())
    if premise_id is not None:
        point = premises.register_point(work, premise_id, *supplied)
    else:
        address = premises.tidied(facts.address)
        point = premises.register(work, facts.postcode.strip(), facts.region.strip(), address, *supplied)
    work.session.flush()
    serial = "".join(place.meter_serial.split())
    metering.install(work, point, serial, place.multiplier, on, place.registers, reader=work.actor.name)
    if facts.capacity is not None:
        metering.keep_capacity(work, point, facts.capacity)
    metering.put_on_route(work, point, number, place.route.strip(), place.route_position)
    return point


def contract_at(work: Work, account_number: str, contract_number: str = "") -> SupplyContract:
    """The newest contract of an account at one of its service points, locked.

    Any contract there names the point; where none is named, the account is supplied at one point only, or the last.
    """
    account = ledger.account_id(work, account_number)
    points = points_of(work, account)
    if not points:
        raise NotFound(Text("Account {number} has no contract.", number=account_number))
    named = contract_number.strip()
    running = [one for one in points if one.valid_to is None]
    if named:
        point = work.session.scalar(
            sa.select(SupplyContract.service_point_id).filter_by(number=named, contract_account_id=account)
        )
        if point is None:
            raise NotFound(
                Text("Account {number} has no contract {contract}.", number=account_number, contract=named)
            )
        meant = next(one for one in points if one.service_point_id == point)
    elif len(running) > 1:
        known = ", ".join(one.number for one in running)
        raise Refused(Text("The account has several contracts, name one: {known}", known=known))
    else:
        meant = points[0]
    contract: SupplyContract = work.lock(SupplyContract, [meant.id])[meant.id]
    return contract


def _vacated(work: Work, number: str, contract_number: str, starts_on: date) -> tuple[SupplyContract, str]:
    """The contract of the account whose place is taken over, ended on the day the new one begins, and its number where
    it ran until then.

    `Refused` where it may not end on that day, or somebody else is supplied there.
    """
    contract = contract_at(work, number, contract_number)
    other = work.session.scalar(
        sa.select(SupplyContract.number).where(
            SupplyContract.service_point_id == contract.service_point_id,
            SupplyContract.service == Service.SUPPLY,
            SupplyContract.id != contract.id,
            sa.or_(SupplyContract.valid_to.is_(None), SupplyContract.valid_to > starts_on),
        )
    )
    if other is not None:
        raise Refused(Text("Contract {number} holds at this place from then on: end that one.", number=other))
    if contract.valid_to is not None and contract.valid_to <= starts_on:
        return contract, ""
    check_day(work, contract, starts_on)
    contract.valid_to = starts_on
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
