"""The postings of a month in the order they were posted, set by set, as other books of account take them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.tables import Bill, BillReversal
from desktop.closing.documents import write_ledger_csv, write_month_xlsx
from desktop.closing.records import LedgerLine, LedgerPage
from desktop.closing.service.months import look_at
from desktop.closing.service.moves import WHAT, within
from desktop.counter.tables import Payment, Receipt
from desktop.kernel.bulk import among
from desktop.kernel.errors import Refused
from desktop.kernel.files import written_whole
from desktop.kernel.listing import anchor, anchor_parts
from desktop.kernel.measures import Money
from desktop.kernel.period import Period
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Progress, Seat, Work, go_on, query
from desktop.ledger.tables import ContractAccount, LedgerAccount, Posting, PostingSet

SETS_AT_ONCE = 2_000


@query("closing.view")
def ledger_lines(work: Work, page: LedgerPage) -> tuple[tuple[LedgerLine, ...], str]:
    """A page of the postings of a month, whole sets, and the anchor of the next page (empty: there is none)."""
    place = sa.tuple_(PostingSet.posted_on, PostingSet.id)
    wanted = sa.select(PostingSet.id, PostingSet.posted_on, PostingSet.kind, PostingSet.entry_id).where(
        within(PostingSet.posted_on, Period.month(page.month))
    )
    if page.after:
        day, key = anchor_parts(page.after)
        last = sa.tuple_(
            sa.literal(Period.month(page.month).start.fromisoformat(day)),
            sa.literal(UUID(key), PostingSet.id.type),
        )
        wanted = wanted.where(place > last)
    sets = work.session.execute(
        wanted.order_by(PostingSet.posted_on, PostingSet.id).limit(SETS_AT_ONCE)
    ).all()
    papers = papers_of(work, {row.entry_id for row in sets})
    found = work.session.execute(
        sa.select(
            Posting.posting_set_id, Posting.amount, LedgerAccount.code, LedgerAccount.name, ContractAccount.number
        )
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .outerjoin(ContractAccount, ContractAccount.id == Posting.contract_account_id)
        .where(among(work.session, Posting.posting_set_id, [row.id for row in sets]))
        .order_by(LedgerAccount.code, Posting.id)
    )  # fmt: skip
    postings: dict[UUID, list[tuple[str, str, str | None, Money]]] = {row.id: [] for row in sets}
    for set_id, amount, code, name, number in found:
        postings[set_id].append((code, name, number, amount))
    lines = tuple(
        LedgerLine(
            row.id, row.posted_on, WHAT[row.kind], papers.get(row.id, ""), number or "", code, Text(name), amount
        )
        for row in sets
        for code, name, number, amount in postings[row.id]
    )  # fmt: skip
    more = len(sets) == SETS_AT_ONCE
    return lines, anchor(sets[-1].posted_on, str(sets[-1].id)) if more else ""


def papers_of(work: Work, entries: Collection[UUID]) -> dict[UUID, str]:
    """The number of the bill or receipt behind each posting set that these entries made, where there is one."""
    some = (
        sa.select(Bill.posting_set_id, Bill.number).where(among(work.session, Bill.entry_id, entries)),
        sa.select(BillReversal.posting_set_id, Bill.number)
        .join(Bill, Bill.id == BillReversal.bill_id)
        .where(among(work.session, BillReversal.entry_id, entries)),
        sa.select(Payment.posting_set_id, Receipt.number)
        .join(Receipt, Receipt.payment_id == Payment.id)
        .where(among(work.session, Payment.entry_id, entries)),
    )
    return {set_id: number for one in some for set_id, number in work.session.execute(one) if set_id}


def export_month(seat: Seat, month: str, out: Path, say: Catalog, progress: Progress = go_on) -> int:
    """Write a month into a file, as a workbook with its figures or as CSV by the name's end; the postings written.

    The file appears whole or not at all; a stop is `Refused`.
    """
    look = look_at(seat, month)
    lines = _every_line(seat, month, look.figures.sets, progress)
    with written_whole(out) as stream:
        if out.suffix.lower() == ".csv":
            return write_ledger_csv(stream, lines, say)
        return write_month_xlsx(stream, look, lines, say)


def _every_line(seat: Seat, month: str, sets: int, progress: Progress) -> Iterator[LedgerLine]:
    after, done = "", 0
    while True:
        lines, after = seat.ask(ledger_lines, LedgerPage(month, after))
        yield from lines
        done += len({line.set_id for line in lines})
        if not progress(done, max(sets, done)) and after:
            raise Refused(Text("Stopped. No file was written."))
        if not after:
            return
