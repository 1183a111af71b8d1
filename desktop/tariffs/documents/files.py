"""The tariff files of a folder, as they are at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from desktop.kernel.errors import Problem
from desktop.kernel.text import Text
from desktop.tariffs.documents import CHOOSE_JSON, NO_JSON, read_content


@dataclass(frozen=True, slots=True)
class TariffFile:
    """A tariff file: its path, the JSON text, and what stands in it; with ``problems`` it cannot be taken in.

    ``versions`` are the codes of its versions, the newest last; validity and notice are those of the newest.
    """

    path: Path
    content: str
    name: str
    use_class: str
    versions: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    notice: str
    problems: tuple[Problem, ...]

    @property
    def last(self) -> date | None:
        """The last day of the newest version."""
        return None if self.valid_to is None else self.valid_to - timedelta(days=1)

    def state(self, known: Sequence[str]) -> Text:
        """How it stands to the versions that are known: taken in, in part, new, or not to be read."""
        if self.problems:
            return Text("With mistakes")
        new = [code for code in self.versions if code not in known]
        if not new:
            return Text("Taken in")
        return Text("New") if len(new) == len(self.versions) else Text("New versions")


def read_file(path: Path) -> TariffFile:
    """A file with every mistake in it; one that is no JSON has that one."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        what = Text("This file cannot be read") if isinstance(error, OSError) else NO_JSON
        problem = Problem(what, CHOOSE_JSON, sheet=path.name)
        return TariffFile(path, "", path.name, "", (), None, None, "", (problem,))
    tariff, problems = read_content(content, path.name)
    if tariff is None:
        return TariffFile(path, content, path.name, "", (), None, None, "", problems)
    newest, codes = tariff.versions[-1], tuple(one.code for one in tariff.versions)
    validity = (newest.valid_from, newest.valid_to)
    return TariffFile(path, content, tariff.name, tariff.use_class, codes, *validity, newest.notice, problems)


def tariff_files(folder: Path) -> tuple[TariffFile, ...]:
    """Every tariff file in a folder and those inside it, by path; none where there is no such folder."""
    return tuple(read_file(path) for path in sorted(folder.rglob("*.json")))
