"""What a wrong account or meter number most likely means: the one that stands beside it in the row tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa

from desktop.kernel.bulk import among
from desktop.kernel.errors import Problem
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.metering.records import ReadRow
from desktop.metering.tables import Installation, Meter, RouteStop

ACCOUNT_FIELD, METER_FIELD = Text("Account number"), Text("Meter")

SHORTEST = 4
"""Numbers shorter than this are near to too many others."""


def near(given: str, known: str) -> bool:
    """Whether a number is another one mistyped: noughts lost in front, one sign wrong, missing or too much, or two
    neighbours changed.

    >>> near("1277390131", "001277390131"), near("3301048276l5", "330104827615"), near("330104827651", "330104827615")
    (True, True, True)
    >>> near("330104827615", "330104827615"), near("330104827622", "330104827615")
    (False, False)
    """
    if given == known or min(len(given), len(known)) < SHORTEST:
        return False
    if given.lstrip("0") == known.lstrip("0"):
        return True
    first = next(
        (at for at, (one, other) in enumerate(zip(given, known, strict=False)) if one != other), None
    )
    at = min(len(given), len(known)) if first is None else first
    mine, theirs = given[at:], known[at:]
    return (
        mine[1:] == theirs[1:]
        or mine[1:] == theirs
        or mine == theirs[1:]
        or (len(mine) > 1 and mine[1::-1] + mine[2:] == theirs)
    )


def offered(
    work: Work, misplaced: Sequence[tuple[ReadRow, Problem]], at: dict[str, str]
) -> Iterable[Problem]:
    """Problems of rows whose account or meter is not known, with what was likely meant.

    ``at`` gives the account at which each known meter of the rows hangs. Where both numbers are known and do not
    belong together nothing is offered: either may be the wrong one, and neighbours have numbers that are near.
    """
    hanging = _hanging(work, {row.account_number for row, _ in misplaced})
    for row, problem in misplaced:
        account, meter = row.account_number, row.meter_serial
        found: list[str] = []
        if problem.column == ACCOUNT_FIELD and meter in at and near(account, at[meter]):
            found = [at[meter]]
        elif problem.column == METER_FIELD and meter not in at:
            found = [one for one in hanging[account] if near(meter, one)]
        if len(found) == 1:
            remedy = Text("It seems to be {number}: correct it where that is right", number=found[0])
            yield replace(problem, likely=found[0], remedy=remedy)
        else:
            yield problem


def _hanging(work: Work, accounts: set[str]) -> dict[str, list[str]]:
    """The meters that hang at some accounts."""
    rows = work.session.execute(
        sa.select(RouteStop.account_number, Meter.serial_number)
        .join(Installation, Installation.service_point_id == RouteStop.service_point_id)
        .join(Meter, Meter.id == Installation.meter_id)
        .where(among(work.session, RouteStop.account_number, accounts), Installation.removed_on.is_(None))
    )
    found: dict[str, list[str]] = defaultdict(list)
    for account, serial in rows:
        found[account].append(serial)
    return found
