"""The summary of a bill run as a workbook."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.billing.records import DraftRow, RunRow
from desktop.kernel.sheet import Column as SheetColumn
from desktop.kernel.sheet import Kind, Origin, Sheet, write_xlsx
from desktop.kernel.text import Catalog, Text

ACCOUNTS_OF_RUN = Text("Accounts of the run")
"""The name of the list of a run's accounts, which holds persons."""


def run_summary_xlsx(
    run: RunRow, drafts: Iterable[DraftRow], say: Catalog, origin: Origin | None = None
) -> bytes:
    """A bill run as a workbook: one row of totals on the first sheet, a row per account on the second.

    Energy is in kWh, amounts are numbers in currency units. ``say`` is the language of who asks.
    """
    sign, decimals = (say.currency.sign, say.currency.decimals) if say.currency else ("", 2)
    energy = SheetColumn(say("Energy kWh"), Kind.NUMBER)
    amount = SheetColumn(say("Amount {sign}", sign=sign), Kind.NUMBER, decimals)
    titles = (Text("Run number"), Text("Period"), Text("State"), Text("Started at"), Text("Started by"))
    counts = (Text("Accounts"), Text("Ready"), Text("Held"), Text("Issued"))
    whole = Sheet(
        say("Bill run"),
        (
            *(SheetColumn(say(title), width=20) for title in titles),
            *(SheetColumn(say(title), Kind.NUMBER) for title in counts),
            energy,
            amount,
        ),
        [_run_values(run, say)],
    )
    each = Sheet(
        say("Accounts"),
        (
            SheetColumn(say("Account number"), width=18),
            SheetColumn(say("Customer"), width=20),
            SheetColumn(say("Address of use"), width=40),
            SheetColumn(say("State")),
            energy,
            SheetColumn(say("Month before kWh"), Kind.NUMBER),
            SheetColumn(say("Change kWh"), Kind.NUMBER),
            amount,
            SheetColumn(say("Bill number"), width=24),
            SheetColumn(say("Reason"), width=50),
        ),
        (_draft_values(draft, say) for draft in drafts),
        () if origin is None else (origin.remark,),
    )
    return write_xlsx([whole, each], origin)


def _run_values(run: RunRow, say: Catalog) -> list[object]:
    about = [run.number, run.period.code, say(run.state.text), say.moment(run.started_at), run.started_by]
    return [*about, run.accounts, run.ready, run.held, run.issued, run.energy, run.amount]


def _draft_values(draft: DraftRow, say: Catalog) -> list[object]:
    change = None if draft.energy_before is None else draft.energy - draft.energy_before
    return [
        draft.account_number,
        draft.customer_name,
        draft.address,
        say(draft.state.text),
        draft.energy,
        draft.energy_before,
        change,
        draft.amount,
        draft.bill_number,
        say(draft.reason) if draft.reason else None,
    ]
