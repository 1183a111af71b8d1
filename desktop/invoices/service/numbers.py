"""Numbers that the tax system gave back: read from a file, each fitting line attached, every other one named."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.service.lowering import lowering
from desktop.billing.tables import Bill
from desktop.invoices.documents import read_numbers
from desktop.invoices.records import NumberRow, NumbersOrder, NumbersTaken
from desktop.invoices.tables import Invoice, InvoiceNumber
from desktop.kernel.bulk import among
from desktop.kernel.errors import Problem, Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Seat, Work, operation
from desktop.ledger.tables import ContractAccount
from desktop.papers import service as papers


@operation("invoices.attach")
def attach_numbers(work: Work, order: NumbersOrder) -> NumbersTaken:
    """Attach each number to the invoice of its bill that waits for one; lines that fit none are told, all of them."""
    rules = work.country.invoices
    if rules is None:
        raise Refused(Text("There are no invoices in this country."))
    numbers = {row.bill_number for row in order.rows}
    bills = work.session.execute(
        sa.select(Bill.id, Bill.number, Bill.contract_account_id).where(
            among(work.session, Bill.number, numbers)
        )
    ).all()
    work.hold(ContractAccount, {row.contract_account_id for row in bills})
    known = {row.number: row.id for row in bills}
    waiting, given = _invoices(work, list(known.values()))
    taken = set(
        work.session.scalars(
            sa.select(InvoiceNumber.number).where(
                among(work.session, InvoiceNumber.number, [row.number for row in order.rows])
            )
        )
    )
    attached, seen, problems = [], 0, []
    for row in order.rows:
        bill_id = known.get(row.bill_number)
        if bill_id is not None and row.number in given.get(bill_id, ()):
            seen += 1
            continue
        invoice = waiting.get(bill_id) if bill_id is not None else None
        what = _objection(work, row, bill_id, invoice, taken, bool(bill_id and given.get(bill_id)))
        if what is not None:
            problems.append(what)
            continue
        assert bill_id is not None
        attached.append((row, waiting.pop(bill_id)))
        taken.add(row.number)
        given.setdefault(bill_id, set()).add(row.number)
    _attach(work, order, attached)
    return NumbersTaken(len(attached), seen, tuple(problems))


def _invoices(work: Work, bill_ids: Sequence[UUID]) -> tuple[dict[UUID, Invoice], dict[UUID, set[str]]]:
    """Of bills, the invoice that waits for a number, and the numbers their invoices have."""
    waiting: dict[UUID, Invoice] = {}
    given: dict[UUID, set[str]] = {}
    rows = work.session.execute(
        sa.select(Invoice, InvoiceNumber.number.label("given"))
        .outerjoin(InvoiceNumber, InvoiceNumber.invoice_id == Invoice.id)
        .where(among(work.session, Invoice.bill_id, bill_ids))
    )
    for row in rows:
        if row.given is None:
            waiting[row.Invoice.bill_id] = row.Invoice
        else:
            given.setdefault(row.Invoice.bill_id, set()).add(row.given)
    return waiting, given


def _objection(
    work: Work, row: NumberRow, bill_id: UUID | None, invoice: Invoice | None, taken: set[str], numbered: bool
) -> Problem | None:
    """Why a line fits no invoice; None where it does."""

    def of_bill(what: Text, remedy: Text) -> Problem:
        return Problem(what, remedy, Text("Bill"), row.bill_number, row.sheet, row.row)

    def of_number(what: Text, remedy: Text) -> Problem:
        return Problem(what, remedy, Text("Invoice number"), row.number, row.sheet, row.row)

    rules = work.country.invoices
    flaw = rules.number_flaw(row.number) if rules else None
    if bill_id is None:
        return of_bill(Text("No bill has this number"), Text("Compare it with the file that was exported"))
    if flaw is not None:
        return of_number(flaw, Text("Keep the column as text when you save the file"))
    if invoice is None and numbered:
        what = Text("The invoice of this bill has another number already")
        return of_number(what, Text("Leave this line out"))
    if invoice is None:
        return of_bill(Text("No invoice of this bill was exported"), Text("Export it first"))
    if row.number in taken:
        return of_number(Text("Another invoice has this number"), Text("Compare both with the tax system"))
    if row.gross != work.country.currency.decimal(invoice.gross):
        what = Text("The amount is not {amount} as asked for", amount=invoice.gross)
        remedy = Text("Compare it with the tax system")
        return Problem(what, remedy, Text("Amount with tax"), str(row.gross), row.sheet, row.row)
    return None


def _attach(work: Work, order: NumbersOrder, attached: Sequence[tuple[NumberRow, Invoice]]) -> None:
    rules = work.country.invoices
    assert rules is not None
    origin = f"{order.name} {order.sha256}"
    work.insert_many(
        InvoiceNumber,
        [
            {
                "id": work.new_id(), "invoice_id": invoice.id, "number": row.number, "issued_on": row.issued_on,
                "attached_at": work.at, "attached_by": work.actor.name, "origin": origin,
            }
            for row, invoice in attached
        ],
    )  # fmt: skip
    lowered = _lowered(work, [invoice.bill_id for _, invoice in attached])
    for row, invoice in attached:
        if invoice.bill_id in lowered:
            _note_part(work, row, invoice, lowered[invoice.bill_id])
        elif rules.note is not None:
            papers.note(
                work, "bill", row.bill_number, rules.note(invoice.kind.value, row.number, invoice.red)
            )


def _lowered(work: Work, bill_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Of bills those that give back a part of another one, with its number."""
    of = lowering()
    rows = work.session.execute(
        sa.select(of.c.bill_id, Bill.number)
        .join(Bill, Bill.id == of.c.lowered_id)
        .where(among(work.session, of.c.bill_id, bill_ids))
    )
    return dict(rows.all())


def _note_part(work: Work, row: NumberRow, invoice: Invoice, lowered: str) -> None:
    """Both bills say that a red invoice gave a part back; one that is owed again says its number alone."""
    if not invoice.red:
        words = Text("Invoice {number} was issued for what is owed again.", number=row.number)
        papers.note(work, "bill", row.bill_number, words)
        return
    words = Text("The red invoice {number} was issued for what this bill gives back.", number=row.number)
    papers.note(work, "bill", row.bill_number, words)
    words = Text(
        "The invoice of this bill is lowered by {amount} by the red invoice {number}.",
        amount=-invoice.gross,
        number=row.number,
    )
    papers.note(work, "bill", lowered, words)


def read_back(seat: Seat, file: Path) -> NumbersTaken:
    """Take the numbers of a file in; every bad line is told with its place, the good ones are attached."""
    rows, problems = read_numbers(file)
    if not rows:
        return NumbersTaken(0, 0, problems)
    order = NumbersOrder(file.name, hashlib.sha256(file.read_bytes()).hexdigest(), rows)
    done = seat.do(attach_numbers, order)
    return NumbersTaken(done.attached, done.known, (*problems, *done.problems))
