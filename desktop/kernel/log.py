"""Faults are written to a file of this person's, under a reference that people are shown instead."""

from __future__ import annotations

import logging
import secrets
import sys
from logging.handlers import RotatingFileHandler
from types import TracebackType

from desktop.kernel.files import user_folder

_BYTES = 1_000_000
_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No letter or digit that could be heard or read as another."""

_log = logging.getLogger("desktop")


def keep_log() -> None:
    """Write faults to ``servicehall.log`` in this person's folder; two files of a megabyte at most."""
    if _log.handlers:
        return
    handler = RotatingFileHandler(
        user_folder() / "servicehall.log", maxBytes=_BYTES, backupCount=1, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    # What a driver says of a lost connection is no news to people.
    for log in (_log, logging.getLogger("psycopg")):
        log.addHandler(handler)
    sys.excepthook = _uncaught


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What nobody caught goes to the log as well as to where the program was started."""
    _log.critical("uncaught", exc_info=(kind, error, trace))
    sys.__excepthook__(kind, error, trace)


def fault(error: BaseException) -> str:
    """Write a fault down and answer its reference. The log carries no values: SQL parameters are hidden."""
    reference = "E-" + "".join(secrets.choice(_SIGNS) for _ in range(5))
    _log.error("fault %s", reference, exc_info=error)
    return reference
