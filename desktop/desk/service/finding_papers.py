"""What search shows of the papers it finds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.tables import Bill, CollectiveBill, Instalment
from desktop.contracts.tables import GroupMember, PaymentGroup
from desktop.counter.tables import Payment, PaymentPart, Receipt, Refund, RefundRequest, Tender
from desktop.debits.tables import Bank, DebitFile, Mandate
from desktop.desk.records import Found
from desktop.desk.records.papers import PaperKind
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount, OpenItem
from desktop.papers.tables import IssuedPaper
from desktop.parties.tables import Party
from desktop.search.records import (
    BILL,
    COLLECTIVE,
    DEBIT_FILE,
    GROUP,
    INSTALMENT,
    LETTER,
    MANDATE,
    RECEIPT,
    REFUND,
    SearchHit,
)

PAPER_NAMES = {kind.value: kind.text for kind in PaperKind}


def papers_found(work: Work, hits: Sequence[SearchHit], limit: int) -> tuple[Found, ...]:
    """Papers, exact ones first, then the newest."""
    by_id = {hit.owner_id: hit for hit in hits}
    found = [
        *_bills_found(work, by_id),
        *_receipts_found(work, by_id),
        *_groups_found(work, by_id),
        *_collective_found(work, by_id),
        *_instalments_found(work, by_id),
        *_refunds_found(work, by_id),
        *_letters_found(work, by_id),
        *_debit_files_found(work, by_id),
        *_mandates_found(work, by_id),
    ]
    found.sort(key=lambda one: one[0], reverse=True)
    found.sort(key=lambda one: not one[1].exact)
    return tuple(paper for _, paper in found[:limit])


def _bills_found(work: Work, hits: dict[UUID, SearchHit]) -> list[tuple[date, Found]]:
    keys = [key for key, hit in hits.items() if hit.owner_kind == BILL]
    rows = work.session.execute(
        sa.select(Bill, ContractAccount.number, Party.name, OpenItem.remaining)
        .join(ContractAccount, ContractAccount.id == Bill.contract_account_id)
        .join(Party, Party.id == ContractAccount.party_id)
        .outerjoin(OpenItem, OpenItem.source_number == Bill.number)
        .where(Bill.id.in_(keys))
    )
    return [
        (
            bill.issued_on,
            Found(
                kind=BILL,
                number=bill.number,
                account=account,
                title=bill.number,
                facts=(Text("Bill"), bill.period_start, name),
                matches=hits[bill.id].matches,
                amount=bill.amount,
                note=_bill_note(work, bill.due_on, left or Money(0)),
                state=debt_state(left or Money(0), int(bill.due_on < work.today and bool(left))),
                exact=hits[bill.id].exact,
            ),
        )
        for bill, account, name, left in rows
    ]


def _bill_note(work: Work, due_on: date, left: Money) -> Text:
    if not left:
        return Text("paid")
    late = (work.today - due_on).days
    if late > 0:
        return Text("overdue {count} day", plural="overdue {count} days", count=late)
    return Text("not yet due")


def _groups_found(work: Work, hits: dict[UUID, SearchHit]) -> list[tuple[date, Found]]:
    keys = [key for key, hit in hits.items() if hit.owner_kind == GROUP]
    now = sa.and_(GroupMember.group_id == PaymentGroup.id, GroupMember.valid_to.is_(None))
    rows = work.session.execute(
        sa.select(
            PaymentGroup.id,
            PaymentGroup.number,
            PaymentGroup.name,
            sa.func.sum(ContractAccount.owed),
            sa.func.count(GroupMember.id),
        )
        .outerjoin(GroupMember, now)
        .outerjoin(ContractAccount, ContractAccount.id == GroupMember.contract_account_id)
        .where(PaymentGroup.id.in_(keys))
        .group_by(PaymentGroup.id, PaymentGroup.number, PaymentGroup.name)
    )
    return [
        (
            work.today,
            Found(
                kind=GROUP,
                number=number,
                account="",
                title=number,
                facts=(Text("Payment group"), name),
                matches=hits[key].matches,
                amount=owed or Money(0),
                note=Text("{count} account", plural="{count} accounts", count=members),
                state=debt_state(owed or Money(0), 0),
                exact=hits[key].exact,
            ),
        )
        for key, number, name, owed, members in rows
    ]


def _paper(
    hit: SearchHit, number: str, account: str, facts: tuple[Any, ...], amount: Money | None, note: Any
) -> Found:
    """A paper that is shown by its number."""
    return Found(
        kind=hit.owner_kind,
        number=number,
        account=account,
        title=number,
        facts=facts,
        matches=hit.matches,
        amount=amount,
        note=note,
        state="open",
        exact=hit.exact,
    )


def _collective_found(work: Work, hits: dict[UUID, SearchHit]) -> list[tuple[date, Found]]:
    keys = [key for key, hit in hits.items() if hit.owner_kind == COLLECTIVE]
    rows = work.session.execute(
        sa.select(CollectiveBill, PaymentGroup.name)
        .join(PaymentGroup, PaymentGroup.id == CollectiveBill.group_id)
        .where(CollectiveBill.id.in_(keys))
    )
    return [
        (
            row.issued_on,
            _paper(
                hits[row.id],
                row.number,
                "",
                (Text("Collective bill"), row.period_start, name),
                row.amount,
                row.due_on,
            ),
        )
        for row, name in rows
    ]


def _instalments_found(work: Work, hits: dict[UUID, SearchHit]) -> list[tuple[date, Found]]:
    keys = [key for key, hit in hits.items() if hit.owner_kind == INSTALMENT]
    rows = work.session.execute(
        sa.select(Instalment, ContractAccount.number, Party.name)
        .join(ContractAccount, ContractAccount.id == Instalment.contract_account_id)
        .join(Party, Party.id == ContractAccount.party_id)
        .where(Instalment.id.in_(keys))
    ).all()
    left = ledger.open_of(work, [row.number for row, _, _ in rows])
    return [
        (
            row.issued_on,
            _paper(
                hits[row.id],
                row.number,
                account,
                (Text("Instalment"), row.month, name),
                row.amount,
                _bill_note(work, row.due_on, left.get(row.number, Money(0))),
            ),
        )
        for row, account, name in rows
    ]


def _receipts_found(work: Work, hits: dict[UUID, SearchHit]) -> list[tuple[date, Found]]:
    keys = [key for key, hit in hits.items() if hit.owner_kind == RECEIPT]
    proven = (  # what a receipt of several accounts proves
        sa.select(PaymentPart.receipt_id, sa.func.sum(Payment.amount).label("amount"))
        .join(Payment, Payment.id == PaymentPart.payment_id)
        .where(PaymentPart.receipt_id.in_(keys))
        .group_by(PaymentPart.receipt_id)
        .subquery()
    )
    rows = work.session.execute(
        sa.select(
            Receipt.id,
            Receipt.number,
            ContractAccount.number.label("account"),
            Payment.paid_at,
            sa.func.coalesce(proven.c.amount, Payment.amount).label("amount"),
            Tender.kind,
            Party.name,
        )
        .select_from(Receipt)
        .outerjoin(proven, proven.c.receipt_id == Receipt.id)
        .join(Payment, Payment.id == Receipt.payment_id)
        .join(Tender, Tender.payment_id == Payment.id)
        .join(ContractAccount, ContractAccount.id == Payment.contract_account_id)
        .join(Party, Party.id == ContractAccount.party_id)
        .where(Receipt.id.in_(keys))
    )
    found = []
    for row in rows:
        day = work.local(row.paid_at).date()
        facts = (Text("Receipt"), row.kind.text, row.name)
        found.append((day, _paper(hits[row.id], row.number, row.account, facts, row.amount, day)))
    return found


def _refunds_found(work: Work, hits: dict[UUID, SearchHit]) -> list[tuple[date, Found]]:
    keys = [key for key, hit in hits.items() if hit.owner_kind == REFUND]
    rows = work.session.execute(
        sa.select(Refund, ContractAccount.number.label("account"), Party.name)
        .join(RefundRequest, RefundRequest.id == Refund.request_id)
        .join(ContractAccount, ContractAccount.id == RefundRequest.contract_account_id)
        .join(Party, Party.id == ContractAccount.party_id)
        .where(Refund.id.in_(keys))
    )
    found = []
    for row, account, name in rows:
        day = work.local(row.paid_at).date()
        facts = (Text("Refund"), row.kind.text, name)
        found.append((day, _paper(hits[row.id], row.number, account, facts, row.amount, day)))
    return found


def _letters_found(work: Work, hits: dict[UUID, SearchHit]) -> list[tuple[date, Found]]:
    keys = [key for key, hit in hits.items() if hit.owner_kind == LETTER]
    rows = work.session.execute(
        sa.select(IssuedPaper, ContractAccount.number.label("account"), Party.name)
        .join(ContractAccount, ContractAccount.id == IssuedPaper.owner_id)
        .join(Party, Party.id == ContractAccount.party_id)
        .where(IssuedPaper.id.in_(keys))
    )
    found = []
    for row, account, name in rows:
        day = work.local(row.issued_at).date()
        facts = (PAPER_NAMES.get(row.kind, Text("Letter")), name)
        found.append((day, _paper(hits[row.id], row.number, account, facts, None, day)))
    return found


def _debit_files_found(work: Work, hits: dict[UUID, SearchHit]) -> list[tuple[date, Found]]:
    keys = [key for key, hit in hits.items() if hit.owner_kind == DEBIT_FILE]
    rows = work.session.execute(
        sa.select(DebitFile, Bank.name).join(Bank, Bank.id == DebitFile.bank_id).where(DebitFile.id.in_(keys))
    )
    found = []
    for row, bank in rows:
        facts = (Text("Direct debits"), bank)
        found.append(
            (row.collect_on, _paper(hits[row.id], row.number, "", facts, row.amount, row.collect_on))
        )
    return found


def _mandates_found(work: Work, hits: dict[UUID, SearchHit]) -> list[tuple[date, Found]]:
    keys = [key for key, hit in hits.items() if hit.owner_kind == MANDATE]
    rows = work.session.execute(
        sa.select(Mandate, Bank.name, ContractAccount.number.label("account"), Party.name)
        .join(Bank, Bank.id == Mandate.bank_id)
        .join(ContractAccount, ContractAccount.id == Mandate.contract_account_id)
        .join(Party, Party.id == ContractAccount.party_id)
        .where(Mandate.id.in_(keys))
    )
    found = []
    for row, bank, account, name in rows:
        note = row.valid_from if row.valid_to is None else Text("Mandate ended on {day}", day=row.valid_to)
        facts = (Text("Mandate of direct debit"), bank, name)
        found.append((row.valid_from, _paper(hits[row.id], row.agreement, account, facts, None, note)))
    return found


def debt_state(owed: Money, overdue: int) -> str:
    """How the badge of what is owed looks: overdue, owed, or nothing."""
    return "bad" if overdue else "open" if owed else "clear"
