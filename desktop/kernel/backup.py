"""Copies of a whole database: always an embedded file, whichever kind it comes from, checked before it counts.

The same file is restored into an empty database of either kind, so it is also the way from one file to a server.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from desktop.kernel.bulk import bulk_insert
from desktop.kernel.database import Base, Database, sound
from desktop.kernel.errors import Refused
from desktop.kernel.hashing import columns_of
from desktop.kernel.journal import Entry
from desktop.kernel.migrations import upgrade, version
from desktop.kernel.proof import prove
from desktop.kernel.text import Text

ROWS_AT_ONCE = 2000
MADE_BY_TRIGGERS = "made_by_triggers"
"""What a table tells of itself whose rows may come by themselves, with those of tables before it."""

Told = Callable[[str, int], None]


def _copy(source: Database, target: Database, told: Told) -> int:
    """Every row of one database into another, empty one, from one snapshot and in one transaction."""
    total = 0
    with source.read() as reading, target.write() as writing:
        for table in Base.metadata.sorted_tables:
            if table.info.get(MADE_BY_TRIGGERS):
                writing.execute(sa.delete(table))
            rows = reading.execute(sa.select(table).execution_options(yield_per=ROWS_AT_ONCE)).mappings()
            count = 0
            for part in rows.partitions(ROWS_AT_ONCE):
                copied = [dict(row) for row in part]
                bulk_insert(writing, table, columns_of(copied), len(copied))
                count += len(part)
            if count != reading.scalar(sa.select(sa.func.count()).select_from(table)):
                raise RuntimeError(f"{table.name}: {count} rows copied, and that is not all")
            told(table.name, count)
            total += count
        writing.commit()
    return total


def _entries(database: Database) -> int:
    """How many entries the journal holds."""
    with database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Entry)) or 0


def backup(database: Database, target: Path, told: Told = lambda *_: None) -> int:
    """Copy a database into a new file and check it; the number of rows. An existing file is never overwritten."""
    if target.exists():
        raise Refused(Text("{file} exists already. Choose another name.", file=target.name))
    draft = target.with_name(f".{target.name}.part")
    draft.unlink(missing_ok=True)
    copy = Database(str(draft))
    try:
        upgrade(copy)
        total = _copy(database, copy, told)
        copy.merge_log()
        copy.close()
        sound(draft)
        draft.replace(target)
    finally:
        copy.close()
        for left in target.parent.glob(f"{draft.name}*"):
            left.unlink()
    return total


def restore(source: Path, database: Database, told: Told = lambda *_: None) -> int:
    """Fill an empty database from a backup file; the number of rows. All or nothing.

    The file is proven first: one that was altered, or is no backup, is `Refused` and leaves nothing behind.
    """
    if not source.is_file():
        raise Refused(Text("There is no file {file}.", file=str(source)))
    sound(source)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder) / "backup.db"
        shutil.copyfile(source, scratch)
        copy = Database(str(scratch))
        try:
            if not version(copy) or not _entries(copy):
                raise Refused(Text("{file} is not a backup of ServiceHall.", file=source.name))
            upgrade(copy)
            _refuse_altered(copy, source)
            upgrade(database)
            if _entries(database):
                raise Refused(Text("This database is in use. A backup is restored into an empty one only."))
            return _copy(copy, database, told)
        finally:
            copy.close()


def _refuse_altered(copy: Database, source: Path) -> None:
    with copy.read() as session:
        findings = prove(session, ())
    if findings:
        first = findings[0]
        raise Refused(
            Text(
                "{file} was altered: {table} {row}. Nothing was restored.",
                file=source.name,
                table=first.table,
                row=str(first.row_id),
            )
        )
