"""First run by keys: from an empty database to a payment in one's own hall; nothing is written before the last step."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from desktop import sample
from desktop.app import App, open_app
from desktop.kernel.canonical import Secret
from desktop.kernel.errors import Refused
from desktop.kernel.text import catalog
from desktop.papers.rules import MOST_DOTS
from desktop.qt.basics import Label
from desktop.qt.page import Question
from desktop.shell.first_run import FirstRun
from desktop.shell.picture_field import picture_of
from desktop.shell.sign_in import Opened, SignIn
from desktop.shell.window import Window
from desktop.staff import service as staff
from desktop.staff.records import OwnPassword
from tests import hall as halls
from tests.windows import WAIT_MS, commit, settle, shown

PASSWORD = "three long words"
COMPANY = {
    "zh_CN": (
        "拱墅供电公司",
        "９１３３０１０５ＭＡ２Ｈ４Ｋ７Ｘ７Ｇ",
        "95598",
        "工商银行",
        "1202020109900012345",
        "登云路 200 号",
    ),
    "en": ("Power company", "91330105MA2H4K7X7G", "0571-88001234", "", "", "Street 1"),
}


@dataclass
class Hands:
    """Somebody at the keyboard of the first window."""

    qtbot: object
    workers: object
    window: SignIn
    app: App

    @property
    def run(self) -> FirstRun:
        return self.window.first_run

    def type(self, *fields: str) -> None:
        """Fill fields one after the other; Enter goes on."""
        for text in fields:
            if text.isascii():
                QTest.keyClicks(self.window.focusWidget(), text)
            else:
                commit(self.window.focusWidget(), text)
            self.press(Qt.Key.Key_Return)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.focusWidget(), key, modifier)

    def press_ctrl(self, key: Qt.Key) -> None:
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def problem(self, name: str) -> str:
        return self.run.step.form.edit(name).accessibleDescription()


@pytest.fixture
def begin(qtbot, workers, sqlite_databases, tmp_path, monkeypatch):
    """The first window on an empty database, in a language, its wizard open."""
    monkeypatch.setattr("desktop.shell.sign_in.user_folder", lambda: tmp_path)
    app = open_app(sqlite_databases.empty(), halls.TODAY, intents=tmp_path / "under_way")

    def open_(language: str) -> Hands:
        opened = Opened(app, Window, sample.build, "zhao", sample.PASSWORD, FirstRun)
        window = shown(qtbot, SignIn(language, lambda: opened, workers))
        settle(qtbot, workers, window.own_button.isVisible)
        hands = Hands(qtbot, workers, window, app)
        assert window.focusWidget() is window.own_button
        hands.press(Qt.Key.Key_Return)
        assert hands.run.at == 0
        return hands

    yield open_
    app.close()


def describe(hands: Hands, language: str) -> None:
    """All the steps up to the summary, by keys alone."""
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_Return)  # from the last field to the button, which Enter presses here
    assert hands.run.at == 1
    hands.type(*COMPANY[language])
    hands.press(Qt.Key.Key_F12)
    assert hands.run.at == 2
    hands.type("330105", "District" if language == "en" else "拱墅")
    hands.type("HM", "Hall" if language == "en" else "和睦营业厅", "", "", "")
    hands.type("1", "Counter 1")
    hands.press_ctrl(Qt.Key.Key_I)
    hands.type("2", "Counter 2")
    hands.press(Qt.Key.Key_F12)
    assert hands.run.at == 3
    hands.type("boss", "Admin", "", PASSWORD, PASSWORD)
    hands.press_ctrl(Qt.Key.Key_I)
    hands.type("cash", "Cashier")
    role = hands.window.focusWidget()
    role.show_text("cashier")
    hands.press(Qt.Key.Key_Return)
    hands.type(PASSWORD, PASSWORD)
    hands.press(Qt.Key.Key_F12)
    assert hands.run.at == 4
    hands.press(Qt.Key.Key_F12)
    assert hands.run.at == 5


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_from_an_empty_database_to_a_payment_in_ones_own_hall(qtbot, workers, begin, language):
    hands = begin(language)
    describe(hands, language)
    assert hands.app.is_empty()
    window = hands.window
    assert window.focusWidget() is hands.run.primary
    hands.press(Qt.Key.Key_Return)
    settle(qtbot, workers, lambda: window.stations)
    assert window.first_run is None
    assert [station.code for station in window.stations] == ["1", "2"]
    assert window.login.text() == "boss"
    assert window.focusWidget() is window.password
    with qtbot.waitSignal(window.signed_in, timeout=WAIT_MS) as signed:
        hands.type(PASSWORD)
    seat = signed.args[0]
    assert (seat.actor.login, seat.actor.language) == ("boss", language)
    halls.connect(seat, halls.SMALL[:1])
    own = OwnPassword(Secret(PASSWORD), Secret("one of my own"))
    staff.change_own_password(hands.app.sign_in("cash", PASSWORD, "2"), own)
    cashier = halls.open_till(hands.app.sign_in("cash", own.new, "2"))
    receipt = halls.pay(cashier, halls.SMALL[0], halls.yuan("5.00"))
    assert receipt.number == "2-26000001"
    assert receipt.letterhead.company == COMPANY[language][0]
    assert receipt.letterhead.tax_number == "91330105MA2H4K7X7G"
    assert hands.app.verify() == []


def test_problems_stand_beside_their_fields_and_the_step_stays(begin):
    hands = begin("en")
    hands.press(Qt.Key.Key_F12)
    hands.press(Qt.Key.Key_F12)
    assert hands.run.at == 1
    assert hands.problem("company.name") == "Fill this in"
    assert hands.window.focusWidget() is hands.run.step.name
    hands.type("Power", "91330105MA2H4K7X7H")
    assert hands.problem("company.tax_number") == "The check sign does not fit. Compare it with the licence"
    hands.run.step.tax.show_text("91330105MA2H4K7X7G")
    hands.run.step.hotline.show_text("95598")
    hands.run.step.address.show_text("Street 1")
    hands.press(Qt.Key.Key_F12)
    hands.type("D1", "District", "H1", "Hall", "", "", "", "1", "Counter 1")
    hands.press_ctrl(Qt.Key.Key_I)
    hands.type("1", "Counter 2")
    hands.press(Qt.Key.Key_F12)
    assert hands.run.at == 2
    assert hands.problem("stations[1].code") == "Two have the same one. Give each one of its own"
    hands.press_ctrl(Qt.Key.Key_D)
    hands.press(Qt.Key.Key_F12)
    assert hands.run.at == 3
    hands.type("cash", "Cashier", "", PASSWORD, PASSWORD + "!")
    hands.run.step.form.edit("people[0].role").show_text("cashier")
    hands.press(Qt.Key.Key_F12)
    assert hands.problem("people[0].again") == "It is not the same as before. Type both once more"
    hands.run.step.form.edit("people[0].again").show_text(PASSWORD)
    hands.press(Qt.Key.Key_F12)
    assert hands.run.at == 3
    assert hands.run.banner.title_text == "Nobody is administrator, so nobody could enter more people"


def test_numbers_are_shown_as_papers_will_carry_them(begin):
    hands = begin("en")
    for _ in range(2):
        hands.press(Qt.Key.Key_F12)
    step = hands.run.steps[2]
    step.form.edit("halls[0].code").show_text("HM")
    step.form.edit("stations[0].code").show_text("7")
    words = [label.text() for label in step.side.findChildren(Label) if not label.isHidden()]
    assert "7-26000001" in words
    assert "B-HM-2026-000001" in words


def test_going_back_keeps_everything_and_leaving_asks(begin, monkeypatch):
    asked = []
    hands = begin("en")
    hands.press(Qt.Key.Key_F12)
    hands.type("Power company")
    hands.press(Qt.Key.Key_Escape)
    assert hands.run.at == 0
    monkeypatch.setattr(Question, "exec", lambda question: asked.append(question) or 0)
    hands.press(Qt.Key.Key_Escape)
    assert len(asked) == 1
    assert not hands.window.close()
    hands.press(Qt.Key.Key_F12)
    assert hands.run.step.name.text() == "Power company"
    hands.press(Qt.Key.Key_Escape)
    monkeypatch.setattr(Question, "exec", lambda _question: Question.DialogCode.Accepted)
    hands.press(Qt.Key.Key_Escape)
    assert hands.run is None
    assert hands.window.focusWidget() is hands.window.own_button


def test_a_database_that_is_taken_meanwhile_is_told_and_nothing_typed_is_lost(qtbot, workers, begin):
    hands = begin("en")
    describe(hands, "en")
    halls.found(hands.app)
    hands.press(Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: hands.run.banner.title_text)
    assert hands.run.banner.title_text == "The hall was not made"
    assert hands.run.described()["company"]["name"] == "Power company"


def picture(path: Path, size: tuple[int, int], **options: object) -> str:
    Image.new("RGB", size, "red").save(path, **options)
    return str(path)


def test_letterhead_and_seal_come_from_files_and_show_on_the_specimen(
    qtbot, workers, begin, tmp_path, monkeypatch
):
    hands = begin("zh_CN")
    hands.press(Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: hands.run.step.view.pages == 2)
    name = picture(tmp_path / "seal.jpg", (2400, 2400), exif=Image.Exif())
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (name, ""))
    hands.press_ctrl(Qt.Key.Key_G)
    settle(qtbot, workers, lambda: hands.run.step.seal.picture)
    assert hands.run.described()["company"]["seal"].startswith(b"\x89PNG")
    text = tmp_path / "text.png"
    text.write_text("no picture")
    hands.run.step.letterhead.read(str(text))
    field = hands.run.step.letterhead._field
    settle(qtbot, workers, field.edit.accessibleDescription)
    assert hands.run.step.letterhead.picture == b""


@pytest.mark.qt_log_ignore("libpng|jpeg|JPEG")
def test_pictures_are_made_small_and_bare(qapp, tmp_path):
    exif = Image.Exif()
    exif[0x010E] = "somebody's name"
    made = picture_of(picture(tmp_path / "large.jpg", (3000, 1500), exif=exif))
    assert b"somebody" not in made
    assert Image.open(BytesIO(made)).size == (MOST_DOTS, MOST_DOTS // 2)
    for name, data in (("a.png", b""), ("b.png", b"\x89PNG\r\n\x1a\n garbage"), ("c.jpg", b"\xff\xd8\xff")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(Refused) as refused:
            picture_of(str(tmp_path / name))
        assert catalog("zh_CN")(refused.value.text) != refused.value.text.message
