"""Tests of the page of a takeover stand on the real application, those of halls that move on two databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from desktop.kernel.work import Seat
from tests.databases_server import Databases
from tests.hall import founded, opened
from tests.takeover.workbooks import rows_of
from tests.windows import clerk, dressed, hall, window, workers

__all__ = ["clerk", "dressed", "hall", "window", "workers"]


@pytest.fixture
def seat(databases: Databases, tmp_path: Path) -> Iterator[Seat]:
    """The command line's seat in a hall without customers."""
    with opened(databases.like(founded), intents=tmp_path / "under_way") as app:
        yield app.command_line("1")


@pytest.fixture(scope="module")
def checking(sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    """A seat for checks that write nothing, on one kind of database: none of them asks it anything of its kind."""
    url = sqlite_databases.like(founded)
    with opened(url) as app:
        yield app.command_line("1")
        assert rows_of(app)["parties_party"] == 0
    sqlite_databases.drop(url)


@pytest.fixture(params=["sqlite to postgresql", "postgresql to sqlite"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Seat, Seat]]:
    """A seat in an empty hall of one kind of database, and one of the other kind."""
    sources = [request.getfixturevalue(name) for name in ("sqlite_databases", "postgres_server")]
    if request.param.startswith("postgresql"):
        sources.reverse()
    with ExitStack() as stack:
        seats = []
        for source in sources:
            url = source.like(founded)
            stack.callback(source.drop, url)
            seats.append(stack.enter_context(opened(url, intents=tmp_path)).command_line("1"))
        yield seats[0], seats[1]
