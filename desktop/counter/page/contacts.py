"""How a customer is reached, changed in three keys wherever an account is at hand: a key, a digit, then typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from desktop.kernel.errors import Refused
from desktop.kernel.text import LANGUAGES, SHAPES
from desktop.parties.records import REACHED, ContactChange, ContactPart, ContactShown
from desktop.parties.service import change_contact
from desktop.qt.asking import InlineQuestion
from desktop.qt.page import Page, Question


class ContactChanger(InlineQuestion):
    """Asks what about reaching a customer is changed, then for the new value; ``changed`` when it is kept.

    ``gone`` is called when nothing is asked any more, so that the page takes its keys and its focus back.
    """

    def __init__(self, page: Page, changed: Callable[[], None], gone: Callable[[], None]) -> None:
        super().__init__(page.unfinished, page.tasks, "reach")
        self.page, self.say = page, page.say
        self._changed, self._gone = changed, gone
        self._party: UUID | None = None
        self._contacts: tuple[ContactShown, ...] = ()
        self._part: ContactPart | None = None
        self._codes: tuple[str, ...] = ()
        self._busy = False
        self.answered.connect(self._answer)

    def begin(self, party_id: UUID, contacts: Sequence[ContactShown]) -> None:
        """Ask what is changed of how a customer is reached."""
        say = self.say
        self._party, self._part = party_id, None
        self._contacts = tuple(one for one in contacts if one.valid_to is None and one.kind in REACHED)
        keys = say.join((say("a digit chooses"), say("Esc goes back")))
        self.ask(
            f"what {party_id}", say("What is changed?"), keys, "", [say(part.text) for part in ContactPart]
        )

    def leave(self) -> bool:
        """Esc: nothing is asked any more, after asking about what was typed; False when nothing was asked."""
        if self.isHidden():
            return False
        say = self.say
        if self.edit.text().strip():
            words = say("What you typed is not saved"), say("Go on typing, or discard it")
            if not Question(self, *words, say("Go on typing"), say("Discard")).exec():
                return True
        self.settled()
        self._gone()
        return True

    def _answer(self, at: int, words: str, _held: bool) -> None:
        if self._busy or self._party is None:
            return
        if self._part is None:
            if at < 0:
                self.problem(self.say("Press the digit of what is changed first"))
            else:
                self._ask_value(tuple(ContactPart)[at])
        elif self._codes and at < 0:
            self.problem(self.say("Press one of the digits"))
        else:
            self._keep(self._codes[at] if self._codes else words)

    def _ask_value(self, part: ContactPart) -> None:
        """Ask for the new value: one of a few, or typed."""
        say = self.say
        self.settled()
        self._part, self._codes = part, ()
        choices: list[str] = []
        if part is ContactPart.LANGUAGE:
            self._codes, choices = LANGUAGES, [SHAPES[code].name for code in LANGUAGES]
        elif part is ContactPart.NOTICES:
            self._codes = tuple(str(one.contact_id) for one in self._contacts)
            choices = [say.join([say(one.kind.text), one.value]) for one in self._contacts]
        first = say("a digit chooses") if choices else say("Enter keeps it")
        example = {ContactPart.PHONE: "13812345678", ContactPart.AUTHORISED: say("name and telephone")}
        keys = say.join((first, say("Esc goes back")))
        self.ask(f"{part.value} {self._party}", say(part.text), keys, example.get(part, ""), choices)
        if part is ContactPart.NOTICES and not choices:
            self.problem(say("No contact is kept that notices could go to"))

    def _keep(self, value: str) -> None:
        if self._party is not None and self._part is not None:
            self._busy = True
            order = ContactChange(self._party, self._part, value)
            self.page.do(change_contact, order, partial(self._stored, self._part), failed=self._failed)

    def _stored(self, part: ContactPart, _party: UUID) -> None:
        self._busy = False
        self.settled()
        self._gone()
        self.page.toast(self.say("{part} changed", part=part))
        self._changed()

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        if isinstance(error, Refused):
            self.problem(self.say(error.text))
        else:
            self.page.trouble(error)
