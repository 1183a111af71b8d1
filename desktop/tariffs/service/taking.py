"""Taking tariff files in: one person proposes, another decides about the very same content.

The founding of a hall alone takes prices in without a second person.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel import canonical
from desktop.kernel.bulk import listed
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.journal import Entry, sha256
from desktop.kernel.json_lines import told
from desktop.kernel.proof import Finding, SecondStep
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.tariffs import rules, tables
from desktop.tariffs.documents import read_content
from desktop.tariffs.records import DecisionOrder, TariffTaken, VersionState, WaitsAlready

ALONE = ("founding.found", "staff.found_hall", "tariffs.import_tariff")
"""Operations that took prices in without a second person: the founding, and imports before there were decisions."""


def take_in(work: Work, content: str) -> TariffTaken:
    """Take a tariff file (its JSON text) in at once, as a founding does: versions that are known must be the same."""
    tariff = _read(work, content)
    row = _tariff_row(work, tariff)
    added = 0
    for version in tariff.versions:
        if not _is_known(work, version):
            _add_version(work, row, version)
            added += 1
    return TariffTaken(tariff.code, added, len(tariff.versions) - added)


@operation("tariffs.import")
def propose_tariff(work: Work, content: str) -> TariffTaken:
    """Propose the new versions of a tariff file (its JSON text); they take effect when another person approves them.

    Every mistake in the file is refused at once with its place, and so is a version that would leave a day with
    two versions or with none. A version in use never changes; a new one ends one that is open, and is to take the
    place of one of the same day as long as nobody was billed by that.
    """
    tariff = _read(work, content)
    _in_turn(work)
    known = _known_tariff(work, tariff)
    waiting, added = _waiting(work, tariff.code), 0
    replaces: list[str] = []
    before: list[WaitsAlready] = []
    for version in tariff.versions:
        if version.code in waiting:
            first = waiting[version.code]
            if first.content_sha256 != _content(tariff, version)[1]:
                what = Text(
                    "Version {version} waits already with other content. Decide about that first.",
                    version=version.code,
                )
                raise Refused(what)
            before.append(WaitsAlready(version.code, first.proposed_by_name))
        elif not _is_known(work, version):
            old = _in_its_place(work, known, version)
            taken = [*_spans(work, known, old), *(_span(one) for one in waiting.values())]
            _check_days(taken, _days_of(version), old)
            waiting[version.code] = _propose(work, tariff, version)
            added += 1
            replaces += [old.code] if old else []
    return TariffTaken(tariff.code, added, len(tariff.versions) - added, tuple(replaces), tuple(before))


@operation("tariffs.approve")
def decide_tariff(work: Work, order: DecisionOrder) -> VersionState:
    """Approve or decline a version that another person proposed. Refused for one's own: two people, always."""
    _in_turn(work)
    waits = _undecided().where(tables.VersionProposal.version_code == order.version)
    proposal = work.session.scalar(waits)
    if proposal is None:
        raise NotFound(Text("No version {version} waits for a decision.", version=order.version))
    if proposal.proposed_by == work.actor.id:
        raise Refused(Text("You proposed this version yourself. Another person decides."))
    work.second_person(proposal.proposed_by, proposal.proposed_at)
    if proposal.content_sha256.hex() != order.content:
        raise Refused(Text("The content has changed meanwhile. Look at the version again."))
    if not order.approve and not order.reason.strip():
        raise Refused(Text("Say why, so that the other knows what to do"))
    work.add(
        tables.VersionDecision(
            id=work.new_id(),
            proposal_id=proposal.id,
            proposed_by=proposal.proposed_by,
            content_sha256=proposal.content_sha256,
            decided_by=work.actor.id,
            decided_by_name=work.actor.name,
            decided_at=work.at,
            approved=order.approve,
            reason=order.reason.strip(),
        )
    )
    tariff = proposed(work, proposal)
    version = tariff.versions[0]
    if order.approve:
        row = _tariff_row(work, tariff)
        old = _in_its_place(work, row, version)
        _check_days(_spans(work, row, old), _days_of(version), old)
        _add_version(work, row, version, old)
    work.session.flush()
    if not order.approve:
        return VersionState.DECLINED
    return rules.state_on(work.today, version.valid_from, version.valid_to)


def _read(work: Work, content: str) -> rules.TariffData:
    """The tariff of a file, or a refusal that names the first mistake and how many there are."""
    tariff, problems = read_content(content, "")
    if tariff is None:
        count, first = len(problems), told(problems[0])
        raise Refused(
            Text("The tariff file has mistakes ({count}). The first: {first}.", count=count, first=first)
        )
    if tariff.currency != work.country.currency.code:
        raise Refused(
            Text(
                "The tariff is in {found}, this hall counts in {wanted}.",
                found=tariff.currency,
                wanted=work.country.currency.code,
            )
        )
    return tariff


def _digest(version: rules.TariffVersion) -> bytes:
    return sha256(canonical.dump(version.data))


def _content(tariff: rules.TariffData, version: rules.TariffVersion) -> tuple[str, bytes]:
    """A tariff file with one version alone, in its one exact spelling, and the digest of that."""
    data: Mapping[str, Any] = {
        "format": 1,
        "code": tariff.code,
        "name": tariff.name,
        "use_class": tariff.use_class,
        "customer_class": tariff.customer_class,
        "currency": tariff.currency,
        "decimals": tariff.decimals,
        "versions": [version.data],
    }
    content = canonical.dump(data)
    return content, sha256(content)


def proposed(work: Work, proposal: tables.VersionProposal) -> rules.TariffData:
    """The tariff of a proposal, with the one version it is about."""
    return _read(work, proposal.content)


def _propose(work: Work, tariff: rules.TariffData, version: rules.TariffVersion) -> tables.VersionProposal:
    content, digest = _content(tariff, version)
    proposal = tables.VersionProposal(
        id=work.new_id(),
        tariff_code=tariff.code,
        version_code=version.code,
        content=content,
        content_sha256=digest,
        proposed_by=work.actor.id,
        proposed_by_name=work.actor.name,
        proposed_at=work.at,
    )
    work.add(proposal)
    work.session.flush()
    return proposal


def _undecided() -> sa.Select[tables.VersionProposal]:
    """Proposals nobody has decided about."""
    decided = sa.exists().where(tables.VersionDecision.proposal_id == tables.VersionProposal.id)
    return sa.select(tables.VersionProposal).where(~decided).order_by(tables.VersionProposal.proposed_at)


def _waiting(work: Work, tariff_code: str) -> dict[str, tables.VersionProposal]:
    """The versions of a tariff that wait, by code."""
    rows = work.session.scalars(_undecided().where(tables.VersionProposal.tariff_code == tariff_code))
    return {row.version_code: row for row in rows}


def _known_tariff(work: Work, tariff: rules.TariffData) -> tables.Tariff | None:
    """The tariff as it stands here; one for another class of customers is refused."""
    row = work.session.scalar(sa.select(tables.Tariff).filter_by(code=tariff.code))
    if row is not None and row.customer_class != tariff.customer_class:
        raise Refused(
            Text(
                "Tariff {code} is for other customers here. Give the new tariff another code.",
                code=tariff.code,
            )
        )
    return row


def _tariff_row(work: Work, tariff: rules.TariffData) -> tables.Tariff:
    """The row of a tariff, made where there is none."""
    row = _known_tariff(work, tariff)
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
    return row


def _in_turn(work: Work) -> None:
    """Proposals and decisions follow each other: the later one sees what the earlier one made. They share the first
    tariff of all for that, for what is proposed may have no row yet."""
    first = work.session.scalar(sa.select(tables.Tariff.id).order_by(tables.Tariff.id).limit(1))
    if first is not None:
        work.claim(tables.Tariff, [first])


def _is_known(work: Work, version: rules.TariffVersion) -> bool:
    """Whether a version is in use with the same content; other content is refused."""
    known = work.session.scalar(sa.select(tables.TariffVersion).filter_by(code=version.code))
    if known is not None and known.content_sha256 != _digest(version):
        raise Refused(
            Text(
                "Version {version} is in use and never changes. Give the new prices a new version.",
                version=version.code,
            )
        )
    return known is not None


Span = tuple[str, date, date | None]
"""A version's code, its first day, and the day after its last one (None: open)."""


def _spans(
    work: Work, tariff: tables.Tariff | None, without: tables.TariffVersion | None = None
) -> list[Span]:
    if tariff is None:
        return []
    table = tables.TariffVersion
    rows = work.session.execute(
        sa.select(table.code, table.valid_from, table.valid_to).where(
            table.tariff_id == tariff.id, table.replaced == 0
        )
    )
    gone = without.code if without else None
    return [(row.code, row.valid_from, row.valid_to) for row in rows if row.code != gone]


def standing_on(work: Work, tariff: tables.Tariff | None, day: date) -> tables.TariffVersion | None:
    """The version of a tariff that begins on a day and that no other has replaced."""
    if tariff is None:
        return None
    found: tables.TariffVersion | None = work.session.scalar(
        sa.select(tables.TariffVersion).filter_by(tariff_id=tariff.id, valid_from=day, replaced=0)
    )
    return found


def _in_its_place(
    work: Work, tariff: tables.Tariff | None, version: rules.TariffVersion
) -> tables.TariffVersion | None:
    """The version of the same day that a new one takes the place of; one that bills rest on is refused."""
    old = standing_on(work, tariff, version.valid_from)
    if old is not None and old.used:
        raise Refused(
            Text(
                "Bills rest on version {version} of the same day: it stays. Give the accounts a price list that is"
                " right, and put their bills right.",
                version=old.code,
            )
        )
    return old


def use(work: Work, version_ids: Collection[UUID]) -> None:
    """Bills rest on these versions from now on: who bills tells it, in its own transaction.

    Nothing can take the place of a version afterwards.
    """
    unused = work.rows(_UNUSED, {"versions": version_ids}).scalars().all()
    work.change_many(tables.TariffVersion, dict.fromkeys(unused, 1), "used")


_UNUSED = sa.select(tables.TariffVersion.id).where(
    listed(tables.TariffVersion.id, "versions"), tables.TariffVersion.used == 0
)


def _span(proposal: tables.VersionProposal) -> Span:
    version = json.loads(proposal.content)["versions"][0]
    start, end = version["valid_from"], version.get("valid_to")
    return (version["code"], date.fromisoformat(start), date.fromisoformat(end) if end else None)


def _days_of(version: rules.TariffVersion) -> Span:
    return (version.code, version.valid_from, version.valid_to)


def _check_days(taken: list[Span], new: Span, old: tables.TariffVersion | None) -> None:
    """Refuses a version that leaves a day with two versions or with none; one that is open ends with the next.

    A new one that is open stands before others only in the place of an ``old`` one that was open too.
    """
    may_be_open = old is not None and old.valid_to is None
    for earlier, later in pairwise(sorted([*taken, new], key=lambda span: span[1])):
        if new not in (earlier, later):
            continue
        if (
            earlier[1] == later[1]
            or (earlier[2] or later[1]) > later[1]
            or (new is earlier and not earlier[2] and not may_be_open)
        ):
            raise Refused(
                Text(
                    "Two versions hold on {day}: {earlier} and {later}. End one of them before.",
                    day=later[1],
                    earlier=earlier[0],
                    later=later[0],
                )
            )
        if earlier[2] and earlier[2] < later[1]:
            raise Refused(
                Text(
                    "No version holds from {start} to {end}, between {earlier} and {later}.",
                    start=earlier[2],
                    end=later[1],
                    earlier=earlier[0],
                    later=later[0],
                )
            )


def _add_version(
    work: Work, tariff: tables.Tariff, version: rules.TariffVersion, old: tables.TariffVersion | None = None
) -> None:
    """The rows of a version, in the place of an old one where there is one; from here on it never changes."""
    if old is not None:
        work.change_many(tables.TariffVersion, {old.id: 1}, "replaced")
    row = tables.TariffVersion(
        id=work.new_id(),
        tariff_id=tariff.id,
        code=version.code,
        notice=version.notice,
        source=version.source,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        decimals=version.decimals,
        content_sha256=_digest(version),
        used=0,
        replaced=0,
    )
    work.add(row)
    work.session.flush()
    if old is not None:
        work.add(
            tables.VersionReplacement(id=work.new_id(), version_id=row.id, replaced_id=old.id),
        )
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


def _agreed_content(content: str) -> bytes:
    """The digest of what was agreed to; none of what can no longer be read, whose row is a finding of its own."""
    try:
        return sha256(canonical.dump(json.loads(content)["versions"][0]))
    except (LookupError, TypeError, ValueError):
        return b""


def decided(session: orm.Session) -> Iterator[SecondStep]:
    """Every decision about a version."""
    proposal, decision = tables.VersionProposal, tables.VersionDecision
    for one, made_at in session.execute(
        sa.select(decision, proposal.proposed_at).join(proposal, proposal.id == decision.proposal_id)
    ):
        table = decision.__tablename__
        yield SecondStep(table, one.id, one.proposed_by, made_at, one.decided_by, one.decided_at)


def prove(session: orm.Session) -> Iterator[Finding]:
    """I23: every version in use comes from the founding, or from two people who agreed to that very content."""
    alone = sa.select(Entry.id).where(Entry.operation.in_(ALONE))
    agreed = {
        (decision.entry_id, _agreed_content(proposal.content))
        for decision, proposal in session.execute(
            sa.select(tables.VersionDecision, tables.VersionProposal)
            .join(tables.VersionProposal, tables.VersionProposal.id == tables.VersionDecision.proposal_id)
            .where(tables.VersionDecision.approved)
        )
    }
    table = tables.TariffVersion
    for version in session.scalars(sa.select(table).where(table.entry_id.not_in(alone))):
        if (version.entry_id, version.content_sha256) not in agreed:
            what = Text("No second person agreed to these prices")
            yield Finding("I23", table.__tablename__, version.id, "prices_unagreed", what)
    yield from _prove_places(session)
    asked = orm.aliased(Entry)
    signed = session.execute(
        sa.select(tables.VersionDecision, Entry.actor_id, asked.actor_id)
        .join(Entry, Entry.id == tables.VersionDecision.entry_id)
        .join(tables.VersionProposal, tables.VersionProposal.id == tables.VersionDecision.proposal_id)
        .join(asked, asked.id == tables.VersionProposal.entry_id)
    )
    for decision, decided_by, proposed_by in signed:
        people_agree = (decision.decided_by, decision.proposed_by) == (decided_by, proposed_by)
        if not people_agree or decided_by == proposed_by:
            table_name = tables.VersionDecision.__tablename__
            what = Text("It was not decided by a second person")
            yield Finding("I23", table_name, decision.id, "decided_alone", what)


def _prove_places(session: orm.Session) -> Iterator[Finding]:
    """A version is marked as replaced exactly where another took its place."""
    table, gone = tables.TariffVersion, sa.select(tables.VersionReplacement.replaced_id)
    differs = sa.or_(
        sa.and_(table.replaced == 0, table.id.in_(gone)), sa.and_(table.replaced != 0, table.id.not_in(gone))
    )
    for key in session.scalars(sa.select(table.id).where(differs)):
        what = Text("Whether it was replaced does not follow from the replacements")
        yield Finding("I23", table.__tablename__, key, "replaced_differs", what)
