"""The one search box: every word somebody may type leads to its owner through one index range."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.alphabet import sort_key
from desktop.kernel.database import table_of
from desktop.kernel.work import Work, query
from desktop.search import rules
from desktop.search.records import Code, Owner, Person, SearchHit, SearchOrder
from desktop.search.tables import Pending, SearchKey, SearchOwner

HITS = 200
"""So many candidates of each kind are looked at again."""

FEW = 20_000
"""So many owners are few enough to be sorted whenever a page of them is asked for."""

_ROWS_A_HIT = 2
"""An owner may stand in a range several times."""

COUNTED = 20_000
"""So many keys are walked through sooner than the owners behind a few of them are read."""

Owners = Callable[[Work, Sequence[UUID]], list[Owner]]
_LAST = chr(0x10FFFF)
_AT_ONCE = 500


# Keeping the words


def index(work: Work, owners: Iterable[Owner]) -> None:
    """Make owners found, instead of whatever led to them before."""
    district = work.station.district_id
    _keep(
        work,
        [
            {
                "owner_id": owner.id,
                "owner_kind": owner.kind,
                "district_id": district,
                "party_id": owner.party_id,
                "number": owner.number,
                "title": owner.title,
                "subtitle": owner.subtitle,
                "words": rules.described(owner),
                "sort_key": sort_key(owner.title),
            }
            for owner in owners
        ],
    )


def called(work: Work, person: Person) -> None:
    """A party has another name or telephone, or was merged: whatever is found by it is found by the new ones."""
    found = work.session.scalars(
        sa.select(SearchOwner).where(SearchOwner.party_id.in_((person.party_id, *person.merged)))
    ).all()
    columns = [column.key for column in table_of(SearchOwner).columns]
    kept = [{name: getattr(row, name) for name in columns} for row in found]
    new = {"party_id": person.party_id, "title": person.name, "sort_key": sort_key(person.name)}
    _keep(
        work, [row | new | {"words": rules.called(row["words"], person.name, person.phones)} for row in kept]
    )


def recoded(work: Work, kind: str, number: str, code: Code) -> None:
    """The owner of a kind with this number is found by another code of its kind, such as a new meter's number."""
    found = work.session.scalars(sa.select(SearchOwner).where(*_numbered(kind, {number}))).all()
    columns = [column.key for column in table_of(SearchOwner).columns]
    rows = [{name: getattr(row, name) for name in columns} for row in found]
    _keep(work, [row | {"words": rules.recoded(row["words"], code)} for row in rows])


def _keep(work: Work, rows: list[dict[str, Any]]) -> None:
    """Write owners and the keys that changed."""
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        before = _forget(work, [row["owner_id"] for row in some])
        new: list[tuple[str, str, UUID, UUID]] = []
        gone: list[tuple[str, str, UUID]] = []
        for row in some:
            kind, key, district = row["owner_kind"], row["owner_id"], row["district_id"]
            known, now = before.get(key, frozenset()), rules.tokens(row["words"])
            gone += [(kind, token, key) for token in known - now]
            new += [(kind, token, key, district) for token in now - known]
        if gone:
            table = table_of(SearchKey)
            marks = [column == sa.bindparam(f"its_{column.key}") for column in table.primary_key]
            names = [f"its_{column.key}" for column in table.primary_key]
            work.session.connection().execute(
                sa.delete(table).where(*marks), [dict(zip(names, key, strict=True)) for key in gone]
            )
        new.sort(key=itemgetter(0, 1))  # neighbours of the index one after the other
        columns = ("owner_kind", "token", "owner_id", "district_id")
        work.insert_many(SearchKey, [dict(zip(columns, key, strict=True)) for key in new])
        work.insert_many(SearchOwner, some)


def _forget(work: Work, owner_ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    """Take the rows of owners away; the words that led to each, whose keys still stand."""
    mine = SearchOwner.owner_id.in_(owner_ids)
    rows = work.session.execute(sa.select(SearchOwner.owner_id, SearchOwner.words).where(mine)).all()
    if rows:
        work.session.execute(
            sa.delete(SearchOwner).where(mine), execution_options={"synchronize_session": False}
        )
    return {key: rules.tokens(words) for key, words in rows}


def forget(work: Work, owners: Mapping[str, int]) -> None:
    """Forget every word: all owners are indexed anew, of each kind so many."""
    for model in (SearchKey, SearchOwner, Pending):
        work.session.execute(sa.delete(model), execution_options={"synchronize_session": False})
    work.insert_many(
        Pending,
        [{"owner_kind": kind, "after": None, "remaining": count} for kind, count in owners.items() if count],
    )


def pending(session: orm.Session) -> dict[str, int]:
    """How many owners of each kind have no words yet; empty when all are found."""
    return dict(session.execute(sa.select(Pending.owner_kind, Pending.remaining)).all())


def index_next(
    work: Work, kind: str, ids: Callable[[UUID | None, int], Sequence[UUID]], owners: Owners
) -> int:
    """Index the next owners of a pending kind; how many they were. ``ids`` gives at most so many after one.

    Who asks at the same time waits, and takes those that follow.
    """
    row = work.session.scalars(sa.select(Pending).filter_by(owner_kind=kind).with_for_update()).one_or_none()
    if row is None:
        return 0
    found = ids(row.after, _AT_ONCE)
    index(work, owners(work, found))
    if found and ids(found[-1], 1):
        row.after, row.remaining = found[-1], max(row.remaining - len(found), 1)
    else:
        work.session.delete(row)
    work.session.flush()
    return len(found)


def knows_nobody(session: orm.Session) -> bool:
    """Whether no owner has any words yet, and nobody has begun to give them."""
    return session.scalars(sa.select(SearchOwner.owner_id).limit(1)).first() is None and not pending(session)


# Finding


@query("search.find")
def find(work: Work, order: SearchOrder) -> tuple[SearchHit, ...]:
    """Owners that every typed word leads to: exact ones first, then in the order of the words they were found by.

    At most ``order.limit`` hits of each kind, never more than 200.
    """
    words = rules.asked(order.typed)
    if not words:
        return ()
    limit = min(order.limit, HITS)
    found: dict[str, dict[UUID, None]] = {kind: {} for kind in order.kinds}
    for row in _candidates(work, order.kinds, rules.ways(words), _ROWS_A_HIT * limit):
        if len(found[row.owner_kind]) < limit:
            found[row.owner_kind].setdefault(row.owner_id)
    places = {key: place for place, key in enumerate(key for many in found.values() for key in many)}
    if not places:
        return ()
    rows = work.session.execute(
        sa.select(
            SearchOwner.owner_kind,
            SearchOwner.owner_id,
            SearchOwner.number,
            SearchOwner.title,
            SearchOwner.subtitle,
            SearchOwner.words,
        ).where(SearchOwner.owner_id.in_(places))
    )
    hits = [hit for row in rows if (hit := _hit(row, words)) is not None]
    kinds = {kind: place for place, kind in enumerate(order.kinds)}
    return tuple(sorted(hits, key=lambda hit: (kinds[hit.owner_kind], not hit.exact, places[hit.owner_id])))


def _candidates(
    work: Work, kinds: Sequence[str], ways: Sequence[tuple[str, ...]], rows: int
) -> Iterable[sa.Row[str, UUID]]:
    """Owners in the ranges of the words, in the order of the ways and of the words; one may come again."""
    counts = _counts(work, kinds, ways)
    ranges = []
    for kind in kinds:
        for words in ways:
            if len(words) == 1 or all(counts[kind, word] for word in words):
                ranges.append(_range(kind, words, counts).limit(rows).subquery())
    return work.session.execute(sa.union_all(*map(sa.select, ranges))) if ranges else ()


def _counts(work: Work, kinds: Sequence[str], ways: Sequence[tuple[str, ...]]) -> dict[tuple[str, str], int]:
    """How many keys begin with each of the words that must lead to one owner together; counted up to `COUNTED`."""
    asked = list(
        dict.fromkeys((kind, word) for kind in kinds for way in ways if len(way) > 1 for word in way)
    )
    if not asked:
        return {}
    some = [
        sa.select(SearchKey.token).where(*_begins(SearchKey, *one)).limit(COUNTED).subquery() for one in asked
    ]
    counted = (sa.select(sa.func.count()).select_from(one).scalar_subquery() for one in some)
    return dict(zip(asked, work.session.execute(sa.select(*counted)).one(), strict=True))


def _begins(key: Any, kind: str, word: str) -> tuple[sa.ColumnElement[bool], ...]:
    return key.owner_kind == kind, key.token >= word, key.token < word + _LAST


def _range(kind: str, words: Sequence[str], counts: Mapping[tuple[str, str], int]) -> sa.Select[str, UUID]:
    """Owners with a key that begins with each of the words.

    Among words that few keys begin with, the keys of one are walked through and looked up among those of the others:
    keys are small and lie beside each other. A word of many keys is looked for among the words of the owners left.
    """
    first, *others = sorted(words, key=lambda word: counts.get((kind, word), 0))
    few = [word for word in others if counts[kind, word] < COUNTED]
    if few:
        first, few[-1] = few[-1], first  # of the most the walk, of the fewer the looking up
    described = (
        sa.select(SearchOwner.words).where(SearchOwner.owner_id == SearchKey.owner_id).scalar_subquery()
    )  # a value of each row: joined, a server might read all owners instead of those few
    key = orm.aliased(SearchKey)
    looked_up = (
        SearchKey.owner_id.in_(sa.select(key.owner_id).where(*_begins(key, kind, one))) for one in few
    )
    return (
        sa.select(SearchKey.owner_kind, SearchKey.owner_id)
        .where(
            *_begins(SearchKey, kind, first),
            *(one.is_(sa.true()) for one in looked_up),  # said so, a server makes a hash of it, never a join
            *(described.like(f"%\n{word}%") for word in others if counts[kind, word] >= COUNTED),
        )
        .order_by(SearchKey.token)
    )


def _hit(row: Any, words: tuple[str, ...]) -> SearchHit | None:
    """What leads to an owner; None when it was found by the shortened words only."""
    shown = row.words, row.title, row.subtitle
    whole = rules.led_to("".join(words), *shown)
    matches = (whole,) if whole else tuple(filter(None, (rules.led_to(word, *shown) for word in words)))
    if whole is None and len(matches) < len(words):
        return None
    return SearchHit(
        owner_kind=row.owner_kind,
        owner_id=row.owner_id,
        owner_number=row.number,
        title=row.title,
        subtitle=row.subtitle,
        matches=matches,
        exact=all(match.whole for match in matches),
    )


# Filtering


def leads_to(
    work: Work, kind: str, typed: str, owner_id: orm.InstrumentedAttribute[UUID]
) -> tuple[sa.ColumnElement[bool], bool] | None:
    """The condition that every typed word leads to the owner ``owner_id`` names, and whether few are left by it.

    Few are looked up by their words; where many are, each owner a list comes to is looked at. None without words.
    """
    words = rules.asked(typed)
    if not words:
        return None
    ways = rules.ways(words)
    counts = _counts(work, [kind], ways)
    ranges = [_range(kind, way, counts).order_by(None).with_only_columns(SearchKey.owner_id) for way in ways]
    ids = sa.union_all(*ranges).subquery()
    some = sa.select(ids.c.owner_id).limit(FEW).subquery()
    few = (work.session.scalar(sa.select(sa.func.count()).select_from(some)) or 0) < FEW
    if few:
        return owner_id.in_(sa.select(ids.c.owner_id)), few
    owner = orm.aliased(SearchOwner)
    fits = sa.or_(*(sa.and_(*(owner.words.like(f"%\n{word}%") for word in way)) for way in ways))
    return sa.exists().where(owner.owner_id == owner_id, fits), few


def titles(work: Work, kind: str, numbers: Collection[str]) -> dict[str, tuple[str, str]]:
    """Both lines an owner of a kind is shown by, by its number: for areas that know no more of it than that."""
    rows = work.session.execute(
        sa.select(SearchOwner.number, SearchOwner.title, SearchOwner.subtitle).where(
            *_numbered(kind, numbers)
        )
    )
    return {number: (title, subtitle) for number, title, subtitle in rows}


def _numbered(kind: str, numbers: Collection[str]) -> tuple[sa.ColumnElement[bool], ...]:
    """Owners of a kind by their numbers, which are words that lead to them."""
    words = {rules.folded(number) for number in numbers}
    found = sa.select(SearchKey.owner_id).where(SearchKey.owner_kind == kind, SearchKey.token.in_(words))
    return SearchOwner.owner_id.in_(found), SearchOwner.number.in_(numbers)
