"""Files of results: what a bank made of each item, under its own titles and in its own codes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path

from desktop.debits import rules
from desktop.debits.records import InField, Layout, ResultRead, ResultsRead
from desktop.kernel.cells.titles import normal
from desktop.kernel.errors import Problem, Refused
from desktop.kernel.measures import Currency, Money
from desktop.kernel.sheet import Field, Row, opened
from desktop.kernel.text import LANGUAGES, Text, catalog

MOST_ROWS = 100_000
LONGEST_WORDS = 500
_TITLES: dict[InField, tuple[str, ...]] = {
    InField.NUMBER: ("明细编号", "明细序号", "业务编号", "订单号", "商户订单号", "客户业务编号"),
    InField.AMOUNT: ("扣款金额", "实扣金额", "交易金额", "Số tiền", "Määrä"),
    InField.RESULT: ("处理结果", "扣款结果", "交易状态", "处理状态", "返回码", "结果", "状态", "Status"),
    InField.REASON: ("失败原因", "返回信息", "备注", "摘要"),
    InField.DAY: ("扣款日期", "交易日期", "记账日期", "日期"),
    InField.LINE: ("流水号", "交易流水号", "银行流水号"),
}
_REQUIRED = (InField.NUMBER, InField.AMOUNT, InField.RESULT)


@cache
def _fields() -> tuple[Field, ...]:
    return tuple(
        Field(
            field.value,
            field.text,
            (*_TITLES[field], field.text.message, *(catalog(language)(field.text) for language in LANGUAGES)),
            field in _REQUIRED,
        )
        for field in InField
    )


def read_results(
    path: Path, currency: Currency, layout: Layout, columns: Iterable[tuple[str, str]] = ()
) -> ResultsRead:
    """The rows of a file of results, by the titles we know, those of the bank, and ``columns`` over them.

    What cannot be read is a problem with its place; then nothing of the file should be taken. `Refused` for no such
    file.
    """
    titles = dict(layout.into) | dict(columns)
    mapped = {"": {normal(title): field for field, title in titles.items() if title}}
    rows, problems, seen = list[ResultRead](), list[Problem](), Counter[str]()
    with opened(path, _fields(), mapped) as found:
        if found.count > MOST_ROWS:
            raise Refused(
                Text("{file} has more than {most} lines: split it.", file=path.name, most=MOST_ROWS)
            )
        problems += found.problems
        for row in found:
            read = _row(row, currency, layout, seen)
            problems += row.problems
            if read is not None:
                rows.append(read)
        sheets = found.sheets
    shown = tuple(dict.fromkeys(title for sheet in sheets for title in sheet.titles))
    told = tuple(dict.fromkeys(pair for sheet in sheets for pair in sheet.columns.items()))
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return ResultsRead(path.name, digest, tuple(rows), tuple(problems), shown, told)


def _row(row: Row, currency: Currency, layout: Layout, seen: Counter[str]) -> ResultRead | None:
    number, result = row.identifier("number"), row.text("result")
    words = (row.text("reason", required=False) or "")[:LONGEST_WORDS]
    day, line = row.day("day", required=False), row.text("line", required=False) or ""
    amount = _amount(row, currency, minor=layout.minor)
    if number is None or result is None or amount is None or row.problems:
        return None
    meant = rules.meaning(result, words, dict(layout.codes))
    if meant is None:
        what = Text("Nobody knows what this result means")
        row.note("result", what, Text("Say it once for this bank, like “{code}=paid”", code=result))
        return None
    key = line
    if not key:  # the same row twice in one file is two rows, in two files one
        alike = f"{number} {meant.value} {amount.raw} {day}"
        seen[alike] += 1
        key = hashlib.sha256(f"{alike} {seen[alike]}".encode()).hexdigest()[:24]
    return ResultRead(row.line, key, number, amount, meant, words, day)


def _amount(row: Row, currency: Currency, *, minor: bool) -> Money | None:
    found = row.number("amount")
    if found is None:
        return None
    try:
        money = _minor(found) if minor else currency.money(abs(found))
    except ValueError:
        row.note(
            "amount", Text("This is no amount of money"), Text("Write it with its decimals, such as 12.50")
        )
        return None
    if not money:
        row.note("amount", Text("The amount is zero"), Text("Leave the line out"))
        return None
    return money


def _minor(found: Decimal) -> Money:
    if found != found.to_integral_value():
        raise ValueError(found)
    return Money(abs(int(found)))
