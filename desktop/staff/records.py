"""The plain values of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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
class NewStation:
    """A workplace to set up, with a till of its own."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class HallFounding:
    """All a new database needs: company, hall, workplaces and people.

    ``first_station_id`` is drawn beforehand because the founding itself is entered on that station's chain.
    """

    country: str
    district_code: str
    district_name: str
    hall_code: str
    hall_name: str
    company: str
    address: str
    hotline: str
    first_station_id: UUID
    stations: tuple[NewStation, ...]
    users: tuple[NewUser, ...]
    practice_date: date | None = None


@dataclass(frozen=True, slots=True)
class HallFounded:
    """The hall that stands now."""

    hall_id: UUID
    stations: int
    users: int


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who speaks on a paper: company, hall, its address and the telephone number for questions."""

    company: str
    hall: str
    address: str
    hotline: str
