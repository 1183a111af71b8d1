"""What people may do: the roles in their hands, as the database has them now."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.asking import Question
from desktop.kernel.errors import NotPermitted
from desktop.kernel.text import Text
from desktop.kernel.work import OPERATIONS, Actor, Work
from desktop.staff import rules
from desktop.staff.tables import Grant, Role, Standing, User, Withdrawal

EVERYBODY = frozenset({"staff.own_password", "desk.today"})
"""What every person of staff may do, and all that somebody may who has still to choose a password of their own."""

APPROVE = "staff.approve_role"
ADMINISTRATOR = "administrator"
COMMAND_LINE = "servicehall"
"""The login the command line acts as; it has no password, so nobody signs in with it."""

FOUND_HALL = "staff.found_hall"
FOUNDINGS = ("founding.found", "staff.found_hall")
"""The operation that founds a hall, by its name of now and of the first databases."""


def permissions(patterns: str) -> frozenset[str]:
    """The permissions that a role's patterns stand for; founding a hall is nobody's."""
    return _standing_for(patterns, len(OPERATIONS))


@lru_cache(64)
def _standing_for(patterns: str, _operations: int) -> frozenset[str]:
    """The same while there are so many operations: whatever is asked or done asks for it first."""
    known = {done.permission for done in OPERATIONS.values()} - {FOUND_HALL}
    return rules.matching(known, patterns)


def in_force() -> sa.Select[UUID, str, str]:
    """User, code and stored patterns of every role that is given and was not taken away."""
    return (
        sa.select(Grant.user_id, Role.code, Role.permissions)
        .join(Role, Role.id == Grant.role_id)
        .outerjoin(Withdrawal, Withdrawal.grant_id == Grant.id)
        .where(Withdrawal.id.is_(None))
    )


_STANDS = Question(
    sa.select(Standing.must_change, Standing.left_on, Role.code, Role.permissions)
    .select_from(User)
    .outerjoin(Standing, Standing.user_id == User.id)
    .outerjoin(Grant, Grant.user_id == User.id)
    .outerjoin(Withdrawal, Withdrawal.grant_id == Grant.id)
    .outerjoin(Role, sa.and_(Role.id == Grant.role_id, Withdrawal.id.is_(None)))
    .where(User.id == sa.bindparam("user_id"))
)
"""How a person stands, beside each role in force, if any: one statement, for everything that is asked waits for it."""


def granted(session: orm.Session, actor: Actor) -> frozenset[str]:
    """What a person may do, as it stands in the database now; `NotPermitted` for one who has left."""
    patterns = []
    for must_change, left_on, code, stored in _STANDS.of(session.connection(), {"user_id": actor.id}):
        if left_on is not None:
            raise NotPermitted(_closed(left_on))
        if must_change:
            return EVERYBODY
        if code is not None:
            patterns.append(rules.patterns(code, stored))
    return _everything(" ".join(patterns), len(OPERATIONS))


@lru_cache(64)
def _everything(patterns: str, operations: int) -> frozenset[str]:
    """What the roles of a person allow and everybody may: for the same roles the same set."""
    return EVERYBODY | _standing_for(patterns, operations)


def holders(work: Work, right: str) -> tuple[str, ...]:
    """The names of the people who work here and may do something, who may do little else first."""
    given: dict[tuple[UUID, str], set[str]] = {}
    rows = work.session.execute(
        sa.select(User.id, User.name, Role.code, Role.permissions)
        .join(Grant, Grant.user_id == User.id)
        .join(Role, Role.id == Grant.role_id)
        .outerjoin(Withdrawal, Withdrawal.grant_id == Grant.id)
        .outerjoin(Standing, Standing.user_id == User.id)
        .where(Withdrawal.id.is_(None), Standing.left_on.is_(None), User.login != COMMAND_LINE)
    )
    for key, name, code, stored in rows:
        given.setdefault((key, name), set()).update(permissions(rules.patterns(code, stored)))
    able = sorted((len(rights), name) for (_, name), rights in given.items() if right in rights)
    return tuple(name for _, name in able)


def _closed(day: date) -> Text:
    return Text("Your login was closed on {day}. Ask the administrator.", day=day)
