"""Agreements that arrears are paid in parts: what is paid keeps or breaks them, nobody is reminded of one that is kept.

Late fees grow on the unpaid principal as on any debt: to ask less of them is a waiver, which has a limit of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel import canonical
from desktop.kernel.bulk import among
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import rules
from desktop.ledger.records import (
    AgreementEnd,
    AgreementOrder,
    AgreementPart,
    AgreementRow,
    Agreements,
    AgreementState,
)
from desktop.ledger.service.accounts import account_id
from desktop.ledger.service.owing import disputed_part, wholly_disputed
from desktop.ledger.service.waiving import reason
from desktop.ledger.tables import Agreement, AgreementEnded, ContractAccount, OpenItem

AGREE = "ledger.agree"
MOST_PARTS = 36
FIRST_WITHIN = timedelta(days=92)


@query("ledger.view")
def agreements(work: Work, account_number: str) -> Agreements:
    """What an account is overdue with, and every agreement about such, the newest first."""
    return _agreements(work, account_id(work, account_number), account_number)


@operation(AGREE)
def agree(work: Work, order: AgreementOrder) -> Agreements:
    """Agree that what an account is overdue with today is paid in equal monthly parts; see `AgreementOrder`.

    Refused where nothing is overdue, another agreement stands, or the parts cannot be.
    """
    key = account_id(work, order.account_number)
    words = reason(order.words, needed=True)
    work.claim(ContractAccount, [key])
    if not 2 <= order.count <= MOST_PARTS:
        raise Refused(Text("Agree on 2 to {most} parts.", most=MOST_PARTS))
    if not work.today <= order.first_on <= work.today + FIRST_WITHIN:
        raise Refused(Text("The first part is due from today up to {last}.", last=work.today + FIRST_WITHIN))
    found = _agreements(work, key, order.account_number)
    if any(one.stands for one in found.rows):
        raise Refused(Text("An agreement stands already: end that one first."))
    if found.arrears.raw < order.count:
        raise Refused(Text("Account {number} is overdue with nothing.", number=order.account_number))
    work.add(
        Agreement(
            id=work.new_id(),
            contract_account_id=key,
            position=len(found.rows) + 1,
            agreed_on=work.today,
            agreed_by=work.actor.name,
            words=words,
            amount=found.arrears,
            parts=canonical.dump(rules.monthly(found.arrears, order.count, order.first_on)),
        )
    )
    work.touched(key)
    work.session.flush()
    return _agreements(work, key, order.account_number)


@operation(AGREE)
def end_agreement(work: Work, order: AgreementEnd) -> Agreements:
    """An agreement holds no more: all that is overdue is asked for at once again."""
    words = reason(order.words, needed=True)
    found = work.session.execute(
        sa.select(Agreement.contract_account_id, ContractAccount.number)
        .join(ContractAccount, ContractAccount.id == Agreement.contract_account_id)
        .where(Agreement.id == order.agreement_id)
    ).one_or_none()
    if found is None:
        raise NotFound(Text("This agreement is not here."))
    key, number = found
    work.claim(ContractAccount, [key])
    rows = _agreements(work, key, number).rows
    if not next(one for one in rows if one.agreement_id == order.agreement_id).stands:
        raise Refused(Text("This agreement is over already."))
    work.add(
        AgreementEnded(
            id=work.new_id(),
            agreement_id=order.agreement_id,
            ended_on=work.today,
            ended_by=work.actor.name,
            words=words,
        )
    )
    work.touched(key)
    work.session.flush()
    return _agreements(work, key, number)


def _agreements(work: Work, key: UUID, number: str) -> Agreements:
    rows = _rows(work, Agreement.contract_account_id == key, work.today)
    return Agreements(number, _overdue(work, key, work.today), tuple(row for _, row in rows))


def _overdue(work: Work, key: UUID, before: date) -> Money:
    """The principal an account has left of what was due before a day."""
    left = sa.select(OpenItem.remaining).filter_by(contract_account_id=key)
    return Money.total(
        list(work.session.scalars(left.where(OpenItem.due_on < before, OpenItem.remaining > Money(0))))
    )


def _rows(work: Work, which: sa.ColumnElement[bool], on: date) -> list[tuple[UUID, AgreementRow]]:
    """Agreements with their accounts, as they stand on a day, the newest first."""
    found = work.session.execute(
        sa.select(Agreement, AgreementEnded)
        .outerjoin(AgreementEnded, AgreementEnded.agreement_id == Agreement.id)
        .where(which)
        .order_by(Agreement.contract_account_id, Agreement.position.desc())
    )
    return [(made.contract_account_id, _row(work, made, ended, on)) for made, ended in found]


def _row(work: Work, made: Agreement, ended: AgreementEnded | None, on: date) -> AgreementRow:
    parts: tuple[AgreementPart, ...] = canonical.load(tuple[AgreementPart, ...], made.parts)
    left = _overdue(work, made.contract_account_id, made.agreed_on)
    now = rules.standing(parts, left, on)
    return AgreementRow(
        agreement_id=made.id,
        agreed_on=made.agreed_on,
        agreed_by=made.agreed_by,
        words=made.words,
        parts=parts,
        state=AgreementState.ENDED if ended is not None else now.state,
        left=left,
        missing=now.missing,
        next_on=now.next_on,
        next_amount=now.next_amount,
        ended_on=ended.ended_on if ended is not None else None,
        ended_words=ended.words if ended is not None else "",
    )


def agreement_of(work: Work, key: UUID) -> AgreementRow | None:
    """The agreement that stands about an account's arrears."""
    rows = _rows(work, Agreement.contract_account_id == key, work.today)
    return next((row for _, row in rows if row.stands), None)


def _kept(work: Work, keys: Sequence[UUID], on: date) -> dict[UUID, date]:
    """The accounts that keep an agreement on a day, and the day of it: nobody is reminded of what was due before."""
    here = sa.and_(
        among(work.session, Agreement.contract_account_id, keys),
        AgreementEnded.id.is_(None),
    )
    return {key: row.agreed_on for key, row in _rows(work, here, on) if row.state is AgreementState.KEPT}


def overdue(work: Work, account_ids: Sequence[UUID], on: date) -> dict[UUID, Money]:
    """Principal overdue on a day that nobody disputes and about which no agreement is kept, by account.

    Those who owe nothing such are absent.
    """
    found = _asked(work, among(work.session, OpenItem.contract_account_id, account_ids), on)
    for key, since in (_kept(work, list(found), on) if found else {}).items():
        later = sa.and_(OpenItem.contract_account_id == key, OpenItem.due_on >= since)
        found[key] = _asked(work, later, on).get(key, Money(0))
    return {key: amount for key, amount in found.items() if amount}


def _asked(work: Work, which: sa.ColumnElement[bool], on: date) -> dict[UUID, Money]:
    """Principal overdue on a day that nobody disputes, by account."""
    asked = OpenItem.remaining - sa.func.coalesce(disputed_part(), 0)
    rows = work.rows(
        sa.select(OpenItem.contract_account_id, sa.func.sum(sa.type_coerce(asked, OpenItem.remaining.type)))
        .where(which, OpenItem.remaining > Money(0), OpenItem.due_on < on, ~wholly_disputed())
        .group_by(OpenItem.contract_account_id)
    )
    return dict(rows.all())


def _summed(parts: str) -> Money | None:
    """What parts come to; None for what are no parts, which somebody altered."""
    try:
        made: tuple[AgreementPart, ...] = canonical.load(tuple[AgreementPart, ...], parts)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None
    return Money.total([one.amount for one in made])


def prove_agreements(session: orm.Session) -> Iterator[Finding]:
    """The parts of an agreement make what was agreed about."""
    rows: Any = session.execute(sa.select(Agreement.id, Agreement.amount, Agreement.parts))
    for key, amount, parts in rows:
        if _summed(parts) != amount:
            words = Text("The parts of this agreement do not make what was agreed about")
            yield Finding("I15", Agreement.__tablename__, key, "agreement_sum", words)
