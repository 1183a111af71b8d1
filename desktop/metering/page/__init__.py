"""The pages of metering."""

from desktop.metering.page.queue import QueuePage
from desktop.metering.page.routes import RoutesPage
from desktop.metering.page.sheets import ReadingsPage

__all__ = ["QueuePage", "ReadingsPage", "RoutesPage"]
