"""What all commands share: one call of the command, its options on every command, and how it answers."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from functools import wraps
from gettext import gettext
from pathlib import Path
from typing import Any

import click

from desktop.app import COUNTRIES, App, open_app, open_database
from desktop.kernel import canonical
from desktop.kernel.database import Database
from desktop.kernel.errors import Refused, reason
from desktop.kernel.fields import Unfit
from desktop.kernel.files import user_folder
from desktop.kernel.history import HistoryRow
from desktop.kernel.json_lines import told as problem_told
from desktop.kernel.log import fault
from desktop.kernel.measures import Measure, Money
from desktop.kernel.period import Period
from desktop.kernel.text import Catalog, Text, catalog
from desktop.kernel.work import Progress, Seat

DONE, PROBLEMS, WAITING = 0, 1, 3


class _File(click.Path):
    """The path of a file: a name that ends as folders do is none, even where nothing stands yet."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        """The path; wrong usage for a folder, in click's own words."""
        if os.fspath(value).endswith(("/", os.sep)):
            told = gettext("{name} {filename!r} is a directory.")
            self.fail(told.format(name=self.name.title(), filename=click.format_filename(value)), param, ctx)
        return super().convert(value, param, ctx)


A_FILE = _File(path_type=Path, dir_okay=False)
"""What options and arguments are that name a file to read or to write."""


@dataclass
class Call:
    """One call of the command: what was asked for on every command, and how to answer."""

    db: str | None
    lang: str
    as_json: bool
    today: date | None
    station: str | None
    person: str | None = None
    opened: list[App | Database] = field(default_factory=list)

    @property
    def say(self) -> Catalog:
        """The chosen language, without money of a country."""
        return catalog(self.lang)

    def app(self) -> App:
        """The open database."""
        app = open_app(self.db, self.today)
        self.opened.append(app)
        return app

    def database(self) -> Database:
        """The database as it is, its schema untouched."""
        database = open_database(self.db)
        self.opened.append(database)
        return database

    def hall(self) -> App:
        """The open database, with a hall in it."""
        app = self.app()
        if app.is_empty():
            raise Refused(Text("This database is empty. Make the sample hall with “servicehall demo” first."))
        return app

    def seat(self, *, named: bool = False) -> Seat:
        """The seat of the person named with --as; without one the command line's own, as for jobs of the night.

        What another person has to agree to is made by one who is ``named``: its maker could agree to it otherwise.
        """
        app = self.hall()
        if named and self.person is None:
            raise Refused(
                Text("Another person has to agree to this, so say who makes it: --as and your login.")
            )
        if self.person is None:
            return app.command_line(self.station)
        return app.sign_in(self.person, self._password(), self.station)

    def _password(self) -> str:
        """The password of the person named: the first line of a file, or typed where somebody is there to type."""
        named = os.environ.get("SERVICEHALL_AS_PASSWORD_FILE")
        if named:
            return next(iter(Path(named).read_text(encoding="utf-8-sig").splitlines()), "")
        if not sys.stdin.isatty():
            raise Refused(
                Text("Nobody is here to type the password. Name its file in SERVICEHALL_AS_PASSWORD_FILE.")
            )
        return str(click.prompt(self.say("Password"), hide_input=True, err=True))

    def answer(self, value: object, lines: Iterable[str]) -> None:
        """The result: as JSON for programs, or as lines."""
        if self.as_json:
            say = catalog(self.lang, next(iter(COUNTRIES.values())).currency)
            click.echo(json.dumps(_told(value, say), ensure_ascii=False, indent=1))
        else:
            for line in lines:
                click.echo(line)


def _told(value: object, say: Catalog) -> object:
    """A value as JSON tells it, with its totals: exact decimals as text, texts as words, dates in ISO form."""
    match value:
        case Money():
            return str(say.currency.decimal(value)) if say.currency else value.raw
        case Measure():
            return f"{value.decimal.normalize():f}"
        case Text():
            return say(value)
        case Path():
            return str(value)
        case Mapping():
            return {str(key): _told(item, say) for key, item in value.items()}
        case tuple() | list():
            return [_told(item, say) for item in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            figures = [name for name, one in vars(type(value)).items() if isinstance(one, property)]
            names = [*(one.name for one in fields(value)), *figures]
            return {name: _told(getattr(value, name), say) for name in names}
    return json.loads(canonical.dump(value))


def _refuse(call: Call, text: Text, money: Catalog | None = None) -> None:
    click.echo((money or call.say)(text), err=True)


def read_month(_context: object, _option: object, value: str | None) -> Period | None:
    """The value of an option that is a month, written YYYY-MM."""
    if value is None:
        return None
    try:
        return Period.month(value)
    except ValueError as error:
        raise click.BadParameter(f"{value}: YYYY-MM") from error


def read_day(_context: object, _option: object, value: str | None) -> date | None:
    """The value of an option that is a day, written YYYY-MM-DD."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value}: YYYY-MM-DD") from error


def read_sheet_out(_context: object, _option: object, value: Path) -> Path:
    """The value of an option that is a file to write as a workbook or as CSV, by the end of its name."""
    if value.suffix.lower() not in (".xlsx", ".csv"):
        raise click.BadParameter(f"{value.name}: .xlsx, .csv")
    return value


def common(function: Callable[..., int]) -> Callable[..., None]:
    """The options every command takes, and what becomes of refusals."""

    @click.option("--db", envvar="SERVICEHALL_DB", help="file path or postgresql://…, without a password")
    @click.option("--json", "as_json", is_flag=True, help="answer for programs")
    @click.option("--today", callback=read_day, help="business date, YYYY-MM-DD")
    @click.option("--station", envvar="SERVICEHALL_STATION", help="code of the station to act at")
    @click.option("--as", "person", help="login of who acts, with their password; else the night job does")
    @click.pass_obj
    @wraps(function)
    def run(
        lang: str, /, db: str | None, as_json: bool, today: date | None, station: str | None,
        person: str | None, **given: Any,
    ) -> None:  # fmt: skip
        call = Call(db, lang, as_json, today, station, person)
        try:
            sys.exit(function(call, **given))
        except Unfit as unfit:
            for problem in unfit.problems:
                _refuse(call, problem_told(problem))
            sys.exit(PROBLEMS)
        except Refused as refusal:
            _refuse(call, refusal.text, catalog(lang, next(iter(COUNTRIES.values())).currency))
            sys.exit(PROBLEMS)
        except BrokenPipeError:
            raise  # whoever reads the answer has seen enough: click ends without a word
        except OSError as error:
            _refuse(call, Text("{file}: {reason}", file=error.filename or "", reason=reason(error)))
            sys.exit(PROBLEMS)
        except click.ClickException:
            raise
        except Exception as error:
            reference = fault(error)
            _refuse(
                call,
                Text(
                    "This step failed and was undone as a whole. Reference {reference}, details in {folder}.",
                    reference=reference,
                    folder=str(user_folder()),
                ),
            )
            sys.exit(PROBLEMS)
        finally:
            for one in call.opened:
                one.close()

    return run


reason_option = click.option(
    "--reason",
    default="",
    help="why persons leave the house: it stands in the file and in the list of exports",
)
"""For every command that writes a list with persons in it."""


def progress(call: Call, *, quiet: bool = False) -> Progress:
    """Tells how far a job is, unless somebody else does; the interrupt key stops it between two chunks."""
    asked: list[int] = []
    signal.signal(signal.SIGINT, lambda *_: asked.append(1))

    def told(done: int, total: int) -> bool:
        if sys.stderr.isatty() and not quiet:
            click.echo(f"\r{done} / {total}", nl=done >= total, err=True)
        return not asked

    return told


def table(rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> list[str]:
    """Rows as aligned columns; wide characters count two."""
    if not rows:
        return []
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = []
        for column, text in enumerate(row):
            gap = " " * (widths[column] - _width(text))
            cells.append(gap + text if column in right else text + gap)
        lines.append("  ".join(cells).rstrip())
    return lines


def told(say: Catalog, row: HistoryRow) -> list[str]:
    """The cells of one thing that happened: when, what, more of it, by whom."""
    return [f"{say.date(row.on)} {row.at}".rstrip(), say(row.what), say.write(row.words), row.by]


def _width(text: str) -> int:
    return sum(2 if c >= "\u1100" and (c <= "\u115f" or "\u2e80" <= c <= "\uffdc") else 1 for c in text)
