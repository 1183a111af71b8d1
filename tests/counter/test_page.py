"""The counter's page on the real application: one payment whatever is pressed, and a way out of every trouble."""

from __future__ import annotations

import dataclasses
from datetime import date
from functools import partial

import pytest
import sqlalchemy as sa
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import App
from desktop.contracts.records import GroupOrder
from desktop.contracts.service import make_group
from desktop.counter.page import CounterPage, Stage, hand_out, quick_amounts
from desktop.counter.records import PaymentOrder, TenderKind, TillOrder
from desktop.counter.service import open_till, reverse_payment, take_payment, take_together
from desktop.counter.tables import Payment
from desktop.kernel import intent
from desktop.kernel.errors import Away, Refused
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Seat, draw_id
from desktop.ledger.service import dues
from desktop.papers.page import sending
from desktop.papers.records import PrintsQuery, PrintState
from desktop.papers.service import prints
from desktop.qt.page import Question
from desktop.shell.window import Window
from tests.hall import long_ago
from tests.kernel import faults as faults_of
from tests.looks import faults
from tests.windows import WAIT_MS, commit, hold_key, owing, settle

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.fixture
def counter(qtbot: QtBot, window: Window, clerk: Seat) -> CounterPage:
    """The counter with its till open, waiting for a customer."""
    clerk.do(open_till, TillOrder(Money(50000)))
    page = window.open_page("counter")
    settle(qtbot, window.tasks, lambda: page.till is not None)
    return page


@pytest.fixture
def filled(qtbot: QtBot, counter: CounterPage, clerk: Seat) -> CounterPage:
    """An account that owes something, with 500.00 typed."""
    show(qtbot, counter, owing(clerk)[0].number)
    QTest.keyClicks(counter.money.given, "500")
    return counter


def show(qtbot: QtBot, page: CounterPage, number: str) -> None:
    page.show_account(number)
    settle(qtbot, page.tasks, lambda: page.payer is not None and page.payer.row.number == number)


def payments(hall: App) -> int:
    """How many payments of today the database holds."""
    with hall.database.read() as session:
        at = (
            sa.select(sa.func.count())
            .select_from(Payment)
            .where(Payment.paid_at >= hall.clock.moment().replace(hour=0, minute=0, second=0, microsecond=0))
        )
        return session.scalar(at)


def waiting(seat: Seat) -> dict[str, PrintState]:
    """The prints that are open, by number."""
    return {one.ref.number: one.state for one in seat.ask(prints, PrintsQuery())}


def done(qtbot: QtBot, page: CounterPage) -> None:
    settle(qtbot, page.tasks, lambda: page.stage is Stage.DONE)


class TestOnePayment:
    def test_f12_books_what_is_due_and_shows_the_change(self, qtbot, hall, clerk, filled):
        due = clerk.ask(dues, filled.payer.row.number).to_pay
        QTest.keyClick(filled.money.given, Qt.Key.Key_F12)
        assert filled.stage is Stage.BOOKING
        done(qtbot, filled)
        assert payments(hall) == 1
        assert filled.receipt.amount == due
        assert filled.done.change.words == filled.say.money(Money(50000) - due)
        assert clerk.ask(dues, filled.receipt.account_number).to_pay == Money(0)

    def test_what_somebody_else_paid_meanwhile_is_told(self, qtbot, hall, clerk, filled):
        number = filled.payer.row.number
        due = clerk.ask(dues, number).to_pay
        hall.command_line().do(take_payment, PaymentOrder(number, due, due, TenderKind.WALLET, "W1"))
        QTest.keyClick(filled.money.given, Qt.Key.Key_F12)
        done(qtbot, filled)
        assert filled.banner.state == "warn"
        assert f"Credit is {filled.say.money(due)} now, 0.00 was shown" in filled.banner.title_text

    def test_f12_and_f12_again_before_the_answer(self, qtbot, hall, filled):
        QTest.keyClick(filled.money.given, Qt.Key.Key_F12)
        QTest.keyClick(filled.money.given, Qt.Key.Key_F12)
        done(qtbot, filled)
        assert payments(hall) == 1

    def test_f12_again_after_the_answer_takes_nothing_more(self, qtbot, hall, window, filled):
        QTest.keyClick(filled.money.given, Qt.Key.Key_F12)
        done(qtbot, filled)
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_F12)
        settle(qtbot, filled.tasks)
        assert payments(hall) == 1
        assert filled.stage is Stage.DONE

    def test_a_key_held_down(self, qtbot, hall, filled):
        hold_key(filled.money.given, Qt.Key.Key_F12, 40)
        done(qtbot, filled)
        hold_key(filled, Qt.Key.Key_F12, 40)
        settle(qtbot, filled.tasks)
        assert payments(hall) == 1

    def test_a_key_still_held_from_before_books_nothing(self, qtbot, hall, filled):
        hold_key(filled.money.given, Qt.Key.Key_F12, 10, fresh=False)
        settle(qtbot, filled.tasks)
        assert payments(hall) == 0
        assert filled.stage is Stage.FILLED

    def test_two_clicks_within_50_ms(self, qtbot, hall, window, filled):
        button = window.key_line.primary
        centre = button.rect().center()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=centre)
        QTest.mouseDClick(window.key_line.primary, Qt.MouseButton.LeftButton, pos=centre)
        QTest.mouseClick(window.key_line.primary, Qt.MouseButton.LeftButton, pos=centre)
        done(qtbot, filled)
        assert payments(hall) == 1

    def test_the_button_greys_at_once_and_says_so(self, qtbot, window, filled):
        QTest.mouseClick(window.key_line.primary, Qt.MouseButton.LeftButton)
        assert not window.key_line.primary.isEnabled()
        assert window.key_line.primary.text() == "Being booked…"
        assert filled.money.given.isReadOnly()
        done(qtbot, filled)

    def test_enter_in_the_amount_never_books(self, qtbot, hall, filled):
        QTest.keyClick(filled.money.given, Qt.Key.Key_Return)
        QTest.keyClick(filled.money.given, Qt.Key.Key_Enter)
        settle(qtbot, filled.tasks)
        assert payments(hall) == 0
        assert filled.stage is Stage.FILLED

    def test_f12_then_enter(self, qtbot, hall, filled):
        QTest.keyClick(filled.money.given, Qt.Key.Key_F12)
        QTest.keyClick(filled.money.given, Qt.Key.Key_Return)
        QTest.keyClick(filled.money.given, Qt.Key.Key_Return)
        done(qtbot, filled)
        assert payments(hall) == 1

    def test_enter_on_the_button_does_not_press_it(self, qtbot, hall, window, filled):
        window.key_line.primary.setFocus()
        QTest.keyClick(window.key_line.primary, Qt.Key.Key_Return)
        settle(qtbot, filled.tasks)
        assert payments(hall) == 0

    def test_while_another_account_is_on_its_way_nothing_is_taken_on_the_one_before(
        self, qtbot, hall, counter, clerk
    ):
        first, second = owing(clerk)[:2]
        show(qtbot, counter, first.number)
        counter.show_account(second.number)
        QTest.keyClicks(counter.money.given, "500")
        QTest.keyClick(counter.money.given, Qt.Key.Key_F12)
        settle(qtbot, counter.tasks, lambda: counter.stage is Stage.FILLED)
        assert payments(hall) == 0
        assert counter.payer.row.number == second.number
        assert counter.money.given.amount() is None

    def test_an_account_that_does_not_exist_leaves_an_empty_counter(self, qtbot, counter, clerk):
        show(qtbot, counter, owing(clerk)[0].number)
        counter.show_account("000000000000")
        settle(qtbot, counter.tasks, lambda: counter.stage is Stage.WAITING)
        assert "000000000000" in counter.banner.title_text
        QTest.keyClick(counter, Qt.Key.Key_F12)
        assert counter.stage is Stage.WAITING


class TestSeveralAccounts:
    """A landlord, a payment group: keys alone."""

    def several(self, qtbot: QtBot, counter: CounterPage, clerk: Seat, count: int = 3) -> list[str]:
        """Some accounts of a payment group, brought to the counter from one of them."""
        numbers = [one.number for one in owing(clerk)[:count]]
        clerk.do(make_group, GroupOrder("Three flats", numbers[0], tuple(numbers), date(2026, 1, 1)))
        show(qtbot, counter, numbers[1])
        QTest.keyClick(counter.money.given, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
        settle(qtbot, counter.tasks, lambda: counter._together)
        assert {one.account_number for one in counter.several.rows} == set(numbers)
        return numbers

    def test_one_key_and_the_money_pay_the_whole_group_on_one_receipt(self, qtbot, hall, counter, clerk):
        numbers = self.several(qtbot, counter, clerk)
        due = Money.total([clerk.ask(dues, number).to_pay for number in numbers])
        assert counter.money.due.words == counter.say.money(due)
        QTest.keyClick(counter.money.given, Qt.Key.Key_Up)
        QTest.keyClick(counter.money.given, Qt.Key.Key_F12)
        QTest.keyClick(counter.money.given, Qt.Key.Key_F12)
        done(qtbot, counter)
        assert payments(hall) == 3
        assert (counter.receipt.amount, len(counter.receipt.parts)) == (due, 3)
        assert all(clerk.ask(dues, number).to_pay == Money(0) for number in numbers)
        QTest.keyClick(counter, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
        settle(qtbot, counter.tasks, lambda: counter.receipt.copy == 1)

    def test_a_receipt_each_with_one_left_out_and_less_than_is_due(self, qtbot, hall, counter, clerk):
        numbers = self.several(qtbot, counter, clerk)
        QTest.keyClick(counter.money.given, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
        table = counter.several.table
        assert counter.window().focusWidget() is table
        table.go_to(2)
        QTest.keyClick(table, Qt.Key.Key_Space)
        left_out = table.current.account_number
        before = clerk.ask(dues, left_out).to_pay
        paid = [number for number in numbers if number != left_out]
        due = Money.total([clerk.ask(dues, number).to_pay for number in paid])
        assert counter.several.owing.dues.to_pay == due
        QTest.keyClick(table, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        some = due - Money(100)
        typed = counter.say.money(some)
        QTest.keyClick(table, typed[0])  # figures go to the amount wherever the focus is
        QTest.keyClicks(counter.window().focusWidget(), typed[1:])
        assert counter.money.given.amount() == some
        assert counter.money.given.property("problem") == "warn"
        shown = [counter.several.table.rows_model.cell(at, 5).words for at in range(3)]
        assert shown[2] == counter.say.money(Money(0))
        QTest.keyClick(counter.money.given, Qt.Key.Key_F12)
        done(qtbot, counter)
        assert (payments(hall), len(counter.last_numbers)) == (2, 2)
        left = Money.total([clerk.ask(dues, number).to_pay for number in paid])
        assert (left, clerk.ask(dues, left_out).to_pay) == (Money(100), before)
        QTest.keyClick(counter, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
        settle(qtbot, counter.tasks, lambda: counter.receipt.copy == 1)
        assert counter.banner.title_text == "Copies of 2 receipts"

    def test_a_scan_adds_one_and_what_changed_meanwhile_is_shown_before_it_is_paid(
        self, qtbot, hall, counter, clerk
    ):
        numbers = self.several(qtbot, counter, clerk)
        another = next(one.number for one in owing(clerk) if one.number not in numbers)
        counter.show_argument(another)
        settle(qtbot, counter.tasks, lambda: len(counter.several.rows) == 4)
        counter.show_argument(another)
        settle(qtbot, counter.tasks)
        assert counter.banner.title_text.endswith("is there already")
        QTest.keyClick(counter.money.given, Qt.Key.Key_Up)
        typed = counter.money.given.amount()
        clerk.do(take_payment, PaymentOrder(another, Money(100), Money(100)))
        QTest.keyClick(counter.money.given, Qt.Key.Key_F12)
        settle(qtbot, counter.tasks, lambda: counter.stage is Stage.FILLED)
        assert "to pay, not" in counter.banner.title_text
        assert payments(hall) == 1
        assert counter.several.owing.dues.to_pay == typed - Money(100)
        assert counter.money.given.amount() == typed
        QTest.keyClick(counter.money.given, Qt.Key.Key_F12)
        done(qtbot, counter)
        assert counter.receipt.change == Money(100)

    def test_a_group_comes_from_its_page_and_too_much_is_no_advance(
        self, qtbot, hall, window, counter, clerk
    ):
        numbers = [one.number for one in owing(clerk)[:2]]
        group = clerk.do(make_group, GroupOrder("Two", numbers[0], tuple(numbers), date(2026, 1, 1)))
        page = window.open_page("groups")
        settle(qtbot, window.tasks, lambda: page.shown is not None)
        QTest.keyClick(page.groups, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
        settle(qtbot, window.tasks, lambda: counter._together)
        assert counter.several.found.group == group.number
        QTest.keyClick(counter.money.given, Qt.Key.Key_F7)
        QTest.keyClicks(counter.money.reference, "C1")
        counter.money.given.show_amount(counter.several.owing.dues.to_pay + Money(1))
        QTest.keyClick(counter.money.reference, Qt.Key.Key_F12)
        assert counter.money.given.property("problem") == "bad"
        assert payments(hall) == 0

    def test_what_a_tender_paid_is_taken_back_where_its_receipt_is_shown(self, qtbot, hall, counter, clerk):
        numbers = self.several(qtbot, counter, clerk)
        before = [clerk.ask(dues, number).to_pay for number in numbers]
        QTest.keyClick(counter.money.given, Qt.Key.Key_Up)
        QTest.keyClick(counter.money.given, Qt.Key.Key_F12)
        done(qtbot, counter)
        QTest.keyClick(counter, Qt.Key.Key_Delete)
        edit = counter.question.edit
        QTest.keyClick(edit, Qt.Key.Key_Return)
        assert edit.property("problem") == "bad"
        QTest.keyClick(edit, Qt.Key.Key_Escape)
        assert counter.question.isHidden()
        QTest.keyClick(counter, Qt.Key.Key_Delete)
        QTest.keyClicks(edit, "wrong flats")
        counter.seat = lossy = dataclasses.replace(clerk)
        away = TestUnknownOutcome().away(1, clerk, after=True, function=reverse_payment)
        object.__setattr__(lossy, "do", away)
        QTest.keyClick(edit, Qt.Key.Key_Return)
        settle(qtbot, counter.tasks, lambda: edit.property("problem") == "bad")
        assert len(intent.unsettled(hall.intents)) == 1, "kept on this computer before the first try"
        QTest.keyClick(edit, Qt.Key.Key_Return)  # the same once more, under the same id
        settle(qtbot, counter.tasks, counter.question.isHidden)
        assert counter.banner.title_text == "3 payments taken back"
        assert not intent.unsettled(hall.intents)
        assert [clerk.ask(dues, number).to_pay for number in numbers] == before

    def test_a_lost_answer_is_asked_for_by_its_id(self, qtbot, hall, counter, clerk):
        self.several(qtbot, counter, clerk)
        counter._again.setInterval(20)
        lossy = dataclasses.replace(clerk)
        object.__setattr__(
            lossy, "do", TestUnknownOutcome().away(2, clerk, after=True, function=take_together)
        )
        counter.seat = lossy
        QTest.keyClick(counter.money.given, Qt.Key.Key_Up)
        entry_id = counter.entry_id
        QTest.keyClick(counter.money.given, Qt.Key.Key_F12)
        done(qtbot, counter)
        assert payments(hall) == 3
        assert hall.answer(take_together, entry_id).numbers == counter.last_numbers
        assert not intent.unsettled(hall.intents)


class TestUnknownOutcome:
    def away(self, times: int, clerk: Seat, *, after: bool, function=take_payment):
        """A ``do`` that loses the database ``times`` times, before or after the payment took effect."""
        left, lost = [times], function
        real = clerk.do

        def do(function, request=None, entry_id=None):
            if left[0] and function is lost:
                left[0] -= 1
                if after:
                    clerk.app.perform(function, request, clerk.actor, clerk.station, entry_id)
                name = f"counter.{function.__name__}"
                intent.keep(clerk.app.intents, intent.Intent(entry_id, name, "{}"))
                raise Away("gone")
            return real(function, request, entry_id)

        return do

    @pytest.mark.parametrize("after", [False, True])
    def test_it_is_asked_again_by_its_id(self, qtbot, hall, clerk, filled, after):
        filled._again.setInterval(20)
        lossy = dataclasses.replace(clerk)
        object.__setattr__(lossy, "do", self.away(3, clerk, after=after))
        filled.seat = lossy
        stages = []
        filled.keys_changed.connect(lambda: stages.append(filled.stage))
        entry_id = filled.entry_id
        QTest.keyClick(filled.money.given, Qt.Key.Key_F12)
        done(qtbot, filled)
        assert Stage.UNSURE in stages
        assert payments(hall) == 1
        assert hall.answer(take_payment, entry_id).number == filled.receipt.number
        assert not intent.unsettled(hall.intents)

    def test_account_and_amount_are_locked_meanwhile(self, qtbot, clerk, filled):
        filled._again.setInterval(60_000)
        lossy = dataclasses.replace(clerk)
        object.__setattr__(lossy, "do", self.away(1, clerk, after=False))
        filled.seat = lossy
        before = filled.payer
        QTest.keyClick(filled.money.given, Qt.Key.Key_F12)
        settle(qtbot, filled.tasks, lambda: filled.stage is Stage.UNSURE)
        assert filled.banner.title_text == "Checking this payment. Do not take it again"
        QTest.keyClicks(filled.money.given, "9")
        filled.show_account(owing(clerk)[1].number)
        QTest.keyClick(filled, Qt.Key.Key_F12)
        QTest.keyClick(filled, Qt.Key.Key_Escape)
        settle(qtbot, filled.tasks)
        assert filled.payer is before
        assert filled.money.given.amount() == Money(50000)
        assert filled.stage is Stage.UNSURE
        filled._try_again()
        done(qtbot, filled)

    def test_a_fault_before_the_booking_frees_the_form(self, qtbot, hall, clerk, filled, caplog):
        broken = dataclasses.replace(clerk)

        def do(function, request=None, entry_id=None):
            raise ZeroDivisionError("a fault")

        object.__setattr__(broken, "do", do)
        filled.seat = broken
        first = filled.entry_id
        QTest.keyClick(filled.money.given, Qt.Key.Key_F12)
        settle(qtbot, filled.tasks, lambda: filled.stage is Stage.FILLED)
        assert payments(hall) == 0
        assert filled.entry_id != first
        assert filled.banner.title_text == "This step did not go through"
        assert "a fault" in caplog.text

    def test_a_payment_lost_in_a_crash_is_told_at_the_next_start(self, qtbot, hall, clerk, workers):
        clerk.do(open_till, TillOrder(Money(0)))
        booked, never = draw_id(), draw_id()
        order = PaymentOrder(owing(clerk)[0].number, Money(100), Money(100))
        hall.perform(take_payment, order, clerk.actor, clerk.station, booked)
        for key in (booked, never):
            intent.keep(hall.intents, intent.Intent(key, "counter.take_payment", "{}"))
            long_ago(hall.intents, key)
        page = Window(clerk, workers).open_page("counter")
        qtbot.addWidget(page.window())
        settle(qtbot, workers, lambda: not intent.unsettled(hall.intents))
        assert page.last_number == hall.answer(take_payment, booked).number
        assert not page.banner.isHidden()

    def test_a_payment_under_way_elsewhere_on_this_computer_is_left_alone(self, qtbot, hall, clerk, workers):
        young = intent.Intent(draw_id(), "counter.take_payment", "{}")
        intent.keep(hall.intents, young)
        page = Window(clerk, workers).open_page("counter")
        qtbot.addWidget(page.window())
        settle(qtbot, workers)
        assert intent.unsettled(hall.intents) == (young,)
        assert page.banner.isHidden()


class TestDisks:
    @pytest.mark.parametrize(
        ("fault", "told"),
        [
            (lambda hall: faults_of.full(hall, 0), "The disk is full. Nothing was booked"),
            (faults_of.read_only, "The database may only be read. Nothing was booked"),
            (lambda _: faults_of.no_room_for_intents(), "No space left on device. Make space"),
        ],
        ids=["full", "read_only", "own_disk_full"],
    )
    def test_what_is_typed_stays_and_is_booked_once_when_there_is_room(
        self, qtbot, hall, filled, caplog, fault, told
    ):
        with fault(hall):
            QTest.keyClick(filled.money.given, Qt.Key.Key_F12)
            settle(qtbot, filled.tasks, lambda: filled.stage is Stage.FILLED)
            assert told in filled.banner.title_text
            assert filled.money.given.amount() == Money(50000)
        assert payments(hall) == 0
        assert not intent.unsettled(hall.intents)
        assert "fault" not in caplog.text
        QTest.keyClick(filled.money.given, Qt.Key.Key_F12)
        done(qtbot, filled)
        assert payments(hall) == 1

    def test_a_file_that_cannot_be_opened_is_waited_for(self, qtbot, hall, filled):
        filled._again.setInterval(60_000)
        hall.database._patience = 0.0
        with faults_of.file_away(hall):
            QTest.keyClick(filled.money.given, Qt.Key.Key_F12)
            settle(qtbot, filled.tasks, lambda: filled.stage is Stage.UNSURE)
            assert "(its file cannot be opened)" in filled.banner.accessibleDescription()
        filled._try_again()
        done(qtbot, filled)
        assert payments(hall) == 1


class TestRefused:
    def test_thousands_by_the_mark_of_another_country_are_not_booked_by_one_key(self, qtbot, hall, filled):
        given = filled.money.given
        given.selectAll()
        QTest.keyClicks(given, "1,234")
        assert given.amount() == Money(123)
        QTest.keyClick(given, Qt.Key.Key_F12)
        settle(qtbot, filled.tasks)
        assert (payments(hall), given.property("problem")) == (0, "bad")
        QTest.keyClick(given, Qt.Key.Key_F12)
        done(qtbot, filled)
        assert filled.receipt.amount == Money(123)

    def test_a_minus_is_told_and_not_booked_by_one_key(self, qtbot, hall, filled):
        given = filled.money.given
        given.selectAll()
        QTest.keyClicks(given, "-5")
        assert (given.amount(), given.property("problem")) == (Money(500), "warn")
        QTest.keyClick(given, Qt.Key.Key_F12)
        settle(qtbot, filled.tasks)
        assert (payments(hall), given.property("problem")) == (0, "bad")
        given.selectAll()
        QTest.keyClicks(given, "6")
        QTest.keyClick(given, Qt.Key.Key_F12)
        done(qtbot, filled)
        assert filled.receipt.amount == Money(600)

    def test_the_reason_stands_in_the_page_and_the_form_is_free(self, qtbot, clerk, filled):
        refusing = dataclasses.replace(clerk)

        def do(function, request=None, entry_id=None):
            raise Refused(Text("The till is open already."))

        object.__setattr__(refusing, "do", do)
        filled.seat = refusing
        QTest.keyClick(filled.money.given, Qt.Key.Key_F12)
        settle(qtbot, filled.tasks, lambda: filled.stage is Stage.FILLED)
        assert filled.banner.title_text == "The till is open already."
        assert filled.money.given.amount() == Money(50000)

    def test_nothing_typed_is_a_problem_of_the_field(self, qtbot, hall, counter, clerk):
        show(qtbot, counter, owing(clerk)[0].number)
        QTest.keyClick(counter.money.given, Qt.Key.Key_F12)
        assert counter.money.given.property("problem") == "bad"
        assert payments(hall) == 0

    def test_a_card_needs_the_number_of_its_slip(self, qtbot, hall, counter, clerk):
        show(qtbot, counter, owing(clerk)[0].number)
        QTest.keyClick(counter.money.given, Qt.Key.Key_F7)
        assert counter.money.tender is TenderKind.CARD
        QTest.keyClick(counter.money.reference, Qt.Key.Key_F12)
        assert counter.money.reference.property("problem") == "bad"
        QTest.keyClicks(counter.money.reference, "6228 0042")
        QTest.keyClick(counter.money.reference, Qt.Key.Key_F12)
        done(qtbot, counter)
        assert payments(hall) == 1
        assert counter.receipt.tender is TenderKind.CARD
        assert counter.receipt.change == Money(0)

    def test_less_than_due_is_a_part_and_says_what_stays_open(self, qtbot, counter, clerk):
        account = owing(clerk)[0].number
        due = clerk.ask(dues, account).to_pay
        show(qtbot, counter, account)
        QTest.keyClicks(counter.money.given, "10")
        assert counter.money.given.property("problem") == "warn"
        QTest.keyClick(counter.money.given, Qt.Key.Key_F12)
        done(qtbot, counter)
        assert counter.receipt.amount == Money(1000)
        assert clerk.ask(dues, account).to_pay == due - Money(1000)


class TestTyping:
    def test_escape_asks_before_typed_money_is_dropped(self, qtbot, filled):
        answers = []

        def answer(accept: bool) -> None:
            question = QApplication.activeModalWidget()
            assert isinstance(question, Question)
            answers.append(accept)
            if accept:
                QTest.mouseClick(question.unsafe, Qt.MouseButton.LeftButton)
            else:
                QTest.keyClick(question, Qt.Key.Key_Return)

        QTimer.singleShot(50, partial(answer, False))
        QTest.keyClick(filled.money.given, Qt.Key.Key_Escape)
        assert filled.money.given.amount() == Money(50000)
        assert filled.stage is Stage.FILLED
        QTimer.singleShot(50, partial(answer, True))
        QTest.keyClick(filled.money.given, Qt.Key.Key_Escape)
        assert answers == [False, True]
        assert filled.stage is Stage.WAITING
        settle(qtbot, filled.tasks)

    def test_another_page_asks_too(self, qtbot, window, filled):
        def stay() -> None:
            QTest.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_Return)

        QTimer.singleShot(50, stay)
        QTest.keyClick(filled.money.given, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
        assert window.page is filled
        assert filled.money.given.amount() == Money(50000)
        filled.money.given.show_amount(None)

    def test_letters_on_an_empty_counter_go_to_the_search_box(self, window, counter):
        counter.setFocus()
        QTest.keyClick(counter, Qt.Key.Key_3)
        assert window.search.text() == "3"
        assert window.focusWidget() is window.search

    def test_a_scanner_code_in_the_amount_goes_to_the_search_box(self, window, filled):
        QTest.keyClicks(filled.money.given, "33010482707633")
        assert filled.money.given.amount() != Money(0)
        assert len(window.search.text()) > 11

    def test_enter_takes_the_offered_amount_into_an_empty_field(self, qtbot, counter, clerk):
        account = owing(clerk)[0].number
        show(qtbot, counter, account)
        QTest.keyClick(counter.money.given, Qt.Key.Key_Return)
        assert counter.money.given.amount() == clerk.ask(dues, account).to_pay
        QTest.keyClick(counter.money.given, Qt.Key.Key_Up)
        assert counter.money.given.amount() > clerk.ask(dues, account).to_pay
        counter.money.given.show_amount(None)

    def test_a_closed_till_is_opened_with_its_float(self, qtbot, window, clerk):
        page = window.open_page("counter")
        settle(qtbot, window.tasks, lambda: page.stage is Stage.CLOSED)
        QTest.keyClick(page.float, Qt.Key.Key_F12)
        assert page.float.property("problem") == "bad"
        commit(page.float, "１，２００．5")
        assert page.float.amount() == Money(120050)
        QTest.keyClick(page.float, Qt.Key.Key_F12)
        settle(qtbot, window.tasks, lambda: page.stage is Stage.WAITING)
        assert page.till.receipts == 0


class TestReceipt:
    def test_the_paper_is_shown_and_a_copy_is_marked(self, qtbot, filled):
        QTest.keyClick(filled.money.given, Qt.Key.Key_F12)
        done(qtbot, filled)
        settle(qtbot, filled.tasks, lambda: filled.paper.pages == 1)
        number = filled.receipt.number
        assert "receipt_" in filled.done.paper.text()
        QTest.keyClick(filled, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
        settle(qtbot, filled.tasks, lambda: filled.receipt.copy == 1)
        assert filled.receipt.number == number
        QTest.keyClick(filled, Qt.Key.Key_F3)
        settle(qtbot, filled.tasks)
        assert filled.stage is Stage.WAITING

    def test_a_printer_that_takes_nothing_and_a_torn_strip_cost_no_original(self, qtbot, monkeypatch, filled):
        sent: list[object] = []
        off = Refused(
            Text("The printer {printer} is not there. Switch it on or choose another", printer="till")
        )

        def taken(*asked: object) -> int:
            if not sent:
                sent.append("refused")
                raise off
            sent.append(asked)
            return 1

        monkeypatch.setenv("SERVICEHALL_PRINTER", "till")
        monkeypatch.setattr(sending, "print_pages", taken)
        seat, control = filled.seat, Qt.KeyboardModifier.ControlModifier
        QTest.keyClick(filled.money.given, Qt.Key.Key_F12)
        done(qtbot, filled)
        settle(qtbot, filled.tasks, lambda: sent and filled.banner.title_text.startswith("Paid, but till"))
        assert "is not there" in filled.banner.accessibleDescription()
        number = filled.receipt.number
        assert waiting(seat) == {number: PrintState.FAILED}
        QTest.keyClick(filled, Qt.Key.Key_P, control)
        settle(qtbot, filled.tasks, lambda: filled.done.paper.text() == "printed on till")
        assert (filled.receipt.copy, filled.banner.title_text.count("the original")) == (0, 1)
        assert waiting(seat) == {number: PrintState.SENT}
        QTest.keyClick(filled, Qt.Key.Key_Y, control)
        QTest.keyClick(filled.question.edit, Qt.Key.Key_Return)
        assert waiting(seat) == {number: PrintState.SENT}, "nothing is spoiled without a word"
        QTest.keyClicks(filled.question.edit, "a torn strip")
        QTest.keyClick(filled.question.edit, Qt.Key.Key_Return)
        settle(qtbot, filled.tasks, lambda: len(sent) == 3)
        (row,) = seat.ask(prints, PrintsQuery(number=number))
        assert [step.state.value for step in row.steps] == ["sent", "failed", "sent", "spoiled", "sent"]
        assert filled.receipt.copy == 0
        QTest.keyClick(filled, Qt.Key.Key_P, control)
        settle(qtbot, filled.tasks, lambda: filled.receipt.copy == 1 and len(sent) == 4)

    def test_the_next_customer_comes_from_the_search_box(self, qtbot, window, filled, clerk):
        QTest.keyClick(filled.money.given, Qt.Key.Key_F12)
        done(qtbot, filled)
        other = owing(clerk)[0]
        QTest.keyClicks(window.search, other.number)
        QTest.keyClick(window.search, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: filled.stage is Stage.FILLED, timeout=WAIT_MS)
        assert filled.payer.row.number == other.number
        assert filled.money.given.amount() is None


class TestSums:
    def test_quick_amounts_are_what_notes_make(self, hall):
        country = hall.country
        money = country.currency.money
        offered = quick_amounts(money("338.01"), country.currency, country.cash_notes)
        assert offered == (money("338.01"), money(340), money(350), money(400), money(500))
        assert quick_amounts(money(0), country.currency, country.cash_notes) == ()

    def test_the_notes_handed_out_add_up(self, hall):
        country = hall.country
        change = country.currency.money("61.99")
        parts, left = hand_out(change, country.currency, country.cash_notes)
        assert country.currency.money(sum(note * count for note, count in parts)) + left == change


def test_keys_of_the_window_are_no_words_to_search_for(qtbot, window, counter):
    QTest.keyClick(counter, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, counter.tasks)
    assert (window.page_name, window.search.text()) == (window.entries[0].name, "")


def test_the_order_of_settling_follows_what_is_typed(qtbot, counter, clerk):
    account = next(row for row in owing(clerk) if clerk.ask(dues, row.number).late_fee)
    show(qtbot, counter, account.number)
    item = counter.payer.dues.items[0]
    assert "settled" in counter.account.order[0].text()
    counter.money.given.show_amount(item.late_fee + Money(100))
    left = counter.say.money(item.principal - Money(100))
    assert f"{left} stays open" in counter.account.order[0].text()


def test_what_is_wrong_with_an_amount_is_read_whole(qtbot, window, filled, workers):
    words = filled.say("More than a hundred times {amount}. F12 once more takes it", amount=Money(123456))
    finnish = "Yli satakertainen summaan 1 234,56 verrattuna. F12 uudelleen ottaa sen"
    for told in (words, finnish, "", "short"):
        filled.money.given_field.problem(told)
        settle(qtbot, workers, lambda: not faults(window))
        assert filled.money.given_field.label.isVisible() is (told not in (words, finnish))


def test_the_shift_shows_numbers_and_the_latest_receipts(qtbot, counter, filled):
    QTest.keyClick(filled.money.given, Qt.Key.Key_F12)
    done(qtbot, filled)
    filled.next_customer()
    settle(qtbot, counter.tasks, lambda: counter.shift.latest.rows_model.rows)
    (latest,) = counter.shift.latest.rows_model.rows
    assert latest.number == counter.last_number
    assert counter.shift.counts[TenderKind.CASH].value.text() == "1"
    assert counter.shift.counts[TenderKind.CARD].value.text() == "0"


class TestScanned:
    """A scanner at the counter, with real key events of its speed."""

    def scan(self, window: Window, code: str) -> None:
        none, at = Qt.KeyboardModifier.NoModifier, 1_000
        for key, text in [*((Qt.Key(ord(one)), one) for one in code), (Qt.Key.Key_Return, "\r")]:
            event = QKeyEvent(QEvent.Type.KeyPress, key, none, text)
            event.setTimestamp(at := at + 3)
            QApplication.sendEvent(window.windowHandle(), event)

    def test_a_bill_scanned_into_the_amount_brings_its_account(self, qtbot, window, clerk, counter):
        one, other = owing(clerk)[:2]
        show(qtbot, counter, one.number)
        assert counter.money.given.hasFocus()
        self.scan(window, clerk.ask(dues, other.number).items[0].bill_number)
        assert counter.money.given.text() == ""
        settle(
            qtbot,
            counter.tasks,
            lambda: counter.payer is not None and counter.payer.row.number == other.number,
        )
        assert counter.stage is Stage.FILLED

    def test_a_receipt_scanned_anywhere_is_shown(self, qtbot, window, clerk, counter):
        paid = clerk.do(take_payment, PaymentOrder(owing(clerk)[0].number, Money(100), Money(100)))
        self.scan(window, f"{paid.number} {paid.check_code}")
        settle(qtbot, counter.tasks, lambda: counter.stage is Stage.DONE)
        assert counter.receipt.number == paid.number
