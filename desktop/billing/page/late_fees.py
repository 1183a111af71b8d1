"""What the law leaves open about late fees: what holds, what is to hold later, and the form that chooses."""

from __future__ import annotations

from datetime import timedelta

from desktop.kernel.country import LateFeeSettings
from desktop.kernel.errors import Refused
from desktop.ledger.records import LateFeeChoice, LateFeeChoiceRow
from desktop.ledger.service import late_fee_choices, set_late_fee_choice
from desktop.qt.basics import Label, ProblemLine
from desktop.qt.fields import ChoiceField, DateField
from desktop.qt.form import FormPanel
from desktop.qt.formsheet import FormSheet
from desktop.qt.page import Page


class LateFeeSettingsForm(FormPanel):
    """One choice of one setting, and the day from which bills are issued with it."""

    def __init__(self, page: Page, settings: LateFeeSettings) -> None:
        say, today = page.say, page.seat.today()
        super().__init__(say, say("Choose"), say("Bills issued before keep their terms"))
        tomorrow = today + timedelta(days=1)
        ways = [
            (say.join([say(setting.name), say(words)]), f"{setting.key} {choice}")
            for setting in settings.of(tomorrow)
            for choice, words in setting.choices
        ]
        start = DateField(say, today, earliest=tomorrow)
        start.show_value(tomorrow)
        self.line(self.form.field("choice", say("Setting"), ChoiceField(ways)))
        self.line(self.form.field("from", say("Valid from"), start, required=True))
        self.problem = ProblemLine()
        self.body.insertWidget(self.body.count() - 1, self.problem)
        self.form.pristine()

    def order(self) -> LateFeeChoice | None:
        """What was typed; None when something is wrong with it, which is told."""
        typed = self.form.submit()
        if typed is None:
            return None
        setting, _, choice = typed["choice"].partition(" ")
        return LateFeeChoice(setting, choice, typed["from"])


class LateFeeSettingsSheet(FormSheet):
    """The settings of late fees over the page of bills; who may not choose reads them."""

    def __init__(self, page: Page, settings: LateFeeSettings) -> None:
        super().__init__(page, page.say("Late fees"))
        self.told = Label("", wrap=True)
        self.body.addWidget(self.told)
        self.form: LateFeeSettingsForm | None = None
        self.settings = settings
        page.ask(late_fee_choices, None, self._show, failed=page.trouble)

    def _show(self, found: tuple[LateFeeChoiceRow, ...]) -> None:
        self.told.setText("\n".join(self._line(one) for one in found))
        if self.page.seat.may(set_late_fee_choice):
            self.form = LateFeeSettingsForm(self.page, self.settings)
            self.show_form(self.form)
        self.fit()

    def _line(self, one: LateFeeChoiceRow) -> str:
        say = self.say
        since = say("from {day}", day=one.valid_from) if one.valid_from else say("from the start")
        return say.join([say(one.name), say(one.words), since])

    def submit(self) -> None:
        order = self.form.order() if self.form is not None else None
        self.fit()
        if order is not None:
            self.send(set_late_fee_choice, order, self._line)

    def refused(self, error: Refused) -> None:
        if self.form is not None:
            self.form.problem.tell(self.say(error.text))
