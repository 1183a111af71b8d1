"""Bills: runs with their drafts, the issue through the same core, and bills as papers and screens show them."""

from desktop.billing.service.bills import bill, bills_of_run, print_run, search_owners
from desktop.billing.service.issue import issue_chunk, issue_run, ready_accounts
from desktop.billing.service.looks import bill_run, bill_runs, run_drafts
from desktop.billing.service.proof import prove
from desktop.billing.service.runs import draft_chunk, run_bills, start_run

__all__ = [
    "bill",
    "bill_run",
    "bill_runs",
    "bills_of_run",
    "draft_chunk",
    "issue_chunk",
    "issue_run",
    "print_run",
    "prove",
    "ready_accounts",
    "run_bills",
    "run_drafts",
    "search_owners",
    "start_run",
]
