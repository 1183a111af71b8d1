"""The plain values of security deposits: money of a customer that is held against default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from desktop.kernel.measures import Money
from desktop.kernel.text import Text


@dataclass(frozen=True, slots=True)
class DepositOrder:
    """An amount of an account's credit to be held as its deposit, or of its deposit to become credit again."""

    account_number: str
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True)
class DepositReversal:
    """One movement of a deposit to be taken back, and why."""

    deposit_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class DepositRow:
    """One movement: above zero it was taken in, below zero it became credit; ``standing`` unless it was taken back.

    ``carried`` is what came in from another system: it is not taken back, for it was no credit of this one.
    """

    deposit_id: UUID
    moved_on: date
    amount: Money
    reason: str
    moved_by: str
    standing: bool
    carried: bool = False

    @property
    def why(self) -> Text | str:
        """Why it moved."""
        return Text("Came from another system") if self.carried else self.reason


@dataclass(frozen=True, slots=True)
class DepositShown:
    """What is held of an account, its credit, what it owes, and every movement, the newest first."""

    account_number: str
    held: Money
    credit: Money
    owed: Money
    moves: tuple[DepositRow, ...]
