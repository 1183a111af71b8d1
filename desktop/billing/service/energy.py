"""Energy put right because of the metering: one person proposes it, another agrees, the bill of a month carries it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing.records import EnergyDecisionOrder, EnergyOrder, EnergyRow, EnergyState
from desktop.billing.service.reversal import reversed_bills
from desktop.billing.tables import Bill, EnergyCorrection, EnergyDecision
from desktop.contracts import service as contracts
from desktop.contracts.tables import SupplyContract
from desktop.kernel import canonical
from desktop.kernel.bulk import listed
from desktop.kernel.country import EnergyError
from desktop.kernel.errors import NotFound, Problem, Refused
from desktop.kernel.fields import Unfit
from desktop.kernel.json_lines import located
from desktop.kernel.period import Period
from desktop.kernel.proof import SecondStep
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount


@operation("billing.correct_energy")
def propose_energy(work: Work, order: EnergyOrder) -> EnergyRow:
    """Propose to put energy of a month right; it reaches a bill when another person has approved it."""
    if not order.reason.strip():
        raise Refused(Text("Say why the energy is put right."))
    row = drawn_up(work, order)
    work.add(row)
    work.session.flush()
    return _row(work, row, order.account_number, _number(work, row), None)


def drawn_up(work: Work, order: EnergyOrder) -> EnergyCorrection:
    """The correction that an order asks for, not stored yet; what cannot be billed is refused."""
    if work.country.energy_error is None:
        raise Refused(Text("This country has no rules for metering errors."))
    month, billed_with = _month(order.month), _month(order.billed_with)
    if month.start > billed_with.start:
        raise Refused(Text("A correction comes with a bill of the month concerned, or of a later one."))
    account = ledger.account_id(work, order.account_number)
    _check_unbilled(work, account, billed_with)
    found = _described(work.country.energy_error, order.values)
    return EnergyCorrection(
        id=work.new_id(),
        contract_account_id=account,
        contract_id=_contract(work, order, account, month),
        month=month.start,
        billed_with=billed_with.start,
        energy=found.energy,
        facts=order.values,
        arithmetic=canonical.dump(found.arithmetic),
        reason=order.reason.strip(),
        proposed_by=work.actor.id,
        proposed_by_name=work.actor.name,
        proposed_at=work.at,
    )


def _number(work: Work, row: EnergyCorrection) -> str:
    """The number of the contract whose energy is put right."""
    return work.session.get_one(SupplyContract, row.contract_id).number


def _month(code: str) -> Period:
    try:
        return Period.month(code)
    except ValueError as error:
        raise Refused(Text("This is no month. Write year and month, for example 2026-01")) from error


def _values(words: str) -> dict[str, object]:
    try:
        values = json.loads(words)
    except ValueError as error:
        raise Refused(Text("The values of the error are not JSON.")) from error
    if not isinstance(values, dict):
        raise Refused(Text("The values of the error are not JSON."))
    return values


def _described(rule: Callable[[Mapping[str, object]], EnergyError], words: str) -> EnergyError:
    """What an error comes to; all that is wrong with its values is refused at once, each with its line."""
    values, problems = _values(words), tuple[Problem, ...]()
    try:
        found = rule(values)
    except Unfit as unfit:
        problems = unfit.problems
    problems = located(problems, words)
    if problems:
        raise Unfit(problems)
    return found


def _contract(work: Work, order: EnergyOrder, account: UUID, month: Period) -> UUID:
    """The contract whose energy it is, in force in the month concerned."""
    found = contracts.in_force(work, [account], month).get(account, [])
    numbers = dict(
        work.session.execute(
            sa.select(SupplyContract.id, SupplyContract.number).where(
                SupplyContract.id.in_([one.contract_id for one in found])
            )
        ).all()
    )
    meant = [key for key, number in numbers.items() if order.contract_number in ("", number)]
    if not meant:
        raise NotFound(Text("No contract is in force in {month}.", month=month.code))
    if len(meant) > 1:
        known = ", ".join(sorted(numbers.values()))
        raise Refused(Text("The account has several contracts, name one: {known}", known=known))
    return meant[0]


def _check_unbilled(work: Work, account: UUID, period: Period) -> None:
    """A bill that stands is not changed by what is agreed to later."""
    standing = work.session.scalar(
        sa.select(Bill.number).where(
            Bill.contract_account_id == account,
            Bill.period_start == period.start,
            Bill.id.not_in(reversed_bills()),
        )
    )
    if standing is not None:
        raise Refused(Text("{month} is billed already: let it come with a later month.", month=period.code))


@operation("billing.approve_energy")
def decide_energy(work: Work, order: EnergyDecisionOrder) -> EnergyRow:
    """Approve or decline a correction that another person proposed."""
    row = work.session.get(EnergyCorrection, order.correction_id)
    if row is None:
        raise NotFound(Text("There is no such correction."))
    if work.session.scalar(sa.select(EnergyDecision.id).filter_by(correction_id=row.id)) is not None:
        raise Refused(Text("This correction is decided already."))
    if row.proposed_by == work.actor.id:
        raise Refused(Text("You proposed this correction yourself. Another person decides."))
    work.second_person(row.proposed_by, row.proposed_at)
    if not order.approve and not order.reason.strip():
        raise Refused(Text("Say why, so that the other knows what to do"))
    work.lock(ContractAccount, [row.contract_account_id])
    if order.approve:
        _check_unbilled(work, row.contract_account_id, Period.month(f"{row.billed_with:%Y-%m}"))
    decision = EnergyDecision(
        id=work.new_id(),
        correction_id=row.id,
        proposed_by=row.proposed_by,
        decided_by=work.actor.id,
        decided_by_name=work.actor.name,
        decided_at=work.at,
        approved=order.approve,
        reason=order.reason.strip(),
    )
    work.add(decision)
    work.session.flush()
    account = work.session.get_one(ContractAccount, row.contract_account_id)
    return _row(work, row, account.number, _number(work, row), decision)


def _row(
    work: Work, row: EnergyCorrection, number: str, contract_number: str, decision: EnergyDecision | None
) -> EnergyRow:
    state = EnergyState.WAITING
    if decision is not None:
        state = EnergyState.APPROVED if decision.approved else EnergyState.DECLINED
    return EnergyRow(
        row.id,
        number,
        row.month,
        row.billed_with,
        row.energy,
        canonical.load(Text, row.arithmetic),
        row.reason,
        state,
        row.proposed_by_name,
        decision.decided_by_name if decision else "",
        decision.reason if decision else "",
        contract_number,
        row.facts,
        mine=row.proposed_by == work.actor.id,
    )


@query("billing.view")
def energy_corrections(work: Work, _request: None = None) -> tuple[EnergyRow, ...]:
    """Every correction of energy, those that wait first, then the newest."""
    rows = work.session.execute(
        sa.select(EnergyCorrection, ContractAccount.number, SupplyContract.number, EnergyDecision)
        .join(ContractAccount, ContractAccount.id == EnergyCorrection.contract_account_id)
        .join(SupplyContract, SupplyContract.id == EnergyCorrection.contract_id)
        .outerjoin(EnergyDecision, EnergyDecision.correction_id == EnergyCorrection.id)
        .order_by(EnergyCorrection.proposed_at.desc(), ContractAccount.number)
    ).all()
    found = [_row(work, *row) for row in rows]
    return tuple(sorted(found, key=lambda row: row.state is not EnergyState.WAITING))


def agreed(work: Work, account_ids: Collection[UUID], month: date) -> dict[UUID, list[EnergyCorrection]]:
    """The approved corrections of accounts that come with the bill of a month or came with an earlier one."""
    found: dict[UUID, list[EnergyCorrection]] = defaultdict(list)
    for row in work.session.scalars(_AGREED, {"accounts": account_ids, "month": month}):
        found[row.contract_account_id].append(row)
    return found


_AGREED = (
    sa.select(EnergyCorrection)
    .join(EnergyDecision, EnergyDecision.correction_id == EnergyCorrection.id)
    .where(listed(EnergyCorrection.contract_account_id, "accounts"), EnergyDecision.approved)
    .where(EnergyCorrection.billed_with <= sa.bindparam("month"))
    .order_by(EnergyCorrection.billed_with, EnergyCorrection.month, EnergyCorrection.id)
)


def energy_decided(session: orm.Session) -> Iterator[SecondStep]:
    """Every decision about a correction of energy."""
    rows = session.execute(
        sa.select(EnergyDecision, EnergyCorrection.proposed_at).join(
            EnergyCorrection, EnergyCorrection.id == EnergyDecision.correction_id
        )
    )
    for one, made_at in rows:
        table = EnergyDecision.__tablename__
        yield SecondStep(table, one.id, one.proposed_by, made_at, one.decided_by, one.decided_at)
