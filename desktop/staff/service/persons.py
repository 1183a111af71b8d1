"""One person of staff as operations take hold of them, and what is refused of a form."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.staff.service.rights import COMMAND_LINE
from desktop.staff.tables import Standing, User


class FormRefused(Refused):
    """Fields that do not fit, by name; ``text`` is the first of them."""

    def __init__(self, problems: Mapping[str, Text]) -> None:
        super().__init__(next(iter(problems.values())))
        self.problems = problems


def fit(problems: Mapping[str, Text | None]) -> None:
    """Refuse the fields of a form that have a problem."""
    found = {name: problem for name, problem in problems.items() if problem is not None}
    if found:
        raise FormRefused(found)


def claimed(work: Work, login: str) -> User:
    """A person by login, theirs alone until the commit: whoever else changes them at the same moment comes after."""
    user = work.session.scalar(sa.select(User).filter_by(login=login.strip()))
    if user is None:
        raise NotFound(Text("Nobody here has the login “{login}”.", login=login))
    if user.login == COMMAND_LINE:
        raise Refused(Text("This login belongs to the program itself and stays as it is."))
    work.session.execute(sa.update(User).where(User.id == user.id).values(failures=User.failures))
    return user


def standing_of(work: Work, user: User) -> Standing:
    """How a person stands, made where it was never told."""
    found = work.session.scalar(sa.select(Standing).filter_by(user_id=user.id))
    if found is None:
        found = Standing(id=work.new_id(), user_id=user.id, station_id=None, must_change=False, left_on=None)
        work.add(found)
        work.session.flush()
    return found


def present(work: Work, user: User) -> Standing:
    """How a person stands who is still here; `Refused` for one who left."""
    standing = standing_of(work, user)
    if standing.left_on is not None:
        raise Refused(Text("{name} left on {day}.", name=user.name, day=standing.left_on))
    return standing
