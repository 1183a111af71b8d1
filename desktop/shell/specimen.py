"""A receipt and a bill of nobody, drawn by the very code that draws real ones: how a new letterhead looks on paper."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pypdfium2

from desktop.billing.documents import write_bills
from desktop.billing.records import BillKind, BillLineShown, BillShown
from desktop.billing.rules import paper_number
from desktop.counter.documents import receipt_pdf
from desktop.counter.records import ReceiptIssued, TenderKind
from desktop.counter.rules import receipt_number
from desktop.kernel.country import Country
from desktop.kernel.measures import Energy, Money, Price
from desktop.kernel.period import Period
from desktop.kernel.text import Text, catalog
from desktop.ledger.records import SettledItem
from desktop.metering.records import MonthUsage
from desktop.qt.preview import DRAWING
from desktop.staff.records import Letterhead
from desktop.tariffs.records import TariffBasis

_AMOUNT, _GIVEN, _ENERGY = "148.88", "150.00", "260"


def specimen(
    country: Country, language: str, head: Letterhead, letterhead: bytes, seal: bytes, today: date
) -> bytes:
    """One PDF with a receipt and a bill; runs on any thread."""
    kept = {"letterhead": letterhead, "seal": seal}
    head = replace(head, picture="letterhead" if letterhead else "", seal="seal" if seal else "")

    def say(code: str):
        return catalog(code, country.currency)

    receipt = receipt_pdf([_receipt(country, language, head, today)], say, country, kept.get)
    bills = io.BytesIO()
    write_bills(bills, [_bill(country, language, head, today)], say, country, kept.get)
    out = io.BytesIO()
    with DRAWING, pypdfium2.PdfDocument.new() as both:
        for part in (receipt, bills.getvalue()):
            with pypdfium2.PdfDocument(part) as one:
                both.import_pages(one)
        both.save(out)
    return out.getvalue()


def _words(country: Country, amount: Money) -> str:
    return country.amount_in_words(country.currency.decimal(amount)) if country.amount_in_words else ""


def _receipt(country: Country, language: str, head: Letterhead, today: date) -> ReceiptIssued:
    say = catalog(language, country.currency)
    amount, given = country.currency.money(_AMOUNT), country.currency.money(_GIVEN)
    item = SettledItem(UUID(int=1), today.replace(day=1), "", Energy.of(_ENERGY), amount, Money(0), 0, True)
    return ReceiptIssued(
        payment_id=UUID(int=1), number=receipt_number("1", today.year, 1), letterhead=head, language=language,
        account_number=country.identifiers["account"].example, customer_name=say("Specimen"),
        address=head.address, paid_at=datetime.combine(today, datetime.min.time(), country.zone),
        cashier=say("Cashier"), till_name="1", items=(item,), amount=amount,
        amount_words=_words(country, amount), tender=TenderKind.CASH, given=given, change=given - amount,
        credit_used=Money(0), credit_made=Money(0), owed_after=Money(0), credit_after=Money(0),
        check_code="0000-0000",
    )  # fmt: skip


def _bill(country: Country, language: str, head: Letterhead, today: date) -> BillShown:
    say = catalog(language, country.currency)
    amount, energy = country.currency.money(_AMOUNT), Energy.of(_ENERGY)
    first = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    return BillShown(
        number=paper_number("B", "H", today.year, 1), kind=BillKind.PERIODIC, letterhead=head, language=language,
        period=Period(first, today.replace(day=1)), days=(today.replace(day=1) - first).days, issued_on=today,
        due_on=today + timedelta(days=country.due_days), account_number=country.identifiers["account"].example,
        customer_name=say("Specimen"), postcode="", address_lines=(head.address,),
        use_class=Text("Specimen"), route="", meter_serial="",
        lines=(BillLineShown(Text("Energy"), energy, Price.of("0.5726"), amount, None),), energy=energy,
        amount=amount, tax_percent=0, tax=Money(0), arrears=Money(0), credit=Money(0),
        amount_words=_words(country, amount), reads=(), tiers=None, usage=(MonthUsage(first, energy, False),),
        basis=TariffBasis("", "", "", first), payment_code="", check_code="",
    )  # fmt: skip
