"""What the codes of a new hall must look like."""

from __future__ import annotations

import re

from desktop.kernel.text import Text

_CODE = re.compile(r"[0-9A-Z][0-9A-Z-]{0,11}", re.IGNORECASE)


def code_flaw(code: str) -> Text | None:
    """A code stands in numbers on papers: short, plain letters, digits and hyphens.

    >>> code_flaw("HM-2"), code_flaw("和睦") is None
    (None, False)
    """
    if _CODE.fullmatch(code):
        return None
    return Text("A code has 1 to 12 letters A to Z, digits and hyphens")
