"""The accounts of the ledger: the country's chart, and those of customers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.asking import Question
from desktop.kernel.bulk import as_stored, listed
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.ledger.records import (
    Role,
)
from desktop.ledger.tables import (
    ContractAccount,
    LedgerAccount,
    Posting,
)


@operation("ledger.set_up_chart")
def set_up_chart(work: Work, _request: None) -> int:
    """Enter the country's chart of ledger accounts; how many there are."""
    for account in work.country.chart:
        work.add(
            LedgerAccount(
                id=work.new_id(), role=Role.of(account.role), code=account.code, name=account.name.message
            )
        )
    return len(work.country.chart)


def chart_of(work: Work) -> dict[Role, UUID]:
    """The ids of the ledger accounts of this work by what they are for; asked of the database once."""
    chart: dict[Role, UUID] | None = work.session.info.get("chart")
    return charted(work, work.asked(_CHARTED)) if chart is None else chart


def charted(work: Work, rows: Sequence[Sequence[Any]]) -> dict[Role, UUID]:
    """The chart of this work, from the role and the id of its accounts."""
    chart = {role: key for role, key, *_ in rows}
    for account in work.country.chart:  # books that were set up before the chart had it
        if (role := Role.of(account.role)) not in chart:
            chart[role] = work.new_id()
            name = account.name.message
            work.add(LedgerAccount(id=chart[role], role=role, code=account.code, name=name))
    work.session.info["chart"] = chart
    return chart


CHART = sa.select(LedgerAccount.role, LedgerAccount.id)
_CHARTED = Question(CHART)


def open_account(work: Work, number: str, party_id: UUID, hall_id: UUID) -> UUID:
    """Open a contract account; its id."""
    account = ContractAccount(
        id=work.new_id(), number=number, party_id=party_id, hall_id=hall_id, owed=Money(0), credit=Money(0)
    )
    work.add(account)
    return account.id


def renumber(work: Work, account_id: UUID, number: str) -> None:
    """Give an account another number; refused once money was posted, for papers name it by the old one."""
    account = work.lock(ContractAccount, [account_id])[account_id]
    if work.session.scalar(sa.select(sa.exists().where(Posting.contract_account_id == account_id))):
        raise Refused(Text("Papers name account {number}: it keeps this number.", number=account.number))
    account.number = number


def accounts_of(work: Work, party_id: UUID) -> list[UUID]:
    """The accounts of a party."""
    return list(
        work.session.scalars(
            sa.select(ContractAccount.id).filter_by(party_id=party_id).order_by(ContractAccount.number)
        )
    )


def hand_over(work: Work, account_ids: Sequence[UUID], party_id: UUID) -> None:
    """Let accounts be another party's. What is owed and paid stays with the accounts, to the cent."""
    for account in work.lock(ContractAccount, account_ids).values():
        account.party_id = party_id


def account_id(work: Work, number: str) -> UUID:
    """The id of the account with this number (spaces do not matter); `NotFound` otherwise."""
    plain = "".join(number.split())
    found = work.session.scalar(sa.select(ContractAccount.id).filter_by(number=plain))
    if found is None:
        raise unknown(number)
    return found


def unknown(number: str) -> NotFound:
    """That no account has a number."""
    return NotFound(
        Text("No account has the number {number}. Check it, or search by name or meter.", number=number)
    )


def accounts(work: Work, ids: Sequence[UUID]) -> dict[UUID, ContractAccount]:
    """Accounts by id."""
    found = work.session.scalars(sa.select(ContractAccount).where(ContractAccount.id.in_(ids)))
    return {row.id: row for row in found}


Balances = Mapping[UUID, tuple[int, int]]
"""What accounts owe and the credit they have, in minor units, by id."""


def hold_accounts(work: Work, ids: Collection[UUID]) -> Balances:
    """Lock accounts until the end of the transaction; how each stands."""
    return {key: (owed, credit) for key, owed, credit in work.rows(_BALANCES, {"accounts": ids}).all()}


_BALANCES = (
    sa.select(ContractAccount.id, as_stored(ContractAccount.owed), as_stored(ContractAccount.credit))
    .where(listed(ContractAccount.id, "accounts"))
    .order_by(ContractAccount.id)
    .with_for_update(key_share=True)
)
