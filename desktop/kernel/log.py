"""Faults are written to a file of this person's, under a reference that people are shown instead."""

from __future__ import annotations

import logging
import secrets
from logging.handlers import RotatingFileHandler

from desktop.kernel.files import user_folder

_BYTES = 1_000_000
_log = logging.getLogger("desktop")


def keep_log() -> None:
    """Write faults to ``servicehall.log`` in this person's folder; two files of a megabyte at most."""
    if _log.handlers:
        return
    handler = RotatingFileHandler(
        user_folder() / "servicehall.log", maxBytes=_BYTES, backupCount=1, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    _log.addHandler(handler)
    _log.propagate = False


def fault(error: BaseException) -> str:
    """Write a fault down and answer its reference. The log carries no values: SQL parameters are hidden."""
    reference = secrets.token_hex(4).upper()
    _log.error("fault %s", reference, exc_info=error)
    return reference
