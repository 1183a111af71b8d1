"""The lists of direct debits: files for banks, the items of one, mandates, rows of results that wait."""

from __future__ import annotations

from collections.abc import Callable

from desktop.debits.records import FileRow, FileState, ItemRow, ItemState, Meaning, ResultRow
from desktop.kernel.text import Catalog
from desktop.qt import theme
from desktop.qt.cells import badge_room
from desktop.qt.table import Cell, Column, Table, money_cell

_FILE_STATES = {
    FileState.MADE: "due",
    FileState.SENT: "due",
    FileState.DONE: "ok",
    FileState.WITHDRAWN: "withdrawn",
}
_ITEM_STATES = {
    ItemState.AWAITING: "due",
    ItemState.PAID: "ok",
    ItemState.FAILED: "warn",
    ItemState.RETURNED: "warn",
    ItemState.WITHDRAWN: "withdrawn",
}
FAILURES = [one for one in Meaning if one not in (Meaning.PAID, Meaning.RETURNED)]


def files_table(say: Catalog, sign: str) -> Table:
    """Files for banks, the newest first."""

    def amount(one: FileRow) -> Cell:
        return Cell(say.money(one.amount), say("{paid} of {items} paid", paid=one.paid, items=one.items))

    states = [say(one.text) for one in FileState]
    table = Table(
        say("Files for banks"),
        (
            Column(say("File"), lambda one: Cell(one.number, one.bank, strong=True), least=150),
            Column(say("Collection day"), lambda one: say.date(one.collect_on), 110),
            Column(say("Amount {sign}", sign=sign), amount, 120, right=True, value=lambda one: one.amount),
            Column(say("State"), lambda one: Cell(say(one.state.text), state=_FILE_STATES[one.state]),
                   badge_room(say("State"), states)),
        ),
        row_height=theme.ROW_TWO,
        key=lambda one: one.number,
    )  # fmt: skip
    table.show_empty(
        say("No file was made yet"), say("F12 makes one of what is due by mandates"), "building-2"
    )
    return table


def items_table(say: Catalog, sign: str, number: Callable[[str], str]) -> Table:
    """The items of a file, and what became of each; ``number`` is how people read the number of an account."""

    def state(one: ItemRow) -> Cell:
        failed = one.state is ItemState.FAILED and one.why is not None
        words = one.why.text if failed and one.why is not None else one.state.text
        return Cell(say(words), state=_ITEM_STATES[one.state])

    states = [say(one.text) for one in (*ItemState, *FAILURES)]
    table = Table(
        say("Items"),
        (
            Column(say("Customer"), lambda one: Cell(one.customer_name, number(one.account_number)), least=120),
            Column(say("Bank account"), lambda one: Cell(one.bank_account, one.number), 170),
            Column(say("Amount {sign}", sign=sign), lambda one: money_cell(say.money(one.amount)), 100, right=True,
                   value=lambda one: one.amount),
            Column(say("State"), state, badge_room(say("State"), states)),
        ),
        row_height=theme.ROW_TWO,
        key=lambda one: one.number,
        persons=True,
    )  # fmt: skip
    table.show_empty(say("Choose a file"), "", "search")
    return table


def rows_table(say: Catalog, sign: str) -> Table:
    """Rows of results that are not booked, and why."""

    def why(one: ResultRow) -> Cell:
        if one.problem is None:
            return Cell(say("Waits to be booked"), ink="ink2")
        return Cell(say(one.problem.what), say(one.problem.remedy))

    table = Table(
        say("Rows of results that are not booked"),
        (
            Column(say("File"), lambda one: Cell(one.file_name, one.bank), 170),
            Column(say("Row"), lambda one: Cell(say.number(one.row)), 60, right=True),
            Column(say("Number of the item"), lambda one: one.number, 190),
            Column(say("Amount {sign}", sign=sign), lambda one: money_cell(say.money(one.amount)), 110, right=True,
                   value=lambda one: one.amount),
            Column(say("Result"), lambda one: Cell(say(one.meaning.text), one.words), 150),
            Column(say("Why it is not booked"), why, least=200),
        ),
        row_height=theme.ROW_TWO,
        key=lambda one: one.result_id,
    )  # fmt: skip
    table.show_empty(say("Every result is booked"), "", "check")
    return table


def mandates_table(say: Catalog, number: Callable[[str], str]) -> Table:
    """Mandates, those changed last first."""
    table = Table(
        say("Mandates"),
        (
            Column(say("Customer"), lambda one: Cell(one.customer_name, number(one.account_number)), least=150),
            Column(say("Bank"), lambda one: Cell(one.bank, one.bank_account), 190),
            Column(say("Account holder"), lambda one: Cell(one.holder, one.agreement), 170),
            Column(say("Valid from"), lambda one: say.date(one.valid_from), 110),
            Column(say("Ends on"), lambda one: Cell(say.date(one.valid_to), one.reason) if one.valid_to else "–", 150),
            Column(say("Changed"), lambda one: Cell(say.date(one.changed_at.date()), one.changed_by), 130),
        ),
        row_height=theme.ROW_TWO,
        key=lambda one: one.mandate_id,
        persons=True,
    )  # fmt: skip
    table.show_empty(
        say("No mandate was entered yet"), say("F12 enters one, Ctrl O takes a sheet of them in"), "users"
    )
    return table
