"""The fixtures of `tests.windows`, for the tests of pages and windows here."""

import pytest

from desktop.kernel.files import user_folder
from tests.windows import clerk, dressed, hall, window, workers  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def nobody_sat_here_before() -> None:
    """No login is filled in from a test that signed somebody in before."""
    (user_folder() / "last_seat.json").unlink(missing_ok=True)
