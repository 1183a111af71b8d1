"""The cards: all that is known of one account, and of one party with all its accounts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from desktop.billing import service as billing
from desktop.billing.records import OF_MONTH
from desktop.billing.rules import accumulated
from desktop.billing.tables import Bill
from desktop.contracts import service as contracts
from desktop.contracts.tables import SupplyContract
from desktop.counter import service as counter
from desktop.counter.records import ReceiptIssued, ReceiptQuery
from desktop.debits import service as debits
from desktop.desk.records import (
    AccountCard,
    AccountRow,
    BillRow,
    ContractRow,
    MergePreview,
    PartyAccount,
    PartyCard,
    PointShown,
)
from desktop.desk.service.lists import SHOWN, rows_of, with_contract
from desktop.kernel import canonical
from desktop.kernel.errors import NotFound
from desktop.kernel.history import HistoryRow
from desktop.kernel.measures import Energy, Money
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import SHAPES, Text
from desktop.kernel.work import Work, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.metering.records import MonthUsage, ReadSource, RegisterUsage
from desktop.metering.rules import together
from desktop.parties import service as parties
from desktop.parties.records import DebtorType, MergeShown, PartChanged, PartyKind, PartyPart
from desktop.parties.rules import masked_phone as masked
from desktop.parties.tables import Party
from desktop.premises import service as premises
from desktop.tariffs import service as tariffs

MONTHS_SHOWN = 13
PAYMENTS_SHOWN = 240
"""Twenty years of monthly payments."""

ACCOUNTS_OF_PARTY = 500


@query("desk.view")
def account_card(work: Work, number: str) -> AccountCard:
    """All a clerk needs of one account."""
    plain = "".join(number.split())
    found = work.session.execute(
        with_contract(*SHOWN, SupplyContract, Party.language).where(ContractAccount.number == plain)
    ).first()
    if found is None:
        raise NotFound(
            Text("No account has the number {number}. Check it, or search by name or meter.", number=number)
        )
    (row,), contract = rows_of(work, [found]), found.SupplyContract
    contracts_shown, stays = _contracts(work, row.account_id)
    supplied = contracts.points_of(work, row.account_id)
    points = _points(work, supplied)
    usage, used = _usage(work, row.account_id, supplied, stays)
    party_id = ledger.accounts(work, [row.account_id])[row.account_id].party_id
    group = contracts.group_of(work, row.account_id)
    awaiting, bank = debits.debit_of(work, row.account_id)
    return AccountCard(
        row=row,
        party_id=party_id,
        use_class=points[0].use_class,
        tariff_name=points[0].tariff_name,
        supply_state=points[0].supply_state,
        route=points[0].route,
        language=found.language,
        dues=ledger.dues(work, row.number),
        usage=usage,
        accumulated=used,
        bills=_bills(work, row.account_id),
        payments=counter.payments(work, row.account_id, PAYMENTS_SHOWN),
        closed_on=contract.valid_to if contract.valid_to and contract.valid_to <= work.today else None,
        reads=metering.history(work, stays),
        points=points,
        contracts=contracts_shown,
        contacts=parties.contacts(work, party_id),
        notes=tuple(
            note for note in parties.notes(work, party_id) if note.account_id in (None, row.account_id)
        ),
        group=group.number if group else "",
        instalments=billing.instalments_of(work, row.account_id),
        cheques_pending=counter.pending_cheques(work, [row.account_id]).get(row.account_id, Money(0)),
        cheques_returned=counter.returned_cheques(work, row.account_id),
        debit_awaiting=awaiting,
        debit_bank=bank,
        agreement=ledger.agreement_of(work, row.account_id),
        asked_reads=metering.asked_reads(work, [point.service_point_id for point in points]),
        tests=metering.meter_tests_of(work, row.account_id),
    )


def _points(work: Work, found: Sequence[SupplyContract]) -> tuple[PointShown, ...]:
    """The service points of an account by its newest contracts there."""
    ids = {one.service_point_id for one in found}
    places, meters, names = (
        premises.places(work, ids),
        metering.serial_numbers(work, ids),
        tariffs.names(work),
    )
    routes = metering.walking_order(work, ids)
    return tuple(
        PointShown(
            service_point_id=one.service_point_id,
            contract_number=one.number,
            address=places[one.service_point_id].address,
            meter_serial=meters.get(one.service_point_id, ""),
            route=routes.get(one.service_point_id, ("", 0))[0],
            supply_state=places[one.service_point_id].supply_state,
            tariff_name=names[one.tariff_id][0],
            use_class=Text(names[one.tariff_id][1]),
            ended_on=one.valid_to,
        )
        for one in found
    )


def _usage(
    work: Work,
    account_id: UUID,
    newest: Sequence[SupplyContract],
    stays: Mapping[UUID, tuple[date, date | None]],
) -> tuple[tuple[MonthUsage, ...], Energy]:
    """The months an account used electricity at its service points, all together, and the energy that counts for the
    contracts that run this year: in steps of the year what bills count."""
    period = Period.month(f"{work.today:%Y-%m}")
    found = metering.usage(work, set(stays), period, months_before(work.today, MONTHS_SHOWN))
    counted = billing.counted_this_year(work, account_id, period)
    histories, used = [], Energy.total(list(counted.values()))
    for contract in newest:
        start, end = stays[contract.service_point_id]
        history = [
            month
            for month in found[contract.service_point_id].history
            if start.replace(day=1) <= month.month and (end is None or month.month < end)
        ]
        histories.append(history)
        running = contract.valid_to is None or contract is newest[0]
        if running and contract.service_point_id not in counted:
            since = max(contract.valid_from, period.start.replace(month=1))
            used += accumulated(history, since, period.start, work.country.billed_energy_decimals)
    return together(histories)[-MONTHS_SHOWN:], used


def _contracts(
    work: Work, account_id: UUID
) -> tuple[tuple[ContractRow, ...], dict[UUID, tuple[date, date | None]]]:
    """An account's contracts, newest first, and from when to when it is supplied at which service point."""
    rows = work.session.scalars(
        sa.select(SupplyContract)
        .filter_by(contract_account_id=account_id)
        .order_by(SupplyContract.valid_from.desc(), SupplyContract.number.desc())
    ).all()
    points = {row.service_point_id for row in rows}
    places, names = premises.places(work, points), tariffs.names(work)
    found = []
    stays: dict[UUID, tuple[date, date | None]] = {}
    for row in rows:
        last_day = stays[row.service_point_id][1] if row.service_point_id in stays else row.valid_to
        stays[row.service_point_id] = (row.valid_from, last_day)
        name, use_class = names[row.tariff_id]
        last = row.valid_to or max(work.today, row.valid_from) + timedelta(days=1)
        versions = tariffs.in_force(work, row.tariff_id, Period(row.valid_from, last))
        found.append(
            ContractRow(
                number=row.number,
                service=row.service,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                tariff_name=name,
                use_class=Text(use_class),
                address=places[row.service_point_id].address,
                versions=tuple(version.basis for version in versions),
            )
        )
    return tuple(found), stays


def _bills(work: Work, account_id: UUID) -> tuple[BillRow, ...]:
    left, paid = ledger.open_amounts(work, account_id), ledger.paid_days(work, account_id)
    by_cheque, disputed = counter.paid_by_pending(work, account_id), ledger.disputed_papers(work, account_id)
    rows = work.session.scalars(
        sa.select(Bill)
        .filter_by(contract_account_id=account_id)
        .order_by(Bill.period_start.desc(), Bill.number.desc())
    ).all()
    gone = billing.reversal_days(work, [row.id for row in rows])
    amounts: dict[date, Money] = {
        row.period_start: row.amount for row in rows if row.id not in gone and row.kind in OF_MONTH
    }
    found = []
    for row in rows:
        reads = canonical.build(tuple[RegisterUsage, ...], json.loads(row.trace)["reads"])
        before = amounts.get(months_before(row.period_start, 1))
        found.append(
            BillRow(
                number=row.number,
                month=row.period_start,
                issued_on=row.issued_on,
                due_on=row.due_on,
                energy=row.energy,
                amount=row.amount,
                open=left.get(row.number, Money(0)),
                days=Period(row.period_start, row.period_end).days,
                version=tariffs.version(work, row.tariff_version_id).basis.version,
                difference=(
                    row.amount - before
                    if before is not None and row.id not in gone and row.kind in OF_MONTH
                    else None
                ),
                paid_on=paid.get(row.number),
                read_on=max((work.local(read.current_at).date() for read in reads), default=None),
                read_ids=tuple(read.current_read_id for read in reads),
                estimated=any(read.source is ReadSource.ESTIMATED for read in reads),
                reversed_on=gone.get(row.id),
                of_month=row.kind in OF_MONTH,
                cheque=row.number in by_cheque,
                disputed=row.number in disputed,
            )
        )
    return tuple(found)


@query("desk.view")
def receipt(work: Work, number: str) -> ReceiptIssued:
    """The receipt of a payment on a card, as it was issued."""
    return counter.receipt(work, ReceiptQuery(number))


@query("desk.view")
def party_card(work: Work, party_id: UUID) -> PartyCard:
    """One party with all its roles, all its accounts, and what happened to it."""
    who = parties.party(work, party_id)
    theirs = with_contract(*SHOWN).where(ContractAccount.party_id == party_id)
    rows = rows_of(
        work,
        work.session.execute(theirs.order_by(ContractAccount.number).limit(ACCOUNTS_OF_PARTY)).all(),
    )
    merges = parties.merges(work, party_id)
    now = parties.current(work, party_id)
    history = sorted(
        (*_merged(merges), *_history(work, party_id, rows)),
        key=lambda row: (row.on, row.at),
        reverse=True,
    )
    return PartyCard(
        party_id=party_id,
        kind=who.kind,
        name=who.name,
        language=who.language,
        debtor_type=who.debtor_type,
        phone=masked(who.phone),
        roles=parties.roles(work, party_id),
        accounts=tuple(PartyAccount(row, ledger.dues(work, row.number).late_fee) for row in rows),
        contacts=parties.contacts(work, party_id),
        notes=parties.notes(work, party_id),
        history=tuple(history),
        merged_into=None if now == party_id else (now, parties.party(work, now).name),
        merges=tuple(one for one in merges if one.undone_at is None and one.merged_id != party_id),
    )


@query("parties.merge")
def merge_preview(work: Work, pair: tuple[UUID, UUID]) -> MergePreview:
    """Who would stay and who would be merged, side by side, and what speaks against it."""
    kept, merged = (party_card(work, parties.current(work, key)) for key in pair)
    warnings = []
    if kept.kind is not merged.kind:
        warnings.append(Text("One is a person, the other an organisation"))
    numbers = [parties.known_by(work, one.party_id) for one in (kept, merged)]
    if all(numbers) and not numbers[0] & numbers[1]:
        warnings.append(Text("Their identity or tax numbers differ"))
    return MergePreview(kept, merged, tuple(warnings))


def _merged(merges: Sequence[MergeShown]) -> Iterator[HistoryRow]:
    """What was merged and undone, as both parties tell it."""
    for one in merges:
        what = Text("{name} was merged into {kept}", name=one.merged_name, kept=one.kept_name)
        yield HistoryRow(one.merged_at.date(), f"{one.merged_at:%H:%M}", what, one.reason, one.merged_by)
        if one.undone_at is not None:
            what = Text("{name} and {kept} are two again", name=one.merged_name, kept=one.kept_name)
            yield HistoryRow(
                one.undone_at.date(), f"{one.undone_at:%H:%M}", what, one.undone_why, one.undone_by
            )


def _from_to(one: PartChanged) -> Text:
    """What a part of a party was and what it became, in words."""
    before, after = (
        DebtorType.of(value)
        if one.part is PartyPart.DEBTOR_TYPE
        else SHAPES[value].name
        if one.part is PartyPart.LANGUAGE
        else PartyKind.of(value)
        if one.part is PartyPart.KIND
        else value
        for value in (one.before, one.after)
    )
    return Text("was {before}, now {after}", before=before, after=after)


def _history(work: Work, party_id: UUID, accounts: Sequence[AccountRow]) -> Iterator[HistoryRow]:
    """What happened to a party: who looked at its data, its notes, contacts, roles and contracts."""
    for look in parties.lookups(work, party_id):
        what = Text("Personal data shown: {reason}", reason=look.reason)
        yield HistoryRow(look.looked_at.date(), f"{look.looked_at:%H:%M}", what, look.words, look.by)
    for one in parties.changes(work, party_id):
        what, words = Text("{part} changed", part=one.part), _from_to(one)
        yield HistoryRow(one.changed_at.date(), f"{one.changed_at:%H:%M}", what, words, one.by)
    for note in parties.notes(work, party_id):
        what = (
            Text("Alert settled") if note.settles else Text("Alert") if note.alert else Text("Note written")
        )
        yield HistoryRow(note.written_at.date(), f"{note.written_at:%H:%M}", what, note.text, note.author)
    for contact in parties.contacts(work, party_id):
        what = Text("{kind} added", kind=contact.kind)
        yield HistoryRow(contact.valid_from, "", what, contact.value, contact.entered_by)
        if contact.valid_to is not None:
            what = Text("{kind} closed", kind=contact.kind)
            yield HistoryRow(contact.valid_to, "", what, contact.value, "")
    for held in parties.roles(work, party_id):
        yield HistoryRow(held.since, "", Text("Became {role}", role=held.kind), "", "")
    for account in accounts:
        for contract in _contracts(work, account.account_id)[0]:
            yield HistoryRow(
                contract.valid_from, "", Text("Contract {number} began", number=contract.number),
                contract.address, "",
            )  # fmt: skip
            if contract.valid_to is not None:
                yield HistoryRow(
                    contract.valid_to, "", Text("Contract {number} ended", number=contract.number),
                    contract.address, "",
                )  # fmt: skip
