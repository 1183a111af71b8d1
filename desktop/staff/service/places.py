"""Halls and workplaces, set up once, and what people leave unfinished there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.asking import Question
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.kernel.work import StationInfo, Work
from desktop.staff import rules
from desktop.staff.records import HallFounded, HallFounding, Letterhead, NewUser, UnfinishedForm
from desktop.staff.service.persons import standing_of
from desktop.staff.tables import Company, District, Draft, Grant, Hall, Role, Station, User


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
    for code, patterns in rules.ROLES.items():
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
    if user.must_change:
        standing_of(work, row).must_change = True
    for code in user.roles:
        work.add(Grant(id=work.new_id(), user_id=row.id, role_id=roles[code].id))


def first_hall(session: orm.Session) -> Hall | None:
    """The first of the halls in this database, all of one country and practice date; None while it is empty."""
    return session.scalars(sa.select(Hall).order_by(Hall.code).limit(1)).one_or_none()


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
    company, name, address, hotline, *more = work.asked(_LETTERHEAD, {"hall": work.station.hall_id}).one()
    return Letterhead(company, name, address, hotline, *(told or "" for told in more))


_LETTERHEAD = Question(
    sa.select(Hall.company, Hall.name, Hall.address, Hall.hotline)
    .add_columns(Company.tax_number, Company.bank, Company.bank_account, Company.letterhead, Company.seal)
    .outerjoin(Company, Company.name == Hall.company)  # a hall may be older than the table of companies
    .where(Hall.id == sa.bindparam("hall"))
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
