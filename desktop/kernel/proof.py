"""`verify`: the book proven against the rows, read-only, naming the first bad row of each kind.

Chains and entry hashes (I5, I21), every recorded row's own hash, the digest of the kept rows of each entry, the
changes of each entry, the newest hash of every changeable row, and gapless series (I17). Areas add their own proofs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel import canonical, journal
from desktop.kernel.database import Base, Recorded, hashed_columns, table_of
from desktop.kernel.hashing import columns_of, key_of, row_hashes
from desktop.kernel.journal import Chain, Change, Entry, EntryText
from desktop.kernel.text import Text

ROWS_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that is not as it was written: the invariant it breaks, its table and id, what is wrong.

    ``code`` says the same to programs, and stays as it is.
    """

    invariant: str
    table: str
    row_id: UUID
    code: str
    what: Text


@dataclass(frozen=True, slots=True)
class SecondStep:
    """That one person made something and another decided it: where that is written, who, and when."""

    table: str
    row_id: UUID
    made_by: UUID
    made_at: datetime
    decided_by: UUID
    decided_at: datetime


Proof = Callable[[orm.Session], Iterator[Finding]]


def recorded_tables() -> list[type[Recorded]]:
    """Every recorded table, by name."""
    models = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Recorded)]
    return sorted(models, key=lambda model: model.__tablename__)


def prove(
    session: orm.Session, proofs: Sequence[Proof], told: Callable[[str], None] = lambda _: None
) -> list[Finding]:
    """All findings of the book's own proof and of the areas' proofs; empty for a sound database."""
    try:
        with closing(_findings(session, proofs, told)) as findings:
            return list(findings)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        unreadable = list(_unreadable(session))
        if not unreadable:
            raise
        return unreadable  # the rest can be proven once these rows are put right


def _findings(
    session: orm.Session, proofs: Sequence[Proof], told: Callable[[str], None]
) -> Generator[Finding]:
    yield from _chains(session)
    yield from _changes(session)
    made: dict[UUID, journal.Kept] = defaultdict(dict)
    for model in recorded_tables():
        told(model.__tablename__)
        yield from _rows(session, model, made)
    yield from _digests(session, made)
    for proof in proofs:
        yield from proof(session)


def _unreadable(session: orm.Session) -> Iterator[Finding]:
    """Every row with a value its column cannot mean: a file takes anything, a server any word for a state."""
    dialect = session.connection().dialect
    for table in Base.metadata.sorted_tables:
        kinds = [column.type.dialect_impl(dialect) for column in table.columns]
        reads = [(kind.result_processor(dialect, None), kind.bind_processor(dialect)) for kind in kinds]
        stored = [sa.type_coerce(column, sa.types.NullType()).label(column.key) for column in table.columns]
        (first, *_) = table.primary_key.columns
        key = table.columns.get("id", first).key
        for row in _stream(session, sa.select(*stored)):
            for column, read, value in zip(table.columns, reads, row, strict=True):
                if value is not None and not _means(column.type, *read, value):
                    yield Finding(
                        "I21",
                        table.name,
                        _id(row._mapping[key]),
                        "unreadable",
                        Text("{column} cannot be read", column=column.key),
                    )


def _means(kind: sa.types.TypeEngine[Any], read: Any, write: Any, stored: Any) -> bool:
    """Whether what is stored is what the column writes for what it reads there."""
    try:
        value = read(stored) if read else stored
        written = write(value) if write else value
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return False
    return bool(written == stored) and not (isinstance(kind, sa.BigInteger) and type(stored) is not int)


def _id(stored: object) -> UUID:
    try:
        return stored if isinstance(stored, UUID) else UUID(str(stored))
    except ValueError:
        return UUID(int=0)


def _stream(session: orm.Session, statement: sa.Select[*tuple[Any, ...]]) -> Iterator[Any]:
    for part in _parts(session, statement):
        yield from part


def _parts(session: orm.Session, statement: sa.Select[*tuple[Any, ...]]) -> Iterator[Sequence[Any]]:
    """The rows of a statement, so many at once. What is few comes in one answer: most tables are small, and a
    cursor that a server keeps open is four."""
    few = session.execute(statement.limit(ROWS_AT_ONCE)).all()
    if len(few) < ROWS_AT_ONCE:
        yield few
        return
    with session.execute(statement.execution_options(yield_per=ROWS_AT_ONCE)) as result:
        yield from result.partitions()


def _chains(session: orm.Session) -> Iterator[Finding]:
    heads: dict[UUID, tuple[int, bytes]] = {}
    table = table_of(Entry)
    for row in _stream(session, sa.select(table).order_by(table.c.chain_id, table.c.number)):
        values = dict(row._mapping)
        number, previous = heads.get(row.chain_id, (0, journal.GENESIS))
        if row.number != number + 1 or row.previous_hash != previous:
            yield Finding(
                "I5",
                table.name,
                row.id,
                "chain_gap",
                Text("The chain of its station has a gap, or does not fit here"),
            )
        if journal.entry_hash(values) != row.hash:
            yield Finding("I21", table.name, row.id, "entry_altered", Text("An entry was altered"))
        heads[row.chain_id] = (row.number, row.hash)
    for chain in session.execute(sa.select(Chain)).scalars():
        if heads.pop(chain.id, None) != (chain.number, chain.hash):
            yield Finding(
                "I21",
                Chain.__tablename__,
                chain.id,
                "chain_head",
                Text("The head of the chain is not its newest entry"),
            )
    for chain_id in heads:
        yield Finding(
            "I21",
            Chain.__tablename__,
            chain_id,
            "chain_without_head",
            Text("Entries of a chain without a head"),
        )
    texts = sa.select(EntryText, Entry.request_sha256, Entry.answer_sha256).join(
        Entry, Entry.id == EntryText.entry_id
    )
    for text, request, answer in _stream(session, texts):
        if journal.sha256(text.request) != request or journal.sha256(text.answer) != answer:
            yield Finding(
                "I21",
                EntryText.__tablename__,
                text.entry_id,
                "text_altered",
                Text("A request or an answer was altered"),
            )


def _changes(session: orm.Session) -> Iterator[Finding]:
    table = table_of(Change)
    rows = _stream(session, sa.select(table).order_by(table.c.entry_id, table.c.position))
    digests: dict[UUID, bytes] = {}
    for key, some in groupby(rows, key=attrgetter("entry_id")):
        changes = [dict(row._mapping) for row in some]
        digests[key] = journal.changes_digest(columns_of(changes), len(changes))
    nothing = journal.changes_digest({}, 0)
    for key, digest in _stream(session, sa.select(Entry.id, Entry.changes_digest)):
        if digests.pop(key, nothing) != digest:
            yield Finding(
                "I21", table.name, key, "changes_altered", Text("The changes of this entry were altered")
            )
    for key in digests:
        yield Finding("I21", table.name, key, "changes_without_entry", Text("Changes without an entry"))


def _rows(session: orm.Session, model: type[Recorded], made: dict[UUID, journal.Kept]) -> Iterator[Finding]:
    table, covered = table_of(model), hashed_columns(model)
    newest = {} if model.KEPT else _newest_hashes(session, table.name)
    for rows in _parts(session, sa.select(table)):
        columns = dict(zip(table.columns.keys(), zip(*rows, strict=True), strict=False))
        hashes = row_hashes(table.name, covered, columns, len(rows))
        for row, digest in zip(rows, hashes, strict=True):
            if digest != row.hash:
                yield Finding("I21", table.name, row.id, "row_altered", Text("This row was altered"))
            if model.KEPT:
                made[row.entry_id].setdefault(table.name, []).append((row.id.int, row.hash))
            elif newest.pop(row.id, None) != canonical.dump(row.hash.hex()):
                yield Finding(
                    "I21",
                    table.name,
                    row.id,
                    "row_not_as_written",
                    Text("This row is not as the book last wrote it"),
                )
    for key in newest:
        yield Finding("I21", table.name, key, "row_gone", Text("This row is gone"))


def _newest_hashes(session: orm.Session, table: str) -> dict[UUID, str]:
    """The hash the book last wrote for each row: the one that was written once more than it was replaced.

    A row may come back to an earlier hash, so following the steps one by one would not end at the newest.
    """
    written: dict[UUID, Counter[str | None]] = defaultdict(Counter)
    rows = _stream(
        session,
        sa.select(Change.row_id, Change.before, Change.after).where(
            Change.table_name == table, Change.field == "hash"
        ),
    )
    for row_id, before, after in rows:
        written[row_id][after] += 1
        written[row_id][before] -= 1
    return {
        row_id: next((value for value, times in counted.items() if value and times == 1), "")
        for row_id, counted in written.items()
    }


def _digests(session: orm.Session, made: dict[UUID, journal.Kept]) -> Iterator[Finding]:
    for key, count, digest in _stream(session, sa.select(Entry.id, Entry.rows, Entry.rows_digest)):
        rows = made.pop(key, {})
        here = sum(map(len, rows.values()))
        if here != count:
            yield Finding(
                "I21",
                Entry.__tablename__,
                key,
                "rows_missing",
                Text("This entry made {made} rows and {here} are here", made=count, here=here),
            )
        elif journal.rows_digest(rows) != digest:
            yield Finding(
                "I21", Entry.__tablename__, key, "rows_altered", Text("The rows of this entry were altered")
            )
    for rows in made.values():
        table, ((number, _hash), *_) = next(iter(rows.items()))
        yield Finding("I21", table, key_of(number), "row_without_entry", Text("This row belongs to no entry"))


def prove_series(
    session: orm.Session, kind: str, numbers: sa.Select[UUID, int, int], table: str
) -> Iterator[Finding]:
    """Every series of a kind holds the numbers 1 … last, each once; ``numbers`` selects (owner, year, number)."""
    found: dict[tuple[UUID, int], list[int]] = defaultdict(list)
    for owner, year, number in _stream(session, numbers):
        found[owner, year].append(number)
    series = session.scalars(sa.select(journal.Series).filter_by(kind=kind))
    last = {(one.owner_id, one.year): one.last for one in series}
    for owner, year in found.keys() | last.keys():
        end = last.get((owner, year), 0)
        if sorted(found[owner, year]) != list(range(1, end + 1)):
            yield Finding(
                "I17",
                table,
                owner,
                "numbers_gap",
                Text("The numbers of {year} are not 1 … {end}", year=str(year), end=str(end)),
            )
