"""A hall of one's own from a description: every mistake with its place, all of it or nothing, on both databases."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image, PngImagePlugin

from desktop.app import COUNTRIES, App
from desktop.billing import service as billing
from desktop.counter import service as counter
from desktop.counter.documents import receipt_pdf
from desktop.counter.records import ReceiptQuery
from desktop.founding.documents import read_founding, shipped_tariffs, template
from desktop.founding.records import Founding
from desktop.founding.service import surroundings
from desktop.kernel.canonical import Secret
from desktop.kernel.errors import Problem, Refused
from desktop.kernel.text import catalog
from desktop.papers.rules import bare_png
from desktop.staff import service as staff
from desktop.staff.records import OwnPassword
from tests import hall as halls
from tests.command_line import CommandLine
from tests.kernel.faults import Crash, Moments, crash
from tests.papers_samples import pdf_pages
from tests.rows import contents, raw, tally

CN = COUNTRIES["cn"]
EXAMPLE = template(CN)
AROUND = replace(surroundings(COUNTRIES), hashed=lambda password: f"hash of {password}")


def described(change: Callable[[dict[str, Any]], object]) -> tuple[Founding | None, tuple[Problem, ...]]:
    """The example with one change."""
    data: dict[str, Any] = copy.deepcopy(EXAMPLE)
    change(data)
    return read_founding(data, "hall.json", AROUND)


def test_the_example_is_right_as_it_stands() -> None:
    order, problems = described(lambda data: None)
    assert problems == ()
    assert order is not None
    assert [user.login for user in order.places.users] == ["admin", "lead", "cash"]
    assert order.places.users[0].password_hash == "hash of change me 1"
    assert len(order.tariffs) == len(shipped_tariffs(CN)) == 2


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("country", lambda data: data.update(country="atlantis")),
        ("language", lambda data: data.update(language="la")),
        ("languages", lambda data: data.update(languages=["la"])),
        ("company.name", lambda data: data["company"].pop("name")),
        ("company.tax_number", lambda data: data["company"].update(tax_number="91330105MA2H4K7X7H")),
        ("company.tax_number", lambda data: data["company"].update(tax_number="9133")),
        ("company.hotline", lambda data: data["company"].update(hotline="138001")),
        ("company.bank_account", lambda data: data["company"].update(bank_account="12")),
        ("company.seal", lambda data: data["company"].update(seal="no such file.png")),
        ("company.seal", lambda data: data["company"].update(seal=b"GIF89a")),
        ("districts[0].code", lambda data: data["districts"][0].update(code="拱墅")),
        ("districts[1].code", lambda data: data["districts"].append({"code": "D2", "name": "Empty"})),
        ("halls[0].district", lambda data: data["halls"][0].update(district="D9")),
        ("halls[1].code", lambda data: data["halls"].append(dict(data["halls"][0]))),
        ("stations", lambda data: data.update(stations=[])),
        ("stations[1].code", lambda data: data["stations"][1].update(code="1")),
        ("stations[1].hall", lambda data: data["stations"][1].update(hall="H9")),
        ("people[0].roles", lambda data: data["people"].pop(0)),
        ("people[1].roles", lambda data: data["people"][1].update(roles=["king"])),
        ("people[1].login", lambda data: data["people"][1].update(login="admin")),
        ("people[1].login", lambda data: data["people"][1].update(login="servicehall")),
        ("people[1].login", lambda data: data["people"][1].update(login="wang jing")),
        ("people[1].password", lambda data: data["people"][1].update(password="short")),
        ("tariffs[0]", lambda data: data.update(tariffs=["no such tariff"])),
        ("tariffs", lambda data: data.update(tariffs="zhejiang_residential")),
    ],
)
def test_every_mistake_is_told_with_its_place(place: str, change: Callable[[dict[str, Any]], object]) -> None:
    order, problems = described(change)
    assert order is None
    assert place in [problem.column for problem in problems]
    for problem in problems:
        assert problem.what.message
        assert problem.remedy.message
        assert "password" not in str(problem.column) or not problem.value


def two_halls() -> Founding:
    data: dict[str, Any] = copy.deepcopy(EXAMPLE)
    data["districts"].append({"code": "D2", "name": "North"})
    data["halls"].append({"code": "H2", "name": "North hall", "district": "D2", "hotline": "4008001234"})
    data["stations"].append({"code": "9", "name": "Counter 9", "hall": "H2"})
    data["company"] |= {"seal": halls.picture(), "letterhead": halls.picture(120)}
    order, problems = read_founding(data, "hall.json", AROUND)
    assert order is not None, problems
    return order


def test_two_halls_in_two_districts_stand_and_the_book_proves_them(database_url: str) -> None:
    with halls.opened(database_url) as app:
        made = app.found(two_halls())
        assert (made.halls, made.stations, made.users) == (2, 3, 4)
        places = {place.code: place for place in app.stations()}
        assert [place.hall_name for place in places.values()] == [
            "Service hall",
            "Service hall",
            "North hall",
        ]
        assert places["1"].district_id == places["2"].district_id != places["9"].district_id
        assert app.verify() == []
        seat = app.command_line("9")
        halls.connect(seat, halls.SMALL[:1])
        halls.open_till(seat)
        receipt = halls.pay(seat, halls.SMALL[0], halls.yuan("5.00"))
        assert receipt.number.startswith("9-26")
        head = receipt.letterhead
        assert (head.hall, head.hotline, head.bank) == ("North hall", "4008001234", "Bank")
        assert app.picture(head.seal) == bare_png(halls.picture())
        pdf = receipt_pdf([receipt], app.catalog, app.country, app.picture)
        assert "Tax number 91 330105 MA2H4K7X7 G" in pdf_pages(pdf)[0]
        assert "Payment seal" not in pdf_pages(pdf)[0]
        assert app.verify() == []


def test_founding_stands_whole_or_not_at_all_whenever_it_is_stopped(database_url: str) -> None:
    order = two_halls()
    with halls.opened(database_url) as app:
        app.is_empty()
        before = contents(database_url)
        with Moments().of(app.database) as counted:
            app.found(order, dry_run=True)
        assert contents(database_url) == before
        for at in range(1, counted.passed + 1, 7):
            with pytest.raises(Crash), Moments(at, crash).of(app.database):
                app.found(order)
            assert app.is_empty()
        app.found(order)
        assert not app.is_empty()
        with pytest.raises(Refused, match="already has a hall"):
            app.found(order)
        assert app.verify() == []


def test_drafts_are_one_persons_and_stand_outside_the_book(small_hall: str) -> None:
    with halls.opened(small_hall) as app:
        cashier, clerk = (app.sign_in(login, halls.PASSWORD) for login in ("cashier", "clerk"))
        with raw(small_hall) as rows:
            entries = tally(rows, "journal_entry")
        kept = app.drafts(cashier.actor).keep("party", '{"name": "陈玉兰"}')
        app.drafts(cashier.actor).keep("party", '{"name": "陈玉兰 2"}')
        app.drafts(clerk.actor).keep("party", "{}")
        found = app.drafts(cashier.actor).found("party")
        assert found is not None
        assert found.content == '{"name": "陈玉兰 2"}'
        assert found.saved_at >= kept
        assert found.saved_at.utcoffset() == kept.utcoffset()
        app.drafts(cashier.actor).drop("party")
        assert app.drafts(cashier.actor).found("party") is None
        assert app.drafts(clerk.actor).found("party") is not None
        with raw(small_hall) as rows:
            assert tally(rows, "journal_entry") == entries
            assert tally(rows, "staff_draft") == 2  # the clerk's, and the night's from before
        assert app.verify() == []


def _png(size: tuple[int, int] = (64, 64), **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "red").save(out, "PNG", **options)
    return out.getvalue()


def test_a_picture_keeps_nothing_but_the_picture() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "somebody's name")
    bare = bare_png(_png(pnginfo=words, dpi=(300, 300)))
    assert b"somebody" not in bare
    assert b"pHYs" not in bare
    assert Image.open(BytesIO(bare)).size == (64, 64)
    assert bare_png(bare) == bare


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no PNG"),
        (b"\xff\xd8\xff\xe0 JPEG", "no PNG"),
        (_png()[:-20], "damaged"),
        (_png()[:40] + b"x" + _png()[41:], "damaged"),
        (_png((1300, 20)), "1300 × 20"),
        (_png((8, 8)), "8 × 8"),
        (b"\x89PNG\r\n\x1a\n" + bytes(2_000_000), "KB"),
    ],
    ids=["nothing", "jpeg", "cut", "flipped", "wide", "tiny", "heavy"],
)
def test_what_is_no_fit_picture_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(Refused) as refused:
        bare_png(data)
    assert words in catalog("en")(refused.value.text)


def test_company_and_hall_stand_on_a_bill_without_letterhead(small_hall: str, tmp_path: Path) -> None:
    with halls.opened(small_hall) as app:
        billing.print_run(app.command_line("1"), "R-hall-2026-000001", tmp_path / "bills.pdf")
    with pypdfium2.PdfDocument(tmp_path / "bills.pdf") as pdf:
        assert len(pdf) == 2, "the third was put right, and is printed with its run"
        head = pdf[0].get_textpage().get_text_range()
    assert head.split()[:9] == [
        "Company",
        "Hall,",
        "Street",
        "1,",
        "Telephone",
        "95598",
        "Electricity",
        "bill",
        "Due",
    ]


class TestCommand:
    @pytest.fixture
    def empty(self, databases: Any, capsys: pytest.CaptureFixture[str]) -> tuple[str, CommandLine]:
        url = databases.empty()
        return url, CommandLine(capsys, url, today="2026-02-05")

    def test_from_the_example_to_a_receipt(self, empty: tuple[str, CommandLine], tmp_path: Path) -> None:
        url, run = empty
        file = tmp_path / "hall.json"
        run("found", "--template", file)
        run("found", "--template", file, code=1)
        assert "Nothing was written" in run("found", file, "--dry-run").out
        with halls.opened(url) as app:
            assert app.is_empty()
        assert run.json("found", file) | {"hall_id": ""} == {
            "hall_id": "", "halls": 1, "stations": 2, "users": 4,
        }  # fmt: skip
        assert "already has a hall" in run("found", file, code=1).err
        with halls.opened(url) as app:
            assert app.sign_in("admin", "change me 1", "1").may(staff.enter_person)
            seat = app.sign_in("cash", "change me 3", "2")
            assert seat.actor.permissions == staff.EVERYBODY  # whoever described the hall knows this password
            own = OwnPassword(Secret("change me 3"), Secret("one of my own"))
            staff.change_own_password(seat, own)
            seat = app.sign_in("cash", "one of my own", "2")
            assert seat.may(counter.take_payment)
            assert seat.station.hall_name == "Service hall"

    def test_problems_are_told_together_and_nothing_is_written(
        self, empty: tuple[str, CommandLine], tmp_path: Path
    ) -> None:
        url, run = empty
        data: dict[str, Any] = copy.deepcopy(EXAMPLE)
        data["company"]["tax_number"] = "12"
        data["stations"][0]["hall"] = "nowhere"
        (tmp_path / "hall.json").write_text(json.dumps(data), encoding="utf-8")
        err = run("found", tmp_path / "hall.json", code=1).err
        assert "company.tax_number: A tax number has 18 signs, this one has 2. Change it." in err
        assert "stations[0].hall: There is none with this code. Use one of: H1." in err
        (tmp_path / "bad.json").write_text("{", encoding="utf-8")
        assert "is not JSON" in run("found", tmp_path / "bad.json", code=1).err
        with halls.opened(url) as app:
            assert app.is_empty()


def test_pictures_are_read_once_by_an_app(small: Any) -> None:
    app: App = small.app
    head = small.ask(counter.receipt, ReceiptQuery("1-26000001")).letterhead
    first = app.picture(head.seal)
    assert first is not None
    assert app.picture(head.seal) is first
    assert app.picture("no such digest") is None
