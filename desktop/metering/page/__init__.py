"""The pages of metering."""

from desktop.metering.page.sheets import ReadingsPage

__all__ = ["ReadingsPage"]
