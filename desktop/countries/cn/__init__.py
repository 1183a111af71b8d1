"""China: what law and custom fix for electricity supply on the mainland."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from desktop.countries.cn import check_signs, deadlines, late_fee, losses, meter_error
from desktop.countries.cn.amount_in_words import amount_in_words
from desktop.countries.cn.basic_charge import BASIC_CHARGE, capacity_days
from desktop.countries.cn.currency import CNY
from desktop.countries.cn.identifiers import IDENTIFIERS, format_account
from desktop.countries.cn.invoices import INVOICES
from desktop.countries.cn.meter_tests import METER_TESTS
from desktop.countries.cn.power_factor import POWER_FACTOR
from desktop.countries.cn.suspension import TERMS as SUSPENSION_TERMS
from desktop.countries.cn.suspension import suspended_days
from desktop.kernel.country import CapacityRules, ChartAccount, Country
from desktop.kernel.fields import Fields
from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import Text


def mask_name(name: str) -> str:
    """A name with its middle hidden, as a paper handed over in public shows it.

    >>> mask_name("陈玉兰"), mask_name("陈兰"), mask_name("欧阳玉兰")
    ('陈*兰', '陈*', '欧**兰')
    """
    plain = name.strip()
    if len(plain) < 3:
        return plain[:1] + "*" * len(plain[1:])
    return plain[0] + "*" * (len(plain) - 2) + plain[-1]


def payment_code(account_number: str, amount: Decimal, month: date) -> str:
    """What the payment QR code of a bill says to our own tills: account, amount in yuan, month of the bill.

    >>> payment_code("330104827615", Decimal("148.88"), date(2026, 10, 1))
    'SH1/330104827615/148.88/202610'
    """
    return f"SH1/{account_number}/{amount:.2f}/{month:%Y%m}"


def _words_case(data: Mapping[str, object]) -> Mapping[str, object]:
    fields = Fields(data)
    amount = late_fee.amount_of(fields, "amount")
    fields.refuse()
    return {"words": amount_in_words(amount)}


# Accounts of 企业会计准则; `opening` only balances what is taken over from a former system.
CHART = (
    ChartAccount("receivable", "1122", Text("Accounts receivable, electricity")),
    ChartAccount("credit", "2203", Text("Advances from customers")),
    ChartAccount("revenue", "6001", Text("Operating revenue, electricity")),
    ChartAccount("tax", "2221", Text("Taxes payable, output VAT")),
    ChartAccount("late_fee", "6301", Text("Late payment penalties")),
    ChartAccount("till_cash", "1001", Text("Cash on hand")),
    ChartAccount("safe", "100101", Text("Cash on hand, in the safe")),
    ChartAccount("bank", "1002", Text("Cash at bank")),
    ChartAccount("in_transit", "1012", Text("Other monetary funds, in transit")),
    ChartAccount("deposit", "2241", Text("Other payables, security deposits")),
    ChartAccount("over_short", "1901", Text("Till differences to be settled")),
    ChartAccount("advance", "2204", Text("Contract liabilities, electricity billed in advance")),
    ChartAccount("bank_fee", "6603", Text("Financial expenses, fees of banks")),
    ChartAccount("opening", "9999", Text("Opening balances taken over")),
)

COUNTRY = Country(
    code="cn",
    name=Text("China"),
    currency=CNY,
    zone=ZoneInfo("Asia/Shanghai"),
    language="zh_CN",
    billed_energy_decimals=0,
    due_days=15,
    rule_set=late_fee.rule_set,
    late_fee=late_fee.late_fee,
    late_fee_settings=late_fee.SETTINGS,
    late_fee_first=True,
    late_fee_note=late_fee.note,
    waiver_limit=Money(5000),  # custom of the office: 50 yuan
    dispute_counts=True,  # 供电营业规则 1996 art. 82: what is doubted is paid in time, and put right afterwards
    amount_in_words=amount_in_words,
    payment_code=payment_code,
    format_account=format_account,
    identifiers=IDENTIFIERS,
    mask_name=mask_name,
    cash_notes=tuple(Decimal(note) for note in ("100", "50", "20", "10", "5", "1", "0.5", "0.1")),
    chart=CHART,
    arrears_days=(30, 90, 365),
    rate_cases={
        "cn_amount_in_words": _words_case,
        "cn_deadlines": deadlines.rate_case,
        "cn_id_checksums": check_signs.rate_case,
        "cn_late_fee": late_fee.rate_case,
        "cn_losses": losses.rate_case,
        "cn_meter_error": meter_error.rate_case,
    },
    tariff_parts={"basic_charge": BASIC_CHARGE, "power_factor": POWER_FACTOR},
    capacity=CapacityRules(capacity_days, suspended_days, SUSPENSION_TERMS),
    losses=losses.lost,
    large_household=Energy.of(100),
    energy_error=meter_error.energy_error,
    instalment_days=(6, 16, 26),
    least_instalments=3,  # 供电营业规则 1996 art. 86, by agreement
    error_kinds=meter_error.KINDS,
    meter_tests=METER_TESTS,
    invoices=INVOICES,
    public_days=deadlines.PUBLIC,
)
