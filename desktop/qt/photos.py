"""Photos: made small and bare before they are kept, and shown large."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from desktop.kernel.errors import Refused
from desktop.kernel.text import Catalog, Text
from desktop.qt.floating import Sheet

FILE_BYTES = 40_000_000
"""No camera of a telephone writes more; what is larger is not even opened."""

DOTS = 120_000_000
MEMORY_MB = 512
LONGEST_SIDE = 1600
KEPT_BYTES = 300_000
QUALITIES = (85, 70, 55)
FORMATS = "*.jpg *.jpeg *.png *.webp *.bmp"


def bare_photo(path: Path) -> bytes:
    """A photo from a file as a JPEG of at most `KEPT_BYTES`, upright, with nothing in it but the picture.

    Sizes are looked at before anything is decoded; what is no picture, or too large, is `Refused`.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise Refused(Text("{file} cannot be read. Choose another file", file=path.name)) from error
    if size > FILE_BYTES:
        raise Refused(Text("{file} is too large for a photo. Choose another file", file=path.name))
    QImageReader.setAllocationLimit(MEMORY_MB)
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    found = reader.size()
    if not found.isValid() or found.width() * found.height() > DOTS:
        raise Refused(Text("{file} is no photo this program can read. Save it as JPEG", file=path.name))
    if max(found.width(), found.height()) > LONGEST_SIDE:
        reader.setScaledSize(found.scaled(LONGEST_SIDE, LONGEST_SIDE, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise Refused(Text("{file} is no photo this program can read. Save it as JPEG", file=path.name))
    return _smallest(_bare(image))


def _bare(image: QImage) -> QImage:
    """The picture alone, painted anew on white: no words, places or profiles come along."""
    clean = QImage(image.size(), QImage.Format.Format_RGB888)
    clean.fill(Qt.GlobalColor.white)
    painter = QPainter(clean)
    painter.drawImage(0, 0, image)
    painter.end()
    return clean


def _smallest(image: QImage) -> bytes:
    """The best JPEG of it that is small enough; smaller and smaller in dots where quality alone does not do."""
    while True:
        for quality in QUALITIES:
            content = _jpeg(image, quality)
            if len(content) <= KEPT_BYTES:
                return content
        image = image.scaled(
            QSize(image.width() * 3 // 4, image.height() * 3 // 4),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )


def _jpeg(image: QImage, quality: int) -> bytes:
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", quality)
    return bytes(kept.data())


class PhotoSheet(Sheet):
    """A photo over the window, as large as there is room for; Esc closes it."""

    def __init__(self, over: QWidget, say: Catalog, title: str, content: bytes) -> None:
        super().__init__(over.window(), title, say("Close"))
        self._whole = QPixmap()
        self._whole.loadFromData(content, "JPEG")
        self._picture = QLabel()
        self._picture.setAccessibleName(title)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body.addWidget(self._picture, 1)
        self.closed.connect(self.deleteLater)

    def place(self) -> None:
        room = self.parent().rect().adjusted(60, 40, -60, -40)
        inside = room.size() - QSize(60, 120)
        shown = self._whole.size().scaled(inside, Qt.AspectRatioMode.KeepAspectRatio)
        self._picture.setPixmap(
            self._whole.scaled(
                shown, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        )
        self.resize(max(shown.width() + 40, 360), shown.height() + 100)
        self.move(room.center() - self.rect().center())
