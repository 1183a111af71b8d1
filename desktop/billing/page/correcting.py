"""Putting bills right from the page of bill runs: taken back, billed anew, and signed by another person."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from desktop.billing.records import (
    BillsReversed,
    ChunkDone,
    CorrectionOrder,
    DraftRow,
    DraftState,
    ReversalOrder,
    RunOutcome,
    RunRow,
    SignOrder,
)
from desktop.billing.service import (
    correct_bills,
    draft_again,
    reverse_bills,
    sign_drafts,
    start_correction,
)
from desktop.kernel.text import Text
from desktop.qt.asking import InlineQuestion
from desktop.qt.page import Key, Page
from desktop.qt.progress import Progress

WHYS = (Text("Wrong reading"), Text("Wrong price"), Text("Wrong contract terms"))
RIGHT, BACK = "right", "back"


class Correcting(QObject):
    """What is done about chosen accounts of a run: their bills are put right or taken back, their drafts signed."""

    done = Signal(object)

    def __init__(self, page: Page, progress: Progress) -> None:
        super().__init__(page)
        self._page, self._progress = page, progress
        self._topic, self._chosen, self._run = "", (), None
        self.question = InlineQuestion(page.unfinished, page.tasks, "bills")
        self._asked: tuple[str, ...] = ()
        self.question.answered.connect(self._answered)

    def keys(self, chosen: Sequence[DraftRow], run: RunRow | None, *, busy: bool) -> list[Key]:
        """The keys for chosen accounts of a run; those somebody may not press are absent."""
        self._chosen, self._run = tuple(chosen), run
        may, keys = self._page.seat.may, []
        billed = any(row.bill_number and row.state is DraftState.ISSUED for row in chosen)
        if may(start_correction):
            keys += [
                Key(
                    "Ctrl+R",
                    Text("put right"),
                    lambda: self._ask(RIGHT),
                    "button",
                    "rotate-ccw",
                    billed and not busy,
                ),
                Key("Ctrl+Z", Text("take back"), lambda: self._ask(BACK), "button", "", billed and not busy),
            ]
        if may(sign_drafts) and run is not None and run.unsigned:
            waits = any(row.unsigned for row in chosen)
            keys.append(Key("F9", Text("sign"), self.sign, "button", "check", waits and not busy))
        return keys

    def _ask(self, topic: str) -> None:
        """Nothing is put right or taken back without a reason."""
        say = self._page.say
        numbers = self._numbers()
        if not numbers:
            return
        self._topic, self._asked = topic, numbers  # whatever is chosen meanwhile
        title = (
            say.plural("Put right {count} bill", "Put right {count} bills", len(numbers))
            if topic == RIGHT
            else say.plural("Take back {count} bill", "Take back {count} bills", len(numbers))
        )
        keys = say("Enter goes on, Esc leaves them")
        self.question.ask(topic, title, keys, say("why"), [say(why) for why in WHYS])

    def _numbers(self) -> tuple[str, ...]:
        return tuple(
            row.bill_number for row in self._chosen if row.bill_number and row.state is DraftState.ISSUED
        )

    def _answered(self, place: int, words: str, _ctrl: bool) -> None:
        page, why = self._page, self._page.say(WHYS[place]) if place >= 0 else words.strip()
        if not why:
            self.question.problem(page.say("Say why"))
            return
        self.question.close_question()
        if self._topic == BACK:
            page.do(reverse_bills, ReversalOrder(self._asked, why), self._taken_back)
            return
        page.run(
            correct_bills, CorrectionOrder(why, self._asked), then=self._drafted, progress=self._progress,
            begin=Text("Drafting"),
            words=lambda done, total: Text("Drafting, {done} of {total}", done=done, total=total),
        )  # fmt: skip

    def _drafted(self, done: RunOutcome) -> None:
        self.question.settled()
        self.done.emit(done)

    def _taken_back(self, done: BillsReversed) -> None:
        page, say = self._page, self._page.say
        self.question.settled()
        page.banner.tell(
            "ok",
            say.plural("{count} bill taken back", "{count} bills taken back", done.bills),
            say(
                "What was paid on them is credit; the month's next run bills them anew, signed by another person"
            ),
        )
        page.ask_again()

    def sign(self) -> None:
        """Sign the chosen drafts that wait for it."""
        keys = tuple(row.account_id for row in self._chosen if row.unsigned and row.account_id)
        if self._run is not None and keys:
            self._page.do(sign_drafts, SignOrder(self._run.number, keys), self._signed)

    def _signed(self, done: ChunkDone) -> None:
        page, say = self._page, self._page.say
        page.banner.tell("ok", say.plural("{count} draft signed", "{count} drafts signed", done.done))
        page.ask_again()

    def again(self, run: RunRow) -> None:
        """Draft anew what of a correction is not issued yet."""
        self._page.run(
            draft_again, run.number, then=self.done.emit, progress=self._progress,
            begin=Text("Drafting"),
            words=lambda done, total: Text("Drafting, {done} of {total}", done=done, total=total),
        )  # fmt: skip
