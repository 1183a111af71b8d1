"""Supply contracts: connecting customers, who is supplied when on which tariff, what changes, and contracts' terms."""

from desktop.contracts.service.changes import change_account, change_contract, change_place, end_contract
from desktop.contracts.service.opening import account_hints, open_account
from desktop.contracts.service.supply import (
    billable,
    connect,
    ends_on,
    in_force,
    months_of_use,
    prove,
    reading_round,
    search_owners,
    sign_many,
)
from desktop.contracts.service.terms import (
    UNDECIDED,
    measured_within,
    set_terms,
    terms,
    terms_of_account,
)

__all__ = [
    "UNDECIDED",
    "account_hints",
    "billable",
    "change_account",
    "change_contract",
    "change_place",
    "connect",
    "end_contract",
    "ends_on",
    "in_force",
    "measured_within",
    "months_of_use",
    "open_account",
    "prove",
    "reading_round",
    "search_owners",
    "set_terms",
    "sign_many",
    "terms",
    "terms_of_account",
]
