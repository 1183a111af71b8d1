"""Meters and reads: hanging a meter, taking reads in, deciding on doubtful ones, and what was used between two."""

from desktop.metering.service.carried import (
    carry_months,
    install_many,
    months_before_reads,
    put_many_on_route,
)
from desktop.metering.service.entry import (
    check_read,
    photo,
    point,
    record_read,
)
from desktop.metering.service.exchange import exchange_meter
from desktop.metering.service.limits import read_limits, set_capacity, set_limits
from desktop.metering.service.points import (
    install,
    point_of_meter,
    put_on_route,
    serial_numbers,
    walking_order,
)
from desktop.metering.service.queue import (
    accept,
    approve_estimate,
    ask_again,
    confirm_rollover,
    correct,
    estimate,
    undo_decision,
)
from desktop.metering.service.reads import bill, prove, reverse_import, reverse_read
from desktop.metering.service.routes import (
    add_route,
    export_lists,
    export_rounds,
    export_route,
    move_stop,
    rename_route,
    route_rows,
    routes,
    stop_of,
    walk,
)
from desktop.metering.service.sheets import (
    import_reads,
    import_sheet,
    map_titles,
    save_rejects,
    sheets_taken,
    take_back_sheet,
    title_maps,
)
from desktop.metering.service.usage import PointUsage, history, usage
from desktop.metering.service.waiting import doubtful_count, doubtful_read, doubtful_reads, read_requests

__all__ = [
    "PointUsage",
    "accept",
    "add_route",
    "approve_estimate",
    "ask_again",
    "bill",
    "carry_months",
    "check_read",
    "confirm_rollover",
    "correct",
    "doubtful_count",
    "doubtful_read",
    "doubtful_reads",
    "estimate",
    "exchange_meter",
    "export_lists",
    "export_rounds",
    "export_route",
    "history",
    "import_reads",
    "import_sheet",
    "install",
    "install_many",
    "map_titles",
    "months_before_reads",
    "move_stop",
    "photo",
    "point",
    "point_of_meter",
    "prove",
    "put_many_on_route",
    "put_on_route",
    "read_limits",
    "read_requests",
    "record_read",
    "rename_route",
    "reverse_import",
    "reverse_read",
    "route_rows",
    "routes",
    "save_rejects",
    "serial_numbers",
    "set_capacity",
    "set_limits",
    "sheets_taken",
    "stop_of",
    "take_back_sheet",
    "title_maps",
    "undo_decision",
    "usage",
    "walk",
    "walking_order",
]
