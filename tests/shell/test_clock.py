"""A computer whose clock is wrong is told so, on both databases and in the window; nothing is refused for it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from desktop.app import App
from desktop.kernel import journal
from desktop.kernel.measures import Money
from desktop.kernel.period import Clock
from desktop.kernel.work import Seat, draw_id
from tests.hall import SMALL, app_of, pay
from tests.windows import settle

HOUR = timedelta(hours=1)


def told(app: App) -> datetime:
    """The clock a computer is measured by: that of its server, or the book's last word."""
    with app.database.read() as session:
        if app.database.embedded:
            newest = journal.newest_at(session)
            assert newest is not None
            return newest
        at: datetime = session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        return at


def test_a_clock_an_hour_behind_is_known_and_a_chosen_day_is_none(small: Seat) -> None:
    app = app_of(small)
    assert app.ping().clock_behind == timedelta(), "a business date was chosen"
    right, zone = told(app), app.country.zone
    app.clock = Clock(zone, None, lambda _: right.astimezone(zone) - HOUR)
    assert HOUR <= app.ping().clock_behind < HOUR + timedelta(minutes=5)
    pay(small, SMALL[1], Money(1))
    assert app.ping().clock_behind >= HOUR, "what is booked by a wrong clock does not make it right"
    app.clock = Clock(zone, None, lambda _: right.astimezone(zone) + HOUR)
    ahead = timedelta() if app.database.embedded else HOUR  # beside a file nobody knows better
    assert ahead - timedelta(minutes=5) < -app.ping().clock_behind <= ahead


@pytest.mark.parametrize("language", ["en", "vi"])
def test_it_is_told_over_every_page_until_it_is_right(qtbot, window, hall, monkeypatch, language) -> None:
    window.choose("language", language)
    answer = hall.ping()

    def ping_with(behind: timedelta) -> None:
        monkeypatch.setattr(hall, "ping", lambda: type(answer)(answer.ms, None, behind))
        window.watch.look()

    ping_with(HOUR)
    settle(qtbot, window.tasks, lambda: "60" in window.notice.title_text)
    ping_with(-HOUR)
    settle(qtbot, window.tasks, lambda: "60" in window.notice.title_text)
    ping_with(timedelta(minutes=1))
    settle(qtbot, window.tasks, window.notice.isHidden)


def test_what_an_older_copy_lacks_is_told_over_every_page(qtbot, window, hall, monkeypatch) -> None:
    answer = hall.ping()
    monkeypatch.setattr(
        hall, "ping", lambda: type(answer)(answer.ms, None, timedelta(), (draw_id(), draw_id()))
    )
    window.watch.look()
    settle(qtbot, window.tasks, lambda: "2 bookings" in window.notice.title_text)
