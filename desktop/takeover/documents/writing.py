"""A hall's workbook as we write it: empty with everything explained, or filled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from desktop.billing.rules import parts_written
from desktop.contracts.rules import losses_written, shares_written
from desktop.kernel import sheet as spreadsheet
from desktop.kernel.country import Country
from desktop.kernel.measures import Money
from desktop.kernel.text import Catalog, Text, Worded
from desktop.takeover.documents.columns import Column, HallSheet, Kind, listed
from desktop.takeover.documents.sheets import EXPLANATIONS, SHEETS
from desktop.takeover.documents.staying import STAYING

_KINDS = {
    Kind.DAY: spreadsheet.Kind.DATE,
    Kind.MONEY: spreadsheet.Kind.NUMBER,
    Kind.ENERGY: spreadsheet.Kind.VALUE,
    Kind.READING: spreadsheet.Kind.VALUE,
    Kind.FACTOR: spreadsheet.Kind.VALUE,
    Kind.POWER: spreadsheet.Kind.VALUE,
    Kind.WHOLE: spreadsheet.Kind.VALUE,
    Kind.HUNDREDTHS: spreadsheet.Kind.VALUE,
}
_SPELLED = {Kind.LOSSES: losses_written, Kind.SHARES: shares_written}
_WIDE = {Kind.TEXT: 26.0, Kind.CODE: 18.0, Kind.LIST: 18.0}

_RULES = (
    Text(
        "Fill in one sheet after the other. Titles may stand in any order and in any of the program's languages"
    ),
    Text("Columns with a yes must be filled; leave others empty where nothing is known"),
    Text(
        "Numbers of parties, premises and service points only connect the sheets; accounts and meters keep theirs"
    ),
    Text(
        "An account with several service points names one of them in its own row. Each further one names the account,"
        " with its place on a route, on the sheet of service points; contracts and history name it too"
    ),
    Text("Format columns of numbers as text: a sheet drops zeros in front and keeps fifteen digits"),
    Text(
        "Rows of one reading route come in together or not at all, at most 500 accounts at a time; the other routes"
        " stand. What several routes share comes in first, each row by itself"
    ),
    Text("A row that belongs to no account of the workbook stops all of it until it is right"),
    Text("Mend the workbook and take it again as often as needed: a route that is in is not taken twice"),
    Text(
        "Carried over: parties and how they are reached, premises, service points with route and capacity, meters"
        " with their last reading and what was read since, accounts with their credit, contracts with their terms and"
        " capacity days, open items with what was paid of them, kWh of the months, instalment plans, invoices wanted,"
        " payment groups, and limits of reads and bills"
    ),
    Text(
        "Keep the former system as long as the law asks for what stays behind; each of it stands below, with why"
    ),
    Text("Decide on doubtful readings and bill corrections of energy before you carry a hall over"),
    Text(
        "Open items and credit are posted against the opening account; fees paid before are not asked for again"
    ),
    Text("Contracts get new numbers; the number of an old bill that looks like one of ours gets a star"),
    Text("Compare the control totals with the former system before anything is taken in, and sign them"),
)


def template(say: Catalog, country: Country) -> bytes:
    """The empty workbook with an explanation of each sheet and column, in the language of ``say``."""
    return spreadsheet.write_xlsx([_explanations(say), *(_sheet(one, (), say, country) for one in SHEETS)])


def write_hall(
    stream: BinaryIO, sheets: Iterable[tuple[HallSheet, Iterable[Any]]], say: Catalog, country: Country
) -> None:
    """A filled workbook; the lines of a sheet are asked for when the one before it is through."""
    filled = (_sheet(one, lines, say, country) for one, lines in sheets)
    spreadsheet.write_workbook(_with_explanations(say, filled), stream)


def _with_explanations(say: Catalog, filled: Iterator[spreadsheet.Sheet]) -> Iterator[spreadsheet.Sheet]:
    yield _explanations(say)
    yield from filled


def _explanations(say: Catalog) -> spreadsheet.Sheet:
    widths = (
        (Text("Sheet"), 20), (Text("Column"), 24), (Text("Must be filled"), 14), (Text("What to write"), 100),
        (Text("Example"), 24),
    )  # fmt: skip
    columns = tuple(spreadsheet.Column(say(title), width=width) for title, width in widths)
    rows: list[Sequence[object]] = [("", "", "", say(rule), "") for rule in _RULES]
    rows += ((say("Stays behind"), say(one.what), "", say(one.why), "") for one in STAYING)
    for sheet in SHEETS:
        rows.append((say(sheet.title), "", "", say(sheet.about), ""))
        for column in sheet.columns:
            must = say("yes") if column.required else ""
            rows.append(
                (say(sheet.title), say(column.title), must, _hint(column, say), _example(column, say))
            )
    return spreadsheet.Sheet(say(EXPLANATIONS), columns, rows)


def _hint(column: Column, say: Catalog) -> str:
    """What to write into a column, with all words that may stand there."""
    if column.words is None:
        return say(column.hint)
    return say("{hint}. One of: {words}", hint=column.hint, words=listed(column.words))


def _example(column: Column, say: Catalog) -> str:
    if column.words is None:
        return column.example
    return ", ".join(say(column.words.of(one.strip()).text) for one in column.example.split(","))


def _sheet(sheet: HallSheet, lines: Iterable[Any], say: Catalog, country: Country) -> spreadsheet.Sheet:
    columns = tuple(
        spreadsheet.Column(
            say(column.title),
            _KINDS.get(column.kind, spreadsheet.Kind.TEXT),
            country.currency.decimals if column.kind is Kind.MONEY else 0,
            _WIDE.get(column.kind, 13.0),
        )
        for column in sheet.columns
    )
    rows = ([_cell(column, getattr(line, column.name), say) for column in sheet.columns] for line in lines)
    return spreadsheet.Sheet(say(sheet.title), columns, rows)


def _cell(column: Column, value: Any, say: Catalog) -> object:
    match value:
        case None | "" | () | False:
            return None
        case True:
            return say("yes")
        case Money():
            return value if value or column.required else None
        case Worded():
            return say(value.text)
        case tuple():
            return ", ".join(str(_cell(column, part, say)) for part in value)
        case date() if column.kind is Kind.MONTH:
            return f"{value:%Y-%m}"
        case int() if column.kind is Kind.HUNDREDTHS:
            return Decimal(value).scaleb(-2)
        case str() if column.kind in _SPELLED:
            return _SPELLED[column.kind](value)
        case str() if column.kind is Kind.PARTS and say.currency:
            return parts_written(value, say.currency)
    return value
