"""The register: invoices to be exported, exported, and numbered, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing.service.lowering import lowering
from desktop.billing.service.reversal import reversed_bills
from desktop.billing.tables import Bill
from desktop.invoices.records import EVERY_HALL, BatchRow, InvoiceKind, InvoiceRow, InvoiceState
from desktop.invoices.service.wishes import FIELDS, buyer_of, wished_by
from desktop.invoices.tables import Invoice, InvoiceBatch, InvoiceNumber, InvoiceWish
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.listing import PAGE_ROWS, Extent, Listing, PageOrder, anchor, anchor_parts
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Work, query
from desktop.ledger.tables import ContractAccount
from desktop.parties.tables import Party

MOST = 100_000
"""Invoices in one batch."""


@query("invoices.view")
def invoices(work: Work, order: PageOrder) -> tuple[InvoiceRow, ...]:
    """A page of the invoices in the state that the listing is about, by bill; the red one after the other.

    They are those of the person's hall, or of every hall (`EVERY_HALL`).
    """
    rows = _listed(work, order.listing)
    place, found = sa.tuple_(rows.c.paper, rows.c.red), sa.select(rows)
    if order.after:
        found = found.where(place > _at(order.after))
    if order.until:
        found = found.where(place <= _at(order.until))
    return _shown(work, found.order_by(rows.c.paper, rows.c.red).limit(order.limit))


@query("invoices.view")
def invoices_extent(work: Work, listing: Listing) -> Extent:
    """How many invoices are in a state, what they come to, and where pages begin."""
    rows = _listed(work, listing)
    total, gross = work.session.execute(sa.select(sa.func.count(), sa.func.sum(rows.c.gross))).one()
    placed = sa.select(
        rows.c.paper,
        rows.c.red,
        sa.func.row_number().over(order_by=(rows.c.paper, rows.c.red)).label("place"),
    ).subquery()
    anchors = work.session.execute(
        sa.select(placed.c.paper, placed.c.red)
        .where(placed.c.place % PAGE_ROWS == 0, placed.c.place < total)
        .order_by(placed.c.place)
    )
    return Extent(total, tuple(anchor(int(row.red), row.paper) for row in anchors), gross or Money(0))


@query("invoices.view")
def waiting(work: Work, every_hall: bool) -> tuple[InvoiceRow, ...]:
    """The invoices of the person's hall that may be exported, or those of every hall; at most a batch of them."""
    rows = _waiting(*([] if every_hall else [_of_hall(work)]))
    ready = sa.select(rows).where(rows.c.behind == "")
    return _shown(work, ready.order_by(rows.c.paper, rows.c.red).limit(MOST))


@query("invoices.view")
def of_batch(work: Work, number: str) -> tuple[InvoiceRow, ...]:
    """The invoices of a batch in the order of its file; NotFound where no batch has the number."""
    rows = _exported().cte()
    found = _shown(work, sa.select(rows).where(rows.c.batch == number).order_by(rows.c.paper, rows.c.red))
    if not found:
        raise NotFound(Text("No batch of invoices has the number {number}.", number=number))
    return found


@query("invoices.view")
def batches(work: Work, _request: None) -> tuple[BatchRow, ...]:
    """The batches that went out, newest first."""
    rows = work.session.execute(
        sa.select(InvoiceBatch, sa.func.count(Invoice.id), sa.func.count(InvoiceNumber.id))
        .join(Invoice, Invoice.batch_id == InvoiceBatch.id)
        .outerjoin(InvoiceNumber, InvoiceNumber.invoice_id == Invoice.id)
        .group_by(InvoiceBatch.id)
        .order_by(InvoiceBatch.exported_at.desc(), InvoiceBatch.number.desc())
    )
    return tuple(
        BatchRow(row.number, work.local(row.exported_at), row.exported_by, row.sha256, count, numbered)
        for row, count, numbered in rows
    )


def _at(bound: str) -> Any:
    red, paper = anchor_parts(bound)
    return sa.tuple_(sa.literal(paper), sa.literal(red == "1"))


@query("invoices.view")
def invoices_of(work: Work, account_number: str) -> tuple[InvoiceRow, ...]:
    """The invoices of an account, whatever became of them, the newest bill first."""
    mine = ContractAccount.number == "".join(account_number.split())
    going, gone = sa.select(_waiting(mine)), _exported().where(mine)
    rows = (*_shown(work, going), *_shown(work, gone))
    return tuple(sorted(rows, key=lambda row: (row.month, row.bill_number, row.red), reverse=True))


def _of_hall(work: Work) -> sa.ColumnElement[bool]:
    return ContractAccount.hall_id == work.station.hall_id


def _listed(work: Work, listing: Listing) -> Any:
    wanted, _, scope = listing.about.partition(" ")
    mine = [] if scope == EVERY_HALL else [_of_hall(work)]
    try:
        state = InvoiceState.of(wanted or InvoiceState.WAITING.value)
    except ValueError as error:
        raise Refused(Text("No invoices are called “{name}”.", name=listing.about)) from error
    rows = _waiting(*mine) if state is InvoiceState.WAITING else _in_state(state, *mine)
    found = sa.select(rows)
    for word in listing.filter.split():
        columns = (rows.c.paper, rows.c.account, rows.c.customer, rows.c.title, rows.c.number)
        found = found.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return found.cte()


def _columns(red: Any, source: Any, number: Any, kind: Any) -> list[Any]:
    """What every row of the register has; the buyer from ``source``."""
    return [
        Bill.id.label("bill_id"), Bill.number.label("paper"), ContractAccount.number.label("account"),
        Party.name.label("customer"), Bill.period_start.label("month"), red.label("red"), kind.label("kind"),
        *(source(name).label(name) for name in FIELDS),
        Bill.energy.label("energy"), Bill.tax_percent.label("percent"),
        *(_coloured(red, column).label(name) for name, column in (("gross", Bill.amount), ("tax", Bill.tax))),
        *number,
    ]  # fmt: skip


def _coloured(red: Any, amount: Any) -> Any:
    """An amount of a bill on its invoice: below zero on a red one, above on every other."""
    return sa.case((red == (amount > Money(0)), -amount), else_=amount)


def _of_people(found: sa.Select[Any]) -> sa.Select[Any]:
    return found.join(ContractAccount, ContractAccount.id == Bill.contract_account_id).join(
        Party, Party.id == ContractAccount.party_id
    )


_NOT_YET = [
    sa.literal("").label("batch"), sa.literal("").label("number"),
    sa.cast(sa.null(), sa.Date).label("issued_on"),
]  # fmt: skip
_FREE: list[Any] = [sa.literal("").label("behind"), sa.false().label("behind_stands")]
"""That an invoice waits for no other bill's."""


def _waiting(*where: sa.ColumnElement[bool]) -> Any:
    """Bills that stand and are to have an invoice, and what is to be put right of those that have their number: by a
    red one of bills taken back, or that give back a part; by a blue one where such a part is owed again. One that comes
    ``behind`` the invoice of another bill is among them, but goes into no file before that one.
    """
    parts = (_asked(), _cancelled(), _lowered(), _owed_again())
    return sa.union_all(*(rows.where(*where) for rows in parts)).cte()


def _asked() -> Any:
    """Bills that stand and ask for money, as far as an invoice of them is wanted and did not go out."""
    of_bill, own, default = wished_by(), orm.aliased(InvoiceWish), orm.aliased(InvoiceWish)
    kind = sa.func.coalesce(own.kind, default.kind)

    def wished(name: str) -> Any:
        return sa.case((own.id.is_not(None), getattr(own, name)), else_=getattr(default, name))

    blue = orm.aliased(Invoice)
    return (
        _of_people(
            sa.select(
                *_columns(sa.false(), wished, _NOT_YET, kind), sa.literal("").label("blue_number"), *_FREE
            )
        )
        .outerjoin(of_bill, of_bill.c.bill_id == Bill.id)
        .outerjoin(own, own.id == of_bill.c.wish_id)
        .outerjoin(
            default,
            sa.and_(default.contract_account_id == Bill.contract_account_id, default.bill_id.is_(None)),
        )
        .where(
            kind != InvoiceKind.NONE,
            Bill.amount > Money(0),
            Bill.id.not_in(reversed_bills()),
            ~sa.exists().where(blue.bill_id == Bill.id),
        )
    )


def _cancelled() -> Any:
    """Numbered invoices of bills taken back; a part that a red one gave back is owed again first."""
    red, number, of = orm.aliased(Invoice), orm.aliased(InvoiceNumber), lowering()
    given, again, lower = orm.aliased(Invoice), orm.aliased(Invoice), orm.aliased(Bill)
    behind = (
        sa.select(sa.func.min(lower.number))
        .join(of, of.c.bill_id == lower.id)
        .join(given, sa.and_(given.bill_id == lower.id, given.red))
        .where(of.c.lowered_id == Bill.id, ~sa.exists().where(again.bill_id == lower.id, ~again.red))
        .correlate(Bill)
    )
    standing = behind.where(lower.id.not_in(reversed_bills())).scalar_subquery()
    return (
        _of_people(
            sa.select(
                *_columns(sa.true(), _named, _NOT_YET, Invoice.kind),
                number.number.label("blue_number"),
                sa.func.coalesce(standing, behind.scalar_subquery(), "").label("behind"),
                standing.is_not(None).label("behind_stands"),
            ).join(Invoice, sa.and_(Invoice.bill_id == Bill.id, ~Invoice.red))
        )
        .join(number, number.invoice_id == Invoice.id)
        .where(
            Bill.id.in_(reversed_bills()),
            Bill.amount > Money(0),
            ~sa.exists().where(red.bill_id == Bill.id, red.red),
        )
    )


def _owed_again() -> Any:
    """Numbered red invoices of bills that gave back a part and are taken back since."""
    blue, number = orm.aliased(Invoice), orm.aliased(InvoiceNumber)
    return (
        _of_people(
            sa.select(
                *_columns(sa.false(), _named, _NOT_YET, Invoice.kind),
                sa.literal("").label("blue_number"),
                *_FREE,
            ).join(Invoice, sa.and_(Invoice.bill_id == Bill.id, Invoice.red))
        )
        .join(number, number.invoice_id == Invoice.id)
        .where(
            Bill.id.in_(reversed_bills()),
            Bill.amount < Money(0),
            ~sa.exists().where(blue.bill_id == Bill.id, ~blue.red),
        )
    )


def _lowered() -> Any:
    """Bills that stand and give back a part of another one, which stands with its numbered invoice."""
    red, number, of = orm.aliased(Invoice), orm.aliased(InvoiceNumber), lowering()
    return (
        _of_people(
            sa.select(
                *_columns(sa.true(), _named, _NOT_YET, Invoice.kind),
                number.number.label("blue_number"),
                *_FREE,
            )
            .join(of, of.c.bill_id == Bill.id)
            .join(Invoice, sa.and_(Invoice.bill_id == of.c.lowered_id, ~Invoice.red))
        )
        .join(number, number.invoice_id == Invoice.id)
        .where(
            Bill.id.not_in(reversed_bills()),
            of.c.lowered_id.not_in(reversed_bills()),
            ~sa.exists().where(red.bill_id == Bill.id, red.red),
        )
    )


def _named(name: str) -> Any:
    """Whom an invoice names."""
    return getattr(Invoice, name)


def _in_state(state: InvoiceState, *where: sa.ColumnElement[bool]) -> Any:
    rows = _exported().where(*where).cte()
    return sa.select(rows).where((rows.c.number == "") == (state is InvoiceState.EXPORTED)).cte()


def _exported() -> sa.Select[Any]:
    """Every invoice that went out, with its number as far as it has one."""
    number, other, blue = orm.aliased(InvoiceNumber), orm.aliased(Invoice), orm.aliased(InvoiceNumber)
    of = lowering()
    numbered = [
        InvoiceBatch.number.label("batch"), sa.func.coalesce(number.number, "").label("number"),
        number.issued_on.label("issued_on"),
    ]  # fmt: skip
    return (
        _of_people(
            sa.select(
                *_columns(Invoice.red, _named, numbered, Invoice.kind),
                sa.func.coalesce(blue.number, "").label("blue_number"),
                *_FREE,
            ).join(Invoice, Invoice.bill_id == Bill.id)
        )
        .join(InvoiceBatch, InvoiceBatch.id == Invoice.batch_id)
        .outerjoin(number, number.invoice_id == Invoice.id)
        .outerjoin(of, of.c.bill_id == Bill.id)
        .outerjoin(
            other,
            sa.and_(Invoice.red, other.bill_id == sa.func.coalesce(of.c.lowered_id, Bill.id), ~other.red),
        )
        .outerjoin(blue, blue.invoice_id == other.id)
    )


def _shown(work: Work, found: Any) -> tuple[InvoiceRow, ...]:
    rows: Sequence[Any] = work.session.execute(found).all()
    return tuple(
        InvoiceRow(
            bill_id=row.bill_id, bill_number=row.paper, account_number=row.account, customer_name=row.customer,
            month=row.month, red=bool(row.red), kind=row.kind, buyer=buyer_of(row),
            energy=(min if row.red else max)(row.energy, -row.energy), percent=row.percent,
            gross=row.gross, tax=row.tax, state=_state(row), batch=row.batch, number=row.number,
            issued_on=row.issued_on, blue_number=row.blue_number, waits=_behind(row),
        )
        for row in rows
    )  # fmt: skip


def _behind(row: Any) -> Text | None:
    """Why an invoice goes into no file yet."""
    if not row.behind:
        return None
    if row.behind_stands:
        return Text("take bill {number} back too", number=row.behind)
    return Text("after that of bill {number}", number=row.behind)


def _state(row: Any) -> InvoiceState:
    if row.number:
        return InvoiceState.NUMBERED
    return InvoiceState.EXPORTED if row.batch else InvoiceState.WAITING
