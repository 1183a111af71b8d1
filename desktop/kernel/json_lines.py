"""On which line of a JSON text each value stands, so that a mistake in it can be found and told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from desktop.kernel.errors import Problem
from desktop.kernel.fields import refusal
from desktop.kernel.text import Text

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass(slots=True)
class JsonLines:
    """Lines, from 1, by the path that `Fields` gives a value; ``repeated`` are paths of names that stand twice.

    >>> found = json_lines('{"a": [1,\\n2],\\n "b": 3, "b": 4}')
    >>> found.line("a[1]"), found.line("b"), found.line("a[0].missing"), found.repeated
    (2, 3, 1, ['b'])
    """

    lines: dict[str, int] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)

    def line(self, path: str) -> int:
        """The line of a value; of one that is missing that of what should hold it."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get(path, 1)


@dataclass(slots=True)
class _Open:
    """An object or a list whose end is not reached, and where in it the text stands."""

    path: str
    named: bool
    key: str = ""
    at: int = 0
    names: bool = True

    @property
    def here(self) -> str:
        if not self.named:
            return f"{self.path}[{self.at}]"
        return f"{self.path}.{self.key}" if self.path else self.key


def json_lines(text: str) -> JsonLines:
    """The lines of a text that `json.loads` can read."""
    found, opened = JsonLines(), list[_Open]()
    line, passed = 1, 0
    for token in _TOKEN.finditer(text):
        line, passed = line + text.count("\n", passed, token.start()), token.start()
        sign, inner = token[0], opened[-1] if opened else None
        if sign in "}]":
            opened.pop()
        elif inner is not None and sign == ",":
            inner.at, inner.names = inner.at + 1, True
        elif inner is not None and sign == ":":
            inner.names = False
        elif inner is not None and inner.named and inner.names:
            inner.key = json.loads(sign)
            if inner.here in found.lines:
                found.repeated.append(inner.here)
            found.lines[inner.here] = line
        else:
            path = inner.here if inner is not None else ""
            found.lines.setdefault(path, line)
            if sign in "{[":
                opened.append(_Open(path, sign == "{"))
    return found


def located(problems: Iterable[Problem], text: str, where: str = "") -> tuple[Problem, ...]:
    """Problems of values in a JSON text with their lines (``row``), and every name that stands twice, by line."""
    lines = json_lines(text)
    twice = (
        Problem(Text("This name stands twice"), Text("Remove one of them"), path, "", where)
        for path in lines.repeated
    )
    found = [replace(one, row=lines.line(str(one.column))) for one in (*twice, *problems)]
    return tuple(sorted(found, key=lambda one: one.row))


def told(problem: Problem) -> Text:
    """A problem of a file in one sentence: its line, its place, what is wrong, what to do."""
    if not problem.row:
        return refusal(problem).text
    if not problem.column:
        return Text(
            "line {line}: {what}. {remedy}", line=str(problem.row), what=problem.what, remedy=problem.remedy
        )
    return Text(
        "line {line}, {place}: {what}. {remedy}",
        line=str(problem.row), place=problem.column, what=problem.what, remedy=problem.remedy,
    )  # fmt: skip
