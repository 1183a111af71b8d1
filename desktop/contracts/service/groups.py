"""Payment groups: accounts that one payer pays together, who is in them from when to when."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.contracts.records import (
    GROUP_PREFIX,
    GroupChange,
    GroupOrder,
    GroupRow,
    GroupShown,
    MemberRow,
    MembersOrder,
)
from desktop.contracts.service.supply import is_main
from desktop.contracts.tables import GroupMember, PaymentGroup, SupplyContract
from desktop.kernel.bulk import among
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding, prove_series
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount
from desktop.metering.tables import ReadingRoute, RouteStop
from desktop.parties import service as parties
from desktop.parties.tables import Party
from desktop.premises.tables import Premise, ServicePoint
from desktop.search import service as search
from desktop.search.records import GROUP as GROUP_OWNER
from desktop.search.records import Owner, paper

GROUP = "payment_group"
"""The gapless series of a hall."""


def find_group(work: Work, number: str) -> PaymentGroup:
    """The payment group with this number; `NotFound` otherwise."""
    row = work.session.scalar(sa.select(PaymentGroup).filter_by(number=number.strip()))
    if row is None:
        raise NotFound(Text("No payment group has the number {number}.", number=number))
    return row


def search_owners(work: Work, group_ids: Sequence[UUID]) -> list[Owner]:
    """Payment groups as search finds them."""
    rows = work.session.execute(
        sa.select(PaymentGroup.id, PaymentGroup.number).where(PaymentGroup.id.in_(group_ids))
    )
    return [paper(GROUP_OWNER, row.id, row.number) for row in rows]


# Who pays for whom


@operation("contracts.change_groups")
def make_group(work: Work, order: GroupOrder) -> GroupRow:
    """Let a payer pay accounts together; each must be in no other group from that day on."""
    if not order.name.strip():
        raise Refused(Text("Say what the group is called."))
    payer = _payer(work, order.payer_account)
    group = _new_group(work, order.name, payer)
    _join(work, group, order.accounts, order.joins_on)
    search.index(work, [paper(GROUP_OWNER, group.id, group.number)], new=True)
    return _rows(work, PaymentGroup.id == group.id)[0]


def carry_group(work: Work, name: str, payer: UUID, members: Sequence[tuple[UUID, date, date | None]]) -> str:
    """Enter a payment group of another system with the accounts that are and were in it, from when to when; its number
    here."""
    group = _new_group(work, name, payer)
    work.insert_many(
        GroupMember,
        [
            {
                "group_id": group.id,
                "contract_account_id": key,
                "valid_from": start,
                "valid_to": end,
                "joined_by": work.actor.name,
                "left_by": work.actor.name if end is not None else "",
            }
            for key, start, end in members
        ],
    )
    search.index(work, [paper(GROUP_OWNER, group.id, group.number)], new=True)
    return group.number


def _new_group(work: Work, name: str, payer: UUID) -> PaymentGroup:
    """A payment group without members, under the next number of the hall."""
    running = work.number(work.station.hall_id, GROUP)
    group = PaymentGroup(
        id=work.new_id(),
        number=f"{GROUP_PREFIX}{work.station.hall_code}-{work.today.year}-{running:06}",
        hall_id=work.station.hall_id,
        year=work.today.year,
        running=running,
        name=name.strip(),
        party_id=payer,
    )
    work.add(group)
    work.session.flush()
    return group


@operation("contracts.change_groups")
def change_group(work: Work, order: GroupChange) -> GroupRow:
    """Give a payment group another name or another payer; bills that were made together stay as they are."""
    group = work.lock(PaymentGroup, [find_group(work, order.number).id]).popitem()[1]
    if not order.name.strip():
        raise Refused(Text("Say what the group is called."))
    group.name = order.name.strip()
    if order.payer_account:
        group.party_id = _payer(work, order.payer_account)
    work.session.flush()
    return _rows(work, PaymentGroup.id == group.id)[0]


def _payer(work: Work, account_number: str) -> UUID:
    key = ledger.account_id(work, account_number)
    return ledger.accounts(work, [key])[key].party_id


@operation("contracts.change_groups")
def join_group(work: Work, order: MembersOrder) -> GroupRow:
    """Let accounts be in a payment group from a day on; refused for one that is in a group then."""
    group = find_group(work, order.number)
    _join(work, group, order.accounts, order.on)
    return _rows(work, PaymentGroup.id == group.id)[0]


def _join(work: Work, group: PaymentGroup, numbers: Sequence[str], on: date) -> None:
    keys = _accounts(work, numbers)
    work.lock(ContractAccount, keys)
    later = sa.or_(GroupMember.valid_to.is_(None), GroupMember.valid_to > on)
    taken = work.session.execute(
        sa.select(ContractAccount.number, PaymentGroup.number.label("group"))
        .join(GroupMember, GroupMember.contract_account_id == ContractAccount.id)
        .join(PaymentGroup, PaymentGroup.id == GroupMember.group_id)
        .where(ContractAccount.id.in_(keys), later)
        .order_by(ContractAccount.number)
    ).first()
    if taken is not None:
        raise Refused(
            Text(
                "Account {number} is in payment group {group} on {day} or later: let it leave there first.",
                number=taken.number,
                group=taken.group,
                day=on,
            )
        )
    for key in keys:
        work.add(
            GroupMember(
                id=work.new_id(),
                group_id=group.id,
                contract_account_id=key,
                valid_from=on,
                valid_to=None,
                joined_by=work.actor.name,
                left_by="",
            )
        )
    work.session.flush()


@operation("contracts.change_groups")
def leave_group(work: Work, order: MembersOrder) -> GroupRow:
    """Let accounts be no more in a payment group from a day on; what was billed together stays so."""
    group = find_group(work, order.number)
    keys = _accounts(work, order.accounts)
    work.lock(ContractAccount, keys)
    now = {
        row.contract_account_id: row
        for row in work.session.scalars(
            sa.select(GroupMember).where(
                GroupMember.group_id == group.id,
                GroupMember.contract_account_id.in_(keys),
                GroupMember.valid_to.is_(None),
            )
        )
    }
    for key, number in zip(keys, order.accounts, strict=True):
        if key not in now:
            raise Refused(
                Text("Account {number} is not in payment group {group}.", number=number, group=group.number)
            )
        if order.on < now[key].valid_from:
            raise Refused(
                Text(
                    "Account {number} joined on {day} only: it leaves on that day or later.",
                    number=number,
                    day=now[key].valid_from,
                )
            )
        now[key].valid_to, now[key].left_by = order.on, work.actor.name
    work.session.flush()
    return _rows(work, PaymentGroup.id == group.id)[0]


def _accounts(work: Work, numbers: Sequence[str]) -> list[UUID]:
    """The accounts with these numbers, each once."""
    keys = [ledger.account_id(work, number) for number in numbers]
    if not keys:
        raise Refused(Text("Name the accounts."))
    if len(set(keys)) < len(keys):
        raise Refused(Text("An account is named twice."))
    return keys


# Who is in it


def _on(day: date) -> sa.ColumnElement[bool]:
    """Whether a membership holds on a day."""
    ends = sa.or_(GroupMember.valid_to.is_(None), GroupMember.valid_to > day)
    return sa.and_(GroupMember.valid_from <= day, ends)


def members_on(work: Work, group_id: UUID, day: date) -> list[UUID]:
    """The accounts in a payment group on a day, in the walking order of their routes."""
    return [row.account_id for row in _members(work, GroupMember.group_id == group_id, _on(day))]


def groups_on(work: Work, account_ids: Collection[UUID], day: date) -> dict[UUID, UUID]:
    """The payment group of accounts on a day, by account; those in none are absent."""
    rows = work.session.execute(
        sa.select(GroupMember.contract_account_id, GroupMember.group_id).where(
            among(work.session, GroupMember.contract_account_id, account_ids), _on(day)
        )
    )
    return dict(rows.all())


def group_of(work: Work, account_id: UUID) -> PaymentGroup | None:
    """The payment group an account is in today."""
    return work.session.scalar(
        sa.select(PaymentGroup)
        .join(GroupMember, GroupMember.group_id == PaymentGroup.id)
        .where(GroupMember.contract_account_id == account_id, _on(work.today))
    )


@query("desk.view")
def payment_groups(work: Work, _request: None) -> tuple[GroupRow, ...]:
    """The payment groups of the hall, by number."""
    return _rows(work, PaymentGroup.hall_id == work.station.hall_id)


@query("desk.view")
def payment_group(work: Work, number: str) -> GroupShown:
    """One payment group with its members of now and of before."""
    group = find_group(work, number)
    found = tuple(
        MemberRow(
            account_number=row.number,
            customer_name=row.name,
            address=row.address or "",
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            joined_by=row.joined_by,
            left_by=row.left_by,
            owed=row.owed,
            credit=row.credit,
        )
        for row in _members(work, GroupMember.group_id == group.id)
    )
    now = [one for one in found if one.valid_to is None]
    gone = sorted(
        (one for one in found if one.valid_to is not None), key=lambda one: one.valid_to or date.max
    )
    return GroupShown(_rows(work, PaymentGroup.id == group.id)[0], (*now, *reversed(gone)))


def _rows(work: Work, *where: sa.ColumnElement[bool]) -> tuple[GroupRow, ...]:
    rows = work.session.execute(
        sa.select(
            PaymentGroup.number,
            PaymentGroup.name,
            PaymentGroup.party_id,
            sa.func.count(GroupMember.id).label("members"),
            sa.func.sum(ContractAccount.owed).label("owed"),
        )
        .outerjoin(GroupMember, sa.and_(GroupMember.group_id == PaymentGroup.id, _on(work.today)))
        .outerjoin(ContractAccount, ContractAccount.id == GroupMember.contract_account_id)
        .where(*where)
        .group_by(PaymentGroup.number, PaymentGroup.name, PaymentGroup.party_id)
        .order_by(PaymentGroup.number)
    ).all()
    payers = {row.party_id: parties.current(work, row.party_id) for row in rows}
    people = parties.parties(work, set(payers.values()))
    return tuple(
        GroupRow(row.number, row.name, people[payers[row.party_id]].name, row.members, row.owed or Money(0))
        for row in rows
    )


def _members(work: Work, *where: sa.ColumnElement[bool]) -> list[Any]:
    """Memberships with their accounts, in the walking order of the routes."""
    main = sa.and_(SupplyContract.contract_account_id == ContractAccount.id, is_main())
    rows = work.session.execute(
        sa.select(
            ContractAccount.id.label("account_id"),
            ContractAccount.number,
            ContractAccount.owed,
            ContractAccount.credit,
            Party.name,
            Premise.address,
            GroupMember.valid_from,
            GroupMember.valid_to,
            GroupMember.joined_by,
            GroupMember.left_by,
            ReadingRoute.code,
            RouteStop.position,
        )
        .join(ContractAccount, ContractAccount.id == GroupMember.contract_account_id)
        .join(Party, Party.id == ContractAccount.party_id)
        .outerjoin(SupplyContract, main)
        .outerjoin(ServicePoint, ServicePoint.id == SupplyContract.service_point_id)
        .outerjoin(Premise, Premise.id == ServicePoint.premise_id)
        .outerjoin(RouteStop, RouteStop.service_point_id == ServicePoint.id)
        .outerjoin(ReadingRoute, ReadingRoute.id == RouteStop.route_id)
        .where(*where)
    ).all()
    return sorted(rows, key=lambda row: (row.code or "", row.position or 0, row.number))


# Proof


def prove_groups(session: orm.Session) -> Iterator[Finding]:
    """Numbers of payment groups are gapless; no account is in two groups on a day."""
    numbers = sa.select(PaymentGroup.hall_id, PaymentGroup.year, PaymentGroup.running)
    yield from prove_series(session, GROUP, numbers, PaymentGroup.__tablename__)
    one, other = GroupMember, orm.aliased(GroupMember)
    twice = session.scalars(
        sa.select(one.id).join(
            other,
            sa.and_(
                other.contract_account_id == one.contract_account_id,
                other.id > one.id,
                sa.or_(other.valid_to.is_(None), other.valid_to > one.valid_from),
                sa.or_(one.valid_to.is_(None), one.valid_to > other.valid_from),
            ),
        )
    )
    for key in twice:
        yield Finding(
            "I20",
            one.__tablename__,
            key,
            "group_twice",
            Text("This account is in two payment groups at once"),
        )
