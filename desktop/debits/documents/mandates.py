"""Mandates in bulk: one sheet, a row for each, under titles everybody knows."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from desktop.debits import rules
from desktop.debits.records import MandateOrder, MandatesRead
from desktop.kernel.errors import Problem
from desktop.kernel.sheet import Column, Field, Kind, Row, Sheet, read_rows, write_xlsx
from desktop.kernel.text import LANGUAGES, Catalog, Text, catalog

_COLUMNS: tuple[tuple[str, Text, tuple[str, ...], bool], ...] = (
    ("account", Text("Account number"), ("户号", "用户编号", "Mã khách hàng"), True),
    ("bank", Text("Bank"), ("开户银行", "银行", "代扣银行"), True),
    ("bank_account", Text("Bank account"), ("银行账号", "扣款账号", "卡号", "账号"), True),
    ("holder", Text("Account holder"), ("账户名称", "户名", "持卡人"), True),
    ("agreement", Text("Agreement number"), ("协议号", "签约号", "代扣协议号"), False),
    ("signed_on", Text("Signed on"), ("签约日期", "签订日期"), True),
    ("valid_from", Text("Valid from"), ("生效日期", "开始日期"), False),
)  # fmt: skip


@cache
def _fields() -> tuple[Field, ...]:
    return tuple(
        Field(
            name,
            title,
            (*titles, title.message, *(catalog(language)(title) for language in LANGUAGES)),
            required,
        )
        for name, title, titles, required in _COLUMNS
    )


def read_mandates(path: Path) -> MandatesRead:
    """The rows of a sheet of mandates, and every row that cannot be read. `Refused` for what is no such file."""
    found = read_rows(path, _fields())
    rows, problems = list[tuple[int, MandateOrder]](), list[Problem](found.problems)
    for row in found.rows:
        order = _order(row)
        problems += row.problems
        if order is not None:
            rows.append((row.line, order))
    return MandatesRead(path.name, tuple(rows), tuple(problems))


def _order(row: Row) -> MandateOrder | None:
    account, bank, number = row.identifier("account"), row.text("bank"), row.identifier("bank_account")
    holder, agreement = row.text("holder"), row.text("agreement", required=False) or ""
    signed, since = row.day("signed_on"), row.day("valid_from", required=False)
    flaw = rules.bank_account_problem(number) if number else None
    if flaw is not None:
        row.note("bank_account", flaw, Text("Compare it with the mandate"))
    if row.problems or not (account and bank and number and holder) or signed is None:
        return None
    return MandateOrder(account, bank, number, holder, agreement, signed, since or signed)


def mandates_template(say: Catalog) -> bytes:
    """An empty sheet of mandates with its titles and an example, which is not taken in as it stands."""
    columns = tuple(
        Column(say(title), Kind.DATE if name in ("signed_on", "valid_from") else Kind.TEXT, width=22)
        for name, title, _, _ in _COLUMNS
    )
    day = date(2026, 1, 1)
    example = ("3301000001", say("Bank"), "6222021234567890123", "张三", "X-1", day, day)
    return write_xlsx([Sheet(say("Mandates"), columns, [example])])
