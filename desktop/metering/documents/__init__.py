"""The documents of metering: reading sheets in and out, the list of a route on paper."""

from desktop.metering.documents.reading_sheet import (
    REQUIRED,
    Corrections,
    SheetOpened,
    SheetPart,
    digest,
    field_titles,
    likely_corrections,
    open_sheet,
    read_sheet,
    reading_sheet_xlsx,
    write_rejects,
)
from desktop.metering.documents.route_list import route_list_pdf
from desktop.metering.documents.route_sheet import route_sheet_xlsx

__all__ = [
    "REQUIRED",
    "Corrections",
    "SheetOpened",
    "SheetPart",
    "digest",
    "field_titles",
    "likely_corrections",
    "open_sheet",
    "read_sheet",
    "reading_sheet_xlsx",
    "route_list_pdf",
    "route_sheet_xlsx",
    "write_rejects",
]
