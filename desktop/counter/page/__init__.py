"""The counter's page and what other pages show in the same way."""

from desktop.counter.page.account import (
    SUPPLY_STATES,
    bill_state,
    bill_states_room,
    due_state,
    due_states_room,
)
from desktop.counter.page.counter import CounterPage, Stage, receipt_paper
from desktop.counter.page.money import hand_out, quick_amounts

__all__ = [
    "SUPPLY_STATES",
    "CounterPage",
    "Stage",
    "bill_state",
    "bill_states_room",
    "due_state",
    "due_states_room",
    "hand_out",
    "quick_amounts",
    "receipt_paper",
]
