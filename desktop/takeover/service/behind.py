"""What is under way in a hall and does not go out with it: to be finished first, or done again in the other place."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from desktop.billing.tables import Bill, BillReversal, EnergyCorrection, EnergyDecision
from desktop.contracts.records import Service
from desktop.contracts.tables import SupplyContract
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.ledger.tables import ContractAccount
from desktop.metering.tables import DoubtfulRead, Installation
from desktop.takeover.service.metered import billed_until, hung_again
from desktop.takeover.service.moment import Moment


def left_behind(book: Moment) -> tuple[Text, ...]:
    """What stays behind and would change bills, in words with the number of each."""
    work = book.work
    found = (_former(book), _hung_again(book), _doubtful(work), _corrections(work))
    return tuple(words for count, words in found if count)


def _former(book: Moment) -> tuple[int, Text]:
    """Accounts that were supplied where another one is now, and have no bill of their last days."""
    contract = SupplyContract
    mine = book.held.c.account_id == contract.contract_account_id
    billed = (
        sa.select(sa.func.max(Bill.period_end))
        .where(
            Bill.contract_account_id == contract.contract_account_id,
            ~sa.exists().where(BillReversal.bill_id == Bill.id),
        )
        .scalar_subquery()
    )
    count = book.work.session.scalar(
        sa.select(sa.func.count(sa.distinct(contract.contract_account_id))).where(
            contract.hall_id == book.work.station.hall_id,
            contract.service == Service.SUPPLY,
            ~sa.exists().where(mine, book.held.c.point_id == contract.service_point_id),
            contract.valid_to > sa.func.coalesce(billed, date.min),
        )
    )
    return count or 0, Text(
        "{count} former customer has no bill of the last days: bill them first",
        plural="{count} former customers have no bill of their last days: bill them first",
        count=count or 0,
    )


def _hung_again(book: Moment) -> tuple[int, Text]:
    """Meters that came down since their point was billed last and hang elsewhere: what they counted there is not
    billed."""
    count = book.work.session.scalar(
        sa.select(sa.func.count())
        .select_from(Installation)
        .join(book.held, book.held.c.point_id == Installation.service_point_id)
        .where(Installation.removed_on >= sa.func.coalesce(billed_until(book), date.min), hung_again)
    )
    return count or 0, Text(
        "{count} meter came down since the last bill and hangs elsewhere: bill what it counted there first",
        plural="{count} meters came down since the last bill and hang elsewhere: bill what they counted there first",
        count=count or 0,
    )


def _doubtful(work: Work) -> tuple[int, Text]:
    count = work.session.scalar(
        sa.select(sa.func.count()).select_from(DoubtfulRead).where(DoubtfulRead.open == 1)
    )
    return count or 0, Text(
        "{count} doubtful reading waits: decide on it first",
        plural="{count} doubtful readings wait: decide on them first",
        count=count or 0,
    )


def _corrections(work: Work) -> tuple[int, Text]:
    """Corrections of energy that no bill has yet, agreed or not."""
    correction = EnergyCorrection
    declined = sa.exists().where(
        EnergyDecision.correction_id == correction.id, EnergyDecision.approved.is_(False)
    )
    billed = sa.exists().where(
        Bill.contract_account_id == correction.contract_account_id,
        Bill.period_start == correction.billed_with,
        ~sa.exists().where(BillReversal.bill_id == Bill.id),
    )
    count = work.session.scalar(
        sa.select(sa.func.count())
        .select_from(correction)
        .join(ContractAccount, ContractAccount.id == correction.contract_account_id)
        .where(ContractAccount.hall_id == work.station.hall_id, ~declined, ~billed)
    )
    return count or 0, Text(
        "{count} correction of energy is not billed: bill it first, or enter it again there",
        plural="{count} corrections of energy are not billed: bill them first, or enter them again there",
        count=count or 0,
    )
