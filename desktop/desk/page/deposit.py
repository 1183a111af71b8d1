"""The security deposit of an account, over its card: what is held, how it came about, and moving it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent

from desktop.contracts.deposit import DepositOrder, DepositReversal, DepositRow, DepositShown
from desktop.contracts.service import deposit, give_deposit_back, hold_deposit, reverse_deposit
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.qt import theme
from desktop.qt.basics import Label, ProblemLine, row
from desktop.qt.buttons import Button
from desktop.qt.fields import ChoiceField, TextField
from desktop.qt.floating import Sheet
from desktop.qt.form import FormPanel
from desktop.qt.keys import combination, pressed
from desktop.qt.money import MoneyField
from desktop.qt.page import Page

WIDE = 620
MOST_TOLD = 5
"""So many movements are told, the newest first."""

HOLD, GIVE, BACK = "hold", "give", "back"


class DepositForm(FormPanel):
    """Hold a part of the credit, make the deposit credit again, or take the newest movement back; and why."""

    def __init__(self, page: Page, found: DepositShown) -> None:
        say = page.say
        note = say(
            "Cash comes in as a payment and leaves as a refund: here money moves between credit and deposit"
        )
        super().__init__(say, say("Move the deposit"), note)
        self.found, field = found, self.form.field
        self.newest = next((one for one in found.moves if one.standing), None)
        ways = [(say("hold a part of the credit"), HOLD), (say("make it credit again"), GIVE)]
        if self.newest is not None:
            moved = say.money(self.newest.amount, unit=True)
            ways.append((say("take the newest movement of {amount} back", amount=moved), BACK))
        self.way = ChoiceField(ways)
        self.line(field("way", say("What is done"), self.way))
        currency = page.seat.app.country.currency
        self.line(field("amount", say("Amount"), MoneyField(say, currency)))
        self.line(field("reason", say("Why"), TextField(), required=True))
        self.problem = ProblemLine()
        self.body.insertWidget(self.body.count() - 1, self.problem)
        if found.held and not found.credit:
            self.way.show_text(GIVE)
        self.form.pristine()

    def order(self) -> tuple[Any, DepositOrder | DepositReversal] | None:
        """What is to be done with what was typed; None when something is wrong with it, which is told."""
        typed = self.form.submit()
        if typed is None:
            return None
        if typed["way"] == BACK and self.newest is not None:
            return reverse_deposit, DepositReversal(self.newest.deposit_id, typed["reason"])
        if typed["amount"] is None:
            self.form.show_flaws({"amount": Text("Say how much the deposit is.")})
            return None
        order = DepositOrder(self.found.account_number, typed["amount"], typed["reason"])
        return (hold_deposit if typed["way"] == HOLD else give_deposit_back), order


class DepositSheet(Sheet):
    """What is held of an account and every movement; F12 does what the form says. `moved` tells that something was."""

    moved = Signal()

    def __init__(self, page: Page, number: str) -> None:
        super().__init__(page.window(), page.say("Security deposit"), page.say("Close"))
        self.page, self.say, self._sending = page, page.say, False
        self.form: DepositForm | None = None
        self.told = Label("", "strong", wrap=True)
        self.moves = Label("", "small", "ink2", wrap=True)
        self.body.addWidget(self.told)
        self.body.addWidget(self.moves)
        self.also = self._press
        self.closed.connect(self.deleteLater)
        page.ask(deposit, number, self._show, failed=page.trouble)

    def _show(self, found: DepositShown) -> None:
        say = self.say
        self.told.setText(
            say(
                "Held: {held}, credit {credit}, owed {owed}",
                held=say.money(found.held, unit=True), credit=found.credit, owed=found.owed,
            )
        )  # fmt: skip
        self.moves.setText(
            "\n".join(self._line(one) for one in found.moves[:MOST_TOLD]) or say("No movement yet")
        )
        if self.page.seat.may(hold_deposit):
            self.form = DepositForm(self.page, found)
            self.body.addWidget(self.form)
            save = Button(say("Save"), "F12", kind="primary", flush=True)
            save.clicked.connect(self.submit)
            line = row(save)
            line.addStretch(1)
            self.body.addLayout(line)
            self.form.form.begin()
        QTimer.singleShot(0, self, self.place)

    def _line(self, one: DepositRow) -> str:
        say = self.say
        back = "" if one.standing else say("Taken back")
        return say.join(
            [say.date(one.moved_on), say.money(one.amount, unit=True), one.reason, one.moved_by, back]
        )

    def place(self) -> None:
        room = self.parent().rect()
        width = min(theme.grown(WIDE), room.width() - 2 * theme.S3)
        height = min(self.height_of(width) + theme.S2, room.height() - theme.TOP_BAR - theme.S2)
        top = max(theme.TOP_BAR, (room.height() - height) // 3)
        self.setGeometry((room.width() - width) // 2, top, width, height)

    def _press(self, event: QKeyEvent) -> bool:
        if pressed(event) == combination("F12") and not event.isAutoRepeat():
            self.submit()
            return True
        return False

    def dismiss(self) -> None:
        if self.form is None or self.form.form.may_leave():
            super().dismiss()

    def leave(self) -> bool:
        """Close it where the person goes elsewhere; False where they rather go on typing."""
        self.dismiss()
        return self.isHidden()

    def submit(self) -> None:
        """Do what was typed, once."""
        asked = None if self.form is None or self._sending else self.form.order()
        if asked is not None:
            self._sending = True
            self.page.do(*asked, self._taken, failed=self._failed)

    def _taken(self, found: DepositShown) -> None:
        if self.form is not None:
            self.form.form.done()
        self.page.toast(self.say("Security deposit now {held}", held=self.say.money(found.held, unit=True)))
        self.moved.emit()
        self.dismiss()

    def _failed(self, error: BaseException) -> None:
        self._sending = False
        if isinstance(error, Refused) and self.form is not None:
            self.form.problem.tell(self.say(error.text))
        else:
            self.page.trouble(error)
