"""The sheets of what contracts say besides their tariff, and of what a hall has set for itself."""

from __future__ import annotations

from desktop.billing.records import ReviewFlag
from desktop.contracts.records import SpellKind
from desktop.kernel.text import Text
from desktop.metering.records import Flag, VoltageLevel
from desktop.takeover.documents.columns import Column, HallSheet, Kind
from desktop.takeover.records import BillLimitLine, ReadLimitLine, SpellLine, TermsLine
from desktop.tariffs.records import Basis, CustomerClass

LONGEST_VALUES = 10_000
"""Signs in a cell of values by their names, such as a table of losses."""

ACCOUNT = Column(
    "account", Text("Account number"), Text("As on the sheet of accounts"), "330104827615", Kind.CODE, True
)
OF_POINT = Column(
    "point",
    Text("Service point number"),
    Text("Only for a further service point of the account; empty for the one on the sheet of accounts"),
    "",
    Kind.CODE,
)


TERMS = HallSheet(
    "terms",
    Text("Terms"),
    Text("What a contract says from a day on that prices look at; a row for each day on which some of it changed"),
    TermsLine,
    (
        ACCOUNT,
        Column("valid_from", Text("Valid from"), Text("The first day, while a contract is in force"), "2025-01-01",
               Kind.DAY, True),
        Column("basis", Text("Capacity charge by"),
               Text("No charge where nothing stands"), "contract_demand", Kind.WORD,
               words=Basis),
        Column("capacity", Text("Transformers kVA"), Text("In use; what is sealed for good does not count"), "1000",
               Kind.POWER, least=0),
        Column("contract_demand", Text("Contract demand kW"), Text("Where the charge goes by contract demand"),
               "500", Kind.POWER, least=0),
        Column("power_factor_standard", Text("Power factor standard"), Text("Such as 0.90; empty where none holds"),
               "0.90", Kind.HUNDREDTHS),
        Column("threshold_extra", Text("More in every tier kWh"), Text("Of a large household"), "", Kind.ENERGY,
               least=0),
        Column("free", Text("Free each month kWh"), Text("Of those in need"), "", Kind.ENERGY, least=0),
        Column("losses", Text("Losses"),
               Text("Of equipment between meter and boundary, values by name with ; between. Method transformer needs"
                    " sn_kva, p0_kw, pk_kw, i0_percent, uk_percent; line needs kv, ohm_per_km, km; fixed_rate needs"
                    " rate_percent; hours and k may follow. A table is written as JSON"),
               "method=fixed_rate; rate_percent=3", Kind.LOSSES, longest=LONGEST_VALUES),
        Column("shares", Text("Shares"),
               Text("Parts that other tariffs price, with ; between: code of the tariff, kWh a month or % of the rest"),
               "ZJ-SHARED: 15 %", Kind.SHARES, longest=LONGEST_VALUES),
        Column("within", Text("Main meter"), Text("Only of a sub-meter: the meter that counts its energy too"), "",
               Kind.CODE),
        OF_POINT,
    ),
)  # fmt: skip

SPELLS = HallSheet(
    "spells",
    Text("Capacity days"),
    Text("Days on which another capacity is charged than the terms say: sealed for a time, reduced, standby, exempt"),
    SpellLine,
    (
        ACCOUNT,
        Column("kind", Text("Kind"), Text("What holds on these days"), "suspended", Kind.WORD, True,
               words=SpellKind),
        Column("starts_on", Text("Starts on"), Text("The first day"), "2026-01-10", Kind.DAY, True),
        Column("ends_on", Text("Ended on"),
               Text("The first day it holds no longer; only what is sealed for a time needs it"), "2026-02-10",
               Kind.DAY),
        Column("power", Text("Capacity kVA"), Text("What is sealed or stands by; empty for an exemption"), "400",
               Kind.POWER, least=0),
        Column("first_day_charged", Text("First day charged"), Text("yes where the day of sealing is charged"), "",
               Kind.YES),
        Column("reason", Text("Reason"), Text("The agreement, or the notice of an exemption"), "2026-17"),
        Column("contract_from", Text("Contract from"),
               Text("The first day of the contract it belongs to; empty for every one in force on these days"), "",
               Kind.DAY),
        OF_POINT,
    ),
)  # fmt: skip

_PERCENT = Text("1 to 1000")
_PERIODS = Text("2 or more")

READ_LIMITS = HallSheet(
    "read_limits",
    Text("Limits of reads"),
    Text("When a read is doubtful; a row for each voltage level with limits of its own"),
    ReadLimitLine,
    (
        Column("level", Text("Voltage level"), Text("Whose limits these are"), "low",
               Kind.WORD, True, words=VoltageLevel),
        Column("surge_percent", Text("Jump up from %"), _PERCENT, "50", Kind.WHOLE, True, least=1),
        Column("drop_percent", Text("Jump down from %"), _PERCENT, "50", Kind.WHOLE, True, least=1),
        Column("floor", Text("Smallest jump kWh"), Text("What is less is no jump"), "100", Kind.ENERGY, True, least=0),
        Column("same_periods", Text("Same usage"), _PERIODS, "3", Kind.WHOLE, True, least=2),
        Column("zero_periods", Text("No usage"), _PERIODS, "3", Kind.WHOLE, True, least=2),
        Column("days_low", Text("Shortest period"), Text("Days"), "26", Kind.WHOLE, True, least=1),
        Column("days_high", Text("Longest period"), Text("Days"), "35", Kind.WHOLE, True, least=1),
        Column("holding", Text("Waits for a decision"),
               Text("Several with commas between; nothing waits where nothing stands"),
               "surge, drop, zero", Kind.WORDS, words=Flag),
    ),
)  # fmt: skip

BILL_LIMITS = HallSheet(
    "bill_limits",
    Text("Limits of bills"),
    Text("When another person looks at a bill before it is issued; a row for each class and first day"),
    BillLimitLine,
    (
        Column("customer_class", Text("Customer class"), Text("Whose limits these are"),
               "residential", Kind.WORD, True, words=CustomerClass),
        Column("valid_from", Text("Valid from"), Text("The first day"), "2026-01-01", Kind.DAY, True),
        Column("jump_percent", Text("Jump from %"), _PERCENT, "30", Kind.WHOLE, True, least=1),
        Column("floor", Text("Smallest jump kWh"), Text("What is less is no jump"), "100", Kind.ENERGY, True, least=0),
        Column("large", Text("Large from"), Text("Amount of a bill"), "50000.00", Kind.MONEY, True, least=1),
        Column("same_months", Text("Same usage"), _PERIODS, "3", Kind.WHOLE, True, least=2),
        Column("waiting", Text("Waits for another person"),
               Text("Several with commas between; nothing waits where nothing stands"),
               "jump, negative, large", Kind.WORDS, words=ReviewFlag),
    ),
)  # fmt: skip
