"""Keys: one table binds them, shows them in the key line and lists them in the help; a person may change them.

A change holds for what is pressed, wherever it is pressed: who takes ``Ctrl+I`` for ``Ctrl+P`` prints with it on every
page, for the same key has the same meaning everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from desktop.kernel.text import Text

#: These mean the same to everybody, on pages with money above all: they are never changed nor given away.
FIXED = frozenset({"Esc", "Return", "Enter", "F12", "Tab", "Shift+Tab", "Backspace", "Del", "Space", "F10"})
_MODIFIER_KEYS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)
_ARROWS = ("Up", "Down", "Left", "Right", "Home", "End", "PgUp", "PgDown")


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a page: what is pressed (``F12``, ``Ctrl+P``, ``N``), what it does, and where it is shown.

    ``place``: ``hint`` in the key line, ``button`` at its right, ``primary`` the one at the very right,
    ``none`` nowhere. A key that is not ``enabled`` is shown but does nothing. ``standard`` is what is pressed for
    it as long as nobody changes it; `bound` fills it in.
    """

    press: str
    text: Text
    act: Callable[[], object]
    place: str = "hint"
    icon: str = ""
    enabled: bool = True
    standard: str = ""


def combination(press: str) -> QKeyCombination:
    """The key combination of a written key."""
    return QKeySequence(press)[0]


def cap(press: str) -> str:
    """A key as its cap shows it: ``Ctrl P``."""
    return press.replace("Return", "Enter").replace("+", " ")


def pressed(event: QKeyEvent) -> QKeyCombination:
    """What somebody pressed; Enter on the number block is Enter."""
    code = Qt.Key.Key_Return if event.key() == Qt.Key.Key_Enter else Qt.Key(event.key())
    return QKeyCombination(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, code)


def written(event: QKeyEvent) -> str:
    """What somebody pressed as it is written, ``Ctrl+Shift+P``; nothing for a modifier alone."""
    if event.key() in _MODIFIER_KEYS or event.key() in (0, Qt.Key.Key_unknown):
        return ""
    return QKeySequence(pressed(event)).toString(QKeySequence.SequenceFormat.PortableText)


def bound(keys: Sequence[Key], changed: Mapping[str, str], others: Iterable[Key] = ()) -> tuple[Key, ...]:
    """The keys as a person changed them (standard key to the one pressed instead).

    Every key can be pressed: where two would be the same, the one that was not changed has it, and the other is
    pressed as it is by standard. ``others`` are keys bound already, which come first.
    """
    taken = {key.press for key in keys if key.press not in changed or key.press in FIXED}
    taken |= {key.press for key in others}
    made = []
    for key in keys:
        press = key.press if key.press in FIXED else changed.get(key.press, key.press)
        if press != key.press and press in taken:
            press = key.press
        taken.add(press)
        made.append(replace(key, press=press, standard=key.press))
    return tuple(made)


def changed_caps(changed: Mapping[str, str]) -> dict[str, str]:
    """The same changes as caps, for buttons that carry theirs: ``Ctrl P`` to ``Ctrl I``."""
    return {cap(standard): cap(press) for standard, press in changed.items() if standard not in FIXED}


def refusal(key: Key, press: str, others: Iterable[Key]) -> Text | None:
    """Why a key cannot be pressed as ``press`` instead: it is fixed, it is typed with, or another has it."""
    if key.standard in FIXED:
        return Text("{key} stays as it is on every page", key=cap(key.standard))
    if press in FIXED or press in _ARROWS:
        return Text("{key} has one meaning everywhere. Take another key", key=cap(press))
    letter = len(key.standard) == 1
    if len(press) == 1 and not letter:
        return Text("{key} is typed with. Take it with Ctrl, or a key F1 to F11", key=press)
    if press.startswith("Alt+") or (press.startswith("Shift+") and len(press) == len("Shift+A")):
        return Text("{key} opens menus or types. Take it with Ctrl, or a key F1 to F11", key=cap(press))
    for other in others:
        if other.standard != key.standard and press == other.press:
            return Text(
                "{key} is taken: {what}. Take another, or change that one first",
                key=cap(press),
                what=other.text,
            )
    return None
