"""Bills by instalment: parts of a month asked for before its bill, which deducts them and settles the difference.

An instalment is owed like a bill, with its own number, due day and late fee, but posted against the advance account.
The bill of the month takes what stands of its instalments off the advance account, whether they are paid or not, and
asks for the rest, or gives it back as credit. A bill taken back puts its instalments back; an instalment is taken
back only while no standing bill deducts it. So revenue is counted once, with the bill, at every moment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing.records import (
    OF_MONTH,
    InstalmentReversalOrder,
    InstalmentShown,
    InstalmentsIssued,
    InstalmentsOrder,
    NotAsked,
)
from desktop.billing.service.deducting import (
    bill_stands,
    billed_since,
    deducting,
    not_deducted,
    taken_back,
)
from desktop.billing.service.instalment_plans import month_of, parts_of
from desktop.billing.service.looks import bill_numbers, customers
from desktop.billing.service.reversal import reads_of, reversed_bills
from desktop.billing.service.runs import numbered
from desktop.billing.tables import (
    Bill,
    Instalment,
    InstalmentDeduction,
    InstalmentPlan,
    InstalmentReversal,
)
from desktop.contracts import service as contracts
from desktop.contracts.records import InForce
from desktop.kernel import canonical
from desktop.kernel.bulk import among
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money, divide_half_up
from desktop.kernel.period import Period
from desktop.kernel.proof import Finding, prove_series
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.records import Charge, ItemKind, Role
from desktop.ledger.tables import ContractAccount, LedgerAccount, Posting
from desktop.papers import service as papers
from desktop.search import service as search
from desktop.search.records import INSTALMENT as INSTALMENT_OWNER
from desktop.search.records import Owner, paper
from desktop.staff import service as staff

INSTALMENT = "instalment"
"""The gapless series of a hall."""


# Issue


@operation("billing.instalments", shared=True)
def issue_instalments(work: Work, order: InstalmentsOrder) -> InstalmentsIssued:
    """Issue the instalments of a month that stand in plans and are due up to a day, once each.

    An account whose month is billed, or whose amount cannot be told, is left out with the reason.
    """
    period = month_of(order.period)
    wanted = ledger.account_id(work, order.account_number) if order.account_number else None
    running = (
        ContractAccount.hall_id == work.station.hall_id,
        InstalmentPlan.valid_from <= period.start,
        sa.or_(InstalmentPlan.valid_to.is_(None), InstalmentPlan.valid_to > period.start),
        *([] if wanted is None else [InstalmentPlan.contract_account_id == wanted]),
    )
    agreed = sa.select(InstalmentPlan).join(
        ContractAccount, ContractAccount.id == InstalmentPlan.contract_account_id
    )
    keys = work.session.scalars(
        agreed.with_only_columns(InstalmentPlan.contract_account_id).where(*running)
    ).all()
    held = ledger.hold_accounts(work, keys)
    mine = among(work.session, InstalmentPlan.contract_account_id, keys)
    plans = {  # read only now: what somebody agreed while these accounts were waited for counts
        plan.contract_account_id: plan
        for plan in work.session.scalars(agreed.where(*running, mine).order_by(ContractAccount.number))
    }
    known = _Known.of(work, list(plans), period)
    asked, left = list[_Asked](), list[NotAsked]()
    for key, plan in plans.items():
        found = _asked(work, plan, known, period, order.due_by)
        if isinstance(found, Text):
            left.append(NotAsked(ledger.accounts(work, [key])[key].number, found))
        else:
            asked += found
    numbers = _write(work, asked, period, known, held)
    return InstalmentsIssued(tuple(numbers), Money.total([one.amount for one in asked]), tuple(left))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of accounts when a month's instalments are issued."""

    running: Mapping[UUID, list[InForce]]
    billed: Collection[UUID]
    newest: Mapping[UUID, Bill]
    issued: Mapping[tuple[UUID, int], Instalment]
    reversed: Collection[UUID]

    @staticmethod
    def of(work: Work, keys: Sequence[UUID], period: Period) -> _Known:
        """Their contracts, their standing bills, and their instalments of the month, the newest of each place."""
        mine = among(work.session, Bill.contract_account_id, keys)
        standing = (mine, Bill.kind.in_(OF_MONTH), Bill.id.not_in(reversed_bills()))
        bills = work.session.scalars(
            sa.select(Bill)
            .where(*standing, Bill.period_start <= period.start)
            .order_by(Bill.period_start, Bill.running)
        ).all()
        later = work.session.scalars(  # one of them may be of this month too, if nobody read in it
            sa.select(Bill).where(*standing, Bill.period_start > period.start)
        )
        over = [one for one in later if billed_since(work, reads_of(one), one.period_start) <= period.start]
        issued = work.session.scalars(
            sa.select(Instalment)
            .where(
                among(work.session, Instalment.contract_account_id, keys), Instalment.month == period.start
            )
            .order_by(Instalment.running)
        )
        return _Known(
            contracts.in_force(work, keys, period),
            {bill.contract_account_id for bill in bills if bill.period_start == period.start}
            | {bill.contract_account_id for bill in over},
            {bill.contract_account_id: bill for bill in bills if bill.period_start < period.start},
            {(one.contract_account_id, one.place): one for one in issued},
            set(
                work.session.scalars(
                    taken_back().where(
                        InstalmentReversal.instalment_id.in_(
                            sa.select(Instalment.id).where(Instalment.month == period.start)
                        )
                    )
                )
            ),
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """An instalment to be issued."""

    plan: InstalmentPlan
    place: int
    due_on: date
    amount: Money
    basis: Text
    replaces: UUID | None


def _asked(
    work: Work, plan: InstalmentPlan, known: _Known, period: Period, due_by: date | None
) -> list[_Asked] | Text:
    """What of a plan is to be issued now, or why nothing is."""
    key, parts = plan.contract_account_id, parts_of(plan)
    if key in known.billed:
        return Text("{month} is billed already.", month=period.code)
    if not known.running.get(key):
        return Text("No contract is in force in {month}.", month=period.code)
    found = []
    for place, part in enumerate(parts, 1):
        due_on = period.start.replace(day=part.day)
        before = known.issued.get((key, place))
        stands = before is not None and before.id not in known.reversed
        if stands or (due_by is not None and due_on > due_by):
            continue
        amount, basis = part.amount, Text("Agreed amount")
        if part.percent is not None:
            bill = known.newest.get(key)
            if bill is None or bill.amount.raw <= 0:
                return Text("There is no bill before {month} to take a share of.", month=period.code)
            amount = Money(divide_half_up(bill.amount.raw * part.percent, 100))
            basis = Text(
                "{percent} % of bill {number} of {amount}",
                percent=part.percent,
                number=bill.number,
                amount=bill.amount,
            )
        if amount:
            found.append(
                _Asked(plan, place, max(due_on, work.today), amount, basis, before.id if before else None)
            )
    return found


def _write(
    work: Work, asked: Sequence[_Asked], period: Period, known: _Known, held: ledger.Balances
) -> list[str]:
    if not asked:
        return []
    first = work.number(work.station.hall_id, INSTALMENT, len(asked))
    numbers = [numbered(work, "A", first + place) for place in range(len(asked))]
    rule_set = ledger.late_fee_terms(work, work.today)
    sets = ledger.charge_many(
        work,
        [
            Charge(
                account_id=one.plan.contract_account_id,
                source_number=number,
                month=period.start,
                due_on=one.due_on,
                energy=None,
                amount=one.amount,
                tax=Money(0),
                customer_class=known.running[one.plan.contract_account_id][-1].customer_class,
                rule_set=rule_set,
                kind=ItemKind.INSTALMENT,
            )
            for one, number in zip(asked, numbers, strict=True)
        ],
        held,
    )
    work.insert_many(
        Instalment,
        [
            {
                "number": number,
                "hall_id": work.station.hall_id,
                "year": work.today.year,
                "running": first + at,
                "plan_id": one.plan.id,
                "contract_account_id": one.plan.contract_account_id,
                "posting_set_id": set_id,
                "month": period.start,
                "place": one.place,
                "places": len(parts_of(one.plan)),
                "issued_on": work.today,
                "due_on": one.due_on,
                "amount": one.amount,
                "basis": canonical.dump(one.basis),
                "replaces_id": one.replaces,
            }
            for at, (one, number, set_id) in enumerate(zip(asked, numbers, sets, strict=True))
        ],
    )
    made = sa.select(Instalment.id).where(Instalment.number.in_(numbers))
    search.index(work, search_owners(work, work.session.scalars(made).all()), new=True)
    return numbers


def search_owners(work: Work, instalment_ids: Sequence[UUID]) -> list[Owner]:
    """Instalments as search finds them."""
    rows = work.session.execute(
        sa.select(Instalment.id, Instalment.number).where(Instalment.id.in_(instalment_ids))
    )
    return [paper(INSTALMENT_OWNER, row.id, row.number) for row in rows]


# Taking back


@operation("billing.instalments", shared=True)
def reverse_instalment(work: Work, order: InstalmentReversalOrder) -> InstalmentShown:
    """Take an instalment back: it is owed no more, and what was paid on it is credit."""
    if not order.reason.strip():
        raise Refused(Text("Say why the instalment is taken back."))
    row = _found(work, order.number)
    work.lock(ContractAccount, [row.contract_account_id])
    if work.session.scalar(sa.select(InstalmentReversal.id).filter_by(instalment_id=row.id)) is not None:
        raise Refused(Text("Instalment {number} was taken back already.", number=row.number))
    bill = deducting(work, [row.id]).get(row.id)
    if bill is not None:
        number = bill_numbers(work, [bill])[bill]
        raise Refused(
            Text(
                "Bill {bill} deducts instalment {number}: take the bill back first.",
                bill=number,
                number=row.number,
            )
        )
    (set_id,) = ledger.reverse_charges(work, [row.posting_set_id]).values()
    work.add(
        InstalmentReversal(
            id=work.new_id(),
            instalment_id=row.id,
            posting_set_id=set_id,
            reversed_on=work.today,
            reversed_by=work.actor.name,
            reason=order.reason.strip(),
        )
    )
    work.session.flush()
    return instalment(work, row.number)


def _found(work: Work, number: str) -> Instalment:
    row = work.session.scalar(sa.select(Instalment).filter_by(number=number.strip()))
    if row is None:
        raise NotFound(Text("No instalment has the number {number}.", number=number))
    return row


# Looking at them


@query("billing.view")
def instalments(work: Work, period: str) -> tuple[InstalmentShown, ...]:
    """The instalments of the hall for a month (its code), in the order they were issued."""
    month = month_of(period).start
    rows = work.session.scalars(
        sa.select(Instalment)
        .filter_by(hall_id=work.station.hall_id, month=month)
        .order_by(Instalment.running)
    ).all()
    return _shown(work, rows)


def instalments_of(work: Work, account_id: UUID) -> tuple[InstalmentShown, ...]:
    """The instalments of an account, newest first."""
    rows = work.session.scalars(
        sa.select(Instalment)
        .filter_by(contract_account_id=account_id)
        .order_by(Instalment.month.desc(), Instalment.running.desc())
    ).all()
    return _shown(work, rows) if rows else ()


@query("billing.view")
def instalment(work: Work, number: str) -> InstalmentShown:
    """One instalment with everything its paper shows."""
    return _shown(work, [_found(work, number)])[0]


def _shown(work: Work, rows: Sequence[Instalment]) -> tuple[InstalmentShown, ...]:
    people = customers(work, list({row.contract_account_id for row in rows}))
    left = ledger.open_of(work, [row.number for row in rows])
    by = deducting(work, [row.id for row in rows])
    numbers, head, country = bill_numbers(work, by.values()), staff.letterhead(work), work.country
    taken_back = sa.select(InstalmentReversal.instalment_id, InstalmentReversal.reversed_on)
    keys = [row.id for row in rows]
    gone = dict(work.session.execute(taken_back.where(InstalmentReversal.instalment_id.in_(keys))).all())
    found = []
    for row in rows:
        who, amount = people[row.contract_account_id], country.currency.decimal(row.amount)
        found.append(
            InstalmentShown(
                number=row.number,
                letterhead=head,
                language=who.language,
                account_number=who.number,
                customer_name=who.name,
                postcode=who.postcode,
                address_lines=(who.region, who.address),
                month=row.month,
                place=row.place,
                places=row.places,
                issued_on=row.issued_on,
                due_on=row.due_on,
                amount=row.amount,
                open=left.get(row.number, Money(0)),
                basis=canonical.load(Text, row.basis),
                payment_code=country.payment_code(who.number, amount, row.month),
                check_code=papers.check_code(row.hash),
                bill_number=numbers[by[row.id]] if row.id in by else "",
                reversed_on=gone.get(row.id),
            )
        )
    return tuple(found)


# Proof


def prove_instalments(session: orm.Session) -> Iterator[Finding]:
    """Numbers are gapless; what stands on the advance account of each account is the sum of its instalments that stand
    and that no standing bill deducts; no instalment is deducted twice."""
    numbers = sa.select(Instalment.hall_id, Instalment.year, Instalment.running)
    yield from prove_series(session, INSTALMENT, numbers, Instalment.__tablename__)
    standing = bill_stands()
    twice = session.scalars(
        sa.select(InstalmentDeduction.instalment_id)
        .where(standing)
        .group_by(InstalmentDeduction.instalment_id)
        .having(sa.func.count() > 1)
    )
    for key in twice:
        yield Finding(
            "I20", Instalment.__tablename__, key, "deducted_twice", Text("Two bills deduct this instalment")
        )
    asked = dict(
        session.execute(
            sa.select(Instalment.contract_account_id, sa.func.sum(Instalment.amount))
            .where(not_deducted())
            .group_by(Instalment.contract_account_id)
        ).all()
    )
    posted: dict[UUID, Money] = dict(
        session.execute(  # type: ignore[arg-type]  # none without an account
            sa.select(Posting.contract_account_id, sa.func.sum(Posting.amount))
            .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
            .where(LedgerAccount.role == Role.ADVANCE, Posting.contract_account_id.is_not(None))
            .group_by(Posting.contract_account_id)
        ).all()
    )
    for account in asked.keys() | posted.keys():
        if asked.get(account, Money(0)) + posted.get(account, Money(0)):
            yield Finding(
                "I19",
                ContractAccount.__tablename__,
                account,
                "advance_differs",
                Text("The advance account differs from the instalments that stand"),
            )
