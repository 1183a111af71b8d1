"""The pricing core: a batch of bills priced by one tariff version, in whole columns of exact integers.

A version is a row of components; each reads the determinants it needs by name from the batch and adds
lines. One bill is a batch of one, so the counter, the draft, the issue and the mass run price alike. Each
line is rounded once, half up on the absolute value; a total is the sum of its lines. What does not fit into
64 bits is computed with Python's integers, and a row that still does not fit is held. Scales stand in
`columns`.

A new kind of component is a class here with the methods of `TariffComponent` and its reader in `documents`;
the core does not change.
"""

from desktop.tariffs.rules.charges import IncludedTax
from desktop.tariffs.rules.component import TariffComponent
from desktop.tariffs.rules.pricing import (
    Line,
    PricedBatch,
    lines_of_rows,
    pack,
    price,
    tier_picture,
    traced,
)
from desktop.tariffs.rules.tiers import Accumulation, FreeEnergy, Tiers, tier_label
from desktop.tariffs.rules.version import TariffData, TariffVersion, state_on

__all__ = [
    "Accumulation",
    "FreeEnergy",
    "IncludedTax",
    "Line",
    "PricedBatch",
    "TariffComponent",
    "TariffData",
    "TariffVersion",
    "Tiers",
    "lines_of_rows",
    "pack",
    "price",
    "state_on",
    "tier_label",
    "tier_picture",
    "traced",
]
