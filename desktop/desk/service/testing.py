"""A customer doubts a meter: its test is ordered with a slip to take along, and the result is told in a letter."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from desktop.contracts import service as contracts
from desktop.contracts.tables import SupplyContract
from desktop.counter import service as counter
from desktop.desk.records.papers import PaperQuery
from desktop.desk.records.testing import MeterTestPaper, MeterTestPaperKind, MeterTestsShown
from desktop.kernel import canonical
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.metering import service as metering
from desktop.metering.records import ErrorFound, MeterTestOrder, MeterTestRow
from desktop.papers import service as papers
from desktop.papers.tables import IssuedPaper
from desktop.premises import service as premises
from desktop.staff import service as staff


@query("desk.view")
def meter_tests_shown(work: Work, account_number: str) -> MeterTestsShown:
    """The meters that hang at an account, and every test that was ordered for it."""
    key = ledger.account_id(work, account_number)
    place = counter.places_of(work, [key])[key]
    points = [one.service_point_id for one in contracts.points_of(work, key)]
    serials, places = metering.serial_numbers(work, points), premises.places(work, set(points))
    rules = work.country.meter_tests
    known = metering.calendar(work)
    due = None if rules is None else rules.due(work.today, known)
    unknown = metering.unknown_words(metering.unknown_years(work, known, work.today, due))
    return MeterTestsShown(
        account_number=place.number,
        customer_name=place.customer_name,
        meters=tuple((serials[point], places[point].address) for point in points if point in serials),
        rows=metering.meter_tests_of(work, key),
        due_on=due,
        told=() if rules is None else (*unknown, *rules.told(work.today)),
    )


@operation("metering.order_test")
def order_meter_test(work: Work, order: MeterTestOrder) -> MeterTestPaper:
    """Order the test of a meter of an account; the answer is the slip the customer takes along, whose number it has.

    Refused where the meter is to be tested already, told with the number of that order.
    """
    key = ledger.account_id(work, order.account_number)
    place = counter.places_of(work, [key])[key]
    asked_by = order.asked_by.strip() or place.customer_name
    row, shown = metering.drawn_up(work, key, replace(order, asked_by=asked_by))
    rules = work.country.meter_tests
    told = () if rules is None else rules.told(work.today)
    told = (*metering.unknown_words(shown.unknown_years), *told)
    paper = _issued(work, MeterTestPaperKind.ORDER, key, lambda number: replace(shown, number=number), told)
    metering.ordered(work, row, paper.number)
    return paper


@operation("desk.issue_paper")
def write_test_letter(work: Work, number: str) -> MeterTestPaper:
    """The letter that tells a customer what the test of a meter said; written once for a report, then as a copy."""
    test = metering.meter_test(work, number)
    if test.latest is None:
        raise Refused(Text("Nothing is reported of test {number} yet.", number=test.number))
    before = work.session.scalars(
        sa.select(IssuedPaper)
        .filter_by(owner_id=test.account_id, kind=MeterTestPaperKind.RESULT.value)
        .order_by(IssuedPaper.issued_at.desc(), IssuedPaper.number.desc())
    )
    for row in before:
        if _content(row).test.reports == test.reports:
            return _again(work, row)
    rules = work.country.meter_tests
    told = () if rules is None else rules.outcome(test.latest.report.verdict.value)
    return _issued(work, MeterTestPaperKind.RESULT, test.account_id, lambda _number: test, told)


@query("desk.view")
def meter_error(work: Work, number: str) -> ErrorFound:
    """What is put right because of a test, as far as it tells; refused where nothing is."""
    test = metering.meter_test(work, number)
    supplied = work.session.execute(
        sa.select(SupplyContract.number, SupplyContract.valid_from)
        .filter_by(contract_account_id=test.account_id, service_point_id=test.service_point_id)
        .order_by(SupplyContract.valid_from)
    ).all()
    found = metering.error_found(work, test, supplied[0].valid_from)
    if found is None:
        raise Refused(Text("Nothing is put right because of test {number}.", number=test.number))
    month, values = found
    report = test.latest.report.report_number if test.latest is not None else ""
    reason = Text(
        "Test {number} of meter {serial}, report {report}",
        number=test.number,
        serial=test.meter_serial,
        report=report or test.number,
    )
    return ErrorFound(test.account_number, supplied[-1].number, month, json.dumps(values), reason)


@operation("desk.issue_paper")
def reprint_test_paper(work: Work, request: PaperQuery) -> MeterTestPaper:
    """A paper about the test of a meter once more, marked COPY n and entered in the print journal."""
    row = papers.issued(work, request.number)
    if row.kind not in {kind.value for kind in MeterTestPaperKind}:
        raise NotFound(Text("No paper has the number {number}.", number=request.number))
    return _again(work, row)


def _issued(
    work: Work,
    kind: MeterTestPaperKind,
    account_id: UUID,
    test: Callable[[str], MeterTestRow],
    told: tuple[Text, ...],
) -> MeterTestPaper:
    place, head = counter.places_of(work, [account_id])[account_id], staff.letterhead(work)

    def made(number: str, code: str) -> MeterTestPaper:
        return MeterTestPaper(
            number=number,
            kind=kind,
            letterhead=head,
            language=place.language,
            account_number=place.number,
            customer_name=place.customer_name,
            address=test(number).address,
            written_on=work.today,
            by=work.actor.name,
            test=test(number),
            told=told,
            check_code=code,
        )

    return papers.issue(work, kind.value, account_id, place.language, made)


def _content(row: IssuedPaper) -> MeterTestPaper:
    found: MeterTestPaper = canonical.load(MeterTestPaper, row.content)
    return found


def _again(work: Work, row: IssuedPaper) -> MeterTestPaper:
    return replace(_content(row), copy=papers.queue(work, row.kind, row.number, row.owner_id))
