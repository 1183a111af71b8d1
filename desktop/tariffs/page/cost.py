"""What would a bill cost: the determinants a version asks for, and the lines they come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from desktop.kernel.errors import Refused
from desktop.kernel.log import fault
from desktop.kernel.measures import Measure
from desktop.kernel.text import Catalog
from desktop.qt import theme
from desktop.qt.basics import Field, Label, Rule, clear
from desktop.qt.fields import ChoiceField
from desktop.qt.figures import Pair
from desktop.qt.form import FormPanel
from desktop.qt.money import NumberField
from desktop.qt.panels import Panel
from desktop.tariffs.columns import DETERMINANTS
from desktop.tariffs.records import Basis, Cost, CostOrder, VersionShown

STANDARDS = ("0", "90", "85", "80")
MOST_DIGITS = 12
_BESIDE = 2


class CostPane(Panel):
    """Fields by what the version asks for; with each change the cost is `wanted`, and shown below.

    ``wide`` is its width beside other panes.
    """

    wanted = Signal(object)

    def __init__(self, say: Catalog) -> None:
        super().__init__(padding=0)
        self.say = say
        self.wide = theme.DETAIL_PANE - theme.S5 * 3
        self.form: FormPanel | None = None
        self._names: tuple[str, ...] = ()
        self._version = ""
        self.inside = QVBoxLayout()
        self.inside.setContentsMargins(0, 0, 0, theme.S3)
        self.inside.setSpacing(0)
        self.answer = QVBoxLayout()
        self.answer.setContentsMargins(theme.S3, 0, theme.S3, 0)
        self.answer.setSpacing(theme.S1)
        self.inside.addLayout(self.answer)
        self.inside.addStretch(1)
        content = QWidget()
        content.setLayout(self.inside)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(say("What would it cost"))
        area.setWidget(content)
        self.body.addWidget(area)

    def ask_for(self, shown: VersionShown) -> None:
        """New fields for a version; nothing is typed yet. Who was in the old ones goes on in the new ones."""
        was_here = self.isAncestorOf(self.window().focusWidget())
        if self.form is not None:
            self.inside.removeWidget(self.form)
            self.form.deleteLater()
        clear(self.answer)
        self._version, self._names = shown.row.version, shown.asks
        self.form = FormPanel(self.say, self.say("What would it cost"))
        self.form.kind("surface")
        for line in _lines([self._field(name) for name in self._names], self.wide - 2 * theme.S4):
            self.form.line(*line)
        self.form.form.changed.connect(self._changed)
        self.inside.insertWidget(0, self.form)
        if was_here:
            self.begin()

    def begin(self) -> None:
        """Go to the first field."""
        if self.form is not None:
            self.form.show()  # at once: what is not seen takes no focus
            self.form.form.begin()

    def _field(self, name: str) -> Field:
        known, say = DETERMINANTS[name], self.say
        if name == "basic_basis":
            edit: QWidget = ChoiceField([(say(basis.text), basis.value) for basis in Basis])
        elif name == "power_factor_standard":
            edit = ChoiceField(
                [(say.number(Decimal(one).scaleb(-2)) if int(one) else "–", one) for one in STANDARDS]
            )
        else:
            decimals = known.measure.DECIMALS if issubclass(known.measure, Measure) else 0
            edit = NumberField(say, decimals, most=MOST_DIGITS, unit=known.unit)
        return self.form.form.field(name, say(known.label), edit)

    def _changed(self) -> None:
        values = self.form.form.values()
        given = [(name, values[name]) for name in self._names if values[name] is not None]
        if any(self.form.form.edit(name).flaw() for name in self._names):
            clear(self.answer)
        else:
            self.wanted.emit(CostOrder(self._version, tuple((name, str(value)) for name, value in given)))

    def show_cost(self, cost: Cost) -> None:
        """The lines with how each came about, and what they come to."""
        say = self.say
        clear(self.answer)
        total = Pair(say("Total"), "h2")
        total.show_value(say.money(cost.total, unit=True))
        self.answer.addWidget(total)
        if cost.tax:
            tax = Pair(say("Tax in it"))
            tax.show_value(say.money(cost.tax))
            self.answer.addWidget(tax)
        self.answer.addWidget(Rule())
        for line in cost.lines:
            pair = Pair(say(line.label))
            pair.show_value(say.money(line.amount))
            self.answer.addWidget(pair)
            for words in line.explanation:
                self.answer.addWidget(Label(say(words), "small", "ink2", wrap=True))

    def refuse(self, error: BaseException) -> None:
        """Say why it cannot be told, in place of the lines."""
        clear(self.answer)
        if isinstance(error, Refused):
            words = self.say(error.text)
        else:
            words = self.say("This step did not go through")
            fault(error)
        self.answer.addWidget(Label(words, "body", "bad", wrap=True))


def _lines(fields: Sequence[Field], room: int) -> Iterator[list[Field]]:
    """The fields, two side by side where there is room for the words of both."""
    line: list[Field] = []
    for field in fields:
        needed = sum(one.minimumSizeHint().width() + theme.S3 for one in (*line, field))
        if line and (len(line) == _BESIDE or needed > room):
            yield line
            line = []
        line.append(field)
    yield line
