"""Files of banks and acquirers: lines read under whatever titles a bank gives its columns."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path

from desktop.kernel.cells.titles import normal
from desktop.kernel.errors import Problem, Refused
from desktop.kernel.measures import Currency, Money
from desktop.kernel.sheet import Field, Row, opened
from desktop.kernel.text import LANGUAGES, Text, catalog
from desktop.treasury.records import BankField, BankFileRead, LineRead

MOST_LINES = 20_000
LONGEST_TEXT = 500
_TITLES: dict[BankField, tuple[str, ...]] = {
    BankField.DAY: ("交易日期", "记账日期", "入账日期", "清算日期", "日期", "Ngày giao dịch", "Kirjauspäivä"),
    BankField.AMOUNT: ("交易金额", "发生额", "清算金额", "Số tiền", "Määrä"),
    BankField.CREDIT: ("贷方金额", "贷方发生额", "收入金额", "收入", "Ghi có"),
    BankField.DEBIT: ("借方金额", "借方发生额", "支出金额", "支出", "Ghi nợ"),
    BankField.REFERENCE: ("检索参考号", "参考号", "凭证号", "商户订单号", "订单号", "Viite", "Số tham chiếu"),
    BankField.LINE: ("流水号", "交易流水号", "银行流水号", "Arkistointitunnus", "Số bút toán"),
    BankField.TEXT: ("摘要", "附言", "用途", "备注", "Nội dung", "Viesti"),
}
_REQUIRED = {BankField.DAY: (), BankField.AMOUNT: ("credit",)}


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
    day, amount = row.day("day"), _amount(row, currency)
    reference, number, text = (
        (row.text(name, required=False) or "")[:LONGEST_TEXT] for name in ("reference", "line", "text")
    )
    if day is None or amount is None or row.problems:
        return None
    key = number
    if not key:  # the same line twice in one file is two lines, in two files one
        alike = f"{day} {amount.raw} {reference} {text}"
        seen[alike] += 1
        key = hashlib.sha256(f"{alike} {seen[alike]}".encode()).hexdigest()[:24]
    return LineRead(row.line, key, day, amount, reference, text)


def _amount(row: Row, currency: Currency) -> Money | None:
    """What came in, or below zero what went out; a problem where it is neither."""
    name = "amount" if row.titled("amount") else "credit"
    into = row.number(name, required=not row.has("debit"))
    out = row.number("debit", required=False) if row.titled("debit") else None
    if into is None and out is None:
        return None
    found = (into or Decimal(0)) - abs(out or Decimal(0))
    try:
        money = currency.money(found)
    except ValueError:
        row.note(name, Text("This is no amount of money"), Text("Write it with its decimals, such as 12.50"))
        return None
    if not money:
        row.note(name, Text("The amount is zero"), Text("Leave the line out"))
        return None
    return money
