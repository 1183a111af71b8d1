"""A hall comes in and goes out as one workbook."""

from desktop.takeover.service.bringing import import_hall
from desktop.takeover.service.giving import export_hall, release, write_out
from desktop.takeover.service.here import (
    accounts_here,
    foreign_routes,
    ids_here,
    meters_here,
    places_here,
    somebody_by_address,
    somebody_by_number,
    tariffs_here,
)
from desktop.takeover.service.taking import take_group

__all__ = [
    "accounts_here",
    "export_hall",
    "foreign_routes",
    "ids_here",
    "import_hall",
    "meters_here",
    "places_here",
    "release",
    "somebody_by_address",
    "somebody_by_number",
    "take_group",
    "tariffs_here",
    "write_out",
]
