"""The payments of an account on its card: their receipts, taken back, printed again; what else is agreed on money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from desktop.counter.page import copy_words, receipt_paper, receipt_prints
from desktop.counter.records import PaymentRow, ReceiptIssued, ReceiptQuery, TakeBackOrder
from desktop.counter.service import reprint_receipt, reverse_payment
from desktop.debits.service import set_mandate
from desktop.desk.page.agreements import AgreementSheet
from desktop.desk.page.deposit import DepositSheet
from desktop.desk.page.disputes import DisputeSheet
from desktop.desk.page.late_fees import LateFeeSheet
from desktop.desk.page.lists import payments_table
from desktop.desk.page.order_sheet import OrderSheet
from desktop.desk.page.receipt import ReceiptPane
from desktop.desk.records import AccountCard
from desktop.desk.service import receipt
from desktop.kernel.text import Text
from desktop.papers.page.sending import Printed, send
from desktop.qt.page import Key, Page
from desktop.qt.table import Table

if TYPE_CHECKING:
    from desktop.desk.page.card import AccountView


class Payments:
    """What is done about the money of the account that ``view`` shows; its table is made when first shown, a receipt
    opens in the pane beside it."""

    def __init__(self, view: AccountView) -> None:
        self.view, self.page, self.seat, self.say = view, view.page, view.seat, view.say
        self.receipt = ReceiptPane(self.say, may_print=self.seat.may(reprint_receipt))
        self.receipt.printed.connect(self.print_again)
        self.receipt.hide()

    @cached_property
    def table(self) -> Table:
        """The payments, the newest first."""
        made = payments_table(self.say, self.seat.app.country)
        made.opened.connect(self.open_receipt)
        made.moved.connect(self._follow)
        return made

    def show_card(self, card: AccountCard) -> None:
        """List the payments of a card."""
        self.table.show_rows(card.payments, select=0 if card.payments else None)

    def keys(self, *, here: bool, beside: bool, bills: bool) -> list[Key]:
        """The keys on their tab (``here``), and beside the bills, which one tab shows alone (``bills``)."""
        keys, shown = [], "hint" if here else "none"
        if here or beside:
            keys.append(Key("L", Text("late fees"), partial(self._open_sheet, LateFeeSheet), shown))
            keys.append(Key("G", Text("agreement"), partial(self._open_sheet, AgreementSheet), shown))
        if beside:
            keys.append(Key("Q", Text("dispute"), self.show_disputes, "hint" if bills else "none"))
        if here:
            some = self.table.current is not None
            keys.append(Key("Return", Text("open receipt"), self.open_receipt, enabled=some))
            keys.append(Key("D", Text("deposit"), partial(self._open_sheet, DepositSheet)))
            if self.seat.may(set_mandate):
                keys.append(Key("M", Text("direct debit"), self.show_mandate))
            if self.seat.may(reprint_receipt):
                keys.append(Key("Ctrl+P", Text("print again"), self.print_again, enabled=some))
            if self.seat.may(reverse_payment):
                back = some and not (self.table.current.taken_back or self.table.current.elsewhere)
                keys.append(Key("Del", Text("take the payment back"), self.ask_back, enabled=back))
        return keys

    # Sheets --------------------------------------------------------------------------------------------------

    def _open_sheet(self, make: Callable[[Page, str], OrderSheet]) -> None:
        """Show how something stands about the account's money, and change it."""
        if self.view.card is not None:
            sheet = make(self.page, self.view.card.row.number)
            sheet.stored.connect(self.view.reload)
            sheet.appear()

    def show_disputes(self) -> None:
        """Show which bills of the account are disputed, and put down that one is, or how it ended."""
        bill = self.view.chosen.number if self.view.chosen else ""
        self._open_sheet(lambda page, number: DisputeSheet(page, number, bill))

    def show_mandate(self) -> None:
        """Go to the mandate of direct debit of the account, or to an empty form for one."""
        if self.view.card is not None:
            self.page.open_page("treasury", f"debits {self.view.card.row.number}")

    # Receipts ------------------------------------------------------------------------------------------------

    def open_receipt(self, _paid: PaymentRow | None = None) -> None:
        """Show the receipt of the chosen payment."""
        paid: PaymentRow | None = self.table.current
        if paid is not None:
            self.page.ask(receipt, paid.receipt_number, self._show_receipt)

    def _follow(self, _paid: PaymentRow) -> None:
        self.page.refresh_keys()
        if self.receipt.isVisible():
            self.open_receipt()

    def _show_receipt(self, shown: ReceiptIssued) -> None:
        number = self.view.card.row.number if self.view.card is not None else ""
        if number and (shown.account_number == number or shown.part_of(number)):
            self.receipt.show_receipt(shown, number)
            self.receipt.setVisible(self.view.stack.currentWidget().isAncestorOf(self.table))

    def print_again(self) -> None:
        """Print the chosen receipt once more, marked COPY n and entered in the print journal."""
        paid: PaymentRow | None = self.table.current
        if paid is not None:
            self.page.do(reprint_receipt, ReceiptQuery(paid.receipt_number), self._show_copy)

    def _show_copy(self, copy: ReceiptIssued) -> None:
        self._show_receipt(copy)
        self.page.banner.tell("info", copy_words(self.say, copy))
        self.page.call(receipt_paper, self.seat, copy, then=partial(self._show_printed, copy))

    def _show_printed(self, copy: ReceiptIssued, made: Printed) -> None:
        title, through = (
            self.say("Receipt {number}", number=copy.number),
            partial(send, self.seat, receipt_prints((copy,))),
        )
        self.view.show_paper(title, made.path, made.paper, through, may_print=not made.printed)
        if made.problem is not None:
            self.page.banner.tell("warn", self.say(made.problem))

    # Taken back ----------------------------------------------------------------------------------------------

    def ask_back(self) -> None:
        """Ask why the chosen payment is taken back; of one tender for several accounts only this account's."""
        paid: PaymentRow | None = self.table.current
        if paid is None or paid.taken_back or self.view.card is None:
            return
        say = self.say
        title = say("Why is the payment of {amount} taken back?", amount=say.money(paid.amount, unit=True))
        keys = say.join((say("Enter takes it back"), say("Esc closes, text stays")))
        order = TakeBackOrder(paid.receipt_number, "", (self.view.card.row.number,))
        about, example = f"payment {paid.receipt_number}", say("for example: the wrong account")
        self.view.inquire(partial(self._take_back, order), about, title, keys, example)

    def _take_back(self, order: TakeBackOrder, _at: int, words: str, _held: bool) -> None:
        def taken(_answer: object) -> None:
            self.page.toast(self.say("Taken back"))
            self.view.reload()

        self.view.do_once(reverse_payment, replace(order, reason=words), taken, kept=True)
