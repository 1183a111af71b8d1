"""Typing amounts: digits of any width, both decimal marks, grouping while typing; exact from key to `Money`."""

from __future__ import annotations

import re
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit

from desktop.kernel.measures import Currency, Money
from desktop.kernel.text import Catalog, Shape
from desktop.qt import theme
from desktop.qt.widgets import RIGHT, repolish

_NARROW = {
    ord(wide): narrow for wide, narrow in zip("０１２３４５６７８９．，。、", "0123456789.,..", strict=True)
}
_SPACES = dict.fromkeys(
    map(ord, " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{IDEOGRAPHIC SPACE}")
)
MOST_DIGITS = 11


def split_amount(typed: str, shape: Shape, decimals: int) -> tuple[str, str | None] | None:
    """The digits before and after the decimal mark of a whole amount, or None when it is no amount.

    Full-width digits count as digits. Of two different marks the last is the decimal mark; a mark that comes
    more than once groups; a single one before exactly three digits groups if this language groups with it.
    """
    plain = typed.translate(_NARROW | _SPACES)
    if not re.fullmatch(r"[0-9]+([.,][0-9]+)*[.,]?|[.,][0-9]+", plain):
        return None
    mark = _decimal_mark(plain, shape, decimals)
    whole, found, part = plain.rpartition(mark) if mark else (plain, "", "")
    digits = whole.replace(".", "").replace(",", "").lstrip("0") or "0"
    if len(part) > decimals or len(digits) > MOST_DIGITS:
        return None
    return digits, part if found else None


def read_amount(typed: str, shape: Shape, decimals: int) -> Decimal | None:
    """The exact number somebody typed or pasted (see `split_amount`); more than ``decimals`` decimals are None."""
    parts = split_amount(typed, shape, decimals)
    return None if parts is None else Decimal(f"{parts[0]}.{parts[1] or '0'}")


def _decimal_mark(plain: str, shape: Shape, decimals: int) -> str:
    found = [sign for sign in plain if sign in ".,"]
    if not found or decimals == 0:
        return ""
    last = found[-1]
    if len(set(found)) > 1:
        return last
    groups = len(found) > 1 or (last == shape.group and len(plain.rpartition(last)[2]) == 3)
    return "" if groups else last


class MoneyField(QLineEdit):
    """A field for an amount in one currency; ``changed`` follows every change with a `Money` or None.

    A scanner's code (more digits than any amount) is handed on by ``scanned`` and never stays in the field.
    """

    changed = Signal(object)
    scanned = Signal(str)
    stepped = Signal(int)

    def __init__(self, say: Catalog, currency: Currency, *, large: bool = False) -> None:
        super().__init__()
        self._say, self._currency, self._large = say, currency, large
        self._known = ""
        self.setAlignment(RIGHT)
        self.setProperty("large", large)
        self.setFont(theme.font("amount" if large else "strong"))
        self._unit_font = theme.font("h2" if large else "small")
        room = theme.metrics("h2" if large else "small").horizontalAdvance(currency.sign) + (
            6 if large else 4
        )
        self.setTextMargins(0, 0, room, 0)
        self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self.setFixedHeight(theme.CONTROL_MONEY if large else theme.CONTROL)
        self.textEdited.connect(self._edited)
        repolish(self)

    def amount(self) -> Money | None:
        """What is typed, exactly; None when nothing or no amount."""
        if not self.text():
            return None
        value = read_amount(self.text(), self._say.shape, self._currency.decimals)
        return None if value is None else self._currency.money(value)

    def show_amount(self, amount: Money | None) -> None:
        """Put an amount in, as this language writes it."""
        self._known = "" if amount is None else self._say.money(amount)
        self.setText(self._known)
        self.changed.emit(amount)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Up else -1)
            return
        if event.text() in (".", ",") and not self.isReadOnly():
            self._type_mark()
            return
        super().keyPressEvent(event)

    def _type_mark(self) -> None:
        """Either mark is the decimal mark when it is typed; grouping is ours."""
        mark, selected = self._say.shape.decimal, self.selectedText()
        if self._currency.decimals and (mark not in self.text() or mark in selected):
            self.insert(f"0{mark}" if self.text() in ("", selected) else mark)

    def _edited(self, typed: str) -> None:
        if sum(sign.isdigit() for sign in typed) > MOST_DIGITS + self._currency.decimals:
            self.setText(self._known)
            self.scanned.emit(typed)
            return
        pasted = abs(len(typed) - len(self._known)) > 1
        parts = split_amount(typed, self._say.shape, self._currency.decimals) if pasted else None
        if parts is None:
            self._regroup(typed)
        else:
            self._put(self._grouped(*parts), 0)
        self.changed.emit(self.amount())

    def _regroup(self, typed: str) -> None:
        """Digits and one decimal mark stay, grouping marks are set anew, and the cursor keeps its digit."""
        mark, decimals = self._say.shape.decimal, self._currency.decimals
        wide_marks = dict.fromkeys(map(ord, "．，。、"), mark)
        signs = typed.translate(wide_marks).translate(_NARROW)
        counts = [sign.isdigit() or sign == mark for sign in signs]
        right = sum(counts[self.cursorPosition() :])
        whole, found, part = "".join(
            sign for sign, keep in zip(signs, counts, strict=True) if keep
        ).partition(mark)
        part = part.replace(mark, "")[:decimals] if decimals else ""
        digits = whole.lstrip("0") or ("0" if whole or found else "")
        self._put(self._grouped(digits, part if found and decimals else None), right)

    def _grouped(self, digits: str, part: str | None) -> str:
        shape = self._say.shape
        grouped = f"{int(digits):,}".replace(",", shape.group) if digits else ""
        return grouped if part is None else f"{grouped}{shape.decimal}{part}"

    def _put(self, text: str, right: int) -> None:
        """Show the text with the cursor before its last ``right`` digits."""
        self._known = text
        if text != self.text():
            self.setText(text)
        at = len(text)
        while right and at:
            at -= 1
            right -= text[at].isdigit() or text[at] == self._say.shape.decimal
        self.setCursorPosition(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setFont(self._unit_font)
        painter.setPen(theme.colour("ink2"))
        painter.drawText(self.rect().adjusted(0, 0, -10, 0), RIGHT, self._currency.sign)
