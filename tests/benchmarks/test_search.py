"""Search among many accounts against a LIKE scan of the same accounts, and against ten thousand, on both databases.

``SEARCH_ACCOUNTS`` says how many (100,000 when it says nothing); ``make trial`` takes the million, whose building takes
minutes.
"""

from __future__ import annotations

import itertools
import math
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from desktop.kernel.alphabet import readings, sort_key
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
WORDS, SCANS, ROUNDS = 40, 5, 7
"""Each word is asked in every round and its best time counts, large and small database in turn: what the words cost is
compared, not what else the machine had to do."""

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
            sort_key(one.name),
            one.phone,
            one.meter,
        )


OWNER_COLUMNS = "owner_id, owner_kind, district_id, party_id, number, title, subtitle, words, sort_key"


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
            f"INSERT INTO search_owner ({OWNER_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)",
            [row[:9] for row in rows],
        )
        connection.executemany("INSERT INTO unsorted VALUES (?,?,?)", _keys(rows))
        connection.executemany(
            "INSERT INTO plain VALUES (?,?,?,?,?)", [(*row[4:7], *row[9:]) for row in rows]
        )
    connection.execute(
        "INSERT INTO search_key SELECT owner_kind, token, owner_id, ? FROM unsorted"
        " ORDER BY owner_kind, token, owner_id",
        (district.hex,),
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
            owners, plain = (row[:9] for row in rows), ((*row[4:7], *row[9:]) for row in rows)
            for table, some in ((f"search_owner ({OWNER_COLUMNS})", owners), ("plain", plain)):
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for row in some:
                        copy.write_row(row)
            with cursor.copy("COPY search_key (owner_kind, token, owner_id, district_id) FROM STDIN") as copy:
                copy.write(
                    "".join(f"{kind}\t{token}\t{key}\t{district}\n" for kind, token, key in _keys(rows))
                )
        cursor.execute(
            "ALTER TABLE search_key ADD CONSTRAINT pk_search_key PRIMARY KEY (owner_kind, token, owner_id)"
        )
        for table in ("search_key", "search_owner", "plain"):
            cursor.execute(f"VACUUM ANALYZE {table}")


# What is typed


def _words(count: int) -> dict[str, tuple[list[str], str]]:
    """By kind of word: what is typed, and the column a scan would look into."""
    chance = random.Random(11)
    picked = list(itertools.islice(households(count), 0, None, count // WORDS))
    said = [readings(one.name)[0] for one in picked]
    return {
        "account, exact": ([one.number for one in picked], "number"),
        "account, beginning": ([one.number[: chance.randint(7, 9)] for one in picked], "number"),
        "name, inside": ([(one.name + "英")[1:3] for one in picked], "name"),
        "surname": ([one.name[0] for one in picked], "name"),
        "initials": (["".join(rules.folded(part)[0] for part in one) for one in said], "name"),
        "pinyin": ([rules.folded("".join(one)) for one in said], "name"),
        "phone, last four": ([one.phone[-4:] for one in picked], "phone"),
        "meter, last six": ([one.meter[-6:] for one in picked], "meter"),
        "part of address": ([one.address.split()[0][4:] for one in picked], "address"),
        "name and phone": ([f"{one.name} {one.phone[-4:]}" for one in picked], "name"),
    }


def _took(call: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    call()
    return (clock() - start) * 1000


class Hall:
    """A database with many accounts, what is typed there, and the best time of each word so far, in ms.

    An embedded database works in this process, so its processor time counts; with a server it is the time waited.
    """

    def __init__(self, databases: Databases, folder: Path, count: int, stack: ExitStack) -> None:
        self.url = databases.empty()
        app = stack.enter_context(halls.opened(self.url, intents=folder))
        halls.found(app)
        self.seat = app.command_line("1")
        took = _took(lambda: build(self.url, count, self.seat.station.district_id))
        print(f"\n{databases.kind}: {count:,} accounts indexed in {took / 1000:.0f} s")
        self.typed = _words(count)
        self.clock = time.process_time if databases.kind == "sqlite" else time.perf_counter
        self.best = {name: [math.inf] * len(words) for name, (words, _) in self.typed.items()}

    def ask_all(self) -> None:
        """Ask for every word once more."""
        for name, (words, _) in self.typed.items():
            for place, word in enumerate(words):
                took = _took(
                    lambda word=word: self.seat.ask(search.find, SearchOrder(word, LIMIT)), self.clock
                )
                self.best[name][place] = min(self.best[name][place], took)

    def scans(self) -> dict[str, float]:
        """The quickest scan for each kind of word, in ms."""
        with raw(self.url) as rows:
            return {
                name: min(_scan(rows, column, word, self.clock) for word in words[:SCANS])
                for name, (words, column) in self.typed.items()
            }


def _scan(rows: Raw, column: str, word: str, clock: Callable[[], float]) -> float:
    first, _, second = word.partition(" ")
    more = f" AND phone LIKE '%{second}'" if second else ""
    statement = f"SELECT number, name, address FROM plain WHERE {column} LIKE '%{first}%'{more}"
    return _took(lambda: rows(f"{statement} ORDER BY number LIMIT {LIMIT}"), clock)


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _late(databases: Databases, folder: Path, many: int) -> list[str]:
    """Print the times; which kinds of word take too long. A scan grows with the accounts: it counts for a million."""
    with ExitStack() as stack:
        few, much = (Hall(databases, folder, count, stack) for count in (FEW, many))
        for _ in range(ROUNDS):
            few.ask_all()
            much.ask_all()
        scans = much.scans()
    print(f"{'ms':>20} {'p50':>8} {'p95':>8} {f'p95 of {FEW:,}':>16} {f'LIKE of {MILLION:,}':>20}")
    late = []
    for name, times in much.best.items():
        slow, before, scan = _p95(times), _p95(few.best[name]), scans[name] * MILLION / many
        print(f"{name:>20} {statistics.median(times):8.2f} {slow:8.2f} {before:16.2f} {scan:20.1f}")
        if slow > scan / 10 or slow > 3 * before:
            late.append(name)
    for hall in (few, much):
        databases.drop(hall.url)
    return late


def test_search_stays_quick(databases: Databases, tmp_path: Path) -> None:
    assert _late(databases, tmp_path, MANY) == []


@pytest.mark.trial
def test_search_stays_quick_among_a_million(databases: Databases, tmp_path: Path) -> None:
    assert _late(databases, tmp_path, MILLION) == []
