"""Invoices asked for, handed to the tax system in batches, and the numbers it gave them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.invoices.records import InvoiceKind
from desktop.kernel.database import Recorded
from desktop.kernel.measures import Money


class InvoiceWish(Recorded):
    """What invoice an account wants: for one bill, or (``bill_id`` None) for every bill that says nothing itself."""

    __tablename__ = "invoices_wish"
    __table_args__ = (
        sa.Index(
            "uq_invoices_wish_default",
            "contract_account_id",
            unique=True,
            sqlite_where=sa.text("bill_id IS NULL"),
            postgresql_where=sa.text("bill_id IS NULL"),
        ),
    )
    contract_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"))
    bill_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("billing_bill.id"), unique=True)
    kind: Mapped[InvoiceKind]
    title: Mapped[str]
    tax_number: Mapped[str]
    address: Mapped[str]
    phone: Mapped[str]
    bank: Mapped[str]
    bank_account: Mapped[str]


class InvoiceBatch(Recorded):
    """A file that went to the tax system once, by its SHA-256; its number is that of the export."""

    __tablename__ = "invoices_batch"
    KEPT = True
    number: Mapped[str] = mapped_column(unique=True)
    exported_at: Mapped[datetime]
    exported_by: Mapped[str]
    sha256: Mapped[str]


class Invoice(Recorded):
    """What the tax system was asked for: the invoice of a bill, or a red one that cancels it or lowers another's. Whom
    it names is kept."""

    __tablename__ = "invoices_invoice"
    __table_args__ = (
        sa.UniqueConstraint("bill_id", "red"),
        sa.CheckConstraint("(red AND gross < 0) OR (NOT red AND gross > 0)", name="colour"),
    )
    KEPT = True
    batch_id: Mapped[UUID] = mapped_column(sa.ForeignKey("invoices_batch.id"), index=True)
    bill_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_bill.id"))
    red: Mapped[bool]
    kind: Mapped[InvoiceKind]
    gross: Mapped[Money]
    tax: Mapped[Money]
    title: Mapped[str]
    tax_number: Mapped[str]
    address: Mapped[str]
    phone: Mapped[str]
    bank: Mapped[str]
    bank_account: Mapped[str]


class InvoiceNumber(Recorded):
    """The number the tax system gave an invoice, from a file known by its name and SHA-256; never another's."""

    __tablename__ = "invoices_number"
    KEPT = True
    invoice_id: Mapped[UUID] = mapped_column(sa.ForeignKey("invoices_invoice.id"), unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    issued_on: Mapped[date]
    attached_at: Mapped[datetime]
    attached_by: Mapped[str]
    origin: Mapped[str]
