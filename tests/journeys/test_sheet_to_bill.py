"""A reading sheet becomes a printed bill: Zhejiang, January and February 2026, by command and by page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt

from desktop.app import App
from desktop.billing import service as billing
from desktop.billing.records import RunState
from desktop.countries.cn.amount_in_words import amount_in_words
from desktop.qt.basics import Label
from tests.command_line import CommandLine, servicehall
from tests.hall import account_number, opened, sign
from tests.journeys.hands import CONTROL, Hands
from tests.journeys.sheets import (
    ENGLISH,
    JANUARY_USE,
    LUO,
    NOTICE,
    PLANTED,
    Line,
    cost,
    february,
    formatted,
    january,
    priced,
    spoiled,
    write_sheet,
)
from tests.papers_samples import CNY, fonts_of, pdf_pages, without_blanks, wrong_characters

RUN = "R-HM-2026-000002"
BILL = "B-HM-2026-{:06}"
VILLA = account_number(7)
"""A villa with electric heating, which leaves the first tier in February."""


@pytest.fixture
def run(sample_hall: str, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line on the sample hall."""
    return CommandLine(capsys, sample_hall)


def december(url: str) -> list[int]:
    """The reads of 2025-12-31 by place, as December's bills show them."""
    with opened(url) as app:
        seat = app.command_line()
        shown = [seat.ask(billing.bill, BILL.format(place)) for place in range(1, 51)]
    return [int(bill.reads[0].current.decimal) for bill in shown]


def uses(after: list[Line], before: list[int]) -> list[int]:
    return [int(line.value) - read for line, read in zip(after, before, strict=True)]


def test_by_command_line(run: CommandLine, sample_hall: str, tmp_path: Path) -> None:
    """Twelve bad rows told, corrected, billed, printed; the February after it goes on where January ended."""
    reads = december(sample_hall)
    good = january(reads)
    used = uses(good, reads)
    assert used[4] == JANUARY_USE

    take_spoiled(run, tmp_path, good, reads)
    hold_what_is_missing(run)
    take_corrected(run, tmp_path, good)
    bill(run, used)
    total = sum((cost(0, energy) for energy in used), Decimal(0))
    assert f"{total:,.2f}" in run("bills", "list").out
    look_at_the_paper(run, tmp_path, used)
    owe_the_same_on_card_and_bill(run, used)
    assert run("verify").lines == ["Everything is as it was written."]

    more = [60 + 7 * place for place in range(50)]
    more[6] = 2760 - used[6] + 161
    bill_february(run, tmp_path, february(good, more), used, more)
    assert run("verify").lines == ["Everything is as it was written."]


def take_spoiled(run: CommandLine, folder: Path, good: list[Line], reads: list[int]) -> None:
    """2026-02-05: the sheet comes in; 38 rows are stored, every bad one is told with place, reason, remedy."""
    lines, planted = spoiled(good, reads)
    sheet = write_sheet(folder / "一月.xlsx", lines)
    tried = run("readings", "import", sheet, "--dry-run", code=1)
    taken = run("readings", "import", sheet, code=1)
    assert tried.lines[0] == taken.lines[0] == "一月.xlsx: 51 rows, 38 reads stored."
    assert tried.err == taken.err
    told = taken.err.splitlines()
    assert len(told) == len(planted) == 13
    for row, column, value, reason in planted:
        (line,) = [line for line in told if line.startswith(f"抄表 row {row}, ")]
        place, _, words = line.partition(": ")
        assert place == f'抄表 row {row}, {column} "{value}"'
        assert reason in words
        assert len(words.rstrip(".").split(". ")) == 2, "a reason and a remedy"
    again = run.json("readings", "import", sheet, code=1)
    assert (again["known"], again["stored"], len(again["problems"])) == (True, 38, 13)


def hold_what_is_missing(run: CommandLine) -> None:
    """A run before the correction: what has no read is held with its reason, and nobody owes anything yet."""
    drafted = run("bills", "run", "--period", "2026-01", code=1)
    assert f"Run {RUN} for 2026-01: 38 ready, 0 issued, 12 held" in drafted.out
    held = drafted.err.splitlines()
    assert [line.split()[0] for line in held] == [account_number(place + 1) for place in PLANTED]
    assert all("No read in 2026-01: import the sheet, or estimate." in line for line in held)
    assert run.json("accounts", "show", LUO)["dues"]["items"] == []


def take_corrected(run: CommandLine, folder: Path, good: list[Line]) -> None:
    """The corrected rows come in a sheet of their own."""
    mended = write_sheet(folder / "一月 更正.xlsx", [good[place] for place in PLANTED])
    assert run("readings", "import", mended).lines == ["一月 更正.xlsx: 12 rows, 12 reads stored."]
    twice = run("readings", "import", mended)
    assert "nothing was stored twice" in twice.out


def bill(run: CommandLine, used: list[int]) -> None:
    """The run goes on under its number; drafts are issued, all with the figures reckoned here."""
    total = sum((cost(0, energy) for energy in used), Decimal(0))
    drafted = run.json("bills", "run", "--period", "2026-01")
    assert (drafted["run"]["number"], drafted["run"]["ready"], drafted["run"]["issued"]) == (RUN, 50, 0)
    assert run.json("accounts", "show", LUO)["dues"]["items"] == [], "a draft is not money"
    assert run.sign(RUN) == 1  # who used nothing
    issued = run("bills", "issue", RUN)
    assert issued.lines[0] == (
        f"Run {RUN} for 2026-01: 0 ready, 50 issued, 0 held; {sum(used):,} kWh, {total:,.2f}\N{NO-BREAK SPACE}元."
    )
    again = run.json("bills", "issue", RUN)
    assert again["run"]["issued"] == 50
    assert run.json("bills", "list")[0]["issued"] == 50
    assert "2026-01" in run("bills", "run", "--period", "2026-01", code=1).err, "billed already"
    for place in (1, 5, 7, 12, 19, 41, 50):
        energy = used[place - 1]
        shown = run.json("bills", "show", BILL.format(50 + place))
        assert (Decimal(shown["energy"]), Decimal(shown["amount"])) == (energy, cost(0, energy))
        assert [Decimal(line["amount"]) for line in shown["lines"]] == [part[2] for part in priced(0, energy)]
    luo = run("bills", "show", BILL.format(55)).out
    for words in (
        LUO, "罗静", "1 Jan 2026 to 31 Jan 2026, due 20 Feb 2026", "186.15", "壹佰捌拾陆元壹角伍分",
        "Tier 1 (to 2,760 kWh): 346 kWh from 0 to 346 kWh of this year × 0.538",
        "ZJ-RES-1, valid from 1 Apr 2019", NOTICE,
    ):  # fmt: skip
        assert words in luo, words


def look_at_the_paper(run: CommandLine, folder: Path, used: list[int]) -> None:
    """One page for each bill, in walking order, and every figure can be read back from it."""
    out = folder / "bills.pdf"
    assert run("bills", "print", RUN, "--out", out).lines == [f"50 pages in {out}"]
    assert all(fonts_of(out.read_bytes()).values()), "every font is embedded"
    pages = pdf_pages(out.read_bytes())
    assert len(pages) == 50
    for place, (page, energy) in enumerate(zip(pages, used, strict=True), 1):
        text, amount = without_blanks(page), cost(0, energy)
        assert not wrong_characters(page)
        for words in (
            BILL.format(50 + place), formatted(account_number(place)), f"{amount:,.2f}",
            amount_in_words(amount), NOTICE, "ZJ-RES-1",
        ):  # fmt: skip
            assert without_blanks(words) in text, (place, words)
        due = "20Feb2026" if account_number(place) == ENGLISH else "2026-02-20"
        assert (due in text) == bool(amount), "a bill of nothing has no due date"
        for tier, part, sum_ in priced(0, energy):
            floor = (0, 2760, 4800)[tier - 1]
            price = ("0.538", "0.588", "0.838")[tier - 1]
            line = f"{part:,}{price}{floor:,}→{floor + part:,}{sum_:,.2f}"
            assert line in text, (place, line)
    english = pages[[account_number(place) for place in range(1, 51)].index(ENGLISH)]
    for words in ("Electricity bill", "Pay by", "20 Feb 2026", "Tier 1 (to 2,760 kWh)", "In words"):
        assert words in english
    assert "截止日期2026-02-20" in without_blanks(pages[4])


def owe_the_same_on_card_and_bill(run: CommandLine, used: list[int]) -> None:
    """`accounts show`, `accounts list` and `bills show` tell one amount; December's debts stand beside it."""
    rows = {row["number"]: row for row in run.json("accounts", "list")}
    for place in (5, 7, 9, 19, 41):
        account, amount = account_number(place), cost(0, used[place - 1])
        card = run.json("accounts", "show", account)
        newest = card["bills"][0]
        shown = run.json("bills", "show", newest["number"])
        assert newest["number"] == BILL.format(50 + place)
        assert Decimal(newest["amount"]) == Decimal(newest["open"]) == Decimal(shown["amount"]) == amount
        (item,) = [item for item in card["dues"]["items"] if item["month"] == "2026-01-01"]
        assert (Decimal(item["principal"]), Decimal(item["late_fee"])) == (amount, 0)
        assert (item["bill_number"], item["due_on"]) == (shown["number"], shown["due_on"])
        owed = sum((Decimal(item["principal"]) for item in card["dues"]["items"]), Decimal(0))
        assert Decimal(rows[account]["owed"]) == owed
        assert f"{amount:,.2f}" in run("accounts", "show", account).out


def bill_february(
    run: CommandLine, folder: Path, lines: list[Line], used: list[int], more: list[int]
) -> None:
    """2026-03-05: the tiers of the year go on; 罗静's January bill has earned its late fee."""
    for day, days, fee in (("2026-02-20", 0, "0.00"), ("2026-02-21", 1, "0.19"), ("2026-03-05", 13, "2.42")):
        (item,) = run.on(day).json("accounts", "show", LUO)["dues"]["items"]
        assert (Decimal(item["principal"]), item["overdue_days"]) == (Decimal("186.15"), days)
        assert Decimal(item["late_fee"]) == Decimal(fee)
        reckoned = Decimal("186.15") * Decimal("0.001") * (date.fromisoformat(day) - date(2026, 2, 20)).days
        assert Decimal(item["late_fee"]) == round(reckoned, 2)
    march = run.on("2026-03-05")
    told = march("accounts", "show", LUO).out
    assert "186.15 × 1 ‰ × 13 d (21 Feb 2026 to 5 Mar 2026) = 2.42" in told
    assert "To pay today: 188.57\N{NO-BREAK SPACE}元" in told

    for told in march.json("readings", "queue", "list")["rows"]:  # four told their reads themselves
        march("readings", "queue", "reread", told["doubtful_id"])
    sheet = write_sheet(folder / "二月.xlsx", lines)
    taken = march("readings", "import", sheet).lines
    assert taken == ["二月.xlsx: 50 rows, 28 reads stored.", "22 reads wait for a decision."]
    accepted = [march("readings", "queue", "accept", "--flag", flag).out for flag in ("surge", "drop")]
    assert sum(int(words.split()[1]) for words in accepted) == 22
    done = march.json("bills", "run", "--period", "2026-02")
    assert march.sign(done["run"]["number"]) == done["run"]["unsigned"] > 0  # who uses a third more or less
    issued = march.json("bills", "issue", done["run"]["number"])
    total = sum((cost(before, now) for before, now in zip(used, more, strict=True)), Decimal(0))
    assert Decimal(issued["run"]["amount"]) == total
    villa = march("bills", "show", BILL.format(107)).out
    assert f"{2760 - used[6]:,} kWh from {used[6]:,} to 2,760 kWh of this year × 0.538" in villa
    assert "161 kWh from 2,760 to 2,921 kWh of this year × 0.588" in villa
    luo = march.json("bills", "show", BILL.format(105))
    assert Decimal(luo["arrears"]) == Decimal("186.15")
    assert Decimal(luo["usage"][-2]["energy"]) == JANUARY_USE
    assert len(luo["usage"]) == 13

    out = folder / "february.pdf"
    march("bills", "print", issued["run"]["number"], "--out", out)
    page = without_blanks(pdf_pages(out.read_bytes())[6])
    assert without_blanks(formatted(VILLA)) in page
    assert f"{2760 - used[6]:,}0.538{used[6]:,}→2,760" in page
    assert "1610.5882,760→2,921" in page
    unpaid = without_blanks(pdf_pages(out.read_bytes())[4])
    assert "186.15" in unpaid, "what is unpaid from before stands on the new bill"
    assert "2026-03-20" in unpaid


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_by_the_installed_program(run: CommandLine, sample_hall: str, tmp_path: Path) -> None:
    """The first and the last step with the real program: the sheet comes in, the bills go out. The other kind of
    database meets the installed program in `test_payment_to_receipt`."""
    write_sheet(tmp_path / "january.xlsx", january(december(sample_hall)))
    taken = servicehall("readings", "import", "january.xlsx", cwd=tmp_path, SERVICEHALL_DB=sample_hall)
    assert taken.out == "january.xlsx: 50 rows, 50 reads stored.\n"
    run("bills", "run", "--period", "2026-01")
    run.sign(RUN)
    run("bills", "issue", RUN)
    printed = servicehall("bills", "print", RUN, "--out", "bills.pdf", "--db", sample_hall, cwd=tmp_path)
    assert printed.out == "50 pages in bills.pdf\n"
    pages = pdf_pages((tmp_path / "bills.pdf").read_bytes())
    assert len(pages) == 50
    assert "186.15" in pages[4]


def test_by_page(hands: Hands, app: App, sample_hall: str, tmp_path: Path) -> None:
    """王静, a clerk, does January with the keyboard alone: sheet, correction, drafts, issue, paper."""
    reads = december(sample_hall)
    good = january(reads)
    used = uses(good, reads)
    window = hands.sign_in(app, "wang")
    assert [entry.name for entry in window.entries] == [
        *(
            "today",
            "customers",
            "readings",
            "bills",
            "doubtful",
            "routes",
            "invoices",
            "treasury",
            "tariffs",
            "printers",
            "prints",
            "groups",
        ),
    ]

    take_sheets(hands, tmp_path, good, reads)
    issue(hands, app, used)
    print_all(hands, tmp_path, used)
    read_one(hands, used)
    assert app.verify() == []


def take_sheets(hands: Hands, folder: Path, good: list[Line], reads: list[int]) -> None:
    """Checked first, then taken, once; the bad rows stand in a table and in a sheet for the one who corrects."""
    lines, planted = spoiled(good, reads)
    page = hands.open("readings")
    with hands.naming(write_sheet(folder / "一月.xlsx", lines)):
        hands.press(Qt.Key.Key_O, CONTROL)
    hands.wait(lambda: page.checked is not None)
    assert (page.checked.rows, page.checked.stored, page.taken) == (51, 38, None)
    model = page.table.rows_model
    shown = [tuple(model.cell(at, column).text for column in range(1, 4)) for at in range(len(model.rows))]
    assert sorted(shown) == sorted(row[:3] for row in planted)
    with hands.naming(folder / "rejects.xlsx"):
        hands.press(Qt.Key.Key_S, CONTROL)
    hands.wait((folder / "rejects.xlsx").exists)
    assert openpyxl.load_workbook(folder / "rejects.xlsx").active.max_row == 14
    hands.hold(Qt.Key.Key_F12)
    hands.wait(lambda: page.taken is not None)
    assert page.taken.stored == 38
    assert page.banner.title_text == "Stored 38 reads, 13 rows to correct"

    with hands.naming(write_sheet(folder / "一月 更正.xlsx", [good[place] for place in PLANTED])):
        hands.press(Qt.Key.Key_O, CONTROL)
    hands.wait(lambda: page.checked is not None and page.checked.stored == 12)
    hands.press(Qt.Key.Key_F12)
    hands.wait(lambda: page.taken is not None)
    assert page.banner.title_text == "Stored 12 reads"


def issue(hands: Hands, app: App, used: list[int]) -> None:
    """Drafts by Ctrl D; 赵建国 signs what waits; a held F12 issues each bill once."""
    total = sum((cost(0, energy) for energy in used), Decimal(0))
    page = hands.open("bills")
    hands.press(Qt.Key.Key_D, CONTROL)
    hands.wait(lambda: page.run_shown.number == RUN and len(page.drafts) == 50)
    assert hands.window.key_line.primary.text() == "Issue 49 bills"
    assert sign(app.command_line(), RUN) == 1  # who used nothing
    page.ask_again()
    hands.wait(lambda: hands.window.key_line.primary.text() == "Issue 50 bills")
    assert page.cards["amount"].accessibleName() == f"Drafted amount {total:,.2f} 元"
    hands.hold(Qt.Key.Key_F12)
    hands.wait(lambda: page.run_shown.state is RunState.ISSUED)
    assert page.run_shown.issued == 50
    assert [draft.bill_number for draft in page.drafts] == [BILL.format(50 + at) for at in range(1, 51)]


def print_all(hands: Hands, folder: Path, used: list[int]) -> None:
    """One file for all, named in the dialog."""
    page, out = hands.page, folder / "bills.pdf"
    with hands.naming(out):
        hands.press(Qt.Key.Key_F12)
    hands.wait(lambda: not page.job_running and page.banner.title_text)
    assert page.banner.title_text == "50 pages written"
    pages = pdf_pages(out.read_bytes())
    assert [f"{cost(0, energy):,.2f}" in page for page, energy in zip(pages, used, strict=True)] == [
        True
    ] * 50


def read_one(hands: Hands, used: list[int]) -> None:
    """Enter opens 罗静's bill with the origin of its line; Ctrl P shows the paper; Esc goes back twice."""
    page = hands.page
    page.table.setFocus()
    hands.press(Qt.Key.Key_Home)
    for _ in range(4):
        hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Return)
    hands.wait(lambda: page.pane.isVisible() and page.pane.shown.account_number == LUO)
    shown = page.pane.shown
    assert (str(CNY.decimal(shown.amount)), shown.energy.decimal) == ("186.15", JANUARY_USE)
    words = " ".join(label.text() for label in page.pane.findChildren(Label))
    assert "346 kWh from 0 to 346 kWh of this year × 0.538" in words
    assert NOTICE in words
    assert (
        f"346 kWh = {int(shown.reads[0].current.decimal):,} − {int(shown.reads[0].previous.decimal):,}"
        in words
    )
    hands.press(Qt.Key.Key_P, CONTROL)
    hands.wait(lambda: page.stack.currentWidget() is page.paper)
    assert page.paper.view.pages == 1
    (paper,) = pdf_pages(Path(page.paper.where.toolTip()).read_bytes())
    assert "186.15" in paper
    hands.press(Qt.Key.Key_Escape)
    hands.press(Qt.Key.Key_Escape)
    assert page.pane.isHidden()
