"""Strips sent straight to a printer that speaks ESC/POS, in the network or at a device file, by python-escpos.

A strip goes as a picture, drawn from the very PDF that is kept and shown; or as lines that the printer writes itself in
GB18030, where its letters are those of such a printer.
"""

from __future__ import annotations

import errno
import importlib
import os
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from desktop.kernel.errors import Refused
from desktop.kernel.files import user_folder
from desktop.kernel.strips import StripLine
from desktop.kernel.text import Text
from desktop.qt.preview import DRAWING

WAITS_S, ANSWERS_S = 5.0, 1.0
"""How long a printer may take to be reached, and to say whether it has paper: many never do."""

_DOTS_PER_MM, _EDGE, _WIDE = 8, 4, 576
"""Dots of the print head, the unprinted edge of a page in mm, and the dots between the edges."""

_PORT, _DRAWER = 9100, 2
_NETWORK = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?)(?::([0-9]{1,5}))?")
_DEVICE = re.compile(r"/dev/[A-Za-z0-9/_-]{1,60}|(?i:COM|LPT)[0-9]{1,2}")
_INK = 128


def judge_address(address: str) -> Text | None:
    """What is wrong with the address of a printer, or None.

    >>> [judge_address(one) is None for one in ("192.168.1.50", "till-3:9101", "/dev/usb/lp0", "COM3")]
    [True, True, True, True]
    >>> [judge_address(one) is None for one in ("", "/etc/hosts", "/dev/../etc/hosts", "a b", "till:0")]
    [False, False, False, False, False]
    """
    plain = address.strip()
    hit = _NETWORK.fullmatch(plain)
    if _DEVICE.fullmatch(plain) or (hit is not None and 0 < int(hit[2] or _PORT) < 65536):
        return None
    return Text("Write the printer's address, such as 192.168.1.50, or its device, such as /dev/usb/lp0")


def can_write(strips: Sequence[Sequence[StripLine]]) -> bool:
    """Whether such a printer has every letter of these lines."""
    try:
        for strip in strips:
            for line in strip:
                _plain(line.words).encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def print_pictures(address: str, pdf: bytes, *, kick: bool = False) -> None:
    """Print each page of a PDF of 80 mm as a picture and cut after it; a ``kick`` opens the drawer first.

    Refused where the printer does not answer, is not ready or has no paper.
    """
    pictures = _pictures(pdf)
    with _reached(address, kick) as printer:
        for picture in pictures:
            printer.image(picture)
            printer.cut()


def print_lines(address: str, strips: Sequence[Sequence[StripLine]], *, kick: bool = False) -> None:
    """Print strips as lines in GB18030 and cut after each; otherwise as `print_pictures`."""
    with _reached(address, kick) as printer:
        for strip in strips:
            for line in strip:
                printer.set(
                    align="center" if line.centred else "left",
                    bold=line.bold,
                    double_height=line.tall,
                    normal_textsize=not line.tall,
                )
                if line.code:
                    printer.qr(line.code, size=5, center=True)
                else:
                    printer._raw(f"{_plain(line.words)}\n".encode("gb18030"))
            printer.cut()


def _plain(words: str) -> str:
    return words.replace("\u00a0", " ")


def _pictures(pdf: bytes) -> list[Image.Image]:
    """The pages in black and white, from edge to edge of what such a printer prints."""
    found = []
    with DRAWING:
        document = pypdfium2.PdfDocument(pdf)
        for page in document:
            whole = page.render(scale=_DOTS_PER_MM * 25.4 / 72, grayscale=True).to_pil()
            page.close()
            left = _EDGE * _DOTS_PER_MM
            inked = whole.crop((left, 0, left + _WIDE, whole.height)).point(lambda grey: 255 * (grey >= _INK))
            found.append(inked.convert("1", dither=Image.Dither.NONE))
        document.close()
    return found


@cache
def _library() -> Any:
    """The library, which reads a list of printers once on a computer and keeps it; few stations need it."""
    os.environ.setdefault("ESCPOS_CAPABILITIES_PICKLE_DIR", str(user_folder()))
    importlib.import_module("escpos.printer")
    return importlib.import_module("escpos")


@contextmanager
def _reached(address: str, kick: bool) -> Iterator[Any]:
    """A printer that answers and has paper before and after what is printed on it."""
    library, plain = _library(), address.strip()
    profile = library.capabilities.Profile(columns=48, features={"paperFullCut": True})
    width = {"mm": 72, "pixels": _WIDE}
    profile.profile_data = profile.profile_data | {"media": {"width": width, "dpi": 203}}
    try:
        hit = None if _DEVICE.fullmatch(plain) else _NETWORK.fullmatch(plain)
        if hit is None:
            if plain.startswith("/dev/") and not Path(plain).is_char_device():
                raise FileNotFoundError(plain)  # a file of that name would be made, and nothing printed
            printer = library.printer.File(plain, profile=profile)
            printer.open()
        else:
            host, port = hit[1], int(hit[2] or _PORT)
            printer = library.printer.Network(host, port, timeout=WAITS_S, profile=profile)
            # its own way leaves a failed one open
            printer.device = socket.create_connection((host, port), WAITS_S)
        try:
            _look(library, printer, plain)
            if kick:
                printer.cashdraw(_DRAWER)
            yield printer
            _look(library, printer, plain)
        finally:
            printer.close()
    except (OSError, library.exceptions.Error) as error:
        if getattr(error, "errno", None) == errno.ENOSPC:  # so a device file says that the roll is at its end
            raise Refused(_no_paper(plain)) from error
        raise Refused(
            Text("The printer at {address} does not answer. Switch it on, look at its cable", address=plain)
        ) from error


def _look(library: Any, printer: Any, address: str) -> None:
    """Refuse what has no paper; a printer that does not say so is believed to have some."""
    if not isinstance(printer, library.printer.Network):
        return
    printer.device.settimeout(ANSWERS_S)
    try:
        empty = printer.paper_status() == 0
    except TimeoutError:
        empty = False
    finally:
        printer.device.settimeout(WAITS_S)
    if empty:
        raise Refused(_no_paper(address))


def _no_paper(address: str) -> Text:
    return Text("The printer at {address} has no paper. Put a roll in", address=address)
