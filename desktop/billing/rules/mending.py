"""Who can mend what holds an account: for each reason the right that it takes."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.kernel.text import Text

READS, METERS = "metering.record_read", "metering.exchange_meter"
CONTRACTS, TERMS, PRICES, BILLS, BACK, BY_HAND = (
    "contracts.change", "contracts.set_terms", "tariffs.import", "billing.run", "billing.reverse",
    "billing.manual",
)  # fmt: skip

_BY_RIGHT: Mapping[str, tuple[Text, ...]] = {
    READS: (
        Text("A reading waits for a decision."),
        Text("No meter was read here yet."),
        Text("No read before {month}: enter the opening read."),
        Text("No read when the customer changed on {day}: enter it."),
        Text("No read in {month}: import the sheet, or estimate."),
        Text("{month} is not billed: take back the reads after it, then enter or estimate its own."),
        Text("Usage is negative: check both reads and the meter."),
        Text("The bands count more than the total: check the reads."),
        Text("The power factor needs a read of the reactive energy."),
        Text("The charge for demand needs a read of the highest demand."),
        Text("The price needs what is not read here: {determinant}."),
        Text("The sub-meters count more than the main meter: check both."),
        Text("A power factor needs energy that is not negative"),
        Text("The energy of the time bands does not add up to the whole"),
        Text("{determinant} is too large to price"),
    ),
    METERS: (Text("Main meter and sub-meter do not count the same bands."),),
    CONTRACTS: (
        Text("No contract is in force in {month}."),
        Text("Two contracts run in {month}: end one before that month."),
    ),
    TERMS: (
        Text("Enter the terms of the contract: the basis of its capacity charge, its power factor standard."),
        Text("Enter the basis of the capacity charge in the terms of the contract."),
        Text("The tariff has no such power factor standard"),
        Text("The free energy must not be negative"),
        Text("The terms give free energy, the price list knows none: give another list, or take it out."),
        Text("This basis of the capacity charge is not known"),
        Text("{place}: {what}. {remedy}"),  # of the values of losses
        Text("Capacity and demand must not be negative"),
    ),
    PRICES: (
        Text("No price is in force for {month}: import the tariff."),
        Text("No price is in force for all of {month}: import the tariff."),
        Text("The price list has no price for the band {band}."),
        Text("This price list has no prices: {version}"),
        Text("The amount is too large for a bill"),
    ),
    BACK: (Text("Bill {other} gives back a part of bill {number}: take {other} back first."),),
    BY_HAND: (Text("Other months were billed or taken back meanwhile: put this energy right anew."),),
}
_RIGHTS: Mapping[str, str] = {text.message: right for right, texts in _BY_RIGHT.items() for text in texts}


def mended_with(reason: Text) -> str:
    """The right it takes to mend why an account is held; what is not known otherwise is for whoever bills.

    >>> mended_with(Text("A reading waits for a decision."))
    'metering.record_read'
    >>> mended_with(Text("Something else"))
    'billing.run'
    """
    return _RIGHTS.get(reason.message, BILLS)
