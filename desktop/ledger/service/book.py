"""Every way money moves: posting sets that sum to zero, into open months alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.asking import Question
from desktop.kernel.errors import Refused
from desktop.kernel.hashing import Same
from desktop.kernel.measures import Money
from desktop.kernel.sending import arrived
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.ledger.records import (
    NOTHING,
    Charge,
    ClearingKind,
    ItemKind,
    KnownAccount,
    KnownItem,
    KnownPayment,
    Role,
    SettledItem,
    Settlement,
)
from desktop.ledger.rules import Allocation, allocate
from desktop.ledger.service.accounts import (
    CHART,
    Balances,
    chart_of,
    charted,
)
from desktop.ledger.service.owing import HELD, dues_from
from desktop.ledger.tables import (
    Clearing,
    ContractAccount,
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
        if not work.session.info.get("month_held"):
            arrived(work.session.connection())
    except sa.exc.DBAPIError as error:
        if _MONTH_CLOSED in str(error.orig):
            raise _closed(work.today.replace(day=1)) from error
        raise


_MONTH_CLOSED = "ledger_posting_set: its month is closed"
"""What the triggers say."""


def _hold_month(work: Work) -> None:
    """Refuse what would post into a closed month; an open one nobody closes before this work is committed."""
    if "month_held" in work.session.info:
        return
    month = work.today.replace(day=1)
    rows = work.asked(_BOOKS, {"month": month})
    if rows and rows[0].closed:
        raise _closed(month)
    if rows and "chart" not in work.session.info:
        charted(work, rows)
    work.session.info["month_held"] = bool(rows)


_BOOKS = Question(
    CHART.add_columns(LedgerMonth.closed)
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


def start_set(work: Work, draft: Draft, kind: str, reverses_id: UUID | None = None) -> UUID:
    """Begin a posting set of today in a draft, in a month that is held open; its id."""
    _hold_month(work)
    set_id = work.new_id()
    draft.sets.append({"id": set_id, "kind": kind, "posted_on": work.today, "reverses_id": reverses_id})
    return set_id


def post(work: Work, draft: Draft, set_id: UUID, role: Role, amount: Money, account: UUID | None) -> UUID:
    """Add a posting to a draft, and what it changes of its account; its id."""
    posting_id = work.new_id()
    draft.postings.append(
        {
            "id": posting_id,
            "posting_set_id": set_id,
            "ledger_account_id": chart_of(work)[role],
            "contract_account_id": account,
            "amount": amount,
        }
    )
    if account is not None and role is Role.RECEIVABLE:
        draft.owed[account] = draft.owed.get(account, Money(0)) + amount
    if account is not None and role is Role.CREDIT:
        draft.credit[account] = draft.credit.get(account, Money(0)) - amount
    return posting_id


def write(work: Work, draft: Draft) -> None:
    """Write a draft: postings, the sets that close them, what hangs on them, then the derived balances."""
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
    chart, postings = chart_of(work), list[tuple[UUID, UUID, UUID, int]]()
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
                "owed": NOTHING,
                "credit": NOTHING,
            }
            for one in accounts
        ],
    )


def carry_balances(
    work: Work,
    items: Sequence[KnownItem],
    credit: Mapping[UUID, Money],
    deposits: Mapping[UUID, Money] | None = None,
) -> dict[UUID, UUID]:
    """Post what accounts of another system owe, what was paid of it there, their credit, and their deposits.

    Each is a balanced set of its own against the opening account: no revenue and no fee of the other system counts
    here again. The accounts must be new, or locked by the caller. Answers the set of each deposit, by account.
    """
    draft, held_by = Draft(), dict[UUID, UUID]()
    for one in items:
        set_id = start_set(work, draft, OPENING)
        receivable = post(work, draft, set_id, Role.RECEIVABLE, one.amount, one.account_id)
        post(work, draft, set_id, Role.OPENING, -one.amount, one.account_id)
        draft.items.append(_carried_item(work, one, receivable))
        for paid in one.payments:
            _carry_payment(work, draft, one.account_id, draft.items[-1]["id"], paid)
    for role, held in ((Role.CREDIT, credit), (Role.DEPOSIT, deposits or {})):
        for account, amount in held.items():
            set_id = start_set(work, draft, OPENING)
            post(work, draft, set_id, role, -amount, account)
            post(work, draft, set_id, Role.OPENING, amount, account)
            if role is Role.DEPOSIT:
                held_by[account] = set_id
    write(work, draft)
    return held_by


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
    set_id = start_set(work, draft, OPENING)
    parts = (
        (Role.RECEIVABLE, ClearingKind.PRINCIPAL, paid.principal),
        (Role.OPENING, ClearingKind.LATE_FEE, paid.late_fee),
    )
    for role, kind, amount in parts:
        if amount:
            posting = post(work, draft, set_id, role, -amount, account)
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
    post(work, draft, set_id, Role.OPENING, paid.principal + paid.late_fee, account)
    if paid.principal:
        draft.remaining[item] = draft.remaining.get(item, Money(0)) - paid.principal


def settle(
    work: Work,
    account_key: UUID,
    amount: Money,
    role: Role | None,
    paid_on: date | None = None,
    *,
    first: UUID | None = None,
) -> Settlement:
    """Lock an account, and settle what it owes: see `settle_held`."""
    account = work.asked(HELD, {"accounts": [account_key]}).one()
    return settle_held(work, account, amount, role, paid_on, first=first)


def settle_held(
    work: Work,
    account: Any,
    amount: Money,
    role: Role | None,
    paid_on: date | None = None,
    *,
    first: UUID | None = None,
) -> Settlement:
    """Clear what an account owes with its credit and then with ``amount`` of new money on ``role``.

    Items are cleared in the country's order, after the one that the money is meant for (``first``), if any; what is
    left over becomes credit. The account is given by its row, which has the columns of `HELD` and was locked as it is
    there. One posting set; none where nothing moves. Money that came on an earlier day, ``paid_on``, stops late fees
    from then on.
    """
    day = paid_on or work.today
    owing = dues_from(work, [account], day)[account.id]
    spread, left = allocate(
        account.credit + amount, owing.items, late_fee_first=work.country.late_fee_first, first=first
    )
    used = [part for part in spread if part.principal or part.late_fee]
    grown = left - account.credit
    set_id = None
    if amount or used:
        draft = Draft()
        set_id = start_set(work, draft, "payment" if role else CREDIT_USED)
        if role is not None:
            post(work, draft, set_id, role, amount, account.id)
        if grown:
            post(work, draft, set_id, Role.CREDIT, -grown, account.id)
        for part in used:
            _clear(work, draft, set_id, account.id, part, day)
        write(work, draft)
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
        posting = post(work, draft, set_id, role, -amount, account)
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
    set_id = start_set(work, draft, kind)
    post(work, draft, set_id, to, amount, account)
    post(work, draft, set_id, source, -amount, account)
    write(work, draft)
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
    set_id = start_set(work, draft, REFUND)
    post(work, draft, set_id, Role.CREDIT, amount, account.id)
    post(work, draft, set_id, role, -amount, account.id)
    write(work, draft)
    return set_id
