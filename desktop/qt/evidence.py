"""The pane beside a queue of doubts: who it is about, three figures, thirteen months, the reasons, what may be done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.kernel.text import Catalog
from desktop.qt import theme
from desktop.qt.basics import Icon, Label, Rule, clear
from desktop.qt.buttons import Button, KeyCap
from desktop.qt.charts import UsageBars
from desktop.qt.figures import Badge, Elided
from desktop.qt.keys import cap
from desktop.qt.panels import Panel


class EvidencePane(Panel):
    """What speaks for and against one row of a queue; who shows something fills its parts by the ``tell_`` methods.

    ``under`` are widgets between the reasons and the buttons.
    """

    def __init__(self, say: Catalog, under: Sequence[QWidget] = ()) -> None:
        super().__init__(padding=0)
        self.say = say
        self.setAccessibleName(say("What speaks for and against it"))
        self._build_head()
        self._build_figures()
        self.bars = UsageBars(say("Thirteen months"))
        self.bars.setMinimumHeight(72)
        self._reasons = QVBoxLayout()
        self._reasons.setSpacing(theme.S1)
        self.actions = QGridLayout()
        self.actions.setSpacing(theme.S2)
        inside = QVBoxLayout()
        inside.setContentsMargins(theme.S3 + 2, theme.S2, theme.S3, theme.S3)
        inside.setSpacing(theme.S2)
        inside.addLayout(self._figures)
        inside.addWidget(Rule())
        inside.addWidget(self.bars, 1)
        inside.addWidget(Rule())
        inside.addLayout(self._reasons)
        for widget in under:
            inside.addWidget(widget)
        inside.addLayout(self.actions)
        self.body.setSpacing(0)
        self.body.addLayout(inside, 1)

    def _build_head(self) -> None:
        self._name, self._account, self._badge = Label("", "h2"), Label("", "small", "ink2"), Badge()
        head = QHBoxLayout()
        head.setContentsMargins(theme.S3 + 2, theme.S2, theme.S3, theme.S2)
        head.setSpacing(theme.S3)
        head.addWidget(self._name)
        head.addWidget(self._account)
        head.addStretch(1)
        head.addWidget(self._badge)
        self.body.addLayout(head)
        self.body.addWidget(Rule())

    def _build_figures(self) -> None:
        self._figures = QHBoxLayout()
        self._figures.setSpacing(theme.S4)
        self._labels, self._values, self._notes = [], [], []
        for _ in range(3):
            part = QVBoxLayout()
            part.setSpacing(0)
            label, value, note = (
                Label("", "small", "ink2"),
                Label("", "figure"),
                Elided("", "small", "ink2"),
            )
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            for one, many in ((label, self._labels), (value, self._values), (note, self._notes)):
                part.addWidget(one)
                many.append(one)
            part.addStretch(1)
            self._figures.addLayout(part, 1)

    # Showing -------------------------------------------------------------------------------------------------

    def show_parts(self, *, shown: bool) -> None:
        """Show the parts of the pane, or none of them."""
        for at in range(self.body.count()):
            _set_shown(self.body.itemAt(at).layout(), shown)

    def tell_head(self, name: str, account: str, words: str, state: str) -> None:
        """Who it is about, and in a badge why it waits."""
        self._name.setText(name)
        self._account.setText(account)
        self._badge.show_state(words, state)

    def tell_figures(
        self, labels: Sequence[str], values: Sequence[str], notes: Sequence[str], ink: str = "ink"
    ) -> None:
        """Three figures with what they are and a note below each; the last one in ``ink``."""
        for at in range(3):
            self._labels[at].setText(labels[at])
            self._values[at].setText(values[at])
            self._values[at].setAccessibleName(f"{labels[at]} {values[at]}")
            self._notes[at].setText(notes[at])
        self._values[2].ink(ink)

    def tell_reasons(self, title: str) -> None:
        """Begin the reasons anew; each is added by `line`."""
        clear(self._reasons)
        self._reasons.addWidget(Label(title, "small", "ink2"))

    def line(self, icon: str, ink: str, words: str, key: str = "") -> None:
        """One reason, and the key that acts on it."""
        line = QWidget()
        parts = QHBoxLayout(line)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(theme.S2)
        parts.addWidget(Icon(icon, ink), 0, Qt.AlignmentFlag.AlignTop)
        parts.addWidget(Label(words, wrap=True), 1)
        if key:
            shown = KeyCap(cap(key), words)
            shown.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            parts.addWidget(shown, 0, Qt.AlignmentFlag.AlignTop)
        self._reasons.addWidget(line)

    def show_actions(self, buttons: Sequence[Button]) -> None:
        """The verdicts as buttons, two in a line."""
        while self.actions.count():
            old = self.actions.takeAt(0).widget()
            if old is not None:
                old.hide()  # one that was never shown yet would come up as a window of its own
                old.setParent(None)
                old.deleteLater()
        for at, button in enumerate(buttons):
            self.actions.addWidget(button, at // 2, at % 2)


def _set_shown(layout: QVBoxLayout | QHBoxLayout | QGridLayout | None, shown: bool) -> None:
    """Show or hide all that stands in a layout."""
    if layout is None:
        return
    for at in range(layout.count()):
        item = layout.itemAt(at)
        if item.widget() is not None and not isinstance(item.widget(), Badge):
            item.widget().setVisible(shown)
        _set_shown(item.layout(), shown)
