"""Order slip and letter of result of a meter that is tested, A4, in the customer's language."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from desktop.desk.documents.letters import desk_pdf
from desktop.desk.records.testing import MeterTestPaper, MeterTestPaperKind
from desktop.kernel.country import Country
from desktop.kernel.letter import LEFT_EDGE, RIGHT_EDGE, Letter
from desktop.kernel.lettering import Face
from desktop.kernel.paper import RIGHT, Column
from desktop.kernel.text import Catalog
from desktop.metering.records import ReportShown
from desktop.staff.records import Pictures, no_pictures


def meter_test_pdf(
    paper: MeterTestPaper,
    catalog: Callable[[str], Catalog],
    country: Country,
    pictures: Pictures = no_pictures,
) -> bytes:
    """The paper as a PDF; a copy says which one it is."""
    return desk_pdf(paper, _draw, catalog, country, pictures)


def _draw(paper: MeterTestPaper, country: Country, letter: Letter) -> None:
    say, test = letter.say, paper.test
    letter.facts(
        (
            (say("Customer"), paper.customer_name),
            (say("Account number"), country.format_account(paper.account_number)),
            (say("Address of use"), paper.address),
            (say("Meter"), test.meter_serial),
            (say("Number of the order"), test.number),
            (say("Ordered on"), say.date(test.ordered_on)),
            (say("Asked by"), test.asked_by),
            (say("Day wished for"), say.date(test.wanted_on) if test.wanted_on else ""),
        )
    )
    draw = {MeterTestPaperKind.ORDER: _order, MeterTestPaperKind.RESULT: _result}
    draw[paper.kind](paper, letter)
    for one in paper.told:
        letter.words(say(one))
    if paper.kind is MeterTestPaperKind.ORDER:
        letter.close((paper.by, say("Signature of the customer")), say("Seal"))
    else:
        letter.close((paper.by,), say("Seal"))


def _order(paper: MeterTestPaper, letter: Letter) -> None:
    say, test = letter.say, paper.test
    letter.words(say("A test of this meter was ordered. Why, in the customer's words:"))
    letter.words(test.words, face=Face.MEDIUM)
    if test.due_on is not None:
        letter.words(say("You are told the result by {day} at the latest.", day=test.due_on), face=Face.BOLD)


def _result(paper: MeterTestPaper, letter: Letter) -> None:
    say, latest = letter.say, paper.test.latest
    assert latest is not None  # no letter is written before a report is there
    report = latest.report
    letter.facts(
        (
            (say("Tested on"), say.date(report.tested_on)),
            (say("Tested by"), report.tested_by),
            (say("Report number"), report.report_number),
        )
    )
    letter.words(say("Result: {verdict}", verdict=report.verdict), face=Face.BOLD, size=12)
    _points(latest, letter)
    if report.words:
        letter.words(report.words)


def _points(latest: ReportShown, letter: Letter) -> None:
    """The errors found at each load, with their mean below."""
    say, report = letter.say, latest.report
    if latest.error is None or report.permitted is None:
        return
    columns = (
        Column(say("Load %"), LEFT_EDGE + 2, 40),
        Column(say("Error %"), 110, 40, RIGHT),
        Column(say("Permitted %"), RIGHT_EDGE - 1, 40, RIGHT),
    )
    permitted = f"±{say.number(report.permitted)}"
    rows = [(say.number(one.load), _signed(say, one.error), permitted) for one in report.points]
    letter.table(columns, rows, (say("Mean error"), _signed(say, latest.error), ""))


def _signed(say: Catalog, error: Decimal) -> str:
    """An error with its sign: too fast is above zero."""
    return f"+{say.number(error)}" if error > 0 else say.number(error)
