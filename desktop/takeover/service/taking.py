"""Taking a group in: everything of a reading route in one operation, by the services that own the rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from desktop.billing import service as billing
from desktop.billing.records import ClassLimits, ReviewLimits
from desktop.contracts import service as contracts
from desktop.contracts.records import (
    NO_ENERGY,
    NO_POWER,
    CapacitySpell,
    KnownContract,
    KnownSpell,
    KnownTerms,
    Terms,
)
from desktop.contracts.rules import shares_in
from desktop.invoices import service as invoices
from desktop.invoices.records import BUYER_WORDS, Buyer
from desktop.kernel.errors import NotFound
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.records import KnownAccount, KnownItem, KnownPayment
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.metering.records import (
    KnownMeter,
    KnownMonth,
    KnownRead,
    KnownRegister,
    KnownStop,
    LevelLimits,
    Limits,
    RegisterCode,
)
from desktop.parties import service as parties
from desktop.parties.records import ContactKind, DebtorType, KnownParty, PartyKind
from desktop.premises import service as premises
from desktop.premises.records import KnownPoint, KnownPremise
from desktop.search import service as search
from desktop.search.records import ACCOUNT
from desktop.takeover.records import (
    HERE,
    ContractLine,
    GroupOrder,
    GroupTaken,
    HistoryLine,
    LimitsOrder,
    MeterLine,
    PaidTogether,
    PartyLine,
    SpellLine,
    SubMeters,
    TermsLine,
)
from desktop.takeover.rules import paper_number
from desktop.takeover.service.here import limit_key, limits_here
from desktop.tariffs import service as tariffs

WORDS_AT_ONCE = 16_000
"""So many accounts get their words in one operation: some seconds' work, in which nearly every page of a large index is
touched once. Of a quarter as many each, a hall of 200,000 writes half as many pages again."""


@operation("takeover.import")
def take_group(work: Work, order: GroupOrder) -> GroupTaken:
    """Take the rows of a group in, all or none: each service enters its own, in chunks."""
    outside = dict(order.ids)
    people = (*order.parties, *order.merged)
    drawn = iter(work.new_ids(len(people) + len(order.premises)))
    party_ids = {one.number: outside.get(f"party {one.number}") or next(drawn) for one in people}
    premise_ids = {one.number: outside.get(f"premise {one.number}") or next(drawn) for one in order.premises}
    parties.register_many(
        work,
        [
            *(_party(work, one, party_ids[one.number]) for one in order.parties),
            *(_merged(_party(work, one, party_ids[one.number])) for one in order.merged),
        ],
    )
    known = _parties_here(work, order, outside)
    kept = {one.number: party_ids.get(one.merge_with) or known[one.merge_with] for one in order.merged}
    parties.carry_merges(work, {party_ids[number]: key for number, key in kept.items()})
    points = _point_ids(work, order)
    premises.register_many(
        work,
        [
            KnownPremise(premise_ids[one.number], one.postcode, one.region, one.address)
            for one in order.premises
        ],
        _points(order, points, outside | {f"premise {name}": key for name, key in premise_ids.items()}),
    )
    metering.install_many(work, _meters(order, points))
    ids = work.new_ids(len(order.accounts))
    accounts = {one.number: key for one, key in zip(order.accounts, ids, strict=True)}
    came = {name: party_ids.get(name) or outside[f"party {name}"] for name in sorted(_came_merged(order))}
    now = parties.locked_now(work, set(came.values()))
    named = party_ids | known | came
    ledger.open_many(
        work, [KnownAccount(accounts[one.number], one.number, named[one.party]) for one in order.accounts]
    )
    for name, key in came.items():
        mine = [accounts[one.number] for one in order.accounts if one.party == name]
        ledger.hand_over(work, mine, now[key])
    first = {one.number: points[one.point] for one in order.accounts if one.point}
    _measure(work, order, points, first)
    _agree(work, order, accounts, points, first)
    found = {party_ids[number] for number in order.found_themselves}
    found |= {now[came[one.party]] for one in order.accounts if one.owner.startswith(HERE)}
    search.index(work, parties.search_owners(work, sorted(found)))
    for one in order.merged:
        if one.merge_with.startswith(HERE):
            parties.found_together(work, kept[one.number])
    rows = sum(
        map(len, (people, order.premises, order.points, order.meters, order.reads, order.accounts, order.contracts,
                  order.items, order.payments, order.history, order.terms, order.spells, order.plans,
                  order.wishes))
    )  # fmt: skip
    return GroupTaken(order.name, len(order.accounts), rows)


def _measure(work: Work, order: GroupOrder, points: dict[str, UUID], first: dict[str, UUID]) -> None:
    """Capacities, places on routes and months used before."""
    metering.keep_capacities(
        work, {points[one.number]: one.capacity for one in order.points if one.capacity is not None}
    )
    metering.put_many_on_route(work, _stops(order, points))
    metering.carry_months(
        work,
        [
            KnownMonth(_point(one, points, first), month, energy)
            for one in order.history
            for month, energy in one.months.items()
        ],
    )


def _agree(
    work: Work,
    order: GroupOrder,
    accounts: dict[str, UUID],
    points: dict[str, UUID],
    first: dict[str, UUID],
) -> None:
    """What accounts owe and have, their contracts with terms, and how they pay."""
    deposits = {accounts[one.number]: one.deposit for one in order.accounts if one.deposit}
    credit = {accounts[one.number]: one.credit for one in order.accounts if one.credit}
    held = ledger.carry_balances(work, _items(work, order, accounts), credit, deposits)
    contracts.carry_deposits(work, {key: (deposits[key], set_id) for key, set_id in held.items()})
    contracts.sign_many(
        work,
        [
            KnownContract(
                accounts[one.account], _point(one, points, first), one.tariff, one.valid_from, one.valid_to
            )
            for one in order.contracts
        ],
        _terms(order, points, first),
        [KnownSpell(_point(one, points, first), _spell(one), one.contract_from) for one in order.spells],
    )
    billing.carry_plans(
        work, [(accounts[one.account], one.valid_from, one.valid_to, one.parts) for one in order.plans]
    )
    invoices.carry_wishes(
        work,
        [
            (accounts[one.account], one.kind, Buyer(**{name: getattr(one, name) for name in BUYER_WORDS}))
            for one in order.wishes
        ],
    )


@query("takeover.import")
def words_left(work: Work, _request: None) -> int:
    """How many accounts that came in are not found by words yet."""
    return search.pending(work.session).get(ACCOUNT, 0)


@operation("takeover.import")
def prepare_words(work: Work, _request: None) -> int:
    """Let the next accounts that came in be found by words; how many they were."""
    accounts = sa.select(ContractAccount.id)
    return search.index_next(work, ACCOUNT, accounts, contracts.search_owners, WORDS_AT_ONCE)


@operation("takeover.import")
def take_limits(work: Work, order: LimitsOrder) -> LimitsOrder:
    """Set what another system had set for a whole hall, wherever nothing is set here; what is set now by this."""
    here = limits_here(work, None)
    reads = tuple(one for one in order.reads if limit_key(one) not in here)
    bills = tuple(one for one in order.bills if limit_key(one) not in here)
    metering.carry_limits(
        work,
        [
            LevelLimits(one.level, Limits(**{name: getattr(one, name) for name in Limits.__slots__}))
            for one in reads
        ],
    )
    billing.carry_review_limits(
        work,
        [
            ClassLimits(
                one.customer_class,
                one.valid_from,
                ReviewLimits(**{name: getattr(one, name) for name in ReviewLimits.__slots__}),
            )
            for one in bills
        ],
    )
    return LimitsOrder(reads, bills)


@operation("takeover.import")
def take_payment_group(work: Work, order: PaidTogether) -> str:
    """Take a payment group in, whose accounts are all in; its number here."""
    numbers = {one.account for one in order.members} | {order.payer_account} - {""}
    keys = {number: ledger.account_id(work, number) for number in sorted(numbers)}
    if order.payer_account:
        account = keys[order.payer_account]
        payer = ledger.accounts(work, [account])[account].party_id
    else:
        assert order.payer_id is not None
        payer = parties.current(work, order.payer_id)
    members = [(keys[one.account], one.valid_from, one.valid_to) for one in order.members]
    return contracts.carry_group(work, order.name, payer, members)


@operation("takeover.import")
def link_sub_meters(work: Work, order: SubMeters) -> int:
    """Let sub-meters know their main meters, which came in with another group; how many of them do now."""
    pairs = []
    for one in order.meters:
        try:
            main = metering.point_of_meter(work, one.main)
            pairs.append((metering.point_of_meter(work, one.serial), one.valid_from, main))
        except NotFound:  # exchanged meanwhile, by hand: then its terms are a matter of hands too
            continue
    return contracts.link_terms(work, pairs)


def _terms(order: GroupOrder, points: dict[str, UUID], first: dict[str, UUID]) -> list[KnownTerms]:
    """What the contracts say; a main meter of another group is left to `link_sub_meters`."""
    mains = {one.serial: points[one.point] for one in order.meters}
    return [
        KnownTerms(
            _point(one, points, first),
            Terms(
                one.valid_from,
                one.basis,
                one.capacity or NO_POWER,
                one.contract_demand or NO_POWER,
                one.power_factor_standard or 0,
                one.threshold_extra or NO_ENERGY,
                one.free or NO_ENERGY,
                one.losses,
                shares_in(one.shares) if one.shares else (),
            ),
            mains.get(one.within),
        )
        for one in order.terms
    ]


def _spell(one: SpellLine) -> CapacitySpell:
    return CapacitySpell(
        one.kind, one.starts_on, one.ends_on, one.power or NO_POWER, one.first_day_charged, one.reason
    )


def _came_merged(order: GroupOrder) -> set[str]:
    """The parties of accounts that are merged with others: their accounts go to these as if they were merged here, and
    come back where that is undone."""
    return {one.party for one in order.accounts if one.owner}


def _parties_here(work: Work, order: GroupOrder, outside: dict[str, UUID]) -> dict[str, UUID]:
    """The parties that rows of a group name and that are here already, by that name, as what they are now.

    Since they were found or came in, somebody may have merged them.
    """
    inside = {one.number for one in (*order.parties, *order.merged)}
    named = {one.party for one in order.accounts if not one.owner} | {one.merge_with for one in order.merged}
    found = {
        one: UUID(one.removeprefix(HERE)) if one.startswith(HERE) else outside[f"party {one}"]
        for one in named - inside
    }
    now = parties.locked_now(work, set(found.values()))
    return {one: now[key] for one, key in found.items()}


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


def _point_ids(work: Work, order: GroupOrder) -> dict[str, UUID]:
    """Ids that sort as the points stand in the workbook, the first ones of accounts before further ones: of points
    supplied as long, an account is shown by the first, here as where it comes from."""
    in_order = sorted(order.points, key=lambda one: bool(one.account))
    ids = sorted(work.new_ids(len(in_order)))
    return {one.number: key for one, key in zip(in_order, ids, strict=True)}


_OfPoint = ContractLine | HistoryLine | TermsLine | SpellLine


def _point(one: _OfPoint, points: dict[str, UUID], first: dict[str, UUID]) -> UUID:
    """The service point a row is about: the one it names, or the first one of its account."""
    return points[one.point] if one.point else first[one.account]


def _stops(order: GroupOrder, points: dict[str, UUID]) -> list[KnownStop]:
    """The places on routes of the accounts' first service points, then those of further ones."""
    return [
        *(
            KnownStop(points[one.point], one.number, one.route, one.position)
            for one in order.accounts
            if one.position is not None
        ),
        *(
            KnownStop(points[one.number], one.account, one.route, one.position)
            for one in order.points
            if one.position is not None
        ),
    ]


def _party(work: Work, one: PartyLine, key: UUID) -> KnownParty:
    usual = DebtorType.CONSUMER if one.kind is PartyKind.PERSON else DebtorType.BUSINESS
    return KnownParty(
        id=key,
        kind=one.kind,
        name=one.name,
        language=one.language or work.country.language,
        debtor_type=one.debtor_type or usual,
        roles=one.roles,
        phones=one.phones,
        contacts=tuple((kind, value) for kind, value in one.contacts if value),
        notices=one.notices,
    )


def _merged(one: KnownParty) -> KnownParty:
    """A party that comes in merged: its first telephone is a contact too, which are another one's as well."""
    return replace(one, contacts=(*((ContactKind.MOBILE, phone) for phone in one.phones[:1]), *one.contacts))


def _meters(order: GroupOrder, points: dict[str, UUID]) -> list[KnownMeter]:
    by_serial: dict[str, list[MeterLine]] = defaultdict(list)
    for one in order.meters:
        by_serial[one.serial].append(one)
    since: dict[tuple[str, RegisterCode], list[KnownRead]] = defaultdict(list)
    for read in sorted(order.reads, key=lambda read: read.read_on):
        since[read.serial, read.register].append(
            KnownRead(read.value, read.read_on, read.reason, read.source, read.rollover, read.reader)
        )
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
                    line.estimated,
                    _newest(line) or tuple(since[line.serial, line.register]),
                )
                for line in lines
            ),
            removed_on=lines[0].removed_on,
        )
        for serial, lines in by_serial.items()
    ]


def _newest(line: MeterLine) -> tuple[KnownRead, ...]:
    if line.newest_read is None or line.newest_read_on is None:
        return ()
    return (KnownRead(line.newest_read, line.newest_read_on),)


def _items(work: Work, order: GroupOrder, accounts: dict[str, UUID]) -> list[KnownItem]:
    """Open items with what was paid of them; class and late fee rules are those of now where none were given."""
    paid: dict[tuple[str, str], list[KnownPayment]] = defaultdict(list)
    for one in sorted(order.payments, key=lambda one: one.paid_on):
        paid[one.account, one.item].append(KnownPayment(one.paid_on, one.principal, one.late_fee))
    main = {one.account: one.tariff for one in reversed(_main_first(order))}
    classes = {code: tariffs.tariff_id(work, code)[1] for code in set(main.values())}
    terms = ledger.late_fee_terms(work, work.today)
    return [
        KnownItem(
            account_id=accounts[one.account],
            source_number=paper_number(one.number, work.station.hall_code),
            month=one.month,
            due_on=one.due_on,
            energy=one.energy,
            amount=one.amount,
            customer_class=one.customer_class or classes[main[one.account]],
            rule_set=one.rule_set or terms,
            payments=tuple(paid[one.account, one.number]),
        )
        for one in order.items
    ]


def _main_first(order: GroupOrder) -> list[ContractLine]:
    """The contracts of a group, each account's main one before its others: `counting.classes` has the same order."""
    place = {one.number: nth for nth, one in enumerate(order.points, 1)}
    since: dict[tuple[str, str], date] = {}
    for one in order.contracts:
        key = one.account, one.point
        since[key] = min(since.get(key, one.valid_from), one.valid_from)

    def rank(one: ContractLine) -> tuple[int, date, int]:
        end = one.valid_to or date.max
        return -end.toordinal(), since[one.account, one.point], place.get(one.point, 0)

    return sorted(order.contracts, key=rank)
