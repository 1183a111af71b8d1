"""Tariff files: plain JSON data checked and turned into a tariff, every mistake at once with its place.

The file names itself (``format`` 1), a ``code`` and ``name``, whom it is for (``use_class`` as printed,
``customer_class`` as the core knows it), its ``currency`` with the ``decimals`` of its minor unit, and its
``versions``. A version has a ``code``, ``valid_from`` (included) and ``valid_to`` (not included, null:
open), the ``notice`` that fixes it, the ``source`` where it was read, and ``components``, each with
``kind``, ``code`` and ``price_origin``. Numbers are texts, so that none is a binary fraction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from desktop.kernel.errors import Problem
from desktop.kernel.fields import Fields
from desktop.kernel.json_lines import located
from desktop.kernel.text import Text
from desktop.tariffs.documents import bands, charges, tiers
from desktop.tariffs.documents.common import word
from desktop.tariffs.records import CustomerClass
from desktop.tariffs.rules import IncludedTax, TariffComponent, TariffData, TariffVersion

FORMAT = 1
CUSTOMER_CLASSES = tuple(one.value for one in CustomerClass)
MOST_DECIMALS = 4

Reader = Callable[[Fields, Sequence[TariffComponent]], TariffComponent]
KINDS: Mapping[str, Reader] = {
    "tiers": tiers.tiers,
    "tier_adders": tiers.tier_adders,
    "free_energy": tiers.free_energy,
    "hours": bands.hours,
    "time_bands": bands.time_bands,
    "per_kwh": charges.per_kwh,
    "included_funds": charges.included_funds,
    "basic_charge": charges.basic_charge,
    "power_factor": charges.power_factor,
    "included_tax": charges.included_tax,
}
"""The kinds of components and what reads them; each sees the components that stand before it."""


def read_tariff(data: object, where: str) -> tuple[TariffData | None, tuple[Problem, ...]]:
    """The tariff in the plain data of a file named ``where``, or None and every problem with its JSON path.

    Problems are: a missing, unfit or unknown value; tiers with a gap or an overlap; a negative price; a
    version without notice or validity; two versions, or none, for one day between the first and the last.
    """
    fields = Fields(data, where)
    stated = fields.whole("format")
    if stated != FORMAT and not fields.problems:
        what, remedy = Text("This format is not known"), Text("Update the program, or check the file")
        fields.note("format", stated, what, remedy)
    fields.unknown(
        {"format", "code", "name", "use_class", "customer_class", "currency", "decimals", "versions"}
    )
    decimals = _decimals(fields)
    versions = [_version(entry, decimals) for entry in fields.each("versions")]
    _check_validity(fields, versions)
    tariff = TariffData(
        code=fields.text("code"),
        name=fields.text("name"),
        use_class=fields.text("use_class"),
        customer_class=word(fields, "customer_class", CUSTOMER_CLASSES),
        currency=fields.text("currency"),
        decimals=decimals,
        versions=tuple(sorted(versions, key=lambda version: version.valid_from)),
    )
    return (None if fields.problems else tariff), tuple(fields.problems)


def read_content(content: str, where: str) -> tuple[TariffData | None, tuple[Problem, ...]]:
    """The tariff in the text of a file, or None and every problem with its line (``row``) and JSON path (``column``).

    A text that is no JSON has that one problem; so has a name that stands twice, of which only one could count.
    """
    try:
        data = json.loads(content)
    except json.JSONDecodeError as error:
        place = Text("column {column}", column=str(error.colno))
        return None, (Problem(NO_JSON, CHOOSE_JSON, place, "", where, error.lineno),)
    except (RecursionError, ValueError):  # too deep, or a number of thousands of digits
        return None, (Problem(NO_JSON, CHOOSE_JSON, "", "", where, 1),)
    tariff, problems = read_tariff(data, where)
    found = located(problems, content, where)
    return (None if found else tariff), found


NO_JSON, CHOOSE_JSON = Text("This is no JSON"), Text("Choose a tariff file in JSON")


def read_version(
    data: Mapping[str, object], where: str, decimals: int
) -> tuple[TariffVersion | None, tuple[Problem, ...]]:
    """One version alone, as it is stored; ``decimals`` are those of the tariff's currency."""
    fields = Fields(data, where)
    version = _version(fields, decimals)
    return (None if fields.problems else version), tuple(fields.problems)


def _version(fields: Fields, decimals: int) -> TariffVersion:
    fields.unknown({"code", "valid_from", "valid_to", "notice", "source", "components"})
    valid_from = fields.day("valid_from")
    valid_to = fields.day("valid_to") if fields.has("valid_to") else None
    if valid_to is not None and valid_to <= valid_from:
        fields.note(
            "valid_to", valid_to, Text("The validity ends before it starts"), Text("Mend one of the dates")
        )
    components: list[TariffComponent] = []
    for entry in fields.each("components"):
        kind = entry.text("kind")
        if kind and kind not in KINDS:
            known = ", ".join(sorted(KINDS))
            entry.note(
                "kind", kind, Text("No such component is known"), Text("Use one of: {words}", words=known)
            )
        elif kind:
            if any(isinstance(part, IncludedTax) for part in components):
                what = Text("What prices contain of tax stands last")
                entry.note("kind", kind, what, Text("Move the tax to the end"))
            components.append(KINDS[kind](entry, components))
        if components and components[-1].code in {part.code for part in components[:-1]}:
            entry.note(
                "code", components[-1].code, Text("This code is used twice"), Text("Choose another one")
            )
    return TariffVersion(
        code=fields.text("code"),
        valid_from=valid_from,
        valid_to=valid_to,
        notice=fields.text("notice"),
        source=fields.text("source", ""),
        decimals=decimals,
        components=tuple(components),
        data=fields.data,
    )


def _decimals(fields: Fields) -> int:
    decimals = fields.whole("decimals")
    if not 0 <= decimals <= MOST_DECIMALS:
        fields.note("decimals", decimals, Text("No currency has so many decimals"), Text("Give 0 to 4"))
        return 0
    return decimals


def _check_validity(fields: Fields, versions: Sequence[TariffVersion]) -> None:
    """Each day from the first version on has exactly one version, and each code stands once."""
    numbered = sorted(enumerate(versions), key=lambda entry: entry[1].valid_from)
    for (_, earlier), (index, later) in pairwise(numbered):
        place = f"versions[{index}].valid_from"
        if earlier.valid_to is None or earlier.valid_to > later.valid_from:
            what = Text(
                "Two versions hold on this day: {earlier} and {later}", earlier=earlier.code, later=later.code
            )
            fields.note(place, later.valid_from, what, Text("End the earlier version on this day"))
        elif earlier.valid_to < later.valid_from:
            what = Text("No version holds from {start} to this day", start=earlier.valid_to)
            fields.note(place, later.valid_from, what, Text("Start the version when the earlier one ends"))
    codes = [version.code for version in versions]
    for index, code in enumerate(codes):
        if code and code in codes[:index]:
            place = f"versions[{index}].code"
            fields.note(place, code, Text("This code is used twice"), Text("Choose another one"))
