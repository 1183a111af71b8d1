"""The application: opens a database and its country, signs people in, performs operations, proves the book.

All services are imported here, so every operation is known; `AFTER_BALANCE` lists who follows what is owed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import keyring
import sqlalchemy as sa

from desktop.billing import service as billing
from desktop.contracts import service as contracts
from desktop.counter import service as counter
from desktop.countries.cn import COUNTRY as CHINA
from desktop.desk import service as desk
from desktop.kernel.canonical import Secret
from desktop.kernel.country import Country
from desktop.kernel.database import Database
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.files import user_folder
from desktop.kernel.migrations import outdated, upgrade
from desktop.kernel.period import Clock
from desktop.kernel.proof import Finding, Proof, prove
from desktop.kernel.text import Text
from desktop.kernel.work import Actor, Performer, Seat, StationInfo, Work, draw_id
from desktop.ledger import service as ledger
from desktop.metering import service as metering
from desktop.parties import service as parties
from desktop.search import service as search
from desktop.staff import service as staff
from desktop.staff.records import HallFounding
from desktop.tariffs import service as tariffs

COUNTRIES: dict[str, Country] = {country.code: country for country in (CHINA,)}
SERVICES = (billing, contracts, counter, desk, ledger, metering, parties, search, staff, tariffs)
AFTER_BALANCE: tuple[Callable[[Work, UUID], None], ...] = ()
PROOFS: tuple[Proof, ...] = (staff.prove, ledger.prove, contracts.prove, counter.prove, billing.prove)

FOUNDER = Actor(UUID(int=0), "founder", "", "en", frozenset({staff.FOUND_HALL}))


@dataclass(frozen=True, slots=True)
class DatabaseAnswer:
    """That the database answers: in how many ms, and what to tell when its schema is too new for this program."""

    ms: int
    newer: Text | None


class App(Performer):
    """One open database with its country: what windows, the command line and tests start from."""

    def __init__(
        self, database: Database, country: Country, today: date | None, intents: Path | None
    ) -> None:
        super().__init__(
            database,
            country,
            Clock(country.zone, today),
            self._rights,
            AFTER_BALANCE,
            intents,
        )

    @staticmethod
    def _rights(session: sa.orm.Session, actor: Actor) -> frozenset[str]:
        """A person's rights of now; founding a hall in an empty database is the one thing nobody owns."""
        return actor.permissions if actor is FOUNDER else staff.granted(session, actor)

    @property
    def database_label(self) -> str:
        """How the database is shown: the name of its file, or host and name."""
        return self.database.label

    def ping(self) -> DatabaseAnswer:
        """Ask the database for its schema version and take the time; `Away` when it does not answer.

        From the moment its schema is newer than this program, nothing is written any more.
        """
        begun = time.perf_counter()
        self.read_only = outdated(self.database)
        return DatabaseAnswer(round((time.perf_counter() - begun) * 1000), self.read_only)

    def is_empty(self) -> bool:
        """Whether no hall stands here yet."""
        with self.database.read() as session:
            return staff.first_hall(session) is None

    def found(self, order: HallFounding) -> None:
        """Set up the first hall; refused where one stands."""
        first = order.stations[0]
        station = StationInfo(
            id=order.first_station_id,
            code=first.code,
            name=first.name,
            hall_id=draw_id(),
            hall_code=order.hall_code,
            hall_name=order.hall_name,
            company=order.company,
            district_id=draw_id(),
        )
        self.perform(staff.found_hall, order, FOUNDER, station)
        if order.practice_date is not None and self.clock.business_date is None:
            self.clock = Clock(self.country.zone, order.practice_date)

    def stations(self) -> tuple[StationInfo, ...]:
        """Every workplace, by code."""
        with self.database.read() as session:
            return staff.stations(session)

    def _station(self, code: str | None) -> StationInfo:
        places = self.stations()
        found = [place for place in places if code is None or place.code == code]
        if not found:
            known = ", ".join(place.code for place in places)
            raise NotFound(
                Text("No station has the code {code}. There are: {known}", code=code or "", known=known)
            )
        return found[0]

    def sign_in(self, login: str, password: str, station_code: str | None = None) -> Seat:
        """The one door for people: raises `Refused` with what to do; failures are counted in the database."""

        def attempt() -> staff.SignedIn:
            with self.database.write() as session:
                return staff.sign_in(session, login.strip(), password, self.clock.moment())

        signed = self.database.repeated(attempt)
        seat = Seat(self, signed.actor, self._station(station_code))
        if signed.outdated:
            seat.do(staff.hash_again, Secret(password))
        return seat

    def command_line(self, station_code: str | None = None) -> Seat:
        """The seat nightly jobs and commands act from: whoever may open the database may do this."""
        with self.database.read() as session:
            actor = staff.actor(session, staff.COMMAND_LINE)
        return Seat(self, actor, self._station(station_code))

    def verify(self, told: Callable[[str], None] = lambda _: None) -> list[Finding]:
        """Prove the book against every row; read-only."""
        with self.database.read() as session:
            return prove(session, PROOFS, told)

    def close(self) -> None:
        """Give back every connection."""
        self.database.close()


def default_database() -> str:
    """The database used when none is named: SERVICEHALL_DB, or this person's own file."""
    return os.environ.get("SERVICEHALL_DB") or str(user_folder() / "servicehall.db")


def _password(url: str) -> str | None:
    """The password for a shared database, from a file named in the environment or from the system's keyring."""
    named = os.environ.get("SERVICEHALL_DB_PASSWORD_FILE")
    if named:
        try:
            return Path(named).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Refused(Text("The password file cannot be read: {path}", path=named)) from error
    try:
        return keyring.get_password("servicehall", url)
    except keyring.errors.KeyringError:
        return None


def open_database(url: str | None = None) -> Database:
    """Open a database by URL or file path, without touching its schema."""
    place = url or default_database()
    return Database(place, _password(place) if place.startswith("postgresql") else None)


def open_app(
    url: str | None = None,
    today: date | None = None,
    *,
    country: str | None = None,
    intents: Path | None = None,
) -> App:
    """Open a database, bring its schema up to date, and take the country of the halls in it.

    ``today`` fixes the business date (a sample hall brings its own). ``country`` is used while the database is
    empty (China otherwise). ``intents`` is where money operations under way are kept on this computer.
    """
    database = open_database(url)
    upgrade(database)
    with database.read() as session:
        code, practice_date = staff.first_hall(session) or (country or CHINA.code, None)
    if code not in COUNTRIES:
        raise Refused(
            Text(
                "The country “{code}” is not known. There are: {known}", code=code, known=", ".join(COUNTRIES)
            )
        )
    return App(database, COUNTRIES[code], today or practice_date, intents or user_folder() / "under_way")
