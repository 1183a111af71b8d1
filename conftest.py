"""The options of the whole test run; they stand beside the configuration, or pytest does not know them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is slow, not wrong.
settings.register_profile("servicehall", deadline=None)
settings.load_profile("servicehall")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--vectors=DIR`` adds the JSON cases of another directory; may be given more than once."""
    parser.addoption(
        "--vectors", metavar="DIR", type=Path, action="append", default=[], help="more test vectors"
    )


def pytest_configure(config: pytest.Config) -> None:
    """A directory without cases is a slip, not a green run."""
    for folder in config.getoption("vectors"):
        if not any(folder.glob("*.json")):
            raise pytest.UsageError(f"--vectors {folder}: no *.json there")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how long journeys kept the window from its next event, where it was more than 50 ms."""
    for report in terminalreporter.getreports(""):  # what was told while tests were cleared away
        for name, blocks in report.user_properties:
            if name == "window_blocks" and blocks:
                terminalreporter.write_line(f"{report.nodeid} blocked the window: {blocks}")
