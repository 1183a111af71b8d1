"""A sample district of mixed accounts goes from reads to issued bills; a wrong price for one route is put right."""

from __future__ import annotations

import json
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from desktop.app import App
from desktop.billing import service as billing
from desktop.billing.records import START, Against, BillsPage, Cause, CorrectionOrder, DraftRow, ReviewFlag
from desktop.contracts import service as contracts
from desktop.contracts.records import TariffCorrection, TermsOrder
from desktop.kernel import canonical
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.period import Period
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.sample.district import residents, write_district
from desktop.sample.others import price_lists
from desktop.takeover import service as takeover
from desktop.takeover.records import Choices, Duplicates
from tests.billing.mixed import agree_on_prices, shipped
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.hall import JANUARY, accept_waiting, found, opened, sign

EN = catalog("en")
DECEMBER = Period.month("2025-12")
ROUTE, RIGHT, WRONG = "D002", "ZJ-RES", "ZJ-RES-SLIPPED"


def slipped() -> str:
    """The households' list with its decimal point two places too far right, under another code."""
    data = json.loads(shipped("zhejiang_residential"))
    data["code"] = WRONG
    data["versions"][0] |= {"code": f"{WRONG}-1", "notice": "made up for tests"}
    for tier in data["versions"][0]["components"][0]["tiers"]:
        tier["price"] = str(Decimal(tier["price"]) * 100)
    return json.dumps(data)


def priced_hall(url: str) -> None:
    """A hall with the prices of a district and a wrong list, and no customer."""
    with opened(url) as app:
        found(app)
        agree_on_prices(app, [*price_lists()[1:], slipped()])


class District:
    """A district in somebody's hands, and how long each step took."""

    def __init__(self, app: App, folder: Path, accounts: int) -> None:
        self.seat, self.accounts, self.times = app.command_line("1"), accounts, dict[str, float]()
        self._began = time.perf_counter()
        self.files = write_district(folder, accounts, catalog("zh_CN"), app.country)
        self.step("files written")

    def step(self, name: str) -> None:
        """The step of that name is through."""
        now = time.perf_counter()
        self.times[name], self._began = now - self._began, now

    def take_over(self) -> None:
        """Workbook and terms come in."""
        done = takeover.import_hall(self.seat, self.files[0], choices=Choices(Duplicates.KEEP))
        assert (done.accounts, done.problems) == (self.accounts, ())
        self.step("workbook in")
        orders = canonical.load(tuple[TermsOrder, ...], self.files[3].read_text("utf-8"))
        assert self.seat.do(contracts.set_terms_many, orders).contracts == len(orders)
        self.step("terms in")

    def bill(self, file: Path, period: Period) -> str:
        """A sheet of reads becomes issued bills; the number of the run."""
        self.read(file, period)
        run = self.draft(period)
        self.issue(run)
        self.step(f"{period.code} issued")
        return run

    def read(self, file: Path, period: Period) -> None:
        """A sheet of reads comes in; the few that are doubted (the same use a third time) are accepted."""
        taken = metering.import_sheet(self.seat, file)
        assert taken.problems == ()
        assert len(taken.waiting) * 50 < taken.rows == taken.stored + len(taken.waiting)
        accept_waiting(self.seat)
        self.step(f"{period.code} read")

    def draft(self, period: Period) -> str:
        drafted = billing.run_bills(self.seat, period)
        assert (drafted.run.ready, drafted.held) == (self.accounts, ())
        self.step(f"{period.code} drafted")
        return drafted.run.number

    def issue(self, run: str) -> None:
        sign(self.seat, run)
        done = billing.issue_run(self.seat, run)
        assert (done.run.ready, done.held) == (0, ())

    def tariff(self, wrong: str, right: str) -> int:
        """The route's households by one list get another one from January on."""
        order = TariffCorrection(wrong, right, JANUARY.start, "the wrong list was chosen", ROUTE)
        return int(self.seat.do(contracts.correct_tariff, order).contracts)

    def differences(self, run: str) -> list[DraftRow]:
        """The drafts of a run, the largest difference from the month before first."""
        rows = [row for row in self.seat.ask(billing.run_drafts, run) if row.against(Against.MONTH)]
        return sorted(rows, key=lambda row: -abs(_month(row)))


def _month(row: DraftRow) -> int:
    other = row.against(Against.MONTH)
    return other.difference.raw if other else 0


def walk(app: App, folder: Path, accounts: int) -> District:
    """From the workbook to January put right."""
    district = District(app, folder, accounts)
    seat = district.seat
    district.take_over()
    december = district.bill(district.files[1], DECEMBER)
    planted = district.tariff(RIGHT, WRONG)
    district.step("wrong price planted")

    district.read(district.files[2], JANUARY)
    run = district.draft(JANUARY)
    shown = district.differences(run)
    top = shown[: planted * 2 // 3]
    assert {row.route for row in top} == {ROUTE}, "the wrong price shows at the top"
    assert all(ReviewFlag.JUMP in row.flags for row in top), (
        "and waits for another person, used as much as ever"
    )
    by_cause = Counter[Cause]()
    for row in shown:
        other = row.against(Against.MONTH)
        assert other is not None
        assert Money.total([one.amount for one in other.causes]) == other.difference
        by_cause.update({one.cause: one.amount.raw for one in other.causes})
    assert by_cause.most_common(1)[0][0] is Cause.PRICE
    district.step("differences looked at")
    district.issue(run)
    district.step("2026-01 issued")
    wrong = {row.account_number: row.amount for row in seat.ask(billing.run_drafts, run)}

    assert district.tariff(WRONG, RIGHT) == planted
    drafted = billing.correct_bills(seat, CorrectionOrder("the wrong list", period="2026-01", route=ROUTE))
    preview = {row.account_number: row for row in seat.ask(billing.run_drafts, drafted.run.number)}
    district.step("route drafted again")
    sign(seat, drafted.run.number)
    issued = billing.issue_run(seat, drafted.run.number)
    assert (issued.run.issued, issued.run.amount) == (len(preview), drafted.run.amount)
    after = {
        bill.account_number: bill
        for bill in seat.ask(billing.bills_of_run, BillsPage(issued.run.number, START, len(preview))).bills
    }
    assert {number: bill.amount for number, bill in after.items()} == {
        number: row.amount for number, row in preview.items()
    }
    district.step("route put right")
    changed = [number for number in preview if preview[number].amount != wrong[number]]
    assert len(changed) == planted
    households = [one for one in residents(accounts) if one.route == ROUTE and one.tariff == RIGHT]
    assert sorted(changed) == sorted(one.number for one in households)
    for number in changed:
        lines = after[number].lines
        assert sum(line.amount.raw for line in lines) * 90 < wrong[number].raw
        assert all(line.explanation for line in lines)
        assert "× 0.538" in EN(lines[0].explanation[0])
    assert all(bill.amount == Money.total([line.amount for line in bill.lines]) for bill in after.values())
    assert december != run
    assert app.verify() == []
    district.step("verified")
    return district


@pytest.mark.parametrize(("kind", "accounts"), [("sqlite", 800), ("postgresql", 400)])
def test_a_district_is_billed_and_a_wrong_price_put_right(
    kind: str, accounts: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    source: Databases = request.getfixturevalue(
        f"{kind}_databases" if kind == "sqlite" else "postgres_server"
    )
    url = source.like(priced_hall)
    try:
        with opened(url, intents=tmp_path / "under_way") as app:
            walk(app, tmp_path / "district", accounts)
    finally:
        source.drop(url)


@pytest.mark.trial
def test_twenty_thousand_accounts(databases: Databases, tmp_path: Path) -> None:
    """The same of the size of a real district; the time of each step is told."""
    with opened(databases.like(priced_hall), intents=tmp_path / "under_way") as app:
        done = walk(app, tmp_path / "district", 20_000)
    print()
    for name, seconds in done.times.items():
        print(f"{seconds:8.1f} s  {name}")


def test_the_files_of_a_district_are_written_by_command(
    database_url: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = CommandLine(capsys, database_url)
    run("demo", "--accounts", 1)
    folder = tmp_path / "district"
    told = run("sample", "district", folder, "--accounts", 40).out
    assert "district.xlsx, reads_2025-12.xlsx, reads_2026-01.xlsx, terms.json" in told
    assert (
        "40 accounts in 1 of 1 groups"
        in run("import", "hall", folder / "district.xlsx", "--duplicates", "keep").out
    )
    assert "contracts got terms." in run("contracts", "take-terms", folder / "terms.json").out
    taken = run.json("readings", "import", folder / "reads_2025-12.xlsx")
    assert taken["problems"] == []
    assert run.json("bills", "run", "--period", "2025-12")["run"]["ready"] == 40
    wrong = ("--wrong", "ZJ-RES", "--right", "ZJ-SHARED", "--from", "2026-01-01", "--reason", "slip")
    assert (
        "30 contracts have tariff ZJ-SHARED now."
        in run("contracts", "correct-tariff", "--route", "D001", *wrong).out
    )
    assert "No contract" in run("contracts", "correct-tariff", "--route", "D001", *wrong, code=1).err
    (folder / "none.json").write_text("[1]")
    assert "holds no terms" in run("contracts", "take-terms", folder / "none.json", code=1).err


def test_a_tariff_is_put_right_only_where_it_is_named_and_priced(databases: Databases) -> None:
    with opened(databases.like(priced_hall)) as app:
        seat: Seat = app.command_line("1")
        order = TariffCorrection(RIGHT, WRONG, JANUARY.start, "slip", ROUTE)
        for wrong in (
            TariffCorrection(RIGHT, WRONG, JANUARY.start, " ", ROUTE),
            TariffCorrection(RIGHT, WRONG, JANUARY.start, "slip"),
            TariffCorrection(RIGHT, WRONG, JANUARY.start, "slip", ROUTE, ("1",)),
            TariffCorrection(RIGHT, WRONG, JANUARY.start.replace(year=2010), "slip", ROUTE),
        ):
            with pytest.raises(Refused):
                seat.do(contracts.correct_tariff, wrong)
        with pytest.raises(NotFound):
            seat.do(contracts.correct_tariff, order)
