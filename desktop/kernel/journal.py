"""The book: one entry per performed operation, its row changes, one hash chain per station, gapless series.

An entry is written in the transaction that does the work and last of all; it carries the hash of the entry before
it on the same chain, the hash of its request, a digest over the hashes of all kept rows it made, and a digest over
the changes it made to other rows. Nothing here is ever changed or deleted (triggers in `kernel/migrations`), except
the head of a chain, the last number of a series, and the wording of a request once its retention is over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel import canonical
from desktop.kernel.asking import Question
from desktop.kernel.bulk import among, bulk_insert, bulk_set, insert_row
from desktop.kernel.database import Base, Recorded, hashed_columns, table_of
from desktop.kernel.hashing import Columns, Same, row_hash, row_hashes
from desktop.kernel.heads import Head, in_order

GENESIS = bytes(32)


class Chain(Base):
    """The head of one station's chain: number and hash of its newest entry."""

    __tablename__ = "journal_chain"
    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    number: orm.Mapped[int]
    hash: orm.Mapped[bytes] = orm.mapped_column(sa.LargeBinary(32))


class Entry(Base):
    """One performed operation."""

    __tablename__ = "journal_entry"
    __table_args__ = (sa.UniqueConstraint("chain_id", "number"), {"sqlite_with_rowid": False})
    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    chain_id: orm.Mapped[UUID]
    number: orm.Mapped[int]
    district_id: orm.Mapped[UUID]
    operation: orm.Mapped[str]
    actor_id: orm.Mapped[UUID]
    occurred_at: orm.Mapped[datetime]
    business_date: orm.Mapped[date]
    request_sha256: orm.Mapped[bytes] = orm.mapped_column(sa.LargeBinary(32))
    answer_sha256: orm.Mapped[bytes] = orm.mapped_column(sa.LargeBinary(32))
    rows: orm.Mapped[int]
    rows_digest: orm.Mapped[bytes] = orm.mapped_column(sa.LargeBinary(32))
    changes_digest: orm.Mapped[bytes] = orm.mapped_column(sa.LargeBinary(32))
    previous_hash: orm.Mapped[bytes] = orm.mapped_column(sa.LargeBinary(32))
    hash: orm.Mapped[bytes] = orm.mapped_column(sa.LargeBinary(32))


def newest_at(session: orm.Session) -> datetime | None:
    """When the newest entry of all was made, by the clock of its station; None in an empty book."""
    last = sa.and_(Chain.id == Entry.chain_id, Chain.number == Entry.number)
    found: datetime | None = session.scalar(sa.select(sa.func.max(Entry.occurred_at)).join(Chain, last))
    return found


class EntryText(Base):
    """The wording of an entry's request and of the answer it gave, erasable after its retention."""

    __tablename__ = "journal_text"
    entry_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("journal_entry.id"), primary_key=True)
    district_id: orm.Mapped[UUID]
    request: orm.Mapped[str]
    answer: orm.Mapped[str]


class Change(Base):
    """One field of one row, before and after, as JSON; field ``hash`` alone tells that a row was made."""

    __tablename__ = "journal_change"
    __table_args__ = ({"sqlite_with_rowid": False},)
    entry_id: orm.Mapped[UUID] = orm.mapped_column(
        sa.ForeignKey("journal_entry.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    position: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    district_id: orm.Mapped[UUID]
    table_name: orm.Mapped[str]
    row_id: orm.Mapped[UUID] = orm.mapped_column(index=True)
    field: orm.Mapped[str]
    before: orm.Mapped[str | None]
    after: orm.Mapped[str | None]


class Series(Base):
    """The last number given out in one gapless series: owner (station, hall or device), kind of paper, year."""

    __tablename__ = "journal_series"
    owner_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    kind: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    year: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    last: orm.Mapped[int]


_ENTRY_COLUMNS = tuple(sorted(c.key for c in table_of(Entry).columns if c.key != "hash"))
_CHANGE_COLUMNS = tuple(sorted(c.key for c in table_of(Change).columns))


def entry_hash(values: dict[str, Any]) -> bytes:
    """The hash of an entry over all its columns, the hash before it included."""
    return row_hash("journal_entry", _ENTRY_COLUMNS, values)


def changes_digest(changes: Columns, count: int) -> bytes:
    """The digest over so many changes of an entry in their order."""
    hashes = row_hashes("journal_change", _CHANGE_COLUMNS, changes, count)
    return hashlib.sha256(b"".join(hashes)).digest()


Kept = dict[str, list[tuple[int, bytes]]]
"""Kept rows by table: the number of its id and the hash of each."""


def rows_digest(rows: Kept) -> bytes:
    """The digest over the hashes of kept rows, ordered by table and id."""
    digest = hashlib.sha256()
    for table in sorted(rows):
        digest.update(b"".join([value for _, value in sorted(rows[table])]))
    return digest.digest()


@dataclass(slots=True)
class Ink:
    """What the running operation has written so far, to be entered into the book before the commit."""

    entry_id: UUID
    district_id: UUID
    rows: Kept = field(default_factory=dict)
    changes: list[tuple[str, UUID, str, str | None, str | None]] = field(default_factory=list)
    """Table, row, field, before and after, in order."""

    def made(self, model: type[Recorded], row_ids: Sequence[UUID], digests: Sequence[bytes]) -> None:
        """Rows were inserted."""
        name = model.__tablename__
        if model.KEPT:
            self.rows.setdefault(name, []).extend(zip([key.int for key in row_ids], digests, strict=True))
            return
        self.changes += [
            (name, key, "hash", None, f'"{digest.hex()}"')
            for key, digest in zip(row_ids, digests, strict=True)
        ]

    def changed(self, table: str, row_id: UUID, name: str, before: object, after: object) -> None:
        """A field of a row got another value."""
        was, now = (None if value is None else canonical.dump(value) for value in (before, after))
        self.changes.append((table, row_id, name, was, now))

    @property
    def change_rows(self) -> Columns:
        """The changes as rows of `Change`."""
        if not self.changes:
            return {}
        return {
            "entry_id": Same(self.entry_id),
            "position": range(len(self.changes)),
            "district_id": Same(self.district_id),
            **dict(zip(_CHANGED, zip(*self.changes, strict=True), strict=True)),
        }


_CHANGED = ("table_name", "row_id", "field", "before", "after")


def _values(row: Recorded, columns: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in columns}


def _before_flush(session: orm.Session, _context: object, _instances: object) -> None:
    ink: Ink | None = session.info.get("ink")
    if ink is None:
        if session.new or session.dirty or session.deleted:
            raise RuntimeError("rows are written by operations only")
        return
    for row in session.new:
        if isinstance(row, Recorded):
            model = type(row)
            row.entry_id, row.district_id = ink.entry_id, ink.district_id
            row.hash = row_hash(
                model.__tablename__, hashed_columns(model), _values(row, hashed_columns(model))
            )
            ink.made(model, [row.id], [row.hash])
    for row in session.dirty:
        if isinstance(row, Recorded) and session.is_modified(row):
            _write_down_change(ink, row)


def _write_down_change(ink: Ink, row: Recorded) -> None:
    model, covered = type(row), hashed_columns(type(row))
    state = sa.inspect(row)
    changed = [name for name in covered if state.attrs[name].history.has_changes()]
    if not changed:
        return
    for name in changed:
        history = state.attrs[name].history
        before, after = history.deleted[0] if history.deleted else None, getattr(row, name)
        if name in model.SECRET:
            before, after = (None if value is None else sha256(str(value)).hex() for value in (before, after))
        ink.changed(model.__tablename__, row.id, name, before, after)
    before_hash = row.hash
    row.hash = row_hash(model.__tablename__, covered, _values(row, covered))
    ink.changed(model.__tablename__, row.id, "hash", before_hash.hex(), row.hash.hex())


sa.event.listen(orm.Session, "before_flush", _before_flush)


@sa.event.listens_for(Base, "attribute_instrument", propagate=True)
def _keep_old_values(_class: Any, _key: str, attribute: Any) -> None:
    """Old values are needed for the book even when a field is set without having been read."""
    if isinstance(getattr(attribute, "property", None), orm.ColumnProperty):
        sa.event.listen(attribute, "set", lambda *_: None, active_history=True)


def next_numbers(session: orm.Session, owner_id: UUID, kind: str, year: int, count: int = 1) -> int:
    """Take ``count`` numbers of a series; the first of them. Nothing but the numbered rows may follow it."""
    session.flush()
    connection, key = session.connection(), {"owner_id": owner_id, "kind": kind, "year": year}
    taken = {f"its_{name}": value for name, value in key.items()} | {"more": count}
    last = _TAKE.of(connection, taken).scalar()
    if last is None:
        connection.execute(_NEW_SERIES, key | {"last": count})
        last = count
    return int(last) - count + 1


_TAKE = Question(
    sa.update(table_of(Series))
    .where(*(column == sa.bindparam(f"its_{column.key}") for column in table_of(Series).primary_key))
    .values(last=Series.last + sa.bindparam("more"))
    .returning(Series.last)
)
_NEW_SERIES = sa.insert(table_of(Series))


def sha256(text: str) -> bytes:
    """SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).digest()


def enter(
    session: orm.Session, ink: Ink, chain_id: UUID, facts: dict[str, Any], request: str, answer: str
) -> None:
    """Write the entry and move the head of its chain: the last statements before the commit."""
    session.flush()
    changes, count = ink.change_rows, len(ink.changes)
    connection = session.connection()
    head = _HEAD.of(connection, {"chain": chain_id}).one_or_none()
    number, previous = (head.number + 1, head.hash) if head else (1, GENESIS)
    values = {
        **facts,
        "id": ink.entry_id,
        "chain_id": chain_id,
        "number": number,
        "district_id": ink.district_id,
        "request_sha256": sha256(request),
        "answer_sha256": sha256(answer),
        "rows": sum(map(len, ink.rows.values())),
        "rows_digest": rows_digest(ink.rows),
        "changes_digest": changes_digest(changes, count),
        "previous_hash": previous,
    }
    values["hash"] = entry_hash(values)
    words = {"entry_id": ink.entry_id, "district_id": ink.district_id, "request": request, "answer": answer}
    insert_row(session, table_of(Entry), values)
    insert_row(session, table_of(EntryText), words)
    bulk_insert(session, table_of(Change), changes, count)
    moved = {"number": number, "hash": values["hash"]}
    if head:
        bulk_set(session, table_of(Chain), chain_id, moved)
    else:
        insert_row(session, table_of(Chain), {"id": chain_id, **moved})


_HEAD = Question(
    sa.select(Chain.number, Chain.hash).where(Chain.id == sa.bindparam("chain")).with_for_update()
)


@dataclass(frozen=True, slots=True)
class Known:
    """An operation already in the book: its name, its request's hash, its answer as JSON (None once erased)."""

    operation: str
    request_sha256: bytes
    answer: str | None


def known(session: orm.Session, entry_id: UUID) -> Known | None:
    """What the book holds under an id."""
    found = _KNOWN.of(session.connection(), {"entry": entry_id}).one_or_none()
    return None if found is None else Known(*found)


def lacking(session: orm.Session, entry_ids: Collection[UUID]) -> frozenset[UUID]:
    """Which of some ids the book does not hold."""
    return frozenset(entry_ids) - frozenset(
        session.scalars(sa.select(Entry.id).where(Entry.id.in_(entry_ids)))
    )


_KNOWN = Question(
    sa.select(Entry.operation, Entry.request_sha256, EntryText.answer)
    .outerjoin(EntryText, EntryText.entry_id == Entry.id)
    .where(Entry.id == sa.bindparam("entry"))
)


@dataclass(frozen=True, slots=True)
class Happened:
    """A row that was made (``field`` is empty), or a field of it that became another; values as canonical JSON."""

    at: datetime
    actor_id: UUID
    table: str
    row_id: UUID
    field: str
    before: str | None
    after: str | None


def happened(session: orm.Session, row_ids: Iterable[UUID]) -> list[Happened]:
    """What the book tells of rows, newest first. Rows of kept tables, and values that are derived, are not told."""
    rows = session.execute(
        sa.select(
            Entry.occurred_at,
            Entry.actor_id,
            Change.table_name,
            Change.row_id,
            Change.field,
            Change.before,
            Change.after,
        )
        .join(Entry, Entry.id == Change.entry_id)
        .where(Change.row_id.in_(set(row_ids)), sa.or_(Change.field != "hash", Change.before.is_(None)))
        .order_by(Entry.occurred_at.desc(), Change.entry_id.desc(), Change.position)
    )
    return [Happened(*row[:4], "" if row.field == "hash" else row.field, *row[5:]) for row in rows]


# The heads of all chains, kept elsewhere: a tail cut off shows, which a chain alone does not tell


def heads(session: orm.Session) -> tuple[Head, ...]:
    """The heads of all chains, by chain."""
    rows = session.execute(sa.select(Chain.id, Chain.number, Chain.hash).order_by(Chain.id))
    return in_order(Head(key, number, digest.hex()) for key, number, digest in rows)


def lost_heads(session: orm.Session, kept: Iterable[Head]) -> tuple[Head, ...]:
    """Those of the heads kept that the book does not hold any more: their chain ends before, or is another one."""
    chains: dict[UUID, list[Head]] = {}
    for head in kept:
        chains.setdefault(head.chain_id, []).append(head)
    lost: list[Head] = []
    for chain_id, some in chains.items():
        numbered = among(session, Entry.number, {head.number for head in some})
        rows = session.execute(
            sa.select(Entry.number, Entry.hash).where(Entry.chain_id == chain_id, numbered)
        )
        there = {number: digest.hex() for number, digest in rows}
        lost += [head for head in some if there.get(head.number) != head.hash]
    return tuple(lost)
