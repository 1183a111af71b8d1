"""Operations and the work they are given: one permission check, one transaction, one journal entry for all alike.

An operation is a function ``f(work, request) -> answer`` under `operation`; a query likewise under `query`.
`Performer.perform` runs an operation at most once per entry id: the same id and request get the first answer again,
the same id with another request is `KeyReused`.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import time
import typing
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel import canonical, intent, journal
from desktop.kernel.asking import Question, Rows
from desktop.kernel.booked import Booked
from desktop.kernel.bulk import among, bulk_add, bulk_insert, insert_row
from desktop.kernel.country import Country
from desktop.kernel.database import Base, Database, Recorded, hashed_columns, table_of
from desktop.kernel.errors import AnswerErased, Away, KeyReused, NotKept, NotPermitted, Refused
from desktop.kernel.hashing import Columns, Keys, Same, columns_of, key_of, keyed, row_hash, row_hashes
from desktop.kernel.listing import Leaving
from desktop.kernel.period import Clock
from desktop.kernel.text import Catalog, Text, catalog

Request = TypeVar("Request")
Answer = TypeVar("Answer")
Job = Callable[["Work", Request], Answer]
Progress = Callable[[int, int], bool]
"""Told (done, total) between two chunks of a long job; its answer False stops the job there."""


def go_on(_done: int, _total: int) -> bool:
    """The progress of somebody who does not watch."""
    return True


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person of staff, with the permissions found at sign-in."""

    id: UUID
    login: str
    name: str
    language: str
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True)
class StationInfo:
    """Where somebody acts: a workplace, its hall and district; its id is also the id of its journal chain."""

    id: UUID
    code: str
    name: str
    hall_id: UUID
    hall_code: str
    hall_name: str
    company: str
    district_id: UUID


@dataclass(frozen=True)
class Operation:
    """What `operation` or `query` knows of a function: its permission and the types that travel.

    One that is ``shared`` is performed by several at once, all of whom move the same few rows, such as a series or
    the head of a chain: it sees what others have committed since it began. Its rules rest on locks and keys alone.
    One that is ``rehearsed`` tells what another would do: it is only ever rehearsed, and never committed.
    """

    permission: str
    function: Callable[..., Any]
    writes: bool
    shared: bool = False
    rehearsed: bool = False

    @cached_property
    def answer_type(self) -> Any:
        """The annotated type of the answer, to read it back from the book."""
        return typing.get_type_hints(self.function)["return"]


OPERATIONS: dict[str, Operation] = {}
"""Every operation and query by its dotted function name; the staff page lists the permissions from here."""


def _register(
    permission: str, *, writes: bool, shared: bool = False, rehearsed: bool = False
) -> Callable[[Job[Request, Answer]], Job[Request, Answer]]:
    def mark(function: Job[Request, Answer]) -> Job[Request, Answer]:
        OPERATIONS[_name(function)] = Operation(permission, function, writes, shared, rehearsed)
        return function

    return mark


def operation(
    permission: str, *, shared: bool = False
) -> Callable[[Job[Request, Answer]], Job[Request, Answer]]:
    """Mark a function as something a person with ``permission`` can do; it may write."""
    return _register(permission, writes=True, shared=shared)


def rehearsal(permission: str) -> Callable[[Job[Request, Answer]], Job[Request, Answer]]:
    """Mark a function as something that is done to see what would come of it: `Seat.rehearse` alone performs it."""
    return _register(permission, writes=True, rehearsed=True)


def query(permission: str) -> Callable[[Job[Request, Answer]], Job[Request, Answer]]:
    """Mark a function as something a person with ``permission`` can ask; it sees one snapshot, writes nothing."""
    return _register(permission, writes=False)


@cache
def _name(function: Callable[..., Any]) -> str:
    """``area.function``, however many modules the service has: the name stands in journals for good."""
    area = function.__module__.removeprefix("desktop.").partition(".service")[0]
    return f"{area}.{function.__name__}"


def found(function: Callable[..., Any]) -> Operation:
    """What is known of an operation or query; a KeyError for any other function."""
    return OPERATIONS[_name(function)]


def draw_id() -> UUID:
    """A new UUIDv7: 48 bits of milliseconds, then randomness."""
    return _version7(time.time_ns() // 1_000_000, os.urandom(10))


_NO_ENTRY = UUID(int=0)
"""What is asked makes no entry."""


def derived_id(base: UUID, key: str) -> UUID:
    """The id that belongs to ``key`` under ``base``: the same both times, and no other's."""
    return _version7(base.int >> 80, hashlib.sha256(base.bytes + key.encode()).digest())


def _version7(milliseconds: int, entropy: bytes) -> UUID:
    return key_of(milliseconds << 80 & _MOMENT | _SEVEN | int.from_bytes(entropy[:10], "big") & _DRAWN)


_MOMENT = (2**48 - 1) << 80
_SEVEN = 0x7 << 76 | 0b10 << 62
_DRAWN = 0xFFF << 64 | (2**62 - 1)
"""The bits of a UUIDv7: its moment, what all of them have, and what is drawn."""


@dataclass
class Work:
    """What an operation is given. ``at`` is the only clock, `new_id` the only source of ids."""

    session: orm.Session
    country: Country
    actor: Actor
    station: StationInfo
    at: datetime
    entry_id: UUID
    after_balance: Sequence[Callable[[Work, UUID], None]] = ()
    apart: Callable[[Work, UUID, datetime], None] | None = None
    _ids: int = 0
    _touched: dict[UUID, None] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The business date in the hall's zone."""
        return self.at.date()

    @property
    def ink(self) -> journal.Ink:
        """What the entry of this work will carry."""
        ink: journal.Ink = self.session.info["ink"]
        return ink

    def at_after(self, *earlier: sa.Select[datetime]) -> datetime:
        """The moment of this work, but later than all that is ``earlier``: moments of what it takes the place of.

        Of two words the later one counts; no clock that is wrong decides which that is.
        """
        newest = self.session.scalar(sa.select(sa.func.max(sa.union_all(*earlier).subquery().columns[0])))
        return self.at if newest is None or newest < self.at else newest + timedelta(milliseconds=1)

    def local(self, moment: datetime) -> datetime:
        """A stored moment in the hall's zone."""
        return moment.astimezone(self.country.zone)

    def new_id(self) -> UUID:
        """The next row id: derived from the entry and a running count, so performing again makes the same."""
        return self.new_ids(1)[0]

    def new_ids(self, count: int) -> Keys:
        """The next row ids."""
        first, (alike, entry) = self._ids + 1, self._seed
        self._ids += count
        drawn, number = hashlib.shake_128(entry + first.to_bytes(8)).digest(10 * count), int.from_bytes
        ids = [alike | number(drawn[at : at + 10]) & _DRAWN for at in range(0, 10 * count, 10)]
        return Keys(map(key_of, sorted(ids)))

    @cached_property
    def _seed(self) -> tuple[int, bytes]:
        """What all ids of this work have, and what the rest of them comes from."""
        return int(self.at.timestamp() * 1000) << 80 & _MOMENT | _SEVEN, self.entry_id.bytes

    def add(self, row: Recorded) -> None:
        """Insert a row; it goes to the database before anything is read, with entry, district and hash."""
        self.session.add(row)

    def lock(self, model: type[Recorded], ids: Iterable[UUID]) -> dict[UUID, Any]:
        """The rows with these ids, locked in key order until the end of the transaction.

        Others may still write rows that refer to them, such as the drafts of a bill run: ids never change.
        """
        found = sa.select(model).where(model.id.in_(set(ids))).order_by(model.id)
        rows = self.session.scalars(found.with_for_update(key_share=True))
        return {row.id: row for row in rows}

    def claim(self, model: type[Recorded], ids: Collection[UUID]) -> dict[UUID, Any]:
        """The same, and written as they are: whoever looked at them from an earlier moment, and claims them after this
        is committed, is sent back to begin anew. A lock alone would let him go on with what he saw."""
        rows = self.lock(model, ids)
        if self.session.get_bind().dialect.name == "postgresql":
            table = table_of(model)
            same = sa.update(table).where(table.c.id.in_(ids)).values(district_id=table.c.district_id)
            self.session.connection().execute(same)
        return rows

    def hold(self, model: type[Recorded], ids: Iterable[UUID]) -> None:
        """Lock very many rows like `lock`, without looking at them; whoever writes a file alone has them anyway."""
        if self.session.get_bind().dialect.name == "postgresql":
            found = among(self.session, model.id, ids)
            held = sa.select(model.id).where(found).order_by(model.id).with_for_update(key_share=True).cte()
            self.rows(sa.select(sa.func.count()).select_from(held)).all()

    def rows(
        self, statement: sa.Executable, values: Mapping[str, Any] | None = None
    ) -> sa.CursorResult[*tuple[Any, ...]]:
        """The rows of a question about columns alone: no object is looked for behind them.

        A statement that is asked often stands in its module, made once, and takes its ``values`` by name.
        """
        self.session.flush()
        return self.session.connection().execute(statement, values)

    def asked(self, question: Question, values: Mapping[str, Any] | None = None) -> Rows:
        """The rows of a question that is asked with every payment or look, which takes its ``values`` by name."""
        self.session.flush()
        return question.of(self.session.connection(), values)

    def insert_many(self, model: type[Base], rows: Sequence[dict[str, Any]]) -> list[bytes]:
        """The bulk road in: rows by column name; recorded ones get id, entry, district and hash where missing.

        The hashes of recorded rows.
        """
        if len(rows) == 1:
            return self._insert_one(model, dict(rows[0]))
        return self.insert_columns(model, columns_of(rows), len(rows))

    def _insert_one(self, model: type[Base], row: dict[str, Any]) -> list[bytes]:
        hashes = []
        if issubclass(model, Recorded):
            key = row["id"] = row.get("id") or self.new_id()
            row["entry_id"] = self.entry_id
            row.setdefault("district_id", self.station.district_id)
            row["hash"] = digest = row_hash(model.__tablename__, hashed_columns(model), row)
            hashes = [digest]
            self.ink.made(model, [key], hashes)
        self.session.flush()
        insert_row(self.session, table_of(model), row)
        return hashes

    def insert_columns(self, model: type[Base], columns: Columns, count: int) -> list[bytes]:
        """The bulk road in for so many rows by column, as `insert_many` has it for rows."""
        if not count:
            return []
        made, hashes = {name: keyed(values) for name, values in columns.items()}, list[bytes]()
        if issubclass(model, Recorded):
            ids = made.get("id") or self.new_ids(count)
            if isinstance(ids, Same):
                raise ValueError(f"{count} rows of {model.__tablename__} have one id")
            if not isinstance(ids, Keys):
                ids = Keys([key or self.new_id() for key in ids])
            made["id"] = ids
            made["entry_id"] = Same(self.entry_id)
            made.setdefault("district_id", Same(self.station.district_id))
            made["hash"] = hashes = row_hashes(model.__tablename__, hashed_columns(model), made, count)
            self.ink.made(model, ids, hashes)
        self.session.flush()
        bulk_insert(self.session, table_of(model), made, count)
        return hashes

    def change_many(
        self, model: type[Recorded], changes: Mapping[UUID, int], column: str, *, held: bool = False
    ) -> None:
        """The bulk road for derived values: add so many steps to ``column`` of each row, in key order.

        Rows that are ``held``, all of them locked before, are not locked once more.
        """
        if column not in model.DERIVED:
            raise ValueError(f"{model.__tablename__}.{column} is no derived column")
        self.session.flush()
        if not changes:
            return
        bulk_add(self.session, table_of(model), changes, column, held=held)
        for row in self.session.identity_map.values():
            if isinstance(row, model) and row.id in changes:
                self.session.expire(row, [column])

    def second_person(self, maker_id: UUID, made_at: datetime) -> None:
        """Refuse what only another person decides, where who acts may stand in for the ``maker_id`` of ``made_at``."""
        if self.apart is not None:
            self.apart(self, maker_id, made_at)

    def touched(self, account_id: UUID) -> None:
        """What this account owes has changed: those who follow it hear of it before the commit."""
        self._touched[account_id] = None

    def settle_consequences(self) -> None:
        """Let those who follow balances act now on all accounts touched since the last time."""
        if not self.after_balance:
            self._touched.clear()
        while self._touched:
            account_id = next(iter(self._touched))
            del self._touched[account_id]
            for follow in self.after_balance:
                follow(self, account_id)

    def number(self, owner_id: UUID, kind: str, count: int = 1) -> int:
        """The first of ``count`` gapless numbers of this year's series; consequences come before numbers."""
        self.settle_consequences()
        return journal.next_numbers(self.session, owner_id, kind, self.today.year, count)


_REUSED = Text("This key was already used for something else. Nothing was booked now.")


def _first_answer(done: Operation, first: journal.Known) -> Any:
    if first.answer is None:
        raise AnswerErased(
            Text(
                "This was booked before under the same key; its details have been erased since."
                " Nothing was booked now."
            )
        )
    return canonical.build(done.answer_type, json.loads(first.answer))


class Performer:
    """Runs operations and queries on one database for one country.

    ``read_only`` is why nothing may be written any more, such as a schema newer than this program. ``export_persons``
    is the operation that lets a list with persons leave the house: it asks for a reason, limits and records.
    ``booked`` is what took effect lately: a database without it is an older one.
    """

    export_persons: Callable[[Work, Leaving], Any]

    def __init__(
        self,
        database: Database,
        country: Country,
        clock: Clock,
        authorise: Callable[[orm.Session, Actor], frozenset[str]],
        after_balance: Sequence[Callable[[Work, UUID], None]] = (),
        intents: Path | None = None,
        apart: Callable[[Work, UUID, datetime], None] | None = None,
    ) -> None:
        self.apart = apart
        self.database, self.country, self.clock = database, country, clock
        self.authorise, self.after_balance, self.intents = authorise, after_balance, intents
        self.read_only: Text | None = None
        self.booked = Booked(intents)

    def catalog(self, language: str) -> Catalog:
        """A language with this country's money."""
        return catalog(language, self.country.currency)

    def picture(self, _digest: str) -> bytes | None:
        """A picture that papers carry, by its digest; where nobody keeps pictures there is none."""
        return None

    def perform(
        self,
        function: Job[Request, Answer],
        request: Request,
        actor: Actor,
        station: StationInfo,
        entry_id: UUID | None = None,
        *,
        dry_run: bool = False,
    ) -> Answer:
        """Do ``function`` in one transaction with its entry, at most once for an id; ``dry_run`` writes nothing.

        Raises `Refused` where a rule stops it, `KeyReused` for an id used for something else, `AnswerErased` when
        it took effect long ago, `Away` when the database does not answer: then ask again with the same id.
        """
        if found(function).rehearsed and not dry_run:
            raise ValueError(f"{_name(function)} is only rehearsed")
        key, asked = entry_id or draw_id(), canonical.dump(request)
        at = self.clock.moment()
        isolation = "READ COMMITTED" if found(function).shared else "REPEATABLE READ"

        def attempt() -> Answer:
            with self.database.write(isolation, entry_id) as session:
                answer: Answer = self._attempt(
                    session, function, request, asked, actor, station, key, at, dry_run
                )
                return answer

        given = self.database.repeated(attempt)
        if not dry_run:
            self.booked.append(key)
        return given

    def _attempt(
        self,
        session: orm.Session,
        function: Job[Request, Answer],
        request: Request,
        asked: str,
        actor: Actor,
        station: StationInfo,
        key: UUID,
        at: datetime,
        dry_run: bool,
    ) -> Answer:
        done = found(function)
        first = self._known(session, key)
        if first is not None:
            if first.operation != _name(function) or first.request_sha256 != journal.sha256(asked):
                raise KeyReused(_REUSED)
            earlier: Answer = _first_answer(done, first)
            return earlier
        if self.read_only is not None:  # only now: what was booked before is still told by its id
            raise Refused(self.read_only)
        permissions = self.authorise(session, actor)
        if done.permission not in permissions:
            raise NotPermitted(
                Text("You may not do this: you need the right “{permission}”.", permission=done.permission)
            )
        ink = journal.Ink(key, station.district_id)
        session.info["ink"] = ink
        work = Work(session, self.country, actor, station, at, key, self.after_balance, self.apart)
        answer = function(work, request)
        work.settle_consequences()
        facts = {
            "operation": _name(function),
            "actor_id": actor.id,
            "occurred_at": at,
            "business_date": work.today,
        }
        journal.enter(session, ink, station.id, facts, asked, canonical.dump(answer))
        if not dry_run:
            session.commit()
        return answer

    def _asked(self, entry_id: UUID) -> journal.Known | None:
        """What was booked under an id once nobody has it under way, by whoever it was."""
        self.database.ended(entry_id)
        with self.database.read() as session:
            return self._known(session, entry_id)

    def _known(self, session: orm.Session, entry_id: UUID) -> journal.Known | None:
        """What was booked under an id, once it is as safe as what is answered."""
        first = journal.known(session, entry_id)
        if first is not None:
            self.database.confirm()
        return first

    def answer(self, function: Job[Request, Answer], entry_id: UUID) -> Answer | None:
        """What an operation answered under this id, None when it never took effect; `AnswerErased` in between.

        `KeyReused` where another operation took effect under it.
        """

        def attempt() -> Answer | None:
            first = self._asked(entry_id)
            if first is not None and first.operation != _name(function):
                raise KeyReused(_REUSED)
            return None if first is None else _first_answer(found(function), first)

        return self.database.repeated(attempt)

    def took_effect(self, entry_id: UUID) -> bool:
        """Whether anything was booked under this id; `Away` as long as that may still change."""
        return self.database.repeated(lambda: self._asked(entry_id)) is not None

    def ask(
        self, function: Job[Request, Answer], request: Request, actor: Actor, station: StationInfo
    ) -> Answer:
        """Ask a query on one snapshot, by the rights found at sign-in as far as they still stand."""
        needed = found(function).permission

        def attempt() -> Answer:
            with self.database.read() as session:
                granted, asks = self.authorise(session, actor), actor
                if granted is not actor.permissions and not actor.permissions <= granted:
                    asks = replace(actor, permissions=actor.permissions & granted)
                if needed not in asks.permissions:
                    raise NotPermitted(
                        Text("You may not see this: you need the right “{permission}”.", permission=needed)
                    )
                at = self.clock.moment()
                return function(Work(session, self.country, asks, station, at, _NO_ENTRY), request)

        return self.database.repeated(attempt)


@dataclass(frozen=True)
class Seat:
    """A person signed in at a station: what pages and the command line act through."""

    app: Performer
    actor: Actor
    station: StationInfo

    def ask(self, function: Callable[[Work, Any], Answer], request: Any = None) -> Answer:
        """Ask a query."""
        return self.app.ask(function, request, self.actor, self.station)

    def do(
        self, function: Callable[[Work, Any], Answer], request: Any = None, entry_id: UUID | None = None
    ) -> Answer:
        """Perform an operation. With an ``entry_id`` of the caller's, it is kept on this computer first.

        The intent stays on disk while the answer is unknown (`Away`, a crash); see `unsettled`.
        """
        folder = self.app.intents
        if entry_id is None or folder is None:
            return self.once(function, request, entry_id)
        kept = intent.Intent(entry_id, _name(function), canonical.dump(request))
        try:
            with intent.sending(folder, kept):
                answer = self.app.perform(function, request, self.actor, self.station, entry_id)
        except (Away, NotKept):
            raise
        except Refused:
            intent.settled(folder, entry_id)
            raise
        intent.settled(folder, entry_id)
        return answer

    def once(
        self, function: Callable[[Work, Any], Answer], request: Any, entry_id: UUID | None = None
    ) -> Answer:
        """The same without a trace on this computer: whoever asks again with the id remembers it by himself."""
        return self.app.perform(function, request, self.actor, self.station, entry_id)

    def rehearse(self, function: Callable[[Work, Any], Answer], request: Any = None) -> Answer:
        """What an operation would answer, with nothing written: the real one, without its commit."""
        return self.app.perform(function, request, self.actor, self.station, dry_run=True)

    def may(self, function: Callable[[Work, Any], Any]) -> bool:
        """Whether this person has the right for an operation or a query."""
        return found(function).permission in self.actor.permissions

    def today(self) -> date:
        """The business date."""
        return self.app.clock.moment().date()


@dataclass(frozen=True, slots=True)
class Chunk:
    """One small operation of a long job: its key within the job, its request, and the last row it covers."""

    key: str
    request: Any
    last_row: int


def batch(
    seat: Seat,
    function: Callable[[Work, Any], Answer],
    batch_id: UUID,
    chunks: Sequence[Chunk],
    progress: Progress = go_on,
    *,
    dry_run: bool = False,
) -> tuple[list[Answer], int]:
    """Perform chunk after chunk, each its own entry with an id derived from batch and chunk key.

    Run again with the same ``batch_id``, chunks already done give their first answer and nothing doubles. Returns
    the answers, and the last row of the last chunk done when ``progress`` stopped the job (0: it went through).
    """
    answers: list[Answer] = []
    total = chunks[-1].last_row if chunks else 0
    for chunk in chunks:
        key = derived_id(batch_id, chunk.key)
        answers.append(
            seat.app.perform(function, chunk.request, seat.actor, seat.station, key, dry_run=dry_run)
        )
        if not progress(chunk.last_row, total) and chunk is not chunks[-1]:
            return answers, chunk.last_row
    return answers, 0


@contextmanager
def undisturbed() -> Iterator[Callable[[], object]]:
    """A job that makes very much and drops it soon: nobody looks through the whole memory for garbage meanwhile, which
    would be a third of its work. It calls what it is given after each of its parts, which looks through what is new.

    Where garbage is not looked for anyway (the window does it on a thread of its choice) nothing changes.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield lambda: gc.collect(1) if collecting else None
    finally:
        if collecting:
            gc.enable()
