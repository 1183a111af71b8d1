"""The panels on the cards of accounts and parties: who it is, what is owed, the months, a bill beside another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from desktop.billing.records import Comparison
from desktop.counter.page import due_state
from desktop.desk.page.lists import NONE, average
from desktop.desk.records import AccountCard, BillRow
from desktop.kernel.country import Country
from desktop.kernel.measures import Energy, Money
from desktop.kernel.period import months_before
from desktop.kernel.text import Catalog
from desktop.metering.records import ReadReason, ReadShown, RegisterCode
from desktop.qt import theme
from desktop.qt.basics import RIGHT, Choice, Label, column, row
from desktop.qt.buttons import KeyCap
from desktop.qt.charts import Difference, Differences, UsageBars, month_bars
from desktop.qt.figures import Badge, Facts, Figure, signed
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table, fitting, money_cell

BADGES = 8
"""As many as a card shows beside the name; more are not told apart any longer."""

DUES_SHOWN = 5


class CardHead(Panel):
    """Who a card is about: name, badges, facts, and what is owed."""

    def __init__(self, say: Catalog, country: Country, labels: Sequence[str], *, longest: int) -> None:
        super().__init__(padding=0)
        self.say, self.sign = say, country.currency.sign
        self.body.setContentsMargins(theme.S3 + 2, theme.S2, theme.S3, theme.S2)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.name = Label("", "h1")
        self.badges = [Badge() for _ in range(BADGES)]
        top = row(self.name, *self.badges, spacing=theme.S2)
        top.insertSpacing(1, theme.S1)
        top.addStretch(1)
        self.facts = Facts(labels, longest=longest, gap=theme.S4)
        facts = column(spacing=2)
        facts.addLayout(top)
        facts.addWidget(self.facts)
        self.owed, owed_label = Figure("amount"), Label(say("Owed"), "small", "ink2")
        owed_label.setAlignment(RIGHT)
        whole = QHBoxLayout()
        whole.setSpacing(theme.S4)
        whole.addLayout(facts, 1)
        whole.addLayout(column(owed_label, self.owed, spacing=0))
        self.body.addLayout(whole)

    def show_head(
        self, name: str, badges: Sequence[tuple[str, str]], values: Sequence[str], owed: Money
    ) -> None:
        """Show all of it; badges are words and state, those without words are left out.

        Where there is no room, kinds of use and alerts give way to states.
        """
        self.name.setText(name)
        shown = [(words, state) for words, state in badges if words][:BADGES]
        for badge, (words, state) in zip(
            self.badges, [*shown, *[("", "plain")] * (BADGES - len(shown))], strict=True
        ):
            badge.gives_way = state in ("plain", "warn")
            badge.show_state(words, state)
        self.facts.show_values(values)
        self.owed.show_figure(self.say.money(owed), self.sign, self.say("Owed"))


class DuesPanel(Panel):
    """What an account owes, item by item, with the arithmetic of the late fee."""

    def __init__(self, say: Catalog, country: Country, today: date) -> None:
        super().__init__(say("Open items"), padding=0)
        self.say, sign = say, country.currency.sign
        self.table = Table(
            say("Open items"),
            (
                Column(say("Month"), lambda item: say.month(item.month), 92),
                Column(say("Due"), lambda item: say.date(item.due_on), 104),
                Column(say("State"), lambda item: due_state(say, item, today)),
                Column(say("Principal"), lambda item: Cell(say.money(item.principal)), 96, right=True),
                Column(
                    say("Late fee"),
                    lambda item: money_cell(say.money(item.late_fee), zero=not item.late_fee, strong=False),
                    96,
                    right=True,
                ),
                Column(
                    say("To pay {sign}", sign=sign),
                    lambda item: money_cell(say.money(item.total)),
                    104,
                    right=True,
                ),
            ),
        )
        self.table.show_empty(say("Nothing is owed"))
        self.table.moved.connect(
            lambda item: self.arithmetic.setText(say.join([say(part) for part in item.arithmetic]))
        )
        self.arithmetic = Label("", "small", "ink2", wrap=True)
        self.body.setSpacing(0)
        self.body.addWidget(self.table, 1)
        foot = column(self.arithmetic)
        foot.setContentsMargins(theme.S3, theme.S1, theme.S3, theme.S2)
        self.body.addLayout(foot)

    def show_card(self, card: AccountCard) -> None:
        """Show what an account owes; the panel is away when it owes nothing."""
        self.arithmetic.setText("")
        self.table.show_rows(card.dues.items, select=0 if card.dues.items else None)
        fitting(self.table, DUES_SHOWN)
        self.setVisible(bool(card.dues.items))


class UsagePanel(Panel):
    """The months as bars, one looked at, with its read, its bill and its reader in words below."""

    moved = Signal(object)

    def __init__(self, say: Catalog, country: Country) -> None:
        super().__init__(say("Usage and bills"))
        self.say, self.country, self.card = say, country, None
        self.estimated = Badge()
        self.bars = UsageBars(say("Usage and bills"), chosen=True)
        self.bars.moved.connect(self._move)
        cap = KeyCap("U", say("go through the months"))
        cap.clicked.connect(self.go_through)
        for part in (self.estimated, Label(say("kWh a month"), "small", "ink2"), cap):
            self.head.addWidget(part)
        self.fact = Label("", "small", "ink2", wrap=True)
        self.body.setSpacing(theme.S1)
        self.body.addWidget(self.bars, 1)
        self.body.addWidget(self.fact)

    def go_through(self) -> None:
        """Give ← → to the months."""
        self.bars.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_card(self, card: AccountCard) -> None:
        """Show an account's months."""
        self.card = card
        self.bars.show_bars(
            month_bars(self.say, [(one.month, one.energy.decimal, one.estimated) for one in card.usage])
        )
        estimated = any(one.estimated for one in card.usage)
        self.estimated.show_state(self.say("estimated") if estimated else "", "est")
        self._tell()

    def look_at(self, month: date) -> None:
        """Look at a month."""
        places = [one.month for one in self.card.usage]
        if month in places:
            self.bars.look_at(places.index(month))
            self._tell()

    def _move(self, at: int) -> None:
        self._tell()
        self.moved.emit(self.card.usage[at].month)

    def _tell(self) -> None:
        say = self.say
        if self.card is None or not self.card.usage:
            self.fact.setText(say("No month was read yet"))
            return
        one = self.card.usage[self.bars.at]
        reads = [read for read in self.card.reads if closes(read, one.month)]
        found = bill_of(self.card, one.month)
        parts = [say("{month}: {energy} kWh", month=say.month(one.month), energy=one.energy)]
        for read in reads:
            words = (say("read {day}", day=read.read_on), say(read.source.text), read.reader)
            parts.append(" ".join(filter(None, words)))
        parts.append(
            say("bill {amount}", amount=say.money(found.amount, unit=True)) if found else say("no bill")
        )
        self.fact.setText(say.join(parts))


def bill_of(card: AccountCard, month: date, but: str = "") -> BillRow | None:
    """The bill that stands for the use of a month, else any of it that stands, other than ``but``."""
    standing = [
        one for one in card.bills if one.month == month and one.reversed_on is None and one.number != but
    ]
    return next((one for one in standing if one.of_month), standing[0] if standing else None)


def closes(read: ReadShown, month: date) -> bool:
    """Whether a read closes a month of use."""
    return (
        read.read_on.replace(day=1) == month
        and read.energy is not None
        and read.register is RegisterCode.ACTIVE
        and read.reason is not ReadReason.OPENING
    )


class ComparePanel(Panel):
    """The chosen bill beside the one of last month, of the same month last year, or any other of the account.

    ``wanted`` asks why the second of two bills differs from the first; `show_why` is told.
    """

    wanted = Signal(str, str)

    def __init__(self, say: Catalog, country: Country) -> None:
        super().__init__(say("Compared"), gives_way=True)
        self.say, self.country, self.card, self.bill = say, country, None, None
        self.against = Choice()
        self._months = [say("last month"), say("same month last year")]
        self.against.addItems(self._months)
        self.against.setAccessibleName(say("Compare with"))
        self.against.currentIndexChanged.connect(self._tell)
        cap = KeyCap("Y", say("compare with another month"))
        cap.clicked.connect(self.switch)
        self.head.addWidget(self.against)
        self.head.addWidget(cap)
        self.differences = Differences(say("Compared"))
        self.note = Label("", "small", "ink2", wrap=True)
        self.body.addWidget(self.differences, 1)
        self.body.addWidget(self.note)

    def switch(self) -> None:
        """Compare with the next month offered."""
        self.against.setCurrentIndex((self.against.currentIndex() + 1) % self.against.count())

    def show_bill(self, card: AccountCard, bill: BillRow | None) -> None:
        """Show a bill of an account beside another; every other one may be chosen."""
        self.card, self.bill = card, bill
        chosen, at = self.against.currentData(), self.against.currentIndex()
        self.against.blockSignals(True)
        self.against.clear()
        self.against.addItems(self._months)
        others = [one for one in card.bills if bill is not None and one.number != bill.number]
        of_month = Counter(one.month for one in others)
        for one in others:  # by its number only where its month does not tell which it is
            words = [self.say.month(one.month), one.number][: of_month[one.month]]
            self.against.addItem(self.say.join(words), one.number)
        self.against.setCurrentIndex(at if chosen is None else max(self.against.findData(chosen), 0))
        self.against.blockSignals(False)
        self._tell()

    def pair(self) -> tuple[str, str] | None:
        """The numbers of the two bills compared, the other one first; None where there is no other."""
        other = self._other() if self.bill is not None else None
        return None if other is None or self.bill is None else (other.number, self.bill.number)

    def _other(self) -> BillRow | None:
        """The bill the chosen one is held against."""
        number = self.against.currentData()
        if number is not None:
            return next((one for one in self.card.bills if one.number == number), None)
        return bill_of(self.card, self._month(), self.bill.number)

    def _month(self) -> date:
        """The month of the other bill."""
        return months_before(self.bill.month, 12 if self.against.currentIndex() == 1 else 1)

    def _tell(self) -> None:
        say = self.say
        if self.bill is None:
            self.title.setText(say("Compared"))
            self.differences.show_rows((), None)
            self.note.setText(say("Nothing to compare yet: this account has no bill"))
            return
        other = self._other()
        month = other.month if other else self._month()
        title = say("{month} and {other}", month=say.month(self.bill.month), other=say.month(month))
        self.title.setText(title)
        self.setAccessibleName(title)
        self.note.setText("" if other else say("No bill for {month}", month=say.month(month)))
        energy = other.energy if other else self._used(month)
        rows = [self._energy(energy), self._days(other), self._price(other), self._version(other)]
        self.differences.show_rows(rows, self._amount(other))
        if other is not None:
            self.wanted.emit(other.number, self.bill.number)

    def show_why(self, why: Comparison) -> None:
        """Name the causes of the difference, the largest first; together they are the difference."""
        say = self.say
        if self.bill is None or why.difference != self.bill.amount - why.amount:
            return  # another bill was chosen meanwhile
        largest = sorted(why.causes, key=lambda one: -abs(one.amount.raw))
        words = [f"{say(one.cause.text)} {signed(say.money(one.amount), one.amount.raw)}" for one in largest]
        self.note.setText(say("Why: {causes}", causes=say.join(words)) if words else "")

    def _used(self, month: date) -> Energy | None:
        return next((one.energy for one in self.card.usage if one.month == month), None)

    def _energy(self, before: Energy | None) -> Difference:
        say, now = self.say, self.bill.energy
        if before is None:
            return Difference(say("Energy"), Decimal(0), f"{say.number(now)} kWh", NONE)
        grown = now.decimal - before.decimal
        return Difference(
            say("Energy"),
            grown / before.decimal if before else Decimal(0),
            f"{say.number(before)} → {say.number(now)} kWh",
            signed(say.number(grown), grown),
        )

    def _days(self, other: BillRow | None) -> Difference:
        say, now = self.say, self.bill.days
        if other is None:
            return Difference(say("Days"), Decimal(0), say.number(now), NONE)
        grown = now - other.days
        words = f"{say.number(other.days)} → {say.number(now)}"
        return Difference(say("Days"), Decimal(grown) / other.days, words, signed(say.number(grown), grown))

    def _price(self, other: BillRow | None) -> Difference:
        say, now = self.say, average(self.bill, self.country)
        before = average(other, self.country) if other else None
        shown = [NONE if price is None else say.number(price, 4) for price in (before, now)]
        label = say("Average price")
        if now is None or before is None:
            return Difference(label, Decimal(0), shown[1] if other is None else " → ".join(shown), NONE)
        grown = now - before
        return Difference(
            label, grown / before, " → ".join(shown), signed(say.number(grown, 4), round(grown, 4))
        )

    def _version(self, other: BillRow | None) -> Difference:
        say, now = self.say, self.bill.version
        if other is None:
            return Difference(say("Price"), Decimal(0), now, NONE)
        words = say("version unchanged") if other.version == now else f"{other.version} → {now}"
        return Difference(say("Price"), Decimal(0), words, "")

    def _amount(self, other: BillRow | None) -> Difference:
        say, now = self.say, self.bill.amount
        if other is None:
            return Difference(say("Amount"), Decimal(0), say.money(now, unit=True), NONE)
        grown = now - other.amount
        words = f"{say.money(other.amount)} → {say.money(now, unit=True)}"
        return Difference(say("Amount"), Decimal(0), words, signed(say.money(grown), grown.raw))
