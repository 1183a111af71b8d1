"""Direct debits by rule: numbers, what a bank's words mean, what goes into a file, whether a result fits its item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from desktop.debits.records import ItemState, LeftOut, Meaning
from desktop.kernel.country import kept_signs
from desktop.kernel.errors import Problem
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.ledger.records import DueItem


def file_number(hall: str, year: int, running: int) -> str:
    """The number of a file for a bank, in its hall's gapless series.

    >>> file_number("HZ01", 2026, 7)
    'KHZ01-2600007'
    """
    return f"K{hall}-{year % 100:02}{running:05}"


def item_number(file: str, position: int) -> str:
    """The number of an item, which its bank gives back with the result.

    Letters and digits alone, which every bank takes.

    >>> item_number("KHZ01-2600007", 12)
    'KHZ01260000700012'
    """
    return f"{kept_signs(file)}{position:0{_PLACES}}"


def file_of(item: str) -> str:
    """What the numbers of all items of a file begin with.

    >>> file_of("KHZ01260000700012")
    'KHZ012600007'
    """
    return item[:-_PLACES]


_PLACES = 5


LEAST_ACCOUNT, MOST_ACCOUNT = 6, 34
"""Signs of a bank account: 34 is the longest IBAN."""


def bank_account_problem(typed: str) -> Text | None:
    """What is wrong with a bank account, or None.

    >>> bank_account_problem("6222 0212 3456 7890 123") is None, bank_account_problem("62.2E+18") is None
    (True, False)
    """
    signs = kept_signs(typed)
    marks = {sign for sign in typed if not sign.isalnum()} - {" ", "-"}
    if not signs.isascii() or marks or not LEAST_ACCOUNT <= len(signs) <= MOST_ACCOUNT:
        return Text("This is no bank account: {least} to {most} digits or letters", least=str(LEAST_ACCOUNT),
                    most=str(MOST_ACCOUNT))  # fmt: skip
    return None


def masked(bank_account: str) -> str:
    """A bank account as lists show it.

    >>> masked("6222021234567890123"), masked("123456")
    ('6222 **** 0123', '**** 3456')
    """
    head = f"{bank_account[:4]} " if len(bank_account) > 12 else ""
    return f"{head}**** {bank_account[-4:]}"


# What a bank's words mean

WORDS: Mapping[str, Meaning] = {
    "成功": Meaning.PAID, "扣款成功": Meaning.PAID, "交易成功": Meaning.PAID, "代扣成功": Meaning.PAID,
    "thành công": Meaning.PAID, "onnistui": Meaning.PAID, "success": Meaning.PAID, "paid": Meaning.PAID,
    "失败": Meaning.FAILED, "扣款失败": Meaning.FAILED, "交易失败": Meaning.FAILED, "代扣失败": Meaning.FAILED,
    "thất bại": Meaning.FAILED, "epäonnistui": Meaning.FAILED, "failed": Meaning.FAILED,
    "退回": Meaning.RETURNED, "已退回": Meaning.RETURNED, "冲正": Meaning.RETURNED, "退款": Meaning.RETURNED,
    "hoàn trả": Meaning.RETURNED, "palautettu": Meaning.RETURNED, "returned": Meaning.RETURNED,
}  # fmt: skip
REASONS: tuple[tuple[str, Meaning], ...] = (
    ("余额不足", Meaning.FUNDS), ("insufficient", Meaning.FUNDS), ("không đủ", Meaning.FUNDS), ("kate", Meaning.FUNDS),
    ("超限", Meaning.LIMIT), ("限额", Meaning.LIMIT),
    ("冻结", Meaning.FROZEN), ("止付", Meaning.FROZEN), ("frozen", Meaning.FROZEN),
    ("销户", Meaning.CLOSED), ("closed", Meaning.CLOSED), ("suljettu", Meaning.CLOSED),
    ("账号不存在", Meaning.UNKNOWN), ("账户不存在", Meaning.UNKNOWN), ("户名不符", Meaning.UNKNOWN),
    ("no such account", Meaning.UNKNOWN),
    ("未签约", Meaning.AGREEMENT), ("无协议", Meaning.AGREEMENT), ("协议", Meaning.AGREEMENT),
)  # fmt: skip


_ALONE = {words: why for words, why in REASONS if words not in ("协议", "kate")}
"""Reasons that a bank may give in place of a result: each says by itself that it did not pay."""


def meaning(result: str, reason: str, codes: Mapping[str, str]) -> Meaning | None:
    """What a bank's result and its reason mean, by its own codes and the words we know; None: nobody knows.

    Nothing is guessed: a result that is not known is neither paid nor failed.

    >>> meaning("失败", "账户余额不足", {}), meaning("0000", "", {"0000": "paid"}), meaning("0000", "", {})
    (<Meaning.FUNDS: 'funds'>, <Meaning.PAID: 'paid'>, None)
    """
    said = result.strip().casefold()
    own = {code.strip().casefold(): value for code, value in codes.items()}
    found = Meaning.of(own[said]) if said in own else WORDS.get(said) or _ALONE.get(said)
    if found is not Meaning.FAILED:
        return found
    told = reason.strip().casefold()
    if told in own:
        more = Meaning.of(own[told])
        return found if more in (Meaning.PAID, Meaning.RETURNED) else more
    return next((why for words, why in REASONS if words in told), found)


# What goes into a file


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something due, with what the file for a bank has to know: its account's mandate, if any, and where it stands.

    ``covered``: credit of the account pays it whole. ``amount`` is what is left to collect.
    """

    item: DueItem
    amount: Money
    bank: str | None
    waiting: bool
    refused: bool


def left_out(one: Candidate, bank: str, least: Money) -> LeftOut | None:
    """Why something due is not collected by a bank, or None where it is."""
    if one.waiting:
        return LeftOut.WAITING
    if one.bank is None:
        return LeftOut.NO_MANDATE
    if one.bank != bank:
        return LeftOut.OTHER_BANK
    if one.item.wholly_disputed:
        return LeftOut.DISPUTED
    if one.refused:
        return LeftOut.REFUSED
    if not one.amount:
        return LeftOut.COVERED
    return LeftOut.SMALL if one.amount < least else None


def collected(items: tuple[DueItem, ...], credit: Money, due_by: date) -> tuple[tuple[DueItem, Money], ...]:
    """What is to collect of each item of an account that is due by a day: credit is used before, the oldest first.

    A part that is disputed is not asked for.
    """
    found, left = [], credit
    for item in items:
        used = min(item.total, left)
        left -= used
        if item.due_on <= due_by:
            found.append((item, max(item.total - used - (item.disputed or Money.zero()), Money.zero())))
    return tuple(found)


# Whether a result fits


@dataclass(frozen=True, slots=True)
class Asked:
    """An item as a result finds it: of which bank, how much, and what became of it."""

    bank: str
    amount: Money
    state: ItemState


def result_problem(
    meant: Meaning, number: str, amount: Money, bank: str, asked: Asked | None, *, row: int
) -> Problem | None:
    """Why a result cannot be booked as it stands, with its row, field and remedy; None where it can."""

    def of(column: Text, value: str, what: Text, remedy: Text) -> Problem:
        return Problem(what, remedy, column, value, "", row)

    item, sum_field, result = Text("Number of the item"), Text("Amount"), Text("Result")
    if asked is None or asked.bank != bank:
        what = Text("No file for this bank has this item")
        return of(item, number, what, Text("Name the item it is, or set the row aside with a reason"))
    if amount != asked.amount:
        what = Text("The file asked for {asked}, the bank says {said}", asked=asked.amount, said=amount)
        return of(sum_field, number, what, Text("Ask the bank, then name the item to book the bank's amount"))
    expected = ItemState.PAID if meant is Meaning.RETURNED else ItemState.AWAITING
    if asked.state is expected:
        return None
    what = Text("The item stands as: {state}", state=asked.state.text)
    if asked.state is ItemState.WITHDRAWN and meant is not Meaning.RETURNED:
        return of(result, number, what, Text("Ask the bank; name the item where the money did come"))
    if asked.state is ItemState.PAID:
        remedy = Text("If the bank took the money back, say so for this item; else set the row aside")
        return of(result, number, what, remedy)
    return of(result, number, what, Text("Ask the bank which of both holds, or set the row aside"))
