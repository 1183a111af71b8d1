"""What stands open when a month is to be closed, and which months there are."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from desktop.billing.records import DraftState
from desktop.billing.tables import BillDraft, BillRun
from desktop.closing.records import Check, CheckFound
from desktop.closing.service.moves import NO_ENERGY
from desktop.closing.tables import ClosedMonth
from desktop.counter import service as counter
from desktop.counter.tables import Payment, Receipt, Till, TillSession
from desktop.kernel.database import Exact, Key
from desktop.kernel.errors import NotFound
from desktop.kernel.measures import Money
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.ledger.tables import ContractAccount, PostingSet
from desktop.metering.tables import DoubtfulRead, Installation, Register, RouteStop
from desktop.papers import service as papers

NO_DAY = sa.type_coerce(sa.cast(sa.null(), sa.Date), sa.Date)
NOBODY = sa.type_coerce(sa.cast(sa.null(), Key), Key)
NO_AMOUNT = sa.type_coerce(sa.cast(sa.null(), sa.BigInteger), Exact(Money))


def first_month(work: Work) -> date:
    """The first month that was closed or posted into, by its first day; this month where there is none."""
    closed = work.session.scalar(sa.select(sa.func.min(ClosedMonth.month)))
    first = work.session.scalar(sa.select(sa.func.min(PostingSet.posted_on)))
    return months_before(min(closed or work.today, first or work.today), 0)


def earlier(work: Work, month: Period) -> list[date]:
    """The months of the ledger that come before a month and are not closed."""
    closed = set(work.session.scalars(sa.select(ClosedMonth.month)))
    at, found = first_month(work), []
    while at < month.start:
        if at not in closed:
            found.append(at)
        at = months_before(at, -1)
    return found


def checks(work: Work, month: Period, payments: int) -> tuple[CheckFound, ...]:
    """How much of each kind stands open; ``payments`` without an answer only their computer knows."""
    found = []
    for check in Check:
        if check is Check.EARLIER:
            count = len(earlier(work, month))
        elif check is Check.PAYMENTS:
            count = payments
        else:
            open_rows = standing_open(work, month, check)
            count = work.session.scalar(sa.select(sa.func.count()).select_from(open_rows)) or 0
        found.append(CheckFound(check, count))
    return tuple(found)


def standing_open(work: Work, month: Period, check: Check) -> sa.CTE:
    """What stands open of a kind, in the columns of `moves`; ``what`` is why a draft is held, as canonical JSON."""
    end = datetime.combine(month.end, time(0), work.country.zone)
    match check:
        case Check.DRAFTS:
            return _drafts(month, DraftState.WAITING, DraftState.READY)
        case Check.HELD:
            return _drafts(month, DraftState.HELD)
        case Check.DOUBTFUL:
            found = (
                _columns(DoubtfulRead.id, DoubtfulRead.read_on, sa.literal(""), ContractAccount.id, "read")
                .join(Register, Register.id == DoubtfulRead.register_id)
                .join(
                    Installation,
                    sa.and_(Installation.meter_id == Register.meter_id, Installation.removed_on.is_(None)),
                )
                .join(RouteStop, RouteStop.service_point_id == Installation.service_point_id)
                .outerjoin(ContractAccount, ContractAccount.number == RouteStop.account_number)
                .where(DoubtfulRead.open == 1, DoubtfulRead.read_on < month.end)
            )
        case Check.TILLS:
            found = (
                _columns(TillSession.id, NO_DAY, Till.name, NOBODY, "till")
                .join(Till, Till.id == TillSession.till_id)
                .where(TillSession.closed_at.is_(None), TillSession.opened_at < end)
            )
        case Check.UNPRINTED:
            found = (
                _columns(
                    Receipt.id, PostingSet.posted_on, Receipt.number, Payment.contract_account_id, "receipt"
                )
                .join(Payment, Payment.id == Receipt.payment_id)
                .join(PostingSet, PostingSet.id == Payment.posting_set_id)
                .where(PostingSet.posted_on < month.end, Receipt.number.in_(papers.waiting(counter.RECEIPT)))
            )
        case _:  # months and payments on one computer are no rows of the database
            raise NotFound(Text("There are no rows behind “{name}”.", name=check))
    return found.cte()


def _drafts(month: Period, *states: DraftState) -> sa.CTE:
    """Drafts of the runs of the month."""
    return (
        _columns(
            BillDraft.contract_account_id, NO_DAY, BillRun.number, BillDraft.contract_account_id,
            sa.func.coalesce(BillDraft.reason, ""), BillDraft.amount, BillDraft.energy,
        )
        .join(BillRun, BillRun.id == BillDraft.run_id)
        .where(BillRun.period_start == month.start, BillDraft.state.in_(states))
        .cte()
    )  # fmt: skip


def _columns(
    row_id: Any,
    on: Any,
    paper: Any,
    account_id: Any,
    what: Any,
    amount: Any = NO_AMOUNT,
    energy: Any = NO_ENERGY,
) -> sa.Select[Any]:
    return sa.select(
        row_id.label("id"),
        on.label("on"),
        paper.label("paper"),
        account_id.label("account_id"),
        (sa.literal(what) if isinstance(what, str) else what).label("what"),
        energy.label("energy"),
        amount.label("amount"),
    )
