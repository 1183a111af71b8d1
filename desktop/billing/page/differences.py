"""The difference list of a run: every draft beside another bill of its account, by causes: those to sign first, then
the largest difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject

from desktop.billing.records import Against, Cause, Comparison, DraftRow, ReviewFlag
from desktop.billing.rules import change
from desktop.kernel.country import Country
from desktop.kernel.measures import Money
from desktop.kernel.text import Catalog
from desktop.qt import theme
from desktop.qt.cells import badge_room, title_room
from desktop.qt.figures import signed
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table, money_cell

JUMP = 30
"""Percent more than before that are worth a look."""


@dataclass(frozen=True, slots=True)
class CauseRow:
    """What one cause makes of the difference of a run; None is the whole."""

    cause: Cause | None
    accounts: int
    amount: Money


class Differences(QObject):
    """Two panels of one page: the causes of a run, and the accounts behind the chosen one."""

    def __init__(self, say: Catalog, country: Country) -> None:
        super().__init__()
        self.say, self.country, self.drafts, self.against = say, country, (), Against.MONTH
        sign = country.currency.sign
        self.causes = Table(
            say("Causes of the difference"),
            (
                Column(say("Cause"), lambda row: say(row.cause.text) if row.cause else say("All")),
                Column(
                    say("Accounts"),
                    lambda row: say.number(row.accounts),
                    title_room(say("Accounts"), 60),
                    right=True,
                ),
                Column(
                    say("Amount {sign}", sign=sign),
                    lambda row: Cell(self._signed(row.amount), strong=row.cause is None),
                    98,
                    right=True,
                ),
            ),
            key=lambda row: row.cause,
        )
        self.causes.moved.connect(lambda _: self._show_accounts())
        before, amount, difference = (
            say("Before {sign}", sign=sign),
            say("Now {sign}", sign=sign),
            say("Difference"),
        )
        self.table = Table(
            say("Accounts by difference"),
            (
                Column(say("Customer, account, route"), self._who),
                Column(before, self._before, title_room(before, 92), right=True, value=self._raw_before),
                Column(
                    amount,
                    lambda draft: money_cell(say.money(draft.amount)),
                    title_room(amount, 92),
                    right=True,
                    value=lambda draft: draft.amount.raw,
                ),
                Column(
                    difference, self._difference, title_room(difference, 92), right=True,
                    value=lambda draft: abs(self._other(draft).difference.raw),
                ),
                Column("%", self._percent, 72, right=True),
                Column(say("Why"), self._why, least=210),
                Column(
                    say("Signature"),
                    self._signature,
                    badge_room(say("Signature"), (say("signed"), *(f"{say(flag.text)} +2" for flag in ReviewFlag))),
                ),
            ),
            row_height=theme.ROW_TWO,
            persons=True,
            ticks=True,
            key=lambda draft: draft.account_number,
        )  # fmt: skip
        self.table.show_empty(say("Nothing to compare"), say("There is no other bill yet"), "receipt-text")
        self.cause_panel, self.panel = Panel(padding=0), Panel(padding=0)
        self.cause_panel.body.addWidget(self.causes)
        self.panel.body.addWidget(self.table)

    def show_drafts(self, drafts: Sequence[DraftRow]) -> None:
        """Compare drafts: with the bills they put right where they do so, with the month before otherwise."""
        compared = [draft for draft in drafts if draft.compared]
        replaces = bool(compared) and all(draft.against(Against.REPLACED) for draft in compared)
        self.against = Against.REPLACED if replaces else Against.MONTH
        self.drafts = tuple(draft for draft in drafts if draft.against(self.against) is not None)
        sums: dict[Cause, tuple[int, int]] = {}
        for draft in self.drafts:
            for one in self._other(draft).causes:
                count, amount = sums.get(one.cause, (0, 0))
                sums[one.cause] = (count + 1, amount + one.amount.raw)
        whole = Money.total([self._other(draft).difference for draft in self.drafts])
        rows = [CauseRow(None, len(self.drafts), whole)]
        rows += [CauseRow(cause, *_row(sums[cause])) for cause in Cause if cause in sums]
        self.causes.show_rows(rows, select=self.causes.place_in(rows))
        self._show_accounts()

    def _show_accounts(self) -> None:
        chosen = self.causes.current
        cause = chosen.cause if chosen is not None else None
        rows = [draft for draft in self.drafts if cause is None or self._part(draft, cause)]
        rows.sort(key=lambda draft: (not draft.unsigned, -abs(self._part(draft, cause))))
        self.table.show_rows(rows, select=self._place(rows) if rows else None)

    def _place(self, rows: Sequence[DraftRow]) -> int:
        """Where the account chosen before stands; one signed meanwhile went down and leaves its place to the next."""
        before, at = self.table.current, self.table.place_in(rows)
        if before is not None and before.unsigned and not rows[at].unsigned:
            return min(self.table.currentIndex().row(), len(rows) - 1)
        return at

    def _part(self, draft: DraftRow, cause: Cause | None) -> int:
        """How much of a draft's difference a cause makes; all of it for none."""
        other = self._other(draft)
        if cause is None:
            return other.difference.raw
        return sum(one.amount.raw for one in other.causes if one.cause is cause)

    def _other(self, draft: DraftRow) -> Comparison:
        other = draft.against(self.against)
        if other is None:
            raise LookupError(f"{draft.account_number} has no other bill")
        return other

    def _signed(self, amount: Money) -> str:
        return signed(self.say.money(amount), amount.raw)

    def _who(self, draft: DraftRow) -> Cell:
        number = self.country.format_account(draft.account_number)
        return Cell(draft.customer_name, self.say.join([number, draft.route]))

    def _before(self, draft: DraftRow) -> Cell:
        return Cell(self.say.money(self._other(draft).amount), ink="ink2")

    def _raw_before(self, draft: DraftRow) -> int:
        return self._other(draft).amount.raw

    def _difference(self, draft: DraftRow) -> Cell:
        return Cell(self._signed(self._other(draft).difference), strong=True)

    def _percent(self, draft: DraftRow) -> Cell:
        decimal = self.country.currency.decimal
        share = change(decimal(draft.amount), decimal(self._other(draft).amount))
        if share is None:
            return Cell("–", ink="ink3")
        return Cell(signed(self.say.number(share, 1), share), ink="bad" if share >= JUMP else "ink2")

    def _why(self, draft: DraftRow) -> Cell:
        """The causes by size, and what changed in energy below them."""
        say, other = self.say, self._other(draft)
        largest = sorted(other.causes, key=lambda one: -abs(one.amount.raw))
        words = [f"{say(one.cause.text)} {self._signed(one.amount)}" for one in largest]
        change = draft.energy - other.energy
        return Cell(say.join(words), f"{signed(say.number(change), change.raw)} kWh")

    def _signature(self, draft: DraftRow) -> Cell:
        if not draft.flags:
            return Cell("")
        if draft.signed_by:
            return Cell(self.say("signed"), state="ok")
        first, *more = (self.say(flag.text) for flag in draft.flags)
        return Cell(f"{first} +{len(more)}" if more else first, state="warn")


def _row(sums: tuple[int, int]) -> tuple[int, Money]:
    return sums[0], Money(sums[1])
