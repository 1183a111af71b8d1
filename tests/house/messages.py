"""Every message: calls of Text, say and say.plural in the code, what commands declare, click's own sentences."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click

from desktop import tour
from desktop.cli import cli
from desktop.kernel.commands import worded

PACKAGE = Path(__file__).parents[2] / "desktop"
PLAIN = {"Text", "say", "_say"}

CLICK = [
    Path(click.__file__).with_name(f"{name}.py")
    for name in ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")
]
NOT_SAID = {
    # slips of whoever declares a command
    "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    "Boolean option {decl!r} cannot use the same flag for true/false.",
    "Could not determine name for option with declarations {decls!r}",
    "Name '{name}' defined twice",
    (
        "No options defined but a name was passed ({name}). Did you mean to declare an argument instead?"
        " Did you mean to pass '--{name}'?"
    ),
    "Invalid start character for option ({option})",
    # what no command here has: deprecated or numbered values, defaults in the help, prompts, files held open
    "(dynamic)",
    "Aborted!",
    "Argument {name!r} takes {nargs} values.",
    "Choice({choices})",
    "Confirm the action without prompting.",
    "Could not open file {filename!r}: {message}",
    "DeprecationWarning: The command {name!r} is deprecated.{extra_message}",
    "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}",
    "Do you want to continue?",
    "Error: invalid input",
    "Positional arguments",
    "Press any key to continue...",
    "Repeat for confirmation",
    "Takes {nargs} values but 1 was given.",
    "Unknown color {colour!r}",
    "Value must be an iterable.",
    "default: {default}",
    "deprecated",
    "env var: {var}",
    "unknown error",
    "{name} {filename!r} is not executable.",
    "{len_type} values are required, but {len_value} was given.",
    "{value!r} does not match the format {format}.",
    "{value!r} is not a valid boolean. Recognized values: {states}",
    # what `commands.call` says in other words
    "%(prog)s, version %(version)s",
    "Choose from:\n\t{choices}",
    "Error: {message}",
    "Missing argument",
    "Missing option",
    "Missing parameter",
    "Missing parameter: {param_name}",
    "Missing {param_type}",
    "Try '{command} {option}' for help.",
}
"""Sentences of click that no call of a command here leads to; any other must be translated."""


@dataclass(frozen=True, order=True)
class Message:
    """A message as gettext knows it: its context, its words, the words for many."""

    words: str
    plural: str = ""
    context: str = ""


@cache
def in_code() -> dict[Message, list[str]]:
    """Every message with the places it stands in."""
    found = {message: ["click"] for message in _of_click()}
    for command in (cli, tour.command):
        _word_all(worded(command, lambda words: found.setdefault(Message(words), ["a command"]) and words))
    found.pop(Message(""), None)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            message = _message(node) if isinstance(node, ast.Call) else None
            if message is not None and message.words:
                place = f"{path.relative_to(PACKAGE.parent).as_posix()}:{node.lineno}"
                found.setdefault(message, []).append(place)
    return found


def _word_all(command: click.Command) -> None:
    """Commands of a group are worded when they are asked for."""
    for one in command.commands.values() if isinstance(command, click.Group) else ():
        _word_all(one)


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


def _of_click() -> set[Message]:
    """The sentences that click asks gettext for and a person may see."""
    said = {Message("required")}  # click translates this one by a variable
    for path in CLICK:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ngettext"):
                words = [one.value for one in node.args if isinstance(one, ast.Constant)]
                if words:
                    said.add(Message(*words))
    unknown = NOT_SAID - {message.words for message in said}
    assert not unknown, f"click no longer has the sentences {unknown}"
    return {message for message in said if message.words not in NOT_SAID}
