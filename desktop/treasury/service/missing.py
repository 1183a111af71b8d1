"""Bookings of a computer that its database lacks, after an older copy took its place: somebody says what was done."""

from __future__ import annotations

from desktop.kernel import journal
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Seat, Work, operation
from desktop.treasury.records import MissingOrder
from desktop.treasury.service.day import CLOSE_DAY

LONGEST = 500


@operation(CLOSE_DAY)
def deal_with_missing(work: Work, order: MissingOrder) -> int:
    """Enter into the journal that bookings were missing, by id, and what was done about them; how many they were.

    Refused without words, and where none of them is missing any more.
    """
    words = " ".join(order.words.split())
    if not words:
        raise Refused(Text("Say what was done about them."))
    if len(words) > LONGEST:
        raise Refused(Text("Say it in {most} letters at most.", most=LONGEST))
    gone = journal.lacking(work.session, order.entry_ids)
    if not gone:
        raise Refused(Text("Nothing is missing: the database has all of them."))
    return len(gone)


def dealt_with(seat: Seat, order: MissingOrder) -> int:
    """The same, and this computer tells of them no more."""
    count = seat.do(deal_with_missing, order)
    seat.app.booked.dealt_with(order.entry_ids)
    return count
