"""The file that describes a new hall: plain JSON, checked as a whole, every mistake at once with its place.

``country`` and ``language``; ``company`` with ``name``, ``hotline``, ``address`` and, as far as they are known,
``tax_number``, ``bank``, ``bank_account``, ``letterhead`` and ``seal`` (PNG files beside this one); ``districts``
(``code``, ``name``), ``halls`` (``code``, ``name``, ``district``; ``address`` and ``hotline`` where they are not the
company's), ``stations`` (``code``, ``name``, ``hall``), ``people`` (``login``, ``name``, ``roles``, ``password``;
``language`` where it is another one), and ``tariffs``: names of tariff files that come with the program, or of JSON
files beside this one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.founding.records import Founding, ShippedTariff
from desktop.founding.rules import code_flaw
from desktop.kernel.country import Country
from desktop.kernel.errors import Problem, Refused
from desktop.kernel.fields import Fields
from desktop.kernel.files import resource
from desktop.kernel.text import LANGUAGES, Text
from desktop.kernel.work import draw_id
from desktop.papers.rules import bare_png
from desktop.staff.records import HallFounding, NewCompany, NewDistrict, NewHall, NewStation, NewUser
from desktop.staff.rules import login_problem, password_problem
from desktop.tariffs.documents import read_tariff

ADMINISTRATOR = "administrator"
_TOP = ("about", "country", "language", "company", "districts", "halls", "stations", "people", "tariffs")
_COMPANY = ("name", "tax_number", "bank", "bank_account", "hotline", "address", "letterhead", "seal")
_PERSON = ("login", "name", "roles", "password", "language")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a description is checked against.

    ``reserved`` logins belong to the program; ``hashed`` gives what is stored for a password; files are looked for
    in ``folder``.
    """

    countries: Mapping[str, Country]
    roles: Collection[str]
    reserved: Collection[str]
    hashed: Callable[[str], str]
    folder: Path | None = None


def read_founding(
    data: object, where: str, around: Surroundings
) -> tuple[Founding | None, tuple[Problem, ...]]:
    """The founding that plain data describes, or None and every problem with its path in the data."""
    fields = Fields(data, where)
    fields.unknown(_TOP)
    country = _country(fields, around)
    language = _language(fields, "language", country.language)
    company = Fields(fields.data.get("company") or {}, where, "company", fields.problems)
    company.unknown(_COMPANY)
    letterhead, seal = (_picture(company, key, around.folder) for key in ("letterhead", "seal"))
    hotline, address = _identifier(company, "hotline", country, "phone"), company.text("address")
    head = NewCompany(
        company.text("name"),
        _identifier(company, "tax_number", country, "tax_number", ""),
        company.text("bank", ""),
        _identifier(company, "bank_account", country, "bank_account", ""),
    )
    districts = tuple(_district(one) for one in fields.each("districts"))
    halls = tuple(_hall(one, country, address, hotline) for one in fields.each("halls"))
    stations = tuple(_station(one) for one in fields.each("stations"))
    people = _people(fields, around, language)
    _distinct(fields, "districts", "code", [one.code for one in districts])
    _distinct(fields, "halls", "code", [one.code for one in halls])
    _distinct(fields, "stations", "code", [one.code for one in stations])
    _known(fields, "halls", "district", [one.district for one in halls], [one.code for one in districts])
    _known(fields, "stations", "hall", [one.hall for one in stations], [one.code for one in halls])
    _peopled(fields, "districts", [one.code for one in districts], [one.district for one in halls])
    _peopled(fields, "halls", [one.code for one in halls], [one.hall for one in stations])
    tariffs = _tariffs(fields, country, around.folder)
    if fields.problems:
        return None, tuple(fields.problems)
    places = HallFounding(country.code, head, districts, halls, stations, people, draw_id())
    return Founding(places, tariffs, letterhead, seal), ()


def _country(fields: Fields, around: Surroundings) -> Country:
    code = fields.text("country")
    if code not in around.countries and code:
        known = ", ".join(around.countries)
        fields.note(
            "country", code, Text("This country is not known"), Text("Use one of: {words}", words=known)
        )
    return around.countries.get(code) or next(iter(around.countries.values()))


def _language(fields: Fields, key: str, default: str) -> str:
    language = fields.text(key, default)
    if language in LANGUAGES:
        return language
    words = ", ".join(LANGUAGES)
    fields.note(key, language, Text("This language is not known"), Text("Use one of: {words}", words=words))
    return default


def _flaw(fields: Fields, key: str, value: str, flaw: Text | None) -> None:
    if value and flaw is not None:
        fields.note(key, value, flaw, Text("Change it"))


def _identifier(fields: Fields, key: str, country: Country, kind: str, default: str | None = None) -> str:
    """A number in its kept form, after the country's rule for it."""
    number = country.identifiers[kind].clean(fields.text(key, *([] if default is None else [default])))
    _flaw(fields, key, number, country.identifiers[kind].flaw(number))
    return number


def _code(fields: Fields) -> str:
    code = fields.text("code")
    _flaw(fields, "code", code, code_flaw(code))
    return code


def _district(fields: Fields) -> NewDistrict:
    fields.unknown(("code", "name"))
    return NewDistrict(_code(fields), fields.text("name"))


def _hall(fields: Fields, country: Country, address: str, hotline: str) -> NewHall:
    fields.unknown(("code", "name", "district", "address", "hotline"))
    return NewHall(
        _code(fields),
        fields.text("name"),
        fields.text("district"),
        fields.text("address", address),
        _identifier(fields, "hotline", country, "phone", hotline),
    )


def _station(fields: Fields) -> NewStation:
    fields.unknown(("code", "name", "hall"))
    return NewStation(_code(fields), fields.text("name"), fields.text("hall"))


def _people(fields: Fields, around: Surroundings, language: str) -> tuple[NewUser, ...]:
    people = [
        replace(_person(one, around, language), must_change=at > 0)  # the first is who describes the hall
        for at, one in enumerate(fields.each("people"))
    ]
    _distinct(fields, "people", "login", [one.login for one in people])
    if people and not any(ADMINISTRATOR in one.roles for one in people):
        fields.note(
            "people[0].roles",
            None,
            Text("Nobody is administrator, so nobody could enter more people"),
            Text("Give one of them the role administrator"),
        )
    return tuple(people)


def _person(fields: Fields, around: Surroundings, language: str) -> NewUser:
    fields.unknown(_PERSON)
    login, password = fields.text("login"), fields.text("password")
    _flaw(fields, "login", login, login_problem(login))
    if login in around.reserved:
        _flaw(fields, "login", login, Text("The program uses this login itself"))
    flaw = password_problem(login, password)
    if password and flaw is not None:
        fields.note("password", None, flaw, Text("Choose another password"))
    return NewUser(
        login,
        fields.text("name"),
        _language(fields, "language", language),
        around.hashed(password) if flaw is None else "!",
        _roles(fields, around.roles),
    )


def _roles(fields: Fields, known: Collection[str]) -> tuple[str, ...]:
    roles = fields.data.get("roles") or ()
    if isinstance(roles, str):
        roles = (roles,)
    if not isinstance(roles, list | tuple) or not roles or not all(role in known for role in roles):
        words = ", ".join(known)
        fields.note("roles", roles, Text("Not every role here is known"), Text("Use: {words}", words=words))
        return ()
    return tuple(dict.fromkeys(roles))


def _distinct(fields: Fields, key: str, name: str, values: list[str]) -> None:
    for at, value in enumerate(values):
        if value and value in values[:at]:
            fields.note(
                f"{key}[{at}].{name}", value, Text("Two have the same one"), Text("Give each one of its own")
            )


def _known(fields: Fields, key: str, name: str, values: list[str], known: list[str]) -> None:
    for at, value in enumerate(values):
        if value and value not in known:
            words = ", ".join(filter(None, known))
            fields.note(
                f"{key}[{at}].{name}", value, Text("There is none with this code"),
                Text("Use one of: {words}", words=words),
            )  # fmt: skip


def _peopled(fields: Fields, key: str, codes: list[str], used: list[str]) -> None:
    """Every district has a hall, every hall a station."""
    for at, code in enumerate(codes):
        if code and code not in used:
            fields.note(
                f"{key}[{at}].code",
                code,
                Text("Nothing stands in it"),
                Text("Put something there, or remove it"),
            )


def _picture(fields: Fields, key: str, folder: Path | None) -> bytes:
    """A picture: the bytes themselves, or the name of a PNG file."""
    value = fields.data.get(key)
    if value is None:
        return b""
    try:
        data = value if isinstance(value, bytes) else _beside(folder, str(value)).read_bytes()
        return bare_png(data)
    except OSError as error:
        shown, reason = str(value), error.strerror or ""
        fields.note(
            key, shown, Text("The file cannot be read: {reason}", reason=reason), Text("Check its name")
        )
    except Refused as refusal:
        shown = "" if isinstance(value, bytes) else str(value)
        fields.note(key, shown, refusal.text, Text("Or leave it out"))
    return b""


def _beside(folder: Path | None, name: str) -> Path:
    return Path(name) if folder is None else folder / name


def _tariffs(fields: Fields, country: Country, folder: Path | None) -> tuple[str, ...]:
    shipped = {one.file: one.content for one in shipped_tariffs(country)}
    names = fields.data.get("tariffs") or ()
    if not isinstance(names, list | tuple):
        fields.note("tariffs", names, Text("This is no list"), Text("Write the entries in []"))
        return ()
    found = []
    for at, name in enumerate(map(str, names)):
        try:
            content = shipped.get(name) or _beside(folder, name).read_text(encoding="utf-8")
            _tariff, problems = read_tariff(json.loads(content), name)
        except (OSError, ValueError):
            words = ", ".join(shipped)
            fields.note(
                f"tariffs[{at}]", name, Text("This is no tariff file"),
                Text("Use one of: {words}", words=words),
            )  # fmt: skip
            continue
        fields.problems += problems
        found.append(content)
    return tuple(found)


def shipped_tariffs(country: Country) -> tuple[ShippedTariff, ...]:
    """The tariff files of a country that come with the program, by name."""
    folder = resource("tariffs", country.code)
    found = []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        content = path.read_text(encoding="utf-8")
        tariff, problems = read_tariff(json.loads(content), path.name)
        if tariff is None:
            raise ValueError(f"{path.name} of the program is no tariff: {problems}")
        last = tariff.versions[-1]
        found.append(
            ShippedTariff(
                path.stem, tariff.name, tariff.use_class, last.notice, last.valid_from, last.valid_to, content
            )
        )
    return tuple(found)


def template(country: Country) -> dict[str, object]:
    """An example to start from: right as it stands, but for names and passwords."""
    numbers = country.identifiers
    return {
        "about": [
            "A new hall for: servicehall found THIS_FILE. Try it first with --dry-run: nothing is written.",
            "Codes stand in the numbers of papers: stations in those of receipts, halls in those of bills.",
            "roles: see `people`; at least one administrator, and a second person who may approve.",
            "tariffs: names of files that come with the program, or JSON files beside this one; may be empty.",
            "letterhead and seal: PNG files beside this one; leave them out where there are none.",
            "Passwords stand here in clear: delete this file afterwards.",
        ],
        "country": country.code,
        "language": country.language,
        "company": {
            "name": "Power company",
            "tax_number": numbers["tax_number"].example,
            "bank": "Bank",
            "bank_account": numbers["bank_account"].example,
            "hotline": numbers["phone"].example,
            "address": "Street 1",
        },
        "districts": [{"code": "D1", "name": "District"}],
        "halls": [{"code": "H1", "name": "Service hall", "district": "D1"}],
        "stations": [
            {"code": "1", "name": "Counter 1", "hall": "H1"},
            {"code": "2", "name": "Counter 2", "hall": "H1"},
        ],
        "people": [
            {"login": "admin", "name": "Administrator", "roles": [ADMINISTRATOR], "password": "change me 1"},
            {"login": "lead", "name": "Supervisor", "roles": ["supervisor"], "password": "change me 2"},
            {"login": "cash", "name": "Cashier", "roles": ["cashier"], "password": "change me 3"},
        ],
        "tariffs": [one.file for one in shipped_tariffs(country)],
    }
