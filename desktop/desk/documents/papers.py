"""Statement of account, proofs and list of usage, A4, in the customer's language."""

from __future__ import annotations

from collections.abc import Callable

from desktop.desk.documents.letters import desk_pdf
from desktop.desk.records.papers import AccountPaper, PaperKind
from desktop.kernel.country import Country
from desktop.kernel.letter import LEFT_EDGE, RIGHT_EDGE, Letter
from desktop.kernel.measures import Energy, Money
from desktop.kernel.paper import RIGHT, Column
from desktop.kernel.text import Catalog
from desktop.staff.records import Pictures, no_pictures


def account_paper_pdf(
    paper: AccountPaper, catalog: Callable[[str], Catalog], country: Country, pictures: Pictures = no_pictures
) -> bytes:
    """The paper as a PDF; a copy says which one it is."""
    return desk_pdf(paper, _draw, catalog, country, pictures)


def _draw(paper: AccountPaper, country: Country, letter: Letter) -> None:
    say = letter.say
    span = say("{first} to {last}", first=paper.first, last=paper.last)
    letter.facts(
        (
            (say("Customer"), paper.customer_name),
            (say("Account number"), country.format_account(paper.account_number)),
            (say("Address of use"), paper.address),
            (say("Written on"), say.date(paper.written_on)),
            (say("Time"), "" if paper.kind is PaperKind.NO_DEBT else span),
        )
    )
    draw = {
        PaperKind.STATEMENT: _statement,
        PaperKind.PAYMENTS: _payments,
        PaperKind.NO_DEBT: _no_debt,
        PaperKind.USAGE: _usage,
    }
    draw[paper.kind](paper, letter)
    letter.close((paper.by,), say("Payment seal"))


def _statement(paper: AccountPaper, letter: Letter) -> None:
    """Every movement with the balance after it; what is below zero is the customer's."""
    say, sign = letter.say, letter.say.currency.sign if letter.say.currency else ""
    columns = (
        Column(say("Day"), LEFT_EDGE + 2, 24),
        Column(say("What"), 46, 36),
        Column(say("Paper"), 84, 40),
        Column(say("Charged {sign}", sign=sign), 146, 22, RIGHT),
        Column(say("Paid {sign}", sign=sign), 168, 20, RIGHT),
        Column(say("Owed {sign}", sign=sign), RIGHT_EDGE - 1, 22, RIGHT),
    )
    rows = [("", say("Owed before"), "", "", "", say.money(paper.opening))]
    rows += [
        (
            say.date(one.on),
            say(one.what),
            one.paper,
            say.money(one.charged) if one.charged else "",
            say.money(one.paid) if one.paid else "",
            say.money(one.balance),
        )
        for one in paper.lines
    ]
    charged = Money.total([one.charged for one in paper.lines])
    paid = Money.total([one.paid for one in paper.lines])
    total = (say("Total"), "", "", say.money(charged), say.money(paid), say.money(paper.closing))
    letter.table(columns, rows, total)
    letter.small(
        say("Late fees are charged with the payment that settles them. Below zero is credit of the customer.")
    )


def _payments(paper: AccountPaper, letter: Letter) -> None:
    say, sign = letter.say, letter.say.currency.sign if letter.say.currency else ""
    if not paper.lines:
        letter.words(say("Nothing was paid in this time."))
        return
    letter.words(say("These payments were received for the account:"))
    columns = (
        Column(say("Day"), LEFT_EDGE + 2, 30),
        Column(say("Receipt"), 60, 60),
        Column(say("Paid {sign}", sign=sign), RIGHT_EDGE - 1, 40, RIGHT),
    )
    rows = [(say.date(one.on), one.paper, say.money(one.paid)) for one in paper.lines]
    total = Money.total([one.paid for one in paper.lines])
    letter.table(columns, rows, (say("Total"), "", say.money(total)))


def _no_debt(paper: AccountPaper, letter: Letter) -> None:
    say = letter.say
    letter.words(
        say(
            "On {day} nothing is owed for this account: every bill issued until then is paid, with all late fees.",
            day=paper.written_on,
        )
    )
    letter.words(say("Use that is not billed yet is not meant."))


def _usage(paper: AccountPaper, letter: Letter) -> None:
    say, sign = letter.say, letter.say.currency.sign if letter.say.currency else ""
    if not paper.lines:
        letter.words(say("No bill was issued for this time."))
        return
    columns = (
        Column(say("Month"), LEFT_EDGE + 2, 30),
        Column(say("Bill"), 60, 60),
        Column(say("Energy kWh"), 150, 30, RIGHT),
        Column(say("Sum {sign}", sign=sign), RIGHT_EDGE - 1, 36, RIGHT),
    )
    rows = [
        (say.month(one.on), one.paper, say.number(one.energy or Energy(0)), say.money(one.charged))
        for one in paper.lines
    ]
    energy = sum((one.energy or Energy(0) for one in paper.lines), Energy(0))
    total = Money.total([one.charged for one in paper.lines])
    letter.table(columns, rows, (say("Total"), "", say.number(energy), say.money(total)))
