"""Tariffs: taking a tariff file in, and the version in force."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel import canonical
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.journal import sha256
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.tariffs import rules, tables
from desktop.tariffs.documents import FORMAT, read_tariff, read_version
from desktop.tariffs.records import TariffBasis, TariffTaken


@dataclass(frozen=True, slots=True)
class InForce:
    """A tariff version with the id it has here."""

    id: UUID
    version: rules.TariffVersion
    basis: TariffBasis
    use_class: str
    customer_class: str


@operation("tariffs.import")
def import_tariff(work: Work, content: str) -> TariffTaken:
    """Take a tariff file (its JSON text) in: new versions are added, known ones must be the same.

    Every mistake in the file is refused at once with its place; a version in use never changes.
    """
    try:
        data = json.loads(content)
    except json.JSONDecodeError as error:
        raise Refused(
            Text(
                "The tariff file is not JSON: line {line}, column {column}",
                line=error.lineno,
                column=error.colno,
            )
        ) from error
    tariff, problems = read_tariff(data, "")
    if tariff is None or problems:
        first = problems[0]
        raise Refused(
            Text(
                "The tariff file has {count} problems. The first: {place}: {what}. {remedy}.",
                count=len(problems),
                place=first.column,
                what=first.what,
                remedy=first.remedy,
            )
        )
    if tariff.currency != work.country.currency.code:
        raise Refused(
            Text(
                "The tariff is in {found}, this hall counts in {wanted}.",
                found=tariff.currency,
                wanted=work.country.currency.code,
            )
        )
    row = work.session.scalar(sa.select(tables.Tariff).filter_by(code=tariff.code))
    if row is None:
        row = tables.Tariff(
            id=work.new_id(),
            code=tariff.code,
            name=tariff.name,
            use_class=tariff.use_class,
            customer_class=tariff.customer_class,
        )
        work.add(row)
        work.session.flush()
    added = sum(_add_version(work, row, version) for version in tariff.versions)
    return TariffTaken(tariff.code, added, len(tariff.versions) - added)


def _add_version(work: Work, tariff: tables.Tariff, version: rules.TariffVersion) -> bool:
    digest = sha256(canonical.dump(version.data))
    known = work.session.scalar(sa.select(tables.TariffVersion).filter_by(code=version.code))
    if known is not None:
        if known.content_sha256 != digest:
            raise Refused(
                Text(
                    "Version {version} is in use and never changes. Give the new prices a new version.",
                    version=version.code,
                )
            )
        return False
    row = tables.TariffVersion(
        id=work.new_id(),
        tariff_id=tariff.id,
        code=version.code,
        notice=version.notice,
        source=version.source,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        decimals=version.decimals,
        content_sha256=digest,
    )
    work.add(row)
    work.session.flush()
    parts = version.data["components"]
    assert isinstance(parts, list)
    for position, (part, component) in enumerate(zip(parts, version.components, strict=True)):
        work.add(
            tables.TariffComponent(
                id=work.new_id(),
                version_id=row.id,
                position=position,
                code=component.code,
                kind=part["kind"],
                price_origin=component.price_origin,
                parameters=canonical.dump(part),
            )
        )
    return True


def tariff_id(work: Work, code: str) -> tuple[UUID, str]:
    """Id and customer class of a tariff by code."""
    row = work.session.execute(
        sa.select(tables.Tariff.id, tables.Tariff.customer_class).filter_by(code=code)
    ).one_or_none()
    if row is None:
        raise NotFound(Text("No tariff has the code {code}.", code=code))
    return row.id, row.customer_class


def tariff_file(work: Work, code: str) -> str:
    """A tariff with all of its versions as the text of a tariff file, which `import_tariff` takes elsewhere."""
    tariff = work.session.scalars(sa.select(tables.Tariff).filter_by(code=code)).one()
    rows = work.session.scalars(
        sa.select(tables.TariffVersion)
        .filter_by(tariff_id=tariff.id)
        .order_by(tables.TariffVersion.valid_from)
    ).all()
    data = {
        "format": FORMAT,
        "code": tariff.code,
        "name": tariff.name,
        "use_class": tariff.use_class,
        "customer_class": tariff.customer_class,
        "currency": work.country.currency.code,
        "decimals": work.country.currency.decimals,
        "versions": [version(work, row.id).version.data for row in rows],
    }
    return canonical.dump(data)


def names(work: Work) -> dict[UUID, tuple[str, str]]:
    """Name and use class of every tariff, by id."""
    rows = work.session.execute(sa.select(tables.Tariff.id, tables.Tariff.name, tables.Tariff.use_class))
    return {row.id: (row.name, row.use_class) for row in rows}


def in_force(work: Work, tariff: UUID, period: Period) -> list[InForce]:
    """The versions of a tariff that hold on any day of a period, by validity."""
    rows = work.session.scalars(
        sa.select(tables.TariffVersion.id)
        .where(
            tables.TariffVersion.tariff_id == tariff,
            tables.TariffVersion.valid_from < period.end,
            sa.or_(tables.TariffVersion.valid_to.is_(None), tables.TariffVersion.valid_to > period.start),
        )
        .order_by(tables.TariffVersion.valid_from)
    ).all()
    return [version(work, key) for key in rows]


def version(work: Work, key: UUID) -> InForce:
    """A tariff version by id, ready to price; versions never change, so each is read and built once a session."""
    cached: dict[UUID, InForce] = work.session.info.setdefault("tariff_versions", {})
    if key not in cached:
        row = work.session.get_one(tables.TariffVersion, key)
        tariff = work.session.get_one(tables.Tariff, row.tariff_id)
        parts = work.session.scalars(
            sa.select(tables.TariffComponent.parameters)
            .filter_by(version_id=key)
            .order_by(tables.TariffComponent.position)
        ).all()
        built = _built(
            row.code, row.valid_from, row.valid_to, row.notice, row.source, row.decimals, tuple(parts)
        )
        basis = TariffBasis(tariff.name, row.code, row.notice, row.valid_from)
        cached[key] = InForce(key, built, basis, tariff.use_class, tariff.customer_class)
    return cached[key]


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
