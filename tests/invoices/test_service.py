"""The invoice register on real databases: asked for, exported once, numbered, cancelled in pairs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from desktop.billing import service as billing
from desktop.billing.records import (
    AdjustingOrder,
    CorrectionOrder,
    DraftState,
    ManualLine,
    ManualOrder,
    ReversalOrder,
)
from desktop.contracts import service as contracts
from desktop.contracts.records import Connections
from desktop.desk import service as desk
from desktop.desk.page import panels
from desktop.invoices import service as invoices
from desktop.invoices.records import (
    EVERY_HALL,
    Buyer,
    InvoiceKind,
    InvoiceRow,
    InvoiceState,
    NumberRow,
    NumbersOrder,
    WishOrder,
    WishQuery,
)
from desktop.invoices.service.wishes import WishRefused
from desktop.kernel.errors import NotPermitted, Refused
from desktop.kernel.listing import Listing, PageOrder
from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import Catalog, catalog
from desktop.kernel.work import Seat, draw_id
from desktop.parties.records import DebtorType, PartyKind
from tests import hall as halls
from tests.databases_server import Databases, goes_on_from
from tests.hall import INVOICE_NUMBER, SMALL, opened

FIRM = "330100000009"
FULL = Buyer(
    "浙江试验有限公司",
    "91330105MA2H4K7X7G",
    "杭州市上城区一号",
    "057188001234",
    "工商银行杭州分行",
    "1202020209900012345",
)


@pytest.fixture
def seat(databases: Databases) -> Iterator[Seat]:
    """Three households and a firm, billed for January."""
    with opened(databases.like(_firm_hall)) as app:
        yield app.command_line("1")


@goes_on_from(halls.connected_hall)
def _firm_hall(url: str) -> None:
    with opened(url) as app:
        seat = app.command_line("1")
        firm = halls.connection(
            FIRM, kind=PartyKind.ORGANISATION, debtor_type=DebtorType.BUSINESS, customer_name="The Firm"
        )
        seat.do(contracts.connect, Connections((firm,)))
        halls.read(seat, (*SMALL, FIRM), date(2026, 1, 31), 300)
        halls.issue(seat, billing.run_bills(seat, halls.JANUARY).run.number)


def say_of(seat: Seat) -> Catalog:
    return catalog("en", seat.app.country.currency)


def listed(seat: Seat, state: InvoiceState) -> list[InvoiceRow]:
    """Every invoice in a state; the register counts and adds up the same."""
    listing = Listing(about=state.value)
    rows, extent = (
        seat.ask(invoices.invoices, PageOrder(listing=listing)),
        seat.ask(invoices.invoices_extent, listing),
    )
    assert (extent.total, extent.sum) == (len(rows), Money.total([row.gross for row in rows]))
    return list(rows)


def lines_of(file: Path) -> list[dict[str, str]]:
    """The lines of a CSV file by title."""
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))


def bill_of(seat: Seat, number: str) -> Any:
    return next(one for one in seat.ask(desk.account_card, number).bills if one.reversed_on is None)


def back(seat: Seat, *lines: tuple[str, str, str]) -> Any:
    """What becomes of bill numbers, invoice numbers and amounts given back."""
    currency = seat.app.country.currency
    rows = tuple(
        NumberRow("", at, bill, number, date(2026, 2, 6), currency.decimal(currency.money(gross)))
        for at, (bill, number, gross) in enumerate(lines, 2)
    )
    return seat.do(invoices.attach_numbers, NumbersOrder("back.xlsx", "0" * 64, rows))


def test_an_ordinary_invoice_goes_out_once_and_takes_its_number(seat: Seat, tmp_path: Path) -> None:
    seat.do(invoices.set_wish, WishOrder(SMALL[0], InvoiceKind.ORDINARY, Buyer("Customer 1")))
    (row,) = listed(seat, InvoiceState.WAITING)
    assert (row.account_number, row.kind, row.gross) == (SMALL[0], InvoiceKind.ORDINARY, halls.yuan("161.40"))
    made = invoices.export_invoices(seat, tmp_path / "batch.csv", say_of(seat))
    assert (made.invoices, made.gross) == (1, halls.yuan("161.40"))
    (line,) = lines_of(tmp_path / "batch.csv")
    assert (line["Bill"], line["Buyer"], line["Amount with tax"], line["Net"], line["VAT"]) == (
        row.bill_number, "Customer 1", "161.40", "142.83", "18.57",
    )  # fmt: skip
    assert (line["Item"], line["Quantity"], line["Rate %"]) == ("*供电*电费", "300", "13")
    with pytest.raises(Refused, match="No invoice waits"):
        invoices.export_invoices(seat, tmp_path / "again.csv", say_of(seat))
    assert not (tmp_path / "again.csv").exists()
    done = back(seat, (row.bill_number, INVOICE_NUMBER, "161.40"))
    assert (done.attached, done.known, done.problems) == (1, 0, ())
    (numbered,) = listed(seat, InvoiceState.NUMBERED)
    assert (numbered.number, numbered.batch) == (INVOICE_NUMBER, made.number)
    assert back(seat, (row.bill_number, INVOICE_NUMBER, "161.40")).known == 1
    notes = [say_of(seat)(note) for note in seat.ask(billing.bill, row.bill_number).notes]
    assert f"Invoice {INVOICE_NUMBER} was issued for this bill." in notes
    (batch,) = seat.ask(invoices.batches)
    assert (batch.invoices, batch.numbered, len(batch.sha256)) == (1, 1, 64)
    assert seat.app.verify() == []


def test_a_special_invoice_needs_an_organisation_and_all_its_data(seat: Seat) -> None:
    with pytest.raises(WishRefused) as person:
        seat.do(invoices.set_wish, WishOrder(SMALL[0], InvoiceKind.SPECIAL, FULL))
    assert [one.column for one in person.value.problems] == ["kind"]
    with pytest.raises(WishRefused) as bare:
        seat.do(
            invoices.set_wish,
            WishOrder(FIRM, InvoiceKind.SPECIAL, Buyer("浙江试验有限公司", "91330105MA2H4K7X70")),
        )
    assert [one.column for one in bare.value.problems] == [
        "tax_number",
        "address",
        "phone",
        "bank",
        "bank_account",
    ]
    found = seat.do(
        invoices.set_wish, WishOrder(FIRM, InvoiceKind.SPECIAL, replace(FULL, phone="0571-8800 1234"))
    )
    assert (found.kind, found.buyer) == (InvoiceKind.SPECIAL, FULL)


def test_one_bill_may_want_another_invoice_until_it_is_exported(seat: Seat, tmp_path: Path) -> None:
    seat.do(invoices.set_wish, WishOrder(FIRM, InvoiceKind.SPECIAL, FULL))
    bill = bill_of(seat, FIRM).number
    seat.do(invoices.set_wish, WishOrder(FIRM, InvoiceKind.NONE, bill_number=bill))
    assert listed(seat, InvoiceState.WAITING) == []
    seat.do(invoices.set_wish, WishOrder(FIRM, InvoiceKind.ORDINARY, Buyer("The Firm"), bill))
    (row,) = listed(seat, InvoiceState.WAITING)
    assert (row.kind, row.buyer) == (InvoiceKind.ORDINARY, Buyer("The Firm"))
    invoices.export_invoices(seat, tmp_path / "batch.xlsx", say_of(seat))
    sheet = CalamineWorkbook.from_path(tmp_path / "batch.xlsx").get_sheet_by_index(0).to_python()
    assert sheet[1][0] == bill
    with pytest.raises(Refused, match="is exported: it changes no more"):
        seat.do(invoices.set_wish, WishOrder(FIRM, InvoiceKind.NONE, bill_number=bill))
    assert seat.ask(invoices.wish, WishQuery(FIRM, bill)).exported


def test_a_bill_taken_back_is_cancelled_by_a_red_invoice_with_its_own_number(
    seat: Seat, tmp_path: Path
) -> None:
    seat.do(invoices.set_wish, WishOrder(FIRM, InvoiceKind.SPECIAL, FULL))
    old = bill_of(seat, FIRM).number
    invoices.export_invoices(seat, tmp_path / "1.csv", say_of(seat))
    halls.put_right(seat, FIRM)
    new = bill_of(seat, FIRM).number
    assert [(row.bill_number, row.red) for row in listed(seat, InvoiceState.WAITING)] == [(new, False)], (
        "a red one waits until the blue one has a number to cancel"
    )
    back(seat, (old, INVOICE_NUMBER, "161.40"))
    waiting = listed(seat, InvoiceState.WAITING)
    assert [(row.bill_number, row.red, row.blue_number) for row in waiting] == [
        (old, True, INVOICE_NUMBER),
        (new, False, ""),
    ]
    made = invoices.export_invoices(seat, tmp_path / "2.csv", say_of(seat))
    assert (made.invoices, made.gross) == (2, Money(0))
    red, blue = lines_of(tmp_path / "2.csv")
    assert (red["Colour"], red["Amount with tax"], red["Quantity"], red["Invoice cancelled"]) == (
        "red", "-161.40", "-300", INVOICE_NUMBER,
    )  # fmt: skip
    assert (blue["Colour"], blue["Buyer"]) == ("blue", FULL.title)
    one, two = "26332000000000000002", "26332000000000000003"
    done = back(seat, (old, one, "-161.40"), (new, two, "161.40"))
    assert (done.attached, done.problems) == (2, ())
    notes = [say_of(seat)(note) for note in seat.ask(billing.bill, old).notes]
    assert f"The invoice of this bill is cancelled by the red invoice {one}." in notes
    numbered = [(row.red, row.number, row.blue_number) for row in listed(seat, InvoiceState.NUMBERED)]
    assert numbered == [(False, INVOICE_NUMBER, ""), (True, one, INVOICE_NUMBER), (False, two, "")]
    assert seat.app.verify() == []


def test_a_file_that_was_lost_is_written_again_and_nothing_goes_out_twice(seat: Seat, tmp_path: Path) -> None:
    seat.do(invoices.set_wish, WishOrder(FIRM, InvoiceKind.SPECIAL, FULL))
    made = invoices.export_invoices(seat, tmp_path / "1.csv", say_of(seat))
    again = invoices.export_again(seat, made.number, tmp_path / "2.csv", say_of(seat))
    assert again == made
    assert (tmp_path / "2.csv").read_bytes() == (tmp_path / "1.csv").read_bytes()
    (batch,) = seat.ask(invoices.batches)
    assert (batch.number, batch.invoices) == (made.number, 1)
    assert listed(seat, InvoiceState.WAITING) == []
    with pytest.raises(Refused, match="No batch of invoices"):
        invoices.export_again(seat, "X-1", tmp_path / "3.csv", say_of(seat))
    assert not (tmp_path / "3.csv").exists()
    assert seat.app.verify() == []


def test_what_was_asked_for_a_bill_holds_however_often_it_is_put_right(seat: Seat) -> None:
    first = bill_of(seat, FIRM).number
    seat.do(invoices.set_wish, WishOrder(FIRM, InvoiceKind.SPECIAL, FULL, first))
    for _ in range(2):
        halls.put_right(seat, FIRM)
    newest = bill_of(seat, FIRM).number
    (row,) = listed(seat, InvoiceState.WAITING)
    assert (row.bill_number, row.kind, row.buyer.title) == (newest, InvoiceKind.SPECIAL, FULL.title)
    shown = seat.ask(invoices.wish, WishQuery(FIRM, newest))
    assert (shown.kind, shown.own) == (InvoiceKind.SPECIAL, False)


def test_a_bill_taken_back_before_its_invoice_went_out_needs_none(seat: Seat) -> None:
    seat.do(invoices.set_wish, WishOrder(FIRM, InvoiceKind.SPECIAL, FULL))
    seat.do(billing.reverse_bills, ReversalOrder((bill_of(seat, FIRM).number,), "a wrong read"))
    assert listed(seat, InvoiceState.WAITING) == []


def test_every_line_that_fits_none_is_told(seat: Seat, tmp_path: Path) -> None:
    for number in SMALL:
        seat.do(invoices.set_wish, WishOrder(number, InvoiceKind.ORDINARY, Buyer("Somebody")))
    invoices.export_invoices(seat, tmp_path / "batch.csv", say_of(seat))
    first, second, third = (bill_of(seat, number).number for number in SMALL)
    firm, one, two = bill_of(seat, FIRM).number, INVOICE_NUMBER, "26332000000000000002"
    done = back(
        seat,
        ("B-nobody", one, "1.00"),
        (first, "123", "161.40"),
        (first, one, "161.41"),
        (first, one, "161.40"),
        (second, one, "161.40"),
        (first, two, "161.40"),
        (firm, two, "161.40"),
        (third, two, "161.40"),
    )
    assert done.attached == 2
    assert [(one.row, one.what.message) for one in done.problems] == [
        (2, "No bill has this number"),
        (3, "An invoice number has 20 digits, this one has {found}"),
        (4, "The amount is not {amount} as asked for"),
        (6, "Another invoice has this number"),
        (7, "The invoice of this bill has another number already"),
        (8, "No invoice of this bill was exported"),
    ]


def test_numbers_come_back_as_text_from_the_file_that_was_exported(seat: Seat, tmp_path: Path) -> None:
    seat.do(invoices.set_wish, WishOrder(SMALL[0], InvoiceKind.ORDINARY, Buyer("Customer 1")))
    invoices.export_invoices(seat, tmp_path / "batch.csv", say_of(seat))
    lines = lines_of(tmp_path / "batch.csv")
    lines[0] |= {"Invoice number": INVOICE_NUMBER, "Issue date": "2026-02-06"}
    good, lost = tmp_path / "good.csv", tmp_path / "lost.csv"
    for file, number in ((lost, "2.6332E+19"), (good, INVOICE_NUMBER)):
        lines[0]["Invoice number"] = number
        with file.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.DictWriter(stream, list(lines[0]))
            writer.writeheader()
            writer.writerows(lines)
    spoiled = invoices.read_back(seat, lost)
    assert (spoiled.attached, [one.row for one in spoiled.problems]) == (0, [2])
    assert invoices.read_back(seat, good).attached == 1


def test_only_who_may_exports_and_attaches(seat: Seat) -> None:
    cashier = halls.seat_of(seat.app, "cashier")
    cashier.do(invoices.set_wish, WishOrder(SMALL[0], InvoiceKind.ORDINARY, Buyer("Customer 1")))
    with pytest.raises(NotPermitted):
        cashier.do(invoices.attach_numbers, NumbersOrder("x", "0" * 64, ()))
    with pytest.raises(NotPermitted):
        halls.seat_of(seat.app, "reader").ask(invoices.waiting, False)


def test_a_hall_exports_its_own_unless_all_are_chosen(seat: Seat, tmp_path: Path) -> None:
    seat.do(invoices.set_wish, WishOrder(SMALL[0], InvoiceKind.ORDINARY, Buyer("Customer 1")))
    elsewhere = replace(seat, station=replace(seat.station, hall_id=draw_id()))
    assert elsewhere.ask(invoices.waiting, False) == ()
    assert len(elsewhere.ask(invoices.waiting, True)) == 1
    about = InvoiceState.WAITING.value
    assert elsewhere.ask(invoices.invoices_extent, Listing(about=about)).total == 0
    assert elsewhere.ask(invoices.invoices_extent, Listing(about=f"{about} {EVERY_HALL}")).total == 1
    with pytest.raises(Refused, match="No invoice waits"):
        invoices.export_invoices(elsewhere, tmp_path / "none.csv", say_of(seat))
    made = invoices.export_invoices(seat, tmp_path / "all.csv", say_of(seat), every_hall=True)
    assert made.invoices == 1
    assert elsewhere.ask(invoices.invoices_extent, Listing(about=InvoiceState.EXPORTED.value)).total == 0
    (shown,) = seat.ask(invoices.invoices_of, SMALL[0])
    assert (shown.state, shown.batch) == (InvoiceState.EXPORTED, made.number)


def test_a_bill_that_gives_money_back_has_no_invoice_of_its_own(seat: Seat) -> None:
    seat.do(invoices.set_wish, WishOrder(SMALL[0], InvoiceKind.ORDINARY, Buyer("Customer 1")))
    bill = bill_of(seat, SMALL[0])
    credit = lowered(seat, bill.number)
    card = seat.ask(desk.account_card, SMALL[0])
    assert (credit.of_month, credit.difference) == (False, None), "it is no month to compare with another"
    assert panels.bill_of(card, bill.month) == next(one for one in card.bills if one.number == bill.number)
    with pytest.raises(Refused, match="it has no invoice of its own"):
        seat.do(invoices.set_wish, WishOrder(SMALL[0], InvoiceKind.ORDINARY, Buyer("C"), credit.number))
    assert [row.bill_number for row in listed(seat, InvoiceState.WAITING)] == [bill.number]


def lowered(seat: Seat, number: str) -> Any:
    """The bill that gives 10 kWh of another one back."""
    order = AdjustingOrder(number, Energy.of(-10), "read too high")
    halls.issue(seat, billing.adjust_bill(seat, order).run.number)
    return next(one for one in seat.ask(desk.account_card, SMALL[0]).bills if one.amount.raw < 0)


def by_hand(seat: Seat, lowers: str, amount: str, energy: int = 0) -> str:
    """The run of a draft that gives a part of a bill back by hand."""
    line = ManualLine("Agreed", Energy.of(energy), halls.yuan(amount))
    return billing.bill_by_hand(
        seat, ManualOrder(SMALL[0], "2026-02", (line,), "a letter", lowers)
    ).run.number


def test_a_bill_by_hand_that_lowers_another_has_a_red_invoice_of_its_blue_one(
    seat: Seat, tmp_path: Path
) -> None:
    """Of 161.40 two parts by hand: each is red beside the blue one, and together their tax is that of the bill."""
    seat.do(invoices.set_wish, WishOrder(SMALL[0], InvoiceKind.ORDINARY, Buyer("Customer 1")))
    whole = bill_of(seat, SMALL[0])
    invoices.export_invoices(seat, tmp_path / "1.csv", say_of(seat))
    back(seat, (whole.number, INVOICE_NUMBER, "161.40"))
    first, rest, more = (by_hand(seat, f" {whole.number}", one) for one in ("-80.71", "-80.69", "-0.01"))
    for run in (first, rest, more):
        halls.issue(seat, run)
    (held,) = seat.ask(billing.held_drafts, more)
    assert say_of(seat)(held.reason) == f"Bill {whole.number} has 0.00 left: no more is given back."
    rows = listed(seat, InvoiceState.WAITING)
    assert [(row.red, row.gross, row.blue_number, row.buyer.title) for row in rows] == [
        (True, halls.yuan(amount), INVOICE_NUMBER, "Customer 1") for amount in ("-80.71", "-80.69")
    ]
    taxes = [seat.ask(billing.bill, row.bill_number).tax for row in rows]
    assert Money.total([*taxes, seat.ask(billing.bill, whole.number).tax]) == Money(0)
    assert [row.tax for row in rows] == taxes
    shown = seat.ask(billing.bill, rows[0].bill_number)
    assert f"Gives back a part of bill {whole.number}" in [say_of(seat)(note) for note in shown.notes]
    invoices.export_invoices(seat, tmp_path / "2.csv", say_of(seat))
    one, two = (f"2633200000000000000{at}" for at in (2, 3))
    back(seat, (rows[0].bill_number, one, "-80.71"), (rows[1].bill_number, two, "-80.69"))
    assert [row.blue_number for row in listed(seat, InvoiceState.NUMBERED)] == ["", *[INVOICE_NUMBER] * 2]
    assert seat.app.verify() == []


def test_a_bill_by_hand_gives_back_no_more_than_its_bill_has_left(seat: Seat) -> None:
    whole, other = bill_of(seat, SMALL[0]).number, bill_of(seat, SMALL[1]).number
    credit = lowered(seat, whole).number
    for lowers, amount, energy, why in (
        (whole, "-156.03", 0, "has 156.02 left"),
        (whole, "-1", -291, "has 290 kWh left"),
        (whole, "1", 0, "gives money back"),
        (other, "-1", 0, "not a bill of this account"),
        (credit, "-1", 0, "asks for nothing"),
        ("B-none", "-1", 0, "No bill has the number"),
    ):
        with pytest.raises(Refused) as refusal:
            by_hand(seat, lowers, amount, energy)
        assert why in say_of(seat)(refusal.value.text)
    with pytest.raises(Refused, match="no more is given back"):
        billing.adjust_bill(seat, AdjustingOrder(whole, Energy.of(-291), "read too high"))
    waits = by_hand(seat, whole, "-156.02", -290)
    with pytest.raises(Refused) as refusal:
        seat.do(billing.reverse_bills, ReversalOrder((whole,), "wrong"))
    assert say_of(seat)(refusal.value.text) == (
        f"Bill {credit} gives back a part of bill {whole}: take {credit} back first."
    )
    seat.do(billing.reverse_bills, ReversalOrder((whole, credit), "wrong"))
    with pytest.raises(Refused, match="taken back already"):
        by_hand(seat, whole, "-1")
    halls.issue(seat, waits)
    (held,) = seat.ask(billing.held_drafts, waits)
    assert (held.state, "taken back already" in say_of(seat)(held.reason)) == (DraftState.HELD, True)


def test_a_part_given_back_of_a_bill_that_stands_has_a_red_invoice(seat: Seat, tmp_path: Path) -> None:
    """10 of 300 kWh: a red one of 5.38 beside the blue one that stays; taken back, it is owed by a blue one again."""
    seat.do(invoices.set_wish, WishOrder(SMALL[0], InvoiceKind.ORDINARY, Buyer("Customer 1")))
    whole = bill_of(seat, SMALL[0]).number
    invoices.export_invoices(seat, tmp_path / "1.csv", say_of(seat))
    credit = lowered(seat, whole).number
    assert listed(seat, InvoiceState.WAITING) == [], "the blue one has no number yet"
    back(seat, (whole, INVOICE_NUMBER, "161.40"))
    (row,) = listed(seat, InvoiceState.WAITING)
    assert (row.bill_number, row.red, row.buyer, row.blue_number) == (
        credit, True, Buyer("Customer 1"), INVOICE_NUMBER,
    )  # fmt: skip
    assert (row.energy, row.gross, row.tax) == (Energy.of(-10), halls.yuan("-5.38"), halls.yuan("-0.62"))
    invoices.export_invoices(seat, tmp_path / "2.csv", say_of(seat))
    (line,) = lines_of(tmp_path / "2.csv")
    assert (line["Colour"], line["Net"], line["Quantity"], line["Invoice cancelled"]) == (
        "red", "-4.76", "-10", INVOICE_NUMBER,
    )  # fmt: skip
    one, two, three = (f"2633200000000000000{at}" for at in (2, 3, 4))
    assert back(seat, (credit, one, "-5.38")).attached == 1
    assert [(row.number, row.blue_number) for row in listed(seat, InvoiceState.NUMBERED)] == [
        (INVOICE_NUMBER, ""), (one, INVOICE_NUMBER),
    ]  # fmt: skip
    assert [row.number for row in seat.ask(invoices.invoices_of, SMALL[0])] == [one, INVOICE_NUMBER]
    assert seat.app.verify() == []
    says = [
        [say_of(seat)(note) for note in seat.ask(billing.bill, number).notes][-1]
        for number in (whole, credit)
    ]
    assert says == [
        f"The invoice of this bill is lowered by 5.38 by the red invoice {one}.",
        f"The red invoice {one} was issued for what this bill gives back.",
    ]
    seat.do(billing.reverse_bills, ReversalOrder((whole, credit), "read rightly after all"))
    behind, again = listed(seat, InvoiceState.WAITING)
    assert (again.bill_number, again.red, again.gross) == (credit, False, halls.yuan("5.38"))
    assert (behind.bill_number, say_of(seat)(behind.waits)) == (whole, f"after that of bill {credit}")
    assert invoices.export_invoices(seat, tmp_path / "3.csv", say_of(seat)).invoices == 1
    back(seat, (credit, two, "5.38"))
    (last,) = listed(seat, InvoiceState.WAITING)
    assert (last.bill_number, last.red, last.gross, last.waits) == (whole, True, halls.yuan("-161.40"), None)
    invoices.export_invoices(seat, tmp_path / "4.csv", say_of(seat))
    assert back(seat, (whole, three, "-161.40")).attached == 1
    assert seat.app.verify() == []


def test_a_bill_is_not_put_right_while_another_one_lowers_it(seat: Seat, tmp_path: Path) -> None:
    """Held, with what to do; drafted again once that is done. So are bills whose part was signed meanwhile."""
    seat.do(invoices.set_wish, WishOrder(SMALL[0], InvoiceKind.ORDINARY, Buyer("Customer 1")))
    whole = bill_of(seat, SMALL[0]).number
    invoices.export_invoices(seat, tmp_path / "1.csv", say_of(seat))
    back(seat, (whole, INVOICE_NUMBER, "161.40"))
    order = CorrectionOrder("wrong", (whole,))
    drafted = billing.correct_bills(seat, order).run.number
    credit = lowered(seat, whole).number
    halls.issue(seat, drafted)
    again = billing.correct_bills(seat, order)
    why = f"Bill {credit} gives back a part of bill {whole}: take {credit} back first."
    for run in (drafted, again.run.number):
        (held,) = seat.ask(billing.held_drafts, run)
        assert (say_of(seat)(held.reason), held.mended_with) == (why, "billing.reverse")
    assert {bill.number for bill in seat.ask(desk.account_card, SMALL[0]).bills if not bill.reversed_on} == {
        whole, credit,
    }  # fmt: skip
    seat.do(billing.reverse_bills, ReversalOrder((credit,), "the bill is put right as a whole"))
    billing.draft_again(seat, drafted)
    halls.issue_as_shown(seat, drafted)
    red, blue = listed(seat, InvoiceState.WAITING)
    assert [(row.red, row.waits) for row in (red, blue)] == [(True, None), (False, None)]
    assert red.bill_number == whole
    assert seat.app.verify() == []
