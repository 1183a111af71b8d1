"""What a contact must look like, how it is shown to those who have no reason to read it, and which names are alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from desktop.kernel.alphabet import has_han, readings
from desktop.kernel.text import Text
from desktop.parties.records import CALLED, REACHED, ContactKind, ContactOrder, Likeness
from desktop.search.rules import folded

_CALLED = re.compile(r"\+?[0-9][0-9 ()-]{4,23}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z -]{4,39}")
LONGEST = 200
_TAIL = 4


def tidied(kind: ContactKind, value: str) -> str:
    """A contact as it is kept: full-width forms made plain, spaces inside numbers taken out."""
    plain = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in value)
    plain = " ".join(plain.split())
    if kind in CALLED:
        return re.sub(r"[ ()-]", "", plain)
    if kind in (ContactKind.IDENTITY, ContactKind.BANK):
        return re.sub(r"[ -]", "", plain.upper())
    if kind in (ContactKind.POSTAL, ContactKind.AUTHORISED):
        return value.strip()
    return plain.replace(" ", "")


def objection(order: ContactOrder) -> Text | None:
    """Why a contact cannot be kept as it was typed, or None."""
    value = tidied(order.kind, order.value)
    if not value:
        return Text("Nothing was typed: write the contact first.")
    if len(value) > LONGEST:
        return Text("A contact has at most {count} characters.", count=LONGEST)
    if order.notices and order.kind not in REACHED:
        return Text("Notices go to a telephone, an e-mail or a postal address.")
    if order.kind in CALLED:
        return phone_objection(value)
    if order.kind is ContactKind.EMAIL and not _EMAIL.fullmatch(value):
        return Text("“{value}” is no e-mail address. Write it like name@example.com.", value=value)
    if order.kind in (ContactKind.IDENTITY, ContactKind.BANK) and not _NUMBER.fullmatch(value):
        return Text("“{value}” is no number. Write letters and digits only.", value=value)
    return None


def phone_objection(typed: str) -> Text | None:
    """Why nobody can be called under what was typed, or None."""
    value = tidied(ContactKind.PHONE, typed)
    if _CALLED.fullmatch(value):
        return None
    return Text("“{value}” is no telephone number. Write digits only, like 13812345678.", value=value)


def name_objection(name: str) -> Text | None:
    """Why nobody can be called so, or None."""
    if not name.strip():
        return Text("Nothing was typed: write the name first.")
    if len(name.strip()) > LONGEST:
        return Text("A name has at most {count} characters.", count=LONGEST)
    return None


def masked(kind: ContactKind, value: str) -> str:
    """A contact with the part hidden that its owner is known by; a postal address stays readable.

    >>> masked(ContactKind.MOBILE, "13812345678"), masked(ContactKind.IDENTITY, "330105199001011234")
    ('138 **** 5678', '**** 1234')
    >>> masked(ContactKind.EMAIL, "lan@example.com"), masked(ContactKind.BANK, "1234")
    ('l***@example.com', '****')
    """
    if kind is ContactKind.POSTAL:
        return value
    if kind is ContactKind.EMAIL:
        name, _, place = value.partition("@")
        return f"{name[:1]}***@{place}"
    if kind in CALLED:
        return masked_phone(value)
    return f"**** {value[-_TAIL:]}" if len(value) >= 2 * _TAIL else "*" * len(value)


def masked_phone(phone: str) -> str:
    """A telephone number with its middle hidden: first three and last four digits stay."""
    return f"{phone[:3]} **** {phone[-_TAIL:]}" if len(phone) >= 2 * _TAIL else "*" * len(phone)


# Parties that seem to be one

SHORTEST = 3
"""Names of fewer signs are not compared sign by sign: half of such a name would differ."""


def alike(names: Sequence[str]) -> Iterator[tuple[int, int, Likeness]]:
    """Which of the names at one address seem to be one: the later, the earlier one like it, and why.

    Each later one is named once, with the first that is like it. The time grows with the count of names alone.

    >>> [(later, earlier, why.value) for later, earlier, why in alike(["陈玉兰", "陳玉蘭", "陈玉兰 ", "张三"])]
    [(1, 0, 'similar'), (2, 0, 'same')]
    """
    seen: dict[str, int] = {}
    for place, name in enumerate(names):
        plain = folded(name)
        earlier = seen.get(plain)
        if plain and earlier is not None:
            yield place, earlier, Likeness.SAME
            continue
        near = {seen[form]: None for form in _forms(name, plain) if form in seen}
        found = next(
            (one for one in sorted(near) if _near(plain, folded(names[one]), name, names[one])), None
        )
        if found is not None:
            yield place, found, Likeness.SIMILAR
        seen[plain] = place
        for form in _forms(name, plain):
            seen.setdefault(form, place)


def _forms(name: str, plain: str) -> Iterator[str]:
    """What a name has in common with those near it: its sound, and itself with one sign left out."""
    for sound in _sounds(name):
        yield f"\n{sound}"
    if len(plain) >= SHORTEST:
        yield f"\t{plain}"
        for place in range(len(plain)):
            yield f"\t{plain[:place]}{plain[place + 1 :]}"


def _sounds(name: str) -> Iterator[str]:
    if has_han(name):
        for reading in readings(name):
            yield "".join(folded(syllable) for syllable in reading)


def _near(one: str, other: str, name: str, other_name: str) -> bool:
    return one_sign_apart(one, other) or bool(set(_sounds(name)) & set(_sounds(other_name)))


def one_sign_apart(one: str, other: str) -> bool:
    """Whether two words differ by one sign: changed, left out, or put in.

    >>> one_sign_apart("nguyen", "nguyem"), one_sign_apart("abc", "ab"), one_sign_apart("abc", "bcd")
    (True, True, False)
    """
    if one == other or abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < SHORTEST - 1:
        return False
    if max(len(one), len(other)) < SHORTEST:
        return False
    at = 0
    while at < min(len(one), len(other)) and one[at] == other[at]:
        at += 1
    if len(one) == len(other):
        return one[at + 1 :] == other[at + 1 :]
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[at + 1 :] == shorter[at:]
