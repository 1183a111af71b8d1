"""Founding: everything an empty database needs before the first customer, in one operation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop.founding.documents import Surroundings
from desktop.founding.records import Founding
from desktop.kernel.country import Country
from desktop.kernel.work import Work, operation
from desktop.ledger import service as ledger
from desktop.papers import service as papers
from desktop.staff import service as staff
from desktop.staff.records import HallFounded, NewUser
from desktop.tariffs import service as tariffs

NIGHT = "Night work"
"""The name of the person that commands of the night act as."""


@operation(staff.FOUND_HALL)
def found(work: Work, order: Founding) -> HallFounded:
    """Set up an empty database: places, people, chart of accounts, prices, letterhead. Refused where a hall stands."""
    pictures = [papers.attach_picture(work, one) if one else None for one in (order.letterhead, order.seal)]
    company = replace(order.places.company, letterhead=pictures[0], seal=pictures[1])
    users = order.places.users
    if all(user.login != staff.COMMAND_LINE for user in users):
        users = (*users, NewUser(staff.COMMAND_LINE, NIGHT, work.country.language, "!", ("administrator",)))
    founded = staff.found_hall(work, replace(order.places, company=company, users=users))
    ledger.set_up_chart(work, None)
    for content in order.tariffs:
        tariffs.take_in(work, content)
    return founded


def surroundings(countries: dict[str, Country], folder: Path | None = None) -> Surroundings:
    """What a description of a new hall is checked against in this program."""
    return Surroundings(
        countries, tuple(staff.ROLES), frozenset({staff.COMMAND_LINE}), staff.hash_password, folder
    )
