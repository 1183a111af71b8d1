"""The pages of papers."""

from desktop.papers.page.exports import ExportsPage

__all__ = ["ExportsPage"]
