"""What waits for this person today: cards, what needs them, and the lists behind the figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.billing.records import RunLook
from desktop.counter.service import lost_payments
from desktop.desk.page.needs import BACKUP_DAYS, VERIFY_DAYS, Need, days_since, needs_of
from desktop.desk.page.password import OwnPasswordForm
from desktop.desk.records import ServedRow, Today, Upkeep
from desktop.desk.service import today
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.metering.records import RouteRow
from desktop.qt import theme
from desktop.qt.basics import Label, clear, column
from desktop.qt.buttons import KeyCap
from desktop.qt.fold import Fold, Stack
from desktop.qt.form import Form
from desktop.qt.page import Key, Page
from desktop.qt.panels import Card, Panel
from desktop.qt.table import Cell, Column, Table, fitting, money_cell
from desktop.qt.tasks import Tasks
from desktop.staff.page import WAITING_WORD
from desktop.staff.service import FormRefused, WrongPassword, change_own_password
from desktop.treasury.page.tills import TILL_STATES
from desktop.treasury.records import DrawerRow
from desktop.treasury.service import drawers

AGAIN_MS = 60_000
MOST_CARDS = 5
MOST_DIGITS = 9
TAKE_PAYMENT = "counter.take_payment"


@dataclass(frozen=True, slots=True)
class Figure:
    """A card: its label and unit, the figure, one comparison with its state, and what is behind it."""

    label: str
    unit: str
    figure: str
    note: str
    state: str
    opens: Callable[[], object]


class TodayPage(Page):
    """The day of one person."""

    HELP = Text(
        "What waits for you today, each line with the page it opens: press its digit, or Enter on it. "
        "The page asks again each minute and with F5. Here you also change your own password."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        self.day: Today | None = None
        self.drawers: tuple[DrawerRow, ...] | None = None
        self.lost = 0
        self.needs: tuple[Need, ...] = ()
        self.panel: OwnPasswordForm | None = None
        self._sending = False
        self._build()
        self._again = QTimer(self)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._minute)
        self._again.start()
        self.object.setText(self.say.join((self.say.date(seat.today()), seat.station.hall_name)))
        self.refresh_keys()

    # Building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.cards = QHBoxLayout()
        self.cards.setSpacing(theme.S3)
        self.left, self.right = column(), column()
        for part in (self._build_drawers(), self._build_needs()):
            self.left.addWidget(part)
        for part in (self._build_routes(), self._build_receipts()):
            self.right.addWidget(part)
        self.left.setStretch(1, 1)
        self.right.setStretch(1, 1)
        lists = QWidget()
        lists.setLayout(self.right)
        self.side = Stack()
        self.side.addWidget(lists)
        whole = QWidget()
        whole.setLayout(self.left)
        self.body.addLayout(self.cards)
        self.body.addWidget(Fold((whole, 0, 420), (self.side, theme.DETAIL_PANE, 460)), 1)

    def _build_drawers(self) -> Panel:
        say, sign = self.say, self.seat.app.country.currency.sign
        self.tills = Table(
            say("Tills"),
            (
                Column(say("Till"), lambda one: Cell(one.till_name, strong=True), 132),
                Column(say("Cashier"), lambda one: one.cashier or Cell(say("nobody"), ink="ink3")),
                Column(say("Since"), self._since, 134),
                Column(say("Receipts"), lambda one: say.number(one.receipts), 90, right=True),
                Column(
                    say("Drawer {sign}", sign=sign),
                    lambda one: money_cell(say.money(one.cash), zero=not one.cash),
                    120,
                    right=True,
                ),
                Column(say("State"), self._till_state, 120),
            ),
        )
        self.drawers_panel = Panel(say("Tills"), padding=0)
        self._head_cap(self.drawers_panel, "T", say("tills"), self.tills)
        self.drawers_panel.body.addWidget(self.tills)
        self.drawers_panel.hide()
        return self.drawers_panel

    def _head_cap(self, panel: Panel, key: str, words: str, table: Table) -> None:
        """The key that leads to a list stands at its title."""
        cap = KeyCap(key, words)
        cap.clicked.connect(partial(self.take_focus, table))
        panel.head.addWidget(cap)

    def _since(self, one: DrawerRow) -> Cell:
        return Cell(self.say.moment(one.opened_at) if one.opened_at else "", ink="ink2")

    def _till_state(self, one: DrawerRow) -> Cell:
        return Cell(self.say(one.state.text), state=TILL_STATES[one.state])

    def _build_needs(self) -> Panel:
        say = self.say
        self.list = Table(
            say("Needs you"),
            (
                Column(
                    say("What"), lambda need: Cell(need.title, need.second, icon=need.icon, icon_ink=need.ink)
                ),
                Column(say("Count"), lambda need: Cell(need.figure, strong=True), 100, right=True),
                Column(say("Key"), self._digit, 44, right=True),
            ),
            row_height=theme.ROW_TWO,
            header=False,
        )
        self.list.show_empty(say("Nothing waits for you"), say("What needs you comes here by itself"), "sun")
        self.list.opened.connect(self._go_to)
        panel = Panel(say("Needs you"), padding=0)
        panel.body.addWidget(self.list)
        return panel

    def _digit(self, need: Need) -> Cell:
        at = next(at for at, one in enumerate(self.needs, 1) if one is need)
        return Cell(str(at) if at <= MOST_DIGITS else "", cap=True)

    def _build_routes(self) -> Panel:
        say = self.say
        self.routes = Table(
            say("Routes"),
            (
                Column(say("Route"), lambda one: Cell(one.code, strong=True)),
                Column(say("Places"), lambda one: say.number(one.places), 70, right=True),
                Column(say("Estimated"), self._estimated, 90, right=True),
                Column(say("Still to read"), self._left_to_read, 110, right=True),
            ),
        )
        self.routes.show_empty(say("No route yet"))
        self.routes.opened.connect(lambda _: self._go("readings"))
        self.month = Label("", "small", "ink2")
        self.routes_panel = Panel(say("Routes to read"), padding=0)
        self.routes_panel.head.addWidget(self.month)
        self._head_cap(self.routes_panel, "G", say("routes"), self.routes)
        self.routes_panel.body.addWidget(self.routes)
        self.routes_panel.hide()
        return self.routes_panel

    def _estimated(self, one: RouteRow) -> Cell:
        return Cell(self.say.number(one.estimated), ink="est" if one.estimated else "ink3")

    def _left_to_read(self, one: RouteRow) -> Cell:
        return Cell(self.say.number(one.left), strong=bool(one.left), ink="ink" if one.left else "ink3")

    def _build_receipts(self) -> Panel:
        say = self.say
        self.receipts = Table(
            say("Served today"),
            (
                Column(say("Time"), lambda one: Cell(f"{one.paid_at:%H:%M}", ink="ink2"), 64),
                Column(say("Customer"), self._who),
                Column(say("Tender"), self._tender, 128),
            ),
            row_height=theme.ROW_TWO,
            header=False,
            persons=True,
        )
        self.receipts.show_empty(say("Nobody was served yet today"), "", "receipt-text")
        self.receipts.opened.connect(self._open_served)
        self.receipts_panel = Panel(say("Served today"), padding=0)
        self._head_cap(self.receipts_panel, "R", say("served today"), self.receipts)
        self.receipts_panel.body.addWidget(self.receipts)
        self.receipts_panel.hide()
        return self.receipts_panel

    def _who(self, one: ServedRow) -> Cell:
        return Cell(one.customer_name, self.seat.app.country.format_account(one.account_number))

    def _tender(self, one: ServedRow) -> Cell:
        return Cell(self.say(one.tender.text), one.receipt_number, ink="ink2")

    # Keys ----------------------------------------------------------------------------------------------------

    def refresh_keys(self) -> None:
        if self.form is not None:
            send = Key(
                "F12", Text("Change the password"), self._send_password, "primary", "check", not self._sending
            )
            keys = [send]
            if self.day is None or not self.day.must_change:
                keys.insert(0, Key("Esc", Text("back, asks first"), self.close_form))
            self.show_keys(*keys)
            return
        keys = [Key("Return", Text("open"), self._open_current)]
        for at, need in enumerate(self.needs[:MOST_DIGITS], 1):
            keys.append(Key(str(at), Text("open"), partial(self._go_to, need), "none"))
        if self.drawers is not None:
            keys.append(Key("T", Text("tills"), partial(self.take_focus, self.tills)))
        if self.day is not None and self.day.receipts is not None:
            keys.append(Key("R", Text("served today"), partial(self.take_focus, self.receipts)))
        if self.day is not None and self.day.routes is not None:
            keys.append(Key("G", Text("routes"), partial(self.take_focus, self.routes)))
        keys.append(Key("F5", Text("ask again, also by itself"), self.ask_again))
        keys.append(Key("Ctrl+U", Text("my password"), self.change_password))
        first = self.needs[0] if self.needs else None
        if first is not None:
            keys.append(
                Key("F12", Text("Open the first"), partial(self._go_to, first), "primary", "arrow-right")
            )
        self.show_keys(*keys)

    def _open_current(self) -> None:
        for table in (self.list, self.tills, self.routes, self.receipts):
            if table.hasFocus() and table.current is not None:
                table.opened.emit(table.current)
                return
        if self.list.current is not None:
            self._go_to(self.list.current)

    def _go_to(self, need: Need) -> None:
        if need.page:
            self._go(need.page, need.argument)

    def _go(self, page: str, argument: object = None) -> None:
        self.open_page(page, argument)

    def _open_served(self, one: ServedRow) -> None:
        self._go("customers", one.account_number)

    # Asking --------------------------------------------------------------------------------------------------

    def show_argument(self, argument: object) -> None:
        self.ask_again()
        if self.form is None:
            self.take_focus(self.list)
        else:
            self.form.begin()

    def _minute(self) -> None:
        if self.isVisible() and self.form is None:
            self.ask_again()

    def ask_again(self) -> None:
        self.list.asking()
        self.ask(today, None, self._show_day)
        if self.seat.may(drawers):
            self.ask(drawers, None, self._show_drawers)
        if TAKE_PAYMENT in self.seat.actor.permissions:
            self.call(lost_payments, self.seat.app.intents, then=self._show_lost)

    def _show_day(self, day: Today) -> None:
        self.day = day
        self.routes_panel.setVisible(bool(day.routes))
        if day.routes:
            self.routes.show_rows(day.routes)
            fitting(self.routes, 6)
            self.month.setText(self.say.month(day.month))
        self.receipts_panel.setVisible(day.receipts is not None)
        self.receipts.show_rows(day.receipts or ())
        self.side.setVisible(day.routes is not None or day.receipts is not None or self.form is not None)
        if day.must_change and self.form is None:
            self.change_password()
        self._show_all()

    def _show_drawers(self, rows: tuple[DrawerRow, ...]) -> None:
        self.drawers = rows
        self.tills.show_rows(rows)
        fitting(self.tills, 6)
        self.drawers_panel.show()
        self._show_all()

    def _show_lost(self, lost: int) -> None:
        self.lost = lost
        self._show_all()

    def _show_all(self) -> None:
        """Cards, needs and badges, once the day is there."""
        if self.day is None:
            return
        before = self.list.current
        self.needs = needs_of(
            self.say, self.day, self.seat.actor.login, self.lost, self._is_cashier(self.day)
        )
        at = next((at for at, one in enumerate(self.needs) if one == before), 0)
        self.list.show_rows(self.needs, select=at if self.needs else None)
        self._show_cards(self._figures(self.day)[:MOST_CARDS])
        self._tell_rail(self.day)
        self.refresh_keys()

    def _is_cashier(self, day: Today) -> bool:
        return TAKE_PAYMENT in self.seat.actor.permissions and self.drawers is None and not day.must_change

    # Cards ---------------------------------------------------------------------------------------------------

    def _figures(self, day: Today) -> list[Figure]:
        say, found = self.say, []
        if day.upkeep is not None:
            found += self._upkeep_figures(day.upkeep)
        if self.drawers is not None:
            found += self._till_figures(self.drawers)
        elif self._is_cashier(day):
            note = say("since {time}", time=day.till.opened_at.timetz()) if day.till else say("till closed")
            receipts = day.till.receipts if day.till else 0
            found.append(Figure(say("Receipts of this shift"), "", say.number(receipts), note,
                                "ok" if day.till else "closed", partial(self._go, "counter")))  # fmt: skip
        if day.routes is not None:
            left = sum(one.left for one in day.routes)
            done = say("all read") if day.routes and not left else ""
            found.append(Figure(say("Left to read"), say("places"), say.number(left), done, "ok",
                                partial(self._go, "readings")))  # fmt: skip
        if day.runs is not None:
            ready, held = sum(run.ready for run in day.runs), sum(run.held for run in day.runs)
            look = RunLook(day.runs[0].number, held=not ready) if day.runs else None
            note = say.plural("{count} held", "{count} held", held) if held else ""
            found.append(Figure(say("Ready to issue"), say("bills"), say.number(ready), note, "bad",
                                partial(self._go, "bills", look)))  # fmt: skip
        if day.proposals is not None:
            found.append(Figure(say("Roles to approve"), "", say.number(len(day.proposals)), "", "plain",
                                partial(self._go, "staff", WAITING_WORD)))  # fmt: skip
        if day.served is not None:
            found.append(Figure(say("Served today"), say("customers"), say.number(day.served), "", "plain",
                                partial(self.take_focus, self.receipts)))  # fmt: skip
        return found

    def _upkeep_figures(self, done: Upkeep) -> list[Figure]:
        say, shown = self.say, []
        for label, at, most in (
            (say("Last backup"), done.backup_at, BACKUP_DAYS),
            (say("Book proven"), done.verified_at, VERIFY_DAYS),
        ):
            days = days_since(at)
            figure = say("never") if at is None else say.short_date(at.date())
            note = "" if at is None else f"{at:%H:%M}"
            shown.append(Figure(label, "", figure, note, "warn" if days > most else "ok",
                                partial(self.take_focus, self.list)))  # fmt: skip
        return shown

    def _till_figures(self, rows: tuple[DrawerRow, ...]) -> list[Figure]:
        say, sign = self.say, self.seat.app.country.currency.sign
        taken, cash = (Money.total([getattr(one, name) for one in rows]) for name in ("taken", "taken_cash"))
        share = say("cash {percent} %", percent=say.number(cash.raw * 100 // taken.raw)) if taken else ""
        is_open = sum(one.opened_at is not None for one in rows)
        to_tills = partial(self.take_focus, self.tills)
        return [
            Figure(say("Taken today"), sign, say.money(taken), share, "plain", to_tills),
            Figure(
                say("Tills open"),
                say("of {count}", count=len(rows)),
                say.number(is_open),
                "",
                "plain",
                to_tills,
            ),
        ]

    def _show_cards(self, figures: list[Figure]) -> None:
        """The same cards keep their place and focus; others are made anew."""
        shape = [(one.label, one.unit) for one in figures]
        if shape != getattr(self, "_shape", None):
            clear(self.cards)
            self._shape, self.shown_cards = shape, []
            for at, one in enumerate(figures):
                card = Card(one.label, one.unit, leads=True)
                card.opened.connect(partial(self._open_card, at))
                self.cards.addWidget(card, 1)
                self.shown_cards.append(card)
            self.cards.addStretch(MOST_CARDS - len(figures))
        self.figures = figures
        for card, one in zip(self.shown_cards, figures, strict=True):
            card.show_figure(one.figure, one.note, one.state)

    def _open_card(self, at: int) -> None:
        self.figures[at].opens()

    def _tell_rail(self, day: Today) -> None:
        """How many wait on each page; late is only what may have cost somebody money."""
        mine = [one for one in day.proposals or () if one.proposer_login != self.seat.actor.login]
        counts: dict[str, Any] = {
            "today": len(self.needs),
            "counter": self.lost + sum(astuple(day.refunds) if day.refunds else ()),
            "readings": sum(one.left for one in day.routes or ()),
            "bills": sum(run.ready + run.held for run in day.runs or ()),
            "doubtful": day.doubtful or 0,
            "staff": len(mine) + len(day.locked or ()),
        }
        for page, count in counts.items():
            self.waiting.emit(page, count, page == "counter" and self.lost > 0)

    # One's own password --------------------------------------------------------------------------------------

    @property
    def form(self) -> Form | None:
        """The form that is open."""
        return None if self.panel is None else self.panel.form

    def change_password(self) -> None:
        """The form for one's own password; all there is while it is still somebody else's."""
        must = self.day is not None and self.day.must_change
        self._drop_form()
        self.panel = OwnPasswordForm(self.say, self.seat.actor.login, must=must)
        self.side.addWidget(self.panel)
        self.side.setCurrentWidget(self.panel)
        self.side.show()
        self.panel.form.begin()
        self.refresh_keys()

    def close_form(self) -> None:
        """Back to the lists; asks when something is typed. Stays while a password of one's own is still to come."""
        if (self.day is None or not self.day.must_change) and self.may_leave():
            self.take_focus(self.list)

    def may_leave(self) -> bool:
        if self.form is not None and not self.form.may_leave():
            return False
        self._drop_form()
        self.refresh_keys()
        return True

    def _drop_form(self) -> None:
        if self.panel is not None:
            self.side.removeWidget(self.panel)
            self.panel.deleteLater()
            self.panel, self._sending = None, False

    def _send_password(self) -> None:
        order = None if self.panel is None else self.panel.order()
        if order is not None:
            self._sending = True
            self.refresh_keys()
            call = partial(change_own_password, self.seat, order)
            self.tasks.write(self, call, partial(self._password_changed, order.new), self._password_refused)

    def _password_refused(self, error: BaseException) -> None:
        self._sending = False
        self.refresh_keys()
        flaws: dict[str, Text] = {}
        if isinstance(error, FormRefused):
            flaws = dict(error.problems)
        elif isinstance(error, WrongPassword):
            flaws = {"old": error.text}
        if self.form is None or not flaws or self.form.show_flaws(flaws):
            self.trouble(error)

    def _password_changed(self, password: str, _answer: object) -> None:
        must = self.day is not None and self.day.must_change
        self._drop_form()
        self.banner.tell("ok", self.say("Your password is changed"))
        self.refresh_keys()
        if must:
            call = partial(self.seat.app.sign_in, self.seat.actor.login, password, self.seat.station.code)
            self.tasks.write(self, call, self._renew, self.trouble)

    def _renew(self, seat: Seat) -> None:
        self.renewed.emit(replace(seat, actor=replace(seat.actor, language=self.say.language)))
