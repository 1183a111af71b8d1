"""Why a bill differs from another, on one page in the customer's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from desktop.billing.documents.bill import month_within, month_words
from desktop.billing.documents.graphs import TIER_INKS, TierBar, tier_title
from desktop.billing.documents.side import LEFT_EDGE, RIGHT_EDGE, letterhead, section_title
from desktop.billing.records import OF_MONTH, BillShown, Cause, CauseAmount, Explanation
from desktop.kernel.country import Country
from desktop.kernel.lettering import Face
from desktop.kernel.measures import Energy, Money, round_half_up
from desktop.kernel.paper import (
    A4,
    ACCENT,
    BAD,
    BAR,
    CENTRE,
    INK,
    INK2,
    RIGHT,
    TOTAL_LINE,
    Column,
    Leaf,
    Paper,
    Table,
    date_span,
    one_paper,
)
from desktop.kernel.text import NO_BREAK, Catalog, Text
from desktop.metering.records import RegisterUsage
from desktop.staff.records import Pictures, no_pictures

TITLE = Text("Why the amount changed")
_CAUSE_STEP, _FIRST, _LAST = 10.0, 50.0, 272.0
_BAR_LEFT, _BAR_RIGHT = 122.0, 168.0
_ROW, _BAND, _GAP = 5.6, 5.8, 9.0
_TIER_HIGH, _TIER_STEP = 5.4, 15.5


def cause_words(cause: Cause, old: BillShown, new: BillShown) -> Text:
    """One cause in a sentence, with the figures of both bills that it moves."""
    match cause:
        case Cause.USAGE | Cause.ESTIMATE | Cause.EXCHANGE:
            moved = Text("{before} kWh then, {now} kWh now", before=old.energy, now=new.energy)
            if cause is Cause.ESTIMATE:
                return Text("The earlier bill rested on an estimate: {moved}", moved=moved)
            if cause is Cause.EXCHANGE:
                return Text("The meter was exchanged: {moved}", moved=moved)
            return moved
        case Cause.DAYS:
            return Text("{before} days then, {now} days now", before=old.days, now=new.days)
        case Cause.PRICE:
            if old.basis == new.basis:
                return Text("The prices of the month itself, from the same price list")
            return Text(
                "Price list {version}, valid from {day}", version=new.basis.version, day=new.basis.valid_from
            )
        case Cause.LEVY:
            return Text("Charged for the first time by price list {version}", version=new.basis.version)
        case Cause.TERMS:
            return Text("Capacity, demand or other terms of the contract")
        case Cause.TIER:
            return _tier_words(old, new)
        case Cause.CORRECTION:
            return Text("Energy of earlier months that was charged or given back with one of the bills")
        case Cause.POINT:
            return Text("A service point that stands on one of the bills only")
        case _ if old.kind not in OF_MONTH or new.kind not in OF_MONTH:
            return Text("One of them is not for the use of a month: they are compared as a whole")
        case _:
            return Text("Prices, usage and terms changed together and cannot be told apart")


def _tier_words(old: BillShown, new: BillShown) -> Text:
    before, now = _stretch(old), _stretch(new)
    if before is None or now is None:
        return Text("Where the energy stands between the tiers")
    return Text(
        "Began at {before} kWh of its year or month then, at {now} kWh now", before=before[0], now=now[0]
    )


def _stretch(bill: BillShown) -> tuple[Energy, Energy] | None:
    """From where to where a bill counted up through its tiers; None where it has none."""
    spans = [line.accumulated for line in bill.lines if line.accumulated]
    if not spans or bill.tiers is None:
        return None
    return min(span[0] for span in spans), max(span[1] for span in spans)


def explanation_pdf(
    found: Explanation,
    catalog: Callable[[str], Catalog],
    country: Country,
    pictures: Pictures = no_pictures,
) -> bytes:
    """Why the second of two bills differs from the first, as one A4 page in the customer's language."""
    say = catalog(found.new.language)
    sheet = _ExplanationPaper(found, say, country, pictures)
    return one_paper(sheet.print, say(TITLE), found.new.letterhead.company, found.new.language, A4)


class _ExplanationPaper:
    def __init__(self, found: Explanation, say: Catalog, country: Country, pictures: Pictures) -> None:
        self.old, self.new, self.why = found.old, found.new, found.why
        self.say, self.country, self.pictures = say, country, pictures
        self.sign = say.currency.sign if say.currency else ""
        self.leaf: Leaf

    def print(self, paper: Paper) -> None:
        """Draw the one page."""
        self.leaf = paper.leaf()
        letterhead(self.leaf, self.new.letterhead, self.say, self.pictures, TITLE)
        self._about()
        y = self._beside(_FIRST)
        y = self._causes(y + _GAP)
        y = self._tiers(y + _GAP)
        self._reads(y + _GAP)
        self._foot()
        paper.add(self.leaf)

    def _about(self) -> None:
        """Whose bills they are, and the difference in one sentence."""
        bill, say, leaf = self.new, self.say, self.leaf
        account = self.country.format_account(bill.account_number).replace(" ", NO_BREAK)
        leaf.text(LEFT_EDGE, 33, bill.customer_name, 10, face=Face.MEDIUM, width=58)
        about = say.join([say("Account {number}", number=account), *bill.address_lines])
        leaf.text(RIGHT_EDGE, 33, about, 8, ink=INK2, align=RIGHT, width=112)
        words = self._difference()
        leaf.text(LEFT_EDGE, 43, words, 15, face=Face.BOLD, width=RIGHT_EDGE - LEFT_EDGE)

    def _difference(self) -> str:
        """The difference in one sentence; two bills of one month go by their numbers."""
        say, more = self.say, self.why.difference.raw > 0
        amount = say.money(abs(self.why.difference), unit=True)
        new, old = self._name(self.new), self._name(self.old, within=True)
        if self._alike:
            if not self.why.difference:
                return say("Bill {number} comes to the same as bill {other}", number=new, other=old)
            if more:
                return say(
                    "Bill {number} is {amount} higher than bill {other}", number=new, amount=amount, other=old
                )
            return say(
                "Bill {number} is {amount} lower than bill {other}", number=new, amount=amount, other=old
            )
        if not self.why.difference:
            return say("The bill of {month} comes to the same as that of {other}", month=new, other=old)
        if more:
            return say(
                "The bill of {month} is {amount} higher than that of {other}",
                month=new, amount=amount, other=old,
            )  # fmt: skip
        return say(
            "The bill of {month} is {amount} lower than that of {other}",
            month=new, amount=amount, other=old,
        )  # fmt: skip

    @property
    def _alike(self) -> bool:
        """Whether both bills are of one month, so that it does not tell them apart."""
        return self.old.period.start == self.new.period.start

    def _name(self, bill: BillShown, *, within: bool = False) -> str:
        """What tells a bill from the other: its month, also ``within`` a sentence, or its number."""
        words = month_within if within else month_words
        return bill.number if self._alike else words(self.say, bill.period.start)

    def _beside(self, y: float) -> float:
        """Both bills side by side; gives where they end."""
        say, old, new = self.say, self.old, self.new
        table = Table(
            (
                Column("", 22, 46),
                Column(self._name(old), 112, 42, RIGHT),
                Column(self._name(new), 160, 46, RIGHT),
                Column(say("Difference"), 193, 31, RIGHT),
            ),
            LEFT_EDGE, RIGHT_EDGE, _ROW, _BAND,
        )  # fmt: skip
        y = table.head(self.leaf, y)
        daily = [round_half_up(bill.energy.decimal / bill.days, 2) for bill in (old, new)]
        rows = (
            (say("Bill"), old.number, new.number, ""),
            (say("Period"), self._span(old), self._span(new), ""),
            (say("Days"), str(old.days), str(new.days), self._plus(new.days - old.days)),
            (say("Energy kWh"), say.number(old.energy), say.number(new.energy),
             self._plus((new.energy - old.energy).decimal)),
            (say("kWh a day"), say.number(daily[0], 2), say.number(daily[1], 2),
             self._plus(daily[1] - daily[0], 2)),
            (say("Price list"), old.basis.version, new.basis.version, ""),
        )  # fmt: skip
        for row in rows:
            y = table.cells(self.leaf, y, row, 8.5)
            self.leaf.rule(y, LEFT_EDGE, RIGHT_EDGE)
        amounts = (
            say("Amount {sign}", sign=self.sign),
            say.money(old.amount),
            say.money(new.amount),
            self._signed(self.why.difference),
        )
        return table.cells(self.leaf, y, amounts, 9, Face.BOLD)

    def _span(self, bill: BillShown) -> str:
        first, last = date_span(self.say, bill.period)
        return self.say("{first} to {last}", first=first, last=last)

    def _plus(self, change: Decimal | int, decimals: int | None = None) -> str:
        words = self.say.number(change, decimals)
        return f"+{words}" if change > 0 else words

    def _signed(self, amount: Money) -> str:
        return f"+{self.say.money(amount)}" if amount.raw > 0 else self.say.money(amount)

    def _causes(self, y: float) -> float:
        """Every cause with its sentence, its bar from the line of zero, its amount; then their sum."""
        say, leaf = self.say, self.leaf
        section_title(leaf, y, say("What made the difference"), say("Together the causes are the difference"))
        y += 3.0
        causes = sorted(self.why.causes, key=lambda one: -abs(one.amount.raw))
        lowest = min([0, *(one.amount.raw for one in causes)])
        highest = max([0, *(one.amount.raw for one in causes)])
        scale = (_BAR_RIGHT - _BAR_LEFT) / max(highest - lowest, 1)
        zero = _BAR_LEFT - lowest * scale
        top = y
        for one in causes:
            y = self._cause(y, one, zero, scale)
        if not causes:
            leaf.text(22, y + 4.4, say("Energy, days and prices are the same"), 9.5)
            y += 7
        if causes:
            leaf.line(zero, top + 1.5, zero, y - 1.5, 0.6, INK)
        leaf.rule(y, LEFT_EDGE, RIGHT_EDGE, TOTAL_LINE, INK)
        leaf.text(22, y + 4.6, say("Difference"), 9.5, face=Face.BOLD)
        total = self._signed(self.why.difference)
        leaf.text(193, y + 4.6, total, 9.5, face=Face.BOLD, align=RIGHT, width=24)
        return y + 6

    def _cause(self, y: float, one: CauseAmount, zero: float, scale: float) -> float:
        say, leaf = self.say, self.leaf
        leaf.text(22, y + 4.4, say(one.cause.text), 9.5, face=Face.MEDIUM, width=96)
        words = say(cause_words(one.cause, self.old, self.new))
        leaf.text(22, y + 8.2, words, 7.5, ink=INK2, width=97)
        wide = abs(one.amount.raw) * scale
        left = zero if one.amount.raw > 0 else zero - wide
        leaf.box(left, y + 2.8, max(wide, 0.3), 4.4, ACCENT if one.amount.raw > 0 else BAR)
        leaf.text(193, y + 6, self._signed(one.amount), 9.5, align=RIGHT, width=24)
        y += _CAUSE_STEP
        leaf.rule(y, LEFT_EDGE, RIGHT_EDGE)
        return y

    def _tiers(self, y: float) -> float:
        """Where both bills stand between the tiers, each under its month; nothing where there are none."""
        stretches = [(bill, _stretch(bill)) for bill in (self.old, self.new)]
        if any(span is None for _, span in stretches):
            return y - _GAP
        assert self.new.tiers is not None
        section_title(self.leaf, y, self.say(tier_title(self.new.tiers)))
        y += 2.6
        for bill, span in stretches:
            assert span is not None
            self._tier_bar(bill, span, y)
            y += _TIER_STEP
        return y - 3

    def _tier_bar(self, bill: BillShown, span: tuple[Energy, Energy], y: float) -> None:
        """The tiers with their prices, and the stretch a bill counted up dark below them."""
        say, leaf, tiers = self.say, self.leaf, bill.tiers
        assert tiers is not None
        words = say("{before} to {after} kWh", before=span[0], after=span[1])
        leaf.text(LEFT_EDGE, y + 3, say.join([month_words(say, bill.period.start), words]), 8, width=70)
        bar, top = TierBar(tiers), y + 4.4
        for at, (left, right) in enumerate(bar.edges):
            leaf.box(left, top, right - left, _TIER_HIGH, TIER_INKS[at % len(TIER_INKS)])
            price = say.number(tiers.prices[at])
            leaf.text((left + right) / 2, top + 3.6, price, 7, align=CENTRE, width=right - left - 1, least=5)
            if limit := tiers.limits[at]:
                leaf.text(right, y + 3, say.number(limit), 7, ink=INK2, align=CENTRE)
        start, end = bar.at(span[0]), bar.at(span[1])
        leaf.box(start, top + _TIER_HIGH, max(end - start, 0.6), 1.6, ACCENT)

    def _reads(self, y: float) -> None:
        """The reads of both bills; those that have no room are counted."""
        say = self.say
        reads = [(bill, read) for bill in (self.old, self.new) for read in bill.reads]
        if not reads:
            return
        section_title(self.leaf, y, say("Meter reads"))
        table = Table(
            (
                Column(say("Month"), 22, 18),
                Column(say("Register"), 44, 40),
                Column(say("Previous read"), 112, 32, RIGHT),
                Column(say("Current read"), 146, 32, RIGHT),
                Column(say("Multiplier"), 160, 13, RIGHT),
                Column(say("Billed"), 193, 31, RIGHT),
            ),
            LEFT_EDGE, RIGHT_EDGE, _ROW, _BAND,
        )  # fmt: skip
        y = table.head(self.leaf, y + 3)
        room = int((_LAST - y) / _ROW)
        shown = reads if len(reads) <= room else reads[: max(room - 1, 0)]
        for bill, read in shown:
            y = table.cells(self.leaf, y, self._read(bill, read), 8)
            self.leaf.rule(y, LEFT_EDGE, RIGHT_EDGE)
        if len(shown) < len(reads):
            left = len(reads) - len(shown)
            words = say.plural("{count} more read on the bills", "{count} more reads on the bills", left)
            self.leaf.text(22, y + 3.8, words, 8, ink=INK2)

    def _read(self, bill: BillShown, read: RegisterUsage) -> list[str]:
        say = self.say
        estimated = say.join([say(read.register.text), say("estimated")])
        register = estimated if read.source.value == "estimated" else say(read.register.text)
        billed = read.energy if read.demand is None else read.demand
        return [
            month_words(say, bill.period.start),
            register,
            f"{self._day(read.previous_at)}  {say.number(read.previous)}",
            f"{self._day(read.current_at)}  {say.number(read.current)}",
            say.number(read.multiplier),
            f"{say.number(billed)} {read.register.unit}",
        ]

    def _day(self, at: datetime) -> str:
        return self.say.short_date((at.astimezone(self.country.zone) if at.tzinfo else at).date())

    def _foot(self) -> None:
        say, leaf, new = self.say, self.leaf, self.new
        hotline = new.letterhead.hotline
        ask = say("Call {hotline} or ask in the hall for an explanation of each line.", hotline=hotline)
        leaf.rule(277, LEFT_EDGE, RIGHT_EDGE)
        leaf.text(LEFT_EDGE, 282, ask, 8, ink=INK2, width=110)
        if new.reversed_on or self.old.reversed_on:
            gone = new if new.reversed_on else self.old
            words = say("Bill {number} was taken back", number=gone.number)
            leaf.text(RIGHT_EDGE, 282, words, 8, ink=BAD, align=RIGHT, width=60)
