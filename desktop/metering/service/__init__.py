"""Meters and reads: hanging a meter, taking reads in, deciding on doubtful ones, and what was used between two."""

from desktop.metering.service.entry import (
    check_read,
    photo,
    point,
    read_limits,
    record_read,
    set_capacity,
    set_limits,
)
from desktop.metering.service.exchange import exchange_meter
from desktop.metering.service.points import install, put_on_route, serial_numbers, walking_order
from desktop.metering.service.queue import (
    accept,
    approve_estimate,
    ask_again,
    confirm_rollover,
    correct,
    doubtful_count,
    doubtful_read,
    doubtful_reads,
    estimate,
    read_requests,
    undo_decision,
)
from desktop.metering.service.reads import bill, prove, reverse_import, reverse_read
from desktop.metering.service.sheets import import_reads, import_sheet
from desktop.metering.service.usage import PointUsage, history, usage

__all__ = [
    "PointUsage",
    "accept",
    "approve_estimate",
    "ask_again",
    "bill",
    "check_read",
    "confirm_rollover",
    "correct",
    "doubtful_count",
    "doubtful_read",
    "doubtful_reads",
    "estimate",
    "exchange_meter",
    "history",
    "import_reads",
    "import_sheet",
    "install",
    "photo",
    "point",
    "prove",
    "put_on_route",
    "read_limits",
    "read_requests",
    "record_read",
    "reverse_import",
    "reverse_read",
    "serial_numbers",
    "set_capacity",
    "set_limits",
    "undo_decision",
    "usage",
    "walking_order",
]
