"""The second pair of eyes: who signs a flagged draft is another person than who made it."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing.records import ChunkDone, SignOrder
from desktop.billing.service.looks import find_run, unsigned
from desktop.billing.tables import BillDraft, BillRun, BillSignature
from desktop.kernel.errors import Refused
from desktop.kernel.proof import SecondStep
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation


@operation("billing.sign")
def sign_drafts(work: Work, order: SignOrder) -> ChunkDone:
    """Sign drafts of a run that wait for it; none is signed by who made it. Drafted anew, they wait again."""
    run = find_run(work, order.run_number)
    drafts = work.session.scalars(
        sa.select(BillDraft).where(
            BillDraft.run_id == run.id,
            BillDraft.contract_account_id.in_(order.account_ids),
            unsigned(),
        )
    ).all()
    if any(draft.made_by == work.actor.id for draft in drafts):
        raise Refused(Text("Another person than the maker of the drafts signs them."))
    for maker in {draft.made_by for draft in drafts}:
        work.second_person(maker, run.started_at)
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


def decided(session: orm.Session) -> Iterator[SecondStep]:
    """Every signature of a draft."""
    rows = session.execute(
        sa.select(BillSignature, BillRun.started_at).join(BillRun, BillRun.id == BillSignature.run_id)
    )
    for one, made_at in rows:
        table = BillSignature.__tablename__
        yield SecondStep(table, one.id, one.made_by, made_at, one.signed_by, one.signed_at)
