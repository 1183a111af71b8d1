"""A hall at the moment it is written out: which service points its accounts have, and what was counted so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.contracts.records import Service
from desktop.contracts.tables import SupplyContract
from desktop.kernel.database import Base
from desktop.kernel.measures import Energy, Money, Power, Reading
from desktop.kernel.work import Progress, Work
from desktop.ledger.tables import ContractAccount
from desktop.parties.tables import Party
from desktop.premises.tables import Premise, ServicePoint
from desktop.takeover.documents.columns import HallSheet
from desktop.takeover.documents.sheets import COUNTED
from desktop.takeover.records import ClassTotals, Totals

AT_ONCE = 500


class Stopped(Exception):
    """Somebody stopped an export: its draft goes."""


@dataclass
class Counted:
    """Control totals of the lines that went by."""

    rows: dict[str, int] = field(default_factory=lambda: {sheet.name: 0 for sheet in COUNTED})
    reads: int = 0
    used: int = 0
    capacity: int = 0
    demand: int = 0
    deposits: int = 0
    classes: dict[str, list[int]] = field(default_factory=dict)

    def of(self, customer_class: str) -> list[int]:
        """Items, what was billed, what is left and credit of a class."""
        return self.classes.setdefault(customer_class, [0, 0, 0, 0])

    def totals(self) -> Totals:
        """What was counted."""
        return Totals(
            tuple(self.rows.items()),
            Reading(self.reads),
            Energy(self.used),
            Power(self.capacity),
            Power(self.demand),
            Money(self.deposits),
            tuple(
                ClassTotals(name, items, Money(billed), Money(left), Money(credit))
                for name, (items, billed, left, credit) in sorted(self.classes.items())
            ),
        )


def _numbered(model: type[Any]) -> sa.Subquery:
    """Rows of a table with a running number, which connects the sheets."""
    return sa.select(model.id, sa.func.row_number().over(order_by=model.id).label("running")).subquery()


class Moment:
    """A hall at one moment: which points its accounts have, streamed rows, and what was counted of them."""

    def __init__(self, work: Work, progress: Progress) -> None:
        self.work, self.progress, self.counted = work, progress, Counted()
        hall = work.station.hall_id
        count = sa.select(sa.func.count()).where(ContractAccount.hall_id == hall)
        self.steps = max(1, 8 * (work.session.scalar(count) or 0))
        self._done = 0
        contract = SupplyContract
        newest = (contract.valid_from.desc(), contract.id.desc())
        there = (contract.contract_account_id, contract.service_point_id)
        ranked = (
            sa.select(
                contract.contract_account_id.label("account_id"),
                contract.service_point_id.label("point_id"),
                contract.customer_class,
                sa.func.coalesce(contract.valid_to, date.max).label("ends"),
                sa.func.min(contract.valid_from).over(partition_by=there).label("since"),
                sa.func.row_number()
                .over(partition_by=contract.service_point_id, order_by=newest)
                .label("at_point"),
            )
            .where(contract.hall_id == hall, contract.service == Service.SUPPLY)
            .subquery()
        )
        former = orm.aliased(contract)
        followed = sa.exists().where(
            former.service_point_id == ranked.c.point_id,
            former.contract_account_id != ranked.c.account_id,
            former.service == Service.SUPPLY,
        )
        main_first = (ranked.c.ends.desc(), ranked.c.since, ranked.c.point_id)
        self.held = (
            sa.select(
                ranked.c.account_id,
                ranked.c.point_id,
                ranked.c.customer_class,
                sa.case((followed, ranked.c.since)).label("moved_in"),
                sa.func.row_number().over(partition_by=ranked.c.account_id, order_by=main_first).label("nth"),
            )
            .where(ranked.c.at_point == 1)
            .subquery()
        )
        """The account each service point supplies, or supplied last, with its class, and the day it began where another
        account was supplied before; its main point is the 1st."""
        self.parties, self.premises, self.points = map(_numbered, (Party, Premise, ServicePoint))

    def of_contract(self, contract: Any) -> sa.ColumnElement[bool]:
        """Whether a contract is of the account that its service point supplies, or supplied last."""
        return sa.and_(
            self.held.c.account_id == contract.contract_account_id,
            self.held.c.point_id == contract.service_point_id,
        )

    def told(self, sheet: HallSheet, lines: Iterator[Any]) -> Iterator[Any]:
        """The lines of a sheet, counted as they go by; `Stopped` where somebody stopped it."""
        for line in lines:
            if sheet in COUNTED:
                self.counted.rows[sheet.name] += 1
            self._done += 1
            if self._done % AT_ONCE == 0 and not self.progress(min(self._done, self.steps - 1), self.steps):
                raise Stopped
            yield line

    def some(self, statement: sa.Select[*tuple[Any, ...]]) -> Iterator[list[Any]]:
        """The rows of a statement, some at a time; objects among them are let go before the next ones come."""
        session = self.work.session
        with session.execute(statement.execution_options(yield_per=AT_ONCE)) as rows:
            while some := list(islice(rows, AT_ONCE)):
                yield some
                for one in {value for row in some for value in row if isinstance(value, Base)}:
                    session.expunge(one)
