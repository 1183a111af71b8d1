"""Supply contracts: connecting customers, who is supplied when on which tariff, and the terms of each contract."""

from desktop.contracts.service.supply import (
    billable,
    connect,
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
    "billable",
    "connect",
    "in_force",
    "measured_within",
    "months_of_use",
    "prove",
    "reading_round",
    "search_owners",
    "set_terms",
    "sign_many",
    "terms",
    "terms_of_account",
]
