"""A hall's workbook taken apart, row by row: typed values, and what is wrong in each row alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from desktop.contracts.records import CapacitySpell
from desktop.invoices.records import BUYER_WORDS, Buyer
from desktop.invoices.service import buyer_problems, clean
from desktop.kernel.country import Country, Load
from desktop.kernel.errors import Problem, Refused
from desktop.kernel.measures import Energy, Power
from desktop.kernel.sheet import Progress, Row, stream_rows
from desktop.kernel.text import LANGUAGES, Text
from desktop.metering.records import RegisterCode
from desktop.parties import rules as parties
from desktop.parties.records import ContactKind, ContactOrder, PartyKind
from desktop.takeover.documents.agreed import BILL_LIMITS, READ_LIMITS, SPELLS, TERMS
from desktop.takeover.documents.cells import LineReader
from desktop.takeover.documents.columns import HallSheet
from desktop.takeover.documents.paying import WISHES
from desktop.takeover.documents.sheets import ITEMS, METERS, PARTIES, PAYMENTS, layouts, sheet_of
from desktop.takeover.records import SEVERAL
from desktop.tariffs.records import Basis

MOST_DIGITS = 9
MOST_PERCENT = 1000


@dataclass(slots=True)
class ReadLine:
    """A row as it stands: the fields that are right, and its problems."""

    sheet: HallSheet
    title: str
    line: int
    values: dict[str, Any]
    problems: Sequence[Problem]


def read_hall(
    path: Path, country: Country, progress: Progress = lambda _done, _total: True
) -> Iterator[ReadLine | Problem]:
    """The rows of a workbook in their order, and the problems of whole sheets. A file that is none is `Refused`,
    perhaps after some of its rows were given."""
    readers: dict[str, LineReader] = {}
    for row in stream_rows(path, layouts(), progress):
        if isinstance(row, Problem):
            yield row
            continue
        reader = readers.get(row.sheet)
        if reader is None:
            reader = readers[row.sheet] = LineReader(sheet_of(row.sheet), country)
        values, sheet = reader.read(row), reader.sheet
        if sheet in _CHECKS:
            _CHECKS[sheet](row, values, country)
        yield ReadLine(sheet, row.sheet, row.line, values, row.problems)


def _check_party(row: Row, values: dict[str, Any], country: Country) -> None:
    language = values.get("language")
    if language and language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        row.note("language", Text("This language is not known"), Text("Use one of: {words}", words=known))
    kind = values.get("kind", PartyKind.PERSON)
    if "identity" in values:
        number = country.identifiers["identity"].clean(values["identity"])
        values["identity"] = number
        flaw = country.identifiers["identity" if kind is PartyKind.PERSON else "organisation"].flaw(number)
        if flaw is not None:
            row.note("identity", flaw, Text("Correct the number, or leave it out"))
    values["phones"] = tuple(parties.tidied(ContactKind.MOBILE, phone) for phone in values.get("phones", ()))
    for phone in values["phones"]:
        _contact(row, "phones", ContactKind.MOBILE, phone)
    for name, contact in (
        ("email", ContactKind.EMAIL),
        ("bank", ContactKind.BANK),
        ("postal", ContactKind.POSTAL),
    ):
        if name in values:
            values[name] = parties.tidied(contact, values[name])
            _contact(row, name, contact, values[name])
    if any(len(one.strip()) > parties.LONGEST for one in values.get("authorised", "").split(SEVERAL)):
        row.note("authorised", Text("One of these is too long"), Text("Shorten it"))
    if "notices" in values:
        _notices(row, values)


def _notices(row: Row, values: dict[str, Any]) -> None:
    """Notices go to a contact of the row, however it is written."""
    known = [*values["phones"], *(values[name] for name in ("email", "postal") if name in values)]
    kinds = (ContactKind.MOBILE, ContactKind.EMAIL, ContactKind.POSTAL)
    meant = {parties.tidied(kind, values["notices"]) for kind in kinds}
    found = next((one for one in known if one in meant), None)
    if found is None:
        row.note("notices", Text("This row has no such telephone, e-mail or postal address"),
                 Text("Write one of them, or leave it empty"))  # fmt: skip
    else:
        values["notices"] = found


def _contact(row: Row, name: str, kind: ContactKind, value: str) -> None:
    if parties.objection(ContactOrder(_NOBODY, kind, value)) is not None:
        row.note(name, *_FLAWS[kind])


_NOBODY = UUID(int=0)
_FLAWS = {
    ContactKind.MOBILE: (
        Text("This is no telephone number"),
        Text("Write digits only, several with commas between"),
    ),
    ContactKind.EMAIL: (Text("This is no e-mail address"), Text("Write it like name@example.com")),
    ContactKind.BANK: (Text("This is no bank account"), Text("Write letters and digits only")),
    ContactKind.POSTAL: (Text("This address is too long"), Text("Shorten it")),
}


def _check_meter(row: Row, values: dict[str, Any], _country: Country) -> None:
    digits = values.get("digits")
    if digits is not None and digits > MOST_DIGITS:
        row.note("digits", Text("A register has nine digits at most"), Text("Correct the number"))
        return
    for name in ("last_read", "newest_read"):
        if digits is not None and name in values and values[name].decimal >= 10**digits:
            what = Text("The reading has more digits than the register, which has {digits}", digits=digits)
            row.note(name, what, Text("Correct one of the two"))
    if ("newest_read" in values) != ("newest_read_on" in values):
        row.note(
            "newest_read",
            Text("The newest reading and its day belong together"),
            Text("Fill in both, or none"),
        )
    elif (
        "newest_read" in values
        and "last_read" in values
        and values["newest_read"] < values["last_read"]
        and values.get("register") is not RegisterCode.DEMAND  # it begins anew every month
    ):
        what = Text("The reading is below the previous one, {previous}", previous=values["last_read"])
        row.note(
            "newest_read", what, Text("Leave it out; enter it here as a read, where a rollover is confirmed")
        )


def _check_item(row: Row, values: dict[str, Any], country: Country) -> None:
    rules = values.get("rule_set")
    if rules:
        try:
            country.late_fee_note(values.get("customer_class") or "residential", rules)
        except ValueError:
            row.note("rule_set", Text("There are no rules with this name"), Text("Leave it empty"))


def _check_payment(row: Row, values: dict[str, Any], _country: Country) -> None:
    if "principal" in values and not values["principal"] and not values.get("late_fee"):
        row.note("principal", Text("Nothing was paid here"), Text("Delete the row"))


def _check_terms(row: Row, values: dict[str, Any], country: Country) -> None:
    for basis, name in ((Basis.CAPACITY, "capacity"), (Basis.CONTRACT_DEMAND, "contract_demand")):
        if values.get("basis") is basis and not values.get(name):
            row.note(name, Text("The charge goes by this, and nothing stands here"), Text("Fill it in"))
    if "losses" in values:
        try:
            if country.losses is None:
                raise Refused(Text("This country has no rules for losses."))
            country.losses(json.loads(values["losses"]), _NO_LOAD)
        except Refused as refusal:
            row.note("losses", refusal.text, Text("Correct the values"))


_NO_LOAD = Load(Energy.zero(), Energy.zero(), 30, 30)


def _check_spell(row: Row, values: dict[str, Any], _country: Country) -> None:
    if "kind" not in values or "starts_on" not in values:
        return
    one = CapacitySpell(
        values["kind"],
        values["starts_on"],
        values.get("ends_on"),
        values.get("power", Power.zero()),
        reason=values.get("reason", ""),
    )
    for name in one.flaws:
        row.note(*_SPELL_FLAWS[name])


_SPELL_FLAWS = {
    "end": (
        "ends_on",
        Text("What is sealed for a time has an end, and ends after it began"),
        Text("Correct the days"),
    ),
    "power": ("power", Text("An exemption has no kVA, everything else has some"), Text("Correct the number")),
    "reason": ("reason", Text("An exemption rests on a notice"), Text("Name the notice")),
}


def _check_wish(row: Row, values: dict[str, Any], country: Country) -> None:
    if "kind" not in values:
        return
    buyer = clean(country, Buyer(**{name: values.get(name, "") for name in BUYER_WORDS}))
    for one in buyer_problems(country, values["kind"], buyer, organisation=True):
        row.note(str(one.column), one.what, one.remedy)
    values |= {name: getattr(buyer, name) for name in BUYER_WORDS if name in values}


def _check_limits(row: Row, values: dict[str, Any], _country: Country) -> None:
    for name in ("surge_percent", "drop_percent", "jump_percent"):
        if values.get(name, 0) > MOST_PERCENT:
            row.note(name, Text("This is too large"), Text("Correct the number"))
    if values.get("days_low", 0) > values.get("days_high", MOST_PERCENT):
        row.note(
            "days_low", Text("The shortest period is longer than the longest"), Text("Correct one of the two")
        )


_CHECKS = {
    PARTIES: _check_party,
    METERS: _check_meter,
    ITEMS: _check_item,
    PAYMENTS: _check_payment,
    TERMS: _check_terms,
    SPELLS: _check_spell,
    READ_LIMITS: _check_limits,
    BILL_LIMITS: _check_limits,
    WISHES: _check_wish,
}
