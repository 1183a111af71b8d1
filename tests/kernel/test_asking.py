"""A question in the driver's own words gives the rows that SQLAlchemy gives, and its errors."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from desktop.billing.tables import Bill
from desktop.kernel.asking import Question
from desktop.kernel.bulk import listed
from desktop.kernel.database import Database
from desktop.kernel.measures import Money
from desktop.kernel.sending import execute
from desktop.kernel.work import Seat, draw_id
from desktop.ledger.records import ItemKind
from desktop.ledger.tables import Clearing, ContractAccount, OpenItem
from desktop.parties.tables import Party

ITEMS = (
    sa.select(
        OpenItem.id, OpenItem.kind, OpenItem.due_on, OpenItem.amount, ContractAccount.number, Party.name
    )
    .add_columns(Clearing.cleared_on, sa.func.count().over().label("of"), sa.literal(1) + 1)
    .join(ContractAccount, ContractAccount.id == OpenItem.contract_account_id)
    .join(Party, Party.id == ContractAccount.party_id)
    .outerjoin(Clearing, Clearing.open_item_id == OpenItem.id)
    .where(listed(OpenItem.contract_account_id, "accounts"))
    .where(OpenItem.due_on < sa.bindparam("before", type_=sa.Date()), OpenItem.amount != Money(7))
    .where(OpenItem.due_on < sa.bindparam("before"), OpenItem.kind.in_(list(ItemKind)))
    .group_by(OpenItem.id, ContractAccount.number, Party.name, Clearing.cleared_on)
    .order_by(OpenItem.id, Clearing.cleared_on)
)
"""Ids, enums, days, money, words, what is missing, a parameter given twice, values given once and for all."""


def test_rows_are_those_of_sqlalchemy_for_any_number_of_values(small: Seat) -> None:
    question = Question(ITEMS)
    with small.app.database.read() as session:
        connection = session.connection()
        keys = list(connection.execute(sa.select(ContractAccount.id)).scalars())
        assert len(keys) == 3
        strangers = [draw_id() for _ in range(6)]
        for accounts in ([], keys[:1], keys[:2], keys, {*keys}, keys + strangers, strangers):
            for before in (date(2000, 1, 1), date(2100, 1, 1)):
                asked = {"accounts": accounts, "before": before}
                theirs = connection.execute(ITEMS, asked | {"accounts": list(accounts)}).all()
                ours = question.of(connection, asked)
                assert [tuple(row) for row in ours] == [tuple(row) for row in theirs]
                assert [row._fields[:8] for row in ours] == [tuple(row._fields)[:8] for row in theirs]
        assert len(ours) == 0
        assert {row.amount.__class__ for row in question.of(connection, asked | {"accounts": keys})} == {
            Money
        }


def test_one_row_none_and_many(small: Seat) -> None:
    numbered = Question(sa.select(Bill.number, Bill.amount).where(Bill.number == sa.bindparam("number")))
    every = Question(sa.select(ContractAccount.number))
    with small.app.database.read() as session:
        connection = session.connection()
        assert numbered.of(connection, {"number": "none"}).one_or_none() is None
        assert numbered.of(connection, {"number": "none"}).scalar() is None
        assert isinstance(every.of(connection).scalar(), str)
        with pytest.raises(ValueError, match="3 rows"):
            every.of(connection).one_or_none()
        with pytest.raises(ValueError, match="too many"):
            every.of(connection).one()


def test_errors_are_told_as_by_sqlalchemy(small: Seat) -> None:
    database = small.app.database
    with database.write() as session, pytest.raises(sa.exc.IntegrityError, match="schema_step"):
        execute(session.connection(), "INSERT INTO schema_step SELECT number, name, ran_at FROM schema_step")
    with database.read() as session, pytest.raises(sa.exc.DBAPIError) as refused:
        execute(session.connection(), "DELETE FROM schema_step")
    assert not refused.value.connection_invalidated
    with database.read() as session:
        assert execute(session.connection(), "SELECT count(*) FROM schema_step").fetchone()[0] > 0


def test_what_follows_a_commit_is_a_transaction_of_its_own(small: Seat) -> None:
    with small.app.database.write() as session:
        execute(session.connection(), "UPDATE schema_step SET name = 'kept' WHERE number = 1")
        session.commit()
        execute(session.connection(), "UPDATE schema_step SET name = 'lost' WHERE number = 1")
        session.rollback()
        execute(session.connection(), "UPDATE schema_step SET name = 'lost' WHERE number = 1")
    name = Question(
        sa.select(sa.column("name")).select_from(sa.table("schema_step")).where(sa.text("number = 1"))
    )
    with small.app.database.read() as session:
        assert name.of(session.connection()).scalar() == "kept"


def test_a_lost_server_is_told_as_lost(small: Seat) -> None:
    database: Database = small.app.database
    if database.embedded:
        return
    with database.write() as session:
        connection = session.connection()
        own = execute(connection, "SELECT pg_backend_pid()").fetchone()[0]
        with database.write() as other:
            execute(other.connection(), "SELECT pg_terminate_backend(%s)", (own,))
        with pytest.raises(sa.exc.DBAPIError) as lost:
            execute(connection, "SELECT 1")
        assert lost.value.connection_invalidated
