"""The desk: lists of accounts, cards of accounts and parties, what waits today, what search finds."""

from desktop.desk.service.cards import account_card, merge_preview, party_card, receipt
from desktop.desk.service.finding import (
    forget_words,
    prepare_search,
    rebuild_search,
    reindex,
    search_hits,
    search_is_lost,
    words_left,
)
from desktop.desk.service.lists import ACCOUNT_SORTS, accounts, accounts_extent
from desktop.desk.service.supply import supplies
from desktop.desk.service.waiting import today

__all__ = [
    "ACCOUNT_SORTS",
    "account_card",
    "accounts",
    "accounts_extent",
    "forget_words",
    "merge_preview",
    "party_card",
    "prepare_search",
    "rebuild_search",
    "receipt",
    "reindex",
    "search_hits",
    "search_is_lost",
    "supplies",
    "today",
    "words_left",
]
