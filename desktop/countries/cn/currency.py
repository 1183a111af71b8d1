"""The yuan."""

from __future__ import annotations

from desktop.kernel.measures import Currency

CNY = Currency("CNY", "元", 2)
