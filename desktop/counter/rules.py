"""Taking money: what a tender may be, and the change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop.counter.records import AccountShare, PaymentOrder, TenderKind, TogetherOrder
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.ledger.records import DueItem, Dues
from desktop.ledger.rules import allocate

MOST_TOGETHER = 500
"""Accounts one tender pays."""


def objection(order: PaymentOrder | TogetherOrder) -> Text | None:
    """Why a payment cannot be taken as ordered, or None."""
    if order.amount.raw <= 0:
        return Text("The amount must be more than zero.")
    if order.given < order.amount:
        return Text(
            "{given} was given, {amount} is to be paid: ask for the rest.",
            given=order.given,
            amount=order.amount,
        )
    if order.tender is not TenderKind.CASH and order.given != order.amount:
        return Text("Only cash gives change: enter the amount that was paid.")
    if order.tender is not TenderKind.CASH and not order.reference.strip():
        return Text("Enter the number of the card slip, transfer or wallet payment.")
    return None


def objection_together(order: TogetherOrder) -> Text | None:
    """Why a payment of several accounts cannot be taken as ordered, or None."""
    numbers = ["".join(share.account_number.split()) for share in order.shares]
    if not numbers:
        return Text("Name the accounts.")
    if len(set(numbers)) < len(numbers):
        return Text("An account is named twice.")
    if len(numbers) > MOST_TOGETHER:
        return Text(
            "One payment is for {most} accounts at most, these are {count}: take it in two.",
            most=MOST_TOGETHER,
            count=len(numbers),
        )
    if any(share.amount.raw <= 0 for share in order.shares):
        return Text("The amount must be more than zero.")
    over = next((share for share in order.shares if share.amount > share.due), None)
    if over is not None:
        return Text(
            "Account {number} has {due} to pay, {amount} is too much: take an advance on the account by itself.",
            number=over.account_number,
            due=over.due,
            amount=over.amount,
        )
    return objection(order)


def change(order: PaymentOrder | TogetherOrder) -> Money:
    """What goes back to the customer."""
    return order.given - order.amount


def shares(amount: Money, dues: Sequence[Dues], *, late_fee_first: bool) -> tuple[AccountShare, ...]:
    """How an amount is spread over accounts: whatever is oldest is cleared first, whosever it is.

    Each account's own credit is used before. Accounts that get nothing are absent; what is more than all have to pay
    is spread nowhere.
    """
    left: list[DueItem] = []
    owner = {}
    for one in dues:
        covered, _ = allocate(one.credit, one.items, late_fee_first=late_fee_first)
        for part in covered:
            owner[part.item.open_item_id] = one.account_number
            left.append(
                replace(
                    part.item,
                    principal=part.item.principal - part.principal,
                    late_fee=part.item.late_fee - part.late_fee,
                )
            )
    got = dict.fromkeys((one.account_number for one in dues), Money.zero())
    for part in allocate(amount, left, late_fee_first=late_fee_first)[0]:
        got[owner[part.item.open_item_id]] += part.principal + part.late_fee
    return tuple(
        AccountShare(one.account_number, one.to_pay, got[one.account_number])
        for one in dues
        if got[one.account_number]
    )


def receipt_number(station: str, year: int, running: int) -> str:
    """A receipt's number: its station, the year, its place in the station's gapless series of that year.

    >>> receipt_number("3", 2026, 4182)
    '3-26004182'
    """
    return f"{station}-{year % 100:02}{running:06}"
