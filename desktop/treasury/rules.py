"""Which day of a hall is closed next, how papers are numbered, and which money in transit a line of a bank is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta

from desktop.counter.records import TenderKind
from desktop.debits.rules import file_of as debit_file
from desktop.kernel.country import kept_signs
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.treasury.records import LineRead, Source, Suggestion


def day_number(hall: str, year: int, running: int) -> str:
    """The number of a day sheet, in its hall's gapless series.

    >>> day_number("HZ01", 2026, 7)
    'DHZ01-2600007'
    """
    return f"D{hall}-{year % 100:02}{running:05}"


def days_open(dates: Collection[date], closed: date | None, today: date) -> tuple[date, ...]:
    """The days up to ``today`` that something is still to be closed of, oldest first: by the dates of what is in none.

    What came late belongs to the day after the one ``closed`` last. Where none was ever closed, the first close takes
    all there is.

    >>> days_open([date(2026, 2, 3), date(2026, 2, 5)], date(2026, 2, 3), date(2026, 2, 5))
    (datetime.date(2026, 2, 4), datetime.date(2026, 2, 5))
    >>> days_open([date(2026, 1, 9), date(2026, 2, 4)], None, date(2026, 2, 5))
    (datetime.date(2026, 2, 5),)
    """
    if closed is None:
        return (today,) if dates else ()
    first = closed + timedelta(days=1)
    return tuple(sorted({max(day, first) for day in dates if max(day, first) <= today}))


KEPT_COPIES = 30
"""So many copies of the database are kept, the newest; before them the last one of each month."""


def copies_to_go(copies: Sequence[tuple[date, str]]) -> tuple[str, ...]:
    """Of the copies of days, the newest first, the files of those that newer ones stand for.

    >>> days = [date(2026, 3, 31) - timedelta(days=back) for back in range(33)]
    >>> copies_to_go([(day, str(day)) for day in days])
    ('2026-03-01', '2026-02-27')
    """
    gone, months = list[str](), set[tuple[int, int]]()
    for place, (day, file) in enumerate(copies):
        month = day.year, day.month
        if place >= KEPT_COPIES and month in months:
            gone.append(file)
        months.add(month)
    return tuple(gone)


def deposit_number(hall: str, year: int, running: int) -> str:
    """The number of a deposit's slip, in its hall's gapless series.

    >>> deposit_number("HZ01", 2026, 7)
    'BHZ01-2600007'
    """
    return f"B{hall}-{year % 100:02}{running:05}"


EARLIEST, LATEST = -2, 31
"""A bank books money so many days after it was taken, seldom a little before by its own calendar."""

LEAST_SIGNS = 6
"""A shorter reference stands in many a purpose by chance."""


FEE_PARTS = 20
"""An acquirer keeps less than one of so many parts; more is no fee."""

RETURNED_WITHIN = 400
"""A bank takes money back so many days after it showed it; of a card that is long."""


def fee_fits(whole: Money, fee: Money) -> bool:
    """Whether so much may be kept of an amount as a fee.

    >>> fee_fits(Money(100_00), Money(5_00)), fee_fits(Money(100_00), Money(5_01)), fee_fits(Money(1_00), Money(-1))
    (True, False, False)
    """
    return 0 <= fee.raw * FEE_PARTS <= whole.raw


def in_time(line: date, source: date) -> bool:
    """Whether money of a day may be a line of another."""
    return EARLIEST <= (line - source).days <= LATEST


class Awaited:
    """Money in transit, found by the amount and the reference that a line of a bank shows of it.

    However much there is of it, and however much of that has one amount: references are looked up, not compared.
    """

    def __init__(self, sources: Iterable[Source]) -> None:
        self._found: dict[tuple[Money, str], list[Source]] = {}
        self._lengths: dict[Money, set[int]] = {}
        for one in sources:
            signs = kept_signs(one.reference)
            if signs:
                self._found.setdefault((one.amount, signs), []).append(one)
                self._lengths.setdefault(one.amount, set()).add(len(signs))

    @property
    def amounts(self) -> Collection[Money]:
        """What a line must be worth to be one of these."""
        return self._lengths.keys()

    def surely(self, line: LineRead) -> Source | None:
        """The one source that is a line beyond doubt: its reference and its amount, in time; else None.

        The reference of the line is its own, or (where it is long enough) stands in it or in the purpose.
        """
        given, purpose = kept_signs(line.reference), kept_signs(line.text)
        shown = {given}
        for length in self._lengths.get(line.gross, ()):
            if length >= LEAST_SIGNS:
                for words in (given, purpose):
                    shown.update(words[at : at + length] for at in range(len(words) - length + 1))
        found = [
            one
            for signs in shown
            for one in self._found.get((line.gross, signs), ())
            if in_time(line.day, one.day)
        ]
        return found[0] if len(found) == 1 else None

    def came(self, source: Source) -> None:
        """It is not awaited any more."""
        self._found[source.amount, kept_signs(source.reference)].remove(source)


def suggestions(line: LineRead, sources: Sequence[Source]) -> tuple[Suggestion, ...]:
    """What a line may be, the likeliest first: one source of its amount, or all of a tender and day that make it.

    That is the amount before the fee, which is then the one its file tells.
    Of direct debits all of one file, whatever day they were booked.
    """
    near = sorted(
        (one for one in sources if one.amount == line.gross and in_time(line.day, one.day)),
        key=lambda one: (abs((line.day - one.day).days), one.number),
    )
    found = [Suggestion((one,), _why(line, one), line.fee) for one in near]
    days: dict[tuple[str, str, date | str], list[Source]] = {}
    for one in sources:
        if in_time(line.day, one.day):
            together = debit_file(one.reference) if one.tender == TenderKind.DEBIT.value else one.day
            days.setdefault((one.kind.value, one.tender, together), []).append(one)
    for some in days.values():
        if len(some) > 1 and Money.total([one.amount for one in some]) == line.gross:
            debited = some[0].tender == TenderKind.DEBIT.value
            why = (
                Text("all {count} of the file make the amount", count=len(some))
                if debited
                else Text("all {count} of the day make the amount", count=len(some))
            )
            found.append(Suggestion(tuple(some), why, line.fee))
    return (*found, *_less_a_fee(line, sources, days.values()))


def _less_a_fee(
    line: LineRead, sources: Sequence[Source], days: Iterable[Sequence[Source]]
) -> Iterator[Suggestion]:
    """What makes a line when a fee was kept of it: one source of its reference, or all of a tender and day.

    Of a line whose file tells the fee none is guessed.
    """
    if line.amount.raw <= 0 or line.fee:
        return
    for one in sources:
        fee = one.amount - line.amount
        alike = kept_signs(one.reference) and kept_signs(one.reference) == kept_signs(line.reference)
        if fee and alike and in_time(line.day, one.day) and fee_fits(one.amount, fee):
            yield Suggestion((one,), Text("the same reference, less a fee of {fee}", fee=fee), fee)
    for some in days:
        whole = Money.total([one.amount for one in some])
        fee = whole - line.amount
        if fee and fee_fits(whole, fee):
            why = Text("all {count} of the day, less a fee of {fee}", count=len(some), fee=fee)
            yield Suggestion(tuple(some), why, fee)


def returned(line: LineRead, shown: Sequence[Source]) -> tuple[Suggestion, ...]:
    """Which payments that a bank has shown a line may take back, the likeliest first."""
    given, purpose = kept_signs(line.reference), kept_signs(line.text)

    def alike(one: Source) -> bool:
        signs = kept_signs(one.reference)
        return bool(signs) and (signs == given or (len(signs) >= LEAST_SIGNS and signs in purpose + given))

    nearest = sorted(shown, key=lambda one: (not alike(one), line.day - one.day, one.number))
    same, other = Text("the bank takes it back: the same reference"), Text("the bank may take it back")
    return tuple(Suggestion((one,), same if alike(one) else other, returned=True) for one in nearest)


def by_reference(line: LineRead, found: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """The same suggestions, those of its reference first."""
    given = kept_signs(line.reference)
    return tuple(sorted(found, key=lambda one: not given or kept_signs(one.sources[0].reference) != given))


def _why(line: LineRead, source: Source) -> Text:
    days = (line.day - source.day).days
    if kept_signs(source.reference) and kept_signs(source.reference) == kept_signs(line.reference):
        return Text("the same reference and amount")
    if days == 0:
        return Text("the same amount and day")
    return Text("the same amount, {days} days apart", days=abs(days))
