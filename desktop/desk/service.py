"""The desk: everything about one account on one card, and lists of accounts. Queries only."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing.rules import accumulated
from desktop.billing.tables import Bill
from desktop.contracts.tables import SupplyContract
from desktop.counter import service as counter
from desktop.desk.records import AccountCard, AccountRow, AccountsOrder, BillRow
from desktop.kernel.errors import NotFound
from desktop.kernel.measures import Money
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Work, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.parties.tables import Party
from desktop.premises import service as premises
from desktop.premises.tables import Premise, ServicePoint
from desktop.tariffs import service as tariffs

MONTHS_SHOWN = 13
PAYMENTS_SHOWN = 24


def _rows(
    work: Work, where: Sequence[sa.ColumnElement[bool]], limit: int
) -> list[tuple[AccountRow, SupplyContract, str]]:
    other = orm.aliased(SupplyContract)
    newest = (
        sa.select(sa.func.max(other.valid_from))
        .where(other.contract_account_id == ContractAccount.id)
        .correlate(ContractAccount)
        .scalar_subquery()
    )
    found = work.session.execute(
        sa.select(ContractAccount, Party, Premise.address, SupplyContract)
        .join(Party, Party.id == ContractAccount.party_id)
        .join(SupplyContract, SupplyContract.contract_account_id == ContractAccount.id)
        .join(ServicePoint, ServicePoint.id == SupplyContract.service_point_id)
        .join(Premise, Premise.id == ServicePoint.premise_id)
        .where(SupplyContract.valid_from == newest, *where)
        .order_by(ContractAccount.number)
        .limit(limit)
    ).all()
    meters = metering.serial_numbers(work, {contract.service_point_id for *_, contract in found})
    return [
        (
            AccountRow(
                account_id=account.id,
                number=account.number,
                customer_name=party.name,
                address=address,
                meter_serial=meters.get(contract.service_point_id, ""),
                phone=masked(party.phone),
                owed=account.owed,
                credit=account.credit,
            ),
            contract,
            party.language,
        )
        for account, party, address, contract in found
    ]


def masked(phone: str) -> str:
    """A telephone number with its middle hidden: first three and last four digits stay."""
    return f"{phone[:3]} **** {phone[-4:]}" if len(phone) >= 8 else "*" * len(phone)


@query("desk.view")
def accounts(work: Work, order: AccountsOrder) -> tuple[AccountRow, ...]:
    """A page of accounts in number order."""
    return tuple(row for row, *_ in _rows(work, [ContractAccount.number > order.after], order.limit))


@query("desk.view")
def account_card(work: Work, number: str) -> AccountCard:
    """All a clerk needs of one account."""
    plain = "".join(number.split())
    rows = _rows(work, [ContractAccount.number == plain], 1)
    if not rows:
        raise NotFound(
            Text("No account has the number {number}. Check it, or search by name or meter.", number=number)
        )
    row, contract, language = rows[0]
    point = contract.service_point_id
    period = Period.month(f"{work.today:%Y-%m}")
    history = metering.usage(work, {point}, period, months_before(work.today, MONTHS_SHOWN))[point].history
    names = tariffs.names(work)[contract.tariff_id]
    return AccountCard(
        row=row,
        use_class=Text(names[1]),
        tariff_name=names[0],
        supply_state=premises.places(work, {point})[point].supply_state,
        route=metering.walking_order(work, [point]).get(point, ("", 0))[0],
        language=language,
        dues=ledger.dues(work, row.number),
        usage=history[-MONTHS_SHOWN:],
        accumulated=accumulated(
            history,
            Period(period.start, period.end),
            contract.valid_from,
            work.country.billed_energy_decimals,
        ),
        bills=_bills(work, row.account_id),
        payments=counter.payments(work, row.account_id, PAYMENTS_SHOWN),
    )


def _bills(work: Work, account_id: UUID) -> tuple[BillRow, ...]:
    left = ledger.open_amounts(work, account_id)
    rows = work.session.scalars(
        sa.select(Bill)
        .filter_by(contract_account_id=account_id)
        .order_by(Bill.period_start.desc(), Bill.number.desc())
    )
    return tuple(
        BillRow(
            row.number,
            row.period_start,
            row.issued_on,
            row.due_on,
            row.energy,
            row.amount,
            left.get(row.number, Money(0)),
        )
        for row in rows
    )
