"""From reads, contracts and prices to what a bill is computed from: its parts, or why it is held."""

from desktop.billing.rules.capacity import charged_terms, spell_words
from desktop.billing.rules.counting import Counted, counted, months_of_use
from desktop.billing.rules.figures import accumulated, billed, change, paper_number
from desktop.billing.rules.input import BillInput, BillPart, Held, Unbillable
from desktop.billing.rules.instalments import parts_of, parts_written
from desktop.billing.rules.measured import Measured, as_demand, banded, lost, measured, moved, shared, without
from desktop.billing.rules.mending import mended_with
from desktop.billing.rules.parts import PointTerms, Stretch, correction_part, point_parts
from desktop.billing.rules.spelling import Spelled, spelled

__all__ = [
    "BillInput",
    "BillPart",
    "Counted",
    "Held",
    "Measured",
    "PointTerms",
    "Spelled",
    "Stretch",
    "Unbillable",
    "accumulated",
    "as_demand",
    "banded",
    "billed",
    "change",
    "charged_terms",
    "correction_part",
    "counted",
    "lost",
    "measured",
    "mended_with",
    "months_of_use",
    "moved",
    "paper_number",
    "parts_of",
    "parts_written",
    "point_parts",
    "shared",
    "spell_words",
    "spelled",
    "without",
]
