"""The workbook of a hall: its sheets and their columns."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from desktop.kernel.cells.titles import normal
from desktop.kernel.sheet import Field, Layout, half_width
from desktop.kernel.text import LANGUAGES, Text, catalog
from desktop.metering.records import ReadReason, ReadSource, RegisterCode
from desktop.parties import rules as parties
from desktop.parties.records import DebtorType, PartyKind, PartyRoleKind
from desktop.premises.records import SupplyState
from desktop.premises.service import LONGEST_ADDRESS
from desktop.takeover.documents.agreed import ACCOUNT as _ACCOUNT
from desktop.takeover.documents.agreed import BILL_LIMITS, READ_LIMITS, SPELLS, TERMS
from desktop.takeover.documents.agreed import OF_POINT as _OF_POINT
from desktop.takeover.documents.columns import Column, HallSheet, Kind
from desktop.takeover.documents.paying import GROUPS, MEMBERS, PLANS, WISHES
from desktop.takeover.records import (
    AccountLine,
    ContractLine,
    HistoryLine,
    ItemLine,
    MeterLine,
    PartyLine,
    PaymentLine,
    PointLine,
    PremiseLine,
    TariffLine,
    UnbilledLine,
)

_POINT = Column(
    "point", Text("Service point number"), Text("As on the sheet of service points"), "S1", Kind.CODE, True
)
_PLACE = (
    Column("route", Text("Route"), Text("Reading route; rows of one route come in together"), "0412", Kind.CODE),
    Column("position", Text("Place on route"), Text("Walking order; each number once on a route"), "1", Kind.WHOLE,
           least=0),
)  # fmt: skip
_ONLY_FURTHER = Text(
    "Only for a further service point; that of an account's first one stands in the account's row"
)
_MONTHS = tuple(
    Column(
        f"m{month}",
        Text("Month {number}", number=str(month)),
        Text("kWh billed in this month; leave it empty after the last read"),
        "186",
        Kind.ENERGY,
    )
    for month in range(1, 13)
)

PARTIES = HallSheet(
    "parties",
    Text("Parties"),
    Text("Every person and organisation once, however many accounts they have"),
    PartyLine,
    (
        Column("number", Text("Party number"), Text("Any number; other sheets name the party by it"), "P1",
               Kind.CODE, True),
        Column("name", Text("Name", context="party"), Text("As on the identity card or licence"), "陈玉兰",
               required=True, longest=parties.LONGEST),
        Column("kind", Text("Kind"), Text("Person where nothing stands"), "person", Kind.WORD, words=PartyKind),
        Column("roles", Text("Roles"), Text("Customer where nothing stands; several with commas between"),
               "customer", Kind.WORDS, words=PartyRoleKind),
        Column("debtor_type", Text("Debtor"), Text("Whose rules of collection hold; consumer for persons"),
               "consumer", Kind.WORD, words=DebtorType),
        Column("language", Text("Language"), Text("Of its papers: {known}", known=", ".join(LANGUAGES)), "zh_CN",
               Kind.CODE),
        Column("phones", Text("Phone"), Text("The first one is called first; several with commas between"),
               "13957162615", Kind.LIST),
        Column("identity", Text("Identity or tax number"), Text("Is checked by its check sign"),
               "11010519491231002X", Kind.CODE),
        Column("email", Text("E-mail"), Text("One address"), "lan@example.com", Kind.CODE),
        Column("postal", Text("Postal address"), Text("Only where it differs from the premise"), "",
               longest=parties.LONGEST),
        Column("bank", Text("Bank account"), Text("Digits only"), "", Kind.CODE),
        Column("authorised", Text("Authorised persons"),
               Text("Who may act for it, with name and telephone; several with ; between"), "", longest=1_000),
        Column("notices", Text("Notices go to"),
               Text("The telephone, e-mail or postal address of this row that notices go to; empty: none"), "",
               longest=parties.LONGEST),
        Column("merge_with", Text("Merge with"),
               Text("Number of the party this one really is, or - to keep both where they seem to be one"), "",
               Kind.CODE),
    ),
)  # fmt: skip

PREMISES = HallSheet(
    "premises",
    Text("Premises"),
    Text("Every house, flat and plant once"),
    PremiseLine,
    (
        Column("number", Text("Premise number"), Text("Any number; service points name the premise by it"), "H1",
               Kind.CODE, True),
        Column("address", Text("Address"), Text("Street, house, stair, flat"), "和睦街道华丰新村 3 幢 201 室",
               required=True, longest=LONGEST_ADDRESS),
        Column("postcode", Text("Postcode"), Text("May be empty"), "310015", Kind.CODE),
        Column("region", Text("Region"), Text("Province and city"), "浙江省杭州市"),
    ),
)  # fmt: skip

POINTS = HallSheet(
    "points",
    Text("Service points"),
    Text("Where supply is delivered; several may stand in one premise, and several supply one account"),
    PointLine,
    (
        Column("number", Text("Service point number"), Text("Any number; meters and accounts name it"), "S1",
               Kind.CODE, True),
        Column("premise", Text("Premise number"), Text("As on the sheet of premises"), "H1", Kind.CODE, True),
        Column("voltage", Text("Voltage"), Text("As on papers"), "220 V"),
        Column("feeder", Text("Feeder"), Text("Code of the line"), "0412"),
        Column("transformer", Text("Transformer"), Text("Code of the transformer"), "HM-01"),
        Column("supply_state", Text("Supply"), Text("Connected where nothing stands"), "connected", Kind.WORD,
               words=SupplyState),
        Column("capacity", Text("Capacity kW"), Text("The most it may take; empty where that is not known"), "",
               Kind.POWER, least=1),
        Column("account", Text("Account number"),
               Text("Only for a further service point of an account, beside the one on its own row"), "", Kind.CODE),
        *(replace(column, hint=_ONLY_FURTHER, example="") for column in _PLACE),
    ),
)  # fmt: skip

METERS = HallSheet(
    "meters",
    Text("Meters"),
    Text("A row for each register of each meter, with what it showed when it was billed last"),
    MeterLine,
    (
        Column("serial", Text("Meter"), Text("The number on the meter"), "001277390131", Kind.CODE, True),
        _POINT,
        Column("register", Text("Register"), Text("Active total where nothing stands"), "active", Kind.WORD,
               words=RegisterCode),
        Column("digits", Text("Digits"), Text("Whole digits of the register"), "6", Kind.WHOLE, True, least=1),
        Column("multiplier", Text("Multiplier"), Text("1 where nothing stands"), "1", Kind.FACTOR, least=1),
        Column("installed_on", Text("Hung on"), Text("The day of the last read where nothing stands"), "2020-06-01",
               Kind.DAY),
        Column("last_read", Text("Last reading"), Text("The value billed last, before the multiplier"), "4120",
               Kind.READING, True, least=0),
        Column("last_read_on", Text("Read on"), Text("The day of that value"), "2026-01-31", Kind.DAY, True),
        Column("newest_read", Text("Newest reading"), Text("Only where the register was read again and not billed"),
               "", Kind.READING, least=0),
        Column("newest_read_on", Text("Newest read on"), Text("The day of that value"), "", Kind.DAY),
        Column("estimated", Text("Was estimated"), Text("yes where the value billed last was an estimate"), "",
               Kind.YES),
        Column("removed_on", Text("Came down on"),
               Text("Only for a meter that came down since the last bill; its final reads stand on the next sheet"),
               "", Kind.DAY),
    ),
)  # fmt: skip

READS = HallSheet(
    "unbilled",
    Text("Reads not billed"),
    Text("Only for registers that were read several times since the last bill, by estimate, or whose meter came down"),
    UnbilledLine,
    (
        Column("serial", Text("Meter"), Text("As on the sheet of meters"), "001277390131", Kind.CODE, True),
        Column("register", Text("Register"), Text("Active total where nothing stands"), "active", Kind.WORD,
               words=RegisterCode),
        Column("read_on", Text("Read on"), Text("The day of that value"), "2026-02-03", Kind.DAY, True),
        Column("value", Text("Reading"), Text("What the register showed, before the multiplier"), "4150",
               Kind.READING, True, least=0),
        Column("reason", Text("Reason"), Text("Periodic where nothing stands; final on the day the meter came down"),
               "periodic", Kind.WORD, words=ReadReason),
        Column("source", Text("Source"), Text("On site where nothing stands"), "inspector", Kind.WORD,
               words=ReadSource),
        Column("rollover", Text("Gone round?"), Text("yes where it had passed its last digit since the read before"),
               "", Kind.YES),
        Column("reader", Text("Reader"), Text("May be empty"), ""),
    ),
)  # fmt: skip

ACCOUNTS = HallSheet(
    "accounts",
    Text("Accounts"),
    Text("Every account with its service point, that one's place on a reading route, and its credit"),
    AccountLine,
    (
        Column("number", Text("Account number"), Text("The number customers know; format the column as text"),
               "330104827615", Kind.CODE, True),
        Column("party", Text("Party number"), Text("As on the sheet of parties"), "P1", Kind.CODE, True),
        Column("point", Text("Service point number"), Text("Empty where nothing is supplied any more"), "S1",
               Kind.CODE),
        *_PLACE,
        Column("credit", Text("Credit"), Text("What the customer has paid ahead"), "0.00", Kind.MONEY, least=0),
        Column("deposit", Text("Security deposit"), Text("What the customer gave to hold and gets back"), "",
               Kind.MONEY, least=0),
    ),
)  # fmt: skip

CONTRACTS = HallSheet(
    "contracts",
    Text("Contracts"),
    Text("The supply contract of each account and service point; here it gets a new number"),
    ContractLine,
    (
        _ACCOUNT,
        Column("tariff", Text("Tariff code"), Text("As on the sheet of tariffs, or one that stands here already"),
               "ZJ-RES", Kind.CODE, True),
        Column("valid_from", Text("In force from"), Text("The first day"), "2020-06-01", Kind.DAY, True),
        Column("valid_to", Text("Ended on"), Text("The first day it holds no longer; empty while in force"), "",
               Kind.DAY),
        _OF_POINT,
    ),
)  # fmt: skip

TARIFFS = HallSheet(
    "tariffs",
    Text("Tariffs"),
    Text("The tariffs of the contracts; each must stand here before, agreed on by two people"),
    TariffLine,
    (
        Column("code", Text("Tariff code"), Text("Contracts name the tariff by it"), "ZJ-RES", Kind.CODE, True),
        Column("name", Text("Tariff name"), Text("For the eye"), "浙江居民一户一表"),
    ),
)  # fmt: skip

ITEMS = HallSheet(
    "items",
    Text("Open items"),
    Text("What was billed and is not paid in full"),
    ItemLine,
    (
        Column("number", Text("Paper number"), Text("Number of the bill"), "2026010004711", Kind.CODE, True),
        _ACCOUNT,
        Column("month", Text("Month"), Text("Month of use: 2026-01"), "2026-01", Kind.MONTH, True),
        Column("due_on", Text("Due on"), Text("The last day to pay; late fees count from it"), "2026-02-20",
               Kind.DAY, True),
        Column("amount", Text("Amount billed"), Text("Of the whole bill, tax included"), "100.07", Kind.MONEY, True,
               least=1),
        Column("energy", Text("kWh billed"), Text("May be empty"), "186", Kind.ENERGY),
        Column("customer_class", Text("Customer class"), Text("That of the tariff where nothing stands"), "",
               Kind.CODE),
        Column("rule_set", Text("Late fee rules"), Text("Those of today where nothing stands"), "", Kind.CODE),
    ),
)  # fmt: skip

PAYMENTS = HallSheet(
    "payments",
    Text("Part payments"),
    Text("What was paid of the open items so far; without it late fees would be asked for again"),
    PaymentLine,
    (
        Column("item", Text("Paper number"), Text("As on the sheet of open items"), "2026010004711", Kind.CODE,
               True),
        _ACCOUNT,
        Column("paid_on", Text("Paid on"), Text("The day of the payment"), "2026-02-25", Kind.DAY, True),
        Column("principal", Text("Principal paid"), Text("Of the bill itself"), "20.00", Kind.MONEY, True, least=0),
        Column("late_fee", Text("Late fee paid"), Text("0 where nothing stands"), "0.00", Kind.MONEY, least=0),
    ),
)  # fmt: skip

HISTORY = HallSheet(
    "history",
    Text("Usage history"),
    Text("kWh of the months before, so that the next bill finds the right tier; a row for each year"),
    HistoryLine,
    (
        _ACCOUNT,
        Column("year", Text("Year"), Text("The running year at least"), "2026", Kind.WHOLE, True, least=1900),
        *_MONTHS,
        _OF_POINT,
    ),
)  # fmt: skip

LIMITS = (READ_LIMITS, BILL_LIMITS)
"""Sheets of what is set for whole halls."""

SHEETS = (
    PARTIES, PREMISES, POINTS, METERS, READS, ACCOUNTS, CONTRACTS, TERMS, SPELLS, TARIFFS, ITEMS, PAYMENTS, HISTORY,
    PLANS, WISHES, GROUPS, MEMBERS, *LIMITS,
)  # fmt: skip
"""All sheets of the workbook, in its order."""

COUNTED = tuple(sheet for sheet in SHEETS if sheet not in (TARIFFS, HISTORY))
"""Sheets whose rows are counted on both sides; tariffs stand here anyway, and of the history the energy counts."""

EXPLANATIONS = Text("Explanations")


def in_all_languages(text: Text) -> tuple[str, ...]:
    """A text as it stands in the code and in every language: what one hall writes another one reads."""
    return tuple(dict.fromkeys((_written(text), *(catalog(language)(text) for language in LANGUAGES))))


def _written(text: Text) -> str:
    return text.message.format(**text.fields)


@cache
def layouts() -> tuple[Layout, ...]:
    """What to look for in a workbook, sheet by sheet; the one that only explains is passed over."""
    read = tuple(Layout(_names(sheet), tuple(map(_field, sheet.columns))) for sheet in SHEETS)
    return (*read, Layout(in_all_languages(EXPLANATIONS)))


def _names(sheet: HallSheet) -> tuple[str, ...]:
    return sheet.name, *in_all_languages(sheet.title)


def _field(column: Column) -> Field:
    return Field(column.name, column.title, in_all_languages(column.title), column.required)


@cache
def sheet_of(name: str) -> HallSheet:
    """The sheet that is called so in any language; a LookupError for one of somebody else's."""
    return next(sheet for sheet in SHEETS if normal(name) in map(normal, _names(sheet)))


def plain(words: str) -> str:
    """Words as those for a member of an enum are compared."""
    return "".join(half_width(words).split()).casefold()
