"""What waits for one person: each with the page that settles it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from desktop.billing.records import RunLook
from desktop.counter.records import ReceiptQuery
from desktop.counter.records.right import RefundQuery, RefundsWaiting
from desktop.desk.records import Today, Upkeep
from desktop.kernel.text import Catalog
from desktop.metering.records import MeterTestState
from desktop.staff.page import WAITING_WORD
from desktop.staff.records import role_name
from desktop.treasury.records import DayWaiting

BACKUP_DAYS, VERIFY_DAYS = 1, 7
"""A database is copied every day and proven every week."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for this person, and the page with what it opens there."""

    icon: str
    ink: str
    title: str
    second: str
    figure: str
    page: str
    argument: object = None


def needs_of(say: Catalog, day: Today, login: str, lost: int, cashier: bool) -> tuple[Need, ...]:
    """Everything that waits, most pressing first.

    ``lost`` counts payments of this computer whose booking nobody has seen yet; a ``cashier`` needs an open till.
    """
    found = []
    if not day.roles:
        found.append(Need("info", "info", say("No role of yours is in force yet"),
                          say("A second person has to approve it; ask the supervisor"), "", ""))  # fmt: skip
    if lost:
        found.append(Need("circle-alert", "bad", say("Payments of this computer that are not yet known"),
                          say("The counter asks for each whether it was booked"), say.number(lost),
                          "counter"))  # fmt: skip
    if day.till is None and cashier:
        found.append(Need("wallet", "accent", say("Your till is closed"),
                          say("Count the float and open it"), "", "counter"))  # fmt: skip
    parts = (
        _hall_day(say, day.hall_day),
        _papers(say, day.unprinted, day.bills_unprinted),
        _refunds(say, day.refunds),
        _bank(say, day.to_mend),
        _billing(say, day),
        _readings(say, day),
        _people(say, day, login),
    )
    return (*found, *(one for part in parts for one in part), *_upkeep(say, day.upkeep))


def _hall_day(say: Catalog, waiting: DayWaiting | None) -> list[Need]:
    """Days that nobody closed, a copy after the last close that failed, a count of the safe that differs."""
    found = []
    if waiting is not None and waiting.problem is not None:
        found.append(Need("circle-alert", "bad", say("The copy of the database failed"), say(waiting.problem), "",
                          "treasury", "day"))  # fmt: skip
    if waiting is not None and waiting.unclosed:
        first, count = waiting.unclosed[0], len(waiting.unclosed)
        title = say("The hall's day is not closed: {day}", day=first)
        second = say.plural("{count} day before today", "{count} days before today", count)
        found.append(Need("clock", "warn", title, second, say.number(count), "treasury", "day"))
    if waiting is not None and waiting.safe_differs:
        title, second = say("The count of the safe differs"), say("Say why, or count it again")
        found.append(Need("calculator", "warn", title, second, "", "treasury", "safe"))
    return found


def _papers(say: Catalog, receipts: tuple[str, ...], bills: tuple[str, ...]) -> list[Need]:
    """Papers nobody has: receipts are printed at the counter, bills from the list of prints."""
    found = []
    for title, waiting, page, argument in (
        (
            say("Receipts that were not printed"),
            receipts,
            "counter",
            ReceiptQuery(receipts[0]) if receipts else None,
        ),
        (say("Bills that were not printed"), bills, "prints", None),
    ):
        if waiting:
            second = say("{number} first: open it and print it again", number=waiting[0])
            found.append(Need("printer", "warn", title, second, say.number(len(waiting)), page, argument))
    return found


def _refunds(say: Catalog, waiting: RefundsWaiting | None) -> list[Need]:
    """Refunds that others asked for, and those that are approved and not paid out."""
    found = []
    for count, title, second in (
        (
            (waiting.to_decide, say("Refunds to be decided"), say("Another person asked for them")),
            (waiting.to_pay, say("Refunds to be paid out"), say("Approved, out of an open till")),
        )
        if waiting is not None
        else ()
    ):
        if count:
            found.append(
                Need("rotate-ccw", "accent", title, second, say.number(count), "counter", RefundQuery())
            )
    return found


def _bank(say: Catalog, to_mend: int) -> list[Need]:
    """Money that the bank has shown of payments that do not count any more."""
    if not to_mend:
        return []
    title, second = say("Lines of the bank to be mended"), say("Their payments were taken back since")
    return [Need("building-2", "warn", title, second, say.number(to_mend), "treasury", "bank")]


def _upkeep(say: Catalog, done: Upkeep | None) -> list[Need]:
    """Whoever keeps the database copies and proves it from the command line."""
    if done is None:
        return []
    found = []
    proven = _age(say, done.verified_at)
    if done.findings:
        found.append(Need("circle-alert", "bad", say("The book does not hold"),
                          say("{age}, servicehall verify names the rows", age=proven),
                          say.number(done.findings), ""))  # fmt: skip
    if days_since(done.backup_at) > BACKUP_DAYS:
        found.append(Need("database", "warn", say("No backup since yesterday"), say("{age}, servicehall db backup"
                          " makes one", age=_age(say, done.backup_at)), "", ""))  # fmt: skip
    if days_since(done.verified_at) > VERIFY_DAYS:
        found.append(Need("database", "warn", say("The book was not proven this week"),
                          say("{age}, servicehall verify proves it", age=proven), "", ""))  # fmt: skip
    return found


def days_since(at: datetime | None) -> float:
    """Whole days since a moment; of what never was, more than any."""
    return (datetime.now(UTC) - at).days if at is not None else math.inf


def _age(say: Catalog, at: datetime | None) -> str:
    return say("last {moment}", moment=at) if at is not None else say("never yet")


def _billing(say: Catalog, day: Today) -> list[Need]:
    found = []
    for one in day.held:
        title = say("Held: {reason}", reason=one.reason)
        second = say("{month}, run {number}", month=say.month(one.month), number=one.run_number)
        found.append(Need("circle-alert", "bad", title, second, say.number(one.accounts), "bills",
                          RunLook(one.run_number, held=True)))  # fmt: skip
    for run in day.runs or ():
        if run.ready:
            title = say("Bills of {month} wait to be issued", month=say.month(run.period.start))
            second = say.join((say("run {number}", number=run.number), say.money(run.amount, unit=True)))
            found.append(Need("stamp", "accent", title, second, say.number(run.ready), "bills",
                              RunLook(run.number)))  # fmt: skip
    if day.unbilled and not any(one.left for one in day.routes or ()):
        title = say("{month} is read and not yet drafted", month=say.month(day.month))
        found.append(Need("receipt-text", "accent", title, say("Make the drafts of the month"), "", "bills"))
    return found


def _readings(say: Catalog, day: Today) -> list[Need]:
    found = []
    if day.doubtful:
        second, figure = say("Nothing bills them before somebody decides"), say.number(day.doubtful)
        found.append(Need("list-filter", "warn", say("Doubtful reads"), second, figure, "doubtful"))
    if day.tests_overdue:
        second, figure = say("Their customers should know the result by now"), say.number(day.tests_overdue)
        title = say("Meter tests that are overdue")
        found.append(Need("gauge", "bad", title, second, figure, "doubtful", MeterTestState.OPEN))
    left = sum(one.left for one in day.routes or ())
    if left:
        routes = sum(1 for one in day.routes or () if one.left)
        title = say("Readings of {month} are missing", month=say.month(day.month))
        second = say.plural("on {count} route", "on {count} routes", routes)
        found.append(Need("gauge", "warn", title, second, say.number(left), "readings"))
    return found


def _people(say: Catalog, day: Today, login: str) -> list[Need]:
    found = []
    for one in day.proposals or ():
        if one.proposer_login != login:
            title = say("Role to approve: {role} for {name}", role=role_name(one.role), name=one.name)
            second = say("asked by {name}, {moment}", name=one.proposed_by, moment=one.proposed_at)
            found.append(Need("shield-check", "accent", title, second, "", "staff", WAITING_WORD))
    for one in day.locked or ():
        title = say("{name} is locked out", name=one.name)
        second = say("until {time}, unlock or set a new password", time=one.locked_until.timetz())
        found.append(Need("lock", "warn", title, second, "", "staff", one.login))
    for one in day.passwords:
        by, moment = one.password.by, one.password.at
        if one.login == login:
            title = say("{name} set your password", name=by)
            second = say("{moment}, tell the administrator if you did not ask for it", moment=moment)
            found.append(Need("info", "info", title, second, "", ""))
        else:
            title = say("{name} set the password of {owner}", name=by, owner=one.name)
            second = say("{moment}, ask {owner} if that was wanted", moment=moment, owner=one.name)
            found.append(Need("info", "info", title, second, "", "staff", one.login))
    return found
