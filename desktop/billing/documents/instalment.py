"""The notice of an instalment on A4: what is asked for before the month's bill, which deducts it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import BinaryIO

from desktop.billing.documents.bill import month_within, month_words
from desktop.billing.documents.side import LEFT_EDGE, RIGHT_EDGE, addressee, company, letterhead
from desktop.billing.records import InstalmentShown
from desktop.kernel.country import Country
from desktop.kernel.errors import Refused
from desktop.kernel.lettering import Face
from desktop.kernel.paper import BAD, CENTRE, INK2, RIGHT, TINT, WHITE, Leaf, Paper
from desktop.kernel.text import NO_BREAK, Catalog, Text
from desktop.staff.records import Pictures, no_pictures

TITLE = Text("Instalment of the bill")
_FACTS = ((20.0, 36.0), (58.0, 30.0), (92.0, 30.0), (126.0, 69.0))


def write_instalments(
    out: BinaryIO,
    shown: Iterable[InstalmentShown],
    catalog: Callable[[str], Catalog],
    country: Country,
    pictures: Pictures = no_pictures,
) -> int:
    """Print instalments into one PDF, each a page in its customer's language; the number of pages.

    None at all is Refused; then nothing was written.
    """
    paper: Paper | None = None
    for one in shown:
        if paper is None:
            paper = Paper(out, catalog(country.language)(TITLE), one.letterhead.company, country.language)
        leaf = paper.leaf()
        _draw(leaf, one, catalog(one.language), country, pictures)
        paper.add(leaf)
    if paper is None:
        raise Refused(Text("There is no instalment to print"))
    return paper.close()


def _draw(leaf: Leaf, one: InstalmentShown, say: Catalog, country: Country, pictures: Pictures) -> None:
    letterhead(leaf, one.letterhead, say, pictures, TITLE)
    about = [month_words(say, one.month), one.number, say("Issued {day}", day=one.issued_on)]
    leaf.text(RIGHT_EDGE, 23, say.join(about), 8, ink=INK2, align=RIGHT, width=88)
    addressee(leaf, say, one.customer_name, one.postcode, one.address_lines)
    payable = one.reversed_on is None
    _amount(leaf, one, say, payable=payable)
    _facts(leaf, one, say, country)
    y = leaf.block(LEFT_EDGE, 97, say("How it came about: {basis}", basis=one.basis), 9.5, 175, 2)
    words = say(
        "The bill of {month} deducts this instalment, asks for what is missing, or gives back what is too much.",
        month=month_within(say, one.month),
    )
    y = leaf.block(LEFT_EDGE, y + 6, words, 9.5, 175, 2)
    late = say("Late fees run from the day after this due day.")
    leaf.block(LEFT_EDGE, y + 6, late, 9.5, 175, 2)
    _foot(leaf, one, say, country)


def _amount(leaf: Leaf, one: InstalmentShown, say: Catalog, *, payable: bool) -> None:
    leaf.box(112, 33, 83, 37, TINT, 1)
    leaf.text(117, 40.2, say("To pay in advance"), 10, face=Face.MEDIUM, width=47)
    wide = leaf.text(117, 51.8, say.money(one.amount), 28, face=Face.BOLD, width=39, least=6)
    sign = say.currency.sign if say.currency else ""
    leaf.text(117 + wide + 1.8, 51.8, sign, 10, face=Face.MEDIUM)
    if not payable:
        gone = say("Taken back on {day}", day=one.reversed_on)
        leaf.text(117, 58.8, gone, 9, face=Face.BOLD, ink=BAD, width=74)
        return
    wide = leaf.text(117, 58.8, say("Pay by"), 9, ink=INK2, width=17)
    leaf.text(117 + wide + 3, 58.8, say.date(one.due_on), 12, face=Face.BOLD, width=44 - wide)
    leaf.box(166, 34.8, 27, 25.4, WHITE)
    leaf.qr(168, 36, 23, one.payment_code)
    leaf.text(179.5, 65.4, say("Scan to pay"), 8, align=CENTRE, width=28)


def _facts(leaf: Leaf, one: InstalmentShown, say: Catalog, country: Country) -> None:
    leaf.rule(76, LEFT_EDGE, RIGHT_EDGE)
    leaf.rule(89.6, LEFT_EDGE, RIGHT_EDGE)
    facts = (
        (say("Account number"), country.format_account(one.account_number).replace(" ", NO_BREAK)),
        (say("Month"), month_words(say, one.month)),
        (say("Instalment"), say("{place} of {places}", place=one.place, places=one.places)),
        (say("Deducted by bill"), one.bill_number),
    )
    for (x, width), (title, words) in zip(_FACTS, facts, strict=True):
        if words:
            leaf.text(x, 80.9, title, 7.5, ink=INK2, width=width)
            leaf.text(x, 86, words, 9, width=width)


def _foot(leaf: Leaf, one: InstalmentShown, say: Catalog, country: Country) -> None:
    leaf.rule(247, LEFT_EDGE, RIGHT_EDGE)
    leaf.text(LEFT_EDGE, 252.6, say("How to pay"), 9, face=Face.BOLD)
    account = country.format_account(one.account_number).replace(" ", NO_BREAK)
    pay = say(
        "Scan the code, pay by direct debit, or in the hall in cash or by card. Quote account {account}.",
        account=account,
    )
    leaf.block(LEFT_EDGE, 257.4, pay, 8.5, 112, 2, leading=1.4)
    leaf.text(LEFT_EDGE, 281.4, company(one.letterhead, say, country), 7, ink=INK2, width=150)
    leaf.text(174, 256.8, say("Check code"), 8.5, face=Face.BOLD, align=RIGHT, width=40)
    leaf.text(174, 261.7, one.check_code, 9, align=RIGHT)
    leaf.text(174, 266.3, say("Any hall can check it"), 8, ink=INK2, align=RIGHT, width=40)
    leaf.qr(177, 251, 18, f"{one.number} {one.check_code}")
