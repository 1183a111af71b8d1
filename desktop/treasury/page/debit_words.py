"""What the part of direct debits asks, with the order each answer leads to, and what it tells of files taken in."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any

from desktop.debits.records import (
    Booked,
    FileMade,
    ItemReturn,
    MandateEnd,
    MandatesTaken,
    MendOrder,
    ResultsTaken,
    WithdrawOrder,
)
from desktop.debits.service import end_mandate, set_result_aside, withdraw_file
from desktop.kernel.text import Catalog, Text
from desktop.treasury.page.part import letters_written
from desktop.treasury.service import mend_result, return_debit


class Asked(Enum):
    """What the question asks, and an example of its answer."""

    WITHDRAW = Text("Withdraw file {what}?"), Text("why, such as: the wrong day")
    REFUSED = Text("The bank refused file {what} as a whole?"), Text("why, such as: wrong format")
    RETURN = Text("The bank took back {what}?"), Text("why, such as: the customer objected")
    ITEM = Text("Of which item is row {what}?"), Text("the number of the item")
    ASIDE = Text("Set row {what} aside?"), Text("why, such as: of another creditor")
    END = Text("End the mandate of {what}?"), Text("why, such as: revoked by the customer")


def about(asked: Asked, one: Any, say: Catalog) -> tuple[str, str]:
    """What a question about a row is about: its key, and how it is called."""
    match asked:
        case Asked.WITHDRAW | Asked.REFUSED:
            return one.number, one.number
        case Asked.RETURN:
            return one.number, say.join([one.customer_name, say.money(one.amount, unit=True)])
        case Asked.END:
            return str(one.mandate_id), one.customer_name
    return str(one.result_id), say.number(one.row)


def wanted(asked: Asked, one: Any, words: str, today: date) -> tuple[Any, Any]:
    """The operation that an answer about a row leads to, and its order."""
    match asked:
        case Asked.WITHDRAW | Asked.REFUSED:
            return withdraw_file, WithdrawOrder(one.number, words, asked is Asked.REFUSED)
        case Asked.RETURN:
            return return_debit, ItemReturn(one.number, today, words)
        case Asked.END:
            return end_mandate, MandateEnd(one.mandate_id, today, words)
        case Asked.ITEM:
            return mend_result, MendOrder(one.result_id, words)
    return set_result_aside, MendOrder(one.result_id, reason=words)


Told = tuple[str, str, str]
"""A state, its title and what stands below it."""


def file_made(made: FileMade, say: Catalog) -> Told:
    """A file was made."""
    words = say(
        "File {number}, items: {items}, {amount}",
        number=made.number,
        items=made.items,
        amount=say.money(made.amount, unit=True),
    )
    return "ok", words, say("W writes it for the bank")


def results_taken(taken: ResultsTaken, say: Catalog) -> Told:
    """A file of results was taken in."""
    words = say(
        "Paid: {paid} ({amount}), not paid: {failed}, taken back: {returned}",
        paid=taken.paid,
        amount=say.money(taken.paid_amount, unit=True),
        failed=taken.failed,
        returned=taken.returned,
    )
    more = [say("{count} known from another file", count=taken.known)] if taken.known else []
    if taken.to_mend:
        more.append(say("{count} to be mended", count=len(taken.to_mend)))
    if taken.waiting:
        more.append(say("Waiting to be booked: {count}", count=taken.waiting))
    more += letters_written(taken.letters, say)
    return "warn" if taken.to_mend or taken.waiting else "ok", words, say.join(more)


def taken_back(number: str, booked: Booked, say: Catalog) -> Told:
    """A bank took back what it had paid: who was debited in vain is told by a letter that somebody has to print."""
    words = say("Taken back: {number}", number=number)
    return "ok", words, say.join(letters_written(booked.letters, say))


def mandates_taken(taken: MandatesTaken, say: Catalog) -> Told:
    """A sheet of mandates was taken in."""
    words = say("Mandates entered: {entered}, known before: {same}", entered=taken.entered, same=taken.same)
    told = "\n".join(say(one.line) for one in taken.problems[:4])
    return "warn" if taken.problems else "ok", words, told
