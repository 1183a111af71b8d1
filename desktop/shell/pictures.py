"""Pictures of every page without a screen: made, filled by asking only, grabbed; nothing is booked or stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEventLoop
from PySide6.QtWidgets import QApplication, QWidget

from desktop.counter.records import ReceiptQuery
from desktop.counter.service import receipt
from desktop.kernel.work import Seat
from desktop.qt import theme
from desktop.qt.tasks import Tasks
from desktop.shell.sign_in import Opened, SignIn
from desktop.shell.window import Window
from desktop.staff.service import enter_person

_AT_MOST_MS = 30_000
_CALM_MS = 180


class _Camera:
    def __init__(self, out: Path, tasks: Tasks) -> None:
        self.out, self.tasks, self.made = out, tasks, []

    def settle(self) -> None:
        """Let answers arrive and timers fire until nothing has run for a moment."""
        waited, calm = QElapsedTimer(), QElapsedTimer()
        waited.start()
        calm.start()
        while calm.elapsed() < _CALM_MS and waited.elapsed() < _AT_MOST_MS:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            if self.tasks.busy:
                calm.restart()

    def grab(self, widget: QWidget, name: str) -> None:
        self.settle()
        path = self.out / f"{name}.png"
        if not widget.grab().save(str(path)):
            raise OSError(f"cannot write {path}")
        self.made.append(path)


def grab_pages(
    seat: Seat,
    out: Path,
    *,
    language: str | None = None,
    account: str = "",
    receipt_number: str = "",
    sheet: Path | None = None,
    searched: str = "",
    dark: bool = False,
) -> list[Path]:
    """A PNG of every page this person may see, 1366×768, in ``out``; gives their paths in order.

    ``account`` is shown at the counter and on the customer card, ``receipt_number`` as the receipt just issued,
    ``sheet`` is checked on the readings page, ``searched`` typed into the search box. Needs no screen: without a
    display the platform has to be chosen before (``QT_QPA_PLATFORM=offscreen``). An OSError when ``out`` cannot
    be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    application = QApplication.instance() or QApplication(["servicehall"])
    theme.apply(application, dark=dark)
    tasks = Tasks()
    camera = _Camera(out, tasks)
    spoken = replace(seat, actor=replace(seat.actor, language=language or seat.actor.language))
    try:
        _grab_sign_in(camera, spoken)
        window = Window(spoken, tasks)
        window.show()
        window.activateWindow()
        views: dict[str, Callable[[], None]] = {
            "today": lambda: _grab_today(camera, window),
            "counter": lambda: _grab_counter(camera, window, account, receipt_number, searched),
            "customers": lambda: _grab_customers(camera, window, account),
            "readings": lambda: _grab_readings(camera, window, sheet),
            "bills": lambda: _grab_bills(camera, window),
            "staff": lambda: _grab_staff(camera, window),
        }
        for entry in window.entries:
            views[entry.name]()
        window.deleteLater()
        camera.settle()
    finally:
        tasks.close()
    return camera.made


def _grab_sign_in(camera: _Camera, seat: Seat) -> None:
    opened = Opened(seat.app, Window, lambda *_: None, "", "")
    first = SignIn(seat.actor.language, lambda: opened, camera.tasks)
    first.show()
    camera.settle()
    first.login.setText(seat.actor.login)
    camera.grab(first, "sign_in")
    first.hide()
    first.deleteLater()


def _grab_today(camera: _Camera, window: Window) -> None:
    window.open_page("today")
    camera.grab(window, "today")


def _grab_staff(camera: _Camera, window: Window) -> None:
    page = window.open_page("staff")
    camera.grab(window, "staff")
    if page.seat.may(enter_person):
        page.enter()
        camera.grab(window, "staff_enter")
        page.close_form()


def _grab_counter(camera: _Camera, window: Window, account: str, receipt_number: str, searched: str) -> None:
    page = window.open_page("counter")
    camera.grab(window, "counter")
    if searched:
        window.start_search(searched)
        camera.settle()
        camera.grab(window, "search")
        window.close_search()
        window.search.clear()
    if receipt_number:
        page.show_receipt(window.seat.ask(receipt, ReceiptQuery(receipt_number)))
        camera.grab(window, "counter_receipt")
        page.next_customer()
        camera.settle()
    if account and page.till is not None:
        page.show_account(account)
        camera.settle()
        page.offer_largest()
        camera.grab(window, "counter_account")
        page.money.given.show_amount(None)


def _grab_customers(camera: _Camera, window: Window, account: str) -> None:
    page = window.open_page("customers")
    camera.grab(window, "customers")
    if account:
        page.show_account(account)
        camera.grab(window, "customer_card")


def _grab_readings(camera: _Camera, window: Window, sheet: Path | None) -> None:
    page = window.open_page("readings")
    camera.grab(window, "readings")
    if sheet is not None:
        page.check(sheet)
        camera.grab(window, "readings_checked")


def _grab_bills(camera: _Camera, window: Window) -> None:
    page = window.open_page("bills")
    camera.grab(window, "bills")
    page.open_first_bill()
    camera.grab(window, "bill")
