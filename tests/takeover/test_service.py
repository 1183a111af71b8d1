"""A hall comes in from its workbook: all of it, or exactly the routes that are right."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest
import sqlalchemy as sa

from desktop.app import App
from desktop.billing import service as billing
from desktop.contracts import service as contracts
from desktop.contracts.records import Connections
from desktop.desk import service as desk
from desktop.kernel.errors import NotPermitted, Refused
from desktop.kernel.measures import Energy, Money, Power, Reading
from desktop.kernel.period import Period
from desktop.kernel.text import LANGUAGES, catalog
from desktop.kernel.work import Seat
from desktop.ledger import service as ledger
from desktop.metering import service as metering
from desktop.metering.records import ReadImport, ReadReason, ReadRow, RegisterCode
from desktop.parties.records import Likeness, MergeUndone, PartyKind, PartyRoleKind
from desktop.search.records import SearchOrder
from desktop.search.tables import SearchKey
from desktop.takeover import service as takeover
from desktop.takeover.documents.columns import HallSheet
from desktop.takeover.documents.sheets import (
    ACCOUNTS,
    CONTRACTS,
    HISTORY,
    ITEMS,
    METERS,
    PARTIES,
    PAYMENTS,
    POINTS,
    PREMISES,
    READS,
    SHEETS,
    TARIFFS,
)
from desktop.takeover.documents.writing import template
from desktop.takeover.records import Choices, Duplicates, UnbilledLine
from tests.hall import accept_waiting, connection, seat_of
from tests.takeover.workbooks import AGREED, LAST_READ, account, changed, hall, line, rows_of, written

COUNT, ROUTE = 12, 4

KEEP, MERGE = Choices(Duplicates.KEEP), Choices(Duplicates.MERGE)


def keys_of(seat: Seat) -> set[tuple[str, str, UUID]]:
    """Every word that leads to somebody."""
    with seat.app.database.read() as session:
        return {(one.owner_kind, one.token, one.owner_id) for one in session.scalars(sa.select(SearchKey))}


def test_a_hall_comes_in_with_totals_that_agree(seat: Seat, tmp_path: Path) -> None:
    file = written(tmp_path, hall(COUNT, ROUTE))
    before = rows_of(seat.app)
    tried = takeover.import_hall(seat, file, dry_run=True)
    assert rows_of(seat.app) == before
    done = takeover.import_hall(seat, file)
    assert (done.problems, done.findings) == ((), ())
    assert replace(tried, dry_run=False) == done
    assert done.accounts == COUNT
    assert [one.name for one in done.groups] == ["R0", "R1", "R2"]
    assert done.totals == done.taken
    assert dict(done.totals.counts)["items"] == 3
    assert done.totals.left == Money(3 * 10_007 - 2 * 2_000)
    assert done.totals.credit == Money(1000)
    assert done.totals.history == Energy.of(12 * 186)
    assert seat.app.verify() == []
    owing = seat.ask(ledger.dues, account(0))
    assert owing.items[0].principal == Money(8_007)
    assert owing.credit == Money(500)
    assert seat.ask(desk.search_hits, SearchOrder(account(5))).customers[0].number == account(5)
    again = takeover.import_hall(seat, file)
    assert again.known
    assert rows_of(seat.app)["ledger_contract_account"] == COUNT
    assert rows_of(seat.app)["journal_entry"] == before["journal_entry"] + 3 + 1, "groups, and their words"


def on(seat: Seat, day: date) -> Seat:
    """The same seat on another business date."""
    return replace(seat, app=App(seat.app.database, seat.app.country, day, seat.app.intents))


def test_the_next_bill_finds_the_right_tier(seat: Seat, tmp_path: Path) -> None:
    rows = changed(hall(1), HISTORY, 0, m1=Energy.of(2_700))
    takeover.import_hall(seat, written(tmp_path, rows))
    read = ReadRow("", 2, account(0), f"M{account(0)}", Reading.of(5_100), date(2026, 2, 28))
    later = on(seat, date(2026, 3, 2))
    later.do(metering.import_reads, ReadImport("", (read,)))
    assert accept_waiting(later) == 1, "so much less than in the month that was carried in"
    run = billing.run_bills(later, Period.month("2026-02"))
    assert run.held == ()
    # 60 kWh are left of the first tier's 2,760, the other 40 cost 0.588.
    assert run.run.amount == Money(round(60 * 53.8 + 40 * 58.8))


def test_a_reading_not_billed_yet_is_billed_here(seat: Seat, tmp_path: Path) -> None:
    rows = changed(hall(1), METERS, 0, newest_read=Reading.of(5_100), newest_read_on=date(2026, 2, 4))
    rows = changed(rows, HISTORY, 0, m1=Energy.of(0))
    takeover.import_hall(seat, written(tmp_path, rows))
    run = billing.run_bills(on(seat, date(2026, 3, 2)), Period.month("2026-02"))
    assert (run.held, run.run.energy) == ((), Energy.of(100))


def test_a_route_with_a_bad_row_stays_out_and_comes_in_once_it_is_right(seat: Seat, tmp_path: Path) -> None:
    right = hall(COUNT, ROUTE)
    wrong = changed({**right, METERS: list(right[METERS])}, METERS, 5, digits=2)
    done = takeover.import_hall(seat, written(tmp_path, wrong))
    (problem,) = done.problems
    assert (problem.sheet, problem.row, problem.value) == ("Meters", 7, "5005")
    assert [(one.name, one.taken) for one in done.groups] == [("R0", True), ("R1", False), ("R2", True)]
    assert dict(done.taken.counts)["accounts"] == 8
    assert rows_of(seat.app)["ledger_contract_account"] == 8
    mended = takeover.import_hall(seat, written(tmp_path, hall(COUNT, ROUTE)))
    assert [one.known for one in mended.groups] == [True, False, True]
    assert (mended.problems, rows_of(seat.app)["ledger_contract_account"]) == ((), COUNT)
    assert seat.app.verify() == []


WRONG = [
    (PARTIES, {"identity": "110105194912310021"}, "The check sign does not fit"),
    (PARTIES, {"identity": "999999188513062211"}, "no such day of birth"),
    (PARTIES, {"kind": PartyKind.ORGANISATION, "identity": "91350100M000100Y44"}, "The check sign does not fit"),
    (PARTIES, {"phones": ("12",)}, "no telephone number"),
    (PARTIES, {"email": "nobody"}, "no e-mail address"),
    (PARTIES, {"language": "xx"}, "language is not known"),
    (PARTIES, {"number": "P1"}, "stands in row"),
    (PARTIES, {"merge_with": "P99"}, "Neither a party"),
    (PARTIES, {"notices": "057188001234"}, "no such telephone"),
    (PARTIES, {"authorised": "A. B.; " + "x" * 201}, "too long"),
    (PREMISES, {"number": "H1"}, "stands in row"),
    (PREMISES, {"address": ""}, "cell is empty"),
    (POINTS, {"premise": "H99"}, "has no row with this number"),
    (METERS, {"serial": f"M{account(1)}"}, "stands in row"),
    (METERS, {"point": "S1"}, "Another meter hangs"),
    (METERS, {"point": "S99"}, "has no row with this number"),
    (METERS, {"last_read_on": date(2026, 3, 1)}, "lies in the future"),
    (METERS, {"installed_on": date(2026, 2, 1)}, "read before it hung"),
    (METERS, {"last_read": Reading.of(-1)}, "cannot be negative"),
    (METERS, {"newest_read": Reading.of(1), "newest_read_on": date(2026, 2, 4)}, "below the previous"),
    (METERS, {"newest_read": Reading.of(9_000)}, "belong together"),
    (METERS, {"removed_on": date(2026, 1, 1)}, "came down before"),
    (METERS, {"removed_on": date(2026, 2, 3)}, "final read of this register"),
    (METERS, {"removed_on": date(2027, 2, 3)}, "lies in the future"),
    (ACCOUNTS, {"number": account(1)}, "stands in row"),
    (ACCOUNTS, {"party": "P99"}, "has no row with this number"),
    (ACCOUNTS, {"point": "S1"}, "Another account has this"),
    (ACCOUNTS, {"position": 2}, "stands in row"),
    (ACCOUNTS, {"route": ""}, "belong together"),
    (ACCOUNTS, {"credit": Money(-1)}, "cannot be negative"),
    (CONTRACTS, {"tariff": "NONE"}, "No tariff here"),
    (CONTRACTS, {"valid_to": date(2019, 1, 1)}, "run backwards"),
    (CONTRACTS, {"account": account(99)}, "has no row with this number"),
    (TARIFFS, {"code": "NONE"}, "No tariff here"),
    (ITEMS, {"amount": Money(2_000)}, "nothing is open"),
    (ITEMS, {"rule_set": "1066"}, "no rules with this name"),
    (PAYMENTS, {"item": "B99"}, "no open item"),
    (PAYMENTS, {"principal": Money(0), "late_fee": Money(0)}, "Nothing was paid"),
    (HISTORY, {"m2": Energy.of(5)}, "after the last read"),
    (HISTORY, {"account": account(1)}, "stands in row"),
    (POINTS, {"account": account(0)}, "stands in the row of an account already"),
    (POINTS, {"account": account(99)}, "has no row with this number"),
    (POINTS, {"route": "R9", "position": 1}, "Only a further service point"),
    (POINTS, {"position": 1}, "belong together"),
    (POINTS, {"capacity": Power(0)}, "too small"),
    (CONTRACTS, {"point": "S1"}, "no such further service point"),
    (HISTORY, {"point": "S99"}, "no such further service point"),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "fields", "what"), WRONG, ids=[f"{s.name}-{w}" for s, _, w in WRONG])
def test_every_bad_cell_is_named_with_what_is_wrong(
    checking: Seat, tmp_path: Path, sheet: HallSheet, fields: dict[str, object], what: str
) -> None:
    file = written(tmp_path, changed(hall(8, ROUTE), sheet, 0, **fields))
    done = takeover.import_hall(checking, file, dry_run=True)
    told = [catalog("en")(problem.line) for problem in done.problems]
    assert any(what in one for one in told), told
    assert all(problem.sheet and problem.row > 1 and problem.column for problem in done.problems)
    assert not done.groups[0].taken


FEBRUARY = date(2026, 2, 3)
WRONG_READS = [
    ({"serial": "M99"}, "has no row with this number"),
    ({"register": RegisterCode.PEAK}, "no such register"),
    ({"read_on": LAST_READ}, "not later than the one billed last"),
    ({"read_on": date(2027, 1, 1)}, "lies in the future"),
    ({"reason": ReadReason.FINAL}, "on which its meter came down"),
    ({"value": Reading.of(1_000_000)}, "more digits than the register"),
    ({"value": Reading.of(4_999)}, "below the one before"),
    ({"rollover": True}, "nothing went round"),
    ({"value": Reading.of(-1)}, "cannot be negative"),
]


@pytest.mark.parametrize(("fields", "what"), WRONG_READS, ids=[what for _, what in WRONG_READS])
def test_every_bad_read_that_is_not_billed_is_named(
    checking: Seat, tmp_path: Path, fields: dict[str, Any], what: str
) -> None:
    read = UnbilledLine(f"M{account(0)}", FEBRUARY, Reading.of(5_100))
    rows = {**hall(8, ROUTE), READS: [replace(read, **fields)]}
    done = takeover.import_hall(checking, written(tmp_path, rows), dry_run=True)
    told = [catalog("en")(problem.line) for problem in done.problems]
    assert any(what in one and "Reads not billed row 2" in one for one in told), told
    assert done.accounts < 8


def test_a_register_is_read_in_one_place_of_the_workbook(checking: Seat, tmp_path: Path) -> None:
    """Reads since the last bill stand in the row of the register, or on the sheet for many of them."""
    rows = changed(hall(8, ROUTE), METERS, 0, newest_read=Reading.of(5_050), newest_read_on=date(2026, 2, 2))
    later = UnbilledLine(f"M{account(0)}", FEBRUARY, Reading.of(5_100))
    file = written(tmp_path, {**rows, READS: [later, later]})
    told = " ".join(
        catalog("en")(one.line) for one in takeover.import_hall(checking, file, dry_run=True).problems
    )
    assert "stand on the sheet Reads not billed" in told
    assert "Reads not billed row 3" in told, "the same twice"


def test_a_row_of_no_account_holds_everything_back(seat: Seat, tmp_path: Path) -> None:
    rows = {**hall(COUNT, ROUTE)}
    rows[POINTS] = [*rows[POINTS], replace(line(POINTS, 0), number="S77")]
    done = takeover.import_hall(seat, written(tmp_path, rows))
    assert "No account of the workbook" in catalog("en")(done.problems[0].line)
    assert done.accounts == 0
    assert rows_of(seat.app)["parties_party"] == 0


# What several routes share


def test_a_party_with_accounts_on_two_routes_is_one(seat: Seat, tmp_path: Path) -> None:
    rows = {**hall(8, ROUTE)}
    rows[ACCOUNTS] = [replace(one, party="P0") if one.number == account(5) else one for one in rows[ACCOUNTS]]
    rows[PARTIES] = [
        replace(one, number="P99", roles=(PartyRoleKind.LESSOR,)) if one.number == "P5" else one
        for one in rows[PARTIES]
    ]
    done = takeover.import_hall(seat, written(tmp_path, rows))
    assert done.accounts == 8
    assert rows_of(seat.app)["parties_party"] == 8
    one, other = (seat.ask(desk.account_card, account(place)).party_id for place in (0, 5))
    assert one == other
    found_now = seat.ask(desk.search_hits, SearchOrder("139 0000 0000")).customers
    assert [hit.kind for hit in found_now][:1] == ["party"]
    assert seat.app.verify() == []
    assert takeover.import_hall(seat, written(tmp_path, rows)).known


def test_a_shared_party_with_a_problem_holds_back_those_that_need_it(seat: Seat, tmp_path: Path) -> None:
    rows = {**hall(COUNT, ROUTE)}
    rows[ACCOUNTS] = [replace(one, party="P0") if one.number == account(5) else one for one in rows[ACCOUNTS]]
    rows = changed(rows, PARTIES, 0, phones=("1",))
    done = takeover.import_hall(seat, written(tmp_path, rows))
    assert [one.taken for one in done.groups] == [False, False, True]


# Parties that seem to be one


def twins(**fields: object):
    """A hall whose second party is like the first: at the same address, or by its number."""
    rows = changed(hall(4), PREMISES, 1, address="Street 0 No. 0")
    rows = changed(rows, PARTIES, 0, name="陈玉兰", identity="11010519491231002X")
    return changed(rows, PARTIES, 1, **fields)


@pytest.mark.parametrize(
    ("fields", "likeness"),
    [
        ({"name": "王五", "identity": "11010519491231002X"}, Likeness.IDENTITY),
        ({"name": "陈 玉兰"}, Likeness.SAME),
        ({"name": "陳玉蘭"}, Likeness.SIMILAR),
        ({"name": "陈玉荣"}, Likeness.SIMILAR),
    ],
)
def test_parties_that_seem_to_be_one_are_found_kept_or_merged(
    seat: Seat, tmp_path: Path, fields: dict[str, str], likeness: Likeness
) -> None:
    file = written(tmp_path, twins(**fields))
    refused = takeover.import_hall(seat, file)
    (finding,) = refused.findings
    assert (finding.likeness, finding.row, finding.other_row) == (likeness, 3, 2)
    assert (refused.accounts, refused.problem_count) == (0, 1)
    chosen = Choices(Duplicates.REFUSE, ((finding.key, Duplicates.MERGE),))
    merged = takeover.import_hall(seat, file, choices=chosen)
    assert (merged.accounts, merged.taken) == (4, merged.totals)
    assert rows_of(seat.app)["parties_party"] == 4
    assert len({seat.ask(desk.account_card, account(place)).party_id for place in range(4)}) == 3
    assert takeover.import_hall(seat, file).known
    assert rows_of(seat.app)["parties_party"] == 4
    party = seat.ask(desk.account_card, account(0)).party_id
    for words in ("13900000001", "陈玉兰", fields["name"]):
        hits = seat.ask(desk.search_hits, SearchOrder(words)).customers
        assert str(party) in {hit.number for hit in hits}, words
    (shown,) = seat.ask(desk.party_card, party).merges
    assert (shown.kept_id, shown.merged_name) == (party, fields.get("name", shown.merged_name))
    undone = seat.do(contracts.unmerge_parties, MergeUndone(shown.merged_id, "another person"))
    assert (undone.kept_id, undone.accounts) == (party, 1)
    assert seat.ask(desk.account_card, account(0)).party_id == party
    assert seat.ask(desk.account_card, account(1)).party_id == shown.merged_id
    hits = seat.ask(desk.search_hits, SearchOrder("13900000001")).customers
    assert [hit.number for hit in hits] == [account(1)]
    assert seat.app.verify() == []


def test_neighbours_with_other_names_are_no_finding(seat: Seat, tmp_path: Path) -> None:
    assert takeover.import_hall(seat, written(tmp_path, twins(name="王五")), dry_run=True).findings == ()


def test_the_workbook_itself_says_what_becomes_of_them(seat: Seat, tmp_path: Path) -> None:
    kept = takeover.import_hall(seat, written(tmp_path, twins(name="陈玉兰", merge_with="-")), dry_run=True)
    assert (kept.findings, dict(kept.taken.counts)["parties"]) == ((), 4)
    merged = takeover.import_hall(seat, written(tmp_path, twins(name="A", merge_with="P0")))
    assert (merged.findings, merged.taken) == ((), merged.totals)
    assert rows_of(seat.app)["parties_party"] == 4


def test_who_is_here_already_is_found_and_merged(seat: Seat, tmp_path: Path) -> None:
    takeover.import_hall(seat, written(tmp_path, hall(2, ROUTE)))
    rows = {
        sheet: [line(sheet, place, 1) for place in (6, 7)]
        for sheet in SHEETS
        if sheet not in AGREED
        if sheet not in (ITEMS, PAYMENTS, TARIFFS)
    }
    rows = changed(rows, PREMISES, 0, address="Street 0 No. 1")
    rows = changed(rows, PARTIES, 0, name=next(iter(rows[PARTIES])).name)
    same = {**rows, PARTIES: [replace(rows[PARTIES][0], name=line(PARTIES, 1).name), rows[PARTIES][1]]}
    file = written(tmp_path, same, title="more.xlsx")
    (finding,) = takeover.import_hall(seat, file, dry_run=True).findings
    assert (finding.likeness, finding.other_row, finding.other_number) == (Likeness.SAME, 0, account(1))
    assert takeover.import_hall(seat, file, choices=MERGE).accounts == 2
    assert rows_of(seat.app)["parties_party"] == 4
    assert takeover.import_hall(seat, file, choices=MERGE).known
    assert rows_of(seat.app)["parties_party"] == 4
    kept = seat.ask(desk.account_card, account(1)).party_id
    for words in ("13900000001", "13900000006"):
        assert str(kept) in {hit.number for hit in seat.ask(desk.search_hits, SearchOrder(words)).customers}
    assert seat.ask(desk.account_card, account(6)).party_id == kept
    (shown,) = seat.ask(desk.party_card, kept).merges
    assert seat.do(contracts.unmerge_parties, MergeUndone(shown.merged_id, "another person")).accounts == 1
    assert seat.ask(desk.account_card, account(1)).party_id == kept
    assert seat.ask(desk.account_card, account(6)).party_id == shown.merged_id
    assert seat.app.verify() == []


# Stopped, killed, not allowed, not a workbook


def test_stopped_it_goes_on_where_it_stands(seat: Seat, tmp_path: Path) -> None:
    file = written(tmp_path, hall(COUNT, ROUTE))
    stopped = takeover.import_hall(seat, file, lambda done, _: done < 600)
    assert (stopped.stopped_after, stopped.accounts) == (1, ROUTE)
    assert dict(stopped.taken.counts)["accounts"] == ROUTE
    done = takeover.import_hall(seat, file)
    assert [one.known for one in done.groups] == [True, False, False]
    assert rows_of(seat.app)["ledger_contract_account"] == COUNT


def test_killed_inside_a_route_nothing_of_it_stands(
    seat: Seat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, hall(COUNT, ROUTE))
    count = 0

    def dies(*_: object) -> None:
        nonlocal count
        count += 1
        if count == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("desktop.takeover.service.taking.contracts.sign_many", dies)
        with pytest.raises(KeyboardInterrupt):
            takeover.import_hall(seat, file)
    assert rows_of(seat.app)["ledger_contract_account"] == ROUTE
    monkeypatch.undo()


def test_whoever_came_in_without_words_is_found_once_search_is_prepared(
    seat: Seat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two takeovers end before their accounts have words, one opened by hand between them has its own."""

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    def found_by(number: str) -> list[str]:
        return [one.number for one in seat.ask(desk.search_hits, SearchOrder(number)).customers]

    with monkeypatch.context() as patch:
        patch.setattr("desktop.takeover.service.taking.search.index_next", dies)
        for count in (2, 2 + ROUTE):
            with pytest.raises(KeyboardInterrupt):
                takeover.import_hall(seat, written(tmp_path, hall(count, 2)))
            by_hand = connection(f"44010000000{count}", route="H")
            seat.do(contracts.connect, Connections((by_hand,)))
            assert (found_by(by_hand.account_number), found_by(account(0))) == ([by_hand.account_number], [])
            assert seat.ask(desk.words_left) == count
    assert desk.prepare_search(seat).left == 0
    assert found_by(account(0)) == [account(0)]
    kept = keys_of(seat)
    desk.rebuild_search(seat)
    assert keys_of(seat) == kept, "as all of them get from the records"


def test_a_hall_with_such_accounts_names_each_of_them(seat: Seat, tmp_path: Path) -> None:
    takeover.import_hall(seat, written(tmp_path, hall(2, ROUTE)))
    done = takeover.import_hall(seat, written(tmp_path, hall(3, ROUTE)), choices=KEEP)
    assert done.accounts == 0
    told = {catalog("en")(problem.what) for problem in done.problems}
    assert {"An account with this number is here already", "A meter with this number is here already"} <= told


def test_only_who_may_takes_a_hall_in(seat: Seat, tmp_path: Path) -> None:
    clerk = seat_of(seat.app, "cashier")
    with pytest.raises(NotPermitted):
        takeover.import_hall(clerk, written(tmp_path, hall(1)))


def test_what_is_no_workbook_is_refused(seat: Seat, tmp_path: Path) -> None:
    for name, content in (("a.xlsx", b"%PDF-1.4"), ("b.xlsx", b"PK\x03\x04broken"), ("c.csv", b"a,b")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Refused):
            takeover.import_hall(seat, tmp_path / name)
    (tmp_path / "d.xlsx").write_bytes(template(catalog("en"), seat.app.country))
    with pytest.raises(Refused, match="is empty"):
        takeover.import_hall(seat, tmp_path / "d.xlsx")


# Any language, any order


@pytest.mark.parametrize(
    ("title", "cell"),
    [("Accounts", "A2"), ("Parties", "B2"), ("Open items", "C2"), ("Meters", "D3"), ("Usage history", "C4"),
     ("Service points", "F2"), ("Contracts", "C2")],
)  # fmt: skip
def test_a_formula_of_a_hall_is_never_taken(seat: Seat, tmp_path: Path, title: str, cell: str) -> None:
    """Its row is a problem of that cell, whatever the program that saved it has reckoned."""
    file = written(tmp_path, hall(8, ROUTE))
    book = openpyxl.load_workbook(file)
    value = book[title][cell].value
    book[title][cell] = f'="{value}"'
    book.save(file)
    (problem,) = [
        one
        for one in takeover.import_hall(seat, file).problems
        if one.what.message == "This cell is a formula"
    ]
    assert (problem.sheet, problem.row, problem.value) == (title, int(cell[1:]), f'="{value}"')
    assert rows_of(seat.app)["ledger_contract_account"] <= 4


def test_a_hall_with_macros_is_refused(seat: Seat, tmp_path: Path) -> None:
    file = written(tmp_path, hall(4))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    before = rows_of(seat.app)
    with pytest.raises(Refused, match="holds macros"):
        takeover.import_hall(seat, file)
    assert rows_of(seat.app) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_of_every_language_is_taken(seat: Seat, tmp_path: Path, language: str) -> None:
    file = written(tmp_path, hall(COUNT, ROUTE), language=language)
    assert takeover.import_hall(seat, file, dry_run=True).accounts == COUNT
    book = openpyxl.load_workbook(tmp_path / file.name)
    for sheet in book.worksheets[1:]:
        rows = [tuple(reversed(row)) for row in sheet.iter_rows(values_only=True)]
        book.remove(sheet)
        made = book.create_sheet(sheet.title, 0)
        made.append(["A hall that comes in"])
        for row in rows:
            made.append(row)
    book.save(tmp_path / "turned.xlsx")
    turned = takeover.import_hall(seat, tmp_path / "turned.xlsx", dry_run=True)
    assert (turned.accounts, turned.problems) == (COUNT, ())


def test_a_sheet_of_another_name_is_not_lost(seat: Seat, tmp_path: Path) -> None:
    file = written(tmp_path, hall(1))
    book = openpyxl.load_workbook(file)
    book["Contracts"].title = "Sheet7"
    book.save(file)
    done = takeover.import_hall(seat, file)
    assert done.accounts == 0
    assert any(problem.sheet == "Sheet7" for problem in done.problems)


def test_a_read_is_doubted_by_the_months_that_were_carried_in(seat: Seat, tmp_path: Path) -> None:
    takeover.import_hall(seat, written(tmp_path, hall(2)))  # 186 kWh in January
    later = on(seat, date(2026, 3, 2))
    rows = tuple(
        ReadRow("", 2 + at, account(at), f"M{account(at)}", Reading.of(5_000 + at + used), date(2026, 2, 28))
        for at, used in enumerate((170, 1_700))
    )
    taken = later.do(metering.import_reads, ReadImport("", rows))
    assert (taken.stored, [problem.row for problem in taken.waiting]) == (1, [3])
    assert "after 168 kWh" in catalog("en")(taken.waiting[0].what)
    assert seat.app.verify() == []
