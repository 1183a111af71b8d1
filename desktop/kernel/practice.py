"""Practice: whether this program works on an invented hall, so that all it makes has to say so.

A program that has begun to practise does so until it ends, and opens no other database: nothing of practice is without
its mark, and nothing real ever has one.
"""

from __future__ import annotations

import threading

FOLDER = "practice"
"""Where a practising program keeps its own files, inside this person's folder."""

FILE_MARK = 0x50524143
"""The application id in the file of a database made for practice: every copy of it has the same."""

_begun = threading.Event()


def begin() -> None:
    """Practise from now on."""
    _begun.set()


def is_on() -> bool:
    """Whether this program practises."""
    return _begun.is_set()
