"""The adjustment by power factor (力调电费): 功率因数调整电费办法, (83)水电财字第215号 of 1983, tables 1 to 3.

Standards: 0.90 for high-voltage industry above 160 kVA, 0.85 for other users from 100 kVA on, 0.80 for agriculture
from 100 kVA on and for wholesale; none for residents and below 100 kVA. Each step of 0.01 above or below the standard
has its percentage. Rewards end at 0.95, 0.94 and 0.92; penalties go on to 0.00. An own factor of 0.00 for a month
without active energy is what the formula says; offices that waive it write ``waived``.
"""

from __future__ import annotations

from collections.abc import Mapping

_PENALTY = (
    {"steps": 20, "percent": "0.5"},
    {"steps": 5, "percent": "1"},
    {"steps": None, "percent": "2"},
)

POWER_FACTOR: Mapping[str, object] = {
    "idle": "formula",
    "standards": (
        {"standard": "0.90", "reward": ({"steps": 5, "percent": "0.15"},), "penalty": _PENALTY},
        {
            "standard": "0.85",
            "reward": ({"steps": 5, "percent": "0.1"}, {"steps": 4, "percent": "0.15"}),
            "penalty": _PENALTY,
        },
        {
            "standard": "0.80",
            "reward": ({"steps": 10, "percent": "0.1"}, {"steps": 2, "percent": "0.15"}),
            "penalty": _PENALTY,
        },
    ),
}
"""What the table fixes of a component of the kind ``power_factor``."""
