"""What the standard roles stand for, and what makes a login and a password fit."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from uuid import UUID

from desktop.kernel.text import LANGUAGES, Text
from desktop.staff.records import PersonState

PASSWORD_LENGTH = 10
PASSWORD_MOST = 200
"""Hashing takes longer for a longer one; nobody types so much."""

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)
IN_ONE_HAND_FOR = timedelta(days=30)
"""So long who set a password may act in its owner's name: nobody can tell which of the two chose the next one.

An owner who works here is shut out meanwhile, so the password is asked for anew and does not stay in a foreign hand.
"""

_READS = "search.* desk.* ledger.view metering.view billing.view"
_TILL = (
    "counter.view counter.open_till counter.close_till counter.move_cash counter.take_payment"
    " counter.reprint_receipt counter.ask_refund counter.pay_refund"
)
_WISHES = "metering.record_read metering.order_test"
_MANDATES = "debits.view debits.change_mandate"
ROLES = {
    "representative": f"{_READS} {_WISHES} ledger.dispute_bill parties.change parties.change_contact"
    f" parties.note parties.reveal {_MANDATES}",
    "reader": f"{_READS} metering.import_reads metering.record_read metering.export_route metering.change_routes"
    " parties.note",
    "cashier": f"{_READS} {_TILL} {_WISHES} ledger.waive_late_fee invoices.view invoices.ask parties.note"
    f" parties.change_contact parties.reveal {_MANDATES}",
    "head_cashier": f"{_READS} counter.* treasury.* debits.* ledger.agree ledger.dispute_bill ledger.reverse"
    f" ledger.waive_* {_WISHES} parties.change_contact parties.note parties.reveal",
    "metering": f"{_READS} metering.* billing.run parties.note",
    "inspector": f"{_READS} metering.import_reads metering.record_read metering.record_test"
    " metering.exchange_meter parties.note",
    "clerk": f"{_READS} ledger.agree ledger.dispute_bill metering.* billing.* invoices.* tariffs.view contracts.*"
    " parties.* debits.* papers.export_persons",
    "supervisor": "search.* desk.* ledger.* metering.* billing.* closing.* invoices.* tariffs.* contracts.* counter.*"
    " treasury.* debits.* parties.* papers.export_persons papers.view_exports"
    " staff.view staff.set_password staff.propose_role staff.approve_role",
    "administrator": "*",
}
"""The standard roles: patterns over the permissions that the operations themselves name.

They hold in every database, also one that was founded with other patterns or fewer roles: what is stored beside a
role is only what it was when it was made.
"""

_LOGIN = re.compile(r"[\w.@-]{2,40}")


def login_problem(login: str) -> Text | None:
    """What is wrong with a new login, or None."""
    if _LOGIN.fullmatch(login):
        return None
    return Text("Take 2 to 40 letters, digits, dots or hyphens, without spaces")


def name_problem(name: str) -> Text | None:
    """What is wrong with somebody's name, or None."""
    return None if name.strip() else Text("Type the name, as it stands on receipts")


def password_problem(login: str, password: str) -> Text | None:
    """What is wrong with a new password, or None. Length counts, not signs nobody remembers."""
    if len(password) < PASSWORD_LENGTH:
        return Text("Take at least {least} characters, such as three words", least=str(PASSWORD_LENGTH))
    if len(password) > PASSWORD_MOST:
        return Text("Take at most {most} characters", most=str(PASSWORD_MOST))
    if login and login.casefold() in password.casefold() and len(password) < len(login) + PASSWORD_LENGTH:
        return Text("The login is no part of a password")
    if len(set(password)) < 4:
        return Text("Take more than the same few characters")
    return None


def other_password_problem(login: str, old: str, new: str) -> Text | None:
    """What is wrong with a password that takes the place of an old one, or None."""
    return Text("Take another password than the old one") if old == new else password_problem(login, new)


def language_problem(language: str) -> Text | None:
    """What is wrong with somebody's language, or None."""
    return None if language in LANGUAGES else Text("Take one of {known}", known=", ".join(LANGUAGES))


def patterns(code: str, stored: str) -> str:
    """The patterns a role stands for: a standard one's own, else those stored beside it."""
    return ROLES.get(code, stored)


def matching(known: Iterable[str], wanted: str) -> frozenset[str]:
    """Those of the known permissions that patterns, divided by spaces, stand for."""
    return frozenset(name for name in known if any(fnmatchcase(name, one) for one in wanted.split()))


def in_order(codes: Iterable[str]) -> tuple[str, ...]:
    """Roles as they are shown: the standard ones in their order, then others by code."""
    places = list(ROLES)
    return tuple(
        sorted(codes, key=lambda code: (places.index(code) if code in places else len(places), code))
    )


def lock_end(until: datetime | None, at: datetime) -> datetime | None:
    """When a lock ends that holds at a moment, or None. Never later than a lock may last by any station's clock."""
    return None if until is None or until <= at else min(until, at + LOCKED_FOR)


def failed(failures: int, at: datetime) -> tuple[int, datetime | None]:
    """After one more failure: how many count now, and until when the login is locked."""
    return (0, at + LOCKED_FOR) if failures + 1 >= FAILURES_ALLOWED else (failures + 1, None)


Given = tuple[UUID, UUID, datetime]
"""Whose password was set, by whom, and when."""


def hand_since(made_at: datetime, decided_at: datetime) -> datetime:
    """From when on passwords set by others count for a decision: all the while the thing waited, and 30 days back."""
    return min(made_at, decided_at - IN_ONE_HAND_FOR)


def one_hand(
    maker: UUID, decider: UUID, given: Iterable[Given], made_at: datetime, decided_at: datetime
) -> UUID | None:
    """Who could have acted as the maker of something and as who decides it; None where that is nobody.

    Whoever set a password may act as its owner, also on the way over others whose passwords they set.
    """
    since = hand_since(made_at, decided_at)
    givers: dict[UUID, list[UUID]] = defaultdict(list)
    for owner, giver, at in given:
        if since <= at <= decided_at:
            givers[owner].append(giver)
    behind_maker = _behind(maker, givers)
    return next((one for one in _behind(decider, givers) if one in behind_maker), None)


def _behind(person: UUID, givers: Mapping[UUID, list[UUID]]) -> list[UUID]:
    """A person and everybody who could act in their name, the nearest first."""
    found = [person]
    for one in found:  # grows while it is read
        found += [giver for giver in givers.get(one, ()) if giver not in found]
    return found


def person_state(left_on: date | None, *, locked: bool, must_change: bool) -> PersonState:
    """How somebody stands: who has left is not locked, who is locked has no password to change yet."""
    if left_on is not None:
        return PersonState.LEFT
    if locked:
        return PersonState.LOCKED
    return PersonState.MUST_CHANGE if must_change else PersonState.ACTIVE
