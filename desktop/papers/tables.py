"""What was printed, and how often; pictures that papers carry."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

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


class Attachment(Recorded):
    """A file kept as it is, found by the SHA-256 of its content in hex."""

    __tablename__ = "papers_attachment"
    KEPT = True
    digest: Mapped[str] = mapped_column(unique=True)
    media_type: Mapped[str]
    content: Mapped[bytes]
