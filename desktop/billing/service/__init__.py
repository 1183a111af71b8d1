"""Bills: runs with drafts, their issue through the same core, what puts bills right, and bills as shown."""

from desktop.billing.service.bills import bill, bills_of_run, print_run, search_owners
from desktop.billing.service.comparing import why_different
from desktop.billing.service.corrections import correct_bills, start_correction
from desktop.billing.service.energy import (
    decide_energy,
    energy_corrections,
    energy_decided,
    propose_energy,
)
from desktop.billing.service.issue import issue_chunk, issue_run, ready_accounts
from desktop.billing.service.looks import bill_run, bill_runs, held_drafts, run_drafts
from desktop.billing.service.proof import prove
from desktop.billing.service.reversal import reversal_days, reverse_bills
from desktop.billing.service.runs import draft_again, draft_chunk, restart_run, run_bills, start_run
from desktop.billing.service.signing import decided, sign_drafts

__all__ = [
    "bill",
    "bill_run",
    "bill_runs",
    "bills_of_run",
    "correct_bills",
    "decide_energy",
    "decided",
    "draft_again",
    "draft_chunk",
    "energy_corrections",
    "energy_decided",
    "held_drafts",
    "issue_chunk",
    "issue_run",
    "print_run",
    "propose_energy",
    "prove",
    "ready_accounts",
    "restart_run",
    "reversal_days",
    "reverse_bills",
    "run_bills",
    "run_drafts",
    "search_owners",
    "sign_drafts",
    "start_correction",
    "start_run",
    "why_different",
]
