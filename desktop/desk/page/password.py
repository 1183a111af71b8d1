"""The form for one's own password."""

from __future__ import annotations

from desktop.kernel.canonical import Secret
from desktop.kernel.text import Catalog
from desktop.qt.fields import TextField
from desktop.qt.form import LONGEST_SECRET, FormPanel
from desktop.staff import rules
from desktop.staff.records import OwnPassword


class OwnPasswordForm(FormPanel):
    """The old password and twice the new one; ``must`` says why it cannot wait. Nothing of it is kept anywhere."""

    def __init__(self, say: Catalog, login: str, *, must: bool) -> None:
        note = (
            say("Somebody else set it. Choose one that only you know, then everything opens") if must else ""
        )
        super().__init__(say, say("Change my password"), note)
        old = TextField(longest=LONGEST_SECRET, secret=True)
        self.line(self.form.field("old", say("Password until now"), old, required=True))
        for field in self.form.twice(
            "new",
            (say("New password"), say("The same again")),
            lambda typed: rules.other_password_problem(login, old.value() or "", typed),
        ):
            self.line(field)

    def order(self) -> OwnPassword | None:
        """What was typed; None when something is wrong with it, which is told."""
        typed = self.form.submit()
        return None if typed is None else OwnPassword(Secret(typed["old"]), Secret(typed["new"]))
