"""What a person is told when something cannot be done: refusals, and problems with a place, a reason, a remedy."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from desktop.kernel.text import Text


class Refused(Exception):
    """A rule stops the operation; nothing was written. ``text`` says what, and what to do next."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.message)
        self.text = text


class NotPermitted(Refused):
    """This person may not do this."""


class NotFound(Refused):
    """What was asked for by number or name does not exist here."""


class KeyReused(Refused):
    """The id of an earlier operation came again with another request."""


class AnswerErased(Refused):
    """The operation took effect under this id, but what it answered is no longer kept."""


class Away(Refused):
    """The database did not answer; whether the last operation counted is asked by its id. ``title`` is it in short.

    ``reason`` is why it did not, as far as that is known.
    """

    title = Text("The database does not answer")

    def __init__(self, reason: Text | str) -> None:
        super().__init__(self.told(reason))
        self.reason = reason

    @staticmethod
    def told(reason: Text | str) -> Text:
        """What is said of it and of its reason."""
        return Text(
            "The database does not answer. Nothing typed is lost: go on when it is back. ({reason})",
            reason=reason,
        )


class NotKept(Refused):
    """What is about to be booked could not be kept on this computer, so this try was not sent; one before it may have
    counted."""

    def __init__(self, reason: Text | str) -> None:
        super().__init__(
            Text(
                "This computer cannot keep what is about to be booked: {reason}. Make space on its disk and go on.",
                reason=reason,
            )
        )


class Uncertain(Away):
    """It answered, and cannot say yet whether the last operation counted."""

    title = Text("It is not certain yet whether this is booked")

    @staticmethod
    def told(reason: Text | str) -> Text:
        """What is said of it and of its reason."""
        return Text(
            "It is not certain yet whether this is booked. Look for it before it is done again. ({reason})",
            reason=reason,
        )


_REASONS = {
    errno.ENOENT: Text("No such file or directory"),
    errno.EACCES: Text("Permission denied"),
    errno.EPERM: Text("Permission denied"),
    errno.EISDIR: Text("Is a directory"),
    errno.ENOTDIR: Text("Not a directory"),
    errno.EEXIST: Text("File exists"),
    errno.ENOSPC: Text("No space left on device"),
    errno.EROFS: Text("Read-only file system"),
    errno.ENAMETOOLONG: Text("File name too long"),
}


def reason(error: OSError) -> Text | str:
    """Why a file cannot be used; what is rare stays in the words of the computer."""
    return _REASONS.get(error.errno or 0, error.strerror or "")


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding in what was typed or imported: where it stands, what is wrong, what to do.

    ``sheet``, ``row`` (as the spreadsheet counts, from 1) and ``column`` are empty for a form; ``column`` is
    then the field. ``value`` is what stands there, as text; ``likely`` what it most likely means, where that is one.
    """

    what: Text
    remedy: Text
    column: Text | str = ""
    value: str = ""
    sheet: str = ""
    row: int = 0
    likely: str = ""

    @property
    def line(self) -> Text:
        """The whole finding in one line, as lists and the command line show it."""
        return Text(
            "{sheet} row {row}, {column} “{value}”: {what}. {remedy}.",
            sheet=self.sheet,
            row=str(self.row),
            column=self.column,
            value=self.value,
            what=self.what,
            remedy=self.remedy,
        )
