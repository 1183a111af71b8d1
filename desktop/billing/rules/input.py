"""What decides a bill, whole: equal inputs give equal bills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from desktop.kernel.measures import Energy
from desktop.kernel.text import Text
from desktop.metering.records import MonthUsage, RegisterUsage


class Unbillable(Exception):
    """Why an account cannot be billed now; inside the gathering of its input alone."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class BillPart:
    """What one price list prices of a bill: some days of one contract, as determinants in their raw steps.

    ``end`` is not included. A bill of one price for the whole month has one part; a ``share`` is what another list
    than the contract's own prices.
    """

    contract_id: UUID
    version_id: UUID
    start: date
    end: date
    determinants: Mapping[str, int]
    share: bool = False


@dataclass(frozen=True, slots=True)
class BillInput:
    """All that decides one account's bill; equal inputs give equal bills, and their hash is compared at issue.

    ``notes`` tell how the energy of the parts came from the reads: losses, sub-meters, shares, days.
    """

    account_id: UUID
    customer_class: str
    parts: tuple[BillPart, ...]
    energy: Energy
    reads: tuple[RegisterUsage, ...]
    usage: tuple[MonthUsage, ...]
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """An account that cannot be billed now, and why: nothing is guessed."""

    account_id: UUID
    reason: Text
