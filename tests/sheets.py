"""Sheets read without a process of their own: quick enough for thousands, and just as strict."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from desktop.kernel.cells import child
from desktop.kernel.sheet import reading


@contextmanager
def messages(order: Mapping[str, Any]) -> Iterator[Iterator[dict[str, Any]]]:
    """What the reading process would tell, from this one."""
    yield _told(json.loads(json.dumps(order)))


def _told(order: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    facts: list[Mapping[str, Any]] = []
    rows = child.read(order, facts.append)
    packed = next(rows, None)
    yield from (json.loads(json.dumps(one)) for one in facts)
    while packed is not None:
        yield json.loads(zlib.decompress(packed))
        packed = next(rows, None)
    yield {"end": True}


@pytest.fixture
def at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process is started for a sheet."""
    monkeypatch.setattr(reading, "messages", messages)
