"""A question asked in the page: what is typed there is kept like a form, by what is asked, until it is answered."""

from __future__ import annotations

from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop.app import COUNTRIES
from desktop.qt import drafts
from desktop.qt.asking import InlineQuestion
from desktop.staff.records import UnfinishedForm
from tests.windows import commit, settle, shown

WHYS = ("The wrong file", "The wrong month")


class Book:
    """Drafts in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, drafts.Draft] = {}

    def keep(self, form, content):
        at = datetime(2026, 2, 5, 14, 5, tzinfo=COUNTRIES["cn"].zone)
        self.kept[form] = UnfinishedForm(at, content)
        return at

    def found(self, form):
        return self.kept.get(form)

    def drop(self, form):
        self.kept.pop(form, None)


@pytest.fixture
def book():
    return Book()


@pytest.fixture
def asked(qtbot, workers, book, monkeypatch):
    """Makes a page of its own with a question in it, as after a start of the program."""
    monkeypatch.setattr(drafts, "KEPT_EVERY_MS", 1)
    pages = []

    def make(about: str = "sheet", topic: str = "january") -> InlineQuestion:
        page = QWidget()
        question = InlineQuestion(book, workers, about)
        QVBoxLayout(page).addWidget(question)
        shown(qtbot, page)
        pages.append(page)
        question.ask(topic, "Why is it taken back?", "Enter takes it back", "", WHYS)
        settle(qtbot, workers)
        return question

    return make


def test_what_is_typed_stands_there_again_until_it_is_answered(qtbot, workers, book, asked):
    QTest.keyClicks(asked().edit, "Half a reason")
    settle(qtbot, workers, lambda: book.kept)
    assert {name: draft.content for name, draft in book.kept.items()} == {"sheet january": "Half a reason"}
    again = asked()
    assert again.edit.text() == "Half a reason"
    answers = []
    again.answered.connect(lambda *answer: answers.append(answer))
    QTest.keyClick(again.edit, Qt.Key.Key_Return)
    again.settled()
    settle(qtbot, workers, lambda: not book.kept)
    assert answers == [(-1, "Half a reason", False)]
    assert asked().edit.text() == ""


def test_another_question_has_words_of_its_own(qtbot, workers, book, asked):
    first = asked()
    QTest.keyClicks(first.edit, "january is wrong")
    settle(qtbot, workers, lambda: book.kept)
    assert asked(topic="february").edit.text() == ""
    assert asked(about="bills").edit.text() == ""


def test_esc_keeps_at_once_and_words_taken_out_are_forgotten(qtbot, workers, book, asked, monkeypatch):
    monkeypatch.setattr(drafts, "KEPT_EVERY_MS", 600_000)
    question = asked()
    QTest.keyClicks(question.edit, "Half")
    question.close_question()
    settle(qtbot, workers, lambda: book.kept)
    again = asked()
    again.edit.selectAll()
    QTest.keyClick(again.edit, Qt.Key.Key_Delete)
    again.close_question()
    settle(qtbot, workers, lambda: not book.kept)


def test_what_an_input_method_composes_is_no_answer_yet(asked):
    question, answers = asked(), []
    question.answered.connect(lambda *answer: answers.append(answer))
    QApplication.sendEvent(question.edit, QInputMethodEvent("jia", []))
    QTest.keyClick(question.edit, Qt.Key.Key_Return)
    assert answers == []
    commit(question.edit, "家里没人")
    QTest.keyClick(question.edit, Qt.Key.Key_Return)
    assert answers == [(-1, "家里没人", False)]


def test_a_digit_answers_only_while_nothing_is_typed(asked):
    question, answers = asked(), []
    question.answered.connect(lambda *answer: answers.append(answer))
    QTest.keyClick(question.edit, Qt.Key.Key_2)
    assert answers == [(1, "", False)]
    QTest.keyClicks(question.edit, "row 2")
    assert question.edit.text() == "row 2"
    assert len(answers) == 1
