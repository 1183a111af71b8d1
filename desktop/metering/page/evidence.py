"""What speaks for and against one doubtful read: its figures, thirteen months, the reasons, what may stand instead."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from desktop.kernel.measures import Reading
from desktop.kernel.text import Catalog
from desktop.metering.records import DoubtfulRow, DoubtState, EstimateOffer, Flag
from desktop.metering.rules import MOST_DIGITS
from desktop.qt.basics import Field
from desktop.qt.charts import month_bars
from desktop.qt.evidence import EvidencePane
from desktop.qt.fields import ReadField
from desktop.qt.figures import grouped

FLAG_STATES = {
    Flag.NEGATIVE: "bad",
    Flag.ZERO: "bad",
    Flag.OVER_CAPACITY: "bad",
    Flag.ESTIMATED_TWICE: "est",
}
"""Badges of the flags; the others ask for a look and no more."""

ESTIMATE_KEYS = ("E", "Shift+E")


def flag_state(flag: Flag) -> str:
    """The state a flag's badge is painted in."""
    return FLAG_STATES.get(flag, "warn")


class Evidence(EvidencePane):
    """The pane beside the queue. ``corrected`` tells the value typed in place of the read."""

    corrected = Signal(object)
    left = Signal()

    def __init__(self, say: Catalog) -> None:
        self.value = ReadField(say, MOST_DIGITS, Reading.DECIMALS)
        self.value_field = Field(say("Corrected read, only if you press C"), self.value)
        super().__init__(say, (self.value_field,))
        self.value.installEventFilter(self)
        self.shown: DoubtfulRow | None = None

    # Showing -------------------------------------------------------------------------------------------------

    def tell(self, row: DoubtfulRow | None) -> None:
        """Show a read, or nothing."""
        self.shown = row
        self.show_parts(shown=row is not None)
        if row is None:
            return
        say = self.say
        flag = row.doubts[0].flag if row.doubts else None
        words, state = say(row.state.text), "est" if row.state is DoubtState.PROPOSED else "info"
        if row.state is DoubtState.WAITING and flag is not None:
            words, state = say(flag.text), flag_state(flag)
        place = say.join((f"{row.route}-{row.position:04}", grouped(row.meter_serial)))
        self.tell_head(row.customer_name or row.account_number, place, words, state)
        self._tell_figures(row)
        self.bars.show_bars(
            month_bars(say, [(one.month, one.energy.decimal, one.estimated) for one in row.months])
        )
        self._tell_reasons(row)
        self.value_field.problem("")
        self.value.show_value(None)
        self.value.setPlaceholderText(say.number(row.value))

    def _tell_figures(self, row: DoubtfulRow) -> None:
        say = self.say
        last = (
            say("Last read {day}", day=say.short_date(row.previous_on))
            if row.previous_on
            else say("Last read")
        )
        values = (
            "–" if row.previous is None else say.number(row.previous),
            say.number(row.value),
            "–" if row.energy is None else f"{say.number(row.energy)} kWh",
        )
        expected = ""
        if row.expected is not None:
            low = max(row.expected.low.decimal, 0)
            expected = say(
                "{low} to {high} is usual", low=say.number(low, 0), high=say.number(row.expected.high, 0)
            )
        labels = (last, say("This read {day}", day=say.short_date(row.read_on)), say("Used"))
        source = say.join((say(row.source.text), row.reader))
        notes = (say("estimated") if row.previous_estimated else "", source, expected)
        bad = bool(row.doubts) and flag_state(row.doubts[0].flag) == "bad"
        self.tell_figures(labels, values, notes, "bad" if bad else "ink")

    def _tell_reasons(self, row: DoubtfulRow) -> None:
        say = self.say
        self.tell_reasons(say("Why it waits"))
        for doubt in row.doubts:
            self.line("circle-alert" if flag_state(doubt.flag) == "bad" else "triangle-alert",
                       flag_state(doubt.flag), say(doubt.text))  # fmt: skip
        if row.proposal is not None and row.proposed_value is not None:
            words = say("{name} proposes {value}: {basis}", name=row.proposed_by, value=row.proposed_value,
                        basis=row.proposal)  # fmt: skip
            self.line("circle-dashed", "est", words, "A")
        if row.gone_round is not None:
            words = say("Gone round, it would be {energy} kWh", energy=row.gone_round)
            self.line("rotate-ccw", "ink2", words, "O")
        if row.state is not DoubtState.PROPOSED:
            for offer, key in zip(row.estimates, ESTIMATE_KEYS, strict=False):
                self.line("circle-dashed", "est", self._offered(offer), key)
        if row.photos:
            self.line("eye", "ok", say("A photo of the register is kept"), "V")
        if row.request_asked_on is not None:
            self.line("history", "info", say("A re-read is asked for since {day}", day=row.request_asked_on))

    def _offered(self, offer: EstimateOffer) -> str:
        return self.say("{way}: {basis}", way=offer.method, basis=offer.basis)

    # Correcting ----------------------------------------------------------------------------------------------

    def type_value(self) -> None:
        """Let somebody type the right value; Enter takes it, Esc leaves."""
        self.value.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.value.selectAll()

    def eventFilter(self, watched: object, event: object) -> bool:
        if watched is self.value and isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take_typed()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.value.show_value(None)
                self.value_field.problem("")
                self.left.emit()
                return True
        return bool(super().eventFilter(watched, event))

    def _take_typed(self) -> None:
        value = self.value.value()
        if value is None:
            self.value_field.problem(self.say("Type what the register shows"))
        else:
            self.corrected.emit(value)
