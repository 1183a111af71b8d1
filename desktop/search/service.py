"""The one search box: every word somebody may type leads to its owner through one index range."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.alphabet import sort_key
from desktop.kernel.bulk import among
from desktop.kernel.database import table_of
from desktop.kernel.hashing import Keys, Same, key_of
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
"""Words with so many keys are not counted further."""

_GLANCE = 2_000
"""So many keys of a word are counted at first; most words have fewer."""

_READ = 20
"""Reading an owner takes as long as walking so many keys, which are small and lie beside each other."""

Owners = Callable[[Work, Sequence[UUID]], list[Owner]]
_LAST = chr(0x10FFFF)
_KEYS_AT_ONCE = 20_000
_OWNERS_AT_ONCE = 1_000
"""So many are spelled for the database, and read from it, at once: of many more only words stay in memory."""


# Keeping the words


def index(work: Work, owners: Iterable[Owner], *, new: bool = False) -> None:
    """Make owners found, instead of whatever led to them before; nothing did to ``new`` ones."""
    _keep(work, [_row(owner, work.station.district_id) for owner in owners], new=new)


def _row(owner: Owner, district_id: UUID) -> dict[str, Any]:
    """An owner as `SearchOwner` keeps it."""
    return {
        "owner_id": owner.id,
        "owner_kind": owner.kind,
        "district_id": district_id,
        "party_id": owner.party_id,
        "number": owner.number,
        "title": owner.title,
        "subtitle": owner.subtitle,
        "words": rules.described(owner),
        "sort_key": sort_key(owner.title),
    }


def called(work: Work, person: Person) -> None:
    """A party has another name or telephone, or was merged: whatever is found by it is found by the new ones."""
    found = work.session.scalars(
        sa.select(SearchOwner).where(SearchOwner.party_id.in_((person.party_id, *person.merged)))
    ).all()
    columns = [column.key for column in table_of(SearchOwner).columns]
    kept = [{name: getattr(row, name) for name in columns} for row in found]
    new = {"party_id": person.party_id, "title": person.name, "sort_key": sort_key(person.name)}
    words = [rules.called(row["words"], person.name, person.phones, person.former) for row in kept]
    _keep(work, [row | new | {"words": one} for row, one in zip(kept, words, strict=True)])


def belongs(work: Work, owner_ids: Sequence[UUID], party_id: UUID) -> None:
    """Owners are another party's; by what that is called they are found once it is told (`called`)."""
    work.session.execute(
        sa.update(SearchOwner).where(SearchOwner.owner_id.in_(owner_ids)).values(party_id=party_id),
        execution_options={"synchronize_session": False},
    )


def unlisted(work: Work, owner_ids: Sequence[UUID]) -> None:
    """Owners are not found by themselves any more."""
    _drop(work, _forget(work, owner_ids))


def recoded(work: Work, kind: str, number: str, old: Code, new: Code) -> None:
    """The owner of a kind with this number is found by a new code instead of an old one, such as a meter's number."""
    found = work.session.scalars(sa.select(SearchOwner).where(*_numbered(kind, {number}))).all()
    columns = [column.key for column in table_of(SearchOwner).columns]
    rows = [{name: getattr(row, name) for name in columns} for row in found]
    _keep(work, [row | {"words": rules.recoded(row["words"], old, new)} for row in rows])


def _keep(work: Work, rows: list[dict[str, Any]], *, new: bool = False) -> None:
    """Write owners and the keys that changed."""
    if not rows:
        return
    before = set() if new else _forget(work, [row["owner_id"] for row in rows])
    for kind in sorted({row["owner_kind"] for row in rows}):
        mine = [row for row in rows if row["owner_kind"] == kind]
        leads = [
            (token, row["owner_id"], row["district_id"])
            for row in mine
            for token in rules.tokens(row["words"])
        ]
        if before:
            _drop(
                work, {key for key in before if key[0] == kind}.difference((kind, *one[:2]) for one in leads)
            )
            leads = [one for one in leads if (kind, *one[:2]) not in before]
        leads.sort(key=itemgetter(0))  # neighbours in the key one after the other
        for at in range(0, len(leads), _KEYS_AT_ONCE):
            tokens, owner_ids, districts = zip(*leads[at : at + _KEYS_AT_ONCE], strict=True)
            columns = {"token": tokens, "owner_id": Keys(owner_ids), "district_id": districts}
            work.insert_columns(SearchKey, {"owner_kind": Same(kind), **columns}, len(tokens))
    work.insert_many(SearchOwner, rows)


def _drop(work: Work, keys: Collection[tuple[str, str, UUID]]) -> None:
    """These keys lead nowhere any more."""
    if keys:
        table = table_of(SearchKey)
        marks = [column == sa.bindparam(f"its_{column.key}") for column in table.primary_key]
        names = [f"its_{column.key}" for column in table.primary_key]
        work.session.connection().execute(
            sa.delete(table).where(*marks), [dict(zip(names, key, strict=True)) for key in keys]
        )


def _key(owner_kind: str, token: str, owner_id: UUID) -> tuple[str, str, UUID]:
    return owner_kind, token, owner_id


def _forget(work: Work, owner_ids: Sequence[UUID]) -> set[tuple[str, str, UUID]]:
    """Take the rows of owners away; the keys that led to them, which still stand."""
    mine = among(work.session, SearchOwner.owner_id, owner_ids)
    rows = work.session.execute(
        sa.select(SearchOwner.owner_kind, SearchOwner.owner_id, SearchOwner.words).where(mine)
    ).all()
    if rows:
        work.session.execute(
            sa.delete(SearchOwner).where(mine), execution_options={"synchronize_session": False}
        )
    return {_key(row.owner_kind, token, row.owner_id) for row in rows for token in rules.tokens(row.words)}


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


def later(work: Work, kind: str, owner_ids: Collection[UUID]) -> None:
    """New owners, more than all others or in between, get their words by `index_next`.

    Keys of one owner lie all over the index. Where a hall comes in, those of some thousand owners written together
    cost a third of what each few hundred do.
    """
    if not owner_ids:
        return
    before = key_of(min(owner_ids).int - 1)
    row = work.session.scalars(sa.select(Pending).filter_by(owner_kind=kind).with_for_update()).one_or_none()
    if row is None:
        work.session.add(Pending(owner_kind=kind, after=before, remaining=len(owner_ids)))
    else:
        row.after = row.after and min(row.after, before)
        row.remaining += len(owner_ids)


def index_next(work: Work, kind: str, wanted: sa.Select[UUID], owners: Owners, most: int) -> int:
    """Index at most so many of the pending owners of a kind, of those that ``wanted`` selects by their id; how many
    they were.

    Who asks at the same time waits, and takes those that follow.
    """
    row = work.session.scalars(sa.select(Pending).filter_by(owner_kind=kind).with_for_update()).one_or_none()
    if row is None:
        return 0
    key = wanted.selected_columns.id
    more = [key > row.after] if row.after is not None else []
    found = work.session.scalars(wanted.where(*more).order_by(key).limit(most + 1)).all()
    some, rows = found[:most], list[dict[str, Any]]()
    for at in range(0, len(some), _OWNERS_AT_ONCE):
        read = owners(work, some[at : at + _OWNERS_AT_ONCE])
        rows += [_row(owner, work.station.district_id) for owner in read]
    _keep(work, rows)
    if len(found) > most:
        row.after, row.remaining = some[-1], max(row.remaining - most, 1)
    else:
        work.session.delete(row)
    work.session.flush()
    return len(some)


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
    ranges = [
        _range(kind, words, counts)
        for kind in kinds
        for words in ways
        if len(words) == 1 or all(counts[kind, word] for word in words)
    ]
    if not ranges:
        return ()
    return work.session.execute(_reading(tuple(one.shape for one in ranges), rows), _values(ranges))


def _counts(work: Work, kinds: Sequence[str], ways: Sequence[tuple[str, ...]]) -> dict[tuple[str, str], int]:
    """How many keys begin with each of the words that must lead to one owner together.

    Counted up to `COUNTED`, or up to `_GLANCE` where another word leaves so few owners that those are read.
    """
    together = [
        [(kind, word) for word in dict.fromkeys(way)] for kind in kinds for way in ways if len(way) > 1
    ]
    counts = _counted(work, list(dict.fromkeys(one for way in together for one in way)), _GLANCE)
    many = {
        one: None
        for way in together
        if min(counts[one] for one in way) * _READ > _GLANCE
        for one in way
        if counts[one] == _GLANCE
    }
    return counts | _counted(work, list(many), COUNTED)


def _counted(work: Work, asked: Sequence[tuple[str, str]], most: int) -> dict[tuple[str, str], int]:
    if not asked:
        return {}
    values = {
        name: value
        for place, one in enumerate(asked)
        for name, value in zip(_names(place), _limits(*one), strict=True)
    }
    return dict(zip(asked, work.session.execute(_counting(len(asked), most), values).one(), strict=True))


@dataclass(frozen=True, slots=True)
class _Range:
    """How the owners of a kind that several words lead to are read.

    The keys of the first word are walked through; the keys of some words are looked up beside them; others are
    looked for among the words of the owners left, where these are few or those keys too many.
    """

    kind: str
    walked: str
    looked_up: tuple[str, ...]
    read: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.looked_up), len(self.read)


def _range(kind: str, words: Sequence[str], counts: Mapping[tuple[str, str], int]) -> _Range:
    first, *others = sorted(words, key=lambda word: counts.get((kind, word), 0))
    most = min(counts[kind, first] * _READ, COUNTED) if others else 0
    few = [word for word in others if counts[kind, word] < most]
    read = tuple(word for word in others if counts[kind, word] >= most)
    if few:
        first, few[-1] = few[-1], first  # of the most the walk, of the fewer the looking up
    return _Range(kind, first, tuple(few), read)


# Statements, put together once for each shape of a question: putting one together takes longer than running it


def _names(place: object) -> tuple[str, str, str]:
    return f"kind_{place}", f"from_{place}", f"below_{place}"


def _limits(kind: str, word: str) -> tuple[str, str, str]:
    return kind, word, word + _LAST


def _values(ranges: Sequence[_Range]) -> dict[str, str]:
    """What the parameters of `_reading` stand for."""
    values: dict[str, str] = {}
    for place, one in enumerate(ranges):
        for beside, word in enumerate((one.walked, *one.looked_up)):
            values |= zip(_names(f"{place}_{beside}"), _limits(one.kind, word), strict=True)
        for beside, word in enumerate(one.read):
            values[f"like_{place}_{beside}"] = f"%\n{word}%"
    return values


def _begins(key: Any, place: object) -> tuple[sa.ColumnElement[bool], ...]:
    kind, first, below = (sa.bindparam(name, type_=sa.Text()) for name in _names(place))
    return key.owner_kind == kind, key.token >= first, key.token < below


@lru_cache
def _counting(words: int, most: int) -> sa.Select[int]:
    some = [
        sa.select(SearchKey.token).where(*_begins(SearchKey, place)).limit(most).subquery()
        for place in range(words)
    ]
    return sa.select(*(sa.select(sa.func.count()).select_from(one).scalar_subquery() for one in some))


@lru_cache
def _reading(shapes: tuple[tuple[int, int], ...], rows: int) -> sa.CompoundSelect[str, UUID]:
    ranges = (_walk(place, shape).limit(rows).subquery() for place, shape in enumerate(shapes))
    return sa.union_all(*map(sa.select, ranges))


def _walk(place: int, shape: tuple[int, int]) -> sa.Select[str, UUID]:
    looked_up, read = shape
    described = (
        sa.select(SearchOwner.words).where(SearchOwner.owner_id == SearchKey.owner_id).scalar_subquery()
    )  # a value of each row: joined, a server might read all owners instead of those few
    key = orm.aliased(SearchKey)
    beside = (
        SearchKey.owner_id.in_(sa.select(key.owner_id).where(*_begins(key, f"{place}_{one}")))
        for one in range(1, looked_up + 1)
    )
    return (
        sa.select(SearchKey.owner_kind, SearchKey.owner_id)
        .where(
            *_begins(SearchKey, f"{place}_0"),
            *(one.is_(sa.true()) for one in beside),  # said so, a server makes a hash of it, never a join
            *(described.like(sa.bindparam(f"like_{place}_{one}")) for one in range(read)),
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
    ranges = [_range(kind, way, counts) for way in ways]
    walks = (_walk(place, one.shape).order_by(None) for place, one in enumerate(ranges))
    owners = sa.union_all(*(one.with_only_columns(SearchKey.owner_id) for one in walks))
    ids = owners.params(_values(ranges)).subquery()
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
