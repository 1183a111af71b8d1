"""Months closed, with the figures they were closed with."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.kernel.database import Recorded


class ClosedMonth(Recorded):
    """A month nothing posts into any more. ``figures`` and ``checks`` are as they stood, as canonical JSON."""

    __tablename__ = "closing_month"
    KEPT = True
    month: Mapped[date] = mapped_column(unique=True)
    closed_at: Mapped[datetime]
    closed_by: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    closed_by_name: Mapped[str]
    remark: Mapped[str]
    figures: Mapped[str]
    checks: Mapped[str]
