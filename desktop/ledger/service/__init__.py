"""The ledger: what is owed on a day, every way money moves, and late fees that are waived."""

from desktop.ledger.service.accounts import (
    Balances,
    account_id,
    accounts,
    accounts_of,
    hand_over,
    hold_accounts,
    open_account,
    renumber,
    set_up_chart,
    unknown,
)
from desktop.ledger.service.book import (
    CREDIT_USED,
    OPENING,
    carry_balances,
    charge_many,
    close_month,
    hold_month,
    open_many,
    pay_out,
    settle,
    transfer,
)
from desktop.ledger.service.owing import (
    dues,
    dues_of,
    open_amounts,
    open_of,
    overdue,
    paid_days,
)
from desktop.ledger.service.proof import (
    prove,
)
from desktop.ledger.service.reversing import (
    reverse,
    reverse_charges,
    take_out,
)
from desktop.ledger.service.waiving import (
    prove_waivers,
    set_waiver_limit,
    take_waiver_back,
    waive_large_late_fee,
    waive_late_fee,
    waivers,
)

__all__ = [
    "CREDIT_USED",
    "OPENING",
    "Balances",
    "account_id",
    "accounts",
    "accounts_of",
    "carry_balances",
    "charge_many",
    "close_month",
    "dues",
    "dues_of",
    "hand_over",
    "hold_accounts",
    "hold_month",
    "open_account",
    "open_amounts",
    "open_many",
    "open_of",
    "overdue",
    "paid_days",
    "pay_out",
    "prove",
    "prove_waivers",
    "renumber",
    "reverse",
    "reverse_charges",
    "set_up_chart",
    "set_waiver_limit",
    "settle",
    "take_out",
    "take_waiver_back",
    "transfer",
    "unknown",
    "waive_large_late_fee",
    "waive_late_fee",
    "waivers",
]
