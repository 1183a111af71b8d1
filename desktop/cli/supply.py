"""`accounts new`, `add-point`, `records` and `change-…`: accounts opened, and the records behind them changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import click

from desktop.cli.call import DONE, Call, common, read_day, read_month, table, told
from desktop.cli.parties import party_id
from desktop.cli.reads import by_register, codes, factor, measure
from desktop.contracts import service as contracts
from desktop.contracts.records import (
    AccountChange,
    AccountOrder,
    ContractChange,
    ContractEnd,
    MonthOrder,
    NewCustomer,
    NewPlace,
    PlaceChange,
    PlaceFacts,
    PointOrder,
    SupplyOrder,
)
from desktop.desk import service as desk
from desktop.desk.records import Supply
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Energy, Factor, Power, Reading
from desktop.kernel.period import Period
from desktop.kernel.text import LANGUAGES, Catalog, Text
from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.metering.records import MeterChange, NewRegister, RegisterCode
from desktop.parties.records import DebtorType, PartyKind
from desktop.premises.records import SupplyState

Command = Callable[..., Any]


def _power(_context: object, _option: object, typed: str | None) -> Power | None:
    return None if typed is None else measure(Power, typed)


def _options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one, in their order."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


_facts = _options(
    click.option("--address", help="street, house, stair, flat"),
    click.option("--postcode", help="postcode"),
    click.option("--region", help="province and city"),
    click.option("--voltage", help="as on papers, such as 220 V"),
    click.option("--feeder", help="code of the line"),
    click.option("--transformer", help="code of the transformer"),
    click.option("--capacity", callback=_power, help="power that may be taken at most, kW"),
)
"""The options that say how a place is."""

_meter = _options(
    click.option("--meter", default="", help="number of the meter"),
    click.option("--multiplier", default="1", callback=factor, help="current × voltage transformer ratio"),
    click.option(
        "--opening",
        "openings",
        multiple=True,
        callback=by_register,
        help="a register with its opening read, like peak=120.5; 0 for the active total when left out",
    ),
    click.option("--digits", type=click.IntRange(1, 9), default=6, help="whole digits of the registers"),
    click.option("--route", default="", help="reading route"),
    click.option("--position", type=click.IntRange(0), help="place on the route; the next one when left out"),
)
"""The options that say which meter hangs at a new place, and where that is on its route."""

_contract = click.option(
    "--contract", default="", help="number of a contract: chooses where the account has several places"
)


def _changed(facts: PlaceFacts, given: dict[str, Any]) -> PlaceFacts:
    """Facts of a place with those that were given in their places."""
    names = {"feeder": "feeder_code", "transformer": "transformer_code"}
    return replace(
        facts, **{names.get(name, name): value for name, value in given.items() if value is not None}
    )


_dry_run = click.option("--dry-run", is_flag=True, help="check only, write nothing")


@click.command("new")
@click.option("--number", help="account number; the next free one when left out")
@click.option("--tariff", help="code of the tariff; that of the newest account when left out")
@click.option("--from", "start", callback=read_day, help="first day, YYYY-MM-DD; today when left out")
@click.option("--name", help="name of a new customer")
@click.option("--party", help="a customer we know: id, or number of one of its accounts")
@click.option("--kind", type=codes(PartyKind), default="person", help="person or organisation")
@click.option("--debtor", type=codes(DebtorType), default="consumer", help="which rules of collection hold")
@click.option("--language", type=click.Choice(LANGUAGES), help="language of its papers")
@click.option("--phone", default="", help="number to call")
@click.option("--follows", default="", help="account whose place is taken over; its contract ends then")
@click.option("--follows-contract", default="", help="which of its places, where it has several")
@_facts
@_meter
@_dry_run
@common
def new(call: Call, dry_run: bool, **given: Any) -> int:
    """Open an account with customer, place, meter and contract, all or nothing."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    hints = seat.ask(contracts.account_hints)
    customer = None
    if given["name"]:
        language = given["language"] or seat.app.country.language
        customer = NewCustomer(
            given["name"],
            PartyKind.of(given["kind"]),
            DebtorType.of(given["debtor"]),
            language,
            given["phone"],
        )
    order = AccountOrder(
        given["number"] or hints.number,
        given["tariff"] or hints.tariff,
        given["start"] or seat.today(),
        customer,
        party_id(seat, given["party"]) if given["party"] else None,
        None if given["follows"] else _place(given, dict(hints.routes)),
        given["follows"],
        given["follows_contract"],
    )
    done = (seat.rehearse if dry_run else seat.do)(contracts.open_account, order)
    call.answer(done, [say("Account {number} is open", number=done.account_number)])
    return DONE


def _place(given: dict[str, Any], routes: dict[str, int]) -> NewPlace:
    names = ("postcode", "region", "address", "voltage", "feeder", "transformer", "capacity")
    facts = _changed(PlaceFacts("", "", "", "", "", ""), {name: given[name] for name in names})
    position = given["position"]
    return NewPlace(
        facts,
        given["meter"],
        given["multiplier"],
        tuple(
            NewRegister(code, given["digits"], value)
            for code, value in given["openings"] or ((RegisterCode.ACTIVE, Reading(0)),)
        ),
        given["route"],
        routes.get(given["route"], 1) if position is None else position,
    )


@click.command("add-point")
@click.argument("number")
@click.option("--tariff", help="code of the tariff; that of the main service point when left out")
@click.option("--from", "start", callback=read_day, help="first day, YYYY-MM-DD; today when left out")
@click.option("--follows", default="", help="account whose place is taken over; its contract ends then")
@click.option("--follows-contract", default="", help="which of its places, where it has several")
@click.option("--same-premise", is_flag=True, help="in the premise of the main service point, at its address")
@_facts
@_meter
@_dry_run
@common
def add_point(call: Call, number: str, dry_run: bool, **given: Any) -> int:
    """Supply an account at one more service point, with a meter and a contract of its own."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    main = seat.ask(desk.supplies, number)[0]
    if given["same_premise"]:
        now = main.place
        here = {
            "postcode": now.postcode,
            "region": now.region,
            "address": now.address,
            "voltage": now.voltage,
        }
        given |= {name: given[name] or value for name, value in here.items()}
    order = PointOrder(
        number,
        given["tariff"] or main.contract.tariff_code,
        given["start"] or seat.today(),
        None if given["follows"] else _place(given, dict(seat.ask(contracts.account_hints).routes)),
        main.place.premise_id if given["same_premise"] else None,
        given["follows"],
        given["follows_contract"],
    )
    done = (seat.rehearse if dry_run else seat.do)(contracts.add_point, order)
    told_now = say(
        "Account {number} is supplied at one more place: contract {contract}",
        number=done.account_number, contract=done.contract_number,
    )  # fmt: skip
    call.answer(done, [told_now])
    return DONE


@click.command("records")
@click.argument("number")
@common
def records(call: Call, number: str) -> int:
    """The records behind an account at each service point: place, meter, contract, and who changed what when."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    found = seat.ask(desk.supplies, number)
    call.answer(found, [line for one in found for line in _lines(say, one)])
    return DONE


def _lines(say: Catalog, found: Supply) -> list[str]:
    place, meter, contract = found.place, found.meter, found.contract
    term = say("from {day}", day=contract.valid_from)
    if contract.valid_to is not None:
        term = say("{first} until {last}", first=contract.valid_from, last=contract.valid_to)
    return [
        say.join((found.account_number, found.customer_name)),
        say.join((place.address, place.postcode, place.region)),
        say.join(
            (place.voltage, place.feeder_code, place.transformer_code, say(place.supply_state.text))
            + (() if found.capacity is None else (say("{power} kW at most", power=found.capacity),))
        ),
        say("No meter hangs here")
        if meter is None
        else say("Meter {serial}, multiplier {ratio}", serial=meter.serial, ratio=meter.multiplier),
        say.join((contract.number, contract.tariff_name, term)),
        *table([told(say, one.row) for one in found.history]),
    ]


@click.command("change-place")
@click.argument("number")
@_contract
@_facts
@_dry_run
@common
def change_place(call: Call, number: str, contract: str, dry_run: bool, **given: Any) -> int:
    """Change address, supply or capacity where an account is supplied; what is not named stays."""
    seat = call.seat()
    found = _found(seat, number, contract)
    now = found.place
    facts = PlaceFacts(
        now.postcode,
        now.region,
        now.address,
        now.voltage,
        now.feeder_code,
        now.transformer_code,
        found.capacity,
    )
    order = PlaceChange(number, _changed(facts, given), found.contract.number)
    return _change(call, seat, contracts.change_place, order, dry_run)


@click.command("change-supply")
@click.argument("number")
@click.argument("state", type=codes(SupplyState))
@_contract
@click.option("--since", callback=read_day, help="the first day it was so, YYYY-MM-DD; today when left out")
@click.option("--why", required=True, help="how that is known, for the history")
@_dry_run
@common
def change_supply(
    call: Call, number: str, state: str, contract: str, since: date | None, why: str, dry_run: bool
) -> int:
    """Put down whether a place has electricity, as it truly is there: nothing is switched by it."""
    seat = call.seat()
    order = SupplyOrder(number, SupplyState.of(state), since or seat.today(), why, contract)
    return _change(call, seat, contracts.change_supply, order, dry_run)


@click.command("change-month")
@click.argument("number")
@click.argument("month", callback=read_month)
@click.argument("energy", callback=lambda _c, _o, typed: measure(Energy, typed))
@_contract
@click.option("--why", required=True, help="how that is known, for the history")
@_dry_run
@common
def change_month(
    call: Call, number: str, month: Period, energy: Energy, contract: str, why: str, dry_run: bool
) -> int:
    """Put down what was used in a month before the reads we have, which steps of a year and estimates reckon with."""
    seat = call.seat()
    order = MonthOrder(number, month.start, energy, why, contract)
    return _change(call, seat, contracts.change_month, order, dry_run)


@click.command("change-meter")
@click.argument("number")
@_contract
@click.option("--serial", help="number of the meter")
@click.option("--multiplier", callback=lambda c, o, typed: typed and factor(c, o, typed),
              help="current × voltage transformer ratio")  # fmt: skip
@click.option("--digits", type=click.IntRange(1, 9), help="whole digits of its registers")
@_dry_run
@common
def change_meter(
    call: Call,
    number: str,
    contract: str,
    serial: str | None,
    multiplier: Factor | None,
    digits: int | None,
    dry_run: bool,
) -> int:
    """Put right what was entered wrongly of the meter at an account; another meter is an exchange."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    meter = _found(seat, number, contract).meter
    if meter is None:
        raise click.UsageError(say("No meter hangs here"))
    order = MeterChange(
        meter.serial, serial or meter.serial, multiplier or meter.multiplier, digits or meter.digits
    )
    return _change(call, seat, metering.change_meter, order, dry_run)


@click.command("change-number")
@click.argument("number")
@click.argument("new_number")
@_dry_run
@common
def change_number(call: Call, number: str, new_number: str, dry_run: bool) -> int:
    """Give an account the number it should have had; refused once a paper names it."""
    return _change(call, call.seat(), contracts.change_account, AccountChange(number, new_number), dry_run)


@click.command("change-tariff")
@click.argument("number")
@click.argument("tariff")
@_contract
@click.option(
    "--from", "start", required=True, callback=read_day, help="a day that is not billed yet, YYYY-MM-DD"
)
@_dry_run
@common
def change_tariff(call: Call, number: str, tariff: str, contract: str, start: date, dry_run: bool) -> int:
    """Another tariff for an account from a day that is not billed yet."""
    seat = call.seat()
    order = ContractChange(_found(seat, number, contract).contract.number, tariff, start)
    return _change(call, seat, contracts.change_contract, order, dry_run)


@click.command("end-contract")
@click.argument("number")
@_contract
@click.option(
    "--on", "day", required=True, callback=read_day, help="a day that is not billed yet, YYYY-MM-DD"
)
@_dry_run
@common
def end_contract(call: Call, number: str, contract: str, day: date, dry_run: bool) -> int:
    """End the contract of an account on a day that is not billed yet."""
    seat = call.seat()
    order = ContractEnd(_found(seat, number, contract).contract.number, day)
    return _change(call, seat, contracts.end_contract, order, dry_run)


def _found(seat: Seat, number: str, contract: str) -> Supply:
    """The records of an account at the service point of a contract; without one at the only place it is supplied at."""
    found = seat.ask(desk.supplies, number)
    if contract:
        meant = [one for one in found if one.contract.number == contract.strip()]
        if not meant:
            raise NotFound(
                Text("Account {number} has no contract {contract}.", number=number, contract=contract)
            )
        return meant[0]
    if found[0].running > 1:
        known = ", ".join(one.contract.number for one in found if one.contract.valid_to is None)
        raise Refused(Text("The account has several contracts, name one: {known}", known=known))
    return found[0]


def _change(call: Call, seat: Seat, operation: Command, order: object, dry_run: bool) -> int:
    """Perform a change, or only see whether it could be."""
    done = (seat.rehearse if dry_run else seat.do)(operation, order)
    say = seat.app.catalog(call.lang)
    call.answer(done, [say("It can be changed so") if dry_run else say("Changed")])
    return DONE


COMMANDS: tuple[click.Command, ...] = (
    new,
    add_point,
    records,
    change_place,
    change_supply,
    change_month,
    change_meter,
    change_number,
    change_tariff,
    end_contract,
)
