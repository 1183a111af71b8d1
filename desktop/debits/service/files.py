"""Files for banks: what is due by mandates, looked at first, then made, sent, and taken back where it has to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.debits import rules
from desktop.debits.documents import write_file
from desktop.debits.records import (
    FOR_GOOD,
    AwaitingRow,
    FileMade,
    FileOrder,
    FilePreview,
    FileToSend,
    Left,
    LeftOut,
    SendItem,
    SentOrder,
    WithdrawOrder,
)
from desktop.debits.service.banks import MAKE, VIEW, bank_of, claim_banks, told
from desktop.debits.service.mandates import mandates_on
from desktop.debits.tables import Bank, DebitFile, DebitItem, FileSent, FileWithdrawn, Mandate, Outcome
from desktop.kernel.bulk import among
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.export import digest_of
from desktop.kernel.files import written_whole
from desktop.kernel.listing import Leaving
from desktop.kernel.measures import Money
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat, Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.records import DueItem
from desktop.ledger.tables import ContractAccount, OpenItem
from desktop.papers import service as papers
from desktop.search import service as search
from desktop.search.records import DEBIT_FILE, Owner, paper

FILE = "debit_file"
FURTHEST = 60
"""A file is made so many days before its money is collected at the earliest."""

ACCOUNTS_TOLD = 20
AT_ONCE = 1_000
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class _Found:
    """Something due with where it stands, and the mandate it would be collected by."""

    account_id: UUID
    account_number: str
    one: rules.Candidate
    mandate: Mandate | None


# Looking


@query(VIEW)
def preview_file(work: Work, order: FileOrder) -> FilePreview:
    """What a file would have in it, and what it leaves out and why; nothing is written."""
    bank = _checked(work, order)
    inside, left = [], dict[LeftOut, list[_Found]]()
    for one in _due(work, order):
        why = rules.left_out(one.one, bank.name, bank.least)
        if why is None:
            inside.append(one)
        else:
            left.setdefault(why, []).append(one)
    return FilePreview(
        order,
        len(inside),
        len({one.account_id for one in inside}),
        Money.total([one.one.amount for one in inside]),
        tuple(_left(why, left[why]) for why in LeftOut if why in left),
    )


def _left(why: LeftOut, found: Sequence[_Found]) -> Left:
    accounts = tuple(dict.fromkeys(one.account_number for one in found))[:ACCOUNTS_TOLD]
    whole = Money.total([one.one.item.total for one in found])
    return Left(why, len(found), whole, accounts)


def _checked(work: Work, order: FileOrder) -> Bank:
    last = work.today + timedelta(days=FURTHEST)
    if not work.today <= order.collect_on <= last:
        raise Refused(Text("Collect on a day from {first} to {last}.", first=work.today, last=last))
    return bank_of(work, order.bank)


def _due(work: Work, order: FileOrder) -> list[_Found]:
    """All of this hall that is due by a day, by account and then as it is due."""
    keys = work.session.scalars(
        sa.select(OpenItem.contract_account_id)
        .join(ContractAccount, ContractAccount.id == OpenItem.contract_account_id)
        .where(
            OpenItem.remaining > Money(0),
            OpenItem.due_on <= order.due_by,
            ContractAccount.hall_id == work.station.hall_id,
        )
        .distinct()
        .order_by(OpenItem.contract_account_id)
    ).all()
    found = list[_Found]()
    for at in range(0, len(keys), AT_ONCE):
        found += _due_of(work, keys[at : at + AT_ONCE], order)
    return sorted(found, key=lambda one: (one.account_number, one.one.item.due_on))


def _due_of(work: Work, keys: Sequence[UUID], order: FileOrder) -> Iterable[_Found]:
    held, refused = mandates_on(work, keys, order.collect_on), _refused(work, keys)
    dues = ledger.dues_of(work, keys, order.collect_on)
    due: list[tuple[UUID, str, DueItem, Money]] = [
        (key, one.account_number, item, amount)
        for key, one in dues.items()
        for item, amount in rules.collected(one.items, one.credit, order.due_by)
    ]
    waiting = set(
        work.session.scalars(
            sa.select(DebitItem.open_item_id).where(
                among(work.session, DebitItem.contract_account_id, keys), DebitItem.awaiting == 1
            )
        )
    )
    for key, number, item, amount in due:
        mandate, bank = held.get(key, (None, None))
        candidate = rules.Candidate(
            item=item,
            amount=amount,
            bank=bank,
            waiting=item.open_item_id in waiting,
            refused=mandate is not None and mandate.id in refused,
        )
        yield _Found(key, number, candidate, mandate)


def _refused(work: Work, keys: Sequence[UUID]) -> set[UUID]:
    """Mandates by which a bank refused to collect for good, and that nobody has put right since."""
    return set(
        work.session.scalars(
            sa.select(Mandate.id)
            .join(DebitItem, DebitItem.mandate_id == Mandate.id)
            .join(Outcome, Outcome.item_id == DebitItem.id)
            .where(
                among(work.session, Mandate.contract_account_id, keys),
                Outcome.meaning.in_(FOR_GOOD),
                Outcome.told_at > Mandate.changed_at,
            )
        )
    )


# Making


@operation(MAKE)
def make_file(work: Work, order: FileOrder) -> FileMade:
    """Make a file of all that is due and may be collected; until its results are known nobody else collects it.

    Refused where nothing is. Of two that are made at once, the second leaves out what the first has.
    """
    bank = _checked(work, order)
    claim_banks(work, [bank.id])
    keys = sorted({one.account_id for one in _due(work, order) if _inside(one, bank)})
    for at in range(0, len(keys), AT_ONCE):
        work.claim(ContractAccount, keys[at : at + AT_ONCE])
    found = [one for one in _due(work, order) if _inside(one, bank)]
    if not found:
        raise Refused(Text("Nothing is due that this bank may collect: look at what is left out and why."))
    running = work.number(work.station.hall_id, FILE)
    number = rules.file_number(work.station.hall_code, work.today.year, running)
    whole = Money.total([one.one.amount for one in found])
    file_id = work.new_id()
    row = {
        "id": file_id, "bank_id": bank.id, "hall_id": work.station.hall_id, "year": work.today.year, "running": running,
        "number": number, "collect_on": order.collect_on, "due_by": order.due_by, "items": len(found),
        "amount": whole, "made_at": work.at, "made_by": work.actor.name,
    }  # fmt: skip
    work.insert_many(DebitFile, [row])
    work.insert_many(
        DebitItem, [_item(file_id, number, position, one) for position, one in enumerate(found, 1)]
    )
    search.index(work, [paper(DEBIT_FILE, file_id, number)], new=True)
    return FileMade(number, len(found), whole)


def file_owners(work: Work, file_ids: Sequence[UUID]) -> list[Owner]:
    """Files for banks as search finds them, by their number."""
    found = sa.select(DebitFile.id, DebitFile.number).where(DebitFile.id.in_(file_ids))
    return [paper(DEBIT_FILE, row.id, row.number) for row in work.session.execute(found)]


def _inside(one: _Found, bank: Bank) -> bool:
    return rules.left_out(one.one, bank.name, bank.least) is None


def _item(file_id: UUID, number: str, position: int, one: _Found) -> dict[str, Any]:
    mandate = one.mandate
    assert mandate is not None
    return {
        "file_id": file_id, "position": position, "number": rules.item_number(number, position),
        "contract_account_id": one.account_id, "open_item_id": one.one.item.open_item_id, "mandate_id": mandate.id,
        "bank_account": mandate.bank_account, "holder": mandate.holder, "agreement": mandate.agreement,
        "amount": one.one.amount, "awaiting": 1,
    }  # fmt: skip


# Sending


@query(MAKE)
def file_to_send(work: Work, number: str) -> FileToSend:
    """All that is written into a file for its bank."""
    file = found_file(work, number)
    bank = told(work.session.get_one(Bank, file.bank_id))
    rows = work.session.execute(
        sa.select(DebitItem, ContractAccount.number, OpenItem.source_number)
        .join(ContractAccount, ContractAccount.id == DebitItem.contract_account_id)
        .join(OpenItem, OpenItem.id == DebitItem.open_item_id)
        .where(DebitItem.file_id == file.id)
        .order_by(DebitItem.position)
    )
    items = tuple(
        SendItem(one.position, one.number, one.holder, one.bank_account, one.agreement, one.amount, file.collect_on,
                 account, bill, bank.creditor)
        for one, account, bill in rows
    )  # fmt: skip
    return FileToSend(file.number, bank, items)


@operation(MAKE)
def note_sent(work: Work, order: SentOrder) -> None:
    """A file was written to go to its bank: entered with its digest, also among what left the house."""
    file = found_file(work, order.number, claim=True)
    if _withdrawn(work, file.id):
        raise Refused(Text("File {number} was withdrawn: make a new one.", number=file.number))
    key = work.new_id()
    work.add(
        FileSent(
            id=key, file_id=file.id, sha256=order.sha256, sent_at=work.at, sent_by=work.actor.name
        )
    )  # fmt: skip
    papers.let_out(
        work, Leaving("Direct debits", file.number, file.items, sha256=order.sha256), owner_id=file.id
    )
    work.session.flush()


def send_file(seat: Seat, number: str, out: Path, say: Catalog) -> str:
    """Write a file for its bank, which appears with its record; its SHA-256. Again, as when it was lost: the same."""
    file = seat.ask(file_to_send, number)
    with written_whole(out) as stream:
        write_file(stream, file, say, seat.app.country)
        stream.flush()
        digest = digest_of(Path(stream.name))
        seat.do(note_sent, SentOrder(file.number, digest))
    return digest


@operation(MAKE)
def withdraw_file(work: Work, order: WithdrawOrder) -> None:
    """Take a file back: what is in it is free again. Refused once a result came, or it was sent and not refused."""
    reason = " ".join(order.reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(Text("Say why, in {most} letters at most.", most=LONGEST_REASON))
    file = found_file(work, order.number, claim=True)
    if _withdrawn(work, file.id):
        raise Refused(Text("File {number} was withdrawn already.", number=file.number))
    sent = work.session.scalar(sa.select(sa.exists().where(FileSent.file_id == file.id)))
    if sent and not order.by_bank:
        raise Refused(
            Text("File {number} was sent: only where the bank refused it as a whole is it withdrawn.",
                 number=file.number)
        )  # fmt: skip
    ids = work.session.scalars(sa.select(DebitItem.id).where(DebitItem.file_id == file.id)).all()
    known = sa.select(Outcome.id).where(among(work.session, Outcome.item_id, ids)).limit(1)
    if work.session.scalar(known) is not None:
        raise Refused(Text("Results of file {number} are known already.", number=file.number))
    work.add(
        FileWithdrawn(
            id=work.new_id(),
            file_id=file.id,
            by_bank=order.by_bank,
            withdrawn_at=work.at,
            withdrawn_by=work.actor.name,
            reason=reason,
        )
    )
    work.change_many(DebitItem, dict.fromkeys(ids, -1), "awaiting")


def found_file(work: Work, number: str, *, claim: bool = False) -> DebitFile:
    """The row of a file, whose bank is this work's alone with ``claim``; `NotFound` without one."""
    row = work.session.scalar(sa.select(DebitFile).filter_by(number=number.strip()))
    if row is None:
        raise NotFound(Text("No file for a bank has the number {number}.", number=number))
    if claim:
        claim_banks(work, [row.bank_id])
    return row


def _withdrawn(work: Work, file_id: UUID) -> bool:
    return bool(work.session.scalar(sa.select(sa.exists().where(FileWithdrawn.file_id == file_id))))


@query("counter.view")
def awaiting(work: Work, account_number: str) -> tuple[AwaitingRow, ...]:
    """What of an account is in a bank's file whose result is not known yet, oldest first."""
    rows = work.session.execute(
        sa.select(DebitItem.number, Bank.name, DebitFile.collect_on, OpenItem.source_number, DebitItem.amount)
        .join(DebitFile, DebitFile.id == DebitItem.file_id)
        .join(Bank, Bank.id == DebitFile.bank_id)
        .join(OpenItem, OpenItem.id == DebitItem.open_item_id)
        .where(
            DebitItem.contract_account_id == ledger.account_id(work, account_number), DebitItem.awaiting == 1
        )
        .order_by(DebitItem.number)
    )
    return tuple(AwaitingRow(*row) for row in rows)


def debit_of(work: Work, account_id: UUID) -> tuple[Money, str]:
    """How much of an account a bank was asked to collect and has not answered, and the bank of its mandate of today."""
    waits = work.session.scalar(
        sa.select(sa.func.sum(DebitItem.amount)).where(
            DebitItem.contract_account_id == account_id, DebitItem.awaiting == 1
        )
    )
    held = mandates_on(work, [account_id], work.today).get(account_id)
    return waits or Money(0), held[1] if held else ""


def due_day(today: date) -> date:
    """Up to which day what is due is collected where nobody says otherwise: the end of its month."""
    return (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
