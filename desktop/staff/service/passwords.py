"""The one door: signing in, locks, and one's own password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import orm

from desktop.kernel.canonical import Secret
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Actor, Seat, Work, operation
from desktop.staff import rules
from desktop.staff.records import OwnPassword
from desktop.staff.service.persons import fit, standing_of
from desktop.staff.service.rights import granted
from desktop.staff.tables import User

_hasher = PasswordHasher()


def hash_password(password: str) -> Secret:
    """The Argon2id hash that is stored for a password."""
    return Secret(_hasher.hash(password))


def actor(session: orm.Session, login: str) -> Actor:
    """The person with this login and the rights of now; `NotFound` otherwise."""
    user = session.scalar(sa.select(User).filter_by(login=login))
    if user is None:
        raise NotFound(Text("Nobody here has the login “{login}”.", login=login))
    return _actor(session, user)


def _actor(session: orm.Session, user: User) -> Actor:
    person = Actor(user.id, user.login, user.name, user.language, frozenset())
    return Actor(user.id, user.login, user.name, user.language, granted(session, person))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who came in, and whether the password should be hashed again because the recipe is newer."""

    actor: Actor
    outdated: bool


def sign_in(session: orm.Session, login: str, password: str, at: datetime) -> SignedIn:
    """The one door: Argon2id, five failures lock for fifteen minutes; failures are counted in the database.

    The session is committed here either way. An unknown login takes as long as a wrong password. A lock is never
    longer than fifteen minutes by any station's clock, so one that goes wrong shuts nobody out for good.
    """
    user = session.scalar(sa.select(User).filter_by(login=login).with_for_update())
    until = rules.lock_end(user.locked_until, at) if user is not None else None
    if user is not None and until is not None:
        _refuse_locked(session, user, until, at)
    stored = _NOBODY if user is None else user.password_hash
    if not _verifies(stored, password) or user is None:
        if user is not None:
            _count_failure(session, user, at)
        raise Refused(
            Text(
                "Login or password is wrong. Check Caps Lock and the input method. {count} wrong tries lock a login"
                " for {minutes} min.",
                count=rules.FAILURES_ALLOWED,
                minutes=rules.LOCKED_FOR // timedelta(minutes=1),
            )
        )
    person = _actor(session, user)
    session.execute(sa.update(User).where(User.id == user.id).values(failures=0, locked_until=None))
    session.commit()
    return SignedIn(person, _hasher.check_needs_rehash(user.password_hash))


_NOBODY = _hasher.hash("nobody")


def _refuse_locked(session: orm.Session, user: User, until: datetime, at: datetime) -> None:
    if until != user.locked_until:
        session.execute(sa.update(User).where(User.id == user.id).values(locked_until=until))
        session.commit()
    minutes = -(-(until - at) // timedelta(minutes=1))
    raise Refused(Text("Locked after too many tries. Try again in {minutes} min.", minutes=minutes))


def _verifies(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _count_failure(session: orm.Session, user: User, at: datetime) -> None:
    failures, until = rules.failed(user.failures, at)
    session.execute(sa.update(User).where(User.id == user.id).values(failures=failures, locked_until=until))
    session.commit()


@operation("staff.own_password")
def hash_again(work: Work, password: Secret) -> None:
    """Keep one's own password by the recipe of now; it stays the same. Nothing happens where it does not fit."""
    user = work.session.get_one(User, work.actor.id)
    if _verifies(user.password_hash, password):
        user.password_hash = _hasher.hash(password)


class WrongPassword(Refused):
    """The old password does not fit."""

    def __init__(self) -> None:
        super().__init__(Text("The old password is wrong. Check Caps Lock and the input method."))


@operation("staff.own_password")
def own_password(work: Work, order: OwnPassword) -> None:
    """Change one's own password; the old one proves who asks. Pages take `change_own_password`, which counts."""
    user = work.session.get_one(User, work.actor.id)
    if not _verifies(user.password_hash, order.old):
        raise WrongPassword
    fit({"new": rules.other_password_problem(user.login, order.old, order.new)})
    user.password_hash = _hasher.hash(order.new)
    standing_of(work, user).must_change = False


def change_own_password(seat: Seat, order: OwnPassword) -> None:
    """Change one's own password; a wrong old one counts as a failed sign-in, and a locked login stays locked."""
    at = seat.app.clock.moment()
    locked = sa.select(User.locked_until).filter_by(id=seat.actor.id)
    until = seat.app.database.asked(lambda session: session.scalar(locked))
    if until is not None and until > at:
        raise Refused(Text("Locked after too many tries. Sign in again later."))
    try:
        seat.do(own_password, order)
    except WrongPassword:

        def count() -> None:
            with seat.app.database.write() as session:
                user = session.scalar(sa.select(User).filter_by(id=seat.actor.id).with_for_update())
                if user is not None:
                    _count_failure(session, user, at)

        seat.app.database.repeated(count)
        raise
