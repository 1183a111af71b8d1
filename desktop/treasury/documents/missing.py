"""Bookings that a database lacks, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from uuid import UUID

from desktop.kernel.booked import drawn_at
from desktop.kernel.text import Catalog


def missing_words(entry_ids: Sequence[UUID], say: Catalog, zone: tzinfo) -> tuple[str, str]:
    """How many bookings of this computer are missing, from when to when, and what to do."""
    first, last = (say.moment(drawn_at(one).astimezone(zone)) for one in (entry_ids[0], entry_ids[-1]))
    title = say.plural(
        "{count} booking of this computer is not in the database",
        "{count} bookings of this computer are not in the database",
        len(entry_ids),
    )
    what = say(
        "An older copy took its place. They were made from {first} to {last}: compare the receipts kept here with the"
        " print journal, book again what is missing, then say at the close of the day that it is dealt with",
        first=first,
        last=last,
    )
    return title, what
