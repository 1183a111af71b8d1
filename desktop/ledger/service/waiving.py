"""Late fees that are not asked for, because the supplier or a bank was to blame: for a reason, within a limit."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger.records import (
    DueItem,
    WaiverBack,
    WaiverCause,
    WaiverLimitOrder,
    WaiverOrder,
    WaiverRow,
    Waivers,
)
from desktop.ledger.service.accounts import account_id
from desktop.ledger.service.owing import dues_of
from desktop.ledger.tables import ContractAccount, LateFeeWaiver, OpenItem, WaiverLimit

LEAST_WORDS, MOST_WORDS = 4, 200
"""Letters of a reason that has to be told in words."""


@query("ledger.view")
def waivers(work: Work, account_number: str) -> Waivers:
    """The late fees of an account today and what was waived of them."""
    return _waivers(work, account_id(work, account_number), account_number)


@operation("ledger.waive_late_fee")
def waive_late_fee(work: Work, order: WaiverOrder) -> Waivers:
    """Ask nothing for late fee of one bill, up to the limit. Refused above it, without a fee, without a reason."""
    return _waive(work, order, _limit(work))


@operation("ledger.waive_large_fee")
def waive_large_late_fee(work: Work, order: WaiverOrder) -> Waivers:
    """The same without a limit."""
    return _waive(work, order, None)


def _waive(work: Work, order: WaiverOrder, limit: Money | None) -> Waivers:
    key = account_id(work, order.account_number)
    work.claim(ContractAccount, [key])  # a waiver leaves the account as it was: who looked before begins anew
    item = _item(dues_of(work, [key])[key].items, order.bill_number)
    amount = item.late_fee if order.amount is None else order.amount
    if not Money(0) < amount <= item.late_fee:
        raise Refused(
            Text("Of the late fee of bill {number}, {fee} can be waived today.",
                 number=order.bill_number, fee=item.late_fee)
        )  # fmt: skip
    words = reason(order.words, needed=order.cause is WaiverCause.OTHER)
    before = _waived(work, item.open_item_id)
    if limit is not None and before + amount > limit:
        raise Refused(
            Text("At a counter {limit} of late fee can be waived of one bill. Ask a supervisor for more.",
                 limit=limit)
        )  # fmt: skip
    work.add(_row(work, item.open_item_id, amount, order.cause, words))
    work.touched(key)
    work.session.flush()
    return _waivers(work, key, order.account_number)


@operation("ledger.waive_late_fee")
def take_waiver_back(work: Work, order: WaiverBack) -> Waivers:
    """The late fee is asked for again; once."""
    found = work.session.execute(
        sa.select(LateFeeWaiver, ContractAccount.id, ContractAccount.number)
        .join(OpenItem, OpenItem.id == LateFeeWaiver.open_item_id)
        .join(ContractAccount, ContractAccount.id == OpenItem.contract_account_id)
        .where(LateFeeWaiver.id == order.waiver_id)
    ).one_or_none()
    if found is None:
        raise NotFound(Text("This waiver is not here."))
    waiver, key, number = found
    work.claim(ContractAccount, [key])
    back = sa.select(LateFeeWaiver.id).filter_by(reverses_id=waiver.id)
    if waiver.reverses_id is not None or work.session.scalar(back) is not None:
        raise Refused(Text("This waiver was taken back before."))
    words = reason(order.words, needed=True)
    work.add(_row(work, waiver.open_item_id, -waiver.amount, waiver.cause, words, waiver.id))
    work.touched(key)
    work.session.flush()
    return _waivers(work, key, number)


@operation("ledger.set_waiver_limit")
def set_waiver_limit(work: Work, order: WaiverLimitOrder) -> Money:
    """From now on so much late fee of one bill can be waived at a counter."""
    if order.amount < Money(0):
        raise Refused(Text("A limit is nothing or more."))
    at = work.at_after(sa.select(WaiverLimit.set_at))
    work.add(WaiverLimit(id=work.new_id(), amount=order.amount, set_at=at, set_by=work.actor.name))
    work.session.flush()
    return _limit(work)


def _row(
    work: Work, item_id: UUID, amount: Money, cause: WaiverCause, words: str, reverses: UUID | None = None
) -> LateFeeWaiver:
    return LateFeeWaiver(
        id=work.new_id(),
        open_item_id=item_id,
        amount=amount,
        cause=cause,
        words=words,
        waived_on=work.today,
        waived_by=work.actor.name,
        reverses_id=reverses,
    )


def _item(items: tuple[DueItem, ...], bill_number: str) -> DueItem:
    found = next((item for item in items if item.bill_number == bill_number), None)
    if found is None or not found.late_fee:
        raise Refused(Text("Bill {number} has no late fee to waive today.", number=bill_number))
    return found


def reason(typed: str, *, needed: bool) -> str:
    """A reason told in words, in one line; refused where it is too short or too long."""
    words = " ".join(typed.split())
    if len(words) > MOST_WORDS or (needed and len(words) < LEAST_WORDS):
        raise Refused(
            Text("Say why, in {least} to {most} letters.", least=str(LEAST_WORDS), most=str(MOST_WORDS))
        )
    return words


def _limit(work: Work) -> Money:
    newest = sa.select(WaiverLimit.amount).order_by(WaiverLimit.set_at.desc(), WaiverLimit.id.desc())
    found = work.session.scalar(newest.limit(1))
    return work.country.waiver_limit if found is None else found


def _waived(work: Work, item_id: UUID) -> Money:
    amounts = work.session.scalars(sa.select(LateFeeWaiver.amount).filter_by(open_item_id=item_id))
    return Money.total(list(amounts))


def _waivers(work: Work, key: UUID, number: str) -> Waivers:
    back = orm.aliased(LateFeeWaiver)
    rows = work.session.execute(
        sa.select(LateFeeWaiver, OpenItem.source_number, back.id.is_(None).label("standing"))
        .join(OpenItem, OpenItem.id == LateFeeWaiver.open_item_id)
        .outerjoin(back, back.reverses_id == LateFeeWaiver.id)
        .where(OpenItem.contract_account_id == key, LateFeeWaiver.reverses_id.is_(None))
        .order_by(LateFeeWaiver.id.desc())
    )
    return Waivers(
        number,
        tuple(item for item in dues_of(work, [key])[key].items if item.late_fee),
        tuple(
            WaiverRow(
                waiver_id=row.id,
                bill_number=bill,
                amount=row.amount,
                cause=row.cause,
                words=row.words,
                waived_on=row.waived_on,
                waived_by=row.waived_by,
                standing=standing,
            )
            for row, bill, standing in rows
        ),
        _limit(work),
    )


def prove_waivers(session: orm.Session) -> Iterator[Finding]:
    """A waiver is taken back at most as a whole: no open item has less than nothing waived."""
    back = orm.aliased(LateFeeWaiver)
    odd = session.scalars(
        sa.select(back.id)
        .join(LateFeeWaiver, LateFeeWaiver.id == back.reverses_id)
        .where(
            sa.or_(
                back.amount != -LateFeeWaiver.amount,
                back.open_item_id != LateFeeWaiver.open_item_id,
                LateFeeWaiver.reverses_id.is_not(None),
            )
        )
    )
    for key in odd:
        words = Text("This does not take back the waiver it names")
        yield Finding("I15", LateFeeWaiver.__tablename__, key, "waiver", words)
