"""Tests of the page of a takeover stand on the real application."""

from tests.windows import clerk, dressed, hall, window, workers

__all__ = ["clerk", "dressed", "hall", "window", "workers"]
