"""Files between the register and the tax system: a batch of invoices out, their numbers in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import BinaryIO

from desktop.invoices.records import BUYER_WORDS, InvoiceRow, NumberRow
from desktop.kernel.country import Country
from desktop.kernel.errors import Problem
from desktop.kernel.measures import Measure, Money
from desktop.kernel.sheet import Column, Field, Kind, Sheet, csv_rows, harmless, read_rows, write_workbook
from desktop.kernel.text import LANGUAGES, Catalog, Text, catalog

BILL, NUMBER, ISSUED_ON, GROSS = (
    Text("Bill"), Text("Invoice number"), Text("Issue date"), Text("Amount with tax"),
)  # fmt: skip
TITLES: tuple[tuple[str, Text, tuple[str, ...]], ...] = (
    ("bill", BILL, ("单据号", "账单号", "账单", "流水号", "bill no", "bill number")),
    (
        "number",
        NUMBER,
        ("数电票号码", "数电发票号码", "发票号码", "全电发票号码", "EInvoiceNumber", "invoice no"),
    ),
    ("issued_on", ISSUED_ON, ("开票日期", "IssueDate", "date")),
    ("gross", GROSS, ("价税合计", "AmountTaxTotal", "total")),
)


def write_batch(
    stream: BinaryIO, rows: Sequence[InvoiceRow], say: Catalog, country: Country, *, csv: bool
) -> None:
    """Write invoices as the tax system takes them, as CSV or as a workbook."""
    columns, lines = _columns(say, country), _lines(rows, say, country)
    if not csv:
        write_workbook([Sheet(say("Invoices"), columns, lines)], stream)
        return
    with csv_rows(stream) as writer:
        writer.writerow([column.title for column in columns])
        for line in lines:
            writer.writerow([_written(value, country) for value in line])


def _written(value: object, country: Country) -> str:
    if isinstance(value, Money):
        return str(country.currency.decimal(value))
    if isinstance(value, Measure):
        return f"{value.decimal.normalize():f}"
    return "" if value is None else harmless(str(value))


def _columns(say: Catalog, country: Country) -> tuple[Column, ...]:
    decimals = country.currency.decimals
    return (
        Column(say(BILL), width=22),
        Column(say("Colour"), width=8),
        Column(say("Kind of invoice"), width=18),
        *(Column(say(words), width=22) for words in BUYER_WORDS.values()),
        Column(say("Item"), width=16),
        Column(say("Unit"), width=8),
        Column(say("Quantity"), Kind.NUMBER, 0, 12),
        Column(say("Net"), Kind.NUMBER, decimals, 14),
        Column(say("Rate %"), Kind.NUMBER, 0, 8),
        Column(say("VAT"), Kind.NUMBER, decimals, 14),
        Column(say(GROSS), Kind.NUMBER, decimals, 14),
        Column(say("Invoice cancelled"), width=24),
        Column(say("Remark"), width=30),
        Column(say(NUMBER), width=24),
        Column(say(ISSUED_ON), Kind.DATE, width=12),
    )


def _lines(rows: Sequence[InvoiceRow], say: Catalog, country: Country) -> Iterator[Sequence[object]]:
    rules = country.invoices
    assert rules is not None
    for row in rows:
        yield (
            row.bill_number, say("red") if row.red else say("blue"), say(row.kind.text),
            *(getattr(row.buyer, name) for name in BUYER_WORDS),
            rules.item, "kWh", row.energy, row.net, row.percent, row.tax, row.gross, row.blue_number,
            say("Account {number}, {month}", number=row.account_number, month=f"{row.month:%Y-%m}"), None, None,
        )  # fmt: skip


@cache
def _fields() -> tuple[Field, ...]:
    return tuple(
        Field(name, title, (*titles, title.message, *(catalog(language)(title) for language in LANGUAGES)))
        for name, title, titles in TITLES
    )


def read_numbers(path: Path) -> tuple[tuple[NumberRow, ...], tuple[Problem, ...]]:
    """The lines of a file that came back, and every line that cannot be read. `Refused` for what is no such file."""
    found = read_rows(path, _fields())
    rows, problems = [], list(found.problems)
    for row in found.rows:
        bill, number = row.identifier("bill"), row.identifier("number")
        day, gross = row.day("issued_on"), row.number("gross")
        problems += row.problems
        if bill is not None and number is not None and day is not None and gross is not None:
            rows.append(NumberRow(row.sheet, row.line, bill, number, day, gross))
    return tuple(rows), tuple(problems)
