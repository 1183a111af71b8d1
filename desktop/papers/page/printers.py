"""Printers of this computer: which paper goes to which, in which form, and how far its pages are moved."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtWidgets import QWidget

from desktop.kernel.paper import A4, A5_LANDSCAPE
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat
from desktop.papers.documents import calibration_pdf
from desktop.qt import theme
from desktop.qt.basics import row
from desktop.qt.escpos import judge_address
from desktop.qt.fields import ChoiceField, TextField
from desktop.qt.fold import Stack
from desktop.qt.form import FormPanel
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.paper_panel import PaperPanel
from desktop.qt.preview import PaperFile
from desktop.qt.printing import (
    FARTHEST,
    STRAIGHT,
    STRIP,
    STRIP_FORMS,
    STRIP_PICTURE,
    STRIP_TEXT,
    Shift,
    Straight,
    paper_form,
    printer_name,
    printers,
    read_tenths,
    remember_form,
    remember_printer,
    remember_shift,
    remember_straight,
    shift_of,
    straight_to,
)
from desktop.qt.table import Cell, Column, Table
from desktop.qt.tasks import Tasks

KINDS: dict[str, tuple[Text, tuple[float, float]]] = {
    "receipt": (Text("Receipts", context="printed"), A5_LANDSCAPE),
    "cash_sheet": (Text("Cash sheets"), A4),
    "bill": (Text("Bills"), A4),
    "collective": (Text("Collective bills"), A4),
    "instalment": (Text("Instalments"), A4),
    "route_list": (Text("Route lists"), A4),
    "refund": (Text("Refund receipts"), A5_LANDSCAPE),
    "move_letter": (Text("Letters about moved payments"), A4),
    "cheque_letter": (Text("Letters about returned payments"), A4),
    "day_sheet": (Text("Day sheet"), A4),
    "bank_deposit": (Text("Deposit slip"), A4),
    "statement": (Text("Statement of account"), A4),
    "payments": (Text("Proof of payment"), A4),
    "no_debt": (Text("Proof of no debt"), A4),
    "usage": (Text("List of usage"), A4),
    "explanation": (Text("Why a bill differs"), A4),
    "meter_test": (Text("Order of a meter test"), A4),
    "meter_test_result": (Text("Result of a meter test"), A4),
}
"""What is printed: what each kind is called, and its usual size in mm."""

STRIPS: dict[str, tuple[float, float]] = {"receipt": (80.0, 140.0)}
"""Papers that are also made as strips of 80 mm, and how long one is for calibrating."""


@dataclass(frozen=True, slots=True)
class Printing:
    """How one kind of paper is printed at a station: no ``printer`` where the computer has none; an address where the
    paper goes ``straight`` to one."""

    kind: str
    title: Text
    size: tuple[float, float]
    printer: str
    form: str
    shift: Shift
    straight: Straight


def printing_here(station: str) -> tuple[tuple[Printing, ...], tuple[str, ...]]:
    """How each kind of paper is printed at a station, and the printers of this computer."""
    found = []
    for kind, (title, usual) in KINDS.items():
        printer, form = printer_name(kind, station), paper_form(kind, station) if kind in STRIPS else ""
        size = STRIPS[kind] if form in STRIP_FORMS else usual
        straight = straight_to(kind, station)
        found.append(Printing(kind, title, size, printer, form, shift_of(printer), straight))
    return tuple(found), printers()


class PrintersPage(Page):
    """A row for each kind of paper, beside it how that is printed; Ctrl+P shows the page a printer is calibrated by."""

    HELP = Text(
        "Which paper goes to which printer at this station, whether receipts are sheets or strips, and how far a"
        " printer's pages are moved. Ctrl P shows the calibration page: print it, measure, enter the difference in"
        " millimetres. A strip goes by any driver, or straight to a printer that speaks ESC/POS: as the very picture"
        " shown here, or as text in GB18030. All of it is kept on this computer."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        say, self._station = self.say, seat.station.code
        self._names: tuple[str, ...] = ()
        self.list = Table(
            say("Printers"),
            (
                Column(say("Paper"), lambda one: Cell(say(one.title), strong=True), least=210, sorts=False),
                Column(say("Printer"), self._printer, sorts=False),
                Column(say("Form"), lambda one: form_name(say, one), 180, sorts=False),
                Column(say("Moved"), self._moved, 170, sorts=False),
            ),
        )
        self.list.moved.connect(self._choose)
        self.list.opened.connect(lambda _: self.pane.form.begin())
        self.pane = FormPanel(say, " ")
        self.printer, self.form = ChoiceField(), ChoiceField()
        self.address = TextField(example="192.168.1.50", longest=80)
        self.drawer = ChoiceField([(say("stays shut"), _SHUT), (say("opens for cash"), _OPENS)])
        self.right, self.down = TextField(example="0.0", longest=5), TextField(example="0.0", longest=5)
        form = self.pane.form
        driver = form.field("printer", say("Printer"), self.printer)
        self.form_field = form.field("form", say("Form"), self.form)
        self.driven = (
            driver,
            form.field("right", say("To the right, mm"), self.right, judge=_judge_shift),
            form.field("down", say("Down, mm"), self.down, judge=_judge_shift),
        )
        self.straight = (
            form.field("address", say("Address or device"), self.address, judge=self._judge_address),
            form.field("drawer", say("Cash drawer"), self.drawer),
        )
        for line in (
            self.driven[:1],
            (self.form_field,),
            self.driven[1:],
            *((one,) for one in self.straight),
        ):
            self.pane.line(*line)
        self.form.changed.connect(lambda _: self._show_fields())
        self.pane.setFixedWidth(theme.grown(_PANE_WIDE))
        panel = Panel(padding=0)
        panel.body.addWidget(self.list)
        middle = row(panel, self.pane)
        middle.setStretch(0, 1)
        lists = QWidget()
        lists.setLayout(middle)
        self.paper = PaperPanel(say, self.tasks, "calibration", self._station)
        self.paper.closed.connect(self._close_paper)
        self.stack = Stack()
        self.stack.addWidget(lists)
        self.stack.addWidget(self.paper)
        self.body.addWidget(self.stack, 1)
        self.refresh_keys()

    def _printer(self, one: Printing) -> Cell:
        return Cell(one.printer or self.say("none, kept as a file"), ink="ink" if one.printer else "ink2")

    def _moved(self, one: Printing) -> Cell:
        shift, say = one.shift, self.say
        if shift == Shift():
            return Cell("")
        right, down = (written(say, tenths) for tenths in (shift.right, shift.down))
        return Cell(say("{right} right, {down} down", right=right, down=down))

    # Keys ----------------------------------------------------------------------------------------------------

    def refresh_keys(self) -> None:
        if self.stack.currentWidget() is self.paper:
            self.show_keys(
                Key("Esc", Text("back"), self.paper.step_back),
                Key("Ctrl+P", Text("Print"), self.paper.ask_print, "primary", "printer"),
            )
            return
        here = self.list.current is not None
        self.show_keys(
            Key("Esc", Text("back"), self._close),
            Key("F5", Text("look for printers"), self.ask_again),
            Key("Ctrl+P", Text("calibration page"), self.show_calibration, icon="printer", enabled=here),
            Key("F12", Text("Keep"), self.keep, "primary", "circle-check", here),
        )

    def show_argument(self, argument: object) -> None:
        self.ask_again()
        self.take_focus(self.list)

    def ask_again(self) -> None:
        self.call(printing_here, self._station, then=self._show)

    def _show(self, found: tuple[tuple[Printing, ...], tuple[str, ...]]) -> None:
        rows, self._names = found
        before = self.list.current.kind if self.list.current is not None else rows[0].kind
        at = next(place for place, one in enumerate(rows) if one.kind == before)
        self.list.show_rows(rows, select=at)
        self._choose(rows[at])
        self.object.setText(
            self.say("Station {name}", name=self.seat.station.name)
            if self._names
            else self.say("This computer has no printer. The paper is kept as a file")
        )

    def _choose(self, one: Printing) -> None:
        say = self.say
        self.pane.title.setText(say(one.title))
        self.printer.offer([(name, name) for name in self._names])
        self.printer.show_text(one.printer)
        self.form.offer([(form_name(say, one, form), form or _SHEET) for form in ("", *STRIP_FORMS)])
        self.form.show_text(one.form or _SHEET)
        self.form_field.setVisible(one.kind in STRIPS)
        self.address.show_text(one.straight.address)
        self.drawer.show_text(_OPENS if one.straight.drawer else _SHUT)
        self._show_fields()
        for edit, tenths in ((self.right, one.shift.right), (self.down, one.shift.down)):
            edit.show_text(written(say, tenths))
        self.pane.form.pristine()
        self.refresh_keys()

    def _goes_straight(self) -> bool:
        """Whether the form chosen goes to an address."""
        one = self.list.current
        return one is not None and one.kind in STRIPS and self.form.value() in STRAIGHT

    def _show_fields(self) -> None:
        straight = self._goes_straight()
        for field in self.driven:
            field.setVisible(not straight)
        for field in self.straight:
            field.setVisible(straight)

    def _judge_address(self, typed: str) -> Text | None:
        return judge_address(typed) if self._goes_straight() else None

    # Doing ---------------------------------------------------------------------------------------------------

    def keep(self) -> None:
        """From now on this paper is printed so at this station."""
        one, asked = self.list.current, self.pane.form.submit()
        if one is None or asked is None:
            return
        printer, straight = asked["printer"] or "", self._goes_straight()
        if straight:
            address = (asked["address"] or "").strip()
            remember_straight(one.kind, self._station, Straight(address, asked["drawer"] == _OPENS))
        elif printer:
            remember_printer(one.kind, self._station, printer)
            right, down = (read_tenths(asked[name] or "") or 0 for name in ("right", "down"))
            remember_shift(printer, Shift(right, down))
        if one.kind in STRIPS:
            form = asked["form"]
            remember_form(one.kind, self._station, form if form in STRIP_FORMS else "")
        self.banner.tell("ok", self.say("Kept on this computer"))
        self.take_focus(self.list)
        self.ask_again()

    def show_calibration(self) -> None:
        """Show the page that the chosen printer is calibrated by."""
        one = self.list.current
        if one is not None:
            name = self.printer.value() or one.printer or self.say("no printer")
            self.call(_calibration, self.say, name, one.size, then=self._show_paper)

    def _show_paper(self, paper: PaperFile) -> None:
        self.paper.show_paper(self.say("Calibration page"), None, paper)
        self.stack.setCurrentWidget(self.paper)
        self.refresh_keys()

    def _close_paper(self) -> None:
        self.stack.setCurrentIndex(0)
        self.refresh_keys()
        self.take_focus(self.list)

    def _close(self) -> None:
        self.banner.clear()
        self.take_focus(self.list)


_PANE_WIDE = 340
_SHEET = "sheet"
_OPENS, _SHUT = "opens", "shut"
_FORM_NAMES = {
    STRIP: Text("Strip of 80 mm"),
    STRIP_PICTURE: Text("Strip, ESC/POS picture"),
    STRIP_TEXT: Text("Strip, ESC/POS text"),
}


def form_name(say: Catalog, one: Printing, form: str | None = None) -> str:
    """What a form of a paper is called."""
    wanted = one.form if form is None else form
    if wanted in _FORM_NAMES:
        return say(_FORM_NAMES[wanted])
    return "A5" if KINDS[one.kind][1] == A5_LANDSCAPE else "A4"


def written(say: Catalog, tenths: int) -> str:
    """Tenths of a millimetre as the language writes millimetres."""
    return say.number(Decimal(tenths).scaleb(-1), 1)


def _judge_shift(typed: str) -> Text | None:
    if read_tenths(typed) is not None:
        return None
    return Text("Write millimetres from −{most} to {most}, such as 0.5", most=str(FARTHEST // 10))


def _calibration(say: Catalog, printer: str, size: tuple[float, float]) -> PaperFile:
    return PaperFile(calibration_pdf(say, printer, size))
