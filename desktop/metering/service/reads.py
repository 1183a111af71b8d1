"""A read as a row of the book."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from desktop.kernel.work import Work
from desktop.metering.records import ReadReason, ReadRow


def read_values(
    work: Work, register_id: UUID, row: ReadRow, reason: ReadReason, origin: str
) -> dict[str, Any]:
    """The columns of a `RegisterRead`, for `Work.insert_many`."""
    return {
        "register_id": register_id,
        "read_on": row.read_on,
        "read_at": _end_of(row.read_on, work),
        "value": row.value,
        "reason": reason,
        "source": row.source,
        "reader": row.reader,
        "rollover": False,
        "origin": origin,
    }


def _end_of(day: date, work: Work) -> datetime:
    """A sheet gives the day alone: the value frozen at its end, told as its last minute."""
    return datetime.combine(day, time(23, 59), work.country.zone)
