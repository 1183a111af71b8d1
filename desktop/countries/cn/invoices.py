"""Fully digital invoices (数电票) for electricity: GB/T 42965.1-2023, nationwide since 2024-12-01."""

from __future__ import annotations

from desktop.kernel.country import InvoiceRules
from desktop.kernel.text import Text

EVERYTHING = frozenset({"title", "tax_number", "address", "phone", "bank", "bank_account"})


def number_flaw(number: str) -> Text | None:
    """An invoice number has 20 digits; the first two are its year. There is no check sign.

    >>> number_flaw("26332000000012345678") is None, number_flaw("2633200000001234567").message
    (True, 'An invoice number has 20 digits, this one has {found}')
    """
    if not (number.isascii() and number.isdecimal()):
        return Text("An invoice number has digits only")
    if len(number) != 20:
        return Text("An invoice number has 20 digits, this one has {found}", found=str(len(number)))
    return None


def note(kind: str, number: str, red: bool) -> Text:
    """What stands on a bill that is printed again."""
    if red:
        return Text("The invoice of this bill is cancelled by the red invoice {number}.", number=number)
    if kind == "special":
        return Text("Special VAT invoice {number} was issued for this bill.", number=number)
    return Text("Invoice {number} was issued for this bill.", number=number)


INVOICES = InvoiceRules(
    needs={"ordinary": frozenset({"title"}), "special": EVERYTHING},
    organisations_only=frozenset({"special"}),
    item="*供电*电费",
    number_flaw=number_flaw,
    note=note,
)
