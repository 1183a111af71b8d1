"""The receipt, A5 landscape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from desktop.counter.records import ReceiptIssued, ReceiptPart, TenderKind
from desktop.kernel.country import Country
from desktop.kernel.errors import Refused
from desktop.kernel.lettering import Face, text_width, wrap
from desktop.kernel.measures import Money
from desktop.kernel.paper import (
    A5_LANDSCAPE,
    ACCENT,
    CENTRE,
    INK,
    INK2,
    INK3,
    RIGHT,
    TOTAL_LINE,
    Column,
    Leaf,
    Paper,
    Table,
    one_paper,
)
from desktop.kernel.text import Catalog, Text
from desktop.ledger.records import ItemKind, SettledItem
from desktop.staff.records import Pictures, no_pictures

LEFT_EDGE, RIGHT_EDGE = 15.0, 195.0
_FACTS = ((15.0, 40.0), (58.0, 50.0), (111.0, 36.0), (150.0, 45.0))
_FACTS_TOGETHER = ((15.0, 54.0), (72.0, 36.0), *_FACTS[2:])
_TENDER = ((15.0, 33.0), (51.0, 33.0), (87.0, 33.0), (123.0, 26.0))
_ROOMY_ROWS, _ROWS_ABOVE_TOTAL, _ROWS_A_SIDE = 4, 7, 13
_TABLE_FROM, _BAND, _AMOUNT, _TENDERED = 45.4, 6.6, (21.0, 14.0), 22.0
_NOTES_LIMIT, _SEAL_FROM = 139.0, 107.0
_NOTE_SIZES = ((8.0, 4.6), (7.0, 4.0))
"""The sizes of notes with the step of their lines: small type is for all of them, or for none."""


def receipt_pdf(
    receipts: Sequence[ReceiptIssued],
    catalog: Callable[[str], Catalog],
    country: Country,
    pictures: Pictures = no_pictures,
) -> bytes:
    """The receipts as one PDF, each from a new A5 page, in its customer's language.

    ``pictures`` gives letterhead and seal by the digests that the receipts name.

    A copy says which one it is as its first and its last line. No receipt, or a character that no font has,
    is Refused.
    """
    if not receipts:
        raise Refused(Text("There is no receipt to print"))
    say = {receipt.language: catalog(receipt.language) for receipt in receipts}

    def draw(paper: Paper) -> None:
        for receipt in receipts:
            _ReceiptPaper(paper, receipt, say[receipt.language], country, pictures).print()

    first = receipts[0]
    title, letters = say[first.language](_TITLE), _letters(first, say[first.language], country)
    return one_paper(draw, title, first.letterhead.company, first.language, A5_LANDSCAPE, letters)


_TITLE = Text("Electricity payment receipt")
_SAID = tuple(
    map(
        Text,
        (
            "Account number", "Customer", "Paid at", "Cashier", "Address of use", "Item", "Energy kWh",
            "Sum {sign}", "Late fee {sign}", "Subtotal {sign}", "Electricity {month}/{year}",
            "{item} ({remarks})", "In words", "Cash received", "Change given", "Still owed", "Credit balance",
            "Payment seal", "Invoice on request with this number", "Late fee: {arithmetic}",
            "Sheet 1, customer", "Tax number {number}",
        ),
    )
)  # fmt: skip
"""What nearly every receipt says in small type."""
_FIGURES = "0123456789.,:-/()×‰% "


def _letters(receipt: ReceiptIssued, say: Catalog, country: Country) -> dict[Face, str]:
    """The letters that all receipts of a till have, whosever they are."""
    sign, head = say.currency.sign if say.currency else "", receipt.letterhead
    kind = say.language, sign, country.code
    if kind not in _LEARNT:
        words = country.amount_in_words
        sums = (
            "".join(words(Decimal(one)) for one in ("1234567890.12", "9876543210.98", "5")) if words else ""
        )
        figures = _FIGURES + sign + say.money(Money(0), unit=True)
        days = say.plural("{count} day overdue", "{count} days overdue", 2)
        small = "".join((figures, *map(say, _SAID), days, sums))
        large = "".join((figures, say(_TITLE), say("Total"), say("Check code")))
        _LEARNT[kind] = {Face.REGULAR: small, Face.MEDIUM: figures, Face.BOLD: large}
    here = "".join((head.company, head.hall, receipt.cashier, receipt.till_name))
    return _LEARNT[kind] | {Face.REGULAR: _LEARNT[kind][Face.REGULAR] + here}


_LEARNT: dict[tuple[str, str, str], dict[Face, str]] = {}


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: its cells; one that ``leads`` names an account of several, with what was paid for it."""

    cells: tuple[str, ...]
    leads: bool = False


class _ReceiptPaper:
    """One receipt on its way to paper."""

    def __init__(
        self, paper: Paper, receipt: ReceiptIssued, say: Catalog, country: Country, pictures: Pictures
    ) -> None:
        self.paper, self.receipt, self.say, self.country = paper, receipt, say, country
        self.picture, self.seal = (
            pictures(one) if one else None for one in (receipt.letterhead.picture, receipt.letterhead.seal)
        )
        self.sign = say.currency.sign if say.currency else ""

    def print(self) -> None:
        """Draw the sides of the receipt; most have one. The total stands on the last."""
        notes: Sequence[str] = self._all_notes()
        leaves, parts = [], _sides(self._rows())
        tight = _is_tight(len(parts[-1]), notes)
        for part in parts:
            leaves.append(self._side())
            y = self._table(leaves[-1], part, tight=tight and part is parts[-1])
        notes = self._notes(leaves[-1], self._total(leaves[-1], y, tight=tight), notes)
        while notes:
            leaves.append(self._side())
            notes = self._notes(leaves[-1], 48, notes)
        for number, leaf in enumerate(leaves, 1):
            if len(leaves) > 1:
                leaf.text(LEFT_EDGE, 143, f"{number} / {len(leaves)}", 7, ink=INK2)
            self.paper.add(leaf)

    def _side(self) -> Leaf:
        """A new side with all that stands on each of them."""
        leaf = self.paper.leaf()
        self._head(leaf)
        self._edges(leaf)
        return leaf

    def _head(self, leaf: Leaf) -> None:
        receipt, say = self.receipt, self.say
        head = receipt.letterhead
        title = say(_TITLE)
        if self.picture is not None:
            leaf.picture(LEFT_EDGE, 4, 58, 8.5, self.picture)
        leaf.block(LEFT_EDGE, 17, say.join([head.company, head.hall]), 9, 58, 2, ink=INK2, upward=True)
        leaf.text(105, 18.4, title, 17, face=Face.BOLD, align=CENTRE, width=62, least=10)
        leaf.text(RIGHT_EDGE, 17.4, receipt.number, 13, face=Face.BOLD, align=RIGHT, width=56)
        leaf.rule(23, LEFT_EDGE, RIGHT_EDGE, 1, ACCENT)
        at = receipt.paid_at.astimezone(self.country.zone) if receipt.paid_at.tzinfo else receipt.paid_at
        facts = (
            self._paid_for(),
            (say("Customer"), receipt.customer_name),
            (say("Paid at"), say.moment(at)),
            (say("Cashier"), say.join([receipt.cashier, receipt.till_name])),
        )
        places = _FACTS_TOGETHER if receipt.parts else _FACTS
        for index, ((x, width), (label, words)) in enumerate(zip(places, facts, strict=True)):
            leaf.text(x, 29.4, label, 7.5, ink=INK2, width=width)
            face = Face.MEDIUM if index == 0 else Face.REGULAR
            if text_width(words, 9.5, face) <= width:
                leaf.text(x, 34.2, words, 9.5, face=face)
            else:
                leaf.block(x, 33.3, words, 8, width, 2, face=face, leading=1.2)
        if receipt.address:
            where = say("Payment group") if receipt.parts else say("Address of use")
            wide = leaf.text(LEFT_EDGE, 41, where, 7.5, ink=INK2)
            leaf.text(LEFT_EDGE + wide + 4, 41, receipt.address, 9, width=176 - wide)

    def _paid_for(self) -> tuple[str, str]:
        """The account that was paid, or the payment group, or how many accounts."""
        receipt, say = self.receipt, self.say
        if not receipt.parts:
            return say("Account number"), self.country.format_account(receipt.account_number)
        count = say.plural("{count} account", "{count} accounts", len(receipt.parts))
        return say("Paid together"), say.join([receipt.account_number, count])

    def _rows(self) -> list[_Row]:
        """Every row; those that do not lead make the amount together."""
        receipt = self.receipt
        if not receipt.parts:
            return self._settled(receipt)
        rows = []
        for part in receipt.parts:
            account = self.country.format_account(part.account_number)
            words = self.say.join([account, part.address, part.customer_name])
            rows += [_Row((words, self.say.money(part.amount)), leads=True), *self._settled(part)]
        return rows

    def _settled(self, paid: ReceiptIssued | ReceiptPart) -> list[_Row]:
        """What was settled of an account, and what became of its credit."""
        say = self.say
        rows = [_Row(self._item(item)) for item in paid.items]
        if paid.credit_made:
            made = say.money(paid.credit_made)
            rows.append(_Row((say("Kept as credit"), "", made, "", made)))
        if paid.credit_used:
            used = say.money(-paid.credit_used)
            rows.append(_Row((say("Credit used"), "", used, "", used)))
        return rows

    def _item(self, item: SettledItem) -> tuple[str, ...]:
        say = self.say
        month = {"month": item.month.month, "year": str(item.month.year)}
        label = say("Electricity {month}/{year}", **month)
        if item.kind is ItemKind.INSTALMENT:
            label = say("Instalment {month}/{year}", **month)
        remarks: list[str] = []
        if item.overdue_days:
            remarks.append(say.plural("{count} day overdue", "{count} days overdue", item.overdue_days))
        if not item.settled:
            remarks.append(say("paid in part"))
        if remarks:
            label = say("{item} ({remarks})", item=label, remarks=say.join(remarks))
        energy = "" if item.energy is None else say.number(item.energy)
        return label, energy, say.money(item.principal), say.money(item.late_fee), say.money(item.total)

    def _table(self, leaf: Leaf, rows: Sequence[_Row], *, tight: bool) -> float:
        say, sign = self.say, self.sign
        columns = (
            Column(say("Item"), 17, 52),
            Column(say("Energy kWh"), 88, 18, RIGHT),
            Column(say("Sum {sign}", sign=sign), 118, 27, RIGHT),
            Column(say("Late fee {sign}", sign=sign), 150, 29, RIGHT),
            Column(say("Subtotal {sign}", sign=sign), 193, 36, RIGHT),
        )
        height = _height(len(rows), tight=tight)
        table = Table(columns, LEFT_EDGE, RIGHT_EDGE, height, _BAND)
        y = table.head(leaf, _TABLE_FROM)
        for row in rows:
            if row.leads:
                leaf.text(17, y + height / 2 + 1.1, row.cells[0], 8.5, face=Face.MEDIUM, width=140)
                paid = row.cells[1]
                leaf.text(193, y + height / 2 + 1.1, paid, 9.5, face=Face.BOLD, align=RIGHT, width=34)
                y += height
                continue
            ink = INK2 if self.receipt.parts else INK
            y = table.cells(leaf, y, row.cells, ink=ink)
            leaf.rule(y, LEFT_EDGE, RIGHT_EDGE)
        return y

    def _total(self, leaf: Leaf, y: float, *, tight: bool) -> float:
        """Amount, tender, proof and the place of the seal; gives where notes may begin.

        Where it is ``tight`` the words of the amount stand beside it.
        """
        receipt, say = self.receipt, self.say
        named = leaf.text(17, y + 9.3, say("Total"), 12, face=Face.BOLD, width=40)
        amount = say.money(receipt.amount, unit=True)
        leaf.text(193, y + 9.8, amount, 20, face=Face.BOLD, align=RIGHT, width=120)
        if receipt.amount_words:
            x, base, room = (22.0 + named, y + 9.3, 100.0) if tight else (17.0, y + 16.6, 172.0)
            wide = leaf.text(x, base, say("In words"), 10, width=30)
            leaf.text(x + wide + 3.5, base, receipt.amount_words, 10, width=room - wide)
        y += _AMOUNT[tight]
        leaf.rule(y, LEFT_EDGE, RIGHT_EDGE, TOTAL_LINE, INK)
        cash = receipt.tender is TenderKind.CASH
        given = say("Cash received") if cash else say(receipt.tender.text)
        values: tuple[tuple[str, Money], ...] = (
            (given, receipt.given),
            (say("Change given"), receipt.change),
            (say("Still owed"), receipt.owed_after),
            (say("Credit balance"), receipt.credit_after),
        )
        for (x, width), (label, money) in zip(_TENDER, values, strict=True):
            leaf.text(x, y + 6, label, 7.5, ink=INK2, width=width)
            leaf.text(x, y + 11.8, say.money(money, unit=True), 11, face=Face.MEDIUM, width=width)
        self._proof(leaf, y)
        if self.seal is not None:
            leaf.picture(98, 112, 28, 28, self.seal, CENTRE)
        else:
            leaf.circle(112, 126, 14)
            leaf.text(112, 127, say("Payment seal"), 8, ink=INK3, align=CENTRE, width=24)
        return y + _TENDERED

    def _proof(self, leaf: Leaf, y: float) -> None:
        receipt, say = self.receipt, self.say
        leaf.text(170, y + 8.8, say("Check code"), 8.5, face=Face.BOLD, align=RIGHT, width=21)
        leaf.text(170, y + 13.8, receipt.check_code, 9, align=RIGHT, width=22)
        leaf.block(170, y + 18.4, say("Invoice on request with this number"), 8, 30, 2, ink=INK2, align=RIGHT)
        leaf.qr(173, y + 4, 22, f"{receipt.number} {receipt.check_code}")

    def _all_notes(self) -> list[str]:
        """How each late fee came about, and what else happened."""
        receipt, say = self.receipt, self.say
        settled = (receipt.items, *(part.items for part in receipt.parts))
        steps = [step for items in settled for item in items for step in item.arithmetic]
        fees = [say("Late fee: {arithmetic}", arithmetic=step) for step in steps]
        return fees + [say(note) for note in receipt.notes]

    def _notes(self, leaf: Leaf, y: float, notes: Sequence[str]) -> Sequence[str]:
        """Draw the notes that have room, beside the seal from its upper edge on; gives those left over."""
        for size, step in _NOTE_SIZES:
            lines, left = _laid(y, notes, size, step)
            if len(lines) == len(notes):
                break
        for base, words in lines:
            leaf.text(LEFT_EDGE, base, words, size, ink=INK2)
        return left

    def _edges(self, leaf: Leaf) -> None:
        """Whose sheet this is, and COPY n as the first and the last line."""
        receipt, say = self.receipt, self.say
        leaf.text(RIGHT_EDGE, 138.7, say("Sheet 1, customer"), 8.5, ink=INK2, align=RIGHT)
        number = receipt.letterhead.tax_number
        if number:
            words = say("Tax number {number}", number=self.country.identifiers["tax_number"].group(number))
            leaf.text(RIGHT_EDGE, 143, words, 7, ink=INK2, align=RIGHT, width=70)
        if receipt.copy:
            words = say("COPY {number}", number=receipt.copy)
            leaf.text(105, 9, words, 11, face=Face.BOLD, align=CENTRE)
            leaf.text(105, 145, words, 11, face=Face.BOLD, align=CENTRE)


def _sides(rows: list[_Row]) -> list[list[_Row]]:
    """The rows of each side, as many as the total leaves room for on the last.

    An account stands above what was paid for it, and with all of that where one side has room for it.
    """
    parts = [rows]
    while len(parts[-1]) > _ROWS_ABOVE_TOTAL:
        last = parts.pop()
        most = min(_ROWS_A_SIDE, len(last) - 1)
        cut = next((at for at in range(most, 0, -1) if last[at].leads), most - last[most - 1].leads)
        parts += [last[:cut], last[cut:]]
    return parts


def _height(rows: int, *, tight: bool) -> float:
    """How high each of so many rows is."""
    return 4.8 if tight else 7.1 if rows <= 3 else 5.8


def _is_tight(rows: int, notes: Sequence[str]) -> bool:
    """Whether so many rows above the total leave too little room on their side for the notes below it, or for it."""
    y = _TABLE_FROM + _BAND + rows * _height(rows, tight=False) + _AMOUNT[0] + _TENDERED
    return rows > _ROOMY_ROWS or all(_laid(y, notes, size, step)[1] for size, step in _NOTE_SIZES)


def _laid(
    y: float, notes: Sequence[str], size: float, step: float
) -> tuple[list[tuple[float, str]], Sequence[str]]:
    """The lines of notes with where they stand, from ``y`` on, and the notes that have no room; one always has."""
    lines: list[tuple[float, str]] = []
    for at, words in enumerate(notes):
        base = y + len(lines) * step
        parts = wrap(words, 81 if base > _SEAL_FROM else 120, size)
        if lines and base + (len(parts) - 1) * step > _NOTES_LIMIT:
            return lines, notes[at:]
        lines += [(base + line * step, part) for line, part in enumerate(parts)]
    return lines, ()
