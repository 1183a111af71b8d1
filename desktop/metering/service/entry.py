"""One read by hand: what hangs at an account, the read checked against its history, a photo kept with it."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.fields import refusal
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.metering import rules
from desktop.metering.records import (
    ENTERED_ALONE,
    Expected,
    HandRead,
    HandReadTaken,
    PointNow,
    PointQuery,
    ReadReason,
    ReadRow,
    RegisterCode,
    RegisterNow,
)
from desktop.metering.service.checks import Taking, Verdict, holds, judge
from desktop.metering.service.reads import LIVE, answer_wish, read_values
from desktop.metering.service.targets import Target, hanging
from desktop.metering.service.usage import usage
from desktop.metering.tables import ReadPhoto, RegisterRead
from desktop.papers import service as papers
from desktop.premises import service as premises
from desktop.search import service as search
from desktop.search.records import ACCOUNT

MONTHS = 13


@query("metering.view")
def point(work: Work, order: PointQuery) -> PointNow:
    """What hangs at an account, each register with its latest read and what it may show today."""
    found = hanging(work, order.account_number, work.today, order.meter_serial)
    first = found[0]
    name, _ = search.titles(work, ACCOUNT, {first.account_number}).get(first.account_number, ("", ""))
    since = months_before(work.today, MONTHS)
    used = usage(work, {first.service_point_id}, Period.month(f"{work.today:%Y-%m}"), since)
    return PointNow(
        account_number=first.account_number,
        customer_name=name,
        address=premises.places(work, {first.service_point_id})[first.service_point_id].address,
        meter_serial=first.meter_serial,
        installed_on=first.installed_on,
        registers=tuple(_now(work, target) for target in found),
        history=used[first.service_point_id].history[-MONTHS:],
        waiting=sum(len(target.waiting) for target in found),
    )


def _now(work: Work, target: Target) -> RegisterNow:
    last = target.last
    expected = target.expected(work.today) if target.code is RegisterCode.ACTIVE else None
    return RegisterNow(
        register_id=target.register_id,
        meter_serial=target.meter_serial,
        code=target.code,
        digits=target.digits,
        multiplier=target.multiplier,
        last_on=None if last is None else last.read_on,
        last_value=None if last is None else last.value,
        last_estimated=last is not None and last.estimated,
        expected=expected and Expected(max(expected.low, type(expected.low).zero()), expected.high),
    )


def _judged(work: Work, order: HandRead) -> tuple[list[Target], Target, ReadRow, Verdict]:
    found = hanging(work, order.account_number, order.read_on, order.meter_serial)
    target = next((one for one in found if one.code is order.register), None)
    if target is None:
        raise Refused(Text("This meter has no register “{register}”", register=order.register))
    row = ReadRow(
        "",
        0,
        target.account_number,
        target.meter_serial,
        order.value,
        order.read_on,
        order.source,
        order.reader.strip() or work.actor.name,
        order.register,
    )
    if order.reason is ReadReason.PERIODIC:
        siblings = [one for one in found if one is not target]
        verdict = judge(work, target, row, siblings, rollover=order.rollover, below=True)
    else:
        verdict = Verdict(
            rules.problems(order.value, order.read_on, work.today, digits=target.digits, last=None)
        )
    if order.rollover and (target.last is None or order.value >= target.last.value):
        raise Refused(Text("This reading is not below the one before it: nothing went round."))
    return found, target, row, verdict


@query("metering.view")
def check_read(work: Work, order: HandRead) -> HandReadTaken:
    """What would become of a read, without storing it: refused where it cannot be stored."""
    _found, target, _row, verdict = _judged(work, order)
    if verdict.problems:
        raise refusal(verdict.problems[0])
    return HandReadTaken(not holds(target, verdict.doubts), verdict.energy, verdict.doubts)


@operation("metering.record_read")
def record_read(work: Work, order: HandRead) -> HandReadTaken:
    """Take one read: stored, or waiting with its doubts; what cannot be is refused. A photo is kept with it."""
    if order.reason not in ENTERED_ALONE:
        raise Refused(Text("Opening and final reads come with the exchange of a meter."))
    found, target, row, verdict = _judged(work, order)
    if verdict.problems:
        raise refusal(verdict.problems[0])
    doubts = verdict.doubts
    if holds(target, doubts) and not order.keep_doubtful:
        raise Refused(doubts[0].text)
    if order.reason is ReadReason.PERIODIC:
        by_key = {(one.meter_serial, one.code): one for one in found}
        taking = Taking(work, by_key, "")
        stored = taking.keep(target, row, doubts, order.reason, rollover=order.rollover)
        taking.write()
    else:
        stored = True
        _beside(work, target, row, order.reason)
    if order.photo is not None:
        _keep_photo(work, target.register_id, order)
    return HandReadTaken(stored, verdict.energy, doubts)


def _beside(work: Work, target: Target, row: ReadRow, reason: ReadReason) -> None:
    """A read that bills do not rest on: to check another, or because one is disputed."""
    same = sa.select(RegisterRead.id).where(
        RegisterRead.register_id == target.register_id,
        RegisterRead.read_on == row.read_on,
        RegisterRead.reason == reason,
        LIVE,
    )
    if work.session.scalar(same):
        raise Refused(Text("This register has such a reading of this day already."))
    values = read_values(
        work, target.register_id, row.value, row.read_on, reason, source=row.source, reader=row.reader
    )
    work.insert_many(RegisterRead, [values])
    if target.request is not None:
        answer_wish(target.request, row.read_on)


def _keep_photo(work: Work, register_id: UUID, order: HandRead) -> None:
    assert order.photo is not None
    digest = papers.attach_photo(work, order.photo)
    key = {"register_id": register_id, "read_on": order.read_on, "digest": digest}
    if work.session.scalar(sa.select(ReadPhoto.id).filter_by(**key)) is None:
        work.add(ReadPhoto(id=work.new_id(), **key))


@query("metering.view")
def photo(work: Work, digest: str) -> bytes:
    """A photo kept with a read, as JPEG."""
    if work.session.scalar(sa.select(ReadPhoto.id).filter_by(digest=digest).limit(1)) is None:
        raise NotFound(Text("No reading has this photo."))
    content = papers.picture(work.session, digest)
    if content is None:
        raise NotFound(Text("No reading has this photo."))
    return content
