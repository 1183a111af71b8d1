"""How files and items stand: lists for pages and commands, and how results find their items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.debits import rules
from desktop.debits.records import FileRow, FileState, ItemRow, ItemState, Meaning
from desktop.debits.service.banks import VIEW
from desktop.debits.service.files import found_file
from desktop.debits.tables import Bank, DebitFile, DebitItem, FileSent, FileWithdrawn, Outcome
from desktop.kernel.bulk import among
from desktop.kernel.measures import Money
from desktop.kernel.work import Work, query
from desktop.ledger.tables import ContractAccount, OpenItem
from desktop.parties.tables import Party

FILES_SHOWN = 200


def newest() -> sa.ColumnElement[bool]:
    """Whether an outcome is the newest of its item."""
    other = orm.aliased(Outcome)
    last = sa.select(sa.func.max(other.position)).where(other.item_id == DebitItem.id)
    found: sa.ColumnElement[bool] = sa.and_(
        Outcome.item_id == DebitItem.id,
        Outcome.position == last.correlate(DebitItem).scalar_subquery(),
    )
    return found


def state_of(awaiting: int, meaning: Meaning | None) -> ItemState:
    """What became of an item, by its newest outcome."""
    if awaiting:
        return ItemState.AWAITING
    if meaning is None:
        return ItemState.WITHDRAWN
    return {Meaning.PAID: ItemState.PAID, Meaning.RETURNED: ItemState.RETURNED}.get(meaning, ItemState.FAILED)


@query(VIEW)
def debit_files(work: Work, _request: None) -> tuple[FileRow, ...]:
    """The files of this hall for banks, the newest first, with what became of their items."""
    rows = work.session.execute(
        sa.select(DebitFile, Bank.name, FileWithdrawn)
        .join(Bank, Bank.id == DebitFile.bank_id)
        .outerjoin(FileWithdrawn, FileWithdrawn.file_id == DebitFile.id)
        .where(DebitFile.hall_id == work.station.hall_id)
        .order_by(DebitFile.year.desc(), DebitFile.running.desc())
        .limit(FILES_SHOWN)
    ).all()
    keys = [row.id for row, _, _ in rows]
    sent = dict(
        work.session.execute(
            sa.select(FileSent.file_id, FileSent.sha256)
            .where(FileSent.file_id.in_(keys))
            .order_by(FileSent.sent_at)
        ).all()
    )
    counts = _counts(work, keys)
    return tuple(_file(work, row, bank, back, sent, counts[row.id]) for row, bank, back in rows)


def _counts(work: Work, keys: Collection[UUID]) -> Mapping[UUID, Counter[ItemState]]:
    """Items of files by their state; under the whole state PAID also how much, as minor units under its name."""
    found = {key: Counter[Any]() for key in keys}
    rows = work.session.execute(
        sa.select(DebitItem.file_id, DebitItem.awaiting, Outcome.meaning)
        .add_columns(sa.func.count().label("items"), sa.func.sum(DebitItem.amount).label("amount"))
        .select_from(DebitItem)
        .outerjoin(Outcome, newest())
        .where(DebitItem.file_id.in_(keys))
        .group_by(DebitItem.file_id, DebitItem.awaiting, Outcome.meaning)
    )
    for row in rows:
        state = state_of(row.awaiting, row.meaning)
        found[row.file_id][state] += row.items
        found[row.file_id][state.value] += row.amount.raw
    return found


def _file(
    work: Work, row: DebitFile, bank: str, back: Any, sent: Mapping[UUID, str], counts: Counter[Any]
) -> FileRow:
    waits = counts[ItemState.AWAITING]
    state = FileState.SENT if row.id in sent else FileState.MADE
    if back is not None:
        state = FileState.WITHDRAWN
    elif not waits:
        state = FileState.DONE
    return FileRow(
        number=row.number,
        bank=bank,
        collect_on=row.collect_on,
        made_at=work.local(row.made_at),
        made_by=row.made_by,
        state=state,
        items=row.items,
        amount=row.amount,
        awaiting=waits,
        awaiting_amount=Money(counts[ItemState.AWAITING.value]),
        paid=counts[ItemState.PAID],
        paid_amount=Money(counts[ItemState.PAID.value]),
        failed=counts[ItemState.FAILED],
        returned=counts[ItemState.RETURNED],
        sha256=sent.get(row.id, ""),
        reason=back.reason if back is not None else "",
    )


@query(VIEW)
def debit_items(work: Work, number: str) -> tuple[ItemRow, ...]:
    """The items of a file, in order."""
    file = found_file(work, number)
    rows = work.session.execute(_items().where(DebitItem.file_id == file.id).order_by(DebitItem.position))
    return tuple(_item(row) for row in rows)


def items_of(work: Work, item_ids: Collection[UUID]) -> dict[UUID, ItemRow]:
    """Items by id."""
    rows = work.session.execute(_items().where(among(work.session, DebitItem.id, item_ids)))
    return {row.DebitItem.id: _item(row) for row in rows}


def _items() -> sa.Select[Any]:
    return (
        sa.select(DebitItem, DebitFile.number.label("file"), ContractAccount.number.label("account"))
        .add_columns(Party.name, OpenItem.source_number, Outcome)
        .select_from(DebitItem)
        .join(DebitFile, DebitFile.id == DebitItem.file_id)
        .join(ContractAccount, ContractAccount.id == DebitItem.contract_account_id)
        .join(Party, Party.id == ContractAccount.party_id)
        .join(OpenItem, OpenItem.id == DebitItem.open_item_id)
        .outerjoin(Outcome, newest())
    )


def _item(row: Any) -> ItemRow:
    one, told = row.DebitItem, row.Outcome
    return ItemRow(
        number=one.number,
        file_number=row.file,
        account_number=row.account,
        customer_name=row.name,
        bill_number=row.source_number,
        holder=one.holder,
        bank_account=rules.masked(one.bank_account),
        amount=one.amount,
        state=state_of(one.awaiting, told.meaning if told else None),
        why=told.meaning if told else None,
        words=told.words if told else "",
        on=told.on_day if told else None,
        payment_id=told.payment_id if told else None,
    )
