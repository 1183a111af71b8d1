"""The hall for practice: the sample hall in a database of its own, founded whole or not at all, and again when wanted.

Its file says what it is made for, so that whoever opens it marks all that is made from it (`kernel/practice.py`).
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from desktop.app import App, open_app
from desktop.kernel import practice
from desktop.kernel.database import Database
from desktop.kernel.errors import Refused
from desktop.kernel.files import practice_folder
from desktop.kernel.text import Text
from desktop.kernel.work import Progress, go_on
from desktop.sample.zhejiang import build

PEOPLE = (
    ("lin", "cashier"),
    ("wang", "clerk"),
    ("sun", "head_cashier"),
    ("wu", "metering"),
    ("zhao", "supervisor"),
    ("admin", "administrator"),
)
"""Who may be practised as: login and role."""


def practice_file() -> Path:
    """Where the database for practice stands."""
    return practice_folder() / "practice.db"


def open_practice(today: date | None = None) -> App | None:
    """The hall for practice; None while it is not founded."""
    file = practice_file()
    if not file.exists():
        return None
    app = open_app(str(file), today)
    if not app.database.for_practice:
        app.close()
        raise Refused(
            Text("{file} is not the hall for practice. Move it away, then practise again.", file=str(file))
        )
    return app


def found_practice(progress: Progress = go_on, today: date | None = None) -> App | None:
    """Found the hall for practice and open it; one that stands is open nowhere and gives way to the new one.

    Stopped by ``progress`` the answer is None and what stood there still stands.
    """
    practice.begin()
    file = practice_file()
    draft = file.with_name(f".{file.name}.part")
    _drop(draft)
    try:
        if not _built(draft, progress):
            return None
        shutil.rmtree(practice_folder() / "under_way", ignore_errors=True)
        _drop(file)
        draft.replace(file)
    except PermissionError as error:
        raise Refused(
            Text("The hall for practice is open in another window. Close it, then begin anew.")
        ) from error
    finally:
        _drop(draft)
    return open_practice(today)


def _built(draft: Path, progress: Progress) -> bool:
    """Fill a new database, all in its one file."""
    database = Database(str(draft))
    database.mark_for_practice()
    database.close()
    app = open_app(str(draft))
    try:
        whole = build(app, progress)
        app.database.merge_log()
    finally:
        app.close()
    return whole


def _drop(file: Path) -> None:
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        file.with_name(name).unlink(missing_ok=True)
