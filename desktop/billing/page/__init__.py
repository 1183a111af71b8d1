"""The page of bill runs, and one bill as other pages show it too."""

from desktop.billing.page.bill import BillPane
from desktop.billing.page.printing import (
    bill_paper,
    bill_print,
    collective_print,
    explanation_paper,
    explanation_print,
    instalment_print,
)
from desktop.billing.page.runs import BillingPage

__all__ = [
    "BillPane",
    "BillingPage",
    "bill_paper",
    "bill_print",
    "collective_print",
    "explanation_paper",
    "explanation_print",
    "instalment_print",
]
