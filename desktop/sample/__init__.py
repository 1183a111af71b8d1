"""An invented hall in Zhejiang, the same every time, made through the same operations people use."""

from desktop.sample.zhejiang import BUSINESS_DATE, PASSWORD, PERIOD, build, january_reads

__all__ = ["BUSINESS_DATE", "PASSWORD", "PERIOD", "build", "january_reads"]
