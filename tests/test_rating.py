"""Rating a case: the answer, its lines and trace, and one sentence for whatever is wrong with it."""

from __future__ import annotations

import json

import pytest

from desktop.countries.cn import COUNTRY
from desktop.kernel.errors import Refused
from desktop.kernel.text import catalog
from desktop.rating import UnknownTopic, rate, topics

SAY = catalog("en", COUNTRY.currency)
TIERS = {
    "accumulation": "annual",
    "tiers": [{"upto": "2760", "price": "0.538"}, {"upto": None, "price": "0.588"}],
    "accumulated_before": "2700",
    "kwh": "180",
}


def test_a_case_with_its_lines_and_trace() -> None:
    answer = rate({"topic": "cn_tiers", "name": "x", "expected": {}, "input": TIERS}, COUNTRY, SAY)
    assert (answer["tier_kwh"], answer["amount"]) == (["60", "120"], "102.84")
    lines = answer["lines"]
    assert isinstance(lines, list)
    assert lines[1]["explanation"] == ["120 kWh from 2,760 to 2,880 kWh of this year × 0.588"]
    trace = answer["trace"]
    assert isinstance(trace, dict)
    assert trace["inputs"]["energy"]["limit1"] == 2_760_000
    json.dumps(answer)


def test_the_topic_of_a_file_serves_cases_that_name_none() -> None:
    assert rate({"input": TIERS}, COUNTRY, SAY, "cn_tiers")["amount"] == "102.84"


def test_a_late_fee_tells_its_arithmetic() -> None:
    case = {
        "topic": "cn_late_fee",
        "input": {
            "ruleset": "2024",
            "customer_class": "residential",
            "principal": "186.40",
            "due_date": "2024-07-20",
            "as_of": "2024-08-05",
        },
    }
    assert rate(case, COUNTRY, SAY)["trace"] == ["186.40 × 1 ‰ × 16 d (21 Jul 2024 to 5 Aug 2024) = 2.98"]


def test_an_unknown_topic_is_a_lookup_error() -> None:
    with pytest.raises(UnknownTopic, match="cn_nothing"):
        rate({"topic": "cn_nothing", "input": {}}, COUNTRY, SAY)
    assert issubclass(UnknownTopic, LookupError)
    assert topics(COUNTRY) == (
        "cn_amount_in_words",
        "cn_basic_charge",
        "cn_cashier",
        "cn_deadlines",
        "cn_full_bill",
        "cn_id_checksums",
        "cn_kwh_split",
        "cn_late_fee",
        "cn_losses",
        "cn_meter_error",
        "cn_meter_reading",
        "cn_payment_allocation",
        "cn_power_factor",
        "cn_power_factor_table",
        "cn_proration",
        "cn_suspension",
        "cn_tiers",
        "cn_tiers_tou",
        "cn_tou_price",
        "cn_vat",
        "fi_number_format",
        "vn_meter_reading",
        "vn_number_format",
    )


@pytest.mark.parametrize(
    ("topic", "data", "place"),
    [
        ("cn_tiers", {}, "kwh"),
        ("cn_tiers", None, "input"),
        ("cn_tiers", [], "input"),
        ("cn_tiers", {**TIERS, "kwh": "many"}, "kwh"),
        ("cn_tiers", {**TIERS, "kwh": "0.0001"}, "kwh"),
        ("cn_tiers", {**TIERS, "kwh": "9" * 20}, "kwh"),
        ("cn_tiers", {**TIERS, "tiers": "x"}, "tiers"),
        ("cn_tiers", {**TIERS, "tiers": [{"price": "-1"}]}, "tiers[0].price"),
        ("cn_tiers", {**TIERS, "accumulation": "daily"}, "accumulation"),
        ("cn_tiers", {**TIERS, "months_of_use": "13"}, "Months of use"),
        (
            "cn_tiers",
            {**TIERS, "tiers": [{"price": "999999999"}], "kwh": "99999999999"},
            "The amount is too large",
        ),
        ("cn_vat", {"gross": "1"}, "rate_percent"),
        ("cn_vat", {"gross": "0.001", "rate_percent": "13"}, "gross"),
        ("cn_vat", {"gross": "1e25", "rate_percent": "13"}, "gross"),
        ("cn_vat", {"gross": "1", "rate_percent": "-100"}, "rate_percent"),
        ("cn_amount_in_words", {"amount": "0.001"}, "amount"),
        ("cn_amount_in_words", {"amount": "1e12"}, "amount"),
        ("cn_payment_allocation", {"payment": "1", "prepaid_before": "0", "within": "fee_first"}, "within"),
        (
            "cn_payment_allocation",
            {"payment": "-1", "prepaid_before": "0", "within": "principal_first"},
            "payment",
        ),
        ("cn_cashier", {"opening_float": "0", "banked": "-1", "counted_cash": "0"}, "banked"),
        ("cn_late_fee", {}, "ruleset"),
        ("cn_late_fee", {"ruleset": "1888", "principal": "1"}, "ruleset"),
        ("cn_late_fee", {"ruleset": "2024", "principal": "0.001"}, "principal"),
        ("cn_late_fee", {"ruleset": "2024", "principal": "1", "due_date": "9999-12-31"}, "due_date"),
    ],
)
def test_unfit_input_is_refused_by_name(topic: str, data: object, place: str) -> None:
    with pytest.raises(Refused) as refused:
        rate({"topic": topic, "input": data}, COUNTRY, SAY)
    assert SAY(refused.value.text).startswith(place)


@pytest.mark.parametrize("case", [None, [], "x", {}, {"input": {}}])
def test_no_case_at_all_is_refused(case: object) -> None:
    with pytest.raises(Refused):
        rate(case, COUNTRY, SAY)
