"""Bills by instalment: parts of a month asked for before its bill, which deducts them and settles the difference.

An instalment is owed like a bill, with its own number, due day and late fee, but posted against the advance account.
The bill of the month takes what stands of its instalments off the advance account, whether they are paid or not, and
asks for the rest, or gives it back as credit. A bill taken back puts its instalments back; an instalment is taken
back only while no standing bill deducts it. So revenue is counted once, with the bill, at every moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing.records import (
    OF_MONTH,
    InstalmentDeducted,
    InstalmentPart,
    InstalmentReversalOrder,
    InstalmentShown,
    InstalmentsIssued,
    InstalmentsOrder,
    NotAsked,
    PlanOrder,
    PlanRow,
)
from desktop.billing.service.looks import bill_numbers, customers
from desktop.billing.service.reversal import reversed_bills
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
from desktop.kernel.country import Country
from desktop.kernel.database import among, listed
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


# Plans


@operation("billing.instalments")
def plan_instalments(work: Work, order: PlanOrder) -> PlanRow | None:
    """Agree how an account pays its months in parts, instead of what was agreed before; None where that just ends."""
    first = _month(order.first_month).start
    key = ledger.account_id(work, order.account_number)
    work.lock(ContractAccount, [key])
    parts = tuple(sorted(order.parts, key=lambda part: part.day))
    if parts:
        _check(work, parts)
    later = sa.select(Instalment.id).where(
        Instalment.contract_account_id == key, Instalment.month >= first, Instalment.id.not_in(_reversed())
    )
    if work.session.scalar(later.limit(1)) is not None:
        raise Refused(
            Text("Instalments for {month} or later are issued already: begin later.", month=order.first_month)
        )
    before = work.session.scalars(
        sa.select(InstalmentPlan)
        .filter_by(contract_account_id=key)
        .order_by(InstalmentPlan.valid_from.desc())
    ).first()
    if before is not None and before.valid_from > first:
        raise Refused(
            Text("Another plan begins on {day} already: begin then or later.", day=before.valid_from)
        )
    runs = before is not None and (before.valid_to is None or before.valid_to > first)
    if not parts and not runs:
        raise Refused(Text("Account {number} pays in no instalments.", number=order.account_number))
    if before is not None and before.valid_from == first and parts:  # nothing was issued by it
        before.parts, before.valid_to, before.agreed_by = canonical.dump(parts), None, work.actor.name
        work.session.flush()
        return _plan_row(work, before)
    if before is not None and runs:
        before.valid_to = first
        work.session.flush()
    if not parts:
        return None
    plan = InstalmentPlan(
        id=work.new_id(),
        contract_account_id=key,
        valid_from=first,
        valid_to=None,
        parts=canonical.dump(parts),
        agreed_by=work.actor.name,
    )
    work.add(plan)
    work.session.flush()
    return _plan_row(work, plan)


def carry_plans(work: Work, plans: Sequence[tuple[UUID, date, date | None, str]]) -> None:
    """Enter plans of another system: account, first month, first month without it, parts as canonical JSON."""
    work.insert_many(
        InstalmentPlan,
        [
            {
                "contract_account_id": key,
                "valid_from": start,
                "valid_to": end,
                "parts": parts,
                "agreed_by": work.actor.name,
            }
            for key, start, end, parts in plans
        ],
    )


def _check(work: Work, parts: Sequence[InstalmentPart]) -> None:
    least = work.country.least_instalments
    if len(parts) < least:
        raise Refused(Text("A month has {least} instalments at least.", least=least))
    if len({part.day for part in parts}) < len(parts) or not all(1 <= part.day <= 28 for part in parts):
        raise Refused(Text("Each instalment is due on a day of its own, from 1 to 28."))
    for part in parts:
        if (part.percent is None) == (part.amount is None):
            raise Refused(Text("Say of each instalment its share or its amount."))
        if (part.percent or 0) < 0 or (part.amount or Money(0)).raw < 0 or not (part.percent or part.amount):
            raise Refused(Text("An instalment is more than nothing."))
    if sum(part.percent or 0 for part in parts) > 100:
        raise Refused(Text("The shares are more than the whole bill."))


def usual_parts(country: Country) -> tuple[InstalmentPart, ...]:
    """Equal shares on the days usual in the country; the last one takes what does not divide."""
    days = country.instalment_days
    share = 100 // len(days) if days else 0
    return tuple(
        InstalmentPart(day, percent=share if at < len(days) else 100 - share * (len(days) - 1))
        for at, day in enumerate(days, 1)
    )


def _plan_row(work: Work, plan: InstalmentPlan) -> PlanRow:
    who = customers(work, [plan.contract_account_id])[plan.contract_account_id]
    return PlanRow(who.number, who.name, plan.valid_from, plan.valid_to, _parts(plan), plan.agreed_by)


def _parts(plan: InstalmentPlan) -> tuple[InstalmentPart, ...]:
    found: tuple[InstalmentPart, ...] = canonical.load(tuple[InstalmentPart, ...], plan.parts)
    return found


@query("billing.view")
def instalment_plans(work: Work, _request: None) -> tuple[PlanRow, ...]:
    """Accounts of the hall that pay in instalments, those whose plan has ended last."""
    plans = work.session.scalars(
        sa.select(InstalmentPlan)
        .join(ContractAccount, ContractAccount.id == InstalmentPlan.contract_account_id)
        .where(ContractAccount.hall_id == work.station.hall_id)
        .order_by(InstalmentPlan.valid_to.is_not(None), ContractAccount.number, InstalmentPlan.valid_from)
    ).all()
    return tuple(_plan_row(work, plan) for plan in plans)


# Issue


@operation("billing.instalments", shared=True)
def issue_instalments(work: Work, order: InstalmentsOrder) -> InstalmentsIssued:
    """Issue the instalments of a month that stand in plans and are due up to a day, once each.

    An account whose month is billed, or whose amount cannot be told, is left out with the reason.
    """
    period = _month(order.period)
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
    billed: Mapping[UUID, str]
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
        issued = work.session.scalars(
            sa.select(Instalment)
            .where(
                among(work.session, Instalment.contract_account_id, keys), Instalment.month == period.start
            )
            .order_by(Instalment.running)
        )
        return _Known(
            contracts.in_force(work, keys, period),
            {bill.contract_account_id: bill.number for bill in bills if bill.period_start == period.start},
            {bill.contract_account_id: bill for bill in bills if bill.period_start < period.start},
            {(one.contract_account_id, one.place): one for one in issued},
            set(
                work.session.scalars(
                    _reversed().where(
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
    key, parts = plan.contract_account_id, _parts(plan)
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
    rule_set = work.country.rule_set(work.today)
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
                "places": len(_parts(one.plan)),
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


def _month(code: str) -> Period:
    try:
        return Period.month(code)
    except ValueError as error:
        raise Refused(Text("This is no month. Write year and month, for example 2026-01")) from error


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
    bill = _deducting(work, [row.id]).get(row.id)
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


def _reversed() -> sa.Select[tuple[UUID]]:
    """The ids of every instalment that was taken back."""
    return sa.select(InstalmentReversal.instalment_id)


def _standing() -> sa.ColumnElement[bool]:
    """Whether the bill that deducts an instalment stands."""
    return InstalmentDeduction.bill_id.not_in(reversed_bills())


def not_deducted() -> sa.ColumnElement[bool]:
    """Whether an instalment stands, and no standing bill deducts it: its month is not billed yet."""
    deducted_now = sa.select(InstalmentDeduction.instalment_id).where(_standing())
    return sa.and_(Instalment.id.not_in(_reversed()), Instalment.id.not_in(deducted_now))


def _deducting(work: Work, instalment_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The standing bill that deducts each instalment; those that none deducts are absent."""
    rows = work.session.execute(
        sa.select(InstalmentDeduction.instalment_id, InstalmentDeduction.bill_id).where(
            InstalmentDeduction.instalment_id.in_(instalment_ids),
            _standing(),
        )
    )
    return dict(rows.all())


# What the bill of the month deducts


def to_deduct(work: Work, account_ids: Sequence[UUID], month: date) -> dict[UUID, list[Instalment]]:
    """The standing instalments of locked accounts for a month, by account: what its bill has to deduct."""
    found = defaultdict[UUID, list[Instalment]](list)
    for row in work.session.scalars(_TO_DEDUCT, {"accounts": account_ids, "month": month}):
        found[row.contract_account_id].append(row)
    return found


_TO_DEDUCT = (
    sa.select(Instalment)
    .where(listed(Instalment.contract_account_id, "accounts"), Instalment.month == sa.bindparam("month"))
    .where(Instalment.id.not_in(_reversed()))
    .order_by(Instalment.place)
)


def deduct(work: Work, bills: Mapping[UUID, Sequence[Instalment]]) -> None:
    """Put down what bills, by id, deduct."""
    work.insert_many(
        InstalmentDeduction,
        [
            {"bill_id": bill_id, "instalment_id": one.id}
            for bill_id, deducted in bills.items()
            for one in deducted
        ],
    )


def deducts(bill_id: sa.ColumnElement[UUID] | orm.InstrumentedAttribute[UUID]) -> sa.Exists:
    """Whether a bill deducts instalments."""
    return sa.exists().where(InstalmentDeduction.bill_id == bill_id)


def deducted(work: Work, bill_ids: Collection[UUID]) -> dict[UUID, tuple[InstalmentDeducted, ...]]:
    """What each bill deducts, by due day; those that deduct nothing are absent."""
    rows = work.session.execute(
        sa.select(InstalmentDeduction.bill_id, Instalment.number, Instalment.due_on, Instalment.amount)
        .join(Instalment, Instalment.id == InstalmentDeduction.instalment_id)
        .where(among(work.session, InstalmentDeduction.bill_id, bill_ids))
        .order_by(Instalment.place)
    )
    found: dict[UUID, tuple[InstalmentDeducted, ...]] = {}
    for bill_id, number, due_on, amount in rows:
        found[bill_id] = (*found.get(bill_id, ()), InstalmentDeducted(number, due_on, amount))
    return found


def left_of(work: Work, bills: Mapping[UUID, str]) -> dict[UUID, Money]:
    """What is left to pay of bills, given by id with their numbers, and of the instalments they deduct."""
    parts = deducted(work, bills)
    named = {key: [number, *(one.number for one in parts.get(key, ()))] for key, number in bills.items()}
    left = ledger.open_of(work, [number for numbers in named.values() for number in numbers])
    return {
        key: Money.total([left[number] for number in numbers if number in left])
        for key, numbers in named.items()
    }


# Looking at them


@query("billing.view")
def instalments(work: Work, period: str) -> tuple[InstalmentShown, ...]:
    """The instalments of the hall for a month (its code), in the order they were issued."""
    month = _month(period).start
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
    by = _deducting(work, [row.id for row in rows])
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
    standing = _standing()
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
