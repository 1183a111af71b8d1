"""Other processes of this program that work on a bill run beside the one that was asked for it."""

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
    if workers > 1 and seat.app.database.embedded:
        say = seat.app.catalog(call.lang)
        click.echo(say("One file has one writer: one worker does it all."), err=True)
        return billing.nobody

    @contextmanager
    def started(number: str, job: ShareJob) -> Iterator[None]:
        command = _command(call, number, job)
        running = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(workers - 1)]
        try:
            yield
        except BaseException:
            _end(running, 0)
            raise
        over = not seat.ask(billing.shares_left, (seat.ask(billing.run_started, number).run_id, job)).open
        _end(running, LAST_S if over else 0)
        lost = sum(one.returncode != 0 for one in running)
        if lost and over:
            say = seat.app.catalog(call.lang)
            words = say.plural(
                "{count} worker ended early; the others did its part",
                "{count} workers ended early; the others did their parts",
                lost,
            )
            click.echo(words, err=True)

    return started


def _command(call: Call, number: str, job: ShareJob) -> Sequence[str]:
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "desktop"]
    given = {
        "--job": job.value,
        "--lang": call.lang,
        "--db": call.db,
        "--station": call.station,
        "--today": call.today and call.today.isoformat(),
    }
    flags = [word for name, value in given.items() if value for word in (name, value)]
    return [*program, "bills", "work", number, *flags]


def _end(running: Sequence[subprocess.Popen[bytes]], patience: float) -> None:
    """Wait for workers, or end them: what one of them is at is undone as a whole and done by others."""
    for one in running:
        try:
            one.wait(patience)
        except subprocess.TimeoutExpired:
            one.terminate()
            one.wait()
