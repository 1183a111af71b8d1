"""Colours, sizes and type of the whole program, given to the palette, one stylesheet and the painters.

No other colour or size exists in code. Contrast of every pair is at least 4.5 for text and 3 for marks. What a
person chose (`Look`) is put on by `wear`: colours change at once, for they are looked up while painting; sizes and
fonts hold for what is built from then on.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass, fields, replace
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from desktop.kernel.files import resource

FAMILY = "Noto Sans SC"
FACES = ("NotoSansSC_400Regular.ttf", "NotoSansSC_500Medium.ttf", "NotoSansSC_700Bold.ttf")

S1, S2, S3, S4, S5 = 4, 8, 12, 16, 24
RADIUS_SMALL, RADIUS_BUTTON, RADIUS_PANEL, RADIUS_FLOAT, RADIUS_CHIP = 4, 5, 6, 8, 12
ICON_TEXT, ICON_BUTTON, ICON_RAIL, ICON_EMPTY, EMPTY_DISC = 14, 16, 20, 26, 56
FOCUS_RING, FOCUS_ROOM, SELECTION_BAR, TAB_LINE, PROGRESS_BAR = 2, 3, 3, 3, 6
SEARCH = 560
SMALLEST_WINDOW = (840, 460)
FOLD_PANEL = 640
FOLD_BELOW, LOW_BELOW, WIDE_FROM, HIGH_FROM = 1000, 580, 1600, 840
FIRST_WINDOW = (1366, 768)
PRACTICE_FRAME = 4
WIDE_SCREEN = 1800

#: Sizes that grow with the person's type size; each is an attribute of this module: ``theme.CONTROL``.
LEAST_HIT = 24
_RAILS = {"RAIL": 76, "RAIL_WIDE": 200}
_GROWING = {
    "CONTROL": 30, "CONTROL_LARGE": 44, "CONTROL_MONEY": 48, "HEADER": 30, "PANEL_TITLE": 40, "CARD": 66,
    "BADGE": 20, "CLOCK": 24, "KEY_CAP": 20, "RAIL_BUTTON": 53, "RAIL_LINE": 40,
    "TOP_BAR": 48, "PAGE_HEAD": 44, "KEY_LINE": 44, "STATUS_LINE": 24, "LIST_COLUMN": 264, "DETAIL_PANE": 412,
}  # fmt: skip
_ROWS = ("ROW_COMPACT", "ROW", "ROW_TWO")
#: Heights of rows by density: compact lists, tables, rows of two lines.
DENSITIES = {"compact": (26, 26, 40), "normal": (26, 30, 44), "relaxed": (30, 36, 50)}
SCHEMES = ("system", "light", "dark", "contrast")
PERCENTS = (100, 110, 120, 130, 140)


@dataclass(frozen=True, slots=True)
class Look:
    """How one person wants the program to look.

    ``scheme`` is one of `SCHEMES`, ``density`` of `DENSITIES`; ``percent`` is the size of type beside the scale of
    the screen, 100 to 140.
    """

    scheme: str = "system"
    density: str = "normal"
    percent: int = 100


_look = Look()
_told_dark: bool | None = None


def __getattr__(name: str) -> int:
    if name in _GROWING:
        return grown(_GROWING[name])
    if name in _RAILS:  # words alone, no air
        return scaled(_RAILS[name])
    if name in _ROWS:
        return grown(DENSITIES[_look.density][_ROWS.index(name)])
    raise AttributeError(name)


def grown(pixels: int) -> int:
    """A size around words, such as a column's width, with the person's type size: half as much, air gives way."""
    return round(pixels * (100 + _look.percent) / 200)


def scaled(pixels: int) -> int:
    """A size of words alone, without air, with the person's type size."""
    return round(pixels * _look.percent / 100)


def ungrown(pixels: int) -> int:
    """The size to give for something measured at the person's type size, so that it is not grown twice."""
    return -(-pixels * 200 // (100 + _look.percent))


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours by role, as ``#RRGGBB``."""

    canvas: str
    surface: str
    subtle: str
    sunken: str
    ink: str
    ink2: str
    ink3: str
    line: str
    line_strong: str
    accent: str
    on_accent: str
    accent_hover: str
    accent_press: str
    accent_soft: str
    focus: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    info: str
    info_soft: str
    est: str
    est_soft: str
    bar: str
    bar_hi: str


LIGHT = Colours(
    canvas="#EFF2F1", surface="#FFFFFF", subtle="#F6F8F7", sunken="#E3E8E6",
    ink="#16211E", ink2="#46544F", ink3="#596762", line="#D8DFDC", line_strong="#78857F",
    accent="#0B6467", on_accent="#FFFFFF", accent_hover="#08524F", accent_press="#063F40", accent_soft="#D9ECEA",
    focus="#0A56C4", ok="#1A6E3C", ok_soft="#DDF1E3", warn="#855300", warn_soft="#FCEFCB",
    bad="#B0261C", bad_soft="#FBE4E0", info="#2357A8", info_soft="#E1EBFA", est="#6A3D9E", est_soft="#EFE6F8",
    bar="#599C97", bar_hi="#0B6467",
)  # fmt: skip
DARK = Colours(
    canvas="#131918", surface="#1B2322", subtle="#212A29", sunken="#2A3533",
    ink="#E7EDEB", ink2="#B6C2BE", ink3="#9AA8A3", line="#323E3C", line_strong="#778682",
    accent="#5CC5BE", on_accent="#04211F", accent_hover="#7AD4CE", accent_press="#48ADA6", accent_soft="#163F3C",
    focus="#8EC5FF", ok="#72CE95", ok_soft="#17372A", warn="#EDB64A", warn_soft="#3B2E10",
    bad="#FF8E82", bad_soft="#47211E", info="#90B8FF", info_soft="#1D2F50", est="#CBABF5", est_soft="#35284C",
    bar="#3F8D88", bar_hi="#5CC5BE",
)  # fmt: skip


def _contrast(use: Colours, ink: str, paper: str) -> Colours:
    """The same colours for those who need more contrast: lines become ink, soft grounds vanish."""
    soft = {field.name: paper for field in fields(use) if field.name.endswith("_soft")}
    return replace(
        use, canvas=paper, surface=paper, subtle=paper, sunken=paper, ink=ink, ink2=ink, ink3=ink,
        line=ink, line_strong=ink, **soft,
    )  # fmt: skip


LIGHT_CONTRAST = _contrast(
    replace(
        LIGHT, accent="#00484B", accent_hover="#063F40", accent_press="#002B2D", focus="#0036A0", ok="#0B4D26",
        warn="#5F3B00", bad="#8A1109", info="#123D80", est="#4A2378", bar="#2E6C68",
    ),
    "#000000", "#FFFFFF",
)  # fmt: skip
DARK_CONTRAST = _contrast(replace(DARK, on_accent="#000000", bar="#5FB0AA"), "#FFFFFF", "#000000")


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """Size and line height in device-independent pixels, and weight."""

    size: int
    line: int
    weight: int


_STYLES = {
    "display": TypeStyle(40, 48, 700),
    "amount": TypeStyle(28, 36, 700),
    "figure": TypeStyle(20, 28, 500),
    "h1": TypeStyle(18, 26, 500),
    "h2": TypeStyle(15, 22, 500),
    "strong": TypeStyle(13, 20, 500),
    "body": TypeStyle(13, 20, 400),
    "small": TypeStyle(12, 18, 400),
    "caption": TypeStyle(11, 16, 400),
}
_LARGE_FROM = 28
#: The type styles at the person's size; what is large already stays as it is.
TYPES = dict(_STYLES)

#: Icon and ground of each state; neutral ones carry no icon.
STATES = {
    "ok": "circle-check",
    "warn": "triangle-alert",
    "bad": "circle-alert",
    "est": "circle-dashed",
    "info": "info",
    "due": "clock",
    "locked": "lock",
    "closed": "lock",
    "paused": "pause",
    "withdrawn": "ban",
    "plain": "",
}


@cache
def font(style: str) -> QFont:
    """The font of a type style (`TYPES`); digits are tabular in this family."""
    shape = TYPES[style]
    made = QFont(FAMILY)
    made.setPixelSize(shape.size)
    made.setWeight(QFont.Weight(shape.weight))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@cache
def metrics(style: str) -> QFontMetrics:
    """The measures of a type style."""
    return QFontMetrics(font(style))


@cache
def register_fonts() -> bool:
    """Make the bundled faces known to Qt; False when they are not there and the system's own must do."""
    found = [resource("fonts", face) for face in FACES]
    added = [path.exists() and QFontDatabase.addApplicationFont(str(path)) >= 0 for path in found]
    return all(added)


def is_dark() -> bool:
    """Whether the program is shown dark now."""
    return _colours in (DARK, DARK_CONTRAST)


def is_contrast() -> bool:
    """Whether the program is shown in high contrast now: what had a soft ground is drawn with an edge."""
    return _colours in (LIGHT_CONTRAST, DARK_CONTRAST)


_colours = LIGHT


def colours() -> Colours:
    """The colours in force now."""
    return _colours


def colour(role: str) -> QColor:
    """One colour of those in force now, by its role."""
    return QColor(getattr(colours(), role))


def state_colours(state: str) -> tuple[str, str]:
    """The roles of a state's mark and of the soft ground it stands on."""
    if state in ("ok", "warn", "bad", "info", "est"):
        return state, f"{state}_soft"
    if state == "locked":
        return "accent", "accent_soft"
    return "ink2", "sunken"


def application() -> QApplication:
    """The application that runs, or a new one, in the style of Qt's own that the stylesheet builds on."""
    running = QApplication.instance()
    # `setStyle` would do the same, but it answers with a style, whose type alone costs 5 ms of the first window.
    return running if isinstance(running, QApplication) else QApplication(["servicehall", "-style", "Fusion"])


def apply(app: QApplication, *, dark: bool | None = None) -> None:
    """Dress the application, light or dark as the system is, or as if it were as told; later changes follow."""
    global _told_dark  # noqa: PLW0603 - one program has one look, as it has one palette
    register_fonts()
    _told_dark = dark
    hints = QGuiApplication.styleHints()
    if not app.property("follows"):
        app.setProperty("follows", True)
        hints.colorSchemeChanged.connect(lambda _: _dress(app))
        hints.accessibility().contrastPreferenceChanged.connect(lambda _: _dress(app))
    wear(app, Look())


def look() -> Look:
    """What is worn now."""
    return _look


def wear(app: QApplication, look: Look) -> bool:
    """Put on what a person wants. True when sizes changed, so that windows have to be built again."""
    global _look  # noqa: PLW0603 - one look
    resized = (look.density, look.percent) != (_look.density, _look.percent)
    _look = look
    for name, style in _STYLES.items():
        large = style.size >= _LARGE_FROM
        factor = 1 if large else look.percent / 100
        TYPES[name] = replace(style, size=round(style.size * factor), line=round(style.line * factor))
    font.cache_clear()
    metrics.cache_clear()
    if app.font() != font("body"):
        app.setFont(font("body"))
    _dress(app)
    return resized


def _wanted() -> Colours:
    """The colours of the look that is worn, on the system as it is now."""
    hints = QGuiApplication.styleHints()
    preference = hints.accessibility().contrastPreference()
    system_contrast = preference == Qt.ContrastPreference.HighContrast
    system_dark = hints.colorScheme() == Qt.ColorScheme.Dark if _told_dark is None else _told_dark
    dark = {"light": False, "dark": True}.get(_look.scheme, system_dark)
    if _look.scheme == "contrast" or (_look.scheme == "system" and system_contrast):
        return DARK_CONTRAST if dark else LIGHT_CONTRAST
    return DARK if dark else LIGHT


def _dress(app: QApplication) -> None:
    """Give palette and stylesheet to every widget, when they are others than before.

    Qt walks over all widgets there are meanwhile, so none may go: garbage waits until it is done.
    """
    global _colours  # noqa: PLW0603 - one look
    _colours = _wanted()
    sheet = _stylesheet(_colours)
    if sheet == app.styleSheet():
        return
    collects = gc.isenabled()
    gc.disable()
    try:
        app.setPalette(_palette(_colours))
        app.setStyleSheet(sheet)
    finally:
        if collects:
            gc.enable()


def _palette(use: Colours) -> QPalette:
    palette, role = QPalette(), QPalette.ColorRole
    for which, value in (
        (role.Window, use.canvas), (role.WindowText, use.ink), (role.Base, use.surface), (role.Text, use.ink),
        (role.AlternateBase, use.subtle), (role.Button, use.surface), (role.ButtonText, use.ink),
        (role.BrightText, use.on_accent), (role.Highlight, use.accent), (role.HighlightedText, use.on_accent),
        (role.ToolTipBase, use.ink), (role.ToolTipText, use.surface), (role.PlaceholderText, use.ink3),
        (role.Link, use.accent), (role.LinkVisited, use.accent), (role.Light, use.surface), (role.Midlight, use.subtle),
        (role.Mid, use.line), (role.Dark, use.line_strong), (role.Shadow, use.line), (role.Accent, use.accent),
    ):  # fmt: skip
        palette.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(use.ink3))
    return palette


_STYLE = """
QToolTip { background: %(ink)s; color: %(surface)s; border: 0; padding: 4px 8px; }
QLabel[ink="ink2"] { color: %(ink2)s; } QLabel[ink="ink3"] { color: %(ink3)s; }
QLabel[ink="ink"] { color: %(ink)s; } QLabel[ink="accent"] { color: %(accent)s; }
QLabel[ink="ok"] { color: %(ok)s; } QLabel[ink="warn"] { color: %(warn)s; }
QLabel[ink="bad"] { color: %(bad)s; } QLabel[ink="est"] { color: %(est)s; } QLabel[ink="info"] { color: %(info)s; }
QFrame[kind="canvas"] { background: %(canvas)s; border: 0; }
QFrame[kind="surface"] { background: %(surface)s; border: 0; }
QFrame[kind="panel"] { background: %(surface)s; border: 1px solid %(line)s; border-radius: 6px; }
QFrame[kind="soft"] { background: %(accent_soft)s; border: %(soft_edge)s; border-radius: 4px; }
QFrame[kind="soft_left"] { background: %(accent_soft)s; border: 0; border-top-left-radius: 6px;
  border-bottom-left-radius: 6px; }
QFrame[kind="float"] { background: %(surface)s; border: 1px solid %(line_strong)s; border-radius: 8px; }
QFrame[kind="rule"] { background: %(line)s; border: 0; max-height: 1px; min-height: 1px; }
QFrame[kind="head"] { background: %(canvas)s; border: 0; border-bottom: 1px solid %(line)s; }
QFrame[kind="foot"] { background: %(surface)s; border: 0; border-top: 1px solid %(line)s; }
QFrame[kind="status"] { background: %(canvas)s; border: 0; border-top: 1px solid %(line)s; }
QFrame[kind="drop"] { background: %(surface)s; border: 1px dashed %(line_strong)s; border-radius: 6px; }
QFrame[kind="bad"] { background: %(bad_soft)s; border: 1px solid %(bad)s; border-radius: 6px; }
QFrame[kind="warn"] { background: %(warn_soft)s; border: 1px solid %(warn)s; border-radius: 6px; }
QFrame[kind="ok"] { background: %(ok_soft)s; border: 1px solid %(ok)s; border-radius: 6px; }
QFrame[kind="info"] { background: %(info_soft)s; border: 1px solid %(info)s; border-radius: 6px; }
QLineEdit, QComboBox { background: %(surface)s; color: %(ink)s; border: 1px solid %(line_strong)s; border-radius: 4px;
  padding: 0 9px; min-height: %(field)dpx; max-height: %(field)dpx; selection-background-color: %(accent)s;
  selection-color: %(on_accent)s; }
QLineEdit { placeholder-text-color: %(ink3)s; }
QLineEdit:focus, QComboBox:focus { border: 2px solid %(focus)s; }
QLineEdit[problem="bad"] { border: 2px solid %(bad)s; }
QLineEdit[problem="warn"] { border: 2px solid %(warn)s; }
QLineEdit:focus, QComboBox:focus, QLineEdit[problem="bad"], QLineEdit[problem="warn"] { padding: 0 8px;
  min-height: %(field_in)dpx; max-height: %(field_in)dpx; }
QLineEdit:read-only { background: %(subtle)s; border: 1px solid %(line)s; padding: 0 9px; min-height: %(field)dpx;
  max-height: %(field)dpx; }
QLineEdit:disabled, QComboBox:disabled { background: %(subtle)s; color: %(ink2)s; border: 1px solid %(line)s; }
QLineEdit[large="true"] { padding: 0 9px; min-height: %(money)dpx; max-height: %(money)dpx; }
QLineEdit[large="true"]:focus, QLineEdit[large="true"][problem="bad"], QLineEdit[large="true"][problem="warn"] {
  padding: 0 8px; min-height: %(money_in)dpx; max-height: %(money_in)dpx; }
QLineEdit[search="true"] { padding: 0 9px; }
QLineEdit[search="true"]:focus { padding: 0 8px; }
QComboBox::drop-down { border: 0; width: 28px; }
QComboBox::down-arrow { image: none; width: 0; height: 0; }
QComboBox QAbstractItemView { background: %(surface)s; color: %(ink)s; border: 1px solid %(line_strong)s; outline: 0;
  selection-background-color: %(accent_soft)s; selection-color: %(ink)s; }
QTableView, QListView { background: %(surface)s; color: %(ink)s; border: 0; outline: 0; }
QHeaderView { background: %(subtle)s; border: 0; }
QHeaderView::section { background: %(subtle)s; color: %(ink2)s; border: 0; border-bottom: 1px solid %(line)s;
  padding: 0 10px; font-size: %(small)dpx; }
QScrollArea { border: 0; }
QScrollArea, QScrollArea > QWidget, QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle { background: %(line_strong)s; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 24px; } QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMenu { background: %(surface)s; color: %(ink)s; border: 1px solid %(line_strong)s; padding: 4px; }
QMenu::item { padding: 5px 24px; } QMenu::item:selected { background: %(accent_soft)s; color: %(ink)s; }
"""


def _stylesheet(use: Colours) -> str:
    control, money = grown(_GROWING["CONTROL"]), grown(_GROWING["CONTROL_MONEY"])
    sizes = {"field": control - 2, "field_in": control - 4, "money": money - 2, "money_in": money - 4}
    sizes["small"] = TYPES["small"].size
    edge = {"soft_edge": f"1px solid {use.line}" if use.accent_soft == use.surface else "0"}
    return _STYLE % {**{field.name: getattr(use, field.name) for field in fields(use)}, **sizes, **edge}
