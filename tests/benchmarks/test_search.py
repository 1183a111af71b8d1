"""Search among a million accounts against a LIKE scan of the same accounts, and against ten thousand, on both databases.

``SEARCH_ACCOUNTS`` says how many accounts the large database has: building a million takes minutes, so ``make bench``
takes fewer and ``make trial`` the million.
"""

from __future__ import annotations

import itertools
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from desktop.kernel.work import Seat
from desktop.sample.zhejiang import ESTATES, SURNAMES
from desktop.search import rules
from desktop.search import service as search
from desktop.search.records import ACCOUNT, Code, MatchKind, Owner, SearchOrder
from tests import hall as halls
from tests.databases_server import Databases
from tests.rows import Raw, raw

MANY = int(os.environ.get("SEARCH_ACCOUNTS", "100000"))
MILLION = 1_000_000
FEW = 10_000
TIMES = 60
TRIES = 3
"""Each word is asked so often and its best time counts: the words differ, the machine's other work should not."""

SCANS = 5
LIMIT = 50
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰国建海波志文思远晓梅雪飞鹏宇浩欣怡子涵雨梓轩诗琪俊凯天翔嘉"
ROADS = (
    "登云路",
    "湖墅南路",
    "文三路",
    "莫干山路",
    "学院路",
    "天目山路",
    "凤起路",
    "中山北路",
    "建国中路",
    "江南大道",
)


@dataclass(frozen=True)
class Household:
    """One invented customer."""

    number: str
    name: str
    phone: str
    meter: str
    address: str


def households(count: int) -> Iterator[Household]:
    """Invented customers, the same every time; the usual surnames are usual."""
    chance = random.Random(7)
    weights = [1 / (place + 2) for place in range(len(SURNAMES))]
    surnames = chance.choices(SURNAMES, weights, k=count)
    for place in range(count):
        given = "".join(chance.choices(GIVEN, k=1 if chance.random() < 0.3 else 2))
        where = chance.choice(ESTATES) if place % 2 else f"{chance.choice(ROADS)} {chance.randint(1, 400)} 号"
        yield Household(
            f"33{place:010}",
            surnames[place] + given,
            f"13{chance.randint(0, 999_999_999):09}",
            f"00127{place * 7 + chance.randint(0, 6):09}",
            f"和睦街道{where} {chance.randint(1, 38)}-{chance.randint(1, 4)}-{chance.randint(101, 1102)}",
        )


def owner(one: Household, place: int) -> Owner:
    """As `contracts.search_owners` makes them."""
    codes = (
        Code(MatchKind.ACCOUNT, one.number, (8, 4)),
        Code(MatchKind.METER, one.meter, (6,)),
        rules.phone_code(one.phone),
    )
    key = UUID(int=(7 << 76) | (2 << 62) | place << 96)
    return Owner(ACCOUNT, key, one.number, one.name, one.address, codes, one.address, True)


# Building: raw, for only the reading is measured


def _owner_rows(count: int, district: UUID, key: Callable[[UUID], object]) -> Iterator[tuple[object, ...]]:
    for place, one in enumerate(households(count)):
        found = owner(one, place)
        words = rules.described(found)
        yield (
            key(found.id),
            ACCOUNT,
            key(district),
            None,
            one.number,
            one.name,
            one.address,
            words,
            one.phone,
            one.meter,
        )


OWNER_COLUMNS = "owner_id, owner_kind, district_id, party_id, number, title, subtitle, words"


def _keys(rows: Sequence[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    return ((ACCOUNT, token, row[0]) for row in rows for token in rules.tokens(row[7]))


def _batches(rows: Iterator[tuple[object, ...]]) -> Iterator[list[tuple[object, ...]]]:
    while some := list(itertools.islice(rows, 20_000)):
        yield some


PLAIN = "CREATE TABLE plain (number TEXT, name TEXT, address TEXT, phone TEXT, meter TEXT)"


def build(url: str, count: int, district: UUID) -> None:
    """Fill the tables of search, and a plain table of the same accounts for the scan."""
    if url.startswith("postgresql"):
        _build_postgresql(url, count, district)
    else:
        _build_sqlite(url, count, district)


def _build_sqlite(url: str, count: int, district: UUID) -> None:
    connection = sqlcipher.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    for pragma in ("synchronous = OFF", "cache_size = -400000", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN")
    connection.execute("DELETE FROM search_key")
    connection.execute("DELETE FROM search_owner")
    connection.execute(PLAIN)
    connection.execute("CREATE TEMP TABLE unsorted (owner_kind TEXT, token TEXT, owner_id TEXT)")
    for rows in _batches(_owner_rows(count, district, lambda key: key.hex)):
        connection.executemany(
            f"INSERT INTO search_owner ({OWNER_COLUMNS}) VALUES (?,?,?,?,?,?,?,?)", [row[:8] for row in rows]
        )
        connection.executemany("INSERT INTO unsorted VALUES (?,?,?)", _keys(rows))
        connection.executemany(
            "INSERT INTO plain VALUES (?,?,?,?,?)", [(*row[4:7], *row[8:]) for row in rows]
        )
    connection.execute(
        "INSERT INTO search_key SELECT owner_kind, token, owner_id FROM unsorted ORDER BY owner_kind, token, owner_id"
    )
    connection.execute("COMMIT")
    connection.close()


def _build_postgresql(url: str, count: int, district: UUID) -> None:
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("TRUNCATE search_key, search_owner")
        cursor.execute(PLAIN)
        cursor.execute("ALTER TABLE search_key DROP CONSTRAINT pk_search_key")
        for rows in _batches(_owner_rows(count, district, str)):
            for table, some in (
                (f"search_owner ({OWNER_COLUMNS})", (row[:8] for row in rows)),
                ("search_key (owner_kind, token, owner_id)", _keys(rows)),
                ("plain", ((*row[4:7], *row[8:]) for row in rows)),
            ):
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for row in some:
                        copy.write_row(row)
        cursor.execute(
            "ALTER TABLE search_key ADD CONSTRAINT pk_search_key PRIMARY KEY (owner_kind, token, owner_id)"
        )
        for table in ("search_key", "search_owner", "plain"):
            cursor.execute(f"VACUUM ANALYZE {table}")


# What is typed


def _words(count: int) -> dict[str, tuple[list[str], str]]:
    """By kind of word: what is typed, and the column a scan would look into."""
    chance = random.Random(11)
    picked = [one for place, one in enumerate(households(count)) if place % (count // (TIMES + 1)) == 0][
        :TIMES
    ]
    readings = [rules.readings(one.name)[0] for one in picked]
    typed = {
        "account, exact": ([one.number for one in picked], "number"),
        "account, beginning": ([one.number[: chance.randint(7, 9)] for one in picked], "number"),
        "name, inside": ([(one.name + "英")[1:3] for one in picked], "name"),
        "surname": ([one.name[0] for one in picked], "name"),
        "initials": (["".join(rules.folded(part)[0] for part in one) for one in readings], "name"),
        "pinyin": ([rules.folded("".join(one)) for one in readings], "name"),
        "phone, last four": ([one.phone[-4:] for one in picked], "phone"),
        "meter, last six": ([one.meter[-6:] for one in picked], "meter"),
        "part of address": ([one.address.split()[0][4:] for one in picked], "address"),
        "name and phone": ([f"{one.name} {one.phone[-4:]}" for one in picked], "name"),
    }
    return typed


def _took(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def _times(seat: Seat, typed: Sequence[str]) -> list[float]:
    def one(word: str) -> object:
        return seat.ask(search.find, SearchOrder(word, LIMIT))

    return [min(_took(lambda word=word: one(word)) for _ in range(TRIES)) for word in typed]


def _scan(rows: Raw, column: str, word: str) -> float:
    first, _, second = word.partition(" ")
    more = f" AND phone LIKE '%{second}'" if second else ""
    statement = f"SELECT number, name, address FROM plain WHERE {column} LIKE '%{first}%'{more} ORDER BY number LIMIT {LIMIT}"
    return _took(lambda: rows(statement))


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _measured(
    databases: Databases, tmp_path: Path, count: int
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    url = databases.empty()
    with halls.opened(url, intents=tmp_path) as app:
        halls.found(app)
        seat = app.command_line("1")
        took = _took(lambda: build(url, count, seat.station.district_id))
        print(f"\n{databases.kind}: {count:,} accounts indexed in {took / 1000:.0f} s")
        typed = _words(count)
        ours = {name: _times(seat, words) for name, (words, _) in typed.items()}
        with raw(url) as rows:
            scans = {
                name: [_scan(rows, column, word) for word in words[:SCANS]]
                for name, (words, column) in typed.items()
            }
    databases.drop(url)
    return ours, scans


def _compare(databases: Databases, tmp_path: Path, many: int) -> list[str]:
    """Print the times; the kinds of word that take too long. A scan grows with the accounts: it counts for a million."""
    few, _ = _measured(databases, tmp_path, FEW)
    ours, scans = _measured(databases, tmp_path, many)
    print(f"{'ms':>20} {'p50':>8} {'p95':>8} {f'p95 of {FEW:,}':>16} {f'LIKE of {MILLION:,}':>20}")
    late = []
    for name, times in ours.items():
        slow, before, scan = _p95(times), _p95(few[name]), statistics.median(scans[name]) * MILLION / many
        print(f"{name:>20} {statistics.median(times):8.2f} {slow:8.2f} {before:16.2f} {scan:20.1f}")
        if slow > scan / 10 or slow > 3 * before:
            late.append(name)
    return late


def test_search_stays_quick(databases: Databases, tmp_path: Path) -> None:
    assert _compare(databases, tmp_path, MANY) == []


@pytest.mark.trial
def test_search_stays_quick_among_a_million(databases: Databases, tmp_path: Path) -> None:
    assert _compare(databases, tmp_path, MILLION) == []
