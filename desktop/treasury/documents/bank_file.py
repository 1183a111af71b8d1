"""Files of banks and acquirers: lines read under whatever titles a bank gives its columns."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from desktop.kernel.cells.titles import normal
from desktop.kernel.errors import Problem, Refused
from desktop.kernel.measures import Currency, Money
from desktop.kernel.sheet import Field, Row, opened
from desktop.kernel.text import LANGUAGES, Text, catalog
from desktop.ledger.records import NOTHING
from desktop.treasury.records import BankField, BankFileRead, LineRead

MOST_LINES = 20_000
LONGEST_TEXT = 500
_TITLES: dict[BankField, tuple[str, ...]] = {
    BankField.DAY: (
        "交易日期", "记账日期", "入账日期", "清算日期", "日期", "Ngày giao dịch", "Ngày", "Kirjauspäivä", "Päivämäärä",
        "Date", "Booking date", "Transaction date",
    ),
    BankField.AMOUNT: ("交易金额", "发生额", "Số tiền", "Määrä"),
    BankField.CREDIT: ("贷方金额", "贷方发生额", "收入金额", "收入", "Ghi có"),
    BankField.DEBIT: ("借方金额", "借方发生额", "支出金额", "支出", "Ghi nợ"),
    BankField.FEE: ("手续费", "商户手续费", "手续费金额", "Phí", "Phí giao dịch", "Palkkio"),
    BankField.NET: ("清算金额", "结算金额", "入账金额", "净额", "Số tiền thực nhận", "Tilitetään"),
    BankField.REFERENCE: ("检索参考号", "参考号", "凭证号", "商户订单号", "订单号", "Viite", "Số tham chiếu"),
    BankField.LINE: ("流水号", "交易流水号", "银行流水号", "Arkistointitunnus", "Số bút toán"),
    BankField.TEXT: ("摘要", "附言", "用途", "备注", "Nội dung", "Viesti", "Description"),
}  # fmt: skip
_REQUIRED = {BankField.DAY: (), BankField.AMOUNT: ("credit", "net")}


@cache
def _fields() -> tuple[Field, ...]:
    return tuple(
        Field(
            field.value,
            field.text,
            (*_TITLES[field], field.text.message, *(catalog(language)(field.text) for language in LANGUAGES)),
            field in _REQUIRED,
            _REQUIRED.get(field, ()),
        )
        for field in BankField
    )


def read_bank_file(path: Path, currency: Currency, columns: Iterable[tuple[str, str]] = ()) -> BankFileRead:
    """The lines of a file, by the titles we know and those that ``columns`` name by field. `Refused` for no such file.

    What cannot be read is a problem with its place; then nothing of the file should be taken.
    """
    mapped = {"": {normal(title): field for field, title in columns if title}}
    lines, problems, seen = list[LineRead](), list[Problem](), Counter[str]()
    with opened(path, _fields(), mapped) as found:
        if found.count > MOST_LINES:
            raise Refused(
                Text("{file} has more than {most} lines: split it.", file=path.name, most=MOST_LINES)
            )
        problems += found.problems
        for row in found:
            line = _line(row, currency, seen)
            problems += row.problems
            if line is not None:
                lines.append(line)
        sheets = found.sheets
    titles = tuple(dict.fromkeys(title for sheet in sheets for title in sheet.titles))
    told = tuple(dict.fromkeys(pair for sheet in sheets for pair in sheet.columns.items()))
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return BankFileRead(path.name, digest, tuple(lines), tuple(problems), titles, told)


def _line(row: Row, currency: Currency, seen: Counter[str]) -> LineRead | None:
    day, sums = row.day("day"), _sums(row, currency)
    reference, number, text = (
        (row.text(name, required=False) or "")[:LONGEST_TEXT] for name in ("reference", "line", "text")
    )
    if day is None or sums is None or row.problems:
        return None
    amount, fee = sums
    key = number
    if not key:  # the same line twice in one file is two lines, in two files one
        alike = f"{day} {amount.raw} {reference} {text}"
        seen[alike] += 1
        key = hashlib.sha256(f"{alike} {seen[alike]}".encode()).hexdigest()[:24]
    return LineRead(row.line, key, day, amount, reference, text, fee)


def _sums(row: Row, currency: Currency) -> tuple[Money, Money] | None:
    """What reached the bank, below zero what went out, and the fee kept of it; a problem where it is neither."""
    fee = _money(row, "fee", currency) if row.titled("fee") else None
    net = _money(row, "net", currency) if row.titled("net") else None
    by_net = not row.titled("amount") and not row.titled("credit")
    if by_net and not row.has("net"):
        row.number("net")  # tells that it is empty
    if row.problems:
        return None
    kept = fee or NOTHING
    gross = (net + kept if net is not None else None) if by_net else _amount(row, currency)
    if gross is None:
        return None
    if kept.raw < 0:
        row.note("fee", Text("The fee is below zero"), Text("Write what was kept, without a minus"))
    elif kept.raw > abs(gross.raw):
        row.note("fee", Text("The fee is more than the amount"), Text("Correct the fee or the amount"))
    elif net is not None and net != gross - kept:
        what = Text("The amount less the fee is {amount}", amount=gross - kept)
        row.note("net", what, Text("Correct the amount, the fee or this"))
    else:
        return gross - kept, kept
    return None


def _amount(row: Row, currency: Currency) -> Money | None:
    """What came in, or below zero what went out, before a fee; a problem where it is neither."""
    name = "amount" if row.titled("amount") else "credit"
    into = _money(row, name, currency, required=not row.has("debit"))
    out = _money(row, "debit", currency) if row.titled("debit") else None
    if into is None and out is None:
        return None
    found = (into or NOTHING) - Money(abs((out or NOTHING).raw))
    if not found:
        row.note(name, Text("The amount is zero"), Text("Leave the line out"))
        return None
    return found


def _money(row: Row, name: str, currency: Currency, *, required: bool = False) -> Money | None:
    """An amount that stands under a field; a problem where it is none."""
    found = row.number(name, required=required)
    if found is None:
        return None
    try:
        return currency.money(found)
    except ValueError:
        row.note(name, Text("This is no amount of money"), Text("Write it with its decimals, such as 12.50"))
        return None
