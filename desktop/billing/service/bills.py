"""Bills as papers and screens show them, and their printing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing.documents import write_bills
from desktop.billing.records import (
    START,
    BillKind,
    BillLineShown,
    BillPartShown,
    BillsFound,
    BillShown,
    BillsPage,
    DraftLook,
    DraftQuery,
    Explanation,
    InstalmentDeducted,
)
from desktop.billing.service.comparing import why_different
from desktop.billing.service.deducting import deducted, deducts
from desktop.billing.service.looks import ASKED_AT_ONCE, find_run
from desktop.billing.service.pricing import TracedPart, traced_parts
from desktop.billing.service.rating import rate
from desktop.billing.service.reversal import reversed_bills
from desktop.billing.tables import Bill, BillReversal, BillRun
from desktop.contracts import service as contracts
from desktop.contracts.tables import SecurityDeposit, SupplyContract
from desktop.kernel import canonical
from desktop.kernel.asking import Question
from desktop.kernel.database import table_of
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.files import written_whole
from desktop.kernel.measures import Demand, Energy, Money
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.kernel.work import Progress, Seat, Work, go_on, query
from desktop.ledger.tables import ContractAccount, OpenItem
from desktop.metering.records import MonthUsage, RegisterUsage
from desktop.metering.tables import ReadingRoute, RouteStop
from desktop.papers import service as papers
from desktop.parties.tables import Party
from desktop.premises.tables import Premise, ServicePoint
from desktop.search.records import BILL as BILL_OWNER
from desktop.search.records import Owner, paper
from desktop.staff import service as staff
from desktop.staff.records import Letterhead
from desktop.tariffs import rules as pricing
from desktop.tariffs import service as tariffs
from desktop.tariffs.records import PricedLine, TierPicture
from desktop.tariffs.rules import TariffVersion

BILL = "bill"
"""The kind of paper that a bill is."""


def search_owners(work: Work, bill_ids: Sequence[UUID]) -> list[Owner]:
    """Bills as search finds them."""
    rows = work.session.execute(sa.select(Bill.id, Bill.number).where(Bill.id.in_(bill_ids)))
    return [paper(BILL_OWNER, row.id, row.number) for row in rows]


@query("billing.view")
def bill(work: Work, number: str) -> BillShown:
    """One bill with its lines, their explanation, its reads and everything its paper shows."""
    row = work.asked(_NUMBERED, {"number": number.strip()}).one_or_none()
    if row is None:
        raise NotFound(Text("No bill has the number {number}.", number=number))
    return _shown(work, [row])[0]


@query("billing.view")
def explanation(work: Work, numbers: tuple[str, str]) -> Explanation:
    """Two bills of an account, the first one held against the second, with all that their paper shows."""
    why = why_different(work, numbers)
    old, new = (bill(work, number) for number in numbers)
    return Explanation(old, new, why)


@query("billing.view")
def bills_of_run(work: Work, page: BillsPage) -> BillsFound:
    """A page of a run's bills in walking order, without those that were taken back."""
    run = {"run": find_run(work, page.run_number).id}
    position, running = page.after
    rows = work.asked(_PAGE, run | {"position": position, "running": running, "limit": page.limit})
    total = work.rows(_COUNTED, run).scalar_one() if page.after == START else 0
    return BillsFound(
        tuple(_shown(work, rows)), (rows[-1].position, rows[-1].running) if rows else page.after, total
    )


_BEFORE, _AFTER = orm.aliased(Bill), orm.aliased(Bill)
_TERMS = (
    sa.select(OpenItem.rule_set)
    .where(OpenItem.source_number == Bill.number, OpenItem.contract_account_id == Bill.contract_account_id)
    .limit(1)
    .scalar_subquery()
)
"""The terms on which what a bill asks for bears late fees; none where it asks for nothing."""

_NOT_SHOWN = {
    "entry_id",
    "district_id",
    "year",
    "run_id",
    "contract_account_id",
    "posting_set_id",
    "rebill_of",
}
_SHOWN = (
    sa.select(*(column for column in table_of(Bill).columns if column.key not in _NOT_SHOWN))
    .add_columns(ContractAccount.number.label("account"), Party.name.label("customer"), Party.language)
    .add_columns(Premise.postcode, Premise.region, Premise.address, ReadingRoute.code.label("route"))
    .add_columns(BillRun.number.label("run"), BillRun.started_at, BillRun.started_by)
    .add_columns(BillReversal.reversed_on, BillReversal.reason.label("reversed_why"))
    .add_columns(_BEFORE.number.label("replaces"), _AFTER.number.label("replaced_by"))
    .add_columns(_TERMS.label("late_fee_terms"))
    .add_columns(deducts(Bill.id).label("deducts"), papers.noted(BILL, Bill.number).label("noted"))
    .join(ContractAccount, ContractAccount.id == Bill.contract_account_id)
    .join(Party, Party.id == ContractAccount.party_id)
    .join(
        SupplyContract, sa.and_(SupplyContract.contract_account_id == ContractAccount.id, contracts.is_main())
    )
    .join(ServicePoint, ServicePoint.id == SupplyContract.service_point_id)
    .join(Premise, Premise.id == ServicePoint.premise_id)
    .join(BillRun, BillRun.id == Bill.run_id)
    .outerjoin(RouteStop, RouteStop.service_point_id == ServicePoint.id)
    .outerjoin(ReadingRoute, ReadingRoute.id == RouteStop.route_id)
    .outerjoin(BillReversal, BillReversal.bill_id == Bill.id)
    .outerjoin(_BEFORE, _BEFORE.id == Bill.rebill_of)
    .outerjoin(_AFTER, _AFTER.rebill_of == Bill.id)
)
"""A bill, whose and where it is, its run, what became of it and the bills before and after it; and whether it deducts
instalments, or says more than it did at first, which is rare and asked for apart."""

_NUMBERED = Question(_SHOWN.where(Bill.number == sa.bindparam("number")))

_COUNTED = (
    sa.select(sa.func.count())
    .select_from(Bill)
    .where(Bill.run_id == sa.bindparam("run"), Bill.id.not_in(reversed_bills()))
)
_WALKED = orm.aliased(Bill)
_PAGE = Question(
    _SHOWN.where(
        Bill.id.in_(
            sa.select(_WALKED.id)
            .where(_WALKED.run_id == sa.bindparam("run"), _WALKED.id.not_in(reversed_bills()))
            .where(
                sa.tuple_(_WALKED.position, _WALKED.running)
                > sa.tuple_(sa.bindparam("position"), sa.bindparam("running"))
            )
            .order_by(_WALKED.position, _WALKED.running)
            .limit(sa.bindparam("limit"))
        )
    ).order_by(Bill.position, Bill.running)
)
"""The bills of a page are found first, by their places alone: all else is asked of them, not of every bill of the run.
"""


def _shown(work: Work, rows: Sequence[Any]) -> list[BillShown]:
    """Rows of `_SHOWN` with their lines in words."""
    head = staff.letterhead(work)
    deducting, noted = [row.id for row in rows if row.deducts], [row.number for row in rows if row.noted]
    parts = deducted(work, deducting) if deducting else {}
    notes = papers.notes(work, BILL, noted) if noted else {}
    return [
        _asking(work, _one_shown(work, row, head, parts.get(row.id, ()), notes.get(row.number, ())))
        for row in rows
    ]


def _asking(work: Work, shown: BillShown) -> BillShown:
    """A bill whose code asks for what its instalments leave of it."""
    if not shown.instalments:
        return shown
    country, left = work.country, max(shown.to_pay, Money(0))
    code = country.payment_code(shown.account_number, country.currency.decimal(left), shown.period.start)
    return replace(shown, payment_code=code if left else "")


def _one_shown(
    work: Work,
    row: Any,
    head: Letterhead,
    instalments: tuple[InstalmentDeducted, ...],
    notes: tuple[Text, ...],
) -> BillShown:
    country, facts = work.country, json.loads(row.trace)
    version, parts = tariffs.version(work, row.tariff_version_id), _parts(work, traced_parts(row, facts))
    period = Period(row.period_start, row.period_end)
    amount = country.currency.decimal(row.amount)
    reads = canonical.build(tuple[RegisterUsage, ...], facts["reads"])
    usage = canonical.build(tuple[MonthUsage, ...], facts["usage"])
    return BillShown(
        number=row.number,
        kind=row.kind,
        letterhead=head,
        language=row.language,
        period=period,
        days=period.days,
        issued_on=row.issued_on,
        due_on=row.due_on,
        account_number=row.account,
        customer_name=row.customer,
        postcode=row.postcode,
        address_lines=(row.region, row.address),
        use_class=Text(version.use_class),
        route=row.route or "",
        meter_serial=reads[0].meter_serial if reads else "",
        lines=tuple(line for part in parts for line in part.lines),
        energy=row.energy,
        amount=row.amount,
        tax_percent=row.tax_percent,
        tax=row.tax,
        arrears=row.arrears,
        credit=row.credit,
        amount_words=country.amount_in_words(amount) if country.amount_in_words else "",
        reads=tuple(one.at(work.local) for one in reads),
        tiers=_tiers(parts, period),
        usage=usage,
        basis=version.basis,
        parts=tuple(parts),
        notes=(
            *canonical.build(tuple[Text, ...], facts.get("notes", [])),
            *_estimates(usage),
            *_of_its_kind(work, row),
            *notes,
        ),
        payment_code=country.payment_code(row.account, amount, period.start),
        check_code=papers.check_code(row.hash),
        late_fee_note=country.late_fee_note(
            version.customer_class, row.late_fee_terms or country.rule_set(row.issued_on)
        ),
        run_number=row.run,
        run_place=row.position,
        run_at=work.local(row.started_at),
        run_by=row.started_by,
        instalments=instalments,
        reversed_on=row.reversed_on,
        reversed_why=row.reversed_why or "",
        replaces=row.replaces or "",
        replaced_by=row.replaced_by or "",
    )


def _estimates(usage: Sequence[MonthUsage]) -> tuple[Text, ...]:
    """That a bill rests on an estimate, or that its read settles the estimates before it, with all their energy."""
    if not usage:
        return ()
    last = usage[-1]
    if last.estimated:
        return (Text("This month is estimated: the next true read settles it."),)
    settled = list(takewhile(lambda month: month.estimated, reversed(usage[:-1])))
    if not settled:
        return ()
    return (
        Text(
            "{energy} kWh were estimated before; this read settles them: {total} kWh in {months} months together.",
            energy=Energy.total([month.energy for month in settled]),
            total=Energy.total([month.energy for month in (last, *settled)]),
            months=len(settled) + 1,
        ),
    )


def _of_its_kind(work: Work, row: Any) -> tuple[Text, ...]:
    """What a bill that ends an account says besides: since when there is no supply, and what becomes of a deposit."""
    if row.kind is not BillKind.FINAL:
        return ()
    used = _deposit_used(work, row)
    return (
        Text("Supply ended on {day}; the tiers count the months of use.", day=row.period_end),
        Text("A security deposit is paid back once nothing is owed any more.")
        if used is None
        else Text(
            "The security deposit of {amount} is set against what is owed; the rest is credit, paid back on request.",
            amount=-used,
        ),
    )


def _deposit_used(work: Work, row: Any) -> Money | None:
    """What was made credit of a deposit, with a minus, by a final bill or by one it puts right; None where nothing was,
    or where it was held again before the bill was issued."""
    keys: list[UUID] = []
    last: UUID | None = row.id
    while last is not None:
        keys.append(last)
        last = work.session.scalar(sa.select(Bill.rebill_of).where(Bill.id == last))
    back = orm.aliased(SecurityDeposit)
    held_again = sa.exists().where(
        back.reverses_id == SecurityDeposit.id, back.moved_on <= row.issued_on, Bill.id != row.id
    )
    found: Money | None = work.session.scalar(
        sa.select(SecurityDeposit.amount)
        .join(Bill, sa.and_(Bill.entry_id == SecurityDeposit.entry_id, Bill.id.in_(keys)))
        .where(SecurityDeposit.contract_account_id == Bill.contract_account_id, ~held_again)
    )
    return found


def _tiers(parts: Sequence[BillPartShown], period: Period) -> TierPicture | None:
    """Where a bill of one price list left its account between the steps: what it puts right of another year, or of
    another month where these count alone, does not move it."""
    if len({part.basis.name for part in parts}) != 1:
        return None
    mine = [
        part
        for part in parts
        if part.period.start >= period.start
        or (part.tiers is not None and part.tiers.annual and part.period.start.year == period.start.year)
    ]
    return mine[-1].tiers if mine else None


def _parts(work: Work, traced: Sequence[TracedPart]) -> list[BillPartShown]:
    """What each price list priced of a bill, its lines in words."""
    found = []
    for one in traced:
        version = tariffs.version(work, one.part.version_id)
        found.append(
            BillPartShown(
                Period(one.part.start, one.part.end),
                version.basis,
                _lines_shown(version.version, one.trace),
                pricing.tier_picture(version.version, one.trace),
            )
        )
    return found


def _lines_shown(version: TariffVersion, trace: dict[str, Any]) -> tuple[BillLineShown, ...]:
    """The lines of a part in words; those written by hand carry their own."""
    if "words" not in trace:
        return tuple(_line_shown(line) for line in pricing.traced(version, trace))
    words = canonical.build(tuple[Text, ...], trace["words"])
    return tuple(
        BillLineShown(label, Energy(line[3]) if line[3] else None, None, Money(line[5]))
        for label, line in zip(words, trace["lines"], strict=True)
    )


def _line_shown(line: PricedLine) -> BillLineShown:
    quantity = line.quantity
    return BillLineShown(
        label=line.label,
        energy=quantity if isinstance(quantity, Energy) else None,
        price=line.price,
        amount=line.amount,
        accumulated=line.accumulated,
        explanation=line.explanation,
        power=quantity if isinstance(quantity, Demand) else None,
        unit=line.unit,
    )


@query("billing.view")
def draft_look(work: Work, asked: DraftQuery) -> DraftLook:
    """What one account of a run would be billed now, priced by the core again; `Refused` with why it is held."""
    run = find_run(work, asked.run_number)
    priced, held = rate(work, run, (asked.account_id,), traced=True)
    if held:
        raise Refused(held[0].reason)
    one = priced[0]
    parts = _parts(work, [TracedPart(part.part, json.loads(part.trace)) for part in one.parts])
    return DraftLook(
        asked.account_id,
        one.input.usage,
        tuple(line for part in parts for line in part.lines),
        tuple(read.at(work.local) for read in one.input.reads),
        one.input.notes,
    )


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
        page = seat.ask(bills_of_run, BillsPage(run_number, after, ASKED_AT_ONCE))
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
