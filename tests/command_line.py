"""The command line as tests use it: in this process, or as the real program in a process of its own."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desktop import cli
from tests.hall import PASSWORD, TODAY, opened, sign
from tests.statements import each_statement

PATIENCE_S = 120
"""A program that takes longer than this hangs."""


@dataclass(frozen=True)
class Said:
    """What a command gave: its exit code, and what it said on both channels."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """The lines of standard output."""
        return self.out.splitlines()


class CommandLine:
    """``run("bills", "list")`` runs a command in this process on one database; another exit code fails."""

    def __init__(self, capsys: pytest.CaptureFixture[str], db: str | None, **options: str) -> None:
        self._capsys, self._db, self._options = capsys, db, options
        self._password = PASSWORD

    def on(self, day: str) -> CommandLine:
        """The same on another business date."""
        return CommandLine(self._capsys, self._db, **self._options | {"today": day})

    def at(self, station: str) -> CommandLine:
        """The same at another station."""
        return CommandLine(self._capsys, self._db, **self._options | {"station": station})

    def by(self, login: str, password: str = PASSWORD) -> CommandLine:
        """The same by a person of staff, named with their password."""
        named = CommandLine(self._capsys, self._db, **self._options | {"as": login})
        named._password = password
        return named

    def speaking(self, language: str) -> CommandLine:
        """The same in another language."""
        return CommandLine(self._capsys, self._db, **self._options | {"lang": language})

    def __call__(self, *words: object, code: int = 0) -> Said:
        options = ({"db": self._db} if self._db else {}) | self._options
        flags = [f"--{name}={value}" for name, value in options.items()]
        self._capsys.readouterr()
        with as_before(), password_at_hand(self._password):
            given = cli.main([str(word) for word in words] + flags)
        captured = self._capsys.readouterr()
        said = Said(given, captured.out, captured.err)
        assert said.code == code, said
        assert "Traceback" not in said.out + said.err
        return said

    def sign(self, run: str) -> int:
        """Somebody signs in the window what of a run waits for another person than its maker; how many drafts."""
        today = date.fromisoformat(self._options.get("today", f"{TODAY}"))
        with opened(self._db or "", today) as app:
            return sign(app.command_line(), run)

    def json(self, *words: object, code: int = 0) -> Any:
        """The answer of a command for programs."""
        return self(*words, "--json", code=code).data


@contextmanager
def password_at_hand(password: str = PASSWORD) -> Iterator[None]:
    """The file with the password that everybody in the tests' halls has, or another one."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file, pytest.MonkeyPatch.context() as patch:
        file.write(password)
        file.flush()
        patch.setenv("SERVICEHALL_AS_PASSWORD_FILE", file.name)
        yield


@contextmanager
def as_before() -> Iterator[None]:
    """What a command sets for its whole process is undone: its log, and who hears the interrupt key."""
    logs = [logging.getLogger(name) for name in ("desktop", "psycopg")]
    handler = signal.getsignal(signal.SIGINT)
    before = [(list(log.handlers), log.propagate) for log in logs]
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        for log, (handlers, propagate) in zip(logs, before, strict=True):
            log.propagate = propagate
            for added in [one for one in log.handlers if one not in handlers]:
                log.removeHandler(added)
                added.close()


def program() -> str:
    """The installed command ``servicehall``."""
    found = shutil.which("servicehall", path=Path(sys.executable).parent)
    assert found, "the project is not installed: run make setup"
    return found


def servicehall(*words: object, cwd: Path, code: int = 0, **env: str) -> Said:
    """Run the real program in a process of its own; another exit code, or a traceback, fails."""
    done = subprocess.run(
        [program(), *(str(word) for word in words)],
        capture_output=True,
        check=False,
        cwd=cwd,
        encoding="utf-8",
        env=os.environ | env,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE_S,
    )
    said = Said(done.returncode, done.stdout, done.stderr)
    assert said.code == code, said
    assert "Traceback" not in said.out + said.err, said
    return said


def interrupt() -> None:
    """Press the interrupt key."""
    os.kill(os.getpid(), signal.SIGINT)


@contextmanager
def at_commit(which: int, act: Callable[[], None]) -> Iterator[None]:
    """Do something right after a transaction that may write is committed: the first, the second …"""
    seen, writing = [0], [False]

    def begun(_connection: sa.Connection, statement: str, _values: Any) -> None:
        if statement.startswith("BEGIN"):
            writing[0] = "IMMEDIATE" in statement or "READ WRITE" in statement

    def after(_connection: sa.Connection) -> None:
        seen[0] += writing[0]
        if writing[0] and seen[0] == which:
            act()

    sa.event.listen(sa.Engine, "commit", after)
    try:
        with each_statement(begun):
            yield
    finally:
        sa.event.remove(sa.Engine, "commit", after)


@contextmanager
def at_statement(part: str, act: Callable[[], None]) -> Iterator[None]:
    """Do something right before the first statement that holds some words."""
    done: list[bool] = []

    def before(_connection: sa.Connection, statement: str, _values: Any) -> None:
        if part in statement and not done:
            done.append(True)
            act()

    with each_statement(before):
        yield
    assert done, f"no statement held {part!r}"
