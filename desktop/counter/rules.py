"""Taking money: what a tender may be, and the change."""

from __future__ import annotations

from desktop.counter.records import PaymentOrder, TenderKind
from desktop.kernel.measures import Money
from desktop.kernel.text import Text


def objection(order: PaymentOrder) -> Text | None:
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


def change(order: PaymentOrder) -> Money:
    """What goes back to the customer."""
    return order.given - order.amount


def receipt_number(station: str, year: int, running: int) -> str:
    """A receipt's number: its station, the year, its place in the station's gapless series of that year.

    >>> receipt_number("3", 2026, 4182)
    '3-26004182'
    """
    return f"{station}-{year % 100:02}{running:06}"
