"""One box finds a customer by whatever somebody types."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.contracts import service as contracts
from desktop.contracts.records import Connections
from desktop.desk import service as desk
from desktop.desk.service import finding
from desktop.kernel.errors import NotPermitted
from desktop.kernel.work import Actor, Seat, Work, operation
from desktop.ledger.tables import ContractAccount
from desktop.sample.zhejiang import households
from desktop.search import rules
from desktop.search import service as search
from desktop.search.records import BILL, PAPERS, RECEIPT, MatchKind, Person, SearchOrder
from tests.hall import SMALL, connection, opened, pay, yuan
from tests.rows import changed, contents, raw, tally

PEOPLE = households()


def named_in_groups(number: str) -> str:
    """An account number as bills print it."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def numbers(seat: Seat, typed: str, limit: int = 200) -> set[str]:
    return {hit.owner_number for hit in seat.ask(search.find, SearchOrder(typed, limit))}


@pytest.fixture
def named(small: Seat) -> Seat:
    """A hall with some more customers, whose names and addresses are told apart."""
    people = [
        ("440100000001", "曾国藩", "湘乡路 1 号", "13912345678", "M-77-001234"),
        ("440100000002", "欧阳修", "醉翁亭 22 号", "13800009999", "M-77-005678"),
        ("440100000003", "Åsa Öberg", "Kungsgatan 5 B", "0401234567", "FI000987654"),
        ("440100000004", "Nguyễn Thị Hà", "Đường Lê Lợi 12", "0912340000", "VN00112233"),
        ("440100000005", "仇英", "桃花坞 3 号", "13700001111", "M-77-009999"),
        ("440100000006", "杭州西湖龙井茶叶有限公司", "龙井路 88 号", "057187654321", "M-77-008888"),
    ]
    small.do(
        contracts.connect,
        Connections(
            tuple(
                connection(
                    number, customer_name=name, address=address, phone=phone, meter_serial=meter, route="R9"
                )
                for number, name, address, phone, meter in people
            )
        ),
    )
    return small


FOUND = {
    "曾国藩": "1",
    "国藩": "1",
    "藩": "1",
    "zengguofan": "1",
    "cengguofan": "1",
    "ZengGuo": "1",
    "zgf": "1",
    "cgf": "1",
    "欧阳": "2",
    "阳修": "2",
    "ouyangxiu": "2",
    "oyx": "2",
    "qiuying": "5",
    "chouying": "5",
    "qy": "5",
    "龙井茶叶": "6",
    "杭州西湖龙井茶叶有限公司": "6",
    "åsa": "3",
    "öberg": "3",
    "BERG": "3",
    "kungsgatan": "3",
    "nguyễn": "4",
    "Hà": "46",
    "Thị Hà": "4",
    "lê": "4",
    "440100000004": "4",
    "4401 0000 0004": "4",
    "４４０１０００００００４": "4",
    "0004": "4",
    "13912345678": "1",
    "139 1234 5678": "1",
    "5678": "1",
    "005678": "2",
    "001234": "1",
    "M-77-001234": "1",
    "m-77-001234": "1",
    "湘乡": "1",
    "醉翁亭 22": "2",
    "22 醉翁": "2",
    "曾国藩 湘乡": "1",
    "曾国藩 醉翁": "",
    "zgf 5678": "1",
    "5678 zgf": "1",
    "zeng guo fan": "1",
    "ceng guo": "1",
    "曾 国藩": "1",
    "4401 0004": "4",
    "0000 0004": "4",
    "m77001234": "1",
    "m77 001234": "1",
    "asa oberg": "3",
    "oberg": "3",
    "nguyen thi ha": "4",
    "nth": "4",
    "ao": "3",
    "duong le loi": "4",
    "le loi 12": "4",
    "ĐƯỜNG": "4",
    "西湖龙井茶叶有限公司": "6",
    "杭州西湖龙井茶叶有限责任": "",
    "longjing": "6",
    "ljcy": "6",
    "龙井路 88": "6",
    "ＺＧＦ": "1",
    "曾国藩，5678": "1",
    "oyx 9999": "2",
}
"""What is typed, and the last digits of the account numbers it leads to."""


def test_a_customer_is_found_by_what_is_known_of_them(named: Seat) -> None:
    found = {
        typed: {number[-1] for number in numbers(named, typed) if number.startswith("4401")}
        for typed in FOUND
    }
    assert found == {typed: set(wanted) for typed, wanted in FOUND.items()}


def test_every_household_is_found_by_each_of_its_words(seat: Seat) -> None:
    for one in PEOPLE:
        for typed in (
            one.name,
            one.name[1:],
            one.number,
            named_in_groups(one.number),
            one.number[-4:],
            one.meter,
            one.meter[-6:],
            one.phone,
            one.phone[-4:],
            one.address.split()[0][-4:],
            f"{one.name} {one.phone[-4:]}",
        ):
            assert one.number in numbers(seat, typed), (one.name, typed)


NOBODY = ("", " ", "　", "zzzz", "没有这个人", "%", "_", "'", '"', "\\", "0' OR '1'='1", "\0", "𠮷")


def test_what_nobody_is_called_finds_nobody(seat: Seat) -> None:
    assert {typed: numbers(seat, typed) for typed in NOBODY} == {typed: set() for typed in NOBODY}


def test_an_exact_code_comes_first_and_the_limit_holds(named: Seat) -> None:
    hits = named.ask(search.find, SearchOrder("440100000004", 5))
    assert hits[0].owner_number == "440100000004"
    assert (hits[0].title, hits[0].owner_kind) == ("Nguyễn Thị Hà", "account")
    assert "Đường Lê Lợi 12" in hits[0].subtitle
    everybody = named.ask(search.find, SearchOrder("street", 2))
    assert len(everybody) == 2
    assert [hit.owner_number for hit in everybody] == sorted(hit.owner_number for hit in everybody)


def test_a_hit_shows_what_leads_on_and_no_telephone_number(seat: Seat) -> None:
    one = PEOPLE[0]
    (hit,) = seat.ask(search.find, SearchOrder(one.phone))
    assert hit.title == one.name
    assert one.phone not in f"{hit.title} {hit.subtitle}"


def test_who_may_not_search_finds_nothing(seat: Seat) -> None:
    actor = Actor(seat.actor.id, "x", "X", "en", frozenset({"desk.view"}))
    with pytest.raises(NotPermitted):
        Seat(seat.app, actor, seat.station).ask(search.find, SearchOrder("王"))


# Any part, any order

PART = st.tuples(st.integers(0, 30), st.integers(1, 30))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    who=st.integers(0, len(PEOPLE) - 1),
    parts=st.permutations(["name", "phone", "address", "meter"]),
    part=PART,
)
def test_any_part_of_a_name_and_its_words_in_any_order_lead_to_a_household(
    seat: Seat, who: int, parts: list[str], part: tuple[int, int]
) -> None:
    one = PEOPLE[who]
    inner = one.name[part[0] % len(one.name) :][: part[1]]
    assert one.number in numbers(seat, inner)
    words = {"name": inner, "phone": one.phone[-4:], "address": one.address[5:9], "meter": one.meter[-6:]}
    for count in range(2, len(parts) + 1):
        assert one.number in numbers(seat, " ".join(words[part] for part in parts[:count]))


@pytest.mark.parametrize("few", [20_000, 3])
def test_words_are_intersected_however_common_the_others_are(
    named: Seat, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(search, "COUNTED", few)
    assert numbers(named, "street 0001") == {"330100000001"}
    assert numbers(named, "0001 street") == {"330100000001"}
    assert numbers(named, "m 4401 龙井") == {"440100000006"}
    assert numbers(named, "street 龙井") == set()


def test_a_long_word_is_looked_at_as_a_whole(named: Seat) -> None:
    assert numbers(named, "杭州西湖龙井茶叶有限公司") == {"440100000006"}
    assert numbers(named, "州西湖龙井茶叶有限公司") == {"440100000006"}
    assert numbers(named, "杭州西湖龙井茶叶有限公厅") == set()
    assert numbers(named, "VN00112233") == {"440100000004"}


# Hits


def test_a_hit_says_what_matched_and_shows_no_more_of_a_telephone_than_was_typed(named: Seat) -> None:
    for typed, kind in (("5678", MatchKind.PHONE), ("zgf", MatchKind.INITIALS), ("001234", MatchKind.METER)):
        (hit,) = (hit for hit in named.ask(search.find, SearchOrder(typed)) if hit.title == "曾国藩")
        assert [match.kind for match in hit.matches] == [kind]
        assert "1391234" not in repr(hit)
    (whole,) = named.ask(search.find, SearchOrder("139 1234 5678"))
    assert whole.exact


def test_the_whole_of_something_comes_before_its_beginning(named: Seat) -> None:
    named.do(
        contracts.connect,
        Connections((connection("440100000007", customer_name="欧阳修远", phone="13100000000", route="R9"),)),
    )
    hits = named.ask(search.find, SearchOrder("欧阳修"))
    assert [(hit.title, hit.exact) for hit in hits] == [("欧阳修", True), ("欧阳修远", False)]


# Papers


def test_bills_and_receipts_are_found_by_their_numbers(small: Seat) -> None:
    receipt = pay(small, SMALL[2], yuan("1.00")).number
    bill = small.ask(desk.account_card, SMALL[0]).bills[0].number
    for number, kind in ((receipt, RECEIPT), (bill, BILL)):
        for typed in (
            number,
            number.lower(),
            number.replace("-", ""),
            number.replace("-", " "),
            number[-6:],
            number[-4:],
        ):
            found = small.ask(search.find, SearchOrder(typed, 200, PAPERS))
            assert (kind, number) in {(hit.owner_kind, hit.owner_number) for hit in found}, typed
        assert small.ask(search.find, SearchOrder(number, 200, PAPERS))[0].exact


# Changes


@operation("staff.view")
def change_words(work: Work, _request: None) -> None:
    """Rename the person of the first account; merged into it is the person of the second."""
    rows = work.session.execute(
        sa.select(ContractAccount.party_id)
        .where(ContractAccount.number.in_(SMALL[:2]))
        .order_by(ContractAccount.number)
    ).scalars()
    first, second = rows
    search.called(work, Person(first, "单玉兰", ("13711112222",), merged=(second,)))


def test_a_new_name_is_found_and_the_old_one_is_not(small: Seat) -> None:
    before = small.ask(search.find, SearchOrder("customer"))
    assert {hit.owner_number for hit in before} == set(SMALL)
    small.do(change_words)
    for typed in ("syl", "danyulan", "单玉", "2222", "13711112222"):
        assert numbers(small, typed) == {SMALL[0], SMALL[1]}, typed
    assert numbers(small, "customer") == {SMALL[2]}
    assert numbers(small, "13800000001") == set()
    assert numbers(small, "street1") == {SMALL[0]}
    assert numbers(small, f"{SMALL[1]} 单") == {SMALL[1]}


def test_indexing_anew_gives_the_same_words(small: Seat, small_hall: str) -> None:
    before = contents(small_hall)
    done = desk.rebuild_search(small)
    assert done.left == 0
    after = contents(small_hall)
    assert {name for name in changed(before, after) if name.startswith("search_")} == set()
    with raw(small_hall) as rows:
        assert done.count == tally(rows, "search_owner")


@pytest.fixture
def papers(small_hall: str) -> int:
    """How many papers the small hall has besides its three customers."""
    with raw(small_hall) as rows:
        return tally(rows, "search_owner") - len(SMALL)


def test_a_rebuild_that_is_stopped_says_what_is_left(small: Seat, papers: int) -> None:
    done = desk.rebuild_search(small, lambda *_: False)
    assert (done.count, done.left) == (3, papers)
    assert desk.rebuild_search(small).left == 0
    assert numbers(small, "customer") == set(SMALL)


def test_a_database_without_words_opens_at_once_and_says_what_is_not_found_yet(
    small_hall: str, papers: int
) -> None:
    with raw(small_hall) as rows:
        rows("DELETE FROM search_key")
        rows("DELETE FROM search_owner")
    with opened(small_hall) as app:
        found = app.command_line("1").ask(desk.search_hits, SearchOrder("customer"))
        assert (found.customers, found.left) == ((), papers + 3)
    with opened(small_hall) as app:
        seat, told = app.command_line("1"), []
        assert desk.prepare_search(seat, lambda *share: bool(told.append(share))).left == papers
        found = seat.ask(desk.search_hits, SearchOrder("customer"))
        assert (len(found.customers), found.left, told) == (3, papers, [(3, papers + 3)])
        assert desk.prepare_search(app.command_line("2")).count == papers
        assert seat.ask(desk.search_hits, SearchOrder("customer")).left == 0


def test_stations_that_prepare_search_together_share_the_owners(
    small: Seat, small_hall: str, papers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "AT_ONCE", 2)
    before = contents(small_hall)
    small.do(desk.forget_words)
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(desk.prepare_search, [small, small.app.command_line("2")]))
    assert sum(one.count for one in done) == papers + 3
    after = contents(small_hall)
    assert {name for name in changed(before, after) if name.startswith("search_")} == set()


def test_every_word_of_an_owner_has_its_key_and_no_other_has(seat: Seat, sample_hall: str) -> None:
    with raw(sample_hall) as rows:
        kept = {
            (kind, token, key)
            for kind, token, key in rows("SELECT owner_kind, token, owner_id FROM search_key")
        }
        owners = rows("SELECT owner_kind, owner_id, words FROM search_owner")
    assert kept == {(kind, token, key) for kind, key, words in owners for token in rules.tokens(words)}
