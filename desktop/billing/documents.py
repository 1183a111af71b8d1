"""The papers of billing: the A4 bill, and the summary of a bill run as a sheet."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from desktop.billing.records import BillKind, BillLineShown, BillShown, DraftRow, RunRow
from desktop.kernel.country import Country
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Energy, round_half_up
from desktop.kernel.paper import (
    ACCENT,
    BAD,
    BAR,
    CENTRE,
    INK,
    INK2,
    RIGHT,
    TINT,
    TOTAL_LINE,
    WHITE,
    Column,
    Face,
    Leaf,
    Paper,
    Table,
    date_span,
    text_width,
    wrap,
)
from desktop.kernel.period import months_before
from desktop.kernel.sheet import Column as SheetColumn
from desktop.kernel.sheet import Kind, Origin, Sheet, write_xlsx
from desktop.kernel.text import NO_BREAK, Catalog, Text
from desktop.metering.records import MonthUsage, RegisterUsage
from desktop.staff.records import Pictures, no_pictures
from desktop.tariffs.records import TierPicture

ACCOUNTS_OF_RUN = Text("Accounts of the run")
"""The name of the list of a run's accounts, which holds persons."""

LEFT_EDGE, RIGHT_EDGE = 20.0, 195.0
LINES_BESIDE_PICTURES = 9
_FRONT_LIMIT, _NEXT_LIMIT, _NEXT_TOP = 243.0, 278.0, 34.0
_TIER_INKS = ("#D6EAE7", "#A9D2CD", "#7FB9B3", "#9CC6C1", "#BFDEDA", "#D6EAE7")
_FACTS = ((20.0, 34.0), (56.0, 46.0), (104.0, 41.0), (147.0, 32.0), (181.0, 14.0))
_FACT_TITLES = (Text("Account number"), Text("Period"), Text("Kind of use"), Text("Meter"), Text("Route"))
_COUNTED = {None: Text(""), True: Text("Year to date kWh"), False: Text("Month to date kWh")}
_COMPARED = (Text("This month"), Text("Month before"), Text("Year before"))
_TIER_NAMES = (Text("Tier 1"), Text("Tier 2"), Text("Tier 3"), Text("Tier 4"), Text("Tier 5"), Text("Tier 6"))


@dataclass(frozen=True, slots=True)
class _Density:
    """How close the parts of a bill stand, in mm: rows and bands of tables, the gap before a section's title,
    from a title to what it heads, the height of the tier bar."""

    row: float
    band: float
    gap: float
    lead: float
    tier_bar: float


_DENSITIES = (
    _Density(7.2, 6.6, 10.2, 3.1, 8.2),
    _Density(6.2, 6.0, 8.6, 3.2, 7.2),
    _Density(5.4, 5.6, 7.0, 2.7, 6.0),
)
_BARS_HIGH, _BARS_LEAST = 35.0, 21.5


def tier_name(number: int) -> Text:
    """The name of a tier, counted from 1."""
    return _TIER_NAMES[number - 1] if number <= len(_TIER_NAMES) else Text("Tier {number}", number=number)


def write_bills(
    out: BinaryIO,
    bills: Iterable[BillShown],
    catalog: Callable[[str], Catalog],
    country: Country,
    pictures: Pictures = no_pictures,
) -> int:
    """Print bills into one PDF, each on its own A4 page or pages, in its customer's language.

    ``pictures`` gives the letterhead by the digest that bills name. ``bills`` is read once, one at a time. Gives
    the number of pages. No bill at all, or a character that no font has, is Refused; then nothing was written.
    """
    paper: Paper | None = None
    catalogs: dict[str, Catalog] = {}
    for bill in bills:
        if paper is None:
            title = catalog(country.language)(Text("Electricity bills"))
            paper = Paper(out, title, bill.letterhead.company, country.language)
        say = catalogs.get(bill.language)
        if say is None:
            say = catalogs[bill.language] = catalog(bill.language)
        _BillPaper(paper, bill, say, country, pictures).print()
    if paper is None:
        raise Refused(Text("There is no bill to print"))
    return paper.close()


class _BillPaper:
    """One bill on its way to paper: `print` draws its sides and adds them to the file."""

    def __init__(
        self, paper: Paper, bill: BillShown, say: Catalog, country: Country, pictures: Pictures
    ) -> None:
        self.paper, self.bill, self.say, self.country, self.pictures = paper, bill, say, country, pictures
        self.sign = say.currency.sign if say.currency else ""
        self.account = country.format_account(bill.account_number).replace(" ", NO_BREAK)
        self.month = bill.usage[-1].month if bill.usage else bill.period.start
        self.leaf = paper.leaf()
        self.leaves = [self.leaf]
        self.limit = _FRONT_LIMIT

    def print(self) -> None:
        """Draw the bill: everything on one side, or the pictures on the next when the lines are many."""
        self._front()
        density = self._density()
        self.density = density or _DENSITIES[1]
        y = self._reads(self._charges(97.0))
        if density is None and (len(self.leaves) == 1 or y > 180):
            y = self._next_leaf() - self.density.gap
        self._pictures(y, density)
        for number, leaf in enumerate(self.leaves, 1):
            leaf.text(RIGHT_EDGE, 285, f"{number} / {len(self.leaves)}", 7, ink=INK2, align=RIGHT)
            self.paper.add(leaf)

    # -- what stands where -----------------------------------------------------------------------------------

    def _density(self) -> _Density | None:
        """The widest spacing with which all fits on one side; None when the pictures go to the next."""
        if len(self.bill.lines) > LINES_BESIDE_PICTURES:
            return None
        for density in _DENSITIES:
            rows = len(self.bill.lines) + 1 + len(self.bill.reads)
            y = 97 + rows * density.row + 2 * (density.lead + density.band) + density.gap * 1.35
            if self.bill.tiers:
                y += density.gap + density.lead + density.tier_bar + 5
            if _FRONT_LIMIT - 8 - (y + density.gap) >= _BARS_LEAST:
                return density
        return None

    def _static(self, name: str, key: Hashable, draw: Callable[[Leaf], None]) -> None:
        """Lay down what is the same on many bills, drawn once for the whole file."""
        self.leaf.put(self.paper.form((name, self.say.language, key), draw))

    def _next_leaf(self) -> float:
        """Go on with a new side; gives where its first title may stand."""
        self.leaf = self.paper.leaf()
        self.leaves.append(self.leaf)
        self.limit = _NEXT_LIMIT
        bill, say = self.bill, self.say
        self.leaf.text(LEFT_EDGE, 18, bill.letterhead.company, 9, face=Face.BOLD, width=80)
        number = say.join([say(_title(bill.kind)), bill.number, self.account])
        self.leaf.text(RIGHT_EDGE, 18, number, 8, ink=INK2, align=RIGHT, width=90)
        self.leaf.rule(21, LEFT_EDGE, RIGHT_EDGE, 1, ACCENT)
        self._source()
        return _NEXT_TOP

    # -- the fixed upper part and the foot -------------------------------------------------------------------

    def _front(self) -> None:
        bill, say, leaf = self.bill, self.say, self.leaf
        payable = bill.amount.raw > 0
        scan = bool(bill.payment_code)
        self._static("frame", (bill.letterhead, bill.kind, scan, bill.tiers is None), self._frame)
        about = [
            month_words(say, self.month),
            say("Bill {number}", number=bill.number),
            say("Issued {day}", day=bill.issued_on),
        ]
        leaf.text(RIGHT_EDGE, 23, say.join(about), 8, ink=INK2, align=RIGHT, width=88)
        self._addressee()
        self._amount(payable, scan)
        self._facts()
        self._foot()
        self._source()

    def _frame(self, leaf: Leaf) -> None:
        """Letterhead, amount box, titles of the facts, headings of the foot."""
        say, head = self.say, self.bill.letterhead
        picture = self.pictures(head.picture) if head.picture else None
        left = LEFT_EDGE + 12
        if picture is None:
            leaf.mark(LEFT_EDGE, 14)
        else:
            left = LEFT_EDGE + 3 + leaf.picture(LEFT_EDGE, 14, 30, 10, picture)
        leaf.block(left, 18.2, head.company, 12, 132 - left, 1, face=Face.BOLD)
        hall = say.join([head.hall, head.address, say("Telephone {hotline}", hotline=head.hotline)])
        if leaf.width_of(hall, 7) <= 104 - left:
            leaf.text(left, 22.8, hall, 8, ink=INK2, width=104 - left)
        else:
            leaf.block(left, 22, hall, 7.5, 104 - left, 2, ink=INK2, leading=1.2)
        leaf.text(RIGHT_EDGE, 18.4, say(_title(self.bill.kind)), 18, face=Face.BOLD, align=RIGHT, width=60)
        leaf.rule(27, LEFT_EDGE, RIGHT_EDGE, 1, ACCENT)
        leaf.box(112, 33, 83, 37, TINT, 1)
        leaf.text(117, 40.2, say("Due for this period"), 10, face=Face.MEDIUM, width=48)
        if self.bill.payment_code:
            leaf.box(166, 34.8, 27, 25.4, WHITE)
            leaf.text(179.5, 65.4, say("Scan to pay"), 8, align=CENTRE, width=28)
        leaf.rule(76, LEFT_EDGE, RIGHT_EDGE)
        leaf.rule(89.6, LEFT_EDGE, RIGHT_EDGE)
        for (x, width), title in zip(_FACTS, _FACT_TITLES, strict=True):
            leaf.text(x, 80.9, say(title), 7.5, ink=INK2, width=width)
        leaf.rule(247, LEFT_EDGE, RIGHT_EDGE)
        leaf.text(LEFT_EDGE, 252.6, say("How to pay"), 9, face=Face.BOLD)
        leaf.text(174, 256.8, say("Check code"), 8.5, face=Face.BOLD, align=RIGHT, width=40)
        leaf.text(174, 266.3, say("Any hall can check it"), 8, ink=INK2, align=RIGHT, width=40)

    def _addressee(self) -> None:
        """The block in the window of the envelope: 26 mm high, smaller type when names are long."""
        bill = self.bill
        name = (bill.customer_name, 12.0, Face.MEDIUM)
        if self.say.language.startswith("zh"):  # from the post office to the person
            lines = [bill.postcode, *bill.address_lines]
            block = [*((line, 10.0, Face.REGULAR) for line in lines if line), name]
        else:
            town = " ".join(part for part in (bill.postcode, *bill.address_lines[-1:]) if part)
            lines = [*bill.address_lines[:-1], town]
            block = [name, *((line, 10.0, Face.REGULAR) for line in lines if line)]
        for scale in (1.0, 0.92, 0.85, 0.78, 0.7, 0.6):
            found = [
                (line, max(size * scale, 7.0), face)
                for words, size, face in block
                for line in wrap(words, 86, max(size * scale, 7.0), face)
            ]
            steps = [size * 0.56 for _, size, _ in found]
            if sum(steps[1:]) <= 23:
                break
        del found[9:]  # some 300 hanzi: the facts begin below
        y = 38.0
        for (line, size, face), step in zip(found, [*steps[1:], 0.0], strict=False):
            self.leaf.text(LEFT_EDGE, y, line, size, face=face)
            y += step

    def _amount(self, payable: bool, scan: bool) -> None:
        bill, say, leaf = self.bill, self.say, self.leaf
        room = 47.5 if scan else 74
        wide = leaf.text(117, 51.8, say.money(bill.amount), 28, face=Face.BOLD, width=room - 8, least=6)
        leaf.text(117 + wide + 1.8, 51.8, self.sign, 10, face=Face.MEDIUM)
        if payable:
            label = say("Pay by")
            day = say.date(bill.due_on)
            left = room - text_width(day, 12, Face.BOLD) - 3
            wide = leaf.text(117, 58.8, label, 9, ink=INK2, width=left)
            leaf.text(117 + wide + 3, 58.8, day, 12, face=Face.BOLD)
        else:
            leaf.text(117, 58.8, say("Nothing to pay"), 9, ink=INK2, width=room)
        self._balance(room + 1)
        if scan:
            leaf.qr(168, 36, 23, bill.payment_code)

    def _balance(self, room: float) -> None:
        """What is still owed from before, and the credit, in two short lines; one alone may say more."""
        bill, say, leaf = self.bill, self.say, self.leaf
        arrears, credit = say.money(bill.arrears, unit=True), say.money(bill.credit, unit=True)
        spare = say("Credit of {amount} is used first", amount=credit)
        if bill.arrears and bill.credit:
            leaf.text(117, 63.6, say("Unpaid from before: {amount}", amount=arrears), 8, ink=BAD, width=room)
            leaf.text(117, 67.5, spare, 8, width=room)
        elif bill.arrears or bill.credit:
            owed = say("Unpaid from before: {amount}; late fees are added by the day", amount=arrears)
            words, ink = (owed, BAD) if bill.arrears else (spare, INK)
            if text_width(words, 7) <= room:
                leaf.text(117, 65.4, words, 8, ink=ink, width=room)
            else:
                leaf.block(117, 63.6, words, 8, room, 2, ink=ink)

    def _facts(self) -> None:
        bill, say = self.bill, self.say
        first, last = date_span(say, bill.period)
        period = say.plural(
            "{first} to {last} ({count} day)",
            "{first} to {last} ({count} days)",
            bill.days,
            first=first,
            last=last,
        )
        values = (self.account, period, say(bill.use_class), bill.meter_serial, bill.route)
        for index, ((x, width), words) in enumerate(zip(_FACTS, values, strict=True)):
            face = Face.MEDIUM if index == 0 else Face.REGULAR
            if text_width(words, 9, face) <= width:
                self.leaf.text(x, 86, words, 9, face=face)
            else:
                self.leaf.block(x, 84.7, words, 8, width, 2, face=face, leading=1.2)

    def _foot(self) -> None:
        """How to pay and where to ask, each as low as the one above needs; the proof on the right."""
        bill, say, leaf = self.bill, self.say, self.leaf
        pay = say(
            "Scan the code, pay by direct debit, or in the hall in cash or by card. Quote account {account}.",
            account=self.account,
        )
        y = leaf.block(LEFT_EDGE, 257.4, pay, 8.5, 112, 2, leading=1.4)

        def draw(form: Leaf) -> None:
            low = y
            if bill.late_fee_note:
                low = form.block(LEFT_EDGE, y + 4.7, say(bill.late_fee_note), 8.5, 112, 2, leading=1.4)
            low = max(low + 5.6, 269.2)
            form.text(LEFT_EDGE, low, say("Questions about this bill"), 9, face=Face.BOLD)
            hotline = bill.letterhead.hotline
            ask = say("Call {hotline} or ask in the hall for an explanation of each line.", hotline=hotline)
            form.block(LEFT_EDGE, low + 4.8, ask, 8.5, 150, 1 if low > 271 else 2, leading=1.3)

            form.text(LEFT_EDGE, 281.4, self._payee(), 7, ink=INK2, width=150)

        self._static("foot", (y, bill.late_fee_note, bill.letterhead), draw)
        if bill.check_code:
            leaf.text(174, 261.7, bill.check_code, 9, align=RIGHT)
            leaf.qr(177, 251, 18, f"{bill.number} {bill.check_code}")

    def _payee(self) -> str:
        """Who is paid: tax number, bank and account of the company, as far as they are known."""
        head, say, formats = self.bill.letterhead, self.say, self.country.identifiers
        tax = head.tax_number and say(
            "Tax number {number}", number=formats["tax_number"].group(head.tax_number)
        )
        account = head.bank_account and say(
            "Bank account {number}", number=formats["bank_account"].group(head.bank_account)
        )
        return say.join([tax, head.bank, account])

    def _source(self) -> None:
        """What the prices rest on; the page number comes beside it."""
        basis, say = self.bill.basis, self.say

        def draw(form: Leaf) -> None:
            if basis.notice:
                words = say(
                    "Price basis: {name} ({notice}), version {version}, in force from {day}",
                    name=basis.name, notice=basis.notice, version=basis.version, day=basis.valid_from,
                )  # fmt: skip
            else:
                words = say(
                    "Price basis: {name}, version {version}, in force from {day}",
                    name=basis.name, version=basis.version, day=basis.valid_from,
                )  # fmt: skip
            form.block(LEFT_EDGE, 285, words, 7, 160, 2, ink=INK2, upward=True)

        self._static("source", basis, draw)

    # -- tables ----------------------------------------------------------------------------------------------

    def _title(self, leaf: Leaf, y: float, title: str, note: str = "") -> None:
        """The title of a section with a remark at its right end."""
        wide = leaf.text(LEFT_EDGE, y, title, 11, face=Face.BOLD, width=100)
        leaf.text(RIGHT_EDGE, y, note, 8, ink=INK2, align=RIGHT, width=171 - wide)

    def _room(self, y: float, height: float) -> float:
        """``y`` when ``height`` mm more fit on this side, else the top of a new one."""
        return y if y + height <= self.limit else self._next_leaf()

    def _charges(self, y: float) -> float:
        """Lines, total, words; gives where they end."""
        bill, say, density = self.bill, self.say, self.density
        table = self._charge_table()

        def head(y: float) -> float:
            def draw(leaf: Leaf) -> None:
                note = say("Each line is rounded; the total is the sum of the lines")
                self._title(leaf, y, say("Charges"), note)
                table.head(leaf, y + density.lead)

            self._static("charges", (y, density, self._accumulates()), draw)
            return y + density.lead + density.band

        y = head(y)
        for line in bill.lines:
            if y + density.row > self.limit:
                y = head(self._next_leaf())
            y = table.cells(self.leaf, y, self._line_cells(line))
            self.leaf.rule(y, LEFT_EDGE, RIGHT_EDGE)
        y = self._room(y, density.row + density.gap * 0.5)
        total = [say("Total for the period"), say.number(bill.energy), "", "", say.money(bill.amount)]
        y = table.cells(self.leaf, y, total, face=Face.BOLD)
        self.leaf.rule(y, LEFT_EDGE, RIGHT_EDGE, TOTAL_LINE, INK)
        y += density.gap * 0.5
        tax = say.money(bill.tax, unit=True)
        tax = say("VAT {percent} % included: {amount}", percent=bill.tax_percent, amount=tax)
        wide = self.leaf.text(193, y, tax, 8, ink=INK2, align=RIGHT)
        if bill.amount_words:
            label = self.leaf.text(22, y, say("In words"), 9, width=30)
            self.leaf.text(22 + label + 3.2, y, bill.amount_words, 9, width=171 - wide - label - 8)
        return y

    def _accumulates(self) -> bool | None:
        """Whether the lines count up through a year (True), a month (False), or not at all (None)."""
        if not any(line.accumulated for line in self.bill.lines):
            return None
        return self.bill.tiers is None or self.bill.tiers.annual

    def _charge_table(self) -> Table:
        say = self.say
        columns = (
            Column(say("Item"), 22, 66),
            Column(say("Energy kWh"), 108, 19, RIGHT),
            Column(say("Price {sign}/kWh", sign=self.sign), 132, 22, RIGHT),
            Column(say(_COUNTED[self._accumulates()]), 162, 28, RIGHT),
            Column(say("Amount {sign}", sign=self.sign), 193, 29, RIGHT),
        )
        return Table(columns, LEFT_EDGE, RIGHT_EDGE, self.density.row, self.density.band)

    def _line_cells(self, line: BillLineShown) -> list[str]:
        say = self.say
        counted = " \N{RIGHTWARDS ARROW} ".join(say.number(energy) for energy in line.accumulated or ())
        return [
            say(line.label),
            "" if line.energy is None else say.number(line.energy),
            "" if line.price is None else say.number(line.price),
            counted,
            say.money(line.amount),
        ]

    def _reads(self, y: float) -> float:
        """Reads with dates, multiplier and who read; gives where they end."""
        say, density, reads = self.say, self.density, self.bill.reads
        if not reads:
            return y
        spans = {(self._day(read.previous_at), self._day(read.current_at)) for read in reads}
        meters = len({read.meter_serial for read in reads})
        days = next(iter(spans)) if len(spans) == 1 else None
        table = self._read_table(days)

        def head(y: float) -> float:
            self._title(self.leaf, y, say("Meter reads"))
            return table.head(self.leaf, y + density.lead)

        step = density.gap * 0.85
        fits = y + step + density.lead + density.band + density.row <= self.limit
        y = head(y + step if fits else self._next_leaf())
        for read in reads:
            if y + density.row > self.limit:
                y = head(self._next_leaf())
            y = table.cells(self.leaf, y, self._read_cells(read, days is None, meters > 1))
            self.leaf.rule(y, LEFT_EDGE, RIGHT_EDGE)
        return y

    def _day(self, at: datetime) -> str:
        return self.say.short_date((at.astimezone(self.country.zone) if at.tzinfo else at).date())

    def _read_table(self, days: tuple[str, str] | None) -> Table:
        say = self.say
        columns = (
            Column(say("Register"), 22, 34),
            Column(say("Previous {day}", day=days[0]) if days else say("Previous read"), 78, 22, RIGHT),
            Column(say("Current {day}", day=days[1]) if days else say("Current read"), 104, 24, RIGHT),
            Column(say("Multiplier"), 122, 16, RIGHT),
            Column(say("Billed kWh"), 146, 22, RIGHT),
            Column(say("Read by"), 152, 41),
        )
        return Table(columns, LEFT_EDGE, RIGHT_EDGE, self.density.row, self.density.band)

    def _read_cells(self, read: RegisterUsage, dated: bool, named: bool) -> list[str]:
        say = self.say
        at = read.current_at.astimezone(self.country.zone) if read.current_at.tzinfo else read.current_at
        time = f"{at:%H:%M}" if at.hour or at.minute else ""
        who = " ".join(part for part in (read.reader, time) if part)
        source = say("{source}, {who}", source=read.source, who=who) if who else say(read.source.text)
        register = say(read.register.text)
        previous, current = say.number(read.previous), say.number(read.current)
        return [
            say.join([register, read.meter_serial]) if named else register,
            f"{self._day(read.previous_at)} {previous}" if dated else previous,
            f"{self._day(read.current_at)} {current}" if dated else current,
            say.number(read.multiplier),
            say.number(read.energy),
            source,
        ]

    # -- pictures --------------------------------------------------------------------------------------------

    def _pictures(self, y: float, density: _Density | None) -> None:
        """The tiers, the months and the comparison, below ``y``."""
        gap = self.density.gap
        if self.bill.tiers:
            y = self._tiers(self.bill.tiers, y + gap)
        y += gap
        bottom = min(y + _BARS_HIGH, self.limit - 8)
        if self.bill.usage:
            self._months(y, bottom)
            self._comparison(y, bottom)

    def _tiers(self, tiers: TierPicture, y: float) -> float:
        say, leaf, density = self.say, self.leaf, self.density
        self._title(leaf, y, say(_tier_title(tiers)), self._tier_note(tiers))
        top = y + density.lead + 0.5
        bar = _TierBar(tiers)
        low = top + density.tier_bar

        def draw(form: Leaf) -> None:
            for index, (left, right) in enumerate(bar.edges):
                form.box(left, top, right - left, density.tier_bar, _TIER_INKS[index % len(_TIER_INKS)])

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

    def _tier_scale(self, bar: _TierBar, marker: float, y: float) -> None:
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
        offset = min(7.2, (bottom - y) * 0.24)
        step = min(6.1, (bottom - y - offset) / 3.6)
        bases = [y + offset + index * step for index in range(4)]

        def draw(form: Leaf) -> None:
            form.text(122, y, say("Compared, kWh"), 11, face=Face.BOLD, width=73)
            for base, label, month in zip(bases, _COMPARED, months, strict=False):
                face = Face.MEDIUM if month is months[0] else Face.REGULAR
                wide = form.text(122, base, say(label), 9, face=face, width=18)
                form.text(122 + wide + 2, base, say.month(month), 8, ink=INK2, width=29 - wide, least=6)
            form.rule(bases[3] - step * 0.55, 122, RIGHT_EDGE, 0.5, INK)

        self._static("compared", (y, bottom, now.month), draw)
        for base, month in zip(bases, months, strict=False):
            energy = known.get((month.year, month.month))
            face = Face.MEDIUM if month is months[0] else Face.REGULAR
            words = "\N{EN DASH}" if energy is None else say.number(energy)
            leaf.text(162, base, words, 9, face=face, align=RIGHT, width=14)
            if energy is not None and month is not months[0]:
                self._change(base, now.energy, energy)
        daily = round_half_up(bill.energy.decimal / bill.days, 2)
        leaf.text(122, bases[3] + 0.4, say("{energy} kWh a day", energy=daily), 8.5, width=34)
        if bill.energy.raw > 0 and say.currency:
            price = say.currency.decimal(bill.amount) / bill.energy.decimal
            price = round_half_up(price, say.currency.decimals + 2)
            words = say("{price} {sign}/kWh on average", price=price, sign=self.sign)
            leaf.text(RIGHT_EDGE, bases[3] + 0.4, words, 8.5, align=RIGHT, width=38)

    def _change(self, y: float, now: Energy, then: Energy) -> None:
        change = now - then
        plus = "+" if change.raw > 0 else ""
        self.leaf.text(178, y, plus + self.say.number(change), 9, align=RIGHT, width=15)
        if then.raw > 0:
            percent = round_half_up(change.decimal * 100 / then.decimal, 1)
            self.leaf.text(RIGHT_EDGE, y, f"{plus}{self.say.number(percent, 1)} %", 9, align=RIGHT, width=16)


class _TierBar:
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


def _title(kind: BillKind) -> Text:
    return Text("Final electricity bill") if kind is BillKind.FINAL else Text("Electricity bill")


def _tier_title(tiers: TierPicture) -> Text:
    return Text("The tier reached this year") if tiers.annual else Text("The tier reached this month")


def month_words(say: Catalog, day: date) -> str:
    """A month as a heading names it: ``2026 年 9 月``, ``9/2026``."""
    return say("{month}/{year}", month=day.month, year=str(day.year))


def run_summary_xlsx(
    run: RunRow, drafts: Sequence[DraftRow], say: Catalog, origin: Origin | None = None
) -> bytes:
    """A bill run as a workbook: one row of totals on the first sheet, a row per account on the second.

    Energy is in kWh, amounts are numbers in currency units. ``say`` is the language of who asks.
    """
    sign, decimals = (say.currency.sign, say.currency.decimals) if say.currency else ("", 2)
    energy = SheetColumn(say("Energy kWh"), Kind.NUMBER)
    amount = SheetColumn(say("Amount {sign}", sign=sign), Kind.NUMBER, decimals)
    titles = (Text("Run number"), Text("Period"), Text("State"), Text("Started at"), Text("Started by"))
    counts = (Text("Accounts"), Text("Ready"), Text("Held"), Text("Issued"))
    whole = Sheet(
        say("Bill run"),
        (
            *(SheetColumn(say(title), width=20) for title in titles),
            *(SheetColumn(say(title), Kind.NUMBER) for title in counts),
            energy,
            amount,
        ),
        [_run_values(run, say)],
    )
    each = Sheet(
        say("Accounts"),
        (
            SheetColumn(say("Account number"), width=18),
            SheetColumn(say("Customer"), width=20),
            SheetColumn(say("Address of use"), width=40),
            SheetColumn(say("State")),
            energy,
            SheetColumn(say("Month before kWh"), Kind.NUMBER),
            SheetColumn(say("Change kWh"), Kind.NUMBER),
            amount,
            SheetColumn(say("Bill number"), width=24),
            SheetColumn(say("Reason"), width=50),
        ),
        (_draft_values(draft, say) for draft in drafts),
        () if origin is None else (origin.remark,),
    )
    return write_xlsx([whole, each], origin)


def _run_values(run: RunRow, say: Catalog) -> list[object]:
    about = [run.number, run.period.code, say(run.state.text), say.moment(run.started_at), run.started_by]
    return [*about, run.accounts, run.ready, run.held, run.issued, run.energy, run.amount]


def _draft_values(draft: DraftRow, say: Catalog) -> list[object]:
    change = None if draft.energy_before is None else draft.energy - draft.energy_before
    return [
        draft.account_number,
        draft.customer_name,
        draft.address,
        say(draft.state.text),
        draft.energy,
        draft.energy_before,
        change,
        draft.amount,
        draft.bill_number,
        say(draft.reason) if draft.reason else None,
    ]
