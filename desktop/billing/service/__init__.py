"""Bills: runs with drafts, their issue through the same core, what puts bills right, and bills as shown."""

from desktop.billing.service.bills import bill, bills_of_run, print_run, search_owners
from desktop.billing.service.blocks import print_blocks, printed
from desktop.billing.service.comparing import why_different
from desktop.billing.service.corrections import correct_bills, start_correction
from desktop.billing.service.issue import begin_issue, help_run, issue_chunk, issue_run
from desktop.billing.service.looks import bill_run, bill_runs, held_drafts, left_out, run_drafts
from desktop.billing.service.proof import prove
from desktop.billing.service.reversal import reversal_days, reverse_bills
from desktop.billing.service.runs import (
    Helpers,
    draft_again,
    draft_chunk,
    nobody,
    restart_run,
    run_bills,
    run_started,
    start_run,
)
from desktop.billing.service.shares import shares_left
from desktop.billing.service.signing import decided, sign_drafts

__all__ = [
    "Helpers",
    "begin_issue",
    "bill",
    "bill_run",
    "bill_runs",
    "bills_of_run",
    "correct_bills",
    "decided",
    "draft_again",
    "draft_chunk",
    "held_drafts",
    "help_run",
    "issue_chunk",
    "issue_run",
    "left_out",
    "nobody",
    "print_blocks",
    "print_run",
    "printed",
    "prove",
    "restart_run",
    "reversal_days",
    "reverse_bills",
    "run_bills",
    "run_drafts",
    "run_started",
    "search_owners",
    "shares_left",
    "sign_drafts",
    "start_correction",
    "start_run",
    "why_different",
]
