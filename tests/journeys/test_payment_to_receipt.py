"""A counter payment becomes a receipt: 郭洋 still owes December and comes with five hundred yuan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop import sample
from desktop.counter import service as counter
from desktop.counter.documents import receipt_pdf
from desktop.counter.page import Stage
from desktop.counter.records import ReceiptQuery
from desktop.desk import service as desk
from desktop.kernel import intent
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat
from tests import hall as halls
from tests.command_line import CommandLine, servicehall
from tests.hall import TODAY, account_number, opened
from tests.journeys.hands import CONTROL, Hands
from tests.journeys.sheets import Line, formatted, write_sheet
from tests.papers_samples import pdf_codes, pdf_pages, without_blanks, wrong_characters

GUO = account_number(9)
"""郭洋: December 205.80, due 2026-01-20; January 438 kWh × 0.538 = 235.64."""

ZHENG = account_number(18)
"""郑敏: December 117.82, due 2026-01-20; she pays a part."""

KEY = "5f0c9a52-51f1-4f6d-9a0e-6d4f6b3c2a10"


@pytest.fixture
def run(billed_hall: str, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line at the third counter, January billed."""
    return CommandLine(capsys, billed_hall).at("3")


def amounts(card: Any) -> list[tuple[str, Decimal, Decimal]]:
    """Month, principal and late fee of what an account owes."""
    return [
        (item["month"][:7], Decimal(item["principal"]), Decimal(item["late_fee"]))
        for item in card["dues"]["items"]
    ]


def test_by_command_line(run: CommandLine, billed_hall: str, tmp_path: Path) -> None:
    """Due, paid with change, paid once however often, printed, copied; more money becomes credit."""
    see_what_is_due(run)
    first = pay_once(run, tmp_path)
    copy_the_receipt(billed_hall, first, tmp_path)
    pay_again_into_credit(run)
    pay_a_part(run)
    use_the_credit_in_march(run, tmp_path)
    assert run("verify").lines == ["Everything is as it was written."]


def see_what_is_due(run: CommandLine) -> None:
    """2026-02-05: both months, the late fee of the one that is overdue, and how it came about."""
    card = run.json("accounts", "show", GUO)
    assert amounts(card) == [
        ("2025-12", Decimal("205.80"), Decimal("3.29")),
        ("2026-01", Decimal("235.64"), Decimal("0.00")),
    ]
    told = run("accounts", "show", GUO).out
    assert "205.80 × 1 ‰ × 16 d (21 Jan 2026 to 5 Feb 2026) = 3.29" in told
    assert "To pay today: 444.73\N{NO-BREAK SPACE}元 (credit 0.00\N{NO-BREAK SPACE}元)" in told
    for found in card["bills"]:
        assert Decimal(run.json("bills", "show", found["number"])["amount"]) == Decimal(found["amount"])


def pay_once(run: CommandLine, folder: Path) -> str:
    """Five hundred given, 55.27 back; the same key is the same receipt, with another amount it is refused."""
    out = folder / "receipt.pdf"
    words = ["pay", "--account", GUO, "--tender", "cash", "--key", KEY]
    told = run(*words, "--amount", "444.73", "--given", "500.00", "--receipt", out)
    (line,) = [line for line in told.lines if line.startswith("Receipt ")]
    number = line.split()[1].rstrip(":")
    assert number == "3-26000001"
    assert line == (
        f"Receipt {number}: paid 444.73\N{NO-BREAK SPACE}元, change 55.27, owed after 0.00, credit 0.00"
    )
    assert [row.split()[-3:] for row in told.lines[:2]] == [
        ["205.80", "3.29", "209.09"],
        ["235.64", "0.00", "235.64"],
    ]
    once = run.json(*words, "--amount", "444.73", "--given", "500.00")
    assert (once["number"], Decimal(once["change"])) == (number, Decimal("55.27"))
    refused = run(*words, "--amount", "444.72", "--given", "500.00", code=1)
    assert (refused.out, refused.err) == (
        "",
        "This key was already used for something else. Nothing was booked now.\n",
    )
    elsewhere = run("pay", "--account", ZHENG, "--key", KEY, "--amount", "444.73", code=1)
    assert "already used" in elsewhere.err
    card = run.json("accounts", "show", GUO)
    assert [paid["receipt_number"] for paid in card["payments"]] == [number]
    assert (card["dues"]["items"], Decimal(card["row"]["owed"]), Decimal(card["row"]["credit"])) == ([], 0, 0)
    assert all(Decimal(found["open"]) == 0 for found in card["bills"])
    read_the_receipt(out, number, once["check_code"])
    return number


def read_the_receipt(out: Path, number: str, check_code: str) -> None:
    """Every figure stands on the paper and can be read back from it."""
    (page,) = pdf_pages(out.read_bytes())
    text = without_blanks(page)
    assert not wrong_characters(page)
    for words in (
        "电费收费凭证", number, "3 号柜台", "郭洋", formatted(GUO), "2026-02-05", "444.73 元", "肆佰肆拾肆元柒角叁分",
        "500.00 元", "55.27 元", "205.80 3.29 209.09", "235.64 0.00 235.64", check_code,
        "205.80 × 1‰ × 16", "= 3.29",
    ):  # fmt: skip
        assert without_blanks(words) in text, words
    assert "副本" not in text
    assert pdf_codes(out.read_bytes()) == {f"{number} {check_code}"}


def copy_the_receipt(url: str, number: str, folder: Path) -> None:
    """The counter prints it once more: the same receipt, marked as copy 1, then as copy 2."""
    with opened(url, TODAY, folder / "under_way") as app:
        seat = app.sign_in("lin", sample.PASSWORD, "3")
        for count in (1, 2):
            copy = seat.do(counter.reprint_receipt, ReceiptQuery(number))
            assert (copy.number, copy.copy) == (number, count)
            (page,) = pdf_pages(receipt_pdf([copy], app.catalog, app.country))
            assert without_blanks(page).count(f"副本{count}") == 2
            assert number in page
            assert "444.73" in page


def pay_again_into_credit(run: CommandLine) -> None:
    """A second payment of what is paid already becomes credit, and says so."""
    told = run("pay", "--account", GUO, "--amount", "50.00").out
    assert (
        "Receipt 3-26000002: paid 50.00\N{NO-BREAK SPACE}元, change 0.00, owed after 0.00, credit 50.00"
        in told
    )
    card = run.json("accounts", "show", GUO)
    assert (Decimal(card["dues"]["credit"]), Decimal(card["row"]["credit"])) == (50, 50)
    for words, reason in (
        (["--amount", "60", "--given", "50"], "50.00 was given, 60.00 is to be paid"),
        (["--amount", "60", "--tender", "card"], "number of the card slip"),
        (["--amount", "60", "--given", "70", "--tender", "card", "--reference", "6228"], "Only cash gives change"),
    ):  # fmt: skip
        assert reason in run("pay", "--account", GUO, *words, code=1).err
    assert len(run.json("accounts", "show", GUO)["payments"]) == 2


def pay_a_part(run: CommandLine) -> None:
    """100.00 of 117.82 and its late fee: the fee first, then principal; the rest goes on growing, rounded once."""
    before = run.json("accounts", "show", ZHENG)
    assert amounts(before)[0] == ("2025-12", Decimal("117.82"), Decimal("1.89"))
    paid = run.json(
        "pay", "--account", ZHENG, "--amount", "100", "--tender", "card", "--reference", "6228 0042"
    )
    (item,) = paid["items"]
    assert (Decimal(item["late_fee"]), Decimal(item["principal"])) == (Decimal("1.89"), Decimal("98.11"))
    assert paid["number"] == "3-26000003"
    after = run.json("accounts", "show", ZHENG)
    assert amounts(after)[0] == ("2025-12", Decimal("19.71"), Decimal("0.00"))
    assert Decimal(after["bills"][-1]["open"]) == Decimal("19.71")
    later = run.on("2026-02-10")
    grown = Decimal("117.82") * 16 / 1000 + Decimal("19.71") * 5 / 1000
    assert round(grown, 2) - Decimal("1.89") == Decimal("0.09")
    assert amounts(later.json("accounts", "show", ZHENG))[0] == ("2025-12", Decimal("19.71"), Decimal("0.09"))
    told = later("accounts", "show", ZHENG).out
    assert "117.82 × 1 ‰ × 16 d (21 Jan 2026 to 5 Feb 2026)" in told
    assert "19.71 × 1 ‰ × 5 d (6 Feb 2026 to 10 Feb 2026)" in told
    assert "1.89 of it was paid before" in told, "1.98 in all, 0.09 asked for"


def use_the_credit_in_march(run: CommandLine, folder: Path) -> None:
    """2026-03-05: February costs 300 × 0.538 = 161.40; the credit of 50.00 pays a part of it by itself."""
    march = run.on("2026-03-05")
    read = sample.january_reads()[8]
    line = Line(GUO, read.meter_serial, date(2026, 2, 28), int(read.value.decimal) + 300)
    march("readings", "import", write_sheet(folder / "february.xlsx", [line]))
    drafted = march.json("bills", "run", "--period", "2026-02", code=1)
    assert (drafted["run"]["ready"], drafted["run"]["held"]) == (1, 49)
    march.sign(drafted["run"]["number"])
    march("bills", "issue", drafted["run"]["number"], code=1)
    card = march.json("accounts", "show", GUO)
    assert amounts(card) == [("2026-02", Decimal("111.40"), Decimal("0.00"))]
    assert Decimal(card["row"]["credit"]) == 0
    newest = march.json("bills", "show", card["bills"][0]["number"])
    assert (Decimal(newest["amount"]), Decimal(newest["credit"])) == (Decimal("161.40"), 50)
    out = folder / "bill.pdf"
    march("bills", "print", drafted["run"]["number"], "--out", out)
    (page,) = pdf_pages(out.read_bytes())
    assert "161.40" in page
    assert "50.00" in page, "the bill says that the credit is used first"


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_by_the_installed_program(billed_hall: str, tmp_path: Path) -> None:
    """Two processes with one key are one payment; a third without the key would be another. The other kind of
    database meets the installed program in `test_sheet_to_bill`."""
    words = (
        "pay",
        "--account",
        GUO,
        "--amount",
        "444.73",
        "--given",
        "500.00",
        "--tender",
        "cash",
        "--key",
        KEY,
    )
    said = [
        servicehall(*words, "--receipt", f"receipt{turn}.pdf", cwd=tmp_path, SERVICEHALL_DB=billed_hall)
        for turn in (1, 2)
    ]
    assert said[0].out == said[1].out
    assert "paid 444.73" in said[0].out
    first, second = (pdf_pages((tmp_path / f"receipt{turn}.pdf").read_bytes()) for turn in (1, 2))
    assert first == second
    with opened(billed_hall, TODAY, tmp_path / "under_way") as app:
        (paid,) = app.command_line("3").ask(desk.account_card, GUO).payments
        assert app.verify() == []
    assert paid.amount == halls.yuan("444.73")


def test_by_page(hands: Hands, billed: Seat) -> None:
    """林晓梅 at the first counter, by keyboard and one impatient mouse: three payments, whatever is pressed twice."""
    app = billed.app
    window = hands.sign_in(app, "lin", "zh_CN")
    assert [entry.name for entry in window.entries] == [
        *(
            "today",
            "counter",
            "customers",
            "bills",
            "routes",
            "invoices",
            "treasury",
            "printers",
            "prints",
            "groups",
        ),
    ]
    page = hands.open("counter")
    hands.wait(lambda: page.stage is Stage.CLOSED)
    hands.type("500")
    hands.hold(Qt.Key.Key_F12)
    hands.wait(lambda: page.stage is Stage.WAITING)

    take_five_hundred(hands)
    look_at_receipt_and_copy(hands)
    click_twice_for_a_part(hands)
    hold_the_key_for_credit(hands)
    compare_with_the_card(hands)
    assert app.verify() == []
    assert intent.unsettled(app.intents) == ()
    seat = app.command_line("1")
    assert seat.ask(counter.till).receipts == 3
    assert [seat.ask(counter.receipt, ReceiptQuery(f"1-2600000{at}")).change for at in (1, 2, 3)] == [
        halls.yuan("55.27"), Money(0), Money(0),
    ]  # fmt: skip


def take_five_hundred(hands: Hands) -> None:
    """The account is found by its number and a double Enter; F12, F12 and Enter, Enter are one payment."""
    page = hands.page
    hands.find(GUO)
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_Return)
    assert page.money.due.words == "444.73"
    assert "205.80 × 1‰ × 16" in page.account.items.arithmetic.text()
    hands.press(Qt.Key.Key_A, CONTROL)
    hands.type("500")
    hands.press(Qt.Key.Key_Return)
    assert (page.stage, page.money.change.words) == (Stage.FILLED, "55.27")
    hands.press(Qt.Key.Key_F12)
    hands.press(Qt.Key.Key_F12)
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_Return)
    hands.wait(lambda: page.stage is Stage.DONE and page.paper.pages == 1)
    assert (page.done.change.words, page.done.amount.words) == ("55.27", "444.73")
    assert page.receipt.number == "1-26000001"
    hands.hold(Qt.Key.Key_F12)
    hands.press(Qt.Key.Key_Return)
    hands.wait()
    assert (page.stage, page.receipt.number) == (Stage.DONE, "1-26000001")


def look_at_receipt_and_copy(hands: Hands) -> None:
    """The paper is kept as a file; Ctrl P makes copy 1, which says so."""
    page = hands.page
    (first,) = pdf_pages(Path(page.done.paper.toolTip()).read_bytes())
    for words in ("1-26000001", "郭洋", "444.73元", "肆佰肆拾肆元柒角叁分", "500.00元", "55.27元", "林晓梅"):
        assert words in without_blanks(first), words
    assert "副本" not in first
    hands.press(Qt.Key.Key_P, CONTROL)
    hands.wait(lambda: page.receipt.copy == 1 and "copy1" in page.done.paper.toolTip())
    (copy,) = pdf_pages(Path(page.done.paper.toolTip()).read_bytes())
    assert without_blanks(copy).count("副本1") == 2
    assert without_blanks(copy).replace("副本1", "") == without_blanks(first)


def click_twice_for_a_part(hands: Hands) -> None:
    """The next customer comes while the receipt still shows; two clicks in one moment take 100.00 once."""
    page = hands.page
    hands.find(ZHENG)
    owed = page.payer.dues.to_pay
    hands.type("100")
    button = hands.window.key_line.primary
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton)
    hands.wait(lambda: page.stage is Stage.DONE)
    assert (page.receipt.amount, page.receipt.owed_after) == (
        halls.yuan("100.00"),
        owed - halls.yuan("100.00"),
    )


def hold_the_key_for_credit(hands: Hands) -> None:
    """郭洋 comes back with fifty more: nothing is owed, so a held F12 makes credit, once."""
    page = hands.page
    hands.press(Qt.Key.Key_F3)
    hands.wait(lambda: page.stage is Stage.WAITING)
    hands.find(GUO)
    assert not page.payer.dues.items
    hands.type("50")
    hands.hold(Qt.Key.Key_F12)
    hands.wait(lambda: page.stage is Stage.DONE)
    assert (page.receipt.amount, page.receipt.credit_after) == (halls.yuan("50.00"), halls.yuan("50.00"))


def compare_with_the_card(hands: Hands) -> None:
    """Ctrl D: the customer's card tells the same payments, bills and credit."""
    hands.press(Qt.Key.Key_D, CONTROL)
    hands.wait(lambda: hands.window.page_name == "customers" and hands.page.card is not None)
    card = hands.page.card
    assert card.row.number == GUO
    assert [(paid.receipt_number, paid.amount) for paid in card.payments] == [
        ("1-26000003", halls.yuan("50.00")),
        ("1-26000001", halls.yuan("444.73")),
    ]
    assert [(found.month, found.amount, found.open) for found in card.bills] == [
        (date(2026, 1, 1), halls.yuan("235.64"), Money(0)),
        (date(2025, 12, 1), halls.yuan("205.80"), Money(0)),
    ]
    hands.wait(hands.page.account.pane.isVisible)
    assert hands.page.account.pane.total.text() == "235.64"
    assert any("50.00" in badge.text for badge in hands.page.account.head.badges), "the credit"
