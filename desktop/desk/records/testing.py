"""The papers of a meter that is tested, and what a clerk sees of the tests of an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.kernel.text import Text, Worded
from desktop.metering.records import MeterTestRow
from desktop.staff.records import Letterhead


class MeterTestPaperKind(Worded):
    """What is written about the test of a meter."""

    ORDER = "meter_test", Text("Order of a meter test")
    RESULT = "meter_test_result", Text("Result of a meter test")


@dataclass(frozen=True, slots=True)
class MeterTestPaper:
    """The order slip a customer takes along, or the letter with the result.

    ``told`` is what the customer is to know: term and fee with the order, what follows with the result. ``copy`` is 0
    for the original, n for COPY n.
    """

    number: str
    kind: MeterTestPaperKind
    letterhead: Letterhead
    language: str
    account_number: str
    customer_name: str
    address: str
    written_on: date
    by: str
    test: MeterTestRow
    told: tuple[Text, ...]
    check_code: str
    copy: int = 0


@dataclass(frozen=True, slots=True)
class MeterTestsShown:
    """The meters of an account by number and address, every test ordered for it, and what whoever asks now is told.

    ``due_on`` is the day by which the result would be told, None where the country sets none.
    """

    account_number: str
    customer_name: str
    meters: tuple[tuple[str, str], ...]
    rows: tuple[MeterTestRow, ...]
    due_on: date | None
    told: tuple[Text, ...]

    def open_test(self, meter_serial: str) -> MeterTestRow | None:
        """The test of a meter that is ordered and not over."""
        return next((one for one in self.rows if one.meter_serial == meter_serial and one.is_open), None)
