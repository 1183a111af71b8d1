"""What the forms of bills beside the month's run have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.kernel.text import Text
from desktop.qt.basics import ProblemLine
from desktop.qt.fields import ChoiceField
from desktop.qt.form import FormPanel
from desktop.qt.page import Page

CHARGE, BACK = "charge", "back"


class OtherForm(FormPanel):
    """The form of one kind of bill; ``job`` makes its draft, by the key that says ``act``."""

    job: Callable[..., Any]
    start: Callable[..., Any]
    act = Text("Make the draft")

    def __init__(self, page: Page, draft: str, title: str, note: str) -> None:
        super().__init__(page.say, title, note)
        self.page, self.country = page, page.seat.app.country
        self.fill()
        self.problem = ProblemLine()
        self.body.insertWidget(self.body.count() - 1, self.problem)
        self.form.pristine()
        self.form.keep_drafts(page.unfinished, f"bill {draft}", page.tasks)

    def fill(self) -> None:
        """Put the fields in."""
        raise NotImplementedError

    def order(self) -> Any:
        """What was typed; None when something is wrong with it, which is told."""
        raise NotImplementedError

    @property
    def beside(self) -> QWidget | None:
        """What stands beside the form; None where a hint does."""
        return None

    def shown(self) -> None:
        """The form came in front."""

    def told(self, _done: Any) -> str:
        """What was done, in a line; nothing where the run tells it."""
        return ""

    def way(self) -> ChoiceField:
        """Whether it is charged or given back."""
        return ChoiceField([(self.say("is charged"), CHARGE), (self.say("is given back"), BACK)])
