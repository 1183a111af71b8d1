"""The collective bill on A4: the bills of a payment group's members, a line an account, one sum to pay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from desktop.billing.documents.bill import month_words
from desktop.billing.documents.side import (
    LEFT_EDGE,
    RIGHT_EDGE,
    addressee,
    company,
    letterhead,
    section_title,
)
from desktop.billing.records import CollectiveLineShown, CollectiveShown
from desktop.kernel.country import Country
from desktop.kernel.lettering import Face
from desktop.kernel.measures import Energy, Money
from desktop.kernel.paper import (
    A4,
    BAD,
    INK,
    INK2,
    RIGHT,
    TINT,
    TOTAL_LINE,
    Column,
    Leaf,
    Paper,
    Table,
    date_span,
    one_paper,
)
from desktop.kernel.text import NO_BREAK, Catalog, Text
from desktop.staff.records import Pictures, no_pictures

TITLE = Text("Collective bill")
_FRONT_LIMIT, _NEXT_LIMIT, _NEXT_TOP = 243.0, 278.0, 34.0
_ROW, _LEAD = 7.6, 3.1
_FACTS = ((20.0, 38.0), (60.0, 46.0), (110.0, 26.0), (138.0, 28.0), (168.0, 27.0))


def collective_pdf(
    shown: CollectiveShown,
    catalog: Callable[[str], Catalog],
    country: Country,
    pictures: Pictures = no_pictures,
) -> bytes:
    """A collective bill as A4 pages in the payer's language: what to pay, then an account a line."""
    say = catalog(shown.language)
    sheet = _CollectivePaper(shown, say, country, pictures)
    return one_paper(sheet.print, say(TITLE), shown.letterhead.company, shown.language, A4)


class _CollectivePaper:
    def __init__(self, shown: CollectiveShown, say: Catalog, country: Country, pictures: Pictures) -> None:
        self.shown, self.say, self.country, self.pictures = shown, say, country, pictures
        self.sign = say.currency.sign if say.currency else ""
        self.paper: Paper
        self.leaves: list[Leaf] = []
        self.limit = _FRONT_LIMIT

    @property
    def leaf(self) -> Leaf:
        """The side that is drawn on."""
        return self.leaves[-1]

    def print(self, paper: Paper) -> None:
        """Draw the first side and as many more as the lines need."""
        self.paper = paper
        self.leaves.append(paper.leaf())
        self._front()
        self._missing(self._lines(97.0) + 9.0)
        for number, leaf in enumerate(self.leaves, 1):
            leaf.text(RIGHT_EDGE, 285, f"{number} / {len(self.leaves)}", 7, ink=INK2, align=RIGHT)
            paper.add(leaf)

    def _front(self) -> None:
        shown, say, leaf = self.shown, self.say, self.leaf
        letterhead(leaf, shown.letterhead, say, self.pictures, TITLE)
        about = [month_words(say, shown.period.start), shown.number, say("Issued {day}", day=shown.issued_on)]
        leaf.text(RIGHT_EDGE, 23, say.join(about), 8, ink=INK2, align=RIGHT, width=88)
        if standing := say.join([say(words) for words in collective_standing(shown)]):
            ink = BAD if shown.superseded_by else INK2
            leaf.text(RIGHT_EDGE, 31, standing, 8, face=Face.BOLD, ink=ink, align=RIGHT, width=170)
        addressee(leaf, say, shown.payer, shown.postcode, shown.address_lines)
        self._amount()
        self._facts()
        self._foot()

    def _amount(self) -> None:
        shown, say, leaf = self.shown, self.say, self.leaf
        leaf.box(112, 33, 83, 37, TINT, 1)
        leaf.text(117, 40.2, say("To pay for all accounts"), 10, face=Face.MEDIUM, width=74)
        wide = leaf.text(117, 51.8, say.money(shown.open), 28, face=Face.BOLD, width=66, least=6)
        leaf.text(117 + wide + 1.8, 51.8, self.sign, 10, face=Face.MEDIUM)
        if not shown.open:
            leaf.text(117, 58.8, say("Nothing to pay"), 9, ink=INK2, width=74)
            return
        wide = leaf.text(117, 58.8, say("Pay by"), 9, ink=INK2, width=40)
        leaf.text(117 + wide + 3, 58.8, say.date(shown.due_on), 12, face=Face.BOLD)
        if shown.open != shown.amount:
            billed = say("Of {amount} billed", amount=say.money(shown.amount, unit=True))
            leaf.text(117, 65.4, billed, 8, ink=INK2, width=74)

    def _facts(self) -> None:
        shown, say, leaf = self.shown, self.say, self.leaf
        leaf.rule(76, LEFT_EDGE, RIGHT_EDGE)
        leaf.rule(89.6, LEFT_EDGE, RIGHT_EDGE)
        first, last = date_span(say, shown.period)
        facts = (
            (say("Payment group"), shown.group_number),
            (say("Period"), say("{first} to {last}", first=first, last=last)),
            (say("Accounts"), say.number(shown.accounts)),
            (say("Energy kWh"), say.number(shown.energy)),
            (say("VAT {sign}", sign=self.sign), say.money(shown.tax)),
        )
        for (x, width), (title, words) in zip(_FACTS, facts, strict=True):
            leaf.text(x, 80.9, title, 7.5, ink=INK2, width=width)
            leaf.text(x, 86, words, 9, face=Face.MEDIUM if x == LEFT_EDGE else Face.REGULAR, width=width)

    def _foot(self) -> None:
        shown, say, leaf = self.shown, self.say, self.leaf
        leaf.rule(247, LEFT_EDGE, RIGHT_EDGE)
        leaf.text(LEFT_EDGE, 252.6, say("How to pay"), 9, face=Face.BOLD)
        pay = say(
            "Pay the accounts together or one by one, in the hall or by transfer. Quote group {number}.",
            number=shown.group_number,
        )
        low = leaf.block(LEFT_EDGE, 257.4, pay, 8.5, 112, 2, leading=1.4)
        own = say("Each account keeps its own bill and its own due day; late fees are reckoned by account.")
        low = leaf.block(LEFT_EDGE, low + 4.7, own, 8.5, 112, 2, leading=1.4)
        ask = say(
            "Call {hotline} or ask in the hall for an explanation of each line.",
            hotline=shown.letterhead.hotline,
        )
        leaf.block(LEFT_EDGE, low + 4.7, ask, 8.5, 112, 2, leading=1.3)
        leaf.text(LEFT_EDGE, 281.4, company(shown.letterhead, say, self.country), 7, ink=INK2, width=150)
        leaf.text(174, 256.8, say("Check code"), 8.5, face=Face.BOLD, align=RIGHT, width=40)
        leaf.text(174, 261.7, shown.check_code, 9, align=RIGHT)
        leaf.text(174, 266.3, say("Any hall can check it"), 8, ink=INK2, align=RIGHT, width=40)
        leaf.qr(177, 251, 18, f"{shown.number} {shown.check_code}")

    def _next_leaf(self) -> float:
        """Go on with a new side; gives where its first title may stand."""
        shown, say = self.shown, self.say
        self.leaves.append(self.paper.leaf())
        self.limit = _NEXT_LIMIT
        self.leaf.text(LEFT_EDGE, 18, shown.letterhead.company, 9, face=Face.BOLD, width=80)
        about = say.join([say(TITLE), shown.number, shown.group_number])
        self.leaf.text(RIGHT_EDGE, 18, about, 8, ink=INK2, align=RIGHT, width=90)
        self.leaf.rule(21, LEFT_EDGE, RIGHT_EDGE)
        return _NEXT_TOP

    def _lines(self, y: float) -> float:
        """An account a line in walking order, and the sums; gives where they end."""
        say, shown = self.say, self.shown
        columns = (
            Column(say("Account number"), 22, 30),
            Column(say("Customer, address of use"), 54, 50),
            Column(say("Bill"), 105, 26),
            Column(say("Energy kWh"), 151, 19, RIGHT),
            Column(say("Amount {sign}", sign=self.sign), 172, 21, RIGHT),
            Column(say("To pay {sign}", sign=self.sign), 193, 20, RIGHT),
        )
        table = Table(columns, LEFT_EDGE, RIGHT_EDGE, _ROW)

        def head(y: float) -> float:
            section_title(self.leaf, y, say("Accounts"), say("In the order of the meter readers' walk"))
            return table.head(self.leaf, y + _LEAD)

        y = head(y)
        for _, group in groupby(shown.lines, key=lambda line: line.account_number):
            if y + _ROW > self.limit:
                y = head(self._next_leaf())
            y = table.cells(self.leaf, y, self._cells(list(group)), 9)
            self.leaf.rule(y, LEFT_EDGE, RIGHT_EDGE)
        if y + _ROW + 8 > self.limit:
            y = self._next_leaf()
        sums = [
            say("Total"),
            "",
            "",
            say.number(shown.energy),
            say.money(shown.amount),
            say.money(shown.open),
        ]
        y = table.cells(self.leaf, y, sums, 9, face=Face.BOLD)
        self.leaf.rule(y, LEFT_EDGE, RIGHT_EDGE, TOTAL_LINE, INK)
        if shown.amount_words:
            label = self.leaf.text(22, y + 5.1, say("In words"), 9, width=30)
            self.leaf.text(22 + label + 3.2, y + 5.1, shown.amount_words, 9, width=160 - label)
            y += 5.1
        return y

    def _cells(self, bills: Sequence[CollectiveLineShown]) -> list[str]:
        """The row of one account with all its bills."""
        say, first = self.say, bills[0]
        count = say.plural("{count} bill", "{count} bills", len(bills))
        return [
            self.country.format_account(first.account_number).replace(" ", NO_BREAK),
            say.join([first.customer_name, first.address]),
            first.bill_number if len(bills) == 1 else count,
            say.number(Energy.total([bill.energy for bill in bills])),
            say.money(Money.total([bill.amount for bill in bills])),
            say.money(Money.total([bill.open for bill in bills])),
        ]

    def _missing(self, y: float) -> None:
        """The members that have no bill yet, and why: the sum is without them."""
        say, shown = self.say, self.shown
        if not shown.missing:
            return
        columns = (
            Column(say("Account number"), 22, 30),
            Column(say("Customer"), 54, 46),
            Column(say("Reason"), 102, 91),
        )
        table = Table(columns, LEFT_EDGE, RIGHT_EDGE, _ROW)

        def head(y: float) -> float:
            section_title(self.leaf, y, say("Not on this bill yet"))
            return table.head(self.leaf, y + _LEAD)

        fits = y + _LEAD + table.band + _ROW <= self.limit
        y = head(y if fits else self._next_leaf())
        for one in shown.missing:
            if y + _ROW > self.limit:
                y = head(self._next_leaf())
            account = self.country.format_account(one.account_number).replace(" ", NO_BREAK)
            y = table.cells(self.leaf, y, [account, one.customer_name, say(one.reason)], 9)
            self.leaf.rule(y, LEFT_EDGE, RIGHT_EDGE)


def collective_standing(shown: CollectiveShown) -> list[Text]:
    """That a collective bill is no longer the newest, takes the place of another, or is of a part of the members."""
    words = []
    if shown.superseded_by:
        words.append(Text("Replaced by {number}", number=shown.superseded_by))
    if shown.supersedes:
        words.append(Text("Takes the place of {number}", number=shown.supersedes))
        words += shown.reason
    if shown.missing:
        words.append(Text("Partial, accounts not on it yet: {missing}", missing=len(shown.missing)))
    return words
