"""Other processes of this program that share the work of the one that was asked for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from desktop.billing import service as billing
from desktop.billing.records import ShareJob
from desktop.cli.call import Call
from desktop.kernel.work import Seat

LAST_S = 10.0
"""How long a worker may take to see that nothing is left."""


def helpers(call: Call, seat: Seat, workers: int) -> billing.Helpers:
    """So many workers less one as processes of their own; the one that was asked works itself.

    One file has one writer at a time: on it nobody helps.
    """
    if workers == 1:
        return billing.nobody
    if seat.app.database.embedded:
        say = seat.app.catalog(call.lang)
        click.echo(say("One file has one writer: one worker does it all."), err=True)
        return billing.nobody

    @contextmanager
    def started(number: str, job: ShareJob) -> Iterator[None]:
        with beside(call, [["bills", "work", number, "--job", job.value]] * (workers - 1)) as running:
            yield
            run = seat.ask(billing.run_started, number).run_id
            over = not seat.ask(billing.shares_left, (run, job)).open
            lost = ended(running, LAST_S if over else 0)
        if lost and over:
            say = seat.app.catalog(call.lang)
            words = say.plural(
                "{count} worker ended early; the others did its part",
                "{count} workers ended early; the others did their parts",
                lost,
            )
            click.echo(words, err=True)

    return started


@contextmanager
def beside(call: Call, commands: Sequence[Sequence[str]]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Commands of this program in processes of their own, on the same database; none outlives the block."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "desktop"]
    given = {
        "--lang": call.lang,
        "--db": call.db,
        "--station": call.station,
        "--today": call.today and call.today.isoformat(),
    }
    flags = [word for name, value in given.items() if value for word in (name, value)]
    running = [subprocess.Popen([*program, *words, *flags], stdout=subprocess.DEVNULL) for words in commands]
    try:
        yield running
    finally:
        ended(running, 0)


def ended(running: Sequence[subprocess.Popen[bytes]], patience: float | None) -> int:
    """Wait for workers, then end them: what one is at is undone as a whole. How many did not end well."""
    for one in running:
        try:
            one.wait(patience)
        except subprocess.TimeoutExpired:
            one.terminate()
            one.wait()
    return sum(one.returncode != 0 for one in running)
