"""What speaks for and against one doubtful read: its figures, thirteen months, the reasons, what may stand instead."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.kernel.measures import Reading
from desktop.kernel.text import Catalog
from desktop.metering.records import DoubtfulRow, DoubtState, EstimateOffer, Flag
from desktop.metering.rules import MOST_DIGITS
from desktop.qt import theme
from desktop.qt.basics import Field, Icon, Label, Rule, clear
from desktop.qt.buttons import Button, KeyCap
from desktop.qt.charts import UsageBars, month_bars
from desktop.qt.fields import ReadField
from desktop.qt.figures import Badge, Elided, grouped
from desktop.qt.keys import cap
from desktop.qt.panels import Panel

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


class Evidence(Panel):
    """The pane beside the queue. ``corrected`` tells the value typed in place of the read."""

    corrected = Signal(object)
    left = Signal()

    def __init__(self, say: Catalog) -> None:
        super().__init__(padding=0)
        self.say = say
        self.shown: DoubtfulRow | None = None
        self.setAccessibleName(say("What speaks for and against it"))
        self._build_head()
        self._build_figures()
        self.bars = UsageBars(say("Thirteen months"))
        self.bars.setMinimumHeight(88)
        self._reasons = QVBoxLayout()
        self._reasons.setSpacing(theme.S1)
        self.value = ReadField(say, MOST_DIGITS, Reading.DECIMALS)
        self.value.installEventFilter(self)
        self.value_field = Field(say("Corrected read, only if you press C"), self.value)
        self.actions = QGridLayout()
        self.actions.setSpacing(theme.S2)
        inside = QVBoxLayout()
        inside.setContentsMargins(theme.S3 + 2, theme.S2, theme.S3, theme.S3)
        inside.setSpacing(theme.S2)
        inside.addLayout(self._figures)
        inside.addWidget(Rule())
        inside.addWidget(self.bars, 1)
        inside.addWidget(Rule())
        inside.addLayout(self._reasons)
        inside.addWidget(self.value_field)
        inside.addLayout(self.actions)
        self.body.setSpacing(0)
        self.body.addLayout(inside, 1)

    def _build_head(self) -> None:
        self._name, self._account, self._badge = Label("", "h2"), Label("", "small", "ink2"), Badge()
        head = QHBoxLayout()
        head.setContentsMargins(theme.S3 + 2, theme.S2, theme.S3, theme.S2)
        head.setSpacing(theme.S3)
        head.addWidget(self._name)
        head.addWidget(self._account)
        head.addStretch(1)
        head.addWidget(self._badge)
        self.body.addLayout(head)
        self.body.addWidget(Rule())

    def _build_figures(self) -> None:
        self._figures = QHBoxLayout()
        self._figures.setSpacing(theme.S4)
        self._labels, self._values, self._notes = [], [], []
        for _ in range(3):
            part = QVBoxLayout()
            part.setSpacing(0)
            label, value, note = (
                Label("", "small", "ink2"),
                Label("", "figure"),
                Elided("", "small", "ink2"),
            )
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            for one, many in ((label, self._labels), (value, self._values), (note, self._notes)):
                part.addWidget(one)
                many.append(one)
            part.addStretch(1)
            self._figures.addLayout(part, 1)

    # Showing -------------------------------------------------------------------------------------------------

    def tell(self, row: DoubtfulRow | None) -> None:
        """Show a read, or nothing."""
        self.shown = row
        for at in range(self.body.count()):
            inner = self.body.itemAt(at).layout()
            _set_shown(inner, row is not None)
        if row is None:
            return
        say = self.say
        self._name.setText(row.customer_name or row.account_number)
        self._account.setText(say.join((f"{row.route}-{row.position:04}", grouped(row.meter_serial))))
        flag = row.doubts[0].flag if row.doubts else None
        if row.state is DoubtState.WAITING and flag is not None:
            self._badge.show_state(say(flag.text), flag_state(flag))
        else:
            self._badge.show_state(say(row.state.text), "est" if row.state is DoubtState.PROPOSED else "info")
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
        for at in range(3):
            self._labels[at].setText(labels[at])
            self._values[at].setText(values[at])
            self._values[at].setAccessibleName(f"{labels[at]} {values[at]}")
            self._notes[at].setText(notes[at])
        self._values[2].ink("bad" if row.doubts and flag_state(row.doubts[0].flag) == "bad" else "ink")

    def _tell_reasons(self, row: DoubtfulRow) -> None:
        say = self.say
        clear(self._reasons)
        self._reasons.addWidget(Label(say("Why it waits"), "small", "ink2"))
        for doubt in row.doubts:
            self._line("circle-alert" if flag_state(doubt.flag) == "bad" else "triangle-alert",
                       flag_state(doubt.flag), say(doubt.text))  # fmt: skip
        if row.proposal is not None and row.proposed_value is not None:
            words = say("{name} proposes {value}: {basis}", name=row.proposed_by, value=row.proposed_value,
                        basis=row.proposal)  # fmt: skip
            self._line("circle-dashed", "est", words, "A")
        if row.gone_round is not None:
            words = say("Gone round, it would be {energy} kWh", energy=row.gone_round)
            self._line("rotate-ccw", "ink2", words, "O")
        if row.state is not DoubtState.PROPOSED:
            for offer, key in zip(row.estimates, ESTIMATE_KEYS, strict=False):
                self._line("circle-dashed", "est", self._offered(offer), key)
        if row.photos:
            self._line("eye", "ok", say("A photo of the register is kept"), "V")
        if row.request_asked_on is not None:
            self._line("history", "info", say("A re-read is asked for since {day}", day=row.request_asked_on))

    def _offered(self, offer: EstimateOffer) -> str:
        return self.say("{way}: {basis}", way=offer.method, basis=offer.basis)

    def _line(self, icon: str, ink: str, words: str, key: str = "") -> None:
        line = QWidget()
        parts = QHBoxLayout(line)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(theme.S2)
        parts.addWidget(Icon(icon, ink), 0, Qt.AlignmentFlag.AlignTop)
        parts.addWidget(Label(words, wrap=True), 1)
        if key:
            shown = KeyCap(cap(key), words)
            shown.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            parts.addWidget(shown, 0, Qt.AlignmentFlag.AlignTop)
        self._reasons.addWidget(line)

    def show_actions(self, buttons: Sequence[Button]) -> None:
        """The verdicts as buttons, two in a line."""
        while self.actions.count():
            old = self.actions.takeAt(0).widget()
            if old is not None:
                old.setParent(None)
                old.deleteLater()
        for at, button in enumerate(buttons):
            self.actions.addWidget(button, at // 2, at % 2)

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


def _set_shown(layout: QVBoxLayout | QHBoxLayout | QGridLayout | None, shown: bool) -> None:
    """Show or hide all that stands in a layout."""
    if layout is None:
        return
    for at in range(layout.count()):
        item = layout.itemAt(at)
        if item.widget() is not None and not isinstance(item.widget(), Badge):
            item.widget().setVisible(shown)
        _set_shown(item.layout(), shown)
