"""Files of direct debits: out to banks, results in, mandates in bulk."""

from desktop.debits.documents.mandates import mandates_template, read_mandates
from desktop.debits.documents.out import write_file
from desktop.debits.documents.results import read_results

__all__ = ["mandates_template", "read_mandates", "read_results", "write_file"]
