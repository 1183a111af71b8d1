"""How runs and their drafts stand in tables and words: what a run is for, how far it is, how a draft changed."""

from __future__ import annotations

from decimal import Decimal

from desktop.billing.page.differences import JUMP
from desktop.billing.records import MOST_SHOWN, BillKind, DraftRow, DraftState, RunRow, RunState
from desktop.kernel.country import Country
from desktop.kernel.text import Catalog
from desktop.qt import theme
from desktop.qt.cells import badge_room, title_room
from desktop.qt.table import Cell, Column, Table, money_cell

RUN_STATES = {
    RunState.DRAFTING: "paused",
    RunState.DRAFTED: "info",
    RunState.ISSUING: "paused",
    RunState.ISSUED: "ok",
}
DRAFT_STATES = {
    DraftState.WAITING: "plain",
    DraftState.READY: "plain",
    DraftState.HELD: "warn",
    DraftState.ISSUED: "ok",
    DraftState.REVERSED: "plain",
}


def runs_table(say: Catalog) -> Table:
    """The runs of the hall, each with its month, number and what it is for, and how far it is."""
    table = Table(
        say("Bill runs"),
        (
            Column(say("Run"), lambda run: _run_cell(say, run)),
            Column(
                say("State"),
                lambda run: Cell(say(run.state.text), state=RUN_STATES[run.state]),
                badge_room(say("State"), (say(state.text) for state in RunState)),
            ),
        ),
        row_height=theme.ROW_TWO,
    )
    table.show_empty(say("No bill run yet"), say("Ctrl D makes the drafts of a month"))
    return table


def drafts_table(say: Catalog, country: Country) -> Table:
    """The drafts of a run beside the month before: whose, how much, how far, its bill or why it is held."""
    before, change = say("kWh before"), say("Change %")
    amount = say("Amount {sign}", sign=country.currency.sign)

    def who(draft: DraftRow) -> Cell:
        number = country.format_account(draft.account_number)
        return Cell(draft.customer_name, f"{number}  {draft.address}")

    table = Table(
        say("Accounts of the run"),
        (
            Column(say("Customer, account, address"), who, head=0.6),
            Column(before, lambda draft: _before(say, draft), title_room(before, 88), right=True),
            Column("kWh", lambda draft: Cell(say.number(draft.energy)), 80, right=True),
            Column(change, lambda draft: _change(say, draft), title_room(change, 84), right=True),
            Column(
                amount,
                lambda draft: money_cell(say.money(draft.amount), zero=not draft.amount),
                title_room(amount, 104),
                right=True,
            ),
            Column(
                say("State"),
                lambda draft: Cell(say(draft.state.text), state=DRAFT_STATES[draft.state]),
                badge_room(say("State"), (say(state.text) for state in DraftState)),
            ),
            Column(say("Bill, or why it is held"), lambda draft: _outcome(say, draft), least=220),
        ),
        row_height=theme.ROW_TWO,
        persons=True,
        ticks=True,
        key=lambda draft: draft.account_number,
    )
    table.show_empty(say("No drafts here"), "", "receipt-text")
    return table


def _run_cell(say: Catalog, run: RunRow) -> Cell:
    return Cell(say.month(run.period.start), say.join([run.number, why_run(say, run)]), strong=True)


def _before(say: Catalog, draft: DraftRow) -> Cell:
    return Cell("–" if draft.energy_before is None else say.number(draft.energy_before), ink="ink2")


def _outcome(say: Catalog, draft: DraftRow) -> Cell:
    """The number of its bill; of one that is held why, and who can mend that."""
    if draft.reason is None:
        return Cell(draft.bill_number, ink="ink2")
    return Cell(say(draft.reason), say(draft.mending()), ink="ink2")


def _change(say: Catalog, draft: DraftRow) -> Cell:
    if draft.state is DraftState.HELD or not draft.energy_before:
        return Cell("–", ink="ink3")
    change, before = draft.energy.raw - draft.energy_before.raw, draft.energy_before.raw
    return Cell(_percent(say, change, before), ink="bad" if change * 100 >= before * JUMP else "ink2")


def _percent(say: Catalog, change: int, before: int) -> str:
    share = Decimal(change) * 100 / before
    return ("+" if share > 0 else "") + say.number(share, 1)


def why_run(say: Catalog, run: RunRow) -> str:
    """What a run is for where it is no month's run."""
    kind = "" if run.kind is BillKind.PERIODIC else say(run.kind.text)
    return say.join([kind, run.correction])


def listed(say: Catalog, run: RunRow) -> str:
    """That not all accounts of a very large run are in the lists."""
    if run.accounts <= MOST_SHOWN:
        return ""
    return say("{count} of its accounts listed, first what is held or to sign", count=MOST_SHOWN)


def compared(say: Catalog, run: RunRow) -> str:
    """How the energy stands towards the month before, over the accounts that have both."""
    before = run.energy_before.raw
    if not before:
        return ""
    return say("{change} % on the month before", change=_percent(say, run.compared.raw - before, before))


def held_words(say: Catalog, run: RunRow) -> str:
    """How many accounts are held, and how many drafts wait for a signature."""
    words = []
    if run.held:
        words.append(
            say.plural(
                "{count} account is held; its reason stands in its row",
                "{count} accounts are held; their reasons stand in their rows",
                run.held,
            )
        )
    if run.unsigned:
        words.append(
            say.plural(
                "{count} draft waits for another person's signature",
                "{count} drafts wait for another person's signature",
                run.unsigned,
            )
        )
    return say.join(words)
