"""The process that reads a file from outside: started, listened to, and ended when it is silent or not wanted."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import desktop

SILENT_S = 20.0
"""A reader that has said nothing for so long hangs, and is ended."""

READ_CELLS = "read-cells"
"""The first argument by which the bundled program becomes the reader; see `desktop.__main__`."""

_ROOT = str(Path(desktop.__file__).parent.parent)
_PROGRAM = (
    "import sys; sys.path.insert(0, {root!r}); from desktop.kernel.cells.child import main; sys.exit(main())"
)


class Silent(Exception):
    """The process ended, or was ended, before it had told all."""


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, READ_CELLS]
    return [sys.executable, "-I", "-S", "-c", _PROGRAM.format(root=_ROOT)]


@contextmanager
def messages(order: Mapping[str, Any]) -> Iterator[Iterator[dict[str, Any]]]:
    """What a reader tells about a file, as it comes. It is ended when the block is left, whatever it does then."""
    process = subprocess.Popen(
        _command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    watch = _Watch(process)
    try:
        yield _listen(process, order, watch)
    finally:
        watch.over.set()
        process.kill()
        process.communicate()


def _listen(
    process: subprocess.Popen[bytes], order: Mapping[str, Any], watch: _Watch
) -> Iterator[dict[str, Any]]:
    assert process.stdin is not None, "both are pipes"
    assert process.stdout is not None, "both are pipes"
    try:
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
    except BrokenPipeError as error:
        raise Silent from error
    while True:
        watch.since = time.monotonic()
        line = process.stdout.readline()
        watch.since = None
        if not line.endswith(b"\n"):
            raise Silent
        yield json.loads(line)


class _Watch:
    """Ends a process that says nothing while somebody waits for it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.over, self.since = threading.Event(), None
        self._process = process
        threading.Thread(target=self._look, daemon=True).start()

    since: float | None

    def _look(self) -> None:
        while not self.over.wait(SILENT_S / 20):
            since = self.since
            if since is not None and time.monotonic() - since > SILENT_S:
                self._process.kill()
                return
