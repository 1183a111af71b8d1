"""Bill runs, their drafts, and bills."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.billing.records import BillKind, DraftState, ShareJob
from desktop.kernel.database import Base, Recorded
from desktop.kernel.measures import Energy, Money, Price
from desktop.tariffs.records import CustomerClass


class BillRun(Recorded):
    """One execution of billing for a period; how far it is, its drafts tell."""

    __tablename__ = "billing_run"
    KEPT = True
    number: Mapped[str] = mapped_column(unique=True)
    year: Mapped[int]
    running: Mapped[int]
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"))
    period_start: Mapped[date]
    period_end: Mapped[date]
    started_at: Mapped[datetime]
    started_by: Mapped[str]


class BillDraft(Base):
    """What an account would be billed, or why it is held; replaced freely until issue, so not recorded.

    ``replaces_id`` is the bill it puts right. ``compared`` is how it stands towards other bills, as canonical JSON;
    ``flags``, with spaces, are why another person than ``made_by`` has to sign it.
    """

    __tablename__ = "billing_draft"
    __table_args__ = (sa.Index("ix_billing_draft_position", "run_id", "position"),)
    run_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_run.id"), primary_key=True)
    contract_account_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("ledger_contract_account.id"), primary_key=True
    )
    district_id: Mapped[UUID]
    position: Mapped[int]
    state: Mapped[DraftState]
    energy: Mapped[Energy]
    amount: Mapped[Money]
    energy_before: Mapped[Energy | None]
    input_hash: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))
    reason: Mapped[str | None]
    replaces_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("billing_bill.id"))
    compared: Mapped[str]
    flags: Mapped[str]
    made_by: Mapped[UUID]


class BillShare(Base):
    """A part of a run that one worker has at a time: the drafts of some places in walking order, whole reading routes
    as far as they go. Nobody's money, so not recorded.

    Those up to ``after`` were gone through, ``done`` of its ``accounts``. ``holder`` is the worker that did the
    last ones; it comes back until ``held_until``, by the clock of the database.
    """

    __tablename__ = "billing_share"
    run_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_run.id"), primary_key=True)
    job: Mapped[ShareJob] = mapped_column(primary_key=True)
    first: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
    district_id: Mapped[UUID]
    after: Mapped[int]
    accounts: Mapped[int]
    done: Mapped[int]
    holder: Mapped[UUID | None]
    held_until: Mapped[datetime | None]


class BillStop(Base):
    """That somebody stopped a job of a run: whoever works on it leaves it at the next chunk. Nobody's money, so not
    recorded; it goes when the job is shared out anew."""

    __tablename__ = "billing_stop"
    run_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_run.id"), primary_key=True)
    job: Mapped[ShareJob] = mapped_column(primary_key=True)
    district_id: Mapped[UUID]
    stopped_by: Mapped[str]


class Bill(Recorded):
    """An issued bill with the trace of how it came about; put right only by reversal and a new bill."""

    __tablename__ = "billing_bill"
    __table_args__ = (
        sa.Index("ix_billing_bill_issued_on", "issued_on"),
        sa.Index("ix_billing_bill_place", "run_id", "position", "running"),
        sa.Index(
            "uq_billing_bill_one_live",
            "contract_account_id",
            "period_start",
            "kind",
            unique=True,
            sqlite_where=sa.text("rebill_of IS NULL AND kind IN ('periodic', 'final')"),
            postgresql_where=sa.text("rebill_of IS NULL AND kind IN ('periodic', 'final')"),
        ),
        sa.Index(
            "uq_billing_bill_rebill_of",
            "rebill_of",
            unique=True,
            sqlite_where=sa.text("rebill_of IS NOT NULL"),
            postgresql_where=sa.text("rebill_of IS NOT NULL"),
        ),
    )
    KEPT = True
    number: Mapped[str] = mapped_column(unique=True)
    year: Mapped[int]
    running: Mapped[int]
    run_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_run.id"))
    position: Mapped[int]
    contract_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"), index=True)
    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contracts_contract.id"))
    tariff_version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tariffs_version.id"))
    posting_set_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ledger_posting_set.id"))
    kind: Mapped[BillKind]
    period_start: Mapped[date]
    period_end: Mapped[date]
    issued_on: Mapped[date]
    due_on: Mapped[date]
    energy: Mapped[Energy]
    amount: Mapped[Money]
    tax: Mapped[Money]
    tax_percent: Mapped[int]
    arrears: Mapped[Money]
    credit: Mapped[Money]
    trace: Mapped[str]
    rebill_of: Mapped[UUID | None]


class BillLine(Recorded):
    """One charge of a bill, as the pricing core gave it."""

    __tablename__ = "billing_line"
    __table_args__ = (sa.UniqueConstraint("bill_id", "position"),)
    KEPT = True
    bill_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_bill.id"))
    position: Mapped[int]
    component: Mapped[int]
    band: Mapped[int]
    tier: Mapped[int]
    energy: Mapped[Energy]
    price: Mapped[Price]
    amount: Mapped[Money]


class BillReversal(Recorded):
    """A bill taken back, with its reason and the posting set that mirrors its money (None for a bill of zero)."""

    __tablename__ = "billing_reversal"
    KEPT = True
    bill_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_bill.id"), unique=True)
    posting_set_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ledger_posting_set.id"))
    reversed_on: Mapped[date]
    reversed_at: Mapped[datetime]
    reversed_by: Mapped[str]
    reason: Mapped[str]


class BillCorrection(Recorded):
    """Why a run puts bills right: each of its bills reverses and replaces another."""

    __tablename__ = "billing_correction"
    KEPT = True
    run_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_run.id"), unique=True)
    reason: Mapped[str]


class BillOccasion(Recorded):
    """Why a run makes a bill of another kind than a month's: of one account, by ``content``, its order as JSON."""

    __tablename__ = "billing_occasion"
    KEPT = True
    run_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_run.id"), unique=True)
    kind: Mapped[BillKind]
    reason: Mapped[str]
    content: Mapped[str]


class BillSignature(Recorded):
    """What another person than the maker of a draft agreed to: the bill of this very input, and no other."""

    __tablename__ = "billing_signature"
    __table_args__ = (
        sa.CheckConstraint("signed_by <> made_by", name="two_people"),
        sa.Index("ix_billing_signature_draft", "run_id", "contract_account_id"),
    )
    KEPT = True
    run_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_run.id"))
    contract_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"))
    input_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    made_by: Mapped[UUID]
    signed_by: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    signed_by_name: Mapped[str]
    signed_at: Mapped[datetime]


class CollectiveBill(Recorded):
    """The bills of a payment group's members for a month as one paper: no money of its own, each bill keeps its ledger.

    ``missing`` are members without a bill and why, as canonical JSON. Where the bills change, a later version of the
    paper, under a number of its own, names this one as superseded, with the ``reason``.
    """

    __tablename__ = "billing_collective"
    __table_args__ = (
        sa.Index(
            "uq_billing_collective_first",
            "group_id",
            "period_start",
            unique=True,
            sqlite_where=sa.text("supersedes_id IS NULL"),
            postgresql_where=sa.text("supersedes_id IS NULL"),
        ),
    )
    KEPT = True
    number: Mapped[str] = mapped_column(unique=True)
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"))
    year: Mapped[int]
    running: Mapped[int]
    group_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contracts_payment_group.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(sa.ForeignKey("parties_party.id"))
    period_start: Mapped[date]
    period_end: Mapped[date]
    version: Mapped[int]
    issued_on: Mapped[date]
    due_on: Mapped[date]
    energy: Mapped[Energy]
    amount: Mapped[Money]
    tax: Mapped[Money]
    open: Mapped[Money]
    missing: Mapped[str]
    reason: Mapped[str]
    supersedes_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("billing_collective.id"), unique=True)


class CollectiveLine(Recorded):
    """One bill on a collective bill, with what was left to pay of it then."""

    __tablename__ = "billing_collective_line"
    __table_args__ = (
        sa.UniqueConstraint("collective_id", "position"),
        sa.UniqueConstraint("collective_id", "bill_id"),
    )
    KEPT = True
    collective_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_collective.id"))
    position: Mapped[int]
    bill_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_bill.id"), index=True)
    open: Mapped[Money]


class InstalmentPlan(Recorded):
    """By which parts, as canonical JSON, an account is asked for a month's bill before it is made, from a month on."""

    __tablename__ = "billing_instalment_plan"
    __table_args__ = (
        sa.UniqueConstraint("contract_account_id", "valid_from"),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        sa.Index(
            "uq_billing_instalment_plan_now",
            "contract_account_id",
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        ),
    )
    contract_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    parts: Mapped[str]
    agreed_by: Mapped[str]


class Instalment(Recorded):
    """Part of a month's bill, asked for before it is made: owed against the advance account, no revenue.

    ``basis`` is how its amount came about, a `Text` as canonical JSON.
    """

    __tablename__ = "billing_instalment"
    __table_args__ = (
        sa.Index(
            "uq_billing_instalment_first",
            "contract_account_id",
            "month",
            "place",
            unique=True,
            sqlite_where=sa.text("replaces_id IS NULL"),
            postgresql_where=sa.text("replaces_id IS NULL"),
        ),
        sa.Index("ix_billing_instalment_month", "contract_account_id", "month"),
        sa.CheckConstraint("amount > 0", name="amount"),
    )
    KEPT = True
    number: Mapped[str] = mapped_column(unique=True)
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"))
    year: Mapped[int]
    running: Mapped[int]
    plan_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_instalment_plan.id"))
    contract_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"))
    posting_set_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_posting_set.id"))
    month: Mapped[date]
    place: Mapped[int]
    places: Mapped[int]
    issued_on: Mapped[date]
    due_on: Mapped[date]
    amount: Mapped[Money]
    basis: Mapped[str]
    replaces_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("billing_instalment.id"), unique=True)


class InstalmentReversal(Recorded):
    """An instalment taken back before its month was billed."""

    __tablename__ = "billing_instalment_reversal"
    KEPT = True
    instalment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_instalment.id"), unique=True)
    posting_set_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_posting_set.id"))
    reversed_on: Mapped[date]
    reversed_by: Mapped[str]
    reason: Mapped[str]


class InstalmentDeduction(Recorded):
    """An instalment that a bill deducts."""

    __tablename__ = "billing_instalment_deduction"
    __table_args__ = (sa.UniqueConstraint("bill_id", "instalment_id"),)
    KEPT = True
    bill_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_bill.id"))
    instalment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_instalment.id"), index=True)


class EnergyCorrection(Recorded):
    """Energy of a month that was billed wrong because of the metering; a `EnergyDecision` lets it reach a bill.

    ``month`` is the month concerned, ``billed_with`` the one whose bill it comes with; ``facts`` are the values of
    the error as they were entered, ``arithmetic`` is a `Text` as canonical JSON.
    """

    __tablename__ = "billing_energy_correction"
    KEPT = True
    contract_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"), index=True)
    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contracts_contract.id"))
    month: Mapped[date]
    billed_with: Mapped[date]
    energy: Mapped[Energy]
    facts: Mapped[str]
    arithmetic: Mapped[str]
    reason: Mapped[str]
    proposed_by: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    proposed_by_name: Mapped[str]
    proposed_at: Mapped[datetime]


class EnergyDecision(Recorded):
    """What another person made of a correction of energy."""

    __tablename__ = "billing_energy_decision"
    __table_args__ = (sa.CheckConstraint("decided_by <> proposed_by", name="two_people"),)
    KEPT = True
    correction_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_energy_correction.id"), unique=True)
    proposed_by: Mapped[UUID]
    decided_by: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    decided_by_name: Mapped[str]
    decided_at: Mapped[datetime]
    approved: Mapped[bool]
    reason: Mapped[str]


class SignatureWithdrawn(Recorded):
    """A signature taken back before the bill was issued."""

    __tablename__ = "billing_signature_withdrawn"
    KEPT = True
    signature_id: Mapped[UUID] = mapped_column(sa.ForeignKey("billing_signature.id"), unique=True)
    withdrawn_by: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    withdrawn_at: Mapped[datetime]


class BillReviewLimits(Recorded):
    """When another person has to look at drafts of a class of customers, from a day on; ``waiting`` are flags."""

    __tablename__ = "billing_review_limits"
    __table_args__ = (sa.UniqueConstraint("customer_class", "valid_from"),)
    customer_class: Mapped[CustomerClass]
    valid_from: Mapped[date]
    jump_percent: Mapped[int]
    floor: Mapped[Energy]
    large: Mapped[Money]
    same_months: Mapped[int]
    waiting: Mapped[str]
