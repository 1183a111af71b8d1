"""Contracts that had a wrong tariff, put right backwards; the bills that stand are put right by two people."""

from __future__ import annotations

import sqlalchemy as sa

from desktop.contracts.records import Service, TariffCorrected, TariffCorrection
from desktop.contracts.service.opening import check_price
from desktop.contracts.service.spells import carry_spells
from desktop.contracts.service.supply import CONTRACT, sign
from desktop.contracts.service.terms import carry_terms
from desktop.contracts.tables import SupplyContract
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.tariffs import service as tariffs


@operation("contracts.correct_tariff")
def correct_tariff(work: Work, order: TariffCorrection) -> TariffCorrected:
    """Give contracts the tariff they should have had from a day on. No bill changes: `correct_bills` does that.

    A contract that began on that day or later is put right as a whole, another one is cut there.
    """
    if not order.reason.strip():
        raise Refused(Text("Say why the tariff is put right."))
    check_price(work, order.right, order.starts_on)
    right, customer_class = tariffs.tariff_id(work, order.right)
    contracts = _meant(work, order)
    if not contracts:
        raise NotFound(Text("No contract by {tariff} is meant there.", tariff=order.wrong))
    cut = []
    for contract in contracts:
        if contract.valid_from >= order.starts_on:
            contract.tariff_id, contract.customer_class = right, customer_class
        else:
            cut.append((contract, contract.valid_to))
            contract.valid_to = order.starts_on
    work.session.flush()
    running = work.number(work.station.hall_id, CONTRACT, len(cut)) if cut else 0
    for at, (contract, end) in enumerate(cut):
        signed = sign(
            work,
            running + at,
            contract.contract_account_id,
            contract.service_point_id,
            order.right,
            order.starts_on,
        )
        signed.valid_to = end
        work.session.flush()
        carry_terms(work, contract.id, signed.id, order.starts_on)
        carry_spells(work, contract.id, signed.id, order.starts_on)
    return TariffCorrected(len(contracts), tuple(dict.fromkeys(one.contract_account_id for one in contracts)))


def _meant(work: Work, order: TariffCorrection) -> list[SupplyContract]:
    """The contracts by the wrong tariff that hold on the day or later, of a route or of some accounts; locked."""
    if bool(order.route) is bool(order.account_numbers):
        raise Refused(Text("Name a route or accounts."))
    wrong, _ = tariffs.tariff_id(work, order.wrong)
    wanted = (
        sa.select(SupplyContract)
        .where(
            SupplyContract.tariff_id == wrong,
            SupplyContract.service == Service.SUPPLY,
            sa.or_(SupplyContract.valid_to.is_(None), SupplyContract.valid_to > order.starts_on),
        )
        .order_by(SupplyContract.number)
    )
    if order.account_numbers:
        wanted = wanted.join(ContractAccount, ContractAccount.id == SupplyContract.contract_account_id).where(
            ContractAccount.number.in_(order.account_numbers)
        )
    if order.contract_number:
        here = sa.select(SupplyContract.service_point_id).filter_by(number=order.contract_number)
        wanted = wanted.where(SupplyContract.service_point_id.in_(here))
    rows = list(work.session.scalars(wanted))
    if order.route:
        places = metering.walking_order(work, {row.service_point_id for row in rows})
        rows = [row for row in rows if places.get(row.service_point_id, ("", 0))[0] == order.route]
    work.lock(SupplyContract, [row.id for row in rows])
    return rows
