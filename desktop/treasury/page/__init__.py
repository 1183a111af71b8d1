"""The page of the hall's money."""

from desktop.treasury.page.treasury import TreasuryPage

__all__ = ["TreasuryPage"]
