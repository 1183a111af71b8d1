"""The tests of the meters of an account, over its card: order one, withdraw it, and what the others said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from desktop.desk.page.order_sheet import OrderForm, OrderSheet
from desktop.desk.page.papers import CardView
from desktop.desk.page.printing import meter_test_paper, meter_test_prints
from desktop.desk.records import AccountCard
from desktop.desk.records.testing import MeterTestPaper, MeterTestsShown
from desktop.desk.service import meter_tests_shown, order_meter_test, write_test_letter
from desktop.kernel.text import Catalog
from desktop.kernel.work import Seat
from desktop.ledger.service import dispute_bill
from desktop.metering.records import MeterTestOrder, MeterTestRow, MeterTestState, MeterTestWithdrawal
from desktop.metering.service import unknown_words, withdraw_test
from desktop.papers.page.sending import send
from desktop.papers.records import SendOrder
from desktop.papers.service import send_prints
from desktop.qt.fields import ChoiceField, DateField, TextField
from desktop.qt.figures import grouped
from desktop.qt.page import Page
from desktop.qt.paper_panel import Through
from desktop.qt.preview import PaperFile, keep_paper

ORDER, WITHDRAW = "order", "withdraw"
MOST_TOLD = 5
"""So many tests are told, the newest first."""

Show = Callable[[str, Path, PaperFile, Through], None]


# Papers


def _opened(seat: Seat, paper: MeterTestPaper) -> tuple[str, Path, PaperFile, Through]:
    """A paper with its title, kept in this person's folder, open to be shown, and how it goes to a printer then."""
    pdf, copy = meter_test_paper(seat, paper), f"_copy{paper.copy}" if paper.copy else ""
    path, prints = keep_paper(f"{paper.kind.value}_{paper.number}{copy}", pdf), meter_test_prints(paper)
    seat.do(send_prints, SendOrder(prints))
    title = f"{seat.app.catalog(seat.actor.language)(paper.kind.text)} {paper.number}"
    return title, path, PaperFile(pdf), partial(send, seat, prints)


def result_letter(seat: Seat, number: str) -> tuple[str, Path, PaperFile, Through]:
    """Write the letter with the result of a test, or print it once more; open to be shown."""
    return _opened(seat, seat.do(write_test_letter, number))


# The sheet


class MeterTestForm(OrderForm):
    """Order the test of a meter, or withdraw the one that is ordered; and why."""

    def __init__(self, page: Page, found: MeterTestsShown, meter: str) -> None:
        say = page.say
        told = [say(one) for one in found.told]
        if found.due_on is not None:
            told.insert(0, say("Result by {day}", day=found.due_on))
        if page.seat.may(dispute_bill):
            told.append(say("A bill in doubt can be put down as disputed meanwhile: Q, on the bills"))
        super().__init__(say, say("Test of a meter"), "\n".join(told))
        self.found, field = found, self.form.field
        self.meter = ChoiceField([(self._name(serial, at), serial) for serial, at in found.meters])
        self.meter.show_text(meter)
        ways = [(say("a test is ordered"), ORDER)]
        if any(found.open_test(serial) for serial, _at in found.meters):
            ways.append((say("the test ordered is withdrawn"), WITHDRAW))
        self.way = ChoiceField(ways)
        self.line(field("meter", say("Meter"), self.meter), field("way", say("What is so"), self.way))
        self.asked_by = TextField(example=found.customer_name)
        today = page.seat.today()
        self.line(
            field("asked_by", say("Asked by"), self.asked_by, hint=say("empty: the customer")),
            field("wanted", say("Day wished for"), DateField(say, today, earliest=today)),
        )
        example = say("for example: twice as much as last year, nobody at home")
        self.line(field("words", say("Why, in words"), TextField(example=example), required=True))
        self.with_problem()
        self.meter.changed.connect(lambda _: self._choose())
        self._choose()
        self.form.pristine()

    def _name(self, serial: str, address: str) -> str:
        several = len(self.found.meters) > 1
        is_open = self.found.open_test(serial) is not None
        return self.say.join(
            [grouped(serial), address if several else "", self.say("test ordered") if is_open else ""]
        )

    def _choose(self) -> None:
        """A meter with a test that is open: most likely that is withdrawn, the other way round a second one."""
        is_open = self.found.open_test(self.meter.value() or "") is not None
        self.way.show_text(WITHDRAW if is_open else ORDER)

    def order(self) -> tuple[Any, MeterTestOrder | MeterTestWithdrawal] | None:
        typed = self.form.submit()
        if typed is None:
            return None
        serial, words = typed["meter"] or "", typed["words"] or ""
        if typed["way"] == ORDER:
            number = self.found.account_number
            return order_meter_test, MeterTestOrder(
                number, words, typed["asked_by"] or "", serial, typed["wanted"]
            )
        standing = self.found.open_test(serial)
        if standing is None:
            self.problem.tell(self.say("No test of this meter is ordered."))
            return None
        return withdraw_test, MeterTestWithdrawal(standing.number, words)


class MeterTestSheet(OrderSheet):
    """The tests ordered for an account; ``show`` is given the slip of one that is ordered here."""

    def __init__(self, page: Page, number: str, meter: str, show: Show) -> None:
        self.meter, self.show_written = meter, show
        super().__init__(page, page.say("Tests of meters"), meter_tests_shown, order_meter_test, number)
        self.stored.connect(self._write_slip)

    def words(self, found: MeterTestsShown) -> tuple[str, str]:
        say = self.say
        waiting = [one for one in found.rows if one.is_open]
        stands = "\n".join(self._waits(one) for one in waiting) or say("No meter is to be tested")
        over = [one for one in found.rows if not one.is_open]
        return stands, "\n".join(_line_of(say, one) for one in over[:MOST_TOLD])

    def _waits(self, one: MeterTestRow) -> str:
        say = self.say
        due = say("result by {day}", day=one.due_on) if one.due_on else ""
        late = say("overdue") if one.overdue(self.page.seat.today()) else ""
        unsure = [say(words) for words in unknown_words(one.unknown_years)]
        told = [grouped(one.meter_serial), say(one.state.text), due, *unsure, late, one.number, one.words]
        return say.join(told)

    def make_form(self, found: MeterTestsShown) -> MeterTestForm | None:
        return MeterTestForm(self.page, found, self.meter) if found.meters else None

    def done(self, found: MeterTestPaper | MeterTestRow) -> str:
        say = self.say
        if isinstance(found, MeterTestRow):
            return say("Withdrawn")
        due = found.test.due_on
        ordered = say("Test {number} is ordered", number=found.number)
        return say.join([ordered, say("result by {day}", day=due) if due else ""])

    def _write_slip(self, found: MeterTestPaper | MeterTestRow) -> None:
        if isinstance(found, MeterTestPaper):
            show = self.show_written  # the sheet is gone when the slip is there
            self.page.call(_opened, self.page.seat, found, then=lambda made: show(*made))


def _line_of(say: Catalog, one: MeterTestRow) -> str:
    """A test that is over in a line: when ordered, what it said or why it was withdrawn, and when."""
    parts = [say.date(one.ordered_on), one.number, grouped(one.meter_serial), one.words]
    if one.state is MeterTestState.WITHDRAWN:
        return say.join([*parts, say(one.state.text), one.why, one.ended_by])
    if one.latest is None:
        return say.join(parts)
    report, error = one.latest.report, one.latest.error
    mean = say("mean error {error}", error=f"{say.number(error)} %") if error is not None else ""
    return say.join(
        [*parts, say.date(report.tested_on), say(report.verdict.text), mean, report.report_number]
    )


def wish_badges(say: Catalog, card: AccountCard, today: date) -> list[tuple[str, str]]:
    """What waits at the meters of an account because its customer asked for it: tests and re-reads."""
    waiting = [one for one in card.tests if one.is_open]
    late = any(one.overdue(today) for one in waiting)
    due = min((one.due_on for one in waiting if one.due_on is not None), default=None)
    words = say("meter to be tested") if waiting else ""
    if due is not None:
        words = say("meter test overdue") if late else say("meter test by {day}", day=say.short_date(due))
    return [
        (words, "bad" if late else "due"),
        (say("re-read asked for") if card.asked_reads else "", "info"),
    ]


def order_test(view: CardView, meter: str, moved: Callable[[], None]) -> None:
    """Show the tests of the account's meters, to order one of the ``meter`` shown; ``moved`` hears of a change."""
    if view.card is not None:
        sheet = MeterTestSheet(view.page, view.card.row.number, meter, view.show_paper)
        sheet.stored.connect(moved)
        sheet.appear()
