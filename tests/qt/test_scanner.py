"""A scanner beside a person's typing: real key events whose moments the test decides."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.countries.cn import COUNTRY
from desktop.kernel.measures import Money
from desktop.kernel.text import catalog
from desktop.qt.money import MoneyField
from desktop.qt.scanner import GAP_MS, Scanner
from tests.windows import shown

pytestmark = pytest.mark.usefixtures("dressed")
CODE = "330104827007"


class Bench(QWidget):
    """A window with an amount, a text and a place where keys are commands."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed: list[str] = []
        self.amount = MoneyField(catalog("en"), COUNTRY.currency)
        self.words = QLineEdit()
        self.place = QWidget()
        self.place.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout = QVBoxLayout(self)
        for part in (self.amount, self.words, self.place):
            layout.addWidget(part)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name Qt calls
        self.pressed.append(event.text() or str(event.key()))


class Keys:
    """Keys sent to whichever window is active, each at a moment of the test's own."""

    def __init__(self) -> None:
        self.now = 1_000

    def press(self, key: Qt.Key, text: str = "", *, after: int) -> None:
        self.now += after
        handle = QApplication.activeWindow().windowHandle()
        none = Qt.KeyboardModifier.NoModifier
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, none, text)
            event.setTimestamp(self.now)
            QApplication.sendEvent(handle, event)

    def type(self, words: str, *, apart: int) -> None:
        for sign in words:
            key = Qt.Key(ord(sign.upper())) if sign.isascii() else Qt.Key.Key_unknown
            self.press(key, sign, after=apart)

    def scan(self, code: str, *, end: Qt.Key = Qt.Key.Key_Return) -> None:
        self.now += 500
        self.type(code, apart=3)
        self.press(end, "\r" if end is Qt.Key.Key_Return else "\t", after=3)

    def compose(self, preedit: str = "", commit: str = "", *, after: int) -> None:
        self.now += after
        event = QInputMethodEvent(preedit, [])
        event.setCommitString(commit)
        QApplication.sendEvent(QApplication.focusWidget(), event)


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return shown(qtbot, Bench())


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def codes(bench: Bench, keys: Keys) -> list[str]:
    scanner, found = Scanner(bench, lambda: keys.now), list[str]()
    scanner.scanned.connect(found.append)
    bench.scanner = scanner
    return found


def focus(qtbot: QtBot, widget: QWidget) -> None:
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
def test_an_amount_half_typed_stands_as_it_was(
    qtbot: QtBot, bench: Bench, keys: Keys, codes: list[str], end: Qt.Key
) -> None:
    focus(qtbot, bench.amount)
    keys.type("12.5", apart=150)
    bench.amount.setCursorPosition(2)
    known: list[object] = []
    bench.amount.changed.connect(known.append)
    keys.scan(CODE, end=end)
    assert codes == [CODE]
    assert (bench.amount.amount(), bench.amount.cursorPosition()) == (Money(1250), 2)
    assert bench.amount.hasFocus()
    keys.type("3", apart=150)
    assert bench.amount.amount() == Money(12350)
    assert bench.pressed == []


def test_selected_words_are_selected_again(qtbot: QtBot, bench: Bench, keys: Keys, codes: list[str]) -> None:
    focus(qtbot, bench.words)
    bench.words.setText("half a name")
    bench.words.setSelection(5, 6)
    keys.scan("3-26000012 A41B-77D0")
    assert codes == ["3-26000012 A41B-77D0"]
    assert (bench.words.text(), bench.words.selectedText()) == ("half a name", "a name")


def test_a_person_however_quick_is_no_scanner(
    qtbot: QtBot, bench: Bench, keys: Keys, codes: list[str]
) -> None:
    focus(qtbot, bench.words)
    keys.type("330104827007", apart=GAP_MS + 1)
    keys.press(Qt.Key.Key_Return, "\r", after=60)
    assert (codes, bench.words.text()) == ([], "330104827007")
    keys.scan("12345")
    assert codes == [], "five signs are no code"
    assert bench.words.text() == "33010482700712345"
    keys.type(CODE, apart=3)
    keys.press(Qt.Key.Key_Return, "\r", after=900)
    assert codes == [], "a code ends at once"


def test_keys_without_a_moment_are_never_a_scanner(
    qtbot: QtBot, bench: Bench, keys: Keys, codes: list[str]
) -> None:
    focus(qtbot, bench.words)
    keys.now = 0
    keys.type(CODE, apart=0)
    keys.press(Qt.Key.Key_Return, "\r", after=0)
    assert (codes, bench.words.text()) == ([], CODE)


def test_where_keys_are_commands_a_code_commands_nothing(
    qtbot: QtBot, bench: Bench, keys: Keys, codes: list[str]
) -> None:
    focus(qtbot, bench.place)
    keys.scan("B-HM-2026-000020")
    assert (codes, bench.pressed) == (["B-HM-2026-000020"], [])
    keys.type("a", apart=400)
    qtbot.waitUntil(lambda: bench.pressed == ["a"])  # held back a moment, then it is a person's
    keys.type("rt", apart=9)
    keys.press(Qt.Key.Key_Escape, after=200)
    assert bench.pressed == ["a", "r", "t", str(Qt.Key.Key_Escape.value)], "in their order"


def test_a_code_behind_a_person_s_own_keys_is_the_scanner_s_alone(
    qtbot: QtBot, bench: Bench, keys: Keys, codes: list[str]
) -> None:
    focus(qtbot, bench.words)
    keys.type("Wang", apart=120)
    keys.scan(CODE)
    assert (codes, bench.words.text()) == ([CODE], "Wang")


@pytest.mark.parametrize("typed", ["３３０１０４８２７００７", CODE])
def test_full_width_digits_of_an_input_method(
    qtbot: QtBot, bench: Bench, keys: Keys, codes: list[str], typed: str
) -> None:
    focus(qtbot, bench.amount)
    keys.type("7", apart=300)
    keys.now += 500
    for sign in typed:
        keys.compose(commit=sign, after=4)
    keys.press(Qt.Key.Key_Return, "\r", after=4)
    assert (codes, bench.amount.amount()) == ([CODE], Money(700))


def test_a_composition_under_way_is_dropped_and_its_code_read(
    qtbot: QtBot, bench: Bench, keys: Keys, codes: list[str]
) -> None:
    focus(qtbot, bench.words)
    keys.type("abc", apart=200)
    keys.now += 500
    for end in range(1, 9):
        keys.compose("b'hm wxyz"[: end + 1], after=4)
    keys.compose(commit="bhmwxyz", after=4)  # Enter leaves the letters as they were typed
    assert (codes, bench.words.text()) == (["bhmwxyz"], "abc")
    for end in range(1, 9):
        keys.compose("nihaoma'n"[:end], after=180)
    keys.compose(commit="你好吗", after=180)
    assert (codes, bench.words.text()) == (["bhmwxyz"], "abc你好吗"), "a person composes as before"


def test_over_a_dialog_a_code_goes_nowhere_and_answers_nothing(
    qtbot: QtBot, bench: Bench, keys: Keys, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = QDialog(bench)
    answered: Callable[[], object] = pytest.fail
    dialog.accepted.connect(answered)
    dialog.open()
    edit = QLineEdit(dialog)
    edit.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    focus(qtbot, edit)
    keys.scan(CODE)
    assert (codes, edit.text(), dialog.isVisible()) == ([], "", True)
    dialog.reject()
