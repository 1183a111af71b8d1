"""Supply contracts, and accounts that one payer pays together."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.contracts.records import Service, SpellKind
from desktop.kernel.database import Recorded
from desktop.kernel.measures import Energy, Money, Power
from desktop.tariffs.records import Basis


class SupplyContract(Recorded):
    """Customer, service point and tariff, from a day to a day, for one service."""

    __tablename__ = "contracts_contract"
    __table_args__ = (
        sa.Index(
            "uq_contracts_contract_in_force",
            "service_point_id",
            "service",
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        ),
    )
    number: Mapped[str] = mapped_column(unique=True)
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"))
    year: Mapped[int]
    running: Mapped[int]
    service: Mapped[Service]
    contract_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"), index=True)
    service_point_id: Mapped[UUID] = mapped_column(sa.ForeignKey("premises_service_point.id"), index=True)
    tariff_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tariffs_tariff.id"))
    customer_class: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class SuspensionRule(Recorded):
    """What holds here of capacity sealed on a day or later, in the place of what the country lays down; the newest row
    of a day holds. ``most_times`` None: any number."""

    __tablename__ = "contracts_suspension_rule"
    KEPT = True
    valid_from: Mapped[date]
    least_days: Mapped[int]
    most_months: Mapped[int]
    most_times: Mapped[int | None]
    set_at: Mapped[datetime]
    set_by: Mapped[str]


class ContractTerms(Recorded):
    """What a contract says from a day on that prices look at; entered again for the same day, the later word holds.

    ``losses`` are values of the customer's equipment as JSON, ``shares`` parts that other tariffs price, as canonical
    JSON; ``within_point_id`` is the service point whose meter counts this one's energy too.
    """

    __tablename__ = "contracts_terms"
    __table_args__ = (sa.UniqueConstraint("contract_id", "valid_from"),)
    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contracts_contract.id"))
    valid_from: Mapped[date]
    basis: Mapped[Basis]
    capacity: Mapped[Power]
    contract_demand: Mapped[Power]
    power_factor_standard: Mapped[int]
    threshold_extra: Mapped[Energy]
    free: Mapped[Energy]
    losses: Mapped[str]
    shares: Mapped[str]
    within_point_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("premises_service_point.id"), index=True
    )
    entered_by: Mapped[str]


class ContractSpell(Recorded):
    """Days in which another capacity is charged than the terms say; entered again for the same first day, the later
    word holds."""

    __tablename__ = "contracts_spell"
    __table_args__ = (sa.UniqueConstraint("contract_id", "kind", "starts_on"),)
    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contracts_contract.id"))
    kind: Mapped[SpellKind]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    power: Mapped[Power]
    first_day_charged: Mapped[bool]
    reason: Mapped[str]
    entered_by: Mapped[str]


class PaymentGroup(Recorded):
    """Accounts that one payer pays together, under a number of their own."""

    __tablename__ = "contracts_payment_group"
    number: Mapped[str] = mapped_column(unique=True)
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"))
    year: Mapped[int]
    running: Mapped[int]
    name: Mapped[str]
    party_id: Mapped[UUID] = mapped_column(sa.ForeignKey("parties_party.id"), index=True)


class GroupMember(Recorded):
    """An account in a payment group from a day to a day; an account is in one group at a time."""

    __tablename__ = "contracts_group_member"
    __table_args__ = (
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        sa.Index(
            "uq_contracts_group_member_now",
            "contract_account_id",
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        ),
        sa.Index("ix_contracts_group_member_account", "contract_account_id"),
    )
    group_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contracts_payment_group.id"), index=True)
    contract_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    joined_by: Mapped[str]
    left_by: Mapped[str]


class SecurityDeposit(Recorded):
    """Money that moved between an account's credit and what is held of it: above zero held, below zero credit again.
    What takes a movement back is one of its own that names it."""

    __tablename__ = "contracts_deposit"
    __table_args__ = (sa.CheckConstraint("amount <> 0", name="amount"),)
    KEPT = True
    contract_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"), index=True)
    amount: Mapped[Money]
    posting_set_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_posting_set.id"), unique=True)
    reverses_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("contracts_deposit.id", deferrable=True, initially="DEFERRED"), unique=True
    )
    moved_on: Mapped[date]
    moved_by: Mapped[str]
    reason: Mapped[str]
