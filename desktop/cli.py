"""The `servicehall` command: bulk and nightly jobs through the same operations as the pages.

Exit codes: 0 done, 1 refused or problems found, 2 wrong usage. Results go to standard output (``--json`` for
programs), errors to standard error, both in the chosen language.
"""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from desktop import sample
from desktop.app import COUNTRIES, App, open_app, open_database
from desktop.billing import service as billing
from desktop.billing.documents import run_summary_xlsx
from desktop.billing.records import BillShown, RunOutcome
from desktop.counter import service as counter
from desktop.counter.documents import receipt_pdf
from desktop.counter.records import PaymentOrder, ReceiptIssued, ReceiptQuery, TenderKind, TillOrder
from desktop.desk import service as desk
from desktop.desk.documents import account_columns
from desktop.desk.records import AccountsOrder, Found
from desktop.founding import service as founding
from desktop.founding.documents import read_founding
from desktop.founding.documents import template as founding_template
from desktop.kernel import canonical
from desktop.kernel.backup import backup, restore
from desktop.kernel.canonical import Secret
from desktop.kernel.commands import USAGE, call
from desktop.kernel.database import Database
from desktop.kernel.errors import NotFound, Refused, reason
from desktop.kernel.export import export_listing
from desktop.kernel.files import user_folder, written_whole
from desktop.kernel.listing import Listing
from desktop.kernel.log import fault, keep_log
from desktop.kernel.measures import Measure, Money
from desktop.kernel.migrations import upgrade, version
from desktop.kernel.period import Period
from desktop.kernel.text import LANGUAGES, Catalog, Text, Worded, catalog
from desktop.kernel.work import Progress, Seat, draw_id
from desktop.metering import service as metering
from desktop.parties import service as parties
from desktop.parties.records import (
    DebtorType,
    NoteOrder,
    PartyChange,
    PartyKind,
    PartyOrder,
    PartyRoleKind,
)
from desktop.parties.records import RoleOrder as FurtherRole
from desktop.rating import UnknownTopic, rate
from desktop.search.records import SearchOrder
from desktop.staff import service as staff
from desktop.staff.records import (
    DecisionOrder,
    LoginOrder,
    PasswordOrder,
    PersonOrder,
    PersonRow,
    RoleOrder,
    role_name,
)

DONE, PROBLEMS = 0, 1
_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]+)?")
"""An amount as commands take it; twelve digits stay far below 64 bits of minor units."""


@dataclass
class Call:
    """One call of the command: what was asked for on every command, and how to answer."""

    db: str | None
    lang: str
    as_json: bool
    today: date | None
    station: str | None
    opened: list[Database] = field(default_factory=list)

    @property
    def say(self) -> Catalog:
        """The chosen language, without money of a country."""
        return catalog(self.lang)

    def app(self) -> App:
        """The open database."""
        app = open_app(self.db, self.today)
        self.opened.append(app.database)
        return app

    def database(self) -> Database:
        """The database as it is, its schema untouched."""
        self.opened.append(open_database(self.db))
        return self.opened[-1]

    def hall(self) -> App:
        """The open database, with a hall in it."""
        app = self.app()
        if app.is_empty():
            raise Refused(Text("This database is empty. Make the sample hall with “servicehall demo” first."))
        return app

    def seat(self) -> Seat:
        """The command line's own seat in the open database."""
        return self.hall().command_line(self.station)

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
        case Mapping():
            return {str(key): _told(item, say) for key, item in value.items()}
        case tuple() | list():
            return [_told(item, say) for item in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            figures = [name for name, one in vars(type(value)).items() if isinstance(one, property)]
            names = [*(one.name for one in fields(value)), *figures]
            return {name: _told(getattr(value, name), say) for name in names}
    return canonical.plain(value)


def _refuse(call: Call, text: Text, money: Catalog | None = None) -> None:
    click.echo((money or call.say)(text), err=True)


def _day(_context: object, _option: object, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value}: YYYY-MM-DD") from error


def _common(function: Callable[..., int]) -> Callable[..., None]:
    """The options every command takes, and what becomes of refusals."""

    @click.option("--db", envvar="SERVICEHALL_DB", help="file path or postgresql://…, without a password")
    @click.option("--json", "as_json", is_flag=True, help="answer for programs")
    @click.option("--today", callback=_day, help="business date, YYYY-MM-DD")
    @click.option("--station", envvar="SERVICEHALL_STATION", help="code of the station to act at")
    @click.pass_obj
    @wraps(function)
    def run(
        lang: str, /, db: str | None, as_json: bool, today: date | None, station: str | None, **given: Any
    ) -> None:
        call = Call(db, lang, as_json, today, station)
        try:
            sys.exit(function(call, **given))
        except Refused as refusal:
            _refuse(call, refusal.text, catalog(lang, next(iter(COUNTRIES.values())).currency))
            sys.exit(PROBLEMS)
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
            for database in call.opened:
                database.close()

    return run


def _progress(call: Call) -> Progress:
    """Tells how far a job is; the interrupt key stops it between two chunks."""
    asked: list[int] = []
    signal.signal(signal.SIGINT, lambda *_: asked.append(1))

    def told(done: int, total: int) -> bool:
        if sys.stderr.isatty():
            click.echo(f"\r{done} / {total}", nl=done >= total, err=True)
        return not asked

    return told


def _table(rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> list[str]:
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


def _width(text: str) -> int:
    return sum(2 if c >= "\u1100" and (c <= "\u115f" or "\u2e80" <= c <= "\uffdc") else 1 for c in text)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option("0.1.0", prog_name="servicehall", message="%(prog)s %(version)s")
def cli() -> None:
    """ServiceHall: without a command the window opens; `servicehall tour` shows the main job without a screen."""


@cli.command("demo")
@click.option(
    "--accounts", type=click.IntRange(1, 100_000), default=sample.ACCOUNTS, help="how many accounts"
)
@_common
def demo(call: Call, accounts: int) -> int:
    """Make the sample hall in an empty database."""
    app = call.app()
    if not app.is_empty():
        raise Refused(Text("This database already has a hall. Choose another file with --db."))
    sample.build(app, accounts=accounts)
    say = app.catalog(call.lang)
    told = say(
        "A sample hall with {count} accounts stands in {place}. Sign in as lin, wang or zhao, password {password}.",
        count=accounts,
        place=app.database_label,
        password=sample.PASSWORD,
    )
    call.answer({"accounts": accounts, "database": app.database_label}, [told])
    return DONE


@cli.command("found")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--template", is_flag=True, help="write an example to start from, and nothing else")
@click.option(
    "--country",
    type=click.Choice(tuple(COUNTRIES)),
    default=next(iter(COUNTRIES)),
    help="country whose rules hold there",
)
@click.option("--dry-run", is_flag=True, help="check only, write nothing")
@_common
def found(call: Call, file: Path, template: bool, country: str, dry_run: bool) -> int:
    """Set up a hall of one's own in an empty database, as FILE (JSON) describes it; all of it or nothing."""
    if template:
        return _found_template(call, file, country)
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Refused(Text("{file} is not JSON: {reason}", file=str(file), reason=str(error))) from error
    order, problems = read_founding(data, file.name, founding.surroundings(COUNTRIES, file.parent))
    for problem in problems:
        click.echo(
            call.say(
                "{file}, {place}: {what}. {remedy}.",
                file=file.name,
                place=problem.column,
                what=problem.what,
                remedy=problem.remedy,
            ),
            err=True,
        )
    if order is None:
        return PROBLEMS
    app = call.app()
    made = app.found(order, dry_run=dry_run)
    told = Text(
        "{halls} halls, {stations} stations and {people} people in {place}.",
        halls=made.halls,
        stations=made.stations,
        people=made.users,
        place=app.database_label,
    )
    lines = [call.say(told)]
    if dry_run:
        lines.append(call.say("Nothing was written."))
    if len(order.places.users) < 2:
        lines.append(call.say("Only one person works here: nobody can approve what they do."))
    call.answer(made, lines)
    return DONE


def _found_template(call: Call, file: Path, country: str) -> int:
    """Write the example; a file that stands there already is left alone."""
    if file.exists():
        raise Refused(Text("{file} is there already. Choose another name.", file=str(file)))
    example = json.dumps(founding_template(COUNTRIES[country]), ensure_ascii=False, indent=2)
    with written_whole(file) as stream:
        stream.write(example.encode() + b"\n")
    call.answer({"file": str(file)}, [call.say("An example stands in {file}.", file=str(file))])
    return DONE


@cli.group("readings")
def readings() -> None:
    """Reading sheets."""


@readings.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="check only, write nothing")
@_common
def readings_import(call: Call, file: Path, dry_run: bool) -> int:
    """Take a reading sheet in: good rows are stored, every bad row is named."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    done = metering.import_sheet(seat, file, _progress(call), dry_run=dry_run)
    lines = [
        say(
            "{file}: {rows} rows, {stored} reads stored.",
            file=done.file_name,
            rows=done.rows,
            stored=done.stored,
        )
    ]
    if done.known:
        lines.append(say("This sheet was taken in before: nothing was stored twice."))
    if done.stopped_after:
        lines.append(
            say("Stopped after row {row}. The same command goes on there.", row=str(done.stopped_after))
        )
    call.answer(done, lines)
    for problem in done.problems:
        click.echo(say(problem.line), err=True)
    return PROBLEMS if done.problems or done.stopped_after else DONE


@cli.group("bills")
def bills() -> None:
    """Bill runs and bills."""


def _outcome_lines(done: RunOutcome, say: Catalog) -> list[str]:
    run = done.run
    told = say(
        "Run {number} for {month}: {ready} ready, {issued} issued, {held} held; {energy} kWh, {amount}.",
        number=run.number,
        month=run.period.code,
        ready=run.ready,
        issued=run.issued,
        held=run.held,
        energy=run.energy,
        amount=say.money(run.amount, unit=True),
    )
    if not done.went_on_after:
        return [told]
    return [
        told,
        say("It was stopped after account {row} before and went on there.", row=str(done.went_on_after)),
    ]


def _held(call: Call, done: RunOutcome, say: Catalog) -> int:
    for row in done.held:
        click.echo(f"{row.account_number} {row.customer_name}: {say(row.reason or Text(''))}", err=True)
    if done.stopped_after:
        click.echo(
            say("Stopped after account {row}. The same command goes on there.", row=str(done.stopped_after)),
            err=True,
        )
    return PROBLEMS if done.held or done.stopped_after else DONE


def _month(_context: object, _option: object, value: str) -> Period:
    try:
        return Period.month(value)
    except ValueError as error:
        raise click.BadParameter(f"{value}: YYYY-MM") from error


@bills.command("run")
@click.option("--period", required=True, callback=_month, help="the month, YYYY-MM")
@_common
def bills_run(call: Call, period: Period) -> int:
    """Draft the bills of a month; nothing is owed before they are issued."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    done = billing.run_bills(seat, period, _progress(call))
    call.answer(done, _outcome_lines(done, say))
    return _held(call, done, say)


@bills.command("issue")
@click.argument("run")
@_common
def bills_issue(call: Call, run: str) -> int:
    """Issue the ready drafts of a run: numbers, bills, open items."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    done = billing.issue_run(seat, run, _progress(call))
    call.answer(done, _outcome_lines(done, say))
    return _held(call, done, say)


@bills.command("list")
@_common
def bills_list(call: Call) -> int:
    """The bill runs of the hall, newest first."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    runs = seat.ask(billing.bill_runs)
    rows = [
        [
            run.number,
            run.period.code,
            say(run.state.text),
            say.number(run.accounts),
            say.number(run.held),
            say.money(run.amount),
        ]
        for run in runs
    ]
    call.answer(runs, _table(rows, {3, 4, 5}))
    return DONE


def _bill_lines(bill: BillShown, say: Catalog) -> list[str]:
    head = [
        f"{bill.number}  {bill.account_number}  {bill.customer_name}",
        say("{start} to {end}, due {due}", start=bill.period.start, end=bill.period.last, due=bill.due_on),
    ]
    rows = [
        [
            say(line.label),
            say.number(line.energy) if line.energy else "",
            say.number(line.price) if line.price else "",
            say.money(line.amount),
        ]
        for line in bill.lines
    ]
    rows.append([say("Total"), say.number(bill.energy), "", say.money(bill.amount)])
    trace = [f"  {say(text)}" for line in bill.lines for text in line.explanation]
    trace += [
        "  "
        + say(
            "Meter {meter}: {current} − {previous} × {multiplier} = {energy} kWh",
            meter=one.meter_serial,
            current=one.current,
            previous=one.previous,
            multiplier=one.multiplier,
            energy=one.energy,
        )
        for one in bill.reads
    ]
    basis = bill.basis
    trace.append(f"  {basis.name} {basis.version}: {basis.notice}")
    return [
        *head,
        *_table(rows, {1, 2, 3}),
        bill.amount_words,
        *trace,
        say("Check code {code}", code=bill.check_code),
    ]


@bills.command("show")
@click.argument("number")
@_common
def bills_show(call: Call, number: str) -> int:
    """One bill with its lines and where each came from."""
    seat = call.seat()
    bill = seat.ask(billing.bill, number)
    call.answer(bill, _bill_lines(bill, seat.app.catalog(call.lang)))
    return DONE


@bills.command("print")
@click.argument("run")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="PDF to write")
@_common
def bills_print(call: Call, run: str, out: Path) -> int:
    """Write every bill of a run into one PDF, in walking order."""
    seat = call.seat()
    pages = billing.print_run(seat, run, out, _progress(call))
    told = seat.app.catalog(call.lang).plural(
        "{count} page in {file}", "{count} pages in {file}", pages, file=str(out)
    )
    call.answer({"pages": pages, "file": str(out)}, [told])
    return DONE


@bills.command("summary")
@click.argument("run")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="workbook to write"
)
@_common
def bills_summary(call: Call, run: str, out: Path) -> int:
    """Write every account of a run into a workbook."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    drafts = seat.ask(billing.run_drafts, run)
    with written_whole(out) as stream:
        stream.write(run_summary_xlsx(seat.ask(billing.bill_run, run), drafts, say))
    call.answer(
        {"rows": len(drafts), "file": str(out)},
        [say("{count} accounts in {file}", count=len(drafts), file=str(out))],
    )
    return DONE


@cli.group("accounts")
def accounts() -> None:
    """Accounts."""


@accounts.command("list")
@click.option("--after", default="", help="go on after this account number")
@click.option("--limit", type=click.IntRange(1, 10_000), default=500, help="how many at most")
@click.option("--sort", type=click.Choice(list(desk.ACCOUNT_SORTS)), default="number", help="in this order")
@click.option("--descending", is_flag=True, help="largest first")
@click.option("--filter", "typed", default="", help="only accounts these words lead to, as in the search box")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="write all of them into this workbook (.xlsx) instead",
)
@_common
def accounts_list(
    call: Call, after: str, limit: int, sort: str, descending: bool, typed: str, out: Path | None
) -> int:
    """Accounts with what they owe."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    listing = Listing("" if sort == "number" else sort, descending, typed)
    if out is not None:
        return _accounts_out(call, seat, listing, out)
    rows = seat.ask(desk.accounts, AccountsOrder(after, limit, listing))
    shown = [
        [
            row.number,
            row.customer_name,
            row.address,
            row.meter_serial,
            say.money(row.owed),
            say.money(row.credit),
        ]
        for row in rows
    ]
    call.answer(rows, _table(shown, {4, 5}))
    return DONE


def _accounts_out(call: Call, seat: Seat, listing: Listing, out: Path) -> int:
    say = seat.app.catalog(call.lang)
    columns = account_columns(say, seat.app.country)
    written = export_listing(
        seat,
        out,
        say(Text("Accounts")),
        columns,
        desk.accounts,
        desk.accounts_extent,
        listing,
        _progress(call),
    )
    if written is None:
        raise Refused(Text("Export stopped, no file was written"))
    told = say("{count} accounts in {file}", count=written, file=str(out))
    call.answer({"rows": written, "file": str(out)}, [told])
    return DONE


@accounts.command("show")
@click.argument("number")
@_common
def accounts_show(call: Call, number: str) -> int:
    """One account: what it owes and why, its bills and payments."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    card = seat.ask(desk.account_card, number)
    lines = [f"{card.row.number}  {card.row.customer_name}  {card.row.address}"]
    due = [
        [
            say(item.kind.text),
            f"{item.month:%Y-%m}",
            item.bill_number,
            say.date(item.due_on),
            say.money(item.principal),
            say.money(item.late_fee),
        ]
        for item in card.dues.items
    ]
    lines += _table(due, {4, 5})
    lines += [f"  {say(text)}" for item in card.dues.items for text in item.arithmetic]
    lines.append(
        say(
            "To pay today: {amount} (credit {credit})",
            amount=say.money(card.dues.to_pay, unit=True),
            credit=say.money(card.dues.credit, unit=True),
        )
    )
    lines += _table(
        [
            [
                bill.number,
                f"{bill.month:%Y-%m}",
                say.number(bill.energy),
                say.money(bill.amount),
                say.money(bill.open),
            ]
            for bill in card.bills
        ],
        {2, 3, 4},
    )
    lines += _table(
        [
            [paid.receipt_number, say.moment(paid.paid_at), say(paid.tender.text), say.money(paid.amount)]
            for paid in card.payments
        ],
        {3},
    )
    call.answer(card, lines)
    return DONE


def _codes(kinds: type[Worded]) -> click.Choice[str]:
    """One of the codes of an enum."""
    return click.Choice([kind.value for kind in kinds])


@cli.group("parties")
def parties_group() -> None:
    """Customers, producers, land lessors and contractors."""


@parties_group.command("show")
@click.argument("who")
@_common
def parties_show(call: Call, who: str) -> int:
    """One party, by the number of one of its accounts or by its id: roles, accounts, contacts, history."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    card = seat.ask(desk.party_card, _party_id(seat, who))
    lines = [say.join((card.name, *(say(role.kind.text) for role in card.roles)))]
    lines += _table(
        [
            [one.row.number, one.row.address, say.money(one.row.owed), say.money(one.late_fee)]
            for one in card.accounts
        ],
        {2, 3},
    )
    owed, credit = say.money(card.total, unit=True), say.money(card.credit, unit=True)
    lines.append(say("Owed {owed}, credit {credit}", owed=owed, credit=credit))
    lines += _table([[say(one.kind.text), one.value, say.date(one.valid_from)] for one in card.contacts])
    lines += _table([[say.date(row.on), say(row.what), say.write(row.words), row.by] for row in card.history])
    call.answer(card, lines)
    return DONE


@parties_group.command("add")
@click.argument("name")
@click.option("--kind", type=_codes(PartyKind), default="person", help="person or organisation")
@click.option("--role", type=_codes(PartyRoleKind), required=True, help="what it is to us")
@click.option("--debtor", type=_codes(DebtorType), default="consumer", help="which rules of collection hold")
@click.option("--language", type=click.Choice(LANGUAGES), help="language of its papers")
@click.option("--phone", default="", help="number to call")
@_common
def parties_add(
    call: Call, name: str, kind: str, role: str, debtor: str, language: str | None, phone: str
) -> int:
    """Enter a person or an organisation without an account."""
    seat = call.seat()
    order = PartyOrder(
        PartyKind.of(kind), name, language or seat.app.country.language, DebtorType.of(debtor),
        PartyRoleKind.of(role), phone,
    )  # fmt: skip
    party_id = seat.do(parties.enter, order)
    say = seat.app.catalog(call.lang)
    call.answer({"party_id": party_id}, [say("{name} is entered: {key}", name=name, key=str(party_id))])
    return DONE


@parties_group.command("change")
@click.argument("who")
@click.option("--name", help="new name")
@click.option("--debtor", type=_codes(DebtorType), help="which rules of collection hold")
@click.option("--language", type=click.Choice(LANGUAGES), help="language of its papers")
@_common
def parties_change(call: Call, who: str, name: str | None, debtor: str | None, language: str | None) -> int:
    """Change name, language or debtor of a party; what is not named stays."""
    seat = call.seat()
    card = seat.ask(desk.party_card, _party_id(seat, who))
    order = PartyChange(
        card.party_id, name or card.name, language or card.language,
        DebtorType.of(debtor) if debtor else card.debtor_type,
    )  # fmt: skip
    party_id = seat.do(parties.change, order)
    say = seat.app.catalog(call.lang)
    call.answer({"party_id": party_id}, [say("{name} is changed", name=order.name)])
    return DONE


@parties_group.command("role")
@click.argument("who")
@click.argument("role", type=_codes(PartyRoleKind))
@_common
def parties_role(call: Call, who: str, role: str) -> int:
    """Let a party be something more to us."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    held = seat.do(parties.add_role, FurtherRole(_party_id(seat, who), PartyRoleKind.of(role)))
    call.answer(held, _table([[say(one.kind.text), say.date(one.since)] for one in held]))
    return DONE


def _party_id(seat: Seat, who: str) -> UUID:
    """The party with this id, or the one behind an account."""
    try:
        return UUID(who)
    except ValueError:
        return seat.ask(desk.account_card, who).party_id


@cli.group("notes")
def notes() -> None:
    """Notes about customers and their accounts."""


@notes.command("add")
@click.argument("account")
@click.argument("text")
@click.option("--alert", is_flag=True, help="shown on the card until it is settled")
@_common
def notes_add(call: Call, account: str, text: str, alert: bool) -> int:
    """Append a note to an account."""
    seat = call.seat()
    card = seat.ask(desk.account_card, account)
    note = seat.do(parties.add_note, NoteOrder(card.party_id, text, card.row.account_id, alert=alert))
    say = seat.app.catalog(call.lang)
    told = say("Noted for account {number}, {name}.", number=card.row.number, name=card.row.customer_name)
    call.answer({"note": note, "account": card.row.number}, [told])
    return DONE


@notes.command("list")
@click.argument("account")
@_common
def notes_list(call: Call, account: str) -> int:
    """The notes of an account, open alerts first."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    found = seat.ask(desk.account_card, account).notes
    rows = [
        [say.moment(one.written_at), one.author, say("alert") if one.pinned else "", one.text]
        for one in found
    ]
    call.answer(found, _table(rows))
    return DONE


@cli.command("search")
@click.argument("words", nargs=-1)
@click.option(
    "--limit", type=click.IntRange(1, 200), default=20, help="how many customers and papers at most"
)
@click.option("--rebuild", is_flag=True, help="index everything anew first; until then little is found")
@_common
def find(call: Call, words: tuple[str, ...], limit: int, rebuild: bool) -> int:
    """Find customers, bills and receipts as the search box does."""
    if not words and not rebuild:
        raise Refused(Text("Name what to look for, or --rebuild."))
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    if rebuild:
        done = desk.rebuild_search(seat, _progress(call))
        told = say.plural("{count} entry indexed anew.", "{count} entries indexed anew.", done.count)
        lines = (
            [told] if not done.left else [told, say("Stopped: start it again, for the rest is not found.")]
        )
        if not words or done.left:
            call.answer(done, lines)
            return PROBLEMS if done.left else DONE
        click.echo(told, err=True)
    found = seat.ask(desk.search_hits, SearchOrder(" ".join(words), limit))
    hits = (*found.customers, *found.papers)
    call.answer(found, _table([_found_line(one, say) for one in hits], {3}))
    if not hits:
        click.echo(say('Nothing found for "{typed}"', typed=" ".join(words)), err=True)
    return DONE


def _found_line(one: Found, say: Catalog) -> list[str]:
    facts = [
        fact if isinstance(fact, str) else say.month(fact) if isinstance(fact, date) else say(fact)
        for fact in one.facts
    ]
    return [one.title, " ".join(one.reading), say.join(facts), say.money(one.amount), say.write(one.note)]


def _amount(seat: Seat, written: str) -> Money:
    try:
        if not _AMOUNT.fullmatch(written.strip()):
            raise ValueError(written)
        return seat.app.country.currency.money(Decimal(written.strip()))
    except ValueError as error:
        raise Refused(Text("“{value}” is no amount. Write it like 100.00.", value=written)) from error


@cli.command("pay")
@click.option("--account", required=True, help="number of the account that is paid for")
@click.option("--amount", required=True, help="what is paid, like 100.00")
@click.option("--given", help="what was handed over in cash; the amount when left out")
@click.option(
    "--tender", type=click.Choice([kind.value for kind in TenderKind]), default="cash", help="how it is paid"
)
@click.option("--reference", default="", help="outside number of what is not cash")
@click.option("--key", type=click.UUID, help="id of this payment: the same id never pays twice")
@click.option("--receipt", type=click.Path(path_type=Path, dir_okay=False), help="write the receipt PDF here")
@_common
def pay(
    call: Call,
    account: str,
    amount: str,
    given: str | None,
    tender: str,
    reference: str,
    key: UUID | None,
    receipt: Path | None,
) -> int:
    """Take a payment and issue its receipt; the till of the station opens when it is closed."""
    seat = call.seat()
    paid = _amount(seat, amount)
    order = PaymentOrder(
        account, paid, _amount(seat, given) if given else paid, TenderKind.of(tender), reference
    )
    _open_till(seat)
    key = key or draw_id()
    issued = seat.do(counter.take_payment, order, key)
    say = seat.app.catalog(call.lang)
    call.answer(issued, _receipt_lines(issued, say))
    if receipt is None:
        return DONE
    try:
        with written_whole(receipt) as stream:
            stream.write(receipt_pdf([issued], seat.app.catalog, seat.app.country, seat.app.picture))
    except OSError as error:
        told = say(
            "Paid, receipt {number}. {file} could not be written: {reason}."
            " The same command with --key {key} writes it and does not pay again.",
            number=issued.number,
            file=str(receipt),
            reason=reason(error),
            key=str(key),
        )
        click.echo(told, err=True)
        return PROBLEMS
    return DONE


@cli.group("receipts")
def receipts() -> None:
    """Receipts."""


@receipts.command("print")
@click.argument("number")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="PDF to write")
@_common
def receipts_print(call: Call, number: str, out: Path) -> int:
    """Write a receipt once more, marked COPY n and entered in the print journal."""
    seat = call.seat()
    issued = seat.do(counter.reprint_receipt, ReceiptQuery(number))
    with written_whole(out) as stream:
        stream.write(receipt_pdf([issued], seat.app.catalog, seat.app.country, seat.app.picture))
    say = seat.app.catalog(call.lang)
    told = say(
        "Copy {copy} of receipt {number} in {file}", copy=issued.copy, number=issued.number, file=str(out)
    )
    call.answer({"copy": issued.copy, "number": issued.number, "file": str(out)}, [told])
    return DONE


def _open_till(seat: Seat) -> None:
    """The till of the command line's station, opened when it is closed; somebody else may open it first."""
    if seat.ask(counter.till) is None:
        try:
            seat.do(counter.open_till, TillOrder(Money(0)))
        except Refused:
            if seat.ask(counter.till) is None:
                raise


def _receipt_lines(issued: ReceiptIssued, say: Catalog) -> list[str]:
    rows = [
        [
            f"{item.month:%Y-%m}",
            item.bill_number,
            say.money(item.principal),
            say.money(item.late_fee),
            say.money(item.total),
        ]
        for item in issued.items
    ]
    told = say(
        "Receipt {number}: paid {amount}, change {change}, owed after {owed}, credit {credit}",
        number=issued.number,
        amount=say.money(issued.amount, unit=True),
        change=issued.change,
        owed=issued.owed_after,
        credit=issued.credit_after,
    )
    return [*_table(rows, {2, 3, 4}), told]


def _where(error: Exception) -> Text:
    match error:
        case json.JSONDecodeError():
            return Text("line {line}, column {column}", line=str(error.lineno), column=str(error.colno))
        case UnicodeDecodeError():
            return Text("it is not in UTF-8")
    return Text("it is nested too deeply")


@cli.command("rate")
@click.argument("case", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_common
def rate_case(call: Call, case: Path) -> int:
    """Price one case or a list of cases from a JSON file; no database is needed."""
    try:
        data = json.loads(case.read_text(encoding="utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(Text("{file} is not JSON: {reason}", file=case.name, reason=_where(error))) from error
    many = data if isinstance(data, list) else [data]
    answers = []
    for one in many:
        topic = one.get("topic") if isinstance(one, dict) else None
        country = COUNTRIES.get(str(topic or case.stem)[:2], next(iter(COUNTRIES.values())))
        try:
            answers.append(rate(one, country, catalog(call.lang, country.currency), case.stem))
        except UnknownTopic as unknown:
            click.echo(call.say("No rule answers the topic “{topic}”.", topic=str(unknown)), err=True)
            return USAGE
    click.echo(json.dumps(answers if isinstance(data, list) else answers[0], ensure_ascii=False, indent=1))
    return DONE


@cli.command("verify")
@_common
def verify(call: Call) -> int:
    """Prove the book against every row, read-only; names what is not as it was written."""
    findings = call.hall().verify()
    rows = [[finding.invariant, finding.table, str(finding.row_id), finding.what] for finding in findings]
    call.answer(findings, _table(rows) if rows else [call.say("Everything is as it was written.")])
    return PROBLEMS if findings else DONE


@cli.group("staff")
def people() -> None:
    """People of staff, their passwords and roles."""


def _people_lines(rows: Sequence[PersonRow], say: Catalog) -> list[str]:
    told = []
    for row in rows:
        roles = ", ".join(say(role_name(code)) for code in row.roles)
        waits = ", ".join(say(role_name(code)) for code in row.waiting)
        told.append(
            [
                row.login,
                row.name,
                say(row.state.text),
                roles,
                say("waits: {roles}", roles=waits) if waits else "",
            ]
        )
    return _table(told)


def _one_person(call: Call, seat: Seat, row: PersonRow) -> int:
    call.answer(row, _people_lines([row], seat.app.catalog(call.lang)))
    return DONE


def _password_from(call: Call, file: Path | None) -> Secret:
    """A password nobody sees: from a file's first line, or typed twice; never from the command's own words."""
    if file is not None:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
        return Secret(lines[0] if lines else "")
    if not sys.stdin.isatty():
        raise Refused(Text("Nobody is here to type the password. Name a file with --password-file."))
    typed = click.prompt(
        call.say("New password"), hide_input=True, confirmation_prompt=call.say("The same again"), err=True
    )
    return Secret(typed)


_PASSWORD_FILE = click.option(
    "--password-file", type=click.Path(path_type=Path, dir_okay=False), help="its first line is the password"
)


@people.command("list")
@_common
def staff_list(call: Call) -> int:
    """Everybody with roles and state, then the roles that wait for a second person."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    rows, waiting = seat.ask(staff.people), seat.ask(staff.proposals)
    lines = _people_lines(rows, say)
    lines += [
        say(
            "{role} for {login}: asked by {name}, {moment}",
            role=role_name(one.role),
            login=one.login,
            name=one.proposed_by,
            moment=one.proposed_at,
        )
        for one in waiting
    ]
    call.answer({"people": rows, "waiting": waiting}, lines)
    return DONE


@people.command("add")
@click.argument("login")
@click.option("--name", required=True, help="as it stands on receipts")
@click.option("--language", type=click.Choice(LANGUAGES), default="zh_CN", help="language of the screens")
@click.option("--role", "roles", multiple=True, help="may be given more than once; waits for approval")
@click.option("--workplace", default="", help="code of the usual station")
@_PASSWORD_FILE
@_common
def staff_add(
    call: Call,
    login: str,
    name: str,
    language: str,
    roles: tuple[str, ...],
    workplace: str,
    password_file: Path | None,
) -> int:
    """Enter a person; the first password comes from a file or is asked for, and is changed at the first sign-in."""
    seat = call.seat()
    password = _password_from(call, password_file)
    order = PersonOrder(login, name, language, password, roles, workplace)
    return _one_person(call, seat, seat.do(staff.enter_person, order))


@people.command("password")
@click.argument("login")
@_PASSWORD_FILE
@_common
def staff_password(call: Call, login: str, password_file: Path | None) -> int:
    """Set a new password for somebody, who changes it at the next sign-in; a lock is lifted."""
    seat = call.seat()
    order = PasswordOrder(login, _password_from(call, password_file))
    return _one_person(call, seat, seat.do(staff.set_password, order))


@people.command("unlock")
@click.argument("login")
@_common
def staff_unlock(call: Call, login: str) -> int:
    """Let somebody in again before the lock ends by itself."""
    seat = call.seat()
    return _one_person(call, seat, seat.do(staff.unlock, LoginOrder(login)))


@people.command("close")
@click.argument("login")
@click.option("--reopen", is_flag=True, help="let somebody back in who had left, without roles")
@_common
def staff_close(call: Call, login: str, reopen: bool) -> int:
    """Close a leaver's login; nothing of theirs is deleted."""
    seat = call.seat()
    job = staff.reopen_login if reopen else staff.close_login
    return _one_person(call, seat, seat.do(job, LoginOrder(login)))


@people.command("grant")
@click.argument("login")
@click.argument("role")
@click.option("--reason", default="", help="why, for the person who approves it")
@click.option("--take-away", is_flag=True, help="end the role, at once")
@_common
def staff_grant(call: Call, login: str, role: str, reason: str, take_away: bool) -> int:
    """Ask for a role for somebody; it takes effect when another person approves it."""
    seat = call.seat()
    order = RoleOrder(login, role, reason)
    if take_away:
        return _one_person(call, seat, seat.do(staff.take_role, order))
    made, say = seat.do(staff.propose_role, order), seat.app.catalog(call.lang)
    told = say(
        "{role} for {login} waits. Another person approves it, signed in in the window.",
        role=role_name(made.role),
        login=made.login,
    )
    call.answer(made, [told])
    return DONE


@people.command("approve")
@click.argument("login")
@click.argument("role")
@click.option("--decline", "reason", default="", help="decline instead, with this reason")
@_common
def staff_approve(call: Call, login: str, role: str, reason: str) -> int:
    """Approve, or decline, a role that somebody else asked for."""
    seat = call.seat()
    for one in seat.ask(staff.proposals):
        if (one.login, one.role) == (login, role):
            order = DecisionOrder(one.proposal_id, approve=not reason, reason=reason)
            return _one_person(call, seat, seat.do(staff.decide_role, order))
    raise NotFound(Text("No role {role} waits for {login}.", role=role_name(role), login=login))


@cli.group("db")
def db() -> None:
    """The database itself."""


@db.command("upgrade")
@_common
def db_upgrade(call: Call) -> int:
    """Bring the schema up to this program."""
    database = call.database()
    ran = upgrade(database)
    told = call.say("Schema {version}, {ran} steps run.", version=version(database), ran=ran)
    call.answer({"version": version(database), "ran": ran}, [told])
    return DONE


@db.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_common
def db_backup(call: Call, file: Path) -> int:
    """Copy the whole database into one file, checked before it counts."""
    rows = backup(call.hall().database, file)
    call.answer(
        {"rows": rows, "file": str(file)}, [call.say("{rows} rows in {file}", rows=rows, file=str(file))]
    )
    return DONE


@db.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_common
def db_restore(call: Call, file: Path) -> int:
    """Fill an empty database from a backup file, then prove it."""
    database = call.database()
    rows = restore(file, database)
    findings = call.app().verify()
    told = call.say("{rows} rows restored; {count} findings", rows=rows, count=len(findings))
    call.answer({"rows": rows, "findings": findings}, [told])
    return PROBLEMS if findings else DONE


def main(argv: Sequence[str]) -> int:
    """Run one command; its exit code."""
    keep_log()
    return call(cli, argv, "servicehall")
