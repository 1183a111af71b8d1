"""Pictures that papers may carry, and photos: of bounded size, stripped of everything that is no picture."""

from __future__ import annotations

import struct
import zlib

from desktop.kernel.errors import Refused
from desktop.kernel.text import Text

PNG, JPEG = "image/png", "image/jpeg"
MOST_BYTES = 1_000_000
MOST_DOTS = 1200
LEAST_DOTS = 16
PHOTO_BYTES = 300_000
"""A photo is made smaller until it fits."""
PHOTO_DOTS = 4000
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


def bare_jpeg(data: bytes) -> bytes:
    """The picture of a JPEG file alone: no place, date, camera, thumbnail or profile stays in it.

    Refused: anything else than JPEG, a damaged file, more than `PHOTO_BYTES`, a side of more than `PHOTO_DOTS`.
    """
    if not data.startswith(b"\xff\xd8\xff"):
        raise Refused(Text("This is no JPEG photo. Save it as JPEG"))
    if len(data) > PHOTO_BYTES:
        raise Refused(
            Text("The photo has {size} KB, at most {most} are taken. Save it smaller",
                 size=len(data) // 1000, most=PHOTO_BYTES // 1000)
        )  # fmt: skip
    kept, at, framed = [data[:2]], 2, False
    while True:
        marker, end = _segment(data, at)
        if marker == 0xDA:  # the picture itself: it runs to the end
            break
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            if not 0 < max(width, height) <= PHOTO_DOTS:
                raise _damaged_photo()
            framed = True
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE):  # applications' own parts, and comments
            kept.append(data[at:end])
        at = end
    stop = data.find(b"\xff\xd9", at)
    if not framed or stop < 0:
        raise _damaged_photo()
    return b"".join((*kept, data[at : stop + 2]))


def _segment(data: bytes, at: int) -> tuple[int, int]:
    """The marker that begins at ``at``, and where the next one does."""
    if at + 4 > len(data) or data[at] != 0xFF:
        raise _damaged_photo()
    (size,) = struct.unpack(">H", data[at + 2 : at + 4])
    if size < 2 or at + 2 + size > len(data):
        raise _damaged_photo()
    return data[at + 1], at + 2 + size


def _damaged_photo() -> Refused:
    return Refused(Text("The photo is damaged. Take it once more"))
