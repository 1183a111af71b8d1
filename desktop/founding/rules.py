"""What codes, logins and passwords of a new hall must look like."""

from __future__ import annotations

import re

from desktop.kernel.text import Text

LEAST_PASSWORD = 10
_CODE = re.compile(r"[0-9A-Z][0-9A-Z-]{0,11}", re.IGNORECASE)
_LOGIN = re.compile(r"[\w.@-]{2,40}")


def code_flaw(code: str) -> Text | None:
    """A code stands in numbers on papers: short, plain letters, digits and hyphens.

    >>> code_flaw("HM-2"), code_flaw("和睦") is None
    (None, False)
    """
    if _CODE.fullmatch(code):
        return None
    return Text("A code has 1 to 12 letters A to Z, digits and hyphens")


def login_flaw(login: str) -> Text | None:
    """A login is typed many times a day."""
    if _LOGIN.fullmatch(login):
        return None
    return Text("Take 2 to 40 letters, digits, dots or hyphens, without spaces")


def password_flaw(password: str) -> Text | None:
    """Long enough not to be guessed."""
    if len(password) >= LEAST_PASSWORD:
        return None
    return Text("Take at least {least} characters, such as three words", least=str(LEAST_PASSWORD))
