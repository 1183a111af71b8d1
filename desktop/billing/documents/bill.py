"""The A4 bill."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date, datetime
from typing import BinaryIO

from desktop.billing.documents.graphs import BARS_LEAST, Graphs
from desktop.billing.documents.side import (
    DENSITIES,
    LEFT_EDGE,
    RIGHT_EDGE,
    Density,
    addressee,
    company,
    letterhead,
    section_title,
)
from desktop.billing.records import BillKind, BillLineShown, BillShown
from desktop.kernel.country import Country
from desktop.kernel.errors import Refused
from desktop.kernel.lettering import Face, text_width
from desktop.kernel.measures import Money
from desktop.kernel.paper import (
    ACCENT,
    BAD,
    CENTRE,
    INK,
    INK2,
    RIGHT,
    TINT,
    TOTAL_LINE,
    WHITE,
    Column,
    Leaf,
    Paper,
    Table,
    date_span,
)
from desktop.kernel.text import NO_BREAK, Catalog, Text
from desktop.metering.records import RegisterUsage
from desktop.staff.records import Pictures, no_pictures

LINES_BESIDE_GRAPHS = 9
LOWEST_TITLE = 274.0
"""Where the last title of a bill may stand at most, in mm; what the prices rest on begins below."""
BY_HAND = (BillKind.MANUAL, BillKind.ADJUSTING)
LINE_BY_HAND = "{place}: {what}"
"""The message of a note that repeats a line somebody wrote."""
NOTE_STEP = 4.2
"""From a note below the reads to the next, in mm."""
_FRONT_LIMIT, _NEXT_LIMIT, _NEXT_TOP = 243.0, 278.0, 34.0
_FACTS = ((20.0, 34.0), (56.0, 46.0), (104.0, 41.0), (147.0, 32.0), (181.0, 14.0))
_FACT_TITLES = (Text("Account number"), Text("Period"), Text("Kind of use"), Text("Meter"), Text("Route"))
_COUNTED = {None: Text(""), True: Text("Year to date kWh"), False: Text("Month to date kWh")}


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
        """Draw the bill: everything on one side, or the graphs on the next when the lines are many."""
        self._front()
        density = self._density()
        self.density = density or DENSITIES[1]
        y = self._reads(self._charges(97.0))
        if density is None and (len(self.leaves) == 1 or y > 180):
            y = self._next_leaf() - self.density.gap
        graphs = Graphs(self.leaf, self.bill, self.month, self.say, self.density, self._static)
        graphs.draw(y, self.limit)
        for number, leaf in enumerate(self.leaves, 1):
            leaf.text(RIGHT_EDGE, 285, f"{number} / {len(self.leaves)}", 7, ink=INK2, align=RIGHT)
            self.paper.add(leaf)

    # -- what stands where -----------------------------------------------------------------------------------

    def _density(self) -> Density | None:
        """The widest spacing with which all fits on one side; None when the graphs go to the next."""
        if len(self._charge_rows()) > LINES_BESIDE_GRAPHS:
            return None
        for density in DENSITIES:
            rows = len(self._charge_rows()) + 1 + len(self.bill.reads)
            y = (
                97
                + (len(self.bill.notes) + len(self.bill.instalments) + bool(self.bill.instalments))
                * NOTE_STEP
                + rows * density.row
                + 2 * (density.lead + density.band)
                + density.gap * 1.35
            )
            if self.bill.tiers:
                y += density.gap + density.lead + density.tier_bar + 5
            if _FRONT_LIMIT - 8 - (y + density.gap) >= BARS_LEAST:
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
        payable = bill.to_pay.raw > 0 and bill.reversed_on is None and not self._covered
        scan, back = self._scan(), bill.to_pay.raw < 0
        self._static("frame", (bill.letterhead, bill.kind, scan, bill.tiers is None, back), self._frame)
        about = [
            month_words(say, self.month),
            say("Bill {number}", number=bill.number),
            say("Issued {day}", day=bill.issued_on),
        ]
        leaf.text(RIGHT_EDGE, 23, say.join(about), 8, ink=INK2, align=RIGHT, width=88)
        addressee(leaf, say, bill.customer_name, bill.postcode, bill.address_lines)
        self._standing()
        self._amount(payable, scan)
        self._facts()
        self._foot()
        self._source()

    def _scan(self) -> bool:
        """Whether a code to pay with is printed: not for what is owed no more, nor for what is given back."""
        bill = self.bill
        asked = bool(bill.payment_code) and bill.amount.raw >= 0
        return asked and bill.reversed_on is None and not self._covered

    @property
    def _covered(self) -> bool:
        """Whether credit paid all of it when it was issued, and nothing else was owed."""
        return not self.bill.arrears and self.bill.credit >= self.bill.to_pay

    def _standing(self) -> None:
        """Across the top of a bill that no longer counts, or that takes the place of another."""
        words = self.say.join([self.say(text) for text in standing(self.bill)])
        if words:
            ink = BAD if self.bill.reversed_on else INK2
            self.leaf.text(RIGHT_EDGE, 31, words, 9, face=Face.BOLD, ink=ink, align=RIGHT, width=170)

    def _frame(self, leaf: Leaf) -> None:
        """Letterhead, amount box, titles of the facts, headings of the foot."""
        say, head = self.say, self.bill.letterhead
        letterhead(leaf, head, say, self.pictures, _title(self.bill.kind))
        leaf.box(112, 33, 83, 37, TINT, 1)
        asked = say("Given back as credit") if self.bill.to_pay.raw < 0 else say("Due for this period")
        leaf.text(117, 40.2, asked, 10, face=Face.MEDIUM, width=48)
        if self._scan():
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

    def _amount(self, payable: bool, scan: bool) -> None:
        bill, say, leaf = self.bill, self.say, self.leaf
        room = 47.5 if scan else 74
        amount = say.money(abs(bill.to_pay))
        wide = leaf.text(117, 51.8, amount, 28, face=Face.BOLD, width=room - 8, least=6)
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
        """What is still owed from before, and the credit, in two short lines; one alone may say more.

        What a bill gives back pays what is owed from before.
        """
        bill, say, leaf = self.bill, self.say, self.leaf
        owing = max(bill.arrears + min(bill.to_pay, Money(0)), Money(0))
        arrears, credit = say.money(owing, unit=True), say.money(bill.credit, unit=True)
        used = owing or bill.to_pay.raw > 0
        spare = say("Credit of {amount} is used first", amount=credit)
        if not used:
            spare = say.join([say("Credit before"), credit])
        if owing and bill.credit:
            leaf.text(117, 63.6, say("Unpaid from before: {amount}", amount=arrears), 8, ink=BAD, width=room)
            leaf.text(117, 67.5, spare, 8, width=room)
        elif owing or bill.credit:
            owed = say("Unpaid from before: {amount}; late fees are added by the day", amount=arrears)
            words, ink = (owed, BAD) if owing else (spare, INK)
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
        values = (self.account, period, say(bill.use_class), bill.meter_serial or "–", bill.route)
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
            hotline = bill.letterhead.hotline
            ask = say("Call {hotline} or ask in the hall for an explanation of each line.", hotline=hotline)
            if low > LOWEST_TITLE:  # the notes above took all their lines: one line alone has room
                form.block(LEFT_EDGE, low, ask, 8.5, 150, 1)
            else:
                form.text(LEFT_EDGE, low, say("Questions about this bill"), 9, face=Face.BOLD)
                form.block(LEFT_EDGE, low + 4.8, ask, 8.5, 150, 1 if low > 271 else 2, leading=1.3)

            payee = company(bill.letterhead, say, self.country)
            form.text(LEFT_EDGE, 281.4, payee, 7, ink=INK2, width=150)

        self._static("foot", (y, bill.late_fee_note, bill.letterhead), draw)
        if bill.check_code:
            leaf.text(174, 261.7, bill.check_code, 9, align=RIGHT)
            leaf.qr(177, 251, 18, f"{bill.number} {bill.check_code}")

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
                section_title(leaf, y, say("Charges"), note)
                table.head(leaf, y + density.lead)

            self._static("charges", (y, density, self._accumulates(), self._has_power()), draw)
            return y + density.lead + density.band

        y = head(y)
        for row in self._charge_rows():
            if y + density.row > self.limit:
                y = head(self._next_leaf())
            if isinstance(row, str):
                self.leaf.text(22, y + density.row / 2 + 1.05, row, 8, ink=INK2, width=171)
                y += density.row
            else:
                y = table.cells(self.leaf, y, self._line_cells(row))
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
        return self._deducted(y)

    def _deducted(self, y: float) -> float:
        """The instalments that were asked for before, a line each, and what is left of the bill."""
        bill, say = self.bill, self.say
        for one in bill.instalments:
            y = self._room(y + NOTE_STEP, NOTE_STEP)
            words = say("Instalment {number}, due {day}", number=one.number, day=one.due_on)
            self.leaf.text(22, y, words, 8.5, width=130)
            self.leaf.text(193, y, say.money(-one.amount), 8.5, align=RIGHT, width=36)
        if bill.instalments:
            y = self._room(y + NOTE_STEP, NOTE_STEP)
            back = bill.to_pay.raw < 0
            left = say("Given back as credit") if back else say("Left to pay")
            self.leaf.text(22, y, left, 9, face=Face.BOLD, width=130)
            self.leaf.text(193, y, say.money(abs(bill.to_pay)), 9, face=Face.BOLD, align=RIGHT, width=36)
        return y

    def _charge_rows(self) -> list[BillLineShown | str]:
        """The lines, each part of a bill of several under a heading: its days and its price list."""
        bill, say = self.bill, self.say
        if len(bill.parts) < 2:
            return list(bill.lines)
        rows: list[BillLineShown | str] = []
        for part in bill.parts:
            first, last = date_span(say, part.period)
            version = say("version {version}", version=part.basis.version)
            days = say("{first} to {last}", first=first, last=last)
            rows += [say.join([part.basis.name, version, days]), *part.lines]
        return rows

    def _accumulates(self) -> bool | None:
        """Whether the lines count up through a year (True), a month (False), or not at all (None)."""
        if not any(line.accumulated for line in self.bill.lines):
            return None
        return self.bill.tiers is None or self.bill.tiers.annual

    def _has_power(self) -> bool:
        """Whether a line prices power, so that quantities and prices are not all of kWh."""
        return any(line.power is not None for line in self.bill.lines)

    def _charge_table(self) -> Table:
        say, mixed = self.say, self._has_power()
        columns = (
            Column(say("Item"), 22, 66),
            Column(say("Quantity") if mixed else say("Energy kWh"), 108, 22 if mixed else 19, RIGHT),
            Column(
                say("Price {sign}", sign=self.sign) if mixed else say("Price {sign}/kWh", sign=self.sign),
                132,
                22,
                RIGHT,
            ),
            Column(say(_COUNTED[self._accumulates()]), 162, 28, RIGHT),
            Column(say("Amount {sign}", sign=self.sign), 193, 29, RIGHT),
        )
        return Table(columns, LEFT_EDGE, RIGHT_EDGE, self.density.row, self.density.band)

    def _line_cells(self, line: BillLineShown) -> list[str]:
        say = self.say
        counted = " \N{RIGHTWARDS ARROW} ".join(say.number(energy) for energy in line.accumulated or ())
        return [
            say(line.label),
            self._quantity(line),
            "" if line.price is None else say.number(line.price),
            counted,
            say.money(line.amount),
        ]

    def _quantity(self, line: BillLineShown) -> str:
        if line.power is not None:
            return f"{self.say.number(line.power)} {line.unit}"
        return "" if line.energy is None else self.say.number(line.energy)

    def _reads(self, y: float) -> float:
        """Reads with dates, multiplier and who read; gives where they end."""
        say, density, reads = self.say, self.density, self.bill.reads
        if not reads:
            return self._notes(y + density.gap * 0.5)
        spans = {(self._day(read.previous_at), self._day(read.current_at)) for read in reads}
        meters = len({read.meter_serial for read in reads})
        days = next(iter(spans)) if len(spans) == 1 else None
        table = self._read_table(days)

        def head(y: float) -> float:
            section_title(self.leaf, y, say("Meter reads"))
            return table.head(self.leaf, y + density.lead)

        step = density.gap * 0.85
        fits = y + step + density.lead + density.band + density.row <= self.limit
        y = head(y + step if fits else self._next_leaf())
        for read in reads:
            if y + density.row > self.limit:
                y = head(self._next_leaf())
            y = table.cells(self.leaf, y, self._read_cells(read, days is None, meters > 1))
            self.leaf.rule(y, LEFT_EDGE, RIGHT_EDGE)
        return self._notes(y)

    def _notes(self, y: float) -> float:
        """How the energy came about, or why a bill was made by hand; its lines stand above already."""
        for note in self.bill.notes:
            if note.message == LINE_BY_HAND:
                continue
            y = self._room(y, NOTE_STEP * 2)
            y = self.leaf.block(22, y + NOTE_STEP, self.say(note), 8, 171, 2, ink=INK2)
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
            Column(say("Billed") if self._several_units() else say("Billed kWh"), 146, 22, RIGHT),
            Column(say("Read by"), 152, 41),
        )
        return Table(columns, LEFT_EDGE, RIGHT_EDGE, self.density.row, self.density.band)

    def _several_units(self) -> bool:
        return any(read.register.unit != "kWh" for read in self.bill.reads)

    def _billed(self, read: RegisterUsage) -> str:
        value = self.say.number(read.energy if read.demand is None else read.demand)
        return f"{value} {read.register.unit}" if self._several_units() else value

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
            self._billed(read),
            source,
        ]


def standing(bill: BillShown) -> list[Text]:
    """That a bill is a draft or was taken back, and which bills stand before and after it; nothing for most bills."""
    words = []
    if bill.draft:
        words.append(Text("Draft: nothing is owed before run {number} is issued", number=bill.run_number))
    if bill.reversed_on is not None:
        words.append(Text("Taken back on {day}: {reason}", day=bill.reversed_on, reason=bill.reversed_why))
    if bill.replaces:
        words.append(Text("Takes the place of bill {number}", number=bill.replaces))
    if bill.replaced_by:
        words.append(Text("Replaced by bill {number}", number=bill.replaced_by))
    return words


def _title(kind: BillKind) -> Text:
    if kind is BillKind.FINAL:
        return Text("Final electricity bill")
    return kind.text if kind in BY_HAND else Text("Electricity bill")


def month_words(say: Catalog, day: date) -> str:
    """A month as a heading names it: ``2026 年 9 月``, ``9/2026``."""
    return say("{month}/{year}", month=day.month, year=str(day.year))


def month_within(say: Catalog, day: date) -> str:
    """The same inside a sentence: ``tháng 9/2026``."""
    return say(Text("{month}/{year}", context="within a sentence", month=day.month, year=str(day.year)))
