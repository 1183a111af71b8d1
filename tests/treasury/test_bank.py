"""Files of banks and acquirers: read under any titles, taken once, matched with money in transit, and undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.counter import service as counter
from desktop.counter.records import AccountShare, PaymentOrder, TenderKind, TogetherOrder, TogetherQuery
from desktop.countries.cn.currency import CNY
from desktop.kernel.country import kept_signs
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.sheet import Column, Kind, Sheet, write_xlsx
from desktop.kernel.work import Seat, draw_id
from desktop.ledger.records import Role
from desktop.treasury import rules
from desktop.treasury import service as treasury
from desktop.treasury.documents import read_bank_file
from desktop.treasury.records import (
    BankDepositOrder,
    BankFileOrder,
    BankFileRead,
    LineOrder,
    LineRead,
    LinesQuery,
    LineState,
    MatchOrder,
    SafeBackOrder,
    Source,
    SourceKind,
)
from tests.hall import PASSWORD, SMALL, TODAY, app_of, books, count_safe, opened, together, yuan
from tests.rows import changed, contents, raw


def line(amount: str, reference: str = "", row: int = 2, days: int = 0, text: str = "") -> LineRead:
    return LineRead(row, f"K{row}", TODAY + timedelta(days=days), yuan(amount), reference, text)


def source(
    amount: str, reference: str = "", days: int = 0, tender: str = "card", number: str = "1"
) -> Source:
    day = TODAY + timedelta(days=days)
    return Source(draw_id(), SourceKind.PAYMENT, tender, day, yuan(amount), reference, number, "")


def file(*lines: LineRead, sha: str = "a" * 64, bank: str = "City bank") -> BankFileOrder:
    return BankFileOrder(bank, "f.csv", sha, (("day", "Date"),), lines)


# The rules


def surely(line: LineRead, sources: Sequence[Source]) -> Source | None:
    return rules.Awaited(sources).surely(line)


def test_a_line_is_matched_beyond_doubt_only_by_reference_amount_and_time() -> None:
    one = source("12.00", "slip 00-77 A")
    assert surely(line("12.00", "SLIP0077a"), [one, source("12.00", "other")]) is one
    assert surely(line("12.00", "", text="POS slip0077A ok"), [one]) is one
    assert surely(line("12.01", "slip0077a"), [one]) is None
    assert surely(line("12.00", "slip0077a", days=40), [one]) is None
    assert surely(line("12.00", "slip0077a", days=-3), [one]) is None
    assert surely(line("12.00", "slip0077a"), [one, source("12.00", "SLIP0077A")]) is None, "either"
    assert surely(line("12.00", ""), [source("12.00", "")]) is None
    assert surely(line("12.00", "", text="no 77"), [source("12.00", "77")]) is None, "too short"


_WORDS = st.text("ab1 -", max_size=9)
_SOURCES = st.builds(source, st.sampled_from(["5.00", "6.00"]), _WORDS, st.integers(-33, 4))


@given(st.lists(_SOURCES, max_size=6), _WORDS, _WORDS)
def test_a_line_is_what_comparing_it_with_everything_in_transit_would_find(
    sources: list[Source], reference: str, text: str
) -> None:
    shown = line("5.00", reference, text=text)
    mine, purpose = kept_signs(reference), kept_signs(text)
    found = [
        one
        for one in sources
        if one.amount == shown.amount
        and rules.in_time(shown.day, one.day)
        and (signs := kept_signs(one.reference))
        and (signs == mine or (len(signs) >= rules.LEAST_SIGNS and (signs in purpose or signs in mine)))
    ]
    awaited = rules.Awaited(sources)
    assert awaited.surely(shown) == (found[0] if len(found) == 1 else None)
    if len(found) == 2:
        awaited.came(found[0])
        assert awaited.surely(shown) is found[1]


def test_suggestions_come_nearest_first_and_a_whole_day_may_be_one_line() -> None:
    far, near, same = source("5.00", days=-9), source("5.00", days=-1), source("5.00", "r", days=-20)
    cards = [source("2.00", tender="wallet"), source("3.00", tender="wallet")]
    found = rules.suggestions(line("5.00", "R"), [far, near, same, *cards])
    assert [one.sources for one in found] == [(near,), (far,), (same,), tuple(cards)]
    assert [one.why.message for one in found[2:]] == [
        "the same reference and amount", "all {count} of the day make the amount",
    ]  # fmt: skip


# Reading

CSV = '交易日期,贷方金额,借方金额,流水号,摘要\n2026-02-05,"1,200.00",,T1,POS R1\n2026/2/6,,3.50,T2,手续费\n'


def test_a_file_is_read_by_the_titles_banks_use(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_text(CSV, encoding="gb18030")
    read = read_bank_file(path, CNY)
    assert read.problems == ()
    assert [(one.key, one.amount, one.text) for one in read.lines] == [
        ("T1", yuan("1200.00"), "POS R1"), ("T2", yuan("-3.50"), "手续费"),
    ]  # fmt: skip
    assert (read.total, len(read.sha256)) == (yuan("1196.50"), 64)
    assert dict(read.columns)["credit"] == "贷方金额"


def test_other_titles_are_mapped_and_what_is_wrong_is_told_by_its_place(tmp_path: Path) -> None:
    path = tmp_path / "acquirer.xlsx"
    columns = (Column("When"), Column("Sum", Kind.VALUE, 2), Column("Ref"))
    rows = [
        ["2026-02-05", Decimal("12.00"), "R1"],
        ["2026-02-05", Decimal("12.00"), "R1"],
        ["x", Decimal(0), "手续费"],
    ]
    path.write_bytes(write_xlsx([Sheet("one", columns, rows)]))
    first = read_bank_file(path, CNY)
    assert (first.lines, set(first.titles)) == ((), {"When", "Sum", "Ref"}), "a purpose is no title"
    assert first.problems
    mapped = (("day", "When"), ("amount", "Sum"), ("reference", "Ref"))
    read = read_bank_file(path, CNY, mapped)
    assert len({one.key for one in read.lines}) == 2, "the same line twice is two lines"
    assert {one.row for one in read.problems} == {4}
    again = read_bank_file(path, CNY, mapped)
    assert [one.key for one in again.lines] == [one.key for one in read.lines]
    for name, content in (("no.csv", b""), ("no.pdf", b"%PDF-1.4 no sheet")):
        other = tmp_path / name
        other.write_bytes(content)
        with pytest.raises(Refused):
            read_bank_file(other, CNY)


FEES = "交易日期,交易金额,手续费,清算金额,参考号\n"


def sheet_of(tmp_path: Path, suffix: str, rows: list[str]) -> Path:
    path = tmp_path / f"acquirer.{suffix}"
    if suffix == "csv":
        path.write_text(FEES + "".join(f"{row}\n" for row in rows))
        return path
    columns = tuple(Column(title) for title in FEES.strip().split(","))
    path.write_bytes(write_xlsx([Sheet("one", columns, [row.split(",") for row in rows])]))
    return path


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_column_of_fees_is_read_beside_the_amount(tmp_path: Path, suffix: str) -> None:
    rows = [
        "2026-02-05,100.00,0.38,99.62,R1",
        "2026-02-05,50.00,,50.00,R2",
        "2026-02-05,-20.00,0.10,-20.10,R3",
        "2026-02-05,0.38,0.38,0.00,R4",
    ]
    read = read_bank_file(sheet_of(tmp_path, suffix, rows), CNY)
    assert read.problems == ()
    assert [(one.amount, one.fee, one.gross) for one in read.lines] == [
        (yuan("99.62"), yuan("0.38"), yuan("100.00")),
        (yuan("50.00"), yuan("0.00"), yuan("50.00")),
        (yuan("-20.10"), yuan("0.10"), yuan("-20.00")),
        (yuan("0.00"), yuan("0.38"), yuan("0.38")),
    ]
    assert (read.total, read.fees) == (yuan("129.52"), yuan("0.86"))
    assert dict(read.columns)["fee"] == "手续费"


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_wrong_fee_is_told_by_its_row_and_column(tmp_path: Path, suffix: str) -> None:
    rows = [
        "2026-02-05,100.00,-0.38,,R1",
        "2026-02-05,100.00,100.01,,R2",
        "2026-02-05,100.00,x,,R3",
        "2026-02-05,100.00,0.385,,R4",
        "2026-02-05,100.00,0.38,99.63,R5",
        "2026-02-05,100.00,0.38,99.62,R6",
    ]
    read = read_bank_file(sheet_of(tmp_path, suffix, rows), CNY)
    assert [(one.row, one.column, one.what.message) for one in read.problems] == [
        (2, "手续费", "The fee is below zero"),
        (3, "手续费", "The fee is more than the amount"),
        (4, "手续费", "This is no number"),
        (5, "手续费", "This is no amount of money"),
        (6, "清算金额", "The amount less the fee is {amount}"),
    ]
    assert [one.row for one in read.lines] == [7]


def test_what_an_acquirer_paid_may_stand_in_the_amounts_place(tmp_path: Path) -> None:
    path = tmp_path / "net.csv"
    path.write_text("交易日期,清算金额,手续费,参考号\n2026-02-05,99.62,0.38,R1\n2026-02-05,,0.38,R2\n")
    read = read_bank_file(path, CNY)
    assert [(one.amount, one.gross) for one in read.lines] == [(yuan("99.62"), yuan("100.00"))]
    assert [(one.row, one.column) for one in read.problems] == [(3, "清算金额")]
    without = (("net", ""), ("fee", ""), ("amount", "清算金额"))
    assert read_bank_file(path, CNY, without).lines[0].gross == yuan("99.62"), "as mappings before had it"


# Taking in and matching


def pay_by(seat: Seat, tender: TenderKind, amount: str, reference: str) -> str:
    order = PaymentOrder(SMALL[1], yuan(amount), yuan(amount), tender, reference)
    return seat.do(counter.take_payment, order).number


def test_what_the_bank_shows_is_no_longer_in_transit(small: Seat, tmp_path: Path) -> None:
    flats = small.ask(counter.paid_together, TogetherQuery(SMALL[1:]))
    shares = tuple(AccountShare(row.dues.account_number, row.dues.to_pay, yuan("0.40")) for row in flats.rows)
    both = small.do(
        counter.take_together, TogetherOrder(shares, yuan("0.80"), TenderKind.TRANSFER, "T-000-9")
    )
    pay_by(small, TenderKind.CARD, "1200.00", "R1")
    (set_source,) = (one for one in small.ask(treasury.in_transit) if one.reference == "T-000-9")
    assert (set_source.amount, set_source.number) == (yuan("0.80"), both.numbers[0]), (
        "one tender is one source"
    )
    transit, bank = books(small, Role.IN_TRANSIT), books(small, Role.BANK)
    path = tmp_path / "bank.csv"
    path.write_text(CSV + "2026-02-07,0.80,,T3,T0009\n2026-02-07,0.30,,T4,\n", encoding="utf-8")
    read = treasury.read_file(small, path)
    told: list[int] = []
    taken = treasury.take_file(
        small, read, " City  bank ", read.columns, lambda done, _: not told.append(done)
    )
    assert (taken.bank, len(taken.new), taken.known, taken.doubled, taken.matched) == (
        "City bank",
        4,
        0,
        (),
        0,
    )
    assert told == [4]
    row = next(one for one in small.ask(treasury.bank_lines, LinesQuery()) if one.amount == yuan("1200.00"))
    (first, *_) = small.ask(treasury.line_suggestions, row.line_id)
    assert first.sources[0].reference == "R1"
    matched = small.do(treasury.match_line, MatchOrder(row.line_id, (first.sources[0].source_id,)))
    assert (matched.state, matched.by) == (LineState.MATCHED, small.actor.name)
    other = next(
        one for one in small.ask(treasury.bank_lines, LinesQuery(LineState.OPEN)) if one.text == "T0009"
    )
    small.do(treasury.match_line, MatchOrder(other.line_id, (set_source.source_id,)))
    assert books(small, Role.BANK) == bank + yuan("1200.80")
    assert books(small, Role.IN_TRANSIT) == transit - yuan("1200.80")
    undone = small.do(treasury.undo_line, LineOrder(row.line_id, "the wrong one"))
    assert undone.state is LineState.OPEN
    assert books(small, Role.BANK) == bank + yuan("0.80")
    assert small.do(treasury.match_line, MatchOrder(row.line_id, (first.sources[0].source_id,))).with_what
    assert dict(small.ask(treasury.banks)[0].columns)["credit"] == "贷方金额"
    assert app_of(small).verify() == []


def test_the_same_file_and_the_same_line_come_in_once(small: Seat, small_hall: str) -> None:
    pay_by(small, TenderKind.WALLET, "7.00", "W-0000-7")
    taken = small.do(treasury.take_bank_file, file(line("7.00", "w00007", 2), line("8.00", "", 3)))
    assert small.do(treasury.match_lines, taken.new) == 1
    before = contents(small_hall)
    with pytest.raises(Refused, match="came in before"):
        small.do(treasury.take_bank_file, file(line("9.00", "", 9)))
    assert changed(before, contents(small_hall)) == set()
    again = small.do(
        treasury.take_bank_file,
        file(
            line("7.00", "w00007", 2),
            line("8.10", "", 3),
            line("1.00", "", 4),
            line("1.00", "", 4),
            sha="b" * 64,
        ),
    )
    assert (len(again.new), again.known, again.doubled) == (1, 1, (3, 4))
    elsewhere = small.do(treasury.take_bank_file, file(line("7.00", "", 2), sha="c" * 64, bank="Acquirer"))
    assert len(elsewhere.new) == 1, "each bank numbers its own lines"
    assert small.do(treasury.match_lines, elsewhere.new) == 0, "the payment is in the bank already"


def test_lines_that_a_crash_left_are_matched_with_the_next_file(small: Seat, small_hall: str) -> None:
    """What a person undid is not matched again by itself."""
    for amount, reference in (("7.00", "W-0000-7"), ("8.00", "W-0000-8")):
        pay_by(small, TenderKind.WALLET, amount, reference)
    left = small.do(treasury.take_bank_file, file(line("7.00", "w00007", 2), line("8.00", "w00008", 3)))
    small.do(treasury.match_lines, left.new[1:])
    small.do(treasury.undo_line, LineOrder(left.new[1], "not this one"))
    order = file(line("3.33", "none", 9), sha="d" * 64)
    read = BankFileRead("next.csv", order.sha256, order.lines, (), (), ())
    taken = treasury.take_file(small, read, order.bank, order.columns)
    assert (len(taken.new), taken.matched, taken.earlier) == (1, 0, 1)
    states = {one.line_id: one.state for one in small.ask(treasury.bank_lines, LinesQuery())}
    assert [states[key] for key in left.new] == [LineState.MATCHED, LineState.OPEN]
    order = file(line("3.33", "none", 10), sha="e" * 64)
    with raw(small_hall) as rows:
        before = rows.one("SELECT count(*) FROM journal_entry")
        treasury.take_file(small, replace(read, sha256=order.sha256, lines=order.lines), "City bank", ())
        written = rows.one("SELECT count(*) FROM journal_entry") - before
    assert written == 2, "the file and its line; of lines that stay untouched nothing is written"
    assert app_of(small).verify() == []


def test_a_deposit_that_the_bank_shows_is_not_taken_back(small: Seat, small_hall: str) -> None:
    expected = small.ask(treasury.safe).expected
    count_safe(small, expected + yuan("50.00"), "found")
    small.do(treasury.deposit_cash, BankDepositOrder(yuan("50.00"), "D-77"))
    key = next(one.source_id for one in small.ask(treasury.in_transit) if one.reference == "D-77")
    (shown,) = small.do(treasury.take_bank_file, file(line("50.00", "D77", 2))).new
    small.do(treasury.match_line, MatchOrder(shown, (key,)))
    before = contents(small_hall)
    with pytest.raises(Refused, match="undo its match"):
        small.do(treasury.take_back_safe, SafeBackOrder(key, "never left"))
    assert changed(before, contents(small_hall)) == set()
    small.do(treasury.undo_line, LineOrder(shown, "another one"))
    small.do(treasury.take_back_safe, SafeBackOrder(key, "never left"))
    with pytest.raises(Refused, match="not in transit"):
        small.do(treasury.match_line, MatchOrder(shown, (key,)))
    assert app_of(small).verify() == []


def test_a_deposit_taken_back_while_a_line_is_matched_with_it_goes_one_way_only(
    small: Seat, small_hall: str
) -> None:
    count_safe(small, small.ask(treasury.safe).expected + yuan("50.00"), "found")
    small.do(treasury.deposit_cash, BankDepositOrder(yuan("50.00"), "D-78"))
    key = next(one.source_id for one in small.ask(treasury.in_transit) if one.reference == "D-78")
    (shown,) = small.do(treasury.take_bank_file, file(line("50.00", "D78", 2))).new
    with opened(small_hall) as other:
        answers = together(
            [
                lambda: small.do(treasury.match_line, MatchOrder(shown, (key,))),
                lambda: other.command_line("1").do(treasury.take_back_safe, SafeBackOrder(key, "never left")),
            ]
        )
    assert sum(isinstance(one, Refused) for one in answers) == 1, answers
    assert app_of(small).verify() == []


def test_what_cannot_be_matched_is_refused_and_changes_nothing(small: Seat, small_hall: str) -> None:
    pay_by(small, TenderKind.CARD, "7.00", "R7")
    (key, spare) = small.do(treasury.take_bank_file, file(line("7.00", "", 2), line("7.00", "", 3))).new
    (paid,) = (one for one in small.ask(treasury.in_transit) if one.reference == "R7")
    small.do(treasury.set_line_aside, LineOrder(spare, "none of ours"))
    before = contents(small_hall)
    for operation, order, words in (
        (treasury.match_line, MatchOrder(key, ()), "was chosen"),
        (treasury.match_line, MatchOrder(key, (draw_id(),)), "not in transit any more"),
        (treasury.match_line, MatchOrder(draw_id(), (paid.source_id,)), "no such line"),
        (treasury.match_line, MatchOrder(spare, (paid.source_id,)), "matched already"),
        (treasury.set_line_aside, LineOrder(key, " "), "Say why"),
        (treasury.undo_line, LineOrder(key, "why"), "not matched"),
        (treasury.take_bank_file, file(sha="d" * 64), "no line"),
        (treasury.take_bank_file, file(line("1.00"), sha="d" * 64, bank=" "), "Name the bank"),
    ):
        with pytest.raises((Refused, NotFound), match=words):
            small.do(operation, order)
    assert changed(before, contents(small_hall)) == set()
    cashier = app_of(small).sign_in("cashier", PASSWORD, "1")
    with pytest.raises(NotPermitted):
        cashier.ask(treasury.bank_lines, LinesQuery())


def test_two_people_match_the_same_money_and_one_of_them_does(small: Seat, small_hall: str) -> None:
    pay_by(small, TenderKind.CARD, "7.00", "R7")
    lines = small.do(treasury.take_bank_file, file(line("7.00", "", 2), line("7.00", "", 3))).new
    (paid,) = (one for one in small.ask(treasury.in_transit) if one.reference == "R7")
    with opened(small_hall) as other:
        orders = [MatchOrder(key, (paid.source_id,)) for key in lines]
        answers = together(
            [
                lambda: small.do(treasury.match_line, orders[0]),
                lambda: other.command_line("2").do(treasury.match_line, orders[1]),
            ]
        )
    assert sum(isinstance(one, Refused) for one in answers) == 1, answers
    assert len(small.ask(treasury.bank_lines, LinesQuery(LineState.MATCHED))) == 2, (
        "and the deposit of before"
    )
    assert app_of(small).verify() == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE treasury_bank_line SET amount = amount + 1",
        "UPDATE treasury_bank_match SET amount = amount + 1 WHERE kind <> 'aside'",
        "UPDATE treasury_bank_match SET undone_at = matched_at WHERE undone_at IS NULL AND kind <> 'aside'",
    ],
)
def test_verify_names_a_match_that_was_altered(small: Seat, small_hall: str, change: str) -> None:
    with raw(small_hall) as rows:
        rows.unguard()
        rows(change)
    assert "bank_match" in {one.code for one in app_of(small).verify()}
