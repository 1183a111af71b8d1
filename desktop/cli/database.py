"""`verify` and `db`: the database itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from desktop.cli.call import A_FILE, DONE, PROBLEMS, Call, common, table
from desktop.kernel import upkeep
from desktop.kernel.backup import backup, restore
from desktop.kernel.booked import drawn_at
from desktop.kernel.migrations import upgrade, version
from desktop.kernel.proof import Finding
from desktop.treasury import service as treasury
from desktop.treasury.documents import missing_words
from desktop.treasury.records import MissingOrder


@click.command("verify")
@common
def verify(call: Call) -> int:
    """Prove the book against every row; names what is not as it was written, changes nothing of it."""
    findings = call.hall().verify()
    call.answer(findings, _told(call, findings))
    return PROBLEMS if findings else DONE


def _told(call: Call, findings: Sequence[Finding]) -> list[str]:
    say = call.say
    rows = [[one.invariant, one.table, str(one.row_id), say(one.what)] for one in findings]
    return table(rows) if rows else [say("Everything is as it was written.")]


@click.group("db")
def db() -> None:
    """The database itself."""


@db.command("upgrade")
@common
def db_upgrade(call: Call) -> int:
    """Bring the schema up to this program."""
    database = call.database()
    ran = upgrade(database)
    told = call.say("Schema {version}, {ran} steps run.", version=version(database), ran=ran)
    call.answer({"version": version(database), "ran": ran}, [told])
    return DONE


@db.command("backup")
@click.argument("file", type=A_FILE)
@common
def db_backup(call: Call, file: Path) -> int:
    """Copy the whole database into one file, checked before it counts."""
    database = call.hall().database
    rows = backup(database, file)
    upkeep.note(database, upkeep.UpkeepKind.BACKUP)
    call.answer(
        {"rows": rows, "file": str(file)}, [call.say("{rows} rows in {file}", rows=rows, file=str(file))]
    )
    return DONE


@db.command("restore")
@click.argument("file", type=A_FILE)
@common
def db_restore(call: Call, file: Path) -> int:
    """Fill an empty database from a backup file, then prove it."""
    database = call.database()
    rows = restore(file, database)
    findings = call.app().verify()
    told = call.say("{rows} rows restored; {count} findings", rows=rows, count=len(findings))
    call.answer({"rows": rows, "findings": findings}, [told, *(_told(call, findings) if findings else ())])
    return PROBLEMS if findings else DONE


@db.command("missing")
@click.option("--dealt-with", "words", default="", help="what was done about them; they are told no more")
@common
def db_missing(call: Call, words: str) -> int:
    """Bookings of this computer that the database lacks, as after an older copy took its place."""
    seat = call.seat()
    zone = seat.app.country.zone
    ids = seat.app.database.asked(seat.app.booked.look)
    if words and ids:
        treasury.dealt_with(seat, MissingOrder(ids, words))
        call.answer(ids, [call.say("Kept in the journal, and told no more")])
        return DONE
    told = [call.say("The database has all that this computer booked lately.")]
    if ids:
        rows = [[call.say.moment(drawn_at(one).astimezone(zone)), str(one)] for one in ids]
        told = [*missing_words(ids, call.say, zone), *table(rows)]
    call.answer(ids, told)
    return PROBLEMS if ids else DONE
