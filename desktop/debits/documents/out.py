"""Files for banks, as each of them wants them: which columns under which titles, letters, units."""

from __future__ import annotations

import csv
import io
from typing import BinaryIO

from desktop.debits.records import Encoding, FileToSend, Layout, OutField, SendItem
from desktop.kernel.country import Country
from desktop.kernel.measures import Money
from desktop.kernel.sheet import Column, Kind, Sheet, harmless, write_workbook
from desktop.kernel.text import Catalog
from desktop.kernel.watermark import mark_everywhere

_NUMBERS = (OutField.POSITION, OutField.AMOUNT)


def columns_of(layout: Layout, say: Catalog) -> list[tuple[OutField, str]]:
    """The columns of a bank's file with their titles."""
    if layout.out:
        return [(OutField.of(field), title) for field, title in layout.out]
    return [(field, say(field.text)) for field in OutField]


def write_file(stream: BinaryIO, file: FileToSend, say: Catalog, country: Country) -> None:
    """Write a file for its bank into a stream; the same file is the same bytes where it is text."""
    layout = file.bank.layout
    columns = columns_of(layout, say)
    if layout.csv:
        _write_csv(stream, file, columns, country)
        return
    decimals = 0 if layout.minor else country.currency.decimals
    drawn = tuple(
        Column(title, Kind.NUMBER, decimals if field is OutField.AMOUNT else 0, 14)
        if field in _NUMBERS
        else Column(title, width=24)
        for field, title in columns
    )
    lines = ([_value(one, field, layout, country) for field, _ in columns] for one in file.items)
    write_workbook([Sheet(file.number, drawn, lines)], stream)


def _write_csv(
    stream: BinaryIO, file: FileToSend, columns: list[tuple[OutField, str]], country: Country
) -> None:
    layout = file.bank.layout
    encoding = "utf-8-sig" if layout.encoding is Encoding.UTF8 else "gb18030"
    words = io.TextIOWrapper(stream, encoding=encoding, newline="")
    writer = csv.writer(words)
    if mark_everywhere():
        writer.writerow([mark_everywhere()])
    writer.writerow([title for _, title in columns])
    for one in file.items:
        values = (_value(one, field, layout, country) for field, _ in columns)
        writer.writerow([harmless(value) if isinstance(value, str) else str(value) for value in values])
    words.flush()
    words.detach()


def _value(one: SendItem, field: OutField, layout: Layout, country: Country) -> object:
    value = getattr(one, _NAMES.get(field, field.value))
    if isinstance(value, Money):
        return value.raw if layout.minor else country.currency.decimal(value)
    return value.isoformat() if field is OutField.DAY else value


_NAMES = {OutField.ACCOUNT: "account_number", OutField.BILL: "bill_number"}
