"""Batches for the tax system: a file that appears once, together with the record of what stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing.service.lowering import lowering
from desktop.billing.service.reversal import reversed_bills
from desktop.billing.tables import Bill
from desktop.invoices.documents import write_batch
from desktop.invoices.records import BUYER_WORDS, AgainOrder, BatchMade, BatchOrder, InvoiceRow
from desktop.invoices.service.register import of_batch, waiting
from desktop.invoices.service.wishes import FIELDS, buyer_problems
from desktop.invoices.tables import Invoice, InvoiceBatch, InvoiceNumber
from desktop.kernel.bulk import among
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.export import digest_of
from desktop.kernel.files import written_whole
from desktop.kernel.listing import Leaving
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat, Work, operation
from desktop.ledger.tables import ContractAccount
from desktop.papers import service as papers


@operation("invoices.export", shared=True)
def export_batch(work: Work, order: BatchOrder) -> BatchMade:
    """Record what stands in a file for the tax system. Refused where one of it does not wait any more, or was changed.

    The accounts are held first, so nobody changes what they ask for meanwhile.
    """
    keys = [bill_id for bill_id, _ in order.invoices]
    accounts = work.session.scalars(
        sa.select(Bill.contract_account_id).where(among(work.session, Bill.id, keys)).distinct()
    ).all()
    work.hold(ContractAccount, accounts)
    found = {(row.bill_id, row.red): row for row in waiting(work, True)}
    if not order.invoices or any(one not in found for one in order.invoices):
        raise Refused(
            Text("What is to be exported has changed meanwhile. No file was written: export again.")
        )
    rows = [found[one] for one in order.invoices]
    batch_id = work.new_id()
    words = Leaving("Invoices", "", len(rows), sha256=order.sha256)
    number = papers.let_out(work, words, owner_id=batch_id)
    batch = InvoiceBatch(
        id=batch_id, number=number, exported_at=work.at, exported_by=work.actor.name, sha256=order.sha256
    )
    work.add(batch)
    work.session.flush()
    work.insert_many(
        Invoice,
        [
            {
                "batch_id": batch_id, "bill_id": row.bill_id, "red": row.red, "kind": row.kind,
                "gross": row.gross, "tax": row.tax, "id": work.new_id(),
                **{name: getattr(row.buyer, name) for name in FIELDS},
            }
            for row in rows
        ],
    )  # fmt: skip
    return BatchMade(number, len(rows), Money.total([row.gross for row in rows]))


def export_invoices(seat: Seat, out: Path, say: Catalog, *, every_hall: bool = False) -> BatchMade:
    """Write the invoices of the person's hall that wait into a file for the tax system, or those of every hall.

    XLSX or CSV by its name; each goes out once.

    The file appears with its record; where the program ends between the two, `export_again` writes it.
    """
    rows = seat.ask(waiting, every_hall)
    if not rows:
        raise Refused(Text("No invoice waits to be exported."))
    country = seat.app.country
    for row in rows:
        problems = () if row.red else buyer_problems(country, row.kind, row.buyer, organisation=True)
        if problems:
            field = BUYER_WORDS.get(str(problems[0].column), Text("Invoice"))
            words = Text("{place}: {what}", place=field, what=problems[0].what)
            raise Refused(Text("Bill {number}: {what}.", number=row.bill_number, what=words))
    with written_whole(out) as stream:
        order = BatchOrder(
            _write(stream, out, rows, seat, say), tuple((row.bill_id, row.red) for row in rows)
        )
        return seat.do(export_batch, order)


@operation("invoices.export", shared=True)
def note_again(work: Work, order: AgainOrder) -> None:
    """Record that the file of a batch, which may have been lost, was written once more."""
    batch = work.session.scalar(sa.select(InvoiceBatch).filter_by(number=order.number))
    if batch is None:
        raise NotFound(Text("No batch of invoices has the number {number}.", number=order.number))
    words = Leaving("Invoices", order.number, order.invoices, sha256=order.sha256)
    papers.let_out(work, words, owner_id=batch.id)


def export_again(seat: Seat, number: str, out: Path, say: Catalog) -> BatchMade:
    """Write the file of a batch once more, as when it was lost: the same invoices, which do not go out anew."""
    rows = seat.ask(of_batch, number)
    with written_whole(out) as stream:
        seat.do(note_again, AgainOrder(number, _write(stream, out, rows, seat, say), len(rows)))
    return BatchMade(number, len(rows), Money.total([row.gross for row in rows]))


def _write(stream: Any, out: Path, rows: Sequence[InvoiceRow], seat: Seat, say: Catalog) -> str:
    """Write invoices into a file being made, XLSX or CSV by the name of ``out``; its SHA-256."""
    write_batch(stream, rows, say, seat.app.country, csv=out.suffix.lower() == ".csv")
    stream.flush()
    return digest_of(Path(stream.name))


def prove(session: orm.Session) -> Iterator[Finding]:
    """An invoice is of its bill's amount; a red one follows a number, and a bill taken back or giving a part back."""
    blue, number, of = orm.aliased(Invoice), orm.aliased(InvoiceNumber), lowering()
    rows = session.execute(
        sa.select(
            Invoice.id, Invoice.red, Invoice.gross, Invoice.tax, Bill.amount, Bill.tax, number.id,
            sa.or_(Bill.id.in_(reversed_bills()), of.c.lowered_id.is_not(None)),
        )
        .join(Bill, Bill.id == Invoice.bill_id)
        .outerjoin(of, of.c.bill_id == Bill.id)
        .outerjoin(
            blue, sa.and_(blue.bill_id == sa.func.coalesce(of.c.lowered_id, Bill.id), ~blue.red)
        )
        .outerjoin(number, number.invoice_id == blue.id)
    )  # fmt: skip
    for key, red, gross, tax, amount, of_it, *pair in rows:
        asked = (-amount, -of_it) if red == (amount.raw > 0) else (amount, of_it)
        if (gross, tax) != asked:
            words = Text("The invoice is not of the amount of its bill")
            yield Finding("I30", Invoice.__tablename__, key, "invoice_amount", words)
        if red and not all(pair):
            words = Text("A red invoice without a number to cancel or a bill taken back")
            yield Finding("I30", Invoice.__tablename__, key, "invoice_red", words)
