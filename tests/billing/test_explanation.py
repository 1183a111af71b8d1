"""The page that tells why a bill differs: its causes with their amounts, tiers, reads, in four languages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from desktop.billing import service as billing
from desktop.billing.documents import explanation_pdf
from desktop.billing.records import Against, Cause, CauseAmount, Comparison, Explanation
from desktop.contracts import service as contracts
from desktop.contracts.records import Connections
from desktop.countries.cn import COUNTRY as CHINA
from desktop.desk import service as desk
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Energy, Money
from desktop.kernel.period import Clock, Period
from desktop.kernel.text import LANGUAGES, Catalog, catalog
from desktop.kernel.work import Seat
from desktop.metering.records import ReadImport, ReadSource
from desktop.metering.service import import_reads
from tests.billing.mixed import agree_on_prices
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.hall import SMALL, accept_waiting, connected_hall, connection, issue, opened, read, small_reads
from tests.hall import found as found_hall
from tests.papers_samples import CNY, make_bill, many_reads, outside, overlapping, pdf_pages

AMOUNTS = {
    Cause.USAGE: 9050, Cause.TIER: 1200, Cause.PRICE: -2500, Cause.TERMS: 40, Cause.DAYS: -310,
    Cause.TOGETHER: 5,
}  # fmt: skip


def in_yuan(language: str) -> Catalog:
    return catalog(language, CNY)


def found(language: str, reads: int = 1) -> Explanation:
    """Two invented bills whose difference has every cause."""
    new = make_bill(language=language, **({"reads": many_reads(reads)} if reads > 1 else {}))
    whole = sum(AMOUNTS.values())
    old = replace(
        new, number="B-HM-2026-000001", period=Period.month("2026-09"), energy=Energy.of(402), days=30,
        amount=Money(new.amount.raw - whole),
    )  # fmt: skip
    causes = tuple(CauseAmount(cause, Money(raw)) for cause, raw in AMOUNTS.items())
    return Explanation(
        old, new, Comparison(Against.MONTH, old.number, old.energy, old.amount, Money(whole), causes)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_page_holds_every_cause_with_its_amount_and_nothing_lies_over_anything(language: str) -> None:
    explained = found(language)
    pdf = explanation_pdf(explained, in_yuan, CHINA)
    (page,) = pdf_pages(pdf)
    say = in_yuan(language)
    words = page.replace("\N{NO-BREAK SPACE}", " ").replace("\n", " ").replace("\r", "")
    for one in explained.why.causes:
        assert say(one.cause.text) in words
        assert say.money(abs(one.amount)) in words
    assert say.money(explained.why.difference) in words
    assert language != "vi" or "so với tháng 9/2026" in words
    assert overlapping(pdf) == []
    assert outside(pdf, 20, 195) == []


def test_reads_that_have_no_room_are_counted() -> None:
    pdf = explanation_pdf(found("en", reads=12), in_yuan, CHINA)
    (page,) = pdf_pages(pdf)
    assert "more reads on the bills" in page
    assert overlapping(pdf) == []


def test_two_bills_of_an_account_are_explained(small: Seat, small_hall: str) -> None:
    new, gone, *_ = small.ask(desk.account_card, SMALL[2]).bills
    explained = small.ask(billing.explanation, (gone.number, new.number))
    assert (explained.old.number, explained.new.number) == (gone.number, new.number)
    assert explained.why.difference == explained.new.amount - explained.old.amount
    assert sum(one.amount.raw for one in explained.why.causes) == explained.why.difference.raw
    assert len(pdf_pages(explanation_pdf(explained, small.app.catalog, small.app.country))) == 1
    (other,) = small.ask(desk.account_card, SMALL[1]).bills
    for numbers, error in (
        ((other.number, new.number), Refused),
        (("B-0", new.number), NotFound),
    ):
        with pytest.raises(error):
            small.ask(billing.explanation, numbers)


def test_the_page_is_written_by_a_command(
    small_hall: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command = CommandLine(capsys, small_hall, today="2026-02-05", lang="en", station="1")
    new, gone, *_ = (row["number"] for row in command.json("accounts", "show", SMALL[2])["bills"])
    out = tmp_path / "why.pdf"
    told = command("bills", "explain", gone, new, "--pdf", str(out)).lines
    assert told[-1] == str(out)
    (page,) = pdf_pages(out.read_bytes())
    assert new in page
    assert gone in page


# A new levy


def levied() -> str:
    """A price list, made up, that asks for a fund from February on, besides a dearer kWh."""

    def version(code: str, start: str, end: str | None, **prices: str) -> dict[str, object]:
        charges = [
            {
                "kind": "per_kwh", "code": name, "price_origin": "catalogue", "name": name,
                "quantity": "energy_kwh", "unit": "kWh", "price": price,
            }
            for name, price in prices.items()
        ]  # fmt: skip
        tax = {"kind": "included_tax", "code": "vat", "price_origin": "catalogue", "percent": "13"}
        return {
            "code": code, "valid_from": start, "valid_to": end, "notice": "made up for tests", "source": "-",
            "components": [*charges, tax],
        }  # fmt: skip

    versions = [
        version("LEVY-1", "2025-01-01", "2026-02-01", energy="0.65"),
        version("LEVY-2", "2026-02-01", None, energy="0.66", funds="0.02"),
    ]
    return json.dumps(
        {
            "format": 1, "code": "LEVY", "name": "Levied", "use_class": "test",
            "customer_class": "commercial", "currency": "CNY", "decimals": 2, "versions": versions,
        }
    )  # fmt: skip


def levied_hall(url: str) -> None:
    """One account by that list; January and February billed, 310 and 280 kWh: ten a day."""
    with opened(url) as app:
        found_hall(app)
        agree_on_prices(app, [levied()])
        seat = app.command_line("1")
        one = connection(SMALL[0], tariff_code="LEVY")
        seat.do(contracts.connect, Connections((one,)))
        read(seat, SMALL[:1], date(2026, 1, 31), 310)
        issue(seat, billing.run_bills(seat, Period.month("2026-01")).run.number)
    with opened(url, date(2026, 3, 1)) as app:
        seat = app.command_line("1")
        read(seat, SMALL[:1], date(2026, 2, 28), 590)
        issue(seat, billing.run_bills(seat, Period.month("2026-02")).run.number)


def test_what_is_charged_for_the_first_time_is_a_cause_of_its_own(databases: Databases) -> None:
    """310 kWh cost 0.01 more a kWh and 0.02 of a fund; three days fewer take 30 kWh away."""
    with opened(databases.like(levied_hall), date(2026, 3, 1)) as app:
        seat = app.command_line("1")
        new, old = (row.number for row in seat.ask(desk.account_card, SMALL[0]).bills)
        why = seat.ask(billing.why_different, (old, new))
        assert {one.cause: one.amount for one in why.causes} == {
            Cause.PRICE: Money(310),
            Cause.LEVY: Money(620),
            Cause.DAYS: Money(-2040),
        }
        assert why.difference == Money(190 * 100 + 40 - 20150)


# Estimates


def test_an_estimate_is_marked_and_settled_by_the_next_true_read_with_the_difference(
    databases: Databases,
) -> None:
    """January is estimated at 310 kWh; by the read of February both months used 400: 90 are left for it."""
    with opened(databases.like(connected_hall), date(2026, 3, 1)) as app:
        seat = app.command_line("1")
        for day, used, source in (
            (date(2026, 1, 31), 310, ReadSource.ESTIMATED),
            (date(2026, 2, 28), 400, ReadSource.INSPECTOR),
        ):
            rows = [replace(row, source=source) for row in small_reads(SMALL[:1], day, used)]
            seat.do(import_reads, ReadImport(f"{day}", tuple(rows)))
            accept_waiting(seat)
            issue(seat, billing.run_bills(seat, Period.month(f"{day:%Y-%m}")).run.number)
        new, old = (seat.ask(billing.bill, row.number) for row in seat.ask(desk.account_card, SMALL[0]).bills)
        say = app.catalog("en")
        assert [say(note) for note in old.notes] == [
            "This month is estimated: the next true read settles it."
        ]
        assert [say(note) for note in new.notes] == [
            "310 kWh were estimated before; this read settles them: 400 kWh in 2 months together."
        ]
        why = seat.ask(billing.why_different, (old.number, new.number))
        assert Cause.ESTIMATE in {one.cause for one in why.causes}
        assert sum(one.amount.raw for one in why.causes) == new.amount.raw - old.amount.raw
        app.clock = Clock(app.country.zone, date(2026, 4, 1))  # what a later month used settles no estimate
        read(seat, SMALL[:1], date(2026, 3, 31), 900)
        issue(seat, billing.run_bills(seat, Period.month("2026-03")).run.number)
        last = seat.ask(desk.account_card, SMALL[0]).bills[0].number
        for pair in ((old.number, last), (last, old.number)):
            found = {one.cause for one in seat.ask(billing.why_different, pair).causes}
            assert Cause.USAGE in found
            assert Cause.ESTIMATE not in found
