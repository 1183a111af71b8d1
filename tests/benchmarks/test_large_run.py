"""Runs of very different size cost the same for a bill and take the same memory; trials, for they take their time.

`RUN_ACCOUNTS=1000000 make trial ARGS="-k large_run -s"` bills a large utility once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop.app import open_app
from desktop.billing import service as billing
from desktop.billing.records import SignOrder
from desktop.billing.service.looks import unsigned
from desktop.billing.tables import BillDraft
from desktop.kernel.work import Seat
from tests.benchmarks.district import TODAY, billable_hall
from tests.benchmarks.side_by_side import most_memory_mb
from tests.databases_server import Databases
from tests.hall import JANUARY, seat_of

SIZES = [int(size) for size in os.environ.get("RUN_ACCOUNTS", "10000,50000").split(",")]
MOST_MB = 1_200
AT_ONCE = 500


def run(url: str) -> None:
    """Draft and issue January in this process; tells microseconds of processor time a bill, and the most memory."""
    app = open_app(url, TODAY)
    seat, told = app.command_line("1"), {}
    number = ""
    for name in ("draft", "issue"):
        began = time.process_time()
        done = billing.issue_run(seat, number) if number else billing.run_bills(seat, JANUARY)
        number = done.run.number
        told[name] = (time.process_time() - began) / done.run.accounts * 1e6
        if name == "draft":
            _sign(seat, number)
    told["mb"] = most_memory_mb()
    told["issued"] = done.run.issued
    app.close()
    print(json.dumps(told))


def _sign(seat: Seat, number: str) -> None:
    """Another person signs what waits for it; the list of all drafts is for screens, and no part of a run."""
    with seat.app.database.read() as session:
        keys = tuple(session.scalars(sa.select(BillDraft.contract_account_id).where(unsigned())))
    for at in range(0, len(keys), AT_ONCE):
        seat_of(seat.app, "supervisor").do(billing.sign_drafts, SignOrder(number, keys[at : at + AT_ONCE]))


@pytest.mark.trial
def test_a_large_run_costs_no_more_for_a_bill(databases: Databases) -> None:
    found = []
    for size in SIZES:
        url = databases.empty()
        billable_hall(url, size).close()
        order = f"from tests.benchmarks.test_large_run import run; run({url!r})"
        child = subprocess.run(
            [sys.executable, "-c", order],
            capture_output=True,
            check=True,
            cwd=Path(__file__).parents[2],
            text=True,
        )
        told = json.loads(child.stdout.splitlines()[-1])
        assert told["issued"] == size
        print(
            f"\n{size:,} accounts on {databases.kind}: {told['draft']:.0f} µs to draft, {told['issue']:.0f} µs to issue"
            f" each, {told['mb']:.0f} MB at most"
        )
        found.append(told)
        databases.drop(url)
    assert all(told["mb"] <= MOST_MB for told in found)
    costs = [told["draft"] + told["issue"] for told in found]
    assert max(costs) <= 1.25 * min(costs)
