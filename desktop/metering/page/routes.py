"""Routes: how far their reading is, their stops in walking order, and what goes out to readers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.kernel.files import user_folder
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.metering.page.route_tables import routes_table, stops_table
from desktop.metering.records import (
    Round,
    RoundOrder,
    RoundsWritten,
    RouteOrder,
    RouteQuery,
    RouteRename,
    RouteRow,
    StopMove,
    StopMoved,
)
from desktop.metering.service import (
    add_route,
    export_lists,
    export_rounds,
    export_route,
    move_stop,
    rename_route,
    routes,
)
from desktop.metering.service.routes import Rounds
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import Field, column, row
from desktop.qt.fields import DateField, TextField
from desktop.qt.fold import Fold, Stack
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.paper_panel import PaperPanel
from desktop.qt.preview import PaperFile
from desktop.qt.progress import Progress
from desktop.qt.tasks import Tasks

_ROUTES_WIDE = 476
_FOLDED_ROUTES, _FOLDED_STOPS, _FOLD_BELOW = 260, 420, 1080
_MONTH_WIDE, _READER_WIDE, _DAY_WIDE = 120, 200, 150


class RoutesPage(Page):
    """Routes of the hall; ``rounds`` is the query that gives one with its customers."""

    HELP = Text(
        "Here are the routes that readers walk, and how far each is in the month. Give out the sheet that a reader"
        " fills, or print the list; what comes back goes in at Readings. The order is changed stop by stop, and Ctrl Z"
        " takes each move back."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str, rounds: Rounds) -> None:
        super().__init__(seat, tasks, title)
        self._rounds = rounds
        self.round: Round | None = None
        self._wanted_code, self._wanted_stop, self._backs = "", None, list[StopMove]()
        self._answer: Callable[[int, str], None] = lambda _at, _words: None
        self._build()
        self.refresh_keys()

    # Building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        say = self.say
        self.month = TextField(example="2026-01", longest=7)
        self.month.show_text(months_before(self.seat.today(), 1).strftime("%Y-%m"))
        self.month.changed.connect(lambda _: self._month_typed())
        self.reader = TextField(example=say("who read it last"))
        self.day = DateField(say, self.seat.today())
        self.month_field = Field(say("Month"), self.month)
        self.day_field = Field(say("Day planned"), self.day)
        for part, width in ((self.month, _MONTH_WIDE), (self.reader, _READER_WIDE), (self.day, _DAY_WIDE)):
            part.setFixedWidth(width)
        self.progress = Progress(say("Stop"))
        self.progress.stopped.connect(self.stop_job)
        above = row(self.month_field, Field(say("Reader"), self.reader), self.day_field, spacing=theme.S4)
        above.addStretch(1)
        above.addWidget(self.progress)
        head = Panel()
        head.body.addLayout(above)
        self.question = InlineQuestion(self.unfinished, self.tasks, "routes")
        self.question.answered.connect(lambda at, words, _held: self._answer(at, words))
        middle = Fold(
            (self._build_routes(), theme.grown(_ROUTES_WIDE), _FOLDED_ROUTES),
            (self._build_stops(), 0, _FOLDED_STOPS),
            below=theme.scaled(_FOLD_BELOW),
        )
        layout = column(head, self.question)
        layout.addWidget(middle, 1)
        content = QWidget()
        content.setLayout(layout)
        self.paper = PaperPanel(say, self.tasks, "route_list", self.seat.station.code)
        self.paper.closed.connect(self._close)
        self.stack = Stack()
        self.stack.addWidget(content)
        self.stack.addWidget(self.paper)
        self.body.addWidget(self.stack, 1)

    def _build_routes(self) -> Panel:
        self.routes = routes_table(self.say)
        self.routes.moved.connect(self._choose)
        self.routes.opened.connect(lambda _: self.take_focus(self.stops))
        panel = Panel(padding=0)
        panel.body.addWidget(self.routes)
        return panel

    def _build_stops(self) -> Panel:
        self.stops = stops_table(self.say, self.seat.app.country)
        panel = Panel(padding=0)
        panel.body.addWidget(self.stops)
        return panel

    # Keys ----------------------------------------------------------------------------------------------------

    def refresh_keys(self) -> None:
        if self.stack.currentWidget() is self.paper:
            self.show_keys(
                Key("Esc", Text("back"), self.paper.step_back),
                Key("Ctrl+P", Text("Print"), self.paper.ask_print, "primary", "printer"),
            )
            return
        busy, here = self.job_running, self.routes.current is not None
        ready = here and not busy and any(one.places for one in self._chosen())
        keys = [Key("Esc", Text("back"), self._close), Key("Tab", Text("routes, stops"), self._other, "none")]
        if self.seat.may(add_route):
            stop = self.stops.current is not None and not busy
            keys += [
                Key("Ctrl+Up", Text("stop up"), lambda: self._step(-1), enabled=stop),
                Key("Ctrl+Down", Text("stop down"), lambda: self._step(1), enabled=stop),
                Key("Ctrl+G", Text("stop to a place"), self.ask_place, enabled=stop),
                Key("Ctrl+Z", Text("take the move back"), self.undo, enabled=bool(self._backs) and not busy),
                Key("Ctrl+N", Text("add a route"), self.ask_route),
                Key("Ctrl+E", Text("rename"), self.ask_name, enabled=here),
            ]
        if self.seat.may(export_route):
            keys.append(Key("Ctrl+P", Text("print the list"), self.print_list, icon="printer", enabled=ready))
            words = self._give_out_words()
            keys.append(Key("F12", words, self.give_out, "primary", "download", ready))
        self.show_keys(*keys)

    def _give_out_words(self) -> Text:
        count = len(self._chosen())
        if count > 1:
            return Text("Give out {count} sheet", plural="Give out {count} sheets", count=count)
        return Text("Give out the sheet")

    def _other(self) -> None:
        self.take_focus(self.routes if self.stops.hasFocus() else self.stops)

    def _chosen(self) -> list[RouteRow]:
        """The ticked routes, or the current one."""
        ticked = list(self.routes.ticks.rows) if self.routes.ticks is not None else []
        current = self.routes.current
        return sorted(ticked, key=lambda one: one.code) or ([current] if current is not None else [])

    # Asking --------------------------------------------------------------------------------------------------

    def show_argument(self, argument: object) -> None:
        if isinstance(argument, str) and argument:
            self._wanted_code = argument
        self.ask_again()
        self.take_focus(self.routes)

    def ask_again(self) -> None:
        period = self._period()
        if period is None:
            self.month_field.problem(self.say("This is no month. Write year and month, for example 2026-01"))
            return
        self.month_field.problem("")
        self.routes.asking()
        self.ask(routes, period, self._show_routes)

    def _period(self) -> Period | None:
        try:
            return Period.month(self.month.text().strip())
        except ValueError:
            return None

    def _month_typed(self) -> None:
        """A whole month is asked for at once; half of one is told when it is used."""
        self.month_field.problem("")
        if self._period() is not None:
            self.ask_again()

    def _show_routes(self, found: tuple[RouteRow, ...]) -> None:
        wanted = self._wanted_code or (self.round.code if self.round is not None else "")
        self._wanted_code = ""
        at = next((at for at, one in enumerate(found) if one.code == wanted), 0)
        self.routes.ticks.clear()
        self.routes.show_rows(found, select=at if found else None)
        if found:
            self._choose(found[at])  # also where the cursor stays on the row it was on
        else:
            self.round = None
            self.stops.show_rows(())
        self.refresh_keys()

    def _choose(self, one: RouteRow) -> None:
        period = self._period()
        if period is not None:
            self.stops.asking()
            self.ask(self._rounds, RouteQuery(one.code, period), self._show_round)

    def _show_round(self, found: Round) -> None:
        before = self.stops.current
        wanted = self._wanted_stop or (before.service_point_id if before is not None else None)
        self._wanted_stop, self.round = None, found
        at = next((at for at, one in enumerate(found.stops) if one.service_point_id == wanted), 0)
        self.stops.show_rows(found.stops, select=at if found.stops else None)
        self.reader.setPlaceholderText(found.reader or self.say("who read it last"))
        say = self.say
        self.object.setText(
            say.join(
                [
                    say("Route {route}", route=found.code),
                    say.plural("{count} place", "{count} places", len(found.stops)),
                ]
            )
        )
        self.refresh_keys()

    # Moving --------------------------------------------------------------------------------------------------

    def _step(self, by: int) -> None:
        stop, walk = self.stops.current, self.round
        if stop is not None and walk is not None and 1 <= stop.place + by <= len(walk.stops):
            self._move(StopMove(stop.service_point_id, walk.code, stop.place + by))

    def _move(self, move: StopMove) -> None:
        self._wanted_stop = move.service_point_id
        self.do(move_stop, move, self._moved)

    def _moved(self, moved: StopMoved) -> None:
        self._backs.append(moved.back)
        self._after_move(moved)

    def _after_move(self, moved: StopMoved) -> None:
        self.banner.clear()
        self._wanted_code = moved.code
        self.told.emit()
        self.ask_again()
        self.take_focus(self.stops)

    def undo(self) -> None:
        """Take the last move back."""
        if self._backs:
            back = self._backs.pop()
            self._wanted_stop = back.service_point_id
            self.do(move_stop, back, self._after_move)

    def ask_place(self) -> None:
        """Ask for the place of the stop, on its route or another."""
        stop, say = self.stops.current, self.say
        if stop is None:
            return
        title = say("Place for {name}", name=stop.customer_name or stop.address)
        keys = say("Enter moves, Esc back; a place, or a route and a place")
        self._put("place", title, keys, "3", self._placed)

    def _placed(self, _at: int, words: str) -> None:
        stop, walk = self.stops.current, self.round
        *code, place = words.split() or [""]
        if stop is None or walk is None:
            return
        if not place.isdecimal() or not place.isascii() or int(place) < 1:
            self.question.problem(
                self.say("Write a number from 1 on, for another route its code before it: 0413 3")
            )
            return
        self._settle()
        self._move(StopMove(stop.service_point_id, " ".join(code) or walk.code, int(place)))

    # Routes --------------------------------------------------------------------------------------------------

    def ask_route(self) -> None:
        """Ask for the code of a new route."""
        say = self.say
        self._put("route", say("Code of the new route"), say("Enter adds, Esc back"), "0414", self._added)

    def _added(self, _at: int, words: str) -> None:
        self._change(add_route, RouteOrder(words), words)

    def ask_name(self) -> None:
        """Ask for another code of the route."""
        say, one = self.say, self.routes.current
        if one is not None:
            title = say("New code of route {route}", route=one.code)
            self._put("name", title, say("Enter renames, Esc back"), one.code, self._renamed)

    def _renamed(self, _at: int, words: str) -> None:
        one = self.routes.current
        if one is not None:
            self._change(rename_route, RouteRename(one.code, words), words)

    def _change(self, job: Callable[..., object], order: object, code: str) -> None:
        def done(_answer: object) -> None:
            self._settle()
            self._wanted_code = " ".join(code.split())
            self.told.emit()
            self.ask_again()
            self.take_focus(self.routes)

        self.do(job, order, done)

    def _put(
        self, topic: str, title: str, keys: str, example: str, answer: Callable[[int, str], None],
        choices: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        self._answer = answer
        self.question.ask(topic, title, keys, example, choices)

    def _settle(self) -> None:
        self.question.settled()
        self.banner.clear()

    # Out -----------------------------------------------------------------------------------------------------

    def _order(self) -> RoundOrder | None:
        """What is to go out, as the fields above say; a problem of one of them is told there."""
        period, flaw = self._period(), self.day.flaw()
        self.day_field.problem("" if flaw is None else self.say(flaw))
        if period is None:
            self.ask_again()
        if period is None or flaw is not None:
            return None
        day: date | None = self.day.value()
        codes = tuple(one.code for one in self._chosen() if one.places)
        return RoundOrder(codes, period, self.reader.value() or "", day) if codes else None

    def give_out(self) -> None:
        """Ask where the sheets for readers go: one workbook, or for several routes a workbook each."""
        order, say = self._order(), self.say
        if order is None or self.job_running:
            return
        if len(order.codes) == 1:
            self._choose_file(order)
            return
        choices = (say("one file, a sheet for each route"), say("a file for each route"))
        title = say.plural("Sheet for {count} route", "Sheets for {count} routes", len(order.codes))

        def chosen(at: int, _words: str) -> None:
            self._settle()
            (self._choose_folder if at == 1 else self._choose_file)(order)

        self._put("out", title, say("digits choose, Esc back"), "", chosen, choices)

    def _choose_file(self, order: RoundOrder) -> None:
        stem = f"{order.codes[0]}_{order.period.code}" if len(order.codes) == 1 else order.period.code
        name, _ = QFileDialog.getSaveFileName(
            self, self.say("Reading sheet"), f"{stem}.xlsx", "XLSX (*.xlsx)"
        )
        if name:
            self.write_sheets(order, Path(name if name.lower().endswith(".xlsx") else f"{name}.xlsx"))

    def _choose_folder(self, order: RoundOrder) -> None:
        name = QFileDialog.getExistingDirectory(self, self.say("Folder for the sheets"))
        if name:
            self.write_sheets(order, Path(name))

    def write_sheets(self, order: RoundOrder, out: Path) -> None:
        """Write the sheets that readers fill, into a file or a folder."""
        self._run(export_rounds, order, out, self._written)

    def print_list(self) -> None:
        """Make the lists on paper, kept in this person's folder, and show them."""
        order = self._order()
        if order is None or self.job_running:
            return
        folder = user_folder() / "papers"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"routes_{order.period.code}.pdf"
        self._run(export_lists, order, path, lambda done: self._show_list(path, done))

    def _run(
        self,
        job: Callable[..., object],
        order: RoundOrder,
        out: Path,
        then: Callable[[RoundsWritten | None], None],
    ) -> None:
        self.banner.clear()

        def write(seat: Seat, report: Callable[[int, int], bool]) -> object:
            return job(seat, out, order, self._rounds, self.say, report)

        self.run(
            write, then=then, progress=self.progress,
            begin=Text("Writing {file}", file=out.name),
            words=lambda done, total: Text("{done} of {total} routes", done=done, total=total),
        )  # fmt: skip

    def _written(self, done: RoundsWritten | None) -> None:
        say = self.say
        if done is None:
            self.banner.tell("info", say("Export stopped; files that were written stay"))
        else:
            told = say.plural(
                "{count} place is in the sheet for the reader", "{count} places are in the sheets for readers",
                done.stops,
            )  # fmt: skip
            self.banner.tell("ok", told, ", ".join(map(str, done.files)))
        self.told.emit()
        self.ask_again()

    def _show_list(self, path: Path, done: RoundsWritten | None) -> None:
        if done is None:
            self._written(None)
            return
        self.ask_again()
        self.call(_open_paper, path, then=lambda paper: self._show_paper(path, paper))

    def _show_paper(self, path: Path, paper: PaperFile) -> None:
        self.stack.setCurrentWidget(self.paper)
        self.paper.show_paper(self.say("Route list"), path, paper)
        self.refresh_keys()

    def _close(self) -> None:
        """Close the top-most thing: paper, question, message; then back to the routes."""
        if self.stack.currentWidget() is self.paper:
            self.stack.setCurrentIndex(0)
            self.take_focus(self.routes)
            self.refresh_keys()
        elif not self.question.close_question():
            self.banner.clear()
            self.routes.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.take_focus(self.routes)


def _open_paper(path: Path) -> PaperFile:
    return PaperFile(path.read_bytes())
