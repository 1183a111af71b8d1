"""The ledger: what is owed on a day, and every way money moves, always as posting sets that sum to zero."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.country import Debt, LateFee
from desktop.kernel.database import Same, among, as_stored, listed
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger.records import (
    NOTHING,
    Charge,
    ClearingKind,
    DueItem,
    Dues,
    ItemKind,
    KnownAccount,
    KnownItem,
    KnownPayment,
    Role,
    SettledItem,
    Settlement,
)
from desktop.ledger.rules import Allocation, allocate
from desktop.ledger.tables import (
    Clearing,
    ContractAccount,
    LateFeeWaiver,
    LedgerAccount,
    LedgerMonth,
    OpenItem,
    Posting,
    PostingSet,
)

OPENING = "opening"
"""The kind of posting set that brings balances of another system in."""

REFUND = "refund"
"""The kind of posting set that gives credit back."""

CREDIT_USED = "credit_used"
"""The kind of posting set that clears what is owed with credit alone."""


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


def _chart(work: Work) -> dict[Role, UUID]:
    chart: dict[Role, UUID] | None = work.session.info.get("chart")
    return _charted(work, work.rows(_ACCOUNTS).all()) if chart is None else chart


def _charted(work: Work, rows: Sequence[Sequence[Any]]) -> dict[Role, UUID]:
    """The chart of this work, from the role and the id of its accounts."""
    chart = {role: key for role, key, *_ in rows}
    for account in work.country.chart:  # books that were set up before the chart had it
        if (role := Role.of(account.role)) not in chart:
            chart[role] = work.new_id()
            name = account.name.message
            work.add(LedgerAccount(id=chart[role], role=role, code=account.code, name=name))
    work.session.info["chart"] = chart
    return chart


_ACCOUNTS = sa.select(LedgerAccount.role, LedgerAccount.id)


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
    .with_for_update()
)


# What is owed


@query("ledger.view")
def dues(work: Work, account_number: str) -> Dues:
    """All an account owes today, with late fees and their arithmetic, oldest first."""
    key = account_id(work, account_number)
    return dues_of(work, [key])[key]


def dues_of(work: Work, account_ids: Collection[UUID]) -> dict[UUID, Dues]:
    """The same of many accounts by id."""
    return _dues_of(work, work.rows(_OWING, {"accounts": list(account_ids)}).all(), work.today)


def _dues_of(work: Work, owing: Sequence[sa.Row[*tuple[Any, ...]]], on: date) -> dict[UUID, Dues]:
    cleared: dict[UUID, list[sa.Row[*tuple[Any, ...]]]] = {}
    for row in work.rows(_ITEMS, {"accounts": [account.id for account in owing]}):
        cleared.setdefault(row.id, []).append(row)
    found: dict[UUID, list[DueItem]] = {account.id: [] for account in owing}
    for rows in cleared.values():
        found[rows[0].contract_account_id].append(_due(work, rows, on))
    return {
        account.id: Dues(
            account.id,
            account.number,
            on,
            tuple(sorted(found[account.id], key=lambda item: (item.due_on, item.open_item_id))),
            account.credit,
        )
        for account in owing
    }


_OWING = sa.select(ContractAccount.id, ContractAccount.number, ContractAccount.credit).where(
    ContractAccount.id.in_(sa.bindparam("accounts", expanding=True))
)
_HELD = _OWING.with_for_update()
_ITEMS = (
    sa.select(
        OpenItem.id, OpenItem.contract_account_id, OpenItem.kind, OpenItem.month, OpenItem.source_number
    )
    .add_columns(OpenItem.energy, OpenItem.due_on, OpenItem.customer_class, OpenItem.rule_set)
    .add_columns(OpenItem.amount, OpenItem.remaining)
    .add_columns(
        sa.select(sa.func.sum(LateFeeWaiver.amount))
        .where(LateFeeWaiver.open_item_id == OpenItem.id)
        .scalar_subquery()
        .label("waived")
    )
    .add_columns(Clearing.kind.label("part"), Clearing.cleared_on, Clearing.amount.label("cleared"))
    .outerjoin(Clearing, Clearing.open_item_id == OpenItem.id)
    .where(OpenItem.contract_account_id.in_(sa.bindparam("accounts", expanding=True)))
    .where(OpenItem.remaining > sa.literal_column("0"))
    .order_by(Clearing.cleared_on)
)
"""What accounts owe, each open item beside all that was cleared of it."""


def _due(work: Work, rows: Sequence[sa.Row[*tuple[Any, ...]]], on: date) -> DueItem:
    """One open item from its rows, one for each clearing; a single one where nothing was cleared."""
    item = rows[0]
    paid = tuple((row.cleared_on, row.cleared) for row in rows if row.part is ClearingKind.PRINCIPAL)
    fees_paid = Money.total([row.cleared for row in rows if row.part is ClearingKind.LATE_FEE])
    debt = Debt(item.customer_class, item.rule_set, item.amount, item.due_on, item.month, paid)
    grown = work.country.late_fee(debt, on)
    waived = item.waived or Money(0)
    fee = max(grown.amount - fees_paid - waived, Money(0))
    return DueItem(
        open_item_id=item.id,
        kind=item.kind,
        month=item.month,
        bill_number=item.source_number,
        energy=item.energy,
        due_on=item.due_on,
        overdue_days=max((on - item.due_on).days, 0),
        principal=item.remaining,
        late_fee=fee,
        arithmetic=_told(grown, waived),
    )


def _told(grown: LateFee, waived: Money) -> tuple[Text, ...]:
    """How a late fee came about, and what of it is not asked for."""
    if not grown.amount:
        return ()
    return (*grown.arithmetic, *([Text("{amount} of it is waived", amount=waived)] if waived else ()))


def overdue(work: Work, account_ids: Sequence[UUID], on: date) -> dict[UUID, Money]:
    """Principal overdue on a day, by account; those who owe nothing overdue are absent."""
    rows = work.rows(
        sa.select(OpenItem.contract_account_id, sa.func.sum(OpenItem.remaining))
        .where(
            among(work.session, OpenItem.contract_account_id, account_ids),
            OpenItem.remaining > Money(0),
            OpenItem.due_on < on,
        )
        .group_by(OpenItem.contract_account_id)
    )
    return dict(rows.all())


def open_amounts(work: Work, account_id: UUID) -> dict[str, Money]:
    """What is left of each paper of an account, by its number."""
    rows = work.session.execute(
        sa.select(OpenItem.source_number, OpenItem.remaining).where(
            OpenItem.contract_account_id == account_id
        )
    )
    return dict(rows.all())


def open_of(work: Work, source_numbers: Sequence[str]) -> dict[str, Money]:
    """What is left of papers, by number; those that never asked for money are absent."""
    rows = work.session.execute(
        sa.select(OpenItem.source_number, OpenItem.remaining).where(
            among(work.session, OpenItem.source_number, source_numbers)
        )
    )
    return dict(rows.all())


def paid_days(work: Work, account_id: UUID) -> dict[str, date]:
    """The day each paper of an account was paid in full, by its number; those not paid in full are absent."""
    rows = work.session.execute(
        sa.select(OpenItem.source_number, Clearing.cleared_on)
        .join(Clearing, Clearing.open_item_id == OpenItem.id)
        .where(
            OpenItem.contract_account_id == account_id,
            OpenItem.remaining == Money(0),
            Clearing.kind == ClearingKind.PRINCIPAL,
        )
        .group_by(OpenItem.source_number, Clearing.cleared_on)
        .having(sa.func.sum(Clearing.amount) > Money(0))
        .order_by(Clearing.cleared_on)
    )
    return dict(rows.all())


# Posting


@dataclass
class Draft:
    """Posting sets being written: their rows, and what they change."""

    postings: list[dict[str, Any]] = field(default_factory=list)
    sets: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    clearings: list[dict[str, Any]] = field(default_factory=list)
    owed: dict[UUID, Money] = field(default_factory=dict)
    credit: dict[UUID, Money] = field(default_factory=dict)
    remaining: dict[UUID, Money] = field(default_factory=dict)


def _closed(month: date) -> Refused:
    return Refused(
        Text(
            "{month} is closed: nothing is posted into it any more."
            " Book it in the open month, with the business date of today.",
            month=f"{month:%Y-%m}",
        )
    )


@contextmanager
def _into_open_month(work: Work) -> Iterator[None]:
    """What closes posting sets: a month nobody posted into yet has no row to hold, and may be closed up to the last
    moment, or a later one before it. Then the trigger refuses, and that is told like any other closed month.
    """
    try:
        yield
    except sa.exc.DBAPIError as error:
        if _MONTH_CLOSED in str(error.orig):
            raise _closed(work.today.replace(day=1)) from error
        raise


_MONTH_CLOSED = "ledger_posting_set: its month is closed"
"""What the triggers say."""


def _hold_month(work: Work) -> None:
    """Refuse what would post into a closed month; an open one nobody closes before this work is committed."""
    month = work.today.replace(day=1)
    if work.session.info.get("month") == month:
        return
    rows = work.rows(_BOOKS, {"month": month}).all()
    if rows and rows[0].closed:
        raise _closed(month)
    if rows and "chart" not in work.session.info:
        _charted(work, rows)
    work.session.info["month"] = month


_BOOKS = (
    _ACCOUNTS.add_columns(LedgerMonth.closed)
    .join(LedgerMonth, LedgerMonth.month == sa.bindparam("month"))
    .with_for_update(read=True, of=LedgerMonth)
)
"""The month of a posting, beside the chart that each posting needs; nothing before the first of the month."""


def hold_month(work: Work, month: date) -> bool:
    """Let nothing post into a month until the end of this work, after whatever is posting now; whether it is open."""
    row = sa.select(LedgerMonth.closed).where(LedgerMonth.month == month).with_for_update()
    closed = work.session.scalar(row)
    if closed is None:  # nothing was posted into it yet, as far as one sees
        first = sa.text(
            "INSERT INTO ledger_month (month, closed) VALUES (:month, :closed) ON CONFLICT DO NOTHING"
        )
        kinds = sa.bindparam("month", type_=sa.Date), sa.bindparam("closed", type_=sa.Boolean)
        work.session.execute(first.bindparams(*kinds), {"month": month, "closed": False})
        closed = work.session.scalar(row)
    return not closed


def close_month(work: Work, month: date) -> None:
    """From now on nothing posts into a month held by `hold_month`, nor into one before it."""
    work.session.execute(sa.update(LedgerMonth).where(LedgerMonth.month == month).values(closed=True))


def _start_set(work: Work, draft: Draft, kind: str, reverses_id: UUID | None = None) -> UUID:
    _hold_month(work)
    set_id = work.new_id()
    draft.sets.append({"id": set_id, "kind": kind, "posted_on": work.today, "reverses_id": reverses_id})
    return set_id


def _post(work: Work, draft: Draft, set_id: UUID, role: Role, amount: Money, account: UUID | None) -> UUID:
    posting_id = work.new_id()
    draft.postings.append(
        {
            "id": posting_id,
            "posting_set_id": set_id,
            "ledger_account_id": _chart(work)[role],
            "contract_account_id": account,
            "amount": amount,
        }
    )
    if account is not None and role is Role.RECEIVABLE:
        draft.owed[account] = draft.owed.get(account, Money(0)) + amount
    if account is not None and role is Role.CREDIT:
        draft.credit[account] = draft.credit.get(account, Money(0)) - amount
    return posting_id


def _write(work: Work, draft: Draft) -> None:
    """Postings first, then the sets that close them, then what hangs on them, then the derived balances."""
    work.insert_many(Posting, draft.postings)
    with _into_open_month(work):
        work.insert_many(PostingSet, draft.sets)
    work.insert_many(OpenItem, draft.items)
    work.insert_many(Clearing, draft.clearings)
    for model, added, column in (
        (OpenItem, draft.remaining, "remaining"),
        (ContractAccount, draft.owed, "owed"),
        (ContractAccount, draft.credit, "credit"),
    ):
        work.change_many(model, {key: amount.raw for key, amount in added.items()}, column)
    for account in {*draft.owed, *draft.credit}:
        work.touched(account)


def charge_many(work: Work, charges: Sequence[Charge], held: Balances) -> list[UUID | None]:
    """Post charges, each its own set with an open item; the set's id for each, None for a charge of nothing.

    What was asked for before by instalments is deducted. A negative rest becomes credit. Credit an account has is
    used for its new charge at once. The accounts are those ``held`` by `hold_accounts` in this very transaction.
    """
    posted = [charge for charge in charges if charge.amount.raw or charge.advance.raw]
    set_ids = work.new_ids(len(posted))
    owed, credit = _write_charges(work, posted, set_ids)
    for key in dict.fromkeys([one.account_id for one in charges]):
        before = held[key]
        if before[1] + credit.get(key, 0) > 0 and before[0] + owed.get(key, 0):
            settle(work, key, NOTHING, None)
    sets = iter(set_ids)
    return [next(sets) if charge.amount.raw or charge.advance.raw else None for charge in charges]


def _write_charges(
    work: Work, posted: Sequence[Charge], set_ids: Sequence[UUID]
) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """The rows of charges by column: postings first, then the sets that close them, then items and balances.

    What each account owes more for it, and what becomes its credit.
    """
    _hold_month(work)
    owed, credit, owing = dict[UUID, int](), dict[UUID, int](), list[tuple[Charge, int, int]]()
    if not posted:
        return owed, credit
    chart, postings = _chart(work), list[tuple[UUID, UUID, UUID, int]]()
    for set_id, one in zip(set_ids, posted, strict=True):
        account, due = one.account_id, one.amount.raw - one.advance.raw
        if due > 0:
            owed[account] = owed.get(account, 0) + due
            owing.append((one, len(postings), due))
        elif due:
            credit[account] = credit.get(account, 0) - due
        for role, amount in _sides(one, due):
            postings.append((set_id, chart[role], account, amount))
    ids = work.new_ids(len(postings))
    by_column = dict(zip(_POSTED, zip(*postings, strict=True), strict=True))
    work.insert_columns(Posting, {"id": ids, **by_column}, len(ids))
    closed = {"kind": Same("charge"), "posted_on": Same(work.today), "reverses_id": Same(None)}
    with _into_open_month(work):
        work.insert_columns(PostingSet, {"id": set_ids, **closed}, len(set_ids))
    _write_items(work, [(one, ids[place], due) for one, place, due in owing])
    work.change_many(ContractAccount, owed, "owed", held=True)
    work.change_many(ContractAccount, credit, "credit", held=True)
    for account in {*owed, *credit}:
        work.touched(account)
    return owed, credit


def _sides(one: Charge, due: int) -> list[tuple[Role, int]]:
    """What a charge posts to each account but nothing; who owes what is ``due``, or has it as credit, comes first."""
    tax = one.tax.raw
    owed = (Role.RECEIVABLE if due > 0 else Role.CREDIT, due)
    if one.kind is ItemKind.INSTALMENT:
        return [owed, (Role.ADVANCE, -due)]
    against = (Role.ADVANCE, one.advance.raw), (Role.REVENUE, tax - one.amount.raw), (Role.TAX, -tax)
    return [side for side in (owed, *against) if side[1]]


_POSTED = ("posting_set_id", "ledger_account_id", "contract_account_id", "amount")


def _write_items(work: Work, owing: Sequence[tuple[Charge, UUID, int]]) -> None:
    """The open items of charges, each with the posting that owes it and what is due of it."""
    charges, postings, dues = zip(*owing, strict=True) if owing else ((), (), ())
    work.insert_columns(
        OpenItem,
        {
            "contract_account_id": [one.account_id for one in charges],
            "posting_id": postings,
            "kind": [one.kind for one in charges],
            "source_number": [one.source_number for one in charges],
            "month": [one.month for one in charges],
            "energy": [None if one.energy is None else one.energy.raw for one in charges],
            "due_on": [one.due_on for one in charges],
            "customer_class": [one.customer_class for one in charges],
            "rule_set": [one.rule_set for one in charges],
            "amount": dues,
            "remaining": dues,
        },
        len(owing),
    )


def open_many(work: Work, accounts: Sequence[KnownAccount]) -> None:
    """Open accounts that come in from another system, under ids of the caller's."""
    work.insert_many(
        ContractAccount,
        [
            {
                "id": one.id,
                "number": one.number,
                "party_id": one.party_id,
                "hall_id": work.station.hall_id,
                "owed": Money(0),
                "credit": Money(0),
            }
            for one in accounts
        ],
    )


def carry_balances(
    work: Work,
    items: Sequence[KnownItem],
    credit: Mapping[UUID, Money],
    deposits: Mapping[UUID, Money] | None = None,
) -> None:
    """Post what accounts of another system owe, what was paid of it there, their credit, and their deposits.

    Each is a balanced set of its own against the opening account: no revenue and no fee of the other system counts
    here again. The accounts must be new, or locked by the caller.
    """
    draft = Draft()
    for one in items:
        set_id = _start_set(work, draft, OPENING)
        receivable = _post(work, draft, set_id, Role.RECEIVABLE, one.amount, one.account_id)
        _post(work, draft, set_id, Role.OPENING, -one.amount, one.account_id)
        draft.items.append(_carried_item(work, one, receivable))
        for paid in one.payments:
            _carry_payment(work, draft, one.account_id, draft.items[-1]["id"], paid)
    for role, held in ((Role.CREDIT, credit), (Role.DEPOSIT, deposits or {})):
        for account, amount in held.items():
            set_id = _start_set(work, draft, OPENING)
            _post(work, draft, set_id, role, -amount, account)
            _post(work, draft, set_id, Role.OPENING, amount, account)
    _write(work, draft)


def _carried_item(work: Work, one: KnownItem, posting_id: UUID) -> dict[str, Any]:
    return {
        "id": work.new_id(),
        "contract_account_id": one.account_id,
        "posting_id": posting_id,
        "kind": ItemKind.ELECTRICITY,
        "source_number": one.source_number,
        "month": one.month,
        "energy": one.energy,
        "due_on": one.due_on,
        "customer_class": one.customer_class,
        "rule_set": one.rule_set,
        "amount": one.amount,
        "remaining": one.amount,
    }


def _carry_payment(work: Work, draft: Draft, account: UUID, item: UUID, paid: KnownPayment) -> None:
    """The fee stays between two sides of the opening account: it was income of the other system."""
    set_id = _start_set(work, draft, OPENING)
    parts = (
        (Role.RECEIVABLE, ClearingKind.PRINCIPAL, paid.principal),
        (Role.OPENING, ClearingKind.LATE_FEE, paid.late_fee),
    )
    for role, kind, amount in parts:
        if amount:
            posting = _post(work, draft, set_id, role, -amount, account)
            draft.clearings.append(
                {
                    "id": work.new_id(),
                    "open_item_id": item,
                    "posting_id": posting,
                    "kind": kind,
                    "cleared_on": paid.paid_on,
                    "amount": amount,
                    "reverses_id": None,
                }
            )
    _post(work, draft, set_id, Role.OPENING, paid.principal + paid.late_fee, account)
    if paid.principal:
        draft.remaining[item] = draft.remaining.get(item, Money(0)) - paid.principal


def settle(
    work: Work, account_key: UUID, amount: Money, role: Role | None, paid_on: date | None = None
) -> Settlement:
    """Clear what an account owes with its credit and then with ``amount`` of new money on ``role``.

    Items are cleared in the country's order; what is left over becomes credit. The account is locked here. One
    posting set; none where nothing moves. Money that came on an earlier day, ``paid_on``, stops late fees from then on.
    """
    day = paid_on or work.today
    account = work.rows(_HELD, {"accounts": [account_key]}).one()
    owing = _dues_of(work, [account], day)[account_key]
    spread, left = allocate(account.credit + amount, owing.items, late_fee_first=work.country.late_fee_first)
    used = [part for part in spread if part.principal or part.late_fee]
    grown = left - account.credit
    set_id = None
    if amount or used:
        draft = Draft()
        set_id = _start_set(work, draft, "payment" if role else CREDIT_USED)
        if role is not None:
            _post(work, draft, set_id, role, amount, account.id)
        if grown:
            _post(work, draft, set_id, Role.CREDIT, -grown, account.id)
        for part in used:
            _clear(work, draft, set_id, account.id, part, day)
        _write(work, draft)
    return Settlement(
        posting_set_id=set_id,
        items=tuple(_settled(part) for part in used),
        credit_used=max(-grown, Money(0)),
        credit_made=max(grown, Money(0)),
        owed_after=owing.total - Money.total([part.principal + part.late_fee for part in used]),
        credit_after=left,
    )


def _clear(work: Work, draft: Draft, set_id: UUID, account: UUID, part: Allocation, day: date) -> None:
    for role, kind, amount in (
        (Role.LATE_FEE, ClearingKind.LATE_FEE, part.late_fee),
        (Role.RECEIVABLE, ClearingKind.PRINCIPAL, part.principal),
    ):
        if not amount:
            continue
        posting = _post(work, draft, set_id, role, -amount, account)
        draft.clearings.append(
            {
                "id": work.new_id(),
                "open_item_id": part.item.open_item_id,
                "posting_id": posting,
                "kind": kind,
                "cleared_on": day,
                "amount": amount,
                "reverses_id": None,
            }
        )
    if part.principal:
        draft.remaining[part.item.open_item_id] = -part.principal


def _settled(part: Allocation) -> SettledItem:
    return SettledItem(
        open_item_id=part.item.open_item_id,
        month=part.item.month,
        bill_number=part.item.bill_number,
        energy=part.item.energy,
        principal=part.principal,
        late_fee=part.late_fee,
        overdue_days=part.item.overdue_days,
        settled=part.settled,
        arithmetic=part.item.arithmetic if part.late_fee else (),
        kind=part.item.kind,
    )


def transfer(
    work: Work, kind: str, to: Role, source: Role, amount: Money, account: UUID | None = None
) -> UUID:
    """Move an amount between two accounts of our own, as a posting set of its ``kind``; its id.

    The money may be that of a contract ``account``, which the caller has locked.
    """
    draft = Draft()
    set_id = _start_set(work, draft, kind)
    _post(work, draft, set_id, to, amount, account)
    _post(work, draft, set_id, source, -amount, account)
    _write(work, draft)
    return set_id


def pay_out(work: Work, account_key: UUID, amount: Money, role: Role) -> UUID:
    """Give credit of an account back from ``role``, as a posting set of its own; its id. Refused beyond the credit."""
    account = work.lock(ContractAccount, [account_key])[account_key]
    if account.credit < amount:
        raise Refused(
            Text(
                "Account {number} has {credit} credit: {amount} cannot be given back.",
                number=account.number,
                credit=account.credit,
                amount=amount,
            )
        )
    draft = Draft()
    set_id = _start_set(work, draft, REFUND)
    _post(work, draft, set_id, Role.CREDIT, amount, account.id)
    _post(work, draft, set_id, role, -amount, None)
    _write(work, draft)
    return set_id


@operation("ledger.reverse")
def reverse(work: Work, posting_set_id: UUID) -> UUID:
    """Post the mirror of a posting set and undo its clearings; a set is reversed at most once.

    Refused for a charge that something was paid on (reverse the payment first) and where credit is used up. What a
    payment cleared of a charge that is reversed since has become credit, so it is taken from there.
    """
    return take_out(work, posting_set_id)


def take_out(work: Work, posting_set_id: UUID, *, regain: bool = False) -> UUID:
    """The same as `reverse`. With ``regain`` credit the set made and that cleared something since is taken back from
    what it cleared, the newest first: that is owed again."""
    postings = _postings(work, [posting_set_id])
    if not postings:
        raise NotFound(Text("There is nothing posted under this number."))
    _check_reversible(work, [posting_set_id])
    held = work.lock(
        ContractAccount, {row.contract_account_id for row, _ in postings if row.contract_account_id}
    )
    draft = Draft()
    set_id = _start_set(work, draft, "reversal", posting_set_id)
    loose = _undone(work, [row.id for row, _ in postings])
    mirrored = {
        row.id: _post(
            work,
            draft,
            set_id,
            Role.CREDIT if row.id in loose else role,
            -row.amount,
            row.contract_account_id,
        )
        for row, role in postings
    }
    if regain:
        for key, change in list(draft.credit.items()):
            _regain_credit(work, draft, set_id, key, -(held[key].credit + change), ())
    _check_credit(draft, held)
    _undo_clearings(work, draft, {key: posting for key, posting in mirrored.items() if key not in loose})
    _close_items(work, draft, set(mirrored))
    _write(work, draft)
    return set_id


def reverse_charges(work: Work, posting_set_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Reverse charges, paid or not, by mirror sets; the new set of each. The accounts must be locked by the caller.

    What was paid on a charge, principal and late fee alike, becomes credit of its account. Credit that a negative
    charge made is taken back from what it was used for, the newest first: that is owed again. Refused as a whole
    where one is reversed already, or where such credit went into a payment.
    """
    _check_reversible(work, posting_set_ids)
    postings = _postings(work, posting_set_ids)
    held = accounts(work, [row.contract_account_id for row, _ in postings if row.contract_account_id])
    draft = Draft()
    sets = {key: _start_set(work, draft, "reversal", key) for key in posting_set_ids}
    for row, role in postings:
        _post(work, draft, sets[row.posting_set_id], role, -row.amount, row.contract_account_id)
    set_of = {row.id: sets[row.posting_set_id] for row, _ in postings}
    items = work.session.scalars(sa.select(OpenItem).where(OpenItem.posting_id.in_(set_of))).all()
    _free_payments(work, draft, {item.id: (set_of[item.posting_id], item) for item in items})
    for key, change in list(draft.credit.items()):
        short = -(held[key].credit + change)
        if short.raw > 0:
            mine = next(sets[row.posting_set_id] for row, _ in postings if row.contract_account_id == key)
            _regain_credit(work, draft, mine, key, short, {item.id for item in items})
    _check_credit(draft, held)
    _write(work, draft)
    return sets


def _free_payments(work: Work, draft: Draft, items: Mapping[UUID, tuple[UUID, OpenItem]]) -> None:
    """Nothing remains of the items, and what was paid on them is credit now."""
    rows = work.session.scalars(
        sa.select(Clearing).where(Clearing.open_item_id.in_(items), *_stands()).order_by(Clearing.id)
    )
    for row in rows:
        set_id, item = items[row.open_item_id]
        _free(work, draft, set_id, item.contract_account_id, row)
    for _, item in items.values():
        draft.remaining[item.id] = -item.remaining


def _regain_credit(
    work: Work, draft: Draft, set_id: UUID, account: UUID, short: Money, gone: Collection[UUID]
) -> None:
    """Take back what credit alone cleared of an account, the newest first, until ``short`` of it is there again.

    What it cleared is owed again. Items that are ``gone`` were freed already.
    """
    rows = work.session.scalars(
        sa.select(Clearing)
        .join(Posting, Posting.id == Clearing.posting_id)
        .join(PostingSet, PostingSet.id == Posting.posting_set_id)
        .where(
            Posting.contract_account_id == account,
            PostingSet.kind == CREDIT_USED,
            Clearing.open_item_id.not_in(gone),
            *_stands(),
        )
        .order_by(Clearing.id.desc())
    ).all()
    for row in rows:
        if short.raw <= 0:
            break
        short -= row.amount
        _free(work, draft, set_id, account, row)
        if row.kind is ClearingKind.PRINCIPAL:
            draft.remaining[row.open_item_id] = draft.remaining.get(row.open_item_id, Money(0)) + row.amount


def _stands() -> tuple[sa.ColumnElement[bool], ...]:
    """Whether a clearing takes none back and was not taken back."""
    undone = sa.select(Clearing.reverses_id).where(Clearing.reverses_id.is_not(None))
    return Clearing.reverses_id.is_(None), Clearing.id.not_in(undone)


def _free(work: Work, draft: Draft, set_id: UUID, account: UUID, row: Clearing) -> None:
    """What cleared an item is credit again."""
    role = Role.RECEIVABLE if row.kind is ClearingKind.PRINCIPAL else Role.LATE_FEE
    posting = _post(work, draft, set_id, role, row.amount, account)
    _post(work, draft, set_id, Role.CREDIT, -row.amount, account)
    draft.clearings.append(_undoing(work, row, posting))


def _postings(work: Work, posting_set_ids: Sequence[UUID]) -> list[tuple[Posting, Role]]:
    rows = work.session.execute(
        sa.select(Posting, LedgerAccount.role)
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .where(Posting.posting_set_id.in_(posting_set_ids))
        .order_by(Posting.id)
    )
    return [(row, role) for row, role in rows]


def _check_reversible(work: Work, posting_set_ids: Sequence[UUID]) -> None:
    """Refuse what was reversed before, and what reverses something itself."""
    if work.session.scalar(
        sa.select(PostingSet.id).where(PostingSet.reverses_id.in_(posting_set_ids)).limit(1)
    ):
        raise Refused(Text("This was reversed already."))
    itself = sa.select(PostingSet.id).where(
        PostingSet.id.in_(posting_set_ids), PostingSet.reverses_id.is_not(None)
    )
    if work.session.scalar(itself.limit(1)):
        raise Refused(Text("This is a reversal itself: book the payment or the charge again."))


def _check_credit(draft: Draft, held: Mapping[UUID, ContractAccount]) -> None:
    for key, change in draft.credit.items():
        if (held[key].credit + change).raw < 0:
            raise Refused(Text("The credit from this payment is used up: reverse what used it first."))


def _undone(work: Work, posting_ids: Sequence[UUID]) -> set[UUID]:
    """Which postings cleared something that is undone since."""
    later = orm.aliased(Clearing)
    return set(
        work.session.scalars(
            sa.select(Clearing.posting_id)
            .join(later, later.reverses_id == Clearing.id)
            .where(Clearing.posting_id.in_(posting_ids))
        )
    )


def _undoing(work: Work, row: Clearing, posting_id: UUID) -> dict[str, Any]:
    """A clearing that takes another back."""
    return {
        "id": work.new_id(),
        "open_item_id": row.open_item_id,
        "posting_id": posting_id,
        "kind": row.kind,
        "cleared_on": row.cleared_on,
        "amount": -row.amount,
        "reverses_id": row.id,
    }


def _undo_clearings(work: Work, draft: Draft, mirrored: dict[UUID, UUID]) -> None:
    for row in work.session.scalars(sa.select(Clearing).where(Clearing.posting_id.in_(mirrored))):
        draft.clearings.append(_undoing(work, row, mirrored[row.posting_id]))
        if row.kind is ClearingKind.PRINCIPAL:
            draft.remaining[row.open_item_id] = draft.remaining.get(row.open_item_id, Money(0)) + row.amount


def _close_items(work: Work, draft: Draft, posting_ids: set[UUID]) -> None:
    for item in work.session.scalars(sa.select(OpenItem).where(OpenItem.posting_id.in_(posting_ids))):
        if item.remaining != item.amount:
            raise Refused(Text("Something was paid on this already: reverse the payment first."))
        draft.remaining[item.id] = -item.amount


# Proof


def prove(session: orm.Session) -> Iterator[Finding]:
    """Every posting set sums to zero with two postings at least, all of its own entry; cached balances equal
    the sums behind them."""
    sums = sa.select(
        Posting.posting_set_id.label("set_id"),
        sa.func.sum(Posting.amount).label("total"),
        sa.func.count().label("count"),
    ).group_by(Posting.posting_set_id)
    made = sums.subquery()
    bad = session.execute(
        sa.select(PostingSet.id)
        .outerjoin(made, made.c.set_id == PostingSet.id)
        .where(sa.or_(made.c.count.is_(None), made.c.count < 2, made.c.total != Money(0)))
    ).scalars()
    for key in bad:
        yield Finding(
            "I14",
            PostingSet.__tablename__,
            key,
            "set_sum",
            Text("The postings of this set do not sum to zero"),
        )
    late = session.execute(
        sa.select(PostingSet.id)
        .join(Posting, Posting.posting_set_id == PostingSet.id)
        .where(Posting.entry_id != PostingSet.entry_id)
        .distinct()
    ).scalars()
    for key in late:
        yield Finding(
            "I14",
            PostingSet.__tablename__,
            key,
            "set_foreign",
            Text("This set holds postings of another entry"),
        )
    yield from _prove_balance(session, Role.RECEIVABLE, ContractAccount.owed, 1)
    yield from _prove_balance(session, Role.CREDIT, ContractAccount.credit, -1)
    yield from _prove_items(session)


def _prove_balance(session: orm.Session, role: Role, column: Any, sign: int) -> Iterator[Finding]:
    sums = (
        sa.select(Posting.contract_account_id.label("account"), sa.func.sum(Posting.amount).label("total"))
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .where(LedgerAccount.role == role)
        .group_by(Posting.contract_account_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(ContractAccount.id, column, sums.c.total).outerjoin(
            sums, sums.c.account == ContractAccount.id
        )
    )
    for key, cached, total in rows:
        if cached.raw != sign * (total.raw if total else 0):
            yield Finding(
                "I19",
                ContractAccount.__tablename__,
                key,
                "balance_differs",
                Text("{column} differs from its postings", column=column.key),
            )


def _prove_items(session: orm.Session) -> Iterator[Finding]:
    paid = (
        sa.select(Clearing.open_item_id.label("item"), sa.func.sum(Clearing.amount).label("total"))
        .where(Clearing.kind == ClearingKind.PRINCIPAL)
        .group_by(Clearing.open_item_id)
        .subquery()
    )
    reversed_sets = sa.select(PostingSet.reverses_id).where(PostingSet.reverses_id.is_not(None))
    rows = session.execute(
        sa.select(
            OpenItem.id,
            OpenItem.amount,
            OpenItem.remaining,
            paid.c.total,
            Posting.posting_set_id.in_(reversed_sets),
        )
        .join(Posting, Posting.id == OpenItem.posting_id)
        .outerjoin(paid, paid.c.item == OpenItem.id)
    )
    for key, amount, remaining, total, cancelled in rows:
        expected = 0 if cancelled else amount.raw - (total.raw if total else 0)
        if remaining.raw != expected:
            yield Finding(
                "I19",
                OpenItem.__tablename__,
                key,
                "remaining_differs",
                Text("What remains differs from what was cleared"),
            )
