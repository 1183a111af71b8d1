"""What was printed, and how often; pictures that papers carry; what left the house with persons in it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.kernel.database import Base, Recorded
from desktop.papers.records import PrintState


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


class PrintStep(Recorded):
    """What became of a print, ``place`` 1, 2 … of it: sent to a ``printer`` (none: into a file), or answered for.

    ``words`` are a person's, ``problem`` what a printer told, a `Text` as JSON; ``followed_by_id`` is the print that
    confirms it by coming after it.
    """

    __tablename__ = "papers_print_step"
    __table_args__ = (
        sa.UniqueConstraint("print_job_id", "place"),
        sa.Index("ix_papers_print_step_hall", "hall_id", "stepped_at"),
    )
    KEPT = True
    print_job_id: Mapped[UUID] = mapped_column(sa.ForeignKey("papers_print_job.id"))
    place: Mapped[int]
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"))
    station_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_station.id"))
    state: Mapped[PrintState]
    printer: Mapped[str]
    stepped_at: Mapped[datetime]
    stepped_by: Mapped[str]
    words: Mapped[str]
    problem: Mapped[str | None]
    followed_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("papers_print_job.id"))


class OpenPrint(Base):
    """A print that is not confirmed, as its last step left it: what is left to do, and no record."""

    __tablename__ = "papers_open_print"
    __table_args__ = (
        sa.Index("ix_papers_open_print_hall", "hall_id"),
        sa.Index("ix_papers_open_print_station", "station_id", "state"),
    )
    print_job_id: Mapped[UUID] = mapped_column(sa.ForeignKey("papers_print_job.id"), primary_key=True)
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"))
    station_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_station.id"))
    state: Mapped[PrintState]
    printer: Mapped[str]


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
