"""The pages of metering, and the sheets that cards open."""

from desktop.metering.page.entry import ExchangeSheet, PointSheet, ReadSheet
from desktop.metering.page.queue import QueuePage
from desktop.metering.page.registers import RegisterRows, registers_of
from desktop.metering.page.routes import RoutesPage
from desktop.metering.page.sheets import ReadingsPage

__all__ = [
    "ExchangeSheet",
    "PointSheet",
    "QueuePage",
    "ReadSheet",
    "ReadingsPage",
    "RegisterRows",
    "RoutesPage",
    "registers_of",
]
