"""Results of banks: kept row by row, once; each finds its item, or is told with its row until somebody mends it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.debits import rules
from desktop.debits.documents import read_results
from desktop.debits.records import (
    FOR_GOOD,
    Layout,
    Meaning,
    MendOrder,
    ResultRow,
    ResultsOrder,
    ResultsRead,
    ResultsTaken,
)
from desktop.debits.service.banks import TAKE, VIEW, bank_of, claim_banks, debit_banks
from desktop.debits.service.files import LONGEST_REASON
from desktop.debits.service.standing import newest, state_of
from desktop.debits.tables import Bank, DebitFile, DebitItem, Mandate, Outcome, Result, ResultsFile
from desktop.kernel import canonical
from desktop.kernel.bulk import among
from desktop.kernel.country import kept_signs
from desktop.kernel.errors import NotFound, Problem, Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Seat, Work, operation, query

SHOWN = 1_000


@dataclass(frozen=True, slots=True)
class Fitting:
    """A result beside the item it is of, if any, and why it cannot be booked as it stands (None: it can)."""

    result: Result
    item: DebitItem | None
    file: DebitFile | None
    last: Outcome | None
    problem: Problem | None


# Taking in


def read_results_of(
    seat: Seat, bank: str, path: Path, columns: Sequence[tuple[str, str]] = ()
) -> ResultsRead:
    """Read a file of results as a bank writes it."""
    known = next((one for one in seat.ask(debit_banks) if one.name == " ".join(bank.split())), None)
    if known is None:
        raise NotFound(Text("No bank “{name}” debits accounts for us. There are: {known}", name=bank,
                            known=", ".join(one.name for one in seat.ask(debit_banks)) or "–"))  # fmt: skip
    return read_results(path, seat.app.country.currency, known.layout, columns)


@operation(TAKE)
def take_results(work: Work, order: ResultsOrder) -> ResultsTaken:
    """Keep the rows of a file of results, to be booked, and how its columns are called. Refused for one known before.

    A row known from another file of that bank is left out and counted.
    """
    if not order.rows:
        raise Refused(Text("{file} has no line to take in.", file=order.file_name))
    before = work.session.execute(
        sa.select(ResultsFile.taken_at).where(ResultsFile.sha256 == order.sha256)
    ).one_or_none()
    if before is not None:
        moment = work.local(before.taken_at)
        waits = results_to_book(work, order.sha256)
        if waits:
            raise Refused(
                Text("This file came in before, on {moment}: rows of it that wait to be booked are {count}. Go on with"
                     " them.", moment=moment, count=len(waits))
            )  # fmt: skip
        raise Refused(Text("This file came in before, on {moment}. Nothing was taken.", moment=moment))
    bank = bank_of(work, order.bank)
    claim_banks(work, [bank.id])
    _keep_columns(bank, order.columns)
    known = set(
        work.session.scalars(
            sa.select(Result.key).where(
                Result.bank_id == bank.id, among(work.session, Result.key, {row.key for row in order.rows})
            )
        )
    )
    new = {row.key: row for row in order.rows if row.key not in known}
    file = ResultsFile(
        id=work.new_id(),
        bank_id=bank.id,
        file_name=order.file_name,
        sha256=order.sha256,
        taken_at=work.at,
        taken_by=work.actor.name,
    )
    work.add(file)
    work.session.flush()
    rows = [
        {
            "bank_id": bank.id, "file_id": file.id, "row": row.row, "key": row.key, "number": row.number,
            "amount": row.amount, "meaning": row.meaning, "words": row.words, "day": row.day,
        }
        for row in new.values()
    ]  # fmt: skip
    work.insert_many(Result, rows)
    return ResultsTaken(order.file_name, len(order.rows), len(order.rows) - len(new))


def _keep_columns(bank: Bank, columns: Sequence[tuple[str, str]]) -> None:
    """The titles of a bank's results are known from now on."""
    layout: Layout = canonical.load(Layout, bank.layout)
    into = tuple((dict(layout.into) | dict(columns)).items())
    if dict(into) != dict(layout.into):
        bank.layout = canonical.dump(replace(layout, into=into))


# Finding items


@query(VIEW)
def open_results(work: Work, most: int | None) -> tuple[ResultRow, ...]:
    """Rows of results that are not booked: with their problem, or without one where they only wait for it.

    The newest files first, at ``most`` so many rows.
    """
    order = ResultsFile.taken_at.desc(), Result.file_id, Result.row
    rows = work.session.execute(_open().order_by(*order).limit(SHOWN if most is None else most)).all()
    fitting = {one.result.id: one for one in fitted(work, [row.Result for row in rows])}
    return tuple(
        ResultRow(
            row.Result.id, row.name, row.file_name, row.Result.row, row.Result.number, row.Result.amount,
            row.Result.meaning, row.Result.words, row.Result.day, fitting[row.Result.id].problem,
        )
        for row in rows
    )  # fmt: skip


def _open() -> sa.Select[*tuple[Any, ...]]:
    told = sa.exists().where(Outcome.result_id == Result.id)
    return (
        sa.select(Result, Bank.name, ResultsFile.file_name)
        .join(Bank, Bank.id == Result.bank_id)
        .join(ResultsFile, ResultsFile.id == Result.file_id)
        .where(~told)
    )


@query(TAKE)
def results_to_book(work: Work, sha256: str) -> tuple[UUID, ...]:
    """Rows of results without an outcome, in their order: of one file, or (no digest) of all."""
    found = _open().with_only_columns(Result.id).order_by(ResultsFile.taken_at, Result.file_id, Result.row)
    if sha256:
        found = found.where(ResultsFile.sha256 == sha256)
    return tuple(work.session.scalars(found))


@query(VIEW)
def results_waiting(work: Work, _request: None) -> int:
    """How many rows of results are not booked."""
    return work.session.scalar(sa.select(sa.func.count()).select_from(_open().subquery())) or 0


def fitted(work: Work, results: Sequence[Result]) -> list[Fitting]:
    """Results beside the items they are of, by number alone; what comes twice fits once."""
    by_number = _items(work, {kept_signs(one.number) for one in results})
    names = dict(
        work.session.execute(
            sa.select(Bank.id, Bank.name).where(Bank.id.in_({one.bank_id for one in results}))
        ).all()
    )
    found, seen = [], set[UUID]()
    for one in results:
        row = by_number.get(kept_signs(one.number))
        asked = None
        if row is not None:
            last = row.Outcome
            state = state_of(row.DebitItem.awaiting, last.meaning if last else None)
            asked = rules.Asked(row.name, row.DebitItem.amount, state)
        problem = rules.result_problem(
            one.meaning, one.number, one.amount, names[one.bank_id], asked, row=one.row
        )
        if problem is None and row is not None and row.DebitItem.id in seen:
            remedy = Text("Ask the bank which of both holds, or set the row aside")
            field = Text("Number of the item")
            problem = Problem(Text("The item comes twice"), remedy, field, one.number, "", one.row)
        if row is None:
            found.append(Fitting(one, None, None, None, problem))
            continue
        if problem is None:
            seen.add(row.DebitItem.id)
        found.append(Fitting(one, row.DebitItem, row.DebitFile, row.Outcome, problem))
    return found


def _items(work: Work, numbers: Iterable[str]) -> dict[str, Any]:
    """Items by their numbers, with file, bank and newest outcome."""
    rows = work.session.execute(
        sa.select(DebitItem, DebitFile, Bank.name, Outcome)
        .select_from(DebitItem)
        .join(DebitFile, DebitFile.id == DebitItem.file_id)
        .join(Bank, Bank.id == DebitFile.bank_id)
        .outerjoin(Outcome, newest())
        .where(among(work.session, DebitItem.number, numbers))
    )
    return {row.DebitItem.number: row for row in rows}


def held_results(work: Work, result_ids: Sequence[UUID]) -> list[Fitting]:
    """Results that are not booked yet beside their items, this work's alone until its end."""
    mine = among(work.session, Result.id, result_ids)
    claim_banks(work, work.session.scalars(sa.select(Result.bank_id).where(mine).distinct()))
    told = sa.exists().where(Outcome.result_id == Result.id)
    rows = work.session.scalars(
        sa.select(Result).where(mine, ~told).order_by(Result.file_id, Result.row)
    ).all()
    return fitted(work, rows)


def open_result(work: Work, result_id: UUID) -> Fitting:
    """A result that is not booked yet, this work's alone until its end; Refused where it is."""
    found = held_results(work, [result_id])
    if not found:
        raise Refused(Text("This row is booked or set aside already."))
    return found[0]


# Outcomes


def keep_outcome(
    work: Work,
    item: DebitItem,
    meaning: Meaning,
    on: date,
    *,
    last: Outcome | None,
    words: str = "",
    result: Result | None = None,
    payment_id: UUID | None = None,
) -> None:
    """What became of an item: the newest of it holds, and nobody waits for it any more."""
    changed = sa.select(Mandate.changed_at).filter_by(id=item.mandate_id)
    row = {
        "item_id": item.id, "position": last.position + 1 if last is not None else 1,
        "result_id": result.id if result is not None else None, "meaning": meaning, "words": words, "on_day": on,
        "payment_id": payment_id, "told_by": work.actor.name,
        "told_at": work.at_after(changed) if meaning in FOR_GOOD else work.at,
    }  # fmt: skip
    work.insert_many(Outcome, [row])
    if item.awaiting:
        work.change_many(DebitItem, {item.id: -1}, "awaiting")


def find_item(work: Work, number: str) -> tuple[DebitItem, DebitFile, Outcome | None]:
    """An item by its number, this work's alone until its end; `NotFound` without one."""
    row = _items(work, [kept_signs(number)]).get(kept_signs(number))
    if row is None:
        raise NotFound(Text("No item of a file has the number {number}.", number=number))
    claim_banks(work, [row.DebitFile.bank_id])
    return row.DebitItem, row.DebitFile, row.Outcome


def item_of_payment(work: Work, payment_id: UUID) -> tuple[DebitItem, Outcome] | None:
    """The item that a payment collected, where its newest outcome is that it was paid by it."""
    row = work.session.execute(
        sa.select(DebitItem, Outcome)
        .select_from(DebitItem)
        .join(Outcome, newest())
        .where(Outcome.payment_id == payment_id, Outcome.meaning == Meaning.PAID)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


@operation(TAKE)
def set_result_aside(work: Work, order: MendOrder) -> None:
    """A row of results that nobody books stays kept, with why."""
    reason = " ".join(order.reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(Text("Say why, in {most} letters at most.", most=LONGEST_REASON))
    fitting = open_result(work, order.result_id)
    row = {
        "item_id": None, "position": 0, "result_id": fitting.result.id, "meaning": None, "words": reason,
        "on_day": work.today, "payment_id": None, "told_at": work.at, "told_by": work.actor.name,
    }  # fmt: skip
    work.insert_many(Outcome, [row])
