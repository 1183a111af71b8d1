"""Days of the hall, closed with the heads of all journals, and what came of copying the database after them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.kernel.database import Recorded


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
