"""A month for other books of account: a workbook with its figures and postings, or the postings as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, BinaryIO

from desktop.closing.records import AgeRow, LedgerLine, MonthLook, TaxRow, TierRow
from desktop.kernel.export import LONGEST_SHEET
from desktop.kernel.measures import Money
from desktop.kernel.sheet import Column, Kind, Sheet, csv_rows, harmless, write_workbook
from desktop.kernel.text import Catalog, Text


def tier_words(row: TierRow, say: Catalog) -> str:
    """What a tier is called beside its class."""
    return say("tier {number}", number=row.tier) if row.tier else say("without tier")


def age_words(row: AgeRow, say: Catalog) -> str:
    """How long what is owed is overdue."""
    if row.last == 0:
        return say("not yet due")
    if row.last is None:
        return say("over {days} days", days=row.first - 1)
    return say("{first} to {last} days", first=row.first, last=row.last)


def tax_words(row: TaxRow, say: Catalog) -> str:
    """Whether bills were issued or taken back."""
    return say("taken back") if row.taken_back else say("issued")


class _Numbered:
    """The postings with the running number of their set in the file; ``count`` postings went through."""

    def __init__(self, lines: Iterable[LedgerLine]) -> None:
        self.count, self._lines = 0, lines

    def __iter__(self) -> Iterator[tuple[int, LedgerLine]]:
        number, last = 0, None
        for line in self._lines:
            number += line.set_id != last
            last = line.set_id
            self.count += 1
            yield number, line


def _sides(amount: Money) -> tuple[Money | None, Money | None]:
    """Debit and credit."""
    return (amount, None) if amount.raw > 0 else (None, -amount)


def write_ledger_csv(stream: BinaryIO, lines: Iterable[LedgerLine], say: Catalog) -> int:
    """Write postings as CSV with titles, in UTF-8 that spreadsheets know by its mark; how many."""
    numbered = _Numbered(lines)
    with csv_rows(stream) as writer:
        writer.writerow([column.title for column in _posting_columns(say)])
        for row in _posting_rows(numbered, say):
            writer.writerow([_written(value, say) for value in row])
    return numbered.count


def _written(value: object, say: Catalog) -> str:
    if isinstance(value, Money):
        assert say.currency is not None
        return str(say.currency.decimal(value))
    return "" if value is None else harmless(str(value))


def _posting_columns(say: Catalog) -> tuple[Column, ...]:
    decimals = say.currency.decimals if say.currency is not None else 0
    return (
        Column(say("Entry"), Kind.NUMBER, width=9),
        Column(say("Posted on"), Kind.DATE, width=12),
        Column(say("What"), width=16),
        Column(say("Paper"), width=24),
        Column(say("Account number"), width=18),
        Column(say("Ledger account"), width=12),
        Column(say("What it holds"), width=30),
        Column(say("Debit"), Kind.NUMBER, decimals, 16),
        Column(say(Text("Credit", context="ledger")), Kind.NUMBER, decimals, 16),
    )


def _posting_rows(numbered: _Numbered, say: Catalog) -> Iterator[Sequence[object]]:
    for number, line in numbered:
        yield (
            number, line.on, say(line.what), line.paper, line.account_number, line.code, say(line.name),
            *_sides(line.amount),
        )  # fmt: skip


def write_month_xlsx(stream: BinaryIO, look: MonthLook, lines: Iterable[LedgerLine], say: Catalog) -> int:
    """Write a month as a workbook: figures by class and tier, arrears, VAT, ledger accounts, postings; how many."""
    numbered = _Numbered(lines)
    write_workbook(_sheets(look, numbered, say), stream)
    return numbered.count


def _sheets(look: MonthLook, numbered: _Numbered, say: Catalog) -> Iterator[Sheet]:
    found = look.figures
    decimals = found.decimals

    def money(title: str) -> Column:
        return Column(title, Kind.NUMBER, decimals, 16)

    def number(title: str, places: int = 0) -> Column:
        return Column(title, Kind.NUMBER, places, 14)

    above = (say("Month {month}", month=f"{found.month:%Y-%m}"), _state(look, say))
    yield Sheet(
        say("Class and tier"),
        (
            Column(say("Class")), Column(say("Tier")), number("kWh"),
            money(say("Receivable")), money(say("Received")),
        ),
        [
            (say(row.customer_class.text), tier_words(row, say), row.energy, row.receivable, row.received)
            for row in found.tiers
        ],
        above,
    )  # fmt: skip
    yield Sheet(
        say("Figures"),
        (Column(say("Figure"), width=34), Column(say("Value"), Kind.VALUE, decimals, 18)),
        [
            (say("Receivables of the month"), found.due),
            (say("Collected of them"), found.collected),
            (say("Recovery rate %"), found.recovery_percent),
            (say("Average price"), found.average_price),
            (say("Late fees received"), found.late_fees),
        ],
        above,
    )
    yield Sheet(
        say("Arrears"),
        (Column(say("Overdue"), width=24), number(say("Items")), money(say("Amount"))),
        [(age_words(row, say), row.items, row.amount) for row in found.ages],
        above,
    )
    yield Sheet(
        say("VAT"),
        (
            number("%"), Column(say("Bills"), width=16), number(say("Count")),
            money(say("Net")), money(say("VAT")), money(say("Gross")),
        ),
        [
            (row.percent, tax_words(row, say), row.bills, row.net, row.tax, row.gross)
            for row in found.taxes
        ],
        above,
    )  # fmt: skip
    titles = say("Balance before"), say("Debit"), say(Text("Credit", context="ledger")), say("Balance after")
    yield Sheet(
        say("Ledger accounts"),
        (Column(say("Ledger account")), Column(say("What it holds"), width=34), *map(money, titles)),
        [(row.code, say(row.name), row.before, row.debit, row.credit, row.after) for row in found.ledger],
        above,
    )
    yield from _posting_sheets(numbered, say, above)


def _state(look: MonthLook, say: Catalog) -> str:
    if look.row.closed_at is None:
        return say("Not closed: these figures may still change")
    return say("Closed by {name} on {moment}", name=look.row.closed_by, moment=look.row.closed_at)


def _posting_sheets(numbered: _Numbered, say: Catalog, above: tuple[str, ...]) -> Iterator[Sheet]:
    """The postings, on as many sheets as they need."""
    rows: Iterator[Any] = _posting_rows(numbered, say)
    for place in range(1, 1000):
        first = next(rows, None)
        if first is None and place > 1:
            return
        some = islice(rows, LONGEST_SHEET - 1)
        name = say("Postings") if place == 1 else f"{say('Postings')} {place}"
        yield Sheet(name, _posting_columns(say), chain([first] if first else [], some), above)
