"""Help of every command and every kind of wrong usage in all four languages, without one English word left over.

A word may stand in an answer when it is a word of that language's catalog, a name (of a command, an option, a
choice), or a word of the call itself. So what has no translation, ours or click's, is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from desktop import tour
from desktop.cli import cli
from desktop.cli.call import A_FILE
from desktop.kernel.commands import call, worded
from desktop.kernel.text import LANGUAGES
from tests.command_line import Said
from tests.house.test_catalogs import FIELD, catalog_of

TRANSLATED = [language for language in LANGUAGES if language != "en"]
WORD = re.compile(r"[^\W\d_\u2e80-\uffdc]{2,}")
"""A word of letters; Chinese has none, so every word in a Chinese answer is looked at."""
NAMES = {"servicehall", "SERVICEHALL", "DB", "YYYY", "MM", "DD"}


def commands(command: click.Command, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """A command and all under it, each with the words that lead to it."""
    yield path, command
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from commands(one, *path, name)


EVERY = dict(commands(worded(cli, str))) | {("tour",): worded(tour.command, str)}


@cache
def known(language: str) -> frozenset[str]:
    """Words that may stand in an answer: of the catalog, in any case, and every name."""
    found = set(NAMES)
    for texts in catalog_of(language).values():
        words = [word for text in texts for word in WORD.findall(FIELD.sub("", text))]
        found.update(shape for word in words for shape in (word, word.upper(), word.title()))
    for path, command in EVERY.items():
        found.update(word for name in path for word in WORD.findall(name))
        for parameter in command.params:
            names = [*parameter.opts, *parameter.secondary_opts]
            found.update(word for name in names for word in WORD.findall(name))
            if isinstance(parameter.type, click.Choice):
                found.update(word for choice in parameter.type.choices for word in WORD.findall(choice))
    return frozenset(found | {"help"})


def foreign(said: str, language: str, *call: str) -> set[str]:
    """Words of an answer that are neither the language's own nor a name nor a word of the call."""
    return set(WORD.findall(said)) - known(language) - {word for one in call for word in WORD.findall(one)}


WRONG = [
    ["frobnicate"],
    ["bils"],
    ["--colour"],
    ["--lang", "xx"],
    ["bills"],
    ["bills", "--lang", "zh_CN", "frobnicate"],
    ["bills", "run"],
    ["bills", "run", "--period", "2026-13"],
    ["bills", "run", "--perio", "2026-01"],
    ["bills", "run", "--period"],
    ["bills", "show"],
    ["bills", "show", "B-1", "B-2"],
    ["bills", "print", "R-1", "--out", "."],
    ["bills", "print", "R-1", "--out", "bills/"],
    ["accounts", "list", "--limit", "0"],
    ["accounts", "list", "--limit", "many"],
    ["accounts", "list", "--today", "2026-02-30"],
    ["accounts", "list", "--json=yes"],
    ["pay", "--account", "1", "--amount", "1", "--tender", "shells"],
    ["pay", "--account", "1", "--amount", "1", "--key", "1234"],
    ["rate", "0.json"],
    ["rate", "."],
    ["tour", "--out", "0.txt"],
    ["tour", "more"],
]


Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Commands begun in a folder of their own, the tour among them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "0.txt").touch()

    def run(*words: str, code: int = 0) -> Said:
        toured = words[:1] == ("tour",)
        top, name = (tour.command, "servicehall tour") if toured else (cli, "servicehall")
        given = call(top, words[toured:], name)
        said = Said(given, *capsys.readouterr())
        assert said.code == code, said
        return said

    return run


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_help_speaks_the_chosen_language(
    run: Run, monkeypatch: pytest.MonkeyPatch, language: str, subtests: pytest.Subtests
) -> None:
    for path in EVERY:
        with subtests.test(command=" ".join(path)):
            said = run(*path, "--lang", language, "--help")
            monkeypatch.setenv("SERVICEHALL_LANG", language)
            assert run(*path, "--help") == said
            monkeypatch.delenv("SERVICEHALL_LANG")
            assert said.err == ""
            if language == "en":
                assert "Usage: servicehall" in said.out
            else:
                assert foreign(said.out, language) == set(), said.out


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_wrong_usage_speaks_the_chosen_language(
    run: Run, monkeypatch: pytest.MonkeyPatch, language: str, words: list[str]
) -> None:
    monkeypatch.setenv("SERVICEHALL_LANG", language)
    if "zh_CN" in words:
        words = [language if word == "zh_CN" else word for word in words]
    said = run(*words, code=2)
    assert said.out == ""
    assert foreign(said.err, language, *words) == set(), said.err


def test_every_option_says_what_it_is_for() -> None:
    silent = {
        (*path, option.name)
        for path, command in EVERY.items()
        for option in command.params
        if isinstance(option, click.Option) and not option.hidden and not option.help
    }
    assert silent == set()


def test_what_ends_like_a_folder_is_no_file_anywhere() -> None:
    """A folder that is not there yet would become a file with its name."""
    lenient = {
        (*path, option.name)
        for path, command in EVERY.items()
        for option in command.params
        if isinstance(option.type, click.Path)
        and not option.type.dir_okay
        and not option.type.exists
        and type(option.type) is not type(A_FILE)
    }
    assert lenient == set()


def test_a_language_before_the_command_counts_for_all_of_it(run: Run) -> None:
    assert "Komento puuttuu" in run("bills", "--lang", "fi", code=2).err
    assert "kelpaa" in run("--lang", "fi", "accounts", "list", "--limit", "0", code=2).err


def test_what_is_said_in_english_is_found() -> None:
    assert foreign("Usage: servicehall [VALITSIMET]", "fi") == {"Usage"}
    assert foreign("Show this message and exit.", "zh_CN") == {"Show", "this", "message", "and", "exit"}
