"""Tariffs as people read them: the list, one version, and what it would cost."""

from __future__ import annotations

import json
from calendar import monthrange
from datetime import date
from decimal import Decimal, InvalidOperation

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Energy, Measure, Money, Power
from desktop.kernel.text import Text
from desktop.kernel.work import Work, query
from desktop.tariffs import rules, tables
from desktop.tariffs.columns import DETERMINANTS, Batch
from desktop.tariffs.records import (
    Basis,
    Cost,
    CostOrder,
    Signature,
    TimeBand,
    VersionRow,
    VersionShown,
    VersionState,
)
from desktop.tariffs.service.taking import proposed, standing_on
from desktop.tariffs.service.versions import version as built_version

BASES = {basis.value: basis.number for basis in Basis}


@query("tariffs.view")
def versions(work: Work, _request: None = None) -> tuple[VersionRow, ...]:
    """Every version: those that wait first, then by tariff, the newest of each first; what never held is last."""
    rows = [*_waiting(work), *_in_use(work)]
    order = {VersionState.WAITING: 0, VersionState.REPLACED: 2, VersionState.DECLINED: 2}
    rows.sort(key=lambda row: row.valid_from, reverse=True)
    return tuple(sorted(rows, key=lambda row: (order.get(row.state, 1), row.tariff)))


def _in_use(work: Work) -> list[VersionRow]:
    """Versions that were approved or came with the founding; one that is open ends when the next begins."""
    found = work.session.execute(
        sa.select(tables.TariffVersion, tables.Tariff)
        .join(tables.Tariff, tables.Tariff.id == tables.TariffVersion.tariff_id)
        .order_by(tables.Tariff.code, tables.TariffVersion.valid_from.desc())
    ).all()
    rows: list[VersionRow] = []
    later: dict[str, date] = {}
    for version, tariff in found:
        end = version.valid_to
        if end is None and later.get(tariff.code):
            end = later[tariff.code]
        if not version.replaced:
            later[tariff.code] = version.valid_from
        rows.append(
            VersionRow(
                tariff.code,
                tariff.name,
                tariff.use_class,
                version.code,
                version.valid_from,
                end,
                version.notice,
                VersionState.REPLACED
                if version.replaced
                else rules.state_on(work.today, version.valid_from, end),
            )
        )
    return rows


def _waiting(work: Work) -> list[VersionRow]:
    """Versions that were proposed and not approved."""
    found = work.session.execute(
        sa.select(tables.VersionProposal, tables.VersionDecision).outerjoin(
            tables.VersionDecision, tables.VersionDecision.proposal_id == tables.VersionProposal.id
        )
    ).all()
    return [
        _proposed_row(proposed(work, proposal), _decided(decision))
        for proposal, decision in found
        if not _is_approved(decision)
    ]


def _is_approved(decision: tables.VersionDecision | None) -> bool:
    return decision is not None and decision.approved


def _decided(decision: tables.VersionDecision | None) -> VersionState:
    return VersionState.WAITING if decision is None else VersionState.DECLINED


def _proposed_row(tariff: rules.TariffData, state: VersionState) -> VersionRow:
    version = tariff.versions[0]
    return VersionRow(
        tariff.code,
        tariff.name,
        tariff.use_class,
        version.code,
        version.valid_from,
        version.valid_to,
        version.notice,
        state,
    )


@query("tariffs.view")
def version_shown(work: Work, code: str) -> VersionShown:
    """One version by its code as a person reads it: one in use, else one that waits or was declined."""
    version, row = _found(work, code)
    newest = sa.desc(tables.VersionProposal.proposed_at)
    proposal = work.session.scalar(
        sa.select(tables.VersionProposal).filter_by(version_code=code).order_by(newest)
    )
    decision = None
    if proposal is not None:
        decision = work.session.scalar(sa.select(tables.VersionDecision).filter_by(proposal_id=proposal.id))
    return VersionShown(
        row=row,
        source=version.source,
        prices=version.rows,
        clocks=version.clocks,
        asks=version.asks,
        content=proposal.content_sha256.hex() if proposal else "",
        proposed=Signature(proposal.proposed_by_name, proposal.proposed_by, work.local(proposal.proposed_at))
        if proposal
        else None,
        decided=Signature(decision.decided_by_name, decision.decided_by, work.local(decision.decided_at))
        if decision
        else None,
        reason=decision.reason if decision else "",
        replaces=_replaces(work, row),
        replaced_by=_other(work, row.version, "replaced_id", "version_id"),
    )


def _replaces(work: Work, row: VersionRow) -> str:
    """The code of the version whose place one takes: now, where it waits; once, where it stands."""
    if row.state is not VersionState.WAITING:
        return _other(work, row.version, "version_id", "replaced_id")
    old = standing_on(
        work, work.session.scalar(sa.select(tables.Tariff).filter_by(code=row.tariff)), row.valid_from
    )
    return old.code if old is not None and not old.used else ""


def _other(work: Work, code: str, mine: str, other: str) -> str:
    """The code of the version at the other side of a replacement, or nothing."""
    this, that = orm.aliased(tables.TariffVersion), orm.aliased(tables.TariffVersion)
    link = tables.VersionReplacement
    found = work.session.scalar(
        sa.select(that.code)
        .join(link, getattr(link, other) == that.id)
        .join(this, getattr(link, mine) == this.id)
        .where(this.code == code)
    )
    return found or ""


def _found(work: Work, code: str) -> tuple[rules.TariffVersion, VersionRow]:
    """A version in use, or the newest proposal of that code."""
    key = work.session.scalar(sa.select(tables.TariffVersion.id).filter_by(code=code))
    if key is not None:
        row = next(row for row in _in_use(work) if row.version == code)
        return built_version(work, key).version, row
    found = work.session.execute(
        sa.select(tables.VersionProposal, tables.VersionDecision)
        .outerjoin(tables.VersionDecision, tables.VersionDecision.proposal_id == tables.VersionProposal.id)
        .where(tables.VersionProposal.version_code == code)
        .order_by(tables.VersionProposal.proposed_at.desc())
    ).first()
    if found is None:
        raise NotFound(Text("No version has the code {code}.", code=code))
    tariff = proposed(work, found[0])
    return tariff.versions[0], _proposed_row(tariff, _decided(found[1]))


@query("tariffs.view")
def cost(work: Work, order: CostOrder) -> Cost:
    """What one bill would cost by a version, in use or not; what is left out counts as 0, months as today's."""
    version, _ = _found(work, order.version)
    values = determinants(version, dict(order.determinants), work.today)
    priced = rules.price(version, Batch.of([values]))
    for reason in priced.held.values():
        raise Refused(reason)
    lines = rules.traced(version, json.loads(rules.pack(version, priced)[0]))
    return Cost(lines, Money(int(priced.total[0])), Money(int(priced.tax[0])))


def determinants(version: rules.TariffVersion, given: dict[str, str], day: date) -> dict[str, Measure | int]:
    """The determinants of one bill from decimal texts, with those that follow from others and from the month."""
    values = {name: _value(name, text) for name, text in given.items() if text.strip()}
    days = monthrange(day.year, day.month)[1]
    bands = [values.get(band.determinant, Energy.zero()) for band in TimeBand]
    energy = Energy.total([band for band in bands if isinstance(band, Energy)])
    derived: dict[str, Measure | int] = {"month": day.month, "month_days": days, "energy_kwh": energy}
    whole = derived | values
    capacity = whole.get("capacity_kva", Power.zero())
    if isinstance(capacity, Power) and isinstance(whole["month_days"], int):
        whole.setdefault("capacity_kva_days", capacity * whole["month_days"])
    for name in version.reads:
        measure = DETERMINANTS[name].measure
        whole.setdefault(name, measure.zero() if issubclass(measure, Measure) else 0)
    return whole


def _value(name: str, text: str) -> Measure | int:
    """A determinant as somebody writes it."""
    if name not in DETERMINANTS:
        raise Refused(
            Text(
                "There is no determinant {name}. There are: {known}", name=name, known=", ".join(DETERMINANTS)
            )
        )
    known = DETERMINANTS[name]
    if name == "basic_basis" and text in BASES:
        return BASES[text]
    try:
        number = Decimal(text)
        if issubclass(known.measure, Measure):
            return known.measure.of(number)
        if number == int(number) and abs(number) < 10**9:
            return int(number)
    except (ValueError, OverflowError, InvalidOperation):
        pass
    raise Refused(Text("“{value}” is no value for {determinant}.", value=text[:40], determinant=known.label))
