"""Lines of banks as they are shown, with what became of them, and the proof that this is in the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.bulk import among
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import (
    Work,
    query,
)
from desktop.ledger.records import NOTHING, Role
from desktop.ledger.tables import LedgerAccount, Posting, PostingSet
from desktop.staff.tables import User
from desktop.treasury.records import (
    LineRow,
    LinesQuery,
    LineState,
    SourceKind,
)
from desktop.treasury.service.transit import MATCH, shown_and_reversed
from desktop.treasury.tables import Bank, BankFile, BankLine, BankLineFee, BankMatch

LINES_SHOWN = 500


@query(MATCH)
def bank_lines(work: Work, request: LinesQuery) -> tuple[LineRow, ...]:
    """The newest lines of all files, of one state or of all; with the unmatched ones those that are to be mended."""
    live = sa.exists().where(BankMatch.line_id == BankLine.id, BankMatch.undone_at.is_(None))
    aside = sa.exists().where(
        BankMatch.line_id == BankLine.id, BankMatch.undone_at.is_(None), BankMatch.kind == SourceKind.ASIDE
    )
    mend = sa.exists().where(BankMatch.line_id == BankLine.id, *_to_mend())
    wanted: dict[LineState | None, list[sa.ColumnElement[bool]]] = {
        None: [],
        LineState.OPEN: [sa.or_(~live, mend)],
        LineState.MEND: [mend],
        LineState.MATCHED: [live, ~aside],
        LineState.ASIDE: [aside],
    }
    return _rows(work, *wanted[request.state])


def _to_mend() -> tuple[sa.ColumnElement[bool], ...]:
    """A match with a payment that was taken back since: the bank has the money, the hall does not."""
    return (
        BankMatch.undone_at.is_(None),
        BankMatch.kind == SourceKind.PAYMENT,
        shown_and_reversed(BankMatch.source_id),
    )


@query(MATCH)
def lines_to_mend(work: Work, _request: None) -> int:
    """How many lines are matched with payments that were taken back since, which no bank has shown yet."""
    found = sa.select(sa.func.count(sa.distinct(BankMatch.line_id))).where(*_to_mend())
    return work.session.scalar(found) or 0


def fees_told(work: Work, line_ids: Collection[UUID]) -> dict[UUID, Money]:
    """The fees that files tell of some lines; none of a line without one."""
    found = sa.select(BankLineFee.line_id, BankLineFee.amount)
    rows = work.session.execute(found.where(among(work.session, BankLineFee.line_id, line_ids)))
    return {row.line_id: row.amount for row in rows}


def line_row(work: Work, line_id: UUID) -> LineRow:
    """A line as it stands now."""
    (row,) = _rows(work, BankLine.id == line_id)
    return row


def _rows(work: Work, *where: sa.ColumnElement[bool]) -> tuple[LineRow, ...]:
    lines = work.session.execute(
        sa.select(BankLine, Bank.name, BankFile.file_name)
        .join(Bank, Bank.id == BankLine.bank_id)
        .join(BankFile, BankFile.id == BankLine.file_id)
        .where(*where)
        .order_by(BankLine.day.desc(), BankLine.file_id.desc(), BankLine.row)
        .limit(LINES_SHOWN)
    ).all()
    matched: dict[UUID, list[Any]] = {}
    matches = sa.select(BankMatch, User.name).join(User, User.id == BankMatch.user_id)
    live = matches.where(
        BankMatch.undone_at.is_(None), among(work.session, BankMatch.line_id, [row.id for row, _, _ in lines])
    )
    for match, name in work.session.execute(live.order_by(BankMatch.number)):
        matched.setdefault(match.line_id, []).append((match, name))
    mend = set(
        work.session.scalars(
            sa.select(BankMatch.line_id).where(among(work.session, BankMatch.line_id, matched), *_to_mend())
        )
    )
    told, found = fees_told(work, [row.id for row, _, _ in lines]), []
    for row, bank, file in lines:
        mine = matched.get(row.id, [])
        aside = any(match.kind is SourceKind.ASIDE for match, _ in mine)
        state = LineState.ASIDE if aside else LineState.MATCHED if mine else LineState.OPEN
        booked = Money.total([-match.amount for match, _ in mine if match.kind is SourceKind.FEE])
        fee = booked if mine else told.get(row.id, NOTHING)
        by = next((name if match.by_hand else "" for match, name in mine), "")
        found.append(
            LineRow(
                row.id, bank, file, row.day, row.amount, row.reference, row.text,
                LineState.MEND if row.id in mend else state,
                tuple(match.number for match, _ in mine if match.number), by,
                next((match.reason for match, _ in mine if match.reason), ""), fee,
            )
        )  # fmt: skip
    return tuple(found)


# The proof


def prove_bank(session: orm.Session) -> Iterator[Finding]:
    """What is matched makes its line, and is in the bank by the ledger; what is undone is reversed there."""
    posted = (
        sa.select(Posting.posting_set_id, sa.func.sum(Posting.amount).label("amount"))
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .join(BankMatch, BankMatch.posting_set_id == Posting.posting_set_id)
        .where(LedgerAccount.role == Role.BANK)
        .group_by(Posting.posting_set_id)
        .subquery()
    )
    mirror = orm.aliased(PostingSet)
    rows = session.execute(
        sa.select(BankMatch, posted.c.amount, mirror.id, BankLine.amount)
        .outerjoin(posted, posted.c.posting_set_id == BankMatch.posting_set_id)
        .outerjoin(mirror, mirror.reverses_id == BankMatch.posting_set_id)
        .join(BankLine, BankLine.id == BankMatch.line_id)
    )
    sums: dict[UUID, tuple[Money, Money]] = {}
    for match, amount, reversed_by, line in rows:
        aside = match.kind is SourceKind.ASIDE
        undone = match.undone_at is not None
        if not aside and (amount != match.amount or (reversed_by is not None) != undone):
            yield _wrong(match.id, Text("The ledger does not have this match as it is"))
        if not undone and not aside:
            sums[match.line_id] = (sums.get(match.line_id, (Money(0), line))[0] + match.amount, line)
    for line_id, (whole, line) in sums.items():
        if whole != line:
            yield _wrong(line_id, Text("What is matched does not make the amount of the line"))


def _wrong(key: UUID, words: Text) -> Finding:
    return Finding("I18", BankMatch.__tablename__, key, "bank_match", words)
