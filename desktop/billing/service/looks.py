"""Looking at bill runs: the list, one run, and what each of its accounts would be billed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import islice
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.records import (
    MOST_SHOWN,
    OF_MONTH,
    BillKind,
    Comparison,
    DraftRow,
    DraftsFound,
    DraftsPage,
    DraftState,
    LeftOut,
    ReviewFlag,
    RunRow,
    RunState,
    ShareJob,
)
from desktop.billing.rules import mended_with
from desktop.billing.service.reversal import reversed_bills
from desktop.billing.tables import (
    Bill,
    BillCorrection,
    BillDraft,
    BillOccasion,
    BillRun,
    BillSignature,
    BillStop,
    SignatureWithdrawn,
)
from desktop.contracts import service as contracts
from desktop.contracts.tables import SupplyContract
from desktop.kernel import canonical
from desktop.kernel.bulk import among
from desktop.kernel.errors import NotFound
from desktop.kernel.measures import Energy, Money
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.kernel.work import Seat, Work, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.parties import service as parties
from desktop.premises import service as premises
from desktop.staff import service as staff

ASKED_AT_ONCE = 500


def find_run(work: Work, number: str) -> BillRun:
    """A run by its number; `NotFound` where there is none."""
    run = work.session.scalar(sa.select(BillRun).filter_by(number=number))
    if run is None:
        raise NotFound(Text("No bill run has the number {number}.", number=number))
    return run


def bill_numbers(work: Work, bill_ids: Collection[UUID]) -> dict[UUID, str]:
    """The numbers of bills by id."""
    return dict(work.session.execute(sa.select(Bill.id, Bill.number).where(Bill.id.in_(bill_ids))).all())


def standing() -> sa.ColumnElement[bool]:
    """Whether a signature was not taken back."""
    return ~sa.exists().where(SignatureWithdrawn.signature_id == BillSignature.id)


def signed() -> sa.Exists:
    """Whether another person signed a draft, for the very input it stands on, and stands by it."""
    return sa.exists().where(
        standing(),
        BillSignature.run_id == BillDraft.run_id,
        BillSignature.contract_account_id == BillDraft.contract_account_id,
        BillSignature.input_hash == BillDraft.input_hash,
        BillSignature.made_by == BillDraft.made_by,
    )


def unsigned() -> sa.ColumnElement[bool]:
    """Whether a ready draft waits for a signature."""
    return sa.and_(BillDraft.state == DraftState.READY, BillDraft.flags != "", ~signed())


@query("billing.view")
def bill_runs(work: Work, _request: None) -> tuple[RunRow, ...]:
    """The hall's bill runs, newest first."""
    runs = work.session.scalars(
        sa.select(BillRun).filter_by(hall_id=work.station.hall_id).order_by(BillRun.number.desc())
    ).all()
    return tuple(_run_row(work, run) for run in runs)


@query("billing.view")
def bill_run(work: Work, number: str) -> RunRow:
    """One run."""
    return _run_row(work, find_run(work, number))


def _run_row(work: Work, run: BillRun) -> RunRow:
    tallies = {
        row.state: row
        for row in work.session.execute(
            sa.select(
                BillDraft.state,
                sa.func.count().label("accounts"),
                sa.func.sum(BillDraft.energy).label("energy"),
                sa.func.sum(BillDraft.amount).label("amount"),
                sa.func.sum(BillDraft.energy_before).label("before"),
                sa.func.sum(BillDraft.energy).filter(BillDraft.energy_before != Energy(0)).label("compared"),
            )
            .where(BillDraft.run_id == run.id)
            .group_by(BillDraft.state)
        )
    }
    occasion = work.session.scalar(sa.select(BillOccasion).filter_by(run_id=run.id))
    counts = {state: tallies[state].accounts if state in tallies else 0 for state in DraftState}
    standing = [row for state, row in tallies.items() if state is not DraftState.REVERSED]
    if counts[DraftState.WAITING]:
        state = RunState.DRAFTING
    elif not (counts[DraftState.ISSUED] or counts[DraftState.REVERSED]):
        state = RunState.DRAFTED
    else:
        state = RunState.ISSUING if counts[DraftState.READY] else RunState.ISSUED
    waiting = sa.select(sa.func.count()).select_from(BillDraft).where(BillDraft.run_id == run.id, unsigned())
    unsigned_ones = work.session.scalar(waiting) or 0
    left = _left(state, counts, unsigned_ones)
    job = ShareJob.DRAFT if state is RunState.DRAFTING else ShareJob.ISSUE
    stop = work.session.get(BillStop, (run.id, job)) if left else None
    return RunRow(
        run_id=run.id,
        number=run.number,
        period=Period(run.period_start, run.period_end),
        state=state,
        accounts=sum(counts.values()),
        ready=counts[DraftState.READY],
        held=counts[DraftState.HELD],
        issued=counts[DraftState.ISSUED],
        energy=Energy.total([row.energy for row in standing]),
        amount=Money.total([row.amount for row in standing]),
        started_at=work.local(run.started_at),
        started_by=run.started_by,
        unsigned=unsigned_ones,
        correction=work.session.scalar(sa.select(BillCorrection.reason).filter_by(run_id=run.id))
        or (occasion.reason if occasion else ""),
        kind=occasion.kind if occasion else BillKind.PERIODIC,
        left=left,
        stopped_by="" if stop is None else stop.stopped_by,
        compared=Energy.total([row.compared for row in standing if row.compared is not None]),
        energy_before=Energy.total([row.before for row in standing if row.before is not None]),
    )


def _left(state: RunState, counts: Mapping[DraftState, int], unsigned_ones: int) -> int:
    """How many accounts of a run are still to be drafted, or issued where the issue has begun."""
    if state is RunState.DRAFTING:
        return counts[DraftState.WAITING]
    return counts[DraftState.READY] - unsigned_ones if state is RunState.ISSUING else 0


@query("billing.view")
def run_drafts(work: Work, run_number: str) -> tuple[DraftRow, ...]:
    """The accounts of a run in walking order, each with its amount or the reason it is held.

    They are for a screen: of more than `MOST_SHOWN` those that are held or wait for a signature come first. Whoever
    goes through all of them asks for `drafts_page` after page.
    """
    run = find_run(work, run_number)
    mine = sa.select(BillDraft).where(BillDraft.run_id == run.id)
    urgent = sa.or_(BillDraft.state == DraftState.HELD, unsigned())
    if (work.session.scalar(sa.select(sa.func.count()).select_from(mine.subquery())) or 0) <= MOST_SHOWN:
        return tuple(_every(work, run))
    chosen = mine.order_by(sa.case((urgent, 0), else_=1), BillDraft.position).limit(MOST_SHOWN)
    drafts = sorted(work.session.scalars(chosen), key=lambda draft: draft.position)
    return tuple(
        row
        for at in range(0, len(drafts), ASKED_AT_ONCE)
        for row in _drafts(work, run, drafts[at : at + ASKED_AT_ONCE])
    )


@query("billing.view")
def held_drafts(work: Work, run_number: str) -> tuple[DraftRow, ...]:
    """The accounts of a run that are held, in walking order, `MOST_SHOWN` at most; `left_out` counts all of them."""
    held = _every(work, find_run(work, run_number), BillDraft.state == DraftState.HELD)
    return tuple(islice(held, MOST_SHOWN))


@query("billing.view")
def drafts_page(work: Work, order: DraftsPage) -> DraftsFound:
    """Some drafts of a run, in walking order."""
    where = [unsigned()] if order.unsigned else []
    if order.numbers:
        wanted = sa.select(ContractAccount.id).where(ContractAccount.number.in_(order.numbers))
        where.append(BillDraft.contract_account_id.in_(wanted))
    run = find_run(work, order.run_number)
    drafts = _next(work, run, order.after, order.limit, where)
    full = len(drafts) == order.limit
    return DraftsFound(tuple(_drafts(work, run, drafts)), _place(drafts[-1]) if full else None)


def each_draft(seat: Seat, asked: DraftsPage) -> Iterator[DraftRow]:
    """Drafts of a run from a page on, one after another: no more than a page of them is in memory."""
    while True:
        found = seat.ask(drafts_page, asked)
        yield from found.drafts
        if found.last is None:
            return
        asked = replace(asked, after=found.last)


def _place(draft: BillDraft) -> tuple[int, UUID]:
    return draft.position, draft.contract_account_id


def _next(
    work: Work, run: BillRun, after: tuple[int, UUID] | None, limit: int,
    where: Sequence[sa.ColumnElement[bool]],
) -> Sequence[BillDraft]:  # fmt: skip
    """Drafts of a run behind a place."""
    place = BillDraft.position, BillDraft.contract_account_id
    mine = sa.select(BillDraft).where(BillDraft.run_id == run.id, *where).order_by(*place).limit(limit)
    if after is not None:
        mine = mine.where(
            sa.or_(place[0] > after[0], sa.and_(place[0] == after[0], place[1] > after[1]))
        ).where(place[0] >= after[0])
    return work.session.scalars(mine).all()


def _every(work: Work, run: BillRun, *where: sa.ColumnElement[bool]) -> Iterator[DraftRow]:
    """Drafts of a run, in walking order."""
    after: tuple[int, UUID] | None = None
    while drafts := _next(work, run, after, ASKED_AT_ONCE, where):
        yield from _drafts(work, run, drafts)
        after = _place(drafts[-1])


@query("billing.view")
def left_out(work: Work, run_number: str) -> tuple[LeftOut, ...]:
    """Why accounts of a run's month did not go through, and how many for each reason; the most frequent first."""
    run = find_run(work, run_number)
    held = work.session.execute(
        sa.select(BillDraft.reason, sa.func.count())
        .where(BillDraft.run_id == run.id, BillDraft.state == DraftState.HELD)
        .group_by(BillDraft.reason)
    )
    found = [LeftOut(canonical.load(Text, reason), count) for reason, count in held if reason]
    mine = sa.select(BillDraft.contract_account_id).where(BillDraft.run_id == run.id)
    # Only a month's run is of everybody: what puts some bills right, or is made by hand, leaves nobody out.
    elsewhere = (
        sa.select(Bill.id)
        .join(BillRun, BillRun.id == Bill.run_id)
        .where(
            Bill.period_start == run.period_start,
            Bill.run_id != run.id,
            Bill.kind.in_(OF_MONTH),
            Bill.contract_account_id.not_in(mine),
            BillRun.hall_id == run.hall_id,
            Bill.id.not_in(reversed_bills()),
            ~sa.exists().where(BillCorrection.run_id == run.id),
            ~sa.exists().where(BillOccasion.run_id == run.id),
        )
    )
    counts = {
        Text("Another person has to sign the draft first."): mine.where(unsigned()),
        Text("Not drafted yet."): mine.where(BillDraft.state == DraftState.WAITING),
        Text("Already billed for this month by another run."): elsewhere,
    }
    for reason, rows in counts.items():
        count = work.session.scalar(sa.select(sa.func.count()).select_from(rows.subquery()))
        found += [LeftOut(reason, count)] if count else []
    return tuple(sorted(found, key=lambda one: -one.accounts))


def _drafts(work: Work, run: BillRun, drafts: Sequence[BillDraft]) -> Iterator[DraftRow]:
    """Some drafts of a run as they are shown."""
    session, keys = work.session, [draft.contract_account_id for draft in drafts]
    numbers = session.execute(
        sa.select(Bill.contract_account_id, Bill.number)
        .where(among(session, Bill.contract_account_id, keys), _in(run))
        .order_by(Bill.running)
    )
    signers = session.execute(
        sa.select(BillSignature.contract_account_id, BillSignature.signed_by_name)
        .join(
            BillDraft,
            sa.and_(
                BillDraft.run_id == BillSignature.run_id,
                BillDraft.contract_account_id == BillSignature.contract_account_id,
                BillDraft.input_hash == BillSignature.input_hash,
                BillDraft.made_by == BillSignature.made_by,
            ),
        )
        .where(BillSignature.run_id == run.id, among(session, BillSignature.contract_account_id, keys))
        .where(standing())
    )
    bill_of, signer_of = dict(numbers.all()), dict(signers.all())
    replaces = bill_numbers(work, {draft.replaces_id for draft in drafts if draft.replaces_id})
    people = customers(work, keys)
    menders = cache(partial(staff.holders, work))
    for key, draft in zip(keys, drafts, strict=True):
        yield replace(
            _draft_row(draft, people[key], menders),
            bill_number=bill_of.get(key, ""),
            signed_by=signer_of.get(key, ""),
            replaces=replaces[draft.replaces_id] if draft.replaces_id else "",
        )


def _in(run: BillRun) -> sa.ColumnElement[bool]:
    """Whether a bill is of a run, looked at behind its account: a file would go through all bills of a large run."""
    found: sa.ColumnElement[bool] = sa.func.coalesce(Bill.run_id, Bill.run_id) == run.id
    return found


def _draft_row(draft: BillDraft, customer: Customer, menders: Callable[[str], tuple[str, ...]]) -> DraftRow:
    reason = canonical.load(Text, draft.reason) if draft.reason else None
    right = mended_with(reason) if reason is not None else ""
    return DraftRow(
        account_number=customer.number,
        customer_name=customer.name,
        address=customer.address,
        state=draft.state,
        energy=draft.energy,
        amount=draft.amount,
        energy_before=draft.energy_before,
        reason=reason,
        mended_with=right,
        menders=menders(right) if right else (),
        account_id=draft.contract_account_id,
        route=customer.route,
        compared=canonical.load(tuple[Comparison, ...], draft.compared),
        flags=tuple(ReviewFlag.of(flag) for flag in draft.flags.split()),
    )


@dataclass(frozen=True, slots=True)
class Customer:
    """The customer block of a paper."""

    number: str
    name: str
    language: str
    postcode: str
    region: str
    address: str
    voltage: str
    route: str


def customers(work: Work, account_ids: Sequence[UUID]) -> dict[UUID, Customer]:
    """The customer block of each account."""
    accounts = ledger.accounts(work, account_ids)
    people = parties.parties(work, {account.party_id for account in accounts.values()})
    points = dict(
        work.session.execute(
            sa.select(SupplyContract.contract_account_id, SupplyContract.service_point_id).where(
                SupplyContract.contract_account_id.in_(account_ids), contracts.is_main()
            )
        ).all()
    )
    places, routes = (
        premises.places(work, set(points.values())),
        metering.walking_order(work, points.values()),
    )
    return {
        key: Customer(
            account.number,
            people[account.party_id].name,
            people[account.party_id].language,
            places[points[key]].postcode,
            places[points[key]].region,
            places[points[key]].address,
            places[points[key]].voltage,
            routes.get(points[key], ("", 0))[0],
        )
        for key, account in accounts.items()
    }
