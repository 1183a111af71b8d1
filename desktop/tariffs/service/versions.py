"""Tariffs and the versions in force."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.asking import Question
from desktop.kernel.errors import NotFound
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.tariffs import rules, tables
from desktop.tariffs.documents import read_version
from desktop.tariffs.records import TariffBasis


@dataclass(frozen=True, slots=True)
class InForce:
    """A tariff version with the id it has here."""

    id: UUID
    version: rules.TariffVersion
    basis: TariffBasis
    use_class: str
    customer_class: str


def tariff_id(work: Work, code: str) -> tuple[UUID, str]:
    """Id and customer class of a tariff by code."""
    row = work.session.execute(
        sa.select(tables.Tariff.id, tables.Tariff.customer_class).filter_by(code=code)
    ).one_or_none()
    if row is None:
        raise NotFound(Text("No tariff has the code {code}.", code=code))
    return row.id, row.customer_class


def code_of(work: Work, tariff: UUID) -> str:
    """The code of a tariff."""
    return work.session.get_one(tables.Tariff, tariff).code


def names(work: Work) -> dict[UUID, tuple[str, str]]:
    """Name and use class of every tariff, by id."""
    rows = work.session.execute(sa.select(tables.Tariff.id, tables.Tariff.name, tables.Tariff.use_class))
    return {row.id: (row.name, row.use_class) for row in rows}


def by_name(work: Work) -> tuple[tuple[str, str], ...]:
    """Code and name of every tariff, by name."""
    rows = work.session.execute(
        sa.select(tables.Tariff.code, tables.Tariff.name).order_by(tables.Tariff.name)
    )
    return tuple((row.code, row.name) for row in rows)


def on_offer(work: Work, day: date) -> tuple[tuple[str, str], ...]:
    """Code and name of every tariff with a price on a day, by name."""
    version = tables.TariffVersion
    rows = work.session.execute(
        sa.select(tables.Tariff.code, tables.Tariff.name)
        .where(
            sa.exists().where(
                version.tariff_id == tables.Tariff.id,
                version.replaced == 0,
                version.valid_from <= day,
                sa.or_(version.valid_to.is_(None), version.valid_to > day),
            )
        )
        .order_by(tables.Tariff.name, tables.Tariff.code)
    )
    return tuple((code, name) for code, name in rows)


def in_force(work: Work, tariff: UUID, period: Period) -> list[InForce]:
    """The versions of a tariff that hold on any day of a period, by validity.

    A version without an end holds until the next one begins; one that was replaced holds no more.
    """
    rows = work.session.execute(
        sa.select(tables.TariffVersion.id, tables.TariffVersion.valid_from, tables.TariffVersion.valid_to)
        .where(tables.TariffVersion.tariff_id == tariff, tables.TariffVersion.replaced == 0)
        .order_by(tables.TariffVersion.valid_from)
    ).all()
    found = []
    for place, (key, start, stated) in enumerate(rows):
        end = stated or (rows[place + 1].valid_from if place + 1 < len(rows) else None)
        if start < period.end and (end is None or end > period.start):
            one = version(work, key)
            found.append(one if end == stated else replace(one, version=replace(one.version, valid_to=end)))
    return found


def version(work: Work, key: UUID) -> InForce:
    """A tariff version by id, ready to price; versions never change, so each is read and built once a session."""
    cached: dict[UUID, InForce] = work.session.info.setdefault("tariff_versions", {})
    if key not in cached:
        rows = work.asked(_VERSION, {"version": key})
        name, use_class, customer_class, *version, _ = rows[0]
        built = _built(*version, tuple(row.parameters for row in rows))
        basis = TariffBasis(name, built.code, built.notice, built.valid_from)
        cached[key] = InForce(key, built, basis, use_class, customer_class)
    return cached[key]


_VERSION = Question(
    sa.select(tables.Tariff.name, tables.Tariff.use_class, tables.Tariff.customer_class)
    .add_columns(tables.TariffVersion.code, tables.TariffVersion.valid_from, tables.TariffVersion.valid_to)
    .add_columns(tables.TariffVersion.notice, tables.TariffVersion.source, tables.TariffVersion.decimals)
    .add_columns(tables.TariffComponent.parameters)
    .join(tables.TariffVersion, tables.TariffVersion.tariff_id == tables.Tariff.id)
    .join(tables.TariffComponent, tables.TariffComponent.version_id == tables.TariffVersion.id)
    .where(tables.TariffVersion.id == sa.bindparam("version"))
    .order_by(tables.TariffComponent.position)
)
"""A version beside each of its components; it has one at least."""


@cache
def _built(
    code: str,
    valid_from: date,
    valid_to: date | None,
    notice: str,
    source: str,
    decimals: int,
    parts: tuple[str, ...],
) -> rules.TariffVersion:
    data = {
        "code": code,
        "valid_from": valid_from.isoformat(),
        "valid_to": valid_to.isoformat() if valid_to else None,
        "notice": notice,
        "source": source,
        "components": [json.loads(part) for part in parts],
    }
    built, problems = read_version(data, code, decimals)
    if built is None:
        raise ValueError(f"stored tariff version {code} cannot be read: {problems}")
    return built
