"""The other accounts of the sample hall: one or two of every kind that is no plain household, read from afar.

Their prices are invented too, after lists that come with the program: each says so where it is shown.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from desktop.contracts.records import Connection, Share, Terms
from desktop.kernel.files import resource
from desktop.kernel.measures import Energy, Factor, Power, Reading
from desktop.metering.records import NewRegister, ReadRow, ReadSource, RegisterCode
from desktop.parties.records import DebtorType, PartyKind
from desktop.tariffs.records import Basis

ROUTE = "0414"
INVENTED = {
    "YL-1P": ("hubei/agent_single_lv", "样例工商业单一制电价", "工商业单一制，不满 1 kV（不分时）"),
    "YL-1P-TOU": ("hubei/agent_single_lv_tou", "样例工商业单一制分时电价", "工商业单一制，不满 1 kV（分时）"),
    "YL-2P-TOU": (
        "hubei/agent_two_part_10kv_tou",
        "样例工商业两部制分时电价",
        "工商业两部制，1～10（20）kV（分时）",
    ),
    "YL-FARM": ("zhejiang_shared_meter", "样例农业生产电价", "农业生产，不满 1 kV"),
}
"""Invented price lists by their code: after which list, their name and use class."""

CLASSES = {"YL-FARM": "farming"}
SHIPPED = ("zhejiang_residential", "zhejiang_shared_meter", "zhejiang/residential_tou")
TRANSFORMER = {
    "method": "transformer",
    "sn_kva": "315",
    "p0_kw": "0.48",
    "pk_kw": "3.65",
    "i0_percent": "1.1",
    "uk_percent": "4",
    "hours": "720",
}
FOUR = (RegisterCode.SHARP, RegisterCode.PEAK, RegisterCode.FLAT, RegisterCode.VALLEY)


def price_lists() -> tuple[str, ...]:
    """The price lists of the sample hall as JSON texts: those that are in force, and the invented ones."""
    shipped = tuple(_file(name) for name in SHIPPED)
    return (*shipped, *(_invented(code) for code in INVENTED))


def _file(name: str) -> str:
    return resource("tariffs", "cn", *f"{name}.json".split("/")).read_text(encoding="utf-8")


def _invented(code: str) -> str:
    like, name, use_class = INVENTED[code]
    data: dict[str, Any] = json.loads(_file(like))
    data |= {"code": code, "name": name, "use_class": use_class}
    data["customer_class"] = CLASSES.get(code, data["customer_class"])
    data["versions"] = data["versions"][:1]
    data["versions"][0] |= {
        "code": f"{code}-1",
        "valid_from": "2024-01-01",
        "valid_to": None,
        "notice": "样例价目，虚构，仅供练习",
        "source": f"为样例营业厅虚构，参照价目 {like}",
    }
    return json.dumps(data, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Other:
    """One invented account: who, where, by which list, and what its registers count in a month before the multiplier.

    ``monthly`` has no total: that is the sum of the bands, or stands alone. ``demand`` is the highest of a month.
    """

    place: int
    name: str
    address: str
    tariff: str
    monthly: Mapping[RegisterCode, int]
    multiplier: int = 1
    demand: str = ""
    voltage: str = "380 V"
    kind: PartyKind = PartyKind.ORGANISATION
    debtor_type: DebtorType = DebtorType.BUSINESS
    language: str = "zh_CN"
    terms: Mapping[str, Any] | None = None

    @property
    def number(self) -> str:
        """Its account number."""
        return f"33010483{7000 + self.place * 7:04}"

    @property
    def meter(self) -> str:
        """The serial number of its meter."""
        return f"0013{66400000 + self.place * 131:08}"

    @property
    def registers(self) -> tuple[RegisterCode, ...]:
        """The registers of its meter, the total first."""
        more = tuple(code for code in self.monthly if code is not RegisterCode.ACTIVE)
        return (RegisterCode.ACTIVE, *more, *((RegisterCode.DEMAND,) if self.demand else ()))

    def used(self, months: int) -> list[dict[RegisterCode, int]]:
        """What its registers counted in each of some months, the same every time."""
        chance, found = random.Random(8000 + self.place), []
        for _ in range(months):
            factor = chance.uniform(0.93, 1.07)
            month = {code: round(used * factor) for code, used in self.monthly.items()}
            bands = [used for code, used in month.items() if code is not RegisterCode.REACTIVE]
            found.append(month | {RegisterCode.ACTIVE: month.get(RegisterCode.ACTIVE, sum(bands))})
        return found

    def values(self, days: int) -> list[dict[RegisterCode, Reading]]:
        """What its registers show at the end of each of some days, the first its opening reads."""
        months = self.used(days - 1)
        shown: dict[RegisterCode, list[int]] = {
            code: list(accumulate([0, *(month[code] for month in months)]))
            for code in self.registers
            if code is not RegisterCode.DEMAND
        }
        found: list[dict[RegisterCode, Reading]] = [
            {code: Reading.of(values[at]) for code, values in shown.items()} for at in range(days)
        ]
        if self.demand:
            for at, values in enumerate(found):
                values[RegisterCode.DEMAND] = Reading.of(self.demand) if at else Reading(0)
        return found

    def connection(self, starts_on: date) -> Connection:
        """Its connection, every register at 0."""
        return Connection(
            account_number=self.number,
            customer_name=self.name,
            kind=self.kind,
            debtor_type=self.debtor_type,
            language=self.language,
            phone=f"0571{88014000 + self.place * 37}",
            postcode="310015",
            region="浙江省杭州市",
            address=f"拱墅区{self.address}",
            voltage=self.voltage,
            feeder_code="和睦 0414 线",
            transformer_code=f"HM-{self.place + 20}",
            meter_serial=self.meter,
            digits=6,
            multiplier=Factor.of(self.multiplier),
            opening_read=Reading(0),
            route=ROUTE,
            route_position=self.place,
            tariff_code=self.tariff,
            starts_on=starts_on,
            more_registers=tuple(NewRegister(code, 6, Reading(0)) for code in self.registers[1:]),
        )

    def agreed(self, starts_on: date) -> Terms | None:
        """The terms of its contract, where prices look at some."""
        return None if self.terms is None else Terms(starts_on, **self.terms)

    def reads(self, day: date, values: Mapping[RegisterCode, Reading]) -> list[ReadRow]:
        """Its reads of a day, as they come from afar."""
        return [
            ReadRow("", 0, self.number, self.meter, value, day, ReadSource.REMOTE, "", code)
            for code, value in values.items()
        ]


def _bands(*used: int, reactive: int = 0) -> dict[RegisterCode, int]:
    """What sharp, peak, flat and valley count in a month, and the reactive energy."""
    bands = dict(zip(FOUR, used, strict=True))
    return bands | {RegisterCode.REACTIVE: reactive} if reactive else bands


def _total(used: int, reactive: int = 0) -> dict[RegisterCode, int]:
    total = {RegisterCode.ACTIVE: used}
    return total | {RegisterCode.REACTIVE: reactive} if reactive else total


_MAIN = 8
OTHERS = (
    Other(
        1, "沈雅文", "和睦街道登云阁 6 幢 2 单元 801 室", "ZJ-RES-TOU",
        {RegisterCode.PEAK: 190, RegisterCode.VALLEY: 150}, voltage="220 V",
        kind=PartyKind.PERSON, debtor_type=DebtorType.CONSUMER,
    ),
    Other(
        2, "和睦社区老年公寓", "和睦街道华丰新村 2 号", "ZJ-SHARED", _total(2_350),
        debtor_type=DebtorType.PUBLIC,
    ),
    Other(
        3, "登云里超市", "登云路 188 号一层", "YL-1P-TOU", _bands(520, 1_180, 1_650, 610),
        language="en", terms={},
    ),
    Other(
        4, "杭州运河五金厂（样例）", "石祥路 71 号", "YL-2P-TOU", _bands(33, 76, 118, 62, reactive=121), 200,
        voltage="10 kV",
        terms={
            "basis": Basis.CAPACITY, "capacity": Power.of(315), "power_factor_standard": 90,
            "losses": json.dumps(TRANSFORMER),
        },
    ),
    Other(
        5, "拱墅冷链物流（样例）", "康桥路 12 号", "YL-2P-TOU", _bands(12, 25, 38, 19, reactive=31), 600, "0.95",
        voltage="10 kV",
        terms={
            "basis": Basis.CONTRACT_DEMAND, "capacity": Power.of(1_000), "contract_demand": Power.of(500),
            "power_factor_standard": 90,
        },
    ),
    Other(
        6, "半山数据机房（样例）", "半山路 5 号", "YL-2P-TOU", _bands(11, 24, 36, 25, reactive=18), 600, "0.42",
        voltage="10 kV",
        terms={"basis": Basis.ACTUAL_DEMAND, "capacity": Power.of(200), "power_factor_standard": 90},
    ),
    Other(7, "阮家桥蔬菜合作社", "阮家桥 40 号排灌站", "YL-FARM", _total(1_480)),
    Other(
        _MAIN, "李家桥农贸市场", "李家桥 1 号", "YL-1P", _total(9_600), voltage="380 V",
        terms={"shares": (Share("ZJ-SHARED", percent=Factor.of("15")),)},
    ),
    Other(9, "李家桥粮油店", "李家桥 1 号 A12 铺", "YL-1P", _total(640), terms={}),
    Other(
        10, "郑国华", "和睦街道李家桥小区 3 幢 1 单元 101 室", "ZJ-RES", _total(420), voltage="220 V",
        kind=PartyKind.PERSON, debtor_type=DebtorType.CONSUMER,
        terms={"threshold_extra": Energy.of(1_200), "free": Energy.of(15)},
    ),
)  # fmt: skip
"""Households by time of use, shared meter, large and with an allowance; shop, factories by capacity and by demand,
farm; a market with a share at other prices, and the shop behind its meter."""

WITHIN = {9: _MAIN}
"""Whose meter hangs behind whose, by their places."""


def agreed(one: Other, starts_on: date) -> Terms | None:
    """The terms of one of the accounts, with the meter it hangs behind."""
    terms = one.agreed(starts_on)
    if terms is None or one.place not in WITHIN:
        return terms
    main = next(other for other in OTHERS if other.place == WITHIN[one.place])
    return Terms(starts_on, within=main.meter)
