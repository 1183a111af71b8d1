"""Halls, stations, people and their rights.

A role takes effect only when a second person agrees: one proposes, another decides; the founding alone is exempt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from uuid import UUID

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import orm

from desktop.kernel.canonical import Secret
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.journal import Entry
from desktop.kernel.proof import Finding
from desktop.kernel.text import LANGUAGES, Text
from desktop.kernel.work import OPERATIONS, Actor, Seat, StationInfo, Work, operation, query
from desktop.staff import rules
from desktop.staff.records import (
    DecisionOrder,
    HallFounded,
    HallFounding,
    Letterhead,
    LoginOrder,
    NewUser,
    OwnPassword,
    PasswordOrder,
    PersonChange,
    PersonOrder,
    PersonRow,
    PersonState,
    ProposalRow,
    RoleOrder,
    RoleRow,
    UnfinishedForm,
    role_name,
)
from desktop.staff.tables import (
    Company,
    Decision,
    District,
    Draft,
    Grant,
    Hall,
    Proposal,
    Role,
    Standing,
    Station,
    User,
    Withdrawal,
)

_READS = "search.* desk.* ledger.view metering.view billing.view"
_TILL = "counter.view counter.open_till counter.take_payment counter.reprint_receipt"
ROLES = {
    "representative": f"{_READS} parties.*",
    "reader": f"{_READS} metering.* parties.note",
    "cashier": f"{_READS} {_TILL} parties.note parties.reveal",
    "head_cashier": f"{_READS} counter.* ledger.reverse parties.note parties.reveal",
    "metering": f"{_READS} metering.* billing.run parties.note",
    "inspector": f"{_READS} metering.import_reads parties.note",
    "clerk": f"{_READS} metering.* billing.* tariffs.view contracts.* parties.*",
    "supervisor": "search.* desk.* ledger.* metering.* billing.* tariffs.* contracts.* counter.*"
    " parties.* staff.view staff.set_password staff.propose_role staff.approve_role",
    "administrator": "*",
}
"""The standard roles: patterns over the permissions that the operations themselves name.

They hold in every database, also one that was founded with other patterns or fewer roles: what is stored beside a
role is only what it was when it was made.
"""

EVERYBODY = frozenset({"staff.own_password", "desk.today"})
"""What every person of staff may do, and all that somebody may who has still to choose a password of their own."""

APPROVE = "staff.approve_role"
ADMINISTRATOR = "administrator"
FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)
COMMAND_LINE = "servicehall"
"""The login the command line acts as; it has no password, so nobody signs in with it."""

FOUND_HALL = "staff.found_hall"
FOUNDINGS = ("founding.found", "staff.found_hall")
"""The operation that founds a hall, by its name of now and of the first databases."""
_hasher = PasswordHasher()


def hash_password(password: str) -> Secret:
    """The Argon2id hash that is stored for a password."""
    return Secret(_hasher.hash(password))


def permissions(patterns: str) -> frozenset[str]:
    """The permissions that a role's patterns stand for; founding a hall is nobody's."""
    known = {done.permission for done in OPERATIONS.values()} - {FOUND_HALL}
    return frozenset(
        name for name in known if any(fnmatchcase(name, pattern) for pattern in patterns.split())
    )


def _patterns(code: str, stored: str) -> str:
    return ROLES.get(code, stored)


def _in_force() -> sa.Select[UUID, str, str]:
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
    found = session.execute(_in_force().where(Grant.user_id == actor.id))
    return EVERYBODY | permissions(" ".join(_patterns(code, stored) for _, code, stored in found))


def _closed(day: date) -> Text:
    return Text("Your login was closed on {day}. Ask the administrator.", day=day)


def found_hall(work: Work, order: HallFounding) -> HallFounded:
    """Set up an empty database: company, districts, halls, stations, standard roles, people.

    Refused where a hall stands. What belongs to a place carries the district of that place.
    """
    if work.session.scalar(sa.select(sa.func.count()).select_from(Hall)):
        raise Refused(Text("This database already has a hall."))
    first = next(hall for hall in order.halls if hall.code == order.stations[0].hall)
    districts = {one.code: work.new_id() for one in order.districts}
    halls = {one.code: work.new_id() for one in order.halls}
    districts[first.district], halls[first.code] = work.station.district_id, work.station.hall_id
    company = order.company
    work.add(
        Company(
            id=work.new_id(),
            name=company.name,
            tax_number=company.tax_number,
            bank=company.bank,
            bank_account=company.bank_account,
            letterhead=company.letterhead,
            seal=company.seal,
        )
    )
    _place(work, order, districts, halls)
    roles = {}
    for code, patterns in ROLES.items():
        roles[code] = Role(id=work.new_id(), code=code, permissions=patterns)
        work.add(roles[code])
    for user in order.users:
        _add_user(work, user, roles)
    return HallFounded(halls[first.code], len(order.halls), len(order.stations), len(order.users))


def _place(work: Work, order: HallFounding, districts: dict[str, UUID], halls: dict[str, UUID]) -> None:
    work.insert_many(
        District,
        [
            {
                "id": districts[one.code],
                "district_id": districts[one.code],
                "code": one.code,
                "name": one.name,
            }
            for one in order.districts
        ],
    )
    home = {one.code: districts[one.district] for one in order.halls}
    work.insert_many(
        Hall,
        [
            {
                "id": halls[one.code],
                "district_id": home[one.code],
                "code": one.code,
                "name": one.name,
                "company": order.company.name,
                "address": one.address,
                "hotline": one.hotline,
                "country": order.country,
                "practice_date": order.practice_date,
            }
            for one in order.halls
        ],
    )
    work.insert_many(
        Station,
        [
            {
                "id": work.new_id() if place else order.first_station_id,
                "district_id": home[one.hall],
                "hall_id": halls[one.hall],
                "code": one.code,
                "name": one.name,
            }
            for place, one in enumerate(order.stations)
        ],
    )


def _add_user(work: Work, user: NewUser, roles: dict[str, Role]) -> None:
    row = User(
        id=work.new_id(),
        login=user.login,
        name=user.name,
        language=user.language,
        password_hash=str(user.password_hash),
        failures=0,
        locked_until=None,
    )
    work.add(row)
    work.session.flush()
    for code in user.roles:
        work.add(Grant(id=work.new_id(), user_id=row.id, role_id=roles[code].id))


def first_hall(session: orm.Session) -> tuple[str, date | None] | None:
    """Country and practice date of the halls in this database; None while it is empty."""
    row = session.execute(
        sa.select(Hall.country, Hall.practice_date).order_by(Hall.code).limit(1)
    ).one_or_none()
    return None if row is None else (row.country, row.practice_date)


def stations(session: orm.Session) -> tuple[StationInfo, ...]:
    """Every workplace, by code."""
    rows = session.execute(
        sa.select(Station, Hall).join(Hall, Hall.id == Station.hall_id).order_by(Station.code)
    )
    return tuple(
        StationInfo(
            place.id, place.code, place.name, hall.id, hall.code, hall.name, hall.company, hall.district_id
        )
        for place, hall in rows
    )


def letterhead(work: Work) -> Letterhead:
    """Who speaks on this hall's papers."""
    hall = work.session.get_one(Hall, work.station.hall_id)
    company = work.session.scalar(sa.select(Company).filter_by(name=hall.company))
    head = Letterhead(hall.company, hall.name, hall.address, hall.hotline)
    if company is None:  # a hall older than the table of companies
        return head
    return replace(
        head,
        tax_number=company.tax_number,
        bank=company.bank,
        bank_account=company.bank_account,
        picture=company.letterhead or "",
        seal=company.seal or "",
    )


def keep_draft(session: orm.Session, user_id: UUID, form: str, content: str, at: datetime) -> None:
    """Keep what a person typed into a form in place of what was kept before; not a record, so no operation.

    The session is committed here.
    """
    session.execute(sa.delete(Draft).filter_by(user_id=user_id, form=form))
    session.execute(sa.insert(Draft).values(user_id=user_id, form=form, saved_at=at, content=content))
    session.commit()


def draft(session: orm.Session, user_id: UUID, form: str) -> UnfinishedForm | None:
    """What a person typed into a form and did not finish."""
    row = session.get(Draft, (user_id, form))
    return None if row is None else UnfinishedForm(row.saved_at, row.content)


def drop_draft(session: orm.Session, user_id: UUID, form: str) -> None:
    """The form is done with. The session is committed here."""
    session.execute(sa.delete(Draft).filter_by(user_id=user_id, form=form))
    session.commit()


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
    if user is not None and user.locked_until is not None and user.locked_until > at:
        _refuse_locked(session, user, user.locked_until, at)
    stored = _NOBODY if user is None else user.password_hash
    if not _verifies(stored, password) or user is None:
        if user is not None:
            _count_failure(session, user, at)
        raise Refused(Text("Login or password is wrong. Check Caps Lock and the input method."))
    person = _actor(session, user)
    session.execute(sa.update(User).where(User.id == user.id).values(failures=0, locked_until=None))
    session.commit()
    return SignedIn(person, _hasher.check_needs_rehash(user.password_hash))


_NOBODY = _hasher.hash("nobody")


def _refuse_locked(session: orm.Session, user: User, until: datetime, at: datetime) -> None:
    if until - at > LOCKED_FOR:
        until = at + LOCKED_FOR
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
    failures = user.failures + 1
    locked = at + LOCKED_FOR if failures >= FAILURES_ALLOWED else None
    session.execute(
        sa.update(User)
        .where(User.id == user.id)
        .values(failures=0 if locked else failures, locked_until=locked)
    )
    session.commit()


@operation("staff.own_password")
def hash_again(work: Work, password: Secret) -> None:
    """Keep one's own password by the recipe of now; it stays the same. Nothing happens where it does not fit."""
    user = work.session.get_one(User, work.actor.id)
    if _verifies(user.password_hash, password):
        user.password_hash = _hasher.hash(password)


# People


class FormRefused(Refused):
    """Fields that do not fit, by name; ``text`` is the first of them."""

    def __init__(self, problems: Mapping[str, Text]) -> None:
        super().__init__(next(iter(problems.values())))
        self.problems = problems


def _fit(problems: Mapping[str, Text | None]) -> None:
    found = {name: problem for name, problem in problems.items() if problem is not None}
    if found:
        raise FormRefused(found)


def _claimed(work: Work, login: str) -> User:
    """A person by login, theirs alone until the commit: whoever else changes them at the same moment comes after."""
    user = work.session.scalar(sa.select(User).filter_by(login=login.strip()))
    if user is None:
        raise NotFound(Text("Nobody here has the login “{login}”.", login=login))
    if user.login == COMMAND_LINE:
        raise Refused(Text("This login belongs to the program itself and stays as it is."))
    work.session.execute(sa.update(User).where(User.id == user.id).values(failures=User.failures))
    return user


def _standing(work: Work, user: User) -> Standing:
    """How a person stands, made where it was never told."""
    found = work.session.scalar(sa.select(Standing).filter_by(user_id=user.id))
    if found is None:
        found = Standing(id=work.new_id(), user_id=user.id, station_id=None, must_change=False, left_on=None)
        work.add(found)
        work.session.flush()
    return found


def _present(work: Work, user: User) -> Standing:
    standing = _standing(work, user)
    if standing.left_on is not None:
        raise Refused(Text("{name} left on {day}.", name=user.name, day=standing.left_on))
    return standing


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
    _fit(
        {
            "login": rules.login_problem(login)
            or (Text("Somebody has this login already") if taken else None),
            "name": rules.name_problem(order.name),
            "language": _language_problem(order.language),
            "password": rules.password_problem(login, order.password),
        }
    )
    user = User(
        id=work.new_id(),
        login=login,
        name=order.name.strip(),
        language=order.language,
        password_hash=_hasher.hash(order.password),
        failures=0,
        locked_until=None,
    )
    work.add(user)
    work.session.flush()
    standing = _standing(work, user)
    standing.must_change, standing.station_id = True, _station_id(work, order.station)
    for code in dict.fromkeys(order.roles):
        _propose(work, user, code, "")
    return _person(work, user)


def _language_problem(language: str) -> Text | None:
    return None if language in LANGUAGES else Text("Take one of {known}", known=", ".join(LANGUAGES))


@operation("staff.manage")
def change_person(work: Work, order: PersonChange) -> PersonRow:
    """Give a person another name, language or usual workplace."""
    user = _claimed(work, order.login)
    _fit({"name": rules.name_problem(order.name), "language": _language_problem(order.language)})
    user.name, user.language = order.name.strip(), order.language
    _present(work, user).station_id = _station_id(work, order.station)
    return _person(work, user)


@operation("staff.set_password")
def set_password(work: Work, order: PasswordOrder) -> PersonRow:
    """Set a new password for somebody, who changes it at the next sign-in; a lock is lifted.

    Refused for one's own, and for somebody who may do more: their rights would come with the password.
    """
    user = _claimed(work, order.login)
    if user.id == work.actor.id:
        raise Refused(Text("Your own password is changed with the old one."))
    standing = _present(work, user)
    if _rights(work, user) - granted(work.session, work.actor):
        raise Refused(
            Text("{name} may do more than you. An administrator sets this password.", name=user.name)
        )
    _fit({"password": rules.password_problem(user.login, order.password)})
    user.password_hash = _hasher.hash(order.password)
    standing.must_change = True
    _lift(work, user)
    return _person(work, user)


def _rights(work: Work, user: User) -> frozenset[str]:
    found = work.session.execute(_in_force().where(Grant.user_id == user.id))
    return permissions(" ".join(_patterns(code, stored) for _, code, stored in found))


def _lift(work: Work, user: User) -> None:
    work.session.flush()
    work.session.execute(sa.update(User).where(User.id == user.id).values(failures=0, locked_until=None))


@operation("staff.set_password")
def unlock(work: Work, order: LoginOrder) -> PersonRow:
    """Let somebody in again before the lock ends by itself."""
    user = _claimed(work, order.login)
    _present(work, user)
    _lift(work, user)
    return _person(work, user)


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
    _fit({"new": rules.other_password_problem(user.login, order.old, order.new)})
    user.password_hash = _hasher.hash(order.new)
    _standing(work, user).must_change = False


def change_own_password(seat: Seat, order: OwnPassword) -> None:
    """Change one's own password; a wrong old one counts as a failed sign-in, and a locked login stays locked."""
    at = seat.app.clock.moment()
    with seat.app.database.read() as session:
        until = session.scalar(sa.select(User.locked_until).filter_by(id=seat.actor.id))
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


@operation("staff.manage")
def close_login(work: Work, order: LoginOrder) -> PersonRow:
    """Close a leaver's login: roles end, sessions that are open refuse from now on. Nothing of theirs is deleted."""
    user = _claimed(work, order.login)
    if user.id == work.actor.id:
        raise Refused(Text("Nobody closes their own login. Another administrator does."))
    standing = _present(work, user)
    for grant, code in _grants(work, user):
        _withdraw(work, user, grant, code, "")
    standing.left_on = work.today
    return _person(work, user)


@operation("staff.manage")
def reopen_login(work: Work, order: LoginOrder) -> PersonRow:
    """Let somebody back in who had left; the roles of before are asked for anew."""
    user = _claimed(work, order.login)
    standing = _standing(work, user)
    if standing.left_on is None:
        raise Refused(Text("The login of {name} is open.", name=user.name))
    standing.left_on, standing.must_change = None, True
    return _person(work, user)


# Roles: one proposes, another decides


def _role(work: Work, code: str) -> Role:
    """A role by its code; a standard one is made in a database that does not have it yet."""
    found = work.session.scalar(sa.select(Role).filter_by(code=code))
    if found is None and code not in ROLES:
        known = ", ".join(ROLES)
        raise FormRefused(
            {"roles": Text("There is no role “{code}”. There are: {known}", code=code, known=known)}
        )
    if found is None:
        found = Role(id=work.new_id(), code=code, permissions=ROLES[code])
        work.add(found)
        work.session.flush()
    return found


def _grants(work: Work, user: User) -> list[tuple[Grant, str]]:
    rows = work.session.execute(
        sa.select(Grant, Role.code)
        .join(Role, Role.id == Grant.role_id)
        .outerjoin(Withdrawal, Withdrawal.grant_id == Grant.id)
        .where(Grant.user_id == user.id, Withdrawal.id.is_(None))
    )
    return [(grant, code) for grant, code in rows]


def _waiting(*where: sa.ColumnElement[bool]) -> sa.Select[Proposal, User, str]:
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


def _propose(work: Work, user: User, code: str, reason: str) -> None:
    role = _role(work, code)
    if code in {held for _, held in _grants(work, user)}:
        raise Refused(Text("{name} has the role {role} already.", name=user.name, role=role_name(code)))
    if work.session.execute(_waiting(Proposal.user_id == user.id, Proposal.role_id == role.id)).first():
        raise Refused(Text("The role {role} for {name} waits already.", name=user.name, role=role_name(code)))
    work.add(
        Proposal(
            id=work.new_id(),
            user_id=user.id,
            role_id=role.id,
            proposed_by=work.actor.id,
            proposed_at=work.at,
            reason=reason.strip(),
        )
    )
    work.session.flush()


@operation("staff.propose_role")
def propose_role(work: Work, order: RoleOrder) -> ProposalRow:
    """Ask for a role for somebody; it takes effect when another person approves it."""
    user = _claimed(work, order.login)
    _present(work, user)
    _propose(work, user, order.role, order.reason)
    made = work.session.execute(_waiting(Proposal.user_id == user.id, Role.code == order.role)).one()
    return _proposal_rows(work, [made])[0]


@operation(APPROVE)
def decide_role(work: Work, order: DecisionOrder) -> PersonRow:
    """Approve or decline what another person proposed. Refused for one's own proposal: two people, always."""
    proposal = work.session.get(Proposal, order.proposal_id)
    if proposal is None:
        raise NotFound(Text("There is no such proposal. Ask again for the list."))
    user = _claimed(work, work.session.get_one(User, proposal.user_id).login)
    _present(work, user)
    if work.session.scalar(sa.select(Decision.id).filter_by(proposal_id=proposal.id)):
        raise Refused(Text("Somebody has decided this already."))
    if proposal.proposed_by == work.actor.id:
        raise Refused(Text("You asked for this role yourself. Another person decides."))
    if not order.approve and not order.reason.strip():
        raise FormRefused({"reason": Text("Say why, so that the other knows what to do")})
    role = work.session.get_one(Role, proposal.role_id)
    work.add(
        Decision(
            id=work.new_id(),
            proposal_id=proposal.id,
            proposed_by=proposal.proposed_by,
            decided_by=work.actor.id,
            decided_at=work.at,
            approved=order.approve,
            reason=order.reason.strip(),
        )
    )
    if order.approve and role.code not in {held for _, held in _grants(work, user)}:
        work.add(Grant(id=work.new_id(), user_id=user.id, role_id=role.id))
    work.session.flush()
    return _person(work, user)


@operation("staff.propose_role")
def take_role(work: Work, order: RoleOrder) -> PersonRow:
    """Take a role away; it ends at once. An administrator always stays."""
    user = _claimed(work, order.login)
    held = {code: grant for grant, code in _grants(work, user)}
    if order.role not in held:
        raise Refused(
            Text("{name} does not have the role {role}.", name=user.name, role=role_name(order.role))
        )
    _withdraw(work, user, held[order.role], order.role, order.reason)
    return _person(work, user)


def _withdraw(work: Work, user: User, grant: Grant, code: str, reason: str) -> None:
    if code == ADMINISTRATOR:
        _keep_an_administrator(work, user)
    work.add(
        Withdrawal(
            id=work.new_id(),
            grant_id=grant.id,
            withdrawn_by=work.actor.id,
            withdrawn_at=work.at,
            reason=reason.strip(),
        )
    )
    work.session.flush()


def _keep_an_administrator(work: Work, user: User) -> None:
    """Somebody else is an administrator too; their rows are claimed, so that two do not go at once."""
    others = sorted(
        work.session.scalars(
            _in_force()
            .with_only_columns(User.id)
            .join(User, User.id == Grant.user_id)
            .where(Role.code == ADMINISTRATOR, User.id != user.id, User.login != COMMAND_LINE)
        )
    )
    if not others:
        raise Refused(Text("{name} is the only administrator. Make somebody else one first.", name=user.name))
    work.session.execute(sa.update(User).where(User.id.in_(others)).values(failures=User.failures))


# Lists


def _people(work: Work, *where: sa.ColumnElement[bool]) -> tuple[PersonRow, ...]:
    found = work.session.execute(
        sa.select(User, Standing, Station.code)
        .outerjoin(Standing, Standing.user_id == User.id)
        .outerjoin(Station, Station.id == Standing.station_id)
        .where(User.login != COMMAND_LINE, *where)
        .order_by(Standing.left_on.is_not(None), User.login)
    ).all()
    roles: dict[UUID, dict[str, str]] = defaultdict(dict)
    for user_id, code, stored in work.session.execute(_in_force()):
        roles[user_id][code] = _patterns(code, stored)
    waiting: dict[UUID, list[str]] = defaultdict(list)
    for proposal, _user, code in work.session.execute(_waiting()):
        waiting[proposal.user_id].append(code)
    return tuple(
        _person_row(work, user, standing, station, roles[user.id], waiting[user.id])
        for user, standing, station in found
    )


def _person_row(
    work: Work,
    user: User,
    standing: Standing | None,
    station: str | None,
    roles: Mapping[str, str],
    waiting: Iterable[str],
) -> PersonRow:
    left = standing.left_on if standing else None
    locked = user.locked_until if user.locked_until is not None and user.locked_until > work.at else None
    if left is not None:
        state = PersonState.LEFT
    elif locked is not None:
        state = PersonState.LOCKED
    else:
        state = PersonState.MUST_CHANGE if standing and standing.must_change else PersonState.ACTIVE
    return PersonRow(
        login=user.login,
        name=user.name,
        language=user.language,
        station=station or "",
        roles=_in_order(roles),
        waiting=_in_order(waiting),
        permissions=tuple(sorted(EVERYBODY | permissions(" ".join(roles.values())))) if left is None else (),
        state=state,
        locked_until=None if locked is None else work.local(locked),
        left_on=left,
    )


def _in_order(codes: Iterable[str]) -> tuple[str, ...]:
    places = list(ROLES)
    return tuple(
        sorted(codes, key=lambda code: (places.index(code) if code in places else len(places), code))
    )


def _person(work: Work, user: User) -> PersonRow:
    work.session.flush()
    return _people(work, User.id == user.id)[0]


def _proposal_rows(work: Work, found: Iterable[sa.Row[Proposal, User, str]]) -> tuple[ProposalRow, ...]:
    deciders = _deciders(work)
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
            deciders=len(deciders - {proposal.proposed_by}),
        )
        for proposal, user, code in found
    )


def _deciders(work: Work) -> set[UUID]:
    """People who may sign in and decide; the command line is left out, it is nobody's own hand."""
    gone = sa.select(Standing.user_id).where(Standing.left_on.is_not(None))
    program = sa.select(User.id).where(User.login == COMMAND_LINE)
    rows = work.session.execute(_in_force().where(Grant.user_id.not_in(gone), Grant.user_id.not_in(program)))
    return {user_id for user_id, code, stored in rows if APPROVE in permissions(_patterns(code, stored))}


@query("staff.view")
def people(work: Work, _request: None) -> tuple[PersonRow, ...]:
    """Everybody of staff with roles and state, those who left last."""
    return _people(work)


@query("staff.view")
def proposals(work: Work, _request: None) -> tuple[ProposalRow, ...]:
    """Roles that wait for a second person, oldest first."""
    return _proposal_rows(work, work.session.execute(_waiting()))


@query("staff.view")
def roles(work: Work, _request: None) -> tuple[RoleRow, ...]:
    """Every role with what it stands for: the standard ones, then any others this database holds."""
    stored = dict(work.session.execute(sa.select(Role.code, Role.permissions)).all())
    patterns = ROLES | {code: kept for code, kept in sorted(stored.items()) if code not in ROLES}
    return tuple(RoleRow(code, tuple(sorted(permissions(kept)))) for code, kept in patterns.items())


def own_roles(work: Work) -> tuple[str, ...]:
    """The roles of the person who acts, by code."""
    rows = work.session.execute(_in_force().where(Grant.user_id == work.actor.id))
    return _in_order([code for _, code, _ in rows])


@query("staff.own_password")
def my_roles(work: Work, _request: None) -> tuple[str, ...]:
    """The roles of the person who asks, by code, the least first."""
    return own_roles(work)


def locked(work: Work) -> tuple[PersonRow, ...]:
    """People who are locked out now after too many tries."""
    return _people(work, User.locked_until > work.at)


def must_change(work: Work) -> bool:
    """Whether the person who acts has still to choose a password of their own."""
    return bool(work.session.scalar(sa.select(Standing.must_change).filter_by(user_id=work.actor.id)))


def prove(session: orm.Session) -> Iterator[Finding]:
    """I23: every role in somebody's hands comes from the founding, or from two people who agreed to that very one."""
    founding = sa.select(Entry.id).where(Entry.operation.in_(FOUNDINGS))
    agreed = {
        (decision.entry_id, user_id, role_id)
        for decision, user_id, role_id in session.execute(
            sa.select(Decision, Proposal.user_id, Proposal.role_id)
            .join(Proposal, Proposal.id == Decision.proposal_id)
            .where(Decision.approved)
        )
    }
    for grant in session.scalars(sa.select(Grant).where(Grant.entry_id.not_in(founding))):
        if (grant.entry_id, grant.user_id, grant.role_id) not in agreed:
            yield Finding("I23", Grant.__tablename__, grant.id, "no second person agreed to this role")
    acted = orm.aliased(Entry)
    signed = session.execute(
        sa.select(Decision, Entry.actor_id, acted.actor_id)
        .join(Entry, Entry.id == Decision.entry_id)
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .join(acted, acted.id == Proposal.entry_id)
    )
    for decision, decided_by, proposed_by in signed:
        people_agree = (decision.decided_by, decision.proposed_by) == (decided_by, proposed_by)
        if not people_agree or decided_by == proposed_by:
            yield Finding("I23", Decision.__tablename__, decision.id, "it was not decided by a second person")
