"""Bills that give back a part of another one: which they are, and how much of the other one is left to be given back.

The invoice register pairs the red invoice of such a bill with the blue one of the bill it lowers (china.md 12.5), so
together they never come to more than that bill's amount, tax and energy. While such a bill stands the other one is not
taken back: what was given back of it would have nothing to be a part of, and its blue invoice could not be cancelled.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing.records import BillKind
from desktop.billing.service.reversal import bills_by_number, reversal_days, reversed_bills
from desktop.billing.tables import Bill, BillOccasion
from desktop.kernel.bulk import among
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import Text
from desktop.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Left:
    """What of a bill is left after the standing bills that lower it."""

    number: str
    amount: Money
    tax: Money
    energy: Energy

    def flaw(self, amount: Money, energy: Energy) -> Text | None:
        """Why a bill of ``amount`` and ``energy`` below zero cannot lower this one; None where it can."""
        if (self.amount + amount).raw < 0:
            return Text(
                "Bill {number} has {amount} left: no more is given back.",
                number=self.number,
                amount=self.amount,
            )
        if (self.energy + energy).raw < 0:
            return Text(
                "Bill {number} has {energy} kWh left: no more is given back.",
                number=self.number,
                energy=self.energy,
            )
        return None

    def tax_of(self, amount: Money, tax: Money) -> int:
        """The tax of a part given back: reckoned by itself, but the last part takes what tax is left, and none more."""
        return -self.tax.raw if amount == -self.amount else max(tax.raw, -self.tax.raw)


def left_of(work: Work, bill: Bill) -> Left:
    """What of a bill may still be given back; whoever relies on it holds the bill's account."""
    of = lowering()
    parts = work.session.execute(
        sa.select(Bill.amount, Bill.tax, Bill.energy)
        .join(of, of.c.bill_id == Bill.id)
        .where(of.c.lowered_id == bill.id, Bill.id.not_in(reversed_bills()))
    ).all()
    return Left(
        bill.number,
        bill.amount + Money.total([part.amount for part in parts]),
        bill.tax + Money.total([part.tax for part in parts]),
        bill.energy + Energy.total([part.energy for part in parts]),
    )


def lowered_bill(work: Work, number: str, account_id: UUID) -> Bill:
    """The bill that another one of its account is to lower; refused where it cannot be lowered at all."""
    bill = bills_by_number(work, (number,))[0]
    if bill.contract_account_id != account_id:
        raise Refused(Text("Bill {number} is not a bill of this account.", number=bill.number))
    if bill.amount.raw <= 0:
        raise Refused(Text("Bill {number} asks for nothing: it cannot be lowered.", number=bill.number))
    if reversal_days(work, [bill.id]):
        raise Refused(Text("Bill {number} was taken back already.", number=bill.number))
    return bill


def lowered_by(work: Work, bill_ids: Collection[UUID]) -> dict[UUID, Text]:
    """Why some bills are not taken back together: another one, which stands, gives back a part of one of them."""
    of, lower, whole = lowering(), orm.aliased(Bill), orm.aliased(Bill)
    rows = work.session.execute(
        sa.select(whole.id, whole.number, lower.number)
        .join(of, of.c.lowered_id == whole.id)
        .join(lower, lower.id == of.c.bill_id)
        .where(among(work.session, whole.id, bill_ids), lower.id.not_in(reversed_bills()))
        .where(~among(work.session, lower.id, bill_ids))
        .order_by(lower.number.desc())
    )
    return {
        key: Text(
            "Bill {other} gives back a part of bill {number}: take {other} back first.",
            other=other,
            number=number,
        )
        for key, number, other in rows
    }


def lowering() -> sa.Subquery:
    """The bills that give back a part of another one (``bill_id``, ``lowered_id``), as their orders name it."""
    lower, whole = orm.aliased(Bill), orm.aliased(Bill)
    order = sa.cast(BillOccasion.content, sa.Text().with_variant(sa.JSON(), "postgresql"))
    named = sa.case(
        (BillOccasion.kind == BillKind.ADJUSTING, order.op("->>")(sa.literal_column("'number'"))),
        else_=order.op("->>")(sa.literal_column("'lowers'")),
    )
    return (
        sa.select(lower.id.label("bill_id"), whole.id.label("lowered_id"))
        .join(BillOccasion, BillOccasion.run_id == lower.run_id)
        .join(whole, whole.number == named)
        .where(BillOccasion.kind.in_((BillKind.ADJUSTING, BillKind.MANUAL)), lower.amount < Money(0))
        .subquery()
    )
