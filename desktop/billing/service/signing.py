"""The second pair of eyes: who signs a flagged draft, or sends it back, is another person than who made it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing.records import ChunkDone, DraftState, SendBackOrder, SignOrder
from desktop.billing.service.looks import find_run, signed, standing, unsigned
from desktop.billing.tables import BillDraft, BillRun, BillSignature, SignatureWithdrawn
from desktop.kernel import canonical
from desktop.kernel.errors import Refused
from desktop.kernel.proof import SecondStep
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation

SENT_BACK = Text("Sent back by {name}: {why}")
"""The reason of a draft that is held because somebody would not sign it."""


@operation("billing.sign")
def sign_drafts(work: Work, order: SignOrder) -> ChunkDone:
    """Sign drafts of a run that wait for it; none is signed by who made it. Drafted anew, they wait again."""
    run = find_run(work, order.run_number)
    drafts = _looked_at(work, run, order.account_ids)
    work.insert_many(
        BillSignature,
        [
            {
                "run_id": run.id,
                "contract_account_id": draft.contract_account_id,
                "input_hash": draft.input_hash,
                "made_by": draft.made_by,
                "signed_by": work.actor.id,
                "signed_by_name": work.actor.name,
                "signed_at": work.at,
            }
            for draft in drafts
        ],
    )
    return ChunkDone(len(drafts), 0)


@operation("billing.sign")
def send_back(work: Work, order: SendBackOrder) -> ChunkDone:
    """Send drafts that wait for a signature back to their maker: they are held with the reason, not issued."""
    why = order.reason.strip()
    if not why:
        raise Refused(Text("Say why the draft is sent back."))
    drafts = _looked_at(work, find_run(work, order.run_number), order.account_ids)
    reason = canonical.dump(Text(SENT_BACK.message, name=work.actor.name, why=why))
    for draft in drafts:
        draft.state, draft.reason = DraftState.HELD, reason
    return ChunkDone(0, len(drafts))


@operation("billing.sign")
def look_again(work: Work, order: SignOrder) -> ChunkDone:
    """Take back what was decided about drafts: as long as they are not issued they wait for a signature again."""
    run = find_run(work, order.run_number)
    mine = sa.and_(BillDraft.run_id == run.id, BillDraft.contract_account_id.in_(order.account_ids))
    keys = work.session.scalars(
        sa.select(BillDraft.contract_account_id).where(mine, BillDraft.state == DraftState.READY, signed())
    ).all()
    of_drafts = (
        BillSignature.run_id == run.id,
        BillSignature.contract_account_id.in_(keys),
        standing(),
    )
    work.insert_many(
        SignatureWithdrawn,
        [
            {"signature_id": key, "withdrawn_by": work.actor.id, "withdrawn_at": work.at}
            for key in work.session.scalars(sa.select(BillSignature.id).where(*of_drafts)).all()
        ],
    )
    held = work.session.scalars(sa.select(BillDraft).where(mine, BillDraft.state == DraftState.HELD)).all()
    back = [draft for draft in held if sent_back(draft)]
    for draft in back:
        draft.state, draft.reason = DraftState.READY, None
    return ChunkDone(len(keys) + len(back), 0)


def sent_back(draft: BillDraft) -> bool:
    """Whether a draft is held because somebody would not sign it."""
    return draft.reason is not None and canonical.load(Text, draft.reason).message == SENT_BACK.message


def _looked_at(work: Work, run: BillRun, account_ids: Sequence[UUID]) -> Sequence[BillDraft]:
    """The drafts among these that wait for a signature; refused where who decides made one of them."""
    drafts = work.session.scalars(
        sa.select(BillDraft)
        .where(
            BillDraft.run_id == run.id,
            BillDraft.contract_account_id.in_(account_ids),
            unsigned(),
        )
        .with_for_update()
    ).all()
    if any(draft.made_by == work.actor.id for draft in drafts):
        raise Refused(Text("Another person than the maker of the drafts signs them."))
    for maker in {draft.made_by for draft in drafts}:
        work.second_person(maker, run.started_at)
    return drafts


def decided(session: orm.Session) -> Iterator[SecondStep]:
    """Every signature of a draft."""
    rows = session.execute(
        sa.select(BillSignature, BillRun.started_at).join(BillRun, BillRun.id == BillSignature.run_id)
    )
    for one, made_at in rows:
        table = BillSignature.__tablename__
        yield SecondStep(table, one.id, one.made_by, made_at, one.signed_by, one.signed_at)
