"""Files with persons in them leave the house: for a reason, within a limit, and entered into the book."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.errors import Refused
from desktop.kernel.listing import PAGE_ROWS, Extent, Leaving, Listing, PageOrder
from desktop.kernel.proof import Finding, prove_series
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.papers.records import (
    LEAST_REASON,
    LIMIT,
    MOST_REASON,
    Allowance,
    Exported,
    ExportRow,
    LimitOrder,
)
from desktop.papers.tables import ExportLimit, PersonsExport

EXPORT = "export"
_MOST_LIMIT = 100_000_000


@operation("papers.export_persons")
def export_persons(work: Work, leaving: Leaving) -> Exported:
    """Let a list with persons leave the house. Refused without a reason, and beyond the limit of the day."""
    reason = " ".join(leaving.reason.split())
    if not LEAST_REASON <= len(reason) <= MOST_REASON:
        raise Refused(
            Text(
                "Say why this list leaves the house, in {least} to {most} letters.",
                least=str(LEAST_REASON),
                most=str(MOST_REASON),
            )
        )
    allowed = _allowance(work)
    if leaving.persons > allowed.left:
        raise Refused(
            Text(
                "This list has {persons} persons, and {left} of {limit} are left to you today."
                " Filter the list, go on tomorrow, or let an administrator raise the limit.",
                persons=leaving.persons,
                left=allowed.left,
                limit=allowed.limit,
            )
        )
    number = let_out(work, replace(leaving, reason=reason), limited=True)
    return Exported(number, allowed.left - leaving.persons)


def let_out(work: Work, leaving: Leaving, *, owner_id: UUID | None = None, limited: bool = False) -> str:
    """Enter a file with persons in it that leaves the house; its number. An operation of its own needs no reason."""
    running = work.number(work.station.hall_id, EXPORT)
    work.add(
        PersonsExport(
            id=work.new_id(),
            hall_id=work.station.hall_id,
            year=work.today.year,
            running=running,
            user_id=work.actor.id,
            exported_by=work.actor.name,
            exported_at=work.at,
            exported_on=work.today,
            list=leaving.list,
            part=leaving.part,
            owner_id=owner_id,
            persons=leaving.persons,
            limited=limited,
            reason=leaving.reason,
            sha256=leaving.sha256,
        )
    )
    return _number(work, work.today.year, running)


def _number(work: Work, year: int, running: int) -> str:
    return f"E-{work.station.hall_code}-{year}-{running:06}"


@query("papers.export_persons")
def allowance(work: Work, _request: None) -> Allowance:
    """How many persons the one who asks may take out in lists in a day, and how many left today."""
    return _allowance(work)


def _allowance(work: Work) -> Allowance:
    limit = work.session.scalar(
        sa.select(ExportLimit.persons).order_by(ExportLimit.set_at.desc(), ExportLimit.id.desc()).limit(1)
    )
    exported = work.session.scalar(
        sa.select(sa.func.sum(PersonsExport.persons)).filter_by(
            user_id=work.actor.id, exported_on=work.today, limited=True
        )
    )
    return Allowance(LIMIT if limit is None else limit, int(exported or 0))


@operation("papers.set_export_limit")
def set_export_limit(work: Work, order: LimitOrder) -> Allowance:
    """From now on so many persons may leave in lists with one of staff in a day."""
    if not 0 <= order.persons <= _MOST_LIMIT:
        raise Refused(Text("Write a number of persons from 0 to {most}.", most=_MOST_LIMIT))
    at = work.at_after(sa.select(ExportLimit.set_at))
    work.add(ExportLimit(id=work.new_id(), persons=order.persons, set_at=at, set_by=work.actor.name))
    work.session.flush()
    return _allowance(work)


@query("papers.view_exports")
def exports(work: Work, order: PageOrder) -> tuple[ExportRow, ...]:
    """A page of what left this hall with persons in it, newest first."""
    place = sa.tuple_(PersonsExport.year, PersonsExport.running)
    found = _listed(work, order.listing).order_by(PersonsExport.year.desc(), PersonsExport.running.desc())
    if order.after:
        found = found.where(place < _at(order.after))
    if order.until:
        found = found.where(place >= _at(order.until))
    return tuple(
        ExportRow(
            number=_number(work, row.year, row.running),
            exported_at=work.local(row.exported_at),
            by=row.exported_by,
            list=Text(row.list),
            part=row.part,
            persons=row.persons,
            reason=row.reason,
            sha256=row.sha256,
        )
        for row in work.session.scalars(found.limit(order.limit))
    )


def _listed(work: Work, listing: Listing) -> sa.Select[PersonsExport]:
    """The exports of this hall whose person, list or reason holds each word of the filter."""
    found = sa.select(PersonsExport).filter_by(hall_id=work.station.hall_id)
    words = (PersonsExport.exported_by, PersonsExport.list, PersonsExport.part, PersonsExport.reason)
    for word in listing.filter.split():
        found = found.where(sa.or_(*(one.icontains(word, autoescape=True) for one in words)))
    return found


def _at(anchor: str) -> sa.Tuple:
    year, _, running = anchor.partition("-")
    return sa.tuple_(sa.literal(int(year)), sa.literal(int(running)))


@query("papers.view_exports")
def exports_extent(work: Work, listing: Listing) -> Extent:
    """How many files left this hall with persons in them, and where the pages of the list begin."""
    order = (PersonsExport.year.desc(), PersonsExport.running.desc())
    placed = (
        _listed(work, listing)
        .with_only_columns(
            PersonsExport.year,
            PersonsExport.running,
            sa.func.row_number().over(order_by=order).label("place"),
        )
        .subquery()
    )
    total = work.session.scalar(sa.select(sa.func.count()).select_from(placed)) or 0
    anchors = work.session.execute(
        sa.select(placed.c.year, placed.c.running)
        .where(placed.c.place % PAGE_ROWS == 0, placed.c.place < total)
        .order_by(placed.c.place)
    )
    return Extent(total, tuple(f"{row.year}-{row.running}" for row in anchors))


def last_exports(work: Work, owner_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When a file about each of these left the house last, in the hall's zone."""
    rows = work.session.execute(
        sa.select(PersonsExport.owner_id, sa.func.max(PersonsExport.exported_at))
        .where(PersonsExport.owner_id.in_(owner_ids))
        .group_by(PersonsExport.owner_id)
    )
    return {owner: work.local(at) for owner, at in rows if owner is not None}


def prove(session: orm.Session) -> Iterator[Finding]:
    """Numbers of exports are gapless per hall and year: none was taken out of the list."""
    numbers = sa.select(PersonsExport.hall_id, PersonsExport.year, PersonsExport.running)
    yield from prove_series(session, EXPORT, numbers, PersonsExport.__tablename__)
