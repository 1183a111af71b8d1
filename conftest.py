"""What holds for the whole test run."""

from __future__ import annotations

import pytest
from hypothesis import settings

# A busy machine is slow, not wrong.
settings.register_profile("servicehall", deadline=None)
settings.load_profile("servicehall")

pytest_plugins = ["servicehall_tests"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how long journeys kept the window from its next event, where it was more than 50 ms."""
    for report in terminalreporter.getreports(""):  # what was told while tests were cleared away
        for name, blocks in report.user_properties:
            if name == "window_blocks" and blocks:
                terminalreporter.write_line(f"{report.nodeid} blocked the window: {blocks}")
