"""The cash sheet of a closed till, A4: what was taken by tender, the cash step by step, the count, who signs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop.counter.documents.lost import handed_on_words
from desktop.counter.records import CashSheet, MovementKind, Piece, TenderKind
from desktop.kernel.country import Country
from desktop.kernel.measures import Money
from desktop.kernel.paper import A4, RIGHT, Column, Paper, one_paper
from desktop.kernel.tabled import GAP, Head, TabledPaper
from desktop.kernel.text import Catalog, Text
from desktop.staff.records import Pictures, no_pictures


def cash_sheet_pdf(
    sheet: CashSheet,
    catalog: Callable[[str], Catalog],
    country: Country,
    pictures: Pictures = no_pictures,
) -> bytes:
    """The sheet as a PDF, A4, in the language of who closed the till; a copy says which one it is.

    ``pictures`` gives the letterhead by the digest that the sheet names.
    """
    say = catalog(sheet.language)

    def draw(paper: Paper) -> None:
        _SheetPaper(paper, sheet, say, country, pictures).print()

    return one_paper(draw, say(Text("Cash sheet")), sheet.letterhead.company, sheet.language, A4)


class _SheetPaper:
    """One cash sheet on its way to paper."""

    def __init__(
        self, paper: Paper, sheet: CashSheet, say: Catalog, country: Country, pictures: Pictures
    ) -> None:
        self.sheet, self.say, self.country = sheet, say, country
        head, receipts = sheet.letterhead, sum(one.receipts for one in sheet.taken)
        span = f"{sheet.first_receipt} – {sheet.last_receipt}" if receipts > 1 else sheet.first_receipt
        facts = (
            (say("Till"), sheet.till_name, say.plural("{count} receipt", "{count} receipts", receipts)),
            (say(Text("Opened", context="cash sheet")), say.moment(sheet.opened_at), sheet.opened_by),
            (say(Text("Closed", context="cash sheet")), say.moment(sheet.closed_at), sheet.closed_by),
            (say(Text("Receipts", context="cash sheet")), span or "–", ""),
        )
        picture = pictures(head.picture) if head.picture else None
        who = say.join([head.company, head.hall])
        self.on = TabledPaper(
            paper, say, Head(who, say("Cash sheet"), sheet.number, facts, sheet.copy, picture)
        )

    def print(self) -> None:
        """Draw the sides; most days need one."""
        self._tenders()
        self._cash()
        self._denominations()
        self.on.words(told_words(self.sheet, self.say, self.country))
        self.on.signatures(self.say("Cashier"), self.say("Second person"), self.sheet.check_code)
        self.on.finish()

    # Its parts -----------------------------------------------------------------------------------------------

    def _tenders(self) -> None:
        say, taken = self.say, self.sheet.taken
        columns = (
            Column(say("Tender"), 20, 60),
            Column(say(Text("Receipts", context="cash sheet")), 110, 28, RIGHT),
            Column(say("Reversed"), 145, 28, RIGHT),
            Column(say("Kept {sign}", sign=self.country.currency.sign), 190, 40, RIGHT),
        )
        rows = [
            [
                say(one.tender.text),
                say.number(one.receipts),
                say.number(one.reversals) if one.reversals else "–",
                say.money(one.amount),
            ]
            for one in taken
        ]
        total = [
            say("Total"),
            say.number(sum(one.receipts for one in taken)),
            say.number(sum(one.reversals for one in taken)),
            say.money(Money.total([one.amount for one in taken])),
        ]
        self.on.table(say("By tender"), columns, rows, total)

    def _cash(self) -> None:
        """The cash step by step: from the float to what should be there, and what was."""
        sheet, say = self.sheet, self.say
        columns = (
            Column(say(Text("Step", context="cash sheet")), 20, 46),
            Column(say(Text("At", context="cash sheet")), 70, 24),
            Column(say(Text("Who", context="cash sheet")), 97, 30),
            Column(say("Note"), 130, 34),
            Column(say(Text("Sum", context="cash sheet")), 190, 25, RIGHT),
        )
        received = Money.total([one.amount for one in sheet.taken if one.tender is TenderKind.CASH])
        opened = f"{sheet.opened_at:%H:%M}"
        rows = [
            [say(MovementKind.OPENING.text), opened, sheet.opened_by, "", say.money(sheet.opening_float)],
            [say("Cash received"), "", "", "", say.money(received)],
        ]
        for one in sheet.movements:
            if one.kind in (MovementKind.FLOAT, MovementKind.DROP):
                signed = one.amount if one.kind is MovementKind.FLOAT else -one.amount
                words = [say(one.kind.text), f"{one.moved_at:%H:%M}", one.by, one.note, say.money(signed)]
                rows.append(words)
        total = [say("Expected in the drawer"), "", "", "", say.money(sheet.expected)]
        self.on.table(say("Cash"), columns, rows, total)
        self.on.y -= GAP - 1
        self.on.pair(say("Counted"), say.money(sheet.counted.amount))
        self.on.pair(say("Difference"), say.money(sheet.difference), strong=True)
        self.on.rule()

    def _denominations(self) -> None:
        """Notes and coins at the opening and at the close, side by side."""
        sheet, say = self.sheet, self.say
        columns = (
            Column(say("Note or coin"), 20, 50),
            Column(say(Text("Opening", context="cash sheet")), 96, 22, RIGHT),
            Column(say(Text("Sum", context="cash sheet")), 128, 28, RIGHT),
            Column(say(Text("Close", context="cash sheet")), 158, 22, RIGHT),
            Column(say(Text("Sum", context="cash sheet")), 190, 28, RIGHT),
        )
        first, last = by_value(sheet.opening_pieces), by_value(sheet.counted.pieces)
        rows = [
            [
                say.number(self.country.currency.decimal(value)),
                *self._pieces(value, first.get(value, 0)),
                *self._pieces(value, last.get(value, 0)),
            ]
            for value in sorted({*first, *last}, reverse=True)
        ]
        rest = [loose(sheet.opening_float, first), loose(sheet.counted.amount, last)]
        if any(rest):
            shown = [say.money(one) if one else "–" for one in rest]
            rows.append([say("Not counted one by one"), "", shown[0], "", shown[1]])
        total = [
            say("Total"), "", say.money(sheet.opening_float), "", say.money(sheet.counted.amount)
        ]  # fmt: skip
        self.on.table(say("Notes and coins"), columns, rows, total)

    def _pieces(self, value: Money, count: int) -> tuple[str, str]:
        say = self.say
        return (say.number(count), say.money(value * count)) if count else ("–", "–")


def told_words(sheet: CashSheet, say: Catalog, country: Country) -> list[str]:
    """Why the count differs, counts made before, and what was handed on."""
    told = []
    if sheet.difference:
        told.append(say("Reason of the difference: {reason}", reason=sheet.reason))
    for one in sheet.counts[:-1]:
        told.append(
            say(
                "Counted before, {moment}: {amount} ({name})",
                moment=say.moment(one.counted_at),
                amount=say.money(one.amount, unit=True),
                name=one.by,
            )
        )
    if sheet.unprinted:
        told.append(say("Handed on, not printed: {numbers}", numbers=say.join(list(sheet.unprinted))))
    told += [handed_on_words(one, say, country) for one in sheet.lost]
    return told


def by_value(pieces: Sequence[Piece]) -> dict[Money, int]:
    """How many pieces there are of each value."""
    found: dict[Money, int] = {}
    for piece in pieces:
        found[piece.value] = found.get(piece.value, 0) + piece.count
    return found


def loose(amount: Money, pieces: dict[Money, int]) -> Money:
    """What of a sum was not counted note by note."""
    return amount - Money.total([value * count for value, count in pieces.items()])
