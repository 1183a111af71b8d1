"""Mandates: what customers signed, entered one by one or by a sheet; put right with a history, ended, never deleted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.debits import rules
from desktop.debits.documents import read_mandates
from desktop.debits.records import (
    MandateEnd,
    MandateOrder,
    MandateRow,
    MandatesQuery,
    MandatesRead,
    MandatesTaken,
)
from desktop.debits.service.banks import MANDATES, VIEW, bank_of
from desktop.debits.tables import Bank, DebitItem, Mandate, Outcome
from desktop.kernel.bulk import among
from desktop.kernel.country import kept_signs
from desktop.kernel.errors import NotFound, Problem, Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Chunk, Progress, Seat, Work, batch, draw_id, go_on, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount
from desktop.parties.tables import Party
from desktop.search import service as search
from desktop.search.records import MANDATE, Owner, paper

SHOWN = 500
AT_ONCE = 100
LONGEST = 200


@query(VIEW)
def mandates(work: Work, asked: MandatesQuery) -> tuple[MandateRow, ...]:
    """Mandates of an account or the newest of this hall; see `MandatesQuery`."""
    found = _rows().order_by(Mandate.changed_at.desc(), Mandate.id.desc()).limit(SHOWN)
    if asked.account_number:
        found = found.where(Mandate.contract_account_id == ledger.account_id(work, asked.account_number))
    else:
        found = found.where(ContractAccount.hall_id == work.station.hall_id)
    if not asked.ended:
        found = found.where(sa.or_(Mandate.valid_to.is_(None), Mandate.valid_to > work.today))
    return tuple(_told(work, *row) for row in work.session.execute(found))


def _rows() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Mandate, Bank.name, ContractAccount.number, Party.name)
        .join(Bank, Bank.id == Mandate.bank_id)
        .join(ContractAccount, ContractAccount.id == Mandate.contract_account_id)
        .join(Party, Party.id == ContractAccount.party_id)
    )


def _told(work: Work, row: Mandate, bank: str, account: str, customer: str) -> MandateRow:
    return MandateRow(
        mandate_id=row.id,
        account_number=account,
        customer_name=customer,
        bank=bank,
        bank_account=rules.masked(row.bank_account),
        holder=row.holder,
        agreement=row.agreement,
        signed_on=row.signed_on,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        reason=row.reason,
        changed_at=work.local(row.changed_at),
        changed_by=row.changed_by,
    )


@operation(MANDATES)
def set_mandate(work: Work, order: MandateOrder) -> MandateRow:
    """Enter a mandate, or put one right that stands. Refused where another of the account holds on one of its days."""
    row = _set(work, order)
    _index(work, [row.id])
    return _one(work, row.id)


def mandate_owners(work: Work, mandate_ids: Sequence[UUID]) -> list[Owner]:
    """Mandates as search finds them, by the number of their agreement; those without one by their account alone."""
    found = sa.select(Mandate.id, Mandate.agreement).where(
        Mandate.id.in_(mandate_ids), Mandate.agreement != ""
    )
    return [paper(MANDATE, row.id, row.agreement) for row in work.session.execute(found)]


def _index(work: Work, mandate_ids: Sequence[UUID]) -> None:
    found = mandate_owners(work, mandate_ids)
    search.index(work, found)
    search.unlisted(work, sorted(set(mandate_ids).difference(one.id for one in found)))


def _set(work: Work, order: MandateOrder) -> Mandate:
    holder, agreement = (" ".join(words.split()) for words in (order.holder, order.agreement))
    if not holder or max(len(holder), len(agreement)) > LONGEST:
        raise Refused(Text("Name the account holder, in {most} letters at most.", most=LONGEST))
    if order.signed_on > work.today:
        raise Refused(Text("A mandate is signed before it is entered: check the day."))
    if order.valid_from < order.signed_on:
        raise Refused(Text("A mandate holds from the day it was signed on at the earliest."))
    bank, account_id = bank_of(work, order.bank), ledger.account_id(work, order.account_number)
    work.claim(ContractAccount, [account_id])
    row = None if order.mandate_id is None else _standing(work, order.mandate_id)
    if row is not None and row.contract_account_id != account_id:
        raise Refused(Text("This mandate is of another account."))
    number = kept_signs(order.bank_account)
    if number or row is None:
        flaw = rules.bank_account_problem(order.bank_account)
        if flaw is not None:
            raise Refused(flaw)
    _check_days(work, account_id, order.valid_from, row)
    at = work.at if row is None else _after_told(work, row)
    if row is None:
        row = Mandate(id=work.new_id(), contract_account_id=account_id, valid_to=None, reason="")
        work.add(row)
    row.bank_id, row.holder, row.agreement = bank.id, holder, agreement
    row.bank_account = number or row.bank_account
    row.signed_on, row.valid_from = order.signed_on, order.valid_from
    row.changed_at, row.changed_by = at, work.actor.name
    work.session.flush()
    return row


def _check_days(work: Work, account_id: UUID, since: date, row: Mandate | None) -> None:
    others = sa.select(Mandate.valid_to).where(
        Mandate.contract_account_id == account_id,
        sa.or_(Mandate.valid_to.is_(None), Mandate.valid_to > since),
    )
    if row is not None:
        others = others.where(Mandate.id != row.id)
    there = work.session.execute(others.limit(1)).one_or_none()
    if there is None:
        return
    if there.valid_to is None:
        raise Refused(Text("This account has a mandate that stands: put that right, or end it first."))
    raise Refused(Text("The mandate before it holds until {day}: begin then.", day=there.valid_to))


@operation(MANDATES)
def end_mandate(work: Work, order: MandateEnd) -> MandateRow:
    """End a mandate on a day, with why; what is in a bank's file already is still collected."""
    reason = " ".join(order.reason.split())
    if not reason or len(reason) > LONGEST:
        raise Refused(Text("Say why, in {most} letters at most.", most=LONGEST))
    row = _standing(work, order.mandate_id)
    if order.valid_to < row.valid_from:
        raise Refused(Text("The mandate holds from {day}: it ends then at the earliest.", day=row.valid_from))
    row.valid_to, row.reason = order.valid_to, reason
    row.changed_at, row.changed_by = _after_told(work, row), work.actor.name
    work.session.flush()
    return _one(work, row.id)


def _after_told(work: Work, row: Mandate) -> datetime:
    """When a mandate is changed: what a bank told of it before is put right by that."""
    told = sa.select(Outcome.told_at).join(DebitItem, DebitItem.id == Outcome.item_id)
    return work.at_after(told.where(DebitItem.mandate_id == row.id))


def _standing(work: Work, mandate_id: UUID) -> Mandate:
    row: Mandate | None = work.lock(Mandate, [mandate_id]).get(mandate_id)
    if row is None:
        raise NotFound(Text("There is no such mandate."))
    if row.valid_to is not None:
        raise Refused(Text("This mandate has ended: enter a new one."))
    return row


def _one(work: Work, mandate_id: UUID) -> MandateRow:
    return _told(work, *work.session.execute(_rows().where(Mandate.id == mandate_id)).one())


def mandates_on(work: Work, account_ids: Collection[UUID], on: date) -> dict[UUID, tuple[Mandate, str]]:
    """The mandate of each account that holds on a day, with the name of its bank; those without any are absent."""
    rows = work.session.execute(
        sa.select(Mandate, Bank.name)
        .join(Bank, Bank.id == Mandate.bank_id)
        .where(
            among(work.session, Mandate.contract_account_id, account_ids),
            Mandate.valid_from <= on,
            sa.or_(Mandate.valid_to.is_(None), Mandate.valid_to > on),
        )
    )
    return {row.contract_account_id: (row, name) for row, name in rows}


# In bulk


@operation(MANDATES)
def take_mandates(work: Work, rows: tuple[tuple[int, MandateOrder], ...]) -> MandatesTaken:
    """Enter mandates of a sheet; one that stands like that already is left, another is told by its row."""
    entered, same, problems = list[UUID](), 0, list[Problem]()
    for line, order in rows:
        known = _like(work, order)
        if known:
            same += 1
            continue
        try:
            row = _set(work, order)
        except Refused as refused:
            column, value = Text("Account number"), order.account_number
            problems.append(Problem(refused.text, Text("Put the row right and take the sheet in again"), column,
                                    value, "", line))  # fmt: skip
        else:
            entered.append(row.id)
    _index(work, entered)
    return MandatesTaken(len(entered), same, tuple(problems))


def _like(work: Work, order: MandateOrder) -> bool:
    """Whether a mandate stands as a row of a sheet says."""
    found = (
        sa.select(Mandate.id)
        .join(Bank, Bank.id == Mandate.bank_id)
        .join(ContractAccount, ContractAccount.id == Mandate.contract_account_id)
        .where(
            ContractAccount.number == order.account_number,
            Bank.name == " ".join(order.bank.split()),
            Mandate.bank_account == kept_signs(order.bank_account),
            Mandate.holder == " ".join(order.holder.split()),
            Mandate.agreement == " ".join(order.agreement.split()),
            Mandate.valid_from == order.valid_from,
            Mandate.valid_to.is_(None),
        )
    )
    return work.session.scalar(found) is not None


def import_mandates(seat: Seat, path: Path, progress: Progress = go_on) -> MandatesTaken:
    """Take a sheet of mandates in, some at a time; every row that was not taken is told. Run again, nothing doubles."""
    read: MandatesRead = read_mandates(path)
    parts = [read.rows[at : at + AT_ONCE] for at in range(0, len(read.rows), AT_ONCE)]
    chunks = [Chunk(str(at), part, min((at + 1) * AT_ONCE, len(read.rows))) for at, part in enumerate(parts)]
    answers, _ = batch(seat, take_mandates, draw_id(), chunks, progress)
    return _together(read.problems, answers)


def _together(problems: Sequence[Problem], answers: Sequence[MandatesTaken]) -> MandatesTaken:
    told = [*problems, *(one for answer in answers for one in answer.problems)]
    entered, same = (sum(getattr(one, name) for one in answers) for name in ("entered", "same"))
    return MandatesTaken(entered, same, tuple(sorted(told, key=lambda one: one.row)))
