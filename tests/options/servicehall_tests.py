"""The options of the whole test run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

OURS = Path(__file__).parents[2] / "pyproject.toml"


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--vectors DIR`` adds the JSON cases of another directory; may be given more than once."""
    parser.addoption(
        "--vectors", metavar="DIR", type=Path, action="append", default=[], help="more test vectors"
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Run again with our own configuration where pytest took the directory of vectors for the project."""
    given = early_config.known_args_namespace
    if given.vectors and given.inifilename is None and early_config.inipath != OURS:
        again = ["-m", "pytest", "-c", OURS, *early_config.invocation_params.args]
        raise SystemExit(subprocess.call([sys.executable, *again]))
    yield


def pytest_configure(config: pytest.Config) -> None:
    """A directory without cases is a slip, not a green run."""
    for folder in config.getoption("vectors"):
        if not any(folder.glob("*.json")):
            raise pytest.UsageError(f"--vectors {folder}: no *.json there")
