"""The application: opens a database and its country, signs people in, performs operations, proves the book.

All services are imported here, so every operation is known; `AFTER_BALANCE` lists who follows what is owed.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import keyring
import sqlalchemy as sa

from desktop.billing import service as billing
from desktop.closing import service as closing
from desktop.contracts import service as contracts
from desktop.counter import service as counter
from desktop.countries.cn import COUNTRY as CHINA
from desktop.debits import service as debits
from desktop.desk import service as desk
from desktop.founding import service as founding
from desktop.founding.records import Founding
from desktop.invoices import service as invoices
from desktop.kernel import journal, practice, upkeep
from desktop.kernel.canonical import Secret
from desktop.kernel.country import Country
from desktop.kernel.database import Database
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.files import user_folder
from desktop.kernel.migrations import outdated, upgrade
from desktop.kernel.period import Clock
from desktop.kernel.proof import Finding, Proof, prove
from desktop.kernel.text import Text
from desktop.kernel.upkeep import UpkeepKind
from desktop.kernel.work import Actor, Performer, Seat, StationInfo, Work, draw_id
from desktop.ledger import service as ledger
from desktop.metering import service as metering
from desktop.papers import service as papers
from desktop.parties import service as parties
from desktop.search import service as search
from desktop.staff import service as staff
from desktop.staff.records import HallFounded, UnfinishedForm
from desktop.takeover import service as takeover
from desktop.tariffs import service as tariffs
from desktop.treasury import service as treasury

log = logging.getLogger("desktop.app")
COUNTRIES: dict[str, Country] = {country.code: country for country in (CHINA,)}
SERVICES = (
    billing,
    closing,
    contracts,
    counter,
    debits,
    desk,
    founding,
    invoices,
    ledger,
    metering,
    papers,
    parties,
    search,
    staff,
    takeover,
    tariffs,
    treasury,
)
AFTER_BALANCE: tuple[Callable[[Work, UUID], None], ...] = ()


def _two_hands(session: sa.orm.Session) -> Iterator[Finding]:
    """What takes two people was not done by one hand, in whatever area."""
    steps = (
        *staff.decided(session),
        *tariffs.decided(session),
        *billing.decided(session),
        *billing.energy_decided(session),
        *counter.refunds_decided(session),
    )
    return staff.prove_hands(session, steps)


PROOFS: tuple[Proof, ...] = (
    staff.prove,
    tariffs.prove,
    _two_hands,
    ledger.prove,
    ledger.prove_waivers,
    ledger.prove_disputes,
    ledger.prove_agreements,
    metering.prove,
    contracts.prove,
    contracts.prove_groups,
    contracts.prove_deposits,
    counter.prove,
    counter.prove_tills,
    counter.prove_hand_overs,
    counter.prove_together,
    counter.prove_reversals,
    counter.prove_refunds,
    counter.prove_moves,
    counter.prove_cheques,
    counter.prove_debited,
    billing.prove,
    billing.prove_collective,
    billing.prove_instalments,
    papers.prove,
    papers.prove_issued,
    papers.prove_prints,
    closing.prove,
    invoices.prove,
    treasury.prove,
    treasury.prove_safe,
    treasury.prove_bank,
    treasury.prove_debits,
    debits.prove,
)

FOUNDER = Actor(UUID(int=0), "founder", "", "en", frozenset({staff.FOUND_HALL}))


@dataclass(frozen=True, slots=True)
class DatabaseAnswer:
    """That the database answers: in how many ms, and what to tell when its schema is too new for this program.

    ``clock_behind`` is by how much this computer's clock is behind (below zero: ahead), as far as anybody can tell.
    ``lacking`` is what this computer booked lately and is not in it, by id: an older copy took its place.
    """

    ms: int
    newer: Text | None
    clock_behind: timedelta
    lacking: tuple[UUID, ...] = ()


class App(Performer):
    """One open database with its country: what windows, the command line and tests start from."""

    export_persons = staticmethod(papers.export_persons)

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
            staff.second_person,
        )
        self._pictures: dict[str, bytes | None] = {}
        self._newest: datetime | None = None

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
        ms = round((time.perf_counter() - begun) * 1000)
        if self.read_only is not None:
            return DatabaseAnswer(ms, self.read_only, timedelta())
        lacking = self.database.asked(self._lacking)
        return DatabaseAnswer(ms, None, self._clock_behind(), lacking)

    def _lacking(self, session: sa.orm.Session) -> tuple[UUID, ...]:
        if self.booked.hall_id is None and (hall := staff.first_hall(session)):
            self.booked.hall_id = hall.id
        return self.booked.look(session)

    def _clock_behind(self) -> timedelta:
        """A server has a clock of its own; beside a file only the book tells, when it is later than now.

        What this computer itself books meanwhile by a wrong clock does not make that right.
        """
        if self.clock.business_date is not None:  # a day that was chosen
            return timedelta()
        if self.database.embedded:
            found = [at for at in (self._newest, self.database.asked(journal.newest_at)) if at is not None]
            self._newest = max(found, default=None)
            return max(self._newest - self.clock.moment(), timedelta()) if self._newest else timedelta()
        clock = sa.select(sa.func.clock_timestamp())
        at: datetime = self.database.asked(lambda session: session.execute(clock).scalar_one())
        return at - self.clock.moment()

    def is_empty(self) -> bool:
        """Whether no hall stands here yet."""
        return self.database.asked(staff.first_hall) is None

    @property
    def countries(self) -> dict[str, Country]:
        """The countries a hall can stand in, by code."""
        return COUNTRIES

    def choose_country(self, code: str) -> None:
        """The country of the halls to come; only while none stands here."""
        if code != self.country.code:
            self.country = COUNTRIES[code]
            self.clock = Clock(self.country.zone, self.clock.business_date)

    def found(self, order: Founding, *, dry_run: bool = False) -> HallFounded:
        """Set up the first halls in their country, all or nothing; refused where one stands.

        With ``dry_run`` the same is done and taken back.
        """
        places = order.places
        first = places.stations[0]
        hall = next(one for one in places.halls if one.code == first.hall)
        station = StationInfo(
            id=places.first_station_id,
            code=first.code,
            name=first.name,
            hall_id=draw_id(),
            hall_code=hall.code,
            hall_name=hall.name,
            company=places.company.name,
            district_id=draw_id(),
        )
        self.choose_country(places.country)
        founded = self.perform(founding.found, order, FOUNDER, station, dry_run=dry_run)
        if places.practice_date is not None and self.clock.business_date is None:
            self.clock = Clock(self.country.zone, places.practice_date)
        return founded

    def picture(self, digest: str) -> bytes | None:
        """A picture that papers carry, by its digest."""
        if digest not in self._pictures:
            self._pictures[digest] = self.database.asked(lambda session: papers.picture(session, digest))
        return self._pictures[digest]

    def drafts(self, actor: Actor) -> Drafts:
        """What a person typed into forms and did not finish, from whatever station."""
        return Drafts(self, actor.id)

    def stations(self) -> tuple[StationInfo, ...]:
        """Every workplace, by code."""
        return self.database.asked(staff.stations)

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
        actor = self.database.asked(lambda session: staff.actor(session, staff.COMMAND_LINE))
        return Seat(self, actor, self._station(station_code))

    def verify(self, told: Callable[[str], None] = lambda _: None) -> list[Finding]:
        """Prove the book against every row; that this was done is kept, nothing else is written."""
        with self.database.read() as session:
            findings = prove(session, PROOFS, told)
        if self.read_only is not None:
            return findings
        try:
            upkeep.note(self.database, UpkeepKind.VERIFY, len(findings))
        except (Refused, sa.exc.DBAPIError) as error:  # proven all the same, as by somebody who may only read
            log.warning("it is not kept that the database was proven: %s", error)
        return findings

    def close(self) -> None:
        """Remember what was booked, and give back every connection."""
        self.booked.remember()
        self.database.close()


class Drafts:
    """The unfinished forms of one person, in the database: no record of anything, so outside of the journal."""

    def __init__(self, app: App, user_id: UUID) -> None:
        self._app, self._user_id = app, user_id

    def keep(self, form: str, content: str) -> datetime:
        """Keep what is typed now; when that was, in the hall's zone."""
        at = datetime.now(self._app.country.zone)

        def attempt() -> None:
            with self._app.database.write() as session:
                staff.keep_draft(session, self._user_id, form, content, at)

        self._app.database.repeated(attempt)
        return at

    def found(self, form: str) -> UnfinishedForm | None:
        """What was typed last into a form and not finished; its time in the hall's zone."""
        kept = self._app.database.asked(lambda session: staff.draft(session, self._user_id, form))
        return kept and replace(kept, saved_at=kept.saved_at.astimezone(self._app.country.zone))

    def drop(self, form: str) -> None:
        """The form is done with."""

        def attempt() -> None:
            with self._app.database.write() as session:
                staff.drop_draft(session, self._user_id, form)

        self._app.database.repeated(attempt)


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

    A hall made for practice is practised in from then on, and no other is opened any more.

    ``today`` fixes the business date (a sample hall brings its own). ``country`` is used while the database is
    empty (China otherwise). ``intents`` is where money operations under way are kept on this computer.
    """
    database = open_database(url)
    upgrade(database)
    _begin_practice(database)
    first = database.asked(staff.first_hall)
    code = first.country if first else country or CHINA.code
    if code not in COUNTRIES:
        raise Refused(
            Text(
                "The country “{code}” is not known. There are: {known}", code=code, known=", ".join(COUNTRIES)
            )
        )
    practice_date = first.practice_date if first else None
    app = App(database, COUNTRIES[code], today or practice_date, intents or user_folder() / "under_way")
    app.booked.hall_id = first.id if first else None
    if database.asked(
        desk.search_is_lost
    ):  # an upgrade took the words: they are made again while people work
        app.command_line().do(desk.forget_words)
    return app


def _begin_practice(database: Database) -> None:
    """Practise where a database was made for it; `Refused` where a program that practises opens a real one."""
    if database.for_practice:
        practice.begin()
    elif practice.is_on():
        database.close()
        raise Refused(Text("This program practises. Start it again to work in another database."))
