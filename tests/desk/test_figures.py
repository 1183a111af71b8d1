"""The figures on a card are those the command line tells, to the last digit."""

from __future__ import annotations

import random

from desktop import sample
from desktop.desk.page.card import BILLS, PAYMENTS
from desktop.desk.page.customers import DeskPage
from desktop.kernel.text import catalog
from desktop.sample.zhejiang import households
from tests.command_line import CommandLine
from tests.hall import TODAY, opened
from tests.windows import STATION, settle

PICKED = 50


def test_fifty_cards_equal_accounts_show_and_bills_show(
    qtbot, dressed, workers, billed_hall, capsys, tmp_path
):
    numbers = random.Random(50).sample([one.number for one in households(PICKED)], PICKED)
    figures = CommandLine(capsys, billed_hall, today=TODAY.isoformat())
    with opened(billed_hall, intents=tmp_path) as app:
        seat = app.sign_in("zhao", sample.PASSWORD, STATION)
        page = DeskPage(seat, workers, "")
        qtbot.addWidget(page)
        page.show()
        for number in numbers:
            page.show_account(number)
            settle(qtbot, workers, lambda number=number: page.card and page.card.row.number == number)
            _compare(page.account, figures.json("accounts", "show", number), figures, app.country)


def _compare(view, told, figures, country):
    """What stands on the card is what the commands told, written in the person's language."""
    say = catalog("zh_CN", country.currency)

    def money(text):
        return say.money(country.currency.money(text))

    assert view.head.owed.words == money(told["dues"]["total"])
    assert len(view.bills.rows_model.rows) == len(told["bills"])
    for at, one in enumerate(told["bills"]):
        shown = view.bills.rows_model
        assert shown.cell(at, 2).text == say.number(int(one["energy"]))
        assert shown.cell(at, 3).text == money(one["amount"])
    pane, newest = view.pane, figures.json("bills", "show", told["bills"][0]["number"])
    assert pane.shown.number == newest["number"]
    assert pane.total.text() == money(newest["amount"])
    lines = pane.lines.rows_model
    assert [lines.cell(at, 2).text for at in range(len(lines.rows))] == [
        money(line["amount"]) for line in newest["lines"]
    ]
    view.tabs.choose(BILLS)
    for at, one in enumerate(told["bills"]):
        assert view.all_bills.rows_model.cell(at, 6).text == money(one["open"])
    for at, item in enumerate(told["dues"]["items"]):
        assert view.dues.table.rows_model.cell(at, 5).text == money(item["total"])
    view.tabs.choose(PAYMENTS)
    for at, one in enumerate(told["payments"]):
        assert view.payments.table.rows_model.cell(at, 6).text == money(one["amount"])
