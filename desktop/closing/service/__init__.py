"""Closing a month: what stands open, the figures of the month, the rows behind them, and the ledger it leaves."""

from desktop.closing.service.behind import behind, behind_extent
from desktop.closing.service.lines import export_month, ledger_lines
from desktop.closing.service.months import close_month, look_at, month_look, months, prove

__all__ = [
    "behind",
    "behind_extent",
    "close_month",
    "export_month",
    "ledger_lines",
    "look_at",
    "month_look",
    "months",
    "prove",
]
