"""Meters and reads: hanging a meter, taking reads in, and what was used between two reads."""

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
from desktop.metering.service.sheets import (
    import_reads,
    import_sheet,
    map_titles,
    save_rejects,
    sheets_taken,
    title_maps,
)
from desktop.metering.service.usage import PointUsage, history, usage

__all__ = [
    "PointUsage",
    "add_route",
    "export_lists",
    "export_rounds",
    "export_route",
    "history",
    "import_reads",
    "import_sheet",
    "install",
    "map_titles",
    "move_stop",
    "put_on_route",
    "rename_route",
    "route_rows",
    "routes",
    "save_rejects",
    "serial_numbers",
    "sheets_taken",
    "stop_of",
    "title_maps",
    "usage",
    "walk",
    "walking_order",
]
