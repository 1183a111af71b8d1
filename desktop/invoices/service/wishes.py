"""Which invoice an account or one of its bills is to have, and whether it may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing.tables import Bill
from desktop.invoices.records import BUYER_WORDS, Buyer, InvoiceKind, WishOrder, WishQuery, WishShown
from desktop.invoices.tables import Invoice, InvoiceWish
from desktop.kernel.country import Country
from desktop.kernel.errors import NotFound, Problem, Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount
from desktop.parties import service as parties
from desktop.parties.records import PartyKind

FIELDS = tuple(one.name for one in fields(Buyer))


class WishRefused(Refused):
    """An invoice that cannot be asked for so: every field with what is wrong; ``text`` is the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        words = Text("{what}. {remedy}", what=first.what, remedy=first.remedy)
        super().__init__(
            Text("{place}: {what}", place=BUYER_WORDS.get(str(first.column), Text("Invoice")), what=words)
        )
        self.problems = problems


def buyer_problems(
    country: Country, kind: InvoiceKind, buyer: Buyer, *, organisation: bool
) -> tuple[Problem, ...]:
    """What is wrong with the buyer of an invoice, field by field, by the country's rules."""
    rules, found = country.invoices, []
    if kind is InvoiceKind.NONE:
        return ()
    if rules is None or kind.value not in rules.needs:
        return (Problem(Text("There is no such invoice here"), Text("Take another kind"), column="kind"),)
    if kind.value in rules.organisations_only and not organisation:
        what = Text("A special VAT invoice is for organisations")
        found.append(
            Problem(what, Text("Take an ordinary invoice, or put the customer's kind right"), column="kind")
        )
    for name in FIELDS:
        value = getattr(buyer, name)
        if not value and name in rules.needs[kind.value]:
            found.append(Problem(Text("This invoice needs it"), Text("Ask the customer for it"), column=name))
        flaw = country.identifiers[name].flaw(value) if value and name in country.identifiers else None
        if flaw is not None:
            found.append(Problem(flaw, Text("Compare it with the customer's papers"), name, value))
    return tuple(found)


@query("invoices.view")
def wish(work: Work, asked: WishQuery) -> WishShown:
    """What invoice one bill is to have, or every bill of an account that says nothing itself."""
    account_id, bill_id = _of(work, asked.account_number, asked.bill_number)
    account = ledger.accounts(work, [account_id])[account_id]
    party = parties.parties(work, {account.party_id})[account.party_id]
    own = _row(work, account_id, bill_id)
    found = own or _before(work, bill_id) or _row(work, account_id, None)
    organisation = party.kind is PartyKind.ORGANISATION
    blank = Buyer(title=party.name)
    return WishShown(
        account_number=account.number,
        bill_number=asked.bill_number,
        name=party.name,
        organisation=organisation,
        kind=found.kind if found else InvoiceKind.NONE,
        buyer=buyer_of(found) if found and found.kind is not InvoiceKind.NONE else blank,
        own=own is not None,
        exported=bill_id is not None and _exported(work, bill_id),
    )


@operation("invoices.ask")
def set_wish(work: Work, order: WishOrder) -> WishShown:
    """Ask for an invoice, for one bill or for every bill of an account; refused field by field where it may not be.

    What was asked for one bill changes until its invoice is exported.
    """
    account_id, bill_id = _of(work, order.account_number, order.bill_number)
    if bill_id is not None and work.session.get_one(Bill, bill_id).amount.raw <= 0:
        raise Refused(
            Text(
                "Bill {number} asks for nothing: it has no invoice of its own."
                " Where it lowers a bill whose invoice has its number, a red one follows by itself.",
                number=order.bill_number,
            )
        )
    work.lock(ContractAccount, [account_id])
    asked = WishQuery(order.account_number, order.bill_number)
    now = wish(work, asked)
    if now.exported:
        raise Refused(
            Text(
                "The invoice of bill {number} is exported: it changes no more. Take the bill back to cancel it.",
                number=order.bill_number,
            )
        )
    buyer = clean(work.country, order.buyer)
    problems = buyer_problems(work.country, order.kind, buyer, organisation=now.organisation)
    if problems:
        raise WishRefused(problems)
    row = _row(work, account_id, bill_id)
    if row is None:
        row = InvoiceWish(
            id=work.new_id(), contract_account_id=account_id, bill_id=bill_id, kind=order.kind,
            **{name: getattr(buyer, name) for name in FIELDS},
        )  # fmt: skip
        work.add(row)
    row.kind = order.kind
    for name in FIELDS:
        setattr(row, name, getattr(buyer, name))
    work.session.flush()
    return wish(work, asked)


def carry_wishes(work: Work, wishes: Sequence[tuple[UUID, InvoiceKind, Buyer]]) -> None:
    """Enter what accounts of another system want for every bill."""
    work.insert_many(
        InvoiceWish,
        [
            {
                "contract_account_id": key,
                "bill_id": None,
                "kind": kind,
                **{name: getattr(buyer, name) for name in FIELDS},
            }
            for key, kind, buyer in wishes
        ],
    )


def clean(country: Country, buyer: Buyer) -> Buyer:
    """The buyer as it is kept: identifiers in their own form, words without blanks around them."""
    kept = {}
    for name in FIELDS:
        value = " ".join(getattr(buyer, name).split())
        kept[name] = country.identifiers[name].clean(value) if name in country.identifiers else value
    return replace(buyer, **kept)


def buyer_of(row: InvoiceWish | Invoice) -> Buyer:
    """Whom a row names."""
    return Buyer(**{name: getattr(row, name) for name in FIELDS})


def _of(work: Work, account_number: str, bill_number: str) -> tuple[UUID, UUID | None]:
    """The account, and the bill where one is named, which must be the account's."""
    account_id = ledger.account_id(work, account_number)
    if not bill_number:
        return account_id, None
    bill = work.session.scalar(sa.select(Bill).filter_by(number=bill_number.strip()))
    if bill is None or bill.contract_account_id != account_id:
        raise NotFound(
            Text("Account {account} has no bill {number}.", account=account_number, number=bill_number)
        )
    return account_id, bill.id


def _row(work: Work, account_id: UUID, bill_id: UUID | None) -> InvoiceWish | None:
    return work.session.scalar(
        sa.select(InvoiceWish).where(
            InvoiceWish.contract_account_id == account_id,
            InvoiceWish.bill_id.is_(None) if bill_id is None else InvoiceWish.bill_id == bill_id,
        )
    )


def wished_by() -> sa.CTE:
    """Which row tells of each bill what it is to have (``bill_id``, ``wish_id``): its own, else that of the bill whose
    place it takes, however many were put right before it."""
    own = sa.select(InvoiceWish.bill_id, InvoiceWish.id.label("wish_id")).where(
        InvoiceWish.bill_id.is_not(None)
    )
    found = own.cte("wished", recursive=True)
    said = orm.aliased(InvoiceWish)
    later = (
        sa.select(Bill.id, found.c.wish_id)
        .join(found, Bill.rebill_of == found.c.bill_id)
        .where(~sa.exists().where(said.bill_id == Bill.id))
    )
    return found.union_all(later)


def _before(work: Work, bill_id: UUID | None) -> InvoiceWish | None:
    """What was asked for the bills whose place this one takes."""
    wished = wished_by()
    found = sa.select(InvoiceWish).join(wished, wished.c.wish_id == InvoiceWish.id)
    return work.session.scalar(found.where(wished.c.bill_id == bill_id))


def _exported(work: Work, bill_id: UUID) -> bool:
    return bool(work.session.scalar(sa.select(sa.exists().where(Invoice.bill_id == bill_id))))
