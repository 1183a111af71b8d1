"""Every message in the code, found by reading it: calls of Text, say and say.plural with written-out words."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "desktop"
PLAIN = {"Text", "say"}


@dataclass(frozen=True, order=True)
class Message:
    """A message as gettext knows it: its context, its words, the words for many."""

    words: str
    plural: str = ""
    context: str = ""


def in_code() -> dict[Message, list[str]]:
    """Every message with the places it stands in."""
    found: dict[Message, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            message = _message(node) if isinstance(node, ast.Call) else None
            if message is not None and message.words:
                place = f"{path.relative_to(PACKAGE.parent).as_posix()}:{node.lineno}"
                found.setdefault(message, []).append(place)
    return found


def _message(node: ast.Call) -> Message | None:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    written = [
        word.value for word in node.args if isinstance(word, ast.Constant) and isinstance(word.value, str)
    ]
    named = {
        word.arg: word.value.value
        for word in node.keywords
        if isinstance(word.value, ast.Constant) and isinstance(word.value.value, str)
    }
    if name == "plural" and len(written) >= 2:
        return Message(written[0], written[1])
    if name in PLAIN and written and isinstance(node.args[0], ast.Constant):
        return Message(written[0], named.get("plural", ""), named.get("context", ""))
    return None
