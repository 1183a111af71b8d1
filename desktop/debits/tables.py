"""Banks that debit accounts for us, mandates, files for them, and what they made of each item."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.debits.records import Meaning
from desktop.kernel.database import Recorded
from desktop.kernel.measures import Money


class Bank(Recorded):
    """A bank that debits accounts for us; ``layout`` is how its files look, as canonical JSON."""

    __tablename__ = "debits_bank"
    __table_args__ = (sa.CheckConstraint("least >= 0", name="least"),)
    name: Mapped[str] = mapped_column(unique=True)
    creditor: Mapped[str]
    least: Mapped[Money]
    layout: Mapped[str]


class Mandate(Recorded):
    """What a customer signed: debit this account of a bank. One of an account holds on any day; it is ended, never
    deleted."""

    __tablename__ = "debits_mandate"
    __table_args__ = (
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="days"),
        sa.Index(
            "uq_debits_mandate_standing",
            "contract_account_id",
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        ),
    )
    contract_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"), index=True)
    bank_id: Mapped[UUID] = mapped_column(sa.ForeignKey("debits_bank.id"))
    bank_account: Mapped[str]
    holder: Mapped[str]
    agreement: Mapped[str]
    signed_on: Mapped[date]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    reason: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]


class DebitFile(Recorded):
    """A file for a bank: so many items, exactly so much, numbered without gaps in its hall's series."""

    __tablename__ = "debits_file"
    __table_args__ = (
        sa.UniqueConstraint("hall_id", "year", "running"),
        sa.CheckConstraint("items > 0 AND amount > 0", name="amount"),
    )
    KEPT = True
    bank_id: Mapped[UUID] = mapped_column(sa.ForeignKey("debits_bank.id"), index=True)
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"))
    year: Mapped[int]
    running: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    collect_on: Mapped[date]
    due_by: Mapped[date]
    items: Mapped[int]
    amount: Mapped[Money]
    made_at: Mapped[datetime]
    made_by: Mapped[str]


class FileSent(Recorded):
    """A file was written to go to its bank, known by its SHA-256; written again, it has another row."""

    __tablename__ = "debits_file_sent"
    KEPT = True
    file_id: Mapped[UUID] = mapped_column(sa.ForeignKey("debits_file.id"), index=True)
    sha256: Mapped[str]
    sent_at: Mapped[datetime]
    sent_by: Mapped[str]


class FileWithdrawn(Recorded):
    """A file that was taken back before any result: what is in it is free again. ``by_bank``: the bank refused it."""

    __tablename__ = "debits_file_withdrawn"
    KEPT = True
    file_id: Mapped[UUID] = mapped_column(sa.ForeignKey("debits_file.id"), unique=True)
    by_bank: Mapped[bool]
    withdrawn_at: Mapped[datetime]
    withdrawn_by: Mapped[str]
    reason: Mapped[str]


class DebitItem(Recorded):
    """So much of an open item, to be collected by a mandate as it stood. While ``awaiting`` is 1 nobody else collects
    it; that is derived from its outcomes and its file's withdrawal."""

    __tablename__ = "debits_item"
    __table_args__ = (
        sa.UniqueConstraint("file_id", "position"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("awaiting IN (0, 1)", name="awaiting"),
        sa.Index(
            "uq_debits_item_awaiting",
            "open_item_id",
            unique=True,
            sqlite_where=sa.text("awaiting = 1"),
            postgresql_where=sa.text("awaiting = 1"),
        ),
    )
    KEPT = True
    DERIVED = frozenset({"awaiting"})
    file_id: Mapped[UUID] = mapped_column(sa.ForeignKey("debits_file.id"))
    position: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    contract_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"), index=True)
    open_item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_open_item.id"), index=True)
    mandate_id: Mapped[UUID] = mapped_column(sa.ForeignKey("debits_mandate.id"), index=True)
    bank_account: Mapped[str]
    holder: Mapped[str]
    agreement: Mapped[str]
    amount: Mapped[Money]
    awaiting: Mapped[int]


class ResultsFile(Recorded):
    """A file of results that was taken in, once."""

    __tablename__ = "debits_results_file"
    KEPT = True
    bank_id: Mapped[UUID] = mapped_column(sa.ForeignKey("debits_bank.id"), index=True)
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    taken_at: Mapped[datetime]
    taken_by: Mapped[str]


class Result(Recorded):
    """A row of results as the bank gave it; ``key`` tells it from all others of that bank. Its outcome says what it
    came to; without one it waits to be booked or mended."""

    __tablename__ = "debits_result"
    __table_args__ = (sa.UniqueConstraint("bank_id", "key"),)
    KEPT = True
    bank_id: Mapped[UUID] = mapped_column(sa.ForeignKey("debits_bank.id"))
    file_id: Mapped[UUID] = mapped_column(sa.ForeignKey("debits_results_file.id"), index=True)
    row: Mapped[int]
    key: Mapped[str]
    number: Mapped[str]
    amount: Mapped[Money]
    meaning: Mapped[Meaning]
    words: Mapped[str]
    day: Mapped[date | None]


class Outcome(Recorded):
    """What became of an item, the newest holds; or that a result was set aside (no item, ``meaning`` NULL).

    A paid one names its payment, a returned one the payment that the bank took back.
    """

    __tablename__ = "debits_outcome"
    __table_args__ = (
        sa.UniqueConstraint("item_id", "position"),
        sa.CheckConstraint("(item_id IS NULL) = (meaning IS NULL)", name="aside"),
        sa.CheckConstraint("(payment_id IS NOT NULL) = (meaning IN ('paid', 'returned'))", name="payment"),
        sa.Index(
            "uq_debits_outcome_paid",
            "payment_id",
            unique=True,
            sqlite_where=sa.text("meaning = 'paid'"),
            postgresql_where=sa.text("meaning = 'paid'"),
        ),
    )
    KEPT = True
    item_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("debits_item.id"))
    position: Mapped[int]
    result_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("debits_result.id"), unique=True)
    meaning: Mapped[Meaning | None]
    words: Mapped[str]
    on_day: Mapped[date]
    payment_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("counter_payment.id"))
    told_at: Mapped[datetime]
    told_by: Mapped[str]
