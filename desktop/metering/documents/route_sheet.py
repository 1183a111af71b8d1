"""The sheet a reader fills: the places of a route in walking order, locked but for what is read.

`read_sheet` takes it back as it is, once it is filled in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from desktop.kernel.sheet import Column, Entry, Kind, Origin, Sheet, write_xlsx
from desktop.kernel.text import Catalog
from desktop.metering.documents.reading_sheet import (
    ACCOUNT,
    EXPECTED,
    METER,
    NOTE,
    READ_ON,
    READER,
    REGISTER,
    VALUE,
)
from desktop.metering.records import RegisterToRead, Round, RoundOrder, Stop

_LAST_ON, _LAST = 6, 7
"""The places of the columns that what is read is held against."""


def route_sheet_xlsx(rounds: Sequence[Round], order: RoundOrder, say: Catalog, origin: Origin) -> bytes:
    """A workbook with a sheet for each round, titles in the language of ``say``, to be filled in by readers."""
    return write_xlsx([_sheet(one, order, say, origin) for one in rounds], origin)


def _sheet(one: Round, order: RoundOrder, say: Catalog, origin: Origin) -> Sheet:
    foot = say("Route {route}, {month}", route=one.code, month=say.month(one.period.start))
    pages = say("page {page} of {count}", page="{page}", count="{pages}")
    return Sheet(
        one.code,
        _columns(say),
        _rows(one, order, say),
        (
            say.join(round_words(one, order, say)),
            say("Fill in the yellow cells and take the file in again. Leave a place that was not read empty"),
            origin.remark,
        ),
        say.join([foot, pages]),
    )


def round_words(one: Round, order: RoundOrder, say: Catalog) -> list[str]:
    """What a round is about: route, month, how many places, reader and day where they are known."""
    bare = sum(1 for stop in one.stops if not stop.registers)
    return [
        say("Route {route}", route=one.code),
        say.month(one.period.start),
        say.plural("{count} place", "{count} places", len(one.stops)),
        say.plural("{count} without a meter", "{count} without a meter", bare) if bare else "",
        say("reader {name}", name=one.reader) if one.reader else "",
        say("planned on {day}", day=order.planned_on) if order.planned_on else "",
    ]


def _columns(say: Catalog) -> tuple[Column, ...]:
    below = say("It is below the last reading. Read again; if it is right, keep it: the office asks about it")
    early = say("It is before the day of the last reading")
    return (
        Column(say("No."), Kind.NUMBER, width=5),
        Column(say(ACCOUNT), width=16),
        Column(say("Customer"), width=16, wrap=True),
        Column(say("Address of use"), width=34, wrap=True),
        Column(say(METER), width=16),
        Column(say(REGISTER), width=12, wrap=True),
        Column(say("Last read on"), Kind.DATE, width=12),
        Column(say("Last reading"), Kind.VALUE, width=12),
        Column(say(EXPECTED), width=17),
        Column(say("To know"), width=22, wrap=True),
        Column(say(VALUE), Kind.NUMBER, width=14, entry=Entry(below, _LAST)),
        Column(say(READ_ON), Kind.DATE, width=12, entry=Entry(early, _LAST_ON)),
        Column(say(READER), width=12, entry=Entry()),
        Column(say(NOTE), width=22, entry=Entry()),
    )


def _rows(one: Round, order: RoundOrder, say: Catalog) -> Iterator[tuple[object, ...]]:
    for stop in one.stops:
        for register in stop.registers:
            yield (
                stop.place,
                stop.account_number,
                stop.customer_name,
                stop.address,
                register.meter_serial,
                say(register.register.text),
                register.last_on,
                register.last,
                expected_words(register, say),
                say.join(to_know(stop, register.asked_on, say)),
                None,
                order.planned_on,
                one.reader,
                None,
            )


def to_know(stop: Stop, asked_on: date | None, say: Catalog) -> list[str]:
    """What a reader must know of a place, and that a value is to be read again."""
    again = [] if asked_on is None else [say("A re-read is asked for since {day}", day=asked_on)]
    return [*again, *stop.alerts]


def expected_words(register: RegisterToRead, say: Catalog) -> str:
    """The range a reading is expected in; nothing where that is not known."""
    if register.least is None or register.most is None:
        return ""
    return f"{say.number(register.least)} – {say.number(register.most)}"
