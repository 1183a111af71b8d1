"""Why a file is not read at all."""

from __future__ import annotations

from enum import Enum


class Why(Enum):
    """What is wrong with a whole file; `desktop.kernel.sheet` has a sentence for each."""

    NO_WORKBOOK = "no_workbook"
    LARGE = "large"
    LARGE_UNPACKED = "large_unpacked"
    COLUMNS = "columns"
    TEXT = "text"
    QUOTES = "quotes"
    EMPTY = "empty"
    MACROS = "macros"
    LINKS = "links"
    CONNECTIONS = "connections"
    OBJECTS = "objects"
    MEMORY = "memory"


class Unreadable(Exception):
    """The file is refused as a whole; ``limit`` is the limit it is beyond, or the line that cannot be read."""

    def __init__(self, why: Why, limit: int = 0) -> None:
        super().__init__(why.value)
        self.why, self.limit = why, limit
