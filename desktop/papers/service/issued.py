"""Letters and proofs made for an account: numbered, kept with all they show, printed again as copies."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel import canonical
from desktop.kernel.errors import NotFound
from desktop.kernel.proof import Finding, prove_series
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.papers.records import PaperRow
from desktop.papers.service.prints import check_code, queue
from desktop.papers.tables import IssuedPaper
from desktop.search import service as search
from desktop.search.records import LETTER, Owner, paper

PAPER = "paper"
Content = TypeVar("Content")


def issue(
    work: Work, kind: str, owner_id: UUID, language: str, made: Callable[[str, str], Content]
) -> Content:
    """Keep a paper about an account and enter its first print; ``made(number, check code)`` is what it shows."""
    running = work.number(work.station.hall_id, PAPER)
    number = f"P-{work.station.hall_code}-{work.today.year}-{running:06}"
    content = made(number, check_code(hashlib.sha256(canonical.dump(made(number, "")).encode()).digest()))
    key = work.new_id()
    row = {
        "id": key,
        "hall_id": work.station.hall_id,
        "year": work.today.year,
        "running": running,
        "number": number,
        "kind": kind,
        "owner_id": owner_id,
        "language": language,
        "content": canonical.dump(content),
        "issued_at": work.at,
        "issued_by": work.actor.name,
    }
    work.insert_many(IssuedPaper, [row])
    search.index(work, [paper(LETTER, key, number)], new=True)
    queue(work, kind, number, owner_id, new=True)
    return content


def search_owners(work: Work, paper_ids: Sequence[UUID]) -> list[Owner]:
    """Letters and proofs as search finds them."""
    found = sa.select(IssuedPaper.id, IssuedPaper.number).where(IssuedPaper.id.in_(paper_ids))
    return [paper(LETTER, row.id, row.number) for row in work.session.execute(found)]


def issued(work: Work, number: str) -> IssuedPaper:
    """The row of a paper; `NotFound` without one."""
    row = work.session.scalar(sa.select(IssuedPaper).filter_by(number=number.strip()))
    if row is None:
        raise NotFound(Text("No paper has the number {number}.", number=number))
    return row


def papers_of(work: Work, owner_id: UUID, limit: int) -> tuple[PaperRow, ...]:
    """The letters and proofs of an account, newest first."""
    rows = work.session.scalars(
        sa.select(IssuedPaper)
        .filter_by(owner_id=owner_id)
        .order_by(IssuedPaper.issued_at.desc(), IssuedPaper.number.desc())
        .limit(limit)
    )
    return tuple(PaperRow(row.number, row.kind, work.local(row.issued_at), row.issued_by) for row in rows)


def numbers_by(work: Work, entry_ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    """The numbers of the papers that entries made, by entry."""
    rows = work.session.execute(
        sa.select(IssuedPaper.entry_id, IssuedPaper.number)
        .where(IssuedPaper.entry_id.in_(entry_ids))
        .order_by(IssuedPaper.number)
    )
    found: dict[UUID, tuple[str, ...]] = {}
    for entry_id, number in rows:
        found[entry_id] = (*found.get(entry_id, ()), number)
    return found


def prove_issued(session: orm.Session) -> Iterator[Finding]:
    """Numbers of letters and proofs are gapless per hall and year."""
    numbers = sa.select(IssuedPaper.hall_id, IssuedPaper.year, IssuedPaper.running)
    yield from prove_series(session, PAPER, numbers, IssuedPaper.__tablename__)
