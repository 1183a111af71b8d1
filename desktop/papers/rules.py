"""Pictures that papers may carry: PNG of bounded size, stripped of everything that is no picture."""

from __future__ import annotations

import struct
import zlib

from desktop.kernel.errors import Refused
from desktop.kernel.text import Text

PNG = "image/png"
MOST_BYTES = 1_000_000
MOST_DOTS = 1200
LEAST_DOTS = 16
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")


def bare_png(data: bytes) -> bytes:
    """The picture of a PNG file alone: no text, date, place or profile stays in it.

    Refused: anything else than PNG, a damaged file, more than `MOST_BYTES`, a side outside of `LEAST_DOTS` to
    `MOST_DOTS`.
    """
    if not data.startswith(_SIGNATURE):
        raise Refused(Text("This is no PNG picture. Save it as PNG"))
    if len(data) > MOST_BYTES:
        raise Refused(
            Text("The picture has {size} KB, at most {most} are taken. Save it smaller",
                 size=len(data) // 1000, most=MOST_BYTES // 1000)
        )  # fmt: skip
    kept, at = [_SIGNATURE], len(_SIGNATURE)
    kinds: list[bytes] = []
    while at < len(data) and (not kinds or kinds[-1] != b"IEND"):
        size, kind = _chunk(data, at)
        if kind in _KEPT:
            kept.append(data[at : at + 12 + size])
        kinds.append(kind)
        at += 12 + size
    if kinds[:1] != [b"IHDR"] or kinds[-1] != b"IEND" or b"IDAT" not in kinds:
        raise _damaged()
    width, height = struct.unpack(">II", data[16:24])
    if not LEAST_DOTS <= min(width, height) <= max(width, height) <= MOST_DOTS:
        raise Refused(
            Text("The picture is {width} × {height} dots. Each side has {least} to {most}",
                 width=str(width), height=str(height), least=str(LEAST_DOTS), most=str(MOST_DOTS))
        )  # fmt: skip
    return b"".join(kept)


def _chunk(data: bytes, at: int) -> tuple[int, bytes]:
    """Length and kind of the part that begins at ``at``; its check sum must fit."""
    if at + 12 > len(data):
        raise _damaged()
    (size,) = struct.unpack(">I", data[at : at + 4])
    end = at + 8 + size
    if end + 4 > len(data) or zlib.crc32(data[at + 4 : end]) != struct.unpack(">I", data[end : end + 4])[0]:
        raise _damaged()
    return size, data[at + 4 : at + 8]


def _damaged() -> Refused:
    return Refused(Text("The picture is damaged. Save it once more as PNG"))
