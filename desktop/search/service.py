"""The one search box: every word somebody may type leads to its owner through one index range."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from pypinyin import Style, lazy_pinyin

from desktop.kernel.work import Work, query
from desktop.search.records import SearchHit, SearchOrder
from desktop.search.tables import SearchKey, SearchOwner

SUFFIX_LENGTH = 12
HITS = 200
_LAST = chr(0x10FFFF)

SURNAMES = {
    "曾": "zeng",
    "单": "shan",
    "仇": "qiu",
    "解": "xie",
    "查": "zha",
    "区": "ou",
    "朴": "piao",
    "盖": "ge",
}
"""Surnames whose reading as a name differs from the usual one; both readings are found."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody or something to be found: how a hit shows it, and the words that lead to it."""

    kind: str
    id: UUID
    number: str
    name: str
    subtitle: str
    codes: tuple[str, ...] = ()
    tails: tuple[tuple[str, int], ...] = ()
    texts: tuple[str, ...] = ()


def folded(typed: str) -> str:
    """Words as they are compared: lower case, full-width forms made plain, no inner spaces."""
    plain = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in typed)
    return "".join(c for c in plain.lower() if c.isprintable() and not c.isspace())


def _suffixes(text: str) -> set[str]:
    word = folded(text)
    return {word[start : start + SUFFIX_LENGTH] for start in range(len(word))}


def _pinyin(name: str) -> set[str]:
    """Full pinyin and initials of a name, in both readings of its surname; nothing for other scripts."""
    if not any("一" <= c <= "鿿" for c in name):
        return set()
    syllables = lazy_pinyin(name, style=Style.NORMAL)
    readings = [syllables]
    if name[0] in SURNAMES:
        readings.append([SURNAMES[name[0]], *syllables[1:]])
    return {"".join(r) for r in readings} | {"".join(s[0] for s in r if s) for r in readings}


def tokens(owner: Owner) -> set[tuple[str, str]]:
    """(token, kind) pairs for an owner."""
    found = {(token, "name") for token in _suffixes(owner.name)}
    found |= {(token, "pinyin") for token in _pinyin(owner.name)}
    found |= {(folded(code), "code") for code in owner.codes if code}
    found |= {(folded(code)[-length:], "tail") for code, length in owner.tails if len(folded(code)) >= length}
    for text in owner.texts:
        found |= {(token, "text") for token in _suffixes(text)}
    return found


def index(work: Work, owners: Iterable[Owner]) -> None:
    """Make owners found, instead of whatever led to them before."""
    owners = list(owners)
    for owner in owners:
        work.session.execute(sa.delete(SearchKey).filter_by(owner_kind=owner.kind, owner_id=owner.id))
        work.session.execute(sa.delete(SearchOwner).filter_by(owner_kind=owner.kind, owner_id=owner.id))
    district = work.station.district_id
    keys = [
        {
            "token": token,
            "kind": kind,
            "owner_kind": owner.kind,
            "owner_id": owner.id,
            "district_id": district,
        }
        for owner in owners
        for token, kind in sorted(tokens(owner))
    ]
    work.insert_many(SearchKey, keys)
    work.insert_many(
        SearchOwner,
        [
            {
                "owner_kind": owner.kind,
                "owner_id": owner.id,
                "district_id": district,
                "number": owner.number,
                "title": owner.name,
                "subtitle": owner.subtitle,
            }
            for owner in owners
        ],
    )


def _led_to_by(word: str) -> sa.Select[str, UUID]:
    return sa.select(SearchKey.owner_kind, SearchKey.owner_id).where(
        SearchKey.token >= word, SearchKey.token < word + _LAST
    )


def owner_ids(kind: str, typed: str) -> sa.Select[UUID] | None:
    """The ids of owners of a kind that every typed word leads to; None when no word is typed."""
    words = [folded(word) for word in typed.split()]
    words = [word[:SUFFIX_LENGTH] if not word.isdigit() else word for word in words if word]
    if not words:
        return None
    if len(words) > 1 and all(word.isdigit() for word in words):  # a number in groups, as papers print it
        words = ["".join(words)]

    def led_to(word: str) -> sa.Select[UUID]:
        return sa.select(SearchKey.owner_id).where(
            SearchKey.token >= word, SearchKey.token < word + _LAST, SearchKey.owner_kind == kind
        )

    found = led_to(words[0])
    for word in words[1:]:
        found = found.where(SearchKey.owner_id.in_(led_to(word)))
    return found


@query("search.find")
def find(work: Work, order: SearchOrder) -> tuple[SearchHit, ...]:
    """Owners that every typed word leads to, best first: exact codes, then names, then the rest; at most 200."""
    words = [folded(word) for word in order.typed.split()]
    words = [word[:SUFFIX_LENGTH] if not word.isdigit() else word for word in words if word]
    if not words:
        return ()
    owner = sa.tuple_(SearchKey.owner_kind, SearchKey.owner_id)
    first = words[0]
    owners = _led_to_by(first)
    for word in words[1:]:
        owners = owners.where(owner.in_(_led_to_by(word)))
    if len(words) > 1 and all(word.isdigit() for word in words):  # a number in groups, as papers print it
        first = "".join(words)
        grouped = _led_to_by(first)
        owners = sa.select(SearchKey.owner_kind, SearchKey.owner_id).where(
            sa.or_(owner.in_(owners), owner.in_(grouped))
        )
    hits = owners.distinct().limit(HITS).subquery()
    exact = sa.exists().where(
        SearchKey.token == first,
        SearchKey.kind == "code",
        SearchKey.owner_kind == hits.c.owner_kind,
        SearchKey.owner_id == hits.c.owner_id,
    )
    rows = work.session.execute(
        sa.select(SearchOwner)
        .join(
            hits,
            sa.and_(SearchOwner.owner_kind == hits.c.owner_kind, SearchOwner.owner_id == hits.c.owner_id),
        )
        .order_by(sa.case((exact, 0), else_=1), SearchOwner.number)
        .limit(min(order.limit, HITS))
    ).scalars()
    return tuple(SearchHit(row.owner_kind, row.number, row.title, row.subtitle, first) for row in rows)
