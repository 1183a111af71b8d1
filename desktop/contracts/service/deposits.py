"""Security deposits: held out of a customer's credit, and made credit again, which what is owed uses first.

No cash moves here: money comes in as a payment, whose rest is credit, and leaves as a refund of credit, which takes two
people. So a till knows of every note, and a deposit of every cent that is held.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.contracts.records.deposit import DepositOrder, DepositReversal, DepositRow, DepositShown
from desktop.contracts.tables import SecurityDeposit
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.records import Role
from desktop.ledger.tables import LedgerAccount, Posting, PostingSet

MOVED = "deposit"
"""The kind of posting set between a customer's credit and deposit."""


@query("ledger.view")
def deposit(work: Work, account_number: str) -> DepositShown:
    """What is held of an account and how it came about."""
    found = ledger.dues(work, account_number)
    rows = work.session.execute(
        sa.select(SecurityDeposit, PostingSet.kind)
        .join(PostingSet, PostingSet.id == SecurityDeposit.posting_set_id)
        .where(SecurityDeposit.contract_account_id == found.account_id)
        .order_by(SecurityDeposit.moved_on.desc(), SecurityDeposit.id.desc())
    ).all()
    gone = {row.reverses_id for row, _ in rows}
    return DepositShown(
        found.account_number,
        held_of(work, found.account_id),
        found.credit,
        found.total,
        tuple(
            DepositRow(
                row.id, row.moved_on, row.amount, row.reason, row.moved_by,
                row.id not in gone and row.reverses_id is None, kind == ledger.OPENING,
            )
            for row, kind in rows
        ),
    )  # fmt: skip


@operation("contracts.hold_deposit")
def hold_deposit(work: Work, order: DepositOrder) -> DepositShown:
    """Hold a part of an account's credit as its deposit: what is owed does not use it any more."""
    key, credit = _checked(work, order)
    if credit < order.amount:
        raise Refused(
            Text(
                "The account has {credit} credit: take the deposit as a payment first, its rest becomes credit.",
                credit=credit,
            )
        )
    _move(work, key, order.amount, order.reason)
    return deposit(work, order.account_number)


@operation("contracts.hold_deposit")
def give_deposit_back(work: Work, order: DepositOrder) -> DepositShown:
    """Make an amount of a deposit credit again; what the account owes uses it at once, the rest may be refunded."""
    key, _ = _checked(work, order)
    held = held_of(work, key)
    if held < order.amount:
        raise Refused(Text("{held} are held of this account, no more.", held=held))
    _move(work, key, -order.amount, order.reason)
    ledger.settle(work, key, Money(0), None)
    return deposit(work, order.account_number)


@operation("contracts.hold_deposit")
def reverse_deposit(work: Work, order: DepositReversal) -> DepositShown:
    """Take one movement of a deposit back. What its credit has paid since is owed again, the newest first."""
    row = work.session.get(SecurityDeposit, order.deposit_id)
    if row is None:
        raise NotFound(Text("There is no such movement of a deposit."))
    key = row.contract_account_id
    if not order.reason.strip():
        raise Refused(Text("Say why the deposit moves."))
    ledger.hold_accounts(work, [key])
    taken = sa.exists().where(SecurityDeposit.reverses_id == row.id)
    if row.reverses_id is not None or work.session.scalar(sa.select(taken)):
        raise Refused(Text("This movement was taken back already."))
    if work.session.scalar(sa.select(PostingSet.kind).filter_by(id=row.posting_set_id)) == ledger.OPENING:
        raise Refused(Text("This deposit came from another system: give it back as credit instead."))
    if held_of(work, key) < row.amount:
        raise Refused(Text("This deposit became credit again since: take that back first."))
    sets = ledger.reverse_charges(work, [row.posting_set_id])
    _keep(work, key, -row.amount, order.reason, sets[row.posting_set_id], row.id)
    return deposit(work, ledger.accounts(work, [key])[key].number)


def carry_deposits(work: Work, deposits: Mapping[UUID, tuple[Money, UUID]]) -> None:
    """Keep what another system held: by account the amount and the posting set that opened it here."""
    work.insert_many(
        SecurityDeposit,
        [
            {
                "contract_account_id": account,
                "amount": amount,
                "posting_set_id": set_id,
                "reverses_id": None,
                "moved_on": work.today,
                "moved_by": work.actor.name,
                "reason": "",
            }
            for account, (amount, set_id) in deposits.items()
        ],
    )


def release(work: Work, account_id: UUID, reason: str) -> Money:
    """Make all that is held of a locked account credit again; what it comes to, nothing where nothing is held."""
    held = held_of(work, account_id)
    if held.raw > 0:
        _move(work, account_id, -held, reason)
    return held


def held_of(work: Work, account_id: UUID) -> Money:
    """What is held of an account."""
    rows = sa.select(sa.func.sum(Posting.amount)).join(
        LedgerAccount, LedgerAccount.id == Posting.ledger_account_id
    )
    wanted = Posting.contract_account_id == account_id, LedgerAccount.role == Role.DEPOSIT
    return -(work.session.scalar(rows.where(*wanted)) or Money(0))


def _checked(work: Work, order: DepositOrder) -> tuple[UUID, Money]:
    """The account of an order that makes sense, locked, and its credit."""
    key = ledger.account_id(work, order.account_number)
    if order.amount.raw <= 0:
        raise Refused(Text("Say how much the deposit is."))
    if not order.reason.strip():
        raise Refused(Text("Say why the deposit moves."))
    _, credit = ledger.hold_accounts(work, [key])[key]
    return key, Money(credit)


def _move(work: Work, account_id: UUID, amount: Money, reason: str) -> None:
    """Hold an amount, or with a minus make it credit again, as a posting set of its own."""
    to, source = (Role.CREDIT, Role.DEPOSIT) if amount.raw > 0 else (Role.DEPOSIT, Role.CREDIT)
    set_id = ledger.transfer(work, MOVED, to, source, abs(amount), account_id)
    _keep(work, account_id, amount, reason, set_id, None)


def _keep(
    work: Work, account_id: UUID, amount: Money, reason: str, set_id: UUID, reverses: UUID | None
) -> None:
    work.add(
        SecurityDeposit(
            id=work.new_id(),
            contract_account_id=account_id,
            amount=amount,
            posting_set_id=set_id,
            reverses_id=reverses,
            moved_on=work.today,
            moved_by=work.actor.name,
            reason=reason.strip(),
        )
    )
    work.session.flush()


def prove_deposits(session: orm.Session) -> Iterator[Finding]:
    """Each movement is what its posting set moved, and what takes one back is its opposite."""
    moved = (
        sa.select(Posting.posting_set_id.label("set_id"), sa.func.sum(Posting.amount).label("amount"))
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .where(LedgerAccount.role == Role.DEPOSIT)
        .group_by(Posting.posting_set_id)
        .subquery()
    )
    before = orm.aliased(SecurityDeposit)
    rows = session.execute(
        sa.select(SecurityDeposit.id, SecurityDeposit.amount, moved.c.amount, before.amount)
        .outerjoin(moved, moved.c.set_id == SecurityDeposit.posting_set_id)
        .outerjoin(before, before.id == SecurityDeposit.reverses_id)
    )
    for key, amount, posted, opposite in rows:
        if posted is None or amount != -posted or (opposite is not None and amount != -opposite):
            words = Text("The deposit is not what its postings say")
            yield Finding("I31", SecurityDeposit.__tablename__, key, "deposit_differs", words)
