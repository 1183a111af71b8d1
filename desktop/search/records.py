"""The plain values of search: what may be found, what was typed, and what it led to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

ACCOUNT, PARTY, BILL, RECEIPT = "account", "party", "bill", "receipt"
GROUP, COLLECTIVE, INSTALMENT = "group", "collective", "instalment"
REFUND, LETTER = "refund", "letter"
DEBIT_FILE, MANDATE = "debit_file", "mandate"
"""The kinds of owners there are words for."""

CUSTOMERS, PAPERS = (
    (ACCOUNT, PARTY),
    (BILL, RECEIPT, GROUP, COLLECTIVE, INSTALMENT, REFUND, LETTER, DEBIT_FILE, MANDATE),
)


class MatchKind(Enum):
    """Which word of an owner somebody typed."""

    __hash__ = object.__hash__  # as in `Worded`: looked up for every word

    NAME = "name"
    PINYIN = "pinyin"
    INITIALS = "initials"
    ACCOUNT = "account"
    METER = "meter"
    PHONE = "phone"
    ADDRESS = "address"
    NUMBER = "number"


PERSONAL = frozenset({MatchKind.NAME, MatchKind.PINYIN, MatchKind.INITIALS, MatchKind.PHONE})
"""Words of somebody, whichever of their accounts is meant."""


@dataclass(frozen=True, slots=True)
class Code:
    """A number somebody types from its beginning, or only its last digits: as many as one of ``tails`` says."""

    kind: MatchKind
    value: str
    tails: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody or something to be found: the number to open it by, two lines to show, the words that lead to it.

    ``person`` says that the title is somebody's name. ``party_id`` is whose name and telephone these are: when
    they change, so does this. ``former`` are names that lead there too, such as of somebody merged into it.
    ``address`` are several, a line each, where there is more than one place.
    """

    kind: str
    id: UUID
    number: str
    title: str
    subtitle: str = ""
    codes: tuple[Code, ...] = ()
    address: str = ""
    person: bool = False
    party_id: UUID | None = None
    former: tuple[str, ...] = ()


def paper(kind: str, paper_id: UUID, number: str) -> Owner:
    """A paper, found by its number: from the beginning, or by the last six or four signs of it."""
    return Owner(kind, paper_id, number, number, codes=(Code(MatchKind.NUMBER, number, (6, 4)),))


@dataclass(frozen=True, slots=True)
class SearchOrder:
    """What was typed, and how many hits of each kind are wanted at most."""

    typed: str
    limit: int = 50
    kinds: tuple[str, ...] = CUSTOMERS


@dataclass(frozen=True, slots=True)
class Match:
    """Which word of an owner a typed one led to: ``token`` is that word as it is compared."""

    kind: MatchKind
    typed: str
    token: str
    whole: bool


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One owner found: its kind, its number, two lines to show, and what matched; ``exact`` comes first."""

    owner_kind: str
    owner_id: UUID
    owner_number: str
    title: str
    subtitle: str
    matches: tuple[Match, ...]
    exact: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A party as it is called and reached from now on; ``merged`` are those that it was until now, ``former`` names
    that lead to it too.
    """

    party_id: UUID
    name: str
    phones: tuple[str, ...]
    merged: tuple[UUID, ...] = ()
    former: tuple[str, ...] = ()
