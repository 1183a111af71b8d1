"""The graphs on a bill: the tier reached, the use of thirteen months, this month beside others."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date

from desktop.billing.documents.side import LEFT_EDGE, RIGHT_EDGE, Density, section_title
from desktop.billing.records import BillShown
from desktop.kernel.lettering import Face, text_width
from desktop.kernel.measures import Energy, round_half_up
from desktop.kernel.paper import ACCENT, BAR, CENTRE, INK, INK2, RIGHT, Leaf
from desktop.kernel.period import months_before
from desktop.kernel.text import Catalog, Text
from desktop.metering.records import MonthUsage
from desktop.tariffs.records import TierPicture

TIER_INKS = ("#D6EAE7", "#A9D2CD", "#7FB9B3", "#9CC6C1", "#BFDEDA", "#D6EAE7")
_COMPARED = (Text("This month"), Text("Month before"), Text("Year before"))
_TIER_NAMES = (Text("Tier 1"), Text("Tier 2"), Text("Tier 3"), Text("Tier 4"), Text("Tier 5"), Text("Tier 6"))
_BARS_HIGH, BARS_LEAST = 35.0, 21.5

Static = Callable[[str, Hashable, Callable[[Leaf], None]], None]
"""Lays down, under a name and a key, what is drawn once for the whole file."""


class Graphs:
    """The graphs of one bill on one leaf; ``month`` is the one billed, ``static`` lays down what many bills share."""

    def __init__(
        self, leaf: Leaf, bill: BillShown, month: date, say: Catalog, density: Density, static: Static
    ) -> None:
        self.leaf, self.bill, self.month = leaf, bill, month
        self.say, self.density, self._static = say, density, static

    def draw(self, y: float, limit: float) -> None:
        """Draw them below ``y``, above ``limit``."""
        gap = self.density.gap
        if self.bill.tiers:
            y = self._tiers(self.bill.tiers, y + gap)
        y += gap
        bottom = min(y + _BARS_HIGH, limit - 8)
        if self.bill.usage:
            self._months(y, bottom)
            self._comparison(y, bottom)

    def _tiers(self, tiers: TierPicture, y: float) -> float:
        say, leaf, density = self.say, self.leaf, self.density
        section_title(leaf, y, say(tier_title(tiers)), self._tier_note(tiers))
        top = y + density.lead + 0.5
        bar = TierBar(tiers)
        low = top + density.tier_bar

        def draw(form: Leaf) -> None:
            for index, (left, right) in enumerate(bar.edges):
                form.box(left, top, right - left, density.tier_bar, TIER_INKS[index % len(TIER_INKS)])

        self._static("tiers", (tiers.limits, top, density), draw)
        marker = bar.at(tiers.accumulated)
        for index, (left, right) in enumerate(bar.edges):
            self._tier_label(index, left, right, marker, top + density.tier_bar / 2 + 1.05)
        leaf.line(marker, top - 1.5, marker, low + 1.5, 1.4, INK)
        self._tier_scale(bar, marker, low + 4.9)
        return low + 5

    def _tier_label(self, index: int, left: float, right: float, marker: float, y: float) -> None:
        """Name and price inside their part of the bar, on the wider side of the marker."""
        tiers, say = self.bill.tiers, self.say
        assert tiers is not None
        if left < marker < right:
            left, right = (marker, right) if right - marker >= marker - left else (left, marker)
        room = right - left - 3.5
        name, price = say(tier_name(index + 1)), say.number(tiers.prices[index])
        for words in (f"{name} {price}", price):
            if text_width(words, 7) <= room:
                self.leaf.text(left + 2, y, words, 8, width=room)
                return

    def _tier_scale(self, bar: TierBar, marker: float, y: float) -> None:
        """The limits under the bar; the customer's own figure stands under the marker, the others move."""
        say, leaf = self.say, self.leaf
        own = say.number(bar.tiers.accumulated)
        half = text_width(own, 8, Face.BOLD) / 2
        middle = min(max(marker, LEFT_EDGE + half), RIGHT_EDGE - half)
        leaf.text(middle, y, own, 8, face=Face.BOLD, align=CENTRE)
        taken = [(middle - half - 2.2, middle + half + 2.2)]
        limits = zip(bar.edges, bar.tiers.limits, strict=True)
        marks = [(right, say.number(limit)) for (_, right), limit in limits if limit]
        for x, words in [(LEFT_EDGE, "0"), *marks]:
            wide = text_width(words, 8)
            start = max(x - wide / 2, LEFT_EDGE)
            for place in (start, *(spot for low, high in taken for spot in (low - wide, high))):
                free = all(place + wide <= low or place >= high for low, high in taken)
                if free and abs(place - start) <= wide and LEFT_EDGE <= place <= RIGHT_EDGE - wide:
                    leaf.text(place, y, words, 8, ink=INK2)
                    taken.append((place - 2.2, place + wide + 2.2))
                    break

    def _tier_note(self, tiers: TierPicture) -> str:
        """How much was used, and how far it is to the next tier."""
        say, month = self.say, self.month.month
        used = tiers.accumulated
        below = [index for index, limit in enumerate(tiers.limits) if limit and used <= limit]
        if not tiers.annual:
            words = say("{energy} kWh this month", energy=used)
        elif month == 1:
            words = say("{energy} kWh this year", energy=used)
        else:
            words = say("{energy} kWh in months 1 to {month}", energy=used, month=month)
        limit = tiers.limits[below[0]] if below else None
        if limit is None:
            return words
        return say(
            "{used}, {left} kWh to {tier}", used=words, left=limit - used, tier=tier_name(below[0] + 2)
        )

    def _months(self, y: float, bottom: float) -> None:
        """A bar for each month, this one dark, estimated ones hatched; ``bottom`` is the axis."""
        say, leaf, usage = self.say, self.leaf, self.bill.usage[-13:]
        highest = max(month.energy.raw for month in usage)
        scale, unit = (1000, "MWh") if highest >= Energy.of(100_000).raw else (1, "kWh")
        slot, room = 94 / 13, bottom - y - 7.0
        middles = [LEFT_EDGE + (index + 0.5) * slot for index in range(13 - len(usage), 13)]

        def draw(form: Leaf) -> None:
            title = say.plural(
                "Usage of {count} month, {unit}",
                "Usage of the last {count} months, {unit}",
                len(usage),
                unit=unit,
            )
            form.text(LEFT_EDGE, y, title, 11, face=Face.BOLD, width=94)
            form.rule(bottom, LEFT_EDGE, 114, 0.5, INK)
            for index, (x, month) in enumerate(zip(middles, usage, strict=True)):
                last = index == len(usage) - 1
                face, ink = (Face.BOLD, INK) if last else (Face.REGULAR, INK2)
                words = self._month_label(month.month, index == 0)
                form.text(
                    x, bottom + 3.6, words, 6.5, face=face, ink=ink, align=CENTRE, width=slot - 0.3, least=5
                )

        self._static("months", (y, bottom, unit, tuple(month.month for month in usage)), draw)
        heights = [max(month.energy.raw, 0) * room / max(highest, 1) for month in usage]
        for x, high, month in zip(middles, heights, usage, strict=True):
            if month.estimated and high:
                leaf.hatched(x - 2.5, bottom - high, 5, high)
            elif high:
                leaf.box(x - 2.5, bottom - high, 5, high, ACCENT if month is usage[-1] else BAR)
        for x, high, month in zip(middles, heights, usage, strict=True):
            face = Face.BOLD if month is usage[-1] else Face.REGULAR
            value = say.number(month.energy.decimal / scale, 0)
            leaf.text(x, bottom - high - 1, value, 6.5, face=face, align=CENTRE, width=slot - 0.4, least=5)
        leaf.text(LEFT_EDGE, bottom + 7.6, self._hatch_note(usage), 7.5, ink=INK2, width=94)

    def _month_label(self, month: date, first: bool) -> str:
        """``25-10`` for the first bar and each January, else the number of the month."""
        if not first and month.month > 1:
            return str(month.month)
        return self.say.short_month(month)

    def _hatch_note(self, usage: Sequence[MonthUsage]) -> str:
        if usage[-1].estimated:
            return self.say("Hatched: estimated, settled with the next read")
        if any(month.estimated for month in usage):
            return self.say("Hatched: estimated, settled by a later read")
        return ""

    def _comparison(self, y: float, bottom: float) -> None:
        """This month beside the one before and the same one last year; what a day and a kWh cost."""
        bill, say, leaf = self.bill, self.say, self.leaf
        now = bill.usage[-1]
        known = {(each.month.year, each.month.month): each.energy for each in bill.usage}
        months = (now.month, months_before(now.month, 1), months_before(now.month, 12))
        shown = [
            "\N{EN DASH}" if energy is None else say.number(energy)
            for energy in (known.get((month.year, month.month)) for month in months)
        ]
        room = min(29, int(36.5 - max(text_width(words, 9, Face.MEDIUM) for words in shown)))
        offset = min(7.2, (bottom - y) * 0.24)
        step = min(6.1, (bottom - y - offset) / 3.6)
        bases = [y + offset + index * step for index in range(4)]

        def draw(form: Leaf) -> None:
            form.text(122, y, say("Compared, kWh"), 11, face=Face.BOLD, width=73)
            for base, label, month in zip(bases, _COMPARED, months, strict=False):
                face = Face.MEDIUM if month is months[0] else Face.REGULAR
                wide = form.text(122, base, say(label), 9, face=face, width=18)
                form.text(122 + wide + 2, base, say.month(month), 8, ink=INK2, width=room - wide, least=6)
            form.rule(bases[3] - step * 0.55, 122, RIGHT_EDGE, 0.5, INK)

        self._static("compared", (y, bottom, now.month, room), draw)
        for base, month, words in zip(bases, months, shown, strict=False):
            energy = known.get((month.year, month.month))
            face = Face.MEDIUM if month is months[0] else Face.REGULAR
            leaf.text(162, base, words, 9, face=face, align=RIGHT, width=14)
            if energy is not None and month is not months[0]:
                self._change(base, now.energy, energy)
        daily = round_half_up(now.energy.decimal / bill.days, 2)  # without what is put right of other months
        leaf.text(122, bases[3] + 0.4, say("{energy} kWh a day", energy=daily), 8.5, width=34)
        if bill.energy.raw > 0 and say.currency:
            price = say.currency.decimal(bill.amount) / bill.energy.decimal
            price = round_half_up(price, say.currency.decimals + 2)
            words = say("{price} {sign}/kWh on average", price=price, sign=say.currency.sign)
            leaf.text(RIGHT_EDGE, bases[3] + 0.4, words, 8.5, align=RIGHT, width=38)

    def _change(self, y: float, now: Energy, then: Energy) -> None:
        change = now - then
        plus = "+" if change.raw > 0 else ""
        self.leaf.text(178, y, plus + self.say.number(change), 9, align=RIGHT, width=15)
        if then.raw > 0:
            percent = round_half_up(change.decimal * 100 / then.decimal, 1)
            self.leaf.text(RIGHT_EDGE, y, f"{plus}{self.say.number(percent, 1)} %", 9, align=RIGHT, width=16)


class TierBar:
    """The tiers as a bar 175 mm long: to scale up to the last limit, the open tier 25 mm."""

    def __init__(self, tiers: TierPicture) -> None:
        self.tiers = tiers
        self.limits = [limit.raw for limit in tiers.limits if limit is not None]
        open_width = 25.0 if None in tiers.limits else 0.0
        self.scale = (RIGHT_EDGE - LEFT_EDGE - open_width) / self.limits[-1] if self.limits else 0.0
        marks = [LEFT_EDGE + limit * self.scale for limit in self.limits]
        marks += [RIGHT_EDGE] if open_width else []
        self.edges = list(zip([LEFT_EDGE, *marks], marks, strict=False))

    def at(self, energy: Energy) -> float:
        """Where a quantity stands; what lies far in the open tier stands near its end."""
        return min(max(LEFT_EDGE + energy.raw * self.scale, LEFT_EDGE), RIGHT_EDGE - 3)


def tier_name(number: int) -> Text:
    """The name of a tier, counted from 1."""
    return _TIER_NAMES[number - 1] if number <= len(_TIER_NAMES) else Text("Tier {number}", number=number)


def tier_title(tiers: TierPicture) -> Text:
    """What stands over the picture of the tiers."""
    return Text("The tier reached this year") if tiers.annual else Text("The tier reached this month")
