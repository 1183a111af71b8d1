"""Files of banks and acquirers: taken in once, matched with money in transit, which then is in the bank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.counter import service as counter
from desktop.counter.records import TenderKind
from desktop.counter.tables import Payment, PaymentPart, Receipt, Tender
from desktop.kernel import canonical
from desktop.kernel.database import among
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import (
    Chunk,
    Progress,
    Seat,
    Work,
    batch,
    derived_id,
    draw_id,
    go_on,
    operation,
    query,
)
from desktop.ledger import service as ledger
from desktop.ledger.records import Role
from desktop.ledger.tables import ContractAccount, LedgerAccount, Posting, PostingSet
from desktop.parties.tables import Party
from desktop.staff.tables import Hall, User
from desktop.treasury import rules
from desktop.treasury.documents import read_bank_file
from desktop.treasury.records import (
    BankFileOrder,
    BankFileRead,
    BankFileTaken,
    BankRow,
    LineOrder,
    LineRead,
    LineRow,
    LinesQuery,
    LineState,
    MatchOrder,
    Source,
    SourceKind,
    Suggestion,
)
from desktop.treasury.tables import Bank, BankFile, BankLine, BankMatch, Deposit, SafeReversal

MATCH = "treasury.match_bank"
LINES_AT_ONCE, LINES_SHOWN = 100, 500
LONGEST_NAME, LONGEST_REASON = 60, 500


# Taking a file in


@query(MATCH)
def banks(work: Work, _request: None) -> tuple[BankRow, ...]:
    """The banks whose files came in, by name, with the titles their files have."""
    rows = work.session.scalars(sa.select(Bank).order_by(Bank.name))
    return tuple(BankRow(row.name, canonical.load(tuple[tuple[str, str], ...], row.columns)) for row in rows)


@operation(MATCH)
def take_bank_file(work: Work, order: BankFileOrder) -> BankFileTaken:
    """Take the lines of a bank's file in, and keep how its columns are called.

    Refused for a file that came in before. A line known from another file of that bank is left out and counted; one
    whose number stood under another line is told by its row, and not taken.
    """
    name = " ".join(order.bank.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(Text("Name the bank or acquirer, in {most} letters at most.", most=LONGEST_NAME))
    if not order.lines:
        raise Refused(Text("{file} has no line to take in.", file=order.file_name))
    before = work.session.execute(
        sa.select(BankFile.file_name, BankFile.taken_at).where(BankFile.sha256 == order.sha256)
    ).one_or_none()
    if before is not None:
        moment = work.local(before.taken_at)
        raise Refused(Text("This file came in before, on {moment}. Nothing was taken.", moment=moment))
    bank = _bank(work, name, canonical.dump(order.columns))
    file = BankFile(
        id=work.new_id(),
        bank_id=bank.id,
        user_id=work.actor.id,
        taken_at=work.at,
        file_name=order.file_name,
        sha256=order.sha256,
    )
    work.add(file)
    work.session.flush()
    known = {
        row.key: (row.day, row.amount)
        for row in work.session.execute(
            sa.select(BankLine.key, BankLine.day, BankLine.amount).where(
                BankLine.bank_id == bank.id,
                among(work.session, BankLine.key, {line.key for line in order.lines}),
            )
        )
    }
    new, same, doubled = dict[str, LineRead](), 0, list[int]()
    for line in order.lines:
        there = known.get(line.key)
        if there is None:
            new[line.key], known[line.key] = line, (line.day, line.amount)
        elif there == (line.day, line.amount) and line.key not in new:
            same += 1
        else:
            doubled.append(line.row)
    ids = work.new_ids(len(new))
    rows = [
        {
            "id": key, "bank_id": bank.id, "file_id": file.id, "row": line.row, "key": line.key, "day": line.day,
            "amount": line.amount, "reference": line.reference, "text": line.text,
        }
        for key, line in zip(ids, new.values(), strict=True)
    ]  # fmt: skip
    work.insert_many(BankLine, rows)
    return BankFileTaken(name, tuple(ids), same, tuple(doubled))


def _bank(work: Work, name: str, columns: str) -> Bank:
    row: Bank | None = work.session.scalar(sa.select(Bank).filter_by(name=name).with_for_update())
    if row is None:
        row = Bank(id=work.new_id(), name=name, columns=columns)
        work.add(row)
        work.session.flush()
    elif row.columns != columns:
        row.columns = columns
    return row


def take_file(
    seat: Seat, read: BankFileRead, bank: str, columns: Sequence[tuple[str, str]], progress: Progress = go_on
) -> BankFileTaken:
    """Take a file in and match what is beyond doubt, some lines at a time; stopped, the rest waits to be matched."""
    if read.problems:
        first = read.problems[0].line
        raise Refused(Text("{file} cannot be taken in: {problem}", file=read.file_name, problem=first))
    order = BankFileOrder(bank, read.file_name, read.sha256, tuple(columns), read.lines)
    key = draw_id()
    taken = seat.do(take_bank_file, order, key)
    return replace(taken, matched=match_all(seat, taken.new, key, progress))


def match_all(seat: Seat, line_ids: Sequence[UUID], key: UUID, progress: Progress = go_on) -> int:
    """Match those of the lines that are beyond doubt; how many were."""
    parts = [line_ids[at : at + LINES_AT_ONCE] for at in range(0, len(line_ids), LINES_AT_ONCE)]
    chunks = [
        Chunk(str(at), tuple(part), min((at + 1) * LINES_AT_ONCE, len(line_ids)))
        for at, part in enumerate(parts)
    ]
    answers, _ = batch(seat, match_lines, derived_id(key, "match"), chunks, progress)
    return sum(answers)


def read_file(seat: Seat, path: Path, columns: Sequence[tuple[str, str]] = ()) -> BankFileRead:
    """Read a file by the titles of a bank."""
    return read_bank_file(path, seat.app.country.currency, columns)


# Money in transit


@query(MATCH)
def in_transit(work: Work, _request: None) -> tuple[Source, ...]:
    """All money in transit that no bank has shown yet, oldest first."""
    return tuple(sorted(_sources(work), key=lambda one: (one.day, one.number)))


def _sources(work: Work, days: tuple[date, date] | None = None, ids: Sequence[UUID] = ()) -> list[Source]:
    """What waits for the bank: of some days, or some of it by its ids."""
    return [*_payments(work, days, ids), *_deposits(work, days, ids)]


def _unmatched(source_id: Any) -> sa.ColumnElement[bool]:
    return ~sa.exists().where(BankMatch.source_id == source_id, BankMatch.undone_at.is_(None))


def _payments(work: Work, days: tuple[date, date] | None, ids: Sequence[UUID]) -> list[Source]:
    """Payments by other tenders than cash that stand; all accounts of one tender are one."""
    its, shared = orm.aliased(PostingSet), orm.aliased(Receipt)
    key = sa.func.coalesce(PaymentPart.payment_set_id, Payment.id)
    found = (
        sa.select(
            Payment.id, PaymentPart.payment_set_id, its.posted_on, Tender.kind, Tender.amount,
            Tender.reference, sa.func.coalesce(shared.number, Receipt.number).label("number"),
            ContractAccount.number.label("account"), Party.name,
        )
        .join(Tender, Tender.payment_id == Payment.id)
        .join(its, its.id == Payment.posting_set_id)
        .outerjoin(PaymentPart, PaymentPart.payment_id == Payment.id)
        .outerjoin(shared, shared.id == PaymentPart.receipt_id)
        .outerjoin(Receipt, Receipt.payment_id == Payment.id)
        .join(ContractAccount, ContractAccount.id == counter.account_now())
        .join(Party, Party.id == ContractAccount.party_id)
        .where(
            Tender.kind != TenderKind.CASH,
            ~counter.taken_back(),
            _unmatched(key),
        )
    )  # fmt: skip
    if days is not None:
        found = found.where(its.posted_on.between(*days))
    if ids:
        found = found.where(sa.or_(Payment.id.in_(ids), PaymentPart.payment_set_id.in_(ids)))
    grouped: dict[UUID, Source] = {}
    for row in work.session.execute(found):
        source_id = row.payment_set_id or row.id
        about = f"{work.country.format_account(row.account)} {row.name}"
        if source_id in grouped:
            before = grouped[source_id]
            grouped[source_id] = replace(before, amount=before.amount + row.amount)
        else:
            grouped[source_id] = Source(
                source_id, SourceKind.PAYMENT, row.kind.value, row.posted_on, row.amount, row.reference,
                row.number or "", about,
            )  # fmt: skip
    return list(grouped.values())


def _deposits(work: Work, days: tuple[date, date] | None, ids: Sequence[UUID]) -> list[Source]:
    found = (
        sa.select(Deposit, PostingSet.posted_on, User.name)
        .join(PostingSet, PostingSet.id == Deposit.posting_set_id)
        .join(User, User.id == Deposit.user_id)
        .where(~sa.exists().where(SafeReversal.source_id == Deposit.id), _unmatched(Deposit.id))
    )
    if days is not None:
        found = found.where(PostingSet.posted_on.between(*days))
    if ids:
        found = found.where(Deposit.id.in_(ids))
    return [
        Source(row.id, SourceKind.DEPOSIT, "", on, row.amount, row.slip, row.number, name)
        for row, on, name in work.session.execute(found)
    ]


# Matching


@operation(MATCH)
def match_lines(work: Work, line_ids: tuple[UUID, ...]) -> int:
    """Match those of the lines that are beyond doubt, by reference, amount and day; how many were."""
    lines = [row for row in _held(work, line_ids) if _live(work, row.id) is None]
    if not lines:
        return 0
    first, last = min(row.day for row in lines), max(row.day for row in lines)
    sources, done = _sources(work, _around(first, last)), 0
    for row in lines:
        hit = rules.surely(_read(row), sources)
        if hit is not None:
            _match(work, row, [hit], by_hand=False)
            sources.remove(hit)
            done += 1
    return done


def _around(first: date, last: date) -> tuple[date, date]:
    return first - timedelta(days=rules.LATEST), last - timedelta(days=rules.EARLIEST)


@query(MATCH)
def line_suggestions(work: Work, line_id: UUID) -> tuple[Suggestion, ...]:
    """What an unmatched line may be, the likeliest first."""
    row = _line(work, line_id)
    return rules.suggestions(_read(row), _sources(work, _around(row.day, row.day)))


@operation(MATCH)
def match_line(work: Work, order: MatchOrder) -> LineRow:
    """Match a line by hand with money in transit whose sum is its amount."""
    row = _open_line(work, order.line_id)
    sources = _sources(work, ids=order.source_ids) if order.source_ids else []
    if len(sources) != len(set(order.source_ids)):
        raise Refused(Text("Some of it is not in transit any more: look again."))
    whole = Money.total([one.amount for one in sources])
    if whole != row.amount:
        raise Refused(Text("The line has {line}, what was chosen {chosen}.", line=row.amount, chosen=whole))
    _match(work, row, sources, by_hand=True)
    return _row_of(work, row.id)


@operation(MATCH)
def set_line_aside(work: Work, order: LineOrder) -> LineRow:
    """Set a line aside that is none of ours to match, such as a fee: it stays listed with why."""
    row, reason = _open_line(work, order.line_id), _reason(order)
    _keep(work, row, SourceKind.ASIDE, row.id, Money(0), "", None, reason, by_hand=True)
    return _row_of(work, row.id)


@operation(MATCH)
def undo_line(work: Work, order: LineOrder) -> LineRow:
    """Undo what a line was matched with, or that it was set aside: its money is in transit again."""
    reason = _reason(order)
    row = _line(work, order.line_id)
    _held(work, [row.id])
    matches = work.session.scalars(
        sa.select(BankMatch).filter_by(line_id=row.id, undone_at=None).with_for_update()
    ).all()
    if not matches:
        raise Refused(Text("The line is not matched."))
    for one in matches:
        if one.posting_set_id is not None:
            ledger.reverse(work, one.posting_set_id)
        one.undone_at, one.reason = work.at, reason
    counter.hide_cheques(work, [one.source_id for one in matches if one.kind is SourceKind.PAYMENT])
    work.session.flush()
    return _row_of(work, row.id)


def _reason(order: LineOrder) -> str:
    reason = " ".join(order.reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(Text("Say why, in {most} letters at most.", most=LONGEST_REASON))
    return reason


def _held(work: Work, line_ids: Sequence[UUID]) -> list[BankLine]:
    """Lines, locked: whoever else matches them comes after."""
    return list(work.lock(BankLine, line_ids).values())


def _line(work: Work, line_id: UUID) -> BankLine:
    row: BankLine | None = work.session.get(BankLine, line_id)
    if row is None:
        raise NotFound(Text("There is no such line of a bank."))
    return row


def _open_line(work: Work, line_id: UUID) -> BankLine:
    _line(work, line_id)
    (row,) = _held(work, [line_id])
    if _live(work, row.id) is not None:
        raise Refused(Text("The line is matched already."))
    return row


def _live(work: Work, line_id: UUID) -> UUID | None:
    found: UUID | None = work.session.scalar(
        sa.select(BankMatch.id).filter_by(line_id=line_id, undone_at=None).limit(1)
    )
    return found


def _read(row: BankLine) -> LineRead:
    return LineRead(row.row, row.key, row.day, row.amount, row.reference, row.text)


def _match(work: Work, row: BankLine, sources: Sequence[Source], *, by_hand: bool) -> None:
    deposits = [one.source_id for one in sources if one.kind is SourceKind.DEPOSIT]
    if deposits:  # whoever takes one back claims its hall too: of the two, one begins anew and sees the other
        work.claim(
            Hall, set(work.session.scalars(sa.select(Deposit.hall_id).where(Deposit.id.in_(deposits))))
        )
    for one in sources:
        set_id = ledger.transfer(work, "bank_match", Role.BANK, Role.IN_TRANSIT, one.amount)
        _keep(work, row, one.kind, one.source_id, one.amount, one.number, set_id, "", by_hand=by_hand)
    came = [one.source_id for one in sources if one.tender == TenderKind.CHEQUE.value]
    counter.show_cheques(work, came, row.day)


def _keep(
    work: Work,
    row: BankLine,
    kind: SourceKind,
    source_id: UUID,
    amount: Money,
    number: str,
    set_id: UUID | None,
    reason: str,
    *,
    by_hand: bool,
) -> None:
    match = BankMatch(
        id=work.new_id(),
        line_id=row.id,
        kind=kind,
        source_id=source_id,
        amount=amount,
        number=number,
        matched_at=work.at,
        user_id=work.actor.id,
        by_hand=by_hand,
        reason=reason,
        posting_set_id=set_id,
        undone_at=None,
    )
    work.add(match)
    work.session.flush()


# Lines as they are shown


@query(MATCH)
def bank_lines(work: Work, request: LinesQuery) -> tuple[LineRow, ...]:
    """The newest lines of all files, of one state or of all."""
    live = sa.exists().where(BankMatch.line_id == BankLine.id, BankMatch.undone_at.is_(None))
    aside = sa.exists().where(
        BankMatch.line_id == BankLine.id, BankMatch.undone_at.is_(None), BankMatch.kind == SourceKind.ASIDE
    )
    wanted: dict[LineState | None, list[sa.ColumnElement[bool]]] = {
        None: [],
        LineState.OPEN: [~live],
        LineState.MATCHED: [live, ~aside],
        LineState.ASIDE: [aside],
    }
    return _rows(work, *wanted[request.state])


def _row_of(work: Work, line_id: UUID) -> LineRow:
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
    found = []
    for row, bank, file in lines:
        mine = matched.get(row.id, [])
        aside = any(match.kind is SourceKind.ASIDE for match, _ in mine)
        state = LineState.ASIDE if aside else LineState.MATCHED if mine else LineState.OPEN
        by = next((name if match.by_hand else "" for match, name in mine), "")
        found.append(
            LineRow(
                row.id, bank, file, row.day, row.amount, row.reference, row.text, state,
                tuple(match.number for match, _ in mine if match.number), by,
                next((match.reason for match, _ in mine), ""),
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
