"""The one search box: what is typed, what is asked, and what is done with the line taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol
from uuid import UUID

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit

from desktop.counter.records import ReceiptQuery
from desktop.counter.records.right import RefundQuery
from desktop.desk.records import Found, SearchFound
from desktop.desk.service import search_hits
from desktop.kernel.alphabet import has_han, readings
from desktop.kernel.errors import Away
from desktop.kernel.log import fault
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat
from desktop.parties.records import PartyShown
from desktop.qt import icons, theme
from desktop.qt.buttons import cap_width, paint_cap
from desktop.qt.page import Key, Page, cap
from desktop.qt.tasks import Tasks
from desktop.search import rules
from desktop.search.records import (
    ACCOUNT,
    BILL,
    COLLECTIVE,
    DEBIT_FILE,
    GROUP,
    INSTALMENT,
    LETTER,
    MANDATE,
    PARTY,
    RECEIPT,
    REFUND,
    Match,
    MatchKind,
    SearchOrder,
)
from desktop.shell.drop import Drop, Row, Spans, Words
from desktop.shell.pages import PageEntry

ASK_AFTER_MS = 120
"""A pause in typing; what is committed by an input method or sent by a scanner is asked for at once."""

WAITING_AFTER_MS = 400
HITS, PAGES, COMMANDS = 6, 3, 3
ONLY_COMMANDS = (">", "＞")
NO_COMMANDS = frozenset({"Return", "Enter", "Esc", "Up", "Down", "Left", "Right", "Tab"})
"""Keys of the place one is at: from the search box they would mean something else."""


class Window(Protocol):
    """What search needs of the window around it."""

    seat: Seat
    tasks: Tasks
    say: Catalog
    entries: tuple[PageEntry, ...]
    page: Page | None
    page_name: str

    def open_page(self, name: str, argument: object = None) -> Page | None: ...

    def common_keys(self) -> Sequence[Key]: ...


class SearchBox(QLineEdit):
    """The box itself: arrows, Tab and Enter work what drops under it, Esc closes it and the text stays.

    While an input method composes, its keys are its own, and nothing half-composed counts as typed.
    """

    stepped = Signal(int)
    group_stepped = Signal(int)
    entered = Signal(bool)
    left = Signal()
    typed = Signal(bool)

    def __init__(self, name: str, hint: str) -> None:
        super().__init__()
        self.composing = self.dropped = False
        self.setProperty("search", True)
        self.setPlaceholderText(hint)
        self.setAccessibleName(name)
        self.setFixedWidth(theme.SEARCH)
        self.setTextMargins(24, 0, cap_width("Ctrl K") + 4, 0)
        self.setFont(theme.font("body"))
        self.textEdited.connect(lambda _: self.typed.emit(False))

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)
        if event.commitString() and not self.composing:
            self.typed.emit(True)

    def focusNextPrevChild(self, forward: bool) -> bool:
        if self.dropped:
            self.group_stepped.emit(1 if forward else -1)
            return True
        return super().focusNextPrevChild(forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(event.key())
        if self.composing:
            super().keyPressEvent(event)
        elif step is not None:
            self.stepped.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit(bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        icons.paint(painter, "search", theme.colour("ink2"), 16, 10, (self.height() - 16) / 2)
        left, top = self.width() - cap_width("Ctrl K") - 8, (self.height() - theme.KEY_CAP) / 2
        paint_cap(painter, left, top, "Ctrl K", theme.colour("sunken"), theme.colour("ink2"), None)


class Search(QObject):
    """The search of a window: its box, what drops under it, and the asking."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window, self.say = window, window.say
        self.box = SearchBox(
            self.say("Search"), self.say("Name, initials, account, meter, phone, address, paper")
        )
        self.drop = Drop(window, self.box)
        self._asked, self._take_only, self._pay = 0, False, False
        self._pause, self._patience = QTimer(self), QTimer(self)
        for timer, then in ((self._pause, self._ask), (self._patience, self._show_waiting)):
            timer.setSingleShot(True)
            timer.timeout.connect(then)
        self.box.typed.connect(self._typed)
        self.box.stepped.connect(self._step)
        self.box.group_stepped.connect(self.drop.step_group)
        self.box.entered.connect(self._enter)
        self.box.left.connect(self.close)
        self.drop.taken.connect(self._take)

    # Typing --------------------------------------------------------------------------------------------------

    def start(self, typed: str = "") -> None:
        """Go to the box; what was typed elsewhere goes with it."""
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if typed:
            self.box.setText(typed)
            self._typed(False)
        else:
            self.box.selectAll()

    def scan(self, code: str, *, pay: bool = False) -> None:
        """Search for what a scanner read and take the only hit; ``pay``: to the counter with its account."""
        self.box.setText(code)
        self._take_only, self._pay = True, pay
        self._pause.stop()
        self._ask()

    def close(self) -> None:
        """Close what drops under the box; the text stays."""
        self.hide()
        page = self.window.page
        if page is not None and self.box.hasFocus():
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def hide(self) -> None:
        """Close what drops under the box and forget what was asked."""
        self._pause.stop()
        self._patience.stop()
        self._asked += 1
        self._drop_away()

    def clear(self) -> None:
        """Empty the box."""
        self.box.clear()

    def _drop_away(self) -> None:
        self.drop.hide()
        self.box.dropped = False

    def _typed(self, at_once: bool) -> None:
        self._take_only = self._pay = False
        self._pause.start(0 if at_once else ASK_AFTER_MS)

    def _step(self, by: int) -> None:
        """Arrows; the drop-down comes back when it was closed."""
        if self.drop.isVisible():
            self.drop.step(by)
        else:
            self._pause.start(0)

    def _enter(self, pay: bool) -> None:
        """Take the marked line; Enter right behind the text, as a scanner sends it, takes the only hit."""
        here = self.drop.current if self.drop.isVisible() else None
        if here is not None and self.drop.typed == self._words():
            self._take(here, pay)
        else:
            self._take_only = True
            self._pause.start(0)

    def _take(self, row: Row, pay: bool = False) -> None:
        action = row.pay if pay and row.pay is not None else row.take
        if action is None:
            return
        self.close()
        if action() is not None:
            self.clear()

    # Asking --------------------------------------------------------------------------------------------------

    def _words(self) -> str:
        return self.box.text().strip()

    def _ask(self) -> None:
        """Ask for what is typed; not while an input method composes, for its end asks again."""
        if self.box.composing:
            return
        typed = self._words()
        self._asked += 1
        if not typed:
            self._drop_away()
        elif typed.startswith(ONLY_COMMANDS):
            self._show(typed, self._command_rows(typed[1:].strip(), None))
        else:
            asked = self._asked
            self._patience.start(WAITING_AFTER_MS)
            self.window.tasks.read(
                self,
                partial(self.window.seat.ask, search_hits, SearchOrder(typed, HITS)),
                partial(self._answered, asked, typed),
                partial(self._failed, asked, typed),
            )

    def _is_wanted(self, asked: int, typed: str) -> bool:
        return asked == self._asked and self._words() == typed and not self.box.composing

    def _answered(self, asked: int, typed: str, found: SearchFound) -> None:
        if not self._is_wanted(asked, typed):
            return
        self._patience.stop()
        rows = (*self._customer_rows(found), *self._paper_rows(found))
        if self._take_only and len(found.customers) + len(found.papers) == 1 and not found.left:
            (only,) = (*found.customers, *found.papers)
            self._take(rows[1], self._pay and only.kind != RECEIPT)  # a receipt is looked at, not paid
            return
        if found.left:
            rows = (self._preparing_row(found.left), *rows)
        rows += (*self._page_rows(typed), *self._command_rows(typed, COMMANDS))
        self._show(typed, rows or (self._nothing_row(typed),))

    def _failed(self, asked: int, typed: str, error: BaseException) -> None:
        if not self._is_wanted(asked, typed):
            return
        self._patience.stop()
        say, away = self.say, isinstance(error, Away)
        title = say("The database does not answer") if away else say("This search did not go through")
        remedy = (
            say("Enter asks again")
            if away
            else say("Enter asks again; the reference is {key}", key=fault(error))
        )
        icon = "cloud-off" if away else "circle-alert"
        self._show(
            typed,
            (Row("none", Words(title), second=Words(remedy), icon=icon, state="warn" if away else "bad"),),
        )

    def _show_waiting(self) -> None:
        """Said only when it takes long; what was found before goes, for it belongs to other words."""
        row = Row("none", Words(self.say("Searching…")), icon="clock")
        self._show(self._words(), (row,))

    def _show(self, typed: str, rows: tuple[Row, ...]) -> None:
        say = self.say
        foot = [("Esc", say("close, text stays"))]
        if any(row.take for row in rows):
            pay = [("Ctrl Enter", say("take money"))] if any(row.pay for row in rows) else []
            foot = [("↑ ↓", say("choose")), ("Enter", say("open")), *pay, ("Tab", say("next group")), *foot]
        self.drop.move(self.box.mapTo(self.window, QPoint(0, self.box.height() + 4)))
        self.drop.show_rows(typed, rows, tuple(foot))
        self.box.dropped = True

    # Lines ---------------------------------------------------------------------------------------------------

    def _may_open(self, name: str) -> bool:
        return any(entry.name == name for entry in self.window.entries)

    def _open(self, name: str, argument: object = None) -> Page | None:
        return self.window.open_page(name, argument)

    def _customer_rows(self, found: SearchFound) -> tuple[Row, ...]:
        if not found.customers:
            return ()
        say, count = self.say, found.customer_count
        counted = (
            say("the first {count}, type more to narrow them down", count=len(found.customers))
            if found.more
            else say.plural("{count} found", "{count} found", count)
        )
        served = any(one.served_today for one in found.customers)
        aside = say.join((counted, say("served today first") if served else ""))
        head = Row("head", Words(say("Customers")), aside=Words(aside))
        return (head, *(self._found_row(one) for one in found.customers))

    def _paper_rows(self, found: SearchFound) -> tuple[Row, ...]:
        if not found.papers:
            return ()
        say = self.say
        aside = say.plural("{count} found", "{count} found", found.paper_count)
        head = Row("head", Words(say("Papers")), aside=Words(aside))
        return (head, *(self._found_row(one) for one in found.papers))

    def _found_row(self, one: Found) -> Row:
        say = self.say
        facts = [say(fact) if isinstance(fact, Text) else fact for fact in one.facts]
        second = say.join([fact if isinstance(fact, str) else say.month(fact) for fact in facts])
        pay = (
            partial(self._open, "counter", one.account) if one.account and self._may_open("counter") else None
        )
        somebody = "building-2" if one.organisation else "user-round"
        icon = {
            ACCOUNT: somebody,
            PARTY: somebody,
            BILL: "receipt-text",
            COLLECTIVE: "receipt-text",
            INSTALMENT: "receipt-text",
            GROUP: "users",
        }
        return Row(
            "hit",
            _marked(one.title, one.matches, _title_spans),
            self._aside(one),
            _marked(second, one.matches, _second_spans),
            figure=say.money(one.amount) if one.amount is not None else "",
            note=say.write(one.note),
            state=one.state,
            icon=icon.get(one.kind, "file-text"),
            take=self._opener(one, pay),
            pay=pay,
        )

    def _opener(self, one: Found, pay: Callable[[], object] | None) -> Callable[[], object]:
        """An account opens where one is: at the counter to pay; a party its card, a paper where it is shown."""
        if one.kind == PARTY:
            return partial(self._open, "customers", PartyShown(UUID(one.number)))
        if one.kind == ACCOUNT:
            return (
                pay
                if pay and self.window.page_name == "counter"
                else partial(self._open, "customers", one.number)
            )
        if one.kind == GROUP and self.window.page_name == "counter":
            return partial(self._open, "counter", one.number)
        if one.kind in (GROUP, COLLECTIVE):
            return partial(self._open, "groups", one.number)
        if one.kind == REFUND and self._may_open("counter"):
            return partial(self._open, "counter", RefundQuery(one.account, one.number))
        if one.kind == DEBIT_FILE:
            return partial(self._open, "treasury", f"debit_file {one.number}")
        if one.kind == MANDATE:
            return partial(self._open, "treasury", f"debits {one.account}")
        if one.kind in (INSTALMENT, LETTER):
            return partial(self._open, "customers", one.account)
        if one.kind == BILL and self._may_open("bills"):
            return partial(self._open, "bills", one.number)
        if one.kind != BILL and self._may_open("counter"):
            return partial(self._open, "counter", ReceiptQuery(one.number))
        return partial(self._open, "customers", one.account)

    def _aside(self, one: Found) -> Words:
        """Why a hit is one, where its own lines do not show it; of a telephone only the digits typed."""
        if one.reading:
            places = [
                place
                for match in one.matches
                if match.kind in (MatchKind.PINYIN, MatchKind.INITIALS)
                for place in rules.spelled(one.reading, match.typed)
            ]
            return Words(" ".join(one.reading), rules.merged(places))
        for match in one.matches:
            if match.kind is MatchKind.PHONE:
                return _marked(self.say("phone {digits}", digits=match.typed), (match,), _word_spans)
            if match.kind is MatchKind.METER:
                number = match.token.upper()
                return _marked(self.say("meter {number}", number=number), (match,), _word_spans)
        return Words()

    def _page_rows(self, typed: str) -> tuple[Row, ...]:
        rows = []
        for at, entry in enumerate(self.window.entries, 1):
            words = self._if_named(self.say(entry.title), typed)
            if words is not None:
                press = f"Ctrl {at % 10}" if at <= 10 else ""
                rows.append(
                    Row("page", words, cap=press, icon=entry.icon, take=partial(self._open, entry.name))
                )
        return (Row("head", Words(self.say("Pages"))), *rows[:PAGES]) if rows else ()

    def _command_rows(self, typed: str, most: int | None) -> tuple[Row, ...]:
        """The commands of the page and of the window, from the tables that bind their keys."""
        say, page = self.say, self.window.page
        areas = {entry.title for entry in self.window.entries}
        keys = [*(page.keys if page is not None else ()), *self.window.common_keys()]
        rows, known = [], {say("search")}
        for key in keys:
            title = say(key.text)
            words = self._if_named(title, typed)
            if (
                words is None
                or title in known
                or key.text in areas
                or key.press in NO_COMMANDS
                or not key.enabled
            ):
                continue
            known.add(title)
            rows.append(
                Row("page", words, cap=cap(key.press), icon=key.icon or "zap", take=partial(_act, key))
            )
        if not rows:
            return (self._nothing_row(self._words()),) if most is None else ()
        hint = "" if most is None else say("type > for commands only")
        return (Row("head", Words(say("Commands")), cap=hint), *rows[:most])

    def _if_named(self, title: str, typed: str) -> Words | None:
        """A title with the typed letters marked; None when it has none of them."""
        word = rules.folded(typed)
        spans = rules.spans(title, word)
        if spans or not word:
            return Words(title, spans)
        spelled = any(rules.spelled(reading, word) for reading in readings(title))
        return Words(title) if spelled else None

    def _preparing_row(self, left: int) -> Row:
        """Words are still being made, as after an update: what is missing below may be there all the same."""
        say = self.say
        second = say.plural("{count} entry is not found yet", "{count} entries are not found yet", left)
        return Row(
            "none", Words(say("Search is being prepared")), second=Words(second), icon="clock", state="warn"
        )

    def _nothing_row(self, typed: str) -> Row:
        say = self.say
        title = say('Nothing found for "{typed}"', typed=typed)
        remedy = say("Try part of the name, its initials, or the last digits of account, meter or phone")
        return Row("none", Words(title), second=Words(remedy), icon="search")


def _act(key: Key) -> bool:
    """Do what a key does; the answer says that the command was taken."""
    key.act()
    return True


# Where the typed letters stand


def _marked(text: str, matches: Sequence[Match], places: Callable[[str, Match], Spans]) -> Words:
    return Words(text, rules.merged(place for match in matches for place in places(text, match)))


def _word_spans(text: str, match: Match) -> Spans:
    return rules.spans(text, match.typed)


def _title_spans(text: str, match: Match) -> Spans:
    if match.kind in (MatchKind.NAME, MatchKind.NUMBER):
        return rules.spans(text, match.typed)
    if match.kind is MatchKind.INITIALS and not has_han(text):
        begins = [at for at, sign in enumerate(text) if sign.strip() and not text[at - 1 : at].strip()]
        return [(at, at + 1) for at in begins[: len(match.typed)]]
    return ()


def _second_spans(text: str, match: Match) -> Spans:
    return rules.spans(text, match.typed) if match.kind in (MatchKind.ACCOUNT, MatchKind.ADDRESS) else ()
