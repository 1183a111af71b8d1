"""The slip of a deposit, A4: what was brought to the bank, by notes and coins, in words, and who brought it."""

from __future__ import annotations

from collections.abc import Callable

from desktop.kernel.country import Country
from desktop.kernel.paper import A4, RIGHT, Column, Paper, one_paper
from desktop.kernel.tabled import Head, TabledPaper
from desktop.kernel.text import Catalog, Text
from desktop.staff.records import Pictures, no_pictures
from desktop.treasury.records import DepositSlip


def deposit_slip_pdf(
    slip: DepositSlip, catalog: Callable[[str], Catalog], country: Country, pictures: Pictures = no_pictures
) -> bytes:
    """The slip as a PDF, A4, in the language of who made the deposit; a copy says which one it is."""
    say = catalog(slip.language)

    def draw(paper: Paper) -> None:
        _draw(paper, slip, say, country, pictures)

    return one_paper(draw, say("Deposit slip"), slip.letterhead.company, slip.language, A4)


def _draw(paper: Paper, slip: DepositSlip, say: Catalog, country: Country, pictures: Pictures) -> None:
    head = slip.letterhead
    facts = (
        (say("Deposited"), say.moment(slip.deposited_at), slip.by),
        (say("Slip of the bank"), slip.slip, ""),
        (say("Bank"), head.bank or "–", head.bank_account),
        (say("Amount"), say.money(slip.amount, unit=True), ""),
    )
    picture = pictures(head.picture) if head.picture else None
    who = say.join([head.company, head.hall])
    on = TabledPaper(paper, say, Head(who, say("Deposit slip"), slip.number, facts, slip.copy, picture))
    columns = (
        Column(say("Note or coin"), 20, 60),
        Column(say("Pieces"), 120, 40, RIGHT),
        Column(say(Text("Sum", context="cash sheet")), 190, 40, RIGHT),
    )
    rows = [
        [
            say.number(country.currency.decimal(piece.value)),
            say.number(piece.count),
            say.money(piece.amount),
        ]
        for piece in sorted(slip.pieces, key=lambda one: one.value, reverse=True)
    ]
    loose = slip.amount - type(slip.amount).total([piece.amount for piece in slip.pieces])
    if loose:
        rows.append([say("Not counted one by one"), "", say.money(loose)])
    on.table(say("Notes and coins"), columns, rows, [say("Total"), "", say.money(slip.amount)])
    if slip.amount_words:
        on.words([say("In words: {words}", words=slip.amount_words)])
    on.signatures(say("Brought by"), say("Second person"), slip.check_code)
    on.finish()
