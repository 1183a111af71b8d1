"""One box finds a customer by whatever somebody types."""

from __future__ import annotations

import pytest

from desktop.contracts import service as contracts
from desktop.contracts.records import Connections
from desktop.kernel.errors import NotPermitted
from desktop.kernel.work import Actor, Seat
from desktop.sample.zhejiang import households
from desktop.search import service as search
from desktop.search.records import SearchOrder
from tests.hall import connection

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
