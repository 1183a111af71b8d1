"""Taking a group in: everything of a reading route in one operation, by the services that own the rows."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from desktop.contracts import service as contracts
from desktop.contracts.records import KnownContract
from desktop.kernel.work import Work, operation
from desktop.ledger import service as ledger
from desktop.ledger.records import KnownAccount, KnownItem, KnownPayment
from desktop.metering import service as metering
from desktop.metering.records import KnownMeter, KnownMonth, KnownRegister, KnownStop
from desktop.parties import service as parties
from desktop.parties.records import ContactKind, DebtorType, KnownParty, PartyKind
from desktop.premises import service as premises
from desktop.premises.records import KnownPoint, KnownPremise
from desktop.search import service as search
from desktop.takeover.records import GroupOrder, GroupTaken, MeterLine, PartyLine
from desktop.takeover.rules import paper_number
from desktop.tariffs import service as tariffs

HERE = "here "
"""What stands before the id of a party that was in the database before the workbook."""


@operation("takeover.import")
def take_group(work: Work, order: GroupOrder) -> GroupTaken:
    """Take the rows of a group in, all or none: each service enters its own, in chunks."""
    outside = dict(order.ids)
    party_ids = {one.number: outside.get(f"party {one.number}") or work.new_id() for one in order.parties}
    premise_ids = {
        one.number: outside.get(f"premise {one.number}") or work.new_id() for one in order.premises
    }
    parties.register_many(work, [_party(work, one, party_ids[one.number]) for one in order.parties])
    points = {one.number: work.new_id() for one in order.points}
    premises.register_many(
        work,
        [
            KnownPremise(premise_ids[one.number], one.postcode, one.region, one.address)
            for one in order.premises
        ],
        _points(order, points, outside | {f"premise {name}": key for name, key in premise_ids.items()}),
    )
    metering.install_many(work, _meters(order, points))
    accounts = {one.number: work.new_id() for one in order.accounts}
    owners = {
        one.number: UUID(one.party.removeprefix(HERE))
        if one.party.startswith(HERE)
        else party_ids.get(one.party) or outside[f"party {one.party}"]
        for one in order.accounts
    }
    ledger.open_many(work, [KnownAccount(key, number, owners[number]) for number, key in accounts.items()])
    point_of = {one.number: points[one.point] for one in order.accounts if one.point}
    metering.put_many_on_route(
        work,
        [
            KnownStop(points[one.point], one.number, one.route, one.position)
            for one in order.accounts
            if one.position is not None
        ],
    )
    metering.carry_months(
        work,
        [
            KnownMonth(point_of[one.account], month, energy)
            for one in order.history
            for month, energy in one.months.items()
        ],
    )
    ledger.carry_balances(
        work,
        _items(work, order, accounts),
        {accounts[one.number]: one.credit for one in order.accounts if one.credit},
    )
    contracts.sign_many(
        work,
        [
            KnownContract(
                accounts[one.account], point_of[one.account], one.tariff, one.valid_from, one.valid_to
            )
            for one in order.contracts
        ],
    )
    found = {party_ids[number] for number in order.found_themselves}
    found |= {owners[one.number] for one in order.accounts if one.party.startswith(HERE)}
    search.index(work, parties.search_owners(work, sorted(found)))
    rows = sum(
        map(len, (order.parties, order.premises, order.points, order.meters, order.accounts, order.contracts,
                  order.items, order.payments, order.history))
    )  # fmt: skip
    return GroupTaken(order.name, len(order.accounts), rows)


def _points(order: GroupOrder, ids: dict[str, UUID], premises: dict[str, UUID]) -> list[KnownPoint]:
    return [
        KnownPoint(
            ids[one.number],
            premises[f"premise {one.premise}"],
            one.voltage,
            one.feeder,
            one.transformer,
            one.supply_state,
        )
        for one in order.points
    ]


def _party(work: Work, one: PartyLine, key: UUID) -> KnownParty:
    usual = DebtorType.CONSUMER if one.kind is PartyKind.PERSON else DebtorType.BUSINESS
    contacts = (
        (ContactKind.IDENTITY, one.identity),
        (ContactKind.EMAIL, one.email),
        (ContactKind.POSTAL, one.postal),
        (ContactKind.BANK, one.bank),
    )
    return KnownParty(
        id=key,
        kind=one.kind,
        name=one.name,
        language=one.language or work.country.language,
        debtor_type=one.debtor_type or usual,
        roles=one.roles,
        phones=one.phones,
        contacts=tuple((kind, value) for kind, value in contacts if value),
    )


def _meters(order: GroupOrder, points: dict[str, UUID]) -> list[KnownMeter]:
    by_serial: dict[str, list[MeterLine]] = defaultdict(list)
    for one in order.meters:
        by_serial[one.serial].append(one)
    return [
        KnownMeter(
            service_point_id=points[lines[0].point],
            serial=serial,
            multiplier=lines[0].multiplier,
            installed_on=lines[0].installed_on or min(line.last_read_on for line in lines),
            registers=tuple(
                KnownRegister(
                    line.register,
                    line.digits,
                    line.last_read,
                    line.last_read_on,
                    line.newest_read,
                    line.newest_read_on,
                )
                for line in lines
            ),
        )
        for serial, lines in by_serial.items()
    ]


def _items(work: Work, order: GroupOrder, accounts: dict[str, UUID]) -> list[KnownItem]:
    """Open items with what was paid of them; class and late fee rules are those of now where none were given."""
    paid: dict[tuple[str, str], list[KnownPayment]] = defaultdict(list)
    for one in sorted(order.payments, key=lambda one: one.paid_on):
        paid[one.account, one.item].append(KnownPayment(one.paid_on, one.principal, one.late_fee))
    newest = {one.account: one.tariff for one in sorted(order.contracts, key=lambda one: one.valid_from)}
    classes = {code: tariffs.tariff_id(work, code)[1] for code in set(newest.values())}
    return [
        KnownItem(
            account_id=accounts[one.account],
            source_number=paper_number(one.number, work.station.hall_code),
            month=one.month,
            due_on=one.due_on,
            energy=one.energy,
            amount=one.amount,
            customer_class=one.customer_class or classes[newest[one.account]],
            rule_set=one.rule_set or work.country.rule_set(work.today),
            payments=tuple(paid[one.account, one.number]),
        )
        for one in order.items
    ]
