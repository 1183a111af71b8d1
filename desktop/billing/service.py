"""Bill runs: drafts for a hall, their issue through the same core, and bills as papers and screens show them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing.documents import write_bills
from desktop.billing.records import (
    START,
    BillKind,
    BillLineShown,
    BillsFound,
    BillShown,
    BillsPage,
    ChunkDone,
    DraftRow,
    DraftState,
    RunChunk,
    RunOrder,
    RunOutcome,
    RunRow,
    RunStarted,
    RunState,
)
from desktop.billing.rules import MEASURED, BillInput, Held, accumulated, billed, paper_number
from desktop.billing.tables import Bill, BillDraft, BillLine, BillRun
from desktop.contracts import service as contracts
from desktop.contracts.records import InForce
from desktop.contracts.tables import SupplyContract
from desktop.kernel import canonical
from desktop.kernel.database import table_of
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.files import written_whole
from desktop.kernel.journal import sha256
from desktop.kernel.measures import Energy, Money, Price
from desktop.kernel.period import Period, months_before
from desktop.kernel.proof import Finding, prove_series
from desktop.kernel.text import Text
from desktop.kernel.work import Chunk, Progress, Seat, Work, batch, draw_id, go_on, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.records import Charge
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.metering.records import MonthUsage, RegisterCode, RegisterUsage
from desktop.papers import service as papers
from desktop.parties import service as parties
from desktop.premises import service as premises
from desktop.search import service as search
from desktop.search.records import BILL as BILL_OWNER
from desktop.search.records import Owner, paper
from desktop.staff import service as staff
from desktop.staff.records import Letterhead
from desktop.tariffs import rules as pricing
from desktop.tariffs import service as tariffs
from desktop.tariffs.columns import DETERMINANTS, Batch
from desktop.tariffs.records import PricedLine

CHUNK = 500
"""Accounts in one transaction."""

MONTHS_SHOWN = 13
BILL, BILL_RUN = "bill", "bill_run"
"""The gapless series of a hall."""


@dataclass(frozen=True, slots=True)
class _Priced:
    """One bill as the core priced it."""

    input: BillInput
    version: tariffs.InForce
    lines: list[list[int]]
    total: Money
    tax: Money
    trace: str


# Inputs and prices: the same for a draft and for the bill


def _inputs(work: Work, account_ids: Sequence[UUID], period: Period) -> list[BillInput | Held]:
    found = contracts.in_force(work, account_ids, period)
    points = {one.service_point_id for many in found.values() for one in many}
    since = months_before(period.start, MONTHS_SHOWN - 1)
    usage = metering.usage(work, points, period, since)
    return [_input(work, account_id, found.get(account_id, []), usage, period) for account_id in account_ids]


def _input(
    work: Work, account_id: UUID, found: list[InForce], usage: dict[UUID, metering.PointUsage], period: Period
) -> BillInput | Held:
    if not found:
        return Held(account_id, Text("No contract is in force in {month}.", month=period.code))
    if len(found) > 1:
        return Held(
            account_id,
            Text("Two contracts run in {month}: end one before that month.", month=period.code),
        )
    contract, decimals = found[0], work.country.billed_energy_decimals
    point = usage[contract.service_point_id]
    if point.missing is not None:
        return Held(account_id, point.missing)
    versions = tariffs.in_force(work, contract.tariff_id, period)
    if len(versions) != 1:
        reason = (
            Text("No price is in force for {month}: import the tariff.", month=period.code)
            if not versions
            else Text("The price changes inside {month}: split this bill by hand.", month=period.code)
        )
        return Held(account_id, reason)
    version = versions[0].version
    if version.valid_from > period.start or (version.valid_to is not None and version.valid_to < period.end):
        return Held(
            account_id, Text("No price is in force for all of {month}: import the tariff.", month=period.code)
        )
    reads = tuple(one for one in point.registers if one.register is RegisterCode.ACTIVE)
    energy = Energy.total([billed(one.energy, decimals) for one in reads])
    if energy.raw < 0:
        return Held(account_id, Text("Usage is negative: check both reads and the meter."))
    for name in version.reads:
        if name not in MEASURED:
            what = DETERMINANTS[name].label
            return Held(
                account_id,
                Text("The price needs what is not read here: {determinant}.", determinant=what),
            )
    used_before = Energy.zero()
    if version.is_annual:
        used_before = accumulated(point.history, period, contract.valid_from, decimals)
    return BillInput(
        account_id=account_id,
        contract_id=contract.contract_id,
        version_id=versions[0].id,
        customer_class=contract.customer_class,
        months_of_use=contracts.months_of_use(contract, period.start.year) if version.is_annual else 1,
        month=period.start.month,
        accumulated=used_before,
        energy=energy,
        reads=reads,
        usage=tuple(month for month in point.history if month.month < period.end)[-MONTHS_SHOWN:],
    )


def _input_hash(one: BillInput) -> bytes:
    return sha256(canonical.dump(one))


def _price(work: Work, inputs: Sequence[BillInput | Held]) -> tuple[list[_Priced], list[Held]]:
    """Price inputs, one batch per tariff version; in the order they came, and those that are held."""
    by_version: dict[UUID, list[BillInput]] = defaultdict(list)
    held = [one for one in inputs if isinstance(one, Held)]
    for one in inputs:
        if isinstance(one, BillInput):
            by_version[one.version_id].append(one)
    done: dict[UUID, _Priced] = {}
    for key, many in by_version.items():
        version = tariffs.version(work, key)
        priced = pricing.price(version.version, Batch.of([one.determinants() for one in many]))
        held += [Held(many[row].account_id, reason) for row, reason in priced.held.items()]
        traces = pricing.pack(version.version, priced)
        for row, one in enumerate(many):
            if row not in priced.held:
                lines = json.loads(traces[row])["lines"]
                total, tax = Money(int(priced.total[row])), Money(int(priced.tax[row]))
                done[one.account_id] = _Priced(one, version, lines, total, tax, traces[row])
    return [done[one.account_id] for one in inputs if one.account_id in done], held


# Drafts


@operation("billing.run")
def start_run(work: Work, order: RunOrder) -> RunStarted:
    """Start a run for a month, or go on with the one that is not issued yet: its accounts wait for drafts.

    A run that was stopped while drafting goes on there; one that stood ready is drafted anew as a whole.
    """
    period = Period.month(order.period)
    if period.end > work.today + timedelta(days=1):
        raise Refused(Text("{month} is not over yet.", month=order.period))
    unfinished = sa.exists().where(BillDraft.run_id == BillRun.id, BillDraft.state != DraftState.ISSUED)
    run = work.session.scalars(
        sa.select(BillRun)
        .where(BillRun.hall_id == work.station.hall_id, BillRun.period_start == period.start, unfinished)
        .order_by(BillRun.number.desc())
    ).first()
    if run is not None:
        states = _states(work, run.id)
        if states[DraftState.WAITING]:  # it was stopped while drafting: go on there
            done = sum(states.values()) - states[DraftState.WAITING]
            return RunStarted(run.id, run.number, _in_state(work, run.id, DraftState.WAITING), done)
    live = sa.select(Bill.contract_account_id).where(
        Bill.period_start == period.start, Bill.rebill_of.is_(None)
    )
    issued = set(work.session.scalars(live))
    places = {key: place for place, key in enumerate(contracts.billable(work, period), 1)}
    accounts = [key for key in places if key not in issued]
    if run is None:
        if not accounts:
            raise Refused(Text("Every account is already billed for {month}.", month=order.period))
        run = _new_run(work, period)
    work.session.execute(
        sa.delete(BillDraft).where(BillDraft.run_id == run.id, BillDraft.state != DraftState.ISSUED)
    )
    work.insert_many(BillDraft, [_waiting(work, run.id, key, places[key]) for key in accounts])
    return RunStarted(run.id, run.number, tuple(accounts))


def _states(work: Work, run_id: UUID) -> dict[DraftState, int]:
    """How many drafts of a run are in each state."""
    rows = work.session.execute(
        sa.select(BillDraft.state, sa.func.count())
        .where(BillDraft.run_id == run_id)
        .group_by(BillDraft.state)
    ).all()
    return dict.fromkeys(DraftState, 0) | dict(rows)


def _in_state(work: Work, run_id: UUID, state: DraftState) -> tuple[UUID, ...]:
    """The accounts of a run in one state, in walking order."""
    rows = work.session.scalars(
        sa.select(BillDraft.contract_account_id)
        .where(BillDraft.run_id == run_id, BillDraft.state == state)
        .order_by(BillDraft.position)
    )
    return tuple(rows)


def _new_run(work: Work, period: Period) -> BillRun:
    running = work.number(work.station.hall_id, BILL_RUN)
    run = BillRun(
        id=work.new_id(),
        number=_number(work, "R", running),
        year=work.today.year,
        running=running,
        hall_id=work.station.hall_id,
        period_start=period.start,
        period_end=period.end,
        started_at=work.at,
        started_by=work.actor.name,
    )
    work.add(run)
    work.session.flush()
    return run


def _number(work: Work, kind: str, running: int) -> str:
    """A paper's number: kind, hall, year, and its place in the hall's gapless series of that year."""
    return paper_number(kind, work.station.hall_code, work.today.year, running)


def _waiting(work: Work, run_id: UUID, account_id: UUID, position: int) -> dict[str, object]:
    return {
        "run_id": run_id,
        "contract_account_id": account_id,
        "district_id": work.station.district_id,
        "position": position,
        "state": DraftState.WAITING,
        "energy": Energy(0),
        "amount": Money(0),
        "energy_before": None,
        "input_hash": None,
        "reason": None,
    }


@operation("billing.run")
def draft_chunk(work: Work, chunk: RunChunk) -> ChunkDone:
    """Draft some accounts of a run: what each would be billed, or why it is held."""
    run = work.session.get_one(BillRun, chunk.run_id)
    period = Period(run.period_start, run.period_end)
    inputs = _inputs(work, chunk.account_ids, period)
    priced, held = _price(work, inputs)
    before = {
        one.account_id: next((m.energy for m in reversed(one.usage) if m.month < period.start), None)
        for one in inputs
        if isinstance(one, BillInput)
    }
    places = _take_drafts(work, chunk)
    rows = [
        _waiting(work, run.id, one.input.account_id, places[one.input.account_id])
        | {
            "state": DraftState.READY,
            "energy": one.input.energy,
            "amount": one.total,
            "energy_before": before[one.input.account_id],
            "input_hash": _input_hash(one.input),
        }
        for one in priced
    ]
    rows += [
        _waiting(work, run.id, one.account_id, places[one.account_id])
        | {"state": DraftState.HELD, "reason": canonical.dump(one.reason)}
        for one in held
    ]
    work.insert_many(BillDraft, rows)
    return ChunkDone(len(priced), len(held))


def _take_drafts(work: Work, chunk: RunChunk) -> dict[UUID, int]:
    """Take the chunk's drafts away to be written anew; their places in the run by account."""
    mine = sa.and_(BillDraft.run_id == chunk.run_id, BillDraft.contract_account_id.in_(chunk.account_ids))
    rows = work.session.execute(
        sa.select(BillDraft.contract_account_id, BillDraft.position).where(mine)
    ).all()
    work.session.execute(sa.delete(BillDraft).where(mine))
    return {row.contract_account_id: row.position for row in rows}


def run_bills(seat: Seat, period: Period, progress: Progress = go_on) -> RunOutcome:
    """Draft every account of the hall that is not billed for a month yet; nothing is owed before `issue_run`."""
    started = seat.do(start_run, RunOrder(period.code))
    return _go_through(seat, draft_chunk, started, progress)


def _go_through(
    seat: Seat, job: Callable[[Work, RunChunk], ChunkDone], started: RunStarted, progress: Progress
) -> RunOutcome:
    """Do the accounts that wait, chunk by chunk; rows are counted over the whole run."""
    chunks = [
        Chunk(
            str(at),
            RunChunk(started.run_id, started.waiting[at : at + CHUNK]),
            started.done + min(at + CHUNK, len(started.waiting)),
        )
        for at in range(0, len(started.waiting), CHUNK)
    ]
    _, stopped = batch(seat, job, draw_id(), chunks, progress)
    held = tuple(row for row in seat.ask(run_drafts, started.number) if row.state is DraftState.HELD)
    return RunOutcome(seat.ask(bill_run, started.number), held, stopped, started.done)


# Issue


@query("billing.view")
def ready_accounts(work: Work, run_number: str) -> RunStarted:
    """The accounts of a run whose drafts are ready to be issued, in walking order."""
    run = _run(work, run_number)
    done = _states(work, run.id)[DraftState.ISSUED]
    return RunStarted(run.id, run.number, _in_state(work, run.id, DraftState.READY), done)


@operation("billing.issue")
def issue_chunk(work: Work, chunk: RunChunk) -> ChunkDone:
    """Issue some drafts: rate the same inputs again; an account whose inputs changed is held, not issued."""
    run = work.session.get_one(BillRun, chunk.run_id)
    period = Period(run.period_start, run.period_end)
    drafts = {
        row.contract_account_id: row
        for row in work.session.scalars(
            sa.select(BillDraft).where(
                BillDraft.run_id == run.id,
                BillDraft.contract_account_id.in_(chunk.account_ids),
                BillDraft.state == DraftState.READY,
            )
        )
    }
    wanted = [key for key in chunk.account_ids if key in drafts]
    work.lock(ContractAccount, wanted)
    priced, held = _price(work, _inputs(work, wanted, period))
    good = [one for one in priced if _input_hash(one.input) == drafts[one.input.account_id].input_hash]
    changed = Text("Reads, contract or price changed after the draft: draft this account again.")
    held += [Held(one.input.account_id, changed) for one in priced if one not in good]
    _write_bills(work, run, period, good, {key: draft.position for key, draft in drafts.items()})
    _mark(work, run.id, DraftState.ISSUED, {one.input.account_id: None for one in good})
    _mark(work, run.id, DraftState.HELD, {one.account_id: canonical.dump(one.reason) for one in held})
    return ChunkDone(len(good), len(held))


def _mark(work: Work, run_id: UUID, state: DraftState, reasons: dict[UUID, str | None]) -> None:
    table = table_of(BillDraft)
    if reasons:
        work.session.connection().execute(
            sa.update(table)
            .where(table.c.run_id == run_id, table.c.contract_account_id == sa.bindparam("account"))
            .values(state=state, reason=sa.bindparam("why")),
            [{"account": key, "why": why} for key, why in reasons.items()],
        )


def _write_bills(
    work: Work, run: BillRun, period: Period, good: Sequence[_Priced], places: dict[UUID, int]
) -> None:
    """Numbers, charges, bills and lines of some priced accounts."""
    if not good:
        return
    country, keys = work.country, [one.input.account_id for one in good]
    overdue, held = ledger.overdue(work, keys, work.today), ledger.accounts(work, keys)
    credits = {key: account.credit for key, account in held.items()}
    rests_on = ((read.previous_read_id, read.current_read_id) for one in good for read in one.input.reads)
    metering.bill(work, (key for pair in rests_on for key in pair))
    due_on = work.today + timedelta(days=country.due_days)
    first = work.number(run.hall_id, BILL, len(good))
    numbers = [_number(work, "B", first + place) for place in range(len(good))]
    charges = [
        Charge(
            account_id=one.input.account_id,
            source_number=number,
            month=period.start,
            due_on=due_on,
            energy=one.input.energy,
            amount=one.total,
            tax=one.tax,
            customer_class=one.input.customer_class,
            rule_set=country.rule_set(work.today),
        )
        for number, one in zip(numbers, good, strict=True)
    ]
    sets = ledger.charge_many(work, charges)
    bills, lines, owners = [], [], []
    for place, (number, one, charge, set_id) in enumerate(zip(numbers, good, charges, sets, strict=True)):
        key = one.input.account_id
        bill_id = work.new_id()
        bills.append(
            {
                "id": bill_id,
                "number": number,
                "year": work.today.year,
                "running": first + place,
                "run_id": run.id,
                "position": places[key],
                "contract_account_id": key,
                "contract_id": one.input.contract_id,
                "tariff_version_id": one.version.id,
                "posting_set_id": set_id,
                "kind": BillKind.PERIODIC,
                "period_start": period.start,
                "period_end": period.end,
                "issued_on": work.today,
                "due_on": charge.due_on,
                "energy": one.input.energy,
                "amount": one.total,
                "tax": one.tax,
                "tax_percent": int(one.version.version.tax_percent),
                "arrears": overdue.get(key, Money(0)),
                "credit": credits[key],
                "trace": _trace(one),
                "rebill_of": None,
            }
        )
        version = one.version.version
        lines += [_line(bill_id, position, line, version) for position, line in enumerate(one.lines, 1)]
        owners.append(paper(BILL_OWNER, bill_id, number))
    work.insert_many(Bill, bills)
    work.insert_many(BillLine, lines)
    search.index(work, owners)


def _line(bill_id: UUID, position: int, line: list[int], version: pricing.TariffVersion) -> dict[str, object]:
    component, band, tier, _, price, amount = line
    return {
        "bill_id": bill_id,
        "position": position,
        "component": component,
        "band": band,
        "tier": tier,
        "energy": version.energy_of(line),
        "price": Price(price),
        "amount": Money(amount),
    }


def _trace(one: _Priced) -> str:
    """All a bill rests on: what the core looked at, the reads, and the months shown beside them."""
    facts = {"pricing": json.loads(one.trace), "reads": one.input.reads, "usage": one.input.usage}
    return canonical.dump(facts)


def issue_run(seat: Seat, run_number: str, progress: Progress = go_on) -> RunOutcome:
    """Issue the ready drafts of a run, chunk by chunk; stopped or killed, it goes on where it stands."""
    return _go_through(seat, issue_chunk, seat.ask(ready_accounts, run_number), progress)


# Looking at runs


def _run(work: Work, number: str) -> BillRun:
    run = work.session.scalar(sa.select(BillRun).filter_by(number=number))
    if run is None:
        raise NotFound(Text("No bill run has the number {number}.", number=number))
    return run


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
    return _run_row(work, _run(work, number))


def _run_row(work: Work, run: BillRun) -> RunRow:
    tallies = {
        row.state: row
        for row in work.session.execute(
            sa.select(
                BillDraft.state,
                sa.func.count().label("accounts"),
                sa.func.sum(BillDraft.energy).label("energy"),
                sa.func.sum(BillDraft.amount).label("amount"),
            )
            .where(BillDraft.run_id == run.id)
            .group_by(BillDraft.state)
        )
    }
    counts = {state: tallies[state].accounts if state in tallies else 0 for state in DraftState}
    if counts[DraftState.WAITING]:
        state = RunState.DRAFTING
    elif not counts[DraftState.ISSUED]:
        state = RunState.DRAFTED
    else:
        state = RunState.ISSUING if counts[DraftState.READY] else RunState.ISSUED
    return RunRow(
        run_id=run.id,
        number=run.number,
        period=Period(run.period_start, run.period_end),
        state=state,
        accounts=sum(counts.values()),
        ready=counts[DraftState.READY],
        held=counts[DraftState.HELD],
        issued=counts[DraftState.ISSUED],
        energy=Energy.total([row.energy for row in tallies.values()]),
        amount=Money.total([row.amount for row in tallies.values()]),
        started_at=work.local(run.started_at),
        started_by=run.started_by,
    )


@query("billing.view")
def run_drafts(work: Work, run_number: str) -> tuple[DraftRow, ...]:
    """Every account of a run in walking order, with its amount or the reason it is held."""
    run = _run(work, run_number)
    drafts = work.session.scalars(
        sa.select(BillDraft).where(BillDraft.run_id == run.id).order_by(BillDraft.position)
    ).all()
    numbers = dict(
        work.session.execute(
            sa.select(Bill.contract_account_id, Bill.number).where(Bill.run_id == run.id)
        ).all()
    )
    found: list[DraftRow] = []
    for at in range(0, len(drafts), CHUNK):
        some = drafts[at : at + CHUNK]
        people = _customers(work, [draft.contract_account_id for draft in some])
        found += [_draft_row(draft, people[draft.contract_account_id], numbers) for draft in some]
    return tuple(found)


def _draft_row(draft: BillDraft, customer: _Customer, numbers: dict[UUID, str]) -> DraftRow:
    return DraftRow(
        account_number=customer.number,
        customer_name=customer.name,
        address=customer.address,
        state=draft.state,
        energy=draft.energy,
        amount=draft.amount,
        energy_before=draft.energy_before,
        bill_number=numbers.get(draft.contract_account_id, ""),
        reason=canonical.load(Text, draft.reason) if draft.reason else None,
    )


def search_owners(work: Work, bill_ids: Sequence[UUID]) -> list[Owner]:
    """Bills as search finds them."""
    rows = work.session.execute(sa.select(Bill.id, Bill.number).where(Bill.id.in_(bill_ids)))
    return [paper(BILL_OWNER, row.id, row.number) for row in rows]


# A bill as papers and screens show it


@dataclass(frozen=True, slots=True)
class _Customer:
    """The customer block of a paper."""

    number: str
    name: str
    language: str
    postcode: str
    region: str
    address: str
    voltage: str
    route: str


def _customers(work: Work, account_ids: Sequence[UUID]) -> dict[UUID, _Customer]:
    accounts = ledger.accounts(work, account_ids)
    people = parties.parties(work, {account.party_id for account in accounts.values()})
    points = dict(
        work.session.execute(
            sa.select(SupplyContract.contract_account_id, SupplyContract.service_point_id)
            .where(SupplyContract.contract_account_id.in_(account_ids))
            .order_by(SupplyContract.valid_from)
        ).all()
    )
    places, routes = (
        premises.places(work, set(points.values())),
        metering.walking_order(work, points.values()),
    )
    return {
        key: _Customer(
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


@query("billing.view")
def bill(work: Work, number: str) -> BillShown:
    """One bill with its lines, their explanation, its reads and everything its paper shows."""
    row = work.session.scalar(sa.select(Bill).filter_by(number=number.strip()))
    if row is None:
        raise NotFound(Text("No bill has the number {number}.", number=number))
    return _shown(work, [row])[0]


@query("billing.view")
def bills_of_run(work: Work, page: BillsPage) -> BillsFound:
    """A page of a run's bills in walking order."""
    run = _run(work, page.run_number)
    rows = work.session.scalars(
        sa.select(Bill)
        .where(Bill.run_id == run.id, sa.tuple_(Bill.position, Bill.running) > sa.tuple_(*page.after))
        .order_by(Bill.position, Bill.running)
        .limit(page.limit)
    ).all()
    total = (
        work.session.scalar(sa.select(sa.func.count()).select_from(Bill).where(Bill.run_id == run.id)) or 0
    )
    return BillsFound(
        tuple(_shown(work, rows)), (rows[-1].position, rows[-1].running) if rows else page.after, total
    )


def _shown(work: Work, rows: Sequence[Bill]) -> list[BillShown]:
    people = _customers(work, [row.contract_account_id for row in rows])
    keys = {row.run_id for row in rows}
    runs = {run.id: run for run in work.session.scalars(sa.select(BillRun).where(BillRun.id.in_(keys)))}
    head = staff.letterhead(work)
    return [_one_shown(work, row, people[row.contract_account_id], head, runs[row.run_id]) for row in rows]


def _one_shown(work: Work, row: Bill, customer: _Customer, head: Letterhead, run: BillRun) -> BillShown:
    country, facts = work.country, json.loads(row.trace)
    version, packed = tariffs.version(work, row.tariff_version_id), json.dumps(facts["pricing"])
    period = Period(row.period_start, row.period_end)
    amount = country.currency.decimal(row.amount)
    reads = canonical.build(tuple[RegisterUsage, ...], facts["reads"])
    return BillShown(
        number=row.number,
        kind=row.kind,
        letterhead=head,
        language=customer.language,
        period=period,
        days=period.days,
        issued_on=row.issued_on,
        due_on=row.due_on,
        account_number=customer.number,
        customer_name=customer.name,
        postcode=customer.postcode,
        address_lines=(customer.region, customer.address),
        use_class=Text(version.use_class),
        route=customer.route,
        meter_serial=reads[0].meter_serial if reads else "",
        lines=tuple(_line_shown(line) for line in pricing.traced(version.version, packed)),
        energy=row.energy,
        amount=row.amount,
        tax_percent=row.tax_percent,
        tax=row.tax,
        arrears=row.arrears,
        credit=row.credit,
        amount_words=country.amount_in_words(amount) if country.amount_in_words else "",
        reads=tuple(one.at(work.local) for one in reads),
        tiers=pricing.tier_picture(version.version, packed),
        usage=canonical.build(tuple[MonthUsage, ...], facts["usage"]),
        basis=version.basis,
        payment_code=country.payment_code(customer.number, amount, period.start),
        check_code=papers.check_code(row.hash),
        late_fee_note=country.late_fee_note(version.customer_class, country.rule_set(row.issued_on)),
        run_number=run.number,
        run_place=row.position,
        run_at=work.local(run.started_at),
        run_by=run.started_by,
    )


def _line_shown(line: PricedLine) -> BillLineShown:
    energy = line.quantity if isinstance(line.quantity, Energy) else None
    price = line.price if energy is not None else None
    return BillLineShown(line.label, energy, price, line.amount, line.accumulated, line.explanation)


def print_run(seat: Seat, run_number: str, out: Path, progress: Progress = go_on) -> int:
    """Write every bill of a run into one PDF, in walking order; the number of pages. A stop leaves no file."""
    total = seat.ask(bills_of_run, BillsPage(run_number, START, 1)).total
    if not total:
        raise Refused(Text("Run {number} has no bills yet: issue it first.", number=run_number))
    with written_whole(out) as stream:
        return write_bills(
            stream,
            _stream(seat, run_number, total, progress),
            seat.app.catalog,
            seat.app.country,
            seat.app.picture,
        )


class Stopped(Refused):
    """Printing was stopped; no file was left."""


def _stream(seat: Seat, run_number: str, total: int, progress: Progress) -> Iterator[BillShown]:
    after, done = START, 0
    while done < total:
        page = seat.ask(bills_of_run, BillsPage(run_number, after, CHUNK))
        if not page.bills:
            break
        for one in page.bills:
            yield one
            done += 1
            if done % 50 == 0 and not progress(done, total):
                raise Stopped(
                    Text("Stopped at {done} of {total} bills. No file was written.", done=done, total=total)
                )
        after = page.last
    progress(total, total)


def prove(session: orm.Session) -> Iterator[Finding]:
    """Numbers of bills and runs are gapless; each bill is the sum of its lines."""

    bills = sa.select(BillRun.hall_id, Bill.year, Bill.running).join(BillRun, BillRun.id == Bill.run_id)
    yield from prove_series(session, BILL, bills, Bill.__tablename__)
    runs = sa.select(BillRun.hall_id, BillRun.year, BillRun.running)
    yield from prove_series(session, BILL_RUN, runs, BillRun.__tablename__)
    sums = (
        sa.select(BillLine.bill_id, sa.func.sum(BillLine.amount).label("total"))
        .group_by(BillLine.bill_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(Bill.id, Bill.amount, sums.c.total).outerjoin(sums, sums.c.bill_id == Bill.id)
    )
    for key, amount, total in rows:
        if amount != (total or Money(0)):
            yield Finding(
                "I19", Bill.__tablename__, key, "bill_sum", Text("The bill is not the sum of its lines")
            )
