"""A printer of strips in the network, as tests need one: it keeps what it is sent and says whether it has paper."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PAPER_ASKED, PAPER, NO_PAPER = b"\x10\x04\x04", b"\x12", b"\x72"
CUT, KICK, RASTER = b"\x1dV\x00", b"\x1bp\x00", b"\x1dv0"


class StripPrinter:
    """A printer in the network: keeps what it is sent, and answers when it is asked for its paper."""

    def __init__(self, answer: Callable[[int], bytes]) -> None:
        self.got, self.asked = b"", 0
        self._answer, self._door = answer, socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._door.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        try:
            line, _ = self._door.accept()
        except OSError:
            return
        with line:
            while data := line.recv(65536):
                self.got += data
                if data.endswith(PAPER_ASKED):
                    self.asked += 1
                    line.sendall(self._answer(self.asked))

    def close(self) -> None:
        self._thread.join()
        self._door.close()


@contextmanager
def strip_printer(answer: Callable[[int], bytes] = lambda _: PAPER) -> Iterator[StripPrinter]:
    made = StripPrinter(answer)
    try:
        yield made
    finally:
        made.close()
