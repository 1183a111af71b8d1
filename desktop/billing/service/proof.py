"""What must be true of runs and bills, whatever happened."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing.service.issue import BILL
from desktop.billing.service.runs import BILL_RUN
from desktop.billing.tables import Bill, BillLine, BillRun
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding, prove_series
from desktop.kernel.text import Text


def prove(session: orm.Session) -> Iterator[Finding]:
    """Numbers of bills and runs are gapless; each bill is the sum of its lines."""

    bills = sa.select(BillRun.hall_id, Bill.year, Bill.running).join(BillRun, BillRun.id == Bill.run_id)
    yield from prove_series(session, BILL, bills, Bill.__tablename__)
    runs = sa.select(BillRun.hall_id, BillRun.year, BillRun.running)
    yield from prove_series(session, BILL_RUN, runs, BillRun.__tablename__)
    sums = (
        sa.select(BillLine.bill_id, sa.func.sum(BillLine.amount).label("total"))
        .group_by(BillLine.bill_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(Bill.id, Bill.amount, sums.c.total).outerjoin(sums, sums.c.bill_id == Bill.id)
    )
    for key, amount, total in rows:
        if amount != (total or Money(0)):
            yield Finding(
                "I19", Bill.__tablename__, key, "bill_sum", Text("The bill is not the sum of its lines")
            )
