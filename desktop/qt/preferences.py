"""What one person likes, kept in that person's folder on this computer: a JSON file for each login.

Nothing here is worth stopping somebody: a file that is absent, broken or of another kind gives the defaults, and
one that cannot be written is told to the log only; what was chosen then holds until the program ends.
"""

from __future__ import annotations

import json
import logging
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from desktop.kernel.files import user_folder, written_whole

Value = TypeVar("Value")
log = logging.getLogger("desktop.preferences")


class Preferences:
    """The choices of one login by name; `of` gives the one object for it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known = _read(path)

    def value(self, name: str, default: Value) -> Value:
        """What was kept under a name; ``default`` where there is nothing, or something of another type."""
        found = self._known.get(name, default)
        same = type(found) is type(default) or default is None
        return found if same else default

    def keep(self, name: str, value: object) -> None:
        """Keep a value that JSON can hold: text, a number, yes or no, lists and tables of them, or None.

        What another window of this person kept in the meantime stays.
        """
        if self._known.get(name, _NOTHING) == value:
            return
        self._known = {**self._known, **_read(self.path), name: value}
        try:
            with written_whole(self.path) as stream:
                stream.write(json.dumps(self._known, ensure_ascii=False, indent=1, sort_keys=True).encode())
        except OSError as error:
            log.warning("preferences are not kept: %s", error)


_NOTHING = object()


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


@cache
def of(login: str) -> Preferences:
    """The preferences of a login on this computer; every part of the program is given the same object."""
    return Preferences(user_folder() / f"preferences_{quote(login, safe='')}.json")
