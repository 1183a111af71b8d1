"""The invoice register: who wants which invoice, batches for the tax system, the numbers that come back."""

from desktop.invoices.service.batches import export_again, export_batch, export_invoices, note_again, prove
from desktop.invoices.service.numbers import attach_numbers, read_back
from desktop.invoices.service.register import (
    batches,
    invoices,
    invoices_extent,
    invoices_of,
    of_batch,
    waiting,
)
from desktop.invoices.service.wishes import buyer_problems, carry_wishes, clean, set_wish, wish

__all__ = [
    "attach_numbers",
    "batches",
    "buyer_problems",
    "carry_wishes",
    "clean",
    "export_again",
    "export_batch",
    "export_invoices",
    "invoices",
    "invoices_extent",
    "invoices_of",
    "note_again",
    "of_batch",
    "prove",
    "read_back",
    "set_wish",
    "waiting",
    "wish",
]
