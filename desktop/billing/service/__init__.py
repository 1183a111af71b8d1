"""Bills: runs with drafts, their issue through the same core, what puts bills right, and bills as shown."""

from desktop.billing.service.bills import (
    BILL,
    bill,
    bills_of_run,
    draft_look,
    explanation,
    print_run,
    search_owners,
)
from desktop.billing.service.blocks import print_blocks, printed
from desktop.billing.service.collective import (
    collect_all,
    collect_bills,
    collective_bill,
    collective_bills,
    collective_preview,
    prove_collective,
)
from desktop.billing.service.collective import search_owners as collective_owners
from desktop.billing.service.comparing import why_different
from desktop.billing.service.corrections import correct_bills, reverse_bills, start_correction
from desktop.billing.service.deducting import (
    not_deducted,
)
from desktop.billing.service.drafted import draft_bill
from desktop.billing.service.energy import (
    decide_energy,
    energy_corrections,
    energy_decided,
    propose_energy,
)
from desktop.billing.service.instalment_plans import (
    carry_plans,
    instalment_plans,
    plan_instalments,
    usual_parts,
)
from desktop.billing.service.instalments import (
    instalment,
    instalments,
    instalments_of,
    issue_instalments,
    prove_instalments,
    reverse_instalment,
)
from desktop.billing.service.instalments import search_owners as instalment_owners
from desktop.billing.service.issue import begin_issue, help_run, issue_chunk, issue_run
from desktop.billing.service.looks import (
    bill_run,
    bill_runs,
    drafts_page,
    each_draft,
    held_drafts,
    left_out,
    run_drafts,
)
from desktop.billing.service.printing import (
    COLLECTIVE,
    EXPLANATION,
    INSTALMENT,
    compared,
    print_bill,
    print_collective,
    print_explanation,
    print_instalment,
    unprinted,
)
from desktop.billing.service.proof import prove
from desktop.billing.service.reversal import reversal_days
from desktop.billing.service.reviewing import (
    carry_review_limits,
    review_limits,
    review_limits_set,
    set_review_limits,
)
from desktop.billing.service.runs import (
    Helpers,
    draft_again,
    draft_chunk,
    nobody,
    restart_run,
    run_bills,
    run_started,
    share_drafts,
    start_run,
)
from desktop.billing.service.shares import shares_left, stop_run
from desktop.billing.service.signing import decided, look_again, send_back, sign_drafts
from desktop.billing.service.special import (
    adjust_bill,
    bill_by_hand,
    bill_final,
    start_adjusting,
    start_final,
    start_manual,
)
from desktop.billing.service.trying import (
    capacity_cost,
    energy_cost,
    right_tariff,
    route_choices,
    start_right_tariff,
    try_tariff,
)
from desktop.billing.service.what_if import what_if
from desktop.billing.service.years import counted_months, counted_this_year

__all__ = [
    "BILL",
    "COLLECTIVE",
    "EXPLANATION",
    "INSTALMENT",
    "Helpers",
    "adjust_bill",
    "begin_issue",
    "bill",
    "bill_by_hand",
    "bill_final",
    "bill_run",
    "bill_runs",
    "bills_of_run",
    "capacity_cost",
    "carry_plans",
    "carry_review_limits",
    "collect_all",
    "collect_bills",
    "collective_bill",
    "collective_bills",
    "collective_owners",
    "collective_preview",
    "compared",
    "correct_bills",
    "counted_months",
    "counted_this_year",
    "decide_energy",
    "decided",
    "draft_again",
    "draft_bill",
    "draft_chunk",
    "draft_look",
    "drafts_page",
    "each_draft",
    "energy_corrections",
    "energy_cost",
    "energy_decided",
    "explanation",
    "held_drafts",
    "help_run",
    "instalment",
    "instalment_owners",
    "instalment_plans",
    "instalments",
    "instalments_of",
    "issue_chunk",
    "issue_instalments",
    "issue_run",
    "left_out",
    "look_again",
    "nobody",
    "not_deducted",
    "plan_instalments",
    "print_bill",
    "print_blocks",
    "print_collective",
    "print_explanation",
    "print_instalment",
    "print_run",
    "printed",
    "propose_energy",
    "prove",
    "prove_collective",
    "prove_instalments",
    "restart_run",
    "reversal_days",
    "reverse_bills",
    "reverse_instalment",
    "review_limits",
    "review_limits_set",
    "right_tariff",
    "route_choices",
    "run_bills",
    "run_drafts",
    "run_started",
    "search_owners",
    "send_back",
    "set_review_limits",
    "share_drafts",
    "shares_left",
    "sign_drafts",
    "start_adjusting",
    "start_correction",
    "start_final",
    "start_manual",
    "start_right_tariff",
    "start_run",
    "stop_run",
    "try_tariff",
    "unprinted",
    "usual_parts",
    "what_if",
    "why_different",
]
