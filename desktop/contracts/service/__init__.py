"""Supply contracts: connecting a customer, changing what is supplied where, and which contract is in force when."""

from desktop.contracts.service.changes import change_account, change_contract, change_place, end_contract
from desktop.contracts.service.connecting import connect, search_owners, sign_many
from desktop.contracts.service.opening import account_hints, open_account
from desktop.contracts.service.terms import billable, in_force, months_of_use, prove, reading_round

__all__ = [
    "account_hints",
    "billable",
    "change_account",
    "change_contract",
    "change_place",
    "connect",
    "end_contract",
    "in_force",
    "months_of_use",
    "open_account",
    "prove",
    "reading_round",
    "search_owners",
    "sign_many",
]
