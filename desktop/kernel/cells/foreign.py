"""What makes a workbook more than a table: macros, values from elsewhere, objects of other programs."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.kernel.cells.refusal import Unreadable, Why

KINDS = "[content_types].xml"
"""The part that says what kind each other part is of."""

_PARTS = (
    ("vbaproject", Why.MACROS),
    ("/macrosheets/", Why.MACROS),
    ("/dialogsheets/", Why.MACROS),
    ("/externallinks/", Why.LINKS),
    ("xl/connections.", Why.CONNECTIONS),
    ("/querytables/", Why.CONNECTIONS),
    ("xl/model/", Why.CONNECTIONS),
    ("/embeddings/", Why.OBJECTS),
    ("/activex/", Why.OBJECTS),
    ("/ctrlprops/", Why.OBJECTS),
)
"""Parts of what the name of a part gives away."""

_OF_A_KIND = (
    ("macroenabled", Why.MACROS),
    ("vbaproject", Why.MACROS),
    ("macrosheet", Why.MACROS),
    ("externallink", Why.LINKS),
    ("attachedtemplate", Why.LINKS),
    ("connections", Why.CONNECTIONS),
    ("querytable", Why.CONNECTIONS),
    ("oleobject", Why.OBJECTS),
    ("activex", Why.OBJECTS),
    ("ctrlprop", Why.OBJECTS),
)
"""Parts of the kind of a part, or of what it points to."""


def refuse_parts(names: Iterable[str]) -> None:
    """`Unreadable` where one of the parts, named in small letters, is none of a plain table."""
    for name in names:
        _refuse(f"/{name}", _PARTS)


def refuse_element(tag: str, given: dict[str, str]) -> None:
    """`Unreadable` where an element says that a part is of such a kind, or points at one, or out of the file.

    A link that somebody may click is none that brings values in.
    """
    match tag.rpartition(":")[2]:
        case "Default" | "Override":
            _refuse(given.get("ContentType", ""), _OF_A_KIND)
        case "Relationship":
            kind = given.get("Type", "")
            _refuse(kind, _OF_A_KIND)
            if given.get("TargetMode") == "External" and not kind.endswith("/hyperlink"):
                raise Unreadable(Why.LINKS)


def _refuse(words: str, known: Iterable[tuple[str, Why]]) -> None:
    found = words.lower()
    for part, why in known:
        if part in found:
            raise Unreadable(why)
