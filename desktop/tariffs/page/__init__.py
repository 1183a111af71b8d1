"""The page of price lists: every version, one as a person reads it, and what a bill would cost by it."""

from desktop.tariffs.page.page import TariffsPage

__all__ = ["TariffsPage"]
