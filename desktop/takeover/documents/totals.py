"""The control totals of a takeover: compared with the former system on paper, and signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.kernel.lettering import Face
from desktop.kernel.measures import Energy, Measure, Money, Power, Reading
from desktop.kernel.paper import (
    A4,
    ACCENT,
    INK2,
    RIGHT,
    Column,
    Leaf,
    Paper,
    Table,
    one_paper,
)
from desktop.kernel.sheet import Column as SheetColumn
from desktop.kernel.sheet import Kind, Sheet, write_xlsx
from desktop.kernel.text import Catalog, Text
from desktop.takeover.documents.sheets import COUNTED
from desktop.takeover.records import ClassTotals, HallTaken, Totals
from desktop.tariffs.records import CustomerClass

LEFT_EDGE, RIGHT_EDGE, BOTTOM = 20.0, 190.0, 250.0
_NOTHING = ClassTotals("")
_CLASSES = {one.value: one.text for one in CustomerClass} | {"": Text("without a contract")}


@dataclass(frozen=True, slots=True)
class TotalRow:
    """One control total: of the whole workbook, and of what is taken of it. A count, an energy or an amount."""

    name: Text
    whole: int | Measure
    taken: int | Measure

    @property
    def agrees(self) -> bool:
        """Whether all of it is taken."""
        return self.whole == self.taken


def total_rows(whole: Totals, taken: Totals) -> tuple[TotalRow, ...]:
    """Both sides of a takeover, one row for each figure."""
    names = {sheet.name: sheet.title for sheet in COUNTED}
    rows: list[TotalRow] = [
        TotalRow(names[name], count, dict(taken.counts)[name]) for name, count in whole.counts
    ]
    rows.append(TotalRow(Text("Sum of last readings"), whole.last_reads, taken.last_reads))
    rows += [
        TotalRow(Text("kWh of the history"), whole.history, taken.history),
        TotalRow(Text("kVA in the terms"), whole.capacity, taken.capacity),
        TotalRow(Text("kW by contract in the terms"), whole.demand, taken.demand),
    ]
    ours = {one.customer_class: one for one in taken.classes}
    for one in whole.classes:
        came = ours.get(one.customer_class, _NOTHING)
        name = _CLASSES.get(one.customer_class, one.customer_class)
        rows += [
            TotalRow(Text("Open items, {name}", name=name), one.items, came.items),
            TotalRow(Text("Billed, {name}", name=name), one.billed, came.billed),
            TotalRow(Text("Left to pay, {name}", name=name), one.left, came.left),
            TotalRow(Text("Credit, {name}", name=name), one.credit, came.credit),
        ]
    rows.append(TotalRow(Text("Left to pay, all"), whole.left, taken.left))
    rows.append(TotalRow(Text("Credit, all"), whole.credit, taken.credit))
    rows.append(TotalRow(Text("Security deposits"), whole.deposits, taken.deposits))
    return tuple(rows)


def figure(value: int | Measure, say: Catalog) -> str:
    """A control total in words: energy with its unit, money with its sign."""
    match value:
        case Money():
            return say.money(value, unit=True)
        case Energy():
            return f"{say.write(value)} kWh"
        case Reading() | Power():
            return say.write(value)
    return say.number(value)


def totals_xlsx(outcome: HallTaken, say: Catalog) -> bytes:
    """The control totals as a workbook."""
    columns = (
        SheetColumn(say("Control total"), width=36),
        SheetColumn(say("Workbook"), Kind.VALUE, _decimals(say), 20),
        SheetColumn(_came(outcome, say), Kind.VALUE, _decimals(say), 20),
        SheetColumn(say("Former system"), width=20),
    )
    rows = ((say(row.name), row.whole, row.taken, "") for row in total_rows(outcome.totals, outcome.taken))
    return write_xlsx([Sheet(say("Control totals"), columns, rows)])


def _decimals(say: Catalog) -> int:
    return say.currency.decimals if say.currency else 2


def _came(outcome: HallTaken, say: Catalog) -> str:
    return say("Would come in") if outcome.dry_run else say("Came in")


def totals_pdf(outcome: HallTaken, say: Catalog, hall: str, person: str, at: datetime) -> bytes:
    """The control totals on A4, with a column to write those of the former system into, and lines to sign."""
    title = say("Control totals of a takeover")
    table = Table(
        (
            Column(say("Control total"), 22, 60),
            Column(say("Workbook"), 118, 34, RIGHT),
            Column(_came(outcome, say), 153, 34, RIGHT),
            Column(say("Former system"), 188, 34, RIGHT),
        ),
        LEFT_EDGE,
        RIGHT_EDGE,
    )
    rows = total_rows(outcome.totals, outcome.taken)

    def draw(paper: Paper) -> None:
        leaf, y = _begun(paper, title, say.join((hall, outcome.file_name)), say)
        y = table.head(leaf, y)
        for row in rows:
            if y > BOTTOM:
                paper.add(leaf)
                leaf, y = _begun(paper, title, say.join((hall, outcome.file_name)), say)
                y = table.head(leaf, y)
            cells = (say(row.name), figure(row.whole, say), figure(row.taken, say), "")
            y = table.cells(leaf, y, cells, face=Face.REGULAR if row.agrees else Face.BOLD)
            leaf.rule(y, LEFT_EDGE, RIGHT_EDGE)
        if y > BOTTOM - 10:
            paper.add(leaf)
            leaf, y = _begun(paper, title, say.join((hall, outcome.file_name)), say)
        _signed(leaf, y + 8, say, (say("Drawn up by {name}", name=person), say.moment(at)))
        paper.add(leaf)

    return one_paper(draw, title, hall, say.language, A4)


def _begun(paper: Paper, title: str, about: str, say: Catalog) -> tuple[Leaf, float]:
    leaf = paper.leaf()
    leaf.text(LEFT_EDGE, 24, title, 17, face=Face.BOLD, width=RIGHT_EDGE - LEFT_EDGE)
    leaf.text(LEFT_EDGE, 31, about, 9, ink=INK2, width=RIGHT_EDGE - LEFT_EDGE)
    leaf.rule(35, LEFT_EDGE, RIGHT_EDGE, 1, ACCENT)
    return leaf, 40


def _signed(leaf: Leaf, y: float, say: Catalog, drawn: Sequence[str]) -> None:
    leaf.text(LEFT_EDGE, y, say.join(list(drawn)), 9, ink=INK2, width=RIGHT_EDGE - LEFT_EDGE)
    for place, who in enumerate((say("Compared by, date"), say("Agreed by, date"))):
        left = LEFT_EDGE + place * 90
        leaf.rule(y + 24, left, left + 78)
        leaf.text(left, y + 29, who, 8, ink=INK2, width=78)
