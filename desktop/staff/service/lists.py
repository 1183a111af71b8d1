"""Who is here and what waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.work import Work, query
from desktop.staff import rules
from desktop.staff.records import PasswordSet, PersonRow, ProposalRow, RoleRow
from desktop.staff.service.hands import given, given_until_now
from desktop.staff.service.rights import APPROVE, COMMAND_LINE, EVERYBODY, in_force, permissions
from desktop.staff.tables import Decision, Grant, PasswordGiven, Proposal, Role, Standing, Station, User


def people_rows(work: Work, *where: sa.ColumnElement[bool]) -> tuple[PersonRow, ...]:
    """People with roles and state, those who left last."""
    found = work.session.execute(
        sa.select(User, Standing, Station.code)
        .outerjoin(Standing, Standing.user_id == User.id)
        .outerjoin(Station, Station.id == Standing.station_id)
        .where(User.login != COMMAND_LINE, *where)
        .order_by(Standing.left_on.is_not(None), User.login)
    ).all()
    roles: dict[UUID, dict[str, str]] = defaultdict(dict)
    for user_id, code, stored in work.session.execute(in_force()):
        roles[user_id][code] = rules.patterns(code, stored)
    waiting: dict[UUID, list[str]] = defaultdict(list)
    for proposal, _user, code in work.session.execute(undecided()):
        waiting[proposal.user_id].append(code)
    known = given(work.session)
    named = names(work, {by for _owner, by, _at in known})
    last = {owner: PasswordSet(named[by], work.local(at)) for owner, by, at in known}
    return tuple(
        _row(work, user, standing, station, roles[user.id], waiting[user.id], last.get(user.id))
        for user, standing, station in found
    )


def _row(
    work: Work,
    user: User,
    standing: Standing | None,
    station: str | None,
    roles: Mapping[str, str],
    waiting: Iterable[str],
    password: PasswordSet | None,
) -> PersonRow:
    left = standing.left_on if standing else None
    locked = user.locked_until if user.locked_until is not None and user.locked_until > work.at else None
    state = rules.person_state(
        left, locked=locked is not None, must_change=standing is not None and standing.must_change
    )
    return PersonRow(
        login=user.login,
        name=user.name,
        language=user.language,
        station=station or "",
        roles=rules.in_order(roles),
        waiting=rules.in_order(waiting),
        permissions=tuple(sorted(EVERYBODY | permissions(" ".join(roles.values())))) if left is None else (),
        state=state,
        locked_until=None if locked is None else work.local(locked),
        left_on=left,
        password=password,
    )


def person_row(work: Work, user: User) -> PersonRow:
    """One person, with what this work has changed."""
    work.session.flush()
    return people_rows(work, User.id == user.id)[0]


def undecided(*where: sa.ColumnElement[bool]) -> sa.Select[Proposal, User, str]:
    """Proposals nobody has decided, about people who are here, oldest first."""
    return (
        sa.select(Proposal, User, Role.code)
        .join(User, User.id == Proposal.user_id)
        .join(Role, Role.id == Proposal.role_id)
        .outerjoin(Decision, Decision.proposal_id == Proposal.id)
        .outerjoin(Standing, Standing.user_id == User.id)
        .where(Decision.id.is_(None), Standing.left_on.is_(None), *where)
        .order_by(Proposal.proposed_at, Proposal.id)
    )


def proposal_rows(work: Work, found: Iterable[sa.Row[Proposal, User, str]]) -> tuple[ProposalRow, ...]:
    """Roles that wait, each with its maker and how many may decide it."""
    deciders, known = _deciders(work), given_until_now(work)
    names = dict(work.session.execute(sa.select(User.id, User.name)).all())
    logins = dict(work.session.execute(sa.select(User.id, User.login)).all())
    return tuple(
        ProposalRow(
            proposal_id=proposal.id,
            login=user.login,
            name=user.name,
            role=code,
            proposed_by=names[proposal.proposed_by],
            proposer_login=logins[proposal.proposed_by],
            proposed_at=work.local(proposal.proposed_at),
            reason=proposal.reason,
            deciders=sum(
                rules.one_hand(proposal.proposed_by, one, known, proposal.proposed_at, work.at) is None
                for one in deciders
            ),
        )
        for proposal, user, code in found
    )


def _deciders(work: Work) -> set[UUID]:
    """People who may sign in and decide; the command line is left out, it is nobody's own hand."""
    gone = sa.select(Standing.user_id).where(Standing.left_on.is_not(None))
    program = sa.select(User.id).where(User.login == COMMAND_LINE)
    rows = work.session.execute(in_force().where(Grant.user_id.not_in(gone), Grant.user_id.not_in(program)))
    return {user_id for user_id, code, stored in rows if APPROVE in permissions(rules.patterns(code, stored))}


def names(work: Work, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """What people of staff are called, by id."""
    return dict(work.session.execute(sa.select(User.id, User.name).where(User.id.in_(user_ids))).all())


@query("staff.view")
def people(work: Work, _request: None) -> tuple[PersonRow, ...]:
    """Everybody of staff with roles and state, those who left last."""
    return people_rows(work)


@query("staff.view")
def proposals(work: Work, _request: None) -> tuple[ProposalRow, ...]:
    """Roles that wait for a second person, oldest first."""
    return proposal_rows(work, work.session.execute(undecided()))


@query("staff.view")
def roles(work: Work, _request: None) -> tuple[RoleRow, ...]:
    """Every role with what it stands for: the standard ones, then any others this database holds."""
    stored = dict(work.session.execute(sa.select(Role.code, Role.permissions)).all())
    patterns = rules.ROLES | {code: kept for code, kept in sorted(stored.items()) if code not in rules.ROLES}
    return tuple(RoleRow(code, tuple(sorted(permissions(kept)))) for code, kept in patterns.items())


def own_roles(work: Work) -> tuple[str, ...]:
    """The roles of the person who acts, by code."""
    rows = work.session.execute(in_force().where(Grant.user_id == work.actor.id))
    return rules.in_order([code for _, code, _ in rows])


@query("staff.own_password")
def my_roles(work: Work, _request: None) -> tuple[str, ...]:
    """The roles of the person who asks, by code, the least first."""
    return own_roles(work)


def locked(work: Work) -> tuple[PersonRow, ...]:
    """People who are locked out now after too many tries."""
    return people_rows(work, User.locked_until > work.at)


def given_lately(work: Work, since: datetime) -> tuple[PersonRow, ...]:
    """People whose password somebody other than who asks has set since a moment; one's own is among them."""
    table = PasswordGiven
    lately = sa.select(table.user_id).where(table.given_at >= since, table.given_by != work.actor.id)
    return people_rows(work, User.id.in_(lately))


def must_change(work: Work) -> bool:
    """Whether the person who acts has still to choose a password of their own."""
    return bool(work.session.scalar(sa.select(Standing.must_change).filter_by(user_id=work.actor.id)))
