"""What a country pack supplies: the values and rules that law and custom fix, and the core asks for."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from desktop.kernel.measures import Currency, Energy, Money, Power
from desktop.kernel.period import Calendar, Period
from desktop.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Debt:
    """One receivable as a late-fee rule sees it.

    ``principal`` is the amount as billed; ``paid`` lists what was paid of it and when, oldest first;
    ``customer_class`` and ``rule_set`` are the terms stamped on the open item when it was billed. No fee grows on the
    days ``paused``, nor on the amounts that are ``doubted`` for a while.
    """

    customer_class: str
    rule_set: str
    principal: Money
    due_on: date
    receivable_month: date
    paid: tuple[tuple[date, Money], ...] = ()
    paused: tuple[Period, ...] = ()
    doubted: tuple[tuple[Period, Money], ...] = ()


@dataclass(frozen=True, slots=True)
class LateFee:
    """What is owed for paying late, and the arithmetic behind it, one `Text` per segment of days.

    Where a rate is known for some of the days only, the amount is that of those, and the arithmetic says so: nothing is
    guessed, and nobody is kept from paying.
    """

    amount: Money
    days: int
    arithmetic: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class LateFeeSetting:
    """Something of late fees that the law leaves to an office: its ``key``, what it is called, and its choices.

    Each choice is a word with what it is called; the first holds until a hall chooses another.
    """

    key: str
    name: Text
    choices: tuple[tuple[str, Text], ...]


def _stays(due_on: date, _calendar: Calendar, _chosen: Mapping[str, str]) -> date:
    return due_on


@dataclass(frozen=True, slots=True)
class LateFeeSettings:
    """What a hall may choose about late fees, by the day on which a bill is issued.

    ``of(day)`` are the settings of that day; ``terms(day, chosen)`` is the word that is stamped on what is owed by a
    bill of that day, in the place of ``Country.rule_set(day)``, where a hall chose words by their keys.
    ``due(day, calendar, chosen)`` is the last payment day of a bill that falls due on a day, perhaps a holiday.
    """

    of: Callable[[date], tuple[LateFeeSetting, ...]]
    terms: Callable[[date, Mapping[str, str]], str]
    due: Callable[[date, Calendar, Mapping[str, str]], date] = _stays


@dataclass(frozen=True, slots=True)
class CapacityDays:
    """Capacity × the days of a month it is charged, the days a month counts, and how the product came about."""

    kva_days: Power
    month_days: int
    arithmetic: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Suspension:
    """Part of a customer's capacity that is sealed for a time; ``seal_day_charged`` is custom of the office.

    ``every`` are the days of all suspensions of the customer, this one among them; none given: it is the only one.
    """

    total: Power
    suspended: Power
    sealed_on: date
    restored_on: date
    seal_day_charged: bool
    every: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class SuspendedDays:
    """What a suspension comes to in a month: its days as a whole and in the month, and the days charged all the same.

    ``charged`` is None where the whole month is charged; ``free`` are the days of the month that are not. ``used_up``
    is the day from which no more of it is free in that year, where the suspension goes on beyond.
    """

    total: int
    in_month: int
    applies: bool
    charged: int | None
    free: Period | None = None
    used_up: date | None = None


@dataclass(frozen=True, slots=True)
class SuspensionTerms:
    """For suspensions that begin on ``valid_from`` or later: the least days of each, the most months of a year in all,
    and how many may begin in a year (None: any number)."""

    valid_from: date
    least_days: int
    most_months: int
    most_times: int | None


@dataclass(frozen=True, slots=True)
class CapacityRules:
    """How days count in the charge for capacity.

    ``days(rule_set, days_in_month, whole, parts)`` takes the capacity of the whole month and parts with their days;
    ``suspended(suspension, month, terms)`` tells the days of a suspension in the month that begins on a day.
    ``terms`` are what a country lays down of suspensions, the earliest first; a hall may have others from a day on.
    """

    days: Callable[[str, int, Power, Sequence[tuple[Power, int]]], CapacityDays]
    suspended: Callable[[Suspension, date, SuspensionTerms], SuspendedDays]
    terms: tuple[SuspensionTerms, ...]

    def terms_on(self, day: date) -> SuspensionTerms:
        """The terms for a suspension that begins on a day; days before the first ones take these."""
        return [one for one in self.terms if one.valid_from <= day or one is self.terms[0]][-1]


@dataclass(frozen=True, slots=True)
class Load:
    """What passed a meter in some days of a month: kWh and kvarh, and for how many of the month's days."""

    active: Energy
    reactive: Energy
    days: int
    month_days: int


@dataclass(frozen=True, slots=True)
class Loss:
    """What is lost between a meter and the boundary, in whole kWh and kvarh, and how it was reckoned."""

    active: Energy
    reactive: Energy
    arithmetic: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class EnergyError:
    """Whole kWh to bill afterwards (+) or pay back (−) because of the metering, and how they came about."""

    energy: Energy
    arithmetic: Text


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """A value that describes a metering error: its ``key`` and what it is called.

    It is a number in ``unit``, whose sign is told by words for + and − where ``signs`` gives them; or one of the
    ``choices``, each a plain value with its words.
    """

    key: str
    label: Text
    unit: str = ""
    signs: tuple[Text, Text] | None = None
    choices: tuple[tuple[object, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """A kind of metering error, and the values it is described by; ``code`` is the value of ``kind`` among them."""

    code: str
    name: Text
    values: tuple[ErrorValue, ...]


@dataclass(frozen=True, slots=True)
class MeterTestRules:
    """What a customer who has a meter tested is told, and what comes of it.

    ``due(day, calendar)`` is the last day on which the result of a test asked for on a day is told, by the holidays
    that ``counts_working_days(day)`` says it leaves out, and ``told(day)`` what the
    customer is told then, term and fee among it. ``outcome(verdict)`` says what follows from a result, by the value of
    the verdict. ``error(verdict, percent, kwh)`` are the values of the metering error that a test found (its mean error
    in %, + too fast, and what was recorded since the last test), for `Country.energy_error`, as far as they are known;
    None where nothing is put right.
    """

    due: Callable[[date, Calendar], date]
    counts_working_days: Callable[[date], bool]
    told: Callable[[date], tuple[Text, ...]]
    outcome: Callable[[str], tuple[Text, ...]]
    error: Callable[[str, Decimal | None, Energy], Mapping[str, object] | None]


@dataclass(frozen=True, slots=True)
class ChartAccount:
    """One ledger account of the chart: the ``role`` the core posts to, the ``code`` and name the books use."""

    role: str
    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class InvoiceRules:
    """What the tax system of a country asks of invoices; the core knows kinds (by their word) and pairs alone.

    ``needs`` are the fields of the buyer that each kind must have, ``organisations_only`` the kinds no person gets.
    ``item`` is what the invoice says it is for. ``number_flaw`` says what is wrong with a number given back (None:
    nothing). ``note(kind, number, red)`` is what a bill says of its invoice when it is printed again (None: nothing).
    """

    needs: Mapping[str, frozenset[str]]
    organisations_only: frozenset[str]
    item: str
    number_flaw: Callable[[str], Text | None]
    note: Callable[[str, str, bool], Text] | None = None


@dataclass(frozen=True, slots=True)
class Identifier:
    """A kind of number with a format of its own, such as a tax number.

    ``clean`` gives what is kept of something typed or pasted, ``group`` writes that for the eye, ``flaw`` says what
    is wrong with it (None: nothing). ``example`` is a right one, kept form.
    """

    example: str
    clean: Callable[[str], str]
    group: Callable[[str], str]
    flaw: Callable[[str], Text | None]


def kept_signs(typed: str) -> str:
    """Letters and digits of something typed, in plain width and capitals; spaces and marks between do not count.

    >>> kept_signs("９１３３-0105 ma2h4k7x7g")
    '91330105MA2H4K7X7G'
    """
    plain = unicodedata.normalize("NFKC", typed)
    return "".join(sign for sign in plain if sign.isalnum()).upper()


@dataclass(frozen=True, slots=True)
class Country:
    """A country pack.

    ``late_fee(debt, as_of)`` gives the fee accrued up to and including ``as_of``, by the terms that ``rule_set(day)``
    names for a bill issued on a day: the word is stamped on what is owed, and this pack alone reads it.
    ``late_fee_settings`` are what a hall chooses about it (None: nothing). ``late_fee_first`` tells
    whether a payment clears the fee of an item before its principal; ``late_fee_note(customer_class, rule_set)``
    is what a bill says about paying late, and ``waiver_limit`` how much fee of one bill is waived at a counter until
    a hall sets another limit. ``dispute_counts`` tells whether days on which a bill was disputed count for the fee once
    it turned out to be right; on those of a bill that was put right none grows anywhere.
    ``amount_in_words`` writes an amount out (None where papers carry no words).
    ``payment_code(account, amount, month)`` is the content of the payment QR code. ``format_account`` groups an
    account number for the eye; ``identifiers`` are the formats of ``account``, ``tax_number``, ``identity`` (of a
    person), ``organisation``, ``bank_account`` and ``phone``. ``due_days`` after issue is the last payment day unless
    the hall sets another. ``cash_notes`` are the notes and coins in use, largest
    first. ``rate_cases`` maps a topic of test vectors to the rule that answers it (input to output, plain JSON data).
    ``tariff_parts`` are what law fixes of the components of a tariff file, by their kind; ``capacity`` is how days
    count in a two-part tariff (None where there is none). ``losses(terms, load)`` is what equipment of the customer
    loses, by the values a contract names of it (None where the country knows no such terms); unfit values are
    `Refused`, named by their key. ``large_household`` is what a month's tiers are lifted by for many persons (None
    where there is no such rule). ``energy_error(values)`` is what was billed too much or too little because of a
    metering error described by its values (None where the country has no such rules); unfit ones are `Refused` alike.
    ``instalment_days`` are the due days that large customers usually pay a month in instalments by, and
    ``least_instalments`` how many of them a month has at least.
    ``error_kinds`` are those it knows. ``meter_tests`` is what holds where a customer doubts a meter (None: nothing is
    laid down, no day is promised).
    ``invoices`` are the rules of invoices for the tax system (None where bills are invoices themselves).
    ``public_days`` are the holidays known without a hall entering them.
    ``arrears_days`` are the days overdue at which arrears grow an age older in the figures of a month.
    """

    code: str
    name: Text
    currency: Currency
    zone: ZoneInfo
    language: str
    billed_energy_decimals: int
    due_days: int
    rule_set: Callable[[date], str]
    late_fee: Callable[[Debt, date], LateFee]
    late_fee_first: bool
    late_fee_note: Callable[[str, str], Text]
    waiver_limit: Money
    dispute_counts: bool
    amount_in_words: Callable[[Decimal], str] | None
    payment_code: Callable[[str, Decimal, date], str]
    format_account: Callable[[str], str]
    identifiers: Mapping[str, Identifier]
    mask_name: Callable[[str], str]
    cash_notes: tuple[Decimal, ...]
    chart: tuple[ChartAccount, ...]
    arrears_days: tuple[int, ...]
    rate_cases: Mapping[str, Callable[[Mapping[str, object]], Mapping[str, object]]]
    tariff_parts: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    late_fee_settings: LateFeeSettings | None = None
    capacity: CapacityRules | None = None
    large_household: Energy | None = None
    losses: Callable[[Mapping[str, object], Load], Loss] | None = None
    energy_error: Callable[[Mapping[str, object]], EnergyError] | None = None
    instalment_days: tuple[int, ...] = ()
    least_instalments: int = 1
    error_kinds: tuple[ErrorKind, ...] = ()
    meter_tests: MeterTestRules | None = None
    invoices: InvoiceRules | None = None
    public_days: Calendar = field(default_factory=Calendar)
