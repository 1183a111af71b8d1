"""Plain JSON data taken apart by name: a missing or unfit value becomes a `Problem` that names its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import TypeVar

from desktop.kernel.errors import Problem, Refused
from desktop.kernel.text import Text

Choice = TypeVar("Choice", bound=Enum)

_ABSENT: object = object()
# Within the precision of Decimal arithmetic, so that nothing is rounded on the way.
_NUMBER_LENGTH = 28
# Days outside are slips of the hand, and arithmetic with them would leave the calendar.
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


def refusal(problem: Problem) -> Refused:
    """A problem as a refusal: its place, what is wrong, the remedy."""
    what, remedy = problem.what, problem.remedy
    if not problem.column:
        return Refused(Text("{what}. {remedy}", what=what, remedy=remedy))
    return Refused(Text("{place}: {what}. {remedy}", place=problem.column, what=what, remedy=remedy))


class Unfit(Refused):
    """Values that do not fit, every one of them; ``text`` is the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(refusal(problems[0]).text)
        self.problems = tuple(problems)


class Fields:
    """The named values of one JSON object.

    Each method gives the value, or a neutral one after noting a `Problem` whose ``column`` is the path
    (``versions[0].tiers[2].price``); look at ``problems`` before using what came out. Objects below share the
    list of the one they were taken from. ``where`` names the file, and is the ``sheet`` of each problem.
    """

    def __init__(
        self, data: object, where: str = "", path: str = "", problems: list[Problem] | None = None
    ) -> None:
        self.where, self.path = where, path
        self.problems: list[Problem] = [] if problems is None else problems
        self.data: Mapping[str, object] = {}
        if isinstance(data, Mapping):
            self.data = data
        else:
            self.note(
                "", data, Text("This is no group of named values"), Text("Write names and values in braces")
            )

    def place(self, key: str) -> str:
        """The path of a value from the top of the file."""
        return f"{self.path}.{key}" if self.path and key else key or self.path

    def note(self, key: str, value: object, what: Text, remedy: Text) -> None:
        """Adds a problem about the value named ``key``."""
        shown = "" if value is _ABSENT or value is None else str(value)
        self.problems.append(Problem(what, remedy, self.place(key), shown[:80], self.where))

    def refuse(self) -> None:
        """Raises `Unfit` with the first problem of every value that has one."""
        first = {problem.column: problem for problem in reversed(self.problems)}
        if first:
            raise Unfit([problem for problem in self.problems if problem is first[problem.column]])

    def _take(self, key: str, default: object) -> object:
        value = self.data.get(key, _ABSENT)
        if value is not _ABSENT and value is not None:
            return value
        if default is _ABSENT:
            self.note(key, None, Text("This value is missing"), Text("Add it"))
        return _ABSENT

    def has(self, key: str) -> bool:
        """Whether the value is there and not null."""
        return self.data.get(key) is not None

    def unknown(self, known: Iterable[str]) -> None:
        """Notes every name that is not one of ``known``."""
        for key in self.data:
            if key not in known:
                self.note(key, self.data[key], Text("Nothing of this name is known here"), Text("Remove it"))

    def text(self, key: str, default: object = _ABSENT) -> str:
        """A text that is not empty."""
        value = self._take(key, default)
        if value is _ABSENT:
            return str(default) if default is not _ABSENT else ""
        if not isinstance(value, str) or not value.strip():
            self.note(key, value, Text("This is no text"), Text("Write a text in quotes"))
            return ""
        return value.strip()

    def decimal(self, key: str, default: object = _ABSENT, *, longest: int = _NUMBER_LENGTH) -> Decimal:
        """An exact number: a text such as "0.588", or a JSON number, taken by its shortest text.

        One of more than ``longest`` signs is none, unless whoever asks computes with more.
        """
        value = self._take(key, default)
        if value is _ABSENT:
            return Decimal(str(default)) if default is not _ABSENT else Decimal(0)
        try:
            if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
                raise InvalidOperation
            words = repr(value) if isinstance(value, float) else str(value)
            number = Decimal(words) if len(words) <= longest else Decimal("NaN")
            if not number.is_finite() or abs(number.adjusted()) > _NUMBER_LENGTH:
                raise InvalidOperation
        except InvalidOperation:
            self.note(key, value, Text("This is no number"), Text("Write a number such as 0.588"))
            return Decimal(0)
        return number

    def whole(self, key: str, default: object = _ABSENT) -> int:
        """A whole number."""
        number = self.decimal(key, default)
        if number != number.to_integral_value():
            self.note(key, number, Text("This is no whole number"), Text("Write it without decimals"))
            return 0
        return int(number)

    def truth(self, key: str, *, default: bool) -> bool:
        """Whether it is true."""
        value = self._take(key, default)
        if value is _ABSENT:
            return default
        if not isinstance(value, bool):
            self.note(key, value, Text("This is neither true nor false"), Text("Write true or false"))
            return default
        return value

    def day(self, key: str) -> date:
        """A date written 2026-01-31, from `EARLIEST` to `LATEST`."""
        value = self._take(key, _ABSENT)
        if value is _ABSENT:
            return EARLIEST
        try:
            day = date.fromisoformat(value) if isinstance(value, str) else date.min
        except ValueError:
            day = date.min
        if not EARLIEST <= day <= LATEST:
            self.note(key, value, Text("This is no date"), Text("Write year, month and day: 2026-01-31"))
            return EARLIEST
        return day

    def choice(self, key: str, kinds: type[Choice], default: Choice | None = None) -> Choice:
        """The member of an enum whose value stands there."""
        fallback = default or next(iter(kinds))
        value = self._take(key, _ABSENT if default is None else default)
        if value is _ABSENT:
            return fallback
        for member in kinds:
            if member.value == value:
                return member
        allowed = ", ".join(str(member.value) for member in kinds)
        self.note(
            key, value, Text("This is not one of the known words"), Text("Use one of: {words}", words=allowed)
        )
        return fallback

    def each(self, key: str, default: object = _ABSENT) -> tuple[Fields, ...]:
        """The objects of a list that holds one at least (``default`` may be an empty list)."""
        value = self._take(key, default)
        if value is _ABSENT:
            return ()
        if not isinstance(value, Sequence) or isinstance(value, str) or (not value and default is _ABSENT):
            self.note(key, value, Text("This is no list"), Text("Write the entries in []"))
            return ()
        return tuple(
            Fields(entry, self.where, f"{self.place(key)}[{index}]", self.problems)
            for index, entry in enumerate(value)
        )
