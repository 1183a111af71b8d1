"""Collective bills: the bills of a payment group's members for a month on one paper, their money untouched.

Members are the accounts in the group on the last day of the month. The paper is made once each of them with a
contract in that month has its bill, or earlier where somebody says so; then it names those that are missing. Whenever
a bill on it is taken back or another one is issued, the same operation makes a new version: at every commit the newest
version holds exactly the bills that stand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing.records import (
    OF_MONTH,
    CollectiveLineShown,
    CollectiveOrder,
    CollectiveOutcome,
    CollectivePreview,
    CollectiveRow,
    CollectiveShown,
    CollectiveWaits,
    DraftState,
    MemberMissing,
)
from desktop.billing.service.deducting import left_of
from desktop.billing.service.looks import bill_numbers, customers, unsigned
from desktop.billing.service.reversal import reversal_days, reversed_bills
from desktop.billing.service.runs import numbered
from desktop.billing.tables import Bill, BillDraft, BillOccasion, BillRun, CollectiveBill, CollectiveLine
from desktop.contracts import service as contracts
from desktop.contracts.tables import GroupMember, PaymentGroup
from desktop.kernel import canonical
from desktop.kernel.bulk import among, listed
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Energy, Money
from desktop.kernel.period import Period
from desktop.kernel.proof import Finding, prove_series
from desktop.kernel.text import Text
from desktop.kernel.work import Progress, Seat, Work, go_on, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount
from desktop.papers import service as papers
from desktop.parties import service as parties
from desktop.parties.records import ContactKind
from desktop.search import service as search
from desktop.search.records import COLLECTIVE as COLLECTIVE_OWNER
from desktop.search.records import Owner, paper
from desktop.staff import service as staff

COLLECTIVE = "collective_bill"
"""The gapless series of a hall."""


def search_owners(work: Work, ids: Sequence[UUID]) -> list[Owner]:
    """Collective bills as search finds them."""
    rows = work.session.execute(
        sa.select(CollectiveBill.id, CollectiveBill.number).where(CollectiveBill.id.in_(ids))
    )
    return [paper(COLLECTIVE_OWNER, row.id, row.number) for row in rows]


# What is on it


@dataclass(frozen=True, slots=True)
class _Bundle:
    """The bills of a group's members for a month that stand, in walking order, and the members without one."""

    bills: tuple[Bill, ...]
    open: dict[UUID, Money]
    missing: tuple[MemberMissing, ...]

    def left(self, bill: Bill) -> Money:
        """What is left to pay of a bill."""
        return self.open[bill.id]

    @property
    def to_pay(self) -> Money:
        """What is left to pay of all."""
        return Money.total([self.left(bill) for bill in self.bills])


def _bundle(work: Work, group_id: UUID, period: Period) -> _Bundle:
    members = contracts.members_on(work, group_id, period.last)
    places = {key: place for place, key in enumerate(members)}
    bills = sorted(
        work.session.scalars(
            sa.select(Bill).where(
                among(work.session, Bill.contract_account_id, members),
                Bill.period_start == period.start,
                Bill.id.not_in(reversed_bills()),
            )
        ),
        key=lambda bill: (places[bill.contract_account_id], bill.running),
    )
    billed = {bill.contract_account_id for bill in bills if bill.kind in OF_MONTH}
    supplied = contracts.in_force(work, members, period)
    without = [key for key in members if key in supplied and key not in billed]
    return _Bundle(
        tuple(bills),
        left_of(work, {bill.id: bill.number for bill in bills}),
        _missing(work, without, period) if without else (),
    )


def _missing(work: Work, account_ids: Sequence[UUID], period: Period) -> tuple[MemberMissing, ...]:
    """Why accounts have no bill for a month: what the newest run says of them."""
    rows = work.session.execute(
        sa.select(BillDraft.contract_account_id, BillDraft.state, BillDraft.reason, unsigned())
        .join(BillRun, BillRun.id == BillDraft.run_id)
        .outerjoin(BillOccasion, BillOccasion.run_id == BillRun.id)
        .where(
            among(work.session, BillDraft.contract_account_id, account_ids),
            BillRun.period_start == period.start,
            sa.or_(BillOccasion.kind.is_(None), BillOccasion.kind.in_(OF_MONTH)),
        )
        .order_by(BillRun.started_at, BillRun.running)
    )
    why: dict[UUID, Text] = {}
    for key, state, reason, waits in rows:
        if state is DraftState.HELD and reason:
            why[key] = canonical.load(Text, reason)
        elif waits:
            why[key] = Text("Another person has to sign the draft first.")
        else:
            why[key] = _STATES.get(state, NOT_DRAFTED)
    people = customers(work, account_ids)
    return tuple(
        MemberMissing(people[key].number, people[key].name, why.get(key, NOT_DRAFTED)) for key in account_ids
    )


NOT_DRAFTED = Text("Not drafted yet.")
_STATES = {
    DraftState.READY: Text("Drafted, not issued yet."),
    DraftState.REVERSED: Text("Its bill was taken back."),
}


# Making it


@operation("billing.issue", shared=True)
def collect_bills(work: Work, order: CollectiveOrder) -> str:
    """Make the collective bill of a group for a month; its number. The same bills once more give the same paper.

    Refused while a member has no bill, unless it is to be made all the same, and where nobody has one.
    """
    group, period = contracts.find_group(work, order.group_number), _month(order.period)
    work.hold(ContractAccount, contracts.members_on(work, group.id, period.last))
    work.lock(PaymentGroup, [group.id])
    bundle, before = _bundle(work, group.id, period), _newest(work, [group.id], [period.start])
    if not bundle.bills and not before:
        raise Refused(
            Text("No member of {group} has a bill for {month}.", group=group.number, month=period.code)
        )
    if bundle.missing and not order.partial:
        first = bundle.missing[0]
        raise Refused(
            Text(
                "Members without a bill for {month}: {missing}. The first, {number}: {reason}",
                missing=len(bundle.missing),
                month=period.code,
                number=first.account_number,
                reason=first.reason,
            )
        )
    if before and not _changed(work, before[0], bundle):
        return before[0].number
    return _write(work, group, period, bundle, before[0] if before else None).number


def _month(code: str) -> Period:
    try:
        return Period.month(code)
    except ValueError as error:
        raise Refused(Text("This is no month. Write year and month, for example 2026-01")) from error


def follow(work: Work, account_ids: Collection[UUID], months: Collection[date]) -> None:
    """Make new versions of the collective bills that bills of these accounts for these months stand on, or belong on.

    Called once by whatever issues bills or takes them back, with their accounts locked.
    """
    keys = work.rows(_CONCERNED, {"months": list(months), "accounts": account_ids}).scalars().all()
    groups = work.lock(PaymentGroup, keys) if keys else {}
    for before in _newest(work, groups, months) if groups else ():
        period = Period(before.period_start, before.period_end)
        bundle = _bundle(work, before.group_id, period)
        if _changed(work, before, bundle):
            _write(work, groups[before.group_id], period, bundle, before)


_CONCERNED = (
    sa.select(CollectiveBill.group_id)
    .join(GroupMember, GroupMember.group_id == CollectiveBill.group_id)
    .where(CollectiveBill.period_start.in_(sa.bindparam("months", expanding=True)))
    .where(CollectiveBill.supersedes_id.is_(None), listed(GroupMember.contract_account_id, "accounts"))
    .distinct()
)


def _newest(work: Work, group_ids: Collection[UUID], months: Collection[date]) -> Sequence[CollectiveBill]:
    """The newest version of each collective bill of some groups and months."""
    return work.session.scalars(
        sa.select(CollectiveBill)
        .where(
            CollectiveBill.group_id.in_(group_ids), CollectiveBill.period_start.in_(months), ~_superseded()
        )
        .order_by(CollectiveBill.number)
    ).all()


def _superseded() -> sa.ColumnElement[bool]:
    later = orm.aliased(CollectiveBill)
    return sa.exists().where(later.supersedes_id == CollectiveBill.id)


def _changed(work: Work, before: CollectiveBill, bundle: _Bundle) -> bool:
    """Whether other bills stand, or other members are without one, than on a version."""
    told = [one.account_number for one in canonical.load(tuple[MemberMissing, ...], before.missing)]
    stands = _bills_on(work, before.id)
    return stands != {bill.id for bill in bundle.bills} or told != [
        one.account_number for one in bundle.missing
    ]


def _bills_on(work: Work, collective_id: UUID) -> set[UUID]:
    return set(work.session.scalars(sa.select(CollectiveLine.bill_id).filter_by(collective_id=collective_id)))


def _write(
    work: Work, group: PaymentGroup, period: Period, bundle: _Bundle, before: CollectiveBill | None
) -> CollectiveBill:
    due = [bill.due_on for bill in bundle.bills if bundle.left(bill)] or [work.today]
    reason = _why(work, before, bundle) if before else ()
    running = work.number(group.hall_id, COLLECTIVE)
    made = CollectiveBill(
        id=work.new_id(),
        number=numbered(work, "L", running),
        hall_id=group.hall_id,
        year=work.today.year,
        running=running,
        group_id=group.id,
        party_id=parties.current(work, group.party_id),
        period_start=period.start,
        period_end=period.end,
        version=before.version + 1 if before else 1,
        issued_on=work.today,
        due_on=min(due),
        energy=Energy.total([bill.energy for bill in bundle.bills]),
        amount=Money.total([bill.amount for bill in bundle.bills]),
        tax=Money.total([bill.tax for bill in bundle.bills]),
        open=bundle.to_pay,
        missing=canonical.dump(bundle.missing),
        reason=canonical.dump(reason),
        supersedes_id=before.id if before else None,
    )
    work.add(made)
    work.session.flush()
    work.insert_many(
        CollectiveLine,
        [
            {"collective_id": made.id, "position": place, "bill_id": bill.id, "open": bundle.left(bill)}
            for place, bill in enumerate(bundle.bills, 1)
        ],
    )
    search.index(work, [paper(COLLECTIVE_OWNER, made.id, made.number)], new=True)
    return made


def _why(work: Work, before: CollectiveBill, bundle: _Bundle) -> tuple[Text, ...]:
    """Which bills went and came since a version."""
    had, has = _bills_on(work, before.id), {bill.id for bill in bundle.bills}
    numbers = bill_numbers(work, had ^ has)
    gone = ", ".join(sorted(numbers[key] for key in had - has))
    came = ", ".join(sorted(numbers[key] for key in has - had))
    return (
        *((Text("No longer on it: {numbers}", numbers=gone),) if gone else ()),
        *((Text("Come to it: {numbers}", numbers=came),) if came else ()),
    )


def collect_all(
    seat: Seat, period: Period, *, partial: bool = False, progress: Progress = go_on
) -> CollectiveOutcome:
    """Make the collective bills of all groups of the hall for a month; those that wait are told with the reason."""
    groups = seat.ask(contracts.payment_groups, None)
    made, unchanged, waiting = list[str](), list[str](), list[CollectiveWaits]()
    for done, group in enumerate(groups):
        if not progress(done, len(groups)):
            break
        order = CollectiveOrder(group.number, period.code, partial)
        found = seat.ask(collective_preview, order)
        if found.missing and not partial:
            waiting.append(CollectiveWaits(group.number, found.missing))
        elif found.bills:
            before = {row.number for row in seat.ask(collective_bills, group.number)}
            number = seat.do(collect_bills, order)
            (unchanged if number in before else made).append(number)
    return CollectiveOutcome(tuple(made), tuple(unchanged), tuple(waiting))


# Looking at it


@query("billing.view")
def collective_preview(work: Work, order: CollectiveOrder) -> CollectivePreview:
    """What the collective bill of a group for a month would hold now."""
    found = _bundle(work, contracts.find_group(work, order.group_number).id, _month(order.period))
    amount = Money.total([bill.amount for bill in found.bills])
    return CollectivePreview(len(found.bills), amount, found.to_pay, found.missing)


@query("billing.view")
def collective_bills(work: Work, group_number: str) -> tuple[CollectiveRow, ...]:
    """The collective bills of a group, newest month and version first."""
    group = contracts.find_group(work, group_number)
    rows = work.session.scalars(
        sa.select(CollectiveBill)
        .filter_by(group_id=group.id)
        .order_by(CollectiveBill.period_start.desc(), CollectiveBill.version.desc())
    ).all()
    after = {row.supersedes_id: row.number for row in rows if row.supersedes_id}
    lines = work.session.execute(
        sa.select(CollectiveLine.collective_id, Bill.id, Bill.number)
        .join(Bill, Bill.id == CollectiveLine.bill_id)
        .where(CollectiveLine.collective_id.in_([row.id for row in rows]))
    ).all()
    left = left_of(work, {line.id: line.number for line in lines})
    open_now: dict[UUID, Money] = {}
    for key, bill_id, _ in lines:
        open_now[key] = open_now.get(key, Money(0)) + left[bill_id]
    return tuple(
        CollectiveRow(
            number=row.number,
            group_number=group.number,
            period=Period(row.period_start, row.period_end),
            version=row.version,
            issued_on=row.issued_on,
            due_on=row.due_on,
            amount=row.amount,
            open=open_now.get(row.id, Money(0)),
            missing=len(canonical.load(tuple[MemberMissing, ...], row.missing)),
            superseded_by=after.get(row.id, ""),
        )
        for row in rows
    )


@query("billing.view")
def collective_bill(work: Work, number: str) -> CollectiveShown:
    """One collective bill with its bills and everything its paper shows."""
    row = work.session.scalar(sa.select(CollectiveBill).filter_by(number=number.strip()))
    if row is None:
        raise NotFound(Text("No collective bill has the number {number}.", number=number))
    group = work.session.get_one(PaymentGroup, row.group_id)
    payer, (postcode, *address) = parties.party(work, row.party_id), _address(work, row.party_id)
    lines, country = _lines(work, row.id), work.country
    beside = dict(
        work.session.execute(
            sa.select(CollectiveBill.supersedes_id, CollectiveBill.number).filter_by(supersedes_id=row.id)
        ).all()
    )
    before = work.session.get(CollectiveBill, row.supersedes_id) if row.supersedes_id else None
    words = country.amount_in_words
    return CollectiveShown(
        number=row.number,
        version=row.version,
        letterhead=staff.letterhead(work),
        language=payer.language,
        group_number=group.number,
        group_name=group.name,
        payer=payer.name,
        postcode=postcode,
        address_lines=tuple(address),
        period=Period(row.period_start, row.period_end),
        issued_on=row.issued_on,
        due_on=row.due_on,
        lines=lines,
        energy=row.energy,
        amount=row.amount,
        tax=row.tax,
        open=row.open,
        open_now=Money.total([line.open_now for line in lines]),
        amount_words=words(country.currency.decimal(row.open)) if words else "",
        check_code=papers.check_code(row.hash),
        missing=canonical.load(tuple[MemberMissing, ...], row.missing),
        reason=canonical.load(tuple[Text, ...], row.reason),
        supersedes=before.number if before else "",
        superseded_by=beside.get(row.id, ""),
    )


def _lines(work: Work, collective_id: UUID) -> tuple[CollectiveLineShown, ...]:
    rows = work.session.execute(
        sa.select(CollectiveLine.open, Bill)
        .join(Bill, Bill.id == CollectiveLine.bill_id)
        .where(CollectiveLine.collective_id == collective_id)
        .order_by(CollectiveLine.position)
    ).all()
    people = customers(work, list({bill.contract_account_id for _, bill in rows}))
    gone = reversal_days(work, [bill.id for _, bill in rows])
    left = left_of(work, {bill.id: bill.number for _, bill in rows})
    return tuple(
        CollectiveLineShown(
            account_number=people[bill.contract_account_id].number,
            customer_name=people[bill.contract_account_id].name,
            address=people[bill.contract_account_id].address,
            bill_number=bill.number,
            kind=bill.kind,
            energy=bill.energy,
            amount=bill.amount,
            tax=bill.tax,
            open=then,
            open_now=left[bill.id],
            reversed_on=gone.get(bill.id),
        )
        for then, bill in rows
    )


def _address(work: Work, party_id: UUID) -> tuple[str, ...]:
    """Postcode and lines of where a party is written to; where nothing is said, where its first account is supplied."""
    posted = [one for one in parties.contacts(work, party_id) if one.kind is ContactKind.POSTAL]
    for one in posted:
        if one.valid_to is None:
            return "", one.value
    for where in customers(work, ledger.accounts_of(work, party_id)[:1]).values():
        return where.postcode, where.region, where.address
    return ("",)


# Proof


def prove_collective(session: orm.Session) -> Iterator[Finding]:
    """Numbers are gapless; each collective bill is the sum of its bills; no newest version holds a bill taken
    back."""
    numbers = sa.select(CollectiveBill.hall_id, CollectiveBill.year, CollectiveBill.running)
    yield from prove_series(session, COLLECTIVE, numbers, CollectiveBill.__tablename__)
    sums = (
        sa.select(
            CollectiveLine.collective_id,
            sa.func.sum(Bill.amount).label("amount"),
            sa.func.sum(CollectiveLine.open).label("open"),
        )
        .join(Bill, Bill.id == CollectiveLine.bill_id)
        .group_by(CollectiveLine.collective_id)
        .subquery()
    )
    mine = (CollectiveBill.id, CollectiveBill.amount, CollectiveBill.open)
    rows = session.execute(
        sa.select(*mine, sums.c.amount, sums.c.open).outerjoin(
            sums, sums.c.collective_id == CollectiveBill.id
        )
    )
    for key, amount, left, total, total_left in rows:
        if (amount, left) != (total or Money(0), total_left or Money(0)):
            yield Finding(
                "I19",
                CollectiveBill.__tablename__,
                key,
                "collective_sum",
                Text("The collective bill is not the sum of its bills"),
            )
    gone = session.scalars(
        sa.select(CollectiveBill.id)
        .join(CollectiveLine, CollectiveLine.collective_id == CollectiveBill.id)
        .where(~_superseded(), CollectiveLine.bill_id.in_(reversed_bills()))
        .distinct()
    )
    for key in gone:
        yield Finding(
            "I20",
            CollectiveBill.__tablename__,
            key,
            "collective_stale",
            Text("The newest version holds a bill that was taken back"),
        )
