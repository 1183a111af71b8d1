"""Meters and reads: hanging a meter, taking reads in, and what was used between two reads."""

from desktop.metering.service.points import install, put_on_route, serial_numbers, walking_order
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
    "history",
    "import_reads",
    "import_sheet",
    "install",
    "map_titles",
    "put_on_route",
    "save_rejects",
    "serial_numbers",
    "sheets_taken",
    "title_maps",
    "usage",
    "walking_order",
]
