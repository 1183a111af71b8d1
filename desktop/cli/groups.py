"""`groups`: accounts of one payer, and their collective bills."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from desktop.billing import service as billing
from desktop.billing.documents import collective_pdf
from desktop.billing.records import CollectiveOrder, MemberMissing
from desktop.cli.call import A_FILE, DONE, PROBLEMS, Call, common, progress, read_day, read_month, table
from desktop.contracts import service as contracts
from desktop.contracts.records import GroupChange, GroupOrder, GroupRow, MembersOrder
from desktop.kernel.files import written_whole
from desktop.kernel.period import Period
from desktop.kernel.text import Catalog


@click.group("groups")
def groups() -> None:
    """Payment groups: accounts that one payer pays together."""


def _cells(row: GroupRow, say: Catalog) -> list[str]:
    members = say.plural("{count} account", "{count} accounts", row.members)
    return [row.number, row.name, row.payer, members, say.money(row.owed)]


def _told(call: Call, row: GroupRow) -> int:
    """How a group stands after something was done to it."""
    call.answer(row, table([_cells(row, call.seat().app.catalog(call.lang))], {4}))
    return DONE


@groups.command("list")
@common
def groups_list(call: Call) -> int:
    """The payment groups of the hall."""
    rows = call.seat().ask(contracts.payment_groups, None)
    say = call.seat().app.catalog(call.lang)
    call.answer(rows, table([_cells(row, say) for row in rows], {4}))
    return DONE


@groups.command("show")
@click.argument("group")
@common
def groups_show(call: Call, group: str) -> int:
    """One group: its members of now and of before, and its collective bills."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    found, bills = seat.ask(contracts.payment_group, group), seat.ask(billing.collective_bills, group)
    members = [
        [
            one.account_number,
            one.customer_name,
            one.address,
            say.date(one.valid_from),
            say.date(one.valid_to) if one.valid_to else "",
            say.money(one.owed),
        ]
        for one in found.members
    ]
    papers = [
        [
            one.number,
            one.period.code,
            say("version {version}", version=one.version),
            say("replaced by {number}", number=one.superseded_by) if one.superseded_by else "",
            say.money(one.amount),
            say.money(one.open),
        ]
        for one in bills
    ]
    lines = [*table([_cells(found.row, say)], {4}), *table(members, {5}), *table(papers, {4, 5})]
    call.answer({"group": found, "bills": bills}, lines)
    return DONE


@groups.command("make")
@click.argument("name")
@click.argument("accounts", nargs=-1, required=True)
@click.option("--payer", required=True, help="an account whose customer pays")
@click.option("--from", "first", callback=read_day, help="the day they join, YYYY-MM-DD (today)")
@common
def groups_make(call: Call, name: str, accounts: tuple[str, ...], payer: str, first: date | None) -> int:
    """Let the customer of one account pay these accounts together."""
    seat = call.seat()
    order = GroupOrder(name, payer, accounts, first or seat.today())
    return _told(call, seat.do(contracts.make_group, order))


@groups.command("change")
@click.argument("group")
@click.option("--name", default="", help="another name")
@click.option("--payer", default="", help="an account whose customer pays from now on")
@common
def groups_change(call: Call, group: str, name: str, payer: str) -> int:
    """Give a group another name or another payer."""
    seat = call.seat()
    before = seat.ask(contracts.payment_group, group).row
    return _told(call, seat.do(contracts.change_group, GroupChange(group, name or before.name, payer)))


@groups.command("join")
@click.argument("group")
@click.argument("accounts", nargs=-1, required=True)
@click.option("--from", "first", callback=read_day, help="the first day, YYYY-MM-DD (today)")
@common
def groups_join(call: Call, group: str, accounts: tuple[str, ...], first: date | None) -> int:
    """Let accounts join a group; each is in one group at a time."""
    seat = call.seat()
    return _told(call, seat.do(contracts.join_group, MembersOrder(group, accounts, first or seat.today())))


@groups.command("leave")
@click.argument("group")
@click.argument("accounts", nargs=-1, required=True)
@click.option("--from", "first", callback=read_day, help="the first day without them, YYYY-MM-DD (today)")
@common
def groups_leave(call: Call, group: str, accounts: tuple[str, ...], first: date | None) -> int:
    """Let accounts leave a group; its history keeps them."""
    seat = call.seat()
    return _told(call, seat.do(contracts.leave_group, MembersOrder(group, accounts, first or seat.today())))


def _missing(one: MemberMissing, say: Catalog) -> list[str]:
    return [one.account_number, one.customer_name, say(one.reason)]


@groups.command("bill")
@click.argument("group", required=False)
@click.option("--period", required=True, callback=read_month, help="the month, YYYY-MM")
@click.option("--partial", is_flag=True, help="also where members have no bill yet")
@common
def groups_bill(call: Call, group: str | None, period: Period, partial: bool) -> int:
    """Make the collective bill of one group or all groups for a month; members without a bill are told with why."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    if group is not None:
        number = seat.do(billing.collect_bills, CollectiveOrder(group, period.code, partial))
        shown = seat.ask(billing.collective_bill, number)
        call.answer(shown, [say.join([number, say.money(shown.open, unit=True)])])
        return DONE
    done = billing.collect_all(seat, period, partial=partial, progress=progress(call))
    lines = [say.plural("{count} collective bill made", "{count} collective bills made", len(done.made))]
    call.answer(done, [*lines, *done.made])
    for waits in done.waiting:
        click.echo(say("{group} waits for:", group=waits.group_number), err=True)
        for line in table([_missing(one, say) for one in waits.missing]):
            click.echo(f"  {line}", err=True)
    return PROBLEMS if done.waiting else DONE


@groups.command("print")
@click.argument("number")
@click.option("--out", required=True, type=A_FILE, help="the file (.pdf)")
@common
def groups_print(call: Call, number: str, out: Path) -> int:
    """Write a collective bill into a PDF, in the payer's language."""
    seat = call.seat()
    shown = seat.ask(billing.collective_bill, number)
    with written_whole(out) as stream:
        stream.write(collective_pdf(shown, seat.app.catalog, seat.app.country, seat.app.picture))
    call.answer({"number": number, "file": str(out)}, [str(out)])
    return DONE
