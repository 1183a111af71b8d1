"""Every message is translated into every language, with the same fields, and no catalog holds stale ones."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from desktop.kernel.text import LANGUAGES, Text, catalog
from tests.house.messages import Message, in_code

FOLDER = Path(__file__).parents[2] / "i18n"
FIELD = re.compile(r"\{(\w+)(?:!r)?\}")
TRANSLATED = [language for language in LANGUAGES if language != "en"]


@cache
def catalog_of(language: str) -> dict[Message, list[str]]:
    """A catalog's messages with their translations, one for each plural form."""
    with (FOLDER / f"{language}.po").open("rb") as stream:
        read = read_po(stream, locale=language, abort_invalid=True)
    found = {}
    for entry in read:
        if entry.id:
            words = entry.id if isinstance(entry.id, tuple) else (entry.id, "")
            texts = entry.string if isinstance(entry.string, (tuple, list)) else (entry.string,)
            assert not entry.fuzzy, f"{language}: {words[0]!r} is marked as uncertain"
            found[Message(words[0], words[1], entry.context or "")] = list(texts)
    return found


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated(language: str) -> None:
    have, wanted = catalog_of(language), in_code()
    missing = [f"{places[0]}: {m.words}" for m, places in wanted.items() if not all(have.get(m) or [""])]
    assert not missing, f"{len(missing)} messages without {language}:\n" + "\n".join(missing)
    assert sorted(set(have) - set(wanted)) == [], f"{language} holds messages that are no longer in the code"


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_have_the_same_fields(language: str) -> None:
    for message, texts in catalog_of(language).items():
        for text in texts:
            wanted = set(FIELD.findall(message.plural or message.words)) | {"count"}
            fields = set(FIELD.findall(text))
            assert fields <= wanted, f"{language}: {text!r} names a field that {message.words!r} lacks"
            assert wanted - {"count"} <= fields | {"count"}, (
                f"{language}: {text!r} lost a field of {message.words!r}"
            )


@pytest.mark.parametrize("language", TRANSLATED)
def test_words_are_composed_letters(language: str) -> None:
    for texts in catalog_of(language).values():
        for text in texts:
            assert text == unicodedata.normalize("NFC", text)


def kept_words() -> set[tuple[str, str]]:
    """Languages and messages that `i18n/GLOSSARY.md` lists, with a reason, as the same in both languages."""
    table = (FOLDER / "GLOSSARY.md").read_text(encoding="utf-8").partition("## Words that stay")[2]
    found = set()
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and "`" in cells[0]:
            words = re.findall(r"`([^`]+)`", cells[0].partition("(context")[0])
            assert cells[2], f"{cells[0]} is listed without a reason"
            if " to " in cells[0] and len(words) == 2:
                words = [str(number) for number in range(int(words[0]), int(words[1]) + 1)]
            found |= {(language.strip(), word) for language in cells[1].split(",") for word in words}
    return found


def test_words_stay_as_they_are_only_for_a_reason() -> None:
    same = {
        (language, message.words)
        for language in TRANSLATED
        for message, texts in catalog_of(language).items()
        if set(texts) & {message.words, message.plural or message.words}
    }
    kept = kept_words()
    assert sorted(same - kept) == [], "translations equal to their English message, not in GLOSSARY.md"
    assert sorted(kept - same) == [], "GLOSSARY.md lists words that are translated by now"


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "zh_CN"])
def test_quotation_marks_are_narrow(language: str) -> None:
    """Curly ones are drawn as wide as a Chinese sign by this font."""
    say = catalog(language)
    curly = re.compile("[“”‘’]")
    assert [m.words for m in in_code() if curly.search(say(Text(m.words, context=m.context)))] == []


COURTESIES = {
    "zh_CN": r"(?<![申邀])请|成功",
    "vi": r"\b(vui lòng|hãy|thành công)\b",
    "fi": r"\b(ole hyvä|olkaa hyvä|onnistuneesti)\b",
}


@pytest.mark.parametrize("language", TRANSLATED)
def test_nobody_says_please_or_successfully(language: str) -> None:
    found = [
        text
        for texts in catalog_of(language).values()
        for text in texts
        if re.search(COURTESIES[language], text.casefold())
    ]
    assert found == []


def test_the_english_catalog_only_holds_messages_of_the_code() -> None:
    assert set(catalog_of("en")) <= set(in_code())
