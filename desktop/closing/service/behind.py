"""The rows behind a figure: the very rows it is the sum of, page by page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.tables import BillLine
from desktop.closing.records import Behind, BehindRow, Check, Figure
from desktop.closing.service import moves
from desktop.closing.service.checks import standing_open
from desktop.closing.service.figures import of_age, paid_items
from desktop.kernel import canonical
from desktop.kernel.database import Exact
from desktop.kernel.errors import Refused
from desktop.kernel.listing import PAGE_ROWS, Extent, Listing, PageOrder, anchor, anchor_parts
from desktop.kernel.measures import Energy, Money
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.kernel.work import Work, query
from desktop.ledger.records import Role
from desktop.ledger.tables import ContractAccount, LedgerAccount
from desktop.parties.tables import Party
from desktop.tariffs.records import CustomerClass

PAGES = {
    Check.DRAFTS: "bills",
    Check.HELD: "bills",
    Check.DOUBTFUL: "doubtful",
    Check.TILLS: "today",
    Check.UNPRINTED: "today",
}


@query("closing.view")
def behind(work: Work, order: PageOrder) -> tuple[BehindRow, ...]:
    """A page of the rows behind the figure that a listing is about, in the order they came to be."""
    figure = _figure(order.listing)
    rows = _filtered(_asked(work, figure), order.listing.filter)
    place = sa.tuple_(rows.c.id, rows.c.paper)
    found = sa.select(rows)
    if order.after:
        found = found.where(place > _at(rows, order.after))
    if order.until:
        found = found.where(place <= _at(rows, order.until))
    shown = work.session.execute(found.order_by(rows.c.id, rows.c.paper).limit(order.limit)).all()
    parts = _parts(work, figure, [row.id for row in shown])
    return tuple(_shown(figure, row, parts) for row in shown)


@query("closing.view")
def behind_extent(work: Work, listing: Listing) -> Extent:
    """How many rows are behind a figure, their sum, and where pages begin."""
    figure = _figure(listing)
    rows = _filtered(_asked(work, figure), listing.filter)
    total, amount = work.session.execute(
        sa.select(sa.func.count(), sa.func.sum(rows.c.amount)).select_from(rows)
    ).one()
    placed = sa.select(
        rows.c.id,
        rows.c.paper,
        sa.func.row_number().over(order_by=(rows.c.id, rows.c.paper)).label("place"),
    ).subquery()
    anchors = work.session.execute(
        sa.select(placed.c.id, placed.c.paper)
        .where(placed.c.place % PAGE_ROWS == 0, placed.c.place < total)
        .order_by(placed.c.place)
    )
    if _in_tier(figure):
        amount = Money(sum(_parts(work, figure, None, listing.filter).values()))
    return Extent(total, tuple(anchor(row.paper, str(row.id)) for row in anchors), amount or Money(0))


def _figure(listing: Listing) -> Figure:
    try:
        return Figure.of(listing.about)
    except ValueError as error:
        raise Refused(Text("No figure is called “{name}”.", name=listing.about)) from error


def _at(rows: Any, bound: str) -> Any:
    paper, key = anchor_parts(bound)
    return sa.tuple_(sa.literal(UUID(key), rows.c.id.type), sa.literal(paper))


def _filtered(rows: Any, typed: str) -> Any:
    """The rows with their account and customer, those alone that have the words typed."""
    found = (
        sa.select(rows, ContractAccount.number.label("number"), Party.name.label("name"))
        .outerjoin(ContractAccount, ContractAccount.id == rows.c.account_id)
        .outerjoin(Party, Party.id == ContractAccount.party_id)
    )
    for word in typed.split():
        found = found.where(
            sa.or_(
                *(
                    column.icontains(word, autoescape=True)
                    for column in (rows.c.paper, ContractAccount.number, Party.name)
                )
            )
        )
    return found.cte()


def _asked(work: Work, figure: Figure) -> Any:
    """The rows of a figure, or of a part of it that there is."""
    try:
        return _rows(work, figure)
    except (ValueError, IndexError) as error:
        raise Refused(
            Text(
                "There is no part “{name}”. Parts are a class and a tier (residential 1), days overdue (1 30),"
                " a rate (13 issued) or an account of the chart (1122).",
                name=figure.part,
            )
        ) from error


def _rows(work: Work, figure: Figure) -> Any:
    """The rows of a figure in the columns of `moves`."""
    month, part = Period.month(figure.month), figure.part.split()
    match figure.behind:
        case Behind.CHARGED:
            return _charged(moves.bills(month), part)
        case Behind.RECEIVED:
            paid = moves.paid(month)
            return sa.select(paid).where(*_of_class(paid, part)).cte()
        case Behind.DUE:
            return moves.standing(month)
        case Behind.COLLECTED:
            items = moves.standing(month)
            return _with_amount(items, items.c.collected).where(items.c.collected > moves.NOTHING).cte()
        case Behind.ARREARS:
            owing = moves.owing(month)
            days = [None if one == "-" else int(one) for one in part]
            wanted = [of_age(owing, month, days[0] or 0, days[1])] if days else []
            return sa.select(owing).where(*wanted).cte()
        case Behind.TAX:
            bills = moves.bills(month)
            wanted = [bills.c.percent == int(part[0]), bills.c.what == " ".join(part[1:])] if part else []
            return sa.select(bills).where(*wanted).cte()
        case Behind.LEDGER:
            made = moves.postings(month)
            return sa.select(made).where(*([made.c.role == _role(work, part[0])] if part else [])).cte()
        case _:
            return standing_open(work, month, Check.of(part[0]))


def _role(work: Work, named: str) -> Role:
    """An account of the chart by its number there, or by what it is for."""
    found = work.session.scalar(sa.select(LedgerAccount.role).filter_by(code=named))
    return found or Role.of(named)


def _of_class(rows: Any, part: list[str]) -> list[sa.ColumnElement[bool]]:
    """The conditions of a class and a tier: in a tier are the items whose bill has lines of it."""
    if not part:
        return []
    wanted = [rows.c.customer_class == CustomerClass.of(part[0]).value]
    if part[1:]:
        lines = sa.exists().where(BillLine.bill_id == rows.c.bill_id, BillLine.tier == int(part[1]))
        wanted.append(lines if int(part[1]) else sa.or_(lines, rows.c.bill_id.is_(None)))
    return wanted


def _with_amount(rows: Any, amount: Any, energy: Any = None) -> sa.Select[Any]:
    """The rows with another amount, and energy."""
    energy = rows.c.energy if energy is None else energy
    return sa.select(
        rows.c.id, rows.c.on, rows.c.paper, rows.c.account_id, rows.c.what,
        energy.label("energy"), amount.label("amount"),
    )  # fmt: skip


def _charged(bills: Any, part: list[str]) -> Any:
    """The bills of a class, in one tier its lines alone; what has energy in no tier stands in tier 0."""
    if len(part) < 2:
        return sa.select(bills).where(*_of_class(bills, part)).cte()
    tier = int(part[1])

    def lines(column: Any, kind: type[Any], where: sa.ColumnElement[bool]) -> Any:
        summed = sa.select(sa.func.sum(column)).where(BillLine.bill_id == bills.c.bill_id, where)
        whole = sa.func.coalesce(summed.correlate(bills).scalar_subquery(), sa.literal(kind(0), Exact(kind)))
        return sa.type_coerce(bills.c.sign * sa.type_coerce(whole, sa.BigInteger), Exact(kind))

    amount = lines(BillLine.amount, Money, BillLine.tier == tier)
    energy = lines(BillLine.energy, Energy, BillLine.tier == tier)
    if not tier:
        energy = sa.type_coerce(
            bills.c.energy - lines(BillLine.energy, Energy, BillLine.tier > 0), Exact(Energy)
        )
    wanted = _of_class(bills, part[:1])
    has = sa.exists().where(BillLine.bill_id == bills.c.bill_id, BillLine.tier == tier)
    return _with_amount(bills, amount, energy).where(*wanted, *([has] if tier else [])).cte()


# Amounts in a tier


def _in_tier(figure: Figure) -> bool:
    return figure.behind is Behind.RECEIVED and len(figure.part.split()) > 1


def _parts(work: Work, figure: Figure, ids: list[UUID] | None, typed: str = "") -> dict[UUID, int]:
    """What was paid of items in the tier of a figure, in minor units; of ``ids`` or of all that a filter leaves."""
    if not _in_tier(figure):
        return {}
    paid, (_, tier) = moves.paid(Period.month(figure.month)), figure.part.split()
    listed = ids if ids is not None else sa.select(_filtered(_rows(work, figure), typed).c.id)
    return {item.id: item.parts.get(int(tier), 0) for item in paid_items(work, paid, paid.c.id.in_(listed))}


def _shown(figure: Figure, row: Any, parts: dict[UUID, int]) -> BehindRow:
    amount = Money(parts[row.id]) if row.id in parts else row.amount
    page = "customers"
    if figure.behind is Behind.CHECK:
        page = PAGES[Check.of(figure.part)]
    elif figure.behind in (Behind.CHARGED, Behind.TAX):
        page = "bills"
    what = canonical.load(Text, row.what) if row.what.startswith("{") else moves.WHAT.get(row.what, Text(""))
    return BehindRow(row.on, row.paper, row.number or "", row.name or "", what, row.energy, amount, page)
