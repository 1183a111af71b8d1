"""From reads, contracts and prices to what a bill is computed from: its parts, or why it is held."""

from desktop.billing.rules.figures import accumulated, billed, change, paper_number
from desktop.billing.rules.input import BillInput, BillPart, Held, Unbillable
from desktop.billing.rules.measured import Measured, banded, lost, measured, shared, without
from desktop.billing.rules.parts import PointTerms, Stretch, point_parts
from desktop.billing.rules.spelling import Spelled, spelled

__all__ = [
    "BillInput",
    "BillPart",
    "Held",
    "Measured",
    "PointTerms",
    "Spelled",
    "Stretch",
    "Unbillable",
    "accumulated",
    "banded",
    "billed",
    "change",
    "lost",
    "measured",
    "paper_number",
    "point_parts",
    "shared",
    "spelled",
    "without",
]
