"""Halls for tests, made through the same operations people use, and what tests do with them again and again."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from PIL import Image, ImageDraw

from desktop import sample
from desktop.app import App, open_app
from desktop.billing import service as billing
from desktop.billing.records import (
    ClassLimits,
    CollectiveOrder,
    CorrectionOrder,
    DraftQuery,
    DraftsPage,
    DraftState,
    EnergyDecisionOrder,
    EnergyOrder,
    InstalmentPart,
    InstalmentReversalOrder,
    InstalmentsOrder,
    ManualLine,
    ManualOrder,
    PlanOrder,
    ReversalOrder,
    ReviewLimits,
    RunOutcome,
    SignOrder,
)
from desktop.closing import service as closing
from desktop.closing.records import CloseOrder
from desktop.contracts import service as contracts
from desktop.contracts.records import (
    CapacitySpell,
    Connection,
    Connections,
    GroupOrder,
    MonthOrder,
    SpellKind,
    SpellOrder,
    SupplyOrder,
    Terms,
    TermsOrder,
)
from desktop.contracts.records.deposit import DepositOrder
from desktop.counter import service as counter
from desktop.counter.records import (
    AccountShare,
    CashLimit,
    CashLimitOrder,
    CloseTillOrder,
    CountOrder,
    MovementKind,
    MovementOrder,
    PaymentOrder,
    Piece,
    ReceiptIssued,
    ReceiptQuery,
    TakeBackOrder,
    TakeOverOrder,
    TenderKind,
    TillOrder,
    TogetherOrder,
    TogetherQuery,
)
from desktop.counter.records.cheques import ChequeOrder, ChequesQuery
from desktop.counter.records.right import MoveOrder, RefundDecisionOrder, RefundOrder
from desktop.debits import service as debits
from desktop.debits.records import (
    DebitBank,
    FileOrder,
    MandateOrder,
    MandateRow,
    Meaning,
    MendOrder,
    ResultRead,
    ResultsRead,
    ResultsTaken,
    SentOrder,
    WithdrawOrder,
)
from desktop.desk import service as desk
from desktop.founding.records import Founding
from desktop.invoices import service as invoices
from desktop.invoices.records import Buyer, InvoiceKind, NumberRow, NumbersOrder, WishOrder
from desktop.kernel import intent, upkeep
from desktop.kernel.canonical import Content, Secret
from desktop.kernel.country import SuspensionTerms
from desktop.kernel.files import resource
from desktop.kernel.listing import Leaving
from desktop.kernel.measures import Energy, Factor, Money, Power, Reading
from desktop.kernel.period import Period
from desktop.kernel.text import Text, catalog
from desktop.kernel.work import Seat, Work, draw_id, operation
from desktop.ledger import service as ledger
from desktop.ledger.records import (
    AgreementEnd,
    AgreementOrder,
    DisputeLift,
    DisputeOrder,
    DisputeOutcome,
    LateFeeChoice,
    Role,
    WaiverBack,
    WaiverCause,
    WaiverLimitOrder,
    WaiverOrder,
)
from desktop.metering import service as metering
from desktop.metering.documents import reading_sheet_xlsx
from desktop.metering.records import (
    AskedRead,
    AskedReadBack,
    CapacityOrder,
    ExchangeOrder,
    ExchangeReason,
    FinalRead,
    HandRead,
    KnownMonth,
    LevelLimits,
    Limits,
    LoadPoint,
    MeterTestOrder,
    MeterTestReport,
    MeterTestWithdrawal,
    NewRegister,
    OriginReversal,
    ReadImport,
    ReadReason,
    ReadReversalOrder,
    ReadRow,
    RegisterCode,
    SheetBegun,
    TitleMap,
    Verdict,
    VoltageLevel,
)
from desktop.metering.records.calendar import YearDays
from desktop.metering.service import sheets
from desktop.metering.tables import Installation
from desktop.papers import service as papers
from desktop.papers.records import FailOrder, LimitOrder, PrintRef, SendOrder, SpoilOrder
from desktop.parties import service as parties
from desktop.parties.records import (
    ApartOrder,
    ContactKind,
    ContactOrder,
    DebtorType,
    MergeOrder,
    NoteOrder,
    PartyChange,
    PartyKind,
    PartyOrder,
    PartyRoleKind,
    RevealOrder,
    RevealReason,
)
from desktop.premises.records import SupplyState
from desktop.staff import service as staff
from desktop.staff.records import (
    DecisionOrder,
    HallFounding,
    NewCompany,
    NewDistrict,
    NewHall,
    NewStation,
    NewUser,
    PersonOrder,
    ProposalRow,
    RoleOrder,
)
from desktop.staff.service import COMMAND_LINE, hash_password
from desktop.tariffs import service as tariffs
from desktop.tariffs.records import CustomerClass, VersionState
from desktop.tariffs.records import DecisionOrder as VersionDecision
from desktop.treasury import service as treasury
from desktop.treasury.records import (
    BankDepositOrder,
    BankFileOrder,
    CloseDayOrder,
    CopyOrder,
    LineOrder,
    LineRead,
    MatchOrder,
    SafeBackOrder,
    SafeCounted,
    SafeOrder,
    SettleOrder,
)
from tests.databases_server import goes_on_from

TODAY = date(2026, 2, 5)
JANUARY = Period.month("2026-01")
PASSWORD = "long enough"
SMALL = ("330100000001", "330100000002", "330100000003")
"""The accounts of `small_hall`: one paid up, one partly, one that owes all and has a reversed payment."""


INVOICE_NUMBER = "26332000000000000001"
"""The number of the one invoice of `small_hall`."""


def yuan(amount: str) -> Money:
    """Money of a written amount: ``yuan("1.00")``."""
    return Money.of(amount.replace(".", "")) if "." in amount else Money.of(amount) * 100


# Making halls: each function fills an empty database, given by its URL, and leaves no connection open


@contextmanager
def opened(url: str, today: date = TODAY, intents: Path | None = None) -> Iterator[App]:
    """The app on a database, closed afterwards; intents go to a folder that nobody keeps, unless given."""
    with tempfile.TemporaryDirectory() as folder:
        app = open_app(url, today, intents=intents or Path(folder))
        try:
            yield app
        finally:
            app.close()


def long_ago(folder: Path | None, *keys: UUID) -> None:
    """As if intents on this computer had been kept long ago, all of them where none are named."""
    assert folder is not None
    for one in intent.unsettled(folder):
        if one.file is not None and one.entry_id in (keys or (one.entry_id,)):
            os.utime(one.file, (0, 0))


def sample_hall(url: str) -> None:
    """The households of the sample hall: December billed and mostly paid; January is still to be read and billed."""
    with opened(url) as app:
        sample.build(app, accounts=sample.HOUSEHOLDS)


def whole_sample_hall(url: str) -> None:
    """The sample hall with its accounts of every other kind."""
    with opened(url) as app:
        sample.build(app)


@goes_on_from(sample_hall)
def billed_hall(url: str) -> None:
    """The sample hall with January read from a sheet, billed and issued."""
    with opened(url) as app, tempfile.TemporaryDirectory() as folder:
        seat = app.command_line()
        taken = metering.import_sheet(seat, january_sheet(Path(folder)))
        assert (taken.stored, taken.problems) == (50, ())
        issue(seat, billing.run_bills(seat, JANUARY).run.number)


def small_hall(url: str) -> None:
    """Three accounts whose January is billed, one of them anew, with every kind of row; quickly proven."""
    with opened(url) as app:
        found(app)
        seat = app.command_line("1")
        before = closing.look_at(seat, "2026-01")
        seat.do(closing.close_month, CloseOrder("2026-01", before.digest))
        connect(seat, SMALL[:2])
        _meter_exchanged(seat, SMALL[2])
        read(seat, SMALL, date(2026, 1, 31), 300)
        drafted = billing.run_bills(seat, JANUARY)
        billing.issue_run(seat, drafted.run.number)
        _day_closed(app.command_line("2"))
        seat.do(counter.open_till, TillOrder(yuan("200.00")))
        owed = seat.ask(ledger.dues, SMALL[0]).total
        receipt = pay(seat, SMALL[0], owed + yuan("5.00"))
        seat.do(contracts.hold_deposit, DepositOrder(SMALL[0], yuan("5.00"), "a shop of its own"))
        _prints_answered(seat, receipt)
        pay(seat, SMALL[1], yuan("20.00"))
        pay(seat, SMALL[2], yuan("30.00"))
        seat.do(ledger.reverse, posting_sets(app, SMALL[2])[-1])
        put_right(seat, SMALL[2])
        by_hand = ManualLine("The wall", Energy(0), yuan("1.00"))
        billing.bill_by_hand(seat, ManualOrder(SMALL[1], "2026-01", (by_hand,), "a letter of January"))
        grouped(seat, SMALL[:2])
        in_parts(seat, SMALL[2])
        _invoiced(seat, SMALL[0])
        _paid_together(seat, SMALL[1:])
        _moved_and_refunded(app, SMALL[0], SMALL[2])
        _cheque_returned(seat, SMALL[2])
        _debited(seat, SMALL[2])
        seat.do(counter.set_cash_limit, CashLimitOrder(CashLimit(yuan("100000.00"))))
        note_and_look(seat, SMALL[0])
        seat.do(contracts.set_terms, TermsOrder(SMALL[0], Terms(TODAY, threshold_extra=Energy.of(100))))
        sealed = CapacitySpell(SpellKind.SUSPENDED, date(2027, 1, 1), date(2027, 2, 1), Power.of(10))
        seat.do(contracts.set_spell, SpellOrder(SMALL[0], sealed))
        seat.do(contracts.set_suspension_terms, SuspensionTerms(date(2028, 1, 1), 30, 3, 1))
        _energy_put_right(app, SMALL[0])
        tomorrow = TODAY + timedelta(days=1)
        seat.do(billing.set_review_limits, ClassLimits(CustomerClass.FARMING, tomorrow, ReviewLimits()))
        seat.do(months_before, (SMALL[0], date(2025, 11, 1), Energy.of(210)))
        seat.do(
            contracts.change_month, MonthOrder(SMALL[0], date(2025, 11, 1), Energy.of(210), "its last bill")
        )
        _read_checked(seat, SMALL[0])
        _read_doubted(seat, SMALL[1])
        _meter_tested(seat, SMALL[1])
        _records_put_right(seat, SMALL[1])
        _changes_of_staff(app, seat)
        _prices_agreed(app)
        seat.do(papers.set_export_limit, LimitOrder(1_000))
        seat.do(ledger.set_late_fee_choice, LateFeeChoice("debt_year", "due_day", date(2040, 1, 1)))
        seat.do(metering.set_year, YearDays(2025, (date(2025, 1, 1),), (date(2025, 1, 26),)))
        seat.do(papers.export_persons, Leaving("Accounts", "Letters to all", 3, sha256="0" * 64))
        app.drafts(seat.actor).keep("party", "{}")
        seat.do(sheets.begin_sheet, SheetBegun("0" * 64, "january.xlsx", 0, 3))
        seat.do(metering.map_titles, TitleMap("0" * 64, ("No", "kWh"), {"kwh": "value"}))
        upkeep.note(app.database, upkeep.UpkeepKind.BACKUP)
    _fee_waived(url, SMALL[1])


def _prints_answered(seat: Seat, receipt: ReceiptIssued) -> None:
    """An original that was spoiled and printed anew, followed by a copy that its printer did not take."""
    seat.do(papers.spoil_prints, SpoilOrder((PrintRef(counter.RECEIPT, receipt.number),), "a torn strip"))
    for copy in (0, 1):
        again = seat.do(counter.reprint_receipt, ReceiptQuery(receipt.number))
        assert again.copy == copy
        prints = printed(seat, again, printer="till")
    text = Text("The printer {printer} takes nothing now. Look at its paper and its display", printer="till")
    seat.do(papers.fail_prints, FailOrder(prints, "till", text))


def _day_closed(seat: Seat) -> None:
    """A till handed over, filled from the safe, closed with a few notes missing; its day closed; opened anew."""
    before = open_till(seat_of(seat.app, "cashier", "2"))
    left = before.do(counter.count_till, CountOrder(yuan("1.00")))
    sheet = before.do(counter.close_till, CloseTillOrder(left.count_id, "a coin was in the drawer"))
    seat.do(counter.take_over_till, TakeOverOrder(sheet.number))
    seat.do(counter.move_cash, MovementOrder(MovementKind.FLOAT, yuan("100.00"), "change"))
    counted = seat.do(counter.count_till, CountOrder(yuan("90.00"), (Piece(yuan("50.00"), 1),)))
    seat.do(counter.close_till, CloseTillOrder(counted.count_id, "nobody knows"))
    seat.do(treasury.close_day, CloseDayOrder(TODAY))
    seat.do(treasury.note_copy, CopyOrder(TODAY, "copy.db", 1))
    _safe_counted(seat)
    _bank_shown(seat)
    open_till(seat)


def count_safe(seat: Seat, amount: Money, reason: str, pieces: tuple[Piece, ...] = ()) -> SafeCounted:
    """Count the safe of a hall; a difference is booked with its reason."""
    counted = seat.do(treasury.count_safe, SafeOrder(amount, pieces))
    return (
        counted if counted.booked else seat.do(treasury.settle_count, SettleOrder(counted.source_id, reason))
    )


def _safe_counted(seat: Seat) -> None:
    """A safe that was counted, with two deposits of which one was taken back."""
    count_safe(seat, yuan("500.00"), "the first count", (Piece(yuan("100.00"), 5),))
    for slip, amount in (("1001", "40.00"), ("1002", "60.00")):
        seat.do(treasury.deposit_cash, BankDepositOrder(yuan(amount), slip))
    (last, *_) = seat.ask(treasury.safe).rows
    assert last.source_id is not None
    seat.do(treasury.take_back_safe, SafeBackOrder(last.source_id, "not brought to the bank"))


def _bank_shown(seat: Seat) -> None:
    """A bank's file with four lines: a deposit of the safe, one matched and undone, one aside, one open, less a fee."""
    lines = tuple(
        LineRead(row, f"L{row}", TODAY, yuan(amount), reference, "", yuan(fee))
        for row, amount, reference, fee in (
            (2, "40.00", "1001", "0.00"),
            (3, "40.00", "x", "0.00"),
            (4, "-1.00", "fee", "0.00"),
            (5, "9.00", "y", "0.04"),
        )
    )
    order = BankFileOrder("City bank", "february.csv", "1" * 64, (("day", "Date"),), lines)
    first, second, fee, _ = seat.do(treasury.take_bank_file, order).new
    (source,) = (one for one in seat.ask(treasury.in_transit) if one.reference == "1001")
    seat.do(treasury.match_line, MatchOrder(second, (source.source_id,)))
    seat.do(treasury.undo_line, LineOrder(second, "another one"))
    assert seat.do(treasury.match_lines, (first,)) == 1
    seat.do(treasury.set_line_aside, LineOrder(fee, "a fee of the bank"))


def _fee_waived(url: str, number: str) -> None:
    """A late fee of an account, waived two months later and asked for again, its bill disputed in vain, and another
    limit for counters."""
    with opened(url, TODAY + timedelta(days=60)) as app:
        seat = app.command_line("1")
        seat.do(ledger.set_waiver_limit, WaiverLimitOrder(yuan("20.00")))
        late = seat.ask(ledger.waivers, number).items[0].bill_number
        order = WaiverOrder(number, late, None, WaiverCause.UNDELIVERED)
        waived = seat.do(ledger.waive_late_fee, order).waived[0]
        seat.do(ledger.take_waiver_back, WaiverBack(waived.waiver_id, "it did arrive"))
        seat.do(ledger.dispute_bill, DisputeOrder(number, late, "they were away", yuan("1.00")))
        (one,) = seat.ask(ledger.disputes, number).rows
        seat.do(ledger.lift_dispute, DisputeLift(one.dispute_id, DisputeOutcome.STOOD, "the meter was right"))
        agreed = seat.do(ledger.agree, AgreementOrder(number, 2, seat.today(), "they are short of money"))
        seat.do(ledger.end_agreement, AgreementEnd(agreed.rows[0].agreement_id, "all is paid at once"))


def _invoiced(seat: Seat, number: str) -> None:
    """An account that wants an ordinary invoice for every bill; that of its newest has gone out and has its number."""
    seat.do(invoices.set_wish, WishOrder(number, InvoiceKind.ORDINARY, Buyer("Customer 1")))
    with tempfile.TemporaryDirectory() as folder:
        invoices.export_invoices(seat, Path(folder) / "batch.csv", catalog("en", seat.app.country.currency))
    bill = seat.ask(desk.account_card, number).bills[0]
    line = NumberRow(
        "", 2, bill.number, INVOICE_NUMBER, TODAY, seat.app.country.currency.decimal(bill.amount)
    )
    assert seat.do(invoices.attach_numbers, NumbersOrder("back.csv", "0" * 64, (line,))).attached == 1


def put_right(seat: Seat, number: str) -> None:
    """The newest bill of an account taken back and made anew from the same input, signed twice by another person."""
    bill = seat.ask(desk.account_card, number).bills[0].number
    run = billing.correct_bills(seat, CorrectionOrder("the wrong house", (bill,))).run.number
    sign(seat, run)
    (draft,) = seat.ask(billing.run_drafts, run)
    assert draft.account_id is not None
    seat.do(billing.look_again, SignOrder(run, (draft.account_id,)))
    issue(seat, run)


def grouped(seat: Seat, numbers: Sequence[str], first: date = JANUARY.start) -> str:
    """Accounts that the first one's customer pays, in a group with a collective bill of January; its number."""
    group = seat.do(contracts.make_group, GroupOrder("The works", numbers[0], tuple(numbers), first))
    seat.do(billing.collect_bills, CollectiveOrder(group.number, JANUARY.code))
    return group.number


def in_parts(seat: Seat, number: str) -> None:
    """An account that pays January in instalments after all: its bill is made anew and deducts all but the last,
    which was taken back."""
    (bill,) = (one for one in seat.ask(desk.account_card, number).bills if one.reversed_on is None)
    seat.do(billing.reverse_bills, ReversalOrder((bill.number,), "instalments were agreed"))
    parts = tuple(InstalmentPart(day, amount=yuan("20.00")) for day in (6, 16, 26))
    seat.do(billing.plan_instalments, PlanOrder(number, JANUARY.code, parts))
    asked = seat.do(billing.issue_instalments, InstalmentsOrder(JANUARY.code))
    seat.do(billing.reverse_instalment, InstalmentReversalOrder(asked.numbers[-1], "one too many"))
    issue(seat, billing.run_bills(seat, JANUARY).run.number)


def issue(seat: Seat, run: str) -> RunOutcome:
    """Another person signs what waits for it, and the run is issued."""
    sign(seat, run)
    return billing.issue_run(seat, run)


def issue_as_shown(seat: Seat, run: str) -> RunOutcome:
    """The same, each bill being what its draft was opened as before anybody signed: all but its number and codes."""
    drafts = {
        row.account_number: seat.rehearse(billing.draft_bill, DraftQuery(run, row.account_id))
        for row in billing.each_draft(seat, DraftsPage(run))
        if row.state is DraftState.READY
    }
    done = issue(seat, run)
    for row in billing.each_draft(seat, DraftsPage(run, numbers=tuple(drafts))):
        bill = seat.ask(billing.bill, row.bill_number)
        unnumbered = replace(bill, number="", check_code="", payment_code="", draft=True)
        assert unnumbered == drafts[row.account_number]
        assert unnumbered.amount == row.amount
    return done


def sign(seat: Seat, run: str) -> int:
    """Another person signs whatever of a run waits for it; how many drafts."""
    waiting = [row.account_id for row in billing.each_draft(seat, DraftsPage(run, unsigned=True))]
    keys = tuple(key for key in waiting if key is not None)
    with seat.app.database.read() as session:
        login = session.scalar(sa.text("SELECT login FROM staff_user WHERE login IN ('supervisor', 'zhao')"))
    return seat_of(seat.app, login).do(billing.sign_drafts, SignOrder(run, keys)).done


@operation("takeover.import")
def months_before(work: Work, order: tuple[str, date, Energy]) -> int:
    """What an account used in a month before the reads we have, as a takeover brings it."""
    number, month, energy = order
    (contract,) = contracts.in_force(work, [ledger.account_id(work, number)], JANUARY).popitem()[1]
    metering.carry_months(work, [KnownMonth(contract.service_point_id, month, energy)])
    return 1


def _paid_together(seat: Seat, numbers: Sequence[str]) -> None:
    """A little of what each owes paid with one tender, and taken back: what they owe stays as it was."""
    found = seat.ask(counter.paid_together, TogetherQuery(tuple(numbers)))
    shares = tuple(AccountShare(row.dues.account_number, row.dues.to_pay, yuan("0.10")) for row in found.rows)
    taken = seat.do(counter.take_together, TogetherOrder(shares, yuan("1.00")))
    printed(seat, *taken.receipts)
    seat.do(counter.reverse_payment, TakeBackOrder(taken.numbers[0], "the wrong flats"))


def _moved_and_refunded(app: App, number: str, other: str) -> None:
    """A payment put on another account and back again, then given back by two people: all as it was."""
    seat = app.command_line("1")
    receipt = pay(seat, number, yuan("5.00"))
    for to in (other, number):
        seat.do(counter.move_payment, MoveOrder(receipt.number, to, "the neighbour's"))
    asked = seat.do(counter.ask_refund, RefundOrder("paid twice", account_number=number))
    seat_of(app, "supervisor").do(counter.decide_refund, RefundDecisionOrder(asked.request_id, approve=True))
    seat.do(counter.pay_refund, asked.request_id)


def _cheque_returned(seat: Seat, number: str) -> None:
    """A cheque for a little of what an account owes, that the bank returned: all as it was."""
    order = PaymentOrder(number, yuan("0.20"), yuan("0.20"), TenderKind.CHEQUE, "10203344")
    printed(seat, seat.do(counter.take_payment, order))
    (cheque, *_) = seat.ask(counter.cheques, ChequesQuery(number))
    seat.do(counter.return_cheque, ChequeOrder(cheque.cheque_id, TODAY, "not covered"))


def _debited(seat: Seat, number: str) -> None:
    """A file for a bank that was withdrawn, and one it collected and took back; a row of its was set aside: all as it
    was."""
    seat.do(debits.set_debit_bank, DebitBank("City bank"))
    mandate(seat, number)
    order = FileOrder("City bank", TODAY, TODAY + timedelta(days=60))
    withdrawn = seat.do(debits.make_file, order)
    seat.do(debits.withdraw_file, WithdrawOrder(withdrawn.number, "another day"))
    made = seat.do(debits.make_file, order)
    seat.do(debits.note_sent, SentOrder(made.number, "2" * 64))
    items = seat.ask(debits.debit_items, made.number)
    paid = [result(one.number, one.amount) for one in items]
    back = [result(one.number, one.amount, Meaning.RETURNED) for one in items]
    book_debits(seat, *paid, *back, result("K0", yuan("1.00")))
    (strange,) = seat.ask(debits.open_results)
    seat.do(debits.set_result_aside, MendOrder(strange.result_id, reason="another creditor's"))


def mandate(
    seat: Seat, number: str, bank: str = "City bank", bank_account: str = "6222021234567890123"
) -> MandateRow:
    """An account that is debited from the first of the year on."""
    first = TODAY.replace(month=1, day=1)
    return seat.do(
        debits.set_mandate, MandateOrder(number, bank, bank_account, f"Holder {number}", "A-1", first, first)
    )


def result(number: str, amount: Money, meaning: Meaning = Meaning.PAID, line: str = "") -> ResultRead:
    """A row of a bank's results, under a line number of its own."""
    return ResultRead(2, line or str(draw_id()), number, amount, meaning, meaning.value, None)


def book_debits(seat: Seat, *rows: ResultRead, bank: str = "City bank") -> ResultsTaken:
    """Take a file of results in and book what fits."""
    rows = tuple(replace(one, row=at) for at, one in enumerate(rows, 2))
    digest = sha256(repr(rows).encode()).hexdigest()
    read = ResultsRead("results.csv", digest, rows, (), (), ())
    return treasury.take_results_in(seat, read, bank)


def _meter_exchanged(seat: Seat, number: str) -> None:
    """An account whose first meter was exchanged the day after it was hung, for the one `meter` names."""
    first = connection(number, meter_serial=f"OLD{number}", starts_on=date(2025, 12, 30))
    seat.do(contracts.connect, Connections((first,)))
    shows = Reading.of(1000)
    order = ExchangeOrder(
        account_number=number,
        exchanged_on=date(2025, 12, 31),
        finals=(FinalRead(RegisterCode.ACTIVE, shows),),
        new_serial=meter(number),
        new_multiplier=Factor.of(1),
        new_registers=(NewRegister(RegisterCode.ACTIVE, 6, shows),),
        reason=ExchangeReason.FAULTY,
    )
    seat.do(metering.exchange_meter, order)


def _read_doubted(seat: Seat, number: str) -> None:
    """A read that was doubted, asked for again, and taken back with its sheet; limits and a capacity are set."""
    seat.do(metering.set_limits, LevelLimits(VoltageLevel.HIGH, Limits(surge_percent=30, drop_percent=30)))
    seat.do(metering.set_capacity, CapacityOrder(number, Power.of(100)))
    seat.do(metering.import_reads, ReadImport("doubted", small_reads((number,), TODAY, 9000)))
    seat.do(metering.ask_again, seat.ask(metering.doubtful_reads).rows[0].doubtful_id)
    seat.do(metering.reverse_import, OriginReversal("doubted", "another hall's"))


def _meter_tested(seat: Seat, number: str) -> None:
    """A re-read and the test of a meter asked for by mistake; another test with its result and its letter."""
    seat.do(metering.ask_read, AskedRead(number))
    seat.do(metering.withdraw_read, AskedReadBack(number, "asked for by mistake"))
    order = MeterTestOrder(number, "twice as much as last year")
    slip = seat.do(desk.order_meter_test, order)
    seat.do(metering.withdraw_test, MeterTestWithdrawal(slip.number, "the wrong account"))
    again = seat.do(desk.order_meter_test, order).number
    right = MeterTestReport(
        again, Verdict.WITHIN, TODAY, "Li Na", "12", Decimal(2), (LoadPoint(Decimal(100), Decimal("0.5")),)
    )
    seat.do(metering.record_test, right)
    seat.do(desk.write_test_letter, again)


def _records_put_right(seat: Seat, number: str) -> None:
    """A place without electricity for a while; somebody entered twice and merged, and somebody who only looks so."""
    for state in (SupplyState.DISCONNECTED, SupplyState.CONNECTED):
        seat.do(contracts.change_supply, SupplyOrder(number, state, TODAY, "seen at the place"))
    twins = [
        seat.do(
            parties.enter,
            PartyOrder(PartyKind.PERSON, name, "en", DebtorType.CONSUMER, PartyRoleKind.LESSOR),
        )
        for name in ("Twin One", "Twin Two", "Twin Three")
    ]
    seat.do(contracts.merge_parties, MergeOrder(twins[0], twins[1], "entered twice"))
    seat.do(contracts.tell_apart, ApartOrder(twins[0], twins[2]))


def _read_checked(seat: Seat, number: str) -> None:
    """A read that checks another, with its photo, taken back again."""
    order = HandRead(number, Reading.of(1320), TODAY, reason=ReadReason.CHECK, photo=Content(photo()))
    seat.do(metering.record_read, order)
    read_id = seat.ask(desk.account_card, number).reads[0].read_id
    seat.do(metering.reverse_read, ReadReversalOrder(read_id, "another meter"))


def photo(side: int = 64) -> bytes:
    """A JPEG as a camera makes it, with words and a place beside the picture."""
    out, image = BytesIO(), Image.new("RGB", (side, side), (90, 90, 90))
    ImageDraw.Draw(image).text((8, 8), "01320")
    exif = Image.Exif()
    exif[0x010E] = "the kitchen of somebody"
    image.save(out, "JPEG", exif=exif, comment=b"a comment")
    return out.getvalue()


def _energy_put_right(app: App, number: str) -> None:
    """A correction of energy that one person proposed and another approved; it comes with a bill far away."""
    values = '{"kind": "normal_month", "recorded_kwh": "300", "normal_kwh": "310"}'
    order = EnergyOrder(number, "2026-01", "2027-01", values, "a blind display")
    one, other = seat_of(app, "clerk"), seat_of(app, "supervisor")
    correction = one.do(billing.propose_energy, order).correction_id
    other.do(billing.decide_energy, EnergyDecisionOrder(correction, approve=True))


def _changes_of_staff(app: App, seat: Seat) -> None:
    """Somebody entered, a role agreed to by two people, and taken away again."""
    seat.do(staff.enter_person, PersonOrder("newcomer", "Newcomer", "en", Secret(PASSWORD), ("reader",)))
    approve(seat_of(app, "administrator"))
    seat.do(staff.take_role, RoleOrder("newcomer", "reader"))


def _prices_agreed(app: App) -> None:
    """A price list that one person proposed and another approved, and one in its place; nobody here has it."""
    one, other = seat_of(app, "supervisor"), seat_of(app, "administrator")
    lists = resource("tariffs", "cn", "guangdong", "guangzhou_shared_meter.json").read_text("utf-8")
    for words in (lists, lists.replace('"GZ-SHARED-1"', '"GZ-SHARED-2"')):
        one.do(tariffs.propose_tariff, words)
        waiting = next(row for row in other.ask(tariffs.versions) if row.state is VersionState.WAITING)
        content = other.ask(tariffs.version_shown, waiting.version).content
        other.do(tariffs.decide_tariff, VersionDecision(waiting.version, content, approve=True))


def books(seat: Seat, role: Role) -> Money:
    """The balance of a ledger account."""
    words = (
        "SELECT coalesce(sum(p.amount), 0) FROM ledger_posting p"
        " JOIN ledger_account a ON a.id = p.ledger_account_id WHERE a.role = :role"
    )
    with seat.app.database.read() as session:
        return Money(int(session.scalar(sa.text(words), {"role": role.value})))


def app_of(seat: Seat) -> App:
    """The whole program behind a seat, for what a seat itself has no need of."""
    assert isinstance(seat.app, App)
    return seat.app


def seat_of(app: App, login: str, station: str = "1") -> Seat:
    """The seat of a person with the rights of now, without a password."""
    with app.database.read() as session:
        actor = staff.actor(session, login)
    return replace(app.command_line(station), actor=actor)


def approve(seat: Seat) -> ProposalRow:
    """Approve the role that has waited longest."""
    waiting = seat.ask(staff.proposals)[0]
    seat.do(staff.decide_role, DecisionOrder(waiting.proposal_id, approve=True))
    return waiting


def founded(url: str) -> None:
    """A hall without customers."""
    with opened(url) as app:
        found(app)


@goes_on_from(founded)
def connected_hall(url: str) -> None:
    """The three accounts of `small_hall` before anything was read."""
    with opened(url) as app:
        connect(app.command_line("1"), SMALL)


@goes_on_from(connected_hall)
def read_hall(url: str) -> None:
    """The same with January read."""
    with opened(url) as app:
        read(app.command_line("1"), SMALL, JANUARY.last, 300)


@goes_on_from(read_hall)
def drafted_hall(url: str) -> None:
    """The same with January drafted."""
    with opened(url) as app:
        billing.run_bills(app.command_line("1"), JANUARY)


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


def found(app: App, stations: int = 2) -> None:
    """A hall with so many stations, a person in every role, the chart and a tariff; no customers."""
    people = [NewUser(role, role.title(), "en", _password_hash(), (role,)) for role in staff.ROLES]
    places = HallFounding(
        country="cn",
        company=NewCompany("Company"),
        districts=(NewDistrict("330100", "District"),),
        halls=(NewHall("hall", "Hall", "330100", "Street 1", "95598"),),
        stations=tuple(NewStation(str(code), f"Counter {code}", "hall") for code in range(1, stations + 1)),
        users=(*people, NewUser(COMMAND_LINE, "Night", "en", "!", ("administrator",))),
        first_station_id=draw_id(),
    )
    tariff = resource("tariffs", "cn", "zhejiang_residential.json").read_text(encoding="utf-8")
    app.found(Founding(places, (tariff,), seal=picture()))


def picture(side: int = 330) -> bytes:
    """A PNG: a red ring, as a seal."""
    out, image = BytesIO(), Image.new("RGBA", (side, side), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((4, 4, side - 5, side - 5), outline=(196, 30, 30, 255), width=12)
    image.save(out, "PNG")
    return out.getvalue()


def connection(number: str, **other: Any) -> Connection:
    """A household to connect on 2025-12-31 with an opening read of 1000; ``other`` replaces fields."""
    values: dict[str, Any] = {
        "account_number": number,
        "customer_name": f"Customer {number[-1]}",
        "kind": PartyKind.PERSON,
        "debtor_type": DebtorType.CONSUMER,
        "language": "en",
        "phone": f"1380000{number[-4:]}",
        "postcode": "310015",
        "region": "Hangzhou",
        "address": f"Street {number[-1]}",
        "voltage": "220 V",
        "feeder_code": "F1",
        "transformer_code": "T1",
        "meter_serial": meter(number),
        "digits": 6,
        "multiplier": Factor.of(1),
        "opening_read": Reading.of(1000),
        "route": "R1",
        "route_position": int(number[-4:]),
        "tariff_code": "ZJ-RES",
        "starts_on": date(2025, 12, 31),
    }
    return Connection(**values | other)


def connect(seat: Seat, numbers: Sequence[str]) -> None:
    """Connect households."""
    seat.do(contracts.connect, Connections(tuple(connection(number) for number in numbers)))


def meter(number: str) -> str:
    """The serial number of the meter of an account of `small_hall`."""
    return f"M{number}"


def read(seat: Seat, numbers: Sequence[str], day: date, used: int) -> None:
    """Reads of a day that stand ``used`` kWh above the opening reads of `connection`; doubtful ones are accepted."""
    rows = small_reads(numbers, day, used)
    taken = seat.do(metering.import_reads, ReadImport(sha256=f"{day} {used}", rows=rows))
    assert not taken.problems, taken.problems
    accept_waiting(seat)


def usage(app: App, period: Period) -> list[metering.PointUsage]:
    """The usage of every service point."""
    seat = app.command_line("1")
    with app.database.read() as session:
        points = session.scalars(sa.select(Installation.service_point_id))
        work = Work(session, app.country, seat.actor, seat.station, app.clock.moment(), seat.station.id)
        return list(metering.usage(work, set(points), period, JANUARY.start).values())


def accept_waiting(seat: Seat) -> int:
    """Every read that waits was looked at and found right; how many there were."""
    waiting = seat.ask(metering.doubtful_reads).rows
    if waiting:
        seat.do(metering.accept, tuple(row.doubtful_id for row in waiting))
    return len(waiting)


def ask_for_re_reads(seat: Seat) -> None:
    """Whatever waits is to be read again; the next read of its register answers."""
    for row in seat.ask(metering.doubtful_reads).rows:
        seat.do(metering.ask_again, row.doubtful_id)


def small_reads(numbers: Sequence[str], day: date, used: int) -> tuple[ReadRow, ...]:
    """The rows of such reads."""
    return tuple(
        ReadRow("", row, number, meter(number), Reading.of(1000 + used), day)
        for row, number in enumerate(numbers, 2)
    )


def january_sheet(folder: Path, rows: Sequence[ReadRow] | None = None, name: str = "january.xlsx") -> Path:
    """The reading sheet of the sample hall for January (or other rows) as an XLSX file."""
    file = folder / name
    reads = sample.january_reads() if rows is None else rows
    file.write_bytes(reading_sheet_xlsx(reads, catalog("zh_CN")))
    return file


# Doing things


def pay(seat: Seat, number: str, amount: Money, key: UUID | None = None) -> ReceiptIssued:
    """Pay an amount in cash, counted out exactly; its receipt goes into a file, unless the ``key`` is of interest."""
    receipt = seat.do(counter.take_payment, PaymentOrder(number, amount, amount), key)
    if key is None:
        printed(seat, receipt)
    return receipt


def printed(seat: Seat, *receipts: ReceiptIssued, printer: str = "") -> tuple[PrintRef, ...]:
    """Receipts sent to a printer, or into a file; their prints."""
    prints = tuple(PrintRef(counter.RECEIPT, one.number, one.copy) for one in receipts)
    seat.do(papers.send_prints, SendOrder(prints, printer))
    return prints


def filed(seat: Seat, kind: str, *numbers: str) -> None:
    """The originals of other papers put into a file."""
    seat.do(papers.send_prints, SendOrder(tuple(PrintRef(kind, number) for number in numbers)))


def open_till(seat: Seat) -> Seat:
    """The same seat with its till open."""
    seat.do(counter.open_till, TillOrder(Money(0)))
    return seat


def party_of(seat: Seat, number: str) -> UUID:
    """The party behind an account."""
    return seat.ask(desk.account_card, number).party_id


def note_and_look(seat: Seat, number: str) -> None:
    """A contact, an alert with the note that settles it, and a recorded look at the customer's data."""
    party_id = party_of(seat, number)
    seat.do(parties.add_contact, ContactOrder(party_id, ContactKind.EMAIL, "someone@example.com"))
    alert = seat.do(parties.add_note, NoteOrder(party_id, "Dog in the yard", alert=True))
    seat.do(parties.add_note, NoteOrder(party_id, "The dog is gone", settles=alert))
    seat.do(parties.reveal, RevealOrder(party_id, RevealReason.PRESENT))
    who = seat.ask(desk.party_card, party_id)
    for debtor in (DebtorType.BUSINESS, who.debtor_type):
        seat.do(parties.change, PartyChange(party_id, who.name, who.language, debtor))


def together(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """What jobs answer or raise when they begin at the same moment, each on its own thread, in order."""
    start, answers = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place: int, job: Callable[[], Any]) -> None:
        start.wait()
        try:
            answers[place] = job()
        except BaseException as error:
            answers[place] = error

    threads = [threading.Thread(target=run, args=one) for one in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def account_number(place: int) -> str:
    """The account number of a household of the sample hall, by its place from 1 on."""
    return f"33010482{7000 + place * 7:04}"


def posting_sets(app: App, number: str) -> list[UUID]:
    """The ids of the payments' posting sets of an account that no counter took back, oldest first."""
    with app.database.read() as session:
        rows = session.execute(
            sa.text(
                "SELECT p.posting_set_id FROM counter_payment p"
                " JOIN ledger_contract_account a ON a.id = p.contract_account_id"
                " WHERE a.number = :number"
                " AND p.id NOT IN (SELECT payment_id FROM counter_payment_reversal)"
                " ORDER BY p.paid_at, p.id"
            ).columns(posting_set_id=sa.Uuid()),
            {"number": number},
        )
        return [row.posting_set_id for row in rows]
