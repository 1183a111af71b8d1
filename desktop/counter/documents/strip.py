"""The receipt on a strip of 80 mm, as printers of tills have it: black only, as long as what stands on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop.counter.records import ReceiptIssued, ReceiptPart, TenderKind
from desktop.kernel import watermark
from desktop.kernel.country import Country
from desktop.kernel.errors import Refused
from desktop.kernel.lettering import MM, Face, text_width, wrap
from desktop.kernel.paper import CENTRE, RIGHT, Leaf, Paper, one_paper
from desktop.kernel.strips import COLUMNS, StripLine, paired, wrapped
from desktop.kernel.text import Catalog, Text
from desktop.ledger.records import SettledItem

WIDTH, LEFT_EDGE, RIGHT_EDGE = 80.0, 4.0, 76.0
"""Millimetres; between the edges such printers print."""

_ROOM = RIGHT_EDGE - LEFT_EDGE
_INK = "#000000"
_SMALL, _PLAIN = 8.5, 9.0
_INDENT, _GAP = 3.0, 3.0
_QR = 26.0

Draw = Callable[[Leaf, float], None]


def strip_pdf(
    receipts: Sequence[ReceiptIssued], catalog: Callable[[str], Catalog], country: Country
) -> bytes:
    """The receipts as one PDF, each a page of 80 mm as long as it needs, in its customer's language.

    Names are masked: such strips are left lying about. A copy says which one it is as its first and its last line.
    No receipt, or a character that no font has, is Refused.
    """
    if not receipts:
        raise Refused(Text("There is no receipt to print"))
    say = {receipt.language: catalog(receipt.language) for receipt in receipts}

    def draw(paper: Paper) -> None:
        for receipt in receipts:
            _Strip(receipt, say[receipt.language], country).print(paper)

    first = receipts[0]
    title = say[first.language](Text("Electricity payment receipt"))
    return one_paper(draw, title, first.letterhead.company, first.language, (WIDTH, WIDTH))


def strip_lines(
    receipts: Sequence[ReceiptIssued], catalog: Callable[[str], Catalog], country: Country
) -> tuple[tuple[StripLine, ...], ...]:
    """The same strips as lines that a printer writes itself, receipt by receipt."""
    return tuple(_Lines(one, catalog(one.language), country).lines() for one in receipts)


class _Strip:
    """One receipt: what stands on it from the top down, each with the room it takes."""

    def __init__(self, receipt: ReceiptIssued, say: Catalog, country: Country) -> None:
        self.receipt, self.say, self.country = receipt, say, country
        self._parts: list[tuple[float, Draw]] = []

    def print(self, paper: Paper) -> None:
        """Add the strip to a paper, as long as its parts together."""
        self._compose()
        leaf = paper.leaf((WIDTH, 10 + sum(height for height, _ in self._parts)))
        y = 5.0
        for height, draw in self._parts:
            draw(leaf, y)
            y += height
        paper.add(leaf)

    # What stands on it

    def _compose(self) -> None:
        self._copy()
        self._head()
        self._facts()
        self._paid()
        self._total()
        self._tender()
        self._proof()
        self._copy()

    def _copy(self) -> None:
        if self.receipt.copy:
            self._middle(self.say("COPY {number}", number=self.receipt.copy), 11, Face.BOLD)

    def _head(self) -> None:
        receipt, say = self.receipt, self.say
        self._middle(receipt.letterhead.company, 10, Face.MEDIUM)
        self._middle(say("Electricity payment receipt"), 14, Face.BOLD)
        self._middle(
            say.join([receipt.letterhead.hall, receipt.till_name, receipt.cashier]), _SMALL, Face.REGULAR
        )
        self._dashes()

    def _facts(self) -> None:
        receipt, say = self.receipt, self.say
        zone = self.country.zone
        at = receipt.paid_at.astimezone(zone) if receipt.paid_at.tzinfo else receipt.paid_at
        self._pair(say("Receipt number"), receipt.number, 11, Face.BOLD)
        self._pair(say("Paid at"), say.moment(at))
        if receipt.parts:
            count = say.plural("{count} account", "{count} accounts", len(receipt.parts))
            self._pair(say("Paid together"), say.join([receipt.account_number, count]), face=Face.MEDIUM)
        else:
            number = self.country.format_account(receipt.account_number)
            self._pair(say("Account number"), number, face=Face.MEDIUM)
        self._pair(say("Customer"), self.country.mask_name(receipt.customer_name))
        self._dashes()

    def _paid(self) -> None:
        receipt, say = self.receipt, self.say
        for part in receipt.parts:
            number = self.country.format_account(part.account_number)
            self._pair(number, say.money(part.amount), face=Face.BOLD, label_face=Face.BOLD)
            self._settled(part)
        if not receipt.parts:
            self._settled(receipt)
        self._dashes()

    def _settled(self, paid: ReceiptIssued | ReceiptPart) -> None:
        say = self.say
        for item in paid.items:
            self._item(item)
        if paid.credit_made:
            self._pair(say("Kept as credit"), say.money(paid.credit_made))
        if paid.credit_used:
            self._pair(say("Credit used"), say.money(-paid.credit_used))

    def _item(self, item: SettledItem) -> None:
        say = self.say
        label = say("Electricity {month}/{year}", month=item.month.month, year=str(item.month.year))
        if not item.settled:
            label = say("{item} ({remarks})", item=label, remarks=say("paid in part"))
        energy = "" if item.energy is None else say.with_unit(say.number(item.energy), "kWh")
        self._pair(say.join([label, energy]), say.money(item.principal))
        if item.late_fee:
            days = say.plural("{count} day overdue", "{count} days overdue", item.overdue_days)
            self._pair(say.join([say("Late fee"), days]), say.money(item.late_fee), indent=_INDENT)
        for step in item.arithmetic:
            self._lines(say(step), _INDENT)

    def _total(self) -> None:
        receipt, say = self.receipt, self.say
        self._pair(say("Total"), say.money(receipt.amount), 22, Face.BOLD, 12, Face.BOLD)
        if receipt.amount_words:
            self._lines(receipt.amount_words)
        self._dashes()

    def _tender(self) -> None:
        receipt, say = self.receipt, self.say
        cash = receipt.tender is TenderKind.CASH
        given = say("Cash received") if cash else say(receipt.tender.text)
        self._pair(given, say.money(receipt.given))
        if receipt.change:
            self._pair(say("Change given"), say.money(receipt.change), 14, Face.BOLD, 11, Face.BOLD)
        self._pair(say("Still owed"), say.money(receipt.owed_after))
        if receipt.credit_after:
            self._pair(say("Credit balance"), say.money(receipt.credit_after))
        self._dashes()

    def _proof(self) -> None:
        """The symbol that proves it, and beside it the words; below whatever has no room there."""
        receipt, say = self.receipt, self.say
        words = [
            say("Check code {code}", code=receipt.check_code),
            say("Invoice on request with this number"),
        ]
        if receipt.letterhead.hotline:
            words.append(say("Telephone {hotline}", hotline=receipt.letterhead.hotline))
        words += [say(note) for note in receipt.notes]
        self._code(f"{receipt.number} {receipt.check_code}", words)
        self._dashes()
        thanks = say("Thank you. Count your change at the counter") if receipt.change else say("Thank you")
        self._middle(thanks, _PLAIN, Face.REGULAR)

    # Parts of it

    def _code(self, code: str, words: Sequence[str]) -> None:
        """A symbol, and words beside it."""
        beside, width = list[str](), _ROOM - _QR - _GAP - 1
        for one in words:
            beside += wrap(one, width, _SMALL)
        step = _step(_SMALL)
        height = max(_QR, step * len(beside)) + 4

        def draw(leaf: Leaf, y: float) -> None:
            leaf.qr(LEFT_EDGE, y + 2, _QR, code)
            for at, line in enumerate(beside):
                x = LEFT_EDGE + _QR + _GAP + 1
                leaf.text(x, y + 5 + at * step, line, _SMALL, ink=_INK, width=width)

        self._parts.append((height, draw))

    def _middle(self, words: str, size: float, face: Face) -> None:
        lines = wrap(words, _ROOM, size, face)
        step = _step(size)

        def draw(leaf: Leaf, y: float) -> None:
            for at, line in enumerate(lines):
                base = y + at * step + step * 0.74
                leaf.text(WIDTH / 2, base, line, size, face=face, ink=_INK, align=CENTRE)

        self._parts.append((step * len(lines), draw))

    def _dashes(self) -> None:
        self._parts.append((4.0, lambda leaf, y: leaf.dashes(y + 2, LEFT_EDGE, RIGHT_EDGE, ink=_INK)))

    def _pair(
        self,
        label: str,
        value: str,
        size: float = _PLAIN,
        face: Face = Face.REGULAR,
        label_size: float = _PLAIN,
        label_face: Face = Face.REGULAR,
        *,
        indent: float = 0.0,
    ) -> None:
        """A label, in as many lines as it needs beside its value."""
        taken = min(text_width(value, size, face), _ROOM * 0.75)
        lines = wrap(label, _ROOM - indent - taken - _GAP, label_size, label_face)
        first, step = _step(max(size, label_size)), _step(label_size)

        def draw(leaf: Leaf, y: float) -> None:
            base = y + first * 0.74
            leaf.text(RIGHT_EDGE, base, value, size, face=face, ink=_INK, align=RIGHT, width=taken + 0.1)
            for at, line in enumerate(lines):
                leaf.text(LEFT_EDGE + indent, base + at * step, line, label_size, face=label_face, ink=_INK)

        self._parts.append((first + step * (len(lines) - 1), draw))

    def _lines(self, words: str, indent: float = 0.0) -> None:
        """Words in as many lines as they need."""
        lines, step = wrap(words, _ROOM - indent, _SMALL), _step(_SMALL)

        def draw(leaf: Leaf, y: float) -> None:
            for at, line in enumerate(lines):
                leaf.text(LEFT_EDGE + indent, y + (at + 0.74) * step, line, _SMALL, ink=_INK)

        self._parts.append((step * len(lines), draw))


_TALL = 12.0
"""From this size on a line is twice as high where a printer writes it itself."""


class _Lines(_Strip):
    """The same receipt as lines of text."""

    def __init__(self, receipt: ReceiptIssued, say: Catalog, country: Country) -> None:
        super().__init__(receipt, say, country)
        self._written: list[StripLine] = []

    def lines(self) -> tuple[StripLine, ...]:
        """All of it from the top down; one of practice says so first and last."""
        practised = watermark.mark(self.receipt.language)
        if practised:
            self._middle(practised, _TALL, Face.BOLD)
        self._compose()
        if practised:
            self._middle(practised, _TALL, Face.BOLD)
        return tuple(self._written)

    def _code(self, code: str, words: Sequence[str]) -> None:
        self._written.append(StripLine(centred=True, code=code))
        for one in words:
            self._written += [StripLine(line, centred=True) for line in wrapped(one, COLUMNS)]

    def _middle(self, words: str, size: float, face: Face) -> None:
        bold = face is not Face.REGULAR
        self._written += [
            StripLine(line, centred=True, bold=bold, tall=size >= _TALL) for line in wrapped(words, COLUMNS)
        ]

    def _dashes(self) -> None:
        self._written.append(StripLine("-" * COLUMNS))

    def _pair(
        self,
        label: str,
        value: str,
        size: float = _PLAIN,
        face: Face = Face.REGULAR,
        label_size: float = _PLAIN,
        label_face: Face = Face.REGULAR,
        *,
        indent: float = 0.0,
    ) -> None:
        bold, tall = face is Face.BOLD, size >= _TALL
        lines = paired(label, value, round(indent * COLUMNS / _ROOM))
        self._written += [StripLine(line, bold=bold, tall=tall) for line in lines]

    def _lines(self, words: str, indent: float = 0.0) -> None:
        left = round(indent * COLUMNS / _ROOM)
        self._written += [StripLine(" " * left + line) for line in wrapped(words, COLUMNS - left)]


def _step(size: float) -> float:
    """From line to line of a size of type, in mm."""
    return size * 1.45 / MM
