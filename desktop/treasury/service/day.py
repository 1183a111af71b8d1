"""The close of a hall's day: what hinders it, what its tills came to, the heads of all journals, its sheet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.counter import service as counter
from desktop.counter.records import CashSheet, MovementKind
from desktop.counter.tables import CashSheetIssued, Till, TillClosed, TillSession
from desktop.kernel import canonical, journal
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.heads import Head
from desktop.kernel.heads import digest_of as heads_digest
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding, prove_series
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.papers import service as papers
from desktop.staff import service as staff
from desktop.staff.tables import Station, User
from desktop.treasury import rules
from desktop.treasury.records import (
    ChainHead,
    CloseDayOrder,
    CopyOrder,
    CopyState,
    DayLook,
    DayQuery,
    DayRow,
    DaySheet,
    DayTill,
    DayWaiting,
    HeadsChecked,
    OpenTill,
    taken_together,
)
from desktop.treasury.service.day_debits import debit_days, debits_since, prove_day_debits
from desktop.treasury.service.safe_counts import waiting as safe_waits
from desktop.treasury.tables import DayCopy, HallDay
from desktop.treasury.tables import DayTill as DayTillRow

DAY_SHEET = "day_sheet"
VIEW, CLOSE_DAY = "treasury.view", "treasury.close_day"
LONGEST_REMARK = 500
DAYS_SHOWN = 400


# What stands


@query(VIEW)
def day_look(work: Work, request: DayQuery) -> DayLook:
    """A day of this hall as it stands, by default the next one to close; a closed one with its sheet."""
    newest, waiting, shut = _newest_day(work), _in_no_day(work), _open_tills(work)
    closed = None if newest is None else newest.day
    days = _to_close(work, newest, waiting, shut)
    day = request.day or (days[0] if days else work.today)
    row = _day_row(work, day)
    sheet = None if row is None else _sheet(row)
    return DayLook(
        day=day,
        tills=sheet.tills if sheet else tuple(_day_till(one) for on, _, one in waiting if on <= day),
        open_tills=() if sheet else tuple(one for on, one in shut if on <= day),
        unprinted=sheet.unprinted if sheet else counter.unprinted(work, own=False),
        earlier=tuple(one for one in days if one < day),
        closed=closed,
        sheet=sheet,
        copy=None if row is None else _copies(work, [row.id]).get(row.id),
        debits=(sheet.debits or ()) if sheet else debits_since(work, _sheet_of(newest)),
    )


def _to_close(
    work: Work,
    newest: HallDay | None,
    waiting: Sequence[tuple[date, UUID, CashSheet]],
    shut: Sequence[tuple[date, OpenTill]],
) -> tuple[date, ...]:
    """The days up to today that wait to be closed: by their tills, and by direct debits that came to none.

    Before the first close a till is enough to tell, and the whole book need not be asked.
    """
    dates = [*(day for day, _, _ in waiting), *(day for day, _ in shut)]
    if newest is not None or not dates:
        dates += debit_days(work, _sheet_of(newest))
    return rules.days_open(dates, None if newest is None else newest.day, work.today)


@query(VIEW)
def days(work: Work, _request: None) -> tuple[DayRow, ...]:
    """The closed days of this hall, newest first."""
    tills = (
        sa.select(sa.func.count()).where(DayTillRow.day_id == HallDay.id).correlate(HallDay).scalar_subquery()
    )
    rows = work.session.execute(
        sa.select(HallDay, User.name, tills)
        .join(User, User.id == HallDay.user_id)
        .where(HallDay.hall_id == work.station.hall_id)
        .order_by(HallDay.day.desc())
        .limit(DAYS_SHOWN)
    ).all()
    copies = _copies(work, [row.id for row, _, _ in rows])
    return tuple(
        DayRow(row.day, row.number, work.local(row.closed_at), name, count, copies.get(row.id))
        for row, name, count in rows
    )


def day_waiting(work: Work) -> DayWaiting:
    """What of this hall's days waits: those before today that are not closed, why the last copy failed, its safe."""
    newest = _newest_day(work)
    closed = None if newest is None else newest.day
    found = _to_close(work, newest, _in_no_day(work), _open_tills(work))
    copy = _copies(work, [newest.id]).get(newest.id) if newest is not None else None
    unclosed = tuple(day for day in found if day < work.today)
    problem = copy.problem if copy is not None else None
    if newest is not None and copy is None and work.session.get_bind().dialect.name == "sqlite":
        problem = Text("The database was not copied after the close of {day}.", day=newest.day)
    return DayWaiting(unclosed, closed, problem, safe_waits(work) is not None)


def _newest_day(work: Work) -> HallDay | None:
    """The day of this hall that was closed last."""
    found: HallDay | None = work.session.scalar(
        sa.select(HallDay).filter_by(hall_id=work.station.hall_id).order_by(HallDay.day.desc()).limit(1)
    )
    return found


def _day_row(work: Work, day: date) -> HallDay | None:
    found: HallDay | None = work.session.scalar(
        sa.select(HallDay).filter_by(hall_id=work.station.hall_id, day=day)
    )
    return found


def _in_no_day(work: Work) -> list[tuple[date, UUID, CashSheet]]:
    """The closed sessions of this hall that no closed day has yet: their date, id and cash sheet, in order."""
    rows = work.session.execute(
        sa.select(TillClosed.id, TillClosed.closed_at, CashSheetIssued.content)
        .join(CashSheetIssued, CashSheetIssued.till_closed_id == TillClosed.id)
        .join(Station, Station.id == CashSheetIssued.station_id)
        .where(
            Station.hall_id == work.station.hall_id,
            ~sa.exists().where(DayTillRow.till_closed_id == TillClosed.id),
        )
        .order_by(TillClosed.closed_at, TillClosed.id)
    )
    return [
        (work.local(closed_at).date(), key, canonical.load(CashSheet, content))
        for key, closed_at, content in rows
    ]


def _open_tills(work: Work) -> list[tuple[date, OpenTill]]:
    """The open sessions of this hall, by the day they were opened on."""
    rows = work.session.execute(
        sa.select(Till.name, User.name, TillSession.opened_at, counter.counting())
        .join(TillSession, TillSession.till_id == Till.id)
        .join(Station, Station.id == Till.station_id)
        .join(User, User.id == TillSession.user_id)
        .where(Station.hall_id == work.station.hall_id, TillSession.closed_at.is_(None))
        .order_by(Till.code)
    )
    return [
        (work.local(at).date(), OpenTill(till, cashier, work.local(at), bool(counted)))
        for till, cashier, at, counted in rows
    ]


def _day_till(sheet: CashSheet) -> DayTill:
    drops, floats = (
        Money.total([one.amount for one in sheet.movements if one.kind is kind])
        for kind in (MovementKind.DROP, MovementKind.FLOAT)
    )
    return DayTill(
        cash_sheet=sheet.number,
        till_name=sheet.till_name,
        opened_at=sheet.opened_at,
        closed_at=sheet.closed_at,
        closed_by=sheet.closed_by,
        receipts=sum(one.receipts for one in sheet.taken),
        taken=sheet.taken,
        expected=sheet.expected,
        counted=sheet.counted.amount,
        difference=sheet.difference,
        reason=sheet.reason,
        dropped=drops - floats,
    )


def _copies(work: Work, day_ids: Sequence[UUID]) -> dict[UUID, CopyState]:
    """The newest try to copy the database after each day."""
    rows = work.session.scalars(
        sa.select(DayCopy).where(DayCopy.day_id.in_(day_ids)).order_by(DayCopy.tried_at, DayCopy.id)
    )
    return {row.day_id: _copy_state(work, row) for row in rows}


def _copy_state(work: Work, row: DayCopy) -> CopyState:
    problem = canonical.load(Text, row.problem) if row.problem else None
    return CopyState(work.local(row.tried_at), row.file, row.rows, problem)


# The close


@operation(CLOSE_DAY)
def close_day(work: Work, order: CloseDayOrder) -> DaySheet:
    """Close a day of this hall: its sheet carries its tills and the heads of all journals. It is never opened again.

    Refused while a till of the day is open, a day before it is not closed, and for receipts that are not printed and
    not handed on. A till opened afterwards belongs to the next day.
    """
    look, remark = day_look(work, DayQuery(order.day)), " ".join(order.remark.split())
    _check(work, look, order, remark)
    mine = [(key, sheet) for on, key, sheet in _in_no_day(work) if on <= order.day]
    heads = journal.heads(work.session)
    digest = heads_digest(heads)
    letterhead = staff.letterhead(work)
    named = _named(work, heads)
    running = work.number(work.station.hall_id, DAY_SHEET)
    tills = tuple(_day_till(sheet) for _, sheet in mine)
    sheet = DaySheet(
        number=rules.day_number(work.station.hall_code, work.today.year, running),
        letterhead=letterhead,
        language=work.actor.language,
        day=order.day,
        closed_at=work.local(work.at),
        closed_by=work.actor.name,
        tills=tills,
        taken=taken_together(tills),
        unprinted=look.unprinted,
        lost=order.lost,
        remark=remark,
        heads=named,
        digest=digest,
        check_code=papers.check_code(bytes.fromhex(digest)),
        debits=look.debits,
    )
    row = HallDay(
        id=work.new_id(),
        hall_id=work.station.hall_id,
        day=order.day,
        closed_at=work.at,
        user_id=work.actor.id,
        digest=digest,
        year=work.today.year,
        running=running,
        number=sheet.number,
        content=canonical.dump(sheet),
    )
    work.add(row)
    work.session.flush()
    work.insert_many(
        DayTillRow, [{"id": work.new_id(), "day_id": row.id, "till_closed_id": key} for key, _ in mine]
    )
    papers.queue(work, DAY_SHEET, sheet.number, row.id, new=True)
    return sheet


def _check(work: Work, look: DayLook, order: CloseDayOrder, remark: str) -> None:
    if look.sheet is not None:
        raise Refused(
            Text("{day} is closed already, sheet {number}.", day=look.day, number=look.sheet.number)
        )
    if order.day > work.today:
        raise Refused(Text("{day} is not over: it is closed on that day or later.", day=order.day))
    if look.closed is not None and order.day < look.closed:
        raise Refused(
            Text("{day} is closed already: what comes late belongs to the next day.", day=look.closed)
        )
    if look.earlier:
        raise Refused(Text("Close {day} first: days are closed one after the other.", day=look.earlier[0]))
    if look.open_tills:
        names = ", ".join(f"{one.till_name} ({one.cashier})" for one in look.open_tills)
        raise Refused(Text("Tills are open: {tills}. Count and close them first.", tills=names))
    silent = [number for number in look.unprinted if number not in order.unprinted]
    if silent:
        raise Refused(
            Text(
                "Receipts are not printed: {numbers}. Print them, or hand them on.", numbers=", ".join(silent)
            )
        )
    if len(remark) > LONGEST_REMARK:
        raise Refused(Text("Say it in {most} letters at most.", most=LONGEST_REMARK))


def _named(work: Work, heads: Sequence[Head]) -> tuple[ChainHead, ...]:
    codes = {row.id: row.code for row in work.session.execute(sa.select(Station.id, Station.code))}
    named = [ChainHead(codes.get(head.chain_id, head.chain_id.hex[:8]), head) for head in heads]
    return tuple(sorted(named, key=lambda one: (one.station, one.head.chain_id.hex)))


# Its sheet


@query(VIEW)
def day_sheet(work: Work, request: DayQuery) -> DaySheet:
    """The sheet of a closed day; without a day of the one closed last."""
    return _sheet(_closed_row(work, request))


@operation(VIEW)
def reprint_day_sheet(work: Work, request: DayQuery) -> DaySheet:
    """The same sheet once more, marked COPY n and entered in the print journal."""
    row = _closed_row(work, request)
    return replace(_sheet(row), copy=papers.queue(work, DAY_SHEET, row.number, row.id))


def _closed_row(work: Work, request: DayQuery) -> HallDay:
    row = _newest_day(work) if request.day is None else _day_row(work, request.day)
    if row is None and request.day is None:
        raise NotFound(Text("No day of this hall was closed yet."))
    if row is None:
        raise NotFound(Text("{day} is not closed.", day=request.day))
    return row


def _sheet_of(row: HallDay | None) -> DaySheet | None:
    return None if row is None else _sheet(row)


def _sheet(row: HallDay) -> DaySheet:
    found: DaySheet = canonical.load(DaySheet, row.content)
    return found


@operation(CLOSE_DAY)
def note_copy(work: Work, order: CopyOrder) -> CopyState:
    """Keep what came of copying the database after the close of a day."""
    row = DayCopy(
        id=work.new_id(),
        day_id=_closed_row(work, DayQuery(order.day)).id,
        user_id=work.actor.id,
        tried_at=work.at,
        file=order.file,
        rows=order.rows,
        problem=canonical.dump(order.problem) if order.problem is not None else "",
    )
    work.add(row)
    work.session.flush()
    return _copy_state(work, row)


# The proof


@query(VIEW)
def heads_checked(work: Work, kept: tuple[ChainHead, ...]) -> HeadsChecked:
    """Whether the book still holds heads that were kept elsewhere, such as on the file of a day."""
    lost = set(journal.lost_heads(work.session, [one.head for one in kept]))
    return HeadsChecked(len(kept), tuple(one for one in kept if one.head in lost))


def prove(session: orm.Session) -> Iterator[Finding]:
    """Day sheets are gapless; the book holds the heads of every closed day, and each sheet is what its rows make."""
    numbers = sa.select(HallDay.hall_id, HallDay.year, HallDay.running)
    yield from prove_series(session, DAY_SHEET, numbers, HallDay.__tablename__)
    rows: Sequence[Any] = session.scalars(sa.select(HallDay)).all()
    sheets = {row.id: _readable(row) for row in rows}
    every = {one.head for sheet in sheets.values() if sheet for one in sheet.heads}
    lost = set(journal.lost_heads(session, every))
    listed = (
        sa.select(DayTillRow.day_id, CashSheetIssued.number)
        .join(TillClosed, TillClosed.id == DayTillRow.till_closed_id)
        .join(CashSheetIssued, CashSheetIssued.till_closed_id == TillClosed.id)
    )
    tills: dict[UUID, set[str]] = {}
    for day_id, number in session.execute(listed):
        tills.setdefault(day_id, set()).add(number)
    for row in rows:
        yield from _prove_day(row, sheets[row.id], lost, tills.get(row.id, set()))
    yield from prove_day_debits(session, rows, sheets)


def _readable(row: HallDay) -> DaySheet | None:
    """The sheet of a day; None where it was altered into what is no sheet."""
    try:
        return _sheet(row)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None


def _prove_day(
    row: HallDay, sheet: DaySheet | None, lost: Collection[Head], tills: Collection[str]
) -> Iterator[Finding]:
    table = HallDay.__tablename__
    if sheet is None:
        yield Finding("I21", table, row.id, "day_sheet", Text("The sheet of the day cannot be read"))
        return
    gone = next((one for one in sheet.heads if one.head in lost), None)
    if gone is not None:
        words = Text(
            "The book ends before entry {number} of station {station}, which stood when this day was closed",
            number=str(gone.head.number),
            station=gone.station,
        )
        yield Finding("I21", table, row.id, "tail_cut", words)
    facts = (sheet.number, sheet.day, sheet.digest, heads_digest(one.head for one in sheet.heads))
    if facts != (row.number, row.day, row.digest, row.digest):
        words = Text("The digest of the journals is not that of the heads on the sheet")
        yield Finding("I21", table, row.id, "day_digest", words)
    if tills != {one.cash_sheet for one in sheet.tills}:
        words = Text("The tills on the sheet are not those of the day")
        yield Finding("I18", table, row.id, "day_tills", words)
