"""The mark of practice on what leaves the program: across every paper, over every sheet, before the lines of a file."""

from __future__ import annotations

from desktop.kernel import practice
from desktop.kernel.text import LANGUAGES, Text, catalog

PRACTICE = Text("PRACTICE")


def mark(language: str) -> str:
    """The word across a paper in its language; empty while this program works on a real hall."""
    return catalog(language)(PRACTICE) if practice.is_on() else ""


def mark_everywhere() -> str:
    """The same in every language, for files that have none of their own."""
    words = dict.fromkeys(mark(language) for language in LANGUAGES)
    return " / ".join(words) if practice.is_on() else ""
