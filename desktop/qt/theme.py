"""Colours, sizes and type of the whole program, given to the palette, one stylesheet and the painters.

No other colour or size exists in code. Contrast of every pair is at least 4.5 for text and 3 for marks.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from desktop.kernel.files import resource

FAMILY = "Noto Sans SC"
FACES = ("NotoSansSC_400Regular.ttf", "NotoSansSC_500Medium.ttf", "NotoSansSC_700Bold.ttf")

S1, S2, S3, S4, S5 = 4, 8, 12, 16, 24
RADIUS_SMALL, RADIUS_BUTTON, RADIUS_PANEL, RADIUS_FLOAT, RADIUS_CHIP = 4, 5, 6, 8, 12
CONTROL, CONTROL_LARGE, CONTROL_MONEY = 30, 44, 48
ROW_COMPACT, ROW, ROW_TWO = 26, 30, 44
HEADER, PANEL_TITLE, CARD, BADGE, KEY_CAP = 30, 40, 66, 20, 20
RAIL, TOP_BAR, PAGE_HEAD, KEY_LINE, STATUS_LINE, SEARCH = 76, 48, 44, 44, 24, 560
LIST_COLUMN, DETAIL_PANE = 264, 412
ICON_TEXT, ICON_BUTTON, ICON_RAIL, ICON_EMPTY, EMPTY_DISC = 14, 16, 20, 26, 56
FOCUS_RING, FOCUS_ROOM, SELECTION_BAR, TAB_LINE, PROGRESS_BAR = 2, 3, 3, 3, 6
SMALLEST_WINDOW = (840, 460)
FOLD_BELOW, LOW_BELOW, WIDE_FROM, HIGH_FROM = 1000, 580, 1600, 840
FIRST_WINDOW = (1366, 768)


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


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """Size and line height in device-independent pixels, and weight."""

    size: int
    line: int
    weight: int


TYPES = {
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

#: Icon and ground of each state; neutral ones carry no icon.
STATES = {
    "ok": "circle-check",
    "warn": "triangle-alert",
    "bad": "circle-alert",
    "est": "circle-dashed",
    "info": "info",
    "due": "clock",
    "locked": "lock",
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
    return QApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128


def colours() -> Colours:
    """The colours in force now."""
    return DARK if is_dark() else LIGHT


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


def apply(app: QApplication, *, dark: bool | None = None) -> None:
    """Dress the application, light or dark as the system is, or as told; later changes of the system follow."""
    register_fonts()
    hints = QGuiApplication.styleHints()
    app.setStyle("Fusion")
    app.setFont(font("body"))
    _dress(app, hints.colorScheme() == Qt.ColorScheme.Dark if dark is None else dark)
    if dark is None:
        hints.colorSchemeChanged.connect(lambda scheme: _dress(app, scheme == Qt.ColorScheme.Dark))


def _dress(app: QApplication, dark: bool) -> None:
    chosen = DARK if dark else LIGHT
    app.setPalette(_palette(chosen))
    app.setStyleSheet(_stylesheet(chosen))


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
QFrame[kind="soft"] { background: %(accent_soft)s; border: 0; border-radius: 4px; }
QFrame[kind="soft_left"] { background: %(accent_soft)s; border: 0; border-top-left-radius: 6px;
  border-bottom-left-radius: 6px; }
QFrame[kind="float"] { background: %(surface)s; border: 1px solid %(line_strong)s; border-radius: 8px; }
QFrame[kind="rule"] { background: %(line)s; border: 0; max-height: 1px; min-height: 1px; }
QFrame[kind="foot"] { background: %(surface)s; border: 0; border-top: 1px solid %(line)s; }
QFrame[kind="status"] { background: %(canvas)s; border: 0; border-top: 1px solid %(line)s; }
QFrame[kind="drop"] { background: %(surface)s; border: 1px dashed %(line_strong)s; border-radius: 6px; }
QFrame[kind="bad"] { background: %(bad_soft)s; border: 1px solid %(bad)s; border-radius: 6px; }
QFrame[kind="warn"] { background: %(warn_soft)s; border: 1px solid %(warn)s; border-radius: 6px; }
QFrame[kind="ok"] { background: %(ok_soft)s; border: 1px solid %(ok)s; border-radius: 6px; }
QFrame[kind="info"] { background: %(info_soft)s; border: 1px solid %(info)s; border-radius: 6px; }
QLineEdit, QComboBox { background: %(surface)s; color: %(ink)s; border: 1px solid %(line_strong)s; border-radius: 4px;
  padding: 0 9px; min-height: 28px; max-height: 28px; selection-background-color: %(accent)s;
  selection-color: %(on_accent)s; }
QLineEdit { placeholder-text-color: %(ink3)s; }
QLineEdit:focus, QComboBox:focus { border: 2px solid %(focus)s; padding: 0 8px; min-height: 26px; max-height: 26px; }
QLineEdit[problem="bad"] { border: 2px solid %(bad)s; padding: 0 8px; min-height: 26px; max-height: 26px; }
QLineEdit[problem="warn"] { border: 2px solid %(warn)s; padding: 0 8px; min-height: 26px; max-height: 26px; }
QLineEdit:read-only { background: %(subtle)s; border: 1px solid %(line)s; padding: 0 9px; min-height: 28px;
  max-height: 28px; }
QLineEdit[large="true"] { padding: 0 9px; min-height: 46px; max-height: 46px; }
QLineEdit[large="true"]:focus, QLineEdit[large="true"][problem="bad"], QLineEdit[large="true"][problem="warn"] {
  padding: 0 8px; min-height: 44px; max-height: 44px; }
QLineEdit[search="true"] { padding: 0 9px; }
QLineEdit[search="true"]:focus { padding: 0 8px; }
QComboBox::drop-down { border: 0; width: 28px; }
QComboBox::down-arrow { image: none; width: 0; height: 0; }
QComboBox QAbstractItemView { background: %(surface)s; color: %(ink)s; border: 1px solid %(line_strong)s; outline: 0;
  selection-background-color: %(accent_soft)s; selection-color: %(ink)s; }
QTableView, QListView { background: %(surface)s; color: %(ink)s; border: 0; outline: 0; }
QHeaderView { background: %(subtle)s; border: 0; }
QHeaderView::section { background: %(subtle)s; color: %(ink2)s; border: 0; border-bottom: 1px solid %(line)s;
  padding: 0 10px; font-size: 12px; }
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
    return _STYLE % {field.name: getattr(use, field.name) for field in fields(use)}
