"""Commands of click in the language of whoever calls them: their help, and what is wrong with a call.

Our own words stand in the declarations of commands in English (docstrings, ``help``) and are replaced on a copy for
each call; click asks gettext for its sentences, which stand in the same catalogs. `tests/house/messages.py` finds
both, so a word without a translation does not pass.
"""

from __future__ import annotations

import gettext
import os
from collections import UserDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from itertools import pairwise

import click

from desktop.kernel.files import CATALOG_DOMAIN, catalog_folder
from desktop.kernel.text import LANGUAGES, catalog

USAGE = 2
"""The exit code of wrong usage."""

_STOPPED = 1

_LANGUAGE = click.Option(
    ["--lang"],
    type=click.Choice(LANGUAGES),
    envvar="SERVICEHALL_LANG",
    expose_value=False,
    help="language of answers, errors and help",
)
"""Every command and every group takes it; `call` hands the language to the command as ``click.pass_obj``."""


def call(command: click.Command, argv: Sequence[str], name: str) -> int:
    """Do what one call asks for, in its language; the exit code. Wrong usage is told on standard error."""
    language = _asked_language(argv)
    say = catalog(language)
    with _gettext_speaks(language):
        try:
            here = worded(command, say)
            return int(here.main(list(argv), prog_name=name, standalone_mode=False, obj=language) or 0)
        except click.UsageError as error:
            if isinstance(error, click.MissingParameter) and error.param and error.ctx:
                # click puts this one sentence together from parts
                click.echo(say("{name} is missing.", name=error.param.get_error_hint(error.ctx)), err=True)
            else:
                click.echo(error.format_message(), err=True)
            if error.ctx:
                click.echo(say("Help: {command} --help", command=error.ctx.command_path), err=True)
            return USAGE
        except click.Abort:
            return _STOPPED
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else _STOPPED


def worded(command: click.Command, say: Callable[[str], str]) -> click.Command:
    """A command, and all commands under it, with every word that help and errors show said by ``say``."""
    here = copy(command)
    here.params = [_worded_parameter(one, say) for one in [*command.params, _LANGUAGE]]
    here.options_metavar = say(command.options_metavar or "")
    if command.help:
        here.help = say(command.help)
        here.short_help = here.help.partition("\n")[0].rstrip(".。")
    if isinstance(here, click.Group):
        here.subcommand_metavar = say(here.subcommand_metavar)
        here.commands = _Worded(here.commands, say)
    return here


class _Worded(UserDict[str, click.Command]):
    """Commands of a group by name, each worded when it is asked for: a call needs the few that lead to its own."""

    def __init__(self, commands: Mapping[str, click.Command], say: Callable[[str], str]) -> None:
        super().__init__(commands)
        self._say = say

    def __getitem__(self, name: str) -> click.Command:
        return worded(super().__getitem__(name), self._say)


def _worded_parameter(parameter: click.Parameter, say: Callable[[str], str]) -> click.Parameter:
    here = copy(parameter)
    switch = isinstance(here, click.Option) and here.is_flag
    if not switch and not isinstance(here.type, click.Choice):  # the one shows no type, the other its words
        here.type = copy(parameter.type)
        here.type.name = say(parameter.type.name)
    if isinstance(here, click.Option) and here.help:
        here.help = say(here.help)
    if isinstance(here, click.Option) and here.metavar:
        here.metavar = say(here.metavar)
    if isinstance(here, click.Argument) and (here.metavar or not isinstance(here.type, click.Choice)):
        words = say(parameter.metavar or (parameter.name or "").upper())
        here.metavar = (words if here.required else f"[{words}]") + ("..." if here.nargs != 1 else "")
    return here


def _asked_language(argv: Sequence[str]) -> str:
    """The language a call asks for, also where the rest of it cannot be read."""
    named = [after for word, after in pairwise(argv) if word == "--lang"]
    named += [word.removeprefix("--lang=") for word in argv if word.startswith("--lang=")]
    named.append(os.environ.get("SERVICEHALL_LANG", ""))
    return next((language for language in named if language in LANGUAGES), "en")


@contextmanager
def _gettext_speaks(language: str) -> Iterator[None]:
    """Whoever asks gettext itself is answered from the catalog of a language, until the block ends."""
    before, languages = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(CATALOG_DOMAIN, str(catalog_folder()))
    gettext.textdomain(CATALOG_DOMAIN)
    os.environ["LANGUAGE"] = language
    try:
        yield
    finally:
        gettext.textdomain(before)
        if languages is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = languages
