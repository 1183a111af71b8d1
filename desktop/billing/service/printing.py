"""Papers of billing in the print journal: each time that one goes to a printer is a print of its own.

They may be printed as often as anybody asks, and no further one says that it is a copy. One that failed or was spoiled
is printed itself.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from desktop.billing.service.bills import BILL
from desktop.billing.tables import Bill, CollectiveBill, Instalment
from desktop.kernel.errors import NotFound
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.papers import service as papers
from desktop.papers.records import PrintRef

COLLECTIVE, EXPLANATION, INSTALMENT = "collective", "explanation", "instalment"
"""The kinds of paper that a collective bill is, the page that tells why two bills differ, and an instalment."""


@operation("desk.print_paper", shared=True)
def print_bill(work: Work, number: str) -> PrintRef:
    """A bill is to be printed, for the first time or again; its print."""
    return _queued(work, BILL, number.strip(), _bill_id(work, number))


@operation("desk.print_paper", shared=True)
def print_collective(work: Work, number: str) -> PrintRef:
    """A collective bill is to be printed, for the first time or again; its print."""
    none = Text("No collective bill has the number {number}.", number=number)
    return _queued(work, COLLECTIVE, number.strip(), _locked(work, CollectiveBill, number, none))


@operation("desk.print_paper", shared=True)
def print_instalment(work: Work, number: str) -> PrintRef:
    """An instalment is to be printed, for the first time or again; its print."""
    none = Text("No instalment has the number {number}.", number=number)
    return _queued(work, INSTALMENT, number.strip(), _locked(work, Instalment, number, none))


@operation("desk.print_paper", shared=True)
def print_explanation(work: Work, number: str) -> PrintRef:
    """Why two bills differ is to be printed, for the first time or again; its print. ``number`` is ``OLD/NEW``."""
    old, new = compared(number)
    _bill_id(work, old)
    return _queued(work, EXPLANATION, f"{old}/{new}", _bill_id(work, new))


def compared(number: str) -> tuple[str, str]:
    """The numbers of the two bills that a page compares, the earlier first.

    >>> compared("B-1/B-2")
    ('B-1', 'B-2')
    """
    old, _, new = number.partition("/")
    return old.strip(), new.strip()


def unprinted(work: Work) -> tuple[str, ...]:
    """The numbers of these papers that this hall sent to a printer and nobody has: it failed, or they were spoiled."""
    return papers.waiting_here(work, (BILL, COLLECTIVE, EXPLANATION, INSTALMENT))


def _bill_id(work: Work, number: str) -> UUID:
    return _locked(work, Bill, number, Text("No bill has the number {number}.", number=number))


def _locked(work: Work, table: type[Bill | CollectiveBill | Instalment], number: str, none: Text) -> UUID:
    """What has this number; locked, for two prints of it are told apart."""
    key = work.session.scalar(sa.select(table.id).filter_by(number=number.strip()))
    if key is None:
        raise NotFound(none)
    work.lock(table, [key])
    return key


def _queued(work: Work, kind: str, number: str, owner_id: UUID) -> PrintRef:
    return PrintRef(kind, number, papers.queue(work, kind, number, owner_id))
