"""The sheet of a closed day: its tills, what came by which tender, and the heads of all journals, as paper and text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from desktop.counter.documents import handed_on_words
from desktop.kernel import canonical, practice
from desktop.kernel.country import Country
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.paper import A4, RIGHT, Column, Paper, one_paper
from desktop.kernel.tabled import Head, TabledPaper
from desktop.kernel.text import Catalog, Text
from desktop.kernel.watermark import mark, mark_everywhere
from desktop.staff.records import Pictures, no_pictures
from desktop.treasury.records import ChainHead, DayDebit, DaySheet, DayTill

LARGEST_FILE = 20_000_000
_SHOWN = 24
"""So many signs of a hash stand on the paper; the file has all of them."""


def day_sheet_pdf(
    sheet: DaySheet, catalog: Callable[[str], Catalog], country: Country, pictures: Pictures = no_pictures
) -> bytes:
    """The sheet as a PDF, A4, in the language of who closed the day; a copy says which one it is."""
    say = catalog(sheet.language)

    def draw(paper: Paper) -> None:
        _draw(paper, sheet, say, country, pictures)

    return one_paper(draw, say("Day sheet"), sheet.letterhead.company, sheet.language, A4)


def _draw(paper: Paper, sheet: DaySheet, say: Catalog, country: Country, pictures: Pictures) -> None:
    head, receipts = sheet.letterhead, sum(one.receipts for one in sheet.tills)
    facts = (
        (say("Day"), say.date(sheet.day), say.plural("{count} receipt", "{count} receipts", receipts)),
        (say(Text("Closed", context="cash sheet")), say.moment(sheet.closed_at), sheet.closed_by),
        (say("Turned in to the safe"), say.money(sheet.turned_in, unit=True), ""),
        (say("Till differences"), say.money(sheet.difference, unit=True), ""),
    )
    picture = pictures(head.picture) if head.picture else None
    top = Head(
        say.join([head.company, head.hall]), say("Day sheet"), sheet.number, facts, sheet.copy, picture
    )
    on = TabledPaper(paper, say, top)
    _tills(on, sheet, say, country.currency.sign)
    _tenders(on, sheet, say, country.currency.sign)
    _debits(on, sheet, say, country.currency.sign)
    on.words(_words(sheet, say, country))
    _heads(on, sheet, say)
    on.signatures(say("Head cashier"), say("Second person"), sheet.check_code)
    on.finish()


def _tills(on: TabledPaper, sheet: DaySheet, say: Catalog, sign: str) -> None:
    columns = (
        Column(say("Till"), 20, 30),
        Column(say("Cash sheet"), 52, 30),
        Column(say(Text("Closed", context="cash sheet")), 84, 22),
        Column(say(Text("Receipts", context="cash sheet")), 118, 14, RIGHT),
        Column(say("Taken {sign}", sign=sign), 144, 25, RIGHT),
        Column(say("Counted"), 168, 23, RIGHT),
        Column(say("Difference"), 190, 21, RIGHT),
    )
    rows = [
        [
            one.till_name,
            one.cash_sheet,
            f"{one.closed_at:%H:%M} {one.closed_by}",
            say.number(one.receipts),
            say.money(one.amount),
            say.money(one.counted),
            say.money(one.difference),
        ]
        for one in sheet.tills
    ]
    total = [
        say("Total"),
        "",
        "",
        say.number(sum(one.receipts for one in sheet.tills)),
        say.money(Money.total([one.amount for one in sheet.tills])),
        say.money(Money.total([one.counted for one in sheet.tills])),
        say.money(sheet.difference),
    ]
    on.table(say("Tills"), columns, rows, total)


def _tenders(on: TabledPaper, sheet: DaySheet, say: Catalog, sign: str) -> None:
    columns = (
        Column(say("Tender"), 20, 60),
        Column(say(Text("Receipts", context="cash sheet")), 110, 28, RIGHT),
        Column(say("Reversed"), 145, 28, RIGHT),
        Column(say("Kept {sign}", sign=sign), 190, 40, RIGHT),
    )
    rows = [
        [
            say(one.tender.text),
            say.number(one.receipts),
            say.number(one.reversals) if one.reversals else "–",
            say.money(one.amount),
        ]
        for one in sheet.taken
    ]
    total = [
        say("Total"),
        say.number(sum(one.receipts for one in sheet.taken)),
        say.number(sum(one.reversals for one in sheet.taken)),
        say.money(Money.total([one.amount for one in sheet.taken])),
    ]
    on.table(say("By tender"), columns, rows, total)


def _debits(on: TabledPaper, sheet: DaySheet, say: Catalog, sign: str) -> None:
    """Direct debits booked since the close before; they came to no till."""
    if not sheet.debits:
        return
    columns = (
        Column(say("Bank"), 20, 40),
        Column(say("Paid"), 74, 14, RIGHT),
        Column(say("Paid {sign}", sign=sign), 100, 25, RIGHT),
        Column(say("Not paid"), 130, 28, RIGHT),
        Column(say("Taken back {sign}", sign=sign), 162, 31, RIGHT),
        Column(say("Kept {sign}", sign=sign), 190, 27, RIGHT),
    )
    rows = [
        [
            one.bank,
            say.number(one.paid),
            say.money(one.paid_amount),
            say.number(one.failed) if one.failed else "–",
            say.money(one.returned_amount) if one.returned else "–",
            say.money(one.amount),
        ]
        for one in sheet.debits
    ]
    total = [
        say("Total"),
        say.number(sum(one.paid for one in sheet.debits)),
        say.money(Money.total([one.paid_amount for one in sheet.debits])),
        say.number(sum(one.failed for one in sheet.debits)),
        say.money(Money.total([one.returned_amount for one in sheet.debits])),
        say.money(Money.total([one.amount for one in sheet.debits])),
    ]
    on.table(say("Direct debits since the close before"), columns, rows, total)


def dropped_words(one: DayTill, say: Catalog) -> str:
    """What of a till is not in its count."""
    if one.dropped.raw > 0:
        return say(
            "{till}: {amount} went to the safe before the count", till=one.till_name, amount=one.dropped
        )
    return say(
        "{till}: {amount} came from the safe before the count", till=one.till_name, amount=-one.dropped
    )


def debit_words(one: DayDebit, say: Catalog) -> str:
    """What a bank made of direct debits, in one line."""
    return say(
        "Direct debits, {bank}: paid {paid}, {amount}; taken back {returned}, {back}; not paid {failed}",
        bank=one.bank,
        paid=one.paid,
        amount=one.paid_amount,
        returned=one.returned,
        back=one.returned_amount,
        failed=one.failed,
    )


def _words(sheet: DaySheet, say: Catalog, country: Country) -> list[str]:
    """What went to the safe before the counts, why tills differ, what was handed on, and the remark."""
    told = [dropped_words(one, say) for one in sheet.tills if one.dropped]
    told += [
        say(
            "{till} differs by {difference}: {reason}",
            till=one.till_name,
            difference=one.difference,
            reason=one.reason,
        )
        for one in sheet.tills
        if one.difference
    ]
    if sheet.unprinted:
        told.append(say("Handed on, not printed: {numbers}", numbers=say.join(list(sheet.unprinted))))
    told += [handed_on_words(one, say, country) for one in sheet.lost]
    return [*told, *([sheet.remark] if sheet.remark else [])]


def _heads(on: TabledPaper, sheet: DaySheet, say: Catalog) -> None:
    columns = (
        Column(say("Station"), 20, 40),
        Column(say("Entries"), 90, 25, RIGHT),
        Column(say("Hash of the newest entry"), 96, 94),
    )
    rows = [[one.station, say.number(one.head.number), _hash(one.head.hash)] for one in sheet.heads]
    on.table(say("Heads of the journals"), columns, rows)
    on.y -= 2
    on.words([say("Digest of all heads: {digest}", digest=_hash(sheet.digest, len(sheet.digest)))])


def _hash(digest: str, shown: int = _SHOWN) -> str:
    """A hash in groups of eight signs, shortened where it is long."""
    groups = [digest[at : at + 8] for at in range(0, min(shown, len(digest)), 8)]
    return " ".join(groups) + (" …" if shown < len(digest) else "")


def day_sheet_text(sheet: DaySheet, say: Catalog) -> str:
    """What proves the day, as plain text: direct debits, a line for each journal, one for all; to be kept elsewhere."""
    lines: Sequence[str] = (
        *filter(None, [mark(say.language)]),
        say.join([sheet.letterhead.company, sheet.letterhead.hall]),
        f"{say('Day sheet')} {sheet.number}  {sheet.day.isoformat()}  {sheet.closed_by}",
        *(debit_words(one, say) for one in sheet.debits or ()),
        *(f"{one.station}  {one.head.number}  {one.head.hash}" for one in sheet.heads),
        f"SHA-256  {sheet.digest}",
    )
    return "\n".join(lines) + "\n"


def day_file(sheet: DaySheet) -> bytes:
    """What proves the day, for programs; that of an invented hall says so."""
    return canonical.dump(replace(sheet, practice=mark_everywhere())).encode()


def read_day_file(path: Path) -> tuple[ChainHead, ...]:
    """The heads on the file of a closed day; `Refused` for what is no such file, was altered, or is of practice."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError
        sheet: DaySheet = canonical.load(DaySheet, path.read_text(encoding="utf-8"))
    except OSError:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Refused(
            Text(
                "{file} is not the file of a closed day. Take the .json that the close wrote.", file=path.name
            )
        ) from error
    if sheet.practice and not practice.is_on():
        raise Refused(Text("{file} is from practice: it proves nothing about this hall.", file=path.name))
    return sheet.heads
