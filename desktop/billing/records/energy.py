"""The plain values of energy put right because of the metering."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import Text, Worded
from desktop.tariffs.records import PricedLine


@dataclass(frozen=True, slots=True)
class EnergyOrder:
    """Energy of a month that was billed wrong because of the metering, to be put right with the bill of another.

    ``month`` is the month concerned, ``billed_with`` the one whose bill it comes with (codes, ``2026-01``); ``values``
    describe the error as JSON that the country reads. ``contract_number`` chooses where an account has several.
    """

    account_number: str
    month: str
    billed_with: str
    values: str
    reason: str
    contract_number: str = ""


@dataclass(frozen=True, slots=True)
class EnergyDecisionOrder:
    """Approve or decline a correction of energy that somebody else proposed."""

    correction_id: UUID
    approve: bool
    reason: str = ""


class EnergyState(Worded):
    """How far a correction of energy is."""

    WAITING = "waiting", Text("Waits for approval")
    APPROVED = "approved", Text("Approved")
    DECLINED = "declined", Text("Declined")


@dataclass(frozen=True, slots=True)
class EnergyRow:
    """A correction of energy: kWh to bill afterwards (+) or to pay back (−) at the prices of the month concerned.

    ``declined`` is why it was declined, ``values`` are those of the error as they were entered; ``mine`` tells that who
    asks proposed it.
    """

    correction_id: UUID
    account_number: str
    month: date
    billed_with: date
    energy: Energy
    arithmetic: Text
    reason: str
    state: EnergyState
    proposed_by: str
    decided_by: str = ""
    declined: str = ""
    contract_number: str = ""
    values: str = ""
    mine: bool = False

    @property
    def order(self) -> EnergyOrder:
        """What was proposed."""
        return EnergyOrder(
            self.account_number, f"{self.month:%Y-%m}", f"{self.billed_with:%Y-%m}", self.values, self.reason,
            self.contract_number,
        )  # fmt: skip


ALONE = Text("The month it comes with cannot be billed yet: its own energy is not counted before it")
"""What is told of an `EnergyCost` that is ``alone``."""


@dataclass(frozen=True, slots=True)
class EnergyCost:
    """What a correction of energy would come to: kWh, amount, and the lines of it with their explanations.

    ``alone`` tells that the bill it comes with cannot be computed yet, so its own energy is not counted before it.
    """

    energy: Energy
    arithmetic: Text
    amount: Money
    lines: tuple[PricedLine, ...]
    alone: bool


# Collective bills
