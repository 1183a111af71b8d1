"""Forms: what is typed into several fields, judged, kept as a draft, and handed over as a whole.

A page makes a form only with `Form`. Enter goes to the next field and from the last one to the primary button, which
it never presses. A field is judged when it is left and when the form is handed over; only then the focus moves to the
first problem. What was typed is never thrown away without asking, and with `Form.keep_drafts` it survives a crash.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.kernel.errors import Problem
from desktop.kernel.text import Catalog, Text
from desktop.qt import theme
from desktop.qt.basics import Field, Label, ProblemLine, repolish, row
from desktop.qt.drafts import Draft, DraftOffer, Drafts, Keeper
from desktop.qt.fields import TextField
from desktop.qt.page import Key, Page, Question
from desktop.qt.panels import Panel
from desktop.qt.tasks import Tasks

LONGEST_SECRET = 1000
"""More than any rule allows: a secret that is too long is told, never cut."""
_WINDOW_WENT = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)

Judge = Callable[[Any], Text | None]
"""Says what is wrong with the value of a field beyond its format; None when nothing is."""


@dataclass(slots=True)
class _Entry:
    """One field of a form: where its problem is told, what is asked of it, and what a service refused of it."""

    edit: QWidget
    tell: Callable[[str], None]
    required: bool
    judge: Judge | None
    told: bool = False
    refused: str | None = None


class Form(QObject):
    """The fields of one form, by name, in the order of the keys.

    ``owner`` is the page or window it stands in; ``primary`` the button the last Enter goes to, where it is not that
    of the page around the form.
    """

    changed = Signal()
    draft_kept = Signal(str)

    def __init__(self, owner: QWidget, say: Catalog, primary: QWidget | None = None) -> None:
        super().__init__(owner)
        self._owner, self._say, self.primary = owner, say, primary
        self._parts: list[tuple[str, _Entry] | FormRows] = []
        self._pristine: dict[str, str] = {}
        self._keeper: Keeper | None = None
        self.offer = DraftOffer(say)
        self.offer.hide()

    # Fields --------------------------------------------------------------------------------------------------

    def field(
        self,
        name: str,
        label: str,
        edit: QWidget,
        *,
        required: bool = False,
        hint: str = "",
        judge: Judge | None = None,
        inline: bool = False,
    ) -> Field:
        """A field of this form with its label, to be put into a layout; the order of calls is the order of keys."""
        made = Field(label, edit, hint, inline=inline)
        self._parts.append((name, self.entry(edit, made.problem, required, judge)))
        self._pristine[name] = edit.text_typed()
        return made

    def twice(
        self, name: str, labels: tuple[str, str], judge: Judge | None = None, hint: str = ""
    ) -> tuple[Field, Field]:
        """A secret and the same again, named ``name`` and ``again``; the hint stands below the second."""
        first = TextField(longest=LONGEST_SECRET, secret=True)

        def same(typed: str) -> Text | None:
            return None if typed == first.value() else Text("It is not the same as above")

        return (
            self.field(name, labels[0], first, required=True, judge=judge),
            self.field(
                "again",
                labels[1],
                TextField(longest=LONGEST_SECRET, secret=True),
                required=True,
                hint=hint,
                judge=same,
            ),
        )

    def rows(self, rows: FormRows) -> FormRows:
        """Rows of fields take their place after the fields made so far."""
        self._parts.append(rows)
        self._pristine |= self.typed()
        return rows

    def entry(
        self, edit: QWidget, tell: Callable[[str], None], required: bool, judge: Judge | None
    ) -> _Entry:
        """Watch a field; `field` and `FormRows` call this."""
        made = _Entry(edit, tell, required, judge)
        edit.changed.connect(lambda _value: self._edited(made))
        edit.installEventFilter(self)
        return made

    def _entries(self) -> Iterator[tuple[str, _Entry]]:
        for part in self._parts:
            if isinstance(part, FormRows):
                yield from part.entries()
            else:
                yield part

    def edit(self, name: str) -> QWidget:
        """The field of a name; a KeyError where there is none."""
        return dict(self._entries())[name].edit

    def values(self) -> dict[str, Any]:
        """What was meant, by name; rows as a list of such."""
        found: dict[str, Any] = {}
        for part in self._parts:
            if isinstance(part, FormRows):
                found[part.name] = part.values()
            else:
                found[part[0]] = part[1].edit.value()
        return found

    def typed(self) -> dict[str, str]:
        """What stands in every field."""
        return {name: entry.edit.text_typed() for name, entry in self._entries()}

    @property
    def dirty(self) -> bool:
        """Whether something was typed since the form was made, filled or done with."""
        return self.typed() != self._pristine

    def pristine(self) -> None:
        """What stands in the fields now is no longer anybody's unfinished work."""
        self._pristine = self.typed()

    # Judging -------------------------------------------------------------------------------------------------

    def _flaw(self, entry: _Entry, *, whole: bool) -> Text | None:
        if entry.edit.composing or not entry.edit.isEnabled():
            return None
        flaw: Text | None = entry.edit.flaw()
        if flaw is not None:
            return flaw
        value = entry.edit.value()
        if value is None:
            return Text("Fill this in") if whole and entry.required else None
        return entry.judge(value) if entry.judge is not None else None

    def _tell(self, entry: _Entry, flaw: Text | None) -> None:
        entry.told = flaw is not None
        entry.tell("" if flaw is None else self._say(flaw))

    def _edited(self, entry: _Entry) -> None:
        entry.refused = None
        if entry.told and self._flaw(entry, whole=True) is None:
            self._tell(entry, None)
        if self._keeper is not None:
            self._keeper.typed()
        self.changed.emit()

    def submit(self) -> dict[str, Any] | None:
        """The values when everything is right; otherwise the problems are told and the first has the focus."""
        for part in self._parts:
            if isinstance(part, FormRows):
                part.drop_blank()
        first = None
        for _name, entry in self._entries():
            flaw = self._flaw(entry, whole=True)
            self._tell(entry, flaw)
            first = first or (entry.edit if flaw is not None else None)
        if first is None:
            return self.values()
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        return None

    def show_problems(self, problems: Iterable[Problem]) -> list[Problem]:
        """Tell findings of a service beside the fields their ``column`` names; gives those that name none."""
        names, flaws, left = dict(self._entries()), dict[str, Text](), []
        for problem in problems:
            if isinstance(problem.column, str) and problem.column in names:
                words = Text("{what}. {remedy}", what=problem.what, remedy=problem.remedy)
                flaws.setdefault(problem.column, words)
            else:
                left.append(problem)
        self.show_flaws(flaws)
        return left

    def show_flaws(self, flaws: Mapping[str, Text]) -> dict[str, Text]:
        """Tell what a service has against fields, by name, until they are typed into; gives what names none."""
        entries = dict(self._entries())
        found = [(entries[name], flaw) for name, flaw in flaws.items() if name in entries]
        for entry, flaw in found:
            self._tell(entry, flaw)
            entry.refused = entry.edit.text_typed()
        for entry, _flaw in found[:1]:
            entry.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        return {name: flaw for name, flaw in flaws.items() if name not in entries}

    # Keys and focus ------------------------------------------------------------------------------------------

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys a page adds to its own."""
        return (Key("Ctrl+S", Text("save draft"), self.save_draft),) if self._keeper is not None else ()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._enter(watched, event)
        if event.type() == QEvent.Type.FocusOut and event.reason() not in _WINDOW_WENT:
            for _name, entry in self._entries():
                stands = entry.told and (entry.edit.value() is None or entry.refused is not None)
                if entry.edit is watched and not stands:
                    self._tell(entry, self._flaw(entry, whole=False))
        return False

    def _enter(self, watched: QObject, event: QKeyEvent) -> bool:
        if event.isAutoRepeat() or watched.composing:
            return True
        ready = [entry.edit for _name, entry in self._entries() if _takes_focus(entry.edit)]
        after = ready[ready.index(watched) + 1 :] if watched in ready else []
        target = after[0] if after else self._button()
        if target is not None and target.isEnabled():
            target.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _button(self) -> QWidget | None:
        around: QWidget | None = self._owner
        while self.primary is None and around is not None:
            if isinstance(around, Page):
                return around.primary
            around = around.parentWidget()
        return self.primary

    def begin(self) -> None:
        """Put the focus into the first field that is still to be filled in, or the first of all."""
        ready = [entry for _name, entry in self._entries() if _takes_focus(entry.edit)]
        empty = [entry for entry in ready if entry.required and entry.edit.value() is None]
        for entry in (empty or ready)[:1]:
            entry.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def may_leave(self) -> bool:
        """Whether the form may be closed; asks when something typed would be lost."""
        if not self.dirty:
            return True
        question = Question(
            self._owner,
            self._say("What you typed is not saved"),
            self._say("Go on typing, or discard it"),
            self._say("Go on typing"),
            self._say("Discard"),
        )
        if not question.exec():
            return False
        self.done()
        return True

    def done(self) -> None:
        """The form is saved or discarded: nothing is unfinished any more, and its draft goes."""
        self.pristine()
        if self._keeper is not None:
            self._keeper.drop()

    # Drafts --------------------------------------------------------------------------------------------------

    def keep_drafts(self, drafts: Drafts, name: str, tasks: Tasks) -> None:
        """From now on what is typed is kept every two seconds under this name, and what is found there is offered.

        Put ``offer`` over the fields; it shows itself when there is something to go on with.
        """
        self._keeper = Keeper(self, drafts, tasks, self._content)
        self._keeper.kept.connect(self._kept)
        self._keeper.begin(name, self._found)

    @property
    def draft_name(self) -> str:
        """What its drafts are kept under; empty while none are."""
        return self._keeper.name if self._keeper is not None else ""

    def _found(self, draft: Draft) -> None:
        if not self.dirty:
            self.offer.ask(self._say.write(draft.saved_at.time()), partial(self._go_on, draft), self.done)

    def _go_on(self, draft: Draft) -> None:
        self.restore(json.loads(draft.content))
        self.begin()

    def restore(self, typed: Mapping[str, str]) -> None:
        """Put in what was typed before; fields there are no more are passed over."""
        for part in self._parts:
            if isinstance(part, FormRows):
                part.make_room(typed)
        for name, entry in self._entries():
            if name in typed:
                entry.edit.show_text(typed[name])

    def save_draft(self) -> None:
        """Keep what is typed now."""
        if self._keeper is not None:
            self._keeper.keep()

    def _content(self) -> str | None:
        if not self.dirty:
            return None
        typed = {name: entry.edit.text_typed() for name, entry in self._entries() if not entry.edit.secret}
        return json.dumps(typed, ensure_ascii=False)

    def _kept(self, at: datetime) -> None:
        self.offer.hide()
        self.draft_kept.emit(self._say("Draft kept at {time}", time=at.time()))


def _takes_focus(edit: QWidget) -> bool:
    return edit.isEnabled() and edit.isVisible() and not getattr(edit, "isReadOnly", lambda: False)()


class FormPanel(Panel):
    """A form in a pane: a title, a note, fields below each other; what was found unfinished is offered over them."""

    def __init__(self, say: Catalog, title: str, note: str = "") -> None:
        super().__init__(title)
        self.say, self.form = say, Form(self, say)
        kept = Label("", "small", "ink2")
        self.head.addWidget(kept)
        self.form.draft_kept.connect(kept.setText)
        if note:
            self.body.addWidget(Label(note, "small", "ink2", wrap=True))
        self.body.addWidget(self.form.offer)
        self.body.addStretch(1)

    def line(self, *fields: Field) -> None:
        """The next fields, side by side."""
        at = self.body.count() - 1
        if len(fields) == 1:
            self.body.insertWidget(at, fields[0])
            return
        line = row()
        for field in fields:
            line.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        self.body.insertLayout(at, line)


@dataclass(frozen=True, slots=True)
class RowColumn:
    """A column of `FormRows`: how its field is made, and its share of the width."""

    name: str
    label: str
    make: Callable[[], QWidget]
    share: int = 1
    required: bool = True
    judge: Judge | None = None


@dataclass(slots=True)
class _Row:
    line: QWidget
    problem: ProblemLine
    entries: dict[str, _Entry]


class FormRows(QWidget):
    """Rows of fields, such as the stations of a hall: as many as are added; an empty one at the end does not count.

    The names of their fields are ``name[0].column``; the first ``least`` rows are always asked for.
    """

    def __init__(
        self, form: Form, say: Catalog, name: str, columns: Sequence[RowColumn], least: int = 1
    ) -> None:
        super().__init__()
        self._form, self._say, self.name, self._columns, self._least = form, say, name, columns, least
        self._rows: list[_Row] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.S1)
        head = QHBoxLayout()
        head.setSpacing(theme.S2)
        for one in columns:
            title = Label(one.label, "small", "ink2")
            title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            head.addWidget(title, one.share)
        self._column.addLayout(head)
        for _ in range(least):
            self.add_row()

    def __len__(self) -> int:
        return len(self._rows)

    def entries(self) -> Iterator[tuple[str, _Entry]]:
        """Every field with its name; what is asked of it depends on where its row stands and what is in it."""
        for at, one in enumerate(self._rows):
            blank = at >= self._least and not any(entry.edit.value() for entry in self._told_by_hand(one))
            for column in self._columns:
                entry = one.entries[column.name]
                entry.required = column.required and not blank
                yield f"{self.name}[{at}].{column.name}", entry

    @staticmethod
    def _told_by_hand(one: _Row) -> list[_Entry]:
        """The fields of a row one types into; a choice has always chosen something."""
        return [entry for entry in one.entries.values() if hasattr(entry.edit, "text")]

    def values(self) -> list[dict[str, Any]]:
        """What was meant, row by row; rows with nothing typed are left out."""
        found = []
        for one in self._rows:
            if any(entry.edit.text_typed() for entry in self._told_by_hand(one)):
                found.append({name: entry.edit.value() for name, entry in one.entries.items()})
        return found

    def add_row(self, typed: Mapping[str, str] | None = None) -> None:
        """One more row at the end, perhaps with something in it; `Form.begin` or a key puts the focus there."""
        line, problem = QWidget(), ProblemLine()
        one = _Row(line, problem, {})
        cells = row(spacing=theme.S2)
        for column in self._columns:
            edit = column.make()
            edit.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            edit.setAccessibleName(f"{column.label} {len(self._rows) + 1}")
            one.entries[column.name] = self._form.entry(
                edit, partial(self._tell, one, column.name), column.required, column.judge
            )
            cells.addWidget(edit, column.share)
        whole = QVBoxLayout(line)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addLayout(cells)
        whole.addWidget(problem)
        self._rows.append(one)
        self._column.addWidget(line)
        line.show()  # at once: the next key may be for it already
        for name, text in (typed or {}).items():
            one.entries[name].edit.show_text(text)

    def _tell(self, one: _Row, name: str, words: str) -> None:
        """One line below the row tells the first problem in it."""
        edit = one.entries[name].edit
        edit.setProperty("problem", "bad" if words else "")
        edit.setAccessibleDescription(words)
        repolish(edit)
        label = next(column.label for column in self._columns if column.name == name)
        told = [entry.edit for entry in one.entries.values() if entry.edit.accessibleDescription()]
        if words and told[0] is edit:
            one.problem.tell(self._say("{place}: {what}", place=label, what=words))
        elif not told:
            one.problem.tell("")

    def go_to_last(self) -> None:
        """Put the focus into the last row."""
        next(iter(self._rows[-1].entries.values())).edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def holds_focus(self) -> bool:
        """Whether one of these fields is being typed into."""
        holder = QApplication.focusWidget()
        return holder is not None and self.isAncestorOf(holder)

    def remove_row(self) -> bool:
        """Take the row with the focus away; the first ``least`` ones are only emptied. Whether one had it."""
        for at, one in enumerate(self._rows):
            if not any(entry.edit.hasFocus() for entry in one.entries.values()):
                continue
            if len(self._rows) <= self._least:
                for entry in self._told_by_hand(one):
                    entry.edit.show_text("")
                return True
            self._drop(one)
            next(iter(self._rows[min(at, len(self._rows) - 1)].entries.values())).edit.setFocus()
            self._form.changed.emit()
            return True
        return False

    def drop_blank(self) -> None:
        """Rows with nothing typed go, as far as there are more than ``least``."""
        for one in tuple(self._rows):
            blank = not any(entry.edit.text_typed() for entry in self._told_by_hand(one))
            if blank and len(self._rows) > self._least:
                self._drop(one)

    def _drop(self, one: _Row) -> None:
        self._rows.remove(one)
        one.line.hide()
        one.line.deleteLater()

    def make_room(self, typed: Mapping[str, str]) -> None:
        """As many rows as something was typed into before."""
        marks = (f"{self.name}[{at}]." for at in range(len(typed)))
        wanted = sum(any(name.startswith(mark) for name in typed) for mark in marks)
        while len(self._rows) < wanted:
            self.add_row()
