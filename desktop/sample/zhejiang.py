"""The sample hall: fifty invented households in Hangzhou, thirteen months of reads, December billed and mostly paid.

One household has a meter with bands, one had its meter exchanged, and a few told reads that are doubted. Beside them
stand accounts of every other kind, whose January is read from afar.

Nothing here is a real person, address, meter or company. The same seed gives the same hall, byte for byte, except
for the ids of its rows.
"""

from __future__ import annotations

import calendar
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

from desktop.app import App
from desktop.billing import service as billing
from desktop.billing.records import DraftsPage, SignOrder
from desktop.contracts import service as contracts
from desktop.contracts.records import Connection, Connections, TermsOrder
from desktop.counter import service as counter
from desktop.counter.records import CloseTillOrder, CountOrder, PaymentOrder, TenderKind, TillOrder
from desktop.founding.records import Founding
from desktop.kernel.measures import Factor, Money, Reading
from desktop.kernel.period import Period
from desktop.kernel.work import Progress, Seat, draw_id, go_on
from desktop.ledger import service as ledger
from desktop.metering import service as metering
from desktop.metering.records import (
    ExchangeOrder,
    ExchangeReason,
    FinalRead,
    HandRead,
    NewRegister,
    ReadImport,
    ReadRow,
    ReadSource,
    RegisterCode,
)
from desktop.papers import service as papers
from desktop.papers.records import PrintRef, SendOrder
from desktop.parties.records import DebtorType, PartyKind
from desktop.sample.debited import collect
from desktop.sample.others import OTHERS, Other, agreed, price_lists
from desktop.sample.tested import doubt_meters
from desktop.staff import service as staff
from desktop.staff.records import HallFounding, NewCompany, NewDistrict, NewHall, NewStation, NewUser
from desktop.staff.service import COMMAND_LINE, hash_password

BUSINESS_DATE = date(2026, 2, 5)
PERIOD = "2026-01"
SIGNER = "wang"
"""Who signs what was drafted at night."""

PASSWORD = "demo"  # noqa: S105 - of invented people in an invented hall
HOUSEHOLDS = 50
ACCOUNTS = HOUSEHOLDS + len(OTHERS)
FIRST_DAY = date(2024, 12, 31)
DECEMBER_ISSUED = date(2026, 1, 5)
DECEMBER_PAID = date(2026, 1, 12)
CONNECTED_AT_ONCE = 500

BANDED, EXCHANGED = 41, 31
"""Places of the household whose meter counts peak and valley too, and of the one whose meter was exchanged."""

EXCHANGED_ON = date(2025, 6, 16)
TOLD_ON = date(2026, 2, 3)
TOLD = {5: 900, 14: -40, 27: 0, 38: 1250}
"""By place, the kWh since December that households told on the telephone: each of them is doubted."""

DEBITED = (2, 3, 7)
"""By place, the others whose bank pays; and the households whose bank had not enough, and took it back."""

SHORT = 9, 18

DOUBTED = 24, EXCHANGED
"""Places of the households that have their meters tested: done, and to be done."""

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗曾单解查区仇梁宋郑谢"
GIVEN = (
    "玉兰",
    "建国",
    "秀英",
    "晓梅",
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "丽华",
    "强",
    "磊",
    "军",
    "洋",
    "勇",
    "志明",
    "桂香",
    "海波",
    "文",
    "思远",
)
ESTATES = ("华丰新村", "和睦新村", "登云阁", "李家桥小区", "紫荆家园", "阮家桥公寓")
SEASON = (1.25, 1.10, 0.90, 0.75, 0.80, 1.05, 1.55, 1.75, 1.35, 1.00, 0.85, 1.10)
"""How a month's use compares with the average: warm summers, cold winters without district heating."""


@dataclass(frozen=True, slots=True)
class _Household:
    """One invented customer and how much a month uses on average (kWh)."""

    place: int
    name: str
    address: str
    phone: str
    number: str
    meter: str
    monthly_kwh: int
    start: int

    @property
    def first_meter(self) -> str:
        """The meter that hung there in the beginning."""
        return f"0009{51200000 + self.place * 131:08}" if self.place == EXCHANGED else self.meter


def households(count: int = HOUSEHOLDS) -> list[_Household]:
    """The invented households, the same every time."""
    chance = random.Random(20260205)
    found = []
    for place in range(1, count + 1):
        name = chance.choice(SURNAMES) + chance.choice(GIVEN)
        block, stair, floor, door = (
            chance.randint(1, 38),
            chance.randint(1, 4),
            chance.randint(1, 11),
            chance.randint(1, 2),
        )
        address = f"拱墅区和睦街道{chance.choice(ESTATES)} {block} 幢 {stair} 单元 {floor}0{door} 室"
        monthly = chance.choice((95, 130, 160, 185, 210, 240, 280, 330))
        if place in (7, 23):
            monthly = 1900  # a villa with electric heating, past the first limit in one winter month
        if place == 41:
            monthly = 4300  # and one past the second limit
        if place == 12:
            monthly = 0  # an empty flat
        found.append(
            _Household(
                place,
                name,
                address,
                f"13{chance.randint(0, 9)}{chance.randint(10_000_000, 99_999_999)}",
                f"33010482{7000 + place * 7:04}",
                f"0012{77390000 + place * 131:08}",
                monthly,
                chance.randint(1200, 64000),
            )
        )
    return found


def _month_ends(first: date, last: date) -> list[date]:
    days, day = [], first
    while day <= last:
        days.append(day)
        after = day + timedelta(days=1)
        day = after.replace(day=calendar.monthrange(after.year, after.month)[1])
    return days


def _values(one: _Household, days: list[date]) -> list[Reading]:
    """What the register shows at the end of each day of ``days``, the first its opening read."""
    shown = list(accumulate([one.start, *_used(one, days)]))
    if one.place == EXCHANGED:  # the new meter began with 0
        final = int(_final(one, days).decimal)
        shown = [value - final * (day > EXCHANGED_ON) for value, day in zip(shown, days, strict=True)]
    return [Reading.of(value) for value in shown]


def _used(one: _Household, days: list[date]) -> list[int]:
    chance = random.Random(one.place)
    return [round(one.monthly_kwh * SEASON[day.month - 1] * chance.uniform(0.85, 1.15)) for day in days[1:]]


def _final(one: _Household, days: list[date]) -> Reading:
    """What the first meter showed when it came down: half of that month was used."""
    used = _used(one, days)
    months = sum(day < EXCHANGED_ON for day in days[1:])
    return Reading.of(one.start + sum(used[:months]) + used[months] // 2)


def _bands(one: _Household, days: list[date]) -> dict[RegisterCode, list[Reading]]:
    """What peak and valley show; both began with 0."""
    peaks = [used * 3 // 5 for used in _used(one, days)]
    valleys = [used - peak for used, peak in zip(_used(one, days), peaks, strict=True)]
    found = {RegisterCode.PEAK: peaks, RegisterCode.VALLEY: valleys}
    return {code: [Reading.of(value) for value in accumulate([0, *used])] for code, used in found.items()}


def build(app: App, progress: Progress = go_on, accounts: int = ACCOUNTS) -> bool:
    """Fill an empty database: hall, people, prices, customers, a year of reads, December billed and mostly paid.

    Stopped by ``progress`` the answer is False: what stands then is no hall to work in.
    """
    days = _month_ends(FIRST_DAY, date(2025, 12, 31))
    steps = len(days) + 3
    return all(progress(done, steps) for done, _ in enumerate(_steps(app, days, accounts), 1))


def _steps(app: App, days: list[date], accounts: int) -> Iterator[None]:
    """One after the other: the hall, its customers, the reads of each month, December, its payments."""
    _found(app)
    seat = app.command_line()
    yield
    people, others = households(_households(accounts)), OTHERS if accounts >= ACCOUNTS else ()
    read = [_values(one, days) for one in people]
    _connect(seat, people, read)
    shown = _connect_others(seat, others, len(days) + 1)
    yield
    for place, day in enumerate(days[1:], 1):
        if days[place - 1] < EXCHANGED_ON < day and accounts >= EXCHANGED:
            _exchange(seat, people[EXCHANGED - 1], days)
        _take_reads(seat, people, [values[place] for values in read], day)
        if accounts >= BANDED:
            _take_bands(seat, people[BANDED - 1], days, place)
        _take_others(seat, others, shown, place, day)
        yield
    _bill_december(app, seat)
    _take_others(seat, others, shown, len(days), Period.month(PERIOD).last)
    yield
    _pay_december(app, people, others)
    _tell_reads(seat, people, [values[-1] for values in read])
    yield


def _found(app: App) -> None:
    hashed = hash_password(PASSWORD)

    def person(login: str, name: str, *roles: str) -> NewUser:
        return NewUser(login, name, "zh_CN", hashed, roles)

    hall = "HM"
    places = HallFounding(
        country="cn",
        company=NewCompany("杭州拱墅供电公司（样例）"),
        districts=(NewDistrict("330105", "杭州拱墅"),),
        halls=(NewHall(hall, "和睦营业厅", "330105", "登云路 200 号", "95598"),),
        stations=(
            NewStation("0", "网上与夜间作业", hall),
            NewStation("1", "1 号柜台", hall),
            NewStation("2", "2 号柜台", hall),
            NewStation("3", "3 号柜台", hall),
        ),
        users=(
            person("lin", "林晓梅", "cashier"),
            person("wang", "王静", "clerk"),
            person("zhao", "赵建国", "supervisor"),
            person("admin", "系统管理员", "administrator"),
            person("chen", "陈思远", "representative"),
            person("zhou", "周海波", "reader"),
            person("sun", "孙丽华", "head_cashier"),
            person("wu", "吴敏", "metering"),
            person("li", "李强", "inspector"),
            NewUser(COMMAND_LINE, "夜间作业", "zh_CN", "!", ("administrator",)),
        ),
        first_station_id=draw_id(),
        practice_date=BUSINESS_DATE,
    )
    app.found(Founding(places, price_lists()))


def _connect(seat: Seat, people: list[_Household], read: list[list[Reading]]) -> None:
    for at in range(0, len(people), CONNECTED_AT_ONCE):
        some = range(at, min(at + CONNECTED_AT_ONCE, len(people)))
        seat.do(
            contracts.connect,
            Connections(tuple(_connection(people[place], read[place][0]) for place in some)),
        )


def _connection(one: _Household, opening: Reading) -> Connection:
    return Connection(
        account_number=one.number,
        customer_name=one.name,
        kind=PartyKind.PERSON,
        debtor_type=DebtorType.CONSUMER,
        language="en" if one.place == 19 else "zh_CN",
        phone=one.phone,
        postcode="310015",
        region="浙江省杭州市",
        address=one.address,
        voltage="220 V",
        feeder_code="和睦 0412 线",
        transformer_code=f"HM-{one.place % 4 + 1:02}",
        meter_serial=one.first_meter,
        digits=6,
        multiplier=Factor.of(1),
        opening_read=opening,
        route="0412" if one.place <= HOUSEHOLDS // 2 else "0413",
        route_position=one.place,
        tariff_code="ZJ-RES",
        starts_on=FIRST_DAY,
        more_registers=tuple(
            NewRegister(code, 6, Reading(0)) for code in (RegisterCode.PEAK, RegisterCode.VALLEY)
        )
        if one.place == BANDED
        else (),
    )


def _connect_others(
    seat: Seat, others: Sequence[Other], days: int
) -> list[list[dict[RegisterCode, Reading]]]:
    """Connect the other accounts with their terms; what their registers show at the end of each month."""
    if others:
        seat.do(contracts.connect, Connections(tuple(one.connection(FIRST_DAY) for one in others)))
    for one in others:
        terms = agreed(one, FIRST_DAY)
        if terms is not None:
            seat.do(contracts.set_terms, TermsOrder(one.number, terms))
    return [one.values(days) for one in others]


def _take_others(
    seat: Seat, others: Sequence[Other], shown: list[list[dict[RegisterCode, Reading]]], place: int, day: date
) -> None:
    rows = [row for one, values in zip(others, shown, strict=True) for row in one.reads(day, values[place])]
    if rows:
        seat.do(metering.import_reads, ReadImport("", tuple(rows)))
        _accept_all(seat)


def _take_reads(seat: Seat, people: list[_Household], values: list[Reading], day: date) -> None:
    rows = [
        ReadRow(
            sheet="",
            row=place,
            account_number=one.number,
            meter_serial=one.meter if day > EXCHANGED_ON else one.first_meter,
            value=value,
            read_on=day,
            source=ReadSource.ESTIMATED if (one.place % 17 == 0 and day.month == 2) else ReadSource.REMOTE,
            reader="",
        )
        for place, (one, value) in enumerate(zip(people, values, strict=True), 1)
    ]
    for at in range(0, len(rows), CONNECTED_AT_ONCE):
        some = tuple(rows[at : at + CONNECTED_AT_ONCE])
        seat.do(metering.import_reads, ReadImport("", some))
        _accept_all(seat)


def _take_bands(seat: Seat, one: _Household, days: list[date], place: int) -> None:
    rows = tuple(
        ReadRow("", 0, one.number, one.meter, values[place], days[place], ReadSource.REMOTE, "", code)
        for code, values in _bands(one, days).items()
    )
    seat.do(metering.import_reads, ReadImport("", rows))


def _exchange(seat: Seat, one: _Household, days: list[date]) -> None:
    order = ExchangeOrder(
        account_number=one.number,
        exchanged_on=EXCHANGED_ON,
        finals=(FinalRead(RegisterCode.ACTIVE, _final(one, days)),),
        new_serial=one.meter,
        new_multiplier=Factor.of(1),
        new_registers=(NewRegister(RegisterCode.ACTIVE, 6, Reading(0)),),
        reason=ExchangeReason.PERIODIC,
        reader="李强",
    )
    seat.do(metering.exchange_meter, order)


def _tell_reads(seat: Seat, people: list[_Household], last: list[Reading]) -> None:
    """A few households told their reads themselves, and nobody has looked at them yet."""
    for place, used in TOLD.items():
        if place <= len(people):
            one, value = people[place - 1], Reading(last[place - 1].raw + used * 1000)
            order = HandRead(one.number, value, TOLD_ON, source=ReadSource.CUSTOMER, reader="陈思远")
            seat.do(metering.record_read, order)


def _accept_all(seat: Seat) -> None:
    """What was doubtful in the past was looked at and found right."""
    while rows := seat.ask(metering.doubtful_reads).rows:
        seat.do(metering.accept, tuple(row.doubtful_id for row in rows))


def _households(accounts: int) -> int:
    """How many of the accounts of a hall are households: all of them in a small one."""
    return accounts - len(OTHERS) if accounts >= ACCOUNTS else accounts


def january_reads(accounts: int = ACCOUNTS) -> list[ReadRow]:
    """The reads of 2026-01-31, as the readers bring them from households: the sheet of the example period."""
    people = households(_households(accounts))
    days = _month_ends(FIRST_DAY, date(2026, 1, 31))
    return [
        ReadRow(
            "", place, one.number, one.meter, _values(one, days)[-1], days[-1], ReadSource.INSPECTOR, "周海波"
        )
        for place, one in enumerate(people, 2)
    ]


def _on(app: App, day: date) -> App:
    """The same database on another business date."""
    return App(app.database, app.country, day, app.intents)


def _bill_december(app: App, seat: Seat) -> None:
    then = Seat(_on(app, DECEMBER_ISSUED), seat.actor, seat.station)
    drafted = billing.run_bills(then, Period.month("2025-12"))
    sign(then, drafted.run.number)
    billing.issue_run(then, drafted.run.number)


def sign(seat: Seat, run_number: str) -> None:
    """Another person of the hall looked at the drafts that wait for it, and signs them."""
    other = replace(seat, actor=seat.app.database.asked(lambda session: staff.actor(session, SIGNER)))
    waiting = billing.each_draft(seat, DraftsPage(run_number, unsigned=True))
    keys = tuple(row.account_id for row in waiting if row.account_id)
    other.do(billing.sign_drafts, SignOrder(run_number, keys))


def _pay_december(app: App, people: list[_Household], others: Sequence[Other]) -> None:
    """Most customers paid online on one day; every ninth household still owes, a few of them a part."""
    seat = _on(app, DECEMBER_PAID).command_line()
    seat.do(counter.open_till, TillOrder(Money(0)))
    receipts = []
    for place, one in enumerate(people, 1):
        owed = seat.ask(ledger.dues, one.number).total
        if not owed or place % 9 == 0:
            continue
        if place % 10 == 0:
            owed = app.country.currency.money(Decimal(owed.raw // 200))
        if owed:
            order = PaymentOrder(one.number, owed, owed, TenderKind.WALLET, f"W20260112{place:04}")
            receipts.append(seat.do(counter.take_payment, order))
    for other in others:
        if other.place in DEBITED:
            continue
        owed = seat.ask(ledger.dues, other.number).total
        order = PaymentOrder(other.number, owed, owed, TenderKind.TRANSFER, f"T20260112{other.place:04}")
        receipts.append(seat.do(counter.take_payment, order))
    prints = tuple(PrintRef(counter.RECEIPT, one.number) for one in receipts)
    seat.do(papers.send_prints, SendOrder(prints))
    seat.do(papers.confirm_prints, prints)
    if others:
        # Nobody sits there who could close it later.
        counted = seat.do(counter.count_till, CountOrder(Money(0)))
        seat.do(counter.close_till, CloseTillOrder(counted.count_id))
        paying = [(one.number, one.name) for one in others if one.place in DEBITED]
        short, back = ((people[place - 1].number, people[place - 1].name) for place in SHORT)
        collect(lambda day: _on(app, day).command_line(), paying, short, back)
        tested, waiting = (people[place - 1].number for place in DOUBTED)
        doubt_meters(lambda day: _on(app, day).command_line(), tested, waiting)
