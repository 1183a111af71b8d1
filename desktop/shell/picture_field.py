"""A picture that papers carry, chosen from a file: a letterhead, a seal."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from desktop.kernel.errors import Refused
from desktop.kernel.text import Catalog, Text
from desktop.papers.rules import MOST_DOTS, bare_png
from desktop.qt import theme
from desktop.qt.basics import Field, column, row
from desktop.qt.buttons import Button
from desktop.qt.tasks import Tasks

MOST_FILE_BYTES = 20_000_000


def picture_of(path: str) -> bytes:
    """A PNG or JPEG file as a PNG picture of bounded size, with nothing else in it; runs on any thread.

    Refused: no picture, too large a file or picture.
    """
    reader = QImageReader(path)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or reader.device().size() > MOST_FILE_BYTES or max(size.toTuple()) > 10 * MOST_DOTS:
        raise Refused(Text("This is no picture that can be taken. Choose a PNG or JPEG of up to 20 MB"))
    if max(size.toTuple()) > MOST_DOTS:
        reader.setScaledSize(size.scaled(QSize(MOST_DOTS, MOST_DOTS), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise Refused(Text("The picture is damaged. Save it once more as PNG"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.convertToFormat(QImage.Format.Format_RGBA8888).save(buffer, "PNG")
    return bare_png(bytes(buffer.data()))


class PictureField(QWidget):
    """A picture chosen from a file, shown small, with the way to choose another and to take it away."""

    changed = Signal()

    def __init__(self, say: Catalog, tasks: Tasks, label: str, hint: str, key: str) -> None:
        super().__init__()
        self._say, self._tasks, self._label = say, tasks, label
        self.picture = b""
        self._shown = QLabel()
        self._shown.setFixedSize(96, 48)
        self._shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._shown.setProperty("kind", "drop")
        self.button = Button(say("Choose a file"), key.replace("+", " "), icon="upload")
        self.button.clicked.connect(self.choose)
        self.remove = Button(say("Take away"), kind="quiet")
        self.remove.clicked.connect(lambda: self.take(b""))
        self.remove.hide()
        line = row(self._shown, self.button, self.remove, spacing=theme.S2)
        line.addStretch(1)
        inside = QWidget()
        inside.setLayout(line)
        self._field = Field(label, inside, hint)
        self.setLayout(column(self._field))

    def choose(self) -> None:
        """Ask for a file and take the picture in it."""
        kinds = f"{self._say('Pictures')} (*.png *.jpg *.jpeg)"
        name, _ = QFileDialog.getOpenFileName(self, self._label, "", kinds)
        if name:
            self.read(name)

    def read(self, path: str) -> None:
        """Take the picture in a file, beside the window."""
        self._tasks.read(self, partial(picture_of, path), self.take, self._refused)

    def take(self, picture: bytes) -> None:
        """Show a picture, or none."""
        self.picture = picture
        pixmap = QPixmap()
        if picture:
            pixmap.loadFromData(picture)
            pixmap = pixmap.scaled(
                self._shown.size() - QSize(6, 6),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        self._shown.setPixmap(pixmap)
        self._field.problem("")
        self.remove.setVisible(bool(picture))
        self.changed.emit()

    def _refused(self, error: BaseException) -> None:
        words = self._say(error.text) if isinstance(error, Refused) else str(error)
        self._field.problem(words)
