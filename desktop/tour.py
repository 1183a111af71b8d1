"""The main job without a screen: read, bill, print, collect; figures told, papers and pictures left in a folder.

``servicehall tour --out tour/`` makes a sample hall, takes a sheet with four bad rows in and then its correction,
bills January, prints the bills, takes twelve payments, proves the book and draws every page.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from desktop import sample
from desktop.app import App, open_app
from desktop.billing import service as billing
from desktop.billing.documents import run_summary_xlsx
from desktop.billing.records import DraftsPage
from desktop.counter import service as counter
from desktop.counter.documents import receipt_pdf
from desktop.counter.records import PaymentOrder, ReceiptIssued, ReceiptQuery, TillOrder
from desktop.desk import service as desk
from desktop.desk.records import AccountsOrder
from desktop.kernel.commands import call
from desktop.kernel.errors import Refused
from desktop.kernel.files import written_whole
from desktop.kernel.measures import Money, Reading
from desktop.kernel.period import Period
from desktop.kernel.text import LANGUAGES, Catalog, Text, catalog
from desktop.kernel.work import Seat, draw_id
from desktop.ledger import service as ledger
from desktop.metering import service as metering
from desktop.metering.documents import reading_sheet_xlsx
from desktop.metering.records import ReadRow
from desktop.papers import service as papers
from desktop.papers.records import PrintRef, SendOrder
from desktop.shell.pictures import grab_pages, readme_pictures

PAYERS = 12
Tell = Callable[[str], None]


def _write(path: Path, content: bytes) -> Path:
    with written_whole(path) as stream:
        stream.write(content)
    return path


def _sheets(out: Path, say: Catalog) -> tuple[Path, Path]:
    """A sheet as it comes in, with four bad rows, and its correction."""
    rows = sample.january_reads()
    wrong = list(rows)
    wrong[3] = replace(rows[3], value=Reading.of(rows[3].value.decimal - 5000))
    wrong[17] = replace(rows[17], read_on=rows[17].read_on + timedelta(days=40))
    wrong[29] = replace(rows[29], meter_serial=rows[29].meter_serial[:-4] + "9999")
    wrong.append(ReadRow("", 0, "330104829999", "001299999999", Reading.of(1), rows[0].read_on))
    given = _write(out / "reading_sheet.xlsx", reading_sheet_xlsx(wrong, say))
    mended = _write(
        out / "reading_sheet_corrected.xlsx", reading_sheet_xlsx([rows[at] for at in (3, 17, 29)], say)
    )
    return given, mended


def _read(seat: Seat, out: Path, say: Catalog, tell: Tell) -> None:
    given, mended = _sheets(out, say)
    for path in (given, mended):
        done = metering.import_sheet(seat, path)
        tell(
            say(
                "{file}: {rows} rows, {stored} reads stored.",
                file=done.file_name,
                rows=done.rows,
                stored=done.stored,
            )
        )
        for problem in done.problems:
            tell(f"  {say(problem.line)}")


def _bill(seat: Seat, out: Path, say: Catalog, tell: Tell) -> None:
    drafted = billing.run_bills(seat, Period.month(sample.PERIOD))
    sample.sign(seat, drafted.run.number)
    issued = billing.issue_run(seat, drafted.run.number)
    run = issued.run
    tell(
        say(
            "Run {number} for {month}: {issued} bills issued, {held} held; {energy} kWh, {amount}.",
            number=run.number,
            month=run.period.code,
            issued=run.issued,
            held=run.held,
            energy=run.energy,
            amount=say.money(run.amount, unit=True),
        )
    )
    start = time.perf_counter()
    pages = billing.print_run(seat, run.number, out / "bills.pdf")
    took = time.perf_counter() - start
    tell(say("bills.pdf: {pages} pages, {rate} pages a second.", pages=pages, rate=int(pages / took)))
    drafts = billing.each_draft(seat, DraftsPage(run.number))
    _write(out / "bill_run.xlsx", run_summary_xlsx(run, drafts, say))
    tell(say("bill_run.xlsx: {count} accounts.", count=run.accounts))


def _collect(app: App, out: Path, say: Catalog, tell: Tell) -> str:
    """Take payments at the third counter; the number of the last receipt."""
    seat = app.sign_in("lin", sample.PASSWORD, "3")
    seat.do(counter.open_till, TillOrder(app.country.currency.money(500)))
    receipts: list[ReceiptIssued] = []
    for row in seat.ask(desk.accounts, AccountsOrder(limit=PAYERS)):
        due = seat.ask(ledger.dues, row.number).to_pay
        if not due:
            continue
        note = app.country.currency.money(100)
        given = Money(-(-due.raw // note.raw) * note.raw)
        key = draw_id()
        order = PaymentOrder(row.number, due, given)
        receipts.append(seat.do(counter.take_payment, order, key))
        again = seat.do(counter.take_payment, order, key)
        assert again.number == receipts[-1].number, "one payment, however often its key is pressed"
    total = Money.total([receipt.amount for receipt in receipts])
    change = Money.total([receipt.change for receipt in receipts])
    tell(
        say(
            "{count} payments, each key pressed twice: {amount} taken, {change} change, receipts {first} to {last}.",
            count=len(receipts),
            amount=say.money(total, unit=True),
            change=say.money(change, unit=True),
            first=receipts[0].number,
            last=receipts[-1].number,
        )
    )
    printed = tuple(PrintRef(counter.RECEIPT, one.number) for one in receipts)
    seat.do(papers.send_prints, SendOrder(printed))
    copy = seat.do(counter.reprint_receipt, ReceiptQuery(receipts[-1].number))
    receipts.append(copy)
    seat.do(papers.send_prints, SendOrder((PrintRef(counter.RECEIPT, copy.number, copy.copy),)))
    _write(out / "receipts.pdf", receipt_pdf(receipts, app.catalog, app.country, app.picture))
    tell(say("receipts.pdf: {count} receipts and one copy.", count=len(receipts) - 1))
    return receipts[-1].number


def _draw(app: App, out: Path, receipt: str, say: Catalog, tell: Tell) -> None:
    seat = app.sign_in("zhao", sample.PASSWORD, "3")
    account = seat.ask(desk.accounts, AccountsOrder(limit=20))[-1].number
    for language in LANGUAGES:
        made = grab_pages(
            seat,
            out / f"pages_{language}",
            language=language,
            account=account,
            receipt_number=receipt,
            sheet=out / "reading_sheet.xlsx",
            searched="zm",
        )
        tell(
            say("{folder}: {files}", folder=f"pages_{language}", files=", ".join(path.name for path in made))
        )


def run(out: Path, language: str, tell: Tell, db: str | None = None, docs: Path | None = None) -> int:
    """The whole tour into a folder; 0 when the book proves sound at the end.

    ``db`` is an empty database to do it in; without one a fresh file in the folder. ``docs`` is where the
    pictures of README.md go; nowhere without one.
    """
    out.mkdir(parents=True, exist_ok=True)
    if db is None:
        for left in out.glob("hall.db*"):
            left.unlink()
    app = open_app(db or str(out / "hall.db"), intents=out / "under_way")
    try:
        if not app.is_empty():
            raise Refused(Text("This database already has a hall. Choose another file with --db."))
        sample.build(app)
        say = app.catalog(language)
        seat = app.sign_in("zhao", sample.PASSWORD, "1")
        tell(
            say(
                "{hall}, {day}: {count} accounts, a year of reads, December billed.",
                hall=seat.station.hall_name,
                day=seat.today(),
                count=sample.ACCOUNTS,
            )
        )
        _read(seat, out, say, tell)
        _bill(seat, out, say, tell)
        receipt = _collect(app, out, say, tell)
        findings = app.verify()
        tell(say.plural("verify: {count} finding.", "verify: {count} findings.", len(findings)))
        _draw(app, out, receipt, say, tell)
        if docs is not None:
            made = readme_pictures(out, docs)
            tell(say("{folder}: {files}", folder=docs.name, files=", ".join(path.name for path in made)))
    finally:
        app.close()
    return 1 if findings else 0


@click.command("tour")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("tour"), help="folder for papers"
)
@click.option("--db", help="an empty database to do it in; a fresh file in the folder when left out")
@click.option(
    "--docs", type=click.Path(path_type=Path, file_okay=False), help="folder for the pictures of README.md"
)
@click.option("--json", "as_json", is_flag=True, help="answer for programs")
@click.pass_obj
def command(lang: str, out: Path, db: str | None, docs: Path | None, as_json: bool) -> None:
    """Do the main job on an invented hall: read, bill, print, collect; leave papers and pictures in a folder."""
    told: list[str] = []
    try:
        code = run(out, lang, told.append if as_json else click.echo, db, docs)
    except Refused as refusal:
        click.echo(catalog(lang)(refusal.text), err=True)
        sys.exit(1)
    if as_json:
        click.echo(
            json.dumps(
                {"steps": told, "files": sorted(path.name for path in out.iterdir())}, ensure_ascii=False
            )
        )
    sys.exit(code)


def _heard(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """Qt's messages, but for the one a platform without a screen says of every window."""
    if "propagateSizeHints" not in message:
        click.echo(message, err=True)


def main(argv: Sequence[str]) -> int:
    """Run the tour; its exit code. It never shows anything, so its pictures are the same on every computer."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["SERVICEHALL_PRINTER"] = "-"
    qInstallMessageHandler(_heard)
    return call(command, argv, "servicehall tour")
