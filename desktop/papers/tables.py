"""What was printed, and how often; pictures that papers carry; what left the house with persons in it."""

from __future__ import annotations

from datetime import date, datetime
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


class PaperNote(Recorded):
    """What a paper says besides when it is printed again, such as the number of its invoice: a `Text` as JSON."""

    __tablename__ = "papers_note"
    __table_args__ = (sa.Index("ix_papers_note_paper", "kind", "number"),)
    KEPT = True
    kind: Mapped[str]
    number: Mapped[str]
    note: Mapped[str]
    noted_at: Mapped[datetime]


class IssuedPaper(Recorded):
    """A letter or proof that was made for an account, numbered without gaps in its hall's series.

    ``content`` is all its paper shows, as canonical JSON; ``owner_id`` the account it is about.
    """

    __tablename__ = "papers_issued"
    __table_args__ = (
        sa.UniqueConstraint("hall_id", "year", "running"),
        sa.Index("ix_papers_issued_owner", "owner_id", "issued_at"),
    )
    KEPT = True
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"))
    year: Mapped[int]
    running: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    owner_id: Mapped[UUID]
    language: Mapped[str]
    content: Mapped[str]
    issued_at: Mapped[datetime]
    issued_by: Mapped[str]


class Attachment(Recorded):
    """A file kept as it is, found by the SHA-256 of its content in hex."""

    __tablename__ = "papers_attachment"
    KEPT = True
    digest: Mapped[str] = mapped_column(unique=True)
    media_type: Mapped[str]
    content: Mapped[bytes]


class PersonsExport(Recorded):
    """A file with persons in it that left the house: who took it, when and why. What stood in it is not here.

    ``limited`` ones count towards the limit of a person and day. ``owner_id`` is what the file is about where that is
    one thing, such as a route.
    """

    __tablename__ = "papers_export"
    __table_args__ = (
        sa.UniqueConstraint("hall_id", "year", "running"),
        sa.Index("ix_papers_export_user", "user_id", "exported_on"),
    )
    KEPT = True
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"))
    year: Mapped[int]
    running: Mapped[int]
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    exported_by: Mapped[str]
    exported_at: Mapped[datetime]
    exported_on: Mapped[date]
    list: Mapped[str]
    part: Mapped[str]
    owner_id: Mapped[UUID | None] = mapped_column(index=True)
    persons: Mapped[int]
    limited: Mapped[bool]
    reason: Mapped[str]
    sha256: Mapped[str]


class ExportLimit(Recorded):
    """How many persons one of staff may take out in lists in a day; the newest row holds."""

    __tablename__ = "papers_export_limit"
    KEPT = True
    persons: Mapped[int]
    set_at: Mapped[datetime]
    set_by: Mapped[str]
