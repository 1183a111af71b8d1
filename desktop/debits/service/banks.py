"""Banks that debit accounts for us, and how their files look."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from desktop.debits.records import DebitBank, InField, Layout, Meaning, OutField
from desktop.debits.tables import Bank
from desktop.kernel import canonical
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query

VIEW, MAKE, TAKE, MANDATES = "debits.view", "debits.make_file", "debits.take_results", "debits.change_mandate"
LONGEST_NAME = 60


@query(VIEW)
def debit_banks(work: Work, _request: None) -> tuple[DebitBank, ...]:
    """The banks that debit accounts for us, by name."""
    return tuple(told(row) for row in work.session.scalars(sa.select(Bank).order_by(Bank.name)))


@operation(MAKE)
def set_debit_bank(work: Work, order: DebitBank) -> DebitBank:
    """Enter a bank, or how its files look from now on."""
    name = " ".join(order.name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(Text("Name the bank, in {most} letters at most.", most=LONGEST_NAME))
    if order.least.raw < 0:
        raise Refused(Text("The least amount cannot be negative."))
    _check(order.layout)
    row = work.session.scalar(sa.select(Bank).filter_by(name=name).with_for_update())
    if row is None:
        row = Bank(id=work.new_id(), name=name, creditor="", least=order.least, layout="")
        work.add(row)
    row.creditor, row.least = " ".join(order.creditor.split()), order.least
    row.layout = canonical.dump(order.layout)
    work.session.flush()
    return told(row)


def _check(layout: Layout) -> None:
    """Refuse a layout that names what there is not, or leaves out what no bank can do without."""
    known = {
        "out": [one.value for one in OutField],
        "into": [one.value for one in InField],
        "codes": [one.value for one in Meaning],
    }
    named = (
        *((name, "out") for name, _ in layout.out),
        *((name, "into") for name, _ in layout.into),
        *((meant, "codes") for _, meant in layout.codes),
    )
    for name, part in named:
        if name not in known[part]:
            raise Refused(
                Text("There is no “{name}”. There are: {known}", name=name, known=", ".join(known[part]))
            )
    needed = {OutField.NUMBER.value, OutField.BANK_ACCOUNT.value, OutField.AMOUNT.value}
    if layout.out and not needed <= {name for name, _ in layout.out}:
        raise Refused(Text("A file needs the number of each item, its bank account and its amount."))


def bank_of(work: Work, name: str) -> Bank:
    """The row of a bank by its name; `NotFound` names those there are."""
    row = work.session.scalar(sa.select(Bank).filter_by(name=" ".join(name.split())))
    if row is None:
        known = ", ".join(work.session.scalars(sa.select(Bank.name).order_by(Bank.name))) or "–"
        raise NotFound(
            Text("No bank “{name}” debits accounts for us. There are: {known}", name=name, known=known)
        )
    return row


def claim_banks(work: Work, bank_ids: Iterable[UUID]) -> None:
    """Files, items and results of banks are this work's alone until its end: who looked at them before begins anew."""
    work.claim(Bank, set(bank_ids))


def told(row: Bank) -> DebitBank:
    """A bank as its row has it."""
    layout: Layout = canonical.load(Layout, row.layout)
    return DebitBank(row.name, row.creditor, row.least, layout)
