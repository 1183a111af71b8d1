"""When two parties seem to be one, and what numbers of another system's papers become here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from desktop.kernel.alphabet import has_han, readings
from desktop.search.rules import folded
from desktop.takeover.records import Likeness

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


def paper_number(number: str, hall_code: str) -> str:
    """The number of another system's paper as it stands here: one that looks like a bill of this hall gets a star.

    >>> paper_number("2026010004711", "HM"), paper_number("B-HM-2026-000001", "HM"), paper_number("B-HM-1*", "HM")
    ('2026010004711', 'B-HM-2026-000001*', 'B-HM-1*')
    """
    return f"{number}*" if number.startswith(f"B-{hall_code}-") and not number.endswith("*") else number
