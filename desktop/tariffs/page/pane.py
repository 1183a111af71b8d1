"""One version of a price list in words and dials."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.kernel.text import Catalog, Text
from desktop.qt import theme
from desktop.qt.basics import Label, clear, row
from desktop.qt.dial import DayDial, DialLegend, HourBand
from desktop.qt.figures import Badge, Pair
from desktop.qt.panels import Panel
from desktop.tariffs.records import PriceRow, Signature, TimeBand, VersionRow, VersionShown, VersionState

STATES = {
    VersionState.WAITING: "warn",
    VersionState.DECLINED: "bad",
    VersionState.COMING: "info",
    VersionState.IN_FORCE: "ok",
    VersionState.ENDED: "withdrawn",
    VersionState.REPLACED: "withdrawn",
}
LEVELS = {
    TimeBand.SHARP: 4,
    TimeBand.PEAK: 3,
    TimeBand.FLAT: 2,
    TimeBand.VALLEY: 1,
    TimeBand.DEEP_VALLEY: 0,
}
DIALS_BESIDE = 2


def validity(one: VersionRow, say: Catalog) -> str:
    """From when to when a version holds."""
    if one.last is None:
        return say("from {first} on", first=one.valid_from)
    return say("from {first} to {last}", first=one.valid_from, last=one.last)


class VersionPane(Panel):
    """Name and state, what it rests on, its prices, the day of each season; reads well alone."""

    def __init__(self, say: Catalog) -> None:
        super().__init__(padding=0)
        self.say = say
        self.inside = QVBoxLayout()
        self.inside.setContentsMargins(theme.S4, theme.S3, theme.S4, theme.S3)
        self.inside.setSpacing(theme.S1)
        content = QWidget()
        content.setLayout(self.inside)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(say("Price list"))
        area.setWidget(content)
        self.body.addWidget(area)

    def show_version(self, shown: VersionShown) -> None:
        """Fill the pane."""
        say, one = self.say, shown.row
        clear(self.inside)
        self.inside.addWidget(Label(one.name, "h1", wrap=True))
        top = row(
            Badge(say(one.state.text), STATES[one.state]), Label(one.version, "strong"), spacing=theme.S2
        )
        top.addStretch(1)
        self.inside.addLayout(top)
        self.inside.addWidget(Label(say.join([one.use_class, validity(one, say)]), "body", "ink2", wrap=True))
        for words, code in (
            (Text("In the place of {version} of the same day"), shown.replaces),
            (Text("{version} of the same day took its place"), shown.replaced_by),
        ):
            if code:
                told = say(Text(words.message, version=code))
                self.inside.addWidget(Label(told, "strong", wrap=True))
        self.inside.addSpacing(theme.S2)
        self._dials(shown)
        for price in shown.prices:
            self._price(price)
        self._section(say("Notice"), one.notice)
        self._section(say("Source"), shown.source)
        for words, signed in (
            (Text("Taken in by {name}, {moment}"), shown.proposed),
            (Text("Decided by {name}, {moment}"), shown.decided),
        ):
            self._signature(words, signed)
        if shown.reason:
            self._section(say("Reason"), shown.reason)
        self.inside.addStretch(1)

    def _price(self, price: PriceRow) -> None:
        say = self.say
        if price.price is None:
            self.inside.addWidget(Label(say(price.label), "body", "ink2", wrap=True))
        else:
            sign = say.currency.sign if say.currency else ""
            pair = Pair(say(price.label))
            pair.show_value(f"{say.number(price.price)} {sign}/{price.unit}")
            self.inside.addWidget(pair)
        if price.notes:
            notes = say.join([say(note) for note in price.notes])
            self.inside.addWidget(Label(notes, "small", "ink2", wrap=True))

    def _dials(self, shown: VersionShown) -> None:
        """A dial for each season."""
        if not shown.clocks:
            return
        grid = QGridLayout()
        grid.setSpacing(theme.S2)
        for at, clock in enumerate(shown.clocks):
            dial = DayDial()
            dial.show_day(self.say(clock.words), [self._band(band) for band in clock.hours])
            grid.addWidget(dial, at // DIALS_BESIDE, at % DIALS_BESIDE)
        grid.setColumnStretch(DIALS_BESIDE, 1)
        self.inside.addLayout(grid)
        used = {band for clock in shown.clocks for band in clock.bands}
        self.inside.addWidget(DialLegend([self._band(band) for band in TimeBand if band in used]))
        for clock in shown.clocks:
            hours = [f"{self.say(band.text)} {clock.hours_of(band)}" for band in clock.bands]
            told = self.say("{place}: {what}", place=clock.words, what=self.say.join(hours))
            self.inside.addWidget(Label(told, "small", "ink2", wrap=True))
        self.inside.addSpacing(theme.S2)

    def _band(self, band: TimeBand) -> HourBand:
        return HourBand(self.say(band.text), LEVELS[band])

    def _section(self, title: str, words: str) -> None:
        if words:
            self.inside.addSpacing(theme.S1)
            self.inside.addWidget(Label(title, "small", "ink2"))
            self.inside.addWidget(Label(words, "body", wrap=True))

    def _signature(self, words: Text, signed: Signature | None) -> None:
        if signed is not None:
            text = Text(words.message, name=signed.name, moment=signed.at)
            self.inside.addWidget(Label(self.say(text), "small", "ink2", wrap=True))
