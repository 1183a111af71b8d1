"""Tills, their sessions, and money taken."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.counter.records import ChequeState, CountKind, MovementKind, TenderKind
from desktop.kernel.database import Base, Recorded
from desktop.kernel.measures import Money


class Till(Recorded):
    """A cash drawer, used at one station at a time."""

    __tablename__ = "counter_till"
    station_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_station.id"), unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class TillSession(Recorded):
    """One shift of a till; a till has one open session at most."""

    __tablename__ = "counter_till_session"
    __table_args__ = (
        sa.Index(
            "uq_counter_till_session_open",
            "till_id",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )
    till_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_till.id"))
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    opened_at: Mapped[datetime]
    opening_float: Mapped[Money]
    closed_at: Mapped[datetime | None]


class DrawerLimit(Recorded):
    """How much cash the drawer of a station may hold, or (without one) any of the hall; the newest of either holds.

    Above ``told_above`` the counter asks to bring cash to the safe, above ``refused_above`` it takes no more of it.
    """

    __tablename__ = "counter_drawer_limit"
    __table_args__ = (
        sa.CheckConstraint(
            "told_above > 0 AND refused_above > 0 AND refused_above >= told_above", name="amounts"
        ),
    )
    KEPT = True
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"), index=True)
    station_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("staff_station.id"))
    told_above: Mapped[Money | None]
    refused_above: Mapped[Money | None]
    set_at: Mapped[datetime]
    set_by: Mapped[str]


class CashCount(Recorded):
    """What was in a drawer, a fact: the float at the opening, and each count at the close.

    ``pieces`` is the canonical JSON of the notes and coins that were counted one by one. With the first count at the
    close the session takes no money any more (triggers).
    """

    __tablename__ = "counter_cash_count"
    __table_args__ = (sa.CheckConstraint("amount >= 0", name="amount"),)
    KEPT = True
    till_session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_till_session.id"), index=True)
    kind: Mapped[CountKind]
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    counted_at: Mapped[datetime]
    amount: Mapped[Money]
    pieces: Mapped[str]


class TillMovement(Recorded):
    """Cash that moved between a session's drawer and the safe, with the posting set of its own."""

    __tablename__ = "counter_till_movement"
    __table_args__ = (sa.CheckConstraint("amount > 0", name="amount"),)
    KEPT = True
    till_session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_till_session.id"), index=True)
    kind: Mapped[MovementKind]
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    moved_at: Mapped[datetime]
    amount: Mapped[Money]
    note: Mapped[str]
    posting_set_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_posting_set.id"), unique=True)


class TillClosed(Recorded):
    """The end of a session: what should have been there and what was, and the posting set of the difference.

    ``given_back`` is the cash of its receipts that had gone back to customers by then.
    """

    __tablename__ = "counter_till_closed"
    __table_args__ = (
        sa.CheckConstraint("(posting_set_id IS NULL) = (counted = expected)", name="difference"),
    )
    KEPT = True
    till_session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_till_session.id"), unique=True)
    cash_count_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_cash_count.id"), unique=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    closed_at: Mapped[datetime]
    expected: Mapped[Money]
    counted: Mapped[Money]
    given_back: Mapped[Money]
    reason: Mapped[str]
    posting_set_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ledger_posting_set.id"), unique=True)


class CashSheetIssued(Recorded):
    """The paper of a closed session, numbered without gaps in its station's series, with all it shows."""

    __tablename__ = "counter_cash_sheet"
    __table_args__ = (sa.UniqueConstraint("station_id", "year", "running"),)
    KEPT = True
    till_closed_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_till_closed.id"), unique=True)
    station_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_station.id"))
    year: Mapped[int]
    running: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    content: Mapped[str]


class HandOver(Recorded):
    """A till that one cashier closed and the next took over with its last count: both their sessions."""

    __tablename__ = "counter_hand_over"
    KEPT = True
    till_closed_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_till_closed.id"), unique=True)
    till_session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_till_session.id"), unique=True)


class Payment(Recorded):
    """Money taken for one account; its id belongs to the entry that took it. A direct debit comes to no till."""

    __tablename__ = "counter_payment"
    __table_args__ = (sa.CheckConstraint("amount > 0", name="amount"),)
    KEPT = True
    till_session_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("counter_till_session.id"), index=True)
    contract_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"), index=True)
    posting_set_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_posting_set.id"))
    paid_at: Mapped[datetime]
    amount: Mapped[Money]


class Tender(Recorded):
    """What a payment came as: ``given`` was handed over, ``amount`` stayed, the rest was change."""

    __tablename__ = "counter_tender"
    __table_args__ = (
        sa.CheckConstraint("amount > 0 AND given >= amount", name="given"),
        sa.Index(
            "ix_counter_tender_cheque",
            "payment_id",
            sqlite_where=sa.text("kind = 'cheque'"),
            postgresql_where=sa.text("kind = 'cheque'"),
        ),
    )
    KEPT = True
    payment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_payment.id"), index=True)
    kind: Mapped[TenderKind]
    reference: Mapped[str]
    given: Mapped[Money]
    amount: Mapped[Money]


class ChequeOutcome(Recorded):
    """What the bank made of the cheque of a payment, on which day; the newest holds, none yet: it is pending.

    ``by_bank``: a file of the bank showed it. A returned cheque has the `PaymentReversal` of the same entry.
    """

    __tablename__ = "counter_cheque_outcome"
    __table_args__ = (sa.UniqueConstraint("payment_id", "position"),)
    KEPT = True
    payment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_payment.id"))
    position: Mapped[int]
    state: Mapped[ChequeState]
    on_day: Mapped[date]
    by_bank: Mapped[bool]
    told_at: Mapped[datetime]
    told_by: Mapped[str]
    reason: Mapped[str]


class Receipt(Recorded):
    """The proof of a payment, numbered without gaps in its station's series, with all its paper shows."""

    __tablename__ = "counter_receipt"
    __table_args__ = (sa.UniqueConstraint("station_id", "year", "running"),)
    KEPT = True
    payment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_payment.id"), unique=True)
    station_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_station.id"))
    year: Mapped[int]
    running: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    content: Mapped[str]


class PaymentSet(Recorded):
    """One tender that settled several accounts: one payment for each (`PaymentPart`), together ``amount``.

    ``given`` was handed over once, the rest was change; the tenders of its payments carry their shares of ``amount``.
    ``party_id`` is who paid; ``group_id`` the payment group, where all were paid as one.
    """

    __tablename__ = "counter_payment_set"
    __table_args__ = (sa.CheckConstraint("amount > 0 AND given >= amount", name="given"),)
    KEPT = True
    till_session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_till_session.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(sa.ForeignKey("parties_party.id"))
    group_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("contracts_payment_group.id"))
    paid_at: Mapped[datetime]
    kind: Mapped[TenderKind]
    reference: Mapped[str]
    given: Mapped[Money]
    amount: Mapped[Money]


class PaymentPart(Recorded):
    """One account's payment in a set, and the receipt that proves it: its own, or the one of all together.

    A receipt of all together stands at the first payment of its set.
    """

    __tablename__ = "counter_payment_part"
    __table_args__ = (sa.UniqueConstraint("payment_set_id", "position"),)
    KEPT = True
    payment_set_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_payment_set.id"))
    position: Mapped[int]
    payment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_payment.id"), unique=True)
    receipt_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_receipt.id"), index=True)


class PaymentReversal(Recorded):
    """A payment taken back at the counter, with its reason and the posting set that mirrors its money.

    ``till_session_id`` is the shift whose drawer gave cash back.
    """

    __tablename__ = "counter_payment_reversal"
    KEPT = True
    payment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_payment.id"), unique=True)
    till_session_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("counter_till_session.id"), index=True)
    posting_set_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_posting_set.id"))
    reversed_at: Mapped[datetime]
    reversed_by: Mapped[str]
    reason: Mapped[str]


class PaymentMove(Recorded):
    """A payment put from the account it was taken on by mistake on the right one; the newest of a payment holds.

    ``mirror_set_id`` takes it from the one, ``posting_set_id`` settles the other; no cash moves. It is taken back by
    another move.
    """

    __tablename__ = "counter_payment_move"
    __table_args__ = (
        sa.UniqueConstraint("payment_id", "position"),
        sa.CheckConstraint("from_account_id <> contract_account_id", name="other_account"),
    )
    KEPT = True
    payment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_payment.id"))
    position: Mapped[int]
    from_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"), index=True)
    contract_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"), index=True)
    mirror_set_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_posting_set.id"), unique=True)
    posting_set_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_posting_set.id"), unique=True)
    moved_at: Mapped[datetime]
    moved_by: Mapped[str]
    reason: Mapped[str]


class RefundRequest(Recorded):
    """Money somebody wants to give back: a payment of an earlier day, or (without one) credit of an account.

    It waits for another person's `RefundDecision`; ``kind`` and ``reference`` are how and whereto it is paid.
    """

    __tablename__ = "counter_refund_request"
    __table_args__ = (sa.CheckConstraint("amount > 0", name="amount"),)
    KEPT = True
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"), index=True)
    contract_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"), index=True)
    payment_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("counter_payment.id"), index=True)
    amount: Mapped[Money]
    kind: Mapped[TenderKind]
    reference: Mapped[str]
    reason: Mapped[str]
    proposed_by: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    proposed_by_name: Mapped[str]
    proposed_at: Mapped[datetime]


class RefundDecision(Recorded):
    """What another person made of a refund that was asked for."""

    __tablename__ = "counter_refund_decision"
    __table_args__ = (sa.CheckConstraint("decided_by <> proposed_by", name="two_people"),)
    KEPT = True
    request_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_refund_request.id"), unique=True)
    proposed_by: Mapped[UUID]
    decided_by: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    decided_by_name: Mapped[str]
    decided_at: Mapped[datetime]
    approved: Mapped[bool]
    reason: Mapped[str]


class Refund(Recorded):
    """A refund paid out of an open till, with its posting set and its paper, numbered in the station's series.

    The set mirrors the one of the payment; of credit it is a set of its own.
    """

    __tablename__ = "counter_refund"
    __table_args__ = (
        sa.UniqueConstraint("station_id", "year", "running"),
        sa.CheckConstraint("amount > 0", name="amount"),
    )
    KEPT = True
    request_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_refund_request.id"), unique=True)
    payment_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("counter_payment.id"), unique=True)
    till_session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_till_session.id"), index=True)
    posting_set_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_posting_set.id"), unique=True)
    kind: Mapped[TenderKind]
    amount: Mapped[Money]
    paid_at: Mapped[datetime]
    station_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_station.id"))
    year: Mapped[int]
    running: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    content: Mapped[str]


# A count takes no payments and no movements any more, a close no counts: wherever tables are filled in order, they
# come in this one.
for _late, _early in (
    (CashCount, Payment),
    (CashCount, PaymentReversal),
    (CashCount, Refund),
    (CashCount, TillMovement),
    (TillClosed, TillMovement),
):
    Base.metadata.tables[_late.__tablename__].add_is_dependent_on(Base.metadata.tables[_early.__tablename__])
