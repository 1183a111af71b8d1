"""Lines of banks matched with money in transit, which then is in the bank; their fees, and what they took back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import cast
from uuid import UUID

import sqlalchemy as sa

from desktop.counter import service as counter
from desktop.counter.records import TenderKind
from desktop.kernel.bulk import among
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
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
from desktop.ledger.records import NOTHING, Role
from desktop.staff.tables import Hall
from desktop.treasury import rules
from desktop.treasury.records import (
    BankFileOrder,
    BankFileRead,
    BankFileTaken,
    LineOrder,
    LineRead,
    LineRow,
    MatchOrder,
    ReturnOrder,
    Source,
    SourceKind,
    Suggestion,
)
from desktop.treasury.service.bank_files import take_bank_file
from desktop.treasury.service.bank_lines import fees_told, line_row
from desktop.treasury.service.debiting import note_returned
from desktop.treasury.service.transit import MATCH, returnable, returns_shown, sources
from desktop.treasury.tables import Bank, BankLine, BankLineFee, BankMatch, Deposit

LINES_AT_ONCE = 100
LONGEST_REASON = 500


def take_file(
    seat: Seat, read: BankFileRead, bank: str, columns: Sequence[tuple[str, str]], progress: Progress = go_on
) -> BankFileTaken:
    """Take a file in and match what is beyond doubt, some lines at a time.

    Lines of earlier files that nothing became of, as where a stop or a crash came before they were matched, or their
    payment was booked later, are matched too; one that a person undid or set aside stays as it is.
    """
    if read.problems:
        first = read.problems[0].line
        raise Refused(Text("{file} cannot be taken in: {problem}", file=read.file_name, problem=first))
    order = BankFileOrder(bank, read.file_name, read.sha256, tuple(columns), read.lines)
    key = draw_id()
    taken = seat.do(take_bank_file, order, key)
    new, before = set(taken.new), seat.ask(lines_to_match, taken.bank)
    earlier = match_all(seat, [one for one in before if one not in new], derived_id(key, "earlier"))
    return replace(taken, matched=match_all(seat, taken.new, key, progress), earlier=earlier)


@query(MATCH)
def lines_to_match(work: Work, bank: str) -> tuple[UUID, ...]:
    """Lines of a bank that are beyond doubt by now and were never matched with anything, nor set aside; by their day.

    Most lines of a bank are none of ours and stay untouched for ever: only those with the amount of something in
    transit are looked at, and nothing is written for the others.
    """
    gross = sa.type_coerce(BankLine.amount + sa.func.coalesce(BankLineFee.amount, 0), BankLine.amount.type)
    lines = (
        sa.select(BankLine)
        .join(Bank, Bank.id == BankLine.bank_id)
        .outerjoin(BankLineFee, BankLineFee.line_id == BankLine.id)
        .where(Bank.name == bank, ~sa.exists().where(BankMatch.line_id == BankLine.id))
    )
    ends = lines.with_only_columns(sa.func.min(BankLine.day), sa.func.max(BankLine.day))
    first, last = cast("tuple[date | None, date | None]", work.session.execute(ends).one())
    if first is None or last is None:
        return ()
    awaited = rules.Awaited(sources(work, _around(first, last)))
    worth = among(work.session, gross, [amount.raw for amount in awaited.amounts])
    rows = work.session.scalars(lines.where(worth).order_by(BankLine.day, BankLine.id)).all()
    reads = zip(rows, _reads(work, rows), strict=True)
    return tuple(row.id for row, read in reads if awaited.surely(read) is not None)


def match_all(seat: Seat, line_ids: Sequence[UUID], key: UUID, progress: Progress = go_on) -> int:
    """Match those of the lines that are beyond doubt; how many were."""
    parts = [line_ids[at : at + LINES_AT_ONCE] for at in range(0, len(line_ids), LINES_AT_ONCE)]
    chunks = [
        Chunk(str(at), tuple(part), min((at + 1) * LINES_AT_ONCE, len(line_ids)))
        for at, part in enumerate(parts)
    ]
    answers, _ = batch(seat, match_lines, derived_id(key, "match"), chunks, progress)
    return sum(answers)


@operation(MATCH)
def match_lines(work: Work, line_ids: tuple[UUID, ...]) -> int:
    """Match those of the lines that are beyond doubt, by reference, amount and day; how many were."""
    lines = [row for row in _held(work, line_ids) if _live(work, row.id) is None]
    if not lines:
        return 0
    reads, done = _reads(work, lines), 0
    around = _around(min(row.day for row in lines), max(row.day for row in lines))
    awaited = rules.Awaited(sources(work, around, amounts={read.gross for read in reads}))
    for row, read in zip(lines, reads, strict=True):
        hit = awaited.surely(read)
        if hit is not None:
            _match(work, row, [hit], read.fee, by_hand=False)
            awaited.came(hit)
            done += 1
    return done


def _around(first: date, last: date) -> tuple[date, date]:
    return first - timedelta(days=rules.LATEST), last - timedelta(days=rules.EARLIEST)


@query(MATCH)
def line_suggestions(work: Work, line_id: UUID) -> tuple[Suggestion, ...]:
    """What an unmatched line may be, the likeliest first."""
    row = _line(work, line_id)
    (read,) = _reads(work, [row])
    found = rules.suggestions(read, sources(work, _around(row.day, row.day)))
    if row.amount.raw >= 0:
        return found
    back = rules.returned(read, returnable(work, row, read.gross))
    return rules.by_reference(read, (*found, *back))


@operation(MATCH)
def match_line(work: Work, order: MatchOrder) -> LineRow:
    """Match a line by hand with money in transit whose sum is its amount, and the fee that was kept of it.

    The fee is booked with it. Refused for one of more than a twentieth, and for another than the file of the line
    tells, which holds where none is given.
    """
    row = _open_line(work, order.line_id)
    told = fees_told(work, [row.id]).get(row.id, NOTHING)
    fee = order.fee or told
    chosen = sources(work, ids=order.source_ids) if order.source_ids else []
    if len(chosen) != len(set(order.source_ids)):
        raise Refused(Text("Some of it is not in transit any more: look again."))
    whole = Money.total([one.amount for one in chosen])
    if whole - fee != row.amount:
        raise Refused(
            Text("The line has {line}, what was chosen {chosen}.", line=row.amount, chosen=whole - fee)
        )
    if told and fee != told:
        raise Refused(Text("The file tells a fee of {fee}.", fee=told))
    if fee and not told and not rules.fee_fits(whole, fee):
        raise Refused(Text("{fee} of {amount} is no fee: match it otherwise.", fee=fee, amount=whole))
    _match(work, row, chosen, fee, by_hand=True)
    return line_row(work, row.id)


@operation(MATCH)
def book_fee(work: Work, order: LineOrder) -> LineRow:
    """Book a line by which a bank takes its fee; Refused for one by which money came in."""
    row, reason = _open_line(work, order.line_id), _reason(order.reason)
    if row.amount.raw >= 0:
        raise Refused(Text("Money came in by this line: it is no fee."))
    _book_fee(work, row, -row.amount, reason, by_hand=True)
    return line_row(work, row.id)


def _book_fee(work: Work, row: BankLine, fee: Money, reason: str, *, by_hand: bool) -> None:
    set_id = ledger.transfer(work, "bank_fee", Role.BANK_FEE, Role.BANK, fee)
    _keep(work, row, SourceKind.FEE, row.id, -fee, "", set_id, reason, by_hand=by_hand)


@operation(MATCH)
def return_line(work: Work, order: ReturnOrder) -> LineRow:
    """A line takes back a payment that its bank has shown: the payment is reversed, what it cleared is owed again."""
    row, reason = _open_line(work, order.line_id), _reason(order.reason)
    fee = fees_told(work, [row.id]).get(row.id, NOTHING)
    shown = returnable(work, row, row.amount + fee)
    taken = next((one for one in shown if one.source_id == order.source_id), None)
    if row.amount.raw >= 0 or taken is None:
        raise Refused(Text("This bank has shown no such payment, or it was taken back already: look again."))
    back = counter.bank_took_back(work, taken.source_id, taken.number, row.day, reason)
    for one in back:
        set_id = ledger.transfer(work, "bank_match", Role.BANK, Role.IN_TRANSIT, -one.amount)
        _keep(
            work, row, SourceKind.RETURN, one.reversal_id, -one.amount, one.receipt_number, set_id, reason,
            by_hand=True,
        )  # fmt: skip
        note_returned(work, one.payment_id, row.day, reason)
    if fee:
        _book_fee(work, row, fee, reason, by_hand=True)
    letters = tuple(sorted({one.letter for one in back} - {""}))
    return replace(line_row(work, row.id), letters=letters)


@operation(MATCH)
def set_line_aside(work: Work, order: LineOrder) -> LineRow:
    """Set a line aside that is none of ours to match, such as interest: it stays listed with why."""
    row, reason = _open_line(work, order.line_id), _reason(order.reason)
    _keep(work, row, SourceKind.ASIDE, row.id, Money(0), "", None, reason, by_hand=True)
    return line_row(work, row.id)


@operation(MATCH)
def undo_line(work: Work, order: LineOrder) -> LineRow:
    """Undo what a line was matched with, or that it was set aside: its money is in transit again.

    Refused for a payment that another line takes back. A payment that a line took back stays taken back.
    """
    reason = _reason(order.reason)
    row = _line(work, order.line_id)
    _held(work, [row.id])
    matches = work.session.scalars(
        sa.select(BankMatch).filter_by(line_id=row.id, undone_at=None).with_for_update()
    ).all()
    if not matches:
        raise Refused(Text("The line is not matched."))
    keys = [one.id for one in matches]
    went_back = sa.select(BankMatch.id).where(BankMatch.id.in_(keys), returns_shown(BankMatch.source_id))
    if work.session.scalar(went_back.limit(1)) is not None:
        raise Refused(Text("Another line takes this payment back: undo that one first."))
    for one in matches:
        if one.posting_set_id is not None:
            ledger.reverse(work, one.posting_set_id)
        one.undone_at, one.reason = work.at, reason
    counter.hide_cheques(work, [one.source_id for one in matches if one.kind is SourceKind.PAYMENT])
    work.session.flush()
    return line_row(work, row.id)


def _reason(words: str) -> str:
    reason = " ".join(words.split())
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


def _reads(work: Work, rows: Sequence[BankLine]) -> list[LineRead]:
    """Lines as their file gave them, with the fees it told."""
    fees = fees_told(work, [row.id for row in rows])
    return [
        LineRead(row.row, row.key, row.day, row.amount, row.reference, row.text, fees.get(row.id, NOTHING))
        for row in rows
    ]


def _match(work: Work, row: BankLine, matched: Sequence[Source], fee: Money, *, by_hand: bool) -> None:
    """What is matched is in the bank, less the fee that was kept of it."""
    deposits = [one.source_id for one in matched if one.kind is SourceKind.DEPOSIT]
    if deposits:  # whoever takes one back claims its hall too: of the two, one begins anew and sees the other
        work.claim(
            Hall, set(work.session.scalars(sa.select(Deposit.hall_id).where(Deposit.id.in_(deposits))))
        )
    for one in matched:
        set_id = ledger.transfer(work, "bank_match", Role.BANK, Role.IN_TRANSIT, one.amount)
        _keep(work, row, one.kind, one.source_id, one.amount, one.number, set_id, "", by_hand=by_hand)
    if fee:
        _book_fee(work, row, fee, "", by_hand=by_hand)
    came = [one.source_id for one in matched if one.tender == TenderKind.CHEQUE.value]
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
