"""Supply contracts: connecting customers, who is supplied when on which tariff, what changes, and contracts' terms."""

from desktop.contracts.service.changes import (
    change_account,
    change_contract,
    change_place,
    change_supply,
    end_contract,
)
from desktop.contracts.service.correcting import correct_tariff
from desktop.contracts.service.merging import (
    duplicates,
    merge_parties,
    tell_apart,
    unmerge_parties,
)
from desktop.contracts.service.opening import account_hints, add_point, open_account
from desktop.contracts.service.spells import set_spell, spells, spells_of_account
from desktop.contracts.service.supply import (
    billable,
    connect,
    ends_on,
    in_force,
    is_main,
    months_of_use,
    points_of,
    prove,
    reading_round,
    search_owners,
    sign_many,
    supplied_at,
)
from desktop.contracts.service.terms import (
    UNDECIDED,
    measured_within,
    set_terms,
    set_terms_many,
    terms,
    terms_of_account,
)

__all__ = [
    "UNDECIDED",
    "account_hints",
    "add_point",
    "billable",
    "change_account",
    "change_contract",
    "change_place",
    "change_supply",
    "connect",
    "correct_tariff",
    "duplicates",
    "end_contract",
    "ends_on",
    "in_force",
    "is_main",
    "measured_within",
    "merge_parties",
    "months_of_use",
    "open_account",
    "points_of",
    "prove",
    "reading_round",
    "search_owners",
    "set_spell",
    "set_terms",
    "set_terms_many",
    "sign_many",
    "spells",
    "spells_of_account",
    "supplied_at",
    "tell_apart",
    "terms",
    "terms_of_account",
    "unmerge_parties",
]
