"""The cash sheet of a closed till as a workbook: the same figures as on its paper, to be added up elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from desktop.counter.documents.cash_sheet import by_value, loose, told_words
from desktop.counter.records import CashSheet, MovementKind, TenderKind
from desktop.kernel.country import Country
from desktop.kernel.measures import Money
from desktop.kernel.sheet import Column, Kind, Sheet, write_xlsx
from desktop.kernel.text import Catalog, Text


def cash_sheet_xlsx(sheet: CashSheet, catalog: Callable[[str], Catalog], country: Country) -> bytes:
    """The workbook of a cash sheet, in the language of who closed the till; money is numbers, with its decimals."""
    say, decimals = catalog(sheet.language), country.currency.decimals
    money = Column(say("Amount {sign}", sign=country.currency.sign), Kind.NUMBER, decimals, 16)
    count = Column(say("Receipts"), Kind.NUMBER, 0, 12)
    head = (
        say.join([sheet.letterhead.company, sheet.letterhead.hall]),
        f"{say('Cash sheet')} {sheet.number}",
        say.join([sheet.till_name, f"{sheet.first_receipt} – {sheet.last_receipt}"]),
        say.join([say(Text("Opened", context="cash sheet")), say.moment(sheet.opened_at), sheet.opened_by]),
        say.join([say(Text("Closed", context="cash sheet")), say.moment(sheet.closed_at), sheet.closed_by]),
        *told_words(sheet, say, country),
    )
    tenders = (Column(say("Tender"), width=18), count, Column(say("Reversed"), Kind.NUMBER, 0, 12), money)
    steps = (
        Column(say(Text("Step", context="cash sheet")), width=26),
        Column(say(Text("At", context="cash sheet")), width=18),
        Column(say(Text("Who", context="cash sheet")), width=16),
        Column(say("Note"), width=24),
        money,
    )
    pieces = (
        Column(say("Note or coin"), Kind.VALUE, decimals, 22),
        Column(say(Text("Opening", context="cash sheet")), Kind.NUMBER, 0, 12),
        Column(say(Text("Sum", context="cash sheet")), Kind.NUMBER, decimals, 16),
        Column(say(Text("Close", context="cash sheet")), Kind.NUMBER, 0, 12),
        Column(say(Text("Sum", context="cash sheet")), Kind.NUMBER, decimals, 16),
    )
    rows = [[say(one.tender.text), one.receipts, one.reversals, one.amount] for one in sheet.taken]
    return write_xlsx(
        [
            Sheet(say("By tender"), tenders, rows, head),
            Sheet(say("Cash"), steps, _steps(sheet, say)),
            Sheet(say("Notes and coins"), pieces, _pieces(sheet, say)),
        ]
    )


def _steps(sheet: CashSheet, say: Catalog) -> Iterator[Sequence[object]]:
    """From the float to what should be there, and what was."""
    opened = say.moment(sheet.opened_at)
    yield say(MovementKind.OPENING.text), opened, sheet.opened_by, "", sheet.opening_float
    cash = Money.total([one.amount for one in sheet.taken if one.tender is TenderKind.CASH])
    yield say("Cash received"), "", "", "", cash
    for one in sheet.movements:
        if one.kind in (MovementKind.FLOAT, MovementKind.DROP):
            signed = one.amount if one.kind is MovementKind.FLOAT else -one.amount
            yield say(one.kind.text), say.moment(one.moved_at), one.by, one.note, signed
    yield say("Expected in the drawer"), "", "", "", sheet.expected
    yield say("Counted"), say.moment(sheet.counted.counted_at), sheet.counted.by, "", sheet.counted.amount
    yield say("Difference"), "", "", sheet.reason, sheet.difference


def _pieces(sheet: CashSheet, say: Catalog) -> Iterator[Sequence[object]]:
    first, last = by_value(sheet.opening_pieces), by_value(sheet.counted.pieces)
    for value in sorted({*first, *last}, reverse=True):
        before, after = first.get(value, 0), last.get(value, 0)
        yield value, before, value * before, after, value * after
    rest = loose(sheet.opening_float, first), loose(sheet.counted.amount, last)
    if any(rest):
        yield say("Not counted one by one"), None, rest[0], None, rest[1]
    yield say("Total"), None, sheet.opening_float, None, sheet.counted.amount
