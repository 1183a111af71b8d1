"""Days of the hall with the heads of all journals, and its safe: counts, deposits to the bank, what was taken back."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.kernel.database import Recorded
from desktop.kernel.measures import Money
from desktop.treasury.records import SourceKind


class HallDay(Recorded):
    """A closed day of a hall and its sheet, numbered without gaps, with all it shows; ``digest`` is over all heads."""

    __tablename__ = "treasury_day"
    __table_args__ = (
        sa.UniqueConstraint("hall_id", "day"),
        sa.UniqueConstraint("hall_id", "year", "running"),
    )
    KEPT = True
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"))
    day: Mapped[date]
    closed_at: Mapped[datetime]
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    digest: Mapped[str]
    year: Mapped[int]
    running: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    content: Mapped[str]


class DayTill(Recorded):
    """A closed session that belongs to a closed day; each to one."""

    __tablename__ = "treasury_day_till"
    KEPT = True
    day_id: Mapped[UUID] = mapped_column(sa.ForeignKey("treasury_day.id"), index=True)
    till_closed_id: Mapped[UUID] = mapped_column(sa.ForeignKey("counter_till_closed.id"), unique=True)


class DayCopy(Recorded):
    """A try to copy the database after a close: ``problem`` is why it failed, as canonical JSON, or empty."""

    __tablename__ = "treasury_day_copy"
    KEPT = True
    day_id: Mapped[UUID] = mapped_column(sa.ForeignKey("treasury_day.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    tried_at: Mapped[datetime]
    file: Mapped[str]
    rows: Mapped[int]
    problem: Mapped[str]


class SafeTally(Recorded):
    """A count of a hall's safe as it was made, a fact beside any other: what should have been there, and what was."""

    __tablename__ = "treasury_safe_tally"
    __table_args__ = (sa.CheckConstraint("counted >= 0", name="counted"),)
    KEPT = True
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    counted_at: Mapped[datetime]
    expected: Mapped[Money]
    counted: Mapped[Money]
    pieces: Mapped[str]


class SafeCount(Recorded):
    """A count of a hall's safe that is booked, with the posting set of its difference and why there is one.

    It has the id of its `SafeTally`; those of before there were any have none.
    """

    __tablename__ = "treasury_safe_count"
    __table_args__ = (
        sa.CheckConstraint(
            "counted >= 0 AND (posting_set_id IS NULL) = (counted = expected)", name="difference"
        ),
    )
    KEPT = True
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    counted_at: Mapped[datetime]
    expected: Mapped[Money]
    counted: Mapped[Money]
    pieces: Mapped[str]
    reason: Mapped[str]
    posting_set_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ledger_posting_set.id"), unique=True)


class Deposit(Recorded):
    """Cash that went from a hall's safe to the bank, with the posting set that has it in transit and its slip.

    ``slip`` is the bank's own number, ``content`` all that our paper shows.
    """

    __tablename__ = "treasury_deposit"
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.UniqueConstraint("hall_id", "year", "running"),
    )
    KEPT = True
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"))
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    deposited_at: Mapped[datetime]
    amount: Mapped[Money]
    slip: Mapped[str]
    year: Mapped[int]
    running: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    content: Mapped[str]
    posting_set_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_posting_set.id"), unique=True)


class SafeReversal(Recorded):
    """A count or a deposit taken back, once, with the set that mirrors its money; ``source_id`` is of either."""

    __tablename__ = "treasury_safe_reversal"
    KEPT = True
    source_id: Mapped[UUID] = mapped_column(unique=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    reversed_at: Mapped[datetime]
    reason: Mapped[str]
    posting_set_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ledger_posting_set.id"), unique=True)


class Bank(Recorded):
    """A bank or an acquirer whose files come in; ``columns`` are the titles of its fields, as canonical JSON."""

    __tablename__ = "treasury_bank"
    name: Mapped[str] = mapped_column(unique=True)
    columns: Mapped[str]


class BankFile(Recorded):
    """A file of a bank that was taken in, once."""

    __tablename__ = "treasury_bank_file"
    KEPT = True
    bank_id: Mapped[UUID] = mapped_column(sa.ForeignKey("treasury_bank.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    taken_at: Mapped[datetime]
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)


class BankLine(Recorded):
    """A line of a bank's file; ``key`` tells it from all others of that bank, however often it comes."""

    __tablename__ = "treasury_bank_line"
    __table_args__ = (sa.UniqueConstraint("bank_id", "key"),)
    KEPT = True
    bank_id: Mapped[UUID] = mapped_column(sa.ForeignKey("treasury_bank.id"))
    file_id: Mapped[UUID] = mapped_column(sa.ForeignKey("treasury_bank_file.id"), index=True)
    row: Mapped[int]
    key: Mapped[str]
    day: Mapped[date]
    amount: Mapped[Money]
    reference: Mapped[str]
    text: Mapped[str]


class BankLineFee(Recorded):
    """The fee that the file of a line tells an acquirer kept; the ``amount`` of the line is less it."""

    __tablename__ = "treasury_bank_line_fee"
    __table_args__ = (sa.CheckConstraint("amount > 0", name="amount"),)
    KEPT = True
    line_id: Mapped[UUID] = mapped_column(sa.ForeignKey("treasury_bank_line.id"), unique=True)
    amount: Mapped[Money]


class BankMatch(Recorded):
    """What a line was matched with, one row for each source, until it is undone; money in transit is in the bank by
    its posting set. A line set aside names itself, and posts nothing.
    """

    __tablename__ = "treasury_bank_match"
    __table_args__ = (
        sa.CheckConstraint("(posting_set_id IS NULL) = (kind = 'aside')", name="posted"),
        sa.Index(
            "uq_treasury_bank_match_source",
            "source_id",
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        ),
    )
    line_id: Mapped[UUID] = mapped_column(sa.ForeignKey("treasury_bank_line.id"), index=True)
    kind: Mapped[SourceKind]
    source_id: Mapped[UUID]
    amount: Mapped[Money]
    number: Mapped[str]
    matched_at: Mapped[datetime]
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    by_hand: Mapped[bool]
    reason: Mapped[str]
    posting_set_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ledger_posting_set.id"), unique=True)
    undone_at: Mapped[datetime | None]
