"""What a person likes is kept, and no file can stop anybody."""

from __future__ import annotations

import pytest

from desktop.qt.preferences import Preferences, of


@pytest.fixture
def path(tmp_path):
    return tmp_path / "preferences_zhao.json"


def test_what_is_kept_is_there_the_next_time(path):
    mine = Preferences(path)
    mine.keep("language", "vi")
    mine.keep("columns.accounts", [["name", 150], ["owed", 110]])
    mine.keep("wide", True)
    again = Preferences(path)
    assert again.value("language", "en") == "vi"
    assert again.value("columns.accounts", []) == [["name", 150], ["owed", 110]]
    assert again.value("wide", False) is True
    assert again.value("unknown", 7) == 7


@pytest.mark.parametrize("broken", [b"", b"{", b"[1, 2]", b"\xff\xfe\x00", b'"words"', b"null"])
def test_a_broken_file_gives_the_defaults_and_is_mended(path, broken):
    path.write_bytes(broken)
    mine = Preferences(path)
    assert mine.value("language", "en") == "en"
    mine.keep("language", "fi")
    assert Preferences(path).value("language", "en") == "fi"


def test_a_value_of_another_kind_gives_the_default(path):
    path.write_text('{"percent": "large", "wide": 1, "size": null}', encoding="utf-8")
    mine = Preferences(path)
    assert mine.value("percent", 100) == 100
    assert mine.value("wide", False) is False
    assert mine.value("size", [1, 2]) == [1, 2]


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path, caplog):
    (tmp_path / "file").write_text("no folder")
    mine = Preferences(tmp_path / "file" / "preferences_zhao.json")
    mine.keep("theme", "dark")
    assert mine.value("theme", "") == "dark"
    assert "not kept" in caplog.text


def test_two_windows_of_one_person_do_not_undo_each_other(path):
    one, other = Preferences(path), Preferences(path)
    one.keep("theme", "dark")
    other.keep("language", "vi")
    assert Preferences(path).value("theme", "") == "dark"
    assert Preferences(path).value("language", "") == "vi"


def test_a_login_of_any_letters_has_a_file_of_its_own():
    names = {of(login).path.name for login in ("zhao", "../zhao", "王 静", "con", "a/b", "a_b")}
    assert len(names) == 6
    assert {of("zhao").path.parent} == {of(login).path.parent for login in ("../zhao", "a/b")}
    assert of("zhao") is of("zhao")
