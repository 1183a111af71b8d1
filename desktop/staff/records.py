"""The plain values of staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person of staff to enter; ``password_hash`` is Argon2id, or ``!`` for one who never signs in."""

    login: str
    name: str
    language: str
    password_hash: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewDistrict:
    """A supply district to set up."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class NewHall:
    """A service hall to set up, in the district with this code."""

    code: str
    name: str
    district: str
    address: str
    hotline: str


@dataclass(frozen=True, slots=True)
class NewStation:
    """A workplace to set up in the hall with this code, with a till of its own."""

    code: str
    name: str
    hall: str


@dataclass(frozen=True, slots=True)
class NewCompany:
    """The company that bills; ``letterhead`` and ``seal`` are digests of pictures kept in `papers`."""

    name: str
    tax_number: str = ""
    bank: str = ""
    bank_account: str = ""
    letterhead: str | None = None
    seal: str | None = None


@dataclass(frozen=True, slots=True)
class HallFounding:
    """All a new database needs of places and people.

    ``first_station_id`` is drawn beforehand because the founding itself is entered on the first station's chain.
    """

    country: str
    company: NewCompany
    districts: tuple[NewDistrict, ...]
    halls: tuple[NewHall, ...]
    stations: tuple[NewStation, ...]
    users: tuple[NewUser, ...]
    first_station_id: UUID
    practice_date: date | None = None


@dataclass(frozen=True, slots=True)
class HallFounded:
    """The first hall that stands now, and how many halls, workplaces and people there are."""

    hall_id: UUID
    halls: int
    stations: int
    users: int


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who speaks on a paper: company, hall, its address and the telephone number for questions.

    ``picture`` (in place of the program's mark) and ``seal`` are digests of pictures, empty where there are none.
    """

    company: str
    hall: str
    address: str
    hotline: str
    tax_number: str = ""
    bank: str = ""
    bank_account: str = ""
    picture: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class UnfinishedForm:
    """What somebody typed into a form and did not finish: field by field as JSON, and when it was kept."""

    saved_at: datetime
    content: str


Pictures = Callable[[str], bytes | None]
"""Gives the picture that papers name by a digest; None where it is not kept."""


def no_pictures(_digest: str) -> bytes | None:
    """Papers without pictures."""
    return None
