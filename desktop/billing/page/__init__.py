"""The page of bill runs, and one bill as other pages show it too."""

from desktop.billing.page.bill import BillPane, bill_paper, explanation_paper
from desktop.billing.page.runs import BillingPage

__all__ = ["BillPane", "BillingPage", "bill_paper", "explanation_paper"]
