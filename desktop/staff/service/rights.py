"""What people may do: the roles in their hands, as the database has them now."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.errors import NotPermitted
from desktop.kernel.text import Text
from desktop.kernel.work import OPERATIONS, Actor
from desktop.staff import rules
from desktop.staff.tables import Grant, Role, Standing, Withdrawal

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


def granted(session: orm.Session, actor: Actor) -> frozenset[str]:
    """What a person may do, as it stands in the database now; `NotPermitted` for one who has left."""
    standing = session.execute(
        sa.select(Standing.must_change, Standing.left_on).filter_by(user_id=actor.id)
    ).one_or_none()
    if standing is not None and standing.left_on is not None:
        raise NotPermitted(_closed(standing.left_on))
    if standing is not None and standing.must_change:
        return EVERYBODY
    found = session.execute(in_force().where(Grant.user_id == actor.id))
    return EVERYBODY | permissions(" ".join(rules.patterns(code, stored) for _, code, stored in found))


def _closed(day: date) -> Text:
    return Text("Your login was closed on {day}. Ask the administrator.", day=day)
