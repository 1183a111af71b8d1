"""Tariffs: taking a tariff file in with a second person's consent, the version in force, what a bill would cost."""

from desktop.tariffs.service.lists import cost, version_shown, versions
from desktop.tariffs.service.taking import decide_tariff, decided, propose_tariff, prove, take_in, use
from desktop.tariffs.service.versions import (
    InForce,
    by_name,
    code_of,
    in_force,
    names,
    on_offer,
    tariff_id,
    version,
)

__all__ = [
    "InForce",
    "by_name",
    "code_of",
    "cost",
    "decide_tariff",
    "decided",
    "in_force",
    "names",
    "on_offer",
    "propose_tariff",
    "prove",
    "take_in",
    "tariff_id",
    "use",
    "version",
    "version_shown",
    "versions",
]
