"""An invented hall in Zhejiang, the same every time, made through the same operations people use."""

from desktop.sample.zhejiang import (
    ACCOUNTS,
    BUSINESS_DATE,
    HOUSEHOLDS,
    PASSWORD,
    PERIOD,
    build,
    households,
    january_reads,
    sign,
)

__all__ = [
    "ACCOUNTS",
    "BUSINESS_DATE",
    "HOUSEHOLDS",
    "PASSWORD",
    "PERIOD",
    "build",
    "households",
    "january_reads",
    "sign",
]
