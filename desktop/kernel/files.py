"""Where the program's own files are, in a checkout, an installed wheel and the bundle alike."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import BinaryIO

import platformdirs

from desktop.kernel import practice


@cache
def _home() -> Path:
    """The folder that holds ``resources`` and ``i18n``: beside the package, or inside it once installed."""
    package = Path(__file__).resolve().parent.parent
    bundled = getattr(sys, "_MEIPASS", None)
    for home in ([Path(bundled)] if bundled else []) + [package.parent, package]:
        if (home / "resources").is_dir() and (home / "i18n").is_dir():
            return home
    raise FileNotFoundError("the program's resources are missing: install it again")


def resource(*parts: str) -> Path:
    """The path of a file or folder under ``resources``."""
    return _home().joinpath("resources", *parts)


CATALOG_DOMAIN = "servicehall"
"""What gettext calls the program's words."""


def catalog_folder() -> Path:
    """The folder of the languages' catalogs, as gettext itself looks for them there."""
    return _home() / "i18n"


def catalog_file(language: str, folder: Path | None = None) -> Path:
    """The compiled catalog of a language."""
    return (folder or catalog_folder()) / language / "LC_MESSAGES" / f"{CATALOG_DOMAIN}.mo"


def user_folder() -> Path:
    """This person's own folder for the embedded database and small local files; made when missing.

    A program that practises has one of its own inside it, so that nothing of the real hall is touched.
    """
    return practice_folder() if practice.is_on() else _own_folder()


def practice_folder() -> Path:
    """Where the hall for practice stands, with all that is kept while somebody practises; made when missing."""
    folder = _own_folder() / practice.FOLDER
    folder.mkdir(exist_ok=True)
    return folder


def _own_folder() -> Path:
    return Path(platformdirs.user_data_dir("ServiceHall", appauthor=False, ensure_exists=True))


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name only once it is complete and on disk; after an error there is none.

    What stood there before stays until then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
