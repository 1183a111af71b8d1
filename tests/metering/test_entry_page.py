"""A read typed in and a meter exchanged, from the card of an account, by keys on the real application."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.desk import service as desk
from desktop.desk.page.card import READS, AccountView
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Reading
from desktop.metering import service as metering
from desktop.metering.page import ExchangeSheet, ReadSheet
from desktop.metering.records import HandRead, ReadReason
from desktop.qt import photos
from desktop.qt.page import Question
from desktop.qt.photos import bare_photo
from desktop.shell.window import Window
from tests import hall as halls
from tests.windows import settle, shown

NUMBER = halls.account_number(3)


@pytest.fixture(params=["en", "vi"])
def card(qtbot, clerk, workers, request):
    speaking = replace(clerk, actor=replace(clerk.actor, language=request.param))
    window = Window(speaking, workers)
    window.resize(1366, 768)
    shown(qtbot, window)
    page = window.open_page("customers", NUMBER)
    settle(qtbot, window.tasks, lambda: page.findChild(AccountView) and page.findChild(AccountView).filled)
    settle(qtbot, window.tasks)
    return page.findChild(AccountView)


def sheet(qtbot, card, kind, key):
    QTest.keyClick(card.table(), key, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, card.page.tasks)
    (made,) = [one for one in card.window().children() if isinstance(one, kind) and one.isVisible()]
    settle(qtbot, card.page.tasks, lambda: made.now is not None)
    return made


def newest(card):
    return card.seat.ask(desk.account_card, NUMBER).reads[0]


def test_a_read_is_typed_and_stored_with_its_photo(qtbot, card, tmp_path):
    made = sheet(qtbot, card, ReadSheet, Qt.Key.Key_R)
    before = newest(card)
    made.value.show_value(before.value + Reading.of(300))
    settle(qtbot, card.page.tasks, made.outcome.isVisible)
    photo = tmp_path / "register.jpg"
    photo.write_bytes(halls.photo(2000))
    made.take_photo(photo)
    settle(qtbot, card.page.tasks, lambda: made._photo is not None)
    QTest.keyClick(made.value, Qt.Key.Key_F12)
    settle(qtbot, card.page.tasks, lambda: newest(card).value != before.value)
    stored = newest(card)
    assert (stored.value, stored.source.value, len(stored.photos)) == (
        before.value + Reading.of(300), "customer", 1,
    )  # fmt: skip
    kept = card.seat.ask(metering.photo, stored.photos[0])
    assert len(kept) <= photos.KEPT_BYTES
    assert b"kitchen" not in kept
    settle(qtbot, card.page.tasks, lambda: card.card.reads[0].value == stored.value)


def test_a_read_to_check_another_is_entered_with_who_read_it(qtbot, card):
    made = sheet(qtbot, card, ReadSheet, Qt.Key.Key_R)
    before = newest(card)
    made.value.show_value(before.value - Reading.of(30))
    made.reason.show_text(ReadReason.DISPUTED.value)
    made.reader.show_text("Zhou")
    settle(qtbot, card.page.tasks, lambda: not made.round_field.isVisible())  # no bill rests on it
    QTest.keyClick(made.value, Qt.Key.Key_F12)
    settle(qtbot, card.page.tasks, lambda: newest(card).reason is ReadReason.DISPUTED)
    assert (newest(card).value, newest(card).reader) == (before.value - Reading.of(30), "Zhou")


def test_what_cannot_be_is_told_and_nothing_is_lost(qtbot, card):
    made = sheet(qtbot, card, ReadSheet, Qt.Key.Key_R)
    QTest.keyClick(made, Qt.Key.Key_F12)
    assert made.isVisible()  # nothing typed yet
    made.value.show_value(Reading.of(9_999_999))
    QTest.keyClick(made.value, Qt.Key.Key_F12)
    settle(qtbot, card.page.tasks, made.problem.isVisible)
    assert made.value.value() == Reading.of(9_999_999)
    made.form.pristine()
    QTest.keyClick(made.value, Qt.Key.Key_Escape)
    assert not [one for one in card.window().children() if isinstance(one, ReadSheet) and one.isVisible()]


def test_what_is_typed_survives_a_crash_and_is_not_left_without_asking(qtbot, card, monkeypatch):
    window, tasks = card.window(), card.page.tasks
    first = sheet(qtbot, card, ReadSheet, Qt.Key.Key_R)
    first.value.show_value(Reading.of(60000))
    first.form.save_draft()
    settle(qtbot, tasks)
    answers = [False, True]
    monkeypatch.setattr(Question, "exec", lambda _: answers.pop(0))
    window.open_page("today")
    assert window.page is card.page
    assert first.isVisible()
    first.form.pristine()  # as after a crash: nobody has said what becomes of it
    first.dismiss()
    settle(qtbot, tasks)
    again = sheet(qtbot, card, ReadSheet, Qt.Key.Key_R)
    settle(qtbot, tasks, again.form.offer.isVisible)
    again.form.offer.go_on.click()
    assert again.value.value() == Reading.of(60000)
    window.open_page("today")
    assert window.page is not card.page
    assert not answers
    settle(qtbot, tasks, lambda: card.seat.app.drafts(card.seat.actor).found(again.form.draft_name) is None)


def test_a_smaller_read_asks_whether_the_register_went_round(qtbot, card):
    made = sheet(qtbot, card, ReadSheet, Qt.Key.Key_R)
    assert not made.round_field.isVisible()
    made.value.show_value(Reading.of(1))
    settle(qtbot, card.page.tasks, made.round_field.isVisible)


def test_a_meter_is_exchanged(qtbot, card):
    made = sheet(qtbot, card, ExchangeSheet, Qt.Key.Key_E)
    final = made.now.registers[0].last_value + Reading.of(10)
    made.form.edit("final active").show_value(final)
    made.form.edit("serial").setText("001300000001")
    QTest.keyClick(made.form.edit("serial"), Qt.Key.Key_F12)
    settle(qtbot, card.page.tasks, lambda: card.card.row.meter_serial == "001300000001")
    shown = card.seat.ask(desk.account_card, NUMBER).reads[:2]
    assert {(read.meter_serial == "001300000001", read.value) for read in shown} == {
        (True, Reading(0)), (False, final),
    }  # fmt: skip


def test_an_exchange_asks_whether_it_went_round_and_takes_other_registers(qtbot, card):
    made = sheet(qtbot, card, ExchangeSheet, Qt.Key.Key_E)
    active = made.now.registers[0]
    form = made.form
    assert not made.rounds[active.code].isVisible()
    form.edit("final active").show_value(Reading.of(20))
    assert made.rounds[active.code].isVisible()
    form.edit("serial").setText("001300000002")
    QTest.keyClick(form.edit("serial"), Qt.Key.Key_F12)
    settle(qtbot, card.page.tasks, made.problem.isVisible)  # below the last read, and nobody said why
    form.edit("round active").show_text("yes")
    for place in (1, 2):
        QTest.keyClick(form.edit("serial"), Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
        assert form.edit(f"registers[{place}].register").hasFocus()
    form.edit("registers[2].opening").show_value(Reading.of(3))
    QTest.keyClick(form.edit("serial"), Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(form.edit("registers[3].register"), Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(form.edit("serial"), Qt.Key.Key_F12)
    settle(qtbot, card.page.tasks, lambda: card.card.row.meter_serial == "001300000002")
    hung = [read for read in newest_of(card) if read.meter_serial == "001300000002"]
    assert {(read.register.value, read.value) for read in hung} == {
        ("active", Reading(0)), ("peak", Reading(0)), ("flat", Reading.of(3)),
    }  # fmt: skip
    final = next(read for read in newest_of(card) if read.reason is ReadReason.FINAL)
    assert final.energy is not None
    assert final.energy.raw > 0


def newest_of(card):
    return card.seat.ask(desk.account_card, NUMBER).reads


def test_a_read_nobody_billed_is_taken_back_with_a_reason(qtbot, card):
    before = newest(card)
    order = HandRead(NUMBER, before.value + Reading.of(250), card.seat.today())
    card.seat.do(metering.record_read, order)
    card.reload()
    settle(qtbot, card.page.tasks, lambda: card.card.reads[0].value == order.value)
    card.tabs.choose(READS)
    card.reads.table.selectRow(1)
    assert not key(card, "Del").enabled  # a bill rests on it
    card.reads.table.selectRow(0)
    assert key(card, "Del").enabled
    QTest.keyClick(card.reads.table, Qt.Key.Key_Delete)
    assert card.question.isVisible()
    QTest.keyClick(card.question.edit, Qt.Key.Key_Return)
    settle(qtbot, card.page.tasks)
    assert card.question.isVisible()  # a reason is asked for
    QTest.keyClicks(card.question.edit, "wrong meter")
    QTest.keyClick(card.question.edit, Qt.Key.Key_Return)
    settle(qtbot, card.page.tasks, lambda: card.card.reads[0].reversed)
    assert not key(card, "Del").enabled


def key(card, press):
    return next(one for one in card.page.keys if one.press == press)


def test_a_photo_is_made_small_upright_and_bare(tmp_path):
    noise = Image.effect_noise((3000, 2000), 120).convert("RGB")
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "the kitchen of somebody"
    file = tmp_path / "large.jpg"
    noise.save(file, "JPEG", quality=95, exif=exif, comment=b"a comment")
    content = bare_photo(file)
    assert len(content) <= photos.KEPT_BYTES
    assert b"kitchen" not in content
    assert b"a comment" not in content
    small = tmp_path / "small.jpg"
    small.write_bytes(content)
    with Image.open(small) as picture:
        assert picture.size[0] < picture.size[1] <= photos.LONGEST_SIDE


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"GIF89a no"])
def test_what_is_no_photo_is_refused(tmp_path, content):
    file = tmp_path / "some.jpg"
    file.write_bytes(content)
    with pytest.raises(Refused):
        bare_photo(file)
    with pytest.raises(Refused):
        bare_photo(tmp_path / "nowhere.jpg")
