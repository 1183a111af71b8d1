"""The sheets of how accounts pay: in parts, together with others, and with which invoice."""

from __future__ import annotations

from desktop.invoices.records import InvoiceKind
from desktop.kernel.text import Text
from desktop.takeover.documents.agreed import ACCOUNT
from desktop.takeover.documents.columns import Column, HallSheet, Kind
from desktop.takeover.records import GroupLine, MemberLine, PlanLine, WishLine

PLANS = HallSheet(
    "plans",
    Text("Instalment plans"),
    Text("Accounts that pay a month in parts before its bill; a row for each plan"),
    PlanLine,
    (
        ACCOUNT,
        Column("valid_from", Text("First month"), Text("Month of use: 2026-01"), "2026-01", Kind.MONTH, True),
        Column("valid_to", Text("Ended with month"), Text("The first month without it; empty while it runs"), "",
               Kind.MONTH),
        Column("parts", Text("Parts"),
               Text("Day of the month it is due, and % of the newest bill or an amount, with ; between"),
               "5: 30 %; 15: 30 %; 25: 40 %", Kind.PARTS, True, longest=1000),
    ),
)  # fmt: skip

WISHES = HallSheet(
    "wishes",
    Text("Invoices wanted"),
    Text("What invoice an account wants for every bill"),
    WishLine,
    (
        ACCOUNT,
        Column("kind", Text("Kind"), Text("What is to be issued"),
               "ordinary", Kind.WORD, True, words=InvoiceKind),
        Column("title", Text("Buyer"), Text("As the invoice names it"), "杭州运河五金厂"),
        Column("tax_number", Text("Tax number"), Text("Is checked by its check sign"), "91350100M000100Y43", Kind.CODE),
        Column("address", Text("Buyer's address"), Text("Only for a special VAT invoice"), ""),
        Column("phone", Text("Buyer's telephone"), Text("Only for a special VAT invoice"), "", Kind.CODE),
        Column("bank", Text("Bank"), Text("Only for a special VAT invoice"), ""),
        Column("bank_account", Text("Bank account"), Text("Only for a special VAT invoice"), "", Kind.CODE),
    ),
)  # fmt: skip

GROUPS = HallSheet(
    "payment_groups",
    Text("Payment groups"),
    Text("Accounts that one payer pays together; a group comes in once all of its accounts are, and gets a new number"),
    GroupLine,
    (
        Column("number", Text("Group number"), Text("Any number; members name the group by it"), "G1", Kind.CODE, True),
        Column("name", Text("Name of the group"), Text("What it is called"), "和睦街道办事处",
               required=True),
        Column("payer", Text("Payer"), Text("Party number, as on the sheet of parties"), "P1", Kind.CODE, True),
    ),
)  # fmt: skip

MEMBERS = HallSheet(
    "group_members",
    Text("Group members"),
    Text("Which account is in a payment group from when to when; in one group at a time"),
    MemberLine,
    (
        Column("group", Text("Group number"), Text("As on the sheet of payment groups"), "G1", Kind.CODE, True),
        ACCOUNT,
        Column("valid_from", Text("Valid from"), Text("The first day"), "2025-01-01", Kind.DAY, True),
        Column("valid_to", Text("Ended on"), Text("The first day it holds no longer; empty while in force"), "",
               Kind.DAY),
    ),
)  # fmt: skip
