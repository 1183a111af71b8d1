"""A cell of a hall's workbook: as it is read, and as it waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from desktop.billing.rules import parts_of
from desktop.contracts.rules import losses_of, losses_written, shares_of, shares_written
from desktop.kernel.country import Country
from desktop.kernel.measures import Currency, Energy, Factor, Measure, Money, Power, Reading
from desktop.kernel.sheet import Row, half_width, plain_code
from desktop.kernel.text import Text, Worded
from desktop.takeover.documents.columns import Column, HallSheet, Kind, listed
from desktop.takeover.documents.sheets import in_all_languages, plain

_MEASURES: dict[Kind, type[Measure]] = {
    Kind.MONEY: Money,
    Kind.ENERGY: Energy,
    Kind.READING: Reading,
    Kind.FACTOR: Factor,
    Kind.POWER: Power,
}


@cache
def _meanings(words: type[Worded]) -> dict[str, Worded]:
    """What each word for a member means, in every language."""
    return {
        plain(word): member
        for member in words
        for word in (member.value, member.text.message, *in_all_languages(member.text))
    }


# A cell as it is read: typed, or None with a problem noted in the row


class LineReader:
    """Makes the rows of one sheet of a file typed. Days, words and small numbers stand in it again and again: what a
    cell means that was right once is known then."""

    def __init__(self, sheet: HallSheet, country: Country) -> None:
        self.sheet, self._country = sheet, country
        self._columns = tuple(
            (
                column.name,
                column.required,
                column.longest if column.kind is Kind.CODE else 0,
                dict[str, Any](),
                _READERS[column.kind],
                column,
            )
            for column in sheet.columns
        )

    def read(self, row: Row) -> dict[str, Any]:
        """The typed fields of a row that are filled and right; what is wrong is noted in the row."""
        values, told = {}, row.told
        for name, required, longest_code, known, reader, column in self._columns:
            cell = told.get(name)
            if cell is None:
                if not required:
                    continue
            elif cell in known:
                values[name] = known[cell]
                continue
            elif longest_code and plain_code(cell) and len(cell) <= longest_code:
                values[name] = cell[1:]
                continue
            value = reader(column, row, self._country)
            if value is None:
                continue
            values[name] = value
            if cell is not None and not row.problems and len(known) < _KNOWN:
                known[cell] = value
        return values


_KNOWN = 400
"""So many cells of a column are known at most."""


def _text(column: Column, row: Row, _country: Country) -> str | None:
    return _fitting(column, row, row.text(column.name, required=column.required))


def _code(column: Column, row: Row, _country: Country) -> str | None:
    return _fitting(column, row, row.identifier(column.name, required=column.required))


def _fitting(column: Column, row: Row, words: str | None) -> str | None:
    if words is not None and len(words) > column.longest:
        what = Text("This is longer than {count} signs", count=column.longest)
        row.note(column.name, what, Text("Shorten it"))
        return None
    return words


def _parts(column: Column, row: Row) -> list[str]:
    words = half_width(row.text(column.name, required=column.required) or "")
    for mark in "、;/":
        words = words.replace(mark, ",")
    return [part.strip() for part in words.split(",") if part.strip()]


def _list(column: Column, row: Row, _country: Country) -> tuple[str, ...]:
    return tuple(dict.fromkeys("".join(part.split()) for part in _parts(column, row)))


def _word(column: Column, row: Row, _country: Country) -> Worded | None:
    found = _meant(column, row, row.text(column.name, required=column.required) or "")
    return found[0] if found else None


def _words(column: Column, row: Row, _country: Country) -> tuple[Worded, ...] | None:
    found = _meant(column, row, *_parts(column, row))
    return tuple(member for member in column.words or () if member in found) or None


def _meant(column: Column, row: Row, *words: str) -> list[Worded]:
    assert column.words is not None
    known = _meanings(column.words)
    found = [known.get(plain(word)) for word in words]
    if None in found:
        row.note(
            column.name,
            Text("This is not one of the known words"),
            Text("Use one of: {words}", words=listed(column.words)),
        )
    return [one for one in found if one is not None]


def _day(column: Column, row: Row, _country: Country) -> date | None:
    return row.day(column.name, required=column.required)


def _month(column: Column, row: Row, _country: Country) -> date | None:
    words = half_width(row.words(column.name)).replace("/", "-").replace("年", "-").removesuffix("月")
    year, _, month = words.partition("-")
    if year.isdecimal() and month.isdecimal() and len(year) == 4 and 1 <= int(month) <= 12:
        return date(int(year), int(month), 1)
    day = row.day(column.name, required=column.required)
    return None if day is None else day.replace(day=1)


def _whole(column: Column, row: Row, _country: Country) -> int | None:
    number = row.number(column.name, required=column.required)
    if number is None:
        return None
    if number != number.to_integral_value() or abs(number) >= 10**12:
        row.note(column.name, Text("This is no whole number"), Text("Write digits only"))
        return None
    return int(number) if _large_enough(column, row, int(number)) else None


def _large_enough(column: Column, row: Row, steps: int) -> bool:
    if column.least is not None and steps < column.least:
        what = Text("This is too small") if column.least else Text("This cannot be negative")
        row.note(column.name, what, Text("Correct the number"))
        return False
    return True


def _measure(column: Column, row: Row, country: Country) -> Measure | None:
    number = row.number(column.name, required=column.required)
    if number is None:
        return None
    measure = _MEASURES[column.kind]
    decimals = country.currency.decimals if measure is Money else measure.DECIMALS
    try:
        value = country.currency.money(number) if measure is Money else measure.of(number)
    except OverflowError:
        row.note(column.name, Text("This number is too large"), Text("Correct the number"))
        return None
    except ValueError:
        what = Text("This has more than {count} decimals", count=decimals)
        row.note(column.name, what, Text("Round it"))
        return None
    return value if _large_enough(column, row, value.raw) else None


def _hundredths(column: Column, row: Row, _country: Country) -> int | None:
    number = row.number(column.name, required=column.required)
    if number is None:
        return None
    if not 0 <= number <= 1 or number != round(number, 2):
        row.note(
            column.name, Text("This is no number of 0 to 1 with two decimals"), Text("Write it like 0.90")
        )
        return None
    return int(number * 100)


def _yes(column: Column, row: Row, _country: Country) -> bool | None:
    cell = row.cells[column.name]
    words = plain(str(cell).removesuffix(".0"))
    if words not in _ANSWERS:
        row.note(column.name, Text("This is neither yes nor no"), Text("Write yes, or leave it empty"))
        return None
    return _ANSWERS[words]


_ANSWERS = {"1": True, "0": False, "true": True, "false": False, "-": False} | {
    plain(word): answer
    for answer, text in ((True, Text("yes")), (False, Text("no")))
    for word in in_all_languages(text)
}
"""What each way to say yes or no means."""


def _spelled(column: Column, row: Row, country: Country) -> str | None:
    words = _text(column, row, country)
    if words is None:
        return None
    spell, what, remedy = _SPELLED[column.kind]
    try:
        return spell(words, country.currency)
    except ValueError:
        row.note(column.name, what, remedy)
        return None


_SPELLED: Mapping[Kind, tuple[Callable[[str, Currency], str], Text, Text]] = {
    Kind.LOSSES: (
        lambda words, _: losses_of(words),
        Text("These are no values by their names"),
        Text("Write them like method=fixed_rate; rate_percent=3"),
    ),
    Kind.SHARES: (
        lambda words, _: shares_of(words),
        Text("These are no shares of tariffs"),
        Text("Write them like ZJ-SHARED: 15 %; YL-1P: 300 kWh"),
    ),
    Kind.PARTS: (
        parts_of,
        Text("These are no parts of a month"),
        Text("Write them like 5: 30 %; 15: 1000.00"),
    ),
}


_READERS: Mapping[Kind, Callable[[Column, Row, Country], Any]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.LIST: _list,
    Kind.WORD: _word,
    Kind.WORDS: _words,
    Kind.DAY: _day,
    Kind.MONTH: _month,
    Kind.WHOLE: _whole,
    Kind.MONEY: _measure,
    Kind.ENERGY: _measure,
    Kind.READING: _measure,
    Kind.FACTOR: _measure,
    Kind.POWER: _measure,
    Kind.HUNDREDTHS: _hundredths,
    Kind.YES: _yes,
    Kind.LOSSES: _spelled,
    Kind.SHARES: _spelled,
    Kind.PARTS: _spelled,
}


# A value between documents and the place where rows wait: text and whole numbers only


def row_stored(sheet: HallSheet, values: Mapping[str, Any]) -> list[str | int | None]:
    """The typed fields of a row as they wait, in the order of its columns."""
    found = map(values.get, _names(sheet))
    return [value if type(value) in _AS_THEY_ARE else stored(value) for value in found]


_AS_THEY_ARE = frozenset({str, int, type(None)})


@cache
def _names(sheet: HallSheet) -> tuple[str, ...]:
    return tuple(column.name for column in sheet.columns)


def stored(value: Any) -> str | int | None:
    """A value as it waits."""
    match value:
        case None | str() | int():
            return value
        case Measure():
            return value.raw
        case date():
            return value.isoformat()
        case Worded():
            return str(value.value)
        case tuple():
            return ",".join(str(stored(part)) for part in value)
    raise TypeError(f"{type(value).__name__} does not wait")


def shown(column: Column, cell: str | int) -> str:
    """A cell that waits as people wrote it; money in its smallest step."""
    match column.kind:
        case Kind.SHARES:
            return shares_written(str(cell))
        case Kind.LOSSES:
            return losses_written(str(cell))
        case Kind.HUNDREDTHS:
            return f"{Decimal(cell).scaleb(-2)}"
        case Kind.ENERGY | Kind.READING | Kind.FACTOR | Kind.POWER:
            return f"{_MEASURES[column.kind](int(cell)).decimal.normalize():f}"
    return str(cell)


def line_of(sheet: HallSheet, cells: Sequence[str | int | None]) -> Any:
    """The line that waits as ``cells``."""
    return sheet.line(
        **{
            name: cell if take_up is None else take_up(cell)
            for (name, take_up), cell in zip(_taking_up(sheet), cells, strict=True)
            if cell is not None
        }
    )


@cache
def _taking_up(sheet: HallSheet) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    """Each field of a sheet's lines, and what makes its value of the cell that waits; None where it is the cell."""
    return tuple((column.name, _value_maker(column)) for column in sheet.columns)


def _value_maker(column: Column) -> Callable[[Any], Any] | None:
    words = {member.value: member for member in column.words or ()}
    match column.kind:
        case Kind.DAY | Kind.MONTH:
            return date.fromisoformat
        case Kind.LIST:
            return lambda cell: tuple(cell.split(",")) if cell else ()
        case Kind.WORD:
            return words.__getitem__
        case Kind.WORDS:
            return lambda cell: tuple(words[part] for part in cell.split(","))
        case Kind.YES:
            return bool
    return _MEASURES.get(column.kind)
