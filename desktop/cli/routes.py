"""`readings export`, `readings route-list` and the routes themselves: what readers take along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import click

from desktop.cli.call import DONE, Call, common, progress, read_day, read_month, table
from desktop.cli.reads import WHICH_METER
from desktop.contracts.service import reading_round
from desktop.kernel.errors import Refused
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.metering.records import PointQuery, RoundOrder, RoundsWritten, RouteOrder, RouteRename, StopMove

_routes_option = click.option(
    "--route", "codes", multiple=True, help="code of a route; may be given more than once, all when left out"
)
_period_option = click.option(
    "--period",
    callback=read_month,
    help="the month to read, YYYY-MM; the month before this one when left out",
)
_reader_option = click.option("--reader", default="", help="who reads; who read the route last when left out")
_day_option = click.option("--day", "planned_on", callback=read_day, help="the day planned, YYYY-MM-DD")
_unread_option = click.option("--unread", is_flag=True, help="only what is not read yet")
_out_option = click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="file to write, or a folder: a file for each route",
)


@click.command("routes")
@_period_option
@common
def readings_routes(call: Call, period: Period | None) -> int:
    """Routes of the hall with how far their reading is."""
    return _list(call, call.seat(), period)


def _list(call: Call, seat: Seat, period: Period | None = None) -> int:
    say = seat.app.catalog(call.lang)
    rows = seat.ask(metering.routes, period or _month_to_read(seat.today()))
    lines = table(
        [
            [
                row.code,
                say.plural("{count} place", "{count} places", row.places),
                say("{count} read", count=row.read),
                say("{count} to read", count=row.left),
                say("exported {moment}", moment=row.exported_at) if row.exported_at else "",
            ]
            for row in rows
        ]
    )
    call.answer(rows, lines)
    return DONE


@click.command("route-add")
@click.argument("code")
@common
def route_add(call: Call, code: str) -> int:
    """Add a route without places; places come to it by “route-move”."""
    seat = call.seat()
    seat.do(metering.add_route, RouteOrder(code))
    return _list(call, seat)


@click.command("route-rename")
@click.argument("code")
@click.argument("new_code")
@common
def route_rename(call: Call, code: str, new_code: str) -> int:
    """Give a route another code."""
    seat = call.seat()
    seat.do(metering.rename_route, RouteRename(code, new_code))
    return _list(call, seat)


@click.command("route-move")
@click.argument("account")
@click.option("--route", "code", required=True, help="code of the route")
@click.option("--place", type=click.IntRange(min=1), required=True, help="its place in walking order, from 1")
@click.option("--meter", default="", help=WHICH_METER)
@common
def route_move(call: Call, account: str, code: str, place: int, meter: str) -> int:
    """Give the place of an account another position in walking order, on its route or another."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    point = seat.ask(metering.stop_of, PointQuery(account, meter))
    moved = seat.do(metering.move_stop, StopMove(point, code, place))
    told = say(
        "{account} is place {place} on route {route}; it was place {before} on route {was}.",
        account=account,
        place=moved.place,
        route=moved.code,
        before=moved.back.place,
        was=moved.back.code,
    )
    call.answer(moved, [told])
    return DONE


def _month_to_read(today: date) -> Period:
    return Period.month(f"{months_before(today, 1):%Y-%m}")


def _write(
    call: Call,
    job: Callable[..., RoundsWritten | None],
    codes: tuple[str, ...],
    period: Period | None,
    reader: str,
    planned_on: date | None,
    unread: bool,
    out: Path,
) -> int:
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    month = period or _month_to_read(seat.today())
    if not codes:
        codes = tuple(row.code for row in seat.ask(metering.routes, month) if row.places)
    order = RoundOrder(codes, month, reader, planned_on, unread)
    written = job(seat, out, order, reading_round, say, progress(call))
    if written is None:
        raise Refused(Text("Export stopped; files that were written stay"))
    counts = (
        say.plural("{count} route", "{count} routes", written.routes),
        say.plural("{count} place", "{count} places", written.stops),
        say.plural("{count} register", "{count} registers", written.registers),
    )
    told = say("{what} in {files}", what=say.join(counts), files=", ".join(map(str, written.files)))
    call.answer(written, [told])
    return DONE


@click.command("export")
@_routes_option
@_period_option
@_reader_option
@_day_option
@_unread_option
@_out_option
@common
def readings_export(
    call: Call,
    codes: tuple[str, ...],
    period: Period | None,
    reader: str,
    planned_on: date | None,
    unread: bool,
    out: Path,
) -> int:
    """Write the sheets that readers fill: walking order, last reads, what is expected. They come back by import."""
    return _write(call, metering.export_rounds, codes, period, reader, planned_on, unread, out)


@click.command("route-list")
@_routes_option
@_period_option
@_reader_option
@_day_option
@_unread_option
@_out_option
@common
def readings_route_list(
    call: Call,
    codes: tuple[str, ...],
    period: Period | None,
    reader: str,
    planned_on: date | None,
    unread: bool,
    out: Path,
) -> int:
    """Write the lists of routes as a PDF, with boxes to write into."""
    return _write(call, metering.export_lists, codes, period, reader, planned_on, unread, out)


COMMANDS: tuple[click.Command, ...] = (
    readings_routes,
    readings_export,
    readings_route_list,
    route_add,
    route_rename,
    route_move,
)
"""They stand among the commands of `readings`."""
