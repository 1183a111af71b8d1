"""Roles: one person proposes, another decides."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.journal import Entry
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.staff import rules
from desktop.staff.records import DecisionOrder, PersonRow, ProposalRow, RoleOrder, role_name
from desktop.staff.service.hands import two_hands
from desktop.staff.service.lists import person_row, proposal_rows, undecided
from desktop.staff.service.persons import FormRefused, claimed, present
from desktop.staff.service.rights import ADMINISTRATOR, APPROVE, COMMAND_LINE, FOUNDINGS, in_force
from desktop.staff.tables import Decision, Grant, Proposal, Role, User, Withdrawal


def _role(work: Work, code: str) -> Role:
    """A role by its code; a standard one is made in a database that does not have it yet."""
    found = work.session.scalar(sa.select(Role).filter_by(code=code))
    if found is None and code not in rules.ROLES:
        known = ", ".join(rules.ROLES)
        raise FormRefused(
            {"roles": Text("There is no role “{code}”. There are: {known}", code=code, known=known)}
        )
    if found is None:
        found = Role(id=work.new_id(), code=code, permissions=rules.ROLES[code])
        work.add(found)
        work.session.flush()
    return found


def grants_of(work: Work, user: User) -> list[tuple[Grant, str]]:
    """The roles in a person's hands, each with its code."""
    rows = work.session.execute(
        sa.select(Grant, Role.code)
        .join(Role, Role.id == Grant.role_id)
        .outerjoin(Withdrawal, Withdrawal.grant_id == Grant.id)
        .where(Grant.user_id == user.id, Withdrawal.id.is_(None))
    )
    return [(grant, code) for grant, code in rows]


def propose(work: Work, user: User, code: str, reason: str) -> None:
    """Let a role wait for a second person; refused where it is held or waits already."""
    role = _role(work, code)
    if code in {held for _, held in grants_of(work, user)}:
        raise Refused(Text("{name} has the role {role} already.", name=user.name, role=role_name(code)))
    if work.session.execute(undecided(Proposal.user_id == user.id, Proposal.role_id == role.id)).first():
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
    user = claimed(work, order.login)
    present(work, user)
    propose(work, user, order.role, order.reason)
    made = work.session.execute(undecided(Proposal.user_id == user.id, Role.code == order.role)).one()
    return proposal_rows(work, [made])[0]


@operation(APPROVE)
def decide_role(work: Work, order: DecisionOrder) -> PersonRow:
    """Approve or decline what another person proposed. Refused for one's own proposal: two people, always."""
    proposal = work.session.get(Proposal, order.proposal_id)
    if proposal is None:
        raise NotFound(Text("There is no such proposal. Ask again for the list."))
    user = claimed(work, work.session.get_one(User, proposal.user_id).login)
    present(work, user)
    if work.session.scalar(sa.select(Decision.id).filter_by(proposal_id=proposal.id)):
        raise Refused(Text("Somebody has decided this already."))
    if proposal.proposed_by == work.actor.id:
        raise Refused(Text("You asked for this role yourself. Another person decides."))
    _by_another(work, proposal)
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
    if order.approve and role.code not in {held for _, held in grants_of(work, user)}:
        work.add(Grant(id=work.new_id(), user_id=user.id, role_id=role.id))
    work.session.flush()
    return person_row(work, user)


def _by_another(work: Work, proposal: Proposal) -> None:
    """Refuse what is not another person's decision; where nobody else may decide the command line by itself does."""
    waiting = proposal_rows(work, work.session.execute(undecided(Proposal.id == proposal.id)).all())
    if work.actor.login == COMMAND_LINE and not waiting[0].deciders:
        two_hands(work, proposal.proposed_by, proposal.proposed_at)
    else:
        work.second_person(proposal.proposed_by, proposal.proposed_at)


@operation("staff.propose_role")
def take_role(work: Work, order: RoleOrder) -> PersonRow:
    """Take a role away; it ends at once. An administrator always stays."""
    user = claimed(work, order.login)
    held = {code: grant for grant, code in grants_of(work, user)}
    if order.role not in held:
        raise Refused(
            Text("{name} does not have the role {role}.", name=user.name, role=role_name(order.role))
        )
    withdraw(work, user, held[order.role], order.role, order.reason)
    return person_row(work, user)


def withdraw(work: Work, user: User, grant: Grant, code: str, reason: str) -> None:
    """End a role at once; refused for the last administrator."""
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
            in_force()
            .with_only_columns(User.id)
            .join(User, User.id == Grant.user_id)
            .where(Role.code == ADMINISTRATOR, User.id != user.id, User.login != COMMAND_LINE)
        )
    )
    if not others:
        raise Refused(Text("{name} is the only administrator. Make somebody else one first.", name=user.name))
    work.session.execute(sa.update(User).where(User.id.in_(others)).values(failures=User.failures))


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
            yield Finding(
                "I23",
                Grant.__tablename__,
                grant.id,
                "role_unagreed",
                Text("No second person agreed to this role"),
            )
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
            yield Finding(
                "I23",
                Decision.__tablename__,
                decision.id,
                "decided_alone",
                Text("It was not decided by a second person"),
            )
