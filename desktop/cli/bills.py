"""`bills`: bill runs and bills."""

from __future__ import annotations

from heapq import nsmallest
from pathlib import Path

import click

from desktop.billing import service as billing
from desktop.billing.documents import (
    ACCOUNTS_OF_RUN,
    cause_words,
    explanation_pdf,
    run_summary_xlsx,
    standing,
)
from desktop.billing.records import (
    Against,
    BillKind,
    BillLineShown,
    BillShown,
    BillsPrinted,
    Comparison,
    CorrectionOrder,
    DraftQuery,
    DraftRow,
    DraftsPage,
    ReversalOrder,
    RunOutcome,
    ShareJob,
)
from desktop.cli.call import (
    A_FILE,
    DONE,
    PROBLEMS,
    WAITING,
    Call,
    common,
    progress,
    read_month,
    reason_option,
    table,
)
from desktop.cli.disputes import dispute
from desktop.cli.signing import drafts_of, keys_of, limits, look_again, queue, send_back, sign
from desktop.cli.special import adjust, final, manual
from desktop.cli.workers import beside, ended, helpers
from desktop.kernel.export import Gate, take_out
from desktop.kernel.files import written_whole
from desktop.kernel.listing import Leaving
from desktop.kernel.period import Period
from desktop.kernel.text import Catalog
from desktop.kernel.work import Seat


@click.group("bills")
def bills() -> None:
    """Bill runs and bills."""


for command in (sign, queue, send_back, look_again, limits, final, manual, adjust, dispute):
    bills.add_command(command)


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
    lines = [told]
    if run.unsigned:
        lines.append(
            say.plural(
                "{count} draft waits for another person's signature",
                "{count} drafts wait for another person's signature",
                run.unsigned,
            )
        )
    if done.went_on_after:
        words = say(
            "It was stopped after account {row} before and went on there.", row=str(done.went_on_after)
        )
        lines.append(words)
    for one in done.left:
        count = say.plural("{count} account", "{count} accounts", one.accounts)
        lines.append(f"  {count}: {say(one.reason)}")
    return [*lines, *map(say, done.told)]


def _held(call: Call, done: RunOutcome, say: Catalog) -> int:
    for row in done.held:
        why = f"{say(row.reason)} ({say(row.mending())})" if row.reason else ""
        click.echo(f"{row.account_number} {row.customer_name}: {why}", err=True)
    if more := max(done.run.held - len(done.held), 0):
        click.echo(say.plural("{count} more", "{count} more", more), err=True)
    if done.stopped_by:
        click.echo(_stopped(done.stopped_by, done.run.left, say), err=True)
    if done.stopped_after:
        click.echo(
            say("Stopped after account {row}. The same command goes on there.", row=str(done.stopped_after)),
            err=True,
        )
    return PROBLEMS if done.held or done.stopped_after or done.stopped_by else DONE


def _stopped(name: str, left: int, say: Catalog) -> str:
    return say.plural(
        "Stopped by {name}: {count} account is left.", "Stopped by {name}: {count} accounts are left.", left,
        name=name,
    )  # fmt: skip


workers_option = click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    help="so many processes share the work; several computers may do so too",
)


@bills.command("run")
@click.option("--period", required=True, callback=read_month, help="the month, YYYY-MM")
@workers_option
@common
def bills_run(call: Call, period: Period, workers: int) -> int:
    """Draft the bills of a month; nothing is owed before they are issued."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    done = billing.run_bills(seat, period, progress(call), helpers(call, seat, workers))
    call.answer(done, _outcome_lines(done, say))
    return _held(call, done, say)


@bills.command("work")
@click.argument("run")
@click.option(
    "--job", type=click.Choice([one.value for one in ShareJob]), required=True, help="what is shared"
)
@common
def bills_work(call: Call, run: str, job: str) -> int:
    """Help others who draft or issue a run, until nothing of it is left."""
    seat = call.seat()
    done = billing.help_run(seat, run, ShareJob(job), progress(call, quiet=True))
    call.answer(done, _outcome_lines(done, seat.app.catalog(call.lang)))
    return DONE


@bills.command("stop")
@click.argument("run")
@common
def bills_stop(call: Call, run: str) -> int:
    """Stop drafting or issuing a run, on whatever computers it is worked on; what is done stays."""
    seat = call.seat()
    done = seat.do(billing.stop_run, run)
    call.answer(done, [_stopped(done.stopped_by, done.accounts, seat.app.catalog(call.lang))])
    return DONE


@bills.command("issue")
@click.argument("run")
@workers_option
@common
def bills_issue(call: Call, run: str, workers: int) -> int:
    """Issue the ready drafts of a run: numbers, bills, open items. Exit status 3: only signatures are missing."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    done = billing.issue_run(seat, run, progress(call), helpers(call, seat, workers))
    call.answer(done, _outcome_lines(done, say))
    return _held(call, done, say) or (WAITING if done.run.unsigned else DONE)


@bills.command("draft")
@click.argument("run")
@common
def bills_draft(call: Call, run: str) -> int:
    """Draft again what of a run is not issued yet, after its causes are mended."""
    seat = call.seat()
    done = billing.draft_again(seat, run, progress(call))
    say = seat.app.catalog(call.lang)
    call.answer(done, _outcome_lines(done, say))
    return _held(call, done, say)


@bills.command("reverse")
@click.argument("numbers", nargs=-1, required=True)
@click.option("--reason", required=True, help="why they are taken back")
@common
def bills_reverse(call: Call, numbers: tuple[str, ...], reason: str) -> int:
    """Take bills back: owed no more, what was paid is credit; billed anew, another person signs them."""
    seat = call.seat(named=True)
    done = seat.do(billing.reverse_bills, ReversalOrder(numbers, reason))
    say = seat.app.catalog(call.lang)
    words = say.plural("{count} bill taken back", "{count} bills taken back", done.bills)
    call.answer(done, [say.join([words, say.money(done.amount, unit=True)])])
    return DONE


@bills.command("correct")
@click.argument("numbers", nargs=-1)
@click.option("--period", callback=read_month, help="the month of a route or tariff, YYYY-MM")
@click.option("--route", default="", help="every bill of this reading route")
@click.option("--tariff", default="", help="every bill of this tariff")
@click.option("--reason", required=True, help="why they are put right")
@common
def bills_correct(
    call: Call, numbers: tuple[str, ...], period: Period | None, route: str, tariff: str, reason: str
) -> int:
    """Draft what bills would be put right to; signed by another person and issued, they replace the old ones."""
    seat = call.seat(named=True)
    order = CorrectionOrder(reason, numbers, period.code if period else "", route, tariff)
    done = billing.correct_bills(seat, order, progress(call))
    say = seat.app.catalog(call.lang)
    call.answer(done, _outcome_lines(done, say))
    return _held(call, done, say)


@bills.command("differences")
@click.argument("run")
@click.option(
    "--against", type=click.Choice([one.value for one in Against]), default="month", help="the other bill"
)
@click.option("--first", type=click.IntRange(1), help="only so many of them")
@common
def bills_differences(call: Call, run: str, against: str, first: int | None) -> int:
    """Every draft of a run beside another bill of its account, the largest difference first, by causes."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    pairs = (
        (row, other)
        for row in billing.each_draft(seat, DraftsPage(run))
        if (other := row.against(Against.of(against))) is not None
    )

    def size(pair: tuple[DraftRow, Comparison]) -> int:
        return -abs(pair[1].difference.raw)

    found = sorted(pairs, key=size) if first is None else nsmallest(first, pairs, size)
    rows = [
        [row.account_number, row.route, row.customer_name, say.money(other.amount), say.money(row.amount),
         say.money(other.difference), _causes(other, say), say.join([say(flag.text) for flag in row.flags])]
        for row, other in found
    ]  # fmt: skip
    call.answer([row for row, _ in found], table(rows, {3, 4, 5}))
    return DONE


def _causes(other: Comparison, say: Catalog) -> str:
    return say.join([f"{say(one.cause.text)} {say.money(one.amount)}" for one in other.causes])


@bills.command("why")
@click.argument("old")
@click.argument("new")
@common
def bills_why(call: Call, old: str, new: str) -> int:
    """Why one bill of an account differs from another, cause by cause."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    why = seat.ask(billing.why_different, (old, new))
    rows = [[say(one.cause.text), say.money(one.amount)] for one in why.causes]
    rows.append([say("Difference"), say.money(why.difference)])
    call.answer(why, table(rows, {1}))
    return DONE


@bills.command("explain")
@click.argument("old")
@click.argument("new")
@click.option("--pdf", required=True, type=A_FILE, help="PDF to write")
@common
def bills_explain(call: Call, old: str, new: str, pdf: Path) -> int:
    """Write why one bill of an account differs from another, as a page in the customer's language."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    found = seat.ask(billing.explanation, (old, new))
    content = explanation_pdf(found, seat.app.catalog, seat.app.country, seat.app.picture)
    with written_whole(pdf) as stream:
        stream.write(content)
    causes = [
        [say(one.cause.text), say.money(one.amount), say(cause_words(one.cause, found.old, found.new))]
        for one in found.why.causes
    ]
    call.answer({"file": str(pdf), "why": found.why}, [*table(causes, {1}), str(pdf)])
    return DONE


@bills.command("list")
@common
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
    call.answer(runs, table(rows, {3, 4, 5}))
    return DONE


def _quantity(line: BillLineShown, say: Catalog) -> str:
    if line.power is not None:
        return f"{say.number(line.power)} {line.unit}"
    return say.number(line.energy) if line.energy else ""


def _bill_lines(bill: BillShown, say: Catalog) -> list[str]:
    first, last = bill.period.start, bill.period.last
    kind = "" if bill.kind is BillKind.PERIODIC else say(bill.kind.text)
    head = [
        "  ".join(filter(None, [bill.number, kind, bill.account_number, bill.customer_name])),
        *(say(text) for text in standing(bill)),
        say("{start} to {end}, due {due}", start=first, end=last, due=bill.due_on)
        if not bill.draft
        else say("{first} to {last}", first=first, last=last),
    ]
    rows = [
        [
            say(line.label),
            _quantity(line, say),
            say.number(line.price) if line.price else "",
            say.money(line.amount),
        ]
        for line in bill.lines
    ]
    rows.append([say("Total"), say.number(bill.energy), "", say.money(bill.amount)])
    for one in bill.instalments:
        words = say("Instalment {number}, due {day}", number=one.number, day=one.due_on)
        rows.append([words, "", "", say.money(-one.amount)])
    if bill.instalments:
        left = say("Given back as credit") if bill.to_pay.raw < 0 else say("Left to pay")
        rows.append([left, "", "", say.money(abs(bill.to_pay))])
    trace = [
        "  " + say("{place}: {what}", place=line.label, what=text)
        for line in bill.lines
        for text in line.explanation
    ]
    trace += [
        "  "
        + say(
            "Meter {meter}, {register}: ({current} − {previous}) × {multiplier} = {energy} {unit}",
            meter=one.meter_serial,
            register=one.register,
            current=one.current,
            previous=one.previous,
            multiplier=one.multiplier,
            energy=one.energy if one.demand is None else one.demand,
            unit=one.register.unit,
        )
        for one in bill.reads
    ]
    trace += [f"  {say(note)}" for note in bill.notes]
    for basis in dict.fromkeys(part.basis for part in bill.parts):
        valid = say("version {version}, valid from {day}", version=basis.version, day=basis.valid_from)
        trace.append("  " + say("{place}: {what}", place=say.join([basis.name, valid]), what=basis.notice))
    return [
        *head,
        *table(rows, {1, 2, 3}),
        bill.amount_words,
        *trace,
        *([say("Check code {code}", code=bill.check_code)] if bill.check_code else []),
    ]


@bills.command("show")
@click.argument("number")
@click.option(
    "--draft", "run", help="the draft of this run of the account NUMBER, as the bill it would become"
)
@common
def bills_show(call: Call, number: str, run: str | None) -> int:
    """One bill with its lines and where each came from, or a draft before it is issued."""
    seat = call.seat()
    if run is None:
        bill = seat.ask(billing.bill, number)
    else:
        (key,) = keys_of(drafts_of(seat, run, (number,)))
        bill = seat.rehearse(billing.draft_bill, DraftQuery(run, key))
    call.answer(bill, _bill_lines(bill, seat.app.catalog(call.lang)))
    return DONE


@bills.command("print")
@click.argument("run")
@click.option("--out", type=A_FILE, help="PDF to write")
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), help="folder for files of 500 bills"
)
@click.option("--each", is_flag=True, help="a file for each bill of its own")
@workers_option
@click.option("--part", type=click.IntRange(0, 63), default=0, hidden=True)
@common
def bills_print(
    call: Call, run: str, out: Path | None, into: Path | None, each: bool, workers: int, part: int
) -> int:
    """Write every bill of a run in walking order: into one PDF, or into a folder, where a stopped call goes on."""
    if (out is None) == (into is None):
        raise click.UsageError(call.say("Name a file with --out, or a folder with --into."))
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    if out is not None:
        pages = billing.print_run(seat, run, out, progress(call))
        told = say.plural("{count} page in {file}", "{count} pages in {file}", pages, file=str(out))
        call.answer({"pages": pages, "file": str(out)}, [told])
        return DONE
    assert into is not None, "one of the two is named"
    done = _print_into(call, seat, run, into, each=each, workers=workers, part=part)
    call.answer(done, _printed_lines(done, say))
    return PROBLEMS if done.left and not part else DONE


def _printed_lines(done: BillsPrinted, say: Catalog) -> list[str]:
    written = say.plural("{count} bill written", "{count} bills written", done.written)
    there = say.plural("{count} bill was there already", "{count} bills were there already", done.there)
    lines = [say.join([written, say.plural("{count} file", "{count} files", done.files), there])]
    if done.left:
        lines.append(
            say.plural(
                "{count} bill is left. The same command goes on there.",
                "{count} bills are left. The same command goes on there.",
                done.left,
            )
        )
    return lines


def _print_into(
    call: Call, seat: Seat, run: str, into: Path, *, each: bool, workers: int, part: int
) -> BillsPrinted:
    """The processes write blocks of their own; what a helper left, the one that was asked (part 0) writes at last."""
    told, before = progress(call, quiet=part > 0), billing.printed(seat, run, into, each=each)
    stopped: list[bool] = []

    def going(done: int, total: int) -> bool:
        stopped[:] = [] if told(done, total) else [True]
        return not stopped

    words = ["bills", "print", run, "--into", str(into), "--workers", str(workers)]
    words += ["--each"] if each else []
    helping = range(1, 1 if part else workers)
    with beside(call, [[*words, "--part", str(place)] for place in helping]) as running:
        billing.print_blocks(seat, run, into, going, each=each, share=(part, workers))
        ended(running, 0 if stopped else None)
    if helping and not stopped:
        billing.print_blocks(seat, run, into, going, each=each)
    return billing.printed(seat, run, into, before, each=each)


@bills.command("summary")
@click.argument("run")
@click.option("--out", required=True, type=A_FILE, help="workbook to write")
@reason_option
@common
def bills_summary(call: Call, run: str, out: Path, reason: str) -> int:
    """Write every account of a run into a workbook."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    found = seat.ask(billing.bill_run, run)
    gate = Gate(seat, Leaving(ACCOUNTS_OF_RUN.message, reason, part=run), say)
    summary = run_summary_xlsx(found, billing.each_draft(seat, DraftsPage(run)), say, gate.origin)
    take_out(out, summary, found.accounts, gate)
    call.answer(
        {"rows": found.accounts, "file": str(out)},
        [say("{count} accounts in {file}", count=found.accounts, file=str(out))],
    )
    return DONE
