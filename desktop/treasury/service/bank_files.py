"""Files of banks and acquirers, taken in once, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from desktop.kernel import canonical
from desktop.kernel.bulk import among
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.kernel.work import (
    Seat,
    Work,
    operation,
    query,
)
from desktop.treasury.documents import read_bank_file
from desktop.treasury.records import (
    BankFileOrder,
    BankFileRead,
    BankFileTaken,
    BankRow,
    LineRead,
)
from desktop.treasury.service.transit import MATCH
from desktop.treasury.tables import Bank, BankFile, BankLine, BankLineFee

LONGEST_NAME = 60


@query(MATCH)
def banks(work: Work, _request: None) -> tuple[BankRow, ...]:
    """The banks whose files came in, by name, with the titles their files have."""
    rows = work.session.scalars(sa.select(Bank).order_by(Bank.name))
    return tuple(BankRow(row.name, canonical.load(tuple[tuple[str, str], ...], row.columns)) for row in rows)


@operation(MATCH)
def take_bank_file(work: Work, order: BankFileOrder) -> BankFileTaken:
    """Take the lines of a bank's file in, and keep how its columns are called.

    Refused for a file that came in before. A line known from another file of that bank is left out and counted; one
    whose number stood under another line is told by its row, and not taken.
    """
    name = " ".join(order.bank.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(Text("Name the bank or acquirer, in {most} letters at most.", most=LONGEST_NAME))
    if not order.lines:
        raise Refused(Text("{file} has no line to take in.", file=order.file_name))
    before = work.session.execute(
        sa.select(BankFile.file_name, BankFile.taken_at).where(BankFile.sha256 == order.sha256)
    ).one_or_none()
    if before is not None:
        moment = work.local(before.taken_at)
        raise Refused(Text("This file came in before, on {moment}. Nothing was taken.", moment=moment))
    bank = _bank(work, name, canonical.dump(order.columns))
    file = BankFile(
        id=work.new_id(),
        bank_id=bank.id,
        user_id=work.actor.id,
        taken_at=work.at,
        file_name=order.file_name,
        sha256=order.sha256,
    )
    work.add(file)
    work.session.flush()
    known = {
        row.key: (row.day, row.amount)
        for row in work.session.execute(
            sa.select(BankLine.key, BankLine.day, BankLine.amount).where(
                BankLine.bank_id == bank.id,
                among(work.session, BankLine.key, {line.key for line in order.lines}),
            )
        )
    }
    new, same, doubled = dict[str, LineRead](), 0, list[int]()
    for line in order.lines:
        there = known.get(line.key)
        if there is None:
            new[line.key], known[line.key] = line, (line.day, line.amount)
        elif there == (line.day, line.amount) and line.key not in new:
            same += 1
        else:
            doubled.append(line.row)
    ids = work.new_ids(len(new))
    rows = [
        {
            "id": key, "bank_id": bank.id, "file_id": file.id, "row": line.row, "key": line.key, "day": line.day,
            "amount": line.amount, "reference": line.reference, "text": line.text,
        }
        for key, line in zip(ids, new.values(), strict=True)
    ]  # fmt: skip
    work.insert_many(BankLine, rows)
    told = zip(ids, new.values(), strict=True)
    fees = [{"line_id": key, "amount": line.fee} for key, line in told if line.fee]
    work.insert_many(BankLineFee, fees)
    return BankFileTaken(name, tuple(ids), same, tuple(doubled))


def _bank(work: Work, name: str, columns: str) -> Bank:
    row: Bank | None = work.session.scalar(sa.select(Bank).filter_by(name=name).with_for_update())
    if row is None:
        row = Bank(id=work.new_id(), name=name, columns=columns)
        work.add(row)
        work.session.flush()
    elif row.columns != columns:
        row.columns = columns
    return row


def read_file(seat: Seat, path: Path, columns: Sequence[tuple[str, str]] = ()) -> BankFileRead:
    """Read a file by the titles of a bank."""
    return read_bank_file(path, seat.app.country.currency, columns)
