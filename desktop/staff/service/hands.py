"""Whether two people are two: nobody decides in the name of somebody whose password they have set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.errors import Refused
from desktop.kernel.proof import Finding, SecondStep
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.staff import rules
from desktop.staff.service.rights import COMMAND_LINE
from desktop.staff.tables import Decision, PasswordGiven, Proposal, User


def note_given(work: Work, user: User) -> None:
    """Keep that whoever acts has set this person's password."""
    at = work.at_after(sa.select(PasswordGiven.given_at).filter_by(user_id=user.id))
    work.add(PasswordGiven(id=work.new_id(), user_id=user.id, given_by=work.actor.id, given_at=at))


def given(session: orm.Session) -> list[rules.Given]:
    """Every password somebody set for another, the last one last."""
    table = PasswordGiven
    rows = session.execute(sa.select(table.user_id, table.given_by, table.given_at).order_by(table.given_at))
    return [(owner, giver, at) for owner, giver, at in rows]


def given_until_now(work: Work) -> list[rules.Given]:
    """The same; what is in the book was before now, whatever the clock said of who wrote it."""
    return [(owner, giver, min(at, work.at)) for owner, giver, at in given(work.session)]


def second_person(work: Work, maker_id: UUID, made_at: datetime) -> None:
    """Refuse a decision about what ``maker_id`` made where one hand could have done both.

    That the two are not the same person is refused before, in the words of what is decided. The command line by itself
    is no person: whoever made it may have called it.
    """
    if work.actor.login == COMMAND_LINE:
        raise Refused(
            Text("The command line by itself is no second person: say who decides, with --as and your login.")
        )
    two_hands(work, maker_id, made_at)


def two_hands(work: Work, maker_id: UUID, made_at: datetime) -> None:
    """Refuse a decision where one person had set the password of who made it or of who decides."""
    hand = rules.one_hand(maker_id, work.actor.id, given_until_now(work), made_at, work.at)
    if hand is not None:
        name = work.session.scalar(sa.select(User.name).filter_by(id=hand))
        since = work.local(rules.hand_since(made_at, work.at)).date()
        raise Refused(
            Text(
                "{name} has set the password of one of you two since {day}. Another person decides.",
                name=name or "",
                day=since,
            )
        )


def decided(session: orm.Session) -> Iterator[SecondStep]:
    """Every decision about a role."""
    for one, made_at in session.execute(
        sa.select(Decision, Proposal.proposed_at).join(Proposal, Proposal.id == Decision.proposal_id)
    ):
        table = Decision.__tablename__
        yield SecondStep(table, one.id, one.proposed_by, made_at, one.decided_by, one.decided_at)


def prove_hands(session: orm.Session, steps: Iterable[SecondStep]) -> Iterator[Finding]:
    """I23: no decision was made by somebody whose password, or whose maker's, one hand had set."""
    known = given(session)
    for one in steps:
        hand = rules.one_hand(one.made_by, one.decided_by, known, one.made_at, one.decided_at)
        if hand is not None and one.made_by != one.decided_by:
            what = Text("One person had the passwords of both who agreed")
            yield Finding("I23", one.table, one.row_id, "decided_by_one_hand", what)
