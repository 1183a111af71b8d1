"""Money: ledger accounts, contract accounts, posting sets that sum to zero, open items and what cleared them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.kernel.database import Base, Recorded
from desktop.kernel.measures import Energy, Money
from desktop.ledger.records import ClearingKind, DisputeOutcome, ItemKind, Role, WaiverCause


class LedgerAccount(Recorded):
    """One account of the country's chart."""

    __tablename__ = "ledger_account"
    role: Mapped[Role] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class ContractAccount(Recorded):
    """Where charges and payments of a customer meet. ``owed`` and ``credit`` repeat sums of postings."""

    __tablename__ = "ledger_contract_account"
    __table_args__ = (
        sa.CheckConstraint("credit >= 0", name="credit"),
        sa.Index("ix_ledger_contract_account_owed", "owed", "number"),
    )
    DERIVED = frozenset({"owed", "credit"})
    number: Mapped[str] = mapped_column(unique=True)
    party_id: Mapped[UUID] = mapped_column(sa.ForeignKey("parties_party.id"), index=True)
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"))
    owed: Mapped[Money]
    credit: Mapped[Money]


class LedgerMonth(Base):
    """A calendar month of the ledger, by its first day. What posts into it shares its row until the commit, so nobody
    closes the month meanwhile; why it is closed stands where it was decided, so not recorded.
    """

    __tablename__ = "ledger_month"
    __table_args__ = ({"sqlite_with_rowid": False, "info": {"made_by_triggers": True}},)
    month: Mapped[date] = mapped_column(primary_key=True)
    closed: Mapped[bool]


class PostingSet(Recorded):
    """What one operation posted: inserted after its postings, and then closed (triggers see to the sum, and that the
    month of ``posted_on`` is open).
    """

    __tablename__ = "ledger_posting_set"
    __table_args__ = (sa.Index("ix_ledger_posting_set_posted_on", "posted_on", "id"),)
    KEPT = True
    kind: Mapped[str]
    posted_on: Mapped[date]
    reverses_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("ledger_posting_set.id", deferrable=True, initially="DEFERRED"), unique=True
    )


class Posting(Recorded):
    """A signed amount on one ledger account (debit positive), with the contract account it concerns."""

    __tablename__ = "ledger_posting"
    KEPT = True
    posting_set_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("ledger_posting_set.id", deferrable=True, initially="DEFERRED", use_alter=True),
        index=True,
    )
    ledger_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_account.id"))
    contract_account_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("ledger_contract_account.id"), index=True
    )
    amount: Mapped[Money]


class OpenItem(Recorded):
    """A receivable until it is cleared, with the terms stamped when it was billed; ``remaining`` is derived."""

    __tablename__ = "ledger_open_item"
    __table_args__ = (
        sa.CheckConstraint("amount > 0 AND remaining >= 0 AND remaining <= amount", name="remaining"),
        sa.Index(
            "ix_ledger_open_item_open",
            "contract_account_id",
            sqlite_where=sa.text("remaining > 0"),
            postgresql_where=sa.text("remaining > 0"),
        ),
    )
    KEPT = True
    DERIVED = frozenset({"remaining"})
    contract_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"), index=True)
    posting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_posting.id"))
    kind: Mapped[ItemKind]
    source_number: Mapped[str] = mapped_column(index=True)
    month: Mapped[date]
    energy: Mapped[Energy | None]
    due_on: Mapped[date]
    customer_class: Mapped[str]
    rule_set: Mapped[str]
    amount: Mapped[Money]
    remaining: Mapped[Money]


class Clearing(Recorded):
    """What a posting cleared of an open item: principal, or the late fee that had grown on it."""

    __tablename__ = "ledger_clearing"
    KEPT = True
    open_item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_open_item.id"), index=True)
    posting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_posting.id"), index=True)
    kind: Mapped[ClearingKind]
    cleared_on: Mapped[date]
    amount: Mapped[Money]
    reverses_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("ledger_clearing.id", deferrable=True, initially="DEFERRED"), unique=True
    )


class LateFeeWaiver(Recorded):
    """So much of the late fee of an open item is not asked for; a negative amount takes an earlier one back.

    A late fee is booked when it is paid and not before: what is waived was never a claim of the books.
    """

    __tablename__ = "ledger_late_fee_waiver"
    __table_args__ = (sa.CheckConstraint("(amount > 0) = (reverses_id IS NULL)", name="amount"),)
    KEPT = True
    open_item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_open_item.id"), index=True)
    amount: Mapped[Money]
    cause: Mapped[WaiverCause]
    words: Mapped[str]
    waived_on: Mapped[date]
    waived_by: Mapped[str]
    reverses_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("ledger_late_fee_waiver.id", deferrable=True, initially="DEFERRED"), unique=True
    )


class Dispute(Recorded):
    """A bill that its customer disputes, from a day on; over with its `DisputeEnd`."""

    __tablename__ = "ledger_dispute"
    __table_args__ = (sa.UniqueConstraint("open_item_id", "position"),)
    KEPT = True
    open_item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_open_item.id"))
    position: Mapped[int]
    raised_on: Mapped[date]
    raised_by: Mapped[str]
    words: Mapped[str]


class DisputePart(Recorded):
    """Only so much of its bill a customer disputes; a dispute without one is of the whole bill."""

    __tablename__ = "ledger_dispute_part"
    __table_args__ = (sa.CheckConstraint("amount > 0", name="amount"),)
    KEPT = True
    dispute_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_dispute.id"), unique=True)
    amount: Mapped[Money]


class DisputeEnd(Recorded):
    """A dispute that is over: on ``ended_on`` the late fee grows again; how its days count, its outcome says."""

    __tablename__ = "ledger_dispute_end"
    KEPT = True
    dispute_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_dispute.id"), unique=True)
    ended_on: Mapped[date]
    ended_by: Mapped[str]
    outcome: Mapped[DisputeOutcome]
    words: Mapped[str]


class Agreement(Recorded):
    """An account's overdue principal of a day is paid in ``parts`` (canonical JSON); over with its `AgreementEnded`."""

    __tablename__ = "ledger_agreement"
    __table_args__ = (
        sa.UniqueConstraint("contract_account_id", "position"),
        sa.CheckConstraint("amount > 0", name="amount"),
    )
    KEPT = True
    contract_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"))
    position: Mapped[int]
    agreed_on: Mapped[date]
    agreed_by: Mapped[str]
    words: Mapped[str]
    amount: Mapped[Money]
    parts: Mapped[str]


class AgreementEnded(Recorded):
    """An agreement that holds no more."""

    __tablename__ = "ledger_agreement_ended"
    KEPT = True
    agreement_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_agreement.id"), unique=True)
    ended_on: Mapped[date]
    ended_by: Mapped[str]
    words: Mapped[str]


class WaiverLimit(Recorded):
    """How much late fee of one bill somebody at a counter may waive; the newest row holds."""

    __tablename__ = "ledger_waiver_limit"
    KEPT = True
    amount: Mapped[Money]
    set_at: Mapped[datetime]
    set_by: Mapped[str]


class LateFeeChosen(Recorded):
    """What a hall chose about late fees, for bills issued from ``valid_from`` on; the newest of a day holds."""

    __tablename__ = "ledger_late_fee_chosen"
    KEPT = True
    setting: Mapped[str]
    choice: Mapped[str]
    valid_from: Mapped[date]
    set_at: Mapped[datetime]
    set_by: Mapped[str]


# A set closes its postings: wherever tables are filled in order, it comes after them.
PostingSet.metadata.tables[PostingSet.__tablename__].add_is_dependent_on(
    Posting.metadata.tables[Posting.__tablename__]
)
# A closed month takes no sets any more: it comes after them.
LedgerMonth.metadata.tables[LedgerMonth.__tablename__].add_is_dependent_on(
    PostingSet.metadata.tables[PostingSet.__tablename__]
)
