"""One receipt read well alone: what it settled, how it was paid, and the way to print it once more."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.counter.records import ReceiptIssued
from desktop.desk.page.lists import item_words
from desktop.kernel.text import Catalog
from desktop.ledger.records import SettledItem
from desktop.qt import theme
from desktop.qt.basics import Label, Rule, column, row
from desktop.qt.buttons import Button
from desktop.qt.figures import Badge, Pair
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table, money_cell


class ReceiptPane(Panel):
    """The receipt of a payment: its lines, tender and change, what was left after it; filled with the first one."""

    closed = Signal()
    printed = Signal()

    def __init__(self, say: Catalog, *, may_print: bool) -> None:
        super().__init__(" ", padding=0)
        self.say, self.shown, self._may_print = say, None, may_print
        self.setFixedWidth(theme.DETAIL_PANE)

    def _build(self) -> None:
        say = self.say
        self.badge = Badge()
        close = Button(say("Close"), "Esc", kind="quiet")
        close.clicked.connect(self.closed)
        self.head.insertWidget(1, self.badge)
        self.head.addWidget(close)
        self.head.setContentsMargins(theme.S3, 0, theme.S1, 0)
        self.lines = Table(
            say("Settled"),
            (
                Column(say("Settled"), self._what),
                Column(say("Principal"), lambda item: Cell(say.money(item.principal)), 84, right=True),
                Column(
                    say("Late fee"),
                    lambda item: money_cell(say.money(item.late_fee), zero=not item.late_fee, strong=False),
                    84,
                    right=True,
                ),
                Column(say("Total"), lambda item: money_cell(say.money(item.total)), 84, right=True),
            ),
        )
        self.lines.show_empty(say("Nothing was owed: all became credit"))
        self.pairs = {
            name: Pair(label)
            for name, label in (
                ("tender", say("Tender")),
                ("given", say("Given")),
                ("change", say("Change")),
                ("credit_used", say("Credit used")),
                ("credit_made", say("Became credit")),
                ("owed", say("Owed after it")),
                ("cashier", say("Cashier")),
                ("check", say("Check code")),
            )
        }
        self.amount = Pair(say("Paid"), "strong")
        facts = column(self.amount, *self.pairs.values(), spacing=2)
        facts.setContentsMargins(theme.S3, theme.S2, theme.S3, theme.S2)
        self.arithmetic = Label("", "small", "ink2", wrap=True)
        facts.addWidget(self.arithmetic)
        facts.addStretch(1)
        inside = QWidget()
        inside.setLayout(facts)
        self.body.setSpacing(0)
        self.body.addWidget(self.lines)
        self.body.addWidget(Rule())
        self.body.addWidget(inside, 1)
        if self._may_print:
            again = Button(say("Print again"), "Ctrl P", icon="printer")
            again.clicked.connect(self.printed)
            foot = row(again)
            foot.setContentsMargins(theme.S2, theme.S1, theme.S2, theme.S1)
            foot.addStretch(1)
            self.body.addWidget(Rule())
            self.body.addLayout(foot)

    def _what(self, item: SettledItem) -> str:
        return item_words(self.say, item)

    def show_receipt(self, shown: ReceiptIssued, account_number: str) -> None:
        """Show a receipt as it was issued; of one for several accounts what it says of this one."""
        if self.shown is None:
            self._build()
        say, self.shown = self.say, shown
        self.title.setText(say("Receipt {number}", number=shown.number))
        self.setAccessibleName(say("Receipt {number}", number=shown.number))
        mine = shown.part_of(account_number) or shown
        shared = say("for {count} accounts together", count=len(shown.parts)) if shown.parts else ""
        self.badge.show_state(say("copy {count}", count=shown.copy) if shown.copy else shared, "info")
        self.lines.show_rows(mine.items, select=0 if mine.items else None)
        self.lines.setFixedHeight(theme.HEADER + theme.ROW * max(1, min(len(mine.items), 7)))
        self.amount.show_value(say.money(mine.amount, unit=True))
        reference = say.moment(shown.paid_at)
        values = {
            "tender": say.join((say(shown.tender.text), reference)),
            "given": say.money(shown.given),
            "change": say.money(shown.change),
            "credit_used": say.money(mine.credit_used),
            "credit_made": say.money(mine.credit_made),
            "owed": say.money(mine.owed_after),
            "cashier": say.join((shown.cashier, shown.till_name)),
            "check": shown.check_code,
        }
        for name, pair in self.pairs.items():
            pair.show_value(values[name])
        told = [say(part) for item in mine.items for part in item.arithmetic]
        self.arithmetic.setText(say.join(told))
