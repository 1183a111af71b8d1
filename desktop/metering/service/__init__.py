"""Meters and reads: hanging a meter, taking reads in, and what was used between two reads."""

from desktop.metering.service.carried import (
    carry_months,
    install_many,
    months_before_reads,
    put_many_on_route,
)
from desktop.metering.service.points import install, put_on_route, serial_numbers, walking_order
from desktop.metering.service.sheets import import_reads, import_sheet
from desktop.metering.service.usage import PointUsage, history, usage

__all__ = [
    "PointUsage",
    "carry_months",
    "history",
    "import_reads",
    "import_sheet",
    "install",
    "install_many",
    "months_before_reads",
    "put_many_on_route",
    "put_on_route",
    "serial_numbers",
    "usage",
    "walking_order",
]
