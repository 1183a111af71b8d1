"""What banks made of direct debits between two closes of a hall's day: each booking stands on one sheet, none on two.

Which sheet that is follows from the heads of the journals that stand on it, not from any clock: what was booked by
entries after the heads of the sheet before, up to those of this one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.counter.tables import Payment
from desktop.debits.records import Meaning
from desktop.debits.tables import Bank, DebitFile, DebitItem, Outcome
from desktop.kernel.journal import Entry
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.staff.tables import Station
from desktop.treasury.records import DayDebit, DaySheet
from desktop.treasury.tables import HallDay


def debits_since(work: Work, sheet: DaySheet | None) -> tuple[DayDebit, ...]:
    """What stations of this hall booked of direct debits since the sheet of the day closed last, by bank."""
    rows = work.session.execute(
        _booked().add_columns(sa.func.count(), _amount()).where(_since(work, sheet)).group_by(*_WHAT)
    )
    return _by_bank(tuple(row) for row in rows)


def debit_days(work: Work, sheet: DaySheet | None) -> tuple[date, ...]:
    """The days on which stations of this hall booked what stands on no sheet yet."""
    booked = sa.exists().where(Outcome.entry_id == Entry.id, Outcome.item_id.is_not(None))
    return tuple(
        work.session.scalars(sa.select(Entry.business_date).distinct().where(_since(work, sheet), booked))
    )


def _since(work: Work, sheet: DaySheet | None) -> sa.ColumnElement[bool]:
    """Entries of this hall's stations after the heads of a sheet."""
    heads = {} if sheet is None else {one.head.chain_id: one.head.number for one in sheet.heads}
    stations = work.session.scalars(sa.select(Station.id).filter_by(hall_id=work.station.hall_id)).all()
    return sa.or_(*(sa.and_(Entry.chain_id == key, Entry.number > heads.get(key, 0)) for key in stations))


_WHAT = (Bank.name, Outcome.meaning)


def _booked() -> sa.Select[*tuple[Any, ...]]:
    """Outcomes with the entry that booked each, its bank, and its payment where one was made or taken back."""
    return (
        sa.select(*_WHAT)
        .select_from(Entry)
        .join(Outcome, Outcome.entry_id == Entry.id)
        .join(DebitItem, DebitItem.id == Outcome.item_id)
        .join(DebitFile, DebitFile.id == DebitItem.file_id)
        .join(Bank, Bank.id == DebitFile.bank_id)
        .outerjoin(Payment, Payment.id == Outcome.payment_id)
    )


def _amount() -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(Payment.amount), 0).cast(Payment.amount.type)


def _by_bank(rows: Iterable[tuple[str, Meaning, int, Money]]) -> tuple[DayDebit, ...]:
    """Banks by name, from counts and sums by bank and meaning, of which there may be several alike."""
    found: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(int))
    for bank, meaning, count, amount in rows:
        mine = found[bank]
        if meaning is Meaning.PAID:
            mine["paid"] += count
            mine["paid_amount"] += amount.raw
        elif meaning is Meaning.RETURNED:
            mine["returned"] += count
            mine["returned_amount"] += amount.raw
        else:
            mine["failed"] += count
    return tuple(
        DayDebit(
            bank,
            mine["paid"],
            Money(mine["paid_amount"]),
            mine["failed"],
            mine["returned"],
            Money(mine["returned_amount"]),
        )
        for bank, mine in sorted(found.items())
    )


def prove_day_debits(
    session: orm.Session, rows: Sequence[HallDay], sheets: Mapping[UUID, DaySheet | None]
) -> Iterator[Finding]:
    """Each sheet tells what was booked of direct debits between the heads of the one before and its own.

    One from before sheets told of them is left, and so is a hall of which a sheet cannot be read.
    """
    halls = defaultdict(list)
    for row in sorted(rows, key=lambda one: one.day):
        halls[row.hall_id].append((row.id, sheets[row.id]))
    whole = {key: days for key, days in halls.items() if all(sheet is not None for _, sheet in days)}
    if not any(sheet.debits is not None for days in whole.values() for _, sheet in days if sheet is not None):
        return
    bounds = {
        (hall, chain): [_head(sheet, chain) for _, sheet in days]
        for hall, days in whole.items()
        for chain in session.scalars(sa.select(Station.id).filter_by(hall_id=hall))
    }
    by_chain = {chain: hall for hall, chain in bounds}
    told: dict[UUID, list[tuple[str, Meaning, int, Money]]] = defaultdict(list)
    by_entry = (*_WHAT, Entry.chain_id, Entry.number)
    for bank, meaning, chain, number, count, amount in session.execute(
        _booked()
        .add_columns(Entry.chain_id, Entry.number, sa.func.count(), _amount())
        .where(Entry.chain_id.in_(by_chain))
        .group_by(*by_entry)
    ):
        hall = by_chain[chain]
        at = bisect_left(bounds[hall, chain], number)
        if at < len(whole[hall]):
            told[whole[hall][at][0]].append((bank, meaning, count, amount))
    for days in whole.values():
        for key, sheet in days:
            if sheet is not None and sheet.debits is not None and sheet.debits != _by_bank(told[key]):
                words = Text("Direct debits on the sheet are not those booked since the sheet before")
                yield Finding("I18", HallDay.__tablename__, key, "day_debits", words)


def _head(sheet: DaySheet | None, chain: UUID) -> int:
    """The newest entry of a chain that stands on a sheet; 0 where the chain began later."""
    assert sheet is not None
    return next((one.head.number for one in sheet.heads if one.head.chain_id == chain), 0)
