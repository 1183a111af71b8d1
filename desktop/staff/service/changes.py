"""Entering, changing and closing people."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.staff import rules
from desktop.staff.records import LoginOrder, PasswordOrder, PersonChange, PersonOrder, PersonRow
from desktop.staff.service.grants import grants_of, propose, withdraw
from desktop.staff.service.hands import note_given
from desktop.staff.service.lists import person_row
from desktop.staff.service.passwords import hash_password
from desktop.staff.service.persons import FormRefused, claimed, fit, present, standing_of
from desktop.staff.service.rights import granted, in_force, permissions
from desktop.staff.tables import Grant, Station, User


def _station_id(work: Work, code: str) -> UUID | None:
    if not code:
        return None
    found = work.session.scalar(sa.select(Station.id).filter_by(code=code))
    if found is None:
        raise FormRefused({"station": Text("No station has the code {code}", code=code)})
    return found


@operation("staff.manage")
def enter_person(work: Work, order: PersonOrder) -> PersonRow:
    """Enter a person of staff with a first password; every role waits for a second person."""
    login = order.login.strip()
    taken = work.session.scalar(sa.select(User.id).where(sa.func.lower(User.login) == login.lower()))
    fit(
        {
            "login": rules.login_problem(login)
            or (Text("Somebody has this login already") if taken else None),
            "name": rules.name_problem(order.name),
            "language": rules.language_problem(order.language),
            "password": rules.password_problem(login, order.password),
        }
    )
    user = User(
        id=work.new_id(),
        login=login,
        name=order.name.strip(),
        language=order.language,
        password_hash=str(hash_password(order.password)),
        failures=0,
        locked_until=None,
    )
    work.add(user)
    work.session.flush()
    standing = standing_of(work, user)
    standing.must_change, standing.station_id = True, _station_id(work, order.station)
    note_given(work, user)
    for code in dict.fromkeys(order.roles):
        propose(work, user, code, "")
    return person_row(work, user)


@operation("staff.manage")
def change_person(work: Work, order: PersonChange) -> PersonRow:
    """Give a person another name, language or usual workplace."""
    user = claimed(work, order.login)
    fit({"name": rules.name_problem(order.name), "language": rules.language_problem(order.language)})
    user.name, user.language = order.name.strip(), order.language
    present(work, user).station_id = _station_id(work, order.station)
    return person_row(work, user)


@operation("staff.set_password")
def set_password(work: Work, order: PasswordOrder) -> PersonRow:
    """Set a new password for somebody, who changes it at the next sign-in; a lock is lifted.

    Refused for one's own, and for somebody who may do more: their rights would come with the password.
    """
    user = claimed(work, order.login)
    if user.id == work.actor.id:
        raise Refused(Text("Your own password is changed with the old one."))
    standing = present(work, user)
    if _rights(work, user) - granted(work.session, work.actor):
        raise Refused(
            Text("{name} may do more than you. An administrator sets this password.", name=user.name)
        )
    fit({"password": rules.password_problem(user.login, order.password)})
    user.password_hash = str(hash_password(order.password))
    standing.must_change = True
    note_given(work, user)
    _lift(work, user)
    return person_row(work, user)


def _rights(work: Work, user: User) -> frozenset[str]:
    found = work.session.execute(in_force().where(Grant.user_id == user.id))
    return permissions(" ".join(rules.patterns(code, stored) for _, code, stored in found))


def _lift(work: Work, user: User) -> None:
    work.session.flush()
    work.session.execute(sa.update(User).where(User.id == user.id).values(failures=0, locked_until=None))


@operation("staff.set_password")
def unlock(work: Work, order: LoginOrder) -> PersonRow:
    """Let somebody in again before the lock ends by itself."""
    user = claimed(work, order.login)
    present(work, user)
    _lift(work, user)
    return person_row(work, user)


@operation("staff.manage")
def close_login(work: Work, order: LoginOrder) -> PersonRow:
    """Close a leaver's login: roles end, sessions that are open refuse from now on. Nothing of theirs is deleted."""
    user = claimed(work, order.login)
    if user.id == work.actor.id:
        raise Refused(Text("Nobody closes their own login. Another administrator does."))
    standing = present(work, user)
    for grant, code in grants_of(work, user):
        withdraw(work, user, grant, code, "")
    standing.left_on = work.today
    return person_row(work, user)


@operation("staff.manage")
def reopen_login(work: Work, order: LoginOrder) -> PersonRow:
    """Let somebody back in who had left; the roles of before are asked for anew."""
    user = claimed(work, order.login)
    standing = standing_of(work, user)
    if standing.left_on is None:
        raise Refused(Text("The login of {name} is open.", name=user.name))
    standing.left_on, standing.must_change = None, True
    return person_row(work, user)
