"""The basic charge of a two-part tariff: so much a month for each kVA of transformers, or each kW of demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from math import gcd

import numpy as np

from desktop.kernel.measures import Demand, Energy, Money, Power, Price
from desktop.kernel.text import Text
from desktop.tariffs.columns import (
    DEMAND_STEPS,
    PRICE_STEPS,
    Batch,
    Column,
    Mask,
    Pricing,
    month_energy,
    multiply_divide,
    share,
)
from desktop.tariffs.records import Basis, PricedLine, PriceOrigin, PriceRow
from desktop.tariffs.rules.component import whole

POWER_STEPS = 10**Power.DECIMALS
TO_DEMAND = DEMAND_STEPS // POWER_STEPS
LONGEST_MONTH = 31
LARGEST_POWER = 10**13
"""More than 10 ** 10 kVA or kW is a mistake; below it, power × days stays within 64 bits."""


class OverBase(Enum):
    """From where a demand above its limit is counted: both readings of the rule are in use."""

    LIMIT = "limit"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Discount:
    """Less for a load that is used well: a share of the demand price from so many kWh for each kVA on.

    Energy and contracted capacity are those of all service points of the account.
    """

    least_kwh_per_kva: int
    price_percent: Decimal


@dataclass(frozen=True, slots=True)
class BasicCharge:
    """Capacity or demand, as each customer chose (`Basis`): prices a month (10 ** -8) for a kVA and a kW.

    By capacity: ``capacity_kva_days`` (capacity × days it is charged) ÷ ``month_days`` × price, rounded once. By
    contract demand: the contract, at least ``floor_percent`` of the capacity; a measured demand above
    ``over_percent`` of that counts ``over_times`` for the part above the limit, on top of the limit or of the
    contract (``over_base``). By measured demand: what was measured. A part of a month is charged its days
    (``charged_days``) of the ``month_days``. Quantities are exact in 10 ** -6.
    """

    code: str
    price_origin: PriceOrigin
    capacity_price: int
    demand_price: int
    floor_percent: Decimal
    over_percent: Decimal
    over_times: int
    over_base: OverBase
    discount: Discount | None

    @property
    def reads(self) -> tuple[str, ...]:
        """The basis, and what each basis is measured by."""
        demand = ("capacity_kva", "contract_demand_kw", "demand_kw_max", "energy_kwh")
        return ("basic_basis", "capacity_kva_days", "month_days", *demand)

    @property
    def options(self) -> tuple[str, ...]:
        """What a part of a month is measured by, and the discount of an account with more than one point."""
        of_account = ("all_energy_kwh", "all_kva") if self.discount else ()
        return ("charged_days", "month_energy_kwh", *of_account)

    def rows(self) -> tuple[PriceRow, ...]:
        """Both prices, and the rules of demand."""
        base = Text("the limit") if self.over_base is OverBase.LIMIT else Text("the contract")
        notes = [
            Text("A contract counts at least {percent} % of the capacity", percent=self.floor_percent),
            Text(
                "What lies above {percent} % of the contract counts {times} times, on top of {base}",
                percent=self.over_percent,
                times=self.over_times,
                base=base,
            ),
        ]
        if self.discount:
            notes.append(
                Text(
                    "{percent} % of the price from {least} kWh for each kVA on",
                    percent=self.discount.price_percent,
                    least=self.discount.least_kwh_per_kva,
                )
            )
        return (
            PriceRow(Text("By capacity, a month"), Price(self.capacity_price), "kVA"),
            PriceRow(Text("By demand, a month"), Price(self.demand_price), "kW", tuple(notes)),
        )

    def price(self, pricing: Pricing, index: int) -> None:
        """One line for each bill with a basis."""
        batch, basis = pricing.batch, pricing.batch.column("basic_basis")
        pricing.hold(
            (basis < 0) | (basis >= len(Basis)), Text("This basis of the capacity charge is not known")
        )
        capacity, days = batch.column("capacity_kva_days"), batch.column("month_days")
        contract, actual = batch.column("contract_demand_kw"), batch.column("demand_kw_max")
        total = batch.column("capacity_kva")
        negative = (capacity < 0) | (contract < 0) | (actual < 0) | (total < 0)
        pricing.hold(negative, Text("Capacity and demand must not be negative"))
        far = (np.maximum(contract, total) > LARGEST_POWER) | (
            np.maximum(capacity, actual // TO_DEMAND) > LARGEST_POWER * LONGEST_MONTH
        )
        if far.any():
            pricing.hold(far, Text("The amount is too large for a bill"))
            capacity, contract, actual, total = (
                np.where(far, 0, column) for column in (capacity, contract, actual, total)
            )
        by_capacity, by_contract = basis == Basis.CAPACITY.number, basis == Basis.CONTRACT_DEMAND.number
        pricing.hold(by_capacity & ((days < 28) | (days > 31)), Text("A month has 28 to 31 days"))
        effective, limit, billable = self._contracted(contract, total, actual)
        charged = batch.optional("charged_days")
        energy, contracted = self._of_account(batch, total)
        discounted = self._discounted(energy, contracted) & (basis > Basis.CAPACITY.number)
        days = np.maximum(days, 1)
        shown, _ = multiply_divide(capacity, np.broadcast_to(np.int64(TO_DEMAND), len(capacity)), days)
        quantity = np.where(by_capacity, shown, np.where(by_contract, billable, actual))
        prices = np.where(by_capacity, self.capacity_price, self.demand_price)
        if self.discount:
            prices = np.where(discounted, self._least_price, prices)
        pricing.inputs[self.code] = {
            "basis": basis,
            "kva_days": capacity,
            "days": days,
            "capacity": total,
            "contract": contract,
            "effective": effective,
            "limit": limit,
            "actual": actual,
            "energy": energy,
            **({} if contracted is total else {"contracted": contracted}),
            "discounted": discounted.astype(np.int64),
            **({} if charged is None else {"charged": charged}),
        }
        if charged is not None:
            pricing.hold((charged < 0) | (charged > days), Text("A month has 28 to 31 days"))
        part = np.where(by_capacity, capacity * TO_DEMAND, quantity * (days if charged is None else charged))
        amount, fits = self._amounts(pricing.decimals, part, days, by_capacity, discounted)
        with_basis = basis > 0
        if with_basis.all():
            pricing.add_amounts(index, pricing.every, quantity, prices, amount, fits)
            return
        rows = np.flatnonzero(with_basis).astype(np.int64)
        pricing.add_amounts(index, rows, quantity[rows], prices[rows], amount[rows], fits[rows])

    def _amounts(
        self, decimals: int, part: Column, days: Column, by_capacity: Mask, discounted: Mask
    ) -> tuple[Column, Mask]:
        """Power × days (10 ** -6) × price ÷ the days of the month, in minor units.

        What prices and the step of money have in common is taken out: products stay small, the result the same.
        """
        per = PRICE_STEPS // 10**decimals
        common = gcd(per, self.capacity_price, self.demand_price, self._least_price)
        prices = np.where(by_capacity, self.capacity_price // common, self.demand_price // common)
        if self.discount:
            prices = np.where(discounted, self._least_price // common, prices)
        return multiply_divide(part, prices, per // common * DEMAND_STEPS * days)

    def _contracted(self, contract: Column, total: Column, actual: Column) -> tuple[Column, Column, Column]:
        """The contract as it counts, its limit, and what is billed by it; in 10 ** -6 kW."""
        effective = np.maximum(contract * TO_DEMAND, _percent(total * TO_DEMAND, self.floor_percent))
        limit = _percent(effective, self.over_percent)
        over = np.maximum(actual - limit, 0)
        base = np.where(over > 0, limit if self.over_base is OverBase.LIMIT else effective, effective)
        return effective, limit, base + self.over_times * over

    @staticmethod
    def _of_account(batch: Batch, total: Column) -> tuple[Column, Column]:
        """The energy of the month and the contracted capacity that the discount goes by."""
        energy, contracted = batch.optional("all_energy_kwh"), batch.optional("all_kva")
        return (
            month_energy(batch) if energy is None else energy,
            total if contracted is None else np.clip(contracted, 0, LARGEST_POWER),
        )

    def _discounted(self, energy: Column, total: Column) -> Mask:
        if self.discount is None:
            return np.zeros(len(energy), dtype=np.bool_)
        return (total > 0) & (energy >= total * self.discount.least_kwh_per_kva)

    @property
    def _least_price(self) -> int:
        """What a kW costs with the discount, where there is one."""
        percent = self.discount.price_percent if self.discount else Decimal(100)
        return int(self.demand_price * percent / 100)

    def show(self, line: Sequence[int], inputs: Mapping[str, object]) -> PricedLine:
        """The line, named after its basis."""
        _, _, _, quantity, price, amount = line
        basis = list(Basis)[whole(inputs, "basis")]
        billed = Demand(quantity)
        if basis is Basis.CAPACITY:
            label, unit = Text("Capacity charge, {quantity} kVA", quantity=billed), "kVA"
        elif basis is Basis.CONTRACT_DEMAND:
            label, unit = Text("Charge for contract demand, {quantity} kW", quantity=billed), "kW"
        else:
            label, unit = Text("Charge for measured demand, {quantity} kW", quantity=billed), "kW"
        return PricedLine(
            label,
            self.code,
            0,
            billed,
            Price(price),
            Money(amount),
            None,
            self.explain(line, inputs),
            unit,
        )

    def explain(self, line: Sequence[int], inputs: Mapping[str, object]) -> tuple[Text, ...]:
        """What was charged, what lifted it, and what made it cheaper."""
        basis = list(Basis)[whole(inputs, "basis")]
        price = Price(line[4])
        if basis is Basis.CAPACITY:
            kva_days, days = whole(inputs, "kva_days"), whole(inputs, "days")
            if kva_days % days == 0:
                return (Text("{capacity} kVA × {price}", capacity=Power(kva_days // days), price=price),)
            return (
                Text(
                    "{kva_days} kVA × days of use ÷ {days} days of the month × {price}",
                    kva_days=Power(kva_days),
                    days=days,
                    price=price,
                ),
            )
        words = self._explain_contract(inputs) if basis is Basis.CONTRACT_DEMAND else []
        words.append(self._product(line, inputs))
        if whole(inputs, "discounted") and self.discount:
            words.append(
                Text(
                    "{energy} kWh for {capacity} kVA are {least} kWh for each kVA or more: "
                    "{percent} % of the price {price}",
                    energy=Energy(whole(inputs, "energy")),
                    capacity=Power(whole(inputs, "contracted" if "contracted" in inputs else "capacity")),
                    least=self.discount.least_kwh_per_kva,
                    percent=self.discount.price_percent,
                    price=Price(self.demand_price),
                )
            )
        return tuple(words)

    def _product(self, line: Sequence[int], inputs: Mapping[str, object]) -> Text:
        """Demand × price, of some days of the month where it was not charged for all of them."""
        demand, price, days = Demand(line[3]), Price(line[4]), whole(inputs, "days")
        charged = whole(inputs, "charged") if "charged" in inputs else days
        if charged == days:
            return Text("{demand} kW × {price}", demand=demand, price=price)
        return Text(
            "{demand} kW × {price} × {charged} of {days} days",
            demand=demand,
            price=price,
            charged=charged,
            days=days,
        )

    def _explain_contract(self, inputs: Mapping[str, object]) -> list[Text]:
        contract, effective = Power(whole(inputs, "contract")), Demand(whole(inputs, "effective"))
        limit, actual = Demand(whole(inputs, "limit")), Demand(whole(inputs, "actual"))
        words = [Text("Contract {contract} kW, measured {actual} kW", contract=contract, actual=actual)]
        if effective.raw > contract.raw * TO_DEMAND:
            words.append(
                Text(
                    "At least {percent} % of {capacity} kVA: {effective} kW",
                    percent=self.floor_percent,
                    capacity=Power(whole(inputs, "capacity")),
                    effective=effective,
                )
            )
        if actual.raw <= limit.raw:
            words.append(
                Text("Within {percent} %: {limit} kW", percent=self.over_percent, limit=limit),
            )
        else:
            words.append(
                Text(
                    "Above {percent} %: {base} kW + {times} × ({actual} − {limit}) kW",
                    percent=self.over_percent,
                    base=limit if self.over_base is OverBase.LIMIT else effective,
                    times=self.over_times,
                    actual=actual,
                    limit=limit,
                )
            )
        return words


def _percent(column: Column, percent: Decimal) -> Column:
    return share(column, *(percent / 100).as_integer_ratio())
