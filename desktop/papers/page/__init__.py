"""The pages of papers."""

from desktop.papers.page.exports import ExportsPage
from desktop.papers.page.printers import PrintersPage

__all__ = ["ExportsPage", "PrintersPage"]
