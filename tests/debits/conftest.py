"""The fixtures of `tests.windows`, for the tests of pages and windows here."""

from tests.windows import clerk, dressed, hall, window, workers  # noqa: F401 - fixtures
