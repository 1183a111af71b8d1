"""When the database was last copied and last proven: facts about it, not of the business, so outside of the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column

from desktop.kernel.database import Base, Database


class UpkeepKind(Enum):
    """What is done to a database now and then."""

    BACKUP = "backup"
    VERIFY = "verify"


class Upkeep(Base):
    """The last time of each kind, and how many findings there were."""

    __tablename__ = "kernel_upkeep"
    kind: Mapped[UpkeepKind] = mapped_column(primary_key=True)
    done_at: Mapped[datetime]
    findings: Mapped[int]


@dataclass(frozen=True, slots=True)
class UpkeepDone:
    """When something was done last, and what it found."""

    done_at: datetime
    findings: int


def note(database: Database, kind: UpkeepKind, findings: int = 0) -> None:
    """Keep that something was done now."""

    def attempt() -> None:
        with database.write() as session:
            session.execute(sa.delete(Upkeep).where(Upkeep.kind == kind))
            session.execute(sa.insert(Upkeep).values(kind=kind, done_at=datetime.now(UTC), findings=findings))
            session.commit()

    database.repeated(attempt)


def last(session: orm.Session) -> dict[UpkeepKind, UpkeepDone]:
    """What was done when, by kind; what was never done is absent."""
    return {row.kind: UpkeepDone(row.done_at, row.findings) for row in session.scalars(sa.select(Upkeep))}
