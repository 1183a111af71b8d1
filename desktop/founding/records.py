"""The plain values of founding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.staff.records import HallFounding


@dataclass(frozen=True, slots=True)
class Founding:
    """All a new database needs, done in one operation or not at all.

    ``tariffs`` are the JSON texts of tariff files; ``letterhead`` and ``seal`` are PNG pictures, empty for none.
    """

    places: HallFounding
    tariffs: tuple[str, ...] = ()
    letterhead: bytes = b""
    seal: bytes = b""


@dataclass(frozen=True, slots=True)
class ShippedTariff:
    """A tariff file that comes with the program: its file name without ending, and what stands in it."""

    file: str
    name: str
    use_class: str
    notice: str
    valid_from: date
    valid_to: date | None
    content: str
