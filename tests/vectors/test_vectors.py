"""Every case of the JSON files, answered by the product's own rule of that topic."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.countries.cn import COUNTRY as CHINA
from desktop.kernel.text import catalog
from desktop.rating import rate, topics

HERE = Path(__file__).parent
# Other spellings a person may write; the product itself writes one.
NOT_AN_OUTPUT = {"accept"}
COUNTRIES = (CHINA,)
ONLY_HERE = ("-o", "testpaths=tests/vectors")
"""No other tests are looked through. A path among the arguments would be where pytest looks for the project."""


def pending() -> list[str]:
    """The topics without a rule, one a line; ``#`` begins a remark."""
    lines = (HERE / "pending.txt").read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def ruled() -> set[str]:
    return {topic for country in COUNTRIES for topic in topics(country)}


def files(config: pytest.Config) -> list[Path]:
    return [path for folder in (HERE, *config.getoption("vectors")) for path in sorted(folder.glob("*.json"))]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "topic" not in metafunc.fixturenames:
        return
    cases = []
    for path in files(metafunc.config):
        if path.stem in ruled():
            for number, case in enumerate(json.loads(path.read_text("utf-8"))):
                label = (
                    f"{path.stem}-{number}-{case['name']}"
                    if path.parent == HERE
                    else f"{path}-{case['name']}"
                )
                cases.append(pytest.param(path.stem, case, id=label))
    metafunc.parametrize(("topic", "case"), cases)


def test_the_rule_gives_what_the_case_expects(topic: str, case: dict[str, dict[str, object]]) -> None:
    country = next(country for country in COUNTRIES if topic in topics(country))
    answer = rate(case, country, catalog("en", country.currency), topic)
    expected = {key: value for key, value in case["expected"].items() if key not in NOT_AN_OUTPUT}
    assert {key: answer.get(key) for key in expected} == expected
    assert "lines" in answer
    assert "trace" in answer
    json.dumps(answer)


def test_every_topic_has_a_rule_or_is_pending(request: pytest.FixtureRequest) -> None:
    found = {path.stem for path in files(request.config)}
    assert found - ruled() - set(pending()) == set()
    assert ruled() - found == set(), "a topic with a rule has cases"


def test_the_pending_list_only_holds_topics_without_a_rule(request: pytest.FixtureRequest) -> None:
    listed = pending()
    assert listed == sorted(set(listed))
    assert set(listed) & ruled() == set(), "strike out what has a rule now"
    assert set(listed) <= {path.stem for path in files(request.config)}


def test_another_directory_stands_behind_the_option_alone(tmp_path: Path) -> None:
    """pytest by itself takes a directory after an option it does not know yet for the place of the project."""
    case = json.loads((HERE / "cn_vat.json").read_text("utf-8"))[0]
    wrong = {**case, "name": "a wrong case", "expected": {**case["expected"], "tax": "0.02"}}
    (tmp_path / "cn_vat.json").write_text(json.dumps([case, wrong]), "utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--vectors", tmp_path, "-q", "-k", tmp_path.name, *ONLY_HERE],
        cwd=HERE.parents[1],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 1, run.stdout + run.stderr
    assert "1 failed, 1 passed" in run.stdout
    assert "a wrong case" in run.stdout
