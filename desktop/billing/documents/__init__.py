"""The papers of billing: the A4 bill, the collective bill, and the summary of a bill run as a workbook."""

from desktop.billing.documents.bill import standing, write_bills
from desktop.billing.documents.collective import collective_pdf
from desktop.billing.documents.explanation import cause_words, explanation_pdf
from desktop.billing.documents.instalment import write_instalments
from desktop.billing.documents.run import ACCOUNTS_OF_RUN, run_summary_xlsx

__all__ = [
    "ACCOUNTS_OF_RUN",
    "cause_words",
    "collective_pdf",
    "explanation_pdf",
    "run_summary_xlsx",
    "standing",
    "write_bills",
    "write_instalments",
]
