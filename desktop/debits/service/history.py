"""What happened to the mandates of an account, as the book tells it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.debits import rules
from desktop.debits.service.banks import VIEW
from desktop.debits.tables import Bank, Mandate
from desktop.kernel.history import HistoryRow
from desktop.kernel.journal import happened
from desktop.kernel.text import Text
from desktop.kernel.work import Work, query
from desktop.ledger import service as ledger
from desktop.staff import service as staff

_PARTS = {
    "bank_id": Text("Bank"),
    "bank_account": Text("Bank account"),
    "holder": Text("Account holder"),
    "agreement": Text("Agreement number"),
    "signed_on": Text("Signed on"),
    "valid_from": Text("Valid from"),
}


@query(VIEW)
def mandate_history(work: Work, account_number: str) -> tuple[HistoryRow, ...]:
    """What happened to the mandates of an account, newest first: entered, put right field by field, ended."""
    account_id = ledger.account_id(work, account_number)
    found = sa.select(Mandate).filter_by(contract_account_id=account_id).order_by(Mandate.valid_from.desc())
    banks = dict(work.session.execute(sa.select(Bank.id, Bank.name)).all())
    rows = [one for row in work.session.scalars(found) for one in _of(work, row, banks)]
    return tuple(sorted(rows, key=lambda row: (row.on, row.at), reverse=True))


def _of(work: Work, row: Mandate, banks: dict[UUID, str]) -> Iterator[HistoryRow]:
    told = happened(work.session, [row.id])
    who = staff.names(work, {one.actor_id for one in told})
    now: dict[str, Any] = {name: getattr(row, name) for name in _PARTS}
    for one in told:
        at, by = work.local(one.at), who.get(one.actor_id, "")
        what: Text | None = None
        words: Text | str = ""
        if not one.field:
            what = Text("Mandate entered")
            words = f"{banks[now['bank_id']]} {rules.masked(now['bank_account'])}"
        elif one.field == "valid_to":
            what, words = Text("Mandate ended on {day}", day=row.valid_to), row.reason
        elif one.field in _PARTS:
            before = _value(one.field, json.loads(one.before or "null"))
            what = Text("{part} changed", part=_PARTS[one.field])
            was, became = (_shown(one.field, value, banks) for value in (before, now[one.field]))
            words = Text("was {before}, now {after}", before=was, after=became)
            now[one.field] = before
        if what is not None:
            yield HistoryRow(at.date(), f"{at:%H:%M}", what, words, by)


def _value(field: str, stored: Any) -> Any:
    """A value as the book spells it."""
    if field == "bank_id":
        return UUID(stored)
    return date.fromisoformat(stored) if field.endswith(("_on", "_from")) else stored


def _shown(field: str, value: Any, banks: dict[UUID, str]) -> object:
    if field == "bank_id":
        return banks[value]
    if field == "bank_account":
        return rules.masked(value)
    return value or "–"
