"""What follows a payment at the counter: its receipt on screen and paper, taken back, printed again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from desktop.counter.page.money import DonePane, MoneyPane
from desktop.counter.page.papers import copy_words, receipt_look, receipt_paper, receipt_prints, summed
from desktop.counter.page.stage import Stage
from desktop.counter.records import (
    PaymentTakenBack,
    ReceiptIssued,
    TakeBackOrder,
    TakenTogether,
    TenderKind,
    TillOpened,
)
from desktop.counter.service import RECEIPT, reprint_receipts, reverse_payment, till
from desktop.kernel.errors import Away, Refused
from desktop.kernel.log import fault
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.papers.page.sending import Printed, send
from desktop.papers.records import SpoilOrder
from desktop.papers.service import spoil_prints
from desktop.qt.asking import InlineQuestion
from desktop.qt.page import Key, Page
from desktop.qt.paper_panel import PaperPanel
from desktop.qt.tasks import Tasks


class ReceiptPage(Page):
    """A page that shows receipts of its own; which stage it is in, and its keys, are its subclass's."""

    payer: object | None

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        say = self.say
        self.stage = Stage.WAITING
        self.entry_id: UUID | None = None
        self.receipt: ReceiptIssued | None = None
        self.last_numbers: tuple[str, ...] = ()
        self._shown: tuple[ReceiptIssued, ...] = ()
        self._together, self._looking = False, False
        self.paper = PaperPanel(say, tasks, RECEIPT, seat.station.code, key="Ctrl+G", back=False)
        self.money, self.done = MoneyPane(seat, say), DonePane(say, seat.app.country.currency.sign)
        self.question = InlineQuestion(self.unfinished, tasks, "counter")
        self.question.answered.connect(lambda _at, words, _held: self._answered_with(words))
        self._answered_with: Callable[[str], None] = self._take_back

    def _enter(self, stage: Stage) -> None:
        """Show what belongs to a stage, and its keys."""
        raise NotImplementedError

    def _keys(self) -> None:
        """Show the keys of now."""
        raise NotImplementedError

    def _show_till(self, opened: TillOpened | None) -> None:
        """The till as it stands now."""
        raise NotImplementedError

    def show_receipt(self, receipt: ReceiptIssued) -> None:
        """Show a receipt: its number and the change large, its paper at the left."""
        self._show_receipts((receipt,), receipt)

    def _show_receipts(
        self, receipts: tuple[ReceiptIssued, ...], taken: ReceiptIssued | TakenTogether
    ) -> None:
        """Show what was paid with its receipts, and print them."""
        self._together, self._shown = False, receipts
        self.receipt, self.last_numbers = receipts[0], tuple(one.number for one in receipts)
        self.done.show_receipt(taken, self.money.notes_words(taken.change), self._titled(receipts))
        self.paper.clear()
        self._enter(Stage.DONE)
        self._make_paper(receipts)

    def _titled(self, receipts: Sequence[ReceiptIssued]) -> str:
        first, last = receipts[0].number, receipts[-1].number
        if len(receipts) == 1:
            return self.say("Receipt {number}", number=first)
        return self.say("Receipts {first} to {last}", first=first, last=last)

    def look_at_receipt(self, receipt: ReceiptIssued) -> None:
        """Show a receipt issued before, printing nothing; Ctrl+P makes a copy of it."""
        if self.stage in (Stage.BOOKING, Stage.UNSURE):
            return
        self.banner.clear()
        self.payer, self.entry_id, self._looking, self._together = None, None, True, False
        self._shown = ()  # what was printed of it is not known here
        self.receipt, self.last_numbers = receipt, (receipt.number,)
        title = self._titled([receipt])
        self.done.show_receipt(receipt, self.money.notes_words(receipt.change), title)
        self._enter(Stage.DONE)
        self.paper.clear()
        self.call(
            receipt_look,
            self.seat,
            receipt,
            then=lambda paper: self.paper.show_paper(title, None, paper, may_print=False),
        )
        self.take_focus(self)

    # Receipts ------------------------------------------------------------------------------------------------

    def _make_paper(self, receipts: tuple[ReceiptIssued, ...]) -> None:
        self.call(
            receipt_paper,
            self.seat,
            *receipts,
            then=partial(self._show_paper, receipts),
            failed=self._no_paper,
        )

    def _show_paper(self, receipts: Sequence[ReceiptIssued], made: Printed) -> None:
        if self.receipt is None or self.receipt.number != receipts[0].number:
            return
        title, say = self._titled(receipts), self.say
        through = partial(send, self.seat, receipt_prints(receipts))
        self.paper.show_paper(title, made.path, made.paper, may_print=not made.printed, through=through)
        kept = say("kept as {name}", name=made.path.name)
        self.done.paper.setText(say("printed on {printer}", printer=made.printer) if made.printed else kept)
        self.done.paper.setToolTip(str(made.path))
        if made.printed:
            self.toast(
                self.say("{papers} printed", papers=title),
                action=Key("Ctrl+P", Text("print again"), self.print_again),
            )
        if made.problem is not None:
            self.banner.tell(
                "warn",
                say("Paid, but {printer} did not take the receipt", printer=made.printer),
                f"{say(made.problem)}\n{say('The payment stands. Ctrl P tries again')}",
            )

    def _no_paper(self, error: BaseException) -> None:
        """It waits in the print journal: whoever begins the next day sees it, should nobody print it until then."""
        if not isinstance(error, Away):
            fault(error)
        self.banner.tell(
            "warn",
            self.say("Paid, but the receipt could not be made as a paper"),
            self.say("The payment stands. Ctrl P tries again"),
        )

    # Taking back ---------------------------------------------------------------------------------------------

    def ask_back(self) -> None:
        """Ask why all that was paid with the receipt shown is taken back."""
        if self.stage is Stage.DONE and self.receipt is not None:
            say, self._answered_with = self.say, self._take_back
            self.question.ask(
                self.receipt.number,
                say("Why is the whole payment taken back?"),
                say("Enter takes it back, Esc goes back; one of several accounts is taken back on its card"),
                say("for example: the wrong account"),
            )
            self._keys()

    def _leave_question(self) -> None:
        self.question.close_question()
        self._keys()
        self.take_focus(self)

    def _take_back(self, words: str) -> None:
        if not words.strip():
            self.question.problem(self.say("Say why"))
        elif self.receipt is not None:
            order = TakeBackOrder(self.receipt.number, words, whole=True)
            self.do(reverse_payment, order, self._taken_back, failed=self._stands, kept=True)

    def _taken_back(self, payments: tuple[PaymentTakenBack, ...]) -> None:
        say = self.say
        self.question.settled()
        self._keys()
        total = say.money(Money.total([one.amount for one in payments]), unit=True)
        names = say.join([one.customer_name for one in payments[:3]])
        count = say.plural("{count} payment taken back", "{count} payments taken back", len(payments))
        cash = any(one.tender is TenderKind.CASH for one in payments)
        given = say("Give {amount} back", amount=total) if cash else say("{amount} goes back", amount=total)
        self.banner.tell("ok", count, say.join([given, names]))
        self.take_focus(self)
        self.ask(till, None, self._show_till)

    def _stands(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.question.problem(self.say(error.text))
        else:
            self.trouble(error)

    # Copies --------------------------------------------------------------------------------------------------

    def print_again(self) -> None:
        """Make the last receipt once more, or all of one payment, marked COPY n and recorded."""
        if self.last_numbers and self.stage in (Stage.WAITING, Stage.DONE):
            self.do(reprint_receipts, self.last_numbers, self._show_copies)

    def ask_spoiled(self) -> None:
        """Ask what came out in place of the receipt shown: it is printed itself once more, not copied."""
        if self.stage is Stage.DONE and self.receipt is not None and self._shown:
            say, self._answered_with = self.say, self._spoil
            self.question.ask(
                f"spoiled {self.receipt.number}",
                say("What came out instead of {papers}?", papers=self._titled(self._shown)),
                say("Enter prints it anew, Esc goes back; both stand in the print journal"),
                say("for example: a torn strip"),
            )
            self._keys()

    def _spoil(self, words: str) -> None:
        if not words.strip():
            self.question.problem(self.say("Say what came out"))
        else:
            order = SpoilOrder(receipt_prints(self._shown), words)
            self.do(spoil_prints, order, lambda _: self._print_anew(), failed=self._stands)

    def _print_anew(self) -> None:
        self.question.settled()
        self._keys()
        self.take_focus(self)
        self.print_again()

    def _show_copies(self, copies: tuple[ReceiptIssued, ...]) -> None:
        if self.stage not in (Stage.WAITING, Stage.DONE):
            return
        first = copies[0]
        if len(copies) == 1:
            self.show_receipt(first)
            words = copy_words(self.say, first)
        else:
            self._show_receipts(copies, summed(copies))
            words = self.say("Copies of {count} receipts", count=len(copies))
        self.banner.tell("info", words)
