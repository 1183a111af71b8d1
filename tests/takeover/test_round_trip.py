"""A hall that goes out of one kind of database and into the other is the same hall."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desktop.billing import service as billing
from desktop.billing.records import LOOKED_AT, InstalmentPart
from desktop.contracts import service as contracts
from desktop.contracts.records import AccountOrder, NewCustomer, Share, SpellKind, Terms, TermsOrder
from desktop.contracts.records.deposit import DepositReversal
from desktop.countries.cn import COUNTRY
from desktop.invoices.records import InvoiceKind
from desktop.kernel import canonical
from desktop.kernel.database import Base
from desktop.kernel.errors import NotPermitted, Refused
from desktop.kernel.measures import Energy, Factor, Money, Power, Reading
from desktop.kernel.period import Period
from desktop.kernel.text import LANGUAGES, catalog
from desktop.kernel.work import Seat
from desktop.ledger import service as ledger
from desktop.metering import service as metering
from desktop.metering.records import (
    ExchangeOrder,
    ExchangeReason,
    FinalRead,
    Flag,
    HandRead,
    NewRegister,
    ReadImport,
    ReadReason,
    ReadRow,
    ReadSource,
    RegisterCode,
    VoltageLevel,
)
from desktop.parties.records import DebtorType, PartyKind, PartyRoleKind
from desktop.premises.records import SupplyState
from desktop.takeover import service as takeover
from desktop.takeover.documents.agreed import BILL_LIMITS, READ_LIMITS, SPELLS, TERMS
from desktop.takeover.documents.columns import HallSheet
from desktop.takeover.documents.paying import GROUPS, MEMBERS, PLANS, WISHES
from desktop.takeover.documents.reading import ReadLine, read_hall
from desktop.takeover.documents.sheets import (
    ACCOUNTS,
    CONTRACTS,
    HISTORY,
    ITEMS,
    LIMITS,
    METERS,
    PARTIES,
    PAYMENTS,
    POINTS,
    PREMISES,
    READS,
    SHEETS,
    TARIFFS,
)
from desktop.takeover.documents.staying import CARRIED, STAYING
from desktop.takeover.records import (
    AccountLine,
    BillLimitLine,
    Choices,
    ContractLine,
    Duplicates,
    GroupLine,
    HistoryLine,
    ItemLine,
    MemberLine,
    MeterLine,
    PartyLine,
    PaymentLine,
    PlanLine,
    PointLine,
    PremiseLine,
    ReadLimitLine,
    ReleaseOrder,
    ReleaseReason,
    SpellLine,
    TariffLine,
    TermsLine,
    UnbilledLine,
    WishLine,
)
from desktop.tariffs.records import Basis, CustomerClass
from tests.databases_server import Databases
from tests.hall import (
    JANUARY,
    SMALL,
    accept_waiting,
    connect,
    founded,
    issue,
    january_sheet,
    meter,
    opened,
    read,
    sample_hall,
    seat_of,
    small_hall,
    small_reads,
)
from tests.takeover.test_service import on
from tests.takeover.workbooks import LAST_READ, account, hall, rows_of, written

KEEP = Choices(Duplicates.KEEP)
MOVING = ReleaseOrder("out.xlsx", ReleaseReason.TAKEOVER)
NAMES = (
    "陈玉兰",
    "=1+1",
    "@home",
    "-",
    "'+quoted",
    "Nguyễn Thị Hà",
    "Åsa Öberg",
    "区 文",
    "Ａ ｆｉｒｍ",
    "王\u3000伟",
    "O'Neil",
    "𠀀野 (𠮷田) & <Söhne>",
    "和睦街道" * 50,
)


def _resident(chance: random.Random) -> str:
    """A right identity number."""
    born = date(1950, 1, 1) + timedelta(days=chance.randrange(20_000))
    bare = f"330105{born:%Y%m%d}{chance.randrange(1000):03}"
    weighed = sum(int(sign) * (2 ** (17 - place) % 11) for place, sign in enumerate(bare))
    return bare + "10X98765432"[weighed % 11]


def _party(chance: random.Random, place: int) -> PartyLine:
    firm = chance.random() < 0.2
    return PartyLine(
        number=f"P{place}",
        name=chance.choice(NAMES),
        kind=PartyKind.ORGANISATION if firm else PartyKind.PERSON,
        roles=tuple(chance.sample(tuple(PartyRoleKind), chance.randint(1, 3))),
        debtor_type=chance.choice((None, *DebtorType)),
        language=chance.choice(("", *LANGUAGES)),
        phones=tuple(f"13{chance.randrange(10**9):09}" for _ in range(chance.randrange(3))),
        identity=chance.choice(("", "91350100M000100Y43" if firm else _resident(chance))),
        email=chance.choice(("", f"a{place}@example.com")),
        postal=chance.choice(("", f"Box {place}, 1; 2")),
        bank=chance.choice(("", f"3300161603505{place:03}")),
        authorised=chance.choice(("", "陈思远, 13957162615", "=1+1; Åsa")),
    )


def _told(chance: random.Random, one: PartyLine) -> PartyLine:
    """The same with one of its contacts to which notices go, or none."""
    return replace(one, notices=chance.choice(("", *one.phones, one.email, one.postal)))


def _money(chance: random.Random, most: int) -> Money:
    return Money(chance.randrange(1, most))


def variety(seed: int, count: int = 14) -> dict[HallSheet, Iterable[Any]]:
    """A hall with everything a workbook may hold, another one for each seed."""
    chance = random.Random(seed)
    rows: dict[HallSheet, list[Any]] = {sheet: [] for sheet in SHEETS}
    rows[TARIFFS].append(TariffLine("ZJ-RES"))
    rows[PARTIES] = [_told(chance, _party(chance, place)) for place in range(count)]
    rows[PREMISES] = [
        PremiseLine(
            f"H{place}", f"Road {seed}, {place}", chance.choice(("", "310015")), chance.choice(("", "Hz"))
        )
        for place in range(count)
    ]
    for place in range(count):
        number, party = account(place), f"P{chance.randrange(count)}"
        credit = Money(chance.choice((0, 0, 12_345)))
        if chance.random() < 0.1:
            rows[ACCOUNTS].append(AccountLine(number, party, credit=credit))
            continue
        state = chance.choice(tuple(SupplyState))
        rows[POINTS].append(
            PointLine(
                f"S{place}",
                f"H{chance.randrange(place + 1)}",
                chance.choice(("", "380 V")),
                "",
                "T",
                state,
                chance.choice((None, Power.of("80.5"))),
            )
        )
        route = chance.choice(("", "A", "B"))
        rows[ACCOUNTS].append(
            AccountLine(
                number, party, f"S{place}", route, place + 1 if route else None, credit, Money(70 * place)
            )
        )
        _supplied(chance, rows, place, number)
        for nth in range(chance.choice((0, 0, 1, 2))):
            _further(chance, rows, place, number, nth)
    _agreed(chance, rows)
    _paying(chance, rows)
    used = {point.premise for point in rows[POINTS]}
    rows[PREMISES] = [one for one in rows[PREMISES] if one.number in used]
    return rows


def _further(
    chance: random.Random, rows: dict[HallSheet, list[Any]], place: int, number: str, nth: int
) -> None:
    """One more service point of an account, with its meter of two registers, contract and history."""
    point, route = f"S{place}+{nth}", chance.choice(("", "A", "C"))
    rows[POINTS].append(
        PointLine(
            point, f"H{chance.randrange(place + 1)}", "10 kV", "F", "", SupplyState.CONNECTED,
            chance.choice((None, Power.of(315))), number, route, 1000 + 10 * place + nth if route else None,
        )
    )  # fmt: skip
    for register in (RegisterCode.ACTIVE, RegisterCode.REACTIVE):
        value = Reading(chance.randrange(10**8))
        rows[METERS].append(
            MeterLine(f"F{number}-{nth}", point, value, LAST_READ, 6, register, Factor.of(20))
        )
    rows[CONTRACTS].append(ContractLine(number, "ZJ-RES", date(2025, 1 + nth, 1), None, point))
    months = {f"m{month}": Energy(chance.randrange(5 * 10**6)) for month in range(1, 13)}
    rows[HISTORY].append(HistoryLine(account=number, year=2025, point=point, **months))


def _supplied(chance: random.Random, rows: dict[HallSheet, list[Any]], place: int, number: str) -> None:
    value = Reading(chance.randrange(10**8))
    newest = chance.random() < 0.3
    rows[METERS].append(
        MeterLine(
            serial=f"M{number}",
            point=f"S{place}",
            last_read=value,
            last_read_on=LAST_READ,
            digits=6,
            multiplier=chance.choice((Factor.of(1), Factor.of(40), Factor.of("0.5"))),
            installed_on=chance.choice((None, date(2019, 5, 1))),
            newest_read=Reading(value.raw + 1000) if newest else None,
            newest_read_on=date(2026, 2, 3) if newest else None,
            estimated=chance.random() < 0.2,
        )
    )
    if not newest and chance.random() < 0.6:
        _read_since(chance, rows, number, value)
    begun, ended = date(2024, 3, 1), chance.random() < 0.15
    if chance.random() < 0.2:
        rows[CONTRACTS].append(ContractLine(number, "ZJ-RES", date(2020, 1, 1), begun))
    rows[CONTRACTS].append(ContractLine(number, "ZJ-RES", begun, date(2026, 2, 1) if ended else None))
    for year, months in ((2023, 12), (2024, 12), (2025, 12), (2026, 1)):
        if chance.random() < 0.8:
            kwh = {f"m{month}": Energy(chance.randrange(5 * 10**6)) for month in range(1, months + 1)}
            rows[HISTORY].append(HistoryLine(account=number, year=year, **kwh))
    for nth in range(chance.randrange(3)):
        amount = _money(chance, 10**6)
        item = ItemLine(f"B{place}-{nth}", number, date(2025, 11 + nth, 1), date(2025, 12, 1 + nth), amount)
        rows[ITEMS].append(item)
        for day in range(chance.randrange(3)):
            principal = Money(amount.raw // 4)
            late_fee = Money(chance.randrange(3) if principal else 1)
            rows[PAYMENTS].append(
                PaymentLine(item.number, number, date(2026, 1, 10 + day), principal, late_fee)
            )


def _read_since(chance: random.Random, rows: dict[HallSheet, list[Any]], number: str, value: Reading) -> None:
    """Reads that nobody billed, the last of them on the day another meter was hung in the place of this one."""
    down, least = date(2026, 2, 4), Reading(min(value.raw, 500))
    rows[READS] += [
        UnbilledLine(
            f"M{number}",
            date(2026, 2, 2),
            Reading(value.raw + 100),
            source=chance.choice(tuple(ReadSource)),
            reader="周",
        ),
        UnbilledLine(f"M{number}", date(2026, 2, 3), least, rollover=least.raw < value.raw + 100),
    ]
    if chance.random() < 0.5:
        old = rows[METERS].pop()
        rows[READS].append(UnbilledLine(old.serial, down, Reading(least.raw + 7), reason=ReadReason.FINAL))
        rows[METERS] += [
            replace(old, removed_on=down),
            MeterLine(
                f"N{number}", old.point, Reading(0), down, 6, multiplier=Factor.of(2), installed_on=down
            ),
        ]


def _paying(chance: random.Random, rows: dict[HallSheet, list[Any]]) -> None:
    """How accounts pay: in parts, with which invoice, together."""
    firms = {one.number for one in rows[PARTIES] if one.kind is PartyKind.ORGANISATION}
    for one in rows[ACCOUNTS]:
        if chance.random() < 0.4:
            kind, named = chance.choice((InvoiceKind.NONE, InvoiceKind.ORDINARY)), ()
            if one.party in firms:
                kind, named = (
                    InvoiceKind.SPECIAL,
                    ("91350100M000100Y43", "Road 1", "0571", "Bank", "3300161603"),
                )
            title = "" if kind is InvoiceKind.NONE else chance.choice(("=1+1", "杭州"))
            rows[WISHES].append(WishLine(one.number, kind, title, *named))
        if chance.random() < 0.4:
            parts = (
                InstalmentPart(5, percent=40),
                InstalmentPart(15, amount=Money(chance.randrange(1, 10**7))),
            )
            rows[PLANS] += [
                PlanLine(one.number, date(2025, 1, 1), canonical.dump(parts[:1]), date(2025, 9, 1)),
                PlanLine(one.number, date(2025, 11, 1), canonical.dump(parts)),
            ]
    accounts = [one.number for one in rows[ACCOUNTS]]
    for nth in range(3):
        payer = chance.choice(rows[PARTIES]).number
        rows[GROUPS].append(GroupLine(f"G{nth}", f"Group {nth}, “=1”", payer))
        ended = [
            MemberLine(f"G{nth}", one, date(2024, 1, 1 + nth), date(2024, 1, 2 + nth)) for one in accounts[:3]
        ]
        now = [MemberLine(f"G{nth}", one, date(2025, 1, 1)) for one in accounts[nth::3][:3]]
        rows[MEMBERS] += [*ended, *now]


def _agreed(chance: random.Random, rows: dict[HallSheet, list[Any]]) -> None:
    """What contracts say, and days of another capacity; meters that hang behind others, of other routes too."""
    hanging = [one for one in rows[METERS] if one.removed_on is None]
    mains = [one.serial for one in hanging if one.register is RegisterCode.ACTIVE]
    serials = {one.point: one.serial for one in hanging}
    own = {one.number: serials[one.point] for one in rows[ACCOUNTS] if one.point}
    for one in rows[CONTRACTS]:
        if chance.random() < 0.4:
            continue
        serial, main = serials.get(one.point) or own[one.account], chance.choice(mains)
        for nth in range(chance.randint(1, 2)):
            rows[TERMS].append(
                TermsLine(
                    one.account,
                    one.valid_from + timedelta(days=40 * nth),
                    chance.choice((Basis.NONE, Basis.ACTUAL_DEMAND)),
                    chance.choice((None, Power.of(315), Power.of("0.001"))),
                    chance.choice((None, Power.of("500.5"))),
                    chance.choice((None, 1, 85, 90, 100)),
                    chance.choice((None, Energy.of(1_200))),
                    chance.choice((None, Energy.of("15.5"))),
                    chance.choice(LOSSES),
                    chance.choice(SHARED_OUT),
                    main if main != serial and chance.random() < 0.5 else "",
                    one.point,
                )
            )
        kind = chance.choice(tuple(SpellKind))
        rows[SPELLS].append(
            SpellLine(
                one.account,
                kind,
                one.valid_from + timedelta(days=3),
                one.valid_from + timedelta(days=90) if kind is SpellKind.SUSPENDED else None,
                None if kind is SpellKind.EXEMPT else Power.of("80.5"),
                chance.random() < 0.5,
                "2026-17, =1+1",
                one.valid_from if one.valid_to else chance.choice((None, one.valid_from)),
                one.point,
            )
        )
    flags = tuple(chance.sample(tuple(Flag), 4))
    limits = 30, 40, Energy.of("99.5"), 3, 4, 20, 40
    rows[READ_LIMITS].append(
        ReadLimitLine(VoltageLevel.HIGH, *limits, tuple(one for one in Flag if one in flags))
    )
    for year in (2025, 2026):
        reviewed = tuple(one for one in LOOKED_AT if chance.random() < 0.5)
        rows[BILL_LIMITS].append(
            BillLimitLine(
                CustomerClass.RESIDENTIAL,
                date(year, 1, 1),
                30,
                Energy.of(100),
                Money(5_000_000),
                year % 10,
                reviewed,
            )
        )


LOSSES = (
    "",
    '{"method": "fixed_rate", "rate_percent": "3.25"}',
    '{"method": "line", "kv": "10", "ohm_per_km": "0.27", "km": "2.5", "k": "1.05"}',
    '{"method": "table", "model": "S9; =1", "rows": [{"upto_kwh": 5000, "loss_kwh": 120}, {"loss_kwh": 1.5}]}',
)
SHARED_OUT = (
    "",
    canonical.dump((Share("ZJ-RES", percent=Factor.of("12.5")),)),
    canonical.dump(
        (Share("ZJ-RES", Energy.of(300), Factor.of(10)), Share("ZJ-RES", fixed=Energy.of("0.001")))
    ),
)


def told(file: Path) -> dict[str, Any]:
    """What a workbook says of each account and of parties without one, whatever numbers connect its sheets."""
    found: dict[HallSheet, list[dict[str, Any]]] = defaultdict(list)
    for row in read_hall(file, COUNTRY):
        assert isinstance(row, ReadLine), row
        assert not row.problems, row
        found[row.sheet].append(row.values)
    parties, premises, points = (
        {one["number"]: {**one, "number": ""} for one in found[sheet]}
        for sheet in (PARTIES, PREMISES, POINTS)
    )
    for one in parties.values():
        if one.get("merge_with"):
            one["merge_with"] = parties[one["merge_with"]]["name"]
    by_point, by_account = defaultdict(list), defaultdict(list)
    unbilled = defaultdict(list)
    for one in found[READS]:
        unbilled[one["serial"], one.get("register", RegisterCode.ACTIVE)].append(repr(sorted(one.items())))
    for one in found[METERS]:
        later = sorted(unbilled[one["serial"], one.get("register", RegisterCode.ACTIVE)])
        by_point[one["point"]].append({**one, "point": "", "later": later})
    meters = {number: sorted(repr(sorted(one.items())) for one in many) for number, many in by_point.items()}
    for sheet in (CONTRACTS, ITEMS, PAYMENTS, HISTORY, TERMS, SPELLS, PLANS, WISHES):
        for one in found[sheet]:
            at = meters[one["point"]] if "point" in one else ""
            paper = {name: one[name].rstrip("*") for name in ("number", "item") if name in one}
            by_account[one["account"]].append(
                (sheet.name, repr(sorted({**one, **paper, "point": at}.items())))
            )
    further = defaultdict(list)
    for number, point in points.items():
        point["premise"] = premises[point["premise"]]
        if "account" in point:
            further[point["account"]].append(repr((sorted(point.items()), meters[number])))
    accounts = {}
    for one in found[ACCOUNTS]:
        accounts[one["number"]] = (
            {**one, "party": "", "point": ""},
            parties.get(one["party"]),
            points.get(one.get("point", "")),
            meters.get(one.get("point", "")),
            sorted(further[one["number"]]),
            sorted(by_account[one["number"]]),
        )
    owners = {one["party"] for one in found[ACCOUNTS]}
    others = sorted(repr(sorted(one.items())) for number, one in parties.items() if number not in owners)
    limits = [sorted(one.items()) for sheet in LIMITS for one in found[sheet]]
    names = {one["number"]: (one["name"], parties[one["payer"]]["name"]) for one in found[GROUPS]}
    groups = sorted(
        repr((names[one["group"]], sorted({**one, "group": ""}.items()))) for one in found[MEMBERS]
    )
    return {"others": others, "limits": limits, "groups": groups, **accounts}


@pytest.mark.parametrize("seed", range(3))
def test_what_comes_in_goes_out_and_in_again_unchanged(
    both: tuple[Seat, Seat], tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "desktop.takeover.service.moment.AT_ONCE", 4
    )  # several turns for what a large hall needs
    here, there = both
    came = takeover.import_hall(here, written(tmp_path, variety(seed), language="fi"), choices=KEEP)
    assert came.problems == ()
    out, again = tmp_path / "out.xlsx", tmp_path / "again.xlsx"
    given = takeover.export_hall(here, out, MOVING, language=LANGUAGES[seed])
    assert given is not None
    assert (given.totals.counts, given.totals.history) == (came.taken.counts, came.taken.history)
    assert (given.totals.left, given.totals.credit) == (came.taken.left, came.taken.credit)
    assert (given.totals.capacity, given.totals.demand) == (came.taken.capacity, came.taken.demand)
    assert given.totals.deposits == came.taken.deposits != Money(0)
    moved = takeover.import_hall(there, out, choices=KEEP)
    assert moved.problems == ()
    assert moved.totals == moved.taken == given.totals
    assert takeover.export_hall(there, again, MOVING, language="vi").totals == given.totals
    assert told(out) == told(again)
    assert there.app.verify() == here.app.verify() == []
    for number in [name for name in told(out) if name.isdecimal()]:
        mine, theirs = here.ask(ledger.dues, number), there.ask(ledger.dues, number)
        assert [(one.principal, one.late_fee, one.bill_number) for one in mine.items] == [
            (one.principal, one.late_fee, one.bill_number) for one in theirs.items
        ]
        assert mine.credit == theirs.credit
        deposit = there.ask(contracts.deposit, number)
        assert [(one.amount, one.carried) for one in deposit.moves] == (
            [(deposit.held, True)] if deposit.held else []
        )
        for move in deposit.moves:
            with pytest.raises(Refused, match="from another system"):
                there.do(contracts.reverse_deposit, DepositReversal(move.deposit_id, "a try"))


def test_the_sample_hall_is_billed_alike_after_it_moved(
    sqlite_databases: Databases, postgres_server: Databases, tmp_path: Path
) -> None:
    """In the middle of a month: December billed, January read and billed in the new place."""
    urls = sqlite_databases.like(sample_hall), postgres_server.like(founded)
    with opened(urls[0]) as old, opened(urls[1]) as new:
        here, there = old.command_line("1"), new.command_line("1")
        given = takeover.export_hall(here, tmp_path / "sample.xlsx", MOVING)
        moved = takeover.import_hall(there, tmp_path / "sample.xlsx")
        assert moved.taken == given.totals
        sheet = january_sheet(tmp_path)
        amounts = []
        for seat in (here, there):
            told = {
                one.doubtful_id for one in seat.ask(metering.doubtful_reads).rows
            }  # by customers, in February
            taken = metering.import_sheet(seat, sheet)
            doubted = {one.doubtful_id for one in seat.ask(metering.doubtful_reads).rows} - told
            # The flat that used nothing has no reads before in the new place.
            seat.do(metering.accept, tuple(doubted))
            assert taken.stored + len(doubted) == 50
            run = billing.run_bills(seat, Period.month("2026-01"))
            assert run.held == ()
            amounts.append((run.run.amount, run.run.energy))
        assert amounts[0] == amounts[1]
        assert new.verify() == []


def test_steps_of_the_year_go_on_with_what_was_billed(both: tuple[Seat, Seat], tmp_path: Path) -> None:
    """A household whose bills count 10 % more than its meter tells: 2,970 kWh in January, past the first step."""
    here, there = both
    number = SMALL[0]
    connect(here, [number])
    losses = '{"method": "fixed_rate", "rate_percent": "10"}'
    here.do(contracts.set_terms, TermsOrder(number, Terms(date(2025, 12, 31), losses=losses)))
    read(here, [number], date(2026, 1, 31), 2_700)
    issue(here, billing.run_bills(here, JANUARY).run.number)
    given = takeover.export_hall(here, tmp_path / "out.xlsx", MOVING)
    assert given is not None
    assert (given.totals.history, given.behind) == (Energy.of(2_970), ())
    assert takeover.import_hall(there, tmp_path / "out.xlsx").problems == ()
    amounts = []
    for seat in (on(here, date(2026, 3, 2)), on(there, date(2026, 3, 2))):
        read(seat, [number], date(2026, 2, 28), 2_800)
        run = billing.run_bills(seat, Period.month("2026-02"))
        amounts.append((run.held, run.run.energy, run.run.amount))
    assert amounts[0] == amounts[1] == ((), Energy.of(110), Money(round(110 * 58.8)))


def _exchanged(number: str, day: date, final: int, serial: str) -> ExchangeOrder:
    """Another meter in place of the one of an account, with a multiplier of 2."""
    return ExchangeOrder(
        number, day, (FinalRead(RegisterCode.ACTIVE, Reading.of(final)),), serial, Factor.of(2),
        (NewRegister(RegisterCode.ACTIVE, 6, Reading.of(0)),), ExchangeReason.FAULTY,
    )  # fmt: skip


def test_what_was_read_since_the_last_bill_moves_and_is_billed_alike(
    both: tuple[Seat, Seat], tmp_path: Path
) -> None:
    """Of three meters one was read twice, one went round after an estimate, and one came down and has a successor."""
    here, there = (on(seat, date(2026, 3, 2)) for seat in both)
    twice, round_, exchanged = SMALL
    connect(here, SMALL)
    read(here, SMALL, date(2026, 1, 31), 300)
    issue(here, billing.run_bills(here, JANUARY).run.number)
    read(here, [twice], date(2026, 2, 10), 400)
    read(here, [twice], date(2026, 2, 28), 600)
    guessed = HandRead(round_, Reading.of(1_450), date(2026, 2, 9), source=ReadSource.ESTIMATED)
    here.do(metering.record_read, guessed)
    here.do(metering.record_read, HandRead(round_, Reading.of(40), date(2026, 2, 27), rollover=True))
    here.do(metering.exchange_meter, _exchanged(exchanged, date(2026, 2, 12), 1_390, "N1"))
    here.do(metering.record_read, HandRead(exchanged, Reading.of(70), date(2026, 2, 26)))
    accept_waiting(here)
    given = takeover.export_hall(here, tmp_path / "out.xlsx", MOVING)
    assert given is not None
    assert (given.behind, given.totals.history) == ((), Energy.of(900)), "February is not billed"
    moved = takeover.import_hall(there, tmp_path / "out.xlsx")
    assert (moved.problems, moved.taken) == ((), given.totals)
    assert takeover.export_hall(there, tmp_path / "again.xlsx", MOVING).totals == given.totals
    assert told(tmp_path / "out.xlsx") == told(tmp_path / "again.xlsx")
    drafts = []
    for seat in (here, there):
        run = billing.run_bills(seat, Period.month("2026-02"))
        assert run.held == ()
        rows = seat.ask(billing.run_drafts, run.run.number)
        drafts.append(sorted((one.account_number, one.energy, one.amount) for one in rows))
    assert drafts[0] == drafts[1]
    assert [energy.decimal for _, energy, _ in drafts[0]] == [300, 998_740, 90 + 2 * 70]
    assert there.app.verify() == []


def test_who_moved_in_takes_along_what_is_its_own(both: tuple[Seat, Seat], tmp_path: Path) -> None:
    """The former customer's last days are told until they are billed; its months stay with it."""
    here, there = (on(seat, date(2026, 3, 2)) for seat in both)
    leaves, comes = SMALL[0], "330104990011"
    connect(here, [leaves])
    read(here, [leaves], date(2026, 1, 31), 300)
    issue(here, billing.run_bills(here, JANUARY).run.number)
    read(here, [leaves], date(2026, 2, 9), 400)
    person = NewCustomer("林梅", PartyKind.PERSON, DebtorType.CONSUMER, "zh_CN")
    here.do(contracts.open_account, AccountOrder(comes, "ZJ-RES", date(2026, 2, 10), person, follows=leaves))
    here.do(metering.record_read, HandRead(comes, Reading.of(1_520), date(2026, 2, 28)))
    accept_waiting(here)
    out = tmp_path / "out.xlsx"
    given = takeover.export_hall(here, out, MOVING)
    assert given is not None
    assert [catalog("en")(one) for one in given.behind] == [
        "1 former customer has no bill of the last days: bill them first"
    ]
    assert given.totals.history == Energy(0), "January was somebody else's"
    issue(here, billing.run_bills(here, Period.month("2026-02")).run.number)
    given = takeover.export_hall(here, out, MOVING)
    assert given is not None
    assert (given.behind, given.totals.history) == ((), Energy.of(120))
    moved = takeover.import_hall(there, out)
    assert (moved.problems, moved.taken) == ((), given.totals)
    amounts = []
    for seat in (on(here, date(2026, 4, 2)), on(there, date(2026, 4, 2))):
        seat.do(metering.record_read, HandRead(comes, Reading.of(4_320), date(2026, 3, 31)))
        accept_waiting(seat)
        run = billing.run_bills(seat, Period.month("2026-03"))
        amounts.append((run.held, run.run.energy, run.run.amount))
    assert amounts[0] == amounts[1]
    assert amounts[0][1] == Energy.of(2_800), "past the first step, with 120 kWh before"


def test_what_is_under_way_and_stays_behind_is_told(small: Seat, tmp_path: Path) -> None:
    """A doubted read, a correction that no bill has, a meter that came down and hangs elsewhere."""
    rows = (ReadRow("", 2, SMALL[1], meter(SMALL[1]), Reading.of(91_000), date(2026, 2, 5)),)
    small.do(metering.import_reads, ReadImport("doubted", rows))
    given = takeover.export_hall(small, tmp_path / "out.xlsx", MOVING)
    assert given is not None
    told = " ".join(map(catalog("en"), given.behind))
    for words in ("1 doubtful reading", "1 correction of energy"):
        assert words in told, told


@pytest.fixture
def small(sqlite_databases: Databases, tmp_path: Path) -> Iterator[Seat]:
    """A seat in the hall with every kind of row."""
    with opened(sqlite_databases.like(small_hall), intents=tmp_path) as app:
        yield app.command_line("1")


def test_the_hall_with_every_kind_of_row_moves(
    small: Seat, postgres_server: Databases, tmp_path: Path
) -> None:
    with opened(postgres_server.like(founded)) as new:
        there = new.command_line("1")
        rows = small_reads([SMALL[1]], date(2026, 2, 4), 320)
        small.do(
            metering.import_reads,
            ReadImport("by the customer", (replace(rows[0], source=ReadSource.CUSTOMER),)),
        )
        accept_waiting(small)
        given = takeover.export_hall(small, tmp_path / "out.xlsx", MOVING)
        assert given is not None
        moved = takeover.import_hall(there, tmp_path / "out.xlsx", choices=KEEP)
        assert (moved.problems, moved.taken) == ((), given.totals)
        assert all(count for _, count in given.totals.counts)
        assert (
            takeover.export_hall(there, tmp_path / "again.xlsx", MOVING, language="vi").totals == given.totals
        )
        assert told(tmp_path / "out.xlsx") == told(tmp_path / "again.xlsx")
        assert new.verify() == []


@pytest.mark.trial
def test_a_hall_of_twenty_thousand_accounts_moves(both: tuple[Seat, Seat], tmp_path: Path) -> None:
    """In from the template with totals that agree, out, and into the other kind of database with the same ones."""
    here, there = both
    count = 20_000
    came = takeover.import_hall(here, written(tmp_path, hall(count, 500)), choices=KEEP)
    assert (came.accounts, came.problems, came.totals) == (count, (), came.taken)
    out = tmp_path / "out.xlsx"
    given = takeover.export_hall(here, out, MOVING)
    assert given is not None
    assert given.totals == came.taken
    moved = takeover.import_hall(there, out, choices=KEEP)
    assert (moved.problems, moved.totals, moved.taken) == ((), given.totals, given.totals)
    assert there.app.verify() == here.app.verify() == []


# Out


def test_an_export_is_recorded_with_its_reason_and_needs_the_right(
    both: tuple[Seat, Seat], tmp_path: Path
) -> None:
    seat = both[0]
    before = rows_of(seat.app)["journal_entry"]
    out = tmp_path / "out.xlsx"
    with pytest.raises(Refused, match="few words"):
        takeover.export_hall(seat, out, ReleaseOrder("out.xlsx", ReleaseReason.OTHER, " "))
    with pytest.raises(NotPermitted):
        takeover.export_hall(seat_of(seat.app, "supervisor"), out, MOVING)
    assert (rows_of(seat.app)["journal_entry"], out.exists()) == (before, False)
    takeover.export_hall(seat, out, MOVING)
    assert rows_of(seat.app)["journal_entry"] == before + 1
    assert takeover.export_hall(seat, tmp_path / "stopped.xlsx", MOVING, lambda *_: True) is not None


def test_a_stopped_export_leaves_no_file(sqlite_databases: Databases, tmp_path: Path) -> None:
    url = sqlite_databases.like(sample_hall)
    with opened(url) as app, pytest.MonkeyPatch.context() as patch:
        patch.setattr("desktop.takeover.service.moment.AT_ONCE", 10)
        out = tmp_path / "out.xlsx"
        assert takeover.export_hall(app.command_line("1"), out, MOVING, lambda *_: False) is None
        assert not list(tmp_path.glob("*out*"))


def test_the_workbook_explains_what_is_carried(both: tuple[Seat, Seat], tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    takeover.export_hall(both[0], out, MOVING, language="en")
    book = openpyxl.load_workbook(out, read_only=True)
    assert book.sheetnames[0] == "Explanations"
    words = " ".join(
        str(cell) for row in book["Explanations"].iter_rows(values_only=True) for cell in row if cell
    )
    assert "Bills, their runs, signatures and reversals" in words
    for stay in STAYING:
        assert catalog("en")(stay.why) in words


def test_every_table_is_carried_or_stays_behind_for_a_reason() -> None:
    for table in Base.metadata.tables:
        reasons = [stay for stay in STAYING if stay.holds(table)]
        assert len(reasons) == (table not in CARRIED), f"{table}: is it carried, or why does it stay behind?"
    assert Base.metadata.tables.keys() >= CARRIED
