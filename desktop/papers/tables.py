"""What was printed, and how often."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from desktop.kernel.database import Recorded


class PrintJob(Recorded):
    """One print of a paper: copy 0 is the original, which exists once; n is COPY n."""

    __tablename__ = "papers_print_job"
    __table_args__ = (sa.UniqueConstraint("kind", "number", "copy"),)
    KEPT = True
    kind: Mapped[str]
    number: Mapped[str]
    owner_id: Mapped[UUID]
    copy: Mapped[int]
    asked_at: Mapped[datetime]
