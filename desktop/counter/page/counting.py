"""Counting a drawer by note and coin."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.counter.records import CountOrder, Piece
from desktop.kernel.measures import Money
from desktop.kernel.text import Catalog
from desktop.kernel.work import Seat
from desktop.qt import theme
from desktop.qt.basics import RIGHT, Field, Label, column, row
from desktop.qt.figures import Figure
from desktop.qt.money import MoneyField, NumberField

_FIELD, _VALUE, _SUM = 104, 64, 92
_DIGITS = 5
"""More pieces of a kind than any drawer holds."""


class CountGrid(QWidget):
    """A count: a field for each note and coin, one for the rest (or the whole sum), and what it all comes to.

    Enter, ↑ and ↓ go from field to field. ``changed`` follows every key.
    """

    changed = Signal()

    def __init__(self, seat: Seat, say: Catalog) -> None:
        super().__init__()
        self.say, self.currency = say, seat.app.country.currency
        self.values = [self.currency.money(note) for note in seat.app.country.cash_notes]
        self.fields = [NumberField(say, most=_DIGITS) for _ in self.values]
        self.sums = [Label("", "body", "ink2") for _ in self.values]
        self.rest = MoneyField(say, self.currency)
        self.rest_field = Field(
            say("Not counted one by one"), self.rest, say("Rolls of coins; or the whole sum alone")
        )
        self.total = Figure("amount")
        self._build()
        for field in (*self.fields, self.rest):
            field.changed.connect(lambda _: self._reckon())
            field.returnPressed.connect(lambda field=field: self._step(field, -1))
            field.stepped.connect(lambda by, field=field: self._step(field, by))
        self._reckon()

    def _build(self) -> None:
        grid, half = QGridLayout(), -(-len(self.values) // 2)
        grid.setHorizontalSpacing(theme.S2)
        grid.setVerticalSpacing(theme.S2)
        for at, (value, field, amount) in enumerate(zip(self.values, self.fields, self.sums, strict=True)):
            words = self.say.number(self.currency.decimal(value))
            label = Label(words, "strong")
            label.setAlignment(RIGHT)
            label.setFixedWidth(_VALUE)
            label.setBuddy(field)
            field.setFixedWidth(_FIELD)
            field.setAccessibleName(self.say("Pieces of {value}", value=words))
            amount.setFixedWidth(_SUM)
            amount.setAlignment(RIGHT)
            down, across = at % half, 4 * (at // half)
            for place, part in enumerate((label, field, amount)):
                grid.addWidget(part, down, across + place)
        grid.setColumnMinimumWidth(3, theme.S4)
        grid.setColumnStretch(7, 1)
        self.rest_field.setFixedWidth(_VALUE + _FIELD + _SUM)
        line = row(self.rest_field, self.total)
        line.addStretch(1)
        line.setAlignment(self.total, Qt.AlignmentFlag.AlignVCenter)
        whole = column(spacing=theme.S3)
        whole.addLayout(grid)
        whole.addLayout(line)
        self.setLayout(whole)

    def _step(self, field: NumberField, by: int) -> None:
        """Down the fields (-1) or up (1); from the last one to the first."""
        fields = [*self.fields, self.rest]
        following = fields[(fields.index(field) - by) % len(fields)]
        following.setFocus()
        following.selectAll()

    @property
    def typed(self) -> bool:
        """Whether anything stands in it."""
        return any(field.text() for field in (*self.fields, self.rest))

    @property
    def order(self) -> CountOrder:
        """The count as it stands."""
        pieces = tuple(
            Piece(value, int(field.number() or 0))
            for value, field in zip(self.values, self.fields, strict=True)
            if field.number()
        )
        counted = Money.total([piece.amount for piece in pieces])
        return CountOrder(counted + (self.rest.amount() or Money.zero()), pieces)

    def begin(self) -> None:
        """An empty count."""
        for field in self.fields:
            field.show_text("")
        self.rest.show_amount(None)
        self.rest_field.problem("")

    def _reckon(self) -> None:
        for value, field, label in zip(self.values, self.fields, self.sums, strict=True):
            number = field.number()
            label.setText(self.say.money(value * int(number)) if number else "–")
        amount = self.order.amount
        self.total.show_figure(self.say.money(amount), self.currency.sign, self.say("In the drawer"))
        if self.typed:
            self.rest_field.problem("")
        self.changed.emit()
