"""The plain values of search."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SearchOrder:
    """What was typed, and how many hits are wanted at most."""

    typed: str
    limit: int = 50


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One owner found: its kind (``account``), its number, and two lines to show."""

    owner_kind: str
    owner_number: str
    title: str
    subtitle: str
    matched: str
