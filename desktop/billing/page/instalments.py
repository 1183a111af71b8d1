"""The tab of instalments: who pays a month in parts, and the parts asked for in the month shown."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.billing.page.printing import instalments_paper
from desktop.billing.records import (
    InstalmentPart,
    InstalmentReversalOrder,
    InstalmentShown,
    InstalmentsIssued,
    InstalmentsOrder,
    PlanOrder,
    PlanRow,
)
from desktop.billing.service import (
    instalment_plans,
    instalments,
    issue_instalments,
    plan_instalments,
    reverse_instalment,
    usual_parts,
)
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import Field, ProblemLine, column, reveal, row
from desktop.qt.cells import badge_room, title_room
from desktop.qt.fields import TextField
from desktop.qt.fold import Fold, Stack
from desktop.qt.form import FormPanel, FormRows, RowColumn
from desktop.qt.money import MoneyField, NumberField
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table, money_cell

_PLANS_WIDE, _FORM_WIDE, _MONTH_WIDE = 400, 420, 120
_BESIDE_FORM = (1, 3)
"""Columns of the month's parts that are away beside a form."""
_FOLDED_PLANS, _FOLDED_PARTS, _FOLDED_FORM = 240, 320, 420
WHYS = (Text("Production stopped"), Text("Agreed otherwise"))


class PlanForm(FormPanel):
    """What an account pays of each month by which day, from a month on; for a row of the list, its plan anew."""

    def __init__(self, page: Page, found: PlanRow | None) -> None:
        say = page.say
        super().__init__(say, say("Instalments"), say("A share is taken of the newest bill"))
        self.page, self.found = page, found
        self._fill(found)
        self.problem = ProblemLine()
        self.body.insertWidget(self.body.count() - 1, self.problem)
        self.form.pristine()
        number = found.account_number if found else ""
        self.form.keep_drafts(page.unfinished, f"instalments {number}".strip(), page.tasks)

    def _fill(self, found: PlanRow | None) -> None:
        say, field = self.say, self.form.field
        account, month = TextField(), TextField(example="2026-01", longest=7)
        self.line(field("account", say("Account number"), account, required=True))
        self.line(field("month", say("From the month"), month, required=True))
        account.show_text(found.account_number if found else "")
        month.show_text(f"{self.page.seat.today():%Y-%m}")
        country = self.page.seat.app.country
        columns = (
            RowColumn("day", say("Day"), lambda: NumberField(say, most=2), 2),
            RowColumn("percent", "%", lambda: NumberField(say, most=3), 2, required=False),
            RowColumn(
                "amount", country.currency.sign, lambda: MoneyField(say, country.currency), 3, required=False
            ),
        )
        self.rows = FormRows(self.form, say, "parts", columns)
        self.body.insertWidget(self.body.count() - 1, self.form.rows(self.rows))
        for at, part in enumerate(found.parts if found else usual_parts(country)):
            if at >= len(self.rows):
                self.rows.add_row()
            edit = self.form.edit
            edit(f"parts[{at}].day").show_text(str(part.day))
            edit(f"parts[{at}].percent").show_text("" if part.percent is None else str(part.percent))
            edit(f"parts[{at}].amount").show_text("" if part.amount is None else say.money(part.amount))

    def add_line(self) -> None:
        """One more part, and go there."""
        self.rows.add_row()
        self.rows.go_to_last()

    def order(self) -> PlanOrder | None:
        """What was typed; None when something is wrong with it, which is told."""
        typed = self.form.submit()
        if typed is None:
            return None
        parts = tuple(
            InstalmentPart(
                int(one["day"]),
                None if one["percent"] is None else int(one["percent"]),
                one["amount"],
            )
            for one in typed["parts"]
        )
        return PlanOrder(typed["account"], typed["month"], parts)


class Instalments(QWidget):
    """Plans at the left, the parts of a month beside them, the form of a plan at the right."""

    papered = Signal(str, object)
    """The title of a paper to show, and the paper."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.say, self.form = page, page.say, None
        self._sending = False
        self.shown: tuple[InstalmentShown, ...] = ()
        say = self.say
        self.plans = Table(
            say("Who pays in instalments"), self._plan_columns(), row_height=theme.ROW_TWO, persons=True
        )
        self.plans.show_empty(say("Nobody pays in instalments"), say("Ctrl+N agrees on them"), "calendar")
        self.parts = Table(
            say("Instalments of the month"), self._part_columns(), row_height=theme.ROW_TWO, persons=True
        )
        self.parts.show_empty(say("No instalments of this month"), say("F12 issues them"), "receipt-text")
        for table in (self.plans, self.parts):
            table.moved.connect(lambda _: page.refresh_keys())
        self.month = TextField(example="2026-01", longest=7)
        self.month.setFixedWidth(theme.grown(_MONTH_WIDE))
        self.month.show_text(f"{page.seat.today():%Y-%m}")
        self.month.changed.connect(lambda _: self._month_typed())
        self.month_field = Field(say("Month"), self.month)
        self.question = InlineQuestion(page.unfinished, page.tasks, "instalments")
        self.question.answered.connect(self._answered)
        self._asked = ""
        above = row(self.month_field)
        above.addStretch(1)
        listed, asked, whole = Panel(padding=0), Panel(padding=0), QWidget()
        listed.body.addWidget(self.plans)
        asked.body.addWidget(self.parts)
        beside = column(self.question, asked)
        beside.insertLayout(0, above)
        beside.setStretch(2, 1)
        whole.setLayout(beside)
        self.side = Stack()
        self.side.hide()
        self.setLayout(
            column(
                Fold(
                    (listed, theme.grown(_PLANS_WIDE), _FOLDED_PLANS),
                    (whole, 0, _FOLDED_PARTS),
                    (self.side, theme.grown(_FORM_WIDE), _FOLDED_FORM),
                )
            )
        )

    def _plan_columns(self) -> tuple[Column, ...]:
        say, country = self.say, self.page.seat.app.country

        def who(one: PlanRow) -> Cell:
            return Cell(one.customer_name, country.format_account(one.account_number), strong=True)

        def parts(one: PlanRow) -> Cell:
            until = say("until {day}", day=one.valid_to) if one.valid_to else ""
            since = say.join([say("from {day}", day=one.valid_from), until])
            return Cell(", ".join(self._part(part) for part in one.parts), since)

        return Column(say("Customer"), who, 160), Column(say("Day: share or amount"), parts)

    def _part(self, part: InstalmentPart) -> str:
        """The day of a part and its share or amount."""
        what = f"{part.percent} %" if part.percent is not None else self.say.money(part.amount or Money(0))
        return f"{part.day}: {what}"

    def _part_columns(self) -> tuple[Column, ...]:
        say, country = self.say, self.page.seat.app.country
        amount = say("Amount {sign}", sign=country.currency.sign)
        left = say("Still to pay {sign}", sign=country.currency.sign)
        states = (
            say("taken back"),
            say("paid"),
            say("due {day}", day=self.page.seat.today().replace(month=12, day=28)),
        )

        def place(one: InstalmentShown) -> Cell:
            which = say("{place} of {places}", place=one.place, places=one.places)
            return Cell(one.number, say.join([which, one.bill_number]))

        return (
            Column(
                say("Customer"),
                lambda one: Cell(one.customer_name, country.format_account(one.account_number), strong=True),
            ),
            Column(say("Number"), place, 190),
            Column(say("State"), lambda one: self._state(one, states), badge_room(say("State"), states)),
            Column(amount, lambda one: money_cell(say.money(one.amount)), title_room(amount, 92), right=True),
            Column(left, lambda one: money_cell(say.money(one.open), zero=not one.open),
                   title_room(left, 92), right=True),
        )  # fmt: skip

    def _state(self, one: InstalmentShown, words: tuple[str, ...]) -> Cell:
        if one.reversed_on is not None:
            return Cell(words[0], state="withdrawn")
        if not one.open:
            return Cell(words[1], state="ok")
        late = one.due_on < self.page.seat.today()
        return Cell(self.say("due {day}", day=one.due_on), state="bad" if late else "due")

    # Keys ----------------------------------------------------------------------------------------------------

    def keys(self) -> list[Key]:
        """The keys of the lists, or of the form that is open."""
        if self.form is not None:
            send = Key("F12", Text("Agree on it"), self.send, "primary", "check", not self._sending)
            more = Key("Ctrl+L", Text("one more line"), self.form.add_line)
            return [*self.form.form.keys, Key("Esc", Text("back, asks first"), self.close_form), more, send]
        part, plan = self.parts.current, self.plans.current
        keys = [Key("Esc", Text("back"), self.close_question)]
        some = any(one.reversed_on is None for one in self.shown)
        keys.append(Key("Ctrl+P", Text("instalments PDF"), self.show_paper, enabled=some))
        if self.page.seat.may(plan_instalments):
            runs = plan is not None and plan.valid_to is None
            stands = part is not None and part.reversed_on is None and not part.bill_number
            keys += [
                Key("Ctrl+N", Text("agree on instalments"), self.make),
                Key("E", Text("change"), self.change, enabled=runs),
                Key("Del", Text("end with this month"), self.end, enabled=runs),
                Key("Ctrl+Z", Text("take back"), self.ask_back, enabled=stands),
                Key("F12", Text("Issue the instalments"), self.issue, "primary", "check", not self._sending),
            ]
        return keys

    # Asking --------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask for plans and for the instalments of the month."""
        self.plans.asking()
        self.page.ask(instalment_plans, None, self._show_plans)
        if self._period() is not None:
            self.parts.asking()
            self.page.ask(instalments, self.month.text().strip(), self._show_parts)

    def _period(self) -> Period | None:
        try:
            return Period.month(self.month.text().strip())
        except ValueError:
            return None

    def _month_typed(self) -> None:
        self.month_field.problem("")
        if self._period() is not None:
            self.ask()

    def _show_plans(self, rows: tuple[PlanRow, ...]) -> None:
        self.plans.show_rows(rows, select=max(self.plans.currentIndex().row(), 0) if rows else None)
        self.page.refresh_keys()

    def _show_parts(self, rows: tuple[InstalmentShown, ...]) -> None:
        self.shown = rows
        self.parts.show_rows(rows, select=max(self.parts.currentIndex().row(), 0) if rows else None)
        self.page.refresh_keys()

    # Plans ---------------------------------------------------------------------------------------------------

    def make(self) -> None:
        """Open the form of a new plan."""
        self._open(None)

    def change(self) -> None:
        """Open the form of the chosen plan."""
        if self.plans.current is not None:
            self._open(self.plans.current)

    def _open(self, found: PlanRow | None) -> None:
        if not self.close_form():
            return
        self.form = PlanForm(self.page, found)
        self.side.addWidget(self.form)
        self.side.setCurrentWidget(self.form)
        self._reveal_form(shown=True)
        self.form.form.begin()
        self.page.refresh_keys()

    def _reveal_form(self, *, shown: bool) -> None:
        """The form comes or goes; columns that have no room beside it are away meanwhile."""
        reveal(self.side, shown)
        for at in _BESIDE_FORM:
            self.parts.setColumnHidden(at, shown)

    def end(self) -> None:
        """End the chosen plan with the month shown as its first without instalments."""
        plan: PlanRow | None = self.plans.current
        if plan is not None and self._month_told() is not None:
            order = PlanOrder(plan.account_number, self.month.text().strip(), ())
            self.page.do(plan_instalments, order, lambda _: self._planned(self.say("The plan ends")))

    def send(self) -> None:
        """Agree on what was typed; refused, it stays typed and the reason stands below."""
        form = self.form
        order = None if form is None or self._sending else form.order()
        if form is not None and order is not None:
            self._sending = True
            form.problem.tell("")
            self.page.do(
                plan_instalments, order, partial(self._sent, form), failed=partial(self._failed, form)
            )

    def _sent(self, form: PlanForm, _row: object) -> None:
        self._sending = False
        form.form.done()
        if self.form is form:
            self.close_form()
        self._planned(self.say("The instalments are agreed on"))

    def _failed(self, form: PlanForm, error: BaseException) -> None:
        self._sending = False
        if isinstance(error, Refused) and form is self.form:
            form.problem.tell(self.say(error.text))
        else:
            self.page.trouble(error)
        self.page.refresh_keys()

    def _planned(self, words: str) -> None:
        self.page.toast(words)
        self.ask()

    def may_leave(self) -> bool:
        """Whether nothing typed would be lost; asks."""
        return self.form is None or bool(self.form.form.may_leave())

    def close_form(self) -> bool:
        """Close the form, after asking when something typed would be lost; whether none is open now."""
        if not self.may_leave():
            return False
        if self.form is not None:
            self._reveal_form(shown=False)
            self.side.removeWidget(self.form)
            self.form.deleteLater()
            self.form = None
            self.page.take_focus(self.plans)
            self.page.refresh_keys()
        return True

    # Instalments ---------------------------------------------------------------------------------------------

    def _month_told(self) -> Period | None:
        """The month typed; one that is none is told."""
        period = self._period()
        if period is None:
            self.month_field.problem(self.say("This is no month. Write year and month, for example 2026-01"))
        return period

    def issue(self) -> None:
        """Issue what of the month's instalments is not issued yet."""
        period = self._month_told()
        if period is not None and not self._sending:
            self._sending = True
            self.page.do(
                issue_instalments, InstalmentsOrder(period.code), self._issued, failed=self._not_issued
            )

    def _issued(self, done: InstalmentsIssued) -> None:
        self._sending = False
        say = self.say
        words = say.plural("{count} instalment issued", "{count} instalments issued", len(done.numbers))
        number = self.page.seat.app.country.format_account
        left = say.join([f"{number(one.account_number)}: {say(one.reason)}" for one in done.left])
        self.page.banner.tell("warn" if done.left else "ok", words, left)
        self.ask()

    def _not_issued(self, error: BaseException) -> None:
        self._sending = False
        self.page.trouble(error)

    def ask_back(self) -> None:
        """Nothing is taken back without a reason."""
        part: InstalmentShown | None = self.parts.current
        if part is not None:
            say, self._asked = self.say, part.number  # whatever is chosen meanwhile
            title = say("Take back instalment {number}", number=part.number)
            self.question.ask(
                "back", title, say("Enter goes on, Esc leaves them"), say("why"), [say(why) for why in WHYS]
            )

    def _answered(self, place: int, words: str, _ctrl: bool) -> None:
        why = self.say(WHYS[place]) if place >= 0 else words.strip()
        if not why:
            self.question.problem(self.say("Say why"))
            return
        self.question.close_question()
        self.page.do(reverse_instalment, InstalmentReversalOrder(self._asked, why), self._taken_back)

    def _taken_back(self, _part: object) -> None:
        self.question.settled()
        self._planned(self.say("What was paid on it is credit"))

    def close_question(self) -> None:
        """Close the question; what was typed stays."""
        self.question.close_question()

    def show_paper(self) -> None:
        """Show the papers of the instalments of the month that stand."""
        rows = tuple(one for one in self.shown if one.reversed_on is None)
        if rows:
            title = self.say("Instalments {month}", month=self.say.month(rows[0].month))
            self.page.call(instalments_paper, self.page.seat, rows, then=partial(self.papered.emit, title))
