"""The tokens: what is written can be read, on every ground it may stand on; faces are ours."""

from __future__ import annotations

from dataclasses import fields

import pytest
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QWidget

from desktop.kernel.files import resource
from desktop.qt import icons, theme
from desktop.qt.buttons import paint_cap
from desktop.qt.figures import paint_badge

GROUNDS = ("surface", "canvas", "subtle", "accent_soft")
ALL = {
    "light": theme.LIGHT,
    "dark": theme.DARK,
    "light contrast": theme.LIGHT_CONTRAST,
    "dark contrast": theme.DARK_CONTRAST,
}


def light(colour: str) -> float:
    def channel(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    made = QColor(colour)
    return 0.2126 * channel(made.redF()) + 0.7152 * channel(made.greenF()) + 0.0722 * channel(made.blueF())


def contrast(one: str, other: str) -> float:
    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("use", ALL.values(), ids=ALL)
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


@pytest.mark.parametrize("use", [theme.LIGHT_CONTRAST, theme.DARK_CONTRAST], ids=["light", "dark"])
def test_in_high_contrast_lines_are_ink_and_soft_grounds_vanish(use):
    assert use.line == use.line_strong == use.ink == use.ink2 == use.ink3
    assert contrast(use.ink, use.surface) == pytest.approx(21)
    grounds = [field.name for field in fields(use) if field.name.endswith("_soft")]
    assert {getattr(use, name) for name in (*grounds, "canvas", "subtle", "sunken")} == {use.surface}
    for state in ("ok", "warn", "bad", "info", "est", "accent", "focus"):
        assert contrast(getattr(use, state), use.surface) >= 7, state


def painted(paint) -> QImage:
    """What a painter draws on the surface of now."""
    image = QImage(200, 40, QImage.Format.Format_RGB32)
    image.fill(theme.colour("surface"))
    painter = QPainter(image)
    paint(painter)
    painter.end()
    return image


def test_in_high_contrast_badges_and_key_caps_keep_an_edge(dressed):
    def badge(painter: QPainter) -> None:
        paint_badge(painter, 10, 10, "Paid", "ok")

    def key_cap(painter: QPainter) -> None:
        paint_cap(painter, 10, 10, "Ctrl P", theme.colour("sunken"), theme.colour("ink2"), None)

    theme.wear(dressed, theme.Look("contrast"))
    for paint, ink in ((badge, "ok"), (key_cap, "ink2")):
        image = painted(paint)
        bottom = 10 + theme.BADGE - 1
        edge = [image.pixelColor(x, y) for x in range(14, 40) for y in (bottom - 1, bottom)]
        assert theme.colour(ink) in edge


def test_the_look_follows_the_system_until_somebody_chooses(dressed):
    theme.apply(dressed, dark=True)
    try:
        assert theme.colours() == theme.DARK
        for scheme, colours in (
            ("light", theme.LIGHT),
            ("contrast", theme.DARK_CONTRAST),
            ("system", theme.DARK),
        ):
            theme.wear(dressed, theme.Look(scheme))
            assert theme.colours() == colours
    finally:
        theme.apply(dressed, dark=False)


@pytest.mark.parametrize("percent", theme.PERCENTS)
@pytest.mark.parametrize("density", theme.DENSITIES)
def test_every_line_of_type_has_room_in_every_density(dressed, density, percent):
    try:
        theme.wear(dressed, theme.Look(density=density, percent=percent))
        height = theme.metrics("body").capHeight() + 2 * theme.metrics("body").descent()
        for size in (theme.ROW, theme.ROW_COMPACT, theme.CONTROL, theme.HEADER):
            assert size >= height
        assert height + theme.metrics("small").capHeight() <= theme.ROW_TWO
        for style in theme.TYPES:
            assert theme.TYPES[style].line >= 1.15 * theme.font(style).pixelSize()
    finally:
        theme.apply(dressed, dark=False)


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
    for use in ALL.values():
        assert all(QColor(getattr(use, field.name)).isValid() for field in fields(use))
