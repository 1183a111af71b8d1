"""What a run rates: the month of its accounts through the core, or the one bill it makes by hand.

Draft and issue ask here, so that both rate the same; what is made by hand is stored and owed as every other bill.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.records import OF_MONTH, AdjustingOrder, BillKind, DraftState, ManualOrder
from desktop.billing.rules import BillInput, BillPart, Held
from desktop.billing.service.inputs import gather, standing
from desktop.billing.service.lowering import left_of
from desktop.billing.service.pricing import BY_HAND, Priced, PricedPart, price, stored_parts, totals
from desktop.billing.service.reversal import billed_up_to, bills_by_number, reversal_days
from desktop.billing.tables import Bill, BillDraft, BillOccasion, BillRun
from desktop.contracts import service as contracts
from desktop.contracts.tables import SupplyContract
from desktop.kernel import canonical
from desktop.kernel.measures import Energy, Money
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.tariffs import service as tariffs
from desktop.tariffs.rules.proration import spread

Line = tuple[Text, Energy, Money]

_BILLED_MEANWHILE = Text("Other months were billed or taken back meanwhile: put this energy right anew.")


def occasion(work: Work, run: BillRun) -> BillOccasion | None:
    """Why a run makes a bill of another kind than a month's."""
    return work.session.scalar(_OCCASION, {"run": run.id})


_OCCASION = sa.select(BillOccasion).where(BillOccasion.run_id == sa.bindparam("run"))


def kind_of(work: Work, run: BillRun) -> BillKind:
    """What kind of bills a run makes."""
    found = occasion(work, run)
    return BillKind.PERIODIC if found is None else found.kind


def rate(
    work: Work, run: BillRun, account_ids: Sequence[UUID], *, traced: bool
) -> tuple[list[Priced], list[Held]]:
    """What accounts of a run would be billed, and those that are held; in the order they came."""
    period, found = Period(run.period_start, run.period_end), occasion(work, run)
    if found is None or found.kind in OF_MONTH:
        rated = price(work, gather(work, account_ids, period), traced=traced)
        return rated if found else _without_finals(work, period, *rated)
    priced: list[Priced] = []
    held: list[Held] = []
    for key in account_ids:
        made = (
            _manual(work, key, found, period)
            if found.kind is BillKind.MANUAL
            else _adjusting(work, key, found)
        )
        (held if isinstance(made, Held) else priced).append(made)  # type: ignore[arg-type]  # told apart just now
    return priced, held


def _without_finals(
    work: Work, period: Period, priced: list[Priced], held: list[Held]
) -> tuple[list[Priced], list[Held]]:
    """The month's bills but of accounts that end in it and whose final bill is drafted: that one uses the deposit."""
    ending = [one.input.account_id for one in priced if one.ends_on < period.end]
    if not ending:
        return priced, held
    finals = dict(work.rows(_FINALS, {"month": period.start, "accounts": ending}).all())
    why = {
        key: Text("Its final bill is drafted in run {number}: issue that one.", number=number)
        for key, number in finals.items()
    }
    left = [one for one in priced if one.input.account_id not in why]
    return left, [*held, *(Held(key, words) for key, words in why.items())]


_FINALS = (
    sa.select(BillDraft.contract_account_id, BillRun.number)
    .join(BillRun, BillRun.id == BillDraft.run_id)
    .join(BillOccasion, BillOccasion.run_id == BillRun.id)
    .where(BillOccasion.kind == BillKind.FINAL, BillDraft.state == DraftState.READY)
    .where(BillRun.period_start == sa.bindparam("month"))
    .where(BillDraft.contract_account_id.in_(sa.bindparam("accounts", expanding=True)))
)


def _manual(work: Work, account_id: UUID, found: BillOccasion, period: Period) -> Priced | Held:
    """The lines somebody wrote, by the contract and the price list of the month."""
    order = canonical.load(ManualOrder, found.content)
    lines = [(Text(line.words), line.energy, line.amount) for line in order.lines]
    if order.lowers:
        return _lowering(work, account_id, order, period, lines)
    running = contracts.in_force(work, [account_id], period).get(account_id, [])
    if not running:
        return Held(account_id, Text("No contract is in force in {month}.", month=period.code))
    contract = running[-1]
    versions = tariffs.in_force(work, contract.tariff_id, period)
    if not versions:
        return Held(
            account_id, Text("No price is in force for {month}: import the tariff.", month=period.code)
        )
    part = BillPart(contract.contract_id, versions[-1].id, period.start, period.end, {})
    return _by_hand(account_id, contract.customer_class, part, versions[-1], lines, order.reason)


def _lowering(
    work: Work, account_id: UUID, order: ManualOrder, period: Period, lines: Sequence[Line]
) -> Priced | Held:
    """The lines somebody wrote to give back a part of a bill, by that bill's contract and its rate of tax."""
    bill = bills_by_number(work, (order.lowers,))[0]
    if reversal_days(work, [bill.id]):
        return Held(account_id, Text("Bill {number} was taken back already.", number=bill.number))
    part = BillPart(bill.contract_id, bill.tariff_version_id, period.start, period.end, {})
    version = tariffs.version(work, bill.tariff_version_id)
    customer_class = work.session.get_one(SupplyContract, bill.contract_id).customer_class
    told = Text("Gives back a part of bill {number}", number=bill.number)
    made = _by_hand(account_id, customer_class, part, version, lines, order.reason, (told,))
    return _within(work, bill, made)


def _within(work: Work, bill: Bill, made: Priced) -> Priced | Held:
    """A bill that gives back a part of another one, or why that one has less left; tax never above what is left."""
    left = left_of(work, bill)
    flaw = left.flaw(made.total, made.input.energy)
    if flaw is not None:
        return Held(made.input.account_id, flaw)
    (part,) = made.parts
    return replace(made, parts=(replace(part, tax=left.tax_of(made.total, made.tax)),))


def _adjusting(work: Work, account_id: UUID, found: BillOccasion) -> Priced | Held:
    """What a bill would cost more or less with other energy, through the core, at its own prices, on top of what stands
    of its year or month."""
    order = canonical.load(AdjustingOrder, found.content)
    bill = bills_by_number(work, (order.number,))[0]
    if reversal_days(work, [bill.id]):
        return Held(account_id, Text("Bill {number} was taken back already.", number=bill.number))
    upto = billed_up_to(work, account_id)
    if order.upto is not None and upto != order.upto:
        return Held(account_id, _BILLED_MEANWHILE)
    parts = stored_parts(bill, json.loads(bill.trace))
    at = max(place for place, part in enumerate(parts) if not part.share)
    if "accumulated_kwh" in parts[at].determinants and upto is not None:
        above = standing(work, account_id, parts[at], months_before(upto, -1))
        parts[at] = _ending_at(parts[at], above)
    moved = [(part.version_id, part.determinants) for part in parts]
    moved[at] = (parts[at].version_id, _with(parts[at].determinants, order.energy))
    amounts = totals(work, [*((part.version_id, part.determinants) for part in parts), *moved])
    if None in amounts:
        return Held(account_id, Text("Bill {number} cannot be priced with this energy.", number=order.number))
    before, after = (sum(one or 0 for one in half) for half in (amounts[: len(parts)], amounts[len(parts) :]))
    words = Text("Energy of bill {number} put right", number=order.number)
    part = BillPart(parts[at].contract_id, parts[at].version_id, parts[at].start, parts[at].end, {})
    customer_class = work.session.get_one(SupplyContract, part.contract_id).customer_class
    line = (words, order.energy, Money(after - before))
    version = tariffs.version(work, part.version_id)
    made = _by_hand(account_id, customer_class, part, version, [line], order.reason)
    return _within(work, bill, made) if made.total.raw < 0 else made


def _ending_at(part: BillPart, whole: Energy) -> BillPart:
    """A part as the last one of its year or month, of which ``whole`` stands."""
    known = part.determinants
    before = max(whole.raw - known["energy_kwh"], 0)
    return replace(part, determinants=dict(known) | {"accumulated_kwh": before})


def _with(determinants: Mapping[str, int], energy: Energy) -> dict[str, int]:
    """The determinants of a part with more or less energy, over the bands in proportion to what each counted."""
    found = dict(determinants)
    bands = [name for name in found if name.startswith("energy_") and name != "energy_kwh"]
    for name in ("energy_kwh", "month_energy_kwh", "all_energy_kwh", "metered_kwh"):
        if name in found:
            found[name] += energy.raw
    shares = spread(energy, [Energy(found[name]) for name in bands]) if bands else ()
    return found | {name: found[name] + share.raw for name, share in zip(bands, shares, strict=True)}


def _by_hand(
    account_id: UUID, customer_class: str, part: BillPart, version: tariffs.InForce, lines: Sequence[Line],
    reason: str, told: Sequence[Text] = (),
) -> Priced:  # fmt: skip
    """A bill whose lines are given; its notes say why, and with them its digest covers every line."""
    total = sum(amount.raw for _, _, amount in lines)
    packed = [(BY_HAND, 0, 0, energy.raw, 0, amount.raw) for _, energy, amount in lines]
    written = [Text("{place}: {what}", place=words, what=amount) for words, _, amount in lines]
    trace = {
        "inputs": {},
        "lines": packed,
        "version": version.version.code,
        "words": [words for words, _, _ in lines],
    }
    one = BillInput(
        account_id=account_id,
        customer_class=customer_class,
        parts=(part,),
        energy=Energy.total([energy for _, energy, _ in lines]),
        reads=(),
        usage=(),
        notes=(Text("Made by hand: {reason}", reason=reason), *told, *written),
    )
    tax = version.version.tax_within(total)
    return Priced.of(one, (PricedPart(part, version, total, tax, packed, canonical.dump(trace)),))
