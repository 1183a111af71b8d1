"""The tables of the routes page: routes with how far they are, and the stops of one in walking order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from desktop.kernel.country import Country
from desktop.kernel.text import Catalog
from desktop.metering.documents.route_sheet import expected_words, to_know
from desktop.metering.records import RegisterCode, RouteRow, Stop
from desktop.qt import theme
from desktop.qt.cells import badge_room, title_room, words_room
from desktop.qt.figures import grouped
from desktop.qt.table import Cell, Column, Table

NONE = Cell("–", ink="ink3")
DAY_ROOM = date(2026, 12, 30)
"""A day as wide as any, for the room of a column."""


def routes_table(say: Catalog) -> Table:
    """Every route with its places, how many are read, and when it went out last."""

    def number(title: str, value: Callable[[RouteRow], int], *, strong: bool = False) -> Column:
        def cell(one: RouteRow) -> Cell:
            count = value(one)
            return Cell(say.number(count), strong=strong and count > 0, ink="ink" if count else "ink3")

        return Column(title, cell, title_room(title, 52), right=True, value=value)

    def exported(one: RouteRow) -> Cell:
        return Cell(say.date(one.exported_at.date()), ink="ink2") if one.exported_at else NONE

    def exported_at(one: RouteRow) -> str:
        return f"{one.exported_at:%Y-%m-%d %H:%M}" if one.exported_at else ""

    last = say("Last export")
    table = Table(
        say("Routes"),
        (
            Column(say("Route"), lambda one: Cell(one.code, strong=True)),
            number(say("Places"), lambda one: one.places),
            number(say("Read"), lambda one: one.read),
            number(say("Not read"), lambda one: one.left, strong=True),
            number(say("To check"), lambda one: one.doubtful),
            Column(last, exported, title_room(last, 92), value=exported_at),
        ),
        ticks=True,
        key=lambda one: one.code,
    )
    table.show_empty(say("No route yet"), say("Ctrl N adds one"), "route")
    return table


def stops_table(say: Catalog, country: Country) -> Table:
    """The stops of a route: who lives there, the meter, its last reading, what is expected, the month's read."""

    def who(one: Stop) -> Cell:
        number = country.format_account(one.account_number)
        first = say.join([one.customer_name or NONE.text, number])
        told = to_know(one, one.asked_on, say)
        if not told:
            return Cell(first, one.address)
        return Cell(first, say.join([*told, one.address]), icon="triangle-alert", icon_ink="warn")

    table = Table(
        say("Stops"),
        (
            Column(say("No."), lambda one: Cell(say.number(one.place), strong=True), 56, right=True),
            Column(say("Customer, account, address"), who, head=0.3),
            Column(say("Meter"), lambda one: _meter(say, one), words_room(say(RegisterCode.ACTIVE.text))),
            Column(
                say("Last reading"),
                lambda one: _last(say, one),
                title_room(say("Last reading"), 92),
                right=True,
            ),
            Column(say("Expected"), lambda one: _expected(say, one), 116),
            Column(
                say("Read"),
                lambda one: _read(say, one),
                badge_room(say("Read"), (say("not yet"), say("To check"), say.date(DAY_ROOM))),
            ),
        ),
        row_height=theme.ROW_TWO,
        persons=True,
    )
    table.show_empty(say("No stop on this route"), say("Ctrl G at a stop moves it here"), "route")
    return table


def _meter(say: Catalog, one: Stop) -> Cell:
    if not one.registers:
        return Cell(say("No meter"), ink="bad")
    more = len({register.meter_serial for register in one.registers}) - 1
    words = grouped(one.registers[0].meter_serial)
    registers = say.join([say(register.register.text) for register in one.registers])
    return Cell(f"{words} +{more}" if more else words, registers)


def _last(say: Catalog, one: Stop) -> Cell:
    read = next((register for register in one.registers if register.last is not None), None)
    return NONE if read is None else Cell(say.number(read.last), say.date(read.last_on), strong=True)


def _expected(say: Catalog, one: Stop) -> Cell:
    words = next(filter(None, (expected_words(register, say) for register in one.registers)), "")
    return Cell(words, ink="ink2") if words else NONE


def _read(say: Catalog, one: Stop) -> Cell:
    if any(register.waits for register in one.registers):
        return Cell(say("To check"), state="warn")
    if one.read_on is not None:
        return Cell(say.date(one.read_on), state="ok")
    return Cell(say("not yet"), state="due") if one.registers else NONE
