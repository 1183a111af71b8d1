"""Qt's own few words (menus of fields, buttons of dialogs) in the person's language, from the same catalog."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTranslator

from desktop.kernel.text import Catalog, Text

WORDS = {
    text.message: text
    for text in (
        Text("&Undo"), Text("&Redo"), Text("Cu&t"), Text("&Copy"), Text("&Paste"), Text("Delete"), Text("Select All"),
        Text("OK"), Text("Cancel"), Text("&Open"), Text("&Save"), Text("&Yes"), Text("&No"), Text("Close"),
    )
}  # fmt: skip


class Translator(QTranslator):
    """Answers Qt with words of our catalog; what we do not know stays as Qt has it."""

    def __init__(self, say: Catalog, parent: QObject) -> None:
        super().__init__(parent)
        self._say = say

    def isEmpty(self) -> bool:
        return False

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        known = WORDS.get(source)
        return None if known is None else self._say(known)
