"""Strips sent straight to a printer that speaks ESC/POS: what goes over the wire, and printers that do not answer."""

from __future__ import annotations

import gc
import warnings

import pytest

from desktop.app import COUNTRIES
from desktop.counter.documents import strip_lines, strip_pdf
from desktop.kernel import practice, watermark
from desktop.kernel.errors import Refused
from desktop.kernel.strips import COLUMNS, columns
from desktop.kernel.text import LANGUAGES, catalog
from desktop.qt import escpos
from tests.papers_samples import make_receipt
from tests.strip_printer import CUT, KICK, NO_PAPER, PAPER, RASTER, strip_printer

CHINA = COUNTRIES["cn"]


def pdf_of(*receipts: object) -> bytes:
    return strip_pdf(list(receipts), lambda language: catalog(language, CHINA.currency), CHINA)


def lines_of(*receipts: object) -> tuple[object, ...]:
    return strip_lines(list(receipts), lambda language: catalog(language, CHINA.currency), CHINA)


def test_pictures_are_as_wide_as_the_head_and_each_is_cut() -> None:
    pdf = pdf_of(make_receipt(), make_receipt(copy=1))
    with strip_printer() as printer:
        escpos.print_pictures(printer.address, pdf, kick=True)
    assert printer.got.count(CUT) == 2
    assert printer.got.index(KICK) < printer.got.index(RASTER)
    at = printer.got.index(RASTER) + len(RASTER)
    assert int.from_bytes(printer.got[at + 1 : at + 3], "little") * 8 == 576
    ink = printer.got[at + 5 :].count(b"\xff")
    assert ink > 20, "there are black bytes"
    assert printer.asked == 2, "before and after"


def test_lines_go_in_gb18030_and_fit_the_strip() -> None:
    lines = lines_of(make_receipt(), make_receipt(copy=2))
    assert all(columns(line.words) <= COLUMNS for strip in lines for line in strip)
    assert escpos.can_write(lines)
    with strip_printer() as printer:
        escpos.print_lines(printer.address, lines)
    assert printer.got.count(CUT) == 2
    assert KICK not in printer.got
    for words in ("电费收费凭证", "副本 2", "3301 0482 7615", "338.01", "叁佰叁拾捌元零壹分"):
        assert words.encode("gb18030") in printer.got, words
    assert printer.got.count(RASTER) >= 2, "the symbol is a picture, which every such printer can"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_such_printers_have_no_letters_for_is_told(language: str) -> None:
    lines = lines_of(make_receipt(language=language))
    assert all(columns(line.words) <= COLUMNS for strip in lines for line in strip)
    assert escpos.can_write(lines) is (language in {"zh_CN", "en"})


def test_lines_of_practice_say_so_first_and_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(practice, "is_on", lambda: True)
    (strip,) = lines_of(make_receipt())
    assert strip[0] == strip[-1]
    assert strip[0].words == watermark.mark("zh_CN") != ""


def test_no_paper_before_or_after_is_a_sentence() -> None:
    lines = lines_of(make_receipt())
    with strip_printer(lambda _: NO_PAPER) as printer, pytest.raises(Refused, match="has no paper"):
        escpos.print_lines(printer.address, lines)
    assert CUT not in printer.got
    with strip_printer(lambda asked: PAPER if asked == 1 else NO_PAPER) as printer, pytest.raises(Refused):
        escpos.print_lines(printer.address, lines)
    assert CUT in printer.got, "it ran out on the way"
    with pytest.raises(Refused, match="has no paper"):
        escpos.print_lines("/dev/full", lines)  # answers as the device of a printer without paper does


def test_a_printer_that_is_away_or_refuses_is_a_sentence() -> None:
    with strip_printer() as printer:
        gone = printer.address
        escpos.print_pictures(gone, pdf_of(make_receipt()))
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for address in (gone, "/dev/no_such_printer"):
            with pytest.raises(Refused, match="does not answer"):
                escpos.print_pictures(address, pdf_of(make_receipt()))
        gc.collect()
    assert told == [], "nothing is left open"
    escpos.print_lines("/dev/null", lines_of(make_receipt()))
