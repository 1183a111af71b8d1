"""The person's sheet: language, theme, density, type size, rail, keys, lock and sign out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.kernel.text import LANGUAGES, SHAPES, Catalog, Text
from desktop.kernel.work import Seat
from desktop.qt import theme
from desktop.qt.basics import Choice, Label, Rule, row
from desktop.qt.buttons import Button
from desktop.qt.floating import Sheet
from desktop.qt.preferences import Preferences
from desktop.qt.theme import Look

SCHEMES = (
    ("system", Text("As the computer")),
    ("light", Text("Light")),
    ("dark", Text("Dark")),
    ("contrast", Text("High contrast")),
)
DENSITIES = (("compact", Text("Compact")), ("normal", Text("Normal")), ("relaxed", Text("Relaxed")))
RAILS = (("auto", Text("By the window")), ("narrow", Text("Narrow")), ("wide", Text("Wide")))
WIDTH = 340


def look_of(preferences: Preferences) -> Look:
    """How this person wants the program to look; what is not known is as usual."""
    scheme = preferences.value("theme", "system")
    density = preferences.value("density", "normal")
    percent = preferences.value("percent", 100)
    return Look(
        scheme if scheme in theme.SCHEMES else "system",
        density if density in theme.DENSITIES else "normal",
        percent if percent in theme.PERCENTS else 100,
    )


class PersonSheet(Sheet):
    """What a person chooses; ``chosen`` carries the name and the value, `Preferences` names."""

    chosen = Signal(str, object)
    keys_wanted = Signal()
    lock_wanted = Signal()
    out_wanted = Signal()

    def __init__(self, parent: QWidget, seat: Seat, say: Catalog, preferences: Preferences) -> None:
        super().__init__(parent, seat.actor.name, say("Close"))
        self.say, self._preferences = say, preferences
        percents = [(percent, f"{percent} %") for percent in theme.PERCENTS]
        languages = [(code, SHAPES[code].name) for code in LANGUAGES]
        self.choices = {
            "language": self._choice("language", say("Language"), languages),
            "theme": self._choice("theme", say("Theme"), SCHEMES),
            "density": self._choice("density", say("Rows"), DENSITIES),
            "percent": self._choice("percent", say("Type size"), percents),
            "rail": self._choice("rail", say("Side bar"), RAILS),
        }
        self.show_chosen(say.language)
        self.body.addWidget(Label(say("Papers keep the customer's language"), "small", "ink3", wrap=True))
        self.body.addWidget(Rule())
        self.keys = Button(say("Help and keys"), "F1", icon="keyboard", kind="quiet")
        self.lock = Button(say("Lock"), "Ctrl L", icon="lock", kind="quiet")
        self.out = Button(say("Sign out"), icon="log-out", kind="quiet")
        for button, wanted in (
            (self.keys, self.keys_wanted),
            (self.lock, self.lock_wanted),
            (self.out, self.out_wanted),
        ):
            button.clicked.connect(wanted)
            self.body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _choice(self, name: str, label: str, values: Sequence[tuple[object, object]]) -> Choice:
        choice, words = Choice(), Label(label, "small", "ink2")
        for value, shown in values:
            choice.addItem(self.say(shown) if isinstance(shown, Text) else shown, value)
        choice.setAccessibleName(label)
        choice.setFixedWidth(theme.grown(170))
        choice.activated.connect(lambda at: self.chosen.emit(name, choice.itemData(at)))
        line = row(words, choice)
        line.setStretch(0, 1)
        self.body.addLayout(line)
        return choice

    def show_chosen(self, language: str) -> None:
        """Show what is in force: ``language``, and what the preferences say."""
        look = look_of(self._preferences)
        rail = self._preferences.value("rail", "auto")
        now = {"language": language, "theme": look.scheme, "density": look.density}
        for name, value in {**now, "percent": look.percent, "rail": rail}.items():
            self.choices[name].setCurrentIndex(max(0, self.choices[name].findData(value)))

    def place(self) -> None:
        """Under the person's disc."""
        window = self.parentWidget()
        width = min(theme.grown(WIDTH), window.width() - 2 * theme.S3)
        height = min(self.height_of(width), window.height() - theme.TOP_BAR - theme.S2)
        self.setGeometry(window.width() - width - theme.S3, theme.TOP_BAR, width, height)
