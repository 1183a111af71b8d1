"""The fixtures of `tests.windows`, for the tests of pages and windows here."""

from tests.windows import dressed, workers  # noqa: F401 - fixtures
