"""The counter's page and what other pages show in the same way."""

from desktop.counter.page.account import (
    SUPPLY_STATES,
    agreement_badge,
    bill_state,
    bill_states_room,
    cheque_badges,
    debit_badge,
    disputed_badge,
    due_state,
    due_states_room,
)
from desktop.counter.page.contacts import ContactChanger
from desktop.counter.page.counter import CounterPage
from desktop.counter.page.money import hand_out, quick_amounts
from desktop.counter.page.papers import copy_words, receipt_paper, receipt_prints
from desktop.counter.page.stage import Stage

__all__ = [
    "SUPPLY_STATES",
    "ContactChanger",
    "CounterPage",
    "Stage",
    "agreement_badge",
    "bill_state",
    "bill_states_room",
    "cheque_badges",
    "copy_words",
    "debit_badge",
    "disputed_badge",
    "due_state",
    "due_states_room",
    "hand_out",
    "quick_amounts",
    "receipt_paper",
    "receipt_prints",
]
