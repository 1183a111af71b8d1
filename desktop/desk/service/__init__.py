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
from desktop.desk.service.papers import issue_paper, paper_kind, papers_of, reprint_paper
from desktop.desk.service.supply import supplies
from desktop.desk.service.testing import (
    meter_error,
    meter_tests_shown,
    order_meter_test,
    reprint_test_paper,
    write_test_letter,
)
from desktop.desk.service.waiting import today

__all__ = [
    "ACCOUNT_SORTS",
    "account_card",
    "accounts",
    "accounts_extent",
    "forget_words",
    "issue_paper",
    "merge_preview",
    "meter_error",
    "meter_tests_shown",
    "order_meter_test",
    "paper_kind",
    "papers_of",
    "party_card",
    "prepare_search",
    "rebuild_search",
    "receipt",
    "reindex",
    "reprint_paper",
    "reprint_test_paper",
    "search_hits",
    "search_is_lost",
    "supplies",
    "today",
    "words_left",
    "write_test_letter",
]
