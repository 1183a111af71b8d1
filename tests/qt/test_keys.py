"""Keys as a person changed them: every one can be pressed, and what cannot be taken is told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from desktop.kernel.text import Text
from desktop.qt.keys import Key, bound, changed_caps, refusal, written

NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def key(press: str) -> Key:
    return Key(press, Text(press), lambda: None)


def presses(keys) -> list[str]:
    return [one.press for one in keys]


def test_a_changed_key_is_pressed_as_it_was_changed():
    keys = bound((key("Ctrl+P"), key("F12")), {"Ctrl+P": "Ctrl+I"})
    assert presses(keys) == ["Ctrl+I", "F12"]
    assert [one.standard for one in keys] == ["Ctrl+P", "F12"]


def test_where_two_would_be_the_same_both_can_still_be_pressed():
    assert presses(bound((key("Ctrl+P"), key("Ctrl+D")), {"Ctrl+P": "Ctrl+D"})) == ["Ctrl+P", "Ctrl+D"]
    assert presses(bound((key("Ctrl+P"), key("Ctrl+D")), {"Ctrl+P": "Ctrl+I", "Ctrl+D": "Ctrl+I"})) == [
        "Ctrl+I",
        "Ctrl+D",
    ]
    assert presses(bound((key("F5"),), {"F5": "Ctrl+I"}, (key("Ctrl+I"),))) == ["F5"]


def test_two_keys_can_be_exchanged():
    assert presses(bound((key("Ctrl+P"), key("Ctrl+D")), {"Ctrl+P": "Ctrl+D", "Ctrl+D": "Ctrl+P"})) == [
        "Ctrl+D",
        "Ctrl+P",
    ]


def test_fixed_keys_stay_whatever_the_file_says():
    changed = {"F12": "Ctrl+I", "Esc": "F12", "Return": "Esc"}
    assert presses(bound((key("F12"), key("Esc"), key("Return")), changed)) == ["F12", "Esc", "Return"]
    assert changed_caps(changed) == {}


@pytest.mark.parametrize("standard", ["F12", "Esc", "Return", "F10"])
def test_fixed_keys_cannot_be_changed(standard):
    assert refusal(bound((key(standard),), {})[0], "Ctrl+I", ()) is not None


@pytest.mark.parametrize(
    "press", ["F12", "Esc", "Return", "Enter", "Tab", "A", "7", "Alt+F", "Shift+A", "Up", "Space"]
)
def test_keys_with_a_meaning_of_their_own_cannot_be_taken(press):
    assert refusal(bound((key("Ctrl+P"),), {})[0], press, ()) is not None


def test_a_key_that_another_has_cannot_be_taken():
    keys = bound((key("Ctrl+P"), key("F5")), {})
    assert refusal(keys[0], "F5", keys) is not None
    assert refusal(keys[0], "Ctrl+I", keys) is None
    assert refusal(keys[0], "Ctrl+P", keys) is None


def test_a_letter_may_become_another_letter():
    assert refusal(bound((key("N"),), {})[0], "K", ()) is None


@pytest.mark.parametrize(
    ("code", "modifiers", "words"),
    [
        (Qt.Key.Key_I, CONTROL, "Ctrl+I"),
        (Qt.Key.Key_F7, NONE, "F7"),
        (Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier, "Return"),
        (Qt.Key.Key_Control, CONTROL, ""),
        (Qt.Key.Key_I, CONTROL | Qt.KeyboardModifier.ShiftModifier, "Ctrl+Shift+I"),
    ],
)
def test_what_is_pressed_is_written(qapp, code, modifiers, words):
    assert written(QKeyEvent(QEvent.Type.KeyPress, code, modifiers)) == words
