"""Copies of a whole database from either kind into either kind, checked before they count."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from desktop.app import open_database
from desktop.kernel.backup import backup, restore
from desktop.kernel.database import Database
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat, draw_id
from desktop.ledger import service as ledger
from tests import hall as halls
from tests.databases_server import Databases, PostgresServer, SqliteDatabases
from tests.hall import SMALL, opened, pay, together, yuan
from tests.rows import changed, contents, raw

EN = catalog("en")


@pytest.fixture(params=["sqlite", "postgresql"])
def target(
    request: pytest.FixtureRequest, sqlite_databases: SqliteDatabases, postgres_server: PostgresServer
) -> Databases:
    """The kind of database a backup is restored into."""
    return sqlite_databases if request.param == "sqlite" else postgres_server


@pytest.fixture
def copy(small: Seat, tmp_path: Path) -> Path:
    """A backup of the small hall."""
    backup(small.app.database, tmp_path / "hall.backup")
    return tmp_path / "hall.backup"


def restored(file: Path, url: str) -> int:
    database = open_database(url)
    try:
        return restore(file, database)
    finally:
        database.close()


def test_a_backup_restores_into_either_kind_with_every_row(
    billed: Seat, billed_hall: str, target: Databases, tmp_path: Path
) -> None:
    file, url, told = tmp_path / "hall.backup", target.empty(), dict[str, int]()
    count = backup(billed.app.database, file, told.__setitem__)
    assert restored(file, url) == count == sum(told.values())
    assert changed(contents(billed_hall), contents(url)) == set()
    with opened(url) as app:
        assert app.verify() == []
        seat = app.command_line("1")
        number = halls.account_number(9)
        assert seat.ask(ledger.dues, number) == billed.ask(ledger.dues, number)
        halls.open_till(seat)
        key = draw_id()
        assert pay(seat, number, yuan("1.00"), key) == pay(seat, number, yuan("1.00"), key)
        assert app.verify() == []
    target.drop(url)


def test_an_answer_given_before_the_backup_is_given_after_the_restore(
    small: Seat, target: Databases, tmp_path: Path
) -> None:
    key, url = draw_id(), target.empty()
    receipt = pay(small, SMALL[1], yuan("5.00"), key)
    backup(small.app.database, tmp_path / "hall.backup")
    restored(tmp_path / "hall.backup", url)
    with opened(url) as app:
        assert pay(app.command_line("1"), SMALL[1], yuan("5.00"), key) == receipt
    target.drop(url)


def test_a_backup_is_one_sound_file_and_nothing_is_left_beside_it(small: Seat, copy: Path) -> None:
    assert [path.name for path in copy.parent.iterdir() if path.is_file()] == ["hall.backup"]
    with opened(f"sqlite:///{copy}") as app:
        assert app.verify() == []


def test_a_backup_is_readable_by_its_owner_alone(copy: Path) -> None:
    """It holds people's names, addresses and telephone numbers."""
    assert stat.S_IMODE(copy.stat().st_mode) & 0o077 == 0


def test_a_backup_does_not_overwrite_a_file(small: Seat, copy: Path) -> None:
    before = copy.read_bytes()
    with pytest.raises(Refused) as refused:
        backup(small.app.database, copy)
    assert "exists already" in EN(refused.value.text)
    assert copy.read_bytes() == before


def test_a_backup_that_fails_leaves_no_file(small: Seat, small_hall: str, tmp_path: Path) -> None:
    def fail(table: str, _count: int) -> None:
        if table == "ledger_posting":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        backup(small.app.database, tmp_path / "hall.backup", fail)
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


def test_a_backup_holds_one_moment_though_payments_go_on(
    small: Seat, small_hall: str, tmp_path: Path
) -> None:
    with opened(small_hall) as other:
        cashier = other.command_line("2")
        answers = together(
            [
                lambda: backup(small.app.database, tmp_path / "hall.backup"),
                *([lambda: pay(cashier, SMALL[1], yuan("0.10"))] * 3),
            ]
        )
    assert not [answer for answer in answers if isinstance(answer, BaseException)]
    with opened(f"sqlite:///{tmp_path / 'hall.backup'}") as app:
        assert app.verify() == []


def test_a_database_in_use_is_not_restored_into(copy: Path, target: Databases) -> None:
    url = target.like(halls.connected_hall)
    before = contents(url)
    with pytest.raises(Refused) as refused:
        restored(copy, url)
    assert "in use" in EN(refused.value.text)
    assert changed(before, contents(url)) == set()
    target.drop(url)


def test_a_restore_that_fails_leaves_the_database_empty(copy: Path, target: Databases) -> None:
    url = target.empty()

    def fail(table: str, _count: int) -> None:
        if table == "ledger_posting":
            raise ZeroDivisionError

    database = Database(url)
    with pytest.raises(ZeroDivisionError):
        restore(copy, database, fail)
    database.close()
    assert {count for count, _digest in contents(url).values()} == {0}
    assert restored(copy, url)
    target.drop(url)


def _damage(file: Path, kind: str) -> None:
    content = bytearray(file.read_bytes())
    if kind == "cut":
        file.write_bytes(content[: len(content) * 2 // 3])
    elif kind == "cut to a page":
        file.write_bytes(content[:4096])
    elif kind == "page lost":
        content[4096 * 20 : 4096 * 21] = bytes(4096)
        file.write_bytes(content)
    elif kind == "bytes":
        for place in range(4096 * 10, 4096 * 40, 997):
            content[place] ^= 0xFF
        file.write_bytes(content)
    elif kind == "empty":
        file.write_bytes(b"")
    elif kind == "letter":
        file.write_bytes(b"Dear customer, " * 1000)
    else:
        assert kind == "name"
        with raw(f"sqlite:///{file}") as rows:
            rows("UPDATE parties_party SET name = 'Nobody' WHERE name = 'Customer 1'")


@pytest.mark.parametrize("kind", ["cut", "cut to a page", "page lost", "bytes", "empty", "letter", "name"])
def test_a_damaged_backup_is_refused_and_nothing_is_written(
    copy: Path, databases: Databases, kind: str
) -> None:
    url = databases.empty()
    _damage(copy, kind)
    with pytest.raises(Refused) as refused:
        restored(copy, url)
    assert EN(refused.value.text)
    assert not _has_rows(url)


def _has_rows(url: str) -> bool:
    with raw(url) as rows:
        query = (
            "SELECT count(*) FROM sqlite_master WHERE name = 'journal_entry'"
            if rows.kind == "sqlite"
            else "SELECT count(*) FROM pg_tables WHERE tablename = 'journal_entry'"
        )
        return bool(rows.one(query)) and bool(rows.one("SELECT count(*) FROM journal_entry"))


def test_a_database_of_something_else_is_no_backup(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with raw(f"sqlite:///{file}") as rows:
        rows("CREATE TABLE birds (name TEXT)")
    with pytest.raises(Refused):
        restored(file, database_url)
    with raw(f"sqlite:///{file}") as rows:
        assert rows("SELECT name FROM sqlite_master") == [("birds",)]


def test_a_file_that_is_not_there_is_refused_in_words(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        restored(tmp_path / "nowhere.backup", database_url)
    assert "nowhere.backup" in EN(refused.value.text)
    assert list(tmp_path.iterdir()) == []


def test_the_backup_itself_is_not_changed_by_a_restore(copy: Path, database_url: str) -> None:
    before = copy.read_bytes()
    restored(copy, database_url)
    assert copy.read_bytes() == before
    assert [path.name for path in copy.parent.iterdir() if path.is_file()] == ["hall.backup"]
    with opened(database_url) as app:
        assert app.command_line("1").ask(ledger.dues, SMALL[0]).total == Money(0)
