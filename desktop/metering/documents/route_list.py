"""The list of a route on paper: A4, places in walking order, boxes to write into."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.kernel.country import Country
from desktop.kernel.lettering import Face
from desktop.kernel.paper import (
    A4,
    ACCENT,
    BAD,
    BAND,
    HAIRLINE,
    INK,
    INK2,
    INK3,
    LINE,
    RIGHT,
    TOTAL_LINE,
    Leaf,
    Paper,
    one_paper,
)
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import StationInfo
from desktop.metering.documents.route_sheet import expected_words, to_know
from desktop.metering.records import RegisterToRead, Round, RoundOrder, Stop

_LEFT, _RIGHT = 14.0, 196.0
_TOP, _BOTTOM = 47.0, 276.0
_BAND, _ROW, _FURTHER, _UNDER_BARS = 6.6, 13.2, 8.6, 2.0
_NO, _WHO, _METER, _LAST, _EXPECTED = 14.0, 22.0, 86.0, 133.0, 136.0
_WHO_WIDE, _METER_WIDE, _LAST_WIDE, _EXPECTED_WIDE = 62.0, 29.0, 17.0, 21.0
_BOX, _BOX_WIDE, _BOX_HIGH = 159.0, 37.0, 7.4
_TOTALS = 24.0


def route_list_pdf(
    rounds: Sequence[Round],
    order: RoundOrder,
    say: Catalog,
    country: Country,
    station: StationInfo,
    mark: str,
) -> bytes:
    """The lists of routes as one PDF, each from a new page; ``mark`` stands at the foot of every page."""

    def draw(paper: Paper) -> None:
        for one in rounds:
            _List(paper, one, order, say, country, station, mark).print()

    return one_paper(draw, say(Text("Route list")), station.company, say.language, A4)


def _below(place: int) -> float:
    """How far a register stands below the first of its place: the first has the bars of the meter under it."""
    return _UNDER_BARS + _FURTHER * place if place > 0 else 0.0


class _List:
    """The list of one route on its way to paper."""

    def __init__(
        self,
        paper: Paper,
        one: Round,
        order: RoundOrder,
        say: Catalog,
        country: Country,
        station: StationInfo,
        mark: str,
    ) -> None:
        self.paper, self.round, self.order, self.say = paper, one, order, say
        self.country, self.station, self.mark = country, station, mark

    def print(self) -> None:
        """Draw the pages of the list; the totals stand on the last."""
        leaves = [self._leaf()]
        y = _TOP + _BAND
        for stop in self.round.stops:
            high = _ROW + _below(len(stop.registers) - 1)
            if y + high > _BOTTOM:
                leaves.append(self._leaf())
                y = _TOP + _BAND
            self._stop(leaves[-1], y, stop)
            y += high
            leaves[-1].rule(y, _LEFT, _RIGHT, HAIRLINE, LINE)
        if y + _TOTALS > _BOTTOM:
            leaves.append(self._leaf())
            y = _TOP + _BAND
        self._totals(leaves[-1], y)
        for number, leaf in enumerate(leaves, 1):
            leaf.text(_LEFT, 289, self.mark, 7, ink=INK3, width=150)
            leaf.text(
                _RIGHT,
                289,
                self.say("page {page} of {count}", page=number, count=len(leaves)),
                8,
                ink=INK2,
                align=RIGHT,
            )
            self.paper.add(leaf)

    def _leaf(self) -> Leaf:
        """A new page with all that stands on each."""
        leaf, say, one = self.paper.leaf(), self.say, self.round
        leaf.mark(_LEFT, 12, 9)
        leaf.text(_LEFT + 12, 16, self.station.company, 10, face=Face.BOLD, width=92)
        leaf.text(_LEFT + 12, 20.6, self.station.hall_name, 8, ink=INK2, width=92)
        title = say("Route {route}", route=one.code)
        leaf.text(_RIGHT, 18.6, title, 18, face=Face.BOLD, align=RIGHT, width=78, least=10)
        leaf.rule(25, _LEFT, _RIGHT, 1, ACCENT)
        facts = (
            (say("Month"), say.month(one.period.start)),
            (say("Places"), say.number(len(one.stops))),
            (say("Reader"), one.reader),
            (say("Day"), say.date(self.order.planned_on) if self.order.planned_on else ""),
        )
        for x, (label, words) in zip((_LEFT, 50.0, 76.0, 140.0), facts, strict=True):
            leaf.text(x, 31, label, 7.5, ink=INK2)
            if words:
                leaf.text(x, 37, words, 11, face=Face.MEDIUM, width=56)
            else:
                leaf.rule(38, x, x + 50, HAIRLINE, INK2)
        self._band(leaf)
        return leaf

    def _band(self, leaf: Leaf) -> None:
        say = self.say
        leaf.box(_LEFT, _TOP, _RIGHT - _LEFT, _BAND, BAND)
        for x, width, words, align in (
            (_NO, 7, say("No."), 0.0),
            (_WHO, _WHO_WIDE, say("Customer, account, address"), 0.0),
            (_METER, _METER_WIDE, say("Meter"), 0.0),
            (_LAST, _LAST_WIDE + 7, say("Last reading"), RIGHT),
            (_EXPECTED, _EXPECTED_WIDE, say("Expected"), 0.0),
            (_BOX, _BOX_WIDE, say("Current reading"), 0.0),
        ):
            leaf.text(x, _TOP + 4.4, words, 8, ink=INK2, align=align, width=width, least=6.5)

    def _stop(self, leaf: Leaf, y: float, stop: Stop) -> None:
        say = self.say
        leaf.text(_NO, y + 5, str(stop.place), 10, face=Face.MEDIUM, width=7, least=6)
        number = self.country.format_account(stop.account_number)
        wide = leaf.text(_WHO, y + 4.4, number, 8.5, ink=INK2)
        leaf.text(
            _WHO + wide + 2.5, y + 4.4, stop.customer_name, 9, face=Face.MEDIUM, width=_WHO_WIDE - wide - 2.5
        )
        told = to_know(stop, stop.asked_on, say)
        if told:
            leaf.text(_WHO, y + 8.2, stop.address, 8, width=_WHO_WIDE)
            leaf.text(_WHO, y + 11.8, f"! {say.join(told)}", 8, face=Face.BOLD, ink=BAD, width=_WHO_WIDE)
        else:
            leaf.block(_WHO, y + 8.2, stop.address, 8, _WHO_WIDE, 2, leading=1.25)
        if not stop.registers:
            leaf.text(_METER, y + 5, say("No meter"), 9, ink=BAD, width=_METER_WIDE)
        for place, register in enumerate(stop.registers):
            self._register(leaf, y + _below(place), register, first=place == 0)
        under = y + _below(len(stop.registers) - 1)
        wide = leaf.text(_BOX, under + 12, say("Note"), 7, ink=INK3)
        leaf.rule(under + 12.2, _BOX + wide + 1.5, _RIGHT, HAIRLINE, INK3)

    def _register(self, leaf: Leaf, y: float, register: RegisterToRead, *, first: bool) -> None:
        say = self.say
        if first:
            leaf.text(_METER, y + 4.4, register.meter_serial, 9, face=Face.MEDIUM, width=_METER_WIDE)
            leaf.barcode(_METER, y + 5.5, _METER_WIDE - 2, 2.9, register.meter_serial)
        leaf.text(
            _METER, y + (11.8 if first else 6), say(register.register.text), 7.5, ink=INK2, width=_METER_WIDE
        )
        last = say.number(register.last) if register.last is not None else "–"
        leaf.text(_LAST, y + 5, last, 10, align=RIGHT, width=_LAST_WIDE)
        if register.last_on:
            leaf.text(_LAST, y + 9, say.date(register.last_on), 7, ink=INK2, align=RIGHT, width=_LAST_WIDE)
        leaf.block(_EXPECTED, y + 5, expected_words(register, say), 8, _EXPECTED_WIDE, 2, leading=1.3)
        top = y + 1.2
        for x, to_x, at, to_y in (
            (_BOX, _BOX + _BOX_WIDE, top, top),
            (_BOX, _BOX + _BOX_WIDE, top + _BOX_HIGH, top + _BOX_HIGH),
            (_BOX, _BOX, top, top + _BOX_HIGH),
            (_BOX + _BOX_WIDE, _BOX + _BOX_WIDE, top, top + _BOX_HIGH),
        ):
            leaf.line(x, at, to_x, to_y, 0.7, INK)
        if register.read_on:
            words = say("read {day}", day=say.short_date(register.read_on))
            leaf.text(_BOX + 1.5, top + 5, words, 8, ink=INK3, width=_BOX_WIDE - 3)

    def _totals(self, leaf: Leaf, y: float) -> None:
        """What the list holds, and where the reader counts and signs."""
        say, stops = self.say, self.round.stops
        registers = sum(len(stop.registers) for stop in stops)
        leaf.rule(y, _LEFT, _RIGHT, TOTAL_LINE, INK)
        words = say.join(
            [
                say.plural("{count} place", "{count} places", len(stops)),
                say.plural("{count} register", "{count} registers", registers),
            ]
        )
        leaf.text(_LEFT, y + 6, words, 10, face=Face.BOLD, width=90)
        for x, wide, label in (
            (_LEFT, 34.0, say("Read")),
            (58.0, 34.0, say("Not read")),
            (102.0, 34.0, say("Day")),
            (146.0, 50.0, say("Signature")),
        ):
            leaf.text(x, y + 13, label, 7.5, ink=INK2)
            leaf.rule(y + 21, x, x + wide, HAIRLINE, INK2)
