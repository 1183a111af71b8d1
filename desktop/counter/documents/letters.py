"""The papers of putting right: the receipt of a refund, letters about a payment on the wrong account or a cheque."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from desktop.counter.records import TenderKind
from desktop.counter.records.cheques import ChequeLetter
from desktop.counter.records.right import MoveLetter, RefundPaid
from desktop.kernel.country import Country
from desktop.kernel.letter import LEFT_EDGE, RIGHT_EDGE, Letter, LetterHead, letter_pdf
from desktop.kernel.paper import A4, A5_LANDSCAPE, RIGHT, Column
from desktop.kernel.text import Catalog, Text
from desktop.ledger.records import SettledItem
from desktop.staff.records import Letterhead, Pictures, no_pictures


def letter_head(
    letterhead: Letterhead,
    title: str,
    number: str,
    check_code: str,
    language: str,
    copy: int,
    pictures: Pictures,
) -> LetterHead:
    """The head of a paper of a hall."""
    picture, seal = (pictures(one) if one else None for one in (letterhead.picture, letterhead.seal))
    contact = "  ".join(part for part in (letterhead.address, letterhead.hotline) if part)
    return LetterHead(
        letterhead.company,
        letterhead.hall,
        contact,
        title,
        number,
        check_code,
        language,
        copy,
        picture,
        seal,
    )


# Refunds


def refund_pdf(
    refund: RefundPaid, catalog: Callable[[str], Catalog], country: Country, pictures: Pictures = no_pictures
) -> bytes:
    """The receipt of a refund, A5, in the customer's language, with the line where the customer signs."""
    say = catalog(refund.language)
    head = letter_head(
        refund.letterhead,
        say(Text("Refund receipt")),
        refund.number,
        refund.check_code,
        refund.language,
        refund.copy,
        pictures,
    )
    return letter_pdf([head], [partial(_refund, refund, country)], catalog, A5_LANDSCAPE)


def _refund(refund: RefundPaid, country: Country, letter: Letter) -> None:
    say, at = letter.say, refund.paid_at.astimezone(country.zone)
    of = (
        say("receipt {number} of {day}", number=refund.receipt_number, day=refund.received_on)
        if refund.received_on
        else say("credit of the account")
    )
    letter.facts(
        (
            (say("Account number"), country.format_account(refund.account_number)),
            (say("Customer"), refund.customer_name),
            (say("Address of use"), refund.address),
            (say("Paid out at"), say.moment(at)),
            (say("Cashier"), say.join([refund.cashier, refund.till_name])),
            (say("What is given back"), of),
            (say("Asked for by"), refund.asked_by),
            (say("Approved by"), refund.decided_by),
            (say("Why"), refund.reason),
        )
    )
    words = say.join([say("In words"), refund.amount_words])
    letter.total(
        say("Refund, {tender}", tender=refund.tender.text),
        say.money(refund.amount, unit=True),
        words if refund.amount_words else "",
    )
    if refund.tender is not TenderKind.CASH:
        letter.small(say("To the account {number}", number=refund.reference))
    left = say("Still owed {owed}, credit {credit}", owed=refund.owed_after, credit=refund.credit_after)
    letter.small(left)
    letter.close((say("Received by the customer"), say("Cashier")), say("Payment seal"))


# The wrong account


def move_letters_pdf(
    letters: Sequence[MoveLetter],
    catalog: Callable[[str], Catalog],
    country: Country,
    pictures: Pictures = no_pictures,
) -> bytes:
    """The letters about a payment that was moved, A4, each in its customer's language from a new side."""
    return _letters_pdf(letters, Text("About your payment"), _moved, catalog, country, pictures)


def _moved(one: MoveLetter, country: Country, letter: Letter) -> None:
    say = letter.say
    letter.facts(
        (
            (say("Customer"), one.customer_name),
            (say("Address of use"), one.address),
            (say("Account number"), country.format_account(one.account_number)),
            (say("Receipt"), say.join([one.receipt_number, *one.besides])),
            (say("Paid on"), say.date(one.paid_on)),
            (say("Written on"), say.date(one.written_on)),
        )
    )
    amount = say.money(one.amount, unit=True)
    if one.came:
        told = say(
            "A payment of {amount} of {day} was meant for your account and had been entered on another one by"
            " mistake. It stands on your account now, as of the day it was paid: no late fee is asked for the days"
            " after it.",
            amount=amount,
            day=one.paid_on,
        )
    else:
        told = say(
            "A payment of {amount} of {day} had been entered on your account by mistake. It was meant for another"
            " account and was moved there. You have not lost any money of your own.",
            amount=amount,
            day=one.paid_on,
        )
    letter.words(told)
    _close(one, letter, say("It settles") if one.came else say("This is owed again"))


Written = TypeVar("Written", MoveLetter, ChequeLetter)


def _letters_pdf(
    letters: Sequence[Written],
    title: Text,
    draw: Callable[[Written, Country, Letter], None],
    catalog: Callable[[str], Catalog],
    country: Country,
    pictures: Pictures,
) -> bytes:
    heads = [
        letter_head(
            one.letterhead,
            catalog(one.language)(title),
            one.number,
            one.check_code,
            one.language,
            one.copy,
            pictures,
        )
        for one in letters
    ]
    return letter_pdf(heads, [partial(draw, one, country) for one in letters], catalog, A4)


def _close(one: MoveLetter | ChequeLetter, letter: Letter, title: str) -> None:
    """The items a letter is about, what the account owes after it, and where to come with it."""
    say = letter.say
    if one.items:
        letter.words(title)
        letter.table(_columns(say), [_item(say, item) for item in one.items], _sum(say, one.items))
        for step in [step for item in one.items for step in item.arithmetic]:
            letter.small(say("Late fee: {arithmetic}", arithmetic=step))
    letter.words(
        say(
            "After this your account owes {owed} and has {credit} credit.",
            owed=say.money(one.owed_after, unit=True),
            credit=say.money(one.credit_after, unit=True),
        )
    )
    letter.words(say("If something is not right, come to us with this letter, or call us."))
    letter.close((one.by,), say("Payment seal"))


# Cheques


def cheque_letters_pdf(
    letters: Sequence[ChequeLetter],
    catalog: Callable[[str], Catalog],
    country: Country,
    pictures: Pictures = no_pictures,
) -> bytes:
    """The letters about cheques or direct debits that came back, A4, each in its customer's language, on new sides."""
    by_debit = bool(letters) and letters[0].tender is TenderKind.DEBIT
    title = Text("About your direct debit") if by_debit else Text("About your cheque")
    return _letters_pdf(letters, title, _returned, catalog, country, pictures)


def _returned(one: ChequeLetter, country: Country, letter: Letter) -> None:
    say, by_debit = letter.say, one.tender is TenderKind.DEBIT
    letter.facts(
        (
            (say("Customer"), one.customer_name),
            (say("Address of use"), one.address),
            (say("Account number"), country.format_account(one.account_number)),
            (say(one.tender.text), one.cheque_number),
            (say("Receipt"), say.join([one.receipt_number, say.date(one.paid_on)])),
            (say("Written on"), say.date(one.written_on)),
        )
    )
    amount = say.money(one.amount, unit=True)
    told = (
        Text(
            "Your bank took back the direct debit of {amount} on {day}: {reason}. The payment of {paid} therefore does"
            " not count, and what it had settled is owed again, with late fee since it was due.",
            amount=amount,
            day=one.returned_on,
            reason=one.reason,
            paid=one.paid_on,
        )
        if by_debit
        else Text(
            "The bank returned your cheque of {amount} on {day}: {reason}. The payment of {paid} therefore does not"
            " count, and what it had settled is owed again, with late fee since it was due.",
            amount=amount,
            day=one.returned_on,
            reason=one.reason,
            paid=one.paid_on,
        )
    )
    letter.words(say(told))
    _close(one, letter, say("This is owed again"))


def _columns(say: Catalog) -> tuple[Column, ...]:
    sign = say.currency.sign if say.currency else ""
    return (
        Column(say("Item"), LEFT_EDGE + 2, 62),
        Column(say("Bill"), 86, 40),
        Column(say("Sum {sign}", sign=sign), 144, 26, RIGHT),
        Column(say("Late fee {sign}", sign=sign), 168, 22, RIGHT),
        Column(say("Subtotal {sign}", sign=sign), RIGHT_EDGE - 1, 22, RIGHT),
    )


def _item(say: Catalog, item: SettledItem) -> tuple[str, ...]:
    label = say("Electricity {month}/{year}", month=item.month.month, year=str(item.month.year))
    return (
        label,
        item.bill_number,
        say.money(item.principal),
        say.money(item.late_fee),
        say.money(item.total),
    )


def _sum(say: Catalog, items: Sequence[SettledItem]) -> tuple[str, ...]:
    total = items[0].total
    for item in items[1:]:
        total += item.total
    return (say("Total"), "", "", "", say.money(total))
