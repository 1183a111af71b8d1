"""The two lists of the page of staff: everybody, and the roles that wait."""

from __future__ import annotations

from collections.abc import Callable

from desktop.kernel.text import Catalog
from desktop.qt import theme
from desktop.qt.table import Cell, Column, Table
from desktop.staff.records import PersonRow, PersonState, role_name

STATES = {
    PersonState.ACTIVE: "ok",
    PersonState.MUST_CHANGE: "warn",
    PersonState.LOCKED: "locked",
    PersonState.LEFT: "withdrawn",
}


def people_table(say: Catalog, station_name: Callable[[str], str]) -> Table:
    """Everybody with roles, usual workplace and state; ``station_name`` tells a workplace by its code."""

    def roles(one: PersonRow) -> Cell:
        words = say.join([say(role_name(code)) for code in one.roles])
        waits = say.join([say(role_name(code)) for code in one.waiting])
        return Cell(words or "–", say("waits: {roles}", roles=waits) if waits else "")

    table = Table(
        say("People"),
        (
            Column(say("Name"), lambda one: Cell(one.name, one.login, strong=True), 190),
            Column(say("Roles"), roles),
            Column(say("Usual workplace"), lambda one: Cell(station_name(one.station), ink="ink2"), 170),
            Column(say("State"), lambda one: Cell(say(one.state.text), state=STATES[one.state]), 190),
        ),
        row_height=theme.ROW_TWO,
        persons=True,
    )
    table.show_empty(say("Nobody yet"), "", "users")
    return table


def proposals_table(say: Catalog) -> Table:
    """The roles that wait: for whom, asked by whom, why."""
    table = Table(
        say("Roles that wait"),
        (
            Column(say("Name"), lambda one: Cell(one.name, one.login, strong=True), 190),
            Column(say("Role"), lambda one: say(role_name(one.role)), 200),
            Column(say("Asked by"), lambda one: Cell(one.proposed_by, say.moment(one.proposed_at)), 190),
            Column(say("Reason"), lambda one: Cell(one.reason, ink="ink2")),
        ),
        row_height=theme.ROW_TWO,
        persons=True,
    )
    table.show_empty(say("No role waits"), say("What is asked for comes here"), "shield-check")
    return table
