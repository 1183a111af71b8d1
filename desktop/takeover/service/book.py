"""The lines of a whole hall, sheet by sheet, streamed from one moment, its control totals counted on the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing import service as billing
from desktop.billing.tables import Instalment
from desktop.contracts import service as contracts
from desktop.contracts.records import Service
from desktop.contracts.tables import GroupMember, PaymentGroup, SupplyContract
from desktop.kernel.measures import Money
from desktop.ledger.records import ClearingKind, ItemKind, Role
from desktop.ledger.tables import Clearing, ContractAccount, LedgerAccount, OpenItem, Posting
from desktop.metering.tables import (
    PointCapacity,
    ReadingRoute,
    RouteStop,
)
from desktop.parties import service as parties
from desktop.parties.records import ContactKind
from desktop.parties.tables import Contact, Party, PartyRole
from desktop.premises.tables import Premise, ServicePoint
from desktop.takeover.documents.agreed import BILL_LIMITS, READ_LIMITS, SPELLS, TERMS
from desktop.takeover.documents.columns import HallSheet
from desktop.takeover.documents.paying import GROUPS, MEMBERS, PLANS, WISHES
from desktop.takeover.documents.sheets import (
    ACCOUNTS,
    CONTRACTS,
    HISTORY,
    ITEMS,
    METERS,
    PARTIES,
    PAYMENTS,
    POINTS,
    PREMISES,
    READS,
    TARIFFS,
)
from desktop.takeover.records import (
    SEVERAL,
    AccountLine,
    ContractLine,
    GroupLine,
    ItemLine,
    MemberLine,
    PartyLine,
    PaymentLine,
    PointLine,
    PremiseLine,
    TariffLine,
)
from desktop.takeover.service.agreements import (
    further,
    plan_lines,
    share_tariffs,
    spell_lines,
    terms_lines,
    wish_lines,
)
from desktop.takeover.service.here import bill_limits, read_limits
from desktop.takeover.service.metered import meter_lines, month_lines, read_lines
from desktop.takeover.service.moment import Moment
from desktop.tariffs.tables import Tariff


class Book(Moment):
    """The lines of every sheet, in order, asked for when they are written."""

    def sheets(self) -> Iterator[tuple[HallSheet, Iterable[Any]]]:
        """Each sheet with its lines."""
        made: tuple[tuple[HallSheet, Callable[[], Iterator[Any]]], ...] = (
            (PARTIES, self._parties),
            (PREMISES, self._premises),
            (POINTS, self._points),
            (METERS, lambda: meter_lines(self)),
            (READS, lambda: read_lines(self)),
            (ACCOUNTS, self._accounts),
            (CONTRACTS, self._contracts),
            (TERMS, lambda: terms_lines(self)),
            (SPELLS, lambda: spell_lines(self)),
            (TARIFFS, self._tariffs),
            (ITEMS, self._items),
            (PAYMENTS, self._payments),
            (HISTORY, lambda: month_lines(self)),
            (PLANS, lambda: plan_lines(self)),
            (WISHES, lambda: wish_lines(self)),
            (GROUPS, self._groups),
            (MEMBERS, self._members),
            (READ_LIMITS, lambda: read_limits(self.work)),
            (BILL_LIMITS, lambda: bill_limits(self.work)),
        )
        for sheet, lines in made:
            yield sheet, self.told(sheet, lines())

    # Parties, premises, service points ------------------------------------------------------------------------

    def _parties(self) -> Iterator[PartyLine]:
        statement = (
            sa.select(Party, self.parties.c.running, parties.is_merged(Party.id).label("merged"))
            .join(self.parties, self.parties.c.id == Party.id)
            .where(self._ours(Party.id))
            .order_by(Party.id)
        )
        for some in self.some(statement):
            ids = [party.id for party, *_ in some]
            roles, (contacts, notices) = self._roles(ids), self._contacts(ids)
            heads = self._heads([party.id for party, _, merged in some if merged])
            for party, running, merged in some:
                if merged and party.id not in heads:  # its accounts are another hall's
                    continue
                known = contacts[party.id]
                phones = (party.phone, *known[ContactKind.MOBILE], *known[ContactKind.PHONE])
                yield PartyLine(
                    number=f"P{running}",
                    name=party.name,
                    kind=party.kind,
                    roles=tuple(roles[party.id]),
                    debtor_type=party.debtor_type,
                    language=party.language,
                    phones=tuple(dict.fromkeys(filter(None, phones))),
                    identity=_first(known[ContactKind.IDENTITY]),
                    email=_first(known[ContactKind.EMAIL]),
                    postal=_first(known[ContactKind.POSTAL]),
                    bank=_first(known[ContactKind.BANK]),
                    authorised=f"{SEVERAL} ".join(reversed(known[ContactKind.AUTHORISED])),
                    notices=notices.get(party.id, ""),
                    merge_with=heads.get(party.id, ""),
                )

    def _ours(self, party_id: Any) -> sa.ColumnElement[bool]:
        """Whether a party has an account in this hall, or none at all."""
        account = orm.aliased(ContractAccount)
        return sa.or_(
            sa.exists().where(account.party_id == party_id, account.hall_id == self.work.station.hall_id),
            ~sa.exists().where(account.party_id == party_id),
        )

    def _heads(self, merged: Sequence[UUID]) -> dict[UUID, str]:
        """The number of whom each of some merged parties is now, where that one is ours."""
        now = {key: parties.current(self.work, key) for key in merged}
        rows = self.work.session.execute(
            sa.select(self.parties.c.id, self.parties.c.running).where(
                self.parties.c.id.in_(set(now.values())), self._ours(self.parties.c.id)
            )
        )
        running = {row.id: f"P{row.running}" for row in rows} if now else {}
        return {key: running[head] for key, head in now.items() if head in running}

    def _running(self, party_ids: Collection[UUID]) -> dict[UUID | None, int]:
        """The running numbers of some parties."""
        mine = self.parties.c.id.in_(party_ids)
        rows = self.work.session.execute(sa.select(self.parties.c.id, self.parties.c.running).where(mine))
        return dict(rows.all()) if party_ids else {}

    def _roles(self, ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
        found: dict[UUID, list[Any]] = defaultdict(list)
        rows = self.work.session.execute(
            sa.select(PartyRole.party_id, PartyRole.kind)
            .where(PartyRole.party_id.in_(ids))
            .order_by(PartyRole.kind)
        )
        for party_id, kind in rows:
            found[party_id].append(kind)
        return found

    def _contacts(
        self, ids: Sequence[UUID]
    ) -> tuple[dict[UUID, dict[ContactKind, list[str]]], dict[UUID, str]]:
        """Contacts that hold, newest first after the one that notices go to; and that one."""
        found: dict[UUID, dict[ContactKind, list[str]]] = defaultdict(lambda: defaultdict(list))
        notices: dict[UUID, str] = {}
        rows = self.work.session.execute(
            sa.select(Contact.party_id, Contact.kind, Contact.value, Contact.notices)
            .where(Contact.party_id.in_(ids), Contact.valid_to.is_(None))
            .order_by(Contact.notices.desc(), Contact.valid_from.desc(), Contact.id.desc())
        )
        for party_id, kind, value, told in rows:
            found[party_id][kind].append(value)
            if told:
                notices.setdefault(party_id, value)
        return found, notices

    def _premises(self) -> Iterator[PremiseLine]:
        held = sa.exists().where(
            ServicePoint.premise_id == Premise.id, ServicePoint.id == self.held.c.point_id
        )
        statement = (
            sa.select(self.premises.c.running, Premise.address, Premise.postcode, Premise.region)
            .join(self.premises, self.premises.c.id == Premise.id)
            .where(held)
            .order_by(Premise.id)
        )
        for some in self.some(statement):
            for running, address, postcode, region in some:
                yield PremiseLine(f"H{running}", address, postcode, region)

    def _points(self) -> Iterator[PointLine]:
        point = ServicePoint
        statement = (
            sa.select(
                point,
                self.points.c.running,
                self.premises.c.running.label("premise"),
                PointCapacity.capacity,
                self.held.c.nth,
                ContractAccount.number,
                ReadingRoute.code,
                RouteStop.position,
            )
            .join(self.held, self.held.c.point_id == point.id)
            .join(self.points, self.points.c.id == point.id)
            .join(self.premises, self.premises.c.id == point.premise_id)
            .join(ContractAccount, ContractAccount.id == self.held.c.account_id)
            .outerjoin(PointCapacity, PointCapacity.service_point_id == point.id)
            .outerjoin(RouteStop, RouteStop.service_point_id == point.id)
            .outerjoin(ReadingRoute, ReadingRoute.id == RouteStop.route_id)
            .order_by(point.id)
        )
        for some in self.some(statement):
            for one, running, premise, capacity, nth, account, route, position in some:
                line = PointLine(
                    f"S{running}",
                    f"H{premise}",
                    one.voltage,
                    one.feeder_code,
                    one.transformer_code,
                    one.supply_state,
                    capacity,
                )
                further = nth > 1
                yield (
                    replace(line, account=account, route=route or "", position=position) if further else line
                )

    # Accounts and what hangs on them --------------------------------------------------------------------------

    def _accounts(self) -> Iterator[AccountLine]:
        account = ContractAccount
        ahead = (
            sa.select(
                OpenItem.contract_account_id,
                sa.func.sum(OpenItem.amount).label("asked"),
                sa.func.sum(OpenItem.remaining).label("left"),
            )
            .where(_asked_ahead())
            .group_by(OpenItem.contract_account_id)
            .subquery()
        )
        held = (
            sa.select(Posting.contract_account_id, sa.func.sum(Posting.amount).label("posted"))
            .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
            .where(LedgerAccount.role == Role.DEPOSIT)
            .group_by(Posting.contract_account_id)
            .subquery()
        )
        statement = (
            sa.select(
                account.id,
                account.number,
                account.credit,
                held.c.posted,
                ahead.c.asked,
                ahead.c.left,
                self.parties.c.running.label("party"),
                self.points.c.running.label("point"),
                ReadingRoute.code,
                RouteStop.position,
                self.held.c.customer_class,
            )
            .join(self.parties, self.parties.c.id == account.party_id)
            .outerjoin(held, held.c.contract_account_id == account.id)
            .outerjoin(ahead, ahead.c.contract_account_id == account.id)
            .outerjoin(self.held, sa.and_(self.held.c.account_id == account.id, self.held.c.nth == 1))
            .outerjoin(self.points, self.points.c.id == self.held.c.point_id)
            .outerjoin(RouteStop, RouteStop.service_point_id == self.held.c.point_id)
            .outerjoin(ReadingRoute, ReadingRoute.id == RouteStop.route_id)
            .where(account.hall_id == self.work.station.hall_id)
            .order_by(ReadingRoute.code, RouteStop.position, account.number)
        )
        for some in self.some(statement):
            came = contracts.brought(self.work, [row.id for row in some])
            running = self._running(set(came.values()))
            for row in some:
                credit = row.credit + row.asked - row.left if row.asked else row.credit
                deposit = -row.posted if row.posted else Money(0)
                self.counted.deposits += deposit.raw
                if credit:
                    self.counted.of(row.customer_class or "")[3] += credit.raw
                yield AccountLine(
                    number=row.number,
                    party=f"P{running.get(came.get(row.id), row.party)}",
                    point=f"S{row.point}" if row.point else "",
                    route=row.code or "",
                    position=row.position,
                    credit=credit,
                    deposit=deposit,
                )

    def _contracts(self) -> Iterator[ContractLine]:
        contract = SupplyContract
        statement = (
            sa.select(
                ContractAccount.number,
                Tariff.code,
                contract.valid_from,
                contract.valid_to,
                self.held.c.nth,
                self.points.c.running,
            )
            .join(self.held, self.of_contract(contract))
            .join(self.points, self.points.c.id == contract.service_point_id)
            .join(ContractAccount, ContractAccount.id == contract.contract_account_id)
            .join(Tariff, Tariff.id == contract.tariff_id)
            .where(contract.service == Service.SUPPLY)
            .order_by(contract.id)
        )
        for some in self.some(statement):
            for number, tariff, valid_from, valid_to, nth, running in some:
                yield ContractLine(number, tariff, valid_from, valid_to, further(nth, running))

    def _tariffs(self) -> Iterator[TariffLine]:
        used = sa.or_(
            sa.exists().where(
                SupplyContract.tariff_id == Tariff.id, SupplyContract.hall_id == self.work.station.hall_id
            ),
            Tariff.code.in_(share_tariffs(self.work)),
        )
        rows = self.work.session.execute(
            sa.select(Tariff.code, Tariff.name).where(used).order_by(Tariff.code)
        )
        for code, name in rows.all():
            yield TariffLine(code, name)

    def _items(self) -> Iterator[ItemLine]:
        statement = (
            sa.select(OpenItem, ContractAccount.number)
            .join(ContractAccount, ContractAccount.id == OpenItem.contract_account_id)
            .where(*self._open())
            .order_by(OpenItem.id)
        )
        for some in self.some(statement):
            for item, account in some:
                counted = self.counted.of(item.customer_class)
                counted[0] += 1
                counted[1] += item.amount.raw
                counted[2] += item.remaining.raw
                yield ItemLine(
                    number=item.source_number,
                    account=account,
                    month=item.month,
                    due_on=item.due_on,
                    amount=item.amount,
                    energy=item.energy,
                    customer_class=item.customer_class,
                    rule_set=item.rule_set,
                )

    def _open(self) -> tuple[sa.ColumnElement[bool], ...]:
        """What is owed of bills; instalments of a month that is not billed yet are owed once more by its bill."""
        here = ContractAccount.hall_id == self.work.station.hall_id
        return OpenItem.remaining > Money(0), here, ~_asked_ahead()

    def _payments(self) -> Iterator[PaymentLine]:
        """What was paid of open items, by day; a payment that was reversed leaves nothing."""

        def paid(kind: ClearingKind) -> sa.ColumnElement[Money]:
            return sa.func.sum(Clearing.amount).filter(Clearing.kind == kind)

        statement = (
            sa.select(
                OpenItem.source_number,
                ContractAccount.number,
                Clearing.cleared_on,
                paid(ClearingKind.PRINCIPAL).label("principal"),
                paid(ClearingKind.LATE_FEE).label("late_fee"),
            )
            .join(OpenItem, OpenItem.id == Clearing.open_item_id)
            .join(ContractAccount, ContractAccount.id == OpenItem.contract_account_id)
            .where(*self._open())
            .group_by(OpenItem.id, OpenItem.source_number, ContractAccount.number, Clearing.cleared_on)
            .order_by(OpenItem.id, Clearing.cleared_on)
        )
        for some in self.some(statement):
            for item, account, day, principal, late_fee in some:
                if principal or late_fee:
                    yield PaymentLine(item, account, day, principal or Money(0), late_fee or Money(0))

    def _groups(self) -> Iterator[GroupLine]:
        """Payment groups whose payer is among the parties."""
        for number, name, running in self.work.session.execute(
            sa.select(PaymentGroup.number, PaymentGroup.name, self.parties.c.running)
            .join(self.parties, self.parties.c.id == PaymentGroup.party_id)
            .where(self._our_group())
            .order_by(PaymentGroup.id)
        ):
            yield GroupLine(number, name, f"P{running}")

    def _members(self) -> Iterator[MemberLine]:
        member = GroupMember
        statement = (
            sa.select(PaymentGroup.number, ContractAccount.number, member.valid_from, member.valid_to)
            .join(PaymentGroup, PaymentGroup.id == member.group_id)
            .join(ContractAccount, ContractAccount.id == member.contract_account_id)
            .where(
                self._our_group(),
                ContractAccount.hall_id == self.work.station.hall_id,
                sa.or_(member.valid_to.is_(None), member.valid_to > member.valid_from),
            )
            .order_by(member.id)
        )
        for some in self.some(statement):
            for row in some:
                yield MemberLine(*row)

    def _our_group(self) -> sa.ColumnElement[bool]:
        return sa.and_(PaymentGroup.hall_id == self.work.station.hall_id, self._ours(PaymentGroup.party_id))


def _asked_ahead() -> sa.ColumnElement[bool]:
    """Whether an item is an instalment of a month that is not billed yet: what was paid of it is paid ahead."""
    asked = sa.select(Instalment.number).where(billing.not_deducted())
    return sa.and_(OpenItem.kind == ItemKind.INSTALMENT, OpenItem.source_number.in_(asked))


def _first(values: Sequence[str]) -> str:
    return values[0] if values else ""
