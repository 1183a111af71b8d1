"""`readings enter`, `exchange`, `reverse`, `queue` and `limits`: single reads, other meters, doubts decided and set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import click

from desktop.cli.call import A_FILE, DONE, Call, common, read_day, table, told
from desktop.desk import service as desk
from desktop.kernel.canonical import Content
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Energy, Factor, Measure, Reading
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.metering.records import (
    ENTERED_ALONE,
    AskedRead,
    Correction,
    DoubtfulRow,
    EstimateMethod,
    EstimateOrder,
    ExchangeOrder,
    ExchangeReason,
    FinalRead,
    Flag,
    HandRead,
    LevelLimits,
    NewRegister,
    ReadReason,
    ReadReversalOrder,
    ReadSource,
    RegisterCode,
    VoltageLevel,
)

Kind = TypeVar("Kind", bound=Measure)
Command = Callable[..., Any]
WHICH_METER = "number of the meter, where the account has several"


def codes(kinds: Any) -> click.Choice[str]:
    """One of the codes of an enum."""
    return click.Choice([kind.value for kind in kinds])


def measure(kind: type[Kind], typed: str) -> Kind:
    """A measure typed as a decimal number; anything else is wrong usage."""
    try:
        return kind.of(Decimal(typed))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise click.BadParameter(typed) from error


def _reading(_context: object, _option: object, typed: str) -> Reading:
    return measure(Reading, typed)


def factor(_context: object, _option: object, typed: str) -> Factor:
    """The value of an option that is a multiplier."""
    return measure(Factor, typed)


def by_register(
    _context: object, _option: object, typed: Sequence[str]
) -> tuple[tuple[RegisterCode, Reading], ...]:
    """Values like ``peak=120.5``; a value alone is of the active total."""
    found = []
    for one in typed:
        code, equals, value = one.rpartition("=")
        try:
            register = RegisterCode.of(code) if equals else RegisterCode.ACTIVE
        except ValueError as error:
            raise click.BadParameter(one) from error
        found.append((register, measure(Reading, value)))
    return tuple(found)


def _doubts(say: Catalog, doubts: Sequence[Any]) -> list[str]:
    return [f"{say(doubt.flag.text)}: {say(doubt.text)}" for doubt in doubts]


def _photo(path: Path) -> Content:
    """A photo as pages keep it, small and bare; the part that draws is loaded only for one."""
    from desktop.qt.photos import bare_photo  # noqa: PLC0415 - Qt, only for a photo

    return Content(bare_photo(path))


@click.command("enter")
@click.argument("account")
@click.argument("value", callback=_reading)
@click.option(
    "--on", "read_on", callback=read_day, help="the day it was read, YYYY-MM-DD; today when left out"
)
@click.option("--register", type=codes(RegisterCode), default="active", help="which register")
@click.option(
    "--source", type=codes(ReadSource), default="inspector", help="who or what the value comes from"
)
@click.option("--reason", type=codes(ENTERED_ALONE), default="periodic", help="why it was read")
@click.option("--reader", default="", help="who read it")
@click.option("--meter", default="", help=WHICH_METER)
@click.option("--rollover", is_flag=True, help="the register passed its last digit")
@click.option("--photo", type=A_FILE, help="photo of the register, JPEG or PNG")
@click.option("--dry-run", is_flag=True, help="check only, write nothing")
@common
def enter(
    call: Call,
    account: str,
    value: Reading,
    read_on: date | None,
    register: str,
    source: str,
    reason: str,
    reader: str,
    meter: str,
    rollover: bool,
    photo: Path | None,
    dry_run: bool,
) -> int:
    """Enter one read: it is stored, or waits where it is doubtful."""
    seat = call.seat(named=source == ReadSource.ESTIMATED.value and not dry_run)
    say = seat.app.catalog(call.lang)
    order = HandRead(
        account_number=account,
        value=value,
        read_on=read_on or seat.today(),
        register=RegisterCode.of(register),
        source=ReadSource.of(source),
        reason=ReadReason.of(reason),
        reader=reader,
        rollover=rollover,
        photo=None if photo is None else _photo(photo),
        meter_serial=meter,
    )
    taken = seat.rehearse(metering.record_read, order) if dry_run else seat.do(metering.record_read, order)
    used = say("{energy} kWh used.", energy=taken.energy) if taken.energy is not None else ""
    words = say("Stored.") if taken.stored else say("Waits for a decision.")
    call.answer(taken, [f"{words} {used}".rstrip(), *_doubts(say, taken.doubts)])
    return DONE


@click.command("exchange")
@click.argument("account")
@click.argument("serial")
@click.option(
    "--on", "day", callback=read_day, help="the day of the exchange, YYYY-MM-DD; today when left out"
)
@click.option(
    "--final",
    "finals",
    multiple=True,
    required=True,
    callback=by_register,
    help="final read of the old meter, like 4711 or peak=120.5; once for each register",
)
@click.option(
    "--rollover",
    "rounds",
    multiple=True,
    is_flag=False,
    flag_value=RegisterCode.ACTIVE.value,
    type=codes(RegisterCode),
    help="this register of the old meter passed its last digit; the active total where none is named",
)
@click.option(
    "--opening",
    "openings",
    multiple=True,
    callback=by_register,
    help="opening read of the new meter, likewise; 0 for the active total when left out",
)
@click.option("--digits", type=click.IntRange(1, 9), default=6, help="whole digits of the new registers")
@click.option("--multiplier", default="1", callback=factor, help="current × voltage transformer ratio")
@click.option("--reason", type=codes(ExchangeReason), default="periodic", help="why the meter is exchanged")
@click.option("--reader", default="", help="who read it")
@click.option("--meter", default="", help=WHICH_METER)
@click.option("--dry-run", is_flag=True, help="check only, write nothing")
@common
def exchange(
    call: Call,
    account: str,
    serial: str,
    day: date | None,
    finals: tuple[tuple[RegisterCode, Reading], ...],
    rounds: tuple[str, ...],
    openings: tuple[tuple[RegisterCode, Reading], ...],
    digits: int,
    multiplier: Factor,
    reason: str,
    reader: str,
    meter: str,
    dry_run: bool,
) -> int:
    """Exchange the meter of an account for the new one with this number."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    order = ExchangeOrder(
        account_number=account,
        exchanged_on=day or seat.today(),
        finals=tuple(FinalRead(code, value, code.value in rounds) for code, value in finals),
        new_serial=serial,
        new_multiplier=multiplier,
        new_registers=tuple(
            NewRegister(code, digits, value)
            for code, value in openings or ((RegisterCode.ACTIVE, Reading(0)),)
        ),
        reason=ExchangeReason.of(reason),
        reader=reader,
        meter_serial=meter,
    )
    act = seat.rehearse if dry_run else seat.do
    done = act(metering.exchange_meter, order)
    call.answer(done, [say("Meter {old} came down, {new} hangs.", old=done.old_serial, new=done.new_serial)])
    return DONE


# The queue


@click.group("queue")
def queue() -> None:
    """Doubtful reads that wait for a decision."""


@queue.command("list")
@common
def queue_list(call: Call) -> int:
    """Doubtful reads with their reasons, in walking order."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    found = seat.ask(metering.doubtful_reads)
    rows = [_row(say, row) for row in found.rows]
    lines = table(rows, right=(3, 4)) or [say("All reads are decided")]
    call.answer(found, lines)
    return DONE


def _row(say: Catalog, row: DoubtfulRow) -> list[str]:
    return [
        str(row.doubtful_id),
        row.account_number,
        say.date(row.read_on),
        say.number(row.value),
        "–" if row.energy is None else say.number(row.energy),
        say(row.state.text),
        say.join(_doubts(say, row.doubts)),
    ]


_ids = click.argument("ids", nargs=-1, type=click.UUID)


@queue.command("accept")
@_ids
@click.option("--flag", type=codes(Flag), help="all that wait for this reason")
@common
def queue_accept(call: Call, ids: tuple[UUID, ...], flag: str | None) -> int:
    """Accept doubtful reads as they came, by their ids or by their reason; all or none."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    wanted = ids
    if flag is not None:
        rows = seat.ask(metering.doubtful_reads).rows
        wanted += tuple(
            row.doubtful_id for row in rows if row.gone_round is None and row.doubts[0].flag.value == flag
        )
    done = seat.do(metering.accept, wanted) if wanted else ()
    call.answer(done, [say.plural("Accepted {count} read.", "Accepted {count} reads.", len(done))])
    return DONE


def _decided(call: Call, operation: Command, request: object, *, named: bool = False) -> int:
    seat = call.seat(named=named)
    say = seat.app.catalog(call.lang)
    done = seat.do(operation, request)
    states = [one.state for one in done] if isinstance(done, tuple) else [done.state]
    call.answer(done, [say(state.text) for state in states])
    return DONE


_id = click.argument("doubtful_id", metavar="ID", type=click.UUID)


@queue.command("correct")
@_id
@click.argument("value", callback=_reading)
@common
def queue_correct(call: Call, doubtful_id: UUID, value: Reading) -> int:
    """Store what the register really shows."""
    return _decided(call, metering.correct, Correction(doubtful_id, value))


@queue.command("rollover")
@_id
@common
def queue_gone_round(call: Call, doubtful_id: UUID) -> int:
    """Confirm that the register passed its last digit."""
    return _decided(call, metering.confirm_rollover, doubtful_id)


@queue.command("estimate")
@_id
@click.option(
    "--method", type=codes(EstimateMethod), default="last_year", help="what the estimate is made from"
)
@common
def queue_estimate(call: Call, doubtful_id: UUID, method: str) -> int:
    """Store an estimate instead; the second one running is only proposed."""
    return _decided(
        call, metering.estimate, EstimateOrder(doubtful_id, EstimateMethod.of(method)), named=True
    )


@queue.command("approve")
@_id
@common
def queue_approve(call: Call, doubtful_id: UUID) -> int:
    """Agree to a second estimate running, which somebody else proposed."""
    return _decided(call, metering.approve_estimate, doubtful_id)


@queue.command("reread")
@_id
@common
def queue_re_read(call: Call, doubtful_id: UUID) -> int:
    """Ask for a re-read; the next read of the register answers."""
    return _decided(call, metering.ask_again, doubtful_id)


@queue.command("undo")
@_ids
@common
def queue_undo(call: Call, ids: tuple[UUID, ...]) -> int:
    """Take decisions back; refused once a bill rests on them."""
    return _decided(call, metering.undo_decision, ids)


# One read back, and when reads are doubtful


@click.command("reverse")
@click.argument("account")
@click.option("--on", "day", required=True, callback=read_day, help="the day it was read, YYYY-MM-DD")
@click.option("--register", type=codes(RegisterCode), default="active", help="which register")
@click.option("--reason", type=codes(ReadReason), default="periodic", help="why it was read")
@click.option("--meter", default="", help=WHICH_METER)
@click.option("--why", required=True, help="the reason, for the book")
@common
def reverse(call: Call, account: str, day: date, register: str, reason: str, meter: str, why: str) -> int:
    """Take one read of an account back, while no bill rests on it."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    meant = (day, RegisterCode.of(register), ReadReason.of(reason))
    found = [
        read.read_id
        for read in seat.ask(desk.account_card, account).reads
        if not read.reversed
        and (read.read_on, read.register, read.reason) == meant
        and meter.strip() in ("", read.meter_serial)
    ]
    if not found:
        raise Refused(Text("Account {number} has no such reading of {day}.", number=account, day=day))
    if len(found) > 1:
        raise Refused(Text("The account has several meters read that day: name one with --meter."))
    done = seat.do(metering.reverse_read, ReadReversalOrder(found[0], why))
    call.answer(done, [say("Taken back")])
    return DONE


@click.command("limits")
@click.argument("level", type=codes(VoltageLevel), required=False)
@click.option(
    "--surge", "surge_percent", type=click.IntRange(1, 1000), help="percent up from which usage is a jump"
)
@click.option(
    "--drop", "drop_percent", type=click.IntRange(1, 1000), help="percent down from which usage is a jump"
)
@click.option("--floor", callback=lambda c, o, typed: typed and measure(Energy, typed),
              help="kWh a change has at least to be a jump")  # fmt: skip
@click.option(
    "--same",
    "same_periods",
    type=click.IntRange(1, 1000),
    help="equal usage so many times running is doubtful",
)
@click.option(
    "--zero", "zero_periods", type=click.IntRange(1, 1000), help="no usage so many times running is doubtful"
)
@click.option("--days-low", type=click.IntRange(1, 1000), help="a shorter period is noted")
@click.option("--days-high", type=click.IntRange(1, 1000), help="a longer period is noted")
@click.option(
    "--hold", "holding", multiple=True, type=codes(Flag), help="doubts that make a read wait, all of them"
)
@click.option("--history", is_flag=True, help="who changed which limit when")
@common
def limits(call: Call, level: str | None, history: bool, **given: Any) -> int:
    """Show when a read is doubtful, or set it for a voltage level; what is not named stays."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    if history:
        return _limits_history(call, seat, level)
    named = {name: value for name, value in given.items() if value not in (None, ())}
    if named and level is None:
        raise click.UsageError(say("Name the voltage level these limits are for"))
    if "holding" in named:
        named["holding"] = tuple(map(Flag.of, named["holding"]))
    rows = seat.ask(metering.read_limits)
    if level is not None:
        rows = tuple(row for row in rows if row.level is VoltageLevel.of(level))
    if named:
        order = LevelLimits(rows[0].level, replace(rows[0].limits, **named))
        rows = (seat.do(metering.set_limits, order),)
    call.answer(rows, [line for row in rows for line in _limit_lines(say, row)])
    return DONE


def _limits_history(call: Call, seat: Seat, level: str | None) -> int:
    say = seat.app.catalog(call.lang)
    rows = seat.ask(metering.limits_history)
    if level is not None:
        rows = tuple(row for row in rows if row.level is VoltageLevel.of(level))
    lines = table([[say(one.level.text), *told(say, one.row)] for one in rows])
    call.answer(rows, lines or [say("Nothing happened yet")])
    return DONE


def _limit_lines(say: Catalog, row: LevelLimits) -> list[str]:
    one = row.limits
    return [
        say(row.level.text),
        "  " + say.join((
            f"+{one.surge_percent} %", f"−{one.drop_percent} %",
            say("from {energy} kWh", energy=one.floor),
            say("same {count} times", count=one.same_periods),
            say("none {count} times", count=one.zero_periods),
            say("{low} to {high} days", low=one.days_low, high=one.days_high),
        )),
        "  " + say.join([say(flag.text) for flag in one.holding]),
    ]  # fmt: skip


@click.command("ask")
@click.argument("account")
@click.option("--meter", default="", help="serial number, where several meters hang there")
@common
def ask(call: Call, account: str, meter: str) -> int:
    """A customer wants a meter read again; its next reads answer."""
    seat = call.seat()
    count = seat.do(metering.ask_read, AskedRead(account, meter))
    say = seat.app.catalog(call.lang)
    call.answer({"registers": count}, [say("Registers to be read again: {count}", count=count)])
    return DONE


COMMANDS: tuple[click.Command, ...] = (enter, exchange, queue, reverse, limits, ask)
