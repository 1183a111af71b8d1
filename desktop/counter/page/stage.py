"""Where a customer's turn at the counter stands."""

from __future__ import annotations

from enum import Enum


class Stage(Enum):
    """Where a customer's turn stands."""

    CLOSED = "the till is not open"
    TILL = "the drawer is counted, or its cash moved"
    RIGHT = "a payment is put right later than its day"
    WAITING = "no account yet"
    ASKING = "an account is on its way: nothing can be taken on the one before"
    FILLED = "an account, money can be taken"
    BOOKING = "a payment is being booked"
    UNSURE = "whether it was booked is being asked"
    DONE = "the receipt is out"
