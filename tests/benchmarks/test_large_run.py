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

from desktop.app import open_app
from desktop.billing import service as billing
from desktop.billing.records import MOST_SHOWN, DraftsPage, SignOrder
from desktop.kernel.work import Seat
from tests.benchmarks.district import TODAY, billable_hall
from tests.benchmarks.side_by_side import most_memory_mb
from tests.databases_server import Databases
from tests.hall import JANUARY, seat_of

SIZES = [int(size) for size in os.environ.get("RUN_ACCOUNTS", "10000,50000").split(",")]
MOST_MB = 1_200
AT_ONCE = 500


def run(url: str) -> None:
    """Draft and issue January in this process and go through its accounts as lists do; tells microseconds of processor
    time a bill, and the most memory."""
    app = open_app(url, TODAY)
    seat, told = app.command_line("1"), {}
    number = ""
    for name in ("draft", "issue"):
        began = time.process_time()
        done = billing.issue_run(seat, number) if number else billing.run_bills(seat, JANUARY)
        number = done.run.number
        told[name] = (time.process_time() - began) / done.run.accounts * 1e6
        if name == "draft":
            sign(seat, number)
    told["issued"] = done.run.issued
    began = time.process_time()
    told["listed"] = sum(1 for _ in billing.each_draft(seat, DraftsPage(number)))
    told["list"] = (time.process_time() - began) / told["listed"] * 1e6
    told["shown"] = len(seat.ask(billing.run_drafts, number))
    told["mb"] = most_memory_mb()
    app.close()
    print(json.dumps(told))


def sign(seat: Seat, number: str) -> None:
    """Another person signs what waits for it."""
    waiting = billing.each_draft(seat, DraftsPage(number, unsigned=True))
    keys = tuple(row.account_id for row in waiting if row.account_id)
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
        assert told["issued"] == told["listed"] == size
        assert told["shown"] == min(size, MOST_SHOWN)
        print(
            f"\n{size:,} accounts on {databases.kind}: {told['draft']:.0f} µs to draft, {told['issue']:.0f} µs to issue"
            f" each, {told['list']:.0f} µs to list, {told['mb']:.0f} MB at most"
        )
        found.append(told)
        databases.drop(url)
    assert all(told["mb"] <= MOST_MB for told in found)
    costs = [told["draft"] + told["issue"] for told in found]
    assert max(costs) <= 1.25 * min(costs)
