"""Routes: how far their reading is, their stops in walking order, and what a reader takes along."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.export import marked
from desktop.kernel.files import written_whole
from desktop.kernel.listing import Leaving
from desktop.kernel.period import Period
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Progress, Seat, Work, go_on, operation, query
from desktop.metering import rules
from desktop.metering.documents import route_list_pdf, route_sheet_xlsx
from desktop.metering.records import (
    PointQuery,
    ReadReason,
    ReadSource,
    RegisterCode,
    RegisterToRead,
    Round,
    RoundOrder,
    RoundsWritten,
    RouteExport,
    RouteLeft,
    RouteOrder,
    RouteQuery,
    RouteRename,
    RouteRow,
    Stop,
    StopMove,
    StopMoved,
)
from desktop.metering.service.points import serial_numbers
from desktop.metering.service.reads import LIVE
from desktop.metering.service.targets import Target, targets
from desktop.metering.tables import (
    DoubtfulRead,
    Installation,
    ReadingRoute,
    Register,
    RegisterRead,
    RouteStop,
)
from desktop.papers import service as papers
from desktop.premises import service as premises

ROUTE_SHEET, ROUTE_LIST = Text("Reading sheet"), Text("Route list")
READING_ROUND = Text("Reading round {month}")
LONGEST_CODE = 20
_MONTHLY = (ReadReason.PERIODIC, ReadReason.FINAL)

Rounds = Callable[[Work, RouteQuery], Round]
"""The query that gives a round with the names of customers, which stand in areas above."""


# How far reading is


@query("metering.view")
def routes(work: Work, period: Period) -> tuple[RouteRow, ...]:
    """Every route of the hall with how far its reading of a month is, by code."""
    return route_rows(work, period)


def route_rows(work: Work, period: Period) -> tuple[RouteRow, ...]:
    """The same for whoever has the right to ask otherwise."""
    estimated = sa.case((RegisterRead.source == ReadSource.ESTIMATED, 1), else_=0)
    read = (
        sa.select(Installation.service_point_id, sa.func.max(estimated).label("estimated"))
        .join(Register, Register.meter_id == Installation.meter_id)
        .join(RegisterRead, RegisterRead.register_id == Register.id)
        .where(
            RegisterRead.read_on >= period.start,
            RegisterRead.read_on < period.end,
            RegisterRead.reason.in_(_MONTHLY),
            LIVE,
        )
        .group_by(Installation.service_point_id)
        .subquery()
    )
    rows = work.session.execute(
        sa.select(
            ReadingRoute.id,
            ReadingRoute.code,
            sa.func.count(RouteStop.id),
            sa.func.count(read.c.service_point_id),
            sa.func.coalesce(sa.func.sum(read.c.estimated), 0),
        )
        .outerjoin(RouteStop, RouteStop.route_id == ReadingRoute.id)
        .outerjoin(read, read.c.service_point_id == RouteStop.service_point_id)
        .where(ReadingRoute.hall_id == work.station.hall_id)
        .group_by(ReadingRoute.id, ReadingRoute.code)
        .order_by(ReadingRoute.code)
    ).all()
    left = papers.last_exports(work, [row.id for row in rows])
    doubted = _doubtful(work, period)
    return tuple(
        RouteRow(route_id, code, places, done, int(guessed), doubted.get(route_id, 0), left.get(route_id))
        for route_id, code, places, done, guessed in rows
    )


def _doubtful(work: Work, period: Period) -> dict[UUID, int]:
    """How many reads of a month wait for a decision on each route."""
    rows = work.session.execute(
        sa.select(RouteStop.route_id, sa.func.count(DoubtfulRead.id))
        .join(Installation, Installation.service_point_id == RouteStop.service_point_id)
        .join(Register, Register.meter_id == Installation.meter_id)
        .join(DoubtfulRead, DoubtfulRead.register_id == Register.id)
        .where(
            DoubtfulRead.open == 1,
            DoubtfulRead.read_on >= period.start,
            DoubtfulRead.read_on < period.end,
            Installation.removed_on.is_(None),
        )
        .group_by(RouteStop.route_id)
    )
    return dict(rows.all())


def _route(work: Work, code: str) -> ReadingRoute:
    row = work.session.scalar(sa.select(ReadingRoute).filter_by(code=code, hall_id=work.station.hall_id))
    if row is None:
        raise NotFound(Text("No route of this hall has the code {code}.", code=code))
    return row


# Walking


def walk(work: Work, order: RouteQuery) -> Round:
    """A route for a month, without the names of customers."""
    route = _route(work, order.code)
    stops = work.session.execute(
        sa.select(RouteStop.service_point_id, RouteStop.account_number)
        .filter_by(route_id=route.id)
        .order_by(RouteStop.position)
    ).all()
    points = [row.service_point_id for row in stops]
    places, registers = premises.places(work, set(points)), _registers(work, route.id, order.period)
    return Round(
        route.id,
        route.code,
        order.period,
        tuple(
            Stop(
                service_point_id=point,
                place=place,
                account_number=account,
                address=places[point].address,
                registers=tuple(registers[point]),
            )
            for place, (point, account) in enumerate(stops, 1)
        ),
        _last_reader(work, points),
    )


def _registers(work: Work, route_id: UUID, period: Period) -> dict[UUID, list[RegisterToRead]]:
    """The registers that hang on a route now, each with its last read, what is expected, and the month's read."""
    found = targets(work, RouteStop.route_id == route_id, period.start, period.last)
    read = dict(
        work.session.execute(
            sa.select(RegisterRead.register_id, sa.func.max(RegisterRead.read_on))
            .where(
                RegisterRead.register_id.in_([target.register_id for target in found.values()]),
                RegisterRead.read_on >= period.start,
                RegisterRead.read_on < period.end,
                RegisterRead.reason.in_(_MONTHLY),
                LIVE,
            )
            .group_by(RegisterRead.register_id)
        ).all()
    )
    registers: dict[UUID, list[RegisterToRead]] = defaultdict(list)
    for target in sorted(
        found.values(), key=lambda one: (one.meter_serial, list(RegisterCode).index(one.code))
    ):
        registers[target.service_point_id].append(_to_read(target, period, read.get(target.register_id)))
    return registers


def _to_read(target: Target, period: Period, read_on: date | None) -> RegisterToRead:
    """A register as a reader finds it; a demand starts anew each month, so nothing is held against its last value."""
    last, counts = target.last, target.code is not RegisterCode.DEMAND
    least = most = None
    if last is not None and counts and last.read_on < period.last:
        expected = target.expected(period.last)
        if expected is not None:
            least, most = rules.expected_reading(last.value, expected, target.multiplier)
            if most >= rules.capacity(target.digits):
                least = most = None  # it may pass its last digit
    return RegisterToRead(
        meter_serial=target.meter_serial,
        register=target.code,
        last_on=last.read_on if last is not None else None,
        last=last.value if last is not None and counts else None,
        least=least,
        most=most,
        read_on=read_on,
        waits=any(day in period for day in target.waiting),
        asked_on=None if target.request is None else target.request.asked_on,
    )


def _last_reader(work: Work, points: Collection[UUID]) -> str:
    """Who read something on a route last."""
    return (
        work.session.scalar(
            sa.select(RegisterRead.reader)
            .join(Register, Register.id == RegisterRead.register_id)
            .join(Installation, Installation.meter_id == Register.meter_id)
            .where(Installation.service_point_id.in_(points), RegisterRead.reader != "", LIVE)
            .order_by(RegisterRead.read_on.desc(), RegisterRead.id.desc())
            .limit(1)
        )
        or ""
    )


@query("metering.view")
def stop_of(work: Work, order: PointQuery) -> UUID:
    """The service point that reading sheets name by an account's number; `Refused` where it has several and no meter
    is named."""
    number, serial = "".join(order.account_number.split()), order.meter_serial.strip()
    found = work.session.scalars(
        sa.select(RouteStop.service_point_id).filter_by(account_number=number).order_by(RouteStop.position)
    ).all()
    if not found:
        raise NotFound(Text("Account {number} is on no route.", number=number))
    meters = serial_numbers(work, found)
    meant = [point for point in found if serial in ("", meters.get(point))]
    if not meant:
        raise NotFound(
            Text("Meter {serial} does not hang at account {number}.", serial=serial, number=number)
        )
    if len(meant) > 1:
        known = ", ".join(meters.get(point, "") for point in meant)
        raise Refused(
            Text("Account {number} has several meters, name one: {known}", number=number, known=known)
        )
    return meant[0]


# Out to the readers


@operation("metering.export_route")
def export_route(work: Work, order: RouteExport) -> tuple[str, ...]:
    """Enter that routes leave the house in a file for readers; the number of each export.

    What readers need for a month does not count towards what a person may take out in a day.
    """
    name = ROUTE_LIST if order.on_paper else ROUTE_SHEET
    return tuple(
        papers.let_out(
            work,
            Leaving(name.message, "", one.persons, f"{one.code} {order.period.code}", order.sha256),
            owner_id=_route(work, one.code).id,
        )
        for one in order.routes
    )


def export_rounds(
    seat: Seat,
    out: Path,
    order: RoundOrder,
    rounds: Rounds,
    say: Catalog,
    progress: Progress = go_on,
) -> RoundsWritten | None:
    """Write the sheets that readers fill: one workbook with a sheet for each route, or a workbook each in a folder.

    A file appears once it is entered into the book. None when ``progress`` stopped it: files written before stay.
    """
    each = [(f"{code}.xlsx", (code,)) for code in order.codes] if out.is_dir() else [("", order.codes)]
    origin = marked(seat, say, _why(order, say))

    def write(walks: Sequence[Round]) -> bytes:
        return route_sheet_xlsx(walks, order, say, origin)

    return _write_each(seat, out, order, rounds, each, write, progress, on_paper=False)


def export_lists(
    seat: Seat,
    out: Path,
    order: RoundOrder,
    rounds: Rounds,
    say: Catalog,
    progress: Progress = go_on,
) -> RoundsWritten | None:
    """The same on paper: lists in walking order as one PDF, or one each in a folder."""
    each = [(f"{code}.pdf", (code,)) for code in order.codes] if out.is_dir() else [("", order.codes)]
    mark = marked(seat, say, _why(order, say)).remark

    def write(walks: Sequence[Round]) -> bytes:
        return route_list_pdf(walks, order, say, seat.app.country, seat.station, mark)

    return _write_each(seat, out, order, rounds, each, write, progress, on_paper=True)


def _why(order: RoundOrder, say: Catalog) -> str:
    return say(Text(READING_ROUND.message, month=say.month(order.period.start)))


def _write_each(
    seat: Seat,
    out: Path,
    order: RoundOrder,
    rounds: Rounds,
    each: Sequence[tuple[str, Sequence[str]]],
    write: Callable[[Sequence[Round]], bytes],
    progress: Progress,
    *,
    on_paper: bool,
) -> RoundsWritten | None:
    files: list[Path] = []
    walked: list[Round] = []
    for name, codes in each:
        walks = []
        for code in codes:
            walks.append(_wanted(seat.ask(rounds, RouteQuery(code, order.period)), order))
            walked.append(walks[-1])
            if not progress(len(walked), len(order.codes)):
                return None
        content, path = write(walks), out / name if name else out
        left = tuple(RouteLeft(one.code, len(one.stops)) for one in walks)
        with written_whole(path) as stream:
            stream.write(content)
            sha256 = hashlib.sha256(content).hexdigest()
            seat.do(export_route, RouteExport(left, order.period, sha256, on_paper))
        files.append(path)
    stops = [stop for walk_ in walked for stop in walk_.stops]
    return RoundsWritten(tuple(files), len(walked), len(stops), sum(len(stop.registers) for stop in stops))


def _wanted(found: Round, order: RoundOrder) -> Round:
    """A round as it is given out. One with nothing left to read is Refused."""
    stops = tuple(stop for stop in found.stops if stop.asked_on or not (order.unread and stop.read_on))
    if not any(stop.registers for stop in stops):
        what = Text("Route {code} has nothing to read in {month}.", code=found.code, month=order.period.code)
        raise Refused(what)
    return replace(found, stops=stops, reader=order.reader or found.reader)


# Changing routes


@operation("metering.change_routes")
def add_route(work: Work, order: RouteOrder) -> UUID:
    """Add a route without stops; its id. Refused where the code is taken or no code."""
    route = ReadingRoute(id=work.new_id(), code=_free_code(work, order.code), hall_id=work.station.hall_id)
    work.add(route)
    return route.id


@operation("metering.change_routes")
def rename_route(work: Work, order: RouteRename) -> UUID:
    """Give a route another code; its id."""
    route = _route(work, order.code)
    route.code = _free_code(work, order.new_code)
    return route.id


def _free_code(work: Work, code: str) -> str:
    words = " ".join(code.split())
    if not 0 < len(words) <= LONGEST_CODE:
        raise Refused(Text("The code of a route has 1 to {most} letters or digits.", most=str(LONGEST_CODE)))
    if work.session.scalar(sa.select(ReadingRoute.id).filter_by(code=words)):
        raise Refused(Text("There is a route {code} already.", code=words))
    return words


@operation("metering.change_routes")
def move_stop(work: Work, order: StopMove) -> StopMoved:
    """Give a stop another place in walking order, on its route or another of this hall; how to take it back.

    The places of a route are its positions in order: a stop that moves takes over a position, those between follow.
    """
    stop = work.session.scalar(sa.select(RouteStop).filter_by(service_point_id=order.service_point_id))
    if stop is None:
        raise NotFound(Text("This place is on no route. Press F5 and choose it again."))
    was = work.session.get_one(ReadingRoute, stop.route_id)
    route = _route(work, order.code)
    locked = work.lock(ReadingRoute, {was.id, route.id})
    if locked[was.id].hall_id != work.station.hall_id:
        raise NotFound(Text("No route of this hall has the code {code}.", code=was.code))
    walked = _in_order(work, was.id)
    before = walked.index(stop)
    if was is not route:
        walked = _in_order(work, route.id)
        last = walked[-1].position if walked else 0
        stop.route_id, stop.position = route.id, last + 1
        walked.append(stop)
        work.session.flush()
    place = min(max(order.place, 1), len(walked))
    _shift(work, walked, walked.index(stop), place - 1)
    return StopMoved(route.code, place, StopMove(order.service_point_id, was.code, before + 1))


def _in_order(work: Work, route_id: UUID) -> list[RouteStop]:
    return list(
        work.session.scalars(sa.select(RouteStop).filter_by(route_id=route_id).order_by(RouteStop.position))
    )


def _shift(work: Work, walked: Sequence[RouteStop], at: int, to: int) -> None:
    """Move one stop; each of those between takes the position of its neighbour, freed just before."""
    stop, positions = walked[at], [one.position for one in walked]
    if at == to:
        return
    stop.position = -1 - positions[at]
    work.session.flush()
    step = 1 if to > at else -1
    for place in range(at, to, step):
        walked[place + step].position = positions[place]
        work.session.flush()
    stop.position = positions[to]
    work.session.flush()
