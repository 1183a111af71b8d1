"""The tokens: what is written can be read, on every ground it may stand on; faces are ours."""

from __future__ import annotations

from dataclasses import fields

import pytest
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo, QFontMetrics
from PySide6.QtWidgets import QWidget

from desktop.kernel.files import resource
from desktop.qt import icons, theme

GROUNDS = ("surface", "canvas", "subtle", "accent_soft")


def light(colour: str) -> float:
    def channel(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    made = QColor(colour)
    return 0.2126 * channel(made.redF()) + 0.7152 * channel(made.greenF()) + 0.0722 * channel(made.blueF())


def contrast(one: str, other: str) -> float:
    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("use", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
class TestContrast:
    def test_text_on_every_ground(self, use):
        for ink in ("ink", "ink2"):
            for ground in GROUNDS:
                assert contrast(getattr(use, ink), getattr(use, ground)) >= 4.5, (ink, ground)
        assert contrast(use.ink3, use.surface) >= 4.5
        assert contrast(use.on_accent, use.accent) >= 4.5
        assert contrast(use.on_accent, use.accent_hover) >= 4.5
        assert contrast(use.accent, use.surface) >= 4.5

    def test_states_on_their_soft_ground(self, use):
        for state in ("ok", "warn", "bad", "info", "est"):
            assert contrast(getattr(use, state), getattr(use, f"{state}_soft")) >= 4.5, state

    def test_marks(self, use):
        for mark in ("line_strong", "focus", "bar", "bar_hi"):
            assert contrast(getattr(use, mark), use.surface) >= 3, mark


def test_every_weight_is_our_own_face(dressed):
    assert theme.register_fonts()
    assert theme.FAMILY in QFontDatabase.families()
    for style in theme.TYPES:
        found = QFontInfo(theme.font(style))
        assert found.family() == theme.FAMILY, style
        assert found.weight() == theme.TYPES[style].weight, style


def test_digits_are_tabular(dressed):
    for style in theme.TYPES:
        measure = QFontMetrics(theme.font(style))
        assert len({measure.horizontalAdvance(digit) for digit in "0123456789"}) == 1, style


@pytest.mark.parametrize("words", ["户用网金高长", "Ẫ Ộ ữ đ ₫", "ÄÖÅ äöå €"])
def test_no_character_is_missing(dressed, words):
    measure = QFontMetrics(theme.font("body"))
    assert all(measure.inFontUcs4(ord(sign)) for sign in words if sign.strip())


def test_dark_follows(qtbot, dressed):
    theme.apply(dressed, dark=True)
    try:
        assert theme.is_dark()
        assert theme.colour("surface") == QColor(theme.DARK.surface)
        widget = QWidget()
        qtbot.addWidget(widget)
        assert widget.palette().window().color() == QColor(theme.DARK.canvas)
    finally:
        theme.apply(dressed, dark=False)
    assert not theme.is_dark()


def test_every_icon_can_be_drawn(dressed):
    names = sorted(path.stem for path in resource("icons").glob("*.svg"))
    assert (resource("icons") / "LICENSE").exists()
    for name in names:
        drawn = icons.pixmap(name, QColor("#000000"), 20, 2.0)
        assert drawn.width() == 40
        image = drawn.toImage()
        assert any(image.pixelColor(x, y).alpha() for x in range(0, 40, 2) for y in range(0, 40, 2)), name


def test_every_role_is_a_colour():
    for use in (theme.LIGHT, theme.DARK):
        assert all(QColor(getattr(use, field.name)).isValid() for field in fields(use))
