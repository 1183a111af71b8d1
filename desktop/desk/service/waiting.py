"""What waits today for one person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from desktop.billing import service as billing
from desktop.billing.records import DraftState, RunRow
from desktop.billing.tables import BillDraft, BillRun
from desktop.counter import service as counter
from desktop.counter.tables import Payment, Receipt, Tender, Till, TillSession
from desktop.desk.records import HeldRow, ServedRow, Today, Upkeep
from desktop.kernel import canonical, upkeep
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.kernel.upkeep import UpkeepKind
from desktop.kernel.work import Work, query
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.parties.tables import Party
from desktop.staff import service as staff
from desktop.staff.tables import Station
from desktop.treasury.service import CLOSE_DAY, DRAWERS, MATCH_BANK, day_waiting, kept_today, lines_to_mend

PASSWORDS_TOLD = timedelta(days=7)
_REFUNDS = frozenset({"counter.decide_refund", "counter.pay_refund"})
RECEIPTS_SHOWN, RUNS_SHOWN, HELD_SHOWN = 12, 6, 20


@query("desk.today")
def today(work: Work, _request: None) -> Today:
    """What waits for the person who asks; each part only for those who may do something about it."""
    may = work.actor.permissions
    month = Period.month(f"{months_before(work.today, 1):%Y-%m}")
    reads, bills, till = (
        right in may for right in ("metering.import_reads", "billing.run", "counter.take_payment")
    )
    runs = _runs(work) if bills else ()
    return Today(
        must_change=staff.must_change(work),
        roles=staff.own_roles(work),
        month=month.start,
        till=counter.till(work, None) if till else None,
        served=_served_count(work) if "desk.view" in may else None,
        receipts=_served(work, own=till and DRAWERS not in may) if "desk.view" in may else None,
        routes=tuple(row for row in metering.route_rows(work, month) if row.places) if reads else None,
        runs=tuple(run for run in runs if run.ready or run.held or not run.issued) if bills else None,
        unbilled=bills and not any(run.period.start == month.start for run in runs),
        held=_held(work, runs) if bills else (),
        proposals=staff.proposals(work, None) if staff.APPROVE in may else None,
        doubtful=metering.doubtful_count(work) if "metering.decide_read" in may else None,
        tests_overdue=metering.overdue_tests(work) if "metering.record_test" in may else 0,
        locked=staff.locked(work) if "staff.set_password" in may else None,
        passwords=tuple(
            one
            for one in staff.given_lately(work, work.at - PASSWORDS_TOLD)
            if "staff.manage" in may or one.login == work.actor.login
        ),
        unprinted=counter.unprinted(work, own=DRAWERS not in may) if "counter.reprint_receipt" in may else (),
        bills_unprinted=billing.unprinted(work) if "desk.print_paper" in may else (),
        upkeep=_upkeep(work) if "database.index" in may else None,
        hall_day=day_waiting(work) if CLOSE_DAY in may else None,
        to_mend=lines_to_mend(work, None) if MATCH_BANK in may else 0,
        refunds=counter.refunds_waiting(work, None) if _REFUNDS & may else None,
    )


def _upkeep(work: Work) -> Upkeep:
    done = upkeep.last(work.session)
    saved, proven = done.get(UpkeepKind.BACKUP), done.get(UpkeepKind.VERIFY)
    return Upkeep(
        backup_at=work.local(saved.done_at) if saved else None,
        verified_at=work.local(proven.done_at) if proven else None,
        findings=proven.findings if proven else 0,
    )


def _served_count(work: Work) -> int:
    return (
        work.session.scalar(
            sa.select(sa.func.count(sa.distinct(Payment.contract_account_id)))
            .join(TillSession, TillSession.id == Payment.till_session_id)
            .join(Till, Till.id == TillSession.till_id)
            .join(Station, Station.id == Till.station_id)
            .where(*kept_today(work))
        )
        or 0
    )


def _served(work: Work, *, own: bool) -> tuple[ServedRow, ...]:
    """Customers served today, newest first; ``own`` at this station alone."""
    rows = work.session.execute(
        sa.select(Receipt.number, Payment.paid_at, ContractAccount.number, Party.name, Tender.kind, Till.name)
        .join(Payment, Payment.id == Receipt.payment_id)
        .join(Tender, Tender.payment_id == Payment.id)
        .join(TillSession, TillSession.id == Payment.till_session_id)
        .join(Till, Till.id == TillSession.till_id)
        .join(Station, Station.id == Till.station_id)
        .join(ContractAccount, ContractAccount.id == Payment.contract_account_id)
        .join(Party, Party.id == ContractAccount.party_id)
        .where(*kept_today(work), *([Station.id == work.station.id] if own else []))
        .order_by(Payment.paid_at.desc(), Receipt.number.desc())
        .limit(RECEIPTS_SHOWN)
    )
    return tuple(
        ServedRow(number, work.local(paid_at), account, name, kind, till)
        for number, paid_at, account, name, kind, till in rows
    )


def _runs(work: Work) -> tuple[RunRow, ...]:
    """The newest runs of the hall."""
    numbers = work.session.scalars(
        sa.select(BillRun.number)
        .filter_by(hall_id=work.station.hall_id)
        .order_by(BillRun.number.desc())
        .limit(RUNS_SHOWN)
    ).all()
    return tuple(billing.bill_run(work, number) for number in numbers)


def _held(work: Work, runs: Sequence[RunRow]) -> tuple[HeldRow, ...]:
    """Why drafts are held, most accounts first."""
    accounts = sa.func.count().label("accounts")
    rows = work.session.execute(
        sa.select(BillDraft.run_id, BillDraft.reason, accounts)
        .where(
            BillDraft.run_id.in_([run.run_id for run in runs if run.held]), BillDraft.state == DraftState.HELD
        )
        .group_by(BillDraft.run_id, BillDraft.reason)
        .order_by(accounts.desc(), BillDraft.reason)
        .limit(HELD_SHOWN)
    )
    known = {run.run_id: run for run in runs}
    return tuple(
        HeldRow(
            known[run_id].number,
            known[run_id].period.start,
            canonical.load(Text, reason) if reason else Text(""),
            count,
        )
        for run_id, reason, count in rows
    )
