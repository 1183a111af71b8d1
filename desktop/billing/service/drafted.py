"""A draft opened as the bill it would become: it is issued in a transaction that is never committed."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from desktop.billing.records import BillShown, DraftQuery, DraftState
from desktop.billing.service.bills import bill
from desktop.billing.service.issue import made
from desktop.billing.service.looks import find_run
from desktop.billing.tables import Bill, BillDraft
from desktop.kernel import canonical
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Work, rehearsal
from desktop.ledger import service as ledger


@rehearsal("billing.view")
def draft_bill(work: Work, asked: DraftQuery) -> BillShown:
    """The bill that a ready draft would be if it were issued now, signed or not: every figure is that of the issue.

    It has neither number nor codes. What the issue would hold is `Refused` with the same reason.
    """
    run = find_run(work, asked.run_number)
    balances = ledger.hold_accounts(work, (asked.account_id,))
    draft = work.session.get(BillDraft, (run.id, asked.account_id))
    if draft is None:
        raise NotFound(Text("Run {number} has no draft of this account.", number=run.number))
    if draft.state is DraftState.HELD and draft.reason:
        raise Refused(canonical.load(Text, draft.reason))
    if draft.state is not DraftState.READY:
        raise Refused(Text("This account has no draft: {state}.", state=draft.state.text))
    _, held = made(work, run, {asked.account_id: draft}, balances)
    if held:
        raise Refused(held[0].reason)
    number = work.session.execute(
        sa.select(Bill.number).where(Bill.run_id == run.id, Bill.contract_account_id == asked.account_id)
        .order_by(Bill.running.desc()).limit(1)
    ).scalar_one()  # fmt: skip
    return replace(bill(work, number), number="", check_code="", payment_code="", draft=True)
