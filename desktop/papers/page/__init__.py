"""The pages of papers."""

from desktop.papers.page.exports import ExportsPage
from desktop.papers.page.printers import PrintersPage
from desktop.papers.page.prints import PrintsPage

__all__ = ["ExportsPage", "PrintersPage", "PrintsPage"]
