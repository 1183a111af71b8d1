"""The cash sheet of a closed till, A4: what was taken by tender, the cash step by step, the count, who signs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop.counter.records import CashSheet, MovementKind, Piece, TenderKind
from desktop.kernel.country import Country
from desktop.kernel.lettering import Face
from desktop.kernel.measures import Money
from desktop.kernel.paper import (
    A4,
    ACCENT,
    CENTRE,
    INK,
    INK2,
    RIGHT,
    TOTAL_LINE,
    Column,
    Leaf,
    Paper,
    Table,
    one_paper,
)
from desktop.kernel.text import Catalog, Text
from desktop.staff.records import Pictures, no_pictures

LEFT_EDGE, RIGHT_EDGE = 18.0, 192.0
_WIDE = RIGHT_EDGE - LEFT_EDGE
_FACTS = ((18.0, 40.0), (61.0, 42.0), (106.0, 42.0), (151.0, 41.0))
_ROW, _HEAD, _GAP = 6.0, 6.4, 8.0
_FOOT = 268.0
_SIGNATURES = 34.0


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
    """One cash sheet on its way to paper; ``y`` is where the next line may stand."""

    def __init__(
        self, paper: Paper, sheet: CashSheet, say: Catalog, country: Country, pictures: Pictures
    ) -> None:
        self.paper, self.sheet, self.say, self.country = paper, sheet, say, country
        self.picture = pictures(sheet.letterhead.picture) if sheet.letterhead.picture else None
        self.leaves: list[Leaf] = []
        self.y = 0.0

    @property
    def leaf(self) -> Leaf:
        """The side being filled."""
        return self.leaves[-1]

    def print(self) -> None:
        """Draw the sides; most days need one."""
        self._side()
        self._tenders()
        self._cash()
        self._denominations()
        self._words()
        self._signatures()
        for number, leaf in enumerate(self.leaves, 1):
            if len(self.leaves) > 1:
                leaf.text(LEFT_EDGE, 288, f"{number} / {len(self.leaves)}", 7.5, ink=INK2)
            self.paper.add(leaf)

    # Sides ---------------------------------------------------------------------------------------------------

    def _side(self) -> None:
        """Begin a side with all that stands on each of them."""
        leaf, sheet, say = self.paper.leaf(), self.sheet, self.say
        self.leaves.append(leaf)
        head = sheet.letterhead
        if self.picture is not None:
            leaf.picture(LEFT_EDGE, 8, 58, 8.5, self.picture)
        leaf.block(LEFT_EDGE, 22, say.join([head.company, head.hall]), 9, 58, 2, ink=INK2, upward=True)
        leaf.text(105, 22, say("Cash sheet"), 17, face=Face.BOLD, align=CENTRE, width=54, least=10)
        leaf.text(RIGHT_EDGE, 22, sheet.number, 13, face=Face.BOLD, align=RIGHT, width=54)
        leaf.rule(26, LEFT_EDGE, RIGHT_EDGE, 1, ACCENT)
        if sheet.copy:
            words = say("COPY {number}", number=sheet.copy)
            leaf.text(105, 10, words, 11, face=Face.BOLD, align=CENTRE)
            leaf.text(105, 291, words, 11, face=Face.BOLD, align=CENTRE)
        receipts = sum(one.receipts for one in sheet.taken)
        span = f"{sheet.first_receipt} – {sheet.last_receipt}" if receipts > 1 else sheet.first_receipt
        facts = (
            (say("Till"), sheet.till_name, say.plural("{count} receipt", "{count} receipts", receipts)),
            (say(Text("Opened", context="cash sheet")), say.moment(sheet.opened_at), sheet.opened_by),
            (say(Text("Closed", context="cash sheet")), say.moment(sheet.closed_at), sheet.closed_by),
            (say(Text("Receipts", context="cash sheet")), span or "–", ""),
        )
        for (x, width), (label, words, more) in zip(_FACTS, facts, strict=True):
            leaf.text(x, 32, label, 7.5, ink=INK2, width=width)
            leaf.text(x, 36.8, words, 9.5, face=Face.MEDIUM, width=width)
            leaf.text(x, 41.4, more, 8.5, width=width)
        self.y = 50.0

    def _room(self, height: float) -> None:
        """Begin another side where less than ``height`` mm are left."""
        if self.y + height > _FOOT:
            self._side()

    def _table(
        self, title: str, columns: Sequence[Column], rows: Sequence[Sequence[str]], total: Sequence[str]
    ) -> None:
        """A table under its title that goes on over as many sides as it needs; its sum stands below a line."""
        self._room(_GAP + _HEAD + 2 * _ROW)
        self.leaf.text(LEFT_EDGE, self.y, title, 10.5, face=Face.BOLD)
        table = Table(tuple(columns), LEFT_EDGE, RIGHT_EDGE, _ROW, _HEAD)
        self.y = table.head(self.leaf, self.y + 2.4)
        for row in rows:
            if self.y + _ROW > _FOOT:
                self._side()
                self.y = table.head(self.leaf, self.y)
            self.y = table.cells(self.leaf, self.y, row)
            self.leaf.rule(self.y, LEFT_EDGE, RIGHT_EDGE)
        self._room(_ROW)
        self.leaf.rule(self.y, LEFT_EDGE, RIGHT_EDGE, TOTAL_LINE, INK)
        for column, words in zip(columns, total, strict=True):
            self.leaf.text(
                column.at, self.y + 4.6, words, 9.5, face=Face.BOLD, align=column.align, width=column.width
            )
        self.y += _ROW + _GAP

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
        self._table(say("By tender"), columns, rows, total)

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
        self._table(say("Cash"), columns, rows, total)
        self.y -= _GAP - 1
        self._room(3 * _ROW)
        pairs = (
            (say("Counted"), say.money(sheet.counted.amount)),
            (say("Difference"), say.money(sheet.difference)),
        )
        for label, figure in pairs:
            strong = Face.BOLD if label == pairs[1][0] else Face.REGULAR
            self.leaf.text(20, self.y + 4.6, label, 9.5, face=strong, width=100)
            self.leaf.text(190, self.y + 4.6, figure, 9.5, face=strong, align=RIGHT, width=40)
            self.y += _ROW
        self.leaf.rule(self.y, LEFT_EDGE, RIGHT_EDGE, TOTAL_LINE, INK)
        self.y += _GAP

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
        first, last = _by_value(sheet.opening_pieces), _by_value(sheet.counted.pieces)
        rows = [
            [
                say.number(self.country.currency.decimal(value)),
                *self._pieces(value, first.get(value, 0)),
                *self._pieces(value, last.get(value, 0)),
            ]
            for value in sorted({*first, *last}, reverse=True)
        ]
        loose = [_loose(sheet.opening_float, first), _loose(sheet.counted.amount, last)]
        if any(loose):
            shown = [say.money(one) if one else "–" for one in loose]
            rows.append([say("Not counted one by one"), "", shown[0], "", shown[1]])
        total = [
            say("Total"), "", say.money(sheet.opening_float), "", say.money(sheet.counted.amount)
        ]  # fmt: skip
        self._table(say("Notes and coins"), columns, rows, total)

    def _pieces(self, value: Money, count: int) -> tuple[str, str]:
        say = self.say
        return (say.number(count), say.money(value * count)) if count else ("–", "–")

    def _words(self) -> None:
        """Why the count differs, counts made before, and what was handed on."""
        sheet, say = self.sheet, self.say
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
        for lost in sheet.lost:
            amount = say.money(lost.amount, unit=True)
            number = self.country.format_account(lost.account_number)
            told.append(say("Handed on, no answer yet: {payment}", payment=say.join([number, amount])))
        for words in told:
            self._room(9)
            self.y = self.leaf.block(LEFT_EDGE, self.y, words, 9, _WIDE, 2) + 5.5
        if told:
            self.y += 3

    def _signatures(self) -> None:
        say, sheet = self.say, self.sheet
        if self.y + _SIGNATURES > 284:
            self._side()
        base = max(self.y + 14, 252.0) if self.y < 240 else self.y + 14
        for x, words in ((LEFT_EDGE, say("Cashier")), (82.0, say("Second person"))):
            self.leaf.line(x, base, x + 54, base, TOTAL_LINE, INK)
            self.leaf.text(x, base + 4, words, 8, ink=INK2, width=54)
        self.leaf.qr(RIGHT_EDGE - 20, base - 14, 20, f"{sheet.number} {sheet.check_code}")
        self.leaf.text(RIGHT_EDGE - 23, base - 1, say("Check code"), 8, ink=INK2, align=RIGHT, width=26)
        self.leaf.text(RIGHT_EDGE - 23, base + 4, sheet.check_code, 9, align=RIGHT, width=26)


def _by_value(pieces: Sequence[Piece]) -> dict[Money, int]:
    found: dict[Money, int] = {}
    for piece in pieces:
        found[piece.value] = found.get(piece.value, 0) + piece.count
    return found


def _loose(amount: Money, pieces: dict[Money, int]) -> Money:
    """What of a sum was not counted note by note."""
    return amount - Money.total([value * count for value, count in pieces.items()])
