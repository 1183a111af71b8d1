"""Meters and reads: hanging a meter, taking reads in, and what was used between two reads."""

from desktop.metering.service.carried import (
    carry_months,
    install_many,
    months_before_reads,
    put_many_on_route,
)
from desktop.metering.service.points import install, put_on_route, serial_numbers, walking_order
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
from desktop.metering.service.sheets import import_reads, import_sheet
from desktop.metering.service.usage import PointUsage, history, usage

__all__ = [
    "PointUsage",
    "add_route",
    "carry_months",
    "export_lists",
    "export_rounds",
    "export_route",
    "history",
    "import_reads",
    "import_sheet",
    "install",
    "install_many",
    "months_before_reads",
    "move_stop",
    "put_many_on_route",
    "put_on_route",
    "rename_route",
    "route_rows",
    "routes",
    "serial_numbers",
    "stop_of",
    "usage",
    "walk",
    "walking_order",
]
