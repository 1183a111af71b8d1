"""Pictures of every page without a screen: made, filled by asking only, grabbed; nothing is booked or stored.

The walk through the pages (`visit`) takes any `Camera`, so that tests look at exactly what the pictures show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEvent, QEventLoop, Qt, QThread
from PySide6.QtGui import QImage
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
_BLINK_MS = 30
_ROUNDS = 3
_NEAREST = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither


class Camera:
    """Waits until a window is at rest and keeps its picture."""

    def __init__(self, out: Path, tasks: Tasks) -> None:
        self.out, self.tasks, self.made = out, tasks, []

    def settle(self, calm_ms: int = _BLINK_MS) -> None:
        """Let answers arrive until nothing has run for a moment, and for a few rounds however slow they are."""
        waited, calm, rounds = QElapsedTimer(), QElapsedTimer(), 0
        waited.start()
        calm.start()
        while (calm.elapsed() < calm_ms or rounds < _ROUNDS) and waited.elapsed() < _AT_MOST_MS:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            QThread.msleep(1)  # the workers need the processor more
            rounds += 1
            if self.tasks.busy:
                calm.restart()
                rounds = 0

    def grab(self, widget: QWidget, name: str) -> None:
        """Keep what the widget shows as ``name``."""
        self.settle()
        path = self.out / f"{name}.png"
        if not widget.grab().save(str(path)):
            raise OSError(f"cannot write {path}")
        self.made.append(path)

    def put_away(self, window: QWidget) -> None:
        """Be done with a window: it goes now, for no event loop runs here that would delete it later."""
        window.hide()
        self.settle()
        window.deleteLater()
        QApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)


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
    application = theme.application()
    theme.apply(application, dark=dark)
    tasks = Tasks()
    camera = Camera(out, tasks)
    spoken = replace(seat, actor=replace(seat.actor, language=language or seat.actor.language))
    try:
        _grab_sign_in(camera, spoken)
        window = Window(spoken, tasks)
        window.show()
        window.activateWindow()
        visit(camera, window, account=account, receipt_number=receipt_number, sheet=sheet, searched=searched)
        camera.put_away(window)
    finally:
        tasks.close()
    return camera.made


README = {
    "counter": "zh_CN/counter_account",
    "account": "en/customer_card",
    "bills": "zh_CN/bill",
    "search": "en/search",
}
"""The pictures of README.md and which picture of the tour each is."""


def readme_pictures(pages: Path, out: Path) -> list[Path]:
    """The four pictures of README.md in ``out``, small, from those in ``pages_<language>`` folders of ``pages``."""
    out.mkdir(parents=True, exist_ok=True)
    made = []
    for name, taken in README.items():
        picture = QImage(str(pages / f"pages_{taken}.png")).convertToFormat(QImage.Format.Format_RGB32)
        path = out / f"{name}.png"
        if picture.isNull() or not _few_colours(picture).save(str(path), None, 0):
            raise OSError(f"cannot write {path}")
        made.append(path)
    return made


def _few_colours(picture: QImage) -> QImage:
    """The picture in its 256 commonest colours."""
    common = Counter(picture.constBits().cast("I")).most_common(256)
    table = [colour for colour, _ in common]
    return picture.convertToFormat(QImage.Format.Format_Indexed8, table, _NEAREST)


def visit(
    camera: Camera,
    window: Window,
    *,
    account: str = "",
    receipt_number: str = "",
    sheet: Path | None = None,
    searched: str = "",
) -> None:
    """Walk through every page this person may see; arguments as for `grab_pages`."""
    views: dict[str, Callable[[], None]] = {
        "counter": lambda: _grab_counter(camera, window, account, receipt_number, searched),
        "customers": lambda: _grab_customers(camera, window, account),
        "readings": lambda: _grab_readings(camera, window, sheet),
        "bills": lambda: _grab_bills(camera, window),
        "staff": lambda: _grab_staff(camera, window),
    }
    for entry in window.entries:
        views.get(entry.name, partial(_grab_page, camera, window, entry.name))()


def _grab_page(camera: Camera, window: Window, name: str) -> None:
    window.open_page(name)
    camera.grab(window, name)


def _grab_sign_in(camera: Camera, seat: Seat) -> None:
    opened = Opened(seat.app, Window, lambda *_: None, "", "")
    first = SignIn(seat.actor.language, lambda: opened, camera.tasks)
    first.show()
    camera.settle()
    first.login.setText(seat.actor.login)
    camera.grab(first, "sign_in")
    camera.put_away(first)


def _grab_staff(camera: Camera, window: Window) -> None:
    page = window.open_page("staff")
    camera.grab(window, "staff")
    if page.seat.may(enter_person):
        page.enter()
        camera.grab(window, "staff_enter")
        page.close_form()


def _grab_counter(camera: Camera, window: Window, account: str, receipt_number: str, searched: str) -> None:
    page = window.open_page("counter")
    camera.grab(window, "counter")
    if searched:
        window.start_search(searched)
        camera.settle(_CALM_MS)  # the search box waits for the next letter
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
        page.money.offer_largest()
        camera.grab(window, "counter_account")
        page.money.given.show_amount(None)


def _grab_customers(camera: Camera, window: Window, account: str) -> None:
    page = window.open_page("customers")
    camera.settle(_CALM_MS)  # the pane beside the list follows a little later
    camera.grab(window, "customers")
    if account:
        page.show_account(account)
        camera.grab(window, "customer_card")


def _grab_readings(camera: Camera, window: Window, sheet: Path | None) -> None:
    page = window.open_page("readings")
    camera.grab(window, "readings")
    if sheet is not None:
        page.check(sheet)
        camera.grab(window, "readings_checked")


def _grab_bills(camera: Camera, window: Window) -> None:
    page = window.open_page("bills")
    camera.grab(window, "bills")
    page.open_first_bill()
    camera.grab(window, "bill")
