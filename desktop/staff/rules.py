"""What makes a login and a password fit."""

from __future__ import annotations

import re

from desktop.kernel.text import Text

PASSWORD_LENGTH = 10
PASSWORD_MOST = 200
"""Hashing takes longer for a longer one; nobody types so much."""

_LOGIN = re.compile(r"[\w.@-]{2,40}")


def login_problem(login: str) -> Text | None:
    """What is wrong with a new login, or None."""
    if _LOGIN.fullmatch(login):
        return None
    return Text("Take 2 to 40 letters, digits, dots or hyphens, without spaces")


def name_problem(name: str) -> Text | None:
    """What is wrong with somebody's name, or None."""
    return None if name.strip() else Text("Type the name, as it stands on receipts")


def password_problem(login: str, password: str) -> Text | None:
    """What is wrong with a new password, or None. Length counts, not signs nobody remembers."""
    if len(password) < PASSWORD_LENGTH:
        return Text("Take at least {least} characters, such as three words", least=str(PASSWORD_LENGTH))
    if len(password) > PASSWORD_MOST:
        return Text("Take at most {most} characters", most=str(PASSWORD_MOST))
    if login and login.casefold() in password.casefold() and len(password) < len(login) + PASSWORD_LENGTH:
        return Text("The login is no part of a password")
    if len(set(password)) < 4:
        return Text("Take more than the same few characters")
    return None


def other_password_problem(login: str, old: str, new: str) -> Text | None:
    """What is wrong with a password that takes the place of an old one, or None."""
    return Text("Take another password than the old one") if old == new else password_problem(login, new)
